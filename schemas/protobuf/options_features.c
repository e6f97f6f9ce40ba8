#include "options_private.h"

/* Elements as the messages about them call them, and as descriptor.proto does. */
static const struct {
    const char *shown, *target;
} elements[PB_OPTIONS_OF_COUNT_] = {
    [PB_FILE_OPTIONS] = {"file", "TARGET_TYPE_FILE"},
    [PB_MESSAGE_OPTIONS] = {"message", "TARGET_TYPE_MESSAGE"},
    [PB_FIELD_OPTIONS] = {"field", "TARGET_TYPE_FIELD"},
    [PB_ONEOF_OPTIONS] = {"oneof", "TARGET_TYPE_ONEOF"},
    [PB_EXTENSION_RANGE_OPTIONS] = {"extension range", "TARGET_TYPE_EXTENSION_RANGE"},
    [PB_ENUM_OPTIONS] = {"enum", "TARGET_TYPE_ENUM"},
    [PB_ENUM_VALUE_OPTIONS] = {"enum entry", "TARGET_TYPE_ENUM_ENTRY"},
    [PB_SERVICE_OPTIONS] = {"service", "TARGET_TYPE_SERVICE"},
    [PB_METHOD_OPTIONS] = {"method", "TARGET_TYPE_METHOD"},
};

/* The edition that a member of feature_support names; 0: it has none. */
static int32_t edition_of(const struct pb_schema *schema, const struct pb_member *member)
{
    char first[256];
    struct arena arena;
    arena_init(&arena, sizeof first + PB_NAME_MAX, first, sizeof first);
    struct str name = ARENA_JOIN(&arena, STR("google.protobuf."), member->value->text);
    const struct pb_symbol *symbol =
        member->value->kind == PB_VALUE_WORD && name.p ? pb_symbol_find(schema, name) : NULL;
    arena_deinit(&arena);
    return symbol && symbol->kind == PB_SYMBOL_ENUM_VALUE ? ((const struct pb_enum_value *)symbol->node)->number : 0;
}

/* Without "EDITION_". */
static struct str short_name(const struct pb_member *member)
{
    struct str name = member->value->text, prefix = STR("EDITION_");
    return str_starts(name, prefix) ? str_slice(name, prefix.n, name.n) : name;
}

static const struct pb_member *member_named(const struct pb_option *option, const char *name)
{
    const struct pb_member *member = option->value.members.first;
    while (member && !str_equal(member->name, str_of(name)))
        member = member->next;
    return member;
}

/* Whether the file's edition has what the options of a feature or of its value tell about. */
static void note_lifetime(struct option_interpreter *i, struct str full_name, const pb_options *options)
{
    const struct pb_option *support = pb_option_find(options, "feature_support");
    if (!support || i->lifetime.text.p)
        return;
    i->lifetime.at = i->option->at;
    const struct pb_member *introduced = member_named(support, "edition_introduced"),
                           *removed = member_named(support, "edition_removed"),
                           *reason = member_named(support, "removal_error");
    if (introduced && i->file->edition < edition_of(i->schema, introduced))
        i->lifetime.text =
            ARENA_JOIN(i->texts, full_name, STR(" wasn't introduced until edition "), short_name(introduced),
                       STR(" and can't be used in edition "), i->file->edition_text);
    else if (removed && i->file->edition >= edition_of(i->schema, removed))
        i->lifetime.text = ARENA_JOIN(i->texts, full_name, STR(" has been removed in edition "), short_name(removed),
                                      reason ? STR(": ") : STR_EMPTY, reason ? reason->value->text : STR_EMPTY);
}

static void note_target(struct option_interpreter *i, const struct pb_field *field)
{
    bool is_limited = false;
    for (const struct pb_option *option = field->options.first; option; option = option->next) {
        const struct pb_name_part *part = option->name.first;
        if (part->is_extension || part->next || !str_equal(part->name, STR("targets")))
            continue;
        is_limited = true;
        if (str_equal(option->value.text, str_of(elements[i->of].target)))
            return;
    }
    if (!is_limited || i->target.text.p)
        return;
    i->target.at = i->option->at;
    i->target.text = ARENA_JOIN(i->texts, STR("Option "), field->full_name,
                                STR(" cannot be set on an entity of type `"), str_of(elements[i->of].shown), STR("`."));
}

bool option_is_kept(const struct option_interpreter *i, const struct pb_field *field)
{
    const struct pb_option *retention = pb_option_find(&field->options, "retention");
    return i->file->syntax != PB_EDITIONS || !retention || !str_equal(retention->value.text, STR("RETENTION_SOURCE"));
}

/* Fields whose own options are many cost more; what is left is asked for by whoever charges next. */
static void spend(struct option_interpreter *i, const pb_options *options)
{
    uint64_t steps = options->count / 8;
    i->budget -= i->budget > steps ? steps : i->budget;
}

void option_note_field(struct option_interpreter *i, const struct pb_field *field)
{
    if (i->file->syntax != PB_EDITIONS)
        return;
    spend(i, &field->options);
    note_lifetime(i, field->full_name, &field->options);
    note_target(i, field);
}

void option_note_enum_value(struct option_interpreter *i, const struct pb_enum_value *value)
{
    if (i->file->syntax != PB_EDITIONS)
        return;
    spend(i, &value->options);
    note_lifetime(i, value->full_name, &value->options);
}
