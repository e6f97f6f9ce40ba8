/* Exact decimal numbers from their JSON spelling: no doubles, no loss. Bounded: at most DECIMAL_MAX_DIGITS digits and exponents of
 * +-DECIMAL_MAX_EXPONENT, else DECIMAL_RANGE. Values point into the text; pure functions, any thread. */
#pragma once

#include "str.h"

#define DECIMAL_MAX_DIGITS 4096
#define DECIMAL_MAX_EXPONENT 1000000

/* value = sign * integer.fraction * 10^exponent. */
struct decimal {
    bool negative; /* "-0" too */
    bool zero;
    bool written_integer; /* spelled with neither fraction nor exponent */
    struct str integer; /* digits before the point, as spelled */
    struct str fraction; /* digits behind it, as spelled */
    int64_t exponent; /* the written exponent */
};

enum decimal_outcome { DECIMAL_OK = 0, DECIMAL_BAD = 1, DECIMAL_RANGE = 2 };

/* JSON number grammar, strictly. *ret is written only on OK. */
enum decimal_outcome decimal_parse(struct str text, struct decimal *ret);
/* <0, 0, >0 by exact value. */
int decimal_compare(const struct decimal *a, const struct decimal *b);
/* True when it has no fractional part (1.50e1 is 15, an integer). */
bool decimal_is_integer(const struct decimal *d);
/* True when the spelling has neither fraction nor exponent (1.0 and 1e0 are not "written as integers"). */
bool decimal_is_written_integer(const struct decimal *d);
/* The exact integer when it is one and fits. */
bool decimal_to_i64(const struct decimal *d, int64_t *ret);
/* True when value is an integer multiple of step, exactly; false when step is zero. */
bool decimal_is_multiple(const struct decimal *value, const struct decimal *step);
