/* The canonical text of files, and the text without extensions.
 * covers: schemas/protobuf/print.c schemas/protobuf/print_options.c */
#include "broken_texts.h"
#include "fixture.h"
#include "utf8.h"

#define P3 "syntax = 'proto3';\n"

/* Text, canonical text. */
static const struct {
    const char *text, *canonical;
} forms[] = {
    /* The head of a file. */
    {"", ""},
    {"// nothing", ""},
    {"syntax = `proto2` ;", "syntax = 'proto2';\n"},
    {"edition='2023';", "edition = '2023';\n"},
    {"package a . b;", "package a.b;\n"},
    {P3 "package p; ;", P3 "package p;\n"},
    {"import 'a';", "\nimport 'a';\n"},
    {P3 "package p; import public 'a'; import 'b'; import weak 'c'; import 'b';",
     P3 "package p;\n\nimport 'b';\nimport weak 'c';\nimport 'b';\nimport public 'a';\n"},
    {"edition = '2024'; import option 'c'; import 'b'; import public 'a';",
     "edition = '2024';\n\nimport 'b';\nimport public 'a';\nimport option 'c';\n"},
    {"import `say 'x'\\\\`;", "\nimport 'say \\'x\\'\\\\';\n"},
    {"option a = 1;", "\noption a = 1;\n"},
    {P3 "option b = 1; import 'x'; option a = 2;", P3 "\nimport 'x';\n\noption b = 1;\noption a = 2;\n"},
    /* Messages one below the other, then enums, extend blocks, services. */
    {P3 "message B {} message A {;}", P3 "\nmessage B {}\nmessage A {}\n"},
    {"enum E {} enum F { A = 0; }", "\nenum E {}\nenum F {\n  A = 0;\n}\n"},
    {P3 "service S {} extend X { int32 a = 1; } enum E {} message M {} option o = 1; enum F {} message N {}", P3
     "\noption o = 1;\n\nmessage M {}\nmessage N {}\nenum E {}\nenum F {}\n\nextend X {\n  int32 a = 1;\n}\n\nservice "
     "S {}\n"},
    {"extend X {} extend Y {}", "\nextend X {}\nextend Y {}\n"},
    {"service S {} service T {}", "\nservice S {}\nservice T {}\n"},
    /* Fields. */
    {P3 "message M { double a = 1; float b = 2; int32 c = 3; int64 d = 4; uint32 e = 5; uint64 f = 6; sint32 g = 7; "
        "sint64 "
        "h = 8; fixed32 i = 9; fixed64 j = 10; sfixed32 k = 11; sfixed64 l = 12; bool m = 13; string n = 14; bytes o = "
        "15; }",
     P3 "\nmessage M {\n  double a = 1;\n  float b = 2;\n  int32 c = 3;\n  int64 d = 4;\n  uint32 e = 5;\n  uint64 f = "
        "6;\n  sint32 g = 7;\n  sint64 h = 8;\n  fixed32 i = 9;\n  fixed64 j = 10;\n  sfixed32 k = 11;\n  sfixed64 l = "
        "12;\n  bool m = 13;\n  string n = 14;\n  bytes o = 15;\n}\n"},
    {"message M { optional int32 a = 1; required .p.M b = 2; repeated q . N c = 3; }",
     "\nmessage M {\n  optional int32 a = 1;\n  required .p.M b = 2;\n  repeated q.N c = 3;\n}\n"},
    {P3 "message M { int32 a = 0x1F; int32 b = 010; int32 c = 536870911; int32 d = -1; }",
     P3 "\nmessage M {\n  int32 a = 31;\n  int32 b = 8;\n  int32 c = 536870911;\n  int32 d = -1;\n}\n"},
    {P3 "message M { map<string,string> a = 1; map < int32 , .p.M > b = 2 [deprecated=true]; }",
     P3 "\nmessage M {\n  map<string, string> a = 1;\n  map<int32, .p.M> b = 2 [deprecated = true];\n}\n"},
    {P3 "message M { map<string,map<string,map<a.b,C>>> a = 1; }",
     P3 "\nmessage M {\n  map<string, map<string, map<a.b, C>>> a = 1;\n}\n"},
    {"message 1A { optional A-B a-b = 1; }", "\nmessage 1A {\n  optional A-B a-b = 1;\n}\n"},
    /* The parts of a message in their order, a blank line between them. */
    {P3
     "message M { message N {} extend X { int32 e = 1; } extensions 9; oneof o { int32 b = 2; } enum E {} int32 a = 1; "
     "option p = 1; reserved 5; int32 c = 3; reserved 'r'; option q = 2; oneof l { int32 d = 4; } extensions 7; "
     "message O "
     "{} enum F {} extend Y { int32 f = 1; } }",
     P3
     "\nmessage M {\n  reserved 5;\n  reserved 'r';\n\n  option p = 1;\n  option q = 2;\n\n  int32 a = 1;\n  int32 c = "
     "3;\n\n  oneof o {\n    int32 b = 2;\n  }\n  oneof l {\n    int32 d = 4;\n  }\n\n  extensions 9;\n  extensions "
     "7;\n\n  "
     "extend X {\n    int32 e = 1;\n  }\n  extend Y {\n    int32 f = 1;\n  }\n\n  message N {}\n  message O {}\n  enum "
     "E "
     "{}\n  enum F {}\n}\n"},
    {"message M { option a = 1; }", "\nmessage M {\n  option a = 1;\n}\n"},
    {"message M { reserved 1; }", "\nmessage M {\n  reserved 1;\n}\n"},
    {"message M { enum E {} }", "\nmessage M {\n  enum E {}\n}\n"},
    {"message M { extensions 1; enum E {} }", "\nmessage M {\n  extensions 1;\n\n  enum E {}\n}\n"},
    {"message M { extend X {} }", "\nmessage M {\n  extend X {}\n}\n"},
    /* The blank line is indented as the block is. */
    {P3
     "message A { message B { int32 a = 1; message C { option o = 1; int32 a = 1; enum E { Z = 0; } } } int32 b = 1; }",
     P3 "\nmessage A {\n  int32 b = 1;\n\n  message B {\n    int32 a = 1;\n  \n    message C {\n      option o = 1;\n  "
        "  \n   "
        "   int32 a = 1;\n    \n      enum E {\n        Z = 0;\n      }\n    }\n  }\n}\n"},
    /* Reserved and extension ranges. */
    {"message M { reserved 9 to 11, 2, 15 to 15, 1000 to max; reserved 'foo', 'b' 'ar'; extensions 0x10 to 017; }",
     "\nmessage M {\n  reserved 9 to 11, 2, 15 to 15, 1000 to max;\n  reserved 'foo', 'bar';\n\n  extensions 16 to "
     "15;\n}\n"},
    {"message M { reserved 5 to 536870911; extensions 1 to 536870911; }",
     "\nmessage M {\n  reserved 5 to 536870911;\n\n  extensions 1 to 536870911;\n}\n"},
    {"edition = '2023'; message M { reserved foo, bar; } enum E { reserved A; Z = 0; }",
     "edition = '2023';\n\nmessage M {\n  reserved foo, bar;\n}\nenum E {\n  reserved A;\n  Z = 0;\n}\n"},
    {"message M { reserved `a'b`, 'c\\n', 'd\\000\\377', '\xC3\xA9'; }",
     "\nmessage M {\n  reserved 'a\\'b', 'c\\n', 'd\\000\\377', '\xC3\xA9';\n}\n"},
    {"message M { reserved a; }", "\nmessage M {\n  reserved a;\n}\n"},
    {"message M { extensions 4 to 6, 8 [a = 1]; extensions 9 [b = 1, c = 2]; }",
     "\nmessage M {\n  extensions 4 to 6, 8 [a = 1];\n  extensions 9 [\n    b = 1,\n    c = 2\n  ];\n}\n"},
    /* Oneofs. */
    {P3 "message M { oneof n { } oneof o { option a = 1; option b = 2; int32 x = 1 [c = 1, d = 2]; } oneof p { option "
        "q = 1; } "
        "}",
     P3
     "\nmessage M {\n  oneof n {}\n  oneof o {\n    option a = 1;\n    option b = 2;\n  \n    int32 x = 1 [\n      c = "
     "1,\n      d = 2\n    ];\n  }\n  oneof p {\n    option q = 1;\n  }\n}\n"},
    /* Groups in messages, oneofs and extend blocks stand behind the other fields. */
    {"message G { repeated group Result = 1 { required string url = 2; message N {} optional group Deep = 3 {} } "
     "optional int32 "
     "a = 4; oneof o { group Pick = 7 { optional int32 z = 1; } string other = 8; } required group Head = 5 "
     "[deprecated = "
     "true] {} }",
     "\nmessage G {\n  optional int32 a = 4;\n\n  oneof o {\n    string other = 8;\n  \n    group Pick = 7 {\n      "
     "optional "
     "int32 z = 1;\n    }\n  }\n\n  repeated group Result = 1 {\n    required string url = 2;\n  \n    optional group "
     "Deep = 3 "
     "{}\n  \n    message N {}\n  }\n  required group Head = 5 [deprecated = true] {}\n}\n"},
    {"extend A { optional group G = 1 [a = 1, b = 2] { optional int32 x = 1; } optional int32 y = 2; }",
     "\nextend A {\n  optional int32 y = 2;\n\n  optional group G = 1 [\n    a = 1,\n    b = 2\n  ] {\n    optional "
     "int32 x "
     "= 1;\n  }\n}\n"},
    {"message M { extend A { repeated group G = 1 {} } message N {} }",
     "\nmessage M {\n  extend A {\n    repeated group G = 1 {}\n  }\n\n  message N {}\n}\n"},
    {P3 "message M { group G = 1 {} }", P3 "\nmessage M {\n  group G = 1 {}\n}\n"},
    {"message M { oneof o { group G = 1 {} } }", "\nmessage M {\n  oneof o {\n    group G = 1 {}\n  }\n}\n"},
    /* Enums: reserved, options, constants without blank lines between. */
    {"enum E { A = 0; option o = 1; B = -1; C = 0x1F [x = 1]; reserved 'N'; D = -2147483648 [x = 1, y = 2]; reserved "
     "-5 to -3, "
     "100 to max; }",
     "\nenum E {\n  reserved 'N';\n  reserved -5 to -3, 100 to max;\n  option o = 1;\n  A = 0;\n  B = -1;\n  C = 31 [x "
     "= "
     "1];\n  D = -2147483648 [\n    x = 1,\n    y = 2\n  ];\n}\n"},
    {"enum E { option o = 1; }", "\nenum E {\n  option o = 1;\n}\n"},
    {"message M { enum E { reserved 1; option o = {}; A = 0; } }",
     "\nmessage M {\n  enum E {\n    reserved 1;\n    option o = {\n    };\n    A = 0;\n  }\n}\n"},
    /* Services. */
    {"service S { rpc B(stream .p.M)returns(stream p . N){;} option o = 1; rpc A (M) returns (N) { option q = 1; "
     "option r = {a: "
     "1}; } option p = 2; }",
     "\nservice S {\n  option o = 1;\n  option p = 2;\n\n  rpc B (stream .p.M) returns (stream p.N);\n  rpc A (M) "
     "returns (N) "
     "{\n    option q = 1;\n    option r = {\n      a: 1\n    };\n  };\n}\n"},
    {"service S { option o = 1; }", "\nservice S {\n  option o = 1;\n}\n"},
    /* Visibility. */
    {"edition = '2024'; local message M { export message N {} local enum E { Z = 0; } message O {} } export enum F { Y "
     "= 0; }",
     "edition = '2024';\n\nlocal message M {\n  export message N {}\n  message O {}\n  local enum E {\n    Z = 0;\n  "
     "}\n}\n"
     "export enum F {\n  Y = 0;\n}\n"},
    /* Options of fields: one in the line, several below each other; default and json_name last. */
    {"message M { optional int32 a = 1 [default = -7]; optional int32 b = 2 [json_name = 'x', default = 5, deprecated "
     "= true, "
     "(o).p.(q) = 1]; optional int32 c = 3 [json_name = 'y', default = 6]; }",
     "\nmessage M {\n  optional int32 a = 1 [default = -7];\n  optional int32 b = 2 [\n    deprecated = true,\n    "
     "(o).p.(q) "
     "= 1,\n    default = 5,\n    json_name = 'x'\n  ];\n  optional int32 c = 3 [\n    default = 6,\n    json_name = "
     "'y'\n  "
     "];\n}\n"},
    {"message M { optional int32 a = 1 [(default) = 1, b = 2, (json_name) = 3, default.x = 4]; }",
     "\nmessage M {\n  optional int32 a = 1 [\n    (default) = 1,\n    b = 2,\n    (json_name) = 3,\n    default.x = "
     "4\n  "
     "];\n}\n"},
    {"message M { optional int32 a = 1 [o = { p: 1 }]; optional int32 b = 2 [o = { p { q: 1 } }, r = { s: [1] }]; }",
     "\nmessage M {\n  optional int32 a = 1 [o = {\n    p: 1\n  }];\n  optional int32 b = 2 [\n    o = {\n      p: {\n "
     "      "
     " q: 1\n      }\n    },\n    r = {\n      s: [\n        1\n      ]\n    }\n  ];\n}\n"},
    {"message M { message N { optional int32 a = 1 [o = { p: {} }]; } }",
     "\nmessage M {\n  message N {\n    optional int32 a = 1 [o = {\n      p: {\n      }\n    }];\n  }\n}\n"},
};

