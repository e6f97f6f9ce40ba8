#include "check_private.h"

/* Features of FeatureSet, and the value that stands for none. */
static const struct {
    const char *name, *unknown;
} features[] = {
    {"field_presence", "FIELD_PRESENCE_UNKNOWN"},
    {"enum_type", "ENUM_TYPE_UNKNOWN"},
    {"repeated_field_encoding", "REPEATED_FIELD_ENCODING_UNKNOWN"},
    {"utf8_validation", "UTF8_VALIDATION_UNKNOWN"},
    {"message_encoding", "MESSAGE_ENCODING_UNKNOWN"},
    {"json_format", "JSON_FORMAT_UNKNOWN"},
    {"enforce_naming_style", "ENFORCE_NAMING_STYLE_UNKNOWN"},
    {"default_symbol_visibility", "DEFAULT_SYMBOL_VISIBILITY_UNKNOWN"},
};

static struct str value_of(const struct pb_value *value)
{
    return value->kind == PB_VALUE_WORD ? value->text : STR_EMPTY;
}

struct str check_feature(const pb_options *options, const char *name)
{
    struct str found = STR_EMPTY;
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const struct pb_name_part *first = option->name.first, *second = first->next;
        if (first->is_extension || !str_equal(first->name, STR("features")))
            continue;
        if (second && !second->is_extension && !second->next && str_equal(second->name, str_of(name)))
            found = value_of(&option->value);
        const struct pb_member *member = second ? NULL : option->value.members.first;
        for (; member; member = member->next) {
            if (!member->is_bracketed && str_equal(member->name, str_of(name)))
                found = value_of(member->value);
        }
    }
    return found;
}

/* Of the file protoc names the edition line; here it is the first option with features. */
static struct pb_position features_at(const struct check_element *element)
{
    const struct pb_option *option = element->options->first;
    if (element->of != PB_FILE_OPTIONS)
        return element->at;
    while (option->next && !str_equal(option->name.first->name, STR("features")))
        option = option->next;
    return option->at;
}

static void check_known(struct check *c, const struct check_element *element)
{
    for (size_t k = 0; k < sizeof features / sizeof *features && element->options->count; k++) {
        if (str_equal(check_feature(element->options, features[k].name), str_of(features[k].unknown)))
            CHECK_FAULT(c, features_at(element), STR("Feature field `"), str_of(features[k].name),
                        STR("` must resolve to a known value, found "), str_of(features[k].unknown));
    }
}

/* -- Fields ------------------------------------------------------------------------------------------------------------ */

static bool is_given(const struct pb_field *field, const char *feature)
{
    return field->options.count && check_feature(&field->options, feature).n > 0;
}

static bool has_presence(const struct pb_field *field)
{
    return option_is_message(field) || field->extend || field->oneof || field->features.presence != PB_IMPLICIT;
}

static void check_resolved(struct check *c, const struct pb_field *field)
{
    const struct pb_enum *enumeration = field->type.type == PB_ENUM ? field->type.enumeration : NULL;
    bool is_implicit = !option_is_repeated(field) && !has_presence(field);
    if (is_implicit && pb_option_find(&field->options, "default"))
        CHECK_FAULT(c, field->name_at, STR("Implicit presence fields can't specify defaults."));
    if (is_implicit && enumeration && enumeration->features.enum_type == PB_CLOSED)
        CHECK_FAULT(c, field->name_at, STR("Implicit presence enum fields must always be open."));
    if (field->extend && !option_is_repeated(field) && field->features.presence == PB_LEGACY_REQUIRED)
        CHECK_FAULT(c, field->name_at, STR("Extensions can't be required."));
}

