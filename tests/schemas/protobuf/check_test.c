/* What the strict check refuses: the place and the words are those of protoc 3.21, for editions those of the first protoc
 * that reads them. tests/oracle compares many more files with the compilers themselves.
 * covers: schemas/protobuf/check_build.c schemas/protobuf/check_declarations.c schemas/protobuf/check_defaults.c
 * covers: schemas/protobuf/check_editions.c schemas/protobuf/check_elements.c schemas/protobuf/check_enums.c
 * covers: schemas/protobuf/check_files.c schemas/protobuf/check_json.c schemas/protobuf/check_options.c
 * covers: schemas/protobuf/check_proto3.c schemas/protobuf/check_ranges.c schemas/protobuf/check_reference.c
 * covers: schemas/protobuf/check_style.c schemas/protobuf/check_symbols.c schemas/protobuf/check_syntax.c
 * covers: schemas/protobuf/check_types.c schemas/protobuf/check_visibility.c */
#include "fixture.h"

#include "base64.h"

#define P2 "syntax = 'proto2'; "
#define P3 "syntax = 'proto3'; "
#define E23 "edition = '2023'; "
#define E24 "edition = '2024'; "
#define D "import 'google/protobuf/descriptor.proto'; "

static const char *const dependencies[] = {"d.proto", P2 "enum E { A = 0; }", "v.proto", E24 "local message Hidden {}",
                                           NULL};

