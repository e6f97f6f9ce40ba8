#include "descriptor_private.h"
#include "lexer.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Room for 17 digits, sign, point and exponent. */
#define NUMBER_BYTES 32

static bool put_special(struct buf *out, double value)
{
    if (isnan(value))
        buf_add(out, STR("nan"));
    else if (isinf(value))
        buf_add(out, value < 0 ? STR("-inf") : STR("inf"));
    return !isfinite(value);
}

void pb_put_double(struct buf *out, double value)
{
    char text[NUMBER_BYTES];
    if (put_special(out, value))
        return;
    snprintf(text, sizeof text, "%.*g", DBL_DIG, value);
    double again = strtod(text, NULL);
    if (again < value || again > value)
        snprintf(text, sizeof text, "%.*g", DBL_DIG + 2, value);
    buf_add(out, str_of(text));
}

void pb_put_float(struct buf *out, float value)
{
    char text[NUMBER_BYTES];
    if (put_special(out, (double)value))
        return;
    snprintf(text, sizeof text, "%.*g", FLT_DIG, (double)value);
    float again = strtof(text, NULL);
    if (again < value || again > value)
        snprintf(text, sizeof text, "%.*g", FLT_DIG + 3, (double)value);
    buf_add(out, str_of(text));
}

static bool starts_as_number(struct str text)
{
    return text.n && ((text.p[0] >= '0' && text.p[0] <= '9') || text.p[0] == '.');
}

/* A decimal integer that is too large is still a number; an octal or hexadecimal one is not. */
bool pb_number_value(struct arena *arena, struct str text, double *ret)
{
    uint64_t integer;
    bool is_infinite = str_equal(text, STR("inf"));
    if (is_infinite || str_equal(text, STR("nan"))) {
        *ret = is_infinite ? (double)INFINITY : (double)NAN;
        return true;
    }
    bool has_prefix = text.n > 1 && text.p[0] == '0' && (text.p[1] | 0x20) == 'x';
    bool is_integer = has_prefix;
    for (size_t i = 0; i < text.n && !has_prefix; i++)
        is_integer = text.p[i] >= '0' && text.p[i] <= '9' && (i == 0 || is_integer);
    if (!starts_as_number(text) || (has_prefix && text.n == 2))
        return false;
    if (is_integer && pb_integer_value(text, UINT64_MAX, &integer)) {
        *ret = (double)integer;
        return true;
    }
    struct str copy = arena_str(arena, text);
    if ((is_integer && text.p[0] == '0') || !copy.p)
        return false;
    char *end;
    *ret = strtod(copy.p, &end);
    return end == copy.p + copy.n;
}

/* -- Strings ---------------------------------------------------------------------------------------------------- */

static const char letters[] = "abfnrtv\\\"'?", meanings[] = "\a\b\f\n\r\t\v\\\"'?";

void pb_put_escaped(struct buf *out, struct str bytes)
{
    static const char escaped[] = "\n\r\t\\\"'";
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.p[i];
        if (byte && strchr(escaped, byte))
            buf_printf(out, "\\%c", letters[strchr(meanings, byte) - meanings]);
        else if (byte < 0x20 || byte >= 0x7f)
            buf_printf(out, "\\%03o", byte);
        else
            buf_add_char(out, (char)byte);
    }
}

static int digit_of(char c, int base)
{
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : base;
    return digit < base ? digit : -1;
}

/* Up to max digits at *at, which moves behind them. */
static bool take_digits(struct str text, size_t *at, size_t max, int base, unsigned *ret)
{
    size_t from = *at;
    for (*ret = 0; *at < text.n && *at - from < max && digit_of(text.p[*at], base) >= 0; ++*at)
        *ret = *ret * (unsigned)base + (unsigned)digit_of(text.p[*at], base);
    return *at > from;
}

bool pb_put_unescaped(struct buf *out, struct str text)
{
    for (size_t at = 0; at < text.n;) {
        char c = text.p[at++];
        if (c != '\\') {
            buf_add_char(out, c);
            continue;
        }
        unsigned value;
        const char *letter = at < text.n && text.p[at] ? strchr(letters, text.p[at]) : NULL;
        if (letter) {
            at++;
            value = (unsigned char)meanings[letter - letters];
        } else if (at < text.n && (text.p[at] | 0x20) == 'x') {
            at++;
            if (!take_digits(text, &at, 2, 16, &value))
                return false;
        } else if (!take_digits(text, &at, 3, 8, &value) || value > 0xff) {
            return false;
        }
        buf_add_char(out, (char)value);
    }
    return true;
}
