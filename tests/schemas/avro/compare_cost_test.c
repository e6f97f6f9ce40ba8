/* What comparing may cost: deep, wide and recursive schemas are decided, or refused for their cost; never wrong.
 * covers: schemas/avro/compare.c schemas/avro/compare_pairs.c */
#include "avro/compare.h"

#include "fixture.h"

#define UNDECIDED_DETAIL "the schemas are too large to be compared within the budget"

struct outcome {
    int code; /* of schema_compare */
    uint64_t steps;
    struct schema_differences found;
    struct error err;
};

static struct outcome compare_in(struct arena *memory, const struct schema *reader, const struct schema *writer,
                                 uint64_t budget)
{
    struct outcome o = {.err = ERROR_INIT(arena)};
    uint64_t left = budget;
    o.code = schema_compare(reader, writer, SCHEMA_POLICY_REFERENCE, memory, &left, &o.found, &o.err);
    ck_assert_uint_le(left, budget);
    o.steps = budget - left;
    ck_assert_uint_le(o.steps, SCHEMA_COMPARE_BUDGET);
    return o;
}

static struct outcome compare(const struct schema *reader, const struct schema *writer)
{
    return compare_in(arena, reader, writer, UINT64_MAX);
}

static void assert_readable(struct outcome o)
{
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 0);
    ck_assert(!o.found.truncated);
}

static void assert_undecided(struct outcome o)
{
    ck_assert_int_eq(o.code, 1);
    ck_assert_uint_eq(o.found.count, 1);
    assert_text(o.found.items[0].type, "UNDECIDED");
    assert_text(terminated(o.found.items[0].path), "/");
    assert_text(terminated(o.found.items[0].detail), UNDECIDED_DETAIL);
}

static void assert_difference(const struct outcome *o, size_t index, const char *type, const char *path)
{
    ck_assert_uint_lt(index, o->found.count);
    assert_text(o->found.items[index].type, type);
    assert_text(terminated(o->found.items[index].path), path);
}

/* start, leaf and end count times around each other, as a schema. */
static struct schema *nested(const char *start, const char *leaf, const char *end, int count)
{
    struct buf text = new_text();
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s", spelled(start));
    buf_add(&text, str_of(spelled(leaf)));
    add_times(&text, str_of(spelled(end)), count);
    return parsed(buf_str(&text));
}

START_TEST(deep_containers_are_decided)
{
    struct schema *ints = nested("{'type':'array','items':{'type':'map','values':", "'int'", "}}", 256);
    struct schema *strings = nested("{'type':'array','items':{'type':'map','values':", "'string'", "}}", 256);
    struct outcome o = compare(strings, ints);
    struct buf path = new_text();
    add_times(&path, STR("/items/values"), 256);
    assert_readable(compare(ints, ints));
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 1);
    assert_difference(&o, 0, "TYPE_MISMATCH", terminated(buf_str(&path)));
    schema_unref(ints);
    schema_unref(strings);
}
END_TEST

/* Records in each other, each behind an optional field; one takes four levels of JSON. */
static struct schema *nested_records(const char *leaf)
{
    struct buf text = new_text();
    for (int i = 0; i < 127; i++)
        buf_printf(&text, "{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",", i);
    buf_add(&text, str_of(spelled(leaf)));
    add_times(&text, STR("]}]}"), 127);
    return parsed(buf_str(&text));
}

START_TEST(deep_records_are_decided)
{
    struct schema *ints = nested_records("'int'"), *strings = nested_records("'string'");
    struct outcome o = compare(strings, ints);
    assert_readable(compare(ints, ints));
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 1);
    assert_difference(&o, 0, "MISSING_UNION_BRANCH", "/fields/0/type/1");
    schema_unref(ints);
    schema_unref(strings);
}
END_TEST

/* Layers that each refer twice to the next one: 2^30 ways, 30 pairs. */
static struct schema *doubling(const char *leaf)
{
    struct buf text = new_text();
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "{\"type\":\"record\",\"name\":\"L%d\",\"fields\":[{\"name\":\"a\",\"type\":", i);
    buf_add(&text, str_of(spelled(leaf)));
    for (int i = 30; i >= 1; i--) {
        if (i < 30)
            buf_printf(&text, "},{\"name\":\"b\",\"type\":\"L%d\"}]}", i);
        else
            buf_add(&text, STR("}]}"));
    }
    return parsed(buf_str(&text));
}

