#include "json/program_private.h"

static const struct jss_property *property_of(const struct jss_object_rule *rule, struct str name)
{
    const struct jss_name *found = jss_names_find(&rule->names, name);
    return found ? found->value : NULL;
}

static int64_t count_members(const struct jtree_node *object)
{
    int64_t count = object->count;
    for (const struct jtree_node *member = object->first; object->has_duplicates && member; member = member->next)
        count -= member->shadowed;
    return count;
}

/* -- Counts ----------------------------------------------------------------------------------------------------- */

static enum jss_verdict list_missing(struct jss_scratch *s, const struct jss_object_rule *rule,
                                     const struct jtree_node *node)
{
    for (uint32_t i = 0; i < rule->names.count; i++) {
        const struct jss_name *name = &rule->names.items[i];
        const struct jss_property *property = name->value;
        if (!jss_take_steps(s, 1 + node->count))
            return JSS_STOP;
        if (!property->is_required || jtree_member(node, name->text))
            continue;
        struct jss_refusal refusal = {.keyword = JSS_KEYWORD_REQUIRED, .node = node, .detail = name->text};
        if (jss_list(s, refusal) == JSS_STOP)
            return JSS_STOP;
    }
    return JSS_FAIL;
}

enum jss_verdict jss_check_counts(struct jss_scratch *s, const struct jss_object_rule *rule,
                                  const struct jtree_node *node, uint32_t required)
{
    enum jss_verdict verdict = JSS_PASS;
    if (required < rule->required_count)
        verdict = s->listing ? list_missing(s, rule, node) : JSS_FAIL;
    if (rule->min == 0 && rule->max == INT64_MAX)
        return verdict;
    int64_t count = count_members(node);
    if (count < rule->min && verdict != JSS_STOP)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MIN_PROPERTIES, node, count);
    if (count > rule->max && verdict != JSS_STOP)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MAX_PROPERTIES, node, count);
    return verdict;
}

/* -- Properties ------------------------------------------------------------------------------------------------- */

/* 0 and 1 for propertyNames and properties, then the patterns, then additionalProperties. */
#define PART_NAMES 0
#define PART_PROPERTY 1
#define PART_PATTERNS 2

static enum jss_verdict enter_name(struct jss_scratch *s, const struct jss_object_rule *rule, struct str name)
{
    s->name = (struct jtree_node){.kind = JTREE_KIND_STRING, .text = name, .name = name};
    return rule->property_names.code ? jss_enter(s, &rule->property_names, &s->name) : JSS_PASS;
}

static enum jss_verdict enter_property(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_property *property = property_of(f->operation->object, f->child->name);
    if (!property)
        return JSS_PASS;
    f->count += property->is_required;
    f->is_matched |= property->is_declared;
    return property->is_declared && property->edge.code ? jss_enter(s, &property->edge, f->child) : JSS_PASS;
}

static enum jss_verdict enter_by_pattern(struct jss_scratch *s, struct jss_frame *f,
                                         const struct jss_pattern_property *pattern)
{
    switch (regex_search(pattern->regex, f->child->name, &s->regex, &s->budget)) {
    case REGEX_NO_MATCH:
        return JSS_PASS;
    case REGEX_MATCH:
        f->is_matched = true;
        return jss_enter(s, &pattern->edge, f->child);
    case REGEX_LIMIT:
        return jss_stop(s, JSS_UNDECIDED);
    case REGEX_NO_MEMORY:
        break;
    }
    return jss_stop(s, JSS_NO_MEMORY);
}

static enum jss_verdict enter_additional(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_edge *edge = &f->operation->object->additional;
    bool applies = !f->is_matched && edge->code;
    if (f->code->marks && (f->is_matched || applies))
        jss_mark(s, f, f->index);
    return applies ? jss_enter(s, edge, f->child) : JSS_PASS;
}

/* The parts that are left for a child. */
static enum jss_verdict enter_parts(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_object_rule *rule = f->operation->object;
    enum jss_verdict verdict = JSS_PASS;
    while (verdict == JSS_PASS && f->part <= PART_PATTERNS + rule->pattern_count) {
        uint32_t part = f->part++;
        if (part == PART_NAMES)
            verdict = enter_name(s, rule, f->child->name);
        else if (part == PART_PROPERTY)
            verdict = enter_property(s, f);
        else if (part < PART_PATTERNS + rule->pattern_count)
            verdict = enter_by_pattern(s, f, &rule->patterns[part - PART_PATTERNS]);
        else
            verdict = enter_additional(s, f);
    }
    return verdict;
}

