/* A { … } on its way to the wire: messages that are open, from the option's own inwards. Private to options_aggregate*.c. */
#pragma once

#include "options_private.h"

/* One value of a field of a message. */
struct entry {
    const struct pb_field *field;
    size_t place; /* among all values of the message */
    const struct pb_value *value; /* of a message */
    struct option_scalar scalar; /* else */
    const struct pb_message *any; /* the value of an Any that is spelled out: its type */
};

/* The type of a message: one of the schema, or the entry of a map field. */
struct kind {
    const struct pb_message *message;
    const struct pb_field *map;
};

enum envelope {
    ENVELOPE_LENGTH, /* tag and length */
    ENVELOPE_GROUP,
    ENVELOPE_SET_ITEM, /* as message sets have it */
    ENVELOPE_ANY, /* value of an Any: with tag and length, left out when empty */
};

struct frame {
    struct kind kind;
    const struct pb_field *field; /* whose value it is */
    size_t index; /* among the values of the field */
    size_t inner_index; /* the same of the message in it that is open */
    enum envelope envelope;
    size_t start; /* bytes before it */
    size_t begin; /* as wire_begin gave it */
    size_t missing_before; /* required fields that were known to be missing */
    uintptr_t node; /* in the tree of what is set */
    VEC(struct entry) entries; /* by number */
    size_t next;
};

struct aggregate {
    struct option_interpreter *i;
    const struct pb_field *option_field;
    struct buf *out;
    VEC(struct frame) frames;
    struct buf missing; /* paths of required fields */
    size_t missing_count;
};

/* Fields of the entries of a map. */
struct map_fields {
    struct pb_field key, value;
};

/* Sets the fault in the wording of the text format; returns 1, or -1. */
int aggregate_refuse(struct aggregate *a, struct str text);
/* A value as the text format's tokens have its first one. */
struct str aggregate_token(struct arena *arena, const struct pb_value *value);

/* -- options_aggregate_value.c: 0, 1 = the fault is set, -1 ------------------------------------------------------------- */

/* A value of a scalar field. */
int aggregate_scalar(struct aggregate *a, const struct pb_field *field, const struct pb_value *value,
                     struct option_scalar *ret);

/* -- options_aggregate_fields.c: the same ------------------------------------------------------------------------------- */

/* Puts what the members of a message value set into the frame, by number. */
int aggregate_fill(struct aggregate *a, struct frame *frame, const struct pb_value *value);
