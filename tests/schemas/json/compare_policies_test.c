/* Verdicts on 99 small changes, each with its truth: whether a reader of the second schema accepts all that the first one accepts.
 * covers: schemas/json/compare.c schemas/json/compare_object_soundly.c schemas/json/compare_same.c
 * covers: schemas/json/compare_disjoint.c schemas/json/compare_combined.c */
#include "comparing.h"

static const struct {
    const char *name, *writer, *reader;
    bool is_true; /* no instance of the writer is refused by the reader */
    bool is_compatible, is_lenient; /* the verdicts of the reference server */
} changes[] = {
    {"string to type list", "{'type':'string'}", "{'type':['string','integer']}", true, true, true},
    {"string to anyOf", "{'type':'string'}", "{'anyOf':[{'type':'string'},{'type':'integer'}]}", true, true, true},
    {"string to oneOf", "{'type':'string'}", "{'oneOf':[{'type':'string'},{'type':'integer'}]}", true, true, true},
    {"integer to overlapping oneOf", "{'type':'integer'}", "{'oneOf':[{'type':'integer'},{'type':'number'}]}", false,
     true, true},
    {"oneOf grows by an overlapping branch", "{'oneOf':[{'type':'integer'},{'type':'string'}]}",
     "{'oneOf':[{'type':'integer'},{'type':'string'},{'type':'number'}]}", false, true, true},
    {"anyOf to disjoint oneOf", "{'anyOf':[{'type':'string'},{'type':'integer'}]}",
     "{'oneOf':[{'type':'string'},{'type':'integer'}]}", true, false, false},
    {"anyOf to overlapping oneOf", "{'anyOf':[{'type':'integer'},{'type':'number'}]}",
     "{'oneOf':[{'type':'integer'},{'type':'number'}]}", false, false, false},
    {"anyOf to type list", "{'anyOf':[{'type':'string'},{'type':'integer'}]}", "{'type':['string','integer']}", true,
     true, true},
    {"anyOf to the branch that covers all", "{'anyOf':[{'type':'integer'},{'type':'number','minimum':5}]}",
     "{'anyOf':[{'type':'number'}]}", true, false, false},
    {"anyOf to plain", "{'anyOf':[{'type':'integer'},{'type':'number'}]}", "{'type':'number'}", true, false, false},
    {"superfluous branch dropped", "{'anyOf':[{'type':'integer'},{'type':'number'},{'type':'string'}]}",
     "{'anyOf':[{'type':'number'},{'type':'string'}]}", true, false, false},
    {"allOf gains an implied member", "{'allOf':[{'type':'object','required':['a']}]}",
     "{'allOf':[{'type':'object','required':['a']},{'type':'object'}]}", true, false, false},
    {"allOf to equal plain", "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}}}]}",
     "{'type':'object','properties':{'a':{'type':'string'}}}", true, true, true},
    {"plain to equal allOf", "{'type':'object','properties':{'a':{'type':'string'}}}",
     "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}}}]}", true, true, true},
    {"properties split over allOf", "{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'integer'}}}",
     "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}}},{'type':'object','properties':{'b':{'type':'"
     "integer'}}}]}",
     true, false, false},
    {"anyOf order swapped", "{'anyOf':[{'type':'object','required':['a']},{'type':'object','required':['b']}]}",
     "{'anyOf':[{'type':'object','required':['b']},{'type':'object','required':['a']}]}", true, true, true},
    {"anyOf grows, a kept branch narrowed", "{'anyOf':[{'type':'number'},{'type':'string'}]}",
     "{'anyOf':[{'type':'integer'},{'type':'string'},{'type':'null'}]}", false, false, false},
    {"anyOf and oneOf, unchanged",
     "{'anyOf':[{'type':'string'},{'type':'integer'}],'oneOf':[{'type':'string'},{'type':'integer'}]}",
     "{'anyOf':[{'type':'string'},{'type':'integer'}],'oneOf':[{'type':'string'},{'type':'integer'}],'title':'t'}",
     true, true, true},
    {"enum removed from a string", "{'type':'string','enum':['a']}", "{'type':'string'}", true, true, true},
    {"enum added to a string", "{'type':'string'}", "{'type':'string','enum':['a']}", false, false, false},
    {"enum of strings to string", "{'enum':['a','b']}", "{'type':'string'}", true, false, false},
    {"const to enum with it", "{'const':'a'}", "{'enum':['a','b']}", true, false, false},
    {"enum of one to const", "{'enum':['a']}", "{'const':'a'}", true, false, false},
    {"const changed", "{'const':1}", "{'const':2}", false, false, false},
    {"const added", "{'type':'integer'}", "{'type':'integer','const':1}", false, false, false},
    {"const 1 to 1.0", "{'const':1}", "{'const':1.0}", true, false, false},
    {"bounded integer to enum of all", "{'type':'integer','minimum':1,'maximum':2}", "{'type':'integer','enum':[1,2]}",
     true, false, false},
    {"enum of text to enum of number", "{'enum':['1']}", "{'enum':[1]}", false, false, false},
    {"integer enum shrinks", "{'enum':[1,2]}", "{'enum':[1]}", false, false, false},
    {"exclusiveMinimum 4 to minimum 5", "{'type':'integer','exclusiveMinimum':4}", "{'type':'integer','minimum':5}",
     true, false, false},
    {"minimum 5 to exclusiveMinimum 4", "{'type':'integer','minimum':5}", "{'type':'integer','exclusiveMinimum':4}",
     true, false, false},
    {"multipleOf 2 to 4", "{'type':'integer','multipleOf':2}", "{'type':'integer','multipleOf':4}", false, false,
     false},
    {"multipleOf added", "{'type':'integer'}", "{'type':'integer','multipleOf':2}", false, false, false},
    {"integer to number multipleOf 1", "{'type':'integer'}", "{'type':'number','multipleOf':1}", true, false, false},
    {"minLength 0 added", "{'type':'string'}", "{'type':'string','minLength':0}", true, false, false},
    {"pattern widened", "{'type':'string','pattern':'^ab'}", "{'type':'string','pattern':'^a'}", true, false, false},
    {"typed property added, open", "{'type':'object'}", "{'type':'object','properties':{'a':{'type':'string'}}}", false,
     false, true},
    {"property {} added, open", "{'type':'object'}", "{'type':'object','properties':{'a':{}}}", true, true, true},
    {"property true added, open", "{'type':'object'}", "{'type':'object','properties':{'a':true}}", true, true, true},
    {"property removed, closed", "{'properties':{'a':{},'b':{'type':'string'}},'additionalProperties':false}",
     "{'properties':{'a':{}},'additionalProperties':false}", false, false, true},
    {"required property added, closed", "{'properties':{'a':{}},'additionalProperties':false}",
     "{'properties':{'a':{},'b':{}},'required':['b'],'additionalProperties':false}", false, false, false},
    {"required with default added, closed", "{'properties':{'a':{}},'additionalProperties':false}",
     "{'properties':{'a':{},'b':{'default':'x'}},'required':['b'],'additionalProperties':false}", false, true, true},
    {"declared property becomes required", "{'properties':{'a':{}}}", "{'properties':{'a':{}},'required':['a']}", false,
     false, false},
    {"... with default", "{'properties':{'a':{}}}", "{'properties':{'a':{'default':'x'}},'required':['a']}", false,
     true, true},
    {"undeclared name becomes required", "{'properties':{'a':{}}}", "{'properties':{'a':{}},'required':['z']}", false,
     true, true},
    {"minProperties implied by required", "{'properties':{'a':{}},'required':['a']}",
     "{'properties':{'a':{}},'required':['a'],'minProperties':1}", true, false, false},
    {"additionalProperties true to a schema", "{'additionalProperties':true}",
     "{'additionalProperties':{'type':'string'}}", false, false, true},
    {"additionalProperties true to {}", "{'additionalProperties':true}", "{'additionalProperties':{}}", true, false,
     true},
    {"patternProperties narrowed", "{'type':'object','patternProperties':{'^x':{'type':'number'}}}",
     "{'type':'object','patternProperties':{'^x':{'type':'integer'}}}", false, true, true},
    {"patternProperties added", "{'type':'object'}", "{'type':'object','patternProperties':{'^x':{'type':'integer'}}}",
     false, true, true},
    {"property removed, a second pattern conflicts",
     "{'properties':{'xy':{'type':'string'}},'additionalProperties':false}",
     "{'properties':{},'patternProperties':{'^x':{'type':'string'},'^xy':{'type':'integer'}},'additionalProperties':"
     "false}",
     false, true, true},
    {"property removed, no pattern matches",
     "{'properties':{'b':{'type':'string'}},'patternProperties':{'^x':{'type':'string'}},'additionalProperties':false}",
     "{'properties':{},'patternProperties':{'^x':{'type':'string'}},'additionalProperties':false}", false, false, true},
    {"propertyNames added", "{'type':'object'}", "{'type':'object','propertyNames':{'maxLength':2}}", false, true,
     true},
    {"dependencies added", "{'properties':{'a':{}}}", "{'properties':{'a':{}},'dependencies':{'a':['b']}}", false,
     false, false},
    {"dependencies removed", "{'properties':{'a':{}},'dependencies':{'a':['b']}}", "{'properties':{'a':{}}}", true,
     true, true},
    {"dependency list shrinks", "{'dependencies':{'a':['b','c']}}", "{'dependencies':{'a':['b']}}", true, true, true},
    {"property false removed, closed", "{'properties':{'b':false},'additionalProperties':false}",
     "{'properties':{},'additionalProperties':false}", true, true, true},
    {"untyped properties to typed object", "{'properties':{'a':{'type':'string'}}}",
     "{'type':'object','properties':{'a':{'type':'string'}}}", false, true, true},
    {"{} to properties", "{}", "{'properties':{'a':{'type':'string'}}}", false, false, false},
    {"uniqueItems added", "{'type':'array'}", "{'type':'array','uniqueItems':true}", false, false, false},
    {"contains added", "{'type':'array'}", "{'type':'array','contains':{'type':'integer'}}", false, true, true},
    {"tuple item added, open", "{'type':'array','items':[{'type':'string'}]}",
     "{'type':'array','items':[{'type':'string'},{'type':'integer'}]}", false, false, false},
    {"tuple item added, closed", "{'type':'array','items':[{'type':'string'}],'additionalItems':false}",
     "{'type':'array','items':[{'type':'string'},{'type':'integer'}],'additionalItems':false}", true, true, true},
    {"items S to [S]", "{'type':'array','items':{'type':'string'}}", "{'type':'array','items':[{'type':'string'}]}",
     true, false, false},
    {"not list to not string", "{'not':{'type':['string','integer']}}", "{'not':{'type':'string'}}", true, true, true},
    {"not string to not list", "{'not':{'type':'string'}}", "{'not':{'type':['string','integer']}}", false, false,
     false},
    {"not removed", "{'not':{'type':'string'}}", "{}", true, true, true},
    {"if then added", "{'type':'object'}", "{'type':'object','if':{'required':['a']},'then':{'required':['b']}}", false,
     false, false},
    {"then tightened", "{'type':'object','if':{'required':['a']},'then':{'required':['b']}}",
     "{'type':'object','if':{'required':['a']},'then':{'required':['b','c']}}", false, true, true},
    {"anything to true", "{'type':'string'}", "true", true, true, true},
    {"false to anything", "false", "{'type':'string'}", true, true, true},
    {"recursive list, unchanged",
     "{'$ref':'#/definitions/"
     "n','definitions':{'n':{'type':'object','properties':{'v':{'type':'string'},'next':{'$ref':'#/definitions/n'}}}}}",
     "{'definitions':{'n':{'type':'object','properties':{'v':{'type':'string'},'next':{'$ref':'#/definitions/"
     "n'}}}},'$ref':'#/definitions/n'}",
     true, true, true},
    {"recursive list, payload changed",
     "{'$ref':'#/definitions/"
     "n','definitions':{'n':{'type':'object','properties':{'v':{'type':'string'},'next':{'$ref':'#/definitions/n'}}}}}",
     "{'$ref':'#/definitions/"
     "n','definitions':{'n':{'type':'object','properties':{'v':{'type':'integer'},'next':{'$ref':'#/definitions/"
     "n'}}}}}",
     false, false, false},
    {"changed behind two references",
     "{'properties':{'a':{'$ref':'#/definitions/x'}},'definitions':{'x':{'$ref':'#/definitions/"
     "y'},'y':{'type':'string'}}}",
     "{'properties':{'a':{'$ref':'#/definitions/x'}},'definitions':{'x':{'$ref':'#/definitions/"
     "y'},'y':{'type':'integer'}}}",
     false, false, false},
    {"changed behind a reference of the root", "{'$ref':'#/definitions/x','definitions':{'x':{'type':'string'}}}",
     "{'$ref':'#/definitions/x','definitions':{'x':{'type':'integer'}}}", false, false, false},
    {"writer unsatisfiable", "{'allOf':[{'type':'string'},{'type':'integer'}]}", "{'type':'boolean'}", true, false,
     false},
    {"string to integer", "{'type':'string'}", "{'type':'integer'}", false, false, false},
    {"integer to number", "{'type':'integer'}", "{'type':'number'}", true, true, true},
    {"number to integer", "{'type':'number'}", "{'type':'integer'}", false, false, false},
    {"type list narrowed", "{'type':['string','null']}", "{'type':['string']}", false, false, false},
    {"maximum raised", "{'type':'integer','maximum':1}", "{'type':'integer','maximum':2}", true, true, true},
    {"maximum lowered", "{'type':'integer','maximum':2}", "{'type':'integer','maximum':1}", false, false, false},
    {"maxLength added", "{'type':'string'}", "{'type':'string','maxLength':1}", false, false, false},
    {"items widened", "{'type':'array','items':{'type':'integer'}}", "{'type':'array','items':{'type':'number'}}", true,
     true, true},
    {"items narrowed", "{'type':'array','items':{'type':'number'}}", "{'type':'array','items':{'type':'integer'}}",
     false, false, false},
    {"tuple item removed, open", "{'type':'array','items':[{'type':'string'},{'type':'null'}]}",
     "{'type':'array','items':[{'type':'string'}]}", true, true, true},
    {"enum grows", "{'enum':['a']}", "{'enum':['a','b']}", true, true, true},
    {"enum shrinks", "{'enum':['a','b']}", "{'enum':['a']}", false, false, false},
    {"property removed, open", "{'properties':{'a':{'type':'string'}}}", "{'properties':{}}", true, true, true},
    {"property retyped", "{'properties':{'a':{'type':'string'}}}", "{'properties':{'a':{'type':'null'}}}", false, false,
     false},
    {"required removed", "{'properties':{'a':{}},'required':['a']}", "{'properties':{'a':{}}}", true, true, true},
    {"minimum lowered", "{'type':'integer','minimum':2}", "{'type':'integer','minimum':1}", true, true, true},
    {"minimum raised", "{'type':'integer','minimum':1}", "{'type':'integer','minimum':2}", false, false, false},
    {"maxLength raised", "{'type':'string','maxLength':1}", "{'type':'string','maxLength':2}", true, true, true},
    {"minLength raised", "{'type':'string','minLength':1}", "{'type':'string','minLength':2}", false, false, false},
    {"maxItems removed", "{'type':'array','maxItems':1}", "{'type':'array'}", true, true, true},
    {"minItems added", "{'type':'array'}", "{'type':'array','minItems':1}", false, false, false},
    {"type list grows", "{'type':['string','null']}", "{'type':['string','null','integer']}", true, true, true},
    {"object to array", "{'type':'object'}", "{'type':'array'}", false, false, false},
};

