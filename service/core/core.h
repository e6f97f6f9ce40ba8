/* The rules of the registry: what a request means and what it may do. No HTTP, no SQL.
 *
 * A call carries one request through the core: its arena, its error, its view of the store. A call belongs to one thread
 * at a time. Functions that change something come in two halves: the first decides and returns CORE_WAITS with
 * call->change filled in, which the caller submits; when the store is done, the second half (…_finish) says what came of
 * it, CORE_AGAIN meaning that something else changed first and the first half must run again.
 * All functions return 0 (done), a positive outcome named in their comment, or -1 with call->err set.
 */
#pragma once

#include "compat.h"
#include "contract.h"
#include "identity.h"
#include "stamped_cache.h"
#include "storage.h"

enum { CORE_DONE = 0, CORE_WAITS = 1, CORE_AGAIN = 2 };

/* A change is decided again at most this often before the store counts as too busy. */
#define CORE_ATTEMPTS_MAX 50
/* Memory for settings that were read lately. */
#define CORE_SETTINGS_CACHE_BYTES (1u << 20)
/* Memory for subjects in which something was registered lately. */
#define CORE_HEADS_CACHE_BYTES (4u << 20)

enum core_mode { CORE_READWRITE, CORE_READONLY, CORE_READONLY_OVERRIDE, CORE_IMPORT, CORE_FORWARD, CORE_MODE_COUNT_ };

struct core_options {
    enum compat_level level; /* where none is configured */
    bool validate_new, validate_fields;
    bool strict_validation; /* schema.validation=strict */
    bool sound_verdicts; /* schema.compatibility.verdicts=sound */
    bool reject_empty_subject;
    bool mode_is_mutable;
    size_t schema_max_bytes, references_max, schema_cache_bytes;
};

struct core {
    struct storage *storage;
    struct stamps *stamps;
    struct stamped_cache *schemas; /* parsed schemas by context and GUID */
    struct stamped_cache *settings; /* stored settings by context and subject */
    struct stamped_cache *heads; /* what registrations know of their subjects */
    struct core_options options;
    atomic_ullong registered, deleted, incompatible, retries;
};

struct core_head;

struct core_call {
    struct core *core;
    struct arena *arena;
    struct error *err;
    struct storage_snapshot *snapshot; /* opened by core_call_snapshot */
    struct stamp_set stamps; /* what the answer rests on */
    struct storage_change change;
    /* What a registration was decided on. */
    const struct core_head *head;
    const struct core_candidate *candidate;
    struct stamp_change under_way;
    uint64_t committed_epoch; /* of the stamp of the subject that was changed */
    unsigned attempts; /* how often it was decided; from the second time on, settings are read anew */
    bool has_remembered; /* something came from memory */
};

int core_new(struct arena *arena, struct storage *storage, struct stamps *stamps, const struct core_options *options,
             struct core **ret);
void core_free(struct core *core);

void core_call_init(struct core_call *call, struct core *core, struct arena *arena, struct error *err);
/* The snapshot, opened at first use; NULL with STORE. */
struct storage_snapshot *core_call_snapshot(struct core_call *call);
/* Raises why a text could not be built: INTERNAL without memory, else SCHEMA_TOO_LARGE. Returns -1. */
int core_text_failed(struct core_call *call);
/* Closes the snapshot; the call may be used again. */
void core_call_end(struct core_call *call);
/* Whether what is in memory may be used beside the call's snapshot, after the stamps of it were noted: not when it moved
 * after the call began (the snapshot may be older), nor when the call is decided again. */
bool core_call_may_remember(const struct core_call *call);
/* Whether what came from memory has moved since, and so may be older than what was read from the store beside it: no order of
 * changes explains what was decided on both. The call is to be decided again, which reads all from one snapshot. A change
 * that is handed to the store need not ask: it names the revisions that it was decided on. */
