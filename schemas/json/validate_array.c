#include "json/program_private.h"

/* Whether the child that was waited for is all right, or is to be listed only. */
static bool goes_on(const struct jss_scratch *s, struct jss_frame *f)
{
    bool has_failed = f->is_resumed && s->result == JSS_FAIL;
    f->has_failed |= has_failed;
    return !has_failed || s->listing;
}

/* The first item, or the one after the child that was waited for, with its index. */
static const struct jtree_node *begin(struct jss_frame *f)
{
    if (!f->is_resumed)
        return f->node->first;
    f->is_resumed = false;
    f->index++;
    return f->child->next;
}

enum jss_verdict jss_run_items(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_array_rule *rule = f->operation->array;
    if (!goes_on(s, f))
        return JSS_FAIL;
    if (!f->is_resumed && !jss_take_steps(s, f->node->count))
        return JSS_STOP;
    for (const struct jtree_node *item = begin(f); item; item = item->next, f->index++) {
        const struct jss_edge *edge = f->index < rule->prefix_count ? &rule->prefix[f->index] : &rule->rest;
        if (!edge->code && f->index >= rule->prefix_count)
            break;
        f->child = item;
        if (f->code->marks)
            jss_mark(s, f, f->index);
        if (!edge->code)
            continue;
        enum jss_verdict verdict = jss_enter(s, edge, item);
        if (verdict != JSS_PASS)
            return verdict;
    }
    return JSS_PASS;
}

static enum jss_verdict end_of_contains(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_contains_rule *rule = f->operation->contains;
    struct jss_refusal refusal = {.node = f->node, .number = f->count};
    bool are_few = f->count<rule->min, are_many = f->count> rule->max;
    if (!s->listing)
        return are_few || are_many ? JSS_FAIL : JSS_PASS;
    jss_list_end_of_group(s, f, false);
    if (!are_few && !are_many)
        return JSS_PASS;
    refusal.keyword = are_many ? JSS_KEYWORD_MAX_CONTAINS : JSS_KEYWORD_CONTAINS;
    if (are_few && rule->min != 1)
        refusal.keyword = JSS_KEYWORD_MIN_CONTAINS;
    return jss_list(s, refusal);
}

/* Whether further items cannot change what comes out. */
static bool is_decided(const struct jss_frame *f)
{
    const struct jss_contains_rule *rule = f->operation->contains;
    if (f->code->marks)
        return false;
    return f->count > rule->max || (f->count >= rule->min && rule->max == INT64_MAX);
}

static void found(struct jss_scratch *s, struct jss_frame *f)
{
    f->count++;
    if (f->code->marks && f->operation->contains->marks)
        jss_mark(s, f, f->index);
}

enum jss_verdict jss_run_contains(struct jss_scratch *s, struct jss_frame *f)
{
    if (f->is_resumed && s->result == JSS_PASS)
        found(s, f);
    if (!f->is_resumed) {
        if (!jss_take_steps(s, f->node->count) ||
            (s->listing && jss_list_group(s, f, JSS_KEYWORD_CONTAINS) == JSS_STOP))
            return JSS_STOP;
    }
    for (const struct jtree_node *item = begin(f); item && !is_decided(f); item = item->next, f->index++) {
        f->child = item;
        enum jss_verdict verdict = jss_enter(s, &f->operation->contains->edge, item);
        if (verdict == JSS_PUSHED || verdict == JSS_STOP)
            return verdict;
        if (verdict == JSS_PASS)
            found(s, f);
    }
    return end_of_contains(s, f);
}

enum jss_verdict jss_run_unevaluated_items(struct jss_scratch *s, struct jss_frame *f)
{
    if (!goes_on(s, f))
        return JSS_FAIL;
    if (!f->is_resumed && !jss_take_steps(s, f->node->count))
        return JSS_STOP;
    for (const struct jtree_node *item = begin(f); item; item = item->next, f->index++) {
        if (jss_is_marked(s, f, f->index))
            continue;
        f->child = item;
        jss_mark(s, f, f->index);
        enum jss_verdict verdict = jss_enter(s, &f->operation->edge, item);
        if (verdict != JSS_PASS)
            return verdict;
    }
    return JSS_PASS;
}
