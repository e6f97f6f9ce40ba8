/* What register.c, lookup.c and check.c share. Private. */
#pragma once

#include "core.h"

/* The subject as a whole, or each of its versions; notes it. */
int core_subject_state(struct core_call *call, const struct core_subject *subject, struct stored_subject *ret);
int core_subject_entries(struct core_call *call, const struct core_subject *subject, struct stored_entries *ret);
/* Whether it has versions, active ones or with deleted any. */
bool core_subject_has_any(const struct stored_subject *state, bool with_deleted);
/* -- head.c: what a registration must know of its subject, kept in memory from one registration to the next ------------ */

struct core_head {
    struct stored_subject state;
    struct stored_version latest; /* version 0: none is active */
    bool has_all_hashes; /* hashes is complete */
    const uint64_t *hashes; /* first bytes of the normal keys of all versions, and maybe of some that have gone */
    size_t hash_count;
};

/* *ret lives as long as the call's arena. Notes the subject. */
int core_head_read(struct core_call *call, const struct core_subject *subject, const struct core_head **ret);
/* false: no version has that normal form. */
bool core_head_may_have(const struct core_head *head, const unsigned char *normal_key);
/* After call->change has registered a version, decided on `before`: keeps what is known now. */
void core_head_keep(struct core_call *call, const struct core_head *before);

int core_contract_fill(struct core_call *call, const struct core_config *config, const struct stored_version *latest,
                       struct contract *contract);
