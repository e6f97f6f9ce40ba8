#include "server_private.h"

#include <sys/socket.h>

/* A sender or reader that keeps this pace, in bytes a second, may go on beyond the idle timeout. */
#define PACE_BYTES 16384

void connection_notify(void *server_loop, struct MHD_Connection *of, void **socket_context,
                       enum MHD_ConnectionNotificationCode what)
{
    struct loop *loop = server_loop;
    struct connection *c = *socket_context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(of, MHD_CONNECTION_INFO_CONNECTION_FD);
        c = loop->free_connections;
        if (c)
            loop->free_connections = c->next;
        else
            c = ARENA_NEW(loop->arena, struct connection);
        *socket_context = c;
        if (!c)
            return; /* it goes unwatched */
        *c = (struct connection){.fd = info->connect_fd, .since_ns = loop->now_ns, .next = loop->connections};
        if (c->next)
            c->next->previous = c;
        loop->connections = c;
        atomic_fetch_add_explicit(&loop->connection_count, 1, memory_order_relaxed);
    } else if (c) {
        if (c->next)
            c->next->previous = c->previous;
        *(c->previous ? &c->previous->next : &loop->connections) = c->next;
        c->next = loop->free_connections;
        loop->free_connections = c;
        atomic_fetch_sub_explicit(&loop->connection_count, 1, memory_order_relaxed);
    }
}

struct connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* The library notices, and closes the connection. */
static void cut(struct connection *c)
{
    shutdown(c->fd, SHUT_RDWR);
    c->is_cut = true;
}

void connections_watch(struct loop *loop, int64_t idle_ns, bool is_draining)
{
    for (struct connection *c = loop->connections; c; c = c->next) {
        int64_t allowed_ns = idle_ns + (int64_t)(c->bytes / PACE_BYTES) * 1000000000;
        bool is_late = !c->is_working && loop->now_ns - c->since_ns > allowed_ns;
        if (!c->is_cut && (is_late || (is_draining && !c->has_request)))
            cut(c);
    }
}
