/* Which names match the patterns of patternProperties. Private to compare*.c. One thread. */
#pragma once

#include "map.h"
#include "regex.h"

struct jss_patterns {
    struct arena *arena;
    uint64_t *work; /* steps taken are added */
    struct map compiled; /* by text */
    struct regex_scratch scratch;
};

enum jss_match { JSS_NO_MATCH, JSS_MATCHES, JSS_MATCH_UNKNOWN };

void jss_patterns_init(struct jss_patterns *patterns, uint64_t *work, struct arena *arena);
void jss_patterns_deinit(struct jss_patterns *patterns);
/* Unknown: the pattern is none that can be compiled, the search took too long, or there is no memory. */
enum jss_match jss_name_matches(struct jss_patterns *patterns, struct str pattern, struct str name);
