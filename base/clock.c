#include "clock.h"

#include <stdatomic.h>
#include <time.h>

#define MS_PER_DAY ((int64_t)86400000)
/* The years 1 to 9999, which four digits can spell. */
#define MS_FIRST ((int64_t)-62135596800000)
#define MS_LAST ((int64_t)253402300799999)

static _Atomic int64_t frozen_ms = -1;

int64_t clock_wall_ms(void)
{
    int64_t frozen = atomic_load_explicit(&frozen_ms, memory_order_relaxed);
    struct timespec now;

    if (frozen >= 0)
        return frozen;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_mono_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_boot_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void clock_sleep_ms(unsigned ms)
{
    struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};

    while (nanosleep(&left, &left) != 0) {}
}

int64_t clock_coarse_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void put_digits(char *p, int64_t value, int width)
{
    while (width-- > 0) {
        p[width] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Not gmtime_r, which takes a lock of the whole process. Years start in March here, so that a leap day comes last. */
void clock_rfc3339(int64_t wall_ms, char ret_text[25])
{
    wall_ms = wall_ms < MS_FIRST ? MS_FIRST : wall_ms;
    wall_ms = wall_ms > MS_LAST ? MS_LAST : wall_ms;

    int64_t since_year_0 = wall_ms + 719468 * MS_PER_DAY;
    int64_t day = since_year_0 / MS_PER_DAY, ms = since_year_0 % MS_PER_DAY;
    int64_t era = day / 146097, day_of_era = day % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    memcpy(ret_text, "0000-00-00T00:00:00.000Z", 25);
    put_digits(ret_text, era * 400 + year_of_era + (month >= 10), 4);
    put_digits(ret_text + 5, month < 10 ? month + 3 : month - 9, 2);
    put_digits(ret_text + 8, day_of_year - (153 * month + 2) / 5 + 1, 2);
    put_digits(ret_text + 11, ms / 3600000, 2);
    put_digits(ret_text + 14, ms / 60000 % 60, 2);
    put_digits(ret_text + 17, ms / 1000 % 60, 2);
    put_digits(ret_text + 20, ms % 1000, 3);
}

void clock_freeze(int64_t wall_ms)
{
    atomic_store_explicit(&frozen_ms, wall_ms, memory_order_relaxed);
}
