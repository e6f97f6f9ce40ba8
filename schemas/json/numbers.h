/* Numbers of JSON for the validator: exact like base/decimal.h, and quick where they are short. Private to schemas/json. Pure. */
#pragma once

#include "decimal.h"

struct jss_number {
    bool is_short; /* mantissa / 10^scale is it; else exact is */
    bool is_written_integer;
    unsigned scale;
    int64_t mantissa; /* below 10^18 */
    struct decimal exact; /* points into the text */
};

#define JSS_SHORT_DIGITS_MAX 18
extern const int64_t jss_powers_of_ten[JSS_SHORT_DIGITS_MAX + 1];

/* What has few characters and no exponent; of numbers of JSON. */
static inline bool jss_number_read_short(struct str text, int64_t *ret_mantissa, unsigned *ret_scale)
{
    bool is_negative = text.n > 0 && text.p[0] == '-';
    uint64_t mantissa = 0;
    size_t point = 0; /* behind it */
    bool is_other = false;
    if (text.n == 0 || text.n > JSS_SHORT_DIGITS_MAX)
        return false;
    /* Without branches on what the characters are. */
    for (size_t i = is_negative; i < text.n; i++) {
        unsigned digit = (unsigned)(text.p[i] - '0');
        bool is_point = text.p[i] == '.';
        is_other |= digit > 9 && !is_point;
        point = is_point ? i + 1 : point;
        mantissa = is_point ? mantissa : mantissa * 10 + digit;
    }
    if (is_other)
        return false;
    *ret_mantissa = is_negative ? -(int64_t)mantissa : (int64_t)mantissa;
    *ret_scale = point ? (unsigned)(text.n - point) : 0;
    return true;
}

/* Of eight characters of ASCII: 0x80 for each that is no digit. */
static inline uint64_t jss_no_digits(uint64_t characters)
{
    const uint64_t high = 0x8080808080808080U;
    uint64_t above = characters + 0x4646464646464646U, not_below = (characters | high) - 0x3030303030303030U;
    return (above | ~not_below) & high;
}

/* The same for points. */
static inline uint64_t jss_points(uint64_t characters)
{
    return ~((characters ^ 0x2E2E2E2E2E2E2E2EU) + 0x7F7F7F7F7F7F7F7FU) & 0x8080808080808080U;
}

/* How many digits stand before the point of a number of 4 to 16 characters that is nothing but digits and perhaps a point; 0: it
 * is something else. */
static inline unsigned jss_count_integer_digits(struct str text)
{
    uint64_t first, last;
    unsigned n = (unsigned)text.n, width = n >= 8 ? 8 : 4;
    if (n >= 8) {
        memcpy(&first, text.p, 8);
        memcpy(&last, text.p + n - 8, 8);
    } else {
        uint32_t half, last_half;
        memcpy(&half, text.p, 4);
        memcpy(&last_half, text.p + n - 4, 4);
        first = half | 0x3030303000000000U;
        last = last_half | 0x3030303000000000U;
    }
    uint64_t points = jss_points(first), last_points = jss_points(last);
    if (jss_no_digits(first) != points || jss_no_digits(last) != last_points)
        return 0;
    if (points)
        return (unsigned)__builtin_ctzll(points) / 8;
    return last_points ? n - width + (unsigned)__builtin_ctzll(last_points) / 8 : n;
}

/* False: NaN and its kin, or out of the range of struct decimal. */
bool jss_number_read(struct str text, struct jss_number *ret);
int jss_number_compare(const struct jss_number *a, const struct jss_number *b);
bool jss_number_is_integer(const struct jss_number *number);
/* False when step is zero. */
bool jss_number_is_multiple(const struct jss_number *value, const struct jss_number *step);
/* The same for equal numbers. */
uint64_t jss_number_hash(const struct jss_number *number);
/* The integer, or the nearest of 64 bits; false when it is none or negative. */
bool jss_number_to_count(const struct jss_number *number, int64_t *ret);
