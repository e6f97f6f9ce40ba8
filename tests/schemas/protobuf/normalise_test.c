/* The normal form: what has no meaning is in one order and spelling, and what has meaning is kept.
 * covers: schemas/protobuf/normalise.c schemas/protobuf/normalise_options.c */
#include "protobuf/normalise.h"

#include "broken_texts.h"
#include "fixture.h"
#include "outline.h"

#define P3 "syntax = 'proto3';\n"

static struct pb_file *normalised(const struct pb_schema *schema)
{
    struct pb_file *file = pb_normalise(schema, arena);
    ck_assert_ptr_nonnull(file);
    ck_assert(file->is_normal);
    return file;
}

static struct str normal_text(const struct pb_schema *schema)
{
    return printed(normalised(schema), false);
}

/* Text, normal text. */
static const struct {
    const char *text, *normal;
} forms[] = {
    /* The syntax line of proto2 goes, the others stay. */
    {"", ""},
    {"syntax = 'proto2';", ""},
    {"syntax = 'proto2'; message M {}", "\nmessage M {}\n"},
    {"syntax = `proto3`;", P3},
    {"edition = '2023';", "edition = '2023';\n"},
    {"package a . b;", "package a.b;\n"},
    /* Imports by kind and path, doubles once. */
    {"import 'b'; import public 'c'; import 'a'; import 'b'; import public 'b'; import weak 'a'; import public 'c';",
     "\nimport 'a';\nimport 'b';\nimport weak 'a';\nimport public 'b';\nimport public 'c';\n"},
    {"edition = '2024'; import option 'b'; import option 'a'; import 'c';",
     "edition = '2024';\n\nimport 'c';\nimport option 'a';\nimport option 'b';\n"},
    /* Options by name; those of one name stay in their order. */
    {"option b = 1; option a = 2; option c.b = 3; option b = 0; option c.a = 4;",
     "\noption a = 2;\noption b = 1;\noption b = 0;\noption c.a = 4;\noption c.b = 3;\n"},
    {"message M { optional int32 a = 1 [json_name = 'x', default = 5, deprecated = true]; }",
     "\nmessage M {\n  optional int32 a = 1 [\n    default = 5,\n    deprecated = true,\n    json_name = 'x'\n  "
     "];\n}\n"},
    /* Fields by number, also in oneofs and groups; oneofs by their lowest number; those without members go. */
    {P3 "message M { int32 c = 3; oneof o { int32 e = 9; int32 d = 2; } int32 a = 1; oneof n {} oneof p { int32 b = 8; "
        "int32 f "
        "= 0; } }",
     P3
     "\nmessage M {\n  int32 a = 1;\n  int32 c = 3;\n\n  oneof p {\n    int32 f = 0;\n    int32 b = 8;\n  }\n  oneof o "
     "{\n    int32 d = 2;\n    int32 e = 9;\n  }\n}\n"},
    {P3 "message M { int32 b = 1; int32 a = 1; }", P3 "\nmessage M {\n  int32 b = 1;\n  int32 a = 1;\n}\n"},
    /* A field that names the message of a group is none. */
    {"message M { optional group A = 1 { optional X y = 1; } optional A b = 2; message X {} }",
     "\nmessage M {\n  optional .M.A b = 2;\n\n  optional group A = 1 {\n    optional .M.X y = 1;\n  }\n\n  message X "
     "{}\n}\n"},
    {"message M { repeated group B = 2 { optional int32 y = 2; optional int32 x = 1; } optional group A = 1 {} message "
     "C {} }",
     "\nmessage M {\n  optional group A = 1 {}\n  repeated group B = 2 {\n    optional int32 x = 1;\n    optional "
     "int32 y = "
     "2;\n  }\n\n  message C {}\n}\n"},
    /* Messages, enums, services and methods stay: their order is that of what clients are made of. */
    {P3 "service B { rpc Z (M) returns (M); rpc A (M) returns (M); } service A {} message M { message O {} message N "
        "{} enum F "
        "{ Z = 0; } enum E { Y = 0; } } message L {} enum H {} enum G {}",
     P3 "\nmessage M {\n  message O {}\n  message N {}\n  enum F {\n    Z = 0;\n  }\n  enum E {\n    Y = 0;\n  "
        "}\n}\nmessage "
        "L {}\nenum H {}\nenum G {}\n\nservice B {\n  rpc Z (.M) returns (.M);\n  rpc A (.M) returns (.M);\n}\nservice "
        "A {}\n"},
    /* Ranges one by one: numbers before names, each in their order. */
    {"message M { reserved 'b', 'a'; reserved 9 to 11, 2, 15 to 15; reserved 1000 to max, 4 to 5; extensions 500, 100 "
     "to 199; "
     "extensions 1000 to max; }",
     "\nmessage M {\n  reserved 2;\n  reserved 4 to 5;\n  reserved 9 to 11;\n  reserved 15;\n  reserved 1000 to max;\n "
     " "
     "reserved 'a';\n  reserved 'b';\n\n  extensions 100 to 199;\n  extensions 500;\n  extensions 1000 to max;\n}\n"},
    {"message M { extensions 5, 4 [b = 1, a = 2]; }", "\nmessage M {\n  extensions 4 [\n    a = 2,\n    b = 1\n  ];\n  "
                                                      "extensions 5 [\n    a = 2,\n    b = 1\n  ];\n}\n"},
    {"message M { reserved 3 to 5, 3 to 4, 3; }",
     "\nmessage M {\n  reserved 3;\n  reserved 3 to 4;\n  reserved 3 to 5;\n}\n"},
    {"message M { reserved 536870911 to max; }", "\nmessage M {\n  reserved 536870911;\n}\n"},
    /* Enums: constants by number, those of one number in their order, the default first. */
    {"enum E { reserved 'B', 'A'; reserved 7, -5 to -3; C = 2; B = -1; A = 2; D = -2147483648; option b = 1; option a "
     "= 2; }",
     "\nenum E {\n  reserved -5 to -3;\n  reserved 7;\n  reserved 'A';\n  reserved 'B';\n  option a = 2;\n  option b = "
     "1;\n  "
     "C = 2;\n  D = -2147483648;\n  B = -1;\n  A = 2;\n}\n"},
    {P3 "enum E { Z = 0; B = 2; A = 1; N = -1; Y = 0; }",
     P3 "\nenum E {\n  Z = 0;\n  N = -1;\n  Y = 0;\n  A = 1;\n  B = 2;\n}\n"},
    {P3 "enum E { B = 2; N = -1; Z = 0; }", P3 "\nenum E {\n  Z = 0;\n  N = -1;\n  B = 2;\n}\n"},
    {P3 "enum E { B = 2; N = -1; }", P3 "\nenum E {\n  N = -1;\n  B = 2;\n}\n"},
    {"edition = '2023'; enum E { option features.enum_type = CLOSED; C = 2; Z = 0; } enum F { C = 2; Z = 0; }",
     "edition = '2023';\n\nenum E {\n  option features.enum_type = CLOSED;\n  C = 2;\n  Z = 0;\n}\nenum F {\n  Z = "
     "0;\n  C = "
     "2;\n}\n"},
    /* Names of types in full. */
    {P3 "package p.q; message M { M a = 1; q.M b = 2; .p.q.M c = 3; N d = 4; M.N e = 5; E f = 6; map<string, N> g = 7; "
        "map<int32, "
        "M.E> h = 8; Missing i = 9; message N {} enum E { Z = 0; } } extend M { int32 x = 1; } service S { rpc R (M.N) "
        "returns "
        "(stream q.M); }",
     P3 "package p.q;\n\nmessage M {\n  .p.q.M a = 1;\n  .p.q.M b = 2;\n  .p.q.M c = 3;\n  .p.q.M.N d = 4;\n  .p.q.M.N "
        "e = "
        "5;\n  .p.q.M.E f = 6;\n  map<string, .p.q.M.N> g = 7;\n  map<int32, .p.q.M.E> h = 8;\n  Missing i = 9;\n\n  "
        "message N "
        "{}\n  enum E {\n    Z = 0;\n  }\n}\n\nextend .p.q.M {\n  int32 x = 1;\n}\n\nservice S {\n  rpc R (.p.q.M.N) "
        "returns "
        "(stream .p.q.M);\n}\n"},
    {P3 "import 'google/protobuf/any.proto'; message M { google.protobuf.Any a = 1; }",
     P3 "\nimport 'google/protobuf/any.proto';\n\nmessage M {\n  .google.protobuf.Any a = 1;\n}\n"},
    {"package p; message 1A { message B { optional B a = 1; } } message C-D { message E { optional E a = 1; } }",
     "package p;\n\nmessage 1A {\n  message B {\n    optional B a = 1;\n  }\n}\nmessage C-D {\n  message E {\n    "
     "optional "
     ".p.C-D.E a = 1;\n  }\n}\n"},
    /* Extend blocks of one target as one, where the first of them stands. */
    {"package p; message M { extensions 1 to 9; } message N { extensions 1 to 9; } extend M { optional int32 c = 3; } "
     "extend N "
     "{ optional int32 d = 1; } extend .p.M { optional int32 a = 1; optional group G = 2 { optional int32 y = 2; "
     "optional int32 "
     "x = 1; } }",
     "package p;\n\nmessage M {\n  extensions 1 to 9;\n}\nmessage N {\n  extensions 1 to 9;\n}\n\nextend .p.M {\n  "
     "optional "
     "int32 a = 1;\n  optional int32 c = 3;\n\n  optional group G = 2 {\n    optional int32 x = 1;\n    optional int32 "
     "y = 2;\n "
     " }\n}\nextend .p.N {\n  optional int32 d = 1;\n}\n"},
    {"message M { extend Missing { optional int32 b = 2; } extend Missing { optional int32 a = 1; } extend .M {} }",
     "\nmessage M {\n  extend Missing {\n    optional int32 a = 1;\n    optional int32 b = 2;\n  }\n  extend .M "
     "{}\n}\n"},
    /* Entries of maps, as descriptors have them, are maps. */
    {P3 "message M { repeated TagsEntry tags = 1 [deprecated = true]; message TagsEntry { option map_entry = true; M "
        "value = 2; "
        "string key = 1; } message N {} }",
     P3 "\nmessage M {\n  map<string, .M> tags = 1 [deprecated = true];\n\n  message N {}\n}\n"},
    {P3 "message M { repeated AEntry a = 1; message AEntry { option map_entry = false; string key = 1; int32 value = "
        "2; } }",
     P3 "\nmessage M {\n  repeated .M.AEntry a = 1;\n\n  message AEntry {\n    option map_entry = false;\n  \n    "
        "string key "
        "= 1;\n    int32 value = 2;\n  }\n}\n"},
    {P3 "message M { repeated AEntry a = 1; message AEntry { option map_entry = true; string key = 1; int32 value = 3; "
        "} }",
     P3 "\nmessage M {\n  repeated .M.AEntry a = 1;\n\n  message AEntry {\n    option map_entry = true;\n  \n    "
        "string key = "
        "1;\n    int32 value = 3;\n  }\n}\n"},
    {P3 "message M { repeated AEntry a = 1; message AEntry { option map_entry = true; string key = 1; E value = 2; "
        "enum E { Z = "
        "0; } } }",
     P3 "\nmessage M {\n  repeated .M.AEntry a = 1;\n\n  message AEntry {\n    option map_entry = true;\n  \n    "
        "string key = "
        "1;\n    .M.AEntry.E value = 2;\n  \n    enum E {\n      Z = 0;\n    }\n  }\n}\n"},
    /* Editions. */
    {"edition = '2024'; local message M { reserved b, a; export enum E { Z = 0; } M m = 2 [features.message_encoding = "
     "DELIMITED]; }",
     "edition = '2024';\n\nlocal message M {\n  reserved a;\n  reserved b;\n\n  .M m = 2 [features.message_encoding = "
     "DELIMITED];\n\n  export enum E {\n    Z = 0;\n  }\n}\n"},
};

