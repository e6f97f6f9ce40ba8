/* Validating: verdicts, differences of the drafts, what cannot be compiled, and what is said of refusals. The official test
 * suite is played by tests/oracle/json_suite.py.
 * covers: schemas/json/compile.c schemas/json/compile_containers.c schemas/json/compile_edges.c
 * covers: schemas/json/compile_leaves.c schemas/json/validate.c schemas/json/validate_array.c schemas/json/validate_combined.c
 * covers: schemas/json/validate_leaves.c schemas/json/validate_object.c schemas/json/validate_output.c
 * covers: schemas/json/validate_sentences.c schemas/json/validate_walk.c
 * covers: schemas/json/values.c */
#include "validating.h"

/* -- verdicts -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *schema, *valid, *invalid; /* NULL: there is none */
} rows[] = {
    {"true", "[1,{'a':null}]", NULL},
    {"{}", "'x'", NULL},
    {"false", NULL, "null"},
    /* types and numbers, which are exact */
    {"{'type':'integer'}", "1.0", "1.5"},
    {"{'type':'integer'}", "1e2", "1e-2"},
    {"{'type':'integer'}", "123456789012345678901234567890", "123456789012345678901234567890.5"},
    {"{" D4 ",'type':'integer'}", "1", "1.0"},
    {"{'type':['integer','string']}", "'x'", "true"},
    {"{'type':['integer','number']}", "1.5", "'x'"},
    {"{'type':'boolean'}", "false", "0"},
    {"{'type':'number','minimum':1,'maximum':3}", "2.75", "3.0000000000000000000000000001"},
    {"{'minimum':1}", "'x'", "0.99999999999999999999"},
    {"{'minimum':-5.5}", "-5.5", "-5.51"},
    {"{'exclusiveMinimum':5}", "5.5", "5.0"},
    {"{'exclusiveMaximum':5}", "4.999", "5"},
    {"{'minimum':3,'exclusiveMinimum':5}", "6", "4"},
    {"{'minimum':6,'exclusiveMinimum':5}", "6", "5.5"},
    {"{'maximum':3,'exclusiveMaximum':3}", "2", "3"},
    {"{'minimum':1e400}", "1e401", "1e399"},
    {"{'maximum':999999999999999999}", "999999999999999999", "1000000000000000000"},
    {"{'minimum':0.5,'maximum':1}", "1", "0"},
    {"{'multipleOf':0.01}", "4.35", "4.355"},
    {"{'multipleOf':7}", "-14", "15"},
    {"{'multipleOf':1e-30}", "3e-30", "3.5e-30"},
    {"{" D4 ",'minimum':5,'exclusiveMinimum':true}", "6", "5"},
    {"{" D4 ",'minimum':5,'exclusiveMinimum':false}", "5", "4"},
    {"{" D4 ",'exclusiveMinimum':true}", "4", NULL},
    /* values */
    {"{'const':{'a':[1,2.0],'b':null}}", "{'b':null,'a':[1.0,2]}", "{'a':[2,1],'b':null}"},
    {"{'const':0}", "-0.0", "false"},
    {"{'enum':[1,'a',null,true,[],{}]}", "1.0", "'b'"},
    {"{'enum':[1,'a',null,true,[],{}]}", "{}", "[[]]"},
    {"{'enum':[1,'a',null,true,[],{}]}", "true", "false"},
    {"{'enum':[1,2,3,4,5,6,7,8,9,1e1]}", "10", "11"},
    {"{'enum':[]}", NULL, "1"},
    {"{" D4 ",'const':1}", "2", NULL},
    /* strings */
    {"{'minLength':2,'maxLength':3}", "'\xc3\xa9\xf0\x9f\x98\x80'", "'\xf0\x9f\x98\x80'"},
    {"{'maxLength':1}", "'\xf0\x9f\x98\x80'", "'ab'"},
    {"{'maxLength':1.0}", "'a'", "'ab'"},
    {"{'pattern':'^a+$'}", "'aa'", "'ab'"},
    {"{'pattern':'b'}", "'abc'", "'ac'"},
    {"{'format':'ipv4'}", "'no address'", NULL},
    /* arrays */
    {"{'items':{'type':'integer'}}", "[1,2]", "[1,'x']"},
    {"{'items':[{'type':'integer'},{'type':'string'}]}", "[1,'a',null]", "[1,2]"},
    {"{'items':[{'type':'integer'}],'additionalItems':false}", "[1]", "[1,2]"},
    {"{'items':{},'additionalItems':false}", "[1,2]", NULL},
    {"{" D20 ",'prefixItems':[{'type':'integer'}],'items':false}", "[1]", "[1,2]"},
    {"{" D20 ",'prefixItems':[{'type':'integer'},true,{'type':'string'}]}", "[1,2]", "[1,2,3]"},
    {"{" D7 ",'prefixItems':[false]}", "[1]", NULL},
    {"{'contains':{'const':1}}", "[0,1]", "[0]"},
    {"{" D4 ",'contains':{'const':1}}", "[0]", NULL},
    {"{" D19 ",'contains':{'const':1},'minContains':2,'maxContains':3}", "[1,1]", "[1]"},
    {"{" D19 ",'contains':{'const':1},'minContains':2,'maxContains':3}", "[1,1,1,0]", "[1,1,1,1]"},
    {"{" D19 ",'contains':{'const':1},'minContains':0}", "[]", NULL},
    {"{" D7 ",'contains':{'const':1},'minContains':2}", "[1]", NULL},
    {"{'minItems':1,'maxItems':2}", "[1]", "[]"},
    {"{'uniqueItems':true}", "[1,'1',true,[1],{'a':1}]", "[{'a':1,'b':2},3,{'b':2,'a':1.0}]"},
    {"{'uniqueItems':true}", "[[0,1],[1,0]]", "[1,1.0]"},
    {"{'uniqueItems':true}", "[1,2,3,4,5,6,7,8,9,10]", "[1,2,3,4,5,6,7,8,9,10,1e1]"},
    /* objects */
    {"{'required':['a','b']}", "{'b':1,'a':1}", "{'a':1,'a':2}"},
    {"{'properties':{'a':{'type':'string'}}}", "{'a':1,'a':'x'}", "{'a':'x','a':1}"},
    {"{'properties':{'a':false}}", "{'b':1}", "{'a':1}"},
    {"{'properties':{'a':{}},'patternProperties':{'^x':{'type':'integer'}},'additionalProperties':false}",
     "{'a':'','x1':2}", "{'a':'','b':1}"},
    {"{'properties':{'xa':{'minimum':3}},'patternProperties':{'^x':{'type':'integer'},'a$':{'maximum':9}}}", "{'xa':4}",
     "{'xa':10}"},
    {"{'additionalProperties':{'type':'integer'},'required':['z']}", "{'z':1}", "{'z':'x'}"},
    {"{'propertyNames':{'maxLength':2}}", "{'ab':1}", "{'abc':1}"},
    {"{" D4 ",'propertyNames':{'maxLength':2}}", "{'abc':1}", NULL},
    {"{'minProperties':2,'maxProperties':2}", "{'a':1,'b':2}", "{'a':1,'a':2}"},
    {"{'dependencies':{'a':['b'],'c':{'minProperties':3}}}", "{'a':1,'b':2}", "{'a':1}"},
    {"{'dependencies':{'a':['b'],'c':{'minProperties':3}}}", "{'c':1,'d':2,'e':3}", "{'c':1}"},
    {"{" D19 ",'dependencies':{'a':['b']}}", "{'a':1}", NULL},
    {"{" D19 ",'dependentRequired':{'a':['b','c']}}", "{'a':1,'b':2,'c':3}", "{'a':1,'c':3}"},
    {"{" D20 ",'dependentSchemas':{'a':{'maxProperties':1}}}", "{'a':1}", "{'a':1,'b':2}"},
    /* combinations */
    {"{'allOf':[{'minimum':1},{'maximum':3}]}", "2", "4"},
    {"{'anyOf':[{'type':'string'},{'minimum':3}]}", "3", "2"},
    {"{'oneOf':[{'minimum':1},{'maximum':3}]}", "4", "2"},
    {"{'oneOf':[{'type':'string'},{'type':'array'}]}", "'a'", "2"},
    {"{'not':{'type':'string'}}", "2", "'a'"},
    {"{'if':{'minimum':5},'then':{'multipleOf':2},'else':{'multipleOf':3}}", "6", "7"},
    {"{'if':{'minimum':5},'then':{'multipleOf':2},'else':{'multipleOf':3}}", "3", "4"},
    {"{'then':false,'else':false}", "1", NULL},
    {"{" D6 ",'if':true,'then':false}", "1", NULL},
    /* references */
    {"{'definitions':{'a':{'type':'integer'}},'$ref':'#/definitions/a'}", "1", "'x'"},
    {"{'definitions':{'a':{'type':'integer'}},'$ref':'#/definitions/a','maximum':3}", "4", "'x'"},
    {"{" D19 ",'$defs':{'a':{'type':'integer'}},'$ref':'#/$defs/a','maximum':3}", "3", "4"},
    {"{'properties':{'next':{'$ref':'#'},'v':{'type':'integer'}},'additionalProperties':false}",
     "{'v':1,'next':{'v':2,'next':{}}}", "{'next':{'next':{'v':''}}}"},
    {"{" D20 ",'$defs':{'a':{'$anchor':'x','minLength':2}},'$ref':'#x'}", "'ab'", "'a'"},
    {"{'$ref':'http://json-schema.org/draft-07/schema#'}", "{'type':'string'}", "{'type':'text'}"},
    {"{" D20 ",'$ref':'https://json-schema.org/draft/2020-12/schema'}", "{'items':{'minimum':1}}",
     "{'items':{'minimum':''}}"},
    {"{" D20
     ",'$id':'http://x/tree','$dynamicAnchor':'node','properties':{'c':{'items':{'$dynamicRef':'#node'}},'v':true},"
     "'additionalProperties':false}",
     "{'c':[{'v':1}]}", "{'c':[{'w':1}]}"},
    {"{" D19 ",'$recursiveAnchor':true,'properties':{'c':{'$recursiveRef':'#'}},'maxProperties':1}", "{'c':{'c':{}}}",
     "{'c':{'c':{},'d':1}}"},
    {"{" D20 ",'$id':'http://x/"
     "strict','$dynamicAnchor':'n','$ref':'tree','unevaluatedProperties':false,'$defs':{'t':{'$id':'tree',"
     "'$dynamicAnchor':'n','properties':{'c':{'$dynamicRef':'#n'}}}}}",
     "{'c':{'c':{}}}", "{'c':{'d':1}}"},
    /* what is not evaluated */
    {"{" D20
     ",'properties':{'a':true},'anyOf':[{'properties':{'b':true},'required':['b']},{'patternProperties':{'^c':true}}],"
     "'unevaluatedProperties':false}",
     "{'a':1,'b':2,'c1':3}", "{'a':1,'d':2}"},
    {"{" D20 ",'not':{'not':{'properties':{'a':true}}},'unevaluatedProperties':false}", "{}", "{'a':1}"},
    {"{" D20 ",'if':{'properties':{'a':{'const':1}},'required':['a']},'then':{'properties':{'b':true}},"
     "'unevaluatedProperties':{'type':'integer'}}",
     "{'a':1,'b':'x'}", "{'a':2,'b':'x'}"},
    {"{" D20 ",'prefixItems':[true],'contains':{'type':'string'},'unevaluatedItems':false}", "[1,'a']", "[1,'a',2]"},
    {"{" D19 ",'items':[true],'contains':{'type':'string'},'unevaluatedItems':false}", "['a']", "[1,'a']"},
    {"{" D20 ",'allOf':[{'prefixItems':[true,true]}],'unevaluatedItems':{'type':'null'}}", "[1,2,null]", "[1,2,3]"},
    {"{" D7 ",'unevaluatedProperties':false}", "{'a':1}", NULL},
    {"{" D20 ",'dependentSchemas':{'a':{'properties':{'a':true,'b':true}}},'unevaluatedProperties':false}",
     "{'a':1,'b':2}", "{'b':2}"},
    /* what is no schema, or not meant so, does not count */
    {"{'minimum':'x','type':5,'required':5,'properties':[],'items':5,'enum':5,'pattern':5,'allOf':{},'not':3}", "1",
     NULL},
};

