#include "postgres/postgres_private.h"

#include "clock.h"
#include "hash.h"
#include "log.h"
#include "migrate.h"

#include <errno.h>
#include <time.h>

/* -- up and down ---------------------------------------------------------------------------------------------------- */

/* Both flags move together: is_away is what others see. Whether it was otherwise before. */
static bool set_up(struct pg_storage *s, bool is_up)
{
    bool was_up = atomic_exchange(&s->is_up, is_up), was_away = atomic_exchange(&s->head.is_away, !is_up);
    return was_up != is_up || was_away == is_up;
}

void pg_storage_down(struct pg_storage *s, const struct error *reason)
{
    pthread_mutex_lock(&s->state_lock);
    size_t bytes = reason->text.n < sizeof s->down_reason ? reason->text.n : sizeof s->down_reason - 1;
    memcpy(s->down_reason, reason->text.p, bytes);
    s->down_reason[bytes] = '\0';
    bool is_new = set_up(s, false);
    pthread_mutex_unlock(&s->state_lock);
    if (is_new)
        LOG_WARNING("storage.away", "The database cannot be reached", LOG_TEXT("reason", reason->text));
    pg_follower_wake(s);
}

void pg_storage_up(struct pg_storage *s)
{
    if (atomic_load(&s->is_up))
        return;
    pthread_mutex_lock(&s->state_lock);
    bool was_away = atomic_load(&s->head.is_away);
    set_up(s, true);
    pthread_cond_broadcast(&s->state_changed);
    pthread_mutex_unlock(&s->state_lock);
    if (was_away)
        LOG_INFO("storage.back", "The database can be reached", LOG_TEXT("node", str_of(s->node)));
}

static struct timespec wall_time_of(int64_t mono_ns)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t at = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + mono_ns - clock_mono_ns();
    return (struct timespec){at / 1000000000, (long)(at % 1000000000)};
}

bool pg_storage_wait_up(struct pg_storage *s, int64_t deadline_ns)
{
    struct timespec until = wall_time_of(deadline_ns);
    int outcome = 0;
    pthread_mutex_lock(&s->state_lock);
    while (!atomic_load(&s->is_up) && !atomic_load(&s->is_stopping) && outcome != ETIMEDOUT)
        outcome = pthread_cond_timedwait(&s->state_changed, &s->state_lock, &until);
    pthread_mutex_unlock(&s->state_lock);
    return atomic_load(&s->is_up);
}

int pg_raise_down(struct pg_storage *s, struct error *err)
{
    char reason[sizeof s->down_reason];
    pthread_mutex_lock(&s->state_lock);
    memcpy(reason, s->down_reason, sizeof reason);
    pthread_mutex_unlock(&s->state_lock);
    struct error why = {.id = ERROR_STORE, .arena = err->arena, .text = str_of(reason)};
    return error_pass(err, &why);
}

/* -- snapshots ------------------------------------------------------------------------------------------------------ */

/* A free one; NULL when none becomes free in time. */
static struct pg_snapshot *take(struct pg_storage *s, int64_t deadline_ns)
{
    struct timespec until = wall_time_of(deadline_ns);
    int outcome = 0;
    pthread_mutex_lock(&s->pool_lock);
    while (!s->free_snapshots && outcome != ETIMEDOUT)
        outcome = pthread_cond_timedwait(&s->pool_freed, &s->pool_lock, &until);
    struct pg_snapshot *snapshot = s->free_snapshots;
    if (snapshot)
        s->free_snapshots = snapshot->next_free;
    pthread_mutex_unlock(&s->pool_lock);
    return snapshot;
}

static void give_back(struct pg_storage *s, struct pg_snapshot *snapshot)
{
    pthread_mutex_lock(&s->pool_lock);
    snapshot->next_free = s->free_snapshots;
    s->free_snapshots = snapshot;
    pthread_mutex_unlock(&s->pool_lock);
    pthread_cond_signal(&s->pool_freed);
}

/* What the snapshot before has left unread. A connection that has ended meanwhile is closed. */
static void settle(struct pg_connection *c)
{
    if (!pg_is_open(c) || !c->has_unread_sync)
        return;
    char room[512];
    struct arena scratch;
    arena_init(&scratch, 1 << 16, room, sizeof room);
    struct error ignored = ERROR_INIT(&scratch);
    c->has_unread_sync = false;
    if (pg_receive_sync(c, &ignored) != 0)
        pg_close(c);
    arena_deinit(&scratch);
}

