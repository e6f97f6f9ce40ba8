#include "from_descriptor_private.h"

#include "utf8.h"

static struct pb_option *add_option(struct arena *arena, pb_options *options, struct str name)
{
    struct pb_option *option = ARENA_NEW(arena, struct pb_option);
    struct pb_name_part *part = ARENA_NEW(arena, struct pb_name_part);
    if (!option || !part)
        return NULL;
    part->name = name;
    PB_APPEND(&option->name, part);
    PB_APPEND(options, option);
    return option;
}

/* -- Types -------------------------------------------------------------------------------------------------------- */

static const char *const keywords[PB_TYPE_COUNT_] = {
    [PB_DOUBLE] = "double",     [PB_FLOAT] = "float",     [PB_INT64] = "int64",     [PB_UINT64] = "uint64",
    [PB_INT32] = "int32",       [PB_FIXED64] = "fixed64", [PB_FIXED32] = "fixed32", [PB_BOOL] = "bool",
    [PB_STRING] = "string",     [PB_BYTES] = "bytes",     [PB_UINT32] = "uint32",   [PB_SFIXED32] = "sfixed32",
    [PB_SFIXED64] = "sfixed64", [PB_SINT32] = "sint32",   [PB_SINT64] = "sint64",
};

static int set_type(struct descriptor_reader *r, const struct pb_parts *parts, struct pb_field *field)
{
    uint64_t number = parts->numbers[FIELD_TYPE];
    if (number >= PB_TYPE_COUNT_ || (parts->has_number[FIELD_TYPE] && number == PB_NAMED))
        return pb_refuse_descriptor(r, "a field", field->name, "of an unknown type");
    enum pb_type type = (enum pb_type)number;
    if (keywords[type]) {
        field->type.type = type;
        field->type.name = str_of(keywords[type]);
        return 0;
    }
    if (type == PB_GROUP && r->file->syntax == PB_EDITIONS)
        return pb_refuse_descriptor(r, "a field", field->name, "that is a group, which editions do not have");
    field->type.type = type == PB_GROUP ? PB_GROUP : PB_NAMED;
    field->type.name = parts->texts[FIELD_TYPE_NAME];
    return pb_is_qualified(field->type.name) ? 0 : pb_refuse_descriptor(r, "a field", field->name, "without a type");
}

/* The label as it would be written: not at all for fields of proto3 and editions that are not repeated, and for members of
 * oneofs. Optional fields of proto3 have a oneof that does not count. */
static int set_label(struct descriptor_reader *r, const struct pb_parts *parts, struct pb_field *field)
{
    uint64_t label = parts->numbers[FIELD_LABEL];
    enum pb_syntax syntax = r->file->syntax;
    bool is_optional = label == PB_NO_LABEL || label == PB_OPTIONAL;
    bool is_proto3_optional = syntax == PB_PROTO3 && parts->numbers[FIELD_PROTO3_OPTIONAL] != 0;
    if (label > PB_REPEATED)
        return pb_refuse_descriptor(r, "a field", field->name, "with an unknown label");
    if (parts->has_number[FIELD_ONEOF_INDEX] && !is_optional)
        return pb_refuse_descriptor(r, "a field", field->name, "with a label in a oneof");
    if (label == PB_REQUIRED && syntax != PB_PROTO2)
        return pb_refuse_descriptor(r, "a field", field->name, "that is required, which only proto2 has");
    if (!is_optional)
        field->label = (enum pb_label)label;
    else if (is_proto3_optional || (syntax == PB_PROTO2 && !parts->has_number[FIELD_ONEOF_INDEX]))
        field->label = PB_OPTIONAL;
    return 0;
}

/* -- Defaults ----------------------------------------------------------------------------------------------------- */

static int set_bytes_default(struct descriptor_reader *r, struct str text, const struct pb_field *field,
                             struct pb_value *value)
{
    struct buf bytes;
    buf_init(&bytes, r->arena, SCHEMA_MEMORY_MAX);
    if (!pb_put_unescaped(&bytes, text))
        return pb_refuse_descriptor(r, "a field", field->name, "whose default has an unknown escape");
    value->kind = PB_VALUE_STRING;
    value->text = buf_str(&bytes);
    return buf_failed(&bytes) ? pb_too_large(r) : 0;
}

