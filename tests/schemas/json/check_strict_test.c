/* What is refused of new JSON Schemas that every reader is to understand.
 * covers: schemas/json/check_strict.c */
#include "texts.h"

#include <pthread.h>

#define D4 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define D6 "'$schema':'http://json-schema.org/draft-06/schema#'"
#define D7 "'$schema':'http://json-schema.org/draft-07/schema#'"
#define D19 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define D20 "'$schema':'https://json-schema.org/draft/2020-12/schema'"

static const char *const good[] = {
    "true",
    "false",
    "{}",
    "{" D4 ",'minimum':1,'exclusiveMinimum':true,'id':'http://example.com/a','definitions':{'a':{}}}",
    "{" D6 ",'exclusiveMinimum':1,'const':1,'contains':true,'propertyNames':{'pattern':'^a'},'examples':[1]}",
    "{" D7 ",'if':true,'then':{'required':['a']},'else':false,'readOnly':true,'$comment':'c'}",
    "{" D19 ",'$defs':{'a':{'$anchor':'x'}},'$ref':'#x','dependentRequired':{'a':['b']},'items':[true]}",
    "{" D19 ",'items':{'$recursiveRef':'#'},'$recursiveAnchor':true}",
    "{" D20 ",'prefixItems':[true],'items':false,'unevaluatedProperties':false,'$defs':{'a':{'$anchor':'x'}}}",
    "{'$schema':'http://example.com/own','own':5,'confluent:tags':['PII'],'connect.type':'int64'}",
    "{'definitions':{'a':{'$id':'a.json','type':'string'}},'not':{'$ref':'a.json'}}",
    /* Patterns that Java knows and ECMAScript does not. */
    "{'pattern':'(?i)\\\\Aa++','patternProperties':{'\\\\p{javaLowerCase}':{}}}",
    /* A resource in another dialect goes by its own. */
    "{" D20 ",'$defs':{'a':{'$id':'http://example.com/a'," D20 ",'minimum':1}}}",
};

START_TEST(good_schemas_are_accepted)
{
    assert_text(fault_of_json(str_of(spelled(good[_i])), NULL, SCHEMA_CHECK_STRICT, false), "");
}
END_TEST

/* Text, and where it is wrong: the beginning of what is said. */
static const struct {
    const char *text, *fault;
} bad[] = {
    {"{'minLength':-1}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/minLength: "},
    {"{'enum':[1,1],'type':'string'}", NULL},
    {"{'multipleOf':-1}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/multipleOf: "},
    {"{'allOf':[]}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/allOf: "},
    {"{'type':[]}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/type: "},
    {"{'type':['string','string']}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/type: "},
    {"{'required':['a','a']}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/required: "},
    {"{'definitions':5}", "Invalid schema by http://json-schema.org/draft-07/schema#: #/definitions: "},
    {"{'definitions':{'a/b':{'type':'nope'}}}",
     "Invalid schema by http://json-schema.org/draft-07/schema#: #/definitions/a~1b/type: "},
    {"{'properties':{'a':{'minItems':-1}}}",
     "Invalid schema by http://json-schema.org/draft-07/schema#: #/properties/a/minItems: "},
    {"{" D4 ",'required':[]}", "Invalid schema by http://json-schema.org/draft-04/schema#: #/required: "},
    {"{" D4 ",'exclusiveMinimum':true}", "Invalid schema by http://json-schema.org/draft-04/schema#: #"},
    {"{" D6 ",'minProperties':-1}", "Invalid schema by http://json-schema.org/draft-06/schema#: #/minProperties: "},
    {"{" D19 ",'minContains':'x'}", "Invalid schema by https://json-schema.org/draft/2019-09/schema: #/minContains: "},
    {"{" D20 ",'multipleOf':0}", "Invalid schema by https://json-schema.org/draft/2020-12/schema: #/multipleOf: "},
    {"{" D20 ",'$anchor':5}", "Invalid schema by https://json-schema.org/draft/2020-12/schema: #/$anchor: "},
    {"{" D20 ",'not':{'minItems':-1}}",
     "Invalid schema by https://json-schema.org/draft/2020-12/schema: #/not/minItems: "},
    /* References of unused definitions, too. */
    {"{'not':{'$ref':'#nope'}}", "Invalid schema: #/not: the reference leads nowhere: #nope"},
    {"{'definitions':{'a':{'$ref':'nope.json'}}}",
     "Invalid schema: #/definitions/a: the reference leads nowhere: nope.json"},
};

START_TEST(bad_schemas_are_refused)
{
    struct str text = str_of(spelled(bad[_i].text));
    const char *fault = fault_of_json(text, NULL, SCHEMA_CHECK_STRICT, false);
    if (bad[_i].fault)
        ck_assert_msg(strncmp(fault, bad[_i].fault, strlen(bad[_i].fault)) == 0 &&
                          (strlen(fault) > strlen(bad[_i].fault) || strstr(fault, "nowhere")),
                      "%s: %s", bad[_i].text, fault);
    /* The reference server takes all of them. */
    assert_text(fault_of_json(text, NULL, SCHEMA_CHECK_REFERENCE, false), "");
}
END_TEST

/* A number that is out of what can be compared with a bound of the metaschema. */
START_TEST(what_the_metaschema_cannot_decide_is_refused)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{" D20 ",'minLength':7")));
    add_times(&text, STR("0"), 5000);
    buf_add(&text, STR("}"));
    assert_text(fault_of_json(buf_str(&text), NULL, SCHEMA_CHECK_STRICT, false),
                "The schema cannot be checked by its metaschema within the budget");
    assert_text(fault_of_json(buf_str(&text), NULL, SCHEMA_CHECK_REFERENCE, false), "");
}
END_TEST

static void *check_one(void *result)
{
    struct schema *schema;
    struct arena *own = arena_new(1 << 20);
    struct error err = ERROR_INIT(own);
    struct schema_source source = {.text =
                                       STR("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"a\":1}")};
    *(int *)result = schema_parse(schema_format_find(STR("JSON")), &source, &schema, &err);
    if (*(int *)result == 0) {
        *(int *)result = schema_check(schema, SCHEMA_CHECK_STRICT, false, &err);
        schema_unref(schema);
    }
    arena_free(own);
    return NULL;
}

/* The metaschema is made once, by whichever comes first. */
START_TEST(many_may_check_at_once)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    int results[THREADS];
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, check_one, &results[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(results[i], 0);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, good_schemas_are_accepted, 0, ROWS(good));
    tcase_add_loop_test(tests, bad_schemas_are_refused, 0, ROWS(bad));
    tcase_add_test(tests, what_the_metaschema_cannot_decide_is_refused);
    tcase_add_test(tests, many_may_check_at_once);
}

int main(void)
{
    return run_tests("check_strict", add_tests);
}
