#include "server_private.h"

int queue_init(struct worker_queue *q, size_t max)
{
    *q = (struct worker_queue){.max = max};
    q->last = &q->first;
    return pthread_mutex_init(&q->lock, NULL) != 0 || pthread_cond_init(&q->filled, NULL) != 0 ? -1 : 0;
}

void queue_deinit(struct worker_queue *q)
{
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->filled);
}

bool queue_push(struct worker_queue *q, struct request *r, bool is_urgent)
{
    pthread_mutex_lock(&q->lock);
    bool is_taken = is_urgent || (q->waiting < q->max && !q->is_stopping);
    if (is_taken && is_urgent) {
        r->next = q->first;
        q->first = r;
        if (!r->next)
            q->last = &r->next;
    } else if (is_taken) {
        r->next = NULL;
        *q->last = r;
        q->last = &r->next;
    }
    q->waiting += is_taken;
    bool wakes = is_taken && q->idle > 0;
    pthread_mutex_unlock(&q->lock);
    if (wakes)
        pthread_cond_signal(&q->filled);
    return is_taken;
}

struct request *queue_pop(struct worker_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->idle++;
    while (!q->first && !q->is_stopping)
        pthread_cond_wait(&q->filled, &q->lock);
    q->idle--;
    struct request *r = q->first;
    if (r) {
        q->first = r->next;
        if (!q->first)
            q->last = &q->first;
        q->waiting--;
    }
    pthread_mutex_unlock(&q->lock);
    return r;
}

void queue_stop(struct worker_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_stopping = true;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_broadcast(&q->filled);
}
