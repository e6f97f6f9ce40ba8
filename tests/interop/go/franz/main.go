// The client of franz-go (pkg/sr) with its Serde: franz URL. It keeps nothing, so one client serves all checks.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/hamba/avro/v2"
	"github.com/twmb/franz-go/pkg/sr"

	. "avouch/interop/check"
)

var (
	ctx    = context.Background()
	client *sr.Client
)

// refused checks the code and the HTTP status (the first digits of the code) of an error.
func refused(code int, err error) {
	var refusal *sr.ResponseError
	found := 0
	if errors.As(err, &refusal) && refusal.StatusCode == code/100 {
		found = refusal.ErrorCode
	}
	Code(err, found, code)
}

// failure drops what a call returns besides its error.
func failure[T any](_ T, err error) error {
	return err
}

func schema(text string) sr.Schema {
	return sr.Schema{Schema: text}
}

func registration() {
	Equal(Must(client.Subjects(ctx)), []string{})
	first := Must(client.CreateSchema(ctx, Subject, schema(V1)))
	Equal([]any{first.Subject, first.ID, first.Version, first.Schema.Schema}, []any{Subject, 1, 1, V1})
	Equal(Must(client.CreateSchema(ctx, Subject, schema(V1))), first)
	Equal(Must(client.RegisterSchema(ctx, "other", schema(V1), -1, -1)), 1)
	Equal(Must(client.RegisterSchema(ctx, Subject, schema(V2), -1, -1)), 2)
	found := Must(client.LookupSchema(ctx, Subject, schema(V1)))
	Equal([]any{found.ID, found.Version, found.GUID}, []any{1, 1, first.GUID})
	Equal(Must(client.LookupSchema(sr.WithParams(ctx, sr.Normalize), Subject, schema(" "+V2+" "))).ID, 2)
}

func reading() {
	Equal(Must(client.SchemaByID(ctx, 2)).Schema, V2)
	Equal(Must(client.SchemaTextByID(ctx, 2)), V2)
	latest := Must(client.SchemaByVersion(ctx, Subject, -1))
	Equal([]any{latest.ID, latest.Version, latest.Schema.Schema}, []any{2, 2, V2})
	Equal(Must(client.SchemaByGUID(ctx, latest.GUID)).Schema.Schema, V2)
	Equal(Must(client.SchemaIDsByGUID(ctx, latest.GUID)), []sr.ContextID{{Context: ".", ID: 2}})
	Equal(Must(client.SchemaByVersion(ctx, Subject, 1)).ID, 1)
	Equal(Must(client.SchemaTextByVersion(ctx, Subject, 1)), V1)

	Equal(Must(client.Subjects(ctx)), []string{"other", Subject})
	Equal(Must(client.Subjects(sr.WithParams(ctx, sr.SubjectPrefix("users")))), []string{Subject})
	Equal(Must(client.SubjectVersions(ctx, Subject)), []int{1, 2})
	Equal(Must(client.SubjectsByID(ctx, 1)), []string{"other", Subject})
	Equal(Must(client.SchemaVersionsByID(ctx, 2)), []sr.SubjectVersion{{Subject: Subject, Version: 2}})
	Equal(len(Must(client.SchemaUsagesByID(ctx, 1))), 2)
	all := Must(client.AllSchemas(ctx))
	Equal([]any{len(all), all[2].Subject, all[2].Version, all[2].ID}, []any{3, Subject, 2, 2})
	Equal(len(Must(client.AllSchemas(sr.WithParams(ctx, sr.LatestOnly)))), 2)
	Equal(Must(client.Schemas(ctx, Subject))[1], latest)
	Equal(Must(client.SupportedTypes(ctx))[0], sr.TypeAvro)
}

func compatibility() {
	verbose := sr.WithParams(ctx, sr.Verbose)
	Equal(Must(client.CheckCompatibility(ctx, Subject, 1, schema(V2))), sr.CheckCompatibilityResult{Is: true})
	result := Must(client.CheckCompatibility(verbose, Subject, -1, schema(Broken)))
	Equal([]any{result.Is, len(result.Messages) > 0}, []any{false, true})
	refused(40901, failure(client.RegisterSchema(ctx, Subject, schema(Broken), -1, -1)))
}

