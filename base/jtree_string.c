#include "jtree_private.h"

#include "utf8.h"

#include <stdio.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind \u. */
static int read_unit(struct jtree_reader *r, const char *at, uint32_t *ret)
{
    *ret = 0;
    for (int i = 0; i < 4; i++, at++) {
        int digit = at < r->end ? hex_value(*at) : -1;
        if (digit < 0) {
            r->at = at;
            return jtree_fault_char(r, "expected a hex-digit for character escape sequence");
        }
        *ret = *ret << 4 | (uint32_t)digit;
    }
    return 0;
}

/* Decodes the escape at *at (on the backslash) and moves behind it. */
static int read_escape(struct jtree_reader *r, const char **at, char *out, size_t *ret_bytes)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (r->end - *at < 2)
        return jtree_fault(r, JTREE_SYNTAX, r->at, "Unexpected end-of-input in character escape sequence");
    char c = (*at)[1];
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        *out = values[letter - letters];
        *ret_bytes = 1;
        *at += 2;
        return 0;
    }
    if (c != 'u') {
        char text[JTREE_FAULT_BYTES];
        unsigned code = (unsigned char)c;
        bool is_plain = code > 0x20 && code < 0x7F;
        snprintf(text, sizeof text, "Unrecognized character escape %s%c%s(code %u)", is_plain ? "'" : "",
                 is_plain ? c : '?', is_plain ? "' " : " ", code);
        return jtree_fault(r, JTREE_SYNTAX, *at, text);
    }
    uint32_t unit, low;
    if (read_unit(r, *at + 2, &unit) != 0)
        return -1;
    *at += 6;
    bool is_high = unit >= 0xD800 && unit < 0xDC00;
    if (is_high && r->end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        if (read_unit(r, *at + 2, &low) != 0)
            return -1;
        if (low >= 0xDC00 && low < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            *at += 6;
        }
    }
    /* A surrogate without its other half is no character; it counts as a question mark, as Java's encoder has it. */
    if (unit >= 0xD800 && unit < 0xE000)
        unit = '?';
    *ret_bytes = utf8_put(unit, out);
    return 0;
}

static int decode(struct jtree_reader *r, const char *begin, const char *end, struct str *ret)
{
    char *out = arena_alloc(r->arena, (size_t)(end - begin) + 1);
    if (!out)
        return jtree_fault(r, JTREE_TOO_LARGE, r->at, "The document is too large");
    size_t n = 0;
    for (const char *at = begin; at < end;) {
        if (*at != '\\') {
            out[n++] = *at++;
            continue;
        }
        size_t bytes = 0;
        if (read_escape(r, &at, out + n, &bytes) != 0)
            return -1;
        n += bytes;
    }
    *ret = (struct str){out, n};
    return 0;
}

/* Four kinds of bytes: plain, and those that need a look. */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

int jtree_read_string(struct jtree_reader *r, struct str *ret)
{
    const char *begin = r->at + 1, *at = begin;
    bool has_escapes = false;
    unsigned char seen = 0;
    for (;; at++) {
        while (at < r->end && is_plain((unsigned char)*at))
            seen |= (unsigned char)*at++;
        if (at >= r->end)
            return jtree_fault(r, JTREE_SYNTAX, r->end,
                               "Unexpected end-of-input: was expecting closing quote for a string value");
        if (*at == '"')
            break;
        if (*at == '\\') {
            has_escapes = true;
            at++;
            if (at >= r->end)
                at--; /* the end is found on the next turn */
        } else if (!(r->flags & JTREE_ALLOW_RAW_CONTROL)) {
            char text[JTREE_FAULT_BYTES];
            snprintf(text, sizeof text,
                     "Illegal unquoted character ((CTRL-CHAR, code %u)): has to be escaped using backslash to be "
                     "included in string value",
                     (unsigned)(unsigned char)*at);
            return jtree_fault(r, JTREE_SYNTAX, at, text);
        }
    }
    struct str raw = {begin, (size_t)(at - begin)};
    if (seen >= 0x80 && !utf8_valid(raw))
        return jtree_fault(r, JTREE_SYNTAX, begin + utf8_check(raw), "Invalid UTF-8 in a string");
    *ret = raw;
    if (has_escapes && decode(r, begin, at, ret) != 0)
        return -1;
    r->at = at + 1;
    return 0;
}
