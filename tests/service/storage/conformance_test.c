/* What every back end of storage.h must do; run against the embedded store. */
#include "buf.h"
#include "fixture.h"

#include "clock.h"

static struct fixture fixture;

static void set_up(void)
{
    fixture_init(&fixture);
}

static void tear_down(void)
{
    fixture_deinit(&fixture);
}

static struct storage_snapshot *open_snapshot(void)
{
    struct storage_snapshot *s = NULL;
    struct error err = ERROR_INIT(fixture.arena);
    ck_assert_int_eq(fixture.storage->ops->snapshot_open(fixture.storage, &s, &err), 0);
    return s;
}

static struct stored_subject subject_of(const char *name)
{
    struct stored_subject state;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_subject(s, STR("."), str_of(name), &state, &err), 0);
    s->storage->ops->snapshot_close(s);
    return state;
}

static struct stored_entries entries_of(const char *name)
{
    struct stored_entries entries = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_entries(s, fixture.arena, STR("."), str_of(name), &entries, &err), 0);
    s->storage->ops->snapshot_close(s);
    return entries;
}

static struct stored_settings settings_of(const char *name)
{
    struct stored_settings settings;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_settings(s, fixture.arena, STR("."), str_of(name), &settings, &err), 0);
    s->storage->ops->snapshot_close(s);
    return settings;
}

/* A registration of the content number `content` in a subject, as things stand. */
static struct storage_change registration(const char *subject, int content)
{
    struct storage_change change = {.kind = STORAGE_REGISTER,
                                    .context = STR("."),
                                    .subject = str_of(subject),
                                    .expected_subject_revision = subject_of(subject).revision,
                                    .expected_settings_revision = settings_of(subject).revision,
                                    .now_ms = 1000,
                                    .err = ERROR_INIT(fixture.arena)};
    change.reg.schema =
        (struct stored_schema){.format = STR("AVRO"), .text = arena_printf(fixture.arena, "text %d", content)};
    change.reg.schema_id = -1;
    memset(change.reg.schema.guid, content, STORAGE_KEY_BYTES);
    memset(change.reg.schema.equal_key, content, STORAGE_KEY_BYTES);
    memset(change.reg.schema.normal_key, content, STORAGE_KEY_BYTES);
    return change;
}

static struct storage_change removal(const char *subject, const int32_t *versions, size_t count, bool permanent)
{
    struct storage_change change = {.kind = STORAGE_DELETE_VERSIONS,
                                    .context = STR("."),
                                    .subject = str_of(subject),
                                    .expected_subject_revision = subject_of(subject).revision,
                                    .expected_settings_revision = settings_of(subject).revision,
                                    .err = ERROR_INIT(fixture.arena)};
    change.del.versions = versions;
    change.del.version_count = count;
    change.del.permanent = permanent;
    return change;
}

static int32_t register_one(const char *subject, int content)
{
    struct storage_change change = registration(subject, content);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    return change.schema_id;
}

static void remove_one(const char *subject, int32_t version, bool permanent)
{
    struct storage_change change = removal(subject, &version, 1, permanent);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

static int read_id(int32_t id, struct stored_version *ret)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    int outcome = s->storage->ops->read_id(s, fixture.arena, STR("."), id, (struct str){NULL, 0}, ret, &err);
    s->storage->ops->snapshot_close(s);
    return outcome;
}

START_TEST(gives_ids_and_versions)
{
    ck_assert_int_eq(register_one("a", 1), 1);
    ck_assert_int_eq(register_one("a", 2), 2);
    ck_assert_int_eq(register_one("b", 1), 1); /* equal content shares its id */
    ck_assert_int_eq(register_one("b", 3), 3);
    struct stored_entries a = entries_of("a");
    ck_assert_uint_eq(a.count, 2);
    ck_assert_int_eq(a.items[1].version, 2);
    ck_assert_int_eq(a.items[1].schema_id, 2);
    ck_assert(subject_of("a").highest_version == 2 && subject_of("a").latest_version == 2);
    struct stored_version v;
    ck_assert_int_eq(read_id(3, &v), 0);
    ck_assert(str_equal(v.subject, STR("b")) && v.version == 2 && str_equal(v.schema.text, STR("text 3")));
    ck_assert_int_eq(read_id(4, &v), 1);
}
END_TEST

