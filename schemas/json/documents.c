#include "json/parse_private.h"

static int no_memory(struct jss_parser *p)
{
    return error_raise(p->err, SCHEMA_TOO_LARGE);
}

static bool is_schema(const struct jtree_node *node)
{
    return node->kind == JTREE_KIND_OBJECT || node->kind == JTREE_KIND_TRUE || node->kind == JTREE_KIND_FALSE;
}

/* The value of a member that is a string; .p NULL: none. */
static struct str text_of(const struct jtree_node *node, struct str name)
{
    const struct jtree_node *member = jtree_member(node, name);
    return jtree_is(member, JTREE_KIND_STRING) ? member->text : (struct str){NULL, 0};
}

/* -- Resources and anchors ----------------------------------------------------------------------------------- */

static int add_resource(struct jss_parser *p, struct jss_subschema *root, struct str uri)
{
    struct jss_resource *resource = ARENA_NEW(p->arena, struct jss_resource);
    if (!resource || !uri.p)
        return no_memory(p);
    *resource = (struct jss_resource){.uri = uri, .root = root, .dialect = root->dialect};
    map_init(&resource->anchors, p->arena);
    map_init(&resource->dynamic_anchors, p->arena);
    root->resource = resource;
    return map_add(&p->schema->resources, uri, resource) < 0 ? no_memory(p) : 0;
}

static int add_anchor(struct jss_parser *p, struct map *anchors, struct str name, struct jss_subschema *subschema)
{
    return map_add(anchors, name, subschema) < 0 ? no_memory(p) : 0;
}

static int add_anchors(struct jss_parser *p, struct jss_subschema *subschema)
{
    struct jss_resource *resource = subschema->resource;
    if (subschema->dialect < JSS_DRAFT_2019_09)
        return 0;
    struct str name = text_of(subschema->node, STR("$anchor"));
    if (name.p && add_anchor(p, &resource->anchors, name, subschema) != 0)
        return -1;
    if (subschema->dialect == JSS_DRAFT_2019_09) {
        bool is_dynamic = jtree_is(jtree_member(subschema->node, STR("$recursiveAnchor")), JTREE_KIND_TRUE);
        return is_dynamic && resource->root == subschema
                   ? add_anchor(p, &resource->dynamic_anchors, STR_EMPTY, subschema)
                   : 0;
    }
    name = text_of(subschema->node, STR("$dynamicAnchor"));
    if (!name.p)
        return 0;
    return add_anchor(p, &resource->anchors, name, subschema) != 0 ||
                   add_anchor(p, &resource->dynamic_anchors, name, subschema) != 0
               ? -1
               : 0;
}

/* The dialect that a schema declares (an unknown one is draft-07), or that of what is around it. */
static enum jss_dialect dialect_of(const struct jtree_node *node, enum jss_dialect around)
{
    enum jss_dialect dialect = JSS_DRAFT_07;
    struct str declared = text_of(node, STR("$schema"));
    if (!declared.p)
        return around;
    jss_dialect_of(declared, &dialect);
    return dialect;
}

/* Gives the schema its resource and dialect: what is around it has them, unless it has an identifier or is a document. */
static int identify(struct jss_parser *p, struct jss_subschema *subschema)
{
    const struct jtree_node *node = subschema->node;
    bool is_root = !subschema->parent;
    enum jss_dialect dialect = dialect_of(node, is_root ? JSS_DRAFT_07 : subschema->parent->dialect);
    struct str id = text_of(node, dialect == JSS_DRAFT_04 ? STR("id") : STR("$id"));
    /* Up to draft-07 nothing beside $ref counts; the URI of a whole document does no harm and is what people mean. */
    if (id.p && !is_root && dialect <= JSS_DRAFT_07 && text_of(node, STR("$ref")).p)
        id.p = NULL;
    size_t hash = id.p ? str_find(id, '#') : SIZE_MAX;
    struct str uri = id.p ? str_slice(id, 0, hash) : STR_EMPTY;
    struct str name = hash == SIZE_MAX ? STR_EMPTY : str_slice(id, hash + 1, id.n);
    if (is_root || uri.n) {
        struct str base = is_root ? subschema->document->uri : subschema->parent->resource->uri;
        subschema->dialect = dialect;
        if (add_resource(p, subschema, uri.n ? jss_uri_resolve(p->arena, base, uri) : base) != 0)
            return -1;
    } else {
        subschema->dialect = subschema->parent->dialect;
        subschema->resource = subschema->parent->resource;
    }
    bool is_named = name.n && name.p[0] != '/' && subschema->dialect <= JSS_DRAFT_07;
    if (is_named && add_anchor(p, &subschema->resource->anchors, name, subschema) != 0)
        return -1;
    return add_anchors(p, subschema);
}

/* -- Schemas -------------------------------------------------------------------------------------------------- */

static void note_reference(struct jss_subschema *subschema)
{
    subschema->reference = text_of(subschema->node, STR("$ref"));
    if (subschema->reference.p || subschema->dialect < JSS_DRAFT_2019_09)
        return;
    bool is_recursive = subschema->dialect == JSS_DRAFT_2019_09;
    subschema->reference = text_of(subschema->node, is_recursive ? STR("$recursiveRef") : STR("$dynamicRef"));
    subschema->is_dynamic_reference = subschema->reference.p != NULL;
}

