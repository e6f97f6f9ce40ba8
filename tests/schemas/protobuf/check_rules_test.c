/* The rules of proto2 and proto3, each with a text that breaks it, and texts that are right.
 * covers: schemas/protobuf/check_build.c schemas/protobuf/check_defaults.c schemas/protobuf/check_elements.c
 * covers: schemas/protobuf/check_enums.c schemas/protobuf/check_files.c schemas/protobuf/check_json.c
 * covers: schemas/protobuf/check_options.c schemas/protobuf/check_proto3.c schemas/protobuf/check_ranges.c
 * covers: schemas/protobuf/check_symbols.c schemas/protobuf/check_syntax.c schemas/protobuf/check_types.c */
#include "check_fixture.h"

static const char *const dependencies[] = {
    "other.proto",
    "syntax = 'proto3'; package other; message Other {} enum Kind { KIND_A = 0; }",
    "public.proto",
    "syntax = 'proto3'; import public 'other.proto';",
    "hidden.proto",
    "syntax = 'proto3'; import 'other.proto'; message Hidden { other.Other other = 1; }",
    "closed.proto",
    "syntax = 'proto2'; enum Closed { ONE = 1; } message Extendable { extensions 5 to 9; } extend Extendable { "
    "optional int32 taken = 9; }",
    "lite.proto",
    "syntax = 'proto2'; option optimize_for = LITE_RUNTIME; message Lite {}",
    "circle_a.proto",
    "syntax = 'proto3'; import 'circle_b.proto';",
    "circle_b.proto",
    "syntax = 'proto3'; import 'circle_a.proto';",
    "broken.proto",
    "syntax = 'proto3'; import 'nowhere.proto';",
    NULL};