START_TEST(ways_that_double_are_decided)
{
    struct schema *ints = doubling("'int'"), *strings = doubling("'string'");
    struct outcome o = compare(strings, ints);
    struct buf path = new_text();
    add_times(&path, STR("/fields/0/type"), 30);
    assert_readable(compare(ints, ints));
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, SCHEMA_DIFFERENCES_MAX);
    ck_assert(o.found.truncated);
    for (size_t i = 0; i < o.found.count; i++)
        assert_difference(&o, i, "TYPE_MISMATCH", terminated(buf_str(&path)));
    schema_unref(ints);
    schema_unref(strings);
}
END_TEST

/* Types that each hold all of them, and a leaf. */
static struct schema *mutual(int count, const char *leaf)
{
    struct buf text = new_text();
    for (int i = 0; i < count; i++) {
        buf_printf(&text, "%s{\"type\":\"record\",\"name\":\"T%d\",\"fields\":[{\"name\":\"leaf\",\"type\":%s}",
                   i ? "," : "[", i, spelled(leaf));
        for (int j = 0; j < count; j++)
            buf_printf(&text, ",{\"name\":\"f%d\",\"type\":[\"null\",\"T%d\"]}", j, j);
        buf_add(&text, STR("]}"));
    }
    buf_add(&text, STR("]"));
    struct str whole = arena_str(arena, buf_str(&text));
    /* The first of them, with the others as definitions: a union would stop at its branches. */
    struct schema_dependency all = {STR("all"), whole};
    struct schema_source source = {STR("\"T0\""), &all, 1};
    struct error err = ERROR_INIT(arena);
    struct schema *schema = NULL;
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    return schema;
}

START_TEST(types_that_hold_each_other_are_decided)
{
    struct schema *ints = mutual(12, "'int'"), *longs = mutual(12, "'long'"), *strings = mutual(12, "'string'");
    struct outcome o = compare(strings, ints);
    assert_readable(compare(ints, ints));
    assert_readable(compare(longs, ints));
    /* T0 itself is being listed where it holds itself; the others are branches that cannot be read. */
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 12);
    assert_difference(&o, 0, "TYPE_MISMATCH", "/fields/0/type");
    for (size_t i = 1; i < 12; i++)
        assert_difference(&o, i, "MISSING_UNION_BRANCH", arena_printf(arena, "/fields/%zu/type/1", i + 1).p);
    schema_unref(ints);
    schema_unref(longs);
    schema_unref(strings);
}
END_TEST

static struct schema *wide_union(int count, int from)
{
    struct buf text = new_text();
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"type\":\"record\",\"name\":\"B%d\",\"fields\":[{\"name\":\"f\",\"type\":\"int\"}]}",
                   i ? "," : "[", i + from);
    buf_add(&text, STR("]"));
    return parsed(buf_str(&text));
}

START_TEST(wide_unions_are_decided_or_refused)
{
    struct schema *wide = wide_union(1000, 0), *other = wide_union(1000, 500), *widest = wide_union(3000, 0);
    struct outcome o = compare(other, wide);
    assert_readable(compare(wide, wide));
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 500);
    for (size_t i = 0; i < 500; i++)
        assert_difference(&o, i, "MISSING_UNION_BRANCH", arena_printf(arena, "/%zu", i).p);
    o = compare(widest, widest);
    if (o.code == 0)
        assert_readable(o);
    else
        assert_undecided(o);
    schema_unref(wide);
    schema_unref(other);
    schema_unref(widest);
}
END_TEST

/* A record with that many fields of a type. */
static struct schema *wide_record(int count, const char *type)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'record','name':'R','fields':[")));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":%s}", i ? "," : "", i, spelled(type));
    buf_add(&text, STR("]}"));
    return parsed(buf_str(&text));
}

START_TEST(differences_are_listed_up_to_a_limit)
{
    static const int counts[] = {999, 1000, 1001, 50000};
    for (size_t i = 0; i < 4; i++) {
        struct schema *ints = wide_record(counts[i], "'int'"), *strings = wide_record(counts[i], "'string'");
        struct outcome o = compare(strings, ints);
        bool is_cut = counts[i] > SCHEMA_DIFFERENCES_MAX;
        ck_assert_int_eq(o.code, 0);
        ck_assert_uint_eq(o.found.count, is_cut ? SCHEMA_DIFFERENCES_MAX : (size_t)counts[i]);
        ck_assert_int_eq(o.found.truncated, is_cut);
        assert_difference(&o, 998, "TYPE_MISMATCH", "/fields/998/type");
        schema_unref(ints);
        schema_unref(strings);
    }
}
END_TEST

