#include "sqlite/sqlite_private.h"

#include "vec.h"

int sqlite_context_id(struct sqlite_storage *s, struct str name, bool create, int64_t *ret_id, int64_t *ret_next_id,
                      bool *ret_is_listed, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_READ_CONTEXT, err);
    if (!q)
        return -1;
    bind_text(q, 1, name);
    int outcome = connection_step(&s->connection, q, err);
    if (outcome == 1) {
        *ret_id = sqlite3_column_int64(q, 0);
        *ret_next_id = sqlite3_column_int64(q, 1);
        *ret_is_listed = sqlite3_column_int64(q, 2) != 0;
        sqlite3_reset(q);
        return 0;
    }
    if (outcome < 0 || !create)
        return outcome < 0 ? -1 : 1;
    q = connection_statement(&s->connection, STATEMENT_INSERT_CONTEXT, err);
    if (!q)
        return -1;
    bind_text(q, 1, name);
    bind_number(q, 2, 0);
    if (connection_change(&s->connection, q, err) != 0)
        return -1;
    *ret_id = sqlite3_last_insert_rowid(s->connection.db);
    *ret_next_id = 1;
    *ret_is_listed = false;
    return 0;
}

int sqlite_subject_id(struct sqlite_storage *s, int64_t context_id, struct str name, int64_t *ret_id,
                      int64_t *ret_revision, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_READ_SUBJECT_ID, err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    bind_text(q, 2, name);
    int outcome = connection_step(&s->connection, q, err);
    if (outcome != 1)
        return outcome < 0 ? -1 : 1;
    *ret_id = sqlite3_column_int64(q, 0);
    *ret_revision = sqlite3_column_int64(q, 1);
    sqlite3_reset(q);
    return 0;
}

/* 0 = all there, 1 = outcome set, -1. */
static int check_references(struct sqlite_storage *s, struct storage_change *change, bool may_be_deleted)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        int64_t context_id = 0, next_id = 0, is_deleted = 0;
        bool is_listed;
        int outcome = sqlite_context_id(s, r->context, false, &context_id, &next_id, &is_listed, &change->err);
        if (outcome == 0) {
            sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_IS_VERSION, &change->err);
            if (!q)
                return -1;
            bind_number(q, 1, context_id);
            bind_text(q, 2, r->subject);
            bind_number(q, 3, r->version);
            outcome = connection_number(&s->connection, q, &is_deleted, &change->err);
        }
        if (outcome < 0)
            return -1;
        if (outcome > 0 || (is_deleted && !may_be_deleted)) {
            change->outcome = STORAGE_REFERENCE_MISSING;
            return 1;
        }
    }
    return 0;
}

static int insert_references(struct sqlite_storage *s, struct storage_change *change, int64_t schema_key)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        int64_t context_id, next_id;
        bool is_listed;
        if (sqlite_context_id(s, r->context, false, &context_id, &next_id, &is_listed, &change->err) != 0)
            return -1;
        sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_REFERENCE, &change->err);
        if (!q)
            return -1;
        bind_number(q, 1, context_id);
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

/* Decides the id: asked for, that of equal content in the context, or the next one. 0, 1 = outcome set, -1. */
static int choose_id(struct sqlite_storage *s, struct storage_change *change, int64_t context_id, int64_t next_id,
                     int32_t *ret_id, bool *ret_is_new)
{
    int64_t found = 0;
    sqlite3_stmt *q;
    if (change->reg.schema_id >= 0) {
        *ret_id = change->reg.schema_id;
        q = connection_statement(&s->connection, STATEMENT_GUID_OF_ID, &change->err);
        if (!q)
            return -1;
        bind_number(q, 1, SCHEMA_KEY(context_id, *ret_id));
        int outcome = connection_step(&s->connection, q, &change->err);
        if (outcome < 0)
            return -1;
        *ret_is_new = outcome == 0;
        bool is_same = outcome == 1 && sqlite3_column_bytes(q, 0) == STORAGE_KEY_BYTES &&
                       memcmp(sqlite3_column_blob(q, 0), change->reg.schema.guid, STORAGE_KEY_BYTES) == 0;
        sqlite3_reset(q);
        if (outcome == 1 && !is_same) {
            change->outcome = STORAGE_ID_TAKEN;
            change->schema_id = *ret_id;
            return 1;
        }
        return 0;
    }
    q = connection_statement(&s->connection, STATEMENT_ID_OF_GUID, &change->err);
    if (!q)
        return -1;
    bind_bytes(q, 1, change->reg.schema.guid, STORAGE_KEY_BYTES);
    bind_number(q, 2, SCHEMA_KEY(context_id, 0));
    int outcome = connection_number(&s->connection, q, &found, &change->err);
    *ret_is_new = outcome == 1;
    *ret_id = (int32_t)(outcome == 0 ? found : next_id);
    if (outcome == 1 && next_id > INT32_MAX)
        return error_raise(&change->err, STORE, STR("all schema ids of the context are used up"));
    return outcome < 0 ? -1 : 0;
}

/* Older soft-deleted versions of the subject with the same content give way to the new one, unless referred to. */
static int replace_deleted(struct sqlite_storage *s, struct storage_change *change, int64_t context_id,
                           int64_t subject_id, int64_t schema_key)
{
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
        if (referenced == 0 && old.items[i] != change->version)
            referenced = sqlite_remove_version(s, subject_id, old.items[i], &change->err);
        outcome = referenced < 0 ? -1 : 0;
    }
    return outcome;
}

