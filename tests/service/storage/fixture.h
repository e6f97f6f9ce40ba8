/* A store in a temporary folder, or in a schema of its own of the database that AVOUCH_TEST_DATABASE names; and changes
 * that are waited for. */
#pragma once

#include "postgres/postgres.h"
#include "sqlite/sqlite.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    struct arena *arena;
    struct storage *storage;
};

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
};

static inline struct postgres_options fixture_postgres_options(const struct fixture *f)
{
    return (struct postgres_options){.url = getenv("AVOUCH_TEST_DATABASE"),
                                     .schema = f->folder + strlen("/tmp/"),
                                     .readers = 4,
                                     .timeout_ms = 5000,
                                     .lease_ms = 1000,
                                     .poll_ms = 20};
}

static inline void fixture_open(struct fixture *f)
{
    struct error err = ERROR_INIT(f->arena);
    struct sqlite_options options = {f->folder, 4};
    struct postgres_options postgres = fixture_postgres_options(f);
    int outcome = postgres.url ? postgres_storage_open(&postgres, true, &f->storage, &err)
                               : sqlite_storage_open(&options, true, &f->storage, &err);
    ck_assert_msg(outcome == 0, "%s", err.text.p);
    ck_assert_int_eq(storage_start(f->storage, &err), 0);
}

static inline void fixture_init(struct fixture *f)
{
    snprintf(f->folder, sizeof f->folder, "/tmp/avouch-unit-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(f->folder));
    f->arena = arena_new(1u << 28);
    fixture_open(f);
}

static inline void fixture_deinit(struct fixture *f)
{
    static const char *const names[] = {"avouch.db", "avouch.db-wal", "avouch.db-shm", "avouch.lock"};
    storage_close(f->storage);
    for (size_t i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", f->folder, names[i]);
        unlink(path);
    }
    rmdir(f->folder);
    arena_free(f->arena);
}

static inline void fixture_done(struct storage_change *change)
{
    struct waiter *w = change->owner;
    pthread_mutex_lock(&w->lock);
    w->is_done = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

/* Submits and waits. */
static inline enum storage_outcome fixture_apply(struct storage *storage, struct storage_change *change)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    change->owner = &w;
    change->done = fixture_done;
    storage->ops->submit(storage, change);
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    return change->outcome;
}
