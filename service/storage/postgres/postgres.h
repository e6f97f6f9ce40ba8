/* The store in PostgreSQL, shared by any number of nodes. */
#pragma once

#include "storage.h"

struct postgres_options {
    const char *url; /* a connection string as libpq knows it, several hosts included */
    const char *schema; /* where the tables are; made when it is missing */
    unsigned readers; /* connections for snapshots */
    int timeout_ms; /* how long an answer of the database is waited for, and a change until it is written */
    int lease_ms; /* how long a node may answer from memory after it has read the changes of others */
    int poll_ms; /* how often it reads them where nothing tells it to */
};

/* Opens the store; storage_start starts its threads. A database that cannot be reached is no failure: the store then answers STORE
 * until it is. Fails with STORE when the database has newer migrations than this program knows, or misses some and
 * migrate is not set. */
int postgres_storage_open(const struct postgres_options *options, bool migrate, struct storage **ret,
                          struct error *err);

struct postgres_migration_state {
    int applied, known; /* highest migration in the database (0: none yet) and in this program */
};
/* For `avouch migrate status`: what the database holds, without changing it. */
int postgres_storage_migration_state(const struct postgres_options *options, struct postgres_migration_state *ret,
                                     struct error *err);
