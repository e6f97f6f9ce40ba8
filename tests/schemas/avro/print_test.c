/* The forms in which an Avro schema is written.
 * covers: schemas/avro/print.c schemas/avro/normalise.c schemas/avro/format.c */
#include "fixture.h"

#include "avro/model.h"
#include "random_schema.h"

#define RECORD(fields) "{'type':'record','name':'R','fields':[" fields "]}"
#define FIELD(type, value) RECORD("{'name':'f','type':" type ",'default':" value "}")
#define ARRAY_OF(type) "{'type':'array','items':" type "}"
#define MAP_OF(type) "{'type':'map','values':" type "}"
#define POINT "{'type':'record','name':'P','fields':[{'name':'x','type':'double'},{'name':'y','type':'double'}]}"

/* Text, canonical form (NULL: the text), normal form (NULL: the canonical form). */
static const struct {
    const char *text, *canonical, *normal;
} forms[] = {
    /* Members have an order of their own. */
    {"{'zz':1,'aliases':['B','A'],'fields':[{'zz':1,'aliases':['y','x'],'order':'descending','default':1,'doc':'e','"
     "type'"
     ":'int','name':'f','aa':2}],'doc':'d','namespace':'n','name':'R','type':'record','aa':2}",
     "{'type':'record','name':'R','namespace':'n','doc':'d','fields':[{'name':'f','type':'int','doc':'e','default':1,"
     "'order':'descending','aliases':['y','x'],'zz':1,'aa':2}],'zz':1,'aa':2,'aliases':['B','A']}",
     "{'type':'record','name':'R','namespace':'n','doc':'d','fields':[{'name':'f','type':'int','doc':'e','default':1,"
     "'order':'descending','aliases':['x','y'],'aa':2,'zz':1}],'aa':2,'zz':1,'aliases':['A','B']}"},
    {"{'zz':1,'aliases':['n.B','A'],'default':'Y','symbols':['Y','X'],'doc':'d','namespace':'n','name':'E','type':'"
     "enum',"
     "'aa':2}",
     "{'type':'enum','name':'E','namespace':'n','doc':'d','symbols':['Y','X'],'default':'Y','zz':1,'aa':2,'aliases':["
     "'B','A']}",
     "{'type':'enum','name':'E','namespace':'n','doc':'d','symbols':['Y','X'],'default':'Y','aa':2,'zz':1,'aliases':["
     "'A','B']}"},
    {"{'zz':1,'aliases':['b.A','a.Z'],'size':3,'doc':'d','namespace':'n','name':'F','type':'fixed','aa':2}",
     "{'type':'fixed','name':'F','namespace':'n','doc':'d','size':3,'zz':1,'aa':2,'aliases':['b.A','a.Z']}",
     "{'type':'fixed','name':'F','namespace':'n','doc':'d','size':3,'aa':2,'zz':1,'aliases':['a.Z','b.A']}"},
    {"{'zz':1,'items':'int','doc':'lost','aa':2,'type':'array'}", "{'type':'array','items':'int','zz':1,'aa':2}",
     "{'type':'array','items':'int','aa':2,'zz':1}"},
    {"{'zz':1,'values':'int','name':'lost','aa':2,'type':'map'}", "{'type':'map','values':'int','zz':1,'aa':2}",
     "{'type':'map','values':'int','aa':2,'zz':1}"},
    {"{'zz':1,'type':'bytes','aa':2}", "{'type':'bytes','zz':1,'aa':2}", "{'type':'bytes','aa':2,'zz':1}"},
    /* What normalising leaves alone, and what it drops. */
    {"['string','null','int']", NULL, NULL},
    {RECORD("{'name':'b','type':'int'},{'name':'a','type':'int','doc':''}"), NULL, NULL},
    {"{'type':'record','name':'R','doc':'','fields':[]}", NULL, "{'type':'record','name':'R','fields':[]}"},
    {"{'type':'enum','name':'E','doc':'','symbols':[]}", NULL, "{'type':'enum','name':'E','symbols':[]}"},
    {"{'type':'error','name':'E','fields':[]}", NULL, "{'type':'record','name':'E','fields':[]}"},
    /* Properties are sorted by UTF-16 units, at all depths; those of a logical type that is known come first. */
    {"{'type':'int','b':{'z':[{'d':1,'c':2}],'y':1},'':1,'B':2,'\xEF\xBF\xBD':3,'\xF0\x9F\x98\x80':4}", NULL,
     "{'type':'int','':1,'B':2,'b':{'y':1,'z':[{'c':2,'d':1}]},'\xF0\x9F\x98\x80':4,'\xEF\xBF\xBD':3}"},
    {"{'type':'bytes','scale':2,'precision':4,'logicalType':'decimal'}", NULL,
     "{'type':'bytes','logicalType':'decimal','precision':4,'scale':2}"},
    {"{'type':'long','connect.version':1,'connect.name':'T','logicalType':'timestamp-millis'}", NULL,
     "{'type':'long','logicalType':'timestamp-millis','connect.name':'T','connect.version':1}"},
    {"{'type':'int','x':1,'logicalType':'own','precision':1,'b':2}", NULL,
     "{'type':'int','b':2,'logicalType':'own','precision':1,'x':1}"},
    {RECORD("{'name':'f','type':'int','x':1,'logicalType':'date','b':2}"), NULL,
     RECORD("{'name':'f','type':'int','b':2,'logicalType':'date','x':1}")},
    {"{'type':'int','x':{'a':1,'b':2,'a':3}}", "{'type':'int','x':{'a':3,'b':2}}", NULL},
    /* Numbers as Java writes them. */
    {"{'type':'int','x':[1e3,0.10,1E-7,-0.0,-0,1e400,-1e400,12345678901234567890.5,12345678901234567890]}",
     "{'type':'int','x':[1000.0,0.1,1.0E-7,-0.0,0,'Infinity','-Infinity',1.2345678901234567E19,12345678901234567890]}",
     NULL},
    {FIELD("'double'", "1.50"), FIELD("'double'", "1.5"), NULL},
    {FIELD("'double'", "1"), NULL, FIELD("'double'", "1.0")},
    {FIELD("'float'", "-3"), NULL, FIELD("'float'", "-3.0")},
    {FIELD("'double'", "-0"), FIELD("'double'", "0"), FIELD("'double'", "0.0")},
    {FIELD("'double'", "-0.0"), NULL, NULL},
    {FIELD("'double'", "100000000000000000000"), NULL, FIELD("'double'", "1.0E20")},
    {FIELD("'double'", "1e400"), FIELD("'double'", "'Infinity'"), NULL},
    {FIELD("'int'", "-0"), FIELD("'int'", "0"), NULL},
    {FIELD("'string'", "'1'"), NULL, NULL},
    {FIELD("{'type':'int','logicalType':'date'}", "0"), NULL, NULL},
    /* Defaults take the type of their field, in all their parts. */
    {FIELD("'null'", "null"), NULL, NULL},
    {FIELD("'boolean'", "true"), NULL, NULL},
    {FIELD("'boolean'", "false"), NULL, NULL},
    {FIELD(ARRAY_OF("'int'"), "[]"), NULL, NULL},
    {FIELD(MAP_OF("'int'"), "{}"), NULL, NULL},
    {FIELD(ARRAY_OF("'double'"), "[1,2.5,3]"), NULL, FIELD(ARRAY_OF("'double'"), "[1.0,2.5,3.0]")},
    {FIELD(MAP_OF("'float'"), "{'z':1,'a':2}"), NULL, FIELD(MAP_OF("'float'"), "{'a':2.0,'z':1.0}")},
    {FIELD(MAP_OF("'int'"), "{'z':1,'a':2,'z':3}"), FIELD(MAP_OF("'int'"), "{'z':3,'a':2}"),
     FIELD(MAP_OF("'int'"), "{'a':2,'z':3}")},
    {FIELD(POINT, "{'y':1,'more':{'b':1,'a':2},'extra':1,'x':2}"), NULL,
     FIELD(POINT, "{'x':2.0,'y':1.0,'extra':1,'more':{'a':2,'b':1}}")},
    {FIELD(ARRAY_OF(MAP_OF(POINT)), "[{},{'k':{'y':1,'x':2}}]"), NULL,
     FIELD(ARRAY_OF(MAP_OF(POINT)), "[{},{'k':{'x':2.0,'y':1.0}}]")},
    /* Of a union, the type of the first branch that fits. */
    {FIELD("['null','int']", "5"), NULL, NULL},
    {FIELD("['int','double']", "5"), NULL, NULL},
    {FIELD("['double','int']", "5"), NULL, FIELD("['double','int']", "5.0")},
    {FIELD("['null'," MAP_OF("'double'") "]", "{'b':1,'a':2}"), NULL,
     FIELD("['null'," MAP_OF("'double'") "]", "{'a':2.0,'b':1.0}")},
    {FIELD(ARRAY_OF("['string'," POINT "]"), "['s',{'y':1,'x':2}]"), NULL,
     FIELD(ARRAY_OF("['string'," POINT "]"), "['s',{'x':2.0,'y':1.0}]")},
    /* Defaults that do not fit, as content stored without a check may have, stay as they are. */
    {FIELD("['null','int']", "'x'"), NULL, NULL},
    {FIELD("'double'", "[2,1]"), NULL, NULL},
    {FIELD(ARRAY_OF("'double'"), "{'b':1,'a':2}"), NULL, FIELD(ARRAY_OF("'double'"), "{'a':2,'b':1}")},
    {FIELD(POINT, "[1]"), NULL, NULL},
    /* Escapes: only those that JSON needs, in upper case. */
    {"{'type':'record','name':'R','doc':'\\u00e9\\n\\/\\u0041\\u001f\\u0000\\u007f\\\\\\\" \\ud83d\\ude00 "
     "\\ud800x','fields'"
     ":[]}",
     "{'type':'record','name':'R','doc':'\xC3\xA9\\n/A\\u001F\\u0000\x7F\\\\\\\" \xF0\x9F\x98\x80 ?x','fields':[]}",
     NULL},
    {"{'type':'record','name':'R','doc':'\\b\\f\\r\\t\\u0008\\u001F','fields':[]}",
     "{'type':'record','name':'R','doc':'\\b\\f\\r\\t\\b\\u001F','fields':[]}", NULL},
};

