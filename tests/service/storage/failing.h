/* A store that passes everything on to another one but fails the n-th call. Counts from the moment it is armed. */
#pragma once

#include "storage.h"

struct failing {
    struct storage head;
    struct storage *inner;
    long calls_left; /* fails when it reaches 0; negative: never */
};

struct storage *failing_wrap(struct failing *f, struct storage *inner);
void failing_arm(struct failing *f, long nth_call);
