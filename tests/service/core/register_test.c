/* Registration: what counts as the same schema, version numbers, contracts, refusals.
 * covers: service/core/register.c */
#include "requests.h"

#define RECORD(members) "{'type':'record','name':'R','fields':[{'name':'f','type':'int'}]" members "}"
#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER(type) "{'type':'record','name':'n.U','fields':[{'name':'b','type':" type "}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"
#define INVALID(details) "Invalid schema of type AVRO, details: Invalid schema {" details

static void assert_registered(int32_t id, int32_t version, const char *text)
{
    ck_assert_int_eq(last.registered.schema_id, id);
    ck_assert_int_eq(last.registered.version, version);
    assert_text(last.registered.schema.text, json(text));
}

START_TEST(gives_ids_and_versions)
{
    MUST(try_register("s", body("'int'", NULL)));
    assert_registered(1, 1, "'int'");
    ck_assert(!last.registered.shows_state);
    MUST(try_register("s", body("'long'", NULL)));
    assert_registered(2, 2, "'long'");
    MUST(try_register("t", body("'int'", NULL))); /* equal content shares its id */
    assert_registered(1, 1, "'int'");
    MUST(try_register(":.ctx:s", body("'long'", NULL))); /* ids of contexts are their own */
    assert_registered(1, 1, "'long'");
    ck_assert_uint_eq(atomic_load(&core->registered), 4);
}
END_TEST

START_TEST(answers_equal_content)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_register("s", body("'int'", NULL))); /* an older one, too */
    assert_registered(1, 1, "'int'");
    MUST(try_register("s", body("{'type':'int'}", NULL))); /* the same canonical text */
    assert_registered(1, 1, "'int'");
    ck_assert(!last.registered.shows_state);
    ck_assert_uint_eq(atomic_load(&core->registered), 2);
}
END_TEST

START_TEST(answers_equivalent_content)
{
    must_register("s", body(RECORD(",'a':1,'b':2"), NULL));
    MUST(try_register("s", body(RECORD(",'b':2,'a':1"), NULL))); /* the order of properties does not count */
    assert_registered(1, 1, RECORD(",'a':1,'b':2"));
    ck_assert(last.registered.shows_state && !last.registered.is_deleted);
    ck_assert_int_eq(last.registered.created_ms, 1000);
    MUST(try_register("s", body(RECORD(",'a':1,'b':3"), NULL)));
    assert_registered(2, 2, RECORD(",'a':1,'b':3"));
}
END_TEST

START_TEST(answers_inlined_references)
{
    must_register("base", body(BASE, NULL));
    MUST(try_register("s", body(USER("'n.B'"), TO_BASE)));
    assert_registered(2, 1, "{'type':'record','name':'U','namespace':'n','fields':[{'name':'b','type':'B'}]}");
    assert_text(last.registered.schema.references, json("[{'name':'n.B','subject':'base','version':1}]"));
    MUST(try_register("s", body(USER(BASE), NULL)));
    ck_assert_int_eq(last.registered.version, 1);
    ck_assert(last.registered.shows_state);
    /* The other way round it is another schema: what refers is not what is written out. */
    MUST(try_register("t", body(USER(BASE), NULL)));
    MUST(try_register("t", body(USER("'n.B'"), TO_BASE)));
    ck_assert_int_eq(last.registered.version, 2);
}
END_TEST

#define ALIASES(list) "{'type':'fixed','name':'F','size':1,'aliases':[" list "]}"

