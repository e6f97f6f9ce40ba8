#include "sqlite/connection.h"

#include "buf.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define VERSION_COLUMNS                                                                                        \
    "v.version, v.schema_key & 4294967295, v.is_deleted, v.created_ms, sc.guid, sc.equal_key, sc.normal_key, " \
    "sc.format, sc.text, sc.reference_list, sc.metadata, sc.rule_set, c.name, s.name"

static const char *const statement_texts[STATEMENT_COUNT_] = {
#define STATEMENT(id, sql) [STATEMENT_##id] = (sql),
#include "sqlite/statements.def"
#undef STATEMENT
};

/* The log is copied into the database when it has so many pages: pages that change often are copied less often than with
 * the usual 1000, and reading the log after a crash still takes milliseconds. */
#define CHECKPOINT_PAGES 4000
/* How long a statement waits for another connection's lock; only recovery and checkpoints hold one. */
#define BUSY_TIMEOUT_MS 5000

/* SQLite's own stock of small pieces of memory, for each connection. */
#define LOOKASIDE_BYTES 256
#define LOOKASIDE_COUNT 64

int connection_fault(struct connection *c, const char *what, struct error *err)
{
    struct str reason = str_of(c->db ? sqlite3_errmsg(c->db) : "out of memory");
    return error_raise(err, STORE, ARENA_JOIN(err->arena, str_of(what), STR(": "), reason));
}

/* The path as SQLite reads it in a URI. */
static void add_uri_path(struct buf *out, const char *path)
{
    for (; *path; path++) {
        if (strchr("%?#", *path))
            buf_printf(out, "%%%02X", (unsigned)*path);
        else
            buf_add_char(out, *path);
    }
}

/* SQLite keeps its shared memory beside the file, unless it is told that the file is immutable; which it is on read-only
 * media when there is no log that has not been written back. */
static int open_read_only(struct connection *c, const char *file, struct error *err)
{
    struct buf uri;
    struct str log = ARENA_JOIN(err->arena, str_of(file), STR("-wal"));
    buf_init(&uri, err->arena, 4 * PATH_MAX);
    buf_add(&uri, STR("file:"));
    add_uri_path(&uri, file);
    buf_add(&uri, log.p && access(log.p, F_OK) == 0 ? STR_EMPTY : STR("?immutable=1"));
    struct str name = arena_str(err->arena, buf_str(&uri));
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    if (!log.p || !name.p || buf_failed(&uri))
        return error_raise(err, INTERNAL);
    return sqlite3_open_v2(name.p, &c->db, flags, NULL) == SQLITE_OK ? 0
                                                                     : connection_fault(c, "opening the database", err);
}

/* Without pages that are taken in advance, so that a small store takes little memory. Once per process, before SQLite is
 * first used; where something else has used it already, nothing changes. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

int connection_open(struct connection *c, const char *file, enum connection_kind kind, int cache_kib, struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *c = (struct connection){0};
    pthread_once(&once, configure);
    if (kind == CONNECTION_ON_READ_ONLY_MEDIA)
        return open_read_only(c, file, err);
    bool is_writer = kind == CONNECTION_WRITER;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (is_writer ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(file, &c->db, flags, NULL) != SQLITE_OK)
        return connection_fault(c, "opening the database", err);
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_BYTES, LOOKASIDE_COUNT);
    sqlite3_busy_timeout(c->db, BUSY_TIMEOUT_MS);
    char pragmas[256];
    snprintf(
        pragmas, sizeof pragmas,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; "
        "PRAGMA wal_autocheckpoint = %d;%s",
        cache_kib, CHECKPOINT_PAGES, is_writer ? "" : " PRAGMA query_only = ON;");
    return connection_script(c, pragmas, err);
}

void connection_close(struct connection *c)
{
    for (size_t i = 0; i < STATEMENT_COUNT_; i++)
        sqlite3_finalize(c->statements[i]);
    sqlite3_close(c->db);
    *c = (struct connection){0};
}

sqlite3_stmt *connection_statement(struct connection *c, enum statement_id id, struct error *err)
{
    if (!c->statements[id] && sqlite3_prepare_v3(c->db, statement_texts[id], -1, SQLITE_PREPARE_PERSISTENT,
                                                 &c->statements[id], NULL) != SQLITE_OK) {
        connection_fault(c, "preparing a statement", err);
        return NULL;
    }
    sqlite3_reset(c->statements[id]);
    sqlite3_clear_bindings(c->statements[id]);
    return c->statements[id];
}

int connection_step(struct connection *c, sqlite3_stmt *statement, struct error *err)
{
    int outcome = sqlite3_step(statement);
    if (outcome == SQLITE_ROW)
        return 1;
    if (outcome != SQLITE_DONE)
        connection_fault(c, "running a statement", err);
    sqlite3_reset(statement);
    return outcome == SQLITE_DONE ? 0 : -1;
}

int connection_change(struct connection *c, sqlite3_stmt *statement, struct error *err)
{
    return connection_step(c, statement, err) < 0 ? -1 : 0;
}

int connection_run(struct connection *c, enum statement_id id, struct error *err)
{
    sqlite3_stmt *statement = connection_statement(c, id, err);
    return statement ? connection_change(c, statement, err) : -1;
}

int connection_number(struct connection *c, sqlite3_stmt *statement, int64_t *ret, struct error *err)
{
    int outcome = connection_step(c, statement, err);
    if (outcome == 1) {
        *ret = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
        return 0;
    }
    return outcome == 0 ? 1 : -1;
}

int connection_script(struct connection *c, const char *sql, struct error *err)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : connection_fault(c, "running a script", err);
}

struct str column_text(sqlite3_stmt *s, int at)
{
    const unsigned char *text = sqlite3_column_text(s, at);
    return (struct str){(const char *)text, text ? (size_t)sqlite3_column_bytes(s, at) : 0};
}
