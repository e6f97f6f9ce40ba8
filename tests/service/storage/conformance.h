/* Questions and changes for the tests of what every back end of storage.h must do. Free of any back end but for the
 * fixture. */
#pragma once

#include "buf.h"
#include "dump.h"
#include "fixture.h"

static struct fixture fixture;

static inline void set_up(void)
{
    fixture_init(&fixture);
}

static inline void tear_down(void)
{
    fixture_deinit(&fixture);
}

static inline struct storage_snapshot *open_snapshot(void)
{
    struct storage_snapshot *s = NULL;
    struct error err = ERROR_INIT(fixture.arena);
    int outcome = fixture.storage->ops->snapshot_open(fixture.storage, &s, &err);
    ck_assert_msg(outcome == 0, "%s", err.text.p);
    return s;
}

static inline void close_snapshot(struct storage_snapshot *s)
{
    s->storage->ops->snapshot_close(s);
}

static inline struct stored_subject subject_in(const char *context, const char *name)
{
    struct stored_subject state;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_subject(s, str_of(context), str_of(name), &state, &err), 0);
    close_snapshot(s);
    return state;
}

static inline struct stored_subject subject_of(const char *name)
{
    return subject_in(".", name);
}

static inline struct stored_entries entries_in(const char *context, const char *name)
{
    struct stored_entries entries = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_entries(s, fixture.arena, str_of(context), str_of(name), &entries, &err), 0);
    close_snapshot(s);
    return entries;
}

/* The versions of a subject of the default context: "1=7 -2=8 " are version 1 with the id 7 and the soft-deleted 2. */
static inline struct str versions_of(const char *name)
{
    struct buf out;
    struct stored_entries entries = entries_in(".", name);
    buf_init(&out, fixture.arena, 1 << 20);
    for (size_t i = 0; i < entries.count; i++)
        buf_printf(&out, "%d=%d ", entries.items[i].is_deleted ? -entries.items[i].version : entries.items[i].version,
                   entries.items[i].schema_id);
    return buf_str(&out);
}

static inline struct stored_settings settings_in(const char *context, const char *name)
{
    struct stored_settings settings;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_settings(s, fixture.arena, str_of(context), str_of(name), &settings, &err),
                     0);
    close_snapshot(s);
    return settings;
}

/* 0, 1 = none. */
static inline int read_id_in(const char *context, int32_t id, const char *subject, struct stored_version *ret)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct str name = {subject, subject ? strlen(subject) : 0};
    struct storage_snapshot *s = open_snapshot();
    int outcome = s->storage->ops->read_id(s, fixture.arena, str_of(context), id, name, ret, &err);
    close_snapshot(s);
    return outcome;
}

static inline int read_version_in(const char *context, const char *subject, int32_t version, bool with_deleted,
                                  struct stored_version *ret)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    int outcome = s->storage->ops->read_version(s, fixture.arena, str_of(context), str_of(subject), version,
                                                with_deleted, ret, &err);
    close_snapshot(s);
    return outcome;
}

static inline int32_t max_id_of(const char *context)
{
    int32_t id = -1;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_max_id(s, str_of(context), &id, &err), 0);
    close_snapshot(s);
    return id;
}

static inline void assert_counts(int64_t schemas, int64_t versions, int64_t subjects)
{
    struct storage_counts counts;
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(s->storage->ops->read_counts(s, &counts, &err), 0);
    close_snapshot(s);
    ck_assert_int_eq(counts.schemas, schemas);
    ck_assert_int_eq(counts.versions, versions);
    ck_assert_int_eq(counts.subjects, subjects);
}

static inline void assert_text(struct str got, const char *wanted)
{
    ck_assert_msg(str_equal(got, str_of(wanted)), "'" STR_FMT "' instead of '%s'", STR_ARG(got), wanted);
}

/* -- changes --------------------------------------------------------------------------------------------------------- */

/* A change as things stand. */
static inline struct storage_change change_in(enum storage_change_kind kind, const char *context, const char *subject)
{
    return (struct storage_change){.kind = kind,
                                   .context = str_of(context),
                                   .subject = str_of(subject),
                                   .expected_subject_revision = subject_in(context, subject).revision,
                                   .expected_settings_revision = settings_in(context, subject).revision,
                                   .now_ms = 1000,
                                   .err = ERROR_INIT(fixture.arena)};
}

/* A registration of the content number `content`. */
static inline struct storage_change registration_in(const char *context, const char *subject, int content)
{
    struct storage_change change = change_in(STORAGE_REGISTER, context, subject);
    change.reg.schema =
        (struct stored_schema){.format = STR("AVRO"), .text = arena_printf(fixture.arena, "text %d", content)};
    change.reg.schema_id = -1;
    memset(change.reg.schema.guid, content, STORAGE_KEY_BYTES);
    memset(change.reg.schema.equal_key, content, STORAGE_KEY_BYTES);
    memset(change.reg.schema.normal_key, content, STORAGE_KEY_BYTES);
    return change;
}

static inline struct storage_change registration(const char *subject, int content)
{
    return registration_in(".", subject, content);
}

/* One that refers to others. */
static inline struct storage_change referring(const char *subject, int content,
                                              const struct storage_reference *references, size_t count)
{
    struct storage_change change = registration(subject, content);
    change.reg.references = references;
    change.reg.reference_count = count;
    change.reg.schema.references = STR("[]");
    return change;
}

static inline struct storage_change import(const char *subject, int content, int32_t id, int32_t version)
{
    struct storage_change change = registration(subject, content);
    change.reg.schema_id = id;
    change.reg.version = version;
    change.reg.may_replace = version > 0;
    return change;
}

static inline struct storage_change removal_in(const char *context, const char *subject, const int32_t *versions,
                                               size_t count, bool permanent)
{
    struct storage_change change = change_in(STORAGE_DELETE_VERSIONS, context, subject);
    change.del.versions = versions;
    change.del.version_count = count;
    change.del.permanent = permanent;
    return change;
}

static inline struct storage_change removal(const char *subject, const int32_t *versions, size_t count, bool permanent)
{
    return removal_in(".", subject, versions, count, permanent);
}

/* value NULL: removes it. */
static inline struct storage_change setting(enum storage_change_kind kind, const char *context, const char *subject,
                                            const char *value)
{
    struct storage_change change = change_in(kind, context, subject);
    change.set = (struct storage_set){.value = {value, value ? strlen(value) : 0}};
    return change;
}

static inline enum storage_outcome apply(struct storage_change change)
{
    return fixture_apply(fixture.storage, &change);
}

/* The id. */
static inline int32_t register_in(const char *context, const char *subject, int content)
{
    struct storage_change change = registration_in(context, subject, content);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    return change.schema_id;
}

static inline int32_t register_one(const char *subject, int content)
{
    return register_in(".", subject, content);
}

static inline void remove_in(const char *context, const char *subject, int32_t version, bool permanent)
{
    ck_assert_int_eq(apply(removal_in(context, subject, &version, 1, permanent)), STORAGE_DONE);
}

static inline void remove_one(const char *subject, int32_t version, bool permanent)
{
    remove_in(".", subject, version, permanent);
}

static inline void set_value(enum storage_change_kind kind, const char *context, const char *subject, const char *value)
{
    ck_assert_int_eq(apply(setting(kind, context, subject, value)), STORAGE_DONE);
}

static inline int run_tests(const char *name, void (*add)(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
