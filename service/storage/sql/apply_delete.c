#include "sql/write.h"

int sql_take_version(struct sql_writer *w, int64_t subject_id, int32_t version, int64_t *ret_schema_key,
                     struct error *err)
{
    struct sql_query *q = sql_query(w->sql, SQL_SCHEMA_OF_VERSION, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, subject_id);
    sql_bind_number(q, 2, version);
    int outcome = sql_number(q, ret_schema_key, err);
    if (outcome != 0)
        return outcome;
    q = sql_query(w->sql, SQL_REMOVE_VERSION, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, subject_id);
    sql_bind_number(q, 2, version);
    if (sql_change(q, err) != 0)
        return -1;
    w->totals.versions--;
    return 0;
}

static int change_by_key(struct sql_writer *w, enum sql_statement id, int64_t key, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, id, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, key);
    return sql_change(q, err);
}

/* The number that a statement answers for a key: 0 = *ret set, 1 = no row, -1. */
static int read_by_key(struct sql_writer *w, enum sql_statement id, int64_t key, int64_t *ret, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, id, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, key);
    return sql_number(q, ret, err);
}

int sql_drop_schema_if_unused(struct sql_writer *w, int64_t schema_key, struct error *err)
{
    int64_t ignored;
    int outcome = read_by_key(w, SQL_IS_SCHEMA_USED, schema_key, &ignored, err);
    if (outcome != 1)
        return outcome;
    if (change_by_key(w, SQL_REMOVE_REFERENCES, schema_key, err) != 0 ||
        change_by_key(w, SQL_REMOVE_SCHEMA, schema_key, err) != 0)
        return -1;
    w->totals.schemas--;
    return 0;
}

int sql_remove_version(struct sql_writer *w, int64_t subject_id, int32_t version, struct error *err)
{
    int64_t schema_key;
    int outcome = sql_take_version(w, subject_id, version, &schema_key, err);
    return outcome == 0 ? sql_drop_schema_if_unused(w, schema_key, err) : outcome;
}

int sql_is_referenced(struct sql_writer *w, int64_t context_id, struct str subject, int32_t version,
                      bool by_deleted_too, int64_t but_not_by, struct error *err)
{
    int64_t ignored;
    struct sql_query *q = sql_query(w->sql, SQL_IS_REFERENCED, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, context_id);
    sql_bind_text(q, 2, subject);
    sql_bind_number(q, 3, version);
    sql_bind_number(q, 4, by_deleted_too);
    sql_bind_number(q, 5, but_not_by);
    int outcome = sql_number(q, &ignored, err);
    return outcome < 0 ? -1 : outcome == 0;
}

static int remove_setting(struct sql_writer *w, int64_t context_id, struct str subject, int kind, struct error *err)
{
    struct sql_query *q = sql_query(w->sql, SQL_REMOVE_SETTING, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, context_id);
    sql_bind_text(q, 2, subject);
    sql_bind_number(q, 3, kind);
    if (sql_change(q, err) != 0)
        return -1;
    if (sql_changed(w->sql) > 0)
        w->totals.settings_revision++;
    return 0;
}

static int remove_subject(struct sql_writer *w, int64_t context_id, struct str name, int64_t subject_id,
                          struct error *err)
{
    if (change_by_key(w, SQL_DELETE_SUBJECT, subject_id, err) != 0)
        return -1;
    w->totals.subjects--;
    w->totals.revision++;
    /* The settings of the empty subject are those of the context and stay. */
    if (name.n == 0)
        return 0;
    return remove_setting(w, context_id, name, 0, err) != 0 || remove_setting(w, context_id, name, 1, err) != 0 ? -1
                                                                                                                : 0;
}

int sql_subject_touch(struct sql_writer *w, int64_t context_id, struct str name, int64_t subject_id, struct error *err)
{
    int64_t highest = 0, latest = 0;
    int outcome = read_by_key(w, SQL_HIGHEST_VERSION, subject_id, &highest, err);
    if (outcome == 1)
        return remove_subject(w, context_id, name, subject_id, err);
    if (outcome < 0 || read_by_key(w, SQL_LATEST_VERSION, subject_id, &latest, err) < 0)
        return -1;
    struct sql_query *q = sql_query(w->sql, SQL_TOUCH_SUBJECT, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, ++w->totals.revision);
    sql_bind_number(q, 2, highest);
    sql_bind_number(q, 3, latest);
    sql_bind_number(q, 4, subject_id);
    return sql_change(q, err);
}

/* 0 = free to go, 1 = outcome set, -1. */
static int check_referrers(struct sql_writer *w, struct storage_change *change, int64_t context_id, int64_t subject_id)
{
    /* Newest first, as the versions are refused. */
    for (size_t i = change->del.version_count; i-- > 0;) {
        int32_t version = change->del.versions[i];
        int outcome = sql_is_referenced(w, context_id, change->subject, version, change->del.permanent,
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

static int delete_version(struct sql_writer *w, struct storage_change *change, int64_t subject_id, int32_t version)
{
    if (change->del.permanent)
        return sql_remove_version(w, subject_id, version, &change->err);
    struct sql_query *q = sql_query(w->sql, SQL_MARK_DELETED, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, subject_id);
    sql_bind_number(q, 2, version);
    return sql_change(q, &change->err);
}

int sql_apply_delete(struct sql_writer *w, struct storage_change *change)
{
    struct sql_context context = {0};
    struct sql_subject subject = {0};
    int outcome = sql_context_read(w, change->context, false, &context, &change->err);
    if (outcome == 0)
        outcome = sql_subject_read(w, context.id, change->subject, &subject, &change->err);
    if (outcome < 0)
        return -1;
    if (subject.id == 0 || subject.revision != change->expected_subject_revision) {
        change->outcome = STORAGE_STALE;
        return 0;
    }
    outcome = check_referrers(w, change, context.id, subject.id);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    for (size_t i = 0; i < change->del.version_count; i++) {
        if (delete_version(w, change, subject.id, change->del.versions[i]) < 0)
            return -1;
    }
    change->outcome = STORAGE_DONE;
    return sql_subject_touch(w, context.id, change->subject, subject.id, &change->err);
}
