#include "to_descriptor_private.h"

#include "lexer.h"

#include <math.h>

static int refuse(struct descriptor_writer *w, struct pb_position at, const char *text)
{
    return pb_fault(w->scratch, w->err, at, str_of(text));
}

/* -- Types -------------------------------------------------------------------------------------------------------- */

int pb_write_type_name(struct descriptor_writer *w, uint32_t number, const struct pb_type_use *use)
{
    if (!w->is_linked) {
        wire_put_bytes(w->out, number, use->name);
        return 0;
    }
    if (!use->message && !use->enumeration)
        return pb_fault(w->scratch, w->err, use->at,
                        ARENA_JOIN(w->scratch, STR("\""), use->name, STR("\" is not defined.")));
    size_t begin = wire_begin(w->out, number);
    buf_add_char(w->out, '.');
    buf_add(w->out, use->message ? use->message->full_name : use->enumeration->full_name);
    wire_end(w->out, begin);
    return 0;
}

static bool is_scalar(enum pb_type type)
{
    return type != PB_NAMED && type != PB_MESSAGE && type != PB_GROUP && type != PB_ENUM;
}

/* The type, and its name unless it is a scalar. A name that means nothing has no type. */
static int write_type(struct descriptor_writer *w, const struct pb_type_use *use)
{
    /* Delimited messages of editions are told by their features alone. */
    bool is_group = use->type == PB_GROUP && use->message->is_group;
    enum pb_type type = use->type == PB_GROUP && !is_group ? PB_MESSAGE : use->type;
    if (type != PB_NAMED)
        wire_put_uint(w->out, FIELD_TYPE, type);
    return is_scalar(type) ? 0 : pb_write_type_name(w, FIELD_TYPE_NAME, use);
}

/* -- Entries of maps ---------------------------------------------------------------------------------------------- */

static char upper_case(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* foo_bar becomes FooBarEntry. As written, a name without an underscore stays as it is: tagsEntry. */
static void put_entry_name(const struct descriptor_writer *w, struct str name)
{
    bool keeps = !w->is_linked && str_find(name, '_') == SIZE_MAX, is_next_upper = true;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (keeps || c != '_')
            buf_add_char(w->out, keeps ? c : is_next_upper ? upper_case(c) : w->is_linked ? c : lower_case(c));
        is_next_upper = c == '_';
    }
    buf_add(w->out, STR("Entry"));
}

static void write_entry_type(const struct descriptor_writer *w, const struct pb_field *field)
{
    size_t begin = wire_begin(w->out, FIELD_TYPE_NAME);
    if (w->is_linked) {
        buf_add_char(w->out, '.');
        buf_add(w->out, field->parent->full_name);
        buf_add_char(w->out, '.');
    }
    put_entry_name(w, field->name);
    wire_end(w->out, begin);
}

/* Features of a map's field hold for its keys and values too. */
static int write_entry_features(struct descriptor_writer *w, const struct pb_field *field)
{
    pb_options features = {0};
    for (const struct pb_option *option = field->options.first; option; option = option->next) {
        const struct pb_name_part *part = option->name.first;
        if (part->is_extension || !str_equal(part->name, STR("features")))
            continue;
        struct pb_option *copy = ARENA_NEW(w->scratch, struct pb_option);
        if (!copy)
            return pb_no_room(w);
        *copy = *option;
        copy->next = NULL;
        PB_APPEND(&features, copy);
    }
    return pb_write_options(w, FIELD_OPTIONS, PB_FIELD_OPTIONS, field->full_name, &features, false);
}

static int write_entry_field(struct descriptor_writer *w, const struct pb_field *map, struct str name, int32_t number)
{
    size_t begin = wire_begin(w->out, MESSAGE_FIELD);
    wire_put_bytes(w->out, FIELD_NAME, name);
    wire_put_int(w->out, FIELD_NUMBER, number);
    if (w->is_linked)
        wire_put_uint(w->out, FIELD_LABEL, PB_OPTIONAL);
    if (write_type(w, number == 1 ? &map->key : &map->type) != 0 || write_entry_features(w, map) != 0)
        return -1;
    if (w->is_linked)
        wire_put_bytes(w->out, FIELD_JSON_NAME, name);
    wire_end(w->out, begin);
    return 0;
}

