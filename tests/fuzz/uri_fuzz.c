/* Any bytes as a request target: limits hold, decoded segments are UTF-8, and an encoded segment decodes to itself. */
#include "fuzz.h"
#include "uri.h"
#include "utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(16u << 20);
    struct uri uri, again;
    const char *fault = NULL;
    if (uri_parse(arena, (struct str){(const char *)data, size}, &uri, &fault) == URI_OK) {
        if (uri.segment_count > URI_SEGMENTS_MAX || uri.parameter_count > URI_PARAMETERS_MAX)
            abort();
        for (size_t i = 0; i < uri.segment_count; i++) {
            struct str target = ARENA_JOIN(arena, STR("/"), uri_encode_segment(arena, uri.segments[i]));
            if (!utf8_valid(uri.segments[i]))
                abort();
            if (uri.segments[i].n && (uri_parse(arena, target, &again, &fault) != URI_OK || again.segment_count != 1 ||
                                      !str_equal(again.segments[0], uri.segments[i])))
                abort();
        }
    }
    arena_free(arena);
    return 0;
}
