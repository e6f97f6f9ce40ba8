// The client of confluent-kafka-go with its serializers of Avro and JSON: confluent URL; with its Protobuf serializer: confluent
// protobuf, and the arguments of protobufMain.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/rest"

	. "avouch/interop/check"
)

var url string

// info is a schema as the client wants it.
func info(text string, references ...schemaregistry.Reference) schemaregistry.SchemaInfo {
	return schemaregistry.SchemaInfo{Schema: text, References: references}
}

// fresh returns a new client, whose caches are empty: what it returns comes from the registry.
func fresh() schemaregistry.Client {
	return Must(schemaregistry.NewClient(schemaregistry.NewConfig(url)))
}

// code is the code of an error of the registry, or 0.
func code(err error) int {
	var refusal *rest.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return 0
}

// refused checks the code that a call was refused with, whatever else the call returns.
func refused[T any](expected int) func(T, error) {
	return func(value T, err error) {
		if err == nil {
			err = errors.New("no error")
		}
		Code(err, code(err), expected)
	}
}

func registration() {
	client := fresh()
	Equal(Must(client.GetAllSubjects()), []string{})
	Equal(Must(client.Register(Subject, info(V1), false)), 1)
	Equal(Must(fresh().Register(Subject, info(V1), false)), 1)
	Equal(Must(client.Register("other", info(V1), false)), 1)
	full := Must(client.RegisterFullResponse(Subject, info(V2), false))
	Equal([]any{full.ID, full.Version, full.Schema}, []any{2, 2, V2})

	Equal(Must(fresh().GetID(Subject, info(V1), false)), 1)
	Equal(Must(fresh().GetVersion(Subject, info(V1), false)), 1)
	var spaced bytes.Buffer
	Done(json.Indent(&spaced, []byte(V2), "", "  "))
	found := Must(fresh().GetIDFullResponse(Subject, info(spaced.String()), true))
	Equal([]any{found.Subject, found.ID, found.Version, found.GUID}, []any{Subject, 2, 2, full.GUID})
}

func reading() {
	client := fresh()
	Equal(Must(client.GetBySubjectAndID(Subject, 2)).Schema, V2)
	Equal(Must(client.GetBySubjectAndID("", 1)).Schema, V1)
	latest := Must(client.GetLatestSchemaMetadata(Subject))
	Equal([]any{latest.Subject, latest.ID, latest.Version, latest.Schema}, []any{Subject, 2, 2, V2})
	Equal(Must(client.GetByGUID(latest.GUID)).Schema, V2)
	first := Must(client.GetSchemaMetadata(Subject, 1))
	Equal([]any{first.ID, first.Version, first.Schema}, []any{1, 1, V1})
	Equal(Must(client.GetAllSubjects()), []string{"other", Subject})
	Equal(Must(client.GetAllVersions(Subject)), []int{1, 2})
	Equal(Must(client.GetSubjectsAndVersionsByID(1)),
		[]schemaregistry.SubjectAndVersion{{Subject: "other", Version: 1}, {Subject: Subject, Version: 1}})
	Equal(Must(client.GetAllContexts()), []string{"."})
}

func compatibility() {
	client := fresh()
	Equal(Must(client.TestCompatibility(Subject, 1, info(V2))), true)
	Equal(Must(client.TestCompatibility(Subject, 1, info(Broken))), false)
	Equal(Must(client.TestSubjectCompatibility(Subject, info(V2))), true)
	Equal(Must(client.TestSubjectCompatibility(Subject, info(Broken))), false)
	refused[int](40901)(client.Register(Subject, info(Broken), false))
}

