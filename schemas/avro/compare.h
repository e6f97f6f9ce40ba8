/* Verdicts on pairs of types, the first half of comparing: which reader types can read which writer types. Private. */
#pragma once

#include "model.h"

#define AVSC_NO_PAIR UINT32_MAX

struct avsc_pair {
    const struct avsc_type *reader, *writer;
    bool is_refuted;
    bool is_any; /* one of the parts is enough (a reader union) */
    uint32_t open_parts; /* is_any: parts not yet refuted */
    uint32_t first_user; /* list of the pairs that have this one as a part */
    /* For messages. */
    bool is_listed, is_open;
    size_t first_difference, end_difference;
};

struct avsc_user {
    uint32_t pair, next;
};

struct avsc_pairs {
    struct arena *arena;
    uint64_t work, budget;
    uint32_t *slots; /* hash table: pair + 1 */
    size_t slot_count;
    VEC(struct avsc_pair) pairs;
    VEC(struct avsc_user) users;
    VEC(uint32_t) refuted; /* pairs whose users are still to be told */
};

/* Decides the pair and all that it rests on: everything is taken for readable, and what is refuted spreads to its users
 * until nothing changes (the greatest fixpoint, so that recursive types are judged right whatever the order).
 * p->work says how many steps it took. 0; 1 = out of budget; -1 = no memory. */
int avsc_pairs_decide(struct avsc_pairs *p, struct arena *arena, uint64_t budget, const struct avsc_type *reader,
                      const struct avsc_type *writer);
/* Whether reader can read writer; of pairs that were decided. */
bool avsc_pairs_can_read(const struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer);
/* The pair, or AVSC_NO_PAIR when it was not looked at as one. */
uint32_t avsc_pairs_find(const struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer);

/* The same, added when it is not there; AVSC_NO_PAIR without memory. */
uint32_t avsc_pairs_add(struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer);

/* Unqualified names are equal, or an alias of the reader is the writer's full name ("Schema Resolution"). */
bool avsc_names_match(const struct avsc_type *reader, const struct avsc_type *writer);
/* The field of the writer that a field of the reader is read from: by name, else by an alias; NULL when none. */
const struct avsc_field *avsc_writer_field(const struct avsc_type *writer, const struct avsc_field *reader_field);
/* A field without a default that is an enum with one: Avro Java compares the enum with the writer's record. */
bool avsc_has_symbol_default(const struct avsc_field *field);
/* Whether all writer symbols can be read: known to the reader, or it has a default of its own. */
bool avsc_symbols_match(const struct avsc_type *reader, const struct avsc_type *writer);
