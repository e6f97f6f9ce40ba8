/* Any bytes as a JSON Schema, up to a NUL; what follows is what a reference named a.json leads to. What may be registered prints
 * as texts that may be registered and print the same. */
#include "fuzz.h"
#include "schema.h"

#include <stdlib.h>

static struct str print(struct arena *arena, const struct schema *schema, enum schema_form form)
{
    struct error err = ERROR_INIT(arena);
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    return schema_print(schema, form, &out, &err) == 0 ? buf_str(&out) : (struct str){NULL, 0};
}

static void print_twice(struct arena *arena, const struct schema *schema, struct schema_source source,
                        enum schema_form form)
{
    struct error err = ERROR_INIT(arena);
    struct schema *again = NULL;
    source.text = print(arena, schema, form);
    if (!source.text.p)
        return;
    if (schema_parse(schema_format_of(schema), &source, &again, &err) != 0 ||
        schema_check(again, SCHEMA_CHECK_REFERENCE, false, &err) != 0)
        abort();
    struct str second = print(arena, again, form);
    if (second.p && !str_equal(source.text, second))
        abort();
    schema_unref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct error err = ERROR_INIT(arena), ignored = ERROR_INIT(arena);
    struct str text = {(const char *)data, size}, rest = {NULL, 0};
    size_t nul = str_find(text, '\0');
    if (nul != SIZE_MAX)
        rest = str_slice(text, nul + 1, size);
    struct schema_dependency dependency = {STR("a.json"), rest};
    struct schema_source source = {str_slice(text, 0, nul), &dependency, nul != SIZE_MAX};
    struct schema *schema = NULL;
    if (schema_parse(schema_format_find(STR("JSON")), &source, &schema, &err) == 0) {
        bool is_accepted = schema_check(schema, SCHEMA_CHECK_REFERENCE, false, &ignored) == 0;
        ignored.id = ERROR_NONE;
        schema_check(schema, SCHEMA_CHECK_STRICT, true, &ignored);
        for (unsigned form = 0; form < SCHEMA_FORM_COUNT_; form++)
            print(arena, schema, (enum schema_form)form);
        if (is_accepted) {
            print_twice(arena, schema, source, SCHEMA_FORM_CANONICAL);
            print_twice(arena, schema, source, SCHEMA_FORM_NORMAL);
        }
        schema_unref(schema);
    }
    arena_free(arena);
    return 0;
}
