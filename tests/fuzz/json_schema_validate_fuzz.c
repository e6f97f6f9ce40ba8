/* A JSON Schema and an instance, separated by a NUL byte: the verdict is the same with and without the output, in the first run and
 * in later ones, and what is invalid is said to be so by a unit. */
#include "fuzz.h"
#include "json/validate.h"

#include <stdlib.h>

static struct jss_program *compile(struct arena *arena, struct str text, bool asserts_formats)
{
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = text};
    struct jss_compile_options options = {.asserts_formats = asserts_formats};
    struct jss_program *program = NULL;
    void *model = NULL;
    if (jss_parse(arena, &source, &model, &err) != 0)
        return NULL;
    const struct jss_schema *schema = model;
    return jss_compile(schema, schema->document->schema, &options, arena, &program, &err) == 0 ? program : NULL;
}

static void validate(struct arena *arena, const struct jss_program *program, const struct jtree_node *instance)
{
    struct jss_scratch *scratch = jss_scratch_new();
    if (!scratch)
        return;
    enum jss_outcome verdict = jss_validate(program, instance, scratch, NULL);
    for (int is_detailed = 0; is_detailed < 2; is_detailed++) {
        struct jss_output output = {.arena = arena, .is_detailed = is_detailed};
        enum jss_outcome again = jss_validate(program, instance, scratch, &output);
        bool is_told = output.units.count > 0;
        if (verdict != JSS_NO_MEMORY && again != JSS_NO_MEMORY &&

            (again != verdict || is_told != (verdict == JSS_INVALID)))
            abort();
    }
    jss_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(512u << 20);
    struct str all = {(const char *)data, size};
    struct jtree_node *instance = NULL;
    size_t middle = str_find(all, '\0');
    bool has_instance = arena && middle != SIZE_MAX &&
                        jtree_read(arena, str_slice(all, middle + 1, size), 0, NULL, &instance, NULL) == JTREE_OK;
    for (int asserts = 0; has_instance && asserts < 2; asserts++) {
        const struct jss_program *program = compile(arena, str_slice(all, 0, middle), asserts);
        if (program)
            validate(arena, program, instance);
    }
    arena_free(arena);
    return 0;
}
