/* The embedded store in a folder that cannot be written. Who may write everywhere gives that up in a process of its own. */
#include "conformance.h"
#include "migrate.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define NOBODY 65534

static const char *const names[] = {"avouch.db", "avouch.db-wal", "avouch.db-shm", "avouch.lock"};

static const char *path_of(const char *name)
{
    return arena_printf(fixture.arena, "%s/%s", fixture.folder, name).p;
}

/* Folder and files as on media that are read-only. */
static void forbid_writing(void)
{
    for (size_t i = 0; i < 4; i++)
        chmod(path_of(names[i]), 0444);
    ck_assert_int_eq(chmod(fixture.folder, 0555), 0);
}

static void allow_writing(void)
{
    ck_assert_int_eq(chmod(fixture.folder, 0755), 0);
    for (size_t i = 0; i < 4; i++)
        chmod(path_of(names[i]), 0644);
}

/* Runs a check where nothing can be written; it returns the number of the step that failed, or 0. */
static void run_without_rights(int (*check)(void))
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        bool is_nobody = geteuid() != 0 || (setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
        _exit(is_nobody ? check() : 100);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "step %d failed", WEXITSTATUS(status));
}

static struct error err;

static int try_open(struct storage **ret)
{
    struct sqlite_options options = {fixture.folder, 2};
    err = ERROR_INIT(fixture.arena);
    return sqlite_storage_open(&options, true, ret, &err);
}

#define STEP(number, condition) \
    do {                        \
        if (!(condition))       \
            return (number);    \
    } while (0)

static int refuses_a_change(struct storage *storage)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    struct storage_change change = {.kind = STORAGE_SET_CONFIG,
                                    .context = STR("."),
                                    .subject = STR("a"),
                                    .expected_settings_revision = 1,
                                    .set.value = STR("{}"),
                                    .done = fixture_done,
                                    .owner = &w,
                                    .err = ERROR_INIT(fixture.arena)};
    storage->ops->submit(storage, &change);
    STEP(20, w.is_done); /* at once */
    STEP(21, change.outcome == STORAGE_FAILED && change.err.id == ERROR_STORE);
    STEP(22, str_equal(change.err.text, STR("Error in the backend data store: the data folder cannot be written")));
    STEP(23, atomic_load(&storage->failures) == 1 && atomic_load(&storage->changes) == 0);
    return 0;
}

static int answers_and_refuses(void)
{
    struct storage *storage, *second;
    struct storage_snapshot *s;
    struct stored_version v;
    struct storage_counts counts;
    STEP(1, try_open(&storage) == 0);
    STEP(2, storage->is_read_only);
    STEP(3, storage->ops->snapshot_open(storage, &s, &err) == 0);
    STEP(4, storage->ops->read_version(s, fixture.arena, STR("."), STR("a"), 2, false, &v, &err) == 0);
    STEP(5, str_equal(v.schema.text, STR("text 2")));
    STEP(6, storage->ops->read_counts(s, &counts, &err) == 0 && counts.versions == 2);
    STEP(7, storage->ops->ping(s, &err) == 0);
    storage->ops->snapshot_close(s);
    int step = refuses_a_change(storage);
    STEP(step, step == 0);
    STEP(8, try_open(&second) == -1); /* one process at a time here, too */
    STEP(9, strstr(err.text.p, "is in use by another process") != NULL);
    storage_close(storage);
    struct sqlite_options options = {fixture.folder, 1};
    struct sqlite_migration_state state;
    STEP(10, sqlite_storage_migration_state(&options, &state, &err) == 0 && state.applied == (int)migration_count);
    return 0;
}

static void fill(void)
{
    register_one("a", 1);
    register_one("a", 2);
    storage_close(fixture.storage);
}

START_TEST(serves_what_is_there)
{
    fill();
    ck_assert_int_eq(access(path_of("avouch.db-wal"), F_OK), -1); /* all is in the file */
    forbid_writing();
    run_without_rights(answers_and_refuses);
    allow_writing();
    fixture_open(&fixture);
    ck_assert_int_eq(register_one("a", 3), 3);
}
END_TEST