static bool is_compatible(const char *writer, const char *reader, enum schema_policy policy)
{
    return compared(spelled(reader), spelled(writer), policy)[0] == '\0';
}

/* The policy "sound" refuses what the reference server accepts wrongly, and nothing else. */
START_TEST(verdicts_are_those_of_the_policy)
{
    const char *name = changes[_i].name, *writer = changes[_i].writer, *reader = changes[_i].reader;
    bool is_sound = changes[_i].is_compatible && changes[_i].is_true;
    ck_assert_msg(is_compatible(writer, reader, SCHEMA_POLICY_REFERENCE) == changes[_i].is_compatible, "%s", name);
    ck_assert_msg(is_compatible(writer, reader, SCHEMA_POLICY_LENIENT) == changes[_i].is_lenient, "%s", name);
    ck_assert_msg(is_compatible(writer, reader, SCHEMA_POLICY_SOUND) == is_sound, "%s", name);
}
END_TEST

/* -- what "sound" says ----------------------------------------------------------------------------------------- */

#define DRAFT_04 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define DRAFT_2019 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define DRAFT_2020 "'$schema':'https://json-schema.org/draft/2020-12/schema'"
#define TREE "{'$id':'urn:t','$dynamicAnchor':'d','properties':{'c':{'$dynamicRef':'#d'}}}"
#define CLOSED "'additionalProperties':false"
#define TAGGED(value) "{'type':'object','properties':{'k':" value "},'required':['k']}"

