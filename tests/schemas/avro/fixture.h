/* What the tests of the format library share. In the tables of texts ' stands for a double quote and ` for an
 * apostrophe, so that JSON can be read. */
#pragma once

#include "schema.h"
#include "utf8.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the test that runs. */
static struct arena *arena;

static inline void set_up(void)
{
    arena = arena_new(1u << 30);
}

static inline void tear_down(void)
{
    arena_free(arena);
}

/* A text of a table as it is meant. */
static inline const char *spelled(const char *text)
{
    size_t bytes = strlen(text);
    char *copy = arena_alloc(arena, bytes + 1);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; copy && i < bytes; i++)
        copy[i] = (char)(text[i] == '\'' ? '"' : text[i] == '`' ? '\'' : text[i]);
    return copy;
}

static inline const char *terminated(struct str text)
{
    return arena_str(arena, text).p;
}

static inline const struct schema_format *avro(void)
{
    return schema_format_find(STR("AVRO"));
}

static inline size_t first_difference(const char *a, const char *b)
{
    size_t at = 0;
    while (a[at] && a[at] == b[at])
        at++;
    return at < 40 ? 0 : at - 40;
}

/* Equal texts, of any length. */
#define assert_text(got, wanted)                                                                                      \
    do {                                                                                                              \
        const char *got_ = (got), *wanted_ = (wanted);                                                                \
        size_t from_ = first_difference(got_, wanted_);                                                               \
        ck_assert_msg(strcmp(got_, wanted_) == 0, "from byte %zu on:\n  %.700s\nnot:\n  %.700s", from_, got_ + from_, \
                      wanted_ + from_);                                                                               \
    } while (0)

/* 0 when the text is parsed; else -1 with the fault in err. */
static inline int read_schema(struct str text, struct schema **ret, struct error *err)
{
    struct schema_source source = {.text = text};
    *err = ERROR_INIT(arena);
    *ret = NULL;
    return schema_parse(avro(), &source, ret, err);
}

/* A schema that must be right. */
static inline struct schema *parsed(struct str text)
{
    struct schema *schema;
    struct error err;
    ck_assert_msg(read_schema(text, &schema, &err) == 0, STR_FMT "\nsays: %s", STR_ARG(text), err.text.p);
    return schema;
}

static inline const char *printed(const struct schema *schema, enum schema_form form)
{
    struct buf out;
    struct error err = ERROR_INIT(arena);
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    ck_assert_msg(schema_print(schema, form, &out, &err) == 0, "%s", err.text.p);
    return terminated(buf_str(&out));
}

/* The text in that form. */
static inline const char *rewritten(struct str text, enum schema_form form)
{
    struct schema *schema = parsed(text);
    const char *result = printed(schema, form);
    schema_unref(schema);
    return result;
}

/* What is wrong with a text that is parsed and then checked; "" when nothing is. */
static inline const char *fault_of(struct str text, enum schema_check how)
{
    struct schema *schema;
    struct error err;
    if (read_schema(text, &schema, &err) == 0)
        schema_check(schema, how, false, &err);
    ck_assert_int_eq(err.id, err.text.p ? ERROR_INVALID_SCHEMA : ERROR_NONE);
    schema_unref(schema);
    return err.text.p ? terminated(err.text) : "";
}

/* The text count times. */
static inline void add_times(struct buf *out, struct str text, int count)
{
    for (int i = 0; i < count; i++)
        buf_add(out, text);
}

/* An empty text that the arena holds. */
static inline struct buf new_text(void)
{
    struct buf text;
    buf_init(&text, arena, SCHEMA_MEMORY_MAX);
    return text;
}

/* Up to max bytes of text that end with a whole character. */
static inline struct str whole_characters(struct str text, size_t max)
{
    struct str cut = str_slice(text, 0, max);
    while (cut.n && !utf8_valid(cut))
        cut.n--;
    return cut;
}

/* Long texts of characters of all widths, moved so that any length falls on each of their bytes. */
#define LONG_TEXTS 16
static inline struct str long_text(int number, int characters)
{
    static const char *const widths[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    struct buf text = new_text();
    add_times(&text, STR("p"), number / 4);
    add_times(&text, str_of(widths[number % 4]), characters);
    return buf_str(&text);
}

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

#define ROWS(table) ((int)(sizeof(table) / sizeof(table)[0]))
