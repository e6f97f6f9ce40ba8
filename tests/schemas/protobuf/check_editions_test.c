/* The rules of editions 2023 and 2024, each with a text that breaks it, and texts that are right.
 * covers: schemas/protobuf/check_declarations.c schemas/protobuf/check_style.c schemas/protobuf/check_visibility.c
 * covers: schemas/protobuf/options_features.c */
#include "check_fixture.h"

static const char *const dependencies[] = {
    "visible.proto",
    "edition = '2024'; package visible; message Pub { message In {} export message Exported {} enum Kind { Z = 0; } } "
    "local message Loc { extensions 5 to 9; }",
    "options.proto",
    "edition = '2024'; package options; import 'google/protobuf/descriptor.proto'; message Record { int32 i = 1; } "
    "extend google.protobuf.FieldOptions { int32 number = 50001; uint64 whole = 50002; float ratio = 50003; Record "
    "record = 50004; }",
    "closed.proto",
    "edition = '2023'; enum Closed { option features.enum_type = CLOSED; ONE = 1; }",
    NULL};

static const struct check_row rows[] = {
    /* What is right. */
    {E23 "message A { int32 a = 1 [features.field_presence = IMPLICIT]; repeated int32 b = 2 "
         "[features.repeated_field_encoding = EXPANDED]; A c = 3 [features.message_encoding = DELIMITED]; map<string, "
         "int32> d = 4 [features.utf8_validation = NONE]; string e = 5 [ctype = CORD]; reserved f, g; }",
     NULL},
    {E23
     "option features = { field_presence: IMPLICIT enum_type: CLOSED }; enum E { Z = 1; } message A { int32 a = 1; }",
     NULL},
    {E23 "option features.json_format = LEGACY_BEST_EFFORT; message A { string foo_bar = 1; string fooBar = 2; }",
     NULL},
    {E24 "export message A {} local message B { A a = 1; export message C {} }", NULL},
    {E24 "option features.default_symbol_visibility = STRICT; local message A { export enum E { Z = 0; } reserved 1 to "
         "max; }",
     NULL},
    {E24 "import option 'options.proto'; message A { int32 a = 1 [(options.number) = 1]; }", NULL},
    {E24 "option features.enforce_naming_style = STYLE_LEGACY; message a { int32 fooBar = 1; } enum e { z = 0; }",
     NULL},
    {E24 "message a { option features.enforce_naming_style = STYLE_LEGACY; int32 fooBar = 1; enum e { z = 0; } oneof O "
         "{ int32 X = 2; } }",
     NULL},
    {E24 "service S { option features.enforce_naming_style = STYLE_LEGACY; rpc r(A) returns (A); } message A { oneof o "
         "{ option features.enforce_naming_style = STYLE_LEGACY; int32 X = 1; } }",
     NULL},
    {P3 "import 'visible.proto'; message A { visible.Pub a = 1; visible.Pub.Exported b = 2; }", NULL},
    /* Syntax. */
    {E23 "message A { option map_entry = true; string key = 1; string value = 2; }",
     "38 map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."},
    {E23 "import option 'options.proto';", "26 option import is not supported before edition 2024."},
    {E24 "import weak 'options.proto';",
     "26 weak import is not supported in edition 2024 and above. Consider using option import instead."},
    {E24 "import option 'options.proto'; import 'visible.proto';",
     "57 imports should precede any option imports to ensure proto files can roundtrip."},
    {E24 "import option 'nowhere.proto'; option java_package = 'x';",
     "19 Import 'nowhere.proto' was not found or had errors."},
    {E23 "message A { float f = 1 [default = 0x1ffffffffffffffffff]; float g = 2 [default = 18446744073709551616]; }",
     "54 Integer out of range."},
    {E23 "message A { enum E { option allow_alias = false; Z = 0; } }",
     "47 'E' declares `option allow_alias = false;` which has no effect. Please remove the declaration."},
    /* Rules that older syntax has otherwise. */
    {E23 "message A { int32 a = 1; int32 b = 1; }",
     "54 Field number 1 has already been used in 'A' by field 'a'. Next available field number is 2."},
    {E23 "message A { int32 a = 1; int32 b = 1; int32 c = 2; reserved 3 to 5; extensions 6; }",
     "54 Field number 1 has already been used in 'A' by field 'a'. Next available field number is 7."},
    {E23 "message A { int32 a = 1; int32 b = 1; reserved 2 to max; }",
     "54 Field number 1 has already been used in 'A' by field 'a'. There are no available field numbers."},
    {E23 "message A { reserved 5 to 2; }", "40 Reserved range end number must be greater than start number."},
    {E23 "message A { int32 a = 19000; }",
     "41 Field numbers 19000 through 19999 are reserved for the protocol buffer library implementation."},
    {E23 "message A { reserved a, a; }", "27 Field name 'a' is reserved multiple times."},
    {E23 "message A { reserved a; int32 a = 1; }", "49 Field name 'a' is reserved."},
    {E23 "message A { string foo_bar = 1; string fooBar = 2; }",
     "58 The default JSON name of field 'fooBar' ('fooBar') conflicts with the default JSON name of field 'foo_bar'."},
    {E23 "message A { string a = 1 [json_name = 'b']; string b = 2; }",
     "70 The default JSON name of field 'b' ('b') conflicts with the custom JSON name of field 'a'."},
    {E23 "message A { string a = 1 [json_name = 'x']; string b = 2 [json_name = 'x']; }",
     "70 The custom JSON name of field 'b' ('x') conflicts with the custom JSON name of field 'a'."},
    {E23 "option features.json_format = LEGACY_BEST_EFFORT; message A { string a = 1 [json_name = 'x']; string b = 2 "
         "[json_name = 'x']; }",
     "120 The custom JSON name of field 'b' ('x') conflicts with the custom JSON name of field 'a'."},
    {E23 "message A { string a = 1 [json_name = '[x]']; }",
     "38 The custom JSON name of field 'a' ('[x]') is invalid: JSON names may not start with `[` and end with `]`."},
    {E23 "message A { string a = 1 [json_name = 'a\\000b']; }", "45 json_name cannot have embedded null characters."},
    {E23 "message A { option deprecated_legacy_json_field_conflicts = true; string foo_bar = 1; string fooBar = 2; }",
     NULL},
    {E23 "enum E { B = 0; C = 0; }",
     "39 'C' uses the same enum value as 'B'. If this is intended, set `option allow_alias = true;` to the enum "
     "definition. The next available enum value is 1."},
    {E23 "enum E { B = 0; F = 2147483647; G = 2147483647; }",
     "55 'G' uses the same enum value as 'F'. If this is intended, set `option allow_alias = true;` to the enum "
     "definition."},
    {E23 "enum E { E_FOO = 0; FOO = 1; }",
     "39 Enum name FOO has the same name as E_FOO if you ignore case and strip out the enum name prefix (if any). (If "
     "you are using allow_alias, please assign the same number to each enum value name.)"},
    {E23 "enum E { A = 1; }", "32 The first enum value must be zero for open enums."},
    {E23 "message A { repeated int32 a = 1 [packed = true]; }",
     "46 Field option packed is not allowed under editions.  Use the repeated_field_encoding feature to control this "
     "behavior."},
    {E23 "message A { string a = 1 [unverified_lazy = true]; }",
     "31 [lazy = true] can only be specified for submessage fields."},
    {E24 "message A { string a = 1 [ctype = CORD]; }", "31 ctype option is not allowed under edition 2024 and beyond. "
                                                       "Use the feature string_type = VIEW|CORD|STRING|... instead."},
    {E24 "option java_multiple_files = true;",
     "26 google.protobuf.FileOptions.java_multiple_files has been removed in edition 2024: This behavior is enabled by "
     "default in editions 2024 and above. To disable it, you can set ~features.(pb.java).nest_in_file_class = YES~ on "
     "individual messages, enums, or services."},
    {E23 "option java_string_check_utf8 = true;",
     "26 File option java_string_check_utf8 is not allowed under editions. Use the (pb.java).utf8_validation feature "
     "to control this behavior."},
    {P3 "import 'closed.proto'; message A { Closed a = 1; }",
     "55 Enum type 'Closed' is not an open enum, but is used in 'A' which is a proto3 message type."},
    /* Values of options. */
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.number) = 4294967296]; }",
     "87 Value out of range, -2147483648 to 2147483647, for int32 option 'options.number'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.number) = 'x']; }",
     "87 Value must be integer, from -2147483648 to 2147483647, for int32 option 'options.number'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.number) = 99999999999999999999]; }",
     "87 Value must be integer, from -2147483648 to 2147483647, for int32 option 'options.number'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.whole) = -1]; }",
     "86 Value must be integer, from 0 to 18446744073709551615, for uint64 option 'options.whole'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.whole) = 18446744073709551616]; }",
     "86 Value must be integer, from 0 to 18446744073709551615, for uint64 option 'options.whole'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = inf]; }", NULL},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = -inf]; }", NULL},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = -nan]; }", NULL},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = -foo]; }",
     "90 Identifier after `-` symbol must be inf or nan."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = 99999999999999999999]; }", NULL},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.ratio) = foo]; }",
     "86 Value must be number for float option 'options.ratio'."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.nothing) = 1]; }",
     "68 Option '(options.nothing)' unknown. Ensure that your proto definition file imports the proto which defines "
     "the option (i.e. via import option after edition 2024)."},
    {E23 "import 'options.proto'; message A { int32 a = 1 [(options.number) = 1, (options.number) = 2]; }",
     "90 Option '(options.number)' was already set."},
    /* Features. */
    {E23 "option features.field_presence = LEGACY_REQUIRED;", "26 Required presence can`t be specified by default."},
    {E23 "option features.enum_type = ENUM_TYPE_UNKNOWN;",
     "26 Feature field ~enum_type~ must resolve to a known value, found ENUM_TYPE_UNKNOWN"},
    {E23 "message A { option features.json_format = JSON_FORMAT_UNKNOWN; }",
     "27 Feature field ~json_format~ must resolve to a known value, found JSON_FORMAT_UNKNOWN"},
    {E23 "option features.field_presence = IMPLICIT; message A { int32 a = 1 [default = 5]; }",
     "80 Implicit presence fields can`t specify defaults."},
    {E23 "option features.field_presence = IMPLICIT; import 'closed.proto'; message A { Closed a = 1; }",
     "104 Implicit presence enum fields must always be open."},
    {E23 "message A { extensions 5; } extend A { int32 x = 5 [features.field_presence = LEGACY_REQUIRED]; }",
     "64 Extensions can`t be required."},
    {E23 "message A { map<string, A> a = 1 [features.message_encoding = DELIMITED]; }",
     "46 Only message fields can specify message encoding."},
    {E23 "message A { map<int32, int32> a = 1 [features.utf8_validation = NONE]; }",
     "49 Only string fields can specify utf8 validation."},
    {E23 "message A { option features.field_presence = IMPLICIT; }",
     "38 Option google.protobuf.FeatureSet.field_presence cannot be set on an entity of type ~message~."},
    {E23 "enum E { Z = 0 [features.enum_type = CLOSED]; }",
     "35 Option google.protobuf.FeatureSet.enum_type cannot be set on an entity of type ~enum entry~."},
    {E23 "service S { rpc R(A) returns (A) { option features.json_format = ALLOW; } } message A {}",
     "61 Option google.protobuf.FeatureSet.json_format cannot be set on an entity of type ~method~."},
    {E23 "message A { extensions 5 [features.utf8_validation = NONE]; }",
     "45 Option google.protobuf.FeatureSet.utf8_validation cannot be set on an entity of type ~extension range~."},
    {E23 "message A { oneof o { option features.enum_type = OPEN; int32 a = 1; } }",
     "48 Option google.protobuf.FeatureSet.enum_type cannot be set on an entity of type ~oneof~."},
    {E23 "message A { option features.enforce_naming_style = STYLE_LEGACY; }",
     "27 google.protobuf.FeatureSet.enforce_naming_style wasn`t introduced until edition 2024 and can`t be used in "
     "edition 2023"},
    {E23
     "import 'google/protobuf/java_features.proto'; message A { option features.(pb.java).nest_in_file_class = YES; }",
     "73 pb.JavaFeatures.nest_in_file_class wasn`t introduced until edition 2024 and can`t be used in edition 2023"},
    {E24 "import 'google/protobuf/java_features.proto'; option features.(pb.java).legacy_closed_enum = true; option "
         "features.(pb.java).nest_in_file_class = YES;",
     "125 Option pb.JavaFeatures.nest_in_file_class cannot be set on an entity of type ~file~."},
    {E23 "import 'google/protobuf/descriptor.proto'; extend google.protobuf.FeatureSet { F my = 9995; } message F { "
         "bool x = 1; } option features.(my).x = true;",
     "146 Feature 'features.(my)' can`t be used in the same file it`s defined in."},
    {E23 "option features.field_presence = IMPLICIT; option features.field_presence = EXPLICIT;",
     "69 Option 'features.field_presence' was already set."},
    /* Extension declarations. */
    {E23 "message A { extensions 5 [declaration = { number: 5 full_name: '.a.b' type: '.a.C' }]; }", NULL},
    {E23 "message A { extensions 5 [declaration = { number: 5 reserved: true }]; }", NULL},
    {E23 "message A { extensions 5 [declaration = { number: 6 full_name: '.a.b' type: 'int32' }]; }",
     "42 Extension declaration number 6 is not in the extension range."},
    {E23 "message A { extensions 5 to 9 [declaration = { number: 5 full_name: '.a.b' type: 'int32' }, declaration = { "
         "number: 5 full_name: '.a.c' type: 'int32' }]; }",
     "42 Extension declaration number 5 is declared multiple times."},
    {E23 "message A { extensions 5 [declaration = { number: 5 type: 'int32' }]; }",
     "42 Extension declaration #5 should have both 'full_name' and 'type' set."},
    {E23 "message A { extensions 5 [declaration = { number: 5 }]; }",
     "42 Extension declaration #5 should have both 'full_name' and 'type' set."},
    {E23 "message A { extensions 5 to 9 [declaration = { number: 5 full_name: '.a.b' type: 'int32' }, declaration = { "
         "number: 6 full_name: '.a.b' type: 'int32' }]; }",
     "42 Extension field name '.a.b' is declared multiple times."},
    {E23 "message A { extensions 5 [declaration = { number: 5 full_name: 'a.b' type: 'int32' }]; }",
     "42 'a.b' must have a leading dot to indicate the fully-qualified scope."},
    {E23 "message A { extensions 5 [declaration = { number: 5 full_name: '.a-b' type: 'int32' }]; }",
     "42 '.a-b' contains invalid identifiers."},
    {E23 "message A { extensions 5 [declaration = { number: 5 full_name: '.a.b' type: 'x' }]; }",
     "42 'x' must have a leading dot to indicate the fully-qualified scope."},
    {E23 "message A { extensions 5 [verification = UNVERIFIED, declaration = { number: 5 full_name: '.a.b' type: "
         "'int32' }]; }",
     "42 Cannot mark the extension range as UNVERIFIED when it has extension(s) declared."},
    /* Visibility. */
    {E24 "import 'visible.proto'; message A { visible.Loc a = 1; }",
     "55 Symbol 'visible.Loc', defined in 'visible.proto'  is not visible from 'default'. It is explicitly marked "
     "`local` and cannot be accessed outside its own file"},
    {P3 "import 'visible.proto'; message A { visible.Pub.In a = 1; }",
     "56 Symbol 'visible.Pub.In', defined in 'visible.proto'  is not visible from 'default'. It defaulted to local "
     "from file-level `option features.default_symbol_visibility = `EXPORT_TOP_LEVEL`; and cannot be accessed outside "
     "its own file"},
    {E23 "import 'visible.proto'; message A { map<string, visible.Pub.Kind> a = 1; }",
     "55 Symbol 'visible.Pub.Kind', defined in 'visible.proto'  is not visible from 'default'. It defaulted to local "
     "from file-level `option features.default_symbol_visibility = `EXPORT_TOP_LEVEL`; and cannot be accessed outside "
     "its own file"},
    {E24 "import 'visible.proto'; extend visible.Loc { int32 x = 5; }",
     "50 Symbol 'visible.Loc', defined in 'visible.proto' target of extend is not visible from 'default'. It is "
     "explicitly marked `local` and cannot be accessed outside its own file"},
    {E24 "import 'visible.proto'; service S { rpc R(visible.Pub) returns (visible.Loc); }",
     "83 Symbol 'visible.Loc', defined in 'visible.proto'  is not visible from 'default'. It is explicitly marked "
     "`local` and cannot be accessed outside its own file"},
    {E24 "import option 'options.proto'; message A { options.Record a = 1; }",
     "62 'options.Record' seems to be defined in 'options.proto', which is not imported by 'default'.  To use it here, "
     "please add the necessary import."},
    {E24 "option features.default_symbol_visibility = STRICT; message A { export message B {} }",
     "98 'A.B' is a nested message and cannot be ~export~ with STRICT default_symbol_visibility. It must be moved to "
     "top-level, ideally in its own file in order to be ~export~."},
    {E24 "option features.default_symbol_visibility = STRICT; message A { export enum E { Z = 0; } }",
     "95 'A.E' is a nested enum and cannot be marked ~export~ with STRICT default_symbol_visibility. It must be moved "
     "to top-level, ideally in its own file in order to be ~export~. For C++ namespacing of enums in a messages use: "
     "~local message <OuterNamespace> { export enum A.E {...} reserved 1 to max; }~"},
    {E24 "option features.default_symbol_visibility = STRICT; export message A { export enum E { Z = 0; } reserved 1 "
         "to max; }",
     "102 'A.E' is a nested enum and cannot be marked ~export~ with STRICT default_symbol_visibility. It must be moved "
     "to top-level, ideally in its own file in order to be ~export~. For C++ namespacing of enums in a messages use: "
     "~local message <OuterNamespace> { export enum A.E {...} reserved 1 to max; }~"},
    /* Style. */
    {E24 "package foo.Bar;", "19 Package name foo.Bar should be lower_snake_case (features.enforce_naming_style = "
                             "STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "package foo_1;", "19 Package name foo_1 contains style violating underscores (features.enforce_naming_style "
                           "= STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "message A_B {}", "27 Message name A_B should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can "
                           "be used to opt out of this check)"},
    {E24 "message A { int32 FOO = 1; }", "37 Field name FOO should be lower_snake_case (features.enforce_naming_style "
                                         "= STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "message A { int32 _foo = 1; }",
     "37 Field name _foo should begin with a lower case letter (features.enforce_naming_style = STYLE_LEGACY can be "
     "used to opt out of this check)"},
    {E24 "message A { int32 foo_ = 1; }",
     "37 Field name foo_ contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be "
     "used to opt out of this check)"},
    {E24 "message A { int32 foo_1 = 1; }",
     "37 Field name foo_1 contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be "
     "used to opt out of this check)"},
    {E24 "message A { oneof Foo { int32 a = 1; } }",
     "37 Oneof name Foo should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt "
     "out of this check)"},
    {E24 "enum e { Z = 0; }", "24 Enum name e should begin with a capital letter (features.enforce_naming_style = "
                              "STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "enum E { Z_1 = 0; }", "28 Enum value name Z_1 contains style violating underscores "
                                "(features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "enum E { _Z = 0; }", "28 Enum value name _Z should begin with an upper case letter "
                               "(features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "enum E { z = 0; }", "28 Enum value name z should be UPPER_SNAKE_CASE (features.enforce_naming_style = "
                              "STYLE_LEGACY can be used to opt out of this check)"},
    {E24 "service S { rpc r(A) returns (A); } message A {}",
     "35 Method name r should begin with a capital letter (features.enforce_naming_style = STYLE_LEGACY can be used to "
     "opt out of this check)"},
    {E24 "message A { extensions 5; } extend A { int32 fooBar = 5; }",
     "64 Field name fooBar should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt "
     "out of this check)"},
    {E24 "message A { int32 X = 1 [features.enforce_naming_style = STYLE_LEGACY]; int32 Y = 2; }",
     "97 Field name Y should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out "
     "of this check)"},
    {E24 "option features.enforce_naming_style = STYLE2026; message A { int32 has_x = 1; int32 x = 2; }",
     "87 Field name has_x should not begin with has_ if a field named x exists. This can cause collisions in generated "
     "code. (features.enforce_naming_style = STYLE2024 can be used to opt out of this check)"},
    {E24 "option features.enforce_naming_style = STYLE2026; message A { int32 x_value = 1; oneof x { int32 y = 2; } }",
     "87 Field name x_value should not end with _value if a field named x exists. This can cause collisions in "
     "generated code. (features.enforce_naming_style = STYLE2024 can be used to opt out of this check)"},
    {E24 "option features.enforce_naming_style = STYLE2026; message A { int32 descriptor = 1; }",
     "87 Field name descriptor should not be named descriptor. This can cause collisions in generated code. "
     "(features.enforce_naming_style = STYLE2024 can be used to opt out of this check)"},
};

START_TEST(a_text_has_the_fault_that_protoc_names_first)
{
    assert_row(&rows[_i], dependencies);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_text_has_the_fault_that_protoc_names_first, 0, ROWS(rows));
}

int main(void)
{
    return run_tests("protobuf check editions", add_tests);
}