START_TEST(refuses_what_was_decided_on_old_facts)
{
    struct storage_change first = registration("a", 1), second = registration("a", 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &first), STORAGE_DONE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &second), STORAGE_STALE);
    struct storage_change third = registration("a", 2);
    struct storage_change setting = {.kind = STORAGE_SET_CONFIG,
                                     .context = STR("."),
                                     .subject = STR("a"),
                                     .expected_settings_revision = settings_of("a").revision,
                                     .set.value = STR("{}"),
                                     .err = ERROR_INIT(fixture.arena)};
    ck_assert_int_eq(fixture_apply(fixture.storage, &setting), STORAGE_DONE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &third), STORAGE_STALE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &setting), STORAGE_STALE);
    ck_assert_uint_eq(entries_of("a").count, 1);
}
END_TEST

START_TEST(deletes_softly_and_for_good)
{
    struct stored_version v;
    register_one("a", 1);
    register_one("a", 2);
    remove_one("a", 2, false);
    struct stored_entries a = entries_of("a");
    ck_assert(a.count == 2 && a.items[1].is_deleted);
    ck_assert(subject_of("a").highest_version == 2 && subject_of("a").latest_version == 1);
    ck_assert_int_eq(read_id(2, &v), 0);
    ck_assert(v.is_deleted);
    /* Again: the same id, a new version, the old row gone. */
    ck_assert_int_eq(register_one("a", 2), 2);
    a = entries_of("a");
    ck_assert(a.count == 2 && a.items[1].version == 3 && !a.items[1].is_deleted);
    remove_one("a", 3, false);
    remove_one("a", 3, true);
    ck_assert(subject_of("a").highest_version == 1 && subject_of("a").latest_version == 1);
    ck_assert_int_eq(read_id(2, &v), 1);
    ck_assert_int_eq(register_one("a", 4), 3); /* ids are not given twice */
    remove_one("a", 1, false);
    remove_one("a", 2, false);
    int32_t all[] = {1, 2};
    struct storage_change change = removal("a", all, 2, true);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert_int_eq(subject_of("a").revision, 0);
    struct storage_counts counts;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_counts(s, &counts, &err), 0);
    s->storage->ops->snapshot_close(s);
    ck_assert(counts.schemas == 0 && counts.versions == 0 && counts.subjects == 0);
}
END_TEST

START_TEST(protects_what_is_referred_to)
{
    struct storage_reference target = {STR("."), STR("base"), 1};
    register_one("base", 1);
    struct storage_change user = registration("user", 2);
    user.reg.references = &target;
    user.reg.reference_count = 1;
    user.reg.schema.references = STR("[]");
    ck_assert_int_eq(fixture_apply(fixture.storage, &user), STORAGE_DONE);
    int32_t one = 1;
    struct storage_change change = removal("base", &one, 1, false);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    ck_assert_int_eq(change.conflict_version, 1);
    remove_one("user", 1, false);
    remove_one("base", 1, false); /* only an active referrer forbids the soft delete */
    change = removal("base", &one, 1, true);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    struct storage_change late = registration("late", 3);
    late.reg.references = &target;
    late.reg.reference_count = 1;
    ck_assert_int_eq(fixture_apply(fixture.storage, &late), STORAGE_REFERENCE_MISSING);
    remove_one("user", 1, true);
    remove_one("base", 1, true);
}
END_TEST

START_TEST(imports_ids)
{
    struct storage_change change = registration("a", 1);
    change.reg.schema_id = 100;
    change.reg.version = 7;
    change.reg.may_replace = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    change = registration("b", 2);
    change.reg.schema_id = 100;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_ID_TAKEN);
    change = registration("a", 3); /* another content in the place of version 7 */
    change.reg.schema_id = 50;
    change.reg.version = 7;
    change.reg.may_replace = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    struct stored_version v;
    ck_assert_int_eq(read_id(100, &v), 1);
    ck_assert_int_eq(register_one("c", 9), 101);
}
END_TEST