static bool is_number(enum pb_type type)
{
    return type != PB_NAMED && type != PB_BOOL && type != PB_STRING && type != PB_BYTES && type != PB_GROUP;
}

static int set_default(struct descriptor_reader *r, struct str text, const struct pb_field *field,
                       struct pb_value *value)
{
    enum pb_type type = field->type.type;
    if (type == PB_BYTES)
        return set_bytes_default(r, text, field, value);
    value->text = text;
    value->kind = PB_VALUE_STRING;
    if (type == PB_STRING)
        return 0;
    value->is_negative = is_number(type) && text.n && text.p[0] == '-';
    value->text = str_slice(text, value->is_negative ? 1 : 0, text.n);
    value->kind = PB_VALUE_WORD;
    double number;
    if (pb_is_identifier(value->text))
        return 0;
    value->kind = PB_VALUE_NUMBER;
    bool is_right = is_number(type) && pb_number_value(r->arena, value->text, &number);
    return is_right ? 0 : pb_refuse_descriptor(r, "a field", field->name, "whose default is no value of its type");
}

static int add_options(struct descriptor_reader *r, const struct pb_parts *parts, struct pb_field *field)
{
    if (pb_keep_options(r, PB_FIELD_OPTIONS, parts->options, &field->options) != 0)
        return -1;
    if (parts->texts[FIELD_DEFAULT_VALUE].p) {
        struct pb_option *option = add_option(r->arena, &field->options, STR("default"));
        if (!option)
            return pb_too_large(r);
        if (set_default(r, parts->texts[FIELD_DEFAULT_VALUE], field, &option->value) != 0)
            return -1;
    }
    if (parts->texts[FIELD_JSON_NAME].p) {
        struct pb_option *option = add_option(r->arena, &field->options, STR("json_name"));
        if (!option)
            return pb_too_large(r);
        option->value.kind = PB_VALUE_STRING;
        option->value.text = parts->texts[FIELD_JSON_NAME];
    }
    return 0;
}

/* -- Fields ------------------------------------------------------------------------------------------------------- */

int pb_read_field(struct descriptor_reader *r, struct str bytes, struct pb_field **ret, int32_t *ret_oneof,
                  struct str *ret_extendee)
{
    static const struct pb_shape shape = {
        "a field",
        PB_BIT(FIELD_NAME) | PB_BIT(FIELD_EXTENDEE) | PB_BIT(FIELD_TYPE_NAME) | PB_BIT(FIELD_DEFAULT_VALUE) |
            PB_BIT(FIELD_JSON_NAME),
        PB_BIT(FIELD_NUMBER) | PB_BIT(FIELD_LABEL) | PB_BIT(FIELD_TYPE) | PB_BIT(FIELD_ONEOF_INDEX) |
            PB_BIT(FIELD_PROTO3_OPTIONAL),
        FIELD_OPTIONS,
    };
    struct pb_parts parts;
    struct pb_field *field = ARENA_NEW(r->arena, struct pb_field);
    if (!field)
        return pb_too_large(r);
    int outcome = pb_read_named(r, &shape, bytes, &parts, &field->name);
    if (outcome != 0)
        return outcome;
    if (!parts.has_number[FIELD_NUMBER])
        return pb_refuse_descriptor(r, "a field", field->name, "without a number");
    field->number = (int32_t)(uint32_t)parts.numbers[FIELD_NUMBER];
    if (set_type(r, &parts, field) != 0 || set_label(r, &parts, field) != 0 || add_options(r, &parts, field) != 0)
        return -1;
    *ret = field;
    *ret_extendee = parts.texts[FIELD_EXTENDEE];
    *ret_oneof = parts.has_number[FIELD_ONEOF_INDEX] ? (int32_t)(uint32_t)parts.numbers[FIELD_ONEOF_INDEX] : -1;
    if (*ret_oneof < 0 && parts.has_number[FIELD_ONEOF_INDEX])
        return pb_refuse_descriptor(r, "a field", field->name, "of a oneof that is not there");
    return 0;
}
