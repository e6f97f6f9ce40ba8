/* Any bytes as an Avro schema: what is accepted prints as a text that reads back and prints the same. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64u << 20);
    struct error err = ERROR_INIT(arena), ignored = ERROR_INIT(arena);
    struct schema_source source = {.text = {(const char *)data, size}};
    struct schema *schema, *again;
    const struct schema_format *avro = schema_format_find(STR("AVRO"));
    if (schema_parse(avro, &source, &schema, &err) == 0) {
        bool is_strict = schema_check(schema, SCHEMA_CHECK_STRICT, false, &ignored) == 0;
        source.text = print(arena, schema, SCHEMA_FORM_CANONICAL);
        struct str normal = print(arena, schema, SCHEMA_FORM_NORMAL), equal = print(arena, schema, SCHEMA_FORM_EQUAL);
        if (is_strict && source.text.p && normal.p && equal.p) {
            if (schema_parse(avro, &source, &again, &err) != 0)
                abort();
            struct str text = print(arena, again, SCHEMA_FORM_CANONICAL);
            if (text.p && !str_equal(text, source.text))
                abort();
            schema_unref(again);
        }
        schema_unref(schema);
    }
    arena_free(arena);
    return 0;
}
