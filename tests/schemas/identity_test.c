/* GUIDs: what they are made of, and the published ones, which are read when they are there (AVOUCH_TEST_VECTORS); exit
 * status 77 says that they are not. */
#include "identity.h"

#include "avro/fixture.h"

static const struct str none = {NULL, 0};

static struct str spelled_text(const char *text)
{
    return text ? str_of(spelled(text)) : none;
}

static const char *guid_of(struct str text, const struct schema_reference *references, size_t count,
                           const struct contract *contract)
{
    unsigned char digest[MD5_BYTES];
    char guid[37];
    ck_assert_int_eq(identity_guid(arena, text, references, count, contract, digest), 0);
    hash_guid_text(digest, guid);
    return terminated(str_of(guid));
}

static const char *md5_of(struct str bytes)
{
    unsigned char digest[MD5_BYTES];
    char guid[37];
    hash_md5(bytes, digest);
    hash_guid_text(digest, guid);
    return terminated(str_of(guid));
}

START_TEST(a_text_alone_is_hashed_as_it_is)
{
    struct contract contract = {none, none};
    assert_text(guid_of(STR("\"int\""), NULL, 0, &contract), "ef524ea1-b91e-7317-3d93-8ade36c1db32");
    assert_text(guid_of(STR_EMPTY, NULL, 0, &contract), "d41d8cd9-8f00-b204-e980-0998ecf8427e");
}
END_TEST

#define RULE(members) "{" members ",'kind':'TRANSFORM','mode':'WRITEREAD','type':'t','disabled':false}"

/* Metadata and rule set, and what they add to the text; \1 is the byte that says that something is there. */
static const struct {
    const char *metadata, *rule_set, *added;
} contracts[] = {
    {"{}", NULL, "\1"},
    {NULL, "{}", "\1"},
    {"{}", "{}", "\1\1"},
    {"{'properties':{'a':'1','b':'2'}}", NULL, "\1a1b2"},
    {"{'sensitive':['x','y']}", NULL, "\1xy"},
    {"{'tags':{'p':['u','v'],'q':['w']},'properties':{'a':'1'},'sensitive':['x']}", NULL, "\1puvqwa1x"},
    {"{'properties':{'\xC3\xA9':'\\u0001'}}", NULL, "\1\xC3\xA9\1"},
    {NULL, "{'enableAt':'SERVER'}", "\1SERVER"},
    {NULL, "{'domainRules':[" RULE("'name':'n'") "]}", "\1nTRANSFORMWRITEREADt"},
    {NULL, "{'domainRules':[" RULE("'name':'n','doc':'d'") "," RULE("'name':'m'") "]}",
     "\1ndTRANSFORMWRITEREADtmTRANSFORMWRITEREADt"},
    {NULL,
     "{'migrationRules':[{'name':'a','kind':'CONDITION','mode':'UPGRADE','type':'X','disabled':false}],'domainRules':"
     "[" RULE("'name':'b'") "],'encodingRules':[" RULE("'name':'c'") "],'enableAt':'ALL'}",
     "\1aCONDITIONUPGRADEXbTRANSFORMWRITEREADtcTRANSFORMWRITEREADtALL"},
    {NULL,
     "{'domainRules':[{'name':'n','doc':'d','kind':'CONDITION','mode':'READ','type':'t','tags':['g','h'],'params':{'k':"
     "'v',"
     "'l':'w'},'expr':'e','onSuccess':'s','onFailure':'f','disabled':true}]}",
     "\1ndCONDITIONREADtghkvlwesf\1"},
    {"{'properties':{'a':'1'}}", "{'domainRules':[" RULE("'name':'n'") "]}", "\1a1\1nTRANSFORMWRITEREADt"},
};

START_TEST(a_contract_is_hashed_behind_the_text)
{
    struct contract contract = {spelled_text(contracts[_i].metadata), spelled_text(contracts[_i].rule_set)};
    struct str text = STR("\"int\"");
    assert_text(guid_of(text, NULL, 0, &contract), md5_of(ARENA_JOIN(arena, text, str_of(contracts[_i].added))));
}
END_TEST

START_TEST(references_are_hashed_between_text_and_contract)
{
    struct schema_reference references[] = {
        {STR("n.A"), STR("s"), 1}, {STR("n.B"), STR(":.c:t"), 0x01020304}, {STR_EMPTY, STR_EMPTY, -1}};
    struct contract contract = {STR("{}"), STR("{}")};
    struct str hashed = STR("\"int\"n.As\0\0\0\1n.B:.c:t\1\2\3\4\xFF\xFF\xFF\xFF\1\1");
    assert_text(guid_of(STR("\"int\""), references, 3, &contract), md5_of(hashed));
    assert_text(guid_of(STR("\"int\""), references, 0, &contract), md5_of(STR("\"int\"\1\1")));
    struct contract no_contract = {none, none};
    assert_text(guid_of(STR("\"int\""), references, 1, &no_contract), md5_of(STR("\"int\"n.As\0\0\0\1")));
    struct schema_reference swapped[] = {references[1], references[0]};
    assert_text(guid_of(STR("x"), swapped, 2, &no_contract), md5_of(STR("xn.B:.c:t\1\2\3\4n.As\0\0\0\1")));
}
END_TEST

