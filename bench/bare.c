/* The ceiling for reads: libmicrohttpd as Avouch drives it (one daemon per core, own epoll, 8 KiB connections) answering every
 * request with the same ready response and looking at nothing. bare PORT BODY_BYTES LOOPS */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct MHD_Response *response;

static enum MHD_Result answer(void *state, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *data_bytes, void **request)
{
    static int seen;
    (void)state, (void)url, (void)method, (void)version, (void)data;
    if (!*request) {
        *request = &seen;
        return MHD_YES;
    }
    if (*data_bytes) {
        *data_bytes = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, response);
}

static void *loop(void *argument)
{
    struct MHD_Daemon *daemon = argument;
    int library = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = library};
    epoll_ctl(epoll, EPOLL_CTL_ADD, library, &event);
    for (;;) {
        MHD_UNSIGNED_LONG_LONG wait_ms;
        int timeout = MHD_get_timeout(daemon, &wait_ms) == MHD_YES && wait_ms < 1000 ? (int)wait_ms : 1000;
        epoll_wait(epoll, &event, 1, timeout);
        MHD_run(daemon);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    size_t bytes = (size_t)strtoul(argv[2], NULL, 10);
    char *body = malloc(bytes + 1);
    memset(body, 'x', bytes);
    response = MHD_create_response_from_buffer(bytes, body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/vnd.schemaregistry.v1+json");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)strtoul(argv[1], NULL, 10))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    pthread_t thread;
    for (long i = strtol(argv[3], NULL, 10); i > 0; i--) {
        struct MHD_Daemon *daemon = MHD_start_daemon(
            MHD_USE_EPOLL, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address,
            MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192,
            MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)2048, MHD_OPTION_CONNECTION_TIMEOUT, 30U, MHD_OPTION_END);
        if (!daemon || pthread_create(&thread, NULL, loop, daemon) != 0)
            return 1;
    }
    pthread_join(thread, NULL);
    return 0;
}
