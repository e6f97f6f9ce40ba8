/* Media types: what a request may send and what it wants back (RFC 9110 sections 8.3 and 12.5.1), with the ways of
 * Confluent Schema Registry where they differ. Pure; any thread. */
#pragma once

#include "arena.h"

#define MEDIA_V1 "application/vnd.schemaregistry.v1+json"
#define MEDIA_VENDOR "application/vnd.schemaregistry+json"
#define MEDIA_JSON "application/json"

enum media_outcome {
    MEDIA_OK = 0,
    MEDIA_REFUSED, /* Accept: 406; Content-Type: 415 */
    MEDIA_MALFORMED, /* 400 */
};

/* The Content-Type of the answer for an Accept header (NULL .p: none sent). *ret is a constant or in the arena (when
 * parameters such as charset are echoed). -1: no memory. */
int media_negotiate(struct arena *arena, struct str accept, struct str *ret);
/* Whether a request may send this Content-Type (.p NULL: none sent, which is fine). */
enum media_outcome media_check(struct str content_type);
/* Whether Accept-Encoding allows gzip (q=0 refuses; * counts). */
bool media_accepts_gzip(struct str accept_encoding);
/* What OPTIONS answers for an Accept header: true when the list of methods is to be sent as text/plain. *ret is the
 * Content-Type, empty for none. */
bool media_options(struct arena *arena, struct str accept, struct str *ret);
