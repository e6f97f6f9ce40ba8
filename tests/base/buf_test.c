#include "buf.h"

#include <check.h>
#include <stdio.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 64 << 20, NULL, 0);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

/* Loop index 0: malloc, 1: arena. */
static struct arena *arena_for(int i)
{
    return i ? &arena : NULL;
}

START_TEST(bytes_are_appended)
{
    struct buf b;

    buf_init(&b, arena_for(_i), 1 << 20);
    ck_assert(str_equal(buf_str(&b), STR_EMPTY));
    buf_add(&b, STR_EMPTY);
    buf_add(&b, (struct str){0});
    buf_add(&b, STR("a\0b"));
    buf_add_char(&b, 'c');
    buf_add_int(&b, INT64_MIN);
    buf_add_int(&b, 0);
    buf_printf(&b, "[%s %d]", "x", 7);
    buf_add(&b, STR("end"));
    ck_assert(str_equal(buf_str(&b), STR("a\0bc-92233720368547758080[x 7]end")));
    ck_assert(!buf_failed(&b));
    buf_deinit(&b);
    ck_assert_uint_eq(buf_str(&b).n, 0);
}
END_TEST

START_TEST(it_grows_byte_by_byte)
{
    struct buf b;

    buf_init(&b, arena_for(_i), 100000);
    for (size_t i = 0; i < 100000; i++)
        buf_add_char(&b, (char)(unsigned char)(i * 7));
    ck_assert(!buf_failed(&b));
    ck_assert_uint_eq(b.n, 100000);
    ck_assert_uint_le(b.room, b.max);
    for (size_t i = 0; i < 100000; i++)
        ck_assert_int_eq(b.p[i], (char)(unsigned char)(i * 7));
    buf_add_char(&b, 'x');
    ck_assert(buf_failed(&b));
    ck_assert_uint_eq(b.n, 100000);
    buf_deinit(&b);
}
END_TEST

START_TEST(past_the_maximum_everything_is_ignored)
{
    struct buf b;

    buf_init(&b, arena_for(_i), 10);
    buf_add(&b, STR("12345678"));
    buf_add(&b, STR("90a"));
    ck_assert(buf_failed(&b));
    buf_add(&b, STR("9"));
    buf_add_char(&b, '9');
    buf_printf(&b, "9");
    ck_assert(!buf_reserve(&b, 0));
    ck_assert(str_equal(buf_str(&b), STR("12345678")));
    buf_reset(&b);
    ck_assert(!buf_failed(&b));
    ck_assert_uint_eq(b.n, 0);
    ck_assert_uint_eq(b.room, 10);
    buf_add(&b, STR("1234567890"));
    ck_assert(!buf_failed(&b));
    buf_deinit(&b);

    buf_init(&b, arena_for(_i), 0);
    buf_add(&b, STR_EMPTY);
    ck_assert(buf_reserve(&b, 0));
    ck_assert(!buf_failed(&b));
    buf_add_char(&b, 'x');
    ck_assert(buf_failed(&b));
    buf_deinit(&b);
}
END_TEST

START_TEST(room_that_was_reserved_may_be_written)
{
    struct buf b;

    buf_init(&b, arena_for(_i), 5000);
    buf_add(&b, STR("abc"));
    ck_assert(buf_reserve(&b, 4997));
    ck_assert_uint_ge(b.room - b.n, 4997);
    memset(b.p + b.n, 'x', 4997);
    b.n += 4997;
    ck_assert(buf_reserve(&b, 0));
    ck_assert(!buf_reserve(&b, 1));
    ck_assert(buf_failed(&b));
    ck_assert_mem_eq(b.p, "abcx", 4);
    buf_deinit(&b);
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
    struct buf b;

    buf_init(&b, arena_for(_i), SIZE_MAX);
    buf_add_char(&b, 'x');
    ck_assert(!buf_reserve(&b, SIZE_MAX));
    buf_reset(&b);
    buf_add_char(&b, 'x');
    ck_assert(!buf_reserve(&b, SIZE_MAX - 1));
    buf_reset(&b);
    buf_add_char(&b, 'x');
    ck_assert(!buf_reserve(&b, SIZE_MAX - 100));
    ck_assert(str_equal(buf_str(&b), STR("x")));
    buf_deinit(&b);
}
END_TEST

START_TEST(printf_needs_no_room_for_the_nul)
{
    struct buf b;
    char expected[600];

    for (int width = 0; width < 550; width++) {
        buf_init(&b, arena_for(_i), (size_t)width + 2);
        buf_printf(&b, "%s", "ab");
        buf_printf(&b, "%*s", width, "");
        ck_assert(!buf_failed(&b));
        snprintf(expected, sizeof expected, "ab%*s", width, "");
        ck_assert(str_equal(buf_str(&b), str_of(expected)));
        buf_printf(&b, "%c", 'x');
        ck_assert(buf_failed(&b));
        ck_assert_uint_eq(b.n, (size_t)width + 2);
        buf_deinit(&b);
    }
}
END_TEST

START_TEST(a_full_arena_fails_the_buffer)
{
    struct arena small;
    struct buf b;

    arena_init(&small, 8192, NULL, 0);
    buf_init(&b, &small, 1 << 20);
    for (int i = 0; i < 10000; i++)
        buf_add_char(&b, 'x');
    ck_assert(buf_failed(&b));
    ck_assert_uint_lt(b.n, 8192);
    buf_deinit(&b);
    arena_deinit(&small);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("buf");
    TCase *cases = tcase_create("buf");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, bytes_are_appended, 0, 2);
    tcase_add_loop_test(cases, it_grows_byte_by_byte, 0, 2);
    tcase_add_loop_test(cases, past_the_maximum_everything_is_ignored, 0, 2);
    tcase_add_loop_test(cases, room_that_was_reserved_may_be_written, 0, 2);
    tcase_add_loop_test(cases, sizes_do_not_overflow, 0, 2);
    tcase_add_loop_test(cases, printf_needs_no_room_for_the_nul, 0, 2);
    tcase_add_test(cases, a_full_arena_fails_the_buffer);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
