/* The parsed Protobuf schema, private to schemas/protobuf: .proto files as trees that keep what was written, in the order in
 * which it was written. Everything lives in the schema's arena. parse.c or from_descriptor.c make a file, link.c adds what
 * names refer to; after that it is immutable. Words are those of the language specification and of descriptor.proto. */
#pragma once

#include "map.h"
#include "schema.h"
#include "vec.h"

/* From 1; 0, 0 when the file came as a descriptor. Columns count bytes. */
struct pb_position {
    uint32_t line, column;
};

/* A list of nodes in order: struct pb_list(pb_field) fields. Nodes have a member next. */
#define PB_LIST(node_type)              \
    struct {                            \
        struct node_type *first, *last; \
        size_t count;                   \
    }
#define PB_APPEND(list, node) \
    ((list)->count++, (list)->last = *((list)->last ? &(list)->last->next : &(list)->first) = (node))
#define PB_EACH(item, list) \
    (item) = (list)->first; \
    (item);                 \
    (item) = (item)->next

/* -- Options ---------------------------------------------------------------------------------------------- */

enum pb_value_kind {
    PB_VALUE_WORD, /* identifier: true, inf, GREEN */
    PB_VALUE_NUMBER, /* integer or float, text as spelled, without a sign */
    PB_VALUE_STRING, /* text: the bytes that are meant, escapes resolved, adjacent literals joined */
    PB_VALUE_MESSAGE, /* { … } */
    PB_VALUE_LIST, /* [ … ], in a { … } only */
};

/* A value, and as an item of a list or message also its place there. */
struct pb_value {
    struct pb_value *next; /* in a list */
    enum pb_value_kind kind;
    bool is_negative; /* a minus before a word or number */
    struct pb_position at;
    struct str text; /* WORD, NUMBER, STRING */
    PB_LIST(pb_value) items; /* LIST */
    PB_LIST(pb_member) members; /* MESSAGE */
};

/* name: value in a message value. A repeated name stands there several times. */
struct pb_member {
    struct pb_member *next;
    struct pb_position at;
    struct str name; /* without the brackets of an extension or of an Any's URL */
    bool is_bracketed;
    bool lacks_colon; /* as written */
    struct pb_value *value;
};

/* One part of an option's name: foo, or (some.extension) with the brackets left out. A part without brackets has no dots. */
struct pb_name_part {
    struct pb_name_part *next;
    struct str name;
    bool is_extension;
};

/* name = value, of every element; default and json_name of fields too. */
struct pb_option {
    struct pb_option *next;
    struct pb_position at, value_at;
    PB_LIST(pb_name_part) name;
    struct pb_value value;
};
typedef PB_LIST(pb_option) pb_options;

/* -- Features (editions), as link.c resolves them; for proto2 and proto3 what their rules amount to ---------- */

enum pb_presence { PB_PRESENCE_UNKNOWN, PB_EXPLICIT, PB_IMPLICIT, PB_LEGACY_REQUIRED };
enum pb_enum_type { PB_ENUM_TYPE_UNKNOWN, PB_OPEN, PB_CLOSED };
enum pb_repeated_encoding { PB_REPEATED_UNKNOWN, PB_PACKED, PB_EXPANDED };
enum pb_utf8_validation { PB_UTF8_UNKNOWN, PB_UTF8_VERIFY = 2, PB_UTF8_NONE = 3 };
enum pb_message_encoding { PB_MESSAGE_ENCODING_UNKNOWN, PB_LENGTH_PREFIXED, PB_DELIMITED };
enum pb_json_format { PB_JSON_UNKNOWN, PB_JSON_ALLOW, PB_JSON_LEGACY_BEST_EFFORT };

/* The numbers are those of google.protobuf.FeatureSet. */
struct pb_features {
    unsigned char presence, enum_type, repeated_encoding, utf8_validation, message_encoding, json_format;
};

/* -- Elements --------------------------------------------------------------------------------------------- */

/* The numbers of FieldDescriptorProto.Type. */
enum pb_type {
    PB_NAMED = 0, /* a name that is not resolved to a message or enum */
    PB_DOUBLE,
    PB_FLOAT,
    PB_INT64,
    PB_UINT64,
    PB_INT32,
    PB_FIXED64,
    PB_FIXED32,
    PB_BOOL,
    PB_STRING,
    PB_GROUP,
    PB_MESSAGE,
    PB_BYTES,
    PB_UINT32,
    PB_ENUM,
    PB_SFIXED32,
    PB_SFIXED64,
    PB_SINT32,
    PB_SINT64,
    PB_TYPE_COUNT_
};

/* A use of a type. */
struct pb_type_use {
    struct pb_position at;
    enum pb_type type; /* NAMED until linked */
    struct str name; /* as written, "a.B" or ".a.B"; of a scalar its keyword; of a group the group's name */
    struct pb_message *message; /* MESSAGE, GROUP */
    struct pb_enum *enumeration; /* ENUM */
};

