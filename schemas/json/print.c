#include "json/model.h"

int jss_print(const struct jss_schema *schema, bool is_normal, struct buf *out)
{
    struct arena scratch;
    unsigned flags = JTREE_EXACT_NUMBERS | JTREE_DROP_SHADOWED | (is_normal ? JTREE_SORT_UTF16 : 0);
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    bool is_written = jtree_write(out, schema->document->root, flags, &scratch);
    arena_deinit(&scratch);
    return is_written && !buf_failed(out) ? 0 : -1;
}
