/* Parsing, checking and printing of Avro: texts in, canonical and normal texts or faults out. */
#include "avro/fingerprint.h"
#include "schema.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct text_case {
    const char *text;
    const char *canonical; /* NULL: as the text */
    const char *normal; /* NULL: as the canonical text */
};

static const struct text_case texts[] = {
    {"\"int\"", NULL, NULL},
    {"{\"type\":\"string\"}", "\"string\"", NULL},
    {"{\"type\":\"int\",\"doc\":\"lost\",\"x\":1}", "{\"type\":\"int\",\"x\":1}", NULL},
    {"[]", NULL, NULL},
    {"[\"null\",{\"type\":\"array\",\"items\":\"int\"}]", NULL, NULL},
    {"{\"items\":{\"values\":\"int\",\"type\":\"map\"},\"type\":\"array\"}",
     "{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":\"int\"}}", NULL},
    {"{\"type\":\"record\",\"name\":\"a.b.R\",\"fields\":[]}",
     "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"a.b\",\"fields\":[]}", NULL},
    {"{\"type\":\"record\",\"name\":\"n.R\",\"fields\":[{\"name\":\"l\",\"type\":[\"null\",\"R\"],\"default\":null}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":[{\"name\":\"l\",\"type\":[\"null\",\"R\"],"
     "\"default\":null}]}",
     NULL},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"Late\"},{\"name\":\"b\",\"type\":{"
     "\"type\":\"fixed\",\"name\":\"Late\",\"size\":2}}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"fixed\",\"name\":\"Late\","
     "\"size\":2}},{\"name\":\"b\",\"type\":\"Late\"}]}",
     NULL},
    {"{\"type\":\"record\",\"name\":\"n.R\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"record\",\"name\":\"I\","
     "\"namespace\":\"\",\"fields\":[]}}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":"
     "\"record\","
     "\"name\":\"I\",\"namespace\":\"\",\"fields\":[]}}]}",
     NULL},
    {"{\"type\":\"record\",\"name\":\"x.int\",\"fields\":[{\"name\":\"s\",\"type\":[\"null\",\"x.int\"]}]}",
     "{\"type\":\"record\",\"name\":\"int\",\"namespace\":\"x\",\"fields\":[{\"name\":\"s\",\"type\":[\"null\",\"x."
     "int\"]"
     "}]}",
     NULL},
    {"{\"type\":\"error\",\"name\":\"E\",\"fields\":[]}", NULL, "{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}"},
    {"{\"type\":\"record\",\"doc\":\"\",\"name\":\"R\",\"aliases\":[\"b\",\"a\"],\"z\":1,\"y\":{\"d\":1,\"c\":2},"
     "\"fields\":"
     "[{\"type\":\"double\",\"name\":\"f\",\"default\":1,\"order\":\"DESCENDING\",\"aliases\":[\"q\",\"p\"],\"w\":1}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"doc\":\"\",\"fields\":[{\"name\":\"f\",\"type\":\"double\",\"default\":1,"
     "\"order\":\"descending\",\"aliases\":[\"q\",\"p\"],\"w\":1}],\"z\":1,\"y\":{\"d\":1,\"c\":2},\"aliases\":[\"b\","
     "\"a\"]}",
     "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"double\",\"default\":1.0,\"order\":"
     "\"descending\",\"aliases\":[\"p\",\"q\"],\"w\":1}],\"y\":{\"c\":2,\"d\":1},\"z\":1,\"aliases\":[\"a\",\"b\"]}"},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"A\"],\"default\":\"A\",\"x\":1}", NULL, NULL},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"float\",\"default\":\"1\"}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"float\",\"default\":1.0}]}", NULL},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"double\",\"default\":1e400}]}",
     "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"double\",\"default\":\"Infinity\"}]}",
     NULL},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":{\"type\":\"map\",\"values\":\"double\"}"
     ","
     "\"default\":{\"z\":1,\"a\":2}}]}",
     NULL,
     "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":{\"type\":\"map\",\"values\":\"double\"}"
     ","
     "\"default\":{\"a\":2.0,\"z\":1.0}}]}"},
    {"/* c */ \"int\" ", "\"int\"", NULL},
    {"{\"type\":\"record\",\"name\":\"A\",\"name\":\"B\",\"fields\":[]}",
     "{\"type\":\"record\",\"name\":\"B\",\"fields\":[]}", NULL},
};

