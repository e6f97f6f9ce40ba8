/* Modes: setting, inheriting, removing; what a switch to IMPORT removes.
 * covers: service/core/mode.c */
#include "requests.h"

#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO(subject, version) "'references':[{'name':'n.B','subject':'" subject "','version':" version "}]"
#define NOT_FOUND(subject) "Subject '" subject "' does not have subject-level mode configured"
#define REFERRED(subject, version) \
    "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=" subject ",version=" version "}."

static void assert_mode(const char *subject, bool effective, const char *wanted)
{
    MUST(get_mode(subject, effective));
    assert_text(last.json, wanted);
}

START_TEST(shows_the_default)
{
    assert_mode("", false, "READWRITE");
    assert_mode(":.:", false, "READWRITE");
    assert_mode(":.__GLOBAL:", false, "READWRITE");
    assert_mode("s", true, "READWRITE");
    REFUSED(get_mode("s", false), MODE_NOT_FOUND, NOT_FOUND("s"));
    REFUSED(get_mode(":.ctx:", false), MODE_NOT_FOUND, NOT_FOUND(":.ctx:"));
    REFUSED(get_mode(":.ctx:s", false), MODE_NOT_FOUND, NOT_FOUND(":.ctx:s"));
}
END_TEST

START_TEST(takes_any_letter_case)
{
    static const char *const modes[] = {"readwrite", "ReadOnly", "READONLY_override", "import"};
    static const char *const shown[] = {"READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"};
    for (size_t i = 0; i < 4; i++) {
        MUST(put_mode("s", modes[i]));
        assert_mode("s", false, shown[i]);
        assert_mode("s", true, shown[i]);
        assert_mode("t", true, "READWRITE");
    }
    MUST(put_mode(":.__GLOBAL:", "forward"));
    assert_mode("t", true, "FORWARD");
    MUST(put_mode("s", NULL)); /* none at all */
    REFUSED(get_mode("s", false), MODE_NOT_FOUND, NOT_FOUND("s"));
}
END_TEST

START_TEST(refuses)
{
    static const char invalid[] = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.";
    static const char forward[] = "Forward mode only supported on global level";
    REFUSED(put_mode("s", "nonsense"), INVALID_MODE, invalid);
    REFUSED(put_mode("s", ""), INVALID_MODE, invalid);
    REFUSED(put_mode("s", " READONLY"), INVALID_MODE, invalid);
    REFUSED(put_mode("s", "FORWARD"), INVALID_FORWARD, forward);
    REFUSED(put_mode("", "forward"), INVALID_FORWARD, forward);
    REFUSED(put_mode(":.ctx:", "FORWARD"), INVALID_FORWARD, forward);
    REFUSED(put_mode(":.__GLOBAL:s", "FORWARD"), INVALID_FORWARD, forward);
    REFUSED(put_mode("__EMPTY", "READONLY"), INVALID_SUBJECT, "The specified subject '__EMPTY' is not a valid.");
    options.mode_is_mutable = false;
    start_core();
    REFUSED(put_mode("s", "READONLY"), OPERATION_NOT_PERMITTED, "Mode changes are not allowed");
    REFUSED(put_mode("s", "nonsense"), INVALID_MODE, invalid);
    REFUSED(delete_mode("s", false), OPERATION_NOT_PERMITTED, "Mode changes are not allowed");
    REFUSED(delete_mode("", true), OPERATION_NOT_PERMITTED, "Mode changes are not allowed");
    assert_mode("s", true, "READWRITE");
}
END_TEST

START_TEST(inherits)
{
    MUST(put_mode(":.__GLOBAL:", "READONLY"));
    assert_mode("s", true, "READONLY");
    assert_mode(":.ctx:s", true, "READONLY");
    assert_mode("", false, "READWRITE");
    MUST(put_mode("", "READONLY_OVERRIDE"));
    assert_mode("s", true, "READONLY_OVERRIDE");
    assert_mode(":.ctx:s", true, "READONLY");
    MUST(put_mode(":.ctx:", "IMPORT"));
    assert_mode(":.ctx:s", true, "IMPORT");
    MUST(put_mode(":.ctx:s", "READWRITE"));
    assert_mode(":.ctx:s", true, "READWRITE");
    assert_mode(":.ctx:t", true, "IMPORT");
    assert_mode(":.__GLOBAL:", true, "READONLY");
}
END_TEST

START_TEST(removes)
{
    MUST(put_mode("s", "READONLY"));
    MUST(delete_mode("s", false));
    assert_text(last.json, "READONLY");
    REFUSED(delete_mode("s", false), SUBJECT_NOT_FOUND, "Subject 's' not found.");
    REFUSED(delete_mode(":.ctx:", false), SUBJECT_NOT_FOUND, "Subject ':.ctx:' not found.");
    MUST(delete_mode("", false));
    assert_text(last.json, "READWRITE");
    MUST(put_mode("", "READONLY"));
    MUST(delete_mode("", false));
    assert_text(last.json, "READONLY");
    assert_mode("", false, "READWRITE");
    MUST(delete_mode(":.__GLOBAL:", false));
    assert_text(last.json, "READWRITE");
}
END_TEST

