#include "settings_private.h"

static struct str own_mode(const struct core_subject *subject, const struct stored_settings *stored)
{
    return subject->name.n ? stored->subject_mode : stored->context_mode;
}

static bool always_has_one(const struct core_subject *subject)
{
    return subject->name.n == 0 && (str_equal(subject->context, STR(STORAGE_DEFAULT_CONTEXT)) ||
                                    str_equal(subject->context, STR(STORAGE_GLOBAL_CONTEXT)));
}

int core_mode_get(struct core_call *call, const struct core_subject *subject, bool effective, struct str *ret_mode)
{
    struct stored_settings stored;
    struct core_settings settings;
    if (core_settings_stored(call, subject, &stored) != 0 || core_settings_read(call, subject, &settings) != 0)
        return -1;
    struct str mode = effective ? str_of(core_mode_name(settings.mode)) : own_mode(subject, &stored);
    if (!mode.p && !always_has_one(subject))
        return error_raise(call->err, MODE_NOT_FOUND, core_subject_text(call->arena, subject->context, subject->name));
    *ret_mode = mode.p ? mode : STR("READWRITE");
    return 0;
}

int core_mode_put(struct core_call *call, const struct core_subject *subject, struct str subject_text, struct str mode,
                  bool force)
{
    struct stored_settings stored;
    enum core_mode wanted = CORE_READWRITE;
    if (core_subject_check(call, subject, subject_text, true) != 0)
        return -1;
    if (mode.p && !core_mode_parse(mode, &wanted))
        return error_raise(call->err, INVALID_MODE);
    bool is_global = subject->name.n == 0 && str_equal(subject->context, STR(STORAGE_GLOBAL_CONTEXT));
    if (wanted == CORE_FORWARD && !is_global)
        return error_raise(call->err, INVALID_FORWARD);
    if (!call->core->options.mode_is_mutable)
        return error_raise(call->err, OPERATION_NOT_PERMITTED, STR("Mode changes are not allowed"));
    if (core_settings_stored(call, subject, &stored) != 0)
        return -1;
    struct str value = mode.p ? str_of(core_mode_name(wanted)) : (struct str){NULL, 0};
    core_setting_change(call, STORAGE_SET_MODE, subject, stored.revision, value);
    struct str now = own_mode(subject, &stored);
    call->change.set.purge_deleted = wanted == CORE_IMPORT && !force && !(now.p && str_equal(now, STR("IMPORT")));
    return CORE_WAITS;
}

int core_mode_delete(struct core_call *call, const struct core_subject *subject, bool recursive, struct str *ret_mode)
{
    struct stored_settings stored;
    if (!call->core->options.mode_is_mutable)
        return error_raise(call->err, OPERATION_NOT_PERMITTED, STR("Mode changes are not allowed"));
    if (core_settings_stored(call, subject, &stored) != 0)
        return -1;
    struct str mode = own_mode(subject, &stored);
    bool is_missing = !mode.p && !always_has_one(subject);
    if (is_missing && !recursive)
        return error_raise(call->err, SUBJECT_NOT_FOUND,
                           core_subject_text(call->arena, subject->context, subject->name));
    *ret_mode = mode.p || is_missing ? mode : STR("READWRITE");
    if (!mode.p && !recursive)
        return CORE_DONE;
    core_setting_change(call, STORAGE_SET_MODE, subject, stored.revision, (struct str){NULL, 0});
    call->change.set.recursive = recursive;
    return CORE_WAITS;
}
