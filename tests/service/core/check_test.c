/* Compatibility: which versions a candidate is compared with, and what is said about it.
 * covers: service/core/check.c */
#include "requests.h"

#define RECORD(fields) "{'type':'record','name':'R','fields':[" fields "]}"
#define FIELD(name) "{'name':'" name "','type':'int','default':1}"
#define RESERVING(names) "'metadata':{'properties':{'confluent:reserved':'" names "'}}"

/* The messages, joined by " | ". */
static const char *messages(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 24);
    for (size_t i = 0; i < last.verdict.messages.count; i++)
        buf_printf(&out, "%s" STR_FMT, i ? " | " : "", STR_ARG(last.verdict.messages.items[i]));
    return arena_str(fixture.arena, buf_str(&out)).p;
}

/* The version that the messages name; 0 when the candidate is compatible, -1 when they name none, which is so in a check
 * of both directions where only the old schema cannot read what the new one writes. */
static int32_t failing_version(void)
{
    if (last.verdict.is_compatible) {
        ck_assert_uint_eq(last.verdict.messages.count, 0);
        return 0;
    }
    const char *found = strstr(messages(), "{oldSchemaVersion: ");
    return found ? found[strlen("{oldSchemaVersion: ")] - '0' : -1;
}

static const struct {
    const char *level;
    int32_t with_int, with_long, with_string; /* versions at which these candidates fail */
} levels[] = {
    {"NONE", 0, 0, 0},
    {"BACKWARD", 0, 0, 2},
    {"BACKWARD_TRANSITIVE", 1, 0, 2},
    {"FORWARD", 0, 2, 2},
    {"forward_transitive", 0, 2, 2},
    {"FULL", 0, -1, 2},
    {"full_Transitive", 1, -1, 2},
};

