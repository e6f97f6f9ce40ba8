/* What the tests of Protobuf texts share. In the tables of texts ' stands for a double quote and ` for an apostrophe. */
#pragma once

#include "hash.h"
#include "protobuf/format.h"
#include "protobuf/link.h"
#include "random_seed.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROWS(table) ((int)(sizeof(table) / sizeof(table)[0]))

/* Of the test that runs. */
static struct arena *arena;

static inline void set_up(void)
{
    arena = arena_new((size_t)1 << 30);
}

static inline void tear_down(void)
{
    arena_free(arena);
}

/* -- texts -------------------------------------------------------------------------------------------------------- */

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

static inline const char *terminated(struct str text)
{
    return arena_str(arena, text).p;
}

/* The bytes of a text that the heap holds. */
static inline void *writable(struct str text)
{
    return (void *)(uintptr_t)text.p;
}

/* An empty text that the arena holds. */
static inline struct buf new_text(void)
{
    struct buf text;
    buf_init(&text, arena, SCHEMA_MEMORY_MAX);
    return text;
}

/* The text count times. */
static inline void add_times(struct buf *out, struct str text, int count)
{
    for (int i = 0; i < count; i++)
        buf_add(out, text);
}

/* Equal texts, of any length and any bytes. */
static inline void assert_text(struct str got, struct str wanted)
{
    size_t at = 0, from;
    while (at < got.n && at < wanted.n && got.p[at] == wanted.p[at])
        at++;
    from = at < 40 ? 0 : at - 40;
    ck_assert_msg(str_equal(got, wanted), "from byte %zu on:\n  %.700s\nnot:\n  %.700s", from,
                  terminated(str_slice(got, from, got.n)), terminated(str_slice(wanted, from, wanted.n)));
}

/* The beginning of a text, for a message about a failure. */
#define SHOWN(text) STR_ARG(str_slice((text), 0, 1000))

/* -- files and schemas -------------------------------------------------------------------------------------------- */

/* 0 when the text is parsed; else -1 with the fault in err. */
static inline int read_file(struct str text, struct pb_file **ret, struct error *err)
{
    *err = ERROR_INIT(arena);
    *ret = NULL;
    return pb_parse_text(arena, STR("default"), text, ret, err);
}

/* The file of a text that must be right, unlinked. */
static inline struct pb_file *parsed(struct str text)
{
    struct pb_file *file;
    struct error err;
    ck_assert_msg(read_file(text, &file, &err) == 0, STR_FMT "\nsays: " STR_FMT, SHOWN(text), SHOWN(err.text));
    return file;
}

/* Why a text is not parsed; "" when it is. */
static inline struct str refusal_of(struct str text)
{
    struct pb_file *file;
    struct error err;
    int outcome = read_file(text, &file, &err);
    ck_assert_int_eq(outcome, error_is_set(&err) ? -1 : 0);
    ck_assert(outcome == 0 || err.id == ERROR_INVALID_SCHEMA);
    return outcome == 0 ? STR_EMPTY : err.text;
}

static inline struct pb_schema *linked_from(const struct schema_source *source)
{
    struct error err = ERROR_INIT(arena);
    void *model = NULL;
    ck_assert_msg(protobuf_format.parse(arena, source, &model, &err) == 0, STR_FMT "\nsays: " STR_FMT,
                  SHOWN(source->text), SHOWN(err.text));
    return model;
}

static inline struct pb_schema *linked(struct str text)
{
    return linked_from(&(struct schema_source){.text = text});
}

/* Texts of a table, the dependencies as path, text, path, text, …, NULL. */
#define DEPENDENCIES_MAX 8
static inline struct pb_schema *linked_with(const char *text, const char *const *dependencies)
{
    struct schema_dependency list[DEPENDENCIES_MAX];
    size_t count = 0;
    for (; dependencies[2 * count]; count++) {
        ck_assert_uint_lt(count, DEPENDENCIES_MAX);
        list[count] = (struct schema_dependency){str_of(dependencies[2 * count]), spelled(dependencies[2 * count + 1])};
    }
    return linked_from(&(struct schema_source){spelled(text), list, count});
}

static inline void *node_named(const struct pb_schema *schema, const char *full_name, enum pb_symbol_kind kind)
{
    const struct pb_symbol *symbol = pb_symbol_find(schema, str_of(full_name));
    ck_assert_msg(symbol && symbol->kind == kind, "no such thing: %s", full_name);
    return symbol->node;
}

static inline struct pb_message *message_named(const struct pb_schema *schema, const char *full_name)
{
    return node_named(schema, full_name, PB_SYMBOL_MESSAGE);
}

static inline struct pb_field *field_named(const struct pb_schema *schema, const char *full_name)
{
    return node_named(schema, full_name, PB_SYMBOL_FIELD);
}

static inline struct str printed(const struct pb_file *file, bool without_extensions)
{
    struct buf out = new_text();
    ck_assert_int_eq(pb_print(file, without_extensions, &out), 0);
    ck_assert(!buf_failed(&out));
    return buf_str(&out);
}

/* -- cost and chance ---------------------------------------------------------------------------------------------- */

/* -- main --------------------------------------------------------------------------------------------------------- */

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
