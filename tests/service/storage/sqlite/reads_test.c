/* Reading a database that is not as it should be: each question fails with the reason, and the store goes on.
 * covers: service/storage/sql/reads.c service/storage/sql/sql.c */
#include "conformance.h"

#include <sqlite3.h>

#define OPS(s) ((s)->storage->ops)

static void run_sql(const char *sql)
{
    sqlite3 *db;
    char path[128];
    snprintf(path, sizeof path, "%s/avouch.db", fixture.folder);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

typedef int (*question_fn)(struct storage_snapshot *s, struct error *err);

static int ignore_version(void *context, const struct stored_version *v)
{
    (void)v;
    ++*(int *)context;
    return 0;
}

static int ask_subject(struct storage_snapshot *s, struct error *err)
{
    struct stored_subject state;
    return OPS(s)->read_subject(s, STR("."), STR("a"), &state, err);
}

static int ask_entries(struct storage_snapshot *s, struct error *err)
{
    struct stored_entries entries = {0};
    return OPS(s)->read_entries(s, err->arena, STR("."), STR("a"), &entries, err);
}

static int ask_find(struct storage_snapshot *s, struct error *err)
{
    int count = 0;
    unsigned char key[STORAGE_KEY_BYTES] = {1};
    return OPS(s)->find_versions(s, STR("."), STR("a"), key, ignore_version, &count, err);
}

static int ask_settings(struct storage_snapshot *s, struct error *err)
{
    struct stored_settings settings;
    return OPS(s)->read_settings(s, err->arena, STR("."), STR("a"), &settings, err);
}

static int ask_version(struct storage_snapshot *s, struct error *err)
{
    struct stored_version v;
    return OPS(s)->read_version(s, err->arena, STR("."), STR("a"), 1, false, &v, err);
}

static int ask_latest(struct storage_snapshot *s, struct error *err)
{
    struct stored_version v;
    return OPS(s)->read_version(s, err->arena, STR("."), STR("a"), STORAGE_LATEST, false, &v, err);
}

static int ask_id(struct storage_snapshot *s, struct error *err)
{
    struct stored_version v;
    return OPS(s)->read_id(s, err->arena, STR("."), 1, (struct str){NULL, 0}, &v, err);
}

static int ask_id_of_subject(struct storage_snapshot *s, struct error *err)
{
    struct stored_version v;
    return OPS(s)->read_id(s, err->arena, STR("."), 1, STR("a"), &v, err);
}

static int ask_uses(struct storage_snapshot *s, struct error *err)
{
    struct stored_uses uses = {0};
    return OPS(s)->read_uses(s, err->arena, STR("."), 1, &uses, err);
}

static int ask_guid(struct storage_snapshot *s, struct error *err)
{
    struct stored_uses uses = {0};
    unsigned char guid[STORAGE_KEY_BYTES] = {1};
    return OPS(s)->read_guid(s, err->arena, guid, &uses, err);
}

static int ask_referrers(struct storage_snapshot *s, struct error *err)
{
    struct stored_uses uses = {0};
    return OPS(s)->read_referrers(s, err->arena, STR("."), STR("a"), 1, &uses, err);
}

static int ask_contexts(struct storage_snapshot *s, struct error *err)
{
    struct stored_names names = {0};
    return OPS(s)->read_contexts(s, err->arena, &names, err);
}

static int ask_max_id(struct storage_snapshot *s, struct error *err)
{
    int32_t id;
    return OPS(s)->read_max_id(s, STR("."), &id, err);
}

static int ask_subjects(struct storage_snapshot *s, struct error *err)
{
    struct stored_uses uses = {0};
    struct storage_listing listing = {.context_prefix = STR_EMPTY};
    return OPS(s)->list_subjects(s, err->arena, &listing, &uses, err);
}

static int ask_subjects_of_context(struct storage_snapshot *s, struct error *err)
{
    struct stored_uses uses = {0};
    struct storage_listing listing = {.context = STR(".")};
    return OPS(s)->list_subjects(s, err->arena, &listing, &uses, err);
}

static int ask_configs(struct storage_snapshot *s, struct error *err)
{
    struct stored_configs configs = {0};
    struct storage_listing listing = {.context = STR(".")};
    return OPS(s)->list_settings(s, err->arena, &listing, STORAGE_SET_CONFIG, &configs, err);
}

static int ask_versions(struct storage_snapshot *s, struct error *err)
{
    int count = 0;
    return OPS(s)->list_versions(s, STR("."), STR("a"), ignore_version, &count, err);
}

static int ask_counts(struct storage_snapshot *s, struct error *err)
{
    struct storage_counts counts;
    return OPS(s)->read_counts(s, &counts, err);
}

static int ask_ping(struct storage_snapshot *s, struct error *err)
{
    return OPS(s)->ping(s, err);
}

static const struct {
    question_fn ask;
    const char *table; /* one that it reads */
} questions[] = {
    {ask_subject, "subjects"},
    {ask_entries, "versions"},
    {ask_find, "schemas"},
    {ask_settings, "settings"},
    {ask_version, "versions"},
    {ask_latest, "schemas"},
    {ask_id, "versions"},
    {ask_id_of_subject, "subjects"},
    {ask_uses, "versions"},
    {ask_guid, "schemas"},
    {ask_referrers, "schema_references"},
    {ask_contexts, "contexts"},
    {ask_max_id, "contexts"},
    {ask_subjects, "contexts"},
    {ask_subjects_of_context, "subjects"},
    {ask_configs, "settings"},
    {ask_versions, "versions"},
    {ask_counts, "totals"},
    {ask_ping, "totals"},
};

/* end: of the error's text; NULL: the question is answered. */
static void ask(size_t number, const char *end)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    int outcome = questions[number].ask(s, &err);
    close_snapshot(s);
    if (!end) {
        ck_assert_int_ge(outcome, 0);
        ck_assert(!error_is_set(&err));
        return;
    }
    ck_assert_int_eq(outcome, -1);
    ck_assert_int_eq(err.id, ERROR_STORE);
    ck_assert_msg(str_starts(err.text, STR("Error in the backend data store: ")) && str_ends(err.text, str_of(end)),
                  STR_FMT, STR_ARG(err.text));
}

