#include "settings_private.h"

/* The members of a configuration, in the order of answers. */
enum member_kind { MEMBER_TEXT, MEMBER_BOOLEAN, MEMBER_LEVEL, MEMBER_POLICY, MEMBER_METADATA, MEMBER_RULE_SET };

static const struct {
    const char *name, *name_in_requests;
    enum member_kind kind;
} members[] = {
    {"alias", "alias", MEMBER_TEXT},
    {"aliasForDeks", "aliasForDeks", MEMBER_TEXT},
    {"normalize", "normalize", MEMBER_BOOLEAN},
    {"validateFields", "validateFields", MEMBER_BOOLEAN},
    {"validateNewSchemas", "validateNewSchemas", MEMBER_BOOLEAN},
    {"validateRules", "validateRules", MEMBER_BOOLEAN},
    {"compatibilityLevel", "compatibility", MEMBER_LEVEL},
    {"compatibilityPolicy", "compatibilityPolicy", MEMBER_POLICY},
    {"compatibilityGroup", "compatibilityGroup", MEMBER_TEXT},
    {"defaultMetadata", "defaultMetadata", MEMBER_METADATA},
    {"overrideMetadata", "overrideMetadata", MEMBER_METADATA},
    {"defaultRuleSet", "defaultRuleSet", MEMBER_RULE_SET},
    {"overrideRuleSet", "overrideRuleSet", MEMBER_RULE_SET},
};
#define MEMBER_COUNT (sizeof members / sizeof members[0])
#define CONFIG_MAX_BYTES (8u << 20)

/* The stored value of each member as JSON text; .p NULL: not set. */
struct member_values {
    struct str json[MEMBER_COUNT];
};

static int values_read(struct core_call *call, struct str json, struct member_values *ret)
{
    *ret = (struct member_values){0};
    struct jtree_node *config;
    if (!json.p)
        return 0;
    if (jtree_read(call->arena, json, 0, NULL, &config, NULL) != JTREE_OK)
        return error_raise(call->err, STORE, STR("a stored configuration cannot be read"));
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const struct jtree_node *node = jtree_member(config, str_of(members[i].name));
        if (node)
            ret->json[i] = str_slice(json, node->offset, node->end);
    }
    return 0;
}

/* in_requests: the level is called "compatibility", and empty texts are shown. */
static int values_write(struct core_call *call, const struct member_values *values, bool in_requests, struct str *ret)
{
    struct buf out;
    buf_init(&out, call->arena, CONFIG_MAX_BYTES);
    buf_add_char(&out, '{');
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (!values->json[i].p || (!in_requests && str_equal(values->json[i], STR("\"\""))))
            continue;
        if (out.n > 1)
            buf_add_char(&out, ',');
        jtree_write_string(&out, str_of(in_requests ? members[i].name_in_requests : members[i].name));
        buf_add_char(&out, ':');
        buf_add(&out, values->json[i]);
    }
    buf_add_char(&out, '}');
    *ret = buf_str(&out);
    return buf_failed(&out) ? core_text_failed(call) : 0;
}

static int quoted(struct core_call *call, struct str text, struct str *ret)
{
    struct buf out;
    buf_init(&out, call->arena, CONFIG_MAX_BYTES);
    jtree_write_string(&out, text);
    *ret = buf_str(&out);
    return buf_failed(&out) ? core_text_failed(call) : 0;
}

static int read_level(struct core_call *call, struct str text, struct str *ret)
{
    enum compat_level level;
    if (!compat_level_parse(text, &level))
        return error_raise(call->err, INVALID_COMPATIBILITY);
    return quoted(call, str_of(compat_level_name(level)), ret);
}

/* A policy that nobody knows is none, as clients have come to expect. */
static int read_policy(struct core_call *call, struct str text, struct str *ret)
{
    if (str_equal_nocase(text, STR("STRICT")))
        return quoted(call, STR("STRICT"), ret);
    if (str_equal_nocase(text, STR("LENIENT")))
        return quoted(call, STR("LENIENT"), ret);
    return 0;
}

