#include "vec.h"

#define VEC_ROOM_MIN ((size_t)8)

bool vec_grow(struct arena *arena, void **items, size_t wanted, size_t *room, size_t item_bytes)
{
    size_t more, bytes;

    if (wanted <= *room)
        return true;
    if (__builtin_mul_overflow(*room, (size_t)2, &more))
        return false;
    more = more < VEC_ROOM_MIN ? VEC_ROOM_MIN : more;
    more = more < wanted ? wanted : more;
    if (__builtin_mul_overflow(more, item_bytes, &bytes))
        return false;

    void *p = arena_grow(arena, *items, *room * item_bytes, bytes);
    if (!p)
        return false;
    *items = p;
    *room = more;
    return true;
}