START_TEST(normalizes_where_asked)
{
    must_register("s", body(ALIASES("'b','a'"), NULL));
    assert_registered(1, 1, ALIASES("'b','a'"));
    MUST(REGISTER("s", body(ALIASES("'a','b'"), NULL), .normalize = true));
    assert_registered(1, 1, ALIASES("'b','a'")); /* equal in the normal form: what is stored is answered */
    ck_assert(last.registered.shows_state);
    MUST(REGISTER("t", body(ALIASES("'b','a'"), NULL), .normalize = true));
    assert_registered(2, 1, ALIASES("'a','b'"));
    MUST(put_config("u", "{'normalize':true}"));
    MUST(try_register("u", body(ALIASES("'b','a'"), NULL)));
    assert_registered(2, 1, ALIASES("'a','b'"));
    MUST(put_config("", "{'normalize':true}"));
    MUST(try_register("v", body(ALIASES("'b','a'"), NULL)));
    assert_registered(2, 1, ALIASES("'a','b'"));
}
END_TEST

START_TEST(compares_and_sets_versions)
{
    MUST(try_register("s", body("'int'", "'version':1")));
    assert_registered(1, 1, "'int'");
    assert_text(last.registered.schema.metadata, json("{'properties':{'confluent:version':'1'}}"));
    REFUSED(try_register("s", body("'long'", "'version':3")), INVALID_SCHEMA,
            "Version is not one more than previous version: 3 does not follow 1");
    MUST(try_register("s", body("'long'", "'version':2")));
    assert_registered(2, 2, "'long'");
    REFUSED(try_register("s", body("'int'", "'version':1")), INVALID_SCHEMA, /* is that version, but says no id */
            "Version is not one more than previous version: 1 does not follow 2");
    MUST(try_register("s", body("'int'", "'version':1,'id':1")));
    assert_registered(1, 1, "'int'");
    REFUSED(try_register("s", body("'int'", "'version':1,'id':2")), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in import mode");
    REFUSED(try_register("s", body("'int'", "'version':2,'id':1")), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in import mode");
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    MUST(try_register("s", body("'int'", "'version':3"))); /* again, since it is stamped */
    assert_registered(3, 3, "'int'");
    assert_text(last.registered.schema.metadata, json("{'properties':{'confluent:version':'3'}}"));
    REFUSED(try_register("none", body("'int'", "'version':2")), INVALID_SCHEMA,
            "Version is not one more than previous version: 2 does not follow 0");
}
END_TEST

START_TEST(follows_the_latest_version_with_minus_one)
{
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    must_register("s", body("'int'", NULL));
    MUST(try_register("s", body("'int'", "'version':-1")));
    assert_registered(1, 1, "'int'"); /* the latest is equal */
    must_register("s", body("'long'", NULL));
    MUST(try_register("s", body("'int'", "'version':-1"))); /* A, B, A */
    assert_registered(3, 3, "'int'");
    assert_text(last.registered.schema.metadata, json("{'properties':{'confluent:version':'3'}}"));
    MUST(try_register("s", body("'int'", "'version':-1")));
    ck_assert_int_eq(last.registered.version, 3);
    ck_assert(last.registered.shows_state); /* equal but for the stamp */
    MUST(try_register("s", body("'int'", "'version':-2"))); /* a new version, whatever is there */
    assert_registered(4, 4, "'int'");
    MUST(try_register("t", body("'int'", "'version':-7")));
    ck_assert_int_eq(last.registered.version, 1);
    MUST(try_register("t", body("'int'", "'version':-7")));
    ck_assert_int_eq(last.registered.version, 2);
}
END_TEST

START_TEST(stamps_go_on)
{
    MUST(try_register("s", body("'int'", "'version':-2")));
    MUST(try_register("s", body("'long'", NULL))); /* inherits the metadata, and with it the stamp */
    assert_text(last.registered.schema.metadata, json("{'properties':{'confluent:version':'2'}}"));
    MUST(try_register("s", body("'float'", "'metadata':{'properties':{'confluent:version':'77','k':'v'}}")));
    assert_text(last.registered.schema.metadata, json("{'properties':{'confluent:version':'3','k':'v'}}"));
    MUST(try_register("t", body("'int'", "'metadata':{'properties':{'confluent:version':'1'}}")));
    ck_assert_int_eq(last.registered.schema_id, 1); /* the very same content */
}
END_TEST

START_TEST(numbers_go_on_after_deletes)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_delete("s", 2, false));
    MUST(try_register("s", body("'float'", "'version':3")));
    MUST(try_delete("s", 3, false));
    MUST(try_register("s", body("'long'", NULL)));
    assert_registered(2, 4, "'long'"); /* the old id; the old version gives way */
    MUST(list_versions("s", STORAGE_ALL, true));
    ck_assert_uint_eq(last.entries.count, 3);
    ck_assert(last.entries.items[0].version == 1 && last.entries.items[1].version == -3 &&
              last.entries.items[2].version == 4);
}
END_TEST

