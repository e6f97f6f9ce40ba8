#include "server_private.h"

#include "jtree.h"
#include "media.h"

/* An answer of the framework itself: its errors carry no Content-Type (as clients know it). */
static void fail_untyped(struct request *r)
{
    r->x.reply.has_no_type = true;
}

static int parse_target(struct request *r)
{
    const char *fault = "";
    switch (uri_parse(r->x.arena, request_target(r), &r->x.uri, &fault)) {
    case URI_OK:
        return 0;
    case URI_UNKNOWN:
        fail_untyped(r);
        return error_raise(&r->x.err, NOT_FOUND);
    case URI_BAD:
        break;
    }
    r->x.content_type = STR(MEDIA_JSON);
    return error_raise(&r->x.err, BAD_REQUEST, str_of(fault));
}

static int answer_options(struct request *r, struct str methods)
{
    struct reply *reply = &r->x.reply;
    if (r->server->rejects_options) {
        fail_untyped(r);
        return error_raise(&r->x.err, METHOD_NOT_ALLOWED);
    }
    reply->status = 200;
    reply->allow = methods;
    buf_init(&reply->body, r->x.arena, 512);
    if (media_options(r->x.arena, r->accept, &reply->content_type))
        buf_add(&reply->body, methods);
    if (reply->content_type.n == 0)
        reply->has_no_type = true;
    return 1;
}

/* All methods of a path, for OPTIONS. */
static struct str all_methods(struct request *r)
{
    struct str values[URI_SEGMENTS_MAX], methods = STR_EMPTY;
    size_t index;
    const struct server_options *o = &r->server->options;
    enum route_outcome outcome =
        route_find(o->routes, o->route_count, r->x.arena, STR("OPTIONS"), &r->x.uri, &index, values, &methods);
    return outcome == ROUTE_UNKNOWN ? (struct str){NULL, 0} : methods;
}

/* 0 = routed, 1 = answered, -1. */
static int find_route(struct request *r)
{
    const struct server_options *o = &r->server->options;
    struct str values[URI_SEGMENTS_MAX], methods = STR_EMPTY;
    size_t index;
    if (str_equal(r->x.method, STR("OPTIONS"))) {
        methods = all_methods(r);
        if (methods.p)
            return answer_options(r, methods);
    }
    switch (route_find(o->routes, o->route_count, r->x.arena, r->x.method, &r->x.uri, &index, values, &methods)) {
    case ROUTE_FOUND:
        break;
    case ROUTE_UNKNOWN:
        fail_untyped(r);
        return error_raise(&r->x.err, NOT_FOUND);
    case ROUTE_WRONG_METHOD:
        fail_untyped(r);
        r->x.reply.allow = methods;
        return error_raise(&r->x.err, METHOD_NOT_ALLOWED);
    }
    r->x.route = &o->routes[index];
    return route_read_arguments(&r->x, values);
}

static int negotiate(struct request *r)
{
    struct exchange *x = &r->x;
    if (x->route->is_plain)
        return 0;
    enum media_outcome sent = media_check(r->content_type);
    enum media_outcome wanted = (enum media_outcome)media_negotiate(x->arena, r->accept, &x->content_type);
    if (sent == MEDIA_MALFORMED) {
        x->content_type = STR(MEDIA_JSON);
        return error_raise(&x->err, BAD_REQUEST, STR("Bad Request"));
    }
    if (wanted == MEDIA_MALFORMED) {
        fail_untyped(r);
        return error_raise(&x->err, BAD_REQUEST, STR("The Accept header is malformed"));
    }
    if (sent == MEDIA_REFUSED) {
        if (wanted == MEDIA_REFUSED)
            x->content_type = STR(MEDIA_V1);
        return error_raise(&x->err, UNSUPPORTED_MEDIA_TYPE);
    }
    if (wanted == MEDIA_REFUSED) {
        fail_untyped(r);
        return error_raise(&x->err, NOT_ACCEPTABLE);
    }
    return 0;
}

static int body_missing(struct request *r)
{
    return error_raise(&r->x.err, BODY_REQUIRED,
                       ARENA_JOIN(r->x.arena, str_of(r->x.route->operation), STR(".request")));
}

static int parse_body(struct request *r)
{
    struct exchange *x = &r->x;
    enum body_kind wanted = x->route->body;
    struct jtree_node *root;
    struct jtree_fault fault;
    if (wanted == BODY_NONE)
        return 0;
    enum jtree_outcome outcome = jtree_read(x->arena, x->body, JTREE_ALLOW_NAN | JTREE_ALLOW_BOM, NULL, &root, &fault);
    if (outcome == JTREE_EMPTY)
        return wanted == BODY_OPTIONAL ? 0 : body_missing(r);
    if (outcome != JTREE_OK)
        return error_raise(&x->err, BAD_REQUEST,
                           arena_printf(x->arena, "%s (line: %u, column: %u)", fault.text, fault.line, fault.column));
    if (root->kind == JTREE_KIND_NULL)
        return wanted == BODY_OPTIONAL ? 0 : body_missing(r);
    bool is_text = root->kind == JTREE_KIND_STRING && wanted == BODY_MODE;
    if (root->kind != JTREE_KIND_OBJECT && !is_text)
        return error_raise(&x->err, BAD_REQUEST,
                           ARENA_JOIN(x->arena, STR("Cannot read a request from a value of type "),
                                      str_of(jtree_kind_name(root->kind))));
    x->json = root;
    return 0;
}

static void finish(struct request *r)
{
    r->ready = ready_reply_make(r);
    loop_resume(r);
}

/* 0 = the handler may run, 1 = answered. */
static int prepare(struct request *r)
{
    r->x.content_type = STR(MEDIA_V1);
    int outcome = parse_target(r);
    if (outcome == 0)
        outcome = find_route(r);
    if (outcome == 0)
        outcome = negotiate(r);
    return outcome == 0 ? parse_body(r) : outcome;
}

void request_work(struct request *r)
{
    struct exchange *x = &r->x;
    if (x->stage == 0 && prepare(r) != 0) {
        r->may_keep = false;
        finish(r);
        return;
    }
    if (x->stage == 0)
        x->stamps = &r->stamps;
    if (x->route->handler(x) == HANDLER_SUBMIT) {
        x->submit(x); /* another worker may have it from here on */
        return;
    }
    finish(r);
}

void exchange_continue(struct exchange *x)
{
    struct request *r = (struct request *)(void *)x;
    x->stage++;
    queue_push(&r->server->queue, r, true);
}