static void check_presence(struct check *c, const struct pb_field *field)
{
    struct str presence = check_feature(&field->options, "field_presence");
    if (!presence.n)
        return;
    if (field->oneof)
        CHECK_FAULT(c, field->name_at, STR("Oneof fields can't specify field presence."));
    else if (option_is_repeated(field))
        CHECK_FAULT(c, field->name_at, STR("Repeated fields can't specify field presence."));
    else if (field->extend && !str_equal(presence, STR("LEGACY_REQUIRED")))
        CHECK_FAULT(c, field->name_at, STR("Extensions can't specify field presence."));
    else if (option_is_message(field) && str_equal(presence, STR("IMPLICIT")))
        CHECK_FAULT(c, field->name_at, STR("Message fields can't specify implicit presence."));
}

/* A descriptor has a map as a message of entries, and what the map says is repeated at its key and value. */
static bool has_strings(const struct pb_field *field)
{
    const struct pb_message *of_map = field->type.message;
    if (!of_map || !of_map->is_map_entry)
        of_map = !field->extend && field->parent && field->parent->is_map_entry ? field->parent : NULL;
    const struct pb_field *key = of_map ? of_map->fields.first : NULL, *value = key ? key->next : NULL;
    return field->type.type == PB_STRING || (field->is_map && field->key.type == PB_STRING) ||
           (key && key->type.type == PB_STRING) || (value && value->type.type == PB_STRING);
}

static void check_encodings(struct check *c, const struct pb_field *field)
{
    bool is_primitive = !option_is_message(field) && field->type.type != PB_STRING && field->type.type != PB_BYTES;
    struct str repeated = check_feature(&field->options, "repeated_field_encoding");
    if (!option_is_repeated(field) && repeated.n)
        CHECK_FAULT(c, field->name_at, STR("Only repeated fields can specify repeated field encoding."));
    if (!has_strings(field) && is_given(field, "utf8_validation"))
        CHECK_FAULT(c, field->name_at, STR("Only string fields can specify utf8 validation."));
    if ((!option_is_repeated(field) || !is_primitive) && str_equal(repeated, STR("PACKED")))
        CHECK_FAULT(c, field->name_at,
                    STR("Only repeated primitive fields can specify PACKED repeated field encoding."));
    if ((!option_is_message(field) || field->is_map) && is_given(field, "message_encoding"))
        CHECK_FAULT(c, field->name_at, STR("Only message fields can specify message encoding."));
}

static void check_field(struct check *c, const struct pb_field *field)
{
    if (pb_option_find(&field->options, "packed"))
        CHECK_FAULT(c, field->name_at,
                    STR("Field option packed is not allowed under editions.  Use the repeated_field_encoding feature "
                        "to control this behavior."));
    check_resolved(c, field);
    if (!field->options.count)
        return;
    check_presence(c, field);
    check_encodings(c, field);
}

/* -- The file ------------------------------------------------------------------------------------------------------------ */

static void check_file(struct check *c)
{
    const struct pb_file *file = c->file;
    const struct pb_option *option = file->options.first;
    const struct pb_option *utf8 = pb_option_find(&file->options, "java_string_check_utf8");
    while (option && !str_equal(option->name.first->name, STR("features")))
        option = option->next;
    if (file->features.presence == PB_LEGACY_REQUIRED && option)
        CHECK_FAULT(c, option->at, STR("Required presence can't be specified by default."));
    if (utf8 && pb_option_bool(&file->options, "java_string_check_utf8", false))
        CHECK_FAULT(c, utf8->at,
                    STR("File option java_string_check_utf8 is not allowed under editions. Use the "
                        "(pb.java).utf8_validation feature to control this behavior."));
}

static void check_element_features(struct check *c, const struct check_element *element)
{
    check_known(c, element);
    if (element->of == PB_FIELD_OPTIONS)
        check_field(c, element->node);
}

void check_features(struct check *c)
{
    check_file(c);
    check_each_element(c, check_element_features);
}

/* -- What the interpretation of options has found --------------------------------------------------------------------------- */

void check_lifetimes(struct check *c)
{
    if (c->lifetime.is_set)
        CHECK_FAULT(c, c->lifetime.at, c->lifetime.text);
}

void check_targets(struct check *c)
{
    if (c->target.is_set)
        CHECK_FAULT(c, c->target.at, c->target.text);
}
