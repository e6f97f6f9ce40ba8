/* RFC 3986 and, with characters beyond ASCII, RFC 3987; RFC 6570 for templates. */
#include "json/formats_private.h"
#include "json/parse_private.h"

#include "utf8.h"

/* Which characters beyond ASCII a part may have. */
enum beyond {
    BEYOND_NONE,
    BEYOND_UCS, /* RFC 3987, 2.2: ucschar */
    BEYOND_PRIVATE, /* and iprivate */
};

static bool is_ucs(uint32_t point)
{
    if (point < 0x10000)
        return (point >= 0xA0 && point <= 0xD7FF) || (point >= 0xF900 && point <= 0xFDCF) ||
               (point >= 0xFDF0 && point <= 0xFFEF);
    return (point & 0xFFFF) <= 0xFFFD && point < 0xF0000 && (point < 0xE0000 || point >= 0xE1000);
}

static bool is_private(uint32_t point)
{
    return (point >= 0xE000 && point <= 0xF8FF) || (point >= 0xF0000 && (point & 0xFFFF) <= 0xFFFD);
}

static bool is_beyond(uint32_t point, enum beyond beyond)
{
    if (beyond == BEYOND_NONE)
        return false;
    return is_ucs(point) || (beyond == BEYOND_PRIVATE && is_private(point));
}

static bool is_percent_encoded(struct str text, size_t at)
{
    return jss_byte_at(text, at) == '%' && jss_is_hex(jss_byte_at(text, at + 1)) &&
           jss_is_hex(jss_byte_at(text, at + 2));
}

/* RFC 3986, 2.3 and 2.2. */
static bool is_unreserved(char c)
{
    return jss_is_letter(c) || jss_is_digit(c) || jss_is_one_of(c, "-._~");
}

static bool is_sub_delimiter(char c)
{
    return jss_is_one_of(c, "!$&'()*+,;=");
}

/* Whether there is nothing in a text but unreserved characters, sub-delimiters, the others, and what is percent-encoded. */
static bool has_only(struct str text, const char *others, enum beyond beyond)
{
    for (size_t at = 0; at < text.n;) {
        char c = text.p[at];
        if (is_percent_encoded(text, at)) {
            at += 3;
        } else if ((unsigned char)c >= 0x80) {
            if (!is_beyond(utf8_next(text, &at), beyond))
                return false;
        } else if (is_unreserved(c) || is_sub_delimiter(c) || jss_is_one_of(c, others)) {
            at++;
        } else {
            return false;
        }
    }
    return true;
}

/* 3.2.2: IP-literal, without the brackets. */
static bool is_ip_literal(struct str text)
{
    if (!str_equal_nocase(str_slice(text, 0, 1), STR("v")))
        return jss_is_ipv6(text);
    size_t dot = str_find(text, '.'), at = 1;
    while (jss_is_hex(jss_byte_at(text, at)))
        at++;
    struct str rest = str_slice(text, at + 1, text.n);
    return at > 1 && at == dot && rest.n && str_find(rest, '%') == SIZE_MAX && has_only(rest, ":", BEYOND_NONE);
}

/* 3.2. */
static bool is_authority(struct str text, enum beyond beyond)
{
    size_t at = str_find(text, '@');
    if (at != SIZE_MAX && !has_only(str_slice(text, 0, at), ":", beyond))
        return false;
    struct str host = at == SIZE_MAX ? text : str_slice(text, at + 1, text.n), port;
    if (jss_byte_at(host, 0) == '[') {
        size_t end = str_find(host, ']');
        if (end == SIZE_MAX || !is_ip_literal(str_slice(host, 1, end)))
            return false;
        port = str_slice(host, end + 1, host.n);
    } else {
        size_t colon = str_find(host, ':');
        if (!has_only(str_slice(host, 0, colon), "", beyond))
            return false;
        port = colon == SIZE_MAX ? STR_EMPTY : str_slice(host, colon, host.n);
    }
    return port.n == 0 || (port.p[0] == ':' && jss_count_digits(port, 1) == port.n - 1);
}