static void check_verdict(const char *schema, const char *instance, enum jss_outcome wanted)
{
    if (!instance)
        return;
    enum jss_outcome got = verdict_on(str_of(spelled(schema)), str_of(spelled(instance)));
    ck_assert_msg(got == wanted, "%s\non %s: %d", schema, instance, got);
}

START_TEST(verdicts_are_right)
{
    check_verdict(rows[_i].schema, rows[_i].valid, JSS_VALID);
    check_verdict(rows[_i].schema, rows[_i].invalid, JSS_INVALID);
}
END_TEST

START_TEST(schemas_inside_are_compiled)
{
    const char *text = spelled("{'properties':{'a':{'type':'integer'}},'type':'object'}");
    struct schema_source source = {.text = str_of(text)};
    struct error err = ERROR_INIT(arena);
    struct jss_compile_options options = {0};
    struct jss_program *program;
    void *model;
    ck_assert_int_eq(jss_parse(arena, &source, &model, &err), 0);
    const struct jss_schema *schema = model;
    const struct jtree_node *inner = jtree_member(jtree_member(schema->document->root, STR("properties")), STR("a"));
    ck_assert_int_eq(jss_compile(schema, jss_subschema_at(schema, inner), &options, arena, &program, &err), 0);
    struct jss_scratch *scratch = jss_scratch_new();
    ck_assert_int_eq(jss_validate(program, json_value(STR("1")), scratch, NULL), JSS_VALID);
    ck_assert_int_eq(jss_validate(program, json_value(STR("{}")), scratch, NULL), JSS_INVALID);
    jss_scratch_free(scratch);
}
END_TEST

