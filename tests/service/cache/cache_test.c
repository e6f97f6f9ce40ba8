/* Stamps and the cache that they guard: nothing is answered again after what it rests on has changed. */
#include "stamped_cache.h"

#include "arena.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

struct value {
    struct stamped_value head;
    struct arena *arena;
    uint64_t number;
};

static atomic_int alive;

static void release(struct stamped_value *head)
{
    struct value *v = (struct value *)head;
    atomic_fetch_sub(&alive, 1);
    arena_free(v->arena);
}

static struct value *value_new(const struct stamp_set *stamps, uint64_t number)
{
    struct arena *arena = arena_new(4096);
    struct value *v = ARENA_NEW(arena, struct value);
    v->arena = arena;
    v->number = number;
    v->head.stamps = *stamps;
    v->head.release = release;
    atomic_init(&v->head.references, 1);
    atomic_fetch_add(&alive, 1);
    return v;
}

START_TEST(holds_until_bumped)
{
    static struct stamps stamps;
    struct stamped_cache *cache;
    struct stamp_set set;
    ck_assert_int_eq(stamped_cache_new(&stamps, 1 << 20, &cache), 0);
    stamp_set_begin(&stamps, &set);
    stamp_set_note(&stamps, &set, stamp_of_subject(STR("."), STR("a")));
    struct value *v = value_new(&set, 1);
    stamped_cache_put(cache, STR("key"), &v->head, 100);
    stamped_value_unref(&v->head);
    struct stamped_value *got = stamped_cache_get(cache, STR("key"));
    ck_assert_ptr_eq(got, &v->head);
    stamps_bump(&stamps, stamp_of_subject(STR("."), STR("a")));
    ck_assert_ptr_null(stamped_cache_get(cache, STR("key")));
    ck_assert_int_eq(atomic_load(&alive), 1); /* still referenced here */
    stamped_value_unref(got);
    ck_assert_int_eq(atomic_load(&alive), 0);
    stamped_cache_free(cache);
}
END_TEST

START_TEST(distrusts_what_moved_meanwhile)
{
    static struct stamps stamps;
    struct stamp_set set;
    stamp_set_begin(&stamps, &set);
    stamps_bump(&stamps, stamp_of_id(STR("."), 7));
    stamp_set_note(&stamps, &set, stamp_of_id(STR("."), 7));
    ck_assert(set.is_spoiled);
}
END_TEST

START_TEST(a_full_set_rests_on_everything)
{
    static struct stamps stamps;
    struct stamp_set set;
    stamp_set_begin(&stamps, &set);
    for (int32_t i = 0; i <= STAMPS_MAX; i++)
        stamp_set_note(&stamps, &set, (uint32_t)(100 + i));
    ck_assert(stamp_set_holds(&stamps, &set));
    stamps_bump(&stamps, 100); /* forgotten; but whoever changes something bumps that slot too: */
    stamps_bump(&stamps, stamp_of_anything());
    ck_assert(!stamp_set_holds(&stamps, &set));
}
END_TEST

START_TEST(keeps_to_its_bytes)
{
    static struct stamps stamps;
    struct stamped_cache *cache;
    struct stamped_cache_totals totals;
    struct stamp_set set;
    ck_assert_int_eq(stamped_cache_new(&stamps, 1 << 20, &cache), 0);
    stamp_set_begin(&stamps, &set);
    for (uint64_t i = 0; i < 5000; i++) {
        struct value *v = value_new(&set, i);
        stamped_cache_put(cache, (struct str){(const char *)&i, sizeof i}, &v->head, 1000);
        stamped_value_unref(&v->head);
    }
    stamped_cache_totals(cache, &totals);
    ck_assert_uint_le(totals.bytes, 1 << 20);
    ck_assert_uint_gt(totals.evictions, 0);
    stamped_cache_free(cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
    ck_assert_int_eq(stamped_cache_new(&stamps, 0, &cache), 0);
    struct value *v = value_new(&set, 1);
    stamped_cache_put(cache, STR("key"), &v->head, 1);
    ck_assert_ptr_null(stamped_cache_get(cache, STR("key")));
    stamped_value_unref(&v->head);
    stamped_cache_free(cache);
}
END_TEST

/* A writer raises a number and bumps while others fill the cache: after a bump nothing older may be found. */
struct race {
    struct stamps stamps;
    struct stamped_cache *cache;
    atomic_uint_least64_t stored;
    atomic_bool is_done;
};

static void *read_numbers(void *argument)
{
    struct race *race = argument;
    while (!atomic_load(&race->is_done)) {
        uint64_t floor = atomic_load(&race->stored);
        struct stamped_value *got = stamped_cache_get(race->cache, STR("n"));
        if (got) {
            stamped_value_unref(got);
        } else {
            struct stamp_set set;
            stamp_set_begin(&race->stamps, &set);
            uint64_t number = atomic_load(&race->stored);
            stamp_set_note(&race->stamps, &set, 50);
            struct value *v = value_new(&set, number);
            stamped_cache_put(race->cache, STR("n"), &v->head, 8);
            stamped_value_unref(&v->head);
            ck_assert_uint_ge(number, floor);
        }
    }
    return NULL;
}

START_TEST(is_never_stale_after_a_bump)
{
    static struct race race;
    pthread_t readers[4];
    ck_assert_int_eq(stamped_cache_new(&race.stamps, 1 << 20, &race.cache), 0);
    for (int i = 0; i < 4; i++)
        pthread_create(&readers[i], NULL, read_numbers, &race);
    for (uint64_t i = 1; i <= 20000; i++) {
        atomic_store(&race.stored, i);
        stamps_bump(&race.stamps, 50);
        struct stamped_value *got = stamped_cache_get(race.cache, STR("n"));
        if (got) {
            ck_assert_uint_ge(((struct value *)got)->number, i);
            stamped_value_unref(got);
        }
    }
    atomic_store(&race.is_done, true);
    for (int i = 0; i < 4; i++)
        pthread_join(readers[i], NULL);
    stamped_cache_free(race.cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache");
    TCase *tests = tcase_create("cache");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, holds_until_bumped);
    tcase_add_test(tests, distrusts_what_moved_meanwhile);
    tcase_add_test(tests, a_full_set_rests_on_everything);
    tcase_add_test(tests, keeps_to_its_bytes);
    tcase_add_test(tests, is_never_stale_after_a_bump);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
