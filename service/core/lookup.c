#include "candidate_private.h"
#include "register_private.h"

/* References as sent equal references as stored; or everything was sent inline. */
static int references_match(struct core_call *call, const struct core_candidate *c, struct str stored, bool *ret)
{
    *ret = c->reference_count == 0 || (stored.p && str_equal(stored, c->references_json));
    if (*ret || !stored.p)
        return 0;
    struct schema_reference *references;
    size_t count;
    if (core_references_read(call, stored, &references, &count) != 0)
        return -1;
    *ret = count == c->reference_count;
    for (size_t i = 0; i < count && *ret; i++)
        *ret = str_equal(references[i].name, c->references[i].name) &&
               str_equal(references[i].subject, c->references[i].subject) &&
               references[i].version == c->references[i].version;
    return 0;
}

/* Whether the stored version is the candidate: the very same content, or the same schema in other words. */
static int is_same(struct core_call *call, const struct core_candidate *c, bool normalize,
                   const struct stored_version *v, bool *ret_is_exact, bool *ret)
{
    const struct stored_schema *s = &v->schema;
    struct contract contract = {s->metadata, s->rule_set};
    *ret = *ret_is_exact =
        memcmp(s->guid, c->guid, STORAGE_KEY_BYTES) == 0 && str_equal(s->format, str_of(c->format->name));
    if (*ret)
        return 0;
    bool is_equal = memcmp(s->equal_key, c->equal_key, STORAGE_KEY_BYTES) == 0 ||
                    (normalize && memcmp(s->normal_key, c->normal_key, STORAGE_KEY_BYTES) == 0);
    if (!is_equal || !contract_equal(call->arena, &c->contract, &contract, v->version))
        return arena_failed(call->arena) ? error_raise(call->err, INTERNAL) : 0;
    return references_match(call, c, s->references, ret);
}

/* A search among the versions that may be the same. */
struct search {
    struct core_call *call;
    const struct core_candidate *candidate;
    bool normalize, with_deleted;
    int32_t only_version; /* 0: any */
    bool has_found;
    struct core_found *found;
};

/* Newest first: the first exact one ends the search, else the first equivalent one stands. */
static int consider(void *context, const struct stored_version *version)
{
    struct search *s = context;
    bool is_exact, matches = false;
    if ((version->is_deleted && !s->with_deleted) || (s->only_version && version->version != s->only_version))
        return 0;
    if (is_same(s->call, s->candidate, s->normalize, version, &is_exact, &matches) != 0)
        return -1;
    if (!matches || (s->has_found && !is_exact))
        return 0;
    s->has_found = true;
    s->found->is_exact = is_exact;
    if (stored_version_copy(s->call->arena, version, &s->found->version) != 0)
        return error_raise(s->call->err, INTERNAL);
    return is_exact;
}

int core_find(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
              const struct core_candidate *candidate, bool normalize, bool with_deleted, bool latest_only,
              struct core_found *ret)
{
    struct search search = {call,  candidate, normalize, with_deleted, latest_only ? state->latest_version : 0,
                            false, ret};
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    if (!core_subject_has_any(state, with_deleted))
        return 1;
    if (snapshot->storage->ops->find_versions(snapshot, subject->context, subject->name, candidate->normal_key,
                                              consider, &search, call->err) != 0)
        return -1;
    return search.has_found ? 0 : 1;
}

/* What a schema without a contract of its own gets when it is registered: that of the newest version, between the
 * defaults and the overrides of the configuration. */
int core_contract_fill(struct core_call *call, const struct core_config *config, const struct stored_version *latest,
                       struct contract *contract)
{
    struct contract own = *contract;
    if (!own.metadata.p && latest)
        own.metadata = latest->schema.metadata;
    if (!own.rule_set.p && latest)
        own.rule_set = latest->schema.rule_set;
    if (contract_merge_metadata(call->arena, config->default_metadata, own.metadata, &own.metadata) != 0 ||
        contract_merge_metadata(call->arena, own.metadata, config->override_metadata, &own.metadata) != 0 ||
        contract_merge_rule_sets(call->arena, config->default_rule_set, own.rule_set, &own.rule_set) != 0 ||
        contract_merge_rule_sets(call->arena, own.rule_set, config->override_rule_set, &own.rule_set) != 0)
        return core_text_failed(call);
    *contract = own;
    return 0;
}

