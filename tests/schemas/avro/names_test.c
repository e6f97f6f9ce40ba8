/* Names of Avro: full names, how they are written, which are right, and what is found by name. */
#include "fixture.h"

#include "avro/model.h"

static const struct {
    const char *text, *space; /* as written, and the namespace in force */
    const char *full, *own_space, *simple;
} full_names[] = {
    {"R", "", "R", "", "R"},
    {"R", "n.m", "n.m.R", "n.m", "R"},
    {"a.b.R", "n", "a.b.R", "a.b", "R"},
    {"a.R", "", "a.R", "a", "R"},
    {".R", "n", "R", "", "R"},
    {"a.", "n", "a.", "a", ""},
    {"", "n", "n.", "n", ""},
    {"", "", "", "", ""},
    {"..R", "", "..R", ".", "R"},
};

START_TEST(a_full_name_has_a_namespace_and_a_simple_name)
{
    struct avsc_name name;
    ck_assert_int_eq(avsc_name_make(arena, str_of(full_names[_i].text), str_of(full_names[_i].space), &name), 0);
    assert_text(terminated(name.full), full_names[_i].full);
    assert_text(terminated(name.space), full_names[_i].own_space);
    assert_text(terminated(name.simple), full_names[_i].simple);
}
END_TEST

START_TEST(a_name_needs_memory)
{
    struct arena *none = arena_new(0);
    struct avsc_name name;
    ck_assert_int_eq(avsc_name_make(none, STR("R"), STR("n"), &name), -1);
    ck_assert_int_eq(avsc_name_make(none, STR("R"), STR_EMPTY, &name), 0);
    arena_free(none);
}
END_TEST

/* Full name, namespace of the place where it is used, and how it is written there. */
static const struct {
    const char *name, *space, *written;
} uses[] = {
    {"n.R", "n", "R"},
    {"n.R", "", "n.R"},
    {"n.R", "n.m", "n.R"},
    {"n.m.R", "n", "n.m.R"},
    {"R", "n", "R"},
    {"R", "", "R"},
    {"n.Int", "n", "Int"},
    /* A kind's name alone would be read as that kind. */
    {"n.null", "n", "n.null"},
    {"n.boolean", "n", "n.boolean"},
    {"n.int", "n", "n.int"},
    {"n.long", "n", "n.long"},
    {"n.float", "n", "n.float"},
    {"n.double", "n", "n.double"},
    {"n.bytes", "n", "n.bytes"},
    {"n.string", "n", "n.string"},
    {"n.record", "n", "n.record"},
    {"n.enum", "n", "n.enum"},
    {"n.array", "n", "n.array"},
    {"n.map", "n", "n.map"},
    {"n.fixed", "n", "n.fixed"},
    {"n.union", "n", "n.union"},
    {"n.error", "n", "error"},
    {"record", "", "record"},
};

START_TEST(a_name_is_as_short_as_its_place_allows)
{
    struct avsc_name name;
    ck_assert_int_eq(avsc_name_make(arena, str_of(uses[_i].name), STR_EMPTY, &name), 0);
    assert_text(terminated(avsc_name_in(&name, str_of(uses[_i].space))), uses[_i].written);
}
END_TEST

