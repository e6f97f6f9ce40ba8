/* Contracts are merged, looked into and compared.
 * covers: schemas/contract_merge.c */
#include "contract.h"

#include "avro/fixture.h"

static const struct str none = {NULL, 0};

static struct str text_of(const char *text)
{
    return text ? str_of(spelled(text)) : none;
}

static void assert_contract(struct str text, const char *wanted)
{
    assert_text(text.p ? terminated(text) : "none", wanted ? spelled(wanted) : "none");
}

typedef int (*merge_fn)(struct arena *arena, struct str first, struct str second, struct str *ret);

static void assert_merged(merge_fn merge, const char *first, const char *second, const char *wanted)
{
    struct str merged = STR("unset");
    ck_assert_int_eq(merge(arena, text_of(first), text_of(second), &merged), 0);
    assert_contract(merged, wanted);
}

/* -- merging ------------------------------------------------------------------------------------------------------ */

/* The first text, the second, and both together; NULL: none. */
struct merge_case {
    const char *first, *second, *merged;
};

static const struct merge_case metadata[] = {
    {NULL, NULL, NULL},
    {"{}", NULL, "{}"},
    {NULL, "{}", "{}"},
    {"{}", "{}", "{}"},
    {"{'sensitive':['a']}", NULL, "{'sensitive':['a']}"},
    {"{'properties':{'a':'1'}}", "{}", "{'properties':{'a':'1'}}"},
    {"{}", "{'tags':{'t':['x']}}", "{'tags':{'t':['x']}}"},
    {"{'properties':{'a':'1','b':'2'}}", "{'properties':{'b':'3','c':'4'}}",
     "{'properties':{'a':'1','b':'3','c':'4'}}"},
    {"{'properties':{'b':'1'}}", "{'properties':{'a':'2'}}", "{'properties':{'a':'2','b':'1'}}"},
    {"{'properties':{'\xEF\xBF\xBD':'1'}}", "{'properties':{'\xF0\x9F\x98\x80':'2'}}",
     "{'properties':{'\xF0\x9F\x98\x80':'2','\xEF\xBF\xBD':'1'}}"},
    /* Of a tag that both have, the later set. */
    {"{'tags':{'p':['x','y'],'q':['z']}}", "{'tags':{'p':['w']}}", "{'tags':{'p':['w'],'q':['z']}}"},
    {"{'sensitive':['a','c']}", "{'sensitive':['b','c']}", "{'sensitive':['a','b','c']}"},
    {"{'sensitive':['b']}", "{'tags':{'t':['x']},'properties':{'a':'1'}}",
     "{'tags':{'t':['x']},'properties':{'a':'1'},'sensitive':['b']}"},
    {"{'tags':{'t':['x']},'sensitive':['b']}", "{'properties':{'a':'\\n'}}",
     "{'tags':{'t':['x']},'properties':{'a':'\\n'},'sensitive':['b']}"},
};

START_TEST(metadata_is_merged)
{
    const struct merge_case *c = &metadata[_i];
    assert_merged(contract_merge_metadata, c->first, c->second, c->merged);
}
END_TEST

#define RULE(name, type) "{'name':'" name "','kind':'TRANSFORM','mode':'WRITEREAD','type':'" type "','disabled':false}"

