/* Questions as SQL, for all back ends: the questions of storage.h over a snapshot's connection. */
#pragma once

#include "sql/sql.h"
#include "storage.h"

/* First member of a back end's snapshot. */
struct sql_snapshot {
    struct storage_snapshot head;
    struct sql *sql; /* a connection inside of the snapshot's transaction */
};

int sql_read_subject(struct storage_snapshot *s, struct str context, struct str subject, struct stored_subject *ret,
                     struct error *err);
int sql_read_entries(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                     struct stored_entries *ret, struct error *err);
int sql_find_versions(struct storage_snapshot *s, struct str context, struct str subject,
                      const unsigned char *normal_key, storage_version_fn each, void *each_context, struct error *err);
int sql_read_settings(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                      struct stored_settings *ret, struct error *err);
int sql_read_version(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                     int32_t version, bool with_deleted, struct stored_version *ret, struct error *err);
int sql_read_id(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                struct str subject, struct stored_version *ret, struct error *err);
int sql_read_uses(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                  struct stored_uses *ret, struct error *err);
int sql_read_references(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                        struct stored_uses *ret, struct error *err);
int sql_read_guid(struct storage_snapshot *s, struct arena *arena, const unsigned char *guid, struct stored_uses *ret,
                  struct error *err);
int sql_read_referrers(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                       int32_t version, struct stored_uses *ret, struct error *err);
int sql_read_contexts(struct storage_snapshot *s, struct arena *arena, struct stored_names *ret, struct error *err);
int sql_read_max_id(struct storage_snapshot *s, struct str context, int32_t *ret, struct error *err);
int sql_list_subjects(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                      struct stored_uses *ret, struct error *err);
int sql_list_versions(struct storage_snapshot *s, struct str context, struct str subject, storage_version_fn each,
                      void *each_context, struct error *err);
int sql_read_counts(struct storage_snapshot *s, struct storage_counts *ret, struct error *err);
int sql_ping(struct storage_snapshot *s, struct error *err);
int sql_list_settings(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                      enum storage_change_kind kind, struct stored_configs *ret, struct error *err);
int sql_list_contexts(struct storage_snapshot *s, struct arena *arena, struct stored_contexts *ret, struct error *err);

/* The members of struct storage_ops that these functions are. */
#define SQL_QUESTIONS                                                                                       \
    .read_subject = sql_read_subject, .read_entries = sql_read_entries, .find_versions = sql_find_versions, \
    .read_settings = sql_read_settings, .read_version = sql_read_version, .read_id = sql_read_id,           \
    .read_uses = sql_read_uses, .read_guid = sql_read_guid, .read_referrers = sql_read_referrers,           \
    .read_contexts = sql_read_contexts, .read_max_id = sql_read_max_id, .list_subjects = sql_list_subjects, \
    .list_versions = sql_list_versions, .read_counts = sql_read_counts, .ping = sql_ping,                   \
    .list_settings = sql_list_settings, .list_contexts = sql_list_contexts, .read_references = sql_read_references
