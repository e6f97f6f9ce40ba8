/* What is said of a candidate that is refused; the forms in which stored schemas are answered, and the memory of them.
 * covers: service/core/candidate.c */
#include "requests.h"

#define BASE(fields) "{'type':'record','name':'n.B','fields':[" fields "]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"
#define USER_TEXT "{'type':'record','name':'U','namespace':'n','fields':[{'name':'b','type':'B'}]}"

START_TEST(describes_what_it_refuses)
{
    must_register("base", body(BASE(""), NULL));
    const char *members = TO_BASE ",'metadata':{'properties':{'k':'v'}},"
                                  "'ruleSet':{'domainRules':[{'name':'r','type':'T'}]}";
    REFUSED(
        try_register("s", body("{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.X'}]}", members)),
        INVALID_SCHEMA,
        "Invalid schema of type AVRO, details: Invalid schema {subject=s,version=null,id=null,"
        "guid=9d614c0c-7b18-29cb-22d0-1aca355872d2,schemaType=AVRO,references=[{name='n.B', subject='base', "
        "version=1}],metadata={\"properties\":{\"k\":\"v\"}},ruleSet={\"domainRules\":[{\"name\":\"r\",\"kind\":"
        "\"TRANSFORM\",\"mode\":\"WRITEREAD\",\"type\":\"T\",\"disabled\":false}]},schema={\"type\":\"record\","
        "\"name\":\"n.U\",\"fields\":[{\"name\":\"b\",\"type\":\"n.X\"}]},schemaTags=null,ts=null,deleted=null} with "
        "refs [{name='n.B', subject='base', version=1}] of type AVRO, details: Undefined schema: n.X");
}
END_TEST

START_TEST(refuses_names_even_without_validation)
{
    MUST(put_config("s", "{'validateNewSchemas':false}"));
    const char *bad_name = "{'type':'record','name':'1R','fields':[]}";
    ck_assert_int_eq(try_register("s", body(bad_name, NULL)), ERROR_INVALID_SCHEMA);
    ck_assert(str_ends(last.fault, STR("Illegal initial character: 1R")));
    /* Letters of other scripts are names for whoever does not ask for more. */
    const char *foreign = "{'type':'record','name':'\xC3\x9C','fields':[]}";
    MUST(try_register("s", body(foreign, NULL)));
    ck_assert_int_eq(try_register("t", body(foreign, NULL)), ERROR_INVALID_SCHEMA);
}
END_TEST

/* -- forms of what is stored ----------------------------------------------------------------------------------------- */

static int decide_text(struct request *r)
{
    if (core_read_version(&r->call, r->subject, GIVEN(r)->version, true, &last.found) != 0)
        return -1;
    return core_stored_text(&r->call, &last.found, str_of(GIVEN(r)->text), &last.json);
}

static enum error_id read_text(const char *subject, int32_t version, const char *format)
{
    return run(subject, NULL, (struct arguments){.version = version, .text = format}, decide_text, NULL);
}

START_TEST(writes_references_out_where_asked)
{
    must_register("base", body(BASE("{'name':'x','type':'int'}"), NULL));
    must_register("s", body(USER, TO_BASE));
    const char *resolved = "{'type':'record','name':'U','namespace':'n','fields':[{'name':'b','type':{'type':'record',"
                           "'name':'B','fields':[{'name':'x','type':'int'}]}}]}";
    static const char *const others[] = {"", "default", "resolved ", "serialized"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        MUST(read_text("s", 1, others[i]));
        assert_text(last.json, json(USER_TEXT));
    }
    MUST(read_text("s", 1, "resolved"));
    assert_text(last.json, json(resolved));
    MUST(read_text("s", 1, "ReSolved"));
    assert_text(last.json, json(resolved));
    MUST(read_text("base", 1, "resolved")); /* refers to nothing */
    assert_text(last.json, json("{'type':'record','name':'B','namespace':'n','fields':[{'name':'x','type':'int'}]}"));
}
END_TEST

static int decide_qualify(struct request *r)
{
    if (core_read_version(&r->call, r->subject, GIVEN(r)->version, true, &last.found) != 0)
        return -1;
    return core_references_qualify(&r->call, &last.found);
}

static enum error_id qualify(const char *subject)
{
    return run(subject, NULL, (struct arguments){.version = 1}, decide_qualify, NULL);
}

