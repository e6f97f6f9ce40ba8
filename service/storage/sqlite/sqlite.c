#include "sqlite/sqlite.h"

#include "log.h"
#include "migrate.h"
#include "sqlite/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITER_CACHE_KIB 1024
#define READER_CACHE_KIB 256

static int fault_at(const char *what, const char *path, struct error *err)
{
    return error_raise(
        err, STORE, ARENA_JOIN(err->arena, str_of(what), STR(" "), str_of(path), STR(": "), str_of(strerror(errno))));
}

/* A store in a folder that cannot be written (any more) is served as it is: consumers need their schemas. */
static bool may_be_read_only(const struct sqlite_storage *s, int reason)
{
    return (reason == EROFS || reason == EACCES || reason == EPERM) && access(s->file, R_OK) == 0;
}

/* One process at a time; the lock goes with the process. Where nothing can be written there may be nothing to lock. */
static int lock_folder(struct sqlite_storage *s, const char *folder, struct error *err)
{
    if (mkdir(folder, 0750) != 0 && errno != EEXIST && errno != EROFS)
        return fault_at("making the data folder", folder, err);
    struct str path = arena_printf(s->arena, "%s/avouch.lock", folder);
    if (!path.p)
        return error_raise(err, INTERNAL);
    s->lock_fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    int reason = errno;
    if (s->lock_fd < 0 && !may_be_read_only(s, reason)) {
        errno = reason;
        return fault_at("opening", path.p, err);
    }
    if (s->lock_fd < 0) {
        s->head.is_read_only = true;
        s->lock_fd = open(path.p, O_RDONLY | O_CLOEXEC);
    }
    if (s->lock_fd >= 0 && flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return error_raise(
            err, STORE,
            ARENA_JOIN(err->arena, STR("the data folder "), str_of(folder), STR(" is in use by another process")));
    return 0;
}

static int applied_migration(struct connection *c, int *ret, struct error *err)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(c->db, "PRAGMA user_version", -1, &q, NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW) {
        sqlite3_finalize(q);
        return connection_fault(c, "reading the version of the database", err);
    }
    *ret = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return 0;
}

