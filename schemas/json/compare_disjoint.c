#include "json/compare.h"

#include "decimal.h"

/* The types of values, as bits by the kind of part that they have. */
#define BIT(kind) (1U << (kind))
#define ALL_TYPES                                                                                                      \
    (BIT(JSS_PART_NULL) | BIT(JSS_PART_BOOLEAN) | BIT(JSS_PART_STRING) | BIT(JSS_PART_NUMBER) | BIT(JSS_PART_OBJECT) | \
     BIT(JSS_PART_ARRAY))

/* -- Types that a part can match ------------------------------------------------------------------------------- */

static unsigned types_of_value(const struct jtree_node *value)
{
    static const enum jss_part_kind kinds[JTREE_KIND_COUNT_] = {
        [JTREE_KIND_NULL] = JSS_PART_NULL,     [JTREE_KIND_FALSE] = JSS_PART_BOOLEAN,
        [JTREE_KIND_TRUE] = JSS_PART_BOOLEAN,  [JTREE_KIND_NUMBER] = JSS_PART_NUMBER,
        [JTREE_KIND_STRING] = JSS_PART_STRING, [JTREE_KIND_ARRAY] = JSS_PART_ARRAY,
        [JTREE_KIND_OBJECT] = JSS_PART_OBJECT,
    };
    return BIT(kinds[value->kind]);
}

static unsigned types_of_list(struct jss_comparison *c, const struct jtree_node *list)
{
    unsigned types = 0;
    for (const struct jtree_node *value = list ? list->first : NULL; value && jss_step(c, 1); value = value->next)
        types |= types_of_value(value);
    return types;
}

static unsigned types_of_leaf(struct jss_comparison *c, const struct jss_part *part)
{
    switch (part->kind) {
    case JSS_PART_FALSE:
        return 0;
    case JSS_PART_NULL:
    case JSS_PART_BOOLEAN:
        return BIT(part->kind);
    case JSS_PART_STRING:
    case JSS_PART_NUMBER:
    case JSS_PART_OBJECT:
    case JSS_PART_ARRAY:
        return part->is_typed ? BIT(part->kind) : ALL_TYPES;
    case JSS_PART_ENUM:
        return types_of_list(c, jss_part_keyword(part, STR("enum")));
    case JSS_PART_CONST:
        return types_of_value(jss_part_keyword(part, STR("const")));
    case JSS_PART_EMPTY:
    case JSS_PART_NOT:
    case JSS_PART_COMBINED:
    case JSS_PART_CONDITION:
    case JSS_PART_REFERENCE:
    case JSS_PART_UNEVALUATED:
        break;
    }
    return ALL_TYPES;
}

/* Those of a list of types too. */
static unsigned types_of_sum(struct jss_comparison *c, struct jss_part *part)
{
    if (part->kind != JSS_PART_COMBINED || part->criterion == JSS_ALL_OF)
        return types_of_leaf(c, part);
    unsigned types = 0;
    for (size_t i = 0; i < part->member_count && jss_step(c, 1); i++)
        types |= types_of_leaf(c, jss_part_member(part, i));
    return types;
}

static unsigned types_of(struct jss_comparison *c, struct jss_part *part)
{
    if (part->kind != JSS_PART_COMBINED || part->criterion != JSS_ALL_OF)
        return types_of_sum(c, part);
    unsigned types = ALL_TYPES;
    for (size_t i = 0; i < part->member_count && jss_step(c, 1); i++)
        types &= types_of_sum(c, jss_part_member(part, i));
    return types;
}

/* -- Values that a part can match ------------------------------------------------------------------------------ */

/* The member of an allOf that is of the kind, or the part itself. */
static struct jss_part *member_of_kind(struct jss_comparison *c, struct jss_part *part, enum jss_part_kind kind)
{
    if (part->kind == kind)
        return part;
    if (part->kind != JSS_PART_COMBINED || part->criterion != JSS_ALL_OF)
        return NULL;
    for (size_t i = 0; i < part->member_count && jss_step(c, 1); i++) {
        if (jss_part_member(part, i)->kind == kind)
            return jss_part_member(part, i);
    }
    return NULL;
}

/* Numbers that can be spelled in several ways are not told apart. */
static bool is_plain(const struct jtree_node *value)
{
    struct decimal number;
    if (value->kind == JTREE_KIND_NUMBER)
        return decimal_parse(value->text, &number) == DECIMAL_OK && number.written_integer && !number.zero;
    return value->kind != JTREE_KIND_ARRAY && value->kind != JTREE_KIND_OBJECT;
}

