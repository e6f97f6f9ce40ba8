/* The rules of the registry over the embedded store, and over one that fails at every single call. */
#include "core.h"

#include "jtree.h"
#include "storage/failing.h"
#include "storage/fixture.h"

static struct fixture fixture;
static struct failing failing;
static struct stamps stamps;
static struct core *core;

static void set_up(void)
{
    struct core_options options = {.level = COMPAT_BACKWARD,
                                   .validate_new = true,
                                   .strict_validation = true,
                                   .mode_is_mutable = true,
                                   .schema_max_bytes = 1 << 20,
                                   .references_max = 100,
                                   .schema_cache_bytes = 1 << 20};
    fixture_init(&fixture);
    ck_assert_int_eq(core_new(fixture.arena, failing_wrap(&failing, fixture.storage), &stamps, &options, &core), 0);
}

static void tear_down(void)
{
    core_free(core);
    fixture_deinit(&fixture);
}

/* One request after the other: a call with its arena and error. */
struct request {
    struct arena *arena;
    struct error err;
    struct core_call call;
};

static void begin(struct request *r)
{
    r->arena = arena_new(1 << 24);
    r->err = ERROR_INIT(r->arena);
    core_call_init(&r->call, core, r->arena, &r->err);
}

static void end(struct request *r)
{
    core_call_end(&r->call);
    arena_free(r->arena);
}

static void commit(struct request *r)
{
    core_call_end(&r->call);
    fixture_apply(core->storage, &r->call.change);
    core_call_committed(&r->call);
}

/* Registers; *ret gets what came of it. Returns 0 or the error. */
static enum error_id try_register(const char *subject_text, const char *body, struct core_registered *ret)
{
    struct request r;
    struct jtree_node *json;
    struct core_schema_input in;
    begin(&r);
    struct core_subject subject = core_subject_parse(str_of(subject_text));
    ck_assert_int_eq(jtree_read(r.arena, str_of(body), 0, NULL, &json, NULL), JTREE_OK);
    int outcome = core_schema_input_read(&r.call, json, &in);
    if (outcome == 0)
        outcome = core_register(&r.call, &subject, str_of(subject_text), &in, false, ret);
    if (outcome == CORE_WAITS) {
        commit(&r);
        outcome = core_register_finish(&r.call, &subject, ret);
    }
    ck_assert((outcome < 0) == (r.err.id != ERROR_NONE));
    enum error_id id = r.err.id;
    end(&r);
    return id;
}

static int32_t must_register(const char *subject, const char *body)
{
    struct core_registered registered;
    ck_assert_int_eq(try_register(subject, body, &registered), ERROR_NONE);
    return registered.version;
}

static enum error_id try_delete(const char *subject_text, int32_t version, bool permanent)
{
    struct request r;
    struct core_removed removed;
    begin(&r);
    struct core_subject subject = core_subject_parse(str_of(subject_text));
    int outcome = version ? core_delete_version(&r.call, &subject, version, permanent, &removed)
                          : core_delete_subject(&r.call, &subject, permanent, &removed);
    if (outcome == CORE_WAITS) {
        commit(&r);
        outcome = core_delete_finish(&r.call, &subject);
    }
    enum error_id id = r.err.id;
    ck_assert((outcome < 0) == (id != ERROR_NONE));
    end(&r);
    return id;
}

static enum error_id try_config(const char *subject_text, const char *body)
{
    struct request r;
    struct jtree_node *json;
    struct str answer;
    begin(&r);
    struct core_subject subject = core_subject_parse(str_of(subject_text));
    ck_assert_int_eq(jtree_read(r.arena, str_of(body), 0, NULL, &json, NULL), JTREE_OK);
    if (core_config_put(&r.call, &subject, str_of(subject_text), json, &answer) == CORE_WAITS) {
        commit(&r);
        core_settings_finish(&r.call);
    }
    enum error_id id = r.err.id;
    end(&r);
    return id;
}