/* Text, column of the first line (0: nothing is wrong), what is wrong there. */
static const struct {
    const char *text;
    int column;
    const char *fault;
} rows[] = {
    /* What is right. */
    {P3 "message M { int32 a = 1; }", 0, ""},
    {P2 D
     "extend google.protobuf.FieldOptions { optional int32 o = 50000; } message M { optional int32 a = 1 [(o) = -3]; }",
     0, ""},
    {E23 "message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }", 0, ""},
    {P2 "message M { extensions 100 to max; } extend M { optional M m = 100; }", 0, ""},
    /* Symbols. */
    {P3 "message M {} message M {}", 41, "'M' is already defined."},
    {P3 "message M { int32 a = 1; string a = 2; }", 52, "'a' is already defined in 'M'."},
    {P3 "enum E { A = 0; } enum F { A = 0; }", 47,
     "'A' is already defined. Note that enum values use C++ scoping rules, meaning that enum values are siblings of "
     "their type, not children of it.  Therefore, 'A' must be unique within the global scope, not just within 'F'."},
    {P3 "package a.b; message M { b.c.N n = 1; } message a {}", 45,
     "'b.c.N' is resolved to 'a.b.c.N', which is not defined. The innermost scope is searched first in name "
     "resolution. Consider using a leading `.`(i.e., '.b.c.N') to start from the outermost scope."},
    {P3 "message M { enum a { Z = 0; } int32 a = 1; }", 37, "'a' is already defined in 'M'."},
    {P3 "import 'google/protobuf/timestamp.proto'; package google.protobuf; message Timestamp {}", 95,
     "'google.protobuf.Timestamp' is already defined in file 'google/protobuf/timestamp.proto'."},
    {P3 "import 'google/protobuf/timestamp.proto'; message google {}", 70,
     "'google' is already defined in file 'google/protobuf/timestamp.proto'."},
    {P3 "service S { rpc A (S) returns (S); }", 39, "'S' is not a message type."},
    {P3 "message M { rpc r = 1; }", 32, "'rpc' is not defined."},
    /* References to types. */
    {P3 "message M { N n = 1; }", 32, "'N' is not defined."},
    {P3 "message M { .a.N n = 1; }", 32, "'.a.N' is not defined."},
    {P3 "package a; message M { a.N n = 1; message a {} }", 43,
     "'a.N' is resolved to 'a.M.a.N', which is not defined. The innermost scope is searched first in name resolution. "
     "Consider using a leading `.`(i.e., '.a.N') to start from the outermost scope."},
    {P3 "message M { google.protobuf.Timestamp t = 1; }", 32, "'google.protobuf.Timestamp' is not defined."},
    {P2 "extend N { optional int32 a = 1; }", 27, "'N' is not defined."},
    {P2 "enum E { A = 0; } extend E { optional int32 a = 1; }", 45, "'E' is not a message type."},
    {P2 "message M { optional int32 a = 1; } message N { optional M.a b = 1; }", 77, "'M.a' is not a type."},
    {P3 "message M { map<string, N> a = 1; }", 32, "'N' is not defined."},
    {P3 "enum E { A = 0; } message M { map<E, string> a = 1; }", 50, "Key in map fields cannot be enum types."},
    {P3 "message K {} message M { map<K, string> a = 1; }", 45,
     "Key in map fields cannot be float/double, bytes or message types."},
    {P3 "message M {} service S { rpc R (M) returns (N); }", 64, "'N' is not defined."},
    {P2 "message M { extensions 1 to 5; } extend M { optional int32 a = 6; }", 83,
     "'M' does not declare 6 as an extension number."},
    {P2 "message M { extensions 1 to 5; } extend M { optional int32 a = 5; optional int32 b = 5; }", 105,
     "Extension number 5 has already been used in 'M' by extension 'a'."},
    {P2 "message M { extensions 1 to 5; } extend M { required int32 a = 5; }", 73,
     "The extension a cannot be required."},
    /* Files. */
    {P3 "import 'nowhere.proto'; message M {}", 20, "Import 'nowhere.proto' was not found or had errors."},
    {P3 "import 'google/protobuf/any.proto'; import 'google/protobuf/any.proto'; message M {}", 56,
     "Import 'google/protobuf/any.proto' was listed twice."},
    {P3 "import 'default'; message M {}", 20, "Import 'default' was not found or had errors."},
    /* Numbers and ranges. */
    {P3 "message M { int32 a = 1; int32 b = 1; }", 55, "Field number 1 has already been used in 'M' by field 'a'."},
    {P3 "message M { int32 a = 0; }", 42, "Field numbers must be positive integers."},
    {P3 "message M { int32 a = 19000; }", 42,
     "Field numbers 19000 through 19999 are reserved for the protocol buffer library implementation."},
    {P3 "message M { int32 a = 536870912; }", 42, "Field numbers cannot be greater than 536870911."},
    {P3 "message M { reserved 1; int32 a = 1; }", 41, "Field 'a' uses reserved number 1."},
    {P3 "message M { reserved 'a'; int32 a = 1; }", 52, "Field name 'a' is reserved."},
    {P3 "message M { reserved 1 to 5, 5; }", 41, "Reserved range 5 to 5 overlaps with already-defined range 1 to 5."},
    {P3 "message M { reserved 'a', 'a'; }", 28, "Field name 'a' is reserved multiple times."},
    {P3 "message M { reserved 0; }", 41, "Reserved numbers must be positive integers."},
    {P2 "message M { extensions 5 to 4; }", 43, "Extension range end number must be greater than start number."},
    {P2 "message M { extensions 1 to 5; extensions 3; }", 43,
     "Extension range 3 to 3 overlaps with already-defined range 1 to 5."},
    {P2 "message M { extensions 1 to 5; reserved 3; }", 43,
     "Extension range 1 to 5 overlaps with reserved range 3 to 3."},
    {P2 "message M { extensions 1 to 5; optional int32 a = 3; }", 43, "Extension range 1 to 5 includes field 'a' (3)."},
    {P2 "message M { extensions 0; }", 43, "Extension numbers must be positive integers."},
    {P3 "enum E { A = 0; reserved 0; }", 45, "Enum value 'A' uses reserved number 0."},
    {P3 "enum E { A = 0; reserved 'A'; }", 29, "Enum value 'A' is reserved."},
    {P3 "enum E { A = 0; reserved 3 to 5, 4; }", 45,
     "Reserved range 4 to 4 overlaps with already-defined range 3 to 5."},
    {P3 "enum E { A = 0; reserved 'B', 'B'; }", 25, "Enum value 'B' is reserved multiple times."},
    /* Enums. */
    {P3 "enum E { A = 0; B = 0; }", 40,
     "'B' uses the same enum value as 'A'. If this is intended, set `option allow_alias = true;` to the enum "
     "definition."},
    {P3 "enum E { A = 1; }", 33, "The first enum value must be zero in proto3."},
    {P3 "enum E {}", 25, "Enums must contain at least one value."},
    {P3 "enum E { Foo = 0; foo = 1; }", 38,
     "Enum name foo has the same name as Foo if you ignore case and strip out the enum name prefix (if any). This is "
     "error-prone and can lead to undefined behavior. Please avoid doing this. If you are using allow_alias, please "
     "assign the same numeric value to both enums."},
    {P3 "enum E { E_A = 0; A = 1; }", 38,
     "Enum name A has the same name as E_A if you ignore case and strip out the enum name prefix (if any). This is "
     "error-prone and can lead to undefined behavior. Please avoid doing this. If you are using allow_alias, please "
     "assign the same numeric value to both enums."},
    {P2 "enum E { option allow_alias = false; A = 0; }", 36,
     "'E' declares `option allow_alias = false;` which has no effect. Please remove the declaration."},
    {P2 "enum E { A = 0; } message M { optional E e = 1 [default = B]; }", 78, "Enum type 'E' has no value named 'B'."},
    /* Defaults. */
    {P3 "message M { int32 a = 1 [default = 1]; }", 55, "Explicit default values are not allowed in proto3."},
    {P2 "message M { repeated int32 a = 1 [default = 1]; }", 64, "Repeated fields can`t have default values."},
    {P2 "message M { optional M a = 1 [default = 'x']; }", 60, "Messages can`t have default values."},
    {P2 "message M { optional int32 a = 1 [default = 2147483648]; }", 64, "Integer out of range."},
    {P2 "message M { optional uint32 a = 1 [default = -1]; }", 66, "Unsigned field can`t have negative default value."},
    {P2 "message M { optional bool a = 1 [default = 1]; }", 63, "Expected 'true' or 'false'."},
    {P2 "message M { optional string a = 1 [default = 1]; }", 65, "Expected string for field default value."},
    {P2 "message M { optional int32 a = 1 [default = 1, default = 2]; }", 67, "Already set option 'default'."},
    /* JSON names. */
    {P3 "message M { int32 a_b = 1; int32 aB = 2; }", 53,
     "The JSON camel-case name of field 'aB' conflicts with field 'a_b'. This is not allowed in proto3."},
    {P2 "message M { extensions 5; } extend M { optional int32 a = 5 [json_name = 'x']; }", 81,
     "option json_name is not allowed on extension fields."},
    {P3 "message M { int32 a = 1 [json_name = 'x', json_name = 'y']; }", 62, "Already set option 'json_name'."},
    /* proto3. */
    {P3 "message M { optional group G = 1 {} }", 41, "Groups are not supported in proto3 syntax."},
    {P3 "message M { extensions 5; }", 43, "Extension ranges are not allowed in proto3."},
    {P3 "import 'd.proto'; message M { E e = 1; }", 50,
     "Enum type 'E' is not a proto3 enum, but is used in 'M' which is a proto3 message type."},
    {P3 "message M {} extend M { int32 a = 1; }", 54, "'M' does not declare 1 as an extension number."},
    {P3 "message M { option message_set_wire_format = true; }", 28, "MessageSet is not supported in proto3."},
    /* Syntax that the descriptor refuses. */
    {P3 "message M { oneof o {} }", 38, "Expected type name."},
    {P3 "message M { int32 a = 1 [packed = true]; }", 32,
     "[packed = true] can only be specified for repeated primitive fields."},
    {P3 "message M { string a = 1 [packed = true]; }", 32,
     "[packed = true] can only be specified for repeated primitive fields."},
    {P3 "message M { int32 a = 1 [lazy = true]; }", 32, "[lazy = true] can only be specified for submessage fields."},
    {P3 "message M { int32 a = 1 [jstype = JS_STRING]; }", 32,
     "jstype is only allowed on int64, uint64, sint64, fixed64 or sfixed64 fields."},
    {P2 "message M { option message_set_wire_format = true; optional int32 a = 1; }", 86,
     "MessageSets cannot have fields, only extensions."},
    {P3 "message M { map<float, int32> a = 1; }", 32,
     "Key in map fields cannot be float/double, bytes or message types."},
    /* Options. */
    {P3 "option nothing = 1; message M {}", 27,
     "Option 'nothing' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {P3 "message M { int32 a = 1 [nothing = 1]; }", 45,
     "Option 'nothing' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {P3 "message M { int32 a = 1 [(o) = 1]; }", 45,
     "Option '(o)' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {P3 "message M { int32 a = 1 [deprecated = 1]; }", 58,
     "Value must be identifier for boolean option 'google.protobuf.FieldOptions.deprecated'."},
    {P3 "message M { int32 a = 1 [deprecated = maybe]; }", 58,
     "Value must be 'true' or 'false' for boolean option 'google.protobuf.FieldOptions.deprecated'."},
    {P3 "message M { int32 a = 1 [deprecated = true, deprecated = true]; }", 64,
     "Option 'deprecated' was already set."},
    {P3 "option java_package = 1; message M {}", 42,
     "Value must be quoted string for string option 'google.protobuf.FileOptions.java_package'."},
    {P3 "option optimize_for = FAST; message M {}", 42,
     "Enum type 'google.protobuf.FileOptions.OptimizeMode' has no value named 'FAST' for option "
     "'google.protobuf.FileOptions.optimize_for'."},
    {P3 "message M { option uninterpreted_option = 1; }", 39,
     "Option must not use reserved name 'uninterpreted_option'."},
    {P2 D "extend google.protobuf.FieldOptions { optional int32 o = 50000; } message M { optional int32 a = 1 [(o) = "
          "2147483648]; }",
     169, "Value out of range for int32 option 'o'."},
    {P2 D "extend google.protobuf.FieldOptions { optional uint32 o = 50000; } message M { optional int32 a = 1 [(o) = "
          "-1]; }",
     170, "Value must be non-negative integer for uint32 option 'o'."},
    {P2 D
     "extend google.protobuf.FieldOptions { optional string o = 50000; } message M { optional int32 a = 1 [(o) = 1]; }",
     170, "Value must be quoted string for string option 'o'."},
    {P2 D "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional int32 a = 1 [(o) = 1]; }",
     165,
     "Option 'o' is a message. To set the entire message, use syntax like 'o = { <proto text format> }'. To set fields "
     "within it, use syntax like 'o.foo = value'."},
    {P2 D
     "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional int32 a = 1 [(o).b = 1]; }",
     159, "Option '(o).b' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {P2 D "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional int32 a = 1 [(o) = {a: "
          "1, a: 2}]; }",
     165, "Error while parsing option value for 'o': Non-repeated field 'a' is specified multiple times."},
    {P2 D
     "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional int32 a = 1 [(o) = {b: 1}]; }",
     165, "Error while parsing option value for 'o': Message type 'M' has no field named 'b'."},
    {P2 D
     "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional int32 a = 1 [(o) = {a: x}]; }",
     165, "Error while parsing option value for 'o': Expected integer, got: x"},
    {P2 D
     "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional bool a = 1 [(o) = {a: x}]; }",
     164, "Error while parsing option value for 'o': Invalid value for boolean field 'a'. Value: 'x'."},
    {P2 D "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { optional double a = 1 [(o) = {a: "
          "x}]; }",
     166, "Error while parsing option value for 'o': Expected double, got: x"},
    {P2 D
     "extend google.protobuf.FieldOptions { optional M o = 50000; } message M { required double a = 1 [(o) = {}]; }",
     166, "Error while parsing option value for 'o': Message missing required fields: a"},
    {P2 D "extend google.protobuf.FieldOptions { optional int32 o = 50000; } message M { optional int32 a = 1 [(o).b = "
          "1]; }",
     163, "Option '(o)' is an atomic type, not a message."},
    {P2 D "extend google.protobuf.MessageOptions { optional int32 o = 50000; } message M { optional int32 a = 1 [(o) = "
          "1]; }",
     165, "Option field '(o)' is not a field or extension of message 'FieldOptions'."},
    /* Editions. */
    {P3 "option features.field_presence = IMPLICIT; message M {}", 27, "Features are only valid under editions."},
    {E23 "option features.field_presence = LEGACY_REQUIRED; message M {}", 26,
     "Required presence can`t be specified by default."},
    {E23 "message M { repeated int32 a = 1 [features.field_presence = IMPLICIT]; }", 46,
     "Repeated fields can`t specify field presence."},
    {E23 "message M { oneof o { int32 a = 1 [features.field_presence = IMPLICIT]; } }", 47,
     "Oneof fields can`t specify field presence."},
    {E23 "message M { M a = 1 [features.field_presence = IMPLICIT]; }", 33,
     "Message fields can`t specify implicit presence."},
    {E23 "message M { int32 a = 1 [features.field_presence = IMPLICIT, default = 1]; }", 37,
     "Implicit presence fields can`t specify defaults."},
    {E23 "message M { int32 a = 1 [features.repeated_field_encoding = PACKED]; }", 37,
     "Only repeated fields can specify repeated field encoding."},
    {E23 "message M { repeated string a = 1 [features.repeated_field_encoding = PACKED]; }", 47,
     "Only repeated primitive fields can specify PACKED repeated field encoding."},
    {E23 "message M { int32 a = 1 [features.utf8_validation = NONE]; }", 37,
     "Only string fields can specify utf8 validation."},
    {E23 "message M { int32 a = 1 [features.message_encoding = DELIMITED]; }", 37,
     "Only message fields can specify message encoding."},
    {E23 "message M { int32 a = 1 [features.enum_type = CLOSED]; }", 44,
     "Option google.protobuf.FeatureSet.enum_type cannot be set on an entity of type `field`."},
    {E23 "message M { int32 a = 1 [features.field_presence = FIELD_PRESENCE_UNKNOWN]; }", 37,
     "Feature field `field_presence` must resolve to a known value, found FIELD_PRESENCE_UNKNOWN"},
    {E23 "enum E { A = 1; }", 32, "The first enum value must be zero for open enums."},
    {E23 "enum E { option features.enum_type = CLOSED; A = 1; } message M { E e = 1 [features.field_presence = "
         "IMPLICIT]; }",
     87, "Implicit presence enum fields must always be open."},
    {E23 "message M { extensions 5; } extend M { int32 a = 5 [features.field_presence = IMPLICIT]; }", 64,
     "Extensions can`t specify field presence."},
    {E24 "message M { int32 aB = 1; }", 37,
     "Field name aB should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of "
     "this check)"},
    {E24 "message m { }", 27,
     "Message name m should begin with a capital letter (features.enforce_naming_style = STYLE_LEGACY can be used to "
     "opt out of this check)"},
    {E24 "enum E { a = 0; }", 28,
     "Enum value name a should be UPPER_SNAKE_CASE (features.enforce_naming_style = STYLE_LEGACY can be used to opt "
     "out of this check)"},
    {E24 "service s { }", 27,
     "Service name s should begin with a capital letter (features.enforce_naming_style = STYLE_LEGACY can be used to "
     "opt out of this check)"},
    {E23 "import option 'google/protobuf/descriptor.proto'; message M {}", 26,
     "option import is not supported before edition 2024."},
    {E24 "import option 'google/protobuf/descriptor.proto'; message M { google.protobuf.FieldOptions a = 1; }", 81,
     "'google.protobuf.FieldOptions' seems to be defined in 'google/protobuf/descriptor.proto', which is not imported "
     "by 'default'.  To use it here, please add the necessary import."},
    {E24 "import 'v.proto'; message M { Hidden a = 1; }", 49,
     "Symbol 'Hidden', defined in 'v.proto'  is not visible from 'default'. It is explicitly marked `local` and cannot "
     "be accessed outside its own file"},
    /* Extension declarations. */
    {P2 "message M { extensions 4 to 9 [declaration = {number: 3, full_name: '.a', type: 'int32'}]; }", 43,
     "Extension declaration number 3 is not in the extension range."},
};

/* As in texts, but for features, whose faults are told with real `. */
static struct str meant(const char *fault)
{
    return strstr(fault, "Feature field `") || strstr(fault, "type `field`") ? str_of(fault) : spelled(fault);
}

START_TEST(strict_check)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = linked_with(rows[_i].text, dependencies);
    int outcome = protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err);
    ck_assert_int_eq(outcome, rows[_i].column ? -1 : 0);
    if (rows[_i].column == 0)
        return;
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(err.text,
                arena_printf(arena, "line 1, column %d: " STR_FMT, rows[_i].column, STR_ARG(meant(rows[_i].fault))));
}
END_TEST

