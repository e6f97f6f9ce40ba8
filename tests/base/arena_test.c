#include "arena.h"

#include <check.h>
#include <stdio.h>

#if defined(__SANITIZE_ADDRESS__)
#define TEST_POISON
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_POISON
#endif
#endif
#ifdef TEST_POISON
#include <sanitizer/asan_interface.h>
#endif

/* The compiler must not see how absurd the sizes are. */
static volatile size_t huge = SIZE_MAX;

/* Not called by its name: the attribute of arena_alloc would tell the compiler that no two results are neighbours. */
static void *(*volatile take)(struct arena *a, size_t bytes) = arena_alloc;

static bool all_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i])
            return false;
    }
    return true;
}

START_TEST(allocations_are_zeroed_and_aligned)
{
    char first[1000];
    struct arena a;

    memset(first, 0xAA, sizeof first);
    arena_init(&a, 1 << 20, first + 1, sizeof first - 1);
    for (int round = 0; round < 3; round++) {
        for (size_t bytes = 0; bytes < 300; bytes++) {
            char *p = take(&a, bytes);
            ck_assert_ptr_nonnull(p);
            ck_assert_uint_eq((uintptr_t)p % 16, 0);
            ck_assert(all_zero(p, bytes));
            memset(p, 0xBB, bytes);
        }
        arena_reset(&a);
    }
    arena_deinit(&a);
}
END_TEST

START_TEST(first_room_is_used_before_blocks)
{
    _Alignas(16) char first[256];
    struct arena a;

    arena_init(&a, 0, first, sizeof first);
    char *p = take(&a, 200);
    ck_assert_ptr_eq(p, first);
    ck_assert_uint_eq(a.used_bytes, 0);
    ck_assert_ptr_null(take(&a, 100));
    ck_assert(arena_failed(&a));
    ck_assert_ptr_eq(take(&a, 48), first + 208);
    ck_assert(arena_failed(&a));
    arena_reset(&a);
    ck_assert(!arena_failed(&a));
    ck_assert_ptr_eq(take(&a, 256), first);
    arena_deinit(&a);
    memset(first, 1, sizeof first);

    char tiny[3];
    arena_init(&a, 4096, tiny, sizeof tiny);
    ck_assert_ptr_nonnull(take(&a, 1));
    ck_assert_uint_eq(a.used_bytes, 4096);
    arena_deinit(&a);
}
END_TEST

START_TEST(blocks_double_up_to_64_kib)
{
    static const size_t expected[] = {4096, 8192, 16384, 32768, 65536, 65536, 65536};
    struct arena *a = arena_new(10 << 20);
    size_t blocks = 0, used = 0;

    ck_assert_ptr_nonnull(a);
    while (blocks < sizeof expected / sizeof expected[0]) {
        ck_assert_ptr_nonnull(take(a, 100));
        if (a->used_bytes != used) {
            ck_assert_uint_eq(a->used_bytes - used, expected[blocks]);
            used = a->used_bytes;
            blocks++;
        }
    }
    arena_reset(a);
    ck_assert_uint_eq(a->used_bytes, 0);
    arena_free(a);
    arena_free(NULL);
}
END_TEST

START_TEST(large_requests_leave_the_current_block_alone)
{
    struct arena a;

    arena_init(&a, 10 << 20, NULL, 0);
    char *before = take(&a, 16);
    char *large = take(&a, 1 << 20);
    char *after = take(&a, 16);
    ck_assert_ptr_nonnull(large);
    ck_assert(all_zero(large, 1 << 20));
    ck_assert_ptr_eq(after, before + 16);
    /* The block that comes next is large enough even where it would usually be smaller. */
    ck_assert_ptr_nonnull(take(&a, 60000));
    arena_deinit(&a);
}
END_TEST

START_TEST(the_cap_holds)
{
    struct arena a;

    arena_init(&a, 10000, NULL, 0);
    ck_assert_ptr_null(take(&a, 10001));
    ck_assert(arena_failed(&a));
    arena_reset(&a);
    ck_assert_ptr_nonnull(take(&a, 4000));
    /* The usual block would be beyond the cap; a smaller one does. */
    ck_assert_ptr_nonnull(take(&a, 5000));
    ck_assert(!arena_failed(&a));
    ck_assert_uint_le(a.used_bytes, 10000);
    size_t count = 0;
    while (take(&a, 16))
        count++;
    ck_assert_uint_lt(count, 10000 / 16);
    ck_assert(arena_failed(&a));
    ck_assert_uint_le(a.used_bytes, 10000);
    arena_deinit(&a);
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
    struct arena a;

    arena_init(&a, SIZE_MAX, NULL, 0);
    ck_assert_ptr_null(take(&a, huge));
    ck_assert(arena_failed(&a));
    arena_reset(&a);
    ck_assert_ptr_null(take(&a, huge - 16));
    arena_reset(&a);
    ck_assert_ptr_null(arena_array(&a, huge / 2, 3));
    ck_assert(arena_failed(&a));
    arena_reset(&a);
    ck_assert_ptr_null(arena_join(&a, (struct str[]){{"", huge}, {"", 1}}, 2).p);
    ck_assert(arena_failed(&a));
    arena_reset(&a);
    char *p = take(&a, 10);
    ck_assert_ptr_null(arena_grow(&a, p, 10, huge));
    ck_assert(arena_failed(&a));
    arena_deinit(&a);
}
END_TEST

