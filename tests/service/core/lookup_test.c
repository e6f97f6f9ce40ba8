/* Look-up: what counts as found, in the subject and elsewhere.
 * covers: service/core/lookup.c */
#include "requests.h"

#define RECORD(members) "{'type':'record','name':'R','fields':[{'name':'f','type':'int'}]" members "}"
#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER(type) "{'type':'record','name':'n.U','fields':[{'name':'b','type':" type "}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"

static void assert_found(const char *context, const char *subject, int32_t version, int32_t id)
{
    assert_text(last.found.context, context);
    assert_text(last.found.subject, subject);
    ck_assert_int_eq(last.found.version, version);
    ck_assert_int_eq(last.found.schema_id, id);
}

START_TEST(finds_content)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_lookup("s", body(" { 'type' : 'int' } ", NULL)));
    assert_found(".", "s", 1, 1);
    ck_assert(last.is_exact);
    assert_text(last.found.schema.text, "\"int\"");
    MUST(try_lookup(":.:s", body("'long'", NULL)));
    assert_found(".", "s", 2, 2);
}
END_TEST

START_TEST(says_what_is_missing)
{
    REFUSED(try_lookup("s", body("'int'", NULL)), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(try_lookup(":.ctx:s", body("'int'", NULL)), SUBJECT_NOT_FOUND, "Subject ':.ctx:s' not found.");
    REFUSED(try_lookup("s", "{}"), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    must_register("s", body("'int'", NULL));
    REFUSED(try_lookup("s", body("'long'", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    REFUSED(try_lookup("s", "{}"), SCHEMA_NOT_FOUND, "Schema not found");
    REFUSED(try_lookup("s", body(" ", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    ck_assert_int_eq(try_lookup("none", body("{", NULL)), ERROR_INVALID_SCHEMA); /* weighs more */
    REFUSED(try_lookup("none", body("'int'", "'schemaType':'XML'")), INVALID_SCHEMA, "Invalid schema type XML");
    REFUSED(try_lookup("none", body("'int'", "'id':'x'")), BAD_REQUEST, "id: x is not a number");
    options.schema_max_bytes = 4;
    start_core();
    REFUSED(try_lookup("s", body("'int'", NULL)), SCHEMA_TOO_LARGE,
            "Register operation failed because schema is too large");
}
END_TEST

START_TEST(finds_deleted_versions_where_asked)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_delete("s", 1, false));
    REFUSED(try_lookup("s", body("'int'", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    MUST(look_up("s", body("'int'", NULL), (struct arguments){.deleted = true}));
    assert_found(".", "s", 1, 1);
    ck_assert(last.found.is_deleted);
    MUST(try_delete("s", 2, false));
    REFUSED(try_lookup("s", body("'int'", NULL)), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(look_up("s", body("'float'", NULL), (struct arguments){.deleted = true}), SCHEMA_NOT_FOUND,
            "Schema not found");
}
END_TEST

START_TEST(finds_equivalent_content)
{
    must_register("s", body(RECORD(",'a':1,'b':2"), NULL));
    MUST(try_lookup("s", body(RECORD(",'b':2,'a':1"), NULL)));
    assert_found(".", "s", 1, 1);
    ck_assert(!last.is_exact);
    assert_text(last.found.schema.text, json(RECORD(",'a':1,'b':2")));
    ck_assert_int_eq(last.found.created_ms, 1000);
    REFUSED(try_lookup("s", body(RECORD(",'b':2,'a':1,'doc':''"), NULL)), SCHEMA_NOT_FOUND, "Schema not found");
}
END_TEST

/* The very same content wins over a newer version that is equivalent. */
START_TEST(prefers_the_very_same_content)
{
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    must_register("s", body("'int'", "'version':-1"));
    must_register("s", body("'int'", "'version':-2"));
    MUST(try_lookup("s", body("'int'", NULL)));
    assert_found(".", "s", 1, 1);
    ck_assert(last.is_exact);
    MUST(try_delete("s", 1, false));
    MUST(try_lookup("s", body("'int'", NULL))); /* the stamp of one side alone does not count; the newest is found */
    ck_assert_int_eq(last.found.version, 4);
    ck_assert(!last.is_exact);
    MUST(try_lookup("s", body("'int'", "'metadata':{'properties':{'confluent:version':'3'}}")));
    ck_assert_int_eq(last.found.version, 3);
    ck_assert(last.is_exact);
}
END_TEST

START_TEST(takes_a_stamp_for_the_number_of_a_version)
{
    must_register("s", body("'int'", NULL));
    MUST(try_lookup("s", body("'int'", "'metadata':{'properties':{'confluent:version':'1'}}")));
    ck_assert_int_eq(last.found.version, 1);
    ck_assert(!last.is_exact);
    REFUSED(try_lookup("s", body("'int'", "'metadata':{'properties':{'confluent:version':'2'}}")), SCHEMA_NOT_FOUND,
            "Schema not found");
}
END_TEST

START_TEST(finds_inlined_references)
{
    must_register("base", body(BASE, NULL));
    must_register("s", body(USER("'n.B'"), TO_BASE));
    MUST(try_lookup("s", body(USER("'B'"), "'references':[{'name':'n.B','subject':'base','version':-1}]")));
    assert_found(".", "s", 1, 2);
    ck_assert(last.is_exact);
    MUST(try_lookup("s", body(USER(BASE), NULL)));
    ck_assert(!last.is_exact);
    MUST(try_delete("s", 1, false));
    MUST(try_delete("base", 1, false)); /* whoever looks up may refer to what is deleted */
    MUST(look_up("s", body(USER("'n.B'"), TO_BASE), (struct arguments){.deleted = true}));
    ck_assert(last.is_exact);
}
END_TEST

START_TEST(compares_references)
{
    must_register("base", body(BASE, NULL));
    must_register("more", body("{'type':'record','name':'n.C','fields':[]}", NULL));
    must_register("s", body(USER("'n.B'"), "'references':[{'name':'n.C','subject':'more','version':1},"
                                           "{'name':'n.B','subject':'base','version':1}]"));
    /* The same text with fewer or other references is another schema. */
    REFUSED(try_lookup("s", body(USER("'n.B'"), TO_BASE)), SCHEMA_NOT_FOUND, "Schema not found");
    REFUSED(try_lookup("s", body(USER("'n.B'"), "'references':[{'name':'x','subject':'more','version':1},"
                                                "{'name':'n.B','subject':'base','version':1}]")),
            SCHEMA_NOT_FOUND, "Schema not found");
    /* In the normal form their order does not count, but only the candidate is brought into it. */
    must_register("t", body(USER("'n.B'"), "'references':[{'name':'n.B','subject':'base','version':1},"
                                           "{'name':'n.C','subject':'more','version':1}]"));
    const char *sent = body(USER("'n.B'"), "'references':[{'name':'n.C','subject':'more','version':1},"
                                           "{'name':'n.B','subject':'base','version':1},"
                                           "{'name':'n.B','subject':'base','version':1}]");
    REFUSED(try_lookup("t", sent), SCHEMA_NOT_FOUND, "Schema not found");
    MUST(look_up("t", sent, (struct arguments){.normalize = true}));
    ck_assert_int_eq(last.found.version, 1);
}
END_TEST

#define FIXED(more) "{'type':'fixed','name':'F'" more ",'size':1}"

START_TEST(normalizes_where_asked)
{
    must_register("s", body(FIXED(",'doc':''"), NULL));
    REFUSED(try_lookup("s", body(FIXED(""), NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    MUST(look_up("s", body(FIXED(""), NULL), (struct arguments){.normalize = true}));
    assert_text(last.found.schema.text, json(FIXED(",'doc':''")));
    MUST(put_config("s", "{'normalize':true}"));
    MUST(try_lookup("s", body(FIXED(""), NULL)));
    ck_assert_int_eq(last.found.version, 1);
}
END_TEST

START_TEST(fills_in_the_contract)
{
    MUST(put_config("s", "{'defaultMetadata':{'properties':{'a':'1'}}}"));
    must_register("s", body("'int'", "'metadata':{'properties':{'k':'v'}}"));
    MUST(try_lookup("s", body("'int'", NULL))); /* with that of the newest version */
    ck_assert_int_eq(last.found.version, 1);
    ck_assert(last.is_exact);
    MUST(try_lookup("s", body("'int'", "'metadata':{'properties':{'k':'v'}}"))); /* with the defaults */
    ck_assert_int_eq(last.found.version, 1);
    REFUSED(try_lookup("s", body("'int'", "'metadata':{'properties':{'k':'w'}}")), SCHEMA_NOT_FOUND,
            "Schema not found");
    MUST(try_delete("s", 1, false));
    REFUSED(look_up("s", body("'int'", NULL), (struct arguments){.deleted = true}), SCHEMA_NOT_FOUND,
            "Schema not found"); /* there is no newest version to take it from */
}
END_TEST

START_TEST(looks_in_other_contexts)
{
    must_register(":.b:s", body("'int'", NULL));
    must_register(":.a:s", body("'long'", NULL));
    must_register(":.a:s", body("'float'", NULL));
    must_register(":.b:s", body("'float'", NULL));
    must_register("s", body("'bytes'", NULL));
    MUST(try_lookup("s", body("'int'", NULL))); /* although the subject is here */
    assert_found(".b", "s", 1, 1);
    MUST(try_lookup("s", body("'float'", NULL))); /* in the order of names */
    assert_found(".a", "s", 2, 2);
    MUST(try_lookup(":.:s", body("'int'", NULL)));
    assert_found(".b", "s", 1, 1);
    REFUSED(try_lookup(":.a:s", body("'int'", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    REFUSED(try_lookup("s", body("'string'", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
    MUST(try_delete("s", 0, false));
    REFUSED(try_lookup("s", body("'string'", NULL)), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    MUST(try_delete(":.b:s", 1, false));
    REFUSED(try_lookup("s", body("'int'", NULL)), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    MUST(look_up("s", body("'int'", NULL), (struct arguments){.deleted = true}));
    assert_found(".b", "s", 1, 1);
}
END_TEST

/* What a candidate refers to need not be there in every context. */
START_TEST(passes_over_contexts_where_it_cannot_be_read)
{
    must_register("base", body(BASE, NULL));
    must_register(":.a:s", body("'int'", NULL));
    must_register(":.b:base", body(BASE, NULL));
    must_register(":.b:s", body(USER("'n.B'"), TO_BASE));
    MUST(try_lookup("s", body(USER("'n.B'"), TO_BASE)));
    assert_found(".b", "s", 1, 2);
}
END_TEST

#define NO_NAME "{'type':'record','name':'1R','fields':[]}"

START_TEST(refuses_names_that_no_writer_could_use)
{
    ck_assert_int_eq(try_lookup("s", body(NO_NAME, NULL)), ERROR_INVALID_SCHEMA);
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body(NO_NAME, "'id':1")));
    MUST(try_lookup("s", body(NO_NAME, NULL))); /* unless they are stored */
    ck_assert_int_eq(last.found.version, 1);
    ck_assert_int_eq(try_lookup("t", body(NO_NAME, NULL)), ERROR_INVALID_SCHEMA);
}
END_TEST

START_TEST(works_in_every_mode)
{
    must_register("s", body("'int'", NULL));
    MUST(put_mode("s", "READONLY"));
    MUST(try_lookup("s", body("'int'", NULL)));
    MUST(force_mode("s", "IMPORT"));
    MUST(try_lookup("s", body("'int'", NULL)));
}
END_TEST

/* Only a registration is asked whether its rules are valid. */
START_TEST(does_not_judge_rule_sets)
{
    must_register("s", body("'int'", NULL));
    REFUSED(try_lookup("s", body("'int'", "'ruleSet':{'domainRules':[{'name':'','type':'T'}]}")), SCHEMA_NOT_FOUND,
            "Schema not found");
}
END_TEST

/* -- failures ------------------------------------------------------------------------------------------------------- */

static enum error_id look_up_user(void)
{
    return try_lookup("s", body(USER("'n.B'"), "'references':[{'name':'n.B','subject':'base','version':-1}]"));
}

static enum error_id look_up_int(void)
{
    return try_lookup("s", body("'int'", NULL));
}

START_TEST(survives_failures)
{
    must_register("base", body(BASE, NULL));
    must_register("s", body(USER("'n.B'"), TO_BASE));
    survive_failures(look_up_user, 5);
    MUST(try_register("s", json("{'metadata':{'properties':{'k':'v'}}}")));
    MUST(try_delete("s", 1, false));
    survive_failures(look_up_user, 7); /* with the contract of the newest version */
    ck_assert_int_eq(last.found.version, 2);
}
END_TEST

/* A store that fails is no reason to say that there is nothing. */
START_TEST(survives_failures_in_other_contexts)
{
    must_register(":.a:s", body("'long'", NULL));
    must_register(":.b:s", body("'int'", NULL));
    survive_failures(look_up_int, 6);
    assert_found(".b", "s", 1, 1);
    MUST(try_delete(":.b:s", 1, false));
    survive_failures_until(look_up_int, ERROR_SUBJECT_NOT_FOUND, 8);
    must_register("s", body("'bytes'", NULL));
    survive_failures_until(look_up_int, ERROR_SCHEMA_NOT_FOUND, 9);
}
END_TEST

START_TEST(survives_small_memory)
{
    /* Found once it has the contract of the newest version, but for the stamp: the longest way. */
    char metadata[3000];
    snprintf(metadata, sizeof metadata, "'version':-2,'metadata':{'properties':{'k':'%02000d\\n'}}", 0);
    must_register("s", body("'int'", metadata));
    must_register("s", body("'long'", metadata + strlen("'version':-2,")));
    size_t failures = 0;
    for (request_bytes = 128; request_bytes < 40000; request_bytes += 16) {
        start_core();
        enum error_id id = look_up_int();
        failures += id != ERROR_NONE;
        if (id == ERROR_NONE)
            ck_assert_int_eq(last.found.version, 1);
        else
            ck_assert_msg(error_rows[id].http_status == 500 || id == ERROR_SCHEMA_TOO_LARGE, "with %zu bytes: %s",
                          request_bytes, last.fault.p);
    }
    ck_assert_uint_gt(failures, 10);
    MUST(look_up_int());
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, finds_content);
    tcase_add_test(tests, says_what_is_missing);
    tcase_add_test(tests, finds_deleted_versions_where_asked);
    tcase_add_test(tests, finds_equivalent_content);
    tcase_add_test(tests, prefers_the_very_same_content);
    tcase_add_test(tests, takes_a_stamp_for_the_number_of_a_version);
    tcase_add_test(tests, finds_inlined_references);
    tcase_add_test(tests, compares_references);
    tcase_add_test(tests, normalizes_where_asked);
    tcase_add_test(tests, fills_in_the_contract);
    tcase_add_test(tests, looks_in_other_contexts);
    tcase_add_test(tests, passes_over_contexts_where_it_cannot_be_read);
    tcase_add_test(tests, refuses_names_that_no_writer_could_use);
    tcase_add_test(tests, works_in_every_mode);
    tcase_add_test(tests, does_not_judge_rule_sets);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_failures_in_other_contexts);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("lookup", add);
}
