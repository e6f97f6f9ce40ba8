/* Routes: which row a request belongs to, and what its parameters are.
 * covers: service/http/route.c */
#include "route.h"

#include <check.h>
#include <stdlib.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 18);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* Rows with keywords stand before those with parameters in the same place. */
static const struct route table[] = {
    {.method = "GET", .pattern = "/"},
    {.method = "GET", .pattern = "/a/list"},
    {.method = "GET", .pattern = "/a/{x}", .parameters = {{"x", PARAMETER_PATH, PARAMETER_TEXT, NULL, ""}}},
    {.method = "POST", .pattern = "/a/{x}", .parameters = {{"x", PARAMETER_PATH, PARAMETER_TEXT, NULL, ""}}},
    {.method = "DELETE", .pattern = "/a/{x}", .parameters = {{"x", PARAMETER_PATH, PARAMETER_TEXT, NULL, ""}}},
    {.method = "GET", .pattern = "/a/{x}/b/{y}"},
    {.method = "GET", .pattern = "/{x}/c"},
    {.method = "PUT", .pattern = "/put/only"},
};
#define ROWS (sizeof table / sizeof table[0])

static const struct {
    const char *method, *target;
    int row; /* -1: unknown; -2: another method is needed */
    const char *found; /* the values of the path joined by |, or the methods */
} rows[] = {
    {"GET", "/", 0, ""},
    {"GET", "", -1, NULL},
    {"HEAD", "/", 0, ""},
    {"GET", "/a/list", 1, ""},
    {"GET", "/a/list/", 1, ""},
    {"GET", "/a/listing", 2, "listing"},
    {"GET", "/a/List", 2, "List"},
    {"GET", "/a/l%69st", 2, "list"}, /* a keyword is not decoded, a value is */
    {"GET", "/%61/list", -1, NULL},
    {"GET", "/a/%2F%20", 2, "/ "},
    {"POST", "/a/list", 3, "list"}, /* the row with the keyword has another method */
    {"DELETE", "/a/x", 4, "x"},
    {"GET", "/a/1/b/2", 5, "1|2"},
    {"GET", "/a/1/b/2/", 5, "1|2"},
    {"GET", "/a/1/b", -1, NULL},
    {"GET", "/a/1/B/2", -1, NULL},
    {"GET", "/a/1/b/2/3", -1, NULL},
    {"GET", "/a", -1, NULL},
    {"GET", "/a/c", 2, "c"}, /* the earlier row */
    {"GET", "/z/c", 6, "z"},
    {"PUT", "/a/x", -2, "GET, HEAD, POST, DELETE, OPTIONS"},
    {"OPTIONS", "/a/x", -2, "GET, HEAD, POST, DELETE, OPTIONS"},
    {"get", "/a/x", -2, "GET, HEAD, POST, DELETE, OPTIONS"},
    {"HEAD", "/put/only", -2, "PUT, OPTIONS"},
    {"PATCH", "/", -2, "GET, HEAD, OPTIONS"},
};

START_TEST(finds_rows)
{
    struct uri uri;
    const char *fault;
    struct str values[URI_SEGMENTS_MAX] = {{NULL, 0}}, methods = {NULL, 0}, found = STR_EMPTY;
    size_t index = 99;
    if (rows[_i].target[0])
        ck_assert_int_eq(uri_parse(arena, str_of(rows[_i].target), &uri, &fault), URI_OK);
    else
        uri = (struct uri){.segment_count = 1, .segments = {STR("x")}, .raw_segments = {STR("x")}};
    int outcome = (int)route_find(table, ROWS, arena, str_of(rows[_i].method), &uri, &index, values, &methods);
    int wanted = rows[_i].row == -1 ? ROUTE_UNKNOWN : rows[_i].row == -2 ? ROUTE_WRONG_METHOD : ROUTE_FOUND;
    ck_assert_int_eq(outcome, wanted);
    if (outcome == ROUTE_FOUND) {
        ck_assert_int_eq((int)index, rows[_i].row);
        for (size_t i = 0; values[i].p; i++)
            found = ARENA_JOIN(arena, found, i ? STR("|") : STR_EMPTY, values[i]);
    } else if (outcome == ROUTE_WRONG_METHOD) {
        found = methods;
    }
    ck_assert_msg(!rows[_i].found || str_equal(found, str_of(rows[_i].found)), STR_FMT, STR_ARG(found));
}
END_TEST

