#include "check_private.h"

#define FIELD_NUMBER_MAX 536870911
#define FIRST_RESERVED 19000
#define LAST_RESERVED 19999

static void check_number(struct check *c, const struct pb_field *field)
{
    if (field->number <= 0)
        CHECK_FAULT(c, field->number_at, STR("Field numbers must be positive integers."));
    else if (!field->extend && field->number > FIELD_NUMBER_MAX)
        CHECK_FAULT(c, field->number_at, STR("Field numbers cannot be greater than "), STR_INT(FIELD_NUMBER_MAX),
                    STR("."));
    else if (field->number >= FIRST_RESERVED && field->number <= LAST_RESERVED)
        CHECK_FAULT(c, field->number_at,
                    STR("Field numbers 19000 through 19999 are reserved for the protocol buffer library "
                        "implementation."));
}

static void check_field(struct check *c, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "default");
    if (field->label == PB_REQUIRED && field->extend)
        CHECK_FAULT(c, check_type_at(field), STR("The extension "), field->full_name, STR(" cannot be required."));
    if (option && option_is_repeated(field))
        CHECK_FAULT(c, option->value_at, STR("Repeated fields can't have default values."));
    check_number(c, field);
}

static void check_enum(struct check *c, const struct pb_enum *enumeration)
{
    if (!c->is_edition)
        check_enum_names(c, enumeration);
    check_enum_ranges(c, enumeration);
}

/* What is counted in editions only. */
#define FIELDS_MAX 65535

static void check_message(struct check *c, const struct pb_message *message)
{
    if (c->is_edition && message->fields.count > FIELDS_MAX)
        CHECK_FAULT(c, message->at, STR_INT((int64_t)message->fields.count), STR(" fields in "), message->full_name,
                    STR(" exceeds the limit of "), STR_INT(FIELDS_MAX));
    check_message_ranges(c, message);
}

static void check_built(struct check *c, const struct check_element *element)
{
    if (element->of == PB_FIELD_OPTIONS)
        check_field(c, element->node);
    else if (element->of == PB_ENUM_OPTIONS)
        check_enum(c, element->node);
    else if (element->of == PB_MESSAGE_OPTIONS)
        check_message(c, element->node);
}

void check_elements(struct check *c)
{
    check_each_element(c, check_built);
}
