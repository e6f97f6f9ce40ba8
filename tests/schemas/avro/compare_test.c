/* Which readers can read which writers, and what is said when they cannot.
 * covers: schemas/avro/compare.c schemas/avro/compare_pairs.c */
#include "avro/compare.h"

#include "fixture.h"

#define RECORD(fields) "{'type':'record','name':'R','fields':[" fields "]}"
#define NAMED(name, fields) "{'type':'record','name':'" name "','fields':[" fields "]}"
#define A(type) "{'name':'a','type':" type "}"
#define B(type) "{'name':'b','type':" type "}"
#define A_INT A("'int'")
#define ENUM(symbols) "{'type':'enum','name':'E','symbols':[" symbols "]}"
#define ENUM_WITH(symbols, value) "{'type':'enum','name':'E','symbols':[" symbols "],'default':" value "}"
#define FIXED(name, size) "{'type':'fixed','name':'" name "','size':" size "}"
#define ARRAY_OF(type) "{'type':'array','items':" type "}"
#define MAP_OF(type) "{'type':'map','values':" type "}"
#define LIST(type) NAMED("L", "{'name':'v','type':" type "},{'name':'n','type':['null','L']}")
/* A record in which a leaf is reached by two ways, and one that a branch holds. */
#define TWICE(type) RECORD(A(NAMED("I", "{'name':'x','type':" type "}")) "," B("'I'"))
#define HELD(type) NAMED("H", A(NAMED("C", "{'name':'h','type':['null','H']}")) ",{'name':'bad','type':" type "}")

#define MISMATCH(reader, writer) "reader type: " reader " not compatible with writer type: " writer
#define LACKING(writer) "reader union lacking writer type: " writer