bool core_call_is_torn(const struct core_call *call);
/* Before call->change is handed to the store: what it may change is not answered from memory until it is done. */
void core_call_submits(struct core_call *call);
/* After the store is done with call->change: makes what was cached about it invalid. Any thread. */
void core_call_committed(struct core_call *call);
/* The same for what another node has changed: for storage->observe_change. */
void core_change_seen(void *core, const struct storage_event *event);

/* -- names.c: subjects ----------------------------------------------------------------------------------------- */

struct core_subject {
    struct str context; /* "." is the default one */
    struct str name;
    bool is_qualified; /* named a context other than the default one */
};

/* ":.ctx:name" or "name". Never fails: any text is some subject. */
struct core_subject core_subject_parse(struct str text);
/* As answers write it: bare in the default context. .p NULL without memory. */
struct str core_subject_text(struct arena *arena, struct str context, struct str name);
/* As messages write it: ":.ctx:", and nothing for the default context. .p NULL without memory. */
struct str core_context_text(struct arena *arena, struct str context);
/* Whether it may be registered or configured; else INVALID_SUBJECT. */
int core_subject_check(struct core_call *call, const struct core_subject *subject, struct str text, bool for_settings);
/* "latest", "-1" or 1..2^31-1, blanks around and a plus sign tolerated; else INVALID_VERSION. */
int core_version_parse(struct core_call *call, struct str text, int32_t *ret);

/* -- body.c: JSON members with the leniency of the API's clients -------------------------------------------------- */

/* Numbers and booleans become text; null or absent: .p NULL. Other kinds: BAD_REQUEST. */
int core_body_text(struct core_call *call, const struct jtree_node *body, const char *name, struct str *ret);
/* Numbers (fractions are cut), texts of numbers; null or absent: fallback. */
int core_body_number(struct core_call *call, const struct jtree_node *body, const char *name, int32_t fallback,
                     int32_t *ret);
/* true, false, "true", "false", numbers (0 is false); null or absent: fallback (-1 to tell). */
int core_body_boolean(struct core_call *call, const struct jtree_node *body, const char *name, int fallback, int *ret);

/* -- settings.c: configuration and modes -------------------------------------------------------------------------- */

struct core_config {
    struct str json; /* stored form, members in order; "{}" when nothing is set */
    bool is_set;
    enum compat_level level;
    bool has_level;
    bool is_lenient; /* the policy */
    bool normalize, validate_fields, validate_new;
    struct str group; /* .p NULL: none */
    struct str default_metadata, override_metadata, default_rule_set, override_rule_set;
    struct str alias;
};

struct core_settings {
    int64_t revision;
    struct core_config config; /* in force */
    enum core_mode mode; /* in force */
};

/* What is in force for a subject (name "": for its context). Notes the settings. */
int core_settings_read(struct core_call *call, const struct core_subject *subject, struct core_settings *ret);
const char *core_mode_name(enum core_mode mode);

/* A subject with an alias of its own stands for the subject that the alias names (one hop). */
int core_alias_follow(struct core_call *call, struct core_subject *subject, struct str *subject_text);
/* GET: the configuration as JSON. Without effective: that of exactly this level, CONFIG_NOT_FOUND when there is none. */
int core_config_get(struct core_call *call, const struct core_subject *subject, bool effective, struct str *ret_json);
/* PUT: merges body into what is stored. CORE_WAITS; the finish answers the whole result in the form of a request. */
int core_config_put(struct core_call *call, const struct core_subject *subject, struct str subject_text,
                    const struct jtree_node *body, struct str *ret_json);
/* DELETE: CORE_WAITS, or CORE_DONE when there is nothing to remove; *ret_json is what was there. */
int core_config_delete(struct core_call *call, const struct core_subject *subject, struct str *ret_json);
int core_mode_get(struct core_call *call, const struct core_subject *subject, bool effective, struct str *ret_mode);
/* mode .p NULL: removes it. */
int core_mode_put(struct core_call *call, const struct core_subject *subject, struct str subject_text, struct str mode,
                  bool force);
int core_mode_delete(struct core_call *call, const struct core_subject *subject, bool recursive, struct str *ret_mode);
int core_settings_finish(struct core_call *call);
/* READONLY in force: OPERATION_NOT_PERMITTED. */
int core_mode_allows_writes(struct core_call *call, const struct core_subject *subject, const struct core_settings *s);

