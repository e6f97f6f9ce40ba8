/* Settings: what is kept in memory of them, how changes are noticed, and aliases.
 * covers: service/core/settings.c */
#include "requests.h"

static struct stamped_cache_totals totals(void)
{
    struct stamped_cache_totals t;
    stamped_cache_totals(core->settings, &t);
    return t;
}

/* -- memory of settings ---------------------------------------------------------------------------------------------- */

START_TEST(reads_settings_once)
{
    for (int i = 0; i < 3; i++)
        MUST(get_config("s", true));
    ck_assert_uint_eq(totals().misses, 1);
    ck_assert_uint_eq(totals().hits, 2);
    MUST(get_config("t", true));
    MUST(get_config(":.ctx:s", true));
    ck_assert_uint_eq(totals().misses, 3); /* each subject of each context has its own */
    ck_assert_uint_eq(totals().count, 3);
}
END_TEST

START_TEST(sees_changes_at_once)
{
    MUST(get_config("s", true));
    MUST(put_config(":.__GLOBAL:", "{'compatibility':'NONE'}")); /* whatever the level of the change */
    MUST(get_config("s", true));
    assert_text(last.json, json("{'compatibilityLevel':'NONE'}"));
    MUST(put_config("", "{'compatibility':'FULL'}"));
    MUST(get_config("s", true));
    assert_text(last.json, json("{'compatibilityLevel':'FULL'}"));
    MUST(put_config("s", "{'compatibility':'FORWARD'}"));
    MUST(get_config("s", true));
    assert_text(last.json, json("{'compatibilityLevel':'FORWARD'}"));
    MUST(put_mode("s", "READONLY"));
    MUST(get_mode("s", true));
    assert_text(last.json, "READONLY");
    MUST(delete_mode("", true));
    MUST(get_mode("s", true));
    assert_text(last.json, "READWRITE");
    must_register("s", body("'int'", NULL));
    MUST(try_delete("s", 0, false));
    MUST(try_delete("s", 0, true)); /* takes its settings along */
    MUST(get_config("s", true));
    assert_text(last.json, json("{'compatibilityLevel':'FULL'}"));
}
END_TEST

