/* The store, as the transactions of a schema registry: no rows, no SQL. Back ends: sqlite/ (embedded) and
 * postgres/ (shared by many nodes), over what they have in common in sql/.
 *
 * Reading: a thread takes a snapshot, asks, and closes it; all answers of one snapshot fit together. Texts that are
 * returned live in the arena given with the question.
 * Writing: a change is submitted and its done function is called, on a thread of the store, once it is durable or has
 * failed. Changes that wait are committed together. A change names what the caller believed when it decided
 * (expected_…); when that is no longer true, nothing happens and the outcome is STORAGE_STALE: decide again.
 * Names of contexts start with a dot; "." is the default one. Settings of a whole context have the subject "".
 */
#pragma once

#include "error.h"

#include <stdatomic.h>

#define STORAGE_KEY_BYTES 16
#define STORAGE_DEFAULT_CONTEXT "."
#define STORAGE_GLOBAL_CONTEXT ".__GLOBAL"
#define STORAGE_LATEST (-1)

struct storage;
struct storage_snapshot;

struct stored_schema {
    unsigned char guid[STORAGE_KEY_BYTES];
    unsigned char equal_key[STORAGE_KEY_BYTES]; /* equal keys: the same schema, written differently at most */
    unsigned char normal_key[STORAGE_KEY_BYTES]; /* the same for the normal form */
    struct str format; /* "AVRO" */
    struct str text;
    struct str references; /* JSON array of {"name","subject","version"}; .p NULL: none */
    struct str metadata; /* canonical JSON; .p NULL: none */
    struct str rule_set;
};

struct stored_version {
    struct str context, subject;
    int32_t version, schema_id;
    bool is_deleted;
    int64_t created_ms;
    struct stored_schema schema;
};

/* A subject as a whole; it exists as long as it has a version, soft-deleted ones included. */
struct stored_subject {
    int64_t revision; /* moves with every change; 0: there is no such subject */
    int32_t highest_version; /* soft-deleted ones included */
    int32_t latest_version; /* the highest active one; 0: all are soft-deleted */
};

/* A version without its text. */
struct stored_entry {
    int32_t version, schema_id;
    bool is_deleted;
    uint64_t normal_hash; /* first bytes of the schema's normal_key */
};

struct stored_entries {
    struct stored_entry *items;
    size_t count, room;
};

/* Settings as stored; .p NULL: none at that level. */
struct stored_settings {
    int64_t revision; /* of all settings together */
    struct str subject_config, context_config, global_config; /* JSON objects */
    struct str subject_mode, context_mode, global_mode; /* names */
};

struct stored_use {
    struct str context, subject;
    int32_t version, schema_id;
    bool is_deleted;
};

struct stored_uses {
    struct stored_use *items;
    size_t count, room;
};

struct stored_names {
    struct str *items;
    size_t count, room;
};

/* The configuration or mode of one subject. */
struct stored_config {
    struct str context, subject, value;
};

struct stored_configs {
    struct stored_config *items;
    size_t count, room;
};

/* A context as a whole, listed (by clients) or not. */
struct stored_context {
    struct str name;
    int32_t max_id; /* highest id ever given; 0: none */
    bool is_listed; /* something was registered in it */
};

struct stored_contexts {
    struct stored_context *items;
    size_t count, room;
};

enum storage_filter { STORAGE_ACTIVE, STORAGE_ALL, STORAGE_ONLY_DELETED };

/* What a listing of subjects asks for; the result is in no particular order. */
struct storage_listing {
    struct str context; /* exactly this context; .p NULL: every context */
    struct str context_prefix; /* contexts whose name starts so (with context NULL) */
    struct str subject_prefix;
    enum storage_filter filter;
};

/* Called for each row of a listing; the texts live until the call returns. 0 = go on, 1 = stop, -1 = failed. */
typedef int (*storage_version_fn)(void *context, const struct stored_version *version);

enum storage_change_kind {
    STORAGE_REGISTER,
    STORAGE_DELETE_VERSIONS, /* soft: marks; permanent: removes */
    STORAGE_SET_CONFIG,
    STORAGE_SET_MODE,
    STORAGE_SET_CONTEXT, /* of another store: ids up to max_id were given, it is listed or not */
};

