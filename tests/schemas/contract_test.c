/* Data contracts and the GUID that they are part of.
 * covers: schemas/contract_read.c schemas/contract_merge.c schemas/identity.c schemas/schema.c schemas/formats.c */
#include "contract.h"
#include "identity.h"
#include "schema.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 26);
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct jtree_node *parse(const char *text)
{
    struct jtree_node *root;
    if (!text)
        return NULL;
    ck_assert_int_eq(jtree_read(arena, str_of(text), 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static struct str metadata(const char *text)
{
    struct error err = ERROR_INIT(arena);
    struct str canonical;
    ck_assert_msg(contract_read_metadata(arena, parse(text), &canonical, &err) == 0, "%s", err.text.p);
    return canonical;
}

static void assert_text(struct str text, const char *wanted)
{
    ck_assert_msg(wanted ? text.p && str_equal(text, str_of(wanted)) : !text.p, STR_FMT, STR_ARG(text));
}

START_TEST(reads_metadata)
{
    assert_text(metadata(NULL), NULL);
    assert_text(metadata("null"), NULL);
    assert_text(metadata("{}"), "{}");
    assert_text(metadata("{\"properties\":{},\"tags\":{}}"), "{}");
    assert_text(
        metadata(
            "{\"sensitive\":[\"b\",\"a\",\"b\"],\"properties\":{\"z\":1,\"a\":\"x\"},\"tags\":{\"t\":[\"y\",\"x\"]}}"),
        "{\"tags\":{\"t\":[\"x\",\"y\"]},\"properties\":{\"a\":\"x\",\"z\":\"1\"},\"sensitive\":[\"a\",\"b\"]}");
    static const char *const bad[] = {"[]",
                                      "{\"properties\":[]}",
                                      "{\"properties\":{\"a\":null}}",
                                      "{\"tags\":{\"a\":[null]}}",
                                      "{\"tags\":{\"a\":\"x\"}}",
                                      "{\"sensitive\":{}}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = ERROR_INIT(arena);
        struct str ignored;
        ck_assert_int_eq(contract_read_metadata(arena, parse(bad[i]), &ignored, &err), -1);
        ck_assert_int_eq(err.id, ERROR_BAD_REQUEST);
    }
}
END_TEST

static const struct {
    const char *text;
    enum error_id id;
} rule_sets[] = {
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"CEL\"}]}", ERROR_NONE},
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"\"}]}", ERROR_NONE},
    {"{\"migrationRules\":[{\"name\":\"a\",\"type\":\"X\",\"mode\":\"UPGRADE\"}],\"enableAt\":\"ALL\"}", ERROR_NONE},
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"X\"}],\"encodingRules\":[{\"name\":\"a\",\"type\":\"X\"}]}",
     ERROR_INVALID_RULESET},
    {"{\"domainRules\":[{\"type\":\"X\"}]}", ERROR_INVALID_RULESET},
    {"{\"domainRules\":[{\"name\":\"1a\",\"type\":\"X\"}]}", ERROR_INVALID_RULESET},
    {"{\"domainRules\":[{\"name\":\"a\"}]}", ERROR_INVALID_RULESET},
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"X\",\"mode\":\"UPGRADE\"}]}", ERROR_INVALID_RULESET},
    {"{\"migrationRules\":[{\"name\":\"a\",\"type\":\"X\",\"mode\":\"WRITE\"}]}", ERROR_INVALID_RULESET},
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"X\",\"mode\":\"WRITE\",\"onFailure\":\"A,B\"}]}",
     ERROR_INVALID_RULESET},
    {"{\"domainRules\":[null]}", ERROR_BAD_REQUEST},
    {"{\"domainRules\":{}}", ERROR_BAD_REQUEST},
    {"{\"domainRules\":[{\"name\":\"a\",\"type\":\"X\",\"kind\":\"Y\"}]}", ERROR_BAD_REQUEST},
    {"{\"enableAt\":\"NOWHERE\"}", ERROR_BAD_REQUEST},
};

START_TEST(checks_rule_sets)
{
    struct error err = ERROR_INIT(arena);
    struct str canonical;
    contract_read_rule_set(arena, parse(rule_sets[_i].text), &canonical, &err);
    ck_assert_msg(err.id == rule_sets[_i].id, "%s: %s", rule_sets[_i].text, err.text.p);
}
END_TEST

START_TEST(merges)
{
    struct str merged;
    ck_assert_int_eq(
        contract_merge_metadata(
            arena, metadata("{\"properties\":{\"a\":\"1\",\"b\":\"2\"},\"sensitive\":[\"b\"]}"),
            metadata("{\"tags\":{\"t\":[\"x\"]},\"properties\":{\"b\":\"3\",\"c\":\"4\"},\"sensitive\":[\"a\"]}"),
            &merged),
        0);
    assert_text(
        merged,
        "{\"tags\":{\"t\":[\"x\"]},\"properties\":{\"a\":\"1\",\"b\":\"3\",\"c\":\"4\"},\"sensitive\":[\"a\",\"b\"]}");
    ck_assert_int_eq(contract_merge_rule_sets(arena,
                                              STR("{\"domainRules\":[{\"name\":\"a\",\"type\":\"1\"},{\"name\":\"b\","
                                                  "\"type\":\"1\"}],\"enableAt\":\"ALL\"}"),
                                              STR("{\"domainRules\":[{\"name\":\"a\",\"type\":\"2\"}]}"), &merged),
                     0);
    assert_text(
        merged,
        "{\"domainRules\":[{\"name\":\"b\",\"type\":\"1\"},{\"name\":\"a\",\"type\":\"2\"}],\"enableAt\":\"ALL\"}");
    ck_assert(contract_has_rule_type(arena, merged, STR("2")) && !contract_has_rule_type(arena, merged, STR("3")));
    ck_assert_int_eq(contract_set_property(arena, metadata("{\"properties\":{\"k\":\"v\"}}"), STR("k"),
                                           (struct str){NULL, 0}, &merged),
                     0);
    assert_text(merged, "{}");
}
END_TEST

