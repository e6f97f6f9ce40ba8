#include "register_private.h"
#include "settings_private.h"

#include "map.h"
#include "vec.h"

#include <stdlib.h>

/* What a subjectPrefix means. */
static struct storage_listing listing_of(struct str prefix)
{
    if (str_starts(prefix, STR(":*:")))
        return (struct storage_listing){.context_prefix = STR_EMPTY, .subject_prefix = str_slice(prefix, 3, prefix.n)};
    if (!str_starts(prefix, STR(":.")))
        return (struct storage_listing){.context = STR(STORAGE_DEFAULT_CONTEXT), .subject_prefix = prefix};
    struct str rest = str_slice(prefix, 1, prefix.n);
    size_t colon = str_find(rest, ':');
    if (colon == SIZE_MAX)
        return (struct storage_listing){.context_prefix = rest, .subject_prefix = STR_EMPTY};
    return (struct storage_listing){.context = str_slice(rest, 0, colon),
                                    .subject_prefix = str_slice(rest, colon + 1, rest.n)};
}

struct listed {
    struct str qualified;
    struct stored_use use;
    struct stored_names *aliases; /* of the subject; NULL: none were asked for, or it has none */
};

struct listing {
    struct core_call *call;
    struct storage_listing what;
    VEC(struct listed) subjects;
    struct map by_name; /* qualified name -> struct stored_names, when aliases are asked for */
};

static int compare_listed(const void *a, const void *b)
{
    return str_compare_utf16(((const struct listed *)a)->qualified, ((const struct listed *)b)->qualified);
}

static int add_subject(struct listing *l, struct str context, struct str subject)
{
    struct listed one = {.qualified = core_subject_text(l->call->arena, context, subject),
                         .use = {.context = context, .subject = subject}};
    bool is_added = one.qualified.p && VEC_PUSH(l->call->arena, &l->subjects, one);
    return is_added ? 0 : error_raise(l->call->err, INTERNAL);
}

static int read_listing(struct listing *l, struct core_call *call, struct str prefix, enum storage_filter filter)
{
    struct stored_uses uses = {0};
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    *l = (struct listing){.call = call, .what = listing_of(prefix)};
    l->what.filter = filter;
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    if (snapshot->storage->ops->list_subjects(snapshot, call->arena, &l->what, &uses, call->err) != 0)
        return -1;
    for (size_t i = 0; i < uses.count; i++) {
        if (add_subject(l, uses.items[i].context, uses.items[i].subject) != 0)
            return -1;
    }
    return 0;
}

static void sort_listing(struct listing *l)
{
    if (l->subjects.count) /* not NULL then */
        qsort(l->subjects.items, l->subjects.count, sizeof *l->subjects.items, compare_listed);
}

int core_list_subjects(struct core_call *call, struct str prefix, enum storage_filter filter, struct stored_names *ret)
{
    struct listing l;
    if (read_listing(&l, call, prefix, filter) != 0)
        return -1;
    sort_listing(&l);
    for (size_t i = 0; i < l.subjects.count; i++) {
        if (!VEC_PUSH(call->arena, ret, l.subjects.items[i].qualified))
            return error_raise(call->err, INTERNAL);
    }
    return 0;
}

/* -- aliases ------------------------------------------------------------------------------------------------------- */

/* The names of a subject, made when it has none yet. Subjects outside of the prefix that an alias inside of it leads to
 * join the listing. */
static int names_of_target(struct listing *l, const struct core_subject *target, struct stored_names **ret)
{
    struct core_call *call = l->call;
    struct stored_subject state;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    struct str qualified = core_subject_text(call->arena, target->context, target->name);
    *ret = map_get(&l->by_name, qualified);
    if (*ret)
        return 0;
    if (snapshot->storage->ops->read_subject(snapshot, target->context, target->name, &state, call->err) != 0)
        return -1;
    if (!core_subject_has_any(&state, l->what.filter == STORAGE_ALL))
        return 0;
    *ret = ARENA_NEW(call->arena, struct stored_names);
    if (!*ret || map_put(&l->by_name, qualified, *ret) < 0)
        return error_raise(call->err, INTERNAL);
    return add_subject(l, target->context, target->name);
}

static int add_alias(struct listing *l, const struct stored_config *stored)
{
    struct core_call *call = l->call;
    struct core_config config;
    struct stored_names *names;
    if (core_config_read(call, stored->value, &config) != 0)
        return -1;
    if (!config.alias.p)
        return 0;
    struct core_subject target = core_alias_target(stored->context, config.alias);
    if (names_of_target(l, &target, &names) != 0)
        return -1;
    struct str alias = core_subject_text(call->arena, stored->context, stored->subject);
    return !names || VEC_PUSH(call->arena, names, alias) ? 0 : error_raise(call->err, INTERNAL);
}

static int compare_texts(const void *a, const void *b)
{
    return str_compare_utf16(*(const struct str *)a, *(const struct str *)b);
}

static int read_aliases(struct listing *l)
{
    struct core_call *call = l->call;
    struct stored_configs configs = {0};
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    map_init(&l->by_name, call->arena);
    for (size_t i = 0; i < l->subjects.count; i++) {
        struct stored_names *names = ARENA_NEW(call->arena, struct stored_names);
        if (!names || map_put(&l->by_name, l->subjects.items[i].qualified, names) < 0)
            return error_raise(call->err, INTERNAL);
    }
    if (snapshot->storage->ops->list_settings(snapshot, call->arena, &l->what, STORAGE_SET_CONFIG, &configs,
                                              call->err) != 0)
        return -1;
    for (size_t i = 0; i < configs.count; i++) {
        if (add_alias(l, &configs.items[i]) != 0)
            return -1;
    }
    for (size_t i = 0; i < l->subjects.count; i++) {
        struct stored_names *names = map_get(&l->by_name, l->subjects.items[i].qualified);
        if (names && names->count)
            qsort(names->items, names->count, sizeof *names->items, compare_texts);
        l->subjects.items[i].aliases = names && names->count ? names : NULL;
    }
    return 0;
}

/* -- schemas ------------------------------------------------------------------------------------------------------- */

/* Passes on the versions that count, and remembers whether the receiver has had enough. */
struct filter {
    bool with_deleted, is_full;
    const struct stored_names *aliases; /* of the subject at hand */
    core_version_fn each;
    void *each_context;
};

static int pass_on(void *context, const struct stored_version *version)
{
    struct filter *f = context;
    if (version->is_deleted && !f->with_deleted)
        return 0;
    int answer = f->each(f->each_context, version, f->aliases);
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
    return pass_on(f, &version) < 0 ? error_raise(call->err, INTERNAL) : 0;
}

int core_list_schemas(struct core_call *call, const struct core_schema_listing *what, core_version_fn each,
                      void *each_context)
{
    struct listing l;
    struct filter f = {.with_deleted = what->with_deleted, .each = each, .each_context = each_context};
    if (read_listing(&l, call, what->prefix, what->with_deleted ? STORAGE_ALL : STORAGE_ACTIVE) != 0 ||
        (what->with_aliases && read_aliases(&l) != 0))
        return -1;
    sort_listing(&l);
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    for (size_t i = 0; i < l.subjects.count && !f.is_full; i++) {
        const struct stored_use *use = &l.subjects.items[i].use;
        f.aliases = l.subjects.items[i].aliases;
        int outcome = what->latest_only ? list_newest(call, use, &f)
                                        : snapshot->storage->ops->list_versions(snapshot, use->context, use->subject,
                                                                                pass_on, &f, call->err);
        if (outcome != 0)
            return -1;
    }
    return 0;
}
