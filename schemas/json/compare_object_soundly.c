#include "json/compare.h"

/* What the reference server does not look at in objects. Taken together, whatever the name of a property, the schemas that the
 * reader has for it are each implied by one that the writer has for it. */

/* -- Names that are required ----------------------------------------------------------------------------------- */

static void compare_required(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct map *required = jss_part_required(reader), *properties = jss_part_properties(reader);
    for (size_t i = 0; i < required->count && !jss_is_done(c); i++) {
        struct str name = required->entries[i].key;
        const struct jtree_node *property = map_get(properties, name);
        jss_step(c, 1);
        if (map_get(jss_part_required(writer), name))
            continue;
        bool is_empty = property && jss_part_at(reader->of, property)->kind == JSS_PART_EMPTY;
        if (property && jtree_member(property, STR("default")))
            jss_differ(c, JSS_DEFAULT_NOT_FILLED_IN, JSS_BELOW("required", name));
        else if (!property || (is_empty && !map_get(jss_part_properties(writer), name)))
            jss_differ(c, JSS_REQUIRED_NAME_ADDED, JSS_BELOW("required", name));
    }
}

/* -- Names and patterns ---------------------------------------------------------------------------------------- */

static const struct jtree_node *patterns_of(const struct jss_part *part)
{
    return jss_part_keyword_of_kind(part, STR("patternProperties"), JTREE_KIND_OBJECT);
}

/* Whether the part may have properties that it neither names nor matches by a pattern. */
static bool has_others(const struct jss_part *part)
{
    return !jtree_is(jss_part_keyword(part, STR("additionalProperties")), JTREE_KIND_FALSE);
}

/* A pattern of the reader that the writer does not have: what it matches must be named by the writer, and fit. */
static void compare_new_pattern(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer,
                                const struct jtree_node *pattern)
{
    struct jss_part *now = jss_part_at(reader->of, pattern);
    const struct jtree_node *patterns = patterns_of(writer);
    const struct map *properties = jss_part_properties(writer);
    struct jss_place place = JSS_BELOW("patternProperties", pattern->name);
    if (now->kind == JSS_PART_EMPTY)
        return;
    if (has_others(writer) || (patterns && patterns->count)) {
        jss_differ(c, JSS_PATTERN_PROPERTIES_CHANGED, place);
        return;
    }
    for (size_t i = 0; i < properties->count && !jss_is_done(c); i++) {
        if (jss_name_matches(&c->patterns, pattern->name, properties->entries[i].key) != JSS_NO_MATCH)
            jss_require(c, now, jss_part_at(writer->of, properties->entries[i].value), place);
    }
}

/* What matched a pattern of the writer only is left to the reader's additionalProperties. */
static void compare_old_pattern(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer,
                                const struct jtree_node *pattern)
{
    struct jss_part *additional = jss_part_of_keyword(reader, STR("additionalProperties"));
    if (additional)
        jss_require(c, additional, jss_part_at(writer->of, pattern), JSS_BELOW("patternProperties", pattern->name));
}

static void compare_patterns(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct jtree_node *now = patterns_of(reader), *before = patterns_of(writer);
    for (const struct jtree_node *node = now ? now->first : NULL; node && !jss_is_done(c); node = node->next) {
        const struct jtree_node *was = before ? jtree_member(before, node->name) : NULL;
        jss_step(c, 1 + (before ? before->count : 0));
        if (!node->shadowed && was)
            jss_require(c, jss_part_at(reader->of, node), jss_part_at(writer->of, was),
                        JSS_BELOW("patternProperties", node->name));
        else if (!node->shadowed)
            compare_new_pattern(c, reader, writer, node);
    }
    for (const struct jtree_node *node = before ? before->first : NULL; node && !jss_is_done(c); node = node->next) {
        jss_step(c, 1 + (now ? now->count : 0));
        if (!node->shadowed && !(now && jtree_member(now, node->name)))
            compare_old_pattern(c, reader, writer, node);
    }
}

/* A property that only the reader names, where the writer accepts anything that its patterns do not match: the reference
 * server takes the writer for closed. */
static void compare_unmatched(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct jtree_node *patterns = patterns_of(writer);
    const struct jtree_node *additional = jss_part_keyword(writer, STR("additionalProperties"));
    const struct map *properties = jss_part_properties(reader);
    if (!patterns || !patterns->count || (additional && additional->kind != JTREE_KIND_TRUE))
        return;
    for (size_t i = 0; i < properties->count && !jss_is_done(c); i++) {
        struct str name = properties->entries[i].key;
        struct jss_part *property = jss_part_at(reader->of, properties->entries[i].value);
        bool is_matched = property->kind == JSS_PART_EMPTY || map_find(jss_part_properties(writer), name);
        for (const struct jtree_node *node = patterns->first; node && !is_matched && jss_step(c, 1); node = node->next)
            is_matched = !node->shadowed && jss_name_matches(&c->patterns, node->name, name) == JSS_MATCHES;
        if (!is_matched)
            jss_differ(c, JSS_OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL, JSS_BELOW("properties", name));
    }
}

static void compare_property_names(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct jss_part *now = jss_part_of_keyword(reader, STR("propertyNames"));
    struct jss_part *before = jss_part_of_keyword(writer, STR("propertyNames"));
    if (!now || now->kind == JSS_PART_EMPTY)
        return;
    if (before)
        jss_require(c, now, before, JSS_KEYWORD("propertyNames"));
    else
        jss_differ(c, JSS_PROPERTY_NAMES_CHANGED, JSS_KEYWORD("propertyNames"));
}

void jss_compare_objects_soundly(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    compare_required(c, reader, writer);
    compare_patterns(c, reader, writer);
    compare_unmatched(c, reader, writer);
    compare_property_names(c, reader, writer);
}
