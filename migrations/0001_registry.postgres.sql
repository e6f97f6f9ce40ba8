-- The registry: contexts, subjects, schemas, versions, references, settings. Every key carries the context.
CREATE TABLE contexts (
    context_id INT8 PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    next_schema_id INT8 NOT NULL,
    is_listed INT8 NOT NULL
);
INSERT INTO contexts (context_id, name, next_schema_id, is_listed) VALUES (1, '.', 1, 1), (2, '.__GLOBAL', 1, 0);

-- One row: the clocks of all changes and of changes of settings, and how much is stored.
CREATE TABLE totals (
    one INT8 PRIMARY KEY,
    revision INT8 NOT NULL,
    settings_revision INT8 NOT NULL,
    subject_count INT8 NOT NULL,
    schema_count INT8 NOT NULL,
    version_count INT8 NOT NULL
);
INSERT INTO totals (one, revision, settings_revision, subject_count, schema_count, version_count)
VALUES (1, 1, 1, 0, 0, 0);

CREATE TABLE subjects (
    subject_id INT8 PRIMARY KEY,
    context_id INT8 NOT NULL,
    name TEXT NOT NULL,
    revision INT8 NOT NULL,
    highest_version INT8 NOT NULL, -- soft-deleted ones included
    latest_version INT8 NOT NULL, -- highest active one; 0: none
    UNIQUE (context_id, name)
);

-- schema_key is context_id * 2^32 + schema id, so that new schemas are appended.
CREATE TABLE schemas (
    schema_key INT8 PRIMARY KEY,
    guid BYTEA NOT NULL,
    equal_key BYTEA NOT NULL,
    normal_key BYTEA NOT NULL,
    format TEXT NOT NULL,
    text TEXT NOT NULL,
    reference_list TEXT,
    metadata TEXT,
    rule_set TEXT
);
CREATE INDEX schemas_by_guid ON schemas (guid);

CREATE TABLE versions (
    subject_id INT8 NOT NULL,
    version INT8 NOT NULL,
    schema_key INT8 NOT NULL,
    is_deleted INT8 NOT NULL,
    normal_hash INT8 NOT NULL, -- first bytes of schemas.normal_key
    created_ms INT8 NOT NULL,
    PRIMARY KEY (subject_id, version)
);
CREATE INDEX versions_by_schema ON versions (schema_key, is_deleted, subject_id, version);

-- What the content of a schema refers to.
CREATE TABLE schema_references (
    target_context_id INT8 NOT NULL,
    target_subject TEXT NOT NULL,
    target_version INT8 NOT NULL,
    schema_key INT8 NOT NULL,
    PRIMARY KEY (target_context_id, target_subject, target_version, schema_key)
);
CREATE INDEX schema_references_by_schema ON schema_references (schema_key);

-- kind: 0 configuration (JSON), 1 mode. The empty subject stands for the whole context.
CREATE TABLE settings (
    context_id INT8 NOT NULL,
    subject TEXT NOT NULL,
    kind INT8 NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (context_id, subject, kind)
);
