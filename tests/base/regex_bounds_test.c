/* Regular expressions: bounds of what is compiled and of the work that a search is, and many searches at once. */
#include "regex_fixture.h"

#include "buf.h"

#include <pthread.h>
#include <stdlib.h>

static struct str times(const char *text, size_t count)
{
    struct buf out;
    buf_init(&out, &arena, 32u << 20);
    for (size_t i = 0; i < count; i++)
        buf_add(&out, str_of(text));
    return buf_str(&out);
}

START_TEST(patterns_are_bounded)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    struct str deep = ARENA_JOIN(&arena, times("(", 200), STR("a"), times(")", 200));
    ck_assert_int_eq(search(deep, STR("a"), BUDGET), REGEX_MATCH);
    deep = ARENA_JOIN(&arena, times("(", 201), STR("a"), times(")", 201));
    ck_assert_int_eq(regex_compile(&arena, deep, &regex, &fault), 1);
    ck_assert_str_eq(fault, "groups are nested too deeply");
    ck_assert_int_eq(regex_compile(&arena, times("[^\\s]", 20000), &regex, &fault), 1);
    ck_assert_str_eq(fault, "too long");
    /* Each doubling doubles what is compiled. */
    ck_assert_int_eq(regex_compile(&arena, STR("((((((a{9}){9}){9}){9}){9}){9}){9}"), &regex, &fault), 1);
    ck_assert_int_eq(
        regex_compile(&arena, STR("(((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99}){99}"), &regex, &fault), 1);
}
END_TEST

/* -- work ----------------------------------------------------------------------------------------------------- */

/* Patterns that a backtracking matcher needs exponential or quadratic time for. */
static const struct {
    const char *pattern, *repeated, *behind;
    size_t count;
} hostile[] = {
    {"^(a+)+$", "a", "!", 40},           {"^(a+)+$", "a", "!", 100000},         {"^(a|a)*$", "a", "!", 100},
    {"^(a|a?)+$", "a", "!", 100},        {"^([a-zA-Z]+)*$", "a", "1", 60},      {"(.*a){20}$", "a", "!", 60},
    {"^(.*?,){12}P", "1,", "", 60},      {"(x+x+)+y", "x", "", 100000},         {"\\s+$", " ", "x", 300000},
    {"a*[bd]", "a", "c", 1000000},       {"^(?:a*[bd]|a)*$", "a", "!", 200000}, {"^(\\w+\\s?)*$", "a", "!", 64},
    {"^((ab)*)+$", "ab", "!", 50},       {"(?=(a+))a*b\\1", "a", "", 50000},    {"^(a?){25}a{25}$", "a", "!", 30},
    {"([^\\s]+)+[^\\s]@", "a", "", 500},
};

START_TEST(work_is_bounded)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    uint64_t budget = BUDGET;
    struct str text = ARENA_JOIN(&arena, times(hostile[_i].repeated, hostile[_i].count), str_of(hostile[_i].behind));
    ck_assert_int_eq(regex_compile(&arena, str_of(hostile[_i].pattern), &regex, &fault), 0);
    enum regex_outcome outcome = regex_search(regex, text, &scratch, &budget);
    ck_assert_msg(outcome == REGEX_LIMIT || outcome == REGEX_NO_MATCH, "%d", (int)outcome);
    if (outcome == REGEX_LIMIT)
        ck_assert_msg(budget < BUDGET, "%llu", (unsigned long long)budget);
    budget = 0;
    ck_assert_int_eq(regex_search(regex, text, &scratch, &budget), REGEX_LIMIT);
}
END_TEST

