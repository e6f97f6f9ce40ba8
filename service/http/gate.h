/* What must be refused before anything else looks at a request: heads that two parties could read in two ways
 * (RFC 9112 sections 6.3 and 11.2), and heads with bytes that belong nowhere. Pure; one per request; fuzzed. */
#pragma once

#include "error.h"

struct gate {
    unsigned content_length_count, transfer_encoding_count, host_count;
    struct str content_length, transfer_encoding, host;
    bool has_bad_name, has_bad_value;
    /* Set by who sees the lines. */
    bool is_old; /* HTTP/1.0 */
    bool has_bad_line; /* one ends otherwise than with CR LF, or is folded, or hides something */
    size_t head_bytes; /* of the whole head */
};

struct gate_limits {
    size_t head_bytes, body_bytes;
};

/* The headers that anybody here looks at. */
enum header_id {
    HEADER_ACCEPT,
    HEADER_ACCEPT_ENCODING,
    HEADER_CONTENT_LENGTH,
    HEADER_CONTENT_TYPE,
    HEADER_HOST,
    HEADER_ORIGIN,
    HEADER_REQUEST_ID,
    HEADER_REQUEST_METHOD, /* Access-Control-Request-Method */
    HEADER_TRANSFER_ENCODING,
    HEADER_OTHER,
};

/* Notes one header of the request and says which it is. */
enum header_id gate_header(struct gate *g, struct str name, struct str value);
/* The target is as sent. 0, or -1 with BAD_REQUEST, BODY_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE. */
int gate_check(const struct gate *g, struct str method, struct str target, const struct gate_limits *limits,
               struct error *err);
