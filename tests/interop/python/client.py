"""The client of confluent-kafka for Python, with its serializers: client.py sync|async URL.

Both clients have the same methods; those of the asynchronous one must be awaited. So one text tests both, and `done`
waits where there is something to wait for.
"""
import asyncio
import inspect
import json
import sys

from confluent_kafka.schema_registry import (AsyncSchemaRegistryClient, Schema, SchemaReference, SchemaRegistryClient,
                                             SchemaRegistryError, ServerConfig, record_subject_name_strategy)
from confluent_kafka.schema_registry.avro import (AsyncAvroDeserializer, AsyncAvroSerializer, AvroDeserializer,
                                                  AvroSerializer)
from confluent_kafka.schema_registry.common.schema_registry_client import ConfigCompatibilityLevel
from confluent_kafka.schema_registry.json_schema import (AsyncJSONDeserializer, AsyncJSONSerializer, JSONDeserializer,
                                                         JSONSerializer)
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError


def record(name, *fields):
    return json.dumps({'type': 'record', 'name': name, 'namespace': 'interop', 'fields': list(fields)},
                      separators=(',', ':'))


def closed(title, **properties):
    """The same in JSON Schema: an object of these properties and no others, so that it may grow."""
    return json.dumps({'title': title, 'type': 'object', 'properties': properties, 'required': list(properties)[:1],
                       'additionalProperties': False}, separators=(',', ':'))


NAME, AGE = {'name': 'name', 'type': 'string'}, {'name': 'age', 'type': 'int', 'default': 7}
V1, V2 = record('User', NAME), record('User', NAME, AGE)
BROKEN = record('User', {'name': 'name', 'type': 'int'})
ADDRESS = record('Address', {'name': 'city', 'type': 'string'})
ORDER = record('Order', {'name': 'to', 'type': 'Address'})
JSON_V1 = closed('User', name={'type': 'string'})
JSON_V2 = closed('User', name={'type': 'string'}, age={'type': 'integer'})
JSON_BROKEN = closed('User', name={'type': 'integer'})
JSON_ADDRESS = closed('Address', city={'type': 'string', 'minLength': 2})
JSON_ORDER = closed('Order', to={'$ref': 'address.json'})
SUBJECT = 'users/ü-value'  # a name that must travel encoded


async def done(result):
    return await result if inspect.isawaitable(result) else result


def equal(found, expected):
    assert found == expected, f'{found!r} instead of {expected!r}'


async def refused(status, code, call, *arguments, **named):
    try:
        result = await done(call(*arguments, **named))
    except SchemaRegistryError as error:
        equal((error.http_status_code, error.error_code), (status, code))
        assert error.error_message
        return
    raise AssertionError(f'{call.__name__}{arguments} gave {result!r} instead of {code}')


class Flavour:
    """The names of one of the two clients."""

    def __init__(self, url, is_async):
        self.url = url
        self.client_class = AsyncSchemaRegistryClient if is_async else SchemaRegistryClient
        self.serializer_class = AsyncAvroSerializer if is_async else AvroSerializer
        self.deserializer_class = AsyncAvroDeserializer if is_async else AvroDeserializer
        self.json_serializer_class = AsyncJSONSerializer if is_async else JSONSerializer
        self.json_deserializer_class = AsyncJSONDeserializer if is_async else JSONDeserializer

    def client(self):
        """A new one, whose caches are empty: what it returns comes from the registry."""
        return self.client_class({'url': self.url})


async def check_registration(flavour):
    client = flavour.client()
    equal(await done(client.get_subjects()), [])
    equal(await done(client.register_schema(SUBJECT, Schema(V1))), 1)
    equal(await done(flavour.client().register_schema(SUBJECT, Schema(V1))), 1)
    equal(await done(client.register_schema('other', Schema(V1))), 1)
    full = await done(client.register_schema_full_response(SUBJECT, Schema(V2)))
    equal((full.schema_id, full.version, full.subject, full.schema.schema_str), (2, 2, SUBJECT, V2))

    found = await done(client.lookup_schema(SUBJECT, Schema(V1)))
    equal((found.subject, found.version, found.schema_id), (SUBJECT, 1, 1))
    spaced = json.dumps(json.loads(V2), indent=2)
    found = await done(flavour.client().lookup_schema(SUBJECT, Schema(spaced), normalize_schemas=True))
    equal((found.version, found.schema_id, found.guid), (2, 2, full.guid))


