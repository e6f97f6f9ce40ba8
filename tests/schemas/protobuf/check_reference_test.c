/* What the reference server minds, and what its option validateFields asks for.
 * covers: schemas/protobuf/check_reference.c */
#include "check_fixture.h"

/* With what pb_check_reference says, and pb_check_fields; NULL: nothing. */
static const struct {
    const char *text, *reference, *fields;
} rows[] = {
    {P3 "message A { Missing m = 1; }", "Could not resolve type: Missing", "Could not resolve type: Missing"},
    {P3 "message A { map<string, Missing> m = 1; }", NULL, NULL},
    {P3 "message A { map<string, map<string, string>> a = 1; }", NULL, NULL},
    {P3 "message A { map<float, string> a = 1; }", "map key must be non-byte, non-floating point scalar: float",
     "map key must be non-byte, non-floating point scalar: float"},
    {P3 "message A { map<A, string> a = 1; }", "map key must be non-byte, non-floating point scalar: A",
     "map key must be non-byte, non-floating point scalar: A"},
    {P3 "message A { map<E, string> a = 1; } enum E { Z = 0; }",
     "map key must be non-byte, non-floating point scalar: E",
     "map key must be non-byte, non-floating point scalar: E"},
    {P3 "import 'missing.proto'; message A { missing.B a = 1; }", "Could not resolve type: missing.B",
     "Could not resolve type: missing.B"},
    {P3 "import 'missing.proto'; message A { string a = 1; }", NULL, NULL},
    {P3 "message A { google.protobuf.Timestamp t = 1; }", NULL, NULL},
    {P3 "service S { rpc R (Nope) returns (Nope); }", "Could not resolve type: Nope", "Could not resolve type: Nope"},
    {P3 "message A {} service S { rpc R (A) returns (int32); }", "Could not resolve type: int32",
     "Could not resolve type: int32"},
    {P2 "extend Nope { optional string x = 6; }", "Could not resolve type: Nope", "Could not resolve type: Nope"},
    {P2 "message A { message B { extend Nope { optional string x = 6; } } }", "Could not resolve type: Nope",
     "Could not resolve type: Nope"},
    {P2 "message A { extensions 5; } extend A { optional string x = 6; }", NULL, NULL},
    {P2 "message A { extensions 5; } extend A { optional Nope x = 5; }", "Could not resolve type: Nope",
     "Could not resolve type: Nope"},
    /* Types of one name. */
    {P3 "message A {} message A {}", "A (:1:33) is already defined at :1:20", "A (:1:33) is already defined at :1:20"},
    {P3 "message A {} enum A { Z = 0; }", "A (:1:33) is already defined at :1:20",
     "A (:1:33) is already defined at :1:20"},
    {P3 "message A { enum B { Z = 0; }\nmessage B {} }", "B (:2:1) is already defined at :1:32",
     "B (:2:1) is already defined at :1:32"},
    {P3 "message A { message A {} } message B { message A {} }", NULL, NULL},
    {P2 "message A { optional group G = 1 {} message G {} }", NULL, NULL},
    /* What is let pass without validateFields. */
    {P3 "message A { string a = 1; string b = 1; }", NULL,
     "Invalid protobuf schema definition: A.b: Field number 1 has already been used in 'A' by field 'a'."},
    {P3 "package p; message A { message B { string a = 7; oneof o { string b = 7; } } }", NULL,
     "Invalid protobuf schema definition: p.A.B.b: Field number 7 has already been used in 'p.A.B' by field 'a'."},
    {P3 "message A { string a = 1; int32 a = 2; }", NULL,
     "Invalid protobuf schema definition: A.a: 'a' is already defined in 'A'."},
    {P3 "message A { string a = 0; }", NULL,
     "Invalid protobuf schema definition: A.a: Field numbers must be positive integers."},
    {P3 "message A { string a = -1; }", NULL,
     "Invalid protobuf schema definition: A.a: Field numbers must be positive integers."},
    {P3 "message A { string a = 536870912; string b = 19000; reserved 1, 5 to 2; reserved 'a'; extensions 1 to 5; }",
     NULL, NULL},
    {P3 "message A { oneof o { string a = 1; } string o = 2; }", NULL, NULL},
    {P3 "enum E { A = 1; B = 1; A = 2; } enum F { A = 0; } enum G {}", NULL, NULL},
    {P3 "message A { string a = 1 [default = 'x', deprecated = 5, nothing = 1]; optional group G = 2 {} }", NULL, NULL},
    {P2 "message A { optional int32 a = 1 [default = 'x']; optional E e = 2 [default = NOPE]; } enum E { Z = 0; }",
     NULL, NULL},
};

static void assert_says(int (*check)(const struct pb_schema *, struct error *), const struct pb_schema *schema,
                        const char *wanted)
{
    struct error err = ERROR_INIT(arena);
    ck_assert_int_eq(check(schema, &err), wanted ? -1 : 0);
    ck_assert_int_eq(err.id, wanted ? ERROR_INVALID_SCHEMA : ERROR_NONE);
    assert_text(wanted ? err.text : STR_EMPTY, wanted ? spelled(wanted) : STR_EMPTY);
}

START_TEST(the_reference_server_minds_little)
{
    const struct pb_schema *schema = linked(spelled(rows[_i].text));
    assert_says(pb_check_reference, schema, rows[_i].reference);
    assert_says(pb_check_fields, schema, rows[_i].fields);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, the_reference_server_minds_little, 0, ROWS(rows));
}

int main(void)
{
    return run_tests("protobuf check reference", add_tests);
}
