/* What the parts of the server share. Private to service/http. */
#pragma once

#include "front.h"
#include "gate.h"
#include "server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <sys/socket.h>

/* libmicrohttpd zeroes the whole of a connection's memory after each request: small is fast. */
#define CONNECTION_MEMORY_BYTES 8192
/* What the library needs beside a head that is larger than that. */
#define HEAD_MARGIN_BYTES 1024
#define REQUEST_ROOM_BYTES 2048
#define LOOPS_MAX 256
/* Bodies beyond this are not worth being remembered as keys. */
#define CACHE_BODY_MAX 65536

/* An answer that is built: sent once, or kept and sent again. Its memory goes with its response, which the library may
 * still be sending when the last reference to the answer goes. */
struct ready_reply {
    struct stamped_value head;
    struct arena *arena; /* holds this struct and what it points to */
    struct MHD_Response *response;
    unsigned status;
    size_t route; /* index, or the number of routes for none */
    size_t cost; /* bytes of memory, about */
    struct str key; /* of the request; .p NULL: it is not kept */
    struct str body, content_type, allow;
    bool is_gzip;
};

enum request_state { REQUEST_READING, REQUEST_WORKING, REQUEST_ANSWERED };

/* A connection, as far as time goes. Its loop's thread's own. */
struct connection {
    struct connection *previous, *next;
    int fd;
    bool has_request; /* from its target to the end of its answer */
    bool is_working; /* the server's turn */
    bool is_cut;
    int64_t since_ns; /* when it became the client's turn: to send a request, or to take an answer */
    uint64_t bytes; /* received of the body, or to be taken, in that turn */
};

struct request {
    struct exchange x; /* first: handlers get this */
    struct server *server;
    struct loop *loop;
    struct MHD_Connection *connection;
    struct connection *watched; /* NULL when memory was short */
    const char *raw_target; /* in the memory of the connection */
    struct request *next; /* in a queue, or free */
    struct arena arena;
    struct gate gate;
    bool is_begun, is_head, is_refused, may_keep, accepts_gzip, has_two_ids;
    bool is_last; /* the connection ends with its answer */
    atomic_int state;
    int64_t begin_ns;
    /* Everything that the answer may depend on, as bytes: target, method, headers that matter, body. */
    struct buf key;
    size_t target_bytes, body_at;
    uint64_t key_hash;
    /* Headers, in the memory of the connection, which stays until the request is done. */
    struct str accept, accept_encoding, content_type, request_id, origin, request_method;
    struct ready_reply *ready; /* from a worker, until it is sent */
    size_t refused_bytes; /* of a body that nobody will read */
    size_t sent_route; /* what was answered, for metrics */
    unsigned sent_status; /* 0: nothing was */
    struct stamp_set stamps;
    _Alignas(16) char room[REQUEST_ROOM_BYTES];
};

static inline struct str request_target(const struct request *r)
{
    return str_slice(buf_str(&r->key), 0, r->target_bytes);
}

/* An event loop: one thread, one daemon. */
struct loop {
    struct server *server;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool has_thread;
    int wake_fd; /* eventfd, written when the loop sleeps and a connection was resumed */
    atomic_bool has_resumed, is_sleeping;
    atomic_uint running; /* requests between their head and the end of their answer; written by the loop only */
    atomic_uint suspended; /* those that workers or the store have */
    atomic_uint connection_count;
    /* The loop thread's own. */
    int64_t now_ns; /* when it last woke up */
    bool has_answered; /* in this run of the library */
    bool has_stopped_listening;
    int64_t watched_ns; /* when it last looked for late connections */
    struct connection *connections, *free_connections;
    struct request *free_requests;
    struct arena *arena;
    struct front *front;
};

struct worker_queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct request *first, **last;
    size_t waiting, max;
    unsigned idle;
    bool is_stopping;
};

struct server {
    struct arena *arena;
    struct server_options options;
    struct stamped_cache *replies;
    struct loop *loops[LOOPS_MAX];
    unsigned loop_count;
    pthread_t workers[LOOPS_MAX];
    unsigned worker_count;
    struct worker_queue queue;
    atomic_bool is_draining; /* answers end their connections */
    atomic_bool is_stopping;
    char address[128];
    struct gate_limits limits;
    size_t request_memory_bytes;
    int64_t idle_ns;
    int watch_ms; /* how often late connections are looked for */
    uint32_t library_version; /* of libmicrohttpd, as it runs */
    bool compresses, rejects_options;
    int access_log; /* 0 off, 1 errors, 2 all */
    struct str allow_origin, allow_methods, allow_headers;
};

/* listener.c */
/* The address that a listener of the settings names; -1 with INVALID_SETTING. */
int listener_find(struct str text, struct sockaddr_storage *ret, socklen_t *ret_bytes, struct error *err);
/* A listening socket, which the caller closes; the first one of an address must be alone on its port. -1 with
 * INVALID_SETTING. */
int listener_open(struct str text, const struct sockaddr_storage *address, socklen_t bytes, bool is_first,
                  struct error *err);

/* connection.c */
void connection_notify(void *server_loop, struct MHD_Connection *of, void **socket_context,
                       enum MHD_ConnectionNotificationCode what);
struct connection *connection_of(struct MHD_Connection *connection);
/* Cuts connections whose client takes too long for its turn, and when draining all without a request. */
void connections_watch(struct loop *loop, int64_t idle_ns, bool is_draining);

/* request.c: callbacks of the library */
void *request_begin(void *server_loop, const char *target, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *server_loop, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **connection_state);
void request_end(void *server_loop, struct MHD_Connection *connection, void **connection_state,
                 enum MHD_RequestTerminationCode why);

/* server.c: lets the connection go on; its loop takes it up. Any thread. */
void loop_resume(struct request *r);

/* work.c: on a worker. Leaves the answer in request->ready and wakes the connection, or hands a change over. */
void request_work(struct request *r);

/* queue.c */
int queue_init(struct worker_queue *q, size_t max);
void queue_deinit(struct worker_queue *q);
/* false when it is full or stopping; urgent ones are always taken. */
bool queue_push(struct worker_queue *q, struct request *r, bool is_urgent);
/* NULL when the queue is stopping and empty. */
struct request *queue_pop(struct worker_queue *q);
void queue_stop(struct worker_queue *q);

/* ready.c */
/* Builds the answer of r->x.reply (or of r->x.err); keeps it when it may be kept. A reference for the caller; NULL
 * without memory. */
struct ready_reply *ready_reply_make(struct request *r);
/* Queues it on the connection; the caller keeps its reference. */
enum MHD_Result ready_reply_send(struct request *r, struct ready_reply *ready);

/* access.c */
void access_log_write(const struct request *r, unsigned status, int64_t duration_ns);
