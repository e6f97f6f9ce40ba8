/* The names of a schema as a tree: packages, messages and services hold names, each may be defined several times (which the
 * checks refuse). Private to link.c and symbols.c. */
#pragma once

#include "link.h"

/* A full name and all that is defined by it. */
struct pb_name {
    struct str full_name;
    PB_LIST(pb_symbol) symbols; /* in the order of the files and of the text; empty for the root only */
    struct map *inner; /* simple name -> struct pb_name; NULL: none */
};

struct pb_symbols {
    struct pb_name root;
    const struct pb_schema *builtins; /* NULL: these are they */
    struct map by_path; /* the schema's files, by what imports call them */
    size_t linked; /* files of the schema, from the first on */
    uint64_t steps; /* of resolving names */
};

/* The name in a scope; NULL when there is none. */
struct pb_name *pb_name_find(const struct pb_name *scope, struct str name);
/* The same, added when it is not there; NULL without memory. */
struct pb_name *pb_name_add(struct arena *arena, struct pb_name *scope, struct str name);