START_TEST(removes_recursively)
{
    MUST(put_mode("", "READONLY"));
    MUST(put_mode("s", "READONLY"));
    MUST(put_mode(":.ctx:", "READONLY"));
    MUST(put_mode(":.ctx:s", "READONLY"));
    MUST(put_mode(":.ctx:t", "IMPORT"));
    MUST(put_mode(":.__GLOBAL:", "IMPORT"));
    MUST(delete_mode(":.ctx:t", true)); /* a subject alone */
    assert_text(last.json, "IMPORT");
    MUST(delete_mode(":.ctx:t", true)); /* with nothing to remove */
    ck_assert_ptr_null(last.json.p);
    MUST(delete_mode(":.ctx:", true));
    assert_text(last.json, "READONLY");
    REFUSED(get_mode(":.ctx:", false), MODE_NOT_FOUND, NOT_FOUND(":.ctx:"));
    REFUSED(get_mode(":.ctx:s", false), MODE_NOT_FOUND, NOT_FOUND(":.ctx:s"));
    assert_mode("s", false, "READONLY");
    MUST(put_mode(":.ctx:s", "READONLY"));
    MUST(delete_mode("", true));
    assert_text(last.json, "READONLY");
    REFUSED(get_mode("s", false), MODE_NOT_FOUND, NOT_FOUND("s"));
    assert_mode(":.ctx:s", false, "READONLY");
    MUST(put_mode("s", "READONLY"));
    MUST(delete_mode(":.__GLOBAL:", true)); /* everything */
    assert_text(last.json, "IMPORT");
    REFUSED(get_mode("s", false), MODE_NOT_FOUND, NOT_FOUND("s"));
    REFUSED(get_mode(":.ctx:s", false), MODE_NOT_FOUND, NOT_FOUND(":.ctx:s"));
    assert_mode("s", true, "READWRITE");
}
END_TEST

/* -- IMPORT ---------------------------------------------------------------------------------------------------------- */

#define EXISTING "Cannot import since found existing subjects"

START_TEST(refuses_import_over_active_subjects)
{
    must_register("s", body("'int'", NULL));
    must_register(":.ctx:s", body("'int'", NULL));
    REFUSED(put_mode("s", "IMPORT"), OPERATION_NOT_PERMITTED, EXISTING);
    REFUSED(put_mode("", "IMPORT"), OPERATION_NOT_PERMITTED, EXISTING);
    REFUSED(put_mode(":.ctx:", "IMPORT"), OPERATION_NOT_PERMITTED, EXISTING);
    REFUSED(put_mode(":.__GLOBAL:", "IMPORT"), OPERATION_NOT_PERMITTED, EXISTING);
    MUST(put_mode("t", "IMPORT"));
    MUST(put_mode(":.other:", "IMPORT"));
    assert_mode("s", true, "READWRITE");
    MUST(force_mode("s", "IMPORT"));
    MUST(put_mode("s", "IMPORT")); /* already: not asked again */
    MUST(read_version("s", 1, false));
}
END_TEST

