/* What names in Protobuf files refer to, features and options. Private to schemas/protobuf. */
#pragma once

#include "model.h"

/* All that has a full name, across the files of a schema. */
enum pb_symbol_kind {
    PB_SYMBOL_NONE,
    PB_SYMBOL_PACKAGE,
    PB_SYMBOL_MESSAGE,
    PB_SYMBOL_ENUM,
    PB_SYMBOL_ENUM_VALUE,
    PB_SYMBOL_FIELD, /* extensions too */
    PB_SYMBOL_ONEOF,
    PB_SYMBOL_SERVICE,
    PB_SYMBOL_METHOD,
};

struct pb_symbol {
    enum pb_symbol_kind kind;
    struct str full_name;
    struct pb_position at;
    const struct pb_file *file; /* PACKAGE: the first file that has it */
    void *node; /* struct pb_message etc.; NULL for a package */
    struct pb_symbol *next; /* another definition of the same name, in the order of the files and of the text */
};

/* -- wellknown.c ------------------------------------------------------------------------------------------- */

/* The files that need no reference (google/protobuf, google/type, confluent), parsed and linked once for the process,
 * immutable. NULL without memory. Any thread. */
const struct pb_schema *pb_builtins(void);
/* A built-in file by its path; NULL when there is none. */
const struct pb_file *pb_builtin_file(struct str path);

/* -- link.c ------------------------------------------------------------------------------------------------ */

/* Bytes of a full name at most; longer ones are refused by pb_link. */
#define PB_NAME_MAX 10000

/* Fills in everything under "link.c" in model.h for all files of the schema, as far as names can be resolved: full names,
 * features, imports, types (pb_type_use.message and .enumeration, type MESSAGE or ENUM; DELIMITED messages of editions
 * become GROUP), schema->symbols. A type is looked for as C++ scopes have it (innermost scope first, then outwards), in all
 * files of the schema whether imported or not, then in the built-in files that no file of the schema replaces by its path.
 * What is not found stays NAMED: that is for the checks to mind. 0; -1 with INVALID_SCHEMA or without memory. builtins NULL
 * while the built-in files themselves are linked. */
int pb_link(struct pb_schema *schema, const struct pb_schema *builtins, struct error *err);
/* The same for the files behind those that were linked before, which see nothing of them. */
int pb_link_added(struct pb_schema *schema, const struct pb_schema *builtins, struct error *err);

/* The symbol of that full name (no leading dot), built-in ones included; NULL when there is none. */
const struct pb_symbol *pb_symbol_find(const struct pb_schema *schema, struct str full_name);
/* What a name means in a scope (the full name of the message or package; "" outermost) of a file; NULL: nothing. A leading dot
 * begins outermost. Innermost scopes come first. What the file's imports make visible comes first, in whatever scope; then
 * what any file has, as the reference server has it. wants_type: only messages and enums count for the last part. Where the
 * first part of a name is found but not the rest, the search goes on outwards (protoc gives up there: a check). The work is
 * bounded by the depth of the scope and PB_NAME_MAX. */
const struct pb_symbol *pb_resolve(const struct pb_schema *schema, const struct pb_file *file, struct str scope,
                                   struct str name, bool wants_type);
/* Names looked at by pb_resolve at most: for those who resolve many. */
uint64_t pb_resolve_steps(struct str scope, struct str name);
/* What resolving all names of a schema, or those of its options, may cost. */
#define PB_RESOLVE_BUDGET 20000000
/* The field of a message by its simple name; NULL when there is none. */
const struct pb_field *pb_field_named(const struct pb_message *message, struct str name);
/* Whether `from` sees what `of` defines: it is the file itself, imported by it, or reached from an import by public imports. */
bool pb_sees(const struct pb_schema *schema, const struct pb_file *from, const struct pb_file *of);
/* The scope that names in a message, or at the top of its file, are looked for in. */
struct str pb_scope_of(const struct pb_message *message, const struct pb_file *file);

/* The messages of a file one after the other, outer ones before inner ones: for (m = first; m; m = pb_next_message(m)). */
struct pb_message *pb_next_message(const struct pb_message *message);

/* features.c: fills in the features of the file and everything in it. */
void pb_link_features(struct pb_file *file);

/* -- check.c ----------------------------------------------------------------------------------------------- */

/* Whether the names of the root can be resolved, as far as Confluent Schema Registry 8.1 minds: types of fields, targets of
 * extend blocks, types of rpcs (not values of maps); map keys of a type that can be one; names of messages and enums once in
 * their scope. 0, or -1 with INVALID_SCHEMA. */
int pb_check_reference(const struct pb_schema *schema, struct error *err);
/* That, and what its option validateFields asks for: positive field numbers, each number and each name once. */
int pb_check_fields(const struct pb_schema *schema, struct error *err);
/* Everything that protoc (of that edition) refuses, in the root; the first fault in the order of the text, with its reason
 * (the wording of protoc) and position. Includes pb_file.fault, imports that are missing, visibility of names through imports,
 * and the interpretation of options. 0, or -1 with INVALID_SCHEMA. */
int pb_check_strict(const struct pb_schema *schema, struct error *err);

/* -- options.c: what options mean ---------------------------------------------------------------------------- */

/* What the options of an element are, as its message in descriptor.proto has them: "google.protobuf.FieldOptions". */
enum pb_options_of {
    PB_FILE_OPTIONS,
    PB_MESSAGE_OPTIONS,
    PB_FIELD_OPTIONS,
    PB_ONEOF_OPTIONS,
    PB_EXTENSION_RANGE_OPTIONS,
    PB_ENUM_OPTIONS,
    PB_ENUM_VALUE_OPTIONS,
    PB_SERVICE_OPTIONS,
    PB_METHOD_OPTIONS,
    PB_OPTIONS_OF_COUNT_
};
/* The field that a part of an option's name means: inside of the message containing (an options message to begin with), in the
 * scope of the element that carries the option (its full name). NULL: unknown. */
const struct pb_field *pb_option_field(const struct pb_schema *schema, const struct pb_message *containing,
                                       struct str scope, const struct pb_name_part *part);
/* The options message itself, from the schema's own descriptor.proto if it brings one, else the built-in one. */
const struct pb_message *pb_options_message(const struct pb_schema *schema, enum pb_options_of of);
/* Appends the options as the serialised message (fields by number, as protoc writes them), default and json_name left out.
 * file: where they stand. 0, or -1 with INVALID_SCHEMA in the wording of protoc; at is where. */
int pb_options_interpret(const struct pb_schema *schema, const struct pb_file *file, enum pb_options_of of,
                         struct str scope, const pb_options *options, struct buf *out, struct error *err);
/* A boolean option of descriptor.proto, as written last; fallback when it is absent or no boolean. */
bool pb_option_bool(const pb_options *options, const char *name, bool fallback);
/* The option with that one-part name that is no extension; NULL when absent. */
const struct pb_option *pb_option_find(const pb_options *options, const char *name);