START_TEST(files_have_a_normal_form)
{
    struct str text = spelled(forms[_i].text), normal = spelled(forms[_i].normal);
    assert_text(normal_text(linked(text)), normal);
    assert_text(normal_text(linked(normal)), normal);
    assert_text(normal_text(linked(printed(parsed(text), false))), normal);
}
END_TEST

/* -- numbers ------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *text, *normal;
} numbers[] = {
    {"0", "0"},
    {"7", "7"},
    {"007", "7"},
    {"010", "8"},
    {"0x1F", "31"},
    {"0XfF", "255"},
    {"18446744073709551615", "18446744073709551615"},
    {"18446744073709551616", "18446744073709551616"}, /* more than an integer has: as it is */
    {"0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"},
    {"1.0", "1"},
    {"1.", "1"},
    {"1.50", "1.5"},
    {"0.0", "0"},
    {"0.10", "0.1"},
    {"100.0", "100"},
    {"1e3", "1000"},
    {"1E3", "1000"},
    {"1e+3", "1000"},
    {"1.50e-3", "0.0015"},
    {"1.5e10", "15000000000"},
    {"1.25e1", "12.5"},
    {"12.5e-1", "1.25"},
    {"12.5e-2", "0.125"},
    {"0e0", "0"},
    {"0.0e5", "0"},
    {"0e-5", "0"},
    {"123.456e2", "12345.6"},
    {"0.001e3", "1"},
    {"10e-1", "1"},
    {"1e40", "1e40"}, /* long: as it is */
    {"1e-42", "1e-42"},
    {"1e1000", "1e1000"},
    {"1e99999999999999999999", "1e99999999999999999999"},
    {".5", ".5"},
};

