/* The HTTP server: event loops that answer what memory can answer, workers for the rest. The only folder that knows
 * libmicrohttpd. One daemon per loop on the same port (SO_REUSEPORT), each driven by our own epoll: the library's own
 * epoll loop hangs when exactly 128, 256, … connections become ready at once. */
#pragma once

#include "config.h"
#include "metrics.h"
#include "route.h"

struct server;

struct server_options {
    const struct config *config;
    const struct route *routes;
    size_t route_count;
    struct metrics *metrics;
    struct stamps *stamps;
    void *application; /* exchange->application */
};

/* Binds the addresses of the settings and starts serving. -1 with an error that names the address. */
int server_start(struct server **ret, const struct server_options *options, struct error *err);
/* Takes no new connections, lets running requests finish for shutdown.graceful.ms, then stops all threads. -1 when the
 * store still has requests of it, which the server then waits for: the process should end without more ado. */
int server_stop(struct server *server);
/* After a server_stop that returned 0, once the store is closed, whose threads may be just about to leave it. */
void server_free(struct server *server);
/* "0.0.0.0:8081" of the first listener, with the port really bound. */
struct str server_address(const struct server *server);
/* Copies what the server counts itself into the metrics; call before printing them. */
void server_update_metrics(struct server *server);
