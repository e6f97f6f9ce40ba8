#include "check_private.h"

/* -- Names that become the same ---------------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* A value's name behind the enum's own, where it begins with that: case and underscores do not count. */
static struct str without_prefix(struct str name, struct str enum_name)
{
    size_t at = 0, k = 0;
    while (k < enum_name.n && enum_name.p[k] == '_')
        k++;
    for (; at < name.n && k < enum_name.n; at++) {
        if (name.p[at] == '_')
            continue;
        if (lower(name.p[at]) != lower(enum_name.p[k++]))
            return name;
        while (k < enum_name.n && enum_name.p[k] == '_')
            k++;
    }
    if (k < enum_name.n)
        return name;
    while (at < name.n && name.p[at] == '_')
        at++;
    return at == name.n ? name : str_slice(name, at, name.n);
}

/* FOO_BAR gives FooBar. */
static struct str pascal_case(struct arena *arena, struct str name)
{
    char *room = ARENA_ARRAY(arena, name.n + 1, char);
    size_t count = 0;
    bool is_upper = true;
    for (size_t k = 0; room && k < name.n; k++) {
        char c = lower(name.p[k]);
        if (c != '_')
            room[count++] = is_upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        is_upper = c == '_';
    }
    return (struct str){room, room ? count : 0};
}

static void refuse_name(struct check *c, const struct pb_enum_value *value, const struct pb_enum_value *other)
{
    CHECK_FAULT(c, value->at, STR("Enum name "), value->name, STR(" has the same name as "), other->name,
                c->is_edition
                    ? STR(" if you ignore case and strip out the enum name prefix (if any). (If you are using "
                          "allow_alias, please assign the same number to each enum value name.)")
                    : STR(" if you ignore case and strip out the enum name prefix (if any). This is "
                          "error-prone and can lead to undefined behavior. Please avoid doing this. If you "
                          "are using allow_alias, please assign the same numeric value to both enums."));
}

void check_enum_names(struct check *c, const struct pb_enum *enumeration)
{
    struct map names;
    map_init(&names, c->scratch);
    if (c->file->syntax == PB_PROTO2) /* a warning there */
        return;
    for (const struct pb_enum_value *value = enumeration->values.first; value && !c->failed; value = value->next) {
        struct str name = pascal_case(c->scratch, without_prefix(value->name, enumeration->name));
        const struct pb_enum_value *other = map_get(&names, name);
        c->failed |= !name.p || (!other && map_put(&names, name, (void *)(uintptr_t)value) < 0);
        if (other && !str_equal(other->name, value->name) && other->number != value->number)
            refuse_name(c, value, other);
    }
}

/* -- Numbers ------------------------------------------------------------------------------------------------------------ */

static struct str number_key(const int32_t *number)
{
    return (struct str){(const char *)number, sizeof *number};
}

/* The first number from there on that no value has. */
static int64_t next_number(const struct map *numbers, int32_t after)
{
    int64_t next = (int64_t)after + 1;
    while (next < INT32_MAX) {
        int32_t number = (int32_t)next;
        if (!map_get(numbers, number_key(&number)))
            break;
        next++;
    }
    return next;
}

static void refuse_alias(struct check *c, const struct pb_enum_value *value, const struct pb_enum_value *other,
                         const struct map *numbers)
{
    if (!check_is_first(c, value->number_at))
        return;
    int64_t next = c->is_edition ? next_number(numbers, value->number) : INT32_MAX;
    bool is_told = next < INT32_MAX;
    CHECK_FAULT(c, value->number_at, STR("\""), value->full_name, STR("\" uses the same enum value as \""),
                other->full_name,
                STR("\". If this is intended, set 'option allow_alias = true;' to the enum definition."),
                is_told ? STR(" The next available enum value is ") : STR_EMPTY, is_told ? STR_INT(next) : STR_EMPTY,
                is_told ? STR(".") : STR_EMPTY);
}

static void check_aliases(struct check *c, const struct pb_enum *enumeration)
{
    struct map numbers;
    const struct pb_enum_value *value;
    map_init(&numbers, c->scratch);
    if (pb_option_bool(&enumeration->options, "allow_alias", false))
        return;
    for (value = enumeration->values.first; value && !c->failed; value = value->next)
        c->failed |= map_add(&numbers, number_key(&value->number), (void *)(uintptr_t)value) < 0;
    for (value = enumeration->values.first; value && !c->failed; value = value->next) {
        const struct pb_enum_value *other = map_get(&numbers, number_key(&value->number));
        if (other != value)
            refuse_alias(c, value, other, &numbers);
    }
}

void check_enum_validity(struct check *c, const struct pb_enum *enumeration)
{
    const struct pb_enum_value *first = enumeration->values.first;
    if (c->is_edition)
        check_enum_names(c, enumeration);
    if (c->is_edition && enumeration->features.enum_type == PB_OPEN && first && first->number != 0)
        CHECK_FAULT(c, first->number_at, STR("The first enum value must be zero for open enums."));
    check_aliases(c, enumeration);
}
