/* Every statement that changes something, made to fail in every kind of change: nothing is done, and it is done when it
 * is tried again. */
#include "conformance.h"

#include <sqlite3.h>

static void run_sql(const char *sql)
{
    sqlite3 *db;
    char path[128];
    snprintf(path, sizeof path, "%s/avouch.db", fixture.folder);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* What can be done to which table. */
static const char *const faults[] = {
    "INSERT ON contexts", "UPDATE ON contexts",          "UPDATE ON totals",   "INSERT ON subjects",
    "UPDATE ON subjects", "DELETE ON subjects",          "INSERT ON schemas",  "DELETE ON schemas",
    "INSERT ON versions", "UPDATE ON versions",          "DELETE ON versions", "INSERT ON schema_references",
    "INSERT ON settings", "DELETE ON schema_references", "DELETE ON settings",
};
#define FAULTS ((int)(sizeof faults / sizeof faults[0]))

static const struct storage_reference target = {STR("."), STR("base"), 1};
static const int32_t one = 1, both[] = {1, 2};

/* base is referred to by user; old has two versions, the second one soft-deleted; gone is soft-deleted, with settings. */
static void fill(void)
{
    register_one("base", 1);
    ck_assert_int_eq(apply(referring("user", 2, &target, 1)), STORAGE_DONE);
    register_one("old", 3);
    register_one("old", 4);
    remove_one("old", 2, false);
    register_one("gone", 5);
    remove_one("gone", 1, false);
    set_value(STORAGE_SET_CONFIG, ".", "gone", "{}");
    set_value(STORAGE_SET_MODE, ".", "gone", "IMPORT");
    register_in(".p", "a", 6);
    remove_in(".p", "a", 1, false);
}

static struct storage_change register_first(void)
{
    return registration("new", 9);
}

static struct storage_change register_next(void)
{
    return registration("base", 9);
}

static struct storage_change register_known(void)
{
    return registration("new", 1);
}

static struct storage_change register_again(void)
{
    return registration("old", 4); /* takes the place of what was deleted */
}

static struct storage_change register_user(void)
{
    return referring("new", 9, &target, 1);
}

static struct storage_change register_elsewhere(void)
{
    return registration_in(".new", "a", 9);
}

static struct storage_change overwrite(void)
{
    return import("user", 9, 50, 1);
}

static struct storage_change delete_softly(void)
{
    return removal("user", &one, 1, false);
}

static struct storage_change delete_for_good(void)
{
    return removal("gone", &one, 1, true);
}

static struct storage_change delete_one_of_two(void)
{
    return removal("old", both + 1, 1, true);
}

static struct storage_change set_config(void)
{
    return setting(STORAGE_SET_CONFIG, ".", "base", "{}");
}

static struct storage_change set_config_elsewhere(void)
{
    return setting(STORAGE_SET_CONFIG, ".new", "a", "{}");
}

static struct storage_change remove_modes(void)
{
    struct storage_change change = setting(STORAGE_SET_MODE, ".", "", NULL);
    change.set.recursive = true;
    return change;
}

static struct storage_change purge(void)
{
    struct storage_change change = setting(STORAGE_SET_MODE, ".p", "", "IMPORT");
    change.set.purge_deleted = true;
    return change;
}

static const struct {
    struct storage_change (*make)(void);
    const char *needs; /* the faults that keep it from being done, by number, each between commas */
} changes[] = {
    {register_first, ",1,2,3,6,8,"},
    {register_next, ",1,2,4,6,8,"},
    {register_known, ",2,3,8,"},
    {register_again, ",2,4,8,10,"},
    {register_user, ",1,2,3,6,8,11,"},
    {register_elsewhere, ",0,1,2,3,6,8,"},
    {overwrite, ",1,2,4,6,7,8,10,13,"},
    {delete_softly, ",2,4,9,"},
    {delete_for_good, ",2,5,7,10,14,"},
    {delete_one_of_two, ",2,4,7,10,"},
    {set_config, ",2,12,"},
    {set_config_elsewhere, ",0,2,12,"},
    {remove_modes, ",2,14,"},
    {purge, ",2,5,7,10,12,"},
};
#define CHANGES ((int)(sizeof changes / sizeof changes[0]))

static void add_fault(int fault)
{
    char sql[200];
    snprintf(sql, sizeof sql, "CREATE TRIGGER fault%d BEFORE %s BEGIN SELECT RAISE(ABORT, 'made to fail'); END", fault,
             faults[fault]);
    run_sql(sql);
}

static void remove_fault(int fault)
{
    char sql[64];
    snprintf(sql, sizeof sql, "DROP TRIGGER fault%d", fault);
    run_sql(sql);
}

static bool needs(int change, int fault)
{
    char number[16];
    snprintf(number, sizeof number, ",%d,", fault);
    return strstr(changes[change].needs, number) != NULL;
}

START_TEST(does_all_or_nothing)
{
    fill();
    struct str before = store_dump(fixture.storage, fixture.arena);
    for (int fault = 0; fault < FAULTS; fault++) {
        if (!needs(_i, fault))
            continue;
        add_fault(fault);
        struct storage_change change = changes[_i].make();
        enum storage_outcome outcome = fixture_apply(fixture.storage, &change);
        remove_fault(fault);
        ck_assert_msg(outcome == STORAGE_FAILED, "%s: %d", faults[fault], (int)outcome);
        ck_assert_int_eq(change.err.id, ERROR_STORE);
        assert_text(change.err.text, "Error in the backend data store: running a statement: made to fail");
        ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    }
    for (int fault = 0; fault < FAULTS; fault++) { /* all that it does not need */
        if (!needs(_i, fault))
            add_fault(fault);
    }
    struct storage_change change = changes[_i].make();
    enum storage_outcome outcome = fixture_apply(fixture.storage, &change);
    ck_assert_msg(outcome == STORAGE_DONE, STR_FMT, STR_ARG(change.err.text));
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, does_all_or_nothing, 0, CHANGES);
}

int main(void)
{
    return run_tests("faults", add);
}
