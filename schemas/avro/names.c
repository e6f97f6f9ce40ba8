#include "model.h"

#include "utf8.h"

#include <stdlib.h>

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

static bool is_letter(uint32_t c, enum avsc_name_rule rule)
{
    return utf8_is_letter(c) && (c < 0x80 || rule == AVSC_NAME_UNICODE);
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

static int compare_members(const void *a, const void *b)
{
    const struct avsc_member *x = a, *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    return str_compare_utf16(x->node->name, y->node->name);
}

size_t avsc_members_in_order(const struct avsc_type *record, const struct jtree_node *value, struct avsc_member *ret)
{
    size_t count = 0;
    for (const struct jtree_node *member = value->first; member; member = member->next) {
        const struct avsc_field *field = record ? avsc_field_find(record, member->name) : NULL;
        if (!member->shadowed)
            ret[count++] = (struct avsc_member){field ? (size_t)(field - record->fields) : SIZE_MAX, member};
    }
    if (count > 1)
        qsort(ret, count, sizeof *ret, compare_members);
    return count;
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
