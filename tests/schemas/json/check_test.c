/* What is refused of new JSON Schemas and in look-ups.
 * covers: schemas/json/check.c schemas/json/check_keywords.c schemas/json/check_reference.c */
#include "texts.h"

#define D4 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define D6 "'$schema':'http://json-schema.org/draft-06/schema#'"
#define D7 "'$schema':'http://json-schema.org/draft-07/schema#'"
#define D19 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define D20 "'$schema':'https://json-schema.org/draft/2020-12/schema'"

/* Values that keywords are tried with. */
#define OBJECTS "{} {'a':5} {'a':{}} {'a':true} {'a':['b']} {'a':[]} {'a':[5]} {'a':'x'} {'a':null} {'[':{}}"
#define OTHER_ARRAYS "[5] ['a'] ['string'] [null]"
#define ARRAYS "[] [{}] [true]"
#define INT32 "5 0 -1 2147483647"
#define FRACTIONS "1.5 1.0 1e2"
#define LARGE "2147483648 9223372036854775808 1e30"
#define NUMBERS INT32 " " FRACTIONS " " LARGE
#define TEXTS "'x' ''"
#define FAULTY "{'type':'nope'}"
#define ANYTHING "null true " NUMBERS " " TEXTS " '[' '%' " ARRAYS " " OTHER_ARRAYS " " OBJECTS " " FAULTY
#define MAPS "{} {'a':{}} {'a':true} {'[':{}}"

/* What is accepted of ANYTHING, by draft: 4, 6, 7, 2019-09 as 9, 2020-12 as 2. */
static const struct {
    const char *keyword, *drafts, *accepted;
} keywords[] = {
    {"type", "46792", "[] ['string']"},
    {"enum", "46792", ARRAYS " " OTHER_ARRAYS},
    {"const", "46792", ANYTHING},
    {"allOf", "46792", ARRAYS},
    {"anyOf", "46792", ARRAYS},
    {"oneOf", "46792", ARRAYS},
    {"not", "46792", "true " OBJECTS},
    {"properties", "46792", MAPS},
    {"required", "46792", "[] ['a'] ['string']"},
    {"minProperties", "467", INT32},
    {"minProperties", "92", NUMBERS},
    {"maxProperties", "467", INT32},
    {"maxProperties", "92", NUMBERS},
    {"dependencies", "4", "{} {'a':{}} {'a':['b']} {'a':[]} {'[':{}}"},
    {"dependencies", "67", MAPS " {'a':['b']} {'a':[]}"},
    {"dependencies", "92", ANYTHING},
    {"patternProperties", "46792", "{} {'a':{}} {'a':true}"},
    {"additionalProperties", "46792", "true " OBJECTS},
    {"propertyNames", "4", ANYTHING},
    {"propertyNames", "6792", "true " OBJECTS},
    {"items", "4", ARRAYS " " OBJECTS},
    {"items", "679", "true " ARRAYS " " OBJECTS},
    {"items", "2", "true " OBJECTS},
    {"additionalItems", "467", "true " OBJECTS},
    {"additionalItems", "92", ANYTHING},
    {"minItems", "467", INT32},
    {"minItems", "92", NUMBERS},
    {"maxItems", "467", INT32},
    {"maxItems", "92", NUMBERS},
    {"uniqueItems", "46792", "true"},
    {"contains", "4", ANYTHING},
    {"contains", "6792", "true " OBJECTS},
    {"minContains", "46792", ANYTHING},
    {"maxContains", "46792", ANYTHING},
    {"minimum", "46792", NUMBERS},
    {"maximum", "46792", NUMBERS},
    {"exclusiveMinimum", "4", "true"},
    {"exclusiveMinimum", "6792", NUMBERS},
    {"exclusiveMaximum", "4", "true"},
    {"exclusiveMaximum", "6792", NUMBERS},
    {"multipleOf", "467", "5 -1 2147483647 " FRACTIONS " " LARGE},
    {"multipleOf", "92", NUMBERS},
    {"minLength", "467", INT32},
    {"minLength", "92", NUMBERS},
    {"maxLength", "467", INT32},
    {"maxLength", "92", NUMBERS},
    {"pattern", "46792", TEXTS " '%'"},
    {"format", "46792", TEXTS " '[' '%'"},
    {"if", "46", ANYTHING},
    {"if", "792", "true " OBJECTS},
    {"then", "4692", ANYTHING},
    {"then", "7", "true " OBJECTS},
    {"else", "4692", ANYTHING},
    {"else", "7", "true " OBJECTS},
    {"$id", "4", ANYTHING},
    {"$id", "67", TEXTS},
    {"id", "4", TEXTS},
    {"id", "6792", ANYTHING},
    {"title", "46792", TEXTS " '[' '%'"},
    {"description", "46792", TEXTS " '[' '%'"},
    {"readOnly", "46", ANYTHING},
    {"readOnly", "792", "true"},
    {"writeOnly", "46", ANYTHING},
    {"writeOnly", "792", "true"},
    {"deprecated", "467", ANYTHING},
    {"deprecated", "92", "true"},
    {"default", "46792", ANYTHING},
    {"examples", "46792", ANYTHING},
    {"definitions", "467", ANYTHING},
    {"definitions", "92", "null true " NUMBERS " " TEXTS " '[' '%' " ARRAYS " " OTHER_ARRAYS " " MAPS},
    {"$defs", "467", ANYTHING},
    {"$defs", "92", MAPS},
    {"$comment", "46792", ANYTHING},
    {"$anchor", "467", ANYTHING},
    {"$dynamicAnchor", "467", ANYTHING},
    {"$dynamicAnchor", "92", TEXTS " '[' '%'"},
    {"$dynamicRef", "467", ANYTHING},
    {"$dynamicRef", "92", ""},
    {"$recursiveRef", "46792", ANYTHING},
    {"$recursiveAnchor", "46792", ANYTHING},
    {"prefixItems", "467", ANYTHING},
    {"prefixItems", "92", ARRAYS},
    {"unevaluatedItems", "467", ANYTHING},
    {"unevaluatedItems", "92", "true " OBJECTS},
    {"unevaluatedProperties", "467", ANYTHING},
    {"unevaluatedProperties", "92", "true " OBJECTS},
    {"dependentRequired", "467", ANYTHING},
    {"dependentRequired", "92", "{} {'a':['b']} {'a':[]}"},
    {"dependentSchemas", "467", ANYTHING},
    {"dependentSchemas", "92", MAPS},
    {"contentSchema", "46792", ANYTHING},
    {"contentEncoding", "46792", ANYTHING},
    {"contentMediaType", "46792", ANYTHING},
    {"$vocabulary", "46792", ANYTHING},
    {"own", "46792", ANYTHING},
};

