#include "sql/write.h"

#include "vec.h"

int sql_subject_read(struct sql_writer *w, int64_t context_id, struct str name, struct sql_subject *ret,
                     struct error *err)
{
    *ret = (struct sql_subject){0};
    struct sql_query *q = sql_query(w->sql, SQL_READ_SUBJECT_ID, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, context_id);
    sql_bind_text(q, 2, name);
    int outcome = sql_step(q, err);
    if (outcome != 1)
        return outcome;
    *ret = (struct sql_subject){sql_column(q, 0), sql_column(q, 1), sql_column_int(q, 2), sql_column_int(q, 3)};
    sql_reset(q);
    return 0;
}

/* 0 = all there, 1 = outcome set, -1. */
static int check_references(struct sql_writer *w, struct storage_change *change, bool may_be_deleted)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        int64_t is_deleted = 0;
        struct sql_context context;
        int outcome = sql_context_read(w, r->context, false, &context, &change->err);
        if (outcome == 0) {
            struct sql_query *q = sql_query(w->sql, SQL_IS_VERSION, &change->err);
            if (!q)
                return -1;
            sql_bind_number(q, 1, context.id);
            sql_bind_text(q, 2, r->subject);
            sql_bind_number(q, 3, r->version);
            outcome = sql_number(q, &is_deleted, &change->err);
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

static int insert_references(struct sql_writer *w, struct storage_change *change, int64_t schema_key)
{
    for (size_t i = 0; i < change->reg.reference_count; i++) {
        const struct storage_reference *r = &change->reg.references[i];
        struct sql_context context;
        if (sql_context_read(w, r->context, false, &context, &change->err) != 0)
            return -1;
        struct sql_query *q = sql_query(w->sql, SQL_INSERT_REFERENCE, &change->err);
        if (!q)
            return -1;
        sql_bind_number(q, 1, context.id);
        sql_bind_text(q, 2, r->subject);
        sql_bind_number(q, 3, r->version);
        sql_bind_number(q, 4, schema_key);
        if (sql_change(q, &change->err) != 0)
            return -1;
    }
    return 0;
}

void sql_bind_schema(struct sql_query *q, const struct storage_change *change, int64_t schema_key)
{
    const struct stored_schema *schema = &change->reg.schema;
    sql_bind_number(q, 1, schema_key);
    sql_bind_bytes(q, 2, schema->guid, STORAGE_KEY_BYTES);
    sql_bind_bytes(q, 3, schema->equal_key, STORAGE_KEY_BYTES);
    sql_bind_bytes(q, 4, schema->normal_key, STORAGE_KEY_BYTES);
    sql_bind_text(q, 5, schema->format);
    sql_bind_text(q, 6, schema->text);
    sql_bind_text(q, 7, schema->references);
    sql_bind_text(q, 8, schema->metadata);
    sql_bind_text(q, 9, schema->rule_set);
}

static int insert_schema(struct sql_writer *w, struct storage_change *change, int64_t schema_key)
{
    struct sql_query *q = sql_query(w->sql, SQL_INSERT_SCHEMA, &change->err);
    if (!q)
        return -1;
    sql_bind_schema(q, change, schema_key);
    if (sql_change(q, &change->err) != 0)
        return -1;
    w->totals.schemas++;
    return insert_references(w, change, schema_key);
}

/* The id that was asked for must be free or have this content. 0, 1 = outcome set, -1. */
static int take_id(struct sql_writer *w, struct storage_change *change, struct sql_place *p)
{
    change->schema_id = change->reg.schema_id;
    struct sql_query *q = sql_query(w->sql, SQL_GUID_OF_ID, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, SCHEMA_KEY(p->context.id, change->schema_id));
    int outcome = sql_step(q, &change->err);
    if (outcome < 0)
        return -1;
    p->is_new_schema = outcome == 0;
    struct str guid = {(const char *)change->reg.schema.guid, STORAGE_KEY_BYTES};
    bool is_same = outcome == 1 && str_equal(sql_column_bytes(q, 0), guid);
    sql_reset(q);
    if (p->is_new_schema || is_same)
        return 0;
    change->outcome = STORAGE_ID_TAKEN;
    return 1;
}

int sql_choose_id(struct storage_change *change, const struct sql_context *context)
{
    if (context->next_schema_id > INT32_MAX)
        return error_raise(&change->err, STORE, STR("all schema ids of the context are used up"));
    change->schema_id = (int32_t)context->next_schema_id;
    return 0;
}

/* Decides the id: asked for, that of equal content in the context, or the next one. 0, 1 = outcome set, -1. */
static int choose_id(struct sql_writer *w, struct storage_change *change, struct sql_place *p)
{
    int64_t found = 0;
    if (change->reg.schema_id >= 0)
        return take_id(w, change, p);
    struct sql_query *q = sql_query(w->sql, SQL_ID_OF_GUID, &change->err);
    if (!q)
        return -1;
    sql_bind_bytes(q, 1, change->reg.schema.guid, STORAGE_KEY_BYTES);
    sql_bind_number(q, 2, SCHEMA_KEY(p->context.id, 0));
    int outcome = sql_number(q, &found, &change->err);
    if (outcome < 0)
        return -1;
    p->is_new_schema = outcome == 1;
    if (p->is_new_schema)
        return sql_choose_id(change, &p->context);
    change->schema_id = (int32_t)found;
    return 0;
}

/* Older soft-deleted versions of the subject with the same content give way to the new one, unless referred to. */
static int replace_deleted(struct sql_writer *w, struct storage_change *change, int64_t context_id, int64_t subject_id,
                           int64_t schema_key)
{
    bool has_removed = false;
    VEC(int32_t) old = {0};
    struct sql_query *q = sql_query(w->sql, SQL_OLD_VERSIONS_OF_SCHEMA, &change->err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, schema_key);
    sql_bind_number(q, 2, subject_id);
    int outcome;
    while ((outcome = sql_step(q, &change->err)) == 1) {
        if (!VEC_PUSH(change->err.arena, &old, sql_column_int(q, 0)))
            return error_raise(&change->err, INTERNAL);
    }
    for (size_t i = 0; i < old.count && outcome == 0; i++) {
        int referenced = sql_is_referenced(w, context_id, change->subject, old.items[i], true, 0, &change->err);
        if (referenced == 0 && old.items[i] != change->version) {
            referenced = sql_remove_version(w, subject_id, old.items[i], &change->err);
            has_removed = true;
        }
        outcome = referenced < 0 ? -1 : 0;
    }
    if (outcome == 0 && has_removed) /* one of them may have been the highest */
        outcome = sql_subject_touch(w, context_id, change->subject, subject_id, &change->err);
    return outcome;
}

void sql_bind_version(struct sql_query *q, const struct storage_change *change, const struct sql_place *p)
{
    int64_t normal_hash;
    memcpy(&normal_hash, change->reg.schema.normal_key, sizeof normal_hash);
    sql_bind_number(q, 1, p->subject.id);
    sql_bind_number(q, 2, change->version);
    sql_bind_number(q, 3, p->schema_key);
    sql_bind_number(q, 4, change->reg.is_deleted);
    sql_bind_number(q, 5, normal_hash);
    sql_bind_number(q, 6, change->now_ms);
}

static int insert_version(struct sql_writer *w, struct storage_change *change, const struct sql_place *p)
{
    struct sql_query *q = sql_query(w->sql, SQL_INSERT_VERSION, &change->err);
    if (!q)
        return -1;
    sql_bind_version(q, change, p);
    if (sql_change(q, &change->err) != 0)
        return -1;
    w->totals.versions++;
    return 0;
}

int sql_choose_version(struct storage_change *change, const struct sql_subject *subject)
{
    change->version = change->reg.version;
    if (change->version)
        return 0;
    if (subject->highest_version == INT32_MAX)
        return error_raise(&change->err, STORE, STR("all version numbers of the subject are used up"));
    change->version = subject->highest_version + 1;
    return 0;
}

void sql_bind_insert_subject(struct sql_query *q, const struct storage_change *change, const struct sql_place *p,
                             int64_t revision)
{
    sql_bind_number(q, 1, p->subject.id);
    sql_bind_number(q, 2, p->context.id);
    sql_bind_text(q, 3, change->subject);
    sql_bind_number(q, 4, revision);
    sql_bind_number(q, 5, change->version);
    sql_bind_number(q, 6, change->reg.is_deleted ? 0 : change->version);
}

static int insert_subject(struct sql_writer *w, struct storage_change *change, struct sql_place *p)
{
    struct sql_query *q = sql_query(w->sql, SQL_INSERT_SUBJECT, &change->err);
    if (!q)
        return -1;
    p->subject.id = w->totals.next_subject_id++;
    sql_bind_insert_subject(q, change, p, ++w->totals.revision);
    w->totals.subjects++;
    return sql_change(q, &change->err);
}

void sql_bind_touch_subject(struct sql_query *q, const struct storage_change *change, const struct sql_place *p,
                            int64_t revision)
{
    const struct sql_subject *subject = &p->subject;
    int32_t version = change->version;
    bool is_latest = version > subject->latest_version && !change->reg.is_deleted;
    sql_bind_number(q, 1, revision);
    sql_bind_number(q, 2, version > subject->highest_version ? version : subject->highest_version);
    sql_bind_number(q, 3, is_latest ? version : subject->latest_version);
    sql_bind_number(q, 4, subject->id);
}

static int update_subject(struct sql_writer *w, struct storage_change *change, const struct sql_place *p)
{
    struct sql_query *q = sql_query(w->sql, SQL_TOUCH_SUBJECT, &change->err);
    if (!q)
        return -1;
    sql_bind_touch_subject(q, change, p, ++w->totals.revision);
    return sql_change(q, &change->err);
}

int sql_update_context(struct sql_writer *w, struct storage_change *change, struct sql_place *p)
{
    struct sql_context *context = &p->context;
    if (context->is_listed && change->schema_id < context->next_schema_id)
        return 0;
    change->is_context_new = !context->is_listed;
    context->is_listed = true;
    if (change->schema_id >= context->next_schema_id)
        context->next_schema_id = (int64_t)change->schema_id + 1;
    return sql_context_change(w, change->context, context, &change->err);
}

/* 0 = *ret is filled, 1 = outcome set, -1. */
static int find_place(struct sql_writer *w, struct storage_change *change, struct sql_place *ret)
{
    if (sql_context_read(w, change->context, true, &ret->context, &change->err) != 0 ||
        sql_subject_read(w, ret->context.id, change->subject, &ret->subject, &change->err) != 0)
        return -1;
    if (!change->is_copy && ret->subject.revision != change->expected_subject_revision) {
        change->outcome = STORAGE_STALE;
        return 1;
    }
    int outcome = choose_id(w, change, ret);
    if (outcome == 0 && !change->is_copy)
        outcome = check_references(w, change, change->reg.may_reference_deleted);
    ret->schema_key = SCHEMA_KEY(ret->context.id, change->schema_id);
    return outcome;
}

/* In the place of a version that may be there. The schema that it had goes when nothing else has it. */
static int write_version(struct sql_writer *w, struct storage_change *change, const struct sql_place *p)
{
    int64_t replaced_key = 0;
    if (change->reg.may_replace && sql_take_version(w, p->subject.id, change->version, &replaced_key, &change->err) < 0)
        return -1;
    if (insert_version(w, change, p) != 0)
        return -1;
    return replaced_key ? sql_drop_schema_if_unused(w, replaced_key, &change->err) : 0;
}

static int apply_register(struct sql_writer *w, struct storage_change *change)
{
    struct sql_place p = {0};
    int outcome = find_place(w, change, &p);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    change->outcome = STORAGE_DONE;
    change->is_schema_new = p.is_new_schema;
    if (sql_choose_version(change, &p.subject) != 0 ||
        (p.subject.id ? update_subject(w, change, &p) : insert_subject(w, change, &p)) != 0 ||
        (p.is_new_schema && insert_schema(w, change, p.schema_key) != 0) || write_version(w, change, &p) != 0)
        return -1;
    if (!p.is_new_schema && !change->is_copy &&
        replace_deleted(w, change, p.context.id, p.subject.id, p.schema_key) != 0)
        return -1;
    change->subject_revision = w->totals.revision;
    return sql_update_context(w, change, &p);
}

static int apply(struct sql_writer *w, struct storage_change *change)
{
    if (!change->is_copy && change->expected_settings_revision != w->totals.settings_revision) {
        change->outcome = STORAGE_STALE;
        return 0;
    }
    switch (change->kind) {
    case STORAGE_REGISTER:
        return apply_register(w, change);
    case STORAGE_DELETE_VERSIONS:
        return sql_apply_delete(w, change);
    case STORAGE_SET_CONTEXT:
        return sql_apply_context(w, change);
    case STORAGE_SET_CONFIG:
    case STORAGE_SET_MODE:
        break;
    }
    return sql_apply_setting(w, change);
}

int sql_apply(struct sql_writer *w, struct storage_change *change)
{
    int outcome = apply(w, change);
    change->revision = w->totals.revision;
    return outcome;
}
