#include "clock.h"

#include "hash.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

START_TEST(known_moments)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {951868800000, "2000-03-01T00:00:00.000Z"},
        {-2203891200001, "1900-02-28T23:59:59.999Z"},
        {-2203891200000, "1900-03-01T00:00:00.000Z"},
        {1795521600123, "2026-11-24T12:00:00.123Z"},
        {4107542399999, "2100-02-28T23:59:59.999Z"},
        {4107542400000, "2100-03-01T00:00:00.000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
        {253402300800000, "9999-12-31T23:59:59.999Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
        {-62135596800000, "0001-01-01T00:00:00.000Z"},
        {INT64_MIN, "0001-01-01T00:00:00.000Z"},
    };
    char text[25];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(text, 'x', sizeof text);
        clock_rfc3339(cases[i].ms, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(it_agrees_with_the_c_library)
{
    char text[25], expected[128];
    const int64_t from = -62135596800, to = 253402300799;
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)clock_mono_ns();

    printf("clock: TEST_SEED=%" PRIu64 "\n", seed);
    fflush(stdout);
    for (int i = 0; i < 100000; i++) {
        time_t seconds = (time_t)(from + (int64_t)(hash_mix(seed, (uint64_t)i) % (uint64_t)(to - from)));
        struct tm parts;
        gmtime_r(&seconds, &parts);
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, i % 1000);
        clock_rfc3339((int64_t)seconds * 1000 + i % 1000, text);
        ck_assert_str_eq(text, expected);
    }
}
END_TEST

START_TEST(the_wall_clock_is_the_systems)
{
    int64_t before = (int64_t)time(NULL) * 1000;
    int64_t wall = clock_wall_ms();

    /* time() may lag behind by a tick. */
    ck_assert_int_ge(wall, before);
    ck_assert_int_le(wall, ((int64_t)time(NULL) + 2) * 1000);
}
END_TEST

START_TEST(the_wall_clock_can_be_frozen)
{
    clock_freeze(1234567890123);
    ck_assert_int_eq(clock_wall_ms(), 1234567890123);
    clock_freeze(0);
    ck_assert_int_eq(clock_wall_ms(), 0);
    clock_freeze(-1);
    ck_assert_int_gt(clock_wall_ms(), 1700000000000);
}
END_TEST

START_TEST(the_other_clocks_go_forward)
{
    int64_t fine = clock_mono_ns(), coarse = clock_coarse_ms();

    for (int i = 0; i < 10000; i++) {
        int64_t next_fine = clock_mono_ns(), next_coarse = clock_coarse_ms();
        ck_assert_int_ge(next_fine, fine);
        ck_assert_int_ge(next_coarse, coarse);
        fine = next_fine;
        coarse = next_coarse;
    }
    ck_assert_int_lt(llabs(fine / 1000000 - coarse), 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clock");
    TCase *cases = tcase_create("clock");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, known_moments);
    tcase_add_test(cases, it_agrees_with_the_c_library);
    tcase_add_test(cases, the_wall_clock_is_the_systems);
    tcase_add_test(cases, the_wall_clock_can_be_frozen);
    tcase_add_test(cases, the_other_clocks_go_forward);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