/* -- budget ------------------------------------------------------------------------------------------------------- */

START_TEST(a_budget_that_does_not_suffice_leaves_it_undecided)
{
    struct schema *ints = mutual(5, "'int'"), *strings = mutual(5, "'string'");
    struct outcome whole = compare(strings, ints);
    ck_assert_int_eq(whole.code, 0);
    ck_assert_uint_gt(whole.steps, 100);
    for (uint64_t budget = 0; budget < whole.steps; budget++) {
        struct outcome o = compare_in(arena, strings, ints, budget);
        assert_undecided(o);
        ck_assert_uint_eq(o.steps, budget);
    }
    struct outcome enough = compare_in(arena, strings, ints, whole.steps + 1);
    ck_assert_int_eq(enough.code, 0);
    ck_assert_uint_eq(enough.steps, whole.steps);
    ck_assert_uint_eq(enough.found.count, whole.found.count);
    schema_unref(ints);
    schema_unref(strings);
}
END_TEST

START_TEST(types_without_parts_cost_nothing)
{
    struct schema *reader = parsed(STR("\"int\"")), *writer = parsed(STR("\"string\""));
    struct outcome o = compare_in(arena, reader, writer, 0);
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.steps, 0);
    assert_difference(&o, 0, "TYPE_MISMATCH", "/");
    schema_unref(reader);
    schema_unref(writer);
}
END_TEST

/* Aliases and symbols are steps, too: many of them may not be had for nothing. */
static struct schema *many_aliases(const char *name, int fields, int aliases)
{
    struct buf text = new_text();
    buf_printf(&text, "{\"type\":\"record\",\"name\":\"R\",\"fields\":[");
    for (int i = 0; i < fields; i++) {
        buf_printf(&text, "%s{\"name\":\"%s%d\",\"type\":\"int\",\"default\":0,\"aliases\":[\"x\"", i ? "," : "", name,
                   i);
        for (int j = 0; j < aliases; j++)
            buf_printf(&text, ",\"x%d\"", j);
        buf_add(&text, STR("]}"));
    }
    buf_add(&text, STR("]}"));
    return parsed(buf_str(&text));
}

START_TEST(aliases_and_symbols_are_counted)
{
    struct schema *reader = many_aliases("a", 20, 1000), *writer = many_aliases("b", 20, 0);
    struct outcome o = compare(reader, writer);
    assert_readable(o);
    ck_assert_uint_ge(o.steps, 20 * 1000);
    schema_unref(reader);
    schema_unref(writer);
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'array','items':{'type':'enum','name':'E','symbols':['S'")));
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, ",\"S%d\"", i);
    buf_add(&text, STR("]}}"));
    struct schema *symbols = parsed(buf_str(&text));
    o = compare(symbols, symbols);
    assert_readable(o);
    ck_assert_uint_ge(o.steps, 5000);
    schema_unref(symbols);
}
END_TEST

START_TEST(memory_that_does_not_suffice_is_a_failure)
{
    struct schema *ints = mutual(8, "'int'"), *strings = mutual(8, "'string'");
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 1u << 17; bytes += 64) {
        struct arena *memory = arena_new(bytes);
        struct outcome o = compare_in(memory, strings, ints, SCHEMA_COMPARE_BUDGET);
        ck_assert_int_eq(o.code, o.err.id == ERROR_NONE ? 0 : -1);
        ck_assert(o.err.id == ERROR_NONE ? o.found.count == 8 : o.err.id == ERROR_INTERNAL);
        failed += o.code != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 10);
    assert_readable(compare(ints, ints));
    schema_unref(ints);
    schema_unref(strings);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, deep_containers_are_decided);
    tcase_add_test(tests, deep_records_are_decided);
    tcase_add_test(tests, ways_that_double_are_decided);
    tcase_add_test(tests, types_that_hold_each_other_are_decided);
    tcase_add_test(tests, wide_unions_are_decided_or_refused);
    tcase_add_test(tests, differences_are_listed_up_to_a_limit);
    tcase_add_test(tests, a_budget_that_does_not_suffice_leaves_it_undecided);
    tcase_add_test(tests, types_without_parts_cost_nothing);
    tcase_add_test(tests, aliases_and_symbols_are_counted);
    tcase_add_test(tests, memory_that_does_not_suffice_is_a_failure);
}

int main(void)
{
    return run_tests("compare_cost", add_tests);
}
