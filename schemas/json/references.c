#include "json/parse_private.h"

/* Objects and arrays with so many children are indexed when a pointer leads through them. */
#define INDEX_FROM 16
/* Scratch that most references do with. */
#define SCRATCH_BYTES 2048

/* A reference being resolved. */
struct lookup {
    const struct jss_schema *schema;
    struct jss_parser *parser; /* NULL: the schema is complete, and nothing can be added to it */
    struct arena *scratch;
};

/* -- Documents and resources ---------------------------------------------------------------------------------- */

/* A metaschema, loaded when it is not there yet. */
static const struct jss_resource *find_bundled(struct lookup *l, struct str uri)
{
    static const struct str schemes[] = {STR("http://"), STR("https://")};
    struct jss_document *document = NULL;
    struct str text = jss_bundled_text(uri);
    for (size_t i = 0; text.p && i < sizeof schemes / sizeof *schemes; i++) {
        struct str other = ARENA_JOIN(l->scratch, schemes[i], jss_without_scheme(uri));
        const struct jss_resource *resource = map_get(&l->schema->resources, other);
        if (resource)
            return resource;
    }
    struct str copy = text.p && l->parser ? arena_str(l->parser->arena, uri) : (struct str){NULL, 0};
    if (!copy.p || jss_add_document(l->parser, text, copy, (struct str){NULL, 0}, true, &document) != 0)
        return NULL;
    return document->schema->resource;
}

static const struct jss_resource *find_resource(struct lookup *l, const struct jss_subschema *from, struct str uri)
{
    if (uri.n == 0)
        return from->resource;
    struct str absolute = jss_uri_resolve(l->scratch, from->resource->uri, uri);
    if (!absolute.p)
        return NULL;
    const struct jss_resource *resource = map_get(&l->schema->resources, absolute);
    if (!resource)
        resource = map_get(&l->schema->aliases, absolute);
    if (!resource)
        resource = map_get(&l->schema->aliases, uri);
    return resource ? resource : find_bundled(l, absolute);
}

/* -- JSON pointers -------------------------------------------------------------------------------------------- */

/* What a big object or array has, by name or index. NULL: not indexed. */
static const struct map *index_of(struct lookup *l, const struct jtree_node *const *node)
{
    struct map *index = map_get(&l->schema->indexes, jss_node_key(node));
    if (index || !l->parser)
        return index;
    struct arena *arena = l->parser->arena;
    const struct jtree_node **key = ARENA_NEW(arena, const struct jtree_node *);
    index = ARENA_NEW(arena, struct map);
    if (!index || !key)
        return NULL;
    *key = *node;
    map_init(index, arena);
    int64_t number = 0;
    for (struct jtree_node *child = (*node)->first; child; child = child->next, number++) {
        bool is_array = (*node)->kind == JTREE_KIND_ARRAY;
        struct str name = is_array ? arena_str(arena, STR_INT(number)) : child->name;
        if (!name.p || (!child->shadowed && map_put(index, name, child) < 0))
            return NULL;
    }
    return map_put(&l->parser->schema->indexes, jss_node_key(key), index) < 0 ? NULL : index;
}

static const struct jtree_node *item_at(const struct jtree_node *array, struct str index)
{
    int64_t number = 0;
    bool is_number = index.n > 0 && index.p[0] >= '0' && index.p[0] <= '9' && !(index.n > 1 && index.p[0] == '0') &&
                     str_to_i64_in(index, 0, array->count, &number) == STR_NUMBER_OK;
    const struct jtree_node *item = is_number ? array->first : NULL;
    for (; item && number > 0; number--)
        item = item->next;
    return item;
}

static const struct jtree_node *child_of(struct lookup *l, const struct jtree_node *node, struct str name)
{
    const struct map *index = node->count >= INDEX_FROM ? index_of(l, &node) : NULL;
    if (index)
        return map_get(index, name);
    return node->kind == JTREE_KIND_ARRAY ? item_at(node, name) : jtree_member(node, name);
}

/* A part of a pointer without its escapes. */
static struct str unescape(struct arena *scratch, struct str part)
{
    if (str_find(part, '~') == SIZE_MAX)
        return part;
    char *out = arena_alloc(scratch, part.n);
    size_t n = 0;
    for (size_t i = 0; out && i < part.n; i++) {
        char next = part.p[i] == '~' && i + 1 < part.n ? part.p[i + 1] : 0;
        bool is_escape = next == '0' || next == '1';
        out[n++] = is_escape ? (next == '0' ? '~' : '/') : part.p[i];
        i += is_escape;
    }
    return (struct str){out, n};
}

static struct jss_subschema *at_node(const struct jss_schema *schema, const struct jtree_node *node)
{
    return map_get(&schema->by_node, jss_node_key(&node));
}