static int snapshot_open(struct storage *storage, struct storage_snapshot **ret, struct error *err)
{
    struct pg_storage *s = (struct pg_storage *)storage;
    int64_t deadline_ns = clock_mono_ns() + (int64_t)s->options.timeout_ms * 1000000;
    if (!atomic_load(&s->is_up))
        return pg_raise_down(s, err);
    struct pg_snapshot *snapshot = take(s, deadline_ns);
    if (!snapshot)
        return error_raise(err, STORE, STR("all connections to the database are busy"));
    struct pg_connection *c = &snapshot->connection;
    pg_set_deadline(c, deadline_ns);
    settle(c);
    if (!pg_is_open(c) && pg_open(c, err) != 0) {
        pg_storage_down(s, err);
        give_back(s, snapshot);
        return -1;
    }
    c->begins = true;
    *ret = &snapshot->head.head;
    return 0;
}

/* Nodes that were there when the snapshot was taken; one that comes later reads at least as much before it remembers
 * anything. */
static void snapshot_settle(struct storage_snapshot *head)
{
    struct pg_snapshot *snapshot = (struct pg_snapshot *)head;
    struct pg_storage *s = (struct pg_storage *)head->storage;
    struct pg_query *q = &snapshot->connection.queries[SQL_READ_SEEN];
    int count = q->result ? pq.PQntuples(q->result) : 0;
    bool is_behind = false;
    int64_t revision = 0;
    for (q->row = 0; q->row < count; q->row++) {
        struct str node = sql_column_bytes(&q->head, 1);
        revision = sql_column(&q->head, 0);
        is_behind |= node.p && !str_equal(node, str_of(s->node)) && sql_column(&q->head, 2) < revision;
    }
    sql_reset(&q->head);
    /* This node's own row says nothing: what it has seen itself it knows. */
    pthread_mutex_lock(&s->waiting_lock);
    bool has_seen = s->all_seen_revision >= revision;
    pthread_mutex_unlock(&s->waiting_lock);
    bool is_uncertain = revision <= atomic_load(&s->uncertain_revision);
    if (!has_seen && (is_behind || count > 1 || is_uncertain))
        pg_nodes_await(s, revision);
}

/* The end of its transaction is sent, and not waited for. */
static void snapshot_close(struct storage_snapshot *head)
{
    struct pg_snapshot *snapshot = (struct pg_snapshot *)head;
    struct pg_storage *s = (struct pg_storage *)head->storage;
    struct pg_connection *c = &snapshot->connection;
    char room[512];
    struct arena scratch;
    arena_init(&scratch, 1 << 16, room, sizeof room);
    struct error ignored = ERROR_INIT(&scratch);
    if (!pg_is_open(c)) {
        pg_follower_wake(s); /* it finds out whether the database is there */
    } else if (!c->begins) {
        struct sql_query *q = sql_query(&c->sql, SQL_COMMIT, &ignored);
        c->has_unread_sync = q && pg_send(q, &ignored) == 0 && pg_sync(c, &ignored) == 0;
    }
    c->begins = false;
    arena_deinit(&scratch);
    give_back(s, snapshot);
}

/* -- opening and closing -------------------------------------------------------------------------------------------- */

static void pg_storage_close(struct storage *storage);

static int pg_storage_start(struct storage *storage, struct error *err)
{
    struct pg_storage *s = (struct pg_storage *)storage;
    return pg_follower_start(s, err) != 0 || pg_settler_start(s, err) != 0 ? -1 : pg_writer_start(s, err);
}

static const struct storage_ops postgres_ops = {
    .name = "postgres",
    .start = pg_storage_start,
    .close = pg_storage_close,
    .snapshot_open = snapshot_open,
    .snapshot_settle = snapshot_settle,
    .snapshot_close = snapshot_close,
    SQL_QUESTIONS,
    .submit = pg_submit,
};

static void pg_storage_close(struct storage *storage)
{
    struct pg_storage *s = (struct pg_storage *)storage;
    atomic_store(&s->head.current_until_ns, 0);
    pg_writer_stop(s);
    pg_follower_stop(s);
    pg_settler_stop(s); /* last: it answers what the others have left */
    for (unsigned i = 0; i < s->snapshot_count; i++)
        pg_close(&s->snapshots[i].connection);
    sql_writer_deinit(&s->writer);
    arena_free(s->batch_arena);
    pthread_mutex_destroy(&s->state_lock);
    pthread_cond_destroy(&s->state_changed);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_cond_destroy(&s->pool_freed);
    pthread_mutex_destroy(&s->waiting_lock);
    pthread_cond_destroy(&s->waiting_moved);
    pthread_cond_destroy(&s->seen_moved);
    change_queue_deinit(&s->queue);
    arena_free(s->arena);
}

