/* One connection to PostgreSQL: its statements, what is only sent, and the ways in which it fails.
 * covers: service/storage/postgres/connection.c service/storage/postgres/schema.c service/storage/postgres/postgres.c
 * covers: service/storage/postgres/library.c */
#include "conformance.h"
#include "postgres/postgres_private.h"

#include "clock.h"
#include "migrate.h"

static struct pg_options options;
static struct pg_connection connection;

static struct error new_error(void)
{
    return ERROR_INIT(fixture.arena);
}

static void open_connection(void)
{
    struct error err = new_error();
    struct postgres_options of_fixture = fixture_postgres_options(&fixture);
    options = (struct pg_options){of_fixture.url, of_fixture.schema, 2000};
    pg_init(&connection, &options);
    ck_assert_msg(pg_open(&connection, &err) == 0, "%s", err.text.p);
}

static struct sql_query *take(enum sql_statement id)
{
    struct error err = new_error();
    struct sql_query *q = sql_query(&connection.sql, id, &err);
    ck_assert_msg(q != NULL, "%s", err.text.p ? err.text.p : "");
    return q;
}

static int run(enum sql_statement id, struct error *err)
{
    return sql_run(&connection.sql, id, err);
}

/* On another connection. */
static int64_t ask(const char *sql)
{
    struct error err = new_error();
    struct pg_connection other;
    int64_t number = -1;
    pg_init(&other, &options);
    ck_assert_int_eq(pg_open(&other, &err), 0);
    ck_assert_int_eq(pg_pipeline(&other, false, &err), 0);
    ck_assert_msg(pg_script(&other, sql, &number, &err) == 0, "%s", err.text.p);
    pg_close(&other);
    return number;
}

START_TEST(knows_all_statements)
{
    open_connection();
    for (enum sql_statement id = 0; id < SQL_STATEMENT_COUNT; id++) {
        struct error err = new_error();
        ck_assert_msg(pg_prepare(&connection, id, &err) == 0, "%s: %s", sql_text(id, SQL_DIALECT_POSTGRES), err.text.p);
    }
    pg_close(&connection);
}
END_TEST

START_TEST(answers_rows_numbers_and_ends)
{
    struct error err = new_error();
    int64_t number = 0;
    open_connection();
    struct sql_query *q = take(SQL_READ_CONTEXT);
    sql_bind_text(q, 1, STR("."));
    ck_assert_int_eq(sql_step(q, &err), 1);
    ck_assert_int_eq(sql_column(q, 0), 1);
    ck_assert_int_eq(sql_step(q, &err), 0);
    q = take(SQL_READ_CONTEXT);
    sql_bind_text(q, 1, (struct str){".\0", 2}); /* nothing in the database holds a NUL */
    ck_assert_int_eq(sql_step(q, &err), 0);
    q = take(SQL_READ_MAX_ID);
    sql_bind_text(q, 1, STR("."));
    ck_assert_int_eq(sql_number(q, &number, &err), 0);
    ck_assert_int_eq(number, 0);
    ck_assert(!error_is_set(&err));
    pg_close(&connection);
}
END_TEST

static void set_context(int64_t id, int64_t next)
{
    struct error err = new_error();
    struct sql_query *q = take(SQL_WRITE_CONTEXT);
    sql_bind_number(q, 1, next);
    sql_bind_number(q, 2, 1);
    sql_bind_number(q, 3, id);
    ck_assert_int_eq(sql_change(q, &err), 0);
}

START_TEST(sends_changes_and_reads_what_came_of_them)
{
    struct error err = new_error();
    open_connection();
    ck_assert_int_eq(run(SQL_BEGIN_WRITE, &err), 0);
    set_context(1, 700);
    ck_assert_int_eq(sql_changed(&connection.sql), 1);
    set_context(999, 1);
    ck_assert_int_eq(sql_changed(&connection.sql), 0);
    set_context(1, 800);
    ck_assert_uint_eq(connection.unanswered, 1);
    ck_assert_int_eq(run(SQL_COMMIT, &err), 0);
    ck_assert_int_eq(ask("SELECT next_schema_id FROM contexts WHERE context_id = 1"), 800);
    pg_close(&connection);
}
END_TEST

