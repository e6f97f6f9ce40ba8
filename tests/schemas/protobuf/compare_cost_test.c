/* What comparing may cost: deep, wide and recursive schemas are decided, or refused for their cost; never wrong.
 * covers: schemas/protobuf/compare.c schemas/protobuf/compare_message.c schemas/protobuf/compare_field.c */
#include "compare_fixture.h"

#define P3 "syntax = \"proto3\"; "

static const enum schema_policy policies[] = {SCHEMA_POLICY_REFERENCE, SCHEMA_POLICY_SOUND};

static void assert_readable(struct outcome o)
{
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 0);
    ck_assert(!o.found.truncated);
}

static void assert_undecided(const struct outcome *o)
{
    ck_assert_int_eq(o->code, 1);
    ck_assert_uint_eq(o->found.count, 1);
    ck_assert(!o->found.truncated);
    assert_text(str_of(o->found.items[0].type), STR("UNDECIDED"));
    assert_text(o->found.items[0].path, STR("#/"));
}

static void assert_difference(const struct outcome *o, size_t index, const char *type, struct str path)
{
    ck_assert_uint_lt(index, o->found.count);
    assert_text(str_of(o->found.items[index].type), str_of(type));
    assert_text(o->found.items[index].path, path);
}

/* A schema whose field is of the first type of the text, which another file defines. */
static struct pb_schema *used(struct str library, const char *first)
{
    struct schema_dependency files[] = {{STR("lib.proto"), library}};
    struct schema_source source = {
        arena_printf(arena, P3 "import \"lib.proto\"; message User { %s first = 1; }", first), files, 1};
    return linked_from(&source);
}

/* -- depth -------------------------------------------------------------------------------------------------------- */

static struct str nested(const char *leaf)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3));
    add_times(&text, STR("message M { M self = 2; "), 255);
    buf_printf(&text, "%s leaf = 1; ", leaf);
    add_times(&text, STR("}"), 255);
    return buf_str(&text);
}

START_TEST(deep_schemas_are_decided)
{
    struct pb_schema *ints = linked(nested("int32")), *strings = linked(nested("string"));
    struct buf path = new_text();
    buf_add(&path, STR("#"));
    add_times(&path, STR("/M"), 255);
    buf_add(&path, STR("/1"));
    for (int i = 0; i < ROWS(policies); i++) {
        struct outcome o = compare(strings, ints, policies[i]);
        assert_readable(compare(ints, ints, policies[i]));
        ck_assert_int_eq(o.code, 0);
        assert_difference(&o, 0, "FIELD_SCALAR_KIND_CHANGED", buf_str(&path));
    }
}
END_TEST

/* A chain of types, each the type of a field of the one before. */
static struct str chain(int count, const char *leaf)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "message C%d { C%d next = 1; } ", i, i + 1);
    buf_printf(&text, "message C%d { %s leaf = 1; }", count, leaf);
    return buf_str(&text);
}

START_TEST(long_chains_are_decided)
{
    struct pb_schema *ints = used(chain(20000, "int32"), "C0"), *strings = used(chain(20000, "string"), "C0");
    for (int i = 0; i < ROWS(policies); i++) {
        struct outcome o = compare(strings, ints, policies[i]);
        assert_readable(compare(ints, ints, policies[i]));
        ck_assert_int_eq(o.code, 0);
        ck_assert(o.found.truncated);
        assert_difference(&o, 0, "FIELD_SCALAR_KIND_CHANGED", STR("#/C20000/1"));
        assert_difference(&o, 1, "FIELD_NAMED_TYPE_CHANGED", STR("#/C19999/1"));
    }
}
END_TEST

/* -- recursion ---------------------------------------------------------------------------------------------------- */

/* Layers that each refer twice to the next one: 2^30 ways, 30 pairs. */
static struct str doubling(const char *leaf)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3));
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "message L%d { L%d a = 1; map<string, L%d> b = 2; } ", i, i + 1, i + 1);
    buf_printf(&text, "message L30 { %s leaf = 1; }", leaf);
    return buf_str(&text);
}

