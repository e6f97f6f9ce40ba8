/* What every back end of storage.h must do with changes: ids, versions, references, totals; run against the embedded
 * store. Reads, settings and batches have files of their own. */
#include "conformance.h"

START_TEST(gives_ids_and_versions)
{
    ck_assert_int_eq(register_one("a", 1), 1);
    ck_assert_int_eq(register_one("a", 2), 2);
    ck_assert_int_eq(register_one("b", 1), 1); /* equal content shares its id */
    ck_assert_int_eq(register_one("b", 3), 3);
    assert_text(versions_of("a"), "1=1 2=2 ");
    assert_text(versions_of("b"), "1=1 2=3 ");
    ck_assert(subject_of("a").highest_version == 2 && subject_of("a").latest_version == 2);
    struct stored_version v;
    ck_assert_int_eq(read_id_in(".", 3, NULL, &v), 0);
    ck_assert(str_equal(v.subject, STR("b")) && v.version == 2 && str_equal(v.schema.text, STR("text 3")));
    ck_assert_int_eq(read_id_in(".", 4, NULL, &v), 1);
    assert_counts(3, 4, 2);
}
END_TEST

START_TEST(says_what_it_did)
{
    struct storage_change first = registration("a", 1);
    ck_assert_int_eq(fixture_apply(fixture.storage, &first), STORAGE_DONE);
    ck_assert(first.schema_id == 1 && first.version == 1 && !first.is_context_new);
    ck_assert_int_eq(first.subject_revision, subject_of("a").revision);
    struct storage_change second = registration("a", 2);
    ck_assert_int_eq(second.expected_subject_revision, first.subject_revision);
    ck_assert_int_eq(fixture_apply(fixture.storage, &second), STORAGE_DONE);
    ck_assert(second.schema_id == 2 && second.version == 2);
    ck_assert_int_gt(second.subject_revision, first.subject_revision);
    ck_assert_int_eq(second.subject_revision, subject_of("a").revision);
    struct stored_entries entries = entries_in(".", "a");
    uint64_t hash;
    memcpy(&hash, second.reg.schema.normal_key, sizeof hash);
    ck_assert_uint_eq(entries.items[1].normal_hash, hash);
    remove_one("a", 2, false);
    struct storage_change again = registration("a", 2); /* the old version goes, and the subject is written twice */
    ck_assert_int_eq(fixture_apply(fixture.storage, &again), STORAGE_DONE);
    ck_assert_int_eq(again.subject_revision, subject_of("a").revision);
}
END_TEST

START_TEST(keeps_contexts_apart)
{
    struct storage_change change = registration_in(".ctx", "a", 5);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert(change.is_context_new && change.schema_id == 1 && change.version == 1);
    change = registration_in(".ctx", "b", 6);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert(!change.is_context_new && change.schema_id == 2);
    change = registration("a", 6);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert(!change.is_context_new && change.schema_id == 1); /* its own counter; nothing is shared */
    change = registration_in(".ctx2", "a", 6);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert(change.is_context_new && change.schema_id == 1);
    ck_assert(max_id_of(".") == 1 && max_id_of(".ctx") == 2 && max_id_of(".ctx2") == 1 && max_id_of(".none") == 0);
    assert_counts(4, 4, 4);
    remove_in(".ctx", "a", 1, false);
    ck_assert(subject_in(".ctx", "a").latest_version == 0 && subject_of("a").latest_version == 1);
    remove_in(".ctx", "a", 1, true);
    assert_counts(3, 3, 3);
    ck_assert_int_eq(register_in(".ctx", "c", 7), 3);
}
END_TEST

