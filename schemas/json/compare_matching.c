#include "json/compare.h"

/* Members of the right side as bits. */
#define WORD_BITS 64

struct search {
    struct jss_matching *m;
    size_t words;
    uint64_t **rows; /* by left: the rights that it can have; NULL: not asked yet */
    uint64_t *free_rights, *seen;
    uint32_t *way; /* by right: the left from which it was reached */
    uint32_t *queue; /* lefts reached */
};

static bool make_row(struct search *s, uint32_t left)
{
    if (s->rows[left])
        return true;
    uint64_t *row = ARENA_ARRAY(s->m->arena, s->words, uint64_t);
    if (!row)
        return false;
    for (uint32_t right = 0; right < s->m->right_count; right++)
        row[right / WORD_BITS] |= (uint64_t)s->m->is_edge(s->m->context, left, right) << right % WORD_BITS;
    s->rows[left] = row;
    return true;
}

static void bind(struct search *s, uint32_t left, uint32_t right)
{
    s->m->right_of[left] = right;
    s->m->left_of[right] = left;
    s->free_rights[right / WORD_BITS] &= ~((uint64_t)1 << right % WORD_BITS);
}

/* Gives each right on the way to the left from which it was reached. */
static void flip(struct search *s, uint32_t right)
{
    while (right != JSS_UNMATCHED) {
        uint32_t left = s->way[right], before = s->m->right_of[left];
        bind(s, left, right);
        right = before;
    }
}

/* Looks at the rights that a left can have and that were not seen: a free one, or those whose lefts might have another. */
static uint32_t reach(struct search *s, uint32_t left, uint32_t *queued)
{
    for (size_t word = 0; word < s->words; word++) {
        uint64_t found = s->rows[left][word] & s->free_rights[word];
        if (!found)
            continue;
        uint32_t right = (uint32_t)(word * WORD_BITS) + (uint32_t)__builtin_ctzll(found);
        s->way[right] = left;
        return right;
    }
    for (size_t word = 0; word < s->words; word++) {
        for (uint64_t found = s->rows[left][word] & ~s->seen[word]; found; found &= found - 1) {
            uint32_t right = (uint32_t)(word * WORD_BITS) + (uint32_t)__builtin_ctzll(found);
            s->way[right] = left;
            s->queue[(*queued)++] = s->m->left_of[right];
        }
        s->seen[word] |= s->rows[left][word];
    }
    return JSS_UNMATCHED;
}

/* 1 = it has a right now; 0 = it cannot have one beside all others; -1 = no memory, or the budget is used up. */
static int augment(struct search *s, uint32_t start)
{
    uint32_t queued = 1;
    s->queue[0] = start;
    memset(s->seen, 0, s->words * sizeof *s->seen);
    for (uint32_t i = 0; i < queued; i++) {
        uint32_t left = s->queue[i];
        if (!make_row(s, left) || !s->m->step(s->m->context, 1 + s->words / 8))
            return -1;
        uint32_t right = reach(s, left, &queued);
        if (right != JSS_UNMATCHED) {
            flip(s, right);
            return 1;
        }
    }
    return 0;
}

int jss_match(struct jss_matching *m)
{
    struct search s = {.m = m, .words = m->right_count / WORD_BITS + 1};
    s.rows = ARENA_ARRAY(m->arena, m->left_count + 1, uint64_t *);
    s.free_rights = ARENA_ARRAY(m->arena, s.words, uint64_t);
    s.seen = ARENA_ARRAY(m->arena, s.words, uint64_t);
    s.way = ARENA_ARRAY(m->arena, m->right_count + 1, uint32_t);
    s.queue = ARENA_ARRAY(m->arena, m->left_count + 1, uint32_t);
    if (!s.rows || !s.free_rights || !s.seen || !s.way || !s.queue)
        return -1;
    for (uint32_t right = 0; right < m->right_count; right++) {
        if (m->left_of[right] == JSS_UNMATCHED)
            s.free_rights[right / WORD_BITS] |= (uint64_t)1 << right % WORD_BITS;
    }
    for (uint32_t left = 0; left < m->left_count; left++) {
        int outcome = m->right_of[left] == JSS_UNMATCHED ? augment(&s, left) : 1;
        if (outcome != 1)
            return outcome;
    }
    return 1;
}
