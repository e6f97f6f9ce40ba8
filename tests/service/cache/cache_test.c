/* Stamps and the cache that they guard: nothing is answered again after what it rests on has changed.
 * covers: service/cache/stamped_cache.c service/cache/stamps.c */
#include "stamped_cache.h"

#include "arena.h"
#include "hash.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
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

/* -- stamps ---------------------------------------------------------------------------------------------------------- */

START_TEST(gives_everything_a_slot)
{
    ck_assert_uint_eq(stamp_of_subject(STR("."), STR("a")), stamp_of_subject(STR("."), STR("a")));
    ck_assert_uint_eq(stamp_of_id(STR("."), 7), stamp_of_id(STR("."), 7));
    uint32_t of_settings = stamp_of_settings(STR("."), STR("a"));
    ck_assert_uint_ne(of_settings, stamp_of_anything());
    ck_assert_uint_ne(of_settings, stamp_of_settings(STR("."), STR_EMPTY));
    ck_assert_uint_ne(of_settings, stamp_of_subject(STR("."), STR("a")));
    size_t same = 0;
    for (int32_t i = -1; i < 2000; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        uint32_t of_subject = stamp_of_subject(STR("."), str_of(name)), of_id = stamp_of_id(STR("."), i);
        ck_assert(of_subject < STAMP_SLOTS && of_id < STAMP_SLOTS);
        /* What moves with everything is nobody's by chance. */
        ck_assert(of_subject != stamp_of_anything());
        ck_assert(of_id != stamp_of_anything());
        same += of_subject == stamp_of_subject(STR(".ctx"), str_of(name));
        same += of_id == stamp_of_id(STR(".ctx"), i);
    }
    ck_assert_uint_lt(same, 40); /* contexts are told apart; few share a slot */
}
END_TEST

START_TEST(notes_each_slot_once)
{
    static struct stamps stamps;
    struct stamp_set set;
    stamp_set_begin(&stamps, &set);
    for (int i = 0; i < 100; i++)
        stamp_set_note(&stamps, &set, 7);
    ck_assert_uint_eq(set.count, 1);
    stamp_set_note(&stamps, &set, 8);
    ck_assert_uint_eq(set.count, 2);
    stamps_bump(&stamps, 9);
    ck_assert(stamp_set_holds(&stamps, &set));
    stamps_bump(&stamps, 8);
    ck_assert(!stamp_set_holds(&stamps, &set));
    stamp_set_begin(&stamps, &set); /* begun again, it trusts what stands now */
    stamp_set_note(&stamps, &set, 8);
    ck_assert(stamp_set_holds(&stamps, &set));
}
END_TEST

START_TEST(an_empty_set_holds)
{
    static struct stamps stamps;
    struct stamp_set set;
    stamp_set_begin(&stamps, &set);
    stamps_bump_all(&stamps);
    ck_assert(stamp_set_holds(&stamps, &set));
    set.is_spoiled = true;
    ck_assert(!stamp_set_holds(&stamps, &set));
}
END_TEST

START_TEST(moves_slots_forward)
{
    static struct stamps stamps;
    struct stamp_set one, other;
    ck_assert_uint_eq(stamps_bump(&stamps, 5), 1);
    ck_assert_uint_eq(stamps_bump(&stamps, 6), 2);
    ck_assert_uint_eq(atomic_load(&stamps.slots[5]), 1);
    ck_assert_uint_eq(atomic_load(&stamps.slots[6]), 2);
    stamp_set_begin(&stamps, &one);
    stamp_set_note(&stamps, &one, 5);
    stamp_set_begin(&stamps, &other);
    stamp_set_note(&stamps, &other, STAMP_SLOTS - 1);
    stamps_bump_all(&stamps);
    ck_assert(!stamp_set_holds(&stamps, &one) && !stamp_set_holds(&stamps, &other));
    ck_assert_uint_eq(atomic_load(&stamps.slots[0]), 3);
    ck_assert_uint_eq(atomic_load(&stamps.slots[STAMP_SLOTS - 1]), 3);
}
END_TEST

/* -- the cache ------------------------------------------------------------------------------------------------------- */

static struct stamped_cache *cache_new(const struct stamps *stamps, size_t bytes)
{
    struct stamped_cache *cache;
    ck_assert_int_eq(stamped_cache_new(stamps, bytes, &cache), 0);
    return cache;
}

