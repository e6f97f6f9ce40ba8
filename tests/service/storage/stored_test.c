/* Copies of what is stored.
 * covers: service/storage/stored.c */
#include "storage.h"

#include <check.h>
#include <stdlib.h>

static const struct stored_version version = {.context = STR(".ctx"),
                                              .subject = STR("subject"),
                                              .version = 3,
                                              .schema_id = 7,
                                              .is_deleted = true,
                                              .created_ms = 1234567890123,
                                              .schema = {.guid = {1},
                                                         .equal_key = {2},
                                                         .normal_key = {3},
                                                         .format = STR("AVRO"),
                                                         .text = STR("\"int\""),
                                                         .references = STR("[]"),
                                                         .metadata = STR(""),
                                                         .rule_set = {NULL, 0}}};

static void assert_copy(struct str copy, struct str original)
{
    ck_assert(str_equal(copy, original));
    ck_assert_ptr_ne(copy.p, original.p);
    ck_assert_int_eq(copy.p[copy.n], '\0');
}

START_TEST(copies_everything)
{
    struct arena *arena = arena_new(1 << 16);
    struct stored_version copy;
    ck_assert_int_eq(stored_version_copy(arena, &version, &copy), 0);
    assert_copy(copy.context, version.context);
    assert_copy(copy.subject, version.subject);
    assert_copy(copy.schema.format, version.schema.format);
    assert_copy(copy.schema.text, version.schema.text);
    assert_copy(copy.schema.references, version.schema.references);
    assert_copy(copy.schema.metadata, version.schema.metadata); /* empty is not none */
    ck_assert_ptr_null(copy.schema.rule_set.p);
    ck_assert(copy.version == 3 && copy.schema_id == 7 && copy.is_deleted && copy.created_ms == 1234567890123);
    ck_assert_mem_eq(copy.schema.guid, version.schema.guid, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(copy.schema.equal_key, version.schema.equal_key, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(copy.schema.normal_key, version.schema.normal_key, STORAGE_KEY_BYTES);
    arena_free(arena);
}
END_TEST

/* Into itself, as whoever keeps one longer does. */
START_TEST(copies_in_place)
{
    struct arena *arena = arena_new(1 << 16);
    struct stored_version copy = version;
    ck_assert_int_eq(stored_version_copy(arena, &copy, &copy), 0);
    assert_copy(copy.subject, version.subject);
    arena_free(arena);
}
END_TEST

START_TEST(writes_nothing_without_memory)
{
    size_t failures = 0;
    for (size_t bytes = 0; bytes < 1000; bytes += 8) {
        struct arena tiny;
        struct stored_version copy = {.version = -77};
        arena_init(&tiny, bytes, NULL, 0);
        if (stored_version_copy(&tiny, &version, &copy) == 0) {
            ck_assert_int_eq(copy.version, 3);
        } else {
            ck_assert(copy.version == -77 && !copy.subject.p);
            failures++;
        }
        arena_deinit(&tiny);
    }
    ck_assert_uint_gt(failures, 5);
    ck_assert_uint_lt(failures, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stored");
    TCase *tests = tcase_create("stored");
    tcase_add_test(tests, copies_everything);
    tcase_add_test(tests, copies_in_place);
    tcase_add_test(tests, writes_nothing_without_memory);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