enum storage_outcome {
    STORAGE_DONE,
    STORAGE_STALE,
    STORAGE_ID_TAKEN, /* REGISTER: the id asked for has other content */
    STORAGE_REFERENCE_MISSING, /* REGISTER: a referenced version is not there (any more) */
    STORAGE_REFERENCED, /* DELETE, SET_MODE with purge: a version is referred to by others, see conflict_… */
    STORAGE_SUBJECTS_EXIST, /* SET_MODE with purge: active subjects are in the scope */
    STORAGE_FAILED, /* see err; nothing was changed */
};

struct storage_reference {
    struct str context, subject;
    int32_t version;
};

struct storage_register {
    struct stored_schema schema;
    const struct storage_reference *references;
    size_t reference_count;
    bool may_reference_deleted; /* else a version counts when its schema is active somewhere in its subject */
    int32_t schema_id; /* asked for, or -1 */
    int32_t version; /* asked for, or 0: the next one */
    bool may_replace; /* an existing version is replaced (import) */
    bool is_deleted; /* with is_copy: it is soft-deleted from the start */
};

struct storage_delete {
    const int32_t *versions;
    size_t version_count;
    bool permanent;
    bool whole_subject; /* references from the subject itself do not count */
};

struct storage_set {
    struct str value; /* .p NULL: removed */
    bool recursive; /* SET_MODE: also removes the modes of all subjects in the scope */
    bool purge_deleted; /* SET_MODE: soft-deleted versions in the scope are removed for good; active ones forbid it */
};

struct storage_set_context {
    int32_t max_id;
    bool is_listed;
};

struct storage_change;
typedef void (*storage_done_fn)(struct storage_change *change);

struct storage_change {
    enum storage_change_kind kind;
    struct str context, subject; /* SET_…: subject "" means the whole context */
    int64_t expected_subject_revision; /* REGISTER, DELETE; 0: no such subject */
    int64_t expected_settings_revision; /* all kinds */
    /* From another store, which vouches for it: nothing is expected, references are not checked, nothing gives way. */
    bool is_copy;
    union {
        struct storage_register reg;
        struct storage_delete del;
        struct storage_set set;
        struct storage_set_context set_context;
    };
    int64_t now_ms;
    storage_done_fn done;
    void *owner; /* the caller's */

    /* Results. */
    enum storage_outcome outcome;
    struct error err; /* its arena is the caller's, used by the store's thread until done is called */
    int32_t schema_id, version;
    int64_t subject_revision; /* REGISTER */
    int32_t conflict_version;
    struct str conflict_context, conflict_subject; /* SET_MODE; in the arena of err */
    size_t missing_reference; /* REFERENCE_MISSING: which of reg.references */
    bool is_context_new, is_schema_new; /* REGISTER */

    /* The store's. */
    struct storage_change *next;
    int64_t revision, deadline_ns;
};

struct storage_counts {
    int64_t schemas, versions, subjects;
};

/* A change that another node has made. */
struct storage_event {
    bool is_anything; /* it is not known what has changed */
    enum storage_change_kind kind;
    struct str context, subject;
    int32_t schema_id; /* REGISTER; 0: a new one, which nothing can rest on yet */
    bool permanent; /* DELETE */
    bool sweeping; /* SET_MODE: more than its own scope was changed (recursive, purge_deleted) */
};

struct storage_ops {
    const char *name;
    /* What the store does on its own begins: called once, when those who are told of it are set. NULL: nothing. 0, -1. */
    int (*start)(struct storage *storage, struct error *err);
    void (*close)(struct storage *storage);
    int (*snapshot_open)(struct storage *storage, struct storage_snapshot **ret, struct error *err);
    /* Returns when no node answers any more from memory what was so before this snapshot: before what it shows is told to
     * anybody. Takes as long as another node's lease at most. NULL: it is always so. */
    void (*snapshot_settle)(struct storage_snapshot *snapshot);
    void (*snapshot_close)(struct storage_snapshot *snapshot);