static enum error_id try_mode(const char *subject_text, const char *mode)
{
    struct request r;
    begin(&r);
    struct core_subject subject = core_subject_parse(str_of(subject_text));
    if (core_mode_put(&r.call, &subject, str_of(subject_text), str_of(mode), false) == CORE_WAITS) {
        commit(&r);
        core_settings_finish(&r.call);
    }
    enum error_id id = r.err.id;
    end(&r);
    return id;
}

#define INT_BODY "{\"schema\":\"\\\"int\\\"\"}"
#define LONG_BODY "{\"schema\":\"\\\"long\\\"\"}"
#define STRING_BODY "{\"schema\":\"\\\"string\\\"\"}"

START_TEST(registers_and_evolves)
{
    ck_assert_int_eq(must_register("s", INT_BODY), 1);
    ck_assert_int_eq(must_register("s", INT_BODY), 1);
    ck_assert_int_eq(must_register("s", "{\"schema\":\"{\\\"type\\\":\\\"int\\\"}\"}"), 1);
    ck_assert_int_eq(must_register("s", LONG_BODY), 2);
    ck_assert_int_eq(try_register("s", STRING_BODY, &(struct core_registered){0}), ERROR_INCOMPATIBLE);
    ck_assert_int_eq(try_config("s", "{\"compatibility\":\"none\"}"), ERROR_NONE);
    ck_assert_int_eq(must_register("s", STRING_BODY), 3);
    ck_assert_int_eq(try_register("s", "{\"schema\":\"{\"}", &(struct core_registered){0}), ERROR_INVALID_SCHEMA);
    ck_assert_int_eq(try_register("s", "{\"schema\":[]}", &(struct core_registered){0}), ERROR_BAD_REQUEST);
    ck_assert_int_eq(
        try_register("s", "{\"schema\":\"\\\"int\\\"\",\"schemaType\":\"XML\"}", &(struct core_registered){0}),
        ERROR_INVALID_SCHEMA);
    ck_assert_int_eq(try_register("__GLOBAL", INT_BODY, &(struct core_registered){0}), ERROR_INVALID_SUBJECT);
}
END_TEST

START_TEST(deletes)
{
    must_register("s", INT_BODY);
    must_register("s", LONG_BODY);
    ck_assert_int_eq(try_delete("none", 0, false), ERROR_SUBJECT_NOT_FOUND);
    ck_assert_int_eq(try_delete("s", 9, false), ERROR_VERSION_NOT_FOUND);
    ck_assert_int_eq(try_delete("s", 2, true), ERROR_VERSION_NOT_SOFT_DELETED);
    ck_assert_int_eq(try_delete("s", 0, true), ERROR_SUBJECT_NOT_SOFT_DELETED);
    ck_assert_int_eq(try_delete("s", STORAGE_LATEST, false), ERROR_NONE);
    ck_assert_int_eq(try_delete("s", 2, false), ERROR_VERSION_SOFT_DELETED);
    ck_assert_int_eq(try_delete("s", 0, false), ERROR_NONE);
    ck_assert_int_eq(try_delete("s", 0, false), ERROR_SUBJECT_SOFT_DELETED);
    ck_assert_int_eq(must_register("s", INT_BODY), 3); /* numbers go on */
    ck_assert_int_eq(try_delete("s", 0, false), ERROR_NONE);
    ck_assert_int_eq(try_delete("s", 0, true), ERROR_NONE);
    ck_assert_int_eq(must_register("s", INT_BODY), 1);
}
END_TEST

START_TEST(follows_references)
{
    must_register("base", "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"n.B\\\",\\\"fields\\\":[]}\"}");
    const char *use = "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"n.U\\\",\\\"fields\\\":[{"
                      "\\\"name\\\":\\\"b\\\",\\\"type\\\":"
                      "\\\"n.B\\\"}]}\",\"references\":[{\"name\":\"n.B\",\"subject\":\"base\",\"version\":-1}]}";
    ck_assert_int_eq(must_register("use", use), 1);
    ck_assert_int_eq(must_register("use", use), 1);
    ck_assert_int_eq(try_delete("base", 1, false), ERROR_REFERENCE_EXISTS);
    ck_assert_int_eq(
        try_register(
            "x", "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"n\",\"subject\":\"none\",\"version\":1}]}",
            &(struct core_registered){0}),
        ERROR_INVALID_SCHEMA);
    ck_assert_int_eq(
        try_register("x", "{\"schema\":\"\\\"int\\\"\",\"references\":[null]}", &(struct core_registered){0}),
        ERROR_BAD_REQUEST);
    ck_assert_int_eq(try_delete("use", 0, false), ERROR_NONE);
    ck_assert_int_eq(try_delete("base", 1, false), ERROR_NONE);
    ck_assert_int_eq(try_delete("base", 1, true), ERROR_REFERENCE_EXISTS);
}
END_TEST

