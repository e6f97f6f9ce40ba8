#include "sqlite/sqlite_private.h"

static struct sqlite_context *find(struct sqlite_storage *s, struct str name)
{
    for (size_t i = 0; i < s->context_count; i++) {
        if (str_equal(s->contexts[i].name, name))
            return &s->contexts[i];
    }
    return NULL;
}

void sqlite_contexts_forget(struct sqlite_storage *s)
{
    s->context_count = 0;
    arena_reset(s->contexts_arena);
}

static int write_one(struct sqlite_storage *s, struct sqlite_context *context, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_WRITE_CONTEXT, err);
    if (!q)
        return -1;
    bind_number(q, 1, context->id);
    bind_number(q, 2, context->next_schema_id);
    bind_number(q, 3, context->is_listed);
    context->is_changed = false;
    return connection_change(&s->connection, q, err);
}

int sqlite_contexts_flush(struct sqlite_storage *s, struct error *err)
{
    for (size_t i = 0; i < s->context_count; i++) {
        if (s->contexts[i].is_changed && write_one(s, &s->contexts[i], err) != 0)
            return -1;
    }
    return 0;
}

/* Room for one more; when there is none, all are written and forgotten. NULL with an error. */
static struct sqlite_context *add(struct sqlite_storage *s, struct str name, const struct sqlite_context *context,
                                  struct error *err)
{
    if (s->context_count == SQLITE_CONTEXTS_KEPT) {
        if (sqlite_contexts_flush(s, err) != 0)
            return NULL;
        sqlite_contexts_forget(s);
    }
    struct sqlite_context *added = &s->contexts[s->context_count];
    *added = *context;
    added->name = arena_str(s->contexts_arena, name);
    if (!added->name.p) {
        error_raise(err, INTERNAL);
        return NULL;
    }
    s->context_count++;
    return added;
}

static int read_row(struct sqlite_storage *s, struct str name, struct sqlite_context *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_READ_CONTEXT, err);
    if (!q)
        return -1;
    bind_text(q, 1, name);
    int outcome = connection_step(&s->connection, q, err);
    if (outcome != 1)
        return outcome < 0 ? -1 : 1;
    *ret = (struct sqlite_context){.id = sqlite3_column_int64(q, 0),
                                   .next_schema_id = sqlite3_column_int64(q, 1),
                                   .is_listed = sqlite3_column_int(q, 2) != 0};
    sqlite3_reset(q);
    return 0;
}

static int insert_row(struct sqlite_storage *s, struct str name, struct sqlite_context *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_CONTEXT, err);
    if (!q)
        return -1;
    bind_text(q, 1, name);
    if (connection_change(&s->connection, q, err) != 0)
        return -1;
    *ret = (struct sqlite_context){.id = sqlite3_last_insert_rowid(s->connection.db), .next_schema_id = 1};
    return 0;
}

int sqlite_context_read(struct sqlite_storage *s, struct str name, bool create, struct sqlite_context *ret,
                        struct error *err)
{
    const struct sqlite_context *known = find(s, name);
    if (known) {
        *ret = *known;
        return 0;
    }
    int outcome = read_row(s, name, ret, err);
    if (outcome == 1 && create)
        outcome = insert_row(s, name, ret, err);
    if (outcome != 0)
        return outcome;
    return add(s, name, ret, err) ? 0 : -1;
}

int sqlite_context_change(struct sqlite_storage *s, struct str name, const struct sqlite_context *context,
                          struct error *err)
{
    struct sqlite_context *known = find(s, name);
    if (!known)
        known = add(s, name, context, err);
    if (!known)
        return -1;
    known->next_schema_id = context->next_schema_id;
    known->is_listed = context->is_listed;
    known->is_changed = true;
    return 0;
}
