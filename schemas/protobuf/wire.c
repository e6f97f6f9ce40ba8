#include "wire.h"

#define VARINT_BYTES_MAX 10

/* -- reading --------------------------------------------------------------------------------------------------- */

bool wire_take_varint(struct str *rest, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < rest->n && i < VARINT_BYTES_MAX; i++) {
        unsigned char byte = (unsigned char)rest->p[i];
        value |= (uint64_t)(byte & 0x7f) << 7 * i;
        if (byte >= 0x80)
            continue;
        *ret = value;
        *rest = str_slice(*rest, i + 1, rest->n);
        return true;
    }
    return false;
}

static bool take_fixed(struct str *rest, size_t bytes, uint64_t *ret)
{
    if (rest->n < bytes)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)rest->p[i] << 8 * i;
    *ret = value;
    *rest = str_slice(*rest, bytes, rest->n);
    return true;
}

bool wire_take_fixed32(struct str *rest, uint64_t *ret)
{
    return take_fixed(rest, 4, ret);
}

bool wire_take_fixed64(struct str *rest, uint64_t *ret)
{
    return take_fixed(rest, 8, ret);
}

static bool take_tag(struct str *rest, struct wire_field *field)
{
    uint64_t tag;
    if (!wire_take_varint(rest, &tag) || tag > UINT32_MAX || tag >> 3 == 0 || (tag & 7) > WIRE_FIXED32)
        return false;
    field->number = (uint32_t)(tag >> 3);
    field->type = (enum wire_type)(tag & 7);
    return true;
}

/* What follows the tag; of a group nothing. */
static bool take_payload(struct str *rest, struct wire_field *field)
{
    switch (field->type) {
    case WIRE_VARINT:
        return wire_take_varint(rest, &field->value);
    case WIRE_FIXED64:
        return wire_take_fixed64(rest, &field->value);
    case WIRE_FIXED32:
        return wire_take_fixed32(rest, &field->value);
    case WIRE_BYTES:
        if (!wire_take_varint(rest, &field->value) || field->value > rest->n)
            return false;
        field->bytes = str_slice(*rest, 0, (size_t)field->value);
        *rest = str_slice(*rest, (size_t)field->value, rest->n);
        return true;
    case WIRE_GROUP:
    case WIRE_GROUP_END:
        break;
    }
    return true;
}

/* The fields up to the end of the group that has just begun. */
static bool take_group(struct str *rest, struct wire_field *group)
{
    uint32_t open[WIRE_GROUP_DEPTH_MAX + 1] = {group->number};
    size_t depth = 1;
    group->bytes = *rest;
    while (depth > 0) {
        struct wire_field field = {0};
        size_t before = rest->n;
        if (!take_tag(rest, &field) || !take_payload(rest, &field))
            return false;
        if (field.type == WIRE_GROUP) {
            if (depth > WIRE_GROUP_DEPTH_MAX)
                return false;
            open[depth++] = field.number;
        } else if (field.type == WIRE_GROUP_END) {
            if (open[--depth] != field.number)
                return false;
            group->bytes.n -= depth == 0 ? before : 0;
        }
    }
    return true;
}

int wire_next(struct str *rest, struct wire_field *ret)
{
    if (rest->n == 0)
        return 0;
    struct wire_field field = {0};
    if (!take_tag(rest, &field) || field.type == WIRE_GROUP_END || !take_payload(rest, &field) ||
        (field.type == WIRE_GROUP && !take_group(rest, &field)))
        return -1;
    *ret = field;
    return 1;
}

/* -- writing --------------------------------------------------------------------------------------------------- */

static size_t varint_of(uint64_t value, char bytes[VARINT_BYTES_MAX])
{
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (char)((value & 0x7f) | 0x80);
    bytes[count++] = (char)value;
    return count;
}

void wire_put_varint(struct buf *out, uint64_t value)
{
    char bytes[VARINT_BYTES_MAX];
    size_t count = varint_of(value, bytes);
    buf_add(out, (struct str){bytes, count});
}

void wire_put_tag(struct buf *out, uint32_t number, enum wire_type type)
{
    wire_put_varint(out, (uint64_t)number << 3 | type);
}

void wire_put_uint(struct buf *out, uint32_t number, uint64_t value)
{
    wire_put_tag(out, number, WIRE_VARINT);
    wire_put_varint(out, value);
}

void wire_put_int(struct buf *out, uint32_t number, int64_t value)
{
    wire_put_uint(out, number, (uint64_t)value);
}

static void put_fixed(struct buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        buf_add_char(out, (char)(value >> 8 * i & 0xff));
}

void wire_put_fixed32(struct buf *out, uint32_t number, uint32_t value)
{
    wire_put_tag(out, number, WIRE_FIXED32);
    put_fixed(out, value, 4);
}

void wire_put_fixed64(struct buf *out, uint32_t number, uint64_t value)
{
    wire_put_tag(out, number, WIRE_FIXED64);
    put_fixed(out, value, 8);
}

void wire_put_bytes(struct buf *out, uint32_t number, struct str bytes)
{
    wire_put_tag(out, number, WIRE_BYTES);
    wire_put_varint(out, bytes.n);
    buf_add(out, bytes);
}

size_t wire_begin(struct buf *out, uint32_t number)
{
    wire_put_tag(out, number, WIRE_BYTES);
    return out->n;
}

void wire_end(struct buf *out, size_t begin)
{
    char bytes[VARINT_BYTES_MAX];
    if (buf_failed(out))
        return;
    size_t length = out->n - begin, count = varint_of(length, bytes);
    if (!buf_reserve(out, count))
        return;
    memmove(out->p + begin + count, out->p + begin, length);
    memcpy(out->p + begin, bytes, count);
    out->n += count;
}

void wire_end_filled(struct buf *out, uint32_t number, size_t begin)
{
    char bytes[VARINT_BYTES_MAX];
    if (buf_failed(out) || out->n > begin)
        wire_end(out, begin);
    else
        out->n = begin - varint_of((uint64_t)number << 3 | WIRE_BYTES, bytes);
}
