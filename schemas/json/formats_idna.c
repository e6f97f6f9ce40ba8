#include "json/formats_private.h"

#include "utf8.h"

/* Octets of a label in its ASCII form; more code points than that no label has. */
#define LABEL_MAX 63

struct label {
    uint32_t points[LABEL_MAX];
    size_t n;
};

struct range {
    uint32_t first, last;
};

#define MARK_ROW(first, last) {first, last},
#define VIRAMA_ROW(first, last)
static const struct range marks[] = {
#include "json/formats_idna.def"
};
#undef MARK_ROW
#undef VIRAMA_ROW
#define MARK_ROW(first, last)
#define VIRAMA_ROW(first, last) {first, last},
static const struct range viramas[] = {
#include "json/formats_idna.def"
};
#undef MARK_ROW
#undef VIRAMA_ROW

/* What RFC 5892 disallows, as far as whole blocks or its exceptions (2.6) say so: signs, spaces, private use, forms for
 * compatibility. */
static const struct range disallowed[] = {
    {0x0080, 0x00B6},   {0x00B8, 0x00DE},   {0x00F7, 0x00F7},    {0x0640, 0x0640},   {0x07FA, 0x07FA},
    {0x2000, 0x200B},   {0x200E, 0x214D},   {0x2150, 0x2183},    {0x2185, 0x2BFF},   {0x2E00, 0x2E2E},
    {0x2E30, 0x3004},   {0x3008, 0x3029},   {0x302E, 0x303B},    {0x303D, 0x3040},   {0x309B, 0x309C},
    {0x309F, 0x30A0},   {0x30FF, 0x30FF},   {0x3131, 0x318F},    {0x3200, 0x33FF},   {0xD7A4, 0xFA0D},
    {0xFB00, 0xFE1F},   {0xFE30, 0xFE72},   {0xFE74, 0xFFFF},    {0x1D000, 0x1D1FF}, {0x1D400, 0x1D7FF},
    {0x1F000, 0x1FAFF}, {0x2F800, 0x2FA1F}, {0xE0000, 0x10FFFF},
};

static const struct range greek[] = {{0x0370, 0x0373}, {0x0376, 0x03E1}, {0x03F0, 0x03FF}, {0x1F00, 0x1FFF}};
static const struct range hebrew[] = {{0x0591, 0x05F4}};
/* Hiragana, Katakana, Han. */
static const struct range japanese[] = {
    {0x3005, 0x3007}, {0x3041, 0x309F}, {0x30A1, 0x30FA}, {0x30FD, 0x30FF},   {0x31F0, 0x31FF},
    {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xFA0E, 0xFA29}, {0x1B000, 0x1B16F}, {0x20000, 0x3134F},
};
/* Scripts whose letters are joined. */
static const struct range joined[] = {
    {0x0620, 0x065F}, {0x066E, 0x06D3}, {0x06EE, 0x06EF}, {0x06FA, 0x06FF}, {0x0710, 0x077F}, {0x07CA, 0x07EA},
    {0x0840, 0x0858}, {0x0860, 0x08C9}, {0x1807, 0x1807}, {0x1820, 0x18AA}, {0xA840, 0xA872}, {0x10AC0, 0x10AEF},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t point)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].last < point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ranges[low].first <= point;
}
#define IS_IN(ranges, point) is_in(ranges, sizeof(ranges) / sizeof *(ranges), point)

/* -- Rules of context (RFC 5892, appendix A) --------------------------------------------------------------------- */

/* A.1: between letters that join, marks aside. */
static bool is_between_joined(const struct label *label, size_t at)
{
    size_t before = at, after = at + 1;
    while (before > 0 && IS_IN(marks, label->points[before - 1]))
        before--;
    while (after < label->n && IS_IN(marks, label->points[after]))
        after++;
    return before > 0 && after < label->n && IS_IN(joined, label->points[before - 1]) &&
           IS_IN(joined, label->points[after]);
}

static bool has_japanese(const struct label *label)
{
    for (size_t i = 0; i < label->n; i++) {
        if (IS_IN(japanese, label->points[i]))
            return true;
    }
    return false;
}

static bool has_digits_from(const struct label *label, uint32_t zero)
{
    for (size_t i = 0; i < label->n; i++) {
        if (label->points[i] >= zero && label->points[i] <= zero + 9)
            return true;
    }
    return false;
}

#define ARABIC_ZERO 0x0660
#define EXTENDED_ARABIC_ZERO 0x06F0

static bool has_context(const struct label *label, size_t at)
{
    uint32_t before = at > 0 ? label->points[at - 1] : 0, after = at + 1 < label->n ? label->points[at + 1] : 0;
    switch (label->points[at]) {
    case 0x00B7: /* A.3, middle dot */
        return before == 'l' && after == 'l';
    case 0x0375: /* A.4, Greek keraia */
        return IS_IN(greek, after);
    case 0x05F3: /* A.5 and A.6, Hebrew geresh and gershayim */
    case 0x05F4:
        return IS_IN(hebrew, before);
    case 0x200C: /* A.1, zero width non-joiner */
        return IS_IN(viramas, before) || is_between_joined(label, at);
    case 0x200D: /* A.2, zero width joiner */
        return IS_IN(viramas, before);
    case 0x30FB: /* A.7, Katakana middle dot */
        return has_japanese(label);
    default:
        return true;
    }
}

