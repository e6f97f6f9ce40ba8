#include "lru.h"

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
    printf("lru: TEST_SEED=%" PRIu64 "\n", random_state);
    fflush(stdout);
}

/* A value is an int that counts how often it was released. */
static void count_release(void *value)
{
    ++*(int *)value;
}

/* What an entry costs beside key and value. */
static size_t entry_cost(void)
{
    struct lru l;
    int value = 0;

    ck_assert_int_eq(lru_init(&l, 1 << 20, count_release), 0);
    ck_assert_int_eq(lru_put(&l, STR("k"), &value, 0), 0);
    size_t cost = l.used_bytes - 1;
    lru_deinit(&l);
    ck_assert_int_eq(value, 1);
    return cost;
}

START_TEST(values_come_back)
{
    struct lru l;
    int released[3] = {0};
    char key[] = "key";

    ck_assert_int_eq(lru_init(&l, 1 << 16, count_release), 0);
    ck_assert_ptr_null(lru_get(&l, STR("key")));
    ck_assert_int_eq(lru_put(&l, str_of(key), &released[0], 10), 0);
    memset(key, 'z', 3);
    ck_assert_ptr_eq(lru_get(&l, STR("key")), &released[0]);
    ck_assert_ptr_eq(lru_get_hashed(&l, STR("key"), hash_bytes(STR("key"))), &released[0]);
    ck_assert_ptr_null(lru_get(&l, STR("zzz")));
    ck_assert_int_eq(lru_put(&l, (struct str){0}, &released[1], 10), 0);
    ck_assert_ptr_eq(lru_get(&l, STR_EMPTY), &released[1]);
    ck_assert_uint_eq(l.hits, 3);
    ck_assert_uint_eq(l.misses, 2);
    ck_assert_uint_eq(l.count, 2);

    ck_assert_int_eq(lru_put_hashed(&l, STR("key"), hash_bytes(STR("key")), &released[2], 10), 0);
    ck_assert_int_eq(released[0], 1);
    ck_assert_ptr_eq(lru_get(&l, STR("key")), &released[2]);
    ck_assert_uint_eq(l.count, 2);
    lru_remove(&l, STR("key"));
    lru_remove(&l, STR("key"));
    ck_assert_int_eq(released[2], 1);
    ck_assert_ptr_null(lru_get(&l, STR("key")));
    lru_clear(&l);
    ck_assert_int_eq(released[1], 1);
    ck_assert_uint_eq(l.used_bytes, 0);
    ck_assert_uint_eq(l.evictions, 0);
    lru_deinit(&l);
}
END_TEST

START_TEST(the_oldest_goes_first)
{
    struct lru l;
    int released[10] = {0};
    size_t cost = entry_cost() + 1;

    ck_assert_int_eq(lru_init(&l, cost * 8, count_release), 0);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(lru_put(&l, (struct str){&"01234567"[i], 1}, &released[i], 0), 0);
    ck_assert_uint_eq(l.used_bytes, cost * 8);
    ck_assert_ptr_nonnull(lru_get(&l, STR("0")));
    ck_assert_int_eq(lru_put(&l, STR("8"), &released[8], 0), 0);
    ck_assert_int_eq(released[1], 1);
    ck_assert_int_eq(lru_put(&l, STR("3"), &released[9], 0), 0);
    ck_assert_int_eq(released[3], 1);
    ck_assert_int_eq(lru_put(&l, STR("9"), &released[3], 0), 0);
    ck_assert_int_eq(released[2], 1);
    ck_assert_int_eq(released[0], 0);
    ck_assert_uint_eq(l.evictions, 2);
    ck_assert_uint_eq(l.count, 8);
    lru_deinit(&l);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(released[i], i == 3 ? 2 : 1);
}
END_TEST

START_TEST(what_is_too_large_is_not_kept)
{
    struct lru l;
    int small = 0, large = 0;
    size_t cost = entry_cost() + 1;

    ck_assert_int_eq(lru_init(&l, 8 * (cost + 100), count_release), 0);
    ck_assert_int_eq(lru_put(&l, STR("a"), &small, 100), 0);
    ck_assert_int_eq(lru_put(&l, STR("b"), &large, 101), 1);
    ck_assert_int_eq(large, 1);
    ck_assert_int_eq(lru_put(&l, STR("b"), &large, SIZE_MAX), 1);
    ck_assert_int_eq(large, 2);
    /* The old value is out of date, so it must not answer any more. */
    ck_assert_int_eq(lru_put(&l, STR("a"), &large, 101), 1);
    ck_assert_int_eq(large, 3);
    ck_assert_int_eq(small, 1);
    ck_assert_ptr_null(lru_get(&l, STR("a")));
    ck_assert_uint_eq(l.used_bytes, 0);
    lru_deinit(&l);

    ck_assert_int_eq(lru_init(&l, 0, NULL), 0);
    ck_assert_int_eq(lru_put(&l, STR("a"), &small, 0), 1);
    lru_deinit(&l);
}
END_TEST

