/* Schemas that refer to others: which may be referred to, how many, and in which order.
 * covers: service/core/references.c */
#include "requests.h"

#define TYPE(name) "{'type':'record','name':'" name "','fields':[]}"
#define FIELD(name, type) "{'name':'" name "','type':'" type "'}"
#define USER(fields) "{'type':'record','name':'n.U','fields':[" fields "]}"
#define USER_OF_B USER(FIELD("b", "n.B"))
#define REFERENCE(name, subject, version) "{'name':'" name "','subject':'" subject "','version':" version "}"
#define TO_BASE "'references':[" REFERENCE("n.B", "base", "1") "]"
#define MISSING(subject, version) "No schema reference found for subject \"" subject "\" and version " version

/* Registers with references, which is refused with a text that ends so. */
static void refuse(const char *subject, const char *references, const char *end)
{
    enum error_id id = try_register(subject, body(USER_OF_B, references));
    ck_assert_msg(id == ERROR_INVALID_SCHEMA && str_ends(last.fault, str_of(end)), "%s: %s", error_rows[id].name,
                  last.fault.p);
}

START_TEST(reads_lists_of_references)
{
    must_register("base", body(TYPE("n.B"), NULL));
    REFUSED(try_register("s", body("'int'", "'references':{}")), BAD_REQUEST, "references must be a list");
    REFUSED(try_register("s", body("'int'", "'references':['x']")), BAD_REQUEST,
            "references must be a list of objects");
    REFUSED(try_register("s", body("'int'", "'references':[null]")), BAD_REQUEST,
            "references must be a list of objects");
    REFUSED(try_register("s", body("'int'", "'references':[{'name':[]}]")), BAD_REQUEST,
            "Cannot read name as text from a value of type array");
    REFUSED(try_register("s", body("'int'", "'references':[{'subject':{}}]")), BAD_REQUEST,
            "Cannot read subject as text from a value of type object");
    REFUSED(try_register("s", body("'int'", "'references':[{'version':'x'}]")), BAD_REQUEST,
            "version: x is not a number");
    MUST(try_register("s", body("'int'", "'references':null")));
    MUST(try_register("s", body("'int'", "'references':[]")));
    ck_assert_ptr_null(last.registered.schema.references.p);
}
END_TEST