START_TEST(ways_that_double_are_decided)
{
    struct pb_schema *ints = used(doubling("int32"), "L0"), *strings = used(doubling("string"), "L0");
    struct pb_schema *own_ints = linked(doubling("int32")), *own_strings = linked(doubling("string"));
    for (int i = 0; i < ROWS(policies); i++) {
        struct outcome o = compare(strings, ints, policies[i]);
        assert_readable(compare(ints, ints, policies[i]));
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_eq(o.found.count, SCHEMA_DIFFERENCES_MAX);
        ck_assert(o.found.truncated);
        assert_difference(&o, 0, "FIELD_SCALAR_KIND_CHANGED", STR("#/L30/1"));
        assert_difference(&o, 1, "FIELD_NAMED_TYPE_CHANGED", STR("#/L29/1"));
        assert_difference(&o, 3, "FIELD_NAMED_TYPE_CHANGED", STR("#/L29/2"));
        assert_readable(compare(own_ints, own_ints, policies[i]));
        o = compare(own_strings, own_ints, policies[i]);
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_ge(o.found.count, 1);
    }
    assert_text(differences_of(own_strings, own_ints, SCHEMA_POLICY_REFERENCE),
                STR("FIELD_SCALAR_KIND_CHANGED #/L30/1"));
}
END_TEST

/* Types that each hold all of them, and a leaf. */
static struct str mutual(int count, const char *leaf)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3));
    for (int i = 0; i < count; i++) {
        buf_printf(&text, "message T%d { %s leaf = 100; ", i, leaf);
        for (int j = 0; j < count; j++)
            buf_printf(&text, "T%d f%d = %d; ", j, j, j + 1);
        buf_add(&text, STR("} "));
    }
    return buf_str(&text);
}

START_TEST(types_that_hold_each_other_are_decided)
{
    struct pb_schema *ints = used(mutual(12, "int32"), "T0"), *longs = used(mutual(12, "int64"), "T0"),
                     *strings = used(mutual(12, "string"), "T0"), *own = linked(mutual(12, "int32")),
                     *own_strings = linked(mutual(12, "string"));
    for (int i = 0; i < ROWS(policies); i++) {
        assert_readable(compare(ints, ints, policies[i]));
        assert_readable(compare(longs, ints, policies[i]));
        assert_readable(compare(own, own, policies[i]));
        struct outcome o = compare(strings, ints, policies[i]);
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_eq(o.found.count, SCHEMA_DIFFERENCES_MAX);
        ck_assert(o.found.truncated);
        o = compare(own_strings, own, policies[i]);
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_ge(o.found.count, 12);
    }
    ck_assert_uint_eq(compare(own_strings, own, SCHEMA_POLICY_REFERENCE).found.count, 12);
}
END_TEST

/* Types in circles of their own: when one side is read as the other, each type meets each type of the other side. */
static struct pb_schema *circles(int count, int first_step, int second_step)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "message T%d_%d { T%d_%d a = 1; T%d_%d b = 2; } ", i, first_step, (i + 1) % count, first_step,
                   (i * first_step + second_step) % count, first_step);
    return used(buf_str(&text), arena_printf(arena, "T0_%d", first_step).p);
}

START_TEST(types_may_be_read_as_many_others)
{
    struct pb_schema *writer = circles(100, 7, 3), *reader = circles(100, 3, 5);
    struct outcome o = compare(reader, writer, SCHEMA_POLICY_SOUND);
    assert_readable(o);
    ck_assert_uint_ge(o.steps, 100 * 100);
    ck_assert_uint_le(o.steps, 100 * 100 * 50);
    assert_text(differences_of(reader, writer, SCHEMA_POLICY_REFERENCE), STR("FIELD_NAMED_TYPE_CHANGED #/User/1"));
}
END_TEST

START_TEST(more_than_one_comparison_may_do_is_undecided)
{
    struct pb_schema *writer = circles(1500, 7, 3), *reader = circles(1500, 13, 5);
    struct outcome o = compare(reader, writer, SCHEMA_POLICY_SOUND);
    assert_undecided(&o);
    ck_assert_uint_eq(o.steps, SCHEMA_COMPARE_BUDGET);
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = 10;
    ck_assert_int_eq(pb_compare_all(reader, writer, true, arena, &budget, &found, &err), 1);
    ck_assert_uint_eq(budget, 0);
    ck_assert_uint_eq(found.count, 1);
}
END_TEST

/* -- width -------------------------------------------------------------------------------------------------------- */

static struct pb_schema *wide(const char *before, const char *part, int count, const char *after)
{
    struct buf text = new_text();
    buf_add(&text, str_of(before));
    for (int i = 0; i < count; i++) {
        struct str rest = str_of(part), piece;
        for (bool is_first = true; str_next(&rest, '#', &piece); is_first = false) {
            if (!is_first)
                buf_add_int(&text, i + 1);
            buf_add(&text, piece);
        }
    }
    buf_add(&text, str_of(after));
    return linked(buf_str(&text));
}

