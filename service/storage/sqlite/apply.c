#include "sqlite/sqlite_private.h"

#include "vec.h"

int sqlite_subject_read(struct sqlite_storage *s, int64_t context_id, struct str name, struct sqlite_subject *ret,
                        struct error *err)
{
    *ret = (struct sqlite_subject){0};
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_READ_SUBJECT_ID, err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    bind_text(q, 2, name);
    int outcome = connection_step(&s->connection, q, err);
    if (outcome != 1)
        return outcome;
    *ret = (struct sqlite_subject){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), sqlite3_column_int(q, 2),
                                   sqlite3_column_int(q, 3)};
    sqlite3_reset(q);
    return 0;
}

/* 0 = all there, 1 = outcome set, -1. */
static int check_references(struct sqlite_storage *s, struct storage_change *change, bool may_be_deleted)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        int64_t is_deleted = 0;
        struct sqlite_context context;
        int outcome = sqlite_context_read(s, r->context, false, &context, &change->err);
        if (outcome == 0) {
            sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_IS_VERSION, &change->err);
            if (!q)
                return -1;
            bind_number(q, 1, context.id);
            bind_text(q, 2, r->subject);
            bind_number(q, 3, r->version);
            outcome = connection_number(&s->connection, q, &is_deleted, &change->err);
        }
        if (outcome < 0)
            return -1;
        if (outcome > 0 || (is_deleted && !may_be_deleted)) {
            change->outcome = STORAGE_REFERENCE_MISSING;
            change->missing_reference = i;
            return 1;
        }
    }
    return 0;
}

static int insert_references(struct sqlite_storage *s, struct storage_change *change, int64_t schema_key)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        struct sqlite_context context;
        if (sqlite_context_read(s, r->context, false, &context, &change->err) != 0)
            return -1;
        sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_REFERENCE, &change->err);
        if (!q)
            return -1;
        bind_number(q, 1, context.id);
        bind_text(q, 2, r->subject);
        bind_number(q, 3, r->version);
        bind_number(q, 4, schema_key);
        if (connection_change(&s->connection, q, &change->err) != 0)
            return -1;
    }
    return 0;
}

static int insert_schema(struct sqlite_storage *s, struct storage_change *change, int64_t schema_key)
{
    const struct stored_schema *schema = &change->reg.schema;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_SCHEMA, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, schema_key);
    bind_bytes(q, 2, schema->guid, STORAGE_KEY_BYTES);
    bind_bytes(q, 3, schema->equal_key, STORAGE_KEY_BYTES);
    bind_bytes(q, 4, schema->normal_key, STORAGE_KEY_BYTES);
    bind_text(q, 5, schema->format);
    bind_text(q, 6, schema->text);
    bind_text(q, 7, schema->references);
    bind_text(q, 8, schema->metadata);
    bind_text(q, 9, schema->rule_set);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    s->totals.schemas++;
    return insert_references(s, change, schema_key);
}

/* What a registration has found out about where it goes. */
struct place {
    struct sqlite_context context;
    struct sqlite_subject subject;
    int64_t schema_key;
    bool is_new_schema;
};

/* The id that was asked for must be free or have this content. 0, 1 = outcome set, -1. */
static int take_id(struct sqlite_storage *s, struct storage_change *change, struct place *p)
{
    change->schema_id = change->reg.schema_id;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_GUID_OF_ID, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, SCHEMA_KEY(p->context.id, change->schema_id));
    int outcome = connection_step(&s->connection, q, &change->err);
    if (outcome < 0)
        return -1;
    p->is_new_schema = outcome == 0;
    bool is_same = outcome == 1 && sqlite3_column_bytes(q, 0) == STORAGE_KEY_BYTES &&
                   memcmp(sqlite3_column_blob(q, 0), change->reg.schema.guid, STORAGE_KEY_BYTES) == 0;
    sqlite3_reset(q);
    if (p->is_new_schema || is_same)
        return 0;
    change->outcome = STORAGE_ID_TAKEN;
    return 1;
}

/* Decides the id: asked for, that of equal content in the context, or the next one. 0, 1 = outcome set, -1. */
static int choose_id(struct sqlite_storage *s, struct storage_change *change, struct place *p)
{
    int64_t found = 0;
    if (change->reg.schema_id >= 0)
        return take_id(s, change, p);
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_ID_OF_GUID, &change->err);
    if (!q)
        return -1;
    bind_bytes(q, 1, change->reg.schema.guid, STORAGE_KEY_BYTES);
    bind_number(q, 2, SCHEMA_KEY(p->context.id, 0));
    int outcome = connection_number(&s->connection, q, &found, &change->err);
    if (outcome < 0)
        return -1;
    p->is_new_schema = outcome == 1;
    if (p->is_new_schema && p->context.next_schema_id > INT32_MAX)
        return error_raise(&change->err, STORE, STR("all schema ids of the context are used up"));
    change->schema_id = (int32_t)(p->is_new_schema ? p->context.next_schema_id : found);
    return 0;
}

