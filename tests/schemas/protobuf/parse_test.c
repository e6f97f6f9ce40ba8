/* What .proto texts are read as. What is wrong with them: parse_faults_test.c.
 * covers: schemas/protobuf/parse.c schemas/protobuf/parse_field.c schemas/protobuf/parse_option.c */
#include "fixture.h"
#include "outline.h"

#define P3 "syntax = 'proto3'; "
#define M(body) "message M { " body " }"
#define OPTION(value) "option o = " value ";"

/* Text, outline. */
static const struct {
    const char *text, *outline;
} files[] = {
    /* The head of a file. */
    {"", ""},
    {" // nothing\n/* at all */", ""},
    {";;; ;", ""},
    {"syntax = 'proto2';", "proto2"},
    {"syntax='proto3';", "proto3"},
    {"syntax = 'pro' `to3`;", "proto3"},
    {"edition = '2023';", "edition 2023"},
    {"edition = '2024';", "edition 2024"},
    {"package a;", "package a"},
    {"package a.b.c;", "package a.b.c"},
    {"package a . b /* x */ . c ;", "package a.b.c"},
    {"package package.import;", "package package.import"},
    {"import 'a.proto';", "import 'a.proto'"},
    {"import public 'a'; import weak 'b'; import option 'c'; import '';",
     "import public 'a'; import weak 'b'; import option 'c'; import ''"},
    {"import 'a' `b`;", "import 'ab'"},
    {"option a = 1; package p; import 'x'; option b = 2;", "package p; import 'x'; option a = n:1; option b = n:2"},
    /* Messages and fields. */
    {"message M {}", "message M {}"},
    {"message A {} message B {}; message C { ; }", "message A {}; message B {}; message C {}"},
    {P3 M(
         "double a = 1; float b = 2; int64 c = 3; uint64 d = 4; int32 e = 5; fixed64 f = 6; fixed32 g = 7; bool h = 8; "
         "string i = 9; bytes j = 12; uint32 k = 13; sfixed32 l = 15; sfixed64 m = 16; sint32 n = 17; sint64 o = 18;"),
     "proto3; message M { 1:double a = 1; 2:float b = 2; 3:int64 c = 3; 4:uint64 d = 4; 5:int32 e = 5; 6:fixed64 f = "
     "6; "
     "7:fixed32 g = 7; 8:bool h = 8; 9:string i = 9; 12:bytes j = 12; 13:uint32 k = 13; 15:sfixed32 l = 15; "
     "16:sfixed64 m = 16; 17:sint32 n = 17; 18:sint64 o = 18 }"},
    {M("optional int32 a = 1; required string b = 2; repeated bool c = 3;"),
     "message M { optional 5:int32 a = 1; required 9:string b = 2; repeated 8:bool c = 3 }"},
    {P3 M("optional int32 a = 1; repeated X b = 2;"), "proto3; message M { optional 5:int32 a = 1; repeated X b = 2 }"},
    {"edition = '2023'; " M("int32 a = 1; repeated X b = 2;"),
     "edition 2023; message M { 5:int32 a = 1; repeated X b = 2 }"},
    {P3 M("X a = 1; a.b.X c = 2; .X d = 3; .a.b.X e = 4; . a . b f = 5;"),
     "proto3; message M { X a = 1; a.b.X c = 2; .X d = 3; .a.b.X e = 4; .a.b f = 5 }"},
    {P3 M("int32 a = 0x10; int32 b = 010; int32 c = 536870911; int32 d = 2147483647; int32 e = 0;"),
     "proto3; message M { 5:int32 a = 16; 5:int32 b = 8; 5:int32 c = 536870911; 5:int32 d = 2147483647; 5:int32 e = 0 "
     "}"},
    {P3 M("map<string, int32> a = 1; map < bool,M > b = 2 [deprecated = true]; map<int32, .p.E> c = 3;"),
     "proto3; message M { map<9:string, 5:int32> a = 1; map<8:bool, M> b = 2 [deprecated = w:true]; map<5:int32, .p.E> "
     "c = "
     "3 }"},
    {P3 M("map a = 1; map.x b = 2; .map c = 3; map<string, map> d = 4; map<string, map.x> e = 5; map map = 6;"),
     "proto3; message M { map a = 1; map.x b = 2; .map c = 3; map<9:string, map> d = 4; map<9:string, map.x> e = 5; "
     "map map "
     "= 6 }"},
    {P3 M("map<X, Y> a = 1;"), "proto3; message M { map<X, Y> a = 1 }"},
    /* Words of the language are names wherever a name is wanted. */
    {P3 "message message { string message = 1; bool enum = 3; string syntax = 5; string to = 7; string max = 8; string "
        "returns = 10; string package = 11; string int32 = 12; string map = 13; string group = 14; string option = 15; "
        "} enum "
        "enum { option_ = 0; rpc = 1; max = 2; } service rpc { rpc stream (rpc) returns (stream stream); }",
     "proto3; message message { 9:string message = 1; 8:bool enum = 3; 9:string syntax = 5; 9:string to = 7; 9:string "
     "max = "
     "8; 9:string returns = 10; 9:string package = 11; 9:string int32 = 12; 9:string map = 13; 9:string group = 14; "
     "9:string "
     "option = 15 }; enum enum { option_ = 0; rpc = 1; max = 2 }; service rpc { rpc stream (rpc) returns (stream "
     "stream) }"},
    {P3 M("stringy a = 1; int32x b = 2; optional_ c = 3; .int32 d = 4; optional optional optional = 5;"),
     "proto3; message M { stringy a = 1; int32x b = 2; optional_ c = 3; .int32 d = 4; optional optional optional = 5 "
     "}"},
    {"edition = '2023'; " M("export a = 1; local b = 2;"), "edition 2023; message M { export a = 1; local b = 2 }"},
    {P3 M("export a = 1; local b = 2;"), "proto3; message M { export a = 1; local b = 2 }"},
    /* Options of fields. */
    {M("optional int32 a = 1 [default = 5]; optional int32 b = 2 [default = -5, (x) = 1, json_name = 'B'];"),
     "message M { optional 5:int32 a = 1 [default = n:5]; optional 5:int32 b = 2 [default = -n:5, (x) = n:1, json_name "
     "= "
     "'s:B'] }"},
    /* Groups: a field with the name in lower case, and a message. */
    {M("optional group Gr = 1 { optional int32 x = 2; } repeated group H = 3 [deprecated = true] {}"),
     "message M { optional group:Gr gr = 1; repeated group:H h = 3 [deprecated = w:true]; group Gr { optional 5:int32 "
     "x = 2 "
     "}; group H {} }"},
    {M("required group A = 1 { required group B = 2 { required group C = 3 {} } }"),
     "message M { required group:A a = 1; group A { required group:B b = 2; group B { required group:C c = 3; group C "
     "{} } } "
     "}"},
    {P3 M("group A_bC9 = 1 {} repeated group D = 2 {}"),
     "proto3; message M { group:A_bC9 a_bc9 = 1; repeated group:D d = 2; group A_bC9 {}; group D {} }"},
    {M("message N {} optional group G = 1 {} message O {}"),
     "message M { optional group:G g = 1; message N {}; group G {}; message O {} }"},
    {M("optional .group g = 1; optional group.x h = 2;"),
     "message M { optional .group g = 1; optional group.x h = 2 }"},
    /* Oneofs: their members are fields of the message. */
    {P3 M("int32 a = 1; oneof o { string b = 2; M c = 3 [x = 1]; } int32 d = 4; oneof p { option (q) = 1; bool e = 5; "
          "}"),
     "proto3; message M { 5:int32 a = 1; 9:string b = 2; M c = 3 [x = n:1]; 5:int32 d = 4; 8:bool e = 5; oneof o { b; "
     "c }; "
     "oneof p { option (q) = n:1; e } }"},
    {M("oneof o { int32 a = 1; group G = 2 { optional int32 x = 1; } X b = 3; }"),
     "message M { 5:int32 a = 1; group:G g = 2; X b = 3; oneof o { a; g; b }; group G { optional 5:int32 x = 1 } }"},
    {P3 M("oneof o { oneof.x a = 1; message b = 2; reserved c = 3; extend d = 4; }"),
     "proto3; message M { oneof.x a = 1; message b = 2; reserved c = 3; extend d = 4; oneof o { a; b; c; d } }"},
    /* Nested types, in the order of their kind. */
    {P3 "message A { enum E { Z = 0; } message B { message C { B b = 1; } enum F { Y = 0; } } C c = 2; }",
     "proto3; message A { C c = 2; message B { message C { B b = 1 }; enum F { Y = 0 } }; enum E { Z = 0 } }"},
    /* Enums. */
    {"enum E {}", "enum E {}"},
    {"enum E { A = 0; B = -1; C = 0x1F; D = 017; F = 2147483647; G = -2147483648; H = - 5; I = -0; ; }",
     "enum E { A = 0; B = -1; C = 31; D = 15; F = 2147483647; G = -2147483648; H = -5; I = 0 }"},
    {"enum E { option allow_alias = true; A = 1 [deprecated = true, (x).y = 'z']; option (o) = {}; }",
     "enum E { option allow_alias = w:true; option (o) = {}; A = 1 [deprecated = w:true, (x).y = 's:z'] }"},
    {"enum E { reserved -5 to -3, 1, 2 to max, -1 to 1; reserved 'A', 'B'; A = 0; }",
     "enum E { reserved -5..-3, 1, 2..2147483647 max, -1..1; reserved 'A', 'B'; A = 0 }"},
    /* Reserved and extension ranges. */
    {M("reserved 1, 2 to 3, 4 to max; reserved 'a', 'b' `c`; reserved 7 to 7;"),
     "message M { reserved 1, 2..3, 4..536870911 max; reserved 'a', 'bc'; reserved 7..7 }"},
    {"edition = '2023'; " M("reserved a, to, max; reserved 1;"),
     "edition 2023; message M { reserved a, to, max; reserved 1 }"},
    {"edition = '2023'; enum E { reserved A; Z = 0; }", "edition 2023; enum E { reserved A; Z = 0 }"},
    {M("extensions 4; extensions 100 to 199, 500, 1000 to max; extensions 0x10 to 020;"),
     "message M { extensions 4; extensions 100..199, 500, 1000..536870911 max; extensions 16..16 }"},
    {M("extensions 4 to 6, 8 [(x) = 1, verification = UNVERIFIED];"),
     "message M { extensions 4..6, 8 [(x) = n:1, verification = w:UNVERIFIED] }"},
    {M("extensions 4 [declaration = { number: 4 full_name: '.a.b' type: 'int32' }, declaration = { reserved: true }];"),
     "message M { extensions 4 [declaration = {number: n:4, full_name: 's:.a.b', type: 's:int32'}, declaration = "
     "{reserved: "
     "w:true}] }"},
    /* Extend blocks, at the top and in messages. */
    {"extend A { optional int32 a = 1; repeated B b = 2 [x = 1]; } extend .p.A { optional int32 c = 3; }",
     "extend A { optional 5:int32 a = 1; repeated B b = 2 [x = n:1] }; extend .p.A { optional 5:int32 c = 3 }"},
    {M("extend A { optional M a = 1; } optional int32 b = 2;"),
     "message M { optional 5:int32 b = 2; extend A { optional M a = 1 } }"},
    {"extend A { optional group G = 1 { optional int32 x = 1; } }",
     "group G { optional 5:int32 x = 1 }; extend A { optional group:G g = 1 }"},
    {M("extend A { repeated group G = 1 {} }"), "message M { group G {}; extend A { repeated group:G g = 1 } }"},
    {P3 "extend A { int32 a = 1; message b = 2; option c = 3; }",
     "proto3; extend A { 5:int32 a = 1; message b = 2; option c = 3 }"},
    /* Services. */
    {"service S {}", "service S {}"},
    {"service S { option a = 1; rpc A (B) returns (.p.C); rpc D (stream B) returns (stream p . C) {} rpc "
     "E(B)returns(C){;}; }",
     "service S { option a = n:1; rpc A (B) returns (.p.C); rpc D (stream B) returns (stream p.C); rpc E (B) returns "
     "(C) }"},
    {"service S { rpc A (B) returns (C) { option deprecated = true; option (x) = { a: 1 }; ; } option b = 2; }",
     "service S { option b = n:2; rpc A (B) returns (C) [deprecated = w:true, (x) = {a: n:1}] }"},
    /* Visibility, in edition 2024 only. */
    {"edition = '2024'; export message A { local enum E { Z = 0; } export message B {} message C {} } local message D "
     "{} local "
     "enum F { Y = 0; }",
     "edition 2024; export message A { export message B {}; message C {}; local enum E { Z = 0 } }; local message D "
     "{}; local "
     "enum F { Y = 0 }"},
};

