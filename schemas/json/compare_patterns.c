#include "json/compare_patterns.h"

/* Steps of a comparison that compiling a pattern takes, by its length. */
#define STEPS_PER_BYTE 4
/* Steps that one search may take. */
#define SEARCH_BUDGET 100000

struct pattern {
    struct regex *regex; /* NULL: it is none */
};

void jss_patterns_init(struct jss_patterns *patterns, uint64_t *work, struct arena *arena)
{
    *patterns = (struct jss_patterns){.arena = arena, .work = work};
    map_init(&patterns->compiled, arena);
}

void jss_patterns_deinit(struct jss_patterns *patterns)
{
    regex_scratch_deinit(&patterns->scratch);
}

static const struct pattern *pattern_of(struct jss_patterns *patterns, struct str text)
{
    const char *fault;
    struct pattern *pattern = map_get(&patterns->compiled, text);
    if (pattern)
        return pattern;
    pattern = ARENA_NEW(patterns->arena, struct pattern);
    if (!pattern || map_put(&patterns->compiled, text, pattern) < 0)
        return NULL;
    *patterns->work += text.n * STEPS_PER_BYTE;
    if (regex_compile(patterns->arena, text, &pattern->regex, &fault) != 0)
        pattern->regex = NULL;
    return pattern;
}

enum jss_match jss_name_matches(struct jss_patterns *patterns, struct str pattern, struct str name)
{
    const struct pattern *compiled = pattern_of(patterns, pattern);
    uint64_t left = SEARCH_BUDGET;
    if (!compiled || !compiled->regex)
        return JSS_MATCH_UNKNOWN;
    enum regex_outcome outcome = regex_search(compiled->regex, name, &patterns->scratch, &left);
    *patterns->work += 1 + SEARCH_BUDGET - left;
    if (outcome == REGEX_MATCH)
        return JSS_MATCHES;
    return outcome == REGEX_NO_MATCH ? JSS_NO_MATCH : JSS_MATCH_UNKNOWN;
}
