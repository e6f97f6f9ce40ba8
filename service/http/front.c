#include "front.h"

#include "server_private.h"

static void drop(struct front_slot *slot)
{
    if (slot->ready)
        stamped_value_unref(&slot->ready->head);
    slot->ready = NULL;
}

struct ready_reply *front_get(struct front *f, struct str key, uint64_t hash)
{
    struct front_slot *slot = &f->slots[hash % FRONT_SLOTS];
    if (!slot->ready || slot->hash != hash || !str_equal(slot->ready->key, key))
        return NULL;
    enum stamps_verdict verdict = stamp_set_check(f->stamps, &slot->ready->head.stamps);
    if (verdict == STAMPS_GONE)
        drop(slot);
    if (verdict != STAMPS_HOLD)
        return NULL;
    if (++slot->uses % FRONT_ASK_EVERY == 0)
        return NULL;
    uint64_t hits = atomic_load_explicit(&f->hits, memory_order_relaxed);
    atomic_store_explicit(&f->hits, hits + 1, memory_order_relaxed);
    return slot->ready;
}

void front_put(struct front *f, struct ready_reply *ready, uint64_t hash)
{
    struct front_slot *slot = &f->slots[hash % FRONT_SLOTS];
    if (slot->ready == ready || ready->cost > FRONT_REPLY_MAX)
        return;
    stamped_value_ref(&ready->head);
    drop(slot);
    *slot = (struct front_slot){.hash = hash, .ready = ready};
}

void front_clear(struct front *f)
{
    for (size_t i = 0; i < FRONT_SLOTS; i++)
        drop(&f->slots[i]);
}
