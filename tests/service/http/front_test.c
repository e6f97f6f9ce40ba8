/* What an event loop keeps of its own answers.
 * covers: service/http/front.c */
#include "server_private.h"

#include <check.h>
#include <stdlib.h>

static struct stamps stamps;
static struct front front;
static int alive;

static void release(struct stamped_value *value)
{
    alive--;
    arena_free(((struct ready_reply *)value)->arena);
}

/* An answer to the request of that key, which rests on the slot. One reference for the caller. */
static struct ready_reply *reply_new(const char *key, uint32_t slot, size_t cost)
{
    struct arena *arena = arena_new(1 << 16);
    struct ready_reply *ready = ARENA_NEW(arena, struct ready_reply);
    ready->arena = arena;
    ready->key = arena_str(arena, str_of(key));
    ready->cost = cost;
    ready->head.release = release;
    atomic_init(&ready->head.references, 1);
    stamp_set_begin(&stamps, &ready->head.stamps);
    stamp_set_note(&stamps, &ready->head.stamps, slot);
    alive++;
    return ready;
}

/* Keeps a new answer; the front alone holds it then. */
static struct ready_reply *put(const char *key, uint64_t hash, uint32_t slot)
{
    struct ready_reply *ready = reply_new(key, slot, 100);
    front_put(&front, ready, hash);
    stamped_value_unref(&ready->head);
    return ready;
}

static void set_up(void)
{
    memset(&front, 0, sizeof front);
    front.stamps = &stamps;
    alive = 0;
}

static void tear_down(void)
{
    front_clear(&front);
    ck_assert_int_eq(alive, 0);
}

START_TEST(finds_by_key_and_hash)
{
    struct ready_reply *a = put("a", 1, 50), *b = put("b", 2, 50);
    ck_assert_ptr_eq(front_get(&front, STR("a"), 1), a);
    ck_assert_ptr_eq(front_get(&front, STR("b"), 2), b);
    ck_assert_ptr_null(front_get(&front, STR("a"), 2));
    ck_assert_ptr_null(front_get(&front, STR("b"), 1)); /* another key of the same hash */
    ck_assert_ptr_null(front_get(&front, STR("a"), 1 + FRONT_SLOTS)); /* another hash in the same slot */
    ck_assert_ptr_null(front_get(&front, STR("c"), 3));
    ck_assert_uint_eq(atomic_load(&front.hits), 2);
    ck_assert_ptr_eq(front_get(&front, STR("a"), 1), a); /* misses leave it where it is */
}
END_TEST

START_TEST(gives_the_place_to_the_newcomer)
{
    put("a", 1, 50);
    struct ready_reply *b = put("b", 1 + FRONT_SLOTS, 50);
    ck_assert_int_eq(alive, 1);
    ck_assert_ptr_null(front_get(&front, STR("a"), 1));
    ck_assert_ptr_eq(front_get(&front, STR("b"), 1 + FRONT_SLOTS), b);
}
END_TEST

START_TEST(forgets_what_does_not_hold)
{
    put("a", 1, 50);
    struct ready_reply *b = put("b", 2, 51);
    stamps_bump(&stamps, 50);
    ck_assert_ptr_null(front_get(&front, STR("a"), 1));
    ck_assert_int_eq(alive, 1); /* it is let go at once */
    ck_assert_ptr_eq(front_get(&front, STR("b"), 2), b);
    struct ready_reply *again = put("a", 1, 50);
    ck_assert_ptr_eq(front_get(&front, STR("a"), 1), again);
}
END_TEST

START_TEST(keeps_a_reference_of_its_own)
{
    struct ready_reply *a = reply_new("a", 50, 100);
    front_put(&front, a, 1);
    front_put(&front, a, 1); /* once only */
    ck_assert_uint_eq(atomic_load(&a->head.references), 2);
    front_clear(&front);
    ck_assert_uint_eq(atomic_load(&a->head.references), 1);
    ck_assert_ptr_null(front_get(&front, STR("a"), 1));
    stamped_value_unref(&a->head);
    ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(leaves_large_ones_to_the_cache)
{
    struct ready_reply *small = put("a", 1, 50);
    struct ready_reply *large = reply_new("a", 50, FRONT_REPLY_MAX + 1), *limit = reply_new("b", 50, FRONT_REPLY_MAX);
    front_put(&front, large, 1);
    ck_assert_ptr_eq(front_get(&front, STR("a"), 1), small);
    front_put(&front, limit, 2);
    ck_assert_ptr_eq(front_get(&front, STR("b"), 2), limit);
    stamped_value_unref(&large->head);
    stamped_value_unref(&limit->head);
}
END_TEST

/* Now and then the cache is asked instead, so that it knows what is in use. */
START_TEST(asks_the_cache_now_and_then)
{
    struct ready_reply *a = put("a", 1, 50);
    for (int round = 0; round < 3; round++) {
        for (int i = 1; i < FRONT_ASK_EVERY; i++)
            ck_assert_ptr_eq(front_get(&front, STR("a"), 1), a);
        ck_assert_ptr_null(front_get(&front, STR("a"), 1));
    }
    ck_assert_uint_eq(atomic_load(&front.hits), 3 * (FRONT_ASK_EVERY - 1));
    front_put(&front, a, 1); /* what the cache answers is what is there already */
    ck_assert_ptr_eq(front_get(&front, STR("a"), 1), a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("front");
    TCase *tests = tcase_create("front");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, finds_by_key_and_hash);
    tcase_add_test(tests, gives_the_place_to_the_newcomer);
    tcase_add_test(tests, forgets_what_does_not_hold);
    tcase_add_test(tests, keeps_a_reference_of_its_own);
    tcase_add_test(tests, leaves_large_ones_to_the_cache);
    tcase_add_test(tests, asks_the_cache_now_and_then);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
