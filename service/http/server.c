#include "server_private.h"

#include "clock.h"
#include "log.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* Runs of the library between two waits. */
#define ROUNDS_MAX 16
/* A loop looks around at least this often. */
#define LOOP_WAIT_MS 1000

static void log_library(void *state, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

static void log_library(void *state, const char *format, va_list arguments)
{
    char text[512];
    (void)state;
    vsnprintf(text, sizeof text, format, arguments);
    LOG_DEBUG("http.library", "Message of the HTTP library", LOG_TEXT("text", str_trim(str_of(text))));
}

/* Targets are taken raw in request_begin: nothing is to be decoded by the library. */
static size_t keep_escapes(void *state, struct MHD_Connection *connection, char *text)
{
    (void)state;
    (void)connection;
    return strlen(text);
}

static void wake(struct loop *loop)
{
    uint64_t one = 1;
    if (write(loop->wake_fd, &one, sizeof one) < 0)
        LOG_ERROR("http.wake", "An event loop could not be woken", LOG_NUMBER("errno", errno));
}

/* The library does not wake an external loop by itself when a connection is resumed. */
void loop_resume(struct request *r)
{
    struct loop *loop = r->loop; /* r may be gone once it is resumed */
    MHD_resume_connection(r->connection);
    atomic_fetch_sub(&loop->suspended, 1);
    atomic_store(&loop->has_resumed, true);
    if (atomic_exchange(&loop->is_sleeping, false))
        wake(loop);
}

static void wait_for_work(struct loop *loop, int epoll)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    struct epoll_event events[2];
    uint64_t ignored;
    int timeout = loop->server->watch_ms;
    if (MHD_get_timeout(loop->daemon, &wait_ms) == MHD_YES && wait_ms < (unsigned)timeout)
        timeout = (int)wait_ms;
    atomic_store(&loop->is_sleeping, true);
    if (atomic_exchange(&loop->has_resumed, false))
        timeout = 0; /* resumed before the sleep was announced */
    int count = epoll_wait(epoll, events, 2, timeout);
    atomic_store(&loop->is_sleeping, false);
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == loop->wake_fd && read(loop->wake_fd, &ignored, sizeof ignored) < 0)
            continue; /* someone else's wake was read already */
    }
}

static void stop_listening(struct loop *loop)
{
    loop->has_stopped_listening = true;
    MHD_socket listening = MHD_quiesce_daemon(loop->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
}

static void watch_connections(struct loop *loop)
{
    bool is_draining = atomic_load(&loop->server->is_draining);
    if (is_draining && !loop->has_stopped_listening)
        stop_listening(loop);
    if (!is_draining && loop->now_ns - loop->watched_ns < (int64_t)loop->server->watch_ms * 1000000)
        return;
    loop->watched_ns = loop->now_ns;
    connections_watch(loop, loop->server->idle_ns, is_draining);
}

static void *run_loop(void *argument)
{
    struct loop *loop = argument;
    pthread_setname_np(pthread_self(), "loop");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event library = {.events = EPOLLIN, .data.fd = info->epoll_fd};
    struct epoll_event wake = {.events = EPOLLIN, .data.fd = loop->wake_fd};
    epoll_ctl(epoll, EPOLL_CTL_ADD, info->epoll_fd, &library);
    epoll_ctl(epoll, EPOLL_CTL_ADD, loop->wake_fd, &wake);
    while (!atomic_load(&loop->server->is_stopping)) {
        wait_for_work(loop, epoll);
        /* While there is something to do, it is cheaper to look for more than to wait for it. */
        for (int round = 0, has_answered = 1; has_answered && round < ROUNDS_MAX; round++) {
            loop->now_ns = clock_mono_ns();
            loop->has_answered = false;
            MHD_run(loop->daemon);
            has_answered = loop->has_answered;
        }
        watch_connections(loop);
    }
    close(epoll);
    return NULL;
}

static void *run_worker(void *argument)
{
    struct server *server = argument;
    struct request *r;
    pthread_setname_np(pthread_self(), "worker");
    while ((r = queue_pop(&server->queue)) != NULL)
        request_work(r);
    return NULL;
}

static int start_daemon(struct loop *loop, int listening, unsigned connections)
{
    const struct server *server = loop->server;
    unsigned idle_s = (unsigned)(server->idle_ns / 1000000000 + 1);
    size_t head_bytes = server->limits.head_bytes;
    size_t memory = head_bytes > CONNECTION_MEMORY_BYTES ? head_bytes + HEAD_MARGIN_BYTES : CONNECTION_MEMORY_BYTES;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    loop->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, request_handle, loop, MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
                         MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         memory > CONNECTION_MEMORY_BYTES ? memory : CONNECTION_MEMORY_BYTES,
                         MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)2048, MHD_OPTION_CONNECTION_LIMIT, connections,
                         MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_URI_LOG_CALLBACK, request_begin, loop,
                         MHD_OPTION_NOTIFY_COMPLETED, request_end, loop, MHD_OPTION_NOTIFY_CONNECTION,
                         connection_notify, loop, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_END);
    return loop->daemon ? 0 : -1;
}

