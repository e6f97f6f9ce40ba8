#include "str.h"

#include "clock.h"
#include "hash.h"
#include "utf8.h"

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
    printf("str: TEST_SEED=%" PRIu64 "\n", random_state);
    fflush(stdout);
}

static int sign(int x)
{
    return (x > 0) - (x < 0);
}

START_TEST(equality_and_order)
{
    ck_assert(str_equal((struct str){0}, STR_EMPTY));
    ck_assert(!str_equal(STR("a"), STR("b")));
    ck_assert(!str_equal(STR("a"), STR("aa")));
    ck_assert(str_equal(str_of(NULL), STR_EMPTY));
    ck_assert(str_equal_nocase(STR("Content-Type"), STR("cONTENT-tYPE")));
    ck_assert(!str_equal_nocase(STR("a"), STR("ab")));
    ck_assert(!str_equal_nocase(STR("@"), STR("`")));
    ck_assert(!str_equal_nocase(STR("["), STR("{")));
    ck_assert(!str_equal_nocase(STR("\xC4"), STR("\xE4")));
    ck_assert_int_eq(str_compare(STR("abc"), STR("abc")), 0);
    ck_assert_int_lt(str_compare(STR("ab"), STR("abc")), 0);
    ck_assert_int_gt(str_compare(STR("b"), STR("abc")), 0);
    ck_assert_int_lt(str_compare(STR("a"), STR("\x80")), 0);
    ck_assert_int_eq(str_compare((struct str){0}, STR_EMPTY), 0);
    ck_assert_int_lt(str_compare((struct str){0}, STR("\0")), 0);
}
END_TEST

START_TEST(parts)
{
    ck_assert(str_starts(STR("subjects/x"), STR("subjects/")));
    ck_assert(str_starts(STR("x"), STR_EMPTY));
    ck_assert(!str_starts(STR("sub"), STR("subjects")));
    ck_assert(str_ends(STR("a.proto"), STR(".proto")));
    ck_assert(!str_ends(STR("proto"), STR(".proto")));
    ck_assert(str_ends((struct str){0}, (struct str){0}));
    ck_assert(str_equal(str_slice(STR("abcdef"), 2, 4), STR("cd")));
    ck_assert(str_equal(str_slice(STR("abcdef"), 4, 99), STR("ef")));
    ck_assert(str_equal(str_slice(STR("abcdef"), 4, 2), STR_EMPTY));
    ck_assert(str_equal(str_slice(STR("abcdef"), 99, 99), STR_EMPTY));
    ck_assert_uint_eq(str_find(STR("a.b.c"), '.'), 1);
    ck_assert_uint_eq(str_find_last(STR("a.b.c"), '.'), 3);
    ck_assert_uint_eq(str_find(STR("a.b.c"), 'x'), SIZE_MAX);
    ck_assert_uint_eq(str_find((struct str){0}, 'x'), SIZE_MAX);
    ck_assert_uint_eq(str_find_last((struct str){0}, 'x'), SIZE_MAX);
    ck_assert_uint_eq(str_find_last(STR("a"), 'x'), SIZE_MAX);
    ck_assert_uint_eq(str_find(STR("a\xFF"), '\xFF'), 1);
}
END_TEST

START_TEST(trim_is_javas)
{
    ck_assert(str_equal(str_trim(STR(" \t\r\n\0\x1F x y \x01")), STR("x y")));
    ck_assert(str_equal(str_trim(STR("   ")), STR_EMPTY));
    ck_assert(str_equal(str_trim((struct str){0}), STR_EMPTY));
    ck_assert(str_equal(str_trim(STR("\xC2\xA0x")), STR("\xC2\xA0x")));
    ck_assert(str_equal(str_trim(STR("x")), STR("x")));
}
END_TEST

START_TEST(splitting)
{
    static const struct {
        const char *text;
        const char *parts[5];
    } cases[] = {
        {"a,b,c", {"a", "b", "c"}}, {"", {""}},      {"a", {"a"}},
        {"a,", {"a", ""}},          {",", {"", ""}}, {",,a", {"", "", "a"}},
    };
    struct str part;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str rest = str_of(cases[i].text);
        for (size_t j = 0; cases[i].parts[j]; j++) {
            ck_assert(str_next(&rest, ',', &part));
            ck_assert(str_equal(part, str_of(cases[i].parts[j])));
        }
        ck_assert(!str_next(&rest, ',', &part));
        ck_assert(!str_next(&rest, ',', &part));
    }
}
END_TEST

