#include "model.h"

#include "utf8.h"

static const struct {
    const char *lower, *upper;
} kind_names[AVSC_KIND_COUNT_] = {
    [AVSC_NULL] = {"null", "NULL"},    [AVSC_BOOLEAN] = {"boolean", "BOOLEAN"}, [AVSC_INT] = {"int", "INT"},
    [AVSC_LONG] = {"long", "LONG"},    [AVSC_FLOAT] = {"float", "FLOAT"},       [AVSC_DOUBLE] = {"double", "DOUBLE"},
    [AVSC_BYTES] = {"bytes", "BYTES"}, [AVSC_STRING] = {"string", "STRING"},    [AVSC_RECORD] = {"record", "RECORD"},
    [AVSC_ENUM] = {"enum", "ENUM"},    [AVSC_ARRAY] = {"array", "ARRAY"},       [AVSC_MAP] = {"map", "MAP"},
    [AVSC_FIXED] = {"fixed", "FIXED"}, [AVSC_UNION] = {"union", "UNION"},       [AVSC_LATER] = {"unknown", "UNKNOWN"},
};

enum avsc_kind avsc_primitive(struct str text)
{
    for (enum avsc_kind k = AVSC_NULL; k <= AVSC_STRING; k++) {
        if (str_equal(text, str_of(kind_names[k].lower)))
            return k;
    }
    return AVSC_KIND_COUNT_;
}

struct str avsc_kind_name(enum avsc_kind kind)
{
    return str_of(kind_names[kind].lower);
}

struct str avsc_kind_upper(enum avsc_kind kind)
{
    return str_of(kind_names[kind].upper);
}

bool avsc_is_named(enum avsc_kind kind)
{
    return kind == AVSC_RECORD || kind == AVSC_ENUM || kind == AVSC_FIXED;
}

int avsc_name_make(struct arena *arena, struct str text, struct str space, struct avsc_name *ret)
{
    size_t dot = str_find_last(text, '.');
    if (dot != SIZE_MAX) {
        ret->space = str_slice(text, 0, dot);
        ret->simple = str_slice(text, dot + 1, text.n);
        ret->full = ret->space.n ? text : ret->simple;
        return 0;
    }
    ret->space = space;
    ret->simple = text;
    ret->full = space.n ? ARENA_JOIN(arena, space, STR("."), text) : text;
    return ret->full.p ? 0 : -1;
}

struct str avsc_name_in(const struct avsc_name *name, struct str space)
{
    if (!str_equal(name->space, space) || name->space.n == 0)
        return name->full;
    /* Without its namespace the name of a kind would be read as that kind. */
    for (enum avsc_kind k = AVSC_NULL; k <= AVSC_UNION; k++) {
        if (str_equal(name->simple, str_of(kind_names[k].lower)))
            return name->full;
    }
    return name->simple;
}

static bool is_ascii_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Signs, spaces and private code points from U+00AA on; what is left counts as letters of other scripts. Coarse, but it
 * only matters for content that was stored without a check. */
static bool is_sign(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } signs[] = {{0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0xD7, 0xD7},
                 {0xF7, 0xF7},     {0x2000, 0x206F}, {0x20A0, 0x20CF},   {0x2190, 0x2BFF},
                 {0x3000, 0x3004}, {0xD800, 0xF8FF}, {0xF0000, 0x10FFFF}};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (c >= signs[i].first && c <= signs[i].last)
            return true;
    }
    return false;
}

static bool is_letter(uint32_t c, enum avsc_name_rule rule)
{
    return is_ascii_letter(c) || (rule == AVSC_NAME_UNICODE && c >= 0xAA && !is_sign(c));
}

const char *avsc_name_fault(struct str simple, enum avsc_name_rule rule)
{
    if (simple.n == 0)
        return "Empty name";
    for (size_t at = 0; at < simple.n;) {
        bool is_first = at == 0;
        uint32_t c = utf8_next(simple, &at);
        if (is_letter(c, rule) || c == '_')
            continue;
        if (is_first)
            return "Illegal initial character: ";
        if (c < '0' || c > '9')
            return "Illegal character in: ";
    }
    return NULL;
}

const struct avsc_field *avsc_field_find(const struct avsc_type *record, struct str name)
{
    if (record->fields_by_name)
        return map_get(record->fields_by_name, name);
    for (size_t i = 0; i < record->field_count; i++) {
        if (str_equal(record->fields[i].name, name))
            return &record->fields[i];
    }
    return NULL;
}

const struct jtree_node **avsc_members_of_fields(const struct avsc_type *record, const struct jtree_node *value,
                                                 struct arena *scratch)
{
    const struct jtree_node **members = ARENA_ARRAY(scratch, record->field_count + 1, const struct jtree_node *);
    for (const struct jtree_node *member = members ? value->first : NULL; member; member = member->next) {
        const struct avsc_field *field = member->shadowed ? NULL : avsc_field_find(record, member->name);
        if (field)
            members[field - record->fields] = member;
    }
    return members;
}

bool avsc_symbol_find(const struct avsc_type *enumeration, struct str symbol)
{
    if (enumeration->symbols_by_name)
        return map_find(enumeration->symbols_by_name, symbol) != NULL;
    for (size_t i = 0; i < enumeration->symbols.count; i++) {
        if (str_equal(enumeration->symbols.items[i], symbol))
            return true;
    }
    return false;
}
