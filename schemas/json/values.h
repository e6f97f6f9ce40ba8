/* Comparing values of JSON for the validator: by hash and exactly. Private to schemas/json. One thread. */
#pragma once

#include "jtree.h"
#include "vec.h"

struct jss_pair_of_values {
    const struct jtree_node *a, *b;
};
struct jss_open_value {
    const struct jtree_node *container, *next; /* child to come */
    uint64_t hash; /* of the children so far */
};
struct jss_hashed {
    uint64_t hash;
    const struct jtree_node *node;
};
/* A hash table; a vector, of a power of two of slots. */
struct jss_hash_table {
    struct jss_hashed *items;
    size_t count, room;
};

/* What comparing works in; grows and is kept. */
struct jss_values {
    struct arena *arena;
    uint64_t *budget; /* steps that are left */
    VEC(struct jss_pair_of_values) pairs;
    VEC(struct jss_open_value) open;
    struct jss_hash_table members; /* of an object, by name */
    struct jss_hash_table items; /* of an array */
};

enum jss_answer { JSS_NO, JSS_YES, JSS_NO_STEPS, JSS_NO_ROOM };

/* Equal values: numbers by value, objects regardless of order; of members of one name the last counts. */
enum jss_answer jss_values_are_equal(struct jss_values *values, const struct jtree_node *a, const struct jtree_node *b);
/* JSS_YES when *ret is set, which is the same for equal values. It differs from process to process. */
enum jss_answer jss_value_hash(struct jss_values *values, const struct jtree_node *node, uint64_t *ret);
/* Whether no two items of an array are equal; else *ret_a and *ret_b are the indexes of two that are. */
enum jss_answer jss_items_are_unique(struct jss_values *values, const struct jtree_node *array, size_t *ret_a,
                                     size_t *ret_b);
