#include "json/compile_private.h"

/* Steps that compiling may take in hashing values. */
#define COMPILE_BUDGET 10000000
#define SCRATCH_MAX (256u << 20)

/* -- Parts of a code ------------------------------------------------------------------------------------------- */

int jss_add_leaf(struct jss_build *b, unsigned kinds, struct jss_leaf leaf)
{
    for (unsigned kind = 0; kind < JTREE_KIND_COUNT_; kind++) {
        if (kinds >> kind & 1 && !VEC_PUSH(b->c->scratch, &b->leaves[kind], leaf))
            return jss_no_memory(b->c);
    }
    return 0;
}

int jss_add_operation(struct jss_build *b, unsigned kinds, struct jss_operation operation)
{
    for (unsigned kind = 0; kind < JTREE_KIND_COUNT_; kind++) {
        if (kinds >> kind & 1 && !VEC_PUSH(b->c->scratch, &b->operations[kind], operation))
            return jss_no_memory(b->c);
    }
    return 0;
}

int64_t jss_count_of(const struct jss_build *b, enum jss_keyword keyword, int64_t otherwise)
{
    struct jss_number number;
    int64_t count = otherwise;
    const struct jtree_node *node = b->keywords[keyword];
    if (jtree_is(node, JTREE_KIND_NUMBER) && jss_number_read(node->text, &number))
        jss_number_to_count(&number, &count);
    return count;
}

int jss_compile_pattern(struct jss_build *b, enum jss_keyword keyword, struct str pattern, const struct regex **ret)
{
    const char *fault = NULL;
    struct regex *regex = map_get(&b->c->patterns, pattern);
    int outcome = regex ? 0 : regex_compile(b->c->arena, pattern, &regex, &fault);
    struct arena *arena = b->c->err->arena;
    if (outcome == 1)
        return error_raise(b->c->err, INVALID_SCHEMA,
                           ARENA_JOIN(arena, jss_location(arena, b->subschema), STR("/"),
                                      str_of(jss_keyword_names[keyword]), STR(": not a regular expression: "),
                                      str_of(fault), STR(": "), pattern));
    if (outcome != 0 || map_put(&b->c->patterns, pattern, regex) < 0)
        return jss_no_memory(b->c);
    *ret = regex;
    return 0;
}

/* -- Combinations ----------------------------------------------------------------------------------------------- */

static int add_call(struct jss_build *b, struct jss_edge edge)
{
    return edge.code ? jss_add_operation(b, JSS_ALL_KINDS, (struct jss_operation){jss_run_call, {.edge = edge}}) : 0;
}

static int add_reference(struct jss_build *b, enum jss_keyword keyword)
{
    struct jss_edge edge = {0};
    if (!jtree_is(b->keywords[keyword], JTREE_KIND_STRING))
        return 0;
    return jss_edge_to_target(b, keyword, &edge) != 0 ? -1 : add_call(b, edge);
}

static int add_all_of(struct jss_build *b)
{
    const struct jtree_node *list = b->keywords[JSS_KEYWORD_ALL_OF];
    for (const struct jtree_node *item = jtree_is(list, JTREE_KIND_ARRAY) ? list->first : NULL; item;
         item = item->next) {
        struct jss_edge edge = {0};
        if (jss_edge_to(b, item, true, &edge) != 0 || add_call(b, edge) != 0)
            return -1;
    }
    return 0;
}

static int add_choice(struct jss_build *b, enum jss_keyword keyword, jss_operation_fn *run)
{
    const struct jtree_node *list = b->keywords[keyword];
    if (!jtree_is(list, JTREE_KIND_ARRAY))
        return 0;
    struct jss_choice *choice = ARENA_NEW(b->c->arena, struct jss_choice);
    struct jss_edge *edges = ARENA_ARRAY(b->c->arena, (size_t)list->count + 1, struct jss_edge);
    if (!choice || !edges)
        return jss_no_memory(b->c);
    choice->edges = edges;
    for (const struct jtree_node *item = list->first; item; item = item->next) {
        if (jss_edge_to(b, item, true, &edges[choice->count]) != 0)
            return -1;
        choice->count += edges[choice->count].code != NULL;
    }
    return jss_add_operation(b, JSS_ALL_KINDS, (struct jss_operation){run, {.choice = choice}});
}

