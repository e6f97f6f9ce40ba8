/* The reader and the writers of JSON.
 * covers: base/jtree_read.c base/jtree_string.c base/jtree_tree.c base/jtree_write.c base/jtree_java.c */
#include "jtree.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct round_trip {
    const char *text, *written;
    unsigned read_flags, write_flags;
};

static const struct round_trip round_trips[] = {
    {" { \"b\" : [ 1 , 2.50 , -0 , 1e400 ] , \"a\" : { } } ", "{\"b\":[1,2.50,-0,1e400],\"a\":{}}", 0, 0},
    {"[true,false,null,\"\\u00e9\\n\\u0001\\/\"]", "[true,false,null,\"\xC3\xA9\\n\\u0001/\"]", 0, 0},
    {"\"\\ud83d\\ude00 \\ud800 \\udc00x\"", "\"\xF0\x9F\x98\x80 ? ?x\"", 0, 0},
    {"{\"x\":1,\"y\":2,\"x\":3}", "{\"x\":1,\"y\":2,\"x\":3}", 0, 0},
    {"{\"x\":1,\"y\":2,\"x\":3}", "{\"x\":3,\"y\":2}", 0, JTREE_DROP_SHADOWED},
    {"{\"b\":{\"z\":1,\"a\":2},\"a\":[{\"d\":1,\"c\":2}]}", "{\"a\":[{\"c\":2,\"d\":1}],\"b\":{\"a\":2,\"z\":1}}", 0,
     JTREE_SORT_UTF16},
    {"[1e3,0.10,1E-7,-0.0,1e400,-0,12345678901234567890.5]",
     "[1000.0,0.1,1.0E-7,-0.0,\"Infinity\",0,1.2345678901234567E19]", 0, JTREE_JAVA_NUMBERS},
    {"[1,-0,-0.0,1.00,0.10,1e2,1.5E+3,10e-1,1.50e1,0e5,0.000001,0.0000001,-12.5e-9,1e1000001]",
     "[1,0,0.0,1.00,0.10,1E+2,1.5E+3,1.0,15.0,0E+5,0.000001,1E-7,-1.25E-8,1e1000001]", 0, JTREE_EXACT_NUMBERS},
    {"[NaN,Infinity,-Infinity,+INF]", "[NaN,Infinity,-Infinity,+INF]", JTREE_ALLOW_NAN, 0},
    {"[NaN,Infinity,-INF,+INF]", "[\"NaN\",\"Infinity\",\"-Infinity\",\"Infinity\"]", JTREE_ALLOW_NAN,
     JTREE_EXACT_NUMBERS},
    {"/* c */ [1, // x\n 2]", "[1,2]", JTREE_ALLOW_COMMENTS, 0},
    {"\xEF\xBB\xBF[]", "[]", JTREE_ALLOW_BOM, 0},
    {"[1] x", "[1]", JTREE_ALLOW_TRAILING, 0},
};

struct fault_case {
    const char *text;
    enum jtree_outcome outcome;
    const char *fault;
    uint32_t line, column;
};

