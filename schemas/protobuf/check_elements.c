#include "check_private.h"

static void visit_fields(struct check *c, const struct pb_field *field, const struct pb_message *message,
                         check_element_fn visit)
{
    for (; field; field = field->next)
        visit(c, &(struct check_element){.of = PB_FIELD_OPTIONS,
                                         .full_name = field->full_name,
                                         .at = field->name_at,
                                         .options = &field->options,
                                         .message = message,
                                         .node = field});
}

static void visit_extends(struct check *c, const struct pb_extend *extend, check_element_fn visit)
{
    for (; extend; extend = extend->next)
        visit_fields(c, extend->fields.first, extend->parent, visit);
}

static void visit_enum(struct check *c, const struct pb_enum *enumeration, check_element_fn visit)
{
    struct check_element element = {.of = PB_ENUM_OPTIONS,
                                    .full_name = enumeration->full_name,
                                    .at = enumeration->at,
                                    .options = &enumeration->options,
                                    .message = enumeration->parent,
                                    .enumeration = enumeration,
                                    .node = enumeration};
    visit(c, &element);
    for (const struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
        element.of = PB_ENUM_VALUE_OPTIONS;
        element.full_name = value->full_name;
        element.at = value->at;
        element.options = &value->options;
        element.node = value;
        visit(c, &element);
    }
}

static void visit_oneof(struct check *c, const struct pb_oneof *oneof, check_element_fn visit)
{
    const struct pb_message *message = oneof->parent;
    struct str full_name =
        oneof->options.count ? ARENA_JOIN(c->scratch, message->full_name, STR("."), oneof->name) : STR_EMPTY;
    c->failed |= !full_name.p;
    if (c->failed)
        return;
    visit(c, &(struct check_element){.of = PB_ONEOF_OPTIONS,
                                     .full_name = full_name,
                                     .at = oneof->at,
                                     .options = &oneof->options,
                                     .message = message,
                                     .node = oneof});
}

static void visit_message(struct check *c, const struct pb_message *message, check_element_fn visit)
{
    visit(c, &(struct check_element){.of = PB_MESSAGE_OPTIONS,
                                     .full_name = message->full_name,
                                     .at = message->at,
                                     .options = &message->options,
                                     .message = message,
                                     .node = message});
    visit_fields(c, message->fields.first, message, visit);
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next)
        visit_oneof(c, oneof, visit);
    for (const struct pb_ranges *ranges = message->extensions.first; ranges; ranges = ranges->next)
        visit(c, &(struct check_element){.of = PB_EXTENSION_RANGE_OPTIONS,
                                         .full_name = message->full_name,
                                         .at = ranges->at,
                                         .options = &ranges->options,
                                         .message = message,
                                         .node = ranges});
    for (const struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next)
        visit_enum(c, enumeration, visit);
    visit_extends(c, message->extends.first, visit);
}

static void visit_service(struct check *c, const struct pb_service *service, check_element_fn visit)
{
    visit(c, &(struct check_element){.of = PB_SERVICE_OPTIONS,
                                     .full_name = service->full_name,
                                     .at = service->at,
                                     .options = &service->options,
                                     .node = service});
    for (const struct pb_method *method = service->methods.first; method; method = method->next)
        visit(c, &(struct check_element){.of = PB_METHOD_OPTIONS,
                                         .full_name = method->full_name,
                                         .at = method->at,
                                         .options = &method->options,
                                         .node = method});
}

void check_each_element(struct check *c, check_element_fn visit)
{
    const struct pb_file *file = c->file;
    visit(c, &(struct check_element){.of = PB_FILE_OPTIONS,
                                     .full_name = file->package,
                                     .at = check_package_at(file),
                                     .options = &file->options,
                                     .node = file});
    for (const struct pb_message *message = file->messages.first; message && !c->failed;
         message = pb_next_message(message))
        visit_message(c, message, visit);
    for (const struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next)
        visit_enum(c, enumeration, visit);
    visit_extends(c, file->extends.first, visit);
    for (const struct pb_service *service = file->services.first; service; service = service->next)
        visit_service(c, service, visit);
}

static const struct pb_message *innermost(const struct pb_message *message)
{
    while (message && message->messages.first)
        message = message->messages.first;
    return message;
}

const struct pb_message *check_first_innermost(const struct pb_file *file)
{
    return innermost(file->messages.first);
}

const struct pb_message *check_next_innermost(const struct pb_message *message)
{
    return message->next ? innermost(message->next) : message->parent;
}
