#include "handlers.h"
#include "work.h"

#define OPENAPI_MAX_BYTES (4u << 20)

static const char *kind_name(enum parameter_kind kind)
{
    switch (kind) {
    case PARAMETER_NUMBER:
        return "integer";
    case PARAMETER_BOOLEAN:
        return "boolean";
    case PARAMETER_TEXT:
    case PARAMETER_TEXTS:
        break;
    }
    return "string";
}

static void write_initial(struct buf *out, const struct parameter *p)
{
    if (!p->initial)
        return;
    if (p->kind == PARAMETER_NUMBER || p->kind == PARAMETER_BOOLEAN)
        work_raw(out, "default", str_of(p->initial));
    else
        work_text(out, "default", str_of(p->initial));
}

static void write_parameter(struct buf *out, const struct parameter *p)
{
    buf_add_char(out, '{');
    work_text(out, "name", str_of(p->name));
    work_text(out, "in", p->place == PARAMETER_PATH ? STR("path") : STR("query"));
    if (p->place == PARAMETER_PATH)
        work_raw(out, "required", STR("true"));
    work_text(out, "description", str_of(p->text));
    work_raw(out, "schema", STR("{"));
    if (p->kind == PARAMETER_TEXTS) {
        work_text(out, "type", STR("array"));
        work_raw(out, "items", STR("{\"type\":\"string\"}"));
    } else {
        work_text(out, "type", str_of(kind_name(p->kind)));
        write_initial(out, p);
    }
    buf_add(out, STR("}}"));
}

/* Codes by status: several errors of a route may share one. */
static void write_responses(struct buf *out, const struct route *route)
{
    work_raw(out, "responses", STR("{"));
    work_raw(out, "200", STR("{\"description\":\"Done\"}"));
    for (int status = 400; status < 600; status++) {
        bool is_open = false;
        for (size_t i = 0; i < ROUTE_ERRORS_MAX && route->errors[i] != ERROR_NONE; i++) {
            const struct error_row *row = &error_rows[route->errors[i]];
            if (row->http_status != status)
                continue;
            if (!is_open) {
                buf_printf(out, ",\"%d\":{\"description\":\"error_code", status);
                is_open = true;
            }
            buf_printf(out, " %d", row->code);
        }
        if (is_open)
            buf_add(out, STR("\",\"content\":{\"application/vnd.schemaregistry.v1+json\":{\"schema\":{\"$ref\":"
                             "\"#/components/schemas/Error\"}}}}"));
    }
    buf_add_char(out, '}');
}

static void write_method(struct buf *out, const struct route *route)
{
    struct str method = str_of(route->method);
    buf_add_char(out, '"');
    for (size_t i = 0; i < method.n; i++)
        buf_add_char(out, (char)(method.p[i] | 0x20));
    buf_add(out, STR("\":{"));
    work_text(out, "operationId", str_of(route->operation));
    work_text(out, "summary", str_of(route->text));
    work_raw(out, "parameters", STR("["));
    for (size_t i = 0; i < route_parameter_count(route); i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        write_parameter(out, &route->parameters[i]);
    }
    buf_add_char(out, ']');
    if (route->body != BODY_NONE) {
        work_raw(out, "requestBody",
                 STR("{\"content\":{\"application/vnd.schemaregistry.v1+json\":{\"schema\":{\"type\":"
                     "\"object\"}}}"));
        work_raw(out, "required", route->body == BODY_OPTIONAL ? STR("false") : STR("true"));
        buf_add_char(out, '}');
    }
    write_responses(out, route);
    buf_add_char(out, '}');
}

static bool is_first_of_pattern(size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (str_equal(str_of(routes[i].pattern), str_of(routes[index].pattern)))
            return false;
    }
    return true;
}

enum handler_result handle_openapi(struct exchange *x)
{
    const struct application *app = x->application;
    struct buf *out = &x->reply.body;
    x->reply.status = 200;
    x->reply.content_type = STR("application/json");
    buf_init(out, x->arena, OPENAPI_MAX_BYTES);
    buf_add(out, STR("{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"Avouch schema registry\""));
    work_text(out, "version", str_of(app->version));
    buf_add(out, STR("},\"paths\":{"));
    for (size_t i = 0; i < route_count; i++) {
        if (!is_first_of_pattern(i))
            continue;
        work_raw(out, routes[i].pattern, STR("{"));
        for (size_t j = i; j < route_count; j++) {
            if (!str_equal(str_of(routes[i].pattern), str_of(routes[j].pattern)))
                continue;
            buf_add(out, j > i ? STR(",") : STR_EMPTY);
            write_method(out, &routes[j]);
        }
        buf_add_char(out, '}');
    }
    buf_add(out, STR("},\"components\":{\"schemas\":{\"Error\":{\"type\":\"object\",\"required\":[\"error_code\","
                     "\"message\"],\"properties\":{\"error_code\":{\"type\":\"integer\"},\"message\":{\"type\":"
                     "\"string\"}}}}}}"));
    return HANDLER_DONE;
}