static int add_not(struct jss_build *b)
{
    struct jss_edge edge = {0};
    if (jss_edge_to(b, b->keywords[JSS_KEYWORD_NOT], false, &edge) != 0)
        return -1;
    return edge.code ? jss_add_operation(b, JSS_ALL_KINDS, (struct jss_operation){jss_run_not, {.edge = edge}}) : 0;
}

static int add_condition(struct jss_build *b)
{
    struct jss_condition condition = {0};
    if (jss_edge_to(b, b->keywords[JSS_KEYWORD_IF], true, &condition.condition) != 0 ||
        jss_edge_to(b, b->keywords[JSS_KEYWORD_THEN], true, &condition.consequence) != 0 ||
        jss_edge_to(b, b->keywords[JSS_KEYWORD_ELSE], true, &condition.alternative) != 0)
        return -1;
    /* Alone it counts for what it evaluates. */
    bool has_effect = condition.consequence.code || condition.alternative.code || b->code->marks;
    if (!condition.condition.code || !has_effect)
        return 0;
    struct jss_condition *copy = ARENA_NEW(b->c->arena, struct jss_condition);
    if (!copy)
        return jss_no_memory(b->c);
    *copy = condition;
    return jss_add_operation(b, JSS_ALL_KINDS, (struct jss_operation){jss_run_condition, {.condition = copy}});
}

static int add_combinations(struct jss_build *b)
{
    return add_reference(b, JSS_KEYWORD_REF) != 0 || add_reference(b, JSS_KEYWORD_RECURSIVE_REF) != 0 ||
                   add_reference(b, JSS_KEYWORD_DYNAMIC_REF) != 0 || add_all_of(b) != 0 ||
                   add_choice(b, JSS_KEYWORD_ANY_OF, jss_run_any_of) != 0 ||
                   add_choice(b, JSS_KEYWORD_ONE_OF, jss_run_one_of) != 0 || add_not(b) != 0 || add_condition(b) != 0
               ? -1
               : 0;
}

/* -- Codes ------------------------------------------------------------------------------------------------------ */

static void gather_keywords(struct jss_build *b)
{
    const struct jss_subschema *subschema = b->subschema;
    bool is_mere_reference = subschema->reference.p && subschema->dialect <= JSS_DRAFT_07;
    if (subschema->node->kind != JTREE_KIND_OBJECT)
        return;
    for (const struct jtree_node *member = subschema->node->first; member; member = member->next) {
        enum jss_keyword keyword =
            member->shadowed ? JSS_KEYWORD_NONE : jss_keyword_of(subschema->dialect, member->name);
        if (keyword != JSS_KEYWORD_NONE && (!is_mere_reference || keyword == JSS_KEYWORD_REF))
            b->keywords[keyword] = member;
    }
}

static enum jss_quick quick_of(const struct jss_build *b, unsigned kind)
{
    size_t leaves = b->leaves[kind].count;
    if (b->refused_kinds >> kind & 1)
        return JSS_QUICK_FAIL;
    size_t operations = b->operations[kind].count;
    if (operations) {
        jss_operation_fn *run = b->operations[kind].items[0].run;
        bool can_walk = operations == 1 && (run == jss_walk_properties || run == jss_walk_items);
        return can_walk ? JSS_QUICK_WALK : JSS_QUICK_FRAME;
    }
    bool is_integer = kind == JTREE_KIND_NUMBER && b->wants_integer && leaves == 1;
    if (is_integer && !b->leaves[kind].items[0].number->has_minimum && !b->leaves[kind].items[0].number->has_maximum &&
        !b->leaves[kind].items[0].number->has_step)
        return JSS_QUICK_INTEGER;
    if (leaves > 1)
        return JSS_QUICK_LEAVES;
    return leaves ? JSS_QUICK_LEAF : JSS_QUICK_PASS;
}

/* Copies what was gathered for one kind into the program, with an end. */
static int finish_kind(struct jss_build *b, unsigned kind)
{
    size_t leaves = b->leaves[kind].count, operations = b->operations[kind].count;
    struct jss_leaf *leaf = ARENA_ARRAY(b->c->arena, leaves + 1, struct jss_leaf);
    struct jss_operation *operation = ARENA_ARRAY(b->c->arena, operations + 1, struct jss_operation);
    if (!leaf || !operation)
        return jss_no_memory(b->c);
    if (leaves)
        memcpy(leaf, b->leaves[kind].items, leaves * sizeof *leaf);
    if (operations)
        memcpy(operation, b->operations[kind].items, operations * sizeof *operation);
    b->code->leaves[kind] = leaf;
    b->code->operations[kind] = operation;
    b->code->quick[kind] = (uint8_t)quick_of(b, kind);
    return 0;
}

