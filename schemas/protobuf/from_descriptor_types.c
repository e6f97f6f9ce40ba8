#include "from_descriptor_private.h"

#include "utf8.h"

/* -- Ranges ------------------------------------------------------------------------------------------------------- */

static struct pb_range *add_statement(struct descriptor_reader *r, struct pb_ranges **ret)
{
    struct pb_range *range = ARENA_NEW(r->arena, struct pb_range);
    struct pb_ranges *ranges = *ret = ARENA_NEW(r->arena, struct pb_ranges);
    if (!range || !ranges)
        return NULL;
    PB_APPEND(&ranges->ranges, range);
    return range;
}

/* Of messages the end is the number behind the last one: protoc has it wrap around behind the greatest of all. */
static int32_t before(int32_t end)
{
    return (int32_t)((uint32_t)end - 1);
}

int pb_read_range(struct descriptor_reader *r, struct str bytes, bool is_of_enum, struct pb_ranges **ret)
{
    static const struct pb_shape shape = {"a range of numbers", 0, PB_BIT(RANGE_START) | PB_BIT(RANGE_END),
                                          RANGE_OPTIONS};
    struct pb_parts parts;
    struct pb_range *range = add_statement(r, ret);
    if (!range)
        return pb_too_large(r);
    int outcome = pb_read_parts(r, &shape, bytes, &parts);
    if (outcome != 0)
        return outcome;
    int32_t start = (int32_t)(uint32_t)parts.numbers[RANGE_START], end = (int32_t)(uint32_t)parts.numbers[RANGE_END];
    if (!parts.has_number[RANGE_START] || !parts.has_number[RANGE_END])
        return pb_refuse_descriptor(r, shape.what, STR_EMPTY, "without a start or an end");
    range->is_max = end == INT32_MAX || (!is_of_enum && end == FIELD_NUMBER_END);
    range->start = start;
    range->end = is_of_enum ? end : range->is_max ? FIELD_NUMBER_MAX : before(end);
    range->is_span = range->is_max || range->end != start;
    return pb_keep_options(r, PB_EXTENSION_RANGE_OPTIONS, parts.options, &(*ret)->options);
}

int pb_read_reserved_name(struct descriptor_reader *r, struct str name, struct pb_ranges **ret)
{
    struct pb_range *range = add_statement(r, ret);
    if (!range)
        return pb_too_large(r);
    range->name = name;
    range->is_word = r->file->syntax == PB_EDITIONS;
    bool is_right = utf8_valid(name) && (!range->is_word || pb_is_identifier(name));
    return is_right ? 0 : pb_refuse_descriptor(r, "a reserved name", name, "that is no identifier");
}

/* -- Enums -------------------------------------------------------------------------------------------------------- */

enum pb_visibility pb_visibility_of(const struct descriptor_reader *r, uint64_t number)
{
    bool is_known = r->file->edition >= PB_EDITION_2024 && number <= PB_EXPORT;
    return is_known ? (enum pb_visibility)number : PB_VISIBILITY_UNSET;
}

static int read_enum_value(struct descriptor_reader *r, struct str bytes, struct pb_enum *enumeration)
{
    static const struct pb_shape shape = {"an enum value", PB_BIT(ENUM_VALUE_NAME), PB_BIT(ENUM_VALUE_NUMBER),
                                          ENUM_VALUE_OPTIONS};
    struct pb_parts parts;
    struct pb_enum_value *value = ARENA_NEW(r->arena, struct pb_enum_value);
    if (!value)
        return pb_too_large(r);
    int outcome = pb_read_named(r, &shape, bytes, &parts, &value->name);
    if (outcome != 0)
        return outcome;
    value->number = (int32_t)(uint32_t)parts.numbers[ENUM_VALUE_NUMBER];
    value->parent = enumeration;
    PB_APPEND(&enumeration->values, value);
    return pb_keep_options(r, PB_ENUM_VALUE_OPTIONS, parts.options, &value->options);
}

