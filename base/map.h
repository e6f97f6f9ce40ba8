/* A map from byte strings to pointers in an arena, in order of insertion. The hash is seeded at random per
 * process (see hash.h), so that foreign keys cannot choose their buckets. One thread; immutable after building it
 * may be read by many. Keys are not copied: they must live as long as the map. Removal is not supported. */
#pragma once

#include "arena.h"

struct map_entry {
    struct str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in order of insertion */
    size_t count, room;
    uint32_t *slots; /* entry index + 1, 0 = free */
    size_t slot_count;
};

void map_init(struct map *m, struct arena *arena);
/* The value of key; NULL when absent (store no NULL values where that matters). */
void *map_get(const struct map *m, struct str key);
struct map_entry *map_find(const struct map *m, struct str key);
/* Sets key to value. 0 = new, 1 = replaced (position kept), -1 = no memory. */
int map_put(struct map *m, struct str key, void *value);
/* Adds key unless it is there; 0 = added, 1 = was there (value unchanged), -1 = no memory. */
int map_add(struct map *m, struct str key, void *value);
