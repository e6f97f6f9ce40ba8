#include "options_aggregate_private.h"

#include "lexer.h"

#include <math.h>

static int refuse_token(struct aggregate *a, const char *text, struct str token)
{
    return aggregate_refuse(a, ARENA_JOIN(a->i->texts, str_of(text), token));
}

/* The token at which reading goes on behind a minus. */
static struct str behind_minus(struct aggregate *a, const struct pb_value *value)
{
    return value->is_negative ? value->text : aggregate_token(a->i->texts, value);
}

static bool is_integer(const struct pb_value *value)
{
    return value->kind == PB_VALUE_NUMBER && option_is_integer(value->text);
}

static int read_unsigned(struct aggregate *a, const struct pb_value *value, uint64_t max, uint64_t *ret)
{
    if (!is_integer(value))
        return refuse_token(a, "Expected integer, got: ", behind_minus(a, value));
    if (!pb_integer_value(value->text, max, ret))
        return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Integer out of range ("), value->text, STR(")")));
    return 0;
}

static int set_signed(struct aggregate *a, const struct pb_value *value, uint64_t max, struct option_scalar *ret)
{
    uint64_t number;
    int outcome = read_unsigned(a, value, value->is_negative ? max + 1 : max, &number);
    if (outcome == 0)
        ret->bits = value->is_negative ? 0 - number : number;
    return outcome;
}

static int set_unsigned(struct aggregate *a, const struct pb_value *value, uint64_t max, struct option_scalar *ret)
{
    if (value->is_negative)
        return refuse_token(a, "Expected integer, got: ", STR("-"));
    return read_unsigned(a, value, max, &ret->bits);
}

static int read_double(struct aggregate *a, const struct pb_value *value, double *ret)
{
    struct str text = value->text;
    bool is_decimal = text.n < 2 || text.p[0] != '0' || !is_integer(value);
    if (value->kind == PB_VALUE_NUMBER) {
        if (!is_decimal)
            return refuse_token(a, "Expect a decimal number, got: ", text);
        *ret = option_double(a->i->scratch, text);
        return 0;
    }
    if (value->kind != PB_VALUE_WORD)
        return refuse_token(a, "Expected double, got: ", behind_minus(a, value));
    text = option_lower_case(a->i->scratch, text);
    if (str_equal(text, STR("inf")) || str_equal(text, STR("infinity")))
        *ret = (double)INFINITY;
    else if (str_equal(text, STR("nan")))
        *ret = (double)NAN;
    else
        return refuse_token(a, "Expected double, got: ", text);
    return 0;
}

static int set_float(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                     struct option_scalar *ret)
{
    double number = 0;
    int outcome = read_double(a, value, &number);
    if (outcome != 0)
        return outcome;
    number = value->is_negative ? -number : number;
    ret->bits = field->type.type == PB_FLOAT ? option_float_bits(number) : option_double_bits(number);
    return 0;
}

static int set_bool(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                    struct option_scalar *ret)
{
    static const char *const words[][2] = {{"false", "true"}, {"False", "True"}, {"f", "t"}};
    if (is_integer(value) && !value->is_negative)
        return read_unsigned(a, value, 1, &ret->bits);
    if (value->kind != PB_VALUE_WORD || value->is_negative)
        return refuse_token(a, "Expected identifier, got: ", aggregate_token(a->i->texts, value));
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        ret->bits = str_equal(value->text, str_of(words[k][1]));
        if (ret->bits || str_equal(value->text, str_of(words[k][0])))
            return 0;
    }
    return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Invalid value for boolean field \""), field->name,
                                          STR("\". Value: \""), value->text, STR("\".")));
}

static int refuse_enum(struct aggregate *a, const struct pb_field *field, struct str value)
{
    return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Unknown enumeration value of \""), value,
                                          STR("\" for field \""), field->name, STR("\".")));
}

/* Whether a field may have numbers that its enum does not. */
static bool is_open(const struct option_interpreter *i, const struct pb_field *field)
{
    const struct pb_message *owner = field->extend ? field->extend->target.message : field->parent;
    if (i->file->syntax == PB_EDITIONS)
        return field->type.enumeration->features.enum_type == PB_OPEN;
    return owner && owner->file->syntax == PB_PROTO3;
}

static int set_enum_number(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                           struct option_scalar *ret)
{
    const struct pb_enum_value *found = field->type.enumeration->values.first;
    int outcome = set_signed(a, value, INT32_MAX, ret);
    if (outcome == 0)
        outcome = option_charge(a->i, field->type.enumeration->values.count);
    while (outcome == 0 && found && found->number != (int32_t)ret->bits)
        found = found->next;
    if (outcome != 0)
        return outcome;
    if (found)
        option_note_enum_value(a->i, found);
    return found || is_open(a->i, field) ? 0
                                         : refuse_enum(a, field, arena_str(a->i->texts, STR_INT((int32_t)ret->bits)));
}

static int set_enum(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                    struct option_scalar *ret)
{
    if (value->is_negative || is_integer(value))
        return set_enum_number(a, field, value, ret);
    if (value->kind != PB_VALUE_WORD)
        return refuse_token(a, "Expected integer or identifier, got: ", aggregate_token(a->i->texts, value));
    const struct pb_enum_value *found = option_enum_value(a->i->schema, field->type.enumeration, value->text);
    if (!found)
        return refuse_enum(a, field, value->text);
    option_note_enum_value(a->i, found);
    ret->bits = (uint64_t)(int64_t)found->number;
    return 0;
}

static int set_string(struct aggregate *a, const struct pb_value *value, struct option_scalar *ret)
{
    if (value->kind != PB_VALUE_STRING)
        return refuse_token(a, "Expected string, got: ", aggregate_token(a->i->texts, value));
    ret->bytes = value->text;
    return 0;
}

int aggregate_scalar(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                     struct option_scalar *ret)
{
    switch (option_class_of(field->type.type)) {
    case OPTION_INT32:
        return set_signed(a, value, INT32_MAX, ret);
    case OPTION_INT64:
        return set_signed(a, value, INT64_MAX, ret);
    case OPTION_UINT32:
        return set_unsigned(a, value, UINT32_MAX, ret);
    case OPTION_UINT64:
        return set_unsigned(a, value, UINT64_MAX, ret);
    case OPTION_FLOAT:
        return set_float(a, field, value, ret);
    case OPTION_BOOL:
        return set_bool(a, field, value, ret);
    case OPTION_ENUM:
        return set_enum(a, field, value, ret);
    case OPTION_STRING:
        return set_string(a, value, ret);
    case OPTION_OTHER:
        break;
    }
    return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("\""), field->type.name, STR("\" is not defined.")));
}
