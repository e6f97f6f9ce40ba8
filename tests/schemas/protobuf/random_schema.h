/* Random .proto texts. What is drawn depends on the seed and on the place only, so that two texts of one seed are the same but
 * for the places that `changes` picks out: pairs that are alike, as versions of a schema are. */
#pragma once

#include "fixture.h"

#define RANDOM_MESSAGES 5
#define RANDOM_ENUMS 2
#define RANDOM_SLOTS 6 /* fields of a message at most */

struct random_schema {
    uint64_t seed;
    uint64_t changes; /* 0: none */
    enum pb_syntax syntax;
    struct buf out;
};

/* A field that is to be written. */
struct random_field {
    uint64_t place;
    unsigned message, slot;
    const char *type; /* NULL: a map or group */
    bool is_scalar, is_enum, is_group, is_map;
    unsigned target; /* message or enum */
};

/* A number below n for one purpose at one place. */
static inline unsigned draw(const struct random_schema *s, uint64_t place, uint64_t purpose, unsigned n)
{
    uint64_t drawn = hash_mix(hash_mix(s->seed, place), purpose);
    if (s->changes && hash_mix(hash_mix(s->changes, place), purpose + 1000) % 40 == 0)
        drawn = hash_mix(drawn, s->changes);
    return (unsigned)(drawn % n);
}

static inline void put(struct random_schema *s, const char *text)
{
    buf_add(&s->out, str_of(text));
}

static inline void put_random_enum(struct random_schema *s, unsigned number)
{
    uint64_t place = 100 + number;
    bool is_open = s->syntax == PB_PROTO3 || (s->syntax == PB_EDITIONS && draw(s, place, 1, 2));
    buf_printf(&s->out, "enum E%u { ", number);
    if (s->syntax == PB_EDITIONS && !is_open)
        put(s, "option features.enum_type = CLOSED; ");
    unsigned from = is_open ? 0 : draw(s, place, 2, 3);
    for (unsigned i = 0; i < 4; i++) {
        unsigned value = (from + i) % 4;
        if (i == 0 || draw(s, place, 10 + value, 4))
            buf_printf(&s->out, "V%u_%u = %u; ", number, value, value);
    }
    put(s, "} ");
}

static inline void put_random_default(struct random_schema *s, const struct random_field *f, bool *is_first)
{
    static const char *const texts[] = {"\"\"", "\"x\"", "\"0\"", "\"false\""};
    static const char *const numbers[] = {"0", "1", "5", "0x5"}, *const floats[] = {"0", "1.5", "15e-1", "-inf"};
    unsigned drawn = draw(s, f->place, 6, 4);
    const char *value = strcmp(f->type, "string") == 0 || strcmp(f->type, "bytes") == 0   ? texts[drawn]
                        : strcmp(f->type, "float") == 0 || strcmp(f->type, "double") == 0 ? floats[drawn]
                        : strcmp(f->type, "bool") == 0 ? (drawn % 2 ? "true" : "false")
                                                       : numbers[drawn];
    put(s, *is_first ? " [" : ", ");
    *is_first = false;
    buf_printf(&s->out, "default = %s", value);
}

enum random_label { RANDOM_PLAIN, RANDOM_OPTIONAL, RANDOM_REQUIRED, RANDOM_REPEATED };

/* What a field of an edition says with features. */
static inline void put_random_features(struct random_schema *s, const struct random_field *f, enum random_label label,
                                       bool is_packable, bool in_oneof, bool *is_first)
{
    const char *features[2] = {NULL, NULL};
    if (label == RANDOM_PLAIN && f->is_scalar && !in_oneof)
        features[0] = "field_presence = IMPLICIT";
    if (label == RANDOM_REQUIRED)
        features[0] = "field_presence = LEGACY_REQUIRED";
    if (label == RANDOM_REPEATED && is_packable && draw(s, f->place, 7, 2))
        features[1] = "repeated_field_encoding = EXPANDED";
    if (f->is_group)
        features[1] = "message_encoding = DELIMITED";
    for (int i = 0; i < 2; i++) {
        if (features[i])
            buf_printf(&s->out, "%sfeatures.%s", *is_first ? " [" : ", ", features[i]);
        *is_first &= !features[i];
    }
}

static inline void put_random_options(struct random_schema *s, const struct random_field *f, enum random_label label,
                                      bool in_oneof)
{
    bool is_first = true, is_packable = f->is_scalar && strcmp(f->type, "string") != 0 && strcmp(f->type, "bytes") != 0;
    if (s->syntax != PB_PROTO3 && f->is_scalar && label != RANDOM_REPEATED && label != RANDOM_PLAIN &&
        draw(s, f->place, 5, 3) == 0)
        put_random_default(s, f, &is_first);
    if (s->syntax == PB_EDITIONS) {
        put_random_features(s, f, label, is_packable, in_oneof, &is_first);
    } else if (label == RANDOM_REPEATED && is_packable && draw(s, f->place, 7, 3) == 0) {
        buf_printf(&s->out, "%spacked = %s", is_first ? " [" : ", ", draw(s, f->place, 8, 2) ? "true" : "false");
        is_first = false;
    }
    put(s, is_first ? "" : "]");
}