static int insert_version(struct sqlite_storage *s, struct storage_change *change, int64_t subject_id,
                          int64_t schema_key)
{
    uint64_t hashes[2];
    memcpy(&hashes[0], change->reg.schema.equal_key, sizeof hashes[0]);
    memcpy(&hashes[1], change->reg.schema.normal_key, sizeof hashes[1]);
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_INSERT_VERSION, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    bind_number(q, 2, change->version);
    bind_number(q, 3, schema_key);
    bind_number(q, 4, (int64_t)hashes[0]);
    bind_number(q, 5, (int64_t)hashes[1]);
    bind_number(q, 6, change->now_ms);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    s->totals.versions++;
    return 0;
}

/* Makes the subject, or gives it its new revision. */
static int touch_subject(struct sqlite_storage *s, struct storage_change *change, int64_t context_id, bool is_new,
                         int64_t *subject_id)
{
    sqlite3_stmt *q =
        connection_statement(&s->connection, is_new ? STATEMENT_INSERT_SUBJECT : STATEMENT_TOUCH_SUBJECT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, is_new ? context_id : *subject_id);
    if (is_new)
        bind_text(q, 2, change->subject);
    bind_number(q, is_new ? 3 : 2, ++s->totals.revision);
    if (connection_change(&s->connection, q, &change->err) != 0)
        return -1;
    if (is_new) {
        *subject_id = sqlite3_last_insert_rowid(s->connection.db);
        s->totals.subjects++;
    }
    return 0;
}

static int next_version(struct sqlite_storage *s, struct storage_change *change, int64_t subject_id)
{
    int64_t highest = 0;
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_HIGHEST_VERSION, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, subject_id);
    if (connection_number(&s->connection, q, &highest, &change->err) < 0)
        return -1;
    if (highest == INT32_MAX)
        return error_raise(&change->err, STORE, STR("all version numbers of the subject are used up"));
    change->version = (int32_t)highest + 1;
    return 0;
}

/* Writes the ids that have moved: the counter of the context, its place in the list. */
static int write_context(struct sqlite_storage *s, struct storage_change *change, int64_t context_id, int64_t next_id,
                         bool is_listed)
{
    sqlite3_stmt *q;
    if (change->schema_id >= next_id) {
        q = connection_statement(&s->connection, STATEMENT_WRITE_NEXT_ID, &change->err);
        if (!q)
            return -1;
        bind_number(q, 1, context_id);
        bind_number(q, 2, (int64_t)change->schema_id + 1);
        if (connection_change(&s->connection, q, &change->err) != 0)
            return -1;
    }
    if (is_listed)
        return 0;
    change->is_context_new = true;
    q = connection_statement(&s->connection, STATEMENT_LIST_CONTEXT, &change->err);
    if (!q)
        return -1;
    bind_number(q, 1, context_id);
    return connection_change(&s->connection, q, &change->err);
}

/* What a registration has found out about where it goes. */
struct place {
    int64_t context_id, next_id, subject_id, schema_key;
    bool is_listed, is_new_subject, is_new_schema;
};

/* 0 = *ret is filled, 1 = outcome set, -1. */
static int find_place(struct sqlite_storage *s, struct storage_change *change, struct place *ret)
{
    int64_t revision = 0;
    if (sqlite_context_id(s, change->context, true, &ret->context_id, &ret->next_id, &ret->is_listed, &change->err) !=
        0)
        return -1;
    int subject = sqlite_subject_id(s, ret->context_id, change->subject, &ret->subject_id, &revision, &change->err);
    if (subject < 0)
        return -1;
    ret->is_new_subject = subject == 1;
    if ((ret->is_new_subject ? 0 : revision) != change->expected_subject_revision) {
        change->outcome = STORAGE_STALE;
        return 1;
    }
    int outcome = choose_id(s, change, ret->context_id, ret->next_id, &change->schema_id, &ret->is_new_schema);
    if (outcome == 0) /* content that is known already was checked when it came */
        outcome = check_references(s, change, change->reg.may_reference_deleted || !ret->is_new_schema);
    ret->schema_key = SCHEMA_KEY(ret->context_id, change->schema_id);
    return outcome;
}

static int apply_register(struct sqlite_storage *s, struct storage_change *change)
{
    struct place p = {0};
    int64_t replaced_key = 0;
    int outcome = find_place(s, change, &p);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    change->version = change->reg.version;
    if (touch_subject(s, change, p.context_id, p.is_new_subject, &p.subject_id) != 0 ||
        (change->version == 0 && next_version(s, change, p.subject_id) != 0) ||
        (p.is_new_schema && insert_schema(s, change, p.schema_key) != 0))
        return -1;
    if (change->reg.may_replace &&
        sqlite_take_version(s, p.subject_id, change->version, &replaced_key, &change->err) < 0)
        return -1;
    change->outcome = STORAGE_DONE;
    if (insert_version(s, change, p.subject_id, p.schema_key) != 0 ||
        (replaced_key && sqlite_drop_schema_if_unused(s, replaced_key, &change->err) != 0) ||
        (!p.is_new_schema && replace_deleted(s, change, p.context_id, p.subject_id, p.schema_key) != 0))
        return -1;
    return write_context(s, change, p.context_id, p.next_id, p.is_listed);
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
