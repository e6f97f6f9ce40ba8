/* Copying everything of one store into another: ids, versions, deletions, settings. What is there already is left as it
 * is, so that a copy that was interrupted goes on where it stood. */
#pragma once

#include "storage.h"

struct copy_progress {
    size_t subjects, subject_count; /* done, and all */
    size_t versions; /* written now */
};

struct copy_job {
    struct storage *from, *to;
    /* Told now and then how far it is; NULL: nobody is. */
    void (*report)(const struct copy_progress *progress, bool is_checking);
    struct copy_progress progress;
};

/* 0, or -1 with STORE: a store failed, or the target holds something else. from must not change meanwhile (a snapshot of
 * it is read); nobody else should write to the target. */
int copy_store(struct copy_job *job, struct error *err);
/* Whether both hold the same: 0 = yes, 1 = no and *ret_difference says what (in err's arena), -1. */
int copy_check(struct copy_job *job, struct str *ret_difference, struct error *err);
