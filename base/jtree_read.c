#include "jtree_private.h"

#include "map.h"
#include "utf8.h"

#include <stdio.h>

/* From this many members on, looking for duplicates takes a map. */
#define MAP_FROM 10

int jtree_fault(struct jtree_reader *r, enum jtree_outcome outcome, const char *at, const char *text)
{
    r->outcome = outcome;
    r->fault_at = at;
    snprintf(r->fault, sizeof r->fault, "%s", text);
    return -1;
}

int jtree_fault_char(struct jtree_reader *r, const char *expected)
{
    if (r->at >= r->end)
        return jtree_fault(r, JTREE_SYNTAX, r->at, expected);
    unsigned char c = (unsigned char)*r->at;
    char text[JTREE_FAULT_BYTES];
    if (c > 0x20 && c < 0x7F)
        snprintf(text, sizeof text, "Unexpected character ('%c' (code %u)): %s", c, c, expected);
    else if (c >= 0x80) {
        size_t at = 0;
        uint32_t point = utf8_next((struct str){r->at, (size_t)(r->end - r->at)}, &at);
        snprintf(text, sizeof text, "Unexpected character (code %u / 0x%x): %s", point, point, expected);
    } else {
        snprintf(text, sizeof text, "Unexpected character ((CTRL-CHAR, code %u)): %s", c, expected);
    }
    return jtree_fault(r, JTREE_SYNTAX, r->at, text);
}

static int skip_comment(struct jtree_reader *r)
{
    const char *begin = r->at;
    if (r->end - r->at < 2 || (r->at[1] != '*' && r->at[1] != '/'))
        return jtree_fault_char(r, "expected a comment");
    bool is_line = r->at[1] == '/';
    for (r->at += 2; r->at < r->end; r->at++) {
        if (is_line && *r->at == '\n')
            return 0;
        if (!is_line && *r->at == '/' && r->at[-1] == '*' && r->at - begin > 2) {
            r->at++;
            return 0;
        }
    }
    return is_line ? 0 : jtree_fault(r, JTREE_SYNTAX, begin, "Unexpected end-of-input in a comment");
}

/* White space, and comments where they are allowed. */
static int skip_blank(struct jtree_reader *r)
{
    for (; r->at < r->end; r->at++) {
        char c = *r->at;
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
            continue;
        if (c != '/')
            return 0;
        if (!(r->flags & JTREE_ALLOW_COMMENTS))
            return jtree_fault_char(r, "maybe a (non-standard) comment? (not recognized as one since Feature "
                                       "'ALLOW_COMMENTS' not enabled for parser)");
        if (skip_comment(r) != 0)
            return -1;
        r->at--;
    }
    return 0;
}

static struct jtree_node *node_new(struct jtree_reader *r, enum jtree_kind kind)
{
    if (r->node_count++ >= r->max_nodes) {
        jtree_fault(r, JTREE_TOO_LARGE, r->at, "The document has too many elements");
        return NULL;
    }
    struct jtree_node *node = ARENA_NEW(r->arena, struct jtree_node);
    if (!node) {
        jtree_fault(r, JTREE_TOO_LARGE, r->at, "The document is too large");
        return NULL;
    }
    node->kind = kind;
    node->offset = (uint32_t)(r->at - r->begin);
    return node;
}

static int open_container(struct jtree_reader *r, struct jtree_node *node)
{
    if (r->depth >= r->max_depth) {
        char text[JTREE_FAULT_BYTES];
        snprintf(text, sizeof text, "Document nesting depth exceeds the maximum allowed (%u)", r->max_depth);
        return jtree_fault(r, JTREE_TOO_DEEP, r->at, text);
    }
    if (r->depth == r->stack_room) {
        uint32_t room = r->stack_room ? r->stack_room * 2 : 16;
        struct jtree_open *stack = ARENA_ARRAY(r->arena, room, struct jtree_open);
        if (!stack)
            return jtree_fault(r, JTREE_TOO_LARGE, r->at, "The document is too large");
        if (r->depth)
            memcpy(stack, r->stack, r->depth * sizeof *stack);
        r->stack = stack;
        r->stack_room = room;
    }
    r->stack[r->depth++] = (struct jtree_open){node, NULL};
    r->at++;
    return 0;
}

