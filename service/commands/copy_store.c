#include "copy_store.h"

#include "clock.h"
#include "vec.h"

#include <pthread.h>

/* Changes that are under way at once. */
#define CHUNK 1000
/* Memory of a chunk of versions, and of the lists of a store. */
#define CHUNK_BYTES (256u << 20)
#define LISTS_BYTES (4096ul << 20)

/* Changes of a chunk, and how many are not done yet. */
struct chunk {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t waiting;
    struct arena *arena;
    VEC(struct storage_change *) changes;
};

struct copier {
    struct copy_job *job;
    struct storage_snapshot *from; /* one snapshot for everything */
    struct chunk chunk;
    struct arena *lists;
    struct error *err;
};

static const struct storage_ops *ops(const struct storage_snapshot *s)
{
    return s->storage->ops;
}

/* -- changes -------------------------------------------------------------------------------------------------------- */

static void done(struct storage_change *change)
{
    struct chunk *c = change->owner;
    pthread_mutex_lock(&c->lock);
    c->waiting--;
    pthread_cond_signal(&c->done);
    pthread_mutex_unlock(&c->lock);
}

/* A change of the chunk; NULL without memory. */
static struct storage_change *add_change(struct copier *c, enum storage_change_kind kind, struct str context,
                                         struct str subject)
{
    struct storage_change *change = ARENA_NEW(c->chunk.arena, struct storage_change);
    if (!change || !VEC_PUSH(c->chunk.arena, &c->chunk.changes, change)) {
        error_raise(c->err, INTERNAL);
        return NULL;
    }
    *change = (struct storage_change){.kind = kind,
                                      .context = context,
                                      .subject = subject,
                                      .is_copy = true,
                                      .now_ms = clock_wall_ms(),
                                      .owner = &c->chunk,
                                      .done = done,
                                      .err = ERROR_INIT(c->chunk.arena)};
    return change;
}

static int fault(struct copier *c, const struct storage_change *change)
{
    if (change->outcome == STORAGE_FAILED)
        return error_pass(c->err, &change->err);
    return error_raise(c->err, STORE,
                       ARENA_JOIN(c->err->arena, STR("the target holds something else in "), change->context, STR(" "),
                                  change->subject, STR(", version "), STR_INT(change->reg.version)));
}

/* Hands all changes over, in their order, and waits for them. */
static int flush(struct copier *c)
{
    struct chunk *chunk = &c->chunk;
    struct storage *to = c->job->to;
    int outcome = 0;
    chunk->waiting = chunk->changes.count;
    for (size_t i = 0; i < chunk->changes.count; i++)
        to->ops->submit(to, chunk->changes.items[i]);
    pthread_mutex_lock(&chunk->lock);
    while (chunk->waiting)
        pthread_cond_wait(&chunk->done, &chunk->lock);
    pthread_mutex_unlock(&chunk->lock);
    for (size_t i = 0; i < chunk->changes.count && outcome == 0; i++) {
        if (chunk->changes.items[i]->outcome != STORAGE_DONE)
            outcome = fault(c, chunk->changes.items[i]);
    }
    memset(&chunk->changes, 0, sizeof chunk->changes);
    arena_reset(chunk->arena);
    return outcome;
}

static int flush_when_full(struct copier *c)
{
    return c->chunk.changes.count >= CHUNK || c->chunk.arena->used_bytes > CHUNK_BYTES / 2 ? flush(c) : 0;
}

/* -- versions ------------------------------------------------------------------------------------------------------- */

/* The versions of a subject while they are copied. */
struct subject_copy {
    struct copier *c;
    struct stored_entries there; /* in the target already */
    VEC(struct stored_version) versions; /* to be written */
};

static int collect(void *context, const struct stored_version *version)
{
    struct subject_copy *s = context;
    struct stored_version copy;
    for (size_t i = 0; i < s->there.count; i++) {
        if (s->there.items[i].version == version->version)
            return 0;
    }
    if (stored_version_copy(s->c->chunk.arena, version, &copy) != 0)
        return -1;
    return VEC_PUSH(s->c->chunk.arena, &s->versions, copy) ? 0 : -1;
}

static int add_references(struct copier *c, struct storage_change *change)
{
    struct stored_uses uses = {0};
    if (ops(c->from)->read_references(c->from, c->chunk.arena, change->context, change->reg.schema_id, &uses, c->err) !=
        0)
        return -1;
    struct storage_reference *references = ARENA_ARRAY(c->chunk.arena, uses.count + 1, struct storage_reference);
    if (!references)
        return error_raise(c->err, INTERNAL);
    for (size_t i = 0; i < uses.count; i++)
        references[i] = (struct storage_reference){uses.items[i].context, uses.items[i].subject, uses.items[i].version};
    change->reg.references = references;
    change->reg.reference_count = uses.count;
    return 0;
}

static int add_version(struct copier *c, const struct stored_version *v)
{
    struct storage_change *change = add_change(c, STORAGE_REGISTER, v->context, v->subject);
    if (!change)
        return -1;
    change->now_ms = v->created_ms;
    change->reg = (struct storage_register){
        .schema = v->schema, .schema_id = v->schema_id, .version = v->version, .is_deleted = v->is_deleted};
    c->job->progress.versions++;
    return v->schema.references.p ? add_references(c, change) : 0;
}