/* The value of member i of a request; *ret stays .p NULL when it clears the member. */
static int value_from_request(struct core_call *call, const struct jtree_node *body, size_t i, struct str *ret)
{
    const char *name = members[i].name_in_requests;
    const struct jtree_node *node = jtree_member(body, str_of(name));
    struct str text;
    int is_true;
    *ret = (struct str){NULL, 0};
    switch (members[i].kind) {
    case MEMBER_BOOLEAN:
        if (core_body_boolean(call, body, name, -1, &is_true) != 0)
            return -1;
        if (is_true >= 0)
            *ret = is_true ? STR("true") : STR("false");
        return 0;
    case MEMBER_METADATA:
        return contract_read_metadata(call->arena, node, ret, call->err);
    case MEMBER_RULE_SET:
        return contract_read_rule_set(call->arena, node, ret, NULL, call->err);
    case MEMBER_TEXT:
    case MEMBER_LEVEL:
    case MEMBER_POLICY:
        break;
    }
    if (core_body_text(call, body, name, &text) != 0)
        return -1;
    if (!text.p)
        return 0;
    if (members[i].kind == MEMBER_LEVEL)
        return read_level(call, text, ret);
    return members[i].kind == MEMBER_POLICY ? read_policy(call, text, ret) : quoted(call, text, ret);
}

/* With the level that is in force where none is stored. */
static int shown(struct core_call *call, struct str json, struct str *ret)
{
    struct member_values values;
    if (values_read(call, json, &values) != 0)
        return -1;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (members[i].kind == MEMBER_LEVEL && !values.json[i].p &&
            quoted(call, str_of(compat_level_name(call->core->options.level)), &values.json[i]) != 0)
            return -1;
    }
    return values_write(call, &values, false, ret);
}

static struct str own_config(const struct core_subject *subject, const struct stored_settings *stored)
{
    return subject->name.n ? stored->subject_config : stored->context_config;
}

/* The default context and the one of all contexts always have a configuration to show. */
static bool always_has_one(const struct core_subject *subject)
{
    return subject->name.n == 0 && (str_equal(subject->context, STR(STORAGE_DEFAULT_CONTEXT)) ||
                                    str_equal(subject->context, STR(STORAGE_GLOBAL_CONTEXT)));
}

int core_config_get(struct core_call *call, const struct core_subject *subject, bool effective, struct str *ret_json)
{
    struct stored_settings stored;
    if (core_settings_stored(call, subject, &stored) != 0)
        return -1;
    struct str json = effective ? core_config_in_force(subject, &stored) : own_config(subject, &stored);
    if (!json.p && !effective && !always_has_one(subject))
        return error_raise(call->err, CONFIG_NOT_FOUND,
                           core_subject_text(call->arena, subject->context, subject->name));
    return shown(call, json, ret_json);
}

int core_config_put(struct core_call *call, const struct core_subject *subject, struct str subject_text,
                    const struct jtree_node *body, struct str *ret_json)
{
    struct stored_settings stored;
    struct core_settings settings;
    struct member_values values;
    struct str json;
    if (core_subject_check(call, subject, subject_text, true) != 0 ||
        core_settings_stored(call, subject, &stored) != 0 || core_settings_read(call, subject, &settings) != 0)
        return -1;
    if (values_read(call, own_config(subject, &stored), &values) != 0)
        return -1;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if (jtree_member(body, str_of(members[i].name_in_requests)) &&
            value_from_request(call, body, i, &values.json[i]) != 0)
            return -1;
    }
    if (core_mode_allows_writes(call, subject, &settings) != 0 || values_write(call, &values, true, ret_json) != 0 ||
        values_write(call, &values, false, &json) != 0)
        return -1;
    core_setting_change(call, STORAGE_SET_CONFIG, subject, stored.revision, json);
    return CORE_WAITS;
}

int core_config_delete(struct core_call *call, const struct core_subject *subject, struct str *ret_json)
{
    struct stored_settings stored;
    struct core_settings settings;
    if (core_settings_stored(call, subject, &stored) != 0 || core_settings_read(call, subject, &settings) != 0)
        return -1;
    struct str json = own_config(subject, &stored);
    if (!json.p && !always_has_one(subject))
        return error_raise(call->err, SUBJECT_NOT_FOUND,
                           core_subject_text(call->arena, subject->context, subject->name));
    if (core_mode_allows_writes(call, subject, &settings) != 0 || shown(call, json, ret_json) != 0)
        return -1;
    if (!json.p)
        return CORE_DONE;
    core_setting_change(call, STORAGE_SET_CONFIG, subject, stored.revision, (struct str){NULL, 0});
    return CORE_WAITS;
}
