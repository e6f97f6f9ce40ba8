#include "candidate_private.h"
#include "register_private.h"

#include "vec.h"

/* The earlier versions that a candidate is compared with, newest first. */
struct history {
    struct core_call *call;
    const struct core_subject *subject;
    const struct stored_version *known; /* one that was read already, or NULL */
    VEC(int32_t) versions;
};

static int read_version(struct core_call *call, const struct core_subject *subject, int32_t version,
                        struct stored_version *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    return snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name, version, true,
                                                ret, call->err);
}

static int load(void *context, size_t index, struct compat_version *ret_version, struct schema **ret, struct error *err)
{
    struct history *h = context;
    struct stored_version stored;
    struct error *outer = h->call->err;
    h->call->err = err;
    int32_t version = h->versions.items[index];
    bool is_known = h->known && h->known->version == version;
    int outcome = is_known ? 0 : read_version(h->call, h->subject, version, &stored);
    if (is_known)
        stored = *h->known;
    if (outcome == 0) {
        *ret_version = (struct compat_version){stored.version, stored.schema.text};
        outcome = core_stored_schema(h->call, &stored, ret);
    } else {
        outcome = error_raise(err, STORE, STR("a version has gone while it was read"));
    }
    h->call->err = outer;
    return outcome;
}

/* Versions of another compatibility group do not count; no value equals no value. */
static int is_in_group(struct core_call *call, const struct core_subject *subject, int32_t version, struct str group,
                       struct str wanted, bool *ret)
{
    struct stored_version stored;
    *ret = true;
    if (!group.p)
        return 0;
    struct arena_mark mark = arena_mark(call->arena);
    if (read_version(call, subject, version, &stored) != 0)
        return error_raise(call->err, STORE, STR("a version has gone while it was read"));
    struct str value = contract_property(call->arena, stored.schema.metadata, group);
    *ret = !value.p == !wanted.p && str_equal(value, wanted);
    arena_rewind(call->arena, mark);
    return arena_failed(call->arena) ? error_raise(call->err, INTERNAL) : 0;
}

/* The versions that count, newest first. Without a group, one version that is known needs no list. */
static int collect(struct history *h, const struct stored_subject *state, const struct core_settings *settings,
                   const struct core_candidate *candidate, int32_t only_version)
{
    struct core_call *call = h->call;
    struct stored_entries entries;
    struct str group = settings->config.group, wanted = {NULL, 0};
    bool is_transitive = compat_level_is_transitive(settings->config.level) && only_version == 0;
    int32_t known = only_version ? only_version : state->latest_version;
    if (known == 0)
        return 0;
    if (!group.p && !is_transitive)
        return VEC_PUSH(call->arena, &h->versions, known) ? 0 : error_raise(call->err, INTERNAL);
    if (group.p)
        wanted = contract_property(call->arena, candidate->contract.metadata, group);
    if (core_subject_entries(call, h->subject, &entries) != 0)
        return -1;
    for (size_t i = entries.count; i-- > 0;) {
        const struct stored_entry *entry = &entries.items[i];
        bool counts = only_version ? entry->version == only_version : !entry->is_deleted;
        if (counts && is_in_group(call, h->subject, entry->version, group, wanted, &counts) != 0)
            return -1;
        if (!counts)
            continue;
        if (!VEC_PUSH(call->arena, &h->versions, entry->version))
            return error_raise(call->err, INTERNAL);
        if (!is_transitive)
            break;
    }
    return 0;
}

static int add_message(struct core_call *call, struct compat_messages *messages, struct str text)
{
    return VEC_PUSH(call->arena, messages, text) ? 0 : error_raise(call->err, INTERNAL);
}

static bool names_contain(struct str list, struct str name)
{
    struct str rest = list, part;
    while (list.n && str_next(&rest, ',', &part)) {
        if (str_equal(str_trim(part), name))
            return true;
    }
    return false;
}