/* Each difference as "TYPE path detail"; NULL: the writer can be read. */
static const struct {
    const char *writer, *reader;
    const char *differences[3];
} pairs[] = {
    /* Primitives and promotions. The whole matrix is below. */
    {"'int'", "'long'", {NULL}},
    {"'long'", "'int'", {"TYPE_MISMATCH / " MISMATCH("INT", "LONG")}},
    {"'int'", "'string'", {"TYPE_MISMATCH / " MISMATCH("STRING", "INT")}},
    {FIXED("F", "4"), "'bytes'", {"TYPE_MISMATCH / " MISMATCH("BYTES", "FIXED")}},
    {"'string'", ENUM("'A'"), {"TYPE_MISMATCH / " MISMATCH("ENUM", "STRING")}},
    {RECORD(A_INT), "'null'", {"TYPE_MISMATCH / " MISMATCH("NULL", "RECORD")}},
    {ARRAY_OF("'int'"), MAP_OF("'int'"), {"TYPE_MISMATCH / " MISMATCH("MAP", "ARRAY")}},
    /* Arrays and maps. */
    {ARRAY_OF("'int'"), ARRAY_OF("'double'"), {NULL}},
    {ARRAY_OF("'int'"), ARRAY_OF("'string'"), {"TYPE_MISMATCH /items " MISMATCH("STRING", "INT")}},
    {MAP_OF("'int'"), MAP_OF("'null'"), {"TYPE_MISMATCH /values " MISMATCH("NULL", "INT")}},
    {ARRAY_OF(MAP_OF(ARRAY_OF("'int'"))),
     ARRAY_OF(MAP_OF(ARRAY_OF("'null'"))),
     {"TYPE_MISMATCH /items/values/items " MISMATCH("NULL", "INT")}},
    {MAP_OF(RECORD(A_INT)),
     MAP_OF(RECORD(A_INT "," B("'int'"))),
     {"READER_FIELD_MISSING_DEFAULT_VALUE /values/fields/1 b"}},
    /* Unions. */
    {"'int'", "['float','string']", {NULL}},
    {"['int','long']", "'long'", {NULL}},
    {"['int']", "'int'", {NULL}},
    {"'int'", "['int']", {NULL}},
    {"[]", "'int'", {NULL}},
    {"[]", "[]", {NULL}},
    {"'null'", "[]", {"MISSING_UNION_BRANCH / " LACKING("NULL")}},
    {"['null','int']", "['int','null']", {NULL}},
    {"['null','int']", "['null','string','double']", {NULL}},
    {"['int','string']", "'int'", {"TYPE_MISMATCH /1 " MISMATCH("INT", "STRING")}},
    {"['string','null']",
     "'int'",
     {"TYPE_MISMATCH /0 " MISMATCH("INT", "STRING"), "TYPE_MISMATCH /1 " MISMATCH("INT", "NULL")}},
    {"'int'", "['string']", {"MISSING_UNION_BRANCH / " LACKING("INT")}},
    {"['int','null']", "['null','string']", {"MISSING_UNION_BRANCH /0 " LACKING("INT")}},
    {"['null'," RECORD(A_INT) "]",
     "['null'," RECORD(A("'string'")) "]",
     {"MISSING_UNION_BRANCH /1 " LACKING("RECORD")}},
    {"['null'," NAMED("Old", "") "]", "['null'," NAMED("New", "") "]", {"MISSING_UNION_BRANCH /1 " LACKING("RECORD")}},
    {RECORD(A_INT), "['null'," RECORD(A("'string'")) "]", {"MISSING_UNION_BRANCH / " LACKING("RECORD")}},
    {"[" RECORD(A_INT) ",'int']",
     RECORD(A("'string'")),
     {"TYPE_MISMATCH /0/fields/0/type " MISMATCH("STRING", "INT"), "TYPE_MISMATCH /1 " MISMATCH("RECORD", "INT")}},
    {RECORD(A("['null','int']")),
     RECORD(A("['null','string']")),
     {"MISSING_UNION_BRANCH /fields/0/type/1 " LACKING("INT")}},
    {RECORD(A("'int'")), RECORD(A("['null','string']")), {"MISSING_UNION_BRANCH /fields/0/type " LACKING("INT")}},
    {ARRAY_OF("['int',{'type':'map','values':'int'}]"),
     ARRAY_OF("['long']"),
     {"MISSING_UNION_BRANCH /items/1 " LACKING("MAP")}},
    /* Records: names without their namespace, aliases of the reader with it. */
    {NAMED("n.R", ""), NAMED("m.R", ""), {NULL}},
    {NAMED("n.Old", ""), NAMED("New", ""), {"NAME_MISMATCH /name expected: n.Old"}},
    {NAMED("n.Old", ""), "{'type':'record','name':'New','aliases':['n.Old'],'fields':[]}", {NULL}},
    {NAMED("n.Old", ""), "{'type':'record','name':'n.New','aliases':['Old'],'fields':[]}", {NULL}},
    {NAMED("n.Old", ""),
     "{'type':'record','name':'m.New','aliases':['Old'],'fields':[]}",
     {"NAME_MISMATCH /name expected: n.Old"}},
    {"{'type':'record','name':'Old','aliases':['New'],'fields':[]}",
     NAMED("New", ""),
     {"NAME_MISMATCH /name expected: Old"}},
    {"{'type':'error','name':'R','fields':[]}", RECORD(""), {NULL}},
    {NAMED("S", A_INT),
     RECORD(A("'string'") "," B("'int'")),
     {"NAME_MISMATCH /name expected: S", "TYPE_MISMATCH /fields/0/type " MISMATCH("STRING", "INT"),
      "READER_FIELD_MISSING_DEFAULT_VALUE /fields/1 b"}},
    /* Fields. */
    {RECORD(A_INT "," B("'int'")), RECORD(B("'int'")), {NULL}},
    {RECORD(A_INT "," B("'string'")), RECORD(B("'string'") "," A("'long'")), {NULL}},
    {RECORD(A_INT), RECORD(A_INT "," B("'int'")), {"READER_FIELD_MISSING_DEFAULT_VALUE /fields/1 b"}},
    {RECORD(A_INT), RECORD(A_INT ",{'name':'b','type':'int','default':0}"), {NULL}},
    {RECORD(A_INT), RECORD(A_INT ",{'name':'b','type':'null','default':null}"), {NULL}},
    {RECORD(A_INT), RECORD(A_INT ",{'name':'b','type':['null','int'],'default':null}"), {NULL}},
    {RECORD(A_INT), RECORD(A_INT "," B("['null','int']")), {"READER_FIELD_MISSING_DEFAULT_VALUE /fields/1 b"}},
    {RECORD(A_INT),
     RECORD("{'name':'a','type':'string','default':''}"),
     {"TYPE_MISMATCH /fields/0/type " MISMATCH("STRING", "INT")}},
    {RECORD(A_INT), RECORD("{'name':'z','type':'long','aliases':['y','a']}"), {NULL}},
    {RECORD(A_INT),
     RECORD("{'name':'z','type':'string','aliases':['a']}"),
     {"TYPE_MISMATCH /fields/0/type " MISMATCH("STRING", "INT")}},
    {RECORD("{'name':'z','type':'int','aliases':['a']}"),
     RECORD(A_INT),
     {"READER_FIELD_MISSING_DEFAULT_VALUE /fields/0 a"}},
    {RECORD(A_INT "," B("'string'")), RECORD("{'name':'b','type':'string','aliases':['a']}"), {NULL}},
    {RECORD(A_INT "," B("'string'")), RECORD("{'name':'z','type':'int','aliases':['a','b']}"), {NULL}},
    {RECORD(A_INT "," B("'string'")),
     RECORD("{'name':'z','type':'int','aliases':['b','a']}"),
     {"TYPE_MISMATCH /fields/0/type " MISMATCH("INT", "STRING")}},
    /* As Avro Java has it: a new field that is an enum with a default of its own is compared with the record. */
    {RECORD(A_INT),
     RECORD(A_INT "," B(ENUM_WITH("'X'", "'X'"))),
     {"TYPE_MISMATCH /fields/1/type " MISMATCH("ENUM", "RECORD")}},
    {RECORD(A_INT), RECORD(A_INT ",{'name':'b','type':" ENUM_WITH("'X'", "'X'") ",'default':'X'}"), {NULL}},
    {RECORD(A_INT), RECORD(A_INT "," B(ENUM("'X'"))), {"READER_FIELD_MISSING_DEFAULT_VALUE /fields/1 b"}},
    /* Enums. */
    {ENUM("'A'"), ENUM("'B','A'"), {NULL}},
    {ENUM("'C','A','B'"), ENUM("'A'"), {"MISSING_ENUM_SYMBOLS /symbols [B, C]"}},
    {ENUM("'\xEF\xBF\xBD','\xF0\x9F\x98\x80','a','Z'"),
     ENUM(""),
     {"MISSING_ENUM_SYMBOLS /symbols [Z, a, \xF0\x9F\x98\x80, \xEF\xBF\xBD]"}},
    {ENUM("'C','A','B'"), ENUM_WITH("'A'", "'A'"), {NULL}},
    {ENUM_WITH("'A','B'", "'A'"), ENUM("'A'"), {"MISSING_ENUM_SYMBOLS /symbols [B]"}},
    {"{'type':'enum','name':'n.Old','symbols':['A']}",
     ENUM(""),
     {"NAME_MISMATCH /name expected: n.Old", "MISSING_ENUM_SYMBOLS /symbols [A]"}},
    {"{'type':'enum','name':'n.Old','symbols':['A']}",
     ENUM_WITH("'B'", "'B'"),
     {"NAME_MISMATCH /name expected: n.Old"}},
    {"{'type':'enum','name':'n.Old','symbols':['A']}",
     "{'type':'enum','name':'E','aliases':['n.Old'],'symbols':['A']}",
     {NULL}},
    {"{'type':'enum','name':'n.E','symbols':['A']}", ENUM("'A'"), {NULL}},
    /* Fixed. */
    {FIXED("n.F", "4"), FIXED("F", "4"), {NULL}},
    {FIXED("F", "4"), FIXED("F", "8"), {"FIXED_SIZE_MISMATCH /size expected: 4, found: 8"}},
    {FIXED("n.F", "4"), FIXED("G", "4"), {"NAME_MISMATCH /name expected: n.F"}},
    {FIXED("n.F", "4"),
     FIXED("G", "8"),
     {"NAME_MISMATCH /name expected: n.F", "FIXED_SIZE_MISMATCH /size expected: 4, found: 8"}},
    {FIXED("n.F", "4"), "{'type':'fixed','name':'G','aliases':['n.F'],'size':4}", {NULL}},
    /* What does not count. */
    {"{'type':'long','logicalType':'timestamp-millis'}", "{'type':'long','logicalType':'timestamp-micros'}", {NULL}},
    {"{'type':'bytes','logicalType':'decimal','precision':8,'scale':2}",
     "{'type':'bytes','logicalType':'decimal','precision':4,'scale':1}",
     {NULL}},
    {RECORD("{'name':'a','type':'int','default':1,'doc':'x','order':'ignore','p':1}"),
     RECORD("{'name':'a','type':'int','default':2,'doc':'y'}"),
     {NULL}},
    /* Types that hold themselves. */
    {LIST("'int'"), LIST("'long'"), {NULL}},
    {LIST("'int'"), LIST("'string'"), {"TYPE_MISMATCH /fields/0/type " MISMATCH("STRING", "INT")}},
    {NAMED("L", A("'L'") "," B("'int'")),
     NAMED("L", A("'L'") "," B("'string'")),
     {"TYPE_MISMATCH /fields/1/type " MISMATCH("STRING", "INT")}},
    {NAMED("L", A("['null','L']")),
     NAMED("L", A("['null',{'type':'array','items':'L'}]")),
     {"MISSING_UNION_BRANCH /fields/0/type/1 " LACKING("RECORD")}},
    /* A pair that occurs twice is reported twice, at the place where it was met first. */
    {TWICE("'int'"),
     TWICE("'string'"),
     {"TYPE_MISMATCH /fields/0/type/fields/0/type " MISMATCH("STRING", "INT"),
      "TYPE_MISMATCH /fields/0/type/fields/0/type " MISMATCH("STRING", "INT")}},
    {RECORD(A(ENUM("'A','B'")) "," B("'E'")),
     RECORD(A(ENUM("'A'")) "," B("'E'")),
     {"MISSING_ENUM_SYMBOLS /fields/0/type/symbols [B]", "MISSING_ENUM_SYMBOLS /fields/0/type/symbols [B]"}},
    {RECORD(A(FIXED("F", "1")) "," B("'F'")),
     RECORD(A(FIXED("F", "2")) "," B("'F'")),
     {"FIXED_SIZE_MISMATCH /fields/0/type/size expected: 1, found: 2",
      "FIXED_SIZE_MISMATCH /fields/0/type/size expected: 1, found: 2"}},
    {RECORD(A("'int'") "," B("'int'")),
     RECORD(A("'string'") "," B("'string'")),
     {"TYPE_MISMATCH /fields/0/type " MISMATCH("STRING", "INT"),
      "TYPE_MISMATCH /fields/1/type " MISMATCH("STRING", "INT")}},
    /* A pair that was only taken for readable while a branch was tried is not remembered as readable: the branch H fails by
     * its last field, so C, which holds H, fails too. */
    {RECORD(A(HELD("'int'")) "," B("'C'")),
     RECORD(A("['null'," HELD("'string'") "]") "," B("'C'")),
     {"MISSING_UNION_BRANCH /fields/0/type " LACKING("RECORD"),
      "MISSING_UNION_BRANCH /fields/1/type/fields/0/type/1 " LACKING("RECORD")}},
    {RECORD(A("['null'," HELD("'int'") "]") "," B("'C'")),
     RECORD(A("['null'," HELD("'long'") "]") "," B("'C'")),
     {NULL}},
};