/* place: document, parent, keyword, name and index are set. */
static struct jss_subschema *add_subschema(struct jss_parser *p, const struct jtree_node *node,
                                           const struct jss_subschema *place)
{
    struct jss_schema *schema = p->schema;
    struct jss_subschema *subschema = ARENA_NEW(p->arena, struct jss_subschema);
    if (schema->subschemas.count >= JSS_SUBSCHEMAS_MAX) {
        error_raise(p->err, INVALID_SCHEMA, STR("The schema has too many elements"));
        return NULL;
    }
    if (!subschema || !VEC_PUSH(p->arena, &schema->subschemas, subschema)) {
        no_memory(p);
        return NULL;
    }
    *subschema = *place;
    subschema->node = node;
    subschema->number = (uint32_t)schema->subschemas.count - 1;
    if (map_add(&schema->by_node, jss_node_key(&subschema->node), subschema) < 0) {
        no_memory(p);
        return NULL;
    }
    if (identify(p, subschema) != 0)
        return NULL;
    note_reference(subschema);
    return subschema;
}

static int add_child(struct jss_parser *p, const struct jtree_node *node, const struct jss_subschema *place)
{
    if (!is_schema(node) || map_get(&p->schema->by_node, jss_node_key(&node)))
        return 0;
    return add_subschema(p, node, place) ? 0 : -1;
}

static int add_list(struct jss_parser *p, const struct jtree_node *list, struct jss_subschema place)
{
    place.index = 0;
    for (const struct jtree_node *item = list->first; item; item = item->next, place.index++) {
        if (add_child(p, item, &place) != 0)
            return -1;
    }
    return 0;
}

static int add_map(struct jss_parser *p, const struct jtree_node *map, struct jss_subschema place)
{
    for (const struct jtree_node *member = map->first; member; member = member->next) {
        place.name = member->name;
        if (!member->shadowed && add_child(p, member, &place) != 0)
            return -1;
    }
    return 0;
}

static int add_keyword(struct jss_parser *p, const struct jss_subschema *parent, const struct jtree_node *value)
{
    struct jss_subschema place = {.document = parent->document, .parent = parent, .keyword = value->name, .index = -1};
    enum jss_holds holds = jss_keyword_holds(parent->dialect, value->name);
    bool may_be_list = holds == JSS_HOLDS_LIST || holds == JSS_HOLDS_SCHEMA_OR_LIST;
    if (may_be_list && value->kind == JTREE_KIND_ARRAY)
        return add_list(p, value, place);
    if (holds == JSS_HOLDS_MAP && value->kind == JTREE_KIND_OBJECT)
        return add_map(p, value, place);
    return holds == JSS_HOLDS_SCHEMA || holds == JSS_HOLDS_SCHEMA_OR_LIST ? add_child(p, value, &place) : 0;
}

/* Adds what is in the schemas from that number on, which adds to them. */
static int index_from(struct jss_parser *p, size_t number)
{
    for (size_t i = number; i < p->schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = p->schema->subschemas.items[i];
        if (subschema->node->kind != JTREE_KIND_OBJECT)
            continue;
        for (const struct jtree_node *member = subschema->node->first; member; member = member->next) {
            if (!member->shadowed && add_keyword(p, subschema, member) != 0)
                return -1;
        }
    }
    return 0;
}

struct jss_subschema *jss_add_target(struct jss_parser *p, const struct jtree_node *node,
                                     const struct jss_subschema *around, struct str pointer)
{
    struct jss_subschema place = {.document = around->document, .parent = around, .keyword = pointer, .index = -1};
    size_t number = p->schema->subschemas.count;
    struct jss_subschema *subschema = add_subschema(p, node, &place);
    return subschema && index_from(p, number) == 0 ? subschema : NULL;
}

/* -- Documents ------------------------------------------------------------------------------------------------ */

static int fault(struct jss_parser *p, struct str name, struct str why)
{
    struct arena *arena = p->err->arena;
    return error_raise(p->err, INVALID_SCHEMA,
                       name.p ? ARENA_JOIN(arena, STR("Reference "), name, STR(": "), why) : why);
}

/* Text behind the value is ignored, and NaN and its kin are numbers, as the reference server reads them. */
static int read_text(struct jss_parser *p, struct str text, struct str name, struct jtree_node **ret)
{
    struct jtree_fault why = {0};
    switch (jtree_read(p->arena, text, JTREE_ALLOW_NAN | JTREE_ALLOW_TRAILING, NULL, ret, &why)) {
    case JTREE_OK:
        break;
    case JTREE_EMPTY:
        return fault(p, name, STR("Empty schema"));
    case JTREE_TOO_LARGE:
        return fault(p, name, STR("The schema has too many elements"));
    case JTREE_SYNTAX:
    case JTREE_TRAILING:
    case JTREE_TOO_DEEP:
        return fault(p, name, arena_printf(p->err->arena, "%s (line: %u, column: %u)", why.text, why.line, why.column));
    }
    if (is_schema(*ret))
        return 0;
    struct str kind = str_of(jtree_kind_name((*ret)->kind));
    return fault(p, name, ARENA_JOIN(p->err->arena, STR("expected an object or a boolean, found "), kind));
}

int jss_add_document(struct jss_parser *p, struct str text, struct str uri, struct str name, bool is_bundled,
                     struct jss_document **ret)
{
    struct jtree_node *root = NULL;
    struct jss_document *document = ARENA_NEW(p->arena, struct jss_document);
    if (!document || !VEC_PUSH(p->arena, &p->schema->documents, document))
        return no_memory(p);
    if (read_text(p, text, name, &root) != 0)
        return -1;
    *document = (struct jss_document){.uri = uri, .name = name, .root = root, .is_bundled = is_bundled};
    struct jss_subschema place = {.document = document, .index = -1};
    size_t number = p->schema->subschemas.count;
    document->schema = add_subschema(p, root, &place);
    if (!document->schema)
        return -1;
    *ret = document;
    return index_from(p, number);
}
