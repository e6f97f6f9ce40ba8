/* Configurations: merging, showing, inheriting, removing.
 * covers: service/core/config.c */
#include "requests.h"

/* The configuration as it is answered. */
static void assert_config(const char *subject, bool effective, const char *wanted)
{
    MUST(get_config(subject, effective));
    assert_text(last.json, json(wanted));
}

#define NOT_FOUND(subject) "Subject '" subject "' does not have subject-level compatibility configured"

START_TEST(shows_the_default)
{
    assert_config("", false, "{'compatibilityLevel':'BACKWARD'}");
    assert_config(":.:", false, "{'compatibilityLevel':'BACKWARD'}");
    assert_config(":.__GLOBAL:", false, "{'compatibilityLevel':'BACKWARD'}");
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND, NOT_FOUND("s"));
    REFUSED(get_config(":.ctx:", false), CONFIG_NOT_FOUND, NOT_FOUND(":.ctx:"));
    REFUSED(get_config(":.ctx:s", false), CONFIG_NOT_FOUND, NOT_FOUND(":.ctx:s"));
    options.level = COMPAT_FULL_TRANSITIVE;
    start_core();
    assert_config("s", true, "{'compatibilityLevel':'FULL_TRANSITIVE'}");
    assert_config(":.ctx:s", true, "{'compatibilityLevel':'FULL_TRANSITIVE'}");
}
END_TEST

#define RULES(type) \
    "{'domainRules':[{'name':'r','kind':'TRANSFORM','mode':'WRITEREAD','type':'" type "','disabled':false}]}"

START_TEST(keeps_every_member_in_order)
{
    MUST(put_config("s", "{'overrideRuleSet':{'domainRules':[{'type':'B','name':'r'}]},"
                         "'defaultRuleSet':{'domainRules':[{'type':'A','name':'r'}]},"
                         "'overrideMetadata':{'sensitive':['y','x','x']},'defaultMetadata':{'properties':{'k':1}},"
                         "'compatibilityGroup':'g','compatibilityPolicy':'lenient','compatibility':'full_transitive',"
                         "'validateRules':true,'validateNewSchemas':false,'validateFields':true,'normalize':true,"
                         "'aliasForDeks':'d','alias':'a','unknown':1,'compatibilityLevel':'NONE'}"));
    assert_text(last.json, json("{'alias':'a','aliasForDeks':'d','normalize':true,'validateFields':true,"
                                "'validateNewSchemas':false,'validateRules':true,'compatibility':'FULL_TRANSITIVE',"
                                "'compatibilityPolicy':'LENIENT','compatibilityGroup':'g',"
                                "'defaultMetadata':{'properties':{'k':'1'}},'overrideMetadata':{'sensitive':['x','y']},"
                                "'defaultRuleSet':" RULES("A") ",'overrideRuleSet':" RULES("B") "}"));
    assert_config("s", false,
                  "{'alias':'a','aliasForDeks':'d','normalize':true,'validateFields':true,"
                  "'validateNewSchemas':false,'validateRules':true,'compatibilityLevel':'FULL_TRANSITIVE',"
                  "'compatibilityPolicy':'LENIENT','compatibilityGroup':'g',"
                  "'defaultMetadata':{'properties':{'k':'1'}},'overrideMetadata':{'sensitive':['x','y']},"
                  "'defaultRuleSet':" RULES("A") ",'overrideRuleSet':" RULES("B") "}");
}
END_TEST

