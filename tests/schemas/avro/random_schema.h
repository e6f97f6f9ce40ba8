/* Random Avro schemas. What is drawn depends on the seed and on the place only, so that two schemas of one seed are the
 * same but for the places that `changes` picks out: pairs that are alike, as versions of a schema are. */
#pragma once

#include "buf.h"
#include "hash.h"
#include "random_seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define RANDOM_NAMES 6

struct random_schema {
    uint64_t seed;
    uint64_t changes; /* 0: none */
    bool has_details; /* documentation, properties, defaults that fit and the like: what comparing does not look at */
    bool is_flat; /* no type is used inside of itself */
    bool is_defined[RANDOM_NAMES], is_open[RANDOM_NAMES];
    struct buf out;
};

/* A number below n for one purpose at one place. */
static inline unsigned draw(const struct random_schema *s, uint64_t place, uint64_t purpose, unsigned n)
{
    uint64_t drawn = hash_mix(hash_mix(s->seed, place), purpose);
    if (s->changes && hash_mix(hash_mix(s->changes, place), purpose + 1000) % 24 == 0)
        drawn = hash_mix(drawn, s->changes);
    return (unsigned)(drawn % n);
}

static inline uint64_t place_in(uint64_t place, uint64_t part)
{
    return hash_mix(place, part + 1);
}

static inline void put(struct random_schema *s, const char *text)
{
    buf_add(&s->out, str_of(text));
}

static inline void put_random_type(struct random_schema *s, uint64_t place, unsigned depth, bool in_union);

/* Members that do not matter to readers. */
static inline void put_random_details(struct random_schema *s, uint64_t place)
{
    static const char *const details[] = {"",
                                          ",\"doc\":\"d\"",
                                          ",\"doc\":\"\"",
                                          ",\"z\":1,\"a\":[1.50,{\"y\":1e3,\"x\":null}],\"z\":2",
                                          ",\"logicalType\":\"own\",\"b\":-0",
                                          ",\"p\":{\"z\":1,\"a\":{\"c\":1,\"b\":\"\\u00e9\\n\"}}"};
    if (s->has_details)
        put(s, details[draw(s, place, 50, sizeof details / sizeof details[0])]);
}

static inline void put_random_default(struct random_schema *s, uint64_t place)
{
    static const char *const values[] = {"null",     "1",
                                         "1.0",      "\"1\"",
                                         "{}",       "{\"z\":1,\"a\":2,\"z\":3}",
                                         "[1,2.50]", "{\"b\":{\"a\":1},\"a\":[{\"b\":1,\"a\":2}]}",
                                         "true",     "[]"};
    put(s, ",\"default\":");
    put(s, s->has_details ? values[draw(s, place, 51, sizeof values / sizeof values[0])] : "null");
}

static inline void put_random_field(struct random_schema *s, uint64_t place, unsigned letter, unsigned depth)
{
    buf_printf(&s->out, "{\"name\":\"%c\",\"type\":", 'a' + (int)letter);
    put_random_type(s, place_in(place, 0), depth + 1, false);
    if (draw(s, place, 20, 3) == 0)
        put_random_default(s, place);
    if (draw(s, place, 21, 8) == 0)
        buf_printf(&s->out, ",\"aliases\":[\"%c\",\"%c\"]", 'a' + (int)draw(s, place, 22, 5),
                   'a' + (int)draw(s, place, 23, 5));
    put_random_details(s, place);
    put(s, "}");
}

static inline void put_random_fields(struct random_schema *s, uint64_t place, unsigned depth)
{
    bool is_first = true;
    unsigned from = draw(s, place, 24, 5);
    put(s, ",\"fields\":[");
    for (unsigned i = 0; i < 5; i++) {
        unsigned letter = (i + from) % 5;
        if (draw(s, place_in(place, letter), 25, 5) >= 2)
            continue;
        put(s, is_first ? "" : ",");
        is_first = false;
        put_random_field(s, place_in(place, letter), letter, depth);
    }
    put(s, "]");
}

static inline void put_random_symbols(struct random_schema *s, uint64_t place)
{
    bool is_first = true;
    unsigned from = draw(s, place, 26, 4), with_default = draw(s, place, 27, 3);
    char last = '\0';
    put(s, ",\"symbols\":[");
    for (unsigned i = 0; i < 4; i++) {
        unsigned letter = (i + from) % 4;
        if (draw(s, place_in(place, letter), 28, 4) == 0)
            continue;
        last = (char)('A' + letter);
        buf_printf(&s->out, "%s\"%c\"", is_first ? "" : ",", last);
        is_first = false;
    }
    put(s, "]");
    if (last && with_default == 0)
        buf_printf(&s->out, ",\"default\":\"%c\"", last);
}

