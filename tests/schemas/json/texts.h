/* JSON Schemas from the texts of tables, in which ' stands for a double quote. */
#pragma once

#include "avro/fixture.h"

/* A registered reference; name NULL: none. */
struct reference {
    const char *name, *text;
};

static inline int read_json(struct str text, const struct reference *reference, struct schema **ret, struct error *err)
{
    struct schema_dependency dependency = {0};
    struct schema_source source = {.text = text, .dependencies = &dependency};
    if (reference && reference->name) {
        dependency = (struct schema_dependency){str_of(reference->name), str_of(spelled(reference->text))};
        source.dependency_count = 1;
    }
    *err = ERROR_INIT(arena);
    *ret = NULL;
    return schema_parse(schema_format_find(STR("JSON")), &source, ret, err);
}

/* The text in that form; it must be right. */
static inline const char *rewritten_json(struct str text, const struct reference *reference, enum schema_form form)
{
    struct schema *schema;
    struct error err;
    ck_assert_msg(read_json(text, reference, &schema, &err) == 0, STR_FMT "\nsays: %s", STR_ARG(text), err.text.p);
    const char *result = printed(schema, form);
    schema_unref(schema);
    return result;
}

/* What is wrong with a text that is parsed and then checked; "" when nothing is. */
static inline const char *fault_of_json(struct str text, const struct reference *reference, enum schema_check how,
                                        bool validate_fields)
{
    struct schema *schema;
    struct error err;
    if (read_json(text, reference, &schema, &err) == 0)
        schema_check(schema, how, validate_fields, &err);
    ck_assert_int_eq(err.id, err.text.p ? ERROR_INVALID_SCHEMA : ERROR_NONE);
    schema_unref(schema);
    return err.text.p ? terminated(err.text) : "";
}