START_TEST(keeps_settings)
{
    struct storage_change change = {
        .kind = STORAGE_SET_MODE, .context = STR("."), .subject = STR("a"), .err = ERROR_INIT(fixture.arena)};
    change.expected_settings_revision = settings_of("a").revision;
    change.set.value = STR("READONLY");
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    change.subject = STR("");
    change.expected_settings_revision = settings_of("a").revision;
    change.set.value = STR("IMPORT");
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    struct stored_settings s = settings_of("a");
    ck_assert(str_equal(s.subject_mode, STR("READONLY")) && str_equal(s.context_mode, STR("IMPORT")) &&
              !s.global_mode.p && !s.subject_config.p);
    change.set = (struct storage_set){.recursive = true};
    change.expected_settings_revision = s.revision;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    s = settings_of("a");
    ck_assert(!s.subject_mode.p && !s.context_mode.p);
}
END_TEST

static void set_config(const char *context, const char *subject, const char *value)
{
    struct storage_change change = {.kind = STORAGE_SET_CONFIG,
                                    .context = str_of(context),
                                    .subject = str_of(subject),
                                    .expected_settings_revision = settings_of("a").revision,
                                    .set.value = str_of(value),
                                    .err = ERROR_INIT(fixture.arena)};
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

START_TEST(lists_configurations)
{
    struct stored_configs found = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_listing listing = {.context = STR("."), .subject_prefix = STR("a")};
    set_config(".", "", "{\"context\":1}"); /* of the whole context: not listed */
    set_config(".", "a1", "{\"one\":1}");
    set_config(".", "b", "{\"two\":2}");
    set_config(".ctx", "a2", "{\"three\":3}");
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->list_configs(s, fixture.arena, &listing, &found, &err), 0);
    ck_assert(found.count == 1 && str_equal(found.items[0].subject, STR("a1")) &&
              str_equal(found.items[0].context, STR(".")) && str_equal(found.items[0].value, STR("{\"one\":1}")));
    found.count = 0;
    listing = (struct storage_listing){.context_prefix = STR(".")};
    ck_assert_int_eq(s->storage->ops->list_configs(s, fixture.arena, &listing, &found, &err), 0);
    ck_assert_uint_eq(found.count, 3);
    s->storage->ops->snapshot_close(s);
}
END_TEST

START_TEST(purges_for_import)
{
    register_one("a", 1);
    struct storage_change change = {
        .kind = STORAGE_SET_MODE, .context = STR("."), .subject = STR("a"), .err = ERROR_INIT(fixture.arena)};
    change.expected_settings_revision = settings_of("a").revision;
    change.set = (struct storage_set){.value = STR("IMPORT"), .purge_deleted = true};
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_SUBJECTS_EXIST);
    remove_one("a", 1, false);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert_int_eq(subject_of("a").revision, 0);
    ck_assert(str_equal(settings_of("a").subject_mode, STR("IMPORT")));
}
END_TEST

static int note_version(void *context, const struct stored_version *v)
{
    struct buf *numbers = context;
    buf_printf(numbers, "%d ", v->version);
    return v->version == 1 ? -1 : 0;
}

START_TEST(finds_versions_by_content)
{
    struct buf numbers;
    struct error err = ERROR_INIT(fixture.arena);
    unsigned char key[STORAGE_KEY_BYTES];
    buf_init(&numbers, fixture.arena, 100);
    register_one("a", 1);
    for (int guid = 2; guid <= 4; guid++) { /* other content, and the same normal form but for version 3 */
        struct storage_change change = registration("a", guid);
        memset(change.reg.schema.normal_key, guid == 3 ? 3 : 2, STORAGE_KEY_BYTES);
        ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    }
    remove_one("a", 4, false);
    struct storage_snapshot *s = open_snapshot();
    const struct storage_ops *ops = s->storage->ops;
    memset(key, 2, sizeof key);
    ck_assert_int_eq(ops->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), 0);
    ck_assert(str_equal(buf_str(&numbers), STR("4 2 ")));
    ck_assert_int_eq(ops->find_versions(s, STR("."), STR("b"), key, note_version, &numbers, &err), 0);
    memset(key, 9, sizeof key);
    ck_assert_int_eq(ops->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), 0);
    ck_assert(str_equal(buf_str(&numbers), STR("4 2 ")));
    memset(key, 1, sizeof key); /* the receiver fails */
    ck_assert_int_eq(ops->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), -1);
    ops->snapshot_close(s);
}
END_TEST

