#include "json/compare.h"

/* -- Combined and plain --------------------------------------------------------------------------------------- */

/* The writer is read by a member of the reader. True when that settles it. */
static bool read_by_a_member(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (reader->member_count != 1 && reader->criterion == JSS_ALL_OF)
        return false;
    if (c->is_sound && reader->member_count > 1 && reader->criterion == JSS_ONE_OF && !jss_is_disjoint(c, reader)) {
        jss_differ(c, JSS_ONE_OF_MAY_OVERLAP, JSS_HERE);
        return true;
    }
    for (size_t i = 0; i < reader->member_count && jss_step(c, 1); i++) {
        struct jss_part *member = jss_part_member(reader, i);
        if (!jss_can_read(c, member, writer))
            continue;
        jss_list_pair(c, member, writer, JSS_HERE);
        if (reader->member_count > 1)
            jss_differ(c, JSS_SUM_TYPE_EXTENDED, JSS_HERE);
        return true;
    }
    return false;
}

/* A member of the writer is read by the reader. True when that settles it. */
static bool reads_a_member(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (writer->member_count != 1 && writer->criterion != JSS_ALL_OF)
        return false;
    for (size_t i = 0; i < writer->member_count && jss_step(c, 1); i++) {
        struct jss_part *member = jss_part_member(writer, i);
        if (!jss_can_read(c, reader, member))
            continue;
        jss_list_pair(c, reader, member, JSS_HERE);
        if (writer->member_count > 1)
            jss_differ(c, JSS_PRODUCT_TYPE_NARROWED, JSS_HERE);
        return true;
    }
    return false;
}

/* -- Kinds ---------------------------------------------------------------------------------------------------- */

static bool is_connect_bytes(const struct jss_part *part)
{
    const struct jtree_node *type =
        part->is_whole ? jss_part_keyword_of_kind(part, STR("connect.type"), JTREE_KIND_STRING) : NULL;
    return type && str_equal(type->text, STR("bytes"));
}

static void compare_kinds(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (writer->kind == JSS_PART_FALSE || reader->kind == JSS_PART_EMPTY)
        return;
    if (!c->is_sound && is_connect_bytes(reader) && is_connect_bytes(writer))
        return;
    bool is_unknown = c->is_sound && (reader->kind == JSS_PART_REFERENCE || writer->kind == JSS_PART_REFERENCE);
    jss_differ(c, is_unknown ? JSS_REFERENCE_UNKNOWN : JSS_TYPE_CHANGED, JSS_HERE);
}

static bool is_other_text(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer,
                          struct str reader_keyword, struct str writer_keyword)
{
    const struct jtree_node *now = jss_part_keyword(reader, reader_keyword);
    const struct jtree_node *before = jss_part_keyword(writer, writer_keyword);
    if (!now || !before)
        return now != before;
    return !str_equal(jss_parts_text(&c->reader, now), jss_parts_text(&c->reader, before));
}

static struct str id_keyword(const struct jss_part *part)
{
    return part->subschema && part->subschema->dialect == JSS_DRAFT_04 ? STR("id") : STR("$id");
}

/* What tells readers about a schema and changes nothing. */
static void compare_annotations(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (!c->wants_compatible || !c->is_listing || !reader->is_whole || !writer->is_whole)
        return;
    if (is_other_text(c, reader, writer, id_keyword(reader), id_keyword(writer)))
        jss_differ(c, JSS_ID_CHANGED, JSS_HERE);
    if (is_other_text(c, reader, writer, STR("title"), STR("title")))
        jss_differ(c, JSS_TITLE_CHANGED, JSS_HERE);
    if (is_other_text(c, reader, writer, STR("description"), STR("description")))
        jss_differ(c, JSS_DESCRIPTION_CHANGED, JSS_HERE);
    if (is_other_text(c, reader, writer, STR("default"), STR("default")))
        jss_differ(c, JSS_DEFAULT_CHANGED, JSS_HERE);
}

static bool has_all(struct jss_comparison *c, const struct map *values, const struct map *of)
{
    bool has = values->count >= of->count;
    for (size_t i = 0; i < of->count && has && jss_step(c, 1); i++)
        has = map_get(values, of->entries[i].key) != NULL;
    return has;
}

static void compare_enums(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    const struct map *now = jss_part_values(reader), *before = jss_part_values(writer);
    bool is_wider = has_all(c, now, before), is_narrower = has_all(c, before, now);
    if (is_wider && is_narrower)
        return;
    jss_differ(c,
               is_wider      ? JSS_ENUM_ARRAY_EXTENDED
               : is_narrower ? JSS_ENUM_ARRAY_NARROWED
                             : JSS_ENUM_ARRAY_CHANGED,
               JSS_KEYWORD("enum"));
}

