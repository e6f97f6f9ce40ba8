#include "postgres/postgres_private.h"

#include "clock.h"
#include "log.h"
#include "migrate.h"

#include <stdio.h>

/* Another node may make the same thing at the same moment: then it is tried again. */
#define ATTEMPTS 20

static int script(struct pg_connection *c, const char *sql, struct error *err)
{
    return pg_script(c, sql, NULL, err);
}

static int has_schema(struct pg_connection *c, int64_t *ret, struct error *err)
{
    return pg_script(c,
                     "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() "
                     "AND table_name = 'migrations'",
                     ret, err);
}

static int make_schema(struct pg_connection *c, struct error *err)
{
    char sql[256];
    int64_t has = 0;
    if (pg_script(c, "SELECT count(*) FROM information_schema.schemata WHERE schema_name = current_schema()", &has,
                  err) != 0)
        return -1;
    if (has == 0) {
        char *name = pq.PQescapeIdentifier(c->conn, c->options->schema, strlen(c->options->schema));
        snprintf(sql, sizeof sql, "CREATE SCHEMA IF NOT EXISTS %s", name ? name : "");
        pq.PQfreemem(name);
        if (script(c, sql, err) != 0)
            return -1;
    }
    return script(c,
                  "CREATE TABLE IF NOT EXISTS migrations (number INT8 PRIMARY KEY, name TEXT NOT NULL, "
                  "applied_ms INT8 NOT NULL)",
                  err) != 0
               ? -1
               : script(c,
                        "INSERT INTO migrations (number, name, applied_ms) VALUES (0, 'lock', 0) "
                        "ON CONFLICT DO NOTHING",
                        err);
}

int pg_migration_state(struct pg_connection *c, int *ret, struct error *err)
{
    int64_t has = 0, applied = 0;
    *ret = 0;
    if (has_schema(c, &has, err) != 0)
        return -1;
    if (has > 0 && pg_script(c, "SELECT max(number) FROM migrations", &applied, err) != 0)
        return -1;
    *ret = applied > 0 ? (int)applied : 0;
    return 0;
}

static int refuse_newer(int applied, struct error *err)
{
    return error_raise(err, STORE,
                       ARENA_JOIN(err->arena, STR("the database has migration "), STR_INT(applied),
                                  STR(", this program knows only "), STR_INT((int64_t)migration_count),
                                  STR(": it was written by a newer version")));
}

/* With the row of number 0 locked, so that nodes that start together do it one after the other. */
static int apply_next(struct pg_connection *c, bool *ret_is_done, struct error *err)
{
    int64_t applied = 0;
    char insert[256];
    if (script(c, "BEGIN", err) != 0 ||
        script(c, "SELECT number FROM migrations WHERE number = 0 FOR UPDATE", err) != 0 ||
        pg_script(c, "SELECT max(number) FROM migrations", &applied, err) != 0)
        return -1;
    if (applied > (int64_t)migration_count) /* a newer program had the lock before */
        return refuse_newer((int)applied, err);
    const struct migration *next = NULL;
    for (size_t i = migration_count; i-- > 0;) {
        if (migrations[i].number > applied)
            next = &migrations[i];
    }
    *ret_is_done = !next;
    if (!next)
        return script(c, "COMMIT", err);
    snprintf(insert, sizeof insert, "INSERT INTO migrations (number, name, applied_ms) VALUES (%d, '%s', %lld)",
             next->number, next->name, (long long)clock_wall_ms());
    if (script(c, next->postgres, err) != 0 || script(c, insert, err) != 0 || script(c, "COMMIT", err) != 0)
        return -1;
    LOG_INFO("storage.migrate", "The database was migrated", LOG_NUMBER("number", next->number));
    return 0;
}

static void roll_back(struct pg_connection *c)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error ignored = ERROR_INIT(&scratch);
    if (pg_is_open(c))
        script(c, "ROLLBACK", &ignored);
    arena_deinit(&scratch);
}

static int apply_all(struct pg_connection *c, struct error *err)
{
    bool is_done = false;
    if (make_schema(c, err) != 0)
        return -1;
    while (!is_done) {
        if (apply_next(c, &is_done, err) != 0) {
            roll_back(c);
            return -1;
        }
    }
    return 0;
}

/* 0 = up to date, 1 = not, -1 = newer than this program, or failed. */
static int check_state(struct pg_connection *c, struct error *err)
{
    int applied = 0;
    if (pg_migration_state(c, &applied, err) != 0)
        return -1;
    if (applied > (int)migration_count)
        return refuse_newer(applied, err);
    return applied < (int)migration_count;
}

/* Outside of the pipeline. */
static int migrate(struct pg_connection *c, bool allowed, struct error *err)
{
    int state = check_state(c, err);
    if (state == 1 && !allowed)
        return error_raise(err, STORE, STR("the database must be migrated first"));
    for (unsigned attempt = 1; state == 1; attempt++) {
        struct error why = ERROR_INIT(err->arena);
        if (apply_all(c, &why) == 0)
            return 0;
        if (!pg_is_open(c) || attempt == ATTEMPTS)
            return error_pass(err, &why);
        clock_sleep_ms(10 * attempt);
        state = check_state(c, err);
    }
    return state;
}

int pg_migrate(struct pg_connection *c, bool allowed, struct error *err)
{
    int outcome = pg_pipeline(c, false, err) == 0 ? migrate(c, allowed, err) : -1;
    if (pg_is_open(c) && pg_pipeline(c, true, err) != 0)
        return -1;
    return outcome;
}
