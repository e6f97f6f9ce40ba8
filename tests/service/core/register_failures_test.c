/* Registration when something comes between, when any call of the store fails, and when memory runs out. */
#include "requests.h"

#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"

/* -- something comes between ---------------------------------------------------------------------------------------- */

static void register_long(void)
{
    struct core_registered ours = last.registered;
    MUST(try_register("s", body("'long'", NULL)));
    last.registered = ours;
}

START_TEST(decides_again_after_another_registration)
{
    must_register("s", body("'int'", NULL));
    interfere = register_long;
    MUST(try_register("s", body("'float'", NULL)));
    ck_assert_int_eq(last.registered.version, 3);
    ck_assert_int_eq(last.registered.schema_id, 3);
    ck_assert_uint_eq(last.attempts, 2);
}
END_TEST

START_TEST(finds_what_another_registered_meanwhile)
{
    must_register("s", body("'int'", NULL));
    interfere = register_long;
    MUST(try_register("s", body("'long'", NULL)));
    ck_assert_int_eq(last.registered.version, 2);
    ck_assert_uint_eq(last.attempts, 2);
    ck_assert_uint_eq(atomic_load(&core->registered), 2);
}
END_TEST

static void demand_full(void)
{
    MUST(put_config("s", "{'compatibility':'FULL'}"));
}

START_TEST(decides_again_on_new_settings)
{
    must_register("s", body("'int'", NULL));
    interfere = demand_full;
    ck_assert_int_eq(try_register("s", body("'long'", NULL)), ERROR_INCOMPATIBLE); /* an int would not be enough */
    ck_assert_uint_eq(last.attempts, 2);
    MUST(list_versions("s", STORAGE_ALL, false));
    ck_assert_uint_eq(last.entries.count, 1);
}
END_TEST

static void forbid_writes(void)
{
    MUST(put_mode(":.ctx:", "READONLY")); /* any setting: decisions rest on all of them */
    MUST(put_mode("s", "READONLY"));
}

START_TEST(obeys_a_mode_that_was_set_meanwhile)
{
    interfere = forbid_writes;
    REFUSED(try_register("s", body("'int'", NULL)), OPERATION_NOT_PERMITTED,
            "Subject s in context  is in read-only mode");
    ck_assert_uint_eq(last.attempts, 2);
}
END_TEST

static void delete_base(void)
{
    MUST(try_delete("base", 1, false));
}

static void delete_base_of_context(void)
{
    MUST(try_delete(":.ctx:base", 1, false));
    MUST(try_delete(":.ctx:base", 1, true));
}

