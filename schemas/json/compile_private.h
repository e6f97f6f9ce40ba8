/* What compiling a schema shares. Private to compile*.c. */
#pragma once

#include "json/program_private.h"

/* Codes of one program, and names of dynamic anchors that are told apart. */
#define JSS_CODES_MAX 262144
#define JSS_ANCHORS_MAX 64

/* Which schema the anchors mean: number + 1, 0 when the schema that asks decides. */
struct jss_context {
    uint32_t targets[JSS_ANCHORS_MAX];
};

struct jss_compiler {
    const struct jss_schema *schema;
    struct arena *arena; /* the program's */
    struct arena *scratch; /* for what is needed while compiling only */
    struct error *err;
    bool asserts_formats;
    struct map codes; /* bytes of struct jss_code_key -> struct jss_code */
    VEC(struct jss_code *) queue; /* all codes; the first ones are done */
    struct map patterns; /* -> struct regex */
    VEC(struct str) anchors; /* that dynamic references ask for */
    VEC(struct jss_context *) contexts;
    struct map context_numbers; /* bytes of struct jss_context -> number + 1 */
    uint64_t budget; /* for hashing values */
    struct jss_values values;
};

/* The schema that is being compiled. */
struct jss_build {
    struct jss_compiler *c;
    struct jss_code *code;
    const struct jss_subschema *subschema;
    const struct jtree_node *keywords[JSS_KEYWORD_COUNT_]; /* NULL: not there, or not one of the dialect */
    VEC(struct jss_leaf) leaves[JTREE_KIND_COUNT_];
    VEC(struct jss_operation) operations[JTREE_KIND_COUNT_];
    unsigned refused_kinds; /* as bits */
    bool wants_integer; /* of a number */
};

#define JSS_KIND_BIT(kind) (1u << JTREE_KIND_##kind)
#define JSS_ALL_KINDS ((1u << JTREE_KIND_COUNT_) - 1)

/* All return 0, or -1 with an error. */

static inline int jss_no_memory(struct jss_compiler *c)
{
    return error_raise(c->err, SCHEMA_TOO_LARGE);
}
/* For values of these kinds. */
int jss_add_leaf(struct jss_build *b, unsigned kinds, struct jss_leaf leaf);
int jss_add_operation(struct jss_build *b, unsigned kinds, struct jss_operation operation);
/* The expression of a keyword, which may be used already. */
int jss_compile_pattern(struct jss_build *b, enum jss_keyword keyword, struct str pattern, const struct regex **ret);
/* The number of a keyword that is one, not negative; what is left when it is not. Fractions count up. */
int64_t jss_count_of(const struct jss_build *b, enum jss_keyword keyword, int64_t otherwise);

/* -- compile_edges.c --------------------------------------------------------------------------------------------- */

/* A keyword of the dialect; JSS_KEYWORD_NONE: no keyword that the validator looks at. */
enum jss_keyword jss_keyword_of(enum jss_dialect dialect, struct str name);
int jss_gather_anchors(struct jss_compiler *c);
/* The first edge, in the context of nothing. */
int jss_start_edge(struct jss_compiler *c, const struct jss_subschema *start, struct jss_edge *ret);
/* To the schema at a node; *ret stays as it is when there is none. is_here: it judges the same value, and what it evaluates
 * counts. */
int jss_edge_to(struct jss_build *b, const struct jtree_node *node, bool is_here, struct jss_edge *ret);
/* To what a reference keyword of the schema leads to. */
int jss_edge_to_target(struct jss_build *b, enum jss_keyword keyword, struct jss_edge *ret);

/* -- compile_leaves.c, compile_containers.c ---------------------------------------------------------------------- */

int jss_compile_leaves(struct jss_build *b);
int jss_compile_object(struct jss_build *b);
int jss_compile_array(struct jss_build *b);
/* What is to be done at the end, when all else has marked what it evaluates. */
int jss_compile_unevaluated(struct jss_build *b);

/* -- formats.c -------------------------------------------------------------------------------------------------- */

/* NULL: unknown to the dialect, or not asserted. */
jss_format_fn *jss_format_of(enum jss_dialect dialect, struct str name);