START_TEST(qualifies_subjects_of_references)
{
    must_register("base", body(BASE(""), NULL));
    must_register(":.ctx:base", body(BASE(""), NULL));
    must_register(":.x:base", body("{'type':'record','name':'n.C','fields':[]}", NULL));
    must_register("s", body(USER, TO_BASE));
    must_register(":.ctx:s", body(USER, "'references':[{'name':'n.B','subject':'base','version':1},"
                                        "{'name':'n.C','subject':':.x:base','version':1}]"));
    must_register(":.ctx:t", body("'int'", NULL));
    MUST(qualify("s")); /* those of the default context stand as they are */
    assert_text(last.found.schema.references, json("[{'name':'n.B','subject':'base','version':1}]"));
    MUST(qualify(":.ctx:s"));
    assert_text(last.found.schema.references, json("[{'name':'n.B','subject':':.ctx:base','version':1},"
                                                   "{'name':'n.C','subject':':.x:base','version':1}]"));
    MUST(qualify(":.ctx:t"));
    ck_assert_ptr_null(last.found.schema.references.p);
}
END_TEST

/* -- the memory of parsed schemas ------------------------------------------------------------------------------------ */

static struct stamped_cache_totals totals(void)
{
    struct stamped_cache_totals t;
    stamped_cache_totals(core->schemas, &t);
    return t;
}

/* What a schema refers to can be replaced under it: what was parsed before is not used again. */
START_TEST(forgets_what_refers_to_what_has_changed)
{
    MUST(put_mode("base", "IMPORT"));
    MUST(try_register("base", body(BASE("{'name':'x','type':'int'}"), "'id':1,'version':1")));
    must_register("s", body(USER, TO_BASE));
    must_register("t", body("'int'", NULL));
    MUST(read_text("s", 1, "resolved"));
    MUST(read_text("s", 1, "resolved"));
    ck_assert_uint_eq(totals().hits, 1);
    MUST(try_register("t", body("'long'", NULL))); /* of no concern */
    MUST(read_text("s", 1, "resolved"));
    ck_assert_uint_eq(totals().hits, 2);
    MUST(try_register("base", body(BASE("{'name':'y','type':'long'}"), "'id':9,'version':1")));
    MUST(read_text("s", 1, "resolved"));
    assert_text(last.json, json("{'type':'record','name':'U','namespace':'n','fields':[{'name':'b','type':{'type':"
                                "'record','name':'B','fields':[{'name':'y','type':'long'}]}}]}"));
    ck_assert_uint_eq(totals().hits, 2);
}
END_TEST

/* An answer that rests on a parsed schema rests on all that this one refers to. */
START_TEST(answers_rest_on_what_is_referred_to)
{
    MUST(put_mode("base", "IMPORT"));
    MUST(try_register("base", body(BASE(""), "'id':1,'version':1")));
    must_register("s", body(USER, TO_BASE));
    for (int from_memory = 0; from_memory <= 1; from_memory++) {
        char again[32];
        snprintf(again, sizeof again, "'id':%d,'version':1", 10 + from_memory);
        MUST(read_text("s", 1, "resolved"));
        MUST(read_text("s", 1, "resolved"));
        struct stamp_set rests_on = last.stamps;
        ck_assert(stamp_set_holds(&stamps, &rests_on));
        MUST(try_register("base", body(from_memory ? BASE("") : BASE("{'name':'x','type':'int'}"), again)));
        ck_assert(!stamp_set_holds(&stamps, &rests_on));
    }
    ck_assert_uint_eq(totals().hits, 2);
}
END_TEST

START_TEST(tells_contexts_apart)
{
    must_register(":.a:base", body(BASE("{'name':'x','type':'int'}"), NULL));
    must_register(":.b:base", body(BASE("{'name':'y','type':'int'}"), NULL));
    must_register(":.a:s", body(USER, TO_BASE));
    must_register(":.b:s", body(USER, TO_BASE)); /* the same GUID, and other references behind it */
    MUST(read_text(":.a:s", 1, "resolved"));
    struct str of_a = last.json;
    MUST(read_text(":.b:s", 1, "resolved"));
    ck_assert(!str_equal(of_a, last.json));
    MUST(read_text(":.a:s", 1, "resolved"));
    ck_assert(str_equal(of_a, last.json));
    ck_assert_uint_eq(totals().hits, 1);
}
END_TEST

