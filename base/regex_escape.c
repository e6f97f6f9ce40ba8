#include "regex_private.h"

#include "utf8.h"

/* White space and line terminators of ECMA-262, as parts of a class, and all other characters. */
#define SPACES "\\t-\\r\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
#define NO_SPACES                                                                                                 \
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-" \
    "\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

#define SURROGATES_FIRST 0xD800u
#define SURROGATES_LAST 0xDFFFu
#define LOW_SURROGATES_FIRST 0xDC00u
#define POINT_MAX 0x10FFFFu

/* -- Characters ----------------------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* So many hexadecimal digits; nothing is taken when they are not there. */
static bool take_hex(struct regex_reader *r, size_t digits, uint32_t *ret)
{
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = hex_value(regex_peek(r, i));
        if (digit < 0)
            return false;
        value = value * 16 + (uint32_t)digit;
    }
    r->at += digits;
    *ret = value;
    return true;
}

static bool take_braced_hex(struct regex_reader *r, uint32_t *ret)
{
    uint32_t value = 0, digit;
    size_t from = r->at;
    while (value <= POINT_MAX && take_hex(r, 1, &digit))
        value = value * 16 + digit;
    *ret = value;
    return r->at > from && value <= POINT_MAX && regex_take(r, STR("}"));
}

/* Behind the u: four digits, two pairs of four for one character, or braces. */
static int read_unicode(struct regex_reader *r, uint32_t *ret)
{
    uint32_t low;
    if (regex_take(r, STR("{")))
        return take_braced_hex(r, ret) ? 0 : regex_fail(r, "an escape is wrong");
    if (!take_hex(r, 4, ret))
        return regex_fail(r, "an escape is wrong");
    size_t from = r->at;
    bool is_high = *ret >= SURROGATES_FIRST && *ret < LOW_SURROGATES_FIRST;
    if (is_high && regex_take(r, STR("\\u")) && take_hex(r, 4, &low) && low >= LOW_SURROGATES_FIRST &&
        low <= SURROGATES_LAST)
        *ret = 0x10000 + ((*ret - SURROGATES_FIRST) << 10) + (low - LOW_SURROGATES_FIRST);
    else
        r->at = from;
    return 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int read_character(struct regex_reader *r, uint32_t *ret)
{
    static const char letters[] = "tnvfr", meanings[] = "\t\n\v\f\r";
    char c = regex_peek(r, 0);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (r->at == r->text.n)
        return regex_fail(r, "a backslash is at the end");
    *ret = utf8_next(r->text, &r->at);
    if (letter) {
        *ret = (unsigned char)meanings[letter - letters];
    } else if (c == 'c') {
        if (!is_letter(regex_peek(r, 0)))
            return regex_fail(r, "an escape is wrong");
        *ret = (unsigned char)r->text.p[r->at++] % 32;
    } else if (c == 'x') {
        return take_hex(r, 2, ret) ? 0 : regex_fail(r, "an escape is wrong");
    } else if (c == 'u') {
        return read_unicode(r, ret);
    } else if (c == '0') {
        *ret = 0;
        return regex_peek(r, 0) >= '0' && regex_peek(r, 0) <= '9' ? regex_fail(r, "an escape is wrong") : 0;
    } else if (is_letter(c) || (c >= '1' && c <= '9')) {
        return regex_fail(r, "an escape is unknown");
    }
    return 0;
}

/* Sets that \ and a letter stand for, as parts of a class. Written out: PCRE2 10.42 errs where \D or \W meets a property in a
 * class. */
static struct str set_of(char c)
{
    switch (c) {
    case 'd':
        return STR("0-9");
    case 'D':
        return STR("\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}");
    case 'w':
        return STR("0-9A-Z_a-z");
    case 'W':
        return STR("\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}");
    case 's':
        return STR(SPACES);
    case 'S':
        return STR(NO_SPACES);
    default:
        return (struct str){NULL, 0};
    }
}

int regex_read_escape(struct regex_reader *r, struct buf *set, enum regex_escape *ret, uint32_t *ret_point)
{
    char c = regex_peek(r, 0);
    struct str known = set_of(c);
    if (known.p) {
        r->at++;
        buf_add(set, known);
        *ret = REGEX_ESCAPE_SET;
        return 0;
    }
    if (c == 'p' || c == 'P') {
        r->at++;
        *ret = REGEX_ESCAPE_SET;
        return regex_read_property(r, c == 'P', set);
    }
    *ret = REGEX_ESCAPE_POINT;
    return read_character(r, ret_point);
}

/* -- Classes -------------------------------------------------------------------------------------------------- */

/* One end of a range, or all there is of it. A set was added to the class already. */
static int read_class_atom(struct regex_reader *r, struct buf *class, enum regex_escape *ret, uint32_t *ret_point)
{
    *ret = REGEX_ESCAPE_POINT;
    if (r->at == r->text.n)
        return regex_fail(r, "a bracket is not closed");
    if (regex_take(r, STR("[:")))
        return regex_fail(r, "a class of an unknown kind");
    if (!regex_take(r, STR("\\"))) {
        *ret_point = utf8_next(r->text, &r->at);
        return 0;
    }
    if (regex_take(r, STR("b"))) {
        *ret_point = '\b';
        return 0;
    }
    return regex_read_escape(r, class, ret, ret_point);
}

/* Text that is UTF-8 has no surrogates: a range ends before them, or begins behind them. */
static void put_range(struct buf *class, uint32_t first, uint32_t last)
{
    if (first >= SURROGATES_FIRST && first <= SURROGATES_LAST)
        first = SURROGATES_LAST + 1;
    if (last >= SURROGATES_FIRST && last <= SURROGATES_LAST)
        last = SURROGATES_FIRST - 1;
    if (first > last)
        return;
    regex_put_point(class, first);
    if (first < last) {
        buf_add_char(class, '-');
        regex_put_point(class, last);
    }
}

static int read_class_part(struct regex_reader *r, struct buf *class)
{
    enum regex_escape kind, last_kind;
    uint32_t first = 0, last = 0;
    if (read_class_atom(r, class, &kind, &first) != 0)
        return -1;
    bool is_range = regex_peek(r, 0) == '-' && r->text.n - r->at > 1 && regex_peek(r, 1) != ']';
    if (!is_range) {
        if (kind == REGEX_ESCAPE_POINT)
            put_range(class, first, first);
        return 0;
    }
    r->at++;
    if (read_class_atom(r, class, &last_kind, &last) != 0)
        return -1;
    if (kind == REGEX_ESCAPE_POINT && last_kind == REGEX_ESCAPE_POINT) {
        if (first > last)
            return regex_fail(r, "a range has its ends in the wrong order");
        put_range(class, first, last);
        return 0;
    }
    put_range(class, '-', '-');
    if (kind == REGEX_ESCAPE_POINT)
        put_range(class, first, first);
    if (last_kind == REGEX_ESCAPE_POINT)
        put_range(class, last, last);
    return 0;
}

int regex_read_class(struct regex_reader *r)
{
    size_t start = r->out->n;
    bool is_negated = regex_take(r, STR("^"));
    buf_add(r->out, is_negated ? STR("[^") : STR("["));
    size_t inside = r->out->n;
    while (!regex_take(r, STR("]"))) {
        if (read_class_part(r, r->out) != 0)
            return -1;
    }
    if (r->out->n > inside) {
        buf_add_char(r->out, ']');
        return 0;
    }
    r->out->n = start;
    buf_add(r->out, is_negated ? STR("[\\x{0}-\\x{10ffff}]") : STR("(?:(?!))"));
    return 0;
}