static int read_enum_part(struct descriptor_reader *r, const struct wire_field *field, struct pb_enum *enumeration)
{
    struct pb_ranges *ranges = NULL;
    int outcome = 0;
    if (field->type != WIRE_BYTES)
        return 0;
    if (field->number == ENUM_VALUE)
        return read_enum_value(r, field->bytes, enumeration);
    if (field->number == ENUM_RESERVED_RANGE)
        outcome = pb_read_range(r, field->bytes, true, &ranges);
    else if (field->number == ENUM_RESERVED_NAME)
        outcome = pb_read_reserved_name(r, field->bytes, &ranges);
    if (outcome == 0 && ranges)
        PB_APPEND(&enumeration->reserved, ranges);
    return outcome;
}

int pb_read_enum(struct descriptor_reader *r, struct str bytes, struct pb_message *parent)
{
    static const struct pb_shape shape = {"an enum", PB_BIT(ENUM_NAME), PB_BIT(ENUM_VISIBILITY), ENUM_OPTIONS};
    struct pb_parts parts;
    struct pb_enum *enumeration = ARENA_NEW(r->arena, struct pb_enum);
    if (!enumeration)
        return pb_too_large(r);
    int outcome = pb_read_named(r, &shape, bytes, &parts, &enumeration->name);
    if (outcome != 0)
        return outcome;
    enumeration->visibility = pb_visibility_of(r, parts.numbers[ENUM_VISIBILITY]);
    enumeration->parent = parent;
    enumeration->file = r->file;
    if (parent)
        PB_APPEND(&parent->enums, enumeration);
    else
        PB_APPEND(&r->file->enums, enumeration);
    struct wire_field field;
    while (wire_next(&bytes, &field) == 1 && outcome == 0)
        outcome = read_enum_part(r, &field, enumeration);
    return outcome != 0 ? outcome : pb_keep_options(r, PB_ENUM_OPTIONS, parts.options, &enumeration->options);
}

/* -- Services ----------------------------------------------------------------------------------------------------- */

static int read_method(struct descriptor_reader *r, struct str bytes, struct pb_service *service)
{
    static const struct pb_shape shape = {
        "a method", PB_BIT(METHOD_NAME) | PB_BIT(METHOD_INPUT_TYPE) | PB_BIT(METHOD_OUTPUT_TYPE),
        PB_BIT(METHOD_CLIENT_STREAMING) | PB_BIT(METHOD_SERVER_STREAMING), METHOD_OPTIONS};
    struct pb_parts parts;
    struct pb_method *method = ARENA_NEW(r->arena, struct pb_method);
    if (!method)
        return pb_too_large(r);
    int outcome = pb_read_named(r, &shape, bytes, &parts, &method->name);
    if (outcome != 0)
        return outcome;
    method->input.name = parts.texts[METHOD_INPUT_TYPE];
    method->output.name = parts.texts[METHOD_OUTPUT_TYPE];
    if (!pb_is_qualified(method->input.name) || !pb_is_qualified(method->output.name))
        return pb_refuse_descriptor(r, shape.what, method->name, "without the names of two types");
    method->streams_input = parts.numbers[METHOD_CLIENT_STREAMING] != 0;
    method->streams_output = parts.numbers[METHOD_SERVER_STREAMING] != 0;
    method->parent = service;
    PB_APPEND(&service->methods, method);
    return pb_keep_options(r, PB_METHOD_OPTIONS, parts.options, &method->options);
}

int pb_read_service(struct descriptor_reader *r, struct str bytes)
{
    static const struct pb_shape shape = {"a service", PB_BIT(SERVICE_NAME), 0, SERVICE_OPTIONS};
    struct pb_parts parts;
    struct pb_service *service = ARENA_NEW(r->arena, struct pb_service);
    if (!service)
        return pb_too_large(r);
    int outcome = pb_read_named(r, &shape, bytes, &parts, &service->name);
    if (outcome != 0)
        return outcome;
    service->file = r->file;
    PB_APPEND(&r->file->services, service);
    struct wire_field field;
    while (wire_next(&bytes, &field) == 1 && outcome == 0) {
        if (field.number == SERVICE_METHOD && field.type == WIRE_BYTES)
            outcome = read_method(r, field.bytes, service);
    }
    return outcome != 0 ? outcome : pb_keep_options(r, PB_SERVICE_OPTIONS, parts.options, &service->options);
}
