#include "postgres/postgres_private.h"

#include "clock.h"
#include "log.h"

#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Rows of the feed that are read at once; as in READ_CHANGES. */
#define FEED_ROWS 1000
/* While changes of this node wait for others. */
#define SETTLE_MS 1
/* While the database cannot be reached. */
#define RETRY_MS 100
/* Revisions that stay in the feed although everybody has seen them: for a writer that asks what became of a commit. */
#define FEED_KEPT 10000

/* The database has just answered: what is forgotten now can be asked for again. */
static void tell(struct pg_storage *s, const struct storage_event *event)
{
    pg_storage_up(s);
    if (s->head.observe_change)
        s->head.observe_change(s->head.change_observer, event);
}

static void tell_anything(struct pg_storage *s)
{
    tell(s, &(struct storage_event){.is_anything = true});
}

/* A row of the feed. What this node has written itself it knows already, unless it was never told so. */
static void tell_row(struct pg_storage *s, struct sql_query *q)
{
    int64_t kind = sql_column(q, 1), revision = sql_column(q, 0);
    s->seen_revision = revision;
    bool is_own = str_starts(sql_column_bytes(q, 5), str_of(s->node));
    if (is_own && revision > atomic_load(&s->uncertain_revision))
        return;
    struct storage_event event = {.kind = (enum storage_change_kind)(kind & (PG_FEED_PERMANENT - 1)),
                                  .context = sql_column_bytes(q, 2),
                                  .subject = sql_column_bytes(q, 3),
                                  .schema_id = sql_column_int(q, 4),
                                  .permanent = (kind & PG_FEED_PERMANENT) != 0,
                                  .sweeping = (kind & PG_FEED_SWEEPING) != 0};
    tell(s, &event);
}

/* 0 = read to its end, -1. */
static int read_feed(struct pg_storage *s, struct error *err)
{
    size_t count = FEED_ROWS;
    while (count == FEED_ROWS) {
        struct sql_query *q = sql_query(&s->follower.sql, SQL_READ_CHANGES, err);
        if (!q)
            return -1;
        sql_bind_number(q, 1, s->seen_revision);
        int outcome;
        for (count = 0; (outcome = sql_step(q, err)) == 1; count++)
            tell_row(s, q);
        if (outcome < 0)
            return -1;
    }
    return 0;
}

/* A node that was left out may have missed what is no longer in the feed; and a database may have gone back, when it was
 * restored or its successor had not received everything. Then nothing that is remembered counts. */
