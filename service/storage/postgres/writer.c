#include "postgres/postgres_private.h"

#include "clock.h"
#include "hash.h"

#include <stdio.h>

/* Changes committed together at most: bounds the time the first one waits. */
#define BATCH_MAX 512
/* Between two attempts at the same batch, doubling, with jitter. */
#define PAUSE_FIRST_MS 2u
#define PAUSE_MAX_MS 200u

enum attempt { ATTEMPT_DONE, ATTEMPT_AGAIN, ATTEMPT_FAILED };

void pg_answer(struct storage_change *first)
{
    for (struct storage_change *change = first, *next; change; change = next) {
        next = change->next;
        change->next = NULL;
        change->done(change); /* the change belongs to its owner again */
    }
}

static void roll_back(struct pg_storage *s)
{
    struct pg_connection *c = &s->writer_connection;
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error ignored = ERROR_INIT(&scratch);
    sql_contexts_forget(&s->writer);
    /* Whatever was sent is over before the rollback. */
    if (pg_is_open(c) && (c->unanswered == 0 || pg_finish(c, &ignored) == 0 || pg_is_open(c))) {
        ignored = ERROR_INIT(&scratch);
        if (sql_run(s->writer.sql, SQL_ROLLBACK, &ignored) != 0)
            pg_close(c);
    }
    arena_deinit(&scratch);
}

/* After a connection was lost in a commit: whether that transaction was committed. Its successor has the lock of the
 * totals first, so it is over. 0 = no, 1 = yes, -1. */
static int was_committed(struct pg_storage *s, struct error *err)
{
    char token[PG_TOKEN_BYTES];
    int64_t ignored;
    snprintf(token, sizeof token, "%s-%llu", s->node, (unsigned long long)s->token_count);
    if (sql_run(s->writer.sql, SQL_BEGIN_WRITE, err) != 0 || sql_totals_read(&s->writer, SQL_LOCK_TOTALS, err) != 0)
        return -1;
    struct sql_query *q = sql_query(s->writer.sql, SQL_HAS_TOKEN, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, str_of(token));
    int outcome = sql_number(q, &ignored, err);
    roll_back(s);
    return outcome < 0 ? -1 : outcome == 0;
}

static int send(struct pg_storage *s, enum sql_statement id, struct error *err)
{
    struct sql_query *q = sql_query(s->writer.sql, id, err);
    return q ? pg_send(q, err) : -1;
}

/* Whether the table of nodes has another one. */
static bool finds_others(struct pg_storage *s, PGresult *nodes)
{
    struct sql_query *q = &s->writer_connection.queries[SQL_READ_NODES].head;
    bool found = false;
    pg_adopt(q, nodes);
    for (int row = 0; row < pq.PQntuples(nodes); row++) {
        s->writer_connection.queries[SQL_READ_NODES].row = row;
        found |= !str_equal(sql_column_bytes(q, 0), str_of(s->node));
    }
    sql_reset(q);
    return found;
}

/* The result of COMMIT says ROLLBACK where the transaction had failed. */
static int read_commit(struct pg_storage *s, bool *ret_has_others, struct error *err)
{
    struct pg_connection *c = &s->writer_connection;
    int outcome = 0;
    while (c->unanswered > 2) {
        PGresult *result = pg_receive(c, err);
        if (!result && !pg_is_open(c))
            return -1;
        outcome = result ? outcome : -1;
        pq.PQclear(result);
    }
    PGresult *commit = pg_receive(c, err);
    bool is_committed = commit && strcmp(pq.PQcmdStatus(commit), "COMMIT") == 0;
    pq.PQclear(commit);
    s->committed_ns = clock_boot_ns();
    PGresult *nodes = pg_is_open(c) ? pg_receive(c, err) : NULL;
    *ret_has_others = nodes ? finds_others(s, nodes) : true;
    if (!pg_is_open(c))
        return is_committed ? 0 : -1;
    struct error late = ERROR_INIT(err->arena);
    if (pg_receive_sync(c, is_committed ? &late : err) != 0 && !is_committed)
        return -1;
    return is_committed && outcome == 0 ? 0 : error_raise(err, STORE, STR("the transaction was rolled back"));
}

