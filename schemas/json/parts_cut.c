#include "json/parts.h"

/* -- Keywords ------------------------------------------------------------------------------------------------ */

static const struct {
    struct str name;
    enum jss_dialect first, last;
} keywords[] = {
#define KEYWORD_ROW(id, name, first, last) {STR(name), JSS_DRAFT_##first, JSS_DRAFT_##last},
#include "json/keywords.def"
#undef KEYWORD_ROW
};
#define KEYWORD_COUNT (sizeof keywords / sizeof *keywords)

/* Whether the draft has the keyword; those that say nothing of values are in all. */
static bool is_known(enum jss_dialect dialect, struct str keyword)
{
    for (size_t i = 0; i < KEYWORD_COUNT; i++) {
        if (str_equal(keywords[i].name, keyword))
            return dialect >= keywords[i].first && dialect <= keywords[i].last;
    }
    return true;
}

const struct jtree_node *jss_dated_keyword(const struct jss_subschema *subschema, struct str keyword)
{
    const struct jtree_node *node = jss_keyword(subschema, keyword);
    return node && is_known(subschema->dialect, keyword) ? node : NULL;
}

/* The keywords of each kind of value. */
static const struct {
    enum jss_part_kind kind;
    struct str keywords[11]; /* ended by .p NULL */
} groups[] = {
    {JSS_PART_ARRAY,
     {STR("items"), STR("prefixItems"), STR("additionalItems"), STR("minItems"), STR("maxItems"), STR("uniqueItems"),
      STR("contains")}},
    {JSS_PART_OBJECT,
     {STR("properties"), STR("required"), STR("minProperties"), STR("maxProperties"), STR("patternProperties"),
      STR("additionalProperties"), STR("dependencies"), STR("dependentRequired"), STR("dependentSchemas"),
      STR("propertyNames")}},
    {JSS_PART_NUMBER,
     {STR("minimum"), STR("maximum"), STR("exclusiveMinimum"), STR("exclusiveMaximum"), STR("multipleOf")}},
    {JSS_PART_STRING, {STR("minLength"), STR("maxLength"), STR("pattern"), STR("format")}},
    {JSS_PART_CONDITION, {STR("if"), STR("then"), STR("else")}},
};
#define GROUP_COUNT (sizeof groups / sizeof *groups)

static const struct {
    struct str name;
    enum jss_part_kind kind;
} types[] = {
    {STR("null"), JSS_PART_NULL},     {STR("boolean"), JSS_PART_BOOLEAN}, {STR("string"), JSS_PART_STRING},
    {STR("number"), JSS_PART_NUMBER}, {STR("integer"), JSS_PART_NUMBER},  {STR("object"), JSS_PART_OBJECT},
    {STR("array"), JSS_PART_ARRAY},
};
#define TYPE_COUNT (sizeof types / sizeof *types)

/* -- Cutting ------------------------------------------------------------------------------------------------- */

/* Two references, seven keywords of their own, five groups, and what is unevaluated. */
#define PARTS_MAX 15

struct cut {
    struct jss_parts *parts;
    const struct jss_subschema *subschema;
    struct jss_member found[PARTS_MAX];
    size_t count;
    unsigned taken; /* kinds whose keywords belong to a part already, as bits */
};

static struct jss_part *add_part(struct cut *cut, enum jss_part_kind kind)
{
    struct jss_part *part = jss_part_new(cut->parts, kind, cut->subschema);
    cut->found[cut->count++].part = part;
    return part;
}

/* Room for members; a combination has none of them without memory. */
static void combine(struct jss_part *part, enum jss_criterion criterion, size_t room)
{
    part->criterion = criterion;
    part->members = ARENA_ARRAY(part->of->arena, room + 1, struct jss_member);
    part->of->failed |= !part->members;
}

static bool is_of_old_draft(const struct jss_subschema *subschema)
{
    return subschema->dialect <= JSS_DRAFT_07;
}

/* The number of schemas that a dynamic reference can lead to, as far as one and several are told apart. */
static bool has_several_targets(const struct jss_parts *parts, const struct jss_subschema *from)
{
    size_t hash = str_find_last(from->reference, '#'), count = 0;
    struct str anchor = hash == SIZE_MAX ? STR_EMPTY : str_slice(from->reference, hash + 1, from->reference.n);
    for (size_t i = 0; i < parts->schema->resources.count; i++) {
        const struct jss_resource *resource = parts->schema->resources.entries[i].value;
        *parts->work += 1;
        count += map_get(&resource->dynamic_anchors, anchor) != NULL;
    }
    return count > 1;
}

/* A dynamic reference beside $ref, whose target the model does not have. */
static bool has_second_reference(const struct jss_subschema *subschema)
{
    return !subschema->is_dynamic_reference && !is_of_old_draft(subschema) &&
           (jss_keyword(subschema, STR("$dynamicRef")) || jss_keyword(subschema, STR("$recursiveRef")));
}

static void cut_reference(struct cut *cut)
{
    const struct jss_subschema *subschema = cut->subschema;
    bool is_sound = cut->parts->is_sound;
    if (!subschema->reference.p)
        return;
    bool is_unclear = is_sound && subschema->is_dynamic_reference && has_several_targets(cut->parts, subschema);
    if (subschema->target && !is_unclear)
        cut->found[cut->count++].schema = subschema->target;
    else
        add_part(cut, JSS_PART_REFERENCE);
    if (is_sound && has_second_reference(subschema))
        add_part(cut, JSS_PART_REFERENCE);
}