static const struct merge_case rule_sets[] = {
    {NULL, NULL, NULL},
    {"{}", NULL, "{}"},
    {NULL, "{'enableAt':'ALL'}", "{'enableAt':'ALL'}"},
    {"{}", "{}", "{}"},
    {"{'domainRules':[" RULE("a", "1") "]}", "{}", "{'domainRules':[" RULE("a", "1") "]}"},
    {"{}", "{'domainRules':[" RULE("a", "1") "]}", "{'domainRules':[" RULE("a", "1") "]}"},
    {"{'domainRules':[" RULE("b", "1") "," RULE("a", "1") "]}",
     "{'domainRules':[" RULE("d", "2") "," RULE("c", "2") "]}",
     "{'domainRules':[" RULE("b", "1") "," RULE("a", "1") "," RULE("d", "2") "," RULE("c", "2") "]}"},
    /* What the second one defines anew stands at its place. */
    {"{'domainRules':[" RULE("a", "1") "," RULE("b", "1") "]}", "{'domainRules':[" RULE("a", "2") "]}",
     "{'domainRules':[" RULE("b", "1") "," RULE("a", "2") "]}"},
    {"{'domainRules':[" RULE("a", "1") "]}", "{'domainRules':[" RULE("a", "2") "]}",
     "{'domainRules':[" RULE("a", "2") "]}"},
    /* Each list by itself, in their order. */
    {"{'encodingRules':[" RULE("a", "1") "]}", "{'migrationRules':[" RULE("a", "2") "]}",
     "{'migrationRules':[" RULE("a", "2") "],'encodingRules':[" RULE("a", "1") "]}"},
    {"{'migrationRules':[" RULE("a", "1") "],'domainRules':[" RULE("b", "1") "]}",
     "{'domainRules':[" RULE("a", "2") "],'encodingRules':[" RULE("b", "2") "]}",
     "{'migrationRules':[" RULE("a", "1") "],'domainRules':[" RULE("b", "1") "," RULE(
         "a", "2") "],'encodingRules':[" RULE("b", "2") "]}"},
    {"{'enableAt':'ALL'}", "{'enableAt':'SERVER'}", "{'enableAt':'SERVER'}"},
    {"{'enableAt':'ALL'}", "{'domainRules':[" RULE("a", "1") "]}",
     "{'domainRules':[" RULE("a", "1") "],'enableAt':'ALL'}"},
};

START_TEST(rule_sets_are_merged)
{
    const struct merge_case *c = &rule_sets[_i];
    assert_merged(contract_merge_rule_sets, c->first, c->second, c->merged);
}
END_TEST

START_TEST(merging_needs_memory)
{
    struct str properties = text_of("{'tags':{'t':['x']},'properties':{'a':'1'},'sensitive':['s']}");
    struct str rules = text_of("{'domainRules':[" RULE("a", "1") "],'enableAt':'ALL'}"), merged;
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 8192; bytes += 16) {
        struct arena *memory = arena_new(bytes);
        if (contract_merge_metadata(memory, properties, properties, &merged) == 0)
            assert_text(terminated(merged), properties.p);
        else
            failed++;
        if (contract_merge_rule_sets(memory, rules, rules, &merged) == 0)
            assert_text(terminated(merged), rules.p);
        else
            failed++;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 10);
    ck_assert_uint_lt(failed, 2 * 8192 / 16 - 10);
}
END_TEST

/* -- properties --------------------------------------------------------------------------------------------------- */

START_TEST(a_property_is_looked_up)
{
    struct str all = text_of("{'tags':{'t':['x']},'properties':{'a':'1','':'2','q\\'':'\\n'}}");
    assert_text(terminated(contract_property(arena, all, STR("a"))), "1");
    assert_text(terminated(contract_property(arena, all, STR_EMPTY)), "2");
    assert_text(terminated(contract_property(arena, all, STR("q\""))), "\n");
    ck_assert_ptr_null(contract_property(arena, all, STR("t")).p);
    ck_assert_ptr_null(contract_property(arena, all, STR("A")).p);
    ck_assert_ptr_null(contract_property(arena, none, STR("a")).p);
    ck_assert_ptr_null(contract_property(arena, STR("{}"), STR("a")).p);
}
END_TEST

