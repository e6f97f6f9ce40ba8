#include "descriptor_values_private.h"

#include "utf8.h"

static int refuse(struct option_reader *o, const char *text)
{
    return pb_fault(o->r->arena, o->r->err, (struct pb_position){0}, str_of(text));
}

/* -- Values ------------------------------------------------------------------------------------------------------- */

int pb_set_spelled(struct option_reader *o, struct str text, struct pb_value *value)
{
    value->is_negative = text.n && text.p[0] == '-';
    value->text = arena_str(o->r->arena, str_slice(text, value->is_negative ? 1 : 0, text.n));
    if (!value->text.p)
        return pb_too_large(o->r);
    value->kind = value->text.p[0] > '9' ? PB_VALUE_WORD : PB_VALUE_NUMBER; /* inf, nan */
    return 0;
}

static int set_float(struct option_reader *o, uint64_t bits, bool is_double, struct pb_value *value)
{
    struct buf text;
    double wide;
    float narrow;
    uint32_t low = (uint32_t)bits;
    memcpy(&wide, &bits, sizeof wide);
    memcpy(&narrow, &low, sizeof narrow);
    buf_init(&text, &o->work, SCHEMA_MEMORY_MAX);
    if (is_double)
        pb_put_double(&text, wide);
    else
        pb_put_float(&text, narrow);
    if (str_equal(buf_str(&text), STR("-0"))) /* as an integer it would lose its sign */
        buf_add(&text, STR(".0"));
    return buf_failed(&text) ? pb_too_large(o->r) : pb_set_spelled(o, buf_str(&text), value);
}

static int set_integer(struct option_reader *o, enum pb_type type, uint64_t number, struct pb_value *value)
{
    int64_t integer = (int32_t)(uint32_t)number;
    if (type == PB_UINT64 || type == PB_FIXED64)
        return pb_set_spelled(o, arena_printf(&o->work, "%llu", (unsigned long long)number), value);
    if (type == PB_INT64 || type == PB_SFIXED64)
        integer = (int64_t)number;
    else if (type == PB_UINT32 || type == PB_FIXED32)
        integer = (uint32_t)number;
    else if (type == PB_SINT64)
        integer = wire_unzigzag(number);
    else if (type == PB_SINT32)
        integer = wire_unzigzag((uint32_t)number);
    return pb_set_spelled(o, STR_INT(integer), value);
}

static int set_enum(struct option_reader *o, const struct pb_enum *enumeration, uint64_t number, struct pb_value *value)
{
    const struct pb_enum_value *found = enumeration->values.first;
    for (; found && found->number != (int32_t)(uint32_t)number && o->budget; found = found->next)
        o->budget--;
    if (o->budget == 0)
        return refuse(o, "The options of the descriptor are too many");
    if (!found)
        return set_integer(o, PB_INT32, number, value);
    value->kind = PB_VALUE_WORD;
    value->text = arena_str(o->r->arena, found->name);
    return value->text.p ? 0 : pb_too_large(o->r);
}

int pb_set_value(struct option_reader *o, const struct meaning *meaning, const struct wire_field *wire, uint32_t depth,
                 struct pb_value *value)
{
    if (meaning->message) {
        value->kind = PB_VALUE_MESSAGE;
        if (depth >= PB_DEPTH_MAX)
            return refuse(o, "Option values of the descriptor are nested too deeply");
        struct unread_value unread = {value, meaning->message, wire->bytes, depth + 1};
        return VEC_PUSH(&o->scratch, &o->values, unread) ? 0 : pb_too_large(o->r);
    }
    if (meaning->type == PB_ENUM)
        return set_enum(o, meaning->enumeration, wire->value, value);
    if (meaning->type == PB_DOUBLE || meaning->type == PB_FLOAT)
        return set_float(o, wire->value, meaning->type == PB_DOUBLE, value);
    if (meaning->type == PB_BOOL) {
        value->kind = PB_VALUE_WORD;
        value->text = wire->value ? STR("true") : STR("false");
        return 0;
    }
    if (meaning->type != PB_STRING && meaning->type != PB_BYTES)
        return set_integer(o, meaning->type, wire->value, value);
    value->kind = PB_VALUE_STRING;
    value->text = wire->bytes;
    if (meaning->type == PB_STRING && !utf8_valid(wire->bytes))
        return refuse(o, "The descriptor has an option with a text that is not UTF-8");
    return 0;
}

/* Extensions are named in full, in brackets; groups by their bodies. */
static int add_member(struct option_reader *o, const struct known_field *known, struct pb_value *message,
                      struct pb_value **ret)
{
    struct pb_member *member = ARENA_NEW(o->r->arena, struct pb_member);
    *ret = ARENA_NEW(o->r->arena, struct pb_value);
    const struct pb_message *body = known->field->type.message;
    bool is_group = known->field->type.type == PB_GROUP && body && body->is_group;
    if (!member || !*ret)
        return pb_too_large(o->r);
    member->is_bracketed = known->extension.p != NULL;
    member->name = arena_str(o->r->arena, member->is_bracketed ? known->extension
                                          : is_group           ? body->name
                                                               : known->field->name);
    member->value = *ret;
    PB_APPEND(&message->members, member);
    return member->name.p ? 0 : pb_too_large(o->r);
}

static int read_members(struct option_reader *o, const struct unread_value *unread)
{
    found_fields fields = {0};
    int outcome = pb_find_fields(o, unread->message, unread->bytes, &fields);
    for (size_t i = 0, count; i < fields.count && outcome == 0; i += count) {
        const struct known_field *known = fields.items[i].known;
        struct meaning meaning;
        found_fields values = {0};
        count = pb_count_same(&fields, i);
        outcome = pb_find_meaning(o, known->field, &meaning);
        if (outcome == 0)
            outcome = pb_list_values(o, fields.items + i, count, &meaning, &values);
        for (size_t v = 0; v < values.count && outcome == 0; v++) {
            struct pb_value *value;
            outcome = add_member(o, known, unread->value, &value);
            if (outcome == 0)
                outcome = pb_set_value(o, &meaning, &values.items[v].wire, unread->depth, value);
        }
    }
    return outcome;
}

int pb_read_values(struct option_reader *o)
{
    int outcome = 0;
    while (o->values.count && outcome == 0) {
        struct unread_value unread = VEC_POP(&o->values);
        outcome = read_members(o, &unread);
        arena_reset(&o->work);
    }
    return outcome;
}
