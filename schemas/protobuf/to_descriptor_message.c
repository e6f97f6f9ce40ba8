#include "to_descriptor_private.h"

/* A message whose nested ones are being written. */
struct frame {
    const struct pb_message *message;
    size_t begin;
    const struct pb_message *next_message;
    const struct pb_field *next_map;
};

struct tree_writer {
    struct descriptor_writer *writer;
    VEC(struct frame) open;
};

/* -- Fields and oneofs of a message ------------------------------------------------------------------------------- */

/* A field with the oneof it belongs to; -1: none. */
struct placed {
    const struct pb_field *field;
    int32_t oneof;
};

/* The places of oneofs by the bytes of their pointers. */
static int number_oneofs(struct descriptor_writer *w, const struct pb_message *message, struct map *ret)
{
    map_init(ret, w->scratch);
    uintptr_t number = 0;
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        const struct pb_oneof **key = ARENA_NEW(w->scratch, const struct pb_oneof *);
        if (!key)
            return -1;
        *key = oneof;
        /* Numbered from 1 on: what the map holds is no pointer to anything. */
        if (map_put(ret, (struct str){(const char *)key, sizeof *key}, (void *)++number) < 0)
            return -1;
    }
    return 0;
}

static struct placed *place_fields(struct descriptor_writer *w, const struct pb_message *message)
{
    struct map numbers;
    struct placed *fields = ARENA_ARRAY(w->scratch, message->fields.count + 1, struct placed);
    if (!fields || number_oneofs(w, message, &numbers) != 0)
        return NULL;
    int32_t synthetic = (int32_t)message->oneofs.count;
    size_t count = 0;
    for (const struct pb_field *field = message->fields.first; field; field = field->next) {
        struct str key = {(const char *)&field->oneof, sizeof field->oneof};
        int32_t oneof = field->oneof ? (int32_t)(uintptr_t)map_get(&numbers, key) - 1 : -1;
        fields[count++] = (struct placed){field, pb_is_proto3_optional(w, field) ? synthetic++ : oneof};
    }
    return fields;
}

/* Members of written oneofs first, in the order of these. */
static struct placed *put_members_first(struct descriptor_writer *w, const struct pb_message *message,
                                        const struct placed *fields)
{
    size_t count = message->fields.count, oneofs = message->oneofs.count;
    struct placed *sorted = ARENA_ARRAY(w->scratch, count + 1, struct placed);
    size_t *next =
        ARENA_ARRAY(w->scratch, oneofs + 2, size_t); /* place of each oneof's next member; then of the others */
    if (!sorted || !next)
        return NULL;
    for (size_t i = 0; i < count; i++)
        next[fields[i].field->oneof ? (size_t)fields[i].oneof + 1 : oneofs + 1]++;
    next[oneofs + 1] = 0;
    for (size_t i = 1; i <= oneofs + 1; i++)
        next[i] += next[i - 1];
    for (size_t i = 0; i < count; i++)
        sorted[next[fields[i].field->oneof ? (size_t)fields[i].oneof : oneofs]++] = fields[i];
    return sorted;
}

static int write_fields(struct descriptor_writer *w, const struct pb_message *message)
{
    struct arena_mark mark = arena_mark(w->scratch);
    struct placed *fields = place_fields(w, message);
    if (fields && !w->is_linked)
        fields = put_members_first(w, message, fields);
    if (!fields)
        return pb_no_room(w);
    for (size_t i = 0; i < message->fields.count; i++) {
        if (pb_write_field(w, MESSAGE_FIELD, fields[i].field, fields[i].oneof) != 0)
            return -1;
    }
    arena_rewind(w->scratch, mark);
    return 0;
}

static void write_oneof_name(struct descriptor_writer *w, struct str name)
{
    size_t begin = wire_begin(w->out, MESSAGE_ONEOF_DECL);
    wire_put_bytes(w->out, ONEOF_NAME, name);
    if (!w->is_linked)
        wire_put_bytes(w->out, ONEOF_OPTIONS, STR_EMPTY);
    wire_end(w->out, begin);
}

/* Oneofs of optional fields: _foo, with an X before it for each such name that is taken, as protoc makes them. */
static int write_synthetic_oneofs(struct descriptor_writer *w, const struct pb_message *message)
{
    struct map names;
    map_init(&names, w->scratch);
    bool added = true;
    for (const struct pb_field *field = message->fields.first; field; field = field->next)
        added = added && map_add(&names, field->name, w) >= 0;
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next)
        added = added && map_add(&names, oneof->name, w) >= 0;
    for (const struct pb_field *field = message->fields.first; field && added; field = field->next) {
        if (!pb_is_proto3_optional(w, field))
            continue;
        bool has_underscore = field->name.n && field->name.p[0] == '_';
        struct str name = ARENA_JOIN(w->scratch, has_underscore ? STR_EMPTY : STR("_"), field->name);
        while (name.p && map_find(&names, name))
            name = ARENA_JOIN(w->scratch, STR("X"), name);
        added = name.p && map_put(&names, name, w) >= 0;
        write_oneof_name(w, added ? name : STR_EMPTY);
    }
    return added ? 0 : pb_no_room(w);
}

