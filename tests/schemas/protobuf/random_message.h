/* Messages as the wire has them: random ones written by a schema, and what another schema reads out of them. The rules are those
 * of the encoding guide, in the simplest way. */
#pragma once

#include "protobuf/wire.h"

#include "random_schema.h"
#include "utf8.h"

/* A scalar as a reader shows it: two are the same when all members are. */
struct scalar {
    enum { SCALAR_INTEGER, SCALAR_FLOAT, SCALAR_DOUBLE, SCALAR_BYTES } kind;
    bool is_negative;
    uint64_t bits; /* INTEGER: two's complement when negative */
    struct str bytes;
};

/* The values of one field: none, one or several. */
struct field_values {
    struct field_values *next;
    const struct pb_field *field;
    VEC(struct item *) items;
};

struct item {
    struct scalar scalar; /* of a map: of its value */
    struct scalar key; /* of a map */
    struct message_value *message;
};

struct message_value {
    const struct pb_message *type;
    struct field_values *first;
};

static inline struct field_values *values_of(struct message_value *message, const struct pb_field *field)
{
    struct field_values *values = message->first;
    while (values && values->field != field)
        values = values->next;
    if (values)
        return values;
    values = ARENA_NEW(arena, struct field_values);
    if (!values)
        ck_abort_msg("no memory");
    values->field = field;
    values->next = message->first;
    message->first = values;
    return values;
}

static inline struct message_value *new_message(const struct pb_message *type)
{
    struct message_value *message = ARENA_NEW(arena, struct message_value);
    if (!message)
        ck_abort_msg("no memory");
    message->type = type;
    return message;
}

static inline struct item *add_item(struct field_values *values)
{
    struct item *item = ARENA_NEW(arena, struct item);
    if (!item || !VEC_PUSH(arena, &values->items, item)) /* an assertion that holds costs a write to a file */
        ck_abort_msg("no memory");
    return item;
}

static inline bool is_message_type(const struct pb_type_use *type)
{
    return type->type == PB_MESSAGE || type->type == PB_GROUP;
}

/* -- scalars ------------------------------------------------------------------------------------------------------ */

static inline enum wire_type wire_type_of(enum pb_type type)
{
    static const unsigned char wire[PB_TYPE_COUNT_] = {
        [PB_DOUBLE] = WIRE_FIXED64,  [PB_FLOAT] = WIRE_FIXED32,    [PB_FIXED64] = WIRE_FIXED64,
        [PB_FIXED32] = WIRE_FIXED32, [PB_SFIXED32] = WIRE_FIXED32, [PB_SFIXED64] = WIRE_FIXED64,
        [PB_STRING] = WIRE_BYTES,    [PB_BYTES] = WIRE_BYTES,      [PB_MESSAGE] = WIRE_BYTES,
        [PB_GROUP] = WIRE_GROUP,
    };
    return (enum wire_type)wire[type]; /* VARINT is 0 */
}

static inline struct scalar integer(int64_t value)
{
    return (struct scalar){.is_negative = value < 0, .bits = (uint64_t)value};
}

/* What 64 bits from the wire mean as a type. */
static inline struct scalar meaning_of_bits(enum pb_type type, uint64_t bits)
{
    switch ((int)type) {
    case PB_INT32:
    case PB_ENUM:
    case PB_SFIXED32:
        return integer((int32_t)(uint32_t)bits);
    case PB_INT64:
    case PB_SFIXED64:
        return integer((int64_t)bits);
    case PB_BOOL:
        return integer(bits != 0);
    case PB_SINT32:
        return integer(wire_unzigzag((uint32_t)bits));
    case PB_SINT64:
        return integer(wire_unzigzag(bits));
    case PB_UINT32:
    case PB_FIXED32:
        return (struct scalar){.bits = (uint32_t)bits};
    case PB_FLOAT:
        return (struct scalar){.kind = SCALAR_FLOAT, .bits = (uint32_t)bits};
    case PB_DOUBLE:
        return (struct scalar){.kind = SCALAR_DOUBLE, .bits = bits};
    default:
        return (struct scalar){.bits = bits};
    }
}

/* A value as a type writes it. */
static inline uint64_t bits_as_written(enum pb_type type, uint64_t drawn)
{
    switch ((int)type) {
    case PB_INT32:
    case PB_ENUM:
        return (uint64_t)(int64_t)(int32_t)(uint32_t)drawn;
    case PB_BOOL:
        return drawn & 1;
    case PB_UINT32:
    case PB_SINT32:
    case PB_FIXED32:
    case PB_SFIXED32:
    case PB_FLOAT:
        return (uint32_t)drawn;
    default:
        return drawn;
    }
}