async def check_reading(flavour):
    client = flavour.client()
    schema = await done(client.get_schema(2))
    equal((schema.schema_str, schema.schema_type, schema.references), (V2, 'AVRO', []))
    # By a client of its own: what it keeps of this answer, which holds no id, it would return for the version too.
    equal((await done(flavour.client().get_schema(1, subject_name=SUBJECT))).schema_str, V1)
    latest = await done(client.get_latest_version(SUBJECT))
    equal((latest.version, latest.schema_id, latest.schema.schema_str), (2, 2, V2))
    equal((await done(flavour.client().get_schema_by_guid(latest.guid))).schema_str, V2)
    first = await done(client.get_version(SUBJECT, 1))
    equal((first.version, first.schema_id, first.schema.schema_str), (1, 1, V1))
    equal((await done(client.get_version(SUBJECT))).version, 2)

    equal(await done(client.get_subjects()), ['other', SUBJECT])
    equal(await done(client.get_subjects(subject_prefix='users')), [SUBJECT])
    equal(await done(client.get_subjects(offset=1, limit=1)), [SUBJECT])
    equal(await done(client.get_versions(SUBJECT)), [1, 2])
    equal(await done(client.get_subjects_by_schema_id(1)), ['other', SUBJECT])
    users = await done(client.get_schema_versions(1))
    equal([(user.subject, user.version) for user in users], [('other', 1), (SUBJECT, 1)])
    assert 'AVRO' in await done(client.get_schema_types())
    equal(await done(client.get_contexts()), ['.'])


async def check_compatibility(flavour):
    client = flavour.client()
    equal(await done(client.test_compatibility(SUBJECT, Schema(V2), version=1)), True)
    equal(await done(client.test_compatibility(SUBJECT, Schema(BROKEN))), False)
    equal(await done(client.test_compatibility_all_versions(SUBJECT, Schema(V2), verbose=True)), True)
    equal(await done(client.test_compatibility_all_versions(SUBJECT, Schema(BROKEN), verbose=True)), False)
    await refused(409, 40901, client.register_schema, SUBJECT, Schema(BROKEN))


async def check_config(flavour):
    client, level = flavour.client(), ConfigCompatibilityLevel
    equal(await done(client.get_compatibility()), 'BACKWARD')
    equal(await done(client.set_compatibility(level='FULL')), {'compatibility': 'FULL'})
    equal(await done(client.get_compatibility()), 'FULL')
    await refused(404, 40408, client.get_compatibility, SUBJECT)
    equal(await done(client.set_compatibility(SUBJECT, 'none')), {'compatibility': 'NONE'})
    equal(await done(client.get_compatibility(SUBJECT)), 'NONE')
    equal(await done(client.register_schema(SUBJECT, Schema(BROKEN))), 3)
    await refused(422, 42203, client.set_compatibility, SUBJECT, 'SOMETIMES')

    await done(client.set_config(SUBJECT, ServerConfig(compatibility=level.FORWARD, compatibility_group='app')))
    config = await done(client.get_config(SUBJECT))
    equal((config.compatibility_level, config.compatibility_group), (level.FORWARD, 'app'))
    equal((await done(client.delete_config(SUBJECT))).compatibility_level, level.FORWARD)
    await refused(404, 40408, client.get_config, SUBJECT)
    await done(client.set_compatibility(level='BACKWARD'))


async def check_mode(flavour):
    client = flavour.client()
    equal(await done(client.get_global_mode()), 'READWRITE')
    equal(await done(client.update_mode('other', 'READONLY')), 'READONLY')
    equal(await done(client.get_mode('other')), 'READONLY')
    await refused(422, 42205, client.register_schema, 'other', Schema(V2))
    equal(await done(client.delete_mode('other')), 'READONLY')


async def check_errors(flavour):
    client = flavour.client()
    await refused(404, 40401, client.get_latest_version, 'nobody')
    await refused(404, 40401, client.get_versions, 'nobody')
    await refused(404, 40401, client.lookup_schema, 'nobody', Schema(V1))
    await refused(404, 40401, client.delete_subject, 'nobody')
    await refused(404, 40402, client.get_version, SUBJECT, 99)
    await refused(404, 40403, client.get_schema, 9999)
    await refused(404, 40403, client.lookup_schema, SUBJECT, Schema(ADDRESS))
    await refused(422, 42201, client.register_schema, SUBJECT, Schema('{"type":"nothing"}'))
    await refused(422, 42202, client.get_version, SUBJECT, 'first')