START_TEST(lists_of_scalars_need_a_colon)
{
    static const char *const values[] = {"n: [1]", "n [1]"};
    struct error err = ERROR_INIT(arena);
    struct str text = ARENA_JOIN(arena, STR(P2),
                                 spelled(D "extend google.protobuf.FieldOptions { optional M o = 50000; } "
                                           "message M { repeated int32 n = 1 [(o) = {"),
                                 str_of(values[_i]), STR("}]; }"));
    struct pb_schema *schema = linked(spelled(terminated(text)));
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err), -_i);
    ck_assert(_i == 0 || strstr(terminated(err.text), "Expected \":\", found \"[\"."));
}
END_TEST

/* A literal may be no UTF-8, an answer must be. */
START_TEST(faults_are_utf8)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = linked(spelled(P2 D "extend google.protobuf.FieldOptions { optional M o = 50000; } "
                                                   "message M { optional int32 a = 1 [(o) = {a: '\\x80'}]; }"));
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err), -1);
    assert_text(err.text,
                STR("line 1, column 165: Error while parsing option value for \"o\": Expected integer, got: \"?\""));
}
END_TEST

/* What is right as a text is right as its descriptor, where maps are messages of entries. */
START_TEST(descriptors_of_maps)
{
    static const char *const texts[] = {
        P3 "message M { map<string, int32> a = 1; }",
        E23 "message M { map<string, int32> a = 1; }",
        E23 "message M { map<string, int32> a = 1 [features.utf8_validation = NONE]; }",
        E23 "message M { map<int32, string> a = 1 [features.utf8_validation = NONE]; }",
        E23 "option features.message_encoding = DELIMITED; message M { map<int32, M> a = 1; }",
    };
    struct error err = ERROR_INIT(arena);
    struct buf bytes = new_text(), base64 = new_text();
    struct pb_schema *schema = linked(spelled(texts[_i]));
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err), 0);
    ck_assert_int_eq(pb_to_descriptor(schema, schema->root, PB_DESCRIPTOR_LINKED, &bytes, &err), 0);
    base64_encode(&base64, buf_str(&bytes));
    schema = linked(buf_str(&base64));
    int outcome = protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err);
    ck_assert_msg(outcome == 0, STR_FMT, STR_ARG(err.text));
}
END_TEST

