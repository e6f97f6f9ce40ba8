/* Translating ECMA-262 expressions into those of PCRE2. Private to regex*.c. */
#pragma once

#include "regex.h"

#include "buf.h"
#include "map.h"

/* Repetitions up to a higher number than this are as good as endless. */
#define REGEX_ENDLESS (1u << 24)
/* Groups in groups. */
#define REGEX_DEPTH_MAX 200

struct regex_reader {
    struct str text;
    size_t at;
    struct buf *out;
    const char *fault; /* set once */
    struct map names; /* of groups -> number */
    uint32_t group_count; /* that capture */
    /* What was read last can be repeated. */
    bool has_atom;
    bool is_group; /* it is more than one character */
    size_t atom_start; /* in out */
    uint32_t endless_count; /* repetitions without an end, or of many turns */
    /* Groups that are open: whether they can be repeated, and where they start in out. */
    struct {
        bool can_repeat;
        size_t start;
    } open[REGEX_DEPTH_MAX];
    uint32_t depth;
};

/* Always -1. */
static inline int regex_fail(struct regex_reader *r, const char *fault)
{
    r->fault = r->fault ? r->fault : fault;
    return -1;
}

/* The byte so many further on; 0 behind the end. */
static inline char regex_peek(const struct regex_reader *r, size_t further)
{
    return r->text.n - r->at > further ? r->text.p[r->at + further] : 0;
}

static inline bool regex_take(struct regex_reader *r, struct str what)
{
    bool is_there = str_starts(str_slice(r->text, r->at, r->text.n), what);
    r->at += is_there ? what.n : 0;
    return is_there;
}

/* A character that stands for itself, inside of a class and outside. */
void regex_put_point(struct buf *out, uint32_t point);

/* regex_translate.c: 0; 1 = *ret_fault says why not; -1 = no memory. *ret_endless_count as above. */
int regex_translate(struct arena *arena, struct str pattern, struct buf *out, uint32_t *ret_endless_count,
                    const char **ret_fault);

/* regex_escape.c: behind a backslash. 0 or -1. */

enum regex_escape {
    REGEX_ESCAPE_POINT,
    REGEX_ESCAPE_SET, /* a set of characters: what to put into a class was added to set */
};
int regex_read_escape(struct regex_reader *r, struct buf *set, enum regex_escape *ret, uint32_t *ret_point);
/* Behind the bracket. */
int regex_read_class(struct regex_reader *r);
/* Behind the p or P. */
int regex_read_property(struct regex_reader *r, bool is_negated, struct buf *set);