START_TEST(refuses_what_was_decided_on_old_facts)
{
    struct storage_change first = registration("a", 1), second = registration("a", 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &first), STORAGE_DONE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &second), STORAGE_STALE);
    struct storage_change third = registration("a", 2), config = setting(STORAGE_SET_CONFIG, ".", "b", "{}");
    int32_t one = 1;
    struct storage_change soft = removal("a", &one, 1, false);
    ck_assert_int_eq(fixture_apply(fixture.storage, &config), STORAGE_DONE); /* settings are one whole */
    ck_assert_int_eq(fixture_apply(fixture.storage, &third), STORAGE_STALE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &soft), STORAGE_STALE);
    ck_assert_int_eq(fixture_apply(fixture.storage, &config), STORAGE_STALE);
    assert_text(versions_of("a"), "1=1 ");
    struct storage_change late = removal("a", &one, 1, false);
    register_one("a", 3);
    ck_assert_int_eq(fixture_apply(fixture.storage, &late), STORAGE_STALE);
    ck_assert_int_eq(apply(removal("none", &one, 1, false)), STORAGE_STALE);
    ck_assert_int_eq(apply(removal_in(".none", "a", &one, 1, false)), STORAGE_STALE);
    struct storage_change of_nothing = registration("a", 4);
    of_nothing.expected_subject_revision = 0;
    struct str before = store_dump(fixture.storage, fixture.arena);
    ck_assert_int_eq(fixture_apply(fixture.storage, &of_nothing), STORAGE_STALE);
    ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
}
END_TEST

static void assert_subject(int32_t highest, int32_t latest)
{
    struct stored_subject state = subject_of("a");
    ck_assert_int_eq(state.highest_version, highest);
    ck_assert_int_eq(state.latest_version, latest);
}

START_TEST(knows_the_highest_and_the_latest_version)
{
    for (int i = 1; i <= 4; i++)
        register_one("a", i);
    assert_subject(4, 4);
    remove_one("a", 4, false);
    assert_subject(4, 3);
    remove_one("a", 2, false);
    assert_subject(4, 3);
    remove_one("a", 2, true);
    assert_subject(4, 3);
    remove_one("a", 4, true);
    assert_subject(3, 3);
    remove_one("a", 3, false);
    assert_subject(3, 1);
    register_one("a", 5);
    assert_subject(4, 4);
    ck_assert_int_eq(apply(import("a", 6, 60, 9)), STORAGE_DONE);
    assert_subject(9, 9);
    ck_assert_int_eq(apply(import("a", 7, 61, 2)), STORAGE_DONE); /* below */
    assert_subject(9, 9);
    remove_one("a", 9, false);
    assert_subject(9, 4);
    ck_assert_int_eq(apply(import("a", 8, 62, 9)), STORAGE_DONE); /* in the place of a soft-deleted one */
    assert_subject(9, 9);
    assert_text(versions_of("a"), "1=1 2=61 -3=3 4=5 9=62 ");
    int32_t all[] = {1, 2, 4, 9};
    ck_assert_int_eq(apply(removal("a", all, 4, false)), STORAGE_DONE);
    assert_subject(9, 0);
    int32_t each[] = {1, 2, 3, 4, 9};
    ck_assert_int_eq(apply(removal("a", each, 5, true)), STORAGE_DONE);
    ck_assert_int_eq(subject_of("a").revision, 0);
    assert_counts(0, 0, 0);
    register_one("a", 9);
    assert_subject(1, 1);
}
END_TEST

START_TEST(replaces_deleted_versions_of_the_same_content)
{
    register_one("a", 1);
    register_one("a", 2);
    register_one("b", 2);
    remove_one("a", 2, false);
    ck_assert_int_eq(register_one("a", 2), 2); /* the same id, a new version, the old one gone */
    assert_text(versions_of("a"), "1=1 3=2 ");
    assert_counts(2, 3, 2);
    remove_one("a", 1, false);
    struct storage_reference target = {STR("."), STR("a"), 1};
    struct storage_change user = referring("user", 9, &target, 1);
    user.reg.may_reference_deleted = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &user), STORAGE_DONE);
    register_one("a", 1); /* what is referred to stays */
    assert_text(versions_of("a"), "-1=1 3=2 4=1 ");
    remove_one("user", 1, false);
    remove_one("a", 4, false);
    register_one("a", 1); /* by whatever */
    assert_text(versions_of("a"), "-1=1 3=2 5=1 ");
    remove_one("user", 1, true);
    remove_one("a", 5, false);
    register_one("a", 1);
    assert_text(versions_of("a"), "3=2 6=1 ");
    remove_one("b", 1, false);
    register_one("c", 2);
    assert_text(versions_of("b"), "-1=2 "); /* only those of the subject */
}
END_TEST

