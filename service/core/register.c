#include "candidate_private.h"
#include "register_private.h"

#include "vec.h"

/* What one registration knows about its subject. */
struct registration {
    struct core_call *call;
    const struct core_subject *subject;
    struct core_schema_input *in;
    struct core_settings settings;
    const struct core_head *head;
    const struct stored_version *latest; /* newest active version, or NULL */
    struct core_candidate candidate;
    int32_t next_version;
};

static void answer_found(const struct core_found *found, struct core_registered *ret)
{
    *ret = (struct core_registered){.schema_id = found->version.schema_id,
                                    .version = found->version.version,
                                    .schema = found->version.schema,
                                    .shows_state = !found->is_exact,
                                    .created_ms = found->version.created_ms,
                                    .is_deleted = found->version.is_deleted};
}

static int read_state(struct registration *r)
{
    struct core_call *call = r->call;
    if (core_settings_read(call, r->subject, &r->settings) != 0 || core_head_read(call, r->subject, &r->head) != 0)
        return -1;
    int32_t highest = r->head->state.highest_version;
    r->next_version = highest < INT32_MAX ? highest + 1 : INT32_MAX;
    r->latest = r->head->latest.version ? &r->head->latest : NULL;
    return 0;
}

/* A registration without a text is one of the newest version's text, with another contract. */
static int fill_text(struct registration *r)
{
    struct core_schema_input *in = r->in;
    if (in->text.p && str_trim(in->text).n)
        return 0;
    if (!r->latest)
        return error_raise(r->call->err, INVALID_SCHEMA, STR("Empty schema"));
    struct schema_reference *references;
    if (core_references_read(r->call, r->latest->schema.references, &references, &in->reference_count) != 0)
        return -1;
    in->references = references;
    in->text = r->latest->schema.text;
    in->type = r->latest->schema.format;
    if (!in->contract.metadata.p)
        in->contract.metadata = r->latest->schema.metadata;
    if (!in->contract.rule_set.p)
        in->contract.rule_set = r->latest->schema.rule_set;
    return 0;
}

/* The version that is the same schema: 0, 1 = none. */
static int find(struct registration *r, bool latest_only, struct core_found *ret)
{
    if (!core_head_may_have(r->head, r->candidate.normal_key))
        return 1;
    return core_find(r->call, r->subject, &r->head->state, &r->candidate, r->in->normalize, false, latest_only, ret);
}

/* The version that is asked for, when it has the same content and that id: 0, 1 = it is another, or none. */
static int find_asked_for(struct registration *r, struct core_found *ret)
{
    const struct core_schema_input *in = r->in;
    struct storage_snapshot *snapshot = core_call_snapshot(r->call);
    if (in->version <= 0 || in->schema_id < 0)
        return 1;
    if (!snapshot)
        return -1;
    struct stored_version *version = &ret->version;
    int outcome = snapshot->storage->ops->read_version(snapshot, r->call->arena, r->subject->context, r->subject->name,
                                                       in->version, false, version, r->call->err);
    if (outcome != 0)
        return outcome;
    ret->is_exact = memcmp(version->schema.guid, r->candidate.guid, STORAGE_KEY_BYTES) == 0;
    return version->schema_id == in->schema_id && ret->is_exact ? 0 : 1;
}

/* A schema that is there already is answered in every mode. 0 = answered, 1 = go on. */
static int answer_existing(struct registration *r, struct core_registered *ret)
{
    const struct core_schema_input *in = r->in;
    if (in->version < -1) /* a new version is asked for, whatever is there */
        return 1;
    struct core_found found;
    int outcome = find(r, in->version == -1, &found);
    if (outcome != 0)
        return outcome;
    bool id_fits = in->schema_id == found.version.schema_id || (in->schema_id < 0 && in->version <= 0);
    bool version_fits = in->version <= 0 || in->version == found.version.version;
    if (!id_fits || !version_fits)
        outcome = find_asked_for(r, &found);
    if (outcome != 0)
        return outcome;
    answer_found(&found, ret);
    return 0;
}

