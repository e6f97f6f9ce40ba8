#include "base64.h"

void base64_encode(struct buf *out, struct str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t groups = bytes.n / 3 + (bytes.n % 3 ? 1 : 0), room;

    if (__builtin_mul_overflow(groups, (size_t)4, &room))
        room = SIZE_MAX;
    if (!buf_reserve(out, room))
        return;

    char *p = out->p + out->n;
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t group = (uint32_t)(unsigned char)bytes.p[i] << 16;
        if (left > 1)
            group |= (uint32_t)(unsigned char)bytes.p[i + 1] << 8;
        if (left > 2)
            group |= (unsigned char)bytes.p[i + 2];
        *p++ = digits[group >> 18];
        *p++ = digits[group >> 12 & 63];
        *p++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *p++ = left > 2 ? digits[group & 63] : '=';
    }
    out->n += room;
}

static uint32_t base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0' + 52);
    if (c == '+')
        return 62;
    return c == '/' ? 63 : UINT32_MAX;
}

bool base64_decode(struct buf *out, struct str text)
{
    size_t padding = 0;

    if (text.n % 4)
        return false;
    while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
        padding++;
    if (!buf_reserve(out, text.n / 4 * 3 - padding))
        return false;

    char *p = out->p + out->n;
    size_t digits = text.n - padding;
    uint32_t group = 0;
    for (size_t i = 0; i < digits; i++) {
        uint32_t digit = base64_digit(text.p[i]);
        if (digit == UINT32_MAX)
            return false;
        group = group << 6 | digit;
        /* Each digit but the first of four completes a byte. */
        if (i % 4)
            *p++ = (char)(unsigned char)(group >> (6 - 2 * (i % 4)) & 0xFF);
    }
    out->n += text.n / 4 * 3 - padding;
    return true;
}
