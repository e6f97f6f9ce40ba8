/* One connection and its statements: outcomes, faults, and that no statement goes through a whole table unasked. */
#include "sqlite/sqlite_private.h"

#include "migrate.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena *arena;
static struct connection connection;
static char folder[64], file[80];

static void set_up(void)
{
    arena = arena_new(1 << 24);
    struct error err = ERROR_INIT(arena);
    snprintf(folder, sizeof folder, "/tmp/avouch-unit-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/x.db", folder);
    ck_assert_int_eq(connection_open(&connection, file, CONNECTION_WRITER, 64, &err), 0);
    for (size_t i = 0; i < migration_count; i++)
        ck_assert_int_eq(connection_script(&connection, migrations[i].sqlite, &err), 0);
}

static void tear_down(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    connection_close(&connection);
    for (size_t i = 0; i < 3; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s%s", file, ends[i]);
        unlink(path);
    }
    rmdir(folder);
    arena_free(arena);
}

/* What may look at all rows: listings of contexts, and what is done to everything at once. */
static const enum sql_statement may_scan[] = {SQL_READ_CONTEXTS,     SQL_LIST_ALL_CONTEXTS,
                                              SQL_LIST_CONTEXTS,     SQL_REMOVE_SETTINGS_EVERYWHERE,
                                              SQL_SUBJECTS_IN_SCOPE, SQL_ACTIVE_IN_SCOPE};

static bool is_allowed(enum sql_statement id)
{
    for (size_t i = 0; i < sizeof may_scan / sizeof may_scan[0]; i++) {
        if (may_scan[i] == id)
            return true;
    }
    return false;
}

/* Whether the plan of a statement has a step that goes through a table or index from end to end. */
static bool scans(sqlite3_stmt *statement)
{
    struct str sql = arena_printf(arena, "EXPLAIN QUERY PLAN %s", sqlite3_sql(statement));
    sqlite3_stmt *plan = NULL;
    bool found = false;
    ck_assert_int_eq(sqlite3_prepare_v2(connection.db, sql.p, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW)
        found |= strncmp((const char *)sqlite3_column_text(plan, 3), "SCAN ", 5) == 0;
    sqlite3_finalize(plan);
    return found;
}

START_TEST(statements_use_indexes)
{
    struct error err = ERROR_INIT(arena);
    for (enum sql_statement id = 0; id < SQL_STATEMENT_COUNT; id++) {
        bool is_transaction = id == SQL_BEGIN_READ || id == SQL_BEGIN_WRITE || id == SQL_COMMIT || id == SQL_ROLLBACK;
        if (!sql_text(id, SQL_DIALECT_SQLITE))
            continue;
        ck_assert_msg(sql_query(&connection.sql, id, &err) != NULL, "%s", err.text.p);
        sqlite3_stmt *statement = connection.queries[id].statement;
        for (int at = 1; at <= sqlite3_bind_parameter_count(statement); at++) /* numbered as they appear */
            ck_assert_str_eq(sqlite3_bind_parameter_name(statement, at), arena_printf(arena, "$%d", at).p);
        if (!is_transaction)
            ck_assert_msg(scans(statement) == is_allowed(id), "%s", sqlite3_sql(statement));
    }
}
END_TEST

START_TEST(answers_rows_numbers_and_ends)
{
    struct error err = ERROR_INIT(arena);
    int64_t number = 0;
    struct sql_query *q = sql_query(&connection.sql, SQL_READ_CONTEXT, &err);
    sql_bind_text(q, 1, STR("."));
    ck_assert_int_eq(sql_step(q, &err), 1);
    q = sql_query(&connection.sql, SQL_READ_CONTEXT, &err); /* reset, and without bindings */
    ck_assert_int_eq(sql_step(q, &err), 0);
    q = sql_query(&connection.sql, SQL_READ_MAX_ID, &err);
    sql_bind_text(q, 1, STR("."));
    ck_assert_int_eq(sql_number(q, &number, &err), 0);
    ck_assert_int_eq(number, 0);
    q = sql_query(&connection.sql, SQL_READ_MAX_ID, &err);
    ck_assert_int_eq(sql_number(q, &number, &err), 1);
    ck_assert(!error_is_set(&err));
}
END_TEST

START_TEST(says_what_failed)
{
    struct error err = ERROR_INIT(arena);
    struct sql_query *q = sql_query(&connection.sql, SQL_INSERT_CONTEXT, &err);
    sql_bind_number(q, 1, 7);
    sql_bind_text(q, 2, STR(".")); /* is there already */
    ck_assert_int_eq(sql_change(q, &err), -1);
    ck_assert_int_eq(err.id, ERROR_STORE);
    ck_assert_msg(strstr(err.text.p, "UNIQUE constraint failed: contexts.name") != NULL, "%s", err.text.p);
    err = ERROR_INIT(arena);
    ck_assert_int_eq(connection_script(&connection, "SELECT * FROM nowhere", &err), -1);
    ck_assert_msg(strstr(err.text.p, "no such table: nowhere") != NULL, "%s", err.text.p);
    err = ERROR_INIT(arena);
    struct connection other;
    ck_assert_int_eq(connection_open(&other, "/nowhere/at/all.db", CONNECTION_WRITER, 64, &err), -1);
    ck_assert_msg(strstr(err.text.p, "unable to open database file") != NULL, "%s", err.text.p);
    connection_close(&other);
}
END_TEST

START_TEST(readers_change_nothing)
{
    struct error err = ERROR_INIT(arena);
    struct connection reader;
    ck_assert_int_eq(connection_open(&reader, file, CONNECTION_READER, 64, &err), 0);
    struct sql_query *q = sql_query(&reader.sql, SQL_INSERT_CONTEXT, &err);
    sql_bind_number(q, 1, 7);
    sql_bind_text(q, 2, STR(".new"));
    ck_assert_int_eq(sql_change(q, &err), -1);
    ck_assert_msg(strstr(err.text.p, "readonly") != NULL, "%s", err.text.p);
    connection_close(&reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection");
    TCase *tests = tcase_create("connection");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, statements_use_indexes);
    tcase_add_test(tests, answers_rows_numbers_and_ends);
    tcase_add_test(tests, says_what_failed);
    tcase_add_test(tests, readers_change_nothing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
