#include "json/compare.h"

/* Two nodes that are to be the same. */
struct nodes {
    const struct jtree_node *reader, *writer;
};

struct walk {
    struct jss_comparison *c;
    const struct jss_pair *pair;
    VEC(struct nodes) open;
};

static bool is_same_scalar(const struct jtree_node *reader, const struct jtree_node *writer, struct arena *scratch)
{
    return reader->kind == writer->kind &&
           (str_equal(reader->text, writer->text) || jtree_equal(reader, writer, scratch));
}

static void push(struct walk *w, const struct jtree_node *reader, const struct jtree_node *writer)
{
    if (!VEC_PUSH(w->c->arena, &w->open, (struct nodes){reader, writer}))
        w->c->failed = true;
}

static size_t count_members(const struct jtree_node *object)
{
    size_t count = 0;
    for (const struct jtree_node *member = object->first; member; member = member->next)
        count += !member->shadowed;
    return count;
}

/* Members in their order where the orders agree; names are looked for where they do not. */
static bool push_members(struct walk *w, const struct jtree_node *reader, const struct jtree_node *writer)
{
    const struct jtree_node *beside = writer->first;
    if (count_members(reader) != count_members(writer))
        return false;
    for (const struct jtree_node *member = reader->first; member && jss_step(w->c, 1); member = member->next) {
        if (member->shadowed)
            continue;
        const struct jtree_node *other = beside;
        if (!other || other->shadowed || !str_equal(other->name, member->name)) {
            jss_step(w->c, writer->count);
            other = jtree_member(writer, member->name);
        }
        if (!other)
            return false;
        push(w, member, other);
        beside = other->next;
    }
    return true;
}

static bool push_items(struct walk *w, const struct jtree_node *reader, const struct jtree_node *writer)
{
    if (reader->count != writer->count)
        return false;
    const struct jtree_node *other = writer->first;
    for (const struct jtree_node *item = reader->first; item && jss_step(w->c, 1); item = item->next) {
        push(w, item, other);
        other = other->next;
    }
    return true;
}

/* What they refer to must be the same too. What a dynamic reference leads to depends on the way to it. */
static bool is_same_schema(struct walk *w, const struct nodes *nodes)
{
    const struct jss_subschema *reader = jss_subschema_at(w->pair->reader->of->schema, nodes->reader);
    const struct jss_subschema *writer = jss_subschema_at(w->pair->writer->of->schema, nodes->writer);
    if (!reader || !writer)
        return reader == writer;
    if (reader->dialect != writer->dialect)
        return false;
    if (!reader->reference.p && !writer->reference.p)
        return true;
    return reader->target && writer->target && !reader->is_dynamic_reference && !writer->is_dynamic_reference &&
           jss_is_same(w->c, w->pair->reader->of, reader->target->node, w->pair->writer->of, writer->target->node);
}

static bool is_same(struct walk *w, const struct nodes *nodes)
{
    if (nodes->reader->kind == JTREE_KIND_OBJECT && nodes->writer->kind == JTREE_KIND_OBJECT)
        return is_same_schema(w, nodes) && push_members(w, nodes->reader, nodes->writer);
    if (nodes->reader->kind == JTREE_KIND_ARRAY && nodes->writer->kind == JTREE_KIND_ARRAY)
        return push_items(w, nodes->reader, nodes->writer);
    return is_same_scalar(nodes->reader, nodes->writer, w->c->arena);
}

void jss_compare_same(struct jss_comparison *c, const struct jss_pair *pair)
{
    struct walk w = {.c = c, .pair = pair};
    bool is_same_so_far = true;
    push(&w, pair->reader_node, pair->writer_node);
    while (w.open.count && is_same_so_far && jss_step(c, 1)) {
        struct nodes nodes = VEC_POP(&w.open);
        is_same_so_far = is_same(&w, &nodes);
    }
    if (!is_same_so_far)
        jss_differ(c, JSS_TYPE_CHANGED, JSS_HERE);
}
