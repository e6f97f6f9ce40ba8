/* Schemas as such: formats by name, parsing, counting references, and what is asked of them.
 * covers: schemas/schema.c schemas/formats.c */
#include "schema.h"

#include "avro/fixture.h"
#include "avro/format.h"

#include <pthread.h>

/* -- formats ------------------------------------------------------------------------------------------------------ */

START_TEST(formats_are_found_by_their_exact_name)
{
    ck_assert_ptr_eq(schema_formats[0], &avro_format);
    ck_assert_ptr_eq(schema_format_find(STR("AVRO")), &avro_format);
    static const char *const others[] = {"", "avro", "Avro", "AVRO ", "AVR", "AVROX", "NOPE"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_ptr_null(schema_format_find(str_of(others[i])));
}
END_TEST

START_TEST(every_format_is_complete)
{
    size_t count = 0;
    for (; schema_formats[count]; count++) {
        const struct schema_format *f = schema_formats[count];
        ck_assert_ptr_eq(schema_format_find(str_of(f->name)), f);
        ck_assert(f->parse && f->check && f->print && f->compare && f->describe && f->field_names);
    }
    ck_assert_uint_ge(count, 1);
}
END_TEST

/* -- a format of the test: a model that says how it was asked ----------------------------------------------------- */

struct fake {
    struct str text;
};

static bool fake_is_gone;
static bool fake_prints;
static enum error_id fake_fault;

static void note_gone(void *flag)
{
    *(bool *)flag = true;
}

static int fake_parse(struct arena *memory, const struct schema_source *source, void **ret_model, struct error *err)
{
    struct fake *fake = ARENA_NEW(memory, struct fake);
    if (!fake || arena_on_reset(memory, note_gone, &fake_is_gone) != 0)
        return -1;
    fake->text = arena_str(memory, source->text);
    *ret_model = fake;
    if (str_equal(source->text, STR("full"))) /* more than any schema may have */
        return arena_alloc(memory, SCHEMA_MEMORY_MAX) ? 0 : -1;
    if (str_equal(source->text, STR("silent")))
        return -1;
    return fake_fault ? error_raise_parts(err, fake_fault, &STR("the reason"), 1) : 0;
}

static int fake_check(const void *model, enum schema_check how, bool validate_fields, struct error *err)
{
    const struct fake *fake = model;
    (void)validate_fields;
    return how == SCHEMA_CHECK_STRICT ? error_raise(err, INVALID_SCHEMA, fake->text) : 0;
}

static int fake_print(const void *model, enum schema_form form, struct buf *out, struct error *err)
{
    const struct fake *fake = model;
    buf_add(out, fake->text);
    buf_add_char(out, (char)('0' + form));
    return fake_prints ? 0 : error_raise(err, INTERNAL);
}

static int fake_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *memory,
                        uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    (void)policy;
    const struct fake *r = reader, *w = writer;
    (void)memory;
    (void)err;
    *budget -= 1;
    ret->truncated = !str_equal(r->text, w->text);
    return 1;
}

static size_t fake_field_names(const void *model, struct str *ret, size_t max)
{
    const struct fake *fake = model;
    if (max > 0)
        ret[0] = fake->text;
    return max > 0;
}

static const struct schema_format fake_format = {.name = "FAKE",
                                                 .parse = fake_parse,
                                                 .check = fake_check,
                                                 .print = fake_print,
                                                 .compare = fake_compare,
                                                 .field_names = fake_field_names};

static int parse_fake(struct str text, struct schema **ret, struct error *err)
{
    struct schema_source source = {.text = text};
    fake_is_gone = false;
    *err = ERROR_INIT(arena);
    return schema_parse(&fake_format, &source, ret, err);
}

/* -- parsing and references --------------------------------------------------------------------------------------- */

START_TEST(a_schema_lives_as_long_as_its_references)
{
    struct schema *schema = NULL;
    struct error err;
    ck_assert_int_eq(parse_fake(STR("x"), &schema, &err), 0);
    ck_assert_ptr_eq(schema_format_of(schema), &fake_format);
    assert_text(((const struct fake *)schema_model(schema))->text.p, "x");
    ck_assert_ptr_eq(schema_ref(schema), schema);
    schema_unref(schema);
    ck_assert(!fake_is_gone);
    schema_unref(schema);
    ck_assert(fake_is_gone);
    schema_unref(NULL);
}
END_TEST

START_TEST(a_schema_keeps_what_it_needs)
{
    char text[] =
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"D\",\"default\":{\"x\":1.50}}]}";
    char definition[] = "{\"type\":\"record\",\"name\":\"D\",\"fields\":[{\"name\":\"x\",\"type\":\"double\"}]}";
    char name[] = "D";
    struct schema_dependency dependency = {str_of(name), str_of(definition)};
    struct schema_source source = {str_of(text), &dependency, 1};
    struct error err = ERROR_INIT(arena);
    struct schema *schema = NULL;
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    memset(text, 'z', sizeof text);
    memset(definition, 'z', sizeof definition);
    memset(name, 'z', sizeof name);
    memset(&dependency, 0, sizeof dependency);
    assert_text(
        printed(schema, SCHEMA_FORM_RESOLVED),
        spelled("{'type':'record','name':'R','fields':[{'name':'f','type':{'type':'record','name':'D','fields':[{"
                "'name':'x','type':'double'}]},'default':{'x':1.5}}]}"));
    schema_unref(schema);
}
END_TEST

