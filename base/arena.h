/* Memory that is freed all at once. An arena is owned by one thread at a time.
 * Every allocation is zeroed and aligned for any type. Past max_bytes (or when the system has no memory)
 * allocation returns NULL, and arena_failed() stays true until the next reset. */
#pragma once

#include "str.h"

#include <stdarg.h>

typedef void (*arena_release_fn)(void *object);

/* An arena whose cap is an allocation's bytes and this much has room for that allocation, and no memory beyond. */
#define ARENA_OVERHEAD 64

struct arena_block;
struct arena_release;

struct arena {
    char *next, *end; /* free room of the current block */
    struct arena_block *blocks; /* newest first; owned */
    struct arena_release *releases;
    char *first; /* room given by the caller, not owned, may be NULL */
    size_t first_bytes;
    size_t used_bytes, max_bytes; /* bytes in owned blocks; cap */
    bool failed;
};

/* first/first_bytes: room used before the first owned block (NULL, 0 for none); must outlive the arena. */
void arena_init(struct arena *a, size_t max_bytes, void *first, size_t first_bytes);
/* Runs the release callbacks, newest first, and frees every block; ready for use again. */
void arena_reset(struct arena *a);
/* arena_reset, for symmetry with init; a deinitialised arena may be initialised again. */
void arena_deinit(struct arena *a);
/* Where an arena stands: what is allocated later can be given back at once. */
struct arena_mark {
    struct arena_block *blocks;
    struct arena_release *releases;
    char *next, *end;
    size_t used_bytes;
};
struct arena_mark arena_mark(const struct arena *a);
/* Gives back all that was allocated since the mark, release callbacks first. What existed at the mark must not have been
 * grown since (a vector, a buffer), for its new place would go. arena_failed() stays as it is. */
void arena_rewind(struct arena *a, struct arena_mark mark);
/* An arena in its own allocation; arena_free releases both. NULL without memory. */
struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a);

void *arena_alloc(struct arena *a, size_t bytes) __attribute__((malloc, alloc_size(2)));
/* count * size bytes; NULL on overflow. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((malloc));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))
/* A copy with a NUL behind it; .p is NULL without memory. */
struct str arena_str(struct arena *a, struct str s);
/* The parts one after the other: arena_join(a, (struct str[]){…}, n). */
struct str arena_join(struct arena *a, const struct str *parts, size_t count);
#define ARENA_JOIN(a, ...) \
    arena_join((a), (struct str[]){__VA_ARGS__}, sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str))
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Grows the latest allocation in place where it can, else copies. old may be NULL. */
void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes);
/* release(object) runs at reset, in reverse order. 0, or -1 without memory (release has run at once then). */
int arena_on_reset(struct arena *a, arena_release_fn release, void *object);
static inline bool arena_failed(const struct arena *a)
{
    return a->failed;
}
