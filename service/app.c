#include "app.h"

#include "application.h"
#include "clock.h"
#include "log.h"
#include "notify.h"
#include "store.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef AVOUCH_COMMIT
#define AVOUCH_COMMIT "unknown"
#endif

#define APP_MEMORY (64u << 20)

/* Everything that lives as long as the process serves. */
struct running {
    struct arena *arena;
    struct config *config;
    struct storage *storage;
    struct metrics *metrics;
    struct core *core;
    struct server *server;
    struct application app;
};

static int fail(const char *what, const struct error *err)
{
    LOG_ERROR("start", what, LOG_TEXT("reason", err->text));
    return -1;
}

static void set_up_log(const struct config *config)
{
    enum log_level level = LOG_LEVEL_INFO;
    log_level_parse(config_text(config, OPTION_LOG_LEVEL), &level);
    log_setup(level, str_equal(config_text(config, OPTION_LOG_FORM), STR("json")) ? LOG_FORM_JSON : LOG_FORM_PLAIN);
}

static struct core_options core_options_of(const struct config *config)
{
    struct core_options o = {
        .level = COMPAT_BACKWARD,
        .validate_new = config_boolean(config, OPTION_VALIDATE_NEW),
        .validate_fields = config_boolean(config, OPTION_VALIDATE_FIELDS),
        .strict_validation = str_equal(config_text(config, OPTION_SCHEMA_VALIDATION), STR("strict")),
        .sound_verdicts = str_equal(config_text(config, OPTION_SCHEMA_COMPATIBILITY_VERDICTS), STR("sound")),
        .reject_empty_subject = config_boolean(config, OPTION_REJECT_EMPTY_SUBJECT),
        .mode_is_mutable = config_boolean(config, OPTION_MODE_MUTABILITY),
        .schema_max_bytes = (size_t)config_number(config, OPTION_SCHEMA_MAX_BYTES),
        .references_max = (size_t)config_number(config, OPTION_REFERENCES_MAX),
        .schema_cache_bytes = (size_t)config_number(config, OPTION_SCHEMA_CACHE_BYTES),
    };
    compat_level_parse(config_text(config, OPTION_COMPATIBILITY_LEVEL), &o.level);
    return o;
}

static void observe_commit(void *metrics, int64_t nanoseconds)
{
    metrics_observe(metrics, METRIC_STORAGE_COMMIT_SECONDS, nanoseconds);
}

static int start_metrics(struct running *r, struct error *err)
{
    struct metrics_route *rows = ARENA_ARRAY(r->arena, route_count, struct metrics_route);
    if (!rows)
        return error_raise(err, INTERNAL);
    for (size_t i = 0; i < route_count; i++)
        rows[i] = (struct metrics_route){routes[i].method, routes[i].pattern};
    if (metrics_new(rows, route_count, &r->metrics) != 0)
        return error_raise(err, INTERNAL);
    metrics_set(r->metrics, METRIC_START_TIME, clock_wall_ms() / 1000);
    r->storage->observer = r->metrics;
    r->storage->observe_commit = observe_commit;
    return 0;
}

static int start(struct running *r, struct error *err)
{
    struct core_options options = core_options_of(r->config);
    struct stamps *stamps = ARENA_NEW(r->arena, struct stamps);
    if (!stamps)
        return error_raise(err, INTERNAL);
    if (store_open(r->config, r->arena, true, &r->storage, err) != 0)
        return fail("The store could not be opened", err);
    stamps->current_until_ns = &r->storage->current_until_ns;
    stamps->is_away = &r->storage->is_away;
    if (core_new(r->arena, r->storage, stamps, &options, &r->core) != 0)
        return error_raise(err, INTERNAL);
    if (start_metrics(r, err) != 0)
        return fail("The metrics could not be set up", err);
    r->storage->change_observer = r->core;
    r->storage->observe_change = core_change_seen;
    if (storage_start(r->storage, err) != 0)
        return fail("The store could not be started", err);
    r->app = (struct application){.config = r->config,
                                  .core = r->core,
                                  .metrics = r->metrics,
                                  .version = AVOUCH_VERSION,
                                  .commit = AVOUCH_COMMIT};
    struct server_options server = {r->config, routes, route_count, r->metrics, stamps, &r->app};
    if (server_start(&r->server, &server, err) != 0)
        return fail("The server could not be started", err);
    r->app.server = r->server;
    return 0;
}

