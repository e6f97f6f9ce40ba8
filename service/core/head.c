#include "candidate_private.h"
#include "register_private.h"

#include "vec.h"

/* Subjects with more versions are read from the store each time: their lists would not be small. */
#define HEAD_VERSIONS_MAX 2048

/* A head in the cache, in one piece of memory. */
struct cached_head {
    struct stamped_value head;
    struct arena *arena; /* holds this struct and all that it points to */
    struct core_head known;
};

static void release_cached(struct stamped_value *value)
{
    arena_free(((struct cached_head *)value)->arena);
}

static void unref(void *value)
{
    stamped_value_unref(value);
}

static struct str key_of(struct arena *arena, const struct core_subject *subject)
{
    return ARENA_JOIN(arena, subject->context, STR(":"), subject->name);
}

/* 0 = *ret is set, for as long as the call's arena lives; 1 = not in memory, -1. */
static int from_memory(struct core_call *call, const struct core_subject *subject, const struct core_head **ret)
{
    struct str key = key_of(call->arena, subject);
    if (!key.p)
        return error_raise(call->err, INTERNAL);
    struct stamped_value *value = core_call_may_remember(call) ? stamped_cache_get(call->core->heads, key) : NULL;
    if (!value)
        return 1;
    call->has_remembered = true;
    *ret = &((struct cached_head *)value)->known;
    return arena_on_reset(call->arena, unref, value) != 0 ? error_raise(call->err, INTERNAL) : 0;
}

/* Reads the versions' hashes; a subject without any, or with too many, has no list. */
static int read_hashes(struct core_call *call, const struct core_subject *subject, struct core_head *head)
{
    struct stored_entries entries;
    head->has_all_hashes = head->state.highest_version <= HEAD_VERSIONS_MAX;
    if (!head->has_all_hashes || head->state.revision == 0)
        return 0;
    if (core_subject_entries(call, subject, &entries) != 0)
        return -1;
    uint64_t *hashes = ARENA_ARRAY(call->arena, entries.count + 1, uint64_t);
    if (!hashes)
        return error_raise(call->err, INTERNAL);
    for (size_t i = 0; i < entries.count; i++)
        hashes[i] = entries.items[i].normal_hash;
    head->hashes = hashes;
    head->hash_count = entries.count;
    return 0;
}

static int read_latest(struct core_call *call, const struct core_subject *subject, struct core_head *head)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (head->state.latest_version == 0)
        return 0;
    int outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name,
                                                       STORAGE_LATEST, false, &head->latest, call->err);
    return outcome == 1 ? error_raise(call->err, STORE, STR("a version has gone while it was read")) : outcome;
}

int core_head_read(struct core_call *call, const struct core_subject *subject, const struct core_head **ret)
{
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(subject->context, subject->name));
    int outcome = from_memory(call, subject, ret);
    if (outcome != 1)
        return outcome;
    struct core_head *head = ARENA_NEW(call->arena, struct core_head);
    if (!head)
        return error_raise(call->err, INTERNAL);
    if (core_subject_state(call, subject, &head->state) != 0 || read_hashes(call, subject, head) != 0 ||
        read_latest(call, subject, head) != 0)
        return -1;
    *ret = head;
    return 0;
}

bool core_head_may_have(const struct core_head *head, const unsigned char *normal_key)
{
    uint64_t hash;
    memcpy(&hash, normal_key, sizeof hash);
    for (size_t i = 0; i < head->hash_count; i++) {
        if (head->hashes[i] == hash)
            return true;
    }
    return !head->has_all_hashes;
}

static struct str copy_text(char **at, struct str text)
{
    struct str copy = {text.p ? *at : NULL, text.n};
    if (text.n)
        memcpy(*at, text.p, text.n);
    *at += text.n;
    return copy;
}

/* What was known and the version that was registered now, in one piece of memory. NULL without memory. */
static struct cached_head *pack(const struct core_head *before, const struct storage_change *change)
{
    const struct stored_schema *s = &change->reg.schema;
    const struct str texts[] = {change->context, change->subject, s->format,  s->text,
                                s->references,   s->metadata,     s->rule_set};
    size_t bytes = sizeof(struct cached_head) + (before->hash_count + 1) * sizeof(uint64_t);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        bytes += texts[i].n;
    struct arena *arena = arena_new(bytes + ARENA_OVERHEAD);
    struct cached_head *cached = arena ? arena_alloc(arena, bytes) : NULL;
    if (!cached) {
        arena_free(arena);
        return NULL;
    }
    uint64_t *hashes = (uint64_t *)(void *)(cached + 1);
    char *at = (char *)(hashes + before->hash_count + 1);
    if (before->hash_count)
        memcpy(hashes, before->hashes, before->hash_count * sizeof *hashes);
    memcpy(&hashes[before->hash_count], s->normal_key, sizeof *hashes);
    cached->arena = arena;
    cached->known = (struct core_head){.has_all_hashes = true, .hashes = hashes, .hash_count = before->hash_count + 1};
    struct stored_version *latest = &cached->known.latest;
    *latest = (struct stored_version){
        .version = change->version, .schema_id = change->schema_id, .created_ms = change->now_ms, .schema = *s};
    struct str *const copies[] = {&latest->context,        &latest->subject,           &latest->schema.format,
                                  &latest->schema.text,    &latest->schema.references, &latest->schema.metadata,
                                  &latest->schema.rule_set};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *copies[i] = copy_text(&at, texts[i]);
    return cached;
}

void core_head_keep(struct core_call *call, const struct core_head *before)
{
    const struct storage_change *change = &call->change;
    struct core_subject subject = {change->context, change->subject, false};
    struct str key = key_of(call->arena, &subject);
    /* Only where the new version is the newest: then nothing else of the subject has changed with it. */
    bool is_next = change->version - 1 == before->state.highest_version && !change->reg.may_replace;
    struct cached_head *cached = key.p && is_next && before->has_all_hashes ? pack(before, change) : NULL;
    if (!cached)
        return;
    cached->known.state = (struct stored_subject){change->subject_revision, change->version, change->version};
    cached->head.release = release_cached;
    atomic_init(&cached->head.references, 1);
    cached->head.stamps.count = 1;
    cached->head.stamps.slots[0] = stamp_of_subject(change->context, change->subject);
    cached->head.stamps.values[0] = call->committed_epoch;
    stamped_cache_put(call->core->heads, key, &cached->head, cached->arena->used_bytes);
    stamped_value_unref(&cached->head);
}