static int start_over(struct pg_storage *s, struct error *err)
{
    struct sql_query *q = sql_query(&s->follower.sql, SQL_READ_TOTALS, err);
    int outcome = q ? sql_step(q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    s->seen_revision = sql_totals_row(q).revision;
    s->was_removed = false;
    sql_reset(q);
    tell_anything(s);
    return 0;
}

static int check_direction(struct pg_storage *s, struct error *err)
{
    struct sql_query *q = sql_query(&s->follower.sql, SQL_READ_TOTALS, err);
    int outcome = q ? sql_step(q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    int64_t revision = sql_totals_row(q).revision;
    sql_reset(q);
    if (revision >= s->seen_revision)
        return 0;
    LOG_WARNING("storage.back_in_time", "The database has lost changes that were there",
                LOG_NUMBER("seen", s->seen_revision), LOG_NUMBER("revision", revision));
    return start_over(s, err);
}

static int forget_old_changes(struct pg_storage *s, struct error *err)
{
    pthread_mutex_lock(&s->waiting_lock);
    int64_t up_to = s->all_seen_revision - FEED_KEPT;
    pthread_mutex_unlock(&s->waiting_lock);
    if (up_to <= s->forgotten_revision + FEED_KEPT / 10)
        return 0;
    struct sql_query *q = sql_query(&s->follower.sql, SQL_FORGET_CHANGES, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, up_to);
    s->forgotten_revision = up_to;
    return sql_change(q, err) != 0 ? -1 : pg_finish(&s->follower, err);
}

/* The node's row, when it is time for it. */
static int beat(struct pg_storage *s, struct error *err)
{
    int64_t third_ns = (int64_t)s->options.lease_ms * 1000000 / 3;
    bool is_due = s->beat_ns == 0 || clock_boot_ns() - s->beat_ns > third_ns;
    if (!is_due)
        return 0;
    if (pg_nodes_beat(s, err) != 0 || check_direction(s, err) != 0)
        return -1;
    return s->was_removed ? start_over(s, err) : 0;
}

/* Whether batches or threads wait for other nodes. */
static bool has_waiting(struct pg_storage *s)
{
    pthread_mutex_lock(&s->waiting_lock);
    bool has = s->waiting_count > 0 || s->readers_waiting > 0;
    pthread_mutex_unlock(&s->waiting_lock);
    return has;
}

/* Everything once: this node's row, the feed, the lease, the others. */
static int follow(struct pg_storage *s, struct error *err)
{
    int64_t lease_ns = (int64_t)s->options.lease_ms * 1000000;
    pg_set_deadline(&s->follower, clock_mono_ns() + lease_ns / 2);
    bool is_due = s->beat_ns == 0 || clock_boot_ns() - s->beat_ns > lease_ns / 3;
    if (beat(s, err) != 0)
        return -1;
    int64_t read_ns = clock_boot_ns(), beat_ns = s->beat_ns;
    if (read_feed(s, err) != 0)
        return -1;
    atomic_store(&s->head.current_until_ns, (read_ns < beat_ns ? read_ns : beat_ns) + lease_ns);
    if (s->seen_revision != s->told_revision && atomic_load(&s->has_others) && pg_nodes_beat(s, err) != 0)
        return -1;
    if (s->was_removed && start_over(s, err) != 0)
        return -1;
    if ((is_due || has_waiting(s)) && pg_nodes_settle(s, err) != 0)
        return -1;
    return is_due ? forget_old_changes(s, err) : 0;
}

/* LISTEN works on one connection at a time and not everywhere. */
static int listen_to_others(struct pg_storage *s, struct error *err)
{
    struct error refused = ERROR_INIT(err->arena);
    if (pg_pipeline(&s->follower, false, err) != 0)
        return -1;
    char sql[256], *channel = pq.PQescapeIdentifier(s->follower.conn, s->options.schema, strlen(s->options.schema));
    int bytes = channel ? snprintf(sql, sizeof sql, "LISTEN %s", channel) : -1;
    pq.PQfreemem(channel);
    bool hears = bytes > 0 && (size_t)bytes < sizeof sql && pg_script(&s->follower, sql, NULL, &refused) == 0;
    atomic_store(&s->has_notices, hears);
    return pg_is_open(&s->follower) ? pg_pipeline(&s->follower, true, err) : error_pass(err, &refused);
}

static int reach(struct pg_storage *s, struct error *err)
{
    struct pg_connection *c = &s->follower;
    if (s->is_reached && pg_is_open(c))
        return 0;
    pg_set_deadline(c, clock_mono_ns() + (int64_t)s->options.timeout_ms * 1000000);
    if (!pg_is_open(c) && pg_open(c, err) != 0)
        return -1;
    if (pg_migrate(c, s->may_migrate, err) != 0) {
        /* It is there, and cannot be used: an operator must know, once. */
        if (pg_is_open(c) && !s->is_refused)
            LOG_ERROR("storage.refused", "The database cannot be used", LOG_TEXT("reason", err->text));
        s->is_refused |= pg_is_open(c);
        return -1;
    }
    s->is_refused = false;
    if (listen_to_others(s, err) != 0)
        return -1;
    s->is_reached = true;
    s->beat_ns = 0;
    memset(s->peers, 0, sizeof s->peers); /* what they have written last may be lost: they get their whole time again */
    return 0;
}

static void lost(struct pg_storage *s, const struct error *err)
{
    pg_close(&s->follower);
    s->is_reached = false;
    pg_storage_down(s, err);
}

/* Until it is time again, a notice comes, or somebody wakes the thread. */
static void wait_for_more(struct pg_storage *s)
{
    bool is_open = pg_is_open(&s->follower);
    int ms = !is_open ? RETRY_MS : has_waiting(s) ? SETTLE_MS : s->options.poll_ms;
    struct pollfd fds[] = {{.fd = s->wake_fd, .events = POLLIN},
                           {.fd = is_open ? pq.PQsocket(s->follower.conn) : -1, .events = POLLIN}};
    if (!is_open) /* wakers want to know what is found out next */
        fds[0].fd = -1;
    poll(fds, 2, ms);
    uint64_t count;
    if (read(s->wake_fd, &count, sizeof count) < 0)
        count = 0;
    if (!is_open)
        return;
    pq.PQconsumeInput(s->follower.conn);
    for (PGnotify *notice; (notice = pq.PQnotifies(s->follower.conn)) != NULL;)
        pq.PQfreemem(notice);
}

/* A connection that was ended says little about the database: only when another one fails too, it is away. */
static int follow_once(struct pg_storage *s, struct error *err)
{
    struct error first = ERROR_INIT(err->arena);
    bool was_open = pg_is_open(&s->follower);
    if (reach(s, &first) == 0 && follow(s, &first) == 0)
        return 0;
    if (!was_open || s->follower.is_late)
        return error_pass(err, &first);
    pg_close(&s->follower);
    s->is_reached = false;
    return reach(s, err) != 0 ? -1 : follow(s, err);
}

static void *run(void *argument)
{
    struct pg_storage *s = argument;
    pthread_setname_np(pthread_self(), "follower");
    while (!atomic_load(&s->is_stopping)) {
        struct arena scratch;
        arena_init(&scratch, 1 << 20, NULL, 0);
        struct error err = ERROR_INIT(&scratch);
        if (follow_once(s, &err) != 0)
            lost(s, &err);
        else
            pg_storage_up(s);
        arena_deinit(&scratch);
        if (!atomic_load(&s->is_stopping))
            wait_for_more(s);
    }
    atomic_store(&s->head.current_until_ns, 0);
    return NULL;
}

void pg_follower_wake(struct pg_storage *s)
{
    uint64_t one = 1;
    if (s->wake_fd >= 0 && write(s->wake_fd, &one, sizeof one) < 0)
        return; /* it is awake */
}

int pg_follower_start(struct pg_storage *s, struct error *err)
{
    s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (s->wake_fd < 0 || pthread_create(&s->follower_thread, NULL, run, s) != 0)
        return error_raise(err, STORE, STR("the follower could not be started"));
    s->has_follower = true;
    return 0;
}

void pg_follower_stop(struct pg_storage *s)
{
    if (s->has_follower) {
        pthread_mutex_lock(&s->state_lock);
        atomic_store(&s->is_stopping, true);
        pthread_cond_broadcast(&s->state_changed);
        pthread_mutex_unlock(&s->state_lock);
        pg_follower_wake(s);
        pthread_join(s->follower_thread, NULL);
        s->has_follower = false;
        pg_nodes_leave(s);
    }
    pg_close(&s->follower);
    if (s->wake_fd >= 0)
        close(s->wake_fd);
    s->wake_fd = -1;
}