/* -- candidate.c: a schema that a client sends ---------------------------------------------------------------------- */

struct core_schema_input {
    struct str text; /* .p NULL or blank: taken from the newest version where allowed */
    struct str type; /* "" counts as a type; .p NULL: AVRO */
    const struct schema_reference *references; /* as sent; version -1: latest */
    size_t reference_count;
    struct contract contract;
    struct str rule_fault; /* what is wrong with the rules; .p NULL: nothing */
    int32_t version, schema_id; /* 0: not given; -1: not given */
    bool normalize;
    bool needs_active_references; /* soft-deleted targets are refused */
};

/* Reads the body of a registration or look-up. BAD_REQUEST for wrong types. */
int core_schema_input_read(struct core_call *call, const struct jtree_node *body, struct core_schema_input *ret);

struct core_candidate {
    const struct schema_format *format;
    struct schema *schema; /* released by the call's arena */
    struct str text; /* canonical, or normal when asked for */
    struct schema_reference *references; /* versions resolved */
    size_t reference_count;
    struct str references_json; /* .p NULL: none */
    struct storage_reference *targets;
    const struct core_schema_input *in;
    struct contract contract;
    unsigned char guid[STORAGE_KEY_BYTES], equal_key[STORAGE_KEY_BYTES], normal_key[STORAGE_KEY_BYTES];
};

/* Resolves, parses, prints. INVALID_SCHEMA says what is wrong. Notes what references lead to. */
int core_candidate_make(struct core_call *call, const struct core_subject *subject, const struct core_schema_input *in,
                        struct core_candidate *ret);
/* What a new schema must be worth (the strictness of the settings); INVALID_SCHEMA. */
int core_candidate_check(struct core_call *call, const struct core_subject *subject,
                         const struct core_candidate *candidate, const struct core_config *config);
/* The GUID for the candidate's text, references and contract. */
int core_candidate_identify(struct core_call *call, struct core_candidate *candidate);

/* The parsed form of something stored, from memory where it can; a reference for the caller. */
int core_stored_schema(struct core_call *call, const struct stored_version *stored, struct schema **ret);
/* The text of something stored in the form that ?format= asks for; as stored when its format has none of that name. */
int core_stored_text(struct core_call *call, const struct stored_version *stored, struct str name, struct str *ret);
/* References of a stored version with the subjects qualified by its context, unless it is the default one. */
int core_references_qualify(struct core_call *call, struct stored_version *stored);
/* References as stored, parsed. */
int core_references_read(struct core_call *call, struct str json, struct schema_reference **ret, size_t *ret_count);

/* -- lookup.c ------------------------------------------------------------------------------------------------------- */

struct core_found {
    struct stored_version version;
    bool is_exact; /* the very same content; else an equivalent one */
};

/* The newest active version (or any with deleted) of the subject that is the same schema: 0, 1 = none. */
int core_find(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
              const struct core_candidate *candidate, bool normalize, bool with_deleted, bool latest_only,
              struct core_found *ret);
/* POST /subjects/{s}. SUBJECT_NOT_FOUND, SCHEMA_NOT_FOUND. */
int core_lookup(struct core_call *call, struct core_subject subject, struct str subject_text,
                struct core_schema_input *in, bool with_deleted, struct core_found *ret);

/* -- register.c ------------------------------------------------------------------------------------------------------ */

struct core_registered {
    int32_t schema_id, version;
    struct stored_schema schema;
    bool shows_state; /* an existing, equivalent version was found: created_ms and is_deleted are shown */
    int64_t created_ms;
    bool is_deleted;
};

/* CORE_DONE when the schema was there already. INCOMPATIBLE, INVALID_SCHEMA, OPERATION_NOT_PERMITTED, … */
int core_register(struct core_call *call, const struct core_subject *subject, struct str subject_text,
                  struct core_schema_input *in, bool force, struct core_registered *ret);
