#include "server_private.h"

#include "jtree.h"

#include <zlib.h>

#define ERROR_BODY_MAX (16u << 20)
/* Smaller bodies gain nothing from compression. */
#define GZIP_FROM_BYTES 1024

static void release_ready(struct stamped_value *value)
{
    struct ready_reply *ready = (struct ready_reply *)value;
    if (ready->response)
        MHD_destroy_response(ready->response);
    arena_free(ready->arena);
}

static void add_header(struct MHD_Response *response, const char *name, struct str value)
{
    char text[1024];
    if (value.n >= sizeof text)
        return;
    memcpy(text, value.p, value.n);
    text[value.n] = '\0';
    MHD_add_response_header(response, name, text);
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
    reply->retry_after_s = reply->status == 503 ? 1 : 0;
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
    add_header(response, "Access-Control-Allow-Origin", r->origin);
    MHD_add_response_header(response, "Access-Control-Allow-Credentials", "true");
    if (r->request_method.p) {
        add_header(response, "Access-Control-Allow-Methods",
                   s->allow_methods.n ? s->allow_methods : STR("GET,POST,HEAD"));
        add_header(response, "Access-Control-Allow-Headers",
                   s->allow_headers.n ? s->allow_headers : STR("X-Requested-With,Content-Type,Accept,Origin"));
        MHD_add_response_header(response, "Access-Control-Max-Age", "1800");
    }
    MHD_add_response_header(response, "Vary", "Origin");
}

static void add_headers(const struct request *r, const struct ready_reply *ready, struct MHD_Response *response)
{
    if (ready->content_type.n)
        add_header(response, "Content-Type", ready->content_type);
    if (ready->is_gzip)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    if (ready->body.n >= GZIP_FROM_BYTES || ready->is_gzip)
        MHD_add_response_header(response, "Vary", "Accept-Encoding");
    (void)r;
}

static struct MHD_Response *build(const struct request *r, const struct ready_reply *ready)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(ready->body.n, (void *)(uintptr_t)ready->body.p, MHD_RESPMEM_PERSISTENT);
    if (response)
        add_headers(r, ready, response);
    return response;
}

static void choose_type(const struct request *r, struct ready_reply *ready)
{
    const struct reply *reply = &r->x.reply;
    struct str type = reply->has_no_type ? STR_EMPTY : reply->content_type.p ? reply->content_type : r->x.content_type;
    ready->content_type = type.n ? arena_str(ready->arena, type) : STR_EMPTY;
}

static void fill_body(const struct request *r, struct ready_reply *ready, struct str body)
{
    bool may_compress = r->accepts_gzip && r->server->compresses && body.n >= GZIP_FROM_BYTES &&
                        (str_equal(r->x.method, STR("GET")) || str_equal(r->x.method, STR("POST")));
    ready->is_gzip = may_compress && compress_body(body, ready->arena, &ready->body);
    if (!ready->is_gzip)
        ready->body = body.n ? arena_str(ready->arena, body) : STR_EMPTY;
}

/* Headers that only this kind of answer has. */
static void add_own_headers(const struct request *r, struct ready_reply *ready)
{
    const struct reply *reply = &r->x.reply;
    if (reply->allow.p)
        add_header(ready->response, "Allow", reply->allow);
    if (reply->retry_after_s)
        add_header(ready->response, "Retry-After", STR_INT(reply->retry_after_s));
    if (r->is_refused)
        MHD_add_response_header(ready->response, "Connection", "close");
}

static void keep(const struct request *r, struct ready_reply *ready)
{
    bool may_be_kept = r->cache_key.p && r->x.reply.is_cacheable && !error_is_set(&r->x.err) && r->x.stamps;
    if (!may_be_kept)
        return;
    ready->head.stamps = *r->x.stamps;
    stamped_cache_put(r->server->replies, r->cache_key, &ready->head, ready->arena->used_bytes + 1024);
}

struct ready_reply *ready_reply_make(struct request *r)
{
    if (error_is_set(&r->x.err))
        render_error(r);
    const struct reply *reply = &r->x.reply;
    bool is_whole = !buf_failed(&reply->body);
    struct str body =
        is_whole ? buf_str(&reply->body) : STR("{\"error_code\":500,\"message\":\"Internal Server Error\"}");
    struct arena *arena = arena_new(2 * body.n + (64u << 10));
    struct ready_reply *ready = arena ? ARENA_NEW(arena, struct ready_reply) : NULL;
    if (!ready) {
        arena_free(arena);
        return NULL;
    }
    ready->arena = arena;
    ready->status = is_whole ? reply->status : 500;
    ready->route = r->x.route ? (size_t)(r->x.route - r->server->options.routes) : r->server->options.route_count;
    ready->head.release = release_ready;
    atomic_init(&ready->head.references, 1);
    fill_body(r, ready, body);
    choose_type(r, ready);
    ready->response = ready->body.p ? build(r, ready) : NULL;
    if (!ready->response) {
        release_ready(&ready->head);
        return NULL;
    }
    add_own_headers(r, ready);
    keep(r, ready);
    return ready;
}

struct ready_reply *ready_reply_error(struct request *r)
{
    r->cache_key.p = NULL;
    return ready_reply_make(r);
}

static void unref_ready(void *value)
{
    stamped_value_unref(value);
}

enum MHD_Result ready_reply_send(struct request *r, struct ready_reply *ready)
{
    bool is_own = r->request_id.p || (r->origin.p && r->server->allow_origin.n);
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
    if (r->request_id.p)
        add_header(response, "X-Request-ID", r->request_id);
    add_cors(r, response);
    if (r->x.reply.allow.p)
        add_header(response, "Allow", r->x.reply.allow);
    enum MHD_Result result = MHD_queue_response(r->connection, ready->status, response);
    MHD_destroy_response(response);
    return result;
}
