#include "uri.h"

#include "utf8.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes %XX (and + where it is a space) into the arena; the text itself when there is nothing to decode.
 * 0, 1 = a percent sign without two digits, -1. */
static int decode(struct arena *arena, struct str text, bool plus_is_space, struct str *ret)
{
    *ret = text;
    if (str_find(text, '%') == SIZE_MAX && (!plus_is_space || str_find(text, '+') == SIZE_MAX))
        return 0;
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    if (!out)
        return -1;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int high = text.n - i > 2 ? hex_value(text.p[i + 1]) : -1;
            int low = text.n - i > 2 ? hex_value(text.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return 1;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out[n++] = c;
    }
    *ret = (struct str){out, n};
    return 0;
}

/* Bytes that have no business in a target, as they are or decoded. */
static bool has_bad_byte(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == 0x7F)
            return true;
    }
    return false;
}

static int read_segment(struct arena *arena, struct str raw, struct uri *ret, const char **ret_fault)
{
    if (ret->segment_count == URI_SEGMENTS_MAX)
        return URI_UNKNOWN;
    /* What follows a semicolon are parameters of the segment, which nobody uses (RFC 3986 section 3.3). */
    size_t semicolon = str_find(raw, ';');
    struct str kept = str_slice(raw, 0, semicolon), decoded;
    int outcome = decode(arena, kept, false, &decoded);
    if (outcome < 0)
        return -1;
    bool is_dots = str_equal(decoded, STR(".")) || str_equal(decoded, STR(".."));
    if (outcome > 0 || kept.n == 0 || (is_dots && !str_equal(raw, decoded)) || has_bad_byte(decoded) ||
        str_find(decoded, '\\') != SIZE_MAX || !utf8_valid(decoded)) {
        *ret_fault = "The path has a malformed or forbidden percent sequence or character";
        return URI_BAD;
    }
    ret->raw_segments[ret->segment_count] = kept;
    ret->segments[ret->segment_count++] = decoded;
    return URI_OK;
}

static int read_path(struct arena *arena, struct uri *ret, const char **ret_fault)
{
    struct str rest = str_slice(ret->path, 1, ret->path.n), raw;
    while (str_next(&rest, '/', &raw)) {
        bool is_last = !rest.p;
        if (raw.n == 0) {
            if (is_last)
                break; /* a slash at the end, or the root */
            *ret_fault = "The path has an empty segment";
            return URI_BAD;
        }
        int outcome = read_segment(arena, raw, ret, ret_fault);
        if (outcome != URI_OK)
            return outcome;
    }
    return URI_OK;
}

/* A name or value of the query. A malformed percent sequence stays as it is; bytes that are no UTF-8 become U+FFFD. */
static int read_text(struct arena *arena, struct str text, struct str *ret)
{
    int outcome = decode(arena, text, true, ret);
    if (outcome < 0)
        return -1;
    if (outcome > 0)
        *ret = text;
    if (utf8_valid(*ret))
        return 0;
    char *out = arena_array(arena, ret->n + 1, 3);
    size_t n = 0;
    for (size_t at = 0; at < ret->n && out;) {
        uint32_t c = utf8_next(*ret, &at);
        n += utf8_put(c >= 0xDC80 && c <= 0xDCFF ? 0xFFFD : c, out + n);
    }
    *ret = (struct str){out, n};
    return out ? 0 : -1;
}

static int read_query(struct arena *arena, struct str query, struct uri *ret, const char **ret_fault)
{
    struct str rest = query, part;
    while (query.n && str_next(&rest, '&', &part)) {
        if (part.n == 0)
            continue;
        if (ret->parameter_count == URI_PARAMETERS_MAX) {
            *ret_fault = "The query has too many parameters";
            return URI_BAD;
        }
        struct uri_parameter *parameter = &ret->parameters[ret->parameter_count++];
        size_t equals = str_find(part, '=');
        struct str name = str_slice(part, 0, equals), value = STR_EMPTY;
        if (equals != SIZE_MAX)
            value = str_slice(part, equals + 1, part.n);
        if (read_text(arena, name, &parameter->name) != 0 || read_text(arena, value, &parameter->value) != 0)
            return -1;
    }
    return URI_OK;
}

/* What follows the authority of an absolute-form target; the text itself in origin form; .p NULL for anything else. */
static struct str origin_form(struct str target)
{
    if (target.n && target.p[0] == '/')
        return target;
    for (size_t n = 7; n <= 8; n++) {
        if (!str_equal_nocase(str_slice(target, 0, n), n == 7 ? STR("http://") : STR("https://")))
            continue;
        size_t end = n;
        while (end < target.n && !strchr("/?#", target.p[end]))
            end++;
        return end > n ? str_slice(target, end, target.n) : (struct str){NULL, 0};
    }
    return (struct str){NULL, 0};
}

int uri_parse(struct arena *arena, struct str target, struct uri *ret, const char **ret_fault)
{
    *ret = (struct uri){0};
    struct str text = origin_form(target);
    if (!text.p || has_bad_byte(text) || str_find(text, ' ') != SIZE_MAX) {
        *ret_fault = "The request target is malformed";
        return URI_BAD;
    }
    text = str_slice(text, 0, str_find(text, '#'));
    size_t question = str_find(text, '?');
    ret->path = question == 0 || text.n == 0 ? STR("/") : str_slice(text, 0, question);
    int outcome = read_path(arena, ret, ret_fault);
    if (outcome == URI_OK && question != SIZE_MAX)
        outcome = read_query(arena, str_slice(text, question + 1, text.n), ret, ret_fault);
    return outcome;
}

const struct uri_parameter *uri_parameter(const struct uri *uri, struct str name)
{
    for (size_t i = 0; i < uri->parameter_count; i++) {
        if (str_equal(uri->parameters[i].name, name))
            return &uri->parameters[i];
    }
    return NULL;
}

struct str uri_encode_segment(struct arena *arena, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_array(arena, text.n + 1, 3);
    size_t n = 0;
    for (size_t i = 0; i < text.n && out; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool is_plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
        if (is_plain) {
            out[n++] = (char)c;
            continue;
        }
        out[n++] = '%';
        out[n++] = hex[c >> 4];
        out[n++] = hex[c & 15];
    }
    return (struct str){out, n};
}
