#include "json/program_private.h"

/* -- Records ---------------------------------------------------------------------------------------------------- */

static enum jss_verdict add_record(struct jss_scratch *s, struct jss_record record, uint32_t *ret)
{
    struct jss_listing *listing = s->listing;
    if (listing->records.count >= JSS_NO_RECORD || !VEC_PUSH(s->arena, &listing->records, record))
        return jss_stop(s, JSS_NO_MEMORY);
    *ret = (uint32_t)listing->records.count - 1;
    return JSS_PASS;
}

/* Forgets the records from that one on. */
static void forget(struct jss_listing *listing, uint32_t record)
{
    for (size_t i = record; i < listing->records.count; i++)
        listing->error_count -= listing->records.items[i].is_error;
    listing->records.count = record;
}

/* The record that a new one in the frame stands under. */
static uint32_t place_of(const struct jss_frame *f)
{
    return f->group != JSS_NO_RECORD ? f->group : f->record;
}

enum jss_verdict jss_list(struct jss_scratch *s, struct jss_refusal refusal)
{
    const struct jss_frame *f = &VEC_LAST(&s->frames);
    uint32_t record;
    if (s->listing->error_count >= s->listing->max)
        return JSS_FAIL;
    s->listing->error_count++;
    /* The schema false has no keyword: its frame says it. */
    if (refusal.keyword == JSS_KEYWORD_NONE) {
        s->listing->records.items[f->record].is_error = true;
        return JSS_FAIL;
    }
    return add_record(s,
                      (struct jss_record){.parent = place_of(f),
                                          .owner = f->record,
                                          .keyword = refusal.keyword,
                                          .is_error = true,
                                          .node = refusal.node,
                                          .detail = refusal.detail,
                                          .number = refusal.number,
                                          .other = refusal.other},
                      &record) == JSS_STOP
               ? JSS_STOP
               : JSS_FAIL;
}

enum jss_verdict jss_list_frame(struct jss_scratch *s)
{
    struct jss_frame *f = &VEC_LAST(&s->frames);
    struct jss_record record = {.parent = JSS_NO_RECORD, .owner = JSS_NO_RECORD, .edge = f->edge, .node = f->node};
    if (s->frames.count > 1) {
        const struct jss_frame *below = f - 1;
        record.parent = place_of(below);
        record.owner = below->record;
        record.has_step = below->node != f->node;
        record.name = below->node->kind == JTREE_KIND_ARRAY ? (struct str){NULL, 0} : f->node->name;
        record.index = below->index;
    }
    return add_record(s, record, &f->record);
}

void jss_list_end_of_frame(struct jss_scratch *s, const struct jss_frame *f, bool has_passed)
{
    bool is_last = f->record == s->listing->records.count - 1;
    if (has_passed || (is_last && !s->listing->records.items[f->record].is_error))
        forget(s->listing, f->record);
}

enum jss_verdict jss_list_group(struct jss_scratch *s, struct jss_frame *f, enum jss_keyword keyword)
{
    struct jss_record record = {.parent = f->record, .owner = f->record, .keyword = keyword, .node = f->node};
    return add_record(s, record, &f->group);
}

void jss_list_end_of_group(struct jss_scratch *s, struct jss_frame *f, bool is_kept)
{
    struct jss_record *record = &s->listing->records.items[f->group];
    if (is_kept && s->listing->error_count < s->listing->max) {
        record->is_error = true;
        s->listing->error_count++;
    } else if (!is_kept || f->group == s->listing->records.count - 1) {
        forget(s->listing, f->group); /* nothing stands under it */
    }
    f->group = JSS_NO_RECORD;
}

/* -- Places ----------------------------------------------------------------------------------------------------- */

struct writer {
    const struct jss_listing *listing;
    struct arena *arena;
    VEC(const struct jss_record *) path; /* frames from the innermost one on */
};

static void add_keyword(struct buf *out, enum jss_keyword keyword)
{
    if (keyword < JSS_KEYWORD_COUNT_)
        jss_add_part(out, str_of(jss_keyword_names[keyword]));
}

/* Where a schema is below its parent. */
static void add_place(struct buf *out, const struct jss_subschema *subschema)
{
    buf_add_char(out, '/');
    buf_add(out, subschema->keyword);
    if (subschema->name.p)
        jss_add_part(out, subschema->name);
    if (subschema->index >= 0)
        jss_add_part(out, STR_INT(subschema->index));
}

/* The keywords that an edge goes through; the first one only follows references. */
static void add_edge(struct buf *out, const struct jss_edge *edge, bool is_first)
{
    const struct jss_subschema *at = edge->via;
    if (edge->reference != JSS_KEYWORD_NONE)
        add_keyword(out, edge->reference);
    else if (!is_first)
        add_place(out, at);
    for (; at && at != edge->code->subschema; at = at->target)
        jss_add_part(out, STR("$ref"));
}