func config() {
	type level = schemaregistry.Compatibility
	client := fresh()
	Equal(Must(client.GetDefaultCompatibility()), level(schemaregistry.Backward))
	Equal(Must(client.UpdateDefaultCompatibility(schemaregistry.Full)), level(schemaregistry.Full))
	Equal(Must(client.GetDefaultConfig()).CompatibilityLevel, level(schemaregistry.Full))
	refused[level](40408)(client.GetCompatibility(Subject))
	Equal(Must(client.UpdateCompatibility(Subject, schemaregistry.None)), level(schemaregistry.None))
	Equal(Must(client.GetCompatibility(Subject)), level(schemaregistry.None))
	Equal(Must(client.Register(Subject, info(Broken), false)), 3)

	update := schemaregistry.ServerConfig{CompatibilityUpdate: schemaregistry.Forward, CompatibilityGroup: "app"}
	Equal(Must(client.UpdateConfig(Subject, update)), update)
	stored := Must(client.GetConfig(Subject, false))
	Equal([]any{stored.CompatibilityLevel, stored.CompatibilityGroup},
		[]any{level(schemaregistry.Forward), "app"})
	inherited := Must(client.GetConfig("other", true))
	Equal(inherited.CompatibilityLevel, level(schemaregistry.Full))
	Must(client.UpdateDefaultCompatibility(schemaregistry.Backward))
}

func failures() {
	client := fresh()
	refused[schemaregistry.SchemaMetadata](40401)(client.GetLatestSchemaMetadata("nobody"))
	refused[[]int](40401)(client.GetAllVersions("nobody"))
	refused[int](40401)(client.GetID("nobody", info(V1), false))
	refused[[]int](40401)(client.DeleteSubject("nobody", false))
	refused[schemaregistry.SchemaMetadata](40402)(client.GetSchemaMetadata(Subject, 99))
	refused[schemaregistry.SchemaInfo](40403)(client.GetBySubjectAndID(Subject, 9999))
	refused[int](40403)(client.GetVersion(Subject, info(Address), false))
	refused[int](42201)(client.Register(Subject, info(`{"type":"nothing"}`), false))
	refused[schemaregistry.SchemaMetadata](42202)(client.GetSchemaMetadata(Subject, 0))
}

// metadata: without blanks, which this client does not encode.
func metadata() {
	client := fresh()
	labelled := info(V1)
	labelled.Metadata = &schemaregistry.Metadata{Properties: map[string]string{"owner": "ops"}}
	id := Must(client.Register("labelled", labelled, false))
	found := Must(client.GetLatestWithMetadata("labelled", map[string]string{"owner": "ops"}, false))
	Equal([]any{found.ID, found.Metadata.Properties["owner"]}, []any{id, "ops"})
	refused[schemaregistry.SchemaMetadata](40403)(
		client.GetLatestWithMetadata("labelled", map[string]string{"owner": "nobody"}, false))
}

func deletion() {
	client := fresh()
	refused[int](40407)(client.DeleteSubjectVersion(Subject, 3, true))
	Equal(Must(client.DeleteSubjectVersion(Subject, 3, false)), 3)
	refused[int](40406)(client.DeleteSubjectVersion(Subject, 3, false))
	Equal(Must(client.GetAllVersions(Subject)), []int{1, 2})
	Equal(Must(client.GetSchemaMetadataIncludeDeleted(Subject, 3, true)).Schema, Broken)
	Equal(Must(client.DeleteSubjectVersion(Subject, 3, true)), 3)
	refused[schemaregistry.SchemaMetadata](40402)(fresh().GetSchemaMetadataIncludeDeleted(Subject, 3, true))

	refused[[]int](40405)(client.DeleteSubject(Subject, true))
	Equal(Must(client.DeleteSubject(Subject, false)), []int{1, 2})
	refused[[]int](40404)(client.DeleteSubject(Subject, false))
	refused[schemaregistry.SchemaMetadata](40401)(fresh().GetLatestSchemaMetadata(Subject))
	Equal(slices.Contains(Must(client.GetAllSubjects()), Subject), false)
	Equal(Must(fresh().GetVersionIncludeDeleted(Subject, info(V2), false, true)), 2)
	Equal(Must(client.DeleteSubject(Subject, true)), []int{1, 2})
	refused[[]int](40401)(client.DeleteSubject(Subject, true))
	Equal(Must(fresh().Register(Subject, info(V2), false)), 2)
}

func main() {
	if os.Args[1] == "protobuf" {
		protobufMain(os.Args[2:])
		return
	}
	url = os.Args[1]
	registration()
	reading()
	compatibility()
	config()
	failures()
	metadata()
	references()
	messages()
	automatic()
	jsonSchemas()
	jsonReferences()
	jsonAutomatic()
	deletion()
}
