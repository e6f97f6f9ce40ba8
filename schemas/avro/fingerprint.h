/* Parsing Canonical Form and fingerprints of the Avro specification, "Parsing Canonical Form for Schemas". */
#pragma once

#include "hash.h"
#include "schema.h"

/* Appends the Parsing Canonical Form of an Avro schema. 0, or -1 with an error. */
int avro_parsing_form(const struct schema *schema, struct buf *out, struct error *err);
