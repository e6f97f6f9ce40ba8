#include "server_private.h"

#include "clock.h"
#include "log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* The library does not wake an external loop by itself when a connection is resumed. */
void loop_resume(struct request *r)
{
    struct loop *loop = r->loop; /* r may be gone once it is resumed */
    uint64_t one = 1;
    MHD_resume_connection(r->connection);
    atomic_store(&loop->has_resumed, true);
    if (atomic_exchange(&loop->is_sleeping, false) && write(loop->wake_fd, &one, sizeof one) < 0)
        LOG_ERROR("http.wake", "An event loop could not be woken", LOG_NUMBER("errno", errno));
}

static void wait_for_work(struct loop *loop, int epoll)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    struct epoll_event events[2];
    uint64_t ignored;
    int timeout = LOOP_WAIT_MS;
    if (MHD_get_timeout(loop->daemon, &wait_ms) == MHD_YES && wait_ms < LOOP_WAIT_MS)
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
        loop->now_ns = clock_mono_ns();
        MHD_run(loop->daemon);
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

struct listener {
    char host[96], port[8];
};

/* "http://host:port", "host:port", "[::1]:8081", ":8081". */
static int parse_listener(struct str text, struct listener *ret, struct error *err)
{
    struct str address = str_trim(text);
    if (str_starts(address, STR("http://")))
        address = str_slice(address, 7, address.n);
    if (str_ends(address, STR("/")))
        address.n--;
    size_t colon = str_find_last(address, ':');
    int64_t port = 0;
    struct str host = str_slice(address, 0, colon == SIZE_MAX ? 0 : colon);
    if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_slice(host, 1, host.n - 1);
    if (colon == SIZE_MAX || host.n >= sizeof ret->host || str_find(host, '/') != SIZE_MAX ||
        str_to_i64_in(str_slice(address, colon + 1, address.n), 0, 65535, &port) != STR_NUMBER_OK)
        return error_raise(err, BAD_REQUEST,
                           ARENA_JOIN(err->arena, STR("listeners: '"), text, STR("' is not http://host:port")));
    snprintf(ret->host, sizeof ret->host, STR_FMT, STR_ARG(host));
    snprintf(ret->port, sizeof ret->port, "%u", (unsigned)port & 0xFFFF);
    return 0;
}

static int start_daemon(struct loop *loop, const struct sockaddr *address, struct error *err)
{
    const struct config *config = loop->server->options.config;
    unsigned limit = (unsigned)config_number(config, OPTION_CONNECTION_LIMIT);
    unsigned idle_s = (unsigned)((config_number(config, OPTION_IDLE_TIMEOUT_MS) + 999) / 1000);
    int64_t head_bytes = config_number(config, OPTION_HEADER_MAX_BYTES);
    size_t memory = head_bytes > CONNECTION_MEMORY_BYTES ? (size_t)head_bytes + 1024 : CONNECTION_MEMORY_BYTES;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (address->sa_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0);
    loop->daemon = MHD_start_daemon(flags, 0, NULL, NULL, request_handle, loop, MHD_OPTION_EXTERNAL_LOGGER, log_library,
                                    NULL, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
                                    MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_MEMORY_INCREMENT,
                                    (size_t)2048, MHD_OPTION_CONNECTION_LIMIT, limit, MHD_OPTION_CONNECTION_TIMEOUT,
                                    idle_s, MHD_OPTION_URI_LOG_CALLBACK, request_begin, loop,
                                    MHD_OPTION_NOTIFY_COMPLETED, request_end, loop, MHD_OPTION_UNESCAPE_CALLBACK,
                                    keep_escapes, NULL, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024U, MHD_OPTION_END);
    return loop->daemon
               ? 0
               : error_raise(err, STORE,
                             ARENA_JOIN(err->arena, STR("the address cannot be served on: "), str_of(strerror(errno))));
}

static int start_loop(struct server *server, const struct sockaddr *address, struct error *err)
{
    if (server->loop_count == LOOPS_MAX)
        return error_raise(err, INTERNAL);
    struct loop *loop = ARENA_NEW(server->arena, struct loop);
    if (!loop)
        return error_raise(err, INTERNAL);
    loop->server = server;
    loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->arena = arena_new((size_t)1 << 34);
    server->loops[server->loop_count++] = loop;
    loop->front = loop->arena ? ARENA_NEW(loop->arena, struct front) : NULL;
    if (!loop->front || loop->wake_fd < 0)
        return error_raise(err, INTERNAL);
    loop->front->stamps = server->options.stamps;
    return start_daemon(loop, address, err);
}

/* With port 0 the first loop finds a port and the others share it. */
static void note_address(struct server *server, struct sockaddr_storage *address)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->loops[server->loop_count - 1]->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    socklen_t size = sizeof *address;
    char host[96] = "", port[16] = "";
    if (!info || getsockname(info->listen_fd, (struct sockaddr *)address, &size) != 0)
        return;
    getnameinfo((struct sockaddr *)address, size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    if (!server->address[0])
        snprintf(server->address, sizeof server->address,
                 address->ss_family == AF_INET6 ? "[%.90s]:%.10s" : "%.90s:%.10s", host, port);
}

