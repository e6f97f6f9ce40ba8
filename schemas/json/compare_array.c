#include "json/compare.h"

/* The items of an array: a tuple of the first ones, and a schema for all (without a tuple) or for those behind the tuple. */
struct items {
    struct jss_part *of;
    const struct jtree_node *tuple; /* NULL: none */
    const struct jtree_node *all;
    const struct jtree_node *additional;
    bool is_idle; /* additional restricts nothing; of writers under "sound" only */
};

/* Up to 2019-09 a tuple is a list of items, and additionalItems is for those behind it; from 2020-12 on prefixItems and items.
 * The reference server looks at additionalItems without a tuple too, where it has no meaning. */
static struct items items_of(struct jss_part *part)
{
    struct items found = {.of = part, .tuple = jss_part_keyword_of_kind(part, STR("prefixItems"), JTREE_KIND_ARRAY)};
    const struct jtree_node *items = jss_part_keyword(part, STR("items"));
    if (found.tuple) {
        found.additional = items;
        return found;
    }
    if (jtree_is(items, JTREE_KIND_ARRAY))
        found.tuple = items;
    else
        found.all = items;
    found.additional = jss_part_keyword(part, STR("additionalItems"));
    return found;
}

static bool is_open(const struct items *items)
{
    return items->is_idle || !items->additional || items->additional->kind == JTREE_KIND_TRUE;
}

static bool is_closed(const struct items *items)
{
    return !items->is_idle && jtree_is(items->additional, JTREE_KIND_FALSE);
}

/* -- Tuples ---------------------------------------------------------------------------------------------------- */

static void add_item(struct jss_comparison *c, struct jss_part *item, const struct items *writer,
                     struct jss_place place)
{
    if (is_open(writer)) {
        jss_differ(c,
                   item->kind == JSS_PART_EMPTY ? JSS_ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL
                                                : JSS_ITEM_ADDED_TO_OPEN_CONTENT_MODEL,
                   place);
    } else if (is_closed(writer)) {
        jss_differ(c, JSS_ITEM_ADDED_TO_CLOSED_CONTENT_MODEL, place);
    } else {
        bool is_covered = jss_require(c, item, jss_part_at(writer->of->of, writer->additional), place);
        jss_differ(c,
                   is_covered ? JSS_ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                              : JSS_ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                   place);
    }
}

static void remove_item(struct jss_comparison *c, const struct items *reader, struct jss_part *item,
                        struct jss_place place)
{
    if (is_open(reader)) {
        jss_differ(c, JSS_ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL, place);
    } else if (is_closed(reader)) {
        jss_differ(c,
                   item->kind == JSS_PART_FALSE ? JSS_ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL
                                                : JSS_ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL,
                   place);
    } else {
        bool is_covered = jss_require(c, jss_part_at(reader->of->of, reader->additional), item, place);
        jss_differ(c,
                   is_covered ? JSS_ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                              : JSS_ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                   place);
    }
}

static void compare_tuples(struct jss_comparison *c, const struct items *reader, const struct items *writer)
{
    const struct jtree_node *now = reader->tuple ? reader->tuple->first : NULL;
    const struct jtree_node *before = writer->tuple ? writer->tuple->first : NULL;
    for (int64_t index = 0; (now || before) && !jss_is_done(c); index++) {
        struct jss_part *item = now ? jss_part_at(reader->of->of, now) : NULL;
        struct jss_part *was = before ? jss_part_at(writer->of->of, before) : NULL;
        struct jss_place place = JSS_BELOW("items", STR_INT(index));
        jss_step(c, 1);
        if (!was)
            add_item(c, item, writer, place);
        else if (!item)
            remove_item(c, reader, was, place);
        else
            jss_require(c, item, was, place);
        now = now ? now->next : NULL;
        before = before ? before->next : NULL;
    }
}

/* -- Other items ----------------------------------------------------------------------------------------------- */

