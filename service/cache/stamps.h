/* Dependency stamps: how a cached answer knows whether what it rests on has changed since.
 *
 * Everything that can change (a subject, an id, the settings, anything at all) has a slot, found by hashing; a slot holds
 * the epoch of its last change. A reader notes the slots that it looks at; its answer may be used again as long as they
 * stand as noted. A writer bumps the slots after its commit and before it answers. Slots may be shared by chance: that
 * only makes an answer be computed again.
 * A reader must take its epoch (stamp_set_begin) before its snapshot of the store is opened: a slot that moved after that
 * is not to be trusted with what the snapshot shows. Any thread; no locks.
 * Where several nodes write, stamps tell the truth only until a time that the store moves on (storage.h): after it, what
 * is kept is not used until the store has caught up; but while the store cannot be asked at all, what lasts is.
 */
#pragma once

#include "str.h"

#include <stdatomic.h>

#define STAMP_SLOTS 131072
#define STAMPS_MAX 12

struct stamps {
    const atomic_int_least64_t *current_until_ns; /* NULL: for ever */
    const atomic_bool *is_away;
    atomic_uint_least64_t epoch;
    atomic_uint_least64_t slots[STAMP_SLOTS];
};

struct stamp_set {
    uint64_t epoch; /* before anything was read */
    bool is_spoiled; /* something moved meanwhile: the answer must not be kept */
    bool
        is_lasting; /* what rests on it stays true unless something is removed: it may be used while the store is away */
    uint32_t count;
    uint32_t slots[STAMPS_MAX];
    uint64_t values[STAMPS_MAX];
};

uint32_t stamp_of_subject(struct str context, struct str subject);
uint32_t stamp_of_id(struct str context, int32_t schema_id);
/* The settings of exactly that subject, or with "" of that context. */
uint32_t stamp_of_settings(struct str context, struct str subject);
/* Moves with every change: for listings, and for sets that would not hold all that was looked at. */
uint32_t stamp_of_anything(void);

void stamp_set_begin(const struct stamps *stamps, struct stamp_set *set);
void stamp_set_note(const struct stamps *stamps, struct stamp_set *set, uint32_t slot);
enum stamps_verdict {
    STAMPS_HOLD, /* all that was noted still stands */
    STAMPS_WAIT, /* it may stand: something is under way, or other nodes have not been heard of for too long */
    STAMPS_GONE, /* something has moved */
};
enum stamps_verdict stamp_set_check(const struct stamps *stamps, const struct stamp_set *set);
/* STAMPS_HOLD. */
bool stamp_set_holds(const struct stamps *stamps, const struct stamp_set *set);
/* The epoch that the slot has now, unless another thread moved it at the same time. */
uint64_t stamps_bump(struct stamps *stamps, uint32_t slot);
/* Everything may have changed. */
void stamps_bump_all(struct stamps *stamps);

/* What a change may move, known before it is committed. From begin to end nothing that rests on it is answered from memory
 * or kept: else one client could be told the new state from the store, and another one, later, the old one from memory. */
#define STAMP_CHANGE_MAX 4
struct stamp_change {
    uint32_t slots[STAMP_CHANGE_MAX], count;
    bool is_everything;
};
void stamp_change_add(struct stamp_change *change, uint32_t slot);
/* Before the change is handed to the store. */
void stamps_begin_change(struct stamps *stamps, const struct stamp_change *change);
/* After the store is done with it and what it has moved was bumped. */
void stamps_end_change(struct stamps *stamps, const struct stamp_change *change);
