/* One SQLite connection with its prepared statements. Owned by one thread at a time. Private to sqlite/. */
#pragma once

#include "error.h"

#include <sqlite3.h>

enum statement_id {
#define STATEMENT(id, sql) STATEMENT_##id,
#include "sqlite/statements.def"
#undef STATEMENT
    STATEMENT_COUNT_
};

struct connection {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT_];
};

enum connection_kind {
    CONNECTION_WRITER, /* makes the file when it is missing */
    CONNECTION_READER,
    CONNECTION_ON_READ_ONLY_MEDIA, /* nothing can be written beside the file either, and nobody else writes it */
};

/* cache_kib: page cache. -1 with STORE. */
int connection_open(struct connection *c, const char *file, enum connection_kind kind, int cache_kib,
                    struct error *err);
void connection_close(struct connection *c);
/* The statement, reset and without bindings; NULL with STORE. */
sqlite3_stmt *connection_statement(struct connection *c, enum statement_id id, struct error *err);
/* Runs a statement without rows. */
int connection_run(struct connection *c, enum statement_id id, struct error *err);
/* Steps to the next row: 1 = row, 0 = end (the statement is reset), -1 = failed with STORE (reset). */
int connection_step(struct connection *c, sqlite3_stmt *statement, struct error *err);
/* Steps a statement that changes something and answers nothing: 0, -1. */
int connection_change(struct connection *c, sqlite3_stmt *statement, struct error *err);
/* The first column of the first row: 0 = *ret set, 1 = no row, -1 = failed. */
int connection_number(struct connection *c, sqlite3_stmt *statement, int64_t *ret, struct error *err);
/* SQL text with several statements, for migrations. */
int connection_script(struct connection *c, const char *sql, struct error *err);
/* Raises STORE with SQLite's own message. Returns -1. */
int connection_fault(struct connection *c, const char *what, struct error *err);

static inline void bind_text(sqlite3_stmt *s, int at, struct str text)
{
    if (text.p)
        sqlite3_bind_text64(s, at, text.p, text.n, SQLITE_STATIC, SQLITE_UTF8);
}

static inline void bind_bytes(sqlite3_stmt *s, int at, const void *bytes, size_t count)
{
    sqlite3_bind_blob64(s, at, bytes, count, SQLITE_STATIC);
}

static inline void bind_number(sqlite3_stmt *s, int at, int64_t value)
{
    sqlite3_bind_int64(s, at, value);
}

/* A text column as it stands in the statement; .p NULL for NULL. Lives until the next step. */
struct str column_text(sqlite3_stmt *s, int at);
