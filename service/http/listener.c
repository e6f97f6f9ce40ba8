#include "server_private.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

struct host_and_port {
    char host[96], port[8];
};

static int fault(struct error *err, struct str text, struct str what)
{
    return error_raise(err, INVALID_SETTING, ARENA_JOIN(err->arena, STR("listeners: '"), text, what));
}

/* "http://host:port", "host:port", "[::1]:8081", ":8081". */
static int parse(struct str text, struct host_and_port *ret, struct error *err)
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
        return fault(err, text, STR("' is not http://host:port"));
    snprintf(ret->host, sizeof ret->host, STR_FMT, STR_ARG(host));
    snprintf(ret->port, sizeof ret->port, "%u", (unsigned)port & 0xFFFF);
    return 0;
}

int listener_find(struct str text, struct sockaddr_storage *ret, socklen_t *ret_bytes, struct error *err)
{
    struct host_and_port name;
    if (parse(text, &name, err) != 0)
        return -1;
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found = NULL;
    int outcome = getaddrinfo(name.host[0] ? name.host : NULL, name.port, &hints, &found);
    if (outcome != 0)
        return fault(err, text, ARENA_JOIN(err->arena, STR("': "), str_of(gai_strerror(outcome))));
    *ret = (struct sockaddr_storage){0};
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    *ret_bytes = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

static int set(int fd, int level, int option)
{
    return setsockopt(fd, level, option, &(int){1}, sizeof(int));
}

int listener_open(struct str text, const struct sockaddr_storage *address, socklen_t bytes, bool is_first,
                  struct error *err)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The port is shared by loops, and with nobody else: who binds it first must do so alone. */
    bool is_open = fd >= 0 && set(fd, SOL_SOCKET, SO_REUSEADDR) == 0 &&
                   (is_first || set(fd, SOL_SOCKET, SO_REUSEPORT) == 0) &&
                   (address->ss_family != AF_INET6 || set(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 0) &&
                   bind(fd, (const struct sockaddr *)address, bytes) == 0 &&
                   (!is_first || set(fd, SOL_SOCKET, SO_REUSEPORT) == 0) && listen(fd, BACKLOG) == 0;
    if (is_open)
        return fd;
    int why = errno;
    if (fd >= 0)
        close(fd);
    return fault(err, text, ARENA_JOIN(err->arena, STR("': the address cannot be served on: "), str_of(strerror(why))));
}