static const struct check_row rows[] = {
    /* What is right. */
    {P3 "import 'public.proto'; message A { other.Other a = 1; map<string, A> b = 2; oneof c { other.Kind d = 3; A e = "
        "4; } optional int32 f = 5; }",
     NULL},
    {P3 "package a.b; message M { b.N n = 1; a.b.N o = 2; N p = 3; .a.b.N q = 4; } message N {}", NULL},
    {P2 "import 'closed.proto'; extend Extendable { optional Closed c = 5 [default = ONE]; } message A { extend "
        "Extendable { repeated group G = 6 {} } }",
     NULL},
    {P2 "message A { extensions 1 to 5, 8; reserved 6, 9 to max; reserved 'x'; optional int32 y = 7; }", NULL},
    {P2 "import 'closed.proto'; extend Extendable { optional int32 again = 9; }", NULL},
    {P2 "message A { option message_set_wire_format = true; extensions 4 to max; } extend A { optional A a = "
        "2147483646; }",
     NULL},
    {P2 "message A { message BsEntry { option map_entry = true; optional string key = 1; optional A value = 2; } "
        "repeated BsEntry bs = 1; }",
     NULL},
    {P3 "enum E { option allow_alias = true; A = 0; B = 0; reserved -5 to -1, 7 to max; }", NULL},
    {P3 "service S { rpc R(M) returns (stream M); } message M { option deprecated = true; }", NULL},
    {P2 "option optimize_for = LITE_RUNTIME; import 'lite.proto'; message A { optional Lite l = 1 [lazy = true]; }",
     NULL},
    /* Imports. */
    {P3 "import 'nowhere.proto';", "20 Import 'nowhere.proto' was not found or had errors."},
    {P3 "import weak 'nowhere.proto';", "20 Import 'nowhere.proto' was not found or had errors."},
    {P3 "import public 'nowhere.proto';", "20 Import 'nowhere.proto' was not found or had errors."},
    {P3 "import 'broken.proto';", "20 Import 'broken.proto' was not found or had errors."},
    {P3 "import 'circle_a.proto';",
     "20 File recursively imports itself: circle_a.proto -> circle_b.proto -> circle_a.proto"},
    {P3 "import 'other.proto'; import 'public.proto'; import 'other.proto';",
     "65 Import 'other.proto' was listed twice."},
    {P3 "import option 'other.proto';", "27 Expected a string naming the file to import."},
    {P2 "import 'lite.proto';", "20 Files that do not use optimize_for = LITE_RUNTIME cannot import files which do use "
                                "this option.  This file is not lite, but it imports 'lite.proto' which is."},
    {P3 "import 'hidden.proto'; message A { other.Other a = 1; }",
     "55 'other.Other' seems to be defined in 'other.proto', which is not imported by 'default'.  To use it here, "
     "please add the necessary import."},
    {P3 "package other; import 'hidden.proto'; message A { Other a = 1; }",
     "70 'other.Other' seems to be defined in 'other.proto', which is not imported by 'default'.  To use it here, "
     "please add the necessary import."},
    {P3 "message A { other.Other a = 1; }", "32 'other.Other' is not defined."},
    {P3 "import 'hidden.proto'; service S { rpc R(Hidden) returns (other.Other); }",
     "78 'other.Other' seems to be defined in 'other.proto', which is not imported by 'default'.  To use it here, "
     "please add the necessary import."},
    {P3 "import 'other.proto'; message A { other.Nothing a = 1; }", "54 'other.Nothing' is not defined."},
    /* Names of several files, and packages. */
    {P3 "import 'closed.proto'; message Closed {}", "51 'Closed' is already defined in file 'closed.proto'."},
    {P3 "import 'closed.proto'; enum E { ZERO = 0; ONE = 1; }",
     "62 'ONE' is already defined in file 'closed.proto'. Note that enum values use C++ scoping rules, meaning that "
     "enum values are siblings of their type, not children of it.  Therefore, 'ONE' must be unique within the global "
     "scope, not just within 'E'."},
    {P3 "package other; import 'other.proto'; message Other {}",
     "65 'other.Other' is already defined in file 'other.proto'."},
    {P3 "package other; import 'hidden.proto'; enum Other { Z = 0; }",
     "63 'other.Other' is already defined in file 'other.proto'."},
    {P3 "package Extendable; import 'closed.proto';",
     "20 'Extendable' is already defined (as something other than a package) in file 'closed.proto'."},
    {P3 "package Extendable.a; import 'closed.proto';",
     "20 'Extendable' is already defined (as something other than a package) in file 'closed.proto'."},
    {P3 "import 'other.proto'; message other {}", "50 'other' is already defined in file 'other.proto'."},
    {P3 "package "
        "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
        "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a;",
     "20 Exceeds Maximum Package Depth"},
    {P3 "package "
        "abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh."
        "abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh."
        "abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh."
        "abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh."
        "abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh.abcdefgh;",
     "20 Package name is too long"},
    /* Names. */
    {P3 "message A {} enum A { Z = 0; }", "38 'A' is already defined."},
    {P3 "package p; message A {} service A {}", "52 'A' is already defined in 'p'."},
    {P3 "service S { rpc R(M) returns (M); rpc R(M) returns (M); } message M {}", "58 'R' is already defined in 'S'."},
    {P3 "message A { string o = 2; oneof o { string a = 1; } }", "39 'o' is already defined in 'A'."},
    {P3 "message A { oneof o { string a = 1; } oneof o { string b = 2; } }", "64 'o' is already defined in 'A'."},
    {P3 "message A { string a = 1; message a {} }", "54 'a' is already defined in 'A'."},
    {P3 "package p; enum E { A = 0; } enum F { A = 0; }",
     "58 'A' is already defined in 'p'. Note that enum values use C++ scoping rules, meaning that enum values are "
     "siblings of their type, not children of it.  Therefore, 'A' must be unique within 'p', not just within 'F'."},
    {P3 "message M { enum E { A = 0; } enum F { A = 0; } }",
     "59 'A' is already defined in 'M'. Note that enum values use C++ scoping rules, meaning that enum values are "
     "siblings of their type, not children of it.  Therefore, 'A' must be unique within 'M', not just within 'F'."},
    {P3 "enum E { A = 0; A = 1; }", "36 'A' is already defined."},
    {P3 "enum E { E = 0; }", "25 'E' is already defined."},
    {P3 "message A { optional string a = 1; enum E { _a = 0; } }",
     "64 '_a' is already defined in 'A'. Note that enum values use C++ scoping rules, meaning that enum values are "
     "siblings of their type, not children of it.  Therefore, '_a' must be unique within 'A', not just within 'E'."},
    {P3 "message A { optional string a = 1; string _a = 2; message X_a {} }", "78 'X_a' is already defined in 'A'."},
    {P3 "message A { map<string, string> foo_bar = 1; message FooBarEntry {} }",
     "28 Expanded map entry type FooBarEntry conflicts with an existing nested message type."},
    {P3 "message A { message FooBarEntry {} map<string, string> foo_bar = 1; }",
     "28 Expanded map entry type FooBarEntry conflicts with an existing nested message type."},
    {P3 "message A { map<string, string> foo = 1; string FooEntry = 2; }",
     "28 Expanded map entry type FooEntry conflicts with an existing field."},
    {P3 "message A { map<string, string> foo = 1; enum FooEntry { Z = 0; } }",
     "28 Expanded map entry type FooEntry conflicts with an existing enum type."},
    {P3 "message A { map<string, string> foo = 1; oneof FooEntry { string x = 3; } }",
     "28 Expanded map entry type FooEntry conflicts with an existing oneof type."},
    {P3 "message A { map<string, string> foo = 1; map<string, string> Foo = 2; }",
     "28 Expanded map entry type FooEntry conflicts with an existing nested message type."},
    {P2 "message A { optional group G = 1 {} optional string g = 2; }", "72 'g' is already defined in 'A'."},
    {P2 "message A { extensions 5; } extend A { optional string x = 5; } message x {}", "75 'x' is already defined."},
    /* Types. */
    {P3 "message A { map<Missing, string> a = 1; }", "32 'Missing' is not defined."},
    {P3 "message A { string f = 1; f g = 2; }", "46 'f' is not defined."},
    {P3 "message Bar { message Baz {} } message Foo { message Bar {} Bar.Baz baz = 1; }",
     "80 'Bar.Baz' is resolved to 'Foo.Bar.Baz', which is not defined. The innermost scope is searched first in name "
     "resolution. Consider using a leading `.`(i.e., '.Bar.Baz') to start from the outermost scope."},
    {P3 "message A { .A.B b = 1; }", "32 '.A.B' is not defined."},
    {P3 "package a.a; message M { a.N x = 1; } message N {}", NULL},
    {P3 "service S { rpc R(S) returns (S); }", "38 'S' is not a message type."},
    {P3 "service S { rpc R(string) returns (M); } message M {}", "38 Expected message type."},
    {P2 "extend string { optional string x = 6; }", "27 Expected message type."},
    {P2 "extend Nope { optional string x = 6; }", "27 'Nope' is not defined."},
    {P2 "message A { extensions 5; } extend A {}", "55 Expected 'required', 'optional', or 'repeated'."},
    {P3 "message A {} extend A {}", "40 Expected type name."},
    {P2 "message A { extensions 5 to 9; } extend A { optional string x = 0; }",
     "84 Field numbers must be positive integers."},
    {P2 "message A { extensions 5; } message B { extend A { optional string y = 5; } message C { extend A { optional "
        "string z = 5; } } } extend A { optional string x = 5; }",
     "91 Extension number 5 has already been used in 'A' by extension 'B.C.z'."},
    {P2 "message A { option message_set_wire_format = true; extensions 4 to max; } extend A { repeated A c = 5; }",
     "114 Extensions of MessageSets must be optional messages."},
    {P2 "message A { option message_set_wire_format = true; extensions 4 to max; } extend A { optional int32 c = 5; }",
     "114 Extensions of MessageSets must be optional messages."},
    {P3 "message A { oneof o { option (x) = 1; } }", "38 Oneof must have at least one field."},
    {P3 "message A { map<bytes, string> a = 1; }",
     "32 Key in map fields cannot be float/double, bytes or message types."},
    {P2 "message A { enum E { Z = 1; } map<string, E> a = 1; }",
     "50 Enum value in map must define 0 as the first value."},
    {P3 "import 'closed.proto'; message A { map<string, Closed> a = 1; }",
     "55 Enum value in map must define 0 as the first value."},
    {P2 "message A { message BEntry { option map_entry = true; optional string key = 1; optional string value = 2; } "
        "repeated BEntry c = 1; }",
     "137 map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."},
    {P2 "message A { message BEntry { option map_entry = true; optional float key = 1; optional string value = 2; } "
        "repeated BEntry b = 1; }",
     "136 Key in map fields cannot be float/double, bytes or message types."},
    /* Numbers and ranges. */
    {P3 "message A { string a = 2; string b = 1; int32 c = 2; int32 d = 2; }",
     "70 Field number 2 has already been used in 'A' by field 'a'."},
    {P3 "message A { string a = 18999; string b = 20000; string c = 19999; }",
     "79 Field numbers 19000 through 19999 are reserved for the protocol buffer library implementation."},
    {P3 "message A { reserved 1 to 5, 9; string a = 9; string b = 3; }", "41 Field 'b' uses reserved number 3."},
    {P3 "message A { reserved 3 to max; string a = 536870911; }", "41 Field 'a' uses reserved number 536870911."},
    {P3 "message A { reserved 5 to 2; }", NULL},
    {P3 "message A { reserved 5 to max, 9, 7; }",
     "41 Reserved range 9 to 9 overlaps with already-defined range 5 to 536870911."},
    {P3 "enum E { A = 0; reserved 5 to 2; }", "45 Reserved range end number must be greater than start number."},
    {P3 "enum E { A = 0; B = 7; reserved -3, 3 to max; }", "56 Enum value 'B' uses reserved number 7."},
    {P3 "enum E { A = 0; reserved -5 to -1, -3; }",
     "45 Reserved range -3 to -3 overlaps with already-defined range -5 to -1."},
    {P2 "message A { extensions 4 to 536870912; }", "43 Extension numbers cannot be greater than 536870911."},
    {P2 "message A { extensions 2147483647; }", "43 Extension range end number must be greater than start number."},
    {P2 "message A { option message_set_wire_format = true; extensions 4 to 2147483647; }",
     "82 Extension range end number must be greater than start number."},
    {P2 "message A { extensions 1 to 5; optional string a = 1; optional string b = 5; }",
     "43 Extension range 1 to 5 includes field 'a' (1)."},
    /* Enums. */
    {P3 "enum E { option allow_alias = true; A = 0; B = 1; }",
     "36 'E' declares support for enum aliases but no enum values share field numbers. Please remove the unnecessary "
     "`option allow_alias = true;` declaration."},
    {P3 "enum MyEnum { MY_ENUM_FOO = 0; FOO = 1; }",
     "51 Enum name FOO has the same name as MY_ENUM_FOO if you ignore case and strip out the enum name prefix (if "
     "any). This is error-prone and can lead to undefined behavior. Please avoid doing this. If you are using "
     "allow_alias, please assign the same numeric value to both enums."},
    {P2 "enum MyEnum { MY_ENUM_FOO = 0; FOO = 1; }", NULL},
    {P3 "enum MyEnum { option allow_alias = true; MY_ENUM_FOO = 0; FOO = 0; }", NULL},
    {P3 "enum E { FOO_BAR = 0; foo_Bar = 1; }",
     "42 Enum name foo_Bar has the same name as FOO_BAR if you ignore case and strip out the enum name prefix (if "
     "any). This is error-prone and can lead to undefined behavior. Please avoid doing this. If you are using "
     "allow_alias, please assign the same numeric value to both enums."},
    {P3 "enum E { E_FOO_BAR = 0; FOOBAR = 1; E_ = 2; _E = 3; }",
     "64 Enum name _E has the same name as E_ if you ignore case and strip out the enum name prefix (if any). This is "
     "error-prone and can lead to undefined behavior. Please avoid doing this. If you are using allow_alias, please "
     "assign the same numeric value to both enums."},
    {P2 "enum E { A = 5; B = 5; C = 5; }", "40 'B' uses the same enum value as 'A'. If this is intended, set `option "
                                           "allow_alias = true;` to the enum definition."},
    /* Options of fields, messages and services. */
    {P3 "message A { repeated string a = 1 [lazy = true]; }",
     "41 [lazy = true] can only be specified for submessage fields."},
    {P3 "message A { string a = 1 [unverified_lazy = true]; }",
     "32 [lazy = true] can only be specified for submessage fields."},
    {P2 "message A { optional group G = 1 [lazy = true] {} }",
     "41 [lazy = true] can only be specified for submessage fields."},
    {P3 "message A { repeated string a = 1 [packed = true]; }",
     "41 [packed = true] can only be specified for repeated primitive fields."},
    {P3 "message A { map<string, int64> a = 1 [jstype = JS_NUMBER]; }",
     "32 jstype is only allowed on int64, uint64, sint64, fixed64 or sfixed64 fields."},
    {P3 "message A { fixed64 a = 1 [jstype = JS_STRING]; int32 b = 2 [jstype = JS_NORMAL]; }", NULL},
    {P2 "option optimize_for = LITE_RUNTIME; option java_generic_services = true; service S {}",
     "101 Files with optimize_for = LITE_RUNTIME cannot define services unless you set both options "
     "cc_generic_services and java_generic_services to false."},
    {P2 "option optimize_for = LITE_RUNTIME; import 'closed.proto'; extend Extendable { optional int32 x = 5; }",
     "86 Extensions to non-lite types can only be declared in non-lite files.  Note that you cannot extend a non-lite "
     "type to contain a lite type, but the reverse is allowed."},
    {P3 "import 'google/protobuf/descriptor.proto'; extend google.protobuf.FileDescriptorSet { string x = 536000000; }",
     "70 Extensions in proto3 are only allowed for defining options."},
    {P3 "import 'google/protobuf/descriptor.proto'; extend google.protobuf.OneofOptions { string x = 50000; }", NULL},
    {P2 "message A { optional string a = 1 [json_name = 5]; }", "67 Expected string for JSON name."},
    /* Defaults. */
    {P2 "enum E { foo = 0; } message A { optional int32 a = 1 [default = -2147483648]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional int32 a = 1 [default = -2147483649]; }", "85 Integer out of range."},
    {P2 "enum E { foo = 0; } message A { optional sint32 a = 1 [default = 1.5]; }",
     "85 Expected integer for field default value."},
    {P2 "enum E { foo = 0; } message A { optional sfixed32 a = 1 [default = 'x']; }",
     "87 Expected integer for field default value."},
    {P2 "enum E { foo = 0; } message A { optional int64 a = 1 [default = 9223372036854775808]; }",
     "84 Integer out of range."},
    {P2 "enum E { foo = 0; } message A { optional int64 a = 1 [default = -9223372036854775808]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional uint32 a = 1 [default = 4294967296]; }", "85 Integer out of range."},
    {P2 "enum E { foo = 0; } message A { optional fixed32 a = 1 [default = foo]; }",
     "86 Expected integer for field default value."},
    {P2 "enum E { foo = 0; } message A { optional uint64 a = 1 [default = 18446744073709551615]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional uint64 a = 1 [default = 18446744073709551616]; }",
     "85 Integer out of range."},
    {P2 "enum E { foo = 0; } message A { optional fixed64 a = 1 [default = -1]; }",
     "87 Unsigned field can`t have negative default value."},
    {P2 "enum E { foo = 0; } message A { optional float a = 1 [default = inf]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional float a = 1 [default = -inf]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional double a = 1 [default = -nan]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional double a = 1 [default = foo]; }", "85 Expected number."},
    {P2 "enum E { foo = 0; } message A { optional float a = 1 [default = 18446744073709551616]; }",
     "84 Integer out of range."},
    {P2 "enum E { foo = 0; } message A { optional double a = 1 [default = 1e400]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional bool a = 1 [default = true]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional bool a = 1 [default = 1]; }", "83 Expected 'true' or 'false'."},
    {P2 "enum E { foo = 0; } message A { optional bool a = 1 [default = -true]; }", "83 Expected 'true' or 'false'."},
    {P2 "enum E { foo = 0; } message A { optional string a = 1 [default = 'x']; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional string a = 1 [default = x]; }",
     "85 Expected string for field default value."},
    {P2 "enum E { foo = 0; } message A { optional bytes a = 1 [default = '\\377']; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional bytes a = 1 [default = 5]; }", "84 Expected string."},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = foo]; }", NULL},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = bar]; }",
     "80 Enum type 'E' has no value named 'bar'."},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = -1]; }", "81 Expected ']'."},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = 1]; }",
     "80 Default value for an enum field must be an identifier."},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = 'foo']; }",
     "80 Default value for an enum field must be an identifier."},
    {P2 "enum E { foo = 0; } message A { optional A a = 1 [default = foo]; }",
     "80 Messages can`t have default values."},
    {P2 "enum E { foo = 0; } message A { optional E a = 1 [default = {}]; }", "81 Expected ']'."},
    {P2 "enum E { foo = 0; } message A { optional Nope a = 1 [default = foo]; }", "61 'Nope' is not defined."},
    {P2 "message A { map<string, string> a = 1 [default = 5]; }", "69 Repeated fields can`t have default values."},
    {P2 "message A { optional group G = 1 [default = 5] {} }", "64 Messages can`t have default values."},
    {P2 "message A { optional string a = 1 [default.x = 'y']; }", "55 Expected '='."},
};

