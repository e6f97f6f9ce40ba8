/* The parts of the server that only look at bytes: targets, media types, the gate, the router.
 * covers: service/http/uri.c service/http/media.c service/http/gate.c service/http/route.c */
#include "gate.h"
#include "media.h"
#include "route.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *target;
    int outcome;
    const char *segments; /* decoded, joined by | */
    const char *query; /* name=value& … */
} targets[] = {
    {"/", URI_OK, "", ""},
    {"/a/b", URI_OK, "a|b", ""},
    {"/a/b/", URI_OK, "a|b", ""},
    {"/a%2Fb/%C3%A9", URI_OK, "a/b|\xC3\xA9", ""},
    {"/a+b", URI_OK, "a+b", ""},
    {"/a;x=1/b", URI_OK, "a|b", ""},
    {"/a%3Bx", URI_OK, "a;x", ""},
    {"/./..", URI_OK, ".|..", ""},
    {"/a?x=1&y=a+b%20c&z&=q", URI_OK, "a", "x=1&y=a b c&z=&=q&"},
    {"/a?x=%zz", URI_OK, "a", "x=%zz&"},
    {"/a?x=%C3%28", URI_OK, "a", "x=\xEF\xBF\xBD(&"},
    {"/a#f", URI_OK, "a", ""},
    {"http://host:1/a?x=1", URI_OK, "a", "x=1&"},
    {"HTTPS://host", URI_OK, "", ""},
    {"/a//b", URI_BAD, "", ""},
    {"/a%", URI_BAD, "", ""},
    {"/a%2", URI_BAD, "", ""},
    {"/a%zz", URI_BAD, "", ""},
    {"/a%00", URI_BAD, "", ""},
    {"/a%0A", URI_BAD, "", ""},
    {"/a%7F", URI_BAD, "", ""},
    {"/a%5Cb", URI_BAD, "", ""},
    {"/%C3%28", URI_BAD, "", ""},
    {"/%FF", URI_BAD, "", ""},
    {"a/b", URI_BAD, "", ""},
    {"*", URI_BAD, "", ""},
    {"", URI_BAD, "", ""},
    {"/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7", URI_UNKNOWN, "", ""},
};

START_TEST(reads_targets)
{
    struct arena *arena = arena_new(1 << 20);
    struct uri uri;
    const char *fault;
    struct buf segments, query;
    ck_assert_int_eq(uri_parse(arena, str_of(targets[_i].target), &uri, &fault), targets[_i].outcome);
    buf_init(&segments, arena, 4096);
    buf_init(&query, arena, 4096);
    for (size_t i = 0; i < uri.segment_count && targets[_i].outcome == URI_OK; i++)
        buf_printf(&segments, "%s" STR_FMT, i ? "|" : "", STR_ARG(uri.segments[i]));
    for (size_t i = 0; i < uri.parameter_count; i++)
        buf_printf(&query, STR_FMT "=" STR_FMT "&", STR_ARG(uri.parameters[i].name), STR_ARG(uri.parameters[i].value));
    ck_assert(str_equal(buf_str(&segments), str_of(targets[_i].segments)));
    ck_assert(str_equal(buf_str(&query), str_of(targets[_i].query)));
    arena_free(arena);
}
END_TEST

static const struct {
    const char *accept; /* NULL: none */
    int outcome;
    const char *type;
} accepts[] = {
    {NULL, MEDIA_OK, MEDIA_V1},
    {"", MEDIA_OK, MEDIA_V1},
    {"*"
     "/*",
     MEDIA_OK, MEDIA_V1},
    {"*", MEDIA_OK, MEDIA_V1},
    {"application/*", MEDIA_OK, MEDIA_V1},
    {"application/json", MEDIA_OK, MEDIA_JSON},
    {"APPLICATION/JSON", MEDIA_OK, MEDIA_JSON},
    {"application/json, application/vnd.schemaregistry+json", MEDIA_OK, MEDIA_VENDOR},
    {"application/json;q=0.9, application/vnd.schemaregistry.v1+json;q=0.1", MEDIA_OK, MEDIA_JSON},
    {"application/json;q=0", MEDIA_OK, MEDIA_JSON},
    {"application/json; charset=utf-8", MEDIA_OK, "application/json;charset=utf-8"},
    {"text/html, *"
     "/*;q=0.1",
     MEDIA_OK, MEDIA_V1},
    {"application/xml, application/json;q=0.3, *"
     "/*;q=0.1",
     MEDIA_OK, MEDIA_JSON},
    {"text/html", MEDIA_REFUSED, ""},
    {"garbage", MEDIA_REFUSED, ""},
    {"application/json;q=abc", MEDIA_MALFORMED, ""},
};

START_TEST(negotiates)
{
    struct arena *arena = arena_new(1 << 16);
    struct str type, accept = {accepts[_i].accept, accepts[_i].accept ? strlen(accepts[_i].accept) : 0};
    int outcome = media_negotiate(arena, accept, &type);
    ck_assert_int_eq(outcome, accepts[_i].outcome);
    if (outcome == MEDIA_OK)
        ck_assert_msg(str_equal(type, str_of(accepts[_i].type)), STR_FMT, STR_ARG(type));
    arena_free(arena);
}
END_TEST

