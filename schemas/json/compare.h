/* Comparing two schemas, private to compare*.c. A comparison looks at pairs: of a part of the reader and one of the writer. Looking
 * at a pair tells what differs in it and asks for the verdicts of other pairs. First pairs are decided: everything is taken for
 * compatible, and what is refuted makes its users be looked at again, until nothing changes (the greatest fixpoint, so that
 * recursive schemas are judged right whatever the order). Then the differences of the pairs that were refuted are listed. */
#pragma once

#include "json/compare_patterns.h"
#include "json/parts.h"

enum jss_difference {
#define DIFFERENCE_ROW(type, class, sentence) JSS_##type,
#include "json/differences.def"
#undef DIFFERENCE_ROW
    JSS_DIFFERENCE_COUNT_
};

enum jss_difference_class { JSS_COMPATIBLE, JSS_LENIENT, JSS_INCOMPATIBLE };

struct jss_difference_row {
    const char *name;
    enum jss_difference_class class;
    const char *sentence;
};
extern const struct jss_difference_row jss_difference_rows[JSS_DIFFERENCE_COUNT_];

struct jss_pair {
    struct jss_part *reader, *writer;
    /* Not NULL: the question is not whether what the writer accepts is accepted by the reader, but whether the schemas at these
     * nodes are written alike, and all that they refer to. The parts are the empty ones of their sides then. */
    const struct jtree_node *reader_node, *writer_node;
    bool is_refuted;
    bool is_waiting; /* to be looked at again */
    bool is_open; /* being listed */
    uint32_t first_user; /* of the list of pairs that asked for it: index + 1 in users */
};

/* A pair that asked for another one. */
struct jss_user {
    uint32_t pair, next;
    bool is_required; /* it falls with the other one */
};

/* A step of a path: a keyword, and a name or an index below it. No keyword: where one is. */
struct jss_place {
    struct str keyword, name; /* .p NULL: none */
};
#define JSS_HERE ((struct jss_place){{NULL, 0}, {NULL, 0}})
#define JSS_KEYWORD(text) ((struct jss_place){STR(text), {NULL, 0}})
#define JSS_BELOW(text, of_name) ((struct jss_place){STR(text), of_name})

/* What a pair has to list. */
struct jss_item {
    struct jss_pair *pair; /* NULL: a difference */
    enum jss_difference difference;
    struct str path;
};
typedef VEC(struct jss_item) jss_items;

struct jss_comparison {
    struct arena *arena; /* of the comparison's own */
    struct jss_parts reader, writer;
    enum schema_policy policy;
    bool is_sound; /* the policy */
    bool wants_compatible; /* compatible differences are listed too */
    uint64_t work, budget;
    bool failed; /* no memory */
    /* Pairs. */
    uint32_t *slots; /* hash table: number of a pair + 1 */
    size_t slot_count;
    VEC(struct jss_pair *) pairs;
    VEC(struct jss_user) users;
    VEC(uint32_t) fresh, waiting, refuted; /* to be looked at, looked at again, told to their users */
    size_t next_waiting;
    struct jss_patterns patterns;
    /* The pair that is being looked at. */
    uint32_t current;
    bool is_refuted; /* it, so far */
    bool is_listing;
    struct str path;
    jss_items items; /* while listing */
    VEC(struct str) names; /* see jss_names_of_both */
};

/* -- compare_pairs.c ------------------------------------------------------------------------------------------ */

