#include "parse.h"

#include "decimal.h"

#include <math.h>
#include <stdlib.h>

/* What an array of the Java library can hold. */
#define FIXED_SIZE_MAX (INT32_MAX - 8)
/* From this many members on, looking one up by name takes a map. */
#define MAP_FROM 12

const char *const avsc_reserved[] = {"doc",     "fields", "items", "name",    "namespace", "size",
                                     "symbols", "values", "type",  "aliases", NULL};
const char *const avsc_enum_reserved[] = {"doc",     "fields", "items", "name",    "namespace", "size",
                                          "symbols", "values", "type",  "aliases", "default",   NULL};
static const char *const field_reserved[] = {"default", "doc", "name", "order", "type", "aliases", NULL};

struct str avsc_text_member(const struct jtree_node *node, struct str name)
{
    const struct jtree_node *member = jtree_member(node, name);
    return jtree_is(member, JTREE_KIND_STRING) ? member->text : (struct str){NULL, 0};
}

/* Remembers *place for a name; a name that is known keeps its place, which is set. 1 = it was known, 0 = not, -1 = no
 * memory. */
static int add_once(struct map *places, struct str name, size_t *place)
{
    const void *known = map_get(places, name);
    if (known) {
        *place = (size_t)(uintptr_t)known - 1;
        return 1;
    }
    return map_put(places, name, (void *)(uintptr_t)(*place + 1)) < 0 ? -1 : 0;
}

/* Of duplicates the last counts, at the place of the first (Jackson). */
int avsc_parse_properties(struct avsc_parser *p, const struct jtree_node *node, const char *const *reserved,
                          avsc_nodes *ret)
{
    struct map first_of; /* name -> the first member of that name */
    map_init(&first_of, p->arena);
    for (const struct jtree_node *member = node->first; member; member = member->next) {
        bool is_reserved = false;
        for (const char *const *r = reserved; *r && !is_reserved; r++)
            is_reserved = str_equal(member->name, str_of(*r));
        if (is_reserved)
            continue;
        size_t place = ret->count;
        if (node->has_duplicates && add_once(&first_of, member->name, &place) < 0)
            return -1;
        if (place < ret->count)
            ret->items[place] = member;
        else if (!VEC_PUSH(p->arena, ret, member))
            return -1;
    }
    return 0;
}

/* A set, in the order written. */
static int parse_aliases(struct avsc_parser *p, const struct jtree_node *node, avsc_strings *ret)
{
    const struct jtree_node *aliases = jtree_member(node, STR("aliases"));
    if (!aliases)
        return 0;
    if (aliases->kind != JTREE_KIND_ARRAY)
        return avsc_fault_at(p, "aliases not an array", node);
    struct map known;
    map_init(&known, p->arena);
    for (const struct jtree_node *alias = aliases->first; alias; alias = alias->next) {
        if (alias->kind != JTREE_KIND_STRING)
            return avsc_fault_at(p, "alias not a string", alias);
        int outcome = add_once(&known, alias->text, &(size_t){0});
        if (outcome < 0 || (outcome == 0 && !VEC_PUSH(p->arena, ret, alias->text)))
            return -1;
    }
    return 0;
}

static size_t skip_digits(struct str text, size_t at)
{
    while (at < text.n && text.p[at] >= '0' && text.p[at] <= '9')
        at++;
    return at;
}

/* Digits with a point among, before or behind them, and an exponent; no sign. */
static bool is_decimal_text(struct str text)
{
    size_t at = skip_digits(text, 0), digits = at;
    if (at < text.n && text.p[at] == '.') {
        size_t end = skip_digits(text, at + 1);
        digits += end - at - 1;
        at = end;
    }
    if (digits && at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
        size_t from = at + 1 + (at + 1 < text.n && (text.p[at + 1] == '-' || text.p[at + 1] == '+'));
        at = skip_digits(text, from);
        digits = at > from;
    }
    return digits && at == text.n;
}

