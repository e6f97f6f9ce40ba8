/* Listings of contexts, subjects and schemas.
 * covers: service/core/list.c */
#include "requests.h"

#define BEYOND_16_BITS "\xF0\x90\x80\x80" /* U+10000, in UTF-16 before U+FF5E */
#define FULLWIDTH_TILDE "\xEF\xBD\x9E"

START_TEST(lists_contexts)
{
    MUST(list_contexts());
    assert_text(listed_names(), ". ");
    must_register(":.b:s", body("'int'", NULL));
    must_register(":.a:s", body("'int'", NULL));
    MUST(put_config(":.c:s", "{'compatibility':'NONE'}")); /* settings make no context */
    MUST(put_mode(":.d:", "READONLY"));
    ck_assert_int_eq(try_register(":.e:s", body("{", NULL)), ERROR_INVALID_SCHEMA);
    MUST(list_contexts());
    assert_text(listed_names(), ". .a .b ");
    MUST(try_delete(":.a:s", 0, false));
    MUST(try_delete(":.a:s", 0, true)); /* once there, always there */
    MUST(list_contexts());
    assert_text(listed_names(), ". .a .b ");
}
END_TEST

static void fill(void)
{
    static const char *const subjects[] = {"foo", "foobar",    "fop",     "Foo",       "0",       "z",      "fo%",
                                           "fo_", ":.ct1:foo", ":.ct1:a", ":.ct2:foo", ":.x:foo", ":.ct1:", ":x"};
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        must_register(subjects[i], body("'int'", NULL));
}

static const struct {
    const char *prefix, *names;
} prefixes[] = {
    {"", "0 :x Foo fo% fo_ foo foobar fop z "},
    {"foo", "foo foobar "},
    {"fo%", "fo% "},
    {"fo_", "fo_ "},
    {"none", ""},
    {":x", ":x "},
    {":*:", "0 :.ct1: :.ct1:a :.ct1:foo :.ct2:foo :.x:foo :x Foo fo% fo_ foo foobar fop z "},
    {":*:foo", ":.ct1:foo :.ct2:foo :.x:foo foo foobar "},
    {":.ct1:", ":.ct1: :.ct1:a :.ct1:foo "},
    {":.ct1:f", ":.ct1:foo "},
    {":.ct", ":.ct1: :.ct1:a :.ct1:foo :.ct2:foo "},
    {":.", "0 :.ct1: :.ct1:a :.ct1:foo :.ct2:foo :.x:foo :x Foo fo% fo_ foo foobar fop z "},
    {":.:", "0 :x Foo fo% fo_ foo foobar fop z "},
    {":.:foo", "foo foobar "},
    {":.none:", ""},
    {":*", ""},
};

START_TEST(lists_subjects_by_prefix)
{
    fill();
    MUST(list_subjects(prefixes[_i].prefix, STORAGE_ACTIVE));
    assert_text(listed_names(), prefixes[_i].names);
}
END_TEST

START_TEST(sorts_by_units_of_utf_16)
{
    must_register(FULLWIDTH_TILDE, body("'int'", NULL));
    must_register(BEYOND_16_BITS, body("'int'", NULL));
    must_register("\xC3\xA9", body("'int'", NULL));
    MUST(list_subjects("", STORAGE_ACTIVE));
    assert_text(listed_names(), "\xC3\xA9 " BEYOND_16_BITS " " FULLWIDTH_TILDE " ");
    MUST(list_subjects("\xC3\xA9", STORAGE_ACTIVE));
    assert_text(listed_names(), "\xC3\xA9 ");
    MUST(list_subjects(BEYOND_16_BITS, STORAGE_ACTIVE));
    assert_text(listed_names(), BEYOND_16_BITS " ");
}
END_TEST

START_TEST(lists_deleted_subjects_where_asked)
{
    must_register("a", body("'int'", NULL));
    must_register("b", body("'int'", NULL));
    must_register("b", body("'long'", NULL));
    must_register("c", body("'int'", NULL));
    MUST(try_delete("a", 0, false));
    MUST(try_delete("b", 1, false));
    MUST(list_subjects("", STORAGE_ACTIVE));
    assert_text(listed_names(), "b c ");
    MUST(list_subjects("", STORAGE_ALL));
    assert_text(listed_names(), "a b c ");
    MUST(list_subjects("", STORAGE_ONLY_DELETED));
    assert_text(listed_names(), "a "); /* all of whose versions are */
}
END_TEST

