/* Removal of versions and subjects: soft, for good, and what forbids it.
 * covers: service/core/remove.c */
#include "requests.h"

#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO(subject) "'references':[{'name':'n.B','subject':'" subject "','version':1}]"
#define REFERRED(subject, version) \
    "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=" subject ",version=" version "}."

/* The numbers that were removed, each with a space behind it. */
static struct str removed(void)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1000);
    for (size_t i = 0; i < last.removed.count; i++)
        buf_printf(&out, "%d ", last.removed.versions[i]);
    return buf_str(&out);
}

static void register_three(const char *subject)
{
    must_register(subject, body("'int'", NULL));
    must_register(subject, body("'long'", NULL));
    must_register(subject, body("'float'", NULL));
}

START_TEST(removes_versions)
{
    register_three("s");
    MUST(try_delete("s", 2, false));
    assert_text(removed(), "2 ");
    MUST(try_delete("s", STORAGE_LATEST, false));
    assert_text(removed(), "3 ");
    MUST(try_delete("s", STORAGE_LATEST, false)); /* the newest active one */
    assert_text(removed(), "1 ");
    REFUSED(try_delete("s", STORAGE_LATEST, false), VERSION_NOT_FOUND, "Version -1 not found.");
    MUST(try_delete("s", 3, true));
    assert_text(removed(), "3 ");
    MUST(try_delete("s", 1, true));
    MUST(try_delete("s", 2, true));
    REFUSED(try_delete("s", 2, true), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    ck_assert_uint_eq(atomic_load(&core->deleted), 6);
}
END_TEST

START_TEST(refuses_versions)
{
    REFUSED(try_delete("s", 1, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(try_delete(":.ctx:s", 1, true), SUBJECT_NOT_FOUND, "Subject ':.ctx:s' not found.");
    register_three("s");
    must_register(":.ctx:s", body("'int'", NULL));
    REFUSED(try_delete("s", 9, false), VERSION_NOT_FOUND, "Version 9 not found.");
    REFUSED(try_delete("s", 9, true), VERSION_NOT_FOUND, "Version 9 not found.");
    REFUSED(try_delete("s", 2, true), VERSION_NOT_SOFT_DELETED,
            "Subject 's' Version 2 was not deleted first before being permanently deleted");
    REFUSED(try_delete("s", STORAGE_LATEST, true), VERSION_NOT_SOFT_DELETED,
            "Subject 's' Version 3 was not deleted first before being permanently deleted");
    MUST(try_delete("s", 2, false));
    REFUSED(try_delete("s", 2, false), VERSION_SOFT_DELETED,
            "Subject 's' Version 2 was soft deleted.Set permanent=true to delete permanently");
    MUST(try_delete(":.ctx:s", 1, false));
    REFUSED(try_delete(":.ctx:s", 1, false), VERSION_SOFT_DELETED,
            "Subject ':.ctx:s' Version 1 was soft deleted.Set permanent=true to delete permanently");
    ck_assert_uint_eq(atomic_load(&core->deleted), 2);
}
END_TEST

START_TEST(removes_subjects)
{
    REFUSED(try_delete("s", 0, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(try_delete("s", 0, true), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    register_three("s");
    REFUSED(try_delete("s", 0, true), SUBJECT_NOT_SOFT_DELETED,
            "Subject 's' was not deleted first before being permanently deleted");
    MUST(try_delete("s", 2, false));
    MUST(try_delete("s", 0, false));
    assert_text(removed(), "1 3 "); /* those that were active */
    REFUSED(try_delete("s", 0, false), SUBJECT_SOFT_DELETED,
            "Subject 's' was soft deleted.Set permanent=true to delete permanently");
    MUST(try_delete("s", 0, true));
    assert_text(removed(), "1 2 3 ");
    REFUSED(try_delete("s", 0, true), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    ck_assert_uint_eq(atomic_load(&core->deleted), 6);
    ck_assert_int_eq(must_register("s", body("'int'", NULL)), 1);
    ck_assert_int_eq(last.registered.schema_id, 4); /* ids are not given twice */
}
END_TEST

START_TEST(removes_settings_with_the_last_version)
{
    must_register("s", body("'int'", NULL));
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    MUST(put_mode("s", "READWRITE"));
    MUST(try_delete("s", 0, false));
    MUST(get_config("s", false)); /* a soft delete leaves them */
    MUST(get_mode("s", false));
    MUST(try_delete("s", 1, true));
    REFUSED(get_config("s", false), CONFIG_NOT_FOUND,
            "Subject 's' does not have subject-level compatibility configured");
    REFUSED(get_mode("s", false), MODE_NOT_FOUND, "Subject 's' does not have subject-level mode configured");
}
END_TEST

START_TEST(obeys_modes)
{
    register_three("s");
    MUST(put_mode("s", "READONLY"));
    REFUSED(try_delete("s", 1, false), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
    REFUSED(try_delete("s", 0, false), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
    REFUSED(try_delete("s", 9, false), VERSION_NOT_FOUND, "Version 9 not found."); /* weighs more */
    REFUSED(try_delete("none", 0, false), SUBJECT_NOT_FOUND, "Subject 'none' not found.");
    MUST(put_mode(":.ctx:", "READONLY_OVERRIDE"));
    MUST(put_mode(":.ctx:s", "READWRITE"));
    must_register(":.ctx:s", body("'int'", NULL));
    MUST(delete_mode(":.ctx:s", false));
    REFUSED(try_delete(":.ctx:s", 1, true), OPERATION_NOT_PERMITTED,
            "Subject :.ctx:s in context :.ctx: is in read-only mode");
    MUST(force_mode("s", "IMPORT"));
    MUST(try_delete("s", 1, false));
    MUST(try_delete("s", 0, false));
    MUST(try_delete("s", 0, true));
}
END_TEST

START_TEST(protects_what_is_referred_to)
{
    must_register("base", body(BASE, NULL));
    must_register("base", body("{'type':'record','name':'n.B','fields':[],'x':1}", NULL));
    must_register("user", body(USER, TO("base")));
    REFUSED(try_delete("base", 1, false), REFERENCE_EXISTS, REFERRED("base", "1"));
    REFUSED(try_delete("base", 0, false), REFERENCE_EXISTS, REFERRED("base", "1"));
    REFUSED(try_delete("base", 1, true), REFERENCE_EXISTS, REFERRED("base", "1")); /* that it is active weighs less */
    REFUSED(try_delete("base", 0, true), REFERENCE_EXISTS, REFERRED("base", "1"));
    MUST(try_delete("base", 2, false)); /* nobody refers to that one */
    MUST(try_delete("user", 1, false));
    MUST(try_delete("base", 1, false)); /* only active ones forbid it */
    REFUSED(try_delete("base", 1, true), REFERENCE_EXISTS, REFERRED("base", "1"));
    REFUSED(try_delete("base", 0, true), REFERENCE_EXISTS, REFERRED("base", "1"));
    MUST(try_delete("user", 1, true));
    MUST(try_delete("base", 0, true));
}
END_TEST

START_TEST(protects_across_contexts)
{
    must_register(":.a:base", body(BASE, NULL));
    must_register(":.b:user", body(USER, TO(":.a:base")));
    REFUSED(try_delete(":.a:base", 1, false), REFERENCE_EXISTS, REFERRED(":.a:base", "1"));
    MUST(try_delete(":.b:user", 1, false));
    MUST(try_delete(":.a:base", 0, false));
    REFUSED(try_delete(":.a:base", 0, true), REFERENCE_EXISTS, REFERRED(":.a:base", "1"));
    MUST(try_delete(":.b:user", 1, true));
    MUST(try_delete(":.a:base", 0, true));
}
END_TEST

/* References within the subject count when a version goes, not when all of it does. */
START_TEST(protects_versions_within_a_subject)
{
    must_register("s", body(BASE, NULL));
    MUST(REGISTER("s", body(USER, TO("s")), .force = true));
    MUST(REGISTER("s", body("'int'", NULL), .force = true));
    REFUSED(try_delete("s", 1, false), REFERENCE_EXISTS, REFERRED("s", "1"));
    REFUSED(try_delete("s", 1, true), REFERENCE_EXISTS, REFERRED("s", "1"));
    REFUSED(try_delete("s", 0, true), SUBJECT_NOT_SOFT_DELETED,
            "Subject 's' was not deleted first before being permanently deleted");
    MUST(try_delete("s", 0, false));
    assert_text(removed(), "1 2 3 ");
    REFUSED(try_delete("s", 1, true), REFERENCE_EXISTS, REFERRED("s", "1"));
    MUST(try_delete("s", 0, true));
}
END_TEST

/* The newest version that is referred to is named. */
START_TEST(names_the_newest_that_is_referred_to)
{
    must_register("base", body(BASE, NULL));
    must_register("base", body("{'type':'record','name':'n.B','fields':[],'x':1}", NULL));
    must_register("base", body("{'type':'record','name':'n.B','fields':[],'x':2}", NULL));
    must_register("u1", body(USER, TO("base")));
    must_register("u2", body(USER, "'references':[{'name':'n.B','subject':'base','version':2}]"));
    REFUSED(try_delete("base", 0, false), REFERENCE_EXISTS, REFERRED("base", "2"));
    REFUSED(try_delete("base", 0, true), REFERENCE_EXISTS, REFERRED("base", "2"));
}
END_TEST

/* -- something comes between ----------------------------------------------------------------------------------------- */

static void register_double(void)
{
    struct core_removed ours = last.removed;
    must_register("s", body("'double'", NULL));
    last.removed = ours;
}

static void register_user(void)
{
    must_register("user", body(USER, TO("base")));
}

static void remove_all(void)
{
    MUST(try_delete("s", 0, false));
    MUST(try_delete("s", 0, true));
}

static void forbid(void)
{
    MUST(put_mode("s", "READONLY"));
}

START_TEST(decides_again)
{
    register_three("s");
    interfere = register_double;
    MUST(try_delete("s", 0, false));
    assert_text(removed(), "1 2 3 4 ");
    ck_assert_uint_eq(last.attempts, 2);
    must_register("base", body(BASE, NULL));
    interfere = register_user; /* who refers to it is seen when it goes */
    REFUSED(try_delete("base", 1, false), REFERENCE_EXISTS, REFERRED("base", "1"));
    ck_assert_uint_eq(last.attempts, 1);
    MUST(try_delete("user", 1, false));
    interfere = register_user;
    REFUSED(try_delete("base", 0, false), REFERENCE_EXISTS, REFERRED("base", "1"));
    must_register("s", body("'int'", NULL));
    interfere = remove_all;
    REFUSED(try_delete("s", STORAGE_LATEST, false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    ck_assert_uint_eq(last.attempts, 2);
    must_register("s", body("'int'", NULL));
    interfere = forbid;
    REFUSED(try_delete("s", 1, false), OPERATION_NOT_PERMITTED, "Subject s in context  is in read-only mode");
}
END_TEST

/* -- failures -------------------------------------------------------------------------------------------------------- */

static enum error_id soft_version(void)
{
    return try_delete("s", 1, false);
}

static enum error_id permanent_version(void)
{
    return try_delete("s", 1, true);
}

static enum error_id soft_subject(void)
{
    return try_delete("s", 0, false);
}

static enum error_id permanent_subject(void)
{
    return try_delete("s", 0, true);
}

START_TEST(survives_failures)
{
    register_three("s");
    survive_failures(soft_version, 5);
    survive_failures(permanent_version, 5);
    survive_failures(soft_subject, 5);
    assert_text(removed(), "2 3 ");
    survive_failures(permanent_subject, 5);
    assert_text(removed(), "2 3 ");
}
END_TEST

/* Why an active version is not removed for good is asked of the store as well. */
START_TEST(survives_failures_of_refusals)
{
    must_register("s", body(BASE, NULL));
    must_register("user", body(USER, TO("s")));
    survive_failures_until(permanent_version, ERROR_REFERENCE_EXISTS, 5);
    survive_failures_until(permanent_subject, ERROR_REFERENCE_EXISTS, 5);
}
END_TEST

START_TEST(survives_small_memory)
{
    register_three("s");
    struct str before = store_dump(fixture.storage, fixture.arena);
    size_t failures = 0;
    enum error_id id = ERROR_INTERNAL;
    for (request_bytes = 0; id == ERROR_INTERNAL; request_bytes += 16, failures++) {
        start_core();
        id = soft_subject();
        if (id == ERROR_INTERNAL)
            ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    }
    MUST(id);
    assert_text(removed(), "1 2 3 ");
    ck_assert_uint_gt(failures, 2);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, removes_versions);
    tcase_add_test(tests, refuses_versions);
    tcase_add_test(tests, removes_subjects);
    tcase_add_test(tests, removes_settings_with_the_last_version);
    tcase_add_test(tests, obeys_modes);
    tcase_add_test(tests, protects_what_is_referred_to);
    tcase_add_test(tests, protects_across_contexts);
    tcase_add_test(tests, protects_versions_within_a_subject);
    tcase_add_test(tests, names_the_newest_that_is_referred_to);
    tcase_add_test(tests, decides_again);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, survives_failures_of_refusals);
    tcase_add_test(tests, survives_small_memory);
}

int main(void)
{
    return run_tests("remove", add);
}
