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

/* RFC 9110 section 5.5. Without a branch, since every byte of every head passes here. */
static bool has_control(struct str text)
{
    unsigned found = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        found |= (unsigned)(c < 0x20) & (unsigned)(c != '\t');
        found |= (unsigned)(c == 0x7F);
    }
    return found != 0;
}

void gate_header(struct gate *g, struct str name, struct str value)
{
    g->has_bad_name |= !is_token(name);
    g->has_bad_value |= has_control(value);
    if (str_equal_nocase(name, STR("Content-Length"))) {
        g->content_length_count++;
        g->content_length = value;
    } else if (str_equal_nocase(name, STR("Transfer-Encoding"))) {
        g->transfer_encoding_count++;
        g->transfer_encoding = value;
    } else if (str_equal_nocase(name, STR("Host"))) {
        g->host_count++;
    }
}

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

int gate_check(const struct gate *g, struct str method, size_t body_max_bytes, struct error *err)
{
    if (g->has_bad_line)
        return error_raise(err, BAD_REQUEST, STR("The lines of a request head must end with CR LF"));
    if (g->has_bad_name || g->has_bad_value || !is_token(method))
        return error_raise(err, BAD_REQUEST, STR("The request has a malformed method or header"));
    if (g->host_count > 1)
        return error_raise(err, BAD_REQUEST, STR("The request has more than one Host header"));
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
    if (outcome == STR_NUMBER_RANGE || (uint64_t)length > body_max_bytes)
        return error_raise(err, BODY_TOO_LARGE, STR_INT((int64_t)body_max_bytes));
    return 0;
}