/* Changes that this core has not heard of, as another node makes them. */
static void set_elsewhere(enum storage_change_kind kind, const char *subject, const char *value)
{
    struct stored_settings now;
    struct storage_snapshot *s;
    struct error err = ERROR_INIT(fixture.arena);
    ck_assert_int_eq(fixture.storage->ops->snapshot_open(fixture.storage, &s, &err), 0);
    ck_assert_int_eq(s->storage->ops->read_settings(s, fixture.arena, STR("."), str_of(subject), &now, &err), 0);
    s->storage->ops->snapshot_close(s);
    struct storage_change change = {.kind = kind,
                                    .context = STR("."),
                                    .subject = str_of(subject),
                                    .expected_settings_revision = now.revision,
                                    .set.value = str_of(json(value)),
                                    .err = ERROR_INIT(fixture.arena)};
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

START_TEST(does_not_decide_on_what_others_changed)
{
    must_register("s", body("'int'", NULL));
    set_elsewhere(STORAGE_SET_CONFIG, "s", "{'compatibilityLevel':'FULL'}");
    ck_assert_int_eq(try_register("s", body("'long'", NULL)), ERROR_INCOMPATIBLE);
    ck_assert_uint_eq(last.attempts, 2); /* the first time with what was remembered */
    set_elsewhere(STORAGE_SET_CONFIG, "s", "{'compatibilityLevel':'FULL','normalize':true}");
    MUST(put_config("s", "{'validateFields':true}"));
    assert_text(last.json, json("{'normalize':true,'validateFields':true,'compatibility':'FULL'}"));
    MUST(get_mode("", true));
    set_elsewhere(STORAGE_SET_MODE, "s", "IMPORT");
    MUST(delete_mode("", true));
    ck_assert_uint_eq(last.attempts, 2);
    MUST(get_mode("s", true));
    set_elsewhere(STORAGE_SET_MODE, "s", "READONLY");
    REFUSED(try_delete("s", 1, false), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
    ck_assert_uint_eq(last.attempts, 2);
}
END_TEST

/* Texts of settings stay as long as a request that uses them, whatever becomes of the memory of them. */
static void set_and_read(void)
{
    MUST(put_config("s", "{'overrideMetadata':{'properties':{'k':'new'}}}"));
    MUST(get_config("s", true));
}

static int decide_on_borrowed_texts(struct request *r)
{
    struct core_settings settings;
    if (core_settings_read(&r->call, &r->subject, &settings) != 0)
        return -1;
    void (*once)(void) = interfere;
    interfere = NULL;
    if (!once) /* decided again, since what it was decided on has moved */
        return 0;
    once();
    last.json = keep(settings.config.override_metadata);
    return 0;
}

START_TEST(keeps_texts_while_they_are_used)
{
    MUST(put_config("s", "{'overrideMetadata':{'properties':{'k':'old'}}}"));
    MUST(get_config("s", true));
    interfere = set_and_read;
    MUST(run("s", NULL, (struct arguments){0}, decide_on_borrowed_texts, NULL));
    assert_text(last.json, json("{'properties':{'k':'old'}}"));
}
END_TEST

/* -- aliases --------------------------------------------------------------------------------------------------------- */

static void assert_alias(const char *subject, const char *wanted)
{
    MUST(follow_alias(subject));
    assert_text(last.json, wanted);
}

START_TEST(follows_one_hop)
{
    MUST(put_config("a", "{'alias':'b'}"));
    MUST(put_config("b", "{'alias':'c'}"));
    MUST(put_config("far", "{'alias':':.ctx:x'}"));
    MUST(put_config("self", "{'alias':'self'}"));
    MUST(put_config("none", "{'alias':'','compatibility':'FULL'}"));
    MUST(put_config(":.ctx:a", "{'alias':'b'}"));
    MUST(put_config(":.ctx:home", "{'alias':':.:b'}"));
    assert_alias("a", "b"); /* one hop */
    assert_alias(":.:a", "b");
    assert_alias("far", ":.ctx:x");
    assert_alias("self", "self");
    assert_alias("none", "none");
    assert_alias("other", "other");
    assert_alias(":.ctx:a", ":.ctx:b"); /* in the same context */
    assert_alias(":.ctx:home", "b");
    assert_alias(":.ctx:b", ":.ctx:b");
    MUST(delete_config("a"));
    assert_alias("a", "a");
}
END_TEST

START_TEST(does_not_follow_aliases_of_contexts)
{
    MUST(put_config("", "{'alias':'b'}"));
    MUST(put_config(":.ctx:", "{'alias':'b'}"));
    MUST(put_config(":.__GLOBAL:", "{'alias':'b'}"));
    assert_alias("a", "a");
    assert_alias(":.ctx:a", ":.ctx:a");
    assert_alias(":.ctx:", ":.ctx:");
    assert_alias("", "");
}
END_TEST

START_TEST(works_through_aliases)
{
    must_register("target", body("'int'", NULL));
    must_register(":.ctx:t", body("'bytes'", NULL));
    MUST(put_config("a", "{'alias':'target'}"));
    MUST(put_config("far", "{'alias':':.ctx:t'}"));
    follows_aliases = true;
    MUST(try_register("a", body("'long'", NULL)));
    ck_assert_int_eq(last.registered.version, 2);
    MUST(read_version("a", 2, false));
    assert_text(last.found.subject, "target");
    MUST(read_version("far", 1, false));
    assert_text(last.found.context, ".ctx");
    REFUSED(read_version("far", 2, false), VERSION_NOT_FOUND, "Version 2 not found."); /* in that context alone */
    MUST(try_delete("a", 2, false));
    REFUSED(try_delete("a", 2, false), VERSION_SOFT_DELETED,
            "Subject 'target' Version 2 was soft deleted.Set permanent=true to delete permanently");
}
END_TEST

static enum error_id follow(void)
{
    return follow_alias("a");
}

START_TEST(survives_failures)
{
    MUST(put_config("a", "{'alias':'b'}"));
    survive_failures(follow, 2);
    assert_text(last.json, "b");
}
END_TEST

START_TEST(survives_small_memory)
{
    MUST(put_config(":.ctx:a", "{'alias':'b'}"));
    size_t failures = 0;
    for (request_bytes = 0; request_bytes < 8000; request_bytes += 16) {
        if (request_bytes % 32)
            start_core(); /* from the store, or from memory */
        enum error_id id = follow_alias(":.ctx:a");
        failures += id != ERROR_NONE;
        if (id == ERROR_NONE)
            assert_text(last.json, ":.ctx:b");
        else
            ck_assert_msg(error_rows[id].http_status == 500, "with %zu bytes: %s", request_bytes, last.fault.p);
    }
    ck_assert_uint_gt(failures, 10);
    assert_alias(":.ctx:a", ":.ctx:b");
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, reads_settings_once);
    tcase_add_test(tests, sees_changes_at_once);
    tcase_add_test(tests, does_not_decide_on_what_others_changed);
    tcase_add_test(tests, keeps_texts_while_they_are_used);
    tcase_add_test(tests, follows_one_hop);
    tcase_add_test(tests, does_not_follow_aliases_of_contexts);
    tcase_add_test(tests, works_through_aliases);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("settings", add);
}
