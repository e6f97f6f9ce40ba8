/* One SQLite connection with its prepared statements. Owned by one thread at a time. Private to sqlite/. */
#pragma once

#include "sql/sql.h"

#include <sqlite3.h>

struct connection_query {
    struct sql_query head;
    sqlite3_stmt *statement;
};

struct connection {
    struct sql sql; /* first: its statements are run through this */
    sqlite3 *db;
    struct connection_query queries[SQL_STATEMENT_COUNT];
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
/* SQL text with several statements, for migrations. */
int connection_script(struct connection *c, const char *sql, struct error *err);
/* Raises STORE with SQLite's own message. Returns -1. */
int connection_fault(struct connection *c, const char *what, struct error *err);
