/* Names that are known when a schema is compiled: found, told apart, and still so when they were made to collide. */
#include "json/names.h"

#include "avro/fixture.h"

static struct jss_names names;

static void add_all(const struct str *texts, size_t count)
{
    ck_assert_int_eq(jss_names_init(&names, arena, count), 0);
    for (size_t i = 0; i < count; i++) {
        struct jss_name *name = jss_names_add(&names, texts[i]);
        ck_assert_ptr_eq(jss_names_add(&names, texts[i]), name);
        ck_assert_uint_eq((size_t)(name - names.items), i);
    }
    jss_names_finish(&names);
    ck_assert_uint_eq(names.count, count);
}

static void find_all(const struct str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct jss_name *name = jss_names_find(&names, texts[i]);
        ck_assert_ptr_eq(name, &names.items[i]);
        ck_assert(jss_name_is_text(name, texts[i]));
    }
}

START_TEST(names_of_all_lengths_are_told_apart)
{
    struct str texts[40], others[40];
    for (size_t n = 0; n < 40; n++) {
        char *text = arena_alloc(arena, n + 1), *other = arena_alloc(arena, n + 1);
        memset(text, 'a', n);
        memset(other, 'a', n);
        if (n)
            other[n / 2] = 'b';
        texts[n] = (struct str){text, n};
        others[n] = (struct str){other, n};
    }
    add_all(texts, 40);
    find_all(texts, 40);
    ck_assert(names.factor != 0);
    for (size_t n = 1; n < 40; n++) {
        ck_assert_ptr_null(jss_names_find(&names, others[n]));
        ck_assert(!jss_name_is_text(&names.items[n], others[n]));
        ck_assert(!jss_name_is_text(&names.items[n], texts[n - 1]));
    }
}
END_TEST

START_TEST(no_names_are_found_among_none)
{
    add_all(NULL, 0);
    ck_assert_ptr_null(jss_names_find(&names, STR("a")));
    ck_assert_ptr_null(jss_names_find(&names, STR_EMPTY));
}
END_TEST

START_TEST(many_names_are_found)
{
    struct str *texts = ARENA_ARRAY(arena, 20000, struct str);
    for (int i = 0; i < 20000; i++)
        texts[i] = arena_printf(arena, "name number %d", i);
    add_all(texts, 10000);
    find_all(texts, 10000);
    for (int i = 10000; i < 20000; i++)
        ck_assert_ptr_null(jss_names_find(&names, texts[i]));
}
END_TEST

/* 16 bytes of which the quick hash makes nothing, whatever the factor is. */
static struct str colliding(uint64_t number)
{
    char *text = arena_alloc(arena, 16);
    uint64_t first = number * 0x0101010101010101U, last = first >> 29 | first << 35;
    memcpy(text, &first, 8);
    memcpy(text + 8, &last, 8);
    return (struct str){text, 16};
}

START_TEST(colliding_names_are_found)
{
    struct str *texts = ARENA_ARRAY(arena, 200, struct str), longer = STR("a text longer than the longest name");
    for (uint64_t i = 0; i < 200; i++)
        texts[i] = colliding(i);
    add_all(texts, 100);
    ck_assert(names.factor == 0);
    find_all(texts, 100);
    for (size_t i = 100; i < 200; i++)
        ck_assert_ptr_null(jss_names_find(&names, texts[i]));
    ck_assert_ptr_null(jss_names_find(&names, longer));
}
END_TEST

START_TEST(names_may_lack_memory)
{
    struct arena small;
    arena_init(&small, 100, NULL, 0);
    ck_assert_int_eq(jss_names_init(&names, &small, 1000), -1);
    arena_deinit(&small);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, names_of_all_lengths_are_told_apart);
    tcase_add_test(tests, no_names_are_found_among_none);
    tcase_add_test(tests, many_names_are_found);
    tcase_add_test(tests, colliding_names_are_found);
    tcase_add_test(tests, names_may_lack_memory);
}

int main(void)
{
    return run_tests("names", add_tests);
}
