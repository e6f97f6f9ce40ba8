/* Registration in the modes: ids and versions as given, overwriting, refusals. */
#include "requests.h"

#define RECORD(members) "{'type':'record','name':'R','fields':[{'name':'f','type':'int'}]" members "}"
#define BAD_DEFAULT "{'type':'record','name':'R','fields':[{'name':'f','type':'int','default':'x'}]}"

static void assert_registered(int32_t id, int32_t version)
{
    ck_assert_int_eq(last.registered.schema_id, id);
    ck_assert_int_eq(last.registered.version, version);
}

START_TEST(refuses_ids_outside_of_import)
{
    must_register("s", body("'int'", NULL));
    MUST(try_register("s", body("'int'", "'id':1")));
    assert_registered(1, 1);
    MUST(try_register("s", body("'int'", "'id':-1")));
    MUST(try_register("s", body("'int'", "'id':-5")));
    REFUSED(try_register("s", body("'int'", "'id':2")), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in import mode");
    REFUSED(try_register("s", body("'long'", "'id':0")), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in import mode");
    REFUSED(try_register(":.ctx:s", body("'int'", "'id':1")), OPERATION_NOT_PERMITTED,
            "Subject :.ctx:s in context :.ctx: is not in import mode");
}
END_TEST

START_TEST(refuses_writes_when_read_only)
{
    must_register("s", body("'int'", NULL));
    must_register(":.ctx:s", body("'int'", NULL));
    static const char *const modes[] = {"READONLY", "READONLY_OVERRIDE"};
    for (size_t i = 0; i < 2; i++) {
        MUST(put_mode("s", modes[i]));
        MUST(try_register("s", body("'int'", NULL))); /* what is there is answered in every mode */
        assert_registered(1, 1);
        REFUSED(try_register("s", body("'long'", NULL)), OPERATION_NOT_PERMITTED,
                "Subject s in context  is in read-only mode");
        REFUSED(try_register("s", body("'long'", "'id':9")), OPERATION_NOT_PERMITTED,
                "Subject s in context  is in read-only mode");
        REFUSED(REGISTER("s", body("'long'", NULL), .force = true), OPERATION_NOT_PERMITTED,
                "Subject s in context  is in read-only mode");
    }
    MUST(put_mode(":.ctx:", "READONLY"));
    REFUSED(try_register(":.ctx:s", body("'long'", NULL)), OPERATION_NOT_PERMITTED,
            "Subject :.ctx:s in context :.ctx: is in read-only mode");
    MUST(put_mode(":.ctx:s", "READWRITE"));
    MUST(try_register(":.ctx:s", body("'long'", NULL)));
}
END_TEST

START_TEST(imports_ids_and_versions)
{
    MUST(put_mode("s", "IMPORT"));
    REFUSED(try_register("s", body("'int'", NULL)), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in read-write mode");
    MUST(try_register("s", body("'int'", "'id':500,'version':9")));
    assert_registered(500, 9);
    ck_assert_ptr_null(last.registered.schema.metadata.p); /* no stamp */
    MUST(try_register("s", body("'int'", NULL))); /* is there already */
    assert_registered(500, 9);
    MUST(try_register("s", body("'int'", "'id':500,'version':9")));
    assert_registered(500, 9);
    ck_assert_uint_eq(atomic_load(&core->registered), 1);
    MUST(try_register("s", body("'string'", "'id':3,'version':4"))); /* any order, nothing is compared */
    assert_registered(3, 4);
    MUST(try_register("s", body("'long'", "'id':0")));
    assert_registered(0, 10);
    MUST(try_register("s", body("'float'", "'id':7,'version':-1")));
    assert_registered(7, 11);
    MUST(read_max_id("."));
    ck_assert_int_eq(last.number, 500);
    MUST(put_mode("s", "READWRITE"));
    MUST(REGISTER("s", body("'bytes'", NULL), .force = true));
    assert_registered(501, 12);
}
END_TEST

START_TEST(imports_unchecked)
{
    MUST(put_mode("", "IMPORT"));
    MUST(try_register("s", body(BAD_DEFAULT, "'id':1")));
    const char *unsorted = RECORD(",'b':1,'a':2");
    MUST(REGISTER("s", body(unsorted, "'id':2"), .normalize = true)); /* not normalised either */
    assert_text(last.registered.schema.text, json(unsorted));
}
END_TEST

/* The version and the id that were asked for are not repeated, as clients know it. */
START_TEST(refuses_what_is_no_schema)
{
    MUST(put_mode("s", "IMPORT"));
    REFUSED(try_register("s", body("{", "'id':3,'version':2")), INVALID_SCHEMA,
            "Invalid schema of type AVRO, details: Invalid schema {subject=s,version=null,id=null,"
            "guid=f95b70fd-c308-8560-732a-5ac135644506,schemaType=AVRO,references=[],metadata=null,ruleSet=null,"
            "schema={,schemaTags=null,ts=null,deleted=null} with refs [] of type AVRO, details: Unexpected "
            "end-of-input: expected close marker for Object (line: 1, column: 2)");
}
END_TEST

START_TEST(overwrites_versions)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':1")));
    MUST(try_register("s", body("'long'", "'id':2,'version':1")));
    assert_registered(2, 1);
    REFUSED(read_id(1, ""), SCHEMA_ID_NOT_FOUND, "Schema 1 not found");
    MUST(read_id(2, ""));
    ck_assert_int_eq(last.found.version, 1);
    MUST(list_versions("s", STORAGE_ALL, false));
    ck_assert_uint_eq(last.entries.count, 1);
}
END_TEST

START_TEST(imports_content_under_several_ids)
{
    MUST(put_mode("", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':1")));
    MUST(try_register("s", body("'int'", "'id':2,'version':2")));
    assert_registered(2, 2);
    MUST(try_register("t", body("'int'", "'id':3")));
    assert_registered(3, 1);
    REFUSED(try_register("t", body("'long'", "'id':1")), OPERATION_NOT_PERMITTED,
            "Overwrite new schema with id 1 in context  is not permitted.");
    MUST(put_mode(":.ctx:", "IMPORT"));
    MUST(try_register(":.ctx:s", body("'int'", "'id':1")));
    REFUSED(try_register(":.ctx:s", body("'long'", "'id':1")), OPERATION_NOT_PERMITTED,
            "Overwrite new schema with id 1 in context :.ctx: is not permitted.");
    MUST(delete_mode("", false));
    MUST(try_register("u", body("'int'", NULL))); /* the least of its ids */
    assert_registered(1, 1);
}
END_TEST

/* The id and version that are asked for may be those of an older version with the same content. */
START_TEST(answers_an_older_version_with_the_same_id)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':5,'version':1")));
    MUST(try_register("s", body("'int'", "'id':5,'version':3")));
    MUST(put_mode("s", "READWRITE"));
    MUST(try_register("s", body("'int'", "'id':5,'version':3")));
    assert_registered(5, 3);
    MUST(try_register("s", body("'int'", "'id':5,'version':1")));
    assert_registered(5, 1);
}
END_TEST

START_TEST(forwards_everything_from_the_global_context_only)
{
    REFUSED(put_mode("", "FORWARD"), INVALID_FORWARD, "Forward mode only supported on global level");
    MUST(put_mode(":.__GLOBAL:", "FORWARD"));
    REFUSED(try_register("s", body("'int'", NULL)), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in read-write mode");
    MUST(try_register("s", body("'int'", "'id':70,'version':5"))); /* id and version are kept */
    assert_registered(70, 5);
    MUST(try_register("s", body("'string'", "'id':71,'version':5")));
    assert_registered(71, 5);
    MUST(put_mode("s", "READWRITE"));
    MUST(try_register("s", body("'string'", NULL)));
    REFUSED(try_register("s", body("'string'", "'id':80")), OPERATION_NOT_PERMITTED,
            "Subject s in context  is not in import mode");
}
END_TEST

START_TEST(stops_when_ids_are_used_up)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':2147483647")));
    assert_registered(INT32_MAX, 1);
    REFUSED(try_register("t", body("'long'", NULL)), STORE,
            "Error in the backend data store: all schema ids of the context are used up");
    MUST(try_register("t", body("'int'", NULL))); /* needs none */
    assert_registered(INT32_MAX, 1);
    MUST(try_register(":.ctx:t", body("'long'", NULL)));
}
END_TEST

START_TEST(stops_when_versions_are_used_up)
{
    MUST(put_mode("s", "IMPORT"));
    MUST(try_register("s", body("'int'", "'id':1,'version':2147483647")));
    MUST(put_mode("s", "READWRITE"));
    REFUSED(try_register("s", body("'long'", NULL)), STORE,
            "Error in the backend data store: all version numbers of the subject are used up");
    MUST(try_register("s", body("'int'", NULL)));
    assert_registered(1, INT32_MAX);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, refuses_ids_outside_of_import);
    tcase_add_test(tests, refuses_writes_when_read_only);
    tcase_add_test(tests, imports_ids_and_versions);
    tcase_add_test(tests, imports_unchecked);
    tcase_add_test(tests, refuses_what_is_no_schema);
    tcase_add_test(tests, overwrites_versions);
    tcase_add_test(tests, imports_content_under_several_ids);
    tcase_add_test(tests, answers_an_older_version_with_the_same_id);
    tcase_add_test(tests, forwards_everything_from_the_global_context_only);
    tcase_add_test(tests, stops_when_ids_are_used_up);
    tcase_add_test(tests, stops_when_versions_are_used_up);
}

int main(void)
{
    return run_tests("register_import", add);
}
