#include "json/compile_private.h"

#include <stdlib.h>

/* So many numbers of an enum are compared one by one. */
#define FEW_NUMBERS 8

/* -- Types ------------------------------------------------------------------------------------------------------ */

static const struct {
    struct str name;
    unsigned kinds;
} types[] = {
    {STR("null"), JSS_KIND_BIT(NULL)},     {STR("boolean"), JSS_KIND_BIT(FALSE) | JSS_KIND_BIT(TRUE)},
    {STR("number"), JSS_KIND_BIT(NUMBER)}, {STR("string"), JSS_KIND_BIT(STRING)},
    {STR("array"), JSS_KIND_BIT(ARRAY)},   {STR("object"), JSS_KIND_BIT(OBJECT)},
};

static unsigned kinds_of(const struct jtree_node *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (name->kind == JTREE_KIND_STRING && str_equal(name->text, types[i].name))
            return types[i].kinds;
    }
    return 0;
}

static int compile_type(struct jss_build *b)
{
    const struct jtree_node *type = b->keywords[JSS_KEYWORD_TYPE];
    unsigned kinds = 0;
    bool has_integer = false;
    if (!jtree_is(type, JTREE_KIND_STRING) && !jtree_is(type, JTREE_KIND_ARRAY))
        return 0;
    const struct jtree_node *name = type->kind == JTREE_KIND_ARRAY ? type->first : type;
    for (; name; name = type->kind == JTREE_KIND_ARRAY ? name->next : NULL) {
        kinds |= kinds_of(name);
        has_integer |= name->kind == JTREE_KIND_STRING && str_equal(name->text, STR("integer"));
    }
    b->wants_integer = has_integer && !(kinds & JSS_KIND_BIT(NUMBER));
    b->refused_kinds = JSS_ALL_KINDS & ~(kinds | (has_integer ? JSS_KIND_BIT(NUMBER) : 0));
    return jss_add_leaf(b, b->refused_kinds, (struct jss_leaf){jss_check_type, {{0}}});
}

/* -- Values ----------------------------------------------------------------------------------------------------- */

