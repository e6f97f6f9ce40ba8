// Package check holds what the programs of both clients share: the schemas, and checks that end the program.
package check

import (
	"fmt"
	"log"
	"os"
	"reflect"
)

// The subject must travel encoded; Broken cannot read what V1 wrote.
const (
	Subject = "users/ü-value"
	V1      = `{"type":"record","name":"User","namespace":"interop","fields":[{"name":"name","type":"string"}]}`
	V2      = `{"type":"record","name":"User","namespace":"interop",` +
		`"fields":[{"name":"name","type":"string"},{"name":"age","type":"int","default":7}]}`
	Broken  = `{"type":"record","name":"User","namespace":"interop","fields":[{"name":"name","type":"int"}]}`
	Address = `{"type":"record","name":"Address","namespace":"interop","fields":[{"name":"city","type":"string"}]}`
	Order   = `{"type":"record","name":"Order","namespace":"interop","fields":[{"name":"to","type":"Address"}]}`
)

// The same in JSON Schema: objects of these properties and no others, so that they may grow.
const (
	JSONV1 = `{"title":"User","type":"object","properties":{"name":{"type":"string"}},"additionalProperties":false}`
	JSONV2 = `{"title":"User","type":"object",` +
		`"properties":{"name":{"type":"string"},"age":{"type":"integer"}},"additionalProperties":false}`
	JSONBroken  = `{"title":"User","type":"object","properties":{"name":{"type":"integer"}},"additionalProperties":false}`
	JSONAddress = `{"title":"Address","type":"object","properties":{"city":{"type":"string","minLength":2}}}`
	JSONOrder   = `{"title":"Order","type":"object","properties":{"to":{"$ref":"address.json"}}}`
)

// User is a value of the schemas V1 and V2.
type User struct {
	Name string `avro:"name" json:"name"`
	Age  int    `avro:"age" json:"age,omitempty"`
}

// Shipment is a value of the schema Order.
type Shipment struct {
	To struct {
		City string `avro:"city" json:"city"`
	} `avro:"to" json:"to"`
}

func init() {
	log.SetFlags(log.Lshortfile)
}

// Message is a message as it travels: a zero, the id in four bytes, the data.
func Message(id byte, data string) []byte {
	return append([]byte{0, 0, 0, 0, id}, data...)
}

// fail names the line of the check, which is above those functions that are to be left out.
func fail(leftOut int, format string, arguments ...any) {
	_ = log.Output(2+leftOut, fmt.Sprintf(format, arguments...))
	os.Exit(1)
}

// Equal ends the program unless both are the same.
func Equal(found, expected any) {
	if !reflect.DeepEqual(found, expected) {
		fail(1, "%#v instead of %#v", found, expected)
	}
}

// Must returns the value and ends the program on an error.
func Must[T any](value T, err error) T {
	if err != nil {
		fail(1, "%v", err)
	}
	return value
}

// Done ends the program on an error.
func Done(err error) {
	if err != nil {
		fail(1, "%v", err)
	}
}

// Code ends the program unless the code that its caller found in the error of a call is the expected one.
func Code(err error, found, expected int) {
	if found != expected || err.Error() == "" {
		fail(2, "%v, code %d, instead of code %d", err, found, expected)
	}
}
