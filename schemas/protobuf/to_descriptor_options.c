#include "to_descriptor_private.h"

#include <stdlib.h>

/* -- Interpreting ------------------------------------------------------------------------------------------------- */

/* An element's options on their way into its descriptor. */
struct interpretation {
    enum pb_options_of of;
    struct str scope;
    const pb_options *options;
};

/* 0; 1 = they mean nothing, and nothing was written; -1 without memory. */
static int try_options(struct descriptor_writer *w, const struct interpretation *of, const pb_options *options)
{
    struct arena_mark mark = arena_mark(w->scratch);
    struct error err = ERROR_INIT(w->scratch);
    size_t before = w->out->n;
    int outcome = pb_options_interpret(w->schema, w->file, of->of, of->scope, options, w->out, &err);
    if (outcome != 0 && err.id != ERROR_INVALID_SCHEMA)
        return error_pass(w->err, &err);
    arena_rewind(w->scratch, mark);
    w->out->n = outcome == 0 ? w->out->n : before;
    return outcome == 0 ? 0 : 1;
}

/* The options that mean something, each on its own. */
static int choose_options(struct descriptor_writer *w, const struct interpretation *of, pb_options *ret)
{
    for (const struct pb_option *option = of->options->first; option; option = option->next) {
        struct pb_option *copy = ARENA_NEW(w->scratch, struct pb_option);
        size_t before = w->out->n;
        if (!copy)
            return pb_no_room(w);
        *copy = *option;
        copy->next = NULL;
        int outcome = try_options(w, of, &(pb_options){.first = copy, .last = copy, .count = 1});
        if (outcome < 0)
            return -1;
        w->out->n = before;
        if (outcome == 0)
            PB_APPEND(ret, copy);
    }
    return 0;
}

/* Writes what means something. Options that do so on their own but not together are left to whoever reads them. */
static int interpret_written(struct descriptor_writer *w, const struct interpretation *of)
{
    pb_options chosen = {0};
    int outcome = try_options(w, of, of->options);
    if (outcome <= 0)
        return outcome;
    if (choose_options(w, of, &chosen) != 0)
        return -1;
    outcome = try_options(w, of, &chosen);
    for (struct pb_option *option = chosen.first, *next; option && outcome > 0; option = next) {
        next = option->next;
        option->next = NULL;
        if (try_options(w, of, &(pb_options){.first = option, .last = option, .count = 1}) < 0)
            return -1;
    }
    return outcome < 0 ? -1 : 0;
}

/* -- Merging ------------------------------------------------------------------------------------------------------- */

/* A field as it stands in the bytes. */
struct part {
    uint32_t number;
    size_t place;
    struct str bytes;
};

/* The fields of a message that was given part by part: (a).b = 1, (a).c = 2. */
struct parts {
    VEC(struct part) items;
    bool is_written;
};

static int compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The next field and how it stands there; false at the end. */
static bool next_part(struct str *rest, struct wire_field *field, struct part *ret)
{
    const char *start = rest->p;
    if (wire_next(rest, field) != 1)
        return false;
    *ret = (struct part){.number = field->number, .bytes = {start, (size_t)(rest->p - start)}};
    return true;
}

/* Extensions whose parts are options of their own, by number. */
static int find_divided(struct descriptor_writer *w, const struct interpretation *of, struct map *ret)
{
    map_init(ret, w->scratch);
    const struct pb_message *containing = pb_options_message(w->schema, of->of);
    for (const struct pb_option *option = of->options->first; option && containing; option = option->next) {
        const struct pb_name_part *first = option->name.first;
        const struct pb_field *field =
            first->is_extension && first->next ? pb_option_field(w->schema, containing, of->scope, first) : NULL;
        if (!field || map_find(ret, (struct str){(const char *)&field->number, sizeof field->number}))
            continue;
        struct parts *parts = ARENA_NEW(w->scratch, struct parts);
        if (!parts || map_put(ret, (struct str){(const char *)&field->number, sizeof field->number}, parts) < 0)
            return pb_no_room(w);
    }
    return 0;
}

static struct parts *parts_of(const struct map *divided, const struct wire_field *field)
{
    int32_t number = (int32_t)field->number;
    return field->type == WIRE_BYTES ? map_get(divided, (struct str){(const char *)&number, sizeof number}) : NULL;
}

static int collect_parts(struct descriptor_writer *w, struct str bytes, const struct map *divided)
{
    struct wire_field field, inner;
    struct part part;
    while (next_part(&bytes, &field, &part)) {
        struct parts *parts = parts_of(divided, &field);
        while (parts && next_part(&field.bytes, &inner, &part)) {
            part.place = parts->items.count;
            if (!VEC_PUSH(w->scratch, &parts->items, part))
                return pb_no_room(w);
        }
    }
    return 0;
}

static void write_parts(struct descriptor_writer *w, uint32_t number, struct parts *parts)
{
    if (parts->is_written)
        return;
    parts->is_written = true;
    if (parts->items.count)
        qsort(parts->items.items, parts->items.count, sizeof *parts->items.items, compare_parts);
    size_t begin = wire_begin(w->out, number);
    for (size_t i = 0; i < parts->items.count; i++)
        buf_add(w->out, parts->items.items[i].bytes);
    wire_end(w->out, begin);
}

/* Puts the parts of one extension together, where protoc writes each as a message of its own. */
static int merge(struct descriptor_writer *w, const struct interpretation *of, size_t begin)
{
    struct map divided;
    struct wire_field field;
    struct part part;
    if (find_divided(w, of, &divided) != 0)
        return -1;
    if (divided.count == 0 || buf_failed(w->out))
        return 0;
    struct str bytes = arena_str(w->scratch, str_slice(buf_str(w->out), begin, w->out->n));
    if (!bytes.p)
        return pb_no_room(w);
    if (collect_parts(w, bytes, &divided) != 0)
        return -1;
    w->out->n = begin;
    while (next_part(&bytes, &field, &part)) {
        struct parts *parts = parts_of(&divided, &field);
        if (parts)
            write_parts(w, field.number, parts);
        else
            buf_add(w->out, part.bytes);
    }
    return 0;
}

int pb_write_options(struct descriptor_writer *w, uint32_t number, enum pb_options_of of, struct str scope,
                     const pb_options *options, bool keeps_empty)
{
    struct interpretation interpretation = {of, scope, options};
    struct arena_mark mark = arena_mark(w->scratch);
    size_t begin = wire_begin(w->out, number);
    if (options->count && w->is_linked &&
        pb_options_interpret(w->schema, w->file, of, scope, options, w->out, w->err) != 0)
        return -1;
    if (options->count && !w->is_linked &&
        (interpret_written(w, &interpretation) != 0 || merge(w, &interpretation, begin) != 0))
        return -1;
    arena_rewind(w->scratch, mark);
    if (keeps_empty)
        wire_end(w->out, begin);
    else
        wire_end_filled(w->out, number, begin);
    return 0;
}
