#include "check_private.h"

#include "lexer.h"

/* What a declaration of an extension range says. */
struct declaration {
    uint64_t number;
    const struct pb_value *full_name, *type; /* NULL: not given */
    bool is_reserved;
};

static struct declaration read_declaration(const struct pb_value *value)
{
    struct declaration ret = {0};
    for (const struct pb_member *member = value->members.first; member; member = member->next) {
        const struct pb_value *given = member->value;
        if (str_equal(member->name, STR("number")) && !pb_integer_value(given->text, INT32_MAX, &ret.number))
            ret.number = 0;
        else if (str_equal(member->name, STR("full_name")))
            ret.full_name = given;
        else if (str_equal(member->name, STR("type")))
            ret.type = given;
        else if (str_equal(member->name, STR("reserved")))
            ret.is_reserved = given->text.n && (given->text.p[0] | 0x20) == 't';
    }
    return ret;
}

static bool is_scalar(struct str name)
{
    static const char *const scalars[] = {"double",   "float",    "int64",  "uint64", "int32",  "fixed32",
                                          "fixed64",  "bool",     "string", "bytes",  "uint32", "enum",
                                          "sfixed32", "sfixed64", "sint32", "sint64"};
    for (size_t k = 0; k < sizeof scalars / sizeof *scalars; k++) {
        if (str_equal(name, str_of(scalars[k])))
            return true;
    }
    return false;
}

static bool is_qualified(struct str name)
{
    bool is_after_dot = false;
    for (size_t k = 0; k < name.n; k++) {
        char c = name.p[k] | 0x20;
        bool is_part = (c >= 'a' && c <= 'z') || (name.p[k] >= '0' && name.p[k] <= '9') || name.p[k] == '_';
        if (!is_part && (name.p[k] != '.' || is_after_dot))
            return false;
        is_after_dot = name.p[k] == '.';
    }
    return name.n > 0 && !is_after_dot;
}

static void check_qualified(struct check *c, struct pb_position at, struct str name)
{
    if (!name.n || name.p[0] != '.')
        CHECK_FAULT(c, at, STR("\""), name, STR("\" must have a leading dot to indicate the fully-qualified scope."));
    else if (!is_qualified(name))
        CHECK_FAULT(c, at, STR("\""), name, STR("\" contains invalid identifiers."));
}

/* False when a name is there already. */
static bool check_names(struct check *c, const struct pb_range *range, const struct declaration *declaration,
                        struct map *names)
{
    if (!declaration->full_name || !declaration->type) {
        bool is_any = declaration->full_name || declaration->type;
        if (is_any || !declaration->is_reserved)
            CHECK_FAULT(c, range->at, STR("Extension declaration #"), STR_INT((int64_t)declaration->number),
                        STR(" should have both \"full_name\" and \"type\" set."));
        return true;
    }
    int added = map_add(names, declaration->full_name->text, (void *)(uintptr_t)1);
    c->failed |= added < 0;
    if (added == 1) {
        CHECK_FAULT(c, range->at, STR("Extension field name \""), declaration->full_name->text,
                    STR("\" is declared multiple times."));
        return false;
    }
    check_qualified(c, range->at, declaration->full_name->text);
    if (!is_scalar(declaration->type->text))
        check_qualified(c, range->at, declaration->type->text);
    return true;
}

static bool is_declaration(const struct pb_option *option)
{
    const struct pb_name_part *first = option->name.first;
    return !first->is_extension && !first->next && str_equal(first->name, STR("declaration")) &&
           option->value.kind == PB_VALUE_MESSAGE;
}

static void check_range(struct check *c, const struct pb_message *message, const struct pb_range *range,
                        const pb_options *options, struct map *names)
{
    struct map numbers;
    map_init(&numbers, c->scratch);
    for (const struct pb_option *option = options->first; option && !c->failed; option = option->next) {
        uint64_t *number = is_declaration(option) ? ARENA_NEW(c->scratch, uint64_t) : NULL;
        if (!number)
            continue;
        struct declaration declaration = read_declaration(&option->value);
        *number = declaration.number;
        if ((int64_t)*number < range->start || (int64_t)*number > check_range_end(c, range, message))
            CHECK_FAULT(c, range->at, STR("Extension declaration number "), STR_INT((int64_t)*number),
                        STR(" is not in the extension range."));
        int added = map_add(&numbers, (struct str){(const char *)number, sizeof *number}, number);
        c->failed |= added < 0;
        if (added == 1)
            CHECK_FAULT(c, range->at, STR("Extension declaration number "), STR_INT((int64_t)*number),
                        STR(" is declared multiple times."));
        if (!check_names(c, range, &declaration, names))
            return;
    }
}

static bool has_declarations(const pb_options *options)
{
    const struct pb_option *option = options->first;
    while (option && !is_declaration(option))
        option = option->next;
    return option != NULL;
}

void check_declarations(struct check *c, const struct pb_message *message)
{
    struct map names;
    map_init(&names, c->scratch);
    for (const struct pb_ranges *ranges = message->extensions.first; ranges; ranges = ranges->next) {
        const struct pb_option *verification = pb_option_find(&ranges->options, "verification");
        if (!has_declarations(&ranges->options))
            continue;
        if (verification && str_equal(verification->value.text, STR("UNVERIFIED"))) {
            CHECK_FAULT(c, ranges->ranges.first->at,
                        STR("Cannot mark the extension range as UNVERIFIED when it has extension(s) declared."));
            return;
        }
        for (const struct pb_range *range = ranges->ranges.first; range && !c->failed; range = range->next)
            check_range(c, message, range, &ranges->options, &names);
    }
}
