/* What every back end of storage.h must answer: single versions, ids, GUIDs, referrers, contexts, snapshots. */
#include "conformance.h"

#define OPS(s) ((s)->storage->ops)

/* Uses as text: "context/subject:version=id ", soft-deleted versions with a minus sign. */
static struct str text_of(const struct stored_uses *uses)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 20);
    for (size_t i = 0; i < uses->count; i++) {
        const struct stored_use *u = &uses->items[i];
        buf_printf(&out, STR_FMT "/" STR_FMT ":%d=%d ", STR_ARG(u->context), STR_ARG(u->subject),
                   u->is_deleted ? -u->version : u->version, u->schema_id);
    }
    return buf_str(&out);
}

START_TEST(answers_all_that_was_stored)
{
    struct stored_version v;
    struct storage_change change = registration_in(".ctx", "a", 1);
    struct stored_schema *schema = &change.reg.schema;
    schema->text = STR("text '\xC3\xA9\" \\ \n%");
    schema->references = STR("[{}]");
    schema->metadata = STR("{\"m\":1}");
    schema->rule_set = STR("{\"r\":1}");
    memset(schema->equal_key, 0, STORAGE_KEY_BYTES); /* keys are bytes, not texts */
    memset(schema->normal_key, 0xFF, STORAGE_KEY_BYTES);
    change.now_ms = 1234567890123;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert_int_eq(read_version_in(".ctx", "a", 1, false, &v), 0);
    assert_text(v.context, ".ctx");
    assert_text(v.subject, "a");
    ck_assert(v.version == 1 && v.schema_id == 1 && !v.is_deleted && v.created_ms == 1234567890123);
    ck_assert_mem_eq(v.schema.guid, schema->guid, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(v.schema.equal_key, schema->equal_key, STORAGE_KEY_BYTES);
    ck_assert_mem_eq(v.schema.normal_key, schema->normal_key, STORAGE_KEY_BYTES);
    assert_text(v.schema.format, "AVRO");
    ck_assert(str_equal(v.schema.text, schema->text));
    assert_text(v.schema.references, "[{}]");
    assert_text(v.schema.metadata, "{\"m\":1}");
    assert_text(v.schema.rule_set, "{\"r\":1}");
    register_one("a", 2); /* what there is none of is told from what is empty */
    ck_assert_int_eq(read_version_in(".", "a", 1, false, &v), 0);
    ck_assert(!v.schema.references.p && !v.schema.metadata.p && !v.schema.rule_set.p);
}
END_TEST

START_TEST(reads_versions)
{
    struct stored_version v;
    register_one("a", 1);
    register_one("a", 2);
    register_one("a", 3);
    remove_one("a", 3, false);
    ck_assert(read_version_in(".", "a", 1, false, &v) == 0 && v.version == 1);
    ck_assert(read_version_in(".", "a", STORAGE_LATEST, false, &v) == 0 && v.version == 2);
    ck_assert(read_version_in(".", "a", STORAGE_LATEST, true, &v) == 0 && v.version == 2);
    ck_assert_int_eq(read_version_in(".", "a", 3, false, &v), 1);
    ck_assert(read_version_in(".", "a", 3, true, &v) == 0 && v.is_deleted);
    ck_assert_int_eq(read_version_in(".", "a", 4, true, &v), 1);
    ck_assert_int_eq(read_version_in(".", "a", 0, true, &v), 1);
    ck_assert_int_eq(read_version_in(".", "a", -2, true, &v), 1);
    ck_assert_int_eq(read_version_in(".", "A", 1, true, &v), 1); /* letter case counts */
    ck_assert_int_eq(read_version_in(".", "", 1, true, &v), 1);
    ck_assert_int_eq(read_version_in(".ctx", "a", 1, true, &v), 1);
    remove_one("a", 1, false);
    remove_one("a", 2, false);
    ck_assert_int_eq(read_version_in(".", "a", STORAGE_LATEST, true, &v), 1); /* none is active */
    ck_assert_uint_eq(entries_in(".none", "a").count + entries_in(".", "none").count, 0);
}
END_TEST

START_TEST(reads_ids)
{
    struct stored_version v;
    register_one("b", 1);
    register_one("a", 1);
    register_in(".ctx", "c", 1);
    ck_assert_int_eq(apply(import("b", 1, 1, 5)), STORAGE_DONE);
    ck_assert(read_id_in(".", 1, "a", &v) == 0 && v.version == 1 && str_equal(v.subject, STR("a")));
    ck_assert(read_id_in(".", 1, "b", &v) == 0 && v.version == 5); /* the newest */
    ck_assert_int_eq(read_id_in(".", 1, "c", &v), 1);
    ck_assert(read_id_in(".ctx", 1, "c", &v) == 0 && str_equal(v.context, STR(".ctx")));
    ck_assert(read_id_in(".ctx", 1, NULL, &v) == 0 && str_equal(v.subject, STR("c")));
    ck_assert_int_eq(read_id_in(".none", 1, NULL, &v), 1);
    ck_assert_int_eq(read_id_in(".", -1, NULL, &v), 1);
    ck_assert_int_eq(read_id_in(".", INT32_MAX, NULL, &v), 1);
    remove_one("b", 5, false);
    ck_assert(read_id_in(".", 1, "b", &v) == 0 && v.version == 1); /* active ones first */
    remove_one("b", 1, false);
    ck_assert(read_id_in(".", 1, NULL, &v) == 0 && str_equal(v.subject, STR("a")) && !v.is_deleted);
    ck_assert(read_id_in(".", 1, "b", &v) == 0 && v.is_deleted);
    remove_one("a", 1, false);
    ck_assert(read_id_in(".", 1, NULL, &v) == 0 && v.is_deleted);
}
END_TEST

START_TEST(lists_uses_of_ids)
{
    struct stored_uses uses = {0};
    struct error err = ERROR_INIT(fixture.arena);
    register_one("b", 1);
    register_one("a", 1);
    register_one("a", 2);
    register_in(".ctx", "c", 1);
    ck_assert_int_eq(apply(import("b", 1, 1, 5)), STORAGE_DONE);
    remove_one("b", 5, false);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_uses(s, fixture.arena, STR("."), 1, &uses, &err), 0);
    assert_text(text_of(&uses), "./a:1=1 ./b:1=1 ./b:-5=1 "); /* by subject and version */
    ck_assert_int_eq(OPS(s)->read_uses(s, fixture.arena, STR(".ctx"), 1, &uses, &err), 0);
    assert_text(text_of(&uses), "./a:1=1 ./b:1=1 ./b:-5=1 .ctx/c:1=1 "); /* appended */
    ck_assert_int_eq(OPS(s)->read_uses(s, fixture.arena, STR("."), 9, &uses, &err), 0);
    ck_assert_int_eq(OPS(s)->read_uses(s, fixture.arena, STR(".none"), 1, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 4);
    close_snapshot(s);
}
END_TEST

START_TEST(lists_ids_of_guids)
{
    struct stored_uses uses = {0};
    struct error err = ERROR_INIT(fixture.arena);
    unsigned char guid[STORAGE_KEY_BYTES];
    memset(guid, 1, sizeof guid);
    register_in(".b", "x", 1);
    register_in(".a", "x", 2);
    register_in(".a", "x", 1);
    register_one("x", 1);
    ck_assert_int_eq(apply(import("x", 1, 20, 9)), STORAGE_DONE);
    ck_assert_int_eq(apply(import("x", 1, 10, 8)), STORAGE_DONE);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_guid(s, fixture.arena, guid, &uses, &err), 0);
    assert_text(text_of(&uses), "./:0=1 ./:0=10 ./:0=20 .a/:0=2 .b/:0=1 "); /* by context and id */
    guid[15] = 0;
    ck_assert_int_eq(OPS(s)->read_guid(s, fixture.arena, guid, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 5);
    close_snapshot(s);
}
END_TEST

START_TEST(lists_referrers)
{
    struct stored_uses uses = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_reference targets[] = {{STR("."), STR("base"), 1}, {STR("."), STR("base"), 2}};
    register_one("base", 1);
    register_one("base", 2);
    struct storage_change far = registration_in(".a", "z", 3);
    far.reg.references = targets;
    far.reg.reference_count = 1;
    ck_assert_int_eq(fixture_apply(fixture.storage, &far), STORAGE_DONE);
    ck_assert_int_eq(apply(referring("y", 4, targets, 2)), STORAGE_DONE);
    ck_assert_int_eq(apply(referring("x", 5, targets, 1)), STORAGE_DONE);
    ck_assert_int_eq(apply(referring("w", 4, targets, 2)), STORAGE_DONE); /* content that is there already */
    remove_one("x", 1, false);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR("."), STR("base"), 1, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 4);
    ck_assert(uses.items[0].schema_id == 3 && uses.items[1].schema_id == 3 && uses.items[2].schema_id == 4);
    ck_assert(str_equal(uses.items[2].subject, STR("x")) && uses.items[2].is_deleted);
    ck_assert(str_equal(uses.items[3].context, STR(".a")) && uses.items[3].schema_id == 1);
    uses.count = 0;
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR("."), STR("base"), 2, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 2);
    uses.count = 0;
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR("."), STR("base"), 3, &uses, &err), 0);
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR(".a"), STR("base"), 1, &uses, &err), 0);
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR(".none"), STR("base"), 1, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 0);
    close_snapshot(s);
}
END_TEST