static int write_oneofs(struct descriptor_writer *w, const struct pb_message *message)
{
    struct arena_mark mark = arena_mark(w->scratch);
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        struct str scope = ARENA_JOIN(w->scratch, message->full_name, STR("."), oneof->name);
        size_t begin = wire_begin(w->out, MESSAGE_ONEOF_DECL);
        wire_put_bytes(w->out, ONEOF_NAME, oneof->name);
        if (!scope.p ||
            pb_write_options(w, ONEOF_OPTIONS, PB_ONEOF_OPTIONS, scope, &oneof->options, !w->is_linked) != 0)
            return scope.p ? -1 : pb_no_room(w);
        wire_end(w->out, begin);
    }
    if (w->file->syntax == PB_PROTO3 && write_synthetic_oneofs(w, message) != 0)
        return -1;
    arena_rewind(w->scratch, mark);
    return 0;
}

/* -- The rest of a message ---------------------------------------------------------------------------------------- */

int pb_write_extensions(struct descriptor_writer *w, uint32_t number, const struct pb_extend *first)
{
    for (const struct pb_extend *extend = first; extend; extend = extend->next) {
        for (const struct pb_field *field = extend->fields.first; field; field = field->next) {
            if (pb_write_field(w, number, field, -1) != 0)
                return -1;
        }
    }
    return 0;
}

static void write_extension_range(struct descriptor_writer *w, const struct pb_range *range, int64_t max,
                                  struct str options)
{
    int64_t end = range->is_max ? max : (int64_t)range->end + 1;
    size_t begin = wire_begin(w->out, MESSAGE_EXTENSION_RANGE);
    wire_put_int(w->out, RANGE_START, range->start);
    wire_put_int(w->out, RANGE_END, end < INT32_MAX ? end : INT32_MAX);
    buf_add(w->out, options);
    wire_end(w->out, begin);
}

/* Each range of a statement has the statement's options. */
static int write_extension_ranges(struct descriptor_writer *w, const struct pb_message *message, int64_t max)
{
    for (const struct pb_ranges *ranges = message->extensions.first; ranges; ranges = ranges->next) {
        struct descriptor_writer inner = *w;
        struct buf options;
        buf_init(&options, NULL, SCHEMA_MEMORY_MAX);
        inner.out = &options;
        int outcome = pb_write_options(&inner, RANGE_OPTIONS, PB_EXTENSION_RANGE_OPTIONS, message->full_name,
                                       &ranges->options, !w->is_linked);
        for (const struct pb_range *range = ranges->ranges.first; range && outcome == 0; range = range->next)
            write_extension_range(w, range, max, buf_str(&options));
        outcome = outcome == 0 && buf_failed(&options) ? pb_no_room(w) : outcome;
        buf_deinit(&options);
        if (outcome != 0)
            return -1;
    }
    return 0;
}

static int close_message(struct descriptor_writer *w, const struct frame *frame)
{
    const struct pb_message *message = frame->message;
    /* A message set has numbers of all 32 bits. */
    bool is_set = pb_option_bool(&message->options, "message_set_wire_format", false);
    int64_t max = is_set ? INT32_MAX : FIELD_NUMBER_END;
    for (const struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next) {
        if (pb_write_enum(w, MESSAGE_ENUM_TYPE, enumeration) != 0)
            return -1;
    }
    if (write_extension_ranges(w, message, max) != 0 ||
        pb_write_extensions(w, MESSAGE_EXTENSION, message->extends.first) != 0 ||
        pb_write_options(w, MESSAGE_OPTIONS, PB_MESSAGE_OPTIONS, message->full_name, &message->options, false) != 0 ||
        write_oneofs(w, message) != 0)
        return -1;
    pb_write_reserved(w, MESSAGE_RESERVED_RANGE, message->reserved.first, max, false);
    pb_write_reserved_names(w, MESSAGE_RESERVED_NAME, message->reserved.first);
    if (message->visibility != PB_VISIBILITY_UNSET)
        wire_put_uint(w->out, MESSAGE_VISIBILITY, message->visibility);
    wire_end(w->out, frame->begin);
    return 0;
}

/* -- Messages in messages ----------------------------------------------------------------------------------------- */

static const struct pb_field *map_from(const struct pb_field *field)
{
    while (field && !field->is_map)
        field = field->next;
    return field;
}

static int open_message(struct tree_writer *t, uint32_t number, const struct pb_message *message)
{
    struct descriptor_writer *w = t->writer;
    struct frame frame = {message, wire_begin(w->out, number), message->messages.first,
                          map_from(message->fields.first)};
    wire_put_bytes(w->out, MESSAGE_NAME, message->name);
    if (write_fields(w, message) != 0)
        return -1;
    return VEC_PUSH(w->scratch, &t->open, frame) ? 0 : pb_no_room(w);
}

static bool is_before(struct pb_position a, struct pb_position b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* One nested message or entry of the innermost open message, or its end. */
static int continue_message(struct tree_writer *t)
{
    struct descriptor_writer *w = t->writer;
    struct frame *frame = &VEC_LAST(&t->open);
    const struct pb_message *message = frame->next_message;
    const struct pb_field *map = frame->next_map;
    if (message && (!map || !w->is_linked || !is_before(map->at, message->at))) {
        frame->next_message = message->next;
        return open_message(t, MESSAGE_NESTED_TYPE, message);
    }
    if (map) {
        frame->next_map = map_from(map->next);
        return pb_write_map_entry(w, MESSAGE_NESTED_TYPE, map);
    }
    struct frame closed = VEC_POP(&t->open);
    return close_message(w, &closed);
}

int pb_write_messages(struct descriptor_writer *w)
{
    struct tree_writer tree = {.writer = w};
    for (const struct pb_message *message = w->file->messages.first; message; message = message->next) {
        int outcome = open_message(&tree, FILE_MESSAGE_TYPE, message);
        while (outcome == 0 && tree.open.count)
            outcome = continue_message(&tree);
        if (outcome != 0)
            return -1;
    }
    return 0;
}