START_TEST(formats_are_asserted_on_request)
{
    const char *schema = spelled("{'items':{'format':'ipv4'}}");
    struct jss_scratch *scratch = jss_scratch_new();
    for (int asserts = 0; asserts < 2; asserts++) {
        struct jss_program *program = NULL;
        struct error err;
        ck_assert_int_eq(compile_into(arena, str_of(schema), asserts, &program, &err), 0);
        const struct jtree_node *good = json_value(str_of(spelled("['1.2.3.4',5]")));
        const struct jtree_node *bad = json_value(str_of(spelled("['x']")));
        ck_assert_int_eq(jss_validate(program, good, scratch, NULL), JSS_VALID);
        ck_assert_int_eq(jss_validate(program, bad, scratch, NULL), asserts ? JSS_INVALID : JSS_VALID);
    }
    jss_scratch_free(scratch);
}
END_TEST

/* -- what cannot be compiled ------------------------------------------------------------------------------------- */

static const struct {
    const char *schema, *fault;
} broken[] = {
    {"{'$ref':'#/definitions/none'}", "#: the reference leads nowhere: #/definitions/none"},
    {"{'properties':{'a/b':{'items':{'$ref':'other.json'}}}}",
     "#/properties/a~1b/items: the reference leads nowhere: other.json"},
    {"{" D20 ",'$dynamicRef':'#none'}", "#: the reference leads nowhere: #none"},
    {"{'not':{'pattern':'('}}", "#/not/pattern: not a regular expression: a parenthesis is not closed: ("},
    {"{'patternProperties':{'[':true}}", "#/patternProperties: not a regular expression: a bracket is not closed: ["},
};