/* -- defaults ----------------------------------------------------------------------------------------------------- */

static inline int32_t enum_default(const struct pb_field *field, const struct pb_option *option)
{
    const struct pb_enum_value *value = field->type.enumeration->values.first;
    while (option && value && !str_equal(value->name, option->value.text))
        value = value->next;
    return value ? value->number : 0;
}

static inline const struct pb_option *default_option(const struct pb_field *field)
{
    const struct pb_option *option = field->options.first;
    while (option && !str_equal(option->name.first->name, STR("default")))
        option = option->next;
    return option;
}

/* What a field reads as that is absent. */
static inline struct scalar default_value(const struct pb_field *field)
{
    const struct pb_option *option = default_option(field);
    enum pb_type type = field->type.type;
    const char *text = option ? terminated(option->value.text) : "";
    double number = strtod(text, NULL); /* reads "inf" and hexadecimal too */
    float narrow = (float)number;
    struct scalar value = meaning_of_bits(type, 0);
    if (type == PB_ENUM)
        return integer(enum_default(field, option));
    if (type == PB_STRING || type == PB_BYTES)
        return (struct scalar){.kind = SCALAR_BYTES, .bytes = option ? option->value.text : STR_EMPTY};
    if (type == PB_BOOL)
        return integer(strcmp(text, "true") == 0);
    if (!option)
        return value;
    if (option->value.is_negative) {
        number = -number;
        narrow = -narrow;
    }
    if (type == PB_DOUBLE)
        memcpy(&value.bits, &number, sizeof number);
    else if (type == PB_FLOAT)
        memcpy(&value.bits, &narrow, sizeof narrow);
    else
        value = integer((int64_t)number);
    return value;
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

struct random_writer {
    uint64_t seed;
    uint64_t drawn; /* how often */
};

static inline uint64_t draw_next(struct random_writer *w)
{
    return hash_mix(w->seed, ++w->drawn);
}

/* Numbers at the edges of what types hold, and others. */
static inline uint64_t draw_bits(struct random_writer *w)
{
    static const uint64_t edges[] = {0,    1,         2,          3,          5,         0x7f,
                                     0x80, INT32_MAX, 0x80000000, UINT32_MAX, INT64_MAX, UINT64_MAX};
    uint64_t drawn = draw_next(w);
    return drawn % 4 == 0 ? drawn >> (drawn / 4 % 60) : edges[drawn / 4 % (sizeof edges / sizeof edges[0])];
}

static inline struct str draw_bytes(struct random_writer *w, bool is_text)
{
    static const struct {
        const char *p;
        size_t n;
    } all[] = {{"", 0},   {"a", 1},    {"x", 1},        {"\xC3\xA9", 2}, {"0", 1},
               {"\0", 1}, {"\xFF", 1}, {"\x08\x01", 2}, {"\xC3", 1},     {"\x80\x80", 2}};
    size_t i = draw_next(w) % (is_text ? 6 : 10);
    return (struct str){all[i].p, all[i].n};
}

static inline uint64_t draw_enum(struct random_writer *w, const struct pb_enum *enumeration)
{
    const struct pb_enum_value *value = enumeration->values.first;
    bool is_closed = enumeration->features.enum_type == PB_CLOSED;
    if (!is_closed && draw_next(w) % 4 == 0)
        return draw_bits(w);
    for (uint64_t i = draw_next(w) % enumeration->values.count; i > 0; i--)
        value = value->next;
    return (uint64_t)(int64_t)value->number;
}

/* Draws a scalar and writes it, with its tag unless it is packed. */
static inline struct scalar write_scalar(struct random_writer *w, struct buf *out, const struct pb_type_use *type,
                                         uint32_t number, bool has_tag)
{
    enum wire_type wire = wire_type_of(type->type);
    if (wire == WIRE_BYTES) {
        struct scalar value = {.kind = SCALAR_BYTES, .bytes = draw_bytes(w, type->type == PB_STRING)};
        wire_put_bytes(out, number, value.bytes);
        return value;
    }
    uint64_t bits = bits_as_written(type->type, type->type == PB_ENUM ? draw_enum(w, type->enumeration) : draw_bits(w));
    if (has_tag)
        wire_put_tag(out, number, wire);
    if (wire == WIRE_VARINT)
        wire_put_varint(out, bits);
    for (int i = 0; wire != WIRE_VARINT && i < (wire == WIRE_FIXED32 ? 4 : 8); i++)
        buf_add_char(out, (char)(unsigned char)(bits >> 8 * i));
    return meaning_of_bits(type->type, bits);
}

static inline struct message_value *write_message(struct random_writer *w, struct buf *out,
                                                  const struct pb_message *type, unsigned depth);

static inline void write_inner(struct random_writer *w, struct buf *out, struct item *item,
                               const struct pb_type_use *type, uint32_t number, unsigned depth)
{
    if (type->type == PB_GROUP) {
        wire_put_tag(out, number, WIRE_GROUP);
        item->message = write_message(w, out, type->message, depth + 1);
        wire_put_tag(out, number, WIRE_GROUP_END);
    } else {
        size_t begin = wire_begin(out, number);
        item->message = write_message(w, out, type->message, depth + 1);
        wire_end(out, begin);
    }
}

static inline bool same_scalar(struct scalar a, struct scalar b)
{
    return a.kind == b.kind && a.is_negative == b.is_negative && a.bits == b.bits && str_equal(a.bytes, b.bytes);
}

/* Entries of a map, one of each key. */
static inline void write_map(struct random_writer *w, struct buf *out, struct field_values *values, unsigned depth)
{
    const struct pb_field *field = values->field;
    for (uint64_t count = draw_next(w) % 3; count > 0; count--) {
        struct buf entry = new_text();
        struct item item = {.key = write_scalar(w, &entry, &field->key, 1, true)};
        bool is_known = false;
        for (size_t i = 0; i < values->items.count; i++)
            is_known |= same_scalar(values->items.items[i]->key, item.key);
        if (is_known)
            continue;
        if (is_message_type(&field->type))
            write_inner(w, &entry, &item, &field->type, 2, depth);
        else
            item.scalar = write_scalar(w, &entry, &field->type, 2, true);
        wire_put_bytes(out, (uint32_t)field->number, buf_str(&entry));
        *add_item(values) = item;
    }
}

static inline void write_field(struct random_writer *w, struct buf *out, struct message_value *message,
                               const struct pb_field *field, unsigned depth)
{
    struct field_values *values = values_of(message, field);
    uint32_t number = (uint32_t)field->number;
    bool is_repeated = field->label == PB_REPEATED, is_inner = is_message_type(&field->type);
    bool is_packed = is_repeated && !is_inner && wire_type_of(field->type.type) != WIRE_BYTES &&
                     field->features.repeated_encoding == PB_PACKED;
    if (field->is_map) {
        write_map(w, out, values, depth);
        return;
    }
    struct buf inner = new_text(), *to = is_repeated ? &inner : out;
    for (uint64_t count = is_repeated ? draw_next(w) % 4 : 1; count > 0; count--) {
        struct buf one = new_text();
        struct item item = {0};
        if (is_inner)
            write_inner(w, &one, &item, &field->type, number, depth);
        else
            item.scalar = write_scalar(w, &one, &field->type, number, !is_packed);
        /* An implicit zero is not written. */
        bool is_left_out = !is_repeated && !is_inner && field->features.presence == PB_IMPLICIT &&
                           same_scalar(item.scalar, default_value(field));
        if (is_left_out)
            continue;
        buf_add(to, buf_str(&one));
        *add_item(values) = item;
    }
    if (is_packed && values->items.count)
        wire_put_bytes(out, number, buf_str(&inner));
    else if (is_repeated)
        buf_add(out, buf_str(&inner));
}

/* A random message, its bytes appended to out. */
static inline struct message_value *write_message(struct random_writer *w, struct buf *out,
                                                  const struct pb_message *type, unsigned depth)
{
    struct message_value *message = new_message(type);
    const struct pb_oneof *taken[4] = {NULL};
    for (const struct pb_field *field = type->fields.first; field; field = field->next) {
        bool is_required = field->features.presence == PB_LEGACY_REQUIRED;
        bool is_too_deep = depth > 3 && (is_message_type(&field->type) || field->is_map);
        if (!is_required && (is_too_deep || draw_next(w) % 3 == 0))
            continue;
        if (field->oneof && (taken[field->oneof->index % 4] || draw_next(w) % 2))
            continue;
        if (field->oneof)
            taken[field->oneof->index % 4] = field->oneof;
        write_field(w, out, message, field, depth);
    }
    return message;
}

/* -- reading ------------------------------------------------------------------------------------------------------ */

/* false when the reader refuses the bytes. */
static inline bool read_message(struct str bytes, const struct pb_message *type, struct message_value **ret);

static inline bool is_unknown_enum(const struct pb_type_use *type, struct scalar value)
{
    const struct pb_enum_value *known = type->type == PB_ENUM ? type->enumeration->values.first : NULL;
    if (!known || type->enumeration->features.enum_type == PB_OPEN)
        return false;
    while (known && (uint64_t)(int64_t)known->number != value.bits)
        known = known->next;
    return !known;
}

/* One value of a type; *ret_is_known is false when it goes to the unknown fields. */
static inline bool read_item(const struct wire_field *wire, const struct pb_field *field,
                             const struct pb_type_use *type, struct item *ret, bool *ret_is_known)
{
    *ret_is_known = wire->type == wire_type_of(type->type);
    if (!*ret_is_known)
        return true;
    if (is_message_type(type))
        return read_message(wire->bytes, type->message, &ret->message);
    if (wire->type == WIRE_BYTES) {
        ret->scalar = (struct scalar){.kind = SCALAR_BYTES, .bytes = wire->bytes};
        return type->type != PB_STRING || field->features.utf8_validation != PB_UTF8_VERIFY || utf8_valid(wire->bytes);
    }
    ret->scalar = meaning_of_bits(type->type, wire->value);
    *ret_is_known = !is_unknown_enum(type, ret->scalar);
    return true;
}

static inline struct scalar default_of_type(const struct pb_type_use *type)
{
    struct pb_field field = {.type = *type};
    return default_value(&field);
}

static inline bool read_entry(struct str bytes, struct field_values *values)
{
    const struct pb_field *field = values->field;
    struct item item = {.key = default_of_type(&field->key)}, key = {0};
    struct wire_field wire;
    bool is_known = true, is_right = true;
    int outcome;
    if (is_message_type(&field->type))
        item.message = new_message(field->type.message);
    else
        item.scalar = default_of_type(&field->type);
    while ((outcome = wire_next(&bytes, &wire)) == 1) {
        bool is_own = true;
        if (wire.number == 1) {
            is_right &= read_item(&wire, field, &field->key, &key, &is_own);
            item.key = is_own ? key.scalar : item.key;
        } else if (wire.number == 2) {
            is_right &= read_item(&wire, field, &field->type, &item, &is_own);
            is_known &= is_own || wire.type != wire_type_of(field->type.type);
        }
    }
    for (size_t i = 0; is_known && i < values->items.count; i++) {
        if (same_scalar(values->items.items[i]->key, item.key)) {
            *values->items.items[i] = item;
            return outcome == 0 && is_right;
        }
    }
    if (is_known)
        *add_item(values) = item;
    return outcome == 0 && is_right;
}

static inline bool read_packed(struct str rest, struct field_values *values)
{
    const struct pb_type_use *type = &values->field->type;
    enum wire_type wire = wire_type_of(type->type);
    uint64_t bits = 0;
    while (rest.n) {
        bool is_there = wire == WIRE_VARINT    ? wire_take_varint(&rest, &bits)
                        : wire == WIRE_FIXED32 ? wire_take_fixed32(&rest, &bits)
                                               : wire_take_fixed64(&rest, &bits);
        if (!is_there)
            return false;
        struct scalar value = meaning_of_bits(type->type, bits);
        if (!is_unknown_enum(type, value))
            add_item(values)->scalar = value;
    }
    return true;
}

static inline void clear_others(struct message_value *message, const struct pb_field *field)
{
    for (struct field_values *values = message->first; values; values = values->next) {
        if (values->field != field && values->field->oneof && values->field->oneof == field->oneof)
            values->items.count = 0;
    }
}

static inline bool read_field(struct message_value *message, const struct pb_field *field,
                              const struct wire_field *wire)
{
    struct field_values *values = values_of(message, field);
    bool is_packable = !is_message_type(&field->type) && wire_type_of(field->type.type) != WIRE_BYTES, is_known;
    struct item item = {0};
    if (field->is_map)
        return wire->type != WIRE_BYTES || read_entry(wire->bytes, values);
    if (field->label == PB_REPEATED && is_packable && wire->type == WIRE_BYTES)
        return read_packed(wire->bytes, values);
    if (!read_item(wire, field, &field->type, &item, &is_known))
        return false;
    if (!is_known)
        return true;
    if (field->label != PB_REPEATED)
        values->items.count = 0; /* the last one wins */
    clear_others(message, field);
    *add_item(values) = item;
    return true;
}

static inline bool read_message(struct str bytes, const struct pb_message *type, struct message_value **ret)
{
    struct wire_field wire;
    int outcome;
    *ret = new_message(type);
    while ((outcome = wire_next(&bytes, &wire)) == 1) {
        const struct pb_field *field = type->fields.first;
        while (field && (uint32_t)field->number != wire.number)
            field = field->next;
        if (field && !read_field(*ret, field, &wire))
            return false;
    }
    for (const struct pb_field *field = type->fields.first; field; field = field->next) {
        if (field->features.presence == PB_LEGACY_REQUIRED && !values_of(*ret, field)->items.count)
            return false;
    }
    return outcome == 0;
}
