/* The table of migrations that is compiled in.
 * covers: service/storage/migrate.c */
#include "migrate.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(is_numbered_from_one)
{
    ck_assert_uint_gt(migration_count, 0);
    for (size_t i = 0; i < migration_count; i++) {
        ck_assert_int_eq(migrations[i].number, (int)i + 1);
        ck_assert_uint_gt(strlen(migrations[i].name), 0);
        ck_assert_ptr_nonnull(strstr(migrations[i].sqlite, ";"));
        ck_assert_ptr_nonnull(strstr(migrations[i].postgres, ";"));
    }
    ck_assert_str_eq(migrations[0].name, "registry");
}
END_TEST

/* The next line that is neither empty nor a comment; false at the end. */
static bool next_line(FILE *file, char *line, size_t room)
{
    while (fgets(line, (int)room, file)) {
        size_t blanks = strspn(line, " \t\n");
        if (line[blanks] && strncmp(line + blanks, "--", 2) != 0)
            return true;
    }
    return false;
}

/* A file says what is compiled in, but for comments and empty lines. */
static void assert_same(const char *root, const struct migration *m, const char *engine, const char *text)
{
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/migrations/%04d_%s.%s.sql", root, m->number, m->name, engine);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    while (next_line(file, line, sizeof line)) {
        ck_assert_msg(strncmp(text, line, strlen(line)) == 0, "%s: %s", path, line);
        text += strlen(line);
    }
    ck_assert_str_eq(text, "");
    fclose(file);
}

START_TEST(is_what_the_files_say)
{
    const char *root = getenv("AVOUCH_TEST_SOURCE_ROOT");
    if (!root) {
        puts("migrate: AVOUCH_TEST_SOURCE_ROOT is not set, the files are not compared");
        return;
    }
    for (size_t i = 0; i < migration_count; i++) {
        assert_same(root, &migrations[i], "sqlite", migrations[i].sqlite);
        assert_same(root, &migrations[i], "postgres", migrations[i].postgres);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("migrate");
    TCase *tests = tcase_create("migrate");
    tcase_add_test(tests, is_numbered_from_one);
    tcase_add_test(tests, is_what_the_files_say);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