START_TEST(a_guid_needs_memory)
{
    struct arena *no_memory = arena_new(0);
    struct schema_reference reference = {STR("n"), STR("s"), 1};
    unsigned char digest[MD5_BYTES];
    static const struct contract with[] = {{{NULL, 0}, {NULL, 0}}, {{"{}", 2}, {NULL, 0}}, {{NULL, 0}, {"{}", 2}}};
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(identity_guid(no_memory, STR("x"), &reference, 1, &with[i], digest), -1);
    ck_assert_int_eq(identity_guid(no_memory, STR("x"), NULL, 0, &with[0], digest), 0);
    arena_free(no_memory);
}
END_TEST

/* -- the published ones ------------------------------------------------------------------------------------------- */

static FILE *open_golden(void)
{
    char path[1024];
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    snprintf(path, sizeof path, "%s/confluent/guid-golden.json", folder ? folder : "");
    return fopen(path, "r");
}

static const struct jtree_node *read_golden(void)
{
    char *text = NULL;
    size_t room = 0;
    struct jtree_node *root = NULL;
    FILE *file = open_golden();
    ck_assert_ptr_nonnull(file);
    ssize_t length = getdelim(&text, &room, '\0', file);
    ck_assert_int_gt(length, 0);
    fclose(file);
    struct str copy = arena_str(arena, (struct str){text, (size_t)length});
    free(text);
    ck_assert_int_eq(jtree_read(arena, copy, 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static struct str text_member(const struct jtree_node *node, const char *name)
{
    const struct jtree_node *m = jtree_member(node, str_of(name));
    return jtree_is(m, JTREE_KIND_STRING) ? m->text : none;
}

static size_t read_references(const struct jtree_node *list, struct schema_reference *ret, size_t max)
{
    size_t count = 0;
    for (const struct jtree_node *r = list->first; r && count < max; r = r->next, count++) {
        int64_t version = 0;
        ck_assert_int_eq(str_to_i64(jtree_member(r, STR("version"))->text, &version), STR_NUMBER_OK);
        ret[count] = (struct schema_reference){text_member(r, "name"), text_member(r, "subject"), (int32_t)version};
    }
    return count;
}

/* The file has one text for each format, references, metadata and rules, and the GUIDs of all eight ways to combine them:
 * "101" is with references and rules. */
START_TEST(published_guids_are_met)
{
    const struct jtree_node *root = read_golden();
    struct schema_reference references[8];
    size_t count = read_references(jtree_member(root, STR("references")), references, 8), checked = 0;
    struct error err = ERROR_INIT(arena);
    struct contract whole;
    ck_assert_int_eq(contract_read_metadata(arena, jtree_member(root, STR("metadata")), &whole.metadata, &err), 0);
    ck_assert_int_eq(contract_read_rule_set(arena, jtree_member(root, STR("rules")), &whole.rule_set, NULL, &err), 0);
    const struct jtree_node *formats = jtree_member(root, STR("expectedHashes"));
    for (const struct jtree_node *text = jtree_member(root, STR("schemas"))->first; text; text = text->next) {
        const struct jtree_node *hashes = formats->first;
        while (hashes && !str_equal_nocase(hashes->name, text->name))
            hashes = hashes->next;
        for (const struct jtree_node *h = hashes ? hashes->first : NULL; h; h = h->next, checked++) {
            struct contract contract = {h->name.p[1] == '1' ? whole.metadata : none,
                                        h->name.p[2] == '1' ? whole.rule_set : none};
            assert_text(guid_of(text->text, references, h->name.p[0] == '1' ? count : 0, &contract),
                        terminated(h->text));
        }
    }
    printf("%zu published GUIDs\n", checked);
    ck_assert_uint_eq(checked, 24);
}
END_TEST

static bool has_golden(void)
{
    FILE *file = open_golden();
    if (file)
        fclose(file);
    return file != NULL;
}

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_text_alone_is_hashed_as_it_is);
    tcase_add_loop_test(tests, a_contract_is_hashed_behind_the_text, 0, ROWS(contracts));
    tcase_add_test(tests, references_are_hashed_between_text_and_contract);
    tcase_add_test(tests, a_guid_needs_memory);
    if (has_golden())
        tcase_add_test(tests, published_guids_are_met);
}

int main(void)
{
    int outcome = run_tests("identity", add_tests);
    if (outcome != 0 || has_golden())
        return outcome;
    printf("SKIP confluent/guid-golden.json is not here; the other tests passed\n");
    return 77;
}
