#include "json/check_walk_private.h"

#include "decimal.h"

#include <stdlib.h>

/* NaN and infinities become strings. */
static bool is_number(const struct jtree_node *node)
{
    struct decimal value;
    return node->kind == JTREE_KIND_NUMBER && decimal_parse(node->text, &value) != DECIMAL_BAD;
}

static int wrong_kind(struct jss_walk *w, struct jss_spot spot, const char *wanted, const struct jtree_node *node)
{
    bool is_finite = node->kind != JTREE_KIND_NUMBER || is_number(node);
    struct str found = is_finite ? str_of(jtree_kind_name(node->kind)) : node->text;
    return jss_spot_fault(w, spot, ARENA_JOIN(w->err->arena, STR("expected "), str_of(wanted), STR(", found "), found));
}

int jss_check_string(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_STRING ? 0 : wrong_kind(w, spot, "a string", value);
}

static int check_boolean(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return jss_is_boolean(value) ? 0 : wrong_kind(w, spot, "a boolean", value);
}

static int check_number(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return is_number(value) ? 0 : wrong_kind(w, spot, "a number", value);
}

/* Of 32 bits, written without fraction or exponent. */
static int check_integer(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    int64_t integer;
    bool fits =
        value->kind == JTREE_KIND_NUMBER && str_to_i64_in(value->text, INT32_MIN, INT32_MAX, &integer) == STR_NUMBER_OK;
    return fits ? 0 : wrong_kind(w, spot, "an integer of 32 bits", value);
}

/* A number whose nearest double is not zero. */
static int check_divisor(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    if (!is_number(value))
        return wrong_kind(w, spot, "a number", value);
    struct str copy = arena_str(w->scratch, value->text);
    double divisor = copy.p ? strtod(copy.p, NULL) : 1;
    return divisor < 0 || divisor > 0 ? 0 : jss_spot_fault(w, spot, STR("must not be 0"));
}

static int check_array(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_ARRAY ? 0 : wrong_kind(w, spot, "an array", value);
}

/* Each item of an array. */
static int check_items_by(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *list, jss_check_fn *check)
{
    if (check_array(w, spot, list) != 0)
        return -1;
    spot.index = 0;
    for (const struct jtree_node *item = list->first; item; item = item->next, spot.index++) {
        if (check(w, spot, item) != 0)
            return -1;
    }
    return 0;
}

/* Each member of an object that counts. */
static int check_members_by(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *map, jss_check_fn *check)
{
    if (map->kind != JTREE_KIND_OBJECT)
        return wrong_kind(w, spot, "an object", map);
    for (const struct jtree_node *member = map->first; member; member = member->next) {
        spot.name = member->name;
        if (!member->shadowed && check(w, spot, member) != 0)
            return -1;
    }
    return 0;
}

static int check_strings(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_items_by(w, spot, value, jss_check_string);
}

static int check_strings_map(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_members_by(w, spot, value, check_strings);
}

static int check_type(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *type)
{
    static const char *const names[] = {"array", "boolean", "integer", "null", "number", "object", "string"};
    if (type->kind != JTREE_KIND_STRING)
        return wrong_kind(w, spot, "the name of a type", type);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_equal(type->text, str_of(names[i])))
            return 0;
    }
    return jss_spot_fault(w, spot, ARENA_JOIN(w->err->arena, STR("unknown type: "), type->text));
}

/* One or several. */
static int check_types(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_ARRAY ? check_items_by(w, spot, value, check_type) : check_type(w, spot, value);
}

static int check_expression(struct jss_walk *w, struct jss_spot spot, struct str pattern)
{
    struct arena_mark mark = arena_mark(w->scratch);
    const char *why = jss_pattern_fault(pattern, w->scratch);
    arena_rewind(w->scratch, mark);
    return why ? jss_spot_fault(w, spot, ARENA_JOIN(w->err->arena, STR("not a regular expression: "), str_of(why))) : 0;
}

static int check_pattern(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return jss_check_string(w, spot, value) != 0 ? -1 : check_expression(w, spot, value->text);
}

int jss_check_uri(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    if (jss_check_string(w, spot, value) != 0)
        return -1;
    return jss_uri_is_readable(value->text) ? 0 : jss_spot_fault(w, spot, STR("not a URI"));
}

