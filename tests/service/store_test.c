/* Which store the settings name. */
#include "store.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena *arena;
static struct config *config;

static void read_config(const char *flag, const char *value)
{
    struct error err = ERROR_INIT(arena);
    char *const flags[] = {(char *)(uintptr_t)flag, (char *)(uintptr_t)value};
    char *const environment[] = {NULL};
    ck_assert_int_eq(config_read(2, flags, environment, &config, &err), 0);
}

static void set_up(void)
{
    arena = arena_new(1 << 24);
}

static void tear_down(void)
{
    config_free(config);
    arena_free(arena);
}

START_TEST(is_embedded_by_default)
{
    struct error err = ERROR_INIT(arena);
    struct storage *storage;
    struct store_migrations state;
    char folder[] = "/tmp/avouch-unit-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    read_config("--data", folder);
    ck_assert(str_equal(store_place(config, arena), str_of(folder)));
    ck_assert_int_eq(store_migrations_read(config, arena, &state, &err), 0);
    ck_assert(state.applied == 0 && state.known > 0);
    ck_assert_int_eq(store_open(config, arena, true, &storage, &err), 0);
    ck_assert_str_eq(storage->ops->name, "sqlite");
    ck_assert_int_eq(storage_start(storage, &err), 0);
    storage_close(storage);
    ck_assert_int_eq(store_migrations_read(config, arena, &state, &err), 0);
    ck_assert_int_eq(state.applied, state.known);
    static const char *const names[] = {"avouch.db", "avouch.lock"};
    for (size_t i = 0; i < 2; i++)
        unlink(arena_printf(arena, "%s/%s", folder, names[i]).p);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* A database that is not there is no reason not to start. The password is told to nobody. */
START_TEST(is_postgres_where_a_url_names_it)
{
    struct error err = ERROR_INIT(arena);
    struct storage *storage;
    struct storage_snapshot *snapshot;
    struct store_migrations state;
    read_config("--database", "postgresql://somebody:secret@127.0.0.1:1/nowhere");
    ck_assert(str_find(store_place(config, arena), 'P') == 0);
    ck_assert_ptr_null(strstr(store_place(config, arena).p, "secret"));
    ck_assert_int_eq(store_migrations_read(config, arena, &state, &err), -1);
    err = ERROR_INIT(arena);
    ck_assert_int_eq(store_open(config, arena, true, &storage, &err), 0);
    ck_assert_str_eq(storage->ops->name, "postgres");
    ck_assert_int_eq(storage->ops->snapshot_open(storage, &snapshot, &err), -1);
    ck_assert_int_eq(err.id, ERROR_STORE);
    ck_assert_ptr_null(strstr(err.text.p, "secret"));
    storage_close(storage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *tests = tcase_create("store");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, is_embedded_by_default);
    tcase_add_test(tests, is_postgres_where_a_url_names_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
