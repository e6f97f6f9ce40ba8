#include "sql/write.h"

static struct sql_context *find(struct sql_writer *w, struct str name)
{
    for (size_t i = 0; i < w->context_count; i++) {
        if (str_equal(w->contexts[i].name, name))
            return &w->contexts[i];
    }
    return NULL;
}

void sql_contexts_forget(struct sql_writer *w)
{
    w->context_count = 0;
    arena_reset(w->contexts_arena);
}

static int write_one(struct sql_writer *w, struct sql_context *context, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, SQL_WRITE_CONTEXT, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, context->next_schema_id);
    sql_bind_number(q, 2, context->is_listed);
    sql_bind_number(q, 3, context->id);
    context->is_changed = false;
    return sql_change(q, err);
}

int sql_contexts_flush(struct sql_writer *w, struct error *err)
{
    for (size_t i = 0; i < w->context_count; i++) {
        if (w->contexts[i].is_changed && write_one(w, &w->contexts[i], err) != 0)
            return -1;
    }
    return 0;
}

/* Room for one more; when there is none, all are written and forgotten. NULL with an error. */
static struct sql_context *add(struct sql_writer *w, struct str name, const struct sql_context *context,
                               struct error *err)
{
    if (w->context_count == SQL_CONTEXTS_KEPT) {
        if (sql_contexts_flush(w, err) != 0)
            return NULL;
        sql_contexts_forget(w);
    }
    struct sql_context *added = &w->contexts[w->context_count];
    *added = *context;
    added->name = arena_str(w->contexts_arena, name);
    if (!added->name.p) {
        error_raise(err, INTERNAL);
        return NULL;
    }
    w->context_count++;
    return added;
}

static int read_row(struct sql_writer *w, struct str name, struct sql_context *ret, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, SQL_READ_CONTEXT, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, name);
    int outcome = sql_step(q, err);
    if (outcome != 1)
        return outcome < 0 ? -1 : 1;
    *ret = (struct sql_context){
        .id = sql_column(q, 0), .next_schema_id = sql_column(q, 1), .is_listed = sql_column_int(q, 2) != 0};
    sql_reset(q);
    return 0;
}

static int insert_row(struct sql_writer *w, struct str name, struct sql_context *ret, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, SQL_INSERT_CONTEXT, err);
    if (!q)
        return -1;
    *ret = (struct sql_context){.id = w->totals.next_context_id++, .next_schema_id = 1};
    sql_bind_number(q, 1, ret->id);
    sql_bind_text(q, 2, name);
    return sql_change(q, err);
}

int sql_context_read(struct sql_writer *w, struct str name, bool create, struct sql_context *ret, struct error *err)
{
    const struct sql_context *known = find(w, name);
    if (known) {
        *ret = *known;
        return 0;
    }
    int outcome = read_row(w, name, ret, err);
    if (outcome == 1 && create)
        outcome = insert_row(w, name, ret, err);
    if (outcome != 0)
        return outcome;
    return add(w, name, ret, err) ? 0 : -1;
}

int sql_context_change(struct sql_writer *w, struct str name, const struct sql_context *context, struct error *err)
{
    struct sql_context *known = find(w, name);
    if (!known)
        known = add(w, name, context, err);
    if (!known)
        return -1;
    known->next_schema_id = context->next_schema_id;
    known->is_listed = context->is_listed;
    known->is_changed = true;
    return 0;
}

int sql_context_learn(struct sql_writer *w, struct str name, const struct sql_context *context, struct error *err)
{
    return find(w, name) || add(w, name, context, err) ? 0 : -1;
}

int sql_apply_context(struct sql_writer *w, struct storage_change *change)
{
    struct sql_context context;
    if (sql_context_read(w, change->context, true, &context, &change->err) != 0)
        return -1;
    if (context.next_schema_id <= change->set_context.max_id)
        context.next_schema_id = (int64_t)change->set_context.max_id + 1;
    context.is_listed = change->set_context.is_listed;
    w->totals.revision++;
    change->outcome = STORAGE_DONE;
    return sql_context_change(w, change->context, &context, &change->err);
}
