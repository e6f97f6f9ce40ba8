/* What a comparison sees of a schema: parts, as Confluent Schema Registry cuts it. Each of enum, allOf, anyOf, oneOf, not, const and
 * type is a part of its own; type takes the keywords of its kind with it, and what keywords remain are parts without a type, one
 * for each kind. A schema of several parts is an allOf of them, one without any is empty. References are followed. Private to
 * compare*.c and parts*.c.
 *
 * Parts are made when they are asked for, once per comparison. One thread. */
#pragma once

#include "json/model.h"

enum jss_part_kind {
    JSS_PART_EMPTY, /* {} and true */
    JSS_PART_FALSE,
    JSS_PART_NULL,
    JSS_PART_BOOLEAN,
    JSS_PART_STRING,
    JSS_PART_NUMBER,
    JSS_PART_OBJECT,
    JSS_PART_ARRAY,
    JSS_PART_ENUM,
    JSS_PART_CONST,
    JSS_PART_NOT,
    JSS_PART_COMBINED,
    JSS_PART_CONDITION, /* if, then, else */
    JSS_PART_REFERENCE, /* that leads nowhere, or into a circle */
    JSS_PART_UNEVALUATED, /* unevaluatedProperties, unevaluatedItems; under "sound" only */
};

enum jss_criterion { JSS_ALL_OF, JSS_ANY_OF, JSS_ONE_OF };

struct jss_parts;

/* A member of a combination: a schema of its own, or a part of the schema that the combination is of. */
struct jss_member {
    const struct jss_subschema *schema; /* NULL: the part is it */
    struct jss_part *part; /* NULL: that of the schema, when it was not asked for yet */
    struct str key; /* equal for members that are written alike */
};

struct jss_part {
    enum jss_part_kind kind;
    bool is_whole; /* all of its schema: title, default and the like are its own */
    bool is_typed; /* STRING to ARRAY: other types are refused */
    bool is_integer; /* NUMBER */
    bool is_type_list; /* COMBINED: of the types in "type" */
    enum jss_criterion criterion; /* COMBINED */
    const struct jss_subschema *subschema; /* whose keywords it has; NULL: of none */
    struct jss_parts *of;
    struct jss_member *members; /* COMBINED */
    size_t member_count;
    size_t distinct_count; /* members that are written differently; they come first once jss_part_sort_out was called */
    bool is_sorted_out;
    bool is_judged, is_disjoint; /* see jss_is_disjoint */
    /* Made when they are asked for. */
    struct map *values; /* ENUM: by their text */
    struct map *properties, *required; /* OBJECT: node by name */
};

struct jss_parts {
    const struct jss_schema *schema;
    struct arena *arena;
    bool is_sound; /* the policy */
    uint64_t *work; /* steps taken are added */
    bool failed; /* no memory */
    struct jss_part **by_subschema; /* its part, by number */
    uint32_t *circles; /* by number: whether it leads back to itself in place; NULL: not is_sound */
    struct jss_part empty;
};

/* 0, or -1 without memory. */
int jss_parts_init(struct jss_parts *parts, const struct jss_schema *schema, bool is_sound, uint64_t *work,
                   struct arena *arena);

/* The part that is all of a schema. Without memory it is an empty one, and parts->failed is set. */
struct jss_part *jss_part_of(struct jss_parts *parts, const struct jss_subschema *subschema);
/* The same of a node; an empty part where it is no schema. */
struct jss_part *jss_part_at(struct jss_parts *parts, const struct jtree_node *node);
/* The same of a keyword of the part; NULL when its schema has none of that name. */
struct jss_part *jss_part_of_keyword(struct jss_part *part, struct str keyword);
/* COMBINED. Without memory it is an empty part. */
struct jss_part *jss_part_member(struct jss_part *part, size_t index);
/* COMBINED: puts the members that are written differently first. */
void jss_part_sort_out(struct jss_part *part);

/* A keyword of the part's schema that counts in the schema's draft; NULL: none. */
const struct jtree_node *jss_part_keyword(const struct jss_part *part, struct str keyword);
/* The same if it is of that kind. */
const struct jtree_node *jss_part_keyword_of_kind(const struct jss_part *part, struct str keyword,
                                                  enum jtree_kind kind);

/* A text that is the same for values that are written alike but for blanks and the order of members; "" without memory. */
struct str jss_parts_text(struct jss_parts *parts, const struct jtree_node *node);
/* ENUM: its values by their text; OBJECT: the schemas under "properties", and the names under "required", by name. Empty
 * without memory. */
struct map *jss_part_values(struct jss_part *part);
struct map *jss_part_properties(struct jss_part *part);
struct map *jss_part_required(struct jss_part *part);

/* -- Private to parts*.c --------------------------------------------------------------------------------------- */

/* A keyword that counts in the schema's draft; NULL: none. */
const struct jtree_node *jss_dated_keyword(const struct jss_subschema *subschema, struct str keyword);
/* Without memory it is the empty part. */
struct jss_part *jss_part_new(struct jss_parts *parts, enum jss_part_kind kind, const struct jss_subschema *subschema);
/* parts_cut.c: the schema as one part; NULL when it is nothing but a reference, to what it has as its target. */
struct jss_part *jss_part_cut(struct jss_parts *parts, const struct jss_subschema *subschema);