static int start_loop(struct server *server, int listening, unsigned connections, struct error *err)
{
    struct loop *loop = server->loop_count < LOOPS_MAX ? ARENA_NEW(server->arena, struct loop) : NULL;
    if (!loop) {
        close(listening);
        return error_raise(err, INTERNAL);
    }
    loop->server = server;
    loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->arena = arena_new((size_t)1 << 34);
    server->loops[server->loop_count++] = loop;
    loop->front = loop->arena ? ARENA_NEW(loop->arena, struct front) : NULL;
    bool is_ready = loop->front && loop->wake_fd >= 0;
    if (is_ready)
        loop->front->stamps = server->options.stamps;
    if (is_ready && start_daemon(loop, listening, connections) == 0)
        return 0;
    close(listening);
    return error_raise(err, INTERNAL);
}

/* With port 0 the first loop finds a port and the others share it. */
static void note_address(struct server *server, int listening, struct sockaddr_storage *address)
{
    socklen_t size = sizeof *address;
    char host[96] = "", port[16] = "";
    if (getsockname(listening, (struct sockaddr *)address, &size) != 0)
        return;
    getnameinfo((struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    if (!server->address[0])
        snprintf(server->address, sizeof server->address,
                 address->ss_family == AF_INET6 ? "[%.90s]:%.10s" : "%.90s:%.10s", host, port);
}

static int start_listener(struct server *server, struct str text, unsigned loops, unsigned connections,
                          struct error *err)
{
    struct sockaddr_storage address;
    socklen_t bytes;
    if (listener_find(text, &address, &bytes, err) != 0)
        return -1;
    for (unsigned i = 0; i < loops; i++) {
        int listening = listener_open(text, &address, bytes, i == 0, err);
        if (listening < 0)
            return -1;
        note_address(server, listening, &address);
        if (start_loop(server, listening, connections, err) != 0)
            return -1;
    }
    return 0;
}

static unsigned threads_wanted(const struct config *config, enum option_id id, unsigned per_core, unsigned least)
{
    int64_t wanted = config_number(config, id);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned usual = (unsigned)(cores < 1 ? 1 : cores) * per_core;
    unsigned count = wanted ? (unsigned)wanted : usual < least ? least : usual;
    return count > LOOPS_MAX ? LOOPS_MAX : count;
}

/* connection.limit is for all loops together; each gets its part. */
static int start_listeners(struct server *server, struct error *err)
{
    const struct config *config = server->options.config;
    struct str rest = config_text(config, OPTION_LISTENERS), one;
    unsigned loops = threads_wanted(config, OPTION_HTTP_THREADS, 1, 1), listeners = 0;
    while (str_next(&rest, ',', &one))
        listeners++;
    unsigned connections = (unsigned)config_number(config, OPTION_CONNECTION_LIMIT) / (loops * listeners);
    rest = config_text(config, OPTION_LISTENERS);
    while (str_next(&rest, ',', &one)) {
        if (start_listener(server, one, loops, connections ? connections : 1, err) != 0)
            return -1;
    }
    return 0;
}

static int start_threads(struct server *server, unsigned workers, struct error *err)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 512 * 1024);
    int outcome = 0;
    for (unsigned i = 0; i < server->loop_count && outcome == 0; i++) {
        outcome = pthread_create(&server->loops[i]->thread, &attributes, run_loop, server->loops[i]);
        server->loops[i]->has_thread = outcome == 0;
    }
    for (unsigned i = 0; i < workers && i < LOOPS_MAX && outcome == 0; i++) {
        outcome = pthread_create(&server->workers[i], &attributes, run_worker, server);
        server->worker_count += outcome == 0;
    }
    pthread_attr_destroy(&attributes);
    return outcome == 0 ? 0 : error_raise(err, INTERNAL);
}

/* "0.9.75" as 0x00097500, the library's own way to write it; 0 when it cannot be read. */
static uint32_t library_version(void)
{
    struct str rest = str_of(MHD_get_version()), part;
    uint32_t version = 0;
    for (int i = 0; i < 3; i++) {
        int64_t number;
        if (!str_next(&rest, '.', &part) || str_to_i64_in(part, 0, 99, &number) != STR_NUMBER_OK)
            return 0;
        version = version << 8 | (uint32_t)(number / 10 * 16 + number % 10);
    }
    return version << 8;
}