enum pb_label { PB_NO_LABEL, PB_OPTIONAL, PB_REQUIRED, PB_REPEATED }; /* the numbers of FieldDescriptorProto.Label */

struct pb_field {
    struct pb_field *next; /* in its message or extend block */
    struct pb_position at, name_at, number_at;
    enum pb_label label; /* as written */
    bool is_map;
    struct pb_type_use key; /* of a map */
    struct pb_type_use type; /* of a map: of its values. A group's message is type.message from the start */
    struct str name; /* of a group: its name in lower case */
    int32_t number;
    pb_options options;
    struct pb_oneof *oneof; /* NULL: none. Synthetic ones of proto3 optional fields are not made */
    struct pb_field *next_member; /* in its oneof */
    struct pb_extend *extend; /* the block that it stands in, or NULL */
    struct pb_message
        *parent; /* the message that it is a field of or whose extend block it stands in; NULL: the file's */
    /* link.c */
    uint32_t index; /* in its list */
    struct str full_name;
    struct pb_features features;
};

struct pb_oneof {
    struct pb_oneof *next;
    struct pb_position at;
    struct str name;
    pb_options options;
    struct pb_message *parent;
    struct pb_field *first_member, *last_member; /* they are in the message's list too */
    size_t field_count; /* members */
    /* link.c */
    uint32_t index; /* in the message's list */
    struct pb_features features;
};

static inline void pb_oneof_add(struct pb_oneof *oneof, struct pb_field *field)
{
    struct pb_field **end = oneof->last_member ? &oneof->last_member->next_member : &oneof->first_member;
    *end = oneof->last_member = field;
    field->next_member = NULL;
    field->oneof = oneof;
    oneof->field_count++;
}

/* One entry of a reserved or extensions statement: a name, or the numbers start..end, both included. */
struct pb_range {
    struct pb_range *next;
    struct pb_position at;
    struct str name; /* .p NULL: numbers */
    bool is_word; /* the name was written without quotes (editions) */
    bool is_span; /* "a to b" was written, not a alone */
    bool is_max; /* the end was written as max */
    int32_t start, end;
};

/* A reserved or extensions statement. */
struct pb_ranges {
    struct pb_ranges *next;
    struct pb_position at;
    PB_LIST(pb_range) ranges;
    pb_options options; /* extensions */
};

/* Symbol visibility of edition 2024. */
enum pb_visibility { PB_VISIBILITY_UNSET, PB_LOCAL, PB_EXPORT };

struct pb_enum_value {
    struct pb_enum_value *next;
    struct pb_position at, number_at;
    struct str name;
    int32_t number;
    pb_options options;
    struct pb_enum *parent;
    uint32_t index; /* link.c: in its list */
    struct str full_name; /* link.c: a sibling of its enum */
};

struct pb_enum {
    struct pb_enum *next;
    struct pb_position at;
    struct str name;
    enum pb_visibility visibility;
    PB_LIST(pb_enum_value) values;
    pb_options options;
    PB_LIST(pb_ranges) reserved;
    struct pb_message *parent; /* NULL: top level */
    struct pb_file *file;
    /* link.c */
    struct str full_name;
    struct pb_features features;
};

/* extend Target { fields }. */
struct pb_extend {
    struct pb_extend *next;
    struct pb_position at;
    struct pb_type_use target;
    PB_LIST(pb_field) fields;
    struct pb_message *parent; /* NULL: top level */
    struct pb_file *file;
};

struct pb_message {
    struct pb_message *next; /* among its siblings */
    struct pb_position at;
    struct str name;
    enum pb_visibility visibility;
    bool is_group; /* the body of a group; it stands among its parent's messages, at the place of the field */
    PB_LIST(pb_field) fields; /* in source order, with those of oneofs */
    PB_LIST(pb_oneof) oneofs;
    PB_LIST(pb_message) messages; /* nested, with groups; not the entries of maps */
    PB_LIST(pb_enum) enums;
    PB_LIST(pb_extend) extends;
    PB_LIST(pb_ranges) extensions;
    PB_LIST(pb_ranges) reserved;
    pb_options options;
    struct pb_message *parent; /* NULL: top level */
    struct pb_file *file;
    uint32_t depth; /* 0: top level */
    /* link.c */
    struct pb_field **by_number; /* the fields, sorted by number, equal ones in source order */
    struct str full_name; /* without a leading dot */
    struct pb_name *scope; /* the names defined in it */
    struct pb_features features;
    bool is_map_entry; /* has option map_entry = true */
};

struct pb_method {
    struct pb_method *next;
    struct pb_position at;
    struct str name;
    struct pb_type_use input, output;
    bool streams_input, streams_output;
    pb_options options;
    struct pb_service *parent;
    struct str full_name; /* link.c */
};

struct pb_service {
    struct pb_service *next;
    struct pb_position at;
    struct str name;
    PB_LIST(pb_method) methods;
    pb_options options;
    struct pb_file *file;
    struct str full_name; /* link.c */
};

enum pb_import_kind { PB_IMPORT_PLAIN, PB_IMPORT_PUBLIC, PB_IMPORT_WEAK, PB_IMPORT_OPTION };

