/* The gate: every header that is told apart, every byte that is refused, every head that could be read in two ways.
 * covers: service/http/gate.c */
#include "gate.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum header_id id;
} headers[] = {
    {"Accept", HEADER_ACCEPT},
    {"accept", HEADER_ACCEPT},
    {"ACCEPT", HEADER_ACCEPT},
    {"Accept-Encoding", HEADER_ACCEPT_ENCODING},
    {"content-LENGTH", HEADER_CONTENT_LENGTH},
    {"Content-Type", HEADER_CONTENT_TYPE},
    {"hOST", HEADER_HOST},
    {"Origin", HEADER_ORIGIN},
    {"x-request-id", HEADER_REQUEST_ID},
    {"Access-Control-Request-Method", HEADER_REQUEST_METHOD},
    {"Transfer-Encoding", HEADER_TRANSFER_ENCODING},
    {"Accept-Encodin", HEADER_OTHER},
    {"Accepts", HEADER_OTHER},
    {"Accept ", HEADER_OTHER},
    {"Hos", HEADER_OTHER},
    {"Content_Length", HEADER_OTHER},
    {"X-Anything", HEADER_OTHER},
    {"", HEADER_OTHER},
};

START_TEST(knows_headers)
{
    struct gate gate = {0};
    ck_assert_int_eq(gate_header(&gate, str_of(headers[_i].name), STR("1")), headers[_i].id);
    ck_assert_uint_eq(gate.content_length_count, headers[_i].id == HEADER_CONTENT_LENGTH);
    ck_assert_uint_eq(gate.transfer_encoding_count, headers[_i].id == HEADER_TRANSFER_ENCODING);
    ck_assert_uint_eq(gate.host_count, headers[_i].id == HEADER_HOST);
}
END_TEST

