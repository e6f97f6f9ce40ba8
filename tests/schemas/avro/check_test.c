/* What a schema is asked to be worth: names, properties and defaults at the three levels.
 * covers: schemas/avro/check.c schemas/avro/defaults.c */
#include "fixture.h"

#define RECORD(fields) "{'type':'record','name':'R','fields':[" fields "]}"
#define NAMED(name) "{'type':'record','name':'" name "','fields':[]}"
#define ENUM "{'type':'enum','name':'E','symbols':['A','B']}"
#define FIXED "{'type':'fixed','name':'F','size':2}"
#define INTS "{'type':'array','items':'int'}"
#define INT_MAP "{'type':'map','values':'int'}"
#define POINT "{'type':'record','name':'P','fields':[{'name':'x','type':'int'},{'name':'y','type':'int','default':7}]}"
#define E_ACUTE "\xC3\xA9"
#define EURO "\xE2\x82\xAC"

static const enum schema_check levels[] = {SCHEMA_CHECK_NAMES, SCHEMA_CHECK_REFERENCE, SCHEMA_CHECK_STRICT};

/* A schema and what is wrong with it at the levels NAMES, and REFERENCE and STRICT; NULL: nothing. */
static const struct {
    const char *text, *by_name, *by_reference;
} names[] = {
    {NAMED("R"), NULL, NULL},
    {NAMED("_a1.b_2.R"), NULL, NULL},
    {NAMED(""), "Empty name", "Empty name"},
    {NAMED("a."), "Empty name", "Empty name"},
    {NAMED(" "), "Illegal initial character:  ", "Illegal initial character:  "},
    {NAMED("1a"), "Illegal initial character: 1a", "Illegal initial character: 1a"},
    {NAMED("a.$b"), "Illegal initial character: $b", "Illegal initial character: $b"},
    {NAMED("a-b"), "Illegal character in: a-b", "Illegal character in: a-b"},
    {NAMED("caf" E_ACUTE), NULL, "Illegal character in: caf" E_ACUTE},
    {NAMED(E_ACUTE), NULL, "Illegal initial character: " E_ACUTE},
    {NAMED(EURO), "Illegal initial character: " EURO, "Illegal initial character: " EURO},
    /* Namespaces and aliases count for new schemas only; aliases of fields never. */
    {NAMED("1x.R"), NULL, "Namespace part '1x' is invalid: Illegal initial character: 1x"},
    {NAMED("a..R"), NULL, "Namespace part '' is invalid: Empty name"},
    {NAMED("a.b-c.R"), NULL, "Namespace part 'b-c' is invalid: Illegal character in: b-c"},
    {NAMED("a." E_ACUTE ".R"), NULL, "Namespace part '" E_ACUTE "' is invalid: Illegal initial character: " E_ACUTE},
    {"{'type':'fixed','name':'F','namespace':'.','size':1}", NULL, "Namespace part '' is invalid: Empty name"},
    {"{'type':'record','name':'R','fields':[],'aliases':['a-b']}", NULL, "Illegal character in: a-b"},
    {"{'type':'record','name':'R','fields':[],'aliases':['ok','']}", NULL, "Empty name"},
    {"{'type':'enum','name':'E','symbols':[],'aliases':['1.A']}", NULL,
     "Namespace part '1' is invalid: Illegal initial character: 1"},
    {RECORD("{'name':'a','type':'int','aliases':['','a-b']}"), NULL, NULL},
    /* Fields and symbols. */
    {RECORD("{'name':'','type':'int'}"), "Empty name", "Empty name"},
    {RECORD("{'name':'a.b','type':'int'}"), "Illegal character in: a.b", "Illegal character in: a.b"},
    {RECORD("{'name':'" E_ACUTE "','type':'int'}"), NULL, "Illegal initial character: " E_ACUTE},
    {"{'type':'enum','name':'E','symbols':['A','']}", "Empty name", "Empty name"},
    {"{'type':'enum','name':'E','symbols':['A','1A']}", "Illegal initial character: 1A",
     "Illegal initial character: 1A"},
    {"{'type':'enum','name':'E','symbols':['" E_ACUTE "']}", NULL, "Illegal initial character: " E_ACUTE},
    /* Everywhere in the schema. */
    {"{'type':'map','values':['null'," RECORD("{'name':'a','type':{'type':'array','items':" NAMED("1") "}}") "]}",
     "Illegal initial character: 1", "Illegal initial character: 1"},
    /* Properties: integers have 64 bits, where they stand alone. */
    {"{'type':'int','x':9223372036854775807,'y':-9223372036854775808}", NULL, NULL},
    {"{'type':'int','x':9223372036854775808}", NULL, "Can`t set a property to an integer beyond 64 bits: x"},
    {"{'type':'array','items':'int','x':-9223372036854775809}", NULL,
     "Can`t set a property to an integer beyond 64 bits: x"},
    {RECORD("{'name':'a','type':'int','x':100000000000000000000}"), NULL,
     "Can`t set a property to an integer beyond 64 bits: x"},
    {"{'type':'int','x':9223372036854775808.0,'y':1e30,'z':[9223372036854775808],'s':'9223372036854775808'}", NULL,
     NULL},
};

