#include "descriptor_values_private.h"

#include "utf8.h"

#include <stdlib.h>

/* Values of enums that are looked at for their names, altogether. */
#define SEARCH_BUDGET 50000000
/* Parts of an option's name, and of a message that is there several times: what is more is put together. */
#define PARTS_MAX 16
#define DIVIDED_MAX 1000

static int refuse(struct option_reader *o, const char *text)
{
    return pb_fault(o->r->arena, o->r->err, (struct pb_position){0}, str_of(text));
}

/* -- Options that were not interpreted ----------------------------------------------------------------------------- */

enum uninterpreted_number {
    UNINTERPRETED_NAME = 2,
    UNINTERPRETED_IDENTIFIER = 3,
    UNINTERPRETED_POSITIVE = 4,
    UNINTERPRETED_NEGATIVE = 5,
    UNINTERPRETED_DOUBLE = 6,
    UNINTERPRETED_STRING = 7,
    UNINTERPRETED_AGGREGATE = 8,
};

enum name_part_number { NAME_PART_NAME = 1, NAME_PART_IS_EXTENSION = 2 };

static const char bad_option[] = "The descriptor has an uninterpreted option that is none";

static int add_name_part(struct option_reader *o, struct str bytes, struct pb_option *option)
{
    static const struct pb_shape shape = {"a name of an option", PB_BIT(NAME_PART_NAME), PB_BIT(NAME_PART_IS_EXTENSION),
                                          0};
    struct pb_parts parts;
    struct pb_name_part *part = ARENA_NEW(o->r->arena, struct pb_name_part);
    if (!part)
        return pb_too_large(o->r);
    int outcome = pb_read_parts(o->r, &shape, bytes, &parts);
    if (outcome != 0)
        return outcome;
    part->name = parts.texts[NAME_PART_NAME];
    part->is_extension = parts.numbers[NAME_PART_IS_EXTENSION] != 0;
    PB_APPEND(&option->name, part);
    bool is_right = part->is_extension ? pb_is_qualified(part->name) : pb_is_identifier(part->name);
    return is_right ? 0 : refuse(o, bad_option);
}

/* The members of a message as text, without its braces. */
static int parse_aggregate(struct option_reader *o, struct str text, struct pb_value *value)
{
    struct pb_file *file;
    struct error fault = ERROR_INIT(o->r->arena);
    struct str source = ARENA_JOIN(o->r->arena, STR("option a = {"), text, STR("\n};"));
    if (!source.p)
        return pb_too_large(o->r);
    if (!utf8_valid(source))
        return refuse(o, bad_option);
    if (pb_parse_text(o->r->arena, STR_EMPTY, source, &file, &fault) != 0)
        return fault.id == ERROR_INVALID_SCHEMA ? error_pass(o->r->err, &fault) : pb_too_large(o->r);
    bool is_one = file->options.count == 1 && file->messages.count + file->enums.count + file->extends.count +
                                                      file->services.count + file->imports.count + file->package.n ==
                                                  0;
    if (!is_one || file->options.first->value.kind != PB_VALUE_MESSAGE)
        return refuse(o, bad_option);
    *value = file->options.first->value;
    return 0;
}

static int set_uninterpreted(struct option_reader *o, const struct wire_field *field, struct pb_value *value)
{
    static const struct meaning number = {.type = PB_UINT64}, negative = {.type = PB_INT64}, real = {.type = PB_DOUBLE},
                                bytes = {.type = PB_BYTES};
    switch (field->number) {
    case UNINTERPRETED_IDENTIFIER:
        value->kind = PB_VALUE_WORD;
        value->text = field->bytes;
        return pb_is_identifier(value->text) ? 0 : refuse(o, bad_option);
    case UNINTERPRETED_POSITIVE:
        return pb_set_value(o, &number, field, 0, value);
    case UNINTERPRETED_NEGATIVE:
        return pb_set_value(o, &negative, field, 0, value);
    case UNINTERPRETED_DOUBLE:
        return pb_set_value(o, &real, field, 0, value);
    case UNINTERPRETED_STRING:
        return pb_set_value(o, &bytes, field, 0, value);
    case UNINTERPRETED_AGGREGATE:
        return parse_aggregate(o, field->bytes, value);
    default:
        return 0;
    }
}

