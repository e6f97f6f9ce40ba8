#include "sqlite/sqlite_private.h"

#include "clock.h"

/* Changes committed together at most: bounds the time the first one waits. */
#define BATCH_MAX 512

static void roll_back(struct sqlite_storage *s, const struct sql_totals *before)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error ignored = ERROR_INIT(&scratch);
    sql_writer_forget(&s->writer, before);
    /* After some failures SQLite has rolled back by itself. */
    if (!sqlite3_get_autocommit(s->connection.db))
        sql_run(s->writer.sql, SQL_ROLLBACK, &ignored);
    arena_deinit(&scratch);
}

/* All changes in one transaction: 0 when it is durable, -1 when nothing has changed (err of a change, or *err, says why). */
static int commit_together(struct sqlite_storage *s, struct storage_change *first, struct error *err)
{
    struct sql_totals before = s->writer.totals;
    int outcome = sql_run(s->writer.sql, SQL_BEGIN_WRITE, err);
    size_t count = 0;
    for (struct storage_change *change = first; change && outcome == 0; change = change->next, count++)
        outcome = sql_apply(&s->writer, change);
    if (outcome == 0)
        outcome = sql_writer_flush(&s->writer, err);
    int64_t begin = clock_mono_ns();
    if (outcome == 0)
        outcome = sql_run(s->writer.sql, SQL_COMMIT, err);
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
                change_fail(&s->head, change, &err);
        } else if (!is_committed) {
            change_fail(&s->head, change, &err);
        }
        change->next = NULL;
        change->done(change); /* the change belongs to its owner again */
    }
    arena_deinit(&scratch);
}

static void *run(void *argument)
{
    struct sqlite_storage *s = argument;
    struct storage_change *first;
    pthread_setname_np(pthread_self(), "writer");
    while ((first = change_queue_take(&s->queue, BATCH_MAX)) != NULL)
        commit(s, first);
    return NULL;
}

void sqlite_submit(struct storage *storage, struct storage_change *change)
{
    struct sqlite_storage *s = (struct sqlite_storage *)storage;
    if (s->head.is_read_only) {
        error_raise(&change->err, STORE, STR("the data folder cannot be written"));
        change->outcome = STORAGE_FAILED;
        atomic_fetch_add(&s->head.failures, 1);
        change->done(change);
        return;
    }
    change_queue_push(&s->queue, change);
}

int sqlite_writer_start(struct sqlite_storage *s, struct error *err)
{
    if (sql_totals_read(&s->writer, SQL_READ_TOTALS, err) != 0)
        return -1;
    if (s->head.is_read_only)
        return 0;
    if (pthread_create(&s->thread, NULL, run, s) != 0)
        return error_raise(err, STORE, STR("the writer could not be started"));
    s->has_thread = true;
    return 0;
}

void sqlite_writer_stop(struct sqlite_storage *s)
{
    if (!s->has_thread)
        return;
    change_queue_stop(&s->queue);
    pthread_join(s->thread, NULL);
    s->has_thread = false;
}