/* What is soft-deleted in the scope goes for good. */
START_TEST(purges_the_scope)
{
    static const char *const subjects[] = {"a", "b", ":.ctx:a", ":.x:a"};
    for (size_t i = 0; i < 4; i++) {
        must_register(subjects[i], body("'int'", NULL));
        MUST(try_delete(subjects[i], 0, false));
    }
    MUST(put_config("a", "{'compatibility':'FULL'}"));
    MUST(force_mode("b", "IMPORT")); /* forced: nothing goes */
    MUST(read_version("b", 1, true));
    MUST(put_mode("a", "IMPORT"));
    REFUSED(list_versions("a", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject 'a' not found.");
    MUST(get_config("a", false)); /* its settings stay */
    MUST(read_id(1, ""));
    assert_text(last.found.subject, "b");
    MUST(put_mode(":.ctx:", "IMPORT"));
    REFUSED(list_versions(":.ctx:a", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject ':.ctx:a' not found.");
    MUST(list_versions(":.x:a", STORAGE_ALL, false));
    MUST(put_mode(":.__GLOBAL:", "IMPORT"));
    MUST(list_subjects(":*:", STORAGE_ALL));
    ck_assert_uint_eq(last.names.count, 0);
    REFUSED(read_id(1, ""), SCHEMA_ID_NOT_FOUND, "Schema 1 not found");
}
END_TEST

START_TEST(does_not_purge_what_is_referred_to)
{
    must_register("base", body(BASE, NULL));
    must_register("user", body(USER, TO("base", "1")));
    MUST(try_delete("user", 0, false));
    MUST(try_delete("base", 0, false));
    REFUSED(put_mode("base", "IMPORT"), REFERENCE_EXISTS, REFERRED("base", "1"));
    MUST(read_version("base", 1, true));
    MUST(put_mode("user", "IMPORT"));
    MUST(put_mode("base", "IMPORT"));
    REFUSED(list_versions("base", STORAGE_ALL, false), SUBJECT_NOT_FOUND, "Subject 'base' not found.");
}
END_TEST

/* It is named as anywhere else: with its context, and when the scope is a whole context. */
START_TEST(names_what_is_referred_to)
{
    must_register(":.ctx:base", body(BASE, NULL));
    must_register(":.ctx:base", body("{'type':'record','name':'n.B','fields':[],'x':1}", NULL));
    must_register(":.x:user", body(USER, TO(":.ctx:base", "2")));
    MUST(try_delete(":.x:user", 0, false));
    MUST(try_delete(":.ctx:base", 0, false));
    REFUSED(put_mode(":.ctx:base", "IMPORT"), REFERENCE_EXISTS, REFERRED(":.ctx:base", "2"));
    REFUSED(put_mode(":.ctx:", "IMPORT"), REFERENCE_EXISTS, REFERRED(":.ctx:base", "2"));
    REFUSED(put_mode(":.__GLOBAL:", "IMPORT"), REFERENCE_EXISTS, REFERRED(":.ctx:base", "2"));
}
END_TEST

/* -- something comes between, failures ------------------------------------------------------------------------------- */

static void set_read_only(void)
{
    MUST(put_mode("s", "READONLY"));
}

static void import_it(void)
{
    MUST(force_mode("s", "IMPORT"));
}

START_TEST(decides_again)
{
    interfere = set_read_only;
    MUST(put_mode("s", "READWRITE"));
    ck_assert_uint_eq(last.attempts, 2);
    assert_mode("s", false, "READWRITE");
    interfere = set_read_only;
    MUST(delete_mode("s", false));
    assert_text(last.json, "READONLY");
    must_register("s", body("'int'", NULL));
    interfere = import_it; /* once it is in IMPORT, nothing forbids it */
    MUST(put_mode("s", "IMPORT"));
    ck_assert_uint_eq(last.attempts, 2);
}
END_TEST

static enum error_id put(void)
{
    return put_mode("s", "IMPORT");
}

static enum error_id get(void)
{
    return get_mode("s", true);
}

static enum error_id remove_mode(void)
{
    return delete_mode("s", false);
}

static enum error_id remove_all(void)
{
    return delete_mode("", true);
}

START_TEST(survives_failures)
{
    must_register("s", body("'int'", NULL));
    survive_failures_until(put, ERROR_OPERATION_NOT_PERMITTED, 3);
    MUST(try_delete("s", 0, false));
    survive_failures(put, 3);
    survive_failures(get, 2);
    survive_failures(remove_mode, 3);
    survive_failures(remove_all, 3);
}
END_TEST

START_TEST(says_what_cannot_be_read)
{
    struct storage_change change = {.kind = STORAGE_SET_MODE,
                                    .context = STR("."),
                                    .subject = STR("s"),
                                    .expected_settings_revision = 1,
                                    .set.value = STR("SIDEWAYS"),
                                    .err = ERROR_INIT(fixture.arena)};
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    static const char wanted[] = "Error in the backend data store: a stored mode cannot be read";
    REFUSED(get_mode("s", true), STORE, wanted);
    REFUSED(try_register("s", body("'int'", NULL)), STORE, wanted);
    MUST(put_mode("s", "READONLY")); /* and can be put right */
    assert_mode("s", true, "READONLY");
}
END_TEST

START_TEST(knows_all_names)
{
    static const char *const names[CORE_MODE_COUNT_] = {"READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT",
                                                        "FORWARD"};
    for (enum core_mode mode = CORE_READWRITE; mode < CORE_MODE_COUNT_; mode++)
        ck_assert_str_eq(core_mode_name(mode), names[mode]);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, shows_the_default);
    tcase_add_test(tests, takes_any_letter_case);
    tcase_add_test(tests, refuses);
    tcase_add_test(tests, inherits);
    tcase_add_test(tests, removes);
    tcase_add_test(tests, removes_recursively);
    tcase_add_test(tests, refuses_import_over_active_subjects);
    tcase_add_test(tests, purges_the_scope);
    tcase_add_test(tests, does_not_purge_what_is_referred_to);
    tcase_add_test(tests, names_what_is_referred_to);
    tcase_add_test(tests, decides_again);
    tcase_add_test(tests, survives_failures);
    tcase_add_test(tests, says_what_cannot_be_read);
    tcase_add_test(tests, knows_all_names);
}

int main(void)
{
    return run_tests("mode", add);
}