/* What real schemas have is decided in texts of any size. */
static const struct {
    const char *pattern, *repeated, *behind;
    size_t count;
    enum regex_outcome outcome;
} large[] = {
    {"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", "QUJD", "QUI=", 250000, REGEX_MATCH},
    {"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", "QUJD", "!", 250000, REGEX_NO_MATCH},
    {"^[a-z ]*$", "abc ", "", 1000000, REGEX_MATCH},
    {"^\\s*\\S.*$", "abc ", "", 1000000, REGEX_MATCH},
    {"\\S", " ", "x", 1000000, REGEX_MATCH},
    {"^([a-z]+ )+$", "abc ", "", 50000, REGEX_MATCH},
    {"^.{1,100000}$", "x", "", 100000, REGEX_MATCH},
    {"^.{1,100000}$", "x", "", 100001, REGEX_NO_MATCH},
    {"^.{90000,300000}?$", "x", "", 300000, REGEX_MATCH},
    {"^.{90000,300000}?$", "x", "", 300001, REGEX_NO_MATCH},
    {"^.{90000,300000}?$", "x", "", 89999, REGEX_NO_MATCH},
    {"^[^]{70000}$", "x", "", 70000, REGEX_MATCH},
    {"^[^]{70000}$", "x", "", 69999, REGEX_NO_MATCH},
    {"^[^]{70000,}?y$", "x", "y", 70001, REGEX_MATCH},
    {"x", "y", "x", 1000000, REGEX_MATCH},
    {"x", "y", "x", 16777216, REGEX_LIMIT},
};

START_TEST(large_texts_are_searched)
{
    struct str text = ARENA_JOIN(&arena, times(large[_i].repeated, large[_i].count), str_of(large[_i].behind));
    ck_assert_int_eq(search(str_of(large[_i].pattern), text, BUDGET), large[_i].outcome);
}
END_TEST

/* Many searches, each of which does not take much. */
START_TEST(searches_add_up)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    uint64_t budget = BUDGET;
    size_t searches = 0;
    struct str text = times("a", 256);
    ck_assert_int_eq(regex_compile(&arena, STR("^(?:a*[bd]|a*[ce]|a*[df]|a*[eg]|a)*$"), &regex, &fault), 0);
    while (regex_search(regex, text, &scratch, &budget) != REGEX_LIMIT)
        searches++;
    ck_assert_uint_lt(searches, 20000);
    ck_assert_uint_eq(budget, 0);
}
END_TEST

static struct regex *shared;

static void *search_often(void *unused)
{
    struct regex_scratch own = {0};
    (void)unused;
    for (int i = 0; i < 2000; i++) {
        uint64_t budget = BUDGET;
        ck_assert_int_eq(regex_search(shared, STR("2020-02-30T1"), &own, &budget), REGEX_MATCH);
        ck_assert_int_eq(regex_search(shared, STR("2020-02-30TT"), &own, &budget), REGEX_NO_MATCH);
    }
    regex_scratch_deinit(&own);
    return NULL;
}

START_TEST(many_may_search_at_once)
{
    pthread_t threads[4];
    const char *fault = NULL;
    ck_assert_int_eq(regex_compile(&arena, STR("^(\\d+)-(\\d+)-(?:\\d{2})T(?=\\d)"), &shared, &fault), 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, search_often, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}
END_TEST

START_TEST(memory_may_run_out)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    for (size_t room = 1;; room += 64) {
        struct arena small;
        arena_init(&small, room, NULL, 0);
        int outcome = regex_compile(&small, STR("^(?<n>[\\s\\w]+)-\\k<n>$"), &regex, &fault);
        ck_assert(outcome == 0 || outcome == -1);
        arena_deinit(&small);
        if (outcome == 0)
            break;
        ck_assert_uint_lt(room, 100000);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("regex_bounds");
    TCase *tests = tcase_create("regex_bounds");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, patterns_are_bounded);
    tcase_add_loop_test(tests, work_is_bounded, 0, ROWS(hostile));
    tcase_add_loop_test(tests, large_texts_are_searched, 0, ROWS(large));
    tcase_add_test(tests, searches_add_up);
    tcase_add_test(tests, many_may_search_at_once);
    tcase_add_test(tests, memory_may_run_out);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
