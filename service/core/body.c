#include "core.h"

#include "utf8.h"

#include <math.h>
#include <stdlib.h>

static int wrong_kind(struct core_call *call, const struct jtree_node *node, const char *wanted, const char *name)
{
    return error_raise(call->err, BAD_REQUEST,
                       ARENA_JOIN(call->arena, STR("Cannot read "), str_of(name), STR(" as "), str_of(wanted),
                                  STR(" from a value of type "), str_of(jtree_kind_name(node->kind))));
}

static const struct jtree_node *member(const struct jtree_node *body, const char *name)
{
    const struct jtree_node *node = jtree_member(body, str_of(name));
    return jtree_is(node, JTREE_KIND_NULL) ? NULL : node;
}

int core_body_text(struct core_call *call, const struct jtree_node *body, const char *name, struct str *ret)
{
    const struct jtree_node *node = member(body, name);
    *ret = (struct str){NULL, 0};
    if (!node)
        return 0;
    if (node->kind == JTREE_KIND_ARRAY || node->kind == JTREE_KIND_OBJECT)
        return wrong_kind(call, node, "text", name);
    if (node->kind == JTREE_KIND_TRUE || node->kind == JTREE_KIND_FALSE)
        *ret = node->kind == JTREE_KIND_TRUE ? STR("true") : STR("false");
    else
        *ret = node->text;
    return 0;
}

/* The integer part of a JSON number or of a text that is one. 0, 1 = no number, 2 = outside of 32 bits. */
static int integer_part(struct str text, int32_t *ret)
{
    char copy[64];
    struct str trimmed = str_trim(text);
    if (trimmed.n == 0 || trimmed.n >= sizeof copy)
        return trimmed.n ? 2 : 1;
    memcpy(copy, trimmed.p, trimmed.n);
    copy[trimmed.n] = '\0';
    char *end;
    double value = strtod(copy, &end);
    if (*end || strchr(copy, 'x') || strchr(copy, 'X')) /* hexadecimal is none of Java's */
        return 1;
    if (isnan(value)) { /* NaN counts as 0, as it always has */
        *ret = 0;
        return 0;
    }
    if (value >= 2147483648.0 || value <= -2147483649.0)
        return 2;
    *ret = (int32_t)value;
    return 0;
}

int core_body_number(struct core_call *call, const struct jtree_node *body, const char *name, int32_t fallback,
                     int32_t *ret)
{
    const struct jtree_node *node = member(body, name);
    *ret = fallback;
    if (!node || (node->kind == JTREE_KIND_STRING && str_trim(node->text).n == 0))
        return 0;
    if (node->kind != JTREE_KIND_NUMBER && node->kind != JTREE_KIND_STRING)
        return wrong_kind(call, node, "a number", name);
    int outcome = integer_part(node->text, ret);
    if (outcome == 0)
        return 0;
    return error_raise(call->err, BAD_REQUEST,
                       ARENA_JOIN(call->arena, str_of(name), STR(": "), utf8_prefix(node->text, 64),
                                  outcome == 1 ? STR(" is not a number") : STR(" is outside of the range of numbers")));
}

int core_body_boolean(struct core_call *call, const struct jtree_node *body, const char *name, int fallback, int *ret)
{
    const struct jtree_node *node = member(body, name);
    *ret = fallback;
    if (!node)
        return 0;
    if (node->kind == JTREE_KIND_TRUE || node->kind == JTREE_KIND_FALSE) {
        *ret = node->kind == JTREE_KIND_TRUE;
        return 0;
    }
    if (node->kind == JTREE_KIND_NUMBER) {
        int32_t number = 1;
        if (integer_part(node->text, &number) != 1)
            *ret = number != 0;
        return 0;
    }
    if (node->kind != JTREE_KIND_STRING)
        return wrong_kind(call, node, "a boolean", name);
    struct str text = str_trim(node->text);
    if (text.n == 0)
        return 0;
    if (str_equal(text, STR("true")) || str_equal(text, STR("True")) || str_equal(text, STR("TRUE")))
        *ret = 1;
    else if (str_equal(text, STR("false")) || str_equal(text, STR("False")) || str_equal(text, STR("FALSE")))
        *ret = 0;
    else
        return error_raise(call->err, BAD_REQUEST,
                           ARENA_JOIN(call->arena, str_of(name),
                                      STR(": only \"true\" or \"false\" is recognized, not \""), utf8_prefix(text, 64),
                                      STR("\"")));
    return 0;
}
