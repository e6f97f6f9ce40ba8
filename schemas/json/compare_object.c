#include "json/compare.h"

/* -- Content models: what a schema says of properties that it does not name ------------------------------------ */

enum content { CONTENT_OPEN, CONTENT_COVERED, CONTENT_CLOSED };

static bool has_patterns(const struct jss_part *part)
{
    const struct jtree_node *patterns = jss_part_keyword_of_kind(part, STR("patternProperties"), JTREE_KIND_OBJECT);
    return patterns && patterns->count;
}

/* The first pattern that matches decides, else additionalProperties. */
static enum content content_of(struct jss_comparison *c, struct jss_part *part, struct str name,
                               struct jss_part **ret_cover)
{
    const struct jtree_node *additional = jss_part_keyword(part, STR("additionalProperties"));
    bool permits_all = !additional || additional->kind == JTREE_KIND_TRUE;
    if (permits_all && !has_patterns(part))
        return CONTENT_OPEN;
    const struct jtree_node *patterns = jss_part_keyword_of_kind(part, STR("patternProperties"), JTREE_KIND_OBJECT);
    for (const struct jtree_node *node = patterns ? patterns->first : NULL; node && !jss_is_done(c);
         node = node->next) {
        enum jss_match match = node->shadowed ? JSS_NO_MATCH : jss_name_matches(&c->patterns, node->name, name);
        if (match == JSS_MATCH_UNKNOWN && c->is_sound)
            jss_differ(c, JSS_PATTERN_PROPERTIES_CHANGED, JSS_BELOW("patternProperties", node->name));
        if (match != JSS_MATCHES)
            continue;
        *ret_cover = jss_part_at(part->of, node);
        return CONTENT_COVERED;
    }
    if (permits_all || additional->kind == JTREE_KIND_FALSE)
        return CONTENT_CLOSED;
    *ret_cover = jss_part_at(part->of, additional);
    return CONTENT_COVERED;
}

/* -- Properties ------------------------------------------------------------------------------------------------ */

static bool has_default(const struct jtree_node *property)
{
    return jtree_member(property, STR("default")) != NULL;
}

static void add_property(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct str name)
{
    const struct jtree_node *node = map_get(jss_part_properties(reader), name);
    struct jss_part *property = jss_part_at(reader->of, node), *cover;
    struct jss_place place = JSS_BELOW("properties", name);
    bool is_required = map_get(jss_part_required(reader), name) != NULL;
    enum content content = content_of(c, writer, name, &cover);
    if (content == CONTENT_OPEN) {
        jss_differ(c,
                   property->kind == JSS_PART_EMPTY ? JSS_PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL
                   : !is_required                   ? JSS_OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL
                   : has_default(node)              ? JSS_REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL
                                                    : JSS_REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
                   place);
        return;
    }
    if (content == CONTENT_COVERED) {
        bool is_covered = jss_require(c, property, cover, place);
        jss_differ(c,
                   is_covered ? JSS_PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                              : JSS_PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                   place);
    }
    jss_differ(c,
               !is_required        ? JSS_OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL
               : has_default(node) ? JSS_REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL
                                   : JSS_REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL,
               place);
}

static void remove_property(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct str name)
{
    struct jss_part *property = jss_part_at(writer->of, map_get(jss_part_properties(writer), name)), *cover;
    struct jss_place place = JSS_BELOW("properties", name);
    bool is_covered;
    switch (content_of(c, reader, name, &cover)) {
    case CONTENT_OPEN:
        jss_differ(c, JSS_PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL, place);
        break;
    case CONTENT_COVERED:
        is_covered = jss_require(c, cover, property, place);
        jss_differ(c,
                   is_covered ? JSS_PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                              : JSS_PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                   place);
        break;
    case CONTENT_CLOSED:
        jss_differ(c,
                   property->kind == JSS_PART_FALSE ? JSS_PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL
                                                    : JSS_PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL,
                   place);
        break;
    }
}

/* Of properties that both name. */
static void compare_required(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    static const struct map none;
    const struct map *properties = jss_part_properties(writer), *now = jss_part_properties(reader);
    if (!jss_part_required(reader)->count && !jss_part_required(writer)->count)
        return;
    struct jss_name_list names = jss_names_of_both(c, properties, &none);
    for (size_t i = 0; i < names.count && !jss_is_done(c); i++) {
        struct str name = names.items[i];
        const struct jtree_node *property = map_get(now, name);
        bool is_required = map_get(jss_part_required(reader), name),
             was_required = map_get(jss_part_required(writer), name);
        jss_step(c, 1);
        if (!property || is_required == was_required)
            continue;
        jss_differ(c,
                   was_required            ? JSS_REQUIRED_ATTRIBUTE_REMOVED
                   : has_default(property) ? JSS_REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED
                                           : JSS_REQUIRED_ATTRIBUTE_ADDED,
                   JSS_BELOW("required", name));
    }
}