static bool is_listed(struct str list, struct str value)
{
    struct str rest = list, part;
    while (str_next(&rest, ' ', &part)) {
        if (str_equal(part, value))
            return true;
    }
    return false;
}

static const char *dialect_of(char draft)
{
    switch (draft) {
    case '4':
        return D4;
    case '6':
        return D6;
    case '7':
        return D7;
    case '9':
        return D19;
    default:
        return D20;
    }
}

START_TEST(values_are_checked)
{
    for (const char *draft = keywords[_i].drafts; *draft; draft++) {
        struct str rest = STR(ANYTHING), value;
        while (str_next(&rest, ' ', &value)) {
            struct str text =
                arena_printf(arena, "{%s,'%s':" STR_FMT "}", dialect_of(*draft), keywords[_i].keyword, STR_ARG(value));
            bool is_accepted = is_listed(str_of(keywords[_i].accepted), value);
            struct str schema = str_of(spelled(text.p));
            const char *fault = fault_of_json(schema, NULL, SCHEMA_CHECK_REFERENCE, false);
            ck_assert_msg((*fault == 0) == is_accepted, "%s: %s", text.p, fault);
            assert_text(fault_of_json(schema, NULL, SCHEMA_CHECK_NAMES, false), fault);
        }
    }
}
END_TEST

