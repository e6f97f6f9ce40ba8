/* Reading by version, id, GUID, referrer and metadata, here and in other contexts.
 * covers: service/core/read.c */
#include "requests.h"

#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO(subject) "'references':[{'name':'n.B','subject':'" subject "','version':1}]"

static void assert_found(const char *context, const char *subject, int32_t version, int32_t id)
{
    assert_text(last.found.context, context);
    assert_text(last.found.subject, subject);
    ck_assert_int_eq(last.found.version, version);
    ck_assert_int_eq(last.found.schema_id, id);
}

START_TEST(reads_versions)
{
    must_register("s", body("'int'", "'metadata':{'properties':{'k':'v'}}"));
    must_register("s", body("'long'", NULL));
    MUST(read_version("s", 1, false));
    assert_found(".", "s", 1, 1);
    assert_text(last.found.schema.format, "AVRO");
    assert_text(last.found.schema.text, "\"int\"");
    assert_text(last.found.schema.metadata, json("{'properties':{'k':'v'}}"));
    ck_assert(!last.found.is_deleted);
    ck_assert_int_eq(last.found.created_ms, 1000);
    MUST(read_version("s", STORAGE_LATEST, false));
    assert_found(".", "s", 2, 2);
    REFUSED(read_version("s", 3, false), VERSION_NOT_FOUND, "Version 3 not found.");
    REFUSED(read_version("none", 1, false), SUBJECT_NOT_FOUND, "Subject 'none' not found.");
    REFUSED(read_version(":.ctx:s", 1, false), SUBJECT_NOT_FOUND, "Subject ':.ctx:s' not found.");
}
END_TEST

