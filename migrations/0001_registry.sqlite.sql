-- The registry: contexts, subjects, schemas, versions, references, settings. Every key carries the context.
CREATE TABLE contexts (
    context_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    next_schema_id INTEGER NOT NULL,
    is_listed INTEGER NOT NULL
) STRICT;
INSERT INTO contexts (context_id, name, next_schema_id, is_listed) VALUES (1, '.', 1, 1), (2, '.__GLOBAL', 1, 0);

-- One row: the clocks of all changes and of changes of settings, and how much is stored.
CREATE TABLE totals (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    settings_revision INTEGER NOT NULL,
    subject_count INTEGER NOT NULL,
    schema_count INTEGER NOT NULL,
    version_count INTEGER NOT NULL
) STRICT;
INSERT INTO totals (one, revision, settings_revision, subject_count, schema_count, version_count)
VALUES (1, 1, 1, 0, 0, 0);

CREATE TABLE subjects (
    subject_id INTEGER PRIMARY KEY,
    context_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    highest_version INTEGER NOT NULL, -- soft-deleted ones included
    latest_version INTEGER NOT NULL, -- highest active one; 0: none
    UNIQUE (context_id, name)
) STRICT;

-- schema_key is context_id * 2^32 + schema id, so that new schemas are appended.
CREATE TABLE schemas (
    schema_key INTEGER PRIMARY KEY,
    guid BLOB NOT NULL,
    equal_key BLOB NOT NULL,
    normal_key BLOB NOT NULL,
    format TEXT NOT NULL,
    text TEXT NOT NULL,
    reference_list TEXT,
    metadata TEXT,
    rule_set TEXT
) STRICT;
CREATE INDEX schemas_by_guid ON schemas (guid);

CREATE TABLE versions (
    subject_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    schema_key INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL,
    normal_hash INTEGER NOT NULL, -- first bytes of schemas.normal_key
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (subject_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_by_schema ON versions (schema_key, is_deleted, subject_id, version);

-- What the content of a schema refers to.
CREATE TABLE schema_references (
    target_context_id INTEGER NOT NULL,
    target_subject TEXT NOT NULL,
    target_version INTEGER NOT NULL,
    schema_key INTEGER NOT NULL,
    PRIMARY KEY (target_context_id, target_subject, target_version, schema_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX schema_references_by_schema ON schema_references (schema_key);

-- kind: 0 configuration (JSON), 1 mode. The empty subject stands for the whole context.
CREATE TABLE settings (
    context_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (context_id, subject, kind)
) STRICT, WITHOUT ROWID;