static int check_mode(struct registration *r)
{
    bool has_id = r->in->schema_id >= 0;
    enum core_mode mode = r->settings.mode;
    if (core_mode_allows_writes(r->call, r->subject, &r->settings) != 0)
        return -1;
    struct str subject = core_subject_text(r->call->arena, r->subject->context, r->subject->name);
    bool is_import = mode == CORE_IMPORT || mode == CORE_FORWARD;
    if (has_id == is_import)
        return 0;
    return error_raise(r->call->err, OPERATION_NOT_PERMITTED,
                       ARENA_JOIN(r->call->arena, STR("Subject "), subject, STR(" in context "),
                                  core_context_text(r->call->arena, r->subject->context), STR(" is not in "),
                                  has_id ? STR("import mode") : STR("read-write mode")));
}

/* Gives the candidate the contract that it will be stored with. */
static int complete_contract(struct registration *r)
{
    struct core_candidate *c = &r->candidate;
    struct core_call *call = r->call;
    struct arena *arena = call->arena;
    if (core_contract_fill(call, &r->settings.config, r->latest, &c->contract) != 0)
        return -1;
    struct str key = STR(CONTRACT_VERSION_PROPERTY);
    bool is_stamped = contract_property(arena, c->contract.metadata, key).p != NULL;
    if (r->in->version == 0 && !is_stamped)
        return core_candidate_identify(call, c);
    if (contract_set_property(arena, c->contract.metadata, key, STR_INT(r->next_version), &c->contract.metadata) != 0)
        return core_text_failed(call);
    return core_candidate_identify(call, c);
}

static int check_compatibility(struct registration *r)
{
    struct compat_messages messages = {0};
    struct core_call *call = r->call;
    int outcome = core_compare(call, r->subject, &r->head->state, &r->settings, &r->candidate, 0, r->latest, &messages);
    if (outcome != 1)
        return outcome;
    atomic_fetch_add(&call->core->incompatible, 1);
    struct buf out;
    buf_init(&out, call->arena, SCHEMA_MEMORY_MAX);
    for (size_t i = 0; i < messages.count; i++) {
        buf_add(&out, i ? STR(", ") : STR_EMPTY);
        buf_add(&out, messages.items[i]);
    }
    return error_raise(call->err, INCOMPATIBLE, core_subject_text(call->arena, r->subject->context, r->subject->name),
                       buf_str(&out));
}

static int check_new(struct registration *r)
{
    return core_candidate_check(r->call, r->subject, &r->candidate, &r->settings.config);
}

static void plan(struct registration *r, bool is_import)
{
    const struct core_candidate *c = &r->candidate;
    struct storage_change change = {.kind = STORAGE_REGISTER,
                                    .context = r->subject->context,
                                    .subject = r->subject->name,

                                    .expected_subject_revision = r->head->state.revision,
                                    .expected_settings_revision = r->settings.revision,
                                    .err = ERROR_INIT(r->call->arena)};
    change.reg.schema = (struct stored_schema){.format = str_of(c->format->name),
                                               .text = c->text,
                                               .references = c->references_json,
                                               .metadata = c->contract.metadata,
                                               .rule_set = c->contract.rule_set};
    memcpy(change.reg.schema.guid, c->guid, STORAGE_KEY_BYTES);
    memcpy(change.reg.schema.equal_key, c->equal_key, STORAGE_KEY_BYTES);
    memcpy(change.reg.schema.normal_key, c->normal_key, STORAGE_KEY_BYTES);
    change.reg.references = c->targets;
    change.reg.reference_count = c->reference_count;
    change.reg.may_reference_deleted = is_import;
    change.reg.schema_id = is_import ? r->in->schema_id : -1;
    change.reg.version = is_import && r->in->version > 0 ? r->in->version : 0;
    change.reg.may_replace = change.reg.version > 0;
    r->call->change = change;
}