/* Marks the members that later ones of the same name replace. */
static int mark_duplicates(struct jtree_reader *r, struct jtree_node *object)
{
    if (object->count < MAP_FROM) {
        for (struct jtree_node *a = object->first; a; a = a->next) {
            for (const struct jtree_node *b = a->next; b && !a->shadowed; b = b->next)
                a->shadowed = str_equal(a->name, b->name);
            object->has_duplicates |= a->shadowed;
        }
        return 0;
    }
    struct map seen;
    map_init(&seen, r->arena);
    for (struct jtree_node *a = object->first; a; a = a->next) {
        struct jtree_node *earlier = map_get(&seen, a->name);
        if (earlier) {
            earlier->shadowed = true;
            object->has_duplicates = true;
        }
        if (map_put(&seen, a->name, a) < 0)
            return jtree_fault(r, JTREE_TOO_LARGE, r->at, "The document is too large");
    }
    return 0;
}

static int close_container(struct jtree_reader *r)
{
    struct jtree_node *node = r->stack[--r->depth].node;
    r->at++;
    node->end = (uint32_t)(r->at - r->begin);
    return node->kind == JTREE_KIND_OBJECT && node->count > 1 ? mark_duplicates(r, node) : 0;
}

/* Adds a value to the container on top, or makes it the root. */
static void attach(struct jtree_reader *r, struct jtree_node *node, uint32_t depth)
{
    if (depth == 0) {
        r->root = node;
        return;
    }
    struct jtree_open *open = &r->stack[depth - 1];
    if (open->last)
        open->last->next = node;
    else
        open->node->first = node;
    open->last = node;
    open->node->count++;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* One of the three words, or NaN and its like where they are allowed. false: none of them. */
static bool find_literal(const struct jtree_reader *r, struct str word, enum jtree_kind *ret)
{
    static const struct {
        struct str text;
        enum jtree_kind kind;
    } literals[] = {{{"true", 4}, JTREE_KIND_TRUE},       {{"false", 5}, JTREE_KIND_FALSE},
                    {{"null", 4}, JTREE_KIND_NULL},       {{"NaN", 3}, JTREE_KIND_NUMBER},
                    {{"Infinity", 8}, JTREE_KIND_NUMBER}, {{"INF", 3}, JTREE_KIND_NUMBER}};
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
        bool is_allowed = literals[i].kind != JTREE_KIND_NUMBER || (r->flags & JTREE_ALLOW_NAN);
        if (is_allowed && str_equal(word, literals[i].text)) {
            *ret = literals[i].kind;
            return true;
        }
    }
    return false;
}

static int unknown_word(struct jtree_reader *r, struct str word)
{
    char text[JTREE_FAULT_BYTES];
    size_t shown = word.n;
    if (shown > 32) {
        for (shown = 32; shown && ((unsigned char)word.p[shown] & 0xC0) == 0x80; shown--) {}
    }
    bool is_text = utf8_valid((struct str){word.p, shown});
    snprintf(text, sizeof text,
             "Unrecognized token '%.*s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
             "'false')",
             is_text ? (int)shown : 0, word.p);
    return jtree_fault(r, JTREE_SYNTAX, r->at, text);
}