START_TEST(differences_are_listed_up_to_a_limit)
{
    static const int counts[] = {999, 1000, 1001, 50000};
    for (int i = 0; i < ROWS(counts); i++) {
        struct pb_schema *ints = wide(P3 "message M { ", "int32 f# = #; ", counts[i], "}");
        struct pb_schema *strings = wide(P3 "message M { ", "string f# = #; ", counts[i], "}");
        struct outcome o = compare(strings, ints, SCHEMA_POLICY_REFERENCE);
        bool is_cut = counts[i] > SCHEMA_DIFFERENCES_MAX;
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_eq(o.found.count, is_cut ? SCHEMA_DIFFERENCES_MAX : (size_t)counts[i]);
        ck_assert_int_eq(o.found.truncated, is_cut);
        assert_difference(&o, 998, "FIELD_SCALAR_KIND_CHANGED", STR("#/M/999"));
    }
}
END_TEST

/* A schema as its own reader. */
static const struct {
    const char *what, *before, *part, *after;
    int count;
} widths[] = {
    {"fields", P3 "message M { ", "int32 f# = #; ", "}", 50000},
    {"fields of a type", P3 "message M { message N { int32 x = 1; }", "N f# = #; ", "}", 50000},
    {"maps", P3 "message M { message N { int32 x = 1; }", "map<int32, N> f# = #; ", "}", 50000},
    {"oneofs", P3 "message M { ", "oneof o# { int32 f# = #; } ", "}", 50000},
    {"members", P3 "message M { oneof o { ", "int32 f# = #; ", "} }", 50000},
    {"messages", P3, "message M# { int32 a = 1; } ", "", 50000},
    {"nested messages", P3 "message M { ", "message M# { M m = 1; } ", "}", 50000},
    {"groups", "message M { ", "optional group G# = # { optional int32 x = 1; } ", "}", 20000},
    {"constants", P3 "message M { E e = 1; } enum E { Z = 0; ", "V# = #; ", "}", 50000},
    {"constants of a closed enum", "message M { optional E e = 1; } enum E { ", "V# = #; ", "}", 50000},
    {"fields of a closed enum", "enum E { A = 0; B = 1; C = 2; } message M { ", "optional E f# = #; ", "}", 50000},
    {"enums", P3, "enum E# { Z# = 0; } ", "", 50000},
    {"numbers that are there twice", P3 "message M { ", "int32 f# = 1; ", "}", 50000},
    {"messages that are there twice", P3, "message M { int32 a = #; } ", "", 50000},
};

START_TEST(wide_schemas_read_themselves)
{
    struct pb_schema *schema = wide(widths[_i].before, widths[_i].part, widths[_i].count, widths[_i].after);
    for (int i = 0; i < ROWS(policies); i++)
        assert_readable(compare(schema, schema, policies[i]));
    if (!strstr(widths[_i].what, "twice"))
        assert_text(all_differences_of(schema, schema, true), STR_EMPTY);
}
END_TEST

START_TEST(closed_enums_in_another_order_are_decided_or_refused)
{
    static const int counts[] = {1000, 50000};
    for (int i = 0; i < ROWS(counts); i++) {
        struct buf text = new_text();
        buf_add(&text, STR("message M { optional E e = 1 [default = V1]; } enum E { "));
        for (int v = counts[i]; v > 0; v--)
            buf_printf(&text, "V%d = %d; ", v, v);
        buf_add(&text, STR("}"));
        struct pb_schema *falling = linked(buf_str(&text));
        struct pb_schema *rising =
            wide("message M { optional E e = 1 [default = V1]; } enum E { ", "V# = #; ", counts[i], "}");
        struct outcome o = compare(rising, falling, SCHEMA_POLICY_SOUND);
        if (counts[i] == 1000)
            assert_readable(o);
        else
            assert_undecided(&o);
    }
}
END_TEST

/* -- budget ------------------------------------------------------------------------------------------------------- */

