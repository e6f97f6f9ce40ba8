#include "options_aggregate_private.h"

#include "wire.h"

/* Bytes that are moved for one step. */
#define BYTES_PER_STEP 256
/* Bytes of names of required fields that are missing. */
#define MISSING_BYTES_MAX 4096

/* Members of a message set on the wire. */
enum { SET_ITEM = 1, SET_TYPE_ID, SET_MESSAGE };
/* Fields of google.protobuf.Any. */
enum { ANY_TYPE_URL = 1, ANY_VALUE };

int aggregate_refuse(struct aggregate *a, struct str text)
{
    return option_refuse(a->i, a->i->option->value_at,
                         ARENA_JOIN(a->i->texts, STR("Error while parsing option value for \""), a->option_field->name,
                                    STR("\": "), text));
}

struct str aggregate_token(struct arena *arena, const struct pb_value *value)
{
    if (value->is_negative)
        return STR("-");
    switch (value->kind) {
    case PB_VALUE_MESSAGE:
        return STR("{");
    case PB_VALUE_LIST:
        return STR("[");
    case PB_VALUE_STRING:
        return ARENA_JOIN(arena, STR("\""), value->text, STR("\""));
    case PB_VALUE_WORD:
    case PB_VALUE_NUMBER:
        break;
    }
    return value->text;
}

/* -- Required fields --------------------------------------------------------------------------------------------------- */

struct required {
    VEC(const struct pb_field *) fields;
};

static struct required *required_of(struct option_interpreter *i, const struct pb_message *message)
{
    struct str key = {(const char *)message, 0};
    const struct pb_message **pointer = ARENA_NEW(i->scratch, const struct pb_message *);
    if (!pointer)
        return NULL;
    *pointer = message;
    key = (struct str){(const char *)pointer, sizeof *pointer};
    struct required *found = map_get(&i->required, key);
    if (found)
        return found;
    found = ARENA_NEW(i->scratch, struct required);
    if (!found || map_put(&i->required, key, found) < 0)
        return NULL;
    for (const struct pb_field *field = message->fields.first; field; field = field->next) {
        bool is_required = field->features.presence == PB_LEGACY_REQUIRED && !option_is_repeated(field);
        if (is_required && !VEC_PUSH(i->scratch, &found->fields, field))
            return NULL;
    }
    return found;
}

/* Where a field is, from the option's value on: sub.list[1].(some.extension).name */
static void add_missing(struct aggregate *a, const struct pb_field *field)
{
    struct buf *out = &a->missing;
    if (a->missing_count++ && out->n < MISSING_BYTES_MAX)
        buf_add(out, STR(", "));
    for (size_t k = 1; k < a->frames.count && out->n < MISSING_BYTES_MAX; k++) {
        const struct frame *frame = &a->frames.items[k];
        bool is_extension = frame->field->extend != NULL;
        buf_add(out, is_extension ? STR("(") : STR_EMPTY);
        buf_add(out, is_extension ? frame->field->full_name : frame->field->name);
        buf_add(out, is_extension ? STR(")") : STR_EMPTY);
        if (option_is_repeated(frame->field))
            buf_printf(out, "[%zu]", frame->index);
        buf_add_char(out, '.');
    }
    if (out->n < MISSING_BYTES_MAX)
        buf_add(out, field->name);
}

/* Of the innermost message. */
static int find_missing(struct aggregate *a)
{
    const struct frame *frame = &VEC_LAST(&a->frames);
    if (!frame->kind.message)
        return 0;
    const struct required *required = required_of(a->i, frame->kind.message);
    if (!required)
        return -1;
    for (size_t k = 0; k < required->fields.count; k++) {
        if (!option_taken(a->i, frame->node, (uint32_t)required->fields.items[k]->number))
            add_missing(a, required->fields.items[k]);
    }
    return option_charge(a->i, required->fields.count);
}

/* -- Messages ------------------------------------------------------------------------------------------------------------ */

static void begin(struct aggregate *a, struct frame *frame)
{
    frame->start = a->out->n;
    uint32_t number = frame->envelope == ENVELOPE_ANY ? ANY_VALUE : (uint32_t)frame->field->number;
    if (frame->envelope == ENVELOPE_GROUP) {
        wire_put_tag(a->out, number, WIRE_GROUP);
    } else if (frame->envelope == ENVELOPE_SET_ITEM) {
        wire_put_tag(a->out, SET_ITEM, WIRE_GROUP);
        wire_put_uint(a->out, SET_TYPE_ID, number);
        frame->begin = wire_begin(a->out, SET_MESSAGE);
    } else {
        frame->begin = wire_begin(a->out, number);
    }
}

static int end(struct aggregate *a)
{
    struct frame frame = VEC_POP(&a->frames);
    switch (frame.envelope) {
    case ENVELOPE_GROUP:
        wire_put_tag(a->out, (uint32_t)frame.field->number, WIRE_GROUP_END);
        break;
    case ENVELOPE_ANY:
        if (a->missing_count > frame.missing_before)
            return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Value of type \""), frame.kind.message->full_name,
                                                  STR("\" stored in google.protobuf.Any has missing required fields")));
        wire_end_filled(a->out, ANY_VALUE, frame.begin);
        break;
    case ENVELOPE_LENGTH:
    case ENVELOPE_SET_ITEM:
        wire_end(a->out, frame.begin);
        if (frame.envelope == ENVELOPE_SET_ITEM)
            wire_put_tag(a->out, SET_ITEM, WIRE_GROUP_END);
        break;
    }
    if (!option_is_kept(a->i, frame.field))
        a->out->n = frame.start;
    size_t moved = a->out->n > frame.begin ? a->out->n - frame.begin : 0;
    return option_charge(a->i, moved / BYTES_PER_STEP);
}

