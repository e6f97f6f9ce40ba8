/* Routes as data: what the router matches, what parameters mean, what OpenAPI and the metrics are made from. */
#pragma once

#include "exchange.h"

enum parameter_place { PARAMETER_PATH, PARAMETER_QUERY };
enum parameter_kind {
    PARAMETER_TEXT,
    PARAMETER_NUMBER, /* 32 bits; anything else is answered 404 */
    PARAMETER_BOOLEAN, /* "true" in any letter case, everything else is false */
    PARAMETER_TEXTS, /* may be repeated; read with exchange_values */
};

struct parameter {
    const char *name;
    enum parameter_place place;
    enum parameter_kind kind;
    const char *initial; /* when it is not given; NULL: none */
    const char *text; /* for the documentation */
};

enum body_kind {
    BODY_NONE,
    BODY_OBJECT, /* a JSON object; missing or null: 422 "<operation>.request must not be null" */
    BODY_OPTIONAL, /* a JSON object, null or nothing */
    BODY_MODE, /* a JSON object or a bare text */
};

typedef enum handler_result (*handler_fn)(struct exchange *x);

#define ROUTE_ERRORS_MAX 12

struct route {
    const char *method;
    const char *pattern; /* "/subjects/{subject}/versions/{version}" */
    const char *operation; /* "register": operationId, and part of messages */
    const char *text;
    handler_fn handler;
    enum body_kind body;
    bool is_write; /* changes something */
    bool is_raw; /* its answer is text, not JSON, under a JSON type */
    bool is_plain; /* outside of the registry's API: own content type, Accept is not looked at */
    struct parameter parameters[EXCHANGE_ARGUMENTS_MAX];
    enum error_id errors[ROUTE_ERRORS_MAX]; /* that it may answer beside the general ones; ended by ERROR_NONE */
};

enum route_outcome { ROUTE_FOUND, ROUTE_UNKNOWN, ROUTE_WRONG_METHOD };

/* Finds the row for a method and a path (keywords are matched as sent, not decoded). *ret_index is set when it is
 * found; values of path parameters go to values in order. With the wrong method *ret_methods (an arena text) lists the
 * right ones. HEAD matches rows of GET. */
enum route_outcome route_find(const struct route *routes, size_t route_count, struct arena *arena, struct str method,
                              const struct uri *uri, size_t *ret_index, struct str *values, struct str *ret_methods);
/* Fills x->arguments from the path values and the query. 0, or -1 with NOT_FOUND for a number that is none. */
int route_read_arguments(struct exchange *x, const struct str *path_values);
size_t route_parameter_count(const struct route *route);
