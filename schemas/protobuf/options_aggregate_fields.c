#include "options_aggregate_private.h"

#include <stdlib.h>

/* Besides the numbers of fields, the tree of what is set has the oneofs of a message. */
#define ONEOF_NUMBER (UINT32_C(1) << 31)

/* -- Names -------------------------------------------------------------------------------------------------------------- */

/* foo_map gives FooMapEntry. */
static struct str entry_name(struct arena *arena, const struct pb_field *map)
{
    struct str name = map->name;
    char *room = ARENA_ARRAY(arena, name.n + 1, char);
    size_t count = 0;
    bool is_upper = true;
    for (size_t k = 0; room && k < name.n; k++) {
        char c = name.p[k];
        if (c != '_')
            room[count++] = is_upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        is_upper = c == '_';
    }
    struct str scope = map->parent ? ARENA_JOIN(arena, map->parent->full_name, STR(".")) : STR_EMPTY;
    return ARENA_JOIN(arena, scope, (struct str){room, count}, STR("Entry"));
}

static struct str full_name(struct arena *arena, const struct kind *kind)
{
    return kind->message ? kind->message->full_name : entry_name(arena, kind->map);
}

static void init_map_field(struct pb_field *field, const struct pb_field *map, const char *name, int32_t number)
{
    field->name = field->full_name = str_of(name);
    field->number = number;
    field->type = number == 1 ? map->key : map->type;
    field->parent = map->parent;
    field->features = map->features;
    if (field->features.presence == PB_LEGACY_REQUIRED)
        field->features.presence = PB_EXPLICIT;
}

static const struct map_fields *map_fields_of(struct option_interpreter *i, const struct pb_field *map)
{
    const struct pb_field **pointer = ARENA_NEW(i->scratch, const struct pb_field *);
    if (!pointer)
        return NULL;
    *pointer = map;
    struct str key = {(const char *)pointer, sizeof *pointer};
    struct map_fields *found = map_get(&i->entries, key);
    if (found)
        return found;
    found = ARENA_NEW(i->scratch, struct map_fields);
    if (!found || map_put(&i->entries, key, found) < 0)
        return NULL;
    init_map_field(&found->key, map, "key", 1);
    init_map_field(&found->value, map, "value", 2);
    return found;
}

/* Groups go by the name of their type. */
static bool is_like_group(const struct pb_field *field)
{
    return field->type.type == PB_GROUP && field->type.message &&
           str_equal_nocase(field->name, field->type.message->name);
}

static const struct pb_field *field_of_message(struct option_interpreter *i, const struct pb_message *message,
                                               struct str name)
{
    const struct pb_field *field = pb_field_named(message, name);
    bool is_edition = i->file->syntax == PB_EDITIONS;
    if (field && field->type.type == PB_GROUP && !is_edition && !str_equal(field->type.message->name, name))
        return NULL;
    if (field)
        return field;
    field = pb_field_named(message, option_lower_case(i->scratch, name));
    return field && is_like_group(field) && str_equal(field->type.message->name, name) ? field : NULL;
}

static const struct pb_field *field_named(struct option_interpreter *i, const struct kind *kind, struct str name)
{
    if (kind->message)
        return field_of_message(i, kind->message, name);
    const struct map_fields *fields = map_fields_of(i, kind->map);
    if (!fields)
        return NULL;
    return str_equal(name, STR("key")) ? &fields->key : str_equal(name, STR("value")) ? &fields->value : NULL;
}

/* Asked of names that no field has. */
static bool is_reserved(struct option_interpreter *i, const struct pb_message *message, struct str name)
{
    for (const struct pb_ranges *ranges = message ? message->reserved.first : NULL; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            if (option_charge(i, 1) != 0)
                return false;
            if (range->name.p && str_equal(range->name, name))
                return true;
        }
    }
    return false;
}

/* The extension of a message set that stands in the message which it is of, and is found by that one's name. */
static const struct pb_field *set_extension(struct option_interpreter *i, const struct pb_message *set,
                                            const struct pb_message *named)
{
    if (option_charge(i, set->options.count) != 0 || !pb_option_bool(&set->options, "message_set_wire_format", false))
        return NULL;
    for (const struct pb_extend *extend = named->extends.first; extend; extend = extend->next) {
        for (const struct pb_field *field = extend->fields.first; field; field = field->next) {
            if (option_charge(i, 1) != 0)
                return NULL;
            if (extend->target.message == set && field->type.type == PB_MESSAGE && field->type.message == named &&
                !option_is_repeated(field))
                return field;
        }
    }
    return NULL;
}

