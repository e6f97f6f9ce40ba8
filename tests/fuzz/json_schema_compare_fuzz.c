/* Two JSON Schemas, separated by a NUL byte: a schema reads itself, the comparison of the two ends, what it finds can be told, and
 * listing all differences comes to the same verdict. */
#include "fuzz.h"
#include "json/compare.h"

#include <stdlib.h>

static struct schema *parse(struct arena *arena, struct str text)
{
    struct error err = ERROR_INIT(arena);
    struct schema_source source = {.text = text};
    struct schema *schema = NULL;
    return schema_parse(schema_format_find(STR("JSON")), &source, &schema, &err) == 0 ? schema : NULL;
}

static bool is_incompatible(const struct schema_difference *difference, enum schema_policy policy)
{
    const struct jss_difference_row *row = jss_difference_rows;
    while (row->name != difference->type)
        row++;
    return row->class == JSS_INCOMPATIBLE || (row->class == JSS_LENIENT && policy != SCHEMA_POLICY_LENIENT);
}

static void tell_all(struct arena *arena, const struct schema_differences *found)
{
    if (found->count > SCHEMA_DIFFERENCES_MAX)
        abort();
    for (size_t i = 0; i < found->count; i++)
        (void)jss_describe(arena, &found->items[i], STR("new"), STR("old"));
}

static void compare_all(const struct schema *a, const struct schema *b, enum schema_policy policy, struct arena *arena,
                        bool is_compatible)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = UINT64_MAX;
    bool is_refuted = false;
    if (jss_compare_all(schema_model(a), schema_model(b), policy, arena, &budget, &found, &err) != 0 || found.truncated)
        return;
    tell_all(arena, &found);
    for (size_t i = 0; i < found.count; i++)
        is_refuted |= is_incompatible(&found.items[i], policy);
    if (is_refuted == is_compatible)
        abort();
}

static void compare(const struct schema *a, const struct schema *b, enum schema_policy policy, struct arena *arena)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = UINT64_MAX;
    if (schema_compare(a, b, policy, arena, &budget, &found, &err) != 0)
        return;
    if (a == b && found.count)
        abort();
    tell_all(arena, &found);
    if (!found.truncated)
        compare_all(a, b, policy, arena, !found.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(256u << 20);
    struct str all = {(const char *)data, size};
    size_t middle = str_find(all, '\0');
    struct schema *a = parse(arena, str_slice(all, 0, middle));
    struct schema *b = middle == SIZE_MAX ? NULL : parse(arena, str_slice(all, middle + 1, size));
    for (int policy = SCHEMA_POLICY_REFERENCE; policy <= SCHEMA_POLICY_SOUND; policy++) {
        if (a)
            compare(a, a, (enum schema_policy)policy, arena);
        if (a && b)
            compare(a, b, (enum schema_policy)policy, arena);
    }
    schema_unref(a);
    schema_unref(b);
    arena_free(arena);
    return 0;
}
