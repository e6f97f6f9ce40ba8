/* The queue between event loops and workers.
 * covers: service/http/queue.c */
#include "server_private.h"

#include <check.h>
#include <sched.h>
#include <stdlib.h>

static struct worker_queue queue;
static struct request requests[8];

static void push(int number, bool is_urgent, bool is_taken)
{
    ck_assert_int_eq(queue_push(&queue, &requests[number], is_urgent), is_taken);
}

static void pop(int number)
{
    struct request *r = queue_pop(&queue);
    ck_assert_ptr_eq(r, &requests[number]);
}

static void set_up(void)
{
    ck_assert_int_eq(queue_init(&queue, 3), 0);
}

static void tear_down(void)
{
    queue_deinit(&queue);
}

START_TEST(keeps_the_order)
{
    push(0, false, true);
    push(1, false, true);
    pop(0);
    push(2, false, true);
    pop(1);
    pop(2);
    push(3, false, true); /* after it was empty */
    pop(3);
    ck_assert_uint_eq(queue.waiting, 0);
}
END_TEST

START_TEST(takes_no_more_than_it_may)
{
    push(0, false, true);
    push(1, false, true);
    push(2, false, true);
    push(3, false, false);
    push(4, true, true); /* what is urgent always */
    push(5, true, true);
    ck_assert_uint_eq(queue.waiting, 5);
    push(3, false, false);
    pop(5); /* and first, the latest before the others */
    pop(4);
    pop(0);
    push(3, false, true);
    pop(1);
    pop(2);
    pop(3);
}
END_TEST

START_TEST(takes_urgent_ones_when_it_is_empty)
{
    push(0, true, true);
    push(1, false, true); /* behind it */
    push(2, true, true);
    pop(2);
    pop(0);
    pop(1);
    push(3, false, true);
    pop(3);
}
END_TEST

START_TEST(gives_what_waits_before_it_stops)
{
    push(0, false, true);
    push(1, true, true);
    queue_stop(&queue);
    pop(1);
    pop(0);
    ck_assert_ptr_null(queue_pop(&queue));
    ck_assert_ptr_null(queue_pop(&queue));
    push(2, true, true); /* what is under way comes to its end */
    pop(2);
    ck_assert_ptr_null(queue_pop(&queue));
}
END_TEST

/* -- threads --------------------------------------------------------------------------------------------------------- */

#define WORKERS 4
#define PRODUCERS 4
#define EACH 300

static struct request many[PRODUCERS * EACH];
static atomic_uint taken[PRODUCERS * EACH];

static void *work(void *argument)
{
    struct request *r;
    size_t count = 0;
    while ((r = queue_pop(&queue)) != NULL) {
        atomic_fetch_add(&taken[r - many], 1);
        count++;
    }
    *(size_t *)argument = count;
    return NULL;
}

static void *produce(void *argument)
{
    size_t first = *(size_t *)argument * EACH;
    for (size_t i = first; i < first + EACH; i++) {
        while (!queue_push(&queue, &many[i], i % 7 == 0))
            sched_yield();
    }
    return NULL;
}

/* Each request is taken once, by whomever; stopping wakes all who wait. */
START_TEST(shares_work)
{
    pthread_t workers[WORKERS], producers[PRODUCERS];
    size_t counts[WORKERS], numbers[PRODUCERS], total = 0;
    queue_deinit(&queue);
    ck_assert_int_eq(queue_init(&queue, 16), 0);
    for (size_t i = 0; i < WORKERS; i++)
        ck_assert_int_eq(pthread_create(&workers[i], NULL, work, &counts[i]), 0);
    for (size_t i = 0; i < PRODUCERS; i++) {
        numbers[i] = i;
        ck_assert_int_eq(pthread_create(&producers[i], NULL, produce, &numbers[i]), 0);
    }
    for (size_t i = 0; i < PRODUCERS; i++)
        pthread_join(producers[i], NULL);
    queue_stop(&queue);
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
        total += counts[i];
    }
    ck_assert_uint_eq(total, PRODUCERS * EACH);
    for (size_t i = 0; i < PRODUCERS * EACH; i++)
        ck_assert_uint_eq(atomic_load(&taken[i]), 1);
    ck_assert(queue.waiting == 0 && queue.idle == 0 && !queue.first);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *tests = tcase_create("queue");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, keeps_the_order);
    tcase_add_test(tests, takes_no_more_than_it_may);
    tcase_add_test(tests, takes_urgent_ones_when_it_is_empty);
    tcase_add_test(tests, gives_what_waits_before_it_stops);
    tcase_add_test(tests, shares_work);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