/* Opens the message that is a field's value. */
static int open_message(struct aggregate *a, struct frame frame, const struct pb_value *value)
{
    if (value->kind != PB_VALUE_MESSAGE)
        return aggregate_refuse(a, ARENA_JOIN(a->i->texts, STR("Expected \"{\", found \""),
                                              aggregate_token(a->i->texts, value), STR("\".")));
    frame.missing_before = a->missing_count;
    if (!VEC_PUSH(a->i->scratch, &a->frames, frame))
        return -1;
    int outcome = aggregate_fill(a, &VEC_LAST(&a->frames), value);
    if (outcome == 0)
        outcome = find_missing(a);
    if (outcome == 0)
        begin(a, &VEC_LAST(&a->frames));
    return outcome;
}

static struct kind kind_of(const struct pb_field *field)
{
    return field->is_map ? (struct kind){.map = field} : (struct kind){.message = field->type.message};
}

static enum envelope envelope_of(struct aggregate *a, const struct pb_message *outer, const struct pb_field *field)
{
    bool may_be_set = field->extend && outer && option_charge(a->i, outer->options.count) == 0;
    if (may_be_set && pb_option_bool(&outer->options, "message_set_wire_format", false))
        return ENVELOPE_SET_ITEM;
    return field->type.type == PB_GROUP && !field->is_map ? ENVELOPE_GROUP : ENVELOPE_LENGTH;
}

/* The next entry of the innermost message, which is a message. */
static int open_entry(struct aggregate *a)
{
    struct frame *outer = &VEC_LAST(&a->frames);
    const struct entry *entry = &outer->entries.items[outer->next];
    bool is_next = outer->next > 0 && entry[-1].field == entry->field;
    outer->inner_index = is_next ? outer->inner_index + 1 : 0;
    outer->next++;
    struct frame frame = {.kind = kind_of(entry->field),
                          .field = entry->field,
                          .envelope = envelope_of(a, outer->kind.message, entry->field)};
    frame.index = outer->inner_index;
    if (entry->any) {
        frame.kind = (struct kind){.message = entry->any};
        frame.envelope = ENVELOPE_ANY;
    }
    if (option_is_repeated(entry->field) || entry->any)
        frame.node = ++a->i->taken_count;
    else
        frame.node = option_take(a->i, outer->node, (uint32_t)entry->field->number);
    return frame.node ? open_message(a, frame, entry->value) : -1;
}

/* -- Scalars ------------------------------------------------------------------------------------------------------------- */

static bool is_packed(const struct pb_field *field)
{
    return option_is_repeated(field) && field->features.repeated_encoding == PB_PACKED &&
           field->type.type != PB_STRING && field->type.type != PB_BYTES;
}

/* The scalars from the next entry on that make one field on the wire. */
static void put_scalars(struct aggregate *a)
{
    struct frame *frame = &VEC_LAST(&a->frames);
    const struct entry *entry = &frame->entries.items[frame->next];
    const struct pb_field *field = entry->field;
    if (!is_packed(field)) {
        option_put_scalar(a->out, field->type.type, (uint32_t)field->number, &entry->scalar);
        frame->next++;
        return;
    }
    size_t start = wire_begin(a->out, (uint32_t)field->number);
    for (; frame->next < frame->entries.count && entry->field == field; frame->next++, entry++)
        option_put_packed(a->out, field->type.type, &entry->scalar);
    wire_end(a->out, start);
}

int option_aggregate(struct option_interpreter *i, const struct pb_field *field, uintptr_t node, struct buf *out)
{
    struct aggregate a = {.i = i, .option_field = field, .out = out};
    const struct pb_value *value = &i->option->value;
    if (value->kind != PB_VALUE_MESSAGE)
        return option_refuse(
            i, i->option->value_at,
            ARENA_JOIN(i->texts, STR("Option \""), field->full_name,
                       STR("\" is a message. To set the entire message, use syntax like \""), field->name,
                       STR(" = { <proto text format> }\". To set fields within it, use syntax like \""), field->name,
                       STR(".foo = value\".")));
    buf_init(&a.missing, i->scratch, SCHEMA_MEMORY_MAX);
    struct frame root = {.kind = kind_of(field), .field = field};
    root.envelope = field->type.type == PB_GROUP && !field->is_map ? ENVELOPE_GROUP : ENVELOPE_LENGTH;
    root.node = option_is_repeated(field) ? ++i->taken_count : node;
    int outcome = open_message(&a, root, value);
    while (outcome == 0 && a.frames.count) {
        const struct frame *frame = &VEC_LAST(&a.frames);
        if (frame->next == frame->entries.count)
            outcome = end(&a);
        else if (frame->entries.items[frame->next].value)
            outcome = open_entry(&a);
        else
            put_scalars(&a);
    }
    if (outcome == 0 && a.missing_count)
        outcome =
            aggregate_refuse(&a, ARENA_JOIN(i->texts, STR("Message missing required fields: "), buf_str(&a.missing)));
    return outcome;
}
