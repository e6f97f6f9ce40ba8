/* Metadata and rule sets of requests: their canonical texts, and what is said of those that are wrong.
 * covers: schemas/contract_read.c */
#include "contract.h"

#include "avro/fixture.h"

#define E_ACUTE "\xC3\xA9"

static const struct jtree_node *read_json(const char *text)
{
    struct jtree_node *root = NULL;
    ck_assert_int_eq(jtree_read(arena, str_of(text), 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static int read_rule_set(struct arena *memory, const struct jtree_node *node, struct str *ret, struct error *err)
{
    return contract_read_rule_set(memory, node, ret, NULL, err);
}

typedef int (*read_fn)(struct arena *arena, const struct jtree_node *node, struct str *ret, struct error *err);

/* The canonical text, or the name of the error and its text; "none" for none. */
static const char *outcome_of(read_fn read, const struct jtree_node *node)
{
    struct error err = ERROR_INIT(arena);
    struct str canonical = STR_EMPTY;
    int outcome = read(arena, node, &canonical, &err);
    ck_assert_int_eq(outcome, err.id == ERROR_NONE ? 0 : -1);
    if (outcome != 0)
        return arena_printf(arena, "%s: " STR_FMT, error_rows[err.id].name, STR_ARG(err.text)).p;
    return canonical.p ? terminated(canonical) : "none";
}

/* -- metadata ----------------------------------------------------------------------------------------------------- */

#define WRONG(what, name) "BAD_REQUEST: Cannot read " what " `" name "`: a value of another type"

static const struct {
    const char *text, *outcome;
} metadata[] = {
    {"null", "none"},
    {"{}", "{}"},
    {"{'tags':null,'properties':null,'sensitive':null}", "{}"},
    {"{'tags':{},'properties':{},'sensitive':[]}", "{}"},
    {"{'unknown':[1],'Tags':1}", "{}"},
    {"{'sensitive':['b','a','b'],'properties':{'z':'1','a':'2'},'tags':{'t':['y','x','y'],'s':[]}}",
     "{'tags':{'s':[],'t':['x','y']},'properties':{'a':'2','z':'1'},'sensitive':['a','b']}"},
    /* Numbers and booleans become texts, as spelled. */
    {"{'properties':{'a':1,'b':1.50,'c':-0,'d':1E400,'e':true,'f':false,'g':''}}",
     "{'properties':{'a':'1','b':'1.50','c':'-0','d':'1E400','e':'true','f':'false','g':''}}"},
    /* Order of UTF-16 units; of duplicates the last one. */
    {"{'properties':{'\xEF\xBF\xBD':'1','\xF0\x9F\x98\x80':'2','':'3','a':'4','Z':'5','a':'6'}}",
     "{'properties':{'':'3','Z':'5','a':'6','\xF0\x9F\x98\x80':'2','\xEF\xBF\xBD':'1'}}"},
    {"{'properties':[1],'properties':{'\\u0061\\n':'\\u00e9\\/'}}", "{'properties':{'a\\n':'" E_ACUTE "/'}}"},
    {"{'sensitive':['\xEF\xBF\xBD','\xF0\x9F\x98\x80','b','B','']}",
     "{'sensitive':['','B','b','\xF0\x9F\x98\x80','\xEF\xBF\xBD']}"},
    /* Values of another type. */
    {"[]", WRONG("metadata", "metadata")},
    {"'x'", WRONG("metadata", "metadata")},
    {"false", WRONG("metadata", "metadata")},
    {"{'tags':[]}", WRONG("metadata", "tags")},
    {"{'tags':{'a':'x'}}", WRONG("metadata tags", "a")},
    {"{'tags':{'a':null}}", WRONG("metadata tags", "a")},
    {"{'tags':{'a':['x',null]}}", WRONG("metadata tags", "a")},
    {"{'tags':{'a':['x',1]}}", WRONG("metadata tags", "a")},
    {"{'properties':'x'}", WRONG("properties", "properties")},
    {"{'properties':{'a':null}}", WRONG("properties", "a")},
    {"{'properties':{'a':'1','b':[]}}", WRONG("properties", "b")},
    {"{'properties':{'a':{}}}", WRONG("properties", "a")},
    {"{'sensitive':{}}", WRONG("sensitive", "sensitive")},
    {"{'sensitive':['x',1]}", WRONG("sensitive", "sensitive")},
    {"{'sensitive':[null]}", WRONG("sensitive", "sensitive")},
};

START_TEST(metadata_is_read)
{
    const char *outcome = spelled(metadata[_i].outcome);
    assert_text(outcome_of(contract_read_metadata, read_json(spelled(metadata[_i].text))), outcome);
    if (outcome[0] == '{') /* what is canonical stays so */
        assert_text(outcome_of(contract_read_metadata, read_json(outcome)), outcome);
}
END_TEST

/* -- rule sets ---------------------------------------------------------------------------------------------------- */

#define DOMAIN(rules) "{'domainRules':[" rules "]}"
#define REST "'kind':'TRANSFORM','mode':'WRITEREAD','type':'t','disabled':false}"
#define MIGRATION_REST(mode) "'kind':'TRANSFORM','mode':'" mode "','type':'t','disabled':false}"
#define INVALID(what, name) "INVALID_RULESET: Invalid rule set: " what " `" name "`"
#define NO_NAME(name) INVALID("a rule needs a valid name, not", name)
#define NO_FIT(name) INVALID("the mode does not fit the kind of rule", name)
#define TWO(name) INVALID("two actions need the mode WRITEREAD or UPDOWN: rule", name)

static const struct {
    const char *text, *outcome;
} rule_sets[] = {
    {"null", "none"},
    {"{}", "{}"},
    {"{'migrationRules':null,'domainRules':[],'encodingRules':null,'enableAt':null,'more':1}", "{}"},
    {DOMAIN("{'type':'t','name':'n'}"), DOMAIN("{'name':'n'," REST)},
    {DOMAIN("{'type':'','name':'n'}"),
     DOMAIN("{'name':'n','kind':'TRANSFORM','mode':'WRITEREAD','type':'','disabled':false}")},
    {DOMAIN("{'name':'n','type':'t','doc':null,'kind':null,'mode':null,'tags':null,'params':null,'expr':null,'"
            "onSuccess':null,"
            "'onFailure':null,'disabled':null,'more':1}"),
     DOMAIN("{'name':'n'," REST)},
    {DOMAIN("{'name':'n','type':'t','tags':[],'params':{}}"), DOMAIN("{'name':'n'," REST)},
    /* All members, in their order. */
    {DOMAIN("{'disabled':true,'onFailure':'f','onSuccess':'s','expr':'e','params':{'l':1,'k':'v'},'tags':['h','g','h'],"
            "'type':"
            "'t','mode':'READ','kind':'CONDITION','doc':'d','name':'n'}"),
     DOMAIN("{'name':'n','doc':'d','kind':'CONDITION','mode':'READ','type':'t','tags':['g','h'],'params':{'k':'v','l':'"
            "1'},"
            "'expr':'e','onSuccess':'s','onFailure':'f','disabled':true}")},
    {"{'enableAt':'NONE','encodingRules':[{'name':'c','type':'t'}],'domainRules':[{'name':'b','type':'t'}],'"
     "migrationRules':[{"
     "'name':'a','type':'t','mode':'UPDOWN'}]}",
     "{'migrationRules':[{'name':'a'," MIGRATION_REST("UPDOWN") "],'domainRules':[{'name':'b'," REST
                                                                "],'encodingRules':[{"
                                                                "'name':'c'," REST "],'enableAt':'NONE'}"},
    {DOMAIN("{'name':'b','type':'t'},{'name':'a','type':'t'}"), DOMAIN("{'name':'b'," REST ",{'name':'a'," REST)},
    {"{'enableAt':'ALL'}", "{'enableAt':'ALL'}"},
    {"{'enableAt':'CLIENT'}", "{'enableAt':'CLIENT'}"},
    {"{'enableAt':'GATEWAY'}", "{'enableAt':'GATEWAY'}"},
    {"{'enableAt':'SERVER'}", "{'enableAt':'SERVER'}"},
    /* Names: letters of all scripts, digits, _ and - behind the first. */
    {DOMAIN("{'name':'_a-9','type':'t'}"), DOMAIN("{'name':'_a-9'," REST)},
    {DOMAIN("{'name':'" E_ACUTE "1\xD0\xBF','type':'t'}"), DOMAIN("{'name':'" E_ACUTE "1\xD0\xBF'," REST)},
    {DOMAIN("{'type':'t'}"), NO_NAME("")},
    {DOMAIN("{'name':null,'type':'t'}"), NO_NAME("")},
    {DOMAIN("{'name':'','type':'t'}"), NO_NAME("")},
    {DOMAIN("{'name':'1a','type':'t'}"), NO_NAME("1a")},
    {DOMAIN("{'name':'-a','type':'t'}"), NO_NAME("-a")},
    {DOMAIN("{'name':'a b','type':'t'}"), NO_NAME("a b")},
    {DOMAIN("{'name':'a.b','type':'t'}"), NO_NAME("a.b")},
    {DOMAIN("{'name':'a\xE2\x82\xAC','type':'t'}"), NO_NAME("a\xE2\x82\xAC")},
    {DOMAIN("{'name':5,'type':'t'}"), NO_NAME("5")},
    {DOMAIN("{'name':'a','type':'t'},{'name':'a','type':'u'}"), INVALID("two rules have the name", "a")},
    {"{'migrationRules':[{'name':'a','type':'t','mode':'UPGRADE'}],'encodingRules':[{'name':'a','type':'t'}]}",
     INVALID("two rules have the name", "a")},
    {DOMAIN("{'name':'a'}"), INVALID("a type is needed by rule", "a")},
    {DOMAIN("{'name':'a','type':null}"), INVALID("a type is needed by rule", "a")},
    /* Which mode belongs to which list. */
    {"{'migrationRules':[{'name':'a','type':'t','mode':'UPGRADE'},{'name':'b','type':'t','mode':'DOWNGRADE'}]}",
     "{'migrationRules':[{'name':'a'," MIGRATION_REST("UPGRADE") ",{'name':'b'," MIGRATION_REST("DOWNGRADE") "]}"},
    {"{'migrationRules':[{'name':'a','type':'t'}]}", NO_FIT("a")},
    {"{'migrationRules':[{'name':'a','type':'t','mode':'WRITE'}]}", NO_FIT("a")},
    {"{'migrationRules':[{'name':'a','type':'t','mode':'READ'}]}", NO_FIT("a")},
    {DOMAIN("{'name':'a','type':'t','mode':'UPGRADE'}"), NO_FIT("a")},
    {DOMAIN("{'name':'a','type':'t','mode':'DOWNGRADE'}"), NO_FIT("a")},
    {"{'encodingRules':[{'name':'a','type':'t','mode':'UPDOWN'}]}", NO_FIT("a")},
    /* Two actions, one for each half of a mode. */
    {DOMAIN("{'name':'a','type':'t','onSuccess':'A,B','onFailure':'C,D,E'}"),
     DOMAIN("{'name':'a','kind':'TRANSFORM','mode':'WRITEREAD','type':'t','onSuccess':'A,B','onFailure':'C,D,E','"
            "disabled':"
            "false}")},
    {"{'migrationRules':[{'name':'a','type':'t','mode':'UPDOWN','onFailure':'A,B'}]}",
     "{'migrationRules':[{'name':'a','kind':'TRANSFORM','mode':'UPDOWN','type':'t','onFailure':'A,B','disabled':false}]"
     "}"},
    {DOMAIN("{'name':'a','type':'t','mode':'WRITE','onSuccess':'A,B'}"), TWO("a")},
    {DOMAIN("{'name':'a','type':'t','mode':'READ','onFailure':','}"), TWO("a")},
    {"{'migrationRules':[{'name':'a','type':'t','mode':'UPGRADE','onFailure':'A,B'}]}", TWO("a")},
    /* Values that are not foreseen. */
    {DOMAIN("{'name':'a','type':'t','kind':'transform'}"), "BAD_REQUEST: Unknown kind of a rule: `transform`"},
    {DOMAIN("{'name':'a','type':'t','mode':''}"), "BAD_REQUEST: Unknown mode of a rule: ``"},
    {DOMAIN("{'name':'a','type':'t','mode':5}"), "BAD_REQUEST: Unknown mode of a rule: `5`"},
    {"{'enableAt':'NOWHERE'}", "BAD_REQUEST: Unknown enableAt: `NOWHERE`"},
    {"{'enableAt':''}", "BAD_REQUEST: Unknown enableAt: ``"},
    /* Values of another type. */
    {"[]", WRONG("ruleSet", "ruleSet")},
    {"'x'", WRONG("ruleSet", "ruleSet")},
    {"{'migrationRules':{}}", WRONG("ruleSet", "migrationRules")},
    {"{'domainRules':'x'}", WRONG("ruleSet", "domainRules")},
    {"{'encodingRules':true}", WRONG("ruleSet", "encodingRules")},
    {"{'enableAt':[]}", WRONG("rule", "enableAt")},
    {DOMAIN("null"), WRONG("rule", "rule")},
    {DOMAIN("'x'"), WRONG("rule", "rule")},
    {DOMAIN("{'name':[],'type':'t'}"), WRONG("rule", "name")},
    {DOMAIN("{'name':'a','type':{}}"), WRONG("rule", "type")},
    {DOMAIN("{'name':'a','type':'t','doc':[]}"), WRONG("rule", "doc")},
    {DOMAIN("{'name':'a','type':'t','kind':{}}"), WRONG("rule", "kind")},
    {DOMAIN("{'name':'a','type':'t','mode':[]}"), WRONG("rule", "mode")},
    {DOMAIN("{'name':'a','type':'t','tags':{}}"), WRONG("tags", "tags")},
    {DOMAIN("{'name':'a','type':'t','tags':[1]}"), WRONG("tags", "tags")},
    {DOMAIN("{'name':'a','type':'t','params':[]}"), WRONG("params", "params")},
    {DOMAIN("{'name':'a','type':'t','params':{'k':null}}"), WRONG("params", "k")},
    {DOMAIN("{'name':'a','type':'t','expr':{}}"), WRONG("rule", "expr")},
    {DOMAIN("{'name':'a','type':'t','onSuccess':[]}"), WRONG("rule", "onSuccess")},
    {DOMAIN("{'name':'a','type':'t','onFailure':[]}"), WRONG("rule", "onFailure")},
    {DOMAIN("{'name':'a','type':'t','disabled':'true'}"), WRONG("rule", "disabled")},
};

START_TEST(a_rule_set_is_read)
{
    const char *outcome = spelled(rule_sets[_i].outcome);
    assert_text(outcome_of(read_rule_set, read_json(spelled(rule_sets[_i].text))), outcome);
    if (outcome[0] == '{')
        assert_text(outcome_of(read_rule_set, read_json(outcome)), outcome);
}
END_TEST

/* Who does not register is told what is wrong with rules, and gets the set. */
START_TEST(a_rule_set_is_read_without_a_judgement)
{
    struct str prefix = STR("INVALID_RULESET: Invalid rule set: "), canonical, fault;
    struct str wanted = str_of(spelled(rule_sets[_i].outcome));
    struct error err = ERROR_INIT(arena);
    const struct jtree_node *node = read_json(spelled(rule_sets[_i].text));
    int outcome = contract_read_rule_set(arena, node, &canonical, &fault, &err);
    if (!str_starts(wanted, prefix)) {
        ck_assert_int_eq(outcome, wanted.p[0] == 'B' ? -1 : 0);
        ck_assert(outcome != 0 || !fault.p);
        return;
    }
    ck_assert_int_eq(outcome, 0);
    assert_text(terminated(fault), wanted.p + prefix.n);
    struct str again = {NULL, 0}, same_fault;
    node = read_json(terminated(canonical)); /* what was read says the same once more */
    ck_assert_int_eq(contract_read_rule_set(arena, node, &again, &same_fault, &err), 0);
    assert_text(terminated(again), terminated(canonical));
}
END_TEST

START_TEST(what_is_absent_is_none)
{
    assert_text(outcome_of(contract_read_metadata, NULL), "none");
    assert_text(outcome_of(read_rule_set, NULL), "none");
}
END_TEST

/* -- lengths ------------------------------------------------------------------------------------------------------ */

START_TEST(names_of_rules_have_up_to_256_characters)
{
    static const char *const letters[] = {"a", E_ACUTE, "\xE4\xB8\xAD"};
    for (size_t i = 0; i < 3; i++) {
        for (int length = 256; length <= 257; length++) {
            struct buf name = new_text();
            add_times(&name, str_of(letters[i]), length);
            struct str text = ARENA_JOIN(arena, str_of(spelled("{'domainRules':[{'name':'")), buf_str(&name),
                                         str_of(spelled("','type':'t'}]}")));
            struct str fault =
                ARENA_JOIN(arena, STR("INVALID_RULESET: Invalid rule set: a rule needs a valid name, not '"),
                           buf_str(&name), STR("'"));
            struct str canonical = ARENA_JOIN(arena, str_of(spelled("{'domainRules':[{'name':'")), buf_str(&name),
                                              str_of(spelled("'," REST "]}")));
            assert_text(outcome_of(read_rule_set, read_json(text.p)), length == 256 ? canonical.p : fault.p);
        }
    }
}
END_TEST

START_TEST(errors_quote_whole_characters)
{
    struct str name = long_text(_i, 300);
    struct str property = ARENA_JOIN(arena, STR("{\"properties\":{\""), name, STR("\":null}}"));
    struct str kind = ARENA_JOIN(arena, str_of(spelled("{'domainRules':[{'name':'a','type':'t','kind':'")), name,
                                 str_of(spelled("'}]}")));
    struct str place = ARENA_JOIN(arena, STR("{\"enableAt\":\""), name, STR("\"}"));
    assert_text(outcome_of(contract_read_metadata, read_json(property.p)),
                ARENA_JOIN(arena, STR("BAD_REQUEST: Cannot read properties '"), whole_characters(name, 128),
                           STR("': a value of another type"))
                    .p);
    assert_text(
        outcome_of(read_rule_set, read_json(kind.p)),
        ARENA_JOIN(arena, STR("BAD_REQUEST: Unknown kind of a rule: '"), whole_characters(name, 64), STR("'")).p);
    assert_text(outcome_of(read_rule_set, read_json(place.p)),
                ARENA_JOIN(arena, STR("BAD_REQUEST: Unknown enableAt: '"), whole_characters(name, 64), STR("'")).p);
}
END_TEST

START_TEST(texts_are_bounded)
{
    struct buf value = new_text();
    add_times(&value, STR("xxxxxxxxxxxxxxxx"), CONTRACT_TEXT_MAX / 16);
    struct str text = ARENA_JOIN(arena, STR("{\"properties\":{\"k\":\""), buf_str(&value), STR("\"}}"));
    struct str rule = ARENA_JOIN(arena, str_of(spelled("{'domainRules':[{'name':'a','type':'t','expr':'")),
                                 buf_str(&value), str_of(spelled("'}]}")));
    const char *fault = "SCHEMA_TOO_LARGE: Register operation failed because schema is too large";
    assert_text(outcome_of(contract_read_metadata, read_json(text.p)), fault);
    assert_text(outcome_of(read_rule_set, read_json(rule.p)), fault);
    value.n -= 1000;
    text = ARENA_JOIN(arena, STR("{\"properties\":{\"k\":\""), buf_str(&value), STR("\"}}"));
    assert_text(outcome_of(contract_read_metadata, read_json(text.p)), text.p);
}
END_TEST

START_TEST(reading_needs_memory)
{
    const struct jtree_node *texts[] = {
        read_json(spelled("{'tags':{'a':['x']},'properties':{'k':'v'},'sensitive':['s']}")),
        read_json(spelled(DOMAIN("{'name':'a','type':'t','tags':['x'],'params':{'k':'v'}}")))};
    static const read_fn readers[] = {contract_read_metadata, read_rule_set};
    for (size_t i = 0; i < 2; i++) {
        size_t failed = 0;
        const char *whole = outcome_of(readers[i], texts[i]);
        for (size_t bytes = 0; bytes < 4096; bytes += 16) {
            struct arena *memory = arena_new(bytes);
            struct error err = ERROR_INIT(arena);
            struct str canonical;
            int outcome = readers[i](memory, texts[i], &canonical, &err);
            ck_assert_int_eq(outcome, err.id == ERROR_NONE ? 0 : -1);
            ck_assert(outcome == 0 || err.id == ERROR_INTERNAL || err.id == ERROR_SCHEMA_TOO_LARGE);
            if (outcome == 0)
                assert_text(terminated(canonical), whole);
            failed += outcome != 0;
            arena_free(memory);
        }
        ck_assert_uint_gt(failed, 1);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, metadata_is_read, 0, ROWS(metadata));
    tcase_add_loop_test(tests, a_rule_set_is_read, 0, ROWS(rule_sets));
    tcase_add_loop_test(tests, a_rule_set_is_read_without_a_judgement, 0, ROWS(rule_sets));
    tcase_add_test(tests, what_is_absent_is_none);
    tcase_add_test(tests, names_of_rules_have_up_to_256_characters);
    tcase_add_loop_test(tests, errors_quote_whole_characters, 0, LONG_TEXTS);
    tcase_add_test(tests, texts_are_bounded);
    tcase_add_test(tests, reading_needs_memory);
}

int main(void)
{
    return run_tests("contract_read", add_tests);
}
