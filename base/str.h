/* Text as pointer and length: not owned, not NUL-terminated, bytes of any kind unless said otherwise.
 * Values are passed by value and live as long as what they point into. Pure functions, any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_EMPTY ((struct str){"", 0})
/* For printf: STR_FMT in the format, STR_ARG(s) in the arguments; cut at INT_MAX. */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

/* Room for any 64-bit number in decimal, sign and NUL included. */
#define INT_STR_BYTES 24
/* The number as text; lives until the end of the enclosing block. */
#define STR_INT(value) int_str((char[INT_STR_BYTES]){0}, (value))

static inline struct str str_of(const char *text)
{
    return (struct str){text ? text : "", text ? strlen(text) : 0};
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* A part of s, cut to what s has. */
static inline struct str str_slice(struct str s, size_t from, size_t to)
{
    to = to > s.n ? s.n : to;
    from = from > to ? to : from;
    return (struct str){from ? s.p + from : s.p, to - from}; /* s.p may be NULL */
}

/* Equal when the ASCII letters A-Z and a-z are not told apart. */
bool str_equal_nocase(struct str a, struct str b);
/* Order of bytes; <0, 0, >0. */
int str_compare(struct str a, struct str b);
/* Order of UTF-16 code units, the order of Java strings. Both must be UTF-8 (invalid bytes compare as bytes). */
int str_compare_utf16(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first byte c; SIZE_MAX when there is none. */
size_t str_find(struct str s, char c);
size_t str_find_last(struct str s, char c);
/* Without leading and trailing bytes <= 0x20 (Java's trim). */
struct str str_trim(struct str s);
/* Splits off what stands before the first sep (all of it when there is none) and moves *rest behind it.
 * Returns false when *rest is exhausted (rest->p == NULL); a trailing sep gives one last empty part. */
bool str_next(struct str *rest, char sep, struct str *ret_part);

enum str_number { STR_NUMBER_OK = 0, STR_NUMBER_BAD = 1, STR_NUMBER_RANGE = 2 };
/* Decimal with an optional sign and nothing else. *ret is written only on OK. */
enum str_number str_to_i64(struct str s, int64_t *ret);
/* The same, also refusing what is outside of min..max. */
enum str_number str_to_i64_in(struct str s, int64_t min, int64_t max, int64_t *ret);
/* Writes value in decimal into room (INT_STR_BYTES) and returns it. */
struct str int_str(char *room, int64_t value);