async def check_references(flavour):
    client = flavour.client()
    address = await done(client.register_schema_full_response('address', Schema(ADDRESS)))
    order = Schema(ORDER, references=[SchemaReference('interop.Address', 'address', 1)])
    order_id = await done(client.register_schema('order', order))
    equal((address.schema_id, order_id), (4, 5))
    stored = await done(flavour.client().get_schema(order_id))
    equal((stored.schema_str, stored.references), (ORDER, order.references))
    equal((await done(flavour.client().lookup_schema('order', order))).schema_id, order_id)
    equal(await done(client.get_referenced_by('address', 1)), [order_id])
    await refused(422, 42206, client.delete_version, 'address', 1)
    await refused(422, 42201, client.register_schema, 'order', Schema(ORDER))

    context = SerializationContext('orders', MessageField.VALUE)
    data = await done((await done(flavour.serializer_class(client, order)))({'to': {'city': 'Ulm'}}, context))
    # The topic's own subject gets the schema too; with the same content and references it has the same id.
    equal(data, b'\0\0\0\0\5' + b'\x06Ulm')
    reader = await done(flavour.deserializer_class(flavour.client()))
    equal(await done(reader(data, context)), {'to': {'city': 'Ulm'}})


async def check_messages(flavour):
    client, context = flavour.client(), SerializationContext('people', MessageField.VALUE)
    # The default naming strategy asks for associations first, and is to fall back to the name of the topic.
    writer = await done(flavour.serializer_class(client, V1))
    old = await done(writer({'name': 'Ann'}, context))
    equal(old, b'\0\0\0\0\1' + b'\x06Ann')
    equal(await done(flavour.client().get_versions('people-value')), [1])

    newer = await done(flavour.serializer_class(flavour.client(), V2))
    new = await done(newer({'name': 'Bob', 'age': 41}, context))
    equal(new, b'\0\0\0\0\2' + b'\x06Bob\x52')
    equal(await done(flavour.client().get_versions('people-value')), [1, 2])

    reader = await done(flavour.deserializer_class(flavour.client()))
    equal(await done(reader(old, context)), {'name': 'Ann'})
    evolved = await done(flavour.deserializer_class(flavour.client(), V2))
    equal(await done(evolved(old, context)), {'name': 'Ann', 'age': 7})
    equal(await done(evolved(new, context)), {'name': 'Bob', 'age': 41})
    dated = await done(flavour.deserializer_class(flavour.client(), V1))
    equal(await done(dated(new, context)), {'name': 'Bob'})
    await refused(404, 40403, evolved, b'\0\0\0\x27\x0f\x06Ann', context)


async def check_serializer_settings(flavour):
    context = SerializationContext('people', MessageField.VALUE)
    found = {'auto.register.schemas': False, 'use.latest.version': True}
    latest = await done(flavour.serializer_class(flavour.client(), V1, conf=found))
    equal(await done(latest({'name': 'Cy', 'age': 1}, context)), b'\0\0\0\0\2' + b'\x04Cy\x02')
    only = await done(flavour.serializer_class(flavour.client(), ADDRESS, conf={'auto.register.schemas': False}))
    await refused(404, 40403, only, {'city': 'Ulm'}, context)
    named = {'subject.name.strategy': record_subject_name_strategy, 'normalize.schemas': True}
    by_record = await done(flavour.serializer_class(flavour.client(), V1, conf=named))
    equal(await done(by_record({'name': 'Di'}, context)), b'\0\0\0\0\1' + b'\x04Di')
    assert 'interop.User' in await done(flavour.client().get_subjects())
    equal(await done(flavour.client().get_associations_by_resource_name('people', '-', 'topic', ['value'])), [])


def framed(schema_id, data):
    return b'\0' + schema_id.to_bytes(4, 'big') + data


async def json_writer(flavour, schema, **settings):
    return await done(flavour.json_serializer_class(schema, flavour.client(), conf=settings))


async def json_reader(flavour, schema=None):
    return await done(flavour.json_deserializer_class(schema, schema_registry_client=flavour.client()))


