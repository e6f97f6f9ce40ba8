/* JSON Schemas as models, for tests that look below schema.h. */
#pragma once

#include "json/model.h"

#include "avro/fixture.h"

/* A schema of the running test's arena; it must be right. */
static inline const struct jss_schema *json_model(const char *text)
{
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = str_of(text)};
    void *model = NULL;
    ck_assert_msg(jss_parse(arena, &source, &model, &err) == 0, "%.500s\nsays: %s", text, err.text.p);
    return model;
}
