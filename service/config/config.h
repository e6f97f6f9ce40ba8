/* Settings: one row per setting in options.def; from a properties file, the environment and flags, in rising order of
 * precedence. Read once at start, immutable afterwards; any thread. */
#pragma once

#include "error.h"

enum option_id {
#define OPTION_ROW(id, property, kind, initial, min, max, alias, text) OPTION_##id,
#include "options.def"
#undef OPTION_ROW
    OPTION_COUNT_
};

enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_BOOLEAN, OPTION_CHOICE, OPTION_SECRET };

struct option_row {
    const char *property; /* "reply.cache.bytes" */
    enum option_kind kind;
    const char *initial;
    int64_t min, max; /* NUMBER */
    const char *alias; /* Confluent's property with the same meaning, or NULL; CHOICE: see choices in text */
    const char *text; /* one line for people */
};

extern const struct option_row option_rows[OPTION_COUNT_];

struct config;

/* Reads the settings: initial values, then the file named by --config (or AVOUCH_CONFIG), then the environment
 * (AVOUCH_ and the property in capitals, dots as underscores; also SCHEMA_REGISTRY_ and Confluent's property), then
 * flags (--property value, --property=value, and the short forms --listen, --data, --database,
 * --log-level). An unknown property, flag or a
 * value that does not fit is an error that names it and where it stands. argv holds the flags only.
 * *ret_config is owned by the caller (config_free). environment: like environ. */
int config_read(int argc, char *const *argv, char *const *environment, struct config **ret_config, struct error *err);
void config_free(struct config *config);

struct str config_text(const struct config *config, enum option_id id);
int64_t config_number(const struct config *config, enum option_id id);
bool config_boolean(const struct config *config, enum option_id id);
/* Whether --check-config or --help stood among the flags. */
bool config_wants_check(const struct config *config);
bool config_wants_help(const struct config *config);
/* All settings as properties with where each came from as a comment, secrets hidden; for --check-config. In the arena. */
struct str config_print(const struct config *config, struct arena *arena);
/* The reference of all settings as a Markdown table, for docs/settings.md; in the arena. */
struct str config_reference(struct arena *arena);
