/* The normal form: files that differ in ways without meaning become equal. Private to schemas/protobuf.
 *
 * Syntax line of proto3 and editions only; imports, options, fields, oneofs, extension and reserved ranges, values of enums (behind
 * the one that is the default) sorted;
 * names of types and extensions in full; options of one extension as one value; extend blocks of one target as one; entries of maps
 * as maps. Messages, enums and services stay in their order, since records carry the index of their message. */
#pragma once

#include "link.h"

/* A number as it is spelled in the normal form: 0x10 as 16, 1.50e1 as 15; what would become long stays as it is. .p NULL
 * without memory. */
struct str pb_normal_number(struct arena *arena, struct str text);

/* normalise_options.c: copies options of an element whose full name is scope. *steps: what resolving names may cost still,
 * see PB_RESOLVE_BUDGET. -1 without memory, or when that does not suffice. */
int pb_normalise_options(const struct pb_schema *schema, struct arena *arena, struct str scope, uint64_t *steps,
                         const pb_options *options, pb_options *ret);