START_TEST(forgets_references_with_their_schema)
{
    struct stored_uses uses = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_reference target = {STR("."), STR("base"), 1};
    register_one("base", 1);
    struct storage_change change = import("a", 2, 50, 3);
    change.reg.references = &target;
    change.reg.reference_count = 1;
    ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    ck_assert_int_eq(apply(import("a", 3, 51, 3)), STORAGE_DONE); /* in its place */
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_referrers(s, fixture.arena, STR("."), STR("base"), 1, &uses, &err), 0);
    ck_assert_uint_eq(uses.count, 0);
    close_snapshot(s);
    remove_one("base", 1, false);
    remove_one("base", 1, true);
}
END_TEST

START_TEST(lists_contexts)
{
    struct stored_names names = {0};
    struct error err = ERROR_INIT(fixture.arena);
    set_value(STORAGE_SET_CONFIG, ".c", "a", "{}"); /* settings make no context */
    register_in(".b", "x", 1);
    register_in(".a", "x", 1);
    register_in(".B", "x", 1);
    remove_in(".a", "x", 1, false);
    remove_in(".a", "x", 1, true); /* it stays known */
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_contexts(s, fixture.arena, &names, &err), 0);
    ck_assert_uint_eq(names.count, 4);
    assert_text(names.items[0], ".");
    assert_text(names.items[1], ".B");
    assert_text(names.items[2], ".a");
    assert_text(names.items[3], ".b");
    ck_assert_int_eq(OPS(s)->ping(s, &err), 0);
    close_snapshot(s);
}
END_TEST

