/* What the tests of descriptors share. In tables of .proto texts ' stands for a double quote and ` for an apostrophe.
 *
 * Descriptors are spelled field by field: 3=-1 is a varint, 1'text' a string (` an apostrophe in it), 4{…} a message, 4(…) a
 * group, 5#0000803f the bytes of a fixed32 or fixed64. */
#pragma once

#include "protobuf/link.h"
#include "protobuf/wire.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS(table) ((int)(sizeof(table) / sizeof(table)[0]))
#define DEPTH_MAX 1000

/* Of the test that runs. */
static struct arena *arena;

static inline void set_up(void)
{
    arena = arena_new(SCHEMA_MEMORY_MAX);
}

static inline void tear_down(void)
{
    arena_free(arena);
}

static inline const char *terminated(struct str text)
{
    return arena_str(arena, text).p;
}

/* A text of a table as it is meant. */
static inline struct str spelled(const char *text)
{
    size_t bytes = strlen(text);
    char *copy = arena_alloc(arena, bytes + 1);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; copy && i < bytes; i++)
        copy[i] = (char)(text[i] == '\'' ? '"' : text[i] == '`' ? '\'' : text[i]);
    return (struct str){copy, bytes};
}

static inline struct buf new_bytes(void)
{
    struct buf bytes;
    buf_init(&bytes, arena, SCHEMA_MEMORY_MAX);
    return bytes;
}

static inline void encode_string(struct buf *out, uint32_t number, const char **at)
{
    size_t begin = wire_begin(out, number);
    for (; **at && **at != '\''; ++*at)
        buf_add_char(out, (char)(**at == '`' ? '\'' : **at));
    wire_end(out, begin);
    ++*at;
}

static inline void encode_fixed(struct buf *out, uint32_t number, const char **at)
{
    size_t digits = strspn(*at, "0123456789abcdef");
    wire_put_tag(out, number, digits == 8 ? WIRE_FIXED32 : WIRE_FIXED64);
    for (size_t i = 0; i < digits; i += 2) {
        const char pair[] = {(*at)[i], (*at)[i + 1], '\0'};
        buf_add_char(out, (char)strtoul(pair, NULL, 16));
    }
    *at += digits;
}

/* The bytes of a descriptor that is spelled as above. */
static inline struct str encoded(const char *text)
{
    struct buf out = new_bytes();
    size_t open[DEPTH_MAX], depth = 0;
    const char *at = text;
    while (*at) {
        char *end = NULL;
        uint32_t number = (uint32_t)strtoul(at, &end, 10);
        if (*at == '}')
            wire_end(&out, open[--depth]);
        else if (*at == ')')
            wire_put_tag(&out, (uint32_t)open[--depth], WIRE_GROUP_END);
        if (end == at) {
            at++;
            continue;
        }
        at = end + 1;
        if (*end == '\'') {
            encode_string(&out, number, &at);
        } else if (*end == '#') {
            encode_fixed(&out, number, &at);
        } else if (*end == '=') {
            wire_put_int(&out, number, strtoll(at, &end, 10));
            at = end;
        } else if (*end == '(') {
            open[depth++] = number;
            wire_put_tag(&out, number, WIRE_GROUP);
        } else {
            ck_assert_int_eq(*end, '{');
            open[depth++] = wire_begin(&out, number);
        }
    }
    ck_assert_uint_eq(depth, 0);
    return buf_str(&out);
}

/* What a message about a failure has room for. */
#define SHOWN_MAX 1000

static inline const char *shown(struct str text)
{
    return terminated(str_slice(text, 0, SHOWN_MAX));
}

static inline const char *hexadecimal(struct str bytes)
{
    struct buf out = new_bytes();
    for (size_t i = 0; i < bytes.n; i++)
        buf_printf(&out, "%02x", (unsigned char)bytes.p[i]);
    return shown(buf_str(&out));
}

/* Equal bytes, of any length; what: whose they are. */
static inline void assert_bytes(struct str got, struct str wanted, const char *what)
{
    ck_assert_msg(str_equal(got, wanted), "%s:\n  %s\nnot:\n  %s", shown(str_of(what)), hexadecimal(got),
                  hexadecimal(wanted));
}

static inline void assert_text(struct str got, struct str wanted, const char *what)
{
    ck_assert_msg(str_equal(got, wanted), "%s:\n%s\nnot:\n%s", shown(str_of(what)), shown(got), shown(wanted));
}

/* A schema of that file, linked, with others that it may import. */
static inline struct pb_schema *linked(struct pb_file *root, struct pb_file *const *others, size_t count)
{
    struct error err = ERROR_INIT(arena);
    struct pb_schema *schema = ARENA_NEW(arena, struct pb_schema);
    ck_assert_ptr_nonnull(schema);
    schema->arena = arena;
    schema->root = root;
    ck_assert(VEC_PUSH(arena, &schema->files, root));
    for (size_t i = 0; i < count; i++)
        ck_assert(VEC_PUSH(arena, &schema->files, others[i]));
    ck_assert_msg(pb_link(schema, pb_builtins(), &err) == 0, STR_FMT, STR_ARG(err.text));
    return schema;
}

static inline struct pb_file *parsed(const char *path, struct str text)
{
    struct error err = ERROR_INIT(arena);
    struct pb_file *file = NULL;
    ck_assert_msg(pb_parse_text(arena, str_of(path), text, &file, &err) == 0, STR_FMT "\nsays: " STR_FMT, STR_ARG(text),
                  STR_ARG(err.text));
    return file;
}

