/* What the parts of the server share. Private to service/http. */
#pragma once

#include "gate.h"
#include "server.h"

#include <microhttpd.h>
#include <pthread.h>

/* libmicrohttpd zeroes the whole of a connection's memory after each request: small is fast. */
#define CONNECTION_MEMORY_BYTES 8192
#define REQUEST_ROOM_BYTES 2048
#define LOOPS_MAX 256
/* Bodies beyond this are not worth being remembered as keys. */
#define CACHE_BODY_MAX 65536

/* An answer that is built: sent once, or kept and sent again. */
struct ready_reply {
    struct stamped_value head;
    struct arena *arena; /* holds this struct and the body */
    struct MHD_Response *response;
    unsigned status;
    size_t route; /* index, or the number of routes for none */
    struct str body, content_type;
    bool is_gzip;
};

enum request_state { REQUEST_READING, REQUEST_WORKING, REQUEST_ANSWERED };

struct request {
    struct exchange x; /* first: handlers get this */
    struct server *server;
    struct loop *loop;
    struct MHD_Connection *connection;
    struct request *next; /* in a queue, or free */
    struct arena arena;
    struct str target;
    struct gate gate;
    struct buf body;
    bool is_begun, is_head, is_refused;
    atomic_int state;
    int64_t begin_ns;
    struct str accept, accept_encoding, content_type, request_id, origin, request_method; /* headers */
    bool accepts_gzip;
    struct str cache_key; /* .p NULL: the answer is not to be kept */
    struct ready_reply *ready;
    struct stamp_set stamps;
    _Alignas(16) char room[REQUEST_ROOM_BYTES];
};

/* An event loop: one thread, one daemon. */
struct loop {
    struct server *server;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool has_thread;
    int wake_fd; /* eventfd, written when the loop sleeps and a connection was resumed */
    atomic_bool has_resumed, is_sleeping;
    struct request *free_requests; /* the loop thread's own */
    struct arena *arena;
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
    struct loop loops[LOOPS_MAX];
    unsigned loop_count;
    pthread_t workers[LOOPS_MAX];
    unsigned worker_count;
    struct worker_queue queue;
    atomic_bool is_stopping;
    atomic_uint running; /* requests between their head and the end of their answer */
    char address[128];
    size_t body_max_bytes, request_memory_bytes, target_max_bytes;
    bool compresses, rejects_options;
    int access_log; /* 0 off, 1 errors, 2 all */
    struct str allow_origin, allow_methods, allow_headers;
};

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
/* false when it is full; urgent ones are always taken. */
bool queue_push(struct worker_queue *q, struct request *r, bool is_urgent);
/* NULL when the queue is stopping and empty. */
struct request *queue_pop(struct worker_queue *q);
void queue_stop(struct worker_queue *q);

/* ready.c */
/* Builds the answer of r->x.reply (or of r->x.err); keeps it when it may be kept. NULL without memory. */
struct ready_reply *ready_reply_make(struct request *r);
/* Queues it on the connection. */
enum MHD_Result ready_reply_send(struct request *r, struct ready_reply *ready);
/* The answer that needs nothing but an error. */
struct ready_reply *ready_reply_error(struct request *r);

/* access.c */
void access_log_write(const struct request *r, unsigned status, int64_t duration_ns);
