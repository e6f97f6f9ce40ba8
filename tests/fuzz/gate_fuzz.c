/* Any bytes as header lines: two lengths are never let through. */
#include "fuzz.h"
#include "gate.h"
#include "media.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1u << 20);
    struct error err = ERROR_INIT(arena);
    struct gate gate = {0};
    struct str rest = {(const char *)data, size}, line, type;
    while (size && str_next(&rest, '\n', &line)) {
        size_t colon = str_find(line, ':');
        struct str value = colon == SIZE_MAX ? STR_EMPTY : str_trim(str_slice(line, colon + 1, line.n));
        gate_header(&gate, str_slice(line, 0, colon), value);
        media_negotiate(arena, value, &type);
        media_check(value);
        media_accepts_gzip(value);
    }
    unsigned lengths = gate.content_length_count + gate.transfer_encoding_count;
    const struct gate_limits limits = {100, 1000};
    struct str target = str_slice((struct str){(const char *)data, size}, 0, 200);
    if (gate_check(&gate, STR("POST"), target, &limits, &err) == 0 && (lengths > 1 || target.n > 100))
        abort();
    arena_free(arena);
    return 0;
}