START_TEST(a_change_that_fails_ends_its_transaction)
{
    struct error err = new_error();
    open_connection();
    ck_assert_int_eq(run(SQL_BEGIN_WRITE, &err), 0);
    set_context(1, 700);
    struct sql_query *q = take(SQL_INSERT_CONTEXT);
    sql_bind_number(q, 1, 1); /* is there already */
    sql_bind_text(q, 2, STR(".new"));
    ck_assert_int_eq(sql_change(q, &err), 0);
    ck_assert_int_eq(pg_finish(&connection, &err), -1);
    ck_assert_int_eq(connection.fault, PG_REFUSED);
    ck_assert_msg(strstr(err.text.p, "duplicate key") != NULL, "%s", err.text.p);
    err = new_error();
    ck_assert_int_eq(run(SQL_ROLLBACK, &err), 0);
    ck_assert_int_eq(ask("SELECT next_schema_id FROM contexts WHERE context_id = 1"), 1);
    pg_close(&connection);
}
END_TEST

static void end_backends(void)
{
    ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "application_name = 'avouch'");
}

START_TEST(notices_that_it_was_lost)
{
    struct error err = new_error();
    open_connection();
    ck_assert_int_eq(run(SQL_BEGIN_WRITE, &err), 0);
    end_backends();
    ck_assert_int_eq(run(SQL_READ_TOTALS, &err), -1);
    ck_assert_int_eq(connection.fault, PG_LOST);
    ck_assert(!pg_is_open(&connection));
    ck_assert_int_eq(err.id, ERROR_STORE);
    err = new_error();
    ck_assert_ptr_null(sql_query(&connection.sql, SQL_READ_TOTALS, &err));
}
END_TEST

/* The server may have ended a connection that nobody used; the question goes to a new one. */
START_TEST(a_snapshot_begins_on_a_new_connection)
{
    ck_assert_int_eq(register_one("a", 1), 1);
    subject_of("a");
    open_connection();
    end_backends();
    ck_assert_int_eq(subject_of("a").latest_version, 1);
    pg_close(&connection);
}
END_TEST

/* Also one that never showed anything. */
START_TEST(any_snapshot_settles)
{
    struct storage_snapshot *s = open_snapshot();
    storage_settle(s);
    close_snapshot(s);
}
END_TEST

START_TEST(waits_no_longer_than_its_deadline)
{
    struct error err = new_error();
    open_connection();
    ck_assert_int_eq(pg_pipeline(&connection, false, &err), 0);
    int64_t begin_ns = clock_mono_ns();
    pg_set_deadline(&connection, begin_ns + 200000000);
    ck_assert_int_eq(pg_script(&connection, "SELECT pg_sleep(30)", NULL, &err), -1);
    ck_assert(connection.is_late && connection.fault == PG_LOST && !pg_is_open(&connection));
    ck_assert_int_lt(clock_mono_ns() - begin_ns, 5000000000);
    ck_assert_msg(strstr(err.text.p, "no answer in time") != NULL, "%s", err.text.p);
}
END_TEST

START_TEST(refuses_newer_databases)
{
    struct error err = new_error();
    struct storage *storage;
    struct postgres_options of_fixture = fixture_postgres_options(&fixture);
    struct postgres_migration_state state;
    open_connection();
    ask("INSERT INTO migrations (number, name, applied_ms) VALUES (99, 'later', 0) RETURNING 1");
    ck_assert_int_eq(postgres_storage_open(&of_fixture, true, &storage, &err), -1);
    ck_assert_msg(strstr(err.text.p, "has migration 99, this program knows only") != NULL, "%s", err.text.p);
    ck_assert_int_eq(postgres_storage_migration_state(&of_fixture, &state, &err), 0);
    ck_assert(state.applied == 99 && state.known == (int)migration_count);
    pg_close(&connection);
}
END_TEST

