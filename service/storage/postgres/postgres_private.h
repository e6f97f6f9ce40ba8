/* What the parts of the store in PostgreSQL share. Private to postgres/.
 *
 * Consistency. All changes of all nodes stand in one order, that of totals.revision, whose row each writing transaction
 * locks first; the feed (table changes) tells what they were. A node answers from memory only while it holds a lease: for
 * lease_ms from the moment before it last (1) wrote its row in the table nodes and (2) read the feed. A node that has
 * committed a change answers it when every other node in that table has read the feed up to it, or after lease_ms: then no
 * node answers from memory what was true before. So whoever asks after an answer was given, on any node, sees it.
 * A node that has not written its row for longer than its lease is removed from the table by whoever waits for it; it adds
 * itself again when it comes back. */
#pragma once

#include "postgres/connection.h"
#include "postgres/postgres.h"
#include "sql/queue.h"
#include "sql/read.h"
#include "sql/write.h"

#define PG_READERS_MAX 64
/* Beside the kind of a change, in the feed. */
#define PG_FEED_PERMANENT 256
#define PG_FEED_SWEEPING 512
#define PG_TOKEN_BYTES 64
#define PG_NODE_BYTES 37

struct pg_snapshot {
    struct sql_snapshot head;
    struct pg_connection connection;
    struct pg_snapshot *next_free;
};

/* Changes that were committed together and wait until other nodes have seen them. */
struct pg_batch {
    struct storage_change *first;
    int64_t revision;
    int64_t committed_ns;
};

#define PG_WAITING_MAX 1024
#define PG_PEERS_MAX 64

/* Another node, as it was last met in the table. */
struct pg_peer {
    char name[PG_NODE_BYTES];
    int64_t beat;
    int64_t since_ns, met_ns; /* since when its beat is the same, and when it was last there */
};

struct pg_storage {
    struct storage head;
    struct arena *arena; /* holds this struct */
    struct postgres_options options;
    struct pg_options connection_options;
    char node[PG_NODE_BYTES]; /* this one's name */
    bool may_migrate;

    /* Whether the database can be used: found out by the follower, and by whoever loses a connection. */
    atomic_bool is_up;
    pthread_mutex_t state_lock;
    pthread_cond_t state_changed; /* is_up became true, or the store stops */
    char down_reason[256]; /* guarded by state_lock */
    atomic_bool is_stopping;
    atomic_bool has_notices; /* LISTEN and NOTIFY work */
    atomic_bool has_others; /* other nodes were there when it was last looked */
    /* Up to here the feed may hold changes of this node that it does not know to be made, because the answer to their
     * commit was lost; INT64_MAX while one may still be under way. */
    atomic_int_least64_t uncertain_revision;

    /* Readers; guarded by pool_lock. */
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_freed;
    struct pg_snapshot *free_snapshots;
    struct pg_snapshot *snapshots;
    unsigned snapshot_count;

    /* The writer's own. */
    struct change_queue queue;
    pthread_t writer_thread;
    bool has_writer;
    struct pg_connection writer_connection;
    struct sql_writer writer;
    uint64_t token_count;
    int64_t committed_ns; /* clock_boot_ns when the last commit was known */
    struct arena *batch_arena; /* what is known of one batch */

    /* What waits for other nodes: batches, and threads with something that they must not tell yet. Guarded by
     * waiting_lock. */
    pthread_mutex_t waiting_lock;
    pthread_cond_t waiting_moved;
    pthread_cond_t seen_moved;
    int64_t all_seen_revision; /* of the feed, by all nodes */
    unsigned readers_waiting;
    pthread_t settler_thread;
    bool has_settler;
    struct pg_batch waiting[PG_WAITING_MAX];
    size_t first_waiting, waiting_count; /* a ring */

    /* The follower's own. */
    pthread_t follower_thread;
    bool has_follower;
    int wake_fd; /* eventfd: something waits, or the store stops */
    struct pg_connection follower;
    bool is_refused; /* its schema is not one for this program; it was logged */
    bool is_reached; /* the connection is open, and the schema is as it should be */
    int64_t beat;
    int64_t beat_ns; /* when the last beat was begun; 0: none since it was reached */
    bool was_removed; /* the last beat did not find this node's row */
    int64_t seen_revision, told_revision; /* of the feed: read, and written in this node's row */
    int64_t forgotten_revision; /* removed from the feed */
    struct pg_peer peers[PG_PEERS_MAX];
};

/* postgres.c */
/* The database was lost: questions fail at once until the follower has reached it again. */
void pg_storage_down(struct pg_storage *s, const struct error *reason);
void pg_storage_up(struct pg_storage *s);
/* Raises why it is down. Returns -1. */
int pg_raise_down(struct pg_storage *s, struct error *err);
/* Waits until it is up: false when it is not by then, or the store stops. */
bool pg_storage_wait_up(struct pg_storage *s, int64_t deadline_ns);

/* schema.c: the schema and its migrations, on an open connection. */
int pg_migrate(struct pg_connection *c, bool allowed, struct error *err);
/* *ret: highest migration in the database. */
int pg_migration_state(struct pg_connection *c, int *ret, struct error *err);

/* writer.c: the thread that commits. */
int pg_writer_start(struct pg_storage *s, struct error *err);
void pg_writer_stop(struct pg_storage *s);
void pg_submit(struct storage *storage, struct storage_change *change);
/* Calls done for each. */
void pg_answer(struct storage_change *first);

/* apply.c: all changes of a batch inside of the open transaction, in as few round trips as it can. */
int pg_apply_batch(struct pg_storage *s, struct storage_change *first, struct error *err);

/* follower.c: the thread that follows the feed. */
int pg_follower_start(struct pg_storage *s, struct error *err);
void pg_follower_stop(struct pg_storage *s);
void pg_follower_wake(struct pg_storage *s);
/* Has the batch answered once other nodes have seen it. Waits while too many wait. */
void pg_wait_for_others(struct pg_storage *s, const struct pg_batch *batch);

/* nodes.c: the table of nodes, and who waits for whom. */
/* Writes this node's row: 0, -1. Adds it when it is not there (any more). */
int pg_nodes_beat(struct pg_storage *s, struct error *err);
/* Answers what all other nodes have seen; removes nodes that are gone. */
int pg_nodes_settle(struct pg_storage *s, struct error *err);
/* Waits until all nodes have read the feed up to the revision, or could not have forgotten. */
void pg_nodes_await(struct pg_storage *s, int64_t revision);
/* The thread that answers what has waited for longer than any lease. */
int pg_settler_start(struct pg_storage *s, struct error *err);
void pg_settler_stop(struct pg_storage *s);
void pg_nodes_leave(struct pg_storage *s);