/* History: long, then int. A long reads what an int wrote, but not the other way round. */
START_TEST(compares_as_the_level_says)
{
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    must_register("s", body("'long'", NULL));
    must_register("s", body("'int'", NULL));
    char config[64];
    snprintf(config, sizeof config, "{'compatibility':'%s'}", levels[_i].level);
    MUST(put_config("s", config));
    MUST(try_check("s", 0, body("'int'", NULL)));
    ck_assert_int_eq(failing_version(), levels[_i].with_int);
    MUST(try_check("s", 0, body("'long'", NULL)));
    ck_assert_int_eq(failing_version(), levels[_i].with_long);
    MUST(try_check("s", 0, body("'string'", NULL)));
    ck_assert_int_eq(failing_version(), levels[_i].with_string);
    /* With a number it is that version alone, whatever the level. */
    MUST(try_check("s", 2, body("'int'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", STORAGE_LATEST, body("'int'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", 1, body("'string'", NULL)));
    ck_assert_int_eq(failing_version(), levels[_i].with_string ? 1 : 0);
}
END_TEST

START_TEST(compares_with_nothing)
{
    MUST(try_check("s", 0, body("'int'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", STORAGE_LATEST, body("'int'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    REFUSED(try_check("s", 1, body("'int'", NULL)), VERSION_NOT_FOUND, "Version 1 not found.");
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_delete("s", 2, false));
    REFUSED(try_check("s", 2, body("'int'", NULL)), VERSION_NOT_FOUND, "Version 2 not found.");
    MUST(try_check("s", STORAGE_LATEST, body("'int'", NULL))); /* what is deleted never counts */
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_delete("s", 1, false));
    MUST(try_check("s", 0, body("'string'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", STORAGE_LATEST, body("'string'", NULL)));
    ck_assert_int_eq(failing_version(), 0);
    must_register(":.ctx:t", body("'int'", NULL));
    MUST(try_check("t", 0, body("'string'", NULL))); /* other contexts are not looked at */
    ck_assert_int_eq(failing_version(), 0);
}
END_TEST

/* What the operator decides for all subjects comes before the policy of one. */
START_TEST(follows_the_policy)
{
    const char *policies[] = {"STRICT", "LENIENT"};
    options.sound_verdicts = _i / 2;
    start_core();
    char config[64];
    snprintf(config, sizeof config, "{'compatibilityPolicy':'%s'}", policies[_i % 2]);
    MUST(put_config("s", config));
    must_register("s", body("{'type':'object'}", "'schemaType':'JSON'"));
    MUST(try_check("s", 0, body("{'type':'object','properties':{'a':{'type':'null'}}}", "'schemaType':'JSON'")));
    ck_assert_int_eq(failing_version(), _i == 1 ? 0 : 1);
    MUST(try_check("s", 0, body("{'type':'object','required':['a']}", "'schemaType':'JSON'")));
    ck_assert_int_eq(failing_version(), options.sound_verdicts ? 1 : 0);
}
END_TEST

START_TEST(says_why)
{
    must_register("s", body("'int'", NULL));
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    MUST(put_mode("s", "READONLY"));
    MUST(try_check("s", 0, body("'string'", NULL)));
    ck_assert_str_eq(
        messages(),
        "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the old schema does not match with "
        "the new schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'} | "
        "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match with "
        "the old schema', additionalInfo:'reader type: STRING not compatible with writer type: INT'} | "
        "{oldSchemaVersion: 1} | {oldSchema: '\"int\"'} | {validateFields: 'false', compatibility: 'FULL'}");
}
END_TEST

START_TEST(compares_within_a_group)
{
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    must_register("s", body("'string'", "'metadata':{'properties':{'major':'1'}}"));
    must_register("s", body("'int'", "'metadata':{'properties':{'major':'2'}}"));
    must_register("s", body("'bytes'", "'metadata':{'properties':{'other':'2'}}"));
    MUST(put_config("s", "{'compatibility':'BACKWARD_TRANSITIVE','compatibilityGroup':'major'}"));
    MUST(try_check("s", 0, body("'long'", "'metadata':{'properties':{'major':'2'}}")));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", 0, body("'long'", "'metadata':{'properties':{'major':'1'}}")));
    ck_assert_int_eq(failing_version(), 1);
    MUST(try_check("s", 0, body("'long'", NULL))); /* no value equals no value */
    ck_assert_int_eq(failing_version(), 3);
    MUST(try_check("s", 0, body("'long'", "'metadata':{'properties':{'major':'3'}}")));
    ck_assert_int_eq(failing_version(), 0);
    MUST(try_check("s", 1, body("'long'", "'metadata':{'properties':{'major':'2'}}"))); /* with a number, too */
    ck_assert_int_eq(failing_version(), 0);
    MUST(put_config("s", "{'compatibility':'BACKWARD'}"));
    MUST(try_check("s", 0, body("'long'", "'metadata':{'properties':{'major':'1'}}"))); /* the newest of the group */
    ck_assert_int_eq(failing_version(), 1);
}
END_TEST

START_TEST(keeps_reserved_names)
{
    MUST(put_config("s", "{'validateFields':true,'compatibility':'NONE'}"));
    must_register("s", body(RECORD(FIELD("a")), RESERVING("x, y")));
    MUST(try_check("s", 0, body(RECORD(FIELD("a")), RESERVING("y,x,z"))));
    ck_assert(last.verdict.is_compatible);
    MUST(try_check("s", 0, body(RECORD(FIELD("y") "," FIELD("b") "," FIELD("x")), RESERVING("y,x"))));
    ck_assert_str_eq(messages(), "The new schema has field that conflicts with the reserved field y. | The new schema "
                                 "has field that conflicts with the reserved field x. | "
                                 "{validateFields: 'true', compatibility: 'NONE'}");
    MUST(try_check("s", 0, body(RECORD(FIELD("y")), NULL)));
    ck_assert_str_eq(messages(), "The new schema has reserved field x removed from its metadata which is present in "
                                 "the old schema's metadata. | "
                                 "The new schema has reserved field y removed from its metadata which is present in "
                                 "the old schema's metadata. | "
                                 "{validateFields: 'true', compatibility: 'NONE'}");
    MUST(put_config("s", "{'compatibility':'BACKWARD'}"));
    MUST(try_check("s", 0, body("'int'", RESERVING("x,y,int"))));
    ck_assert(strstr(messages(), "{validateFields: 'true', compatibility: 'BACKWARD'}") != NULL);
    ck_assert_int_eq(failing_version(), 1);
    REFUSED(
        try_register("s", body(RECORD(FIELD("a") "," FIELD("x")), NULL)), INCOMPATIBLE,
        "Schema being registered is incompatible with an earlier schema for subject \"s\", details: [The new schema "
        "has field that conflicts with the reserved field x., {validateFields: 'true', compatibility: "
        "'BACKWARD'}]");
    MUST(REGISTER("s", body(RECORD(FIELD("a") "," FIELD("x")), NULL), .force = true));
    MUST(put_config("s", "{'validateFields':false}"));
    MUST(try_check("s", 0, body(RECORD(FIELD("x")), NULL)));
    ck_assert(last.verdict.is_compatible);
}
END_TEST

/* However many fields there are. */
START_TEST(keeps_reserved_names_of_large_records)
{
    struct buf text;
    buf_init(&text, fixture.arena, 1 << 20);
    buf_add(&text, STR("{'type':'record','name':'R','fields':["));
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, "{'name':'f%d','type':'int'},", i);
    buf_add(&text, STR("{'name':'x','type':'int'}]}"));
    MUST(put_config("s", "{'validateFields':true}"));
    MUST(try_check("s", 0, body(arena_str(fixture.arena, buf_str(&text)).p, RESERVING("x"))));
    ck_assert_str_eq(messages(), "The new schema has field that conflicts with the reserved field x. | "
                                 "{validateFields: 'true', compatibility: 'BACKWARD'}");
}
END_TEST

START_TEST(answers_what_is_no_schema)
{
    must_register("s", body("'int'", NULL));
    ck_assert_int_eq(try_check("s", 0, body("{", NULL)), ERROR_INVALID_SCHEMA);
    struct str why = last.fault;
    MUST(run("s", body("{", NULL), (struct arguments){.verbose = true}, decide_check, NULL));
    ck_assert(!last.verdict.is_compatible);
    assert_text(why, messages());
    MUST(run("s", body("", NULL), (struct arguments){.verbose = true}, decide_check, NULL));
    ck_assert_str_eq(messages(), "Empty schema");
    ck_assert(!last.verdict.is_compatible);
    REFUSED(run("s", json("{'schema':{}}"), (struct arguments){.verbose = true}, decide_check, NULL), BAD_REQUEST,
            "Cannot read schema as text from a value of type object");
    REFUSED(run("none", body("{", NULL), (struct arguments){.verbose = true, .version = 1}, decide_check, NULL),
            VERSION_NOT_FOUND, "Version 1 not found.");
    const char *bad_default = RECORD("{'name':'f','type':'int','default':'x'}");
    ck_assert_int_eq(try_check("t", 0, body(bad_default, NULL)), ERROR_INVALID_SCHEMA);
    MUST(put_config("t", "{'validateNewSchemas':false}"));
    MUST(try_check("t", 0, body(bad_default, NULL)));
    options.schema_max_bytes = 3;
    start_core();
    ck_assert_int_eq(run("s", body("'int'", NULL), (struct arguments){.verbose = true}, decide_check, NULL),
                     ERROR_SCHEMA_TOO_LARGE);
}
END_TEST

START_TEST(needs_active_references)
{
    must_register("base", body(RECORD(FIELD("a")), NULL));
    const char *user = "{'type':'record','name':'U','fields':[{'name':'r','type':'R'}]}";
    const char *given = body(user, "'references':[{'name':'R','subject':'base','version':1}]");
    MUST(try_check("s", 0, given));
    ck_assert(last.verdict.is_compatible);
    MUST(try_delete("base", 1, false));
    ck_assert_int_eq(try_check("s", 0, given), ERROR_INVALID_SCHEMA);
    ck_assert(str_ends(last.fault, STR("No schema reference found for subject \"base\" and version 1")));
}
END_TEST

/* Only a registration is asked whether its rules are valid. */
START_TEST(does_not_judge_rule_sets)
{
    must_register("s", body("'int'", NULL));
    MUST(try_check("s", 0, body("'int'", "'ruleSet':{'domainRules':[{'name':'','type':'T'}]}")));
    ck_assert(last.verdict.is_compatible);
}
END_TEST

/* A version as some earlier program may have stored it. */
static void store_version(const char *subject, const char *format, const char *text)
{
    struct storage_change change = {.kind = STORAGE_REGISTER,
                                    .context = STR("."),
                                    .subject = str_of(subject),
                                    .expected_settings_revision = 1,
                                    .err = ERROR_INIT(fixture.arena)};
    change.reg.schema = (struct stored_schema){.format = str_of(format), .text = str_of(text)};
    change.reg.schema_id = -1;
    memcpy(change.reg.schema.guid, text, strlen(text));
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

START_TEST(is_incompatible_with_what_cannot_be_read)
{
    store_version("s", "AVRO", "nonsense");
    store_version("t", "XML", "<int/>");
    MUST(try_check("s", 0, body("'int'", NULL)));
    ck_assert(!last.verdict.is_compatible);
    ck_assert_str_eq(
        messages(),
        "{errorType:'UNREADABLE_SCHEMA', description:'Version 1 cannot be compared with', "
        "additionalInfo:'Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token "
        "'null', 'true' or 'false') (line: 1, column: 1)'} | "
        "{validateFields: 'false', compatibility: 'BACKWARD'}");
    MUST(try_check("t", 0, body("'int'", NULL)));
    ck_assert_str_eq(messages(), "{errorType:'UNREADABLE_SCHEMA', description:'Version 1 cannot be compared with', "
                                 "additionalInfo:'Invalid schema type XML'} | "
                                 "{validateFields: 'false', compatibility: 'BACKWARD'}");
}
END_TEST

START_TEST(parses_stored_schemas_once)
{
    struct stamped_cache_totals totals;
    must_register("s", body("'int'", NULL));
    for (int i = 0; i < 3; i++)
        MUST(try_check("s", 0, body("'long'", NULL)));
    stamped_cache_totals(core->schemas, &totals);
    ck_assert_uint_eq(totals.count, 1);
    ck_assert_uint_eq(totals.hits, 2);
    ck_assert_uint_eq(totals.misses, 1);
}
END_TEST

/* -- failures ------------------------------------------------------------------------------------------------------- */

static enum error_id check_all(void)
{
    return try_check("s", 0, body("'long'", "'metadata':{'properties':{'g':'1'}}"));
}

static enum error_id check_latest(void)
{
    return try_check("s", STORAGE_LATEST, body("'long'", NULL));
}

static enum error_id check_first(void)
{
    return try_check("s", 1, body("'long'", NULL));
}

static enum error_id check_missing(void)
{
    return try_check("s", 9, body("'long'", NULL));
}

START_TEST(survives_failures)
{
    must_register("s", body("'int'", "'metadata':{'properties':{'g':'1'}}"));
    must_register("s", body("'long'", "'metadata':{'properties':{'g':'1'}}"));
    survive_failures(check_all, 4);
    survive_failures(check_latest, 4);
    survive_failures(check_first, 5);
    survive_failures_until(check_missing, ERROR_VERSION_NOT_FOUND, 4);
    MUST(put_config("s", "{'compatibility':'BACKWARD_TRANSITIVE','compatibilityGroup':'g','validateFields':true}"));
    survive_failures(check_all, 9);
    ck_assert(last.verdict.is_compatible);
}
END_TEST

static enum error_id check_user(void)
{
    return try_check("user", 0,
                     body("{'type':'record','name':'U','fields':[{'name':'r','type':'R'}]}",
                          "'references':[{'name':'R','subject':'base','version':-1}]"));
}

START_TEST(survives_failures_with_references)
{
    must_register("base", body(RECORD(FIELD("a")), NULL));
    must_register("user", body("{'type':'record','name':'U','fields':[{'name':'r','type':'R'}]}",
                               "'references':[{'name':'R','subject':'base','version':1}]"));
    survive_failures(check_user, 7);
    ck_assert(last.verdict.is_compatible);
}
END_TEST

/* With little memory there may be no verdict, but never a wrong one. */
START_TEST(survives_small_memory)
{
    char metadata[3000];
    snprintf(metadata, sizeof metadata, "'metadata':{'properties':{'g':'1','k':'%02000d\\n'}}", 0);
    must_register("s", body("'int'", metadata));
    MUST(put_config("s", "{'compatibilityGroup':'g','validateFields':true}"));
    size_t failures = 0;
    for (request_bytes = 128; request_bytes < 150000; request_bytes += request_bytes < 40000 ? 16 : 1024) {
        start_core();
        bool is_compatible = request_bytes & 16;
        enum error_id id = try_check("s", 0, body(is_compatible ? "'long'" : "'string'", metadata));
        failures += id != ERROR_NONE;
        if (id == ERROR_NONE)
            ck_assert_msg(last.verdict.is_compatible == is_compatible, "with %zu bytes", request_bytes);
        else
            ck_assert_msg(error_rows[id].http_status == 500 || id == ERROR_SCHEMA_TOO_LARGE, "with %zu bytes: %s",
                          request_bytes, last.fault.p);
    }
    ck_assert_uint_gt(failures, 10);
    MUST(try_check("s", 0, body("'long'", metadata)));
    ck_assert(last.verdict.is_compatible);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, compares_as_the_level_says, 0, sizeof levels / sizeof levels[0]);
    tcase_add_test(tests, compares_with_nothing);
    tcase_add_loop_test(tests, follows_the_policy, 0, 4);
    tcase_add_test(tests, says_why);
    tcase_add_test(tests, compares_within_a_group);
    tcase_add_test(tests, keeps_reserved_names);
    tcase_add_test(tests, keeps_reserved_names_of_large_records);
    tcase_add_test(tests, answers_what_is_no_schema);
    tcase_add_test(tests, needs_active_references);
    tcase_add_test(tests, does_not_judge_rule_sets);
    tcase_add_test(tests, is_incompatible_with_what_cannot_be_read);
    tcase_add_test(tests, parses_stored_schemas_once);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_failures_with_references);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("check", add);
}
