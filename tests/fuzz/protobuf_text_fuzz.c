/* Any text as a Protobuf schema: what a new schema may be prints as texts that read back and print the same. */
#include "fuzz.h"
#include "schema.h"
#include "utf8.h"

#include <stdlib.h>

static struct str print(struct arena *arena, const struct schema *schema, enum schema_form form)
{
    struct error err = ERROR_INIT(arena);
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    return schema_print(schema, form, &out, &err) == 0 ? buf_str(&out) : (struct str){NULL, 0};
}

static void print_twice(struct arena *arena, const struct schema *schema, enum schema_form form)
{
    struct error err = ERROR_INIT(arena);
    struct str first = print(arena, schema, form);
    struct schema_source source = {.text = first};
    struct schema *again = NULL;
    if (!first.p)
        return;
    if (schema_parse(schema_format_of(schema), &source, &again, &err) != 0)
        abort();
    struct str second = print(arena, again, form);
    if (second.p && !str_equal(first, second))
        abort();
    schema_unref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct error err = ERROR_INIT(arena), ignored = ERROR_INIT(arena);
    struct schema_source source = {.text = {(const char *)data, size}};
    struct schema *schema = NULL;
    if (utf8_valid(source.text) && schema_parse(schema_format_find(STR("PROTOBUF")), &source, &schema, &err) == 0) {
        bool is_strict = schema_check(schema, SCHEMA_CHECK_STRICT, false, &ignored) == 0;
        for (unsigned form = 0; form < SCHEMA_FORM_COUNT_; form++)
            print(arena, schema, form);
        if (is_strict) {
            print_twice(arena, schema, SCHEMA_FORM_CANONICAL);
            print_twice(arena, schema, SCHEMA_FORM_NORMAL);
        }
        schema_unref(schema);
    }
    arena_free(arena);
    return 0;
}
