#include "candidate_private.h"

#include "vec.h"

int core_references_read(struct core_call *call, struct str json, struct schema_reference **ret, size_t *ret_count)
{
    *ret = NULL;
    *ret_count = 0;
    if (!json.p)
        return 0;
    struct jtree_node *list;
    if (jtree_read(call->arena, json, 0, NULL, &list, NULL) != JTREE_OK)
        return error_raise(call->err, STORE, STR("stored references cannot be read"));
    *ret = ARENA_ARRAY(call->arena, (size_t)list->count + 1, struct schema_reference);
    if (!*ret)
        return error_raise(call->err, INTERNAL);
    for (const struct jtree_node *node = list->first; node; node = node->next) {
        struct schema_reference *r = &(*ret)[(*ret_count)++];
        if (core_body_text(call, node, "name", &r->name) != 0 ||
            core_body_text(call, node, "subject", &r->subject) != 0 ||
            core_body_number(call, node, "version", 0, &r->version) != 0)
            return -1;
        if (!r->name.p) /* an empty name is not written */
            r->name = STR_EMPTY;
    }
    return 0;
}

int core_references_write(struct core_call *call, const struct schema_reference *references, size_t count,
                          struct str *ret)
{
    struct buf out;
    *ret = (struct str){NULL, 0};
    if (count == 0)
        return 0;
    buf_init(&out, call->arena, CONTRACT_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_add(&out, i ? STR(",{") : STR("[{"));
        if (references[i].name.n) {
            buf_add(&out, STR("\"name\":"));
            jtree_write_string(&out, references[i].name);
            buf_add_char(&out, ',');
        }
        buf_add(&out, STR("\"subject\":"));
        jtree_write_string(&out, references[i].subject);
        buf_add(&out, STR(",\"version\":"));
        buf_add_int(&out, references[i].version);
        buf_add_char(&out, '}');
    }
    buf_add_char(&out, ']');
    *ret = buf_str(&out);
    return buf_failed(&out) ? error_raise(call->err, INTERNAL) : 0;
}

/* References whose own references are being followed. */
struct frame {
    const struct schema_reference *references;
    size_t count, index;
    struct str context; /* of the schema that refers */
    struct schema_dependency pending; /* added when its own references are done; .name.p NULL at the root */
};

struct walk {
    struct core_call *call;
    struct map names;
    VEC(struct frame) frames;
    VEC(struct schema_dependency) found;
    size_t looked_at;
};

struct core_subject core_reference_subject(struct str context, struct str text)
{
    struct core_subject subject = core_subject_parse(text);
    /* The default context is not reached from another one, as clients know it. */
    if (str_starts(text, STR(":.:")) && !str_equal(context, STR(STORAGE_DEFAULT_CONTEXT)))
        return (struct core_subject){context, text, true};
    if (!str_starts(text, STR(":.")))
        subject.context = context; /* an unqualified subject is one of the same context */
    return subject;
}

int core_reference_missing(struct core_call *call, struct core_subject subject, int32_t version)
{
    return error_raise(call->err, INVALID_SCHEMA,
                       ARENA_JOIN(call->arena, STR("No schema reference found for subject \""),
                                  core_subject_text(call->arena, subject.context, subject.name), STR("\" and version "),
                                  STR_INT(version)));
}

int core_reference_load(struct core_call *call, struct str context, const struct schema_reference *r,
                        struct stored_version *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    struct core_subject subject = core_reference_subject(context, r->subject);
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(subject.context, subject.name));
    int outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject.context, subject.name, r->version,
                                                       true, ret, call->err);
    if (outcome != 1)
        return outcome;
    return core_reference_missing(call, subject, r->version);
}

static int follow(struct walk *w, struct frame *frame)
{
    struct core_call *call = w->call;
    const struct schema_reference *r = &frame->references[frame->index++];
    int known = map_add(&w->names, r->name, w);
    if (known != 0) /* the first of a name counts, and cycles end here */
        return known < 0 ? error_raise(call->err, INTERNAL) : 0;
    if (++w->looked_at > call->core->options.references_max)
        return error_raise(call->err, INVALID_SCHEMA, STR("The schema has too many references"));
    struct stored_version stored;
    struct frame child = {.context = core_reference_subject(frame->context, r->subject).context};
    struct schema_reference *references;
    if (core_reference_load(call, frame->context, r, &stored) != 0 ||
        core_references_read(call, stored.schema.references, &references, &child.count) != 0)
        return -1;
    child.references = references;
    child.pending = (struct schema_dependency){r->name, stored.schema.text};
    return VEC_PUSH(call->arena, &w->frames, child) ? 0 : error_raise(call->err, INTERNAL);
}

int core_references_follow(struct core_call *call, struct str context, const struct schema_reference *references,
                           size_t count, struct schema_source *ret)
{
    struct walk w = {.call = call};
    map_init(&w.names, call->arena);
    if (!VEC_PUSH(call->arena, &w.frames, (struct frame){references, count, 0, context, {{NULL, 0}, {NULL, 0}}}))
        return error_raise(call->err, INTERNAL);
    while (w.frames.count) {
        struct frame *frame = &VEC_LAST(&w.frames);
        if (frame->index < frame->count) {
            if (follow(&w, frame) != 0)
                return -1;
            continue;
        }
        if (frame->pending.name.p && !VEC_PUSH(call->arena, &w.found, frame->pending))
            return error_raise(call->err, INTERNAL);
        w.frames.count--;
    }
    ret->dependencies = w.found.items;
    ret->dependency_count = w.found.count;
    return 0;
}

int core_references_qualify(struct core_call *call, struct stored_version *stored)
{
    struct schema_reference *references;
    size_t count;
    if (str_equal(stored->context, STR(STORAGE_DEFAULT_CONTEXT)) || !stored->schema.references.p)
        return 0;
    if (core_references_read(call, stored->schema.references, &references, &count) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!str_starts(references[i].subject, STR(":.")))
            references[i].subject = core_subject_text(call->arena, stored->context, references[i].subject);
    }
    return core_references_write(call, references, count, &stored->schema.references);
}