START_TEST(deletes_for_good)
{
    struct stored_version v;
    register_one("a", 1);
    register_one("a", 2);
    register_one("b", 2);
    remove_one("a", 2, false);
    ck_assert(read_id_in(".", 2, "a", &v) == 0 && v.is_deleted);
    remove_one("a", 2, true);
    ck_assert_int_eq(read_id_in(".", 2, "a", &v), 1);
    ck_assert_int_eq(read_id_in(".", 2, NULL, &v), 0); /* another subject has it */
    assert_counts(2, 2, 2);
    remove_one("b", 1, false);
    remove_one("b", 1, true);
    ck_assert_int_eq(read_id_in(".", 2, NULL, &v), 1);
    assert_counts(1, 1, 1);
    ck_assert_int_eq(register_one("b", 2), 3); /* ids are not given twice */
    ck_assert_int_eq(max_id_of("."), 3);
}
END_TEST

START_TEST(removes_settings_with_the_last_version)
{
    register_one("a", 1);
    register_one("", 1); /* the empty subject, whose settings are those of the context */
    set_value(STORAGE_SET_CONFIG, ".", "a", "{}");
    set_value(STORAGE_SET_MODE, ".", "a", "READONLY");
    set_value(STORAGE_SET_CONFIG, ".", "", "{\"x\":1}");
    set_value(STORAGE_SET_CONFIG, ".ctx", "a", "{}");
    remove_one("a", 1, false);
    int64_t before = settings_in(".", "a").revision;
    ck_assert_ptr_nonnull(settings_in(".", "a").subject_config.p);
    remove_one("a", 1, true);
    struct stored_settings s = settings_in(".", "a");
    ck_assert(!s.subject_config.p && !s.subject_mode.p);
    ck_assert_int_gt(s.revision, before); /* whoever decided on them decides again */
    ck_assert_ptr_nonnull(settings_in(".ctx", "a").subject_config.p);
    before = s.revision;
    remove_one("", 1, false);
    remove_one("", 1, true);
    s = settings_in(".", "a");
    assert_text(s.context_config, "{\"x\":1}");
    ck_assert_int_eq(s.revision, before);
}
END_TEST

START_TEST(imports)
{
    struct stored_version v;
    ck_assert_int_eq(apply(import("a", 1, 100, 7)), STORAGE_DONE);
    assert_counts(1, 1, 1);
    struct storage_change taken = import("b", 2, 100, 0);
    ck_assert_int_eq(fixture_apply(fixture.storage, &taken), STORAGE_ID_TAKEN);
    ck_assert_int_eq(taken.schema_id, 100);
    ck_assert_int_eq(subject_of("b").revision, 0);
    ck_assert_int_eq(apply(import("a", 3, 50, 7)), STORAGE_DONE); /* another content in the place of version 7 */
    ck_assert_int_eq(read_id_in(".", 100, NULL, &v), 1);
    assert_counts(1, 1, 1);
    ck_assert_int_eq(register_one("c", 9), 101);
    ck_assert_int_eq(apply(import("a", 3, 60, 0)), STORAGE_DONE); /* one content under two ids; the next version */
    assert_text(versions_of("a"), "7=50 8=60 ");
    ck_assert_int_eq(apply(import("d", 3, 60, 3)), STORAGE_DONE);
    ck_assert_int_eq(apply(import("d", 3, 60, 3)), STORAGE_DONE); /* again the same */
    assert_text(versions_of("d"), "3=60 ");
    ck_assert_int_eq(apply(import("d", 4, 60, 4)), STORAGE_ID_TAKEN);
    ck_assert_int_eq(apply(import("d", 5, 0, 0)), STORAGE_DONE); /* 0 is an id like any other */
    assert_text(versions_of("d"), "3=60 4=0 ");
    ck_assert_int_eq(read_id_in(".", 0, NULL, &v), 0);
    assert_counts(4, 5, 3);
    ck_assert_int_eq(register_one("e", 3), 50); /* the least id with that content */
    ck_assert_int_eq(apply(import("d", 6, 60, 3)), STORAGE_ID_TAKEN); /* even in its own place */
    ck_assert_int_eq(max_id_of("."), 101);
}
END_TEST

START_TEST(protects_what_is_referred_to)
{
    struct storage_reference target = {STR("."), STR("base"), 1};
    int32_t both[] = {1, 2};
    register_one("base", 1);
    register_one("base", 7);
    ck_assert_int_eq(apply(referring("user", 2, &target, 1)), STORAGE_DONE);
    struct storage_change change = removal("base", both, 2, false);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    ck_assert_int_eq(change.conflict_version, 1);
    ck_assert_int_eq(subject_of("base").latest_version, 2); /* nothing was done */
    remove_one("base", 2, false);
    remove_one("user", 1, false);
    remove_one("base", 1, false); /* only an active referrer forbids the soft delete */
    change = removal("base", both, 2, true);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    ck_assert_int_eq(change.conflict_version, 1);
    remove_one("user", 1, true);
    remove_one("base", 1, true);
    remove_one("base", 2, true);
    assert_counts(0, 0, 0);
}
END_TEST

