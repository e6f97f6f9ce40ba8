package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/protobuf"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	. "avouch/interop/check"
)

// sample is a message and the topic to which it goes.
type sample struct {
	Type, Topic, Indexes string
	Value                json.RawMessage
	Has                  []string
	message              proto.Message
}

// shop is what the folder holds: the types of each version of the .proto files, and messages.
type shop struct {
	folder   string
	versions map[string]*dynamicpb.Types
	samples  []sample
}

func (s shop) read(name string) []byte {
	return Must(os.ReadFile(filepath.Join(s.folder, name)))
}

// types of the .proto files of a version.
func (s shop) types(version string) *dynamicpb.Types {
	var set descriptorpb.FileDescriptorSet
	Done(proto.Unmarshal(s.read(version+".bin"), &set))
	return dynamicpb.NewTypes(Must(protodesc.NewFiles(&set)))
}

func message(types *dynamicpb.Types, name string, value []byte) proto.Message {
	made := Must(types.FindMessageByName(protoreflect.FullName(name))).New().Interface()
	Done(protojson.UnmarshalOptions{Resolver: types}.Unmarshal(value, made))
	return made
}

func (s shop) user(version, value string) proto.Message {
	return message(s.versions[version], "interop.User", []byte(value))
}

func newShop(folder string) shop {
	made := shop{folder: folder, versions: map[string]*dynamicpb.Types{}}
	for _, version := range []string{"first", "second", "broken"} {
		made.versions[version] = made.types(version)
	}
	Done(json.Unmarshal(made.read("samples.json"), &made.samples))
	for i := range made.samples {
		one := &made.samples[i]
		one.message = message(made.versions["first"], one.Type, one.Value)
	}
	return made
}

// The settings of serializers.
func registers(config *protobuf.SerializerConfig)  { config.AutoRegisterSchemas = true }
func looks(config *protobuf.SerializerConfig)      { config.AutoRegisterSchemas = false }
func normalizes(config *protobuf.SerializerConfig) { config.NormalizeSchemas = true }
func takesLatest(config *protobuf.SerializerConfig) {
	config.AutoRegisterSchemas, config.UseLatestVersion = false, true
}

func protobufSerialize(topic string, value proto.Message, set func(*protobuf.SerializerConfig)) ([]byte, error) {
	config := protobuf.NewSerializerConfig()
	set(config)
	return Must(protobuf.NewSerializer(fresh(), serde.ValueSerde, config)).Serialize(topic, value)
}

// protobufDeserialize returns a message of the same type as like.
func protobufDeserialize(topic string, data []byte, like proto.Message, latest bool) (proto.Message, error) {
	config := protobuf.NewDeserializerConfig()
	config.UseLatestVersion = latest
	reader := Must(protobuf.NewDeserializer(fresh(), serde.ValueSerde, config))
	Done(reader.ProtoRegistry.RegisterMessage(like.ProtoReflect().Type()))
	value, err := reader.Deserialize(topic, data)
	if err != nil {
		return nil, err
	}
	return value.(proto.Message), nil
}

func same(found, expected proto.Message) {
	Equal(protojson.Format(found), protojson.Format(expected))
	Equal(proto.Equal(found, expected), true)
}

func protobufMessages(s shop) {
	for _, one := range s.samples {
		data := Must(protobufSerialize(one.Topic, one.message, registers))
		indexes := Must(hex.DecodeString(one.Indexes))
		Equal([]any{data[0], data[5 : 5+len(indexes)]}, []any{byte(0), indexes})
		same(Must(protobufDeserialize(one.Topic, data, one.message, false)), one.message)
		// Another serializer finds what was registered.
		Equal(Must(protobufSerialize(one.Topic, one.message, looks))[:5], data[:5])
		Equal(Must(fresh().GetAllVersions(one.Topic+"-value")), []int{1})
	}
	refused[[]byte](40401)(protobufSerialize("nobody", s.samples[0].message, looks))
}

