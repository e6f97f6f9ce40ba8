#include "json/compile_private.h"

/* The first child of a keyword that is of the kind; NULL: none. */
static const struct jtree_node *first_of(const struct jss_build *b, enum jss_keyword keyword, enum jtree_kind kind)
{
    const struct jtree_node *node = b->keywords[keyword];
    return jtree_is(node, kind) ? node->first : NULL;
}

static size_t count_of(const struct jss_build *b, enum jss_keyword keyword)
{
    return b->keywords[keyword] ? b->keywords[keyword]->count : 0;
}

/* -- Properties ------------------------------------------------------------------------------------------------- */

static struct jss_property *property_of(struct jss_build *b, struct jss_object_rule *rule, struct str name)
{
    struct jss_name *entry = jss_names_add(&rule->names, name);
    if (!entry->value)
        entry->value = ARENA_NEW(b->c->arena, struct jss_property);
    return entry->value;
}

static int add_properties(struct jss_build *b, struct jss_object_rule *rule)
{
    for (const struct jtree_node *member = first_of(b, JSS_KEYWORD_PROPERTIES, JTREE_KIND_OBJECT); member;
         member = member->next) {
        if (member->shadowed)
            continue;
        struct jss_property *property = property_of(b, rule, member->name);
        if (!property)
            return jss_no_memory(b->c);
        property->is_declared = true;
        if (jss_edge_to(b, member, false, &property->edge) != 0)
            return -1;
    }
    for (const struct jtree_node *item = first_of(b, JSS_KEYWORD_REQUIRED, JTREE_KIND_ARRAY); item; item = item->next) {
        if (item->kind != JTREE_KIND_STRING)
            continue;
        struct jss_property *property = property_of(b, rule, item->text);
        if (!property)
            return jss_no_memory(b->c);
        rule->required_count += !property->is_required;
        property->is_required = true;
    }
    return 0;
}

static int add_patterns(struct jss_build *b, struct jss_object_rule *rule)
{
    rule->patterns =
        ARENA_ARRAY(b->c->arena, count_of(b, JSS_KEYWORD_PATTERN_PROPERTIES) + 1, struct jss_pattern_property);
    if (!rule->patterns)
        return jss_no_memory(b->c);
    for (const struct jtree_node *member = first_of(b, JSS_KEYWORD_PATTERN_PROPERTIES, JTREE_KIND_OBJECT); member;
         member = member->next) {
        struct jss_pattern_property *pattern = &rule->patterns[rule->pattern_count];
        if (member->shadowed)
            continue;
        if (jss_compile_pattern(b, JSS_KEYWORD_PATTERN_PROPERTIES, member->name, &pattern->regex) != 0 ||
            jss_edge_to(b, member, false, &pattern->edge) != 0)
            return -1;
        rule->pattern_count += pattern->edge.code != NULL;
    }
    return 0;
}

static bool has_object_rule(const struct jss_build *b)
{
    static const enum jss_keyword keywords[] = {
        JSS_KEYWORD_PROPERTIES,         JSS_KEYWORD_REQUIRED,
        JSS_KEYWORD_PATTERN_PROPERTIES, JSS_KEYWORD_ADDITIONAL_PROPERTIES,
        JSS_KEYWORD_PROPERTY_NAMES,     JSS_KEYWORD_MIN_PROPERTIES,
        JSS_KEYWORD_MAX_PROPERTIES,
    };
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (b->keywords[keywords[i]])
            return true;
    }
    return false;
}

/* Names that are only required are judged like those that are not named at all. */
static void finish_names(struct jss_object_rule *rule)
{
    for (uint32_t i = 0; i < rule->names.count; i++) {
        struct jss_property *property = rule->names.items[i].value;
        if (!property->is_declared)
            property->edge = rule->additional;
    }
    jss_names_finish(&rule->names);
}