/* What stands at a slot. Required messages are of a type with a higher number, so that there is an end to them. */
static inline struct random_field random_field(const struct random_schema *s, unsigned message, unsigned slot)
{
    static const char *const scalars[] = {"int32",    "int64",  "uint32",  "uint64",  "bool",
                                          "sint32",   "sint64", "fixed32", "fixed64", "sfixed32",
                                          "sfixed64", "float",  "double",  "string",  "bytes"};
    struct random_field f = {.place = 1000 + 100 * message + slot, .message = message, .slot = slot};
    unsigned kind = draw(s, f.place, 1, 10);
    f.target = draw(s, f.place, 2, RANDOM_MESSAGES);
    f.is_scalar = kind < 5;
    f.is_enum = kind == 5;
    f.is_map = kind == 6;
    f.is_group = kind == 7 && s->syntax != PB_PROTO3;
    if (f.is_scalar)
        f.type = scalars[draw(s, f.place, 3, ROWS(scalars))];
    else if (f.is_enum)
        f.type = arena_printf(arena, "E%u", f.target % RANDOM_ENUMS).p;
    else
        f.type = arena_printf(arena, "M%u", f.target).p;
    return f;
}

static inline void put_random_map_type(struct random_schema *s, const struct random_field *f)
{
    static const char *const keys[] = {"int32", "int64", "string", "bool", "fixed32"};
    static const char *const values[] = {"int32", "int64", "string", "bytes", "E0", "E1", "M0", "M3", "M4"};
    buf_printf(&s->out, "map<%s, %s>", keys[draw(s, f->place, 3, ROWS(keys))],
               values[draw(s, f->place, 4, ROWS(values))]);
}

static inline enum random_label random_label(const struct random_schema *s, const struct random_field *f)
{
    static const enum random_label of_proto2[] = {RANDOM_OPTIONAL, RANDOM_OPTIONAL, RANDOM_REPEATED, RANDOM_REQUIRED};
    static const enum random_label of_proto3[] = {RANDOM_PLAIN, RANDOM_PLAIN, RANDOM_OPTIONAL, RANDOM_REPEATED};
    static const enum random_label of_editions[] = {RANDOM_PLAIN, RANDOM_OPTIONAL, RANDOM_REPEATED, RANDOM_REQUIRED};
    const enum random_label *labels = s->syntax == PB_PROTO2   ? of_proto2
                                      : s->syntax == PB_PROTO3 ? of_proto3
                                                               : of_editions;
    enum random_label label = labels[draw(s, f->place, 9, 4)];
    bool may_be_required = f->is_scalar || f->is_enum || f->target > f->message;
    return label == RANDOM_REQUIRED && !may_be_required ? RANDOM_OPTIONAL : label;
}

/* The field as a statement; in_oneof: without a label. */
static inline void put_random_field(struct random_schema *s, const struct random_field *f, bool in_oneof)
{
    static const char *const labels[] = {"", "optional ", "required ", "repeated "};
    enum random_label label = random_label(s, f);
    unsigned number = f->slot + (draw(s, f->place, 12, 16) == 0 ? 20 : 1);
    bool shows_label = label != RANDOM_PLAIN && !in_oneof && (s->syntax != PB_EDITIONS || label == RANDOM_REPEATED);
    struct str name = arena_printf(arena, "f%u%s", f->slot, draw(s, f->place, 11, 8) ? "" : "x");
    if (in_oneof)
        label = RANDOM_OPTIONAL;
    if (f->is_map && !in_oneof) {
        put_random_map_type(s, f);
        buf_printf(&s->out, " " STR_FMT " = %u; ", STR_ARG(name), number);
        return;
    }
    put(s, shows_label ? labels[label] : "");
    if (f->is_group && s->syntax == PB_PROTO2) {
        buf_printf(&s->out, "group G%u = %u { %s int32 a = 1; optional M%u b = 2; } ", f->slot, number,
                   draw(s, f->place, 13, 2) ? "optional" : "repeated", f->target);
        return;
    }
    buf_printf(&s->out, "%s " STR_FMT " = %u", f->type, STR_ARG(name), number);
    put_random_options(s, f, label, in_oneof);
    put(s, "; ");
}

static inline void put_random_message(struct random_schema *s, unsigned message)
{
    buf_printf(&s->out, "message M%u { ", message);
    for (unsigned oneof = 0; oneof < 3; oneof++) { /* 0: none */
        bool is_open = false;
        for (unsigned slot = 0; slot < RANDOM_SLOTS; slot++) {
            struct random_field f = random_field(s, message, slot);
            unsigned drawn = draw(s, f.place, 14, 7);
            if (draw(s, f.place, 15, 8) == 0 || (drawn < 2 ? drawn + 1 : 0) != oneof)
                continue;
            if (oneof && !is_open)
                buf_printf(&s->out, "oneof o%u { ", oneof);
            is_open = oneof > 0;
            put_random_field(s, &f, oneof > 0);
        }
        put(s, is_open ? "} " : "");
    }
    put(s, "} ");
}

/* The text that the first members of s describe. */
static inline struct str random_schema(struct random_schema *s)
{
    static const char *const heads[] = {"syntax = \"proto2\"; ", "syntax = \"proto3\"; ", "edition = \"2023\"; "};
    s->out = new_text();
    s->syntax = (enum pb_syntax)draw(s, 1, 1, 3);
    put(s, heads[s->syntax]);
    for (unsigned i = 0; i < RANDOM_ENUMS; i++)
        put_random_enum(s, i);
    for (unsigned i = 0; i < RANDOM_MESSAGES; i++)
        put_random_message(s, i);
    return buf_str(&s->out);
}