START_TEST(merges_what_is_given)
{
    MUST(put_config("s", "{'normalize':true,'compatibilityGroup':'g'}"));
    assert_text(last.json, json("{'normalize':true,'compatibilityGroup':'g'}"));
    assert_config("s", false, "{'normalize':true,'compatibilityLevel':'BACKWARD','compatibilityGroup':'g'}");
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    assert_text(last.json, json("{'normalize':true,'compatibility':'NONE','compatibilityGroup':'g'}"));
    MUST(put_config("s", "{'normalize':null,'compatibilityGroup':'h'}")); /* null clears */
    assert_text(last.json, json("{'compatibility':'NONE','compatibilityGroup':'h'}"));
    MUST(put_config("s", "{'compatibility':null,'compatibilityGroup':'','alias':''}")); /* shown once, not kept */
    assert_text(last.json, json("{'alias':'','compatibilityGroup':''}"));
    assert_config("s", false, "{'compatibilityLevel':'BACKWARD'}");
    MUST(put_config("s", "{}"));
    assert_text(last.json, "{}");
    MUST(put_config("s", "{'normalize':true,'normalize':false}")); /* the last of a name counts */
    assert_text(last.json, json("{'normalize':false}"));
    MUST(put_config("s", "{'defaultMetadata':{'properties':{'a':'1'}}}"));
    MUST(put_config("s", "{'defaultMetadata':{'properties':{'b':'2'}}}")); /* members are not merged themselves */
    assert_text(last.json, json("{'normalize':false,'defaultMetadata':{'properties':{'b':'2'}}}"));
    MUST(put_config("s", "{'defaultMetadata':null}"));
    assert_text(last.json, json("{'normalize':false}"));
}
END_TEST

START_TEST(reads_policies_as_clients_expect)
{
    MUST(put_config("s", "{'compatibilityPolicy':'Strict'}"));
    assert_text(last.json, json("{'compatibilityPolicy':'STRICT'}"));
    MUST(put_config("s", "{'compatibilityPolicy':'none of these'}"));
    assert_text(last.json, "{}");
}
END_TEST

#define LEVELS                                                                                           \
    "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, " \
    "forward_transitive, and full_transitive"

START_TEST(refuses_what_it_cannot_read)
{
    REFUSED(put_config("s", "{'compatibility':'sideways'}"), INVALID_COMPATIBILITY, LEVELS);
    REFUSED(put_config("s", "{'compatibility':''}"), INVALID_COMPATIBILITY, LEVELS);
    REFUSED(put_config("s", "{'compatibility':[]}"), BAD_REQUEST,
            "Cannot read compatibility as text from a value of type array");
    REFUSED(put_config("s", "{'normalize':'perhaps'}"), BAD_REQUEST,
            "normalize: only \"true\" or \"false\" is recognized, not \"perhaps\"");
    REFUSED(put_config("s", "{'alias':{}}"), BAD_REQUEST, "Cannot read alias as text from a value of type object");
    REFUSED(put_config("s", "{'defaultMetadata':1}"), BAD_REQUEST,
            "Cannot read metadata 'metadata': a value of another type");
    REFUSED(put_config("s", "{'overrideRuleSet':{'domainRules':[{'name':'r'}]}}"), INVALID_RULESET,
            "Invalid rule set: a type is needed by rule 'r'");
    REFUSED(put_config("__GLOBAL", "{}"), INVALID_SUBJECT, "The specified subject '__GLOBAL' is not a valid.");
    REFUSED(put_config(":*:s", "{}"), INVALID_SUBJECT, "The specified subject ':*:s' is not a valid.");
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND, NOT_FOUND("s"));
    MUST(put_config(":.__GLOBAL:s", "{}")); /* only registrations are refused there */
}
END_TEST