int core_register_finish(struct core_call *call, const struct core_subject *subject, struct core_registered *ret);

/* -- check.c: compatibility ------------------------------------------------------------------------------------------ */

/* 0 = compatible, 1 = not (messages say why), -1. only_version 0: what registration compares with. known: a version that
 * was read already, or NULL. */
int core_compare(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
                 const struct core_settings *settings, const struct core_candidate *candidate, int32_t only_version,
                 const struct stored_version *known, struct compat_messages *messages);

struct core_verdict {
    bool is_compatible;
    struct compat_messages messages;
};
/* POST /compatibility/…; version 0: as registration would, STORAGE_LATEST or a number: that one. */
int core_check(struct core_call *call, const struct core_subject *subject, int32_t version, bool verbose,
               struct core_schema_input *in, struct core_verdict *ret);

/* -- read.c ---------------------------------------------------------------------------------------------------------- */

/* SUBJECT_NOT_FOUND, VERSION_NOT_FOUND; an unqualified subject is looked for in other contexts too. */
int core_read_version(struct core_call *call, struct core_subject subject, int32_t version, bool with_deleted,
                      struct stored_version *ret);
/* GET /schemas/ids/{id}: subject_text .p NULL or "": any. SCHEMA_ID_NOT_FOUND. */
int core_read_id(struct core_call *call, int32_t schema_id, struct str subject_text, struct stored_version *ret);
/* Versions with the id, one per subject (the newest). SCHEMA_NOT_FOUND. */
int core_read_uses(struct core_call *call, int32_t schema_id, struct str subject_text, bool with_deleted,
                   struct stored_uses *ret);
/* Highest id ever given in the context. */
int core_read_max_id(struct core_call *call, struct str context, int32_t *ret);
int core_read_guid(struct core_call *call, struct str guid_text, struct stored_version *ret);
int core_read_guid_ids(struct core_call *call, struct str guid_text, struct stored_uses *ret);
/* Numbers of the versions that pass. SUBJECT_NOT_FOUND. negative: soft-deleted ones as negative numbers. */
int core_list_versions(struct core_call *call, const struct core_subject *subject, enum storage_filter filter,
                       bool negative, struct stored_entries *ret);
/* Schemas that refer to the version: uses ordered by context and id, one per id. */
int core_read_referrers(struct core_call *call, struct core_subject subject, int32_t version, bool with_deleted,
                        struct stored_uses *ret);
/* GET /subjects/{s}/metadata. */
int core_read_by_metadata(struct core_call *call, const struct core_subject *subject, const struct str *keys,
                          const struct str *values, size_t count, bool with_deleted, struct stored_version *ret);

/* The default context and those in which something was registered. */
int core_list_contexts(struct core_call *call, struct stored_names *ret);
/* Names of subjects, qualified, sorted by UTF-16 units. prefix: ":*:" every context, ":.ctx:…", "" default context. */
int core_list_subjects(struct core_call *call, struct str prefix, enum storage_filter filter, struct stored_names *ret);
struct core_schema_listing {
    struct str prefix;
    bool with_deleted, latest_only;
    bool with_aliases; /* also subjects that aliases under the prefix lead to, and the aliases of each subject */
};

/* aliases: qualified names, sorted; NULL: none. 0 = go on, 1 = stop, -1 = failed. */
typedef int (*core_version_fn)(void *context, const struct stored_version *version, const struct stored_names *aliases);

/* Calls each for the versions of the subjects that pass, in the order of GET /schemas. */
int core_list_schemas(struct core_call *call, const struct core_schema_listing *what, core_version_fn each,
                      void *each_context);

/* -- remove.c -------------------------------------------------------------------------------------------------------- */

struct core_removed {
    int32_t *versions;
    size_t count;
};
int core_delete_version(struct core_call *call, const struct core_subject *subject, int32_t version, bool permanent,
                        struct core_removed *ret);
int core_delete_subject(struct core_call *call, const struct core_subject *subject, bool permanent,
                        struct core_removed *ret);
int core_delete_finish(struct core_call *call, const struct core_subject *subject);
