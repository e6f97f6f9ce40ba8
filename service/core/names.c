#include "core.h"

#include "utf8.h"

struct core_subject core_subject_parse(struct str text)
{
    if (!str_starts(text, STR(":.")))
        return (struct core_subject){STR(STORAGE_DEFAULT_CONTEXT), text, false};
    struct str rest = str_slice(text, 1, text.n);
    size_t colon = str_find(rest, ':');
    struct core_subject subject = {str_slice(rest, 0, colon), STR_EMPTY, true};
    if (colon != SIZE_MAX)
        subject.name = str_slice(rest, colon + 1, rest.n);
    subject.is_qualified = !str_equal(subject.context, STR(STORAGE_DEFAULT_CONTEXT));
    return subject;
}

struct str core_subject_text(struct arena *arena, struct str context, struct str name)
{
    if (str_equal(context, STR(STORAGE_DEFAULT_CONTEXT)))
        return name;
    return ARENA_JOIN(arena, STR(":"), context, STR(":"), name);
}

struct str core_context_text(struct arena *arena, struct str context)
{
    bool is_default = str_equal(context, STR(STORAGE_DEFAULT_CONTEXT));
    return is_default ? STR_EMPTY : ARENA_JOIN(arena, STR(":"), context, STR(":"));
}

int core_subject_check(struct core_call *call, const struct core_subject *subject, struct str text, bool for_settings)
{
    bool is_reserved = str_equal(subject->name, STR("__GLOBAL")) || str_equal(subject->name, STR("__EMPTY"));
    bool is_global = str_equal(subject->context, STR(STORAGE_GLOBAL_CONTEXT));
    bool is_wild = str_starts(text, STR(":*:"));
    /* The empty name is one in contexts other than the default one, unless that is refused, too. */
    bool rejects = call->core->options.reject_empty_subject;
    bool is_refused =
        !for_settings &&
        ((subject->name.n == 0 && (rejects || str_equal(subject->context, STR(STORAGE_DEFAULT_CONTEXT)))) ||
         (rejects && str_equal(subject->name, STR("*"))));
    if (is_reserved || is_wild || is_refused || (is_global && !for_settings) || utf8_has_control(text) ||
        !utf8_valid(text))
        return error_raise(call->err, INVALID_SUBJECT, text);
    return 0;
}

/* Digits of other scripts count as Java's Integer.parseInt counts them; here the common blocks of ten. */
static bool digit_value(uint32_t c, uint32_t *ret)
{
    static const uint32_t zeros[] = {0x30,   0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,  0xB66,  0xBE6,
                                     0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,  0xF20,  0x1040, 0x1090, 0x17E0,
                                     0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
                                     0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        if (c >= zeros[i] && c < zeros[i] + 10) {
            *ret = c - zeros[i];
            return true;
        }
    }
    return false;
}

int core_version_parse(struct core_call *call, struct str text, int32_t *ret)
{
    struct str trimmed = str_trim(text);
    if (str_equal_nocase(trimmed, STR("latest"))) {
        *ret = STORAGE_LATEST;
        return 0;
    }
    bool is_negative = trimmed.n && trimmed.p[0] == '-';
    size_t at = trimmed.n && (is_negative || trimmed.p[0] == '+');
    bool is_number = at < trimmed.n;
    int64_t value = 0;
    while (at < trimmed.n && is_number) {
        uint32_t digit = 0;
        is_number = digit_value(utf8_next(trimmed, &at), &digit) && value <= INT32_MAX;
        value = value * 10 + digit;
    }
    if (!is_number || value > INT32_MAX || (is_negative ? value != 1 : value == 0))
        return error_raise(call->err, INVALID_VERSION, text);
    *ret = is_negative ? STORAGE_LATEST : (int32_t)value;
    return 0;
}