static int commit(struct pg_storage *s, bool *ret_has_others, bool *ret_is_certain, struct error *err)
{
    if (atomic_load(&s->has_others) && atomic_load(&s->has_notices)) {
        struct sql_query *q = sql_query(s->writer.sql, SQL_NOTIFY, err);
        if (!q)
            return -1;
        sql_bind_text(q, 1, str_of(s->options.schema));
        if (pg_send(q, err) != 0)
            return -1;
    }
    if (send(s, SQL_COMMIT, err) != 0 || send(s, SQL_READ_NODES, err) != 0)
        return -1;
    *ret_is_certain = false;
    if (pg_sync(&s->writer_connection, err) != 0)
        return -1;
    int outcome = read_commit(s, ret_has_others, err);
    *ret_is_certain = outcome == 0 || s->writer_connection.fault != PG_LOST;
    return outcome;
}

static size_t count_of(const struct storage_change *first)
{
    size_t count = 0;
    for (const struct storage_change *change = first; change; change = change->next)
        count++;
    return count;
}

static void observe_commit(struct pg_storage *s, int64_t begin_ns)
{
    if (s->head.observe_commit)
        s->head.observe_commit(s->head.observer, clock_mono_ns() - begin_ns);
    atomic_fetch_add(&s->head.commits, 1);
}

/* One transaction. *certain: whether the one before, of the same batch, has certainly not been committed. */
static enum attempt try_once(struct pg_storage *s, struct storage_change *first, bool *certain, bool *ret_has_others,
                             struct error *err)
{
    struct pg_connection *c = &s->writer_connection;
    if (!pg_is_open(c) && pg_open(c, err) != 0) {
        pg_storage_down(s, err);
        return ATTEMPT_AGAIN;
    }
    pg_set_deadline(c, first->deadline_ns);
    c->fault = PG_SOUND;
    int outcome = *certain ? 0 : was_committed(s, err);
    if (outcome == 1) {
        *certain = *ret_has_others = true;
        s->committed_ns = clock_boot_ns();
        return ATTEMPT_DONE;
    }
    *certain |= outcome == 0;
    if (outcome == 0) {
        for (struct storage_change *change = first; change; change = change->next) {
            change->is_context_new = false;
            change->err.id = ERROR_NONE;
        }
        outcome = pg_apply_batch(s, first, err);
    }
    if (outcome == 1) { /* nothing to write */
        *ret_has_others = false;
        atomic_fetch_add(&s->head.changes, count_of(first));
        roll_back(s);
        return ATTEMPT_DONE;
    }
    int64_t begin_ns = clock_mono_ns();
    if (outcome == 0 && commit(s, ret_has_others, certain, err) == 0) {
        observe_commit(s, begin_ns);
        atomic_fetch_add(&s->head.changes, count_of(first));
        return ATTEMPT_DONE;
    }
    enum pg_fault fault = c->fault;
    roll_back(s);
    return fault == PG_LOST || fault == PG_CONFLICT ? ATTEMPT_AGAIN : ATTEMPT_FAILED;
}

static void pause_before_retry(unsigned attempt)
{
    unsigned ms = attempt < 8 ? PAUSE_FIRST_MS << attempt : PAUSE_MAX_MS;
    int64_t now = clock_mono_ns();
    ms = ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
    clock_sleep_ms(ms / 2 + (unsigned)(hash_bytes((struct str){(const char *)&now, sizeof now}) % (ms / 2 + 1)));
}