static bool add_value(struct jss_comparison *c, struct map *seen, const struct jtree_node *value, void *owner)
{
    if (!is_plain(value))
        return false;
    struct str text = jss_parts_text(&c->reader, value);
    int outcome = map_add(seen, text, owner);
    c->failed |= outcome < 0;
    return outcome == 0 || (outcome == 1 && map_get(seen, text) == owner);
}

/* Adds the values that a part can match; false when they are not counted, or another part can match one of them. */
static bool add_values(struct jss_comparison *c, struct map *seen, struct jss_part *part)
{
    struct jss_part *constant = member_of_kind(c, part, JSS_PART_CONST);
    if (constant)
        return add_value(c, seen, jss_part_keyword(constant, STR("const")), part);
    struct jss_part *list = member_of_kind(c, part, JSS_PART_ENUM);
    bool is_new = list != NULL;
    const struct jtree_node *values = list ? jss_part_keyword(list, STR("enum")) : NULL;
    for (const struct jtree_node *value = values ? values->first : NULL; value && is_new && jss_step(c, 1);
         value = value->next)
        is_new = add_value(c, seen, value, part);
    return is_new;
}

static bool has_values(struct jss_comparison *c, struct jss_part *part)
{
    return member_of_kind(c, part, JSS_PART_CONST) || member_of_kind(c, part, JSS_PART_ENUM);
}

/* -- Combinations ---------------------------------------------------------------------------------------------- */

struct alternatives {
    struct jss_comparison *c;
    VEC(struct jss_part *) objects; /* of which several match objects and nothing else */
    VEC(struct jss_part *) constants;
};

/* Whether the objects of the part require the property. */
static bool is_required(struct jss_comparison *c, struct jss_part *part, struct str name)
{
    struct jss_part *object = member_of_kind(c, part, JSS_PART_OBJECT);
    return object && map_get(jss_part_required(object), name);
}

/* Whether a required property has another constant in each. */
static bool is_told_apart_by(struct alternatives *a, struct str name)
{
    struct map seen;
    map_init(&seen, a->c->arena);
    for (size_t i = 0; i < a->objects.count && jss_step(a->c, 1); i++) {
        struct jss_part *object = member_of_kind(a->c, a->objects.items[i], JSS_PART_OBJECT);
        const struct jtree_node *node = object ? map_get(jss_part_properties(object), name) : NULL;
        if (!node || !is_required(a->c, a->objects.items[i], name) ||
            !add_values(a->c, &seen, jss_part_at(object->of, node)))
            return false;
    }
    return true;
}

static bool are_objects_disjoint(struct alternatives *a)
{
    if (a->objects.count < 2)
        return true;
    struct jss_part *first = member_of_kind(a->c, a->objects.items[0], JSS_PART_OBJECT);
    const struct map *names = first ? jss_part_required(first) : NULL;
    for (size_t i = 0; names && i < names->count && jss_step(a->c, 1); i++) {
        if (is_told_apart_by(a, names->entries[i].key))
            return true;
    }
    return false;
}

static bool are_constants_disjoint(struct alternatives *a)
{
    struct map seen;
    map_init(&seen, a->c->arena);
    for (size_t i = 0; i < a->constants.count; i++) {
        if (!add_values(a->c, &seen, a->constants.items[i]))
            return false;
    }
    return true;
}

static bool judge(struct jss_comparison *c, struct jss_part *combination)
{
    struct alternatives a = {.c = c};
    unsigned seen = 0, constants = 0;
    for (size_t i = 0; i < combination->member_count && jss_step(c, 1); i++) {
        struct jss_part *member = jss_part_member(combination, i);
        unsigned types = types_of(c, member);
        if (has_values(c, member)) {
            constants |= types;
            c->failed |= !VEC_PUSH(c->arena, &a.constants, member);
            continue;
        }
        if (types & seen & ~BIT(JSS_PART_OBJECT))
            return false;
        if ((types & BIT(JSS_PART_OBJECT)) && !VEC_PUSH(c->arena, &a.objects, member))
            c->failed = true;
        seen |= types;
    }
    return !(seen & constants) && are_constants_disjoint(&a) && are_objects_disjoint(&a);
}

bool jss_is_disjoint(struct jss_comparison *c, struct jss_part *combination)
{
    if (!combination->is_judged) {
        combination->is_disjoint = judge(c, combination);
        combination->is_judged = true;
    }
    return combination->is_disjoint;
}
