/* Media types: negotiation row by row, what may be sent, compression, and the answer to OPTIONS.
 * covers: service/http/media.c */
#include "media.h"

#include <check.h>
#include <stdlib.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 16);
}

static void tear_down(void)
{
    arena_free(arena);
}

#define ANY \
    "*/"    \
    "*"

static const struct {
    const char *accept;
    int outcome;
    const char *type;
} accepts[] = {
    {" ", MEDIA_OK, MEDIA_V1},
    {ANY, MEDIA_OK, MEDIA_V1},
    {ANY ";q=0.1", MEDIA_OK, MEDIA_V1},
    {"application/*;q=0.5, application/json;q=0.4", MEDIA_OK, MEDIA_V1},
    {"APPLICATION/*", MEDIA_OK, MEDIA_V1},
    {"application/vnd.schemaregistry+json", MEDIA_OK, MEDIA_VENDOR},
    {"application/VND.schemaregistry.V1+json", MEDIA_OK, MEDIA_V1},
    {"application/json,application/vnd.schemaregistry+json,application/vnd.schemaregistry.v1+json", MEDIA_OK, MEDIA_V1},
    {"application/json;q=0.5,application/vnd.schemaregistry+json;q=0.4", MEDIA_OK,
     MEDIA_JSON}, /* what is wanted first */
    {"application/json;q=0.5,application/vnd.schemaregistry+json;q=0.5", MEDIA_OK,
     MEDIA_VENDOR}, /* then what is offered */
    {"application/json;q=0", MEDIA_OK, MEDIA_JSON}, /* excludes nothing */
    {"application/json;Q=0.3, " ANY ";q=0.2", MEDIA_OK, MEDIA_JSON},
    {"application/json; q=1.0 ; charset=utf-8", MEDIA_OK, "application/json;charset=utf-8"},
    {"application/json;a=b;c=d", MEDIA_OK, "application/json;a=b;c=d"},
    {"application/json;;q=0.5;", MEDIA_OK, MEDIA_JSON},
    {"application/json;", MEDIA_OK, MEDIA_JSON},
    {ANY ";charset=x", MEDIA_OK, MEDIA_V1 ";charset=x"},
    {"text/html,application/xhtml+xml,application/xml;q=0.9," ANY ";q=0.8", MEDIA_OK, MEDIA_V1}, /* a browser */
    {",application/json,", MEDIA_OK, MEDIA_JSON},
    {"application/jsonx", MEDIA_REFUSED, ""},
    {"application", MEDIA_REFUSED, ""},
    {"text/"
     "*",
     MEDIA_REFUSED, ""},
    {"*"
     "/json",
     MEDIA_REFUSED, ""},
    {",", MEDIA_REFUSED, ""},
    {"application/xml;q=0.9", MEDIA_REFUSED, ""},
    {"application/json;q=", MEDIA_MALFORMED, ""},
    {"application/json;q= ", MEDIA_MALFORMED, ""},
    {"application/json;q=x", MEDIA_MALFORMED, ""},
    {"application/json;q=0.5x", MEDIA_MALFORMED, ""},
    {"application/json;q=-1", MEDIA_MALFORMED, ""},
    {"application/json;q=nan", MEDIA_MALFORMED, ""},
    {"application/json;q=0.123456789012345", MEDIA_MALFORMED, ""},
    {"application/json, text/html;q=x", MEDIA_MALFORMED, ""}, /* wherever it stands */
};

START_TEST(negotiates)
{
    struct str type = {NULL, 0};
    int outcome = media_negotiate(arena, str_of(accepts[_i].accept), &type);
    ck_assert_int_eq(outcome, accepts[_i].outcome);
    if (outcome == MEDIA_OK)
        ck_assert_msg(str_equal(type, str_of(accepts[_i].type)), STR_FMT, STR_ARG(type));
}
END_TEST

