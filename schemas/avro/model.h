/* The parsed Avro schema, private to schemas/avro. Everything lives in the schema's arena and is immutable after
 * parsing. Section numbers are those of the Avro specification, "Schema Declaration". */
#pragma once

#include "jtree.h"
#include "map.h"
#include "schema.h"
#include "vec.h"

enum avsc_kind {
    AVSC_NULL,
    AVSC_BOOLEAN,
    AVSC_INT,
    AVSC_LONG,
    AVSC_FLOAT,
    AVSC_DOUBLE,
    AVSC_BYTES,
    AVSC_STRING,
    AVSC_RECORD,
    AVSC_ENUM,
    AVSC_ARRAY,
    AVSC_MAP,
    AVSC_FIXED,
    AVSC_UNION,
    AVSC_LATER, /* a name not yet defined; none is left after parsing */
    AVSC_KIND_COUNT_
};

struct avsc_name {
    struct str full; /* space.simple, or simple alone in the null namespace */
    struct str space; /* "" is the null namespace */
    struct str simple;
};

typedef VEC(const struct jtree_node *) avsc_nodes;
typedef VEC(struct str) avsc_strings;
typedef VEC(struct avsc_name) avsc_names;

enum avsc_order { AVSC_ASCENDING, AVSC_DESCENDING, AVSC_IGNORE };

struct avsc_field {
    struct str name;
    struct str doc; /* .p NULL: none */
    struct avsc_type *type;
    const struct jtree_node *default_value; /* NULL: none */
    double number_default; /* when is_number_default: a text default of a float or double */
    bool is_number_default;
    enum avsc_order order;
    avsc_strings aliases;
    avsc_nodes properties;
};

struct avsc_type {
    enum avsc_kind kind;
    uint32_t number; /* its place in avsc_schema.types */
    bool is_error; /* a record declared as "error" */
    bool is_defined_elsewhere; /* came from a dependency */
    bool is_referred_to; /* what a dependency defines: written as its name */
    bool is_complete; /* named type: all of its parts are parsed */
    bool is_shared_primitive; /* a primitive without properties */
    struct avsc_name name; /* record, enum, fixed, later */
    struct str doc; /* .p NULL: none */
    avsc_names aliases;
    avsc_nodes properties;
    struct avsc_field *fields; /* record */
    size_t field_count;
    struct map *fields_by_name; /* record with many fields, else NULL */
    avsc_strings symbols; /* enum */
    struct map *symbols_by_name;
    struct str symbol_default; /* .p NULL: none */
    int32_t size; /* fixed */
    struct avsc_type *items; /* array, map */
    struct avsc_type **branches; /* union */
    size_t branch_count;
};

struct avsc_schema {
    struct arena *arena;
    struct avsc_type *root;
    VEC(struct avsc_type *) types; /* by number */
};

/* -- names.c --------------------------------------------------------------------------------------------- */

/* "int" and the like; AVSC_KIND_COUNT_ when text is no primitive. */
enum avsc_kind avsc_primitive(struct str text);
/* "record", "int"; upper case as in messages. */
struct str avsc_kind_name(enum avsc_kind kind);
struct str avsc_kind_upper(enum avsc_kind kind);
/* Full name from a name as written and the namespace in force; -1 without memory. */
int avsc_name_make(struct arena *arena, struct str text, struct str space, struct avsc_name *ret);
/* As a type is referred to inside of namespace space (Avro Java's Name.getQualified). */
struct str avsc_name_in(const struct avsc_name *name, struct str space);
bool avsc_is_named(enum avsc_kind kind);

enum avsc_name_rule { AVSC_NAME_STRICT, AVSC_NAME_UNICODE };
/* NULL when the simple name is right, else what is wrong with it. */
const char *avsc_name_fault(struct str simple, enum avsc_name_rule rule);

/* The field of a record; NULL when it has none of that name. */
const struct avsc_field *avsc_field_find(const struct avsc_type *record, struct str name);
bool avsc_symbol_find(const struct avsc_type *enumeration, struct str symbol);
/* A member of a value and the number of the record's field that it is for; SIZE_MAX: none. */
struct avsc_member {
    size_t field;
    const struct jtree_node *node;
};
/* The members of an object that count (of equal names the last), those of fields first and in the order of the fields,
 * then the others by name. record NULL: none are of fields. ret has room for value->count; returns how many. */
size_t avsc_members_in_order(const struct avsc_type *record, const struct jtree_node *value, struct avsc_member *ret);

/* -- parse.c --------------------------------------------------------------------------------------------- */

int avsc_parse(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err);

/* Sets INVALID_SCHEMA with "<what>: <node as text>" (cut when it is long). Returns -1. */
int avsc_fault_node(struct arena *arena, struct error *err, const char *what, const struct jtree_node *node);

/* -- print.c --------------------------------------------------------------------------------------------- */

struct avsc_print_options {
    bool resolved; /* write out what came from dependencies */
    bool sorted; /* properties and members without an order sorted */
    bool normal; /* the normal form, as normalise.c below makes it */
    bool parsing_form; /* Parsing Canonical Form (section "Transforming into Parsing Canonical Form") */
    bool alone; /* only start is written out, other named types as their full names, for comparing definitions */
};
int avsc_print(const struct avsc_schema *schema, const struct avsc_type *start,
               const struct avsc_print_options *options, struct buf *out);
/* The default of a field in the form asked for; *budget is that of the normal form. */
int avsc_print_default(const struct avsc_field *field, const struct avsc_print_options *options, struct buf *out,
                       struct arena *scratch, uint64_t *budget);

/* -- logical.c ------------------------------------------------------------------------------------------- */

struct avsc_logical {
    bool is_decimal;
    int64_t precision, scale; /* of a decimal */
};
/* Whether the type's logicalType is one that Avro Java 1.12 knows and that is right for it (section "Logical Types");
 * others are properties like any. */
bool avsc_logical_find(const struct avsc_type *type, struct avsc_logical *ret);

/* -- normalise.c ----------------------------------------------------------------------------------------- */

/* The default retyped from the type of the field: numbers of floats with a fraction, members of records in the order of
 * their fields, members of maps sorted. What the budget does not suffice for stays as it is written.
 * Iterative; 0, or -1 without memory. */
int avsc_normal_default(const struct avsc_field *field, struct buf *out, struct arena *scratch, uint64_t *budget);

/* -- defaults.c ------------------------------------------------------------------------------------------ */

/* Values that the defaults of one schema may make us look at. */
#define AVSC_DEFAULTS_BUDGET 2000000

struct avsc_fitter;
/* Says which values fit which types; remembers what it has said. strict: also symbols of enums, lengths of fixed, code
 * points of bytes. *budget is lowered by the values looked at; without any left, or without memory, nothing fits. It
 * lives in scratch and as long as the values. NULL without memory. */
struct avsc_fitter *avsc_fitter_new(struct arena *scratch, bool strict, uint64_t *budget);
/* Whether value can be a default of type. A record's value may lack fields that have a fitting default. */
bool avsc_fits(struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value);
/* The first branch of a union that the value fits; NULL when there is none. */
const struct avsc_type *avsc_branch_for(struct avsc_fitter *f, const struct avsc_type *type,
                                        const struct jtree_node *value);

/* -- check.c, compare.c ---------------------------------------------------------------------------------- */

int avsc_check(const void *model, enum schema_check how, bool validate_fields, struct error *err);
int avsc_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena,
                 uint64_t *budget, struct schema_differences *ret, struct error *err);
struct str avsc_describe(struct arena *arena, const struct schema_difference *difference, struct str reader_role,
                         struct str writer_role);
