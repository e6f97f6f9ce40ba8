/* What option values mean, as the reader of descriptors finds it out. Private to from_descriptor_{known,values,options}.c. */
#pragma once

#include "from_descriptor_private.h"

/* A field of a message whose values are read, or an extension of it. */
struct known_field {
    const struct pb_field *field;
    struct str extension; /* full name; .p NULL: it is a field of the message itself */
    size_t place; /* among all that were noted */
};

struct known_message {
    const struct pb_message *message; /* NULL: the entry of a map */
    VEC(struct known_field) fields; /* by number once it is sorted; before, extensions only */
    bool is_sorted;
};

/* What the name of a type means. */
struct meaning {
    enum pb_type type; /* NAMED: nothing */
    struct known_message *message;
    const struct pb_enum *enumeration;
};

/* A field that was found in the bytes of a message. */
struct found {
    const struct known_field *known;
    struct wire_field wire;
    size_t place; /* among all that were found */
};

/* A message value whose members are still to be read. */
struct unread_value {
    struct pb_value *value;
    struct known_message *message;
    struct str bytes;
    uint32_t depth;
};

struct option_reader {
    struct descriptor_reader *r;
    const struct pb_schema *definitions; /* known files, and built-in ones */
    struct arena scratch; /* what is known */
    struct arena work; /* of one message */
    struct map messages; /* by full name: struct known_message */
    struct map entries; /* of maps, by the bytes of a pointer to the field */
    VEC(struct unread_value) values;
    uint64_t budget;
};

/* -- from_descriptor_known.c: 0, 1 when bytes are no message, -1 with the error set -------------------------------- */

typedef VEC(struct found) found_fields;

/* Notes the extensions of all files; those of earlier calls come first. schema may be NULL. */
int pb_know_files(struct option_reader *o, const struct pb_schema *schema);
/* A message by its definition; NULL without memory. */
struct known_message *pb_know_message(struct option_reader *o, const struct pb_message *message);
int pb_find_meaning(struct option_reader *o, const struct pb_field *field, struct meaning *ret);
/* The fields that are known, by number. */
int pb_find_fields(struct option_reader *o, const struct known_message *message, struct str bytes, found_fields *ret);
/* How many of the fields from the first one on have its number. */
size_t pb_count_same(const found_fields *fields, size_t first);
bool pb_is_repeated(const struct pb_field *field);
/* The values that fields of one number amount to, packed ones one by one; none when their type is not known or not theirs. Of a
 * field that is not repeated the last one counts, messages are put together. */
int pb_list_values(struct option_reader *o, const struct found *fields, size_t count, const struct meaning *meaning,
                   found_fields *ret);

/* -- from_descriptor_values.c: the same ---------------------------------------------------------------------------- */

/* A number as it is spelled, with or without a sign. */
int pb_set_spelled(struct option_reader *o, struct str text, struct pb_value *value);
/* The members of a message are left for pb_read_values. depth: of the messages around it. */
int pb_set_value(struct option_reader *o, const struct meaning *meaning, const struct wire_field *wire, uint32_t depth,
                 struct pb_value *value);
/* The members of all messages that were left, and of those in them. */
int pb_read_values(struct option_reader *o);