START_TEST(what_is_broken_is_refused)
{
    struct jss_program *program = NULL;
    struct error err;
    ck_assert_int_eq(compile_into(arena, str_of(spelled(broken[_i].schema)), false, &program, &err), -1);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    ck_assert_str_eq(terminated(err.text), broken[_i].fault);
}
END_TEST

/* Each set of them that is in force has codes of its own. */
START_TEST(many_dynamic_anchors_are_refused)
{
    for (int count = 64; count <= 65; count++) {
        struct jss_program *program = NULL;
        struct error err;
        struct buf text = new_text();
        buf_add(&text, str_of(spelled("{" D20 ",'allOf':[true")));
        for (int i = 0; i < count; i++)
            buf_printf(&text, ",{\"$dynamicRef\":\"#a%d\",\"$dynamicAnchor\":\"a%d\"}", i, (i + 1) % count);
        buf_add(&text, STR("]}"));
        int outcome = compile_into(arena, buf_str(&text), false, &program, &err);
        ck_assert_int_eq(outcome, count == 64 ? 0 : -1);
        if (outcome != 0)
            ck_assert_str_eq(terminated(err.text), "Too many dynamic anchors are referred to");
    }
}
END_TEST

/* What no value is judged by need not be right. */
START_TEST(what_nothing_leads_to_is_not_compiled)
{
    check_verdict("{'definitions':{'a':{'$ref':'nowhere'}},'type':'integer'}", "1", JSS_VALID);
}
END_TEST