/* Text, a registered reference, what is wrong ("": nothing). */
static const struct {
    const char *text;
    struct reference reference;
    const char *fault;
} cases[] = {
    {"true", {0}, ""},
    {"false", {0}, ""},
    /* The dialect decides about the root only. */
    {"{'$schema':5}", {0}, "#/$schema: expected a string, found number"},
    {"{'$schema':'http://example.com/own','items':[true]}", {0}, ""},
    {"{'$schema':'','items':[true]}", {0}, ""},
    {"{'allOf':[{'$schema':5}]}", {0}, ""},
    {"{" D20 ",'allOf':[{'$schema':5}]}", {0}, "#/allOf/0/$schema: expected a string, found number"},
    {"{'allOf':[{" D4 ",'exclusiveMinimum':true}]}",
     {0},
     "#/allOf/0/exclusiveMinimum: expected a number, found boolean"},
    /* Where the fault is. */
    {"{'properties':{'a/b':{'items':[{},{'not':{'minLength':'1'}}]}}}",
     {0},
     "#/properties/a~1b/items/1/not/minLength: expected an integer of 32 bits, found string"},
    {"{'patternProperties':{'^~':{'required':['a',1]}}}",
     {0},
     "#/patternProperties/^~0/required/1: expected a string, found number"},
    {"{'dependencies':{'a':['b',{}]}}", {0}, "#/dependencies/a/1: expected a string, found object"},
    {"{'type':['string','nope']}", {0}, "#/type/1: unknown type: nope"},
    {"{'type':'record'}", {0}, "#/type: unknown type: record"},
    {"{'multipleOf':0.0}", {0}, "#/multipleOf: must not be 0"},
    {"{'multipleOf':1e-400}", {0}, "#/multipleOf: must not be 0"},
    {"{'minLength':1.0}", {0}, "#/minLength: expected an integer of 32 bits, found number"},
    {"{'minLength':-0}", {0}, ""},
    {"{'minimum':NaN}", {0}, "#/minimum: expected a number, found NaN"},
    {"{'minimum':1e400}", {0}, ""},
    {"{'pattern':'(a'}", {0}, "#/pattern: not a regular expression: a parenthesis that is not closed"},
    {"{'patternProperties':{'[':{}}}",
     {0},
     "#/patternProperties/[: not a regular expression: a class without a closing bracket"},
    {"{'type':'string','minLength':'1','minLength':1}", {0}, ""},
    {"{'properties':{'a':5,'a':{}}}", {0}, ""},
    /* Type by type nothing is left out. */
    {"{'type':'string','items':5}", {0}, "#/items: expected an object or a boolean, found number"},
    {"{'type':'null','minimum':'1'}", {0}, "#/minimum: expected a number, found string"},
    /* Conditionals. */
    {"{" D20 ",'if':{},'then':5}", {0}, "#/then: expected an object or a boolean, found number"},
    {"{" D20 ",'if':{},'else':'x'}", {0}, "#/else: expected an object or a boolean, found string"},
    {"{" D20 ",'then':5,'else':5}", {0}, ""},
    /* Identifiers. */
    {"{'$id':'%%%'}", {0}, "#/$id: not a URI"},
    {"{'properties':{'a':{'$id':'a b'}}}", {0}, "#/properties/a/$id: not a URI"},
    {"{" D20 ",'properties':{'a':{'$id':'a b'}}}", {0}, "#/properties/a/$id: not a URI"},
    {"{" D20 ",'$anchor':'a b'}", {0}, "#/$anchor: not a part of a URI"},
    {"{'$id':'http://example.com/a','type':'string'}", {0}, ""},
    /* Up to draft-07 what a $ref stands beside is not looked at, but for annotations. */
    {"{'$ref':'#/definitions/a','type':5,'minLength':'x','definitions':{'a':{}}}", {0}, ""},
    {"{'$ref':'#/definitions/a','title':5,'definitions':{'a':{}}}", {0}, "#/title: expected a string, found number"},
    {"{'$ref':'#/definitions/a','$id':5,'definitions':{'a':{}}}", {0}, "#/$id: expected a string, found number"},
    {"{'$ref':'#/definitions/a','readOnly':5,'definitions':{'a':{}}}",
     {0},
     "#/readOnly: expected a boolean, found number"},
    {"{" D20 ",'$ref':'#/$defs/a','minLength':'x','$defs':{'a':{}}}",
     {0},
     "#/minLength: expected a number, found string"},
    /* Definitions count where they are used; from 2019-09 on all of $defs does, and what definitions there are in a root. */
    {"{'definitions':{'a':{'type':'nope'}}}", {0}, ""},
    {"{'definitions':{'a':{'type':'nope'}},'$ref':'#/definitions/a'}", {0}, "#/definitions/a/type: unknown type: nope"},
    {"{'definitions':{'a':5},'$ref':'#/definitions/a'}",
     {0},
     "#/$ref: the reference leads to no schema: #/definitions/a"},
    {"{" D20 ",'$defs':{'a':{'type':'nope'}}}", {0}, "#/$defs/a/type: unknown type: nope"},
    {"{" D20 ",'not':{'$defs':{'a':5}}}", {0}, "#/not/$defs/a: expected an object or a boolean, found number"},
    {"{" D20 ",'definitions':{'a':5}}", {0}, "#/definitions/a: expected an object or a boolean, found number"},
    {"{" D20 ",'not':{'definitions':{'a':5}}}", {0}, ""},
    {"{" D20 ",'x':{'$ref':'#/nope'},'enum':[{'$ref':'#/nope'}],'const':{'type':5},'default':{'type':5}}", {0}, ""},
    /* References: unknown members may be schemas, and are as soon as something refers to them. */
    {"{'x':{'y':{'type':'nope'}}}", {0}, ""},
    {"{'x':{'y':{'type':'nope'}},'not':{'$ref':'#/x/y'}}", {0}, "#/x/y/type: unknown type: nope"},
    {"{'x':{'y':{'not':{'type':'nope'}}},'not':{'$ref':'#/x/y'}}", {0}, "#/x/y/not/type: unknown type: nope"},
    {"{'$ref':'#/definitions/nope'}", {0}, "#/$ref: the reference leads nowhere: #/definitions/nope"},
    {"{'items':[{'type':'string'},{'$ref':'#/items/0'}]}", {0}, ""},
    {"{'items':[{'type':'string'},{'$ref':'#/items/7'}]}",
     {0},
     "#/items/1/$ref: the reference leads nowhere: #/items/7"},
    {"{'$ref':'#'}", {0}, ""},
    {"{'$ref':5}", {0}, "#/$ref: expected a string, found number"},
    {"{'$ref':''}", {0}, "#/$ref: not a URI"},
    {"{" D20 ",'not':{'$ref':''}}", {0}, ""},
    {"{'$ref':' '}", {0}, "#/$ref: not a URI"},
    {"{'$ref':'#/definitions/%','definitions':{'%':{}}}", {0}, "#/$ref: not a URI"},
    {"{'properties':{'$ref':{'type':'string'}}}", {0}, ""},
    {"{'definitions':{'a':{'$ref':'#/definitions/b'},'b':{'$ref':'#/definitions/a'}},'$ref':'#/definitions/a'}",
     {0},
     ""},
    {"{'properties':{'a/b':{},'c~d':{},'e%f':{},'g h':{},'x':{'$ref':'#/properties/a~1b'},'y':{'$ref':"
     "'#/properties/c~0d'},'z':{'$ref':'#/properties/e%25f'},'w':{'$ref':'#/properties/g%20h'}}}",
     {0},
     ""},
    /* A plain name that is nobody's means the document, up to draft-07. */
    {"{'not':{'$ref':'#nope'}}", {0}, ""},
    {"{" D20 ",'not':{'$ref':'#nope'}}", {0}, "#/not/$ref: the reference leads nowhere: #nope"},
    {"{'not':{'$ref':'a.json#nope'}}", {"a.json", "{}"}, ""},
    {"{'not':{'$ref':'b.json#nope'}}", {"a.json", "{}"}, "#/not/$ref: the reference leads nowhere: b.json#nope"},
    {"{'definitions':{'a':{'$id':'#pos','type':'string'}},'not':{'$ref':'#pos'}}", {0}, ""},
    {"{" D20 ",'$defs':{'a':{'$anchor':'pos'}},'not':{'$ref':'#pos'}}", {0}, ""},
    /* definitions are $defs, too, and not the other way round. */
    {"{'definitions':{'X':{'type':'string'}},'not':{'$ref':'#/$defs/X'}}", {0}, ""},
    {"{'$defs':{'X':{'type':'string'}},'not':{'$ref':'#/definitions/X'}}",
     {0},
     "#/not/$ref: the reference leads nowhere: #/definitions/X"},
    /* Dynamic references where they are looked at. */
    {"{" D20 ",'$dynamicAnchor':'n','items':{'$dynamicRef':'#n'}}",
     {0},
     "#/items/$dynamicRef: dynamic references are not supported"},
    {"{" D20 ",'x':{'$dynamicRef':'#n'}}", {0}, ""},
    {"{" D19 ",'items':{'$recursiveRef':'#'}}", {0}, ""},
    /* Registered references: the draft is that of the root. */
    {"{'not':{'$ref':'a.json'}}", {"a.json", "{'type':'nope'}"}, "a.json#/type: unknown type: nope"},
    {"{'not':{'$ref':'a.json'}}",
     {"a.json", "{" D4 ",'exclusiveMinimum':true}"},
     "a.json#/exclusiveMinimum: expected a number, found boolean"},
    {"{'title':'unused'}", {"a.json", "{'type':'nope'}"}, ""},
    {"{'title':'unused'}", {"a.json", "true"}, "the reference leads to no JSON object: a.json"},
    {"{" D20 ",'not':{'$ref':'a.json'}}", {"a.json", "true"}, ""},
    {"{'not':{'$ref':'a b.json'}}", {"a b.json", "{}"}, "the name of a reference is not a URI: a b.json"},
    {"{'title':'unused'}", {"a b.json", "{}"}, "the name of a reference is not a URI: a b.json"},
    {"{'not':{'$ref':'\xC3\xA9.json'}}", {"\xC3\xA9.json", "{}"}, ""},
    {"{'not':{'$ref':'a.json#/definitions/b'}}",
     {"a.json", "{'definitions':{'b':{'type':'nope'}}}"},
     "a.json#/definitions/b/type: unknown type: nope"},
    {"{'not':{'$ref':'a.json#/definitions/c'}}",
     {"a.json", "{'definitions':{'b':{}}}"},
     "#/not/$ref: the reference leads nowhere: a.json#/definitions/c"},
    {"{'not':{'$ref':'a.json'}}", {0}, "#/not/$ref: the reference leads nowhere: a.json"},
    /* By their names as they are: other spellings of the same URI are told apart. */
    {"{'not':{'$ref':'./a.json'}}", {"a.json", "{}"}, "#/not/$ref: the reference leads nowhere: ./a.json"},
    {"{'not':{'$ref':'./a.json'}}", {"./a.json", "{}"}, ""},
    {"{'not':{'$ref':'a.json'}}", {"./a.json", "{}"}, "#/not/$ref: the reference leads nowhere: a.json"},
    {"{" D20 ",'not':{'$ref':'./a.json'}}", {"a.json", "{}"}, ""},
    {"{" D20 ",'not':{'$ref':'a.json'}}", {"./a.json", "{}"}, "#/not/$ref: the reference leads nowhere: a.json"},
    {"{'not':{'$ref':'a.json#/definitions/b'}}", {"a.json#/definitions/b", "{'definitions':{'b':{}}}"}, ""},
    {"{'not':{'$ref':'http://example.com/a.json'}}",
     {"a.json", "{'$id':'http://example.com/a.json'}"},
     "#/not/$ref: the reference leads nowhere: http://example.com/a.json"},
    /* With an identifier of the root both are resolved, up to draft-07. */
    {"{'$id':'http://example.com/x/r.json','not':{'$ref':'http://example.com/x/a.json'}}", {"a.json", "{}"}, ""},
    {"{'$id':'http://example.com/x/r.json','not':{'$ref':'../a.json'}}", {"http://example.com/a.json", "{}"}, ""},
    {"{" D20 ",'$id':'http://example.com/x/r.json','not':{'$ref':'a.json'}}",
     {"http://example.com/x/a.json", "{}"},
     ""},
    {"{" D20 ",'$id':'http://example.com/x/r.json','not':{'$ref':'http://example.com/x/a.json'}}",
     {"a.json", "{}"},
     "#/not/$ref: the reference leads nowhere: http://example.com/x/a.json"},
    /* What the text itself identifies is found in it. */
    {"{'$id':'http://example.com/r.json','definitions':{'a':{}},'not':{'$ref':'r.json#/definitions/a'}}", {0}, ""},
    {"{'$id':'http://example.com/r.json','definitions':{'a':{'$id':'a.json','type':'nope'}},'not':{'$ref':'a.json'}}",
     {0},
     "#/definitions/a/type: unknown type: nope"},
};

