#include "compare.h"

bool pb_step(struct pb_comparison *c)
{
    return ++c->work < c->budget;
}

void pb_item_add(struct pb_comparison *c, struct pb_item item)
{
    pb_items *items = (void *)c->items;
    if (!VEC_PUSH(c->arena, items, item))
        c->failed = true;
}

void pb_difference_add(struct pb_comparison *c, enum pb_difference difference, struct str path)
{
    if (pb_difference_rows[difference].is_compatible && !c->wants_compatible)
        return;
    pb_item_add(c, (struct pb_item){.kind = PB_ITEM_DIFFERENCE, .difference = difference, .path = path});
}

struct str pb_path_add(struct pb_comparison *c, struct str path, struct str part)
{
    if (!c->wants_paths)
        return STR_EMPTY;
    struct str longer = ARENA_JOIN(c->arena, path, STR("/"), part);
    c->failed |= !longer.p;
    return longer;
}

struct str pb_type_path(const struct pb_comparison *c, const struct pb_message *message)
{
    size_t package = message->file->package.n;
    struct str rest = str_slice(message->full_name, package ? package + 1 : 0, message->full_name.n), part;
    struct buf out;
    buf_init(&out, c->arena, SCHEMA_MEMORY_MAX);
    buf_add_char(&out, '#');
    while (str_next(&rest, '.', &part)) {
        buf_add_char(&out, '/');
        buf_add(&out, part);
    }
    return buf_failed(&out) ? (struct str){NULL, 0} : buf_str(&out);
}

/* -- Nested messages and enums ------------------------------------------------------------------------------- */

/* The types that stand in one place: at the top of a file or in a message. */
struct types {
    struct pb_message *messages;
    struct pb_enum *enums;
};

/* Entries of maps are what their fields make of them, bodies of groups are compared where their fields are. */
static bool counts(const struct pb_message *message)
{
    return !message->is_group && !message->is_map_entry;
}

static void index_messages(struct pb_comparison *c, struct pb_message *first, struct map *ret)
{
    map_init(ret, c->arena);
    for (struct pb_message *message = first; message && pb_step(c); message = message->next) {
        if (counts(message) && map_add(ret, message->name, message) < 0)
            c->failed = true;
    }
}

static size_t place_of(const struct map *index, const struct map_entry *entry)
{
    return (size_t)(entry - index->entries);
}

static void compare_nested(struct pb_comparison *c, struct types reader, struct types writer, struct str path)
{
    struct map readers, writers;
    index_messages(c, reader.messages, &readers);
    index_messages(c, writer.messages, &writers);
    for (size_t i = 0; i < writers.count; i++) {
        struct str inner = pb_path_add(c, path, writers.entries[i].key);
        const struct map_entry *found = map_find(&readers, writers.entries[i].key);
        if (!found) {
            pb_difference_add(c, PB_MESSAGE_REMOVED, inner);
            continue;
        }
        if (place_of(&readers, found) != i)
            pb_difference_add(c, PB_MESSAGE_MOVED, inner);
        pb_item_add(
            c, (struct pb_item){
                   .kind = PB_ITEM_NESTED, .path = inner, .reader = found->value, .writer = writers.entries[i].value});
    }
    for (size_t i = 0; i < readers.count && c->wants_compatible; i++) {
        if (!map_find(&writers, readers.entries[i].key))
            pb_difference_add(c, PB_MESSAGE_ADDED, pb_path_add(c, path, readers.entries[i].key));
    }
}

static struct str number_key(const struct pb_enum_value *value)
{
    return (struct str){(const char *)&value->number, sizeof value->number};
}

/* The values by number; of several the first. */
static void index_values(struct pb_comparison *c, struct pb_enum *enumeration, struct map *ret)
{
    map_init(ret, c->arena);
    for (struct pb_enum_value *value = enumeration->values.first; value && pb_step(c); value = value->next)
        c->failed |= map_add(ret, number_key(value), value) < 0;
}

