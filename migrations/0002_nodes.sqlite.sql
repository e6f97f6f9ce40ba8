-- Ids of subjects and contexts come from counters, as where several nodes share a database.
ALTER TABLE totals ADD COLUMN next_subject_id INTEGER NOT NULL DEFAULT 1;
ALTER TABLE totals ADD COLUMN next_context_id INTEGER NOT NULL DEFAULT 1;
UPDATE totals SET next_subject_id = (SELECT coalesce(max(subject_id), 0) + 1 FROM subjects),
    next_context_id = (SELECT max(context_id) + 1 FROM contexts);