START_TEST(equal_hashes_are_told_apart)
{
    struct lru l;
    int released[3] = {0};

    ck_assert_int_eq(lru_init(&l, 1 << 16, count_release), 0);
    ck_assert_int_eq(lru_put_hashed(&l, STR("a"), 7, &released[0], 0), 0);
    ck_assert_int_eq(lru_put_hashed(&l, STR("b"), 7, &released[1], 0), 0);
    ck_assert_int_eq(lru_put_hashed(&l, STR("c"), 7, &released[2], 0), 0);
    ck_assert_ptr_eq(lru_get_hashed(&l, STR("a"), 7), &released[0]);
    ck_assert_ptr_eq(lru_get_hashed(&l, STR("b"), 7), &released[1]);
    ck_assert_ptr_eq(lru_get_hashed(&l, STR("c"), 7), &released[2]);
    ck_assert_ptr_null(lru_get_hashed(&l, STR("d"), 7));
    lru_deinit(&l);
}
END_TEST

#define MODEL_KEYS 400
#define MODEL_STEPS 20000

/* The entries from oldest to newest. */
struct model {
    size_t count, used;
    struct {
        size_t key, cost;
        int *value;
    } entries[MODEL_KEYS];
};

static size_t model_find(const struct model *model, size_t key)
{
    size_t i = 0;

    while (i < model->count && model->entries[i].key != key)
        i++;
    return i;
}

static void model_remove(struct model *model, size_t i)
{
    if (i >= model->count)
        return;
    model->used -= model->entries[i].cost;
    model->count--;
    memmove(&model->entries[i], &model->entries[i + 1], (model->count - i) * sizeof model->entries[0]);
}

static void model_put(struct model *model, size_t max_bytes, size_t key, size_t cost, int *value)
{
    model_remove(model, model_find(model, key));
    if (cost > max_bytes / 8)
        return;
    while (model->used + cost > max_bytes)
        model_remove(model, 0);
    model->entries[model->count].key = key;
    model->entries[model->count].cost = cost;
    model->entries[model->count++].value = value;
    model->used += cost;
}

static int *model_get(struct model *model, size_t key)
{
    size_t i = model_find(model, key);

    if (i == model->count)
        return NULL;
    size_t cost = model->entries[i].cost;
    int *value = model->entries[i].value;
    model_remove(model, i);
    model_put(model, SIZE_MAX, key, cost, value);
    return value;
}

static void check_releases(const struct model *model, const int *released, size_t count)
{
    size_t gone = 0;

    for (size_t i = 0; i < count; i++) {
        ck_assert_int_le(released[i], 1);
        gone += (size_t)released[i];
    }
    ck_assert_uint_eq(gone, count - model->count);
    for (size_t i = 0; i < model->count; i++)
        ck_assert_int_eq(*model->entries[i].value, 0);
}

START_TEST(it_agrees_with_a_list)
{
    static struct model model;
    static int released[MODEL_STEPS];
    size_t overhead = entry_cost(), values = 0, max_bytes = 200 * (overhead + 100);
    struct lru l;

    seed_random();
    ck_assert_int_eq(lru_init(&l, max_bytes, count_release), 0);
    for (size_t step = 0; step < MODEL_STEPS; step++) {
        size_t key = next_random() % MODEL_KEYS, action = next_random() % 100;
        char text[16];
        struct str key_text = {text, (size_t)snprintf(text, sizeof text, "%zu", key)};
        if (action < 50) {
            size_t bytes = next_random() % 20 ? next_random() % 200 : next_random() % max_bytes;
            size_t cost = overhead + key_text.n + bytes;
            int *value = &released[values++];
            ck_assert_int_eq(lru_put(&l, key_text, value, bytes), cost > max_bytes / 8);
            model_put(&model, max_bytes, key, cost, value);
        } else if (action < 90) {
            ck_assert_ptr_eq(lru_get(&l, key_text), model_get(&model, key));
        } else {
            lru_remove(&l, key_text);
            model_remove(&model, model_find(&model, key));
        }
        if (next_random() % 5000 == 0) {
            lru_clear(&l);
            model.count = model.used = 0;
        }
        ck_assert_uint_eq(l.count, model.count);
        ck_assert_uint_eq(l.used_bytes, model.used);
        ck_assert_uint_le(l.used_bytes, max_bytes);
        if (step % 100 == 0)
            check_releases(&model, released, values);
    }
    lru_deinit(&l);
    model.count = 0;
    check_releases(&model, released, values);
}
END_TEST

START_TEST(many_entries_are_found)
{
    struct lru l;
    static int released[50000];

    ck_assert_int_eq(lru_init(&l, 1 << 30, count_release), 0);
    for (int i = 0; i < 50000; i++)
        ck_assert_int_eq(lru_put(&l, STR_INT(i), &released[i], 1), 0);
    ck_assert_uint_eq(l.count, 50000);
    ck_assert_uint_ge(l.slot_count, 32768);
    for (int i = 0; i < 50000; i++)
        ck_assert_ptr_eq(lru_get(&l, STR_INT(i)), &released[i]);
    lru_deinit(&l);
    for (int i = 0; i < 50000; i++)
        ck_assert_int_eq(released[i], 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lru");
    TCase *cases = tcase_create("lru");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, values_come_back);
    tcase_add_test(cases, the_oldest_goes_first);
    tcase_add_test(cases, what_is_too_large_is_not_kept);
    tcase_add_test(cases, equal_hashes_are_told_apart);
    tcase_add_test(cases, it_agrees_with_a_list);
    tcase_add_test(cases, many_entries_are_found);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
