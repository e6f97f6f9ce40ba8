/* One strict check of a schema's root: what its parts share. Rules stand in the order in which protoc applies them, in phases:
 * what is wrong in a phase is not looked at by the next one, and the first fault of a phase in the order of the text is told.
 * Private to check*.c. One thread; nothing recurses; the work is near linear. */
#pragma once

#include "options_private.h"

struct check_fault {
    bool is_set;
    struct pb_position at;
    struct str text;
};

struct check_file_facts;

/* What a full name means to the root. */
struct check_symbol {
    enum pb_symbol_kind kind; /* NONE: nothing */
    const void *node; /* NULL: the message of a map's entries */
    const struct pb_file *file;
};

struct check {
    const struct pb_schema *schema;
    const struct pb_file *file; /* the root */
    struct arena *scratch; /* of the whole check */
    struct arena *texts; /* of faults */
    bool is_edition; /* refused is what a protoc of this year refuses, else what protoc 3.21 does */
    bool is_proto3;
    bool has_options;
    bool failed; /* no memory */
    struct check_fault fault; /* of the current phase */
    struct check_fault lifetime, target; /* of options, for phases of their own */
    /* check_files.c: by the number of a file */
    unsigned char *loaded, *visible;
    struct check_file_facts *facts;
    bool is_alone; /* no other file is loaded */
    struct map packages; /* name -> struct check_package, of files other than the root */
    /* check_symbols.c */
    struct map symbols; /* full name -> struct check_symbol, of the root */
    struct buf name; /* being put together */
    uint64_t name_budget; /* bytes of names that may still be looked up */
    /* what the latest look-up without an outcome has found nevertheless */
    struct str hidden_name, half_name;
    const struct pb_file *hidden_in;
    /* check_types.c */
    struct map extensions; /* message and number -> struct pb_field */
    struct map intervals; /* message -> struct check_intervals, its extension ranges */
    struct map sets; /* message with many options -> whether it is a message set */
    struct option_interpreter interpreter;
    /* check_style.c: of messages, of the file, and of the enum or service that is being looked at */
    struct map styles;
    unsigned file_style, inner_style, oneof_style;
    const struct pb_oneof *style_oneof;
};

/* -- check.c ------------------------------------------------------------------------------------------------------- */

