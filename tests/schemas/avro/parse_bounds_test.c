/* What bounds the reading of Avro, how errors quote long texts, and definitions that come from elsewhere.
 * covers: schemas/avro/parse.c schemas/avro/parse_named.c */
#include "fixture.h"

#include "avro/model.h"

#define EMPTY(name) "{'type':'record','name':'" name "','fields':[]}"

/* -- bounds ------------------------------------------------------------------------------------------------------- */

static struct str nested_arrays(int count)
{
    struct buf text = new_text();
    add_times(&text, STR("{\"type\":\"array\",\"items\":"), count);
    buf_add(&text, STR("\"int\""));
    add_times(&text, STR("}"), count);
    return buf_str(&text);
}

START_TEST(depth_is_bounded)
{
    struct str deep = nested_arrays(512);
    assert_text(rewritten(deep, SCHEMA_FORM_CANONICAL), terminated(deep));
    assert_text(rewritten(deep, SCHEMA_FORM_NORMAL_EQUAL), terminated(deep));
    assert_text(fault_of(deep, SCHEMA_CHECK_STRICT), "");
    const char *fault = "Document nesting depth exceeds the maximum allowed (512) (line: 1, column: 12289)";
    assert_text(fault_of(nested_arrays(513), SCHEMA_CHECK_STRICT), fault);
    assert_text(fault_of(nested_arrays(100000), SCHEMA_CHECK_STRICT), fault);
}
END_TEST

START_TEST(elements_are_bounded)
{
    struct buf text = new_text();
    buf_add(&text, STR("[1"));
    add_times(&text, STR(",1"), 1000000);
    buf_add(&text, STR("]"));
    assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_NAMES), "The schema has too many elements");
}
END_TEST

START_TEST(memory_is_bounded)
{
    struct buf text = new_text();
    buf_add(&text, STR("[\"n\""));
    for (int i = 0; i < 900000; i++)
        buf_printf(&text, ",\"n%d\"", i);
    buf_add(&text, STR("]"));
    assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_NAMES), "The schema is too large to be processed");
}
END_TEST

/* Whatever the memory ends at, nothing is used that could not be made. */
START_TEST(memory_may_end_anywhere)
{
    const char *text =
        spelled("{'type':'record','name':'n.R','aliases':['A','B'],'p':1,'q':{'a':[1]},'fields':[{'name':'a',"
                "'type':['null','Late',{'type':'enum','name':'E','symbols':['X','Y'],'default':'X'}],'default':"
                "null,'aliases':['b'],'x':1},{'name':'c','type':{'type':'map','values':{'type':'array','items':"
                "{'type':'int','logicalType':'date'}}}},{'name':'d','type':{'type':'fixed','name':'Late','size'"
                ":3}},{'name':'e','type':{'type':'fixed','name':'Late','size':3}}]}");
    struct schema_dependency dependency = {STR("D"), str_of(spelled(EMPTY("D")))};
    struct schema_source source = {str_of(text), &dependency, 1};
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 1u << 15; bytes += 32) {
        struct arena *memory = arena_new(bytes);
        struct error err = ERROR_INIT(arena);
        void *model = NULL;
        int outcome = avsc_parse(memory, &source, &model, &err);
        ck_assert_int_eq(outcome, arena_failed(memory) ? -1 : 0);
        ck_assert_int_eq(outcome == 0, model != NULL);
        failed += outcome != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 50);
    ck_assert_uint_lt(failed, 1000);
}
END_TEST

/* A record whose fields are named f0, f1, …; the last one is named f<twice>. */
static struct str wide_record(int count, int twice)
{
    struct buf text = new_text();
    buf_add(&text, STR("{\"type\":\"record\",\"name\":\"R\",\"fields\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":\"int\",\"default\":0}", i ? "," : "",
                   i + 1 == count ? twice : i);
    buf_add(&text, STR("]}"));
    return buf_str(&text);
}

START_TEST(records_may_be_wide)
{
    static const int counts[] = {2, 11, 12, 13, 50000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        int count = counts[i];
        struct str text = wide_record(count, count - 1), twice = wide_record(count, count / 2);
        assert_text(rewritten(text, SCHEMA_FORM_CANONICAL), terminated(text));
        assert_text(fault_of(text, SCHEMA_CHECK_STRICT), "");
        if (count == 2)
            twice = wide_record(count, 0);
        assert_text(fault_of(twice, SCHEMA_CHECK_NAMES),
                    arena_printf(arena, "Duplicate field f%d in record R: at positions %d and %d",
                                 count == 2 ? 0 : count / 2, count == 2 ? 0 : count / 2, count - 1)
                        .p);
    }
}
END_TEST

/* An enum or a union of that many names, the last one twice when asked. */
static struct str wide(const char *start, const char *end, int count, bool is_twice)
{
    struct buf text = new_text();
    buf_add(&text, str_of(start));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s\"S%d\"", i ? "," : "", i);
    buf_add(&text, is_twice ? STR(",\"S0\"") : STR_EMPTY);
    buf_add(&text, str_of(end));
    return buf_str(&text);
}

