/* The forms in which a JSON Schema is written.
 * covers: schemas/json/print.c schemas/json/format.c */
#include "texts.h"

/* Text, canonical form (NULL: the text), normal form (NULL: the canonical form). */
static const struct {
    const char *text, *canonical, *normal;
} forms[] = {
    /* White space goes, members stay in their order; sorted at every level when normalised, arrays are not. */
    {" {\n 'type' : 'object' ,\t'required':[ 'b', 'a' "
     "],\r\n'properties':{'zeta':{},'Alpha':{'minimum':1,'type':'x'}}} ",
     "{'type':'object','required':['b','a'],'properties':{'zeta':{},'Alpha':{'minimum':1,'type':'x'}}}",
     "{'properties':{'Alpha':{'minimum':1,'type':'x'},'zeta':{}},'required':['b','a'],'type':'object'}"},
    {"{'examples':[{'b':1,'a':[{'d':1,'c':2}]}],'anyOf':[{'b':1,'a':2}]}", NULL,
     "{'anyOf':[{'a':2,'b':1}],'examples':[{'a':[{'c':2,'d':1}],'b':1}]}"},
    /* By UTF-16 units: what is beyond the first plane comes before U+FB00. */
    {"{'b':1,'a':2,'B':3,'_':5,'$x':6,'10':7,'9':8,'\xC3\xA9':9,'\xF0\x9F\x98\x80':11,'\xEF\xAC\x80':12,'':13}", NULL,
     "{'':13,'$x':6,'10':7,'9':8,'B':3,'_':5,'a':2,'b':1,'\xC3\xA9':9,'\xF0\x9F\x98\x80':11,'\xEF\xAC\x80':12}"},
    /* Numbers as exact decimals. */
    {"{'enum':[1,1.0,1.00,0.10,-0,-0.0,0.0,1e2,1E2,1e+2,1e-2,1.5e3]}",
     "{'enum':[1,1.0,1.00,0.10,0,0.0,0.0,1E+2,1E+2,1E+2,0.01,1.5E+3]}", NULL},
    {"{'enum':[100000000000000000000,1e400,-1e-400,0.1234567890123456789012345678901234567890]}",
     "{'enum':[100000000000000000000,1E+400,-1E-400,0.1234567890123456789012345678901234567890]}", NULL},
    {"{'enum':[-9223372036854775808,18446744073709551616,12345678901234567890.123]}", NULL, NULL},
    {"{'enum':[0.00000000000000000001,123456789012345678901234567890e10,0.000001,0.0000001,0.0000010]}",
     "{'enum':[1E-20,1.23456789012345678901234567890E+39,0.000001,1E-7,0.0000010]}", NULL},
    {"{'enum':[0e5,0e-5,0e-7,0.0000000,-0e1,10e-1,15e-1,1.50e1,1.5e1,1.5e2,123.45e1,-123.45e-9,1e0]}",
     "{'enum':[0E+5,0.00000,0E-7,0E-7,0E+1,1.0,1.5,15.0,15,1.5E+2,1234.5,-1.2345E-7,1]}", NULL},
    {"{'enum':[1e1000000,1e-1000000]}", "{'enum':[1E+1000000,1E-1000000]}", NULL},
    /* What is beyond all bounds stays as it is spelled. */
    {"{'enum':[1e99999999999999999999,-2.50e-1000001]}", NULL, NULL},
    {"{'a':[NaN,Infinity,-Infinity,INF,-INF]}", "{'a':['NaN','Infinity','-Infinity','Infinity','-Infinity']}", NULL},
    /* Strings: only what must be is escaped. */
    {"{'d':'\\u00e9\\u20ac\\ud83d\\ude00','c':'a\\/b\\\\c\\'\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u2028<>&'}",
     "{'d':'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80','c':'a/b\\\\c\\'\\b\\f\\n\\r\\t\\u0000\\u001F\x7F\xE2\x80\xA8<>&'}",
     "{'c':'a/b\\\\c\\'\\b\\f\\n\\r\\t\\u0000\\u001F\x7F\xE2\x80\xA8<>&','d':'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80'}"},
    /* Of a member that is given twice the last one counts, at the place of the first. */
    {"{'type':'string','title':'t','type':'integer'}", "{'type':'integer','title':'t'}",
     "{'title':'t','type':'integer'}"},
    {"{'properties':{'b':1,'a':{'type':'string'},'\\u0061':{}}}", "{'properties':{'b':1,'a':{}}}",
     "{'properties':{'a':{},'b':1}}"},
    /* What follows the first value means nothing. */
    {"{'type':'string'} trailing", "{'type':'string'}", NULL},
    {"{'type':'string'}{'type':'integer'}", "{'type':'string'}", NULL},
    {"{'type':'string'} // c", "{'type':'string'}", NULL},
    {"true", NULL, NULL},
    {"false", NULL, NULL},
    {" { } ", "{}", NULL},
    /* Nothing is rewritten, whatever the dialect. */
    {"{'$schema':'http://json-schema.org/draft-04/schema#','id':'x','definitions':{'a':{}},'items':[true,{}]}", NULL,
     "{'$schema':'http://json-schema.org/draft-04/schema#','definitions':{'a':{}},'id':'x','items':[true,{}]}"},
};