static int read_uninterpreted(struct option_reader *o, struct str bytes, struct pb_option **ret)
{
    struct pb_option *option = ARENA_NEW(o->r->arena, struct pb_option);
    struct wire_field field;
    size_t values = 0;
    int outcome = 0, next = 0;
    if (!option)
        return pb_too_large(o->r);
    while (outcome == 0 && (next = wire_next(&bytes, &field)) == 1) {
        bool is_number = field.number == UNINTERPRETED_POSITIVE || field.number == UNINTERPRETED_NEGATIVE;
        enum wire_type type = is_number                              ? WIRE_VARINT
                              : field.number == UNINTERPRETED_DOUBLE ? WIRE_FIXED64
                                                                     : WIRE_BYTES;
        bool is_value = field.number >= UNINTERPRETED_IDENTIFIER && field.number <= UNINTERPRETED_AGGREGATE;
        values += is_value && field.type == type;
        if (field.type == type && field.number == UNINTERPRETED_NAME)
            outcome = add_name_part(o, field.bytes, option);
        else if (field.type == type && is_value)
            outcome = set_uninterpreted(o, &field, &option->value);
    }
    if (outcome != 0 || next < 0)
        return outcome != 0 ? outcome : 1;
    if (values != 1 || option->name.count == 0)
        return refuse(o, bad_option);
    *ret = option;
    return 0;
}

/* -- Options ------------------------------------------------------------------------------------------------------- */

/* Fields of descriptor.proto come first, by number; extensions in the order in which they stand there, which is that of the
 * text they come from. */
struct placed_option {
    bool is_extension;
    uint32_t number;
    size_t place, order;
    struct pb_option *option;
};