/* Puts a value that rests on the slot. */
static void put(struct stamped_cache *cache, const struct stamps *stamps, const char *key, uint64_t number,
                size_t bytes)
{
    struct stamp_set set;
    stamp_set_begin(stamps, &set);
    stamp_set_note(stamps, &set, 77);
    struct value *v = value_new(&set, number);
    stamped_cache_put(cache, str_of(key), &v->head, bytes);
    stamped_value_unref(&v->head);
}

/* The number of the value, or -1. */
static int64_t get(struct stamped_cache *cache, const char *key)
{
    struct stamped_value *got = stamped_cache_get(cache, str_of(key));
    int64_t number = got ? (int64_t)((struct value *)got)->number : -1;
    stamped_value_unref(got);
    return number;
}

START_TEST(replaces_and_counts)
{
    static struct stamps stamps;
    struct stamped_cache_totals totals;
    struct stamped_cache *cache = cache_new(&stamps, 1 << 20);
    ck_assert_int_eq(get(cache, "a"), -1);
    put(cache, &stamps, "a", 1, 100);
    put(cache, &stamps, "b", 2, 100);
    put(cache, &stamps, "", 3, 100);
    ck_assert_int_eq(get(cache, "a"), 1);
    put(cache, &stamps, "a", 4, 200);
    ck_assert_int_eq(get(cache, "a"), 4);
    ck_assert_int_eq(get(cache, "b"), 2);
    ck_assert_int_eq(get(cache, ""), 3);
    stamped_cache_totals(cache, &totals);
    ck_assert(totals.hits == 4 && totals.misses == 1 && totals.evictions == 0 && totals.count == 3);
    ck_assert_uint_ge(totals.bytes, 400);
    stamps_bump(&stamps, 77);
    ck_assert_int_eq(get(cache, "a"), -1); /* and is gone from then on */
    stamped_cache_totals(cache, &totals);
    ck_assert(totals.count == 2 && totals.misses == 2);
    ck_assert_int_eq(atomic_load(&alive), 2);
    stamped_cache_free(cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

START_TEST(keeps_nothing_that_is_spoiled_or_large)
{
    static struct stamps stamps;
    struct stamp_set set;
    struct stamped_cache *cache = cache_new(&stamps, 16 * 8000);
    stamp_set_begin(&stamps, &set);
    set.is_spoiled = true;
    struct value *v = value_new(&set, 1);
    stamped_cache_put(cache, STR("a"), &v->head, 1);
    stamped_value_unref(&v->head);
    ck_assert_int_eq(get(cache, "a"), -1);
    put(cache, &stamps, "b", 1, 100);
    put(cache, &stamps, "b", 2, 2000); /* more than an eighth of its part; what it replaces goes all the same */
    ck_assert_int_eq(get(cache, "b"), -1);
    ck_assert_int_eq(atomic_load(&alive), 0);
    stamped_cache_free(cache);
    stamped_cache_free(NULL);
    stamped_value_unref(NULL);
}
END_TEST

/* A hash that is known already finds the same. */
START_TEST(takes_known_hashes)
{
    static struct stamps stamps;
    struct stamp_set set;
    struct stamped_cache *cache = cache_new(&stamps, 1 << 20);
    uint64_t hash = hash_bytes(STR("key"));
    stamp_set_begin(&stamps, &set);
    struct value *v = value_new(&set, 9);
    stamped_cache_put_hashed(cache, STR("key"), hash, &v->head, 10);
    stamped_value_ref(&v->head);
    stamped_value_unref(&v->head);
    stamped_value_unref(&v->head);
    ck_assert_int_eq(get(cache, "key"), 9);
    struct stamped_value *got = stamped_cache_get_hashed(cache, STR("key"), hash);
    ck_assert_ptr_eq(got, &v->head);
    stamped_value_unref(got);
    ck_assert_ptr_null(stamped_cache_get_hashed(cache, STR("yek"), hash)); /* the hash alone is not enough */
    stamped_cache_free(cache);
    ck_assert_int_eq(atomic_load(&alive), 0);
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
    tcase_add_test(tests, gives_everything_a_slot);
    tcase_add_test(tests, notes_each_slot_once);
    tcase_add_test(tests, an_empty_set_holds);
    tcase_add_test(tests, moves_slots_forward);
    tcase_add_test(tests, replaces_and_counts);
    tcase_add_test(tests, keeps_nothing_that_is_spoiled_or_large);
    tcase_add_test(tests, takes_known_hashes);
    tcase_add_test(tests, is_never_stale_after_a_bump);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