static int compile_properties(struct jss_build *b)
{
    size_t names = count_of(b, JSS_KEYWORD_PROPERTIES) + count_of(b, JSS_KEYWORD_REQUIRED);
    if (!has_object_rule(b))
        return 0;
    struct jss_object_rule *rule = ARENA_NEW(b->c->arena, struct jss_object_rule);
    if (!rule || jss_names_init(&rule->names, b->c->arena, names) != 0)
        return jss_no_memory(b->c);
    rule->min = jss_count_of(b, JSS_KEYWORD_MIN_PROPERTIES, 0);
    rule->max = jss_count_of(b, JSS_KEYWORD_MAX_PROPERTIES, INT64_MAX);
    if (add_properties(b, rule) != 0 || add_patterns(b, rule) != 0 ||
        jss_edge_to(b, b->keywords[JSS_KEYWORD_ADDITIONAL_PROPERTIES], false, &rule->additional) != 0 ||
        jss_edge_to(b, b->keywords[JSS_KEYWORD_PROPERTY_NAMES], false, &rule->property_names) != 0)
        return -1;
    finish_names(rule);
    bool is_plain = rule->pattern_count == 0 && !rule->property_names.code && !b->code->marks;
    struct jss_operation operation = {is_plain ? jss_walk_properties : jss_run_properties, {.object = rule}};
    return jss_add_operation(b, JSS_KIND_BIT(OBJECT), operation);
}

/* -- Dependents ------------------------------------------------------------------------------------------------- */

static uint32_t name_number(struct jss_dependents *rule, struct str name)
{
    return (uint32_t)(jss_names_add(&rule->names, name) - rule->names.items);
}

static int add_dependency(struct jss_build *b, struct jss_dependents *rule, const struct jtree_node *member,
                          enum jss_keyword keyword)
{
    struct jss_dependency *dependency = &rule->items[rule->count];
    *dependency = (struct jss_dependency){.trigger = name_number(rule, member->name), .keyword = keyword};
    if (member->kind != JTREE_KIND_ARRAY) {
        if (jss_edge_to(b, member, true, &dependency->edge) != 0)
            return -1;
        rule->count += dependency->edge.code != NULL;
        return 0;
    }
    uint32_t *required = ARENA_ARRAY(b->c->arena, (size_t)member->count + 1, uint32_t);
    if (!required)
        return jss_no_memory(b->c);
    for (const struct jtree_node *item = member->first; item; item = item->next) {
        if (item->kind == JTREE_KIND_STRING)
            required[dependency->required_count++] = name_number(rule, item->text);
    }
    dependency->required = required;
    rule->count++;
    return 0;
}

static const enum jss_keyword dependent_keywords[] = {JSS_KEYWORD_DEPENDENCIES, JSS_KEYWORD_DEPENDENT_REQUIRED,
                                                      JSS_KEYWORD_DEPENDENT_SCHEMAS};
#define DEPENDENT_KEYWORDS (sizeof dependent_keywords / sizeof *dependent_keywords)

/* Triggers, and names in all. */
static size_t count_dependents(const struct jss_build *b, size_t *ret_names)
{
    size_t triggers = 0, names = 0;
    for (size_t i = 0; i < DEPENDENT_KEYWORDS; i++) {
        for (const struct jtree_node *member = first_of(b, dependent_keywords[i], JTREE_KIND_OBJECT); member;
             member = member->next) {
            triggers++;
            names += 1 + (member->kind == JTREE_KIND_ARRAY ? member->count : 0);
        }
    }
    *ret_names = names;
    return triggers;
}

static int compile_dependents(struct jss_build *b)
{
    size_t names, triggers = count_dependents(b, &names);
    if (triggers == 0)
        return 0;
    struct jss_dependents *rule = ARENA_NEW(b->c->arena, struct jss_dependents);
    if (!rule || jss_names_init(&rule->names, b->c->arena, names) != 0)
        return jss_no_memory(b->c);
    rule->items = ARENA_ARRAY(b->c->arena, triggers + 1, struct jss_dependency);
    if (!rule->items)
        return jss_no_memory(b->c);
    for (size_t i = 0; i < DEPENDENT_KEYWORDS; i++) {
        for (const struct jtree_node *member = first_of(b, dependent_keywords[i], JTREE_KIND_OBJECT); member;
             member = member->next) {
            if (!member->shadowed && add_dependency(b, rule, member, dependent_keywords[i]) != 0)
                return -1;
        }
    }
    jss_names_finish(&rule->names);
    return jss_add_operation(b, JSS_KIND_BIT(OBJECT), (struct jss_operation){jss_run_dependents, {.dependents = rule}});
}

