#include "sqlite/sqlite_private.h"

int sqlite_take_version(struct sqlite_storage *s, int64_t subject_id, int32_t version, int64_t *ret_schema_key,
                        struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_SCHEMA_OF_VERSION, err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    bind_number(q, 2, version);
    int outcome = connection_number(&s->connection, q, ret_schema_key, err);
    if (outcome != 0)
        return outcome;
    q = connection_statement(&s->connection, STATEMENT_REMOVE_VERSION, err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    bind_number(q, 2, version);
    if (connection_change(&s->connection, q, err) != 0)
        return -1;
    s->totals.versions--;
    return 0;
}

static int change_by_key(struct sqlite_storage *s, enum statement_id id, int64_t key, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, id, err);
    if (!q)
        return -1;
    bind_number(q, 1, key);
    return connection_change(&s->connection, q, err);
}

/* The number that a statement answers for a key: 0 = *ret set, 1 = no row, -1. */
static int read_by_key(struct sqlite_storage *s, enum statement_id id, int64_t key, int64_t *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, id, err);
    if (!q)
        return -1;
    bind_number(q, 1, key);
    return connection_number(&s->connection, q, ret, err);
}

int sqlite_drop_schema_if_unused(struct sqlite_storage *s, int64_t schema_key, struct error *err)
{
    int64_t ignored;
    int outcome = read_by_key(s, STATEMENT_IS_SCHEMA_USED, schema_key, &ignored, err);
    if (outcome != 1)
        return outcome;
    if (change_by_key(s, STATEMENT_REMOVE_REFERENCES, schema_key, err) != 0 ||
        change_by_key(s, STATEMENT_REMOVE_SCHEMA, schema_key, err) != 0)
        return -1;
    s->totals.schemas--;
    return 0;
}

int sqlite_remove_version(struct sqlite_storage *s, int64_t subject_id, int32_t version, struct error *err)
{
    int64_t schema_key;
    int outcome = sqlite_take_version(s, subject_id, version, &schema_key, err);
    return outcome == 0 ? sqlite_drop_schema_if_unused(s, schema_key, err) : outcome;
}

int sqlite_is_referenced(struct sqlite_storage *s, int64_t context_id, struct str subject, int32_t version,
                         bool by_deleted_too, int64_t but_not_by, struct error *err)
{
    int64_t ignored;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_IS_REFERENCED, err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    bind_text(q, 2, subject);
    bind_number(q, 3, version);
    bind_number(q, 4, by_deleted_too);
    bind_number(q, 5, but_not_by);
    int outcome = connection_number(&s->connection, q, &ignored, err);
    return outcome < 0 ? -1 : outcome == 0;
}

static int remove_setting(struct sqlite_storage *s, int64_t context_id, struct str subject, int kind, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_REMOVE_SETTING, err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    bind_text(q, 2, subject);
    bind_number(q, 3, kind);
    if (connection_change(&s->connection, q, err) != 0)
        return -1;
    if (sqlite3_changes(s->connection.db) > 0)
        s->totals.settings_revision++;
    return 0;
}

static int remove_subject(struct sqlite_storage *s, int64_t context_id, struct str name, int64_t subject_id,
                          struct error *err)
{
    if (change_by_key(s, STATEMENT_DELETE_SUBJECT, subject_id, err) != 0)
        return -1;
    s->totals.subjects--;
    s->totals.revision++;
    /* The settings of the empty subject are those of the context and stay. */
    if (name.n == 0)
        return 0;
    return remove_setting(s, context_id, name, 0, err) != 0 || remove_setting(s, context_id, name, 1, err) != 0 ? -1
                                                                                                                : 0;
}

int sqlite_subject_touch(struct sqlite_storage *s, int64_t context_id, struct str name, int64_t subject_id,
                         struct error *err)
{
    int64_t highest = 0, latest = 0;
    int outcome = read_by_key(s, STATEMENT_HIGHEST_VERSION, subject_id, &highest, err);
    if (outcome == 1)
        return remove_subject(s, context_id, name, subject_id, err);
    if (outcome < 0 || read_by_key(s, STATEMENT_LATEST_VERSION, subject_id, &latest, err) < 0)
        return -1;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_TOUCH_SUBJECT, err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    bind_number(q, 2, ++s->totals.revision);
    bind_number(q, 3, highest);
    bind_number(q, 4, latest);
    return connection_change(&s->connection, q, err);
}

/* 0 = free to go, 1 = outcome set, -1. */
static int check_referrers(struct sqlite_storage *s, struct storage_change *change, int64_t context_id,
                           int64_t subject_id)
{
    /* Newest first, as the versions are refused. */
    for (size_t i = change->del.version_count; i-- > 0;) {
        int32_t version = change->del.versions[i];
        int outcome = sqlite_is_referenced(s, context_id, change->subject, version, change->del.permanent,
                                           change->del.whole_subject ? subject_id : 0, &change->err);
        if (outcome < 0)
            return -1;
        if (outcome == 1) {
            change->outcome = STORAGE_REFERENCED;
            change->conflict_version = version;
            return 1;
        }
    }
    return 0;
}

static int delete_version(struct sqlite_storage *s, struct storage_change *change, int64_t subject_id, int32_t version)
{
    if (change->del.permanent)
        return sqlite_remove_version(s, subject_id, version, &change->err);
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_MARK_DELETED, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    bind_number(q, 2, version);
    return connection_change(&s->connection, q, &change->err);
}

int sqlite_apply_delete(struct sqlite_storage *s, struct storage_change *change)
{
    struct sqlite_context context = {0};
    struct sqlite_subject subject = {0};
    int outcome = sqlite_context_read(s, change->context, false, &context, &change->err);
    if (outcome == 0)
        outcome = sqlite_subject_read(s, context.id, change->subject, &subject, &change->err);
    if (outcome < 0)
        return -1;
    if (subject.id == 0 || subject.revision != change->expected_subject_revision) {
        change->outcome = STORAGE_STALE;
        return 0;
    }
    outcome = check_referrers(s, change, context.id, subject.id);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    for (size_t i = 0; i < change->del.version_count; i++) {
        if (delete_version(s, change, subject.id, change->del.versions[i]) < 0)
            return -1;
    }
    change->outcome = STORAGE_DONE;
    return sqlite_subject_touch(s, context.id, change->subject, subject.id, &change->err);
}