/* -- what is said of refusals -------------------------------------------------------------------------------------- */

#define ID "'$id':'http://x/s.json'"

/* Units as lines: blanks for the depth, place of the value, place of the keyword, the absolute one if it is another, what is
 * said. */
static const struct {
    const char *schema, *instance, *basic, *detailed; /* detailed NULL: as basic */
} outputs[] = {
    {"false", "1", " |  | #: nothing is allowed here\n", NULL},
    {"{'type':'string'}", "1", " | /type | #: expected string, found 1\n", NULL},
    {"{'type':['string','null']}", "{}", " | /type | #: expected string or null, found object\n", NULL},
    {"{'type':'integer'}", "1.5", " | /type | #: expected integer, found 1.5\n", NULL},
    {"{" ID ",'minimum':1}", "0.5", " | /minimum | http://x/s.json#: 0.5 is less than 1\n", NULL},
    {"{'maximum':1}", "2", " | /maximum | #: 2 is more than 1\n", NULL},
    {"{'exclusiveMinimum':1}", "1", " | /exclusiveMinimum | #: 1 is not more than 1\n", NULL},
    {"{" D4 ",'maximum':7,'exclusiveMaximum':true}", "7", " | /exclusiveMaximum | #: 7 is not less than 7\n", NULL},
    {"{'minimum':3,'exclusiveMinimum':5}", "2",
     " | /minimum | #: 2 is less than 3\n | /exclusiveMinimum | #: 2 is not more than 5\n",
     " |  | #: the schema refuses it in several ways\n"
     "  | /minimum | #: 2 is less than 3\n  | /exclusiveMinimum | #: 2 is not more than 5\n"},
    {"{'multipleOf':2}", "3", " | /multipleOf | #: 3 is no multiple of 2\n", NULL},
    {"{'minLength':3}", "'ab'", " | /minLength | #: has 2 characters, less than 3\n", NULL},
    {"{'maxLength':1}", "'\xc3\xa9\xc3\xa9'", " | /maxLength | #: has 2 characters, more than 1\n", NULL},
    {"{'pattern':'^a'}", "'b'", " | /pattern | #: does not match the pattern ^a\n", NULL},
    {"{'format':'date'}", "'b'", " | /format | #: does not have the format date\n", NULL},
    {"{'enum':[1]}", "2", " | /enum | #: none of the values that are allowed\n", NULL},
    {"{'const':1}", "2", " | /const | #: not the value that is expected\n", NULL},
    {"{'minItems':2}", "[1]", " | /minItems | #: has 1 items, less than 2\n", NULL},
    {"{'maxItems':2}", "[1,2,3]", " | /maxItems | #: has 3 items, more than 2\n", NULL},
    {"{'uniqueItems':true}", "[1,2,1.0]", " | /uniqueItems | #: the items 0 and 2 are equal\n", NULL},
    {"{'contains':{'const':1}}", "[2]", " | /contains | #: no item is as one has to be\n", NULL},
    {"{" D19 ",'contains':{'const':1},'minContains':2}", "[1]",
     " | /minContains | #: 1 items are as they have to be, less than 2\n", NULL},
    {"{" D19 ",'contains':{'const':1},'maxContains':1}", "[1,1]",
     " | /maxContains | #: 2 items are as they have to be, more than 1\n", NULL},
    {"{'minProperties':2}", "{'a':1}", " | /minProperties | #: has 1 properties, less than 2\n", NULL},
    {"{'maxProperties':0}", "{'a':1}", " | /maxProperties | #: has 1 properties, more than 0\n", NULL},
    {"{'required':['a','b']}", "{'b':1}", " | /required | #: the property a is required\n", NULL},
    {"{'required':['a','b']}", "{}",
     " | /required | #: the property a is required\n | /required | #: the property b is required\n",
     " |  | #: the schema refuses it in several ways\n"
     "  | /required | #: the property a is required\n  | /required | #: the property b is required\n"},
    {"{'dependencies':{'a':['b']}}", "{'a':1}",
     " | /dependencies | #: the property b is required because of another one\n", NULL},
    {"{" D20 ",'dependentRequired':{'a':['b']}}", "{'a':1}",
     " | /dependentRequired | #: the property b is required because of another one\n", NULL},
    {"{'not':{}}", "1", " | /not | #: matches what it must not match\n", NULL},
    /* places */
    {"{'properties':{'a/b':{'items':{'type':'null'}}}}", "{'a/b':[null,1]}",
     "/a~1b/1 | /properties/a~1b/items/type | #/properties/a~1b/items: expected null, found 1\n", NULL},
    {"{'patternProperties':{'^a~':{'type':'null'}},'additionalProperties':false}", "{'a~':1,'b':2}",
     "/a~0 | /patternProperties/^a~0/type | #/patternProperties/^a~0: expected null, found 1\n"
     "/b | /additionalProperties | #/additionalProperties: nothing is allowed here\n",
     " |  | #: the schema refuses it in several ways\n"
     " /a~0 | /patternProperties/^a~0/type | #/patternProperties/^a~0: expected null, found 1\n"
     " /b | /additionalProperties | #/additionalProperties: nothing is allowed here\n"},
    {"{'items':[{},{'type':'null'}]}", "[1,2]", "/1 | /items/1/type | #/items/1: expected null, found 2\n", NULL},
    {"{'propertyNames':{'maxLength':1}}", "{'ab':1}",
     "/ab | /propertyNames/maxLength | #/propertyNames: has 2 characters, more than 1\n", NULL},
    {"{" ID ",'definitions':{'p':{'$ref':'#/definitions/q'},'q':{'required':['x']}},'properties':{'a':{'$ref':'#/"
     "definitions/p'}}}",
     "{'a':{}}", "/a | /properties/a/$ref/$ref/required | http://x/s.json#/definitions/q: the property x is required\n",
     NULL},
    {"{" ID ",'definitions':{'p':{'$id':'p.json','properties':{'y':{'type':'null'}}}},'$ref':'p.json'}", "{'y':1}",
     "/y | /$ref/properties/y/type | http://x/p.json#/properties/y: expected null, found 1\n", NULL},
    {"{" D20 ",'$dynamicAnchor':'n','properties':{'c':{'$dynamicRef':'#n'}},'maxProperties':1}", "{'c':{'c':1,'d':2}}",
     "/c | /properties/c/$dynamicRef/maxProperties | #: has 2 properties, more than 1\n", NULL},
    /* combinations: what the alternatives say counts when none of them holds */
    {"{'anyOf':[{'type':'string'},{'minimum':3}]}", "1",
     " | /anyOf | #: matches none of the schemas\n"
     " | /anyOf/0/type | #/anyOf/0: expected string, found 1\n"
     " | /anyOf/1/minimum | #/anyOf/1: 1 is less than 3\n",
     " | /anyOf | #: matches none of the schemas\n"
     "  | /anyOf/0/type | #/anyOf/0: expected string, found 1\n"
     "  | /anyOf/1/minimum | #/anyOf/1: 1 is less than 3\n"},
    {"{'oneOf':[{},{'type':'string'},{}]}", "1", " | /oneOf | #: matches 2 of the schemas, not one\n", NULL},
    {"{'oneOf':[{'type':'null'}]}", "1",
     " | /oneOf | #: matches 0 of the schemas, not one\n | /oneOf/0/type | #/oneOf/0: expected null, found 1\n",
     " | /oneOf | #: matches 0 of the schemas, not one\n  | /oneOf/0/type | #/oneOf/0: expected null, found 1\n"},
    {"{'if':{'minimum':1},'then':{'multipleOf':2}}", "3", " | /then/multipleOf | #/then: 3 is no multiple of 2\n",
     NULL},
    {"{'allOf':[{'minimum':3},{'type':'string'}]}", "1",
     " | /allOf/0/minimum | #/allOf/0: 1 is less than 3\n | /allOf/1/type | #/allOf/1: expected string, found 1\n",
     " |  | #: the schema refuses it in several ways\n"
     "  | /allOf/0/minimum | #/allOf/0: 1 is less than 3\n  | /allOf/1/type | #/allOf/1: expected string, found 1\n"},
    {"{" D20 ",'properties':{'a':true},'unevaluatedProperties':false}", "{'a':1,'b':2}",
     "/b | /unevaluatedProperties | #/unevaluatedProperties: nothing is allowed here\n", NULL},
    {"{'properties':{'a':{'properties':{'b':{'type':'null'},'c':{'type':'null'}}},'d':{'type':'null'}}}",
     "{'a':{'b':1,'c':2},'d':3}",
     "/a/b | /properties/a/properties/b/type | #/properties/a/properties/b: expected null, found 1\n"
     "/a/c | /properties/a/properties/c/type | #/properties/a/properties/c: expected null, found 2\n"
     "/d | /properties/d/type | #/properties/d: expected null, found 3\n",
     " |  | #: the schema refuses it in several ways\n"
     " /a | /properties/a | #/properties/a: the schema refuses it in several ways\n"
     "  /a/b | /properties/a/properties/b/type | #/properties/a/properties/b: expected null, found 1\n"
     "  /a/c | /properties/a/properties/c/type | #/properties/a/properties/c: expected null, found 2\n"
     " /d | /properties/d/type | #/properties/d: expected null, found 3\n"},
};