static void read_settings(struct server *server)
{
    const struct config *config = server->options.config;
    server->limits.body_bytes = (size_t)config_number(config, OPTION_BODY_MAX_BYTES);
    server->request_memory_bytes = (size_t)config_number(config, OPTION_REQUEST_MEMORY_BYTES);
    server->limits.head_bytes = (size_t)config_number(config, OPTION_HEADER_MAX_BYTES);
    int64_t idle_ms = config_number(config, OPTION_IDLE_TIMEOUT_MS), part = idle_ms / 4;
    server->idle_ns = idle_ms * 1000000;
    server->watch_ms = part < 25 ? 25 : part > LOOP_WAIT_MS ? LOOP_WAIT_MS : (int)part;
    server->library_version = library_version();
    server->compresses = config_boolean(config, OPTION_COMPRESSION);
    server->rejects_options = config_boolean(config, OPTION_REJECT_OPTIONS);
    struct str log = config_text(config, OPTION_ACCESS_LOG);
    server->access_log = str_equal(log, STR("all")) ? 2 : str_equal(log, STR("errors")) ? 1 : 0;
    server->allow_origin = config_text(config, OPTION_ALLOW_ORIGIN);
    server->allow_methods = config_text(config, OPTION_ALLOW_METHODS);
    server->allow_headers = config_text(config, OPTION_ALLOW_HEADERS);
}

int server_start(struct server **ret, const struct server_options *options, struct error *err)
{
    struct arena *arena = arena_new(64u << 20);
    struct server *server = arena ? ARENA_NEW(arena, struct server) : NULL;
    if (!server) {
        arena_free(arena);
        return error_raise(err, INTERNAL);
    }
    server->arena = arena;
    server->options = *options;
    read_settings(server);
    size_t cache_bytes = (size_t)config_number(options->config, OPTION_REPLY_CACHE_BYTES);
    int outcome = stamped_cache_new(options->stamps, cache_bytes, &server->replies);
    if (queue_init(&server->queue, (size_t)config_number(options->config, OPTION_WORKER_QUEUE)) != 0)
        outcome = -1;
    if (outcome != 0)
        error_raise(err, INTERNAL);
    if (outcome == 0)
        outcome = start_listeners(server, err);
    if (outcome == 0)
        outcome = start_threads(server, threads_wanted(options->config, OPTION_WORKER_THREADS, 2, 2), err);
    if (outcome != 0) {
        server_stop(server);
        server_free(server);
        return -1;
    }
    *ret = server;
    return 0;
}

/* Requests that are not yet answered to their end; those of them that workers or the store have. */
static unsigned count_running(const struct server *server, bool suspended_only)
{
    unsigned count = 0;
    for (unsigned i = 0; i < server->loop_count; i++) {
        const struct loop *loop = server->loops[i];
        count += atomic_load(suspended_only ? &loop->suspended : &loop->running);
    }
    return count;
}

/* New connections are refused; what runs may finish until the deadline. */
static void drain(struct server *server)
{
    int64_t deadline = clock_mono_ns() + config_number(server->options.config, OPTION_SHUTDOWN_MS) * 1000000;
    atomic_store(&server->is_draining, true);
    for (unsigned i = 0; i < server->loop_count; i++)
        wake(server->loops[i]);
    while (count_running(server, false) && clock_mono_ns() < deadline)
        usleep(2000);
}

static void stop_loop(struct loop *loop)
{
    wake(loop);
    if (loop->has_thread)
        pthread_join(loop->thread, NULL);
    if (loop->daemon)
        MHD_run(loop->daemon); /* takes up what workers have resumed */
}

static void free_loop(struct loop *loop)
{
    if (loop->daemon)
        MHD_stop_daemon(loop->daemon);
    if (loop->front)
        front_clear(loop->front);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    arena_free(loop->arena);
}

int server_stop(struct server *server)
{
    drain(server);
    queue_stop(&server->queue); /* whoever comes now is told that the server is busy */
    for (unsigned i = 0; i < server->worker_count; i++)
        pthread_join(server->workers[i], NULL);
    atomic_store(&server->is_stopping, true);
    for (unsigned i = 0; i < server->loop_count; i++)
        stop_loop(server->loops[i]);
    return count_running(server, true) ? -1 : 0;
}

void server_free(struct server *server)
{
    for (unsigned i = 0; i < server->loop_count; i++)
        free_loop(server->loops[i]);
    stamped_cache_free(server->replies);
    queue_deinit(&server->queue);
    arena_free(server->arena);
}

struct str server_address(const struct server *server)
{
    return str_of(server->address);
}

void server_update_metrics(struct server *server)
{
    struct stamped_cache_totals totals;
    struct metrics *metrics = server->options.metrics;
    int64_t connections = 0;
    uint64_t front_hits = 0;
    for (unsigned i = 0; i < server->loop_count; i++) {
        front_hits += atomic_load_explicit(&server->loops[i]->front->hits, memory_order_relaxed);
        connections += atomic_load_explicit(&server->loops[i]->connection_count, memory_order_relaxed);
    }
    stamped_cache_totals(server->replies, &totals);
    metrics_set(metrics, METRIC_CONNECTIONS, connections);
    metrics_set(metrics, METRIC_REPLY_CACHE_BYTES, (int64_t)totals.bytes);
    metrics_set(metrics, METRIC_REPLY_CACHE_HITS, (int64_t)(totals.hits + front_hits));
    metrics_set(metrics, METRIC_REPLY_CACHE_MISSES, (int64_t)totals.misses);
}
