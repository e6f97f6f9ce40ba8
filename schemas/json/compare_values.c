#include "json/compare.h"

#include "decimal.h"

#include <stdlib.h>

/* Digits that one step of exact arithmetic gets through. */
#define DIGITS_PER_STEP 16

/* -- Bounds ---------------------------------------------------------------------------------------------------- */

struct str jss_number_of(const struct jss_part *part, struct str keyword)
{
    const struct jtree_node *node = jss_part_keyword_of_kind(part, keyword, JTREE_KIND_NUMBER);
    return node ? node->text : (struct str){NULL, 0};
}

static bool is_incompatible(enum jss_difference difference)
{
    return jss_difference_rows[difference].class == JSS_INCOMPATIBLE;
}

/* How two numbers compare; numbers that are too large to be looked at differ in the way that is incompatible. */
static void compare_numbers(struct jss_comparison *c, const struct jss_bound *bound, struct str reader,
                            struct str writer, struct jss_place place)
{
    struct decimal now, before;
    enum jss_difference worse = is_incompatible(bound->increased) ? bound->increased : bound->decreased;
    if (str_equal(reader, writer))
        return;
    if (decimal_parse(reader, &now) != DECIMAL_OK || decimal_parse(writer, &before) != DECIMAL_OK) {
        jss_differ(c, worse, place);
        return;
    }
    int order = decimal_compare(&now, &before);
    if (order)
        jss_differ(c, order > 0 ? bound->increased : bound->decreased, place);
}

void jss_compare_bound(struct jss_comparison *c, const struct jss_bound *bound, struct str reader, struct str writer)
{
    struct jss_place place = {bound->keyword, {NULL, 0}};
    jss_step(c, 1 + (reader.n + writer.n) / DIGITS_PER_STEP);
    if (reader.p && writer.p)
        compare_numbers(c, bound, reader, writer, place);
    else if (reader.p)
        jss_differ(c, bound->added, place);
    else if (writer.p)
        jss_differ(c, bound->removed, place);
}

static void compare_bounds(struct jss_comparison *c, const struct jss_bound *bounds, size_t count,
                           const struct jss_part *reader, const struct jss_part *writer)
{
    for (size_t i = 0; i < count; i++)
        jss_compare_bound(c, &bounds[i], jss_number_of(reader, bounds[i].keyword),
                          jss_number_of(writer, bounds[i].keyword));
}

/* -- Strings ---------------------------------------------------------------------------------------------------- */

static const struct jss_bound lengths[] = {JSS_BOUND("maxLength", MAX_LENGTH), JSS_BOUND("minLength", MIN_LENGTH)};

void jss_compare_strings(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    compare_bounds(c, lengths, sizeof lengths / sizeof *lengths, reader, writer);
    const struct jtree_node *now = jss_part_keyword_of_kind(reader, STR("pattern"), JTREE_KIND_STRING);
    const struct jtree_node *before = jss_part_keyword_of_kind(writer, STR("pattern"), JTREE_KIND_STRING);
    struct jss_place place = JSS_KEYWORD("pattern");
    if (now && !before)
        jss_differ(c, JSS_PATTERN_ADDED, place);
    else if (!now && before)
        jss_differ(c, JSS_PATTERN_REMOVED, place);
    else if (now && !str_equal(now->text, before->text))
        jss_differ(c, JSS_PATTERN_CHANGED, place);
}

/* -- Numbers ---------------------------------------------------------------------------------------------------- */

static const struct jss_bound limits[] = {
    JSS_BOUND("maximum", MAXIMUM),
    JSS_BOUND("minimum", MINIMUM),
    JSS_BOUND("exclusiveMaximum", EXCLUSIVE_MAXIMUM),
    JSS_BOUND("exclusiveMinimum", EXCLUSIVE_MINIMUM),
};

/* Whether value is a multiple of step; the work grows with the distance of their exponents. */
static bool is_multiple(struct jss_comparison *c, const struct decimal *value, const struct decimal *step)
{
    uint64_t span = (uint64_t)llabs(value->exponent - step->exponent) + value->integer.n + value->fraction.n;
    uint64_t digits = step->integer.n + step->fraction.n;
    return jss_step(c, span / DIGITS_PER_STEP * (1 + digits / DIGITS_PER_STEP)) && decimal_is_multiple(value, step);
}

