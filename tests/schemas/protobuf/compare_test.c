/* Which readers can read which writers, and what is said when they cannot.
 * covers: schemas/protobuf/compare.c schemas/protobuf/compare_message.c schemas/protobuf/compare_field.c
 * covers: schemas/protobuf/compare_extension.c */
#include "compare_fixture.h"

#define P3 "syntax = 'proto3'; package k; "
#define P2 "syntax = 'proto2'; package k; "
#define M3(body) P3 "message M { " body " }"
#define M2(body) P2 "message M { " body " }"

/* -- the policy of the reference server --------------------------------------------------------------------------- */

/* Old and new; what keeps the new one from reading the old one, and the reverse. */
static const struct {
    const char *old, *new, *backward, *forward;
} pairs[] = {
    /* Packages and messages. */
    {P3, "syntax = 'proto3'; package l;", "PACKAGE_CHANGED #/", "PACKAGE_CHANGED #/"},
    {P3, "syntax = 'proto3';", "PACKAGE_CHANGED #/", "PACKAGE_CHANGED #/"},
    {P3 "message A {} message B {}", P3 "message B {}", "MESSAGE_REMOVED #/A", ""},
    {P3 "message A {} message B {}", P3 "message B {} message A {}", "", ""},
    {P3 "message A { message B { message C {} } }", P3 "message A { message B {} }", "MESSAGE_REMOVED #/A/B/C", ""},
    {P3 "message A { message B { int32 x = 1; } }", P3 "message A { message B { string x = 1; } }",
     "FIELD_SCALAR_KIND_CHANGED #/A/B/1", "FIELD_SCALAR_KIND_CHANGED #/A/B/1"},
    {P3 "message A {} enum E { Z = 0; }", P3 "message A {} enum E { Y = 0; X = 1; } enum F { W = 0; }", "", ""},
    {P3 "message A {}", P3 "enum A { Z = 0; }", "MESSAGE_REMOVED #/A", ""},
    /* Fields added, removed, renamed, renumbered. */
    {M3("int32 a = 1;"), M3("int32 a = 1; string b = 2;"), "", ""},
    {M3("int32 a = 1;"), M3("int32 b = 1;"), "", ""},
    {M3("int32 a = 1; int32 b = 2;"), M3("int32 b = 1; int32 a = 2;"), "", ""},
    {M3("int32 a = 1;"), M3("int32 a = 2;"), "", ""},
    {M2("optional int32 a = 1;"), M2("required int32 b = 2;"), "REQUIRED_FIELD_ADDED #/M/2",
     "REQUIRED_FIELD_REMOVED #/M/2"},
    {M2("required int32 a = 1;"), M2(""), "REQUIRED_FIELD_REMOVED #/M/1", "REQUIRED_FIELD_ADDED #/M/1"},
    {M2("required int32 b = 2; required int32 a = 1;"), M2(""),
     "REQUIRED_FIELD_REMOVED #/M/1; REQUIRED_FIELD_REMOVED #/M/2",
     "REQUIRED_FIELD_ADDED #/M/1; REQUIRED_FIELD_ADDED #/M/2"},
    {"edition = '2023'; package k; message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }", M3(""),
     "REQUIRED_FIELD_REMOVED #/M/1", "REQUIRED_FIELD_ADDED #/M/1"},
    /* Kinds of fields. The whole matrix is below. */
    {M3("int32 a = 1;"), M3("M a = 1;"), "FIELD_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"), M3("int32 a = 1;"), "FIELD_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/1"},
    {M3("map<string, M> a = 1;"), M3("repeated M a = 1;"), "FIELD_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/1"},
    /* Labels: of scalars, where both are written and differ. */
    {M3("int32 a = 1;"), M3("repeated int32 a = 1;"), "", ""},
    {M3("optional int32 a = 1;"), M3("repeated int32 a = 1;"), "FIELD_NUMERIC_LABEL_CHANGED #/M/1",
     "FIELD_NUMERIC_LABEL_CHANGED #/M/1"},
    {M2("required bool a = 1;"), M2("optional bool a = 1;"), "FIELD_NUMERIC_LABEL_CHANGED #/M/1",
     "FIELD_NUMERIC_LABEL_CHANGED #/M/1"},
    {M2("required M.E a = 1; enum E { Z = 0; }"), M2("repeated M.E a = 1; enum E { Z = 0; }"),
     "FIELD_NUMERIC_LABEL_CHANGED #/M/1", "FIELD_NUMERIC_LABEL_CHANGED #/M/1"},
    {M2("optional string a = 1; optional bytes b = 2;"), M2("required string a = 1; repeated bytes b = 2;"), "", ""},
    {M2("optional M a = 1;"), M2("required M a = 1;"), "", ""},
    {M3("optional int32 a = 1;"), M3("oneof o { int32 a = 1; }"), "", ""},
    {M3("repeated int32 a = 1;"), M2("repeated int32 a = 1;"), "", ""},
    /* What does not count. */
    {M2("optional int32 a = 1 [default = 1]; repeated int32 b = 2; extensions 10; reserved 9;") " extend M { optional "
                                                                                                "int32 x = "
                                                                                                "10; } service S {}",
     M3("int32 a = 1 [json_name = 'x']; repeated int32 b = 2 [packed = false]; reserved 8;"), "", ""},
    /* Maps: keys and values as fields. */
    {M3("map<string, int32> a = 1;"), M3("map<string, int64> a = 1;"), "", ""},
    {M3("map<string, int32> a = 1;"), M3("map<int32, int32> a = 1;"), "FIELD_SCALAR_KIND_CHANGED #/M/1",
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"), M3("map<int32, string> a = 1;"),
     "FIELD_SCALAR_KIND_CHANGED #/M/1; FIELD_SCALAR_KIND_CHANGED #/M/1",
     "FIELD_SCALAR_KIND_CHANGED #/M/1; FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("map<string, M> a = 1;"), M3("map<string, int32> a = 1;"), "FIELD_KIND_CHANGED #/M/1",
     "FIELD_KIND_CHANGED #/M/1"},
    {M3("map<string, N> a = 1; message N {} message O {}"), M3("map<string, O> a = 1; message N {} message O {}"),
     "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"),
     M3("repeated AEntry a = 1; message AEntry { option map_entry = true; string key = 1; int32 value = 2; }"), "", ""},
    {M3("map<string, int32> a = 1;"), M3("repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }"),
     "FIELD_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/1; MESSAGE_REMOVED #/M/AEntry"},
    {M3("map<string, X> a = 1;"), M3("map<string, Y> a = 1;"), "FIELD_NAMED_TYPE_CHANGED #/M/1",
     "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M3("map<string, X> a = 1;"), M3("map<string, X> a = 1;"), "", ""},
    /* Oneofs: members that go alone. */
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 a = 1; }"), "ONEOF_FIELD_REMOVED #/M/o/2", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 c = 3; }"),
     "ONEOF_FIELD_REMOVED #/M/o/1; ONEOF_FIELD_REMOVED #/M/o/2", "ONEOF_FIELD_REMOVED #/M/o/3"},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3(""), "", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof p { int32 a = 1; }"), "ONEOF_FIELD_REMOVED #/M/o/2", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("int32 a = 1;"), "ONEOF_FIELD_REMOVED #/M/o/2", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof p { int32 c = 3; }"), "", ""},
    /* Oneofs: who comes from where. */
    {M3("int32 a = 1;"), M3("oneof o { int32 a = 1; }"), "", ""},
    {M3("int32 a = 1;"), M3("oneof o { int32 a = 1; int32 b = 2; }"), "", "ONEOF_FIELD_REMOVED #/M/o/2"},
    {M3("int32 a = 1; int32 b = 2;"), M3("oneof o { int32 a = 1; int32 b = 2; }"),
     "MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o", ""},
    {M3("int32 a = 1; oneof o { int32 b = 2; }"), M3("oneof o { int32 a = 1; int32 b = 2; }"),
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o", ""},
    {M3("oneof o { int32 a = 1; } oneof p { int32 b = 2; }"), M3("oneof p { int32 a = 1; int32 b = 2; }"),
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/p", ""},
    {M3("oneof o { int32 a = 1; } oneof p { int32 b = 2; }"), M3("oneof q { int32 a = 1; int32 b = 2; }"),
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/q", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; } oneof p { int32 c = 3; }"),
     M3("oneof o { int32 a = 1; } oneof p { int32 b = 2; int32 c = 3; }"), "FIELD_MOVED_TO_EXISTING_ONEOF #/M/p",
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"},
    {M3("int32 a = 1; int32 b = 2; oneof o { int32 c = 3; }"), M3("oneof o { int32 a = 1; int32 b = 2; int32 c = 3; }"),
     "MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof p { int32 a = 1; int32 b = 2; }"), "", ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 a = 1; } oneof p { int32 b = 2; }"), "",
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"},
    {M3("oneof o { int32 a = 1; }"), M3("oneof p { string a = 1; }"), "FIELD_SCALAR_KIND_CHANGED #/M/p/1",
     "FIELD_SCALAR_KIND_CHANGED #/M/o/1"},
    {M3("int32 a = 1;"), M3("oneof o { string a = 1; }"), "FIELD_SCALAR_KIND_CHANGED #/M/o/1",
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("oneof o { M a = 1; }"), M3("oneof o { int32 a = 1; }"), "FIELD_KIND_CHANGED #/M/o/1",
     "FIELD_KIND_CHANGED #/M/o/1"},
    /* Members of oneofs are told before plain fields, those by their numbers, nested messages last. */
    {P3 "message M { int32 a = 9; int32 b = 1; oneof o { int32 c = 5; int32 d = 2; } message N { int32 e = 1; } } "
        "message A {}",
     P3 "message M { string a = 9; string b = 1; oneof o { string c = 5; string d = 2; } message N { string e = 1; } }",
     "FIELD_SCALAR_KIND_CHANGED #/M/o/2; FIELD_SCALAR_KIND_CHANGED #/M/o/5; FIELD_SCALAR_KIND_CHANGED #/M/1; "
     "FIELD_SCALAR_KIND_CHANGED #/M/9; FIELD_SCALAR_KIND_CHANGED #/M/N/1; MESSAGE_REMOVED #/A",
     "FIELD_SCALAR_KIND_CHANGED #/M/o/2; FIELD_SCALAR_KIND_CHANGED #/M/o/5; FIELD_SCALAR_KIND_CHANGED #/M/1; "
     "FIELD_SCALAR_KIND_CHANGED #/M/9; FIELD_SCALAR_KIND_CHANGED #/M/N/1"},
    /* Types of fields by name, without the package; messages of the file itself where they stand. */
    {P3 "message M { N a = 1; } message N { int32 x = 1; }", P3 "message M { N a = 1; } message N { string x = 1; }",
     "FIELD_SCALAR_KIND_CHANGED #/N/1", "FIELD_SCALAR_KIND_CHANGED #/N/1"},
    {P3 "message M { N a = 1; message N {} } message N {}", P3 "message M { .k.N a = 1; message N {} } message N {}",
     "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {P3 "message M { N a = 1; } message N {}", P3 "message M { .k.N a = 1; } message N {}", "", ""},
    {P3 "message M { google.protobuf.Any a = 1; }", P3 "message M { .google.protobuf.Any a = 1; }", "", ""},
    {P3 "message M { google.protobuf.Timestamp a = 1; }", P3 "message M { google.protobuf.Duration a = 1; }",
     "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {P3 "message M { google.protobuf.Int32Value a = 1; }", P3 "message M { google.protobuf.Int64Value a = 1; }",
     "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {P3 "message M { google.protobuf.Int32Value a = 1; }", P3 "message M { int32 a = 1; }", "FIELD_KIND_CHANGED #/M/1",
     "FIELD_KIND_CHANGED #/M/1"},
    {P3 "message M { google.protobuf.Any a = 1; }",
     P3 "message M { Any a = 1; } message Any { string type_url = 1; bytes value = 2; }", "", "MESSAGE_REMOVED #/Any"},
    {P3 "message M { google.protobuf.Any a = 1; }", P3 "message M { Any a = 1; } message Any { int32 type_url = 1; }",
     "FIELD_SCALAR_KIND_CHANGED #/Any/1; FIELD_NAMED_TYPE_CHANGED #/M/1",
     "FIELD_SCALAR_KIND_CHANGED #/Any/1; FIELD_NAMED_TYPE_CHANGED #/M/1; MESSAGE_REMOVED #/Any"},
    /* Names that mean nothing are compared as they stand. */
    {M3("X a = 1;"), M3("X a = 1;"), "", ""},
    {M3("X a = 1;"), M3(".X a = 1;"), "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M3("X a = 1;"), M3("M a = 1;"), "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M3("X a = 1;"), M3("int32 a = 1;"), "FIELD_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/1"},
    /* Groups are messages of another encoding. */
    {M2("optional group G = 1 { optional int32 x = 1; }"), M2("optional group G = 1 { optional string x = 1; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/G/1; FIELD_NAMED_TYPE_CHANGED #/M/1",
     "FIELD_SCALAR_KIND_CHANGED #/M/G/1; FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M2("optional group G = 1 { optional int32 x = 1; }"), M2("optional group H = 1 { optional int32 x = 1; }"),
     "FIELD_NAMED_TYPE_CHANGED #/M/1", "FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M2("optional group G = 1 {}"), M2(""), "", ""},
    {M2("optional group G = 1 {}"), M2("optional G g = 1; message G {}"), "FIELD_KIND_CHANGED #/M/1",
     "FIELD_KIND_CHANGED #/M/1; MESSAGE_REMOVED #/M/G"},
    {M2("optional group G = 1 {}"), M2("optional int32 g = 1;"), "FIELD_KIND_CHANGED #/M/1",
     "FIELD_KIND_CHANGED #/M/1"},
    {M2("optional group G = 1 { message N {} }"), M2("optional group G = 1 {}"),
     "MESSAGE_REMOVED #/M/G/N; FIELD_NAMED_TYPE_CHANGED #/M/1", ""},
    {M2("optional group G = 1 { required int32 x = 1; }"),
     "edition = '2023'; package k; message M { M.G g = 1 [features.message_encoding = DELIMITED]; message G { int32 x "
     "= 1 "
     "[features.field_presence = LEGACY_REQUIRED]; } }",
     "", "MESSAGE_REMOVED #/M/G"},
    /* Types that hold themselves. */
    {M3("M m = 1; int32 v = 2;"), M3("M m = 1; int64 v = 2;"), "", ""},
    {M3("M m = 1; int32 v = 2;"), M3("M m = 1; string v = 2;"), "FIELD_SCALAR_KIND_CHANGED #/M/2",
     "FIELD_SCALAR_KIND_CHANGED #/M/2"},
    {P3 "message A { B b = 1; } message B { A a = 1; int32 v = 2; }",
     P3 "message A { B b = 1; } message B { A a = 1; string v "
        "= 2; }",
     "FIELD_SCALAR_KIND_CHANGED #/B/2", "FIELD_SCALAR_KIND_CHANGED #/B/2"},
};

START_TEST(the_reference_decides)
{
    struct pb_schema *old = linked(spelled(pairs[_i].old)), *new = linked(spelled(pairs[_i].new));
    assert_text(differences_of(new, old, SCHEMA_POLICY_REFERENCE), str_of(pairs[_i].backward));
    assert_text(differences_of(old, new, SCHEMA_POLICY_REFERENCE), str_of(pairs[_i].forward));
    assert_text(differences_of(old, old, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    assert_text(differences_of(new, new, SCHEMA_POLICY_SOUND), STR_EMPTY);
}
END_TEST

/* -- types that come from elsewhere ------------------------------------------------------------------------------- */

#define USER P3 "import 'c.proto'; message M { lib.C c = 1; map<string, lib.C> m = 2; }"

/* The imported file of the writer and of the reader, what keeps the reader from reading. */
static const struct {
    const char *writer, *reader, *differences;
} libraries[] = {
    {"syntax = 'proto3'; package lib; message C { int32 v = 1; }",
     "syntax = 'proto3'; package lib; message C { int64 w = 1; }", ""},
    {"syntax = 'proto3'; package lib; message C { int32 v = 1; }",
     "syntax = 'proto3'; package lib; message C { string v = 1; }",
     "FIELD_SCALAR_KIND_CHANGED #/C/1; FIELD_NAMED_TYPE_CHANGED #/M/1; FIELD_SCALAR_KIND_CHANGED #/C/1; "
     "FIELD_NAMED_TYPE_CHANGED #/M/2"},
    {"syntax = 'proto3'; package lib; message C { C c = 1; int32 v = 2; }",
     "syntax = 'proto3'; package lib; message C { C c = 1; string v = 2; }",
     "FIELD_SCALAR_KIND_CHANGED #/C/2; FIELD_NAMED_TYPE_CHANGED #/M/1; FIELD_SCALAR_KIND_CHANGED #/C/2; "
     "FIELD_NAMED_TYPE_CHANGED #/M/2"},
    {"syntax = 'proto3'; package lib; message C { D d = 1; } message D { int32 v = 1; }",
     "syntax = 'proto3'; package lib; message C { D d = 1; } message D { string v = 1; }",
     "FIELD_SCALAR_KIND_CHANGED #/D/1; FIELD_NAMED_TYPE_CHANGED #/C/1; FIELD_NAMED_TYPE_CHANGED #/M/1; "
     "FIELD_SCALAR_KIND_CHANGED #/D/1; FIELD_NAMED_TYPE_CHANGED #/C/1; FIELD_NAMED_TYPE_CHANGED #/M/2"},
    {"syntax = 'proto3'; package lib; message C {} message Unused { int32 v = 1; }",
     "syntax = 'proto3'; package lib; message C "
     "{}",
     ""},
    {"syntax = 'proto3'; package lib; message C { message N {} }", "syntax = 'proto3'; package lib; message C {}",
     "MESSAGE_REMOVED #/C/N; FIELD_NAMED_TYPE_CHANGED #/M/1; MESSAGE_REMOVED #/C/N; FIELD_NAMED_TYPE_CHANGED #/M/2"},
    {"syntax = 'proto3'; package lib; message C {}", "syntax = 'proto3'; package lib; enum C { Z = 0; }",
     "FIELD_KIND_CHANGED #/M/1; FIELD_KIND_CHANGED #/M/2"},
};

START_TEST(types_of_other_files_are_compared_where_they_are_used)
{
    const char *const writers[] = {"c.proto", libraries[_i].writer, NULL};
    const char *const readers[] = {"c.proto", libraries[_i].reader, NULL};
    struct pb_schema *writer = linked_with(USER, writers), *reader = linked_with(USER, readers);
    assert_text(differences_of(reader, writer, SCHEMA_POLICY_REFERENCE), str_of(libraries[_i].differences));
    assert_text(differences_of(writer, writer, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    ck_assert((differences_of(reader, writer, SCHEMA_POLICY_SOUND).n == 0) == !libraries[_i].differences[0]);
}
END_TEST

/* The name of the file and its package do not count, the name of the type does. */
START_TEST(types_may_move_between_files)
{
    static const char *const c[] = {"c.proto", "syntax = 'proto3'; package lib; message C { int32 v = 1; }", NULL};
    static const char *const d[] = {"d.proto", "syntax = 'proto3'; package other; message C { int32 v = 1; }", NULL};
    struct pb_schema *from_c = linked_with(P3 "import 'c.proto'; message M { lib.C c = 1; }", c);
    struct pb_schema *from_d = linked_with(P3 "import 'd.proto'; message M { other.C c = 1; }", d);
    struct pb_schema *own = linked(spelled(P3 "message M { C c = 1; } message C { int32 v = 1; }"));
    struct pb_schema *nested = linked(spelled(P3 "message M { C c = 1; message C { int32 v = 1; } }"));
    assert_text(differences_of(from_d, from_c, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    assert_text(differences_of(own, from_c, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    assert_text(differences_of(from_c, own, SCHEMA_POLICY_REFERENCE), STR("MESSAGE_REMOVED #/C"));
    assert_text(differences_of(nested, from_c, SCHEMA_POLICY_REFERENCE), STR("FIELD_NAMED_TYPE_CHANGED #/M/1"));
    assert_text(differences_of(nested, from_c, SCHEMA_POLICY_SOUND), STR_EMPTY);
}
END_TEST

/* A file that only passes another one on has no types whose data could be read. */
START_TEST(files_without_types_are_compared_by_their_package)
{
    static const char *const ints[] = {"c.proto", "syntax = 'proto3'; package lib; message C { int32 v = 1; }", NULL};
    static const char *const strings[] = {"c.proto", "syntax = 'proto3'; package lib; message C { string v = 1; }",
                                          NULL};
    struct pb_schema *writer = linked_with("syntax = 'proto3'; package lib; import public 'c.proto';", ints);
    struct pb_schema *reader = linked_with("syntax = 'proto3'; package lib; import public 'c.proto';", strings);
    struct pb_schema *other = linked_with("syntax = 'proto3'; import public 'c.proto';", ints);
    struct pb_schema *own = linked(spelled("syntax = 'proto3'; package lib; message C { int32 v = 1; }"));
    assert_text(differences_of(reader, writer, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    assert_text(differences_of(other, writer, SCHEMA_POLICY_REFERENCE), STR("PACKAGE_CHANGED #/"));
    assert_text(differences_of(own, writer, SCHEMA_POLICY_REFERENCE), STR_EMPTY);
    assert_text(differences_of(writer, own, SCHEMA_POLICY_REFERENCE), STR("MESSAGE_REMOVED #/C"));
}
END_TEST

/* -- scalars ------------------------------------------------------------------------------------------------------ */

static const char *const scalars[] = {"int32",  "int64",  "uint32",  "uint64",  "bool",     "E",
                                      "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
                                      "float",  "double", "string",  "bytes"};
/* By reader and writer: '+' the value stays the same, '.' only the bytes may be read, ' ' neither. */
static const char *const matrix[] = {
    /* int32: written as */ "+...++          ",
    /* int64 */ "+++.++          ",
    /* uint32 */ "..+.+.          ",
    /* uint64 */ "..+++.          ",
    /* bool */ "....+.          ",
    /* E */ "+...++          ",
    /* sint32 */ "      +.        ",
    /* sint64 */ "      ++        ",
    /* fixed32 */ "        + .     ",
    /* fixed64 */ "         + .    ",
    /* sfixed32 */ "        . +     ",
    /* sfixed64 */ "         . +    ",
    /* float */ "            +   ",
    /* double */ "             +  ",
    /* string */ "              +.",
    /* bytes */ "              ++",
};

START_TEST(scalars_are_read_as_others)
{
    struct pb_schema *schemas[ROWS(scalars)];
    for (int i = 0; i < ROWS(scalars); i++)
        schemas[i] = linked(spelled(arena_printf(arena, P3 "message M { %s a = 1; } enum E { Z = 0; }", scalars[i]).p));
    for (int reader = 0; reader < ROWS(scalars); reader++) {
        for (int writer = 0; writer < ROWS(scalars); writer++) {
            char wanted = matrix[reader][writer];
            struct str changed = STR("FIELD_SCALAR_KIND_CHANGED #/M/1");
            assert_text(differences_of(schemas[reader], schemas[writer], SCHEMA_POLICY_REFERENCE),
                        wanted == ' ' ? changed : STR_EMPTY);
            struct str sound = differences_of(schemas[reader], schemas[writer], SCHEMA_POLICY_SOUND);
            ck_assert_msg(str_equal(sound, wanted == '+' ? STR_EMPTY : changed), "%s read as %s: " STR_FMT,
                          scalars[writer], scalars[reader], STR_ARG(sound));
        }
    }
}
END_TEST

/* -- the policy "sound" ------------------------------------------------------------------------------------------- */

/* Writer, reader, what keeps the reader from reading what was meant. */
static const struct {
    const char *writer, *reader, *differences;
} sound[] = {
    /* Labels by what happens. */
    {M2("required int32 a = 1;"), M2("optional int32 a = 1;"), ""},
    {M2("required string a = 1;"), M2("optional string a = 1;"), ""},
    {M2("optional int32 a = 1;"), M2("required int32 a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M2("optional string a = 1;"), M2("required string a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M2("optional M a = 1;"), M2("required M a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M2("repeated int32 a = 1;"), M2("required int32 a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M3("int32 a = 1;"), M2("required int32 a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M2("required int32 a = 1;"), M3("int32 a = 1;"), ""},
    {M3("int32 a = 1;"), M3("repeated int32 a = 1;"), ""},
    {M3("optional int32 a = 1;"), M3("repeated int32 a = 1;"), ""},
    {M3("string a = 1;"), M3("repeated string a = 1;"), ""},
    {M3("repeated int32 a = 1;"), M3("int32 a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M3("repeated string a = 1;"), M3("optional string a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M3("repeated M a = 1;"), M3("M a = 1;"), "FIELD_LABEL_CHANGED #/M/1"},
    {M3("repeated M a = 1;"), M3("oneof o { M a = 1; }"), "FIELD_LABEL_CHANGED #/M/o/1"},
    {M3("repeated int32 a = 1 [packed = false];"), M3("repeated int32 a = 1;"), ""},
    /* Required fields: missing ones fail, superfluous ones are unknown. */
    {M2("required int32 a = 1;"), M2(""), ""},
    {M2(""), M2("required int32 a = 1;"), "REQUIRED_FIELD_ADDED #/M/1"},
    /* Oneofs: members may go, they may not meet. */
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 a = 1; }"), ""},
    {M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 a = 1; } int32 b = 2;"), ""},
    {M3("oneof o { int32 a = 1; } int32 b = 2;"), M3("oneof o { int32 a = 1; int32 b = 2; }"),
     "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"},
    {M3("int32 a = 1; int32 b = 2;"), M3("oneof o { int32 a = 1; int32 b = 2; }"),
     "MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o"},
    /* Numbers: a field that is known by its name must keep its own. */
    {M3("int32 a = 1;"), M3("int32 a = 2;"), "FIELD_RENUMBERED #/M/2"},
    {M3("int32 a = 1;"), M3("oneof o { int32 a = 2; }"), "FIELD_RENUMBERED #/M/o/2"},
    {M3("int32 a = 1; int32 b = 2;"), M3("int32 b = 1; int32 a = 2;"),
     "FIELD_RENUMBERED #/M/1; FIELD_RENUMBERED #/M/2"},
    {M3("int32 a = 1; int32 b = 2;"), M3("int32 b = 1;"), "FIELD_RENUMBERED #/M/1"},
    {M3("int32 a = 1;"), M3("int32 b = 1;"), ""},
    {M2("required int32 a = 1;"), M2("required int32 a = 2;"), "FIELD_RENUMBERED #/M/2; REQUIRED_FIELD_ADDED #/M/2"},
    /* Defaults: what an absent field reads as. */
    {M2("optional int32 a = 1 [default = 1];"), M2("optional int32 a = 1 [default = 2];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional int32 a = 1 [default = 1];"), M2("optional int32 a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional int32 a = 1;"), M2("optional int32 a = 1 [default = 0];"), ""},
    {M2("optional int32 a = 1;"), M2("optional int32 a = 1 [default = -0];"), ""},
    {M2("optional int32 a = 1 [default = 16];"), M2("optional int32 a = 1 [default = 0x10];"), ""},
    {M2("optional int32 a = 1 [default = 16];"), M2("optional int64 a = 1 [default = 020];"), ""},
    {M2("optional int32 a = 1 [default = 5];"), M2("optional int32 a = 1 [default = -5];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional double a = 1 [default = 1.50];"), M2("optional double a = 1 [default = 15e-1];"), ""},
    {M2("optional float a = 1 [default = inf];"), M2("optional float a = 1 [default = -inf];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional bool a = 1 [default = false];"), M2("optional bool a = 1;"), ""},
    {M2("optional bool a = 1 [default = true];"), M2("optional bool a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional bool a = 1 [default = true];"), M2("optional int32 a = 1 [default = 1];"), ""},
    {M2("optional bool a = 1 [default = false];"), M2("optional int32 a = 1 [default = 1];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional string a = 1 [default = 'x'];"), M2("optional string a = 1 [default = 'y'];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional string a = 1 [default = 'x'];"), M2("optional bytes a = 1 [default = 'x'];"), ""},
    {M2("optional string a = 1 [default = ''];"), M2("optional string a = 1;"), ""},
    {M2("optional string a = 1 [default = '0'];"), M2("optional string a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional string a = 1 [default = 'false'];"), M2("optional string a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional bytes a = 1 [default = '0'];"), M2("optional bytes a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional bytes a = 1 [default = '1.0'];"), M2("optional bytes a = 1 [default = '1'];"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional string a = 1 [default = 'x'];"), M3("string a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("required int32 a = 1 [default = 1];"), M2("optional int32 a = 1 [default = 2];"), ""},
    {M2("optional int32 a = 1 [default = 1];"), M2("repeated int32 a = 1;"), ""},
    {M2("optional E a = 1; enum E { A = 1; B = 2; }"), M2("optional E a = 1; enum E { B = 2; A = 1; }"),
     "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional E a = 1 [default = A]; enum E { A = 1; B = 2; }"),
     M2("optional E a = 1 [default = A]; enum E { B = 2; A = 1; }"), ""},
    {M2("optional E a = 1 [default = A]; enum E { A = 1; B = 2; }"),
     M2("optional E a = 1 [default = C]; enum E { C = 1; B = 2; }"), ""},
    {M2("optional E a = 1 [default = B]; enum E { A = 1; B = 2; }"),
     M2("optional E a = 1 [default = A]; enum E { A = 2; B = 1; }"), ""},
    {M2("optional E a = 1; enum E { A = 1; }"), M2("optional int32 a = 1;"), "FIELD_DEFAULT_CHANGED #/M/1"},
    {M2("optional E a = 1; enum E { A = 1; }"), M2("optional int32 a = 1 [default = 1];"), ""},
    {M2("oneof o { int32 a = 1 [default = 1]; }"), M2("oneof o { int32 a = 1; }"), "FIELD_DEFAULT_CHANGED #/M/o/1"},
    /* Enums: a closed one keeps what it knows only. */
    {M3("E a = 1; enum E { Z = 0; Y = 1; }"), M3("E a = 1; enum E { Z = 0; }"), ""},
    {M2("optional E a = 1; enum E { Z = 0; Y = 1; }"), M2("optional E a = 1; enum E { Z = 0; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M2("optional E a = 1; enum E { Z = 0; }"), M2("optional E a = 1; enum E { Z = 0; Y = 1; }"), ""},
    {M2("optional E a = 1; enum E { Z = 0; Y = 1; }"), M2("optional E a = 1; enum E { Z = 0; X = 3; Y = 1; }"), ""},
    {M2("optional E a = 1; enum E { Z = 0; Y = 1; }"),
     M2("optional F a = 1; enum E { Z = 0; } enum F { G = 0; H = 1; }"), ""},
    {M3("E a = 1; enum E { Z = 0; }"), M2("optional E a = 1; enum E { Z = 0; }"), "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("int32 a = 1;"), M2("optional E a = 1; enum E { Z = 0; }"), "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M2("optional E a = 1; enum E { Z = 0; }"), M3("E a = 1; enum E { Z = 0; }"), ""},
    {M2("repeated E a = 1; enum E { Z = 0; Y = 1; }"), M2("repeated E a = 1; enum E { Z = 0; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M2("map<int32, E> a = 1; enum E { Z = 0; Y = 1; }"), M2("map<int32, E> a = 1; enum E { Z = 0; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    /* Messages by their shape, whatever they are called. */
    {M3("N a = 1; message N { int32 x = 1; } message O { int64 y = 1; }"),
     M3("O a = 1; message N { int32 x = 1; } message O { int64 y = 1; }"), ""},
    {M3("N a = 1; message N { int64 x = 1; } message O { int32 y = 1; }"),
     M3("O a = 1; message N { int64 x = 1; } message O { int32 y = 1; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/O/1; FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M3("N a = 1; message N { int32 x = 1; }"), M3("N a = 1; message N { string x = 1; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/N/1; FIELD_NAMED_TYPE_CHANGED #/M/1; FIELD_SCALAR_KIND_CHANGED #/M/N/1"},
    {M3("N a = 1; message N { N n = 1; } message O { O o = 1; }"),
     M3("O a = 1; message N { N n = 1; } message O { O o = 1; }"), ""},
    {M2("optional group G = 1 { optional int32 x = 1; }"), M2("optional group H = 1 { optional int32 x = 1; }"), ""},
    {M2("optional group G = 1 { optional int32 x = 1; }"), M2("optional group H = 1 { optional bool x = 1; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/H/1; FIELD_NAMED_TYPE_CHANGED #/M/1"},
    {M2("optional group G = 1 {}"), M2("optional G g = 1; message G {}"), "FIELD_KIND_CHANGED #/M/1"},
    /* Maps and what they are on the wire. */
    {M3("map<string, int32> a = 1;"), M3("map<bytes, int64> a = 1;"), ""},
    {M3("map<string, int64> a = 1;"), M3("map<string, int32> a = 1;"), "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"), M3("repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }"),
     ""},
    {M3("map<string, int32> a = 1;"), M3("repeated AEntry a = 1; message AEntry { string key = 1; bool value = 2; }"),
     "FIELD_SCALAR_KIND_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"), M3("repeated AEntry a = 1; message AEntry { string key = 1; }"), ""},
    {M3("map<string, int32> a = 1;"),
     M3("repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; M more = 3; "
        "}"),
     ""},
    {M3("map<string, int32> a = 1;"),
     M3("repeated AEntry a = 1; message AEntry { oneof o { string key = 1; int32 value = 2; } }"),
     "FIELD_KIND_CHANGED #/M/1"},
    {M3("map<string, int32> a = 1;"),
     M3("repeated AEntry a = 1; message AEntry { oneof o { string key = 1; } oneof p { int32 value = 2; } }"), ""},
    {M3("map<string, int32> a = 1;"), M3("AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }"),
     "FIELD_KIND_CHANGED #/M/1"},
    {M2("map<string, int32> a = 1;"),
     M2("repeated AEntry a = 1; message AEntry { required string key = 1; required int32 value = 2; }"),
     "FIELD_KIND_CHANGED #/M/1"},
    {M2("map<string, int32> a = 1;"),
     M2("repeated AEntry a = 1; message AEntry { optional string key = 1; required int32 more = 3; }"),
     "FIELD_KIND_CHANGED #/M/1"},
    /* Of several entries of one key a map shows one. */
    {M3("repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }"), M3("map<string, int32> a = 1;"),
     "FIELD_KIND_CHANGED #/M/1; MESSAGE_REMOVED #/M/AEntry"},
    {M3("repeated AEntry a = 1; message AEntry { option map_entry = true; string key = 1; int32 value = 2; }"),
     M3("map<string, int32> a = 1;"), ""},
    {M3("map<string, int32> a = 1;"), M3("bytes a = 1;"), "FIELD_KIND_CHANGED #/M/1"},
};

static const struct {
    const char *writer, *reader, *differences;
} extensions[] = {
    {"optional int32 e = 100;", "optional int32 f = 100; optional string g = 101;", ""},
    {"optional int32 e = 100;", "optional string e = 100;", "FIELD_SCALAR_KIND_CHANGED #/M/100"},
    {"repeated int32 e = 100;", "optional int32 e = 100;", "FIELD_LABEL_CHANGED #/M/100"},
    {"optional int32 e = 100; optional string f = 101;", "optional int32 e = 100;", ""},
    {"} message N { extend M { optional int32 e = 100; }", "optional string e = 100; } message N { extend Missing { }",
     "FIELD_SCALAR_KIND_CHANGED #/M/100"},
    {"} extend Missing { optional int32 e = 100;", "} extend Missing { optional string e = 100;",
     "FIELD_SCALAR_KIND_CHANGED #/100"},
    {"} extend google.protobuf.FieldOptions { optional int32 e = 50000;",
     "} extend google.protobuf.FieldOptions { optional string e = 50000;", ""},
    {"optional N e = 100; } message N { optional int32 a = 1;",
     "optional N e = 100; } message N { optional string a = 1;",
     "FIELD_SCALAR_KIND_CHANGED #/N/1; FIELD_SCALAR_KIND_CHANGED #/N/1; FIELD_NAMED_TYPE_CHANGED #/M/100"},
};

START_TEST(extensions_are_compared_soundly)
{
    const char *const texts[] = {extensions[_i].writer, extensions[_i].reader};
    struct pb_schema *schemas[2];
    for (int i = 0; i < 2; i++) {
        struct str text = ARENA_JOIN(arena,
                                     STR("import 'google/protobuf/descriptor.proto'; message M { extensions 100 to "
                                         "200; } extend M { "),
                                     str_of(texts[i]), STR(" }"));
        schemas[i] = linked(spelled(text.p));
    }
    assert_text(differences_of(schemas[1], schemas[0], SCHEMA_POLICY_SOUND), str_of(extensions[_i].differences));
    assert_text(differences_of(schemas[0], schemas[0], SCHEMA_POLICY_SOUND), STR_EMPTY);
}
END_TEST

START_TEST(what_is_sound_is_decided)
{
    struct pb_schema *writer = linked(spelled(sound[_i].writer)), *reader = linked(spelled(sound[_i].reader));
    assert_text(differences_of(reader, writer, SCHEMA_POLICY_SOUND), str_of(sound[_i].differences));
}
END_TEST

/* -- all differences, their sentences ----------------------------------------------------------------------------- */

/* A writer and a reader for each type of difference, all that is found, and the sentence; NULL: compatible ones have none. */
static const struct {
    enum pb_difference difference;
    bool is_sound;
    const char *writer, *reader, *all, *sentence;
} kinds[] = {
    {PB_MESSAGE_ADDED, false, P3, P3 "message A { message B {} }", "MESSAGE_ADDED #/A", NULL},
    {PB_MESSAGE_MOVED, false, P3 "message A {} message B {}", P3 "message B {} message A {}",
     "MESSAGE_MOVED #/A; MESSAGE_MOVED #/B", NULL},
    {PB_ENUM_ADDED, false, M3(""), M3("enum E { Z = 0; }") "enum F { Y = 0; }", "ENUM_ADDED #/M/E; ENUM_ADDED #/F",
     NULL},
    {PB_ENUM_REMOVED, false, M3("enum E { Z = 0; }") "enum F { Y = 0; }", M3(""),
     "ENUM_REMOVED #/M/E; ENUM_REMOVED #/F", NULL},
    {PB_ENUM_CONST_ADDED, false, P3 "enum E { Z = 0; }", P3 "enum E { Z = 0; N = -1; }", "ENUM_CONST_ADDED #/E/-1",
     NULL},
    {PB_ENUM_CONST_CHANGED, false, M3("enum E { Z = 0; }"), M3("enum E { Y = 0; }"), "ENUM_CONST_CHANGED #/M/E/0",
     NULL},
    {PB_ENUM_CONST_REMOVED, false, P3 "enum E { Z = 0; Y = 7; }", P3 "enum E { Z = 0; }", "ENUM_CONST_REMOVED #/E/7",
     NULL},
    {PB_FIELD_ADDED, false, M3(""), M3("int32 a = 1;"), "FIELD_ADDED #/M/1", NULL},
    {PB_FIELD_REMOVED, false, M3("int32 a = 1;"), M3(""), "FIELD_REMOVED #/M/1", NULL},
    {PB_FIELD_NAME_CHANGED, false, M3("int32 a = 1;"), M3("int32 b = 1;"), "FIELD_NAME_CHANGED #/M/1", NULL},
    {PB_FIELD_STRING_OR_BYTES_LABEL_CHANGED, false, M2("optional string a = 1;"), M2("required bytes a = 1;"),
     "FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/1", NULL},
    {PB_ONEOF_ADDED, false, M3("int32 a = 1;"), M3("oneof o { int32 a = 1; }"), "ONEOF_ADDED #/M/o", NULL},
    {PB_ONEOF_REMOVED, false, M3("oneof o { int32 a = 1; }"), M3(""), "ONEOF_REMOVED #/M/o", NULL},
    {PB_ONEOF_FIELD_ADDED, false, M3("oneof o { int32 a = 1; }"), M3("oneof o { int32 a = 1; int32 b = 2; }"),
     "ONEOF_FIELD_ADDED #/M/o/2", NULL},
    {PB_ONEOF_FIELD_MOVED_TO_TOP_LEVEL, false, M3("oneof o { int32 a = 1; int32 b = 2; }"),
     M3("int32 a = 1; oneof o { int32 b "
        "= 2; }"),
     "ONEOF_FIELD_MOVED_TO_TOP_LEVEL #/M/1", NULL},
    {PB_PACKAGE_CHANGED, false, P3, "syntax = 'proto3';", "PACKAGE_CHANGED #/",
     "The package at '#/' in the READER schema does not match the package in the WRITER schema"},
    {PB_MESSAGE_REMOVED, false, P3 "message A { message B {} }", P3 "message A {}", "MESSAGE_REMOVED #/A/B",
     "The READER schema is missing a MESSAGE type at path '#/A/B' in the WRITER schema"},
    {PB_FIELD_KIND_CHANGED, false, M3("M a = 1;"), M3("int32 a = 1;"), "FIELD_KIND_CHANGED #/M/1",
     "The type of a field at path '#/M/1' in the READER schema does not match the WRITER schema"},
    {PB_FIELD_SCALAR_KIND_CHANGED, false, M3("int32 a = 1;"), M3("string a = 1;"), "FIELD_SCALAR_KIND_CHANGED #/M/1",
     "The kind of a SCALAR field at path '#/M/1' in the READER schema does not match its kind in the WRITER schema"},
    {PB_FIELD_NAMED_TYPE_CHANGED, false, M3("X a = 1;"), M3("Y a = 1;"), "FIELD_NAMED_TYPE_CHANGED #/M/1",
     "The type of a MESSAGE field at path '#/M/1' in the READER schema does not match its type in the WRITER schema"},
    {PB_FIELD_NUMERIC_LABEL_CHANGED, false, M3("optional int32 a = 1;"), M3("repeated int32 a = 1;"),
     "FIELD_NUMERIC_LABEL_CHANGED #/M/1",
     "The label for a NUMERIC field at path '#/M/1' in the READER schema does not match its label in the WRITER "
     "schema"},
    {PB_REQUIRED_FIELD_ADDED, false, M2(""), M2("required int32 a = 1;"), "REQUIRED_FIELD_ADDED #/M/1",
     "A required field  at path '#/M/1' in the READER schema is missing in the WRITER schema"},
    {PB_REQUIRED_FIELD_REMOVED, false, M2("required int32 a = 1;"), M2(""), "REQUIRED_FIELD_REMOVED #/M/1",
     "The READER schema is missing a required field at path: '#/M/1' in the WRITER schema"},
    {PB_ONEOF_FIELD_REMOVED, false, M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 a = 1; }"),
     "ONEOF_FIELD_REMOVED #/M/o/2",
     "The READER schema is missing a oneof field at path '#/M/o/2' in the WRITER schema"},
    {PB_MULTIPLE_FIELDS_MOVED_TO_ONEOF, false, M3("int32 a = 1; int32 b = 2;"),
     M3("oneof o { int32 a = 1; int32 b = 2; }"), "MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o; ONEOF_ADDED #/M/o",
     "Multiple fields in the oneof at path '#/M/o' in the READER schema are outside a oneof in the WRITER schema"},
    {PB_FIELD_MOVED_TO_EXISTING_ONEOF, false, M3("int32 a = 1; oneof o { int32 b = 2; }"),
     M3("oneof o { int32 a = 1; int32 b = 2; }"), "FIELD_MOVED_TO_EXISTING_ONEOF #/M/o",
     "A field in the oneof at path '#/M/o' in the READER schema is outside an existing oneof in the WRITER schema"},
    {PB_UNDECIDED, false, NULL, NULL, NULL, "The schemas are too large to be compared within the budget (path '#/')"},
    {PB_FIELD_LABEL_CHANGED, true, M3("repeated int32 a = 1;"), M3("int32 a = 1;"), "FIELD_LABEL_CHANGED #/M/1",
     "The READER schema reads a field at path '#/M/1' with a label that does not suit what the WRITER schema writes"},
    {PB_FIELD_DEFAULT_CHANGED, true, M2("optional int32 a = 1;"), M2("optional int32 a = 1 [default = 1];"),
     "FIELD_DEFAULT_CHANGED #/M/1",
     "The default of a field at path '#/M/1' in the READER schema is not that in the WRITER schema"},
    {PB_FIELD_RENUMBERED, true, M3("int32 a = 1;"), M3("int32 a = 2;"), "FIELD_RENUMBERED #/M/2; FIELD_ADDED #/M/2",
     "The field at path '#/M/2' in the READER schema has another number in the WRITER schema"},
};

START_TEST(every_difference_is_told)
{
    const char *name = pb_difference_rows[_i].name;
    ck_assert_int_eq(kinds[_i].difference, _i);
    ck_assert_int_eq(pb_difference_rows[_i].is_compatible, kinds[_i].sentence == NULL);
    struct str path = STR("#/");
    if (kinds[_i].writer) {
        struct pb_schema *writer = linked(spelled(kinds[_i].writer)), *reader = linked(spelled(kinds[_i].reader));
        struct str wanted = str_of(kinds[_i].all);
        assert_text(all_differences_of(reader, writer, kinds[_i].is_sound), wanted);
        ck_assert(str_starts(wanted, str_of(name)));
        size_t start = strlen(name) + 1, end = str_find(wanted, ';');
        path = str_slice(wanted, start, end);
        struct outcome o = compare(reader, writer, kinds[_i].is_sound ? SCHEMA_POLICY_SOUND : SCHEMA_POLICY_REFERENCE);
        ck_assert_uint_eq(o.found.count, kinds[_i].sentence != NULL);
    }
    if (!kinds[_i].sentence)
        return;
    struct schema_difference difference = {name, path, STR_EMPTY};
    assert_text(pb_describe(arena, &difference, STR("READER"), STR("WRITER")),
                arena_printf(arena, "{errorType:\"%s\", description:\"%s\"}", name, kinds[_i].sentence));
}
END_TEST

START_TEST(roles_stand_where_they_belong)
{
    struct pb_schema *writer = linked(spelled(M2(""))), *reader = linked(spelled(M2("required int32 a = 1;")));
    struct outcome o = compare(reader, writer, SCHEMA_POLICY_REFERENCE);
    assert_text(
        pb_describe(arena, o.found.items, STR("new"), STR("old")),
        STR("{errorType:\"REQUIRED_FIELD_ADDED\", description:\"A required field  at path '#/M/1' in the new schema is "
            "missing in the old schema\"}"));
    assert_text(
        pb_describe(arena, o.found.items, STR("old"), STR("new")),
        STR("{errorType:\"REQUIRED_FIELD_ADDED\", description:\"A required field  at path '#/M/1' in the old schema is "
            "missing in the new schema\"}"));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, the_reference_decides, 0, ROWS(pairs));
    tcase_add_loop_test(tests, types_of_other_files_are_compared_where_they_are_used, 0, ROWS(libraries));
    tcase_add_test(tests, types_may_move_between_files);
    tcase_add_test(tests, files_without_types_are_compared_by_their_package);
    tcase_add_test(tests, scalars_are_read_as_others);
    tcase_add_loop_test(tests, what_is_sound_is_decided, 0, ROWS(sound));
    tcase_add_loop_test(tests, extensions_are_compared_soundly, 0, ROWS(extensions));
    tcase_add_loop_test(tests, every_difference_is_told, 0, PB_DIFFERENCE_COUNT_);
    tcase_add_test(tests, roles_stand_where_they_belong);
}

int main(void)
{
    return run_tests("compare", add_tests);
}