START_TEST(needs_name_subject_and_version)
{
    static const struct {
        const char *given, *shown;
    } rows[] = {
        {"'subject':'base','version':1", "{name='null', subject='base', version=1}"},
        {"'name':'n.B','version':1", "{name='n.B', subject='null', version=1}"},
        {"'name':'n.B','subject':'base'", "{name='n.B', subject='base', version=null}"},
        {"'name':null,'subject':null,'version':0", "{name='null', subject='null', version=null}"},
        {"'name':'','subject':'base','version':1", "{name='null', subject='base', version=1}"},
    };
    must_register("base", body(TYPE("n.B"), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char list[128], end[160];
        snprintf(list, sizeof list, "'references':[{%s}]", rows[i].given);
        snprintf(end, sizeof end, "Invalid reference: %s: a name, a subject and a version are needed", rows[i].shown);
        refuse("s", list, end);
    }
    options.strict_validation = false; /* the last one is taken then */
    start_core();
    MUST(try_register("s", body(USER_OF_B, "'references':[{'name':'','subject':'base','version':1}]")));
    assert_text(last.registered.schema.references, json("[{'subject':'base','version':1}]"));
    MUST(try_check("s", 0, body(USER_OF_B, TO_BASE))); /* and read again */
    ck_assert(last.verdict.is_compatible);
}
END_TEST

START_TEST(says_which_reference_is_missing)
{
    must_register("base", body(TYPE("n.B"), NULL));
    must_register(":.ctx:own", body(TYPE("n.B"), NULL));
    refuse("s", "'references':[" REFERENCE("n.B", "none", "1") "]", MISSING("none", "1"));
    refuse("s", "'references':[" REFERENCE("n.B", "none", "-1") "]", MISSING("none", "-1"));
    refuse("s", "'references':[" REFERENCE("n.B", "base", "2") "]", MISSING("base", "2"));
    refuse("s", "'references':[" REFERENCE("n.B", "base", "-2") "]", MISSING("base", "-2"));
    refuse("s", "'references':[" REFERENCE("n.B", "own", "1") "]", MISSING("own", "1"));
    refuse(":.ctx:s", TO_BASE, MISSING(":.ctx:base", "1")); /* where it was looked for */
    REFUSED(try_register("s", body(USER_OF_B, "'references':[" REFERENCE("n.B", ":.ctx:x", "1") "]")), INVALID_SCHEMA,
            "Invalid schema of type AVRO, details: Invalid schema {subject=s,version=null,id=null,"
            "guid=f29fac34-a9f3-113a-9d60-c54eabadb1aa,schemaType=AVRO,references=[{name='n.B', subject=':.ctx:x', "
            "version=1}],metadata=null,ruleSet=null,schema={\"type\":\"record\",\"name\":\"n.U\",\"fields\":"
            "[{\"name\":\"b\",\"type\":\"n.B\"}]},schemaTags=null,ts=null,deleted=null} with refs [{name='n.B', "
            "subject=':.ctx:x', version=1}] of type AVRO, details: " MISSING(":.ctx:x", "1"));
}
END_TEST

START_TEST(stores_the_number_of_the_latest)
{
    must_register("base", body(TYPE("n.B"), NULL));
    must_register("base", body("{'type':'record','name':'n.B','fields':[],'x':1}", NULL));
    MUST(try_register("s", body(USER_OF_B, "'references':[" REFERENCE("n.B", "base", "-1") "]")));
    assert_text(last.registered.schema.references, json("[" REFERENCE("n.B", "base", "2") "]"));
    MUST(try_delete("s", 1, false));
    MUST(try_delete("base", 2, false));
    MUST(try_register("s", body(USER_OF_B, "'references':[" REFERENCE("n.B", "base", "-1") "]")));
    assert_text(last.registered.schema.references, json("[" REFERENCE("n.B", "base", "1") "]"));
}
END_TEST

START_TEST(stays_in_its_context)
{
    must_register("base", body(TYPE("n.B"), NULL));
    must_register(":.ctx:base", body(TYPE("n.B"), NULL));
    MUST(try_register(":.ctx:s", body(USER_OF_B, TO_BASE)));
    MUST(try_register("s", body(USER_OF_B, TO_BASE)));
    MUST(try_register("t", body(USER_OF_B, "'references':[" REFERENCE("n.B", ":.ctx:base", "1") "]")));
    assert_text(last.registered.schema.references, json("[" REFERENCE("n.B", ":.ctx:base", "1") "]"));
    MUST(read_referrers(":.ctx:base", 1, false));
    assert_text(listed_uses(), "./t:1=3 .ctx/s:1=2 ");
    MUST(read_referrers("base", 1, false));
    assert_text(listed_uses(), "./s:1=2 ");
    REFUSED(try_delete(":.ctx:base", 1, false), REFERENCE_EXISTS,
            "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=:.ctx:base,version=1}.");
}
END_TEST

/* The default context is not reached from another one: ":.:base" is a subject of that name there. */
START_TEST(does_not_refer_to_the_default_context)
{
    must_register("base", body(TYPE("n.B"), NULL));
    MUST(try_register("s", body(USER_OF_B, "'references':[" REFERENCE("n.B", ":.:base", "1") "]")));
    refuse(":.ctx:s", "'references':[" REFERENCE("n.B", ":.:base", "1") "]", MISSING(":.ctx::.:base", "1"));
}
END_TEST

START_TEST(refuses_deleted_targets)
{
    must_register("base", body(TYPE("n.B"), NULL));
    MUST(try_delete("base", 1, false));
    refuse("s", TO_BASE, MISSING("base", "1"));
    ck_assert(str_starts(last.fault, STR("Invalid schema of type AVRO, details: Invalid schema {subject=s,")));
    MUST(put_mode("i", "IMPORT"));
    MUST(try_register("i", body(USER_OF_B, TO_BASE ",'id':50")));
    MUST(try_register("i", body(USER_OF_B, TO_BASE))); /* what is there is answered */
}
END_TEST

/* A new version needs active targets even when its content is known already. */
START_TEST(refuses_deleted_targets_of_known_content)
{
    must_register("base", body(TYPE("n.B"), NULL));
    must_register("s", body(USER_OF_B, TO_BASE));
    MUST(try_delete("s", 1, false));
    MUST(try_delete("base", 1, false));
    ck_assert_int_eq(try_register("t", body(USER_OF_B, TO_BASE)), ERROR_INVALID_SCHEMA);
    ck_assert_int_eq(try_register("s", body(USER_OF_B, TO_BASE)), ERROR_INVALID_SCHEMA);
}
END_TEST

START_TEST(takes_the_first_of_a_name_and_keeps_the_rest)
{
    must_register("base", body("{'type':'record','name':'n.B','fields':[" FIELD("x", "int") "]}", NULL));
    must_register("other", body("{'type':'record','name':'n.B','fields':[" FIELD("y", "int") "]}", NULL));
    must_register("unused", body(TYPE("n.C"), NULL));
    static const char list[] = "[{'name':'n.B','subject':'base','version':1},"
                               "{'name':'n.B','subject':'other','version':1},"
                               "{'name':'n.C','subject':'unused','version':1}]";
    char member[256];
    snprintf(member, sizeof member, "'references':%s", list);
    MUST(try_register("s", body(USER_OF_B, member)));
    assert_text(last.registered.schema.references, json(list));
    MUST(read_referrers("unused", 1, false));
    assert_text(listed_uses(), "./s:1=4 ");
    MUST(try_lookup(
        "s", body(USER("{'name':'b','type':{'type':'record','name':'B','fields':[" FIELD("x", "int") "]}}"), NULL)));
    ck_assert_int_eq(last.found.version, 1);
}
END_TEST

#define BEYOND_16_BITS "\xF0\x90\x80\x80" /* U+10000, in UTF-16 before U+FF5E */
#define FULLWIDTH_TILDE "\xEF\xBD\x9E"

START_TEST(sorts_references_of_the_normal_form)
{
    must_register("b", body(TYPE("n.B"), NULL));
    MUST(REGISTER("b", body(TYPE("n.E"), NULL), .force = true));
    must_register("a", body(TYPE("n.A"), NULL));
    must_register(BEYOND_16_BITS, body(TYPE("n.C"), NULL));
    must_register(FULLWIDTH_TILDE, body(TYPE("n.D"), NULL));
    const char *sent = "'references':["
                       "{'name':'n.D','subject':'" FULLWIDTH_TILDE "','version':1},"
                       "{'name':'n.E','subject':'b','version':2},"
                       "{'name':'n.B','subject':'b','version':1},"
                       "{'name':'n.A','subject':'a','version':1},"
                       "{'name':'n.C','subject':'" BEYOND_16_BITS "','version':-1},"
                       "{'name':'n.A','subject':'a','version':-1}]";
    MUST(REGISTER("s", body(USER_OF_B, sent), .normalize = true));
    assert_text(last.registered.schema.references, json("[{'name':'n.A','subject':'a','version':1},"
                                                        "{'name':'n.B','subject':'b','version':1},"
                                                        "{'name':'n.E','subject':'b','version':2},"
                                                        "{'name':'n.C','subject':'" BEYOND_16_BITS "','version':1},"
                                                        "{'name':'n.D','subject':'" FULLWIDTH_TILDE "','version':1}]"));
}
END_TEST

/* Each once, even where other names of the same version stand between. */
START_TEST(drops_repeated_references_of_the_normal_form)
{
    must_register("base", body(TYPE("n.B"), NULL));
    const char *sent = "'references':["
                       "{'name':'n.B','subject':'base','version':1},"
                       "{'name':'x','subject':'base','version':1},"
                       "{'name':'n.B','subject':'base','version':-1}]";
    MUST(REGISTER("s", body(USER_OF_B, sent), .normalize = true));
    assert_text(last.registered.schema.references,
                json("[{'name':'n.B','subject':'base','version':1},{'name':'x','subject':'base','version':1}]"));
}
END_TEST

/* -- many of them ---------------------------------------------------------------------------------------------------- */

/* Layer after layer of two records that both refer to both of the layer below: 2^30 paths to the bottom. */
START_TEST(follows_diamonds)
{
    must_register("a0", body(TYPE("A0"), NULL));
    must_register("b0", body(TYPE("B0"), NULL));
    for (int layer = 1; layer <= 30; layer++) {
        for (char side = 'a'; side <= 'b'; side++) {
            char subject[16], text[256], list[256];
            int below = layer - 1;
            snprintf(subject, sizeof subject, "%c%d", side, layer);
            snprintf(text, sizeof text,
                     "{'type':'record','name':'%c%d','fields':[{'name':'l','type':'A%d'},{'name':'r','type':'B%d'}]}",
                     side - 'a' + 'A', layer, below, below);
            snprintf(list, sizeof list,
                     "'references':[{'name':'A%d','subject':'a%d','version':1},{'name':'B%d','subject':'b%d',"
                     "'version':-1}]",
                     below, below, below, below);
            ck_assert_int_eq(must_register(subject, body(text, list)), 1);
        }
    }
    MUST(
        try_check("top", 0, body("{'type':'array','items':'A30'}", "'references':[" REFERENCE("A30", "a30", "1") "]")));
    REFUSED(try_delete("a0", 1, false), REFERENCE_EXISTS,
            "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=a0,version=1}.");
}
END_TEST

START_TEST(limits_the_number_of_references)
{
    char list[1024] = "'references':[";
    for (int i = 0; i < 6; i++) {
        char subject[16], text[64], one[64];
        snprintf(subject, sizeof subject, "t%d", i);
        snprintf(text, sizeof text, "{'type':'record','name':'T%d','fields':[]}", i);
        snprintf(one, sizeof one, "%s{'name':'T%d','subject':'t%d','version':1}", i ? "," : "", i, i);
        must_register(subject, body(text, NULL));
        strncat(list, one, sizeof list - strlen(list) - 1);
    }
    strncat(list, "]", 2);
    options.references_max = 5;
    start_core();
    refuse("s", list, "The schema has too many references");
    options.references_max = 6;
    start_core();
    MUST(try_register("s", body(USER(FIELD("a", "T0")), list)));
    /* What they lead to counts as well. */
    refuse("u", "'references':[" REFERENCE("n.U", "s", "1") "]", "The schema has too many references");
    options.references_max = 7;
    start_core();
    MUST(try_register("u", body("'n.U'", "'references':[" REFERENCE("n.U", "s", "1") "]")));
    ck_assert_int_eq(last.registered.schema_id, 8);
}
END_TEST

/* IMPORT can make two versions refer to each other. */
START_TEST(ends_cycles)
{
#define TO_A "'references':[" REFERENCE("A", "a", "1") "]"
#define TO_B "'references':[" REFERENCE("B", "b", "1") "]"
#define TO_D "'references':[" REFERENCE("D", "d", "1") "]"
    MUST(put_mode("", "IMPORT"));
    MUST(try_register("a", body("'int'", "'id':1,'version':1")));
    MUST(try_register("b", body("'long'", "'id':2,'version':1," TO_A)));
    MUST(try_register("a", body("'float'", "'id':3,'version':1," TO_B)));
    MUST(try_register("d", body("'int'", "'id':10,'version':1")));
    MUST(try_register("d", body("'float'", "'id':11,'version':1," TO_D))); /* refers to itself */
    MUST(put_mode("", "READWRITE"));
    MUST(read_referrers("a", 1, false));
    assert_text(listed_uses(), "./b:1=2 ");
    MUST(read_referrers("b", 1, false));
    assert_text(listed_uses(), "./a:1=3 ");
    MUST(try_register("c", body("'int'", TO_A)));
    MUST(try_lookup("c", body("'int'", TO_A)));
    MUST(try_check("a", 0, body("'double'", TO_B)));
    ck_assert(last.verdict.is_compatible);
    MUST(try_check("d", 0, body("'double'", TO_D)));
    ck_assert(last.verdict.is_compatible);
    MUST(try_delete("c", 0, false));
    REFUSED(try_delete("a", 0, false), REFERENCE_EXISTS,
            "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=a,version=1}.");
    REFUSED(try_delete("d", 1, false), REFERENCE_EXISTS,
            "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=d,version=1}.");
    MUST(try_delete("d", 0, false)); /* as a whole it may go */
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, reads_lists_of_references);
    tcase_add_test(tests, needs_name_subject_and_version);
    tcase_add_test(tests, says_which_reference_is_missing);
    tcase_add_test(tests, stores_the_number_of_the_latest);
    tcase_add_test(tests, stays_in_its_context);
    tcase_add_test(tests, does_not_refer_to_the_default_context);
    tcase_add_test(tests, refuses_deleted_targets);
    tcase_add_test(tests, refuses_deleted_targets_of_known_content);
    tcase_add_test(tests, takes_the_first_of_a_name_and_keeps_the_rest);
    tcase_add_test(tests, sorts_references_of_the_normal_form);
    tcase_add_test(tests, drops_repeated_references_of_the_normal_form);
    tcase_add_test(tests, follows_diamonds);
    tcase_add_test(tests, limits_the_number_of_references);
    tcase_add_test(tests, ends_cycles);
}

int main(void)
{
    return run_tests("references", add);
}
