/* Several nodes on one database: what they hear of each other, who waits for whom, and what is not known for certain.
 * covers: service/storage/postgres/nodes.c service/storage/postgres/follower.c service/storage/postgres/writer.c
 * covers: service/storage/postgres/apply.c */
#include "conformance.h"
#include "pending.h"
#include "postgres/postgres_private.h"

#include "clock.h"

#include <time.h>

#define LEASE_MS 1000 /* as in the fixture */

/* What the second node was told of, as text. */
static struct heard {
    pthread_mutex_t lock;
    struct arena *arena;
    struct buf events;
} heard;

static void hear(void *observer, const struct storage_event *event)
{
    struct heard *h = observer;
    pthread_mutex_lock(&h->lock);
    if (event->is_anything)
        buf_add(&h->events, STR("anything "));
    else
        buf_printf(&h->events, "%d:" STR_FMT ":" STR_FMT ":%d%s%s ", (int)event->kind, STR_ARG(event->context),
                   STR_ARG(event->subject), event->schema_id, event->permanent ? "!" : "", event->sweeping ? "!!" : "");
    pthread_mutex_unlock(&h->lock);
}

static struct str events(void)
{
    pthread_mutex_lock(&heard.lock);
    struct str copy = arena_str(fixture.arena, buf_str(&heard.events));
    pthread_mutex_unlock(&heard.lock);
    return copy;
}

static struct storage *open_second(void)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct storage *second;
    struct postgres_options options = fixture_postgres_options(&fixture);
    pthread_mutex_init(&heard.lock, NULL);
    heard.arena = arena_new(1 << 20);
    buf_init(&heard.events, heard.arena, 1 << 18);
    ck_assert_int_eq(postgres_storage_open(&options, true, &second, &err), 0);
    second->observe_change = hear;
    second->change_observer = &heard;
    ck_assert_int_eq(storage_start(second, &err), 0);
    return second;
}

static void close_second(struct storage *second)
{
    storage_close(second);
    arena_free(heard.arena);
}

static bool is_current(const struct storage *storage)
{
    return atomic_load(&storage->current_until_ns) > clock_boot_ns();
}

static void wait_until_current(const struct storage *storage)
{
    for (int i = 0; i < 5000 && !is_current(storage); i++)
        clock_sleep_ms(1);
    ck_assert(is_current(storage));
}

/* On a connection of its own. */
static int64_t ask(const char *sql)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct postgres_options of_fixture = fixture_postgres_options(&fixture);
    struct pg_options options = {of_fixture.url, of_fixture.schema, 5000};
    struct pg_connection *c = ARENA_NEW(fixture.arena, struct pg_connection);
    int64_t number = -1;
    pg_init(c, &options);
    ck_assert_int_eq(pg_open(c, &err), 0);
    ck_assert_int_eq(pg_pipeline(c, false, &err), 0);
    ck_assert_msg(pg_script(c, sql, &number, &err) == 0, "%s", err.text.p);
    pg_close(c);
    return number;
}

static int64_t milliseconds_of(void (*act)(void))
{
    int64_t begin_ns = clock_mono_ns();
    act();
    return (clock_mono_ns() - begin_ns) / 1000000;
}

/* When a change is answered, every node that may answer from memory has been told of it. */
START_TEST(tells_the_others_before_it_answers)
{
    struct storage *second = open_second();
    wait_until_current(second);
    int32_t one = 1;
    register_in(".ctx", "a", 7);
    ck_assert_msg(strstr(events().p, "0:.ctx:a:0 ") != NULL, "%s", events().p);
    set_value(STORAGE_SET_CONFIG, ".ctx", "a", "{}");
    ck_assert(strstr(events().p, "2:.ctx:a:0 ") != NULL);
    ck_assert_int_eq(apply(removal_in(".ctx", "a", &one, 1, false)), STORAGE_DONE);
    ck_assert(strstr(events().p, "1:.ctx:a:0 ") != NULL);
    ck_assert_int_eq(apply(removal_in(".ctx", "a", &one, 1, true)), STORAGE_DONE);
    ck_assert(strstr(events().p, "1:.ctx:a:0! ") != NULL);
    struct storage_change mode = setting(STORAGE_SET_MODE, ".", "", "IMPORT");
    mode.set.purge_deleted = true;
    ck_assert_int_eq(apply(mode), STORAGE_DONE);
    ck_assert(strstr(events().p, "3:.::0!! ") != NULL);
    close_second(second);
}
END_TEST

/* Nobody is told of what it has written itself. */
START_TEST(does_not_hear_itself)
{
    struct storage *second = open_second();
    wait_until_current(second);
    struct storage_change change = registration("a", 1);
    ck_assert_int_eq(fixture_apply(second, &change), STORAGE_DONE);
    register_one("b", 2);
    ck_assert(strstr(events().p, ":b:") != NULL && strstr(events().p, ":a:") == NULL);
    close_second(second);
}
END_TEST

static void register_something(void)
{
    static int content = 100;
    register_one("slow", content++);
}

/* A node that died: changes wait for its lease, once, and then it is left out. */
START_TEST(waits_for_a_lease_of_a_dead_node_once)
{
    ask("INSERT INTO nodes (node, beat, seen_revision) VALUES ('dead', 5, 0) RETURNING 1");
    int64_t first_ms = milliseconds_of(register_something);
    ck_assert_int_ge(first_ms, LEASE_MS);
    for (int i = 0; i < 5000 && ask("SELECT count(*) FROM nodes WHERE node = 'dead'"); i++)
        clock_sleep_ms(10);
    ck_assert_int_eq(ask("SELECT count(*) FROM nodes WHERE node = 'dead'"), 0);
    ck_assert_int_lt(milliseconds_of(register_something), LEASE_MS);
}
END_TEST

