/* What the parts of the writer of descriptors share. Private to to_descriptor*.c. */
#pragma once

#include "descriptor_private.h"

struct descriptor_writer {
    const struct pb_schema *schema;
    const struct pb_file *file;
    bool is_linked; /* else as written */
    struct arena *scratch; /* its memory goes when the descriptor is done */
    struct buf *out;
    struct error *err;
};

/* Those that write return 0, or -1 with the error set; what a full buffer loses is noticed at the end. */

static inline int pb_no_room(struct descriptor_writer *w)
{
    return error_raise(w->err, SCHEMA_TOO_LARGE);
}

/* -- to_descriptor.c ---------------------------------------------------------------------------------------------- */

int pb_write_enum(struct descriptor_writer *w, uint32_t number, const struct pb_enum *enumeration);
/* The reserved ranges of a message or enum; max: where "max" ends. Those of an enum include their end. */
void pb_write_reserved(struct descriptor_writer *w, uint32_t number, const struct pb_ranges *first, int64_t max,
                       bool is_of_enum);
void pb_write_reserved_names(struct descriptor_writer *w, uint32_t number, const struct pb_ranges *first);

/* -- to_descriptor_message.c -------------------------------------------------------------------------------------- */

/* All messages of the file. */
int pb_write_messages(struct descriptor_writer *w);
/* The fields of extend blocks. */
int pb_write_extensions(struct descriptor_writer *w, uint32_t number, const struct pb_extend *first);

/* -- to_descriptor_options.c -------------------------------------------------------------------------------------- */

/* Options as a field with that number. scope: the full name of what carries them. keeps_empty: they are written even when
 * there are none. */
int pb_write_options(struct descriptor_writer *w, uint32_t number, enum pb_options_of of, struct str scope,
                     const pb_options *options, bool keeps_empty);

/* -- to_descriptor_field.c ---------------------------------------------------------------------------------------- */

/* A message's or enum's name as a field with that number: as written, or with a leading dot in full. */
int pb_write_type_name(struct descriptor_writer *w, uint32_t number, const struct pb_type_use *use);
/* A field of a message or an extension. oneof_index: the oneof it belongs to, made or not; -1: none. */
int pb_write_field(struct descriptor_writer *w, uint32_t number, const struct pb_field *field, int32_t oneof_index);
/* The message that a map's entries are. */
int pb_write_map_entry(struct descriptor_writer *w, uint32_t number, const struct pb_field *field);
/* It is an optional field of proto3, which has a oneof of its own. */
bool pb_is_proto3_optional(const struct descriptor_writer *w, const struct pb_field *field);
