/* What registrations remember of their subjects: it may be old, but nothing wrong comes of it.
 * covers: service/core/head.c */
#include "requests.h"

#include "register_private.h"

/* Registers and answers how often the store was called for it. */
static long calls_of(const char *subject, const char *body_text)
{
    failing_arm(&failing, 1000);
    MUST(try_register(subject, body_text));
    long calls = 1000 - failing.calls_left;
    failing_arm(&failing, -1);
    return calls;
}

static const char *of_field(const char *name)
{
    char text[128];
    snprintf(text, sizeof text, "{'type':'record','name':'R','fields':[{'name':'%s','type':'int','default':1}]}", name);
    return body(text, NULL);
}

START_TEST(reads_nothing_after_a_registration)
{
    ck_assert_int_gt(calls_of("s", of_field("a")), 2);
    ck_assert_int_eq(calls_of("s", of_field("b")), 1); /* the change itself */
    ck_assert_int_eq(calls_of("s", of_field("c")), 1);
    ck_assert_int_eq(last.registered.version, 3);
    ck_assert_int_gt(calls_of("t", of_field("a")), 2); /* another subject */
    ck_assert_int_gt(calls_of(":.ctx:s", of_field("a")), 2);
    ck_assert_int_eq(calls_of("s", of_field("d")), 1);
    MUST(put_config("t", "{}")); /* settings are one whole for the store: decided twice, once */
    ck_assert_int_gt(calls_of("s", of_field("e")), 2);
    ck_assert_int_eq(calls_of("s", of_field("f")), 1);
}
END_TEST

START_TEST(finds_what_is_there)
{
    must_register("s", of_field("a"));
    must_register("s", of_field("b"));
    ck_assert_int_eq(must_register("s", of_field("a")), 1);
    ck_assert_int_eq(must_register("s", of_field("b")), 2);
    ck_assert_int_eq(must_register("s", of_field("c")), 3);
    ck_assert_int_eq(must_register("s", of_field("b")), 2);
    REFUSED(try_register("s", body("'int'", "'version':9")), INVALID_SCHEMA,
            "Version is not one more than previous version: 9 does not follow 3");
    ck_assert_int_eq(try_register("s", body("'int'", NULL)), ERROR_INCOMPATIBLE);
    ck_assert_int_eq(must_register("s", of_field("d")), 4);
}
END_TEST

START_TEST(inherits_the_contract_of_the_latest)
{
    must_register("s", body("'int'", "'metadata':{'properties':{'k':'v'}},'ruleSet':{}"));
    MUST(try_register("s", body("'long'", NULL)));
    assert_text(last.registered.schema.metadata, json("{'properties':{'k':'v'}}"));
    MUST(try_register("s", json("{'metadata':{'properties':{'k':'w'}}}"))); /* the text of the latest */
    assert_text(last.registered.schema.text, "\"long\"");
    assert_text(last.registered.schema.rule_set, "{}");
    ck_assert_int_eq(last.registered.version, 3);
}
END_TEST

START_TEST(forgets_after_other_changes)
{
    must_register("s", of_field("a"));
    must_register("s", of_field("b"));
    MUST(try_delete("s", 2, false));
    ck_assert_int_gt(calls_of("s", of_field("b")), 2); /* the old content is not there any more */
    ck_assert_int_eq(last.registered.version, 3);
    MUST(try_delete("s", 0, false));
    MUST(try_delete("s", 0, true));
    ck_assert_int_eq(must_register("s", of_field("b")), 1);
    MUST(try_delete("s", 0, false));
    MUST(put_mode("s", "IMPORT")); /* purges it */
    MUST(put_mode("s", "READWRITE"));
    ck_assert_int_eq(must_register("s", of_field("b")), 1);
}
END_TEST

/* A registration that this core has not heard of, as another node makes it. */
static void register_elsewhere(const char *field)
{
    struct core *own = core;
    core = NULL;
    static struct stamps of_the_other;
    ck_assert_int_eq(core_new(fixture.arena, fixture.storage, &of_the_other, &options, &core), 0);
    MUST(try_register("s", of_field(field)));
    core_free(core);
    core = own;
}

START_TEST(decides_again_when_it_is_old)
{
    must_register("s", of_field("a"));
    register_elsewhere("x");
    ck_assert_int_eq(must_register("s", of_field("b")), 3);
    ck_assert_uint_eq(last.attempts, 2);
    ck_assert_int_eq(must_register("s", of_field("c")), 4);
    ck_assert_uint_eq(last.attempts, 1);
    register_elsewhere("y");
    ck_assert_int_eq(must_register("s", of_field("y")), 5); /* found at the second attempt */
    ck_assert_uint_eq(last.attempts, 2);
}
END_TEST

START_TEST(keeps_nothing_of_imports)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':1")));
    ck_assert_int_gt(calls_of("s", body("'long'", "'id':2,'version':2")), 2);
    ck_assert_int_gt(calls_of("s", body("'string'", "'id':3,'version':2")), 2); /* in the place of another */
    MUST(put_mode("s", "READWRITE"));
    ck_assert_int_eq(must_register("s", body("'string'", NULL)), 2);
}
END_TEST