/* One that was left out by mistake comes back, and remembers nothing. */
START_TEST(comes_back_after_it_was_left_out)
{
    struct storage *second = open_second();
    wait_until_current(second);
    size_t known = events().n;
    ask("DELETE FROM nodes RETURNING 1");
    for (int i = 0; i < 5000 && !strstr(events().p + known, "anything"); i++)
        clock_sleep_ms(1);
    ck_assert(strstr(events().p + known, "anything") != NULL);
    for (int i = 0; i < 5000 && ask("SELECT count(*) FROM nodes") < 2; i++)
        clock_sleep_ms(1);
    wait_until_current(second);
    register_one("a", 1);
    ck_assert(strstr(events().p, "0:.:a:0 ") != NULL);
    close_second(second);
}
END_TEST

START_TEST(leaves_when_it_is_closed)
{
    struct storage *second = open_second();
    wait_until_current(second);
    wait_until_current(fixture.storage);
    ck_assert_int_eq(ask("SELECT count(*) FROM nodes"), 2);
    close_second(second);
    ck_assert_int_eq(ask("SELECT count(*) FROM nodes"), 1);
    ck_assert_int_lt(milliseconds_of(register_something), LEASE_MS);
}
END_TEST

/* A database that was restored knows less than what was seen. */
START_TEST(notices_a_database_that_went_back)
{
    struct storage *second = open_second();
    for (int i = 0; i < 5; i++)
        register_one("a", i);
    wait_until_current(second);
    size_t known = events().n;
    ask("UPDATE totals SET revision = 2 RETURNING 1");
    for (int i = 0; i < 5000 && !strstr(events().p + known, "anything"); i++)
        clock_sleep_ms(1);
    ck_assert(strstr(events().p + known, "anything") != NULL);
    close_second(second);
}
END_TEST

#define CHANGES 50

struct load {
    struct storage *storage;
    struct storage_change changes[CHANGES]; /* each in a subject of its own */
};

static void *write_much(void *argument)
{
    struct load *load = argument;
    for (int i = 0; i < CHANGES; i++)
        ck_assert_int_eq(fixture_apply(load->storage, &load->changes[i]), STORAGE_DONE);
    return NULL;
}

static struct load *make_load(struct storage *storage, int number)
{
    struct load *load = ARENA_NEW(fixture.arena, struct load);
    load->storage = storage;
    for (int i = 0; i < CHANGES; i++) {
        load->changes[i] = registration("none", i);
        load->changes[i].subject = arena_printf(fixture.arena, "s%d-%d", number, i);
        load->changes[i].err = ERROR_INIT(arena_new(1 << 16));
    }
    return load;
}

/* Both write at once: ids of equal content are the same, versions and counts are right. */
START_TEST(writes_from_several_nodes)
{
    struct storage *second = open_second();
    pthread_t threads[2];
    struct load *loads[2] = {make_load(fixture.storage, 0), make_load(second, 1)};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_much, loads[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2 * CHANGES; i++)
        arena_free(loads[i / CHANGES]->changes[i % CHANGES].err.arena);
    assert_counts(CHANGES, 2 * CHANGES, 2 * CHANGES);
    ck_assert_int_eq(max_id_of("."), CHANGES);
    ck_assert_int_eq(ask("SELECT count(*) FROM changes"), 2 * CHANGES);
    close_second(second);
}
END_TEST

/* The commit happens, and its answer is lost: the writer finds its token and does not write again. */
START_TEST(finds_out_what_became_of_a_commit)
{
    struct pending pending[8];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 8; i++) {
            struct storage_change change = registration("none", 8 * round + i);
            change.subject = arena_printf(fixture.arena, "s%d-%d", round, i);
            pending_submit(&pending[i], fixture.storage, change);
        }
        ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
            "application_name = 'avouch'");
        for (int i = 0; i < 8; i++) {
            ck_assert_int_eq(pending_wait(&pending[i]), STORAGE_DONE);
            ck_assert_int_eq(pending[i].change.version, 1);
            pending_free(&pending[i]);
        }
    }
    /* Asked of the database: the store may still find out that its connections are gone. */
    ck_assert_int_eq(ask("SELECT count(*) FROM schemas"), 160);
    ck_assert_int_eq(ask("SELECT count(*) FROM versions"), 160);
    ck_assert_int_eq(ask("SELECT count(*) FROM subjects"), 160);
    ck_assert_int_eq(ask("SELECT count(*) FROM changes"), 160);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, tells_the_others_before_it_answers);
    tcase_add_test(tests, does_not_hear_itself);
    tcase_add_test(tests, waits_for_a_lease_of_a_dead_node_once);
    tcase_add_test(tests, comes_back_after_it_was_left_out);
    tcase_add_test(tests, leaves_when_it_is_closed);
    tcase_add_test(tests, notices_a_database_that_went_back);
    tcase_add_test(tests, writes_from_several_nodes);
    tcase_add_test(tests, finds_out_what_became_of_a_commit);
}

int main(void)
{
    return getenv("AVOUCH_TEST_DATABASE") ? run_tests("nodes", add) : 77;
}