START_TEST(inherits_contracts)
{
    const char *rules = "'ruleSet':{'domainRules':[{'name':'r','type':'T','mode':'WRITE'}]}";
    const char *kept = "{'domainRules':[{'name':'r','kind':'TRANSFORM','mode':'WRITE','type':'T','disabled':false}]}";
    MUST(try_register("s", body("'int'", "'metadata':{'properties':{'k':'v'}}")));
    MUST(try_register("s", body("'long'", rules)));
    assert_text(last.registered.schema.metadata, json("{'properties':{'k':'v'}}"));
    assert_text(last.registered.schema.rule_set, json(kept));
    MUST(try_register("s", body("'float'", "'metadata':{'tags':{'a':['T']}}"))); /* replaces it */
    assert_text(last.registered.schema.metadata, json("{'tags':{'a':['T']}}"));
    assert_text(last.registered.schema.rule_set, json(kept));
    MUST(try_register("s", body("'float'", NULL))); /* is that with what it would inherit */
    ck_assert_int_eq(last.registered.version, 3);
    MUST(try_register("s", body("'float'", "'metadata':{}"))); /* nothing is something */
    ck_assert_int_eq(last.registered.version, 4);
    assert_text(last.registered.schema.metadata, "{}");
}
END_TEST

START_TEST(merges_contracts_of_the_configuration)
{
    MUST(put_config("s", "{'defaultMetadata':{'properties':{'a':'default','b':'default'}},"
                         "'overrideMetadata':{'properties':{'c':'override'},'sensitive':['c']},"
                         "'defaultRuleSet':{'domainRules':[{'name':'x','type':'D'},{'name':'y','type':'D'}]},"
                         "'overrideRuleSet':{'domainRules':[{'name':'z','type':'O'}],'enableAt':'SERVER'}}"));
    MUST(try_register("s", body("'int'", "'metadata':{'properties':{'b':'own','c':'own'}},"
                                         "'ruleSet':{'domainRules':[{'name':'y','type':'OWN'}]}")));
    assert_text(last.registered.schema.metadata,
                json("{'properties':{'a':'default','b':'own','c':'override'},'sensitive':['c']}"));
#define RULE(name, type) "{'name':'" name "','kind':'TRANSFORM','mode':'WRITEREAD','type':'" type "','disabled':false}"
    assert_text(last.registered.schema.rule_set, json("{'domainRules':[" RULE("x", "D") "," RULE("y", "OWN") "," RULE(
                                                     "z", "O") "],'enableAt':'SERVER'}"));
    must_register("s", body("'long'", NULL));
    MUST(try_register("s", body("'int'", "'metadata':{'properties':{'b':'own','c':'own'}},"
                                         "'ruleSet':{'domainRules':[{'name':'y','type':'OWN'}]}")));
    ck_assert_int_eq(last.registered.version, 1); /* found once it has what it is given */
    MUST(try_register("t", body("'int'", NULL)));
    ck_assert_ptr_null(last.registered.schema.metadata.p);
}
END_TEST