/* A table is missing when the question is asked first, and when it was asked before. */
START_TEST(says_what_is_missing)
{
    char sql[128], end[64];
    const char *table = questions[_i].table;
    register_one("a", 1);
    snprintf(end, sizeof end, " a statement: no such table: %s", table);
    for (int was_asked = 0; was_asked <= 1; was_asked++) {
        snprintf(sql, sizeof sql, "PRAGMA legacy_alter_table = ON; ALTER TABLE %s RENAME TO hidden", table);
        run_sql(sql);
        ask((size_t)_i, end);
        snprintf(sql, sizeof sql, "PRAGMA legacy_alter_table = ON; ALTER TABLE hidden RENAME TO %s", table);
        run_sql(sql);
        ask((size_t)_i, NULL);
    }
}
END_TEST

/* A key that is no key is read as zeros, and not beyond its end. */
START_TEST(reads_odd_keys)
{
    struct stored_version v;
    static const unsigned char zeros[STORAGE_KEY_BYTES];
    register_one("a", 1);
    run_sql("UPDATE schemas SET guid = x'0102', equal_key = x'', normal_key = x'00112233445566778899aabbccddeeff00'");
    ck_assert_int_eq(read_version_in(".", "a", 1, false, &v), 0);
    ck_assert_mem_eq(v.schema.guid, zeros, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(v.schema.equal_key, zeros, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(v.schema.normal_key, zeros, STORAGE_KEY_BYTES);
    assert_text(v.schema.text, "text 1");
}
END_TEST

/* Without its row of totals the store does not count as answering. */
START_TEST(misses_its_totals)
{
    struct storage_counts counts = {-1, -1, -1};
    struct error err = ERROR_INIT(fixture.arena);
    run_sql("DELETE FROM totals");
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_counts(s, &counts, &err), -1);
    ck_assert_int_eq(err.id, ERROR_STORE);
    err = ERROR_INIT(fixture.arena);
    ck_assert_int_eq(OPS(s)->ping(s, &err), -1);
    ck_assert_int_eq(err.id, ERROR_STORE);
    close_snapshot(s);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, says_what_is_missing, 0, sizeof questions / sizeof questions[0]);
    tcase_add_test(tests, reads_odd_keys);
    tcase_add_test(tests, misses_its_totals);
}

int main(void)
{
    return run_tests("reads", add);
}