/* Tries the candidate as it is, then with the contract that a registration would give it. */
static int find_or_fill(struct core_call *call, const struct core_subject *subject, const struct stored_subject *state,
                        const struct core_settings *settings, struct core_candidate *c, bool normalize,
                        bool with_deleted, struct core_found *ret)
{
    int outcome = core_find(call, subject, state, c, normalize, with_deleted, false, ret);
    if (outcome != 1)
        return outcome;
    struct stored_version latest;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    outcome = snapshot->storage->ops->read_version(snapshot, call->arena, subject->context, subject->name,
                                                   STORAGE_LATEST, false, &latest, call->err);
    if (outcome < 0)
        return -1;
    struct contract before = c->contract;
    if (core_contract_fill(call, &settings->config, outcome == 0 ? &latest : NULL, &c->contract) != 0)
        return -1;
    bool is_as_before = contract_equal(call->arena, &before, &c->contract, 0);
    if (arena_failed(call->arena))
        return error_raise(call->err, INTERNAL);
    if (is_as_before)
        return 1;
    if (core_candidate_identify(call, c) != 0)
        return -1;
    return core_find(call, subject, state, c, normalize, with_deleted, false, ret);
}

bool core_subject_has_any(const struct stored_subject *state, bool with_deleted)
{
    return with_deleted ? state->revision != 0 : state->latest_version != 0;
}

int core_subject_state(struct core_call *call, const struct core_subject *subject, struct stored_subject *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(subject->context, subject->name));
    return snapshot->storage->ops->read_subject(snapshot, subject->context, subject->name, ret, call->err);
}

int core_subject_entries(struct core_call *call, const struct core_subject *subject, struct stored_entries *ret)
{
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    *ret = (struct stored_entries){0};
    if (!snapshot)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_subject(subject->context, subject->name));
    return snapshot->storage->ops->read_entries(snapshot, call->arena, subject->context, subject->name, ret, call->err);
}

/* In one context: 0 = found, 1 = not, 2 = the subject is not there. */
static int look_up_in(struct core_call *call, const struct core_subject *subject, struct core_schema_input *in,
                      bool with_deleted, struct core_found *ret)
{
    struct core_settings settings;
    struct stored_subject state;
    struct core_candidate candidate;
    struct core_schema_input own = *in;
    if (core_settings_read(call, subject, &settings) != 0)
        return -1;
    own.normalize = in->normalize || settings.config.normalize;
    if (!own.text.p || str_trim(own.text).n == 0) {
        if (core_subject_state(call, subject, &state) != 0)
            return -1;
        return core_subject_has_any(&state, with_deleted) ? 1 : 2;
    }
    if (core_candidate_make(call, subject, &own, &candidate) != 0 || core_subject_state(call, subject, &state) != 0)
        return -1;
    int outcome = 1;
    if (core_subject_has_any(&state, with_deleted))
        outcome = find_or_fill(call, subject, &state, &settings, &candidate, own.normalize, with_deleted, ret);
    /* Names that no writer could use are refused, unless they are stored already. */
    if (outcome == 1 && schema_check(candidate.schema, SCHEMA_CHECK_NAMES, false, call->err) != 0)
        return -1;
    return outcome == 1 && !core_subject_has_any(&state, with_deleted) ? 2 : outcome;
}

/* An unqualified subject is looked for in the other contexts too, in order of their names. */
static int look_elsewhere(struct core_call *call, const struct core_subject *subject, struct core_schema_input *in,
                          bool with_deleted, struct core_found *ret)
{
    struct stored_names contexts = {0};
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot || snapshot->storage->ops->read_contexts(snapshot, call->arena, &contexts, call->err) != 0)
        return -1;
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_anything());
    for (size_t i = 0; i < contexts.count; i++) {
        struct core_subject other = {contexts.items[i], subject->name, true};
        struct error ignored = ERROR_INIT(call->arena), *outer = call->err;
        if (str_equal(other.context, STR(STORAGE_DEFAULT_CONTEXT)))
            continue;
        call->err = &ignored;
        int outcome = look_up_in(call, &other, in, with_deleted, ret);
        call->err = outer;
        if (outcome < 0 && error_rows[ignored.id].http_status >= 500)
            return error_pass(call->err, &ignored);
        if (outcome == 0)
            return 0;
    }
    return 1;
}

int core_lookup(struct core_call *call, struct core_subject subject, struct str subject_text,
                struct core_schema_input *in, bool with_deleted, struct core_found *ret)
{
    int outcome = look_up_in(call, &subject, in, with_deleted, ret);
    if (outcome > 0 && !subject.is_qualified) {
        int elsewhere = look_elsewhere(call, &subject, in, with_deleted, ret);
        outcome = elsewhere == 1 ? outcome : elsewhere;
    }
    if (outcome == 1)
        return error_raise(call->err, SCHEMA_NOT_FOUND);
    (void)subject_text;
    if (outcome == 2)
        return error_raise(call->err, SUBJECT_NOT_FOUND, core_subject_text(call->arena, subject.context, subject.name));
    return outcome;
}
