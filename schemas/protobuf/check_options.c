#include "check_private.h"

/* -- Interpreting -------------------------------------------------------------------------------------------------------- */

static void note_later(struct check_fault *fault, struct pb_position at, struct str text)
{
    bool is_first =
        !fault->is_set || at.line < fault->at.line || (at.line == fault->at.line && at.column < fault->at.column);
    if (text.p && is_first)
        *fault = (struct check_fault){true, at, text};
}

/* Older syntax has no features. */
static void check_has_no_features(struct check *c, const pb_options *options)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const struct pb_name_part *first = option->name.first;
        if (!first->is_extension && str_equal(first->name, STR("features")))
            CHECK_FAULT(c, option->at, STR("Features are only valid under editions."));
    }
}

static void interpret(struct check *c, const struct check_element *element)
{
    struct option_interpreter *i = &c->interpreter;
    if (!element->options->count || c->failed)
        return;
    if (!c->is_edition)
        check_has_no_features(c, element->options);
    int outcome = option_interpret(i, element->of, element->full_name, element->options, NULL);
    if (outcome == 1)
        CHECK_FAULT(c, i->fault.at, i->fault.text);
    c->failed |= outcome < 0;
    note_later(&c->lifetime, element->of == PB_FILE_OPTIONS ? i->lifetime.at : element->at, i->lifetime.text);
    note_later(&c->target, i->target.at, i->target.text);
}

static void note_options(struct check *c, const struct check_element *element)
{
    c->has_options |= element->options->count > 0;
}

/* An option import may be missing where there are no options. */
static void check_option_imports(struct check *c)
{
    check_each_element(c, note_options);
    for (const struct pb_import *import = c->file->imports.first; import && c->has_options; import = import->next) {
        if (!import->file && import->kind == PB_IMPORT_OPTION)
            CHECK_FAULT(c, check_import_at(import), STR("Import \""), import->path,
                        STR("\" was not found or had errors."));
    }
}

void check_interpret(struct check *c)
{
    check_option_imports(c);
    if (!c->fault.is_set)
        check_each_element(c, interpret);
}

/* -- Fields ----------------------------------------------------------------------------------------------------------------- */

static bool is_packable(const struct pb_field *field)
{
    bool is_primitive = !option_is_message(field) && field->type.type != PB_STRING && field->type.type != PB_BYTES;
    return option_is_repeated(field) && is_primitive;
}

static void check_lazy(struct check *c, const struct pb_field *field)
{
    bool is_unverified = pb_option_bool(&field->options, "unverified_lazy", false);
    bool is_lazy = is_unverified || pb_option_bool(&field->options, "lazy", false);
    if (is_lazy && field->type.type != PB_MESSAGE && !field->is_map)
        CHECK_FAULT(c, check_type_at(field), STR("[lazy = true] can only be specified for submessage fields."));
    if (is_unverified && field->extend && c->is_edition)
        CHECK_FAULT(c, check_type_at(field), STR("Extensions cannot be marked as unverified_lazy."));
}

static void check_message_set(struct check *c, const struct pb_field *field)
{
    const struct pb_message *owner = field->extend ? field->extend->target.message : field->parent;
    bool is_optional = !option_is_repeated(field) && field->features.presence != PB_LEGACY_REQUIRED;
    if (!check_is_message_set(c, owner))
        return;
    if (!field->extend)
        CHECK_FAULT(c, field->name_at, STR("MessageSets cannot have fields, only extensions."));
    else if (!is_optional || field->type.type != PB_MESSAGE)
        CHECK_FAULT(c, check_type_at(field), STR("Extensions of MessageSets must be optional messages."));
}

static void check_lite_target(struct check *c, const struct pb_field *field)
{
    const struct pb_message *target = field->extend ? field->extend->target.message : NULL;
    if (target && !check_facts_of(c, target->file)->is_lite && check_facts_of(c, c->file)->is_lite)
        CHECK_FAULT(c, field->extend->at,
                    STR("Extensions to non-lite types can only be declared in non-lite files.  Note that you cannot "
                        "extend a non-lite type to contain a lite type, but the reverse is allowed."));
}

static void check_js_type(struct check *c, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "jstype");
    if (!option || str_equal(option->value.text, STR("JS_NORMAL")))
        return;
    enum pb_type type = field->is_map ? PB_MESSAGE : field->type.type;
    if (type == PB_UINT64 || type == PB_INT64 || type == PB_SINT64 || type == PB_FIXED64 || type == PB_SFIXED64)
        return;
    CHECK_FAULT(c, check_type_at(field),
                STR("jstype is only allowed on int64, uint64, sint64, fixed64 or sfixed64 fields."));
}

static void check_json_option(struct check *c, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "json_name");
    if (!option)
        return;
    struct str usual = check_json_name(c->scratch, field->name);
    if (field->extend && !str_equal(usual, option->value.text))
        CHECK_FAULT(c, option->at, STR("option json_name is not allowed on extension fields."));
    if (c->is_edition && str_find(option->value.text, '\0') != SIZE_MAX)
        CHECK_FAULT(c, option->at, STR("json_name cannot have embedded null characters."));
}

/* -- Maps --------------------------------------------------------------------------------------------------------------------- */