static const struct {
    const char *writer, *reader;
    const char *found;
} refusals[] = {
    /* Types. */
    {"{'minLength':1}", "{'type':'string'}", "TYPE_ADDED #/type"},
    {"{'type':'string'}", "{'minLength':0}", "MIN_LENGTH_ADDED #/minLength"},
    {"{'type':'string','connect.type':'bytes'}", "{'type':'number','connect.type':'bytes'}", "TYPE_CHANGED #/"},
    /* Integers and flags of draft-04. */
    {"{'type':'integer'}", "{" DRAFT_04 ",'type':'integer'}", "TYPE_NARROWED #/"},
    {"{" DRAFT_04 ",'type':'integer'}", "{'type':'integer'}", ""},
    {"{'type':'number'}", "{" DRAFT_04 ",'type':'integer'}", "TYPE_NARROWED #/"},
    {"{" DRAFT_04 ",'minimum':1,'maximum':2}",
     "{" DRAFT_04 ",'minimum':1,'maximum':2,'exclusiveMinimum':true,'exclusiveMaximum':true}",
     "EXCLUSIVE_MINIMUM_ADDED #/exclusiveMinimum; EXCLUSIVE_MAXIMUM_ADDED #/exclusiveMaximum"},
    {"{" DRAFT_04 ",'minimum':1,'exclusiveMinimum':true}", "{" DRAFT_04 ",'minimum':1,'exclusiveMinimum':false}", ""},
    {"{" DRAFT_04 ",'minimum':1,'exclusiveMinimum':true}", "{" DRAFT_04 ",'minimum':0,'exclusiveMinimum':true}", ""},
    /* Names that are required. */
    {"{'properties':{'a':{}}}", "{'properties':{'a':{}},'required':['b']}", "REQUIRED_NAME_ADDED #/required/b"},
    {"{'properties':{}}", "{'properties':{'b':{}},'required':['b']}", "REQUIRED_NAME_ADDED #/required/b"},
    {"{'properties':{},'required':['b']}", "{'properties':{'b':{}},'required':['b']}", ""},
    {"{'properties':{'b':{}}}", "{'properties':{'b':{'default':1}},'required':['b']}",
     "DEFAULT_NOT_FILLED_IN #/required/b"},
    /* Patterns. */
    {"{'patternProperties':{'a':{'type':'integer'}}}", "{'patternProperties':{'a':{'type':'number'}}}", ""},
    {"{'patternProperties':{'a':{'type':'number'}}}", "{'patternProperties':{'a':{'type':'integer'}}}",
     "TYPE_NARROWED #/patternProperties/a"},
    {"{'patternProperties':{'a':{'type':'null'}}}", "{'patternProperties':{}}", ""},
    {"{'patternProperties':{'a':{}}}", "{'patternProperties':{'a':{},'b':true}}", ""},
    {"{'patternProperties':{'a':{'type':'null'}}}", "{'patternProperties':{'a':{'type':'null'},'b':{'type':'null'}}}",
     "PATTERN_PROPERTIES_CHANGED #/patternProperties/b"},
    {"{'properties':{'ab':{'type':'null'},'b':{'type':'string'}}," CLOSED "}",
     "{'properties':{'ab':{'type':'null'},'b':{'type':'string'}},'patternProperties':{'a':{'type':'null'}}," CLOSED "}",
     ""},
    {"{'properties':{'ab':{'type':'string'}}," CLOSED "}",
     "{'properties':{'ab':{'type':'string'}},'patternProperties':{'a':{'type':'null'}}," CLOSED "}",
     "TYPE_CHANGED #/patternProperties/a"},
    {"{'patternProperties':{'a':{'type':'null'}}," CLOSED "}", "{'properties':{}," CLOSED "}",
     "TYPE_CHANGED #/patternProperties/a"},
    {"{'patternProperties':{'a':{'type':'integer'}}," CLOSED "}", "{'additionalProperties':{'type':'number'}}", ""},
    {"{'patternProperties':{'a':{}}}", "{'properties':{'b':{'type':'null'}},'patternProperties':{'a':{}}}",
     "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"},
    {"{'patternProperties':{'a':{'type':'null'}}}",
     "{'properties':{'a':{'type':'null'},'b':{}},'patternProperties':{'a':{'type':'null'}}}", ""},
    /* Names of properties. */
    {"{'propertyNames':{'maxLength':2}}", "{'propertyNames':{'maxLength':3}}", ""},
    {"{'propertyNames':{'maxLength':2}}", "{'propertyNames':{'maxLength':1}}",
     "MAX_LENGTH_DECREASED #/propertyNames/maxLength"},
    {"{'type':'object'}", "{'type':'object','propertyNames':true}", ""},
    {"{'properties':{}}", "{'propertyNames':{'maxLength':1}}", "PROPERTY_NAMES_CHANGED #/propertyNames"},
    /* What arrays contain. */
    {"{'contains':{'type':'integer'}}", "{'contains':{'type':'number'}}", ""},
    {"{'contains':{'type':'number'}}", "{'contains':{'type':'integer'}}", "TYPE_NARROWED #/contains"},
    {"{" DRAFT_2019 ",'items':{},'minContains':1}", "{'items':{},'contains':{}}",
     "MIN_CONTAINS_ADDED #/minContains; CONTAINS_CHANGED #/contains"},
    {"{'items':{}}", "{'items':{},'contains':{}}", "MIN_CONTAINS_ADDED #/minContains; CONTAINS_CHANGED #/contains"},
    {"{" DRAFT_2019 ",'contains':{'type':'integer'},'minContains':0}", "{'contains':{'type':'integer'}}",
     "MIN_CONTAINS_INCREASED #/minContains"},
    {"{" DRAFT_2019 ",'contains':{'type':'integer'},'maxContains':1}",
     "{" DRAFT_2019 ",'contains':{'type':'integer'},'maxContains':2}", ""},
    {"{" DRAFT_2019 ",'contains':{'type':'integer'},'maxContains':1}",
     "{" DRAFT_2019 ",'contains':{'type':'number'},'maxContains':1}", "CONTAINS_CHANGED #/contains"},
    {"{'additionalItems':false}", "{'items':[{'type':'null'}]}", "ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/0"},
    {"{'additionalItems':{'type':'null'}}", "{'items':[{}],'additionalItems':{'type':'null'}}",
     "ADDITIONAL_ITEMS_NARROWED #/additionalItems"},
    {"{'items':[{'type':'null'}],'additionalItems':false}", "{'additionalItems':false}",
     "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/0"},
    /* Conditions. */
    {"{'if':{'type':'string'},'then':{'maxLength':1}}", "{'if':{'type':'string'},'then':{'maxLength':2}}", ""},
    {"{'if':{'type':'string'},'then':{'maxLength':1}}", "{'if':{'type':'string'},'then':{'maxLength':0},'else':false}",
     "MAX_LENGTH_DECREASED #/then/maxLength; TYPE_CHANGED #/else"},
    {"{'if':{'type':'string'},'then':{'maxLength':1}}", "{'if':{'type':'null'},'then':{'maxLength':1}}",
     "CONDITION_CHANGED #/if"},
    {"{'if':{'type':'string'},'then':{'maxLength':1}}", "{'if':{'type':'null'}}", ""},
    {"{'then':{'maxLength':1}}", "{'if':{'type':'string'},'then':{'maxLength':1}}", "CONDITION_CHANGED #/if"},
    {"{'if':{'enum':[1,{'a':1,'b':2}]},'then':{'type':'null'}}",
     "{'if':{'enum':[1.0,{'b':2.0,'a':1}]},'then':{'type':'null'}}", ""},
    {"{'if':{'enum':[1,2]},'then':{'type':'null'}}", "{'if':{'enum':[2,1]},'then':{'type':'null'}}",
     "CONDITION_CHANGED #/if"},
    {"{'if':{'$ref':'#/definitions/a'},'then':{'type':'null'},'definitions':{'a':{'type':'string'}}}",
     "{'if':{'$ref':'#/definitions/a'},'then':{'type':'null'},'definitions':{'a':{'type':'string'}},'title':'t'}", ""},
    {"{'if':{'$ref':'#/definitions/a'},'then':{'type':'null'},'definitions':{'a':{'type':'string'}}}",
     "{'if':{'$ref':'#/definitions/a'},'then':{'type':'null'},'definitions':{'a':{'type':'number'}}}",
     "CONDITION_CHANGED #/if"},
    {"{'if':{'properties':{'a':{'$ref':'#'}}},'then':{'type':'null'}}",
     "{'if':{'properties':{'a':{'$ref':'#'}}},'then':{'type':['null']}}", "CONDITION_CHANGED #/if"},
    /* Alternatives. */
    {"{'type':'null'}", "{'oneOf':[{'type':'null'},{'type':'string'}]}", ""},
    {"{'type':'null'}", "{'oneOf':[{'type':'null'},{'minLength':1}]}", "ONE_OF_MAY_OVERLAP #/"},
    {"{'const':'a'}", "{'oneOf':[{'const':'a'},{'const':'b'},{'enum':[1,true,null]},{'type':'array'}]}", ""},
    {"{'const':'a'}", "{'oneOf':[{'const':'a'},{'enum':['b','a']}]}", "ONE_OF_MAY_OVERLAP #/"},
    {"{'const':'a'}", "{'oneOf':[{'const':'a'},{'type':'string'}]}", "ONE_OF_MAY_OVERLAP #/"},
    {"{'const':'a'}", "{'oneOf':[{'const':'a'},{'const':1.0}]}", "ONE_OF_MAY_OVERLAP #/"},
    {"{'const':'a'}", "{'oneOf':[{'const':'a'},{'enum':['b','b']},{'const':-1},{'allOf':[{'type':'null'}]}]}", ""},
    {TAGGED("{'const':1}"), "{'oneOf':[" TAGGED("{'const':1}") "," TAGGED("{'enum':[2,3],'type':'integer'}") "]}", ""},
    {TAGGED("{'const':1}"), "{'oneOf':[" TAGGED("{'const':1}") "," TAGGED("{'enum':[2,1]}") "]}",
     "ONE_OF_MAY_OVERLAP #/"},
    {TAGGED("{'const':1}"), "{'oneOf':[" TAGGED("{'const':1}") "," TAGGED("{}") "]}", "ONE_OF_MAY_OVERLAP #/"},
    {TAGGED("{'const':1}"), "{'oneOf':[" TAGGED("{'const':1}") ",{'type':'object','properties':{'k':{'const':2}}}]}",
     "ONE_OF_MAY_OVERLAP #/"},
    {"{'oneOf':[{'type':'integer'},{'minimum':1}]}", "{'oneOf':[{'minimum':1},{'type':'integer'}]}", ""},
    {"{'oneOf':[{'type':'integer'},{'minimum':1}]}", "{'oneOf':[{'minimum':0},{'type':'integer'}]}",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'oneOf':[{'type':'integer'},{'minimum':1}]}", "{'oneOf':[{'minimum':1},{'type':'integer'},{'type':'null'}]}",
     "ONE_OF_MAY_OVERLAP #/"},
    {"{'anyOf':[{'type':'null'}]}", "{'oneOf':[{'type':'null'},{'type':'null'}]}", "ONE_OF_MAY_OVERLAP #/"},
    {"{'allOf':[]}", "{'anyOf':[{'type':'null'}]}", "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'allOf':[],'title':'a'}", "{'allOf':[]}", ""},
    /* What is unevaluated. */
    {"{" DRAFT_2020 ",'type':'object'}", "{" DRAFT_2020 ",'type':'object','unevaluatedProperties':true}", ""},
    {"{" DRAFT_2020 ",'type':'object'}", "{" DRAFT_2020 ",'type':'object','unevaluatedProperties':false}",
     "TYPE_CHANGED #/"},
    {"{" DRAFT_2020 ",'type':'object','unevaluatedProperties':false}", "{" DRAFT_2020 ",'type':'object'}", ""},
    {"{" DRAFT_2020 ",'unevaluatedItems':{'type':'null'}}", "{" DRAFT_2020 ",'unevaluatedItems':{'type':'string'}}",
     "UNEVALUATED_CHANGED #/"},
    {"{" DRAFT_2020 ",'properties':{'a':{'unevaluatedProperties':false},'b':true}}",
     "{" DRAFT_2020 ",'properties':{'a':{'unevaluatedProperties':false}}}", ""},
    /* References that lead nowhere. */
    {"{'properties':{'a':{'$ref':'#no'}}}", "{'properties':{'a':{'$ref':'#no'},'b':{}}}",
     "REFERENCE_UNKNOWN #/properties/a"},
    {"{'properties':{'a':{'$ref':'#no'}}}", "{'properties':{'a':{'$ref':'#no'}}}", ""},
    {"{'type':'null'}", "{'$ref':'#no'}", "REFERENCE_UNKNOWN #/"},
    /* And those that lead to one of several, by the way to them; to one only they are as good as others. */
    {"{" DRAFT_2020 ",'$dynamicAnchor':'d','properties':{'a':{'$ref':'urn:t'}},'$defs':{'t':" TREE "}}",
     "{" DRAFT_2020 ",'$dynamicAnchor':'d','properties':{'a':{'$ref':'urn:t'},'b':{}},'$defs':{'t':" TREE "}}",
     "REFERENCE_UNKNOWN #/properties/a/properties/c"},
    {"{" DRAFT_2020 ",'properties':{'a':{'$ref':'urn:t'}},'$defs':{'t':" TREE "}}",
     "{" DRAFT_2020 ",'properties':{'a':{'$ref':'urn:t'},'b':{}},'$defs':{'t':" TREE "}}", ""},
    {"{" DRAFT_2019 ",'$recursiveAnchor':true,'properties':{'a':{'$recursiveRef':'#'}}}",
     "{" DRAFT_2019 ",'$recursiveAnchor':true,'properties':{'a':{'$recursiveRef':'#'},'b':{}}}", ""},
    /* And those that lead back to where they are: such a schema says nothing. */
    {"{'type':'null'}", "{'anyOf':[{'$ref':'#'},{'type':'string'}]}", "REFERENCE_UNKNOWN #/"},
    {"{'allOf':[{'$ref':'#'},{'type':'string'}]}", "{'type':'null'}", "REFERENCE_UNKNOWN #/"},
    {"{'properties':{'a':{'not':{'$ref':'#/properties/a'}}}}",
     "{'properties':{'a':{'not':{'$ref':'#/properties/a'}},'b':true}}", "REFERENCE_UNKNOWN #/properties/a"},
    {"{'anyOf':[{'properties':{'a':{'$ref':'#'}}},{'type':'string'}]}",
     "{'anyOf':[{'properties':{'a':{'$ref':'#'}}},{'type':'string'},{'type':'null'}]}", ""},
    {"{" DRAFT_2019 ",'dependentSchemas':{'a':{'if':{'$ref':'#'},'else':true}}}",
     "{" DRAFT_2019 ",'dependentSchemas':{'a':{'if':{'$ref':'#'}}}}", "REFERENCE_UNKNOWN #/"},
};