struct fault_case {
    const char *text, *fault;
    enum schema_check how;
};

#define FIELD(type, value) \
    "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":" type ",\"default\":" value "}]}"

static const struct fault_case faults[] = {
    {"{", "Unexpected end-of-input", SCHEMA_CHECK_NAMES},
    {"1", "Schema not yet supported: 1", SCHEMA_CHECK_NAMES},
    {"{\"type\":[\"int\"]}", "No type: {\"type\":[\"int\"]}", SCHEMA_CHECK_NAMES},
    {"\"int\" x", "dangling content after end of schema: x", SCHEMA_CHECK_NAMES},
    {"\"nothing\"", "Undefined schema: nothing", SCHEMA_CHECK_NAMES},
    {"[[\"int\"]]", "Nested union", SCHEMA_CHECK_NAMES},
    {"[\"int\",\"int\"]", "Duplicate in union:int", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"R\"}", "Record has no fields", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"fields\":[]}", "No name in schema", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"int\",\"fields\":[]}", "Schemas may not be named after primitives: int",
     SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"a\",\"type\":"
     "\"int\"}]}",
     "Duplicate field a in record R", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"record\",\"name\":\"R\","
     "\"fields\":[]"
     "}}]}",
     "Can't redefine: R", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"A\"]}", "Duplicate enum symbol: A", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"B\"}", "The Enum Default: B",
     SCHEMA_CHECK_NAMES},
    {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", "Length is negative: -1", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"fixed\",\"name\":\"F\",\"size\":1.5}", "Invalid or no size", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"a-b\",\"fields\":[]}", "Illegal character in: a-b", SCHEMA_CHECK_NAMES},
    {"{\"type\":\"record\",\"name\":\"\xC3\xA9\",\"fields\":[]}", "Illegal initial character: \xC3\xA9",
     SCHEMA_CHECK_REFERENCE},
    {"{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"1x\",\"fields\":[]}", "Namespace part \"1x\" is invalid",
     SCHEMA_CHECK_REFERENCE},
    {FIELD("\"int\"", "\"1\""), "Invalid default for field f: \"1\" not a \"int\"", SCHEMA_CHECK_REFERENCE},
    {FIELD("\"int\"", "2147483648"), "Invalid default for field f", SCHEMA_CHECK_REFERENCE},
    {FIELD("[\"null\",\"int\"]", "\"x\""), "not a [\"null\",\"int\"]", SCHEMA_CHECK_REFERENCE},
    {FIELD("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", "\"B\""), "Invalid default for field f",
     SCHEMA_CHECK_STRICT},
    {FIELD("{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}", "\"abc\""), "Invalid default for field f",
     SCHEMA_CHECK_STRICT},
    {FIELD("\"bytes\"", "\"\xE2\x82\xAC\""), "Invalid default for field f", SCHEMA_CHECK_STRICT},
    {"{\"type\":\"int\",\"big\":9223372036854775808}", "Can't set a property", SCHEMA_CHECK_REFERENCE},
};

/* 0 when the text parses and passes the check; else -1 with the fault in err. */
static int parse(struct arena *arena, struct str text, enum schema_check how, struct schema **ret, struct error *err)
{
    struct schema_source source = {.text = text};
    *err = ERROR_INIT(arena);
    if (schema_parse(schema_format_find(STR("AVRO")), &source, ret, err) != 0)
        return -1;
    if (schema_check(*ret, how, err) == 0)
        return 0;
    schema_unref(*ret);
    return -1;
}

static struct str print(struct arena *arena, const struct schema *schema, enum schema_form form)
{
    struct buf out;
    struct error err = ERROR_INIT(arena);
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    ck_assert_int_eq(schema_print(schema, form, &out, &err), 0);
    return arena_str(arena, buf_str(&out));
}

