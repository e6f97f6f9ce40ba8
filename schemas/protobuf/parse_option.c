#include "parse_private.h"

/* (some.extension) or a word. */
static int parse_name_part(struct pb_parser *p, struct pb_option *option)
{
    struct pb_name_part *part = ARENA_NEW(p->arena, struct pb_name_part);
    if (!part)
        return error_raise(p->err, INTERNAL);
    PB_APPEND(&option->name, part);
    int outcome = pb_try(p, "(");
    if (outcome < 0)
        return -1;
    part->is_extension = outcome == 1;
    if (part->is_extension)
        return pb_read_qualified(p, "identifier", &part->name) != 0 ? -1 : pb_require(p, ")");
    if (p->lexer.token.kind != PB_TOKEN_WORD)
        return pb_read_name(p, "identifier", &part->name);
    part->name = p->lexer.token.text;
    return pb_lexer_next(&p->lexer);
}

/* A value that is no { … } or [ … ]. */
static int parse_scalar(struct pb_parser *p, struct pb_value *value)
{
    const struct pb_token *token = &p->lexer.token;
    int minus = pb_try(p, "-");
    if (minus < 0)
        return -1;
    value->is_negative = minus == 1;
    value->text = token->text;
    if (token->kind == PB_TOKEN_WORD) {
        value->kind = PB_VALUE_WORD;
        /* The reference server writes a default of bytes without quotes: such a text is one run of characters. */
        return pb_read_name(p, "option value", &value->text);
    }
    if (token->kind == PB_TOKEN_STRING && !minus) {
        value->kind = PB_VALUE_STRING;
        return pb_read_string(p, "string", &value->text);
    }
    if (token->kind != PB_TOKEN_INTEGER && token->kind != PB_TOKEN_FLOAT)
        return pb_expected(p, minus ? "number" : "option value");
    value->kind = PB_VALUE_NUMBER;
    return pb_lexer_next(&p->lexer);
}

/* A { … }, < … > or [ … ] that is open. */
struct open_value {
    struct pb_value *value;
    char closing;
};

struct value_parser {
    struct pb_parser *parser;
    size_t name_depth; /* messages that the option's name goes into: it may stand as one value (normalise.c) */
    VEC(struct open_value) open;
};

/* The value at the current token; one with parts is left open. */
static int begin_value(struct value_parser *v, struct pb_value *value)
{
    struct pb_parser *p = v->parser;
    static const char openings[] = "{<[", closings[] = "}>]";
    const struct pb_token *token = &p->lexer.token;
    value->at = token->at;
    const char *opening = token->kind == PB_TOKEN_SYMBOL ? strchr(openings, token->text.p[0]) : NULL;
    if (!opening)
        return parse_scalar(p, value);
    value->kind = *opening == '[' ? PB_VALUE_LIST : PB_VALUE_MESSAGE;
    if (v->open.count + v->name_depth >= PB_DEPTH_MAX)
        return pb_refuse(p, value->at, "Option values are nested too deeply");
    if (!VEC_PUSH(p->arena, &v->open, (struct open_value){value, closings[opening - openings]}))
        return error_raise(p->err, INTERNAL);
    return pb_lexer_next(&p->lexer);
}

/* Behind "[": some.extension or domain/some.Message. */
static int parse_bracketed_name(struct pb_parser *p, struct str *ret)
{
    struct str domain = STR_EMPTY;
    int outcome;
    while ((outcome = pb_read_qualified(p, "identifier", ret)) == 0 && (outcome = pb_try(p, "/")) == 1)
        domain = ARENA_JOIN(p->arena, domain, *ret, STR("/"));
    if (outcome != 0)
        return -1;
    if (domain.n)
        *ret = ARENA_JOIN(p->arena, domain, *ret);
    return pb_require(p, "]");
}