START_TEST(a_text_has_the_fault_that_protoc_names_first)
{
    assert_row(&rows[_i], dependencies);
}
END_TEST

/* -- What tables cannot show ------------------------------------------------------------------------------------------ */

static struct buf nested(int levels, const char *innermost)
{
    struct buf text = new_text();
    buf_add(&text, spelled(P3));
    for (int i = 0; i < levels; i++)
        buf_printf(&text, "message M%d { ", i);
    buf_add(&text, str_of(innermost));
    add_times(&text, STR("}"), levels);
    return text;
}

static const struct {
    int levels;
    const char *innermost;
    bool is_right;
} levels[] = {{31, "", true},
              {32, "", false},
              {30, "map<string, string> m = 1;", true},
              {31, "map<string, string> m = 1;", false}};

/* A map's entries are a level of their own. */
START_TEST(messages_nest_as_deeply_as_protoc_takes_them)
{
    struct buf text = nested(levels[_i].levels, levels[_i].innermost);
    struct str got = strict_fault(linked(buf_str(&text))),
               fault = STR("Reached maximum recursion limit for nested messages.");
    ck_assert(levels[_i].is_right ? got.n == 0 : str_ends(got, fault));
}
END_TEST

/* The phase decides, and in it the place: a fault of syntax comes before the type in the line above. */
START_TEST(the_first_fault_in_the_text_is_told)
{
    struct str text = spelled(P2 "message A {\n  optional B b = 1;\n  optional C c = 0;\n  reserved 0;\n}\n");
    assert_text(strict_fault(linked(text)), spelled("line 2, column 12: 'B' is not defined."));
    text = spelled(P2 "message A {\n  optional B b = 1;\n  optional int32 c = 2 [default = x];\n}\n");
    assert_text(strict_fault(linked(text)), STR("line 3, column 35: Expected integer for field default value."));
    text = spelled(P2 "message A {\n  optional int32 a = 1 [nothing = 1];\n  optional int32 a = 2;\n}\n");
    assert_text(strict_fault(linked(text)), spelled("line 3, column 18: 'a' is already defined in 'A'."));
}
END_TEST

START_TEST(what_only_stored_texts_may_hold_is_a_fault)
{
    struct str text = spelled(P3 "message A {\n  reserved 'a', 1;\n}\n");
    assert_text(strict_fault(linked(text)), STR("line 2, column 17: Expected field name string literal."));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_text_has_the_fault_that_protoc_names_first, 0, ROWS(rows));
    tcase_add_loop_test(tests, messages_nest_as_deeply_as_protoc_takes_them, 0, ROWS(levels));
    tcase_add_test(tests, the_first_fault_in_the_text_is_told);
    tcase_add_test(tests, what_only_stored_texts_may_hold_is_a_fault);
}

int main(void)
{
    return run_tests("protobuf check rules", add_tests);
}