START_TEST(a_schema_has_its_forms)
{
    struct str text = str_of(spelled(forms[_i].text));
    const char *canonical = forms[_i].canonical ? spelled(forms[_i].canonical) : text.p;
    const char *normal = forms[_i].normal ? spelled(forms[_i].normal) : canonical;
    assert_text(rewritten(text, SCHEMA_FORM_CANONICAL), canonical);
    assert_text(rewritten(text, SCHEMA_FORM_RESOLVED), canonical);
    assert_text(rewritten(text, SCHEMA_FORM_NORMAL), normal);
}
END_TEST

/* What every schema must hold to. */
static void assert_stable(struct str text)
{
    struct str canonical = str_of(rewritten(text, SCHEMA_FORM_CANONICAL));
    struct str normal = str_of(rewritten(text, SCHEMA_FORM_NORMAL));
    const char *equal = rewritten(text, SCHEMA_FORM_EQUAL), *normal_equal = rewritten(text, SCHEMA_FORM_NORMAL_EQUAL);
    assert_text(rewritten(canonical, SCHEMA_FORM_CANONICAL), canonical.p);
    assert_text(rewritten(canonical, SCHEMA_FORM_NORMAL), normal.p);
    assert_text(rewritten(canonical, SCHEMA_FORM_EQUAL), equal);
    assert_text(rewritten(normal, SCHEMA_FORM_CANONICAL), normal.p);
    assert_text(rewritten(normal, SCHEMA_FORM_NORMAL), normal.p);
    assert_text(rewritten(normal, SCHEMA_FORM_NORMAL_EQUAL), normal_equal);
    assert_text(rewritten(str_of(equal), SCHEMA_FORM_EQUAL), equal);
}