// level asks for what is configured for one subject.
func level(subject string) (sr.CompatibilityLevel, error) {
	result := client.Compatibility(ctx, subject)[0]
	return result.Level, result.Err
}

func setLevel(subject string, wanted sr.CompatibilityLevel) {
	result := client.SetCompatibility(ctx, sr.SetCompatibility{Level: wanted}, subject)[0]
	Done(result.Err)
	Equal(result.Level, wanted)
}

func config() {
	Equal(Must(level(sr.GlobalSubject)), sr.CompatBackward)
	setLevel(sr.GlobalSubject, sr.CompatFull)
	Equal(Must(level(sr.GlobalSubject)), sr.CompatFull)
	refused(40408, failure(level(Subject)))
	Equal(client.Compatibility(sr.WithParams(ctx, sr.DefaultToGlobal), Subject)[0].Level, sr.CompatFull)
	setLevel(Subject, sr.CompatNone)
	Equal(Must(level(Subject)), sr.CompatNone)
	Equal(Must(client.RegisterSchema(ctx, Subject, schema(Broken), -1, -1)), 3)
	// The client looks for the old level under another name than the registry gives it.
	Done(client.ResetCompatibility(ctx, Subject)[0].Err)
	refused(40408, failure(level(Subject)))
	setLevel(sr.GlobalSubject, sr.CompatBackward)
}

func mode() {
	Equal(client.Mode(ctx)[0].Mode, sr.ModeReadWrite)
	Done(client.SetMode(ctx, sr.ModeReadOnly, "other")[0].Err)
	Equal(client.Mode(ctx, "other")[0].Mode, sr.ModeReadOnly)
	refused(42205, failure(client.RegisterSchema(ctx, "other", schema(V2), -1, -1)))
	Done(client.ResetMode(ctx, "other")[0].Err)
	refused(40409, client.Mode(ctx, "other")[0].Err)
}

func failures() {
	refused(40401, failure(client.SchemaByVersion(ctx, "nobody", -1)))
	refused(40401, failure(client.SubjectVersions(ctx, "nobody")))
	refused(40401, failure(client.LookupSchema(ctx, "nobody", schema(V1))))
	refused(40401, failure(client.DeleteSubject(ctx, "nobody", sr.SoftDelete)))
	refused(40402, failure(client.SchemaByVersion(ctx, Subject, 99)))
	refused(40403, failure(client.SchemaByID(ctx, 9999)))
	refused(40403, failure(client.LookupSchema(ctx, Subject, schema(Address))))
	refused(42201, failure(client.RegisterSchema(ctx, Subject, schema(`{"type":"nothing"}`), -1, -1)))
	refused(42202, failure(client.SchemaByVersion(ctx, Subject, 0)))
}

func references() {
	Equal(Must(client.CreateSchema(ctx, "address", schema(Address))).Version, 1)
	order := sr.Schema{Schema: Order, References: []sr.SchemaReference{
		{Name: "interop.Address", Subject: "address", Version: 1}}}
	created := Must(client.CreateSchema(ctx, "order", order))
	Equal(Must(client.SchemaByID(ctx, created.ID)), created.Schema)
	Equal([]any{created.Schema.Schema, created.References}, []any{Order, order.References})
	Equal(Must(client.SchemaReferences(ctx, "address", 1)), []sr.SubjectSchema{created})
	refused(42206, client.DeleteSchema(ctx, "address", 1, sr.SoftDelete))
	refused(42201, failure(client.RegisterSchema(ctx, "order", schema(Order), -1, -1)))
}

// contexts: ids begin anew in each of them.
func contexts() {
	const staged = ":.staging:users"
	Equal(Must(client.RegisterSchema(ctx, staged, schema(V2), -1, -1)), 1)
	latest := Must(client.SchemaByVersion(ctx, staged, -1))
	Equal([]any{latest.Subject, latest.ID, latest.Version, latest.Schema.Schema}, []any{staged, 1, 1, V2})
	Equal(Must(client.SchemaByID(ctx, 1)).Schema, V1)
	Equal(Must(client.SchemaByID(sr.WithParams(ctx, sr.Subject(staged)), 1)).Schema, V2)
	Equal(Must(client.Contexts(ctx)), []string{".", ".staging"})
	Equal(Must(client.Subjects(sr.WithParams(ctx, sr.SubjectPrefix(":.staging:")))), []string{staged})
	Equal(Must(client.DeleteSubject(ctx, staged, sr.SoftDelete)), []int{1})
	Equal(Must(client.DeleteSubject(ctx, staged, sr.HardDelete)), []int{1})
}