async def check_json_schemas(flavour):
    client, context = flavour.client(), SerializationContext('members', MessageField.VALUE)
    assert 'JSON' in await done(client.get_schema_types())
    old = await done((await json_writer(flavour, JSON_V1))({'name': 'Ann'}, context))
    first = await done(client.get_latest_version('members-value'))
    equal((first.version, first.schema.schema_type, first.schema.schema_str), (1, 'JSON', JSON_V1))
    equal(old, framed(first.schema_id, b'{"name":"Ann"}'))
    new = await done((await json_writer(flavour, JSON_V2))({'name': 'Bob', 'age': 41}, context))
    second = await done(flavour.client().get_version('members-value', 2))
    equal(new, framed(second.schema_id, b'{"name":"Bob","age":41}'))
    await refused(409, 40901, client.register_schema, 'members-value', Schema(JSON_BROKEN, 'JSON'))
    await refused(422, 42201, client.register_schema, 'members-value', Schema('{"type":"nothing"}', 'JSON'))

    for schema in (None, JSON_V2):
        reader = await json_reader(flavour, schema)
        equal(await done(reader(old, context)), {'name': 'Ann'})
        equal(await done(reader(new, context)), {'name': 'Bob', 'age': 41})
    dated = await json_reader(flavour, JSON_V1)
    try:
        raise AssertionError(f'{await done(dated(new, context))!r} is no value of the old schema')
    except SerializationError:
        pass

    # Normalised, the order of members means nothing.
    spaced = Schema(json.dumps(json.loads(JSON_V1), indent=2, sort_keys=True), 'JSON')
    stored = await done(client.register_schema_full_response('normal', spaced, normalize_schemas=True))
    found = await done(flavour.client().lookup_schema('normal', Schema(JSON_V1, 'JSON'), normalize_schemas=True))
    equal((found.schema_id, found.guid), (stored.schema_id, stored.guid))
    await refused(404, 40403, flavour.client().lookup_schema, 'normal', Schema(JSON_V1, 'JSON'))


async def check_json_references(flavour):
    client, context = flavour.client(), SerializationContext('parcels', MessageField.VALUE)
    await done(client.register_schema('json-address', Schema(JSON_ADDRESS, 'JSON')))
    order = Schema(JSON_ORDER, 'JSON', [SchemaReference('address.json', 'json-address', 1)])
    data = await done((await json_writer(flavour, order))({'to': {'city': 'Ulm'}}, context))
    stored = await done(flavour.client().get_latest_version('parcels-value'))
    equal(data, framed(stored.schema_id, b'{"to":{"city":"Ulm"}}'))
    equal((stored.schema.schema_str, stored.schema.references), (JSON_ORDER, order.references))
    equal(await done((await json_reader(flavour))(data, context)), {'to': {'city': 'Ulm'}})
    equal((await done(flavour.client().lookup_schema('parcels-value', order))).schema_id, stored.schema_id)
    equal(await done(client.get_referenced_by('json-address', 1)), [stored.schema_id])
    await refused(422, 42206, client.delete_version, 'json-address', 1)
    await refused(422, 42201, client.register_schema, 'parcels-value', Schema(JSON_ORDER, 'JSON'))
    await refused(422, 42201, flavour.client().lookup_schema, 'parcels-value', Schema(JSON_ORDER, 'JSON'))


async def check_deletion(flavour):
    client = flavour.client()
    await refused(404, 40407, client.delete_version, SUBJECT, 3, permanent=True)
    equal(await done(client.delete_version(SUBJECT, 3)), 3)
    await refused(404, 40406, client.delete_version, SUBJECT, 3)
    equal(await done(client.get_versions(SUBJECT)), [1, 2])
    equal(await done(client.get_versions(SUBJECT, deleted=True)), [1, 2, 3])
    equal((await done(client.get_version(SUBJECT, 3, deleted=True))).schema.schema_str, BROKEN)
    equal(await done(client.delete_version(SUBJECT, 3, permanent=True)), 3)
    equal(await done(flavour.client().get_versions(SUBJECT, deleted=True)), [1, 2])
    await refused(404, 40403, flavour.client().get_schema, 3)

    await refused(404, 40405, client.delete_subject, SUBJECT, permanent=True)
    equal(await done(client.delete_subject(SUBJECT)), [1, 2])
    await refused(404, 40404, client.delete_subject, SUBJECT)
    await refused(404, 40401, flavour.client().get_latest_version, SUBJECT)
    assert SUBJECT not in await done(client.get_subjects())
    assert SUBJECT in await done(client.get_subjects(deleted=True))
    equal((await done(flavour.client().get_schema(2))).schema_str, V2)
    equal(await done(client.delete_subject(SUBJECT, permanent=True)), [1, 2])
    await refused(404, 40401, client.delete_subject, SUBJECT, permanent=True)
    assert SUBJECT not in await done(client.get_subjects(deleted=True))
    equal(await done(client.register_schema(SUBJECT, Schema(V2))), 2)


CHECKS = [check_registration, check_reading, check_compatibility, check_config, check_mode, check_errors,
          check_references, check_messages, check_serializer_settings, check_json_schemas, check_json_references,
          check_deletion]


async def main():
    flavour = Flavour(sys.argv[2], sys.argv[1] == 'async')
    for check in CHECKS:
        await check(flavour)


if __name__ == '__main__':
    asyncio.run(main())
