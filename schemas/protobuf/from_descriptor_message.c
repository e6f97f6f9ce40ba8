#include "from_descriptor_private.h"

/* A oneof as it was declared. Those made for optional fields of proto3 vanish. */
struct declared_oneof {
    struct pb_oneof *oneof;
    struct str options;
    bool is_synthetic;
};

/* A message whose parts are being read. */
struct frame {
    struct pb_message *message;
    struct str rest; /* of its fields */
    struct str options;
    struct declared_oneof *oneofs;
    size_t oneof_count;
    VEC(struct pb_field *) groups; /* their bodies are among the nested messages */
};

struct message_reader {
    struct descriptor_reader *reader;
    VEC(struct frame) open;
};

static int read_oneof(struct descriptor_reader *r, struct str bytes, struct frame *frame)
{
    static const struct pb_shape shape = {"a oneof", PB_BIT(ONEOF_NAME), 0, ONEOF_OPTIONS};
    struct pb_parts parts;
    struct pb_oneof *oneof = ARENA_NEW(r->arena, struct pb_oneof);
    if (!oneof)
        return pb_too_large(r);
    oneof->parent = frame->message;
    int outcome = pb_read_named(r, &shape, bytes, &parts, &oneof->name);
    frame->oneofs[frame->oneof_count++] = (struct declared_oneof){oneof, parts.options, false};
    return outcome;
}

/* Oneofs first: fields name them by their number. */
static int read_oneofs(struct descriptor_reader *r, struct frame *frame)
{
    struct str rest = frame->rest;
    struct wire_field field;
    size_t count = 0;
    int outcome = 0;
    while (wire_next(&rest, &field) == 1)
        count += field.number == MESSAGE_ONEOF_DECL && field.type == WIRE_BYTES;
    frame->oneofs = ARENA_ARRAY(r->arena, count + 1, struct declared_oneof);
    if (!frame->oneofs)
        return pb_too_large(r);
    rest = frame->rest;
    while (wire_next(&rest, &field) == 1 && outcome == 0) {
        if (field.number == MESSAGE_ONEOF_DECL && field.type == WIRE_BYTES)
            outcome = read_oneof(r, field.bytes, frame);
    }
    return outcome;
}

static int open_message(struct message_reader *m, struct str bytes, struct pb_message *parent)
{
    static const struct pb_shape shape = {"a message", PB_BIT(MESSAGE_NAME), PB_BIT(MESSAGE_VISIBILITY),
                                          MESSAGE_OPTIONS};
    struct descriptor_reader *r = m->reader;
    struct pb_parts parts;
    struct pb_message *message = ARENA_NEW(r->arena, struct pb_message);
    if (!message)
        return pb_too_large(r);
    if (m->open.count >= PB_DEPTH_MAX)
        return pb_refuse_descriptor(r, "messages", STR_EMPTY, "that are nested too deeply");
    int outcome = pb_read_named(r, &shape, bytes, &parts, &message->name);
    if (outcome != 0)
        return outcome;
    message->visibility = pb_visibility_of(r, parts.numbers[MESSAGE_VISIBILITY]);
    message->parent = parent;
    message->depth = (uint32_t)m->open.count;
    message->file = r->file;
    struct frame frame = {.message = message, .rest = bytes, .options = parts.options};
    outcome = read_oneofs(r, &frame);
    if (outcome != 0)
        return outcome;
    if (parent)
        PB_APPEND(&parent->messages, message);
    else
        PB_APPEND(&r->file->messages, message);
    return VEC_PUSH(r->arena, &m->open, frame) ? 0 : pb_too_large(r);
}

static int read_message_field(struct descriptor_reader *r, struct str bytes, struct frame *frame)
{
    struct pb_field *field;
    struct str extendee;
    int32_t number;
    int outcome = pb_read_field(r, bytes, &field, &number, &extendee);
    if (outcome != 0)
        return outcome;
    if (number >= 0 && (size_t)number >= frame->oneof_count)
        return pb_refuse_descriptor(r, "a field", field->name, "of a oneof that is not there");
    struct declared_oneof *declared = number >= 0 ? &frame->oneofs[number] : NULL;
    if (declared && field->label == PB_OPTIONAL) {
        declared->is_synthetic = true;
    } else if (declared) {
        pb_oneof_add(declared->oneof, field);
    }
    field->parent = frame->message;
    PB_APPEND(&frame->message->fields, field);
    if (field->type.type == PB_GROUP && !VEC_PUSH(r->arena, &frame->groups, field))
        return pb_too_large(r);
    return 0;
}

/* Neighbours of one target share a block. */
static struct pb_extend *extend_for(struct descriptor_reader *r, struct pb_message *parent, struct str target)
{
    struct pb_extend *extend = parent ? parent->extends.last : r->file->extends.last;
    if (extend && str_equal(extend->target.name, target))
        return extend;
    extend = ARENA_NEW(r->arena, struct pb_extend);
    if (!extend)
        return NULL;
    extend->target.name = target;
    extend->parent = parent;
    extend->file = r->file;
    if (parent)
        PB_APPEND(&parent->extends, extend);
    else
        PB_APPEND(&r->file->extends, extend);
    return extend;
}

