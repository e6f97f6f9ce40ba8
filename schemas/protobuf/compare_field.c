#include "compare.h"
#include "descriptor_private.h"
#include "normalise.h"

/* -- Types of one value -------------------------------------------------------------------------------------- */

/* Scalars that the reference server takes for one another: those with the same bytes on the wire, whatever they mean. */
enum group { NUMBER, ZIGZAG, TEXT, BITS_32, BITS_64, FLOAT, DOUBLE, NO_GROUP };

static enum group group_of(enum pb_type type)
{
    static const unsigned char groups[PB_TYPE_COUNT_] = {
        [PB_NAMED] = NO_GROUP,   [PB_DOUBLE] = DOUBLE, [PB_FLOAT] = FLOAT,     [PB_INT64] = NUMBER,
        [PB_UINT64] = NUMBER,    [PB_INT32] = NUMBER,  [PB_FIXED64] = BITS_64, [PB_FIXED32] = BITS_32,
        [PB_BOOL] = NUMBER,      [PB_STRING] = TEXT,   [PB_GROUP] = NO_GROUP,  [PB_MESSAGE] = NO_GROUP,
        [PB_BYTES] = TEXT,       [PB_UINT32] = NUMBER, [PB_ENUM] = NUMBER,     [PB_SFIXED32] = BITS_32,
        [PB_SFIXED64] = BITS_64, [PB_SINT32] = ZIGZAG, [PB_SINT64] = ZIGZAG,
    };
    return (enum group)groups[type];
}

static bool is_closed(const struct pb_enum *enumeration)
{
    return enumeration->features.enum_type == PB_CLOSED;
}

/* The value of that number, looked for from one on and around; NULL when there is none. */
static const struct pb_enum_value *value_from(struct pb_comparison *c, const struct pb_enum *enumeration,
                                              const struct pb_enum_value *from, int32_t number)
{
    const struct pb_enum_value *value = from ? from : enumeration->values.first;
    for (size_t i = 0; i < enumeration->values.count && pb_step(c); i++) {
        if (value->number == number)
            return value;
        value = value->next ? value->next : enumeration->values.first;
    }
    return NULL;
}

/* Whether an enum knows all that another one may hold: an open one takes anything. */
static bool takes_all_of(struct pb_comparison *c, const struct pb_enum *reader, const struct pb_enum *writer)
{
    const struct pb_enum_value *found = NULL;
    if (!is_closed(reader))
        return true;
    if (!is_closed(writer))
        return false;
    for (const struct pb_enum_value *value = writer->values.first; value; value = value->next) {
        /* Two versions of an enum are mostly in the same order. */
        found = value_from(c, reader, found ? found->next : NULL, value->number);
        if (!found)
            return false;
    }
    return true;
}

/* Which scalars come out of another one with the same value: sets of reader types by writer type. */
#define BIT(type) (1u << (type))
static const unsigned readers_of[PB_TYPE_COUNT_] = {
    [PB_BOOL] = BIT(PB_INT32) | BIT(PB_INT64) | BIT(PB_UINT32) | BIT(PB_UINT64) | BIT(PB_ENUM),
    [PB_INT32] = BIT(PB_INT64) | BIT(PB_ENUM),
    [PB_ENUM] = BIT(PB_INT32) | BIT(PB_INT64),
    [PB_UINT32] = BIT(PB_UINT64) | BIT(PB_INT64),
    [PB_SINT32] = BIT(PB_SINT64),
    [PB_STRING] = BIT(PB_BYTES),
};

/* Whether every value that is written comes out as the same value. */
static bool keeps_values(struct pb_comparison *c, const struct pb_type_use *reader, const struct pb_type_use *writer)
{
    if (reader->type == PB_ENUM && writer->type == PB_ENUM)
        return takes_all_of(c, reader->enumeration, writer->enumeration);
    if (reader->type == writer->type)
        return true;
    bool is_known = (readers_of[writer->type] & BIT(reader->type)) != 0;
    return is_known && (reader->type != PB_ENUM || !is_closed(reader->enumeration));
}

static struct str local_name(const struct pb_message *message)
{
    size_t package = message->file->package.n;
    return str_slice(message->full_name, package ? package + 1 : 0, message->full_name.n);
}

/* Messages of the two files themselves are compared where they stand; what came from elsewhere, wherever it is used. */
static bool is_compared_in_place(const struct pb_comparison *c, const struct pb_message *reader,
                                 const struct pb_message *writer)
{
    return !c->is_sound && !reader->is_group && reader->file == c->reader_root && writer->file == c->writer_root;
}

