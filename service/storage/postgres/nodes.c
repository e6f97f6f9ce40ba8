#include "postgres/postgres_private.h"

#include "clock.h"
#include "log.h"

#include <time.h>

/* Beyond a lease, for clocks that do not run alike. */
#define MARGIN_NS(lease_ns) ((lease_ns) / 10 + 10000000)

/* How often the settler looks at most while something waits. */
#define SETTLER_MS 50

static int64_t lease_ns(const struct pg_storage *s)
{
    return (int64_t)s->options.lease_ms * 1000000;
}

/* Beats are written without waiting for the disk: one that is lost with the database makes others wait for longer, or
 * look again from the start when they have reached it again (reach in follower.c). That this node is there must not be
 * lost: it would answer from memory, and nobody would wait for it. */
static int set_haste(struct pg_storage *s, bool is_hasty, struct error *err)
{
    struct error refused = ERROR_INIT(err->arena);
    if (pg_pipeline(&s->follower, false, err) != 0)
        return -1;
    pg_script(&s->follower, is_hasty ? "SET synchronous_commit = off" : "SET synchronous_commit = on", NULL, &refused);
    return pg_is_open(&s->follower) ? pg_pipeline(&s->follower, true, err) : error_pass(err, &refused);
}

static int insert_node(struct pg_storage *s, struct error *err)
{
    struct sql_query *q = sql_query(&s->follower.sql, SQL_ADD_NODE, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, str_of(s->node));
    sql_bind_number(q, 2, s->beat);
    sql_bind_number(q, 3, s->seen_revision);
    return sql_change(q, err) != 0 ? -1 : pg_finish(&s->follower, err);
}

static int add_node(struct pg_storage *s, struct error *err)
{
    return set_haste(s, false, err) != 0 || insert_node(s, err) != 0 ? -1 : set_haste(s, true, err);
}

int pg_nodes_beat(struct pg_storage *s, struct error *err)
{
    int64_t begin_ns = clock_boot_ns();
    s->beat++;
    struct sql_query *q = sql_query(&s->follower.sql, SQL_BEAT, err);
    if (!q)
        return -1;
    sql_bind_number(q, 1, s->beat);
    sql_bind_number(q, 2, s->seen_revision);
    sql_bind_text(q, 3, str_of(s->node));
    if (sql_change(q, err) != 0 || pg_finish(&s->follower, err) != 0)
        return -1;
    bool is_there = s->follower.changed > 0;
    s->was_removed = !is_there;
    if (!is_there && add_node(s, err) != 0)
        return -1;
    s->beat_ns = begin_ns;
    s->told_revision = s->seen_revision;
    return 0;
}

/* What is known of another node, to find out that it is gone. A new one takes the place that was not met for longest. */
static struct pg_peer *peer_of(struct pg_storage *s, struct str name)
{
    struct pg_peer *oldest = &s->peers[0];
    for (size_t i = 0; i < PG_PEERS_MAX; i++) {
        struct pg_peer *peer = &s->peers[i];
        if (str_equal(str_of(peer->name), name))
            return peer;
        if (peer->met_ns < oldest->met_ns)
            oldest = peer;
    }
    *oldest = (struct pg_peer){.beat = -1};
    size_t bytes = name.n < PG_NODE_BYTES ? name.n : PG_NODE_BYTES - 1;
    memcpy(oldest->name, name.p, bytes);
    return oldest;
}

static int remove_node(struct pg_storage *s, const struct pg_peer *peer, struct error *err)
{
    LOG_INFO("storage.node", "A node that has not been heard of is left out", LOG_TEXT("node", str_of(peer->name)));
    struct sql_query *q = sql_query(&s->follower.sql, SQL_REMOVE_NODE, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, str_of(peer->name));
    sql_bind_number(q, 2, peer->beat);
    return sql_change(q, err) != 0 ? -1 : pg_finish(&s->follower, err);
}

/* What all other nodes have seen; INT64_MAX without others. Those that have not been heard of for too long are removed.
 * 0, -1. */
static int read_seen(struct pg_storage *s, int64_t *ret_seen, bool *ret_has_others, struct error *err)
{
    int64_t now_ns = clock_boot_ns();
    struct pg_peer *gone = NULL;
    struct sql_query *q = sql_query(&s->follower.sql, SQL_READ_NODES, err);
    int outcome = q ? 1 : -1;
    *ret_seen = INT64_MAX;
    *ret_has_others = false;
    while (outcome == 1 && (outcome = sql_step(q, err)) == 1) {
        struct str name = sql_column_bytes(q, 0);
        int64_t beat = sql_column(q, 1), seen = sql_column(q, 2);
        if (str_equal(name, str_of(s->node)))
            continue;
        struct pg_peer *peer = peer_of(s, name);
        if (peer->beat != beat)
            peer->since_ns = now_ns;
        peer->beat = beat;
        peer->met_ns = now_ns;
        *ret_has_others = true;
        *ret_seen = seen < *ret_seen ? seen : *ret_seen;
        if (now_ns - peer->since_ns > lease_ns(s) + MARGIN_NS(lease_ns(s)))
            gone = peer;
    }
    return outcome == 0 && gone ? remove_node(s, gone, err) : outcome;
}

