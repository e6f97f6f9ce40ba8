/* Features: what editions say, what is inherited, and what proto2 and proto3 amount to. */
#include "fixture.h"

#define P2 "syntax = 'proto2'; "
#define P3 "syntax = 'proto3'; "
#define E23 "edition = '2023'; "
#define E24 "edition = '2024'; "

#define OF_PROTO2 "explicit closed expanded none prefixed legacy"
#define OF_PROTO3 "implicit open packed verify prefixed allow"
#define OF_EDITIONS "explicit open packed verify prefixed allow"

static struct str spelled_features(const struct pb_features *f)
{
    static const char *const presence[] = {"?", "explicit", "implicit", "required"};
    static const char *const enum_type[] = {"?", "open", "closed"}, *const repeated[] = {"?", "packed", "expanded"};
    static const char *const utf8[] = {"?", "?", "verify", "none"}, *const encoding[] = {"?", "prefixed", "delimited"};
    static const char *const json[] = {"?", "allow", "legacy"};
    return arena_printf(arena, "%s %s %s %s %s %s", presence[f->presence], enum_type[f->enum_type],
                        repeated[f->repeated_encoding], utf8[f->utf8_validation], encoding[f->message_encoding],
                        json[f->json_format]);
}

/* Text, element ("" the file), its features. */
static const struct {
    const char *text, *element, *features;
} rows[] = {
    /* Defaults. */
    {"", "", OF_PROTO2},
    {P2, "", OF_PROTO2},
    {P3, "", OF_PROTO3},
    {E23, "", OF_EDITIONS},
    {E24, "", OF_EDITIONS},
    {"message M { enum E { Z = 0; } }", "M", OF_PROTO2},
    {"message M { enum E { Z = 0; } }", "M.E", OF_PROTO2},
    {P3 "enum E { Z = 0; }", "E", OF_PROTO3},
    {E23 "message M { message N { M m = 1; } }", "M.N.m", OF_EDITIONS},
    /* proto2 in its own words. */
    {"message M { optional int32 a = 1; }", "M.a", OF_PROTO2},
    {"message M { repeated int32 a = 1; }", "M.a", OF_PROTO2},
    {"message M { required int32 a = 1; }", "M.a", "required closed expanded none prefixed legacy"},
    {"message M { oneof o { int32 a = 1; } }", "M.a", OF_PROTO2},
    {"message M { repeated int32 a = 1 [packed = true]; }", "M.a", "explicit closed packed none prefixed legacy"},
    {"message M { repeated int32 a = 1 [packed = false]; }", "M.a", OF_PROTO2},
    {"message M { optional group G = 1 { optional int32 a = 1; } }", "M.g",
     "explicit closed expanded none delimited legacy"},
    {"message M { optional group G = 1 { optional int32 a = 1; } }", "M.G.a", OF_PROTO2},
    {"message M { optional group G = 1 {} }", "M.G", OF_PROTO2},
    {"message M { required group G = 1 {} }", "M.g", "required closed expanded none delimited legacy"},
    {"message M { map<int32, M> a = 1; }", "M.a", OF_PROTO2},
    {"extend M { optional int32 a = 1; }", "a", OF_PROTO2},
    /* proto3. */
    {P3 "message M { int32 a = 1; }", "M.a", OF_PROTO3},
    {P3 "message M { optional int32 a = 1; }", "M.a", "explicit open packed verify prefixed allow"},
    {P3 "message M { oneof o { int32 a = 1; } }", "M.a", "explicit open packed verify prefixed allow"},
    {P3 "message M { repeated int32 a = 1; }", "M.a", OF_PROTO3},
    {P3 "message M { repeated int32 a = 1 [packed = false]; }", "M.a", "implicit open expanded verify prefixed allow"},
    {P3 "extend M { int32 a = 1; }", "a", "explicit open packed verify prefixed allow"},
    {P3 "message M { extend M { repeated int32 a = 1; } }", "M.a", "explicit open packed verify prefixed allow"},
    /* Editions: each feature, on the file. */
    {E23 "option features.field_presence = IMPLICIT;", "", "implicit open packed verify prefixed allow"},
    {E23 "option features.field_presence = LEGACY_REQUIRED;", "", "required open packed verify prefixed allow"},
    {E23 "option features.enum_type = CLOSED;", "", "explicit closed packed verify prefixed allow"},
    {E23 "option features.repeated_field_encoding = EXPANDED;", "", "explicit open expanded verify prefixed allow"},
    {E23 "option features.utf8_validation = NONE;", "", "explicit open packed none prefixed allow"},
    {E23 "option features.message_encoding = DELIMITED;", "", "explicit open packed verify delimited allow"},
    {E23 "option features.json_format = LEGACY_BEST_EFFORT;", "", "explicit open packed verify prefixed legacy"},
    {E23 "option features = { field_presence: IMPLICIT enum_type: CLOSED, utf8_validation: NONE };", "",
     "implicit closed packed none prefixed allow"},
    {E23 "option features.enum_type = CLOSED; option features.enum_type = OPEN;", "", OF_EDITIONS},
    /* What features do not have, and what is no feature. */
    {E23 "option features.field_presence = NONSENSE; option features.nonsense = CLOSED; option features.enum_type = 2; "
         "option "
         "features.enum_type = 'CLOSED';",
     "", OF_EDITIONS},
    {E23 "option (features).enum_type = CLOSED; option feature.enum_type = CLOSED; option enum_type = CLOSED;", "",
     OF_EDITIONS},
    {E23 "option features.(pb.cpp).enum_type = CLOSED; option features = { [pb.cpp] { enum_type: CLOSED } };", "",
     OF_EDITIONS},
    {E23 "message M { repeated int32 a = 1 [packed = false]; }", "M.a", OF_EDITIONS},
    /* Inherited from the file, the message, the oneof; what stands nearer wins. */
    {E23 "option features.field_presence = IMPLICIT; message M { message N { int32 a = 1; } }", "M.N.a",
     "implicit open packed verify prefixed allow"},
    {E23 "option features.field_presence = IMPLICIT; message M { option features.field_presence = LEGACY_REQUIRED; "
         "message N { "
         "int32 a = 1; } }",
     "M.N.a", "required open packed verify prefixed allow"},
    {E23 "option features.field_presence = IMPLICIT; message M { int32 a = 1 [features.field_presence = EXPLICIT]; "
         "int32 b = 2; "
         "}",
     "M.a", OF_EDITIONS},
    {E23 "option features.field_presence = IMPLICIT; message M { int32 a = 1 [features.field_presence = EXPLICIT]; "
         "int32 b = 2; "
         "}",
     "M.b", "implicit open packed verify prefixed allow"},
    {E23 "message M { option features.enum_type = CLOSED; enum E { Z = 0; } } enum F { Y = 0; }", "M.E",
     "explicit closed packed verify prefixed allow"},
    {E23 "message M { option features.enum_type = CLOSED; enum E { Z = 0; } } enum F { Y = 0; }", "F", OF_EDITIONS},
    {E23 "option features.enum_type = CLOSED; enum E { option features.enum_type = OPEN; Z = 0; }", "E", OF_EDITIONS},
    {E23 "message M { oneof o { option features.utf8_validation = NONE; string a = 1; string b = 2 "
         "[features.utf8_validation = "
         "VERIFY]; } string c = 3; }",
     "M.a", "explicit open packed none prefixed allow"},
    {E23 "message M { oneof o { option features.utf8_validation = NONE; string a = 1; string b = 2 "
         "[features.utf8_validation = "
         "VERIFY]; } string c = 3; }",
     "M.b", OF_EDITIONS},
    {E23 "message M { oneof o { option features.utf8_validation = NONE; string a = 1; } string c = 3; }", "M.c",
     OF_EDITIONS},
    {E23 "option features.field_presence = IMPLICIT; message M { oneof o { int32 a = 1; } }", "M.a", OF_EDITIONS},
    {E23 "option features.message_encoding = DELIMITED; message M { M a = 1; }", "M.a",
     "explicit open packed verify delimited allow"},
    {E23 "option features.message_encoding = DELIMITED; message M { map<int32, M> a = 1; }", "M.a", OF_EDITIONS},
    {E23 "option features.message_encoding = DELIMITED; message M { M a = 1 [features.message_encoding = "
         "LENGTH_PREFIXED]; }",
     "M.a", OF_EDITIONS},
    {E23 "message M { option features.utf8_validation = NONE; extend M { string a = 1; } }", "M.a",
     "explicit open packed none prefixed allow"},
    {E23 "option features.utf8_validation = NONE; extend M { string a = 1; }", "a",
     "explicit open packed none prefixed allow"},
};