START_TEST(numbers_have_one_spelling)
{
    struct str normal = pb_normal_number(arena, str_of(numbers[_i].text));
    assert_text(normal, str_of(numbers[_i].normal));
    assert_text(pb_normal_number(arena, normal), normal);
    double number = strtod(terminated(normal), NULL), wanted = strtod(numbers[_i].text, NULL);
    ck_assert(memcmp(&number, &wanted, sizeof number) == 0 || numbers[_i].text[0] == '0');
}
END_TEST

/* -- options ------------------------------------------------------------------------------------------------------ */

#define EXTENSIONS                                                                                                     \
    "syntax = 'proto2'; package co; import 'google/protobuf/descriptor.proto'; message Opt { optional int32 n = 1; "   \
    "optional string s = 2; repeated int32 r = 3; optional Opt sub = 4; repeated Opt subs = 5; map<string, int32> mp " \
    "= "                                                                                                               \
    "6; optional double d = 7; optional group Gr = 8 { optional int32 x = 1; optional int32 y = 2; } extensions 100 "  \
    "to "                                                                                                              \
    "max; } extend Opt { optional Opt extra = 100; repeated Opt extras = 101; } extend "                               \
    "google.protobuf.MessageOptions "                                                                                  \
    "{ optional Opt mo = 50001; repeated Opt rmo = 50002; optional int32 num = 50003; repeated string tags = 50004; "  \
    "} "

