#include "utf8.h"

#define UTF8_INVALID UINT32_MAX

bool utf8_valid(struct str s)
{
    return utf8_check(s) == s.n;
}

/* The number of bytes that a leading byte above 0x7F asks for, 0 when it cannot lead. */
static size_t utf8_length(unsigned char lead)
{
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/* The code point at the start of p, whose first byte is above 0x7F, and its length; else UTF8_INVALID. */
static uint32_t utf8_decode(const char *p, size_t n, size_t *ret_length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = utf8_length((unsigned char)p[0]);

    if (length == 0 || length > n)
        return UTF8_INVALID;
    uint32_t code_point = (unsigned char)p[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)p[i];
        if ((byte & 0xC0) != 0x80)
            return UTF8_INVALID;
        code_point = code_point << 6 | (byte & 0x3F);
    }
    if (code_point < least[length] || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return UTF8_INVALID;
    *ret_length = length;
    return code_point;
}

size_t utf8_check(struct str s)
{
    size_t at = 0;

    while (at < s.n) {
        uint64_t eight;
        while (s.n - at >= sizeof eight) {
            memcpy(&eight, s.p + at, sizeof eight);
            if (eight & 0x8080808080808080U)
                break;
            at += sizeof eight;
        }
        if (at == s.n)
            break;
        size_t length = 1;
        if ((unsigned char)s.p[at] > 0x7F && utf8_decode(s.p + at, s.n - at, &length) == UTF8_INVALID)
            return at;
        at += length;
    }
    return s.n;
}

uint32_t utf8_next(struct str s, size_t *at)
{
    unsigned char byte = (unsigned char)s.p[*at];
    size_t length = 1;
    uint32_t code_point = byte;

    if (byte > 0x7F) {
        code_point = utf8_decode(s.p + *at, s.n - *at, &length);
        if (code_point == UTF8_INVALID)
            code_point = 0xDC00U + byte;
    }
    *at += length;
    return code_point;
}

size_t utf8_put(uint32_t code_point, char ret_bytes[4])
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = 4;

    if (code_point < 0x80) {
        ret_bytes[0] = (char)code_point;
        return 1;
    }
    if (code_point > 0x10FFFF)
        code_point = 0xFFFD;
    if (code_point < 0x10000)
        length = code_point < 0x800 ? 2 : 3;
    for (size_t i = length - 1; i > 0; i--) {
        ret_bytes[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    ret_bytes[0] = (char)(leads[length] | code_point);
    return length;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;

    for (size_t at = 0; at < s.n; count++)
        utf8_next(s, &at);
    return count;
}

size_t utf8_utf16_count(struct str s)
{
    size_t count = 0;

    for (size_t at = 0; at < s.n;)
        count += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
    return count;
}

struct str utf8_utf16_prefix(struct str s, size_t max_units)
{
    size_t end = 0;

    for (size_t at = 0, units = 0; at < s.n; end = at) {
        units += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
        if (units > max_units)
            break;
    }
    return str_slice(s, 0, end);
}

bool utf8_has_control(struct str s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t code_point = utf8_next(s, &at);
        if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F))
            return true;
    }
    return false;
}

struct str utf8_prefix(struct str s, size_t max_bytes)
{
    size_t n = s.n < max_bytes ? s.n : max_bytes;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return (struct str){s.p, n};
}

/* Signs, spaces and private code points from U+00AA on; what is left counts as letters of other scripts. */
static bool is_sign(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } signs[] = {{0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0xD7, 0xD7},
                 {0xF7, 0xF7},     {0x2000, 0x206F}, {0x20A0, 0x20CF},   {0x2190, 0x2BFF},
                 {0x3000, 0x3004}, {0xD800, 0xF8FF}, {0xF0000, 0x10FFFF}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (c >= signs[i].first && c <= signs[i].last)
            return true;
    }
    return false;
}

bool utf8_is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xAA && !is_sign(c));
}
