#include "sql/write.h"

/* Names of the contexts that are remembered. */
#define CONTEXTS_MEMORY (64u << 20)

int sql_writer_init(struct sql_writer *w, struct sql *sql, struct arena *arena)
{
    w->sql = sql;
    w->contexts_arena = ARENA_NEW(arena, struct arena);
    if (!w->contexts_arena)
        return -1;
    arena_init(w->contexts_arena, CONTEXTS_MEMORY, NULL, 0);
    return 0;
}

void sql_writer_deinit(struct sql_writer *w)
{
    if (w->contexts_arena)
        arena_deinit(w->contexts_arena);
}

struct sql_totals sql_totals_row(struct sql_query *q)
{
    return (struct sql_totals){.revision = sql_column(q, 0),
                               .settings_revision = sql_column(q, 1),
                               .subjects = sql_column(q, 2),
                               .schemas = sql_column(q, 3),
                               .versions = sql_column(q, 4),
                               .next_subject_id = sql_column(q, 5),
                               .next_context_id = sql_column(q, 6)};
}

int sql_totals_read(struct sql_writer *w, enum sql_statement id, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, id, err);
    int outcome = q ? sql_step(q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    w->totals = sql_totals_row(q);
    sql_reset(q);
    return 0;
}

static int write_totals(struct sql_writer *w, struct error *err)
{
    const struct sql_totals *t = &w->totals;
    const int64_t values[] = {t->revision, t->settings_revision, t->subjects,       t->schemas,
                              t->versions, t->next_subject_id,   t->next_context_id};
    struct sql_query *q = sql_query(w->sql, SQL_WRITE_TOTALS, err);
    if (!q)
        return -1;
    for (int i = 0; i < 7; i++)
        sql_bind_number(q, i + 1, values[i]);
    return sql_change(q, err);
}

int sql_writer_flush(struct sql_writer *w, struct error *err)
{
    return sql_contexts_flush(w, err) != 0 ? -1 : write_totals(w, err);
}

void sql_writer_forget(struct sql_writer *w, const struct sql_totals *before)
{
    w->totals = *before;
    sql_contexts_forget(w);
}
