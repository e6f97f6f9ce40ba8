/* Settings from files, the environment and flags.
 * covers: service/config/config.c service/config/config_sources.c */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena *arena;

static struct config *read_config(const char *file, const char *const *flags, const char *const *environment,
                                  struct str *ret_fault)
{
    static char path[64];
    const char *argv[8] = {NULL};
    int argc = 0;
    struct config *config = NULL;
    struct error err = ERROR_INIT(arena);
    if (file) {
        snprintf(path, sizeof path, "/tmp/avouch-config-%d", (int)getpid());
        FILE *out = fopen(path, "w");
        fputs(file, out);
        fclose(out);
        argv[argc++] = "--config";
        argv[argc++] = path;
    }
    for (; flags && *flags; flags++)
        argv[argc++] = *flags;
    config_read(argc, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment, &config, &err);
    *ret_fault = err.text;
    if (file)
        unlink(path);
    return config;
}

START_TEST(later_sources_win)
{
    struct str fault;
    const char *environment[] = {"AVOUCH_LOG_LEVEL=debug", "SCHEMA_REGISTRY_KAFKASTORE_TOPIC=x",
                                 "AVOUCH_REPLY_CACHE_BYTES=2k", NULL};
    const char *flags[] = {"--listen", "127.0.0.1:1", "--worker.queue=9", NULL};
    struct config *c = read_config(
        "# c\nlog.level = error\nworker.queue: 5\nreply.cache.bytes 1m\nhost.name=y\nkafka.cluster.id=a\\\n  b\n",
        flags, environment, &fault);
    ck_assert_msg(c != NULL, STR_FMT, STR_ARG(fault));
    ck_assert(str_equal(config_text(c, OPTION_LOG_LEVEL), STR("debug")));
    ck_assert(str_equal(config_text(c, OPTION_LISTENERS), STR("127.0.0.1:1")));
    ck_assert(str_equal(config_text(c, OPTION_KAFKA_CLUSTER_ID), STR("ab")));
    ck_assert_int_eq(config_number(c, OPTION_WORKER_QUEUE), 9);
    ck_assert_int_eq(config_number(c, OPTION_REPLY_CACHE_BYTES), 2048);
    ck_assert(config_boolean(c, OPTION_COMPRESSION));
    struct str text = config_print(c, arena);
    ck_assert(strstr(text.p, "worker.queue=9") != NULL);
    config_free(c);
}
END_TEST

static const struct {
    const char *file, *flag, *variable, *fault;
} faults[] = {
    {"nonsense=1\n", NULL, NULL, "there is no setting 'nonsense'"},
    {NULL, "--nonsense=1", NULL, "there is no setting 'nonsense'"},
    {NULL, NULL, "AVOUCH_NONSENSE=1", "there is no setting 'nonsense'"},
    {NULL, "--worker.queue=0", NULL, "worker.queue cannot be '0'"},
    {NULL, "--worker.queue=1k", NULL, "worker.queue cannot be '1k'"},
    {NULL, "--log.level=loud", NULL, "one of error|warning|info|debug"},
    {NULL, "--compression.enable=yes", NULL, "true or false"},
    {NULL, "plain", NULL, "'plain'"},
    {NULL, "--data", NULL, "lacks its value"},
    {"authentication.method=BASIC\n", NULL, NULL, "is not supported"},
};

START_TEST(names_what_is_wrong)
{
    struct str fault;
    const char *flags[] = {faults[_i].flag, NULL}, *environment[] = {faults[_i].variable, NULL};
    ck_assert_ptr_null(read_config(faults[_i].file, flags, environment, &fault));
    ck_assert_msg(strstr(fault.p, faults[_i].fault) != NULL, "%s", fault.p);
}
END_TEST

/* docs/settings.md holds the table that the program prints. */
START_TEST(document_is_fresh)
{
    char path[512], *text = NULL;
    size_t room = 0;
    const char *root = getenv("AVOUCH_TEST_SOURCE_ROOT");
    if (!root)
        return;
    snprintf(path, sizeof path, "%s/docs/settings.md", root);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert(getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    struct str table = config_reference(arena);
    struct str copy = arena_str(arena, table);
    ck_assert_msg(strstr(text, copy.p) != NULL,
                  "docs/settings.md is out of date: avouch serve --help prints the table");
    free(text);
}
END_TEST

static void set_up(void)
{
    arena = arena_new(1 << 22);
}

static void tear_down(void)
{
    arena_free(arena);
}

int main(void)
{
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, later_sources_win);
    tcase_add_loop_test(tests, names_what_is_wrong, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(tests, document_is_fresh);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
