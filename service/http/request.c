#include "server_private.h"

#include "clock.h"
#include "hash.h"
#include "media.h"

/* Room for the key of a usual request, so that it is not moved as it grows. */
#define KEY_ROOM 1400

/* From version 1.0 on the library refuses malformed line ends itself. */
#define LIBRARY_CHECKS_LINES 0x01000000u

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

static void count_running(struct loop *loop, int difference)
{
    unsigned running = atomic_load_explicit(&loop->running, memory_order_relaxed);
    atomic_store_explicit(&loop->running, running + (unsigned)difference, memory_order_release);
}

void *request_begin(void *server_loop, const char *target, struct MHD_Connection *connection)
{
    struct loop *loop = server_loop;
    struct request *r = take_request(loop);
    if (!r)
        return NULL;
    struct server *server = loop->server;
    /* Everything but what is large and set before it is used. */
    memset(r, 0, offsetof(struct exchange, arguments));
    memset((char *)r + sizeof(struct exchange), 0, offsetof(struct request, room) - sizeof(struct exchange));
    r->server = server;
    r->loop = loop;
    r->connection = connection;
    r->begin_ns = loop->now_ns;
    r->raw_target = target;
    r->watched = connection_of(connection);
    if (r->watched)
        r->watched->has_request = true;
    arena_init(&r->arena, server->request_memory_bytes, r->room, sizeof r->room);
    r->x.arena = &r->arena;
    r->x.err = ERROR_INIT(&r->arena);
    r->x.application = server->options.application;
    buf_init(&r->key, &r->arena, server->limits.body_bytes + 4 * server->limits.head_bytes);
    buf_reserve(&r->key, KEY_ROOM);
    buf_add(&r->key, str_of(target));
    r->target_bytes = r->key.n;
    count_running(loop, 1);
    return r;
}

struct header_reader {
    struct request *r;
    const char *line; /* where the next header line must begin; NULL: not checked */
};

/* The parts of the first line stand one behind the other, each with one blank in between, and nothing is hidden behind
 * a NUL. As for header lines, the library takes other forms too. Returns where the next line must begin. */
static const char *check_first_line(struct request *r, const char *method, const char *version)
{
    const char *target = method + r->x.method.n + 1;
    r->gate.has_bad_line |= target != r->raw_target || target + r->target_bytes + 1 != version;
    return version + strlen(version) + 2;
}

/* Lines must end with CR LF and may not be folded (RFC 9112 sections 2.2 and 5.2). The library takes other ends, too,
 * and shows none of them; but it leaves a line in place, its end replaced by NULs, so where one begins tells how the
 * one before it ended. */
static void check_line(struct header_reader *h, const char *name, const char *value, size_t value_bytes)
{
    if (!h->line)
        return;
    h->r->gate.has_bad_line |= name != h->line;
    h->line = value + value_bytes + 2;
}

static enum MHD_Result note_header(void *state, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
                                   const char *value, size_t value_bytes)
{
    struct header_reader *h = state;
    struct request *r = h->r;
    struct str n = {name, name_bytes}, v = {value ? value : "", value_bytes};
    (void)kind;
    check_line(h, name, value, value_bytes);
    static const size_t slots[HEADER_OTHER + 1] = {
        [HEADER_ACCEPT] = offsetof(struct request, accept),
        [HEADER_ACCEPT_ENCODING] = offsetof(struct request, accept_encoding),
        [HEADER_CONTENT_TYPE] = offsetof(struct request, content_type),
        [HEADER_ORIGIN] = offsetof(struct request, origin),
        [HEADER_REQUEST_ID] = offsetof(struct request, request_id),
        [HEADER_REQUEST_METHOD] = offsetof(struct request, request_method),
    };
    enum header_id id = gate_header(&r->gate, n, v);
    if (slots[id] == 0)
        return MHD_YES;
    struct str *slot = (struct str *)(void *)((char *)r + slots[id]);
    bool is_more = slot->p && id == HEADER_ACCEPT; /* several Accept headers are one list */
    r->has_two_ids |= slot->p && id == HEADER_REQUEST_ID;
    *slot = is_more ? ARENA_JOIN(&r->arena, *slot, STR(", "), v) : v;
    return MHD_YES;
}

static void add_header_to_key(struct buf *key, struct str value)
{
    buf_add(key, value.p ? value : STR("\r"));
    buf_add_char(key, '\n');
}

static void start_key(struct request *r)
{
    bool may_be_asked_again = str_equal(r->x.method, STR("GET")) || r->is_head || str_equal(r->x.method, STR("POST"));
    r->may_keep = may_be_asked_again && !r->is_refused;
    r->accepts_gzip = r->accept_encoding.p && media_accepts_gzip(r->accept_encoding);
    buf_add_char(&r->key, '\n');
    buf_add(&r->key, r->x.method);
    buf_add(&r->key, r->accepts_gzip ? STR("\n1") : STR("\n0"));
    add_header_to_key(&r->key, r->accept);
    add_header_to_key(&r->key, r->content_type);
    r->body_at = r->key.n;
}

static enum MHD_Result answer(struct request *r, struct ready_reply *ready)
{
    atomic_store(&r->state, REQUEST_ANSWERED);
    r->loop->has_answered = true;
    if (!ready)
        return MHD_NO;
    if (r->watched) {
        r->watched->is_working = false;
        r->watched->since_ns = r->loop->now_ns;
        r->watched->bytes = ready->body.n;
    }
    r->sent_status = ready->status;
    r->sent_route = ready->route;
    return ready_reply_send(r, ready);
}