/* Waits for the database where it is known to be away. false: it is not there in time. */
static bool may_try(struct pg_storage *s, int64_t deadline_ns, struct error *err)
{
    bool is_there = pg_is_open(&s->writer_connection) || pg_storage_wait_up(s, deadline_ns);
    if (is_there && clock_mono_ns() < deadline_ns && !atomic_load(&s->is_stopping))
        return true;
    if (!is_there)
        pg_raise_down(s, err);
    error_raise(err, STORE, STR("the database did not answer in time"));
    return false;
}

/* Until it is done or its time is up. */
static enum attempt try_until(struct pg_storage *s, struct storage_change *first, bool *ret_has_others,
                              struct arena *arena, struct error *err)
{
    bool certain = true;
    s->token_count++;
    *err = ERROR_INIT(arena);
    for (unsigned attempt = 0; may_try(s, first->deadline_ns, err); attempt++) {
        arena_reset(arena);
        *err = ERROR_INIT(arena);
        enum attempt outcome = try_once(s, first, &certain, ret_has_others, err);
        if (outcome != ATTEMPT_AGAIN)
            return outcome;
        pause_before_retry(attempt);
    }
    if (!certain) {
        atomic_store(&s->uncertain_revision, INT64_MAX);
        struct str reason = ARENA_JOIN(arena, STR("it is not known whether the change was written: "), err->text);
        *err = ERROR_INIT(arena);
        error_raise(err, STORE, reason);
    }
    return ATTEMPT_FAILED;
}

/* Answers a batch that is committed, now or when the other nodes have seen it. */
static void finish(struct pg_storage *s, struct storage_change *first, bool has_others)
{
    if (has_others) {
        atomic_store(&s->has_others, true);
        pg_wait_for_others(s, &(struct pg_batch){first, s->writer.totals.revision, s->committed_ns});
    } else {
        pg_answer(first);
    }
}

/* When a batch fails, each of its changes is tried alone, so that one that cannot be written fails alone. */
static void commit_batch(struct pg_storage *s, struct storage_change *first)
{
    struct arena arena;
    arena_init(&arena, 1 << 20, NULL, 0);
    struct error err;
    bool has_others = true;
    enum attempt outcome = try_until(s, first, &has_others, &arena, &err);
    if (outcome == ATTEMPT_DONE) {
        finish(s, first, has_others);
    } else {
        /* Where the database is away, all of them fail alike. */
        bool is_single = !first->next || s->writer_connection.fault == PG_LOST || !pg_is_open(&s->writer_connection);
        for (struct storage_change *change = first, *next; change; change = next) {
            next = change->next;
            change->next = NULL;
            change->err.id = ERROR_NONE;
            if (is_single)
                change_fail(&s->head, change, &err);
            else if (try_until(s, change, &has_others, &arena, &err) != ATTEMPT_DONE)
                change_fail(&s->head, change, &err);
            if (change->outcome == STORAGE_FAILED)
                pg_answer(change);
            else
                finish(s, change, has_others);
        }
    }
    arena_deinit(&arena);
}

static void *run(void *argument)
{
    struct pg_storage *s = argument;
    struct storage_change *first;
    pthread_setname_np(pthread_self(), "writer");
    while ((first = change_queue_take(&s->queue, BATCH_MAX)) != NULL)
        commit_batch(s, first);
    return NULL;
}

void pg_submit(struct storage *storage, struct storage_change *change)
{
    struct pg_storage *s = (struct pg_storage *)storage;
    change->deadline_ns = clock_mono_ns() + (int64_t)s->options.timeout_ms * 1000000;
    change_queue_push(&s->queue, change);
}

int pg_writer_start(struct pg_storage *s, struct error *err)
{
    if (pthread_create(&s->writer_thread, NULL, run, s) != 0)
        return error_raise(err, STORE, STR("the writer could not be started"));
    s->has_writer = true;
    return 0;
}

void pg_writer_stop(struct pg_storage *s)
{
    if (s->has_writer) {
        change_queue_stop(&s->queue);
        pthread_join(s->writer_thread, NULL);
        s->has_writer = false;
    }
    pg_close(&s->writer_connection);
}
