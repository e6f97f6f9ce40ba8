#include "route.h"

#include "utf8.h"

static bool is_parameter(struct str part)
{
    return part.n > 2 && part.p[0] == '{';
}

/* Whether the path fits the pattern; values gets what stands for its parameters. */
static bool matches(const char *pattern, const struct uri *uri, struct str *values)
{
    struct str rest = str_of(pattern + 1), part;
    size_t at = 0, value = 0;
    while (rest.n && str_next(&rest, '/', &part)) {
        if (at == uri->segment_count)
            return false;
        if (is_parameter(part))
            values[value++] = uri->segments[at];
        else if (!str_equal(part, uri->raw_segments[at]))
            return false;
        at++;
        if (!rest.p)
            break;
    }
    return at == uri->segment_count;
}

/* Rows with a keyword where another has a parameter stand before it in the table. */
enum route_outcome route_find(const struct route *routes, size_t route_count, struct arena *arena, struct str method,
                              const struct uri *uri, size_t *ret_index, struct str *values, struct str *ret_methods)
{
    struct str wanted = str_equal(method, STR("HEAD")) ? STR("GET") : method;
    struct str ignored[URI_SEGMENTS_MAX];
    struct buf methods;
    buf_init(&methods, arena, 256);
    for (size_t i = 0; i < route_count; i++) {
        if (!matches(routes[i].pattern, uri, ignored))
            continue;
        if (str_equal(wanted, str_of(routes[i].method))) {
            matches(routes[i].pattern, uri, values);
            *ret_index = i;
            return ROUTE_FOUND;
        }
        buf_add(&methods, methods.n ? STR(", ") : STR_EMPTY);
        buf_add(&methods, str_of(routes[i].method));
        if (str_equal(str_of(routes[i].method), STR("GET")))
            buf_add(&methods, STR(", HEAD"));
    }
    if (methods.n == 0)
        return ROUTE_UNKNOWN;
    buf_add(&methods, STR(", OPTIONS"));
    *ret_methods = buf_str(&methods);
    return ROUTE_WRONG_METHOD;
}

size_t route_parameter_count(const struct route *route)
{
    size_t count = 0;
    while (count < EXCHANGE_ARGUMENTS_MAX && route->parameters[count].name)
        count++;
    return count;
}

/* Java's Integer.parseInt: a sign and digits, any number of leading zeros. Digits of other scripts are rare enough for the
 * common ones only. */
static bool read_number(struct str text, int64_t *ret)
{
    bool is_negative = text.n && text.p[0] == '-', has_sign = is_negative || (text.n && text.p[0] == '+');
    int64_t number = 0;
    size_t at = has_sign;
    if (at == text.n)
        return false;
    while (at < text.n) {
        uint32_t c = utf8_next(text, &at);
        bool is_arabic = (c >= 0x660 && c <= 0x669) || (c >= 0x6F0 && c <= 0x6F9);
        if (!is_arabic && (c < '0' || c > '9'))
            return false;
        number = number * 10 + (c & 15);
        if (number > (int64_t)INT32_MAX + is_negative)
            return false;
    }
    *ret = is_negative ? -number : number;
    return true;
}

static int read_argument(struct exchange *x, const struct parameter *p, struct str text, struct argument *ret)
{
    ret->text = text;
    if (p->kind == PARAMETER_BOOLEAN)
        ret->flag = str_equal_nocase(text, STR("true"));
    if (p->kind == PARAMETER_NUMBER && !read_number(text, &ret->number)) {
        error_raise(&x->err, NOT_FOUND);
        return -1;
    }
    return 0;
}

int route_read_arguments(struct exchange *x, const struct str *path_values)
{
    size_t path_value = 0;
    for (size_t i = 0; i < route_parameter_count(x->route); i++) {
        const struct parameter *p = &x->route->parameters[i];
        struct argument *argument = &x->arguments[i];
        *argument = (struct argument){0};
        if (p->place == PARAMETER_PATH) {
            argument->is_given = true;
            if (read_argument(x, p, path_values[path_value++], argument) != 0)
                return -1;
            continue;
        }
        const struct uri_parameter *given = uri_parameter(&x->uri, str_of(p->name));
        argument->is_given = given != NULL;
        bool is_empty_number = given && p->kind == PARAMETER_NUMBER && given->value.n == 0;
        if (given && !is_empty_number) {
            if (read_argument(x, p, given->value, argument) != 0)
                return -1;
        } else if (p->initial && read_argument(x, p, str_of(p->initial), argument) != 0) {
            return -1;
        }
    }
    return 0;
}

size_t exchange_values(const struct exchange *x, struct str name, struct str *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < x->uri.parameter_count && count < max; i++) {
        if (str_equal(x->uri.parameters[i].name, name))
            ret[count++] = x->uri.parameters[i].value;
    }
    return count;
}
