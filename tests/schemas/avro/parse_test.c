/* Reading Avro: which texts are schemas, what they mean, and what is said of those that are none.
 * covers: schemas/avro/parse.c schemas/avro/parse_named.c */
#include "fixture.h"

#define RECORD(fields) "{'type':'record','name':'R','fields':[" fields "]}"
#define IN_N(fields) "{'type':'record','name':'R','namespace':'n','fields':[" fields "]}"
#define EMPTY(name) "{'type':'record','name':'" name "','fields':[]}"
#define EMPTY_IN(space, name) "{'type':'record','name':'" name "','namespace':'" space "','fields':[]}"
#define A(type) "{'name':'a','type':" type "}"
#define B(type) ",{'name':'b','type':" type "}"
#define C(type) ",{'name':'c','type':" type "}"
#define DEFAULT(type, value) RECORD("{'name':'f','type':" type ",'default':" value "}")

/* Text and its canonical form; NULL: the same text. */
static const struct {
    const char *text, *canonical;
} accepted[] = {
    /* Primitives. */
    {"'null'", NULL},
    {"'boolean'", NULL},
    {"'int'", NULL},
    {"'long'", NULL},
    {"'float'", NULL},
    {"'double'", NULL},
    {"'bytes'", NULL},
    {"'string'", NULL},
    {"{'type':'null'}", "'null'"},
    {"{'type':'string','doc':'lost','name':'x','namespace':'y','aliases':['z']}", "'string'"},
    {"{'type':'int','logicalType':'date'}", NULL},
    /* White space, comments before and inside of the value, escapes, members that occur twice. */
    {" \t\r\n'int' \t\r\n", "'int'"},
    {"/* one */ // two\n'int'", "'int'"},
    {"{'type' /* inside */ : 'int'}", "'int'"},
    {"{'\\u0074ype':'re\\u0063ord','name':'\\u0052','fields':[]}", EMPTY("R")},
    {"{'type':'record','name':'A','name':'R','fields':[1],'fields':[]}", EMPTY("R")},
    {"{'type':'int','x':1,'y':2,'x':3}", "{'type':'int','x':3,'y':2}"},
    {RECORD("{'name':'f','type':'int','x':1,'y':2,'x':3}"), RECORD("{'name':'f','type':'int','x':3,'y':2}")},
    /* Containers. */
    {"[]", NULL},
    {"['null','int']", NULL},
    {"{'values':{'items':['null',{'type':'map','values':'int'}],'type':'array'},'type':'map'}",
     "{'type':'map','values':{'type':'array','items':['null',{'type':'map','values':'int'}]}}"},
    {"['int',{'type':'array','items':['int','null']},{'type':'map','values':['int']}]", NULL},
    {"[" EMPTY("A") "," EMPTY("B") "]", NULL},
    {"[" EMPTY("n.A") "," EMPTY_IN("m", "A") "]", "[" EMPTY_IN("n", "A") "," EMPTY_IN("m", "A") "]"},
    /* Full names: a dot in the name, the namespace member, the namespace around. */
    {EMPTY("a.b.R"), EMPTY_IN("a.b", "R")},
    {EMPTY_IN("x.y", "a.R"), EMPTY_IN("a", "R")},
    {EMPTY(".R"), EMPTY("R")},
    {EMPTY_IN("", "R"), EMPTY("R")},
    {"{'type':'record','name':'R','namespace':null,'fields':[]}", EMPTY("R")},
    {"{'type':'record','name':'R','namespace':5,'fields':[]}", EMPTY("R")},
    {IN_N(A(EMPTY("I")) B("['I','n.R']")), IN_N(A(EMPTY("I")) B("['I','R']"))},
    {IN_N(A("{'type':'enum','name':'m.E','symbols':[]}") B("'m.E'")),
     IN_N(A("{'type':'enum','name':'E','namespace':'m','symbols':[]}") B("'m.E'"))},
    {IN_N(A("{'type':'fixed','name':'F','namespace':'','size':0}") B("'F'")), NULL},
    {IN_N(A("{'type':'record','name':'I','namespace':5,'fields':[]}")), IN_N(A(EMPTY("I")))},
    {IN_N(A("{'type':'record','name':'m.I','fields':[" A(EMPTY("J")) "]}") B("'m.J'")),
     IN_N(A("{'type':'record','name':'I','namespace':'m','fields':[" A(EMPTY("J")) "]}") B("'m.J'"))},
    {EMPTY("x.int"), EMPTY_IN("x", "int")},
    {EMPTY("record"), NULL},
    /* Which type a name means: a primitive, one of the namespace, one by its bare name. */
    {"{'type':'record','name':'int','namespace':'n','fields':[" A("'int'") B("['null','n.int']") "]}", NULL},
    {"[" EMPTY("I") "," IN_N(A("'I'")) "]", NULL},
    {"[" EMPTY("I") "," IN_N(A(EMPTY("I")) B("'I'") C("'n.I'")) "]",
     "[" EMPTY("I") "," IN_N(A(EMPTY("I")) B("'I'") C("'I'")) "]"},
    {"[" EMPTY("I") "," IN_N(A("'.I'")) "]", "[" EMPTY("I") "," IN_N(A("'I'")) "]"},
    {RECORD(A("{'type':'R'}")), RECORD(A("'R'"))},
    {RECORD(A("['null',{'type':'R','lost':1}]")), RECORD(A("['null','R']"))},
    /* Before its definition a name may be used, too; the definition moves to the first use. */
    {RECORD(A("'F'") B("{'type':'fixed','name':'F','size':2}")),
     RECORD(A("{'type':'fixed','name':'F','size':2}") B("'F'"))},
    {IN_N(A("{'type':'array','items':'I'}") B(EMPTY("I"))),
     IN_N(A("{'type':'array','items':" EMPTY("I") "}") B("'I'"))},
    {"[" IN_N(A("['null','I']")) "," EMPTY("I") "]", "[" IN_N(A("['null'," EMPTY_IN("", "I") "]")) ",'I']"},
    {"[" IN_N(A("'I'")) "," EMPTY("I") "," EMPTY("n.I") "]", "[" IN_N(A(EMPTY("I"))) "," EMPTY("I") ",'n.I']"},
    {"[" RECORD(A("'S'")) ",{'type':'record','name':'S','fields':[" A("['null','R']") "]}]",
     "[" RECORD(A("{'type':'record','name':'S','fields':[" A("['null','R']") "]}")) ",'S']"},
    /* The same definition once more is a use of the name. */
    {RECORD(A(EMPTY("I")) B(EMPTY("I")) C("'I'")), RECORD(A(EMPTY("I")) B("'I'") C("'I'"))},
    {IN_N(A(EMPTY("I")) B(EMPTY("n.I"))), IN_N(A(EMPTY("I")) B("'I'"))},
    {RECORD(A("{'type':'enum','name':'E','symbols':['X','Y'],'p':1,'q':{'r':1,'s':2}}")
                B("{'q':{'s':2,'r':1},'p':1,'symbols':['X','Y'],'name':'E','type':'enum'}")),
     RECORD(A("{'type':'enum','name':'E','symbols':['X','Y'],'p':1,'q':{'r':1,'s':2}}") B("'E'"))},
    {RECORD(A("{'type':'fixed','name':'F','size':1}") B("{'type':'fixed','name':'F','size':1}")),
     RECORD(A("{'type':'fixed','name':'F','size':1}") B("'F'"))},
    {RECORD(A("{'type':'record','name':'L','fields':[" A("['null','L']") "]}")
                B("{'type':'record','name':'L','fields':[" A("['null','L']") "]}")),
     RECORD(A("{'type':'record','name':'L','fields':[" A("['null','L']") "]}") B("'L'"))},
    {RECORD(A("{'type':'record','name':'I','fields':[" A("{'type':'enum','name':'E','symbols':['X']}") "]}")
                B("{'type':'record','name':'I','fields':[" A("'E'") "]}")),
     RECORD(A("{'type':'record','name':'I','fields':[" A("{'type':'enum','name':'E','symbols':['X']}") "]}") B("'I'"))},
    /* Records. */
    {EMPTY("R"), NULL},
    {"{'type':'error','name':'E','fields':[" A("'string'") "]}", NULL},
    {RECORD("{'name':'a','type':'int','doc':'d','order':'ignore','aliases':['b','b','c'],'x':null}"),
     RECORD("{'name':'a','type':'int','doc':'d','order':'ignore','aliases':['b','c'],'x':null}")},
    {RECORD("{'name':'a','type':'int','order':'ASCENDING'}"), RECORD(A("'int'"))},
    {RECORD("{'name':'a','type':'int','order':'Descending'}"),
     RECORD("{'name':'a','type':'int','order':'descending'}")},
    {RECORD("{'name':'a','type':'int','order':1,'doc':1}"), RECORD(A("'int'"))},
    {RECORD("{'name':'a','type':'int','logicalType':'date','namespace':'x','size':1}"), NULL},
    {RECORD(A("'int'") ",{'name':'A','type':'int','aliases':['a']}"), NULL},
    {"{'type':'record','name':'R','doc':5,'fields':[]}", EMPTY("R")},
    {"{'type':'record','name':'R','fields':[],'size':1,'items':1,'values':1,'symbols':1,'default':1,'order':1}",
     "{'type':'record','name':'R','fields':[],'default':1,'order':1}"},
    /* Aliases are a set of full names, in the order written. */
    {"{'type':'record','name':'R','namespace':'n','fields':[],'aliases':['B','A','o.C','.D','B']}",
     "{'type':'record','name':'R','namespace':'n','fields':[],'aliases':['B','A','o.C','D']}"},
    {"{'type':'record','name':'R','namespace':'n','fields':[],'aliases':['X','n.X']}",
     "{'type':'record','name':'R','namespace':'n','fields':[],'aliases':['X']}"},
    {"{'type':'fixed','name':'F','size':1,'aliases':['a','b','c','d','e','f','g','h','i','j','k','l','m','a','m','z']}",
     "{'type':'fixed','name':'F','size':1,'aliases':['a','b','c','d','e','f','g','h','i','j','k','l','m','z']}"},
    /* Enums and fixed. */
    {"{'type':'enum','name':'E','symbols':[]}", NULL},
    {"{'type':'enum','name':'E','symbols':['B','A'],'default':'A'}", NULL},
    {"{'type':'enum','name':'E','symbols':['A'],'default':1}", "{'type':'enum','name':'E','symbols':['A']}"},
    {"{'type':'fixed','name':'F','size':0}", NULL},
    {"{'type':'fixed','name':'F','size':16,'default':'kept'}", NULL},
    {"{'type':'fixed','name':'F','size':-0}", "{'type':'fixed','name':'F','size':0}"},
    /* A text default of a float or double is a number where the type is written in place. */
    {DEFAULT("'float'", "'1'"), DEFAULT("'float'", "1.0")},
    {DEFAULT("'double'", "' 2.5e-3d '"), DEFAULT("'double'", "0.0025")},
    {DEFAULT("'double'", "'+7F'"), DEFAULT("'double'", "7.0")},
    {DEFAULT("'double'", "'-0'"), DEFAULT("'double'", "-0.0")},
    {DEFAULT("'double'", "'NaN'"), DEFAULT("'double'", "'NaN'")},
    {DEFAULT("'double'", "'-NaN'"), DEFAULT("'double'", "'NaN'")},
    {DEFAULT("'double'", "'Infinity'"), DEFAULT("'double'", "'Infinity'")},
    {DEFAULT("'float'", "'-Infinity'"), DEFAULT("'float'", "'-Infinity'")},
    {DEFAULT("'float'", "'1e400'"), DEFAULT("'float'", "'Infinity'")},
    {DEFAULT("'float'", "'1e10000000'"), DEFAULT("'float'", "'Infinity'")},
    {DEFAULT("{'type':'double','x':1}", "'1'"), DEFAULT("{'type':'double','x':1}", "1.0")},
    {DEFAULT("['float','null']", "'1'"), NULL},
    {DEFAULT("'string'", "'1'"), NULL},
};

