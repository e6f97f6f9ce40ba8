/* What every back end of storage.h must do with settings: levels, removal, purges. */
#include "conformance.h"

/* Settings as text: configurations and modes of subject, context and everything, "-" for none. */
static struct str text_of(const struct stored_settings *s)
{
    const struct str texts[] = {s->subject_config, s->context_config, s->global_config,
                                s->subject_mode,   s->context_mode,   s->global_mode};
    struct buf out;
    buf_init(&out, fixture.arena, 1000);
    for (size_t i = 0; i < 6; i++)
        buf_printf(&out, STR_FMT " ", STR_ARG(texts[i].p ? texts[i] : STR("-")));
    return buf_str(&out);
}

static void assert_settings(const char *context, const char *subject, const char *wanted)
{
    struct stored_settings s = settings_in(context, subject);
    assert_text(text_of(&s), wanted);
}

START_TEST(keeps_settings_of_every_level)
{
    assert_settings(".", "a", "- - - - - - ");
    assert_settings(".none", "a", "- - - - - - ");
    set_value(STORAGE_SET_CONFIG, ".", "a", "c1");
    set_value(STORAGE_SET_MODE, ".", "a", "m1");
    set_value(STORAGE_SET_CONFIG, ".", "", "c2");
    set_value(STORAGE_SET_MODE, ".", "", "m2");
    set_value(STORAGE_SET_CONFIG, ".__GLOBAL", "", "c3");
    set_value(STORAGE_SET_MODE, ".__GLOBAL", "", "m3");
    set_value(STORAGE_SET_CONFIG, ".ctx", "a", "c4");
    assert_settings(".", "a", "c1 c2 c3 m1 m2 m3 ");
    assert_settings(".", "b", "- c2 c3 - m2 m3 ");
    assert_settings(".", "", "- c2 c3 - m2 m3 "); /* those of the context stand once */
    assert_settings(".ctx", "a", "c4 - c3 - - m3 ");
    assert_settings(".ctx", "", "- - c3 - - m3 ");
    assert_settings(".__GLOBAL", "", "- c3 c3 - m3 m3 ");
    set_value(STORAGE_SET_CONFIG, ".__GLOBAL", "a", "c5");
    assert_settings(".__GLOBAL", "a", "c5 c3 c3 - m3 m3 ");
    assert_settings(".", "a", "c1 c2 c3 m1 m2 m3 ");
}
END_TEST

START_TEST(replaces_and_removes)
{
    set_value(STORAGE_SET_CONFIG, ".", "a", "old");
    set_value(STORAGE_SET_MODE, ".", "a", "mode");
    set_value(STORAGE_SET_CONFIG, ".", "a", "new");
    assert_settings(".", "a", "new - - mode - - ");
    set_value(STORAGE_SET_CONFIG, ".", "a", NULL);
    assert_settings(".", "a", "- - - mode - - ");
    set_value(STORAGE_SET_CONFIG, ".", "a", NULL); /* nothing to remove is no failure */
    set_value(STORAGE_SET_MODE, ".", "a", NULL);
    set_value(STORAGE_SET_MODE, ".none", "a", NULL);
    assert_settings(".", "a", "- - - - - - ");
}
END_TEST

START_TEST(moves_the_revision)
{
    int64_t last = settings_in(".", "a").revision;
    static const char *const values[] = {"x", "x", "y", NULL};
    for (size_t i = 0; i < 4; i++) {
        set_value(i % 2 ? STORAGE_SET_MODE : STORAGE_SET_CONFIG, i % 2 ? "." : ".ctx", "b", values[i]);
        int64_t now = settings_in(".", "a").revision; /* one for all settings */
        ck_assert_int_gt(now, last);
        last = now;
    }
    register_one("a", 1);
    remove_one("a", 1, false);
    remove_one("a", 1, true);
    ck_assert_int_eq(settings_in(".", "a").revision, last); /* nothing was set for it */
}
END_TEST

static enum storage_outcome remove_modes(const char *context, const char *subject)
{
    struct storage_change change = setting(STORAGE_SET_MODE, context, subject, NULL);
    change.set.recursive = true;
    return fixture_apply(fixture.storage, &change);
}

START_TEST(removes_modes_recursively)
{
    static const char *const places[][2] = {{".", ""},    {".", "a"},    {".", "b"},
                                            {".ctx", ""}, {".ctx", "a"}, {".__GLOBAL", ""}};
    for (size_t i = 0; i < 6; i++) {
        set_value(STORAGE_SET_MODE, places[i][0], places[i][1], "m");
        set_value(STORAGE_SET_CONFIG, places[i][0], places[i][1], "c");
    }
    ck_assert_int_eq(remove_modes(".", "a"), STORAGE_DONE); /* a subject alone */
    assert_settings(".", "a", "c c c - m m ");
    assert_settings(".", "b", "c c c m m m ");
    ck_assert_int_eq(remove_modes(".", ""), STORAGE_DONE);
    assert_settings(".", "b", "c c c - - m ");
    assert_settings(".ctx", "a", "c c c m m m ");
    ck_assert_int_eq(remove_modes(".__GLOBAL", ""), STORAGE_DONE);
    assert_settings(".ctx", "a", "c c c - - - ");
    assert_settings(".", "b", "c c c - - - ");
}
END_TEST

/* -- purges ---------------------------------------------------------------------------------------------------------- */

static struct storage_change purge(const char *context, const char *subject)
{
    struct storage_change change = setting(STORAGE_SET_MODE, context, subject, "IMPORT");
    change.set.purge_deleted = true;
    return change;
}

