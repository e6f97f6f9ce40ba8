/* The bytes that options mean, as protoc 3.21 writes them. What it refuses is in check_test.c.
 * covers: schemas/protobuf/options_aggregate.c schemas/protobuf/options_aggregate_fields.c
 * covers: schemas/protobuf/options_aggregate_value.c schemas/protobuf/options_features.c
 * covers: schemas/protobuf/options_value.c */
#include "fixture.h"

static const char declarations[] = "syntax = 'proto2'; import 'google/protobuf/descriptor.proto'; "
                                   "enum E { A = 0; B = -1; } "
                                   "message O { optional int32 i = 1; "
                                   "repeated string s = 2; "
                                   "optional O o = 3; "
                                   "optional group G = 4 { optional bool b = 1; } extensions 100 to 200; "
                                   "map<string, int32> m = 5; } "
                                   "extend O { optional int64 x = 100; } "
                                   "extend google.protobuf.FieldOptions { optional sint32 z = 50000; "
                                   "optional double d = 50001; "
                                   "repeated fixed32 f = 50002; "
                                   "optional bytes y = 50003; "
                                   "optional E e = 50004; "
                                   "optional O o = 50005; "
                                   "optional bool b = 50006; "
                                   "optional uint64 u = 50007; "
                                   "repeated int32 p = 50008 [packed = true]; "
                                   "optional float l = 50009; "
                                   "optional sfixed64 q = 50010; } ";

/* Options of a field of int32, their bytes in hexadecimal. */
static const struct {
    const char *options, *bytes;
} rows[] = {
    {"deprecated = true", "1801"},
    {"ctype = CORD, lazy = false", "08012800"},
    {"default = 3", ""},
    {"json_name = 'x'", ""},
    {"(z) = -2", "80b51803"},
    {"(z) = 2147483647", "80b518feffffff0f"},
    {"(d) = 1.5", "89b518000000000000f83f"},
    {"(d) = 3", "89b5180000000000000840"},
    {"(l) = 1e40", "cdb5180000807f"},
    {"(f) = 1, (f) = 2", "95b5180100000095b51802000000"},
    {"(p) = 1, (p) = 300", "c0b51801c0b518ac02"},
    {"(y) = 'a\\x01\\377'", "9ab518036101ff"},
    {"(y) = 'a' 'b'", "9ab518026162"},
    {"(e) = B", "a0b518ffffffffffffffffff01"},
    {"(b) = false", "b0b51800"},
    {"(u) = 18446744073709551615", "b8b518ffffffffffffffffff01"},
    {"(u) = 0x10", "b8b51810"},
    {"(q) = -9223372036854775808", "d1b5180000000000000080"},
    {"(o).i = 1", "aab518020801"},
    {"(o).i = 1, (o).s = 'a', (o).s = 'b'", "aab518020801aab51803120161aab51803120162"},
    {"(o).o.o.i = 2", "aab518061a041a020802"},
    {"(o).(x) = 3", "aab51803a00603"},
    {"(o) = {i: 1 s: 'a' s: ['b', 'c'], o {i: -1}}", "aab5181808011201611201621201631a0b08ffffffffffffffffff01"},
    {"(o) = {[x]: 7}", "aab51803a00607"},
    {"(o) = {G {b: true}}", "aab5180423080124"},
    {"(o) = {m {key: 'k' value: 1}}", "aab518072a050a016b1001"},
    {"(o) = {m: [{key: 'k' value: 1}, {key: 'l' value: 0}]}", "aab5180e2a050a016b10012a050a016c1000"},
    {"(o) = {s: []}", "aab51800"},
};

static struct str hexadecimal(struct str bytes)
{
    struct buf out = new_text();
    for (size_t i = 0; i < bytes.n; i++)
        buf_printf(&out, "%02x", (unsigned char)bytes.p[i]);
    return buf_str(&out);
}

START_TEST(interpret)
{
    struct error err = ERROR_INIT(arena);
    struct str text = ARENA_JOIN(arena, spelled(declarations), STR("message M { optional int32 a = 1 ["),
                                 spelled(rows[_i].options), STR("]; }"));
    struct pb_schema *schema = linked(text);
    const struct pb_field *field = field_named(schema, "M.a");
    struct buf out = new_text();
    int outcome = pb_options_interpret(schema, schema->root, PB_FIELD_OPTIONS, STR("M.a"), &field->options, &out, &err);
    ck_assert_msg(outcome == 0, STR_FMT, STR_ARG(err.text));
    assert_text(hexadecimal(buf_str(&out)), str_of(rows[_i].bytes));
}
END_TEST

/* Values within values, as deep as the parser lets them be: nothing recurses. */
START_TEST(deep)
{
    struct buf text = new_text();
    struct error err = ERROR_INIT(arena);
    buf_add(&text, spelled(declarations));
    buf_add(&text, STR("message M { optional int32 a = 1 [(o) = {"));
    add_times(&text, STR("o {"), 30);
    add_times(&text, STR("}"), 30);
    buf_add(&text, STR("}]; }"));
    struct pb_schema *schema = linked(buf_str(&text));
    struct buf out = new_text();
    const struct pb_field *field = field_named(schema, "M.a");
    ck_assert_int_eq(
        pb_options_interpret(schema, schema->root, PB_FIELD_OPTIONS, STR("M.a"), &field->options, &out, &err), 0);
    ck_assert_uint_eq(buf_str(&out).n, 4 + 2 * 30);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, interpret, 0, ROWS(rows));
    tcase_add_test(tests, deep);
}

int main(void)
{
    return run_tests("protobuf options", add_tests);
}
