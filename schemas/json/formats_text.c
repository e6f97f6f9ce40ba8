#include "json/formats_private.h"

#include "regex.h"

#define REGEX_BYTES_MAX (64u << 10)
#define REGEX_MEMORY_MAX (64u << 20)

/* RFC 4122, 3. */
bool jss_is_uuid(struct str text)
{
    if (text.n != 36)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_hyphen ? text.p[i] != '-' : !jss_is_hex(text.p[i]))
            return false;
    }
    return true;
}

/* RFC 6901, 3. */
bool jss_is_json_pointer(struct str text)
{
    if (text.n && text.p[0] != '/')
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char next = jss_byte_at(text, i + 1);
        if (text.p[i] == '~' && next != '0' && next != '1')
            return false;
    }
    return true;
}

/* draft-handrews-relative-json-pointer-01, 3. */
bool jss_is_relative_json_pointer(struct str text)
{
    size_t digits = jss_count_digits(text, 0);
    if (digits == 0 || (digits > 1 && text.p[0] == '0'))
        return false;
    struct str rest = str_slice(text, digits, text.n);
    return str_equal(rest, STR("#")) || jss_is_json_pointer(rest);
}

bool jss_is_regex(struct str text)
{
    char room[4096];
    struct arena arena;
    struct regex *regex;
    const char *fault;
    if (text.n > REGEX_BYTES_MAX)
        return false;
    arena_init(&arena, REGEX_MEMORY_MAX, room, sizeof room);
    bool is_one = regex_compile(&arena, text, &regex, &fault) == 0;
    arena_deinit(&arena);
    return is_one;
}
