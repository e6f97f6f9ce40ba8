/* The wire format of Protobuf: fields of a serialised message read one by one, and written. Nothing here knows what a field
 * means. Pure functions, any thread; no recursion. */
#pragma once

#include "buf.h"

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2,
    WIRE_GROUP = 3,
    WIRE_GROUP_END = 4,
    WIRE_FIXED32 = 5,
};

/* Groups may nest this deeply inside of a group. */
#define WIRE_GROUP_DEPTH_MAX 100
#define WIRE_NUMBER_MAX 536870911

struct wire_field {
    uint32_t number;
    enum wire_type type; /* never GROUP_END */
    uint64_t value; /* VARINT, FIXED64, FIXED32 */
    struct str bytes; /* BYTES; GROUP: the fields in it */
};

/* Reads the field at the front of a message and moves *rest behind it. Groups are read whole, checked for their ends only.
 * 1 = there is one, 0 = the message has ended, -1 = this is no message (no error is set, *rest is anything). */
int wire_next(struct str *rest, struct wire_field *ret);
/* The parts of packed fields: move *rest behind the value; false when there is none. */
bool wire_take_varint(struct str *rest, uint64_t *ret);
bool wire_take_fixed32(struct str *rest, uint64_t *ret);
bool wire_take_fixed64(struct str *rest, uint64_t *ret);

static inline int64_t wire_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

static inline uint64_t wire_zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

/* -- writing: what fails marks the buffer ---------------------------------------------------------------------- */

void wire_put_varint(struct buf *out, uint64_t value); /* without a number before it */
void wire_put_tag(struct buf *out, uint32_t number, enum wire_type type);
void wire_put_uint(struct buf *out, uint32_t number, uint64_t value); /* bool and positive integers */
void wire_put_int(struct buf *out, uint32_t number, int64_t value); /* int32, int64, enums */
void wire_put_fixed32(struct buf *out, uint32_t number, uint32_t value);
void wire_put_fixed64(struct buf *out, uint32_t number, uint64_t value);
void wire_put_bytes(struct buf *out, uint32_t number, struct str bytes);
/* A message as a field: what is appended between begin and end is its content. begin returns what end wants to be told. */
size_t wire_begin(struct buf *out, uint32_t number);
void wire_end(struct buf *out, size_t begin);
/* The same, leaving the field out when it has no content. */
void wire_end_filled(struct buf *out, uint32_t number, size_t begin);
