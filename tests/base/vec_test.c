#include "vec.h"

#include <check.h>

struct point {
    int x;
    char name[3];
};

START_TEST(items_keep_their_order)
{
    struct arena a;
    VEC(int) numbers = {0};
    VEC(struct point) points = {0};

    arena_init(&a, 1 << 20, NULL, 0);
    for (int i = 0; i < 1000; i++) {
        ck_assert(VEC_PUSH(&a, &numbers, i));
        ck_assert(VEC_PUSH(&a, &points, (struct point){i, "ab"}));
    }
    ck_assert_uint_eq(numbers.count, 1000);
    ck_assert_uint_eq(points.count, 1000);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(numbers.items[i], i);
        ck_assert_int_eq(points.items[i].x, i);
        ck_assert_str_eq(points.items[i].name, "ab");
    }
    ck_assert_int_eq(VEC_LAST(&numbers), 999);
    ck_assert_int_eq(VEC_POP(&numbers), 999);
    ck_assert_int_eq(VEC_LAST(&numbers), 998);
    ck_assert_uint_eq(numbers.count, 999);
    arena_deinit(&a);
}
END_TEST

START_TEST(room_may_be_filled_by_hand)
{
    struct arena a;
    VEC(char) bytes = {0};

    arena_init(&a, 1 << 20, NULL, 0);
    for (int i = 0; i < 100; i++) {
        ck_assert(VEC_ROOM(&a, &bytes));
        ck_assert_int_eq(bytes.items[bytes.count], 0);
        bytes.items[bytes.count++] = 'x';
    }
    ck_assert_uint_eq(bytes.count, 100);
    ck_assert_uint_eq(bytes.room, 128);
    arena_deinit(&a);
}
END_TEST

START_TEST(a_full_arena_leaves_the_vector_as_it_was)
{
    struct arena a;
    VEC(int) numbers = {0};
    int pushed = 0;

    arena_init(&a, 8192, NULL, 0);
    while (VEC_PUSH(&a, &numbers, pushed))
        pushed++;
    ck_assert(arena_failed(&a));
    ck_assert_uint_eq(numbers.count, numbers.room);
    ck_assert_uint_eq(numbers.count, (unsigned)pushed);
    for (int i = 0; i < pushed; i++)
        ck_assert_int_eq(numbers.items[i], i);
    arena_deinit(&a);
}
END_TEST

START_TEST(room_can_be_asked_for_at_once)
{
    struct arena a;
    VEC(int) numbers = {0};

    arena_init(&a, 1 << 20, NULL, 0);
    ck_assert(VEC_PUSH(&a, &numbers, 7));
    ck_assert(VEC_RESERVE(&a, &numbers, 5)); /* more than is free of the first room, not more than there is */
    ck_assert_uint_ge(numbers.room, 6);
    ck_assert(VEC_RESERVE(&a, &numbers, 1000));
    ck_assert_uint_ge(numbers.room, 1001);
    ck_assert_uint_eq(numbers.count, 1);
    ck_assert_int_eq(numbers.items[0], 7);
    arena_deinit(&a);
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
    struct arena a;
    char item = 'x';
    void *items = &item;
    size_t room = SIZE_MAX / 2 + 1;

    arena_init(&a, SIZE_MAX, NULL, 0);
    ck_assert(!vec_grow(&a, &items, room + 1, &room, 1));
    room = SIZE_MAX / 4;
    ck_assert(!vec_grow(&a, &items, room + 1, &room, 8));
    ck_assert_uint_eq(room, SIZE_MAX / 4);
    ck_assert_ptr_eq(items, &item);
    arena_deinit(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vec");
    TCase *cases = tcase_create("vec");
    tcase_add_test(cases, items_keep_their_order);
    tcase_add_test(cases, room_may_be_filled_by_hand);
    tcase_add_test(cases, a_full_arena_leaves_the_vector_as_it_was);
    tcase_add_test(cases, room_can_be_asked_for_at_once);
    tcase_add_test(cases, sizes_do_not_overflow);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