static bool gather_path(struct writer *w, const struct jss_record *record)
{
    w->path.count = 0;
    uint32_t index = record->edge ? (uint32_t)(record - w->listing->records.items) : record->owner;
    for (; index != JSS_NO_RECORD; index = w->listing->records.items[index].owner) {
        if (!VEC_PUSH(w->arena, &w->path, &w->listing->records.items[index]))
            return false;
    }
    return true;
}

static struct str keyword_location(struct writer *w, const struct jss_record *record)
{
    struct buf out;
    buf_init(&out, w->arena, SCHEMA_MEMORY_MAX);
    for (size_t i = w->path.count; i-- > 0;)
        add_edge(&out, w->path.items[i]->edge, i == w->path.count - 1);
    if (!record->edge)
        add_keyword(&out, record->keyword);
    return buf_str(&out);
}

static struct str instance_location(struct writer *w)
{
    struct buf out;
    buf_init(&out, w->arena, SCHEMA_MEMORY_MAX);
    for (size_t i = w->path.count; i-- > 0;) {
        const struct jss_record *frame = w->path.items[i];
        if (!frame->has_step)
            continue;
        jss_add_part(&out, frame->name.p ? frame->name : STR_INT(frame->index));
    }
    return buf_str(&out);
}

/* The URI of the resource and a pointer in it. */
static struct str absolute_location(struct writer *w, const struct jss_record *record)
{
    struct buf out;
    VEC(const struct jss_subschema *) path = {0};
    const struct jss_subschema *subschema = w->path.items[0]->edge->code->subschema;
    const struct jss_resource *resource = subschema->resource;
    buf_init(&out, w->arena, SCHEMA_MEMORY_MAX);
    buf_add(&out, resource->uri);
    buf_add_char(&out, '#');
    for (; subschema != resource->root && subschema->parent; subschema = subschema->parent) {
        if (!VEC_PUSH(w->arena, &path, subschema))
            return STR_EMPTY;
    }
    while (path.count)
        add_place(&out, VEC_POP(&path));
    if (!record->edge)
        add_keyword(&out, record->keyword);
    return buf_str(&out);
}

/* -- Units ------------------------------------------------------------------------------------------------------ */

static int add_unit(struct writer *w, const struct jss_record *record, uint32_t depth, struct jss_output *output)
{
    if (!gather_path(w, record))
        return -1;
    const struct jss_subschema *subschema = w->path.items[0]->edge->code->subschema;
    struct jss_unit unit = {.keyword_location = keyword_location(w, record),
                            .absolute_keyword_location = absolute_location(w, record),
                            .instance_location = instance_location(w),
                            .error = jss_sentence(w->arena, record, subschema),
                            .depth = depth};
    return VEC_PUSH(w->arena, &output->units, unit) ? 0 : -1;
}

/* What is left of the tree: keywords, and schemas that several errors stand under. */
struct node {
    uint32_t children, depth;
    bool is_kept;
};

static struct node *shape(const struct jss_listing *listing, struct arena *arena)
{
    struct node *nodes = ARENA_ARRAY(arena, listing->records.count + 1, struct node);
    for (size_t i = listing->records.count; nodes && i-- > 0;) {
        const struct jss_record *record = &listing->records.items[i];
        nodes[i].is_kept = record->is_error || nodes[i].children > 1;
        /* What is not kept hands its children on. */
        if (record->parent != JSS_NO_RECORD)
            nodes[record->parent].children += nodes[i].is_kept ? 1 : nodes[i].children;
    }
    for (size_t i = 0; nodes && i < listing->records.count; i++) {
        const struct jss_record *record = &listing->records.items[i];
        const struct node *parent = record->parent == JSS_NO_RECORD ? NULL : &nodes[record->parent];
        nodes[i].depth = parent ? parent->depth + parent->is_kept : 0;
    }
    return nodes;
}

int jss_write_output(const struct jss_scratch *s, struct jss_output *output)
{
    const struct jss_listing *listing = s->listing;
    struct writer w = {.listing = listing, .arena = output->arena};
    const struct node *nodes = shape(listing, output->arena);
    if (!nodes)
        return -1;
    for (size_t i = 0; i < listing->records.count; i++) {
        const struct jss_record *record = &listing->records.items[i];
        bool is_wanted = output->is_detailed ? nodes[i].is_kept : record->is_error;
        if (is_wanted && add_unit(&w, record, output->is_detailed ? nodes[i].depth : 0, output) != 0)
            return -1;
    }
    return arena_failed(output->arena) ? -1 : 0;
}