static const struct {
    const char *name;
    const char *strict, *unicode; /* what is wrong by either rule; NULL: nothing */
} simple_names[] = {
    {"a", NULL, NULL},
    {"Z", NULL, NULL},
    {"_", NULL, NULL},
    {"a1_Z9", NULL, NULL},
    {"_0", NULL, NULL},
    {"", "Empty name", "Empty name"},
    {"1", "Illegal initial character: ", "Illegal initial character: "},
    {"$a", "Illegal initial character: ", "Illegal initial character: "},
    {" a", "Illegal initial character: ", "Illegal initial character: "},
    {"-", "Illegal initial character: ", "Illegal initial character: "},
    {"@", "Illegal initial character: ", "Illegal initial character: "},
    {"[", "Illegal initial character: ", "Illegal initial character: "},
    {"`", "Illegal initial character: ", "Illegal initial character: "},
    {"{", "Illegal initial character: ", "Illegal initial character: "},
    {"a-b", "Illegal character in: ", "Illegal character in: "},
    {"a.b", "Illegal character in: ", "Illegal character in: "},
    {"a ", "Illegal character in: ", "Illegal character in: "},
    {"a/", "Illegal character in: ", "Illegal character in: "},
    {"a:", "Illegal character in: ", "Illegal character in: "},
    {"a\x7F", "Illegal character in: ", "Illegal character in: "},
    /* Letters of other scripts, and signs that are none. */
    {"\xC3\xA9", "Illegal initial character: ", NULL},
    {"caf\xC3\xA9", "Illegal character in: ", NULL},
    {"\xD0\xBF\xD1\x80", "Illegal initial character: ", NULL},
    {"\xE4\xB8\xAD\xE6\x96\x87"
     "9",
     "Illegal initial character: ", NULL},
    {"\xC2\xAA\xC2\xB5\xC2\xBA", "Illegal initial character: ", NULL},
    {"\xC2\xA9", "Illegal initial character: ", "Illegal initial character: "},
    {"a\xC2\xAB", "Illegal character in: ", "Illegal character in: "},
    {"a\xC2\xB4", "Illegal character in: ", "Illegal character in: "},
    {"a\xC2\xB6", "Illegal character in: ", "Illegal character in: "},
    {"a\xC2\xBF", "Illegal character in: ", "Illegal character in: "},
    {"\xC3\x97", "Illegal initial character: ", "Illegal initial character: "},
    {"\xC3\xB7", "Illegal initial character: ", "Illegal initial character: "},
    {"a\xE2\x80\xA8", "Illegal character in: ", "Illegal character in: "},
    {"\xE2\x82\xAC", "Illegal initial character: ", "Illegal initial character: "},
    {"a\xE2\x86\x92", "Illegal character in: ", "Illegal character in: "},
    {"a\xE3\x80\x80", "Illegal character in: ", "Illegal character in: "},
    {"\xEE\x80\x80", "Illegal initial character: ", "Illegal initial character: "},
    {"a\xF3\xB0\x80\x80", "Illegal character in: ", "Illegal character in: "},
    {"a\xFF", "Illegal character in: ", "Illegal character in: "},
    {"\xC3", "Illegal initial character: ", "Illegal initial character: "},
};

static void assert_fault(const char *fault, const char *wanted)
{
    assert_text(fault ? fault : "", wanted ? wanted : "");
}

START_TEST(a_simple_name_is_right_or_its_fault_is_named)
{
    struct str name = str_of(simple_names[_i].name);
    assert_fault(avsc_name_fault(name, AVSC_NAME_STRICT), simple_names[_i].strict);
    assert_fault(avsc_name_fault(name, AVSC_NAME_UNICODE), simple_names[_i].unicode);
}
END_TEST

START_TEST(kinds_have_names)
{
    static const char *const lower[] = {"null",   "boolean", "int",   "long", "float", "double", "bytes",  "string",
                                        "record", "enum",    "array", "map",  "fixed", "union",  "unknown"};
    static const char *const upper[] = {"NULL",   "BOOLEAN", "INT",   "LONG", "FLOAT", "DOUBLE", "BYTES",  "STRING",
                                        "RECORD", "ENUM",    "ARRAY", "MAP",  "FIXED", "UNION",  "UNKNOWN"};
    for (enum avsc_kind kind = AVSC_NULL; kind < AVSC_KIND_COUNT_; kind++) {
        assert_text(terminated(avsc_kind_name(kind)), lower[kind]);
        assert_text(terminated(avsc_kind_upper(kind)), upper[kind]);
        ck_assert_int_eq(avsc_primitive(str_of(lower[kind])), kind <= AVSC_STRING ? kind : AVSC_KIND_COUNT_);
        ck_assert_int_eq(avsc_primitive(str_of(upper[kind])), AVSC_KIND_COUNT_);
        ck_assert_int_eq(avsc_is_named(kind), kind == AVSC_RECORD || kind == AVSC_ENUM || kind == AVSC_FIXED);
    }
    ck_assert_int_eq(avsc_primitive(STR_EMPTY), AVSC_KIND_COUNT_);
    ck_assert_int_eq(avsc_primitive(STR("int ")), AVSC_KIND_COUNT_);
}
END_TEST