int pb_write_map_entry(struct descriptor_writer *w, uint32_t number, const struct pb_field *field)
{
    size_t begin = wire_begin(w->out, number), name = wire_begin(w->out, MESSAGE_NAME);
    put_entry_name(w, field->name);
    wire_end(w->out, name);
    if (write_entry_field(w, field, STR("key"), 1) != 0 || write_entry_field(w, field, STR("value"), 2) != 0)
        return -1;
    size_t options = wire_begin(w->out, MESSAGE_OPTIONS);
    wire_put_uint(w->out, MAP_ENTRY_NUMBER, 1);
    wire_end(w->out, options);
    wire_end(w->out, begin);
    return 0;
}

/* -- Defaults ----------------------------------------------------------------------------------------------------- */

static int put_integer_default(struct descriptor_writer *w, const struct pb_field *field,
                               const struct pb_option *option)
{
    static const struct {
        enum pb_type type;
        uint64_t max;
        bool is_signed;
    } ranges[] = {
        {PB_INT32, INT32_MAX, true},     {PB_SINT32, INT32_MAX, true},    {PB_SFIXED32, INT32_MAX, true},
        {PB_INT64, INT64_MAX, true},     {PB_SINT64, INT64_MAX, true},    {PB_SFIXED64, INT64_MAX, true},
        {PB_UINT32, UINT32_MAX, false},  {PB_FIXED32, UINT32_MAX, false}, {PB_UINT64, UINT64_MAX, false},
        {PB_FIXED64, UINT64_MAX, false},
    };
    const struct pb_value *value = &option->value;
    size_t i = 0;
    while (i + 1 < sizeof ranges / sizeof ranges[0] && ranges[i].type != field->type.type)
        i++;
    uint64_t max = ranges[i].max + (ranges[i].is_signed && value->is_negative ? 1 : 0), number;
    bool is_integer = value->kind == PB_VALUE_NUMBER && str_find(value->text, '.') == SIZE_MAX;
    if (!is_integer)
        return refuse(w, option->value_at, "Expected integer for field default value.");
    if (value->is_negative && !ranges[i].is_signed)
        return refuse(w, option->value_at, "Unsigned field can't have negative default value.");
    if (!pb_integer_value(value->text, max, &number))
        return refuse(w, option->value_at, "Integer out of range.");
    buf_printf(w->out, "%s%llu", value->is_negative && number ? "-" : "", (unsigned long long)number);
    return 0;
}

static int put_float_default(struct descriptor_writer *w, const struct pb_field *field, const struct pb_option *option)
{
    const struct pb_value *value = &option->value;
    bool may_be_number = value->kind == PB_VALUE_NUMBER || value->kind == PB_VALUE_WORD;
    double number;
    if (!may_be_number || !pb_number_value(w->scratch, value->text, &number))
        return refuse(w, option->value_at, "Expected number.");
    number = value->is_negative ? -number : number;
    if (field->type.type == PB_FLOAT)
        pb_put_float(w->out, (float)number);
    else
        pb_put_double(w->out, number);
    return 0;
}

static bool is_boolean(const struct pb_value *value)
{
    return value->kind == PB_VALUE_WORD &&
           (str_equal(value->text, STR("true")) || str_equal(value->text, STR("false")));
}

static int put_linked_default(struct descriptor_writer *w, const struct pb_field *field, const struct pb_option *option)
{
    const struct pb_value *value = &option->value;
    enum pb_type type = field->type.type;
    if (type == PB_NAMED || type == PB_MESSAGE || type == PB_GROUP)
        return refuse(w, option->value_at, "Messages can't have default values.");
    if (type == PB_FLOAT || type == PB_DOUBLE)
        return put_float_default(w, field, option);
    if (type == PB_BYTES) { /* a word too: texts of the reference server leave the quotes out */
        pb_put_escaped(w->out, value->text);
        return 0;
    }
    if (type != PB_STRING && type != PB_BOOL && type != PB_ENUM)
        return put_integer_default(w, field, option);
    if (type == PB_STRING && value->kind != PB_VALUE_STRING)
        return refuse(w, option->value_at, "Expected string for field default value.");
    if (type == PB_BOOL && !is_boolean(value))
        return refuse(w, option->value_at, "Expected \"true\" or \"false\".");
    if (type == PB_ENUM && value->kind != PB_VALUE_WORD)
        return refuse(w, option->value_at, "Default value for an enum field must be an identifier.");
    buf_add(w->out, value->text);
    return 0;
}

