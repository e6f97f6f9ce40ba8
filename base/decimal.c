#include "decimal.h"

#define LIMB_DIGITS 9
#define LIMB_BASE 1000000000U
#define LIMBS_MAX ((size_t)DECIMAL_MAX_DIGITS / LIMB_DIGITS + 1)

/* The digits that count: no zeros in front, none at the end. Not for zero. */
struct digits {
    const struct decimal *d;
    size_t first, count; /* index of the first one, over both parts of the spelling */
    int64_t top, scale; /* powers of ten that the first and the last one stand for */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits at *at, which is moved behind them. */
static struct str parse_digits(struct str text, size_t *at)
{
    size_t from = *at;

    while (*at < text.n && is_digit(text.p[*at]))
        ++*at;
    return str_slice(text, from, *at);
}

/* The exponent at *at, behind its letter. */
static enum decimal_outcome parse_exponent(struct str text, size_t *at, int64_t *ret)
{
    bool negative = *at < text.n && text.p[*at] == '-';
    int64_t value = 0;

    if (*at < text.n && (text.p[*at] == '-' || text.p[*at] == '+'))
        ++*at;
    struct str digits = parse_digits(text, at);
    if (digits.n == 0)
        return DECIMAL_BAD;
    for (size_t i = 0; i < digits.n && value <= DECIMAL_MAX_EXPONENT; i++)
        value = value * 10 + (digits.p[i] - '0');
    *ret = negative ? -value : value;
    return value <= DECIMAL_MAX_EXPONENT ? DECIMAL_OK : DECIMAL_RANGE;
}

static bool all_zeros(struct str digits)
{
    size_t i = 0;

    while (i < digits.n && digits.p[i] == '0')
        i++;
    return i == digits.n;
}

enum decimal_outcome decimal_parse(struct str text, struct decimal *ret)
{
    struct decimal d = {.negative = text.n > 0 && text.p[0] == '-', .fraction = STR_EMPTY};
    enum decimal_outcome outcome = DECIMAL_OK;
    size_t at = d.negative;

    d.integer = parse_digits(text, &at);
    if (d.integer.n == 0 || (d.integer.n > 1 && d.integer.p[0] == '0'))
        return DECIMAL_BAD;
    d.written_integer = at == text.n;
    if (at < text.n && text.p[at] == '.') {
        at++;
        d.fraction = parse_digits(text, &at);
        if (d.fraction.n == 0)
            return DECIMAL_BAD;
    }
    if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
        at++;
        outcome = parse_exponent(text, &at, &d.exponent);
    }
    if (at != text.n || outcome == DECIMAL_BAD)
        return DECIMAL_BAD;
    if (outcome == DECIMAL_RANGE || d.integer.n > DECIMAL_MAX_DIGITS || d.fraction.n > DECIMAL_MAX_DIGITS - d.integer.n)
        return DECIMAL_RANGE;
    d.zero = all_zeros(d.integer) && all_zeros(d.fraction);
    *ret = d;
    return DECIMAL_OK;
}

/* The digit at index i over both parts. */
static unsigned digit_at(const struct decimal *d, size_t i)
{
    return (unsigned)((i < d->integer.n ? d->integer.p[i] : d->fraction.p[i - d->integer.n]) - '0');
}

static struct digits digits_of(const struct decimal *d)
{
    size_t first = 0, last = d->integer.n + d->fraction.n - 1;

    while (first < last && digit_at(d, first) == 0)
        first++;
    while (last > first && digit_at(d, last) == 0)
        last--;
    int64_t units = d->exponent + (int64_t)d->integer.n - 1;
    return (struct digits){.d = d,
                           .first = first,
                           .count = last - first + 1,
                           .top = units - (int64_t)first,
                           .scale = units - (int64_t)last};
}

/* The i-th digit that counts; zeros behind the last one. */
static unsigned digits_get(const struct digits *digits, size_t i)
{
    return i < digits->count ? digit_at(digits->d, digits->first + i) : 0;
}

/* Order of the absolute values; neither is zero. */
static int compare_absolute(const struct decimal *a, const struct decimal *b)
{
    struct digits da = digits_of(a), db = digits_of(b);

    if (da.top != db.top)
        return da.top < db.top ? -1 : 1;
    size_t n = da.count > db.count ? da.count : db.count;
    for (size_t i = 0; i < n; i++) {
        int order = (int)digits_get(&da, i) - (int)digits_get(&db, i);
        if (order)
            return order;
    }
    return 0;
}

static int sign(const struct decimal *d)
{
    if (d->zero)
        return 0;
    return d->negative ? -1 : 1;
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
    int sign_a = sign(a), sign_b = sign(b);

    if (sign_a != sign_b)
        return sign_a - sign_b;
    return sign_a ? sign_a * compare_absolute(a, b) : 0;
}

