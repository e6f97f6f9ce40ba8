/* A cache bounded in bytes: key bytes -> value with a size; the entry that was not used for longest goes first.
 * Not thread-safe: the owner locks. Keys are copied. Memory is malloc'ed: lru_deinit releases everything. */
#pragma once

#include "str.h"

typedef void (*lru_release_fn)(void *value);

struct lru_entry;

struct lru {
    struct lru_entry **slots;
    size_t slot_count, count;
    size_t used_bytes, max_bytes;
    struct lru_entry *newest, *oldest;
    lru_release_fn release;
    uint64_t hits, misses, evictions;
};

/* release is called once for each value that leaves (evicted, replaced, removed, deinit). 0, -1 without memory. */
int lru_init(struct lru *l, size_t max_bytes, lru_release_fn release);
void lru_deinit(struct lru *l);
/* The value, marked as used just now; NULL when absent. */
void *lru_get(struct lru *l, struct str key);
/* With the hash already computed (hash_bytes of the key). */
void *lru_get_hashed(struct lru *l, struct str key, uint64_t hash);
/* Takes value. bytes: what it costs beside the key and the entry. An entry larger than an eighth of max_bytes is
 * not kept (released at once). 0 = kept, 1 = not kept, -1 = no memory (released). Replaces an equal key: the old
 * value leaves whatever becomes of the new one. */
int lru_put(struct lru *l, struct str key, void *value, size_t bytes);
int lru_put_hashed(struct lru *l, struct str key, uint64_t hash, void *value, size_t bytes);
void lru_remove(struct lru *l, struct str key);
void lru_clear(struct lru *l);