/* 4.2: a relative path does not look like one with a scheme. */
static bool has_colon_first(struct str path)
{
    struct str segment = str_slice(path, 0, str_find(path, '/'));
    return str_find(segment, ':') != SIZE_MAX;
}

static bool is_reference(struct str text, enum beyond beyond, bool needs_scheme)
{
    struct jss_uri uri = jss_uri_split(text);
    if (uri.scheme.p ? false : needs_scheme || has_colon_first(uri.path))
        return false;
    enum beyond in_query = beyond == BEYOND_UCS ? BEYOND_PRIVATE : beyond;
    return (!uri.authority.p || is_authority(uri.authority, beyond)) && has_only(uri.path, ":@/", beyond) &&
           has_only(uri.query, ":@/?", in_query) && has_only(uri.fragment, ":@/?", beyond);
}

bool jss_is_uri(struct str text)
{
    return is_reference(text, BEYOND_NONE, true);
}

bool jss_is_uri_reference(struct str text)
{
    return is_reference(text, BEYOND_NONE, false);
}

bool jss_is_iri(struct str text)
{
    return is_reference(text, BEYOND_UCS, true);
}

bool jss_is_iri_reference(struct str text)
{
    return is_reference(text, BEYOND_UCS, false);
}

/* -- Templates ------------------------------------------------------------------------------------------------- */

/* 2.3: names with dots between their parts. */
static size_t skip_name(struct str text)
{
    size_t at = 0;
    bool is_behind_dot = true;
    for (;;) {
        char c = jss_byte_at(text, at);
        bool is_encoded = is_percent_encoded(text, at);
        if (c == '.' && !is_behind_dot) {
            is_behind_dot = true;
        } else if (is_encoded || jss_is_letter(c) || jss_is_digit(c) || c == '_') {
            is_behind_dot = false;
            at += is_encoded ? 2 : 0;
        } else {
            return is_behind_dot ? 0 : at;
        }
        at++;
    }
}

/* 2.3 and 2.4: a name with a modifier. */
static bool is_variable(struct str text)
{
    size_t at = skip_name(text);
    struct str modifier = str_slice(text, at, text.n);
    if (at == 0)
        return false;
    if (modifier.n == 0 || str_equal(modifier, STR("*")))
        return true;
    return modifier.p[0] == ':' && modifier.n >= 2 && modifier.n <= 5 && modifier.p[1] != '0' &&
           jss_count_digits(modifier, 1) == modifier.n - 1;
}

/* 2.2, between the braces. */
static bool is_expression(struct str text)
{
    bool has_operator = jss_is_one_of(jss_byte_at(text, 0), "+#./;?&=,!@|");
    struct str rest = str_slice(text, has_operator, text.n), variable;
    while (str_next(&rest, ',', &variable)) {
        if (!is_variable(variable))
            return false;
    }
    return true;
}

/* 2.1. */
static bool is_literal(unsigned char c)
{
    return c > ' ' && c < 0x7f && !jss_is_one_of((char)c, "\"%<>\\^`{|}");
}

bool jss_is_uri_template(struct str text)
{
    for (size_t at = 0; at < text.n;) {
        unsigned char c = (unsigned char)text.p[at];
        if (c == '{') {
            struct str rest = str_slice(text, at + 1, text.n);
            size_t end = str_find(rest, '}');
            if (end == SIZE_MAX || !is_expression(str_slice(rest, 0, end)))
                return false;
            at += end + 2;
        } else if (is_percent_encoded(text, at)) {
            at += 3;
        } else if (c >= 0x80) {
            if (!is_beyond(utf8_next(text, &at), BEYOND_PRIVATE))
                return false;
        } else if (is_literal(c)) {
            at++;
        } else {
            return false;
        }
    }
    return true;
}