START_TEST(texts_are_read)
{
    const struct pb_file *file = parsed(spelled(files[_i].text));
    ck_assert_msg(!file->fault.p, "%s: " STR_FMT, files[_i].text, STR_ARG(file->fault));
    assert_text(outlined(file), str_of(files[_i].outline));
    assert_text(file->path, STR("default"));
    ck_assert(!file->is_builtin && !file->is_normal);
}
END_TEST

START_TEST(syntax_lines_are_told_apart)
{
    static const struct {
        const char *text;
        enum pb_syntax syntax;
        int32_t edition;
        bool has_syntax;
    } rows[] = {
        {"", PB_PROTO2, PB_EDITION_PROTO2, false},
        {"syntax = 'proto2';", PB_PROTO2, PB_EDITION_PROTO2, true},
        {"syntax = 'proto3';", PB_PROTO3, PB_EDITION_PROTO3, true},
        {"edition = '2023';", PB_EDITIONS, PB_EDITION_2023, true},
        {"edition = '2024';", PB_EDITIONS, PB_EDITION_2024, true},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        const struct pb_file *file = parsed(spelled(rows[i].text));
        ck_assert_int_eq(file->syntax, rows[i].syntax);
        ck_assert_int_eq(file->edition, rows[i].edition);
        ck_assert_int_eq(file->has_syntax, rows[i].has_syntax);
    }
}
END_TEST

