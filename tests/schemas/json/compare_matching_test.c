/* Matchings of random graphs, against trying all ways. */
#include "comparing.h"

#include "avro/random_schema.h"

#define SIDE_MAX 8
#define GRAPHS 20000

struct graph {
    uint32_t left_count, right_count;
    uint32_t rights[SIDE_MAX]; /* by left, as bits */
    uint64_t steps_left;
};

static bool has_edge(void *context, uint32_t left, uint32_t right)
{
    const struct graph *graph = context;
    return right < 32 && (graph->rights[left] >> right & 1);
}

static bool count_steps(void *context, uint64_t steps)
{
    struct graph *graph = context;
    graph->steps_left -= steps < graph->steps_left ? steps : graph->steps_left;
    return graph->steps_left > 0;
}

/* Whether the lefts can be given a right each: which sets of rights can be taken by the first lefts. */
static bool can_match(const struct graph *graph)
{
    bool is_taken[1 << SIDE_MAX] = {true};
    for (uint32_t left = 0; left < graph->left_count; left++) {
        bool is_next[1 << SIDE_MAX] = {false};
        for (uint32_t set = 0; set < 1U << graph->right_count; set++) {
            for (uint32_t right = 0; is_taken[set] && right < graph->right_count; right++)
                is_next[set | 1U << right] |= (graph->rights[left] & ~set) >> right & 1;
        }
        memcpy(is_taken, is_next, sizeof is_taken);
    }
    bool can = false;
    for (uint32_t set = 0; set < 1U << graph->right_count; set++)
        can |= is_taken[set];
    return can;
}

static struct graph draw_graph(uint64_t seed)
{
    struct graph graph = {.right_count = 1 + (uint32_t)(hash_mix(seed, 0) % SIDE_MAX), .steps_left = 1000};
    graph.left_count = (uint32_t)(hash_mix(seed, 1) % (graph.right_count + 1));
    for (uint32_t left = 0; left < graph.left_count; left++) {
        for (uint32_t right = 0; right < graph.right_count; right++)
            graph.rights[left] |= (uint32_t)(hash_mix(hash_mix(seed, 2 + left), right) % 3 == 0) << right;
    }
    return graph;
}

static int match(struct graph *graph, uint32_t *right_of, uint32_t *left_of)
{
    struct jss_matching m = {
        arena, graph->left_count, graph->right_count, has_edge, count_steps, graph, right_of, left_of,
    };
    return jss_match(&m);
}

START_TEST(random_graphs_are_matched)
{
    uint64_t seed = random_seed("compare_matching");
    size_t matched = 0;
    for (uint64_t i = 0; i < GRAPHS; i++) {
        struct graph graph = draw_graph(hash_mix(seed, i));
        uint32_t right_of[SIDE_MAX], left_of[SIDE_MAX];
        memset(right_of, 0xff, sizeof right_of);
        memset(left_of, 0xff, sizeof left_of);
        /* Any matching to begin with. */
        for (uint32_t left = 0; left < graph.left_count; left++) {
            uint32_t right = (uint32_t)(hash_mix(seed, i + left) % graph.right_count);
            if (i % 2 && has_edge(&graph, left, right) && left_of[right] == JSS_UNMATCHED) {
                right_of[left] = right;
                left_of[right] = left;
            }
        }
        int outcome = match(&graph, right_of, left_of);
        ck_assert_int_eq(outcome, can_match(&graph));
        for (uint32_t left = 0; outcome == 1 && left < graph.left_count; left++) {
            ck_assert(has_edge(&graph, left, right_of[left]));
            ck_assert_uint_eq(left_of[right_of[left]], left);
        }
        matched += (size_t)outcome;
    }
    ck_assert_uint_gt(matched, GRAPHS / 10);
    ck_assert_uint_lt(matched, GRAPHS);
}
END_TEST

START_TEST(many_rights_are_told_apart)
{
    enum { COUNT = 200 };
    struct graph graph = {.left_count = 1, .right_count = COUNT, .steps_left = 1000};
    uint32_t right_of[1] = {JSS_UNMATCHED}, left_of[COUNT];
    memset(left_of, 0xff, sizeof left_of);
    ck_assert_int_eq(match(&graph, right_of, left_of), 0);
    graph = (struct graph){.left_count = 1, .right_count = 32, .rights = {1U << 31}, .steps_left = 1000};
    ck_assert_int_eq(match(&graph, right_of, left_of), 1);
    ck_assert_uint_eq(right_of[0], 31);
}
END_TEST

START_TEST(matching_ends_with_the_budget)
{
    struct graph graph = {.left_count = 2, .right_count = 2, .rights = {1, 2}, .steps_left = 1};
    uint32_t right_of[2], left_of[2];
    memset(right_of, 0xff, sizeof right_of);
    memset(left_of, 0xff, sizeof left_of);
    ck_assert_int_eq(match(&graph, right_of, left_of), -1);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, random_graphs_are_matched);
    tcase_add_test(tests, many_rights_are_told_apart);
    tcase_add_test(tests, matching_ends_with_the_budget);
}

int main(void)
{
    return run_tests("compare_matching", add_tests);
}
