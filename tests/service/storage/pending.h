/* Changes that are submitted without being waited for, and a way to hold the store's thread meanwhile, so that all of
 * them are taken together. */
#pragma once

#include "fixture.h"

struct pending {
    struct storage_change change;
    struct waiter waiter;
    struct arena *arena; /* of the error, which the store's thread writes */
};

static inline void pending_submit(struct pending *p, struct storage *storage, struct storage_change change)
{
    *p = (struct pending){change, {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false}, arena_new(1 << 20)};
    p->change.err = ERROR_INIT(p->arena);
    p->change.owner = &p->waiter;
    p->change.done = fixture_done;
    storage->ops->submit(storage, &p->change);
}

static inline enum storage_outcome pending_wait(struct pending *p)
{
    pthread_mutex_lock(&p->waiter.lock);
    while (!p->waiter.is_done)
        pthread_cond_wait(&p->waiter.done, &p->waiter.lock);
    pthread_mutex_unlock(&p->waiter.lock);
    return p->change.outcome;
}

static inline void pending_free(struct pending *p)
{
    arena_free(p->arena);
}

struct hold {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_held, is_over;
    struct storage_change change;
};

static inline void hold_wait(struct hold *h, const bool *flag)
{
    while (!*flag)
        pthread_cond_wait(&h->changed, &h->lock);
}

static inline void hold_done(struct storage_change *change)
{
    struct hold *h = change->owner;
    pthread_mutex_lock(&h->lock);
    h->is_held = true;
    pthread_cond_broadcast(&h->changed);
    hold_wait(h, &h->is_over);
    pthread_mutex_unlock(&h->lock);
}

/* Returns when the store's thread stands still: in the done function of a change that is stale, and so does nothing. */
static inline void hold_begin(struct hold *h, struct storage *storage)
{
    *h = (struct hold){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    h->change = (struct storage_change){.kind = STORAGE_SET_CONFIG,
                                        .context = STR("."),
                                        .subject = STR("held"),
                                        .expected_settings_revision = -1,
                                        .done = hold_done,
                                        .owner = h};
    storage->ops->submit(storage, &h->change);
    pthread_mutex_lock(&h->lock);
    hold_wait(h, &h->is_held);
    pthread_mutex_unlock(&h->lock);
}

static inline void hold_end(struct hold *h)
{
    pthread_mutex_lock(&h->lock);
    h->is_over = true;
    pthread_cond_broadcast(&h->changed);
    pthread_mutex_unlock(&h->lock);
}
