/* The operations of the core as one call each: they return the error, and leave what they answer in `last`. */
#pragma once

#include "fixture.h"

struct arguments {
    bool normalize, force, deleted, permanent, verbose, effective, recursive, negative, latest_only, aliases;
    int32_t version, id;
    const char *text; /* NULL: none */
    enum storage_filter filter;
    const struct str *keys, *values;
    size_t pair_count;
};
#define GIVEN(r) ((const struct arguments *)(r)->what)

static inline void keep_schema(struct stored_schema *s)
{
    struct str *const texts[] = {&s->format, &s->text, &s->references, &s->metadata, &s->rule_set};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = keep(*texts[i]);
}

static inline void keep_answers(void)
{
    keep_schema(&last.registered.schema);
    keep_schema(&last.found.schema);
    last.found.context = keep(last.found.context);
    last.found.subject = keep(last.found.subject);
    last.json = keep(last.json);
    last.rows = keep(last.rows);
    for (size_t i = 0; i < last.names.count; i++)
        last.names.items[i] = keep(last.names.items[i]);
    for (size_t i = 0; i < last.uses.count; i++) {
        last.uses.items[i].context = keep(last.uses.items[i].context);
        last.uses.items[i].subject = keep(last.uses.items[i].subject);
    }
    for (size_t i = 0; i < last.verdict.messages.count; i++)
        last.verdict.messages.items[i] = keep(last.verdict.messages.items[i]);
#define KEEP_ITEMS(v)                                                                               \
    do {                                                                                            \
        if ((v).count)                                                                              \
            (v).items = memcpy(arena_array(fixture.arena, (v).count, sizeof *(v).items), (v).items, \
                               (v).count * sizeof *(v).items);                                      \
    } while (0)
    KEEP_ITEMS(last.names);
    KEEP_ITEMS(last.uses);
    KEEP_ITEMS(last.entries);
    KEEP_ITEMS(last.verdict.messages);
    if (last.removed.count)
        last.removed.versions = memcpy(arena_array(fixture.arena, last.removed.count, sizeof(int32_t)),
                                       last.removed.versions, last.removed.count * sizeof(int32_t));
}

static inline enum error_id run(const char *subject, const char *body_text, struct arguments a, step_fn decide,
                                step_fn finish)
{
    struct request r;
    memset(&last, 0, sizeof last);
    request_begin(&r, subject, body_text);
    r.what = &a;
    if (request_run(&r, decide, finish) == 0)
        keep_answers();
    return request_end(&r);
}

/* -- registration, look-up, comparison ----------------------------------------------------------------------------- */

static inline int decide_register(struct request *r)
{
    if (core_schema_input_read(&r->call, r->body, &r->in) != 0)
        return -1;
    r->in.normalize = GIVEN(r)->normalize;
    return core_register(&r->call, &r->subject, r->subject_text, &r->in, GIVEN(r)->force, &last.registered);
}

static inline int finish_register(struct request *r)
{
    return core_register_finish(&r->call, &r->subject, &last.registered);
}

#define REGISTER(subject, body_text, ...) \
    run((subject), (body_text), (struct arguments){__VA_ARGS__}, decide_register, finish_register)

static inline enum error_id try_register(const char *subject, const char *body_text)
{
    return run(subject, body_text, (struct arguments){0}, decide_register, finish_register);
}

/* Registers; the number of the version. */
static inline int32_t must_register(const char *subject, const char *body_text)
{
    MUST(try_register(subject, body_text));
    return last.registered.version;
}

static inline int decide_lookup(struct request *r)
{
    struct core_found found = {0};
    if (core_schema_input_read(&r->call, r->body, &r->in) != 0)
        return -1;
    r->in.normalize = GIVEN(r)->normalize;
    int outcome = core_lookup(&r->call, r->subject, r->subject_text, &r->in, GIVEN(r)->deleted, &found);
    last.found = found.version;
    last.is_exact = found.is_exact;
    return outcome;
}

static inline enum error_id look_up(const char *subject, const char *body_text, struct arguments a)
{
    return run(subject, body_text, a, decide_lookup, NULL);
}

static inline enum error_id try_lookup(const char *subject, const char *body_text)
{
    return look_up(subject, body_text, (struct arguments){0});
}