START_TEST(protects_across_contexts_and_within_a_subject)
{
    struct storage_reference far = {STR(".ctx"), STR("base"), 1},
                             own[] = {{STR("."), STR("a"), 1}, {STR("."), STR("a"), 2}};
    int32_t all[] = {1, 2, 3};
    register_in(".ctx", "base", 1);
    ck_assert_int_eq(apply(referring("user", 2, &far, 1)), STORAGE_DONE);
    ck_assert_int_eq(apply(removal_in(".ctx", "base", all, 1, false)), STORAGE_REFERENCED);
    register_one("a", 3);
    register_one("a", 4);
    ck_assert_int_eq(apply(referring("a", 5, own, 2)), STORAGE_DONE);
    struct storage_change change = removal("a", all, 3, false);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    ck_assert_int_eq(change.conflict_version, 2); /* the newest of them */
    change = removal("a", all, 3, false);
    change.del.whole_subject = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    change = removal("a", all, 3, true);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCED);
    change = removal("a", all, 3, true);
    change.del.whole_subject = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    assert_counts(2, 2, 2);
}
END_TEST

START_TEST(needs_its_references)
{
    struct storage_reference targets[] = {{STR("."), STR("base"), 1}, {STR(".ctx"), STR("base"), 1}};
    struct str before = store_dump(fixture.storage, fixture.arena);
    register_one("base", 1);
    struct storage_change change = referring("a", 2, targets, 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCE_MISSING);
    ck_assert_uint_eq(change.missing_reference, 1); /* there is no such context */
    register_in(".ctx", "other", 1);
    change = referring("a", 2, targets, 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCE_MISSING);
    ck_assert_uint_eq(change.missing_reference, 1); /* no such subject */
    targets[0].version = 2;
    change = referring("a", 2, targets, 2);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCE_MISSING);
    ck_assert_uint_eq(change.missing_reference, 0); /* no such version */
    ck_assert_int_eq(subject_of("a").revision, 0);
    targets[0].version = 1;
    targets[1] = targets[0]; /* one of them twice */
    ck_assert_int_eq(apply(referring("a", 2, targets, 2)), STORAGE_DONE);
    remove_one("a", 1, false);
    remove_one("base", 1, false);
    change = referring("late", 3, targets, 1);
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_REFERENCE_MISSING);
    change.reg.may_reference_deleted = true;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert(!str_equal(before, store_dump(fixture.storage, fixture.arena)));
}
END_TEST

START_TEST(survives_a_restart)
{
    register_one("a", 1);
    register_one("a", 2);
    register_in(".ctx", "a", 1);
    remove_one("a", 2, false);
    set_value(STORAGE_SET_CONFIG, ".", "a", "{}");
    ck_assert_int_eq(apply(import("b", 3, 70, 5)), STORAGE_DONE);
    struct str before = store_dump(fixture.storage, fixture.arena);
    storage_close(fixture.storage);
    fixture_open(&fixture);
    ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    ck_assert_int_eq(register_one("a", 4), 71);
    ck_assert_int_eq(register_in(".ctx", "a", 4), 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, gives_ids_and_versions);
    tcase_add_test(tests, says_what_it_did);
    tcase_add_test(tests, keeps_contexts_apart);
    tcase_add_test(tests, refuses_what_was_decided_on_old_facts);
    tcase_add_test(tests, knows_the_highest_and_the_latest_version);
    tcase_add_test(tests, replaces_deleted_versions_of_the_same_content);
    tcase_add_test(tests, deletes_for_good);
    tcase_add_test(tests, removes_settings_with_the_last_version);
    tcase_add_test(tests, imports);
    tcase_add_test(tests, protects_what_is_referred_to);
    tcase_add_test(tests, protects_across_contexts_and_within_a_subject);
    tcase_add_test(tests, needs_its_references);
    tcase_add_test(tests, survives_a_restart);
}

int main(void)
{
    return run_tests("conformance", add);
}
