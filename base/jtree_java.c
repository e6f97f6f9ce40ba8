#include "jtree.h"

#include "decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Digits d1d2d3… and an exponent such that the number is 0.d1d2d3… * 10^exponent. */
struct digits {
    char text[32];
    int count, exponent;
};

/* The shortest digits that read back as the same number; is_float: as the same float. */
static void shortest(double value, bool is_float, struct digits *ret)
{
    char text[40];
    int most = is_float ? 9 : 17;
    for (int precision = 1; precision <= most; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, value);
        double back = is_float ? (double)strtof(text, NULL) : strtod(text, NULL);
        if (!(back < value) && !(back > value))
            break;
    }
    char *exponent = strchr(text, 'e');
    ret->exponent = (int)strtol(exponent + 1, NULL, 10) + 1;
    ret->count = 0;
    for (const char *at = text; at < exponent; at++) {
        if (*at != '.')
            ret->text[ret->count++] = *at;
    }
    while (ret->count > 1 && ret->text[ret->count - 1] == '0')
        ret->count--;
}

static void put_digits(struct buf *out, const struct digits *d, int from, int to)
{
    for (int i = from; i < to; i++)
        buf_add_char(out, i < d->count ? d->text[i] : '0');
}

static void write_java(struct buf *out, double value, bool is_float)
{
    if (isnan(value)) {
        buf_add(out, STR("NaN"));
        return;
    }
    if (signbit(value))
        buf_add_char(out, '-');
    value = fabs(value);
    if (isinf(value) || !(value > 0.0)) {
        buf_add(out, isinf(value) ? STR("Infinity") : STR("0.0"));
        return;
    }
    struct digits d;
    shortest(value, is_float, &d);
    bool is_plain = value >= 1e-3 && value < 1e7;
    if (is_plain && d.exponent <= 0) {
        buf_add(out, STR("0."));
        for (int i = d.exponent; i < 0; i++)
            buf_add_char(out, '0');
        put_digits(out, &d, 0, d.count);
        return;
    }
    int whole = is_plain ? d.exponent : 1;
    put_digits(out, &d, 0, whole);
    buf_add_char(out, '.');
    put_digits(out, &d, whole, d.count > whole ? d.count : whole + 1);
    if (!is_plain) {
        buf_add_char(out, 'E');
        buf_add_int(out, d.exponent - 1);
    }
}

void jtree_write_java_double(struct buf *out, double value)
{
    write_java(out, value, false);
}

void jtree_write_java_float(struct buf *out, float value)
{
    write_java(out, (double)value, true);
}

/* Exact decimals with a smaller exponent are written in scientific notation. */
#define LEAST_PLAIN_EXPONENT (-6)

static char decimal_digit(const struct decimal *d, size_t index)
{
    return index < d->integer.n ? d->integer.p[index] : d->fraction.p[index - d->integer.n];
}

static void add_decimal_digits(struct buf *out, const struct decimal *d, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        buf_add_char(out, decimal_digit(d, i));
}

static void add_plain(struct buf *out, const struct decimal *d, size_t first, size_t end, size_t scale)
{
    size_t count = end - first;
    if (scale == 0) {
        add_decimal_digits(out, d, first, end);
        return;
    }
    size_t whole = count > scale ? count - scale : 0;
    if (whole == 0)
        buf_add_char(out, '0');
    add_decimal_digits(out, d, first, first + whole);
    buf_add_char(out, '.');
    for (size_t zeros = count < scale ? scale - count : 0; zeros; zeros--)
        buf_add_char(out, '0');
    add_decimal_digits(out, d, first + whole, end);
}

static void add_not_finite(struct buf *out, struct str spelled)
{
    bool is_negative = str_starts(spelled, STR("-"));
    buf_add(out, is_negative ? STR("\"-") : STR("\""));
    buf_add(out, str_equal(spelled, STR("NaN")) ? STR("NaN\"") : STR("Infinity\""));
}

void jtree_write_java_decimal(struct buf *out, struct str spelled)
{
    struct decimal d = {0};
    enum decimal_outcome outcome = decimal_parse(spelled, &d);
    if (outcome == DECIMAL_BAD) {
        add_not_finite(out, spelled);
        return;
    }
    if (outcome == DECIMAL_RANGE) {
        buf_add(out, spelled);
        return;
    }
    size_t first = 0, end = d.integer.n + d.fraction.n;
    while (first + 1 < end && decimal_digit(&d, first) == '0')
        first++;
    int64_t scale = (int64_t)d.fraction.n - d.exponent, exponent = (int64_t)(end - first) - 1 - scale;
    if (d.negative && !d.zero)
        buf_add_char(out, '-');
    if (scale >= 0 && exponent >= LEAST_PLAIN_EXPONENT) {
        add_plain(out, &d, first, end, (size_t)scale);
        return;
    }
    add_decimal_digits(out, &d, first, first + 1);
    if (end - first > 1)
        buf_add_char(out, '.');
    add_decimal_digits(out, &d, first + 1, end);
    buf_add(out, exponent > 0 ? STR("E+") : STR("E"));
    buf_add_int(out, exponent);
}
