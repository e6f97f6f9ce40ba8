#include "json/parse_private.h"

static bool is_scheme(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!is_letter && !(is_other && i > 0))
            return false;
    }
    return s.n > 0;
}

/* Splits off what is behind the first c; .p NULL without one. */
static struct str split_off(struct str *rest, char c)
{
    size_t at = str_find(*rest, c);
    if (at == SIZE_MAX)
        return (struct str){NULL, 0};
    struct str part = str_slice(*rest, at + 1, rest->n);
    *rest = str_slice(*rest, 0, at);
    return part;
}

struct jss_uri jss_uri_split(struct str text)
{
    struct jss_uri uri = {0};
    uri.fragment = split_off(&text, '#');
    uri.query = split_off(&text, '?');
    size_t colon = str_find(text, ':');
    if (colon != SIZE_MAX && is_scheme(str_slice(text, 0, colon))) {
        uri.scheme = str_slice(text, 0, colon);
        text = str_slice(text, colon + 1, text.n);
    }
    if (str_starts(text, STR("//"))) {
        struct str rest = str_slice(text, 2, text.n);
        size_t slash = str_find(rest, '/');
        uri.authority = str_slice(rest, 0, slash);
        text = str_slice(rest, uri.authority.n, rest.n);
    }
    uri.path = text;
    return uri;
}

/* Takes the last segment off the output, with the slash before it. */
static size_t without_last_segment(const char *out, size_t n)
{
    while (n > 0 && out[n - 1] != '/')
        n--;
    return n > 0 ? n - 1 : 0;
}

/* RFC 3986, 5.2.4. The room is that of the path. */
static struct str remove_dot_segments(struct arena *arena, struct str in)
{
    char *out = arena_alloc(arena, in.n + 1);
    size_t n = 0;
    if (!out)
        return (struct str){NULL, 0};
    while (in.n) {
        bool is_rooted = in.p[0] == '/';
        struct str segment = str_slice(in, is_rooted, in.n);
        segment = str_slice(segment, 0, str_find(segment, '/'));
        size_t taken = is_rooted + segment.n;
        bool is_last = taken == in.n, is_up = str_equal(segment, STR(".."));
        if (!is_up && !str_equal(segment, STR("."))) {
            memcpy(out + n, in.p, taken);
            n += taken;
        } else if (is_rooted) {
            n = is_up ? without_last_segment(out, n) : n;
            if (is_last)
                out[n++] = '/';
        } else {
            taken += !is_last; /* a relative path stays one */
        }
        in = str_slice(in, taken, in.n);
    }
    return (struct str){out, n};
}

/* RFC 3986, 5.2.3. */
static struct str merge(struct arena *arena, const struct jss_uri *base, struct str path)
{
    if (base->authority.p && base->path.n == 0)
        return ARENA_JOIN(arena, STR("/"), path);
    size_t slash = str_find_last(base->path, '/');
    return ARENA_JOIN(arena, str_slice(base->path, 0, slash == SIZE_MAX ? 0 : slash + 1), path);
}

struct str jss_uri_resolve(struct arena *arena, struct str base_text, struct str reference)
{
    struct jss_uri base = jss_uri_split(base_text), uri = jss_uri_split(reference);
    if (uri.scheme.p) {
        uri.path = remove_dot_segments(arena, uri.path);
    } else {
        uri.scheme = base.scheme;
        if (uri.authority.p) {
            uri.path = remove_dot_segments(arena, uri.path);
        } else {
            uri.authority = base.authority;
            if (uri.path.n == 0) {
                uri.path = base.path;
                uri.query = uri.query.p ? uri.query : base.query;
            } else {
                struct str path = uri.path.p[0] == '/' ? uri.path : merge(arena, &base, uri.path);
                uri.path = remove_dot_segments(arena, path);
            }
        }
    }
    if (!uri.path.p)
        return (struct str){NULL, 0};
    return ARENA_JOIN(arena, uri.scheme, uri.scheme.p ? STR(":") : STR_EMPTY, uri.authority.p ? STR("//") : STR_EMPTY,
                      uri.authority, uri.path, uri.query.p ? STR("?") : STR_EMPTY, uri.query,
                      uri.fragment.p ? STR("#") : STR_EMPTY, uri.fragment);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct str jss_percent_decode(struct arena *arena, struct str text)
{
    if (str_find(text, '%') == SIZE_MAX)
        return text;
    char *out = arena_alloc(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; out && i < text.n; i++) {
        int high = text.p[i] == '%' && text.n - i > 2 ? hex_value(text.p[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.p[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : text.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct str){out, n};
}
