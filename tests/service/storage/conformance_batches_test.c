/* What every back end of storage.h must do with changes that come together: each succeeds or fails alone, in order. */
#include "conformance.h"
#include "pending.h"

static struct hold hold; /* outlives the store's thread */

#define BATCH 8

/* Submits the changes while the store's thread stands still, and waits for all of them. */
static void apply_together(struct pending *pending, const struct storage_change *changes, size_t count)
{
    hold_begin(&hold, fixture.storage);
    for (size_t i = 0; i < count; i++)
        pending_submit(&pending[i], fixture.storage, changes[i]);
    hold_end(&hold);
    for (size_t i = 0; i < count; i++)
        pending_wait(&pending[i]);
}

static void free_all(struct pending *pending, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pending_free(&pending[i]);
}

static struct storage_change import_in(const char *context, const char *subject, int content, int32_t id,
                                       int32_t version)
{
    struct storage_change change = registration_in(context, subject, content);
    change.reg.schema_id = id;
    change.reg.version = version;
    change.reg.may_replace = version > 0;
    return change;
}

#define IDS_USED_UP "Error in the backend data store: all schema ids of the context are used up"
#define VERSIONS_USED_UP "Error in the backend data store: all version numbers of the subject are used up"

START_TEST(fails_when_numbers_are_used_up)
{
    ck_assert_int_eq(apply(import("a", 1, INT32_MAX, INT32_MAX)), STORAGE_DONE);
    ck_assert_int_eq(max_id_of("."), INT32_MAX);
    struct str before = store_dump(fixture.storage, fixture.arena);
    struct storage_change change = registration("b", 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_FAILED);
    ck_assert_int_eq(change.err.id, ERROR_STORE);
    assert_text(change.err.text, IDS_USED_UP);
    change = import("a", 3, 5, 0);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_FAILED);
    assert_text(change.err.text, VERSIONS_USED_UP);
    change = registration("a", 1);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_FAILED);
    assert_text(change.err.text, VERSIONS_USED_UP);
    ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    ck_assert_uint_eq(atomic_load(&fixture.storage->failures), 3);
    ck_assert_int_eq(register_one("b", 1), INT32_MAX); /* what needs no new number goes on */
    ck_assert_int_eq(register_in(".ctx", "b", 2), 1);
    ck_assert_int_eq(apply(import("b", 2, 7, 0)), STORAGE_DONE);
}
END_TEST

START_TEST(fails_alone)
{
    ck_assert_int_eq(apply(import_in(".full", "x", 1, INT32_MAX, 0)), STORAGE_DONE);
    ck_assert_int_eq(apply(import("last", 1, 1, INT32_MAX)), STORAGE_DONE);
    struct pending pending[5];
    struct storage_change changes[] = {registration("a", 2), registration_in(".full", "y", 3), registration("b", 4),
                                       registration("last", 5), registration_in(".new", "c", 6)};
    apply_together(pending, changes, 5);
    ck_assert_int_eq(pending[0].change.outcome, STORAGE_DONE);
    ck_assert_int_eq(pending[1].change.outcome, STORAGE_FAILED);
    assert_text(pending[1].change.err.text, IDS_USED_UP);
    ck_assert_int_eq(pending[2].change.outcome, STORAGE_DONE);
    ck_assert_int_eq(pending[3].change.outcome, STORAGE_FAILED);
    assert_text(pending[3].change.err.text, VERSIONS_USED_UP);
    ck_assert_int_eq(pending[4].change.outcome, STORAGE_DONE);
    ck_assert(pending[0].change.schema_id == 2 && pending[2].change.schema_id == 3);
    ck_assert(pending[4].change.is_context_new && pending[4].change.schema_id == 1);
    ck_assert(!error_is_set(&pending[0].change.err) && !error_is_set(&pending[4].change.err));
    ck_assert_int_eq(subject_in(".full", "y").revision, 0);
    assert_counts(5, 5, 5);
    free_all(pending, 5);
}
END_TEST

/* What a failed batch had found out about contexts is not believed when its changes are tried again. */
START_TEST(forgets_what_did_not_happen)
{
    ck_assert_int_eq(apply(import("last", 1, 1, INT32_MAX)), STORAGE_DONE);
    struct pending pending[4];
    struct storage_change changes[] = {registration_in(".new", "a", 2), registration_in(".new", "b", 3),
                                       registration("last", 4), registration_in(".new", "c", 2)};
    apply_together(pending, changes, 4);
    ck_assert(pending[0].change.outcome == STORAGE_DONE && pending[1].change.outcome == STORAGE_DONE);
    ck_assert(pending[2].change.outcome == STORAGE_FAILED && pending[3].change.outcome == STORAGE_DONE);
    ck_assert(pending[0].change.is_context_new && !pending[1].change.is_context_new);
    ck_assert(pending[0].change.schema_id == 1 && pending[1].change.schema_id == 2 && pending[3].change.schema_id == 1);
    ck_assert_int_eq(max_id_of(".new"), 2);
    free_all(pending, 4);
    ck_assert_int_eq(register_in(".new", "d", 9), 3);
}
END_TEST

