/* What is said of a difference, for the formats whose sentences are alike. */
#pragma once

#include "schema.h"

/* `{errorType:"TYPE", description:"` and the sentence, in which {p} is the path, {r} and {w} are the roles of the reader and the
 * writer, and the end. In the arena; .p NULL without memory. */
static inline struct str describe_difference(struct arena *arena, const struct schema_difference *difference,
                                             const char *sentence, const char *end, struct str reader_role,
                                             struct str writer_role)
{
    struct buf out;
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    buf_printf(&out, "{errorType:\"%s\", description:\"", difference->type);
    for (const char *c = sentence; *c; c++) {
        if (*c != '{') {
            buf_add_char(&out, *c);
            continue;
        }
        buf_add(&out, c[1] == 'p' ? difference->path : c[1] == 'r' ? reader_role : writer_role);
        c += 2;
    }
    buf_add(&out, str_of(end));
    return buf_failed(&out) ? (struct str){NULL, 0} : buf_str(&out);
}