static void compare_negations(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct jss_part *now = jss_part_of_keyword(reader, STR("not")), *before = jss_part_of_keyword(writer, STR("not"));
    bool is_narrowed = jss_can_read(c, before, now);
    bool is_equal = is_narrowed && c->is_listing && jss_can_read(c, now, before);
    if (!is_equal)
        jss_differ(c, is_narrowed ? JSS_NOT_TYPE_NARROWED : JSS_NOT_TYPE_EXTENDED, JSS_KEYWORD("not"));
}

static struct str reference_of(const struct jss_part *part)
{
    return part->subschema ? part->subschema->reference : STR_EMPTY;
}

static void compare_references(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (c->is_sound)
        jss_differ(c, JSS_REFERENCE_UNKNOWN, JSS_HERE);
    else if (!str_equal(reference_of(reader), reference_of(writer)))
        jss_differ(c, JSS_TYPE_CHANGED, JSS_HERE);
}

/* -- Conditions: the reference server looks at none ------------------------------------------------------------- */

static struct jss_part *branch(struct jss_part *condition, struct str keyword)
{
    struct jss_part *part = jss_part_of_keyword(condition, keyword);
    return part ? part : &condition->of->empty;
}

static bool is_idle(const struct jss_part *condition)
{
    return !jss_part_keyword(condition, STR("if")) ||
           (!jss_part_keyword(condition, STR("then")) && !jss_part_keyword(condition, STR("else")));
}

static void compare_conditions(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (!c->is_sound || is_idle(reader))
        return;
    const struct jtree_node *now = jss_part_keyword(reader, STR("if"));
    const struct jtree_node *before = is_idle(writer) ? NULL : jss_part_keyword(writer, STR("if"));
    if (!before || !jss_is_same(c, reader->of, now, writer->of, before)) {
        jss_differ(c, JSS_CONDITION_CHANGED, JSS_KEYWORD("if"));
        return;
    }
    jss_require(c, branch(reader, STR("then")), branch(writer, STR("then")), JSS_KEYWORD("then"));
    jss_require(c, branch(reader, STR("else")), branch(writer, STR("else")), JSS_KEYWORD("else"));
}

/* -- All kinds -------------------------------------------------------------------------------------------------- */

static bool has_types(enum jss_part_kind kind)
{
    return kind == JSS_PART_STRING || kind == JSS_PART_NUMBER || kind == JSS_PART_OBJECT || kind == JSS_PART_ARRAY;
}

static void compare_constants(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (is_other_text(c, reader, writer, STR("const"), STR("const")))
        jss_differ(c, JSS_ENUM_ARRAY_CHANGED, JSS_KEYWORD("const"));
}

static void compare_unevaluated(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    if (!jss_is_same(c, reader->of, reader->subschema->node, writer->of, writer->subschema->node))
        jss_differ(c, JSS_UNEVALUATED_CHANGED, JSS_HERE);
}

/* NULL: parts of the kind are the same. */
static void (*const comparers[JSS_PART_UNEVALUATED + 1])(struct jss_comparison *c, struct jss_part *reader,
                                                         struct jss_part *writer) = {
    [JSS_PART_STRING] = jss_compare_strings,
    [JSS_PART_NUMBER] = jss_compare_numbers,
    [JSS_PART_OBJECT] = jss_compare_objects,
    [JSS_PART_ARRAY] = jss_compare_arrays,
    [JSS_PART_ENUM] = compare_enums,
    [JSS_PART_CONST] = compare_constants,
    [JSS_PART_NOT] = compare_negations,
    [JSS_PART_COMBINED] = jss_compare_combined,
    [JSS_PART_CONDITION] = compare_conditions,
    [JSS_PART_REFERENCE] = compare_references,
    [JSS_PART_UNEVALUATED] = compare_unevaluated,
};

void jss_compare_parts(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    bool is_combined = reader->kind == JSS_PART_COMBINED, was_combined = writer->kind == JSS_PART_COMBINED;
    if (is_combined && !was_combined && read_by_a_member(c, reader, writer))
        return;
    if (!is_combined && was_combined && reads_a_member(c, reader, writer))
        return;
    if (reader->kind != writer->kind) {
        compare_kinds(c, reader, writer);
        return;
    }
    compare_annotations(c, reader, writer);
    if (c->is_sound && has_types(reader->kind) && reader->is_typed && !writer->is_typed)
        jss_differ(c, JSS_TYPE_ADDED, JSS_KEYWORD("type"));
    if (comparers[reader->kind])
        comparers[reader->kind](c, reader, writer);
}