/* Metadata, key, value (NULL: to be removed) and what becomes of it. */
static const struct {
    const char *metadata, *key, *value, *result;
} settings[] = {
    {NULL, "k", NULL, NULL},
    {NULL, "k", "v", "{'properties':{'k':'v'}}"},
    {"{}", "k", "v", "{'properties':{'k':'v'}}"},
    {"{}", "k", NULL, "{}"},
    {"{'properties':{'k':'v'}}", "k", "w", "{'properties':{'k':'w'}}"},
    {"{'properties':{'k':'v'}}", "k", "", "{'properties':{'k':''}}"},
    {"{'properties':{'k':'v'}}", "k", NULL, "{}"},
    {"{'properties':{'k':'v'}}", "j", NULL, "{'properties':{'k':'v'}}"},
    {"{'properties':{'a':'1','k':'v','z':'2'}}", "k", NULL, "{'properties':{'a':'1','z':'2'}}"},
    {"{'properties':{'k':'v','z':'2'}}", "k", NULL, "{'properties':{'z':'2'}}"},
    {"{'tags':{'k':['x']},'properties':{'k':'v'},'sensitive':['k']}", "k", NULL,
     "{'tags':{'k':['x']},'sensitive':['k']}"},
    {"{'tags':{'k':['x']},'sensitive':['k']}", "k", NULL, "{'tags':{'k':['x']},'sensitive':['k']}"},
    {"{'tags':{'t':['x']},'properties':{'b':'1'},'sensitive':['s']}", "a", "\n",
     "{'tags':{'t':['x']},'properties':{'a':'\\n','b':'1'},'sensitive':['s']}"},
};

START_TEST(a_property_is_set_or_removed)
{
    struct str result = STR("unset"), value = settings[_i].value ? str_of(settings[_i].value) : none;
    ck_assert_int_eq(
        contract_set_property(arena, text_of(settings[_i].metadata), str_of(settings[_i].key), value, &result), 0);
    assert_contract(result, settings[_i].result);
}
END_TEST

START_TEST(setting_a_property_needs_memory)
{
    struct arena *no_memory = arena_new(0);
    struct str metadata_text = STR("{\"properties\":{\"k\":\"v\",\"l\":\"w\"}}"), result;
    ck_assert_int_eq(contract_set_property(no_memory, metadata_text, STR("k"), none, &result), -1);
    ck_assert_int_eq(contract_set_property(no_memory, metadata_text, STR("k"), STR("x"), &result), -1);
    ck_assert_int_eq(contract_set_property(no_memory, none, STR("k"), STR("x"), &result), -1);
    ck_assert_ptr_null(contract_property(no_memory, metadata_text, STR("k")).p);
    arena_free(no_memory);
}
END_TEST

START_TEST(all_properties_asked_for_must_be_there)
{
    const struct str keys[] = {STR("a"), STR("b"), STR("c")}, values[] = {STR("1"), STR("2"), STR("3")};
    struct str both = text_of("{'properties':{'a':'1','b':'2'}}");
    ck_assert(contract_has_properties(arena, both, keys, values, 1));
    ck_assert(contract_has_properties(arena, both, keys, values, 2));
    ck_assert(!contract_has_properties(arena, both, keys, values, 3));
    ck_assert(!contract_has_properties(arena, both, keys, values + 1, 1));
    ck_assert(!contract_has_properties(arena, none, keys, values, 1));
    ck_assert(!contract_has_properties(arena, STR("{}"), keys, values, 1));
    /* None asked for: any content will do. */
    ck_assert(contract_has_properties(arena, both, NULL, NULL, 0));
    ck_assert(contract_has_properties(arena, text_of("{'tags':{'t':[]}}"), NULL, NULL, 0));
    ck_assert(!contract_has_properties(arena, STR("{}"), NULL, NULL, 0));
    ck_assert(!contract_has_properties(arena, none, NULL, NULL, 0));
}
END_TEST

START_TEST(types_of_rules_are_found_in_all_lists)
{
    struct str rules = text_of("{'migrationRules':[" RULE("a", "M") "],'domainRules':[" RULE("b", "D") "," RULE(
        "c", "CEL") "],'encodingRules':[" RULE("d", "ENCRYPT") "," RULE("e", "") "],'enableAt':'ALL'}");
    static const char *const there[] = {"M", "D", "CEL", "ENCRYPT", ""}, *const absent[] = {"m", "a", "ALL", "CEL "};
    for (size_t i = 0; i < 5; i++)
        ck_assert(contract_has_rule_type(arena, rules, str_of(there[i])));
    for (size_t i = 0; i < 4; i++)
        ck_assert(!contract_has_rule_type(arena, rules, str_of(absent[i])));
    ck_assert(!contract_has_rule_type(arena, none, STR("M")));
    ck_assert(!contract_has_rule_type(arena, STR("{}"), STR("M")));
    ck_assert(!contract_has_rule_type(arena, STR("{\"enableAt\":\"ALL\"}"), STR("ALL")));
}
END_TEST

