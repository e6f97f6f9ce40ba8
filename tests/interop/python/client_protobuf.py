"""The Protobuf serializer of confluent-kafka for Python: client_protobuf.py sync|async FOLDER URL [write|read FOLDER].

The first folder holds samples.json and the descriptors of the .proto files; what is written into the second one is for
the programs of the other languages. This client registers descriptors, in base64, and reads them so too.
"""
import asyncio
import base64
import json
import pathlib
import sys

from client import done, equal, refused
from confluent_kafka.schema_registry import AsyncSchemaRegistryClient, Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import (AsyncProtobufDeserializer, AsyncProtobufSerializer,
                                                      ProtobufDeserializer, ProtobufSerializer)
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

LOOKS = {'auto.register.schemas': False}
TAKES_LATEST = {'auto.register.schemas': False, 'use.latest.version': True}


class Sample:
    """A message, its class and the topic to which it goes."""

    def __init__(self, sample, pool):
        self.topic, self.indexes = sample['topic'], bytes.fromhex(sample['indexes'])
        self.type = message_factory.GetMessageClass(pool.FindMessageTypeByName(sample['type']))
        self.message = json_format.ParseDict(sample['value'], self.type(), descriptor_pool=pool)


class Flavour:
    """The names of one of the two clients, and what is in the first folder."""

    def __init__(self, is_async, folder, url):
        self.folder, self.url = folder, url
        self.client_class = AsyncSchemaRegistryClient if is_async else SchemaRegistryClient
        self.serializer_class = AsyncProtobufSerializer if is_async else ProtobufSerializer
        self.deserializer_class = AsyncProtobufDeserializer if is_async else ProtobufDeserializer
        self.pools = {version: self.read_pool(version) for version in ('first', 'second', 'broken')}
        samples = json.loads((folder / 'samples.json').read_text())
        self.samples = [Sample(sample, self.pools['first']) for sample in samples]

    def client(self):
        """A new one, whose caches are empty: what it returns comes from the registry."""
        return self.client_class({'url': self.url})

    def read_pool(self, version):
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString((self.folder / f'{version}.bin').read_bytes()).file:
            pool.Add(file)
        return pool

    def user(self, version, **values):
        return message_factory.GetMessageClass(self.pools[version].FindMessageTypeByName('interop.User'))(**values)

    async def serialize(self, topic, message, conf=None):
        writer = await done(self.serializer_class(type(message), self.client(), conf))
        return await done(writer(message, SerializationContext(topic, MessageField.VALUE)))

    async def deserialize(self, topic, data, message_type, conf=None):
        reader = await done(self.deserializer_class(message_type, conf, schema_registry_client=self.client()))
        return await done(reader(data, SerializationContext(topic, MessageField.VALUE)))


def number(data):
    """The id of the schema in a message."""
    return int.from_bytes(data[1:5], 'big')


async def check_messages(flavour):
    for sample in flavour.samples:
        data = await flavour.serialize(sample.topic, sample.message)
        equal((data[:1], data[5:5 + len(sample.indexes)]), (b'\0', sample.indexes))
        equal(await flavour.deserialize(sample.topic, data, sample.type), sample.message)
        # Another serializer finds what was registered.
        equal(number(await flavour.serialize(sample.topic, sample.message, LOOKS)), number(data))
        equal(await done(flavour.client().get_versions(f'{sample.topic}-value')), [1])
    await refused(404, 40401, flavour.serialize, 'nobody', flavour.samples[0].message, LOOKS)


async def check_references(flavour):
    client = flavour.client()
    parcel = await done(client.get_latest_version('parcels-value'))
    names = ['interop/customer.proto', 'interop/order.proto']
    equal(parcel.schema.references, [SchemaReference(name, name, 1) for name in names])
    assert parcel.schema_id in await done(client.get_referenced_by(names[0], 1))
    await refused(422, 42206, client.delete_version, names[0], 1)
    # Without its references the file does not compile.
    await refused(422, 42201, client.register_schema, 'lacking', Schema(parcel.schema.schema_str, 'PROTOBUF'))
    # The topics of one file have one schema.
    orders = [await done(client.get_latest_version(f'{topic}-value')) for topic in ('orders', 'receipts', 'stamps')]
    equal(len({order.schema_id for order in orders}), 1)