START_TEST(negotiates_without_memory)
{
    struct arena tiny;
    struct str type;
    arena_init(&tiny, 0, NULL, 0);
    ck_assert_int_eq(media_negotiate(&tiny, (struct str){NULL, 0}, &type), MEDIA_OK);
    ck_assert_int_eq(media_negotiate(&tiny, STR("application/json"), &type), MEDIA_OK);
    ck_assert(str_equal(type, STR(MEDIA_JSON)));
    ck_assert_int_eq(media_negotiate(&tiny, STR("application/json;a=b"), &type), -1);
    arena_deinit(&tiny);
}
END_TEST

static const struct {
    const char *type;
    int outcome;
} types[] = {
    {"application/json", MEDIA_OK},
    {" application/json ", MEDIA_OK},
    {"application/json;charset=utf-8", MEDIA_OK},
    {"application/vnd.schemaregistry.v1+json", MEDIA_OK},
    {"APPLICATION/vnd.schemaregistry+JSON", MEDIA_OK},
    {"application/octet-stream", MEDIA_OK},
    {"application/xml", MEDIA_REFUSED},
    {"text/json", MEDIA_REFUSED},
    {"application/x-www-form-urlencoded", MEDIA_REFUSED},
    {ANY, MEDIA_REFUSED},
    {"application/json/", MEDIA_REFUSED},
    {"application/", MEDIA_MALFORMED},
    {"/json", MEDIA_MALFORMED},
    {"/", MEDIA_MALFORMED},
    {"json", MEDIA_MALFORMED},
    {";application/json", MEDIA_MALFORMED},
    {" ", MEDIA_MALFORMED},
};

START_TEST(checks_content_types)
{
    ck_assert_int_eq((int)media_check(str_of(types[_i].type)), types[_i].outcome);
}
END_TEST

static const struct {
    const char *encoding;
    bool is_accepted;
} encodings[] = {
    {"gzip", true},
    {"GZip", true},
    {" gzip ; q=0.001", true},
    {"gzip;q=1", true},
    {"br, deflate , gzip", true},
    {"*", true},
    {"identity, *;q=0.5", true},
    {"", false},
    {"identity", false},
    {"x-gzip", false},
    {"gzipp", false},
    {"gzip;q=0", false},
    {"gzip;q=0.", false},
    {"gzip;q=0.0", false},
    {"gzip;q=0.000", false},
    {"gzip; q=0 , *", false}, /* the first that names it decides */
    {"*;q=0", false},
};

START_TEST(knows_who_takes_gzip)
{
    ck_assert_int_eq(media_accepts_gzip(str_of(encodings[_i].encoding)), encodings[_i].is_accepted);
}
END_TEST

static const struct {
    const char *accept, *type;
    bool has_body;
} options[] = {
    {"", "text/plain", true},
    {ANY, "text/plain", true},
    {"text/plain", "text/plain", true},
    {"TEXT/plain;q=0.1, application/json", "text/plain", true},
    {" " ANY " ;q=0.5", "text/plain", true},
    {"application/json", "application/json", false},
    {"application/json;q=0.1, text/plain", "application/json", false},
    {"text/html", "text/html", false},
};

START_TEST(answers_options)
{
    struct str type;
    ck_assert_int_eq(media_options(arena, str_of(options[_i].accept), &type), options[_i].has_body);
    ck_assert_msg(str_equal(type, str_of(options[_i].type)), STR_FMT, STR_ARG(type));
}
END_TEST

START_TEST(takes_headers_that_are_missing)
{
    struct str none = {NULL, 0}, type;
    ck_assert_int_eq((int)media_check(none), MEDIA_OK);
    ck_assert(!media_accepts_gzip(none));
    ck_assert(media_options(arena, none, &type));
    ck_assert(str_equal(type, STR("text/plain")));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("media");
    TCase *tests = tcase_create("media");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, negotiates, 0, COUNT(accepts));
    tcase_add_test(tests, negotiates_without_memory);
    tcase_add_loop_test(tests, checks_content_types, 0, COUNT(types));
    tcase_add_loop_test(tests, knows_who_takes_gzip, 0, COUNT(encodings));
    tcase_add_loop_test(tests, answers_options, 0, COUNT(options));
    tcase_add_test(tests, takes_headers_that_are_missing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
