#include "json/numbers.h"

#include "hash.h"

const int64_t jss_powers_of_ten[JSS_SHORT_DIGITS_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

static bool read_long(struct str text, struct jss_number *ret)
{
    ret->is_short = false;
    if (decimal_parse(text, &ret->exact) != DECIMAL_OK)
        return false;
    ret->is_written_integer = decimal_is_written_integer(&ret->exact);
    return true;
}

bool jss_number_read(struct str text, struct jss_number *ret)
{
    if (!jss_number_read_short(text, &ret->mantissa, &ret->scale))
        return read_long(text, ret);
    ret->is_short = true;
    ret->is_written_integer = str_find(text, '.') == SIZE_MAX;
    return true;
}

/* A short number as a decimal, in room for it. */
static struct decimal exact_of(const struct jss_number *number, char room[INT_STR_BYTES])
{
    if (!number->is_short)
        return number->exact;
    int64_t mantissa = number->mantissa;
    struct str digits = int_str(room, mantissa < 0 ? -mantissa : mantissa);
    return (struct decimal){.negative = mantissa < 0,
                            .zero = mantissa == 0,
                            .integer = digits,
                            .fraction = STR_EMPTY,
                            .exponent = -(int64_t)number->scale};
}

int jss_number_compare(const struct jss_number *a, const struct jss_number *b)
{
    if (a->is_short && b->is_short) {
        __int128 x = a->mantissa, y = b->mantissa;
        if (a->scale < b->scale)
            x *= jss_powers_of_ten[b->scale - a->scale];
        else if (b->scale < a->scale)
            y *= jss_powers_of_ten[a->scale - b->scale];
        return (x > y) - (x < y);
    }
    char room_a[INT_STR_BYTES], room_b[INT_STR_BYTES];
    struct decimal x = exact_of(a, room_a), y = exact_of(b, room_b);
    return decimal_compare(&x, &y);
}

bool jss_number_is_integer(const struct jss_number *number)
{
    if (number->is_short)
        return number->scale == 0 || number->mantissa % jss_powers_of_ten[number->scale] == 0;
    return decimal_is_integer(&number->exact);
}

bool jss_number_is_multiple(const struct jss_number *value, const struct jss_number *step)
{
    if (value->is_short && step->is_short) {
        if (step->mantissa == 0)
            return false;
        if (value->scale == step->scale)
            return value->mantissa % step->mantissa == 0;
        __int128 x = value->mantissa, y = step->mantissa;
        if (value->scale < step->scale)
            x *= jss_powers_of_ten[step->scale - value->scale];
        else
            y *= jss_powers_of_ten[value->scale - step->scale];
        return x % y == 0;
    }
    char room_value[INT_STR_BYTES], room_step[INT_STR_BYTES];
    struct decimal x = exact_of(value, room_value), y = exact_of(step, room_step);
    return decimal_is_multiple(&x, &y);
}

uint64_t jss_number_hash(const struct jss_number *number)
{
    char room[INT_STR_BYTES];
    struct decimal d = exact_of(number, room);
    size_t total = d.integer.n + d.fraction.n, first = 0, end = total;
    /* That of a text is seeded: numbers of equal hashes cannot be chosen. */
    uint64_t hash = hash_mix(hash_bytes(STR_EMPTY), d.zero ? 0 : 1 + (uint64_t)d.negative);
#define DIGIT(i) ((i) < d.integer.n ? d.integer.p[i] : d.fraction.p[(i)-d.integer.n])
    while (first < end && DIGIT(first) == '0')
        first++;
    while (end > first && DIGIT(end - 1) == '0')
        end--;
    for (size_t i = first; i < end; i++)
        hash = hash_mix(hash, (uint64_t)DIGIT(i));
#undef DIGIT
    /* What the last digit that counts stands for. */
    int64_t exponent = d.exponent - (int64_t)d.fraction.n + (int64_t)(total - end);
    return hash_mix(hash, first < end ? (uint64_t)exponent : 0);
}

bool jss_number_to_count(const struct jss_number *number, int64_t *ret)
{
    char room[INT_STR_BYTES];
    struct decimal d = exact_of(number, room);
    if (!jss_number_is_integer(number) || (d.negative && !d.zero))
        return false;
    if (!decimal_to_i64(&d, ret))
        *ret = INT64_MAX;
    return true;
}