static void compare_message_types(struct pb_comparison *c, const struct pb_type_use *reader,
                                  const struct pb_type_use *writer, struct str path)
{
    const struct pb_message *r = reader->message, *w = writer->message;
    if (!r || !w) {
        if (r || w || !str_equal(reader->name, writer->name))
            pb_difference_add(c, PB_FIELD_NAMED_TYPE_CHANGED, path);
        return;
    }
    bool is_same = str_equal(local_name(r), local_name(w));
    if (!is_same && !c->is_sound)
        pb_difference_add(c, PB_FIELD_NAMED_TYPE_CHANGED, path);
    else if (!is_same || !is_compared_in_place(c, r, w))
        pb_item_add(c, (struct pb_item){.kind = PB_ITEM_TYPE, .path = path, .reader = r, .writer = w});
}

static void compare_types(struct pb_comparison *c, const struct pb_type_use *reader, const struct pb_type_use *writer,
                          struct str path)
{
    enum group r = group_of(reader->type), w = group_of(writer->type);
    if ((r == NO_GROUP) != (w == NO_GROUP) || (reader->type == PB_GROUP) != (writer->type == PB_GROUP))
        pb_difference_add(c, PB_FIELD_KIND_CHANGED, path);
    else if (r == NO_GROUP)
        compare_message_types(c, reader, writer, path);
    else if (c->is_sound ? !keeps_values(c, reader, writer) : r != w)
        pb_difference_add(c, PB_FIELD_SCALAR_KIND_CHANGED, path);
}

/* -- Maps ---------------------------------------------------------------------------------------------------- */

/* Types of the keys and values of a field that is a map, written as one or as repeated entries; false when it is none. */
static bool is_map(const struct pb_field *field, const struct pb_type_use **ret_key,
                   const struct pb_type_use **ret_value)
{
    const struct pb_message *entry = field->type.type == PB_MESSAGE ? field->type.message : NULL;
    *ret_key = &field->key;
    *ret_value = &field->type;
    if (field->is_map || !entry || !entry->is_map_entry || entry->fields.count != 2 || entry->by_number[0]->is_map ||
        entry->by_number[1]->is_map)
        return field->is_map;
    *ret_key = &entry->by_number[0]->type;
    *ret_value = &entry->by_number[1]->type;
    return true;
}

/* Whether messages lose some of what the entries of a map hold: the key and the value, or one of them. */
static bool loses_entries(const struct pb_message *entry)
{
    const struct pb_oneof *taken = NULL;
    for (size_t i = 0; i < entry->fields.count; i++) {
        const struct pb_field *field = entry->by_number[i];
        bool is_part = field->number == 1 || field->number == 2;
        if (field->features.presence == PB_LEGACY_REQUIRED || (is_part && field->is_map) ||
            (is_part && field->oneof && field->oneof == taken))
            return true;
        taken = is_part ? field->oneof : taken;
    }
    return false;
}

/* On the wire a map is repeated messages with the fields 1 and 2: the policy "sound" lets these read it. Not the reverse: a map
 * shows one of several entries of a key. */
static void compare_with_entries(struct pb_comparison *c, const struct pb_type_use *key_and_value[2],
                                 const struct pb_field *entries, bool reader_is_map, struct str path)
{
    const struct pb_message *entry = entries->type.type == PB_MESSAGE ? entries->type.message : NULL;
    if (!c->is_sound || reader_is_map || !entry || entries->label != PB_REPEATED || loses_entries(entry)) {
        pb_difference_add(c, PB_FIELD_KIND_CHANGED, path);
        return;
    }
    for (const struct pb_field *field = entry->fields.first; field && pb_step(c); field = field->next) {
        if (field->number == 1 || field->number == 2)
            compare_types(c, &field->type, key_and_value[field->number - 1], path);
    }
}

/* -- Labels and defaults --------------------------------------------------------------------------------------- */

static bool is_numeric(const struct pb_field *field)
{
    return group_of(field->type.type) != TEXT;
}

/* As the reference server has it: labels of scalars, where both are written. */
static void compare_labels(struct pb_comparison *c, const struct pb_field *reader, const struct pb_field *writer,
                           struct str path)
{
    if (reader->label == writer->label || reader->label == PB_NO_LABEL || writer->label == PB_NO_LABEL ||
        group_of(reader->type.type) == NO_GROUP)
        return;
    pb_difference_add(c, is_numeric(reader) ? PB_FIELD_NUMERIC_LABEL_CHANGED : PB_FIELD_STRING_OR_BYTES_LABEL_CHANGED,
                      path);
}