START_TEST(works_without_memory_of_schemas)
{
    options.schema_cache_bytes = 0;
    start_core();
    must_register("base", body(BASE(""), NULL));
    must_register("s", body(USER, TO_BASE));
    MUST(read_text("s", 1, "resolved"));
    struct str text = last.json;
    MUST(read_text("s", 1, "resolved"));
    ck_assert(str_equal(text, last.json));
    ck_assert_uint_eq(totals().count, 0);
}
END_TEST

/* -- what some earlier program stored -------------------------------------------------------------------------------- */

static void store(const char *subject, const char *format, const char *text, const char *references)
{
    struct storage_change change = {.kind = STORAGE_REGISTER,
                                    .context = STR(".ctx"),
                                    .subject = str_of(subject),
                                    .expected_settings_revision = 1,
                                    .err = ERROR_INIT(fixture.arena)};
    change.reg.schema = (struct stored_schema){
        .format = str_of(format), .text = str_of(json(text)), .references = str_of(json(references))};
    change.reg.schema_id = -1;
    memcpy(change.reg.schema.guid, subject, strlen(subject));
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

START_TEST(says_what_cannot_be_read)
{
    store("format", "XML", "<x/>", "[]");
    store("references", "AVRO", "'int'", "[");
    store("number", "AVRO", "'int'", "[{'name':'x','subject':'y','version':'z'}]");
    store("gone", "AVRO", "'int'", "[{'name':'x','subject':'y','version':1}]");
    store("text", "AVRO", "nonsense", "[]");
    REFUSED(read_text(":.ctx:format", 1, "resolved"), INVALID_SCHEMA, "Invalid schema type XML");
    REFUSED(read_text(":.ctx:references", 1, "resolved"), STORE,
            "Error in the backend data store: stored references cannot be read");
    REFUSED(qualify(":.ctx:references"), STORE, "Error in the backend data store: stored references cannot be read");
    REFUSED(read_text(":.ctx:number", 1, "resolved"), BAD_REQUEST, "version: z is not a number");
    REFUSED(read_text(":.ctx:gone", 1, "resolved"), INVALID_SCHEMA,
            "No schema reference found for subject \":.ctx:y\" and version 1");
    ck_assert_int_eq(read_text(":.ctx:text", 1, "resolved"), ERROR_INVALID_SCHEMA);
    ck_assert_uint_eq(totals().count, 0);
    MUST(read_text(":.ctx:text", 1, "")); /* as it is it can be had */
    assert_text(last.json, "nonsense");
}
END_TEST

/* -- failures -------------------------------------------------------------------------------------------------------- */

static enum error_id resolve_user(void)
{
    return read_text(":.ctx:s", 1, "resolved");
}

static enum error_id qualify_user(void)
{
    return qualify(":.ctx:s");
}

START_TEST(survives_failures)
{
    must_register(":.ctx:base", body(BASE(""), NULL));
    must_register(":.ctx:s", body(USER, TO_BASE));
    survive_failures(resolve_user, 3);
    survive_failures(qualify_user, 2);
}
END_TEST

START_TEST(survives_small_memory)
{
    must_register(":.ctx:base", body(BASE("{'name':'x','type':'int'}"), NULL));
    must_register(":.ctx:s", body(USER, TO_BASE));
    MUST(resolve_user());
    struct str text = last.json;
    size_t failures = 0;
    for (request_bytes = 128; request_bytes < 20000; request_bytes += 16) {
        start_core();
        enum error_id id = resolve_user();
        failures += id != ERROR_NONE;
        if (id == ERROR_NONE)
            ck_assert(str_equal(text, last.json));
        else
            ck_assert_msg(error_rows[id].http_status == 500 || id == ERROR_SCHEMA_TOO_LARGE, "with %zu bytes: %s",
                          request_bytes, last.fault.p);
    }
    ck_assert_uint_gt(failures, 10);
    MUST(resolve_user());
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, describes_what_it_refuses);
    tcase_add_test(tests, refuses_names_even_without_validation);
    tcase_add_test(tests, writes_references_out_where_asked);
    tcase_add_test(tests, qualifies_subjects_of_references);
    tcase_add_test(tests, forgets_what_refers_to_what_has_changed);
    tcase_add_test(tests, answers_rest_on_what_is_referred_to);
    tcase_add_test(tests, tells_contexts_apart);
    tcase_add_test(tests, works_without_memory_of_schemas);
    tcase_add_test(tests, says_what_cannot_be_read);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("candidate", add);
}
