/* What must be refused before anything else looks at a request: heads that two parties could read in two ways
 * (RFC 9112 sections 6.3 and 11.2), and heads with bytes that belong nowhere. Pure; one per request; fuzzed. */
#pragma once

#include "error.h"

struct gate {
    unsigned content_length_count, transfer_encoding_count, host_count;
    struct str content_length, transfer_encoding;
    bool needs_host; /* set from HTTP/1.1 on (RFC 9112 section 3.2) */
    bool has_bad_name, has_bad_value;
    bool has_bad_line; /* set by who sees the lines: one ends otherwise than with CR LF, or is folded */
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
/* 0, or -1 with BAD_REQUEST, BODY_TOO_LARGE. */
int gate_check(const struct gate *g, struct str method, size_t body_max_bytes, struct error *err);