START_TEST(prints_texts)
{
    struct arena *arena = arena_new(1 << 24);
    const struct text_case *c = &texts[_i];
    struct schema *schema, *again;
    struct error err;
    ck_assert_int_eq(parse(arena, str_of(c->text), SCHEMA_CHECK_REFERENCE, &schema, &err), 0);
    struct str canonical = print(arena, schema, SCHEMA_FORM_CANONICAL);
    struct str normal = print(arena, schema, SCHEMA_FORM_NORMAL);
    ck_assert_str_eq(canonical.p, c->canonical ? c->canonical : c->text);
    ck_assert_str_eq(normal.p, c->normal ? c->normal : canonical.p);
    /* Both forms read back as themselves: what is stored does not change when it is stored again. */
    ck_assert_int_eq(parse(arena, canonical, SCHEMA_CHECK_NAMES, &again, &err), 0);
    ck_assert_str_eq(print(arena, again, SCHEMA_FORM_CANONICAL).p, canonical.p);
    schema_unref(again);
    ck_assert_int_eq(parse(arena, normal, SCHEMA_CHECK_NAMES, &again, &err), 0);
    ck_assert_str_eq(print(arena, again, SCHEMA_FORM_NORMAL).p, normal.p);
    ck_assert_str_eq(print(arena, again, SCHEMA_FORM_CANONICAL).p, normal.p);
    schema_unref(again);
    schema_unref(schema);
    arena_free(arena);
}
END_TEST

