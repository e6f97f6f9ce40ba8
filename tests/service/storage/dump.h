/* All that a store answers, as text: two dumps are equal when nothing has changed between them. */
#pragma once

#include "buf.h"
#include "storage.h"

#include <check.h>
#include <stdlib.h>

struct dump {
    struct storage_snapshot *s;
    struct arena *arena;
    struct error err;
    struct buf out;
};

static inline void dump_text(struct dump *d, const char *name, struct str text)
{
    if (text.p)
        buf_printf(&d->out, " %s=" STR_FMT, name, STR_ARG(text));
}

static inline int dump_version(void *context, const struct stored_version *v)
{
    struct dump *d = context;
    buf_printf(&d->out, "  %d id=%d%s at %lld", v->version, v->schema_id, v->is_deleted ? " deleted" : "",
               (long long)v->created_ms);
    for (size_t i = 0; i < STORAGE_KEY_BYTES; i++)
        buf_printf(&d->out, "%s%02x%02x%02x", i ? "" : " ", v->schema.guid[i], v->schema.equal_key[i],
                   v->schema.normal_key[i]);
    dump_text(d, "format", v->schema.format);
    dump_text(d, "text", v->schema.text);
    dump_text(d, "references", v->schema.references);
    dump_text(d, "metadata", v->schema.metadata);
    dump_text(d, "rules", v->schema.rule_set);
    buf_add_char(&d->out, '\n');
    return 0;
}

static inline void dump_settings(struct dump *d, struct str context, struct str subject)
{
    struct stored_settings x;
    ck_assert_int_eq(d->s->storage->ops->read_settings(d->s, d->arena, context, subject, &x, &d->err), 0);
    dump_text(d, "config", x.subject_config);
    dump_text(d, "context config", x.context_config);
    dump_text(d, "global config", x.global_config);
    dump_text(d, "mode", x.subject_mode);
    dump_text(d, "context mode", x.context_mode);
    dump_text(d, "global mode", x.global_mode);
    buf_printf(&d->out, " of %lld\n", (long long)x.revision);
}

static inline void dump_subject(struct dump *d, struct str context, struct str subject)
{
    struct stored_subject state;
    const struct storage_ops *ops = d->s->storage->ops;
    ck_assert_int_eq(ops->read_subject(d->s, context, subject, &state, &d->err), 0);
    buf_printf(&d->out, STR_FMT " " STR_FMT " highest=%d latest=%d at %lld", STR_ARG(context), STR_ARG(subject),
               state.highest_version, state.latest_version, (long long)state.revision);
    dump_settings(d, context, subject);
    ck_assert_int_eq(ops->list_versions(d->s, context, subject, dump_version, d, &d->err), 0);
}

static inline int dump_compare(const void *a, const void *b)
{
    const struct stored_use *x = a, *y = b;
    int order = str_compare(x->context, y->context);
    return order ? order : str_compare(x->subject, y->subject);
}

static inline struct str store_dump(struct storage *storage, struct arena *arena)
{
    struct dump d = {.arena = arena, .err = ERROR_INIT(arena)};
    struct storage_listing everything = {.context_prefix = STR_EMPTY, .filter = STORAGE_ALL};
    struct stored_uses uses = {0};
    struct stored_names contexts = {0};
    struct storage_counts counts;
    const struct storage_ops *ops = storage->ops;
    buf_init(&d.out, arena, 1u << 26);
    ck_assert_int_eq(ops->snapshot_open(storage, &d.s, &d.err), 0);
    ck_assert_int_eq(ops->read_counts(d.s, &counts, &d.err), 0);
    buf_printf(&d.out, "%lld schemas %lld versions %lld subjects\n", (long long)counts.schemas,
               (long long)counts.versions, (long long)counts.subjects);
    ck_assert_int_eq(ops->read_contexts(d.s, arena, &contexts, &d.err), 0);
    for (size_t i = 0; i < contexts.count; i++) {
        int32_t max_id;
        ck_assert_int_eq(ops->read_max_id(d.s, contexts.items[i], &max_id, &d.err), 0);
        buf_printf(&d.out, STR_FMT " up to %d", STR_ARG(contexts.items[i]), max_id);
        dump_settings(&d, contexts.items[i], STR_EMPTY);
    }
    ck_assert_int_eq(ops->list_subjects(d.s, arena, &everything, &uses, &d.err), 0);
    if (uses.count)
        qsort(uses.items, uses.count, sizeof *uses.items, dump_compare);
    for (size_t i = 0; i < uses.count; i++)
        dump_subject(&d, uses.items[i].context, uses.items[i].subject);
    ops->snapshot_close(d.s);
    ck_assert(!buf_failed(&d.out));
    return arena_str(arena, buf_str(&d.out));
}