/* Text and all that is said of it. */
static const struct {
    const char *text, *fault;
} refused[] = {
    /* Not JSON. */
    {"", "Empty schema"},
    {" \n ", "Empty schema"},
    {"{", "Unexpected end-of-input: expected close marker for Object (line: 1, column: 2)"},
    {"['int',\n 'x", "Unexpected end-of-input: was expecting closing quote for a string value (line: 2, column: 4)"},
    {"{'type':'int',}",
     "Unexpected character (`}` (code 125)): was expecting double-quote to start field name (line: 1, column: 15)"},
    {"int", "Unrecognized token `int`: was expecting (JSON String, Number, Array, Object or token `null`, `true` or "
            "`false`) (line: 1, column: 1)"},
    {"'int' 'long'", "dangling content after end of schema: 'long'"},
    {"'int' // end ", "dangling content after end of schema: // end"},
    {EMPTY("R") "}", "dangling content after end of schema: }"},
    /* Not a schema. */
    {"1", "Schema not yet supported: 1"},
    {"1.50", "Schema not yet supported: 1.5"},
    {"true", "Schema not yet supported: true"},
    {"['int',false]", "Schema not yet supported: false"},
    {"{'type':'array','items':null}", "Schema not yet supported: null"},
    {RECORD(A("5")), "Schema not yet supported: 5"},
    {"{}", "No type: {}"},
    {"{'type':null}", "No type: {'type':null}"},
    {"{'type':['int']}", "No type: {'type':['int']}"},
    {"{'type':{'type':'int'}}", "No type: {'type':{'type':'int'}}"},
    {"{'x':1,'y':2,'x':3}", "No type: {'x':3,'y':2}"},
    /* Unions hold no unions, and nothing twice. */
    {"[['int']]", "Nested union: [['int']]"},
    {"['int',['null'],'x']", "Nested union: ['int',['null'],'x']"},
    {"['int','int']", "Duplicate in union:int"},
    {"['string','null',{'type':'string','x':1}]", "Duplicate in union:string"},
    {"[{'type':'array','items':'int'},{'type':'array','items':'long'}]", "Duplicate in union:array"},
    {"[{'type':'map','values':'int'},{'type':'map','values':'long'}]", "Duplicate in union:map"},
    {"[" EMPTY("n.I") "," EMPTY_IN("n", "I") "]", "Duplicate in union:n.I"},
    {"['E',{'type':'enum','name':'E','symbols':['A']}]", "Duplicate in union:E"},
    {RECORD(A("['null','R','R']")), "Duplicate in union:R"},
    /* Names that nothing has. */
    {"'nothing'", "Undefined schema: nothing"},
    {"'Int'", "Undefined schema: Int"},
    {"'record'", "Undefined schema: record"},
    {"{'type':'union'}", "Undefined schema: union"},
    {"{'type':''}", "Undefined schema: "},
    {IN_N(A("['null','nothing']")), "Undefined schema: n.nothing"},
    {IN_N(A("{'type':'map','values':'m.nothing'}")), "Undefined schema: m.nothing"},
    {"[" EMPTY("n.I") ",'I']", "Undefined schema: I"},
    /* Containers. */
    {"{'type':'array'}", "Array has no items type: {'type':'array'}"},
    {"{'type':'array','values':'int'}", "Array has no items type: {'type':'array','values':'int'}"},
    {"{'type':'map','items':'int'}", "Map has no values type: {'type':'map','items':'int'}"},
    /* Named types. */
    {"{'type':'record','fields':[]}", "No name in schema: {'type':'record','fields':[]}"},
    {"{'type':'enum','name':5,'symbols':[]}", "No name in schema: {'type':'enum','name':5,'symbols':[]}"},
    {"{'type':'fixed','size':1}", "No name in schema: {'type':'fixed','size':1}"},
    {EMPTY("int"), "Schemas may not be named after primitives: int"},
    {EMPTY(".string"), "Schemas may not be named after primitives: string"},
    {EMPTY_IN("", "null"), "Schemas may not be named after primitives: null"},
    {"{'type':'record','name':'R','fields':[],'aliases':'x'}",
     "aliases not an array: {'type':'record','name':'R','fields':[],'aliases':'x'}"},
    {"{'type':'record','name':'R','fields':[],'aliases':[null]}", "alias not a string: null"},
    {RECORD("{'name':'a','type':'int','aliases':{}}"), "aliases not an array: {'name':'a','type':'int','aliases':{}}"},
    {RECORD("{'name':'a','type':'int','aliases':['x',1]}"), "alias not a string: 1"},
    {RECORD(A(EMPTY("R"))), "Can`t redefine: R"},
    {IN_N(A("{'type':'enum','name':'n.I','symbols':[]}") B("{'type':'fixed','name':'I','size':1}")),
     "Can`t redefine: n.I"},
    {RECORD(A(EMPTY("I")) B("{'type':'record','name':'I','fields':[" A("'int'") "]}")), "Can`t redefine: I"},
    {RECORD(A("{'type':'fixed','name':'F','size':1}") B("{'type':'fixed','name':'F','size':2}")), "Can`t redefine: F"},
    {RECORD(A("{'type':'enum','name':'E','symbols':['A','B']}") B("{'type':'enum','name':'E','symbols':['B','A']}")),
     "Can`t redefine: E"},
    {RECORD(A("{'type':'enum','name':'E','symbols':['A'],'default':'A'}")
                B("{'type':'enum','name':'E','symbols':['A']}")),
     "Can`t redefine: E"},
    {RECORD(A("{'type':'fixed','name':'F','size':1,'x':1}") B("{'type':'fixed','name':'F','size':1,'x':2}")),
     "Can`t redefine: F"},
    /* I is n.I the first time, which is defined further on, and the one without a namespace the second time. */
    {"[" IN_N(A("'I'")) "," EMPTY("I") ",{'type':'array','items':" IN_N(A("'I'")) "}," EMPTY("n.I") "]",
     "Can`t redefine: n.R"},
    /* Records. */
    {"{'type':'record','name':'R'}", "Record has no fields: {'type':'record','name':'R'}"},
    {"{'type':'error','name':'R','fields':{}}", "Record has no fields: {'type':'error','name':'R','fields':{}}"},
    {RECORD("'a'"), "No field name: 'a'"},
    {RECORD("{'type':'int'}"), "No field name: {'type':'int'}"},
    {RECORD("{'name':1,'type':'int'}"), "No field name: {'name':1,'type':'int'}"},
    {RECORD("{'name':'a'}"), "No field type: {'name':'a'}"},
    {RECORD("{'name':'a','type':'record','fields':[]}"), "Undefined schema: record"},
    {RECORD("{'name':'a','type':'int','order':'up'}"),
     "Invalid order (ascending, descending and ignore are valid) in field: {'name':'a','type':'int','order':'up'}"},
    {RECORD(A("'int'") B("'int'") ",{'name':'b','type':'long'}"),
     "Duplicate field b in record R: at positions 1 and 2"},
    /* Enums and fixed. */
    {"{'type':'enum','name':'E'}", "Enum has no symbols: {'type':'enum','name':'E'}"},
    {"{'type':'enum','name':'E','symbols':'A'}", "Enum has no symbols: {'type':'enum','name':'E','symbols':'A'}"},
    {"{'type':'enum','name':'E','symbols':['A',1]}", "Enum symbol is no text: 1"},
    {"{'type':'enum','name':'E','symbols':['A','B','A']}", "Duplicate enum symbol: A"},
    {"{'type':'enum','name':'n.E','symbols':['A'],'default':'B'}",
     "The Enum Default: B is not in the enum symbol set of n.E"},
    {"{'type':'fixed','name':'F'}", "Invalid or no size: {'type':'fixed','name':'F'}"},
    {"{'type':'fixed','name':'F','size':'1'}", "Invalid or no size: {'type':'fixed','name':'F','size':'1'}"},
    {"{'type':'fixed','name':'F','size':1.0}", "Invalid or no size: {'type':'fixed','name':'F','size':1.0}"},
    {"{'type':'fixed','name':'F','size':1e1}", "Invalid or no size: {'type':'fixed','name':'F','size':10.0}"},
    {"{'type':'fixed','name':'F','size':2147483648}",
     "Invalid or no size: {'type':'fixed','name':'F','size':2147483648}"},
    {"{'type':'fixed','name':'F','size':-2147483649}",
     "Invalid or no size: {'type':'fixed','name':'F','size':-2147483649}"},
    {"{'type':'fixed','name':'F','size':-1}", "Malformed data. Length is negative: -1"},
    {"{'type':'fixed','name':'F','size':-2147483648}", "Malformed data. Length is negative: -2147483648"},
    /* Texts that are no numbers. */
    {DEFAULT("'float'", "''"), "The default of a float or double is no number: ''"},
    {DEFAULT("'double'", "'x'"), "The default of a float or double is no number: 'x'"},
    {DEFAULT("'double'", "'1 2'"), "The default of a float or double is no number: '1 2'"},
    {DEFAULT("'double'", "'--5'"), "The default of a float or double is no number: '--5'"},
    {DEFAULT("'double'", "'+-5'"), "The default of a float or double is no number: '+-5'"},
    {DEFAULT("'double'", "'INF'"), "The default of a float or double is no number: 'INF'"},
    {DEFAULT("'double'", "'NaNf'"), "The default of a float or double is no number: 'NaNf'"},
    {DEFAULT("{'type':'double','x':1}", "'f'"), "The default of a float or double is no number: 'f'"},
};

START_TEST(a_schema_is_read_and_written)
{
    const char *text = spelled(accepted[_i].text);
    const char *canonical = accepted[_i].canonical ? spelled(accepted[_i].canonical) : text;
    assert_text(rewritten(str_of(text), SCHEMA_FORM_CANONICAL), canonical);
    assert_text(rewritten(str_of(canonical), SCHEMA_FORM_CANONICAL), canonical);
}
END_TEST

START_TEST(what_is_no_schema_is_explained)
{
    struct schema *schema;
    struct error err;
    ck_assert_int_eq(read_schema(str_of(spelled(refused[_i].text)), &schema, &err), -1);
    ck_assert_ptr_null(schema);
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(terminated(err.text), spelled(refused[_i].fault));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_schema_is_read_and_written, 0, ROWS(accepted));
    tcase_add_loop_test(tests, what_is_no_schema_is_explained, 0, ROWS(refused));
}

int main(void)
{
    return run_tests("parse", add_tests);
}