START_TEST(names_and_properties_are_checked)
{
    struct str text = str_of(spelled(names[_i].text));
    const char *by_name = spelled(names[_i].by_name ? names[_i].by_name : "");
    const char *by_reference = spelled(names[_i].by_reference ? names[_i].by_reference : "");
    assert_text(fault_of(text, SCHEMA_CHECK_NAMES), by_name);
    assert_text(fault_of(text, SCHEMA_CHECK_REFERENCE), by_reference);
    assert_text(fault_of(text, SCHEMA_CHECK_STRICT), by_reference);
}
END_TEST

START_TEST(integer_properties_of_any_length_are_checked)
{
    static const int lengths[] = {18, 19, 100, 4096, 4097, 20000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct buf text = new_text();
        buf_add(&text, STR("{\"type\":\"int\",\"x\":1"));
        add_times(&text, STR("0"), lengths[i]);
        buf_add(&text, STR("}"));
        assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_NAMES), "");
        assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_REFERENCE),
                    lengths[i] == 18 ? "" : "Can't set a property to an integer beyond 64 bits: x");
    }
}
END_TEST

/* A type, a value, and the level from which on it is no default of the type; 3: it is one at all levels. */
static const struct {
    const char *type, *value;
    int refused_from;
} defaults[] = {
    {"'null'", "null", 3},
    {"'null'", "'null'", 1},
    {"'null'", "0", 1},
    {"'boolean'", "true", 3},
    {"'boolean'", "false", 3},
    {"'boolean'", "1", 1},
    {"'boolean'", "'true'", 1},
    {"'boolean'", "null", 1},
    {"'int'", "0", 3},
    {"'int'", "2147483647", 3},
    {"'int'", "-2147483648", 3},
    {"'int'", "2147483648", 1},
    {"'int'", "-2147483649", 1},
    {"'int'", "1.0", 1},
    {"'int'", "1.5", 1},
    {"'int'", "'1'", 1},
    {"'int'", "null", 1},
    {"'int'", "[]", 1},
    {"{'type':'int','logicalType':'date'}", "1", 3},
    {"{'type':'int','logicalType':'date'}", "'1'", 1},
    {"'long'", "9223372036854775807", 3},
    {"'long'", "-9223372036854775808", 3},
    {"'long'", "9223372036854775808", 1},
    {"'long'", "-9223372036854775809", 1},
    {"'long'", "1.0", 1},
    {"'float'", "1", 3},
    {"'float'", "1.5", 3},
    {"'float'", "1.0E40", 3},
    {"'float'", "true", 1},
    {"'float'", "null", 1},
    {"'double'", "100000000000000000000", 3},
    {"'double'", "{}", 1},
    {"'string'", "''", 3},
    {"'string'", "'" EURO "'", 3},
    {"'string'", "1", 1},
    {"'string'", "null", 1},
    {"'string'", "['a']", 1},
    {"'bytes'", "''", 3},
    {"'bytes'", "'a\xC3\xBF\\u0000'", 3},
    {"'bytes'", "'\xC4\x80'", 2},
    {"'bytes'", "'" EURO "'", 2},
    {"'bytes'", "1", 1},
    {"'bytes'", "null", 1},
    {FIXED, "'ab'", 3},
    {FIXED, "'a\xC3\xBF'", 3},
    {FIXED, "'a'", 2},
    {FIXED, "'abc'", 2},
    {FIXED, "'a\xC4\x80'", 2},
    {FIXED, "12", 1},
    {"{'type':'fixed','name':'F','size':0}", "''", 3},
    {ENUM, "'B'", 3},
    {ENUM, "'C'", 2},
    {ENUM, "'a'", 2},
    {ENUM, "0", 1},
    {"{'type':'enum','name':'E','symbols':['A'],'default':'A'}", "'C'", 2},
    {INTS, "[]", 3},
    {INTS, "[1,2]", 3},
    {INTS, "[1,'2']", 1},
    {INTS, "[null]", 1},
    {INTS, "{}", 1},
    {INTS, "1", 1},
    {INT_MAP, "{}", 3},
    {INT_MAP, "{'a':1,'':2}", 3},
    {INT_MAP, "{'a':1,'b':null}", 1},
    {INT_MAP, "[]", 1},
    {"{'type':'array','items':" INT_MAP "}", "[{},{'a':1}]", 3},
    {"{'type':'array','items':" INT_MAP "}", "[{},{'a':[]}]", 1},
    {POINT, "{'x':1}", 3},
    {POINT, "{'x':1,'y':2}", 3},
    {POINT, "{'y':2,'x':1,'more':{'z':[]}}", 3},
    {POINT, "{}", 1},
    {POINT, "{'y':1}", 1},
    {POINT, "{'x':'1'}", 1},
    {POINT, "{'x':1,'y':null}", 1},
    {POINT, "null", 1},
    {POINT, "[1]", 1},
    {"{'type':'record','name':'P','fields':[]}", "{}", 3},
    /* What a missing member falls back on must fit, too; text defaults of floats are numbers there. */
    {"{'type':'record','name':'P','fields':[{'name':'x','type':'double','default':'NaN'}]}", "{}", 3},
    {"{'type':'record','name':'P','fields':[{'name':'x','type':'double','default':'NaN'}]}", "{'x':'NaN'}", 1},
    {"{'type':'record','name':'P','fields':[{'name':'x','type':'double'}]}", "{'x':'1'}", 1},
    /* Any branch will do. */
    {"['null','int']", "null", 3},
    {"['null','int']", "1", 3},
    {"['int','null']", "null", 3},
    {"['null','int']", "'x'", 1},
    {"['null','int']", "1.0", 1},
    {"['null','float']", "'1'", 1},
    {"[]", "null", 1},
    {"['null'," ENUM ",'string']", "'C'", 3},
    {"['null'," ENUM "]", "'C'", 2},
    {"['int'," POINT "," INTS "]", "{'x':1}", 3},
    {"['int'," POINT "," INTS "]", "{'x':null}", 1},
    {"{'type':'array','items':['null'," INTS "]}", "[null,[],[1],null]", 3},
    {"{'type':'array','items':['null'," INTS "]}", "[null,[],[''],null]", 1},
    {"['null',{'type':'record','name':'L','fields':[{'name':'n','type':['null','L']}]}]", "{'n':{'n':{'n':null}}}", 3},
    {"['null',{'type':'record','name':'L','fields':[{'name':'n','type':['null','L']}]}]", "{'n':{'n':{}}}", 1},
};