START_TEST(schemas_are_checked)
{
    struct str text = str_of(spelled(cases[_i].text));
    const char *wanted = *cases[_i].fault ? ARENA_JOIN(arena, STR("Invalid JSON: "), str_of(cases[_i].fault)).p : "";
    assert_text(fault_of_json(text, &cases[_i].reference, SCHEMA_CHECK_REFERENCE, false), wanted);
    assert_text(fault_of_json(text, &cases[_i].reference, SCHEMA_CHECK_NAMES, false), wanted);
    if (*wanted) /* stricter is never laxer */
        assert_text(fault_of_json(text, &cases[_i].reference, SCHEMA_CHECK_STRICT, false), wanted);
}
END_TEST

static const struct {
    const char *text;
    bool is_refused;
} fields[] = {
    {"true", false},
    {"{'type':'object','properties':{'$$a':{}}}", true},
    {"{'properties':{'a':{},'$$':{}}}", true},
    {"{'properties':{'$a':{}}}", false},
    {"{'properties':{'a':{'properties':{'$$b':{}}}}}", false},
    {"{'oneOf':[{'properties':{'$$a':{}}}]}", false},
};

START_TEST(names_of_fields_are_checked)
{
    struct str text = str_of(spelled(fields[_i].text));
    assert_text(fault_of_json(text, NULL, SCHEMA_CHECK_REFERENCE, true),
                fields[_i].is_refused ? "#: Field names cannot start with $$ prefix" : "");
    assert_text(fault_of_json(text, NULL, SCHEMA_CHECK_REFERENCE, false), "");
}
END_TEST