START_TEST(reads_deleted_versions_where_asked)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(try_delete("s", 2, false));
    REFUSED(read_version("s", 2, false), VERSION_NOT_FOUND, "Version 2 not found.");
    MUST(read_version("s", 2, true));
    ck_assert(last.found.is_deleted);
    MUST(read_version("s", STORAGE_LATEST, true)); /* the latest is always active */
    assert_found(".", "s", 1, 1);
    MUST(try_delete("s", 1, false));
    REFUSED(read_version("s", 1, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(read_version("s", STORAGE_LATEST, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(read_version("s", STORAGE_LATEST, true), VERSION_NOT_FOUND, "Version -1 not found.");
    REFUSED(read_version("s", 9, true), VERSION_NOT_FOUND, "Version 9 not found.");
}
END_TEST

START_TEST(reads_versions_of_other_contexts)
{
    must_register(":.b:s", body("'int'", NULL));
    must_register(":.b:s", body("'long'", NULL));
    must_register(":.a:s", body("'float'", NULL));
    MUST(read_version("s", 1, false)); /* in the order of names */
    assert_found(".a", "s", 1, 1);
    MUST(read_version(":.:s", 2, false));
    assert_found(".b", "s", 2, 2);
    must_register("s", body("'bytes'", NULL));
    MUST(read_version("s", 1, false)); /* the default context comes first */
    assert_found(".", "s", 1, 1);
    MUST(read_version("s", 2, false)); /* although the subject is there */
    assert_found(".b", "s", 2, 2);
    REFUSED(read_version("s", 3, false), VERSION_NOT_FOUND, "Version 3 not found.");
    REFUSED(read_version(":.a:s", 2, false), VERSION_NOT_FOUND, "Version 2 not found.");
    MUST(try_delete("s", 1, false));
    MUST(try_delete("s", 1, true));
    REFUSED(read_version("s", 3, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
}
END_TEST

/* Ids: 1 is "int" of s in the default context, "long" of s in .a, "float" of t in .a and of s in .b have others. */
static void fill_contexts(void)
{
    must_register("s", body("'int'", NULL));
    must_register("t", body("'int'", NULL));
    must_register(":.a:s", body("'long'", NULL));
    must_register(":.a:t", body("'float'", NULL));
    must_register(":.b:u", body("'double'", NULL));
    must_register(":.b:v", body("'bytes'", NULL));
    must_register(":.b:v", body("'string'", NULL));
}

static const struct {
    int32_t id;
    const char *subject, *context, *found; /* found NULL: not there */
    int32_t version;
} ids[] = {
    {1, "", ".", "s", 1},        {2, "", NULL, NULL, 0},          {1, ":.a:", ".a", "s", 1},
    {2, ":.a:", ".a", "t", 1},   {2, ":.a:t", ".a", "t", 1},      {2, ":.a:s", NULL, NULL, 0},
    {1, "t", ".", "t", 1},       {1, ":.:t", ".", "t", 1},        {2, "t", ".a", "t", 1},
    {2, ":.:t", ".a", "t", 1},   {3, "v", ".b", "v", 2},          {1, "u", ".b", "u", 1},
    {1, "nowhere", ".", "s", 1}, {2, "nowhere", NULL, NULL, 0},   {1, ":.:", ".", "s", 1},
    {1, ":.c:", NULL, NULL, 0},  {2147483647, "", NULL, NULL, 0}, {-1, "", NULL, NULL, 0},
};

START_TEST(resolves_ids)
{
    fill_contexts();
    enum error_id id = read_id(ids[_i].id, ids[_i].subject);
    char missing[64];
    snprintf(missing, sizeof missing, "Schema %d not found", ids[_i].id);
    if (!ids[_i].found) {
        REFUSED(id, SCHEMA_ID_NOT_FOUND, missing);
        REFUSED(read_uses(ids[_i].id, ids[_i].subject, true), SCHEMA_NOT_FOUND, "Schema not found");
        return;
    }
    MUST(id);
    assert_found(ids[_i].context, ids[_i].found, ids[_i].version, ids[_i].id);
}
END_TEST

START_TEST(reads_deleted_ids)
{
    must_register("s", body("'int'", NULL));
    must_register("t", body("'int'", NULL));
    MUST(try_delete("s", 1, false));
    MUST(read_id(1, ""));
    assert_found(".", "t", 1, 1); /* an active one first */
    MUST(read_id(1, "s"));
    ck_assert(last.found.is_deleted);
    MUST(try_delete("t", 1, false));
    MUST(read_id(1, ""));
    ck_assert(last.found.is_deleted);
    MUST(try_delete("s", 1, true));
    MUST(read_id(1, "s"));
    assert_found(".", "t", 1, 1);
    MUST(try_delete("t", 1, true));
    REFUSED(read_id(1, ""), SCHEMA_ID_NOT_FOUND, "Schema 1 not found");
}
END_TEST

START_TEST(lists_uses)
{
    must_register("b", body("'int'", NULL));
    must_register("a", body("'int'", NULL));
    must_register("c", body("'int'", NULL));
    must_register("c", body("'long'", NULL));
    must_register(":.ctx:x", body("'int'", NULL));
    MUST(put_mode("a", "READWRITE"));
    MUST(force_mode("a", "IMPORT"));
    MUST(try_register("a", body("'int'", "'id':1,'version':7")));
    MUST(read_uses(1, "", false));
    assert_text(listed_uses(), "./a:7=1 ./b:1=1 ./c:1=1 "); /* the newest of each subject */
    MUST(read_uses(1, "c", false)); /* the subject says where to look for the id only */
    assert_text(listed_uses(), "./a:7=1 ./b:1=1 ./c:1=1 ");
    MUST(read_uses(1, ":.ctx:", false));
    assert_text(listed_uses(), ".ctx/x:1=1 ");
    MUST(try_delete("b", 1, false));
    MUST(read_uses(1, "", false));
    assert_text(listed_uses(), "./a:7=1 ./c:1=1 ");
    MUST(read_uses(1, "", true));
    assert_text(listed_uses(), "./a:7=1 ./b:-1=1 ./c:1=1 ");
    MUST(try_delete(":.ctx:x", 1, false));
    MUST(read_uses(1, ":.ctx:", false)); /* the id is there, and nothing active has it */
    ck_assert_uint_eq(last.uses.count, 0);
}
END_TEST

START_TEST(reads_the_highest_id)
{
    MUST(read_max_id("."));
    ck_assert_int_eq(last.number, 0);
    MUST(read_max_id(".none"));
    ck_assert_int_eq(last.number, 0);
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    must_register(":.ctx:s", body("'long'", NULL));
    MUST(try_delete("s", 2, false));
    MUST(try_delete("s", 2, true));
    MUST(read_max_id("."));
    ck_assert_int_eq(last.number, 2); /* ever given */
    MUST(read_max_id(".ctx"));
    ck_assert_int_eq(last.number, 1);
}
END_TEST

#define GUID_OF_INT "ef524ea1-b91e-7317-3d93-8ade36c1db32"

START_TEST(finds_guids_everywhere)
{
    static const char *const unknown[] = {"ef524ea1-b91e-7317-3d93-8ade36c1db33", "nonsense", ""};
    must_register(":.b:s", body("'int'", NULL));
    must_register(":.a:s", body("'long'", NULL));
    MUST(REGISTER(":.a:s", body("'int'", NULL), .force = true));
    MUST(read_guid(GUID_OF_INT));
    assert_found(".a", "s", 2, 2);
    MUST(read_guid_ids(GUID_OF_INT));
    assert_text(listed_uses(), ".a/:0=2 .b/:0=1 ");
    must_register("s", body("'int'", NULL));
    MUST(read_guid("EF524EA1B91E73173D938ADE36C1DB32")); /* 32 digits of any case, too */
    assert_found(".", "s", 1, 1);
    MUST(force_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':8,'version':2")));
    MUST(read_guid_ids(GUID_OF_INT));
    assert_text(listed_uses(), "./:0=1 ./:0=8 .a/:0=2 .b/:0=1 ");
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        char missing[80];
        snprintf(missing, sizeof missing, "Schema %s not found", unknown[i]);
        REFUSED(read_guid(unknown[i]), SCHEMA_ID_NOT_FOUND, missing);
        MUST(read_guid_ids(unknown[i]));
        ck_assert_uint_eq(last.uses.count, 0);
    }
    MUST(try_delete(":.b:s", 1, false));
    MUST(try_delete(":.b:s", 1, true)); /* gone for good */
    MUST(read_guid_ids(GUID_OF_INT));
    assert_text(listed_uses(), "./:0=1 ./:0=8 .a/:0=2 ");
}
END_TEST

/* The numbers that were listed, each with a space behind it. */
static struct str numbers(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1000);
    for (size_t i = 0; i < last.entries.count; i++)
        buf_printf(&out, "%d ", last.entries.items[i].version);
    return buf_str(&out);
}

START_TEST(lists_versions)
{
    REFUSED(list_versions("s", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    must_register("s", body("'int'", NULL));
    MUST(list_versions("s", STORAGE_ONLY_DELETED, false));
    ck_assert_uint_eq(last.entries.count, 0);
    must_register("s", body("'long'", NULL));
    must_register("s", body("'float'", NULL));
    MUST(try_delete("s", 2, false));
    MUST(list_versions("s", STORAGE_ACTIVE, false));
    assert_text(numbers(), "1 3 ");
    MUST(list_versions("s", STORAGE_ALL, false));
    assert_text(numbers(), "1 2 3 ");
    MUST(list_versions("s", STORAGE_ONLY_DELETED, false));
    assert_text(numbers(), "2 ");
    MUST(list_versions("s", STORAGE_ACTIVE, true));
    assert_text(numbers(), "1 -2 3 ");
    MUST(try_delete("s", 0, false));
    REFUSED(list_versions("s", STORAGE_ACTIVE, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(list_versions("s", STORAGE_ACTIVE, true), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    MUST(list_versions("s", STORAGE_ALL, true));
    assert_text(numbers(), "-1 -2 -3 ");
    must_register(":.ctx:t", body("'int'", NULL)); /* other contexts are not looked at */
    REFUSED(list_versions("t", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject 't' not found.");
    REFUSED(list_versions(":.ctx:s", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject ':.ctx:s' not found.");
}
END_TEST

START_TEST(lists_referrers)
{
    must_register("base", body(BASE, NULL));
    MUST(read_referrers("base", 1, false));
    ck_assert_uint_eq(last.uses.count, 0);
    must_register("b", body("{'type':'array','items':'n.B'}", TO("base")));
    must_register("a", body(USER, TO("base")));
    must_register("c", body("{'type':'array','items':'n.B'}", TO("base"))); /* the id of b */
    MUST(read_referrers("base", STORAGE_LATEST, false));
    ck_assert_uint_eq(last.uses.count, 2);
    ck_assert_int_eq(last.uses.items[0].schema_id, 2);
    ck_assert_int_eq(last.uses.items[1].schema_id, 3);
    MUST(try_delete("a", 1, false));
    ck_assert_int_eq(try_delete("base", 1, false), ERROR_REFERENCE_EXISTS);
    MUST(read_referrers("base", 1, false));
    ck_assert_uint_eq(last.uses.count, 1);
    MUST(read_referrers("base", 1, true));
    ck_assert_uint_eq(last.uses.count, 2);
    MUST(try_delete("b", 1, false));
    MUST(try_delete("c", 1, false));
    MUST(try_delete("base", 1, false));
    MUST(read_referrers("base", 1, true)); /* the target may be deleted */
    ck_assert_uint_eq(last.uses.count, 2);
    REFUSED(read_referrers("base", 2, false), VERSION_NOT_FOUND, "Version 2 not found.");
    REFUSED(read_referrers("none", 1, false), SUBJECT_NOT_FOUND, "Subject 'none' not found.");
}
END_TEST

static enum error_id by_metadata(const char *subject, const char *const *pairs, size_t count, bool deleted)
{
    struct str keys[4], values[4];
    for (size_t i = 0; i < count; i++) {
        keys[i] = str_of(pairs[2 * i]);
        values[i] = str_of(pairs[2 * i + 1]);
    }
    struct arguments a = {.keys = keys, .values = values, .pair_count = count, .deleted = deleted};
    return run(subject, NULL, a, decide_by_metadata, NULL);
}

START_TEST(finds_versions_by_metadata)
{
    static const char *const pairs[] = {"a", "1", "b", "2"};
    MUST(put_config("s", "{'compatibility':'NONE'}"));
    REFUSED(by_metadata("s", pairs, 0, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    must_register("s", body("'int'", NULL));
    REFUSED(by_metadata("s", pairs, 0, false), SCHEMA_NOT_FOUND, "Schema not found");
    must_register("s", body("'long'", "'metadata':{'properties':{'a':'1','b':'2'}}"));
    must_register("s", body("'float'", "'metadata':{'properties':{'a':'1','b':'3'}}"));
    must_register("s", body("'double'", "'metadata':{'tags':{'x':['y']}}"));
    MUST(by_metadata("s", pairs, 1, false));
    ck_assert_int_eq(last.found.version, 3); /* the newest */
    MUST(by_metadata("s", pairs, 2, false));
    ck_assert_int_eq(last.found.version, 2);
    MUST(by_metadata("s", pairs, 0, false)); /* any metadata */
    ck_assert_int_eq(last.found.version, 4);
    REFUSED(by_metadata("s", pairs + 1, 1, false), SCHEMA_NOT_FOUND, "Schema not found");
    MUST(try_delete("s", 3, false));
    MUST(by_metadata("s", pairs, 1, false));
    ck_assert_int_eq(last.found.version, 2);
    MUST(by_metadata("s", pairs, 1, true));
    ck_assert_int_eq(last.found.version, 3);
    MUST(try_delete("s", 0, false));
    REFUSED(by_metadata("s", pairs, 1, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    MUST(by_metadata("s", pairs, 1, true));
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, reads_versions);
    tcase_add_test(tests, reads_deleted_versions_where_asked);
    tcase_add_test(tests, reads_versions_of_other_contexts);
    tcase_add_loop_test(tests, resolves_ids, 0, sizeof ids / sizeof ids[0]);
    tcase_add_test(tests, reads_deleted_ids);
    tcase_add_test(tests, lists_uses);
    tcase_add_test(tests, reads_the_highest_id);
    tcase_add_test(tests, finds_guids_everywhere);
    tcase_add_test(tests, lists_versions);
    tcase_add_test(tests, lists_referrers);
    tcase_add_test(tests, finds_versions_by_metadata);
}

int main(void)
{
    return run_tests("read", add);
}
