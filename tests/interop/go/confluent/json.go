package main

import (
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/jsonschema"

	. "avouch/interop/check"
)

// jsonInfo is a JSON Schema as the client wants it.
func jsonInfo(text string, references ...schemaregistry.Reference) schemaregistry.SchemaInfo {
	return schemaregistry.SchemaInfo{Schema: text, SchemaType: "JSON", References: references}
}

// jsonWriter serializes with the newest version of the subject, and checks what it serializes.
func jsonWriter() *jsonschema.Serializer {
	config := jsonschema.NewSerializerConfig()
	config.AutoRegisterSchemas, config.UseLatestVersion, config.EnableValidation = false, true, true
	return Must(jsonschema.NewSerializer(fresh(), serde.ValueSerde, config))
}

func jsonReader() *jsonschema.Deserializer {
	return Must(jsonschema.NewDeserializer(fresh(), serde.ValueSerde, jsonschema.NewDeserializerConfig()))
}

// rejected checks that the client refuses a value.
func rejected[T any](_ T, err error) {
	Equal(err != nil, true)
}

func jsonSchemas() {
	client := fresh()
	first := Must(client.RegisterFullResponse("members-value", jsonInfo(JSONV1), false))
	Equal([]any{first.Version, first.SchemaType, first.Schema}, []any{1, "JSON", JSONV1})
	old := Must(jsonWriter().Serialize("members", &User{Name: "Ann"}))
	Equal(old, Message(byte(first.ID), `{"name":"Ann"}`))
	rejected(jsonWriter().Serialize("members", &User{Name: "Bob", Age: 41}))
	second := Must(client.Register("members-value", jsonInfo(JSONV2), false))
	data := Must(jsonWriter().Serialize("members", &User{Name: "Bob", Age: 41}))
	Equal(data, Message(byte(second), `{"name":"Bob","age":41}`))

	var received User
	Done(jsonReader().DeserializeInto("members", old, &received))
	Equal(received, User{Name: "Ann"})
	Done(jsonReader().DeserializeInto("members", data, &received))
	Equal(received, User{Name: "Bob", Age: 41})

	Equal(Must(client.TestSubjectCompatibility("members-value", jsonInfo(JSONBroken))), false)
	refused[int](40901)(client.Register("members-value", jsonInfo(JSONBroken), false))
	refused[int](42201)(client.Register("members-value", jsonInfo(`{"type":"nothing"}`), false))
	Equal(Must(fresh().GetID("members-value", jsonInfo(" "+JSONV1+" "), false)), first.ID)
}

func jsonReferences() {
	client := fresh()
	Must(client.Register("json-address", jsonInfo(JSONAddress), false))
	reference := schemaregistry.Reference{Name: "address.json", Subject: "json-address", Version: 1}
	order := jsonInfo(JSONOrder, reference)
	id := Must(client.Register("parcels-value", order, false))
	stored := Must(fresh().GetBySubjectAndID("parcels-value", id))
	Equal([]any{stored.Schema, stored.References}, []any{JSONOrder, order.References})
	refused[int](42206)(client.DeleteSubjectVersion("json-address", 1, false))
	refused[int](42201)(client.Register("parcels-value", jsonInfo(JSONOrder), false))

	var sent, received Shipment
	sent.To.City = "Ulm"
	data := Must(jsonWriter().Serialize("parcels", &sent))
	Equal(data, Message(byte(id), `{"to":{"city":"Ulm"}}`))
	Done(jsonReader().DeserializeInto("parcels", data, &received))
	Equal(received, sent)
	sent.To.City = "U"
	rejected(jsonWriter().Serialize("parcels", &sent))
}

// jsonAutomatic lets the serializer make a schema from the type and register it.
func jsonAutomatic() {
	registering := Must(jsonschema.NewSerializer(fresh(), serde.ValueSerde, jsonschema.NewSerializerConfig()))
	data := Must(registering.Serialize("described", &Shipment{}))
	made := Must(fresh().GetLatestSchemaMetadata("described-value"))
	Equal([]any{made.Version, made.SchemaType}, []any{1, "JSON"})
	Equal(data, Message(byte(made.ID), `{"to":{"city":""}}`))

	config := jsonschema.NewSerializerConfig()
	config.AutoRegisterSchemas = false
	looking := Must(jsonschema.NewSerializer(fresh(), serde.ValueSerde, config))
	Equal(Must(looking.Serialize("described", &Shipment{})), data)
	refused[[]byte](40401)(looking.Serialize("nobody", &Shipment{}))
}
