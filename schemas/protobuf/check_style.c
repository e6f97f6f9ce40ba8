#include "check_private.h"

#define OPT_OUT " (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)"
#define OPT_OUT_2026 " (features.enforce_naming_style = STYLE2024 can be used to opt out of this check)"

enum style { STYLE_UNKNOWN, STYLE_LEGACY, STYLE_2024, STYLE_2026 };

/* -- Which style holds ---------------------------------------------------------------------------------------------------- */

static enum style style_given(const pb_options *options, enum style otherwise)
{
    struct str word = options->count ? check_feature(options, "enforce_naming_style") : STR_EMPTY;
    return str_equal(word, STR("STYLE2024"))      ? STYLE_2024
           : str_equal(word, STR("STYLE2026"))    ? STYLE_2026
           : str_equal(word, STR("STYLE_LEGACY")) ? STYLE_LEGACY
                                                  : otherwise;
}

static enum style style_of_file(const struct pb_file *file)
{
    return style_given(&file->options, file->edition >= PB_EDITION_2024 ? STYLE_2024 : STYLE_LEGACY);
}

/* Of a message, for what stands in it; outer ones come before inner ones. */
static enum style style_of_message(struct check *c, const struct pb_message *message)
{
    return message ? (enum style)(uintptr_t)map_get(&c->styles, message->full_name) : c->file_style;
}

/* The members of a oneof stand together. */
static enum style style_of_oneof(struct check *c, const struct pb_oneof *oneof, enum style around)
{
    if (!oneof)
        return around;
    if (oneof != c->style_oneof) {
        c->style_oneof = oneof;
        c->oneof_style = style_given(&oneof->options, around);
    }
    return (enum style)c->oneof_style;
}

static enum style style_of(struct check *c, const struct check_element *element)
{
    enum style around = style_of_message(c, element->message);
    switch (element->of) {
    case PB_MESSAGE_OPTIONS: {
        enum style own = style_given(element->options, style_of_message(c, element->message->parent));
        c->failed |= map_put(&c->styles, element->full_name, (void *)(uintptr_t)own) < 0;
        return own;
    }
    case PB_FIELD_OPTIONS: {
        const struct pb_field *field = element->node;
        return style_given(element->options, style_of_oneof(c, field->oneof, around));
    }
    case PB_ENUM_OPTIONS:
    case PB_SERVICE_OPTIONS:
        c->inner_style = style_given(element->options, around);
        return (enum style)c->inner_style;
    case PB_ENUM_VALUE_OPTIONS:
    case PB_METHOD_OPTIONS:
        return style_given(element->options, (enum style)c->inner_style);
    case PB_FILE_OPTIONS:
        c->file_style = style_of_file(c->file);
        return (enum style)c->file_style;
    case PB_ONEOF_OPTIONS:
    case PB_EXTENSION_RANGE_OPTIONS:
    case PB_OPTIONS_OF_COUNT_:
        break;
    }
    return style_given(element->options, around);
}

/* -- What it asks for; NULL: a name is right --------------------------------------------------------------------------------- */

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_bad_underscores(struct str name)
{
    if (name.p[0] == '_' || name.p[name.n - 1] == '_')
        return true;
    for (size_t k = 1; k < name.n; k++) {
        if (name.p[k - 1] == '_' && !is_lower(name.p[k]) && !is_upper(name.p[k]))
            return true;
    }
    return false;
}

static const char *title_case_fault(struct str name)
{
    for (size_t k = 0; k < name.n; k++) {
        if (!is_lower(name.p[k]) && !is_upper(name.p[k]) && !is_digit(name.p[k]))
            return "should be TitleCase";
    }
    return is_upper(name.p[0]) ? NULL : "should begin with a capital letter";
}

static const char *lower_snake_case_fault(struct str name)
{
    for (size_t k = 0; k < name.n; k++) {
        if (!is_lower(name.p[k]) && !is_digit(name.p[k]) && name.p[k] != '_' && name.p[k] != '.')
            return "should be lower_snake_case";
    }
    if (!is_lower(name.p[0]))
        return "should begin with a lower case letter";
    return has_bad_underscores(name) ? "contains style violating underscores" : NULL;
}

static const char *upper_snake_case_fault(struct str name)
{
    for (size_t k = 0; k < name.n; k++) {
        if (!is_upper(name.p[k]) && !is_digit(name.p[k]) && name.p[k] != '_')
            return "should be UPPER_SNAKE_CASE";
    }
    if (!is_upper(name.p[0]))
        return "should begin with an upper case letter";
    return has_bad_underscores(name) ? "contains style violating underscores" : NULL;
}