/* Values of options: as the value of "option o = …;". */
static const struct {
    const char *value, *outline;
} values[] = {
    {"true", "w:true"},
    {"GREEN", "w:GREEN"},
    {"inf", "w:inf"},
    {"-inf", "-w:inf"},
    {"- nan", "-w:nan"},
    {"option", "w:option"},
    {"0", "n:0"},
    {"-0x1F", "-n:0x1F"},
    {"007", "n:007"},
    {"1.50e-3", "n:1.50e-3"},
    {"-.5", "-n:.5"},
    {"18446744073709551616", "n:18446744073709551616"},
    {"''", "'s:'"},
    {"'a' `b`\n'c'", "'s:abc'"},
    {"'\\xC3\\xA9 \\n'", "'s:\xC3\xA9 \n'"},
    /* Messages: members with and without a colon, with any separator or none. */
    {"{}", "{}"},
    {"{a: 1}", "{a: n:1}"},
    {"{ a: 1 b: 2, c: 3; d: 4, }", "{a: n:1, b: n:2, c: n:3, d: n:4}"},
    {"{ a: -1, b: - inf, c: 'x' 'y', d: T }", "{a: -n:1, b: -w:inf, c: 's:xy', d: w:T}"},
    {"{ a { b: 1 } c: { d: 2 }; e < f: 3 > g: < > }", "{a: {b: n:1}, c: {d: n:2}, e: {f: n:3}, g: {}}"},
    {"{ a: 1, a: 2 a { } }", "{a: n:1, a: n:2, a: {}}"},
    {"{ [x.y]: 1, [z] { } [a.b.C] < > }", "{[x.y]: n:1, [z]: {}, [a.b.C]: {}}"},
    {"{ [type.googleapis.com/a.B] { c: 1 } }", "{[type.googleapis.com/a.B]: {c: n:1}}"},
    {"{ [a/b/c.D] { } }", "{[a/b/c.D]: {}}"},
    /* Lists in messages. */
    {"{ a: [], b: [1], c: [1, -2, X, 'y' 'z'] }", "{a: [], b: [n:1], c: [n:1, -n:2, w:X, 's:yz']}"},
    {"{ a [ { b: 1 }, < c: 2 >, {} ] }", "{a: [{b: n:1}, {c: n:2}, {}]}"},
    {"{ a: [ [1], [] ] }", "{a: [[n:1], []]}"},
    {"{ true: 1, message: 2, to: 3 }", "{true: n:1, message: n:2, to: n:3}"},
    {"{ # }", NULL}, /* no comment in .proto texts */
};

