/* What the parts of the reader of descriptors share. Private to from_descriptor*.c. */
#pragma once

#include "descriptor_private.h"

/* Options as they came, which are understood when the whole file is there. */
struct unread_options {
    enum pb_options_of of;
    struct str bytes;
    pb_options *ret;
};

struct descriptor_reader {
    struct arena *arena;
    struct error *err;
    struct pb_file *file;
    VEC(struct unread_options) options;
};

/* A message of descriptor.proto without other messages but its options: which of its fields are texts, which are numbers (bits),
 * and the number of the options (0: it has none). */
struct pb_shape {
    const char *what; /* for faults */
    uint32_t texts, numbers, options;
};
#define PB_BIT(number) (1u << (number))
#define PB_PARTS_MAX 18

/* What such a message holds, by number; a field that is there twice counts as it is there last, options as both together. */
struct pb_parts {
    struct str texts[PB_PARTS_MAX]; /* .p NULL: absent */
    bool has_number[PB_PARTS_MAX];
    uint64_t numbers[PB_PARTS_MAX];
    struct str options;
};

/* Those that read return 0, 1 when the bytes are no message, -1 with the error set. */

/* -- from_descriptor.c ------------------------------------------------------------------------------------------- */

int pb_too_large(struct descriptor_reader *r); /* when there is no memory for it; -1 */
int pb_refuse_descriptor(struct descriptor_reader *r, const char *before, struct str quoted,
                         const char *after); /* -1 */
/* Texts are UTF-8. */
int pb_read_parts(struct descriptor_reader *r, const struct pb_shape *shape, struct str bytes, struct pb_parts *ret);
/* The parts of something whose first field is its name, which must be one. */
int pb_read_named(struct descriptor_reader *r, const struct pb_shape *shape, struct str bytes, struct pb_parts *ret,
                  struct str *ret_name);
bool pb_is_identifier(struct str text); /* letters, digits and underscores */
bool pb_is_qualified(struct str text); /* identifiers joined by dots, perhaps behind a dot */
bool pb_is_quotable(struct str text); /* can stand between double quotes as it is */
int pb_keep_options(struct descriptor_reader *r, enum pb_options_of of, struct str bytes, pb_options *ret);

/* -- from_descriptor_types.c --------------------------------------------------------------------------------------- */

/* Each is appended to its parent's list, or without a parent to the file's. */
int pb_read_enum(struct descriptor_reader *r, struct str bytes, struct pb_message *parent);
int pb_read_service(struct descriptor_reader *r, struct str bytes);
/* A statement of one range, and of one reserved name. Ranges of messages end before their end, those of enums with it. */
int pb_read_range(struct descriptor_reader *r, struct str bytes, bool is_of_enum, struct pb_ranges **ret);
int pb_read_reserved_name(struct descriptor_reader *r, struct str name, struct pb_ranges **ret);
enum pb_visibility pb_visibility_of(const struct descriptor_reader *r, uint64_t number);

/* -- from_descriptor_message.c ------------------------------------------------------------------------------------- */

/* With all that is nested in it. */
int pb_read_message(struct descriptor_reader *r, struct str bytes);
/* Appended to the extend block of its target. A group's body is still to be found. */
int pb_read_extension(struct descriptor_reader *r, struct str bytes, struct pb_message *parent, struct pb_field **ret);
/* Finds the bodies of groups among the messages. */
int pb_find_groups(struct descriptor_reader *r, struct pb_message *first, struct pb_field **groups, size_t count);

/* -- from_descriptor_field.c --------------------------------------------------------------------------------------- */

/* A field or extension. A group's body is still to be found. *ret_oneof: the number of its oneof, -1: none; one that was made
 * for an optional field of proto3 counts too. */
int pb_read_field(struct descriptor_reader *r, struct str bytes, struct pb_field **ret, int32_t *ret_oneof,
                  struct str *ret_extendee);

/* -- from_descriptor_options.c ------------------------------------------------------------------------------------- */

/* Understands all options that were kept. own: the file without its options, linked, when it defines extensions; else NULL. */
int pb_read_options(struct descriptor_reader *r, const struct pb_schema *known, const struct pb_schema *own);
