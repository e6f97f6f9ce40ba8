/* Large schemas are checked in time that grows with their size only: what is quadratic in these takes minutes. */
#include "check_fixture.h"

#define MANY 100000
#define RANGES 10000

/* Numbers from 1 on, without those that the library keeps for itself. */
static int number_of(int index)
{
    return index < 18999 ? index + 1 : index + 1002;
}

static void write_fields(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  A f%d = %d;\n", i, number_of(i));
}

static void write_optional_fields(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  optional int32 f%d = %d;\n", i, number_of(i));
}

static void write_oneofs(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  oneof o%d { int32 f%d = %d; }\n", i, i, number_of(i));
}

static void write_unknown_types(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  X%d.Y f%d = %d;\n", i, i, number_of(i));
}

static void write_one_number(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  int32 f%d = 1;\n", i);
}

static void write_one_name(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  int32 f = %d;\n", number_of(i));
}

static void write_enum(struct buf *text)
{
    buf_add(text, STR("  enum E {\n"));
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "    V%d = %d;\n", i, i);
    for (int i = 0; i < RANGES; i++)
        buf_printf(text, "    reserved %d;\n", 2 * MANY + 2 * i);
    buf_add(text, STR("  }\n"));
}

static void write_one_enum_number(struct buf *text)
{
    buf_add(text, STR("  enum E {\n"));
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "    V%d = 0;\n", i);
    buf_add(text, STR("  }\n"));
}

static void write_reserved(struct buf *text)
{
    for (int i = 0; i < RANGES; i++)
        buf_printf(text, "  reserved %d to %d, %d;\n", 200000 + i * 10, 200004 + i * 10, 200006 + i * 10);
    write_fields(text);
}

/* All of them overlap with all, and hold all fields. */
static void write_overlaps(struct buf *text)
{
    for (int i = 0; i < RANGES; i++)
        buf_printf(text, "  reserved %d to max;\n", RANGES - i);
    write_fields(text);
}

static void write_reserved_names(struct buf *text)
{
    for (int i = 0; i < MANY; i++)
        buf_printf(text, "  reserved \"n%d\";\n", i);
    write_fields(text);
}

static void write_maps(struct buf *text)
{
    for (int i = 0; i < MANY / 4; i++)
        buf_printf(text, "  message M%d { map<string, M%d> m = 1; A a = 2; }\n", i, i / 2);
}

static void write_options(struct buf *text)
{
    for (int i = 0; i < MANY / 4; i++)
        buf_printf(text, "  A f%d = %d [(option) = { n: 5 b { n: 6 } l: [{}, { s: \"x\" }] }, deprecated = true];\n", i,
                   number_of(i));
}

static void write_one_option(struct buf *text)
{
    buf_add(text, STR("  A f = 1 [(option) = {\n"));
    add_times(text, STR("    l { n: 1 }\n"), MANY);
    buf_add(text, STR("  }];\n"));
}

static void write_repeated_option(struct buf *text)
{
    buf_add(text, STR("  A f = 1 [(options) = {}"));
    add_times(text, STR(",\n    (options) = { n: 1 }"), MANY);
    buf_add(text, STR("];\n"));
}

static void write_deep_option(struct buf *text)
{
    buf_add(text, STR("  A f = 1 [(option) = {"));
    add_times(text, STR("b {"), 250);
    buf_add(text, STR("s: \""));
    add_times(text, STR("x"), 1000000);
    buf_add(text, STR("\""));
    add_times(text, STR("}"), 250);
    buf_add(text, STR("}];\n"));
}

/* What is written in a message A of proto3, and what is wrong with it. */
static const struct {
    void (*write)(struct buf *);
    const char *fault;
} large[] = {
    {write_fields, NULL},
    {write_optional_fields, NULL},
    {write_oneofs, NULL},
    {write_unknown_types, "'X0.Y' is not defined."},
    {write_one_number, "Field number 1 has already been used in 'A' by field 'f0'."},
    {write_one_name, "'f' is already defined in 'A'."},
    {write_enum, NULL},
    {write_one_enum_number, "'A.V1' uses the same enum value as 'A.V0'. If this is intended, set `option allow_alias = "
                            "true;` to the enum definition."},
    {write_reserved, NULL},
    {write_overlaps, "Reserved range 9999 to 536870911 overlaps with already-defined range 10000 to 536870911."},
    {write_reserved_names, NULL},
    {write_maps, NULL},
    {write_options, NULL},
    {write_one_option, NULL},
    {write_repeated_option, NULL},
    {write_deep_option, NULL},
};

static const char before[] = "syntax = \"proto3\"; import \"google/protobuf/descriptor.proto\";\n"
                             "message O { int32 n = 1; O b = 2; repeated O l = 3; string s = 4; }\n"
                             "extend google.protobuf.FieldOptions { O option = 50000; repeated O options = 50001; }\n"
                             "message A {\n";

START_TEST(a_large_schema_is_checked_soon)
{
    struct buf text = new_text();
    buf_add(&text, str_of(before));
    large[_i].write(&text);
    buf_add(&text, STR("}\n"));
    const struct pb_schema *schema = linked(buf_str(&text));
    struct str got = strict_fault(schema);
    struct str fault = large[_i].fault ? meant(large[_i].fault) : STR_EMPTY;
    ck_assert_msg(fault.n ? str_ends(got, fault) : got.n == 0, STR_FMT, SHOWN(got));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_large_schema_is_checked_soon, 0, ROWS(large));
}

int main(void)
{
    return run_tests("protobuf check cost", add_tests);
}