START_TEST(forms_are_written)
{
    struct str text = str_of(spelled(forms[_i].text));
    const char *canonical = spelled(forms[_i].canonical ? forms[_i].canonical : forms[_i].text);
    const char *normal = forms[_i].normal ? spelled(forms[_i].normal) : canonical;
    static const enum schema_form as_canonical[] = {SCHEMA_FORM_CANONICAL, SCHEMA_FORM_RESOLVED, SCHEMA_FORM_EQUAL,
                                                    SCHEMA_FORM_NORMAL_EQUAL, SCHEMA_FORM_WITHOUT_EXTENSIONS};
    for (int i = 0; i < ROWS(as_canonical); i++)
        assert_text(rewritten_json(text, NULL, as_canonical[i]), canonical);
    assert_text(rewritten_json(text, NULL, SCHEMA_FORM_NORMAL), normal);
    /* What was written is written the same again. */
    assert_text(rewritten_json(str_of(canonical), NULL, SCHEMA_FORM_CANONICAL), canonical);
    assert_text(rewritten_json(str_of(canonical), NULL, SCHEMA_FORM_NORMAL), normal);
    assert_text(rewritten_json(str_of(normal), NULL, SCHEMA_FORM_NORMAL), normal);
}
END_TEST

START_TEST(missing_references_tell_schemas_apart)
{
    struct str text = str_of(spelled("{'properties':{'a':{'$ref':'a.json'},'b':{'$ref':'#/x'}}}"));
    struct reference reference = {"a.json", "{}"}, other = {"b.json", "{}"};
    const char *complete = rewritten_json(text, &reference, SCHEMA_FORM_EQUAL);
    const char *lacking = rewritten_json(text, NULL, SCHEMA_FORM_EQUAL);
    ck_assert_str_ne(complete, lacking);
    assert_text(rewritten_json(text, &other, SCHEMA_FORM_EQUAL), lacking);
    assert_text(rewritten_json(text, NULL, SCHEMA_FORM_CANONICAL), text.p);
    /* One that is not needed makes no difference. */
    assert_text(rewritten_json(STR("{}"), &reference, SCHEMA_FORM_EQUAL), "{}");
}
END_TEST

static const struct {
    const char *text, *names;
} fields[] = {
    {"true", ""},
    {"{}", ""},
    {"{'properties':[]}", ""},
    {"{'properties':{'b':{},'a':{},'b':1,'':{}}}", "a b  "},
    {"{'oneOf':[{'properties':{'a':{}}}]}", ""},
};

START_TEST(top_level_properties_are_named)
{
    struct schema *schema;
    struct error err;
    struct str names[4];
    struct buf all = new_text();
    ck_assert_int_eq(read_json(str_of(spelled(fields[_i].text)), NULL, &schema, &err), 0);
    size_t count = schema_field_names(schema, names, 4);
    ck_assert_uint_eq(schema_field_names(schema, NULL, 0), count);
    for (size_t i = 0; i < count; i++) {
        buf_add(&all, names[i]);
        buf_add_char(&all, ' ');
    }
    assert_text(terminated(buf_str(&all)), fields[_i].names);
    if (count > 1)
        ck_assert_uint_eq(schema_field_names(schema, names, 1), count);
    schema_unref(schema);
}
END_TEST

START_TEST(there_are_no_other_outputs)
{
    static const char *const names[] = {"resolved", "serialized", "ignore_extensions", "logical", "default", ""};
    enum schema_form form;
    for (int i = 0; i < ROWS(names); i++)
        ck_assert(!schema_output_find(schema_format_find(STR("JSON")), str_of(names[i]), true, &form));
}
END_TEST

START_TEST(large_texts_are_written)
{
    struct buf text = new_text(), wanted = new_text();
    enum { COUNT = 50000 };
    buf_add(&text, STR("{"));
    buf_add(&wanted, STR("{"));
    for (int i = 0; i < COUNT; i++) {
        buf_printf(&text, "%s\"k%06d\":%d", i ? "," : "", COUNT - 1 - i, i);
        buf_printf(&wanted, "%s\"k%06d\":%d", i ? "," : "", i, COUNT - 1 - i);
    }
    buf_add(&text, STR("}"));
    buf_add(&wanted, STR("}"));
    assert_text(rewritten_json(buf_str(&text), NULL, SCHEMA_FORM_NORMAL), terminated(buf_str(&wanted)));
    assert_text(rewritten_json(buf_str(&text), NULL, SCHEMA_FORM_CANONICAL), terminated(buf_str(&text)));
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    struct schema *schema;
    struct error err;
    struct buf out;
    ck_assert_int_eq(read_json(STR("{\"title\":\"a title\"}"), NULL, &schema, &err), 0);
    for (int form = 0; form < SCHEMA_FORM_COUNT_; form++) {
        err = ERROR_INIT(arena);
        buf_init(&out, arena, 10);
        ck_assert_int_eq(schema_print(schema, (enum schema_form)form, &out, &err), -1);
        ck_assert_int_eq(err.id, ERROR_SCHEMA_TOO_LARGE);
    }
    schema_unref(schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, forms_are_written, 0, ROWS(forms));
    tcase_add_test(tests, missing_references_tell_schemas_apart);
    tcase_add_loop_test(tests, top_level_properties_are_named, 0, ROWS(fields));
    tcase_add_test(tests, there_are_no_other_outputs);
    tcase_add_test(tests, large_texts_are_written);
    tcase_add_test(tests, what_does_not_fit_is_refused);
}

int main(void)
{
    return run_tests("print", add_tests);
}
