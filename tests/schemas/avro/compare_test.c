/* Which readers can read which writers, and what is said when they cannot. */
#include "compat.h"

#include <check.h>
#include <stdlib.h>

#define RECORD(fields) "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" fields "]}"
#define A_INT "{\"name\":\"a\",\"type\":\"int\"}"

struct pair {
    const char *writer, *reader;
    const char *differences; /* "TYPE path, TYPE path"; "" when it can be read */
};

static const struct pair pairs[] = {
    {"\"int\"", "\"long\"", ""},
    {"\"int\"", "\"float\"", ""},
    {"\"long\"", "\"float\"", ""},
    {"\"float\"", "\"double\"", ""},
    {"\"string\"", "\"bytes\"", ""},
    {"\"bytes\"", "\"string\"", ""},
    {"\"long\"", "\"int\"", "TYPE_MISMATCH /"},
    {"\"int\"", "[\"float\",\"string\"]", ""},
    {"[\"int\",\"string\"]", "\"int\"", "TYPE_MISMATCH /1"},
    {"[\"int\",\"long\"]", "\"long\"", ""},
    {"[]", "\"int\"", ""},
    {"\"int\"", "[\"string\"]", "MISSING_UNION_BRANCH /"},
    {"[\"int\",\"null\"]", "[\"null\",\"string\"]", "MISSING_UNION_BRANCH /0"},
    {RECORD(A_INT), RECORD(A_INT ",{\"name\":\"b\",\"type\":\"int\"}"), "READER_FIELD_MISSING_DEFAULT_VALUE /fields/1"},
    {RECORD(A_INT), RECORD(A_INT ",{\"name\":\"b\",\"type\":\"int\",\"default\":0}"), ""},
    {RECORD(A_INT), RECORD(A_INT ",{\"name\":\"b\",\"type\":\"null\",\"default\":null}"), ""},
    {RECORD(A_INT), RECORD("{\"name\":\"z\",\"type\":\"int\",\"aliases\":[\"a\"]}"), ""},
    {RECORD("{\"name\":\"z\",\"type\":\"int\",\"aliases\":[\"a\"]}"), RECORD(A_INT),
     "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0"},
    {"{\"type\":\"record\",\"name\":\"n.Old\",\"fields\":[]}",
     "{\"type\":\"record\",\"name\":\"New\",\"aliases\":[\"n.Old\"],\"fields\":[]}", ""},
    {"{\"type\":\"record\",\"name\":\"n.R\",\"fields\":[]}", "{\"type\":\"record\",\"name\":\"m.R\",\"fields\":[]}",
     ""},
    {"{\"type\":\"record\",\"name\":\"S\",\"fields\":[" A_INT "]}", RECORD("{\"name\":\"a\",\"type\":\"string\"}"),
     "NAME_MISMATCH /name, TYPE_MISMATCH /fields/0/type"},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"A\"]}",
     "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[]}", "MISSING_ENUM_SYMBOLS /symbols"},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"A\"]}",
     "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"A\"}", ""},
    {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":4}", "{\"type\":\"fixed\",\"name\":\"G\",\"size\":8}",
     "NAME_MISMATCH /name, FIXED_SIZE_MISMATCH /size"},
    {"{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":\"int\"}}",
     "{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":\"string\"}}", "TYPE_MISMATCH /items/values"},
    {"{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},{\"name\":\"n\",\"type\":["
     "\"null\",\"N\"]}]}",
     "{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"v\",\"type\":\"string\"},{\"name\":\"n\",\"type\":["
     "\"null\",\"N\"]}]}",
     "TYPE_MISMATCH /fields/0/type"},
    {"{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},{\"name\":\"n\",\"type\":["
     "\"null\",\"N\"]}]}",
     "{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"v\",\"type\":\"long\"},{\"name\":\"n\",\"type\":["
     "\"null\",\"N\"]}]}",
     ""},
    /* A pair that is only assumed readable while a branch is tried must not be remembered as readable: the branch A fails by
     * its last field, so C (which contains A) fails too. */
    {"{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"x\",\"type\":{\"type\":\"record\",\"name\":\"A\","
     "\"fields\":[{\"name\":\"c\",\"type\":{\"type\":"
     "\"record\",\"name\":\"C\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"A\"]}]}},{\"name\":\"bad\",\"type\":"
     "\"int\"}]}},{\"name\":\"y\",\"type\":\"C\"}]}",
     "{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"x\",\"type\":[\"null\",{\"type\":\"record\",\"name\":"
     "\"A\",\"fields\":[{\"name\":\"c\",\"type\":{\"type\":"
     "\"record\",\"name\":\"C\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"A\"]}]}},{\"name\":\"bad\",\"type\":"
     "\"string\"}]}]},{\"name\":\"y\",\"type\":\"C\"}]}",
     "MISSING_UNION_BRANCH /fields/0/type, MISSING_UNION_BRANCH /fields/1/type/fields/0/type/1"},
};

static struct schema *parse(struct arena *arena, struct str text)
{
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = text};
    struct schema *schema;
    ck_assert_msg(schema_parse(schema_format_find(STR("AVRO")), &source, &schema, &err) == 0, "%s", err.text.p);
    return schema;
}

START_TEST(decides_pairs)
{
    struct arena *arena = arena_new(1 << 24);
    struct error err = ERROR_INIT(arena);
    struct schema *writer = parse(arena, str_of(pairs[_i].writer)), *reader = parse(arena, str_of(pairs[_i].reader));
    struct schema_differences found = {0};
    struct buf text;
    buf_init(&text, arena, 1 << 16);
    ck_assert_int_eq(schema_compare(reader, writer, arena, &(uint64_t){SCHEMA_COMPARE_BUDGET}, &found, &err), 0);
    for (size_t i = 0; i < found.count; i++)
        buf_printf(&text, "%s%s " STR_FMT, i ? ", " : "", found.items[i].type, STR_ARG(found.items[i].path));
    buf_add_char(&text, '\0');
    ck_assert_str_eq(text.p, pairs[_i].differences);
    schema_unref(writer);
    schema_unref(reader);
    arena_free(arena);
}
END_TEST

