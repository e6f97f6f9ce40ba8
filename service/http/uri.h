/* The request target, read from its raw bytes: libmicrohttpd decodes %2F and %00 before it hands a path over, so the
 * path is split first and decoded per segment afterwards (RFC 3986 section 3.3). Pure; any thread; fuzzed. */
#pragma once

#include "arena.h"

#define URI_SEGMENTS_MAX 16
#define URI_PARAMETERS_MAX 64

struct uri_parameter {
    struct str name, value; /* decoded: percent, + is a space */
};

struct uri {
    struct str path; /* raw, without query */
    struct str segments[URI_SEGMENTS_MAX]; /* decoded */
    struct str raw_segments[URI_SEGMENTS_MAX]; /* as sent, for matching keywords, which are not decoded */
    size_t segment_count; /* a trailing slash adds none */
    struct uri_parameter parameters[URI_PARAMETERS_MAX];
    size_t parameter_count;
};

enum uri_outcome {
    URI_OK = 0,
    URI_BAD, /* what no server should guess about: reply 400 */
    URI_UNKNOWN, /* more segments than any route has: reply 404 */
};

/* Reads an origin-form or absolute-form target. The strings point into target or the arena. *ret_fault (a constant) says
 * what is wrong when URI_BAD. -1: no memory. */
int uri_parse(struct arena *arena, struct str target, struct uri *ret, const char **ret_fault);
/* The first parameter of that name; NULL when there is none. */
const struct uri_parameter *uri_parameter(const struct uri *uri, struct str name);
/* Percent-encodes text for use inside a path segment (unreserved characters stay). Returns a string in the arena. */
struct str uri_encode_segment(struct arena *arena, struct str text);
