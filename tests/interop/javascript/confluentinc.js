'use strict';
// The client @confluentinc/schemaregistry with its serializers: node confluentinc.js URL.

const assert = require('node:assert/strict');
const {
  AvroDeserializer, AvroSerializer, Compatibility, JsonDeserializer, JsonSerializer, SchemaRegistryClient, SerdeType,
} = require('@confluentinc/schemaregistry');
const common = require('./common.js');

const info = (schema, references) => ({ schema: JSON.stringify(schema), ...(references && { references }) });
const [V1, V2, BROKEN, ADDRESS] = [common.V1, common.V2, common.BROKEN, common.ADDRESS].map((schema) => info(schema));
const ORDER = info(common.ORDER, [{ name: 'interop.Address', subject: 'address', version: 1 }]);
const json = (schema, references) => ({ ...info(schema, references), schemaType: 'JSON' });
const { message } = common;
const SUBJECT = 'users-value';
const ENCODED = 'users/ü';

// A new client, whose caches are empty: what it returns comes from the registry.
const client = (url) => new SchemaRegistryClient({ baseURLs: [url] });
const refused = (status, errorCode, promise) => common.refused({ status, errorCode }, promise);

async function checkRegistration(url) {
  const one = client(url);
  assert.deepEqual(await one.getAllSubjects(), []);
  assert.equal(await one.register(SUBJECT, V1), 1);
  assert.equal(await client(url).register(SUBJECT, V1), 1);
  assert.equal(await one.register(ENCODED, V1), 1);
  const full = await one.registerFullResponse(SUBJECT, V2);
  assert.deepEqual([full.id, full.version, full.schema], [2, 2, V2.schema]);

  const other = client(url);
  assert.equal(await other.getId(SUBJECT, V1), 1);
  assert.equal(await other.getVersion(SUBJECT, V1), 1);
  const spaced = { schema: JSON.stringify(common.V2, null, 2) };
  const found = await other.getIdFullResponse(SUBJECT, spaced, true);
  assert.deepEqual([found.id, found.version, found.guid], [2, 2, full.guid]);
}

async function checkReading(url) {
  const one = client(url);
  assert.equal((await one.getBySubjectAndId(SUBJECT, 2)).schema, V2.schema);
  assert.equal((await one.getBySubjectAndId(ENCODED, 1)).schema, V1.schema);
  const latest = await one.getLatestSchemaMetadata(SUBJECT);
  assert.deepEqual([latest.subject, latest.version, latest.id, latest.schema], [SUBJECT, 2, 2, V2.schema]);
  assert.equal((await one.getByGuid(latest.guid)).schema, V2.schema);
  const first = await one.getSchemaMetadata(SUBJECT, 1);
  assert.deepEqual([first.version, first.id, first.schema], [1, 1, V1.schema]);
  assert.deepEqual(await one.getAllSubjects(), [SUBJECT, ENCODED]);
  assert.deepEqual(await one.getAllVersions(SUBJECT), [1, 2]);
}

async function checkCompatibility(url) {
  const one = client(url);
  assert.equal(await one.testCompatibility(SUBJECT, 1, V2), true);
  assert.equal(await one.testCompatibility(SUBJECT, 1, BROKEN), false);
  assert.equal(await one.testSubjectCompatibility(ENCODED, V2), true);
  assert.equal(await one.testSubjectCompatibility(ENCODED, BROKEN), false);
  await refused(409, 40901, one.register(SUBJECT, BROKEN));
}

async function checkConfig(url) {
  const one = client(url);
  assert.equal(await one.getDefaultCompatibility(), 'BACKWARD');
  assert.equal(await one.updateDefaultCompatibility(Compatibility.FULL), 'FULL');
  assert.deepEqual(await one.getDefaultConfig(), { compatibilityLevel: 'FULL' });
  await refused(404, 40408, one.getCompatibility(SUBJECT));
  assert.equal(await one.updateCompatibility(SUBJECT, Compatibility.NONE), 'NONE');
  assert.equal(await one.getCompatibility(SUBJECT), 'NONE');
  assert.equal(await one.register(SUBJECT, BROKEN), 3);
  await refused(422, 42203, one.updateCompatibility(SUBJECT, 'SOMETIMES'));
  const update = { compatibility: Compatibility.BACKWARD, compatibilityGroup: 'app' };
  const changed = await one.updateConfig(SUBJECT, update);
  assert.deepEqual(changed, update);
  assert.deepEqual(await one.getConfig(SUBJECT), { compatibilityLevel: 'BACKWARD', compatibilityGroup: 'app' });
  const back = { compatibility: Compatibility.BACKWARD };
  assert.deepEqual(await one.updateDefaultConfig(back), back);
}

