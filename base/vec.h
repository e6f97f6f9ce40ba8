/* A growable array in an arena: VEC(struct thing) things = {0}; if (!VEC_PUSH(arena, &things, value)) ….
 * Read items with v.items[i], i < v.count. Zero bytes are an empty vector. Its memory goes with the arena. */
#pragma once

#include "arena.h"

#define VEC(type)           \
    struct {                \
        type *items;        \
        size_t count, room; \
    }

/* True when there is room for one more item. */
#define VEC_ROOM(arena, v) ((v)->count < (v)->room || VEC_RESERVE((arena), (v), (size_t)1))

/* True when there is room for so many more items. */
#define VEC_RESERVE(arena, v, more) \
    vec_grow((arena), (void **)&(v)->items, (v)->count + (more), &(v)->room, sizeof *(v)->items)

/* Appends; false without memory. */
#define VEC_PUSH(arena, v, ...) (VEC_ROOM((arena), (v)) && ((v)->items[(v)->count++] = (__VA_ARGS__), true))

#define VEC_POP(v) ((v)->items[--(v)->count])
#define VEC_LAST(v) ((v)->items[(v)->count - 1])

/* Makes *room at least wanted, and at least twice what it was; false without memory. Used by the macros only. */
bool vec_grow(struct arena *arena, void **items, size_t wanted, size_t *room, size_t item_bytes);