/* All answers of one snapshot fit together, whatever is changed meanwhile. */
START_TEST(answers_from_one_state)
{
    struct error err = ERROR_INIT(fixture.arena);
    struct stored_subject before, after;
    struct stored_version v;
    struct storage_counts counts;
    struct stored_names contexts = {0};
    register_one("a", 1);
    register_one("a", 2);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->read_subject(s, STR("."), STR("a"), &before, &err), 0);
    register_one("a", 3);
    register_in(".ctx", "a", 4);
    remove_one("a", 1, false);
    remove_one("a", 1, true);
    ck_assert_int_eq(OPS(s)->read_subject(s, STR("."), STR("a"), &after, &err), 0);
    ck_assert(after.revision == before.revision && after.highest_version == 2 && after.latest_version == 2);
    ck_assert_int_eq(OPS(s)->read_version(s, fixture.arena, STR("."), STR("a"), 1, false, &v, &err), 0);
    ck_assert_int_eq(OPS(s)->read_id(s, fixture.arena, STR("."), 3, (struct str){NULL, 0}, &v, &err), 1);
    ck_assert_int_eq(OPS(s)->read_counts(s, &counts, &err), 0);
    ck_assert(counts.schemas == 2 && counts.versions == 2 && counts.subjects == 1);
    ck_assert_int_eq(OPS(s)->read_contexts(s, fixture.arena, &contexts, &err), 0);
    ck_assert_uint_eq(contexts.count, 1);
    close_snapshot(s);
    ck_assert_int_eq(subject_of("a").highest_version, 3); /* a new one sees all that was done */
    assert_counts(3, 3, 2);
}
END_TEST