static int start_listener(struct server *server, struct str text, unsigned loops, struct error *err)
{
    struct listener listener;
    if (parse_listener(text, &listener, err) != 0)
        return -1;
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found = NULL;
    int outcome = getaddrinfo(listener.host[0] ? listener.host : NULL, listener.port, &hints, &found);
    if (outcome != 0)
        return error_raise(
            err, BAD_REQUEST,
            ARENA_JOIN(err->arena, STR("listeners: '"), text, STR("': "), str_of(gai_strerror(outcome))));
    struct sockaddr_storage address = {0};
    memcpy(&address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    for (unsigned i = 0; i < loops; i++) {
        struct error why = ERROR_INIT(err->arena);
        if (start_loop(server, (struct sockaddr *)&address, &why) != 0)
            return error_raise(err, BAD_REQUEST,
                               ARENA_JOIN(err->arena, STR("listeners: '"), text, STR("': "), why.text));
        note_address(server, &address);
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
    server->body_max_bytes = (size_t)config_number(config, OPTION_BODY_MAX_BYTES);
    server->request_memory_bytes = (size_t)config_number(config, OPTION_REQUEST_MEMORY_BYTES);
    server->target_max_bytes = (size_t)config_number(config, OPTION_HEADER_MAX_BYTES);
    server->library_version = library_version();
    server->compresses = config_boolean(config, OPTION_COMPRESSION);
    server->rejects_options = config_boolean(config, OPTION_REJECT_OPTIONS);
    struct str log = config_text(config, OPTION_ACCESS_LOG);
    server->access_log = str_equal(log, STR("all")) ? 2 : str_equal(log, STR("errors")) ? 1 : 0;
    server->allow_origin = config_text(config, OPTION_ALLOW_ORIGIN);
    server->allow_methods = config_text(config, OPTION_ALLOW_METHODS);
    server->allow_headers = config_text(config, OPTION_ALLOW_HEADERS);
}

static unsigned threads_wanted(const struct config *config, enum option_id id, unsigned per_core, unsigned least)
{
    int64_t wanted = config_number(config, id);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned count = wanted ? (unsigned)wanted : (unsigned)(cores < 1 ? 1 : cores) * per_core;
    return count < least ? least : count > LOOPS_MAX ? LOOPS_MAX : count;
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
    struct str listeners = config_text(options->config, OPTION_LISTENERS), rest = listeners, one;
    unsigned loops = threads_wanted(options->config, OPTION_HTTP_THREADS, 1, 1);
    while (outcome == 0 && str_next(&rest, ',', &one))
        outcome = start_listener(server, one, loops, err);
    if (outcome == 0)
        outcome = start_threads(server, threads_wanted(options->config, OPTION_WORKER_THREADS, 2, 2), err);
    if (outcome != 0) {
        server_stop(server);
        return -1;
    }
    *ret = server;
    return 0;
}

static bool is_running(const struct server *server)
{
    unsigned running = 0;
    for (unsigned i = 0; i < server->loop_count; i++)
        running += atomic_load_explicit(&server->loops[i]->running, memory_order_acquire);
    return running > 0;
}

/* New connections are refused; what runs may finish until the deadline. */
static void drain(struct server *server)
{
    int64_t deadline = clock_mono_ns() + config_number(server->options.config, OPTION_SHUTDOWN_MS) * 1000000;
    for (unsigned i = 0; i < server->loop_count; i++) {
        MHD_socket listening =
            server->loops[i]->has_thread ? MHD_quiesce_daemon(server->loops[i]->daemon) : MHD_INVALID_SOCKET;
        if (listening != MHD_INVALID_SOCKET)
            close(listening);
    }
    while (is_running(server) && clock_mono_ns() < deadline)
        usleep(2000);
}

void server_stop(struct server *server)
{
    drain(server);
    queue_stop(&server->queue);
    for (unsigned i = 0; i < server->worker_count; i++)
        pthread_join(server->workers[i], NULL);
    atomic_store(&server->is_stopping, true);
    for (unsigned i = 0; i < server->loop_count; i++) {
        struct loop *loop = server->loops[i];
        uint64_t one = 1;
        if (loop->has_thread && write(loop->wake_fd, &one, sizeof one) == (ssize_t)sizeof one)
            pthread_join(loop->thread, NULL);
        if (loop->daemon) {
            MHD_run(loop->daemon); /* takes up what workers have resumed */
            MHD_stop_daemon(loop->daemon);
        }
        if (loop->front)
            front_clear(loop->front);
        if (loop->wake_fd >= 0)
            close(loop->wake_fd);
        arena_free(loop->arena);
    }
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
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(server->loops[i]->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
        connections += info ? info->num_connections : 0;
    }
    stamped_cache_totals(server->replies, &totals);
    metrics_set(metrics, METRIC_CONNECTIONS, connections);
    metrics_set(metrics, METRIC_REPLY_CACHE_BYTES, (int64_t)totals.bytes);
    metrics_set(metrics, METRIC_REPLY_CACHE_HITS, (int64_t)(totals.hits + front_hits));
    metrics_set(metrics, METRIC_REPLY_CACHE_MISSES, (int64_t)totals.misses);
}