START_TEST(keeps_their_order)
{
    struct storage_reference target = {STR("."), STR("base"), 1};
    int32_t one = 1;
    register_one("base", 1);
    struct pending pending[BATCH];
    struct storage_change changes[BATCH] = {
        registration("a", 2),
        registration("a", 3), /* decided when there was no such subject */
        referring("user", 4, &target, 1),
        removal("base", &one, 1, false), /* is referred to by now */
        registration_in(".ctx", "a", 2),
        import("b", 5, 2, 0), /* the id is taken by now */
        setting(STORAGE_SET_CONFIG, ".", "a", "{}"),
        registration("c", 6), /* decided on other settings */
    };
    static const enum storage_outcome wanted[BATCH] = {STORAGE_DONE, STORAGE_STALE,    STORAGE_DONE, STORAGE_REFERENCED,
                                                       STORAGE_DONE, STORAGE_ID_TAKEN, STORAGE_DONE, STORAGE_STALE};
    apply_together(pending, changes, BATCH);
    for (size_t i = 0; i < BATCH; i++)
        ck_assert_msg(pending[i].change.outcome == wanted[i], "change %zu: %d", i, (int)pending[i].change.outcome);
    assert_counts(4, 4, 4);
    free_all(pending, BATCH);
}
END_TEST

#define MANY 1500

static atomic_ullong observed_commits;

static void observe(void *observer, int64_t nanoseconds)
{
    ck_assert_ptr_eq(observer, &observed_commits);
    ck_assert_int_gt(nanoseconds, 0);
    atomic_fetch_add(&observed_commits, 1);
}

START_TEST(takes_many)
{
    fixture.storage->observer = &observed_commits;
    fixture.storage->observe_commit = observe;
    static struct pending pending[MANY];
    unsigned long long commits = atomic_load(&fixture.storage->commits), done = atomic_load(&fixture.storage->changes);
    struct storage_change model = registration("none", 1);
    hold_begin(&hold, fixture.storage);
    for (int i = 0; i < MANY; i++) {
        struct storage_change change = model;
        change.subject = arena_printf(fixture.arena, "s%d", i);
        memcpy(change.reg.schema.guid, &i, sizeof i);
        pending_submit(&pending[i], fixture.storage, change);
    }
    hold_end(&hold);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(pending_wait(&pending[i]), STORAGE_DONE);
        ck_assert_int_eq(pending[i].change.schema_id, i + 1);
    }
    assert_counts(MANY, MANY, MANY);
    commits = atomic_load(&fixture.storage->commits) - commits;
    ck_assert_uint_lt(commits, MANY / 10); /* written together */
    ck_assert_uint_eq(atomic_load(&fixture.storage->changes) - done, MANY + 1); /* and that which held */
    ck_assert_uint_eq(atomic_load(&observed_commits), commits);
    free_all(pending, MANY);
}
END_TEST

#define CONTEXTS 100

START_TEST(knows_many_contexts)
{
    static struct pending pending[2 * CONTEXTS];
    static struct storage_change changes[2 * CONTEXTS];
    for (int i = 0; i < 2 * CONTEXTS; i++) { /* each comes twice, far apart */
        changes[i] = registration("none", 1 + i / CONTEXTS);
        changes[i].context = arena_printf(fixture.arena, ".c%d", i % CONTEXTS);
        changes[i].subject = i < CONTEXTS ? STR("a") : STR("b");
    }
    apply_together(pending, changes, 2 * CONTEXTS);
    for (int i = 0; i < 2 * CONTEXTS; i++) {
        ck_assert_int_eq(pending[i].change.outcome, STORAGE_DONE);
        ck_assert_int_eq(pending[i].change.schema_id, 1 + i / CONTEXTS);
        ck_assert_int_eq(pending[i].change.is_context_new, i < CONTEXTS);
    }
    free_all(pending, 2 * CONTEXTS);
    for (int i = 0; i < CONTEXTS; i++) {
        char context[16];
        snprintf(context, sizeof context, ".c%d", i);
        ck_assert_int_eq(max_id_of(context), 2);
    }
    assert_counts(2 * CONTEXTS, 2 * CONTEXTS, 2 * CONTEXTS);
}
END_TEST

