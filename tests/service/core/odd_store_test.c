/* The core over a store that contradicts itself, or that holds what another program wrote. */
#include "requests.h"

#define BASE "{'type':'record','name':'n.B','fields':[]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"
#define GONE "Error in the backend data store: a version has gone while it was read"

static struct storage_ops odd_ops;

static int has_no_such_version(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                               int32_t version, bool with_deleted, struct stored_version *ret, struct error *err)
{
    (void)s, (void)arena, (void)context, (void)subject, (void)version, (void)with_deleted, (void)ret, (void)err;
    return 1;
}

/* From now on no version can be read, although it is listed. */
static void lose_versions(void)
{
    odd_ops = *fixture.storage->ops;
    odd_ops.read_version = has_no_such_version;
    fixture.storage->ops = &odd_ops;
    start_core();
}

START_TEST(notices_lost_versions)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    lose_versions();
    REFUSED(try_register("s", body("'float'", NULL)), STORE, GONE);
    REFUSED(try_check("s", 0, body("'float'", NULL)), STORE, GONE);
    REFUSED(try_check("s", STORAGE_LATEST, body("'float'", NULL)), STORE, GONE);
    REFUSED(read_version("s", 1, false), VERSION_NOT_FOUND, "Version 1 not found.");
    REFUSED(try_lookup("s", body("'float'", NULL)), SCHEMA_NOT_FOUND, "Schema not found");
}
END_TEST

START_TEST(notices_lost_versions_of_a_group)
{
    must_register("s", body("'int'", "'metadata':{'properties':{'g':'1'}}"));
    MUST(put_config("s", "{'compatibilityGroup':'g'}"));
    lose_versions();
    REFUSED(try_check("s", 0, body("'long'", "'metadata':{'properties':{'g':'1'}}")), STORE, GONE);
}
END_TEST

/* Lists of references are compared as what they say, not as they are spelled. */
static void store_with_references(const char *subject, const char *references)
{
    MUST(read_version("s", 1, false));
    struct storage_change change = {.kind = STORAGE_REGISTER,
                                    .context = STR("."),
                                    .subject = str_of(subject),
                                    .expected_settings_revision = 1,
                                    .err = ERROR_INIT(fixture.arena)};
    change.reg.schema = last.found.schema;
    change.reg.schema.references = str_of(json(references));
    change.reg.schema_id = -1;
    memcpy(change.reg.schema.guid, subject, strlen(subject));
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
}

START_TEST(reads_references_in_any_spelling)
{
    must_register("base", body(BASE, NULL));
    must_register("s", body(USER, TO_BASE));
    store_with_references("spaced", "[ {'version': 1, 'subject':'base', 'name':'n.B'} ]");
    store_with_references("other name", "[{'name':'n.C','subject':'base','version':1}]");
    store_with_references("other subject", "[{'name':'n.B','subject':'bases','version':1}]");
    store_with_references("other version", "[{'name':'n.B','subject':'base','version':2}]");
    store_with_references("more",
                          "[{'name':'n.B','subject':'base','version':1},{'name':'x','subject':'y','version':1}]");
    store_with_references("broken", "[{");
    MUST(try_lookup("spaced", body(USER, TO_BASE)));
    ck_assert(last.found.version == 1 && !last.is_exact);
    static const char *const different[] = {"other name", "other subject", "other version", "more"};
    for (size_t i = 0; i < 4; i++)
        REFUSED(try_lookup(different[i], body(USER, TO_BASE)), SCHEMA_NOT_FOUND, "Schema not found");
    REFUSED(try_lookup("broken", body(USER, TO_BASE)), STORE,
            "Error in the backend data store: stored references cannot be read");
}
END_TEST

/* An outcome that belongs to another kind of change is a fault of the store. */
static void finish_with(step_fn finish, enum storage_outcome outcome)
{
    struct request r;
    request_begin(&r, "s", NULL);
    r.call.change.outcome = outcome;
    r.call.change.err = ERROR_INIT(r.arena);
    ck_assert_int_eq(finish(&r), -1);
    REFUSED(request_end(&r), STORE, "Error in the backend data store: ");
}

START_TEST(notices_foreign_outcomes)
{
    finish_with(finish_register, STORAGE_REFERENCED);
    finish_with(finish_register, STORAGE_SUBJECTS_EXIST);
    finish_with(finish_register, STORAGE_FAILED);
    finish_with(finish_delete, STORAGE_ID_TAKEN);
    finish_with(finish_delete, STORAGE_REFERENCE_MISSING);
    finish_with(finish_delete, STORAGE_SUBJECTS_EXIST);
    finish_with(finish_delete, STORAGE_FAILED);
    finish_with(finish_settings, STORAGE_ID_TAKEN);
    finish_with(finish_settings, STORAGE_REFERENCE_MISSING);
    finish_with(finish_settings, STORAGE_FAILED);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, notices_lost_versions);
    tcase_add_test(tests, notices_lost_versions_of_a_group);
    tcase_add_test(tests, reads_references_in_any_spelling);
    tcase_add_test(tests, notices_foreign_outcomes);
}

int main(void)
{
    return run_tests("odd_store", add);
}