bool decimal_is_integer(const struct decimal *d)
{
    return d->zero || digits_of(d).scale >= 0;
}

bool decimal_is_written_integer(const struct decimal *d)
{
    return d->written_integer;
}

bool decimal_to_i64(const struct decimal *d, int64_t *ret)
{
    int64_t value = 0;

    if (!d->zero) {
        struct digits digits = digits_of(d);
        if (digits.scale < 0 || digits.top > 18)
            return false;
        for (int64_t i = 0; i <= digits.top; i++) {
            int64_t digit = (int64_t)digits_get(&digits, (size_t)i);
            if (__builtin_mul_overflow(value, 10, &value) ||
                __builtin_add_overflow(value, d->negative ? -digit : digit, &value))
                return false;
        }
    }
    *ret = value;
    return true;
}

/* The digits from..to as a number; at most LIMB_DIGITS of them. */
static uint32_t digits_limb(const struct digits *digits, size_t from, size_t to)
{
    uint32_t limb = 0;

    for (size_t i = from; i < to; i++)
        limb = limb * 10 + digits_get(digits, i);
    return limb;
}

/* left -= limbs * factor over n + 1 limbs, lowest first; true when it went below zero (and wrapped around). */
static bool limbs_subtract(uint32_t *left, const uint32_t *limbs, size_t n, uint64_t factor)
{
    uint64_t carry = 0;

    for (size_t i = 0; i <= n; i++) {
        uint64_t product = carry + (i < n ? limbs[i] * factor : 0);
        uint32_t low = (uint32_t)(product % LIMB_BASE);
        carry = product / LIMB_BASE + (left[i] < low);
        left[i] = left[i] < low ? left[i] + LIMB_BASE - low : left[i] - low;
    }
    return carry > 0;
}

/* left += limbs; true when a carry left the n + 1 limbs. */
static bool limbs_add(uint32_t *left, const uint32_t *limbs, size_t n)
{
    uint32_t carry = 0;

    for (size_t i = 0; i <= n; i++) {
        uint32_t sum = left[i] + (i < n ? limbs[i] : 0) + carry;
        carry = sum >= LIMB_BASE;
        left[i] = carry ? sum - LIMB_BASE : sum;
    }
    return carry > 0;
}

/* left = (left * LIMB_BASE + limb) mod limbs; n >= 2, left < limbs before. The top two limbs of the divisor give a
 * quotient that is at most a few too large. */
static void limbs_reduce(uint32_t *left, const uint32_t *limbs, size_t n, uint32_t limb)
{
    memmove(left + 1, left, n * sizeof *left);
    left[0] = limb;

    uint64_t divisor = (uint64_t)limbs[n - 1] * LIMB_BASE + limbs[n - 2];
    unsigned __int128 top = (unsigned __int128)left[n] * LIMB_BASE + left[n - 1];
    top = top * LIMB_BASE + left[n - 2];
    uint64_t quotient = (uint64_t)(top / divisor);
    bool negative = limbs_subtract(left, limbs, n, quotient);
    while (negative)
        negative = !limbs_add(left, limbs, n);
}

/* True when the digits of value with zeros behind them are divisible by the digits of step. */
static bool digits_divisible(const struct digits *value, size_t zeros, const struct digits *step)
{
    uint32_t limbs[LIMBS_MAX + 1] = {0}, left[LIMBS_MAX + 2] = {0};
    size_t n = 0, total = value->count + zeros, at = total % LIMB_DIGITS;

    for (size_t to = step->count; to > 0; to -= to < LIMB_DIGITS ? to : LIMB_DIGITS)
        limbs[n++] = digits_limb(step, to < LIMB_DIGITS ? 0 : to - LIMB_DIGITS, to);

    uint64_t rest = 0;
    for (size_t from = 0; from < total; from = at, at += LIMB_DIGITS) {
        uint32_t limb = digits_limb(value, from, at);
        if (n == 1)
            rest = (rest * LIMB_BASE + limb) % limbs[0];
        else
            limbs_reduce(left, limbs, n, limb);
    }
    for (size_t i = 0; i < n; i++)
        rest |= left[i];
    return rest == 0;
}

bool decimal_is_multiple(const struct decimal *value, const struct decimal *step)
{
    if (step->zero)
        return false;
    if (value->zero)
        return true;

    struct digits dv = digits_of(value), ds = digits_of(step);
    /* The last digit of value that counts is not zero, so that no power of ten divides its digits. */
    if (dv.scale < ds.scale)
        return false;
    /* Below 10^n no power of two or five above 4n divides: more zeros than that change nothing. */
    int64_t zeros = dv.scale - ds.scale, enough = (int64_t)ds.count * 4;
    return digits_divisible(&dv, (size_t)(zeros < enough ? zeros : enough), &ds);
}
