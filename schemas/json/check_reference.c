#include "json/check_walk_private.h"

/* Where the spot is: the name of the document when it is another one, "#" and a JSON pointer. */
static struct str describe(const struct jss_walk *w, struct jss_spot spot)
{
    VEC(struct jss_spot) path = {0};
    struct arena *arena = w->err->arena;
    struct buf out;
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    const struct jss_place *place = &w->places.items[spot.place];
    for (bool is_pushed = VEC_PUSH(arena, &path, spot); is_pushed && !place->is_target;) {
        is_pushed = VEC_PUSH(arena, &path, place->spot);
        place = &w->places.items[place->spot.place];
    }
    if (place->around->document != w->schema->document)
        buf_add(&out, place->around->document->name);
    buf_add(&out, jss_location(arena, place->around));
    while (path.count) {
        const struct jss_spot *step = &VEC_POP(&path);
        if (step->keyword)
            jss_add_part(&out, step->keyword->name);
        if (step->name.p)
            jss_add_part(&out, step->name);
        if (step->index >= 0)
            jss_add_part(&out, STR_INT(step->index));
    }
    return buf_str(&out);
}

int jss_spot_fault(struct jss_walk *w, struct jss_spot spot, struct str text)
{
    return error_raise(w->err, INVALID_SCHEMA,
                       ARENA_JOIN(w->err->arena, STR("Invalid JSON: "), describe(w, spot), STR(": "), text));
}

int jss_add_place(struct jss_walk *w, struct jss_place place)
{
    if (place.around->node == place.node) {
        if (w->has_seen[place.around->number])
            return 0;
        w->has_seen[place.around->number] = true;
    }
    return VEC_PUSH(w->scratch, &w->places, place) ? 0 : error_raise(w->err, INTERNAL);
}

static int add_target(struct jss_walk *w, const struct jss_subschema *target)
{
    if (target->document->is_bundled)
        return 0;
    return jss_add_place(w, (struct jss_place){.node = target->node, .around = target, .is_target = true});
}

/* -- where references lead --------------------------------------------------------------------------------------- */

/* Up to draft-07 a plain name that is nobody's means the whole document. */
static const struct jss_subschema *find_target(const struct jss_walk *w, const struct jss_subschema *from,
                                               struct str text)
{
    const struct jss_subschema *target = jss_resolve(w->schema, from, text);
    size_t hash = str_find(text, '#');
    bool is_name = hash != SIZE_MAX && hash + 1 < text.n && text.p[hash + 1] != '/';
    return target || !jss_is_old(w) || !is_name ? target : jss_resolve(w->schema, from, str_slice(text, 0, hash));
}

/* Whether the text means a registered reference by its name, as Confluent Schema Registry compares them: up to draft-07 both
 * resolved against the identifier of the root, later the name as it is. */
static bool is_name_of(const struct jss_walk *w, const struct jss_document *document, struct str text)
{
    struct str base = w->schema->document->schema->resource->uri, name = document->name;
    struct str uri = str_slice(text, 0, str_find(text, '#'));
    if (str_equal(uri, name) || str_equal(text, name))
        return true;
    if (base.n)
        uri = jss_uri_resolve(w->scratch, base, uri);
    if (jss_is_old(w))
        return base.n && str_equal(uri, jss_uri_resolve(w->scratch, base, name));
    return str_equal(uri, name) || (str_starts(uri, STR("./")) && str_equal(str_slice(uri, 2, uri.n), name));
}

static bool is_reachable(const struct jss_walk *w, const struct jss_subschema *from, const struct jss_subschema *target,
                         struct str text)
{
    const struct jss_document *document = target->document;
    bool is_by_name = from->document == w->schema->document && document != from->document && !document->is_bundled;
    return !is_by_name || is_name_of(w, document, text);
}

int jss_check_target(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    if (jss_check_uri(w, spot, value) != 0)
        return -1;
    if (jss_is_old(w) && value->text.n == 0)
        return jss_spot_fault(w, spot, STR("not a URI"));
    const struct jss_subschema *from = w->places.items[spot.place].around;
    const struct jss_subschema *target = find_target(w, from, value->text);
    if (!target || !is_reachable(w, from, target, value->text))
        return jss_spot_fault(w, spot, ARENA_JOIN(w->err->arena, STR("the reference leads nowhere: "), value->text));
    if (target->node->kind != JTREE_KIND_OBJECT && !jss_is_boolean(target->node))
        return jss_spot_fault(w, spot,
                              ARENA_JOIN(w->err->arena, STR("the reference leads to no schema: "), value->text));
    return add_target(w, target);
}

/* -- the walk ----------------------------------------------------------------------------------------------------- */

static int check_place(struct jss_walk *w, size_t index)
{
    const struct jtree_node *node = w->places.items[index].node;
    bool is_reference = jss_is_old(w) && jtree_member(node, STR("$ref")) != NULL;
    for (const struct jtree_node *member = node->first; member; member = member->next) {
        bool is_beside;
        jss_check_fn *check = jss_keyword_check(w->dialect, member->name, &is_beside);
        if (!check || member->shadowed || (is_reference && !is_beside))
            continue;
        if (check(w, (struct jss_spot){.place = index, .keyword = member, .index = -1}, member) != 0)
            return -1;
    }
    return 0;
}

/* What the references of the request lead to: up to draft-07 objects, under a name that is a URI. */
static int check_documents(struct jss_walk *w)
{
    for (size_t i = 0; i < w->schema->documents.count; i++) {
        const struct jss_document *document = w->schema->documents.items[i];
        if (!document->name.p || document == w->schema->document)
            continue;
        if (!jss_uri_is_readable(document->name))
            return error_raise(
                w->err, INVALID_SCHEMA,
                ARENA_JOIN(w->err->arena, STR("Invalid JSON: the name of a reference is not a URI: "), document->name));
        if (jss_is_old(w) && document->root->kind != JTREE_KIND_OBJECT)
            return error_raise(w->err, INVALID_SCHEMA,
                               ARENA_JOIN(w->err->arena, STR("Invalid JSON: the reference leads to no JSON object: "),
                                          document->name));
    }
    return 0;
}

static int check_root(struct jss_walk *w)
{
    const struct jtree_node *root = w->schema->document->root, *dialect = jtree_member(root, STR("$schema"));
    if (add_target(w, w->schema->document->schema) != 0)
        return -1;
    struct jss_spot spot = {.place = 0, .keyword = dialect, .index = -1};
    return dialect ? jss_check_string(w, spot, dialect) : 0;
}

int jss_check_reference(const struct jss_schema *schema, struct error *err)
{
    struct arena scratch;
    if (jss_is_boolean(schema->document->root))
        return 0;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct jss_walk w = {
        .schema = schema, .dialect = schema->document->schema->dialect, .scratch = &scratch, .err = err};
    w.has_seen = ARENA_ARRAY(&scratch, schema->subschemas.count + 1, bool);
    int outcome = w.has_seen ? check_root(&w) : error_raise(err, INTERNAL);
    if (outcome == 0)
        outcome = check_documents(&w);
    for (size_t i = 0; i < w.places.count && outcome == 0; i++)
        outcome = check_place(&w, i);
    arena_deinit(&scratch);
    return outcome;
}
