#include "print_private.h"

#include "utf8.h"

void pb_indent(struct pb_printer *p, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++)
        buf_add(p->out, STR("  "));
}

void pb_print_string(struct pb_printer *p, struct str bytes)
{
    static const char letters[] = "abfnrtv\\'\"", meanings[] = "\a\b\f\n\r\t\v\\'\"";
    buf_add_char(p->out, '"');
    for (size_t at = 0; at < bytes.n;) {
        size_t from = at;
        uint32_t code_point = utf8_next(bytes, &at);
        const char *meaning = code_point && code_point < 0x80 ? strchr(meanings, (int)code_point) : NULL;
        if (meaning) {
            buf_add_char(p->out, '\\');
            buf_add_char(p->out, letters[meaning - meanings]);
        } else if (code_point == 0 || (code_point >= 0xdc00 && code_point < 0xdd00)) {
            buf_printf(p->out, "\\%03o", (unsigned)(unsigned char)bytes.p[from]);
        } else {
            buf_add(p->out, str_slice(bytes, from, at));
        }
    }
    buf_add_char(p->out, '"');
}

static void print_scalar(struct pb_printer *p, const struct pb_value *value)
{
    if (value->is_negative)
        buf_add_char(p->out, '-');
    if (value->kind == PB_VALUE_STRING)
        pb_print_string(p, value->text);
    else
        buf_add(p->out, value->text);
}

/* Values of one name in a { … }: one, or several that are written as one list. */
struct entry {
    const struct pb_member *member;
    VEC(const struct pb_value *) values;
};

/* A { … } or [ … ] that is being printed. */
struct open_value {
    struct entry **entries; /* of a { … } */
    const struct pb_value **items; /* of a [ … ] */
    size_t count, next;
    char closing;
};

struct value_printer {
    struct pb_printer *printer;
    unsigned depth;
    VEC(struct open_value) open;
};

static bool add_value(struct arena *arena, struct entry *entry, const struct pb_value *value)
{
    if (value->kind != PB_VALUE_LIST)
        return VEC_PUSH(arena, &entry->values, value);
    for (const struct pb_value *item = value->items.first; item; item = item->next) {
        if (!VEC_PUSH(arena, &entry->values, item))
            return false;
    }
    return true;
}

/* The members by name, in the order in which names appear first. */
static struct entry **collect_entries(struct arena *arena, const struct pb_value *message, size_t *ret_count)
{
    struct map names;
    struct entry **entries = ARENA_ARRAY(arena, message->members.count + 1, struct entry *);
    map_init(&names, arena);
    for (const struct pb_member *member = message->members.first; entries && member; member = member->next) {
        struct str key = member->is_bracketed ? ARENA_JOIN(arena, STR("["), member->name) : member->name;
        struct entry *entry = map_get(&names, key);
        if (!entry) {
            entry = ARENA_NEW(arena, struct entry);
            if (!entry || map_put(&names, key, entry) < 0)
                return NULL;
            entry->member = member;
            entries[(*ret_count)++] = entry;
        }
        if (!add_value(arena, entry, member->value))
            return NULL;
    }
    return entries;
}

static int open_message(struct value_printer *v, const struct pb_value *message)
{
    struct open_value open = {.closing = '}'};
    open.entries = collect_entries(v->printer->scratch, message, &open.count);
    buf_add(v->printer->out, STR("{\n"));
    return open.entries && VEC_PUSH(v->printer->scratch, &v->open, open) ? 0 : -1;
}

static int open_list(struct value_printer *v, const struct pb_value **items, size_t count)
{
    struct open_value open = {.items = items, .count = count, .closing = ']'};
    buf_add(v->printer->out, STR("[\n"));
    return VEC_PUSH(v->printer->scratch, &v->open, open) ? 0 : -1;
}

static int begin_value(struct value_printer *v, const struct pb_value *value)
{
    struct entry list = {0};
    if (value->kind == PB_VALUE_MESSAGE)
        return open_message(v, value);
    if (value->kind != PB_VALUE_LIST) {
        print_scalar(v->printer, value);
        return 0;
    }
    return add_value(v->printer->scratch, &list, value) ? open_list(v, list.values.items, list.values.count) : -1;
}

