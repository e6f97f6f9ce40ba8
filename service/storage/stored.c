#include "storage.h"

int stored_version_copy(struct arena *arena, const struct stored_version *version, struct stored_version *ret)
{
    struct stored_version copy = *version;
    struct str *const texts[] = {&copy.context,        &copy.subject,           &copy.schema.format,
                                 &copy.schema.text,    &copy.schema.references, &copy.schema.metadata,
                                 &copy.schema.rule_set};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!texts[i]->p)
            continue;
        *texts[i] = arena_str(arena, *texts[i]);
        if (!texts[i]->p)
            return -1;
    }
    *ret = copy;
    return 0;
}
