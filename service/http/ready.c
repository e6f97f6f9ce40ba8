#include "server_private.h"

#include "jtree.h"

#include <zlib.h>

#define ERROR_BODY_MAX (16u << 20)
/* Smaller bodies gain nothing from compression. */
#define GZIP_FROM_BYTES 1024

/* The last reference is gone; the library may still hold the response. */
static void release_ready(struct stamped_value *value)
{
    struct ready_reply *ready = (struct ready_reply *)value;
    MHD_destroy_response(ready->response);
}

/* Nobody holds the response any more. */
static void free_ready(void *ready)
{
    arena_free(((struct ready_reply *)ready)->arena);
}

static void add_header(const struct request *r, struct MHD_Response *response, const char *name, struct str value)
{
    struct str text = arena_str(r->x.arena, value); /* ended by a NUL */
    if (text.p)
        MHD_add_response_header(response, name, text.p);
}

static void render_error(struct request *r)
{
    struct reply *reply = &r->x.reply;
    const struct error_row *row = &error_rows[r->x.err.id];
    reply->status = (unsigned)row->http_status;
    buf_init(&reply->body, r->x.arena, ERROR_BODY_MAX);
    buf_add(&reply->body, STR("{\"error_code\":"));
    buf_add_int(&reply->body, row->code);
    buf_add(&reply->body, STR(",\"message\":"));
    jtree_write_string(&reply->body, r->x.err.text);
    buf_add_char(&reply->body, '}');
    reply->retry_after_s = reply->status == 503 || r->x.err.id == ERROR_STORE ? 1 : 0;
}

/* gzip of body into out; false when it would not be smaller. */
static bool compress_body(struct str body, struct arena *arena, struct str *ret)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    char *out = arena_alloc(arena, body.n);
    z.next_in = (Bytef *)(uintptr_t)body.p;
    z.avail_in = (uInt)body.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)body.n;
    bool is_smaller = out && deflate(&z, Z_FINISH) == Z_STREAM_END;
    if (is_smaller)
        *ret = (struct str){out, z.total_out};
    deflateEnd(&z);
    return is_smaller;
}

static bool is_listed(struct str list, struct str item)
{
    struct str rest = list, part;
    while (list.n && str_next(&rest, ',', &part)) {
        if (str_equal(str_trim(part), item) || str_equal(str_trim(part), STR("*")))
            return true;
    }
    return false;
}

static void add_cors(const struct request *r, struct MHD_Response *response)
{
    const struct server *s = r->server;
    if (!r->origin.p || s->allow_origin.n == 0 || !is_listed(s->allow_origin, r->origin))
        return;
    add_header(r, response, "Access-Control-Allow-Origin", r->origin);
    MHD_add_response_header(response, "Access-Control-Allow-Credentials", "true");
    if (r->request_method.p) {
        add_header(r, response, "Access-Control-Allow-Methods",
                   s->allow_methods.n ? s->allow_methods : STR("GET,POST,HEAD"));
        add_header(r, response, "Access-Control-Allow-Headers",
                   s->allow_headers.n ? s->allow_headers : STR("X-Requested-With,Content-Type,Accept,Origin"));
        MHD_add_response_header(response, "Access-Control-Max-Age", "1800");
    }
    MHD_add_response_header(response, "Vary", "Origin");
}

/* The headers that every sender of this answer gets. */
static void add_headers(const struct request *r, const struct ready_reply *ready, struct MHD_Response *response)
{
    if (ready->content_type.n)
        add_header(r, response, "Content-Type", ready->content_type);
    if (ready->is_gzip)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    if (ready->body.n >= GZIP_FROM_BYTES || ready->is_gzip)
        MHD_add_response_header(response, "Vary", "Accept-Encoding");
    if (ready->allow.p)
        add_header(r, response, "Allow", ready->allow);
}

static struct str type_of(const struct request *r)
{
    const struct reply *reply = &r->x.reply;
    return reply->has_no_type ? STR_EMPTY : reply->content_type.p ? reply->content_type : r->x.content_type;
}