static const char *differences_text(const struct schema_differences *found)
{
    struct buf text = new_text();
    for (size_t i = 0; i < found->count; i++)
        buf_printf(&text, "%s " STR_FMT " " STR_FMT "\n", found->items[i].type, STR_ARG(found->items[i].path),
                   STR_ARG(found->items[i].detail));
    return terminated(buf_str(&text));
}

static const char *compared(struct str reader_text, struct str writer_text)
{
    struct schema *reader = parsed(reader_text), *writer = parsed(writer_text);
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    ck_assert_int_eq(schema_compare(reader, writer, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err), 0);
    ck_assert(!found.truncated);
    schema_unref(reader);
    schema_unref(writer);
    return differences_text(&found);
}

START_TEST(a_writer_is_readable_or_its_differences_are_listed)
{
    struct buf wanted = new_text();
    for (size_t i = 0; i < 3 && pairs[_i].differences[i]; i++)
        buf_printf(&wanted, "%s\n", pairs[_i].differences[i]);
    struct str reader = str_of(spelled(pairs[_i].reader)), writer = str_of(spelled(pairs[_i].writer));
    assert_text(compared(reader, writer), terminated(buf_str(&wanted)));
    assert_text(compared(reader, reader), "");
    assert_text(compared(writer, writer), "");
}
END_TEST

