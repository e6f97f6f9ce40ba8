/* What changes leave in the database: nothing dangling, and totals that are right; and what the writer remembers of
 * contexts.
 * covers: service/storage/sql/apply.c service/storage/sql/apply_delete.c service/storage/sql/apply_setting.c
 * covers: service/storage/sql/contexts.c service/storage/sql/totals.c service/storage/sql/queue.c */
#include "conformance.h"
#include "pending.h"
#include "sqlite/sqlite_private.h"

#include "clock.h"

#include <inttypes.h>

static int64_t number_of(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    char path[128];
    snprintf(path, sizeof path, "%s/avouch.db", fixture.folder);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return number;
}

/* Questions whose answer is 0 in a database that is as it should be. */
static const char *const faults[] = {
    "SELECT count(*) - (SELECT version_count FROM totals) FROM versions",
    "SELECT count(*) - (SELECT schema_count FROM totals) FROM schemas",
    "SELECT count(*) - (SELECT subject_count FROM totals) FROM subjects",
    "SELECT count(*) FROM subjects s WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.subject_id = s.subject_id)",
    "SELECT count(*) FROM schemas sc WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.schema_key = sc.schema_key)",
    "SELECT count(*) FROM versions v WHERE NOT EXISTS (SELECT 1 FROM schemas sc WHERE sc.schema_key = v.schema_key)",
    "SELECT count(*) FROM versions v WHERE NOT EXISTS (SELECT 1 FROM subjects s WHERE s.subject_id = v.subject_id)",
    "SELECT count(*) FROM versions v JOIN subjects s USING (subject_id) WHERE v.schema_key >> 32 <> s.context_id",
    "SELECT count(*) FROM schema_references r WHERE NOT EXISTS (SELECT 1 FROM schemas sc WHERE sc.schema_key = "
    "r.schema_key)",
    "SELECT count(*) FROM subjects s WHERE highest_version <> (SELECT max(version) FROM versions v WHERE v.subject_id "
    "= "
    "s.subject_id)",
    "SELECT count(*) FROM subjects s WHERE latest_version <> (SELECT coalesce(max(version), 0) FROM versions v WHERE "
    "v.subject_id = s.subject_id AND is_deleted = 0)",
    "SELECT count(*) FROM subjects s WHERE revision > (SELECT revision FROM totals)",
    "SELECT count(*) FROM contexts c JOIN schemas sc ON sc.schema_key >> 32 = c.context_id WHERE sc.schema_key & "
    "4294967295 "
    ">= c.next_schema_id",
    "SELECT count(*) FROM contexts c WHERE is_listed = 0 AND EXISTS (SELECT 1 FROM subjects s WHERE s.context_id = "
    "c.context_id)",
    "SELECT count(*) FROM schema_references r JOIN versions v ON v.schema_key = r.schema_key WHERE NOT EXISTS (SELECT "
    "1 "
    "FROM subjects s JOIN versions t USING (subject_id) WHERE s.context_id = r.target_context_id AND s.name = "
    "r.target_subject AND t.version = r.target_version)",
    "SELECT count(*) FROM (SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok')",
};

static void assert_consistent(const char *when)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        int64_t found = number_of(faults[i]);
        ck_assert_msg(found == 0, "%s: %" PRId64 " from %s", when, found, faults[i]);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static int below(uint64_t *state, int limit)
{
    return (int)(next_random(state) % (uint64_t)limit);
}

static const char *const contexts[] = {".", ".a", ".b"}, *const subjects[] = {"x", "y", "z", ""};

static void register_random(uint64_t *state, const char *context, const char *subject)
{
    struct storage_change change = registration_in(context, subject, 1 + below(state, 12));
    struct storage_reference target = {str_of(contexts[below(state, 3)]), str_of(subjects[below(state, 4)]),
                                       1 + below(state, 4)};
    if (below(state, 3) == 0) {
        change.reg.references = &target;
        change.reg.reference_count = 1;
        change.reg.may_reference_deleted = below(state, 2);
        change.reg.schema.guid[0] = (unsigned char)(100 + below(state, 100)); /* what refers is other content */
    }
    if (below(state, 3) == 0) {
        change.reg.schema_id = below(state, 40);
        change.reg.version = below(state, 6);
        change.reg.may_replace = change.reg.version > 0;
    }
    fixture_apply(fixture.storage, &change);
    ck_assert_int_ne(change.outcome, STORAGE_FAILED);
    ck_assert_int_ne(change.outcome, STORAGE_STALE);
}