int pb_read_extension(struct descriptor_reader *r, struct str bytes, struct pb_message *parent, struct pb_field **ret)
{
    struct pb_field *field;
    struct str extendee;
    int32_t oneof;
    int outcome = pb_read_field(r, bytes, &field, &oneof, &extendee);
    if (outcome != 0)
        return outcome;
    if (!pb_is_qualified(extendee))
        return pb_refuse_descriptor(r, "an extension", field->name, "without the name of what it extends");
    struct pb_extend *extend = extend_for(r, parent, extendee);
    if (!extend)
        return pb_too_large(r);
    field->extend = extend;
    field->parent = parent;
    PB_APPEND(&extend->fields, field);
    *ret = field;
    return 0;
}

static struct str lower_case(struct arena *arena, struct str text)
{
    char *room = ARENA_ARRAY(arena, text.n + 1, char);
    for (size_t i = 0; room && i < text.n; i++)
        room[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 0x20) : text.p[i];
    return (struct str){room, room ? text.n : 0};
}

int pb_find_groups(struct descriptor_reader *r, struct pb_message *first, struct pb_field **groups, size_t count)
{
    struct map messages;
    map_init(&messages, r->arena);
    for (struct pb_message *message = first; message && count; message = message->next) {
        if (map_add(&messages, message->name, message) < 0)
            return pb_too_large(r);
    }
    for (size_t i = 0; i < count; i++) {
        struct pb_type_use *use = &groups[i]->type;
        size_t dot = str_find_last(use->name, '.');
        use->name = str_slice(use->name, dot == SIZE_MAX ? 0 : dot + 1, use->name.n);
        use->message = map_get(&messages, use->name);
        /* A text has the name of the body only. */
        if (!use->message || use->message->is_group || !str_equal(lower_case(r->arena, use->name), groups[i]->name))
            return pb_refuse_descriptor(r, "a group", groups[i]->name, "without a body of its name");
        use->message->is_group = true;
    }
    return 0;
}

static int close_message(struct descriptor_reader *r, struct frame *frame)
{
    struct pb_message *message = frame->message;
    for (size_t i = 0; i < frame->oneof_count; i++) {
        struct declared_oneof *declared = &frame->oneofs[i];
        if (declared->is_synthetic && declared->oneof->field_count == 0)
            continue;
        PB_APPEND(&message->oneofs, declared->oneof);
        if (pb_keep_options(r, PB_ONEOF_OPTIONS, declared->options, &declared->oneof->options) != 0)
            return -1;
    }
    int outcome = pb_find_groups(r, message->messages.first, frame->groups.items, frame->groups.count);
    return outcome != 0 ? outcome : pb_keep_options(r, PB_MESSAGE_OPTIONS, frame->options, &message->options);
}

static int read_message_extension(struct descriptor_reader *r, struct str bytes, struct frame *frame)
{
    struct pb_field *field;
    int outcome = pb_read_extension(r, bytes, frame->message, &field);
    bool is_group = outcome == 0 && field->type.type == PB_GROUP;
    return is_group && !VEC_PUSH(r->arena, &frame->groups, field) ? pb_too_large(r) : outcome;
}

static int read_message_range(struct descriptor_reader *r, const struct wire_field *field, struct pb_message *message)
{
    struct pb_ranges *ranges;
    int outcome = field->number == MESSAGE_RESERVED_NAME ? pb_read_reserved_name(r, field->bytes, &ranges)
                                                         : pb_read_range(r, field->bytes, false, &ranges);
    if (outcome != 0)
        return outcome;
    if (field->number == MESSAGE_EXTENSION_RANGE)
        PB_APPEND(&message->extensions, ranges);
    else
        PB_APPEND(&message->reserved, ranges);
    return 0;
}

/* The next part of the innermost open message, or its end. */
static int continue_message(struct message_reader *m)
{
    struct descriptor_reader *r = m->reader;
    struct frame *frame = &VEC_LAST(&m->open);
    struct wire_field field;
    if (wire_next(&frame->rest, &field) != 1) {
        struct frame closed = VEC_POP(&m->open);
        return close_message(r, &closed);
    }
    if (field.type != WIRE_BYTES)
        return 0;
    switch (field.number) {
    case MESSAGE_FIELD:
        return read_message_field(r, field.bytes, frame);
    case MESSAGE_NESTED_TYPE:
        return open_message(m, field.bytes, frame->message);
    case MESSAGE_ENUM_TYPE:
        return pb_read_enum(r, field.bytes, frame->message);
    case MESSAGE_EXTENSION:
        return read_message_extension(r, field.bytes, frame);
    case MESSAGE_EXTENSION_RANGE:
    case MESSAGE_RESERVED_RANGE:
    case MESSAGE_RESERVED_NAME:
        return read_message_range(r, &field, frame->message);
    default:
        return 0;
    }
}

int pb_read_message(struct descriptor_reader *r, struct str bytes)
{
    struct message_reader messages = {.reader = r};
    int outcome = open_message(&messages, bytes, NULL);
    while (outcome == 0 && messages.open.count)
        outcome = continue_message(&messages);
    return outcome;
}
