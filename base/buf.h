/* A growable run of bytes with a maximum. Appending past the maximum (or without memory) marks the buffer as
 * failed: what follows is ignored, and the owner asks buf_failed() once at the end.
 * With an arena the bytes live in it; without one they are malloc'ed and buf_deinit frees them. One thread. */
#pragma once

#include "arena.h"

struct buf {
    char *p;
    size_t n, room, max;
    struct arena *arena; /* NULL: malloc */
    bool failed;
};

void buf_init(struct buf *b, struct arena *arena, size_t max_bytes);
void buf_deinit(struct buf *b);
/* Empty again, room kept, failure forgotten. */
void buf_reset(struct buf *b);
/* Makes room for more bytes beyond n; false when it failed. */
bool buf_reserve(struct buf *b, size_t more);
void buf_add_slow(struct buf *b, const char *p, size_t n);

static inline void buf_add(struct buf *b, struct str s)
{
    if (s.n <= b->room - b->n && !b->failed) {
        if (s.n)
            memcpy(b->p + b->n, s.p, s.n);
        b->n += s.n;
    } else {
        buf_add_slow(b, s.p, s.n);
    }
}

static inline void buf_add_char(struct buf *b, char c)
{
    if (b->n < b->room && !b->failed)
        b->p[b->n++] = c;
    else
        buf_add_slow(b, &c, 1);
}

void buf_add_int(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

static inline bool buf_failed(const struct buf *b)
{
    return b->failed;
}
