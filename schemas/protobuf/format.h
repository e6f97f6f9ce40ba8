/* Protobuf as a row of formats.c. The rules are those of the language specifications of proto2, proto3 and editions 2023 and
 * 2024; the canonical text and the verdicts are those of Confluent Schema Registry. */
#pragma once

#include "schema.h"

extern const struct schema_format protobuf_format;

/* compare.c */
int pb_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena, uint64_t *budget,
               struct schema_differences *ret, struct error *err);
struct str pb_describe(struct arena *arena, const struct schema_difference *difference, struct str reader_role,
                       struct str writer_role);
