/* Migrations, compiled in from migrations/: numbered, applied in order, remembered by number. */
#pragma once

#include "str.h"

struct migration {
    int number;
    const char *name;
    const char *sqlite; /* SQL statements */
    const char *postgres;
};

extern const struct migration migrations[];
extern const size_t migration_count;
