#include "commands.h"

#include "clock.h"

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_URL "http://127.0.0.1:8081/health/ready"
#define TIMEOUT_MS 5000

struct target {
    char host[256], port[16], path[512];
};

/* http://HOST[:PORT][/PATH]; false for anything else. */
static bool parse(const char *url, struct target *ret)
{
    const char *at = strncmp(url, "http://", 7) == 0 ? url + 7 : url;
    bool is_bracketed = *at == '[';
    at += is_bracketed;
    size_t host = strcspn(at, is_bracketed ? "]" : ":/");
    if (host == 0 || host >= sizeof ret->host)
        return false;
    memcpy(ret->host, at, host);
    ret->host[host] = '\0';
    at += host;
    if (is_bracketed && *at++ != ']')
        return false;
    size_t port = *at == ':' ? strcspn(at + 1, "/") : 0;
    if (port >= sizeof ret->port)
        return false;
    memcpy(ret->port, port ? at + 1 : "8081", port ? port : 4);
    ret->port[port ? port : 4] = '\0';
    at += port ? port + 1 : 0;
    int bytes = snprintf(ret->path, sizeof ret->path, "%s", *at == '/' ? at : "/health/ready");
    return bytes > 0 && (size_t)bytes < sizeof ret->path;
}

static int connect_to(const struct target *t)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(t->host, t->port, &hints, &found) != 0)
        return -1;
    int fd = -1;
    struct timeval limit = {TIMEOUT_MS / 1000, 0};
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); /* bounds the connect as well */
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

/* Sends the request and reads the whole answer, at most size - 1 bytes. */
static bool ask(int fd, const struct target *t, char *ret, size_t size)
{
    char request[1024];
    int bytes =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", t->path, t->host);
    if (bytes < 0 || (size_t)bytes >= sizeof request || send(fd, request, (size_t)bytes, MSG_NOSIGNAL) != bytes)
        return false;
    int64_t deadline_ns = clock_mono_ns() + (int64_t)TIMEOUT_MS * 1000000;
    size_t got = 0;
    ssize_t more = 1;
    while (more > 0 && got < size - 1 && clock_mono_ns() < deadline_ns) {
        more = recv(fd, ret + got, size - 1 - got, 0);
        got += more > 0 ? (size_t)more : 0;
    }
    ret[got] = '\0';
    return got > 0;
}

int command_healthcheck(int argc, char **argv)
{
    struct target target;
    char answer[4096];
    if (argc > 1 || !parse(argc == 1 ? argv[0] : DEFAULT_URL, &target)) {
        fprintf(stderr, "usage: avouch healthcheck [http://HOST:PORT[/PATH]]   (" DEFAULT_URL ")\n");
        return 2;
    }
    int fd = connect_to(&target);
    bool has_answer = fd >= 0 && ask(fd, &target, answer, sizeof answer);
    if (fd >= 0)
        close(fd);
    if (!has_answer) {
        fprintf(stderr, "avouch: %s:%s does not answer\n", target.host, target.port);
        return 1;
    }
    const char *body = strstr(answer, "\r\n\r\n");
    printf("%s\n", body ? body + 4 : answer);
    return strncmp(answer, "HTTP/1.1 200", 12) == 0 ? 0 : 1;
}