static int write_default(struct descriptor_writer *w, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "default");
    if (!option)
        return 0;
    if (option->value.kind == PB_VALUE_MESSAGE || option->value.kind == PB_VALUE_LIST)
        return refuse(w, option->value_at, "A default is one value.");
    size_t begin = wire_begin(w->out, FIELD_DEFAULT_VALUE);
    if (w->is_linked) {
        if (put_linked_default(w, field, option) != 0)
            return -1;
    } else {
        buf_add(w->out, option->value.is_negative ? STR("-") : STR_EMPTY);
        if (field->type.type == PB_BYTES && option->value.kind == PB_VALUE_STRING)
            pb_put_escaped(w->out, option->value.text);
        else
            buf_add(w->out, option->value.text);
    }
    wire_end(w->out, begin);
    return 0;
}

/* -- Fields ------------------------------------------------------------------------------------------------------- */

/* The name as JSON has it unless it is given: foo_bar becomes fooBar. */
static void write_json_name(const struct descriptor_writer *w, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "json_name");
    if (option && option->value.kind == PB_VALUE_STRING) {
        wire_put_bytes(w->out, FIELD_JSON_NAME, option->value.text);
        return;
    }
    if (!w->is_linked)
        return;
    size_t begin = wire_begin(w->out, FIELD_JSON_NAME);
    bool is_next_upper = false;
    for (size_t i = 0; i < field->name.n; i++) {
        char c = field->name.p[i];
        if (c != '_')
            buf_add_char(w->out, is_next_upper ? upper_case(c) : c);
        is_next_upper = c == '_';
    }
    wire_end(w->out, begin);
}

static void write_label(const struct descriptor_writer *w, const struct pb_field *field)
{
    enum pb_label label = field->is_map ? PB_REPEATED : field->label;
    if (label == PB_NO_LABEL && (w->is_linked || field->oneof))
        label = PB_OPTIONAL;
    if (label != PB_NO_LABEL)
        wire_put_uint(w->out, FIELD_LABEL, label);
}

bool pb_is_proto3_optional(const struct descriptor_writer *w, const struct pb_field *field)
{
    return w->file->syntax == PB_PROTO3 && field->label == PB_OPTIONAL && !field->oneof;
}

static int write_field_type(struct descriptor_writer *w, const struct pb_field *field)
{
    if (!field->is_map)
        return write_type(w, &field->type);
    if (field->extend)
        return refuse(w, field->at, "Map fields are not allowed to be extensions.");
    if (w->is_linked)
        wire_put_uint(w->out, FIELD_TYPE, PB_MESSAGE);
    write_entry_type(w, field);
    return 0;
}

int pb_write_field(struct descriptor_writer *w, uint32_t number, const struct pb_field *field, int32_t oneof_index)
{
    size_t begin = wire_begin(w->out, number);
    wire_put_bytes(w->out, FIELD_NAME, field->name);
    if (field->extend && pb_write_type_name(w, FIELD_EXTENDEE, &field->extend->target) != 0)
        return -1;
    wire_put_int(w->out, FIELD_NUMBER, field->number);
    write_label(w, field);
    if (write_field_type(w, field) != 0 || write_default(w, field) != 0 ||
        pb_write_options(w, FIELD_OPTIONS, PB_FIELD_OPTIONS, field->full_name, &field->options, false) != 0)
        return -1;
    if (oneof_index >= 0)
        wire_put_int(w->out, FIELD_ONEOF_INDEX, oneof_index);
    write_json_name(w, field);
    if (pb_is_proto3_optional(w, field))
        wire_put_uint(w->out, FIELD_PROTO3_OPTIONAL, 1);
    wire_end(w->out, begin);
    return 0;
}