/* -- schemas --------------------------------------------------------------------------------------------------------- */

struct rows {
    struct buf out;
    int left; /* how many are wanted; negative: all */
    bool fails;
};

static int add_row(void *context, const struct stored_version *v, const struct stored_names *aliases)
{
    struct rows *rows = context;
    if (rows->fails)
        return -1;
    buf_printf(&rows->out, STR_FMT "%s" STR_FMT ":%d", STR_ARG(v->context), v->context.n > 1 ? "/" : "",
               STR_ARG(v->subject), v->is_deleted ? -v->version : v->version);
    ck_assert(v->schema.text.n > 0);
    for (size_t i = 0; aliases && i < aliases->count; i++)
        buf_printf(&rows->out, "%s" STR_FMT, i ? "," : "=", STR_ARG(aliases->items[i]));
    buf_add_char(&rows->out, ' ');
    return --rows->left == 0;
}

static int decide_list_schemas(struct request *r)
{
    const struct arguments *a = GIVEN(r);
    struct rows rows = {.left = a->id, .fails = a->negative};
    struct core_schema_listing what = {r->subject_text, a->deleted, a->latest_only, a->aliases};
    buf_init(&rows.out, fixture.arena, 1 << 20);
    int outcome = core_list_schemas(&r->call, &what, add_row, &rows);
    last.rows = buf_str(&rows.out);
    return outcome;
}

#define LIST_SCHEMAS(prefix, ...) run((prefix), NULL, (struct arguments){__VA_ARGS__}, decide_list_schemas, NULL)

START_TEST(lists_schemas)
{
    must_register("b", body("'int'", NULL));
    must_register("b", body("'long'", NULL));
    must_register("b", body("'float'", NULL));
    must_register("a", body("'int'", NULL));
    must_register(":.ctx:s", body("'int'", NULL));
    MUST(LIST_SCHEMAS(""));
    assert_text(last.rows, ".a:1 .b:1 .b:2 .b:3 ");
    MUST(LIST_SCHEMAS(":*:"));
    assert_text(last.rows, ".ctx/s:1 .a:1 .b:1 .b:2 .b:3 ");
    MUST(LIST_SCHEMAS("b", .id = 2)); /* the receiver has enough */
    assert_text(last.rows, ".b:1 .b:2 ");
    MUST(LIST_SCHEMAS(":*:", .id = 1));
    assert_text(last.rows, ".ctx/s:1 ");
    MUST(LIST_SCHEMAS("", .latest_only = true));
    assert_text(last.rows, ".a:1 .b:3 ");
    MUST(LIST_SCHEMAS("", .latest_only = true, .id = 1));
    assert_text(last.rows, ".a:1 ");
    MUST(try_delete("b", 3, false));
    MUST(try_delete("a", 1, false));
    MUST(LIST_SCHEMAS(""));
    assert_text(last.rows, ".b:1 .b:2 ");
    MUST(LIST_SCHEMAS("", .deleted = true));
    assert_text(last.rows, ".a:-1 .b:1 .b:2 .b:-3 ");
    MUST(LIST_SCHEMAS("", .latest_only = true));
    assert_text(last.rows, ".b:2 ");
    MUST(LIST_SCHEMAS("", .deleted = true, .latest_only = true));
    assert_text(last.rows, ".a:-1 .b:-3 ");
    MUST(LIST_SCHEMAS("none"));
    assert_text(last.rows, "");
}
END_TEST

START_TEST(fails_with_its_receiver)
{
    must_register("s", body("'int'", NULL));
    ck_assert_int_eq(LIST_SCHEMAS("", .negative = true), ERROR_INTERNAL);
    ck_assert_int_eq(LIST_SCHEMAS("", .negative = true, .latest_only = true), ERROR_INTERNAL);
}
END_TEST