START_TEST(option_values_are_read)
{
    struct str text = ARENA_JOIN(arena, STR("option o = "), spelled(values[_i].value), STR(";"));
    if (!values[_i].outline) {
        ck_assert_uint_gt(refusal_of(text).n, 0);
        return;
    }
    const struct pb_file *file = parsed(text);
    ck_assert_msg(!file->fault.p, "%s: " STR_FMT, values[_i].value, STR_ARG(file->fault));
    assert_text(outlined(file), ARENA_JOIN(arena, STR("option o = "), str_of(values[_i].outline)));
}
END_TEST

static const struct {
    const char *name, *outline;
} names[] = {
    {"a", "a"},
    {"(a)", "(a)"},
    {"(.a.b)", "(.a.b)"},
    {"(a . b)", "(a.b)"},
    {"a.b.c", "a.b.c"},
    {"(a).b.(c.d).e", "(a).b.(c.d).e"},
    {"features.(pb.cpp).x", "features.(pb.cpp).x"},
    {"option", "option"},
    {"(option).option . option", "(option).option.option"},
};

START_TEST(option_names_are_read)
{
    const struct pb_file *file = parsed(ARENA_JOIN(arena, STR("option "), str_of(names[_i].name), STR(" = 1;")));
    ck_assert_ptr_null(file->fault.p);
    assert_text(outlined(file), ARENA_JOIN(arena, STR("option "), str_of(names[_i].outline), STR(" = n:1")));
}
END_TEST