static const struct fault_case faults[] = {
    {"", JTREE_EMPTY, "No content", 1, 1},
    {"{", JTREE_SYNTAX, "Unexpected end-of-input: expected close marker for Object", 1, 2},
    {"[1", JTREE_SYNTAX, "Unexpected end-of-input: expected close marker for Array", 1, 3},
    {"{\"a\":1,}", JTREE_SYNTAX,
     "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 1, 8},
    {"{'a':1}", JTREE_SYNTAX, "Unexpected character (''' (code 39)): was expecting double-quote", 1, 2},
    {"{\"a\" 1}", JTREE_SYNTAX, "was expecting a colon", 1, 6},
    {"[1 2]", JTREE_SYNTAX, "was expecting comma to separate Array entries", 1, 4},
    {"[1,\n ,2]", JTREE_SYNTAX, "Unexpected character (',' (code 44))", 2, 2},
    {"nul", JTREE_SYNTAX, "Unrecognized token 'nul'", 1, 1},
    {"NaN", JTREE_SYNTAX, "Unrecognized token 'NaN'", 1, 1},
    {"01", JTREE_SYNTAX, "Leading zeroes not allowed", 1, 1},
    {"-", JTREE_SYNTAX, "expected digit", 1, 2},
    {"1.", JTREE_SYNTAX, "Decimal point not followed by a digit", 1, 3},
    {"1e+", JTREE_SYNTAX, "Exponent indicator not followed by a digit", 1, 4},
    {"\"a", JTREE_SYNTAX, "was expecting closing quote", 1, 3},
    {"\"\\x\"", JTREE_SYNTAX, "Unrecognized character escape 'x' (code 120)", 1, 2},
    {"\"\\u00\"", JTREE_SYNTAX, "expected a hex-digit", 1, 6},
    {"\"a\nb\"", JTREE_SYNTAX, "Illegal unquoted character ((CTRL-CHAR, code 10))", 1, 3},
    {"\"\xC3(\"", JTREE_SYNTAX, "Invalid UTF-8", 1, 2},
    {"// c\n1", JTREE_SYNTAX, "maybe a (non-standard) comment?", 1, 1},
    {"}", JTREE_SYNTAX, "Unexpected close marker '}'", 1, 1},
    {"{} x", JTREE_TRAILING, "Trailing token", 1, 4},
};

START_TEST(reads_and_writes)
{
    struct arena *arena = arena_new(1 << 20);
    const struct round_trip *c = &round_trips[_i];
    struct jtree_node *root;
    struct buf out;
    ck_assert_int_eq(jtree_read(arena, str_of(c->text), c->read_flags, NULL, &root, NULL), JTREE_OK);
    buf_init(&out, arena, 1 << 16);
    ck_assert(jtree_write(&out, root, c->write_flags, arena));
    buf_add_char(&out, '\0');
    ck_assert_str_eq(out.p, c->written);
    arena_free(arena);
}
END_TEST

START_TEST(says_what_is_wrong)
{
    struct arena *arena = arena_new(1 << 20);
    const struct fault_case *c = &faults[_i];
    struct jtree_node *root;
    struct jtree_fault fault;
    ck_assert_int_eq(jtree_read(arena, str_of(c->text), 0, NULL, &root, &fault), c->outcome);
    ck_assert_msg(strstr(fault.text, c->fault) != NULL, "%s says: %s", c->text, fault.text);
    ck_assert_uint_eq(fault.line, c->line);
    ck_assert_uint_eq(fault.column, c->column);
    arena_free(arena);
}
END_TEST

START_TEST(bounds_its_work)
{
    struct arena *arena = arena_new(1 << 26);
    struct jtree_node *root;
    struct buf text;
    buf_init(&text, arena, 1 << 22);
    for (int i = 0; i < 512; i++)
        buf_add_char(&text, '[');
    for (int i = 0; i < 512; i++)
        buf_add_char(&text, ']');
    ck_assert_int_eq(jtree_read(arena, buf_str(&text), 0, NULL, &root, NULL), JTREE_OK);
    buf_reset(&text);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    ck_assert_int_eq(jtree_read(arena, buf_str(&text), 0, NULL, &root, NULL), JTREE_TOO_DEEP);
    buf_reset(&text);
    buf_add_char(&text, '{'); /* many members of one name must not take quadratic time */
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, "%s\"k%d\":%d", i ? "," : "", i % 1000, i);
    buf_add_char(&text, '}');
    ck_assert_int_eq(jtree_read(arena, buf_str(&text), 0, NULL, &root, NULL), JTREE_OK);
    ck_assert(root->has_duplicates);
    ck_assert(str_equal(jtree_member(root, STR("k999"))->text, STR("99999")));
    struct jtree_limits limits = {.max_nodes = 10};
    ck_assert_int_eq(jtree_read(arena, buf_str(&text), 0, &limits, &root, NULL), JTREE_TOO_LARGE);
    arena_free(arena);
    arena = arena_new(4096);
    char many[2001];
    memset(many, '[', 1);
    for (size_t k = 1; k < 1999; k += 2)
        memcpy(many + k, "1,", 2);
    memcpy(many + 1999, "1]", 2);
    ck_assert_int_eq(jtree_read(arena, (struct str){many, sizeof many}, 0, NULL, &root, NULL), JTREE_TOO_LARGE);
    arena_free(arena);
}
END_TEST

START_TEST(compares_values)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {{"1", "1.0", true},
                 {"100", "1e2", true},
                 {"0.1", "0.10000000000000001", false},
                 {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1}", true},
                 {"[1,2]", "[2,1]", false},
                 {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
                 {"\"1\"", "1", false},
                 {"{\"a\":1,\"a\":2}", "{\"a\":2}", true},
                 {"18446744073709551617", "18446744073709551616", false}};
    struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct jtree_node *a, *b;
        ck_assert_int_eq(jtree_read(arena, str_of(cases[i].a), 0, NULL, &a, NULL), JTREE_OK);
        ck_assert_int_eq(jtree_read(arena, str_of(cases[i].b), 0, NULL, &b, NULL), JTREE_OK);
        ck_assert_msg(jtree_equal(a, b, arena) == cases[i].equal, "%s %s", cases[i].a, cases[i].b);
        ck_assert_msg(jtree_equal(b, a, arena) == cases[i].equal, "%s %s", cases[i].b, cases[i].a);
    }
    arena_free(arena);
}
END_TEST

START_TEST(writes_doubles_as_java)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{1.0, "1.0"},
                 {0.1, "0.1"},
                 {100.0, "100.0"},
                 {1e7, "1.0E7"},
                 {9999999.0, "9999999.0"},
                 {0.001, "0.001"},
                 {0.0009, "9.0E-4"},
                 {1.234e-5, "1.234E-5"},
                 {-2.5e10, "-2.5E10"},
                 {5e-324, "4.9E-324"},
                 {1.7976931348623157e308, "1.7976931348623157E308"},
                 {123456.789, "123456.789"}};
    struct arena *arena = arena_new(1 << 22);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out, arena, 64);
        jtree_write_java_double(&out, cases[i].value);
        buf_add_char(&out, '\0');
        /* The least double has two shortest spellings; both read back. */
        ck_assert_msg(strcmp(out.p, cases[i].text) == 0 || strcmp(out.p, "5.0E-324") == 0, "%s, not %s", out.p,
                      cases[i].text);
    }
    unsigned seed = (unsigned)time(NULL);
    printf("seed %u\n", seed);
    for (int i = 0; i < 2000; i++) {
        struct buf out;
        double value = ldexp((double)rand_r(&seed), (int)(rand_r(&seed) % 600) - 300);
        buf_init(&out, arena, 64);
        jtree_write_java_double(&out, value);
        buf_add_char(&out, '\0');
        double back = strtod(out.p, NULL);
        ck_assert(!(back < value) && !(back > value));
    }
    arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jtree");
    TCase *tests = tcase_create("jtree");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, reads_and_writes, 0, sizeof round_trips / sizeof round_trips[0]);
    tcase_add_loop_test(tests, says_what_is_wrong, 0, sizeof faults / sizeof faults[0]);
    tcase_add_test(tests, bounds_its_work);
    tcase_add_test(tests, compares_values);
    tcase_add_test(tests, writes_doubles_as_java);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