async function checkMetadata(url) {
  const one = client(url);
  const labelled = { ...V1, metadata: { properties: { owner: 'a b' }, tags: { 'interop.User.name': ['PII'] } } };
  const full = await one.registerFullResponse('labelled', labelled);
  assert.deepEqual([full.version, full.metadata], [1, labelled.metadata]);
  assert.equal((await one.getLatestWithMetadata('labelled', { owner: 'a b' })).id, full.id);
  await refused(404, 40403, one.getLatestWithMetadata('labelled', { owner: 'nobody' }));
  assert.deepEqual(await one.deleteSubject('labelled'), [1]);
  assert.deepEqual(await one.deleteSubject('labelled', true), [1]);
}

async function checkErrors(url) {
  const one = client(url);
  await refused(404, 40401, one.getLatestSchemaMetadata('nobody'));
  await refused(404, 40401, one.getAllVersions('nobody'));
  await refused(404, 40401, one.getId('nobody', V1));
  await refused(404, 40401, one.deleteSubject('nobody'));
  await refused(404, 40402, one.getSchemaMetadata(SUBJECT, 99));
  await refused(404, 40403, one.getBySubjectAndId(SUBJECT, 9999));
  await refused(404, 40403, one.getVersion(SUBJECT, ADDRESS));
  await refused(422, 42201, one.register(SUBJECT, { schema: '{"type":"nothing"}' }));
  await refused(422, 42202, one.getSchemaMetadata(SUBJECT, 0));
}

async function checkReferences(url) {
  const one = client(url);
  const address = await one.register('address', ADDRESS);
  const order = await one.register('order', ORDER);
  const stored = await client(url).getBySubjectAndId('order', order);
  assert.deepEqual([stored.schema, stored.references], [ORDER.schema, ORDER.references]);
  assert.equal(await client(url).getId('order', ORDER), order);
  await refused(422, 42206, one.deleteSubjectVersion('address', 1));
  await refused(422, 42201, one.register('order', { schema: ORDER.schema }));

  const writer = new AvroSerializer(client(url), SerdeType.VALUE, { useLatestVersion: true,
    subjectNameStrategy: () => 'order' });
  const data = await writer.serialize('orders', { to: { city: 'Ulm' } });
  assert.deepEqual(data, message(order, '\x06Ulm'));
  const reader = new AvroDeserializer(client(url), SerdeType.VALUE, {});
  assert.equal((await reader.deserialize('orders', data)).to.city, 'Ulm');
  assert.notEqual(address, order);
}

async function checkMessages(url) {
  const one = client(url);
  assert.equal(await one.register('people-value', V1), 1);
  // The default naming strategy asks for associations first, and is to fall back to the name of the topic.
  const writer = new AvroSerializer(client(url), SerdeType.VALUE, { useLatestVersion: true });
  const old = await writer.serialize('people', { name: 'Ann' });
  assert.deepEqual(old, message(1, '\x06Ann'));
  assert.equal(await one.register('people-value', V2), 2);
  const newer = new AvroSerializer(client(url), SerdeType.VALUE, { useLatestVersion: true });
  const data = await newer.serialize('people', { name: 'Bob', age: 41 });
  assert.deepEqual(data, message(2, '\x06Bob\x52'));

  const reader = new AvroDeserializer(client(url), SerdeType.VALUE, {});
  assert.deepEqual({ ...await reader.deserialize('people', old) }, { name: 'Ann' });
  const evolved = new AvroDeserializer(client(url), SerdeType.VALUE, { useLatestVersion: true });
  assert.deepEqual({ ...await evolved.deserialize('people', old) }, { name: 'Ann', age: 7 });
  assert.deepEqual({ ...await evolved.deserialize('people', data) }, { name: 'Bob', age: 41 });
  await refused(404, 40403, reader.deserialize('people', message(200, '\x06Ann')));
}

async function checkSerializerSettings(url) {
  // Without a schema the serializer makes one from the message and registers it.
  const automatic = new AvroSerializer(client(url), SerdeType.KEY, { autoRegisterSchemas: true });
  const data = await automatic.serialize('people', 'Ann');
  const latest = await client(url).getLatestSchemaMetadata('people-key');
  assert.deepEqual([latest.version, latest.schema], [1, '"string"']);
  assert.deepEqual(data, message(latest.id, '\x06Ann'));

  const named = new AvroSerializer(client(url), SerdeType.VALUE, { useSchemaId: 1, autoRegisterSchemas: false,
    subjectNameStrategy: () => SUBJECT });
  assert.deepEqual(await named.serialize('people', { name: 'Di' }), message(1, '\x04Di'));
  assert.deepEqual(await client(url).getAssociationsByResourceName('people', '-', 'topic', ['value'], null, 0, -1), []);
}

