#include "check_private.h"

#include "lexer.h"

/* What a type's default must be, as protoc's parser has it. */
enum default_kind {
    DEFAULT_TOKEN,
    DEFAULT_SIGNED,
    DEFAULT_UNSIGNED,
    DEFAULT_NUMBER,
    DEFAULT_BOOL,
    DEFAULT_STRING,
    DEFAULT_NONE
};

static const struct {
    enum default_kind kind;
    uint64_t max;
    const char *expected;
} defaults[PB_TYPE_COUNT_] = {
    [PB_INT32] = {DEFAULT_SIGNED, INT32_MAX, "Expected integer for field default value."},
    [PB_SINT32] = {DEFAULT_SIGNED, INT32_MAX, "Expected integer for field default value."},
    [PB_SFIXED32] = {DEFAULT_SIGNED, INT32_MAX, "Expected integer for field default value."},
    [PB_INT64] = {DEFAULT_SIGNED, INT64_MAX, "Expected integer for field default value."},
    [PB_SINT64] = {DEFAULT_SIGNED, INT64_MAX, "Expected integer for field default value."},
    [PB_SFIXED64] = {DEFAULT_SIGNED, INT64_MAX, "Expected integer for field default value."},
    [PB_UINT32] = {DEFAULT_UNSIGNED, UINT32_MAX, "Expected integer for field default value."},
    [PB_FIXED32] = {DEFAULT_UNSIGNED, UINT32_MAX, "Expected integer for field default value."},
    [PB_UINT64] = {DEFAULT_UNSIGNED, UINT64_MAX, "Expected integer for field default value."},
    [PB_FIXED64] = {DEFAULT_UNSIGNED, UINT64_MAX, "Expected integer for field default value."},
    [PB_FLOAT] = {DEFAULT_NUMBER, UINT64_MAX, "Expected number."},
    [PB_DOUBLE] = {DEFAULT_NUMBER, UINT64_MAX, "Expected number."},
    [PB_BOOL] = {DEFAULT_BOOL, 0, "Expected \"true\" or \"false\"."},
    [PB_STRING] = {DEFAULT_STRING, 0, "Expected string for field default value."},
    [PB_BYTES] = {DEFAULT_STRING, 0, "Expected string."},
    [PB_GROUP] = {DEFAULT_NONE, 0, "Messages can't have default values."},
};

static void check_integer_default(struct check *c, const struct pb_field *field, const struct pb_value *value)
{
    enum pb_type type = field->type.type;
    bool is_signed = defaults[type].kind == DEFAULT_SIGNED;
    uint64_t number, max = defaults[type].max + (is_signed && value->is_negative ? 1 : 0);
    if (value->is_negative && !is_signed)
        CHECK_FAULT(c, check_behind_minus(value), STR("Unsigned field can't have negative default value."));
    else if (value->kind != PB_VALUE_NUMBER || !option_is_integer(value->text))
        CHECK_FAULT(c, check_behind_minus(value), str_of(defaults[type].expected));
    else if (!pb_integer_value(value->text, max, &number))
        CHECK_FAULT(c, check_behind_minus(value), STR("Integer out of range."));
}

static void check_number_default(struct check *c, const struct pb_field *field, const struct pb_value *value)
{
    bool is_word =
        value->kind == PB_VALUE_WORD && (str_equal(value->text, STR("inf")) || str_equal(value->text, STR("nan")));
    uint64_t number;
    if (value->kind != PB_VALUE_NUMBER && !is_word)
        CHECK_FAULT(c, check_behind_minus(value), str_of(defaults[field->type.type].expected));
    /* In editions a decimal integer that is too large is a float. */
    else if (!is_word && option_is_integer(value->text) && !pb_integer_value(value->text, UINT64_MAX, &number) &&
             (!c->is_edition || value->text.p[0] == '0'))
        CHECK_FAULT(c, check_behind_minus(value), STR("Integer out of range."));
}

static bool is_boolean(const struct pb_value *value)
{
    return value->kind == PB_VALUE_WORD && !value->is_negative &&
           (str_equal(value->text, STR("true")) || str_equal(value->text, STR("false")));
}

/* protoc's parser takes one token as the default of whatever may be an enum. */
static void check_token_default(struct check *c, const struct pb_value *value)
{
    struct pb_position at = value->at;
    at.column += at.line ? 1 : 0;
    if (value->is_negative || value->kind == PB_VALUE_MESSAGE || value->kind == PB_VALUE_LIST)
        CHECK_FAULT(c, at, STR("Expected \"]\"."));
}

static void check_default(struct check *c, const struct pb_field *field, const struct pb_value *value)
{
    enum pb_type type = field->is_map || (c->is_edition && field->type.type == PB_GROUP) ? PB_NAMED : field->type.type;
    switch (defaults[type].kind) {
    case DEFAULT_TOKEN:
        check_token_default(c, value);
        break;
    case DEFAULT_SIGNED:
    case DEFAULT_UNSIGNED:
        check_integer_default(c, field, value);
        break;
    case DEFAULT_NUMBER:
        check_number_default(c, field, value);
        break;
    case DEFAULT_BOOL:
        if (!is_boolean(value))
            CHECK_FAULT(c, value->at, str_of(defaults[type].expected));
        break;
    case DEFAULT_STRING:
        if (value->kind != PB_VALUE_STRING || value->is_negative)
            CHECK_FAULT(c, value->at, str_of(defaults[type].expected));
        break;
    case DEFAULT_NONE:
        CHECK_FAULT(c, value->at, str_of(defaults[type].expected));
        break;
    }
}

static void check_json_name_value(struct check *c, const struct pb_value *value)
{
    if (value->kind != PB_VALUE_STRING || value->is_negative)
        CHECK_FAULT(c, value->at, STR("Expected string for JSON name."));
}

void check_field_assignments(struct check *c, const struct pb_field *field)
{
    unsigned seen = 0;
    for (const struct pb_option *option = field->options.first; option; option = option->next) {
        if (!option_is_of_field(option, PB_FIELD_OPTIONS))
            continue;
        struct str name = option->name.first->name;
        bool is_default = str_equal(name, STR("default"));
        unsigned bit = is_default ? 1 : 2;
        if (seen & bit)
            CHECK_FAULT(c, option->at, STR("Already set option \""), name, STR("\"."));
        seen |= bit;
        if (option->name.count > 1)
            CHECK_FAULT(c, option->at, STR("Expected \"=\"."));
        else if (is_default)
            check_default(c, field, &option->value);
        else
            check_json_name_value(c, &option->value);
    }
}
