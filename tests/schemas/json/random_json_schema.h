/* Random JSON Schemas and instances, small enough that instances often fit. What is drawn depends on the seed and on the place
 * only, so that two schemas of one seed are the same but for the places that `changes` picks out. */
#pragma once

#include "avro/random_schema.h"
#include "json/model.h"

/* Deepest nesting of values. */
#define RANDOM_DEPTH 3

static const char *const random_dialects[JSS_DIALECT_COUNT_] = {
    "http://json-schema.org/draft-04/schema#",      "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",      "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
};
static const char *const random_types[] = {"string", "number", "integer", "object",
                                           "object", "array",  "null",    "boolean"};
static const char *const random_names[] = {"a", "b", "ab", "c"};
static const char *const random_patterns[] = {"^a", "b$", "^[ab]$"};
static const char *const random_values[] = {
    "null", "true",  "0",      "1",       "2",  "2.5", "-1",        "1.0", "20e-1",     "false",
    "\"\"", "\"a\"", "\"ab\"", "\"abc\"", "[]", "[1]", "[1,\"a\"]", "{}",  "{\"a\":1}",
};

struct json_drawer {
    struct random_schema s;
    enum jss_dialect dialect;
    unsigned depth, rarity; /* deepest nesting; one of so many draws is changed */
};

/* A number below n for one purpose at one place. */
static inline unsigned json_draw(const struct json_drawer *d, uint64_t place, uint64_t purpose, unsigned n)
{
    uint64_t drawn = hash_mix(hash_mix(d->s.seed, place), purpose);
    if (d->s.changes && hash_mix(hash_mix(d->s.changes, place), purpose + 1000) % d->rarity == 0)
        drawn = hash_mix(drawn, d->s.changes);
    return (unsigned)(drawn % n);
}

static inline bool is_drawn(struct json_drawer *d, uint64_t place, uint64_t purpose, unsigned percent)
{
    return json_draw(d, place, purpose, 100) < percent;
}

static inline const char *drawn_value(struct json_drawer *d, uint64_t place, uint64_t purpose)
{
    return random_values[json_draw(d, place, purpose, sizeof random_values / sizeof *random_values)];
}

static inline void put_random_json_schema(struct json_drawer *d, uint64_t place, unsigned depth);

/* "name": a schema, behind a comma. */
static inline void put_random_below(struct json_drawer *d, const char *name, uint64_t place, unsigned depth)
{
    buf_printf(&d->s.out, ",\"%s\":", name);
    put_random_json_schema(d, place_in(place, hash_mix(strlen(name), (unsigned char)name[0])), depth + 1);
}

static inline void put_random_number(struct json_drawer *d, const char *name, uint64_t place, uint64_t purpose,
                                     unsigned percent)
{
    if (is_drawn(d, place, purpose, percent))
        buf_printf(&d->s.out, ",\"%s\":%u", name, json_draw(d, place, purpose + 1, 4));
}

static inline void put_random_list(struct json_drawer *d, const char *name, uint64_t place, uint64_t purpose,
                                   unsigned depth)
{
    unsigned count = 1 + json_draw(d, place, purpose, 3);
    buf_printf(&d->s.out, ",\"%s\":[", name);
    for (unsigned i = 0; i < count; i++) {
        put(&d->s, i ? "," : "");
        put_random_json_schema(d, place_in(place, purpose * 16 + i), depth + 1);
    }
    put(&d->s, "]");
}

/* An object of schemas whose names are some of those given. */
static inline void put_random_map(struct json_drawer *d, const char *name, const char *const *names, unsigned count,
                                  uint64_t place, uint64_t purpose, unsigned depth)
{
    const char *comma = "";
    buf_printf(&d->s.out, ",\"%s\":{", name);
    for (unsigned i = 0; i < count; i++) {
        if (!is_drawn(d, place, purpose * 16 + i, 45))
            continue;
        buf_printf(&d->s.out, "%s\"%s\":", comma, names[i]);
        put_random_json_schema(d, place_in(place, purpose * 16 + i), depth + 1);
        comma = ",";
    }
    put(&d->s, "}");
}