static void *try_to_open(void *ret_err)
{
    struct storage *storage;
    struct postgres_options of_fixture = fixture_postgres_options(&fixture);
    static int outcome;
    outcome = postgres_storage_open(&of_fixture, true, &storage, ret_err);
    return &outcome;
}

/* A newer program migrates while this one waits to do so. */
START_TEST(refuses_what_a_newer_program_has_just_made)
{
    struct error err = new_error(), of_thread = ERROR_INIT(arena_new(1 << 20));
    pthread_t thread;
    void *outcome;
    open_connection();
    ck_assert_int_eq(pg_pipeline(&connection, false, &err), 0);
    ask("DELETE FROM migrations WHERE number > 1 RETURNING 1");
    ck_assert_int_eq(pg_script(&connection, "BEGIN; SELECT 1 FROM migrations WHERE number = 0 FOR UPDATE", NULL, &err),
                     0);
    ck_assert_int_eq(pthread_create(&thread, NULL, try_to_open, &of_thread), 0);
    while (
        ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'avouch'") ==
        0)
        clock_sleep_ms(1);
    pg_set_deadline(&connection, clock_mono_ns() + 2000000000);
    ck_assert_int_eq(pg_script(&connection,
                               "INSERT INTO migrations (number, name, applied_ms) VALUES (99, 'x', 0); COMMIT", NULL,
                               &err),
                     0);
    pthread_join(thread, &outcome);
    ck_assert_int_eq(*(int *)outcome, -1);
    ck_assert_msg(strstr(of_thread.text.p, "has migration 99") != NULL, "%s", of_thread.text.p);
    arena_free(of_thread.arena);
    pg_close(&connection);
}
END_TEST

START_TEST(migrates_only_where_allowed)
{
    struct error err = new_error();
    struct storage *storage;
    struct postgres_options other = fixture_postgres_options(&fixture);
    struct postgres_migration_state state;
    other.schema = arena_printf(fixture.arena, "%s \"2\"", other.schema).p; /* any name will do */
    ck_assert_int_eq(postgres_storage_migration_state(&other, &state, &err), 0);
    ck_assert_int_eq(state.applied, 0);
    ck_assert_int_eq(postgres_storage_open(&other, false, &storage, &err), -1);
    ck_assert_msg(strstr(err.text.p, "must be migrated first") != NULL, "%s", err.text.p);
    err = new_error();
    ck_assert_int_eq(postgres_storage_open(&other, true, &storage, &err), 0);
    storage_close(storage); /* that was never started */
    ck_assert_int_eq(postgres_storage_migration_state(&other, &state, &err), 0);
    ck_assert_int_eq(state.applied, (int)migration_count);
    ck_assert_int_eq(postgres_storage_open(&other, false, &storage, &err), 0);
    storage_close(storage);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, knows_all_statements);
    tcase_add_test(tests, answers_rows_numbers_and_ends);
    tcase_add_test(tests, sends_changes_and_reads_what_came_of_them);
    tcase_add_test(tests, a_change_that_fails_ends_its_transaction);
    tcase_add_test(tests, notices_that_it_was_lost);
    tcase_add_test(tests, a_snapshot_begins_on_a_new_connection);
    tcase_add_test(tests, any_snapshot_settles);
    tcase_add_test(tests, waits_no_longer_than_its_deadline);
    tcase_add_test(tests, refuses_newer_databases);
    tcase_add_test(tests, refuses_what_a_newer_program_has_just_made);
    tcase_add_test(tests, migrates_only_where_allowed);
}

int main(void)
{
    return getenv("AVOUCH_TEST_DATABASE") ? run_tests("connection", add) : 77;
}
