#include "protobuf/link.h"

#include <pthread.h>
#include <stdatomic.h>

/* Several times what the files take. */
#define MEMORY_MAX (16u << 20)

static const struct {
    struct str path, text;
} files[] = {
#include "wellknown_embedded.inc"
};

static _Atomic(struct pb_schema *) builtins; /* its arena is reachable until the process ends */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

/* NULL without memory: the files themselves are right, as their test shows. */
static struct pb_schema *make(struct arena *arena)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = ARENA_NEW(arena, struct pb_schema);
    if (!schema)
        return NULL;
    schema->arena = arena;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct pb_file *file = NULL;
        if (pb_parse_text(arena, files[i].path, files[i].text, &file, &err) != 0 ||
            !VEC_PUSH(arena, &schema->files, file))
            return NULL;
        file->is_builtin = true;
    }
    schema->root = schema->files.items[0];
    return pb_link(schema, NULL, &err) == 0 ? schema : NULL;
}

const struct pb_schema *pb_builtins(void)
{
    struct pb_schema *schema = atomic_load_explicit(&builtins, memory_order_acquire);
    if (schema)
        return schema;
    pthread_mutex_lock(&making);
    schema = atomic_load_explicit(&builtins, memory_order_relaxed);
    if (!schema) {
        struct arena *arena = arena_new(MEMORY_MAX);
        schema = arena ? make(arena) : NULL;
        if (!schema)
            arena_free(arena);
        atomic_store_explicit(&builtins, schema, memory_order_release);
    }
    pthread_mutex_unlock(&making);
    return schema;
}

/* Where some clients have the same file under another path: confluent/types/decimal.proto. */
static bool is_path_of(const struct pb_file *file, struct str path)
{
    struct str here = STR("confluent/type/"), there = STR("confluent/types/");
    return str_equal(file->path, path) ||
           (str_starts(path, there) && str_starts(file->path, here) &&
            str_equal(str_slice(path, there.n, path.n), str_slice(file->path, here.n, file->path.n)));
}

const struct pb_file *pb_builtin_file(struct str path)
{
    const struct pb_schema *schema = pb_builtins();
    for (size_t i = 0; schema && i < schema->files.count; i++) {
        if (is_path_of(schema->files.items[i], path))
            return schema->files.items[i];
    }
    return NULL;
}