/* name: value */
static int begin_member(struct value_parser *v, struct pb_value *message)
{
    struct pb_parser *p = v->parser;
    struct pb_member *member = ARENA_NEW(p->arena, struct pb_member);
    struct pb_value *value = ARENA_NEW(p->arena, struct pb_value);
    if (!member || !value)
        return error_raise(p->err, INTERNAL);
    member->at = p->lexer.token.at;
    member->value = value;
    PB_APPEND(&message->members, member);
    int outcome = pb_try(p, "[");
    if (outcome < 0)
        return -1;
    member->is_bracketed = outcome == 1;
    outcome =
        member->is_bracketed ? parse_bracketed_name(p, &member->name) : pb_read_name(p, "identifier", &member->name);
    if (outcome != 0)
        return -1;
    outcome = pb_try(p, ":");
    if (outcome < 0)
        return -1;
    member->lacks_colon = outcome == 0;
    if (outcome == 0 && !pb_looking_at(p, "{") && !pb_looking_at(p, "<") && !pb_looking_at(p, "["))
        return pb_expected(p, "\":\"");
    return begin_value(v, value);
}

static int begin_item(struct value_parser *v, struct pb_value *list)
{
    struct pb_value *item = ARENA_NEW(v->parser->arena, struct pb_value);
    if (!item)
        return error_raise(v->parser->err, INTERNAL);
    if (list->items.count && pb_require(v->parser, ",") != 0)
        return -1;
    PB_APPEND(&list->items, item);
    return begin_value(v, item);
}

/* One step inside of the innermost open value. */
static int continue_value(struct value_parser *v)
{
    struct pb_parser *p = v->parser;
    struct open_value open = VEC_LAST(&v->open);
    bool is_message = open.value->kind == PB_VALUE_MESSAGE;
    const char closing[] = {open.closing, '\0'};
    if (p->lexer.token.kind == PB_TOKEN_END)
        return pb_refuse(p, p->lexer.token.at, "Unexpected end of stream while parsing aggregate value.");
    if (is_message && open.value->members.count && (pb_looking_at(p, ",") || pb_looking_at(p, ";"))) {
        if (pb_lexer_next(&p->lexer) != 0)
            return -1;
    }
    int outcome = pb_try(p, closing);
    if (outcome != 0) {
        (void)VEC_POP(&v->open);
        return outcome < 0 ? -1 : 0;
    }
    return is_message ? begin_member(v, open.value) : begin_item(v, open.value);
}

static int parse_value(struct pb_parser *p, size_t name_depth, struct pb_value *value)
{
    struct value_parser v = {.parser = p, .name_depth = name_depth};
    if (pb_looking_at(p, "<"))
        return pb_expected(p, "option value");
    if (pb_looking_at(p, "["))
        pb_deviate(p->file, p->lexer.token.at, STR("Expected option value, found ["));
    if (begin_value(&v, value) != 0)
        return -1;
    while (v.open.count) {
        if (continue_value(&v) != 0)
            return -1;
    }
    return 0;
}

static int parse_option(struct pb_parser *p, pb_options *ret)
{
    struct pb_option *option = ARENA_NEW(p->arena, struct pb_option);
    if (!option)
        return error_raise(p->err, INTERNAL);
    option->at = p->lexer.token.at;
    int outcome;
    do {
        outcome = parse_name_part(p, option) != 0 ? -1 : pb_try(p, ".");
    } while (outcome == 1);
    if (outcome >= 0 && option->name.count > PB_DEPTH_MAX)
        return pb_refuse(p, option->at, "Option values are nested too deeply");
    if (outcome < 0 || pb_require(p, "=") != 0)
        return -1;
    option->value_at = p->lexer.token.at;
    PB_APPEND(ret, option);
    return parse_value(p, option->name.count - 1, &option->value);
}

int pb_parse_option_statement(struct pb_parser *p, pb_options *ret)
{
    return parse_option(p, ret) != 0 ? -1 : pb_require(p, ";");
}

int pb_parse_option_list(struct pb_parser *p, pb_options *ret)
{
    int outcome = pb_try(p, "[");
    if (outcome <= 0)
        return outcome;
    do {
        outcome = parse_option(p, ret) != 0 ? -1 : pb_try(p, ",");
    } while (outcome == 1);
    return outcome < 0 ? -1 : pb_require(p, "]");
}
