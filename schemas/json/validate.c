#include "json/program_private.h"

/* Memory of one scratch. */
#define SCRATCH_MAX (512u << 20)
/* Steps after which verdicts are remembered, and how many. */
#define STEPS_WITHOUT_MEMO 20000u
#define MEMO_ENTRIES 16384u
#define UNITS_MAX 100

/* -- The scratch ---------------------------------------------------------------------------------------------- */

struct jss_scratch *jss_scratch_new(void)
{
    struct arena *arena = arena_new(SCRATCH_MAX);
    struct jss_scratch *scratch = arena ? ARENA_NEW(arena, struct jss_scratch) : NULL;
    if (!scratch) {
        arena_free(arena);
        return NULL;
    }
    scratch->arena = arena;
    scratch->values = (struct jss_values){.arena = arena, .budget = &scratch->budget};
    return scratch;
}

void jss_scratch_free(struct jss_scratch *scratch)
{
    if (!scratch)
        return;
    regex_scratch_deinit(&scratch->regex);
    arena_free(scratch->arena);
}

enum jss_verdict jss_take_bits(struct jss_scratch *s, size_t bits, uint32_t *ret)
{
    size_t words = bits / 64 + 1;
    if (s->words.count + words > UINT32_MAX || !VEC_RESERVE(s->arena, &s->words, words))
        return jss_stop(s, JSS_NO_MEMORY);
    *ret = (uint32_t)s->words.count;
    memset(s->words.items + s->words.count, 0, words * sizeof *s->words.items);
    s->words.count += words;
    return JSS_PASS;
}

/* -- The memory of verdicts ------------------------------------------------------------------------------------ */

/* The same schema may judge the same value many times, in each of many ways that lead to it. */
static bool is_remembered(const struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node)
{
    return s->budget < s->memo_from && code->is_shared && !code->is_inside && node != &s->name;
}

static struct jss_memo_entry *memo_of(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node)
{
    if (!s->memo)
        s->memo = ARENA_ARRAY(s->arena, MEMO_ENTRIES, struct jss_memo_entry);
    uint64_t key = ((uintptr_t)code >> 4) * 0x9e3779b97f4a7c15U + ((uintptr_t)node >> 4) * 0xbf58476d1ce4e5b9U;
    return s->memo ? &s->memo[(key ^ key >> 32) % MEMO_ENTRIES] : NULL;
}

/* JSS_PUSHED: not known. */
static enum jss_verdict recall(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node)
{
    const struct jss_memo_entry *entry = memo_of(s, code, node);
    bool is_it = entry && entry->code == code && entry->node == node && entry->turn == s->turn;
    return is_it ? entry->verdict : JSS_PUSHED;
}

static void remember(struct jss_scratch *s, const struct jss_frame *f, enum jss_verdict verdict)
{
    struct jss_memo_entry *entry = memo_of(s, f->code, f->node);
    if (entry)
        *entry = (struct jss_memo_entry){f->code, f->node, s->turn, verdict};
}

/* -- Frames ---------------------------------------------------------------------------------------------------- */

enum jss_verdict jss_check_leaves(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node)
{
    bool has_failed = false;
    for (const struct jss_leaf *leaf = code->leaves[node->kind]; leaf->check; leaf++) {
        enum jss_verdict verdict = leaf->check(s, leaf, node);
        if (verdict == JSS_STOP || (verdict == JSS_FAIL && !s->listing))
            return verdict;
        has_failed |= verdict == JSS_FAIL;
    }
    return has_failed ? JSS_FAIL : JSS_PASS;
}

static enum jss_verdict add_frame(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node)
{
    const struct jss_code *code = edge->code;
    uint32_t words = (uint32_t)s->words.count;
    if (s->frames.count >= JSS_FRAMES_MAX)
        return jss_stop(s, JSS_UNDECIDED);
    if (!VEC_ROOM(s->arena, &s->frames))
        return jss_stop(s, JSS_NO_MEMORY);
    if (code->marks && (!jss_take_steps(s, node->count / 64) || jss_take_bits(s, node->count, &words) != JSS_PASS))
        return JSS_STOP;
    s->frames.items[s->frames.count++] = (struct jss_frame){.code = code,
                                                            .operation = code->operations[node->kind],
                                                            .node = node,
                                                            .edge = edge,
                                                            .words = words,
                                                            .levels = (uint32_t)s->levels.count,
                                                            .record = JSS_NO_RECORD,
                                                            .group = JSS_NO_RECORD};
    return JSS_PUSHED;
}

/* All schemas get a frame then, for what they refuse to be listed under. */
static enum jss_verdict push_listing(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node)
{
    if (is_remembered(s, edge->code, node) && recall(s, edge->code, node) == JSS_PASS)
        return JSS_PASS;
    if (!jss_take_steps(s, 1) || add_frame(s, edge, node) == JSS_STOP || jss_list_frame(s) == JSS_STOP)
        return JSS_STOP;
    enum jss_verdict verdict = jss_check_leaves(s, edge->code, node);
    VEC_LAST(&s->frames).has_failed = verdict == JSS_FAIL;
    return verdict == JSS_STOP ? verdict : JSS_PUSHED;
}

