/* Regular expressions as JSON Schema has them: those of ECMA-262 with the flag u, searched for in UTF-8. Matched by PCRE2 behind a
 * translation, so that what ECMA-262 does not know is refused. Beyond its grammar, as browsers have it without the flag: ] { }
 * where they stand for nothing, a backslash before any punctuation, a hyphen beside \w and the like in a class.
 *
 * Not supported: a look-behind of variable length, (?i:…) and its kin, a name for several groups. A group that is repeated keeps
 * what it captured in an earlier turn. Text of 16 MiB and more is never searched.
 *
 * A compiled expression is immutable, any number of threads may use it at once, each with its own scratch. */
#pragma once

#include "arena.h"

struct regex;

/* Compiles into the arena, which releases what lies outside of it. 0; 1 = no regular expression, or none that is supported:
 * *ret_fault says why; -1 = no memory. */
int regex_compile(struct arena *arena, struct str pattern, struct regex **ret, const char **ret_fault);

/* What a search works in; zero bytes are a new one. One thread. */
struct regex_scratch {
    void *data, *context;
};
void regex_scratch_deinit(struct regex_scratch *scratch);

enum regex_outcome {
    REGEX_NO_MATCH = 0,
    REGEX_MATCH = 1,
    REGEX_LIMIT = 2, /* the budget is used up, or memory for backtracking */
    REGEX_NO_MEMORY = -1,
};

/* Whether the expression matches anywhere in the text, which must be UTF-8. *budget is lowered by the steps taken, some ten
 * nanoseconds each. */
enum regex_outcome regex_search(const struct regex *regex, struct str text, struct regex_scratch *scratch,
                                uint64_t *budget);