static void stop(struct running *r)
{
    if (r->server && server_stop(r->server) != 0) {
        LOG_ERROR("stop", "The store has not finished in time; what it has answered is kept",
                  LOG_TEXT("data", store_place(r->config, r->arena)));
        _exit(1);
    }
    storage_close(r->storage);
    if (r->server)
        server_free(r->server);
    core_free(r->core);
    metrics_free(r->metrics);
    config_free(r->config);
    arena_free(r->arena);
}

static void wait_for_signal(const sigset_t *signals)
{
    int signal_number = 0;
    while (sigwait(signals, &signal_number) != 0) {}
    LOG_INFO("stop", "Stopping", LOG_NUMBER("signal", signal_number));
}

static int serve(struct running *r, struct error *err)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread starts */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the write, not the end */
    if (start(r, err) != 0)
        return 1;
    LOG_INFO("start", "Avouch is ready", LOG_TEXT("version", str_of(AVOUCH_VERSION)),
             LOG_TEXT("address", server_address(r->server)), LOG_TEXT("data", store_place(r->config, r->arena)));
    malloc_trim(0); /* starting took more than serving does */
    notify_service_manager("READY=1");
    wait_for_signal(&signals);
    notify_service_manager("STOPPING=1");
    return 0;
}

/* Settings of a command; 0, 1 = the command is done (help, check), 2 = wrong. */
static int read_config(int argc, char **argv, struct arena *arena, struct config **ret)
{
    struct error err = ERROR_INIT(arena);
    if (config_read(argc, argv, environ, ret, &err) != 0) {
        fprintf(stderr, "avouch: " STR_FMT "\n", STR_ARG(err.text));
        return 2;
    }
    if (config_wants_help(*ret)) {
        struct str reference = config_reference(arena);
        printf("avouch serve [--listen HOST:PORT] [--data DIR | --database URL] [--config FILE] [--check-config] "
               "[--PROPERTY "
               "VALUE]...\n\n" STR_FMT "\n",
               STR_ARG(reference));
        return 1;
    }
    if (config_wants_check(*ret)) {
        struct str text = config_print(*ret, arena);
        printf(STR_FMT, STR_ARG(text));
        return 1;
    }
    set_up_log(*ret);
    return 0;
}

int app_serve(int argc, char **argv)
{
    /* Memory of many threads is better kept in few pools. */
    mallopt(M_ARENA_MAX, 2);
    struct running r = {.arena = arena_new(APP_MEMORY)};
    if (!r.arena)
        return 1;
    struct error err = ERROR_INIT(r.arena);
    int outcome = read_config(argc, argv, r.arena, &r.config);
    int status = outcome == 0 ? serve(&r, &err) : outcome == 1 ? 0 : 2;
    stop(&r);
    return status;
}

static int migrate(const char *what, const struct config *config, struct arena *arena)
{
    struct error err = ERROR_INIT(arena);
    struct store_migrations state;
    struct storage *storage = NULL;
    bool is_up = strcmp(what, "up") == 0;
    int outcome = is_up ? store_open(config, arena, true, &storage, &err) : 0;
    if (is_up && outcome == 0)
        storage_close(storage);
    if (outcome != 0 || store_migrations_read(config, arena, &state, &err) != 0) {
        fprintf(stderr, "avouch: " STR_FMT "\n", STR_ARG(err.text));
        return 1;
    }
    printf("applied %d, known %d%s\n", state.applied, state.known,
           state.applied < state.known   ? ": run 'avouch migrate up'"
           : state.applied > state.known ? ": the database is newer than this program"
                                         : "");
    return state.applied > state.known;
}

int app_migrate(int argc, char **argv)
{
    struct arena *arena = arena_new(APP_MEMORY);
    struct config *config = NULL;
    const char *what = argc > 0 ? argv[0] : "";
    if (!arena || (strcmp(what, "status") != 0 && strcmp(what, "up") != 0)) {
        fprintf(stderr, "usage: avouch migrate status|up [--data DIR | --database URL]\n");
        arena_free(arena);
        return 2;
    }
    int outcome = read_config(argc - 1, argv + 1, arena, &config);
    if (outcome == 0) {
        outcome = migrate(what, config, arena);
    } else if (outcome == 1) {
        outcome = 0;
    }
    config_free(config);
    arena_free(arena);
    return outcome;
}