static int copy_subject(struct copier *c, struct storage_snapshot *to, const struct stored_use *subject)
{
    struct subject_copy s = {.c = c};
    if (ops(to)->read_entries(to, c->chunk.arena, subject->context, subject->subject, &s.there, c->err) != 0 ||
        ops(c->from)->list_versions(c->from, subject->context, subject->subject, collect, &s, c->err) != 0)
        return -1;
    for (size_t i = 0; i < s.versions.count; i++) {
        if (add_version(c, &s.versions.items[i]) != 0)
            return -1;
    }
    return 0;
}

static void report(struct copier *c, bool is_checking)
{
    if (c->job->report)
        c->job->report(&c->job->progress, is_checking);
}

/* A subject after the other; the target is looked at anew for each chunk. */
static int copy_subjects(struct copier *c, const struct stored_uses *subjects)
{
    struct storage *to = c->job->to;
    struct storage_snapshot *snapshot = NULL;
    int outcome = 0;
    for (size_t i = 0; i < subjects->count && outcome == 0; i++) {
        if (!snapshot && to->ops->snapshot_open(to, &snapshot, c->err) != 0)
            return -1;
        outcome = copy_subject(c, snapshot, &subjects->items[i]);
        c->job->progress.subjects++;
        if (c->chunk.changes.count >= CHUNK || c->chunk.arena->used_bytes > CHUNK_BYTES / 2) {
            to->ops->snapshot_close(snapshot);
            snapshot = NULL;
            outcome = outcome == 0 ? flush(c) : outcome;
            report(c, false);
        }
    }
    if (snapshot)
        to->ops->snapshot_close(snapshot);
    return outcome == 0 ? flush(c) : outcome;
}

/* -- contexts and settings ------------------------------------------------------------------------------------------ */

static int copy_contexts(struct copier *c, const struct stored_contexts *contexts)
{
    for (size_t i = 0; i < contexts->count; i++) {
        const struct stored_context *context = &contexts->items[i];
        struct storage_change *change = add_change(c, STORAGE_SET_CONTEXT, context->name, STR_EMPTY);
        if (!change)
            return -1;
        change->set_context = (struct storage_set_context){context->max_id, context->is_listed};
        if (flush_when_full(c) != 0)
            return -1;
    }
    return flush(c);
}

static int set(struct copier *c, enum storage_change_kind kind, struct str context, struct str subject,
               struct str value)
{
    struct storage_change *change = value.p ? add_change(c, kind, context, subject) : NULL;
    if (!value.p)
        return 0;
    if (!change)
        return -1;
    change->set.value = value;
    return flush_when_full(c);
}

static int copy_settings_of_contexts(struct copier *c, const struct stored_contexts *contexts)
{
    for (size_t i = 0; i < contexts->count; i++) {
        struct str name = contexts->items[i].name;
        struct stored_settings settings;
        if (ops(c->from)->read_settings(c->from, c->lists, name, STR_EMPTY, &settings, c->err) != 0 ||
            set(c, STORAGE_SET_CONFIG, name, STR_EMPTY, settings.context_config) != 0 ||
            set(c, STORAGE_SET_MODE, name, STR_EMPTY, settings.context_mode) != 0)
            return -1;
    }
    return flush(c);
}

static const struct storage_listing everything = {.context_prefix = {"", 0}, .filter = STORAGE_ALL};

static int copy_settings_of_subjects(struct copier *c, enum storage_change_kind kind)
{
    struct stored_configs settings = {0};
    if (ops(c->from)->list_settings(c->from, c->lists, &everything, kind, &settings, c->err) != 0)
        return -1;
    for (size_t i = 0; i < settings.count; i++) {
        const struct stored_config *one = &settings.items[i];
        if (set(c, kind, one->context, one->subject, one->value) != 0)
            return -1;
    }
    return flush(c);
}

/* -- the whole ------------------------------------------------------------------------------------------------------ */

static int begin(struct copier *c, struct copy_job *job, struct error *err)
{
    *c = (struct copier){.job = job, .err = err};
    pthread_mutex_init(&c->chunk.lock, NULL);
    pthread_cond_init(&c->chunk.done, NULL);
    c->chunk.arena = arena_new(CHUNK_BYTES);
    c->lists = arena_new(LISTS_BYTES);
    if (!c->chunk.arena || !c->lists)
        return error_raise(err, INTERNAL);
    return job->from->ops->snapshot_open(job->from, &c->from, err);
}

static void end(struct copier *c)
{
    if (c->from)
        c->from->storage->ops->snapshot_close(c->from);
    arena_free(c->chunk.arena);
    arena_free(c->lists);
    pthread_mutex_destroy(&c->chunk.lock);
    pthread_cond_destroy(&c->chunk.done);
}

static int copy_all(struct copier *c)
{
    struct stored_contexts contexts = {0};
    struct stored_uses subjects = {0};
    const struct storage_ops *from = ops(c->from);
    if (from->list_contexts(c->from, c->lists, &contexts, c->err) != 0 ||
        from->list_subjects(c->from, c->lists, &everything, &subjects, c->err) != 0)
        return -1;
    c->job->progress.subject_count = subjects.count;
    if (copy_contexts(c, &contexts) != 0 || copy_subjects(c, &subjects) != 0 ||
        copy_settings_of_contexts(c, &contexts) != 0 || copy_settings_of_subjects(c, STORAGE_SET_CONFIG) != 0)
        return -1;
    return copy_settings_of_subjects(c, STORAGE_SET_MODE);
}

int copy_store(struct copy_job *job, struct error *err)
{
    struct copier c;
    int outcome = begin(&c, job, err) == 0 ? copy_all(&c) : -1;
    end(&c);
    return outcome;
}
