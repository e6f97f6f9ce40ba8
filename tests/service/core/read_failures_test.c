/* Reading when any call of the store fails, and when memory runs out: the right answer or none. */
#include "requests.h"

#define GUID_OF_INT "ef524ea1-b91e-7317-3d93-8ade36c1db32"
#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"

static enum error_id version_here(void)
{
    return read_version("s", 1, false);
}

static enum error_id version_elsewhere(void)
{
    return read_version("v", 2, false);
}

static enum error_id id_here(void)
{
    return read_id(1, "");
}

static enum error_id id_in_context(void)
{
    return read_id(2, ":.a:t");
}

static enum error_id id_elsewhere(void)
{
    return read_id(3, "v");
}

static enum error_id id_anywhere(void)
{
    return read_id(1, "nowhere");
}

static enum error_id no_version(void)
{
    return read_version("s", 9, false);
}

static enum error_id no_subject(void)
{
    return read_version("none", 1, false);
}

static enum error_id no_id(void)
{
    return read_id(99, "s");
}

static enum error_id no_uses(void)
{
    return read_uses(99, "s", false);
}

static enum error_id no_guid(void)
{
    return read_guid("ef524ea1-b91e-7317-3d93-8ade36c1db33");
}

static enum error_id no_versions(void)
{
    return list_versions("none", STORAGE_ALL, false);
}

static enum error_id uses(void)
{
    return read_uses(1, "", false);
}

static enum error_id max_id(void)
{
    return read_max_id(".");
}

static enum error_id guid(void)
{
    return read_guid(GUID_OF_INT);
}

static enum error_id guid_ids(void)
{
    return read_guid_ids(GUID_OF_INT);
}

static enum error_id versions(void)
{
    return list_versions("s", STORAGE_ALL, false);
}

static enum error_id referrers(void)
{
    return read_referrers("base", 1, false);
}

static enum error_id metadata(void)
{
    struct str key = STR("a"), value = STR("1");
    return run("m", NULL, (struct arguments){.keys = &key, .values = &value, .pair_count = 1}, decide_by_metadata,
               NULL);
}

static const struct {
    attempt_fn attempt;
    long calls_at_least;
    enum error_id comes_to; /* without a failure */
} attempts[] = {
    {version_here, 2, ERROR_NONE},
    {version_elsewhere, 5, ERROR_NONE},
    {id_here, 2, ERROR_NONE},
    {id_in_context, 2, ERROR_NONE},
    {id_elsewhere, 4, ERROR_NONE},
    {id_anywhere, 5, ERROR_NONE},
    {uses, 3, ERROR_NONE},
    {max_id, 2, ERROR_NONE},
    {guid, 3, ERROR_NONE},
    {guid_ids, 2, ERROR_NONE},
    {versions, 2, ERROR_NONE},
    {referrers, 3, ERROR_NONE},
    {metadata, 3, ERROR_NONE},
    {no_version, 8, ERROR_VERSION_NOT_FOUND},
    {no_subject, 8, ERROR_SUBJECT_NOT_FOUND},
    {no_id, 5, ERROR_SCHEMA_ID_NOT_FOUND},
    {no_uses, 5, ERROR_SCHEMA_NOT_FOUND},
    {no_guid, 2, ERROR_SCHEMA_ID_NOT_FOUND},
    {no_versions, 2, ERROR_SUBJECT_NOT_FOUND},
};

static void fill(void)
{
    char large[2200];
    must_register("s", body("'int'", NULL));
    must_register("t", body("'int'", NULL));
    must_register(":.a:s", body("'long'", NULL));
    must_register(":.a:t", body("'float'", NULL));
    must_register(":.b:u", body("'double'", NULL));
    must_register(":.b:v", body("'bytes'", NULL));
    must_register(":.b:v", body("'string'", NULL));
    must_register("base", body(BASE, NULL));
    must_register("user", body(USER, "'references':[{'name':'n.B','subject':'base','version':1}]"));
    must_register("m", body("'int'", "'metadata':{'properties':{'a':'1'}}"));
    snprintf(large, sizeof large, "'metadata':{'properties':{'a':'1','b':'%02000d\\n'}}", 0);
    must_register("m", body("'long'", large));
}

START_TEST(survives_failures)
{
    fill();
    survive_failures_until(attempts[_i].attempt, attempts[_i].comes_to, attempts[_i].calls_at_least);
}
END_TEST

/* The numbers and names of an answer. */
static struct str answer(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 16);
    buf_printf(&out, STR_FMT "/" STR_FMT ":%d=%d %d ", STR_ARG(last.found.context), STR_ARG(last.found.subject),
               last.found.version, last.found.schema_id, last.number);
    buf_add(&out, listed_uses());
    for (size_t i = 0; i < last.entries.count; i++)
        buf_printf(&out, "%d ", last.entries.items[i].version);
    return buf_str(&out);
}

START_TEST(survives_small_memory)
{
    enum error_id comes_to = attempts[_i].comes_to;
    fill();
    ck_assert_int_eq(attempts[_i].attempt(), comes_to);
    struct str wanted = answer();
    size_t failures = 0;
    for (request_bytes = 0; request_bytes < 20000; request_bytes += 16) {
        enum error_id id = attempts[_i].attempt();
        if (id == comes_to)
            ck_assert_msg(str_equal(wanted, answer()), "with %zu bytes", request_bytes);
        else
            ck_assert_msg(error_rows[id].http_status == 500, "with %zu bytes: %s", request_bytes, last.fault.p);
        failures += id != comes_to;
    }
    bool needs_none =
        attempts[_i].attempt == max_id || attempts[_i].attempt == no_guid || attempts[_i].attempt == no_versions;
    ck_assert_msg((failures == 0) == needs_none, "%zu failures", failures);
    ck_assert_int_eq(attempts[_i].attempt(), comes_to);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, survives_failures, 0, sizeof attempts / sizeof attempts[0]);
    tcase_add_loop_test(tests, survives_small_memory, 0, sizeof attempts / sizeof attempts[0]);
}

int main(void)
{
    return run_tests("read_failures", add);
}
