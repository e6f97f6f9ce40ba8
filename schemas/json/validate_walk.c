#include "json/program_private.h"

/* Judging that needs a frame or a level. JSS_DEEPER: it is the next level; JSS_PUSHED: a frame. */
static enum jss_verdict go_deeper(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node);

/* -- Members and items ------------------------------------------------------------------------------------------- */

/* The name of a member; *next is the one that follows if members are in the order of the schema. NULL: none. */
static inline const struct jss_name *find(const struct jss_names *names, uint32_t *next, struct str text)
{
    const struct jss_name *name = &names->items[*next];
    if (*next >= names->count || !jss_name_is_text(name, text)) {
        name = jss_names_find(names, text);
        if (!name)
            return NULL;
    }
    *next = (uint32_t)(name - names->items) + 1;
    return name;
}

/* is_shallow: all of them are judged by leaves alone. */
static inline enum jss_verdict walk_members(struct jss_scratch *s, struct jss_level *level, bool is_shallow)
{
    const struct jss_object_rule *rule = level->operation->object;
    uint32_t next = level->index, required = level->required;
    enum jss_verdict verdict;
    for (const struct jtree_node *member = level->next; member; member = member->next) {
        if (member->shadowed)
            continue;
        const struct jss_edge *edge = &rule->additional;
        const struct jss_name *name = find(&rule->names, &next, member->name);
        if (name) {
            const struct jss_property *property = name->value;
            required += property->is_required;
            edge = &property->edge;
        }
        enum jss_quick quick = edge->code ? (enum jss_quick)edge->code->quick[member->kind] : JSS_QUICK_PASS;
        if (quick == JSS_QUICK_PASS)
            continue;
        if (is_shallow || quick > JSS_QUICK_SHALLOW) {
            verdict = jss_judge_by_leaves(s, edge->code, quick, member);
        } else {
            level->next = member->next;
            level->index = next;
            level->required = required;
            verdict = go_deeper(s, edge, member);
        }
        if (verdict != JSS_PASS)
            return verdict;
    }
    bool is_enough = required == rule->required_count && rule->min == 0 && rule->max == INT64_MAX;
    return is_enough ? JSS_PASS : jss_check_counts(s, rule, level->node, required);
}

static inline enum jss_verdict walk_items(struct jss_scratch *s, struct jss_level *level, bool is_shallow)
{
    const struct jss_array_rule *rule = level->operation->array;
    uint32_t index = level->index;
    enum jss_verdict verdict;
    for (const struct jtree_node *item = level->next; item; item = item->next, index++) {
        const struct jss_edge *edge = index < rule->prefix_count ? &rule->prefix[index] : &rule->rest;
        if (!edge->code && index >= rule->prefix_count)
            break;
        enum jss_quick quick = edge->code ? (enum jss_quick)edge->code->quick[item->kind] : JSS_QUICK_PASS;
        if (quick == JSS_QUICK_PASS)
            continue;
        if (is_shallow || quick > JSS_QUICK_SHALLOW) {
            verdict = jss_judge_by_leaves(s, edge->code, quick, item);
        } else {
            level->next = item->next;
            level->index = index + 1;
            verdict = go_deeper(s, edge, item);
        }
        if (verdict != JSS_PASS)
            return verdict;
    }
    return JSS_PASS;
}

/* -- Levels ------------------------------------------------------------------------------------------------------- */

enum jss_verdict jss_walk_shallow(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node)
{
    struct jss_level level = {code->operations[node->kind], node, node->first, 0, 0};
    if (!jss_take_steps(s, 1 + (uint64_t)node->count))
        return JSS_STOP;
    return node->kind == JTREE_KIND_OBJECT ? walk_members(s, &level, true) : walk_items(s, &level, true);
}

static enum jss_verdict push_level(struct jss_scratch *s, const struct jss_operation *operation,
                                   const struct jtree_node *node)
{
    if (s->levels.count >= JSS_FRAMES_MAX)
        return jss_stop(s, JSS_UNDECIDED);
    if (!VEC_ROOM(s->arena, &s->levels))
        return jss_stop(s, JSS_NO_MEMORY);
    if (!jss_take_steps(s, 1 + (uint64_t)node->count))
        return JSS_STOP;
    s->levels.items[s->levels.count++] = (struct jss_level){operation, node, node->first, 0, 0};
    return JSS_DEEPER;
}

static enum jss_verdict go_deeper(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node)
{
    const struct jss_code *code = edge->code;
    if (code->quick[node->kind] != JSS_QUICK_WALK)
        return jss_push(s, edge, node);
    enum jss_verdict verdict = code->leaves[node->kind]->check ? jss_check_leaves(s, code, node) : JSS_PASS;
    return verdict == JSS_PASS ? push_level(s, code->operations[node->kind], node) : verdict;
}

static enum jss_verdict walk(struct jss_scratch *s, struct jss_frame *f)
{
    if (f->is_resumed && s->result == JSS_FAIL)
        return JSS_FAIL;
    if (!f->is_resumed && push_level(s, f->operation, f->node) == JSS_STOP)
        return JSS_STOP;
    uint32_t base = f->levels;
    while (s->levels.count > base) {
        struct jss_level *level = &VEC_LAST(&s->levels);
        bool is_object = level->operation->run == jss_walk_properties;
        enum jss_verdict verdict = is_object ? walk_members(s, level, false) : walk_items(s, level, false);
        if (verdict == JSS_PASS)
            s->levels.count--;
        else if (verdict != JSS_DEEPER)
            return verdict;
    }
    return JSS_PASS;
}

enum jss_verdict jss_walk_properties(struct jss_scratch *s, struct jss_frame *f)
{
    return s->listing ? jss_run_properties(s, f) : walk(s, f);
}

enum jss_verdict jss_walk_items(struct jss_scratch *s, struct jss_frame *f)
{
    return s->listing ? jss_run_items(s, f) : walk(s, f);
}
