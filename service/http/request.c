#include "server_private.h"

#include "clock.h"
#include "media.h"

/* A request from the loop's own stock; they are never given back to the system. */
static struct request *take_request(struct loop *loop)
{
    struct request *r = loop->free_requests;
    if (r)
        loop->free_requests = r->next;
    else
        r = ARENA_NEW(loop->arena, struct request);
    return r;
}

void *request_begin(void *server_loop, const char *target, struct MHD_Connection *connection)
{
    struct loop *loop = server_loop;
    struct request *r = take_request(loop);
    if (!r)
        return NULL;
    struct server *server = loop->server;
    memset(r, 0, offsetof(struct request, room));
    r->server = server;
    r->loop = loop;
    r->connection = connection;
    r->begin_ns = clock_mono_ns();
    arena_init(&r->arena, server->request_memory_bytes, r->room, sizeof r->room);
    r->x.arena = &r->arena;
    r->x.err = ERROR_INIT(&r->arena);
    r->x.application = server->options.application;
    r->target = arena_str(&r->arena, str_of(target));
    atomic_fetch_add(&server->running, 1);
    return r;
}

/* Copies of the headers that matter; the library's own do not outlive a resumed connection's buffer. */
static enum MHD_Result note_header(void *state, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct request *r = state;
    struct str n = str_of(name), v = str_of(value);
    (void)kind;
    gate_header(&r->gate, n, v);
    static const struct {
        struct str name;
        size_t offset;
    } wanted[] = {{{"Accept", 6}, offsetof(struct request, accept)},
                  {{"Accept-Encoding", 15}, offsetof(struct request, accept_encoding)},
                  {{"Content-Type", 12}, offsetof(struct request, content_type)},
                  {{"X-Request-ID", 12}, offsetof(struct request, request_id)},
                  {{"Origin", 6}, offsetof(struct request, origin)},
                  {{"Access-Control-Request-Method", 29}, offsetof(struct request, request_method)}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (n.n == wanted[i].name.n && str_equal_nocase(n, wanted[i].name)) {
            struct str *slot = (struct str *)(void *)((char *)r + wanted[i].offset);
            if (slot->p && i == 0) /* several Accept headers are one list */
                *slot = ARENA_JOIN(&r->arena, *slot, STR(", "), v);
            else
                *slot = arena_str(&r->arena, v);
        }
    }
    return MHD_YES;
}

/* The head is there: takes what is needed of it, and refuses what must be refused. */
static enum MHD_Result begin(struct request *r, const char *method)
{
    r->is_begun = true;
    r->x.method = arena_str(&r->arena, str_of(method));
    r->is_head = str_equal(r->x.method, STR("HEAD"));
    MHD_get_connection_values(r->connection, MHD_HEADER_KIND, note_header, r);
    if (r->request_id.p && str_trim(r->request_id).n == 0)
        r->request_id.p = NULL;
    buf_init(&r->body, &r->arena, r->server->body_max_bytes);
    r->is_refused = gate_check(&r->gate, r->x.method, r->server->body_max_bytes, &r->x.err) != 0;
    if (!r->is_refused && r->target.n > r->server->target_max_bytes) {
        error_raise(&r->x.err, URI_TOO_LONG, STR_INT((int64_t)r->server->target_max_bytes));
        r->is_refused = true;
    }
    if (!r->is_refused)
        return MHD_YES; /* an answer now would close the connection */
    r->x.content_type = STR(MEDIA_V1);
    r->ready = ready_reply_error(r);
    atomic_store(&r->state, REQUEST_ANSWERED);
    return r->ready ? ready_reply_send(r, r->ready) : MHD_NO;
}

static enum MHD_Result collect_body(struct request *r, const char *data, size_t *bytes)
{
    buf_add(&r->body, (struct str){data, *bytes});
    /* Too much of a body without a length: the rest is not even read. */
    if (buf_failed(&r->body)) {
        r->is_refused = true;
        if (r->body.n == 0)
            return MHD_NO;
        r->body.n = 0;
    }
    *bytes = 0;
    return r->is_refused && r->gate.transfer_encoding_count == 0 ? MHD_NO : MHD_YES;
}

/* Everything that the answer may depend on, as bytes. */
static void make_key(struct request *r)
{
    bool may_be_kept = str_equal(r->x.method, STR("GET")) || r->is_head || str_equal(r->x.method, STR("POST"));
    if (!may_be_kept || r->body.n > CACHE_BODY_MAX)
        return;
    r->accepts_gzip = r->accept_encoding.p && media_accepts_gzip(r->accept_encoding);
    r->cache_key = ARENA_JOIN(&r->arena, r->x.method, STR(" "), r->target, r->accepts_gzip ? STR("\n1") : STR("\n0"),
                              r->accept.p ? r->accept : STR("\r"), STR("\n"),
                              r->content_type.p ? r->content_type : STR("\r"), STR("\n"), buf_str(&r->body));
}

static enum MHD_Result answer(struct request *r, struct ready_reply *ready)
{
    r->ready = ready;
    atomic_store(&r->state, REQUEST_ANSWERED);
    return ready ? ready_reply_send(r, ready) : MHD_NO;
}

/* The request is complete: answered from memory, or given to a worker. */
static enum MHD_Result dispatch(struct request *r)
{
    if (r->is_refused) {
        error_raise(&r->x.err, BODY_TOO_LARGE, STR_INT((int64_t)r->server->body_max_bytes));
        r->x.content_type = STR(MEDIA_V1);
        return answer(r, ready_reply_error(r));
    }
    make_key(r);
    if (r->cache_key.p) {
        struct stamped_value *kept = stamped_cache_get(r->server->replies, r->cache_key);
        if (kept)
            return answer(r, (struct ready_reply *)kept);
    }
    r->x.body = buf_str(&r->body);
    atomic_store(&r->state, REQUEST_WORKING);
    MHD_suspend_connection(r->connection);
    if (queue_push(&r->server->queue, r, false))
        return MHD_YES;
    metrics_add(r->server->options.metrics, METRIC_REQUESTS_REFUSED, 1);
    error_raise(&r->x.err, BUSY);
    r->x.content_type = STR(MEDIA_V1);
    r->ready = ready_reply_error(r);
    loop_resume(r);
    return MHD_YES;
}

enum MHD_Result request_handle(void *server_loop, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload_data,
                               size_t *upload_data_size, void **connection_state)
{
    struct request *r = *connection_state;
    (void)server_loop;
    (void)connection;
    (void)url;
    (void)version;
    if (!r || !r->target.p)
        return MHD_NO;
    if (!r->is_begun)
        return begin(r, method);
    if (*upload_data_size)
        return collect_body(r, upload_data, upload_data_size);
    if (atomic_load(&r->state) == REQUEST_READING)
        return dispatch(r);
    /* Woken up by a worker. */
    return answer(r, r->ready);
}

void request_end(void *server_loop, struct MHD_Connection *connection, void **connection_state,
                 enum MHD_RequestTerminationCode why)
{
    struct loop *loop = server_loop;
    struct request *r = *connection_state;
    (void)connection;
    (void)why;
    if (!r)
        return;
    if (r->ready) {
        int64_t duration = clock_mono_ns() - r->begin_ns;
        metrics_request(loop->server->options.metrics, r->ready->route, r->ready->status, duration);
        access_log_write(r, r->ready->status, duration);
        stamped_value_unref(&r->ready->head);
    }
    arena_deinit(&r->arena);
    atomic_fetch_sub(&loop->server->running, 1);
    r->next = loop->free_requests;
    loop->free_requests = r;
    *connection_state = NULL;
}