struct pb_import {
    struct pb_import *next;
    struct pb_position at;
    enum pb_import_kind kind;
    struct str path;
    const struct pb_file *file; /* link.c; NULL: there is none of that name */
};

enum pb_syntax { PB_PROTO2, PB_PROTO3, PB_EDITIONS };
enum pb_edition { PB_EDITION_PROTO2 = 998, PB_EDITION_PROTO3 = 999, PB_EDITION_2023 = 1000, PB_EDITION_2024 = 1001 };

struct pb_file {
    struct str path; /* name of the reference or built-in file; of the schema itself "default" */
    bool has_syntax; /* a syntax or edition line was written */
    enum pb_syntax syntax;
    int32_t edition; /* enum pb_edition; 0 when the file names one that is unknown */
    struct str edition_text; /* EDITIONS: as written */
    struct str package; /* "" when there is none */
    struct pb_position package_at;
    PB_LIST(pb_import) imports; /* in source order */
    pb_options options;
    PB_LIST(pb_message) messages;
    PB_LIST(pb_enum) enums;
    PB_LIST(pb_extend) extends;
    PB_LIST(pb_service) services;
    /* The first thing that protoc's grammar does not have but that is read nevertheless, since stored texts may hold it;
     * .p NULL: nothing. */
    struct str fault;
    struct pb_position fault_at;
    bool is_normal; /* made by normalise.c: options stand in their order */
    /* link.c */
    struct pb_features features;
    uint32_t index; /* in pb_schema.files; of built-in files in their own list */
    bool is_builtin;
    bool has_extensions; /* extend blocks, in messages too */
    const unsigned char
        *sees; /* a flag for each file: the built-in ones, then those of the schema that were linked with it */
    size_t sees_count;
};

/* What one schema text amounts to, with what it refers to. */
struct pb_schema {
    struct arena *arena;
    struct pb_file *root;
    VEC(struct pb_file *) files; /* the root, then the dependencies as given; built-in files are not among them */
    struct pb_symbols *symbols; /* link.c */
};

/* -- lexer.c, parse*.c ------------------------------------------------------------------------------------ */

/* How deep messages and option values may nest at all; protoc's own limit for messages is lower (check.c). */
#define PB_DEPTH_MAX 256

/* Reads a .proto text into a file, names unresolved. Accepts what protoc's parser accepts, and what stored texts may hold
 * besides (pb_file.fault says so then). text must be UTF-8 and live as long as the arena. 0, or -1 with INVALID_SCHEMA
 * ("… line L, column C: …"). */
int pb_parse_text(struct arena *arena, struct str path, struct str text, struct pb_file **ret, struct error *err);

/* -- from_descriptor.c: a serialised google.protobuf.FileDescriptorProto ------------------------------------- */

/* Reads bytes (no base64) into a file as if its text had been parsed: synthetic oneofs of proto3 optional fields taken away,
 * map entries left as messages with the option map_entry (type names stay as they are), groups nested; options as options
 * (extensions that known can explain, by number, as (their.name); others are dropped); json_name and default_value as options
 * json_name and default. path: what the file is called, whatever name the descriptor holds. known: files whose extensions of
 * options count besides the built-in ones; may be NULL. Bounded in depth and work, no recursion over the input.
 * 0; 1 = these bytes are no FileDescriptorProto; -1 with INVALID_SCHEMA or without memory. */
int pb_from_descriptor(struct arena *arena, struct str path, struct str bytes, const struct pb_schema *known,
                       struct pb_file **ret, struct error *err);

/* -- to_descriptor.c --------------------------------------------------------------------------------------- */

enum pb_descriptor_form {
    PB_DESCRIPTOR_AS_WRITTEN, /* what format=serialized answers: see to_descriptor.c */
    PB_DESCRIPTOR_LINKED, /* what protoc -o writes, without source_code_info: names resolved, options interpreted */
};
/* Appends the serialised FileDescriptorProto of a linked file. 0, or -1 with INVALID_SCHEMA (it has no descriptor). */
int pb_to_descriptor(const struct pb_schema *schema, const struct pb_file *file, enum pb_descriptor_form form,
                     struct buf *out, struct error *err);

/* -- print.c, normalise.c ---------------------------------------------------------------------------------- */

/* Appends the canonical text of a file: what is stored and returned. without_extensions: leaves out extension ranges, extend
 * blocks and custom options, except those of package confluent. */
int pb_print(const struct pb_file *file, bool without_extensions, struct buf *out);
/* A copy of the linked root with everything that has no meaning in one order: see normalise.h. NULL without memory, or
 * when its names would take too long to be resolved. */
struct pb_file *pb_normalise(const struct pb_schema *schema, struct arena *arena);

/* -- format.c ---------------------------------------------------------------------------------------------- */

/* Sets INVALID_SCHEMA with "line L, column C: text" (text alone at 0, 0). Returns -1. */
int pb_fault(struct arena *arena, struct error *err, struct pb_position at, struct str text);