/* A log that was not written back, as after a crash, is read as well. */
START_TEST(reads_the_log)
{
    storage_close(fixture.storage);
    pid_t child = fork();
    if (child == 0) {
        fixture_open(&fixture);
        bool is_done = apply(registration("a", 1)) == STORAGE_DONE && apply(registration("a", 2)) == STORAGE_DONE;
        _exit(is_done ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(access(path_of("avouch.db-wal"), F_OK), 0);
    forbid_writing();
    run_without_rights(answers_and_refuses);
    allow_writing();
    fixture_open(&fixture);
    ck_assert_int_eq(register_one("a", 3), 3);
}
END_TEST

/* Characters that mean something in a URI. */
START_TEST(serves_odd_paths)
{
    char folder[sizeof fixture.folder];
    fill();
    memcpy(folder, fixture.folder, sizeof folder);
    size_t n = strlen(folder);
    ck_assert_uint_lt(n + 9, sizeof folder);
    memcpy(fixture.folder + n, "%3f?a=#b", 9);
    ck_assert_int_eq(rename(folder, fixture.folder), 0);
    forbid_writing();
    run_without_rights(answers_and_refuses);
    allow_writing();
    fixture_open(&fixture);
}
END_TEST

static int cannot_open(void)
{
    struct storage *storage;
    char wanted[200];
    snprintf(wanted, sizeof wanted, "Error in the backend data store: opening %s/avouch.lock: Permission denied",
             fixture.folder);
    STEP(1, try_open(&storage) == -1);
    STEP(2, err.id == ERROR_STORE && str_equal(err.text, str_of(wanted)));
    return 0;
}

START_TEST(needs_something_to_read)
{
    fill();
    forbid_writing();
    ck_assert_int_eq(chmod(path_of("avouch.db"), 0), 0);
    run_without_rights(cannot_open); /* it cannot be read */
    allow_writing();
    ck_assert_int_eq(unlink(path_of("avouch.db")), 0);
    forbid_writing();
    run_without_rights(cannot_open); /* there is none */
    allow_writing();
    fixture_open(&fixture);
}
END_TEST

static int must_be_migrated(void)
{
    struct storage *storage;
    STEP(1, try_open(&storage) == -1);
    STEP(2, str_equal(err.text, STR("Error in the backend data store: the database must be migrated first")));
    return 0;
}

START_TEST(does_not_migrate)
{
    sqlite3 *db;
    fill();
    ck_assert_int_eq(sqlite3_open(path_of("avouch.db"), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version = 0; PRAGMA wal_checkpoint", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    forbid_writing();
    run_without_rights(must_be_migrated);
    allow_writing();
    ck_assert_int_eq(sqlite3_open(path_of("avouch.db"), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    fixture_open(&fixture);
}
END_TEST

/* Without a file to lock there may be several. */
static int opens_twice(void)
{
    struct storage *first, *second;
    STEP(1, try_open(&first) == 0);
    STEP(2, try_open(&second) == 0);
    storage_close(second);
    storage_close(first);
    return 0;
}

START_TEST(does_without_a_lock)
{
    fill();
    ck_assert_int_eq(unlink(path_of("avouch.lock")), 0);
    forbid_writing();
    run_without_rights(opens_twice);
    allow_writing();
    fixture_open(&fixture);
}
END_TEST

/* A process that can write holds the lock: who can only read does not come beside it. */
static int is_in_use(void)
{
    struct storage *storage;
    STEP(1, try_open(&storage) == -1);
    STEP(2, strstr(err.text.p, "is in use by another process") != NULL);
    return 0;
}

START_TEST(respects_the_lock)
{
    register_one("a", 1);
    forbid_writing();
    run_without_rights(is_in_use);
    allow_writing();
    ck_assert_int_eq(register_one("a", 2), 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, serves_what_is_there);
    tcase_add_test(tests, reads_the_log);
    tcase_add_test(tests, serves_odd_paths);
    tcase_add_test(tests, needs_something_to_read);
    tcase_add_test(tests, does_not_migrate);
    tcase_add_test(tests, does_without_a_lock);
    tcase_add_test(tests, respects_the_lock);
}

int main(void)
{
    return run_tests("read_only", add);
}
