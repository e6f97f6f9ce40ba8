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
                            struct stored_subject *state, struct core_removed *removed)
{
    if (core_settings_read(call, subject, settings) != 0 || core_mode_allows_writes(call, subject, settings) != 0 ||
        core_subject_state(call, subject, state) != 0)
        return -1;
    *removed = (struct core_removed){ARENA_ARRAY(call->arena, state->count + 1, int32_t), 0};
    return removed->versions ? 0 : error_raise(call->err, INTERNAL);
}

static size_t count_active(const struct stored_subject *state)
{
    size_t count = 0;
    for (size_t i = 0; i < state->count; i++)
        count += !state->entries[i].is_deleted;
    return count;
}

int core_delete_subject(struct core_call *call, const struct core_subject *subject, bool permanent,
                        struct core_removed *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    if (read_for_removal(call, subject, &settings, &state, ret) != 0)
        return -1;
    struct str text = core_subject_text(call->arena, subject->context, subject->name);
    size_t active = count_active(&state);
    if (state.count == 0)
        return error_raise(call->err, SUBJECT_NOT_FOUND, text);
    if (permanent && active)
        return error_raise(call->err, SUBJECT_NOT_SOFT_DELETED, text);
    if (!permanent && active == 0)
        return error_raise(call->err, SUBJECT_SOFT_DELETED, text);
    for (size_t i = 0; i < state.count; i++) {
        if (permanent || !state.entries[i].is_deleted)
            ret->versions[ret->count++] = state.entries[i].version;
    }
    plan(call, subject, &state, &settings, ret, permanent, true);
    return CORE_WAITS;
}

int core_delete_version(struct core_call *call, const struct core_subject *subject, int32_t version, bool permanent,
                        struct core_removed *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    if (read_for_removal(call, subject, &settings, &state, ret) != 0)
        return -1;
    struct str text = core_subject_text(call->arena, subject->context, subject->name);
    if (state.count == 0 || (count_active(&state) == 0 && version == STORAGE_LATEST && !permanent))
        return error_raise(call->err, SUBJECT_NOT_FOUND, text);
    const struct stored_entry *found = NULL;
    for (size_t i = state.count; i-- > 0 && !found;) {
        const struct stored_entry *entry = &state.entries[i];
        if (version == STORAGE_LATEST ? !entry->is_deleted : entry->version == version)
            found = entry;
    }
    if (!found)
        return error_raise(call->err, VERSION_NOT_FOUND, STR_INT(version));
    if (!permanent && found->is_deleted)
        return error_raise(call->err, VERSION_SOFT_DELETED, text, STR_INT(found->version));
    if (permanent && !found->is_deleted)
        return error_raise(call->err, VERSION_NOT_SOFT_DELETED, text, STR_INT(found->version));
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
    return error_raise_parts(call->err, change->err.id ? change->err.id : ERROR_STORE, &change->err.text, 1);
}