static void compare_all(struct jss_comparison *c, const struct items *reader, const struct items *writer)
{
    struct jss_place place = JSS_KEYWORD("items");
    if (reader->all && writer->all)
        jss_require(c, jss_part_at(reader->of->of, reader->all), jss_part_at(writer->of->of, writer->all), place);
    else if (reader->all || writer->all)
        jss_differ(c, reader->all ? JSS_SCHEMA_ADDED : JSS_SCHEMA_REMOVED, place);
}

static void compare_additional(struct jss_comparison *c, const struct items *reader, const struct items *writer)
{
    const struct jss_others others = JSS_OTHERS("additionalItems", ADDITIONAL_ITEMS);
    const struct jtree_node *before = writer->is_idle && reader->tuple ? NULL : writer->additional;
    jss_compare_others(c, &others, reader->of->of, reader->additional, writer->of->of, before);
}

/* -- Contained items ------------------------------------------------------------------------------------------- */

static const struct jss_bound max_contains = JSS_BOUND("maxContains", MAX_CONTAINS);
static const struct jss_bound min_contains = JSS_BOUND("minContains", MIN_CONTAINS);

/* One when the schema does not say how many; the reference server has it so in the drafts only that can say it. */
static struct str least_contained(const struct jss_part *part)
{
    struct str number = jss_number_of(part, STR("minContains"));
    if (!jss_part_keyword(part, STR("contains")))
        return (struct str){NULL, 0};
    return number.p || part->subschema->dialect <= JSS_DRAFT_07 ? number : STR("1");
}

static struct str most_contained(const struct jss_part *part)
{
    return jss_part_keyword(part, STR("contains")) ? jss_number_of(part, STR("maxContains")) : (struct str){NULL, 0};
}

/* The reference server counts, and does not look at what is counted. */
static void compare_contained_soundly(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct jtree_node *now = jss_part_keyword(reader, STR("contains"));
    const struct jtree_node *before = jss_part_keyword(writer, STR("contains"));
    struct jss_place place = JSS_KEYWORD("contains");
    bool has_most = most_contained(reader).p != NULL;
    if (!now)
        return;
    if (reader->subschema->dialect <= JSS_DRAFT_07) {
        struct str least = least_contained(writer);
        jss_compare_bound(c, &min_contains, STR("1"), before && !least.p ? STR("1") : least);
    }
    if (!before || (has_most && !jss_is_same(c, reader->of, now, writer->of, before)))
        jss_differ(c, JSS_CONTAINS_CHANGED, place);
    else if (!has_most)
        jss_require(c, jss_part_at(reader->of, now), jss_part_at(writer->of, before), place);
}

/* -- Arrays ---------------------------------------------------------------------------------------------------- */

static void compare_limits(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    static const struct jss_bound max_items = JSS_BOUND("maxItems", MAX_ITEMS);
    static const struct jss_bound min_items = JSS_BOUND("minItems", MIN_ITEMS);
    bool is_unique = jss_part_keyword_of_kind(reader, STR("uniqueItems"), JTREE_KIND_TRUE);
    bool was_unique = jss_part_keyword_of_kind(writer, STR("uniqueItems"), JTREE_KIND_TRUE);
    jss_compare_bound(c, &max_items, jss_number_of(reader, max_items.keyword),
                      jss_number_of(writer, max_items.keyword));
    jss_compare_bound(c, &min_items, jss_number_of(reader, min_items.keyword),
                      jss_number_of(writer, min_items.keyword));
    if (is_unique != was_unique)
        jss_differ(c, is_unique ? JSS_UNIQUE_ITEMS_ADDED : JSS_UNIQUE_ITEMS_REMOVED, JSS_KEYWORD("uniqueItems"));
    jss_compare_bound(c, &max_contains, most_contained(reader), most_contained(writer));
    jss_compare_bound(c, &min_contains, least_contained(reader), least_contained(writer));
}

void jss_compare_arrays(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct items now = items_of(reader), before = items_of(writer);
    before.is_idle = c->is_sound && !before.tuple;
    compare_all(c, &now, &before);
    compare_tuples(c, &now, &before);
    compare_additional(c, &now, &before);
    compare_limits(c, reader, writer);
    if (c->is_sound)
        compare_contained_soundly(c, reader, writer);
}
