/* What tests of regular expressions share: an arena, a scratch, and one search. */
#pragma once

#include "regex.h"

#include <check.h>

#define ROWS(table) ((int)(sizeof(table) / sizeof(table)[0]))
#define BUDGET 10000000u

static struct arena arena;
static struct regex_scratch scratch;

static inline void set_up(void)
{
    arena_init(&arena, 256u << 20, NULL, 0);
    scratch = (struct regex_scratch){0};
}

static inline void tear_down(void)
{
    regex_scratch_deinit(&scratch);
    arena_deinit(&arena);
}

static __attribute__((noinline)) enum regex_outcome search(struct str pattern, struct str text, uint64_t budget)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    ck_assert_msg(regex_compile(&arena, pattern, &regex, &fault) == 0, STR_FMT ": %s", STR_ARG(pattern), fault);
    return regex_search(regex, text, &scratch, &budget);
}
