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

/* The file has one schema text for each format, references, metadata and rules, and the GUIDs of all eight ways to
 * combine them: "101" is with references and rules. */
static size_t check_golden(const struct jtree_node *root)
{
    struct schema_reference references[8] = {0};
    size_t count = 0, checked = 0;
    for (const struct jtree_node *r = jtree_member(root, STR("references"))->first; r; r = r->next, count++) {
        int64_t version = 0;
        str_to_i64(jtree_member(r, STR("version"))->text, &version);
        references[count] = (struct schema_reference){member(r, "name"), member(r, "subject"), (int32_t)version};
    }
    struct error err = ERROR_INIT(arena);
    struct contract whole;
    ck_assert_int_eq(contract_read_metadata(arena, jtree_member(root, STR("metadata")), &whole.metadata, &err), 0);
    ck_assert_int_eq(contract_read_rule_set(arena, jtree_member(root, STR("rules")), &whole.rule_set, &err), 0);
    const struct jtree_node *texts = jtree_member(root, STR("schemas")),
                            *formats = jtree_member(root, STR("expectedHashes"));
    for (const struct jtree_node *text = texts->first; text; text = text->next) {
        const struct jtree_node *hashes = formats->first;
        while (hashes && !str_equal_nocase(hashes->name, text->name))
            hashes = hashes->next;
        for (const struct jtree_node *h = hashes ? hashes->first : NULL; h; h = h->next, checked++) {
            struct contract contract = {h->name.p[1] == '1' ? whole.metadata : (struct str){NULL, 0},
                                        h->name.p[2] == '1' ? whole.rule_set : (struct str){NULL, 0}};
            unsigned char digest[MD5_BYTES];
            char guid[37];
            ck_assert_int_eq(
                identity_guid(arena, text->text, references, h->name.p[0] == '1' ? count : 0, &contract, digest), 0);
            hash_guid_text(digest, guid);
            ck_assert_msg(str_equal(str_of(guid), h->text), STR_FMT ": %s, not " STR_FMT, STR_ARG(h->name), guid,
                          STR_ARG(h->text));
        }
    }
    return checked;
}

START_TEST(makes_golden_guids)
{
    char path[512], *text = NULL;
    size_t room = 0;
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
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
    size_t checked = check_golden(parse(text));
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
