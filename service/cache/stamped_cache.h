/* A cache of values that are shared by reference and guarded by stamps (stamps.h), bounded in bytes, split into parts
 * with a lock each so that event loops seldom meet. A lock is held for a look-up only, never across I/O. Any thread. */
#pragma once

#include "stamps.h"

#define STAMPED_CACHE_PARTS 16

struct stamped_cache;

/* Embedded as the first member of what is cached. */
struct stamped_value {
    atomic_uint references;
    struct stamp_set stamps;
    void (*release)(struct stamped_value *value); /* called when the last reference goes */
};

/* stamps must outlive the cache. max_bytes 0: keeps nothing. 0, -1 without memory. */
int stamped_cache_new(const struct stamps *stamps, size_t max_bytes, struct stamped_cache **ret);
void stamped_cache_free(struct stamped_cache *cache);
/* The value with a reference for the caller (stamped_value_unref), or NULL when there is none that still holds
 * and is current. */
struct stamped_value *stamped_cache_get(struct stamped_cache *cache, struct str key);
/* Keeps value (taking a reference of its own) unless its stamps are spoiled. bytes: its cost. */
void stamped_cache_put(struct stamped_cache *cache, struct str key, struct stamped_value *value, size_t bytes);
/* The same where the hash of the key (hash_bytes) is known already. */
struct stamped_value *stamped_cache_get_hashed(struct stamped_cache *cache, struct str key, uint64_t hash);
void stamped_cache_put_hashed(struct stamped_cache *cache, struct str key, uint64_t hash, struct stamped_value *value,
                              size_t bytes);
void stamped_value_ref(struct stamped_value *value);
void stamped_value_unref(struct stamped_value *value);

struct stamped_cache_totals {
    uint64_t hits, misses, evictions;
    size_t bytes, count;
};
void stamped_cache_totals(struct stamped_cache *cache, struct stamped_cache_totals *ret);
