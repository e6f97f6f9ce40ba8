/* Any bytes as JSON: what is read is written and read again as the same value. */
#include "fuzz.h"
#include "jtree.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct jtree_node *first, *second;
    struct jtree_fault fault;
    struct buf out;
    unsigned flags = size ? data[0] & 31u : 0;
    struct str text = {(const char *)data + (size > 0), size - (size > 0)};
    buf_init(&out, arena, 16u << 20);
    if (jtree_read(arena, text, flags, NULL, &first, &fault) == JTREE_OK && jtree_write(&out, first, 0, arena)) {
        enum jtree_outcome again = jtree_read(arena, buf_str(&out), JTREE_ALLOW_NAN, NULL, &second, NULL);
        if (again != JTREE_TOO_LARGE && (again != JTREE_OK || !jtree_equal(first, second, arena)))
            abort();
    }
    arena_free(arena);
    return 0;
}
