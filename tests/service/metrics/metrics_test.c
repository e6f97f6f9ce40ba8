/* Counting by many threads, and the text that comes of it.
 * covers: service/metrics/metrics.c service/metrics/exposition.c */
#include "metrics.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

static const struct metrics_route routes[] = {{"GET", "/a/{b}"}, {"POST", "/"}};
static struct metrics *metrics;

static void *count(void *argument)
{
    (void)argument;
    for (int i = 0; i < 10000; i++) {
        metrics_request(metrics, 0, i % 10 ? 200 : 404, 70000);
        metrics_add(metrics, METRIC_REQUESTS_REFUSED, 1);
        metrics_observe(metrics, METRIC_STORAGE_COMMIT_SECONDS, 2000000);
    }
    return NULL;
}

START_TEST(counts_of_threads_add_up)
{
    pthread_t threads[8];
    struct arena *arena = arena_new(1 << 22);
    struct buf out;
    ck_assert_int_eq(metrics_new(routes, 2, &metrics), 0);
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    metrics_set(metrics, METRIC_STORED_SCHEMAS, 42);
    buf_init(&out, arena, 1 << 20);
    metrics_print(metrics, &out);
    buf_add_char(&out, '\0');
    static const char *const lines[] = {
        "avouch_http_requests_total{method=\"GET\",route=\"/a/{b}\",status=\"200\"} 72000\n",
        "avouch_http_requests_total{method=\"GET\",route=\"/a/{b}\",status=\"404\"} 8000\n",
        "avouch_http_requests_refused_total 80000\n",
        "avouch_stored_schemas 42\n",
        "avouch_http_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"5e-05\"} 0\n",
        "avouch_http_request_duration_seconds_bucket{method=\"GET\",route=\"/a/{b}\",le=\"0.0001\"} 80000\n",
        "avouch_http_request_duration_seconds_count{method=\"GET\",route=\"/a/{b}\"} 80000\n",
        "avouch_storage_commit_duration_seconds_sum 160.000000000\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        ck_assert_msg(strstr(out.p, lines[i]) != NULL, "missing: %s\n%s", lines[i], out.p);
    ck_assert_ptr_null(strstr(out.p, "route=\"/\""));
    metrics_free(metrics);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, counts_of_threads_add_up);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