START_TEST(lists_aliases)
{
    must_register("target", body("'int'", NULL));
    must_register("other", body("'int'", NULL));
    must_register(":.ctx:target", body("'int'", NULL));
    MUST(put_config("y1", "{'alias':'target'}"));
    MUST(put_config("x1", "{'alias':'target'}"));
    MUST(put_config("x2", "{'alias':':.ctx:target'}"));
    MUST(put_config("x3", "{'alias':'nowhere'}"));
    MUST(put_config("x4", "{'compatibility':'NONE'}"));
    MUST(put_config("", "{'alias':'other'}")); /* of a whole context: no alias */
    MUST(put_config(":.ctx:x5", "{'alias':'target'}")); /* of the same context */
    MUST(put_config(":.ctx:x6", "{'alias':':.:other'}"));
    MUST(LIST_SCHEMAS(""));
    assert_text(last.rows, ".other:1 .target:1 ");
    MUST(LIST_SCHEMAS("", .aliases = true));
    assert_text(last.rows, ".ctx/target:1=x2 .other:1 .target:1=x1,y1 ");
    MUST(LIST_SCHEMAS("x", .aliases = true)); /* what aliases lead to joins, only with those of the prefix */
    assert_text(last.rows, ".ctx/target:1=x2 .target:1=x1 ");
    MUST(LIST_SCHEMAS(":*:", .aliases = true));
    assert_text(last.rows, ".ctx/target:1=:.ctx:x5,x2 .other:1=:.ctx:x6 .target:1=x1,y1 ");
    MUST(try_delete("target", 1, false));
    MUST(LIST_SCHEMAS("x", .aliases = true));
    assert_text(last.rows, ".ctx/target:1=x2 ");
    MUST(LIST_SCHEMAS("x", .aliases = true, .deleted = true, .latest_only = true));
    assert_text(last.rows, ".ctx/target:1=x2 .target:-1=x1 ");
}
END_TEST

/* -- failures -------------------------------------------------------------------------------------------------------- */

static enum error_id attempt_contexts(void)
{
    return list_contexts();
}

static enum error_id attempt_subjects(void)
{
    return list_subjects(":*:", STORAGE_ALL);
}

static enum error_id attempt_schemas(void)
{
    return LIST_SCHEMAS(":*:", .deleted = true);
}

static enum error_id attempt_latest(void)
{
    return LIST_SCHEMAS(":*:", .latest_only = true);
}

static enum error_id attempt_aliases(void)
{
    return LIST_SCHEMAS("x", .aliases = true);
}

static const struct {
    attempt_fn attempt;
    long calls_at_least;
} attempts[] = {
    {attempt_contexts, 2}, {attempt_subjects, 2}, {attempt_schemas, 4}, {attempt_latest, 5}, {attempt_aliases, 4},
};

static void fill_few(void)
{
    must_register("a", body("'int'", NULL));
    must_register("a", body("'long'", NULL));
    must_register(":.ctx:b", body("'int'", NULL));
    MUST(put_config("x1", "{'alias':'a'}"));
    MUST(put_config("x2", "{'alias':':.ctx:b'}"));
}

START_TEST(survives_failures)
{
    fill_few();
    survive_failures(attempts[_i].attempt, attempts[_i].calls_at_least);
}
END_TEST

START_TEST(survives_small_memory)
{
    fill_few();
    MUST(attempts[_i].attempt());
    struct str names = listed_names(), rows = last.rows;
    size_t failures = 0;
    for (request_bytes = 0; request_bytes < 12000; request_bytes += 16) {
        enum error_id id = attempts[_i].attempt();
        failures += id != ERROR_NONE;
        if (id == ERROR_NONE)
            ck_assert_msg(str_equal(names, listed_names()) && str_equal(rows, last.rows), "with %zu bytes",
                          request_bytes);
        else
            ck_assert_msg(error_rows[id].http_status == 500, "with %zu bytes: %s", request_bytes, last.fault.p);
    }
    ck_assert_uint_gt(failures, 0);
    MUST(attempts[_i].attempt());
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, lists_contexts);
    tcase_add_loop_test(tests, lists_subjects_by_prefix, 0, sizeof prefixes / sizeof prefixes[0]);
    tcase_add_test(tests, sorts_by_units_of_utf_16);
    tcase_add_test(tests, lists_deleted_subjects_where_asked);
    tcase_add_test(tests, lists_schemas);
    tcase_add_test(tests, fails_with_its_receiver);
    tcase_add_test(tests, lists_aliases);
    tcase_add_loop_test(tests, survives_failures, 0, sizeof attempts / sizeof attempts[0]);
    tcase_add_loop_test(tests, survives_small_memory, 0, sizeof attempts / sizeof attempts[0]);
}

int main(void)
{
    return run_tests("list", add);
}
