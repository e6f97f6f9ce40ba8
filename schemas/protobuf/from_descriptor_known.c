#include "descriptor_values_private.h"

#include <stdlib.h>

/* -- What is known ------------------------------------------------------------------------------------------------ */

static bool note_field(struct option_reader *o, struct known_message *known, const struct pb_field *field,
                       struct str extension)
{
    return VEC_PUSH(&o->scratch, &known->fields, (struct known_field){field, extension, known->fields.count});
}

/* The message of that name, added without fields when it is new. */
static struct known_message *known_message(struct option_reader *o, struct str full_name)
{
    struct known_message *known = map_get(&o->messages, full_name);
    if (known)
        return known;
    known = ARENA_NEW(&o->scratch, struct known_message);
    return known && map_put(&o->messages, full_name, known) >= 0 ? known : NULL;
}

/* What is in a file that was linked without the known ones is not resolved; descriptors have full names mostly. */
static struct str without_dot(struct str name)
{
    return str_slice(name, name.n && name.p[0] == '.' ? 1 : 0, name.n);
}

static int add_extensions(struct option_reader *o, const struct pb_extend *first)
{
    for (const struct pb_extend *extend = first; extend; extend = extend->next) {
        const struct pb_type_use *use = &extend->target;
        struct known_message *target =
            known_message(o, use->message ? use->message->full_name : without_dot(use->name));
        if (!target)
            return pb_too_large(o->r);
        for (const struct pb_field *field = extend->fields.first; field; field = field->next) {
            if (!note_field(o, target, field, field->full_name))
                return pb_too_large(o->r);
        }
    }
    return 0;
}

int pb_know_files(struct option_reader *o, const struct pb_schema *schema)
{
    for (size_t i = 0; schema && i < schema->files.count; i++) {
        const struct pb_file *file = schema->files.items[i];
        if (!file->has_extensions)
            continue;
        if (add_extensions(o, file->extends.first) != 0)
            return -1;
        for (const struct pb_message *message = file->messages.first; message; message = pb_next_message(message)) {
            if (add_extensions(o, message->extends.first) != 0)
                return -1;
        }
    }
    return 0;
}

/* Of one number the one that was noted first. */
static int compare_known(const void *a, const void *b)
{
    const struct known_field *x = a, *y = b;
    if (x->field->number != y->field->number)
        return x->field->number < y->field->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int sort_fields(struct option_reader *o, struct known_message *known)
{
    for (const struct pb_field *field = known->message ? known->message->fields.first : NULL; field;
         field = field->next) {
        if (!note_field(o, known, field, (struct str){0}))
            return pb_too_large(o->r);
    }
    if (known->fields.count)
        qsort(known->fields.items, known->fields.count, sizeof *known->fields.items, compare_known);
    known->is_sorted = true;
    return 0;
}

static const struct known_field *field_of(const struct known_message *known, uint32_t number)
{
    size_t from = 0, to = known->fields.count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (known->fields.items[middle].field->number < (int32_t)number)
            from = middle + 1;
        else
            to = middle;
    }
    bool is_there = from < known->fields.count && known->fields.items[from].field->number == (int32_t)number;
    return is_there ? &known->fields.items[from] : NULL;
}

struct known_message *pb_know_message(struct option_reader *o, const struct pb_message *message)
{
    struct known_message *known = known_message(o, message->full_name);
    if (!known)
        return NULL;
    known->message = known->message ? known->message : message;
    return known->is_sorted || sort_fields(o, known) == 0 ? known : NULL;
}

/* The entries of a map, a message that has no definition of its own; NULL without memory. */
static struct known_message *learn_entry(struct option_reader *o, const struct pb_field *map)
{
    const struct pb_field **pointer = ARENA_NEW(&o->scratch, const struct pb_field *);
    if (!pointer)
        return NULL;
    *pointer = map;
    struct str bytes = {(const char *)pointer, sizeof *pointer};
    struct known_message *known = map_get(&o->entries, bytes);
    if (known)
        return known;
    struct pb_field *fields = ARENA_ARRAY(&o->scratch, 2, struct pb_field);
    known = ARENA_NEW(&o->scratch, struct known_message);
    if (!fields || !known || map_put(&o->entries, bytes, known) < 0)
        return NULL;
    fields[0] = (struct pb_field){.name = STR("key"), .number = 1, .type = map->key, .parent = map->parent};
    fields[1] = (struct pb_field){.name = STR("value"), .number = 2, .type = map->type, .parent = map->parent};
    bool added = note_field(o, known, &fields[0], (struct str){0}) && note_field(o, known, &fields[1], (struct str){0});
    known->is_sorted = true;
    return added ? known : NULL;
}

static const struct pb_symbol *look_up(const struct option_reader *o, const struct pb_type_use *use)
{
    return pb_symbol_find(o->definitions, without_dot(use->name));
}

