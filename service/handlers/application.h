/* What handlers work with: made once by app.c, given to every exchange. Immutable while serving. */
#pragma once

#include "config.h"
#include "core.h"
#include "metrics.h"
#include "server.h"

struct application {
    const struct config *config;
    struct core *core;
    struct metrics *metrics;
    struct server *server;
    const char *version, *commit;
};

/* The routes of the API (routes.c). */
extern const struct route routes[];
extern const size_t route_count;