START_TEST(the_latest_allocation_grows_in_place)
{
    struct arena a;

    arena_init(&a, 1 << 20, NULL, 0);
    char *p = arena_grow(&a, NULL, 0, 10);
    ck_assert_ptr_nonnull(p);
    memset(p, 'x', 10);
    ck_assert_ptr_eq(arena_grow(&a, p, 10, 5), p);
    ck_assert_ptr_eq(arena_grow(&a, p, 10, 100), p);
    ck_assert(p[9] == 'x' && all_zero(p + 10, 90));
    memset(p, 'y', 100);

    char *other = take(&a, 1);
    ck_assert_ptr_eq(other, p + 112);
    char *moved = arena_grow(&a, p, 100, 200);
    ck_assert_ptr_ne(moved, p);
    ck_assert(moved[99] == 'y' && all_zero(moved + 100, 100));
    ck_assert(p[99] == 'y');

    char *far = arena_grow(&a, moved, 200, 100000);
    ck_assert(far != moved && far[99] == 'y' && all_zero(far + 100, 99900));
    char *farther = arena_grow(&a, far, 100000, 100001);
    ck_assert(farther[99] == 'y' && farther[100000] == 0);
    arena_deinit(&a);
}
END_TEST

START_TEST(nothing_grows_into_a_neighbour)
{
    _Alignas(16) char first[64];
    struct arena a;

    arena_init(&a, 1 << 20, first, sizeof first);
    char *empty = take(&a, 0);
    char *next = take(&a, 0);
    ck_assert_ptr_ne(empty, next);
    ck_assert_ptr_eq(arena_grow(&a, next, 0, 48), next);
    ck_assert_uint_eq(a.used_bytes, 0);
    char *moved = arena_grow(&a, next, 48, 49);
    ck_assert(moved < first || moved >= first + sizeof first);
    ck_assert_ptr_ne(arena_grow(&a, empty, 0, 16), empty);
    arena_deinit(&a);
}
END_TEST

START_TEST(texts_are_copied_with_a_nul)
{
    struct arena a;

    arena_init(&a, 1 << 20, NULL, 0);
    struct str s = arena_str(&a, STR("abc\0def"));
    ck_assert(str_equal(s, STR("abc\0def")));
    ck_assert_int_eq(s.p[s.n], 0);
    s = arena_str(&a, (struct str){NULL, 0});
    ck_assert(s.p && s.n == 0 && s.p[0] == 0);
    s = ARENA_JOIN(&a, STR("one"), STR_EMPTY, STR("-"), STR_INT(INT64_MIN));
    ck_assert_str_eq(s.p, "one--9223372036854775808");
    ck_assert_uint_eq(s.n, strlen(s.p));
    ck_assert(str_equal(arena_join(&a, NULL, 0), STR_EMPTY));
    int *numbers = ARENA_ARRAY(&a, 10, int);
    ck_assert(all_zero((char *)numbers, 10 * sizeof *numbers));
    arena_deinit(&a);
}
END_TEST

START_TEST(printf_of_any_length)
{
    struct arena a;
    char expected[2000];

    arena_init(&a, 1 << 20, NULL, 0);
    for (int width = 0; width < 1000; width++) {
        struct str s = arena_printf(&a, "<%*d>", width, 7);
        snprintf(expected, sizeof expected, "<%*d>", width, 7);
        ck_assert_str_eq(s.p, expected);
        ck_assert_uint_eq(s.n, strlen(expected));
    }
    arena_deinit(&a);

    arena_init(&a, 0, NULL, 0);
    ck_assert_ptr_null(arena_printf(&a, "%d", 1).p);
    ck_assert_ptr_null(arena_str(&a, STR("x")).p);
    ck_assert(arena_failed(&a));
    arena_deinit(&a);
}
END_TEST

static char order[16];
static size_t order_count;