static inline int decide_check(struct request *r)
{
    if (core_schema_input_read(&r->call, r->body, &r->in) != 0)
        return -1;
    r->in.normalize = GIVEN(r)->normalize;
    return core_check(&r->call, &r->subject, GIVEN(r)->version, GIVEN(r)->verbose, &r->in, &last.verdict);
}

/* version 0: as registration would. */
static inline enum error_id try_check(const char *subject, int32_t version, const char *body_text)
{
    return run(subject, body_text, (struct arguments){.version = version}, decide_check, NULL);
}

/* -- removal --------------------------------------------------------------------------------------------------------- */

static inline int decide_delete(struct request *r)
{
    const struct arguments *a = GIVEN(r);
    return a->version ? core_delete_version(&r->call, &r->subject, a->version, a->permanent, &last.removed)
                      : core_delete_subject(&r->call, &r->subject, a->permanent, &last.removed);
}

static inline int finish_delete(struct request *r)
{
    return core_delete_finish(&r->call, &r->subject);
}

/* version 0: the whole subject. */
static inline enum error_id try_delete(const char *subject, int32_t version, bool permanent)
{
    return run(subject, NULL, (struct arguments){.version = version, .permanent = permanent}, decide_delete,
               finish_delete);
}

/* -- settings -------------------------------------------------------------------------------------------------------- */

static inline int finish_settings(struct request *r)
{
    return core_settings_finish(&r->call);
}

static inline int decide_config_put(struct request *r)
{
    return core_config_put(&r->call, &r->subject, r->subject_text, r->body, &last.json);
}

static inline enum error_id put_config(const char *subject, const char *body_text)
{
    return run(subject, json(body_text), (struct arguments){0}, decide_config_put, finish_settings);
}

static inline int decide_config_get(struct request *r)
{
    return core_config_get(&r->call, &r->subject, GIVEN(r)->effective, &last.json);
}

static inline enum error_id get_config(const char *subject, bool effective)
{
    return run(subject, NULL, (struct arguments){.effective = effective}, decide_config_get, NULL);
}

static inline int decide_config_delete(struct request *r)
{
    return core_config_delete(&r->call, &r->subject, &last.json);
}

static inline enum error_id delete_config(const char *subject)
{
    return run(subject, NULL, (struct arguments){0}, decide_config_delete, finish_settings);
}

static inline int decide_mode_put(struct request *r)
{
    struct str mode = {GIVEN(r)->text, GIVEN(r)->text ? strlen(GIVEN(r)->text) : 0};
    return core_mode_put(&r->call, &r->subject, r->subject_text, mode, GIVEN(r)->force);
}

static inline enum error_id put_mode(const char *subject, const char *mode)
{
    return run(subject, NULL, (struct arguments){.text = mode}, decide_mode_put, finish_settings);
}

static inline enum error_id force_mode(const char *subject, const char *mode)
{
    return run(subject, NULL, (struct arguments){.text = mode, .force = true}, decide_mode_put, finish_settings);
}

static inline int decide_mode_get(struct request *r)
{
    return core_mode_get(&r->call, &r->subject, GIVEN(r)->effective, &last.json);
}

static inline enum error_id get_mode(const char *subject, bool effective)
{
    return run(subject, NULL, (struct arguments){.effective = effective}, decide_mode_get, NULL);
}

static inline int decide_mode_delete(struct request *r)
{
    return core_mode_delete(&r->call, &r->subject, GIVEN(r)->recursive, &last.json);
}

static inline enum error_id delete_mode(const char *subject, bool recursive)
{
    return run(subject, NULL, (struct arguments){.recursive = recursive}, decide_mode_delete, finish_settings);
}

static inline int decide_alias(struct request *r)
{
    last.json = r->subject_text;
    return core_alias_follow(&r->call, &r->subject, &last.json);
}

static inline enum error_id follow_alias(const char *subject)
{
    return run(subject, NULL, (struct arguments){0}, decide_alias, NULL);
}

/* -- reading --------------------------------------------------------------------------------------------------------- */

static inline int decide_read_version(struct request *r)
{
    return core_read_version(&r->call, r->subject, GIVEN(r)->version, GIVEN(r)->deleted, &last.found);
}