/* What is stored was checked under other rules; a look-up asks for nothing but what links. */
START_TEST(reference_check)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = linked(spelled(P3 "message M { int32 a = 1; int32 b = 1; }"));
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_REFERENCE, false, &err), 0);
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err), -1);
}
END_TEST

/* Many names in deep scopes, many ranges, a long chain of imports: near linear. */
START_TEST(cost)
{
    struct buf text = new_text();
    buf_add(&text, STR("syntax = \"proto2\"; message M { "));
    for (int i = 0; i < 50000; i++)
        buf_printf(&text, "extensions %d; optional M f%d = %d; reserved \"r%d\"; ", 200000 + 2 * i, i, 20000 + i, i);
    buf_add(&text, STR("}"));
    struct pb_schema *schema = linked(buf_str(&text));
    struct error err = ERROR_INIT(arena);
    ck_assert_int_eq(protobuf_format.check(schema, SCHEMA_CHECK_STRICT, false, &err), 0);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, strict_check, 0, ROWS(rows));
    tcase_add_loop_test(tests, descriptors_of_maps, 0, 5);
    tcase_add_loop_test(tests, lists_of_scalars_need_a_colon, 0, 2);
    tcase_add_test(tests, faults_are_utf8);
    tcase_add_test(tests, reference_check);
    tcase_add_test(tests, cost);
}

int main(void)
{
    return run_tests("protobuf check", add_tests);
}