START_TEST(forms_read_back_as_themselves)
{
    assert_stable(str_of(spelled(forms[_i].text)));
}
END_TEST

START_TEST(forms_of_random_schemas_read_back_as_themselves)
{
    uint64_t seed = random_seed("print");
    for (uint64_t i = 0; i < 1000; i++) {
        struct random_schema plan = {.seed = hash_mix(seed, i), .has_details = true};
        assert_stable(random_schema(&plan));
        arena_reset(arena);
    }
}
END_TEST

START_TEST(long_numbers_read_back_as_themselves)
{
    static const char *const starts[] = {"1.", "1", "-2.5", "0."};
    struct buf text;
    buf_init(&text, arena, 1 << 16);
    for (size_t i = 0; i < 4 * 2; i++) {
        buf_reset(&text);
        buf_add(&text, str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':'double','default':")));
        buf_add(&text, str_of(starts[i / 2]));
        add_times(&text, STR("0"), i % 2 ? 600 : 400);
        buf_add(&text, STR("}]}"));
        assert_stable(buf_str(&text));
    }
}
END_TEST

/* Schemas that are the same but for what has no order, and some that are not. */
static const struct {
    const char *a, *b;
    bool is_equal, is_normal_equal;
} twins[] = {
    {"{'type':'int','a':1,'b':{'c':1,'d':2}}", "{'b':{'d':2,'c':1},'a':1,'type':'int'}", true, true},
    {FIELD(MAP_OF("'int'"), "{'a':1,'b':2}"), FIELD(MAP_OF("'int'"), "{'b':2,'a':1}"), true, true},
    {FIELD("'double'", "1"), FIELD("'double'", "1.0"), false, true},
    {"{'type':'record','name':'R','doc':'','fields':[]}", RECORD(""), false, true},
    {"{'type':'error','name':'R','fields':[]}", RECORD(""), false, true},
    {"{'type':'record','name':'R','fields':[],'aliases':['A']}", RECORD(""), false, false},
    {RECORD("{'name':'a','type':'int','doc':''}"), RECORD("{'name':'a','type':'int'}"), false, false},
    {"['int','null']", "['null','int']", false, false},
    {"{'type':'int','a':1}", "{'type':'int','a':1.0}", false, false},
    {"{'type':'int','a':[1,2]}", "{'type':'int','a':[2,1]}", false, false},
    {"{'type':'enum','name':'E','symbols':['A'],'default':'A'}", "{'type':'enum','name':'E','symbols':['A']}", false,
     false},
};

START_TEST(equal_schemas_have_equal_texts)
{
    struct str a = str_of(spelled(twins[_i].a)), b = str_of(spelled(twins[_i].b));
    const char *equal = rewritten(a, SCHEMA_FORM_EQUAL), *normal = rewritten(a, SCHEMA_FORM_NORMAL_EQUAL);
    ck_assert_int_eq(strcmp(equal, rewritten(b, SCHEMA_FORM_EQUAL)) == 0, twins[_i].is_equal);
    ck_assert_int_eq(strcmp(normal, rewritten(b, SCHEMA_FORM_NORMAL_EQUAL)) == 0, twins[_i].is_normal_equal);
}
END_TEST

/* -- dependencies ------------------------------------------------------------------------------------------------- */

#define BASE "{'type':'record','name':'Base','namespace':'n','fields':[{'name':'e','type':" ENUM "}]}"
#define ENUM "{'type':'enum','name':'E','symbols':['A'],'z':1,'a':2}"
#define USE(b, e) \
    "{'type':'record','name':'Use','namespace':'n','fields':[{'name':'b','type':" b "},{'name':'e','type':" e "}]}"

START_TEST(definitions_from_elsewhere_are_names_or_written_out)
{
    struct schema_dependency base = {STR("n.Base"), str_of(spelled(BASE))};
    struct schema_source source = {str_of(spelled(USE("'Base'", "'n.E'"))), &base, 1};
    struct error err = ERROR_INIT(arena);
    struct schema *schema;
    const char *inner = "{'type':'record','name':'Base','fields':[{'name':'e','type':" ENUM "}]}";
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    assert_text(printed(schema, SCHEMA_FORM_CANONICAL), spelled(USE("'Base'", ENUM)));
    assert_text(printed(schema, SCHEMA_FORM_NORMAL),
                spelled(USE("'Base'", "{'type':'enum','name':'E','symbols':['A'],'a':2,'z':1}")));
    struct str resolved = str_of(printed(schema, SCHEMA_FORM_RESOLVED));
    assert_text(resolved.p, ARENA_JOIN(arena,
                                       str_of(spelled("{'type':'record','name':'Use','namespace':'n','fields':[{"
                                                      "'name':'b','type':")),
                                       str_of(spelled(inner)), str_of(spelled("},{'name':'e','type':'E'}]}")))
                                .p);
    /* Written out or referred to, it is the same schema. */
    assert_text(printed(schema, SCHEMA_FORM_EQUAL), rewritten(resolved, SCHEMA_FORM_EQUAL));
    assert_text(printed(schema, SCHEMA_FORM_NORMAL_EQUAL), rewritten(resolved, SCHEMA_FORM_NORMAL_EQUAL));
    schema_unref(schema);
}
END_TEST

/* -- names of fields, room, cost ---------------------------------------------------------------------------------- */

START_TEST(top_level_fields_have_names)
{
    struct str names[3];
    struct schema *record = parsed(
        str_of(spelled(RECORD("{'name':'b','type':" POINT "},{'name':'a','type':'P'},{'name':'c','type':'int'}"))));
    ck_assert_uint_eq(schema_field_names(record, names, 3), 3);
    assert_text(terminated(names[0]), "b");
    assert_text(terminated(names[1]), "a");
    assert_text(terminated(names[2]), "c");
    names[2] = STR("kept");
    ck_assert_uint_eq(schema_field_names(record, names, 2), 3);
    assert_text(terminated(names[2]), "kept");
    ck_assert_uint_eq(schema_field_names(record, NULL, 0), 3);
    schema_unref(record);
    static const char *const others[] = {"'int'", "[" POINT "]", RECORD(""), "{'type':'enum','name':'E','symbols':[]}"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct schema *schema = parsed(str_of(spelled(others[i])));
        ck_assert_uint_eq(schema_field_names(schema, names, 3), 0);
        schema_unref(schema);
    }
}
END_TEST

START_TEST(a_text_without_room_is_too_large)
{
    struct schema *schema = parsed(str_of(spelled(FIELD(MAP_OF(POINT), "{'k':{'x':1,'y':2}}"))));
    for (enum schema_form form = SCHEMA_FORM_CANONICAL; form < SCHEMA_FORM_COUNT_; form++) {
        size_t whole = strlen(printed(schema, form));
        for (size_t room = 0; room <= whole; room++) {
            struct error err = ERROR_INIT(arena);
            struct buf out;
            buf_init(&out, arena, room);
            ck_assert_int_eq(schema_print(schema, form, &out, &err), room < whole ? -1 : 0);
            ck_assert_int_eq(err.id, room < whole ? ERROR_SCHEMA_TOO_LARGE : ERROR_NONE);
        }
    }
    schema_unref(schema);
}
END_TEST

START_TEST(a_default_needs_memory)
{
    const char *value = "[{'k':{'x':1.0,'y':2.0}},null]";
    struct schema *schema =
        parsed(str_of(spelled(FIELD(ARRAY_OF("['null'," MAP_OF(POINT) "]"), "[{'k':{'y':2,'x':1}},null]"))));
    const struct avsc_schema *model = schema_model(schema);
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 8192; bytes += 16) {
        struct arena *memory = arena_new(bytes);
        struct buf out = new_text();
        int outcome = avsc_normal_default(&model->root->fields[0], &out, memory, &(uint64_t){1000});
        ck_assert_int_eq(outcome, arena_failed(memory) ? -1 : 0);
        if (outcome == 0)
            assert_text(terminated(buf_str(&out)), spelled(value));
        failed += outcome != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 10);
    ck_assert_uint_lt(failed, 500);
    schema_unref(schema);
}
END_TEST

