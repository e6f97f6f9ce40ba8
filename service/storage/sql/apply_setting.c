#include "sql/write.h"

#include "vec.h"

/* A subject in the scope of a purge. */
struct purged_subject {
    int64_t subject_id, context_id;
    struct str name, context;
    VEC(int32_t) versions;
};

/* The scope of a setting: one subject, a context, or (from the global context) everything. */
static void bind_scope(struct sql_query *q, const struct storage_change *change, int64_t context_id)
{
    bool is_everything = str_equal(change->context, STR(STORAGE_GLOBAL_CONTEXT)) && change->subject.n == 0;
    sql_bind_number(q, 1, is_everything ? 0 : context_id);
    if (change->subject.n)
        sql_bind_text(q, 2, change->subject);
}

/* Every version of the subject that others refer to forbids the purge. 0, 1 = outcome set, -1. */
static int check_purge(struct sql_writer *w, struct storage_change *change, struct purged_subject *subject)
{
    struct sql_query *q = sql_query(w->sql, SQL_VERSIONS_OF_SUBJECT, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, subject->subject_id);
    int outcome;
    while ((outcome = sql_step(q, &change->err)) == 1) {
        if (!VEC_PUSH(change->err.arena, &subject->versions, sql_column_int(q, 0)))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = subject->versions.count; i-- > 0 && outcome == 0;) {
        int32_t version = subject->versions.items[i];
        outcome =
            sql_is_referenced(w, subject->context_id, subject->name, version, true, subject->subject_id, &change->err);
        if (outcome == 1) {
            change->outcome = STORAGE_REFERENCED;
            change->conflict_version = version;
            change->conflict_context = subject->context;
            change->conflict_subject = subject->name;
        }
    }
    return outcome;
}

static int purge_subject(struct sql_writer *w, struct storage_change *change, const struct purged_subject *subject)
{
    for (size_t i = subject->versions.count; i-- > 0;) {
        if (sql_remove_version(w, subject->subject_id, subject->versions.items[i], &change->err) < 0)
            return -1;
    }
    /* The settings stay: what is being set belongs to this subject too. */
    struct sql_query *q = sql_query(w->sql, SQL_DELETE_SUBJECT, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, subject->subject_id);
    if (sql_change(q, &change->err) != 0)
        return -1;
    w->totals.subjects--;
    w->totals.revision++;
    return 0;
}

/* Removes what is soft-deleted in the scope; nothing active may be there. 0, 1 = outcome set, -1. */
static int purge(struct sql_writer *w, struct storage_change *change, int64_t context_id)
{
    int64_t ignored;
    struct sql_query *q = sql_query(w->sql, SQL_ACTIVE_IN_SCOPE, &change->err);
    if (!q)
        return -1;
    bind_scope(q, change, context_id);
    int outcome = sql_number(q, &ignored, &change->err);
    if (outcome <= 0) {
        change->outcome = STORAGE_SUBJECTS_EXIST;
        return outcome < 0 ? -1 : 1;
    }
    VEC(struct purged_subject) subjects = {0};
    q = sql_query(w->sql, SQL_SUBJECTS_IN_SCOPE, &change->err);
    if (!q)
        return -1;
    bind_scope(q, change, context_id);
    while ((outcome = sql_step(q, &change->err)) == 1) {
        struct purged_subject subject = {.subject_id = sql_column(q, 0),
                                         .context_id = sql_column(q, 1),
                                         .name = arena_str(change->err.arena, sql_column_bytes(q, 2)),
                                         .context = arena_str(change->err.arena, sql_column_bytes(q, 3))};
        if (!subject.name.p || !subject.context.p || !VEC_PUSH(change->err.arena, &subjects, subject))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = 0; i < subjects.count && outcome == 0; i++)
        outcome = check_purge(w, change, &subjects.items[i]);
    for (size_t i = 0; i < subjects.count && outcome == 0; i++)
        outcome = purge_subject(w, change, &subjects.items[i]);
    return outcome;
}

static int write_value(struct sql_writer *w, struct storage_change *change, int64_t context_id, int kind)
{
    bool removes = !change->set.value.p;
    struct sql_query *q = sql_query(w->sql, removes ? SQL_REMOVE_SETTING : SQL_WRITE_SETTING, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, context_id);
    sql_bind_text(q, 2, change->subject);
    sql_bind_number(q, 3, kind);
    if (!removes)
        sql_bind_text(q, 4, change->set.value);
    return sql_change(q, &change->err);
}

/* The settings of that kind of everything in the scope of a whole context. */
static int remove_recursively(struct sql_writer *w, struct storage_change *change, int64_t context_id, int kind)
{
    bool is_everything = str_equal(change->context, STR(STORAGE_GLOBAL_CONTEXT));
    struct sql_query *q = sql_query(
        w->sql, is_everything ? SQL_REMOVE_SETTINGS_EVERYWHERE : SQL_REMOVE_SETTINGS_OF_CONTEXT, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, is_everything ? kind : context_id);
    if (!is_everything)
        sql_bind_number(q, 2, kind);
    return sql_change(q, &change->err);
}

int sql_apply_setting(struct sql_writer *w, struct storage_change *change)
{
    int kind = change->kind == STORAGE_SET_MODE;
    struct sql_context context;
    if (sql_context_read(w, change->context, true, &context, &change->err) != 0)
        return -1;
    int64_t context_id = context.id;
    if (change->set.purge_deleted) {
        int outcome = purge(w, change, context_id);
        if (outcome != 0)
            return outcome < 0 ? -1 : 0;
    }
    if (write_value(w, change, context_id, kind) != 0)
        return -1;
    if (change->set.recursive && change->subject.n == 0 && remove_recursively(w, change, context_id, kind) != 0)
        return -1;
    w->totals.settings_revision++;
    w->totals.revision++;
    change->outcome = STORAGE_DONE;
    return 0;
}