static void compare_properties(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct map *now = jss_part_properties(reader), *before = jss_part_properties(writer);
    struct jss_name_list names = jss_names_of_both(c, before, now);
    for (size_t i = 0; i < names.count && !jss_is_done(c); i++) {
        struct str name = names.items[i];
        const struct jtree_node *property = map_get(now, name), *was = map_get(before, name);
        if (!was)
            add_property(c, reader, writer, name);
        else if (!property)
            remove_property(c, reader, writer, name);
        else
            jss_require(c, jss_part_at(reader->of, property), jss_part_at(writer->of, was),
                        JSS_BELOW("properties", name));
    }
}

/* -- Dependencies ---------------------------------------------------------------------------------------------- */

/* Names and what depends on them, in whatever way the draft writes it. */
struct dependencies {
    struct map lists, schemas; /* name -> node */
};

static void collect(struct jss_comparison *c, const struct jss_part *part, struct str keyword, struct dependencies *ret)
{
    const struct jtree_node *object = jss_part_keyword_of_kind(part, keyword, JTREE_KIND_OBJECT);
    for (struct jtree_node *node = object ? object->first : NULL; node && jss_step(c, 1); node = node->next) {
        struct map *map = node->kind == JTREE_KIND_ARRAY ? &ret->lists : &ret->schemas;
        if (!node->shadowed)
            c->failed |= map_put(map, node->name, node) < 0;
    }
}

static struct dependencies dependencies_of(struct jss_comparison *c, const struct jss_part *part)
{
    struct dependencies found;
    map_init(&found.lists, c->arena);
    map_init(&found.schemas, c->arena);
    collect(c, part, STR("dependencies"), &found);
    collect(c, part, STR("dependentRequired"), &found);
    collect(c, part, STR("dependentSchemas"), &found);
    return found;
}

static bool has_texts(struct jss_comparison *c, const struct jtree_node *list, const struct jtree_node *wanted)
{
    struct map texts;
    map_init(&texts, c->arena);
    for (struct jtree_node *item = list->first; item && jss_step(c, 1); item = item->next)
        c->failed |= map_put(&texts, item->text, item) < 0;
    for (const struct jtree_node *item = wanted->first; item && jss_step(c, 1); item = item->next) {
        if (!map_get(&texts, item->text))
            return false;
    }
    return true;
}

static void compare_lists(struct jss_comparison *c, const struct jtree_node *reader, const struct jtree_node *writer,
                          struct str name)
{
    struct jss_place place = JSS_BELOW("dependencies", name);
    if (!reader || !writer) {
        jss_differ(c, reader ? JSS_DEPENDENCY_ARRAY_ADDED : JSS_DEPENDENCY_ARRAY_REMOVED, place);
        return;
    }
    bool has_all = has_texts(c, reader, writer), had_all = has_texts(c, writer, reader);
    if (!has_all || !had_all)
        jss_differ(c,
                   has_all   ? JSS_DEPENDENCY_ARRAY_EXTENDED
                   : had_all ? JSS_DEPENDENCY_ARRAY_NARROWED
                             : JSS_DEPENDENCY_ARRAY_CHANGED,
                   place);
}

static void compare_dependencies(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct dependencies now = dependencies_of(c, reader), before = dependencies_of(c, writer);
    struct jss_name_list names = jss_names_of_both(c, &before.lists, &now.lists);
    for (size_t i = 0; i < names.count && !jss_is_done(c); i++)
        compare_lists(c, map_get(&now.lists, names.items[i]), map_get(&before.lists, names.items[i]), names.items[i]);
    names = jss_names_of_both(c, &before.schemas, &now.schemas);
    for (size_t i = 0; i < names.count && !jss_is_done(c); i++) {
        const struct jtree_node *schema = map_get(&now.schemas, names.items[i]);
        const struct jtree_node *was = map_get(&before.schemas, names.items[i]);
        struct jss_place place = JSS_BELOW("dependencies", names.items[i]);
        if (schema && was)
            jss_require(c, jss_part_at(reader->of, schema), jss_part_at(writer->of, was), place);
        else
            jss_differ(c, schema ? JSS_DEPENDENCY_SCHEMA_ADDED : JSS_DEPENDENCY_SCHEMA_REMOVED, place);
    }
}

/* -- Objects --------------------------------------------------------------------------------------------------- */

static void compare_additional(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct jss_others others = JSS_OTHERS("additionalProperties", ADDITIONAL_PROPERTIES);
    struct str keyword = others.place.keyword;
    jss_compare_others(c, &others, reader->of, jss_part_keyword(reader, keyword), writer->of,
                       jss_part_keyword(writer, keyword));
}

static const struct jss_bound bounds[] = {JSS_BOUND("maxProperties", MAX_PROPERTIES),
                                          JSS_BOUND("minProperties", MIN_PROPERTIES)};

void jss_compare_objects(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    compare_required(c, reader, writer);
    compare_properties(c, reader, writer);
    if (jss_is_done(c))
        return;
    compare_dependencies(c, reader, writer);
    compare_additional(c, reader, writer);
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        jss_compare_bound(c, &bounds[i], jss_number_of(reader, bounds[i].keyword),
                          jss_number_of(writer, bounds[i].keyword));
    if (c->is_sound)
        jss_compare_objects_soundly(c, reader, writer);
}
