#include "json/compile_private.h"

#include <stdlib.h>

/* References that are followed at once; of longer chains the rest is followed when a value is judged. */
#define HOPS_MAX 16
/* Schemas with more members are not looked through for being nothing but a reference. */
#define FEW_MEMBERS 8

static const struct {
    struct str name;
    enum jss_dialect first, last;
} keywords[JSS_KEYWORD_COUNT_] = {
#define KEYWORD_ROW(id, name, first, last) {STR(name), JSS_DRAFT_##first, JSS_DRAFT_##last},
#include "json/keywords.def"
#undef KEYWORD_ROW
};

const char *const jss_keyword_names[JSS_KEYWORD_COUNT_] = {
#define KEYWORD_ROW(id, name, first, last) name,
#include "json/keywords.def"
#undef KEYWORD_ROW
};

static int compare_keywords(const void *name, const void *row)
{
    return str_compare(*(const struct str *)name, *(const struct str *)row);
}

enum jss_keyword jss_keyword_of(enum jss_dialect dialect, struct str name)
{
    const void *row = bsearch(&name, keywords, JSS_KEYWORD_COUNT_, sizeof *keywords, compare_keywords);
    if (!row)
        return JSS_KEYWORD_NONE;
    size_t keyword = ((size_t)((const char *)row - (const char *)keywords)) / sizeof *keywords;
    bool is_known = dialect >= keywords[keyword].first && dialect <= keywords[keyword].last;
    return is_known ? (enum jss_keyword)keyword : JSS_KEYWORD_NONE;
}

/* -- Dynamic anchors ------------------------------------------------------------------------------------------- */

/* The anchor that a dynamic reference asks for; .p NULL: it is a pointer. */
static struct str anchor_of(struct str reference)
{
    size_t hash = str_find(reference, '#');
    struct str fragment = hash == SIZE_MAX ? STR_EMPTY : str_slice(reference, hash + 1, reference.n);
    return fragment.n && fragment.p[0] == '/' ? (struct str){NULL, 0} : fragment;
}

/* The text of a reference keyword; .p NULL: none. */
static struct str reference_of(const struct jss_subschema *subschema, enum jss_keyword keyword)
{
    const struct jtree_node *node = jss_keyword(subschema, str_of(jss_keyword_names[keyword]));
    return jtree_is(node, JTREE_KIND_STRING) ? node->text : (struct str){NULL, 0};
}

static enum jss_keyword dynamic_keyword(enum jss_dialect dialect)
{
    if (dialect == JSS_DRAFT_2020_12)
        return JSS_KEYWORD_DYNAMIC_REF;
    return dialect == JSS_DRAFT_2019_09 ? JSS_KEYWORD_RECURSIVE_REF : JSS_KEYWORD_NONE;
}

static int gather_anchor(struct jss_compiler *c, struct str anchor)
{
    for (size_t i = 0; i < c->anchors.count; i++) {
        if (str_equal(c->anchors.items[i], anchor))
            return 0;
    }
    if (c->anchors.count == JSS_ANCHORS_MAX)
        return error_raise(c->err, INVALID_SCHEMA, STR("Too many dynamic anchors are referred to"));
    return VEC_PUSH(c->scratch, &c->anchors, anchor) ? 0 : jss_no_memory(c);
}

int jss_gather_anchors(struct jss_compiler *c)
{
    for (size_t i = 0; i < c->schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = c->schema->subschemas.items[i];
        enum jss_keyword keyword = dynamic_keyword(subschema->dialect);
        bool may_be = keyword != JSS_KEYWORD_NONE && subschema->reference.p;
        struct str reference = may_be ? reference_of(subschema, keyword) : (struct str){NULL, 0};
        struct str anchor = reference.p ? anchor_of(reference) : reference;
        if (anchor.p && gather_anchor(c, anchor) != 0)
            return -1;
    }
    return 0;
}

/* The number of a context that is as wanted. */
static int number_of(struct jss_compiler *c, const struct jss_context *wanted, uint32_t *ret)
{
    struct str key = {(const char *)wanted, sizeof *wanted};
    uintptr_t number = (uintptr_t)map_get(&c->context_numbers, key);
    if (number) {
        *ret = (uint32_t)number - 1;
        return 0;
    }
    struct jss_context *context = ARENA_NEW(c->scratch, struct jss_context);
    if (!context || !VEC_PUSH(c->scratch, &c->contexts, context))
        return jss_no_memory(c);
    *context = *wanted;
    key.p = (const char *)context;
    *ret = (uint32_t)c->contexts.count - 1;
    return map_put(&c->context_numbers, key, (void *)(uintptr_t)c->contexts.count) < 0 ? jss_no_memory(c) : 0;
}

/* The context in a resource that is entered: its anchors count where none is in force. */
static int enter_resource(struct jss_compiler *c, const struct jss_resource *resource, uint32_t context, uint32_t *ret)
{
    *ret = context;
    if (c->anchors.count == 0)
        return 0;
    struct jss_context wanted = *c->contexts.items[context];
    bool has_changed = false;
    for (size_t i = 0; i < c->anchors.count; i++) {
        const struct jss_subschema *target =
            wanted.targets[i] ? NULL : map_get(&resource->dynamic_anchors, c->anchors.items[i]);
        wanted.targets[i] = target ? target->number + 1 : wanted.targets[i];
        has_changed |= target != NULL;
    }
    return has_changed ? number_of(c, &wanted, ret) : 0;
}

