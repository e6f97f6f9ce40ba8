/* The walk through all schemas that the root leads to, and what the values of keywords must be. Private to check_reference.c and
 * check_keywords.c. */
#pragma once

#include "json/check_private.h"

/* A value in a schema that is looked at. */
struct jss_spot {
    size_t place; /* the schema, in walk.places */
    const struct jtree_node *keyword; /* its member */
    struct str name; /* in the member; .p NULL: none */
    int64_t index; /* in the member; -1: none */
};

/* A schema to be looked at: the target of a reference, or what stands at a spot of another one. */
struct jss_place {
    const struct jtree_node *node;
    const struct jss_subschema *around; /* itself, or the nearest one around it */
    bool is_target; /* `around` says where it is; else: */
    struct jss_spot spot;
};

struct jss_walk {
    const struct jss_schema *schema;
    enum jss_dialect dialect; /* of the root */
    struct arena *scratch;
    VEC(struct jss_place) places;
    bool *has_seen; /* by the number of the schema */
    struct error *err;
};

static inline bool jss_is_old(const struct jss_walk *w)
{
    return w->dialect <= JSS_DRAFT_07;
}

static inline bool jss_is_boolean(const struct jtree_node *node)
{
    return node->kind == JTREE_KIND_TRUE || node->kind == JTREE_KIND_FALSE;
}

/* What the value of a keyword must be: 0, or -1 with the error. */
typedef int jss_check_fn(struct jss_walk *w, struct jss_spot spot, const struct jtree_node *value);

/* -- check_reference.c -------------------------------------------------------------------------------------------- */

/* INVALID_SCHEMA with the place of the spot in front of the text. -1 */
int jss_spot_fault(struct jss_walk *w, struct jss_spot spot, struct str text);
/* A schema that is to be looked at too, once. */
int jss_add_place(struct jss_walk *w, struct jss_place place);
jss_check_fn jss_check_target;

/* -- check_keywords.c --------------------------------------------------------------------------------------------- */

/* NULL: anything will do. ret_is_beside: up to draft-07 it is looked at where a $ref stands, too. */
jss_check_fn *jss_keyword_check(enum jss_dialect dialect, struct str name, bool *ret_is_beside);
jss_check_fn jss_check_string, jss_check_uri;
