#include "copy_store.h"

#include "map.h"
#include "vec.h"

#define LISTS_BYTES (4096ul << 20)
#define SUBJECT_BYTES (1024u << 20)
#define REPORT_EVERY 1000

/* Two stores that are compared. */
struct comparison {
    struct copy_job *job;
    struct storage_snapshot *a, *b;
    struct arena *lists, *subject; /* of everything, of one subject */
    struct str difference; /* .p NULL: none so far */
    struct error *err;
};

static const struct storage_listing everything = {.context_prefix = {"", 0}, .filter = STORAGE_ALL};

static const struct storage_ops *ops(const struct storage_snapshot *s)
{
    return s->storage->ops;
}

static void differs(struct comparison *c, const char *what, struct str where)
{
    if (!c->difference.p)
        c->difference = ARENA_JOIN(c->err->arena, str_of(what), where.n ? STR(" of ") : STR_EMPTY, where);
}

/* Also whether both are there. */
static bool same(struct str a, struct str b)
{
    return (a.p == NULL) == (b.p == NULL) && str_equal(a, b);
}

static bool same_schema(const struct stored_schema *a, const struct stored_schema *b)
{
    return memcmp(a->guid, b->guid, STORAGE_KEY_BYTES) == 0 &&
           memcmp(a->equal_key, b->equal_key, STORAGE_KEY_BYTES) == 0 &&
           memcmp(a->normal_key, b->normal_key, STORAGE_KEY_BYTES) == 0 && same(a->format, b->format) &&
           same(a->text, b->text) && same(a->references, b->references) && same(a->metadata, b->metadata) &&
           same(a->rule_set, b->rule_set);
}

struct version_list {
    struct arena *arena;
    VEC(struct stored_version) versions;
};

static int add_version(void *context, const struct stored_version *version)
{
    struct version_list *list = context;
    struct stored_version copy;
    return stored_version_copy(list->arena, version, &copy) == 0 && VEC_PUSH(list->arena, &list->versions, copy) ? 0
                                                                                                                 : -1;
}

static int compare_subject(struct comparison *c, const struct stored_use *s)
{
    struct version_list a = {c->subject, {0}}, b = {c->subject, {0}};
    arena_reset(c->subject);
    if (ops(c->a)->list_versions(c->a, s->context, s->subject, add_version, &a, c->err) != 0 ||
        ops(c->b)->list_versions(c->b, s->context, s->subject, add_version, &b, c->err) != 0)
        return -1;
    bool is_same = a.versions.count == b.versions.count;
    for (size_t i = 0; i < a.versions.count && is_same; i++) {
        const struct stored_version *x = &a.versions.items[i], *y = &b.versions.items[i];
        is_same = x->version == y->version && x->schema_id == y->schema_id && x->is_deleted == y->is_deleted &&
                  x->created_ms == y->created_ms && same_schema(&x->schema, &y->schema);
    }
    if (!is_same)
        differs(c, "the versions", s->subject);
    return 0;
}

static int compare_subjects(struct comparison *c)
{
    struct stored_uses subjects = {0};
    if (ops(c->a)->list_subjects(c->a, c->lists, &everything, &subjects, c->err) != 0)
        return -1;
    c->job->progress.subject_count = subjects.count;
    for (size_t i = 0; i < subjects.count && !c->difference.p; i++) {
        c->job->progress.subjects = i + 1;
        if (compare_subject(c, &subjects.items[i]) != 0)
            return -1;
        if (c->job->report && i % REPORT_EVERY == 0)
            c->job->report(&c->job->progress, true);
    }
    return 0;
}

