/* The embedded store: one SQLite file in a data folder, written by one thread, read through a pool of connections. */
#pragma once

#include "storage.h"

struct sqlite_options {
    const char *data_dir; /* created when it is missing */
    unsigned readers; /* connections for snapshots; snapshot_open waits when all are in use */
};

/* Opens the store: takes the lock of the folder (one process at a time), migrates when migrate is set, starts the writer.
 * A folder that cannot be written is served as it stands: changes fail.
 * Fails with STORE when the folder is in use, cannot be written, or holds a newer database than this program knows. */
int sqlite_storage_open(const struct sqlite_options *options, bool migrate, struct storage **ret, struct error *err);

struct sqlite_migration_state {
    int applied, known; /* highest migration in the file (0: none yet) and in this program */
};
/* For `avouch migrate status`: what the file holds, without changing it. */
int sqlite_storage_migration_state(const struct sqlite_options *options, struct sqlite_migration_state *ret,
                                   struct error *err);
