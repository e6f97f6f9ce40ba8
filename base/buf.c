#include "buf.h"

#include <stdio.h>
#include <stdlib.h>

#define BUF_ROOM_MIN ((size_t)255)

/* The allocation is room + 1 bytes: vsnprintf may put its NUL behind the last byte that counts. */

void buf_init(struct buf *b, struct arena *arena, size_t max_bytes)
{
    *b = (struct buf){.arena = arena, .max = max_bytes};
}

void buf_deinit(struct buf *b)
{
    if (!b->arena)
        free(b->p);
    *b = (struct buf){.arena = b->arena, .max = b->max};
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

static bool buf_fail(struct buf *b)
{
    b->failed = true;
    return false;
}

bool buf_reserve(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (b->p && more <= b->room - b->n)
        return true;
    if (b->n > b->max || more > b->max - b->n)
        return buf_fail(b);

    size_t need = b->n + more, room, bytes;
    if (__builtin_mul_overflow(b->room, (size_t)2, &room) || __builtin_add_overflow(room, (size_t)1, &room))
        room = b->max;
    room = room < BUF_ROOM_MIN ? BUF_ROOM_MIN : room;
    room = room < need ? need : room;
    room = room > b->max ? b->max : room;
    if (__builtin_add_overflow(room, (size_t)1, &bytes) || bytes > PTRDIFF_MAX)
        return buf_fail(b);

    char *p = b->arena ? arena_grow(b->arena, b->p, b->p ? b->room + 1 : 0, bytes) : realloc(b->p, bytes);
    if (!p)
        return buf_fail(b);
    b->p = p;
    b->room = room;
    return true;
}

void buf_add_slow(struct buf *b, const char *p, size_t n)
{
    if (!buf_reserve(b, n))
        return;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_add_int(struct buf *b, int64_t value)
{
    buf_add(b, STR_INT(value));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;

    if (!buf_reserve(b, 0))
        return;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(b->p + b->n, b->room - b->n + 1, format, args);
    if (n < 0) {
        buf_fail(b);
    } else if ((size_t)n <= b->room - b->n) {
        b->n += (size_t)n;
    } else if (buf_reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}
