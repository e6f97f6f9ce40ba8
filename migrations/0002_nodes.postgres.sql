-- Ids of subjects and contexts come from counters in the row that every change locks first.
ALTER TABLE totals ADD COLUMN next_subject_id INT8 NOT NULL DEFAULT 1;
ALTER TABLE totals ADD COLUMN next_context_id INT8 NOT NULL DEFAULT 3;

-- The change feed: one row for each change, in the order of revisions. kind: as in storage.h.
-- token: which transaction of which node wrote it.
CREATE TABLE changes (
    revision INT8 PRIMARY KEY,
    kind INT8 NOT NULL,
    context TEXT NOT NULL,
    subject TEXT NOT NULL,
    schema_id INT8 NOT NULL,
    token TEXT NOT NULL
);
CREATE INDEX changes_by_token ON changes (token);

-- Nodes that may answer from memory, and the revision up to which each has read the feed.
CREATE TABLE nodes (
    node TEXT PRIMARY KEY,
    beat INT8 NOT NULL,
    seen_revision INT8 NOT NULL
);

-- With the key, so that no plan goes through all schemas of a context to find the one of a GUID.
DROP INDEX schemas_by_guid;
CREATE INDEX schemas_by_guid_and_key ON schemas (guid, schema_key);