/* Defaults that would need themselves for ever can have been stored without a check; their forms cost little. */
START_TEST(defaults_that_need_themselves_are_written)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'record','name':'R','fields':[")));
    for (int i = 0; i < 200; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":[\"R\",\"null\"],\"default\":{}}", i ? "," : "", i);
    buf_add(&text, STR("]}"));
    assert_stable(buf_str(&text));
    assert_text(rewritten(buf_str(&text), SCHEMA_FORM_NORMAL), terminated(buf_str(&text)));
}
END_TEST

/* Deep defaults in unions: each union asks anew which branch fits. */
START_TEST(deep_defaults_are_written)
{
    struct buf text = new_text();
    buf_add(&text,
            str_of(spelled("{'type':'record','name':'R','fields':[{'name':'l','type':{'type':'record','name':'L',"
                           "'fields':[{'name':'x','type':{'type':'array','items':['null','L']}}]}}")));
    for (int i = 0; i < 100; i++) {
        buf_printf(&text, ",{\"name\":\"f%d\",\"type\":\"L\",\"default\":", i);
        add_times(&text, STR("{\"x\":[null,null,null,null,"), 120);
        buf_add(&text, STR("null"));
        add_times(&text, STR("]}"), 120);
        buf_add(&text, STR("}"));
    }
    buf_add(&text, STR("]}"));
    assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_STRICT), "");
    assert_text(rewritten(buf_str(&text), SCHEMA_FORM_NORMAL), terminated(buf_str(&text)));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_schema_has_its_forms, 0, ROWS(forms));
    tcase_add_loop_test(tests, forms_read_back_as_themselves, 0, ROWS(forms));
    tcase_add_test(tests, forms_of_random_schemas_read_back_as_themselves);
    tcase_add_test(tests, long_numbers_read_back_as_themselves);
    tcase_add_loop_test(tests, equal_schemas_have_equal_texts, 0, ROWS(twins));
    tcase_add_test(tests, definitions_from_elsewhere_are_names_or_written_out);
    tcase_add_test(tests, top_level_fields_have_names);
    tcase_add_test(tests, a_text_without_room_is_too_large);
    tcase_add_test(tests, a_default_needs_memory);
    tcase_add_test(tests, defaults_that_need_themselves_are_written);
    tcase_add_test(tests, deep_defaults_are_written);
}

int main(void)
{
    return run_tests("print", add_tests);
}
