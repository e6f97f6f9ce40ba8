/* The format library: what a schema registry must know about schema texts, whatever their format.
 *
 * A struct schema is one parsed text with the definitions it refers to. It is immutable, lives in its own arena and is
 * counted by reference: any number of threads may use it at once. Nothing here does I/O or remembers anything.
 * Every loop over foreign text is bounded, nothing recurses on the C stack.
 */
#pragma once

#include "buf.h"
#include "error.h"

struct schema;

/* A definition that a schema may refer to by name, with its own dependencies listed before it. */
struct schema_dependency {
    struct str name; /* as the reference spells it */
    struct str text; /* the stored text */
};

struct schema_source {
    struct str text;
    const struct schema_dependency *dependencies; /* dependencies before dependents; each name once */
    size_t dependency_count;
};

/* How much a schema is asked to be worth. Parsing alone accepts what was stored under any rule. */
enum schema_check {
    SCHEMA_CHECK_NAMES, /* what a lookup asks: names that some writer could use */
    SCHEMA_CHECK_REFERENCE, /* a new schema, as strictly as Confluent Schema Registry 8.1 */
    SCHEMA_CHECK_STRICT, /* a new schema that every reader can use: the above, and defaults that really fit */
};

enum schema_form {
    SCHEMA_FORM_CANONICAL, /* what is stored and returned */
    SCHEMA_FORM_NORMAL, /* the same for texts that differ in ways without meaning */
    SCHEMA_FORM_RESOLVED, /* canonical, with everything referred to written out */
    SCHEMA_FORM_EQUAL, /* resolved, members without an order sorted: equal texts are the same schema */
    SCHEMA_FORM_NORMAL_EQUAL, /* the same of the normal form, for formats whose normal forms are compared */
    SCHEMA_FORM_SERIALIZED, /* in the format's binary form, as base64 */
    SCHEMA_FORM_WITHOUT_EXTENSIONS, /* canonical, without what only some readers know */
    SCHEMA_FORM_COUNT_
};

/* A text of a stored schema that is not the canonical one, asked for by name. */
struct schema_output {
    const char *name; /* told apart without regard to case; NULL ends a list */
    enum schema_form form;
    bool only_with_references; /* without any it is the canonical text */
};

/* How a refusal is worded in the API: with what around the reason. */
enum schema_wording {
    SCHEMA_WORDING_BRIEF, /* the type */
    SCHEMA_WORDING_REQUEST, /* the request */
    SCHEMA_WORDING_REQUEST_AND_REFERENCES, /* type, request and references */
};

/* Whose verdicts a comparison gives. */
enum schema_policy {
    SCHEMA_POLICY_REFERENCE, /* those of Confluent Schema Registry */
    SCHEMA_POLICY_LENIENT, /* the same with its policy LENIENT, which lets JSON Schemas name more properties, or fewer */
    SCHEMA_POLICY_SOUND, /* compatible is only what every reader reads as it was written */
};

/* One reason why the reader cannot read what the writer wrote. */
struct schema_difference {
    const char *type; /* "TYPE_MISMATCH" and the like */
    struct str path; /* where in the schema, "/fields/0/type" */
    struct str detail; /* what exactly */
};

struct schema_differences {
    struct schema_difference *items;
    size_t count, room;
    bool truncated; /* more were found than are listed */
};

/* Work that comparing one pair of schemas may do, in steps (a pair of types, a field, an alias looked at), and
 * differences listed. */
#define SCHEMA_COMPARE_BUDGET 5000000
#define SCHEMA_DIFFERENCES_MAX 1000
/* Memory of one parsed schema with its dependencies. */
#define SCHEMA_MEMORY_MAX (256u << 20)

/* A row of formats.c. Every slot is set. Nothing outside schemas/ tells formats apart. */
struct schema_format {
    const char *name; /* as on the wire: "AVRO" */
    enum schema_wording parse_wording, check_wording; /* of texts that do not parse, that a check refuses */
    const struct schema_output *outputs;
    int (*parse)(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err);
    int (*check)(const void *model, enum schema_check how, bool validate_fields, struct error *err);
    int (*print)(const void *model, enum schema_form form, struct buf *out, struct error *err);
    int (*compare)(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena,
                   uint64_t *budget, struct schema_differences *ret, struct error *err);
    /* The difference as an entry of the API's messages; reader_role and writer_role are "new" and "old" or the reverse. */
    struct str (*describe)(struct arena *arena, const struct schema_difference *difference, struct str reader_role,
                           struct str writer_role);
    /* Names of the top-level fields, for reserved names: up to max in ret; returns how many there are. */
    size_t (*field_names)(const void *model, struct str *ret, size_t max);
};

/* All formats, ended by NULL, in the order in which /schemas/types lists them. */
extern const struct schema_format *const schema_formats[];
/* NULL when there is no such format; names are told apart by case. */
const struct schema_format *schema_format_find(struct str name);

/* Parses text as stored content is parsed: structure only. On success *ret is a new schema with one reference for the
 * caller (schema_unref). Copies what it needs of source. Failure: -1 with INVALID_SCHEMA saying where and why. */
int schema_parse(const struct schema_format *format, const struct schema_source *source, struct schema **ret,
                 struct error *err);
struct schema *schema_ref(struct schema *schema);
void schema_unref(struct schema *schema);

/* The parsed text, for the format's own folder and its codecs. */
const void *schema_model(const struct schema *schema);
const struct schema_format *schema_format_of(const struct schema *schema);
/* Memory that it holds, in bytes. */
size_t schema_bytes(const struct schema *schema);
/* validate_fields: what the setting validateFields asks for besides. 0, or -1 with INVALID_SCHEMA. */
int schema_check(const struct schema *schema, enum schema_check how, bool validate_fields, struct error *err);
/* The form that a name stands for; false when it is none of the format's. */
bool schema_output_find(const struct schema_format *format, struct str name, bool has_references,
                        enum schema_form *ret);
/* Appends the text; 0, or -1 with an error. */
int schema_print(const struct schema *schema, enum schema_form form, struct buf *out, struct error *err);
/* Names of the top-level fields (or properties): up to max of them in ret, pointing into the schema; returns how many
 * there are. */
size_t schema_field_names(const struct schema *schema, struct str *ret, size_t max);

/* Whether reader can read all that writer can write: differences in ret (their texts in the arena), none when it can. Both
 * of one format.
 * *budget: steps that are left, lowered by those taken; at most SCHEMA_COMPARE_BUDGET of them are.
 * 0 = decided; 1 = out of budget, or too many pairs to keep: one difference of type UNDECIDED, counts as incompatible; -1 = no memory. */
int schema_compare(const struct schema *reader, const struct schema *writer, enum schema_policy policy,
                   struct arena *arena, uint64_t *budget, struct schema_differences *ret, struct error *err);
