/* Which store the settings name, and opening it. */
#pragma once

#include "config.h"
#include "storage.h"

/* What a command needs to know of a store, beside its settings. */
struct store_migrations {
    int applied, known; /* highest migration in the store (0: none yet) and in this program */
};

/* Opens the store, migrating it when migrate is set. arena: holds what lives as long as the store. 0, -1. */
int store_open(const struct config *config, struct arena *arena, bool migrate, struct storage **ret, struct error *err);
/* What the store holds, without changing it. 0, -1. */
int store_migrations_read(const struct config *config, struct arena *arena, struct store_migrations *ret,
                          struct error *err);
/* Where the store is, without secrets, for people; in the arena. */
struct str store_place(const struct config *config, struct arena *arena);
