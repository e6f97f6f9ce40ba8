#include "str.h"

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* UTF-16 spells what is above U+FFFF with units below U+E000. In UTF-8 the first starts with the bytes F0-F4 and
 * what is from U+E000 to U+FFFF with EE and EF, so only these change their places. */
static int utf16_rank(unsigned char byte)
{
    if (byte == 0xEE || byte == 0xEF)
        return byte + 5;
    if (byte >= 0xF0 && byte <= 0xF4)
        return byte - 2;
    return byte;
}

int str_compare_utf16(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n, i = 0;

    while (i < n && a.p[i] == b.p[i])
        i++;
    if (i == n)
        return (a.n > b.n) - (a.n < b.n);
    return utf16_rank((unsigned char)a.p[i]) - utf16_rank((unsigned char)b.p[i]);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_equal((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_equal(str_slice(s, s.n - suffix.n, s.n), suffix);
}

size_t str_find(struct str s, char c)
{
    const char *p = s.n ? memchr(s.p, c, s.n) : NULL;

    return p ? (size_t)(p - s.p) : SIZE_MAX;
}

size_t str_find_last(struct str s, char c)
{
    const char *p = s.n ? memrchr(s.p, c, s.n) : NULL;

    return p ? (size_t)(p - s.p) : SIZE_MAX;
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.n;

    while (from < to && (unsigned char)s.p[from] <= 0x20)
        from++;
    while (to > from && (unsigned char)s.p[to - 1] <= 0x20)
        to--;
    return str_slice(s, from, to);
}

bool str_next(struct str *rest, char sep, struct str *ret_part)
{
    if (!rest->p)
        return false;

    size_t at = str_find(*rest, sep);
    *ret_part = str_slice(*rest, 0, at);
    *rest = at == SIZE_MAX ? (struct str){0} : str_slice(*rest, at + 1, rest->n);
    return true;
}

enum str_number str_to_i64(struct str s, int64_t *ret)
{
    bool negative = s.n && s.p[0] == '-', out_of_range = false;
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
    int64_t value = 0;

    if (i == s.n)
        return STR_NUMBER_BAD;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return STR_NUMBER_BAD;
        int digit = s.p[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            out_of_range = true;
    }
    if (out_of_range)
        return STR_NUMBER_RANGE;
    *ret = value;
    return STR_NUMBER_OK;
}

enum str_number str_to_i64_in(struct str s, int64_t min, int64_t max, int64_t *ret)
{
    int64_t value = 0;
    enum str_number outcome = str_to_i64(s, &value);

    if (outcome == STR_NUMBER_OK && (value < min || value > max))
        return STR_NUMBER_RANGE;
    if (outcome == STR_NUMBER_OK)
        *ret = value;
    return outcome;
}

struct str int_str(char *room, int64_t value)
{
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char *p = room + INT_STR_BYTES - 1;

    *p = 0;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    return (struct str){p, (size_t)(room + INT_STR_BYTES - 1 - p)};
}