/* Java's Double.valueOf but for hexadecimal: a decimal number, NaN, Infinity, a suffix f or d. */
static bool number_from_text(struct arena *arena, struct str text, double *ret)
{
    struct str number = str_trim(text);
    bool is_negative = number.n && number.p[0] == '-';
    struct str digits = str_slice(number, number.n && (number.p[0] == '-' || number.p[0] == '+'), number.n);
    if (str_equal(digits, STR("NaN")) || str_equal(digits, STR("Infinity"))) {
        *ret = digits.p[0] == 'N' ? (double)NAN : is_negative ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    if (digits.n && strchr("fFdD", digits.p[digits.n - 1]))
        digits.n--;
    struct str copy = is_decimal_text(digits) ? arena_str(arena, digits) : (struct str){NULL, 0}; /* ended by a NUL */
    if (!copy.p)
        return false;
    *ret = strtod(copy.p, NULL) * (is_negative ? -1.0 : 1.0);
    return true;
}

/* A default written as text is a number where the type is a float or a double (Avro Java). Only types that are written
 * in place count, as there. */
static int parse_default(struct avsc_parser *p, const struct jtree_node *node, struct avsc_field *field)
{
    field->default_value = jtree_member(node, STR("default"));
    if (!jtree_is(field->default_value, JTREE_KIND_STRING))
        return 0;
    const struct jtree_node *type = jtree_member(node, STR("type"));
    struct str text = jtree_is(type, JTREE_KIND_STRING) ? type->text : avsc_text_member(type, STR("type"));
    if (!text.p || (!str_equal(text, STR("float")) && !str_equal(text, STR("double"))))
        return 0;
    if (!number_from_text(p->arena, field->default_value->text, &field->number_default))
        return avsc_fault_at(p, "The default of a float or double is no number", field->default_value);
    field->is_number_default = true;
    return 0;
}

static int parse_order(struct avsc_parser *p, const struct jtree_node *node, struct avsc_field *field)
{
    struct str order = avsc_text_member(node, STR("order"));
    if (!order.p || str_equal_nocase(order, STR("ascending")))
        field->order = AVSC_ASCENDING;
    else if (str_equal_nocase(order, STR("descending")))
        field->order = AVSC_DESCENDING;
    else if (str_equal_nocase(order, STR("ignore")))
        field->order = AVSC_IGNORE;
    else
        return avsc_fault_at(p, "Invalid order (ascending, descending and ignore are valid) in field", node);
    return 0;
}

static int parse_field(struct avsc_parser *p, const struct jtree_node *node, struct avsc_field *field)
{
    field->name = avsc_text_member(node, STR("name"));
    if (!field->name.p)
        return avsc_fault_at(p, "No field name", node);
    if (!jtree_member(node, STR("type")))
        return avsc_fault_at(p, "No field type", node);
    field->doc = avsc_text_member(node, STR("doc"));
    if (parse_default(p, node, field) != 0 || parse_order(p, node, field) != 0)
        return -1;
    return parse_aliases(p, node, &field->aliases) != 0 ||
                   avsc_parse_properties(p, node, field_reserved, &field->properties) != 0
               ? -1
               : 0;
}

static int duplicate_field(struct avsc_parser *p, const struct avsc_type *type, size_t second)
{
    size_t first = 0;
    while (!str_equal(type->fields[first].name, type->fields[second].name))
        first++;
    return error_raise(p->err, INVALID_SCHEMA,
                       ARENA_JOIN(p->err->arena, STR("Duplicate field "), type->fields[second].name, STR(" in record "),
                                  type->name.full, STR(": at positions "), STR_INT((int64_t)first), STR(" and "),
                                  STR_INT((int64_t)second)));
}

/* Refuses two fields of one name and keeps the map where there are many. */
static int index_fields(struct avsc_parser *p, struct avsc_type *type)
{
    if (type->field_count < MAP_FROM) {
        for (size_t b = 1; b < type->field_count; b++) {
            for (size_t a = 0; a < b; a++) {
                if (str_equal(type->fields[a].name, type->fields[b].name))
                    return duplicate_field(p, type, b);
            }
        }
        return 0;
    }
    type->fields_by_name = ARENA_NEW(p->arena, struct map);
    if (!type->fields_by_name)
        return -1;
    map_init(type->fields_by_name, p->arena);
    for (size_t i = 0; i < type->field_count; i++) {
        int outcome = map_add(type->fields_by_name, type->fields[i].name, &type->fields[i]);
        if (outcome != 0)
            return outcome < 0 ? -1 : duplicate_field(p, type, i);
    }
    return 0;
}

static int parse_record(struct avsc_parser *p, const struct avsc_task *task, struct avsc_type *type)
{
    const struct jtree_node *fields = jtree_member(task->node, STR("fields"));
    if (!jtree_is(fields, JTREE_KIND_ARRAY))
        return avsc_fault_at(p, "Record has no fields", task->node);
    type->field_count = fields->count;
    type->fields = ARENA_ARRAY(p->arena, type->field_count + 1, struct avsc_field);
    if (!type->fields)
        return -1;
    size_t i = 0;
    for (const struct jtree_node *node = fields->first; node; node = node->next, i++) {
        if (parse_field(p, node, &type->fields[i]) != 0)
            return -1;
    }
    if (index_fields(p, type) != 0)
        return -1;
    /* Pushed last to first: the task on top, the first field, is done first. */
    for (i = 0; i < type->field_count; i++) {
        if (avsc_push(p, (struct avsc_task){0}) != 0)
            return -1;
    }
    struct avsc_task *next = p->tasks.items + p->tasks.count;
    struct avsc_field *field = type->fields;
    for (const struct jtree_node *node = fields->first; node; node = node->next, field++)
        *--next = (struct avsc_task){
            AVSC_TASK_TYPE, jtree_member(node, STR("type")), type->name.space, &field->type, NULL, NULL};
    return 0;
}

static int parse_enum(struct avsc_parser *p, const struct jtree_node *node, struct avsc_type *type)
{
    const struct jtree_node *symbols = jtree_member(node, STR("symbols"));
    if (!jtree_is(symbols, JTREE_KIND_ARRAY))
        return avsc_fault_at(p, "Enum has no symbols", node);
    type->symbols_by_name = ARENA_NEW(p->arena, struct map);
    if (!type->symbols_by_name)
        return -1;
    map_init(type->symbols_by_name, p->arena);
    for (const struct jtree_node *symbol = symbols->first; symbol; symbol = symbol->next) {
        if (symbol->kind != JTREE_KIND_STRING)
            return avsc_fault_at(p, "Enum symbol is no text", symbol);
        int outcome = map_add(type->symbols_by_name, symbol->text, type);
        if (outcome > 0)
            return avsc_fault(p, "Duplicate enum symbol: ", symbol->text);
        if (outcome < 0 || !VEC_PUSH(p->arena, &type->symbols, symbol->text))
            return -1;
    }
    type->symbol_default = avsc_text_member(node, STR("default"));
    if (type->symbol_default.p && !avsc_symbol_find(type, type->symbol_default))
        return error_raise(p->err, INVALID_SCHEMA,
                           ARENA_JOIN(p->err->arena, STR("The Enum Default: "), type->symbol_default,
                                      STR(" is not in the enum symbol set of "), type->name.full));
    return 0;
}

static int parse_fixed(struct avsc_parser *p, const struct jtree_node *node, struct avsc_type *type)
{
    const struct jtree_node *size = jtree_member(node, STR("size"));
    struct decimal decimal;
    int64_t value;
    if (!jtree_is(size, JTREE_KIND_NUMBER) || decimal_parse(size->text, &decimal) != DECIMAL_OK ||
        !decimal_is_written_integer(&decimal) || !decimal_to_i64(&decimal, &value) || value > INT32_MAX ||
        value < INT32_MIN)
        return avsc_fault_at(p, "Invalid or no size", node);
    if (value < 0)
        return avsc_fault(p, "Malformed data. Length is negative: ", STR_INT(value));
    if (value > FIXED_SIZE_MAX)
        return avsc_fault(p, "Cannot read bytes longer than ", STR_INT(FIXED_SIZE_MAX));
    type->size = (int32_t)value;
    return 0;
}

/* Aliases without a namespace take that of the type (section "Aliases"). */
static int qualify_aliases(struct avsc_parser *p, const avsc_strings *aliases, struct avsc_type *type)
{
    struct map known;
    map_init(&known, p->arena);
    for (size_t i = 0; i < aliases->count; i++) {
        struct avsc_name alias;
        if (avsc_name_make(p->arena, aliases->items[i], type->name.space, &alias) != 0)
            return -1;
        int outcome = add_once(&known, alias.full, &(size_t){0});
        if (outcome < 0 || (outcome == 0 && !VEC_PUSH(p->arena, &type->aliases, alias)))
            return -1;
    }
    return 0;
}

static int read_name(struct avsc_parser *p, const struct avsc_task *task, struct avsc_type *type)
{
    struct str name = avsc_text_member(task->node, STR("name"));
    if (!name.p)
        return avsc_fault_at(p, "No name in schema", task->node);
    struct str space = avsc_text_member(task->node, STR("namespace"));
    if (avsc_name_make(p->arena, name, space.p ? space : task->space, &type->name) != 0)
        return -1;
    if (avsc_primitive(type->name.full) != AVSC_KIND_COUNT_)
        return avsc_fault(p, "Schemas may not be named after primitives: ", type->name.full);
    avsc_strings aliases = {0};
    if (parse_aliases(p, task->node, &aliases) != 0)
        return -1;
    type->doc = avsc_text_member(task->node, STR("doc"));
    return qualify_aliases(p, &aliases, type);
}

int avsc_parse_named(struct avsc_parser *p, const struct avsc_task *task, enum avsc_kind kind, bool is_error)
{
    struct avsc_type *type = avsc_type_new(p, kind);
    if (!type || read_name(p, task, type) != 0)
        return -1;
    type->is_error = is_error;
    struct avsc_type *earlier = map_get(&p->names, type->name.full);
    if (earlier && (!earlier->is_complete || earlier->kind != kind))
        return avsc_fault(p, "Can't redefine: ", type->name.full);
    if (map_put(&p->names, type->name.full, type) < 0)
        return -1;
    *task->slot = type;
    struct avsc_task finish = {AVSC_TASK_FINISH, task->node, task->space, task->slot, type, earlier};
    if (avsc_push(p, finish) != 0)
        return -1;
    const char *const *reserved = kind == AVSC_ENUM ? avsc_enum_reserved : avsc_reserved;
    if (avsc_parse_properties(p, task->node, reserved, &type->properties) != 0)
        return -1;
    if (kind == AVSC_RECORD)
        return parse_record(p, task, type);
    return kind == AVSC_ENUM ? parse_enum(p, task->node, type) : parse_fixed(p, task->node, type);
}

static bool same_definition(struct avsc_parser *p, const struct avsc_type *a, const struct avsc_type *b)
{
    struct avsc_print_options options = {.alone = true, .sorted = true};
    struct buf text_a, text_b;
    buf_init(&text_a, p->arena, SCHEMA_MEMORY_MAX);
    buf_init(&text_b, p->arena, SCHEMA_MEMORY_MAX);
    if (avsc_print(p->schema, a, &options, &text_a) != 0 || avsc_print(p->schema, b, &options, &text_b) != 0)
        return false;
    return str_equal(buf_str(&text_a), buf_str(&text_b));
}

int avsc_finish_named(struct avsc_parser *p, const struct avsc_task *task)
{
    task->type->is_complete = true;
    if (!task->earlier)
        return 0;
    if (!same_definition(p, task->earlier, task->type))
        return avsc_fault(p, "Can't redefine: ", task->type->name.full);
    *task->slot = task->earlier;
    return map_put(&p->names, task->earlier->name.full, task->earlier) < 0 ? -1 : 0;
}
