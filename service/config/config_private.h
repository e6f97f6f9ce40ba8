/* What config.c and config_sources.c share. Private. */
#pragma once

#include "config.h"

#include "buf.h"

struct setting {
    struct str text, where;
    int64_t number;
    bool flag;
};

struct config {
    struct arena *arena;
    struct setting settings[OPTION_COUNT_];
    bool wants_check, wants_help;
};

/* Sets one setting; where names the source in errors. */
int config_set(struct config *config, enum option_id id, struct str value, struct str where, struct error *err);
/* Index of the row with that property or alias; -1. */
int config_find(struct str property, bool only_aliases);
/* The file, the environment and the flags, in that order. */
int config_read_sources(struct config *config, int argc, char *const *argv, char *const *environment,
                        struct error *err);
