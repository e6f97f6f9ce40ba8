#include "check_private.h"

#include <stdlib.h>

struct pb_position check_type_at(const struct pb_field *field)
{
    return field->is_map ? field->at : field->type.at;
}

/* -- Numbers of fields -------------------------------------------------------------------------------------------------- */

static int compare_spans(const void *a, const void *b)
{
    const struct check_interval *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* The least number that neither fields nor ranges have, as protoc looks for it: up to the first gap. */
static int64_t next_number(struct check *c, const struct pb_message *message)
{
    struct check_intervals lists[2];
    int64_t number = 1;
    if (!check_make_intervals(c, message->extensions.first, message, &lists[0]) ||
        !check_make_intervals(c, message->reserved.first, message, &lists[1]))
        return number;
    size_t count = 0, room = lists[0].count + lists[1].count + message->fields.count + 1;
    struct check_interval *spans = ARENA_ARRAY(c->scratch, room, struct check_interval);
    c->failed |= !spans;
    for (size_t k = 0; spans && k < message->fields.count; k++)
        spans[count++] =
            (struct check_interval){.start = message->by_number[k]->number, .end = message->by_number[k]->number};
    for (size_t l = 0; spans && l < 2; l++) {
        for (size_t k = 0; k < lists[l].count; k++)
            spans[count++] = lists[l].items[k];
    }
    if (spans)
        qsort(spans, count, sizeof *spans, compare_spans);
    for (size_t k = 0; k < count; k++) {
        bool is_repetition = k > 0 && compare_spans(&spans[k], &spans[k - 1]) == 0;
        if (!is_repetition && (spans[k].start > number || spans[k].end < number))
            break;
        number = is_repetition ? number : spans[k].end + 1;
    }
    return number;
}

static void refuse_number(struct check *c, const struct pb_field *field, const struct pb_field *other)
{
    const struct pb_message *message = field->parent;
    int64_t next = c->is_edition ? next_number(c, message) : 0;
    bool is_any_left = next <= 536870911;
    CHECK_FAULT(c, field->number_at, STR("Field number "), STR_INT(field->number), STR(" has already been used in \""),
                message->full_name, STR("\" by field \""), other->name, STR("\"."),
                !c->is_edition ? STR_EMPTY
                : is_any_left  ? STR(" Next available field number is ")
                               : STR(" There are no available field numbers"),
                c->is_edition && is_any_left ? STR_INT(next) : STR_EMPTY, c->is_edition ? STR(".") : STR_EMPTY);
}

static void check_numbers(struct check *c, const struct pb_message *message)
{
    const struct pb_field *first = NULL, *found = NULL, *other = NULL;
    for (size_t k = 0; k < message->fields.count; k++) {
        const struct pb_field *field = message->by_number[k];
        bool is_again = first && first->number == field->number;
        if (is_again && (!found || field->index < found->index)) {
            found = field;
            other = first;
        }
        first = is_again ? first : field;
    }
    if (found && check_is_first(c, found->number_at))
        refuse_number(c, found, other);
}

/* -- Extensions ------------------------------------------------------------------------------------------------------------ */

static const struct check_intervals *ranges_of(struct check *c, const struct pb_message *message)
{
    struct check_intervals *found = map_get(&c->intervals, message->full_name);
    if (found)
        return found;
    found = ARENA_NEW(c->scratch, struct check_intervals);
    if (!found || !check_make_intervals(c, message->extensions.first, message, found) ||
        map_put(&c->intervals, message->full_name, found) < 0)
        return NULL;
    return found;
}

struct extension_key {
    const void *message;
    int64_t number;
};

/* Of another file it is a warning only. */
static void check_extension_number(struct check *c, const struct pb_field *field, const struct pb_message *message)
{
    struct extension_key *key = ARENA_NEW(c->scratch, struct extension_key);
    c->failed |= !key;
    if (!key)
        return;
    *key = (struct extension_key){message, field->number};
    struct str bytes = {(const char *)key, sizeof *key};
    const struct pb_field *other = map_get(&c->extensions, bytes);
    if (other)
        CHECK_FAULT(c, field->number_at, STR("Extension number "), STR_INT(field->number),
                    STR(" has already been used in \""), message->full_name, STR("\" by extension \""),
                    other->full_name, STR("\"."));
    else
        c->failed |= map_put(&c->extensions, bytes, (void *)(uintptr_t)field) < 0;
}

/* The message that a field extends; NULL: none, which is a fault. */
static const struct pb_message *check_target(struct check *c, const struct pb_field *field)
{
    const struct pb_type_use *target = &field->extend->target;
    struct check_symbol symbol = check_look_up(c, check_scope_around(field->full_name), target->name, false);
    if (symbol.kind == PB_SYMBOL_NONE) {
        check_not_defined(c, target->at, target->name);
        return NULL;
    }
    if (symbol.kind != PB_SYMBOL_MESSAGE || !symbol.node) {
        CHECK_FAULT(c, target->at, STR("\""), target->name, STR("\" is not a message type."));
        return NULL;
    }
    if (!check_may_use(c, symbol, target->at, "target of extend"))
        return NULL;
    const struct check_intervals *ranges = ranges_of(c, symbol.node);
    const struct pb_message *message = symbol.node;
    c->failed |= !ranges;
    if (ranges && !check_contains(ranges, field->number))
        CHECK_FAULT(c, field->number_at, STR("\""), message->full_name, STR("\" does not declare "),
                    STR_INT(field->number), STR(" as an extension number."));
    return message;
}

/* -- Types ------------------------------------------------------------------------------------------------------------------ */

static bool is_identifier(struct str text)
{
    for (size_t k = 0; k < text.n; k++) {
        char letter = text.p[k] | 0x20;
        bool is_letter = (letter >= 'a' && letter <= 'z') || text.p[k] == '_';
        if (!is_letter && (k == 0 || text.p[k] < '0' || text.p[k] > '9'))
            return false;
    }
    return text.n > 0;
}

static void check_enum_default(struct check *c, const struct pb_field *field, const struct pb_enum *enumeration)
{
    const struct pb_option *option = pb_option_find(&field->options, "default");
    if (!option || option_is_repeated(field))
        return;
    if (option->value.kind != PB_VALUE_WORD || !is_identifier(option->value.text))
        CHECK_FAULT(c, option->value_at, STR("Default value for an enum field must be an identifier."));
    else if (!option_enum_value(c->schema, enumeration, option->value.text))
        CHECK_FAULT(c, option->value_at, STR("Enum type \""), enumeration->full_name, STR("\" has no value named \""),
                    option->value.text, STR("\"."));
}

static void check_symbol_type(struct check *c, const struct pb_field *field, const struct pb_type_use *use,
                              struct check_symbol symbol)
{
    struct pb_position at = field->is_map ? field->at : use->at;
    const struct pb_option *option = pb_option_find(&field->options, "default");
    bool is_message = symbol.kind == PB_SYMBOL_MESSAGE;
    if (!is_message && symbol.kind != PB_SYMBOL_ENUM)
        CHECK_FAULT(c, at, STR("\""), use->name, STR("\" is not a type."));
    else if (!symbol.node)
        CHECK_FAULT(c, at, STR("map_entry should not be set explicitly. Use map<KeyType, ValueType> instead."));
    else if (check_may_use(c, symbol, at, "") && is_message && option && !option_is_repeated(field))
        CHECK_FAULT(c, option->value_at, STR("Messages can't have default values."));
    else if (!is_message && use == &field->type && !field->is_map)
        check_enum_default(c, field, symbol.node);
}

/* A name; scalars and the groups of older syntax need no look-up. */
static void check_type(struct check *c, const struct pb_field *field, const struct pb_type_use *use)
{
    bool is_group = use->type == PB_GROUP && !c->is_edition;
    if (is_group || (use->type != PB_NAMED && use->type != PB_MESSAGE && use->type != PB_ENUM && use->type != PB_GROUP))
        return;
    struct check_symbol symbol = check_look_up(c, check_scope_around(field->full_name), use->name, true);
    if (symbol.kind == PB_SYMBOL_NONE)
        check_not_defined(c, field->is_map ? field->at : use->at, use->name);
    else
        check_symbol_type(c, field, use, symbol);
}

static void check_field_types(struct check *c, const struct pb_field *field)
{
    for (; field && !c->failed; field = field->next) {
        const struct pb_message *target = field->extend ? check_target(c, field) : NULL;
        if (field->extend && !target)
            continue;
        if (field->is_map)
            check_type(c, field, &field->key);
        check_type(c, field, &field->type);
        if (target)
            check_extension_number(c, field, target);
    }
}

static void check_extends(struct check *c, const struct pb_extend *extend)
{
    for (; extend; extend = extend->next)
        check_field_types(c, extend->fields.first);
}

/* By its options alone a oneof may be empty for the parser. */
static void check_oneofs(struct check *c, const struct pb_message *message)
{
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        if (!oneof->field_count)
            CHECK_FAULT(c, oneof->at, STR("Oneof must have at least one field."));
    }
}

static void check_method_type(struct check *c, const struct pb_method *method, const struct pb_type_use *use)
{
    struct check_symbol symbol = check_look_up(c, check_scope_around(method->full_name), use->name, false);
    if (symbol.kind == PB_SYMBOL_NONE)
        check_not_defined(c, use->at, use->name);
    else if (symbol.kind != PB_SYMBOL_MESSAGE)
        CHECK_FAULT(c, use->at, STR("\""), use->name, STR("\" is not a message type."));
    else if (symbol.node)
        check_may_use(c, symbol, use->at, "");
}

void check_types(struct check *c)
{
    const struct pb_message *message = check_first_innermost(c->file);
    for (; message && !c->failed; message = check_next_innermost(message)) {
        check_field_types(c, message->fields.first);
        check_numbers(c, message);
        check_extends(c, message->extends.first);
        check_oneofs(c, message);
    }
    check_extends(c, c->file->extends.first);
    for (const struct pb_service *service = c->file->services.first; service; service = service->next) {
        for (const struct pb_method *method = service->methods.first; method && !c->failed; method = method->next) {
            check_method_type(c, method, &method->input);
            check_method_type(c, method, &method->output);
        }
    }
}