START_TEST(files_have_a_canonical_text)
{
    struct str canonical = spelled(forms[_i].canonical);
    assert_text(printed(parsed(spelled(forms[_i].text)), false), canonical);
    assert_text(printed(parsed(canonical), false), canonical);
}
END_TEST

/* The value of "option o = …;", and as it is printed. NULL: the same. */
static const struct {
    const char *value, *printed;
} values[] = {
    {"true", NULL},
    {"-inf", NULL},
    {"- nan", "-nan"},
    {"a-b.c", NULL},
    {"0", NULL},
    {"-0x1F", NULL},
    {"007", NULL},
    {"1.50e-3", NULL},
    {".5", NULL},
    {"5.", NULL},
    {"18446744073709551616", NULL},
    /* Strings: letters for what has them, octal for what is no UTF-8 and NUL, all else as it is. */
    {"``", "''"},
    {"'a' `b`\n'c'", "'abc'"},
    {"'\\a\\b\\f\\n\\r\\t\\v\\\\'", NULL},
    {"'\\''", NULL},
    {"`'`", "'\\''"},
    {"'\\`'", NULL},
    {"'`'", "'\\`'"},
    {"'\\?'", "'?'"},
    {"'\\x41\\101\\u0041\\U00000041'", "'AAAA'"},
    {"'\\x7f\\x01\\x1F'", "'\x7f\x01\x1F'"},
    {"'\\000'", NULL},
    {"'\\0'", "'\\000'"},
    {"'\\0001'", NULL},
    {"'\\377\\xFE'", "'\\377\\376'"},
    {"'\\3771'", NULL},
    {"'\\xc3\\xa9'", "'\xC3\xA9'"},
    {"'\\xc3'", "'\\303'"},
    {"'\\xc3x\\xa9'", "'\\303x\\251'"},
    {"'\\xe2\\x82\xC3\xA9'", "'\\342\\202\xC3\xA9'"},
    {"'\\xf0\\x9f\\x98\\x80'", "'\xF0\x9F\x98\x80'"},
    {"'\\xc0\\x80\\xf4\\x90\\x80\\x80'", "'\\300\\200\\364\\220\\200\\200'"},
    {"'\\ud83d'", "'\\355\\240\\275'"},
    {"'\\u0080\\uffff'", "'\xC2\x80\xEF\xBF\xBF'"},
    {"'// /* */ ; {'", NULL},
    /* Messages and lists. */
    {"{}", "{\n}"},
    {"{a: 1 b < c: 'x' > [d.e]: -inf, [f.g/h.I] {} }",
     "{\n  a: 1,\n  b: {\n    c: 'x'\n  },\n  [d.e]: -inf,\n  [f.g/h.I]: {\n  }\n}"},
    {"{a: []}", "{\n  a: [\n  ]\n}"},
    {"{a: [1]}", "{\n  a: [\n    1\n  ]\n}"},
    {"{a: [1, -x, {b: 1}, <>]}", "{\n  a: [\n    1,\n    -x,\n    {\n      b: 1\n    },\n    {\n    }\n  ]\n}"},
    {"{a: [[1, 2], [3], []]}",
     "{\n  a: [\n    [\n      1,\n      2\n    ],\n    [\n      3\n    ],\n    [\n    ]\n  ]\n}"},
    /* Members of one name become a list, where the first of them stands. */
    {"{a: 1 b: 2 a: 3}", "{\n  a: [\n    1,\n    3\n  ],\n  b: 2\n}"},
    {"{a {x: 1} b: 2 a {}}", "{\n  a: [\n    {\n      x: 1\n    },\n    {\n    }\n  ],\n  b: 2\n}"},
    {"{a: [1, 2] a: 3 a: []}", "{\n  a: [\n    1,\n    2,\n    3\n  ]\n}"},
    {"{a: 1 [a]: 2}", "{\n  a: 1,\n  [a]: 2\n}"},
    {"{[a]: 1 [a]: 2}", "{\n  [a]: [\n    1,\n    2\n  ]\n}"},
    {"[1, [2]]", "[\n  1,\n  [\n    2\n  ]\n]"},
};

