'use strict';
// The schemas that both clients use, and how a refusal is checked.

const assert = require('node:assert/strict');

const record = (name, ...fields) => ({ type: 'record', name, namespace: 'interop', fields });
const NAME = { name: 'name', type: 'string' };
const V1 = record('User', NAME);
const V2 = record('User', NAME, { name: 'age', type: 'int', default: 7 });
const BROKEN = record('User', { name: 'name', type: 'int' });
const ADDRESS = record('Address', { name: 'city', type: 'string' });
const ORDER = record('Order', { name: 'to', type: 'Address' });

/** A JSON Schema: an object of these properties and no others, so that it may grow; the first one is required. */
const closed = (title, properties) => ({ title, type: 'object', properties,
  required: Object.keys(properties).slice(0, 1), additionalProperties: false });
const JSON_V1 = closed('User', { name: { type: 'string' } });
const JSON_V2 = closed('User', { name: { type: 'string' }, age: { type: 'integer' } });
const JSON_BROKEN = closed('User', { name: { type: 'integer' } });
const JSON_ADDRESS = { $id: 'https://example.com/address.json',
  ...closed('Address', { city: { type: 'string', minLength: 2 } }) };
const JSON_ORDER = closed('Order', { to: { $ref: JSON_ADDRESS.$id } });
const JSON_REFERENCES = [{ name: JSON_ADDRESS.$id, subject: 'json-address', version: 1 }];

/** A message as it travels: a zero, the id in four bytes, the data. */
const message = (id, data) => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), Buffer.from(data, 'latin1')]);

/** The promise must be rejected with an error that has all these members. */
async function refused(expected, promise) {
  await assert.rejects(promise, (error) => {
    for (const [member, value] of Object.entries(expected)) {
      assert.equal(error[member], value, `${member} of ${error}`);
    }
    assert.notEqual(error.message, '');
    return true;
  });
}

/** Runs the checks one after the other on the registry that the command line names. */
function main(checks) {
  const run = async () => {
    for (const check of checks) {
      await check(process.argv[2]);
    }
  };
  run().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = { V1, V2, BROKEN, ADDRESS, ORDER, JSON_V1, JSON_V2, JSON_BROKEN, JSON_ADDRESS, JSON_ORDER,
  JSON_REFERENCES, message, refused, main };
