#include "json/check_private.h"

#include "utf8.h"

enum uri_part { URI_QUERY, URI_PATH, URI_AUTHORITY };

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Spaces and controls beyond ASCII. */
static bool is_blank(uint32_t point)
{
    return point < 0xA1 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
           point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

static bool fits(struct str part, enum uri_part kind)
{
    static const char *const others[] = {[URI_QUERY] = "-_.!~*'();/?:@&=+$,[]",
                                         [URI_PATH] = "-_.!~*'();/:@&=+$,",
                                         [URI_AUTHORITY] = "-_.!~*'();:@&=+$,[]"};
    for (size_t i = 0; i < part.n;) {
        char c = part.p[i];
        if ((unsigned char)c >= 0x80) {
            if (is_blank(utf8_next(part, &i)))
                return false;
        } else if (c == '%') {
            if (part.n - i < 3 || !is_hex(part.p[i + 1]) || !is_hex(part.p[i + 2]))
                return false;
            i += 3;
        } else if (is_alphanumeric(c) || (c && strchr(others[kind], c))) {
            i++;
        } else {
            return false;
        }
    }
    return true;
}

/* Splits off the scheme with its colon when there is one; false when it is none although there is a colon for it. */
static bool take_scheme(struct str *rest, bool *ret_has_scheme)
{
    size_t end = 0;
    while (end < rest->n && !strchr(":/?", rest->p[end]))
        end++;
    *ret_has_scheme = end < rest->n && rest->p[end] == ':';
    if (!*ret_has_scheme)
        return true;
    for (size_t i = 0; i < end; i++) {
        char c = rest->p[i];
        if (!is_alphanumeric(c) && (i == 0 || !strchr("+-.", c)))
            return false;
    }
    bool is_letter = end > 0 && !(rest->p[0] >= '0' && rest->p[0] <= '9');
    *rest = str_slice(*rest, end + 1, rest->n);
    return is_letter && rest->n > 0;
}

bool jss_uri_is_readable(struct str uri)
{
    bool has_scheme;
    size_t hash = str_find(uri, '#');
    struct str rest = str_slice(uri, 0, hash);
    if (hash != SIZE_MAX && !fits(str_slice(uri, hash + 1, uri.n), URI_QUERY))
        return false;
    if (!take_scheme(&rest, &has_scheme))
        return false;
    if (has_scheme && rest.p[0] != '/')
        return fits(rest, URI_QUERY);
    if (str_starts(rest, STR("//"))) {
        size_t end = 2;
        while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
            end++;
        if (rest.n == 2 || !fits(str_slice(rest, 2, end), URI_AUTHORITY))
            return false;
        rest = str_slice(rest, end, rest.n);
    }
    size_t question = str_find(rest, '?');
    return fits(str_slice(rest, 0, question), URI_PATH) &&
           (question == SIZE_MAX || fits(str_slice(rest, question + 1, rest.n), URI_QUERY));
}