/* What is in force: of the subject, else of its context, else of all contexts. Nothing is merged. */
START_TEST(inherits)
{
    MUST(put_config(":.__GLOBAL:", "{'compatibility':'FULL','normalize':true}"));
    assert_config("s", true, "{'normalize':true,'compatibilityLevel':'FULL'}");
    assert_config(":.ctx:s", true, "{'normalize':true,'compatibilityLevel':'FULL'}");
    assert_config("", false, "{'compatibilityLevel':'BACKWARD'}"); /* its own */
    assert_config("", true, "{'normalize':true,'compatibilityLevel':'FULL'}");
    MUST(put_config("", "{'compatibility':'FORWARD'}"));
    assert_config("s", true, "{'compatibilityLevel':'FORWARD'}");
    assert_config(":.ctx:s", true, "{'normalize':true,'compatibilityLevel':'FULL'}"); /* the default one is another */
    MUST(put_config(":.ctx:", "{'compatibilityGroup':'g'}"));
    assert_config(":.ctx:s", true, "{'compatibilityLevel':'BACKWARD','compatibilityGroup':'g'}");
    assert_config(":.ctx:", false, "{'compatibilityLevel':'BACKWARD','compatibilityGroup':'g'}");
    MUST(put_config(":.ctx:s", "{'validateFields':true}"));
    assert_config(":.ctx:s", true, "{'validateFields':true,'compatibilityLevel':'BACKWARD'}");
    REFUSED(get_config(":.ctx:t", false), CONFIG_NOT_FOUND, NOT_FOUND(":.ctx:t"));
    MUST(delete_config(":.ctx:s"));
    assert_config(":.ctx:s", true, "{'compatibilityLevel':'BACKWARD','compatibilityGroup':'g'}");
}
END_TEST

START_TEST(acts_on_what_is_in_force)
{
    must_register("s", body("'int'", NULL));
    must_register(":.ctx:s", body("'int'", NULL));
    MUST(put_config(":.__GLOBAL:", "{'compatibility':'NONE'}"));
    MUST(try_register("s", body("'string'", NULL)));
    MUST(try_register(":.ctx:s", body("'string'", NULL)));
    MUST(put_config("", "{'compatibility':'BACKWARD'}"));
    ck_assert_int_eq(try_register("s", body("'int'", NULL)), ERROR_NONE); /* is there */
    ck_assert_int_eq(try_register("s", body("'bytes'", NULL)), ERROR_NONE); /* reads texts */
    ck_assert_int_eq(try_register("s", body("'float'", NULL)), ERROR_INCOMPATIBLE);
    MUST(try_register(":.ctx:s", body("'float'", NULL)));
    MUST(put_config("s", "{'normalize':true}")); /* without a level: that of the program, not of the context */
    MUST(put_config("", "{'compatibility':'NONE'}"));
    ck_assert_int_eq(try_register("s", body("'float'", NULL)), ERROR_INCOMPATIBLE);
}
END_TEST

START_TEST(removes)
{
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    MUST(delete_config("s"));
    assert_text(last.json, json("{'compatibilityLevel':'FULL'}"));
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND, NOT_FOUND("s"));
    REFUSED(delete_config("s"), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(delete_config(":.ctx:"), SUBJECT_NOT_FOUND, "Subject ':.ctx:' not found.");
    static const char *const always[] = {"", ":.:", ":.__GLOBAL:"};
    for (size_t i = 0; i < 3; i++) {
        MUST(delete_config(always[i]));
        assert_text(last.json, json("{'compatibilityLevel':'BACKWARD'}"));
        MUST(put_config(always[i], "{'compatibility':'NONE'}"));
        MUST(delete_config(always[i]));
        assert_text(last.json, json("{'compatibilityLevel':'NONE'}"));
        assert_config(always[i], false, "{'compatibilityLevel':'BACKWARD'}");
    }
}
END_TEST