/* 30 layers, each referring twice to the next: 2^30 paths, 30 pairs. */
START_TEST(survives_doubling)
{
    struct arena *arena = arena_new(1 << 26);
    struct error err = ERROR_INIT(arena);
    struct schema *schemas[2];
    for (int s = 0; s < 2; s++) {
        struct buf text;
        buf_init(&text, arena, 1 << 20);
        for (int i = 0; i < 30; i++)
            buf_printf(&text, "{\"type\":\"record\",\"name\":\"L%d\",\"fields\":[{\"name\":\"a\",\"type\":", i);
        buf_add(&text, s ? STR("\"int\"") : STR("\"string\""));
        for (int i = 29; i >= 0; i--) {
            if (i < 29)
                buf_printf(&text, "},{\"name\":\"b\",\"type\":\"L%d\"}]}", i + 1);
            else
                buf_add(&text, STR("}]}"));
        }
        schemas[s] = parse(arena, buf_str(&text));
    }
    struct schema_differences found = {0};
    ck_assert_int_eq(schema_compare(schemas[0], schemas[1], arena, &(uint64_t){SCHEMA_COMPARE_BUDGET}, &found, &err),
                     0);
    ck_assert_uint_gt(found.count, 0);
    ck_assert_uint_le(found.count, SCHEMA_DIFFERENCES_MAX);
    ck_assert_int_eq(schema_compare(schemas[0], schemas[0], arena, &(uint64_t){SCHEMA_COMPARE_BUDGET},
                                    &(struct schema_differences){0}, &err),
                     0);
    schema_unref(schemas[0]);
    schema_unref(schemas[1]);
    arena_free(arena);
}
END_TEST

START_TEST(survives_wide_unions)
{
    struct arena *arena = arena_new(1 << 28);
    struct error err = ERROR_INIT(arena);
    struct buf text;
    buf_init(&text, arena, 1 << 22);
    for (int i = 0; i < 3000; i++)
        buf_printf(&text, "%s{\"type\":\"record\",\"name\":\"B%d\",\"fields\":[{\"name\":\"f\",\"type\":\"int\"}]}",
                   i ? "," : "[", i);
    buf_add_char(&text, ']');
    struct schema *schema = parse(arena, buf_str(&text));
    struct schema_differences found = {0};
    int outcome = schema_compare(schema, schema, arena, &(uint64_t){SCHEMA_COMPARE_BUDGET}, &found, &err);
    /* Decided, or refused for its cost; never wrong. */
    ck_assert(outcome == 0 ? found.count == 0 : outcome == 1 && strcmp(found.items[0].type, "UNDECIDED") == 0);
    schema_unref(schema);
    arena_free(arena);
}
END_TEST

/* -- levels ------------------------------------------------------------------------------------------------------- */

struct history {
    struct arena *arena;
    const char *const *texts; /* newest first */
};

static int load(void *context, size_t index, struct compat_version *ret_version, struct schema **ret, struct error *err)
{
    struct history *h = context;
    (void)err;
    *ret_version = (struct compat_version){(int32_t)(10 - index), str_of(h->texts[index])};
    *ret = parse(h->arena, str_of(h->texts[index]));
    return 0;
}

static const char *const chain[] = {RECORD(A_INT ",{\"name\":\"b\",\"type\":\"int\",\"default\":0}"),
                                    RECORD(A_INT ",{\"name\":\"c\",\"type\":\"string\"}")};

struct level_case {
    enum compat_level level;
    int outcome;
    size_t messages;
};

/* The candidate reads the newest version but not the one before it; neither reads it. */
static const struct level_case level_cases[] = {
    {COMPAT_NONE, 0, 0},
    {COMPAT_BACKWARD, 0, 0},
    {COMPAT_BACKWARD_TRANSITIVE, 1, 4},
    {COMPAT_FORWARD, 1, 4},
    {COMPAT_FORWARD_TRANSITIVE, 1, 4},
    {COMPAT_FULL, 1, 2},
    {COMPAT_FULL_TRANSITIVE, 1, 2},
};

START_TEST(applies_levels)
{
    struct arena *arena = arena_new(1 << 24);
    struct error err = ERROR_INIT(arena);
    struct history history = {arena, chain};
    struct schema *candidate = parse(
        arena,
        STR(RECORD("{\"name\":\"b\",\"type\":\"int\",\"default\":0},{\"name\":\"c\",\"type\":\"int\",\"default\":1}")));
    struct compat_question question = {.candidate = candidate,
                                       .level = level_cases[_i].level,
                                       .version_count = 2,
                                       .load = load,
                                       .load_context = &history};
    struct compat_messages messages = {0};
    ck_assert_int_eq(compat_check(&question, arena, &messages, &err), level_cases[_i].outcome);
    ck_assert_uint_eq(messages.count, level_cases[_i].messages);
    if (messages.count)
        ck_assert_msg(str_starts(messages.items[messages.count - 1], STR("{validateFields: 'false', compatibility: '")),
                      "no settings");
    schema_unref(candidate);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = tcase_create("compare");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, decides_pairs, 0, sizeof pairs / sizeof pairs[0]);
    tcase_add_test(tests, survives_doubling);
    tcase_add_test(tests, survives_wide_unions);
    tcase_add_loop_test(tests, applies_levels, 0, sizeof level_cases / sizeof level_cases[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