START_TEST(misses_references_that_were_deleted_meanwhile)
{
    must_register("base", body(BASE, NULL));
    interfere = delete_base;
    ck_assert_int_eq(try_register("s", body(USER, TO_BASE)), ERROR_INVALID_SCHEMA);
    ck_assert(str_starts(last.fault, STR("Invalid schema of type AVRO, details: Invalid schema {subject=s,")));
    ck_assert(str_ends(last.fault, STR("No schema reference found for subject \"base\" and version 1")));
    must_register(":.ctx:base", body(BASE, NULL));
    interfere = delete_base_of_context;
    const char *names_context = "'references':[{'name':'n.B','subject':':.ctx:base','version':1}]";
    ck_assert_int_eq(try_register("s", body(USER, names_context)), ERROR_INVALID_SCHEMA);
    ck_assert(str_ends(last.fault, STR("No schema reference found for subject \":.ctx:base\" and version 1")));
    REFUSED(list_versions("s", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
}
END_TEST

/* -- the store fails ------------------------------------------------------------------------------------------------ */

static enum error_id register_first(void)
{
    return try_register("s", body("'int'", NULL));
}

static enum error_id register_next(void)
{
    return try_register("s", body("'long'", NULL));
}

static enum error_id register_text_of_latest(void)
{
    return try_register("s", json("{'metadata':{'properties':{'k':'v'}}}"));
}

static enum error_id register_stamped(void)
{
    return try_register("s", body("'int'", "'version':-2"));
}

static enum error_id register_user(void)
{
    return try_register("s", body(USER, TO_BASE));
}

static enum error_id register_incompatible(void)
{
    return try_register("s", body("'string'", NULL));
}

static enum error_id register_import(void)
{
    return try_register("i", body(USER, TO_BASE ",'id':40,'version':2"));
}

START_TEST(survives_failures)
{
    survive_failures(register_first, 4);
    survive_failures(register_first, 3); /* is there */
    survive_failures_until(register_incompatible, ERROR_INCOMPATIBLE, 4);
    survive_failures(register_next, 5);
    ck_assert_int_eq(last.registered.version, 2);
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    survive_failures(register_text_of_latest, 5);
    ck_assert_int_eq(last.registered.version, 3);
    survive_failures(register_stamped, 4);
    ck_assert_int_eq(last.registered.version, 4);
}
END_TEST

START_TEST(survives_failures_with_every_check)
{
    MUST(put_config("s", "{'compatibility':'FULL_TRANSITIVE','compatibilityGroup':'g','validateFields':true,"
                         "'defaultMetadata':{'properties':{'a':'b'}}}"));
    must_register("base", body(BASE, NULL));
    survive_failures(register_user, 7);
    MUST(try_register("s", body("{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'},"
                                "{'name':'c','type':'int','default':1}]}",
                                TO_BASE ",'metadata':{'properties':{'confluent:reserved':'x'}}")));
    MUST(try_delete("s", 1, false));
    survive_failures(register_user, 11);
    ck_assert_int_eq(last.registered.version, 3);
}
END_TEST

START_TEST(survives_failures_of_an_import)
{
    must_register("base", body(BASE, NULL));
    MUST(put_mode("i", "IMPORT"));
    survive_failures(register_import, 6);
    ck_assert_int_eq(last.registered.schema_id, 40);
    ck_assert_int_eq(last.registered.version, 2);
}
END_TEST

/* -- memory runs out ------------------------------------------------------------------------------------------------ */

static void assert_ran_out(enum error_id id, size_t bytes)
{
    bool is_clean = error_rows[id].http_status == 500 || id == ERROR_SCHEMA_TOO_LARGE ||
                    (id == ERROR_INVALID_SCHEMA && str_ends(last.fault, STR("too large to be processed")));
    ck_assert_msg(is_clean, "with %zu bytes: %s: %s", bytes, error_rows[id].name, last.fault.p);
}

/* Tries with more and more memory until it succeeds; before that nothing may have changed. */
static void survive_small_memory(attempt_fn attempt)
{
    for (request_bytes = 256; request_bytes < 1 << 22; request_bytes += 16) {
        struct str before = store_dump(fixture.storage, fixture.arena);
        start_core();
        enum error_id id = attempt();
        if (id == ERROR_NONE)
            return;
        assert_ran_out(id, request_bytes);
        ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    }
    ck_abort_msg("it never succeeded");
}

START_TEST(survives_small_memory)
{
    must_register("base", body(BASE, NULL));
    survive_small_memory(register_first);
    ck_assert_int_eq(last.registered.version, 1);
    survive_small_memory(register_first);
    ck_assert_int_eq(last.registered.version, 1);
    survive_small_memory(register_next);
    ck_assert_int_eq(last.registered.version, 2);
    request_bytes = 1 << 20;
    MUST(put_config("s", "{'compatibility':'NONE','defaultMetadata':{'properties':{'a':'b'}},"
                         "'overrideRuleSet':{'domainRules':[{'name':'r','type':'T'}]}}"));
    survive_small_memory(register_user);
    ck_assert_int_eq(last.registered.version, 3);
    assert_text(last.registered.schema.metadata, json("{'properties':{'a':'b'}}"));
    survive_small_memory(register_user); /* is there with what it is given */
    ck_assert_int_eq(last.registered.version, 3);
}
END_TEST

/* What is refused with enough memory is never registered with less. */
static void refuse_in_small_memory(const char *text, enum error_id refusal)
{
    for (request_bytes = 256; request_bytes < 200000; request_bytes += request_bytes < 20000 ? 16 : 2048) {
        start_core();
        enum error_id id = try_register("s", text);
        if (id != refusal)
            assert_ran_out(id, request_bytes);
    }
    request_bytes = 1 << 20;
    ck_assert_int_eq(try_register("s", text), refusal);
}

START_TEST(refuses_in_small_memory)
{
    must_register("s", body("{'type':'record','name':'R','fields':[{'name':'f','type':'int'}]}", NULL));
    refuse_in_small_memory(body("{'type':'record','name':'R','fields':[{'name':'f','type':'string'}]}", NULL),
                           ERROR_INCOMPATIBLE);
    MUST(put_config("s", "{'validateFields':true}"));
    refuse_in_small_memory(body("{'type':'record','name':'R','fields':[{'name':'f','type':'int'},"
                                "{'name':'x','type':'int','default':1}]}",
                                "'metadata':{'properties':{'confluent:reserved':'x'}}"),
                           ERROR_INCOMPATIBLE);
    MUST(put_config("s", "{'validateFields':false,'compatibilityGroup':'g','compatibility':'FULL_TRANSITIVE'}"));
    refuse_in_small_memory(body("{'type':'record','name':'R','fields':[{'name':'f','type':'string'}]}", NULL),
                           ERROR_INCOMPATIBLE);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, decides_again_after_another_registration);
    tcase_add_test(tests, finds_what_another_registered_meanwhile);
    tcase_add_test(tests, decides_again_on_new_settings);
    tcase_add_test(tests, obeys_a_mode_that_was_set_meanwhile);
    tcase_add_test(tests, misses_references_that_were_deleted_meanwhile);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_failures_with_every_check);
    tcase_add_test(tests, survives_failures_of_an_import);
    tcase_add_test(tests, survives_small_memory);
    tcase_add_test(tests, refuses_in_small_memory);
}

int main(void)
{
    return run_tests("register_failures", add);
}