/* What a dynamic reference leads to when it means `target` at first. */
static const struct jss_subschema *dynamic_target(const struct jss_compiler *c, const struct jss_subschema *target,
                                                  struct str reference, uint32_t context)
{
    struct str anchor = anchor_of(reference);
    bool is_dynamic = anchor.p && map_get(&target->resource->dynamic_anchors, anchor) == target;
    for (size_t i = 0; i < c->anchors.count && is_dynamic; i++) {
        uint32_t number = c->contexts.items[context]->targets[i];
        if (number && str_equal(c->anchors.items[i], anchor))
            return c->schema->subschemas.items[number - 1];
    }
    return target;
}

/* -- Codes ----------------------------------------------------------------------------------------------------- */

struct code_key {
    uint32_t number, context;
    uint64_t is_inside;
};

static int code_of(struct jss_compiler *c, const struct jss_subschema *subschema, uint32_t context, bool is_inside,
                   const struct jss_code **ret)
{
    struct code_key key = {subschema->number, context, is_inside};
    struct jss_code *code = map_get(&c->codes, (struct str){(const char *)&key, sizeof key});
    if (code) {
        code->is_shared = true;
        *ret = code;
        return 0;
    }
    if (c->queue.count >= JSS_CODES_MAX)
        return error_raise(c->err, INVALID_SCHEMA, STR("The schema has too many elements"));
    struct code_key *copy = ARENA_NEW(c->scratch, struct code_key);
    code = ARENA_NEW(c->arena, struct jss_code);
    if (!code || !copy || !VEC_PUSH(c->scratch, &c->queue, code))
        return jss_no_memory(c);
    *copy = key;
    code->subschema = subschema;
    code->context = context;
    code->is_inside = is_inside;
    *ret = code;
    return map_put(&c->codes, (struct str){(const char *)copy, sizeof *copy}, code) < 0 ? jss_no_memory(c) : 0;
}

/* What a schema that is nothing but a $ref leads to; NULL: it is more, or a dead end. */
static const struct jss_subschema *mere_target(const struct jss_subschema *subschema)
{
    bool may_be = subschema->reference.p && !subschema->is_dynamic_reference && subschema->target;
    if (!may_be || subschema->dialect <= JSS_DRAFT_07)
        return may_be ? subschema->target : NULL;
    if (subschema->node->count > FEW_MEMBERS)
        return NULL;
    for (const struct jtree_node *member = subschema->node->first; member; member = member->next) {
        enum jss_keyword keyword = jss_keyword_of(subschema->dialect, member->name);
        if (keyword != JSS_KEYWORD_NONE && keyword != JSS_KEYWORD_REF)
            return NULL;
    }
    return subschema->target;
}

/* Follows references as long as a schema is nothing else. */
static int lead(struct jss_compiler *c, const struct jss_subschema *subschema, uint32_t context, bool is_inside,
                const struct jss_code **ret)
{
    for (int hops = 0; hops < HOPS_MAX; hops++) {
        if (enter_resource(c, subschema->resource, context, &context) != 0)
            return -1;
        const struct jss_subschema *target = mere_target(subschema);
        if (!target)
            break;
        subschema = target;
    }
    return enter_resource(c, subschema->resource, context, &context) != 0
               ? -1
               : code_of(c, subschema, context, is_inside, ret);
}

int jss_start_edge(struct jss_compiler *c, const struct jss_subschema *start, struct jss_edge *ret)
{
    uint32_t context = 0;
    struct jss_context none = {0};
    *ret = (struct jss_edge){.via = start, .reference = JSS_KEYWORD_NONE};
    return number_of(c, &none, &context) != 0 ? -1 : lead(c, start, context, false, &ret->code);
}

int jss_edge_to(struct jss_build *b, const struct jtree_node *node, bool is_here, struct jss_edge *ret)
{
    const struct jss_subschema *subschema = node ? jss_subschema_at(b->c->schema, node) : NULL;
    if (!subschema)
        return 0;
    *ret = (struct jss_edge){.via = subschema, .reference = JSS_KEYWORD_NONE};
    return lead(b->c, subschema, b->code->context, is_here && b->code->marks, &ret->code);
}

int jss_edge_to_target(struct jss_build *b, enum jss_keyword keyword, struct jss_edge *ret)
{
    struct jss_compiler *c = b->c;
    const struct jss_subschema *from = b->subschema;
    struct str reference = b->keywords[keyword]->text;
    const struct jss_subschema *target = jss_resolve(c->schema, from, reference);
    if (!target)
        return error_raise(c->err, INVALID_SCHEMA,
                           ARENA_JOIN(c->err->arena, jss_location(c->err->arena, from),
                                      STR(": the reference leads nowhere: "), reference));
    if (keyword != JSS_KEYWORD_REF)
        target = dynamic_target(c, target, reference, b->code->context);
    *ret = (struct jss_edge){.via = target, .reference = keyword};
    return lead(c, target, b->code->context, b->code->marks, &ret->code);
}
