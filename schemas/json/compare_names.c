#include "json/compare.h"

#include "utf8.h"

/* java.util.HashMap begins with so many buckets, and has twice as many when three quarters of them are in use. */
#define LEAST_BUCKETS 16

static uint32_t java_bucket(struct str name, size_t bucket_count)
{
    uint32_t hash = 0;
    for (size_t at = 0; at < name.n;) {
        uint32_t code_point = utf8_next(name, &at);
        if (code_point >= 0x10000) {
            hash = hash * 31 + (0xd7c0 + (code_point >> 10));
            code_point = 0xdc00 + (code_point & 0x3ff);
        }
        hash = hash * 31 + code_point;
    }
    hash ^= hash >> 16;
    return hash & (uint32_t)(bucket_count - 1);
}

/* Those of a HashSet made of first_count names, to which the others are added. */
static size_t java_bucket_count(size_t first_count, size_t count)
{
    size_t buckets = LEAST_BUCKETS;
    while (buckets < first_count * 4 / 3 + 1)
        buckets *= 2;
    while (count > buckets / 4 * 3)
        buckets *= 2;
    return buckets;
}

/* By bucket; names that share one stay in their order. */
static bool sort_as_java(struct jss_comparison *c, struct str *names, size_t count, size_t first_count)
{
    size_t bucket_count = java_bucket_count(first_count, count);
    size_t *ends = ARENA_ARRAY(c->arena, bucket_count + 1, size_t);
    struct str *sorted = ARENA_ARRAY(c->arena, count + 1, struct str);
    if (!ends || !sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        ends[java_bucket(names[i], bucket_count)]++;
    for (size_t i = 1; i < bucket_count; i++)
        ends[i] += ends[i - 1];
    for (size_t i = count; i-- > 0;)
        sorted[--ends[java_bucket(names[i], bucket_count)]] = names[i];
    memcpy(names, sorted, count * sizeof *names);
    return true;
}

/* Room for the names: while pairs are decided it is used again and again. */
static struct str *room_for(struct jss_comparison *c, size_t count)
{
    if (c->is_listing)
        return ARENA_ARRAY(c->arena, count + 1, struct str);
    c->names.count = 0;
    return VEC_RESERVE(c->arena, &c->names, count + 1) ? c->names.items : NULL;
}

struct jss_name_list jss_names_of_both(struct jss_comparison *c, const struct map *first, const struct map *second)
{
    struct str *names = room_for(c, first->count + second->count);
    size_t count = 0;
    if (!names) {
        c->failed = true;
        return (struct jss_name_list){NULL, 0};
    }
    jss_step(c, first->count + second->count);
    for (size_t i = 0; i < first->count; i++)
        names[count++] = first->entries[i].key;
    for (size_t i = 0; i < second->count; i++) {
        if (!map_find(first, second->entries[i].key))
            names[count++] = second->entries[i].key;
    }
    if (c->is_listing && !sort_as_java(c, names, count, first->count))
        c->failed = true;
    return (struct jss_name_list){names, count};
}