START_TEST(equals_but_for_the_version)
{
    struct contract plain = {metadata("{\"properties\":{\"a\":\"1\"}}"), {NULL, 0}}, none = {{NULL, 0}, {NULL, 0}};
    struct contract stamped = {metadata("{\"properties\":{\"a\":\"1\",\"confluent:version\":\"3\"}}"), {NULL, 0}};
    struct contract only = {metadata("{\"properties\":{\"confluent:version\":\"3\"}}"), {NULL, 0}};
    ck_assert(contract_equal(arena, &plain, &stamped, 3) && contract_equal(arena, &plain, &stamped, 9));
    ck_assert(contract_equal(arena, &stamped, &plain, 3) && !contract_equal(arena, &stamped, &plain, 4));
    ck_assert(contract_equal(arena, &none, &only, 3) && contract_equal(arena, &none, &none, 1));
    ck_assert(!contract_equal(arena, &none, &plain, 1));
}
END_TEST

/* A text member; .p NULL for none. */
static struct str member(const struct jtree_node *node, const char *name)
{
    const struct jtree_node *m = jtree_member(node, str_of(name));
    return jtree_is(m, JTREE_KIND_STRING) ? m->text : (struct str){NULL, 0};
}

/* [{"schema":{…as the API has it…},"guid":…}], in whatever members the file uses for the GUID. */
static size_t check_golden(const struct jtree_node *cases)
{
    size_t checked = 0;
    for (const struct jtree_node *c = cases->first; c; c = c->next) {
        const struct jtree_node *schema = jtree_member(c, STR("schema"));
        const struct jtree_node *holder = jtree_is(schema, JTREE_KIND_OBJECT) ? schema : c;
        struct str wanted = member(c, "guid");
        if (!wanted.p)
            wanted = member(holder, "guid");
        struct contract contract;
        struct error err = ERROR_INIT(arena);
        struct schema_reference references[16] = {0};
        size_t count = 0;
        const struct jtree_node *list = jtree_member(holder, STR("references"));
        for (const struct jtree_node *r = list ? list->first : NULL; r; r = r->next, count++) {
            int64_t version = 0;
            references[count].name = member(r, "name");
            references[count].subject = member(r, "subject");
            str_to_i64(jtree_member(r, STR("version"))->text, &version);
            references[count].version = (int32_t)version;
        }
        ck_assert_int_eq(contract_read_metadata(arena, jtree_member(holder, STR("metadata")), &contract.metadata, &err),
                         0);
        ck_assert_int_eq(contract_read_rule_set(arena, jtree_member(holder, STR("ruleSet")), &contract.rule_set, &err),
                         0);
        unsigned char digest[MD5_BYTES];
        char guid[37];
        ck_assert_int_eq(identity_guid(arena, member(holder, "schema"), references, count, &contract, digest), 0);
        hash_guid_text(digest, guid);
        ck_assert_msg(str_equal(str_of(guid), wanted), "%s, not " STR_FMT, guid, STR_ARG(wanted));
        checked++;
    }
    return checked;
}

START_TEST(makes_golden_guids)
{
    char path[512], *text = NULL;
    size_t room = 0;
    const char *folder = getenv("AVOUCH_VECTORS");
    unsigned char digest[MD5_BYTES];
    char guid[37];
    ck_assert_int_eq(identity_guid(arena, STR("\"int\""), NULL, 0, &(struct contract){{NULL, 0}, {NULL, 0}}, digest),
                     0);
    hash_guid_text(digest, guid);
    ck_assert_str_eq(guid, "ef524ea1-b91e-7317-3d93-8ade36c1db32");
    snprintf(path, sizeof path, "%s/confluent/guid-golden.json", folder ? folder : "");
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: no guid-golden.json\n");
        return;
    }
    ck_assert(getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    const struct jtree_node *root = parse(text);
    const struct jtree_node *cases = root->kind == JTREE_KIND_ARRAY ? root : root->first;
    size_t checked = check_golden(cases);
    printf("%zu golden GUIDs\n", checked);
    ck_assert_uint_gt(checked, 0);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contract");
    TCase *tests = tcase_create("contract");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, reads_metadata);
    tcase_add_loop_test(tests, checks_rule_sets, 0, sizeof rule_sets / sizeof rule_sets[0]);
    tcase_add_test(tests, merges);
    tcase_add_test(tests, equals_but_for_the_version);
    tcase_add_test(tests, makes_golden_guids);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
