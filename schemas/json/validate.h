/* Validating JSON against a JSON Schema: compiled once, run any number of times by any number of threads. Validation of the
 * specifications draft-04 to 2020-12, vocabularies core, applicator, validation, unevaluated, format (as an annotation unless asked
 * otherwise); content keywords are annotations. */
#pragma once

#include "model.h"

struct jss_program;

struct jss_compile_options {
    bool asserts_formats; /* "format" refuses values that do not have it */
};

/* Compiles the schema at start and all that it refers to, into the arena (which may be that of the schema). A pattern that
 * cannot be translated, or a reference that leads nowhere, is -1 with INVALID_SCHEMA saying where. Bounded; nothing recurses
 * over the schema. */
int jss_compile(const struct jss_schema *schema, const struct jss_subschema *start,
                const struct jss_compile_options *options, struct arena *arena, struct jss_program **ret,
                struct error *err);

/* What a run needs to work in; kept by one thread and used again, so that a run allocates nothing once it has grown. */
struct jss_scratch;
struct jss_scratch *jss_scratch_new(void); /* NULL without memory */
void jss_scratch_free(struct jss_scratch *scratch);

/* One keyword that refused (or holds other units): places are JSON pointers, "" is the root. */
struct jss_unit {
    struct str keyword_location; /* "/properties/a/$ref/type": as evaluated */
    struct str absolute_keyword_location; /* URI of the resource, "#" and a pointer */
    struct str instance_location;
    struct str error; /* a sentence */
    uint32_t depth; /* of the detailed form: a unit stands below the last one before it with a lower depth */
};

struct jss_output {
    struct arena *arena; /* where units and their texts go */
    bool is_detailed; /* the detailed form of 2020-12 section 12.4.3; else the basic one, 12.4.2 */
    size_t max_units; /* no more than these; 0: 100 */
    VEC(struct jss_unit) units;
};

enum jss_outcome {
    JSS_VALID = 0,
    JSS_INVALID = 1,
    JSS_UNDECIDED = 2, /* out of steps, or a pattern hit its limits */
    JSS_NO_MEMORY = -1,
};

/* Steps that one run may take. */
#define JSS_RUN_BUDGET 10000000

/* Whether the instance is valid. output NULL: the verdict alone, which stops at the first refusal; else all errors. The instance's
 * shadowed members (duplicates) do not count. Iterative over both the schema and the instance. */
enum jss_outcome jss_validate(const struct jss_program *program, const struct jtree_node *instance,
                              struct jss_scratch *scratch, struct jss_output *output);