static int apply_migration(struct sqlite_storage *s, const struct migration *m, struct error *err)
{
    char version[64];
    snprintf(version, sizeof version, "PRAGMA user_version = %d", m->number);
    if (connection_script(&s->connection, "BEGIN EXCLUSIVE", err) == 0 &&
        connection_script(&s->connection, m->sqlite, err) == 0 &&
        connection_script(&s->connection, version, err) == 0 && connection_script(&s->connection, "COMMIT", err) == 0)
        return 0;
    sqlite3_exec(s->connection.db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

static int migrate(struct sqlite_storage *s, bool allowed, struct error *err)
{
    int applied;
    if (applied_migration(&s->connection, &applied, err) != 0)
        return -1;
    if (applied > (int)migration_count)
        return error_raise(err, STORE,
                           ARENA_JOIN(err->arena, STR("the database has migration "), STR_INT(applied),
                                      STR(", this program knows only "), STR_INT((int64_t)migration_count),
                                      STR(": it was written by a newer version")));
    if (applied < (int)migration_count && (!allowed || s->head.is_read_only))
        return error_raise(err, STORE, STR("the database must be migrated first"));
    for (size_t i = 0; i < migration_count; i++) {
        if (migrations[i].number > applied && apply_migration(s, &migrations[i], err) != 0)
            return -1;
    }
    return 0;
}

static const struct storage_ops sqlite_ops = {
    .name = "sqlite",
    .close = sqlite_close,
    .snapshot_open = sqlite_snapshot_open,
    .snapshot_close = sqlite_snapshot_close,
    SQL_QUESTIONS,
    .submit = sqlite_submit,
};

static void init_locks(struct sqlite_storage *s)
{
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_cond_init(&s->pool_freed, NULL);
    change_queue_init(&s->queue);
}

/* Everything that needs memory; false without it. */
static bool fill_storage(struct sqlite_storage *s, const struct sqlite_options *options)
{
    unsigned readers = options->readers < 1 ? 1 : options->readers;
    s->snapshot_count = readers < SQLITE_READERS_MAX ? readers : SQLITE_READERS_MAX;
    s->snapshots = ARENA_ARRAY(s->arena, s->snapshot_count, struct sqlite_snapshot);
    s->file = arena_printf(s->arena, "%s/avouch.db", options->data_dir).p;
    if (!s->snapshots || !s->file || sql_writer_init(&s->writer, &s->connection.sql, s->arena) != 0)
        return false;
    for (unsigned i = 0; i < s->snapshot_count; i++) {
        s->snapshots[i].head = (struct sql_snapshot){{&s->head}, &s->snapshots[i].connection.sql};
        s->snapshots[i].next_free = s->free_snapshots;
        s->free_snapshots = &s->snapshots[i];
    }
    return true;
}

/* A storage in its own arena, with nothing open yet; NULL without memory. */
static struct sqlite_storage *storage_new(const struct sqlite_options *options)
{
    struct arena *arena = arena_new(1 << 20);
    struct sqlite_storage *s = arena ? ARENA_NEW(arena, struct sqlite_storage) : NULL;
    if (s) {
        s->arena = arena;
        s->head.ops = &sqlite_ops;
        atomic_init(&s->head.current_until_ns, INT64_MAX);
        s->lock_fd = -1;
        if (fill_storage(s, options)) {
            init_locks(s);
            return s;
        }
    }
    arena_free(arena);
    return NULL;
}

void sqlite_close(struct storage *storage)
{
    struct sqlite_storage *s = (struct sqlite_storage *)storage;
    sqlite_writer_stop(s);
    for (unsigned i = 0; i < s->snapshot_count; i++) {
        if (s->snapshots[i].is_open)
            connection_close(&s->snapshots[i].connection);
    }
    connection_close(&s->connection);
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    sql_writer_deinit(&s->writer);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_cond_destroy(&s->pool_freed);
    change_queue_deinit(&s->queue);
    arena_free(s->arena);
}

static enum connection_kind kind_of(const struct sqlite_storage *s, enum connection_kind otherwise)
{
    return s->head.is_read_only ? CONNECTION_ON_READ_ONLY_MEDIA : otherwise;
}

int sqlite_storage_open(const struct sqlite_options *options, bool migrate_allowed, struct storage **ret,
                        struct error *err)
{
    struct sqlite_storage *s = storage_new(options);
    if (!s)
        return error_raise(err, INTERNAL);
    if (lock_folder(s, options->data_dir, err) != 0 ||
        connection_open(&s->connection, s->file, kind_of(s, CONNECTION_WRITER), WRITER_CACHE_KIB, err) != 0 ||
        migrate(s, migrate_allowed, err) != 0 || sqlite_writer_start(s, err) != 0) {
        sqlite_close(&s->head);
        return -1;
    }
    if (s->head.is_read_only)
        LOG_WARNING("storage.open", "The data folder cannot be written: changes will fail",
                    LOG_TEXT("data", str_of(options->data_dir)));
    *ret = &s->head;
    return 0;
}

int sqlite_storage_migration_state(const struct sqlite_options *options, struct sqlite_migration_state *ret,
                                   struct error *err)
{
    struct sqlite_storage *s = storage_new(options);
    if (!s)
        return error_raise(err, INTERNAL);
    *ret = (struct sqlite_migration_state){0, (int)migration_count};
    int outcome = 0;
    if (access(s->file, F_OK) == 0) {
        s->head.is_read_only = access(options->data_dir, W_OK) != 0;
        outcome = connection_open(&s->connection, s->file, kind_of(s, CONNECTION_READER), READER_CACHE_KIB, err);
        if (outcome == 0)
            outcome = applied_migration(&s->connection, &ret->applied, err);
    }
    sqlite_close(&s->head);
    return outcome;
}

int sqlite_snapshot_open(struct storage *storage, struct storage_snapshot **ret, struct error *err)
{
    struct sqlite_storage *s = (struct sqlite_storage *)storage;
    pthread_mutex_lock(&s->pool_lock);
    while (!s->free_snapshots)
        pthread_cond_wait(&s->pool_freed, &s->pool_lock);
    struct sqlite_snapshot *snapshot = s->free_snapshots;
    s->free_snapshots = snapshot->next_free;
    pthread_mutex_unlock(&s->pool_lock);
    enum connection_kind kind = kind_of(s, CONNECTION_READER);
    if (!snapshot->is_open && connection_open(&snapshot->connection, s->file, kind, READER_CACHE_KIB, err) != 0)
        connection_close(&snapshot->connection);
    else
        snapshot->is_open = true;
    if (snapshot->is_open && sql_run(snapshot->head.sql, SQL_BEGIN_READ, err) == 0) {
        *ret = &snapshot->head.head;
        return 0;
    }
    sqlite_snapshot_close(&snapshot->head.head);
    return -1;
}

void sqlite_snapshot_close(struct storage_snapshot *head)
{
    struct sqlite_snapshot *snapshot = (struct sqlite_snapshot *)head;
    struct sqlite_storage *s = (struct sqlite_storage *)head->storage;
    char room[512];
    struct arena scratch;
    arena_init(&scratch, 1 << 16, room, sizeof room);
    struct error ignored = ERROR_INIT(&scratch);
    if (snapshot->is_open && !sqlite3_get_autocommit(snapshot->connection.db))
        sql_run(snapshot->head.sql, SQL_COMMIT, &ignored);
    arena_deinit(&scratch);
    pthread_mutex_lock(&s->pool_lock);
    snapshot->next_free = s->free_snapshots;
    s->free_snapshots = snapshot;
    pthread_mutex_unlock(&s->pool_lock);
    pthread_cond_signal(&s->pool_freed);
}
