/* Request targets: what is refused and why, limits, and the encoding of segments.
 * covers: service/http/uri.c */
#include "uri.h"

#include "buf.h"

#include <check.h>
#include <stdlib.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

#define BAD_TARGET "The request target is malformed"
#define BAD_PATH "The path has a malformed or forbidden percent sequence or character"
#define EMPTY_SEGMENT "The path has an empty segment"

static const struct {
    const char *target, *fault; /* NULL: it is read */
    const char *segments, *query; /* joined by |, by & */
} targets[] = {
    {"/", NULL, "", ""},
    {"/a%2fB%2F/%25/", NULL, "a/B/|%", ""},
    {"/a%20b/%e2%82%ac", NULL, "a b|\xE2\x82\xAC", ""},
    {"/%F0%9F%98%80", NULL, "\xF0\x9F\x98\x80", ""},
    {"/\xC3\xA9", NULL, "\xC3\xA9", ""},
    {"/a?", NULL, "a", ""},
    {"/a?&&x&", NULL, "a", "x=&"},
    {"/a?=", NULL, "a", "=&"},
    {"/a?x=1=2&x=3", NULL, "a", "x=1=2&x=3&"},
    {"/a?x=%26%3D%2B&y=%", NULL, "a", "x=&=+&y=%&"},
    {"/a?x=+%zz+", NULL, "a", "x=+%zz+&"}, /* what is malformed stays as it is */
    {"/a?x=%F0%9F%98%80%FF%C3", NULL, "a", "x=\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD&"},
    {"/a?x=%ED%A0%80", NULL, "a", "x=\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD&"},
    {"/a?x=/b?c", NULL, "a", "x=/b?c&"},
    {"/a#b?x=1", NULL, "a", ""},
    {"/a?x=1#b", NULL, "a", "x=1&"},
    {"http://h/a//", EMPTY_SEGMENT, NULL, NULL},
    {"http://h", NULL, "", ""},
    {"HTTP://h:80/a?x=1", NULL, "a", "x=1&"},
    {"https://h/", NULL, "", ""},
    {"http://h?x=/a", NULL, "", "x=/a&"}, /* a query without a path */
    {"/a;b", NULL, "a", ""},
    {"/a;b=c;d/e;", NULL, "a|e", ""},
    {"", BAD_TARGET, NULL, NULL},
    {"a", BAD_TARGET, NULL, NULL},
    {"*", BAD_TARGET, NULL, NULL},
    {"?x=1", BAD_TARGET, NULL, NULL},
    {"ftp://h/a", BAD_TARGET, NULL, NULL},
    {"http:/h/a", BAD_TARGET, NULL, NULL},
    {"/a b", BAD_TARGET, NULL, NULL},
    {"/a\tb", BAD_TARGET, NULL, NULL},
    {"/a\x01", BAD_TARGET, NULL, NULL},
    {"/a?x=\x7F", BAD_TARGET, NULL, NULL},
    {"//", EMPTY_SEGMENT, NULL, NULL},
    {"//a", EMPTY_SEGMENT, NULL, NULL},
    {"/a//b", EMPTY_SEGMENT, NULL, NULL},
    {"/a%", BAD_PATH, NULL, NULL},
    {"/a%1", BAD_PATH, NULL, NULL},
    {"/a%1g", BAD_PATH, NULL, NULL},
    {"/a%g1", BAD_PATH, NULL, NULL},
    {"/%00", BAD_PATH, NULL, NULL},
    {"/%1F", BAD_PATH, NULL, NULL},
    {"/%7f", BAD_PATH, NULL, NULL},
    {"/%5C", BAD_PATH, NULL, NULL},
    {"/\\", BAD_PATH, NULL, NULL},
    {"/%80", BAD_PATH, NULL, NULL},
    {"/%C0%80", BAD_PATH, NULL, NULL}, /* overlong */
    {"/%ED%A0%80", BAD_PATH, NULL, NULL}, /* a surrogate */
    {"/%F4%90%80%80", BAD_PATH, NULL, NULL},
    {"/\xFF", BAD_PATH, NULL, NULL},
};

START_TEST(reads_targets)
{
    struct uri uri;
    const char *fault = NULL;
    struct buf segments, query;
    int outcome = uri_parse(arena, str_of(targets[_i].target), &uri, &fault);
    if (targets[_i].fault) {
        ck_assert_int_eq(outcome, URI_BAD);
        ck_assert_str_eq(fault, targets[_i].fault);
        return;
    }
    ck_assert_int_eq(outcome, URI_OK);
    buf_init(&segments, arena, 4096);
    buf_init(&query, arena, 4096);
    for (size_t i = 0; i < uri.segment_count; i++)
        buf_printf(&segments, "%s" STR_FMT, i ? "|" : "", STR_ARG(uri.segments[i]));
    for (size_t i = 0; i < uri.parameter_count; i++)
        buf_printf(&query, STR_FMT "=" STR_FMT "&", STR_ARG(uri.parameters[i].name), STR_ARG(uri.parameters[i].value));
    ck_assert_msg(str_equal(buf_str(&segments), str_of(targets[_i].segments)), STR_FMT, STR_ARG(buf_str(&segments)));
    ck_assert_msg(str_equal(buf_str(&query), str_of(targets[_i].query)), STR_FMT, STR_ARG(buf_str(&query)));
}
END_TEST

