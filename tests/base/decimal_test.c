/* Exact decimals. */
#include "decimal.h"

#include <check.h>
#include <stdlib.h>

static struct decimal of(const char *text)
{
    struct decimal d;
    ck_assert_msg(decimal_parse(str_of(text), &d) == DECIMAL_OK, "%s", text);
    return d;
}

static const struct {
    const char *a, *b;
    int order;
} orders[] = {{"1", "1.0", 0},
              {"1e2", "100", 0},
              {"-0", "0", 0},
              {"0.1", "0.10000000000000000001", -1},
              {"-1", "1", -1},
              {"-2", "-1", -1},
              {"1e1000000", "1", 1},
              {"9", "10", -1},
              {"18446744073709551617", "18446744073709551616", 1},
              {"1.50e1", "15", 0},
              {"0e999", "0", 0},
              {"1e-1000000", "0", 1}};

START_TEST(compares)
{
    struct decimal a = of(orders[_i].a), b = of(orders[_i].b);
    int order = decimal_compare(&a, &b), back = decimal_compare(&b, &a);
    ck_assert_int_eq((order > 0) - (order < 0), orders[_i].order);
    ck_assert_int_eq((back > 0) - (back < 0), -orders[_i].order);
}
END_TEST

START_TEST(reads)
{
    struct decimal d;
    int64_t value;
    static const char *const bad[] = {"", "-", "01", "1.", ".5", "1e", "+1", "NaN", "1x", "0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(decimal_parse(str_of(bad[i]), &d) == DECIMAL_BAD, "%s", bad[i]);
    ck_assert_int_eq(decimal_parse(STR("1e99999999999999999999"), &d), DECIMAL_RANGE);
    d = of("1.50e1");
    ck_assert(decimal_is_integer(&d) && !decimal_is_written_integer(&d) && decimal_to_i64(&d, &value) && value == 15);
    d = of("-9223372036854775808");
    ck_assert(decimal_to_i64(&d, &value) && value == INT64_MIN);
    d = of("9223372036854775808");
    ck_assert(!decimal_to_i64(&d, &value) && decimal_is_written_integer(&d));
    d = of("1.5");
    ck_assert(!decimal_is_integer(&d) && !decimal_to_i64(&d, &value));
}
END_TEST

START_TEST(divides)
{
    static const struct {
        const char *value, *step;
        bool is_multiple;
    } cases[] = {{"4", "2", true},       {"4.0", "2", true},   {"5", "2", false},   {"0.3", "0.1", true},
                 {"0.35", "0.1", false}, {"1e20", "3", false}, {"3e20", "3", true}, {"0", "7", true},
                 {"-6", "4", false},     {"-8", "4", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decimal value = of(cases[i].value), step = of(cases[i].step);
        ck_assert_msg(decimal_is_multiple(&value, &step) == cases[i].is_multiple, "%s %s", cases[i].value,
                      cases[i].step);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *tests = tcase_create("decimal");
    tcase_add_loop_test(tests, compares, 0, sizeof orders / sizeof orders[0]);
    tcase_add_test(tests, reads);
    tcase_add_test(tests, divides);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
