#include "register_private.h"

static void plan(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
                 const struct core_settings *settings, const struct core_removed *removed, bool permanent, bool whole)
{
    call->change = (struct storage_change){.kind = STORAGE_DELETE_VERSIONS,
                                           .context = subject->context,
                                           .subject = subject->name,
                                           .expected_subject_revision = state->revision,
                                           .expected_settings_revision = settings->revision,
                                           .err = ERROR_INIT(call->arena)};
    call->change.del.versions = removed->versions;
    call->change.del.version_count = removed->count;
    call->change.del.permanent = permanent;
    call->change.del.whole_subject = whole;
}

static int read_for_removal(struct core_call *call, const struct core_subject *subject, struct core_settings *settings,
                            struct stored_subject *state, struct stored_entries *entries, struct core_removed *removed)
{
    if (core_settings_read(call, subject, settings) != 0 || core_subject_state(call, subject, state) != 0 ||
        core_subject_entries(call, subject, entries) != 0)
        return -1;
    *removed = (struct core_removed){ARENA_ARRAY(call->arena, entries->count + 1, int32_t), 0};
    return removed->versions ? 0 : error_raise(call->err, INTERNAL);
}

/* A permanent delete of what is not soft-deleted: that it is referred to weighs more. version 0: the whole subject. */
static int refuse_active(struct core_call *call, const struct core_subject *subject,
                         const struct stored_entries *entries, int32_t version)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    struct str text = core_subject_text(call->arena, subject->context, subject->name);
    for (size_t i = entries->count; i-- > 0;) {
        struct stored_uses uses = {0};
        int32_t one = entries->items[i].version;
        if (version && version != one)
            continue;
        if (snapshot->storage->ops->read_referrers(snapshot, call->arena, subject->context, subject->name, one, &uses,
                                                   call->err) != 0)
            return -1;
        for (size_t u = 0; u < uses.count; u++) {
            bool is_own =
                str_equal(uses.items[u].subject, subject->name) && str_equal(uses.items[u].context, subject->context);
            if (version || !is_own)
                return error_raise(call->err, REFERENCE_EXISTS, text, STR_INT(one));
        }
    }
    return version ? error_raise(call->err, VERSION_NOT_SOFT_DELETED, text, STR_INT(version))
                   : error_raise(call->err, SUBJECT_NOT_SOFT_DELETED, text);
}

int core_delete_subject(struct core_call *call, const struct core_subject *subject, bool permanent,
                        struct core_removed *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    struct stored_entries entries;
    if (read_for_removal(call, subject, &settings, &state, &entries, ret) != 0)
        return -1;
    struct str text = core_subject_text(call->arena, subject->context, subject->name);
    if (state.revision == 0)
        return error_raise(call->err, SUBJECT_NOT_FOUND, text);
    if (core_mode_allows_writes(call, subject, &settings) != 0)
        return -1;
    if (permanent && state.latest_version)
        return refuse_active(call, subject, &entries, 0);
    if (!permanent && state.latest_version == 0)
        return error_raise(call->err, SUBJECT_SOFT_DELETED, text);
    for (size_t i = 0; i < entries.count; i++) {
        if (permanent || !entries.items[i].is_deleted)
            ret->versions[ret->count++] = entries.items[i].version;
    }
    plan(call, subject, &state, &settings, ret, permanent, true);
    return CORE_WAITS;
}

int core_delete_version(struct core_call *call, const struct core_subject *subject, int32_t version, bool permanent,
                        struct core_removed *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    struct stored_entries entries;
    if (read_for_removal(call, subject, &settings, &state, &entries, ret) != 0)
        return -1;
    struct str text = core_subject_text(call->arena, subject->context, subject->name);
    if (state.revision == 0)
        return error_raise(call->err, SUBJECT_NOT_FOUND, text);
    const struct stored_entry *found = NULL;
    for (size_t i = entries.count; i-- > 0 && !found;) {
        const struct stored_entry *entry = &entries.items[i];
        if (version == STORAGE_LATEST ? !entry->is_deleted : entry->version == version)
            found = entry;
    }
    if (!found)
        return error_raise(call->err, VERSION_NOT_FOUND, STR_INT(version));
    if (core_mode_allows_writes(call, subject, &settings) != 0)
        return -1;
    if (!permanent && found->is_deleted)
        return error_raise(call->err, VERSION_SOFT_DELETED, text, STR_INT(found->version));
    if (permanent && !found->is_deleted)
        return refuse_active(call, subject, &entries, found->version);
    ret->versions[ret->count++] = found->version;
    plan(call, subject, &state, &settings, ret, permanent, false);
    return CORE_WAITS;
}

int core_delete_finish(struct core_call *call, const struct core_subject *subject)
{
    const struct storage_change *change = &call->change;
    switch (change->outcome) {
    case STORAGE_DONE:
        return CORE_DONE;
    case STORAGE_STALE:
        return CORE_AGAIN;
    case STORAGE_REFERENCED:
        return error_raise(call->err, REFERENCE_EXISTS, core_subject_text(call->arena, subject->context, subject->name),
                           STR_INT(change->conflict_version));
    case STORAGE_ID_TAKEN:
    case STORAGE_REFERENCE_MISSING:
    case STORAGE_SUBJECTS_EXIST:
    case STORAGE_FAILED:
        break;
    }
    return error_pass(call->err, &change->err);
}
