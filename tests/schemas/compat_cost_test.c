/* What a check of many versions may cost.
 * covers: schemas/compat.c */
#include "compat.h"

#include "avro/fixture.h"

/* Memory of a request as the server is set up (request.memory.max.bytes). */
#define REQUEST_MEMORY (256u << 20)

/* A subject all of whose versions have one schema; version numbers fall from 1000. */
struct subject {
    struct schema *schema;
    struct str stored; /* what the message quotes */
    size_t loaded;
};

static int load(void *context, size_t index, struct compat_version *ret_version, struct schema **ret, struct error *err)
{
    struct subject *subject = context;
    (void)err;
    ck_assert_uint_eq(index, subject->loaded);
    subject->loaded++;
    *ret_version = (struct compat_version){1000 - (int32_t)index, subject->stored};
    *ret = schema_ref(subject->schema);
    return 0;
}

struct answer {
    int outcome;
    size_t loaded;
    struct compat_messages messages;
    struct error err;
};

static struct answer check(struct arena *memory, const struct schema *candidate, struct subject *subject, size_t count)
{
    struct answer answer = {.err = ERROR_INIT(arena)};
    struct compat_question question = {
        candidate, COMPAT_BACKWARD_TRANSITIVE, SCHEMA_POLICY_REFERENCE, count, load, subject, false};
    subject->loaded = 0;
    answer.outcome = compat_check(&question, memory, &answer.messages, &answer.err);
    answer.loaded = subject->loaded;
    return answer;
}

static void assert_undecided(const struct answer *answer, size_t loaded)
{
    ck_assert_int_eq(answer->outcome, 1);
    ck_assert_uint_eq(answer->loaded, loaded);
    ck_assert_uint_eq(answer->messages.count, 4);
    assert_text(terminated(answer->messages.items[0]),
                spelled("{errorType:`UNDECIDED`, description:`The schemas could not be compared at path `/``, "
                        "additionalInfo:`the schemas are too large to be compared within the budget`}"));
    assert_text(terminated(answer->messages.items[1]),
                arena_printf(arena, "{oldSchemaVersion: %d}", 1001 - (int)loaded).p);
    assert_text(terminated(answer->messages.items[3]),
                spelled("{validateFields: `false`, compatibility: `BACKWARD_TRANSITIVE`}"));
}

/* A union of that many records: it takes count * count steps to see that it reads itself. */
static struct schema *wide_union(int count)
{
    struct buf text = new_text();
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"type\":\"record\",\"name\":\"B%d\",\"fields\":[]}", i ? "," : "[", i);
    buf_add(&text, STR("]"));
    return parsed(buf_str(&text));
}

START_TEST(one_budget_covers_all_versions)
{
    struct subject subject = {wide_union(1400), STR("short"), 0};
    struct answer answer = check(arena, subject.schema, &subject, 10);
    ck_assert_int_eq(answer.outcome, 0);
    ck_assert_uint_eq(answer.loaded, 10);
    ck_assert_uint_eq(answer.messages.count, 0);
    answer = check(arena, subject.schema, &subject, 20);
    assert_undecided(&answer, 11);
    assert_text(terminated(answer.messages.items[2]), "{oldSchema: 'short'}");
    schema_unref(subject.schema);
}
END_TEST

START_TEST(reading_a_version_costs_by_its_length)
{
    char *zeros = arena_alloc(arena, 100 << 20);
    ck_assert_ptr_nonnull(zeros);
    struct subject subject = {parsed(STR("[\"int\"]")), {zeros, 100 << 20}, 0};
    struct answer answer = check(arena, subject.schema, &subject, 20);
    assert_undecided(&answer, 4);
    schema_unref(subject.schema);
}
END_TEST

/* Of 1000 optional fields, as large subjects have them. */
static struct schema *wide_record(void)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'record','name':'R','fields':[")));
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":[\"null\",\"string\"],\"default\":null}", i ? "," : "", i);
    buf_add(&text, STR("]}"));
    return parsed(buf_str(&text));
}

START_TEST(memory_does_not_grow_with_the_versions)
{
    struct subject subject = {wide_record(), STR("short"), 0};
    struct arena *memory = arena_new(REQUEST_MEMORY);
    struct answer answer = check(memory, subject.schema, &subject, 1000);
    ck_assert_msg(answer.outcome == 0, "%s after %zu versions", error_rows[answer.err.id].name, answer.loaded);
    ck_assert_uint_eq(answer.loaded, 1000);
    arena_free(memory);
    schema_unref(subject.schema);
}
END_TEST

/* Records that hold each other in a ring: two rings make a pair of each two of them. */
static struct schema *ring(int count)
{
    struct buf text = new_text();
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":\"a\",\"type\":\"R%d\"}]}",
                   i ? "," : "[", i, (i + 1) % count);
    buf_add(&text, STR("]"));
    struct schema_dependency all = {STR("all"), buf_str(&text)};
    struct schema_source source = {STR("\"R0\""), &all, 1};
    struct error err = ERROR_INIT(arena);
    struct schema *schema = NULL;
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    return schema;
}

START_TEST(the_budget_ends_before_the_memory_of_a_request)
{
    struct subject subject = {ring(2000), STR("short"), 0};
    struct schema *candidate = ring(2001);
    struct arena *memory = arena_new(REQUEST_MEMORY);
    struct answer answer = check(memory, candidate, &subject, 1);
    ck_assert_int_ge(answer.outcome, 0);
    assert_undecided(&answer, 1);
    arena_free(memory);
    schema_unref(candidate);
    schema_unref(subject.schema);
}
END_TEST

START_TEST(memory_that_does_not_suffice_is_a_failure)
{
    size_t failed = 0;
    struct subject subject = {parsed(STR("\"int\"")), STR("\"int\""), 0};
    struct schema *candidate = parsed(STR("\"string\""));
    for (size_t bytes = 0; bytes < 16384; bytes += 16) {
        struct arena *memory = arena_new(bytes);
        struct answer answer = check(memory, candidate, &subject, 1);
        ck_assert_int_eq(answer.outcome, answer.err.id == ERROR_NONE ? 1 : -1);
        ck_assert(answer.err.id == ERROR_NONE ? answer.messages.count == 4 : answer.err.id == ERROR_INTERNAL);
        failed += answer.outcome < 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 3);
    schema_unref(candidate);
    schema_unref(subject.schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, one_budget_covers_all_versions);
    tcase_add_test(tests, reading_a_version_costs_by_its_length);
    tcase_add_test(tests, memory_does_not_grow_with_the_versions);
    tcase_add_test(tests, the_budget_ends_before_the_memory_of_a_request);
    tcase_add_test(tests, memory_that_does_not_suffice_is_a_failure);
}

int main(void)
{
    return run_tests("compat_cost", add_tests);
}