START_TEST(obeys_modes)
{
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    MUST(put_mode("s", "READONLY"));
    REFUSED(put_config("s", "{}"), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
    REFUSED(delete_config("s"), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
    REFUSED(put_config("s", "{'compatibility':'x'}"), INVALID_COMPATIBILITY, LEVELS); /* weighs more */
    MUST(put_config("", "{}"));
    MUST(put_mode("", "READONLY_OVERRIDE"));
    REFUSED(put_config("", "{}"), OPERATION_NOT_PERMITTED, "Subject null in context  is in read-only mode");
    REFUSED(delete_config(""), OPERATION_NOT_PERMITTED, "Subject null in context  is in read-only mode");
    MUST(put_mode(":.ctx:", "READONLY"));
    REFUSED(put_config(":.ctx:", "{}"), OPERATION_NOT_PERMITTED,
            "Subject :.ctx: in context :.ctx: is in read-only mode");
    REFUSED(put_config(":.ctx:t", "{}"), OPERATION_NOT_PERMITTED,
            "Subject :.ctx:t in context :.ctx: is in read-only mode");
    assert_config("s", false, "{'compatibilityLevel':'FULL'}");
}
END_TEST

START_TEST(says_what_cannot_be_read)
{
    struct storage_change change = {.kind = STORAGE_SET_CONFIG,
                                    .context = STR("."),
                                    .subject = STR("s"),
                                    .expected_settings_revision = 1,
                                    .set.value = STR("{"),
                                    .err = ERROR_INIT(fixture.arena)};
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    static const char wanted[] = "Error in the backend data store: a stored configuration cannot be read";
    REFUSED(get_config("s", false), STORE, wanted);
    REFUSED(put_config("s", "{}"), STORE, wanted);
    REFUSED(delete_config("s"), STORE, wanted);
    REFUSED(follow_alias("s"), STORE, wanted);
    REFUSED(try_register("s", body("'int'", NULL)), STORE, wanted);
}
END_TEST

/* -- something comes between, failures ------------------------------------------------------------------------------- */

static void normalize(void)
{
    MUST(put_config("s", "{'normalize':true}"));
}

START_TEST(merges_again_what_came_between)
{
    interfere = normalize;
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    ck_assert_uint_eq(last.attempts, 2);
    assert_text(last.json, json("{'normalize':true,'compatibility':'FULL'}"));
    interfere = normalize;
    MUST(delete_config("s"));
    assert_text(last.json, json("{'normalize':true,'compatibilityLevel':'FULL'}"));
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND, NOT_FOUND("s"));
}
END_TEST

static enum error_id put(void)
{
    return put_config("s", "{'compatibility':'FULL'}");
}

static enum error_id get(void)
{
    return get_config("s", true);
}

static enum error_id remove_config(void)
{
    return delete_config("s");
}

START_TEST(survives_failures)
{
    survive_failures(put, 3);
    survive_failures(put, 3);
    survive_failures(get, 2);
    survive_failures(remove_config, 3);
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND, NOT_FOUND("s"));
}
END_TEST

START_TEST(survives_small_memory)
{
    MUST(put_config("s", "{'alias':'a','defaultMetadata':{'properties':{'k':'v'}}}"));
    struct str before = store_dump(fixture.storage, fixture.arena);
    size_t failures = 0;
    for (request_bytes = 0;; request_bytes += 16, failures++) {
        start_core();
        enum error_id id = put();
        if (id == ERROR_NONE)
            break;
        ck_assert_msg(error_rows[id].http_status == 500, "with %zu bytes: %s", request_bytes, last.fault.p);
        ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    }
    ck_assert_uint_gt(failures, 10);
    assert_text(last.json, json("{'alias':'a','compatibility':'FULL','defaultMetadata':{'properties':{'k':'v'}}}"));
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, shows_the_default);
    tcase_add_test(tests, keeps_every_member_in_order);
    tcase_add_test(tests, merges_what_is_given);
    tcase_add_test(tests, reads_policies_as_clients_expect);
    tcase_add_test(tests, refuses_what_it_cannot_read);
    tcase_add_test(tests, inherits);
    tcase_add_test(tests, acts_on_what_is_in_force);
    tcase_add_test(tests, removes);
    tcase_add_test(tests, obeys_modes);
    tcase_add_test(tests, says_what_cannot_be_read);
    tcase_add_test(tests, merges_again_what_came_between);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("core_config", add);
}