/* A record with that many fields, and an enum with as many symbols. */
static struct schema *wide_types(int count)
{
    struct buf text = new_text();
    buf_add(&text, STR("[{\"type\":\"record\",\"name\":\"R\",\"fields\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s{\"name\":\"f%d\",\"type\":\"int\"}", i ? "," : "", i);
    buf_add(&text, STR("]},{\"type\":\"enum\",\"name\":\"E\",\"symbols\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&text, "%s\"S%d\"", i ? "," : "", i);
    buf_add(&text, STR("]}]"));
    return parsed(buf_str(&text));
}

START_TEST(fields_and_symbols_are_found_by_name)
{
    static const int counts[] = {0, 1, 11, 12, 13, 1000};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        struct schema *schema = wide_types(counts[c]);
        const struct avsc_schema *model = schema_model(schema);
        const struct avsc_type *record = model->root->branches[0], *enumeration = model->root->branches[1];
        for (int i = 0; i < counts[c]; i++) {
            ck_assert_ptr_eq(avsc_field_find(record, arena_printf(arena, "f%d", i)), &record->fields[i]);
            ck_assert(avsc_symbol_find(enumeration, arena_printf(arena, "S%d", i)));
        }
        ck_assert_ptr_null(avsc_field_find(record, STR("F0")));
        ck_assert_ptr_null(avsc_field_find(record, STR_EMPTY));
        ck_assert(!avsc_symbol_find(enumeration, STR("s0")) && !avsc_symbol_find(enumeration, STR_EMPTY));
        schema_unref(schema);
    }
}
END_TEST

START_TEST(members_of_a_default_are_in_the_order_of_fields)
{
    struct schema *schema = wide_types(3);
    const struct avsc_schema *model = schema_model(schema);
    const char *text = spelled("{'f2':1,'other':2,'f0':3,'f2':4,'a':5}");
    struct avsc_member members[5];
    struct jtree_node *value;
    ck_assert_int_eq(jtree_read(arena, str_of(text), 0, NULL, &value, NULL), JTREE_OK);
    static const struct {
        size_t field;
        const char *text;
    } expected[] = {{0, "3"}, {2, "4"}, {SIZE_MAX, "5"}, {SIZE_MAX, "2"}};
    ck_assert_uint_eq(avsc_members_in_order(model->root->branches[0], value, members), ROWS(expected));
    for (size_t i = 0; i < ROWS(expected); i++) {
        ck_assert_uint_eq(members[i].field, expected[i].field);
        assert_text(terminated(members[i].node->text), expected[i].text);
    }
    ck_assert_uint_eq(avsc_members_in_order(NULL, value, members), 4);
    assert_text(terminated(members[0].node->name), "a");
    assert_text(terminated(members[3].node->name), "other");
    schema_unref(schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, a_full_name_has_a_namespace_and_a_simple_name, 0, ROWS(full_names));
    tcase_add_test(tests, a_name_needs_memory);
    tcase_add_loop_test(tests, a_name_is_as_short_as_its_place_allows, 0, ROWS(uses));
    tcase_add_loop_test(tests, a_simple_name_is_right_or_its_fault_is_named, 0, ROWS(simple_names));
    tcase_add_test(tests, kinds_have_names);
    tcase_add_test(tests, fields_and_symbols_are_found_by_name);
    tcase_add_test(tests, members_of_a_default_are_in_the_order_of_fields);
}

int main(void)
{
    return run_tests("names", add_tests);
}
