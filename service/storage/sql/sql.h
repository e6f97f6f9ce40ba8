/* SQL as the back ends share it: the statements of statements.def by name, run over a connection that a back end
 * provides. A query is taken, its parameters are bound (from 1, all of them), and it is stepped through; what was bound
 * and the columns of a row (from 0) live until the next step or until the query is taken again. A connection belongs to
 * one thread at a time. */
#pragma once

#include "error.h"

enum sql_statement {
#define SAME(id, sql) SQL_##id,
#define BOTH(id, sqlite, postgres) SQL_##id,
#define POSTGRES(id, sql) SQL_##id,
#include "sql/statements.def"
#undef SAME
#undef BOTH
#undef POSTGRES
    SQL_STATEMENT_COUNT
};

enum sql_dialect { SQL_DIALECT_SQLITE, SQL_DIALECT_POSTGRES, SQL_DIALECT_COUNT };

/* NULL where the dialect has no such statement. */
const char *sql_text(enum sql_statement id, enum sql_dialect dialect);

struct sql;
struct sql_query;

struct sql_ops {
    /* The query, reset and without parameters; NULL with STORE. */
    struct sql_query *(*query)(struct sql *sql, enum sql_statement id, struct error *err);
    void (*bind_number)(struct sql_query *q, int at, int64_t value);
    void (*bind_text)(struct sql_query *q, int at, struct str text); /* .p NULL: NULL */
    void (*bind_bytes)(struct sql_query *q, int at, const void *bytes, size_t count);
    /* 1 = at a row, 0 = at the end (reset), -1 with STORE (reset). */
    int (*step)(struct sql_query *q, struct error *err);
    void (*reset)(struct sql_query *q);
    int64_t (*number)(struct sql_query *q, int column); /* 0 for NULL */
    struct str (*bytes)(struct sql_query *q, int column); /* text or bytes; .p NULL for NULL */
    /* Rows that the last statement without rows has changed. */
    int64_t (*changed)(struct sql *sql);
};

/* First member of a back end's connection. */
struct sql {
    const struct sql_ops *ops;
};

/* First member of a back end's query. */
struct sql_query {
    struct sql *sql;
};

static inline struct sql_query *sql_query(struct sql *sql, enum sql_statement id, struct error *err)
{
    return sql->ops->query(sql, id, err);
}

static inline void sql_bind_number(struct sql_query *q, int at, int64_t value)
{
    q->sql->ops->bind_number(q, at, value);
}

static inline void sql_bind_text(struct sql_query *q, int at, struct str text)
{
    q->sql->ops->bind_text(q, at, text);
}

static inline void sql_bind_bytes(struct sql_query *q, int at, const void *bytes, size_t count)
{
    q->sql->ops->bind_bytes(q, at, bytes, count);
}

static inline int sql_step(struct sql_query *q, struct error *err)
{
    return q->sql->ops->step(q, err);
}

static inline void sql_reset(struct sql_query *q)
{
    q->sql->ops->reset(q);
}

static inline int64_t sql_column(struct sql_query *q, int column)
{
    return q->sql->ops->number(q, column);
}

static inline int32_t sql_column_int(struct sql_query *q, int column)
{
    return (int32_t)q->sql->ops->number(q, column);
}

static inline struct str sql_column_bytes(struct sql_query *q, int column)
{
    return q->sql->ops->bytes(q, column);
}

static inline int64_t sql_changed(struct sql *sql)
{
    return sql->ops->changed(sql);
}

/* Steps a query that changes something and answers nothing: 0, -1. */
int sql_change(struct sql_query *q, struct error *err);
/* Runs a statement without parameters and rows: 0, -1. */
int sql_run(struct sql *sql, enum sql_statement id, struct error *err);
/* The first column of the first row: 0 = *ret set, 1 = no row, -1. */
int sql_number(struct sql_query *q, int64_t *ret, struct error *err);