static inline const char *random_space(const struct random_schema *s, uint64_t place)
{
    static const char *const spaces[] = {"", "x.", "y.z.", "x."};
    return spaces[draw(s, place, 30, 4)];
}

/* Names differ in their last part, whatever the namespace. */
static inline void put_random_name(struct random_schema *s, unsigned name)
{
    uint64_t place = place_in(7, name);
    buf_printf(&s->out, "\"%s%c%u\"", random_space(s, place), draw(s, place, 31, 12) ? 'N' : 'M', name);
}

static inline void put_random_named(struct random_schema *s, unsigned name, unsigned depth)
{
    static const char *const kinds[] = {"record", "record", "record", "enum", "fixed"};
    uint64_t place = place_in(7, name);
    unsigned kind = draw(s, place, 32, 5);
    if (s->is_defined[name]) {
        put_random_name(s, name);
        return;
    }
    s->is_defined[name] = s->is_open[name] = true;
    buf_printf(&s->out, "{\"type\":\"%s\",\"name\":", kinds[kind]);
    put_random_name(s, name);
    put(s, ",\"namespace\":\"\""); /* else that of the type around it; counts for names without a dot only */
    if (draw(s, place, 33, 5) == 0)
        buf_printf(&s->out, ",\"aliases\":[\"%sN%u\",\"o.A\"]", random_space(s, place_in(place, 1)), name);
    put_random_details(s, place);
    if (kind < 3)
        put_random_fields(s, place, depth);
    else if (kind == 3)
        put_random_symbols(s, place);
    else
        buf_printf(&s->out, ",\"size\":%u", 1 + draw(s, place, 34, 2));
    put(s, "}");
    s->is_open[name] = false;
}

/* What a type at a place is: a primitive below 8, then a name, an array, a map, a union. */
enum { RANDOM_NAMED = 8, RANDOM_ARRAY = RANDOM_NAMED + RANDOM_NAMES, RANDOM_MAP, RANDOM_UNION, RANDOM_KINDS };

static inline unsigned random_kind(const struct random_schema *s, uint64_t place, unsigned depth, bool in_union)
{
    static const unsigned few[] = {2, 3, 5, 7, 6, 0, 1, 4};
    unsigned kind = draw(s, place, 40, RANDOM_KINDS + 4);
    if (kind >= RANDOM_KINDS)
        kind = kind % 2 ? RANDOM_UNION : RANDOM_NAMED + draw(s, place, 41, RANDOM_NAMES);
    bool is_circular = kind >= RANDOM_NAMED && kind < RANDOM_ARRAY && s->is_flat && s->is_open[kind - RANDOM_NAMED];
    if (depth > 7 || is_circular || (in_union && kind == RANDOM_UNION))
        return few[draw(s, place, 42, 8)];
    return kind;
}

static inline void put_random_kind(struct random_schema *s, unsigned kind, uint64_t place, unsigned depth);

static inline void put_random_union(struct random_schema *s, uint64_t place, unsigned depth)
{
    bool is_used[RANDOM_KINDS] = {false}, is_first = true;
    put(s, "[");
    for (unsigned i = 0; i < 4; i++) {
        unsigned kind = random_kind(s, place_in(place, i), depth + 1, true);
        if (is_used[kind] || draw(s, place_in(place, i), 43, 4) == 0)
            continue;
        is_used[kind] = true;
        put(s, is_first ? "" : ",");
        is_first = false;
        put_random_kind(s, kind, place_in(place, i), depth + 1);
    }
    put(s, "]");
}

static inline void put_random_kind(struct random_schema *s, unsigned kind, uint64_t place, unsigned depth)
{
    static const char *const primitives[] = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"};
    if (kind < RANDOM_NAMED) {
        buf_printf(&s->out, "{\"type\":\"%s\"", primitives[kind]);
        put_random_details(s, place);
        put(s, "}");
    } else if (kind < RANDOM_ARRAY) {
        put_random_named(s, kind - RANDOM_NAMED, depth);
    } else if (kind == RANDOM_UNION) {
        put_random_union(s, place, depth);
    } else {
        put(s, kind == RANDOM_ARRAY ? "{\"type\":\"array\",\"items\":" : "{\"type\":\"map\",\"values\":");
        put_random_type(s, place_in(place, 0), depth + 1, false);
        put_random_details(s, place);
        put(s, "}");
    }
}

static inline void put_random_type(struct random_schema *s, uint64_t place, unsigned depth, bool in_union)
{
    put_random_kind(s, random_kind(s, place, depth, in_union), place, depth);
}

/* The text of the schema that the first members of s describe; in the arena of the test. */
static inline struct str random_schema(struct random_schema *s)
{
    s->out = new_text();
    put_random_type(s, 1, 0, false);
    return buf_str(&s->out);
}
