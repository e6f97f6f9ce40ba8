#include "sqlite/sqlite_private.h"

#include "vec.h"

/* A subject in the scope of a purge. */
struct purged_subject {
    int64_t subject_id, context_id;
    struct str name, context;
    VEC(int32_t) versions;
};

/* The scope of a setting: one subject, a context, or (from the global context) everything. */
static void bind_scope(sqlite3_stmt *q, const struct storage_change *change, int64_t context_id)
{
    bool is_everything = str_equal(change->context, STR(STORAGE_GLOBAL_CONTEXT)) && change->subject.n == 0;
    bind_number(q, 1, is_everything ? 0 : context_id);
    if (change->subject.n)
        bind_text(q, 2, change->subject);
}

/* Every version of the subject that others refer to forbids the purge. 0, 1 = outcome set, -1. */
static int check_purge(struct sqlite_storage *s, struct storage_change *change, struct purged_subject *subject)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_VERSIONS_OF_SUBJECT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject->subject_id);
    int outcome;
    while ((outcome = connection_step(&s->connection, q, &change->err)) == 1) {
        if (!VEC_PUSH(change->err.arena, &subject->versions, sqlite3_column_int(q, 0)))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = subject->versions.count; i-- > 0 && outcome == 0;) {
        int32_t version = subject->versions.items[i];
        outcome = sqlite_is_referenced(s, subject->context_id, subject->name, version, true, subject->subject_id,
                                       &change->err);
        if (outcome == 1) {
            change->outcome = STORAGE_REFERENCED;
            change->conflict_version = version;
            change->conflict_context = subject->context;
            change->conflict_subject = subject->name;
        }
    }
    return outcome;
}

static int purge_subject(struct sqlite_storage *s, struct storage_change *change, const struct purged_subject *subject)
{
    for (size_t i = subject->versions.count; i-- > 0;) {
        if (sqlite_remove_version(s, subject->subject_id, subject->versions.items[i], &change->err) < 0)
            return -1;
    }
    /* The settings stay: what is being set belongs to this subject too. */
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_DELETE_SUBJECT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject->subject_id);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    s->totals.subjects--;
    s->totals.revision++;
    return 0;
}

/* Removes what is soft-deleted in the scope; nothing active may be there. 0, 1 = outcome set, -1. */
static int purge(struct sqlite_storage *s, struct storage_change *change, int64_t context_id)
{
    int64_t ignored;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_ACTIVE_IN_SCOPE, &change->err);
    if (!q)
        return -1;
    bind_scope(q, change, context_id);
    int outcome = connection_number(&s->connection, q, &ignored, &change->err);
    if (outcome <= 0) {
        change->outcome = STORAGE_SUBJECTS_EXIST;
        return outcome < 0 ? -1 : 1;
    }
    VEC(struct purged_subject) subjects = {0};
    q = connection_statement(&s->connection, STATEMENT_SUBJECTS_IN_SCOPE, &change->err);
    if (!q)
        return -1;
    bind_scope(q, change, context_id);
    while ((outcome = connection_step(&s->connection, q, &change->err)) == 1) {
        struct purged_subject subject = {.subject_id = sqlite3_column_int64(q, 0),
                                         .context_id = sqlite3_column_int64(q, 1),
                                         .name = arena_str(change->err.arena, column_text(q, 2)),
                                         .context = arena_str(change->err.arena, column_text(q, 3))};
        if (!subject.name.p || !subject.context.p || !VEC_PUSH(change->err.arena, &subjects, subject))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = 0; i < subjects.count && outcome == 0; i++)
        outcome = check_purge(s, change, &subjects.items[i]);
    for (size_t i = 0; i < subjects.count && outcome == 0; i++)
        outcome = purge_subject(s, change, &subjects.items[i]);
    return outcome;
}

static int write_value(struct sqlite_storage *s, struct storage_change *change, int64_t context_id, int kind)
{
    bool removes = !change->set.value.p;
    sqlite3_stmt *q = connection_statement(&s->connection, removes ? STATEMENT_REMOVE_SETTING : STATEMENT_WRITE_SETTING,
                                           &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    bind_text(q, 2, change->subject);
    bind_number(q, 3, kind);
    if (!removes)
        bind_text(q, 4, change->set.value);
    return connection_change(&s->connection, q, &change->err);
}

/* The settings of that kind of everything in the scope of a whole context. */
static int remove_recursively(struct sqlite_storage *s, struct storage_change *change, int64_t context_id, int kind)
{
    bool is_everything = str_equal(change->context, STR(STORAGE_GLOBAL_CONTEXT));
    sqlite3_stmt *q = connection_statement(
        &s->connection, is_everything ? STATEMENT_REMOVE_SETTINGS_EVERYWHERE : STATEMENT_REMOVE_SETTINGS_OF_CONTEXT,
        &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, is_everything ? kind : context_id);
    if (!is_everything)
        bind_number(q, 2, kind);
    return connection_change(&s->connection, q, &change->err);
}

int sqlite_apply_setting(struct sqlite_storage *s, struct storage_change *change)
{
    int kind = change->kind == STORAGE_SET_MODE;
    struct sqlite_context context;
    if (sqlite_context_read(s, change->context, true, &context, &change->err) != 0)
        return -1;
    int64_t context_id = context.id;
    if (change->set.purge_deleted) {
        int outcome = purge(s, change, context_id);
        if (outcome != 0)
            return outcome < 0 ? -1 : 0;
    }
    if (write_value(s, change, context_id, kind) != 0)
        return -1;
    if (change->set.recursive && change->subject.n == 0 && remove_recursively(s, change, context_id, kind) != 0)
        return -1;
    s->totals.settings_revision++;
    s->totals.revision++;
    change->outcome = STORAGE_DONE;
    return 0;
}