/* The absolute place without what the relative one ends with, the keyword. */
static struct str schema_of(const struct jss_unit *unit)
{
    size_t slash = str_find_last(unit->keyword_location, '/');
    struct str keyword =
        slash == SIZE_MAX ? STR_EMPTY : str_slice(unit->keyword_location, slash, unit->keyword_location.n);
    struct str place = unit->absolute_keyword_location;
    bool is_frame = str_starts(unit->error, STR("nothing is")) || str_starts(unit->error, STR("the schema refuses"));
    return is_frame || !str_ends(place, keyword) ? place : str_slice(place, 0, place.n - keyword.n);
}

static const char *listed(const char *schema, const char *instance, bool is_detailed)
{
    struct jss_program *program = NULL;
    struct error err;
    struct jss_output output = {.arena = arena, .is_detailed = is_detailed};
    struct jss_scratch *scratch = jss_scratch_new();
    ck_assert_msg(compile_into(arena, str_of(spelled(schema)), true, &program, &err) == 0, "%s: %s", schema,
                  err.text.p);
    ck_assert_int_eq(jss_validate(program, json_value(str_of(spelled(instance))), scratch, &output), JSS_INVALID);
    jss_scratch_free(scratch);
    struct buf text = new_text();
    for (size_t i = 0; i < output.units.count; i++) {
        const struct jss_unit *unit = &output.units.items[i];
        add_times(&text, STR(" "), (int)unit->depth);
        buf_add(&text, ARENA_JOIN(arena, unit->instance_location, STR(" | "), unit->keyword_location, STR(" | "),
                                  schema_of(unit), STR(": "), unit->error, STR("\n")));
    }
    return terminated(buf_str(&text));
}