/* By what happens: an absent field fails a required one, the last of many values is all that a single one shows. */
static void compare_labels_soundly(struct pb_comparison *c, const struct pb_field *reader,
                                   const struct pb_field *writer, struct str path)
{
    bool was_required = writer->features.presence == PB_LEGACY_REQUIRED;
    bool is_required = reader->features.presence == PB_LEGACY_REQUIRED;
    bool was_repeated = writer->label == PB_REPEATED || writer->is_map,
         is_repeated = reader->label == PB_REPEATED || reader->is_map;
    if ((is_required && !was_required) || (was_repeated && !is_repeated))
        pb_difference_add(c, PB_FIELD_LABEL_CHANGED, path);
}

/* A default of a float or double by the number that it is; "" for 0. */
static struct str number_of(struct pb_comparison *c, const struct pb_field *field, const struct pb_value *value)
{
    double number;
    if (!pb_number_value(c->arena, value->text, &number))
        return value->text;
    number = value->is_negative ? -number : number;
    struct str text = arena_printf(c->arena, "%a", field->type.type == PB_FLOAT ? (double)(float)number : number);
    return str_equal(text, STR("0x0p+0")) ? STR_EMPTY : text;
}

/* What an absent field reads as: its default in one spelling, or "" for that of its type. */
static struct str default_of(struct pb_comparison *c, const struct pb_field *field)
{
    const struct pb_option *option = pb_option_find(&field->options, "default");
    if (field->type.type == PB_ENUM) {
        const struct pb_enum_value *value = field->type.enumeration->values.first;
        for (; option && value && !str_equal(value->name, option->value.text); value = value->next)
            c->work++;
        return value && value->number ? ARENA_JOIN(c->arena, STR_INT(value->number)) : STR_EMPTY;
    }
    if (!option)
        return STR_EMPTY;
    struct str text = option->value.text;
    if (!is_numeric(field))
        return text;
    if (field->type.type == PB_BOOL)
        return str_equal(text, STR("true")) ? STR("1") : STR_EMPTY;
    if (option->value.kind == PB_VALUE_NUMBER && (field->type.type == PB_FLOAT || field->type.type == PB_DOUBLE))
        return number_of(c, field, &option->value);
    if (option->value.kind == PB_VALUE_NUMBER)
        text = pb_normal_number(c->arena, text);
    if (str_equal(text, STR("0")))
        return STR_EMPTY;
    bool is_negative = option->value.is_negative && !str_equal(text, STR("nan"));
    return ARENA_JOIN(c->arena, is_negative ? STR("-") : STR_EMPTY, text);
}

static void compare_defaults(struct pb_comparison *c, const struct pb_field *reader, const struct pb_field *writer,
                             struct str path)
{
    bool may_be_absent =
        writer->features.presence != PB_LEGACY_REQUIRED && writer->label != PB_REPEATED && !writer->is_map;
    if (!may_be_absent || reader->label == PB_REPEATED || group_of(writer->type.type) == NO_GROUP)
        return;
    if (!str_equal(default_of(c, reader), default_of(c, writer)))
        pb_difference_add(c, PB_FIELD_DEFAULT_CHANGED, path);
}

/* -- Fields -------------------------------------------------------------------------------------------------- */

void pb_compare_fields(struct pb_comparison *c, const struct pb_field *reader, const struct pb_field *writer,
                       struct str path)
{
    const struct pb_type_use *now[2], *before[2]; /* key and value */
    bool is_map_now = is_map(reader, &now[0], &now[1]), was_map = is_map(writer, &before[0], &before[1]);
    if (is_map_now != was_map) {
        compare_with_entries(c, is_map_now ? now : before, is_map_now ? writer : reader, is_map_now, path);
        return;
    }
    if (is_map_now) {
        compare_types(c, now[0], before[0], path);
        compare_types(c, now[1], before[1], path);
        return;
    }
    compare_types(c, &reader->type, &writer->type, path);
    if (c->is_sound) {
        compare_labels_soundly(c, reader, writer, path);
        compare_defaults(c, reader, writer, path);
    } else {
        compare_labels(c, reader, writer, path);
    }
}
