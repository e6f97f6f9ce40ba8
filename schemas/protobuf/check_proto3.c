#include "check_private.h"

/* Only messages of descriptor.proto may be extended. */
static bool is_options_message(struct str full_name)
{
    static const char *const names[] = {"FileOptions",   "MessageOptions",   "FieldOptions",
                                        "EnumOptions",   "EnumValueOptions", "ServiceOptions",
                                        "MethodOptions", "OneofOptions",     "ExtensionRangeOptions"};
    struct str package = STR("google.protobuf.");
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (str_starts(full_name, package) && str_equal(str_slice(full_name, package.n, full_name.n), str_of(names[k])))
            return true;
    }
    return false;
}

static struct str container_of(struct check *c, const struct pb_field *field)
{
    const struct pb_message *target = field->extend ? field->extend->target.message : field->parent;
    struct str name = target ? target->full_name : STR_EMPTY;
    return field->is_map ? ARENA_JOIN(c->scratch, name, STR("."), check_entry_name(c, field)) : name;
}

static void check_enum_use(struct check *c, const struct pb_field *field)
{
    const struct pb_enum *enumeration = field->type.type == PB_ENUM ? field->type.enumeration : NULL;
    if (!enumeration || enumeration->features.enum_type != PB_CLOSED || !check_is_first(c, check_type_at(field)))
        return;
    bool is_edition = enumeration->file->syntax == PB_EDITIONS;
    CHECK_FAULT(c, check_type_at(field), STR("Enum type \""), enumeration->full_name,
                is_edition ? STR("\" is not an open enum, but is used in \"")
                           : STR("\" is not a proto3 enum, but is used in \""),
                container_of(c, field), STR("\" which is a proto3 message type."));
}

static void check_field(struct check *c, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "default");
    const struct pb_message *target = field->extend ? field->extend->target.message : NULL;
    if (target && !is_options_message(target->full_name))
        CHECK_FAULT(c, field->extend->at, STR("Extensions in proto3 are only allowed for defining options."));
    if (field->label == PB_REQUIRED)
        CHECK_FAULT(c, check_type_at(field), STR("Required fields are not allowed in proto3."));
    if (option)
        CHECK_FAULT(c, option->value_at, STR("Explicit default values are not allowed in proto3."));
    check_enum_use(c, field);
    if (field->type.type == PB_GROUP)
        CHECK_FAULT(c, check_type_at(field), STR("Groups are not supported in proto3 syntax."));
}

static void check_message(struct check *c, const struct pb_message *message)
{
    if (message->extensions.first && message->extensions.first->ranges.first)
        CHECK_FAULT(c, message->extensions.first->ranges.first->at, STR("Extension ranges are not allowed in proto3."));
    if (check_is_message_set(c, message))
        CHECK_FAULT(c, message->at, STR("MessageSet is not supported in proto3."));
}

static void check_enum(struct check *c, const struct pb_enum *enumeration)
{
    const struct pb_enum_value *first = enumeration->values.first;
    if (first && first->number != 0)
        CHECK_FAULT(c, first->number_at, STR("The first enum value must be zero in proto3."));
}

static void check_element(struct check *c, const struct check_element *element)
{
    if (element->of == PB_FIELD_OPTIONS)
        check_field(c, element->node);
    else if (element->of == PB_MESSAGE_OPTIONS)
        check_message(c, element->node);
    else if (element->of == PB_ENUM_OPTIONS)
        check_enum(c, element->node);
}

void check_proto3(struct check *c)
{
    check_each_element(c, check_element);
}
