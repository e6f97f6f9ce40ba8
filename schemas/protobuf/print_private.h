/* What the parts of the printer share. Private to print*.c. */
#pragma once

#include "model.h"

struct pb_printer {
    struct buf *out;
    struct arena *scratch;
    bool without_extensions;
    bool is_normal; /* options stand in the order in which they are to be written */
};

/* -- print_options.c: -1 without memory ---------------------------------------------------------------------- */

void pb_indent(struct pb_printer *p, unsigned depth);
/* A literal that means these bytes. Those that are no UTF-8, and NUL, which no store takes, are written in octal. */
void pb_print_string(struct pb_printer *p, struct str bytes);
/* How many options are written. */
size_t pb_count_options(const struct pb_printer *p, const pb_options *options);
/* option name = value; one per line. */
int pb_print_option_statements(struct pb_printer *p, const pb_options *options, unsigned depth);
/* " [name = value]", or several one per line; nothing when there are none. */
int pb_print_option_list(struct pb_printer *p, const pb_options *options, unsigned depth);