static void note(void *object)
{
    order[order_count++] = *(char *)object;
}

START_TEST(releases_run_in_reverse_order)
{
    struct arena a;
    char names[] = "abc";

    arena_init(&a, 1 << 16, NULL, 0);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(arena_on_reset(&a, note, &names[i]), 0);
    ck_assert_uint_eq(order_count, 0);
    arena_reset(&a);
    ck_assert_str_eq(order, "cba");
    arena_reset(&a);
    ck_assert_uint_eq(order_count, 3);
    ck_assert_int_eq(arena_on_reset(&a, note, &names[1]), 0);
    arena_deinit(&a);
    ck_assert_str_eq(order, "cbab");

    arena_init(&a, 0, NULL, 0);
    ck_assert_int_eq(arena_on_reset(&a, note, &names[0]), -1);
    ck_assert_str_eq(order, "cbaba");
    arena_deinit(&a);
    ck_assert_uint_eq(order_count, 5);
}
END_TEST

START_TEST(a_mark_is_gone_back_to)
{
    char names[] = "abc";
    struct arena a;

    for (size_t before = 0; before < 3; before++) {
        char first[64];
        arena_init(&a, 1 << 20, first, sizeof first);
        order_count = 0;
        char *kept = take(&a, (size_t[]){8, 1000, 100000}[before]);
        memset(kept, 'k', 8);
        ck_assert_int_eq(arena_on_reset(&a, note, &names[0]), 0);
        struct arena_mark mark = arena_mark(&a);
        size_t used = a.used_bytes;
        char *next = take(&a, 16);
        arena_rewind(&a, mark);
        for (int round = 0; round < 3; round++) {
            ck_assert_ptr_eq(take(&a, 16), next); /* the same room again, zeroed */
            ck_assert_int_eq(next[0], 0);
            memset(next, 'x', 16);
            take(&a, 5000);
            ck_assert_int_eq(arena_on_reset(&a, note, &names[1]), 0);
            take(&a, 200000);
            ck_assert_int_eq(arena_on_reset(&a, note, &names[2]), 0);
            arena_rewind(&a, mark);
            ck_assert_uint_eq(a.used_bytes, used);
            ck_assert_uint_eq(order_count, 2 * (size_t)(round + 1));
        }
        ck_assert_mem_eq(kept, "kkkkkkkk", 8);
        arena_deinit(&a);
        ck_assert_str_eq(order, "cbcbcba");
        memset(order, 0, sizeof order);
    }
}
END_TEST

START_TEST(freed_room_is_poisoned)
{
#ifdef TEST_POISON
    _Alignas(16) static char first[256];
    struct arena a;

    arena_init(&a, 1 << 16, first, sizeof first);
    char *p = take(&a, 100);
    arena_reset(&a);
    ck_assert(__asan_address_is_poisoned(p));
    ck_assert(__asan_address_is_poisoned(p + 255));
    p = take(&a, 100);
    ck_assert(!__asan_address_is_poisoned(p + 99));
    ck_assert(__asan_address_is_poisoned(p + 100));
    arena_grow(&a, p, 100, 120);
    ck_assert(!__asan_address_is_poisoned(p + 119));
    ck_assert(__asan_address_is_poisoned(p + 120));
    p = take(&a, 1000);
    ck_assert(!__asan_address_is_poisoned(p + 999));
    ck_assert(__asan_address_is_poisoned(p + 1000));
    struct arena_mark mark = arena_mark(&a);
    p = take(&a, 50);
    arena_rewind(&a, mark);
    ck_assert(__asan_address_is_poisoned(p) && __asan_address_is_poisoned(p + 49));
    arena_deinit(&a);
    ck_assert_ptr_null(__asan_region_is_poisoned(first, sizeof first));
#endif
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *cases = tcase_create("arena");
    tcase_add_test(cases, allocations_are_zeroed_and_aligned);
    tcase_add_test(cases, first_room_is_used_before_blocks);
    tcase_add_test(cases, blocks_double_up_to_64_kib);
    tcase_add_test(cases, large_requests_leave_the_current_block_alone);
    tcase_add_test(cases, the_cap_holds);
    tcase_add_test(cases, sizes_do_not_overflow);
    tcase_add_test(cases, the_latest_allocation_grows_in_place);
    tcase_add_test(cases, nothing_grows_into_a_neighbour);
    tcase_add_test(cases, texts_are_copied_with_a_nul);
    tcase_add_test(cases, printf_of_any_length);
    tcase_add_test(cases, releases_run_in_reverse_order);
    tcase_add_test(cases, a_mark_is_gone_back_to);
    tcase_add_test(cases, freed_room_is_poisoned);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