/* The descriptor of the root in that form, or the reason why there is none. */
static inline struct str described(const struct pb_schema *schema, enum pb_descriptor_form form)
{
    struct error err = ERROR_INIT(arena);
    struct buf out = new_bytes();
    int outcome = pb_to_descriptor(schema, schema->root, form, &out, &err);
    ck_assert_int_eq(err.id, outcome == 0 ? ERROR_NONE : ERROR_INVALID_SCHEMA);
    return outcome == 0 ? buf_str(&out) : err.text;
}

static inline struct str printed(const struct pb_file *file)
{
    struct buf out = new_bytes();
    ck_assert_int_eq(pb_print(file, false, &out), 0);
    return buf_str(&out);
}

/* -- from descriptors ---------------------------------------------------------------------------------------------- */

#define TYPES(name) ".google.protobuf." name

/* 0, 1 or -1, as pb_from_descriptor() has it, with its file or error. */
static inline int read_file(struct str bytes, const struct pb_schema *known, struct pb_file **ret, struct error *err)
{
    *err = ERROR_INIT(arena);
    *ret = NULL;
    int outcome = pb_from_descriptor(arena, STR("default"), bytes, known, ret, err);
    ck_assert_int_eq(*ret != NULL, outcome == 0);
    ck_assert_int_eq(err->id, outcome < 0 ? ERROR_INVALID_SCHEMA : ERROR_NONE);
    return outcome;
}

/* The text of a descriptor, or what is wrong with it. */
static inline struct str text_of(const char *descriptor, const struct pb_schema *known)
{
    struct error err;
    struct pb_file *file;
    int outcome = read_file(encoded(descriptor), known, &file, &err);
    return outcome == 0 ? printed(file) : outcome > 0 ? STR("no descriptor") : err.text;
}

/* Options of a message that the descriptor itself, or what is known, explains. */
#define DEFINED                                                                                                             \
    "4{1'O' 2{1'n' 3=1 4=1 5=5} 2{1's' 3=2 4=1 5=9} 2{1'r' 3=3 4=3 5=5} 2{1'sub' 3=4 4=1 5=11 6'.O'} "                      \
    "2{1'e' 3=5 4=1 5=14 6'.E'} 2{1'rs' 3=6 4=3 5=11 6'.O'} 2{1'g' 3=7 4=1 5=10 6'.O.G'} 3{1'G' 2{1'x' 3=1 4=1 5=8}} "      \
    "2{1'd' 3=8 4=1 5=1} 2{1'm' 3=9 4=3 5=11 6'.O.MEntry'} 3{1'MEntry' 2{1'key' 3=1 4=1 5=9} 2{1'value' 3=2 4=1 5=5} "      \
    "7{7=1}}} 5{1'E' 2{1'X' 2=0} 2{1'Y' 2=1}} "                                                                             \
    "7{1'o' 2'" TYPES(                                                                                                      \
        "MessageOptions") "' 3=50001 4=1 5=11 6'.O'} "                                                                      \
                          "7{1'l' 2'" TYPES(                                                                                \
                              "MessageOptions") "' 3=50002 4=3 5=11 6'O'} "                                                 \
                                                "7{1'i' 2'" TYPES(                                                          \
                                                    "MessageOptions") "' 3=50003 4=3 "                                      \
                                                                      "5=17} "                                              \
                                                                      "7{1'x' 2'.O' "                                       \
                                                                      "3=100 4=1 5=9} "                                     \
                                                                      "7{1'f' 2'" TYPES(                                    \
                                                                          "MessageOptions") "' 3=50004 4=1 5=2} "           \
                                                                                            "7{1'u' 2'" TYPES(              \
                                                                                                "Messag"                    \
                                                                                                "eOptio"                    \
                                                                                                "n"                         \
                                                                                                "s") "'"                    \
                                                                                                     " "                    \
                                                                                                     "3"                    \
                                                                                                     "="                    \
                                                                                                     "5"                    \
                                                                                                     "0"                    \
                                                                                                     "0"                    \
                                                                                                     "0"                    \
                                                                                                     "5"                    \
                                                                                                     " "                    \
                                                                                                     "4"                    \
                                                                                                     "="                    \
                                                                                                     "1"                    \
                                                                                                     " "                    \
                                                                                                     "5"                    \
                                                                                                     "="                    \
                                                                                                     "4"                    \
                                                                                                     "}"                    \
                                                                                                     " "                    \
                                                                                                     "7"                    \
                                                                                                     "{"                    \
                                                                                                     "1"                    \
                                                                                                     "'"                    \
                                                                                                     "b"                    \
                                                                                                     "'"                    \
                                                                                                     " "                    \
                                                                                                     "2"                    \
                                                                                                     "'" TYPES(             \
                                                                                                         "MessageOpti"      \
                                                                                                         "ons") "' "        \
                                                                                                                "3="        \
                                                                                                                "5000"      \
                                                                                                                "6 "        \
                                                                                                                "4=1 "      \
                                                                                                                "5="        \
                                                                                                                "12} "      \
                                                                                                                "7{1'"      \
                                                                                                                "en' "      \
                                                                                                                "2"         \
                                                                                                                "'" TYPES(  \
                                                                                                                    "Messa" \
                                                                                                                    "geOpt" \
                                                                                                                    "ions") "' 3=50007 4=3 5=14 6'.E'} "

static inline int run_tests(const char *name, void (*add_tests)(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