START_TEST(refusals_are_told)
{
    const char *detailed = outputs[_i].detailed ? outputs[_i].detailed : outputs[_i].basic;
    assert_text(listed(outputs[_i].schema, outputs[_i].instance, false), outputs[_i].basic);
    assert_text(listed(outputs[_i].schema, outputs[_i].instance, true), detailed);
}
END_TEST

START_TEST(units_are_limited)
{
    struct jss_scratch *scratch = jss_scratch_new();
    const struct jss_program *program = compiled(str_of(spelled("{'items':{'type':'null'}}")));
    struct str many = ARENA_JOIN(arena, STR("[1"), repeated(",1", 999), STR("]"));
    struct jss_output output = {.arena = arena}, few = {.arena = arena, .max_units = 7};
    ck_assert_int_eq(jss_validate(program, json_value(many), scratch, &output), JSS_INVALID);
    ck_assert_uint_eq(output.units.count, 100);
    ck_assert_int_eq(jss_validate(program, json_value(many), scratch, &few), JSS_INVALID);
    ck_assert_uint_eq(few.units.count, 7);
    struct jss_output none = {.arena = arena};
    ck_assert_int_eq(jss_validate(program, json_value(STR("[null]")), scratch, &none), JSS_VALID);
    ck_assert_uint_eq(none.units.count, 0);
    jss_scratch_free(scratch);
}
END_TEST