/* Options of a message, and what they become. */
static const struct {
    const char *options, *normal;
} merged[] = {
    {"option (mo) = { n: 1 };", "option (co.mo) = {\n    n: 1\n  };"},
    {"option (.co.mo) = {};", "option (co.mo) = {\n  };"},
    {"option (co.num) = 0x10;", "option (co.num) = 16;"},
    {"option (num) = -007;", "option (co.num) = -7;"},
    {"option deprecated = true; option (tags) = 'b'; option (num) = 1; option (tags) = 'a';",
     "option (co.num) = 1;\n  option (co.tags) = 'b';\n  option (co.tags) = 'a';\n  option deprecated = true;"},
    /* What several say about one message is one value, sorted by name. */
    {"option (mo).s = 'x'; option (mo).n = 5;", "option (co.mo) = {\n    n: 5,\n    s: 'x'\n  };"},
    {"option (mo).sub.s = 'deep'; option (.co.mo).sub = { n: 1 };",
     "option (co.mo) = {\n    sub: {\n      n: 1,\n      s: 'deep'\n    }\n  };"},
    {"option (mo).sub.sub.sub.n = 1; option (mo).sub.sub.n = 2;",
     "option (co.mo) = {\n    sub: {\n      sub: {\n        n: 2,\n        sub: {\n          n: 1\n        }\n      "
     "}\n    }\n "
     " };"},
    {"option (mo).gr.y = 2; option (mo).gr.x = 1;",
     "option (co.mo) = {\n    gr: {\n      x: 1,\n      y: 2\n    }\n  };"},
    /* Repeated fields accumulate in their order, singular ones are what is said last. */
    {"option (mo).r = 3; option (mo).r = 1; option (mo).r = 2;",
     "option (co.mo) = {\n    r: [\n      3,\n      1,\n      2\n    ]\n  };"},
    {"option (mo) = { r: [3], r: 1, r: [] };", "option (co.mo) = {\n    r: [\n      3,\n      1\n    ]\n  };"},
    {"option (mo) = { r: [3] };", "option (co.mo) = {\n    r: 3\n  };"},
    {"option (mo) = { r: [] };", "option (co.mo) = {\n  };"},
    {"option (mo) = { subs: { n: 1 } subs: { n: 2 s: 'x' } };",
     "option (co.mo) = {\n    subs: [\n      {\n        n: 1\n      },\n      {\n        n: 2,\n        s: 'x'\n      "
     "}\n    "
     "]\n  };"},
    {"option (mo) = { n: 1 n: 2 };", "option (co.mo) = {\n    n: 2\n  };"},
    {"option (mo) = { sub { n: 1 } sub { s: 'x' } };",
     "option (co.mo) = {\n    sub: {\n      n: 1,\n      s: 'x'\n    }\n  };"},
    {"option (mo) = { mp { key: 'b' value: 2 } mp { value: 1 key: 'a' } };",
     "option (co.mo) = {\n    mp: [\n      {\n        key: 'b',\n        value: 2\n      },\n      {\n        key: "
     "'a',\n      "
     "  value: 1\n      }\n    ]\n  };"},
    /* A repeated extension is an option each time. */
    {"option (rmo) = { s: 'x' n: 1 }; option (rmo) = { n: 2 };",
     "option (co.rmo) = {\n    n: 1,\n    s: 'x'\n  };\n  option (co.rmo) = {\n    n: 2\n  };"},
    /* Extensions in names and values. */
    {"option (mo).(extra).n = 1; option (mo).(co.extra).s = 'x';",
     "option (co.mo) = {\n    [co.extra]: {\n      n: 1,\n      s: 'x'\n    }\n  };"},
    {"option (mo) = { s: 'a' [co.extras] { n: 1 } [co.extras] { n: 2 } n: 2 };",
     "option (co.mo) = {\n    [co.extras]: [\n      {\n        n: 1\n      },\n      {\n        n: 2\n      }\n    "
     "],\n    n: "
     "2,\n    s: 'a'\n  };"},
    {"option (mo) = { [type.googleapis.com/a.B] { c: 1 b: 2 } };",
     "option (co.mo) = {\n    [type.googleapis.com/a.B]: {\n      b: 2,\n      c: 1\n    }\n  };"},
    {"option (mo) = { d: 1.50 n: -0x10 s: '1.50' };",
     "option (co.mo) = {\n    d: 1.5,\n    n: -16,\n    s: '1.50'\n  };"},
    /* What nobody has declared stays as it is, sorted. */
    {"option (who).b = 1; option (who).a = 2; option (.who.knows) = { b: 1 a: [1, 2] b: 3 };",
     "option (.who.knows) = {\n    a: [\n      1,\n      2\n    ],\n    b: [\n      1,\n      3\n    ]\n  };\n  option "
     "(who).a "
     "= 2;\n  option (who).b = 1;"},
    {"option features.field_presence = EXPLICIT; option features.enum_type = OPEN;",
     "option features.enum_type = OPEN;\n  option features.field_presence = EXPLICIT;"},
};