START_TEST(a_schema_knows_its_memory)
{
    struct schema *small = parsed(STR("\"int\"")), *large;
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'enum','name':'E','symbols':['S'")));
    for (int i = 0; i < 10000; i++)
        buf_printf(&text, ",\"S%d\"", i);
    buf_add(&text, STR("]}"));
    large = parsed(buf_str(&text));
    ck_assert_uint_gt(schema_bytes(small), 0);
    ck_assert_uint_gt(schema_bytes(large), schema_bytes(small));
    ck_assert_uint_ge(schema_bytes(large), text.n);
    ck_assert_uint_le(schema_bytes(large), SCHEMA_MEMORY_MAX);
    schema_unref(small);
    schema_unref(large);
}
END_TEST

START_TEST(what_cannot_be_parsed_leaves_nothing)
{
    struct schema *schema = NULL;
    struct error err;
    fake_fault = ERROR_INVALID_SCHEMA;
    ck_assert_int_eq(parse_fake(STR("x"), &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(terminated(err.text), "the reason");
    ck_assert(fake_is_gone);
    fake_fault = ERROR_NONE;
    ck_assert_int_eq(parse_fake(STR("full"), &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(terminated(err.text), "The schema is too large to be processed");
    ck_assert(fake_is_gone);
    ck_assert_int_eq(parse_fake(STR("silent"), &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INTERNAL);
    ck_assert(fake_is_gone);
    ck_assert_ptr_null(schema);
}
END_TEST

/* -- what is handed on -------------------------------------------------------------------------------------------- */

START_TEST(questions_go_to_the_format)
{
    struct schema *x = NULL, *y = NULL;
    struct str names[2];
    struct error err;
    struct schema_differences found = {0};
    uint64_t budget = 7;
    ck_assert_int_eq(parse_fake(STR("x"), &x, &err), 0);
    ck_assert_int_eq(parse_fake(STR("y"), &y, &err), 0);
    ck_assert_int_eq(schema_check(x, SCHEMA_CHECK_NAMES, false, &err), 0);
    ck_assert_int_eq(schema_check(x, SCHEMA_CHECK_STRICT, false, &err), -1);
    assert_text(terminated(err.text), "x");
    ck_assert_uint_eq(schema_field_names(y, names, 2), 1);
    assert_text(terminated(names[0]), "y");
    ck_assert_int_eq(schema_compare(x, y, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err), 1);
    ck_assert(found.truncated && budget == 6);
    ck_assert_int_eq(schema_compare(y, y, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err), 1);
    ck_assert(!found.truncated && budget == 5);
    schema_unref(x);
    schema_unref(y);
}
END_TEST

START_TEST(printing_appends_or_fails)
{
    struct schema *x = NULL;
    struct error err;
    struct buf out = new_text(), full;
    ck_assert_int_eq(parse_fake(STR("x"), &x, &err), 0);
    fake_prints = true;
    for (enum schema_form form = SCHEMA_FORM_CANONICAL; form < SCHEMA_FORM_COUNT_; form++)
        ck_assert_int_eq(schema_print(x, form, &out, &err), 0);
    assert_text(terminated(buf_str(&out)), "x0x1x2x3x4x5x6");
    buf_init(&full, arena, 1);
    ck_assert_int_eq(schema_print(x, SCHEMA_FORM_NORMAL, &full, &err), -1);
    ck_assert_int_eq(err.id, ERROR_SCHEMA_TOO_LARGE);
    err = ERROR_INIT(arena);
    fake_prints = false;
    ck_assert_int_eq(schema_print(x, SCHEMA_FORM_NORMAL, &out, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INTERNAL);
    schema_unref(x);
}
END_TEST

/* -- threads ------------------------------------------------------------------------------------------------------ */

static void *use_schema(void *context)
{
    struct schema *schema = context;
    struct str names[1];
    for (int i = 0; i < 2000; i++) {
        struct schema *own = schema_ref(schema);
        if (schema_field_names(own, names, 1) != 1)
            return context;
        schema_unref(own);
    }
    schema_unref(schema);
    return NULL;
}

START_TEST(threads_share_a_schema)
{
    struct schema *schema = NULL;
    struct error err;
    pthread_t threads[4];
    ck_assert_int_eq(parse_fake(STR("x"), &schema, &err), 0);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_schema, schema_ref(schema)), 0);
    ck_assert(!fake_is_gone);
    schema_unref(schema);
    for (size_t i = 0; i < 4; i++) {
        void *failed;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    ck_assert(fake_is_gone);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, formats_are_found_by_their_exact_name);
    tcase_add_test(tests, every_format_is_complete);
    tcase_add_test(tests, a_schema_lives_as_long_as_its_references);
    tcase_add_test(tests, a_schema_keeps_what_it_needs);
    tcase_add_test(tests, a_schema_knows_its_memory);
    tcase_add_test(tests, what_cannot_be_parsed_leaves_nothing);
    tcase_add_test(tests, questions_go_to_the_format);
    tcase_add_test(tests, printing_appends_or_fails);
    tcase_add_test(tests, threads_share_a_schema);
}

int main(void)
{
    return run_tests("schema", add_tests);
}
