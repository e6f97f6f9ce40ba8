#include "json/check_pattern_private.h"

#define MAX_POINT 0x10FFFF

static int hex_value(int32_t c)
{
    if (pattern_is_digit(c))
        return c - '0';
    if ((c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'))
        return (c | 0x20) - 'a' + 10;
    return -1;
}

static bool is_among(struct str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(name, str_of(names[i])))
            return true;
    }
    return false;
}

/* Names of scripts, blocks and Unicode's properties: told apart by their form only. */
static bool is_unicode_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!pattern_is_letter(name.p[i]) && !pattern_is_digit(name.p[i]) && !strchr("_- ", name.p[i]))
            return false;
    }
    return name.n > 0;
}

static bool is_property(struct str name)
{
    static const char *const names[] = {
        "L",     "Lu",    "Ll",    "Lt",    "Lm",    "Lo",    "LC",    "LD",    "L1",    "M",     "Mn",
        "Mc",    "Me",    "N",     "Nd",    "Nl",    "No",    "P",     "Pc",    "Pd",    "Ps",    "Pe",
        "Pi",    "Pf",    "Po",    "S",     "Sm",    "Sc",    "Sk",    "So",    "Z",     "Zs",    "Zl",
        "Zp",    "C",     "Cc",    "Cf",    "Cs",    "Co",    "Cn",    "all",   "ASCII", "Alnum", "Alpha",
        "Blank", "Cntrl", "Digit", "Graph", "Lower", "Print", "Punct", "Space", "Upper", "XDigit"};
    static const char *const of_java[] = {"LowerCase",
                                          "UpperCase",
                                          "Alphabetic",
                                          "Ideographic",
                                          "TitleCase",
                                          "Digit",
                                          "Defined",
                                          "Letter",
                                          "LetterOrDigit",
                                          "JavaIdentifierStart",
                                          "JavaIdentifierPart",
                                          "UnicodeIdentifierStart",
                                          "UnicodeIdentifierPart",
                                          "IdentifierIgnorable",
                                          "SpaceChar",
                                          "Whitespace",
                                          "ISOControl",
                                          "Mirrored"};
    if (str_starts(name, STR("java")))
        return is_among(str_slice(name, 4, name.n), of_java, sizeof of_java / sizeof of_java[0]);
    if (str_starts(name, STR("In")) || str_starts(name, STR("Is")))
        return is_unicode_name(str_slice(name, 2, name.n));
    return is_among(name, names, sizeof names / sizeof names[0]);
}

static bool is_named_property(struct str name, struct str value)
{
    if (str_equal_nocase(name, STR("gc")) || str_equal_nocase(name, STR("general_category")))
        return is_property(value);
    bool is_known = str_equal_nocase(name, STR("sc")) || str_equal_nocase(name, STR("script")) ||
                    str_equal_nocase(name, STR("blk")) || str_equal_nocase(name, STR("block"));
    return is_known && is_unicode_name(value);
}

/* Behind \p or \P. */
static int read_property(struct pattern_reader *r)
{
    size_t from = r->at;
    struct str name;
    if (!pattern_take(r, '{')) {
        if (pattern_take_point(r) == NO_POINT)
            return pattern_fail(r, "a property without a name");
        name = str_slice(r->text, from, r->at);
        return is_property(name) ? 0 : pattern_fail(r, "an unknown property");
    }
    while (!pattern_is_at_end(r) && r->text.p[r->at] != '}')
        r->at++;
    name = str_slice(r->text, from + 1, r->at);
    if (!pattern_take(r, '}'))
        return pattern_fail(r, "a property without a closing brace");
    size_t equals = str_find(name, '=');
    bool is_known = equals == SIZE_MAX
                        ? is_property(name)
                        : is_named_property(str_slice(name, 0, equals), str_slice(name, equals + 1, name.n));
    return is_known ? 0 : pattern_fail(r, "an unknown property");
}

/* Behind \0: one to three digits, up to 377. */
static int read_octal(struct pattern_reader *r, int32_t *ret)
{
    int digits = 0, most = pattern_byte_at(r, 0) <= '3' ? 3 : 2;
    for (*ret = 0; digits < most && pattern_byte_at(r, 0) >= '0' && pattern_byte_at(r, 0) <= '7'; digits++)
        *ret = *ret * 8 + (r->text.p[r->at++] - '0');
    return digits ? 0 : pattern_fail(r, "an octal escape without digits");
}

/* So many digits of base 16 at the place. */
static bool take_hex(struct pattern_reader *r, int count, int32_t *ret)
{
    int32_t value = 0;
    for (int i = 0; i < count; i++) {
        int digit = hex_value(pattern_byte_at(r, (size_t)i));
        if (digit < 0)
            return false;
        value = value * 16 + digit;
    }
    r->at += (size_t)count;
    *ret = value;
    return true;
}