START_TEST(defaults_are_checked)
{
    const char *type = spelled(defaults[_i].type), *value = spelled(defaults[_i].value);
    struct str text = ARENA_JOIN(arena, str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':")),
                                 str_of(type), STR(",\"default\":"), str_of(value), STR("}]}"));
    const char *canonical = rewritten(text, SCHEMA_FORM_CANONICAL);
    const char *shown_value = strstr(canonical, ",\"default\":");
    while (shown_value && strstr(shown_value + 1, ",\"default\":"))
        shown_value = strstr(shown_value + 1, ",\"default\":");
    ck_assert_ptr_nonnull(shown_value);
    struct str shown = str_slice(str_of(shown_value), 11, strlen(shown_value) - 3);
    const char *fault = ARENA_JOIN(arena, STR("Invalid default for field f: "), shown, STR(" not a "),
                                   str_of(rewritten(str_of(type), SCHEMA_FORM_CANONICAL)))
                            .p;
    for (int level = 0; level < 3; level++)
        assert_text(fault_of(text, levels[level]), level < defaults[_i].refused_from ? "" : fault);
}
END_TEST

/* -- quotations, cost, dependencies ------------------------------------------------------------------------------- */

START_TEST(a_long_default_is_quoted_by_whole_characters)
{
    struct str value = ARENA_JOIN(arena, STR("\""), long_text(_i, 2000), STR("\""));
    struct str text =
        ARENA_JOIN(arena, str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':'int','default':")),
                   value, STR("}]}"));
    assert_text(fault_of(text, SCHEMA_CHECK_REFERENCE), ARENA_JOIN(arena, STR("Invalid default for field f: "),
                                                                   whole_characters(value, 1024), STR(" not a \"int\""))
                                                            .p);
}
END_TEST