static inline void put_random_names(struct json_drawer *d, uint64_t place, uint64_t purpose)
{
    const char *comma = "";
    put(&d->s, "[");
    for (unsigned i = 0; i < 4; i++) {
        if (!is_drawn(d, place, purpose * 16 + i, 35))
            continue;
        buf_printf(&d->s.out, "%s\"%s\"", comma, random_names[i]);
        comma = ",";
    }
    put(&d->s, *comma ? "]" : "\"a\"]");
}

static inline void put_random_string_keywords(struct json_drawer *d, uint64_t place)
{
    put_random_number(d, "minLength", place, 20, 30);
    put_random_number(d, "maxLength", place, 22, 40);
    if (is_drawn(d, place, 24, 20))
        buf_printf(&d->s.out, ",\"pattern\":\"%s\"", random_patterns[json_draw(d, place, 25, 3)]);
}

static inline void put_random_number_keywords(struct json_drawer *d, uint64_t place)
{
    put_random_number(d, "minimum", place, 30, 30);
    put_random_number(d, "maximum", place, 32, 30);
    if (is_drawn(d, place, 34, 15))
        put(&d->s, is_drawn(d, place, 35, 50) ? ",\"multipleOf\":2" : ",\"multipleOf\":0.5");
    if (d->dialect >= JSS_DRAFT_06) {
        put_random_number(d, "exclusiveMinimum", place, 36, 20);
        put_random_number(d, "exclusiveMaximum", place, 38, 20);
    } else if (is_drawn(d, place, 36, 30)) {
        put(&d->s, is_drawn(d, place, 37, 50) ? ",\"exclusiveMinimum\":true,\"minimum\":1"
                                              : ",\"exclusiveMaximum\":true,\"maximum\":2");
    }
}

static inline void put_random_dependencies(struct json_drawer *d, uint64_t place, unsigned depth)
{
    bool is_old = d->dialect <= JSS_DRAFT_07;
    if (is_drawn(d, place, 53, 12)) {
        put(&d->s, is_old ? ",\"dependencies\":{\"a\":" : ",\"dependentRequired\":{\"a\":");
        put_random_names(d, place, 54);
        put(&d->s, "}");
    } else if (is_drawn(d, place, 56, 12)) {
        put_random_map(d, is_old ? "dependencies" : "dependentSchemas", random_names, 4, place, 57, depth);
    }
}

static inline void put_random_object_keywords(struct json_drawer *d, uint64_t place, unsigned depth)
{
    if (is_drawn(d, place, 40, 75))
        put_random_map(d, "properties", random_names, 4, place, 41, depth);
    if (is_drawn(d, place, 42, 35)) {
        put(&d->s, ",\"required\":");
        put_random_names(d, place, 43);
    }
    if (is_drawn(d, place, 44, 40))
        put_random_below(d, "additionalProperties", place, depth);
    if (is_drawn(d, place, 45, 25))
        put_random_map(d, "patternProperties", random_patterns, 3, place, 46, depth);
    put_random_number(d, "minProperties", place, 47, 12);
    put_random_number(d, "maxProperties", place, 49, 15);
    if (d->dialect >= JSS_DRAFT_06 && is_drawn(d, place, 51, 10))
        put(&d->s, is_drawn(d, place, 52, 50) ? ",\"propertyNames\":{\"maxLength\":1}" : ",\"propertyNames\":true");
    put_random_dependencies(d, place, depth);
    if (d->dialect >= JSS_DRAFT_2019_09 && is_drawn(d, place, 55, 10))
        put_random_below(d, "unevaluatedProperties", place, depth);
}

