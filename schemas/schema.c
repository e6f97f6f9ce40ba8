#include "schema.h"

#include <stdatomic.h>

struct schema {
    const struct schema_format *format;
    struct arena *arena;
    void *model;
    atomic_uint references;
};

const struct schema_format *schema_format_find(struct str name)
{
    for (size_t i = 0; schema_formats[i]; i++) {
        if (str_equal(str_of(schema_formats[i]->name), name))
            return schema_formats[i];
    }
    return NULL;
}

int schema_parse(const struct schema_format *format, const struct schema_source *source, struct schema **ret,
                 struct error *err)
{
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    if (!arena)
        return error_raise(err, INTERNAL);
    struct schema *schema = ARENA_NEW(arena, struct schema);
    struct error fault = ERROR_INIT(err->arena);
    if (!schema || format->parse(arena, source, &schema->model, &fault) != 0) {
        bool is_too_large = arena_failed(arena) && fault.id != ERROR_INVALID_SCHEMA;
        arena_free(arena);
        if (is_too_large)
            return error_raise(err, INVALID_SCHEMA, STR("The schema is too large to be processed"));
        return fault.id ? error_pass(err, &fault) : error_raise(err, INTERNAL);
    }
    schema->format = format;
    schema->arena = arena;
    atomic_init(&schema->references, 1);
    *ret = schema;
    return 0;
}

struct schema *schema_ref(struct schema *schema)
{
    atomic_fetch_add_explicit(&schema->references, 1, memory_order_relaxed);
    return schema;
}

void schema_unref(struct schema *schema)
{
    if (schema && atomic_fetch_sub_explicit(&schema->references, 1, memory_order_acq_rel) == 1)
        arena_free(schema->arena);
}

const void *schema_model(const struct schema *schema)
{
    return schema->model;
}

const struct schema_format *schema_format_of(const struct schema *schema)
{
    return schema->format;
}

size_t schema_bytes(const struct schema *schema)
{
    return schema->arena->used_bytes;
}

int schema_check(const struct schema *schema, enum schema_check how, bool validate_fields, struct error *err)
{
    return schema->format->check(schema->model, how, validate_fields, err);
}

bool schema_output_find(const struct schema_format *format, struct str name, bool has_references, enum schema_form *ret)
{
    for (const struct schema_output *output = format->outputs; output->name; output++) {
        if (!str_equal_nocase(name, str_of(output->name)) || (output->only_with_references && !has_references))
            continue;
        *ret = output->form;
        return true;
    }
    return false;
}

int schema_print(const struct schema *schema, enum schema_form form, struct buf *out, struct error *err)
{
    if (schema->format->print(schema->model, form, out, err) != 0)
        return -1;
    return buf_failed(out) ? error_raise(err, SCHEMA_TOO_LARGE) : 0;
}

size_t schema_field_names(const struct schema *schema, struct str *ret, size_t max)
{
    return schema->format->field_names(schema->model, ret, max);
}

int schema_compare(const struct schema *reader, const struct schema *writer, enum schema_policy policy,
                   struct arena *arena, uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    return reader->format->compare(reader->model, writer->model, policy, arena, budget, ret, err);
}