START_TEST(values_are_printed)
{
    struct str value = spelled(values[_i].value), form = values[_i].printed ? spelled(values[_i].printed) : value;
    struct str canonical = ARENA_JOIN(arena, STR("\noption o = "), form, STR(";\n"));
    assert_text(printed(parsed(ARENA_JOIN(arena, STR("option o = "), value, STR(";"))), false), canonical);
    assert_text(printed(parsed(canonical), false), canonical);
}
END_TEST

/* Every byte, alone and between others, comes back as itself from text that is UTF-8. */
START_TEST(strings_keep_their_bytes)
{
    for (int byte = 0; byte < 256; byte++) {
        for (int around = 0; around < 2; around++) {
            const char *ends = around ? "7" : "";
            struct str text = arena_printf(arena, "option o = \"%s\\%03o%s\";", ends, (unsigned)byte, ends);
            struct str canonical = printed(parsed(text), false);
            ck_assert(utf8_valid(canonical));
            ck_assert_ptr_null(memchr(canonical.p, 0, canonical.n));
            struct str again = parsed(canonical)->options.first->value.text;
            ck_assert_uint_eq(again.n, around ? 3 : 1);
            ck_assert_int_eq((unsigned char)again.p[around], byte);
        }
    }
}
END_TEST

/* -- without extensions ------------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *without;
} plain[] = {
    {"option (a) = 1; option b = 2; option (c).d = 3;", "\noption b = 2;\n"},
    {"option (a) = 1;", ""},
    {"option features.(pb.cpp).x = 1;", "\noption features.(pb.cpp).x = 1;\n"},
    {"option (confluent.file_meta) = { doc: 'd' }; option (.confluent.x) = 1; option (confluentx.y) = 2; option "
     "(confluent) = "
     "3; option (a.confluent.b) = 4;",
     "\noption (confluent.file_meta) = {\n  doc: 'd'\n};\noption (.confluent.x) = 1;\n"},
    {"message M { extensions 1 to 5 [(x) = 1]; extend M { optional int32 e = 1; } }", "\nmessage M {}\n"},
    {"message M { option (o) = 1; optional int32 a = 1 [(b) = 1]; optional int32 c = 2 [(d) = 1, e = 2]; optional "
     "int32 f = 3 "
     "[(g) = 1, h = 2, i = 3]; extensions 7; enum E { option (j) = 1; } }",
     "\nmessage M {\n  optional int32 a = 1;\n  optional int32 c = 2 [e = 2];\n  optional int32 f = 3 [\n    h = 2,\n  "
     "  i = "
     "3\n  ];\n\n  enum E {}\n}\n"},
    {"message M { oneof o { option (p) = 1; int32 a = 1; } oneof q { option (r) = 1; } }",
     "\nmessage M {\n  oneof o {\n    int32 a = 1;\n  }\n  oneof q {}\n}\n"},
    {"message M {} extend M { optional group G = 1 {} } service S {}", "\nmessage M {}\n\nservice S {}\n"},
    {"extend M { optional int32 a = 1; }", ""},
    {"enum E { A = 0 [(o) = 1]; B = 1 [(o) = 1, p = 2]; }", "\nenum E {\n  A = 0;\n  B = 1 [p = 2];\n}\n"},
    {"service S { option (o) = 1; rpc A (B) returns (C) { option (p) = 1; } rpc D (B) returns (C) { option (p) = 1; "
     "option q = "
     "2; } }",
     "\nservice S {\n  rpc A (B) returns (C);\n  rpc D (B) returns (C) {\n    option q = 2;\n  };\n}\n"},
    {"import 'google/protobuf/descriptor.proto'; message M { reserved 4; }",
     "\nimport 'google/protobuf/descriptor.proto';\n\nmessage M {\n  reserved 4;\n}\n"},
    {"message M { optional group G = 1 [(o) = 1] { extensions 5; } }", "\nmessage M {\n  optional group G = 1 {}\n}\n"},
};

START_TEST(extensions_are_left_out)
{
    struct str without = spelled(plain[_i].without);
    assert_text(printed(parsed(spelled(plain[_i].text)), true), without);
    assert_text(printed(parsed(without), true), without);
}
END_TEST

/* Whatever was read is printed so that it is read as the same. */
START_TEST(broken_texts_have_a_canonical_text)
{
    uint64_t seed = random_seed("print, broken texts");
    struct str text = spelled(good_texts[_i]);
    for (uint64_t i = 0; i < 5000; i++) {
        struct str broken = mutated(text, hash_mix(seed, i));
        struct error err;
        struct pb_file *file;
        if (read_file(broken, &file, &err) == 0) {
            struct str canonical = printed(file, false), without = printed(file, true);
            assert_text(printed(parsed(canonical), false), canonical);
            assert_text(printed(parsed(without), true), without);
        }
        free(writable(broken));
        arena_reset(arena);
        text = spelled(good_texts[_i]);
    }
}
END_TEST

