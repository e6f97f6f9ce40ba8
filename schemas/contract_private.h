/* What the parts of contract share: writing canonical texts. Private to contract_*.c. */
#pragma once

#include "contract.h"

/* The members of an object that count, sorted by name; NULL without memory. */
const struct jtree_node **contract_sorted_members(struct arena *arena, const struct jtree_node *object,
                                                  size_t *ret_count);
/* A set of texts, sorted, each once; sources are strings of up to two lists (either may be NULL). */
int contract_write_set(struct arena *arena, struct buf *out, const struct jtree_node *a, const struct jtree_node *b);
/* Parses a canonical text; NULL for none. 0, -1. */
int contract_parse(struct arena *arena, struct str text, const struct jtree_node **ret);
/* Writes the name of a member with its colon, after a comma unless it is the first in its object. */
void contract_write_name(struct buf *out, struct str name);
