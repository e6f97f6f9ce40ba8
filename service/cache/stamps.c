#include "stamps.h"

#include "clock.h"
#include "hash.h"

/* The first slot is not hashed to. */
enum { SLOT_ANYTHING, SLOT_COUNT_ };

static uint32_t hashed(uint64_t hash)
{
    return (uint32_t)(SLOT_COUNT_ + hash % (STAMP_SLOTS - SLOT_COUNT_));
}

uint32_t stamp_of_subject(struct str context, struct str subject)
{
    return hashed(hash_mix(hash_bytes(context), hash_bytes(subject)));
}

uint32_t stamp_of_id(struct str context, int32_t schema_id)
{
    return hashed(hash_mix(hash_bytes(context), (uint64_t)schema_id + 1));
}

uint32_t stamp_of_settings(struct str context, struct str subject)
{
    return hashed(hash_mix(hash_mix(hash_bytes(context), 1), hash_bytes(subject)));
}

uint32_t stamp_of_anything(void)
{
    return SLOT_ANYTHING;
}

void stamp_set_begin(const struct stamps *stamps, struct stamp_set *set)
{
    set->epoch = atomic_load(&stamps->epoch);
    set->is_spoiled = set->is_lasting = false;
    set->count = 0;
}

void stamp_set_note(const struct stamps *stamps, struct stamp_set *set, uint32_t slot)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->slots[i] == slot)
            return;
    }
    if (set->count == STAMPS_MAX) { /* what moves with everything stands for all of them */
        set->count = 0;
        slot = SLOT_ANYTHING;
    }
    uint64_t value = atomic_load(&stamps->slots[slot]);
    if (value > set->epoch) {
        set->is_spoiled = true;
        return;
    }
    set->slots[set->count] = slot;
    set->values[set->count++] = value;
}

/* A slot: its epoch, and above it how many changes are under way. While one is, the slot equals nothing that was noted,
 * and is beyond every epoch. */
#define UNDER_WAY ((uint64_t)1 << 44)
#define EPOCH_OF(value) ((value) & (UNDER_WAY - 1))

static bool is_current(const struct stamps *stamps)
{
    int64_t until_ns = stamps->current_until_ns ? atomic_load(stamps->current_until_ns) : INT64_MAX;
    return until_ns == INT64_MAX || clock_boot_ns() < until_ns;
}

enum stamps_verdict stamp_set_check(const struct stamps *stamps, const struct stamp_set *set)
{
    bool is_changing = false;
    for (uint32_t i = 0; i < set->count; i++) {
        uint64_t value = atomic_load_explicit(&stamps->slots[set->slots[i]], memory_order_acquire);
        if (EPOCH_OF(value) != set->values[i])
            return STAMPS_GONE;
        is_changing |= value != set->values[i];
    }
    if (set->is_spoiled)
        return STAMPS_GONE;
    if (!is_changing && is_current(stamps))
        return STAMPS_HOLD;
    return set->is_lasting && stamps->is_away && atomic_load(stamps->is_away) ? STAMPS_HOLD : STAMPS_WAIT;
}

bool stamp_set_holds(const struct stamps *stamps, const struct stamp_set *set)
{
    return stamp_set_check(stamps, set) == STAMPS_HOLD;
}

/* Bumps come from several threads: a slot must never go back. */
static void raise_slot(struct stamps *stamps, uint32_t slot, uint64_t epoch)
{
    uint64_t seen = atomic_load(&stamps->slots[slot]);
    while (EPOCH_OF(seen) < epoch &&
           !atomic_compare_exchange_weak(&stamps->slots[slot], &seen, seen - EPOCH_OF(seen) + epoch)) {}
}

uint64_t stamps_bump(struct stamps *stamps, uint32_t slot)
{
    uint64_t epoch = atomic_fetch_add(&stamps->epoch, 1) + 1;
    raise_slot(stamps, slot, epoch);
    return epoch;
}

void stamps_bump_all(struct stamps *stamps)
{
    uint64_t epoch = atomic_fetch_add(&stamps->epoch, 1) + 1;
    for (uint32_t slot = 0; slot < STAMP_SLOTS; slot++)
        raise_slot(stamps, slot, epoch);
}

void stamp_change_add(struct stamp_change *change, uint32_t slot)
{
    if (change->count < STAMP_CHANGE_MAX)
        change->slots[change->count++] = slot;
    else
        change->is_everything = true;
}

static void move_under_way(struct stamps *stamps, const struct stamp_change *change, uint64_t by)
{
    if (change->is_everything) {
        for (uint32_t slot = 0; slot < STAMP_SLOTS; slot++)
            atomic_fetch_add(&stamps->slots[slot], by);
        return;
    }
    for (uint32_t i = 0; i < change->count; i++)
        atomic_fetch_add(&stamps->slots[change->slots[i]], by);
}

void stamps_begin_change(struct stamps *stamps, const struct stamp_change *change)
{
    move_under_way(stamps, change, UNDER_WAY);
}

void stamps_end_change(struct stamps *stamps, const struct stamp_change *change)
{
    move_under_way(stamps, change, (uint64_t)0 - UNDER_WAY);
}