static inline void put_random_array_keywords(struct json_drawer *d, uint64_t place, unsigned depth)
{
    bool is_new = d->dialect == JSS_DRAFT_2020_12, has_tuple = is_drawn(d, place, 60, 35);
    if (has_tuple)
        put_random_list(d, is_new ? "prefixItems" : "items", place, 61, depth);
    if (is_drawn(d, place, 62, 50) && (is_new || !has_tuple))
        put_random_below(d, "items", place, depth);
    if (!is_new && is_drawn(d, place, 63, 25))
        put_random_below(d, "additionalItems", place, depth);
    put_random_number(d, "minItems", place, 64, 15);
    put_random_number(d, "maxItems", place, 66, 20);
    if (is_drawn(d, place, 68, 10))
        put(&d->s, ",\"uniqueItems\":true");
    if (d->dialect >= JSS_DRAFT_06 && is_drawn(d, place, 69, 20)) {
        put_random_below(d, "contains", place, depth);
        if (d->dialect >= JSS_DRAFT_2019_09) {
            put_random_number(d, "minContains", place, 70, 40);
            put_random_number(d, "maxContains", place, 72, 40);
        }
    }
    if (d->dialect >= JSS_DRAFT_2019_09 && is_drawn(d, place, 74, 10))
        put_random_below(d, "unevaluatedItems", place, depth);
}

static inline void put_random_keywords(struct json_drawer *d, unsigned type, uint64_t place, unsigned depth)
{
    if (type == 0)
        put_random_string_keywords(d, place);
    else if (type <= 2)
        put_random_number_keywords(d, place);
    else if (type <= 4)
        put_random_object_keywords(d, place, depth);
    else if (type == 5)
        put_random_array_keywords(d, place, depth);
}

static inline void put_random_types(struct json_drawer *d, uint64_t place, unsigned depth)
{
    unsigned type = json_draw(d, place, 10, 8), other = json_draw(d, place, 11, 8);
    if (is_drawn(d, place, 12, 20) && strcmp(random_types[type], random_types[other]) != 0)
        buf_printf(&d->s.out, ",\"type\":[\"%s\",\"%s\"]", random_types[type], random_types[other]);
    else if (is_drawn(d, place, 13, 80))
        buf_printf(&d->s.out, ",\"type\":\"%s\"", random_types[type]);
    put_random_keywords(d, type, place, depth);
}

static inline void put_random_combinations(struct json_drawer *d, uint64_t place, unsigned depth)
{
    if (is_drawn(d, place, 80, 12))
        put_random_list(d, "allOf", place, 81, depth);
    if (is_drawn(d, place, 82, 14))
        put_random_list(d, "anyOf", place, 83, depth);
    if (is_drawn(d, place, 84, 14))
        put_random_list(d, "oneOf", place, 85, depth);
    if (is_drawn(d, place, 86, 7))
        put_random_below(d, "not", place, depth);
    if (d->dialect >= JSS_DRAFT_07 && is_drawn(d, place, 87, 8)) {
        put_random_below(d, "if", place, depth);
        if (is_drawn(d, place, 88, 70))
            put_random_below(d, "then", place, depth);
        if (is_drawn(d, place, 89, 70))
            put_random_below(d, "else", place, depth);
    }
    if (d->dialect >= JSS_DRAFT_2019_09 && is_drawn(d, place, 90, 8))
        put(&d->s, ",\"$ref\":\"#/definitions/r\"");
}

/* To "r", or to what is dynamic in some of these schemas. */
static inline void put_random_reference(struct json_drawer *d, uint64_t place)
{
    if (d->dialect <= JSS_DRAFT_07 || is_drawn(d, place, 92, 70))
        put(&d->s, "{\"$ref\":\"#/definitions/r\"}");
    else if (is_drawn(d, place, 93, 40))
        put(&d->s, "{\"$ref\":\"urn:d\"}");
    else
        put(&d->s, d->dialect == JSS_DRAFT_2019_09 ? "{\"$recursiveRef\":\"#\"}" : "{\"$dynamicRef\":\"#d\"}");
}

