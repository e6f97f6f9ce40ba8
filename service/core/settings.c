#include "settings_private.h"

static const char *const mode_names[CORE_MODE_COUNT_] = {"READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT",
                                                         "FORWARD"};

const char *core_mode_name(enum core_mode mode)
{
    return mode_names[mode];
}

bool core_mode_parse(struct str text, enum core_mode *ret)
{
    for (enum core_mode mode = CORE_READWRITE; mode < CORE_MODE_COUNT_; mode++) {
        if (str_equal_nocase(text, str_of(mode_names[mode]))) {
            *ret = mode;
            return true;
        }
    }
    return false;
}

/* Settings in the cache. */
struct cached_settings {
    struct stamped_value head;
    struct arena *arena; /* holds this struct and the texts */
    struct stored_settings settings;
};

static void release_cached(struct stamped_value *value)
{
    arena_free(((struct cached_settings *)value)->arena);
}

static void unref(void *value)
{
    stamped_value_unref(value);
}

/* In one piece of memory of just the right size; NULL without memory. */
static struct cached_settings *pack(const struct stored_settings *settings)
{
    struct stored_settings packed = *settings;
    struct str *const texts[] = {&packed.subject_config, &packed.context_config, &packed.global_config,
                                 &packed.subject_mode,   &packed.context_mode,   &packed.global_mode};
    size_t count = sizeof texts / sizeof texts[0], bytes = sizeof(struct cached_settings);
    for (size_t i = 0; i < count; i++)
        bytes += texts[i]->n;
    struct arena *arena = arena_new(bytes + ARENA_OVERHEAD);
    struct cached_settings *cached = arena ? arena_alloc(arena, bytes) : NULL;
    if (!cached) {
        arena_free(arena);
        return NULL;
    }
    char *at = (char *)(cached + 1);
    for (size_t i = 0; i < count; i++) {
        if (!texts[i]->p)
            continue;
        memcpy(at, texts[i]->p, texts[i]->n);
        texts[i]->p = at;
        at += texts[i]->n;
    }
    cached->arena = arena;
    cached->settings = packed;
    cached->head.release = release_cached;
    atomic_init(&cached->head.references, 1);
    return cached;
}

/* Reads them from the store. A reference for the caller; NULL with an error. */
static struct cached_settings *read_stored(struct core_call *call, const struct core_subject *subject)
{
    struct stored_settings settings;
    struct storage_snapshot *snapshot = core_call_snapshot(call);
    if (!snapshot || snapshot->storage->ops->read_settings(snapshot, call->arena, subject->context, subject->name,
                                                           &settings, call->err) != 0)
        return NULL;
    struct cached_settings *cached = pack(&settings);
    if (!cached)
        error_raise(call->err, INTERNAL);
    return cached;
}

static void note_levels(struct core_call *call, const struct core_subject *subject, struct stamp_set *ret)
{
    const struct stamps *stamps = call->core->stamps;
    stamp_set_note(stamps, ret, stamp_of_settings(subject->context, subject->name));
    stamp_set_note(stamps, ret, stamp_of_settings(subject->context, STR_EMPTY));
    stamp_set_note(stamps, ret, stamp_of_settings(STR(STORAGE_GLOBAL_CONTEXT), STR_EMPTY));
}

/* From memory where nothing has changed since; after a change that came too late only from the store, because another
 * node may have written what this one has not heard of yet. */
static int read_settings(struct core_call *call, const struct core_subject *subject, struct stored_settings *ret)
{
    struct str key = ARENA_JOIN(call->arena, subject->context, STR(":"), subject->name);
    if (!key.p)
        return error_raise(call->err, INTERNAL);
    struct stamped_value *value = core_call_may_remember(call) ? stamped_cache_get(call->core->settings, key) : NULL;
    call->has_remembered |= value != NULL;
    if (!value) {
        struct cached_settings *cached = read_stored(call, subject);
        if (!cached)
            return -1;
        value = &cached->head;
        value->stamps.epoch = call->stamps.epoch;
        note_levels(call, subject, &value->stamps);
        stamped_cache_put(call->core->settings, key, value, cached->arena->used_bytes);
    }
    *ret = ((struct cached_settings *)value)->settings;
    return arena_on_reset(call->arena, unref, value) != 0 ? error_raise(call->err, INTERNAL) : 0;
}

int core_settings_stored(struct core_call *call, const struct core_subject *subject, struct stored_settings *ret)
{
    note_levels(call, subject, &call->stamps);
    return read_settings(call, subject, ret);
}

static bool flag(const struct jtree_node *config, const char *name, bool fallback)
{
    const struct jtree_node *node = jtree_member(config, str_of(name));
    return node ? node->kind == JTREE_KIND_TRUE : fallback;
}

static struct str text(const struct jtree_node *config, const char *name)
{
    const struct jtree_node *node = jtree_member(config, str_of(name));
    return node && node->kind == JTREE_KIND_STRING && node->text.n ? node->text : (struct str){NULL, 0};
}

static struct str object(const struct jtree_node *config, const char *name, struct str json)
{
    const struct jtree_node *node = jtree_member(config, str_of(name));
    return node && node->kind == JTREE_KIND_OBJECT ? str_slice(json, node->offset, node->end) : (struct str){NULL, 0};
}