static void remove_random(uint64_t *state, const char *context, const char *subject)
{
    struct stored_entries entries = entries_in(context, subject);
    int32_t versions[1000];
    size_t count = 0;
    bool permanent = below(state, 2), whole = below(state, 3) == 0;
    if (permanent && subject_in(context, subject).latest_version) /* not as a whole then */
        whole = false;
    for (size_t i = 0; i < entries.count && i < 1000; i++) {
        bool is_right = permanent ? entries.items[i].is_deleted : !entries.items[i].is_deleted;
        if (is_right && (whole || (count == 0 && below(state, 2))))
            versions[count++] = entries.items[i].version;
    }
    if (count == 0)
        return;
    struct storage_change change = removal_in(context, subject, versions, count, permanent);
    change.del.whole_subject = whole;
    fixture_apply(fixture.storage, &change);
    ck_assert(change.outcome == STORAGE_DONE || change.outcome == STORAGE_REFERENCED);
}

static void set_random(uint64_t *state, const char *context, const char *subject)
{
    struct storage_change change = setting(below(state, 2) ? STORAGE_SET_MODE : STORAGE_SET_CONFIG, context, subject,
                                           below(state, 2) ? "{}" : NULL);
    if (change.kind == STORAGE_SET_MODE) {
        change.set.purge_deleted = below(state, 3) == 0;
        change.set.recursive = below(state, 3) == 0;
    }
    fixture_apply(fixture.storage, &change);
    ck_assert(change.outcome == STORAGE_DONE || change.outcome == STORAGE_REFERENCED ||
              change.outcome == STORAGE_SUBJECTS_EXIST);
}

/* Whatever comes in whatever order. */
START_TEST(leaves_a_consistent_database)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)clock_mono_ns(), state = seed;
    printf("apply: TEST_SEED=%" PRIu64 "\n", seed);
    for (int i = 0; i < 600; i++) {
        const char *context = contexts[below(&state, 3)], *subject = subjects[below(&state, 4)];
        int what = below(&state, 10);
        if (what < 5)
            register_random(&state, context, subject);
        else if (what < 9)
            remove_random(&state, context, subject);
        else
            set_random(&state, context, subject);
        if (i % 60 == 59)
            assert_consistent("after some changes");
    }
    struct str before = store_dump(fixture.storage, fixture.arena);
    storage_close(fixture.storage);
    fixture_open(&fixture);
    ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
}
END_TEST

START_TEST(removes_every_trace)
{
    struct storage_reference target = {STR("."), STR("base"), 1};
    register_one("base", 1);
    ck_assert_int_eq(apply(referring("user", 2, &target, 1)), STORAGE_DONE);
    set_value(STORAGE_SET_CONFIG, ".", "user", "{}");
    set_value(STORAGE_SET_MODE, ".", "user", "IMPORT");
    remove_one("user", 1, false);
    remove_one("user", 1, true);
    remove_one("base", 1, false);
    remove_one("base", 1, true);
    static const char *const tables[] = {"subjects", "schemas", "versions", "schema_references", "settings"};
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(number_of(arena_printf(fixture.arena, "SELECT count(*) FROM %s", tables[i]).p), 0);
    assert_consistent("when all is gone");
}
END_TEST

/* -- contexts -------------------------------------------------------------------------------------------------------- */

static struct hold hold;

