'use strict';
// The client @kafkajs/confluent-schema-registry: node kafkajs.js URL. It neither lists nor deletes anything, and its
// errors hold the HTTP status and the text, but no code.

const assert = require('node:assert/strict');
const { COMPATIBILITY, SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');
const {
  V1, V2, BROKEN, ADDRESS, ORDER, JSON_V1, JSON_V2, JSON_BROKEN, JSON_ADDRESS, JSON_ORDER, JSON_REFERENCES, message,
  refused, main,
} = require('./common.js');

const SUBJECT = 'users-value';
const avro = (schema, references) => ({ type: SchemaType.AVRO, schema: JSON.stringify(schema), references });
const json = (schema, references) => ({ type: SchemaType.JSON, schema: JSON.stringify(schema), references });

// A new client, whose caches are empty: what it returns comes from the registry.
const client = (url) => new SchemaRegistry({ host: url, clientId: 'interop' });

async function checkRegistration(url) {
  const one = client(url);
  // Without a configuration of the subject (404) the client registers, and sets the level that it was told.
  assert.equal((await one.register(avro(V1), { subject: SUBJECT })).id, 1);
  assert.equal((await client(url).register(avro(V1), { subject: SUBJECT })).id, 1);
  assert.equal((await one.register(avro(V2), { subject: SUBJECT })).id, 2);
  // The form without a subject takes the name of the record.
  assert.equal((await one.register(V1)).id, 1);
  assert.equal(await client(url).getLatestSchemaId('interop.User'), 1);
}

async function checkReading(url) {
  const one = client(url);
  assert.equal(await one.getLatestSchemaId(SUBJECT), 2);
  assert.equal(await one.getRegistryId(SUBJECT, 1), 1);
  assert.equal(await one.getRegistryId(SUBJECT, 'latest'), 2);
  assert.equal(await one.getRegistryIdBySchema(SUBJECT, avro(V1)), 1);
  const type = await one.getSchema(2);
  assert.equal(type.getName(), 'interop.User');
  assert.deepEqual(type.getFields().map((field) => field.getName()), ['name', 'age']);
}

async function checkCompatibility(url) {
  await refused({ status: 409 }, client(url).register(avro(BROKEN), { subject: SUBJECT }));
  // The level of the subject is BACKWARD since the first registration.
  await refused({ name: 'ConfluentSchemaRegistryCompatibilityError',
    message: 'Compatibility does not match the configuration (FULL != BACKWARD)' },
  client(url).register(avro(V2), { subject: SUBJECT, compatibility: COMPATIBILITY.FULL }));
  const free = { subject: 'free', compatibility: COMPATIBILITY.NONE };
  assert.equal((await client(url).register(avro(V1), free)).id, 1);
  assert.equal((await client(url).register(avro(BROKEN), free)).id, 3);
}

async function checkErrors(url) {
  const one = client(url);
  const lacking = { status: 404 };
  await refused({ ...lacking, message: "interop - Subject 'nobody' not found." }, one.getLatestSchemaId('nobody'));
  await refused({ ...lacking, message: 'interop - Version 99 not found.' }, one.getRegistryId(SUBJECT, 99));
  await refused({ ...lacking, message: 'interop - Schema 9999 not found' }, one.getSchema(9999));
  await refused({ name: 'ConfluentSchemaRegistryError' }, one.getRegistryIdBySchema(SUBJECT, avro(ADDRESS)));
  await refused({ status: 422 }, one.getRegistryId(SUBJECT, 'first'));
}

async function checkReferences(url) {
  const one = client(url);
  await one.register(avro(ADDRESS), { subject: 'address' });
  const references = [{ name: 'interop.Address', subject: 'address', version: 1 }];
  const { id } = await one.register(avro(ORDER, references), { subject: 'order' });
  assert.equal(id, 5);
  // Another client finds the reference through the id.
  const data = await client(url).encode(id, { to: { city: 'Ulm' } });
  assert.deepEqual(data, message(id, '\x06Ulm'));
  assert.equal((await client(url).decode(data)).to.city, 'Ulm');
}

async function checkMessages(url) {
  const old = await client(url).encode(1, { name: 'Ann' });
  assert.deepEqual(old, message(1, '\x06Ann'));
  const data = await client(url).encode(await client(url).getLatestSchemaId(SUBJECT), { name: 'Bob', age: 41 });
  assert.deepEqual(data, message(2, '\x06Bob\x52'));

  const one = client(url);
  assert.deepEqual({ ...await one.decode(old) }, { name: 'Ann' });
  assert.deepEqual({ ...await one.decode(data) }, { name: 'Bob', age: 41 });
  const evolved = { [SchemaType.AVRO]: { readerSchema: V2 } };
  assert.deepEqual({ ...await one.decode(old, evolved) }, { name: 'Ann', age: 7 });
  const dated = { [SchemaType.AVRO]: { readerSchema: V1 } };
  assert.deepEqual({ ...await one.decode(data, dated) }, { name: 'Bob' });
  await refused({ status: 404 }, one.decode(message(200, '\x06Ann')));
}

async function checkProtobuf(url) {
  const protobuf = (messages, references) => ({ type: SchemaType.PROTOBUF,
    schema: `syntax = "proto3"; package interop; ${messages}`, references });
  const user = 'message User { string name = 1; map<string, int32> marks = 2; }';
  await client(url).register(protobuf(user), { subject: 'proto-user' });
  const references = [{ name: 'user.proto', subject: 'proto-user', version: 1 }];
  const group = protobuf('import "user.proto"; message Group { message Member { User user = 1; } Member first = 1; }',
    references);
  const { id } = await client(url).register(group, { subject: 'proto-group' });
  assert.equal(await client(url).getRegistryIdBySchema('proto-group', group), id);
  // This client parses the stored texts; it writes no index of the message.
  const value = { first: { user: { name: 'Ann', marks: { a: 1 } } } };
  const data = await client(url).encode(id, value);
  assert.deepEqual(data, message(id, '\x0a\x0e\x0a\x0c\x0a\x03Ann\x12\x05\x0a\x01a\x10\x01'));
  assert.equal(JSON.stringify(await client(url).decode(data)), JSON.stringify(value));
  await refused({ status: 409 }, client(url).register(protobuf('message User { int32 name = 1; }'),
    { subject: 'proto-user' }));
  await refused({ status: 422 }, client(url).register(protobuf('message User { string name = 0; }'),
    { subject: 'proto-user' }));
}

async function checkJsonSchemas(url) {
  const one = client(url);
  const subject = 'members-value';
  const first = await one.register(json(JSON_V1), { subject });
  const second = await one.register(json(JSON_V2), { subject });
  await refused({ status: 409 }, one.register(json(JSON_BROKEN), { subject }));
  const old = await client(url).encode(first.id, { name: 'Ann' });
  assert.deepEqual(old, message(first.id, '{"name":"Ann"}'));
  const data = await client(url).encode(second.id, { name: 'Bob', age: 41 });
  assert.deepEqual(await client(url).decode(old), { name: 'Ann' });
  assert.deepEqual(await client(url).decode(data), { name: 'Bob', age: 41 });
  await refused({ name: 'ConfluentSchemaRegistryValidationError' }, client(url).encode(first.id, { name: 5 }));
}

async function checkJsonReferences(url) {
  const one = client(url);
  await one.register(json(JSON_ADDRESS), { subject: 'json-address' });
  const { id } = await one.register(json(JSON_ORDER, JSON_REFERENCES), { subject: 'parcels-value' });
  // Another client finds the reference through the id.
  const data = await client(url).encode(id, { to: { city: 'Ulm' } });
  assert.deepEqual(data, message(id, '{"to":{"city":"Ulm"}}'));
  assert.deepEqual(await client(url).decode(data), { to: { city: 'Ulm' } });
  await refused({ name: 'ConfluentSchemaRegistryValidationError' }, client(url).encode(id, { to: { city: 'U' } }));
}

main([checkRegistration, checkReading, checkCompatibility, checkErrors, checkReferences, checkMessages, checkProtobuf, checkJsonSchemas,
  checkJsonReferences]);
