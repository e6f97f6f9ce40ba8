#include "json/parse_private.h"

static int add_alias(struct jss_parser *p, struct str uri, struct jss_resource *resource)
{
    return uri.p && map_add(&p->schema->aliases, uri, resource) >= 0 ? 0 : error_raise(p->err, SCHEMA_TOO_LARGE);
}

/* A registered reference, under its name, ./name, and the name resolved. */
static int add_dependency(struct jss_parser *p, const struct schema_dependency *dependency)
{
    struct jss_document *document = NULL;
    struct str name = arena_str(p->arena, dependency->name), text = arena_str(p->arena, dependency->text);
    struct str base = p->schema->document->schema->resource->uri;
    struct str uri = name.p ? jss_uri_resolve(p->arena, base, name) : name;
    if (!uri.p || !text.p)
        return error_raise(p->err, SCHEMA_TOO_LARGE);
    if (jss_add_document(p, text, str_slice(uri, 0, str_find(uri, '#')), name, false, &document) != 0)
        return -1;
    struct jss_resource *resource = document->schema->resource;
    return add_alias(p, name, resource) != 0 || add_alias(p, ARENA_JOIN(p->arena, STR("./"), name), resource) != 0
               ? -1
               : add_alias(p, uri, resource);
}

static int parse_all(struct jss_parser *p, const struct schema_source *source)
{
    struct str text = arena_str(p->arena, source->text);
    if (!text.p)
        return error_raise(p->err, SCHEMA_TOO_LARGE);
    if (jss_add_document(p, text, STR_EMPTY, (struct str){NULL, 0}, false, &p->schema->document) != 0)
        return -1;
    p->schema->document->uri = p->schema->document->schema->resource->uri;
    for (size_t i = 0; i < source->dependency_count; i++) {
        if (add_dependency(p, &source->dependencies[i]) != 0)
            return -1;
    }
    return jss_resolve_references(p);
}

int jss_parse(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err)
{
    struct jss_schema *schema = ARENA_NEW(arena, struct jss_schema);
    if (!schema)
        return error_raise(err, SCHEMA_TOO_LARGE);
    schema->arena = arena;
    map_init(&schema->resources, arena);
    map_init(&schema->aliases, arena);
    map_init(&schema->by_node, arena);
    map_init(&schema->indexes, arena);
    struct jss_parser parser = {.schema = schema, .arena = arena, .err = err};
    if (parse_all(&parser, source) != 0)
        return -1;
    *ret_model = schema;
    return 0;
}

const struct jss_subschema *jss_subschema_at(const struct jss_schema *schema, const struct jtree_node *node)
{
    return map_get(&schema->by_node, jss_node_key(&node));
}

void jss_add_part(struct buf *out, struct str part)
{
    buf_add_char(out, '/');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '~' || part.p[i] == '/')
            buf_add(out, part.p[i] == '~' ? STR("~0") : STR("~1"));
        else
            buf_add_char(out, part.p[i]);
    }
}

struct str jss_location(struct arena *arena, const struct jss_subschema *subschema)
{
    VEC(const struct jss_subschema *) path = {0};
    struct buf out;
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    buf_add_char(&out, '#');
    for (; subschema->parent; subschema = subschema->parent) {
        if (!VEC_PUSH(arena, &path, subschema))
            return STR("#");
    }
    while (path.count) {
        const struct jss_subschema *step = VEC_POP(&path);
        buf_add_char(&out, '/');
        buf_add(&out, step->keyword);
        if (step->name.p)
            jss_add_part(&out, step->name);
        if (step->index >= 0)
            jss_add_part(&out, STR_INT(step->index));
    }
    return buf_str(&out);
}