static const struct pb_field *extension_named(struct option_interpreter *i, const struct pb_message *message,
                                              struct str name)
{
    struct str partly = STR_EMPTY, scope = message->full_name;
    size_t dot = str_find_last(scope, '.');
    scope = str_slice(scope, 0, dot == SIZE_MAX ? 0 : dot);
    const struct pb_symbol *symbol = i->lookup(i->lookup_data, scope, name, &partly);
    if (symbol && symbol->kind == PB_SYMBOL_MESSAGE)
        return set_extension(i, message, symbol->node);
    const struct pb_field *field = symbol && symbol->kind == PB_SYMBOL_FIELD ? symbol->node : NULL;
    return field && option_is_of(field, message) ? field : NULL;
}

/* The field that a member sets; 1 with *ret NULL: a reserved name, which counts for nothing. */
static int find_field(struct aggregate *a, const struct kind *kind, const struct pb_member *member,
                      const struct pb_field **ret)
{
    struct arena *texts = a->i->texts;
    if (member->is_bracketed && member->name.p[0] == '.')
        return aggregate_refuse(a, STR("Expected identifier, got: ."));
    if (member->is_bracketed) {
        *ret = kind->message ? extension_named(a->i, kind->message, member->name) : NULL;
        if (*ret)
            return 0;
        return aggregate_refuse(a, ARENA_JOIN(texts, STR("Extension \""), member->name,
                                              STR("\" is not defined or is not an extension of \""),
                                              full_name(texts, kind), STR("\".")));
    }
    *ret = field_named(a->i, kind, member->name);
    if (*ret || is_reserved(a->i, kind->message, member->name))
        return 0;
    return aggregate_refuse(a, ARENA_JOIN(texts, STR("Message type \""), full_name(texts, kind),
                                          STR("\" has no field named \""), member->name, STR("\".")));
}

/* -- What is set twice ----------------------------------------------------------------------------------------------------- */

static int refuse_oneof(struct aggregate *a, const struct frame *frame, const struct pb_field *field, struct str name)
{
    const struct pb_field *other = frame->kind.message->fields.first;
    while (other && (other->oneof != field->oneof || !option_taken(a->i, frame->node, (uint32_t)other->number)))
        other = other->next;
    return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Field \""), name,
                                          STR("\" is specified along with field \""), other ? other->name : STR_EMPTY,
                                          STR("\", another member of oneof \""), field->oneof->name, STR("\".")));
}

static int check_singular(struct aggregate *a, const struct frame *frame, const struct pb_field *field, struct str name)
{
    if (option_is_repeated(field))
        return 0;
    if (option_taken(a->i, frame->node, (uint32_t)field->number))
        return aggregate_refuse(
            a, ARENA_JOIN(a->i->texts, STR("Non-repeated field \""), name, STR("\" is specified multiple times.")));
    if (field->oneof && option_taken(a->i, frame->node, ONEOF_NUMBER | field->oneof->index))
        return refuse_oneof(a, frame, field, name);
    return 0;
}

/* A field without presence is not set by the value that it has anyway. */
static bool is_absent(const struct entry *entry)
{
    const struct pb_field *field = entry->field;
    bool has_no_presence = field->features.presence == PB_IMPLICIT && !option_is_repeated(field) && !field->oneof &&
                           !field->extend && !entry->value;
    return has_no_presence && entry->scalar.bits == 0 && entry->scalar.bytes.n == 0;
}

static int add_entry(struct aggregate *a, struct frame *frame, struct entry entry)
{
    if (is_absent(&entry))
        return 0;
    entry.place = frame->entries.count;
    bool is_oneof = entry.field->oneof && !entry.field->extend;
    if (!option_is_repeated(entry.field) && !option_take(a->i, frame->node, (uint32_t)entry.field->number))
        return -1;
    if (is_oneof && !option_take(a->i, frame->node, ONEOF_NUMBER | entry.field->oneof->index))
        return -1;
    if (!option_is_kept(a->i, entry.field) && !entry.value)
        return 0;
    return VEC_PUSH(a->i->scratch, &frame->entries, entry) ? 0 : -1;
}