/* Whether a fault there would be the one that is told. */
bool check_is_first(const struct check *c, struct pb_position at);
void check_fault_parts(struct check *c, struct pb_position at, const struct str *parts, size_t count);
/* Notes a fault: the parts of its text one after the other. */
#define CHECK_FAULT(c, at, ...) \
    check_fault_parts((c), (at), (struct str[]){__VA_ARGS__}, sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* Where the words before a name begin, with one blank behind each: that is not kept. */
struct pb_position check_before(struct pb_position at, const char *words);
struct pb_position check_package_at(const struct pb_file *file);
/* The position behind a minus, where numbers begin for protoc. */
struct pb_position check_behind_minus(const struct pb_value *value);

/* -- check_elements.c ------------------------------------------------------------------------------------------------ */

/* Anything that has options. */
struct check_element {
    enum pb_options_of of;
    struct str full_name; /* of a range: its message's; of the file: its package; of a oneof only when it has options */
    struct pb_position at; /* of its name */
    const pb_options *options;
    const struct pb_message *message; /* the message it is or stands in; NULL: none */
    const struct pb_enum *enumeration; /* the enum it is or stands in; NULL: none */
    const void *node;
};
typedef void (*check_element_fn)(struct check *c, const struct check_element *element);

void check_each_element(struct check *c, check_element_fn visit);
/* The messages of a file one after the other, inner ones before outer ones. */
const struct pb_message *check_first_innermost(const struct pb_file *file);
const struct pb_message *check_next_innermost(const struct pb_message *message);

/* -- check_files.c: imports and packages ------------------------------------------------------------------------------ */

struct check_package {
    const struct pb_file *first; /* that has it, as protoc reads files */
    bool is_visible;
};

enum check_visibility { CHECK_VISIBLE = 1, CHECK_VISIBLE_EXTENSIONS = 2 };

/* What is asked of a file again and again. */
struct check_file_facts {
    bool is_known, is_lite;
    struct str visibility; /* default_symbol_visibility */
};

const struct check_file_facts *check_facts_of(struct check *c, const struct pb_file *file);

/* Fills in what files the root has to do with. */
void check_load_files(struct check *c);
bool check_is_loaded(const struct check *c, const struct pb_file *file);
/* enum check_visibility */
unsigned check_visibility_of(const struct check *c, const struct pb_file *file);
void check_imports(struct check *c);
/* Where the statement begins. */
struct pb_position check_import_at(const struct pb_import *import);
void check_package(struct check *c);
/* Editions: where imports may stand. */
void check_import_syntax(struct check *c);

/* -- check_symbols.c --------------------------------------------------------------------------------------------------- */

/* Adds the names of the root; those that are there already are faults. */
void check_define_all(struct check *c);
/* What a name means in a scope and those around it; kind NONE: nothing, see check_not_defined. */
struct check_symbol check_look_up(struct check *c, struct str scope, struct str name, bool wants_type);
/* Says why check_look_up has found nothing. */
void check_not_defined(struct check *c, struct pb_position at, struct str name);
/* What the root itself defines by a full name. */
struct check_symbol check_own_symbol(const struct check *c, struct str full_name);
/* The scope around a full name. */
struct str check_scope_around(struct str full_name);
/* The same for options, for an interpreter's lookup. */
const struct pb_symbol *check_look_up_option(void *data, struct str scope, struct str name, struct str *ret_partly);
/* The name of the message that protoc makes of a map field's entries; of any length, .n 0 without memory. */
struct str check_entry_name(struct check *c, const struct pb_field *field);

/* -- check_syntax.c ------------------------------------------------------------------------------------------------------ */

/* What protoc's parser refuses besides pb_file.fault. */
void check_syntax(struct check *c);

/* -- check_defaults.c ---------------------------------------------------------------------------------------------------- */

/* The parser's part: a value of the field's type. */
void check_field_assignments(struct check *c, const struct pb_field *field);

/* -- check_build.c: elements on their own ---------------------------------------------------------------------------------- */

void check_elements(struct check *c);

/* -- check_ranges.c ---------------------------------------------------------------------------------------------------------- */

/* Numbers from start to end, both included. */
struct check_interval {
    int64_t start, end;
    const struct pb_range *range;
    size_t place; /* in the text */
    int64_t reach; /* the greatest end of this one and those before it */
};

/* Sorted by start. */
struct check_intervals {
    struct check_interval *items;
    size_t count;
};

/* The number intervals of statements; message: whose they are (NULL: an enum's). Inverted ones are left out. */
bool check_make_intervals(struct check *c, const struct pb_ranges *first, const struct pb_message *message,
                          struct check_intervals *ret);
bool check_contains(const struct check_intervals *intervals, int64_t number);
/* The last number of a range, as protoc counts it. */
int64_t check_range_end(struct check *c, const struct pb_range *range, const struct pb_message *message);
void check_message_ranges(struct check *c, const struct pb_message *message);
void check_enum_ranges(struct check *c, const struct pb_enum *enumeration);

/* -- check_types.c: what names refer to ----------------------------------------------------------------------------------------- */

void check_types(struct check *c);
/* Where the type of a field stands. */
struct pb_position check_type_at(const struct pb_field *field);

/* -- check_visibility.c: edition 2024 ---------------------------------------------------------------------------------------------- */

/* Whether the root may use a type of another file; else a fault. usage: "target of extend", or "". */
bool check_may_use(struct check *c, struct check_symbol symbol, struct pb_position at, const char *usage);
void check_strict_visibility(struct check *c);

/* -- check_options.c ------------------------------------------------------------------------------------------------------------------ */

/* Interprets the options of all elements. */
void check_interpret(struct check *c);
/* The options of fields, messages and services that must fit what they stand at. */
void check_validity(struct check *c);
bool check_is_message_set(struct check *c, const struct pb_message *message);

/* -- check_declarations.c: which extensions a range may have -------------------------------------------------------------- */

void check_declarations(struct check *c, const struct pb_message *message);

/* -- check_enums.c, check_json.c, check_proto3.c: validity too ------------------------------------------------------------------------- */

/* In 3.21 a rule of the definition itself. */
void check_enum_names(struct check *c, const struct pb_enum *enumeration);
void check_enum_validity(struct check *c, const struct pb_enum *enumeration);
void check_json_names(struct check *c, const struct pb_message *message);
void check_proto3(struct check *c);
struct str check_json_name(struct arena *arena, struct str name);

/* -- check_editions.c, check_style.c ----------------------------------------------------------------------------------------------------- */

void check_features(struct check *c);
void check_lifetimes(struct check *c);
void check_targets(struct check *c);
void check_naming_style(struct check *c);
/* The value of a feature that is given for an element itself; .n 0: none. */
struct str check_feature(const pb_options *options, const char *name);