START_TEST(numbers)
{
    static const struct {
        const char *text;
        enum str_number outcome;
        int64_t value;
    } cases[] = {
        {"0", STR_NUMBER_OK, 0},
        {"-0", STR_NUMBER_OK, 0},
        {"+7", STR_NUMBER_OK, 7},
        {"000000000000000000000000000012", STR_NUMBER_OK, 12},
        {"9223372036854775807", STR_NUMBER_OK, INT64_MAX},
        {"-9223372036854775808", STR_NUMBER_OK, INT64_MIN},
        {"9223372036854775808", STR_NUMBER_RANGE, 0},
        {"-9223372036854775809", STR_NUMBER_RANGE, 0},
        {"99999999999999999999999999999999", STR_NUMBER_RANGE, 0},
        {"99999999999999999999999999999999x", STR_NUMBER_BAD, 0},
        {"18446744073709551616", STR_NUMBER_RANGE, 0},
        {"", STR_NUMBER_BAD, 0},
        {"-", STR_NUMBER_BAD, 0},
        {"+", STR_NUMBER_BAD, 0},
        {"--1", STR_NUMBER_BAD, 0},
        {"+-1", STR_NUMBER_BAD, 0},
        {" 1", STR_NUMBER_BAD, 0},
        {"1 ", STR_NUMBER_BAD, 0},
        {"1.0", STR_NUMBER_BAD, 0},
        {"0x10", STR_NUMBER_BAD, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 42;
        ck_assert_msg(str_to_i64(str_of(cases[i].text), &value) == cases[i].outcome, "%s", cases[i].text);
        ck_assert_int_eq(value, cases[i].outcome == STR_NUMBER_OK ? cases[i].value : 42);
    }
    int64_t value = 42;
    ck_assert(str_to_i64_in(STR("10"), 1, 9, &value) == STR_NUMBER_RANGE);
    ck_assert(str_to_i64_in(STR("0"), 1, 9, &value) == STR_NUMBER_RANGE);
    ck_assert(str_to_i64_in(STR("x"), 1, 9, &value) == STR_NUMBER_BAD);
    ck_assert_int_eq(value, 42);
    ck_assert(str_to_i64_in(STR("9"), 1, 9, &value) == STR_NUMBER_OK);
    ck_assert_int_eq(value, 9);
}
END_TEST

START_TEST(numbers_as_text)
{
    char expected[INT_STR_BYTES];

    seed_random();
    for (int i = 0; i < 10000; i++) {
        int64_t value = (int64_t)(next_random() >> (next_random() % 64)) * (i % 2 ? -1 : 1), back = 0;
        snprintf(expected, sizeof expected, "%" PRId64, value);
        ck_assert_str_eq(STR_INT(value).p, expected);
        ck_assert_uint_eq(STR_INT(value).n, strlen(expected));
        ck_assert(str_to_i64(STR_INT(value), &back) == STR_NUMBER_OK);
        ck_assert_int_eq(back, value);
    }
    ck_assert_str_eq(STR_INT(INT64_MIN).p, "-9223372036854775808");
    ck_assert_str_eq(STR_INT(INT64_MAX).p, "9223372036854775807");
    ck_assert_str_eq(STR_INT(0).p, "0");
}
END_TEST

static size_t to_utf16(struct str s, uint16_t *units)
{
    size_t n = 0;

    for (size_t at = 0; at < s.n;) {
        uint32_t code_point = utf8_next(s, &at);
        if (code_point > 0xFFFF) {
            units[n++] = (uint16_t)(0xD800 + ((code_point - 0x10000) >> 10));
            code_point = 0xDC00 + ((code_point - 0x10000) & 0x3FF);
        }
        units[n++] = (uint16_t)code_point;
    }
    return n;
}

static int compare_as_utf16(struct str a, struct str b)
{
    uint16_t x[64], y[64];
    size_t nx = to_utf16(a, x), ny = to_utf16(b, y);

    for (size_t i = 0; i < nx && i < ny; i++) {
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    }
    return (nx > ny) - (nx < ny);
}

static struct str random_text(char *room)
{
    static const uint32_t edges[] = {'a',    0x7F,   0x80,   0x7FF,   0x800,   0xD7FF,  0xE000,
                                     0xEFFF, 0xF000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0x10FFFF};
    size_t count = next_random() % 6, n = 0;

    for (size_t i = 0; i < count; i++)
        n += utf8_put(edges[next_random() % (sizeof edges / sizeof edges[0])], room + n);
    return (struct str){room, n};
}

START_TEST(order_of_utf16_units)
{
    char x[32], y[32];

    ck_assert_int_lt(str_compare_utf16(STR("\xF0\x90\x80\x80"), STR("\xEF\xBF\xBF")), 0);
    ck_assert_int_gt(str_compare_utf16(STR("\xEE\x80\x80"), STR("\xF4\x8F\xBF\xBF")), 0);
    ck_assert_int_gt(str_compare_utf16(STR("\xF0\x90\x80\x80"), STR("\xED\x9F\xBF")), 0);
    ck_assert_int_eq(str_compare_utf16((struct str){0}, STR_EMPTY), 0);
    ck_assert_int_lt(str_compare_utf16(STR("a"), STR("a\0")), 0);
    ck_assert_int_lt(str_compare_utf16(STR("a\xFE"), STR("a\xFF")), 0);
    seed_random();
    for (int i = 0; i < 100000; i++) {
        struct str a = random_text(x), b = random_text(y);
        ck_assert_int_eq(sign(str_compare_utf16(a, b)), compare_as_utf16(a, b));
        ck_assert_int_eq(sign(str_compare_utf16(b, a)), -compare_as_utf16(a, b));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("str");
    TCase *cases = tcase_create("str");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, equality_and_order);
    tcase_add_test(cases, parts);
    tcase_add_test(cases, trim_is_javas);
    tcase_add_test(cases, splitting);
    tcase_add_test(cases, numbers);
    tcase_add_test(cases, numbers_as_text);
    tcase_add_test(cases, order_of_utf16_units);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