/* -- bounds ------------------------------------------------------------------------------------------------------- */

static struct str deep_text(int messages, int depth)
{
    struct buf text = new_text();
    add_times(&text, STR("message A { optional int32 a = 1; "), messages);
    buf_add(&text, STR("option o = "));
    add_times(&text, STR("{ b: [ "), depth / 2);
    add_times(&text, STR("] }"), depth / 2);
    buf_add(&text, depth ? STR(";") : STR("1;"));
    add_times(&text, STR("}"), messages);
    return buf_str(&text);
}

START_TEST(deep_and_long_texts_are_printed_quickly)
{
    struct buf wide = new_text();
    buf_add(&wide, STR("option o = { a { b: 1 }"));
    for (int i = 0; i < 100000; i++)
        buf_printf(&wide, " c%d: 1 a: [2] [d]: 3", i);
    buf_add(&wide, STR("}; message M { reserved 1"));
    for (int i = 0; i < 100000; i++)
        buf_printf(&wide, ", %d", i);
    buf_add(&wide, STR("; "));
    for (int i = 0; i < 50000; i++)
        buf_printf(&wide, "optional int32 f%d = 1; oneof o%d { int32 g%d = 1; } optional group H%d = 1 {} ", i, i, i,
                   i);
    buf_add(&wide, STR("}"));
    struct str texts[] = {deep_text(256, 0), deep_text(1, 256), deep_text(255, 256), buf_str(&wide)};
    for (int i = 0; i < ROWS(texts); i++) {
        struct str canonical = printed(parsed(texts[i]), false);
        assert_text(printed(parsed(canonical), false), canonical);
    }
}
END_TEST

START_TEST(a_buffer_that_is_full_stays_so)
{
    const struct pb_file *file = parsed(spelled(forms[ROWS(forms) - 1].text));
    size_t whole = printed(file, false).n;
    for (size_t max = 0; max <= whole; max++) {
        struct buf out;
        buf_init(&out, arena, max);
        ck_assert_int_eq(pb_print(file, false, &out), 0);
        ck_assert(buf_failed(&out) == (max < whole));
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, files_have_a_canonical_text, 0, ROWS(forms));
    tcase_add_loop_test(tests, values_are_printed, 0, ROWS(values));
    tcase_add_test(tests, strings_keep_their_bytes);
    tcase_add_loop_test(tests, extensions_are_left_out, 0, ROWS(plain));
    tcase_add_loop_test(tests, broken_texts_have_a_canonical_text, 0, ROWS(good_texts));
    tcase_add_test(tests, deep_and_long_texts_are_printed_quickly);
    tcase_add_test(tests, a_buffer_that_is_full_stays_so);
}

int main(void)
{
    return run_tests("print", add_tests);
}
