#include "failing.h"

struct failing_snapshot {
    struct storage_snapshot head;
    struct storage_snapshot *inner;
    struct arena *arena;
};

static bool fails(struct failing *f, struct error *err)
{
    if (f->calls_left < 0 || --f->calls_left > 0)
        return false;
    f->calls_left = -1;
    error_raise(err, STORE, STR("made to fail"));
    return true;
}

#define INNER(s) (((struct failing_snapshot *)(s))->inner)
#define FAILING(s) ((struct failing *)(s)->storage)

static int snapshot_open(struct storage *storage, struct storage_snapshot **ret, struct error *err)
{
    struct failing *f = (struct failing *)storage;
    if (fails(f, err))
        return -1;
    struct arena *arena = arena_new(4096);
    struct failing_snapshot *s = ARENA_NEW(arena, struct failing_snapshot);
    s->arena = arena;
    s->head.storage = storage;
    if (f->inner->ops->snapshot_open(f->inner, &s->inner, err) != 0) {
        arena_free(arena);
        return -1;
    }
    *ret = &s->head;
    return 0;
}

static void snapshot_close(struct storage_snapshot *s)
{
    struct failing_snapshot *own = (struct failing_snapshot *)s;
    own->inner->storage->ops->snapshot_close(own->inner);
    arena_free(own->arena);
}

#define PASS(s, err, name, ...) (fails(FAILING(s), err) ? -1 : INNER(s)->storage->ops->name(INNER(s), __VA_ARGS__))

static int read_subject(struct storage_snapshot *s, struct str c, struct str n, struct stored_subject *r,
                        struct error *err)
{
    return PASS(s, err, read_subject, c, n, r, err);
}

static int read_entries(struct storage_snapshot *s, struct arena *a, struct str c, struct str n,
                        struct stored_entries *r, struct error *err)
{
    return PASS(s, err, read_entries, a, c, n, r, err);
}

static int find_versions(struct storage_snapshot *s, struct str c, struct str n, const unsigned char *k,
                         storage_version_fn f, void *x, struct error *err)
{
    return PASS(s, err, find_versions, c, n, k, f, x, err);
}

static int read_settings(struct storage_snapshot *s, struct arena *a, struct str c, struct str n,
                         struct stored_settings *r, struct error *err)
{
    return PASS(s, err, read_settings, a, c, n, r, err);
}

static int read_version(struct storage_snapshot *s, struct arena *a, struct str c, struct str n, int32_t v, bool d,
                        struct stored_version *r, struct error *err)
{
    return PASS(s, err, read_version, a, c, n, v, d, r, err);
}

static int read_id(struct storage_snapshot *s, struct arena *a, struct str c, int32_t id, struct str n,
                   struct stored_version *r, struct error *err)
{
    return PASS(s, err, read_id, a, c, id, n, r, err);
}

static int read_uses(struct storage_snapshot *s, struct arena *a, struct str c, int32_t id, struct stored_uses *r,
                     struct error *err)
{
    return PASS(s, err, read_uses, a, c, id, r, err);
}

static int read_guid(struct storage_snapshot *s, struct arena *a, const unsigned char *g, struct stored_uses *r,
                     struct error *err)
{
    return PASS(s, err, read_guid, a, g, r, err);
}

static int read_referrers(struct storage_snapshot *s, struct arena *a, struct str c, struct str n, int32_t v,
                          struct stored_uses *r, struct error *err)
{
    return PASS(s, err, read_referrers, a, c, n, v, r, err);
}

static int read_contexts(struct storage_snapshot *s, struct arena *a, struct stored_names *r, struct error *err)
{
    return PASS(s, err, read_contexts, a, r, err);
}

static int read_max_id(struct storage_snapshot *s, struct str c, int32_t *r, struct error *err)
{
    return PASS(s, err, read_max_id, c, r, err);
}

static int list_subjects(struct storage_snapshot *s, struct arena *a, const struct storage_listing *l,
                         struct stored_uses *r, struct error *err)
{
    return PASS(s, err, list_subjects, a, l, r, err);
}

static int list_settings(struct storage_snapshot *s, struct arena *a, const struct storage_listing *l,
                         enum storage_change_kind kind, struct stored_configs *r, struct error *err)
{
    return PASS(s, err, list_settings, a, l, kind, r, err);
}

static int read_references(struct storage_snapshot *s, struct arena *a, struct str c, int32_t id, struct stored_uses *r,
                           struct error *err)
{
    return PASS(s, err, read_references, a, c, id, r, err);
}

static int list_contexts(struct storage_snapshot *s, struct arena *a, struct stored_contexts *r, struct error *err)
{
    return PASS(s, err, list_contexts, a, r, err);
}

static int list_versions(struct storage_snapshot *s, struct str c, struct str n, storage_version_fn e, void *x,
                         struct error *err)
{
    return PASS(s, err, list_versions, c, n, e, x, err);
}

static int read_counts(struct storage_snapshot *s, struct storage_counts *r, struct error *err)
{
    return PASS(s, err, read_counts, r, err);
}

static int ping(struct storage_snapshot *s, struct error *err)
{
    return PASS(s, err, ping, err);
}

static void submit(struct storage *storage, struct storage_change *change)
{
    struct failing *f = (struct failing *)storage;
    if (!fails(f, &change->err)) {
        f->inner->ops->submit(f->inner, change);
        return;
    }
    change->outcome = STORAGE_FAILED;
    change->done(change);
}

static void close_inner(struct storage *storage)
{
    storage_close(((struct failing *)storage)->inner);
}

static const struct storage_ops failing_ops = {
    .name = "failing",
    .close = close_inner,
    .snapshot_open = snapshot_open,
    .snapshot_close = snapshot_close,
    .read_subject = read_subject,
    .read_entries = read_entries,
    .find_versions = find_versions,
    .read_settings = read_settings,
    .read_version = read_version,
    .read_id = read_id,
    .read_uses = read_uses,
    .read_guid = read_guid,
    .read_referrers = read_referrers,
    .read_contexts = read_contexts,
    .read_max_id = read_max_id,
    .list_subjects = list_subjects,
    .list_settings = list_settings,
    .list_contexts = list_contexts,
    .read_references = read_references,
    .list_versions = list_versions,
    .read_counts = read_counts,
    .ping = ping,
    .submit = submit,
};

struct storage *failing_wrap(struct failing *f, struct storage *inner)
{
    *f = (struct failing){.head.ops = &failing_ops, .inner = inner, .calls_left = -1};
    return &f->head;
}

void failing_arm(struct failing *f, long nth_call)
{
    f->calls_left = nth_call;
}