enum jss_verdict jss_push(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node)
{
    if (s->listing)
        return push_listing(s, edge, node);
    enum jss_verdict verdict = jss_check_leaves(s, edge->code, node);
    if (verdict != JSS_PASS)
        return verdict;
    if (edge->code->quick[node->kind] == JSS_QUICK_SHALLOW)
        return jss_walk_shallow(s, edge->code, node);
    if (is_remembered(s, edge->code, node)) {
        verdict = recall(s, edge->code, node);
        if (verdict != JSS_PUSHED)
            return verdict;
    }
    return jss_take_steps(s, 1) ? add_frame(s, edge, node) : JSS_STOP;
}

enum jss_verdict jss_enter_here(struct jss_scratch *s, const struct jss_frame *f, const struct jss_edge *edge)
{
    bool marks = f->code->marks;
    enum jss_verdict verdict = jss_enter(s, edge, f->node);
    if (verdict == JSS_PUSHED)
        VEC_LAST(&s->frames).is_merged = marks && edge->code->is_inside;
    return verdict;
}

/* What a schema marked is evaluated for the one on the same value that asked it. */
static void merge_marks(struct jss_scratch *s, const struct jss_frame *f)
{
    const struct jss_frame *below = f - 1;
    for (size_t i = 0; i <= f->node->count / 64; i++)
        s->words.items[below->words + i] |= s->words.items[f->words + i];
}

/* The frame on top is done. */
static void pop(struct jss_scratch *s, enum jss_verdict verdict)
{
    struct jss_frame *f = &VEC_LAST(&s->frames);
    if (f->is_merged && verdict == JSS_PASS)
        merge_marks(s, f);
    if (is_remembered(s, f->code, f->node))
        remember(s, f, verdict);
    if (s->listing)
        jss_list_end_of_frame(s, f, verdict == JSS_PASS);
    s->words.count = f->words;
    s->levels.count = f->levels;
    s->frames.count--;
    s->result = verdict;
    if (s->frames.count)
        VEC_LAST(&s->frames).is_resumed = true;
}

static void next_operation(struct jss_frame *f)
{
    f->operation++;
    f->child = NULL;
    f->index = f->count = f->part = 0;
    f->is_resumed = f->is_matched = false;
}

/* Works until no frame is left, or stops. */
static enum jss_verdict work(struct jss_scratch *s)
{
    while (s->frames.count) {
        struct jss_frame *f = &VEC_LAST(&s->frames);
        if (!f->operation->run) {
            pop(s, f->has_failed ? JSS_FAIL : JSS_PASS);
            continue;
        }
        if (!jss_take_steps(s, 1))
            return JSS_STOP;
        switch (f->operation->run(s, f)) {
        case JSS_PASS:
            next_operation(f);
            break;
        case JSS_FAIL:
            if (s->listing) {
                f->has_failed = true;
                next_operation(f);
            } else {
                pop(s, JSS_FAIL);
            }
            break;
        case JSS_PUSHED:
        case JSS_DEEPER:
            break;
        case JSS_STOP:
            return JSS_STOP;
        }
    }
    return s->result;
}

static enum jss_verdict judge(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node)
{
    s->turn++;
    s->budget = JSS_RUN_BUDGET;
    s->memo_from = JSS_RUN_BUDGET - STEPS_WITHOUT_MEMO;
    s->frames.count = 0;
    s->words.count = 0;
    s->levels.count = 0;
    enum jss_verdict verdict = jss_enter(s, edge, node);
    return verdict == JSS_PUSHED ? work(s) : verdict;
}

enum jss_outcome jss_validate(const struct jss_program *program, const struct jtree_node *instance,
                              struct jss_scratch *scratch, struct jss_output *output)
{
    scratch->listing = NULL;
    enum jss_verdict verdict = judge(scratch, &program->start, instance);
    if (verdict == JSS_PASS)
        return JSS_VALID;
    if (verdict == JSS_STOP)
        return scratch->why;
    if (!output)
        return JSS_INVALID;
    /* Once more, with all that is wrong; when that takes too much, what was found. */
    scratch->listing = &scratch->list;
    scratch->list.records.count = scratch->list.error_count = 0;
    scratch->list.max = output->max_units ? output->max_units : UNITS_MAX;
    if (judge(scratch, &program->start, instance) == JSS_STOP && scratch->why == JSS_NO_MEMORY)
        return JSS_NO_MEMORY;
    return jss_write_output(scratch, output) == 0 ? JSS_INVALID : JSS_NO_MEMORY;
}