START_TEST(a_long_type_is_quoted_by_whole_characters)
{
    struct str type = ARENA_JOIN(arena, str_of(spelled("{'type':'fixed','name':'F','doc':'")), long_text(_i, 2000),
                                 str_of(spelled("','size':1}")));
    struct str text = ARENA_JOIN(arena, str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':")),
                                 type, STR(",\"default\":1}]}"));
    assert_text(fault_of(text, SCHEMA_CHECK_REFERENCE),
                ARENA_JOIN(arena, STR("Invalid default for field f: 1 not a "), whole_characters(type, 1024)).p);
}
END_TEST

#define TOO_LONG "The defaults take too long to be checked"

/* No value would ever be complete. */
START_TEST(a_default_that_needs_itself_is_refused)
{
    static const char *const endless[] = {
        RECORD("{'name':'n','type':'R','default':{}}"),
        RECORD("{'name':'n','type':['null','R'],'default':{}}"),
        RECORD("{'name':'n','type':['R','null'],'default':{}}"),
        RECORD("{'name':'n','type':{'type':'array','items':'R'},'default':[{}]}"),
        RECORD("{'name':'n','type':{'type':'map','values':'R'},'default':{'k':{}}}"),
        RECORD(
            "{'name':'a','type':{'type':'record','name':'S','fields':[{'name':'b','type':'R','default':{}}]},'default':"
            "{}}"),
    };
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        assert_text(fault_of(str_of(spelled(endless[i])), SCHEMA_CHECK_NAMES), "");
        for (enum schema_check how = SCHEMA_CHECK_REFERENCE; how <= SCHEMA_CHECK_STRICT; how++) {
            const char *fault = fault_of(str_of(spelled(endless[i])), how);
            ck_assert_msg(str_starts(str_of(fault), STR("Invalid default for field ")), "%s", fault);
        }
    }
}
END_TEST

/* Records that each hold the one before twice by default, so that walking down each path anew would cost 2^layers. */
static struct str doubling(int layers, int more_fields)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("[{'type':'record','name':'L0','fields':[]}")));
    for (int i = 1; i <= layers; i++)
        buf_printf(
            &text,
            ",{\"type\":\"record\",\"name\":\"L%d\",\"fields\":[{\"name\":\"a\",\"type\":\"L%d\",\"default\":{}},"
            "{\"name\":\"b\",\"type\":\"L%d\",\"default\":{}}]}",
            i, i - 1, i - 1);
    buf_add(&text, str_of(spelled(",{'type':'record','name':'R','fields':[{'name':'f','type':'L0','default':{}}")));
    for (int i = 0; i < more_fields; i++)
        buf_printf(&text, ",{\"name\":\"f%d\",\"type\":\"L%d\",\"default\":{}}", i, layers);
    buf_add(&text, STR("]}]"));
    return buf_str(&text);
}

START_TEST(what_was_found_out_is_remembered)
{
    assert_text(fault_of(doubling(60, 100), SCHEMA_CHECK_STRICT), "");
    assert_text(fault_of(doubling(60, 0), SCHEMA_CHECK_REFERENCE), "");
}
END_TEST

/* Fields with an array of so many optional numbers as their default; each number costs three steps. */
static struct str long_arrays(int fields, int numbers)
{
    struct buf text = new_text();
    buf_add(&text, str_of(spelled("{'type':'record','name':'R','fields':[")));
    for (int i = 0; i < fields; i++) {
        buf_printf(&text,
                   "%s{\"name\":\"f%d\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"int\"]},"
                   "\"default\":[0",
                   i ? "," : "", i);
        add_times(&text, STR(",1"), numbers - 1);
        buf_add(&text, STR("]}"));
    }
    buf_add(&text, STR("]}"));
    return buf_str(&text);
}