/* Older soft-deleted versions of the subject with the same content give way to the new one, unless referred to. */
static int replace_deleted(struct sqlite_storage *s, struct storage_change *change, int64_t context_id,
                           int64_t subject_id, int64_t schema_key)
{
    bool has_removed = false;
    VEC(int32_t) old = {0};
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_OLD_VERSIONS_OF_SCHEMA, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, schema_key);
    bind_number(q, 2, subject_id);
    int outcome;
    while ((outcome = connection_step(&s->connection, q, &change->err)) == 1) {
        if (!VEC_PUSH(change->err.arena, &old, sqlite3_column_int(q, 0)))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = 0; i < old.count && outcome == 0; i++) {
        int referenced = sqlite_is_referenced(s, context_id, change->subject, old.items[i], true, 0, &change->err);
        if (referenced == 0 && old.items[i] != change->version) {
            referenced = sqlite_remove_version(s, subject_id, old.items[i], &change->err);
            has_removed = true;
        }
        outcome = referenced < 0 ? -1 : 0;
    }
    if (outcome == 0 && has_removed) /* one of them may have been the highest */
        outcome = sqlite_subject_touch(s, context_id, change->subject, subject_id, &change->err);
    return outcome;
}

static int insert_version(struct sqlite_storage *s, struct storage_change *change, const struct place *p)
{
    int64_t normal_hash;
    memcpy(&normal_hash, change->reg.schema.normal_key, sizeof normal_hash);
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_VERSION, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, p->subject.id);
    bind_number(q, 2, change->version);
    bind_number(q, 3, p->schema_key);
    bind_number(q, 4, normal_hash);
    bind_number(q, 5, change->now_ms);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    s->totals.versions++;
    return 0;
}

/* The number of the new version: the one asked for, or the next. */
static int choose_version(struct storage_change *change, const struct sqlite_subject *subject)
{
    change->version = change->reg.version;
    if (change->version)
        return 0;
    if (subject->highest_version == INT32_MAX)
        return error_raise(&change->err, STORE, STR("all version numbers of the subject are used up"));
    change->version = subject->highest_version + 1;
    return 0;
}

static int insert_subject(struct sqlite_storage *s, struct storage_change *change, struct place *p)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_SUBJECT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, p->context.id);
    bind_text(q, 2, change->subject);
    bind_number(q, 3, ++s->totals.revision);
    bind_number(q, 4, change->version);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    p->subject.id = sqlite3_last_insert_rowid(s->connection.db);
    s->totals.subjects++;
    return 0;
}

static int update_subject(struct sqlite_storage *s, struct storage_change *change, const struct place *p)
{
    const struct sqlite_subject *subject = &p->subject;
    int32_t version = change->version;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_TOUCH_SUBJECT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject->id);
    bind_number(q, 2, ++s->totals.revision);
    bind_number(q, 3, version > subject->highest_version ? version : subject->highest_version);
    bind_number(q, 4, version > subject->latest_version ? version : subject->latest_version);
    return connection_change(&s->connection, q, &change->err);
}

/* What has moved in the context: its next id, its place in the list. */
static int update_context(struct sqlite_storage *s, struct storage_change *change, struct place *p)
{
    struct sqlite_context *context = &p->context;
    if (context->is_listed && change->schema_id < context->next_schema_id)
        return 0;
    change->is_context_new = !context->is_listed;
    context->is_listed = true;
    if (change->schema_id >= context->next_schema_id)
        context->next_schema_id = (int64_t)change->schema_id + 1;
    return sqlite_context_change(s, change->context, context, &change->err);
}

/* 0 = *ret is filled, 1 = outcome set, -1. */
static int find_place(struct sqlite_storage *s, struct storage_change *change, struct place *ret)
{
    if (sqlite_context_read(s, change->context, true, &ret->context, &change->err) != 0 ||
        sqlite_subject_read(s, ret->context.id, change->subject, &ret->subject, &change->err) != 0)
        return -1;
    if (ret->subject.revision != change->expected_subject_revision) {
        change->outcome = STORAGE_STALE;
        return 1;
    }
    int outcome = choose_id(s, change, ret);
    if (outcome == 0)
        outcome = check_references(s, change, change->reg.may_reference_deleted);
    ret->schema_key = SCHEMA_KEY(ret->context.id, change->schema_id);
    return outcome;
}

/* In the place of a version that may be there. The schema that it had goes when nothing else has it. */
static int write_version(struct sqlite_storage *s, struct storage_change *change, const struct place *p)
{
    int64_t replaced_key = 0;
    if (change->reg.may_replace &&
        sqlite_take_version(s, p->subject.id, change->version, &replaced_key, &change->err) < 0)
        return -1;
    if (insert_version(s, change, p) != 0)
        return -1;
    return replaced_key ? sqlite_drop_schema_if_unused(s, replaced_key, &change->err) : 0;
}

static int apply_register(struct sqlite_storage *s, struct storage_change *change)
{
    struct place p = {0};
    int outcome = find_place(s, change, &p);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    change->outcome = STORAGE_DONE;
    if (choose_version(change, &p.subject) != 0 ||
        (p.subject.id ? update_subject(s, change, &p) : insert_subject(s, change, &p)) != 0 ||
        (p.is_new_schema && insert_schema(s, change, p.schema_key) != 0) || write_version(s, change, &p) != 0)
        return -1;
    if (!p.is_new_schema && replace_deleted(s, change, p.context.id, p.subject.id, p.schema_key) != 0)
        return -1;
    change->subject_revision = s->totals.revision;
    return update_context(s, change, &p);
}

int sqlite_apply(struct sqlite_storage *s, struct storage_change *change)
{
    if (change->expected_settings_revision != s->totals.settings_revision) {
        change->outcome = STORAGE_STALE;
        return 0;
    }
    switch (change->kind) {
    case STORAGE_REGISTER:
        return apply_register(s, change);
    case STORAGE_DELETE_VERSIONS:
        return sqlite_apply_delete(s, change);
    case STORAGE_SET_CONFIG:
    case STORAGE_SET_MODE:
        break;
    }
    return sqlite_apply_setting(s, change);
}