START_TEST(finds_nothing_in_an_empty_table)
{
    struct uri uri;
    const char *fault;
    struct str values[URI_SEGMENTS_MAX], methods;
    size_t index;
    ck_assert_int_eq(uri_parse(arena, STR("/"), &uri, &fault), URI_OK);
    ck_assert_int_eq(route_find(table, 0, arena, STR("GET"), &uri, &index, values, &methods), ROUTE_UNKNOWN);
}
END_TEST

/* -- arguments ------------------------------------------------------------------------------------------------------- */

static const struct route numbered = {
    .parameters = {{"n", PARAMETER_PATH, PARAMETER_NUMBER, NULL, ""}},
};

static const struct {
    const char *text;
    bool is_number;
    int64_t number;
} numbers[] = {
    {"0", true, 0},
    {"12", true, 12},
    {"+12", true, 12},
    {"-1", true, -1},
    {"-0", true, 0},
    {"0012", true, 12},
    {"2147483647", true, INT32_MAX},
    {"-2147483648", true, INT32_MIN},
    {"\xD9\xA1\xD9\xA9", true, 19}, /* Arabic */
    {"-\xDB\xB0\xDB\xB9", true, -9}, /* Arabic of the east */
    {"1\xD9\xA2", true, 12},
    {"0000000000000000000000000000000012", true, 12},
    {"2147483648", false, 0},
    {"-2147483649", false, 0},
    {"99999999999999999999999999", false, 0},
    {"000000000000000000000000000001x", false, 0},
    {"", false, 0},
    {"+", false, 0},
    {"-", false, 0},
    {"+-1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1.0", false, 0},
    {"1e1", false, 0},
    {"0x1", false, 0},
    {"one", false, 0},
    {"\xC2\xB2", false, 0}, /* superscript two */
    {"\xEF\xBC\x91", false, 0}, /* full width: not among the common ones */
    {"\xD9\xAA", false, 0}, /* the Arabic percent sign, behind the digits */
    {"1\xFF", false, 0},
};

START_TEST(reads_numbers)
{
    struct exchange x = {.arena = arena, .err = ERROR_INIT(arena), .route = &numbered};
    struct str value = str_of(numbers[_i].text);
    int outcome = route_read_arguments(&x, &value);
    ck_assert_int_eq(outcome, numbers[_i].is_number ? 0 : -1);
    if (outcome == 0) {
        ck_assert_int_eq(x.arguments[0].number, numbers[_i].number);
        ck_assert(x.arguments[0].is_given && str_equal(x.arguments[0].text, value));
    } else {
        ck_assert_int_eq(x.err.id, ERROR_NOT_FOUND);
        ck_assert_str_eq(x.err.text.p, "HTTP 404 Not Found");
    }
}
END_TEST

static const struct route full = {
    .parameters = {{"p", PARAMETER_PATH, PARAMETER_TEXT, NULL, ""},
                   {"text", PARAMETER_QUERY, PARAMETER_TEXT, "initial", ""},
                   {"none", PARAMETER_QUERY, PARAMETER_TEXT, NULL, ""},
                   {"number", PARAMETER_QUERY, PARAMETER_NUMBER, "-1", ""},
                   {"flag", PARAMETER_QUERY, PARAMETER_BOOLEAN, "false", ""},
                   {"texts", PARAMETER_QUERY, PARAMETER_TEXTS, NULL, ""},
                   {"q", PARAMETER_PATH, PARAMETER_BOOLEAN, NULL, ""}},
};