/* -- places ------------------------------------------------------------------------------------------------------- */

static void add_place(struct buf *out, const char *what, struct str name, struct pb_position at)
{
    buf_printf(out, "%s%s" STR_FMT " %u:%u", out->n ? "; " : "", what, STR_ARG(name), at.line, at.column);
}

static void add_option_places(struct buf *out, const pb_options *options)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        add_place(out, "option ", option->name.first->name, option->at);
        add_place(out, "value ", STR_EMPTY, option->value_at);
        ck_assert_uint_eq(option->value.at.column, option->value_at.column);
        for (const struct pb_member *m = option->value.members.first; m; m = m->next) {
            add_place(out, "member ", m->name, m->at);
            add_place(out, "its value ", STR_EMPTY, m->value->at);
        }
    }
}

static void add_field_places(struct buf *out, const struct pb_field *first)
{
    for (const struct pb_field *field = first; field; field = field->next) {
        add_place(out, "field ", field->name, field->at);
        add_place(out, "type ", field->type.name, field->type.at);
        if (field->is_map)
            add_place(out, "key ", field->key.name, field->key.at);
        add_place(out, "name", STR_EMPTY, field->name_at);
        add_place(out, "number", STR_EMPTY, field->number_at);
        add_option_places(out, &field->options);
    }
}

static void add_range_places(struct buf *out, const char *what, const struct pb_ranges *first)
{
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        add_place(out, what, STR_EMPTY, ranges->at);
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next)
            add_place(out, "range", STR_EMPTY, range->at);
        add_option_places(out, &ranges->options);
    }
}

static void add_enum_places(struct buf *out, const struct pb_enum *first)
{
    for (const struct pb_enum *enumeration = first; enumeration; enumeration = enumeration->next) {
        add_place(out, "enum ", enumeration->name, enumeration->at);
        add_range_places(out, "reserved", enumeration->reserved.first);
        for (const struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
            add_place(out, "constant ", value->name, value->at);
            add_place(out, "number", STR_EMPTY, value->number_at);
        }
    }
}