/* The reference server copies the definitions of a document to where later drafts have them: a pointer to what is not in
 * $defs leads there. */
static struct str bridge(struct lookup *l, const struct jtree_node *root, struct str pointer)
{
    struct str rest = pointer, keyword, name = STR_EMPTY;
    const struct jtree_node *defs = jtree_member(root, STR("$defs"));
    if (!str_next(&rest, '/', &keyword) || !str_equal(keyword, STR("$defs")))
        return pointer;
    struct str after = rest;
    bool has_name = rest.p && str_next(&after, '/', &name);
    if (defs && (!has_name || child_of(l, defs, unescape(l->scratch, name))))
        return pointer;
    return ARENA_JOIN(l->scratch, STR("definitions"), has_name ? STR("/") : STR_EMPTY, has_name ? rest : STR_EMPTY);
}

/* What the pointer, which begins with a slash, leads to from the root of the resource. */
static const struct jss_subschema *follow(struct lookup *l, const struct jss_resource *resource, struct str pointer)
{
    const struct jss_subschema *around = resource->root;
    const struct jtree_node *node = around->node;
    struct str rest = str_slice(pointer, 1, pointer.n), part;
    if (node == around->document->root)
        rest = bridge(l, node, rest);
    struct str below = rest;
    while (node && rest.p && str_next(&rest, '/', &part)) {
        struct str name = unescape(l->scratch, part);
        node = name.p ? child_of(l, node, name) : NULL;
        struct jss_subschema *subschema = node ? at_node(l->schema, node) : NULL;
        if (subschema) {
            around = subschema;
            below = rest;
        }
    }
    if (!node || around->node == node)
        return node ? around : NULL;
    struct str place = l->parser ? arena_str(l->parser->arena, below) : below;
    return l->parser && place.p ? jss_add_target(l->parser, node, around, place) : NULL;
}

/* -- References ----------------------------------------------------------------------------------------------- */

static const struct jss_subschema *resolve(struct lookup *l, const struct jss_subschema *from, struct str reference)
{
    /* A registered reference may have a fragment in its name. */
    size_t hash = str_find(reference, '#');
    bool may_be_name = hash > 0 && hash != SIZE_MAX;
    const struct jss_resource *resource = may_be_name ? map_get(&l->schema->aliases, reference) : NULL;
    if (resource)
        return resource->root;
    resource = find_resource(l, from, str_slice(reference, 0, hash));
    struct str fragment = hash == SIZE_MAX ? STR_EMPTY : str_slice(reference, hash + 1, reference.n);
    if (!resource || fragment.n == 0)
        return resource ? resource->root : NULL;
    fragment = jss_percent_decode(l->scratch, fragment);
    if (!fragment.p)
        return NULL;
    return fragment.p[0] == '/' ? follow(l, resource, fragment) : map_get(&resource->anchors, fragment);
}

const struct jss_subschema *jss_resolve(const struct jss_schema *schema, const struct jss_subschema *from,
                                        struct str reference)
{
    char room[SCRATCH_BYTES];
    struct arena scratch;
    if (from->reference.p && str_equal(reference, from->reference))
        return from->target;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, room, sizeof room);
    struct lookup l = {.schema = schema, .scratch = &scratch};
    const struct jss_subschema *target = resolve(&l, from, reference);
    arena_deinit(&scratch);
    return target;
}

/* A $ref may have a dynamic reference beside it; its target, too, has to be a schema. */
static struct str second_reference(const struct jss_subschema *subschema)
{
    if (!subschema->reference.p || subschema->is_dynamic_reference || subschema->dialect != JSS_DRAFT_2020_12)
        return (struct str){NULL, 0};
    const struct jtree_node *second = jss_keyword(subschema, STR("$dynamicRef"));
    return jtree_is(second, JTREE_KIND_STRING) ? second->text : (struct str){NULL, 0};
}

int jss_resolve_references(struct jss_parser *p)
{
    struct arena scratch;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct lookup l = {.schema = p->schema, .parser = p, .scratch = &scratch};
    for (size_t i = 0; i < p->schema->subschemas.count && !error_is_set(p->err); i++) {
        struct jss_subschema *subschema = p->schema->subschemas.items[i];
        struct str second = second_reference(subschema);
        if (subschema->reference.p)
            subschema->target = resolve(&l, subschema, subschema->reference);
        if (second.p)
            resolve(&l, subschema, second);
        arena_reset(&scratch);
    }
    if (arena_failed(p->arena))
        error_raise(p->err, SCHEMA_TOO_LARGE);
    arena_deinit(&scratch);
    return error_is_set(p->err) ? -1 : 0;
}
