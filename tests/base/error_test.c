#include "error.h"

#include <check.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 1 << 20, NULL, 0);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

START_TEST(rows_are_complete)
{
    ck_assert_str_eq(error_rows[ERROR_NONE].name, "NONE");
    for (size_t i = 1; i < ERROR_COUNT_; i++) {
        const struct error_row *row = &error_rows[i];
        ck_assert_uint_gt(strlen(row->name), 0);
        ck_assert_uint_gt(strlen(row->text), 0);
        ck_assert(row->http_status >= 400 && row->http_status < 600);
        ck_assert(row->code == row->http_status || row->code / 100 == row->http_status);
    }
    ck_assert_str_eq(error_rows[ERROR_SUBJECT_NOT_FOUND].name, "SUBJECT_NOT_FOUND");
    ck_assert_int_eq(error_rows[ERROR_SUBJECT_NOT_FOUND].http_status, 404);
    ck_assert_int_eq(error_rows[ERROR_SUBJECT_NOT_FOUND].code, 40401);
}
END_TEST

START_TEST(arguments_fill_the_text)
{
    struct error err = ERROR_INIT(&arena);

    ck_assert(!error_is_set(&err));
    ck_assert_int_eq(error_raise(&err, SUBJECT_NOT_FOUND, STR("orders")), -1);
    ck_assert(error_is_set(&err));
    ck_assert_int_eq((int)err.id, ERROR_SUBJECT_NOT_FOUND);
    ck_assert_str_eq(err.text.p, "Subject 'orders' not found.");
    ck_assert_uint_eq(err.text.n, strlen(err.text.p));

    err = ERROR_INIT(&arena);
    error_raise(&err, SCHEMA_NOT_FOUND);
    ck_assert_str_eq(err.text.p, "Schema not found");

    err = ERROR_INIT(&arena);
    error_raise(&err, REFERENCE_EXISTS, STR("{}"), STR_INT(3));
    ck_assert_str_eq(err.text.p,
                     "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject={},version=3}.");
}
END_TEST

START_TEST(missing_arguments_are_empty_and_surplus_ones_ignored)
{
    struct error err = ERROR_INIT(&arena);

    error_raise(&err, VERSION_SOFT_DELETED, STR("s"));
    ck_assert_str_eq(err.text.p, "Subject 's' Version  was soft deleted.Set permanent=true to delete permanently");
    err = ERROR_INIT(&arena);
    error_raise(&err, VERSION_NOT_FOUND, STR_INT(1), STR("x"));
    ck_assert_str_eq(err.text.p, "Version 1 not found.");
    err = ERROR_INIT(&arena);
    error_raise(&err, INVALID_SCHEMA);
    ck_assert_str_eq(err.text.p, "");
    err = ERROR_INIT(&arena);
    error_raise(&err, UNAUTHORIZED, STR("x"));
    ck_assert_str_eq(err.text.p, "Unauthorized");
    err = ERROR_INIT(&arena);
    error_raise(&err, INVALID_SCHEMA, (struct str){0});
    ck_assert_uint_eq(err.text.n, 0);
}
END_TEST

START_TEST(the_first_error_stays)
{
    struct error err = ERROR_INIT(&arena);

    error_raise(&err, VERSION_NOT_FOUND, STR("7"));
    ck_assert_int_eq(error_raise(&err, INTERNAL), -1);
    ck_assert_int_eq((int)err.id, ERROR_VERSION_NOT_FOUND);
    ck_assert_str_eq(err.text.p, "Version 7 not found.");
}
END_TEST

START_TEST(without_memory_the_row_speaks)
{
    struct arena full;
    struct error err = ERROR_INIT(&full);

    arena_init(&full, 0, NULL, 0);
    error_raise(&err, VERSION_NOT_FOUND, STR("7"));
    ck_assert_int_eq((int)err.id, ERROR_VERSION_NOT_FOUND);
    ck_assert(str_equal(err.text, STR("Version {} not found.")));
    arena_deinit(&full);

    err = ERROR_INIT(NULL);
    error_raise(&err, VERSION_NOT_FOUND, STR("7"));
    ck_assert(str_equal(err.text, STR("Version {} not found.")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *cases = tcase_create("error");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, rows_are_complete);
    tcase_add_test(cases, arguments_fill_the_text);
    tcase_add_test(cases, missing_arguments_are_empty_and_surplus_ones_ignored);
    tcase_add_test(cases, the_first_error_stays);
    tcase_add_test(cases, without_memory_the_row_speaks);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