/* -- Members --------------------------------------------------------------------------------------------------------------- */

static int add_value(struct aggregate *a, struct frame *frame, const struct pb_field *field,
                     const struct pb_value *value)
{
    struct entry entry = {.field = field};
    int outcome = option_charge(a->i, 1);
    if (outcome == 0 && option_is_message(field))
        entry.value = value;
    else if (outcome == 0)
        outcome = aggregate_scalar(a, field, value, &entry.scalar);
    return outcome == 0 ? add_entry(a, frame, entry) : outcome;
}

static int add_member(struct aggregate *a, struct frame *frame, const struct pb_member *member)
{
    const struct pb_field *field = NULL;
    int outcome = find_field(a, &frame->kind, member, &field);
    if (outcome != 0 || !field)
        return outcome;
    option_note_field(a->i, field);
    outcome = check_singular(a, frame, field, member->name);
    if (outcome != 0)
        return outcome;
    if (member->lacks_colon && member->value->kind == PB_VALUE_LIST && !option_is_message(field))
        return aggregate_refuse(a, STR("Expected \":\", found \"[\"."));
    if (!option_is_repeated(field) || member->value->kind != PB_VALUE_LIST)
        return add_value(a, frame, field, member->value);
    for (const struct pb_value *item = member->value->items.first; item && outcome == 0; item = item->next)
        outcome = add_value(a, frame, field, item);
    return outcome;
}

static bool is_any(const struct kind *kind)
{
    return kind->message && str_equal(kind->message->full_name, STR("google.protobuf.Any"));
}

static const struct pb_message *any_type(struct aggregate *a, struct str url)
{
    static const char *const prefixes[] = {"type.googleapis.com/", "type.googleprod.com/"};
    for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
        struct str prefix = str_of(prefixes[k]), partly = STR_EMPTY;
        if (!str_starts(url, prefix))
            continue;
        struct str name = ARENA_JOIN(a->i->scratch, STR("."), str_slice(url, prefix.n, url.n));
        const struct pb_symbol *symbol = a->i->lookup(a->i->lookup_data, STR_EMPTY, name, &partly);
        return symbol && symbol->kind == PB_SYMBOL_MESSAGE ? symbol->node : NULL;
    }
    return NULL;
}

/* [type.googleapis.com/some.Message] { … } in an Any. */
static int add_any(struct aggregate *a, struct frame *frame, const struct pb_member *member)
{
    const struct pb_field *url = pb_field_named(frame->kind.message, STR("type_url")),
                          *value = pb_field_named(frame->kind.message, STR("value"));
    const struct pb_message *type = any_type(a, member->name);
    if (str_find(member->name, '/') == SIZE_MAX)
        return aggregate_refuse(a, STR("Expected \"/\", found \"]\"."));
    if (!type || !url || !value)
        return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Could not find type \""), member->name,
                                              STR("\" stored in google.protobuf.Any.")));
    if (option_taken(a->i, frame->node, (uint32_t)url->number) ||
        option_taken(a->i, frame->node, (uint32_t)value->number))
        return aggregate_refuse(a, STR("Non-repeated Any specified multiple times."));
    int outcome = add_entry(a, frame, (struct entry){.field = url, .scalar.bytes = member->name});
    if (outcome == 0)
        outcome = add_entry(a, frame, (struct entry){.field = value, .value = member->value, .any = type});
    return outcome;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->field->number != y->field->number)
        return x->field->number < y->field->number ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

int aggregate_fill(struct aggregate *a, struct frame *frame, const struct pb_value *value)
{
    int outcome = 0;
    for (const struct pb_member *member = value->members.first; member && outcome == 0; member = member->next) {
        outcome = option_charge(a->i, 1);
        if (outcome == 0)
            outcome =
                member->is_bracketed && is_any(&frame->kind) ? add_any(a, frame, member) : add_member(a, frame, member);
    }
    if (outcome == 0 && frame->entries.count)
        qsort(frame->entries.items, frame->entries.count, sizeof *frame->entries.items, compare_entries);
    return outcome;
}
