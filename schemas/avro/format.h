/* Avro as a row of formats.c. The rules are those of the Avro specification 1.12 and of its Java library. */
#pragma once

#include "schema.h"

extern const struct schema_format avro_format;
