#include "check_private.h"

/* foo_bar gives fooBar. */
struct str check_json_name(struct arena *arena, struct str name)
{
    char *room = ARENA_ARRAY(arena, name.n + 1, char);
    size_t count = 0;
    bool is_upper = false;
    for (size_t k = 0; room && k < name.n; k++) {
        char c = name.p[k];
        if (c != '_')
            room[count++] = is_upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        is_upper = c == '_';
    }
    return (struct str){room ? room : "", room ? count : 0};
}

/* -- proto3, protoc 3.21: names without regard to case and underscores ------------------------------------------------ */

static struct str bare_name(struct arena *arena, struct str name)
{
    char *room = ARENA_ARRAY(arena, name.n + 1, char);
    size_t count = 0;
    for (size_t k = 0; room && k < name.n; k++) {
        char c = name.p[k];
        if (c != '_')
            room[count++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return (struct str){room ? room : "", room ? count : 0};
}

static void check_bare_names(struct check *c, const struct pb_message *message)
{
    struct map names;
    map_init(&names, c->scratch);
    for (const struct pb_field *field = message->fields.first; field && !c->failed; field = field->next) {
        struct str name = bare_name(c->scratch, field->name);
        const struct pb_field *other = map_get(&names, name);
        c->failed |= !other && map_put(&names, name, (void *)(uintptr_t)field) < 0;
        if (other)
            CHECK_FAULT(c, field->name_at, STR("The JSON camel-case name of field \""), field->name,
                        STR("\" conflicts with field \""), other->name, STR("\". This is not allowed in proto3."));
    }
}

/* -- Editions: names as they are ----------------------------------------------------------------------------------------- */

struct json_name {
    const struct pb_field *field;
    struct str name;
    bool is_custom;
};

static struct json_name json_name_of(struct check *c, const struct pb_field *field, bool use_custom)
{
    const struct pb_option *option = use_custom ? pb_option_find(&field->options, "json_name") : NULL;
    struct str usual = check_json_name(c->scratch, field->name);
    if (option && !str_equal(option->value.text, usual))
        return (struct json_name){field, option->value.text, true};
    return (struct json_name){field, usual, false};
}

static void refuse_json_name(struct check *c, const struct pb_message *message, const struct json_name *name,
                             const struct json_name *other)
{
    bool involves_usual = !name->is_custom || !other->is_custom;
    if (involves_usual && message->features.json_format == PB_JSON_LEGACY_BEST_EFFORT)
        return; /* a warning */
    CHECK_FAULT(c, name->field->name_at, STR("The "), name->is_custom ? STR("custom") : STR("default"),
                STR(" JSON name of field \""), name->field->name, STR("\" (\""), name->name,
                STR("\") conflicts with the "), other->is_custom ? STR("custom") : STR("default"),
                STR(" JSON name of field \""), other->field->name, STR("\"."));
}

static void check_json_name_among(struct check *c, const struct pb_message *message, const struct json_name *name,
                                  struct map *names, bool use_custom)
{
    bool is_bracketed = name->name.n && name->name.p[0] == '[' && name->name.p[name->name.n - 1] == ']';
    if (name->is_custom && is_bracketed) {
        CHECK_FAULT(c, name->field->name_at, STR("The custom JSON name of field \""), name->field->name, STR("\" (\""),
                    name->name, STR("\") is invalid: JSON names may not start with '[' and end with ']'."));
        return;
    }
    const struct json_name *other = map_get(names, name->name);
    if (!other)
        c->failed |= map_put(names, name->name, (void *)(uintptr_t)name) < 0;
    else if (!use_custom || name->is_custom || other->is_custom)
        refuse_json_name(c, message, name, other);
}

static void check_names_as_they_are(struct check *c, const struct pb_message *message, bool use_custom)
{
    struct map names;
    map_init(&names, c->scratch);
    for (const struct pb_field *field = message->fields.first; field && !c->failed; field = field->next) {
        struct json_name *name = ARENA_NEW(c->scratch, struct json_name);
        c->failed |= !name;
        if (!name)
            return;
        *name = json_name_of(c, field, use_custom);
        check_json_name_among(c, message, name, &names, use_custom);
    }
}

void check_json_names(struct check *c, const struct pb_message *message)
{
    if (c->is_proto3)
        check_bare_names(c, message);
    if (!c->is_edition || pb_option_bool(&message->options, "deprecated_legacy_json_field_conflicts", false))
        return;
    check_names_as_they_are(c, message, false);
    check_names_as_they_are(c, message, true);
}