/* Headers that only this kind of answer has. */
static void add_own_headers(const struct request *r, struct MHD_Response *response)
{
    if (r->x.reply.retry_after_s)
        add_header(r, response, "Retry-After", STR_INT(r->x.reply.retry_after_s));
    if (r->is_last || atomic_load_explicit(&r->server->is_draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
}

static bool may_be_kept(const struct request *r)
{
    return r->may_keep && !r->is_last && r->x.reply.is_cacheable && !error_is_set(&r->x.err) && r->x.stamps;
}

static void keep(const struct request *r, struct ready_reply *ready)
{
    if (!may_be_kept(r))
        return;
    ready->head.stamps = *r->x.stamps;
    ready->head.stamps.is_lasting = r->x.reply.is_lasting;
    stamped_cache_put_hashed(r->server->replies, buf_str(&r->key), r->key_hash, &ready->head, ready->cost);
}

/* What the library needs for a response with a few headers, about. */
#define RESPONSE_BYTES 640

/* A copy at *at, which moves behind it; .p NULL for none. */
static struct str carve(char **at, struct str text)
{
    struct str copy = {text.n ? *at : NULL, text.n};
    if (text.n)
        memcpy(*at, text.p, text.n);
    *at += text.n;
    return copy;
}

/* An answer with its texts, in one piece of memory; no response yet. NULL without memory. */
static struct ready_reply *ready_new(const struct request *r, struct str body)
{
    struct str key = may_be_kept(r) ? buf_str(&r->key) : STR_EMPTY, type = type_of(r);
    struct str allow = r->x.reply.allow.p ? r->x.reply.allow : STR_EMPTY;
    size_t bytes = sizeof(struct ready_reply) + body.n + type.n + allow.n;
    if (bytes + key.n + RESPONSE_BYTES > FRONT_REPLY_MAX)
        key.n = 0;
    bytes += key.n;
    struct arena *arena = arena_new(bytes + ARENA_OVERHEAD);
    struct ready_reply *ready = arena ? arena_alloc(arena, bytes) : NULL;
    if (!ready) {
        arena_free(arena);
        return NULL;
    }
    char *at = (char *)(ready + 1);
    ready->arena = arena;
    ready->cost = bytes + RESPONSE_BYTES;
    ready->body = carve(&at, body);
    ready->content_type = carve(&at, type);
    ready->allow = carve(&at, allow);
    ready->key = carve(&at, key);
    return ready;
}

struct ready_reply *ready_reply_make(struct request *r)
{
    if (error_is_set(&r->x.err))
        render_error(r);
    const struct reply *reply = &r->x.reply;
    bool is_whole = !buf_failed(&reply->body), is_gzip = false;
    struct str body =
        is_whole ? buf_str(&reply->body) : STR("{\"error_code\":500,\"message\":\"Internal Server Error\"}");
    bool may_compress = r->accepts_gzip && r->server->compresses && body.n >= GZIP_FROM_BYTES &&
                        (str_equal(r->x.method, STR("GET")) || str_equal(r->x.method, STR("POST")));
    if (may_compress)
        is_gzip = compress_body(body, r->x.arena, &body);
    struct ready_reply *ready = ready_new(r, body);
    if (!ready)
        return NULL;
    ready->is_gzip = is_gzip;
    ready->status = is_whole ? reply->status : 500;
    ready->route = r->x.route ? (size_t)(r->x.route - r->server->options.routes) : r->server->options.route_count;
    ready->head.release = release_ready;
    atomic_init(&ready->head.references, 1);
    ready->response = MHD_create_response_from_buffer_with_free_callback_cls(
        ready->body.n, (void *)(uintptr_t)ready->body.p, free_ready, ready);
    if (!ready->response) {
        free_ready(ready);
        return NULL;
    }
    add_headers(r, ready, ready->response);
    add_own_headers(r, ready->response);
    keep(r, ready);
    return ready;
}

static void unref_ready(void *value)
{
    stamped_value_unref(value);
}

enum MHD_Result ready_reply_send(struct request *r, struct ready_reply *ready)
{
    bool is_draining = atomic_load_explicit(&r->server->is_draining, memory_order_relaxed);
    bool is_own = r->request_id.p || r->is_last || is_draining || (r->origin.p && r->server->allow_origin.n);
    if (!is_own)
        return MHD_queue_response(r->connection, ready->status, ready->response);
    /* Headers that belong to this request alone: a response of its own over the same bytes. */
    stamped_value_ref(&ready->head);
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
        ready->body.n, (void *)(uintptr_t)ready->body.p, unref_ready, ready);
    if (!response) {
        stamped_value_unref(&ready->head);
        return MHD_NO;
    }
    add_headers(r, ready, response);
    add_own_headers(r, response);
    if (r->request_id.p)
        add_header(r, response, "X-Request-ID", r->request_id);
    add_cors(r, response);
    enum MHD_Result result = MHD_queue_response(r->connection, ready->status, response);
    MHD_destroy_response(response);
    return result;
}