static int check_uri_if_string(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_STRING ? jss_check_uri(w, spot, value) : 0;
}

static int check_anchor_if_string(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    if (value->kind != JTREE_KIND_STRING)
        return 0;
    struct str uri = ARENA_JOIN(w->scratch, STR("#"), value->text);
    return uri.p && jss_uri_is_readable(uri) ? 0 : jss_spot_fault(w, spot, STR("not a part of a URI"));
}

/* An object or a boolean. */
static int check_schema(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    if (jss_is_boolean(value))
        return 0;
    if (value->kind != JTREE_KIND_OBJECT)
        return wrong_kind(w, spot, "an object or a boolean", value);
    const struct jss_subschema *self = jss_subschema_at(w->schema, value);
    return jss_add_place(w, (struct jss_place){value, self ? self : w->places.items[spot.place].around, false, spot});
}

/* Where "if" stands beside it; else it means nothing. */
static int check_schema_with_if(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return jtree_member(w->places.items[spot.place].node, STR("if")) ? check_schema(w, spot, value) : 0;
}

static int check_schemas(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_items_by(w, spot, value, check_schema);
}

static int check_schema_map(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_members_by(w, spot, value, check_schema);
}

static int check_by_pattern(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_expression(w, spot, value->name) != 0 ? -1 : check_schema(w, spot, value);
}

static int check_pattern_map(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_members_by(w, spot, value, check_by_pattern);
}

/* In the root of a document, unless they are no object: Confluent Schema Registry makes $defs of them. */
static int check_definitions(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    const struct jss_place *place = &w->places.items[spot.place];
    bool counts = value->kind == JTREE_KIND_OBJECT && place->node == place->around->document->root;
    return counts ? check_schema_map(w, spot, value) : 0;
}

static int check_items(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_ARRAY ? check_schemas(w, spot, value) : check_schema(w, spot, value);
}

static int check_items_04(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return jss_is_boolean(value) ? wrong_kind(w, spot, "an object or an array", value) : check_items(w, spot, value);
}

static int check_dependency(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_ARRAY ? check_strings(w, spot, value) : check_schema(w, spot, value);
}

static int check_dependency_04(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return jss_is_boolean(value) ? wrong_kind(w, spot, "an object or an array", value)
                                 : check_dependency(w, spot, value);
}

static int check_dependencies(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_members_by(w, spot, value, check_dependency);
}

static int check_dependencies_04(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    return check_members_by(w, spot, value, check_dependency_04);
}

static int refuse(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value)
{
    (void)value;
    return jss_spot_fault(w, spot, STR("dynamic references are not supported"));
}

/* -- the keywords ------------------------------------------------------------------------------------------------- */

/* By draft, in the order of enum jss_dialect. */
#define OLD(check) check, check, check
#define FROM_06(check) check, check
#define NEW(check) check, check
#define ALL(check) OLD(check), NEW(check)