static void compare_multiples(struct jss_comparison *c, struct str reader, struct str writer)
{
    struct decimal now, before;
    struct jss_place place = JSS_KEYWORD("multipleOf");
    if (!reader.p || !writer.p) {
        if (reader.p != writer.p)
            jss_differ(c, reader.p ? JSS_MULTIPLE_OF_ADDED : JSS_MULTIPLE_OF_REMOVED, place);
        return;
    }
    if (str_equal(reader, writer))
        return;
    if (decimal_parse(reader, &now) != DECIMAL_OK || decimal_parse(writer, &before) != DECIMAL_OK)
        jss_differ(c, JSS_MULTIPLE_OF_CHANGED, place);
    else if (decimal_compare(&now, &before) == 0)
        return;
    else if (is_multiple(c, &before, &now))
        jss_differ(c, JSS_MULTIPLE_OF_REDUCED, place);
    else
        jss_differ(c, is_multiple(c, &now, &before) ? JSS_MULTIPLE_OF_EXPANDED : JSS_MULTIPLE_OF_CHANGED, place);
}

/* Draft-04 has flags that make minimum and maximum exclusive. */
static bool has_flag(const struct jss_part *part, struct str keyword)
{
    return part->subschema && part->subschema->dialect == JSS_DRAFT_04 &&
           jss_part_keyword_of_kind(part, keyword, JTREE_KIND_TRUE);
}

static void compare_flags_soundly(struct jss_comparison *c, const struct jss_part *reader,
                                  const struct jss_part *writer)
{
    struct str minimum = STR("exclusiveMinimum"), maximum = STR("exclusiveMaximum");
    if (has_flag(reader, minimum) && !has_flag(writer, minimum))
        jss_differ(c, JSS_EXCLUSIVE_MINIMUM_ADDED, JSS_KEYWORD("exclusiveMinimum"));
    if (has_flag(reader, maximum) && !has_flag(writer, maximum))
        jss_differ(c, JSS_EXCLUSIVE_MAXIMUM_ADDED, JSS_KEYWORD("exclusiveMaximum"));
}

/* An integer of draft-04 is one by its spelling, a later one by its value: 1.0 is none of the former. */
static bool is_spelled_integer(const struct jss_part *part)
{
    return part->is_integer && part->subschema->dialect == JSS_DRAFT_04;
}

void jss_compare_numbers(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    compare_bounds(c, limits, sizeof limits / sizeof *limits, reader, writer);
    compare_multiples(c, jss_number_of(reader, STR("multipleOf")), jss_number_of(writer, STR("multipleOf")));
    if (c->is_sound)
        compare_flags_soundly(c, reader, writer);
    if (reader->is_integer != writer->is_integer)
        jss_differ(c, reader->is_integer ? JSS_TYPE_NARROWED : JSS_TYPE_EXTENDED, JSS_HERE);
    else if (c->is_sound && is_spelled_integer(reader) && !is_spelled_integer(writer))
        jss_differ(c, JSS_TYPE_NARROWED, JSS_HERE);
}

/* -- What is not named ------------------------------------------------------------------------------------------ */

void jss_compare_others(struct jss_comparison *c, const struct jss_others *others, struct jss_parts *reader_of,
                        const struct jtree_node *reader, struct jss_parts *writer_of, const struct jtree_node *writer)
{
    bool is_none = jtree_is(reader, JTREE_KIND_FALSE), was_none = jtree_is(writer, JTREE_KIND_FALSE);
    bool is_schema = jtree_is(reader, JTREE_KIND_OBJECT), was_schema = jtree_is(writer, JTREE_KIND_OBJECT);
    if (is_none != was_none)
        jss_differ(c, is_none ? others->removed : others->added, others->place);
    else if (is_schema != was_schema)
        jss_differ(c, is_schema ? others->narrowed : others->extended, others->place);
    else if (is_schema)
        jss_require(c, jss_part_at(reader_of, reader), jss_part_at(writer_of, writer), others->place);
}
