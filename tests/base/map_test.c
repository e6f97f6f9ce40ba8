#include "map.h"

#include "clock.h"
#include "hash.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t random_state;

static uint64_t next_random(void)
{
    return hash_mix(++random_state, 0x5eed);
}

/* TEST_SEED repeats a run. */
static void seed_random(void)
{
    const char *given = getenv("TEST_SEED");

    random_state = given ? strtoull(given, NULL, 0) : (uint64_t)clock_mono_ns();
    printf("map: TEST_SEED=%" PRIu64 "\n", random_state);
    fflush(stdout);
}

START_TEST(an_empty_map_has_nothing)
{
    struct arena a;
    struct map m;

    arena_init(&a, 1 << 20, NULL, 0);
    map_init(&m, &a);
    ck_assert_ptr_null(map_get(&m, STR("x")));
    ck_assert_ptr_null(map_find(&m, STR_EMPTY));
    ck_assert_uint_eq(m.count, 0);
    arena_deinit(&a);
}
END_TEST

START_TEST(put_replaces_and_add_does_not)
{
    struct arena a;
    struct map m;
    int one = 1, two = 2;

    arena_init(&a, 1 << 20, NULL, 0);
    map_init(&m, &a);
    ck_assert_int_eq(map_put(&m, STR("a"), &one), 0);
    ck_assert_int_eq(map_put(&m, STR("b"), &one), 0);
    ck_assert_int_eq(map_put(&m, STR("a"), &two), 1);
    ck_assert_int_eq(map_add(&m, STR("b"), &two), 1);
    ck_assert_int_eq(map_add(&m, STR("c"), &two), 0);
    ck_assert_ptr_eq(map_get(&m, STR("a")), &two);
    ck_assert_ptr_eq(map_get(&m, STR("b")), &one);
    ck_assert_ptr_eq(map_get(&m, STR("c")), &two);
    ck_assert_uint_eq(m.count, 3);
    ck_assert(str_equal(m.entries[0].key, STR("a")));
    ck_assert(str_equal(m.entries[1].key, STR("b")));
    ck_assert(str_equal(m.entries[2].key, STR("c")));
    arena_deinit(&a);
}
END_TEST

START_TEST(any_bytes_may_be_keys)
{
    struct arena a;
    struct map m;
    int one = 1, two = 2, three = 3;

    arena_init(&a, 1 << 20, NULL, 0);
    map_init(&m, &a);
    ck_assert_int_eq(map_put(&m, (struct str){0}, &one), 0);
    ck_assert_int_eq(map_put(&m, STR_EMPTY, &one), 1);
    ck_assert_int_eq(map_put(&m, STR("\0"), &two), 0);
    ck_assert_int_eq(map_put(&m, STR("\0\0"), &three), 0);
    ck_assert_int_eq(map_put(&m, STR("null"), NULL), 0);
    ck_assert_ptr_eq(map_get(&m, STR_EMPTY), &one);
    ck_assert_ptr_eq(map_get(&m, STR("\0")), &two);
    ck_assert_ptr_eq(map_get(&m, STR("\0\0")), &three);
    ck_assert_ptr_null(map_get(&m, STR("null")));
    ck_assert_ptr_nonnull(map_find(&m, STR("null")));
    ck_assert_ptr_null(map_find(&m, STR("nul")));
    arena_deinit(&a);
}
END_TEST

#define MODEL_KEYS 3000

/* The model is the list of keys in order of insertion with their values. */
START_TEST(it_agrees_with_a_list)
{
    static struct str keys[MODEL_KEYS];
    static int position[MODEL_KEYS];
    static void *values[MODEL_KEYS];
    struct arena a;
    struct map m;
    size_t count = 0;

    seed_random();
    arena_init(&a, 64 << 20, NULL, 0);
    map_init(&m, &a);
    for (size_t i = 0; i < MODEL_KEYS; i++) {
        keys[i] = arena_printf(&a, "%*zx", (int)(i % 40), i);
        position[i] = -1;
    }
    for (int step = 0; step < 20000; step++) {
        size_t i = next_random() % MODEL_KEYS;
        void *value = &keys[next_random() % MODEL_KEYS];
        bool known = position[i] >= 0, put = next_random() & 1;
        int result = put ? map_put(&m, keys[i], value) : map_add(&m, keys[i], value);
        ck_assert_int_eq(result, known);
        if (!known)
            position[i] = (int)count++;
        if (!known || put)
            values[i] = value;

        size_t j = next_random() % MODEL_KEYS;
        const struct map_entry *entry = map_find(&m, keys[j]);
        ck_assert_uint_eq(entry != NULL, position[j] >= 0);
        if (entry)
            ck_assert(entry->value == values[j] && entry == &m.entries[position[j]]);
    }
    ck_assert_uint_eq(m.count, count);
    for (size_t i = 0; i < MODEL_KEYS; i++)
        ck_assert_ptr_eq(map_get(&m, keys[i]), values[i]);
    arena_deinit(&a);
}
END_TEST

START_TEST(a_full_arena_leaves_the_map_as_it_was)
{
    static char keys[2000][8];

    for (size_t bytes = 0; bytes < 20000; bytes += 100) {
        struct arena a;
        struct map m;
        size_t count = 0;

        arena_init(&a, bytes, NULL, 0);
        map_init(&m, &a);
        for (; count < 2000; count++) {
            snprintf(keys[count], sizeof keys[count], "%zu", count);
            if (map_put(&m, str_of(keys[count]), keys[count]) < 0)
                break;
        }
        ck_assert_uint_lt(count, 2000);
        ck_assert(arena_failed(&a));
        ck_assert_uint_eq(m.count, count);
        ck_assert_ptr_null(map_find(&m, str_of(keys[count])));
        for (size_t i = 0; i < count; i++)
            ck_assert_ptr_eq(map_get(&m, str_of(keys[i])), keys[i]);
        arena_deinit(&a);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("map");
    TCase *cases = tcase_create("map");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, an_empty_map_has_nothing);
    tcase_add_test(cases, put_replaces_and_add_does_not);
    tcase_add_test(cases, any_bytes_may_be_keys);
    tcase_add_test(cases, it_agrees_with_a_list);
    tcase_add_test(cases, a_full_arena_leaves_the_map_as_it_was);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
