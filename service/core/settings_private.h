/* What settings.c, config.c and mode.c share. Private. */
#pragma once

#include "core.h"

bool core_mode_parse(struct str text, enum core_mode *ret);
int core_settings_stored(struct core_call *call, const struct core_subject *subject, struct stored_settings *ret);
/* What an alias names, seen from a subject of that context. */
struct core_subject core_alias_target(struct str context, struct str alias);
/* json .p NULL: nothing is set. */
int core_config_read(struct core_call *call, struct str json, struct core_config *ret);
struct str core_config_in_force(const struct core_subject *subject, const struct stored_settings *stored);
void core_setting_change(struct core_call *call, enum storage_change_kind kind, const struct core_subject *subject,
                         int64_t settings_revision, struct str value);
/* OPERATION_NOT_PERMITTED: "Subject … in context … is (not) in <what>". */
int core_mode_refuses(struct core_call *call, const struct core_subject *subject, const char *what, bool is_in);
