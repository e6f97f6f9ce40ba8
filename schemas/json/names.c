#include "json/names.h"

#include "hash.h"

/* Names that may be looked at in vain before another hash is tried. */
#define DISTANCE_MAX 6

uint64_t jss_names_slow_hash(struct str text)
{
    return hash_bytes(text);
}

int jss_names_init(struct jss_names *names, struct arena *arena, size_t max)
{
    size_t slots = 4;
    while (slots < max * 2 + 1)
        slots *= 2;
    *names = (struct jss_names){.mask = (uint32_t)slots - 1};
    names->items = ARENA_ARRAY(arena, max + 1, struct jss_name);
    names->slots = ARENA_ARRAY(arena, slots, uint32_t);
    return names->items && names->slots ? 0 : -1;
}

/* The slot of a text, or the free one where it belongs. */
static uint32_t *slot_of(const struct jss_names *names, struct jss_words words, struct str text, uint32_t *ret_distance)
{
    uint64_t hash = names->factor ? jss_names_quick_hash(names->factor, words, text.n) : jss_names_slow_hash(text);
    uint32_t slot = (uint32_t)hash & names->mask, distance = 0;
    while (names->slots[slot] && !jss_name_is(&names->items[names->slots[slot] - 1], words, text)) {
        slot = (slot + 1) & names->mask;
        distance++;
    }
    *ret_distance = distance;
    return &names->slots[slot];
}

struct jss_name *jss_names_add(struct jss_names *names, struct str text)
{
    uint32_t distance;
    struct jss_words words = jss_words_of(text);
    uint32_t *slot = slot_of(names, words, text, &distance);
    if (!*slot) {
        names->items[names->count] = (struct jss_name){.words = words, .text = text};
        *slot = ++names->count;
        names->longest = text.n > names->longest ? text.n : names->longest;
    }
    return &names->items[*slot - 1];
}

/* Puts all names into the slots by the factor; false when some are too far from where they belong. */
static bool arrange(struct jss_names *names, uint64_t factor)
{
    bool are_near = true;
    names->factor = factor;
    memset(names->slots, 0, ((size_t)names->mask + 1) * sizeof *names->slots);
    for (uint32_t i = 0; i < names->count && (are_near || !factor); i++) {
        uint32_t distance;
        *slot_of(names, names->items[i].words, names->items[i].text, &distance) = i + 1;
        are_near &= distance <= DISTANCE_MAX;
    }
    return are_near;
}

void jss_names_finish(struct jss_names *names)
{
    static const uint64_t factors[] = {0x9e3779b97f4a7c15U, 0xbf58476d1ce4e5b9U, 0x94d049bb133111ebU,
                                       0xd6e8feb86659fd93U, 0xff51afd7ed558ccdU, 0xc4ceb9fe1a85ec53U};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (arrange(names, factors[i]))
            return;
    }
    arrange(names, 0);
}