static int compile_code(struct jss_compiler *c, struct jss_code *code)
{
    struct jss_build b = {.c = c, .code = code, .subschema = code->subschema};
    gather_keywords(&b);
    code->has_unevaluated = b.keywords[JSS_KEYWORD_UNEVALUATED_ITEMS] || b.keywords[JSS_KEYWORD_UNEVALUATED_PROPERTIES];
    code->marks = code->is_inside || code->has_unevaluated;
    if (jss_compile_leaves(&b) != 0 || jss_compile_object(&b) != 0 || jss_compile_array(&b) != 0 ||
        add_combinations(&b) != 0 || jss_compile_unevaluated(&b) != 0)
        return -1;
    for (unsigned kind = 0; kind < JTREE_KIND_COUNT_; kind++) {
        if (finish_kind(&b, kind) != 0)
            return -1;
    }
    return 0;
}

/* -- Shallow rules ------------------------------------------------------------------------------------------------ */

/* Whether values are judged by leaves alone. */
static bool is_leafy(const struct jss_edge *edge)
{
    for (unsigned kind = 0; edge->code && kind < JTREE_KIND_COUNT_; kind++) {
        if (edge->code->quick[kind] <= JSS_QUICK_SHALLOW)
            return false;
    }
    return true;
}

static bool is_shallow_object(const struct jss_object_rule *rule)
{
    for (uint32_t i = 0; i < rule->names.count; i++) {
        const struct jss_property *property = rule->names.items[i].value;
        if (!is_leafy(&property->edge))
            return false;
    }
    return is_leafy(&rule->additional);
}

static bool is_shallow_array(const struct jss_array_rule *rule)
{
    for (size_t i = 0; i < rule->prefix_count; i++) {
        if (!is_leafy(&rule->prefix[i]))
            return false;
    }
    return is_leafy(&rule->rest);
}

/* When all codes are compiled. */
static void mark_shallow(struct jss_code *code)
{
    const struct jss_operation *object = code->operations[JTREE_KIND_OBJECT],
                               *array = code->operations[JTREE_KIND_ARRAY];
    if (code->quick[JTREE_KIND_OBJECT] == JSS_QUICK_WALK && is_shallow_object(object->object))
        code->quick[JTREE_KIND_OBJECT] = JSS_QUICK_SHALLOW;
    if (code->quick[JTREE_KIND_ARRAY] == JSS_QUICK_WALK && is_shallow_array(array->array))
        code->quick[JTREE_KIND_ARRAY] = JSS_QUICK_SHALLOW;
}

static int compile_all(struct jss_compiler *c, const struct jss_subschema *start, struct jss_program *program)
{
    if (jss_gather_anchors(c) != 0 || jss_start_edge(c, start, &program->start) != 0)
        return -1;
    for (size_t i = 0; i < c->queue.count; i++) {
        if (compile_code(c, c->queue.items[i]) != 0)
            return -1;
    }
    for (size_t i = 0; i < c->queue.count; i++)
        mark_shallow(c->queue.items[i]);
    return 0;
}

int jss_compile(const struct jss_schema *schema, const struct jss_subschema *start,
                const struct jss_compile_options *options, struct arena *arena, struct jss_program **ret,
                struct error *err)
{
    struct arena scratch;
    struct jss_program *program = ARENA_NEW(arena, struct jss_program);
    arena_init(&scratch, SCRATCH_MAX, NULL, 0);
    struct jss_compiler c = {.schema = schema,
                             .arena = arena,
                             .scratch = &scratch,
                             .err = err,
                             .asserts_formats = options->asserts_formats,
                             .budget = COMPILE_BUDGET};
    map_init(&c.codes, &scratch);
    map_init(&c.patterns, &scratch);
    map_init(&c.context_numbers, &scratch);
    c.values = (struct jss_values){.arena = &scratch, .budget = &c.budget};
    int outcome = program ? compile_all(&c, start, program) : error_raise(err, SCHEMA_TOO_LARGE);
    arena_deinit(&scratch);
    if (outcome == 0)
        *ret = program;
    return outcome;
}