/* -- equality ----------------------------------------------------------------------------------------------------- */

#define A "{'properties':{'a':'1'}}"
#define A_STAMPED "{'properties':{'a':'1','confluent:version':'3'}}"
#define STAMPED "{'properties':{'confluent:version':'3'}}"
#define RULES "{'domainRules':[" RULE("a", "1") "]}"

/* A candidate's contract and that of a stored version, and whether they are equal when its number is 3, and 4. */
static const struct {
    const char *metadata, *rule_set, *stored_metadata, *stored_rule_set;
    bool equal_at_3, equal_at_4;
} equalities[] = {
    {NULL, NULL, NULL, NULL, true, true},
    {"{}", NULL, "{}", NULL, true, true},
    {"{}", NULL, NULL, NULL, false, false},
    {NULL, NULL, "{}", NULL, false, false},
    {A, NULL, A, NULL, true, true},
    {A, NULL, NULL, NULL, false, false},
    {NULL, NULL, A, NULL, false, false},
    {A, NULL, "{'properties':{'a':'2'}}", NULL, false, false},
    {A_STAMPED, NULL, A_STAMPED, NULL, true, true},
    {A_STAMPED, NULL, "{'properties':{'a':'1','confluent:version':'4'}}", NULL, false, false},
    /* Only the stored one is stamped: the stamp does not count. */
    {A, NULL, A_STAMPED, NULL, true, true},
    {NULL, NULL, STAMPED, NULL, true, true},
    {"{}", NULL, STAMPED, NULL, true, true},
    {NULL, NULL, A_STAMPED, NULL, false, false},
    /* Only the candidate is: the stamp must be the number. */
    {A_STAMPED, NULL, A, NULL, true, false},
    {STAMPED, NULL, NULL, NULL, true, false},
    {STAMPED, NULL, A, NULL, false, false},
    /* Rule sets. */
    {NULL, RULES, NULL, RULES, true, true},
    {NULL, RULES, NULL, NULL, false, false},
    {NULL, NULL, NULL, RULES, false, false},
    {NULL, NULL, NULL, "{}", false, false},
    {NULL, "{}", NULL, "{}", true, true},
    {NULL, RULES, NULL, "{'domainRules':[" RULE("a", "2") "]}", false, false},
    {A, RULES, A_STAMPED, RULES, true, true},
    {A, RULES, A_STAMPED, NULL, false, false},
};

START_TEST(contracts_are_equal_but_for_the_stamp)
{
    struct contract candidate = {text_of(equalities[_i].metadata), text_of(equalities[_i].rule_set)};
    struct contract stored = {text_of(equalities[_i].stored_metadata), text_of(equalities[_i].stored_rule_set)};
    ck_assert_int_eq(contract_equal(arena, &candidate, &stored, 3), equalities[_i].equal_at_3);
    ck_assert_int_eq(contract_equal(arena, &candidate, &stored, 4), equalities[_i].equal_at_4);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, metadata_is_merged, 0, ROWS(metadata));
    tcase_add_loop_test(tests, rule_sets_are_merged, 0, ROWS(rule_sets));
    tcase_add_test(tests, merging_needs_memory);
    tcase_add_test(tests, a_property_is_looked_up);
    tcase_add_loop_test(tests, a_property_is_set_or_removed, 0, ROWS(settings));
    tcase_add_test(tests, setting_a_property_needs_memory);
    tcase_add_test(tests, all_properties_asked_for_must_be_there);
    tcase_add_test(tests, types_of_rules_are_found_in_all_lists);
    tcase_add_loop_test(tests, contracts_are_equal_but_for_the_stamp, 0, ROWS(equalities));
}

int main(void)
{
    return run_tests("contract_merge", add_tests);
}
