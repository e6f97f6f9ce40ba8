#include "sqlite/sqlite_private.h"

#include "clock.h"
#include "log.h"

/* Changes committed together at most: bounds the time the first one waits. */
#define BATCH_MAX 512

static int read_totals(struct sqlite_storage *s, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_READ_TOTALS, err);
    int outcome = q ? connection_step(&s->connection, q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    s->totals =
        (struct sqlite_totals){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 2),
                               sqlite3_column_int64(q, 3), sqlite3_column_int64(q, 4)};
    sqlite3_reset(q);
    return 0;
}

static int write_totals(struct sqlite_storage *s, struct error *err)
{
    sqlite3_stmt *q = connection_statement(&s->connection, STATEMENT_WRITE_TOTALS, err);
    if (!q)
        return -1;
    bind_number(q, 1, s->totals.revision);
    bind_number(q, 2, s->totals.settings_revision);
    bind_number(q, 3, s->totals.subjects);
    bind_number(q, 4, s->totals.schemas);
    bind_number(q, 5, s->totals.versions);
    return connection_change(&s->connection, q, err);
}

static void roll_back(struct sqlite_storage *s, const struct sqlite_totals *before)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error ignored = ERROR_INIT(&scratch);
    s->totals = *before;
    sqlite_contexts_forget(s);
    /* After some failures SQLite has rolled back by itself. */
    if (!sqlite3_get_autocommit(s->connection.db))
        connection_run(&s->connection, STATEMENT_ROLLBACK, &ignored);
    arena_deinit(&scratch);
}

/* All changes in one transaction: 0 when it is durable, -1 when nothing has changed (err of a change, or *err, says why). */
static int commit_together(struct sqlite_storage *s, struct storage_change *first, struct error *err)
{
    struct sqlite_totals before = s->totals;
    int outcome = connection_run(&s->connection, STATEMENT_BEGIN_WRITE, err);
    size_t count = 0;
    for (struct storage_change *change = first; change && outcome == 0; change = change->next, count++)
        outcome = sqlite_apply(s, change);
    if (outcome == 0)
        outcome = sqlite_contexts_flush(s, err) != 0 ? -1 : write_totals(s, err);
    int64_t begin = clock_mono_ns();
    if (outcome == 0)
        outcome = connection_run(&s->connection, STATEMENT_COMMIT, err);
    if (outcome != 0) {
        roll_back(s, &before);
        return -1;
    }
    if (s->head.observe_commit)
        s->head.observe_commit(s->head.observer, clock_mono_ns() - begin);
    atomic_fetch_add(&s->head.commits, 1);
    atomic_fetch_add(&s->head.changes, count);
    return 0;
}

static void fail(struct sqlite_storage *s, struct storage_change *change, const struct error *err)
{
    if (error_is_set(err))
        error_pass(&change->err, err);
    else
        error_raise(&change->err, STORE, STR("the change could not be written"));
    change->outcome = STORAGE_FAILED;
    atomic_fetch_add(&s->head.failures, 1);
    LOG_ERROR("storage.write", "A change could not be written", LOG_TEXT("reason", change->err.text));
}

static void reset_results(struct storage_change *change)
{
    change->err.id = ERROR_NONE;
    change->is_context_new = false;
}

/* When a batch fails, each of its changes is tried alone, so that one that cannot be written fails alone. */
static void commit(struct sqlite_storage *s, struct storage_change *first)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error err = ERROR_INIT(&scratch);
    bool is_committed = commit_together(s, first, &err) == 0;
    for (struct storage_change *change = first, *next; change; change = next) {
        next = change->next;
        if (!is_committed && (next || change != first)) {
            reset_results(change);
            change->next = NULL;
            err = ERROR_INIT(&scratch);
            if (commit_together(s, change, &err) != 0)
                fail(s, change, &err);
        } else if (!is_committed) {
            fail(s, change, &err);
        }
        change->next = NULL;
        change->done(change); /* the change belongs to its owner again */
    }
    arena_deinit(&scratch);
}

/* Takes up to BATCH_MAX changes; waits for the first. NULL when the store is closing and nothing waits. */
static struct storage_change *take_waiting(struct sqlite_storage *s)
{
    pthread_mutex_lock(&s->queue_lock);
    while (!s->first_waiting && !s->is_stopping)
        pthread_cond_wait(&s->queue_filled, &s->queue_lock);
    struct storage_change *first = s->first_waiting, *last = first;
    for (size_t i = 1; last && last->next && i < BATCH_MAX; i++)
        last = last->next;
    if (last) {
        s->first_waiting = last->next;
        if (!s->first_waiting)
            s->last_waiting = &s->first_waiting;
        last->next = NULL;
    }
    pthread_mutex_unlock(&s->queue_lock);
    return first;
}

static void *run(void *argument)
{
    struct sqlite_storage *s = argument;
    struct storage_change *first;
    pthread_setname_np(pthread_self(), "writer");
    while ((first = take_waiting(s)) != NULL)
        commit(s, first);
    return NULL;
}

void sqlite_submit(struct storage *storage, struct storage_change *change)
{
    struct sqlite_storage *s = (struct sqlite_storage *)storage;
    change->next = NULL;
    if (s->head.is_read_only) {
        error_raise(&change->err, STORE, STR("the data folder cannot be written"));
        change->outcome = STORAGE_FAILED;
        atomic_fetch_add(&s->head.failures, 1);
        change->done(change);
        return;
    }
    pthread_mutex_lock(&s->queue_lock);
    bool was_empty = !s->first_waiting;
    *s->last_waiting = change;
    s->last_waiting = &change->next;
    pthread_mutex_unlock(&s->queue_lock);
    if (was_empty)
        pthread_cond_signal(&s->queue_filled);
}

int sqlite_writer_start(struct sqlite_storage *s, struct error *err)
{
    if (read_totals(s, err) != 0)
        return -1;
    if (s->head.is_read_only)
        return 0;
    s->last_waiting = &s->first_waiting;
    if (pthread_create(&s->writer, NULL, run, s) != 0)
        return error_raise(err, STORE, STR("the writer could not be started"));
    s->has_writer = true;
    return 0;
}

void sqlite_writer_stop(struct sqlite_storage *s)
{
    if (!s->has_writer)
        return;
    pthread_mutex_lock(&s->queue_lock);
    s->is_stopping = true;
    pthread_mutex_unlock(&s->queue_lock);
    pthread_cond_signal(&s->queue_filled);
    pthread_join(s->writer, NULL);
    s->has_writer = false;
}