START_TEST(names_faults)
{
    struct arena *arena = arena_new(1 << 24);
    const struct fault_case *c = &faults[_i];
    struct schema *schema;
    struct error err;
    ck_assert_int_eq(parse(arena, str_of(c->text), c->how, &schema, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    ck_assert_msg(strstr(err.text.p, c->fault) != NULL, "%s\nsays: %s\nnot: %s", c->text, err.text.p, c->fault);
    if (c->how != SCHEMA_CHECK_NAMES) { /* what is stored already is read all the same */
        ck_assert_int_eq(parse(arena, str_of(c->text),
                               c->how == SCHEMA_CHECK_STRICT ? SCHEMA_CHECK_REFERENCE : SCHEMA_CHECK_NAMES, &schema,
                               &err),
                         0);
        schema_unref(schema);
    }
    arena_free(arena);
}
END_TEST

START_TEST(resolves_references)
{
    struct arena *arena = arena_new(1 << 24);
    struct error err = ERROR_INIT(arena);
    struct schema_dependency base = {
        STR("n.Base"),
        STR("{\"type\":\"record\",\"name\":\"n.Base\",\"fields\":[{\"name\":\"i\",\"type\":{\"type\":\"enum\","
            "\"name\":\"In\",\"symbols\":[\"A\"]}}]}")};
    struct schema_source source = {
        STR("{\"type\":\"record\",\"name\":\"n.Use\",\"fields\":[{\"name\":\"b\",\"type\":\"n.Base\"},{"
            "\"name\":\"e\",\"type\":\"In\"}]}"),
        &base, 1};
    struct schema *schema;
    ck_assert_int_eq(schema_parse(schema_format_find(STR("AVRO")), &source, &schema, &err), 0);
    /* Only what a reference names is written as a name; the enum inside of it is written out. */
    ck_assert_str_eq(
        print(arena, schema, SCHEMA_FORM_CANONICAL).p,
        "{\"type\":\"record\",\"name\":\"Use\",\"namespace\":\"n\",\"fields\":[{\"name\":\"b\",\"type\":\"Base\"},{"
        "\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"In\",\"symbols\":[\"A\"]}}]}");
    ck_assert_str_eq(
        print(arena, schema, SCHEMA_FORM_RESOLVED).p,
        "{\"type\":\"record\",\"name\":\"Use\",\"namespace\":\"n\",\"fields\":[{\"name\":\"b\",\"type\":{\"type\":"
        "\"record\",\"name\":\"Base\",\"fields\":[{\"name\":\"i\",\"type\":{\"type\":\"enum\",\"name\":\"In\","
        "\"symbols\":[\"A\"]}}]}},{\"name\":\"e\",\"type\":\"In\"}]}");
    schema_unref(schema);
    arena_free(arena);
}
END_TEST

/* Deep, wide and huge texts are answered, not survived by luck. */
START_TEST(bounds_its_work)
{
    struct arena *arena = arena_new(1 << 28);
    struct error err;
    struct schema *schema;
    struct buf text;
    buf_init(&text, arena, 1 << 26);
    for (int i = 0; i < 100000; i++)
        buf_add(&text, STR("{\"type\":\"array\",\"items\":"));
    ck_assert_int_eq(parse(arena, buf_str(&text), SCHEMA_CHECK_STRICT, &schema, &err), -1);
    buf_reset(&text);
    buf_add(&text, STR("{\"type\":\"record\",\"name\":\"R\",\"fields\":["));
    for (int i = 0; i < 50000; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":\"int\",\"default\":0}", i ? "," : "", i);
    buf_add(&text, STR("]}"));
    ck_assert_int_eq(parse(arena, buf_str(&text), SCHEMA_CHECK_STRICT, &schema, &err), 0);
    ck_assert_uint_eq(print(arena, schema, SCHEMA_FORM_CANONICAL).n, text.n);
    schema_unref(schema);
    /* A default that would need itself for ever. */
    ck_assert_int_eq(
        parse(arena,
              STR("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":\"R\",\"default\":{}}]}"),
              SCHEMA_CHECK_STRICT, &schema, &err),
        -1);
    arena_free(arena);
}
END_TEST

/* The file of the Apache project, when it is there: "// nnn" case number, "<<INPUT", "<<canonical", "<<fingerprint". */
START_TEST(matches_parsing_forms)
{
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    char path[512], line[8192];
    snprintf(path, sizeof path, "%s/avro/schema-tests.txt", folder ? folder : "");
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: no schema-tests.txt\n");
        return;
    }
    struct arena *arena = arena_new(1 << 26);
    struct schema *schema = NULL;
    struct error err;
    unsigned checked = 0;
    struct str form = STR_EMPTY;
    while (fgets(line, sizeof line, file)) {
        struct str text = str_trim(str_of(line));
        if (str_starts(text, STR("<<INPUT"))) {
            schema_unref(schema);
            struct str input = arena_str(arena, str_trim(str_slice(text, 7, text.n)));
            while (!input.n || str_equal(text, STR("<<INPUT"))) { /* on lines of their own, up to INPUT */
                if (!fgets(line, sizeof line, file) || str_equal(str_trim(str_of(line)), STR("INPUT")))
                    break;
                input = ARENA_JOIN(arena, input, str_of(line));
                text = STR("<<INPUT");
            }
            ck_assert_int_eq(parse(arena, input, SCHEMA_CHECK_NAMES, &schema, &err), 0);
            struct buf out;
            buf_init(&out, arena, 1 << 20);
            ck_assert_int_eq(avro_parsing_form(schema, &out, &err), 0);
            form = arena_str(arena, buf_str(&out));
        } else if (str_starts(text, STR("<<canonical "))) {
            ck_assert_str_eq(form.p, arena_str(arena, str_trim(str_slice(text, 12, text.n))).p);
            checked++;
        } else if (str_starts(text, STR("<<fingerprint "))) {
            int64_t wanted;
            ck_assert_int_eq(str_to_i64(str_trim(str_slice(text, 14, text.n)), &wanted), STR_NUMBER_OK);
            ck_assert_int_eq((int64_t)hash_crc64_avro(form), wanted);
        }
    }
    fclose(file);
    schema_unref(schema);
    printf("%u parsing forms\n", checked);
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("avro");
    TCase *tests = tcase_create("avro");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, prints_texts, 0, sizeof texts / sizeof texts[0]);
    tcase_add_loop_test(tests, names_faults, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(tests, resolves_references);
    tcase_add_test(tests, bounds_its_work);
    tcase_add_test(tests, matches_parsing_forms);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
