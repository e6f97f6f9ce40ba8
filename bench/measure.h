/* What the benchmarks of schemas share. */
#pragma once

#include "schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline _Noreturn void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* A schema of the format; whoever asked unrefs it. */
static inline struct schema *read_schema(const char *format, struct str text)
{
    struct arena *arena = arena_new(1u << 20);
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = text};
    struct schema *schema;
    if (schema_parse(schema_format_find(str_of(format)), &source, &schema, &err) != 0)
        fail(err.text.p);
    arena_free(arena);
    return schema;
}
