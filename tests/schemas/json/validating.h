/* Schemas compiled and instances validated, for tests of the validator. In texts ' stands for a double quote. */
#pragma once

#include "json/program_private.h"

#include "avro/fixture.h"

#define D4 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define D6 "'$schema':'http://json-schema.org/draft-06/schema#'"
#define D7 "'$schema':'http://json-schema.org/draft-07/schema#'"
#define D19 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define D20 "'$schema':'https://json-schema.org/draft/2020-12/schema'"

static inline const struct jtree_node *json_value(struct str text)
{
    struct jtree_node *node = NULL;
    struct jtree_fault fault;
    const struct jtree_limits limits = {.max_depth = 100000, .max_nodes = 10000000};
    ck_assert_msg(jtree_read(arena, text, 0, &limits, &node, &fault) == JTREE_OK, "%.300s: %s", text.p, fault.text);
    return node;
}

/* 0, or -1 with the fault in err; *ret is made in that arena. */
static inline int compile_into(struct arena *where, struct str text, bool asserts_formats, struct jss_program **ret,
                               struct error *err)
{
    struct schema_source source = {.text = text};
    struct jss_compile_options options = {.asserts_formats = asserts_formats};
    void *model = NULL;
    *err = ERROR_INIT(arena);
    if (jss_parse(where, &source, &model, err) != 0)
        return -1;
    const struct jss_schema *schema = model;
    return jss_compile(schema, schema->document->schema, &options, where, ret, err);
}

static inline const struct jss_program *compiled(struct str text)
{
    struct jss_program *program = NULL;
    struct error err;
    ck_assert_msg(compile_into(arena, text, false, &program, &err) == 0, "%.500s\nsays: %s", text.p, err.text.p);
    return program;
}

static inline enum jss_outcome verdict_on(struct str schema, struct str instance)
{
    struct jss_scratch *scratch = jss_scratch_new();
    ck_assert_ptr_nonnull(scratch);
    enum jss_outcome outcome = jss_validate(compiled(schema), json_value(instance), scratch, NULL);
    jss_scratch_free(scratch);
    return outcome;
}

static inline struct str repeated(const char *text, int count)
{
    struct buf out = new_text();
    add_times(&out, str_of(spelled(text)), count);
    return buf_str(&out);
}
