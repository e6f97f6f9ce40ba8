/* What went wrong, for the one who asked. The rows are in errors.def; the text is made here and only here.
 * First write wins: a caller may add nothing to an error that is set. The text lives in the error's arena. */
#pragma once

#include "arena.h"

enum error_id {
    ERROR_NONE = 0,
#define ERROR_ROW(id, status, code, text) ERROR_##id,
#include "errors.def"
#undef ERROR_ROW
    ERROR_COUNT_
};

struct error_row {
    const char *name; /* the id as text, for logs and documents */
    int http_status;
    int code; /* error_code of the REST API */
    const char *text; /* {} stands for an argument */
};

extern const struct error_row error_rows[ERROR_COUNT_];

struct error {
    enum error_id id;
    struct str text;
    struct arena *arena;
};

#define ERROR_INIT(an_arena) ((struct error){.arena = (an_arena)})

/* Sets the error unless one is set, filling each {} of the row's text with the next argument.
 * Returns -1 always, so that a function can end with `return error_raise(err, X, a, b);`. Missing arguments are empty,
 * surplus ones ignored. When the arena is full, the text is the row's text as it stands. */
int error_raise_parts(struct error *err, enum error_id id, const struct str *args, size_t count);
#define error_raise(err, id, ...)                                                            \
    error_raise_parts((err), ERROR_##id, (const struct str[]){STR_EMPTY, ##__VA_ARGS__} + 1, \
                      sizeof((const struct str[]){STR_EMPTY, ##__VA_ARGS__}) / sizeof(struct str) - 1)
/* Sets the error to another one that was raised already, its text as it is (copied into the error's arena), unless one is
 * set; STORE when why is not set. Returns -1. */
int error_pass(struct error *err, const struct error *why);
static inline bool error_is_set(const struct error *err)
{
    return err->id != ERROR_NONE;
}