static const char token[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static const struct gate_limits limits = {100, 1000};
static struct str target;

static void set_up(void)
{
    target = STR("/subjects");
}

static enum error_id check_gate(const struct gate *gate, struct str method, const char *wanted)
{
    struct arena *arena = arena_new(1 << 16);
    struct error err = ERROR_INIT(arena);
    int outcome = gate_check(gate, method, target, &limits, &err);
    enum error_id id = err.id;
    ck_assert_int_eq(outcome, id == ERROR_NONE ? 0 : -1);
    ck_assert_msg(!wanted || str_equal(err.text, str_of(wanted)), STR_FMT, STR_ARG(err.text));
    arena_free(arena);
    return id;
}

#define MALFORMED "The request has a malformed method or header"

/* Names of headers, and methods, are tokens (RFC 9110 section 5.6.2). */
START_TEST(takes_tokens_only)
{
    for (int c = 0; c < 256; c++) {
        char name[] = {'X', (char)c, 'y'};
        bool is_good = c && strchr(token, c);
        for (size_t at = 0; at < sizeof name; at++) { /* as first, middle and last */
            char text[] = {'X', 'x', 'y'};
            text[at] = name[1];
            struct gate gate = {.is_old = true}, plain = {.is_old = true};
            gate_header(&gate, (struct str){text, sizeof text}, STR("v"));
            ck_assert_msg(gate.has_bad_name == !is_good, "byte %d at %zu", c, at);
            ck_assert_int_eq(check_gate(&gate, STR("GET"), is_good ? NULL : MALFORMED),
                             is_good ? ERROR_NONE : ERROR_BAD_REQUEST);
            ck_assert_int_eq(check_gate(&plain, (struct str){text, sizeof text}, is_good ? NULL : MALFORMED),
                             is_good ? ERROR_NONE : ERROR_BAD_REQUEST);
        }
    }
    struct gate gate = {0};
    ck_assert_int_eq(check_gate(&gate, STR(""), MALFORMED), ERROR_BAD_REQUEST);
    gate_header(&gate, STR(""), STR("v"));
    ck_assert(gate.has_bad_name);
}
END_TEST

/* Every byte at every place of values of every length around the words that are looked at together. */
START_TEST(refuses_control_bytes)
{
    static const unsigned char fillers[] = {'a', ' ', '\t', 0x7E, 0x80, 0xFF, 0x21};
    char value[40];
    unsigned char filler = fillers[_i];
    for (size_t n = 1; n <= 33; n++) {
        memset(value, filler, n);
        struct gate plain = {0};
        gate_header(&plain, STR("X"), (struct str){value, n});
        ck_assert(!plain.has_bad_value);
        for (size_t at = 0; at < n; at++) {
            for (int c = 0; c < 256; c++) {
                struct gate gate = {0};
                value[at] = (char)c;
                gate_header(&gate, STR("X"), (struct str){value, n});
                bool is_bad = (c < 0x20 && c != '\t') || c == 0x7F;
                ck_assert_msg(gate.has_bad_value == is_bad, "byte %d at %zu of %zu", c, at, n);
            }
            value[at] = (char)filler;
        }
    }
    struct gate empty = {0};
    gate_header(&empty, STR("X"), STR(""));
    ck_assert(!empty.has_bad_value);
}
END_TEST

/* A tab makes the whole word be looked at: what is bad behind it is found. */
START_TEST(looks_behind_tabs)
{
    struct gate gate = {0};
    gate_header(&gate, STR("X"), STR("a\tbcdefg\thijklmnopqrs\x01"));
    ck_assert(gate.has_bad_value);
    gate = (struct gate){0};
    gate_header(&gate, STR("Host"), STR("a\x01")); /* of the headers that are known, too */
    ck_assert_int_eq(check_gate(&gate, STR("GET"), MALFORMED), ERROR_BAD_REQUEST);
}
END_TEST

#define MORE_THAN_ONCE "The request says more than once how long its body is"
#define NO_NUMBER "Content-Length is no number"
#define TOO_LARGE "The request body is larger than the 1000 bytes that this server accepts"
#define ONLY_CHUNKED "The only Transfer-Encoding known here is chunked"

static const struct {
    const char *headers; /* name:value lines; | before a line marks HTTP/1.1, ! a line that ends wrongly */
    enum error_id id;
    const char *text;
} heads[] = {
    {"", ERROR_NONE, NULL},
    {"Content-Length:0\n", ERROR_NONE, NULL},
    {"Content-Length:1000\n", ERROR_NONE, NULL},
    {"Content-Length:0000000000000000000000000000001000\n", ERROR_NONE, NULL},
    {"Content-Length:1001\n", ERROR_BODY_TOO_LARGE, TOO_LARGE},
    {"Content-Length:9223372036854775807\n", ERROR_BODY_TOO_LARGE, TOO_LARGE},
    {"Content-Length:9223372036854775808\n", ERROR_BODY_TOO_LARGE, TOO_LARGE},
    {"Content-Length:99999999999999999999999999999999\n", ERROR_BODY_TOO_LARGE, TOO_LARGE},
    {"Content-Length:\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:+5\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:-0\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:5 5\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:5,5\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:0x5\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:5.0\n", ERROR_BAD_REQUEST, NO_NUMBER},
    {"Content-Length:5\ncontent-length:5\n", ERROR_BAD_REQUEST, MORE_THAN_ONCE},
    {"|Host:a\nTransfer-Encoding:chunked\n", ERROR_NONE, NULL},
    {"|Host:a\nTransfer-Encoding:CHUNKED\n", ERROR_NONE, NULL},
    {"|Host:a\nTransfer-Encoding:\n", ERROR_BAD_REQUEST, ONLY_CHUNKED},
    {"|Host:a\nTransfer-Encoding:identity\n", ERROR_BAD_REQUEST, ONLY_CHUNKED},
    {"|Host:a\nTransfer-Encoding:chunked, chunked\n", ERROR_BAD_REQUEST, ONLY_CHUNKED},
    {"|Host:a\nTransfer-Encoding:chunked;a=b\n", ERROR_BAD_REQUEST, ONLY_CHUNKED},
    {"|Host:a\nTransfer-Encoding:chunked\nTransfer-Encoding:chunked\n", ERROR_BAD_REQUEST, MORE_THAN_ONCE},
    {"|Host:a\nTransfer-Encoding:chunked\nContent-Length:5\n", ERROR_BAD_REQUEST, MORE_THAN_ONCE},
    {"|Host:a\nTransfer-Encoding:gzip\nContent-Length:5\n", ERROR_BAD_REQUEST, MORE_THAN_ONCE},
    {"Transfer-Encoding:chunked\n", ERROR_BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding"},
    {"Transfer-Encoding:chunked\nContent-Length:5\n", ERROR_BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding"},
    {"Host:a\n", ERROR_NONE, NULL},
    {"Host:\n", ERROR_NONE, NULL},
    {"Host:a\nHost:a\n", ERROR_BAD_REQUEST, "The request has more than one Host header"},
    {"|Host:a\n", ERROR_NONE, NULL},
    {"|X:a\n", ERROR_BAD_REQUEST, "The request has no Host header"},
    {"!X:a\n", ERROR_BAD_REQUEST, "The lines of a request head must end with CR LF"},
    {"!|X y:a\n", ERROR_BAD_REQUEST, "The lines of a request head must end with CR LF"},
    {"|X y:a\n", ERROR_BAD_REQUEST, MALFORMED},
};

START_TEST(refuses_heads)
{
    struct gate gate = {0};
    struct str rest = str_of(heads[_i].headers), line;
    gate.has_bad_line = str_find(rest, '!') != SIZE_MAX;
    gate.is_old = str_find(rest, '|') == SIZE_MAX;
    while (rest.n && (rest.p[0] == '!' || rest.p[0] == '|'))
        rest = str_slice(rest, 1, rest.n);
    while (rest.n && str_next(&rest, '\n', &line)) {
        size_t colon = str_find(line, ':');
        gate_header(&gate, str_slice(line, 0, colon), str_slice(line, colon + 1, line.n));
    }
    ck_assert_int_eq(check_gate(&gate, STR("POST"), heads[_i].text), heads[_i].id);
}
END_TEST

static const struct {
    const char *host;
    bool is_right;
} hosts[] = {
    {"", true},
    {"registry", true},
    {"registry:8081", true},
    {"registry:", true},
    {":8081", true},
    {"127.0.0.1:80", true},
    {"a.b-c_d~e!$&'()*+,;=%41", true},
    {"[::1]", true},
    {"[::1]:8081", true},
    {"[v1.a:b]", true},
    {"a b", false},
    {"a/b", false},
    {"user@host", false},
    {"a?b", false},
    {"a#b", false},
    {"a\\b", false},
    {"<a>", false},
    {"a\x80", false},
    {"a:b", false},
    {"a:8x", false},
    {"a:80:80", false},
    {"::1", false},
    {"[::1", false},
    {"::1]", false},
    {"[::1]8081", false},
    {"[::1]:x", false},
    {"[[::1]]", false},
    {"[a/b]", false},
};

/* RFC 9110 section 7.2, RFC 3986 section 3.2.2. */
START_TEST(knows_hosts)
{
    struct gate gate = {0};
    gate_header(&gate, STR("Host"), str_of(hosts[_i].host));
    ck_assert_int_eq(check_gate(&gate, STR("GET"), hosts[_i].is_right ? NULL : "The Host header is malformed"),
                     hosts[_i].is_right ? ERROR_NONE : ERROR_BAD_REQUEST);
}
END_TEST

START_TEST(looks_at_targets)
{
    char text[101];
    struct gate gate = {.is_old = true};
    memset(text, 'a', sizeof text);
    target = (struct str){text, 100};
    ck_assert_int_eq(check_gate(&gate, STR("GET"), NULL), ERROR_NONE);
    target.n++;
    ck_assert_int_eq(check_gate(&gate, STR("GET"), NULL), ERROR_URI_TOO_LONG);
    for (int c = 0; c < 256; c++) {
        text[50] = (char)c;
        target = (struct str){text, 60};
        bool is_bad = c <= 0x20 || c == 0x7F;
        ck_assert_int_eq(check_gate(&gate, STR("GET"), is_bad ? "The request target is malformed" : NULL),
                         is_bad ? ERROR_BAD_REQUEST : ERROR_NONE);
    }
}
END_TEST

START_TEST(looks_at_sizes)
{
    struct gate gate = {.is_old = true, .head_bytes = 100};
    ck_assert_int_eq(check_gate(&gate, STR("GET"), NULL), ERROR_NONE);
    gate.head_bytes++;
    ck_assert_int_eq(check_gate(&gate, STR("GET"), NULL), ERROR_HEADERS_TOO_LARGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gate");
    TCase *tests = tcase_create("gate");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, knows_headers, 0, sizeof headers / sizeof headers[0]);
    tcase_add_test(tests, takes_tokens_only);
    tcase_add_loop_test(tests, refuses_control_bytes, 0, 7);
    tcase_add_test(tests, looks_behind_tabs);
    tcase_add_loop_test(tests, knows_hosts, 0, sizeof hosts / sizeof hosts[0]);
    tcase_add_test(tests, looks_at_targets);
    tcase_add_test(tests, looks_at_sizes);
    tcase_add_loop_test(tests, refuses_heads, 0, sizeof heads / sizeof heads[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
