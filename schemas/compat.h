/* The seven compatibility levels, once for all formats. Pure; any thread. */
#pragma once

#include "schema.h"

enum compat_level {
    COMPAT_NONE,
    COMPAT_BACKWARD,
    COMPAT_BACKWARD_TRANSITIVE,
    COMPAT_FORWARD,
    COMPAT_FORWARD_TRANSITIVE,
    COMPAT_FULL,
    COMPAT_FULL_TRANSITIVE,
    COMPAT_COUNT_
};

/* Names as the API writes them, "BACKWARD_TRANSITIVE"; parsing takes any letter case. */
const char *compat_level_name(enum compat_level level);
bool compat_level_parse(struct str text, enum compat_level *ret);
bool compat_level_is_transitive(enum compat_level level);

/* An earlier version of the subject. */
struct compat_version {
    int32_t version;
    struct str text; /* as stored, for the message; lives until the next load */
};

/* Gives earlier version number index (0 is the newest that counts), with a reference on the schema for the caller.
 * -1 with an error when it cannot; *ret_version is set even so unless the error is of the store. What it takes from the
 * check's arena is given back when the version has been compared. */
typedef int (*compat_load_fn)(void *context, size_t index, struct compat_version *ret_version, struct schema **ret,
                              struct error *err);

struct compat_question {
    const struct schema *candidate;
    enum compat_level level;
    enum schema_policy policy;
    size_t version_count; /* earlier versions, already filtered */
    compat_load_fn load;
    void *load_context;
    bool validate_fields; /* for the closing message only */
};

struct compat_messages {
    struct str *items;
    size_t count, room;
};

/* Steps that one check may take over all versions, in the unit of schema_compare. */
#define COMPAT_CHECK_BUDGET 20000000

/* Compares the candidate with as many versions as the level asks for and stops at the first that fails.
 * Appends to messages (arena) one text per difference in the wording of the API, then the old version, its text and the
 * settings. 0 = compatible (no message added), 1 = incompatible, -1 = failed. A stored version that no longer parses
 * counts as incompatible, with the reason as a message, and so does one for which the budget does not suffice. */
int compat_check(const struct compat_question *question, struct arena *arena, struct compat_messages *messages,
                 struct error *err);
/* The closing message: {validateFields: 'false', compatibility: 'BACKWARD'}. 0, or -1 without memory. */
int compat_add_settings(struct arena *arena, struct compat_messages *messages, bool validate_fields,
                        enum compat_level level);