/* Reads the arguments of a query; path values are "a" and "TRUE". */
static int read_query(struct exchange *x, const char *query)
{
    static const struct str values[] = {{"a", 1}, {"TRUE", 4}};
    const char *fault;
    struct str target = ARENA_JOIN(arena, STR("/x?"), str_of(query));
    *x = (struct exchange){.arena = arena, .err = ERROR_INIT(arena), .route = &full};
    ck_assert_int_eq(uri_parse(arena, target, &x->uri, &fault), URI_OK);
    return route_read_arguments(x, values);
}

START_TEST(reads_arguments)
{
    struct exchange x;
    struct argument *a = x.arguments;
    ck_assert_uint_eq(route_parameter_count(&full), 7);
    ck_assert_int_eq(read_query(&x, ""), 0);
    ck_assert(a[0].is_given && str_equal(a[0].text, STR("a")));
    ck_assert(!a[1].is_given && str_equal(a[1].text, STR("initial")));
    ck_assert(!a[2].is_given && a[2].text.n == 0);
    ck_assert(!a[3].is_given && a[3].number == -1);
    ck_assert(!a[4].is_given && !a[4].flag);
    ck_assert(a[6].is_given && a[6].flag); /* the second value of the path */
    ck_assert_int_eq(read_query(&x, "text=&number=5&flag=tRuE&none=n&text=second&Text=t"), 0);
    ck_assert(a[1].is_given && a[1].text.n == 0); /* given, if empty; the first one counts */
    ck_assert(a[2].is_given && str_equal(a[2].text, STR("n")));
    ck_assert(a[3].is_given && a[3].number == 5);
    ck_assert(a[4].is_given && a[4].flag);
    ck_assert_int_eq(read_query(&x, "number=&flag="), 0); /* an empty number is none */
    ck_assert(a[3].is_given && a[3].number == -1);
    ck_assert(a[4].is_given && !a[4].flag);
    static const char *const not_true[] = {"flag=yes", "flag=1", "flag=truee", "flag", "flag=%20true"};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(read_query(&x, not_true[i]), 0);
        ck_assert(!a[4].flag);
    }
    ck_assert_int_eq(read_query(&x, "number=x"), -1);
    ck_assert_int_eq(x.err.id, ERROR_NOT_FOUND);
}
END_TEST

START_TEST(reads_repeated_values)
{
    struct exchange x;
    struct str values[3];
    ck_assert_int_eq(read_query(&x, "texts=a&other=b&texts=&texts=c%20d&texts=e"), 0);
    ck_assert_uint_eq(exchange_values(&x, STR("texts"), values, 3), 3); /* no more than there is room for */
    ck_assert(str_equal(values[0], STR("a")) && values[1].n == 0 && str_equal(values[2], STR("c d")));
    ck_assert_uint_eq(exchange_values(&x, STR("other"), values, 3), 1);
    ck_assert_uint_eq(exchange_values(&x, STR("none"), values, 3), 0);
    ck_assert_uint_eq(exchange_values(&x, STR("texts"), values, 0), 0);
}
END_TEST

START_TEST(counts_parameters)
{
    struct route route = {.method = "GET"};
    for (size_t i = 0; i < EXCHANGE_ARGUMENTS_MAX; i++) {
        ck_assert_uint_eq(route_parameter_count(&route), i);
        route.parameters[i].name = "x";
    }
    ck_assert_uint_eq(route_parameter_count(&route), EXCHANGE_ARGUMENTS_MAX); /* no end is needed */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("route");
    TCase *tests = tcase_create("route");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, finds_rows, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, finds_nothing_in_an_empty_table);
    tcase_add_loop_test(tests, reads_numbers, 0, sizeof numbers / sizeof numbers[0]);
    tcase_add_test(tests, reads_arguments);
    tcase_add_test(tests, reads_repeated_values);
    tcase_add_test(tests, counts_parameters);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
