#include "core.h"

#include "clock.h"

int core_new(struct arena *arena, struct storage *storage, struct stamps *stamps, const struct core_options *options,
             struct core **ret)
{
    struct core *core = ARENA_NEW(arena, struct core);
    bool remembers = options->schema_cache_bytes > 0;
    if (!core || stamped_cache_new(stamps, options->schema_cache_bytes, &core->schemas) != 0)
        return -1;
    if (stamped_cache_new(stamps, remembers ? CORE_SETTINGS_CACHE_BYTES : 0, &core->settings) != 0 ||
        stamped_cache_new(stamps, remembers ? CORE_HEADS_CACHE_BYTES : 0, &core->heads) != 0) {
        core_free(core);
        return -1;
    }
    core->storage = storage;
    core->stamps = stamps;
    core->options = *options;
    *ret = core;
    return 0;
}

void core_free(struct core *core)
{
    if (!core)
        return;
    stamped_cache_free(core->schemas);
    stamped_cache_free(core->settings);
    stamped_cache_free(core->heads);
}

void core_call_init(struct core_call *call, struct core *core, struct arena *arena, struct error *err)
{
    *call = (struct core_call){.core = core, .arena = arena, .err = err};
    stamp_set_begin(core->stamps, &call->stamps);
}

struct storage_snapshot *core_call_snapshot(struct core_call *call)
{
    if (!call->snapshot)
        call->core->storage->ops->snapshot_open(call->core->storage, &call->snapshot, call->err);
    return call->snapshot;
}

bool core_call_may_remember(const struct core_call *call)
{
    return call->attempts <= 1 && !call->stamps.is_spoiled;
}

bool core_call_is_torn(const struct core_call *call)
{
    return call->has_remembered && !stamp_set_holds(call->core->stamps, &call->stamps);
}

int core_text_failed(struct core_call *call)
{
    return arena_failed(call->arena) ? error_raise(call->err, INTERNAL) : error_raise(call->err, SCHEMA_TOO_LARGE);
}

void core_call_end(struct core_call *call)
{
    if (call->snapshot)
        call->core->storage->ops->snapshot_close(call->snapshot);
    call->snapshot = NULL;
    call->has_remembered = false;
    stamp_set_begin(call->core->stamps, &call->stamps);
}

/* What rests on it counts no more. The epoch of the stamp of its subject. */
static uint64_t outdate(struct core *core, const struct storage_event *event)
{
    bool is_setting = event->kind == STORAGE_SET_CONFIG || event->kind == STORAGE_SET_MODE;
    if (is_setting || event->permanent)
        stamps_bump(core->stamps, stamp_of_settings(event->context, event->subject));
    if (event->sweeping || event->is_anything)
        stamps_bump_all(core->stamps); /* any subject may have changed */
    uint64_t epoch = stamps_bump(core->stamps, stamp_of_subject(event->context, event->subject));
    if (event->kind == STORAGE_REGISTER && event->schema_id)
        stamps_bump(core->stamps, stamp_of_id(event->context, event->schema_id));
    stamps_bump(core->stamps, stamp_of_anything());
    return epoch;
}

static bool is_sweeping(const struct storage_change *change)
{
    return change->kind == STORAGE_SET_MODE && (change->set.purge_deleted || change->set.recursive);
}

void core_call_submits(struct core_call *call)
{
    const struct storage_change *change = &call->change;
    bool is_setting = change->kind == STORAGE_SET_CONFIG || change->kind == STORAGE_SET_MODE;
    struct stamp_change *moves = &call->under_way;
    *moves = (struct stamp_change){.is_everything = is_sweeping(change)};
    stamp_change_add(moves, stamp_of_subject(change->context, change->subject));
    stamp_change_add(moves, stamp_of_anything());
    if (is_setting || (change->kind == STORAGE_DELETE_VERSIONS && change->del.permanent))
        stamp_change_add(moves, stamp_of_settings(change->context, change->subject));
    if (change->kind == STORAGE_REGISTER && change->reg.schema_id >= 0)
        stamp_change_add(moves, stamp_of_id(change->context, change->reg.schema_id));
    stamps_begin_change(call->core->stamps, moves);
}

void core_change_seen(void *core, const struct storage_event *event)
{
    outdate(core, event);
}

static void note_committed(struct core_call *call)
{
    struct core *core = call->core;
    const struct storage_change *change = &call->change;
    struct storage_event event = {.kind = change->kind,
                                  .context = change->context,
                                  .subject = change->subject,
                                  .schema_id = change->is_schema_new ? 0 : change->schema_id,
                                  .permanent = change->kind == STORAGE_DELETE_VERSIONS && change->del.permanent,
                                  .sweeping = is_sweeping(change)};
    call->committed_epoch = outdate(core, &event);
    if (change->kind == STORAGE_REGISTER)
        atomic_fetch_add(&core->registered, 1);
    else if (change->kind == STORAGE_DELETE_VERSIONS)
        atomic_fetch_add(&core->deleted, change->del.version_count);
}

void core_call_committed(struct core_call *call)
{
    if (call->change.outcome == STORAGE_DONE)
        note_committed(call);
    stamps_end_change(call->core->stamps, &call->under_way);
}