/* A target of so many segments and parameters. */
static int parse_many(int segments, int parameters, struct uri *ret, const char **ret_fault)
{
    struct buf out;
    buf_init(&out, arena, 1 << 16);
    for (int i = 0; i < segments; i++)
        buf_printf(&out, "/s%d", i);
    for (int i = 0; i < parameters; i++)
        buf_printf(&out, "%cp%d=%d", i ? '&' : '?', i, i);
    return uri_parse(arena, buf_str(&out), ret, ret_fault);
}

START_TEST(has_limits)
{
    struct uri uri;
    const char *fault = NULL;
    ck_assert_int_eq(parse_many(URI_SEGMENTS_MAX, URI_PARAMETERS_MAX, &uri, &fault), URI_OK);
    ck_assert(uri.segment_count == URI_SEGMENTS_MAX && uri.parameter_count == URI_PARAMETERS_MAX);
    ck_assert(str_equal(uri.segments[15], STR("s15")) && str_equal(uri.raw_segments[15], STR("s15")));
    ck_assert(str_equal(uri.parameters[63].name, STR("p63")) && str_equal(uri.parameters[63].value, STR("63")));
    ck_assert_int_eq(parse_many(URI_SEGMENTS_MAX + 1, 0, &uri, &fault), URI_UNKNOWN);
    ck_assert_int_eq(parse_many(1, URI_PARAMETERS_MAX + 1, &uri, &fault), URI_BAD);
    ck_assert_str_eq(fault, "The query has too many parameters");
}
END_TEST

START_TEST(keeps_raw_segments)
{
    struct uri uri;
    const char *fault;
    ck_assert_int_eq(uri_parse(arena, STR("/%61;x/b?c"), &uri, &fault), URI_OK);
    ck_assert(str_equal(uri.path, STR("/%61;x/b")));
    ck_assert(str_equal(uri.segments[0], STR("a")) && str_equal(uri.raw_segments[0], STR("%61")));
}
END_TEST

START_TEST(finds_parameters)
{
    struct uri uri;
    const char *fault;
    ck_assert_int_eq(uri_parse(arena, STR("/?a=1&b=2&a=3&%63=4"), &uri, &fault), URI_OK);
    ck_assert(str_equal(uri_parameter(&uri, STR("a"))->value, STR("1"))); /* the first */
    ck_assert(str_equal(uri_parameter(&uri, STR("c"))->value, STR("4")));
    ck_assert_ptr_null(uri_parameter(&uri, STR("A")));
    ck_assert_ptr_null(uri_parameter(&uri, STR("")));
}
END_TEST

/* What is encoded is read again as it was, whatever it is; what needs no encoding is left. */
START_TEST(encodes_segments)
{
    ck_assert(str_equal(uri_encode_segment(arena, STR("")), STR_EMPTY));
    ck_assert(str_equal(uri_encode_segment(arena, STR("azAZ09-._~")), STR("azAZ09-._~")));
    ck_assert(str_equal(uri_encode_segment(arena, STR("a b/c%:")), STR("a%20b%2Fc%25%3A")));
    ck_assert(str_equal(uri_encode_segment(arena, STR("\xC3\xA9\0")), STR("%C3%A9%00")));
    for (uint32_t c = 0x20; c < 0x7F; c++) {
        char text[] = {'x', (char)c, 'y'};
        struct str encoded = uri_encode_segment(arena, (struct str){text, 3});
        struct uri uri;
        const char *fault;
        if (c == '\\') /* is never read */
            continue;
        ck_assert_int_eq(uri_parse(arena, ARENA_JOIN(arena, STR("/"), encoded), &uri, &fault), URI_OK);
        ck_assert(uri.segment_count == 1 && str_equal(uri.segments[0], (struct str){text, 3}));
    }
    struct arena tiny;
    arena_init(&tiny, 0, NULL, 0);
    ck_assert_ptr_null(uri_encode_segment(&tiny, STR("a")).p);
    arena_deinit(&tiny);
}
END_TEST

START_TEST(fails_without_memory)
{
    static const char *const needy[] = {"/a%20b", "/a?x=a+b", "/a?%20=b", "/a?x=\xFF"};
    for (size_t i = 0; i < 4; i++) {
        struct arena tiny;
        struct uri uri;
        const char *fault;
        arena_init(&tiny, 0, NULL, 0);
        ck_assert_int_eq(uri_parse(&tiny, str_of(needy[i]), &uri, &fault), -1);
        ck_assert_int_eq(uri_parse(&tiny, STR("/plain?x=y"), &uri, &fault), URI_OK); /* needs none */
        arena_deinit(&tiny);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("uri");
    TCase *tests = tcase_create("uri");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, reads_targets, 0, sizeof targets / sizeof targets[0]);
    tcase_add_test(tests, has_limits);
    tcase_add_test(tests, keeps_raw_segments);
    tcase_add_test(tests, finds_parameters);
    tcase_add_test(tests, encodes_segments);
    tcase_add_test(tests, fails_without_memory);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