/* Behind \x. */
static int read_hex(struct pattern_reader *r, int32_t *ret)
{
    if (take_hex(r, 2, ret))
        return 0;
    if (!pattern_take(r, '{') || hex_value(pattern_byte_at(r, 0)) < 0)
        return pattern_fail(r, "a hexadecimal escape without digits");
    for (*ret = 0; hex_value(pattern_byte_at(r, 0)) >= 0; r->at++) {
        *ret = *ret * 16 + hex_value(pattern_byte_at(r, 0));
        if (*ret > MAX_POINT)
            return pattern_fail(r, "a hexadecimal escape beyond Unicode");
    }
    return pattern_take(r, '}') ? 0 : pattern_fail(r, "a hexadecimal escape without a closing brace");
}

/* Behind \u; two surrogates are one character. */
static int read_unit(struct pattern_reader *r, int32_t *ret)
{
    int32_t low;
    if (!take_hex(r, 4, ret))
        return pattern_fail(r, "a Unicode escape without four digits");
    size_t behind = r->at;
    if ((*ret & 0xFC00) != 0xD800 || !pattern_take(r, '\\') || !pattern_take(r, 'u') || !take_hex(r, 4, &low) ||
        (low & 0xFC00) != 0xDC00)
        r->at = behind;
    else
        *ret = 0x10000 + ((*ret & 0x3FF) << 10) + (low & 0x3FF);
    return 0;
}

int pattern_read_group_name(struct pattern_reader *r, struct str *ret)
{
    size_t from = r->at;
    if (!pattern_is_letter(pattern_byte_at(r, 0)))
        return pattern_fail(r, "the name of a group does not begin with a letter");
    while (pattern_is_letter(pattern_byte_at(r, 0)) || pattern_is_digit(pattern_byte_at(r, 0)))
        r->at++;
    *ret = str_slice(r->text, from, r->at);
    return pattern_take(r, '>') ? 0 : pattern_fail(r, "the name of a group does not end");
}

static int read_named_reference(struct pattern_reader *r)
{
    struct str name;
    if (!pattern_take(r, '<'))
        return pattern_fail(r, "\\k without the name of a group");
    if (pattern_read_group_name(r, &name) != 0)
        return -1;
    VEC_LAST(&r->groups).is_unbounded = true;
    return map_find(&r->names, name) ? 0 : pattern_fail(r, "a reference to a group that is not there");
}

/* Behind \b: braces around a kind, unless they are a repetition. */
static int read_boundary(struct pattern_reader *r)
{
    if (pattern_byte_at(r, 0) != '{' || pattern_is_digit(pattern_byte_at(r, 1)))
        return 0;
    bool is_grapheme = pattern_byte_at(r, 1) == 'g' && pattern_byte_at(r, 2) == '}';
    r->at += 3;
    return is_grapheme ? 0 : pattern_fail(r, "an unknown boundary");
}

static int read_character_name(struct pattern_reader *r)
{
    if (!pattern_take(r, '{'))
        return pattern_fail(r, "\\N without the name of a character");
    while (!pattern_is_at_end(r) && r->text.p[r->at] != '}')
        r->at++;
    return pattern_take(r, '}') ? 0 : pattern_fail(r, "the name of a character does not end");
}

/* Escapes that mean something outside of classes only. */
static int read_outside_escape(struct pattern_reader *r, int32_t c)
{
    if (c == 'k')
        return read_named_reference(r);
    if (c == 'b')
        return read_boundary(r);
    if (pattern_is_digit(c))
        VEC_LAST(&r->groups).is_unbounded = true;
    else if (!strchr("ABGRXZz", (char)c))
        return pattern_fail(r, "an unknown escape");
    return 0;
}

int pattern_read_escape(struct pattern_reader *r, bool in_class, int32_t *ret)
{
    static const char controls[] = "aefnrt", points[] = "\a\x1B\f\n\r\t";
    int32_t c = pattern_take_point(r);
    *ret = c;
    if (c == NO_POINT)
        return pattern_fail(r, "a backslash at the end");
    if (!pattern_is_letter(c) && !pattern_is_digit(c))
        return 0;
    const char *control = strchr(controls, (char)c);
    if (control) {
        *ret = points[control - controls];
        return 0;
    }
    *ret = NO_POINT;
    if (strchr("dDhHsSvVwW", (char)c))
        return 0;
    switch (c) {
    case '0':
        return read_octal(r, ret);
    case 'c':
        *ret = pattern_take_point(r);
        *ret = *ret == NO_POINT ? NO_POINT : *ret ^ 64;
        return *ret == NO_POINT ? pattern_fail(r, "\\c without a character") : 0;
    case 'N':
        return read_character_name(r);
    case 'p':
    case 'P':
        return read_property(r);
    case 'u':
        return read_unit(r, ret);
    case 'x':
        return read_hex(r, ret);
    default:
        return in_class ? pattern_fail(r, "an unknown escape in a class") : read_outside_escape(r, c);
    }
}