static const struct {
    const char *what;
    const char *(*fault_of)(struct str);
} rules[PB_OPTIONS_OF_COUNT_] = {
    [PB_FILE_OPTIONS] = {"Package", lower_snake_case_fault},
    [PB_MESSAGE_OPTIONS] = {"Message", title_case_fault},
    [PB_FIELD_OPTIONS] = {"Field", lower_snake_case_fault},
    [PB_ONEOF_OPTIONS] = {"Oneof", lower_snake_case_fault},
    [PB_ENUM_OPTIONS] = {"Enum", title_case_fault},
    [PB_ENUM_VALUE_OPTIONS] = {"Enum value", upper_snake_case_fault},
    [PB_SERVICE_OPTIONS] = {"Service", title_case_fault},
    [PB_METHOD_OPTIONS] = {"Method", title_case_fault},
};

static struct str name_of(const struct check_element *element)
{
    if (element->of == PB_ONEOF_OPTIONS)
        return ((const struct pb_oneof *)element->node)->name;
    size_t dot = str_find_last(element->full_name, '.');
    bool is_whole = element->of == PB_FILE_OPTIONS || dot == SIZE_MAX;
    return is_whole ? element->full_name : str_slice(element->full_name, dot + 1, element->full_name.n);
}

/* -- STYLE2026: names that meet in generated code ------------------------------------------------------------------------------ */

static bool has_member(struct check *c, const struct pb_message *message, struct str name)
{
    if (message->file != c->file)
        return pb_field_named(message, name) != NULL;
    struct check_symbol symbol = check_own_symbol(c, ARENA_JOIN(c->scratch, message->full_name, STR("."), name));
    return symbol.kind == PB_SYMBOL_FIELD || symbol.kind == PB_SYMBOL_ONEOF;
}

static struct str collision(struct check *c, const struct pb_message *message, struct str name)
{
    static const char *const prefixes[] = {"has_", "get_", "set_", "clear_"};
    struct str suffix = STR("_value");
    for (size_t k = 0; message && k < sizeof prefixes / sizeof *prefixes; k++) {
        struct str prefix = str_of(prefixes[k]), rest = str_slice(name, prefix.n, name.n);
        if (str_starts(name, prefix) && has_member(c, message, rest))
            return ARENA_JOIN(c->scratch, STR("should not begin with "), prefix, STR(" if a field named "), rest,
                              STR(" exists. This can cause collisions in generated code."));
    }
    if (message && str_ends(name, suffix) && has_member(c, message, str_slice(name, 0, name.n - suffix.n)))
        return ARENA_JOIN(c->scratch, STR("should not end with "), suffix, STR(" if a field named "),
                          str_slice(name, 0, name.n - suffix.n),
                          STR(" exists. This can cause collisions in generated code."));
    if (str_equal(name, STR("descriptor")))
        return STR("should not be named descriptor. This can cause collisions in generated code.");
    return STR_EMPTY;
}

static void check_collision(struct check *c, const struct check_element *element, struct str name)
{
    const struct pb_field *field = element->of == PB_FIELD_OPTIONS ? element->node : NULL;
    const struct pb_message *message = field && field->extend ? field->extend->target.message : element->message;
    struct str found = collision(c, message, name);
    if (found.n)
        CHECK_FAULT(c, element->at, str_of(rules[element->of].what), STR(" name "), name, STR(" "), found,
                    STR(OPT_OUT_2026));
}

static void check_name(struct check *c, const struct check_element *element)
{
    enum style style = style_of(c, element);
    struct str name = name_of(element);
    if (style < STYLE_2024 || !name.n || !rules[element->of].fault_of)
        return;
    const char *found = rules[element->of].fault_of(name);
    bool may_collide = element->of == PB_FIELD_OPTIONS || element->of == PB_ONEOF_OPTIONS;
    if (found)
        CHECK_FAULT(c, element->at, str_of(rules[element->of].what), STR(" name "), name, STR(" "), str_of(found),
                    STR(OPT_OUT));
    if (style == STYLE_2026 && may_collide)
        check_collision(c, element, name);
}

void check_naming_style(struct check *c)
{
    map_init(&c->styles, c->scratch);
    check_each_element(c, check_name);
}