/* A text of many parts: before, count times each, between, after. */
static struct str repeated(const char *before, const char *each, int count, const char *after)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled(before)));
    add_times(&text, str_of(spelled(each)), count);
    buf_add(&text, str_of(spelled(after)));
    return buf_str(&text);
}

START_TEST(work_is_bounded)
{
    /* Thirty layers where each refers twice to the next. */
    struct buf text = new_text();
    buf_add(&text, STR("{\"$ref\":\"#/definitions/d0\",\"definitions\":{\"d30\":{\"type\":\"nope\"}"));
    for (int i = 0; i < 30; i++)
        buf_printf(&text, ",\"d%d\":{\"allOf\":[{\"$ref\":\"#/definitions/d%d\"},{\"$ref\":\"#/definitions/d%d\"}]}", i,
                   i + 1, i + 1);
    buf_add(&text, STR("}}"));
    assert_text(fault_of_json(buf_str(&text), NULL, SCHEMA_CHECK_REFERENCE, false),
                "Invalid JSON: #/definitions/d30/type: unknown type: nope");
    /* Many references, many members, deep texts. */
    struct str many = repeated("{'allOf':[{}", ",{'$ref':'#'}", 20000, ",{'type':'nope'}]}");
    assert_text(fault_of_json(many, NULL, SCHEMA_CHECK_REFERENCE, false),
                "Invalid JSON: #/allOf/20001/type: unknown type: nope");
    struct str deep = repeated("", "{'not':", 500, "5");
    deep = ARENA_JOIN(arena, deep, repeated("", "}", 500, ""));
    const char *fault = fault_of_json(deep, NULL, SCHEMA_CHECK_REFERENCE, false);
    ck_assert_msg(strlen(fault) > 2000 && strstr(fault, ": expected an object or a boolean, found number"), "%.80s",
                  fault);
    /* A long chain of references. */
    buf_reset(&text);
    buf_add(&text, STR("{\"$ref\":\"#/definitions/d0\",\"definitions\":{\"d5000\":{\"type\":\"nope\"}"));
    for (int i = 0; i < 5000; i++)
        buf_printf(&text, ",\"d%d\":{\"$ref\":\"#/definitions/d%d\"}", i, i + 1);
    buf_add(&text, STR("}}"));
    assert_text(fault_of_json(buf_str(&text), NULL, SCHEMA_CHECK_REFERENCE, false),
                "Invalid JSON: #/definitions/d5000/type: unknown type: nope");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, values_are_checked, 0, ROWS(keywords));
    tcase_add_loop_test(tests, schemas_are_checked, 0, ROWS(cases));
    tcase_add_loop_test(tests, names_of_fields_are_checked, 0, ROWS(fields));
    tcase_add_test(tests, work_is_bounded);
}

int main(void)
{
    return run_tests("check", add_tests);
}
