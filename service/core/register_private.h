/* What register.c, lookup.c and check.c share. Private. */
#pragma once

#include "core.h"

/* The subject as a whole, or each of its versions; notes it. */
int core_subject_state(struct core_call *call, const struct core_subject *subject, struct stored_subject *ret);
int core_subject_entries(struct core_call *call, const struct core_subject *subject, struct stored_entries *ret);
/* Whether it has versions, active ones or with deleted any. */
bool core_subject_has_any(const struct stored_subject *state, bool with_deleted);
int core_contract_fill(struct core_call *call, const struct core_config *config, const struct stored_version *latest,
                       struct contract *contract);