START_TEST(refusals_have_a_reason)
{
    const char *found = compared(spelled(refusals[_i].reader), spelled(refusals[_i].writer), SCHEMA_POLICY_SOUND);
    assert_text(found, refusals[_i].found);
}
END_TEST

/* -- the policy "lenient" -------------------------------------------------------------------------------------- */

static const struct {
    const char *writer, *reader;
    const char *found;
} lenient[] = {
    {"{'properties':{'a':{}}}", "{'properties':{'a':{},'b':{'type':'null'}}," CLOSED "}", ""},
    {"{'properties':{},'additionalProperties':{'type':'null'}}",
     "{'properties':{'a':{'type':'string'}},'additionalProperties':{'type':'null'}}", "TYPE_CHANGED #/properties/a"},
    {"{'properties':{}}", "{'properties':{'a':{}, 'b':{'type':'null'}},'required':['b']}",
     "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"},
    {"{'items':[]}", "{'items':[{'type':'null'}]}", "ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/0"},
    /* Inside of combinations and negations too. */
    {"{'oneOf':[{'type':'object'},{'type':'null'}]}",
     "{'oneOf':[{'type':'null'},{'type':'object','properties':{'a':{'type':'null'}}}]}", ""},
    {"{'type':'object'}", "{'anyOf':[{'type':'null'},{'type':'object','properties':{'a':{'type':'null'}}}]}", ""},
    {"{'not':{'properties':{'a':{'type':'null'}}}}", "{'not':{'properties':{}}}", ""},
};

START_TEST(lenient_accepts_properties)
{
    const char *found = compared(spelled(lenient[_i].reader), spelled(lenient[_i].writer), SCHEMA_POLICY_LENIENT);
    assert_text(found, lenient[_i].found);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, verdicts_are_those_of_the_policy, 0, ROWS(changes));
    tcase_add_loop_test(tests, refusals_have_a_reason, 0, ROWS(refusals));
    tcase_add_loop_test(tests, lenient_accepts_properties, 0, ROWS(lenient));
}

int main(void)
{
    return run_tests("compare_policies", add_tests);
}
