#include "compare.h"

/* The target of the block by its full name, and the number. */
static struct str key_of(struct pb_comparison *c, const struct pb_extend *extend, const struct pb_field *field)
{
    const struct pb_type_use *target = &extend->target;
    struct str name = target->message ? target->message->full_name : target->name;
    return ARENA_JOIN(c->arena, name, STR("/"), STR_INT(field->number));
}

static struct str path_of(struct pb_comparison *c, const struct pb_extend *extend, const struct pb_field *field)
{
    const struct pb_type_use *target = &extend->target;
    if (!c->wants_paths)
        return STR_EMPTY;
    return pb_path_add(c, target->message ? pb_type_path(c, target->message) : STR("#"), STR_INT(field->number));
}

/* Calls what is to be done with each field of the blocks. */
typedef void field_fn(struct pb_comparison *c, const struct pb_extend *extend, const struct pb_field *field,
                      struct map *writers);

static void add_writer(struct pb_comparison *c, const struct pb_extend *extend, const struct pb_field *field,
                       struct map *writers)
{
    struct str key = key_of(c, extend, field);
    c->failed |= !key.p || map_add(writers, key, (void *)(uintptr_t)field) < 0;
}

static void compare_reader(struct pb_comparison *c, const struct pb_extend *extend, const struct pb_field *field,
                           struct map *writers)
{
    struct str key = key_of(c, extend, field);
    const struct pb_field *writer = key.p ? map_get(writers, key) : NULL;
    c->failed |= !key.p;
    if (writer)
        pb_compare_fields(c, field, writer, path_of(c, extend, field));
}

/* Options of schemas are no data. */
static bool is_of_options(const struct pb_extend *extend)
{
    const struct pb_message *target = extend->target.message;
    return target && str_equal(target->file->path, STR("google/protobuf/descriptor.proto"));
}

static void visit_blocks(struct pb_comparison *c, const struct pb_extend *first, field_fn *visit, struct map *writers)
{
    for (const struct pb_extend *extend = first; extend && !c->failed; extend = extend->next) {
        const struct pb_field *field = is_of_options(extend) ? NULL : extend->fields.first;
        for (; field && pb_step(c) && !c->failed; field = field->next)
            visit(c, extend, field, writers);
    }
}

static void visit_file(struct pb_comparison *c, const struct pb_file *file, field_fn *visit, struct map *writers)
{
    if (!file->has_extensions)
        return;
    visit_blocks(c, file->extends.first, visit, writers);
    for (const struct pb_message *message = file->messages.first; message && pb_step(c);
         message = pb_next_message(message))
        visit_blocks(c, message->extends.first, visit, writers);
}

void pb_compare_extensions(struct pb_comparison *c)
{
    struct map writers;
    map_init(&writers, c->arena);
    visit_file(c, c->writer_root, add_writer, &writers);
    visit_file(c, c->reader_root, compare_reader, &writers);
}
