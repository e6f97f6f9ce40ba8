/* Changes as SQL, for all back ends: what the writer of a store knows and does inside of its open transaction. One
 * thread. Functions return 0, or -1 with the error of the change (or *err) set: the transaction must be rolled back. */
#pragma once

#include "sql/sql.h"
#include "storage.h"

#define SCHEMA_KEY(context_id, schema_id) ((int64_t)(context_id)*4294967296 + (schema_id))

/* Clocks, counts and counters of the store, written once per transaction. */
struct sql_totals {
    int64_t revision, settings_revision;
    int64_t subjects, schemas, versions;
    int64_t next_subject_id, next_context_id;
};

/* A context as the writer knows it. What changed is written once per transaction. */
struct sql_context {
    struct str name;
    int64_t id, next_schema_id;
    bool is_listed, is_changed;
};

#define SQL_CONTEXTS_KEPT 32

/* A subject as the writer finds it. */
struct sql_subject {
    int64_t id, revision; /* id 0: there is none */
    int32_t highest_version, latest_version;
};

struct sql_writer {
    struct sql *sql;
    struct sql_totals totals;
    struct arena *contexts_arena; /* names of contexts */
    struct sql_context contexts[SQL_CONTEXTS_KEPT];
    size_t context_count;
};

/* arena: holds what lives as long as the writer. -1 without memory. */
int sql_writer_init(struct sql_writer *w, struct sql *sql, struct arena *arena);
void sql_writer_deinit(struct sql_writer *w);
/* Reads the totals by READ_TOTALS or LOCK_TOTALS. */
int sql_totals_read(struct sql_writer *w, enum sql_statement id, struct error *err);
/* The row that such a statement is at. */
struct sql_totals sql_totals_row(struct sql_query *q);
/* Writes totals and contexts, before the commit. */
int sql_writer_flush(struct sql_writer *w, struct error *err);
/* After a rollback: the totals as they were before, and nothing that was remembered of contexts. */
void sql_writer_forget(struct sql_writer *w, const struct sql_totals *before);

/* apply.c: one change. Sets change->outcome when nothing went wrong with the database. */
int sql_apply(struct sql_writer *w, struct storage_change *change);
int sql_apply_delete(struct sql_writer *w, struct storage_change *change);
int sql_apply_setting(struct sql_writer *w, struct storage_change *change);
int sql_apply_context(struct sql_writer *w, struct storage_change *change);
/* What a registration has found out about where it goes. */
struct sql_place {
    struct sql_context context;
    struct sql_subject subject;
    int64_t schema_key;
    bool is_new_schema;
};
/* The number of the new version: the one asked for, or the next. */
int sql_choose_version(struct storage_change *change, const struct sql_subject *subject);
/* The same for the id of a new schema. */
int sql_choose_id(struct storage_change *change, const struct sql_context *context);
/* Bind what the statements of the same names write, moving the totals on. */
void sql_bind_schema(struct sql_query *q, const struct storage_change *change, int64_t schema_key);
void sql_bind_version(struct sql_query *q, const struct storage_change *change, const struct sql_place *p);
void sql_bind_insert_subject(struct sql_query *q, const struct storage_change *change, const struct sql_place *p,
                             int64_t revision);
void sql_bind_touch_subject(struct sql_query *q, const struct storage_change *change, const struct sql_place *p,
                            int64_t revision);
/* What has moved in the context: its next id, its place in the list. */
int sql_update_context(struct sql_writer *w, struct storage_change *change, struct sql_place *p);
/* The subject; id 0 when there is none. */
int sql_subject_read(struct sql_writer *w, int64_t context_id, struct str name, struct sql_subject *ret,
                     struct error *err);
/* Gives it a new revision and finds its highest and latest version again, or removes it, with its settings, when it has
 * no version left. */
int sql_subject_touch(struct sql_writer *w, int64_t context_id, struct str name, int64_t subject_id, struct error *err);
/* Removes a version and says which schema it had: 0, 1 = there was none, -1. */
int sql_take_version(struct sql_writer *w, int64_t subject_id, int32_t version, int64_t *ret_schema_key,
                     struct error *err);
int sql_drop_schema_if_unused(struct sql_writer *w, int64_t schema_key, struct error *err);
/* Removes a version for good, and its schema when nothing else has it. 0, 1 = there was none, -1. */
int sql_remove_version(struct sql_writer *w, int64_t subject_id, int32_t version, struct error *err);
/* Whether others refer to the version: 0 = no, 1 = yes, -1. but_not_by: whose own references do not count, or 0. */
int sql_is_referenced(struct sql_writer *w, int64_t context_id, struct str subject, int32_t version,
                      bool by_deleted_too, int64_t but_not_by, struct error *err);

/* contexts.c: what the writer remembers of contexts. */

/* The context as it is in the open transaction, made when create is set: 0, 1 = none, -1. ret->name is not set. */
int sql_context_read(struct sql_writer *w, struct str name, bool create, struct sql_context *ret, struct error *err);
/* Remembers it as it is in the database, unless it is remembered already. 0, -1. */
int sql_context_learn(struct sql_writer *w, struct str name, const struct sql_context *context, struct error *err);
/* Changes what is known of it; written by the flush. */
int sql_context_change(struct sql_writer *w, struct str name, const struct sql_context *context, struct error *err);
int sql_contexts_flush(struct sql_writer *w, struct error *err);
void sql_contexts_forget(struct sql_writer *w);
