package main

import (
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/avrov2"

	. "avouch/interop/check"
)

// writer serializes with the newest version of the subject, by a client of its own.
func writer() *avrov2.Serializer {
	config := avrov2.NewSerializerConfig()
	config.AutoRegisterSchemas, config.UseLatestVersion = false, true
	return Must(avrov2.NewSerializer(fresh(), serde.ValueSerde, config))
}

// reader deserializes into the writer's schema, or into the newest one of the subject.
func reader(latest bool) *avrov2.Deserializer {
	config := avrov2.NewDeserializerConfig()
	config.UseLatestVersion = latest
	return Must(avrov2.NewDeserializer(fresh(), serde.ValueSerde, config))
}

func references() {
	client := fresh()
	address := Must(client.RegisterFullResponse("address", info(Address), false))
	Equal(address.Version, 1)
	order := info(Order, schemaregistry.Reference{Name: "interop.Address", Subject: "address", Version: 1})
	id := Must(client.Register("orders-value", order, false))
	stored := Must(fresh().GetBySubjectAndID("orders-value", id))
	Equal([]any{stored.Schema, stored.References}, []any{Order, order.References})
	Equal(Must(fresh().GetID("orders-value", order, false)), id)
	refused[int](42206)(client.DeleteSubjectVersion("address", 1, false))
	refused[int](42201)(client.Register("orders-value", info(Order), false))

	var sent, received Shipment
	sent.To.City = "Ulm"
	data := Must(writer().Serialize("orders", &sent))
	Equal(data, Message(byte(id), "\x06Ulm"))
	Done(reader(false).DeserializeInto("orders", data, &received))
	Equal(received, sent)
}

func messages() {
	client := fresh()
	Equal(Must(client.Register("people-value", info(V1), false)), 1)
	old := Must(writer().Serialize("people", &User{Name: "Ann"}))
	Equal(old, Message(1, "\x06Ann"))
	Equal(Must(client.Register("people-value", info(V2), false)), 2)
	data := Must(writer().Serialize("people", &User{Name: "Bob", Age: 41}))
	Equal(data, Message(2, "\x06Bob\x52"))

	var plain, evolved, newest, unknown User
	Done(reader(false).DeserializeInto("people", old, &plain))
	Equal(plain, User{Name: "Ann"})
	Done(reader(true).DeserializeInto("people", old, &evolved))
	Equal(evolved, User{Name: "Ann", Age: 7})
	Done(reader(true).DeserializeInto("people", data, &newest))
	Equal(newest, User{Name: "Bob", Age: 41})
	refused[*User](40403)(&unknown, reader(false).DeserializeInto("people", Message(200, "\x06Ann"), &unknown))
}

// automatic lets the serializer make a schema from the type and register it.
func automatic() {
	registering := Must(avrov2.NewSerializer(fresh(), serde.ValueSerde, avrov2.NewSerializerConfig()))
	data := Must(registering.Serialize("made", &User{Name: "Cy", Age: 1}))
	made := Must(fresh().GetLatestSchemaMetadata("made-value"))
	Equal(made.Version, 1)
	Equal(data, Message(byte(made.ID), "\x04Cy\x02"))

	config := avrov2.NewSerializerConfig()
	config.AutoRegisterSchemas, config.NormalizeSchemas = false, true
	looking := Must(avrov2.NewSerializer(fresh(), serde.ValueSerde, config))
	Equal(Must(looking.Serialize("made", &User{Name: "Cy", Age: 1})), data)
	refused[[]byte](40401)(looking.Serialize("nobody", &User{}))
}