func protobufReferences() {
	client := fresh()
	parcel := Must(client.GetLatestSchemaMetadata("parcels-value"))
	customer, order := "interop/customer.proto", "interop/order.proto"
	Equal(parcel.References, []schemaregistry.Reference{{Name: customer, Subject: customer, Version: 1},
		{Name: order, Subject: order, Version: 1}})
	refused[int](42206)(client.DeleteSubjectVersion(customer, 1, false))
	// Without its references the file does not compile.
	lacking := schemaregistry.SchemaInfo{Schema: parcel.Schema, SchemaType: protobuf.SchemaType}
	refused[int](42201)(client.Register("lacking", lacking, false))
	// The topics of one file have one schema.
	orders := Must(client.GetLatestSchemaMetadata("orders-value"))
	Equal(Must(client.GetLatestSchemaMetadata("stamps-value")).ID, orders.ID)
	again := schemaregistry.SchemaInfo{Schema: orders.Schema, SchemaType: protobuf.SchemaType,
		References: orders.References}
	Equal(Must(fresh().GetID("orders-value", again, false)), orders.ID)
}

func protobufKnownFiles(s shop) {
	known := schemaregistry.SchemaInfo{Schema: string(s.read("known.proto")), SchemaType: protobuf.SchemaType}
	id := Must(fresh().Register("known-value", known, false))
	// The message must be one of the writer's schema, but may be read as another one.
	reader := Must(protobuf.NewDeserializer(fresh(), serde.ValueSerde, protobuf.NewDeserializerConfig()))
	user := s.user("first", "{}")
	Done(reader.DeserializeInto("known", Message(byte(id), "\x00\x0a\x03Ann"), user))
	same(user, s.user("first", `{"name": "Ann"}`))
}

func protobufEvolution(s shop) {
	first, second := s.user("first", `{"name": "Ann"}`), s.user("second", `{"name": "Bob", "age": 41}`)
	old := Must(protobufSerialize("people", first, registers))
	data := Must(protobufSerialize("people", second, registers))
	Equal(Must(fresh().GetAllVersions("people-value")), []int{1, 2})
	for _, latest := range []bool{false, true} {
		same(Must(protobufDeserialize("people", old, second, latest)), s.user("second", `{"name": "Ann"}`))
	}
	same(Must(protobufDeserialize("people", old, first, false)), first)
	same(Must(protobufDeserialize("people", data, second, false)), second)
	// The newest version, not that of the type.
	Equal(Must(protobufSerialize("people", first, takesLatest))[:5], data[:5])

	broken := s.user("broken", `{"name": 7}`)
	refused[[]byte](40901)(protobufSerialize("people", broken, registers))
	refused[[]byte](40403)(protobufSerialize("people", broken, looks))
	refused[proto.Message](40403)(protobufDeserialize("people", Message(200, "\x00"), first, false))
	Equal(Must(fresh().GetAllVersions("people-value")), []int{1, 2})
}

// write leaves the messages of this client in a folder, for the programs of other languages.
func write(s shop, folder string) {
	settings := map[string]func(*protobuf.SerializerConfig){"go": registers, "go-normalized": normalizes}
	for name, set := range settings {
		var messages [][]byte
		for _, one := range s.samples {
			messages = append(messages, Must(protobufSerialize(one.Topic, one.message, set)))
		}
		Done(os.WriteFile(filepath.Join(folder, name+".json"), Must(json.Marshal(messages)), 0o644))
	}
}

func read(s shop, folder string) {
	for _, file := range Must(os.ReadDir(folder)) {
		var messages [][]byte
		Done(json.Unmarshal(Must(os.ReadFile(filepath.Join(folder, file.Name()))), &messages))
		// The others send descriptors; unless normalized, these become texts with messages for the entries of maps,
		// which the parser of this client refuses.
		canMaps := strings.HasPrefix(file.Name(), "go") || strings.Contains(file.Name(), "normalized")
		for i, one := range s.samples {
			if canMaps || !slices.Contains(one.Has, "maps") {
				same(Must(protobufDeserialize(one.Topic, messages[i], one.message, false)), one.message)
			}
		}
	}
}

// protobufMain tests the Protobuf serializer: FOLDER URL [write|read FOLDER]. The first folder holds samples.json and
// the descriptors of the .proto files. This client registers texts, and parses them.
func protobufMain(arguments []string) {
	s := newShop(arguments[0])
	url = arguments[1]
	if len(arguments) > 2 {
		map[string]func(shop, string){"write": write, "read": read}[arguments[2]](s, arguments[3])
		return
	}
	protobufMessages(s)
	protobufReferences()
	protobufKnownFiles(s)
	protobufEvolution(s)
}
