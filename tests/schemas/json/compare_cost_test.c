/* What comparing may cost: deep, wide and recursive schemas are decided, or refused for their cost; never wrong.
 * covers: schemas/json/compare_pairs.c schemas/json/compare_combined.c schemas/json/compare.c */
#include "compat.h"

#include "comparing.h"

struct outcome {
    int code; /* of jss_compare */
    uint64_t steps;
    struct schema_differences found;
};

static struct outcome compare_within(const char *reader, const char *writer, enum schema_policy policy, uint64_t budget)
{
    struct outcome o = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t left = budget;
    o.code = jss_compare(json_model(reader), json_model(writer), policy, arena, &left, &o.found, &err);
    ck_assert_uint_le(left, budget);
    o.steps = budget - left;
    ck_assert_uint_le(o.steps, SCHEMA_COMPARE_BUDGET);
    return o;
}

static struct outcome compare(const char *reader, const char *writer)
{
    return compare_within(reader, writer, SCHEMA_POLICY_REFERENCE, UINT64_MAX);
}

static void assert_compatible(struct outcome o, uint64_t most_steps)
{
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 0);
    ck_assert(!o.found.truncated);
    ck_assert_uint_le(o.steps, most_steps);
}

/* The first difference. */
static void assert_found(struct outcome o, uint64_t most_steps, size_t count, const char *wanted)
{
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, count);
    struct schema_differences first = {o.found.items, 1, 1, false};
    assert_text(differences_text(&first, JSS_COMPATIBLE), wanted);
    ck_assert_uint_le(o.steps, most_steps);
}

static void assert_undecided(struct outcome o)
{
    ck_assert_int_eq(o.code, 1);
    ck_assert_uint_eq(o.found.count, 1);
    assert_text(differences_text(&o.found, JSS_COMPATIBLE), "UNDECIDED #/");
}

/* start, one text for each number, and end; %d in the text is the number, and "," is between. */
static const char *repeated(const char *start, const char *text, int count, const char *end)
{
    struct buf out = new_text();
    const char *number = strstr(text, "%d");
    buf_add(&out, str_of(spelled(start)));
    for (int i = 0; i < count; i++) {
        buf_add(&out, i ? STR(",") : STR_EMPTY);
        buf_add(&out, str_slice(str_of(spelled(text)), 0, number ? (size_t)(number - text) : strlen(text)));
        if (number) {
            buf_add_int(&out, i);
            buf_add(&out, str_of(spelled(number + 2)));
        }
    }
    buf_add(&out, str_of(spelled(end)));
    return terminated(buf_str(&out));
}

/* start and end count times around each other, with the leaf inside. */
static const char *nested(const char *start, const char *leaf, const char *end, int count)
{
    struct buf out = new_text();
    add_times(&out, str_of(spelled(start)), count);
    buf_add(&out, str_of(spelled(leaf)));
    add_times(&out, str_of(spelled(end)), count);
    return terminated(buf_str(&out));
}

START_TEST(wide_objects_are_compared_in_linear_work)
{
    const char *writer = repeated("{'type':'object','properties':{", "'field_%d':{'type':'string'}", 1000,
                                  "},'additionalProperties':false}");
    const char *reader = repeated("{'type':'object','properties':{'new':{'type':'null'},",
                                  "'field_%d':{'type':'string'}", 1000, "},'additionalProperties':false}");
    struct outcome once = compare(reader, writer);
    assert_compatible(once, COMPAT_CHECK_BUDGET / 1000); /* a thousand versions in one check */
    ck_assert_uint_eq(compare(writer, reader).found.count, 1);
    const char *wide = repeated("{'properties':{", "'p%d':{'type':'integer'}", 50000, "}}");
    const char *wider = repeated("{'properties':{", "'p%d':{'type':'number'}", 50000, "}}");
    assert_compatible(compare(wider, wide), 1000000);
    struct outcome o = compare(wide, wider);
    ck_assert_uint_eq(o.found.count, SCHEMA_DIFFERENCES_MAX);
    ck_assert(o.found.truncated);
}
END_TEST