static void compare_enum(struct pb_comparison *c, struct pb_enum *reader, struct pb_enum *writer, struct str path)
{
    struct map readers, writers;
    index_values(c, reader, &readers);
    index_values(c, writer, &writers);
    for (const struct pb_enum_value *value = writer->values.first; value && pb_step(c); value = value->next) {
        const struct pb_enum_value *found = map_get(&readers, number_key(value));
        if (!found)
            pb_difference_add(c, PB_ENUM_CONST_REMOVED, pb_path_add(c, path, STR_INT(value->number)));
        else if (!str_equal(found->name, value->name))
            pb_difference_add(c, PB_ENUM_CONST_CHANGED, pb_path_add(c, path, STR_INT(value->number)));
    }
    for (const struct pb_enum_value *value = reader->values.first; value && pb_step(c); value = value->next) {
        if (!map_find(&writers, number_key(value)))
            pb_difference_add(c, PB_ENUM_CONST_ADDED, pb_path_add(c, path, STR_INT(value->number)));
    }
}

static void index_enums(struct pb_comparison *c, struct pb_enum *first, struct map *ret)
{
    map_init(ret, c->arena);
    for (struct pb_enum *e = first; e && pb_step(c); e = e->next)
        c->failed |= map_add(ret, e->name, e) < 0;
}

/* Nothing about enums is incompatible in itself. */
static void compare_enums(struct pb_comparison *c, struct types reader, struct types writer, struct str path)
{
    struct map readers, writers;
    if (!c->wants_compatible)
        return;
    index_enums(c, reader.enums, &readers);
    index_enums(c, writer.enums, &writers);
    for (struct pb_enum *e = writer.enums; e && pb_step(c); e = e->next) {
        struct pb_enum *found = map_get(&readers, e->name);
        if (found)
            compare_enum(c, found, e, pb_path_add(c, path, e->name));
        else
            pb_difference_add(c, PB_ENUM_REMOVED, pb_path_add(c, path, e->name));
    }
    for (struct pb_enum *e = reader.enums; e && pb_step(c); e = e->next) {
        if (!map_find(&writers, e->name))
            pb_difference_add(c, PB_ENUM_ADDED, pb_path_add(c, path, e->name));
    }
}

void pb_compare_files(struct pb_comparison *c)
{
    struct types reader = {c->reader_root->messages.first, c->reader_root->enums.first};
    struct types writer = {c->writer_root->messages.first, c->writer_root->enums.first};
    if (!str_equal(c->reader_root->package, c->writer_root->package))
        pb_difference_add(c, PB_PACKAGE_CHANGED, STR("#/"));
    compare_nested(c, reader, writer, STR("#"));
    compare_enums(c, reader, writer, STR("#"));
    if (c->is_sound)
        pb_compare_extensions(c);
}

/* -- Fields -------------------------------------------------------------------------------------------------- */

/* What becomes of the members of a oneof. Of a reader's: where the writer had them. Of a writer's: who of them is kept. */
struct oneof_fate {
    size_t kept; /* members that the other side has anywhere */
    size_t plain; /* of them, those that are in no oneof there */
    size_t groups; /* oneofs and plain fields that they are spread over; exact up to 1 */
    const struct pb_oneof *latest;
    bool has_name; /* the other side has a oneof of that name */
};

/* Two messages: the fields of both by number. */
struct fields {
    const struct pb_message *reader, *writer;
    struct str path;
    struct oneof_fate *reader_oneofs, *writer_oneofs; /* by pb_oneof.index */
};

