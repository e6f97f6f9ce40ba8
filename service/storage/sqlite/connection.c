#include "sqlite/connection.h"

#include "buf.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

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

/* -- statements ---------------------------------------------------------------------------------------------------- */

static struct connection_query *of(struct sql_query *q)
{
    return (struct connection_query *)q;
}

static struct connection *connection_of(struct sql *sql)
{
    return (struct connection *)sql;
}

static struct sql_query *query(struct sql *sql, enum sql_statement id, struct error *err)
{
    struct connection *c = connection_of(sql);
    struct connection_query *q = &c->queries[id];
    q->head.sql = sql;
    if (!q->statement && sqlite3_prepare_v3(c->db, sql_text(id, SQL_DIALECT_SQLITE), -1, SQLITE_PREPARE_PERSISTENT,
                                            &q->statement, NULL) != SQLITE_OK) {
        connection_fault(c, "preparing a statement", err);
        return NULL;
    }
    sqlite3_reset(q->statement);
    sqlite3_clear_bindings(q->statement);
    return &q->head;
}

static void bind_number(struct sql_query *q, int at, int64_t value)
{
    sqlite3_bind_int64(of(q)->statement, at, value);
}

static void bind_text(struct sql_query *q, int at, struct str text)
{
    if (text.p)
        sqlite3_bind_text64(of(q)->statement, at, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_bytes(struct sql_query *q, int at, const void *bytes, size_t count)
{
    sqlite3_bind_blob64(of(q)->statement, at, bytes, count, SQLITE_STATIC);
}

static int step(struct sql_query *q, struct error *err)
{
    sqlite3_stmt *statement = of(q)->statement;
    int outcome = sqlite3_step(statement);
    if (outcome == SQLITE_ROW)
        return 1;
    if (outcome != SQLITE_DONE)
        connection_fault(connection_of(q->sql), "running a statement", err);
    sqlite3_reset(statement);
    return outcome == SQLITE_DONE ? 0 : -1;
}

static void reset(struct sql_query *q)
{
    sqlite3_reset(of(q)->statement);
}

static int64_t number(struct sql_query *q, int column)
{
    return sqlite3_column_int64(of(q)->statement, column);
}

static struct str bytes(struct sql_query *q, int column)
{
    sqlite3_stmt *statement = of(q)->statement;
    bool is_blob = sqlite3_column_type(statement, column) == SQLITE_BLOB;
    const void *p = is_blob ? sqlite3_column_blob(statement, column) : sqlite3_column_text(statement, column);
    return (struct str){p, p ? (size_t)sqlite3_column_bytes(statement, column) : 0};
}

static int64_t changed(struct sql *sql)
{
    return sqlite3_changes(connection_of(sql)->db);
}

static const struct sql_ops ops = {query, bind_number, bind_text, bind_bytes, step, reset, number, bytes, changed};

/* -- opening ------------------------------------------------------------------------------------------------------- */

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
    *c = (struct connection){.sql = {&ops}};
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
    for (size_t i = 0; i < SQL_STATEMENT_COUNT; i++)
        sqlite3_finalize(c->queries[i].statement);
    sqlite3_close(c->db);
    *c = (struct connection){0};
}

int connection_script(struct connection *c, const char *sql, struct error *err)
{
    return sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : connection_fault(c, "running a script", err);
}
