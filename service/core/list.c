#include "register_private.h"

#include "vec.h"

#include <stdlib.h>

/* What a subjectPrefix means (rest-api 3.3). */
static int listings_of(struct core_call *call, struct str prefix, struct storage_listing *ret, size_t *ret_count)
{
    *ret_count = 1;
    *ret = (struct storage_listing){.context = STR(STORAGE_DEFAULT_CONTEXT), .subject_prefix = prefix};
    if (str_starts(prefix, STR(":*:"))) {
        *ret = (struct storage_listing){.context_prefix = STR_EMPTY, .subject_prefix = str_slice(prefix, 3, prefix.n)};
        return 0;
    }
    if (!str_starts(prefix, STR(":.")))
        return 0;
    struct str rest = str_slice(prefix, 1, prefix.n);
    size_t colon = str_find(rest, ':');
    if (colon == SIZE_MAX)
        *ret = (struct storage_listing){.context_prefix = rest, .subject_prefix = STR_EMPTY};
    else
        *ret = (struct storage_listing){.context = str_slice(rest, 0, colon),
                                        .subject_prefix = str_slice(rest, colon + 1, rest.n)};
    (void)call;
    return 0;
}

struct listed {
    struct str qualified;
    struct stored_use use;
};

static int compare_listed(const void *a, const void *b)
{
    return str_compare_utf16(((const struct listed *)a)->qualified, ((const struct listed *)b)->qualified);
}

/* The subjects that pass, sorted as answers are. */
static int list_sorted(struct core_call *call, struct str prefix, enum storage_filter filter, struct listed **ret,
                       size_t *ret_count)
{
    struct storage_listing listing;
    size_t count;
    struct stored_uses uses = {0};
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot || listings_of(call, prefix, &listing, &count) != 0)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    listing.filter = filter;
    if (snapshot->storage->ops->list_subjects(snapshot, call->arena, &listing, &uses, call->err) != 0)
        return -1;
    *ret = ARENA_ARRAY(call->arena, uses.count + 1, struct listed);
    if (!*ret)
        return error_raise(call->err, INTERNAL);
    for (size_t i = 0; i < uses.count; i++) {
        struct str qualified = core_subject_text(call->arena, uses.items[i].context, uses.items[i].subject);
        if (!qualified.p)
            return error_raise(call->err, INTERNAL);
        (*ret)[i] = (struct listed){qualified, uses.items[i]};
    }
    qsort(*ret, uses.count, sizeof **ret, compare_listed);
    *ret_count = uses.count;
    return 0;
}

int core_list_subjects(struct core_call *call, struct str prefix, enum storage_filter filter, struct stored_names *ret)
{
    struct listed *listed;
    size_t count;
    if (list_sorted(call, prefix, filter, &listed, &count) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!VEC_PUSH(call->arena, ret, listed[i].qualified))
            return error_raise(call->err, INTERNAL);
    }
    return 0;
}

/* Passes on the versions that count, and remembers whether the receiver has had enough. */
struct filter {
    bool with_deleted, is_full;
    storage_version_fn each;
    void *each_context;
};

static int pass_on(void *context, const struct stored_version *version)
{
    struct filter *f = context;
    if (version->is_deleted && !f->with_deleted)
        return 0;
    int answer = f->each(f->each_context, version);
    f->is_full = answer == 1;
    return answer;
}

static int list_newest(struct core_call *call, const struct stored_use *use, struct filter *f)
{
    struct stored_subject state;
    struct stored_version version;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (snapshot->storage->ops->read_subject(snapshot, use->context, use->subject, &state, call->err) != 0)
        return -1;
    int32_t newest = f->with_deleted ? state.highest_version : state.latest_version;
    if (newest == 0)
        return 0;
    if (snapshot->storage->ops->read_version(snapshot, call->arena, use->context, use->subject, newest, true, &version,
                                             call->err) != 0)
        return -1;
    return pass_on(f, &version) < 0 ? -1 : 0;
}

int core_list_schemas(struct core_call *call, struct str prefix, bool with_deleted, bool latest_only,
                      storage_version_fn each, void *each_context)
{
    struct listed *listed;
    size_t count;
    struct filter f = {with_deleted, false, each, each_context};
    if (list_sorted(call, prefix, with_deleted ? STORAGE_ALL : STORAGE_ACTIVE, &listed, &count) != 0)
        return -1;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    for (size_t i = 0; i < count && !f.is_full; i++) {
        const struct stored_use *use = &listed[i].use;
        int outcome = latest_only ? list_newest(call, use, &f)
                                  : snapshot->storage->ops->list_versions(snapshot, use->context, use->subject, pass_on,
                                                                          &f, call->err);
        if (outcome != 0)
            return -1;
    }
    return 0;
}