static inline enum error_id read_version(const char *subject, int32_t version, bool deleted)
{
    return run(subject, NULL, (struct arguments){.version = version, .deleted = deleted}, decide_read_version, NULL);
}

static inline int decide_read_id(struct request *r)
{
    return core_read_id(&r->call, GIVEN(r)->id, r->subject_text, &last.found);
}

static inline enum error_id read_id(int32_t id, const char *subject)
{
    return run(subject, NULL, (struct arguments){.id = id}, decide_read_id, NULL);
}

static inline int decide_read_uses(struct request *r)
{
    return core_read_uses(&r->call, GIVEN(r)->id, r->subject_text, GIVEN(r)->deleted, &last.uses);
}

static inline enum error_id read_uses(int32_t id, const char *subject, bool deleted)
{
    return run(subject, NULL, (struct arguments){.id = id, .deleted = deleted}, decide_read_uses, NULL);
}

static inline int decide_read_max_id(struct request *r)
{
    return core_read_max_id(&r->call, r->subject_text, &last.number);
}

static inline enum error_id read_max_id(const char *context)
{
    return run(context, NULL, (struct arguments){0}, decide_read_max_id, NULL);
}

static inline int decide_read_guid(struct request *r)
{
    return core_read_guid(&r->call, r->subject_text, &last.found);
}

static inline enum error_id read_guid(const char *guid)
{
    return run(guid, NULL, (struct arguments){0}, decide_read_guid, NULL);
}

static inline int decide_read_guid_ids(struct request *r)
{
    return core_read_guid_ids(&r->call, r->subject_text, &last.uses);
}

static inline enum error_id read_guid_ids(const char *guid)
{
    return run(guid, NULL, (struct arguments){0}, decide_read_guid_ids, NULL);
}

static inline int decide_list_versions(struct request *r)
{
    return core_list_versions(&r->call, &r->subject, GIVEN(r)->filter, GIVEN(r)->negative, &last.entries);
}

static inline enum error_id list_versions(const char *subject, enum storage_filter filter, bool negative)
{
    return run(subject, NULL, (struct arguments){.filter = filter, .negative = negative}, decide_list_versions, NULL);
}

static inline int decide_read_referrers(struct request *r)
{
    return core_read_referrers(&r->call, r->subject, GIVEN(r)->version, GIVEN(r)->deleted, &last.uses);
}

static inline enum error_id read_referrers(const char *subject, int32_t version, bool deleted)
{
    return run(subject, NULL, (struct arguments){.version = version, .deleted = deleted}, decide_read_referrers, NULL);
}

static inline int decide_by_metadata(struct request *r)
{
    const struct arguments *a = GIVEN(r);
    return core_read_by_metadata(&r->call, &r->subject, a->keys, a->values, a->pair_count, a->deleted, &last.found);
}

static inline int decide_list_contexts(struct request *r)
{
    return core_list_contexts(&r->call, &last.names);
}

static inline enum error_id list_contexts(void)
{
    return run("", NULL, (struct arguments){0}, decide_list_contexts, NULL);
}

static inline int decide_list_subjects(struct request *r)
{
    return core_list_subjects(&r->call, r->subject_text, GIVEN(r)->filter, &last.names);
}

static inline enum error_id list_subjects(const char *prefix, enum storage_filter filter)
{
    return run(prefix, NULL, (struct arguments){.filter = filter}, decide_list_subjects, NULL);
}

/* The names that were listed, each with a space behind it. */
static inline struct str listed_names(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 20);
    for (size_t i = 0; i < last.names.count; i++)
        buf_printf(&out, STR_FMT " ", STR_ARG(last.names.items[i]));
    return buf_str(&out);
}

/* The uses that were answered, "context/subject:version=id ", with a minus sign before soft-deleted versions. */
static inline struct str listed_uses(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 20);
    for (size_t i = 0; i < last.uses.count; i++) {
        const struct stored_use *u = &last.uses.items[i];
        buf_printf(&out, STR_FMT "/" STR_FMT ":%d=%d ", STR_ARG(u->context), STR_ARG(u->subject),
                   u->is_deleted ? -u->version : u->version, u->schema_id);
    }
    return buf_str(&out);
}