static void cut_combination(struct cut *cut, struct str keyword, enum jss_criterion criterion)
{
    const struct jtree_node *list = jss_dated_keyword(cut->subschema, keyword);
    if (!jtree_is(list, JTREE_KIND_ARRAY))
        return;
    struct jss_part *part = add_part(cut, JSS_PART_COMBINED);
    combine(part, criterion, list->count);
    for (const struct jtree_node *node = list->first; node && part->members; node = node->next) {
        const struct jss_subschema *schema = jss_subschema_at(cut->parts->schema, node);
        *cut->parts->work += 1;
        part->members[part->member_count++] =
            (struct jss_member){.schema = schema, .part = schema ? NULL : &cut->parts->empty};
    }
}

/* NULL: there is no such type. */
static struct jss_part *part_of_type(struct cut *cut, struct str name)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (!str_equal(types[i].name, name))
            continue;
        struct jss_part *part = jss_part_new(cut->parts, types[i].kind, cut->subschema);
        part->is_typed = true;
        part->is_integer = str_equal(name, STR("integer"));
        cut->taken |= 1U << types[i].kind;
        return part;
    }
    return NULL;
}

/* A list is an anyOf of its types. */
static void cut_type_list(struct cut *cut, const struct jtree_node *list)
{
    struct jss_part *part = add_part(cut, JSS_PART_COMBINED);
    part->is_type_list = true;
    combine(part, JSS_ANY_OF, list->count);
    for (const struct jtree_node *name = list->first; name && part->members; name = name->next) {
        struct jss_part *member = name->kind == JTREE_KIND_STRING ? part_of_type(cut, name->text) : NULL;
        *cut->parts->work += 1;
        if (member)
            part->members[part->member_count++].part = member;
    }
}

static void cut_type(struct cut *cut)
{
    const struct jtree_node *type = jss_dated_keyword(cut->subschema, STR("type"));
    struct jss_part *part = jtree_is(type, JTREE_KIND_STRING) ? part_of_type(cut, type->text) : NULL;
    if (part)
        cut->found[cut->count++].part = part;
    else if (jtree_is(type, JTREE_KIND_ARRAY))
        cut_type_list(cut, type);
}

/* The group that a keyword belongs to, as a bit. */
static unsigned group_of(struct str keyword)
{
    for (size_t i = 0; i < GROUP_COUNT; i++) {
        for (const struct str *name = groups[i].keywords; name->p; name++) {
            if (str_equal(*name, keyword))
                return 1U << i;
        }
    }
    return 0;
}

static void cut_what_remains(struct cut *cut)
{
    unsigned found = 0;
    for (const struct jtree_node *member = cut->subschema->node->first; member; member = member->next) {
        unsigned group = group_of(member->name);
        *cut->parts->work += 1;
        if (group && !(found & group) && is_known(cut->subschema->dialect, member->name))
            found |= group;
    }
    for (size_t i = 0; i < GROUP_COUNT; i++) {
        if ((found & 1U << i) && !(cut->taken & 1U << groups[i].kind))
            add_part(cut, groups[i].kind);
    }
}

static bool is_unevaluated_constrained(const struct jss_subschema *subschema, struct str keyword)
{
    const struct jtree_node *node = jss_dated_keyword(subschema, keyword);
    return node && node->kind != JTREE_KIND_TRUE;
}

static void cut_object(struct cut *cut)
{
    const struct jss_subschema *subschema = cut->subschema;
    cut_reference(cut);
    if (subschema->reference.p && is_of_old_draft(subschema))
        return; /* nothing beside it counts */
    if (jtree_is(jss_dated_keyword(subschema, STR("enum")), JTREE_KIND_ARRAY))
        add_part(cut, JSS_PART_ENUM);
    cut_combination(cut, STR("allOf"), JSS_ALL_OF);
    cut_combination(cut, STR("anyOf"), JSS_ANY_OF);
    cut_combination(cut, STR("oneOf"), JSS_ONE_OF);
    if (jss_dated_keyword(subschema, STR("not")))
        add_part(cut, JSS_PART_NOT);
    if (jss_dated_keyword(subschema, STR("const")))
        add_part(cut, JSS_PART_CONST);
    cut_type(cut);
    cut_what_remains(cut);
    if (cut->parts->is_sound && (is_unevaluated_constrained(subschema, STR("unevaluatedProperties")) ||
                                 is_unevaluated_constrained(subschema, STR("unevaluatedItems"))))
        add_part(cut, JSS_PART_UNEVALUATED);
}

struct jss_part *jss_part_cut(struct jss_parts *parts, const struct jss_subschema *subschema)
{
    struct cut cut = {.parts = parts, .subschema = subschema};
    *parts->work += 1;
    if (parts->circles && parts->circles[subschema->number])
        add_part(&cut, JSS_PART_REFERENCE);
    else if (subschema->node->kind == JTREE_KIND_FALSE)
        add_part(&cut, JSS_PART_FALSE);
    else if (subschema->node->kind == JTREE_KIND_OBJECT)
        cut_object(&cut);
    else if (subschema->node->kind != JTREE_KIND_TRUE && parts->is_sound)
        add_part(&cut, JSS_PART_REFERENCE); /* one led to what is no schema */
    if (cut.count == 1 && !cut.found[0].part)
        return NULL;
    struct jss_part *whole = cut.count == 1
                                 ? cut.found[0].part
                                 : jss_part_new(parts, cut.count ? JSS_PART_COMBINED : JSS_PART_EMPTY, subschema);
    whole->is_whole = true;
    if (cut.count > 1) {
        combine(whole, JSS_ALL_OF, cut.count);
        for (size_t i = 0; i < cut.count && whole->members; i++)
            whole->members[whole->member_count++] = cut.found[i];
    }
    return whole;
}