START_TEST(options_are_merged)
{
    struct str head = spelled(EXTENSIONS "message M { "), normal = spelled(merged[_i].normal);
    struct pb_schema *schema = linked(ARENA_JOIN(arena, head, spelled(merged[_i].options), STR(" }")));
    struct pb_file *file = normalised(schema);
    struct pb_file alone = {.is_normal = true, .package = STR_EMPTY};
    alone.messages.first = file->messages.last;
    assert_text(printed(&alone, false), ARENA_JOIN(arena, STR("\nmessage M {\n  "), normal, STR("\n}\n")));
    struct str text = printed(file, false);
    assert_text(normal_text(linked(text)), text);
}
END_TEST

/* A scope of its own decides which extension a name means. */
START_TEST(names_of_extensions_are_resolved_where_they_stand)
{
    struct pb_schema *schema = linked(
        spelled("package p; import 'google/protobuf/descriptor.proto'; extend google.protobuf.FieldOptions { optional "
                "int32 o = 50001; } message M { extend google.protobuf.FieldOptions { optional int32 o = 50002; } "
                "optional int32 a = 1 [(o) = 1, (p.o) = 2, (M.o) = 3, (.p.o) = 4]; } message N { optional int32 a = 1 "
                "[(o) = 1]; }"));
    assert_text(
        normal_text(schema),
        spelled(
            "package p;\n\nimport 'google/protobuf/descriptor.proto';\n\nmessage M {\n  optional int32 a = 1 [\n    "
            "(p.M.o) = 1,\n    (p.M.o) = 3,\n    (p.o) = 2,\n    (p.o) = 4\n  ];\n\n  extend "
            ".google.protobuf.FieldOptions {\n    optional int32 o = 50002;\n  }\n}\nmessage N {\n  optional int32 a "
            "= 1 [(p.o) = 1];\n}\n\nextend .google.protobuf.FieldOptions {\n  optional int32 o = 50001;\n}\n"));
}
END_TEST