    /* -- questions; -1 with STORE on failure; outcomes are in the results -- */
    int (*read_subject)(struct storage_snapshot *s, struct str context, struct str subject, struct stored_subject *ret,
                        struct error *err);
    /* All versions by number, soft-deleted ones included; appended to ret. */
    int (*read_entries)(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                        struct stored_entries *ret, struct error *err);
    /* Calls each for the versions of a subject whose schema has that normal_key, newest first, soft-deleted ones
     * included; where different keys are alike in their first bytes also for others. */
    int (*find_versions)(struct storage_snapshot *s, struct str context, struct str subject,
                         const unsigned char *normal_key, storage_version_fn each, void *each_context,
                         struct error *err);
    int (*read_settings)(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                         struct stored_settings *ret, struct error *err);
    /* version or STORAGE_LATEST (active only). 0, 1 = none. */
    int (*read_version)(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                        int32_t version, bool with_deleted, struct stored_version *ret, struct error *err);
    /* The content of an id and one version that has it (active ones first); subject .p NULL: any. 0, 1 = none. */
    int (*read_id)(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                   struct str subject, struct stored_version *ret, struct error *err);
    /* All versions with that id, by subject and version. */
    int (*read_uses)(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                     struct stored_uses *ret, struct error *err);
    /* What the content of an id refers to; version numbers, without ids. */
    int (*read_references)(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                           struct stored_uses *ret, struct error *err);
    /* All (context, id) with that GUID, in that order; version and subject are not set. */
    int (*read_guid)(struct storage_snapshot *s, struct arena *arena, const unsigned char *guid,
                     struct stored_uses *ret, struct error *err);
    /* Versions whose schema refers to that version, ordered by context and id. */
    int (*read_referrers)(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                          int32_t version, struct stored_uses *ret, struct error *err);
    int (*read_contexts)(struct storage_snapshot *s, struct arena *arena, struct stored_names *ret, struct error *err);
    /* Highest id ever given in a context; 0: none. */
    int (*read_max_id)(struct storage_snapshot *s, struct str context, int32_t *ret, struct error *err);
    /* context and name of each subject that passes, as stored_use without version. */
    int (*list_subjects)(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                         struct stored_uses *ret, struct error *err);
    /* The configurations (SET_CONFIG) or modes (SET_MODE) of the subjects in a listing, whether they have versions or
     * not; its filter does not count. */
    int (*list_settings)(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                         enum storage_change_kind kind, struct stored_configs *ret, struct error *err);
    /* All contexts by name, those that are not listed too. */
    int (*list_contexts)(struct storage_snapshot *s, struct arena *arena, struct stored_contexts *ret,
                         struct error *err);
    /* Every version of a subject, soft-deleted ones included, ascending. */
    int (*list_versions)(struct storage_snapshot *s, struct str context, struct str subject, storage_version_fn each,
                         void *each_context, struct error *err);
    int (*read_counts)(struct storage_snapshot *s, struct storage_counts *ret, struct error *err);
    /* 0 when the store answers. */
    int (*ping)(struct storage_snapshot *s, struct error *err);

    /* -- changes -- */
    void (*submit)(struct storage *storage, struct storage_change *change);
};

/* First member of every back end's own struct. */
struct storage {
    const struct storage_ops *ops;
    bool is_read_only; /* nothing can be written: changes fail, questions are answered */
    atomic_ullong commits, changes, failures; /* since start */
    /* Where several nodes share the store, until when (clock_boot_ns) what was read is not outdated by what another node
     * has answered; INT64_MAX where nobody else writes. */
    atomic_int_least64_t current_until_ns;
    atomic_bool is_away; /* the database cannot be reached: changes fail, and so do most questions */
    /* Told of each change that another node has made, on a thread of the store; NULL: nobody is. */
    void (*observe_change)(void *change_observer, const struct storage_event *event);
    void *change_observer;
    /* Told how long each commit took, on a thread of the store; NULL: nobody is. Set before the first change. */
    void (*observe_commit)(void *observer, int64_t nanoseconds);
    void *observer;
};

struct storage_snapshot {
    struct storage *storage;
};

/* A copy whose texts live in the arena. 0, -1 without memory. */
int stored_version_copy(struct arena *arena, const struct stored_version *version, struct stored_version *ret);

static inline int storage_start(struct storage *storage, struct error *err)
{
    return storage->ops->start ? storage->ops->start(storage, err) : 0;
}

static inline void storage_settle(struct storage_snapshot *snapshot)
{
    if (snapshot->storage->ops->snapshot_settle)
        snapshot->storage->ops->snapshot_settle(snapshot);
}

static inline void storage_close(struct storage *storage)
{
    if (storage)
        storage->ops->close(storage);
}