static const struct jtree_node *next_member(struct jss_frame *f)
{
    f->part = 0;
    f->is_matched = false;
    f->index++;
    return f->child->next;
}

/* The first member, or what came of the one that was waited for. */
static enum jss_verdict begin(struct jss_scratch *s, struct jss_frame *f)
{
    if (!f->is_resumed) {
        f->child = f->node->first;
        return jss_take_steps(s, f->node->count) ? JSS_PASS : JSS_STOP;
    }
    if (s->result != JSS_FAIL)
        return JSS_PASS;
    f->has_failed = true;
    return s->listing ? JSS_PASS : JSS_FAIL;
}

enum jss_verdict jss_run_properties(struct jss_scratch *s, struct jss_frame *f)
{
    enum jss_verdict begun = begin(s, f);
    if (begun != JSS_PASS)
        return begun;
    for (; f->child; f->child = next_member(f)) {
        enum jss_verdict verdict = f->child->shadowed ? JSS_PASS : enter_parts(s, f);
        if (verdict != JSS_PASS)
            return verdict;
    }
    return jss_check_counts(s, f->operation->object, f->node, f->count);
}

/* -- Dependents ------------------------------------------------------------------------------------------------ */

static bool has_bit(const struct jss_scratch *s, uint32_t words, uint32_t bit)
{
    return s->words.items[words + bit / 64] >> bit % 64 & 1;
}

/* f->count: where the bits are that say which names the object has. */
static enum jss_verdict note_names(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_dependents *rule = f->operation->dependents;
    if (!jss_take_steps(s, f->node->count + rule->count) || jss_take_bits(s, rule->names.count, &f->count) != JSS_PASS)
        return JSS_STOP;
    for (const struct jtree_node *member = f->node->first; member; member = member->next) {
        const struct jss_name *name = member->shadowed ? NULL : jss_names_find(&rule->names, member->name);
        size_t bit = name ? (size_t)(name - rule->names.items) : 0;
        if (name)
            s->words.items[f->count + bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return JSS_PASS;
}

static enum jss_verdict check_dependency(struct jss_scratch *s, const struct jss_frame *f,
                                         const struct jss_dependency *dependency)
{
    enum jss_verdict verdict = JSS_PASS;
    const struct jss_dependents *rule = f->operation->dependents;
    if (!jss_take_steps(s, dependency->required_count))
        return JSS_STOP;
    for (size_t i = 0; i < dependency->required_count; i++) {
        if (has_bit(s, f->count, dependency->required[i]))
            continue;
        if (!s->listing)
            return JSS_FAIL;
        verdict = jss_list(s, (struct jss_refusal){.keyword = dependency->keyword,
                                                   .node = f->node,
                                                   .detail = rule->names.items[dependency->required[i]].text});
        if (verdict == JSS_STOP)
            return verdict;
    }
    return verdict;
}

/* f->part: the dependency that comes next. */
enum jss_verdict jss_run_dependents(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_dependents *rule = f->operation->dependents;
    enum jss_verdict verdict = f->is_resumed ? s->result : note_names(s, f);
    while (verdict != JSS_STOP && f->part < rule->count) {
        f->has_failed |= verdict == JSS_FAIL;
        if (verdict == JSS_FAIL && !s->listing)
            return verdict;
        const struct jss_dependency *dependency = &rule->items[f->part++];
        verdict = JSS_PASS;
        if (!has_bit(s, f->count, dependency->trigger))
            continue;
        verdict = dependency->edge.code ? jss_enter_here(s, f, &dependency->edge) : check_dependency(s, f, dependency);
        if (verdict == JSS_PUSHED)
            return verdict;
    }
    return verdict;
}

/* -- What nothing evaluated ------------------------------------------------------------------------------------ */

enum jss_verdict jss_run_unevaluated_properties(struct jss_scratch *s, struct jss_frame *f)
{
    enum jss_verdict begun = begin(s, f);
    if (begun != JSS_PASS)
        return begun;
    for (; f->child; f->child = next_member(f)) {
        if (f->child->shadowed || jss_is_marked(s, f, f->index))
            continue;
        jss_mark(s, f, f->index);
        enum jss_verdict verdict = jss_enter(s, &f->operation->edge, f->child);
        if (verdict != JSS_PASS)
            return verdict;
    }
    return JSS_PASS;
}
