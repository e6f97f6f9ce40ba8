#include "stamped_cache.h"

#include "arena.h"
#include "hash.h"
#include "lru.h"

#include <pthread.h>

struct part {
    pthread_mutex_t lock;
    struct lru lru; /* guarded by lock; values are struct stamped_value */
    uint64_t hits, misses;
};

struct stamped_cache {
    struct arena *arena;
    const struct stamps *stamps;
    bool is_off;
    struct part parts[STAMPED_CACHE_PARTS];
};

void stamped_value_ref(struct stamped_value *value)
{
    atomic_fetch_add_explicit(&value->references, 1, memory_order_relaxed);
}

void stamped_value_unref(struct stamped_value *value)
{
    if (value && atomic_fetch_sub_explicit(&value->references, 1, memory_order_acq_rel) == 1)
        value->release(value);
}

static void release(void *value)
{
    stamped_value_unref(value);
}

int stamped_cache_new(const struct stamps *stamps, size_t max_bytes, struct stamped_cache **ret)
{
    struct arena *arena = arena_new(1 << 20);
    struct stamped_cache *cache = arena ? ARENA_NEW(arena, struct stamped_cache) : NULL;
    if (!cache) {
        arena_free(arena);
        return -1;
    }
    cache->arena = arena;
    cache->stamps = stamps;
    cache->is_off = max_bytes == 0;
    for (size_t i = 0; i < STAMPED_CACHE_PARTS; i++) {
        pthread_mutex_init(&cache->parts[i].lock, NULL);
        if (lru_init(&cache->parts[i].lru, max_bytes / STAMPED_CACHE_PARTS, release) != 0) {
            stamped_cache_free(cache);
            return -1;
        }
    }
    *ret = cache;
    return 0;
}

void stamped_cache_free(struct stamped_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < STAMPED_CACHE_PARTS; i++) {
        lru_deinit(&cache->parts[i].lru);
        pthread_mutex_destroy(&cache->parts[i].lock);
    }
    arena_free(cache->arena);
}

static struct part *part_of(struct stamped_cache *cache, uint64_t hash)
{
    return &cache->parts[(hash >> 56) % STAMPED_CACHE_PARTS];
}

struct stamped_value *stamped_cache_get(struct stamped_cache *cache, struct str key)
{
    return stamped_cache_get_hashed(cache, key, hash_bytes(key));
}

struct stamped_value *stamped_cache_get_hashed(struct stamped_cache *cache, struct str key, uint64_t hash)
{
    if (cache->is_off)
        return NULL;
    struct part *part = part_of(cache, hash);
    pthread_mutex_lock(&part->lock);
    struct stamped_value *value = lru_get_hashed(&part->lru, key, hash);
    enum stamps_verdict verdict = value ? stamp_set_check(cache->stamps, &value->stamps) : STAMPS_HOLD;
    if (verdict == STAMPS_GONE)
        lru_remove(&part->lru, key);
    if (verdict != STAMPS_HOLD)
        value = NULL;
    if (value)
        stamped_value_ref(value);
    *(value ? &part->hits : &part->misses) += 1;
    pthread_mutex_unlock(&part->lock);
    return value;
}

void stamped_cache_put(struct stamped_cache *cache, struct str key, struct stamped_value *value, size_t bytes)
{
    stamped_cache_put_hashed(cache, key, hash_bytes(key), value, bytes);
}

void stamped_cache_put_hashed(struct stamped_cache *cache, struct str key, uint64_t hash, struct stamped_value *value,
                              size_t bytes)
{
    if (cache->is_off || value->stamps.is_spoiled)
        return;
    struct part *part = part_of(cache, hash);
    stamped_value_ref(value);
    pthread_mutex_lock(&part->lock);
    lru_put_hashed(&part->lru, key, hash, value, bytes);
    pthread_mutex_unlock(&part->lock);
}

void stamped_cache_totals(struct stamped_cache *cache, struct stamped_cache_totals *ret)
{
    *ret = (struct stamped_cache_totals){0};
    for (size_t i = 0; i < STAMPED_CACHE_PARTS; i++) {
        struct part *part = &cache->parts[i];
        pthread_mutex_lock(&part->lock);
        ret->hits += part->hits;
        ret->misses += part->misses;
        ret->evictions += part->lru.evictions;
        ret->bytes += part->lru.used_bytes;
        ret->count += part->lru.count;
        pthread_mutex_unlock(&part->lock);
    }
}