/* More contexts in one batch than the writer remembers, each met again after it was forgotten. */
START_TEST(remembers_more_contexts_than_it_keeps)
{
    enum { COUNT = SQL_CONTEXTS_KEPT + 5 };
    static struct pending pending[3 * COUNT];
    struct storage_change model = registration("none", 1);
    hold_begin(&hold, fixture.storage);
    for (int i = 0; i < 3 * COUNT; i++) {
        struct storage_change change = model;
        change.context = arena_printf(fixture.arena, ".c%d", i % COUNT);
        change.subject = arena_printf(fixture.arena, "s%d", i);
        memset(change.reg.schema.guid, 1 + i, STORAGE_KEY_BYTES);
        pending_submit(&pending[i], fixture.storage, change);
    }
    hold_end(&hold);
    for (int i = 0; i < 3 * COUNT; i++) {
        ck_assert_int_eq(pending_wait(&pending[i]), STORAGE_DONE);
        ck_assert_int_eq(pending[i].change.schema_id, 1 + i / COUNT);
        ck_assert_int_eq(pending[i].change.is_context_new, i < COUNT);
        pending_free(&pending[i]);
    }
    ck_assert_int_eq(number_of("SELECT count(*) FROM contexts WHERE name LIKE '.c%' AND next_schema_id = 4"), COUNT);
    ck_assert_int_eq(number_of("SELECT count(*) FROM contexts WHERE name LIKE '.c%' AND is_listed = 1"), COUNT);
    assert_consistent("after many contexts");
}
END_TEST

/* References lead through more contexts than are kept, in the middle of a registration. */
START_TEST(follows_references_through_many_contexts)
{
    enum { COUNT = 2 * SQL_CONTEXTS_KEPT };
    struct storage_reference targets[COUNT];
    for (int i = 0; i < COUNT; i++) {
        targets[i] = (struct storage_reference){arena_printf(fixture.arena, ".c%d", i), STR("base"), 1};
        register_in(targets[i].context.p, "base", 1);
    }
    struct storage_change user = registration_in(".user", "a", 2);
    user.reg.references = targets;
    user.reg.reference_count = COUNT;
    ck_assert_int_eq(fixture_apply(fixture.storage, &user), STORAGE_DONE);
    ck_assert(user.is_context_new && user.schema_id == 1);
    ck_assert_int_eq(number_of("SELECT count(*) FROM schema_references"), COUNT);
    ck_assert_int_eq(register_in(".user", "b", 3), 2);
    assert_consistent("after many references");
}
END_TEST

/* A batch with a change that cannot be written is rolled back: nothing of it is remembered. */
START_TEST(forgets_after_a_rollback)
{
    ck_assert_int_eq(apply(import("last", 1, 1, INT32_MAX)), STORAGE_DONE);
    struct pending pending[3];
    struct storage_change changes[] = {registration_in(".new", "a", 2), registration("last", 3),
                                       setting(STORAGE_SET_CONFIG, ".other", "a", "{}")};
    hold_begin(&hold, fixture.storage);
    for (int i = 0; i < 3; i++)
        pending_submit(&pending[i], fixture.storage, changes[i]);
    hold_end(&hold);
    ck_assert_int_eq(pending_wait(&pending[0]), STORAGE_DONE);
    ck_assert_int_eq(pending_wait(&pending[1]), STORAGE_FAILED);
    ck_assert_int_eq(pending_wait(&pending[2]), STORAGE_DONE);
    ck_assert(pending[0].change.is_context_new && pending[0].change.schema_id == 1);
    for (int i = 0; i < 3; i++)
        pending_free(&pending[i]);
    assert_consistent("after a rollback");
    ck_assert_int_eq(number_of("SELECT count(*) FROM contexts WHERE name = '.new' AND is_listed = 1"), 1);
    ck_assert_int_eq(number_of("SELECT count(*) FROM contexts WHERE name = '.other' AND is_listed = 0"), 1);
    ck_assert_int_eq(register_in(".new", "a", 4), 2);
    ck_assert_int_eq(register_in(".other", "a", 4), 1);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, leaves_a_consistent_database);
    tcase_add_test(tests, removes_every_trace);
    tcase_add_test(tests, remembers_more_contexts_than_it_keeps);
    tcase_add_test(tests, follows_references_through_many_contexts);
    tcase_add_test(tests, forgets_after_a_rollback);
}

int main(void)
{
    return run_tests("apply", add);
}