/* RFC 5891, 4.2.3, without the rules for text from right to left. */
static bool is_allowed(const struct label *label)
{
    const uint32_t *points = label->points;
    size_t n = label->n;
    if (n == 0 || points[0] == '-' || points[n - 1] == '-' || (n > 3 && points[2] == '-' && points[3] == '-') ||
        IS_IN(marks, points[0]) ||
        (has_digits_from(label, ARABIC_ZERO) && has_digits_from(label, EXTENDED_ARABIC_ZERO)))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool is_ascii =
            (points[i] >= 'a' && points[i] <= 'z') || (points[i] >= '0' && points[i] <= '9') || points[i] == '-';
        if (points[i] < 0x80 ? !is_ascii : IS_IN(disallowed, points[i]))
            return false;
        if (!has_context(label, i))
            return false;
    }
    return true;
}

/* -- Punycode (RFC 3492) ---------------------------------------------------------------------------------------- */

#define BASE 36u
#define T_MIN 1u
#define T_MAX 26u
#define SKEW 38u
#define DAMP 700u
#define INITIAL_BIAS 72u
#define INITIAL_POINT 0x80u

/* 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool is_first)
{
    uint32_t k = 0;
    delta = is_first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias)
{
    if (k <= bias)
        return T_MIN;
    return k >= bias + T_MAX ? T_MAX : k - bias;
}

static uint32_t digit_of(char c)
{
    if (jss_is_digit(c))
        return (uint32_t)(c - '0') + 26;
    return jss_is_letter(c) ? (uint32_t)((c | 0x20) - 'a') : BASE;
}

/* A number of variable length, which *at moves behind; false: none. */
static bool read_delta(struct str text, size_t *at, uint32_t bias, uint64_t *ret)
{
    uint64_t value = 0, weight = 1;
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t digit = digit_of(jss_byte_at(text, *at)), t = threshold(k, bias);
        if (digit >= BASE || value > UINT32_MAX || weight > UINT32_MAX)
            return false;
        ++*at;
        value += digit * weight;
        weight *= BASE - t;
        if (digit < t)
            break;
    }
    *ret = value;
    return value <= UINT32_MAX;
}

/* 6.2. */
static bool decode(struct str text, struct label *ret)
{
    size_t hyphen = str_find_last(text, '-'), at = hyphen == SIZE_MAX ? 0 : hyphen + 1;
    uint64_t point = INITIAL_POINT, i = 0;
    uint32_t bias = INITIAL_BIAS;
    ret->n = 0;
    for (size_t k = 0; hyphen != SIZE_MAX && k < hyphen; k++)
        ret->points[ret->n++] = (uint32_t)(jss_is_letter(text.p[k]) ? text.p[k] | 0x20 : text.p[k]);
    while (at < text.n) {
        uint64_t delta;
        if (ret->n == LABEL_MAX || !read_delta(text, &at, bias, &delta))
            return false;
        uint32_t count = (uint32_t)ret->n + 1;
        bias = adapt((uint32_t)delta, count, i == 0 && point == INITIAL_POINT);
        i += delta;
        point += i / count;
        i %= count;
        if (point > 0x10FFFF)
            return false;
        memmove(&ret->points[i + 1], &ret->points[i], (ret->n - i) * sizeof *ret->points);
        ret->points[i++] = (uint32_t)point;
        ret->n++;
    }
    return true;
}

static size_t count_delta(uint32_t delta, uint32_t bias)
{
    size_t count = 1;
    for (uint32_t k = BASE; delta >= threshold(k, bias); k += BASE, count++)
        delta = (delta - threshold(k, bias)) / (BASE - threshold(k, bias));
    return count;
}

/* Octets of the encoded label, without the prefix (6.3); a label of at most 63 code points overflows nothing. */
static size_t encoded_bytes(const struct label *label)
{
    size_t basic = 0, bytes = 0;
    for (size_t i = 0; i < label->n; i++)
        basic += label->points[i] < INITIAL_POINT;
    bytes = basic + (basic > 0);
    uint32_t point = INITIAL_POINT, bias = INITIAL_BIAS, delta = 0;
    for (size_t done = basic; done < label->n; delta++, point++) {
        uint32_t next = UINT32_MAX;
        for (size_t i = 0; i < label->n; i++)
            next = label->points[i] >= point && label->points[i] < next ? label->points[i] : next;
        delta += (next - point) * ((uint32_t)done + 1);
        point = next;
        for (size_t i = 0; i < label->n; i++) {
            delta += label->points[i] < point;
            if (label->points[i] != point)
                continue;
            bytes += count_delta(delta, bias);
            bias = adapt(delta, (uint32_t)done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return bytes;
}

/* -- Labels ------------------------------------------------------------------------------------------------------ */

#define PREFIX_BYTES 4

bool jss_is_u_label(struct str text)
{
    struct label label = {.n = 0};
    for (size_t at = 0; at < text.n; label.n++) {
        if (label.n == LABEL_MAX)
            return false;
        label.points[label.n] = utf8_next(text, &at);
    }
    return is_allowed(&label) && PREFIX_BYTES + encoded_bytes(&label) <= LABEL_MAX;
}

/* Something that only its encoding makes one is none (RFC 5891, 5.4: it must be what its U-label is encoded as). */
bool jss_is_a_label(struct str text)
{
    struct label label;
    struct str prefix = STR("xn--");
    if (text.n > LABEL_MAX || !str_equal_nocase(str_slice(text, 0, prefix.n), prefix))
        return false;
    if (!decode(str_slice(text, prefix.n, text.n), &label) || !is_allowed(&label))
        return false;
    bool has_other = false;
    for (size_t i = 0; i < label.n; i++)
        has_other |= label.points[i] >= INITIAL_POINT;
    return has_other && PREFIX_BYTES + encoded_bytes(&label) == text.n;
}
