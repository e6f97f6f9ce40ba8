/* JSON Schema as a row of formats.c: drafts 04, 06, 07, 2019-09 and 2020-12. The canonical text and the verdicts are those of
 * Confluent Schema Registry. */
#pragma once

#include "schema.h"

extern const struct schema_format json_format;
