'use strict';
// The Protobuf serializer of @confluentinc/schemaregistry: node confluentinc_protobuf.js FOLDER URL [write|read
// FOLDER]. The first folder holds samples.json and the descriptors of the .proto files; what is written into the second
// one is for the programs of the other languages. This client registers descriptors, in base64, and reads them so too.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { createFileRegistry, createMutableRegistry, fromBinary, fromJson, toJson } = require('@bufbuild/protobuf');
const { FileDescriptorProtoSchema, FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt');
const {
  ProtobufDeserializer, ProtobufSerializer, SchemaRegistryClient, SerdeType,
} = require('@confluentinc/schemaregistry');
const common = require('./common.js');

const [FOLDER, URL, ACTION, EXCHANGED] = process.argv.slice(2);
const REGISTERS = { autoRegisterSchemas: true };
const NORMALIZES = { autoRegisterSchemas: true, normalizeSchemas: true };
const LOOKS = { autoRegisterSchemas: false };
const TAKES_LATEST = { autoRegisterSchemas: false, useLatestVersion: true };
const CUSTOMER = 'interop/customer.proto';
const ORDER = 'interop/order.proto';

const readFile = (name) => fs.readFileSync(path.join(FOLDER, name));
const registryOf = (version) => createMutableRegistry(
  ...createFileRegistry(fromBinary(FileDescriptorSetSchema, readFile(`${version}.bin`))));
const REGISTRIES = Object.fromEntries(['first', 'second', 'broken'].map((version) => [version, registryOf(version)]));
const SAMPLES = JSON.parse(readFile('samples.json'));

// A new client, whose caches are empty: what it returns comes from the registry.
const client = () => new SchemaRegistryClient({ baseURLs: [URL] });
const refused = (status, errorCode, promise) => common.refused({ status, errorCode }, promise);
const protobuf = (schema, references = []) => ({ schema, schemaType: 'PROTOBUF', references });
const number = (data) => data.readInt32BE(1);

/** The message that is this JSON value, as the type in one of the versions of the files. */
const made = (type, value, version) => fromJson(REGISTRIES[version].getMessage(type), value);

async function serialize(topic, type, value, settings = REGISTERS, version = 'first') {
  const writer = new ProtobufSerializer(client(), SerdeType.VALUE, { ...settings, registry: REGISTRIES[version] });
  return writer.serialize(topic, made(type, value, version));
}

/** Deserializes by the schema of the writer, and compares as JSON by the type in our own files. */
async function expectValue(topic, data, type, value, version = 'first') {
  const found = await new ProtobufDeserializer(client(), SerdeType.VALUE, {}).deserialize(topic, data);
  const desc = REGISTRIES[version].getMessage(type);
  assert.equal(found.$typeName, type);
  assert.deepEqual(toJson(desc, found), toJson(desc, made(type, value, version)));
}

/** Of references of references this client asks for the text, and takes it for a descriptor. */
const canRead = (has, cannot) => !has.some((feature) => ['deep references', ...cannot].includes(feature));

async function checkMessages() {
  for (const { type, topic, indexes, value, has } of SAMPLES) {
    const data = await serialize(topic, type, value);
    assert.deepEqual([data[0], data.toString('hex', 5, 5 + indexes.length / 2)], [0, indexes]);
    if (canRead(has, [])) {
      await expectValue(topic, data, type, value);
    }
    // Another serializer finds what was registered.
    assert.equal(number(await serialize(topic, type, value, LOOKS)), number(data));
    assert.deepEqual(await client().getAllVersions(`${topic}-value`), [1]);
  }
  await refused(404, 40401, serialize('nobody', SAMPLES[0].type, SAMPLES[0].value, LOOKS));
}

async function checkReferences() {
  const parcel = await client().getLatestSchemaMetadata('parcels-value');
  assert.deepEqual(parcel.references, [CUSTOMER, ORDER].map((name) => ({ name, subject: name, version: 1 })));
  await refused(422, 42206, client().deleteSubjectVersion(CUSTOMER, 1));
  // Without its references the file does not compile.
  await refused(422, 42201, client().register('lacking', protobuf(parcel.schema)));
  // The topics of one file have one schema.
  const orders = await client().getLatestSchemaMetadata('orders-value');
  assert.equal((await client().getLatestSchemaMetadata('stamps-value')).id, orders.id);
}

async function checkFormats() {
  const order = await client().getLatestSchemaMetadata('orders-value');
  const serialized = await client().getLatestSchemaMetadata('orders-value', 'serialized');
  const found = fromBinary(FileDescriptorProtoSchema, Buffer.from(serialized.schema, 'base64'));
  const sent = REGISTRIES.first.getMessage('interop.Order').file.proto;
  assert.deepEqual(found.messageType.map((message) => message.name), sent.messageType.map((message) => message.name));
  assert.deepEqual(found.dependency, sent.dependency);
  assert.equal(await client().getId('orders-value', protobuf(order.schema, order.references)), order.id);
  await refused(422, 42201, client().register('again', protobuf('AAAA')));
}

async function checkKnownFiles() {
  const id = await client().register('known-value', protobuf(readFile('known.proto').toString()));
  const data = common.message(id, '\x00\x0a\x03Ann\x3a\x05\x08\xe8\x0f\x18\x1d');
  const found = await new ProtobufDeserializer(client(), SerdeType.VALUE, {}).deserialize('known', data);
  assert.deepEqual([found.$typeName, found.name, found.day.year, found.day.day], ['interop.Known', 'Ann', 2024, 29]);
}

async function checkEvolution() {
  const [type, ann, bob] = ['interop.User', { name: 'Ann' }, { name: 'Bob', age: 41 }];
  const old = await serialize('people', type, ann);
  const data = await serialize('people', type, bob, REGISTERS, 'second');
  assert.deepEqual(await client().getAllVersions('people-value'), [1, 2]);
  await expectValue('people', old, type, ann);
  await expectValue('people', data, type, bob, 'second');
  // The newest version, not that of the type.
  assert.equal(number(await serialize('people', type, ann, TAKES_LATEST)), number(data));

  await refused(409, 40901, serialize('people', type, { name: '7' }, REGISTERS, 'broken'));
  await refused(404, 40403, serialize('people', type, { name: '7' }, LOOKS, 'broken'));
  await refused(404, 40403, expectValue('people', common.message(200, '\x00'), type, ann));
  assert.deepEqual(await client().getAllVersions('people-value'), [1, 2]);
}

async function write() {
  for (const [name, settings] of [['javascript', REGISTERS], ['javascript-normalized', NORMALIZES]]) {
    const messages = [];
    for (const { type, topic, value } of SAMPLES) {
      messages.push((await serialize(topic, type, value, settings)).toString('base64'));
    }
    fs.writeFileSync(path.join(EXCHANGED, `${name}.json`), JSON.stringify(messages));
  }
}

async function read() {
  for (const name of fs.readdirSync(EXCHANGED)) {
    const messages = JSON.parse(fs.readFileSync(path.join(EXCHANGED, name)));
    // In the descriptor of a text this client lacks the types of maps, and wants qualified names.
    const normalized = name.includes('normalized');
    const cannot = normalized ? ['maps'] : name.startsWith('go') ? ['maps', 'references', 'extensions'] : [];
    for (const [i, { type, topic, value, has }] of SAMPLES.entries()) {
      if (canRead(has, cannot)) {
        await expectValue(topic, Buffer.from(messages[i], 'base64'), type, value);
      }
    }
  }
}

const CHECKS = [checkMessages, checkReferences, checkFormats, checkKnownFiles, checkEvolution];
common.main(ACTION ? [{ write, read }[ACTION]] : CHECKS);
