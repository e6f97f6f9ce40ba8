#include "options_private.h"

#include "lexer.h"
#include "wire.h"

#include <math.h>
#include <stdlib.h>

/* -- What the parser has against values ------------------------------------------------------------------------------- */

bool option_is_integer(struct str text)
{
    bool has_prefix = text.n > 1 && text.p[0] == '0' && (text.p[1] | 0x20) == 'x';
    for (size_t i = 0; i < text.n && !has_prefix; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return true;
}

static bool is_special(struct str text)
{
    return str_equal(text, STR("inf")) || str_equal(text, STR("nan"));
}

const char *option_value_fault(const struct pb_file *file, const struct pb_value *value)
{
    uint64_t number, max = value->is_negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
    bool is_edition = file->syntax == PB_EDITIONS;
    if (value->kind == PB_VALUE_WORD && value->is_negative && !is_edition)
        return "Invalid '-' symbol before identifier.";
    if (value->kind == PB_VALUE_WORD && value->is_negative && !is_special(value->text))
        return "Identifier after '-' symbol must be inf or nan.";
    if (value->kind == PB_VALUE_LIST)
        return "Expected option value.";
    if (value->kind == PB_VALUE_NUMBER && !is_edition && option_is_integer(value->text) &&
        !pb_integer_value(value->text, max, &number))
        return "Integer out of range.";
    return NULL;
}

/* -- Numbers ---------------------------------------------------------------------------------------------------------- */

struct str option_lower_case(struct arena *arena, struct str text)
{
    char *room = ARENA_ARRAY(arena, text.n + 1, char);
    for (size_t k = 0; room && k < text.n; k++)
        room[k] = text.p[k] >= 'A' && text.p[k] <= 'Z' ? (char)(text.p[k] | 0x20) : text.p[k];
    return (struct str){room ? room : "", room ? text.n : 0};
}

double option_double(struct arena *scratch, struct str text)
{
    struct str copy = arena_str(scratch, text);
    uint64_t integer;
    if (option_is_integer(text) && pb_integer_value(text, UINT64_MAX, &integer))
        return (double)integer;
    return copy.p ? strtod(copy.p, NULL) : 0;
}

uint64_t option_double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

uint64_t option_float_bits(double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return bits;
}

static int refuse(struct option_interpreter *i, const char *text, const struct pb_field *field)
{
    return option_refuse(i, i->option->value_at,
                         ARENA_JOIN(i->texts, str_of(text), STR(" option \""), field->full_name, STR("\".")));
}

enum option_class option_class_of(enum pb_type type)
{
    static const enum option_class classes[PB_TYPE_COUNT_] = {
        [PB_INT32] = OPTION_INT32,    [PB_SINT32] = OPTION_INT32,   [PB_SFIXED32] = OPTION_INT32,
        [PB_INT64] = OPTION_INT64,    [PB_SINT64] = OPTION_INT64,   [PB_SFIXED64] = OPTION_INT64,
        [PB_UINT32] = OPTION_UINT32,  [PB_FIXED32] = OPTION_UINT32, [PB_UINT64] = OPTION_UINT64,
        [PB_FIXED64] = OPTION_UINT64, [PB_FLOAT] = OPTION_FLOAT,    [PB_DOUBLE] = OPTION_FLOAT,
        [PB_BOOL] = OPTION_BOOL,      [PB_ENUM] = OPTION_ENUM,      [PB_STRING] = OPTION_STRING,
        [PB_BYTES] = OPTION_STRING,
    };
    return classes[type];
}

/* What integers are called, and how large they can be. */
static const struct integer_kind {
    const char *name, *adjective, *range;
    uint64_t max, max_negative;
} integer_kinds[] = {
    [OPTION_INT32] = {"int32", "integer", "-2147483648 to 2147483647", INT32_MAX, (uint64_t)INT32_MAX + 1},
    [OPTION_INT64] = {"int64", "integer", "-9223372036854775808 to 9223372036854775807", INT64_MAX,
                      (uint64_t)INT64_MAX + 1},
    [OPTION_UINT32] = {"uint32", "non-negative integer", "0 to 4294967295", UINT32_MAX, 0},
    [OPTION_UINT64] = {"uint64", "non-negative integer", "0 to 18446744073709551615", UINT64_MAX, 0},
};

static int refuse_integer(struct option_interpreter *i, const struct pb_field *field, bool is_integer_value)
{
    const struct integer_kind *kind = &integer_kinds[option_class_of(field->type.type)];
    bool is_edition = i->file->syntax == PB_EDITIONS;
    /* Older compilers name this one by its simple name. */
    bool by_simple_name = !is_edition && is_integer_value && kind->max == UINT32_MAX;
    struct str what = is_integer_value ? STR("Value out of range")
                      : is_edition     ? STR("Value must be integer, from")
                                       : ARENA_JOIN(i->texts, STR("Value must be "), str_of(kind->adjective));
    struct str range =
        is_edition ? ARENA_JOIN(i->texts, is_integer_value ? STR(", ") : STR(" "), str_of(kind->range), STR(","))
                   : STR_EMPTY;
    return option_refuse(i, i->option->value_at,
                         ARENA_JOIN(i->texts, what, range, STR(" for "), str_of(kind->name), STR(" option \""),
                                    by_simple_name ? field->name : field->full_name, STR("\".")));
}

static int set_integer(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    const struct pb_value *value = &i->option->value;
    const struct integer_kind *kind = &integer_kinds[option_class_of(field->type.type)];
    bool is_signed = kind->max_negative > 0;
    uint64_t number, widest = value->is_negative ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
    /* What is beyond 64 bits is a float, in editions. */
    if (value->kind != PB_VALUE_NUMBER || !option_is_integer(value->text) || (value->is_negative && !is_signed) ||
        !pb_integer_value(value->text, widest, &number))
        return refuse_integer(i, field, false);
    if (number > (value->is_negative ? kind->max_negative : kind->max))
        return refuse_integer(i, field, true);
    ret->bits = value->is_negative ? 0 - number : number;
    return 0;
}

static int set_float(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    const struct pb_value *value = &i->option->value;
    bool is_float = field->type.type == PB_FLOAT, may_be_word = i->file->syntax == PB_EDITIONS;
    double number;
    if (value->kind == PB_VALUE_NUMBER)
        number = option_double(i->scratch, value->text);
    else if (value->kind == PB_VALUE_WORD && may_be_word && is_special(value->text))
        number = value->text.p[0] == 'i' ? (double)INFINITY : (double)NAN;
    else
        return refuse(i, is_float ? "Value must be number for float" : "Value must be number for double", field);
    bool is_zero = number <= 0 && option_is_integer(value->text);
    if (value->is_negative && !isnan(number) && !is_zero) /* -0 is an integer, which has no sign */
        number = -number;
    ret->bits = is_float ? option_float_bits(number) : option_double_bits(number);
    return 0;
}

/* -- Words and strings ------------------------------------------------------------------------------------------------- */

static int set_bool(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    const struct pb_value *value = &i->option->value;
    if (value->kind != PB_VALUE_WORD || value->is_negative)
        return refuse(i, "Value must be identifier for boolean", field);
    ret->bits = str_equal(value->text, STR("true"));
    if (!ret->bits && !str_equal(value->text, STR("false")))
        return refuse(i, "Value must be \"true\" or \"false\" for boolean", field);
    return 0;
}

/* The full name of something beside the enum, where its values are. */
static struct str sibling_name(struct arena *arena, const struct pb_enum *enumeration, struct str name)
{
    struct str around = str_slice(enumeration->full_name, 0, enumeration->full_name.n - enumeration->name.n);
    return ARENA_JOIN(arena, around, name);
}

static const struct pb_symbol *sibling(const struct pb_schema *schema, const struct pb_enum *enumeration,
                                       struct str name)
{
    char first[1024];
    struct arena arena;
    arena_init(&arena, 2 * PB_NAME_MAX + sizeof first, first, sizeof first);
    struct str full_name = sibling_name(&arena, enumeration, name);
    const struct pb_symbol *symbol = full_name.p ? pb_symbol_find(schema, full_name) : NULL;
    arena_deinit(&arena);
    return symbol;
}

const struct pb_enum_value *option_enum_value(const struct pb_schema *schema, const struct pb_enum *enumeration,
                                              struct str name)
{
    const struct pb_symbol *symbol = sibling(schema, enumeration, name);
    for (; symbol; symbol = symbol->next) {
        const struct pb_enum_value *value = symbol->kind == PB_SYMBOL_ENUM_VALUE ? symbol->node : NULL;
        if (value && value->parent == enumeration)
            return value;
    }
    return NULL;
}

static int set_enum(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    const struct pb_value *value = &i->option->value;
    const struct pb_enum *enumeration = field->type.enumeration;
    if (value->kind != PB_VALUE_WORD || value->is_negative)
        return refuse(i, "Value must be identifier for enum-valued", field);
    const struct pb_enum_value *found = option_enum_value(i->schema, enumeration, value->text);
    if (found) {
        option_note_enum_value(i, found);
        ret->bits = (uint64_t)(int64_t)found->number;
        return 0;
    }
    const struct pb_symbol *other = sibling(i->schema, enumeration, value->text);
    bool is_of_sibling = other && other->kind == PB_SYMBOL_ENUM_VALUE;
    return option_refuse(
        i, i->option->value_at,
        ARENA_JOIN(i->texts, STR("Enum type \""), enumeration->full_name, STR("\" has no value named \""), value->text,
                   STR("\" for option \""), field->full_name, STR("\"."),
                   is_of_sibling ? STR(" This appears to be a value from a sibling type.") : STR_EMPTY));
}

static int set_string(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    const struct pb_value *value = &i->option->value;
    if (value->kind != PB_VALUE_STRING)
        return refuse(i, "Value must be quoted string for string", field);
    ret->bytes = value->text;
    return 0;
}

int option_scalar(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret)
{
    switch (option_class_of(field->type.type)) {
    case OPTION_INT32:
    case OPTION_INT64:
    case OPTION_UINT32:
    case OPTION_UINT64:
        return set_integer(i, field, ret);
    case OPTION_FLOAT:
        return set_float(i, field, ret);
    case OPTION_BOOL:
        return set_bool(i, field, ret);
    case OPTION_ENUM:
        return set_enum(i, field, ret);
    case OPTION_STRING:
        return set_string(i, field, ret);
    case OPTION_OTHER:
        break;
    }
    return option_refuse(i, i->option->at,
                         ARENA_JOIN(i->texts, STR("\""), field->type.name, STR("\" is not defined.")));
}

/* -- The wire format ----------------------------------------------------------------------------------------------------- */

static enum wire_type wire_type_of(enum pb_type type)
{
    static const enum wire_type types[PB_TYPE_COUNT_] = {
        /* else VARINT */
        [PB_DOUBLE] = WIRE_FIXED64, [PB_FIXED64] = WIRE_FIXED64, [PB_SFIXED64] = WIRE_FIXED64,
        [PB_FLOAT] = WIRE_FIXED32,  [PB_FIXED32] = WIRE_FIXED32, [PB_SFIXED32] = WIRE_FIXED32,
        [PB_STRING] = WIRE_BYTES,   [PB_BYTES] = WIRE_BYTES,
    };
    return types[type];
}

static void put_fixed(struct buf *out, uint64_t bits, size_t bytes)
{
    for (size_t k = 0; k < bytes; k++)
        buf_add_char(out, (char)(bits >> 8 * k & 0xff));
}

void option_put_packed(struct buf *out, enum pb_type type, const struct option_scalar *scalar)
{
    enum wire_type wire = wire_type_of(type);
    if (wire == WIRE_FIXED64 || wire == WIRE_FIXED32)
        put_fixed(out, scalar->bits, wire == WIRE_FIXED64 ? 8 : 4);
    else if (type == PB_SINT32)
        wire_put_varint(out, wire_zigzag((int64_t)scalar->bits) & UINT32_MAX);
    else
        wire_put_varint(out, type == PB_SINT64 ? wire_zigzag((int64_t)scalar->bits) : scalar->bits);
}

void option_put_scalar(struct buf *out, enum pb_type type, uint32_t number, const struct option_scalar *scalar)
{
    enum wire_type wire = wire_type_of(type);
    if (wire == WIRE_BYTES) {
        wire_put_bytes(out, number, scalar->bytes);
        return;
    }
    wire_put_tag(out, number, wire);
    option_put_packed(out, type, scalar);
}