/* 0 = the contract that it would get makes it an existing version, 1 = it is new. */
static int answer_completed(struct registration *r, struct core_registered *ret)
{
    struct core_found found;
    if (r->in->version != 0)
        return 1;
    int outcome = find(r, false, &found);
    if (outcome == 0)
        answer_found(&found, ret);
    return outcome;
}

/* A new version outside of import: must be valid, compatible and next. 0 = answered, 1 = to be written. */
static int prepare_new(struct registration *r, bool force, struct core_registered *ret)
{
    if (complete_contract(r) != 0 || check_new(r) != 0)
        return -1;
    if (r->in->version > 0 && r->in->version != r->next_version)
        return error_raise(r->call->err, INVALID_SCHEMA,
                           ARENA_JOIN(r->call->arena, STR("Version is not one more than previous version: "),
                                      STR_INT(r->in->version), STR(" does not follow "), STR_INT(r->next_version - 1)));
    int outcome = answer_completed(r, ret);
    if (outcome <= 0)
        return outcome;
    if (!force && check_compatibility(r) != 0)
        return -1;
    return 1;
}

int core_register(struct core_call *call, const struct core_subject *subject, struct str subject_text,
                  struct core_schema_input *in, bool force, struct core_registered *ret)
{
    struct registration r = {.call = call, .subject = subject, .in = in};
    struct core_candidate *candidate = ARENA_NEW(call->arena, struct core_candidate);
    if (!candidate)
        return error_raise(call->err, INTERNAL);
    if (in->rule_fault.p)
        return error_raise(call->err, INVALID_RULESET, in->rule_fault);
    if (core_subject_check(call, subject, subject_text, false) != 0 || read_state(&r) != 0 || fill_text(&r) != 0)
        return -1;
    bool is_import = r.settings.mode == CORE_IMPORT || r.settings.mode == CORE_FORWARD;
    in->normalize = !is_import && (in->normalize || r.settings.config.normalize);
    if (core_candidate_make(call, subject, in, &r.candidate) != 0)
        return -1;
    int outcome = answer_existing(&r, ret);
    if (outcome <= 0)
        return outcome;
    if (check_mode(&r) != 0)
        return -1;
    if (!is_import) {
        outcome = prepare_new(&r, force, ret);
        if (outcome <= 0)
            return outcome;
    }
    plan(&r, is_import);
    *candidate = r.candidate;
    call->candidate = candidate;
    call->head = r.head;
    return CORE_WAITS;
}

/* One that was there when the registration was decided. */
static int missing_reference(struct core_call *call, const struct core_subject *subject,
                             const struct storage_reference *r)
{
    struct error why = ERROR_INIT(call->arena), *outer = call->err;
    call->err = &why;
    core_reference_missing(call, (struct core_subject){r->context, r->subject, false}, r->version);
    call->err = outer;
    return core_candidate_explain(call, subject, call->candidate, &why, call->candidate->format->parse_wording);
}

int core_register_finish(struct core_call *call, const struct core_subject *subject, struct core_registered *ret)
{
    const struct storage_change *change = &call->change;
    switch (change->outcome) {
    case STORAGE_DONE:
        *ret = (struct core_registered){
            .schema_id = change->schema_id, .version = change->version, .schema = change->reg.schema};
        core_head_keep(call, call->head);
        return CORE_DONE;
    case STORAGE_STALE:
        return CORE_AGAIN;
    case STORAGE_ID_TAKEN:
        return error_raise(call->err, OPERATION_NOT_PERMITTED,
                           ARENA_JOIN(call->arena, STR("Overwrite new schema with id "), STR_INT(change->schema_id),
                                      STR(" in context "), core_context_text(call->arena, subject->context),
                                      STR(" is not permitted.")));
    case STORAGE_REFERENCE_MISSING:
        return missing_reference(call, subject, &change->reg.references[change->missing_reference]);
    case STORAGE_REFERENCED:
    case STORAGE_SUBJECTS_EXIST:
    case STORAGE_FAILED:
        break;
    }
    return error_pass(call->err, &change->err);
}
