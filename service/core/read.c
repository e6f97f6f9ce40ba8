#include "candidate_private.h"
#include "register_private.h"

#include "vec.h"

int core_list_contexts(struct core_call *call, struct stored_names *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    return snapshot ? snapshot->storage->ops->read_contexts(snapshot, call->arena, ret, call->err) : -1;
}

/* 0, 1 = no such version, 2 = no such subject. */
static int read_in(struct core_call *call, const struct core_subject *subject, int32_t version, bool with_deleted,
                   struct stored_version *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(subject->context, subject->name));
    int outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name, version,
                                                       with_deleted, ret, call->err);
    if (outcome != 1)
        return outcome;
    struct stored_subject state;
    if (core_subject_state(call, subject, &state) != 0)
        return -1;
    return core_subject_has_any(&state, with_deleted) ? 1 : 2;
}

int core_read_version(struct core_call *call, struct core_subject subject, int32_t version, bool with_deleted,
                      struct stored_version *ret)
{
    int outcome = read_in(call, &subject, version, with_deleted, ret);
    if (outcome <= 0)
        return outcome;
    struct stored_names contexts = {0};
    if (!subject.is_qualified && core_list_contexts(call, &contexts) != 0)
        return -1;
    for (size_t i = 0; i < contexts.count; i++) {
        struct core_subject other = {contexts.items[i], subject.name, true};
        if (str_equal(other.context, STR(STORAGE_DEFAULT_CONTEXT)))
            continue;
        int elsewhere = read_in(call, &other, version, with_deleted, ret);
        if (elsewhere <= 0)
            return elsewhere;
    }
    if (outcome == 1)
        return error_raise(call->err, VERSION_NOT_FOUND, STR_INT(version));
    return error_raise(call->err, SUBJECT_NOT_FOUND, core_subject_text(call->arena, subject.context, subject.name));
}

/* 0, 1 = none. */
static int read_id_in(struct core_call *call, struct str context, int32_t schema_id, struct str subject,
                      struct stored_version *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    int outcome = snapshot->storage->ops->read_id(snapshot, call->arena, context, schema_id, subject, ret, call->err);
    /* That an id is given moves no stamp of its own. */
    stamp_set_note(call->core->stamps, &call->stamps,
                   outcome == 0 ? stamp_of_id(context, schema_id) : stamp_of_anything());
    if (outcome == 0)
        stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(ret->context, ret->subject));
    return outcome;
}

/* An id with a subject without a context: that subject here, the same subject elsewhere, any subject here. */
static int read_id_by_name(struct core_call *call, int32_t schema_id, struct str name, struct stored_version *ret)
{
    struct str here = STR(STORAGE_DEFAULT_CONTEXT);
    int outcome = read_id_in(call, here, schema_id, name, ret);
    if (outcome != 1)
        return outcome;
    struct stored_names contexts = {0};
    if (core_list_contexts(call, &contexts) != 0)
        return -1;
    for (size_t i = 0; i < contexts.count && outcome == 1; i++) {
        if (!str_equal(contexts.items[i], here))
            outcome = read_id_in(call, contexts.items[i], schema_id, name, ret);
    }
    return outcome == 1 ? read_id_in(call, here, schema_id, (struct str){NULL, 0}, ret) : outcome;
}

static int find_id(struct core_call *call, int32_t schema_id, struct str subject_text, struct stored_version *ret)
{
    struct str any = {NULL, 0};
    if (subject_text.n == 0)
        return read_id_in(call, STR(STORAGE_DEFAULT_CONTEXT), schema_id, any, ret);
    struct core_subject subject = core_subject_parse(subject_text);
    if (subject.is_qualified || subject.name.n == 0)
        return read_id_in(call, subject.context, schema_id, subject.name.n ? subject.name : any, ret);
    return read_id_by_name(call, schema_id, subject.name, ret);
}

int core_read_id(struct core_call *call, int32_t schema_id, struct str subject_text, struct stored_version *ret)
{
    int outcome = find_id(call, schema_id, subject_text, ret);
    return outcome == 1 ? error_raise(call->err, SCHEMA_ID_NOT_FOUND, STR_INT(schema_id)) : outcome;
}

