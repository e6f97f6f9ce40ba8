#include "link.h"

/* Where a value has no meaning of its own yet: what descriptor.proto gives as edition_defaults of FeatureSet. */
static const struct pb_features defaults[] = {
    [PB_PROTO2] = {PB_EXPLICIT, PB_CLOSED, PB_EXPANDED, PB_UTF8_NONE, PB_LENGTH_PREFIXED, PB_JSON_LEGACY_BEST_EFFORT},
    [PB_PROTO3] = {PB_IMPLICIT, PB_OPEN, PB_PACKED, PB_UTF8_VERIFY, PB_LENGTH_PREFIXED, PB_JSON_ALLOW},
    [PB_EDITIONS] = {PB_EXPLICIT, PB_OPEN, PB_PACKED, PB_UTF8_VERIFY, PB_LENGTH_PREFIXED, PB_JSON_ALLOW},
};

static const struct {
    const char *feature, *word;
    size_t offset; /* in struct pb_features */
    unsigned char value;
} words[] = {
    {"field_presence", "EXPLICIT", offsetof(struct pb_features, presence), PB_EXPLICIT},
    {"field_presence", "IMPLICIT", offsetof(struct pb_features, presence), PB_IMPLICIT},
    {"field_presence", "LEGACY_REQUIRED", offsetof(struct pb_features, presence), PB_LEGACY_REQUIRED},
    {"enum_type", "OPEN", offsetof(struct pb_features, enum_type), PB_OPEN},
    {"enum_type", "CLOSED", offsetof(struct pb_features, enum_type), PB_CLOSED},
    {"repeated_field_encoding", "PACKED", offsetof(struct pb_features, repeated_encoding), PB_PACKED},
    {"repeated_field_encoding", "EXPANDED", offsetof(struct pb_features, repeated_encoding), PB_EXPANDED},
    {"utf8_validation", "VERIFY", offsetof(struct pb_features, utf8_validation), PB_UTF8_VERIFY},
    {"utf8_validation", "NONE", offsetof(struct pb_features, utf8_validation), PB_UTF8_NONE},
    {"message_encoding", "LENGTH_PREFIXED", offsetof(struct pb_features, message_encoding), PB_LENGTH_PREFIXED},
    {"message_encoding", "DELIMITED", offsetof(struct pb_features, message_encoding), PB_DELIMITED},
    {"json_format", "ALLOW", offsetof(struct pb_features, json_format), PB_JSON_ALLOW},
    {"json_format", "LEGACY_BEST_EFFORT", offsetof(struct pb_features, json_format), PB_JSON_LEGACY_BEST_EFFORT},
};

static void set(struct pb_features *features, struct str feature, const struct pb_value *value)
{
    for (size_t i = 0; value->kind == PB_VALUE_WORD && i < sizeof words / sizeof words[0]; i++) {
        if (str_equal(feature, str_of(words[i].feature)) && str_equal(value->text, str_of(words[i].word)))
            ((unsigned char *)features)[words[i].offset] = words[i].value;
    }
}

/* features.x = Y and features = { x: Y }. */
static void apply(struct pb_features *features, const pb_options *options)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const struct pb_name_part *part = option->name.first;
        if (part->is_extension || !str_equal(part->name, STR("features")))
            continue;
        if (part->next)
            set(features, part->next->name, &option->value);
        for (const struct pb_member *member = option->value.members.first; !part->next && member; member = member->next)
            set(features, member->name, member->value);
    }
}

static void link_enum(struct pb_enum *enumeration, const struct pb_features *outer)
{
    enumeration->features = *outer;
    apply(&enumeration->features, &enumeration->options);
}

/* What older syntax says in its own words. */
static void apply_legacy(const struct pb_file *file, struct pb_field *field)
{
    if (file->syntax == PB_EDITIONS)
        return;
    if (field->label == PB_REQUIRED)
        field->features.presence = PB_LEGACY_REQUIRED;
    else if (field->label == PB_OPTIONAL || field->extend)
        field->features.presence = PB_EXPLICIT;
    if (field->type.type == PB_GROUP)
        field->features.message_encoding = PB_DELIMITED;
    if (pb_option_find(&field->options, "packed"))
        field->features.repeated_encoding = pb_option_bool(&field->options, "packed", false) ? PB_PACKED : PB_EXPANDED;
}

static void link_fields(const struct pb_file *file, struct pb_field *first, const struct pb_features *outer)
{
    for (struct pb_field *field = first; field; field = field->next) {
        field->features = field->oneof ? field->oneof->features : *outer;
        apply(&field->features, &field->options);
        apply_legacy(file, field);
        if (field->oneof)
            field->features.presence = PB_EXPLICIT;
        if (field->is_map)
            field->features.message_encoding = PB_LENGTH_PREFIXED;
    }
}

static void link_message(struct pb_file *file, struct pb_message *message)
{
    message->features = message->parent ? message->parent->features : file->features;
    apply(&message->features, &message->options);
    for (struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        oneof->features = message->features;
        apply(&oneof->features, &oneof->options);
    }
    link_fields(file, message->fields.first, &message->features);
    for (struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next)
        link_enum(enumeration, &message->features);
    for (struct pb_extend *extend = message->extends.first; extend; extend = extend->next)
        link_fields(file, extend->fields.first, &message->features);
}

void pb_link_features(struct pb_file *file)
{
    file->features = defaults[file->syntax];
    apply(&file->features, &file->options);
    for (struct pb_message *message = file->messages.first; message; message = pb_next_message(message))
        link_message(file, message);
    for (struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next)
        link_enum(enumeration, &file->features);
    for (struct pb_extend *extend = file->extends.first; extend; extend = extend->next)
        link_fields(file, extend->fields.first, &file->features);
}