START_TEST(one_budget_covers_all_defaults)
{
    assert_text(fault_of(long_arrays(1, 600000), SCHEMA_CHECK_STRICT), "");
    assert_text(fault_of(long_arrays(1, 700000), SCHEMA_CHECK_STRICT), TOO_LONG);
    assert_text(fault_of(long_arrays(2, 300000), SCHEMA_CHECK_STRICT), "");
    assert_text(fault_of(long_arrays(2, 400000), SCHEMA_CHECK_STRICT), TOO_LONG);
    assert_text(fault_of(long_arrays(2, 400000), SCHEMA_CHECK_NAMES), "");
}
END_TEST

START_TEST(large_defaults_are_checked)
{
    struct buf text = new_text();
    buf_add(&text,
            str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':{'type':'array','items':['null'"
                           ",'int']},'default':[0")));
    add_times(&text, STR(",1"), 500000);
    struct str start = arena_str(arena, buf_str(&text));
    assert_text(fault_of(ARENA_JOIN(arena, start, STR("]}]}")), SCHEMA_CHECK_STRICT), "");
    const char *fault = fault_of(ARENA_JOIN(arena, start, STR(",true]}]}")), SCHEMA_CHECK_STRICT);
    ck_assert_msg(str_starts(str_of(fault), STR("Invalid default for field f: [0,1,1,1,")), "%.200s", fault);
}
END_TEST

/* Each item is tried as the wide record first, which takes memory, and turns out to be a map. */
START_TEST(large_defaults_of_wide_records_are_checked)
{
    struct buf text = new_text();
    buf_add(&text,
            str_of(spelled("{'type':'record','name':'R','fields':[{'name':'f','type':{'type':'array','items':[{'type'"
                           ":'record','name':'W','fields':[{'name':'f','type':'int'}")));
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, ",{\"name\":\"f%d\",\"type\":\"int\"}", i);
    buf_add(&text, str_of(spelled("]},{'type':'map','values':'int'}]},'default':[{}")));
    add_times(&text, STR(",{}"), 60000);
    buf_add(&text, STR("]}]}"));
    assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_STRICT), "");
}
END_TEST

/* What comes from a dependency was checked when that was registered. */
START_TEST(definitions_from_elsewhere_are_not_checked_again)
{
    struct schema_dependency old = {
        STR("old"),
        str_of(spelled("{'type':'record','name':'1.a-b','fields':[{'name':'f','type':'int','default':'x'}]}"))};
    struct schema_source source = {str_of(spelled(RECORD("{'name':'o','type':'1.a-b'}"))), &old, 1};
    struct error err = ERROR_INIT(arena);
    struct schema *schema;
    ck_assert_int_eq(schema_parse(avro(), &source, &schema, &err), 0);
    for (size_t level = 0; level < 3; level++)
        ck_assert_int_eq(schema_check(schema, levels[level], false, &err), 0);
    schema_unref(schema);
    assert_text(fault_of(old.text, SCHEMA_CHECK_NAMES), "Illegal character in: a-b");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, names_and_properties_are_checked, 0, ROWS(names));
    tcase_add_test(tests, integer_properties_of_any_length_are_checked);
    tcase_add_loop_test(tests, defaults_are_checked, 0, ROWS(defaults));
    tcase_add_loop_test(tests, a_long_default_is_quoted_by_whole_characters, 0, LONG_TEXTS);
    tcase_add_loop_test(tests, a_long_type_is_quoted_by_whole_characters, 0, LONG_TEXTS);
    tcase_add_test(tests, a_default_that_needs_itself_is_refused);
    tcase_add_test(tests, what_was_found_out_is_remembered);
    tcase_add_test(tests, one_budget_covers_all_defaults);
    tcase_add_test(tests, large_defaults_are_checked);
    tcase_add_test(tests, large_defaults_of_wide_records_are_checked);
    tcase_add_test(tests, definitions_from_elsewhere_are_not_checked_again);
}

int main(void)
{
    return run_tests("check", add_tests);
}
