#include "gate.h"

/* RFC 9110 section 5.6.2. */
static const bool token_bytes[256] = {
    ['!'] = true,         ['#' ... '\''] = true, ['*' ... '+'] = true, ['-' ... '.'] = true, ['0' ... '9'] = true,
    ['A' ... 'Z'] = true, ['^' ... 'z'] = true,  ['|'] = true,         ['~'] = true,
};

static bool is_token(struct str text)
{
    bool is_token = text.n > 0;
    for (size_t i = 0; i < text.n; i++)
        is_token &= token_bytes[(unsigned char)text.p[i]];
    return is_token;
}

#define EVERY_BYTE(byte) (0x0101010101010101u * (byte))

/* Whether a byte of the word may be below that one, which is at most 0x80, or DEL. */
static bool may_have_below(uint64_t word, unsigned char least)
{
    uint64_t below_space = (word - EVERY_BYTE(least)) & ~word;
    uint64_t off_delete = word ^ EVERY_BYTE(0x7F);
    uint64_t is_delete = (off_delete - EVERY_BYTE(0x01)) & ~off_delete;
    return (below_space | is_delete) & EVERY_BYTE(0x80);
}

/* Bytes below the least one, and DEL; a tab counts as a blank. Eight bytes at a time, since every byte of every head
 * passes here. */
static bool has_below(struct str text, unsigned char least)
{
    size_t at = 0;
    uint64_t word;
    for (; text.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.p + at, sizeof word);
        if (may_have_below(word, least))
            break;
    }
    for (; at < text.n; at++) {
        unsigned char c = (unsigned char)text.p[at];
        if ((c < least && !(c == '\t' && least <= ' ')) || c == 0x7F)
            return true;
    }
    return false;
}

static const struct str names[HEADER_OTHER] = {
    [HEADER_ACCEPT] = {"Accept", 6},
    [HEADER_ACCEPT_ENCODING] = {"Accept-Encoding", 15},
    [HEADER_CONTENT_LENGTH] = {"Content-Length", 14},
    [HEADER_CONTENT_TYPE] = {"Content-Type", 12},
    [HEADER_HOST] = {"Host", 4},
    [HEADER_ORIGIN] = {"Origin", 6},
    [HEADER_REQUEST_ID] = {"X-Request-ID", 12},
    [HEADER_REQUEST_METHOD] = {"Access-Control-Request-Method", 29},
    [HEADER_TRANSFER_ENCODING] = {"Transfer-Encoding", 17},
};

enum header_id gate_header(struct gate *g, struct str name, struct str value)
{
    enum header_id id = HEADER_ACCEPT;
    while (id < HEADER_OTHER && (name.n != names[id].n || !str_equal_nocase(name, names[id])))
        id++;
    g->has_bad_name |= id == HEADER_OTHER && !is_token(name);
    g->has_bad_value |= has_below(value, ' '); /* RFC 9110 section 5.5 */
    if (id == HEADER_CONTENT_LENGTH) {
        g->content_length_count++;
        g->content_length = value;
    } else if (id == HEADER_TRANSFER_ENCODING) {
        g->transfer_encoding_count++;
        g->transfer_encoding = value;
    } else if (id == HEADER_HOST) {
        g->host_count++;
        g->host = value;
    }
    return id;
}

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

/* RFC 3986 section 3.2.2: what a name may hold. */
static const bool host_bytes[256] = {
    ['!'] = true,         ['$' ... '.'] = true, ['0' ... '9'] = true, [';'] = true, ['='] = true,
    ['A' ... 'Z'] = true, ['_'] = true,         ['a' ... 'z'] = true, ['~'] = true,
};

static bool is_host_text(struct str text, bool is_literal)
{
    bool is_right = true;
    for (size_t i = 0; i < text.n; i++)
        is_right &= host_bytes[(unsigned char)text.p[i]] || (is_literal && text.p[i] == ':');
    return is_right;
}

/* A name, an address, or an address in brackets; with a port or without (RFC 9110 section 7.2). Empty is right, too. */
static bool is_host(struct str host)
{
    bool is_literal = host.n && host.p[0] == '[';
    size_t end = is_literal ? str_find(host, ']') : str_find(host, ':');
    if (is_literal && end == SIZE_MAX)
        return false;
    struct str name = str_slice(host, is_literal, end), rest = STR_EMPTY;
    if (end != SIZE_MAX)
        rest = str_slice(host, end + is_literal, host.n);
    if (!is_host_text(name, is_literal) || (rest.n && rest.p[0] != ':'))
        return false;
    return rest.n <= 1 || is_digits(str_slice(rest, 1, rest.n));
}

static int check_host(const struct gate *g, struct error *err)
{
    if (g->host_count > 1)
        return error_raise(err, BAD_REQUEST, STR("The request has more than one Host header"));
    if (!g->is_old && g->host_count == 0) /* RFC 9112 section 3.2 */
        return error_raise(err, BAD_REQUEST, STR("The request has no Host header"));
    return is_host(g->host) ? 0 : error_raise(err, BAD_REQUEST, STR("The Host header is malformed"));
}

static int check_sizes(const struct gate *g, struct str target, const struct gate_limits *limits, struct error *err)
{
    if (target.n > limits->head_bytes)
        return error_raise(err, URI_TOO_LONG, STR_INT((int64_t)limits->head_bytes));
    return g->head_bytes > limits->head_bytes ? error_raise(err, HEADERS_TOO_LARGE) : 0;
}

/* How long the body is, said once and clearly. */
static int check_body(const struct gate *g, size_t max_bytes, struct error *err)
{
    if (g->is_old && g->transfer_encoding_count) /* RFC 9112 section 6.1 */
        return error_raise(err, BAD_REQUEST, STR("HTTP/1.0 has no Transfer-Encoding"));
    if (g->content_length_count > 1 || (g->content_length_count && g->transfer_encoding_count) ||
        g->transfer_encoding_count > 1)
        return error_raise(err, BAD_REQUEST, STR("The request says more than once how long its body is"));
    if (g->transfer_encoding_count && !str_equal_nocase(g->transfer_encoding, STR("chunked")))
        return error_raise(err, BAD_REQUEST, STR("The only Transfer-Encoding known here is chunked"));
    if (!g->content_length_count)
        return 0;
    int64_t length;
    enum str_number outcome = str_to_i64(g->content_length, &length);
    if (!is_digits(g->content_length) || outcome == STR_NUMBER_BAD)
        return error_raise(err, BAD_REQUEST, STR("Content-Length is no number"));
    if (outcome == STR_NUMBER_RANGE || (uint64_t)length > max_bytes)
        return error_raise(err, BODY_TOO_LARGE, STR_INT((int64_t)max_bytes));
    return 0;
}

int gate_check(const struct gate *g, struct str method, struct str target, const struct gate_limits *limits,
               struct error *err)
{
    if (g->has_bad_line)
        return error_raise(err, BAD_REQUEST, STR("The lines of a request head must end with CR LF"));
    if (g->has_bad_name || g->has_bad_value || !is_token(method))
        return error_raise(err, BAD_REQUEST, STR("The request has a malformed method or header"));
    if (has_below(target, ' ' + 1))
        return error_raise(err, BAD_REQUEST, STR("The request target is malformed"));
    if (check_sizes(g, target, limits, err) != 0 || check_host(g, err) != 0)
        return -1;
    return check_body(g, limits->body_bytes, err);
}