/* Names listed in the property confluent:reserved are no field's name, and stay reserved. */
static int check_reserved(struct core_call *call, const struct core_subject *subject,
                          const struct core_candidate *candidate, struct compat_messages *messages)
{
    struct stored_version latest;
    struct str key = STR("confluent:reserved"), part;
    struct str reserved = contract_property(call->arena, candidate->contract.metadata, key);
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    int outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name,
                                                       STORAGE_LATEST, false, &latest, call->err);
    if (outcome < 0)
        return -1;
    struct str before = outcome == 0 ? contract_property(call->arena, latest.schema.metadata, key) : STR_EMPTY;
    if (arena_failed(call->arena))
        return error_raise(call->err, INTERNAL);
    for (struct str rest = before; before.n && str_next(&rest, ',', &part);) {
        if (!names_contain(reserved, str_trim(part)) &&
            add_message(call, messages,
                        ARENA_JOIN(call->arena, STR("The new schema has reserved field "), str_trim(part),
                                   STR(" removed from its metadata which is present in the old schema's metadata."))) !=
                0)
            return -1;
    }
    size_t count = reserved.n ? schema_field_names(candidate->schema, NULL, 0) : 0;
    struct str *names = ARENA_ARRAY(call->arena, count + 1, struct str);
    if (!names)
        return error_raise(call->err, INTERNAL);
    schema_field_names(candidate->schema, names, count);
    for (size_t i = 0; i < count; i++) {
        if (names_contain(reserved, names[i]) &&
            add_message(call, messages,
                        ARENA_JOIN(call->arena, STR("The new schema has field that conflicts with the reserved field "),
                                   names[i], STR("."))) != 0)
            return -1;
    }
    return 0;
}

/* What the operator decides for all subjects comes first. */
static enum schema_policy policy_of(const struct core_call *call, const struct core_config *config)
{
    if (call->core->options.sound_verdicts)
        return SCHEMA_POLICY_SOUND;
    return config->is_lenient ? SCHEMA_POLICY_LENIENT : SCHEMA_POLICY_REFERENCE;
}

int core_compare(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
                 const struct core_settings *settings, const struct core_candidate *candidate, int32_t only_version,
                 const struct stored_version *known, struct compat_messages *messages)
{
    struct history history = {.call = call, .subject = subject, .known = known};
    const struct core_config *config = &settings->config;
    if (config->validate_fields && check_reserved(call, subject, candidate, messages) != 0)
        return -1;
    size_t reserved = messages->count;
    if (config->level != COMPAT_NONE && collect(&history, state, settings, candidate, only_version) != 0)
        return -1;
    struct compat_question question = {.candidate = candidate->schema,
                                       .level = config->level,
                                       .policy = policy_of(call, config),
                                       .version_count = history.versions.count,
                                       .load = load,
                                       .load_context = &history,
                                       .validate_fields = config->validate_fields};
    int outcome = compat_check(&question, call->arena, messages, call->err);
    if (outcome == 0 && reserved) {
        outcome = compat_add_settings(call->arena, messages, config->validate_fields, config->level);
        return outcome != 0 ? error_raise(call->err, INTERNAL) : 1;
    }
    return outcome;
}

/* Which version to compare with: 0 = *ret set, 1 = none, which is compatible. */
static int choose_version(struct core_call *call, const struct core_subject *subject,
                          const struct stored_subject *state, int32_t version, int32_t *ret)
{
    struct stored_version stored;
    *ret = version == STORAGE_LATEST ? state->latest_version : version;
    if (version == STORAGE_LATEST)
        return *ret ? 0 : 1;
    int outcome = read_version(call, subject, version, &stored);
    if (outcome == 1 || (outcome == 0 && stored.is_deleted))
        return error_raise(call->err, VERSION_NOT_FOUND, STR_INT(version));
    return outcome;
}

static int check(struct core_call *call, const struct core_subject *subject, int32_t version,
                 struct core_schema_input *in, struct core_verdict *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    struct core_candidate candidate;
    int32_t only_version = 0;
    if (core_settings_read(call, subject, &settings) != 0 || core_subject_state(call, subject, &state) != 0)
        return -1;
    in->normalize = in->normalize || settings.config.normalize;
    in->needs_active_references = true;
    ret->is_compatible = true;
    int outcome = version ? choose_version(call, subject, &state, version, &only_version) : 0;
    if (outcome < 0 || core_candidate_make(call, subject, in, &candidate) != 0)
        return -1;
    if (settings.config.validate_new && core_candidate_check(call, subject, &candidate, &settings.config) != 0)
        return -1;
    if (outcome == 1)
        return 0;
    outcome = core_compare(call, subject, &state, &settings, &candidate, only_version, NULL, &ret->messages);
    ret->is_compatible = outcome == 0;
    return outcome < 0 ? -1 : 0;
}

int core_check(struct core_call *call, const struct core_subject *subject, int32_t version, bool verbose,
               struct core_schema_input *in, struct core_verdict *ret)
{
    *ret = (struct core_verdict){0};
    int outcome = check(call, subject, version, in, ret);
    if (outcome == 0 || !verbose || call->err->id != ERROR_INVALID_SCHEMA)
        return outcome;
    /* A candidate that is no schema is an answer too. */
    struct str why = call->err->text;
    call->err->id = ERROR_NONE;
    ret->is_compatible = false;
    ret->messages.count = 0;
    return add_message(call, &ret->messages, why);
}
