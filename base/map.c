#include "map.h"

#include "hash.h"
#include "vec.h"

#define MAP_SLOTS_MIN ((size_t)16)

void map_init(struct map *m, struct arena *arena)
{
    *m = (struct map){.arena = arena};
}

/* The slot of the key, or the free slot where it belongs. There is always a free one. */
static size_t map_slot(const struct map *m, struct str key, uint64_t hash)
{
    size_t mask = m->slot_count - 1, slot = (size_t)hash & mask;

    for (; m->slots[slot]; slot = (slot + 1) & mask) {
        const struct map_entry *entry = &m->entries[m->slots[slot] - 1];
        if (entry->hash == hash && str_equal(entry->key, key))
            break;
    }
    return slot;
}

struct map_entry *map_find(const struct map *m, struct str key)
{
    if (m->count == 0)
        return NULL;

    uint32_t index = m->slots[map_slot(m, key, hash_bytes(key))];
    return index ? &m->entries[index - 1] : NULL;
}

void *map_get(const struct map *m, struct str key)
{
    const struct map_entry *entry = map_find(m, key);

    return entry ? entry->value : NULL;
}

/* Keeps at least a quarter of the slots free. */
static bool map_make_slot(struct map *m)
{
    size_t slot_count;

    if (m->count < m->slot_count / 4 * 3)
        return true;
    if (__builtin_mul_overflow(m->slot_count, (size_t)2, &slot_count) || m->count >= UINT32_MAX - 1)
        return false;
    slot_count = slot_count ? slot_count : MAP_SLOTS_MIN;
    uint32_t *slots = ARENA_ARRAY(m->arena, slot_count, uint32_t);
    if (!slots)
        return false;

    for (size_t i = 0; i < m->count; i++) {
        size_t slot = (size_t)m->entries[i].hash & (slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)(i + 1);
    }
    m->slots = slots;
    m->slot_count = slot_count;
    return true;
}

/* *ret_entry is the entry of the key. 0 = just added, 1 = was there, -1 = no memory. */
static int map_enter(struct map *m, struct str key, struct map_entry **ret_entry)
{
    uint64_t hash = hash_bytes(key);

    if (m->count) {
        uint32_t index = m->slots[map_slot(m, key, hash)];
        if (index) {
            *ret_entry = &m->entries[index - 1];
            return 1;
        }
    }
    if (!map_make_slot(m))
        return -1;
    if (!vec_grow(m->arena, (void **)&m->entries, m->count + 1, &m->room, sizeof(struct map_entry)))
        return -1;

    *ret_entry = &m->entries[m->count];
    **ret_entry = (struct map_entry){.key = key, .hash = hash};
    m->slots[map_slot(m, key, hash)] = (uint32_t)++m->count;
    return 0;
}

int map_put(struct map *m, struct str key, void *value)
{
    struct map_entry *entry = NULL;
    int result = map_enter(m, key, &entry);

    if (result >= 0)
        entry->value = value;
    return result;
}

int map_add(struct map *m, struct str key, void *value)
{
    struct map_entry *entry = NULL;
    int result = map_enter(m, key, &entry);

    if (result == 0)
        entry->value = value;
    return result;
}
