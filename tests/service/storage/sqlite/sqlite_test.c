/* The embedded store as a whole: its folder, its lock, its migrations, its readers and its writer.
 * covers: service/storage/sqlite/sqlite.c service/storage/sqlite/writer.c */
#include "conformance.h"
#include "pending.h"

#define KNOWN 2 /* migrations of this program */

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct error err;

static const char *path_of(const char *name)
{
    return arena_printf(fixture.arena, "%s/%s", fixture.folder, name).p;
}

static int try_open(const char *folder, bool migrate, struct storage **ret)
{
    struct sqlite_options options = {folder, 4};
    err = ERROR_INIT(fixture.arena);
    return sqlite_storage_open(&options, migrate, ret, &err);
}

static void assert_refused(const char *folder, bool migrate, struct str wanted)
{
    struct storage *storage = NULL;
    ck_assert_int_eq(try_open(folder, migrate, &storage), -1);
    ck_assert_ptr_null(storage);
    ck_assert_int_eq(err.id, ERROR_STORE);
    assert_text(err.text, wanted.p);
}

#define STORE_ERROR(format, ...) arena_printf(fixture.arena, "Error in the backend data store: " format, ##__VA_ARGS__)

/* Runs statements on the closed database; with NULL only opens it. */
static void run_sql(const char *sql)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(path_of("avouch.db"), &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void close_store(void)
{
    storage_close(fixture.storage);
    fixture.storage = NULL;
}

/* -- the folder ------------------------------------------------------------------------------------------------------ */

START_TEST(makes_its_folder)
{
    struct storage *storage;
    struct stat state;
    const char *folder = path_of("new"), *deep = path_of("no/where");
    ck_assert_int_eq(try_open(folder, true, &storage), 0);
    ck_assert_int_eq(stat(folder, &state), 0);
    ck_assert_uint_eq(state.st_mode & 07777, 0750);
    ck_assert(!storage->is_read_only);
    ck_assert_str_eq(storage->ops->name, "sqlite");
    storage_close(storage);
    static const char *const names[] = {"avouch.db", "avouch.lock"};
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(unlink(arena_printf(fixture.arena, "%s/%s", folder, names[i]).p), 0);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing else is left */
    assert_refused(deep, true, STORE_ERROR("making the data folder %s: No such file or directory", deep));
    const char *file = path_of("avouch.db");
    assert_refused(file, true, STORE_ERROR("opening %s/avouch.lock: Not a directory", file));
}
END_TEST

START_TEST(locks_its_folder)
{
    struct str in_use = STORE_ERROR("the data folder %s is in use by another process", fixture.folder);
    assert_refused(fixture.folder, true, in_use);
    assert_refused(fixture.folder, false, in_use);
    register_one("a", 1); /* the first one goes on */
    close_store();
    fixture_open(&fixture);
    ck_assert_int_eq(register_one("a", 2), 2);
}
END_TEST

START_TEST(refuses_what_is_no_database)
{
    close_store();
    FILE *file = fopen(path_of("avouch.db"), "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database\n", file);
    fclose(file);
    assert_refused(fixture.folder, true, STORE_ERROR("running a script: file is not a database"));
    struct sqlite_options options = {fixture.folder, 1};
    struct sqlite_migration_state state;
    err = ERROR_INIT(fixture.arena);
    ck_assert_int_eq(sqlite_storage_migration_state(&options, &state, &err), -1);
    ck_assert_int_eq(unlink(path_of("avouch.db")), 0);
    fixture_open(&fixture); /* the lock was given back */
}
END_TEST

/* -- migrations ------------------------------------------------------------------------------------------------------ */

static struct sqlite_migration_state state_of(const char *folder)
{
    struct sqlite_options options = {folder, 1};
    struct sqlite_migration_state state;
    err = ERROR_INIT(fixture.arena);
    ck_assert_int_eq(sqlite_storage_migration_state(&options, &state, &err), 0);
    return state;
}

START_TEST(tells_the_state_of_migrations)
{
    struct sqlite_migration_state state = state_of(path_of("none"));
    ck_assert(state.applied == 0 && state.known == KNOWN);
    ck_assert_int_eq(access(path_of("none"), F_OK), -1); /* nothing is made */
    state = state_of(fixture.folder); /* while the store is open */
    ck_assert(state.applied == KNOWN && state.known == KNOWN);
    close_store();
    state = state_of(fixture.folder);
    ck_assert_int_eq(state.applied, KNOWN);
    run_sql("PRAGMA user_version = 7");
    state = state_of(fixture.folder);
    ck_assert(state.applied == 7 && state.known == KNOWN);
    run_sql("PRAGMA user_version = 2");
    fixture_open(&fixture);
}
END_TEST

START_TEST(refuses_newer_databases)
{
    close_store();
    run_sql("PRAGMA user_version = 99");
    assert_refused(fixture.folder, true,
                   STORE_ERROR("the database has migration 99, this program knows only 2: it was written by a newer "
                               "version"));
    run_sql("PRAGMA user_version = 2");
    fixture_open(&fixture);
}
END_TEST

START_TEST(migrates_only_where_allowed)
{
    struct storage *storage;
    close_store();
    ck_assert_int_eq(try_open(fixture.folder, false, &fixture.storage), 0); /* nothing to do */
    close_store();
    ck_assert_int_eq(unlink(path_of("avouch.db")), 0);
    assert_refused(fixture.folder, false, STORE_ERROR("the database must be migrated first"));
    ck_assert_int_eq(state_of(fixture.folder).applied, 0);
    fixture_open(&fixture);
    ck_assert_int_eq(state_of(fixture.folder).applied, KNOWN);
    ck_assert_int_eq(try_open(fixture.folder, false, &storage), -1);
}
END_TEST

/* A migration that fails leaves nothing behind. */
START_TEST(migrates_all_or_nothing)
{
    close_store();
    ck_assert_int_eq(unlink(path_of("avouch.db")), 0);
    run_sql("CREATE TABLE settings (in_the_way INTEGER)"); /* the last table of the first migration */
    assert_refused(fixture.folder, true, STORE_ERROR("running a script: table settings already exists"));
    ck_assert_int_eq(state_of(fixture.folder).applied, 0);
    run_sql("CREATE TABLE contexts (proof INTEGER); DROP TABLE contexts; DROP TABLE settings");
    fixture_open(&fixture);
    ck_assert_int_eq(register_one("a", 1), 1);
}
END_TEST

START_TEST(needs_its_totals)
{
    close_store();
    run_sql("DELETE FROM totals");
    assert_refused(fixture.folder, true, STORE_ERROR("the table of totals is empty"));
    run_sql("INSERT INTO totals VALUES (1, 1, 1, 0, 0, 0, 1, 3)");
    fixture_open(&fixture);
}
END_TEST

/* -- after a crash --------------------------------------------------------------------------------------------------- */

/* Opens the store in a process of its own, registers, and ends it without closing anything. */
static void crash_after_registering(void)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        fixture_open(&fixture);
        bool is_done = apply(registration("a", 1)) == STORAGE_DONE && apply(registration("a", 2)) == STORAGE_DONE;
        _exit(is_done ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

START_TEST(survives_a_crash)
{
    close_store();
    crash_after_registering();
    ck_assert_int_eq(access(path_of("avouch.db-wal"), F_OK), 0);
    ck_assert_int_eq(state_of(fixture.folder).applied, KNOWN);
    fixture_open(&fixture);
    assert_text(versions_of("a"), "1=1 2=2 ");
    assert_counts(2, 2, 1);
    ck_assert_int_eq(register_one("a", 3), 3);
}
END_TEST

/* -- readers --------------------------------------------------------------------------------------------------------- */

struct opener {
    pthread_t thread;
    atomic_bool is_open;
};

static void *open_one(void *argument)
{
    struct opener *o = argument;
    struct storage_snapshot *s;
    struct arena *arena = arena_new(1 << 16);
    struct error own = ERROR_INIT(arena);
    if (fixture.storage->ops->snapshot_open(fixture.storage, &s, &own) == 0) {
        atomic_store(&o->is_open, true);
        close_snapshot(s);
    }
    arena_free(arena);
    return NULL;
}

START_TEST(waits_for_a_free_reader)
{
    struct storage_snapshot *open[4];
    struct opener opener = {0};
    for (int i = 0; i < 4; i++)
        open[i] = open_snapshot(); /* all that there are */
    ck_assert_int_eq(pthread_create(&opener.thread, NULL, open_one, &opener), 0);
    ck_assert(!atomic_load(&opener.is_open));
    close_snapshot(open[2]);
    pthread_join(opener.thread, NULL);
    ck_assert(atomic_load(&opener.is_open));
    open[2] = open_snapshot();
    for (int i = 0; i < 4; i++)
        close_snapshot(open[i]);
}
END_TEST

START_TEST(has_at_least_one_reader)
{
    static const unsigned wanted[] = {0, 1, 64, 1000}, given[] = {1, 1, 64, 64};
    for (size_t i = 0; i < 4; i++) {
        struct storage_snapshot *open[64];
        struct sqlite_options options = {fixture.folder, wanted[i]};
        close_store();
        err = ERROR_INIT(fixture.arena);
        ck_assert_int_eq(sqlite_storage_open(&options, true, &fixture.storage, &err), 0);
        for (unsigned n = 0; n < given[i]; n++)
            open[n] = open_snapshot();
        for (unsigned n = 0; n < given[i]; n++)
            close_snapshot(open[n]);
    }
}
END_TEST

/* A reader that cannot be opened does not use up a place. */
START_TEST(survives_readers_that_fail)
{
    close_store();
    fixture_open(&fixture);
    ck_assert_int_eq(rename(path_of("avouch.db"), path_of("away")), 0);
    for (int i = 0; i < 20; i++) {
        struct storage_snapshot *s = NULL;
        err = ERROR_INIT(fixture.arena);
        ck_assert_int_eq(fixture.storage->ops->snapshot_open(fixture.storage, &s, &err), -1);
        assert_text(err.text, STORE_ERROR("opening the database: unable to open database file").p);
    }
    ck_assert_int_eq(rename(path_of("away"), path_of("avouch.db")), 0);
    ck_assert_int_eq(register_one("a", 1), 1);
}
END_TEST

/* -- the writer ------------------------------------------------------------------------------------------------------ */

START_TEST(goes_on_after_failures)
{
    register_one("a", 1);
    struct storage_change first = registration("b", 2), second = registration("b", 2), third = registration("c", 3);
    run_sql("ALTER TABLE versions RENAME TO hidden");
    ck_assert_int_eq(fixture_apply(fixture.storage, &first), STORAGE_FAILED);
    assert_text(first.err.text, STORE_ERROR("running a statement: no such table: versions").p);
    struct pending pending[2];
    static struct hold hold;
    hold_begin(&hold, fixture.storage);
    pending_submit(&pending[0], fixture.storage, second);
    pending_submit(&pending[1], fixture.storage, third);
    hold_end(&hold);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pending_wait(&pending[i]), STORAGE_FAILED);
        ck_assert_int_eq(pending[i].change.err.id, ERROR_STORE);
        pending_free(&pending[i]);
    }
    ck_assert_uint_eq(atomic_load(&fixture.storage->failures), 3);
    run_sql("ALTER TABLE hidden RENAME TO versions");
    assert_counts(1, 1, 1);
    ck_assert_int_eq(register_one("b", 2), 2);
    assert_counts(2, 2, 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, makes_its_folder);
    tcase_add_test(tests, locks_its_folder);
    tcase_add_test(tests, refuses_what_is_no_database);
    tcase_add_test(tests, tells_the_state_of_migrations);
    tcase_add_test(tests, refuses_newer_databases);
    tcase_add_test(tests, migrates_only_where_allowed);
    tcase_add_test(tests, migrates_all_or_nothing);
    tcase_add_test(tests, needs_its_totals);
    tcase_add_test(tests, survives_a_crash);
    tcase_add_test(tests, waits_for_a_free_reader);
    tcase_add_test(tests, has_at_least_one_reader);
    tcase_add_test(tests, survives_readers_that_fail);
    tcase_add_test(tests, goes_on_after_failures);
}

int main(void)
{
    return run_tests("sqlite", add);
}