/* Neither what is beyond the limit nor what passed is kept, whatever it stands under. */
START_TEST(what_is_not_told_is_not_kept)
{
    static const char *const schemas[] = {
        "{'items':{'anyOf':[{'type':'null'},{'type':'string','minLength':3}]}}",
        "{'items':{'oneOf':[{'type':'null'},{'not':{'anyOf':[{'type':'string'},{'type':'integer'}]}}]}}",
        "{'items':{'allOf':[{'type':'null'},{'type':'string'}]}}",
        "{'items':{'contains':{'type':'null'}}}",
        "{'items':{'if':{'type':'integer'},'then':{'$ref':'#/definitions/a'}},'definitions':{'a':{'type':'null'}}}",
    };
    struct jss_scratch *scratch = jss_scratch_new();
    struct jss_output output = {.arena = arena, .is_detailed = true};
    const char *item = _i == 3 ? ",[1]" : ",1";
    struct str many = ARENA_JOIN(arena, STR("[0"), repeated(item, 50000), STR("]"));
    const struct jss_program *program = compiled(str_of(spelled(schemas[_i])));
    ck_assert_int_eq(jss_validate(program, json_value(many), scratch, &output), JSS_INVALID);
    ck_assert_uint_ge(output.units.count, 100);
    ck_assert_uint_lt(scratch->list.records.count, 1000);
    jss_scratch_free(scratch);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, verdicts_are_right, 0, ROWS(rows));
    tcase_add_test(tests, schemas_inside_are_compiled);
    tcase_add_test(tests, formats_are_asserted_on_request);
    tcase_add_loop_test(tests, what_is_broken_is_refused, 0, ROWS(broken));
    tcase_add_test(tests, many_dynamic_anchors_are_refused);
    tcase_add_test(tests, what_nothing_leads_to_is_not_compiled);
    tcase_add_loop_test(tests, refusals_are_told, 0, ROWS(outputs));
    tcase_add_test(tests, units_are_limited);
    tcase_add_loop_test(tests, what_is_not_told_is_not_kept, 0, 5);
}

int main(void)
{
    return run_tests("validate", add_tests);
}