const latest = (url) => new JsonSerializer(client(url), SerdeType.VALUE, { useLatestVersion: true, validate: true });
const jsonReader = (url) => new JsonDeserializer(client(url), SerdeType.VALUE, { validate: true });

async function checkJsonSchemas(url) {
  const one = client(url);
  const first = await one.registerFullResponse('members-value', json(common.JSON_V1));
  assert.deepEqual([first.version, first.schemaType, first.schema],
    [1, 'JSON', JSON.stringify(common.JSON_V1)]);
  const old = await latest(url).serialize('members', { name: 'Ann' });
  assert.deepEqual(old, message(first.id, '{"name":"Ann"}'));
  await assert.rejects(latest(url).serialize('members', { name: 'Bob', age: 41 }));
  const second = await one.register('members-value', json(common.JSON_V2));
  const data = await latest(url).serialize('members', { name: 'Bob', age: 41 });
  assert.deepEqual(data, message(second, '{"name":"Bob","age":41}'));
  assert.deepEqual(await jsonReader(url).deserialize('members', old), { name: 'Ann' });
  assert.deepEqual(await jsonReader(url).deserialize('members', data), { name: 'Bob', age: 41 });

  assert.equal(await one.testSubjectCompatibility('members-value', json(common.JSON_BROKEN)), false);
  await refused(409, 40901, one.register('members-value', json(common.JSON_BROKEN)));
  await refused(422, 42201, one.register('members-value', json({ type: 'nothing' })));
  const spaced = { schema: JSON.stringify(common.JSON_V1, null, 2), schemaType: 'JSON' };
  assert.equal(await client(url).getId('members-value', spaced), first.id);
}

async function checkJsonReferences(url) {
  const one = client(url);
  const order = json(common.JSON_ORDER, common.JSON_REFERENCES);
  await one.register('json-address', json(common.JSON_ADDRESS));
  const id = await one.register('parcels-value', order);
  const stored = await client(url).getBySubjectAndId('parcels-value', id);
  assert.deepEqual([stored.schema, stored.references], [order.schema, order.references]);
  const data = await latest(url).serialize('parcels', { to: { city: 'Ulm' } });
  assert.deepEqual(data, message(id, '{"to":{"city":"Ulm"}}'));
  assert.deepEqual(await jsonReader(url).deserialize('parcels', data), { to: { city: 'Ulm' } });
  await assert.rejects(latest(url).serialize('parcels', { to: { city: 'U' } }));
  await refused(422, 42206, one.deleteSubjectVersion('json-address', 1));
  await refused(422, 42201, one.register('parcels-value', json(common.JSON_ORDER)));

  // Without a schema the serializer makes one from the message and registers it.
  const automatic = new JsonSerializer(client(url), SerdeType.VALUE, { autoRegisterSchemas: true });
  const made = await automatic.serialize('made', { list: [{ on: true }], size: 1.5 });
  const { id: madeId, schemaType } = await one.getLatestSchemaMetadata('made-value');
  assert.equal(schemaType, 'JSON');
  assert.deepEqual(made, message(madeId, '{"list":[{"on":true}],"size":1.5}'));
}

async function checkDeletion(url) {
  const one = client(url);
  await refused(404, 40407, one.deleteSubjectVersion(SUBJECT, 3, true));
  assert.equal(await one.deleteSubjectVersion(SUBJECT, 3), 3);
  await refused(404, 40406, one.deleteSubjectVersion(SUBJECT, 3));
  assert.deepEqual(await one.getAllVersions(SUBJECT), [1, 2]);
  assert.equal((await one.getSchemaMetadata(SUBJECT, 3, true)).schema, BROKEN.schema);
  assert.equal(await one.deleteSubjectVersion(SUBJECT, 3, true), 3);
  await refused(404, 40402, client(url).getSchemaMetadata(SUBJECT, 3, true));

  await refused(404, 40405, one.deleteSubject(SUBJECT, true));
  assert.deepEqual(await one.deleteSubject(SUBJECT), [1, 2]);
  await refused(404, 40404, one.deleteSubject(SUBJECT));
  await refused(404, 40401, client(url).getLatestSchemaMetadata(SUBJECT));
  assert.equal((await one.getAllSubjects()).includes(SUBJECT), false);
  assert.equal(await client(url).getVersion(SUBJECT, V2, false, true), 2);
  assert.deepEqual(await one.deleteSubject(SUBJECT, true), [1, 2]);
  await refused(404, 40401, one.deleteSubject(SUBJECT, true));
  assert.equal(await client(url).register(SUBJECT, V2), 2);
}

common.main([checkRegistration, checkReading, checkCompatibility, checkConfig, checkMetadata, checkErrors,
  checkReferences, checkMessages, checkSerializerSettings, checkJsonSchemas, checkJsonReferences, checkDeletion]);