static const struct pb_field *field_of(const struct pb_message *message, int32_t number)
{
    size_t low = 0, high = message->fields.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (message->by_number[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < message->fields.count && message->by_number[low]->number == number ? message->by_number[low] : NULL;
}

static struct str field_path(struct pb_comparison *c, const struct fields *f, const struct pb_field *field)
{
    struct str path = field->oneof ? pb_path_add(c, f->path, field->oneof->name) : f->path;
    return pb_path_add(c, path, STR_INT(field->number));
}

static void index_oneofs(struct pb_comparison *c, const struct pb_message *message, struct map *ret)
{
    map_init(ret, c->arena);
    for (struct pb_oneof *oneof = message->oneofs.first; oneof && pb_step(c); oneof = oneof->next)
        c->failed |= map_add(ret, oneof->name, oneof) < 0;
}

static struct oneof_fate *fates_of(struct pb_comparison *c, const struct pb_message *message,
                                   const struct pb_message *other, const struct map *other_oneofs)
{
    struct oneof_fate *fates = ARENA_ARRAY(c->arena, message->oneofs.count + 1, struct oneof_fate);
    c->failed |= !fates;
    for (const struct pb_oneof *oneof = message->oneofs.first; fates && oneof; oneof = oneof->next)
        fates[oneof->index].has_name = map_find(other_oneofs, oneof->name) != NULL;
    for (const struct pb_field *field = message->fields.first; fates && field && pb_step(c); field = field->next) {
        const struct pb_field *there = field->oneof ? field_of(other, field->number) : NULL;
        if (!there)
            continue;
        struct oneof_fate *fate = &fates[field->oneof->index];
        fate->kept++;
        fate->plain += !there->oneof;
        fate->groups += !there->oneof || there->oneof != fate->latest;
        fate->latest = there->oneof ? there->oneof : fate->latest;
    }
    return fates;
}

static void compare_oneofs(struct pb_comparison *c, struct fields *f)
{
    struct map readers, writers;
    index_oneofs(c, f->reader, &readers);
    index_oneofs(c, f->writer, &writers);
    f->reader_oneofs = fates_of(c, f->reader, f->writer, &writers);
    f->writer_oneofs = fates_of(c, f->writer, f->reader, &readers);
    for (const struct pb_oneof *oneof = f->reader->oneofs.first; oneof && !c->failed; oneof = oneof->next) {
        const struct oneof_fate *fate = &f->reader_oneofs[oneof->index];
        struct str path = pb_path_add(c, f->path, oneof->name);
        /* Whoever wrote several of the members at once, since they were not in one oneof, is read wrongly. */
        if (fate->groups > 1)
            pb_difference_add(c, fate->plain > 1 ? PB_MULTIPLE_FIELDS_MOVED_TO_ONEOF : PB_FIELD_MOVED_TO_EXISTING_ONEOF,
                              path);
        if (!fate->has_name)
            pb_difference_add(c, PB_ONEOF_ADDED, path);
    }
    for (const struct pb_oneof *oneof = f->writer->oneofs.first; oneof && !c->failed; oneof = oneof->next) {
        if (!f->writer_oneofs[oneof->index].has_name)
            pb_difference_add(c, PB_ONEOF_REMOVED, pb_path_add(c, f->path, oneof->name));
    }
}

static bool is_required(const struct pb_field *field)
{
    return field->features.presence == PB_LEGACY_REQUIRED;
}

/* A oneof may go as a whole; a member that goes alone makes what was written under it look like nothing at all. */
static bool is_lost(const struct pb_comparison *c, const struct fields *f, const struct pb_oneof *oneof)
{
    const struct oneof_fate *fate = &f->writer_oneofs[oneof->index];
    return !c->is_sound && (fate->has_name || fate->kept > 0); /* sound: an unknown field, as any removed one */
}

static void compare_removed(struct pb_comparison *c, const struct fields *f, const struct pb_field *writer)
{
    struct str path = field_path(c, f, writer);
    if (is_required(writer) && !c->is_sound)
        pb_difference_add(c, PB_REQUIRED_FIELD_REMOVED, path);
    else if (!writer->oneof)
        pb_difference_add(c, PB_FIELD_REMOVED, path);
    else if (is_lost(c, f, writer->oneof))
        pb_difference_add(c, PB_ONEOF_FIELD_REMOVED, path);
}

static void compare_added(struct pb_comparison *c, const struct fields *f, const struct pb_field *reader)
{
    pb_difference_add(c,
                      is_required(reader) ? PB_REQUIRED_FIELD_ADDED
                      : reader->oneof     ? PB_ONEOF_FIELD_ADDED
                                          : PB_FIELD_ADDED,
                      field_path(c, f, reader));
}

static void compare_kept(struct pb_comparison *c, const struct fields *f, const struct pb_field *reader,
                         const struct pb_field *writer)
{
    struct str path = field_path(c, f, reader);
    if (writer->oneof && !reader->oneof)
        pb_difference_add(c, PB_ONEOF_FIELD_MOVED_TO_TOP_LEVEL, path);
    if (!str_equal(reader->name, writer->name)) {
        const struct pb_field *elsewhere = c->is_sound ? pb_field_named(f->reader, writer->name) : NULL;
        pb_difference_add(c, elsewhere ? PB_FIELD_RENUMBERED : PB_FIELD_NAME_CHANGED, path);
    }
    pb_compare_fields(c, reader, writer, path);
}

/* Under the policy "sound": a field that is known by its name and has another number now loses its values. */
static void compare_renumbered(struct pb_comparison *c, const struct fields *f, const struct pb_field *writer)
{
    const struct pb_field *elsewhere = c->is_sound ? pb_field_named(f->reader, writer->name) : NULL;
    if (elsewhere)
        pb_difference_add(c, PB_FIELD_RENUMBERED, field_path(c, f, elsewhere));
    else
        compare_removed(c, f, writer);
}

enum pass { MEMBERS_OF_ONEOFS, PLAIN_FIELDS };

/* Members of oneofs come first, as the reference server lists them. */
static bool is_of_pass(enum pass pass, const struct pb_field *reader, const struct pb_field *writer)
{
    bool is_member = (writer && writer->oneof) || (reader && reader->oneof);
    return is_member == (pass == MEMBERS_OF_ONEOFS);
}

static void compare_by_number(struct pb_comparison *c, const struct fields *f, enum pass pass)
{
    struct pb_field *const *readers = f->reader->by_number, *const *writers = f->writer->by_number;
    size_t r = 0, w = 0, reader_count = f->reader->fields.count, writer_count = f->writer->fields.count;
    while ((r < reader_count || w < writer_count) && pb_step(c)) {
        const struct pb_field *reader = r < reader_count ? readers[r] : NULL,
                              *writer = w < writer_count ? writers[w] : NULL;
        if (reader && writer && reader->number != writer->number) {
            if (reader->number < writer->number)
                writer = NULL;
            else
                reader = NULL;
        }
        r += reader != NULL;
        w += writer != NULL;
        if (!is_of_pass(pass, reader, writer))
            continue;
        if (reader && writer)
            compare_kept(c, f, reader, writer);
        else if (writer)
            compare_renumbered(c, f, writer);
        else
            compare_added(c, f, reader);
    }
}

void pb_compare_messages(struct pb_comparison *c, const struct pb_message *reader, const struct pb_message *writer,
                         struct str path)
{
    struct fields fields = {.reader = reader, .writer = writer, .path = path};
    compare_oneofs(c, &fields);
    if (c->failed)
        return;
    compare_by_number(c, &fields, MEMBERS_OF_ONEOFS);
    compare_by_number(c, &fields, PLAIN_FIELDS);
    compare_nested(c, (struct types){reader->messages.first, reader->enums.first},
                   (struct types){writer->messages.first, writer->enums.first}, path);
    compare_enums(c, (struct types){reader->messages.first, reader->enums.first},
                  (struct types){writer->messages.first, writer->enums.first}, path);
}