int jss_compile_object(struct jss_build *b)
{
    return compile_properties(b) != 0 ? -1 : compile_dependents(b);
}

/* -- Items ------------------------------------------------------------------------------------------------------ */

static int compile_items(struct jss_build *b)
{
    bool is_2020 = b->subschema->dialect == JSS_DRAFT_2020_12;
    const struct jtree_node *items = b->keywords[JSS_KEYWORD_ITEMS];
    bool is_list = jtree_is(items, JTREE_KIND_ARRAY) && !is_2020;
    const struct jtree_node *prefix = is_2020 ? b->keywords[JSS_KEYWORD_PREFIX_ITEMS] : (is_list ? items : NULL);
    const struct jtree_node *rest = is_list ? b->keywords[JSS_KEYWORD_ADDITIONAL_ITEMS] : items;
    size_t count = jtree_is(prefix, JTREE_KIND_ARRAY) ? prefix->count : 0;
    struct jss_array_rule *rule = ARENA_NEW(b->c->arena, struct jss_array_rule);
    if (!rule)
        return jss_no_memory(b->c);
    rule->prefix = ARENA_ARRAY(b->c->arena, count + 1, struct jss_edge);
    if (!rule->prefix)
        return jss_no_memory(b->c);
    for (const struct jtree_node *item = count ? prefix->first : NULL; item; item = item->next) {
        if (jss_edge_to(b, item, false, &rule->prefix[rule->prefix_count++]) != 0)
            return -1;
    }
    if (jss_edge_to(b, rest, false, &rule->rest) != 0)
        return -1;
    struct jss_operation operation = {b->code->marks ? jss_run_items : jss_walk_items, {.array = rule}};
    return count || rule->rest.code ? jss_add_operation(b, JSS_KIND_BIT(ARRAY), operation) : 0;
}

static int compile_contains(struct jss_build *b)
{
    struct jss_edge edge = {0};
    if (jss_edge_to(b, b->keywords[JSS_KEYWORD_CONTAINS], false, &edge) != 0)
        return -1;
    if (!edge.code)
        return 0;
    struct jss_contains_rule *rule = ARENA_NEW(b->c->arena, struct jss_contains_rule);
    if (!rule)
        return jss_no_memory(b->c);
    *rule = (struct jss_contains_rule){.edge = edge,
                                       .min = jss_count_of(b, JSS_KEYWORD_MIN_CONTAINS, 1),
                                       .max = jss_count_of(b, JSS_KEYWORD_MAX_CONTAINS, INT64_MAX),
                                       .marks = b->subschema->dialect == JSS_DRAFT_2020_12};
    return jss_add_operation(b, JSS_KIND_BIT(ARRAY), (struct jss_operation){jss_run_contains, {.contains = rule}});
}

int jss_compile_array(struct jss_build *b)
{
    bool has_items = b->keywords[JSS_KEYWORD_ITEMS] || b->keywords[JSS_KEYWORD_PREFIX_ITEMS];
    return has_items && compile_items(b) != 0 ? -1 : compile_contains(b);
}

int jss_compile_unevaluated(struct jss_build *b)
{
    static const struct {
        enum jss_keyword keyword;
        unsigned kinds;
        jss_operation_fn *run;
    } rows[] = {
        {JSS_KEYWORD_UNEVALUATED_ITEMS, JSS_KIND_BIT(ARRAY), jss_run_unevaluated_items},
        {JSS_KEYWORD_UNEVALUATED_PROPERTIES, JSS_KIND_BIT(OBJECT), jss_run_unevaluated_properties},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct jss_edge edge = {0};
        if (jss_edge_to(b, b->keywords[rows[i].keyword], false, &edge) != 0)
            return -1;
        struct jss_operation operation = {rows[i].run, {.edge = edge}};
        if (edge.code && jss_add_operation(b, rows[i].kinds, operation) != 0)
            return -1;
    }
    return 0;
}