/* Counts work; false when the budget is used up or memory is. */
bool jss_step(struct jss_comparison *c, uint64_t steps);
/* While looking at a pair: something differs at the place. */
void jss_differ(struct jss_comparison *c, enum jss_difference difference, struct jss_place place);
/* The pair at the place must be compatible too; its differences are listed as those of this one. Tells whether it is. */
bool jss_require(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct jss_place place);
/* Whether the reader accepts what the writer accepts, for this pair to draw its conclusions. */
bool jss_can_read(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
/* Whether the schemas at two nodes are written alike. */
bool jss_is_same(struct jss_comparison *c, struct jss_parts *reader_of, const struct jtree_node *reader,
                 struct jss_parts *writer_of, const struct jtree_node *writer);
/* Lists the compatible differences of a pair that this one rests on. */
void jss_list_pair(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct jss_place place);
/* Whether looking further is in vain. */
static inline bool jss_is_done(const struct jss_comparison *c)
{
    return c->failed || c->work >= c->budget || (c->is_refuted && !c->is_listing);
}

/* Decides the pair of the roots and all that it rests on. False when the budget or the memory is used up. */
bool jss_decide(struct jss_comparison *c);
struct jss_pair *jss_root_pair(const struct jss_comparison *c);
/* Lists what is in a pair: differences and pairs, at the path. */
void jss_look_at(struct jss_comparison *c, struct jss_pair *pair, struct str path, jss_items *ret);

/* -- Looking at a pair; each adds its differences -------------------------------------------------------------- */

/* compare_parts.c */
void jss_compare_parts(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
/* compare_same.c */
void jss_compare_same(struct jss_comparison *c, const struct jss_pair *pair);
/* compare_combined.c: both are combined. */
void jss_compare_combined(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
/* compare_disjoint.c: whether no value can match two members of a combination, as far as types and constants tell. */
bool jss_is_disjoint(struct jss_comparison *c, struct jss_part *combination);
/* compare_object.c, compare_object_soundly.c, compare_array.c */
void jss_compare_objects(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
void jss_compare_objects_soundly(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
void jss_compare_arrays(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);

/* compare_values.c */
void jss_compare_numbers(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
void jss_compare_strings(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer);
/* A keyword with a number; the differences are those that follow the first one in the table. */
struct jss_bound {
    struct str keyword;
    enum jss_difference added, removed, increased, decreased;
};
#define JSS_BOUND(keyword, name)                                                                               \
    {                                                                                                          \
        STR(keyword), JSS_##name##_ADDED, JSS_##name##_REMOVED, JSS_##name##_INCREASED, JSS_##name##_DECREASED \
    }
/* reader, writer: the numbers as spelled; .p NULL: none. */
void jss_compare_bound(struct jss_comparison *c, const struct jss_bound *bound, struct str reader, struct str writer);
/* additionalProperties or additionalItems, as a schema each or a boolean; NULL is true. */
struct jss_others {
    struct jss_place place;
    enum jss_difference added, removed, narrowed, extended;
};
#define JSS_OTHERS(keyword, name)                                                                                    \
    {                                                                                                                \
        JSS_KEYWORD(keyword), JSS_##name##_ADDED, JSS_##name##_REMOVED, JSS_##name##_NARROWED, JSS_##name##_EXTENDED \
    }
void jss_compare_others(struct jss_comparison *c, const struct jss_others *others, struct jss_parts *reader_of,
                        const struct jtree_node *reader, struct jss_parts *writer_of, const struct jtree_node *writer);
/* The number that a keyword has; .p NULL: none. */
struct str jss_number_of(const struct jss_part *part, struct str keyword);

/* -- compare_names.c ------------------------------------------------------------------------------------------ */

/* Names of either map, until the next call: those of the first one, then those that only the second one has. While listing in
 * the order in which Java's HashSet has them, as clients know it, and for good. */
struct jss_name_list {
    const struct str *items;
    size_t count;
};
struct jss_name_list jss_names_of_both(struct jss_comparison *c, const struct map *first, const struct map *second);

/* -- compare_matching.c --------------------------------------------------------------------------------------- */

#define JSS_UNMATCHED UINT32_MAX

/* Two sides of which each member of the left one, the smaller, is to have a member of the right one for itself. Edges are asked
 * for when they are needed: most combinations are matched by what is written alike. */
struct jss_matching {
    struct arena *arena;
    uint32_t left_count, right_count;
    bool (*is_edge)(void *context, uint32_t left, uint32_t right);
    bool (*step)(void *context, uint64_t steps); /* false ends it */
    void *context;
    uint32_t *right_of, *left_of; /* a matching to begin with, improved; JSS_UNMATCHED: none */
};
/* By augmenting paths, in the way of Kuhn. 1 = all of the left side have one; 0 = they cannot; -1 = no memory, or ended. */
int jss_match(struct jss_matching *m);

/* -- compare.c ------------------------------------------------------------------------------------------------- */

/* The differences of all classes, for showing what a change is. As jss_compare(). */
int jss_compare_all(const struct jss_schema *reader, const struct jss_schema *writer, enum schema_policy policy,
                    struct arena *arena, uint64_t *budget, struct schema_differences *ret, struct error *err);
