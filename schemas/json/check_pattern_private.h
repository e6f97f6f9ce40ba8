/* What the parts of the reader of patterns share. Private to check_pattern*.c. */
#pragma once

#include "json/check_private.h"

#include "utf8.h"

/* What an escape stands for when it is not one character. */
#define NO_POINT (-1)

/* Groups in groups, and classes in classes; Java ends at some thousands for want of stack. */
#define PATTERN_DEPTH_MAX 1000

enum pattern_group_kind { PATTERN_GROUP_PLAIN, PATTERN_GROUP_LOOK_AHEAD, PATTERN_GROUP_LOOK_BEHIND };

struct pattern_group {
    enum pattern_group_kind kind;
    bool is_unbounded; /* what is in it may be of any length */
    bool had_comments; /* as outside of it */
};

struct pattern_reader {
    struct str text;
    size_t at;
    struct arena *scratch;
    struct map names; /* of groups so far */
    VEC(struct pattern_group) groups; /* that are open; the first is the pattern */
    VEC(bool) classes; /* that are open: whether something is in them */
    bool has_comments; /* flag x: white space and comments mean nothing */
    const char *fault;
};

static inline int pattern_fail(struct pattern_reader *r, const char *why)
{
    r->fault = why;
    return -1;
}

static inline bool pattern_is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool pattern_is_letter(int32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool pattern_is_at_end(const struct pattern_reader *r)
{
    return r->at >= r->text.n;
}

/* The byte at the place, so many further on; 0 behind the end. */
static inline char pattern_byte_at(const struct pattern_reader *r, size_t further)
{
    return r->text.n - r->at > further ? r->text.p[r->at + further] : 0;
}

static inline bool pattern_take(struct pattern_reader *r, char c)
{
    bool is_there = !pattern_is_at_end(r) && r->text.p[r->at] == c;
    r->at += is_there;
    return is_there;
}

static inline int32_t pattern_take_point(struct pattern_reader *r)
{
    return pattern_is_at_end(r) ? NO_POINT : (int32_t)utf8_next(r->text, &r->at);
}

/* Behind a backslash. *ret: the character that it stands for, or NO_POINT. */
int pattern_read_escape(struct pattern_reader *r, bool in_class, int32_t *ret);
/* The name of a group and what ends it. */
int pattern_read_group_name(struct pattern_reader *r, struct str *ret);
