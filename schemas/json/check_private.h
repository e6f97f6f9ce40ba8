/* What the checks of a JSON Schema share. Private to check*.c. */
#pragma once

#include "json/model.h"

/* -- check_reference.c ---------------------------------------------------------------------------------------- */

/* What Confluent Schema Registry refuses, in look-ups too. It builds an object for each schema that the root leads to, by one
 * library up to draft-07 and by another one later; what either does not look at may be anything. Both go by the draft of the
 * root, also in what is referred to. 0, or -1 with INVALID_SCHEMA saying where and why. */
int jss_check_reference(const struct jss_schema *schema, struct error *err);

/* -- check_strict.c ------------------------------------------------------------------------------------------- */

/* What makes a schema useless to some reader: it is not what its metaschema asks for, or a reference leads nowhere. 0, or -1 with
 * INVALID_SCHEMA saying where and why. Patterns are left to the check above: many are written for one language and good there. */
int jss_check_strict(const struct jss_schema *schema, struct error *err);

/* -- check_uri.c ---------------------------------------------------------------------------------------------- */

/* Whether Java's URI class takes it: RFC 2396 with other characters than ASCII allowed. */
bool jss_uri_is_readable(struct str uri);

/* -- check_pattern.c ------------------------------------------------------------------------------------------ */

/* What is wrong with the pattern for java.util.regex, in which Confluent Schema Registry reads patterns; NULL: nothing. */
const char *jss_pattern_fault(struct str pattern, struct arena *scratch);
