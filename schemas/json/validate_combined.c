#include "json/program_private.h"

enum jss_verdict jss_run_call(struct jss_scratch *s, struct jss_frame *f)
{
    return f->is_resumed ? s->result : jss_enter_here(s, f, &f->operation->edge);
}

/* The alternatives from f->part on, until one is to be waited for. f->count: those that passed; at most max are needed.
 * JSS_PASS: all that matter were asked. */
static enum jss_verdict ask(struct jss_scratch *s, struct jss_frame *f, uint32_t max)
{
    const struct jss_choice *choice = f->operation->choice;
    if (f->is_resumed)
        f->count += s->result == JSS_PASS;
    while (f->part < choice->count && f->count < max) {
        if (!jss_take_steps(s, 1))
            return JSS_STOP;
        enum jss_verdict verdict = jss_enter_here(s, f, &choice->edges[f->part++]);
        /* When a frame was pushed this one may have moved: it is not touched. */
        if (verdict == JSS_STOP || verdict == JSS_PUSHED)
            return verdict;
        f->count += verdict == JSS_PASS;
    }
    return JSS_PASS;
}

/* Before the first alternative. */
static enum jss_verdict begin(struct jss_scratch *s, struct jss_frame *f, enum jss_keyword keyword)
{
    bool is_first = !f->is_resumed && s->listing;
    return is_first ? jss_list_group(s, f, keyword) : JSS_PASS;
}

enum jss_verdict jss_run_any_of(struct jss_scratch *s, struct jss_frame *f)
{
    if (begin(s, f, JSS_KEYWORD_ANY_OF) == JSS_STOP)
        return JSS_STOP;
    /* What further alternatives evaluate is asked for by unevaluated* only. */
    enum jss_verdict verdict = ask(s, f, f->code->marks ? UINT32_MAX : 1);
    if (verdict != JSS_PASS)
        return verdict;
    bool has_passed = f->count > 0;
    if (s->listing)
        jss_list_end_of_group(s, f, !has_passed);
    return has_passed ? JSS_PASS : JSS_FAIL;
}

enum jss_verdict jss_run_one_of(struct jss_scratch *s, struct jss_frame *f)
{
    if (begin(s, f, JSS_KEYWORD_ONE_OF) == JSS_STOP)
        return JSS_STOP;
    enum jss_verdict verdict = ask(s, f, 2);
    if (verdict != JSS_PASS)
        return verdict;
    if (!s->listing)
        return f->count == 1 ? JSS_PASS : JSS_FAIL;
    uint32_t count = f->count;
    jss_list_end_of_group(s, f, count == 0);
    if (count < 2)
        return count == 1 ? JSS_PASS : JSS_FAIL;
    return jss_list(s, (struct jss_refusal){.keyword = JSS_KEYWORD_ONE_OF, .node = f->node, .number = count});
}

enum jss_verdict jss_run_not(struct jss_scratch *s, struct jss_frame *f)
{
    if (begin(s, f, JSS_KEYWORD_NOT) == JSS_STOP)
        return JSS_STOP;
    enum jss_verdict verdict = f->is_resumed ? s->result : jss_enter(s, &f->operation->edge, f->node);
    if (verdict == JSS_PUSHED || verdict == JSS_STOP)
        return verdict;
    if (s->listing)
        jss_list_end_of_group(s, f, false);
    return verdict == JSS_FAIL ? JSS_PASS : jss_refuse(s, JSS_KEYWORD_NOT, f->node);
}

/* f->part: 0 for the condition, 1 for what follows from it. */
enum jss_verdict jss_run_condition(struct jss_scratch *s, struct jss_frame *f)
{
    const struct jss_condition *rule = f->operation->condition;
    enum jss_verdict verdict = s->result;
    if (f->part == 0) {
        if (begin(s, f, JSS_KEYWORD_IF) == JSS_STOP)
            return JSS_STOP;
        if (!f->is_resumed)
            verdict = jss_enter_here(s, f, &rule->condition);
        if (verdict == JSS_PUSHED || verdict == JSS_STOP)
            return verdict;
        if (s->listing)
            jss_list_end_of_group(s, f, false);
        const struct jss_edge *next = verdict == JSS_PASS ? &rule->consequence : &rule->alternative;
        if (!next->code)
            return JSS_PASS;
        f->part = 1;
        f->is_resumed = false;
        return jss_enter_here(s, f, next);
    }
    return verdict;
}