int core_read_uses(struct core_call *call, int32_t schema_id, struct str subject_text, bool with_deleted,
                   struct stored_uses *ret)
{
    struct stored_version stored;
    struct stored_uses all = {0};
    int outcome = find_id(call, schema_id, subject_text, &stored);
    if (outcome != 0)
        return outcome < 0 ? -1 : error_raise(call->err, SCHEMA_NOT_FOUND);
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (snapshot->storage->ops->read_uses(snapshot, call->arena, stored.context, schema_id, &all, call->err) != 0)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    for (size_t i = 0; i < all.count; i++) {
        bool is_newest = i + 1 == all.count || !str_equal(all.items[i].subject, all.items[i + 1].subject);
        if (is_newest && (with_deleted || !all.items[i].is_deleted) && !VEC_PUSH(call->arena, ret, all.items[i]))
            return error_raise(call->err, INTERNAL);
    }
    return 0;
}

int core_read_guid_ids(struct core_call *call, struct str guid_text, struct stored_uses *ret)
{
    unsigned char guid[STORAGE_KEY_BYTES];
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    if (!hash_guid_parse(guid_text, guid))
        return 0;
    return snapshot->storage->ops->read_guid(snapshot, call->arena, guid, ret, call->err);
}

int core_read_guid(struct core_call *call, struct str guid_text, struct stored_version *ret)
{
    struct stored_uses uses = {0};
    if (core_read_guid_ids(call, guid_text, &uses) != 0)
        return -1;
    for (size_t i = 0; i < uses.count; i++) {
        struct str any = {NULL, 0};
        int outcome = read_id_in(call, uses.items[i].context, uses.items[i].schema_id, any, ret);
        if (outcome != 1)
            return outcome;
    }
    return error_raise(call->err, SCHEMA_ID_NOT_FOUND, guid_text);
}

int core_list_versions(struct core_call *call, const struct core_subject *subject, enum storage_filter filter,
                       bool negative, struct stored_entries *ret)
{
    struct stored_entries all;
    if (core_subject_entries(call, subject, &all) != 0)
        return -1;
    *ret = (struct stored_entries){.items = all.items}; /* filtered in place */
    size_t active = 0;
    for (size_t i = 0; i < all.count; i++) {
        struct stored_entry entry = all.items[i];
        bool passes = filter == STORAGE_ALL || negative || entry.is_deleted == (filter == STORAGE_ONLY_DELETED);
        active += !entry.is_deleted;
        if (negative && entry.is_deleted)
            entry.version = -entry.version;
        if (passes)
            ret->items[ret->count++] = entry;
    }
    bool exists = filter == STORAGE_ACTIVE ? active > 0 : all.count > 0;
    return exists ? 0
                  : error_raise(call->err, SUBJECT_NOT_FOUND,
                                core_subject_text(call->arena, subject->context, subject->name));
}

int core_read_referrers(struct core_call *call, struct core_subject subject, int32_t version, bool with_deleted,
                        struct stored_uses *ret)
{
    struct stored_version target;
    struct stored_uses all = {0};
    if (core_read_version(call, subject, version, true, &target) != 0)
        return -1;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    if (snapshot->storage->ops->read_referrers(snapshot, call->arena, target.context, target.subject, target.version,
                                               &all, call->err) != 0)
        return -1;
    for (size_t i = 0; i < all.count; i++) {
        const struct stored_use *last = ret->count ? &ret->items[ret->count - 1] : NULL;
        bool is_known =
            last && last->schema_id == all.items[i].schema_id && str_equal(last->context, all.items[i].context);
        if (!is_known && (with_deleted || !all.items[i].is_deleted) && !VEC_PUSH(call->arena, ret, all.items[i]))
            return error_raise(call->err, INTERNAL);
    }
    return 0;
}

int core_read_by_metadata(struct core_call *call, const struct core_subject *subject, const struct str *keys,
                          const struct str *values, size_t count, bool with_deleted, struct stored_version *ret)
{
    struct stored_entries entries;
    if (core_subject_entries(call, subject, &entries) != 0)
        return -1;
    bool exists = false;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    for (size_t i = entries.count; i-- > 0;) {
        if (entries.items[i].is_deleted && !with_deleted)
            continue;
        exists = true;
        int outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name,
                                                           entries.items[i].version, true, ret, call->err);
        if (outcome != 0)
            return -1;
        if (contract_has_properties(call->arena, ret->schema.metadata, keys, values, count))
            return 0;
        if (arena_failed(call->arena))
            return error_raise(call->err, INTERNAL);
    }
    if (exists)
        return error_raise(call->err, SCHEMA_NOT_FOUND);
    return error_raise(call->err, SUBJECT_NOT_FOUND, core_subject_text(call->arena, subject->context, subject->name));
}

int core_read_max_id(struct core_call *call, struct str context, int32_t *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    return snapshot->storage->ops->read_max_id(snapshot, context, ret, call->err);
}