START_TEST(takes_the_text_of_the_latest_version)
{
    REFUSED(try_register("s", "{}"), INVALID_SCHEMA, "Empty schema");
    REFUSED(try_register("s", body(" ", NULL)), INVALID_SCHEMA, "Empty schema");
    must_register("base", body(BASE, NULL));
    must_register("s", body(USER("'n.B'"), TO_BASE));
    MUST(try_register("s", json("{'metadata':{'properties':{'k':'v'}}}")));
    ck_assert_int_eq(last.registered.version, 2);
    assert_text(last.registered.schema.references, json("[{'name':'n.B','subject':'base','version':1}]"));
    assert_text(last.registered.schema.metadata, json("{'properties':{'k':'v'}}"));
    MUST(try_register("s", json("{'schema':null,'schemaType':'XML'}"))); /* of the latest, with its contract */
    ck_assert_int_eq(last.registered.version, 2);
    MUST(try_register("s", json("{'schema':'','ruleSet':{}}")));
    ck_assert_int_eq(last.registered.version, 3);
    assert_text(last.registered.schema.metadata, json("{'properties':{'k':'v'}}"));
    assert_text(last.registered.schema.rule_set, "{}");
    MUST(try_delete("s", 0, false));
    REFUSED(try_register("s", "{}"), INVALID_SCHEMA, "Empty schema");
}
END_TEST

#define DETAILS_OF_INT                                                                                               \
    "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match with " \
    "the old schema', additionalInfo:'reader type: STRING not compatible with writer type: INT'}, "                  \
    "{oldSchemaVersion: 1}, {oldSchema: '\"int\"'}, {validateFields: 'false', compatibility: 'BACKWARD'}"

START_TEST(refuses_what_is_incompatible)
{
    must_register("s", body("'int'", NULL));
    REFUSED(
        try_register("s", body("'string'", NULL)), INCOMPATIBLE,
        "Schema being registered is incompatible with an earlier schema for subject \"s\", details: [" DETAILS_OF_INT
        "]");
    must_register(":.ctx:s", body("'int'", NULL));
    REFUSED(try_register(":.ctx:s", body("'string'", NULL)), INCOMPATIBLE,
            "Schema being registered is incompatible with an earlier schema for subject \":.ctx:s\", details: "
            "[" DETAILS_OF_INT "]");
    ck_assert_uint_eq(atomic_load(&core->incompatible), 2);
    MUST(REGISTER("s", body("'string'", NULL), .force = true));
    assert_registered(2, 2, "'string'");
}
END_TEST

START_TEST(refuses_what_is_no_schema)
{
    REFUSED(
        try_register("s", body("{", NULL)), INVALID_SCHEMA,
        INVALID("subject=s,version=null,id=null,guid=f95b70fd-c308-8560-732a-5ac135644506,schemaType=AVRO,"
                "references=[],metadata=null,ruleSet=null,schema={,schemaTags=null,ts=null,deleted=null} with refs "
                "[] of type AVRO, details: Unexpected end-of-input: expected close marker for Object (line: 1, column: "
                "2)"));
    REFUSED(try_register("s", body("'int'", "'schemaType':'XML'")), INVALID_SCHEMA, "Invalid schema type XML");
    REFUSED(try_register("s", body("'int'", "'schemaType':''")), INVALID_SCHEMA, "Invalid schema type ");
    REFUSED(try_register("s", body("'int'", "'schemaType':'avro'")), INVALID_SCHEMA, "Invalid schema type avro");
    REFUSED(try_register("s", json("{'schema':[]}")), BAD_REQUEST,
            "Cannot read schema as text from a value of type array");
    options.schema_max_bytes = 5;
    start_core();
    MUST(try_register("s", body("'int'", NULL)));
    REFUSED(try_register("s", body("'long'", NULL)), SCHEMA_TOO_LARGE,
            "Register operation failed because schema is too large");
    ck_assert_uint_eq(atomic_load(&core->registered), 1);
}
END_TEST