/* Options of an element that are being read. */
struct reading {
    struct option_reader *o;
    const char *prefix; /* the option whose parts are read, or NULL */
    VEC(struct placed_option) options;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed_option *x = a, *y = b;
    if (x->is_extension != y->is_extension)
        return x->is_extension ? 1 : -1;
    if (x->is_extension && x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int place_option(struct reading *reading, const struct found *found, struct pb_option *option)
{
    struct placed_option placed = {found->known->extension.p != NULL, found->wire.number, found->place,
                                   reading->options.count, option};
    return VEC_PUSH(&reading->o->work, &reading->options, placed) ? 0 : pb_too_large(reading->o->r);
}

/* Whether a name would be looked for in the file's own package: a.google has its own "google". */
static bool is_hidden(const struct pb_file *file, struct str name)
{
    struct str rest = file->package, first = str_slice(name, 0, str_find(name, '.')), part;
    bool is_outermost = true, found = false;
    while (file->package.n && str_next(&rest, '.', &part)) {
        found = found || (!is_outermost && str_equal(part, first));
        is_outermost = false;
    }
    return found;
}

static int add_part(struct reading *reading, struct pb_option *option, struct str name, bool is_extension)
{
    struct descriptor_reader *r = reading->o->r;
    struct pb_name_part *part = ARENA_NEW(r->arena, struct pb_name_part);
    bool needs_dot = is_extension && is_hidden(r->file, name);
    if (!part)
        return pb_too_large(reading->o->r);
    part->name = ARENA_JOIN(r->arena, needs_dot ? STR(".") : STR_EMPTY, name);
    part->is_extension = is_extension;
    PB_APPEND(&option->name, part);
    return part->name.p ? 0 : pb_too_large(reading->o->r);
}

/* The value of an option, or of a part of one. */
struct leaf {
    const struct known_field *parts[PARTS_MAX];
    size_t count;
    struct meaning meaning;
    struct found found;
};

/* Before editions inf is a word for protoc only within { … }; a number beyond all others means the same. */
static void spell_infinity(const struct reading *reading, const struct meaning *meaning, struct pb_value *value)
{
    bool is_floating = meaning->type == PB_FLOAT || meaning->type == PB_DOUBLE;
    if (reading->o->r->file->syntax == PB_EDITIONS || !is_floating || !str_equal(value->text, STR("inf")))
        return;
    value->kind = PB_VALUE_NUMBER;
    value->text = STR("1e999");
}

static int add_option(struct reading *reading, const struct leaf *leaf)
{
    struct pb_option *option = ARENA_NEW(reading->o->r->arena, struct pb_option);
    int outcome = !option           ? pb_too_large(reading->o->r)
                  : reading->prefix ? add_part(reading, option, str_of(reading->prefix), false)
                                    : 0;
    for (size_t i = 0; i < leaf->count && outcome == 0; i++) {
        const struct known_field *part = leaf->parts[i];
        bool is_extension = part->extension.p != NULL;
        outcome = add_part(reading, option, is_extension ? part->extension : part->field->name, is_extension);
    }
    if (outcome == 0)
        outcome = pb_set_value(reading->o, &leaf->meaning, &leaf->found.wire, 0, &option->value);
    if (outcome == 0)
        spell_infinity(reading, &leaf->meaning, &option->value);
    return outcome == 0 ? place_option(reading, &leaf->found, option) : outcome;
}

/* -- Parts of messages as options of their own ----------------------------------------------------------------------- */

/* Goes from a message on to its only field, as long as there is one and it is not repeated. */
static int find_leaf(struct option_reader *o, struct leaf *leaf)
{
    bool goes_on = true;
    while (goes_on && leaf->meaning.message && leaf->count < PARTS_MAX &&
           !pb_is_repeated(leaf->parts[leaf->count - 1]->field)) {
        found_fields fields = {0}, values = {0};
        struct meaning meaning = {0};
        int outcome = pb_find_fields(o, leaf->meaning.message, leaf->found.wire.bytes, &fields);
        if (outcome == 0 && fields.count == 1)
            outcome = pb_find_meaning(o, fields.items[0].known->field, &meaning);
        if (outcome == 0 && fields.count == 1)
            outcome = pb_list_values(o, fields.items, 1, &meaning, &values);
        if (outcome != 0)
            return outcome;
        goes_on = values.count == 1;
        if (!goes_on)
            break;
        leaf->parts[leaf->count++] = values.items[0].known;
        leaf->meaning = meaning;
        leaf->found.wire = values.items[0].wire;
    }
    return 0;
}

/* What options of parts have set so far: numbers of fields, joined by dots. */
struct set_parts {
    struct map paths, messages; /* with those around them; messages that were set whole */
};

/* Whether protoc takes the option behind those that it has: 1 = yes, 0 = no, -1. */
static int set_leaf(struct option_reader *o, struct set_parts *set, const struct leaf *leaf)
{
    struct str path = STR_EMPTY;
    bool is_taken = true;
    for (size_t i = 0; i < leaf->count && is_taken; i++) {
        bool is_last = i + 1 == leaf->count;
        path = arena_printf(&o->work, STR_FMT ".%d", STR_ARG(path), leaf->parts[i]->field->number);
        if (!path.p)
            return pb_too_large(o->r);
        bool is_again = is_last && !pb_is_repeated(leaf->parts[i]->field) && map_find(&set->paths, path);
        is_taken = !is_again && !map_find(&set->messages, path);
        if (map_put(&set->paths, path, o) < 0 ||
            (is_last && leaf->meaning.message && !pb_is_repeated(leaf->parts[i]->field) &&
             map_put(&set->messages, path, o) < 0))
            return pb_too_large(o->r);
    }
    return is_taken;
}

/* A message that is there several times: each as a part of it, (a).b = 1. 1 = done, 0 = they must be put together, -1. */
static int divide(struct reading *reading, const struct found *fields, size_t count, const struct meaning *meaning)
{
    struct option_reader *o = reading->o;
    struct leaf *leaves = count <= DIVIDED_MAX ? ARENA_ARRAY(&o->work, count, struct leaf) : NULL;
    struct set_parts set;
    map_init(&set.paths, &o->work);
    map_init(&set.messages, &o->work);
    int outcome = leaves != NULL;
    for (size_t i = 0; i < count && outcome == 1; i++) {
        leaves[i] = (struct leaf){.parts = {fields[i].known}, .count = 1, .meaning = *meaning, .found = fields[i]};
        bool is_message = fields[i].wire.type == WIRE_BYTES || fields[i].wire.type == WIRE_GROUP;
        int found = is_message ? find_leaf(o, &leaves[i]) : 1;
        outcome = found == 0 ? set_leaf(o, &set, &leaves[i]) : found < 0 ? -1 : 0;
    }
    for (size_t i = 0; i < count && outcome == 1; i++)
        outcome = add_option(reading, &leaves[i]) == 0 ? 1 : -1;
    return outcome;
}

/* Options of the fields of one number. */
static int add_options(struct reading *reading, const struct found *fields, size_t count)
{
    struct leaf leaf = {.parts = {fields[0].known}, .count = 1};
    found_fields values = {0};
    int outcome = pb_find_meaning(reading->o, fields[0].known->field, &leaf.meaning);
    bool may_divide = leaf.meaning.message && !pb_is_repeated(fields[0].known->field) && (count > 1 || reading->prefix);
    if (outcome == 0 && may_divide)
        outcome = divide(reading, fields, count, &leaf.meaning);
    if (outcome != 0)
        return outcome < 0 ? -1 : 0;
    outcome = pb_list_values(reading->o, fields, count, &leaf.meaning, &values);
    for (size_t i = 0; i < values.count && outcome == 0; i++) {
        leaf.found = values.items[i];
        outcome = add_option(reading, &leaf);
    }
    return outcome;
}

/* -- All options of an element ---------------------------------------------------------------------------------------- */

static int add_all_uninterpreted(struct reading *reading, const struct found *fields, size_t count)
{
    int outcome = 0;
    for (size_t i = 0; i < count && outcome == 0; i++) {
        struct pb_option *option;
        if (fields[i].wire.type != WIRE_BYTES)
            continue;
        outcome = read_uninterpreted(reading->o, fields[i].wire.bytes, &option);
        if (outcome == 0)
            outcome = place_option(reading, &fields[i], option);
    }
    return outcome;
}

static bool is_plain(const struct found *field, struct str name)
{
    return !field->known->extension.p && str_equal(field->known->field->name, name);
}

/* Each feature is an option of its own: features.field_presence = IMPLICIT. */
static int add_features(struct reading *reading, const struct found *fields, size_t count)
{
    struct option_reader *o = reading->o;
    struct reading inner = {.o = o, .prefix = "features"};
    struct leaf whole = {.parts = {fields[0].known}, .count = 1};
    found_fields values = {0}, features = {0};
    int outcome = pb_find_meaning(o, fields[0].known->field, &whole.meaning);
    if (outcome == 0)
        outcome = pb_list_values(o, fields, count, &whole.meaning, &values);
    if (outcome != 0 || values.count == 0 || !whole.meaning.message)
        return outcome;
    whole.found = values.items[0];
    outcome = pb_find_fields(o, whole.meaning.message, whole.found.wire.bytes, &features);
    if (outcome == 0 && features.count == 0)
        return add_option(reading, &whole);
    for (size_t i = 0, same; i < features.count && outcome == 0; i += same) {
        same = pb_count_same(&features, i);
        outcome = add_options(&inner, features.items + i, same);
    }
    if (inner.options.count)
        qsort(inner.options.items, inner.options.count, sizeof *inner.options.items, compare_placed);
    for (size_t i = 0; i < inner.options.count && outcome == 0; i++)
        outcome = place_option(reading, &fields[0], inner.options.items[i].option);
    return outcome;
}

static int read_options(struct option_reader *o, const struct unread_options *unread)
{
    static const char *const names[] = {
        [PB_FILE_OPTIONS] = "google.protobuf.FileOptions",
        [PB_MESSAGE_OPTIONS] = "google.protobuf.MessageOptions",
        [PB_FIELD_OPTIONS] = "google.protobuf.FieldOptions",
        [PB_ONEOF_OPTIONS] = "google.protobuf.OneofOptions",
        [PB_EXTENSION_RANGE_OPTIONS] = "google.protobuf.ExtensionRangeOptions",
        [PB_ENUM_OPTIONS] = "google.protobuf.EnumOptions",
        [PB_ENUM_VALUE_OPTIONS] = "google.protobuf.EnumValueOptions",
        [PB_SERVICE_OPTIONS] = "google.protobuf.ServiceOptions",
        [PB_METHOD_OPTIONS] = "google.protobuf.MethodOptions",
    };
    const struct pb_symbol *symbol = pb_symbol_find(o->definitions, str_of(names[unread->of]));
    if (!symbol || symbol->kind != PB_SYMBOL_MESSAGE)
        return 0;
    struct reading reading = {.o = o};
    struct known_message *message = pb_know_message(o, symbol->node);
    found_fields fields = {0};
    int outcome = message ? pb_find_fields(o, message, unread->bytes, &fields) : pb_too_large(o->r);
    for (size_t i = 0, count; i < fields.count && outcome == 0; i += count) {
        const struct found *first = &fields.items[i];
        count = pb_count_same(&fields, i);
        if (is_plain(first, STR("uninterpreted_option")))
            outcome = add_all_uninterpreted(&reading, first, count);
        else if (is_plain(first, STR("features")))
            outcome = add_features(&reading, first, count);
        else
            outcome = add_options(&reading, first, count);
    }
    if (reading.options.count)
        qsort(reading.options.items, reading.options.count, sizeof *reading.options.items, compare_placed);
    for (size_t i = 0; i < reading.options.count && outcome == 0; i++)
        PB_APPEND(unread->ret, reading.options.items[i].option);
    return outcome == 0 ? pb_read_values(o) : outcome;
}

int pb_read_options(struct descriptor_reader *r, const struct pb_schema *known, const struct pb_schema *own)
{
    const struct pb_schema *builtins = pb_builtins();
    struct option_reader o = {.r = r, .definitions = known ? known : builtins, .budget = SEARCH_BUDGET};
    if (!builtins)
        return pb_too_large(r);
    arena_init(&o.scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    arena_init(&o.work, SCHEMA_MEMORY_MAX, NULL, 0);
    map_init(&o.messages, &o.scratch);
    map_init(&o.entries, &o.scratch);
    bool knows = pb_know_files(&o, own) == 0 && pb_know_files(&o, known) == 0 && pb_know_files(&o, builtins) == 0;
    int outcome = knows ? 0 : -1;
    for (size_t i = 0; i < r->options.count && outcome == 0; i++) {
        outcome = read_options(&o, &r->options.items[i]);
        arena_reset(&o.work);
    }
    arena_deinit(&o.work);
    arena_deinit(&o.scratch);
    return outcome;
}
