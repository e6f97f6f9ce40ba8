/* Texts that are refused, and texts that are read though the language does not have them: what is said, and where.
 * covers: schemas/protobuf/parse.c schemas/protobuf/parse_field.c schemas/protobuf/parse_option.c */
#include "fixture.h"
#include "outline.h"

#define P3 "syntax = 'proto3'; "
#define ED "edition = '2023'; "

/* Text, "line L, column C: …". */
static const struct {
    const char *text, *fault;
} refused[] = {
    /* Files. */
    {"hello", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found hello"},
    {"{}", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found {"},
    {"'a'", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found \"a\""},
    {"}", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found }"},
    {"string a = 1;", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found string"},
    {"reserved 1;", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found reserved"},
    {"message A {} }", "line 1, column 14: Expected top-level statement (e.g. \"message\"), found }"},
    {"\n\n  ?", "line 3, column 3: Expected top-level statement (e.g. \"message\"), found ?"},
    {"local message A {}", "line 1, column 1: Expected top-level statement (e.g. \"message\"), found local"},
    {"edition = '2024'; export service A {}", "line 1, column 26: Expected \"message\" or \"enum\", found service"},
    {"edition = '2024'; message A { local B b = 1; }", "line 1, column 37: Expected \"message\" or \"enum\", found B"},
    /* The syntax line. */
    {"syntax", "line 1, column 7: Expected \"=\", found the end of the text"},
    {"syntax 'proto3';", "line 1, column 8: Expected \"=\", found \"proto3\""},
    {"syntax = proto3;", "line 1, column 10: Expected syntax identifier, found proto3"},
    {"syntax = 'proto3'", "line 1, column 18: Expected \";\", found the end of the text"},
    {"syntax = 'proto4';",
     "line 1, column 10: Unrecognized syntax identifier \"proto4\".  Known are \"proto2\" and \"proto3\"."},
    {"syntax = '';", "line 1, column 10: Unrecognized syntax identifier \"\".  Known are \"proto2\" and \"proto3\"."},
    {"syntax = 'a\\377b';",
     "line 1, column 10: Unrecognized syntax identifier \"a\".  Known are \"proto2\" and \"proto3\"."},
    {"syntax = 'editions';",
     "line 1, column 10: Unrecognized syntax identifier \"editions\".  Known are \"proto2\" and \"proto3\"."},
    {"edition = '2022';", "line 1, column 11: Unknown edition \"2022\"."},
    {"edition = '\xC3\xA9\\xC3';", "line 1, column 11: Unknown edition \"\xC3\xA9\"."},
    {"edition = 2023;", "line 1, column 11: Expected edition, found 2023"},
    {"; syntax = 'proto3';", "line 1, column 3: The syntax line must be the first one, and there is one at most"},
    {"package a; syntax = 'proto3';",
     "line 1, column 12: The syntax line must be the first one, and there is one at most"},
    {P3 P3, "line 1, column 20: The syntax line must be the first one, and there is one at most"},
    {P3 ED, "line 1, column 20: The syntax line must be the first one, and there is one at most"},
    /* Packages and imports. */
    {"package", "line 1, column 8: Expected identifier, found the end of the text"},
    {"package ;", "line 1, column 9: Expected identifier, found ;"},
    {"package .a;", "line 1, column 9: Expected identifier, found ."},
    {"package a.;", "line 1, column 11: Expected identifier, found ;"},
    {"package a..b;", "line 1, column 11: Expected identifier, found ."},
    {"package a b;", "line 1, column 11: Expected \";\", found b"},
    {"import ;", "line 1, column 8: Expected a string naming the file to import, found ;"},
    {"import public ;", "line 1, column 15: Expected a string naming the file to import, found ;"},
    {"import 'a'", "line 1, column 11: Expected \";\", found the end of the text"},
    {"import 'a' b;", "line 1, column 12: Expected \";\", found b"},
    /* Messages. */
    {"message", "line 1, column 8: Expected message name, found the end of the text"},
    {"message A", "line 1, column 10: Expected \"{\", found the end of the text"},
    {"message A {", "line 1, column 12: Expected \"}\", found the end of the text"},
    {"message A { message B { }", "line 1, column 26: Expected \"}\", found the end of the text"},
    {"message { }", "line 1, column 9: Expected message name, found {"},
    {"message A B {}", "line 1, column 11: Expected \"{\", found B"},
    {"message 'A' {}", "line 1, column 9: Expected message name, found \"A\""},
    {"message A { } ; ) ", "line 1, column 17: Expected top-level statement (e.g. \"message\"), found )"},
    /* Fields. */
    {"message A { string a = 1; }", "line 1, column 13: Expected \"required\", \"optional\", or \"repeated\"."},
    {"message A { group G = 1 {} }", "line 1, column 13: Expected \"required\", \"optional\", or \"repeated\"."},
    {"extend A { string a = 1; }", "line 1, column 12: Expected \"required\", \"optional\", or \"repeated\"."},
    {P3 "message A { required string a = 1; }", "line 1, column 32: Required fields are not allowed in proto3."},
    {ED "message A { optional string a = 1; }",
     "line 1, column 31: The labels optional and required do not exist in editions: use features.field_presence"},
    {ED "message A { required string a = 1; }",
     "line 1, column 31: The labels optional and required do not exist in editions: use features.field_presence"},
    {ED "message A { group G = 1 {} }",
     "line 1, column 31: Groups do not exist in editions: use features.message_encoding = DELIMITED"},
    {"message A { oneof o { optional string a = 1; } }",
     "line 1, column 23: Fields in oneofs must not have labels (required / optional / repeated)."},
    {P3 "message A { oneof o { repeated string a = 1; } }",
     "line 1, column 42: Fields in oneofs must not have labels (required / optional / repeated)."},
    {"message A { optional map<string, string> a = 1; }",
     "line 1, column 13: Field labels (required/optional/repeated) are not allowed on map fields."},
    {P3 "message A { string a 1; }", "line 1, column 41: Missing field number."},
    {P3 "message A { string a = ; }", "line 1, column 43: Expected field number, found ;"},
    {P3 "message A { string a = x; }", "line 1, column 43: Expected field number, found x"},
    {P3 "message A { string a = 1.5; }", "line 1, column 43: Expected field number, found 1.5"},
    {P3 "message A { string a = '1'; }", "line 1, column 43: Expected field number, found \"1\""},
    {P3 "message A { string a = 2147483648; }", "line 1, column 43: Integer out of range."},
    {P3 "message A { string a = 0x100000000; }", "line 1, column 43: Integer out of range."},
    {P3 "message A { string a = 1 }", "line 1, column 45: Expected \";\", found }"},
    {P3 "message A { string a = 1", "line 1, column 44: Expected \";\", found the end of the text"},
    {P3 "message A { string a = 1 {} }", "line 1, column 45: Expected \";\", found {"},
    {P3 "message A { string = 1; }", "line 1, column 39: Expected field name, found ="},
    {P3 "message A { a = 1; }", "line 1, column 34: Expected field name, found ="},
    {P3 "message A { . = 1; }", "line 1, column 34: Expected type name, found ="},
    {P3 "message A { a. b. = 1; }", "line 1, column 38: Expected type name, found ="},
    {P3 "message A { = 1; }", "line 1, column 32: Expected type name, found ="},
    {P3 "message A { rpc X (A) returns (A); }", "line 1, column 38: Missing field number."},
    {P3 "message A { repeated }", "line 1, column 41: Expected type name, found }"},
    {P3 "message A { group = 1; }", "line 1, column 38: Expected field name, found ="},
    {P3 "message A { group g = 1; }", "line 1, column 43: Expected \"{\", found ;"},
    /* Maps. */
    {P3 "message A { map<string> a = 1; }", "line 1, column 42: Expected \",\", found >"},
    {P3 "message A { map<string, > a = 1; }", "line 1, column 44: Expected type name, found >"},
    {P3 "message A { map<, string> a = 1; }", "line 1, column 36: Expected type name, found ,"},
    {P3 "message A { map<string, string a = 1; }", "line 1, column 51: Expected \">\", found a"},
    {P3 "message A { map<string, string, int32> a = 1; }", "line 1, column 50: Expected \">\", found ,"},
    {P3 "message A { map<map<a, b>, c> d = 1; }", "line 1, column 39: Expected \",\", found <"},
    {P3 "message A { map<string, map<string, 1>> d = 1; }", "line 1, column 56: Expected \">\", found 1"},
    {P3 "message A { map<string, map<a, b> d = 1; }", "line 1, column 54: Expected \">\", found d"},
    /* Ranges. */
    {"message A { reserved ; }", "line 1, column 22: Expected field name or number range, found ;"},
    {"message A { reserved 1 2; }", "line 1, column 24: Expected \";\", found 2"},
    {"message A { reserved 1,; }", "line 1, column 24: Expected field name or number range, found ;"},
    {"message A { reserved 1 to ; }", "line 1, column 27: Expected integer, found ;"},
    {"message A { reserved 1 to a; }", "line 1, column 27: Expected integer, found a"},
    {"message A { reserved 1.5; }", "line 1, column 22: Expected field name or number range, found 1.5"},
    {"message A { reserved 2147483648; }", "line 1, column 22: Integer out of range."},
    {"message A { reserved 1 [a = 1]; }", "line 1, column 24: Expected \";\", found ["},
    {"message A { extensions 'a'; }", "line 1, column 24: Expected field name or number range, found \"a\""},
    {"message A { extensions a; }", "line 1, column 24: Expected field name or number range, found a"},
    {"message A { extensions max; }", "line 1, column 24: Expected field name or number range, found max"},
    {"enum E { reserved -; }", "line 1, column 20: Expected field name or number range, found ;"},
    {"enum E { reserved -2147483649; }", "line 1, column 20: Integer out of range."},
    /* Enums. */
    {"enum E { A; }", "line 1, column 11: Missing numeric value for enum constant."},
    {"enum E { A = ; }", "line 1, column 14: Expected integer, found ;"},
    {"enum E { A = x; }", "line 1, column 14: Expected integer, found x"},
    {"enum E { A = 1.0; }", "line 1, column 14: Expected integer, found 1.0"},
    {"enum E { A = --1; }", "line 1, column 15: Expected integer, found -"},
    {"enum E { A = 2147483648; }", "line 1, column 14: Integer out of range."},
    {"enum E { A = -2147483649; }", "line 1, column 15: Integer out of range."},
    {"enum E { A = 1 B = 2; }", "line 1, column 16: Expected \";\", found B"},
    {"enum E { 'A' = 1; }", "line 1, column 10: Expected enum constant name, found \"A\""},
    {"enum { A = 1; }", "line 1, column 6: Expected enum name, found {"},
    {"enum E { message A {} }", "line 1, column 18: Missing numeric value for enum constant."},
    /* Oneofs and extend blocks. */
    {"message A { oneof { } }", "line 1, column 19: Expected oneof name, found {"},
    {"message A { oneof o; }", "line 1, column 20: Expected \"{\", found ;"},
    {"extend { }", "line 1, column 8: Expected type name, found {"},
    {"extend A;", "line 1, column 9: Expected \"{\", found ;"},
    {P3 "extend A { option a = 1; extend B { } }", "line 1, column 54: Missing field number."},
    /* Services. */
    {"service { }", "line 1, column 9: Expected service name, found {"},
    {"service S { A a = 1; }", "line 1, column 13: Expected \"rpc\", found A"},
    {"service S { stream A (B, C); }", "line 1, column 13: Expected \"rpc\", found stream"},
    {"service S { rpc (A) returns (B); }", "line 1, column 17: Expected method name, found ("},
    {"service S { rpc A returns (B); }", "line 1, column 19: Expected \"(\", found returns"},
    {"service S { rpc A () returns (B); }", "line 1, column 20: Expected message type, found )"},
    {"service S { rpc A (stream) returns (B); }", "line 1, column 26: Expected message type, found )"},
    {"service S { rpc A (B); }", "line 1, column 22: Expected \"returns\", found ;"},
    {"service S { rpc A (B) returns (C) }", "line 1, column 35: Expected \";\", found }"},
    {"service S { rpc A (B C) returns (C); }", "line 1, column 22: Expected \")\", found C"},
    {"service S { rpc A (B) returns (C) { rpc D (B) returns (C); } }",
     "line 1, column 37: Expected \"option\", found rpc"},
    /* Options. */
    {"option", "line 1, column 7: Expected identifier, found the end of the text"},
    {"option = 1;", "line 1, column 8: Expected identifier, found ="},
    {"option a;", "line 1, column 9: Expected \"=\", found ;"},
    {"option a = ;", "line 1, column 12: Expected option value, found ;"},
    {"option a = 1", "line 1, column 13: Expected \";\", found the end of the text"},
    {"option a = 1 2;", "line 1, column 14: Expected \";\", found 2"},
    {"option a. = 1;", "line 1, column 11: Expected identifier, found ="},
    {"option (a = 1;", "line 1, column 11: Expected \")\", found ="},
    {"option () = 1;", "line 1, column 9: Expected identifier, found )"},
    {"option (.) = 1;", "line 1, column 10: Expected identifier, found )"},
    {"option (a.) = 1;", "line 1, column 11: Expected identifier, found )"},
    {"option a = -;", "line 1, column 13: Expected number, found ;"},
    {"option a = -'x';", "line 1, column 13: Expected number, found \"x\""},
    {"option a = -{};", "line 1, column 13: Expected number, found {"},
    {"option a = +1;", "line 1, column 12: Expected option value, found +"},
    {"option a = < >;", "line 1, column 12: Expected option value, found <"},
    {P3 "message A { string a = 1 [deprecated]; }", "line 1, column 56: Expected \"=\", found ]"},
    {P3 "message A { string a = 1 [deprecated = true; }", "line 1, column 63: Expected \"]\", found ;"},
    {P3 "message A { string a = 1 [default = ]; }", "line 1, column 56: Expected option value, found ]"},
    {P3 "message A { string a = 1 []; }", "line 1, column 46: Expected identifier, found ]"},
    {P3 "message A { string a = 1 [a = 1,]; }", "line 1, column 52: Expected identifier, found ]"},
    /* Values with parts. */
    {"option a = {", "line 1, column 13: Unexpected end of stream while parsing aggregate value."},
    {"option a = { b: 1", "line 1, column 18: Unexpected end of stream while parsing aggregate value."},
    {"option a = { b: [1, ", "line 1, column 21: Expected option value, found the end of the text"},
    {"option a = { b: 1 ]", "line 1, column 19: Expected identifier, found ]"},
    {"option a = { b < c: 1 } }", "line 1, column 23: Expected identifier, found }"},
    {"option a = { b 1 };", "line 1, column 16: Expected \":\", found 1"},
    {"option a = { 'b': 1 };", "line 1, column 14: Expected identifier, found \"b\""},
    {"option a = { , };", "line 1, column 14: Expected identifier, found ,"},
    {"option a = { b: 1,, c: 2 };", "line 1, column 19: Expected identifier, found ,"},
    {"option a = { b: };", "line 1, column 17: Expected option value, found }"},
    {"option a = { b: [1 2] };", "line 1, column 20: Expected \",\", found 2"},
    {"option a = { b: [1,] };", "line 1, column 20: Expected option value, found ]"},
    {"option a = { b: [,] };", "line 1, column 18: Expected option value, found ,"},
    {"option a = { [b: 1 };", "line 1, column 16: Expected \"]\", found :"},
    {"option a = { []: 1 };", "line 1, column 15: Expected identifier, found ]"},
    {"option a = { [a/]: 1 };", "line 1, column 17: Expected identifier, found ]"},
    {"option a = { b: 1 } ", "line 1, column 21: Expected \";\", found the end of the text"},
};

START_TEST(texts_are_refused)
{
    assert_text(refusal_of(spelled(refused[_i].text)), str_of(refused[_i].fault));
}
END_TEST

/* Faults quote forty bytes, and whole characters of them. */
START_TEST(faults_quote_little)
{
    struct buf text = new_text(), wanted = new_text();
    add_times(&text, STR("x"), 100);
    add_times(&wanted, STR("x"), 40);
    assert_text(refusal_of(buf_str(&text)),
                ARENA_JOIN(arena, STR("line 1, column 1: Expected top-level statement (e.g. \"message\"), found "),
                           buf_str(&wanted)));
    for (int ascii = 0; ascii < 4; ascii++) {
        struct buf quoted = new_text();
        buf_add_char(&quoted, '"');
        add_times(&quoted, STR("x"), ascii);
        int room = 40 - 1 - ascii, characters = room / 3;
        add_times(&quoted, STR("\xE2\x82\xAC"), characters);
        struct str whole = arena_str(arena, buf_str(&quoted));
        add_times(&quoted, STR("\xE2\x82\xAC"), 20);
        buf_add_char(&quoted, '"');
        assert_text(
            refusal_of(buf_str(&quoted)),
            ARENA_JOIN(arena, STR("line 1, column 1: Expected top-level statement (e.g. \"message\"), found "), whole));
    }
    struct buf name = new_text();
    buf_add(&name, STR("message 1"));
    add_times(&name, STR("x"), 100);
    buf_add(&name, STR(" {}"));
    const struct pb_file *file = parsed(buf_str(&name));
    ck_assert_uint_eq(file->messages.first->name.n, 101);
    assert_text(file->fault, STR("Expected message name, found 1xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
}
END_TEST

/* Text, outline, what protoc would say of it and where. */
static const struct {
    const char *text, *outline, *fault;
    struct pb_position at;
} lenient[] = {
    /* Names of other characters. */
    {"message 1A {}", "message 1A {}", "Expected message name, found 1A", {1, 9}},
    {"message A-B {}", "message A-B {}", "Expected message name, found A-B", {1, 9}},
    {"message A.B {}", "message A.B {}", "Expected message name, found A.B", {1, 9}},
    {"message -A {}", "message -A {}", "Expected message name, found -A", {1, 9}},
    {"message 1 {}", "message 1 {}", "Expected message name, found 1", {1, 9}},
    {"message 1.5e3x {}", "message 1.5e3x {}", "Expected message name, found 1.5e3x", {1, 9}},
    {P3 "message A { string a-b = 1; }",
     "proto3; message A { 9:string a-b = 1 }",
     "Expected field name, found a-b",
     {1, 39}},
    {"enum E-F { A = 0; }", "enum E-F { A = 0 }", "Expected enum name, found E-F", {1, 6}},
    {"enum E { A-1 = 0; 2B = 1; }", "enum E { A-1 = 0; 2B = 1 }", "Expected enum constant name, found A-1", {1, 10}},
    {"message A { oneof o-p {} }", "message A { oneof o-p {} }", "Expected oneof name, found o-p", {1, 19}},
    {"service S-T { rpc A (B) returns (C); }",
     "service S-T { rpc A (B) returns (C) }",
     "Expected service name, found S-T",
     {1, 9}},
    {"service S { rpc A.B (C) returns (D); }",
     "service S { rpc A.B (C) returns (D) }",
     "Expected method name, found A.B",
     {1, 17}},
    {P3 "message A { A-B f = 1; .a-b.c-d-.D g = 2; map<string, X-Y> h = 3; }",
     "proto3; message A { A-B f = 1; .a-b.c-d-.D g = 2; map<9:string, X-Y> h = 3 }",
     "Expected type name, found A-B",
     {1, 32}},
    {"package a-b.c;", "package a-b.c", "Expected identifier, found a-b.c", {1, 9}},
    {"option (a.b-c) = 1;", "option (a.b-c) = n:1", "Expected identifier, found a.b-c", {1, 9}},
    {"service S { rpc R (A-B) returns (stream .C-D); }",
     "service S { rpc R (A-B) returns (stream .C-D) }",
     "Expected message type, found A-B",
     {1, 20}},
    {"option 1a = 1;", "option 1a = n:1", "Expected identifier, found 1a", {1, 8}},
    {"option a = { b-c: 1 };", "option a = {b-c: n:1}", "Expected identifier, found b-c", {1, 14}},
    {"option a = b-c.d;", "option a = w:b-c.d", "Expected option value, found b-c.d", {1, 12}},
    {ED "message A { reserved a-b; }",
     "edition 2023; message A { reserved a-b }",
     "Expected field name, found a-b",
     {1, 40}},
    /* Packages, imports. */
    {"package a; package b;", "package b", "Multiple package definitions.", {1, 12}},
    {"import a.proto;", "import 'a.proto'", "Expected a string naming the file to import.", {1, 8}},
    {"import a;", "import 'a'", "Expected a string naming the file to import.", {1, 8}},
    {"import weak weak;", "import weak 'weak'", "Expected a string naming the file to import.", {1, 13}},
    /* Field numbers. */
    {P3 "message A { string a = -1; }", "proto3; message A { 9:string a = -1 }", "Expected field number.", {1, 43}},
    {P3 "message A { string a = 08; }",
     "proto3; message A { 9:string a = 8 }",
     "Numbers starting with leading zero must be in octal.",
     {1, 45}},
    /* Maps where none can be. */
    {"message A { oneof o { map<string, A> a = 1; } }",
     "message A { map<9:string, A> a = 1; oneof o { a } }",
     "Map fields are not allowed in oneofs.",
     {1, 23}},
    {"extend A { map<string, A> a = 1; }",
     "extend A { map<9:string, A> a = 1 }",
     "Map fields are not allowed to be extensions.",
     {1, 12}},
    {"message A { map<string, map<string, .B>> a = 1; }",
     "message A { map<9:string, map<string, .B>> a = 1 }",
     "Expected type name, found map",
     {1, 25}},
    {"message A { map<string, map<a, map<b.c, d>>> a = 1; }",
     "message A { map<9:string, map<a, map<b.c, d>>> a = 1 }",
     "Expected type name, found map",
     {1, 25}},
    /* Groups. */
    {"message A { optional group g = 1 {} }",
     "message A { optional group:g g = 1; group g {} }",
     "Group names must start with a capital letter.",
     {1, 28}},
    {"message A { optional group _G = 1 {} }",
     "message A { optional group:_G _g = 1; group _G {} }",
     "Group names must start with a capital letter.",
     {1, 28}},
    /* Reserved. */
    {"message A { reserved a; }",
     "message A { reserved a }",
     "Reserved names must be string literals. (Only editions supports identifiers.)",
     {1, 22}},
    {"message A { reserved max; }",
     "message A { reserved max }",
     "Reserved names must be string literals. (Only editions supports identifiers.)",
     {1, 22}},
    {P3 "enum E { reserved A; Z = 0; }",
     "proto3; enum E { reserved A; Z = 0 }",
     "Reserved names must be string literals. (Only editions supports identifiers.)",
     {1, 38}},
    {ED "message A { reserved 'a'; }",
     "edition 2023; message A { reserved 'a' }",
     "Reserved names must be identifiers in editions, not string literals.",
     {1, 40}},
    {"message A { reserved 1, 'a'; }", "message A { reserved 1, 'a' }", "Expected field number range.", {1, 25}},
    {"message A { reserved 'a', 1; }", "message A { reserved 'a', 1 }", "Expected field name string literal.", {1, 27}},
    {"message A { reserved -1; }", "message A { reserved -1 }", "Expected field name or number range.", {1, 22}},
    {"message A { extensions -3 to 5; }",
     "message A { extensions -3..5 }",
     "Expected field name or number range.",
     {1, 24}},
    {"message A { reserved 5 to -3; }", "message A { reserved 5..-3 }", "Expected integer.", {1, 27}},
    /* Blanks between statements. */
    {"message A { oneof o { ; int32 a = 1; } }",
     "message A { 5:int32 a = 1; oneof o { a } }",
     "Expected type name, found ;",
     {1, 23}},
    {"extend A { optional int32 a = 1;; }",
     "extend A { optional 5:int32 a = 1 }",
     "Expected type name, found ;",
     {1, 33}},
    /* Values. */
    {"option a = [1, 2];", "option a = [n:1, n:2]", "Expected option value, found [", {1, 12}},
    /* The first in the order of the text, though the tokenizer is ahead of the parser. */
    {"message A-B 08", NULL, NULL, {0, 0}},
    {"message A-B/* /* */{}", "message A-B {}", "Expected message name, found A-B", {1, 9}},
    {"option a = [08];", "option a = [n:08]", "Expected option value, found [", {1, 12}},
    {"package a; package b; message 1 {}", "package b; message 1 {}", "Multiple package definitions.", {1, 12}},
};

START_TEST(texts_are_read_nevertheless)
{
    struct str text = spelled(lenient[_i].text);
    if (!lenient[_i].outline) {
        ck_assert_uint_gt(refusal_of(text).n, 0);
        return;
    }
    const struct pb_file *file = parsed(text);
    assert_text(outlined(file), str_of(lenient[_i].outline));
    assert_text(file->fault, str_of(lenient[_i].fault));
    ck_assert_uint_eq(file->fault_at.line, lenient[_i].at.line);
    ck_assert_uint_eq(file->fault_at.column, lenient[_i].at.column);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, texts_are_refused, 0, ROWS(refused));
    tcase_add_test(tests, faults_quote_little);
    tcase_add_loop_test(tests, texts_are_read_nevertheless, 0, ROWS(lenient));
}

int main(void)
{
    return run_tests("parse_faults", add_tests);
}
