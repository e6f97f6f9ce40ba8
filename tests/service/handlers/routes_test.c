/* The table of routes: what its rows must agree on for the router, the metrics and the OpenAPI document.
 * covers: service/handlers/routes.c */
#include "application.h"

#include "route.h"

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

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

START_TEST(has_each_route_once)
{
    for (size_t i = 0; i < route_count; i++) {
        for (size_t j = i + 1; j < route_count; j++) {
            bool is_twice = same(routes[i].method, routes[j].method) && same(routes[i].pattern, routes[j].pattern);
            ck_assert_msg(!is_twice, "%s %s", routes[i].method, routes[i].pattern);
            ck_assert_msg(!same(routes[i].operation, routes[j].operation), "%s", routes[i].operation);
        }
    }
    ck_assert_uint_gt(route_count, 30);
}
END_TEST

START_TEST(fits_into_the_metrics)
{
    struct metrics *metrics;
    struct metrics_route named[METRICS_ROUTES_MAX];
    ck_assert_uint_lt(route_count, METRICS_ROUTES_MAX); /* one place is for requests without a route */
    for (size_t i = 0; i < route_count; i++)
        named[i] = (struct metrics_route){routes[i].method, routes[i].pattern};
    ck_assert_int_eq(metrics_new(named, route_count, &metrics), 0);
    metrics_free(metrics);
}
END_TEST

START_TEST(is_complete)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        bool is_known = false;
        for (size_t m = 0; m < 4; m++)
            is_known |= same(r->method, methods[m]);
        ck_assert_msg(is_known, "%s: %s", r->operation, r->method);
        ck_assert_msg(r->handler != NULL && r->text[0], "%s", r->operation);
        ck_assert_msg(r->text[strlen(r->text) - 1] != '.', "%s: a text is no sentence", r->operation);
        ck_assert_msg(strspn(r->operation, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                          strlen(r->operation),
                      "%s", r->operation);
        ck_assert_msg(!same(r->method, "GET") || (!r->is_write && r->body == BODY_NONE), "%s", r->operation);
        ck_assert_msg(!same(r->method, "DELETE") || (r->is_write && r->body == BODY_NONE), "%s", r->operation);
        ck_assert_msg(!same(r->method, "PUT") || (r->is_write && r->body != BODY_NONE), "%s", r->operation);
        ck_assert_msg(!same(r->method, "POST") || r->body != BODY_NONE, "%s", r->operation);
    }
}
END_TEST

/* The parameters of the pattern stand first in the row, in the order of the path. */
START_TEST(names_the_parameters_of_the_path)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        struct str rest = str_of(r->pattern + 1), part;
        size_t at = 0, segments = 0;
        ck_assert_msg(r->pattern[0] == '/', "%s", r->pattern);
        ck_assert_msg(same(r->pattern, "/") || r->pattern[strlen(r->pattern) - 1] != '/', "%s", r->pattern);
        while (rest.n && str_next(&rest, '/', &part)) {
            segments++;
            ck_assert_msg(part.n > 0, "%s", r->pattern);
            if (part.p[0] != '{')
                continue;
            const struct parameter *p = &r->parameters[at++];
            ck_assert_msg(p->name && p->place == PARAMETER_PATH, "%s", r->operation);
            ck_assert_msg(str_equal(str_slice(part, 1, part.n - 1), str_of(p->name)) && part.p[part.n - 1] == '}',
                          "%s: %s", r->operation, p->name);
        }
        ck_assert_uint_le(segments, URI_SEGMENTS_MAX);
        for (; at < route_parameter_count(r); at++)
            ck_assert_msg(r->parameters[at].place == PARAMETER_QUERY, "%s", r->operation);
    }
}
END_TEST