/* Built-in and referenced files count as the schema's own do; only the root is written. */
START_TEST(names_of_other_files_are_known)
{
    static const char *const files[] = {"lib.proto",
                                        "syntax = 'proto3'; package lib; import 'google/protobuf/descriptor.proto'; "
                                        "message C { enum K { Z = 0; } int32 b = 1; "
                                        "int32 a = 2; } extend google.protobuf.FieldOptions { C mark = 50001; }",
                                        NULL};
    struct pb_schema *schema = linked_with(
        "syntax = 'proto3'; package u; import 'lib.proto'; import 'confluent/meta.proto'; message U { map<string, "
        "lib.C.K> k = 2; lib.C c = 1 [(lib.mark).b = 1, (lib.mark).a = 2, (confluent.field_meta).tags = 'b', "
        "(confluent.field_meta).doc = 'd', (confluent.field_meta).tags = 'a']; }",
        files);
    assert_text(
        normal_text(schema),
        spelled(
            "syntax = 'proto3';\npackage u;\n\nimport 'confluent/meta.proto';\nimport 'lib.proto';\n\nmessage U {\n "
            " .lib.C c = 1 [\n    (confluent.field_meta) = {\n      doc: 'd',\n      tags: [\n        'b',\n        "
            "'a'\n      ]\n    },\n    (lib.mark) = {\n      a: 2,\n      b: 1\n    }\n  ];\n  map<string, "
            ".lib.C.K> k = 2;\n}\n"));
}
END_TEST