START_TEST(wide_values_are_compared_in_linear_work)
{
    const char *values = repeated("{'enum':[", "'v%d'", 100000, "]}");
    const char *more = repeated("{'enum':['new',", "'v%d'", 100000, "]}");
    assert_compatible(compare(more, values), 1000000);
    assert_found(compare(values, more), 1000000, 1, "ENUM_ARRAY_NARROWED #/enum");
}
END_TEST

/* -- recursion ------------------------------------------------------------------------------------------------- */

/* Types of which each is one of all of them, in one of two ways, or the leaf. */
static const char *mutually_recursive(int count, bool by_objects, const char *leaf)
{
    struct buf out = new_text();
    buf_add(&out, str_of(spelled("{'$ref':'#/definitions/t0','definitions':{")));
    for (int i = 0; i < count; i++) {
        buf_printf(&out, "%s\"t%d\":{\"oneOf\":[%s", i ? "," : "", i, spelled(leaf));
        for (int j = 0; j < count; j++) {
            if (by_objects)
                buf_printf(&out, ",{\"properties\":{\"p%d\":{\"$ref\":\"#/definitions/t%d\"}},\"required\":[\"p%d\"]}",
                           j, j, j);
            else if (j != i)
                buf_printf(&out, ",{\"$ref\":\"#/definitions/t%d\"}", j);
        }
        buf_add(&out, STR("]}"));
    }
    buf_add(&out, STR("}}"));
    return terminated(buf_str(&out));
}

START_TEST(mutually_recursive_alternatives_are_decided)
{
    for (int by_objects = 0; by_objects < 2; by_objects++) {
        const char *integers = mutually_recursive(12, by_objects, "{'type':'integer'}");
        const char *numbers = mutually_recursive(12, by_objects, "{'type':'number'}");
        const char *strings = mutually_recursive(12, by_objects, "{'type':'string'}");
        assert_compatible(compare(integers, integers), 1000000);
        assert_compatible(compare(numbers, integers), 1000000);
        assert_found(compare(integers, numbers), 1000000, 1, "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/");
        assert_found(compare(strings, integers), 1000000, 1, "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/");
    }
}
END_TEST

/* A change that only the last of many types shows spreads back to the first one. */
START_TEST(refutations_spread_through_circles)
{
    const char *text = "'t%d':{'properties':{'next':{'$ref':'#/definitions/u'},'self':{'$ref':'#'}}}";
    const char *before = repeated("{'$ref':'#/definitions/t0','definitions':{", text, 100,
                                  ",'u':{'properties':{'back':{'$ref':'#/definitions/t0'},'v':{'type':'string'}}}}}");
    const char *after = repeated("{'$ref':'#/definitions/t0','definitions':{", text, 100,
                                 ",'u':{'properties':{'back':{'$ref':'#/definitions/t0'},'v':{'type':'null'}}}}}");
    assert_found(compare(after, before), 1000, 1, "TYPE_CHANGED #/properties/next/properties/v");
}
END_TEST

START_TEST(long_ways_of_references_are_followed)
{
    const char *text = "'r%d':{'$ref':'#/definitions/r'}";
    const char *strings =
        repeated("{'definitions':{'r':{'type':'string'},", text, 10000, "},'$ref':'#/definitions/r9999'}");
    const char *nulls =
        repeated("{'definitions':{'r':{'type':'null'},", text, 10000, "},'$ref':'#/definitions/r9999'}");
    assert_found(compare(strings, nulls), 1000, 1, "TYPE_CHANGED #/");
    const char *circle = spelled("{'definitions':{'a':{'$ref':'#/definitions/b'},'b':{'$ref':'#/definitions/a'}},"
                                 "'properties':{'a':{'$ref':'#/definitions/a'}}}");
    assert_compatible(compare(circle, circle), 1000);
    assert_found(compare(spelled("{'properties':{'a':{'type':'null'}}}"), circle), 1000, 1,
                 "TYPE_CHANGED #/properties/a");
}
END_TEST