static int note_version(void *context, const struct stored_version *v)
{
    struct buf *numbers = context;
    buf_printf(numbers, "%d ", v->version);
    return v->version == 1 ? -1 : v->version == 2 && v->is_deleted ? 1 : 0;
}

START_TEST(finds_versions_by_content)
{
    struct buf numbers;
    struct error err = ERROR_INIT(fixture.arena);
    unsigned char key[STORAGE_KEY_BYTES];
    buf_init(&numbers, fixture.arena, 100);
    register_one("a", 1);
    for (int guid = 2; guid <= 4; guid++) { /* other content, and the same normal form but for version 3 */
        struct storage_change change = registration("a", guid);
        memset(change.reg.schema.normal_key, guid == 3 ? 3 : 2, STORAGE_KEY_BYTES);
        ck_assert_int_eq(fixture_apply(fixture.storage, &change), STORAGE_DONE);
    }
    register_in(".ctx", "a", 2);
    remove_one("a", 4, false);
    struct storage_snapshot *s = open_snapshot();
    memset(key, 2, sizeof key);
    ck_assert_int_eq(OPS(s)->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), 0);
    assert_text(buf_str(&numbers), "4 2 "); /* newest first, soft-deleted ones too */
    ck_assert_int_eq(OPS(s)->find_versions(s, STR("."), STR("b"), key, note_version, &numbers, &err), 0);
    ck_assert_int_eq(OPS(s)->find_versions(s, STR(".none"), STR("a"), key, note_version, &numbers, &err), 0);
    memset(key, 9, sizeof key);
    ck_assert_int_eq(OPS(s)->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), 0);
    assert_text(buf_str(&numbers), "4 2 ");
    memset(key, 1, sizeof key);
    ck_assert_int_eq(OPS(s)->find_versions(s, STR("."), STR("a"), key, note_version, &numbers, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INTERNAL); /* the receiver failed */
    close_snapshot(s);
}
END_TEST

START_TEST(stops_when_the_receiver_has_enough)
{
    struct buf numbers;
    struct error err = ERROR_INIT(fixture.arena);
    buf_init(&numbers, fixture.arena, 100);
    for (int content = 1; content <= 3; content++)
        register_one("a", content);
    remove_one("a", 1, false);
    remove_one("a", 1, true);
    remove_one("a", 2, false);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->list_versions(s, STR("."), STR("a"), note_version, &numbers, &err), 0);
    assert_text(buf_str(&numbers), "2 "); /* ascending; it stops at a soft-deleted 2 */
    ck_assert_int_eq(OPS(s)->list_versions(s, STR("."), STR("none"), note_version, &numbers, &err), 0);
    close_snapshot(s);
    register_one("b", 1);
    s = open_snapshot();
    ck_assert_int_eq(OPS(s)->list_versions(s, STR("."), STR("b"), note_version, &numbers, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INTERNAL);
    close_snapshot(s);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, answers_all_that_was_stored);
    tcase_add_test(tests, reads_versions);
    tcase_add_test(tests, reads_ids);
    tcase_add_test(tests, lists_uses_of_ids);
    tcase_add_test(tests, lists_ids_of_guids);
    tcase_add_test(tests, lists_referrers);
    tcase_add_test(tests, forgets_references_with_their_schema);
    tcase_add_test(tests, lists_contexts);
    tcase_add_test(tests, answers_from_one_state);
    tcase_add_test(tests, finds_versions_by_content);
    tcase_add_test(tests, stops_when_the_receiver_has_enough);
}

int main(void)
{
    return run_tests("conformance_reads", add);
}