static int compare_contexts(struct comparison *c)
{
    struct stored_contexts a = {0}, b = {0};
    if (ops(c->a)->list_contexts(c->a, c->lists, &a, c->err) != 0 ||
        ops(c->b)->list_contexts(c->b, c->lists, &b, c->err) != 0)
        return -1;
    if (a.count != b.count)
        differs(c, "the number of contexts", STR_EMPTY);
    for (size_t i = 0; i < a.count && !c->difference.p; i++) {
        const struct stored_context *x = &a.items[i], *y = &b.items[i];
        struct stored_settings p, q;
        if (!str_equal(x->name, y->name) || x->max_id != y->max_id || x->is_listed != y->is_listed)
            differs(c, "the context", x->name);
        if (ops(c->a)->read_settings(c->a, c->lists, x->name, STR_EMPTY, &p, c->err) != 0 ||
            ops(c->b)->read_settings(c->b, c->lists, x->name, STR_EMPTY, &q, c->err) != 0)
            return -1;
        if (!same(p.context_config, q.context_config) || !same(p.context_mode, q.context_mode))
            differs(c, "the settings", x->name);
    }
    return 0;
}

/* Settings by context and subject, which is how both are asked for them. */
static const struct stored_config *find(const struct map *map, struct arena *arena, const struct stored_config *one)
{
    return map_get(map, ARENA_JOIN(arena, one->context, STR(":"), one->subject));
}

static int compare_settings(struct comparison *c, enum storage_change_kind kind)
{
    struct stored_configs a = {0}, b = {0};
    struct map known;
    if (ops(c->a)->list_settings(c->a, c->lists, &everything, kind, &a, c->err) != 0 ||
        ops(c->b)->list_settings(c->b, c->lists, &everything, kind, &b, c->err) != 0)
        return -1;
    if (a.count != b.count)
        differs(c, "the number of settings", STR_EMPTY);
    map_init(&known, c->lists);
    for (size_t i = 0; i < b.count; i++) {
        struct str key = ARENA_JOIN(c->lists, b.items[i].context, STR(":"), b.items[i].subject);
        if (!key.p || map_put(&known, key, &b.items[i]) < 0)
            return error_raise(c->err, INTERNAL);
    }
    for (size_t i = 0; i < a.count && !c->difference.p; i++) {
        const struct stored_config *other = find(&known, c->lists, &a.items[i]);
        if (!other || !same(other->value, a.items[i].value))
            differs(c, "a setting", a.items[i].subject);
    }
    return 0;
}

static int compare_counts(struct comparison *c)
{
    struct storage_counts a, b;
    if (ops(c->a)->read_counts(c->a, &a, c->err) != 0 || ops(c->b)->read_counts(c->b, &b, c->err) != 0)
        return -1;
    if (a.schemas != b.schemas || a.versions != b.versions || a.subjects != b.subjects)
        differs(c, "the number of subjects, versions or schemas", STR_EMPTY);
    return 0;
}

static int compare_all(struct comparison *c)
{
    if (!c->lists || !c->subject)
        return error_raise(c->err, INTERNAL);
    struct storage *from = c->job->from, *to = c->job->to;
    if (from->ops->snapshot_open(from, &c->a, c->err) != 0 || to->ops->snapshot_open(to, &c->b, c->err) != 0)
        return -1;
    if (compare_counts(c) != 0 || compare_contexts(c) != 0 || compare_settings(c, STORAGE_SET_CONFIG) != 0 ||
        compare_settings(c, STORAGE_SET_MODE) != 0)
        return -1;
    return compare_subjects(c);
}

int copy_check(struct copy_job *job, struct str *ret_difference, struct error *err)
{
    struct comparison c = {
        .job = job, .lists = arena_new(LISTS_BYTES), .subject = arena_new(SUBJECT_BYTES), .err = err};
    int outcome = compare_all(&c);
    if (c.a)
        job->from->ops->snapshot_close(c.a);
    if (c.b)
        job->to->ops->snapshot_close(c.b);
    arena_free(c.lists);
    arena_free(c.subject);
    if (outcome != 0)
        return -1;
    *ret_difference = c.difference;
    return c.difference.p != NULL;
}
