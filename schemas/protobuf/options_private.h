/* How options come to mean something: their names resolved, their values checked and encoded. Private to options*.c and
 * check*.c. One thread; nothing recurses. */
#pragma once

#include "link.h"

/* What is wrong, in the wording of protoc, and where. text.p NULL: nothing. */
struct option_fault {
    struct pb_position at;
    struct str text;
};

/* What a name means in a scope and those around it, a leading dot begins outermost; NULL: nothing. Where only the first part
 * of the name means something, *ret_partly is the full name that was then looked for; else it is left alone. */
typedef const struct pb_symbol *(*option_lookup_fn)(void *data, struct str scope, struct str name,
                                                    struct str *ret_partly);

/* One option as it is written into the options message. */
struct option_record {
    uint32_t number; /* of the field of the options message */
    bool is_extension;
    const struct pb_field *field;
    struct str bytes; /* with its tag */
};

struct option_interpreter {
    const struct pb_schema *schema;
    const struct pb_file *file; /* where the options stand */
    struct arena *scratch; /* given back after each element */
    struct arena *texts; /* of faults */
    option_lookup_fn lookup;
    void *lookup_data;
    uint64_t budget; /* steps that are left */
    /* of one element */
    enum pb_options_of of;
    struct str scope;
    const struct pb_option *option;
    struct map taken; /* fields that are set, a node of a tree each: see option_taken */
    uintptr_t taken_count;
    struct map required; /* the required fields of messages: see options_aggregate.c */
    struct map entries; /* what the entries of maps have */
    VEC(struct option_record) records;
    /* outcome: one that stops, and the first uses of options that an edition or an element does not have */
    struct option_fault fault, lifetime, target;
};

/* A value of a scalar field, as its wire type has it: integers with their sign extended, floats as their bits. */
struct option_scalar {
    uint64_t bits;
    struct str bytes; /* strings and bytes */
};

/* Steps that the options of one file may take. */
#define OPTION_STEPS_MAX 20000000

/* -- options.c --------------------------------------------------------------------------------------------------- */

/* Interprets the options of one element. scope: as pb_options_interpret has it. out: where the message goes, or NULL.
 * 0; 1 = they are wrong: i->fault; -1 without memory. */
int option_interpret(struct option_interpreter *i, enum pb_options_of of, struct str scope, const pb_options *options,
                     struct buf *out);
/* Sets the fault; returns 1, or -1 without memory. */
int option_refuse(struct option_interpreter *i, struct pb_position at, struct str text);
/* 0; 1 when there are no steps left, with the fault set. */
int option_charge(struct option_interpreter *i, uint64_t steps);
/* Fields that are set are nodes of a tree, 0 its root. The node of a field below another; 0 when it is not set. */
uintptr_t option_taken(const struct option_interpreter *i, uintptr_t node, uint32_t number);
/* The same, set when it was not; 0 without memory. */
uintptr_t option_take(struct option_interpreter *i, uintptr_t node, uint32_t number);
/* default and json_name of fields, which are no options of descriptor.proto. */
bool option_is_of_field(const struct pb_option *option, enum pb_options_of of);

static inline bool option_is_repeated(const struct pb_field *field)
{
    return field->is_map || field->label == PB_REPEATED;
}

static inline bool option_is_message(const struct pb_field *field)
{
    return field->is_map || field->type.type == PB_MESSAGE || field->type.type == PB_GROUP;
}

static inline bool option_is_of(const struct pb_field *field, const struct pb_message *message)
{
    const struct pb_message *owner = field->extend ? field->extend->target.message : field->parent;
    return owner && (owner == message || str_equal(owner->full_name, message->full_name));
}

/* -- options_value.c ----------------------------------------------------------------------------------------------- */

/* Types by how their values are written. */
enum option_class {
    OPTION_OTHER, /* messages, groups, and names that mean nothing */
    OPTION_INT32,
    OPTION_INT64,
    OPTION_UINT32,
    OPTION_UINT64,
    OPTION_FLOAT, /* double too */
    OPTION_BOOL,
    OPTION_ENUM,
    OPTION_STRING, /* bytes too */
};
enum option_class option_class_of(enum pb_type type);

/* What protoc's parser has against a value of an option; NULL: nothing. */
const char *option_value_fault(const struct pb_file *file, const struct pb_value *value);
/* The value of an option of a scalar type. 0, 1 = it does not fit (the fault is set), -1. */
int option_scalar(struct option_interpreter *i, const struct pb_field *field, struct option_scalar *ret);
/* The value of an enum by its name; NULL when there is none. */
const struct pb_enum_value *option_enum_value(const struct pb_schema *schema, const struct pb_enum *enumeration,
                                              struct str name);
/* Whether a number is spelled as an integer: decimal, octal or hexadecimal. */
bool option_is_integer(struct str text);
struct str option_lower_case(struct arena *arena, struct str text);
/* A decimal integer or float as a double, whatever its size. */
double option_double(struct arena *scratch, struct str text);
uint64_t option_float_bits(double value);
uint64_t option_double_bits(double value);
void option_put_scalar(struct buf *out, enum pb_type type, uint32_t number, const struct option_scalar *scalar);
/* Without a number before it; for packed fields. */
void option_put_packed(struct buf *out, enum pb_type type, const struct option_scalar *scalar);

/* -- options_aggregate.c: { … } as the text format has it ----------------------------------------------------------- */

/* Appends the field with the option's value. node: of the field in the tree of what is set. 0, 1, -1. */
int option_aggregate(struct option_interpreter *i, const struct pb_field *field, uintptr_t node, struct buf *out);

/* -- options_features.c: what editions have to say -------------------------------------------------------------------- */

/* Notes that a field, or a value of its enum, is used in an option; faults go to lifetime and target. */
void option_note_field(struct option_interpreter *i, const struct pb_field *field);
void option_note_enum_value(struct option_interpreter *i, const struct pb_enum_value *value);
/* False of a field that counts in source files only: it is no part of descriptors. */
bool option_is_kept(const struct option_interpreter *i, const struct pb_field *field);
