/* What the parts of the embedded store share. Private to sqlite/. */
#pragma once

#include "sqlite/connection.h"
#include "storage.h"

#include <pthread.h>

#define SCHEMA_KEY(context_id, schema_id) ((int64_t)(context_id)*4294967296 + (schema_id))
#define SQLITE_READERS_MAX 64

struct sqlite_snapshot {
    struct storage_snapshot head;
    struct connection connection;
    bool is_open; /* its connection is */
    struct sqlite_snapshot *next_free;
};

/* Clocks and counts of the file, kept by the writer and written once per transaction. */
struct sqlite_totals {
    int64_t revision, settings_revision;
    int64_t subjects, schemas, versions;
};

/* A context as the writer knows it. What changed is written once per transaction. */
struct sqlite_context {
    struct str name;
    int64_t id, next_schema_id;
    bool is_listed, is_changed;
};

#define SQLITE_CONTEXTS_KEPT 32

/* A subject as the writer finds it. */
struct sqlite_subject {
    int64_t id, revision; /* id 0: there is none */
    int32_t highest_version, latest_version;
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

    /* Changes that wait; guarded by queue_lock. */
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct storage_change *first_waiting, **last_waiting;
    bool is_stopping;

    /* The writer's own. */
    pthread_t writer;
    bool has_writer;
    struct connection connection;
    struct sqlite_totals totals;
    struct arena *contexts_arena; /* names of contexts */
    struct sqlite_context contexts[SQLITE_CONTEXTS_KEPT];
    size_t context_count;
};

/* sqlite.c */
void sqlite_close(struct storage *storage);
int sqlite_snapshot_open(struct storage *storage, struct storage_snapshot **ret, struct error *err);
void sqlite_snapshot_close(struct storage_snapshot *snapshot);

/* reads.c */
extern const struct storage_ops sqlite_ops;

/* writer.c: the thread that commits. */
int sqlite_writer_start(struct sqlite_storage *s, struct error *err);
void sqlite_writer_stop(struct sqlite_storage *s);
void sqlite_submit(struct storage *storage, struct storage_change *change);

/* apply.c: one change inside of the open transaction. Sets change->outcome when nothing went wrong with the
 * database (0), else -1 with change->err: the transaction must be rolled back. */
int sqlite_apply(struct sqlite_storage *s, struct storage_change *change);
int sqlite_apply_delete(struct sqlite_storage *s, struct storage_change *change);
int sqlite_apply_setting(struct sqlite_storage *s, struct storage_change *change);
/* The subject; id 0 when there is none. 0, -1. */
int sqlite_subject_read(struct sqlite_storage *s, int64_t context_id, struct str name, struct sqlite_subject *ret,
                        struct error *err);
/* Gives it a new revision and finds its highest and latest version again, or removes it, with its settings, when it has
 * no version left. */
int sqlite_subject_touch(struct sqlite_storage *s, int64_t context_id, struct str name, int64_t subject_id,
                         struct error *err);
/* Removes a version and says which schema it had: 0, 1 = there was none, -1. */
int sqlite_take_version(struct sqlite_storage *s, int64_t subject_id, int32_t version, int64_t *ret_schema_key,
                        struct error *err);
int sqlite_drop_schema_if_unused(struct sqlite_storage *s, int64_t schema_key, struct error *err);
/* Removes a version for good, and its schema when nothing else has it. 0, 1 = there was none, -1. */
int sqlite_remove_version(struct sqlite_storage *s, int64_t subject_id, int32_t version, struct error *err);
/* Whether others refer to the version: 0 = no, 1 = yes, -1. subject_id: whose own references do not count, or 0. */
int sqlite_is_referenced(struct sqlite_storage *s, int64_t context_id, struct str subject, int32_t version,
                         bool by_deleted_too, int64_t but_not_by, struct error *err);

/* contexts.c: what the writer remembers of contexts. */

/* The context as it is in the open transaction, made when create is set: 0, 1 = none, -1. ret->name is not set. */
int sqlite_context_read(struct sqlite_storage *s, struct str name, bool create, struct sqlite_context *ret,
                        struct error *err);
/* Changes what is known of it; written by the flush. 0, -1. */
int sqlite_context_change(struct sqlite_storage *s, struct str name, const struct sqlite_context *context,
                          struct error *err);
/* Writes what has changed, before the commit. */
int sqlite_contexts_flush(struct sqlite_storage *s, struct error *err);
/* After a rollback: nothing that was remembered is certain. */
void sqlite_contexts_forget(struct sqlite_storage *s);
