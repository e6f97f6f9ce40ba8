/* Any bytes as a serialised FileDescriptorProto, and as a .proto text: the descriptor of what a new schema may be reads back
 * as a schema whose descriptor reads back as the same. */
#include "fuzz.h"
#include "protobuf/link.h"
#include "utf8.h"

#include <stdlib.h>

static struct pb_schema *link_file(struct arena *arena, struct pb_file *file)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = ARENA_NEW(arena, struct pb_schema);
    if (!schema)
        return NULL;
    schema->arena = arena;
    schema->root = file;
    if (!VEC_PUSH(arena, &schema->files, file) || pb_link(schema, pb_builtins(), &err) != 0)
        return NULL;
    return schema;
}

static struct str descriptor(struct arena *arena, const struct pb_schema *schema, enum pb_descriptor_form form)
{
    struct error err = ERROR_INIT(arena);
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    if (pb_to_descriptor(schema, schema->root, form, &out, &err) != 0 || buf_failed(&out))
        return (struct str){NULL, 0};
    return buf_str(&out);
}

/* The descriptor of what a descriptor reads as. */
static struct str read_back(struct arena *arena, struct str bytes)
{
    struct error err = ERROR_INIT(arena);
    struct pb_file *file = NULL;
    if (pb_from_descriptor(arena, STR("default"), bytes, NULL, &file, &err) != 0 && !arena_failed(arena))
        abort();
    struct pb_schema *schema = arena_failed(arena) ? NULL : link_file(arena, file);
    struct str again = schema ? descriptor(arena, schema, PB_DESCRIPTOR_LINKED) : (struct str){NULL, 0};
    if (!arena_failed(arena) && !again.p)
        abort();
    return again;
}

static void try_file(struct arena *arena, struct pb_file *file)
{
    struct error strict = ERROR_INIT(arena), ignored = ERROR_INIT(arena), ignored_too = ERROR_INIT(arena);
    struct pb_schema *schema = link_file(arena, file);
    if (!schema)
        return;
    bool is_strict = pb_check_strict(schema, &strict) == 0;
    (void)pb_check_reference(schema, &ignored);
    (void)pb_check_fields(schema, &ignored_too);
    descriptor(arena, schema, PB_DESCRIPTOR_AS_WRITTEN);
    struct str bytes = descriptor(arena, schema, PB_DESCRIPTOR_LINKED);
    if (!is_strict || !bytes.p)
        return;
    /* Messages of options without anything in them are gone after the first time. */
    struct str once = read_back(arena, bytes), twice = once.p ? read_back(arena, once) : once;
    if (twice.p && !str_equal(once, twice))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct error err = ERROR_INIT(arena), ignored = ERROR_INIT(arena);
    struct str input = {(const char *)data, size};
    struct pb_file *file = NULL;
    if (pb_from_descriptor(arena, STR("default"), input, NULL, &file, &err) == 0)
        try_file(arena, file);
    if (utf8_valid(input) && pb_parse_text(arena, STR("default"), input, &file, &ignored) == 0)
        try_file(arena, file);
    arena_free(arena);
    return 0;
}