static int64_t expiry_ns(const struct pg_storage *s, const struct pg_batch *batch)
{
    return batch->committed_ns + lease_ns(s) + MARGIN_NS(lease_ns(s));
}

/* The oldest batch when it may be answered. */
static bool take_settled(struct pg_storage *s, int64_t seen, struct pg_batch *ret)
{
    pthread_mutex_lock(&s->waiting_lock);
    const struct pg_batch *oldest = &s->waiting[s->first_waiting];
    bool may_answer = s->waiting_count && (oldest->revision <= seen || expiry_ns(s, oldest) <= clock_boot_ns());
    if (may_answer) {
        *ret = *oldest;
        s->first_waiting = (s->first_waiting + 1) % PG_WAITING_MAX;
        s->waiting_count--;
    }
    pthread_mutex_unlock(&s->waiting_lock);
    if (may_answer)
        pthread_cond_broadcast(&s->waiting_moved);
    return may_answer;
}

static void answer_settled(struct pg_storage *s, int64_t seen)
{
    struct pg_batch batch;
    while (take_settled(s, seen, &batch))
        pg_answer(batch.first);
}

int pg_nodes_settle(struct pg_storage *s, struct error *err)
{
    bool has_others;
    int64_t seen;
    if (read_seen(s, &seen, &has_others, err) != 0)
        return -1;
    atomic_store(&s->has_others, has_others);
    pthread_mutex_lock(&s->waiting_lock);
    s->all_seen_revision = seen < s->seen_revision ? seen : s->seen_revision;
    pthread_cond_broadcast(&s->seen_moved);
    pthread_mutex_unlock(&s->waiting_lock);
    answer_settled(s, seen);
    return 0;
}

void pg_wait_for_others(struct pg_storage *s, const struct pg_batch *batch)
{
    pthread_mutex_lock(&s->waiting_lock);
    while (s->waiting_count == PG_WAITING_MAX)
        pthread_cond_wait(&s->waiting_moved, &s->waiting_lock);
    s->waiting[(s->first_waiting + s->waiting_count) % PG_WAITING_MAX] = *batch;
    s->waiting_count++;
    pthread_mutex_unlock(&s->waiting_lock);
    pthread_cond_broadcast(&s->waiting_moved);
    pg_follower_wake(s);
}

/* Waits for a batch, or for the time of the oldest one. false: the store stops and nothing waits. */
static bool wait_for_expiry(struct pg_storage *s)
{
    pthread_mutex_lock(&s->waiting_lock);
    while (!s->waiting_count && !atomic_load(&s->is_stopping))
        pthread_cond_wait(&s->waiting_moved, &s->waiting_lock);
    bool has_waiting = s->waiting_count > 0;
    int64_t left_ns = has_waiting ? expiry_ns(s, &s->waiting[s->first_waiting]) - clock_boot_ns() : 0;
    pthread_mutex_unlock(&s->waiting_lock);
    if (left_ns > 0)
        clock_sleep_ms((unsigned)(left_ns / 1000000 < SETTLER_MS ? left_ns / 1000000 + 1 : SETTLER_MS));
    return has_waiting;
}

static void *run_settler(void *argument)
{
    struct pg_storage *s = argument;
    pthread_setname_np(pthread_self(), "settler");
    while (wait_for_expiry(s))
        answer_settled(s, 0);
    return NULL;
}

int pg_settler_start(struct pg_storage *s, struct error *err)
{
    if (pthread_create(&s->settler_thread, NULL, run_settler, s) != 0)
        return error_raise(err, STORE, STR("the settler could not be started"));
    s->has_settler = true;
    return 0;
}

void pg_settler_stop(struct pg_storage *s)
{
    if (!s->has_settler)
        return;
    pthread_mutex_lock(&s->waiting_lock); /* is_stopping is set: it must not fall asleep after it has looked */
    pthread_mutex_unlock(&s->waiting_lock);
    pthread_cond_broadcast(&s->waiting_moved);
    pthread_join(s->settler_thread, NULL);
    s->has_settler = false;
}

void pg_nodes_await(struct pg_storage *s, int64_t revision)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t at = (int64_t)until.tv_sec * 1000000000 + until.tv_nsec + lease_ns(s) + MARGIN_NS(lease_ns(s));
    until = (struct timespec){at / 1000000000, (long)(at % 1000000000)};
    int outcome = 0;
    pthread_mutex_lock(&s->waiting_lock);
    s->readers_waiting++;
    if (s->all_seen_revision < revision)
        pg_follower_wake(s);
    while (s->all_seen_revision < revision && outcome == 0 && !atomic_load(&s->is_stopping))
        outcome = pthread_cond_timedwait(&s->seen_moved, &s->waiting_lock, &until);
    s->readers_waiting--;
    pthread_mutex_unlock(&s->waiting_lock);
}

void pg_nodes_leave(struct pg_storage *s)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 16, NULL, 0);
    struct error ignored = ERROR_INIT(&scratch);
    struct sql_query *q = pg_is_open(&s->follower) ? sql_query(&s->follower.sql, SQL_REMOVE_NODE, &ignored) : NULL;
    if (q) {
        sql_bind_text(q, 1, str_of(s->node));
        sql_bind_number(q, 2, s->beat);
        if (sql_change(q, &ignored) == 0)
            pg_finish(&s->follower, &ignored);
    }
    arena_deinit(&scratch);
}