START_TEST(refuses_contracts)
{
    REFUSED(try_register("s", body("'int'", "'metadata':[]")), BAD_REQUEST,
            "Cannot read metadata 'metadata': a value of another type");
    REFUSED(try_register("s", body("'int'", "'ruleSet':{'domainRules':[{'name':'','type':'T'}]}")), INVALID_RULESET,
            "Invalid rule set: a rule needs a valid name, not ''");
}
END_TEST

START_TEST(refuses_subjects)
{
    REFUSED(try_register("__GLOBAL", body("'int'", NULL)), INVALID_SUBJECT,
            "The specified subject '__GLOBAL' is not a valid.");
    REFUSED(try_register(":.__GLOBAL:s", body("'int'", NULL)), INVALID_SUBJECT,
            "The specified subject ':.__GLOBAL:s' is not a valid.");
    MUST(try_register(":.ctx:", body("'int'", NULL)));
    options.reject_empty_subject = true;
    start_core();
    REFUSED(try_register(":.ctx:", body("'int'", NULL)), INVALID_SUBJECT,
            "The specified subject ':.ctx:' is not a valid.");
}
END_TEST

#define BAD_DEFAULT "{'type':'record','name':'R','fields':[{'name':'f','type':'int','default':'x'}]}"
#define BAD_SYMBOL                                                                                         \
    "{'type':'record','name':'R','fields':[{'name':'f','type':{'type':'enum','name':'E','symbols':['A']}," \
    "'default':'B'}]}"

START_TEST(is_as_strict_as_configured)
{
    ck_assert_int_eq(try_register("s", body(BAD_DEFAULT, NULL)), ERROR_INVALID_SCHEMA);
    ck_assert(str_ends(last.fault, STR("Invalid default for field f: \"x\" not a \"int\"")));
    ck_assert_int_eq(try_register("s", body(BAD_SYMBOL, NULL)), ERROR_INVALID_SCHEMA);
    MUST(put_config("s", "{'validateNewSchemas':false}"));
    MUST(try_register("s", body(BAD_DEFAULT, NULL)));
    options.strict_validation = false;
    start_core();
    MUST(try_register("t", body(BAD_SYMBOL, NULL)));
    ck_assert_int_eq(try_register("t", body(BAD_DEFAULT, NULL)), ERROR_INVALID_SCHEMA);
    options.validate_new = false;
    start_core();
    MUST(REGISTER("t", body(BAD_DEFAULT, NULL), .force = true));
}
END_TEST

START_TEST(judges_the_normal_form)
{
    /* A default that fits a later branch only is kept, so it is refused as well. */
    const char *late = "{'type':'record','name':'R','fields':[{'name':'f','type':['null','int'],'default':'x'}]}";
    ck_assert_int_eq(REGISTER("s", body(late, NULL), .normalize = true), ERROR_INVALID_SCHEMA);
    ck_assert(str_ends(last.fault, STR("Invalid default for field f: \"x\" not a [\"null\",\"int\"]")));
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, gives_ids_and_versions);
    tcase_add_test(tests, answers_equal_content);
    tcase_add_test(tests, answers_equivalent_content);
    tcase_add_test(tests, answers_inlined_references);
    tcase_add_test(tests, normalizes_where_asked);
    tcase_add_test(tests, compares_and_sets_versions);
    tcase_add_test(tests, follows_the_latest_version_with_minus_one);
    tcase_add_test(tests, stamps_go_on);
    tcase_add_test(tests, numbers_go_on_after_deletes);
    tcase_add_test(tests, inherits_contracts);
    tcase_add_test(tests, merges_contracts_of_the_configuration);
    tcase_add_test(tests, takes_the_text_of_the_latest_version);
    tcase_add_test(tests, refuses_what_is_incompatible);
    tcase_add_test(tests, refuses_what_is_no_schema);
    tcase_add_test(tests, refuses_contracts);
    tcase_add_test(tests, refuses_subjects);
    tcase_add_test(tests, is_as_strict_as_configured);
    tcase_add_test(tests, judges_the_normal_form);
}

int main(void)
{
    return run_tests("register", add);
}