START_TEST(primitives_are_promoted)
{
    static const char *const kinds[] = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"};
    static const char *const readable[] = {"int long",    "int float",    "int double",   "long float",
                                           "long double", "float double", "string bytes", "bytes string"};
    for (size_t w = 0; w < 8; w++) {
        for (size_t r = 0; r < 8; r++) {
            struct str pair = arena_printf(arena, "%s %s", kinds[w], kinds[r]);
            bool is_readable = w == r;
            for (size_t i = 0; i < 8; i++)
                is_readable |= str_equal(pair, str_of(readable[i]));
            const char *found =
                compared(arena_printf(arena, "\"%s\"", kinds[r]), arena_printf(arena, "\"%s\"", kinds[w]));
            ck_assert_msg((found[0] == '\0') == is_readable, STR_FMT ": %s", STR_ARG(pair), found);
        }
    }
}
END_TEST

/* -- entries of messages ---------------------------------------------------------------------------------------------------- */

static const struct {
    struct schema_difference difference;
    const char *sentence; /* with the roles "one" of the reader and "other" of the writer */
} sentences[] = {
    {{"FIXED_SIZE_MISMATCH", {"/p/size", 7}, {"expected: 4, found: 8", 21}},
     "The size of FIXED type field at path `/p/size` in the one schema does not match with the other schema"},
    {{"TYPE_MISMATCH", {"/p", 2}, {"d", 1}},
     "The type (path `/p`) of a field in the one schema does not match with the other schema"},
    {{"NAME_MISMATCH", {"/p/name", 7}, {"expected: n.R", 13}}, "The name of the schema has changed (path `/p/name`)"},
    {{"MISSING_ENUM_SYMBOLS", {"/p/symbols", 10}, {"[A, B]", 6}},
     "The one schema is missing enum symbols `[A, B]` at path `/p/symbols` in the other schema"},
    {{"MISSING_UNION_BRANCH", {"/p/0", 4}, {"d", 1}},
     "The one schema is missing a type inside a union field at path `/p/0` in the other schema"},
    {{"READER_FIELD_MISSING_DEFAULT_VALUE", {"/fields/1", 9}, {"b", 1}},
     "The field `b` at path `/fields/1` in the one schema has no default value and is missing in the other schema"},
    {{"UNDECIDED", {"/", 1}, {"d", 1}}, "The schemas could not be compared at path `/`"},
};

