#include "lru.h"

#include "hash.h"

#include <stdlib.h>

#define LRU_SLOTS_MIN ((size_t)64)

struct lru_entry {
    struct lru_entry *next_in_slot;
    struct lru_entry *newer, *older;
    void *value;
    uint64_t hash;
    size_t cost;
    size_t key_bytes;
    char key[];
};

int lru_init(struct lru *l, size_t max_bytes, lru_release_fn release)
{
    *l = (struct lru){.max_bytes = max_bytes, .release = release};
    l->slots = calloc(LRU_SLOTS_MIN, sizeof *l->slots);
    if (!l->slots)
        return -1;
    l->slot_count = LRU_SLOTS_MIN;
    return 0;
}

void lru_deinit(struct lru *l)
{
    lru_clear(l);
    free(l->slots);
    l->slots = NULL;
    l->slot_count = 0;
}

/* The link that points to the entry of the key, or the one at the end of its chain. */
static struct lru_entry **lru_link(const struct lru *l, struct str key, uint64_t hash)
{
    struct lru_entry **link = &l->slots[(size_t)hash & (l->slot_count - 1)];

    for (; *link; link = &(*link)->next_in_slot) {
        const struct lru_entry *entry = *link;
        if (entry->hash == hash && str_equal((struct str){entry->key, entry->key_bytes}, key))
            break;
    }
    return link;
}

static void lru_leave_order(struct lru *l, struct lru_entry *entry)
{
    *(entry->newer ? &entry->newer->older : &l->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &l->oldest) = entry->newer;
}

static void lru_make_newest(struct lru *l, struct lru_entry *entry)
{
    entry->newer = NULL;
    entry->older = l->newest;
    *(l->newest ? &l->newest->newer : &l->oldest) = entry;
    l->newest = entry;
}

static void lru_release(const struct lru *l, void *value)
{
    if (l->release)
        l->release(value);
}

/* Does nothing when the link is the end of a chain. */
static void lru_drop(struct lru *l, struct lru_entry **link)
{
    struct lru_entry *entry = *link;

    if (!entry)
        return;
    *link = entry->next_in_slot;
    lru_leave_order(l, entry);
    l->count--;
    l->used_bytes -= entry->cost;
    lru_release(l, entry->value);
    free(entry);
}

void *lru_get(struct lru *l, struct str key)
{
    return lru_get_hashed(l, key, hash_bytes(key));
}

void *lru_get_hashed(struct lru *l, struct str key, uint64_t hash)
{
    struct lru_entry *entry = l->slots ? *lru_link(l, key, hash) : NULL;

    if (!entry) {
        l->misses++;
        return NULL;
    }
    l->hits++;
    if (l->newest != entry) {
        lru_leave_order(l, entry);
        lru_make_newest(l, entry);
    }
    return entry->value;
}

/* Without memory for more slots the chains grow longer, nothing else. */
static void lru_widen(struct lru *l)
{
    size_t slot_count;

    if (l->count < l->slot_count || __builtin_mul_overflow(l->slot_count, (size_t)2, &slot_count))
        return;
    struct lru_entry **slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return;

    for (struct lru_entry *entry = l->newest; entry; entry = entry->older) {
        size_t slot = (size_t)entry->hash & (slot_count - 1);
        entry->next_in_slot = slots[slot];
        slots[slot] = entry;
    }
    free(l->slots);
    l->slots = slots;
    l->slot_count = slot_count;
}

int lru_put(struct lru *l, struct str key, void *value, size_t bytes)
{
    return lru_put_hashed(l, key, hash_bytes(key), value, bytes);
}

int lru_put_hashed(struct lru *l, struct str key, uint64_t hash, void *value, size_t bytes)
{
    struct lru_entry *entry = NULL;
    struct lru_entry **old = l->slots ? lru_link(l, key, hash) : NULL;
    size_t entry_bytes = 0, cost = 0;

    /* The key may live in the old value, so it is copied before that goes. The old value goes in any case: it is out
     * of date even when the new one is not kept. */
    bool fits = !__builtin_add_overflow(sizeof *entry, key.n, &entry_bytes) &&
                !__builtin_add_overflow(entry_bytes, bytes, &cost) && cost <= l->max_bytes / 8;
    if (fits && old) {
        entry = malloc(entry_bytes);
        if (entry) {
            *entry = (struct lru_entry){.value = value, .hash = hash, .cost = cost, .key_bytes = key.n};
            if (key.n)
                memcpy(entry->key, key.p, key.n);
        }
    }
    if (old)
        lru_drop(l, old);
    if (!entry) {
        lru_release(l, value);
        return fits ? -1 : 1;
    }

    while (cost > l->max_bytes - l->used_bytes) {
        struct lru_entry *oldest = l->oldest;
        lru_drop(l, lru_link(l, (struct str){oldest->key, oldest->key_bytes}, oldest->hash));
        l->evictions++;
    }
    lru_widen(l);
    struct lru_entry **slot = &l->slots[(size_t)hash & (l->slot_count - 1)];
    entry->next_in_slot = *slot;
    *slot = entry;
    lru_make_newest(l, entry);
    l->count++;
    l->used_bytes += cost;
    return 0;
}

void lru_remove(struct lru *l, struct str key)
{
    if (l->slots)
        lru_drop(l, lru_link(l, key, hash_bytes(key)));
}

void lru_clear(struct lru *l)
{
    struct lru_entry *entry = l->newest;

    for (size_t i = 0; i < l->slot_count; i++)
        l->slots[i] = NULL;
    l->newest = l->oldest = NULL;
    l->count = 0;
    l->used_bytes = 0;
    while (entry) {
        struct lru_entry *older = entry->older;
        lru_release(l, entry->value);
        free(entry);
        entry = older;
    }
}