/* -- depth and doubling ---------------------------------------------------------------------------------------- */

static const struct {
    const char *start, *end;
    const char *difference;
} layers[] = {
    {"{'properties':{'a':", "}}", "TYPE_CHANGED #"},
    {"{'items':", "}", "TYPE_CHANGED #"},
    {"{'additionalProperties':", "}", "TYPE_CHANGED #"},
    {"{'not':", "}", "NOT_TYPE_EXTENDED #"},
    {"{'allOf':[", "]}", "COMBINED_TYPE_SUBSCHEMAS_CHANGED #"},
    {"{'anyOf':[{'type':'array'},", "]}", "COMBINED_TYPE_SUBSCHEMAS_CHANGED #"},
    {"{'dependencies':{'a':", "}}", "TYPE_CHANGED #"},
};

START_TEST(deep_schemas_are_decided)
{
    const char *strings = nested(layers[_i].start, "{'type':'string'}", layers[_i].end, 120);
    const char *nulls = nested(layers[_i].start, "{'type':'null'}", layers[_i].end, 120);
    assert_compatible(compare(strings, strings), 100000);
    struct outcome o = compare(strings, nulls);
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_eq(o.found.count, 1);
    const char *found = differences_text(&o.found, JSS_COMPATIBLE);
    ck_assert_msg(strncmp(found, layers[_i].difference, strlen(layers[_i].difference)) == 0, "%s", found);
}
END_TEST

/* Layers of which each refers twice to the next one. */
static const char *doubled(const char *start, const char *between, const char *end, const char *leaf)
{
    struct buf out = new_text();
    buf_add(&out, str_of(spelled("{'$ref':'#/definitions/d0','definitions':{")));
    for (int i = 1; i <= 30; i++)
        buf_printf(&out, "\"d%d\":%s{\"$ref\":\"#/definitions/d%d\"}%s{\"$ref\":\"#/definitions/d%d\"}%s,", i - 1,
                   spelled(start), i, spelled(between), i, spelled(end));
    buf_printf(&out, "\"d30\":%s}}", spelled(leaf));
    return terminated(buf_str(&out));
}

static const struct {
    const char *start, *between, *end;
} doublings[] = {
    {"{'properties':{'a':", ",'b':", "}}"},
    {"{'allOf':[", ",", "]}"},
    {"{'anyOf':[{'items':", "},{'not':", "}]}"},
    {"{'items':[", ",", "]}"},
};

START_TEST(doubled_layers_are_decided_once)
{
    const char *start = doublings[_i].start, *between = doublings[_i].between, *end = doublings[_i].end;
    const char *strings = doubled(start, between, end, "{'type':'string'}");
    assert_compatible(compare(strings, strings), 10000);
    struct outcome o = compare(strings, doubled(start, between, end, "{'type':'null'}"));
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_ge(o.found.count, 1);
    ck_assert_uint_le(o.steps, 100000);
}
END_TEST

/* -- combinations ---------------------------------------------------------------------------------------------- */

START_TEST(wide_combinations_are_matched_by_what_is_alike)
{
    const char *text = "{'type':'object','properties':{'p%d':{'type':'string'}}}";
    const char *before = repeated("{'oneOf':[{'type':'null'},", text, 3000, "]}");
    const char *same = repeated("{'title':'t','oneOf':[{'type':'null'},", text, 3000, "]}");
    const char *changed = repeated("{'oneOf':[{'type':'string'},", text, 3000, "]}");
    assert_compatible(compare(same, before), 200000);
    assert_found(compare(changed, before), 200000, 1, "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/");
}
END_TEST

/* Nothing is written alike, so that each is tried with each. */
START_TEST(changed_combinations_are_matched_or_undecided)
{
    const char *text = "{'properties':{'p%d':{'type':'integer'}},'additionalProperties':false}";
    const char *wider = "{'properties':{'p%d':{'type':'number'}},'additionalProperties':false}";
    assert_compatible(compare(repeated("{'anyOf':[", wider, 200, "]}"), repeated("{'anyOf':[", text, 200, "]}")),
                      1000000);
    assert_undecided(compare(repeated("{'anyOf':[", wider, 3000, "]}"), repeated("{'anyOf':[", text, 3000, "]}")));
}
END_TEST