static void init_locks(struct pg_storage *s)
{
    pthread_mutex_init(&s->state_lock, NULL);
    pthread_cond_init(&s->state_changed, NULL);
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_cond_init(&s->pool_freed, NULL);
    pthread_mutex_init(&s->waiting_lock, NULL);
    pthread_cond_init(&s->waiting_moved, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->seen_moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
    change_queue_init(&s->queue);
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return arena_str(arena, str_of(text)).p;
}

/* Everything that needs memory; false without it. */
static bool fill(struct pg_storage *s, const struct postgres_options *options)
{
    s->options = *options;
    s->options.url = copy_text(s->arena, options->url);
    s->options.schema = copy_text(s->arena, options->schema);
    s->connection_options = (struct pg_options){s->options.url, s->options.schema, options->timeout_ms};
    unsigned readers = options->readers < 1 ? 1 : options->readers;
    s->snapshot_count = readers < PG_READERS_MAX ? readers : PG_READERS_MAX;
    s->snapshots = ARENA_ARRAY(s->arena, s->snapshot_count, struct pg_snapshot);
    if (!s->options.url || !s->options.schema || !s->snapshots ||
        sql_writer_init(&s->writer, &s->writer_connection.sql, s->arena) != 0)
        return false;
    for (unsigned i = 0; i < s->snapshot_count; i++) {
        struct pg_snapshot *snapshot = &s->snapshots[i];
        pg_init(&snapshot->connection, &s->connection_options);
        snapshot->connection.renews_deadline = true;
        snapshot->head = (struct sql_snapshot){{&s->head}, &snapshot->connection.sql};
        snapshot->next_free = s->free_snapshots;
        s->free_snapshots = snapshot;
    }
    pg_init(&s->writer_connection, &s->connection_options);
    /* Other nodes wait for its lock; they must not lose patience before the server does. */
    s->writer_connection.idle_ms = options->timeout_ms / 2;
    pg_init(&s->follower, &s->connection_options);
    s->follower.is_hasty = true; /* see nodes.c */
    return true;
}

/* A storage in its own arena, with nothing open yet; NULL without memory. */
static struct pg_storage *storage_new(const struct postgres_options *options)
{
    struct arena *arena = arena_new(16 << 20);
    struct pg_storage *s = arena ? ARENA_NEW(arena, struct pg_storage) : NULL;
    if (!s || !(s->batch_arena = arena_new(256u << 20))) {
        arena_free(arena);
        return NULL;
    }
    s->arena = arena;
    s->head.ops = &postgres_ops;
    s->wake_fd = -1;
    hash_random_uuid(s->node);
    init_locks(s);
    if (fill(s, options))
        return s;
    pg_storage_close(&s->head);
    return NULL;
}

int postgres_storage_open(const struct postgres_options *options, bool migrate, struct storage **ret, struct error *err)
{
    struct pg_storage *s = storage_new(options);
    struct error why = ERROR_INIT(err->arena);
    if (!s)
        return error_raise(err, INTERNAL);
    s->may_migrate = migrate;
    struct pg_connection *c = &s->follower;
    bool is_reached = pg_open(c, &why) == 0;
    if (is_reached && pg_migrate(c, migrate, &why) != 0 && pg_is_open(c)) {
        error_pass(err, &why);
        pg_storage_close(&s->head);
        return -1;
    }
    if (error_is_set(&why))
        pg_storage_down(s, &why);
    else
        pg_storage_up(s);
    *ret = &s->head;
    return 0;
}

int postgres_storage_migration_state(const struct postgres_options *options, struct postgres_migration_state *ret,
                                     struct error *err)
{
    struct pg_connection *c;
    struct pg_storage *s = storage_new(options);
    if (!s)
        return error_raise(err, INTERNAL);
    c = &s->follower;
    *ret = (struct postgres_migration_state){0, (int)migration_count};
    int outcome =
        pg_open(c, err) != 0 || pg_pipeline(c, false, err) != 0 ? -1 : pg_migration_state(c, &ret->applied, err);
    pg_storage_close(&s->head);
    return outcome;
}
