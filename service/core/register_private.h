/* What register.c, lookup.c and check.c share. Private. */
#pragma once

#include "core.h"

/* The versions of a subject; notes it. */
int core_subject_state(struct core_call *call, const struct core_subject *subject, struct stored_subject *ret);
int core_contract_fill(struct core_call *call, const struct core_config *config, const struct stored_version *latest,
                       struct contract *contract);