static int compare_hashed(const void *a, const void *b)
{
    const struct jss_hashed *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static bool is_hashed_kind(const struct jtree_node *node)
{
    return node->kind == JTREE_KIND_NUMBER || node->kind == JTREE_KIND_ARRAY || node->kind == JTREE_KIND_OBJECT;
}

static int add_numbers(struct jss_build *b, struct jss_value_set *set, const struct jtree_node *list)
{
    struct jss_number *numbers = ARENA_ARRAY(b->c->arena, FEW_NUMBERS, struct jss_number);
    size_t count = 0;
    if (!numbers)
        return jss_no_memory(b->c);
    for (const struct jtree_node *item = list->first; item; item = item->next) {
        if (item->kind != JTREE_KIND_NUMBER)
            continue;
        if (count == FEW_NUMBERS || !jss_number_read(item->text, &numbers[count]))
            return 0;
        count++;
    }
    set->numbers = numbers;
    set->number_count = count;
    return 0;
}

static int add_value(struct jss_build *b, struct jss_value_set *set, const struct jtree_node *item)
{
    struct jss_hashed *hashed = &set->hashed[set->hashed_count];
    if (item->kind == JTREE_KIND_STRING) {
        jss_names_add(&set->strings, item->text);
        return 0;
    }
    if (!is_hashed_kind(item)) {
        set->simple |= 1u << item->kind;
        return 0;
    }
    hashed->node = item;
    set->hashed_count++;
    switch (jss_value_hash(&b->c->values, item, &hashed->hash)) {
    case JSS_YES:
        return 0;
    case JSS_NO:
    case JSS_NO_STEPS:
        return error_raise(b->c->err, INVALID_SCHEMA, STR("The schema has too many elements"));
    case JSS_NO_ROOM:
        break;
    }
    return jss_no_memory(b->c);
}

static int compile_enum(struct jss_build *b)
{
    const struct jtree_node *list = b->keywords[JSS_KEYWORD_ENUM];
    if (!jtree_is(list, JTREE_KIND_ARRAY))
        return 0;
    struct jss_value_set *set = ARENA_NEW(b->c->arena, struct jss_value_set);
    size_t strings = 0;
    for (const struct jtree_node *item = list->first; item; item = item->next)
        strings += item->kind == JTREE_KIND_STRING;
    if (!set || jss_names_init(&set->strings, b->c->arena, strings) != 0)
        return jss_no_memory(b->c);
    set->hashed = ARENA_ARRAY(b->c->arena, list->count - strings + 1, struct jss_hashed);
    if (!set->hashed || add_numbers(b, set, list) != 0)
        return jss_no_memory(b->c);
    for (const struct jtree_node *item = list->first; item; item = item->next) {
        if (add_value(b, set, item) != 0)
            return -1;
    }
    jss_names_finish(&set->strings);
    qsort(set->hashed, set->hashed_count, sizeof *set->hashed, compare_hashed);
    return jss_add_leaf(b, JSS_ALL_KINDS, (struct jss_leaf){jss_check_set, {.set = set}});
}

static int compile_const(struct jss_build *b)
{
    const struct jtree_node *value = b->keywords[JSS_KEYWORD_CONST];
    return value ? jss_add_leaf(b, JSS_ALL_KINDS, (struct jss_leaf){jss_check_const, {.value = value}}) : 0;
}

/* -- Numbers ---------------------------------------------------------------------------------------------------- */

static bool read_bound(const struct jss_build *b, enum jss_keyword keyword, struct jss_number *ret)
{
    const struct jtree_node *node = b->keywords[keyword];
    return jtree_is(node, JTREE_KIND_NUMBER) && jss_number_read(node->text, ret);
}

/* A bound, or the one that excludes its own value: a flag of the former up to draft-04, a number of its own later. */
static bool read_bounds(const struct jss_build *b, enum jss_keyword keyword, enum jss_keyword excluding,
                        struct jss_number *ret, enum jss_keyword *ret_keyword)
{
    bool has = read_bound(b, keyword, ret), is_draft_04 = b->subschema->dialect == JSS_DRAFT_04;
    bool excludes = is_draft_04 ? jtree_is(b->keywords[excluding], JTREE_KIND_TRUE) : !has;
    *ret_keyword = excludes ? excluding : keyword;
    return has || (!is_draft_04 && read_bound(b, excluding, ret));
}

/* The integer of a bound, one further inside if it is excluded; false: it is none, or too large. */
static bool read_limit(const struct jss_number *bound, int inwards, int64_t *ret)
{
    if (!bound->is_short || bound->scale != 0)
        return false;
    *ret = bound->mantissa + inwards;
    return true;
}

static void set_limits(struct jss_number_rule *rule)
{
    rule->low = INT64_MIN;
    rule->high = INT64_MAX;
    bool is_known = !rule->has_step;
    if (rule->has_minimum)
        is_known &= read_limit(&rule->minimum, rule->excludes_minimum, &rule->low);
    if (rule->has_maximum)
        is_known &= read_limit(&rule->maximum, -(int)rule->excludes_maximum, &rule->high);
    if (!is_known) {
        rule->low = INT64_MAX;
        rule->high = INT64_MIN;
        return;
    }
    while (rule->low_digits <= JSS_SHORT_DIGITS_MAX &&
           (rule->low_digits ? jss_powers_of_ten[rule->low_digits - 1] : 0) < rule->low)
        rule->low_digits++;
    while (rule->high_digits <= JSS_SHORT_DIGITS_MAX && jss_powers_of_ten[rule->high_digits] <= rule->high)
        rule->high_digits++;
}

static int add_number(struct jss_build *b, struct jss_number_rule rule)
{
    if (!rule.wants_integer && !rule.has_minimum && !rule.has_maximum && !rule.has_step)
        return 0;
    rule.excludes_minimum = rule.minimum_keyword == JSS_KEYWORD_EXCLUSIVE_MINIMUM;
    rule.excludes_maximum = rule.maximum_keyword == JSS_KEYWORD_EXCLUSIVE_MAXIMUM;
    set_limits(&rule);
    struct jss_number_rule *copy = ARENA_NEW(b->c->arena, struct jss_number_rule);
    if (!copy)
        return jss_no_memory(b->c);
    *copy = rule;
    return jss_add_leaf(b, JSS_KIND_BIT(NUMBER), (struct jss_leaf){jss_check_number, {.number = copy}});
}

static int compile_number(struct jss_build *b)
{
    struct jss_number_rule rule = {.wants_integer = b->wants_integer,
                                   .is_draft_04 = b->subschema->dialect == JSS_DRAFT_04};
    struct jss_number_rule second = {.minimum_keyword = JSS_KEYWORD_EXCLUSIVE_MINIMUM,
                                     .maximum_keyword = JSS_KEYWORD_EXCLUSIVE_MAXIMUM};
    rule.has_minimum =
        read_bounds(b, JSS_KEYWORD_MINIMUM, JSS_KEYWORD_EXCLUSIVE_MINIMUM, &rule.minimum, &rule.minimum_keyword);
    rule.has_maximum =
        read_bounds(b, JSS_KEYWORD_MAXIMUM, JSS_KEYWORD_EXCLUSIVE_MAXIMUM, &rule.maximum, &rule.maximum_keyword);
    rule.has_step = read_bound(b, JSS_KEYWORD_MULTIPLE_OF, &rule.step);
    /* A schema may have a bound of either kind. */
    if (rule.has_minimum && rule.minimum_keyword == JSS_KEYWORD_MINIMUM && !rule.is_draft_04)
        second.has_minimum = read_bound(b, JSS_KEYWORD_EXCLUSIVE_MINIMUM, &second.minimum);
    if (rule.has_maximum && rule.maximum_keyword == JSS_KEYWORD_MAXIMUM && !rule.is_draft_04)
        second.has_maximum = read_bound(b, JSS_KEYWORD_EXCLUSIVE_MAXIMUM, &second.maximum);
    return add_number(b, rule) != 0 ? -1 : add_number(b, second);
}

/* -- Strings and arrays ----------------------------------------------------------------------------------------- */

static int compile_range(struct jss_build *b, enum jss_keyword min_keyword, enum jss_keyword max_keyword,
                         unsigned kinds, jss_leaf_fn *check)
{
    int64_t min = jss_count_of(b, min_keyword, 0), max = jss_count_of(b, max_keyword, INT64_MAX);
    if (min == 0 && max == INT64_MAX)
        return 0;
    return jss_add_leaf(b, kinds, (struct jss_leaf){check, {.range = {min, max}}});
}

static int compile_pattern(struct jss_build *b)
{
    const struct jtree_node *pattern = b->keywords[JSS_KEYWORD_PATTERN];
    const struct regex *regex;
    if (!jtree_is(pattern, JTREE_KIND_STRING))
        return 0;
    if (jss_compile_pattern(b, JSS_KEYWORD_PATTERN, pattern->text, &regex) != 0)
        return -1;
    return jss_add_leaf(b, JSS_KIND_BIT(STRING), (struct jss_leaf){jss_check_pattern, {.regex = regex}});
}

static int compile_format(struct jss_build *b)
{
    const struct jtree_node *name = b->keywords[JSS_KEYWORD_FORMAT];
    if (!b->c->asserts_formats || !jtree_is(name, JTREE_KIND_STRING))
        return 0;
    jss_format_fn *has = jss_format_of(b->subschema->dialect, name->text);
    return has ? jss_add_leaf(b, JSS_KIND_BIT(STRING), (struct jss_leaf){jss_check_format, {.has_format = has}}) : 0;
}

int jss_compile_leaves(struct jss_build *b)
{
    if (b->subschema->node->kind == JTREE_KIND_FALSE) {
        b->refused_kinds = JSS_ALL_KINDS;
        return jss_add_leaf(b, JSS_ALL_KINDS, (struct jss_leaf){jss_check_nothing, {{0}}});
    }
    if (compile_type(b) != 0 || compile_enum(b) != 0 || compile_const(b) != 0 || compile_number(b) != 0 ||
        compile_range(b, JSS_KEYWORD_MIN_LENGTH, JSS_KEYWORD_MAX_LENGTH, JSS_KIND_BIT(STRING), jss_check_length) != 0 ||
        compile_pattern(b) != 0 || compile_format(b) != 0 ||
        compile_range(b, JSS_KEYWORD_MIN_ITEMS, JSS_KEYWORD_MAX_ITEMS, JSS_KIND_BIT(ARRAY), jss_check_item_count) != 0)
        return -1;
    bool is_unique = jtree_is(b->keywords[JSS_KEYWORD_UNIQUE_ITEMS], JTREE_KIND_TRUE);
    return is_unique ? jss_add_leaf(b, JSS_KIND_BIT(ARRAY), (struct jss_leaf){jss_check_unique, {{0}}}) : 0;
}