// parsed fetches what the registry has under the id.
func parsed(id int) avro.Schema {
	return Must(avro.Parse(Must(client.SchemaByID(ctx, id)).Schema))
}

func messages() {
	var serde, evolved sr.Serde
	first, second := parsed(1), parsed(2)
	encode := func(schema avro.Schema) sr.EncodingOpt {
		return sr.EncodeFn(func(value any) ([]byte, error) { return avro.Marshal(schema, value) })
	}
	decode := func(schema avro.Schema) sr.EncodingOpt {
		return sr.DecodeFn(func(data []byte, value any) error { return avro.Unmarshal(schema, data, value) })
	}
	serde.Register(1, User{}, encode(first), decode(first))
	old := Must(serde.Encode(User{Name: "Ann"}))
	Equal(old, Message(1, "\x06Ann"))
	serde.Register(2, User{}, encode(second), decode(second))
	data := Must(serde.Encode(User{Name: "Bob", Age: 41}))
	Equal(data, Message(2, "\x06Bob\x52"))

	evolved.Register(1, User{}, decode(Must(avro.NewSchemaCompatibility().Resolve(second, first))))
	evolved.Register(2, User{}, decode(second))
	var plain, resolved, newest User
	Done(serde.Decode(old, &plain))
	Equal(plain, User{Name: "Ann"})
	Done(evolved.Decode(old, &resolved))
	Equal(resolved, User{Name: "Ann", Age: 7})
	Done(evolved.Decode(data, &newest))
	Equal(newest, User{Name: "Bob", Age: 41})
	id, rest, err := serde.DecodeID(Message(200, "\x06Ann"))
	Done(err)
	Equal(rest, []byte("\x06Ann"))
	refused(40403, failure(client.SchemaByID(ctx, id)))
}

func deletion() {
	deleted := sr.WithParams(ctx, sr.ShowDeleted)
	refused(40407, client.DeleteSchema(ctx, Subject, 3, sr.HardDelete))
	Done(client.DeleteSchema(ctx, Subject, 3, sr.SoftDelete))
	refused(40406, client.DeleteSchema(ctx, Subject, 3, sr.SoftDelete))
	Equal(Must(client.SubjectVersions(ctx, Subject)), []int{1, 2})
	Equal(Must(client.SubjectVersions(deleted, Subject)), []int{1, 2, 3})
	Equal(Must(client.SchemaByVersion(deleted, Subject, 3)).Schema.Schema, Broken)
	Done(client.DeleteSchema(ctx, Subject, 3, sr.HardDelete))
	Equal(Must(client.SubjectVersions(deleted, Subject)), []int{1, 2})

	refused(40405, failure(client.DeleteSubject(ctx, Subject, sr.HardDelete)))
	Equal(Must(client.DeleteSubject(ctx, Subject, sr.SoftDelete)), []int{1, 2})
	refused(40404, failure(client.DeleteSubject(ctx, Subject, sr.SoftDelete)))
	refused(40401, failure(client.SchemaByVersion(ctx, Subject, -1)))
	Equal(Must(client.Subjects(sr.WithParams(ctx, sr.DeletedOnly))), []string{Subject})
	Equal(Must(client.DeleteSubject(ctx, Subject, sr.HardDelete)), []int{1, 2})
	refused(40401, failure(client.DeleteSubject(ctx, Subject, sr.HardDelete)))
	// Nobody else had the schema, so its id is gone for good.
	Equal(Must(client.RegisterSchema(ctx, Subject, schema(V2), -1, -1)), 6)
}

func main() {
	client = Must(sr.NewClient(sr.URLs(os.Args[1])))
	registration()
	reading()
	compatibility()
	config()
	mode()
	failures()
	references()
	messages()
	deletion()
	contexts()
}