START_TEST(obeys_modes)
{
    must_register("s", INT_BODY);
    ck_assert_int_eq(try_mode("s", "nonsense"), ERROR_INVALID_MODE);
    ck_assert_int_eq(try_mode("s", "forward"), ERROR_INVALID_FORWARD);
    ck_assert_int_eq(try_mode("s", "readonly"), ERROR_NONE);
    ck_assert_int_eq(must_register("s", INT_BODY), 1); /* what is there is answered in every mode */
    ck_assert_int_eq(try_register("s", LONG_BODY, &(struct core_registered){0}), ERROR_OPERATION_NOT_PERMITTED);
    ck_assert_int_eq(try_delete("s", 1, false), ERROR_OPERATION_NOT_PERMITTED);
    ck_assert_int_eq(try_config("s", "{}"), ERROR_OPERATION_NOT_PERMITTED);
    ck_assert_int_eq(try_mode("s", "IMPORT"), ERROR_OPERATION_NOT_PERMITTED); /* there are active versions */
    ck_assert_int_eq(try_mode("i", "IMPORT"), ERROR_NONE);
    ck_assert_int_eq(try_register("i", LONG_BODY, &(struct core_registered){0}), ERROR_OPERATION_NOT_PERMITTED);
    ck_assert_int_eq(must_register("i", "{\"schema\":\"\\\"long\\\"\",\"id\":500,\"version\":9}"), 9);
    ck_assert_int_eq(try_register("j", "{\"schema\":\"\\\"long\\\"\",\"id\":501}", &(struct core_registered){0}),
                     ERROR_OPERATION_NOT_PERMITTED);
}
END_TEST

/* Whatever call fails, the answer is the store's error and nothing half-done is left. */
START_TEST(survives_every_failure_of_the_store)
{
    must_register("s", INT_BODY);
    for (long nth = 1; nth < 200; nth++) {
        struct core_registered registered;
        failing_arm(&failing, nth);
        enum error_id id = try_register("s", LONG_BODY, &registered);
        if (id == ERROR_NONE) {
            failing_arm(&failing, -1);
            ck_assert_int_eq(registered.version, 2);
            ck_assert_int_gt(nth, 1);
            return;
        }
        ck_assert_int_eq(id, ERROR_STORE);
    }
    ck_abort_msg("the registration never succeeded");
}
END_TEST

START_TEST(reads_names_of_subjects)
{
    struct core_subject s = core_subject_parse(STR(":.ctx:name"));
    ck_assert(str_equal(s.context, STR(".ctx")) && str_equal(s.name, STR("name")) && s.is_qualified);
    s = core_subject_parse(STR(":.:name"));
    ck_assert(str_equal(s.context, STR(".")) && str_equal(s.name, STR("name")) && !s.is_qualified);
    s = core_subject_parse(STR("a:b"));
    ck_assert(str_equal(s.context, STR(".")) && str_equal(s.name, STR("a:b")));
    ck_assert(str_equal(core_subject_text(fixture.arena, STR(".ctx"), STR("n")), STR(":.ctx:n")));
    ck_assert_int_eq(must_register(":.ctx:s", LONG_BODY), 1); /* ids of contexts are their own */
    ck_assert_int_eq(must_register("s", INT_BODY), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");
    TCase *tests = tcase_create("core");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, registers_and_evolves);
    tcase_add_test(tests, deletes);
    tcase_add_test(tests, follows_references);
    tcase_add_test(tests, obeys_modes);
    tcase_add_test(tests, survives_every_failure_of_the_store);
    tcase_add_test(tests, reads_names_of_subjects);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
