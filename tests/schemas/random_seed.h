/* The seed of random tests. */
#pragma once

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The same in each run, so that what fails is what was changed; TEST_SEED gives others, for looking further. */
static inline uint64_t random_seed(const char *test)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 1;
    printf("%s: TEST_SEED=%" PRIu64 "\n", test, seed);
    fflush(stdout);
    return seed;
}
