/* What the parts of the embedded store share. Private to sqlite/. */
#pragma once

#include "sql/queue.h"
#include "sql/read.h"
#include "sql/write.h"
#include "sqlite/connection.h"

#define SQLITE_READERS_MAX 64

struct sqlite_snapshot {
    struct sql_snapshot head;
    struct connection connection;
    bool is_open; /* its connection is */
    struct sqlite_snapshot *next_free;
};

struct sqlite_storage {
    struct storage head;
    const char *file;
    int lock_fd;
    struct arena *arena; /* holds this struct */

    /* Readers; guarded by pool_lock. */
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_freed;
    struct sqlite_snapshot *free_snapshots;
    struct sqlite_snapshot *snapshots; /* snapshot_count of them */
    unsigned snapshot_count;

    struct change_queue queue;

    /* The writer's own. */
    pthread_t thread;
    bool has_thread;
    struct connection connection;
    struct sql_writer writer;
};

/* sqlite.c */
void sqlite_close(struct storage *storage);
int sqlite_snapshot_open(struct storage *storage, struct storage_snapshot **ret, struct error *err);
void sqlite_snapshot_close(struct storage_snapshot *snapshot);

/* writer.c: the thread that commits. */
int sqlite_writer_start(struct sqlite_storage *s, struct error *err);
void sqlite_writer_stop(struct sqlite_storage *s);
void sqlite_submit(struct storage *storage, struct storage_change *change);