static const struct pb_features *features_at(const struct pb_schema *schema, const char *element)
{
    if (!element[0])
        return &schema->root->features;
    const struct pb_symbol *symbol = pb_symbol_find(schema, str_of(element));
    ck_assert_msg(symbol, "%s", element);
    return symbol->kind == PB_SYMBOL_FIELD  ? &((const struct pb_field *)symbol->node)->features
           : symbol->kind == PB_SYMBOL_ENUM ? &((const struct pb_enum *)symbol->node)->features
                                            : &((const struct pb_message *)symbol->node)->features;
}

START_TEST(features_are_resolved)
{
    struct pb_schema *schema = linked(spelled(rows[_i].text));
    assert_text(spelled_features(features_at(schema, rows[_i].element)), str_of(rows[_i].features));
}
END_TEST

/* Each file has its own. */
START_TEST(files_do_not_inherit_from_each_other)
{
    static const char *const files[] = {"a.proto",
                                        E23 "option features.field_presence = IMPLICIT; message A { int32 a = 1; }",
                                        "b.proto", P3 "message B { int32 a = 1; }", NULL};
    struct pb_schema *schema = linked_with("import 'a.proto'; message M { optional int32 a = 1; }", files);
    assert_text(spelled_features(features_at(schema, "A.a")), STR("implicit open packed verify prefixed allow"));
    assert_text(spelled_features(features_at(schema, "B.a")), STR(OF_PROTO3));
    assert_text(spelled_features(features_at(schema, "M.a")), STR(OF_PROTO2));
    assert_text(spelled_features(features_at(schema, "google.protobuf.Any")), STR(OF_PROTO3));
    assert_text(spelled_features(features_at(schema, "google.protobuf.FieldOptions")), STR(OF_PROTO2));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, features_are_resolved, 0, ROWS(rows));
    tcase_add_test(tests, files_do_not_inherit_from_each_other);
}

int main(void)
{
    return run_tests("features", add_tests);
}
