#include "sql/queue.h"

#include "log.h"

void change_queue_init(struct change_queue *q)
{
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->filled, NULL);
    q->first = NULL;
    q->last = &q->first;
    q->is_stopping = false;
}

void change_queue_deinit(struct change_queue *q)
{
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->filled);
}

void change_queue_push(struct change_queue *q, struct storage_change *change)
{
    change->next = NULL;
    pthread_mutex_lock(&q->lock);
    bool was_empty = !q->first;
    *q->last = change;
    q->last = &change->next;
    pthread_mutex_unlock(&q->lock);
    if (was_empty)
        pthread_cond_signal(&q->filled);
}

struct storage_change *change_queue_take(struct change_queue *q, size_t max)
{
    pthread_mutex_lock(&q->lock);
    while (!q->first && !q->is_stopping)
        pthread_cond_wait(&q->filled, &q->lock);
    struct storage_change *first = q->first, *last = first;
    for (size_t i = 1; last && last->next && i < max; i++)
        last = last->next;
    if (last) {
        q->first = last->next;
        if (!q->first)
            q->last = &q->first;
        last->next = NULL;
    }
    pthread_mutex_unlock(&q->lock);
    return first;
}

void change_queue_stop(struct change_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_stopping = true;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_signal(&q->filled);
}

void change_fail(struct storage *storage, struct storage_change *change, const struct error *err)
{
    if (error_is_set(err))
        error_pass(&change->err, err);
    else
        error_raise(&change->err, STORE, STR("the change could not be written"));
    change->outcome = STORAGE_FAILED;
    atomic_fetch_add(&storage->failures, 1);
    LOG_ERROR("storage.write", "A change could not be written", LOG_TEXT("reason", change->err.text));
}