/* Answers from what is in r->x.err or r->ready. */
static enum MHD_Result answer_own(struct request *r)
{
    struct ready_reply *ready = r->ready;
    if (!ready) {
        r->may_keep = false;
        r->x.content_type = STR(MEDIA_V1);
        ready = ready_reply_make(r);
    }
    r->ready = NULL;
    enum MHD_Result result = answer(r, ready);
    if (ready)
        stamped_value_unref(&ready->head);
    return result;
}

static void read_headers(struct request *r, const char *method, const char *version)
{
    struct header_reader reader = {r, NULL};
    const union MHD_ConnectionInfo *head =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    r->gate.head_bytes = head ? head->header_size : 0;
    if (r->server->library_version < LIBRARY_CHECKS_LINES)
        reader.line = check_first_line(r, method, version);
    MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, note_header, &reader);
    if (reader.line) /* the empty line behind the headers ends so, too, and is the end */
        r->gate.has_bad_line |=
            reader.line[0] || reader.line[1] || (size_t)(reader.line + 2 - method) != r->gate.head_bytes;
    bool has_id = r->request_id.p && !r->has_two_ids && str_trim(r->request_id).n;
    r->request_id = has_id ? arena_str(&r->arena, r->request_id) : (struct str){NULL, 0};
}

/* The head is there: takes what is needed of it, and refuses what must be refused. */
static enum MHD_Result begin(struct request *r, const char *method, const char *version)
{
    r->is_begun = true;
    r->x.method = str_of(method);
    r->is_head = str_equal(r->x.method, STR("HEAD"));
    read_headers(r, method, version);
    r->gate.is_old = str_equal(str_of(version), STR("HTTP/1.0"));
    r->is_refused = gate_check(&r->gate, r->x.method, request_target(r), &r->server->limits, &r->x.err) != 0;
    /* How chunks and trailers end is up to the library, which takes more than it should: so that nobody can hide a
     * request in them, a connection ends with the first request that has any. */
    r->is_last = r->is_refused || r->gate.transfer_encoding_count > 0;
    start_key(r);
    /* An answer now would close the connection, which is right only for what is refused. */
    return r->is_refused ? answer_own(r) : MHD_YES;
}

static enum MHD_Result collect_body(struct request *r, const char *data, size_t *bytes)
{
    bool is_too_large = *bytes > r->server->limits.body_bytes - (r->key.n - r->body_at);
    if (r->watched)
        r->watched->bytes += *bytes;
    if (!is_too_large && !r->is_refused)
        buf_add(&r->key, (struct str){data, *bytes});
    if ((is_too_large || buf_failed(&r->key)) && !r->is_refused) {
        r->is_refused = true;
        r->is_last = true;
        error_raise(&r->x.err, BODY_TOO_LARGE, STR_INT((int64_t)r->server->limits.body_bytes));
    }
    /* What follows is not even read: the sender is cut off when it goes on for long. */
    r->refused_bytes += r->is_refused ? *bytes : 0;
    *bytes = 0;
    return r->refused_bytes > r->server->limits.body_bytes ? MHD_NO : MHD_YES;
}

/* The answer kept for this request, from the loop or from the server; it is sent at once. */
static bool answer_from_memory(struct request *r, enum MHD_Result *ret)
{
    struct str key = buf_str(&r->key);
    r->key_hash = hash_bytes(key);
    struct ready_reply *ready = front_get(r->loop->front, key, r->key_hash);
    if (ready) {
        *ret = answer(r, ready);
        return true;
    }
    ready = (struct ready_reply *)stamped_cache_get_hashed(r->server->replies, key, r->key_hash);
    if (!ready)
        return false;
    front_put(r->loop->front, ready, r->key_hash);
    *ret = answer(r, ready);
    stamped_value_unref(&ready->head);
    return true;
}

/* The request is complete: answered from memory, or given to a worker. */
static enum MHD_Result dispatch(struct request *r)
{
    enum MHD_Result result;
    if (r->is_refused)
        return answer_own(r);
    r->may_keep = r->may_keep && r->key.n - r->body_at <= CACHE_BODY_MAX;
    if (r->may_keep && answer_from_memory(r, &result))
        return result;
    r->x.body = str_slice(buf_str(&r->key), r->body_at, r->key.n);
    atomic_store(&r->state, REQUEST_WORKING);
    if (r->watched)
        r->watched->is_working = true;
    atomic_fetch_add(&r->loop->suspended, 1);
    MHD_suspend_connection(r->connection);
    if (queue_push(&r->server->queue, r, false))
        return MHD_YES;
    metrics_add(r->server->options.metrics, METRIC_REQUESTS_REFUSED, 1);
    error_raise(&r->x.err, BUSY);
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
    if (!r || buf_failed(&r->key))
        return MHD_NO;
    if (!r->is_begun)
        return begin(r, method, version);
    if (*upload_data_size)
        return collect_body(r, upload_data, upload_data_size);
    if (atomic_load(&r->state) == REQUEST_READING)
        return dispatch(r);
    return answer_own(r); /* woken up by a worker */
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
    if (r->sent_status) {
        int64_t duration = clock_mono_ns() - r->begin_ns;
        metrics_request(loop->server->options.metrics, r->sent_route, r->sent_status, duration);
        access_log_write(r, r->sent_status, duration);
    }
    if (r->ready) /* the connection went while a worker was at it */
        stamped_value_unref(&r->ready->head);
    arena_deinit(&r->arena);
    count_running(loop, -1);
    if (r->watched) {
        r->watched->has_request = r->watched->is_working = false;
        r->watched->since_ns = loop->now_ns;
        r->watched->bytes = 0;
    }
    r->next = loop->free_requests;
    loop->free_requests = r;
    *connection_state = NULL;
}
