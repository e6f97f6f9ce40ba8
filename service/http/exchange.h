/* One request and its answer, as handlers see them. The arena lives until the answer is sent. A handler runs on a worker
 * thread and never blocks on anything but the store; it answers at once, or asks to be called again when a change that it
 * has prepared is committed. */
#pragma once

#include "buf.h"
#include "error.h"
#include "stamped_cache.h"
#include "uri.h"

struct route;
struct jtree_node;

enum handler_result {
    HANDLER_DONE, /* the reply is ready, or exchange->err is set */
    HANDLER_SUBMIT, /* exchange->change_… was prepared: submit it, then call again with stage 1 */
};

/* What a handler answers. */
struct reply {
    unsigned status;
    struct buf body;
    struct str content_type; /* .p NULL: the negotiated one; n 0: no header */
    bool is_cacheable; /* may be given again to the same request while its stamps hold */
    bool is_lasting; /* it stays true unless something is removed: it may be given while the store is away */
    bool has_no_type; /* errors of the framework carry no Content-Type */
    struct str allow; /* Allow header, .p NULL: none */
    unsigned retry_after_s; /* 0: none */
};

#define EXCHANGE_ARGUMENTS_MAX 12

/* A parameter's value, decoded as its row in the route says. */
struct argument {
    bool is_given;
    struct str text;
    int64_t number;
    bool flag;
};

struct exchange {
    struct arena *arena;
    struct error err;
    const struct route *route;
    struct str method;
    struct str body;
    const struct jtree_node *json; /* the parsed body; NULL when the route takes none */
    struct str content_type; /* negotiated, for answers */
    unsigned stage; /* 0, then 1 after each change */
    void *application; /* given to server_new */
    void (*submit)(
        struct exchange *x); /* set with HANDLER_SUBMIT: hands the change over; x must not be touched after it */
    void *state; /* the handler's own, for its next stage */
    struct stamp_set *stamps; /* what the reply rests on; set by the handler before it is done */
    struct reply reply;
    /* Last, because they are large and a request that memory answers does not use them. */
    struct argument arguments[EXCHANGE_ARGUMENTS_MAX]; /* in the order of the route's parameters */
    struct uri uri;
};

/* Has the exchange's handler called again with the next stage, on a worker. Any thread; once per submit. */
void exchange_continue(struct exchange *x);
/* The values of a parameter that may be repeated. Returns how many were written to ret. */
size_t exchange_values(const struct exchange *x, struct str name, struct str *ret, size_t max);