/* The schema that was normalised is as it was. */
START_TEST(the_schema_is_left_alone)
{
    struct pb_schema *schema = linked(spelled(
        EXTENSIONS
        "message M { option (mo).n = 1; option (mo).s = 'x'; oneof o { int32 b = 2; int32 a = 1; } optional group G = "
        "3 {} reserved 9, 8; } extend Opt { repeated group H = 200 { optional int32 b = 2; optional int32 a = 1; } }"));
    struct str before = outlined(schema->root);
    struct pb_file *normal = normalised(schema);
    assert_text(outlined(schema->root), before);
    outlined(normal); /* checks that parents, oneofs and blocks are the copy's own */
    for (const struct pb_message *m = normal->messages.first; m; m = pb_next_message(m))
        ck_assert_ptr_eq(m->file, normal);
}
END_TEST

/* -- chance ------------------------------------------------------------------------------------------------------- */

/* Items in an order of chance. */
static void add_shuffled(struct buf *out, const char *const *items, int count, uint64_t seed)
{
    int order[16];
    ck_assert_int_le(count, 16);
    for (int i = 0; i < count; i++) {
        int j = (int)(hash_mix(seed, (uint64_t)i) % (uint64_t)(i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    for (int i = 0; i < count; i++)
        buf_add(out, spelled(items[order[i]]));
}

/* However what has no meaning is ordered, the normal form is the same. */
START_TEST(orders_without_meaning_do_not_count)
{
    static const char *const heads[] = {"import 'google/protobuf/descriptor.proto'; ",
                                        "import 'a'; ",
                                        "import public 'b'; ",
                                        "option java_package = 'j'; ",
                                        "option go_package = 'g'; ",
                                        "option (f) = 1; ",
                                        "extend google.protobuf.FileOptions { optional int32 f = 50001; } "};
    static const char *const parts[] = {"optional int32 a = 1; ",
                                        "repeated M b = 2 [lazy = true]; ",
                                        "map<string, E> c = 3; ",
                                        "oneof o { int32 d = 7; string e = 4; } ",
                                        "oneof p { int32 f = 5; } ",
                                        "optional group G = 6 { optional int32 x = 1; } ",
                                        "reserved 20, 10 to 12; ",
                                        "reserved 30, 15; ",
                                        "reserved 'r'; ",
                                        "extensions 100 to 110, 105; ",
                                        "option deprecated = true; ",
                                        "option message_set_wire_format = false; ",
                                        "enum E { B = 1; A = 0; } ",
                                        "message N {} "};
    uint64_t seed = random_seed("normalise, orders");
    struct str first = STR_EMPTY;
    for (uint64_t i = 0; i < 300; i++) {
        struct buf text = new_text();
        add_shuffled(&text, heads, ROWS(heads), hash_mix(seed, 2 * i));
        buf_add(&text, STR("message M { "));
        add_shuffled(&text, parts, ROWS(parts), hash_mix(seed, 2 * i + 1));
        buf_add(&text, STR("}"));
        struct str normal = normal_text(linked(buf_str(&text)));
        first = i ? first : normal;
        assert_text(normal, first);
    }
}
END_TEST

/* Whatever was read can be read again, and means the same then. */
START_TEST(broken_texts_have_a_normal_form)
{
    uint64_t seed = random_seed("normalise, broken texts");
    struct str text = spelled(good_texts[_i]);
    for (uint64_t i = 0; i < 5000; i++) {
        struct str broken = mutated(text, hash_mix(seed, i));
        struct schema_source source = {.text = broken};
        struct error err = ERROR_INIT(arena);
        void *model = NULL;
        if (protobuf_format.parse(arena, &source, &model, &err) == 0) {
            struct str normal = normal_text(model);
            assert_text(normal_text(linked(normal)), normal);
        }
        free(writable(broken));
        arena_reset(arena);
        text = spelled(good_texts[_i]);
    }
}
END_TEST

/* -- bounds ------------------------------------------------------------------------------------------------------- */

START_TEST(long_and_deep_texts_are_normalised_quickly)
{
    struct buf text = new_text();
    buf_add(&text, spelled(EXTENSIONS "message M { option (mo).n = 0;"));
    for (int i = 0; i < 20000; i++)
        buf_printf(&text,
                   "option (mo).r = %d; option (mo).sub.r = %d; option u%d = 1; reserved %d; optional int32 f%d = %d;",
                   i, i, i, i, i, 50000 - i);
    buf_add(&text, STR("option (mo) = { subs: [{}"));
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, ", { s: \"%d\" n: %d }", i, i);
    buf_add(&text, STR("] }; } extend Opt {"));
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "} extend %s { optional int32 x%d = %d;", i % 2 ? "Opt" : ".co.Opt", i, 50000 - i);
    buf_add(&text, STR("} message D { option (mo)"));
    add_times(&text, STR(".sub"), 200);
    buf_add(&text, STR(" = "));
    add_times(&text, STR("{ sub "), 50);
    buf_add(&text, STR("{ n: 1 }"));
    add_times(&text, STR("}"), 50);
    buf_add(&text, STR("; }"));
    struct str normal = normal_text(linked(buf_str(&text)));
    assert_text(normal_text(linked(normal)), normal);
}
END_TEST

/* Names of many parts in a scope of many: each part is looked for in each scope. */
START_TEST(names_that_cost_much_are_refused)
{
    static const struct {
        int options;
        bool is_right;
    } rows[] = {{195, true}, {200, false}, {20000, false}};
    for (int row = 0; row < ROWS(rows); row++) {
        struct buf text = new_text();
        buf_add(&text, STR("package a"));
        add_times(&text, STR(".a"), 499);
        buf_add(&text, STR("; "));
        for (int i = 0; i < rows[row].options; i++) {
            buf_add(&text, i % 2 ? STR("option o = { [a") : STR("option (a"));
            add_times(&text, STR(".a"), 199);
            buf_add(&text, i % 2 ? STR(".x]: 1 };") : STR(".x) = 1;"));
        }
        ck_assert((pb_normalise(linked(buf_str(&text)), arena) != NULL) == rows[row].is_right);
    }
}
END_TEST

START_TEST(memory_may_end_anywhere)
{
    struct pb_schema *schema = linked(spelled(
        EXTENSIONS
        "message M { option (mo).n = 1; option (mo).sub = { s: 'x' }; oneof o { int32 b = 2; int32 a = 1; } optional "
        "group G = 3 {} reserved 9, 8; enum E { Z = 0; } } service S { rpc R (M) returns (M); }"));
    size_t failed = 0, whole = normal_text(schema).n;
    for (size_t bytes = 0; bytes < 1u << 15; bytes += 32) {
        struct arena *memory = arena_new(bytes);
        struct pb_file *file = pb_normalise(schema, memory);
        failed += !file;
        ck_assert(!file == arena_failed(memory));
        if (file)
            ck_assert_uint_eq(printed(file, false).n, whole);
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 50);
    ck_assert_uint_lt(failed, 1000);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, files_have_a_normal_form, 0, ROWS(forms));
    tcase_add_loop_test(tests, numbers_have_one_spelling, 0, ROWS(numbers));
    tcase_add_loop_test(tests, options_are_merged, 0, ROWS(merged));
    tcase_add_test(tests, names_of_extensions_are_resolved_where_they_stand);
    tcase_add_test(tests, names_of_other_files_are_known);
    tcase_add_test(tests, the_schema_is_left_alone);
    tcase_add_test(tests, orders_without_meaning_do_not_count);
    tcase_add_loop_test(tests, broken_texts_have_a_normal_form, 0, ROWS(good_texts));
    tcase_add_test(tests, long_and_deep_texts_are_normalised_quickly);
    tcase_add_test(tests, names_that_cost_much_are_refused);
    tcase_add_test(tests, memory_may_end_anywhere);
}

int main(void)
{
    return run_tests("normalise", add_tests);
}