static void add_message_places(struct buf *out, const struct pb_message *first)
{
    for (const struct pb_message *message = first; message; message = message->next) {
        add_place(out, message->is_group ? "group " : "message ", message->name, message->at);
        add_option_places(out, &message->options);
        add_field_places(out, message->fields.first);
        for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next)
            add_place(out, "oneof ", oneof->name, oneof->at);
        add_range_places(out, "reserved", message->reserved.first);
        add_range_places(out, "extensions", message->extensions.first);
        add_enum_places(out, message->enums.first);
        add_message_places(out, message->messages.first);
    }
}

static struct str places_of(const struct pb_file *file)
{
    struct buf out = new_text();
    if (file->package.n)
        add_place(&out, "package", STR_EMPTY, file->package_at);
    for (const struct pb_import *import = file->imports.first; import; import = import->next)
        add_place(&out, "import ", import->path, import->at);
    add_option_places(&out, &file->options);
    add_message_places(&out, file->messages.first);
    add_enum_places(&out, file->enums.first);
    for (const struct pb_extend *extend = file->extends.first; extend; extend = extend->next) {
        add_place(&out, "extend ", extend->target.name, extend->at);
        ck_assert_uint_eq(extend->target.at.column, extend->at.column);
        add_field_places(&out, extend->fields.first);
    }
    for (const struct pb_service *service = file->services.first; service; service = service->next) {
        add_place(&out, "service ", service->name, service->at);
        for (const struct pb_method *method = service->methods.first; method; method = method->next) {
            add_place(&out, "rpc ", method->name, method->at);
            add_place(&out, "input ", method->input.name, method->input.at);
            add_place(&out, "output ", method->output.name, method->output.at);
        }
    }
    return buf_str(&out);
}

static const struct {
    const char *text, *places;
} places[] = {
    {"package\n a.b;", "package 2:2"},
    {"import 'a';\nimport public  'b';", "import a 1:8; import b 2:16"},
    {"option  a.b =\n  -1;", "option a 1:9; value  2:3"},
    {"option (a) = { b: 1\n c {} };",
     "option a 1:8; value  1:14; member b 1:16; its value  1:19; member c 2:2; its value  2:4"},
    {"message\n M { optional  int32 a = 1; }", "message M 2:2; field a 2:6; type int32 2:16; name 2:22; number 2:26"},
    {"message M {\n  oneof  o { .X b\n = 2 [x = 1]; }\n}",
     "message M 1:9; field b 2:14; type .X 2:14; name 2:17; number 3:4; option x 3:7; value  3:11; oneof o 2:10"},
    {"message M { map<string, int32> a = 1; }",
     "message M 1:9; field a 1:13; type int32 1:25; key string 1:17; name 1:32; number 1:36"},
    {"message M { optional group G = 1 { optional X y = 2; } }",
     "message M 1:9; field g 1:13; type G 1:22; name 1:28; number 1:32; group G 1:28; field y 1:36; type X 1:45; name "
     "1:47; "
     "number 1:51"},
    {"message M { reserved 1, 2 to 3; extensions 4 [a = 1]; reserved  'b'; }",
     "message M 1:9; reserved 1:22; range 1:22; range 1:25; reserved 1:65; range 1:65; extensions 1:44; range 1:44; "
     "option a "
     "1:47; value  1:51"},
    {"enum E { A = -1;\n reserved -2; }", "enum E 1:6; reserved 2:11; range 2:11; constant A 1:10; number 1:14"},
    {"extend .A { optional int32 a = 1; }", "extend .A 1:8; field a 1:13; type int32 1:22; name 1:28; number 1:32"},
    {"service S { rpc R (A) returns (stream  .B); }", "service S 1:9; rpc R 1:17; input A 1:20; output .B 1:40"},
};

START_TEST(elements_have_places)
{
    assert_text(places_of(parsed(spelled(places[_i].text))), str_of(places[_i].places));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, texts_are_read, 0, ROWS(files));
    tcase_add_test(tests, syntax_lines_are_told_apart);
    tcase_add_loop_test(tests, option_values_are_read, 0, ROWS(values));
    tcase_add_loop_test(tests, option_names_are_read, 0, ROWS(names));
    tcase_add_loop_test(tests, elements_have_places, 0, ROWS(places));
}

int main(void)
{
    return run_tests("parse", add_tests);
}