/* -- limits ---------------------------------------------------------------------------------------------------- */

START_TEST(the_budget_is_kept)
{
    const char *strings = repeated("{'properties':{", "'p%d':{'type':'string'}", 100, "}}");
    const char *nulls = repeated("{'properties':{", "'p%d':{'type':'null'}", 100, "}}");
    uint64_t enough = compare(strings, strings).steps + 1;
    for (uint64_t budget = 0; budget < enough; budget += 1 + budget / 5) {
        struct outcome o = compare_within(strings, strings, SCHEMA_POLICY_REFERENCE, budget);
        assert_undecided(o);
        ck_assert_uint_eq(o.steps, budget);
    }
    assert_compatible(compare_within(strings, strings, SCHEMA_POLICY_REFERENCE, enough), enough);
    /* Decided, but not all is told. */
    struct outcome o = compare_within(nulls, strings, SCHEMA_POLICY_REFERENCE, 700);
    ck_assert_int_eq(o.code, 0);
    ck_assert_uint_ge(o.found.count, 1);
    ck_assert(o.found.truncated);
}
END_TEST

START_TEST(numbers_of_many_digits_are_paid_for)
{
    const char *text = "{'multipleOf':1e-%d00000}";
    const char *before = repeated("{'items':[", text, 9, "]}");
    const char *after = repeated("{'items':[{'multipleOf':3e-900000},", text, 8, "]}");
    struct outcome o = compare(after, before);
    ck_assert_uint_ge(o.steps, 100000);
}
END_TEST

/* A name is not matched for ever. */
START_TEST(patterns_are_bounded)
{
    const char *before = spelled("{'properties':{'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa':{'type':'null'}},"
                                 "'additionalProperties':false}");
    const char *after = spelled("{'patternProperties':{'(.*a){25}b':{'type':'null'},'^(a+)+$x':{'type':'null'}},"
                                "'additionalProperties':false}");
    struct outcome o = compare(after, before);
    ck_assert_uint_eq(o.found.count, 1);
    const char *slow = repeated("{'patternProperties':{", "'(.*a){20}%d':{}", 100, "},'additionalProperties':false}");
    const char *names = repeated("{'properties':{", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_%d':{}", 100, "}}");
    assert_undecided(compare(slow, names));
}
END_TEST

START_TEST(differences_need_memory)
{
    struct arena *none = arena_new(0);
    struct error err = ERROR_INIT(arena);
    struct schema_differences found = {0};
    uint64_t budget = UINT64_MAX;
    const struct jss_schema *reader = json_model(spelled("{'type':'null'}"));
    const struct jss_schema *writer = json_model(spelled("{'type':'string'}"));
    ck_assert_int_eq(jss_compare(reader, writer, SCHEMA_POLICY_REFERENCE, none, &budget, &found, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INTERNAL);
    arena_free(none);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, wide_objects_are_compared_in_linear_work);
    tcase_add_test(tests, wide_values_are_compared_in_linear_work);
    tcase_add_test(tests, mutually_recursive_alternatives_are_decided);
    tcase_add_test(tests, refutations_spread_through_circles);
    tcase_add_test(tests, long_ways_of_references_are_followed);
    tcase_add_loop_test(tests, deep_schemas_are_decided, 0, ROWS(layers));
    tcase_add_loop_test(tests, doubled_layers_are_decided_once, 0, ROWS(doublings));
    tcase_add_test(tests, wide_combinations_are_matched_by_what_is_alike);
    tcase_add_test(tests, changed_combinations_are_matched_or_undecided);
    tcase_add_test(tests, the_budget_is_kept);
    tcase_add_test(tests, numbers_of_many_digits_are_paid_for);
    tcase_add_test(tests, patterns_are_bounded);
    tcase_add_test(tests, differences_need_memory);
}

int main(void)
{
    return run_tests("compare_cost", add_tests);
}
