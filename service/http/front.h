/* What one event loop has sent lately, kept by the loop itself so that a request for it needs no lock and no counter
 * that loops share. Behind it stands the cache of the server. Owned by one thread. Private to service/http. */
#pragma once

#include "stamped_cache.h"

/* Slots are found by hash, one reply each: a newcomer takes the place of what was there. */
#define FRONT_SLOTS 512
/* Larger replies are left to the cache of the server, whose bytes are counted. */
#define FRONT_REPLY_MAX 4096
/* Every so many uses of a slot the cache of the server is asked instead, so that it knows what is in use. */
#define FRONT_ASK_EVERY 256

struct ready_reply;

struct front_slot {
    uint64_t hash;
    struct ready_reply *ready; /* holds a reference; NULL: free */
    uint32_t uses;
};

struct front {
    const struct stamps *stamps;
    atomic_uint_least64_t hits; /* read by others */
    struct front_slot slots[FRONT_SLOTS];
};

/* The reply kept for the key, borrowed until the next call, or NULL when there is none that still holds (or when it is
 * time to ask the cache). */
struct ready_reply *front_get(struct front *f, struct str key, uint64_t hash);
/* Keeps a reply that has its key, with a reference of its own. Does nothing with a large one. */
void front_put(struct front *f, struct ready_reply *ready, uint64_t hash);
void front_clear(struct front *f);