START_TEST(checks_content_types)
{
    ck_assert_int_eq(media_check((struct str){NULL, 0}), MEDIA_OK);
    ck_assert_int_eq(media_check(STR("Application/JSON; charset=x")), MEDIA_OK);
    ck_assert_int_eq(media_check(STR(MEDIA_V1)), MEDIA_OK);
    ck_assert_int_eq(media_check(STR("application/octet-stream")), MEDIA_OK);
    ck_assert_int_eq(media_check(STR("text/plain")), MEDIA_REFUSED);
    ck_assert_int_eq(media_check(STR("application/*")), MEDIA_REFUSED);
    ck_assert_int_eq(media_check(STR("garbage")), MEDIA_MALFORMED);
    ck_assert_int_eq(media_check(STR("")), MEDIA_MALFORMED);
    ck_assert(media_accepts_gzip(STR("deflate, gzip;q=0.5")));
    ck_assert(media_accepts_gzip(STR("*")));
    ck_assert(!media_accepts_gzip(STR("gzip;q=0")));
    ck_assert(!media_accepts_gzip(STR("identity")));
}
END_TEST

static const struct {
    const char *headers; /* name: value lines */
    enum error_id id;
} heads[] = {
    {"Host: x\nContent-Length: 5\n", ERROR_NONE},
    {"Host: x\nTransfer-Encoding: chunked\n", ERROR_NONE},
    {"Content-Length: 5\nContent-Length: 5\n", ERROR_BAD_REQUEST},
    {"Content-Length: 5\nTransfer-Encoding: chunked\n", ERROR_BAD_REQUEST},
    {"Transfer-Encoding: xchunked\n", ERROR_BAD_REQUEST},
    {"Transfer-Encoding: gzip, chunked\n", ERROR_BAD_REQUEST},
    {"Content-Length: -1\n", ERROR_BAD_REQUEST},
    {"Content-Length: 5x\n", ERROR_BAD_REQUEST},
    {"Content-Length: 99999999999999999999\n", ERROR_BODY_TOO_LARGE},
    {"Content-Length: 1001\n", ERROR_BODY_TOO_LARGE},
    {"Host: a\nHost: b\n", ERROR_BAD_REQUEST},
    {"X : y\n", ERROR_BAD_REQUEST},
    {"X: a\001b\n", ERROR_BAD_REQUEST},
};

START_TEST(guards_the_gate)
{
    struct arena *arena = arena_new(1 << 16);
    struct error err = ERROR_INIT(arena);
    struct gate gate = {0};
    struct str rest = str_of(heads[_i].headers), line;
    while (str_next(&rest, '\n', &line)) {
        size_t colon = str_find(line, ':');
        if (line.n)
            gate_header(&gate, str_slice(line, 0, colon), str_trim(str_slice(line, colon + 1, line.n)));
    }
    if (gate.host_count == 0)
        gate_header(&gate, STR("Host"), STR("a"));
    gate_check(&gate, STR("GET"), STR("/"), &(const struct gate_limits){1000, 1000}, &err);
    ck_assert_int_eq(err.id, heads[_i].id);
    arena_free(arena);
}
END_TEST

static const struct route table[] = {
    {.method = "GET", .pattern = "/"},
    {.method = "GET", .pattern = "/a/list"},
    {.method = "GET",
     .pattern = "/a/{x}",
     .parameters = {{"x", PARAMETER_PATH, PARAMETER_NUMBER, NULL, ""},
                    {"n", PARAMETER_QUERY, PARAMETER_NUMBER, "7", ""},
                    {"f", PARAMETER_QUERY, PARAMETER_BOOLEAN, "false", ""}}},
    {.method = "POST", .pattern = "/a/{x}"},
};

START_TEST(routes_requests)
{
    struct arena *arena = arena_new(1 << 16);
    struct exchange x = {.arena = arena, .err = ERROR_INIT(arena)};
    struct str values[URI_SEGMENTS_MAX], methods;
    const char *fault;
    size_t index;
    ck_assert_int_eq(uri_parse(arena, STR("/a/12?f=TRUE"), &x.uri, &fault), URI_OK);
    ck_assert_int_eq(route_find(table, 4, arena, STR("HEAD"), &x.uri, &index, values, &methods), ROUTE_FOUND);
    ck_assert_uint_eq(index, 2);
    x.route = &table[index];
    ck_assert_int_eq(route_read_arguments(&x, values), 0);
    ck_assert(x.arguments[0].number == 12 && x.arguments[1].number == 7 && !x.arguments[1].is_given &&
              x.arguments[2].flag);
    ck_assert_int_eq(route_find(table, 4, arena, STR("PUT"), &x.uri, &index, values, &methods), ROUTE_WRONG_METHOD);
    ck_assert(str_equal(methods, STR("GET, HEAD, POST, OPTIONS")));
    ck_assert_int_eq(uri_parse(arena, STR("/a/list"), &x.uri, &fault), URI_OK);
    ck_assert_int_eq(route_find(table, 4, arena, STR("GET"), &x.uri, &index, values, &methods), ROUTE_FOUND);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(uri_parse(arena, STR("/%61/list"), &x.uri, &fault), URI_OK); /* keywords are not decoded */
    ck_assert_int_eq(route_find(table, 4, arena, STR("GET"), &x.uri, &index, values, &methods), ROUTE_UNKNOWN);
    ck_assert_int_eq(uri_parse(arena, STR("/a/99999999999"), &x.uri, &fault), URI_OK);
    ck_assert_int_eq(route_find(table, 4, arena, STR("GET"), &x.uri, &index, values, &methods), ROUTE_FOUND);
    ck_assert_int_eq(route_read_arguments(&x, values), -1);
    ck_assert_int_eq(x.err.id, ERROR_NOT_FOUND);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http");
    TCase *tests = tcase_create("pure");
    tcase_add_loop_test(tests, reads_targets, 0, sizeof targets / sizeof targets[0]);
    tcase_add_loop_test(tests, negotiates, 0, sizeof accepts / sizeof accepts[0]);
    tcase_add_test(tests, checks_content_types);
    tcase_add_loop_test(tests, guards_the_gate, 0, sizeof heads / sizeof heads[0]);
    tcase_add_test(tests, routes_requests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
