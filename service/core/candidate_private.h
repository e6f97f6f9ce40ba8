/* What candidate.c and references.c share. Private. */
#pragma once

#include "core.h"
#include "map.h"

int core_references_write(struct core_call *call, const struct schema_reference *references, size_t count,
                          struct str *ret);
/* The subject that a reference names, seen from a schema of that context. */
struct core_subject core_reference_subject(struct str context, struct str text);
/* INVALID_SCHEMA. Returns -1. */
int core_reference_missing(struct core_call *call, struct core_subject subject, int32_t version);
/* Raises why again; INVALID_SCHEMA says which schema is wrong, in the words that users of the API know. Returns -1. */
int core_candidate_explain(struct core_call *call, const struct core_subject *subject, const struct core_candidate *c,
                           const struct error *why, enum schema_wording wording);
/* The version referred to, soft-deleted or not; INVALID_SCHEMA when it is not there. */
int core_reference_load(struct core_call *call, struct str context, const struct schema_reference *r,
                        struct stored_version *ret);
/* All that the references lead to, dependencies first. Bounded by schema.references.max. */
int core_references_follow(struct core_call *call, struct str context, const struct schema_reference *references,
                           size_t count, struct schema_source *ret);