static void register_and_delete(const char *context, const char *subject, int content)
{
    register_in(context, subject, content);
    remove_in(context, subject, 1, false);
}

START_TEST(purges_a_subject)
{
    register_one("a", 1);
    register_and_delete(".", "b", 2);
    set_value(STORAGE_SET_CONFIG, ".", "b", "c");
    struct storage_change change = purge(".", "a");
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_SUBJECTS_EXIST);
    ck_assert_ptr_null(settings_in(".", "a").subject_mode.p);
    remove_one("a", 1, false);
    ck_assert_int_eq(apply(purge(".", "a")), STORAGE_DONE); /* whatever the revision of the subject */
    ck_assert_int_eq(subject_of("a").revision, 0);
    assert_settings(".", "a", "- - - IMPORT - - ");
    assert_counts(1, 1, 1);
    ck_assert_int_eq(apply(purge(".", "b")), STORAGE_DONE);
    assert_settings(".", "b", "c - - IMPORT - - "); /* its settings stay */
    assert_counts(0, 0, 0);
    ck_assert_int_eq(apply(purge(".", "none")), STORAGE_DONE);
    assert_settings(".", "none", "- - - IMPORT - - ");
    ck_assert_int_eq(register_one("a", 1), 3); /* ids are not given twice */
}
END_TEST

START_TEST(purges_a_context)
{
    register_one("a", 1);
    register_and_delete(".ctx", "a", 1);
    register_in(".ctx", "b", 2);
    register_in(".ctx", "b", 3);
    ck_assert_int_eq(apply(purge(".ctx", "")), STORAGE_SUBJECTS_EXIST);
    assert_counts(4, 4, 3);
    remove_in(".ctx", "b", 1, false);
    remove_in(".ctx", "b", 2, false);
    ck_assert_int_eq(apply(purge(".ctx", "")), STORAGE_DONE);
    assert_counts(1, 1, 1);
    ck_assert_int_eq(subject_in(".ctx", "b").revision, 0);
    assert_settings(".ctx", "a", "- - - - IMPORT - ");
    struct stored_version v;
    ck_assert_int_eq(read_id_in(".ctx", 1, NULL, &v), 1);
    ck_assert_int_eq(read_id_in(".", 1, NULL, &v), 0);
    ck_assert_int_eq(max_id_of(".ctx"), 3);
}
END_TEST

START_TEST(purges_everything)
{
    register_and_delete(".", "a", 1);
    register_and_delete(".x", "a", 1);
    register_in(".y", "a", 1);
    ck_assert_int_eq(apply(purge(".__GLOBAL", "")), STORAGE_SUBJECTS_EXIST);
    remove_in(".y", "a", 1, false);
    ck_assert_int_eq(apply(purge(".__GLOBAL", "")), STORAGE_DONE);
    assert_counts(0, 0, 0);
    assert_settings(".x", "a", "- - - - - IMPORT ");
    register_and_delete(".", "b", 1);
    ck_assert_int_eq(apply(purge(".__GLOBAL", "b")), STORAGE_DONE); /* a subject of that context, and nothing else */
    assert_counts(1, 1, 1);
}
END_TEST

START_TEST(does_not_purge_what_is_referred_to)
{
    struct storage_reference targets[] = {{STR("."), STR("base"), 2}, {STR("."), STR("base"), 1}};
    for (int content = 1; content <= 3; content++)
        register_one("base", content);
    ck_assert_int_eq(apply(referring("user", 5, targets, 2)), STORAGE_DONE);
    int32_t all[] = {1, 2, 3};
    remove_one("user", 1, false);
    ck_assert_int_eq(apply(removal("base", all, 3, false)), STORAGE_DONE);
    struct str before = store_dump(fixture.storage, fixture.arena);
    struct storage_change change = purge(".", "base");
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    ck_assert_int_eq(change.conflict_version, 2); /* the newest that is referred to */
    change = purge(".", "");
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED); /* from inside of the scope, too */
    ck_assert_int_eq(change.conflict_version, 2);
    ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    ck_assert_int_eq(apply(purge(".", "user")), STORAGE_DONE);
    ck_assert_int_eq(apply(purge(".", "base")), STORAGE_DONE);
    assert_counts(0, 0, 0);
}
END_TEST

START_TEST(purges_what_refers_to_itself)
{
    struct storage_reference own = {STR("."), STR("a"), 1};
    register_one("a", 1);
    ck_assert_int_eq(apply(referring("a", 2, &own, 1)), STORAGE_DONE);
    int32_t all[] = {1, 2};
    struct storage_change change = removal("a", all, 2, false);
    change.del.whole_subject = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert_int_eq(apply(purge(".", "a")), STORAGE_DONE);
    assert_counts(0, 0, 0);
}
END_TEST

START_TEST(leaves_everything_without_purge)
{
    register_and_delete(".", "a", 1);
    register_one("b", 1);
    set_value(STORAGE_SET_MODE, ".", "", "IMPORT"); /* forced */
    set_value(STORAGE_SET_MODE, ".", "b", "IMPORT");
    assert_counts(1, 2, 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, keeps_settings_of_every_level);
    tcase_add_test(tests, replaces_and_removes);
    tcase_add_test(tests, moves_the_revision);
    tcase_add_test(tests, removes_modes_recursively);
    tcase_add_test(tests, purges_a_subject);
    tcase_add_test(tests, purges_a_context);
    tcase_add_test(tests, purges_everything);
    tcase_add_test(tests, does_not_purge_what_is_referred_to);
    tcase_add_test(tests, purges_what_refers_to_itself);
    tcase_add_test(tests, leaves_everything_without_purge);
}

int main(void)
{
    return run_tests("conformance_settings", add);
}