static int begin_entry(struct value_printer *v, const struct entry *entry)
{
    struct buf *out = v->printer->out;
    bool is_bracketed = entry->member->is_bracketed;
    buf_add(out, is_bracketed ? STR("[") : STR_EMPTY);
    buf_add(out, entry->member->name);
    buf_add(out, is_bracketed ? STR("]: ") : STR(": "));
    bool is_list = entry->values.count != 1 || entry->member->value->kind == PB_VALUE_LIST;
    return is_list ? open_list(v, entry->values.items, entry->values.count) : begin_value(v, entry->values.items[0]);
}

/* What follows in the innermost open value: its next part, or its end. */
static int continue_value(struct value_printer *v)
{
    struct open_value *open = &VEC_LAST(&v->open);
    struct buf *out = v->printer->out;
    unsigned depth = v->depth + (unsigned)v->open.count;
    if (open->next > 0)
        buf_add(out, open->next < open->count ? STR(",\n") : STR("\n"));
    if (open->next == open->count) {
        pb_indent(v->printer, depth - 1);
        buf_add_char(out, open->closing);
        (void)VEC_POP(&v->open);
        return 0;
    }
    pb_indent(v->printer, depth);
    size_t i = open->next++;
    return open->entries ? begin_entry(v, open->entries[i]) : begin_value(v, open->items[i]);
}

static int print_value(struct pb_printer *p, const struct pb_value *value, unsigned depth)
{
    struct value_printer v = {.printer = p, .depth = depth};
    int outcome = begin_value(&v, value);
    while (outcome == 0 && v.open.count)
        outcome = continue_value(&v);
    return outcome;
}

static int print_option(struct pb_printer *p, const struct pb_option *option, unsigned depth)
{
    for (const struct pb_name_part *part = option->name.first; part; part = part->next) {
        buf_add(p->out, part->is_extension ? STR("(") : STR_EMPTY);
        buf_add(p->out, part->name);
        buf_add(p->out, part->is_extension ? STR(")") : STR_EMPTY);
        buf_add(p->out, part->next ? STR(".") : STR(" = "));
    }
    return print_value(p, &option->value, depth);
}

static bool is_shown(const struct pb_printer *p, const struct pb_option *option)
{
    const struct pb_name_part *first = option->name.first;
    if (!p->without_extensions || !first->is_extension)
        return true;
    return str_starts(first->name, STR("confluent.")) || str_starts(first->name, STR(".confluent."));
}

size_t pb_count_options(const struct pb_printer *p, const pb_options *options)
{
    size_t count = 0;
    for (const struct pb_option *option = options->first; option; option = option->next)
        count += is_shown(p, option);
    return count;
}

int pb_print_option_statements(struct pb_printer *p, const pb_options *options, unsigned depth)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        if (!is_shown(p, option))
            continue;
        pb_indent(p, depth);
        buf_add(p->out, STR("option "));
        if (print_option(p, option, depth) != 0)
            return -1;
        buf_add(p->out, STR(";\n"));
    }
    return 0;
}

/* default and json_name stand behind the others in the canonical text. */
static int rank(const struct pb_option *option)
{
    if (option->name.count != 1 || option->name.first->is_extension)
        return 0;
    return str_equal(option->name.first->name, STR("default"))     ? 1
           : str_equal(option->name.first->name, STR("json_name")) ? 2
                                                                   : 0;
}

int pb_print_option_list(struct pb_printer *p, const pb_options *options, unsigned depth)
{
    size_t count = pb_count_options(p, options), printed = 0;
    bool has_lines = count > 1;
    buf_add(p->out, count == 0 ? STR_EMPTY : has_lines ? STR(" [\n") : STR(" ["));
    for (int wanted = 0; wanted <= 2 && printed < count; wanted++) {
        for (const struct pb_option *option = options->first; option; option = option->next) {
            bool is_next = p->is_normal ? wanted == 0 : rank(option) == wanted;
            if (!is_next || !is_shown(p, option))
                continue;
            if (has_lines)
                pb_indent(p, depth + 1);
            if (print_option(p, option, has_lines ? depth + 1 : depth) != 0)
                return -1;
            printed++;
            buf_add(p->out, !has_lines ? STR_EMPTY : printed < count ? STR(",\n") : STR("\n"));
        }
    }
    if (has_lines)
        pb_indent(p, depth);
    buf_add(p->out, count ? STR("]") : STR_EMPTY);
    return 0;
}