async def check_formats(flavour):
    client = flavour.client()
    order = await done(client.get_latest_version('orders-value'))
    assert order.schema.schema_str.startswith('syntax = "proto3";\npackage interop;\n')
    serialized = await done(flavour.client().get_latest_version('orders-value', fmt='serialized'))
    found = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(serialized.schema.schema_str))
    sent = descriptor_pb2.FileDescriptorProto()
    flavour.samples[0].type.DESCRIPTOR.file.CopyToProto(sent)
    equal([message.name for message in found.message_type], [message.name for message in sent.message_type])
    equal(list(found.dependency), list(sent.dependency))
    # What was answered in either form is known when it is sent.
    for text in order.schema.schema_str, base64.b64encode(sent.SerializeToString()).decode():
        schema = Schema(text, 'PROTOBUF', order.schema.references)
        equal((await done(flavour.client().lookup_schema('orders-value', schema))).schema_id, order.schema_id)
        equal(await done(flavour.client().register_schema('again', schema)), order.schema_id)
    # A text that was made of a descriptor with maps may go to another subject, or another registry.
    customer = (await done(client.get_latest_version('customers-value'))).schema
    assert 'map_entry' in customer.schema_str
    await done(flavour.client().register_schema('copy', customer))
    await refused(422, 42201, client.register_schema, 'again', Schema('AAAA', 'PROTOBUF'))
    await refused(422, 42201, client.register_schema, 'again', Schema('message {', 'PROTOBUF'))


async def check_known_files(flavour):
    schema = Schema((flavour.folder / 'known.proto').read_text(), 'PROTOBUF')
    known = await done(flavour.client().register_schema('known-value', schema))
    # The message must be one of the writer's schema, but may be read as another one.
    data = b'\0' + known.to_bytes(4, 'big') + b'\0' + b'\x0a\x03Ann'
    user = await flavour.deserialize('known', data, type(flavour.user('first')))
    equal(user.name, 'Ann')


async def check_evolution(flavour):
    first, second = flavour.user('first', name='Ann'), flavour.user('second', name='Bob', age=41)
    old = await flavour.serialize('people', first)
    new = await flavour.serialize('people', second)
    equal(await done(flavour.client().get_versions('people-value')), [1, 2])
    assert number(old) != number(new)
    equal(await flavour.deserialize('people', old, type(second)), flavour.user('second', name='Ann'))
    equal((await flavour.deserialize('people', new, type(first))).name, 'Bob')
    latest = {'use.latest.version': True}
    equal(await flavour.deserialize('people', old, type(second), latest), flavour.user('second', name='Ann'))
    # The newest version, not that of the class.
    equal(number(await flavour.serialize('people', first, TAKES_LATEST)), number(new))

    broken = flavour.user('broken', name=7)
    await refused(409, 40901, flavour.serialize, 'people', broken)
    await refused(404, 40403, flavour.serialize, 'people', broken, LOOKS)
    await refused(404, 40403, flavour.deserialize, 'people', b'\0\0\0\x27\x0f\0', type(first))
    equal(await done(flavour.client().get_versions('people-value')), [1, 2])


async def write(flavour, folder):
    for name, settings in ('python', {}), ('python-normalized', {'normalize.schemas': True}):
        messages = [await flavour.serialize(sample.topic, sample.message, settings) for sample in flavour.samples]
        (folder / f'{name}.json').write_text(json.dumps([base64.b64encode(data).decode() for data in messages]))


async def read(flavour, folder):
    ids = {}
    for path in sorted(folder.glob('*.json')):
        messages = [base64.b64decode(data) for data in json.loads(path.read_text())]
        for sample, data in zip(flavour.samples, messages, strict=True):
            equal(await flavour.deserialize(sample.topic, data, sample.type), sample.message)
        ids[path.stem] = [number(data) for data in messages]
    # Clients that send the same descriptors have the same schemas.
    equal(ids['javascript'], ids['python'])
    equal(ids['javascript-normalized'], ids['python-normalized'])


CHECKS = [check_messages, check_references, check_formats, check_known_files, check_evolution]


async def main():
    flavour = Flavour(sys.argv[1] == 'async', pathlib.Path(sys.argv[2]), sys.argv[3])
    if len(sys.argv) > 4:
        await {'write': write, 'read': read}[sys.argv[4]](flavour, pathlib.Path(sys.argv[5]))
        return
    for check in CHECKS:
        await check(flavour)


if __name__ == '__main__':
    asyncio.run(main())