int core_config_read(struct core_call *call, struct str json, struct core_config *ret)
{
    const struct core_options *options = &call->core->options;
    *ret = (struct core_config){.json = json.p ? json : STR("{}"),
                                .is_set = json.p != NULL,
                                .level = options->level,
                                .validate_fields = options->validate_fields,
                                .validate_new = options->validate_new};
    if (!json.p)
        return 0;
    struct jtree_node *config;
    if (jtree_read(call->arena, json, 0, NULL, &config, NULL) != JTREE_OK)
        return error_raise(call->err, STORE, STR("a stored configuration cannot be read"));
    ret->has_level = compat_level_parse(text(config, "compatibilityLevel"), &ret->level);
    ret->is_lenient = str_equal(text(config, "compatibilityPolicy"), STR("LENIENT"));
    ret->normalize = flag(config, "normalize", false);
    ret->validate_fields = flag(config, "validateFields", options->validate_fields);
    ret->validate_new = flag(config, "validateNewSchemas", options->validate_new);
    ret->group = text(config, "compatibilityGroup");
    ret->alias = text(config, "alias");
    ret->default_metadata = object(config, "defaultMetadata", json);
    ret->override_metadata = object(config, "overrideMetadata", json);
    ret->default_rule_set = object(config, "defaultRuleSet", json);
    ret->override_rule_set = object(config, "overrideRuleSet", json);
    return 0;
}

/* The configuration in force: of the subject, else of its context, else of all contexts. Nothing is merged. */
struct str core_config_in_force(const struct core_subject *subject, const struct stored_settings *stored)
{
    if (subject->name.n && stored->subject_config.p)
        return stored->subject_config;
    return stored->context_config.p ? stored->context_config : stored->global_config;
}

int core_settings_read(struct core_call *call, const struct core_subject *subject, struct core_settings *ret)
{
    struct stored_settings stored;
    if (core_settings_stored(call, subject, &stored) != 0 ||
        core_config_read(call, core_config_in_force(subject, &stored), &ret->config) != 0)
        return -1;
    ret->revision = stored.revision;
    struct str mode = subject->name.n && stored.subject_mode.p ? stored.subject_mode
                      : stored.context_mode.p                  ? stored.context_mode
                                                               : stored.global_mode;
    ret->mode = CORE_READWRITE;
    if (mode.p && !core_mode_parse(mode, &ret->mode))
        return error_raise(call->err, STORE, STR("a stored mode cannot be read"));
    return 0;
}

int core_mode_allows_writes(struct core_call *call, const struct core_subject *subject, const struct core_settings *s)
{
    if (s->mode != CORE_READONLY && s->mode != CORE_READONLY_OVERRIDE)
        return 0;
    return core_mode_refuses(call, subject, "read-only mode", true);
}

int core_mode_refuses(struct core_call *call, const struct core_subject *subject, const char *what, bool is_in)
{
    bool is_default = str_equal(subject->context, STR(STORAGE_DEFAULT_CONTEXT));
    struct str name = core_subject_text(call->arena, subject->context, subject->name);
    struct str context = core_context_text(call->arena, subject->context);
    return error_raise(call->err, OPERATION_NOT_PERMITTED,
                       ARENA_JOIN(call->arena, STR("Subject "), subject->name.n || !is_default ? name : STR("null"),
                                  STR(" in context "), context, is_in ? STR(" is in ") : STR(" is not in "),
                                  str_of(what)));
}

void core_setting_change(struct core_call *call, enum storage_change_kind kind, const struct core_subject *subject,
                         int64_t settings_revision, struct str value)
{
    call->change = (struct storage_change){.kind = kind,
                                           .context = subject->context,
                                           .subject = subject->name,
                                           .expected_settings_revision = settings_revision,
                                           .set.value = value,
                                           .err = ERROR_INIT(call->arena)};
}

int core_settings_finish(struct core_call *call)
{
    switch (call->change.outcome) {
    case STORAGE_DONE:
        return CORE_DONE;
    case STORAGE_STALE:
        return CORE_AGAIN;
    case STORAGE_SUBJECTS_EXIST:
        return error_raise(call->err, OPERATION_NOT_PERMITTED, STR("Cannot import since found existing subjects"));
    case STORAGE_REFERENCED:
        return error_raise(call->err, REFERENCE_EXISTS,
                           core_subject_text(call->arena, call->change.conflict_context, call->change.conflict_subject),
                           STR_INT(call->change.conflict_version));
    case STORAGE_ID_TAKEN:
    case STORAGE_REFERENCE_MISSING:
    case STORAGE_FAILED:
        break;
    }
    return error_pass(call->err, &call->change.err);
}

struct core_subject core_alias_target(struct str context, struct str alias)
{
    struct core_subject target = core_subject_parse(alias);
    if (!str_starts(alias, STR(":.")))
        target.context = context;
    target.is_qualified = !str_equal(target.context, STR(STORAGE_DEFAULT_CONTEXT));
    return target;
}

int core_alias_follow(struct core_call *call, struct core_subject *subject, struct str *subject_text)
{
    struct stored_settings stored;
    struct core_config config;
    /* An alias is one of the subject itself: what else is set does not matter. */
    stamp_set_note(call->core->stamps, &call->stamps, stamp_of_settings(subject->context, subject->name));
    if (read_settings(call, subject, &stored) != 0)
        return -1;
    if (!stored.subject_config.p || subject->name.n == 0)
        return 0;
    if (core_config_read(call, stored.subject_config, &config) != 0)
        return -1;
    if (!config.alias.p)
        return 0;
    struct core_subject target = core_alias_target(subject->context, config.alias);
    *subject = target;
    *subject_text = core_subject_text(call->arena, target.context, target.name);
    return subject_text->p ? 0 : error_raise(call->err, INTERNAL);
}