static inline void put_random_json_schema(struct json_drawer *d, uint64_t place, unsigned depth)
{
    unsigned kind = json_draw(d, place, 1, 20);
    if (kind == 0 && d->dialect >= JSS_DRAFT_06) {
        put(&d->s, is_drawn(d, place, 2, 60) ? "true" : "false");
        return;
    }
    if (kind <= 2 && depth) {
        if (kind == 1)
            put_random_reference(d, place);
        else
            put(&d->s, "{}");
        return;
    }
    put(&d->s, "{\"title\":\"\"");
    if (depth < d->depth)
        put_random_types(d, place, depth);
    else if (is_drawn(d, place, 14, 50))
        buf_printf(&d->s.out, ",\"type\":\"%s\"", random_types[json_draw(d, place, 10, 8)]);
    if (is_drawn(d, place, 3, 14))
        buf_printf(&d->s.out, ",\"enum\":[%s,%s]", drawn_value(d, place, 4), drawn_value(d, place, 5));
    if (d->dialect >= JSS_DRAFT_06 && is_drawn(d, place, 6, depth < d->depth ? 7 : 40))
        buf_printf(&d->s.out, ",\"const\":%s", drawn_value(d, place, 7));
    if (depth < d->depth)
        put_random_combinations(d, place, depth);
    if (is_drawn(d, place, 8, 10))
        put(&d->s, ",\"default\":1");
    put(&d->s, "}");
}

/* What makes a schema the target of dynamic references, or else of static ones. */
static inline void put_random_anchor(struct json_drawer *d, uint64_t place)
{
    bool is_dynamic = is_drawn(d, place, 94, 50);
    if (d->dialect == JSS_DRAFT_2019_09)
        put(&d->s, is_dynamic ? "\"$recursiveAnchor\":true," : "");
    else if (d->dialect == JSS_DRAFT_2020_12)
        put(&d->s, is_dynamic ? "\"$dynamicAnchor\":\"d\"," : "\"$anchor\":\"d\",");
}

/* A whole schema; what it refers to is below "definitions". */
static inline struct str random_json_schema(struct arena *memory, uint64_t seed, uint64_t changes,
                                            enum jss_dialect dialect)
{
    /* Deep ones that hardly change, and shallow ones that change in several places. */
    static const unsigned depths[] = {3, 2, 2, 1}, rarities[] = {24, 12, 6, 4};
    unsigned profile = (unsigned)(hash_mix(seed, 5) % 4);
    struct json_drawer d = {.s = {.seed = seed, .changes = changes},
                            .dialect = dialect,
                            .depth = depths[profile],
                            .rarity = rarities[profile]};
    buf_init(&d.s.out, memory, SCHEMA_MEMORY_MAX);
    buf_printf(&d.s.out, "{\"$schema\":\"%s\",", random_dialects[dialect]);
    put_random_anchor(&d, 1);
    put(&d.s, "\"definitions\":{\"r\":");
    put_random_json_schema(&d, 2, 1);
    if (dialect >= JSS_DRAFT_2019_09) {
        put(&d.s, ",\"d\":{\"$id\":\"urn:d\",");
        put_random_anchor(&d, 3);
        put(&d.s, "\"definitions\":{\"r\":{\"type\":\"array\"}},\"anyOf\":[");
        put_random_json_schema(&d, 3, 1);
        put(&d.s, "]}");
    }
    put(&d.s, "}");
    put_random_types(&d, 1, 0);
    put_random_combinations(&d, 1, 0);
    put(&d.s, "}");
    return buf_str(&d.s.out);
}

static inline void put_random_instance(struct random_schema *s, uint64_t place, unsigned depth)
{
    unsigned kind = draw(s, place, 1, depth < RANDOM_DEPTH ? 10 : 4), count = draw(s, place, 2, 4);
    const char *comma = "";
    if (kind < 4) {
        put(s, random_values[draw(s, place, 3, sizeof random_values / sizeof *random_values)]);
        return;
    }
    put(s, kind < 7 ? "{" : "[");
    for (unsigned i = 0; i < (kind < 7 ? 4 : count); i++) {
        if (kind < 7 && draw(s, place, 10 + i, 2))
            continue;
        put(s, comma);
        if (kind < 7)
            buf_printf(&s->out, "\"%s\":", random_names[i]);
        put_random_instance(s, place_in(place, i), depth + 1);
        comma = ",";
    }
    put(s, kind < 7 ? "}" : "]");
}