static void check_parameter(const struct route *r, const struct parameter *p)
{
    int64_t number;
    ck_assert_msg(p->text && p->text[0], "%s: %s has no text", r->operation, p->name);
    ck_assert_msg(p->place != PARAMETER_PATH || !p->initial, "%s: %s is always given", r->operation, p->name);
    switch (p->kind) {
    case PARAMETER_NUMBER:
        ck_assert_msg(p->place == PARAMETER_PATH ||
                          (p->initial && str_to_i64(str_of(p->initial), &number) == STR_NUMBER_OK),
                      "%s: %s", r->operation, p->name);
        break;
    case PARAMETER_BOOLEAN:
        ck_assert_msg(p->initial && (same(p->initial, "false") || same(p->initial, "true")), "%s: %s", r->operation,
                      p->name);
        break;
    case PARAMETER_TEXTS:
        ck_assert_msg(p->place == PARAMETER_QUERY && !p->initial, "%s: %s", r->operation, p->name);
        break;
    case PARAMETER_TEXT:
        break;
    }
}

START_TEST(describes_parameters)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        size_t count = route_parameter_count(r);
        ck_assert_uint_le(count, EXCHANGE_ARGUMENTS_MAX);
        for (size_t p = 0; p < count; p++) {
            check_parameter(r, &r->parameters[p]);
            for (size_t q = p + 1; q < count; q++)
                ck_assert_msg(!same(r->parameters[p].name, r->parameters[q].name), "%s: %s", r->operation,
                              r->parameters[p].name);
        }
        for (size_t p = count; p < EXCHANGE_ARGUMENTS_MAX; p++) /* nothing behind a gap */
            ck_assert_msg(!r->parameters[p].name, "%s", r->operation);
    }
}
END_TEST

static bool lists(const struct route *r, enum error_id id)
{
    for (size_t e = 0; e < ROUTE_ERRORS_MAX; e++) {
        if (r->errors[e] == id)
            return true;
    }
    return false;
}

START_TEST(lists_errors)
{
    for (size_t i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        size_t count = 0;
        while (count < ROUTE_ERRORS_MAX && r->errors[count] != ERROR_NONE)
            count++;
        ck_assert_msg(count < ROUTE_ERRORS_MAX, "%s: the list has no end", r->operation);
        for (size_t e = 0; e < count; e++) {
            ck_assert(r->errors[e] < ERROR_COUNT_);
            for (size_t f = e + 1; f < count; f++)
                ck_assert_msg(r->errors[e] != r->errors[f], "%s: %s", r->operation, error_rows[r->errors[e]].name);
        }
        for (size_t e = count; e < ROUTE_ERRORS_MAX; e++)
            ck_assert_msg(r->errors[e] == ERROR_NONE, "%s", r->operation);
        if (r->is_write)
            ck_assert_msg(lists(r, ERROR_STORE) && lists(r, ERROR_OPERATION_NOT_PERMITTED) && lists(r, ERROR_BUSY),
                          "%s", r->operation);
        if (r->body != BODY_NONE)
            ck_assert_msg(lists(r, ERROR_BAD_REQUEST), "%s", r->operation);
    }
}
END_TEST

/* A path made from a pattern leads to its own row, not to an earlier one. */
START_TEST(reaches_every_row)
{
    for (size_t i = 0; i < route_count; i++) {
        struct buf path;
        struct uri uri;
        const char *fault;
        struct str values[URI_SEGMENTS_MAX], methods, rest = str_of(routes[i].pattern + 1), part;
        size_t index = route_count;
        buf_init(&path, arena, 1000);
        buf_add_char(&path, '/');
        for (size_t n = 0; rest.n && str_next(&rest, '/', &part); n++) {
            buf_add(&path, n ? STR("/") : STR_EMPTY);
            buf_add(&path, part.p[0] == '{' ? STR("7") : part);
        }
        ck_assert_int_eq(uri_parse(arena, buf_str(&path), &uri, &fault), URI_OK);
        ck_assert_int_eq(
            route_find(routes, route_count, arena, str_of(routes[i].method), &uri, &index, values, &methods),
            ROUTE_FOUND);
        ck_assert_msg(index == i, "%s %s leads to %s", routes[i].method, routes[i].pattern, routes[index].pattern);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("routes");
    TCase *tests = tcase_create("routes");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, has_each_route_once);
    tcase_add_test(tests, fits_into_the_metrics);
    tcase_add_test(tests, is_complete);
    tcase_add_test(tests, names_the_parameters_of_the_path);
    tcase_add_test(tests, describes_parameters);
    tcase_add_test(tests, lists_errors);
    tcase_add_test(tests, reaches_every_row);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