static void check_map_types(struct check *c, const struct pb_field *field, const struct pb_type_use *key,
                            const struct pb_type_use *value)
{
    const struct pb_enum *enumeration = value->type == PB_ENUM ? value->enumeration : NULL;
    bool is_wrong = key->type == PB_FLOAT || key->type == PB_DOUBLE || key->type == PB_MESSAGE ||
                    key->type == PB_GROUP || key->type == PB_BYTES;
    if (key->type == PB_ENUM)
        CHECK_FAULT(c, check_type_at(field), STR("Key in map fields cannot be enum types."));
    if (is_wrong)
        CHECK_FAULT(c, check_type_at(field), STR("Key in map fields cannot be float/double, bytes or message types."));
    if (enumeration && enumeration->values.first && enumeration->values.first->number != 0)
        CHECK_FAULT(c, check_type_at(field), STR("Enum value in map must define 0 as the first value."));
}

static bool is_part(const struct pb_field *field, const char *name, int32_t number)
{
    return field->label != PB_REPEATED && field->label != PB_REQUIRED && field->number == number &&
           str_equal(field->name, str_of(name)) && !field->is_map;
}

/* Whether a message that says that it is the entry of a map is like those which protoc makes. */
static bool is_like_entry(struct check *c, const struct pb_field *field, const struct pb_message *entry)
{
    bool is_bare = !entry->extends.count && !entry->extensions.count && !entry->messages.count && !entry->enums.count;
    return is_bare && field->label == PB_REPEATED && entry->fields.count == 2 && !field->extend &&
           entry->parent == field->parent && str_equal(entry->name, check_entry_name(c, field)) &&
           is_part(entry->fields.first, "key", 1) && is_part(entry->fields.last, "value", 2);
}

static void check_map(struct check *c, const struct pb_field *field)
{
    const struct pb_message *entry = field->type.type == PB_MESSAGE ? field->type.message : NULL;
    if (field->is_map)
        check_map_types(c, field, &field->key, &field->type);
    if (entry && entry->is_map_entry && !field->is_map && is_like_entry(c, field, entry))
        check_map_types(c, field, &entry->fields.first->type, &entry->fields.last->type);
    else if (entry && entry->is_map_entry)
        CHECK_FAULT(c, check_type_at(field),
                    STR("map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."));
}

static void check_field(struct check *c, const struct pb_field *field)
{
    if (c->file->edition >= PB_EDITION_2024 && pb_option_find(&field->options, "ctype"))
        CHECK_FAULT(c, check_type_at(field),
                    STR("ctype option is not allowed under edition 2024 and beyond. Use the feature string_type = "
                        "VIEW|CORD|STRING|... instead."));
    check_lazy(c, field);
    if (pb_option_bool(&field->options, "packed", false) && !is_packable(field))
        CHECK_FAULT(c, check_type_at(field),
                    STR("[packed = true] can only be specified for repeated primitive fields."));
    check_message_set(c, field);
    check_lite_target(c, field);
    check_map(c, field);
    check_js_type(c, field);
    check_json_option(c, field);
}

/* -- Messages, services and the file ------------------------------------------------------------------------------------------- */

static void check_message(struct check *c, const struct pb_message *message)
{
    int64_t max = check_is_message_set(c, message) ? INT32_MAX : 536870911;
    for (const struct pb_ranges *ranges = message->extensions.first; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            if (check_range_end(c, range, message) > max)
                CHECK_FAULT(c, range->at, STR("Extension numbers cannot be greater than "), STR_INT(max), STR("."));
        }
    }
}

static void check_service(struct check *c, const struct pb_service *service)
{
    bool is_generic = pb_option_bool(&c->file->options, "cc_generic_services", false) ||
                      pb_option_bool(&c->file->options, "java_generic_services", false);
    if (is_generic && check_facts_of(c, c->file)->is_lite)
        CHECK_FAULT(c, service->at,
                    STR("Files with optimize_for = LITE_RUNTIME cannot define services unless you set both options "
                        "cc_generic_services and java_generic_services to false."));
}

static void check_lite_imports(struct check *c)
{
    bool may = check_facts_of(c, c->file)->is_lite;
    for (const struct pb_import *import = c->file->imports.first; import && !may; import = import->next) {
        if (import->file && import->kind != PB_IMPORT_OPTION && check_facts_of(c, import->file)->is_lite)
            CHECK_FAULT(c, check_import_at(import),
                        STR("Files that do not use optimize_for = LITE_RUNTIME cannot import files which do use this "
                            "option.  This file is not lite, but it imports \""),
                        import->path, STR("\" which is."));
    }
}

static void check_valid(struct check *c, const struct check_element *element)
{
    if (element->of == PB_FIELD_OPTIONS)
        check_field(c, element->node);
    else if (element->of == PB_ENUM_OPTIONS)
        check_enum_validity(c, element->node);
    else if (element->of == PB_SERVICE_OPTIONS)
        check_service(c, element->node);
    if (element->of != PB_MESSAGE_OPTIONS)
        return;
    check_message(c, element->node);
    check_declarations(c, element->node);
    check_json_names(c, element->node);
}

void check_validity(struct check *c)
{
    check_lite_imports(c);
    check_each_element(c, check_valid);
    if (c->is_proto3)
        check_proto3(c);
    if (c->is_edition)
        check_features(c);
}
