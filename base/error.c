#include "error.h"

#include "buf.h"

const struct error_row error_rows[ERROR_COUNT_] = {
    [ERROR_NONE] = {"NONE", 200, 0, ""},
#define ERROR_ROW(id, status, code, text) [ERROR_##id] = {#id, (status), (code), (text)},
#include "errors.def"
#undef ERROR_ROW
};

static void error_fill(struct buf *out, struct str pattern, const struct str *args, size_t count)
{
    size_t from = 0, used = 0;

    for (size_t i = 0; i + 1 < pattern.n; i++) {
        if (pattern.p[i] != '{' || pattern.p[i + 1] != '}')
            continue;
        buf_add(out, str_slice(pattern, from, i));
        if (used < count)
            buf_add(out, args[used++]);
        from = i + 2;
        i++;
    }
    buf_add(out, str_slice(pattern, from, pattern.n));
    buf_add_char(out, 0);
}

int error_raise_parts(struct error *err, enum error_id id, const struct str *args, size_t count)
{
    if (error_is_set(err))
        return -1;

    struct str pattern = str_of(error_rows[id].text);
    err->id = id;
    err->text = pattern;
    if (err->arena && str_find(pattern, '{') != SIZE_MAX) {
        struct buf text;
        buf_init(&text, err->arena, SIZE_MAX - 1);
        error_fill(&text, pattern, args, count);
        if (!buf_failed(&text))
            err->text = (struct str){text.p, text.n - 1};
    }
    return -1;
}

int error_pass(struct error *err, const struct error *why)
{
    if (error_is_set(err))
        return -1;
    if (!error_is_set(why))
        return error_raise(err, STORE);
    err->id = why->id;
    err->text = arena_str(err->arena, why->text);
    if (!err->text.p)
        err->text = str_of(error_rows[why->id].text);
    return -1;
}