static int read_literal(struct jtree_reader *r, struct jtree_node **ret)
{
    enum jtree_kind kind;
    const char *end = r->at;
    while (end < r->end &&
           (is_letter(*end) || (*end >= '0' && *end <= '9') || *end == '$' || (unsigned char)*end >= 0x80))
        end++;
    struct str word = {r->at, (size_t)(end - r->at)};
    if (word.n == 0)
        return jtree_fault_char(r, "expected a valid value (JSON String, Number, Array, Object or token 'null', "
                                   "'true' or 'false')");
    if (!find_literal(r, word, &kind))
        return unknown_word(r, word);
    *ret = node_new(r, kind);
    if (!*ret)
        return -1;
    if (kind == JTREE_KIND_NUMBER)
        (*ret)->text = word;
    r->at = end;
    return 0;
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* -INF, +INF, -Infinity. */
static bool is_infinity(const struct jtree_reader *r, size_t *ret_bytes)
{
    struct str rest = {r->at + 1, (size_t)(r->end - r->at - 1)};
    if (!(r->flags & JTREE_ALLOW_NAN))
        return false;
    *ret_bytes = str_starts(rest, STR("Infinity")) ? 9 : 4;
    return str_starts(rest, STR("INF")) || *ret_bytes == 9;
}

static int number_node(struct jtree_reader *r, size_t bytes, struct jtree_node **ret)
{
    *ret = node_new(r, JTREE_KIND_NUMBER);
    if (!*ret)
        return -1;
    (*ret)->text = (struct str){r->at, bytes};
    r->at += bytes;
    return 0;
}

/* Digits that must be there; moves *at behind them. */
static int expect_digits(struct jtree_reader *r, const char **at, const char *fault)
{
    const char *end = skip_digits(*at, r->end);
    if (end == *at) {
        r->at = end;
        return jtree_fault_char(r, fault);
    }
    *at = end;
    return 0;
}

static int read_number(struct jtree_reader *r, struct jtree_node **ret)
{
    const char *at = r->at + (*r->at == '-'), *digits = at;
    size_t bytes;
    if ((*r->at == '-' || *r->at == '+') && is_infinity(r, &bytes))
        return number_node(r, bytes, ret);
    if (expect_digits(r, &at, "expected digit (0-9) to follow minus sign, for valid numeric value") != 0)
        return -1;
    if (at - digits > 1 && *digits == '0')
        return jtree_fault(r, JTREE_SYNTAX, r->at, "Invalid numeric value: Leading zeroes not allowed");
    if (at < r->end && *at == '.') {
        at++;
        if (expect_digits(r, &at, "Decimal point not followed by a digit") != 0)
            return -1;
    }
    if (at < r->end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < r->end && (*at == '+' || *at == '-');
        if (expect_digits(r, &at, "Exponent indicator not followed by a digit") != 0)
            return -1;
    }
    if (number_node(r, (size_t)(at - r->at), ret) != 0)
        return -1;
    return at < r->end && is_letter(*at)
               ? jtree_fault_char(r, "Expected space separating root-level values, a comma or an end")
               : 0;
}

/* Any value; containers are opened and left open. */
static int read_value(struct jtree_reader *r, struct jtree_node **ret)
{
    if (r->at >= r->end)
        return jtree_fault(r, JTREE_SYNTAX, r->at, "Unexpected end-of-input: expected a value");
    char c = *r->at;
    if (c == '"') {
        *ret = node_new(r, JTREE_KIND_STRING);
        return *ret ? jtree_read_string(r, &(*ret)->text) : -1;
    }
    if (c == '{' || c == '[') {
        *ret = node_new(r, c == '{' ? JTREE_KIND_OBJECT : JTREE_KIND_ARRAY);
        return *ret ? open_container(r, *ret) : -1;
    }
    if (c == '-' || (c >= '0' && c <= '9') || (c == '+' && (r->flags & JTREE_ALLOW_NAN)))
        return read_number(r, ret);
    if (c == '}' || c == ']') {
        char text[JTREE_FAULT_BYTES];
        if (r->depth == 0) {
            snprintf(text, sizeof text, "Unexpected close marker '%c': no open %s to close", c,
                     c == '}' ? "Object" : "Array");
            return jtree_fault(r, JTREE_SYNTAX, r->at, text);
        }
    }
    return read_literal(r, ret);
}

static int read_name(struct jtree_reader *r, struct str *ret)
{
    if (r->at >= r->end)
        return jtree_fault(r, JTREE_SYNTAX, r->at, "Unexpected end-of-input: expected close marker for Object");
    if (*r->at != '"')
        return jtree_fault_char(r, "was expecting double-quote to start field name");
    if (jtree_read_string(r, ret) != 0 || skip_blank(r) != 0)
        return -1;
    if (r->at >= r->end)
        return jtree_fault(r, JTREE_SYNTAX, r->at, "Unexpected end-of-input within an Object: expected a colon");
    if (*r->at != ':')
        return jtree_fault_char(r, "was expecting a colon to separate field name and value");
    r->at++;
    return skip_blank(r);
}

static int read_member_or_item(struct jtree_reader *r)
{
    uint32_t depth = r->depth;
    bool in_object = depth && r->stack[depth - 1].node->kind == JTREE_KIND_OBJECT;
    struct str name = {NULL, 0};
    struct jtree_node *node = NULL;
    if ((in_object && read_name(r, &name) != 0) || read_value(r, &node) != 0)
        return -1;
    node->name = name;
    if (r->depth == depth)
        node->end = (uint32_t)(r->at - r->begin);
    attach(r, node, depth);
    return 0;
}

/* What stands between the values of the container on top: a comma, or its end. */
static int read_separator(struct jtree_reader *r)
{
    const struct jtree_open *open = &r->stack[r->depth - 1];
    bool in_object = open->node->kind == JTREE_KIND_OBJECT;
    if (r->at >= r->end)
        return jtree_fault(r, JTREE_SYNTAX, r->at,
                           in_object ? "Unexpected end-of-input: expected close marker for Object"
                                     : "Unexpected end-of-input: expected close marker for Array");
    if (*r->at == (in_object ? '}' : ']'))
        return close_container(r);
    if (!open->last)
        return read_member_or_item(r);
    if (*r->at != ',')
        return jtree_fault_char(r, in_object ? "was expecting comma to separate Object entries"
                                             : "was expecting comma to separate Array entries");
    r->at++;
    return skip_blank(r) != 0 ? -1 : read_member_or_item(r);
}

static int read_document(struct jtree_reader *r)
{
    if ((r->flags & JTREE_ALLOW_BOM) && r->end - r->at >= 3 && memcmp(r->at, "\xEF\xBB\xBF", 3) == 0)
        r->at += 3;
    if (skip_blank(r) != 0)
        return -1;
    if (r->at == r->end)
        return jtree_fault(r, JTREE_EMPTY, r->at, "No content to map due to end-of-input");
    if (read_member_or_item(r) != 0)
        return -1;
    while (r->depth) {
        if (skip_blank(r) != 0 || read_separator(r) != 0)
            return -1;
    }
    if (r->flags & JTREE_ALLOW_TRAILING)
        return 0;
    if (skip_blank(r) != 0)
        return -1;
    return r->at < r->end ? jtree_fault(r, JTREE_TRAILING, r->at, "Trailing token found after value: not allowed") : 0;
}

static void locate(const struct jtree_reader *r, struct jtree_fault *fault)
{
    fault->offset = (size_t)(r->fault_at - r->begin);
    fault->line = 1;
    const char *line = r->begin;
    for (const char *at = r->begin; at < r->fault_at; at++) {
        if (*at == '\n') {
            fault->line++;
            line = at + 1;
        }
    }
    fault->column = (uint32_t)utf8_count((struct str){line, (size_t)(r->fault_at - line)}) + 1;
    memcpy(fault->text, r->fault, sizeof fault->text);
}

enum jtree_outcome jtree_read(struct arena *arena, struct str text, unsigned flags, const struct jtree_limits *limits,
                              struct jtree_node **ret_root, struct jtree_fault *fault)
{
    struct jtree_open first_stack[24];
    struct jtree_reader r = {.arena = arena,
                             .begin = text.p,
                             .at = text.p,
                             .end = text.p + text.n,
                             .flags = flags,
                             .max_depth = limits && limits->max_depth ? limits->max_depth : 512,
                             .max_nodes = limits && limits->max_nodes ? limits->max_nodes : 1000000,
                             .stack = first_stack,
                             .stack_room = 24};
    bool fits = text.n <= UINT32_MAX;
    int outcome = fits ? read_document(&r) : jtree_fault(&r, JTREE_TOO_LARGE, r.at, "The document is too large");
    if (outcome == 0) {
        *ret_root = r.root;
        return JTREE_OK;
    }
    if (fault)
        locate(&r, fault);
    return r.outcome;
}