static int count_version(void *context, const struct stored_version *v)
{
    int *count = context;
    ck_assert(v->schema.text.n > 0);
    return ++*count == 2; /* enough */
}

START_TEST(lists)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct stored_uses uses = {0};
    int count = 0;
    register_one("a1", 1);
    register_one("a2", 2);
    register_one("b", 3);
    register_one("b", 4);
    register_one("b", 5);
    remove_one("a2", 1, false);
    struct storage_snapshot *s = open_snapshot();
    struct storage_listing listing = {.context = STR("."), .subject_prefix = STR("a")};
    ck_assert_int_eq(s->storage->ops->list_subjects(s, fixture.arena, &listing, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 1);
    listing.filter = STORAGE_ONLY_DELETED;
    ck_assert_int_eq(s->storage->ops->list_subjects(s, fixture.arena, &listing, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 2);
    ck_assert(str_equal(uses.items[1].subject, STR("a2")));
    ck_assert_int_eq(s->storage->ops->list_versions(s, STR("."), STR("b"), count_version, &count, &err), 0);
    ck_assert_int_eq(count, 2);
    s->storage->ops->snapshot_close(s);
}
END_TEST

START_TEST(survives_a_restart)
{
    register_one("a", 1);
    storage_close(fixture.storage);
    struct error err = ERROR_INIT(fixture.arena);
    struct sqlite_options options = {fixture.folder, 2};
    struct sqlite_migration_state state;
    ck_assert_int_eq(sqlite_storage_migration_state(&options, &state, &err), 0);
    ck_assert_int_eq(state.applied, state.known);
    fixture_open(&fixture);
    struct storage *second;
    ck_assert_int_eq(sqlite_storage_open(&options, true, &second, &err), -1); /* one process at a time */
    ck_assert_int_eq(err.id, ERROR_STORE);
    ck_assert_int_eq(register_one("a", 2), 2);
}
END_TEST

/* Many threads at once: ids and versions without gaps, each given once. */
#define THREADS 8
#define EACH 50

static void *register_many(void *argument)
{
    int first = (int)(intptr_t)argument;
    for (int i = 0; i < EACH; i++) {
        struct storage_change change;
        struct arena *arena = NULL;
        do { /* decided again when another thread was quicker */
            arena_free(arena);
            arena = arena_new(1 << 20);
            struct stored_subject state;
            struct stored_settings settings;
            struct storage_snapshot *s;
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
            int content = first * EACH + i;
            memcpy(change.reg.schema.guid, &content, sizeof content);
        } while (fixture_apply(fixture.storage, &change) == STORAGE_STALE);
        ck_assert_int_eq(change.outcome, STORAGE_DONE);
        arena_free(arena);
    }
    return NULL;
}

START_TEST(orders_concurrent_changes)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, register_many, (void *)(intptr_t)(i + 1));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct stored_entries state = entries_of("shared");
    ck_assert_uint_eq(state.count, THREADS * EACH);
    for (size_t i = 0; i < state.count; i++) {
        ck_assert_int_eq(state.items[i].version, (int32_t)i + 1);
        ck_assert_int_eq(state.items[i].schema_id, (int32_t)i + 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conformance");
    TCase *tests = tcase_create("conformance");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, gives_ids_and_versions);
    tcase_add_test(tests, refuses_what_was_decided_on_old_facts);
    tcase_add_test(tests, deletes_softly_and_for_good);
    tcase_add_test(tests, protects_what_is_referred_to);
    tcase_add_test(tests, imports_ids);
    tcase_add_test(tests, keeps_settings);
    tcase_add_test(tests, lists_configurations);
    tcase_add_test(tests, purges_for_import);
    tcase_add_test(tests, finds_versions_by_content);
    tcase_add_test(tests, lists);
    tcase_add_test(tests, survives_a_restart);
    tcase_add_test(tests, orders_concurrent_changes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