START_TEST(a_difference_is_described)
{
    const struct schema_difference *d = &sentences[_i].difference;
    struct str entry = arena_printf(arena, "{errorType:`%s`, description:`%s`, additionalInfo:`" STR_FMT "`}", d->type,
                                    sentences[_i].sentence, STR_ARG(d->detail));
    assert_text(terminated(avro()->describe(arena, d, STR("one"), STR("other"))), spelled(terminated(entry)));
    struct arena *none = arena_new(0);
    ck_assert_ptr_null(avro()->describe(none, d, STR("one"), STR("other")).p);
    arena_free(none);
}
END_TEST

START_TEST(pairs_without_parts_are_not_kept)
{
    struct schema *list = parsed(str_of(spelled(LIST("'int'")))), *other = parsed(str_of(spelled("'string'")));
    const struct avsc_type *record = ((const struct avsc_schema *)schema_model(list))->root;
    const struct avsc_type *string = ((const struct avsc_schema *)schema_model(other))->root;
    struct avsc_pairs p;
    ck_assert_int_eq(avsc_pairs_decide(&p, arena, 1, record, string), 0);
    ck_assert_uint_eq(p.work, 0);
    ck_assert_uint_eq(avsc_pairs_find(&p, record, string), AVSC_NO_PAIR);
    ck_assert(!avsc_pairs_can_read(&p, record, string));
    ck_assert_int_eq(avsc_pairs_decide(&p, arena, 100, record, record), 0);
    ck_assert_uint_ne(avsc_pairs_find(&p, record, record), AVSC_NO_PAIR);
    ck_assert_uint_eq(avsc_pairs_find(&p, record->fields[0].type, record->fields[0].type), AVSC_NO_PAIR);
    ck_assert(avsc_pairs_can_read(&p, record, record) && avsc_pairs_can_read(&p, string, string));
    schema_unref(list);
    schema_unref(other);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_writer_is_readable_or_its_differences_are_listed, 0, ROWS(pairs));
    tcase_add_test(tests, primitives_are_promoted);
    tcase_add_loop_test(tests, a_difference_is_described, 0, ROWS(sentences));
    tcase_add_test(tests, pairs_without_parts_are_not_kept);
}

int main(void)
{
    return run_tests("compare", add_tests);
}
