/* What the tests of the strict check share. In the tables ' stands for a double quote, ` for an apostrophe and ~ for a back
 * quote. A fault is the column of the first line, and what is wrong there: as protoc says it (3.21; editions: one of this
 * year), unless a comment says otherwise. Where protoc names no place, it is that of the element. */
#pragma once

#include "fixture.h"

#define P2 "syntax = 'proto2'; "
#define P3 "syntax = 'proto3'; "
#define E23 "edition = '2023'; "
#define E24 "edition = '2024'; "

struct check_row {
    const char *text, *fault; /* NULL: the text is right */
};

/* A fault of a table as it is meant. */
static inline struct str meant(const char *fault)
{
    struct str text = spelled(fault);
    char *bytes = writable(text);
    for (size_t i = 0; i < text.n; i++)
        bytes[i] = (char)(bytes[i] == '~' ? '`' : bytes[i]);
    return text;
}

/* What the strict check says; "" when nothing is wrong. */
static inline struct str strict_fault(const struct pb_schema *schema)
{
    struct error err = ERROR_INIT(arena);
    int outcome = pb_check_strict(schema, &err);
    ck_assert_int_eq(err.id, outcome == 0 ? ERROR_NONE : ERROR_INVALID_SCHEMA);
    return outcome == 0 ? STR_EMPTY : err.text;
}

/* "12 text", that many columns further on, as "line 1, column 12: text". */
static inline struct str placed(const char *fault, long columns)
{
    if (!fault)
        return STR_EMPTY;
    char *text;
    long column = strtol(fault, &text, 10) + columns;
    return arena_printf(arena, "line 1, column %ld: " STR_FMT, column, STR_ARG(meant(text + 1)));
}

static inline void assert_row(const struct check_row *row, const char *const *dependencies)
{
    struct str got = strict_fault(linked_with(row->text, dependencies));
    ck_assert_msg(str_equal(got, placed(row->fault, 0)), "%s\nsays: " STR_FMT "\nnot: %s", row->text, SHOWN(got),
                  row->fault ? row->fault : "nothing");
}