int pb_find_meaning(struct option_reader *o, const struct pb_field *field, struct meaning *ret)
{
    const struct pb_type_use *use = &field->type;
    const struct pb_message *message = use->message;
    *ret = (struct meaning){.type = use->type, .enumeration = use->enumeration};
    if (field->is_map) {
        *ret = (struct meaning){PB_MESSAGE, learn_entry(o, field), NULL};
        return ret->message ? 0 : pb_too_large(o->r);
    }
    const struct pb_symbol *symbol = use->type == PB_NAMED ? look_up(o, use) : NULL;
    if (symbol && symbol->kind == PB_SYMBOL_ENUM)
        *ret = (struct meaning){PB_ENUM, NULL, symbol->node};
    else if (symbol && symbol->kind == PB_SYMBOL_MESSAGE)
        message = symbol->node;
    if (!message)
        return 0;
    *ret = (struct meaning){PB_MESSAGE, pb_know_message(o, message), NULL};
    return ret->message ? 0 : pb_too_large(o->r);
}

/* -- Fields of a message ------------------------------------------------------------------------------------------ */

/* Of the others VARINT. */
static const enum wire_type wire_types[PB_TYPE_COUNT_] = {
    [PB_DOUBLE] = WIRE_FIXED64, [PB_FIXED64] = WIRE_FIXED64, [PB_SFIXED64] = WIRE_FIXED64,
    [PB_FLOAT] = WIRE_FIXED32,  [PB_FIXED32] = WIRE_FIXED32, [PB_SFIXED32] = WIRE_FIXED32,
    [PB_STRING] = WIRE_BYTES,   [PB_BYTES] = WIRE_BYTES,     [PB_MESSAGE] = WIRE_BYTES,
};

bool pb_is_repeated(const struct pb_field *field)
{
    return field->is_map || field->label == PB_REPEATED;
}

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->wire.number != y->wire.number)
        return x->wire.number < y->wire.number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

int pb_find_fields(struct option_reader *o, const struct known_message *message, struct str bytes, found_fields *ret)
{
    struct wire_field field;
    int outcome;
    while ((outcome = wire_next(&bytes, &field)) == 1) {
        const struct known_field *known = field_of(message, field.number);
        if (known && !VEC_PUSH(&o->work, ret, (struct found){known, field, ret->count}))
            return pb_too_large(o->r);
    }
    if (ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_found);
    return outcome < 0 ? 1 : 0;
}

size_t pb_count_same(const found_fields *fields, size_t first)
{
    size_t end = first + 1;
    while (end < fields->count && fields->items[end].wire.number == fields->items[first].wire.number)
        end++;
    return end - first;
}

static int unpack(struct option_reader *o, const struct found *packed, enum wire_type type, found_fields *ret)
{
    struct str rest = packed->wire.bytes;
    struct found found = *packed;
    found.wire.type = type;
    while (rest.n) {
        bool taken = type == WIRE_FIXED32   ? wire_take_fixed32(&rest, &found.wire.value)
                     : type == WIRE_FIXED64 ? wire_take_fixed64(&rest, &found.wire.value)
                                            : wire_take_varint(&rest, &found.wire.value);
        if (!taken)
            return 1;
        if (!VEC_PUSH(&o->work, ret, found))
            return pb_too_large(o->r);
    }
    return 0;
}

/* Messages that are one value: their fields one after the other. */
static int join(struct option_reader *o, found_fields *fields)
{
    struct buf joined;
    buf_init(&joined, o->r->arena, SCHEMA_MEMORY_MAX);
    for (size_t i = 0; i < fields->count; i++)
        buf_add(&joined, fields->items[i].wire.bytes);
    fields->items[0].wire.bytes = buf_str(&joined);
    fields->count = 1;
    return buf_failed(&joined) ? pb_too_large(o->r) : 0;
}

int pb_list_values(struct option_reader *o, const struct found *fields, size_t count, const struct meaning *meaning,
                   found_fields *ret)
{
    enum wire_type type = wire_types[meaning->type];
    bool is_repeated = pb_is_repeated(fields[0].known->field);
    for (size_t i = 0; i < count && meaning->type != PB_NAMED; i++) {
        const struct wire_field *wire = &fields[i].wire;
        bool is_whole = wire->type == type || (wire->type == WIRE_GROUP && meaning->message);
        bool is_packed = wire->type == WIRE_BYTES && type != WIRE_BYTES && is_repeated;
        int outcome = is_packed ? unpack(o, &fields[i], type, ret) : 0;
        if (outcome != 0)
            return outcome;
        if (is_whole && !VEC_PUSH(&o->work, ret, fields[i]))
            return pb_too_large(o->r);
    }
    if (ret->count < 2 || is_repeated)
        return 0;
    if (meaning->message)
        return join(o, ret);
    ret->items[0] = VEC_LAST(ret);
    ret->count = 1;
    return 0;
}
