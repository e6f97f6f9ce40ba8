/* Changes that wait for the writer of a store. Any thread pushes, one takes. */
#pragma once

#include "storage.h"

#include <pthread.h>

struct change_queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct storage_change *first, **last; /* guarded by lock */
    bool is_stopping;
};

void change_queue_init(struct change_queue *q);
void change_queue_deinit(struct change_queue *q);
void change_queue_push(struct change_queue *q, struct storage_change *change);
/* Up to max changes as a list; waits for the first. NULL when the queue is stopped and empty. */
struct storage_change *change_queue_take(struct change_queue *q, size_t max);
void change_queue_stop(struct change_queue *q);

/* Makes it a change that failed, counts and logs it. err: why, unless the change knows that itself already. */
void change_fail(struct storage *storage, struct storage_change *change, const struct error *err);
