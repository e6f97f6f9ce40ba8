#include "check_private.h"

/* Levels of messages inside of each other that protoc takes, from 0 on. */
#define LEVEL_MAX 30

static void check_option_values(struct check *c, const pb_options *options, enum pb_options_of of)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const char *wrong = option_is_of_field(option, of) ? NULL : option_value_fault(c->file, &option->value);
        struct pb_position at = check_behind_minus(&option->value);
        if (c->is_edition && option->value.kind == PB_VALUE_WORD) /* noticed behind the word */
            at.column += (uint32_t)option->value.text.n;
        if (wrong)
            CHECK_FAULT(c, at, str_of(wrong));
    }
}

/* -- Enums ----------------------------------------------------------------------------------------------------------- */

static bool has_duplicates(struct check *c, const struct pb_enum *enumeration)
{
    struct arena_mark mark = arena_mark(c->scratch);
    struct map numbers;
    bool found = false;
    map_init(&numbers, c->scratch);
    for (const struct pb_enum_value *value = enumeration->values.first; value && !found; value = value->next) {
        struct str key = {(const char *)&value->number, sizeof value->number};
        int added = map_add(&numbers, key, (void *)(uintptr_t)1);
        c->failed |= added < 0;
        found = added == 1;
    }
    arena_rewind(c->scratch, mark);
    return found;
}

/* allow_alias must be needed. Where protoc looks at the brace that ends the enum, the option is told. */
static void check_alias(struct check *c, const struct pb_enum *enumeration)
{
    const struct pb_option *option = pb_option_find(&enumeration->options, "allow_alias");
    if (!option)
        return;
    bool is_allowed = option->value.kind == PB_VALUE_WORD && str_equal(option->value.text, STR("true"));
    if (!is_allowed)
        CHECK_FAULT(c, option->at, STR("\""), enumeration->name,
                    STR("\" declares 'option allow_alias = false;' which has no effect. Please remove the "
                        "declaration."));
    else if (!has_duplicates(c, enumeration))
        CHECK_FAULT(c, option->at, STR("\""), enumeration->name,
                    STR("\" declares support for enum aliases but no enum values share field numbers. Please remove "
                        "the unnecessary 'option allow_alias = true;' declaration."));
}

/* -- Messages ------------------------------------------------------------------------------------------------------------ */

/* What came as a descriptor has no positions, and the entries of its maps are messages. */
static void check_map_entry(struct check *c, const struct pb_message *message)
{
    for (const struct pb_option *option = message->options.first; option && c->is_edition; option = option->next) {
        const struct pb_name_part *first = option->name.first;
        if (option->at.line && !first->is_extension && str_equal(first->name, STR("map_entry")))
            CHECK_FAULT(c, option->at,
                        STR("map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."));
    }
}

static void check_levels(struct check *c, const struct pb_message *message)
{
    const struct pb_field *field = message->fields.first;
    if (message->depth > LEVEL_MAX)
        CHECK_FAULT(c, check_before(message->at, message->is_group ? "" : "message "),
                    STR("Reached maximum recursion limit for nested messages."));
    for (; field && message->depth == LEVEL_MAX; field = field->next) {
        if (field->is_map)
            CHECK_FAULT(c, field->at, STR("Reached maximum recursion limit for nested messages."));
    }
}

/* -- Types of messages ----------------------------------------------------------------------------------------------------- */

static void check_is_name(struct check *c, const struct pb_type_use *use)
{
    static const char *const scalars[] = {"double",   "float",    "int64",  "uint64", "int32", "fixed64",
                                          "fixed32",  "bool",     "string", "group",  "bytes", "uint32",
                                          "sfixed32", "sfixed64", "sint32", "sint64"};
    for (size_t k = 0; k < sizeof scalars / sizeof *scalars; k++) {
        if (str_equal(use->name, str_of(scalars[k])))
            CHECK_FAULT(c, use->at, STR("Expected message type."));
    }
}

static void check_extends(struct check *c, const struct pb_extend *extend)
{
    for (; extend; extend = extend->next) {
        check_is_name(c, &extend->target);
        if (extend->fields.count)
            continue;
        if (c->file->syntax == PB_PROTO2)
            CHECK_FAULT(c, extend->at, STR("Expected \"required\", \"optional\", or \"repeated\"."));
        else
            CHECK_FAULT(c, extend->at, STR("Expected type name."));
    }
}

/* A oneof without anything; with options alone it is no matter of syntax. */
static void check_oneofs(struct check *c, const struct pb_message *message)
{
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        if (!oneof->field_count && !oneof->options.count)
            CHECK_FAULT(c, oneof->at, STR("Expected type name."));
    }
}

static void check_syntax_of(struct check *c, const struct check_element *element)
{
    check_option_values(c, element->options, element->of);
    switch (element->of) {
    case PB_FIELD_OPTIONS:
        check_field_assignments(c, element->node);
        break;
    case PB_ENUM_OPTIONS:
        check_alias(c, element->node);
        break;
    case PB_MESSAGE_OPTIONS:
        check_map_entry(c, element->message);
        check_levels(c, element->message);
        check_extends(c, element->message->extends.first);
        check_oneofs(c, element->message);
        break;
    case PB_METHOD_OPTIONS: {
        const struct pb_method *method = element->node;
        check_is_name(c, &method->input);
        check_is_name(c, &method->output);
        break;
    }
    case PB_FILE_OPTIONS:
    case PB_ONEOF_OPTIONS:
    case PB_EXTENSION_RANGE_OPTIONS:
    case PB_ENUM_VALUE_OPTIONS:
    case PB_SERVICE_OPTIONS:
    case PB_OPTIONS_OF_COUNT_:
        break;
    }
}

void check_syntax(struct check *c)
{
    if (c->file->fault.p)
        CHECK_FAULT(c, c->file->fault_at, c->file->fault);
    check_import_syntax(c);
    check_extends(c, c->file->extends.first);
    check_each_element(c, check_syntax_of);
}