START_TEST(keeps_nothing_behind_the_last_number)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':2147483647")));
    MUST(try_register("s", body("'long'", "'id':2,'version':5")));
    MUST(put_mode("s", "READWRITE"));
    ck_assert_int_eq(try_register("s", body("'double'", NULL)), ERROR_STORE);
    ck_assert_int_eq(must_register("s", body("'long'", NULL)), 5);
}
END_TEST

START_TEST(reads_long_histories_each_time)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':2048")));
    MUST(put_mode("s", "READWRITE"));
    must_register("s", body("'long'", NULL)); /* still short when it is decided */
    ck_assert_int_eq(last.registered.version, 2049);
    MUST(try_delete("s", 2049, false));
    must_register("s", body("'float'", NULL));
    ck_assert_int_eq(last.registered.version, 2050);
    ck_assert_int_gt(calls_of("s", body("'double'", NULL)), 2);
    ck_assert_int_eq(must_register("s", body("'int'", NULL)), 2048);
    MUST(REGISTER("s", body("'long'", NULL), .force = true)); /* is deleted, and comes again */
    ck_assert_int_eq(last.registered.version, 2052);
}
END_TEST

START_TEST(works_without_memory)
{
    options.schema_cache_bytes = 0;
    start_core();
    must_register("s", of_field("a"));
    ck_assert_int_gt(calls_of("s", of_field("b")), 4);
    ck_assert_int_gt(calls_of("s", of_field("c")), 4);
    ck_assert_int_eq(last.registered.version, 3);
}
END_TEST

START_TEST(survives_a_failed_change)
{
    must_register("s", of_field("a"));
    failing_arm(&failing, 1);
    REFUSED(try_register("s", of_field("b")), STORE, "Error in the backend data store: made to fail");
    ck_assert_int_eq(calls_of("s", of_field("b")), 1);
    ck_assert_int_eq(last.registered.version, 2);
}
END_TEST

START_TEST(knows_hashes)
{
    static const uint64_t hashes[] = {1, 2};
    unsigned char one[STORAGE_KEY_BYTES] = {0}, three[STORAGE_KEY_BYTES] = {0};
    memcpy(one, &hashes[0], sizeof hashes[0]);
    memcpy(three, &(uint64_t){3}, sizeof(uint64_t));
    struct core_head head = {.has_all_hashes = true, .hashes = hashes, .hash_count = 2};
    ck_assert(core_head_may_have(&head, one));
    ck_assert(!core_head_may_have(&head, three));
    head.has_all_hashes = false;
    ck_assert(core_head_may_have(&head, three));
    head = (struct core_head){.has_all_hashes = true};
    ck_assert(!core_head_may_have(&head, one));
}
END_TEST

START_TEST(survives_small_memory)
{
    must_register("s", of_field("a"));
    size_t failures = 0;
    int32_t version = 1;
    for (request_bytes = 256; failures < 5000 && version < 3; request_bytes += 16) {
        enum error_id id = try_register("s", of_field(version == 1 ? "b" : "c"));
        failures += id != ERROR_NONE;
        if (id != ERROR_NONE) {
            ck_assert_msg(error_rows[id].http_status == 500 || id == ERROR_SCHEMA_TOO_LARGE, "with %zu bytes: %s",
                          request_bytes, last.fault.p);
            continue;
        }
        ck_assert_int_eq(last.registered.version, ++version);
    }
    ck_assert_uint_gt(failures, 10);
    ck_assert_int_eq(version, 3);
}
END_TEST

/* The view of the store is older than what another registration has just put into memory. */
static int decide_with_an_old_view(struct request *r)
{
    static int count;
    struct storage_snapshot *view = core_call_snapshot(&r->call);
    ck_assert_int_eq(view->storage->ops->ping(view, r->call.err), 0); /* it begins with its first question */
    if (count++ == 0)
        MUST(try_register("s", of_field("a")));
    return decide_register(r);
}

START_TEST(does_not_mix_what_it_remembers_with_an_older_view)
{
    MUST(run("s", of_field("a"), (struct arguments){0}, decide_with_an_old_view, finish_register));
    ck_assert_int_eq(last.registered.version, 1);
    ck_assert_int_eq(must_register("s", of_field("b")), 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, does_not_mix_what_it_remembers_with_an_older_view);
    tcase_add_test(tests, reads_nothing_after_a_registration);
    tcase_add_test(tests, finds_what_is_there);
    tcase_add_test(tests, inherits_the_contract_of_the_latest);
    tcase_add_test(tests, forgets_after_other_changes);
    tcase_add_test(tests, decides_again_when_it_is_old);
    tcase_add_test(tests, keeps_nothing_of_imports);
    tcase_add_test(tests, keeps_nothing_behind_the_last_number);
    tcase_add_test(tests, reads_long_histories_each_time);
    tcase_add_test(tests, works_without_memory);
    tcase_add_test(tests, survives_a_failed_change);
    tcase_add_test(tests, knows_hashes);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("head", add);
}