/* Schemas of several kinds, old and new. */
static const struct {
    const char *old, *new;
} versions[] = {
    {P3 "message A { B b = 1; int32 a = 2; } message B { A a = 1; C c = 2; oneof o { int32 x = 3; string y = 4; } } "
        "message C { "
        "message D { int32 z = 1; } D d = 1; }",
     P3 "message A { B b = 1; int32 a = 2; } message B { A a = 1; C c = 2; oneof o { int32 x = 3; string y = 4; } } "
        "message C { "
        "message D { string z = 1; } D d = 1; }"},
    {P3 "message A { int32 a = 1; int32 b = 2; int32 c = 3; }",
     P3 "message A { int32 a = 1; int32 b = 2; string c = 3; }"},
    {P3 "message A { int32 a = 1; }", "syntax = \"proto3\"; package p; message A { int32 a = 1; }"},
    {"message A { optional E e = 1; enum E { Z = 0; Y = 1; X = 2; } }",
     "message A { optional int64 e = 1; enum E { Z = 0; } }"},
    {P3 "message A { map<string, B> m = 1; } message B { B b = 1; } message C { map<int32, C> m = 1; }",
     P3 "message A { map<string, C> m = 1; } message B { B b = 1; } message C { map<int32, C> m = 1; }"},
};

START_TEST(a_budget_that_does_not_suffice_leaves_it_undecided)
{
    struct pb_schema *schemas[] = {linked(str_of(versions[_i].old)), linked(str_of(versions[_i].new))};
    for (int i = 0; i < 8; i++) {
        struct pb_schema *reader = schemas[i & 1], *writer = schemas[i >> 1 & 1];
        struct outcome whole = compare(reader, writer, policies[i >> 2]);
        ck_assert_int_eq(whole.code, 0);
        uint64_t decided = 0;
        for (uint64_t budget = 0; budget <= whole.steps + 1; budget++) {
            struct outcome o = compare_in(arena, reader, writer, policies[i >> 2], budget);
            ck_assert_uint_le(o.steps, budget);
            if (o.code == 1) {
                assert_undecided(&o);
                ck_assert_uint_le(budget, whole.steps);
                continue;
            }
            /* Decided: what is listed is the beginning of the whole, and not nothing. */
            decided++;
            ck_assert_int_eq(o.code, 0);
            ck_assert_uint_eq(o.found.count > 0, whole.found.count > 0);
            ck_assert_uint_le(o.found.count, whole.found.count);
            ck_assert(o.found.truncated || o.found.count == whole.found.count);
            for (size_t d = 0; d < o.found.count; d++)
                assert_difference(&o, d, whole.found.items[d].type, whole.found.items[d].path);
        }
        ck_assert_uint_ge(decided, 1);
        struct outcome enough = compare_in(arena, reader, writer, policies[i >> 2], whole.steps + 1);
        ck_assert_int_eq(enough.found.truncated, false);
        ck_assert_uint_eq(enough.steps, whole.steps);
    }
}
END_TEST

START_TEST(memory_that_does_not_suffice_is_a_failure)
{
    struct pb_schema *ints = used(mutual(4, "int32"), "T0"), *strings = used(mutual(4, "string"), "T0");
    size_t whole = compare(strings, ints, SCHEMA_POLICY_SOUND).found.count, failed = 0;
    for (size_t bytes = 0; bytes < 1u << 16; bytes += 64) {
        struct arena *memory = arena_new(bytes);
        struct outcome o = compare_in(memory, strings, ints, SCHEMA_POLICY_SOUND, SCHEMA_COMPARE_BUDGET);
        ck_assert_int_eq(o.code, o.err.id == ERROR_NONE ? 0 : -1);
        ck_assert(o.err.id == ERROR_NONE ? o.found.count == whole : o.err.id == ERROR_INTERNAL);
        failed += o.code != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 10);
    ck_assert_uint_lt(failed, 1000);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, deep_schemas_are_decided);
    tcase_add_test(tests, long_chains_are_decided);
    tcase_add_test(tests, ways_that_double_are_decided);
    tcase_add_test(tests, types_that_hold_each_other_are_decided);
    tcase_add_test(tests, types_may_be_read_as_many_others);
    tcase_add_test(tests, differences_are_listed_up_to_a_limit);
    tcase_add_loop_test(tests, wide_schemas_read_themselves, 0, ROWS(widths));
    tcase_add_test(tests, closed_enums_in_another_order_are_decided_or_refused);
    tcase_add_loop_test(tests, a_budget_that_does_not_suffice_leaves_it_undecided, 0, ROWS(versions));
    tcase_add_test(tests, more_than_one_comparison_may_do_is_undecided);
    tcase_add_test(tests, memory_that_does_not_suffice_is_a_failure);
}

int main(void)
{
    return run_tests("compare_cost", add_tests);
}