/* -- threads --------------------------------------------------------------------------------------------------------- */

#define THREADS 8
#define EACH 50

/* One registration of new content, decided again when another thread was quicker. */
static void register_next(struct arena *arena, int content)
{
    struct storage_change change;
    do {
        struct stored_subject state;
        struct stored_settings settings;
        struct storage_snapshot *s;
        arena_reset(arena);
        struct error err = ERROR_INIT(arena);
        ck_assert_int_eq(fixture.storage->ops->snapshot_open(fixture.storage, &s, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_subject(s, STR("."), STR("shared"), &state, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_settings(s, arena, STR("."), STR("shared"), &settings, &err), 0);
        s->storage->ops->snapshot_close(s);
        change = (struct storage_change){.kind = STORAGE_REGISTER,
                                         .context = STR("."),
                                         .subject = STR("shared"),
                                         .expected_subject_revision = state.revision,
                                         .expected_settings_revision = settings.revision,
                                         .err = ERROR_INIT(arena)};
        change.reg.schema = (struct stored_schema){.format = STR("AVRO"), .text = STR("text")};
        change.reg.schema_id = -1;
        memcpy(change.reg.schema.guid, &content, sizeof content);
    } while (fixture_apply(fixture.storage, &change) == STORAGE_STALE);
    ck_assert_int_eq(change.outcome, STORAGE_DONE);
}

static void *register_many(void *argument)
{
    struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < EACH; i++)
        register_next(arena, (int)(intptr_t)argument * EACH + i);
    arena_free(arena);
    return NULL;
}

/* In every snapshot the parts of the store fit together. */
static void *read_whole_states(void *argument)
{
    struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < EACH; i++) {
        struct storage_snapshot *s;
        struct stored_subject state;
        struct stored_entries entries = {0};
        struct storage_counts counts;
        int32_t max_id;
        arena_reset(arena);
        struct error err = ERROR_INIT(arena);
        ck_assert_int_eq(fixture.storage->ops->snapshot_open(fixture.storage, &s, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_entries(s, arena, STR("."), STR("shared"), &entries, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_subject(s, STR("."), STR("shared"), &state, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_counts(s, &counts, &err), 0);
        ck_assert_int_eq(s->storage->ops->read_max_id(s, STR("."), &max_id, &err), 0);
        s->storage->ops->snapshot_close(s);
        ck_assert(state.highest_version == (int32_t)entries.count && max_id == (int32_t)entries.count &&
                  counts.versions == (int64_t)entries.count && counts.schemas == (int64_t)entries.count);
    }
    arena_free(arena);
    return argument;
}

/* Ids and versions without gaps, each given once. */
START_TEST(orders_concurrent_changes)
{
    pthread_t threads[THREADS], readers[2];
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, register_many, (void *)(intptr_t)(i + 1)), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_whole_states, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);
    struct stored_entries state = entries_in(".", "shared");
    ck_assert_uint_eq(state.count, THREADS * EACH);
    for (size_t i = 0; i < state.count; i++) {
        ck_assert_int_eq(state.items[i].version, (int32_t)i + 1);
        ck_assert_int_eq(state.items[i].schema_id, (int32_t)i + 1);
    }
}
END_TEST

static void *close_store(void *argument)
{
    hold_end(argument);
    storage_close(fixture.storage);
    return NULL;
}

START_TEST(does_what_waits_before_it_closes)
{
    static struct pending pending[100];
    pthread_t closer;
    struct storage_change model = registration("none", 1);
    hold_begin(&hold, fixture.storage);
    for (int i = 0; i < 100; i++) {
        struct storage_change change = model;
        change.subject = arena_printf(fixture.arena, "s%d", i);
        pending_submit(&pending[i], fixture.storage, change);
    }
    ck_assert_int_eq(pthread_create(&closer, NULL, close_store, &hold), 0);
    pthread_join(closer, NULL);
    for (int i = 0; i < 100; i++) { /* nobody waits any more */
        ck_assert(pending[i].waiter.is_done);
        ck_assert_int_eq(pending[i].change.outcome, STORAGE_DONE);
    }
    free_all(pending, 100);
    fixture_open(&fixture);
    assert_counts(1, 100, 100);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, fails_when_numbers_are_used_up);
    tcase_add_test(tests, fails_alone);
    tcase_add_test(tests, forgets_what_did_not_happen);
    tcase_add_test(tests, keeps_their_order);
    tcase_add_test(tests, takes_many);
    tcase_add_test(tests, knows_many_contexts);
    tcase_add_test(tests, orders_concurrent_changes);
    tcase_add_test(tests, does_what_waits_before_it_closes);
}

int main(void)
{
    return run_tests("conformance_batches", add);
}