static const struct keyword {
    struct str name;
    jss_check_fn *checks[JSS_DIALECT_COUNT_]; /* NULL: anything will do */
    bool is_beside_reference; /* up to draft-07: looked at where a $ref stands, too */
} keywords[] = {
    /* Sorted by name. */
    {{"$anchor", 7}, {OLD(NULL), NEW(check_anchor_if_string)}, false},
    {{"$defs", 5}, {OLD(NULL), NEW(check_schema_map)}, false},
    {{"$dynamicAnchor", 14}, {OLD(NULL), NEW(jss_check_string)}, false},
    {{"$dynamicRef", 11}, {OLD(NULL), NEW(refuse)}, false},
    {{"$id", 3}, {NULL, FROM_06(jss_check_uri), NEW(check_uri_if_string)}, true},
    {{"$ref", 4}, {ALL(jss_check_target)}, true},
    {{"$schema", 7}, {OLD(NULL), NEW(jss_check_string)}, false},
    {{"additionalItems", 15}, {OLD(check_schema), NEW(NULL)}, false},
    {{"additionalProperties", 20}, {ALL(check_schema)}, false},
    {{"allOf", 5}, {ALL(check_schemas)}, false},
    {{"anyOf", 5}, {ALL(check_schemas)}, false},
    {{"contains", 8}, {NULL, FROM_06(check_schema), NEW(check_schema)}, false},
    {{"definitions", 11}, {OLD(NULL), NEW(check_definitions)}, false},
    {{"dependencies", 12}, {check_dependencies_04, FROM_06(check_dependencies), NEW(NULL)}, false},
    {{"dependentRequired", 17}, {OLD(NULL), NEW(check_strings_map)}, false},
    {{"dependentSchemas", 16}, {OLD(NULL), NEW(check_schema_map)}, false},
    {{"deprecated", 10}, {OLD(NULL), NEW(check_boolean)}, false},
    {{"description", 11}, {ALL(jss_check_string)}, true},
    {{"else", 4}, {NULL, NULL, check_schema, NEW(check_schema_with_if)}, false},
    {{"enum", 4}, {ALL(check_array)}, false},
    {{"exclusiveMaximum", 16}, {check_boolean, FROM_06(check_number), NEW(check_number)}, false},
    {{"exclusiveMinimum", 16}, {check_boolean, FROM_06(check_number), NEW(check_number)}, false},
    {{"format", 6}, {ALL(jss_check_string)}, false},
    {{"id", 2}, {jss_check_uri, FROM_06(NULL), NEW(NULL)}, true},
    {{"if", 2}, {NULL, NULL, check_schema, NEW(check_schema)}, false},
    {{"items", 5}, {check_items_04, FROM_06(check_items), check_items, check_schema}, false},
    {{"maxItems", 8}, {OLD(check_integer), NEW(check_number)}, false},
    {{"maxLength", 9}, {OLD(check_integer), NEW(check_number)}, false},
    {{"maxProperties", 13}, {OLD(check_integer), NEW(check_number)}, false},
    {{"maximum", 7}, {ALL(check_number)}, false},
    {{"minItems", 8}, {OLD(check_integer), NEW(check_number)}, false},
    {{"minLength", 9}, {OLD(check_integer), NEW(check_number)}, false},
    {{"minProperties", 13}, {OLD(check_integer), NEW(check_number)}, false},
    {{"minimum", 7}, {ALL(check_number)}, false},
    {{"multipleOf", 10}, {OLD(check_divisor), NEW(check_number)}, false},
    {{"not", 3}, {ALL(check_schema)}, false},
    {{"oneOf", 5}, {ALL(check_schemas)}, false},
    {{"pattern", 7}, {ALL(check_pattern)}, false},
    {{"patternProperties", 17}, {ALL(check_pattern_map)}, false},
    {{"prefixItems", 11}, {OLD(NULL), NEW(check_schemas)}, false},
    {{"properties", 10}, {ALL(check_schema_map)}, false},
    {{"propertyNames", 13}, {NULL, FROM_06(check_schema), NEW(check_schema)}, false},
    {{"readOnly", 8}, {NULL, NULL, check_boolean, NEW(check_boolean)}, true},
    {{"required", 8}, {ALL(check_strings)}, false},
    {{"then", 4}, {NULL, NULL, check_schema, NEW(check_schema_with_if)}, false},
    {{"title", 5}, {ALL(jss_check_string)}, true},
    {{"type", 4}, {ALL(check_types)}, false},
    {{"unevaluatedItems", 16}, {OLD(NULL), NEW(check_schema)}, false},
    {{"unevaluatedProperties", 21}, {OLD(NULL), NEW(check_schema)}, false},
    {{"uniqueItems", 11}, {ALL(check_boolean)}, false},
    {{"writeOnly", 9}, {NULL, NULL, check_boolean, NEW(check_boolean)}, true},
};

static int compare_keywords(const void *name, const void *keyword)
{
    return str_compare(*(const struct str *)name, ((const struct keyword *)keyword)->name);
}

jss_check_fn *jss_keyword_check(enum jss_dialect dialect, struct str name, bool *ret_is_beside)
{
    const struct keyword *keyword =
        bsearch(&name, keywords, sizeof keywords / sizeof keywords[0], sizeof keywords[0], compare_keywords);
    *ret_is_beside = keyword && keyword->is_beside_reference;
    return keyword ? keyword->checks[dialect] : NULL;
}