START_TEST(enums_and_unions_may_be_wide)
{
    const char *start = spelled("{'type':'enum','name':'E','symbols':[");
    struct str text = wide(start, "]}", 50000, false);
    assert_text(rewritten(text, SCHEMA_FORM_CANONICAL), terminated(text));
    assert_text(fault_of(wide(start, "]}", 50000, true), SCHEMA_CHECK_NAMES), "Duplicate enum symbol: S0");
    struct buf types = new_text();
    for (int i = 0; i < 3000; i++)
        buf_printf(&types, "%s{\"type\":\"fixed\",\"name\":\"S%d\",\"size\":1}", i ? "," : "[", i);
    assert_text(rewritten(wide(buf_str(&types).p, "]", 0, false), SCHEMA_FORM_CANONICAL),
                ARENA_JOIN(arena, buf_str(&types), STR("]")).p);
    assert_text(fault_of(wide(ARENA_JOIN(arena, buf_str(&types), STR_EMPTY).p, "]", 0, true), SCHEMA_CHECK_NAMES),
                "Duplicate in union:S0");
}
END_TEST

/* -- quotations --------------------------------------------------------------------------------------------------- */

START_TEST(errors_quote_whole_characters)
{
    struct str node = ARENA_JOIN(arena, STR("{\"x\":\""), long_text(_i, 3000), STR("\"}"));
    assert_text(fault_of(node, SCHEMA_CHECK_NAMES),
                ARENA_JOIN(arena, STR("No type: "), whole_characters(node, 2048), STR("...")).p);
}
END_TEST

START_TEST(text_behind_a_schema_is_quoted_by_whole_characters)
{
    struct str text = long_text(_i, 3000);
    assert_text(fault_of(ARENA_JOIN(arena, STR("\"int\" "), text), SCHEMA_CHECK_NAMES),
                ARENA_JOIN(arena, STR("dangling content after end of schema: "), whole_characters(text, 2048)).p);
}
END_TEST

START_TEST(short_texts_are_quoted_whole)
{
    struct buf text = new_text();
    buf_add(&text, STR("{\"x\":\""));
    add_times(&text, STR("y"), 2048 - 8);
    buf_add(&text, STR("\"}"));
    ck_assert_uint_eq(text.n, 2048);
    assert_text(fault_of(buf_str(&text), SCHEMA_CHECK_NAMES), ARENA_JOIN(arena, STR("No type: "), buf_str(&text)).p);
}
END_TEST

/* -- dependencies ------------------------------------------------------------------------------------------------- */

/* Two definitions, what uses them, and its canonical text or the fault. */
static const struct {
    const char *first, *second, *text, *outcome;
} uses[] = {
    {EMPTY("n.A"), EMPTY("B"), "['n.A','B']", "['n.A','B']"},
    {EMPTY("n.A"), EMPTY("n.B"), "{'type':'record','name':'n.R','fields':[{'name':'a','type':['A','n.B']}]}",
     "{'type':'record','name':'R','namespace':'n','fields':[{'name':'a','type':['A','B']}]}"},
    /* The later definition uses the earlier one, and the text only the later one. */
    {EMPTY("A"), "{'type':'record','name':'B','fields':[{'name':'a','type':'A'}]}", "{'type':'array','items':'B'}",
     "{'type':'array','items':'B'}"},
    {"{'type':'record','name':'A','fields':[{'name':'b','type':'B'}]}", EMPTY("B"), "'A'", "Undefined schema: B"},
    /* Only what a definition is itself stays a name; what it contains is written out. */
    {"{'type':'record','name':'A','fields':[{'name':'e','type':{'type':'enum','name':'E','symbols':[]}}]}",
     "[" EMPTY("U") "]", "['A','E','U']", "['A',{'type':'enum','name':'E','symbols':[]}," EMPTY("U") "]"},
    /* Defining it again must say the same. */
    {EMPTY("A"), "'A'", "[" EMPTY("A") "]", "['A']"},
    {EMPTY("A"), EMPTY("A"), "'A'", "'A'"},
    {EMPTY("A"), "'int'", "{'type':'fixed','name':'A','size':1}", "Can`t redefine: A"},
    {EMPTY("A"), "{'type':'fixed','name':'A','size':1}", "'A'", "Can`t redefine: A"},
    {"'int'", "{", "'int'", "Unexpected end-of-input: expected close marker for Object (line: 1, column: 2)"},
    {"'int'", "['int',{'type':'long','x':1}]", "['int',{'type':'long','x':1}]", "['int',{'type':'long','x':1}]"},
};

START_TEST(definitions_come_from_elsewhere)
{
    struct schema_dependency dependencies[] = {{STR("first"), str_of(spelled(uses[_i].first))},
                                               {STR("second"), str_of(spelled(uses[_i].second))}};
    struct schema_source source = {str_of(spelled(uses[_i].text)), dependencies, 2};
    struct error err = ERROR_INIT(arena);
    struct schema *schema = NULL;
    if (schema_parse(avro(), &source, &schema, &err) == 0)
        assert_text(printed(schema, SCHEMA_FORM_CANONICAL), spelled(uses[_i].outcome));
    else
        assert_text(terminated(err.text), spelled(uses[_i].outcome));
    schema_unref(schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, depth_is_bounded);
    tcase_add_test(tests, elements_are_bounded);
    tcase_add_test(tests, memory_is_bounded);
    tcase_add_test(tests, memory_may_end_anywhere);
    tcase_add_test(tests, records_may_be_wide);
    tcase_add_test(tests, enums_and_unions_may_be_wide);
    tcase_add_loop_test(tests, errors_quote_whole_characters, 0, LONG_TEXTS);
    tcase_add_loop_test(tests, text_behind_a_schema_is_quoted_by_whole_characters, 0, LONG_TEXTS);
    tcase_add_test(tests, short_texts_are_quoted_whole);
    tcase_add_loop_test(tests, definitions_come_from_elsewhere, 0, ROWS(uses));
}

int main(void)
{
    return run_tests("parse_bounds", add_tests);
}
