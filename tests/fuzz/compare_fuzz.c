/* Two schemas, separated by a NUL byte: a schema reads itself, and the comparison of the two ends. */
#include "fuzz.h"
#include "schema.h"

#include <stdlib.h>

static struct schema *parse(struct arena *arena, struct str text)
{
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = text};
    struct schema *schema = NULL;
    return schema_parse(schema_format_find(STR("AVRO")), &source, &schema, &err) == 0 ? schema : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(256u << 20);
    struct error err = ERROR_INIT(arena);
    struct str all = {(const char *)data, size};
    size_t middle = str_find(all, '\0');
    struct schema *a = parse(arena, str_slice(all, 0, middle));
    struct schema *b = middle == SIZE_MAX ? NULL : parse(arena, str_slice(all, middle + 1, size));
    uint64_t budget = UINT64_MAX;
    struct schema_differences own = {0}, found = {0};
    if (a && schema_compare(a, a, SCHEMA_POLICY_REFERENCE, arena, &budget, &own, &err) == 0 && own.count)
        abort();
    if (a && b && schema_compare(a, b, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err) == 0 &&
        found.count > SCHEMA_DIFFERENCES_MAX)
        abort();
    schema_unref(a);
    schema_unref(b);
    arena_free(arena);
    return 0;
}
