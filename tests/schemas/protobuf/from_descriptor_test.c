/* Files that come as descriptors: their text, what is wrong with them, and bytes of any kind.
 * covers: schemas/protobuf/from_descriptor.c schemas/protobuf/from_descriptor_types.c
 * covers: schemas/protobuf/from_descriptor_message.c schemas/protobuf/from_descriptor_field.c */
#include "recorded_fixture.h"

/* -- what is read ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *descriptor, *text;
} files[] = {
    {"1'any name'", ""},
    {"2'a.b'", "package a.b;\n"},
    {"12'proto2'", "syntax = \"proto2\";\n"},
    {"12'proto3'", "syntax = \"proto3\";\n"},
    {"12'proto9'", ""},
    {"12'editions' 14=1000", "edition = \"2023\";\n"},
    {"12'editions' 14=1001", "edition = \"2024\";\n"},
    {"14=1000 4{1'A'}", "\nmessage A {}\n"},
    /* Only the first things that are known count: what is not known is skipped. */
    {"13=5 99'x' 4{1'A' 99{1'B'} 2=7 12(1=1)}", "\nmessage A {}\n"},
    {"1=5 2'p'", "package p;\n"},
    /* Imports. */
    {"3'a.proto' 3'b.proto' 3'c.proto' 3'd.proto' 10=1 11=2 10=3 15'e.proto'",
     "\nimport \"a.proto\";\nimport weak \"c.proto\";\nimport public \"b.proto\";\nimport public \"d.proto\";\n"
     "import option \"e.proto\";\n"},
    {"3'a.proto' 3'b.proto' 10'\001'", "\nimport \"a.proto\";\nimport public \"b.proto\";\n"},
    /* Messages: labels. */
    {"4{1'A' 2{1'a' 3=1 4=1 5=5} 2{1'b' 3=2 4=2 5=9} 2{1'c' 3=3 4=3 5=12} 2{1'd' 3=4 5=8}}",
     "\nmessage A {\n  optional int32 a = 1;\n  required string b = 2;\n  repeated bytes c = 3;\n  optional bool d = "
     "4;\n}\n"},
    {"12'proto3' 4{1'A' 2{1'a' 3=1 4=1 5=5} 2{1'b' 3=2 5=5} 2{1'c' 3=3 4=3 5=5} 2{1'd' 3=4 4=1 5=5 9=0 17=1} 8{1'_d'}}",
     "syntax = \"proto3\";\n\nmessage A {\n  int32 a = 1;\n  int32 b = 2;\n  repeated int32 c = 3;\n  optional int32 d "
     "= 4;\n}\n"},
    {"12'proto3' 4{1'A' 2{1'a' 3=1 4=1 5=5 17=1}}",
     "syntax = \"proto3\";\n\nmessage A {\n  optional int32 a = 1;\n}\n"},
    {"12'proto2' 4{1'A' 2{1'a' 3=1 4=1 5=5 9=0 17=1} 8{1'o'}}",
     "syntax = \"proto2\";\n\nmessage A {\n  oneof o {\n    int32 a = 1;\n  }\n}\n"},
    {"12'editions' 14=1000 4{1'A' 2{1'a' 3=1 4=1 5=5} 2{1'b' 3=2 4=3 5=5}}",
     "edition = \"2023\";\n\nmessage A {\n  int32 a = 1;\n  repeated int32 b = 2;\n}\n"},
    /* Types. */
    {"12'proto3' 4{1'A' 2{1'a' 3=1 5=1} 2{1'b' 3=2 5=2} 2{1'c' 3=3 5=3} 2{1'd' 3=4 5=4} 2{1'e' 3=5 5=6} 2{1'f' 3=6 "
     "5=7} "
     "2{1'g' 3=7 5=13} 2{1'h' 3=8 5=15} 2{1'i' 3=9 5=16} 2{1'j' 3=10 5=17} 2{1'k' 3=11 5=18} 2{1'l' 3=12 5=11 6'.A'} "
     "2{1'm' 3=13 5=14 6'x.E'} 2{1'n' 3=14 6'A'}}",
     "syntax = \"proto3\";\n\nmessage A {\n  double a = 1;\n  float b = 2;\n  int64 c = 3;\n  uint64 d = 4;\n  fixed64 "
     "e = 5;\n"
     "  fixed32 f = 6;\n  uint32 g = 7;\n  sfixed32 h = 8;\n  sfixed64 i = 9;\n  sint32 j = 10;\n  sint64 k = 11;\n"
     "  .A l = 12;\n  x.E m = 13;\n  A n = 14;\n}\n"},
    /* Oneofs in their order, members in theirs; one without members stays. */
    {"12'proto3' 4{1'A' 8{1'o'} 2{1'a' 3=1 5=5 9=1} 2{1'b' 3=2 5=5} 2{1'c' 3=3 5=5 9=0} 8{1'q'} 2{1'd' 3=4 5=5 9=1} "
     "8{1'n'}}",
     "syntax = \"proto3\";\n\nmessage A {\n  int32 b = 2;\n\n  oneof o {\n    int32 c = 3;\n  }\n  oneof q {\n    "
     "int32 a = 1;\n"
     "    int32 d = 4;\n  }\n  oneof n {}\n}\n"},
    /* Reserved and extension ranges. */
    {"4{1'A' 9{1=9 2=12} 9{1=2 2=3} 9{1=1000 2=536870912} 10'x' 10'y-z' 5{1=20 2=21} 5{1=30 2=536870912}}",
     "\nmessage A {\n  reserved 9 to 11;\n  reserved 2;\n  reserved 1000 to max;\n  reserved \"x\";\n  reserved "
     "\"y-z\";\n\n"
     "  extensions 20;\n  extensions 30 to max;\n}\n"},
    {"4{1'A' 5{1=4 2=2147483647} 7{1=1}}",
     "\nmessage A {\n  option message_set_wire_format = true;\n\n  extensions 4 to max;\n}\n"},
    /* Backwards too: some protoc let it pass. */
    {"4{1'A' 9{1=5 2=5} 9{1=5 2=0}} 5{1'E' 4{1=5 2=4}}",
     "\nmessage A {\n  reserved 5 to 4;\n  reserved 5 to -1;\n}\nenum E {\n  reserved 5 to 4;\n}\n"},
    /* The end is behind what a number can be: protoc writes it so. */
    {"4{1'A' 9{1=2147483647 2=-2147483648} 9{1=7 2=-2147483648}}",
     "\nmessage A {\n  reserved 2147483647;\n  reserved 7 to 2147483647;\n}\n"},
    {"12'editions' 14=1000 4{1'A' 10'x'}", "edition = \"2023\";\n\nmessage A {\n  reserved x;\n}\n"},
    /* Nested types. */
    {"4{1'A' 3{1'B' 3{1'C'} 4{1'E' 2{1'X' 2=0}}} 4{1'F'}}",
     "\nmessage A {\n  message B {\n    message C {}\n    enum E {\n      X = 0;\n    }\n  }\n  enum F {}\n}\n"},
    {"12'editions' 14=1001 4{1'A' 11=1 3{1'B' 11=2}} 5{1'E' 6=2} 5{1'F' 6=3}",
     "edition = \"2024\";\n\nlocal message A {\n  export message B {}\n}\nexport enum E {}\nenum F {}\n"},
    {"12'editions' 14=1000 4{1'A' 11=1}", "edition = \"2023\";\n\nmessage A {}\n"},
    /* Enums. */
    {"5{1'E' 2{1'A' 2=0} 2{1'B' 2=-1 3{1=1}} 2{1'C'} 3{2=1} 4{1=-5 2=-3} 4{1=9 2=9} 4{1=100 2=2147483647} 5'X'}",
     "\nenum E {\n  reserved -5 to -3;\n  reserved 9;\n  reserved 100 to max;\n  reserved \"X\";\n  option allow_alias "
     "= true;\n"
     "  A = 0;\n  B = -1 [deprecated = true];\n  C = 0;\n}\n"},
    /* Groups have the name of their body. */
    {"4{1'A' 2{1'grp' 3=1 4=3 5=10 6'.A.Grp'} 3{1'Grp' 2{1'x' 3=1 4=1 5=5}} 3{1'B'}}",
     "\nmessage A {\n  repeated group Grp = 1 {\n    optional int32 x = 1;\n  }\n\n  message B {}\n}\n"},
    {"4{1'A' 2{1'grp' 3=1 5=10 6'Grp' 9=0} 3{1'Grp'} 8{1'o'} 6{1'ext' 2'.A' 3=9 4=1 5=10 6'.A.Ext'} 3{1'Ext'}}",
     "\nmessage A {\n  oneof o {\n    group Grp = 1 {}\n  }\n\n  extend .A {\n    optional group Ext = 9 {}\n  "
     "}\n}\n"},
    {"7{1'ext' 2'.B' 3=9 4=1 5=10 6'.p.Ext'} 4{1'Ext'} 4{1'B'} 2'p'",
     "package p;\n\nmessage B {}\n\nextend .B {\n  optional group Ext = 9 {}\n}\n"},
    /* Neighbours with one target share a block. */
    {"7{1'a' 2'.A' 3=1 4=1 5=5} 7{1'b' 2'.A' 3=2 4=1 5=5} 7{1'c' 2'.B' 3=3 4=1 5=5} 7{1'd' 2'.A' 3=4 4=3 5=5}",
     "\nextend .A {\n  optional int32 a = 1;\n  optional int32 b = 2;\n}\nextend .B {\n  optional int32 c = "
     "3;\n}\nextend .A {\n"
     "  repeated int32 d = 4;\n}\n"},
    {"12'proto3' 7{1'a' 2'.A' 3=1 4=1 5=5} 7{1'b' 2'.A' 3=2 4=1 5=5 17=1}",
     "syntax = \"proto3\";\n\nextend .A {\n  int32 a = 1;\n  optional int32 b = 2;\n}\n"},
    /* Services. */
    {"6{1'S' 2{1'U' 2'.A' 3'B'} 2{1'V' 2'.A' 3'.A' 5=1 6=0 4{33=1}} 2{1'W' 2'.A' 3'.A' 5=0 6=1} 3{33=1}} 6{1'T'}",
     "\nservice S {\n  option deprecated = true;\n\n  rpc U (.A) returns (B);\n  rpc V (stream .A) returns (.A) {\n"
     "    option deprecated = true;\n  };\n  rpc W (.A) returns (stream .A);\n}\nservice T {}\n"},
    /* Names for JSON and defaults. */
    {"4{1'A' 2{1'a_b' 3=1 4=1 5=5 7'-5' 8{2=0 3=1} 10'aB'} 2{1'b' 3=2 4=1 5=9 10'@'}}",
     "\nmessage A {\n  optional int32 a_b = 1 [\n    packed = false,\n    deprecated = true,\n    default = -5,\n"
     "    json_name = \"aB\"\n  ];\n  optional string b = 2 [json_name = \"@\"];\n}\n"},
    {"4{1'A' 2{1'a' 3=1 4=1 5=9 7'x\"`\\'} 2{1'b' 3=2 4=1 5=12 7'\\001\\377a\\\"'} 2{1'c' 3=3 4=1 5=8 "
     "7'true'} "
     "2{1'd' 3=4 4=1 5=14 6'.E' 7'X'} 2{1'e' 3=5 4=1 5=1 7'1.5e+10'} 2{1'f' 3=6 4=1 5=2 7'-inf'} 2{1'g' 3=7 4=1 5=2 "
     "7'nan'} "
     "2{1'h' 3=8 4=1 5=4 7'18446744073709551615'} 2{1'i' 3=9 4=1 5=9 7''} 2{1'j' 3=10 4=1 6'.E' 7'X'}}",
     "\nmessage A {\n  optional string a = 1 [default = \"x\\\"\\'\\\\\"];\n  optional bytes b = 2 [default = "
     "\"\001\\377a\\\"\"];\n"
     "  optional bool c = 3 [default = true];\n  optional .E d = 4 [default = X];\n  optional double e = 5 [default = "
     "1.5e+10];\n"
     "  optional float f = 6 [default = -inf];\n  optional float g = 7 [default = nan];\n"
     "  optional uint64 h = 8 [default = 18446744073709551615];\n  optional string i = 9 [default = \"\"];\n"
     "  optional .E j = 10 [default = X];\n}\n"},
};

START_TEST(descriptors_have_texts)
{
    assert_text(text_of(files[_i].descriptor, NULL), str_of(files[_i].text), files[_i].descriptor);
}
END_TEST

/* -- what is refused ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *descriptor, *reason;
} refusals[] = {
    {"4{}", "a message without a name"},
    {"4{1''}", "a message without a name"},
    {"4{1'a b'}", "a message \"a b\" whose name is no identifier"},
    {"4{1'A {} message B'}", "a message \"A {} message B\" whose name is no identifier"},
    {"4{1'\303\251'}", "a message \"\303\251\" whose name is no identifier"},
    {"4{1'1a'}", "a message \"1a\" whose name is no identifier"},
    {"4{1'\377'}", "a message with a text that is not UTF-8"},
    {"2'a..b'", "a package \"a..b\" that is no name"},
    {"2'.a'", "a package \".a\" that is no name"},
    {"12'editions'", "an edition \"0\" that is not known"},
    {"12'editions' 14=999", "an edition \"999\" that is not known"},
    {"3'a\nb'", "an import \"a\nb\" that is no path"},
    {"3'\"'", "an import \"\"\" that is no path"},
    {"3'\377'", "an import that is no path"},
    {"10=0", "a public or weak import that is not there"},
    {"3'a' 11=-1", "a public or weak import that is not there"},
    {"5{}", "an enum without a name"},
    {"5{1'E' 2{2=1}}", "an enum value without a name"},
    {"5{1'E' 4{1=5}}", "a range of numbers without a start or an end"},
    {"6{}", "a service without a name"},
    {"6{1'S' 2{2'.A' 3'.A'}}", "a method without a name"},
    {"6{1'S' 2{1'R' 3'.A'}}", "a method \"R\" without the names of two types"},
    {"6{1'S' 2{1'R' 2'.A' 3'A B'}}", "a method \"R\" without the names of two types"},
    {"4{1'A' 2{3=1 5=5}}", "a field without a name"},
    {"4{1'A' 2{1'a' 5=5}}", "a field \"a\" without a number"},
    {"4{1'A' 2{1'a' 3=1}}", "a field \"a\" without a type"},
    {"4{1'A' 2{1'a' 3=1 5=11}}", "a field \"a\" without a type"},
    {"4{1'A' 2{1'a' 3=1 5=11 6'.'}}", "a field \"a\" without a type"},
    {"4{1'A' 2{1'a' 3=1 5=19}}", "a field \"a\" of an unknown type"},
    {"4{1'A' 2{1'a' 3=1 5=0 6'B'}}", "a field \"a\" of an unknown type"},
    {"4{1'A' 2{1'a' 3=1 5=5 4=4}}", "a field \"a\" with an unknown label"},
    {"4{1'A' 2{1'a' 3=1 5=5 4=3 9=0} 8{1'o'}}", "a field \"a\" with a label in a oneof"},
    {"12'proto3' 4{1'A' 2{1'a' 3=1 5=5 4=2}}", "a field \"a\" that is required, which only proto2 has"},
    {"12'editions' 14=1000 4{1'A' 2{1'a' 3=1 5=10 6'G'} 3{1'G'}}",
     "a field \"a\" that is a group, which editions do not have"},
    {"4{1'A' 2{1'a' 3=1 5=5 9=0}}", "a field \"a\" of a oneof that is not there"},
    {"4{1'A' 2{1'a' 3=1 5=5 9=-1} 8{1'o'}}", "a field \"a\" of a oneof that is not there"},
    {"4{1'A' 8{}}", "a oneof without a name"},
    {"4{1'A' 9{2=5}}", "a range of numbers without a start or an end"},
    {"4{1'A' 5{1=5}}", "a range of numbers without a start or an end"},
    {"12'editions' 14=1000 4{1'A' 10'a-b'}", "a reserved name \"a-b\" that is no identifier"},
    {"4{1'A' 2{1'g' 3=1 5=10 6'.A.G'}}", "a group \"g\" without a body of its name"},
    {"4{1'A' 2{1'h' 3=1 5=10 6'.A.G'} 3{1'G'}}", "a group \"h\" without a body of its name"},
    {"4{1'A' 2{1'g' 3=1 5=10 6'.A.G'} 2{1'g' 3=2 5=10 6'.A.G'} 3{1'G'}}", "a group \"g\" without a body of its name"},
    {"7{1'a' 3=1 5=5}", "an extension \"a\" without the name of what it extends"},
    {"4{1'A' 2{1'a' 3=1 5=5 7'x y'}}", "a field \"a\" whose default is no value of its type"},
    {"4{1'A' 2{1'a' 3=1 5=5 7''}}", "a field \"a\" whose default is no value of its type"},
    {"4{1'A' 2{1'a' 3=1 5=8 7'1'}}", "a field \"a\" whose default is no value of its type"},
    {"4{1'A' 2{1'a' 3=1 5=14 6'E' 7'-X'}}", "a field \"a\" whose default is no value of its type"},
    {"4{1'A' 2{1'a' 3=1 5=12 7'\\q'}}", "a field \"a\" whose default has an unknown escape"},
};

START_TEST(what_has_no_text_is_refused)
{
    struct str wanted = ARENA_JOIN(arena, STR("The descriptor has "), str_of(refusals[_i].reason));
    assert_text(text_of(refusals[_i].descriptor, NULL), wanted, refusals[_i].descriptor);
}
END_TEST

START_TEST(other_bytes_are_no_descriptor)
{
    static const struct str others[] = {
        {"", 0},
        {"\0", 1},
        {"hello", 5},
        {"\x0a", 1},
        {"\x0a\x05ghi", 5},
        {"\xff\xff\xff", 3},
        {"\x68\x01", 2}, /* a field that no file has */
        {"\x08\x01", 2}, /* a name that is a number */
        {"\x0a\x01x\x22\x02\x0a\x05", 7}, /* a message that is cut off */
        {"\x22\x0b\x0a\x01M\x12\x06\x0a\x01x\x12\x05y", 13}, /* a field that is cut off */
        {"\x42\x02\x0a\x05", 4}, /* options that are cut off */
        {"\x42\x05\xba\x3e\x02\x12\x05", 7},
        {"\x22\x05\x0a\x01M\x23\x24\x0c", 8}, /* behind a message, the end of no group */
        {"\x1a\x01x\x52\x01\xff", 6}, /* packed places that end early */
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct error err;
        struct pb_file *file;
        ck_assert_msg(read_file(others[i], NULL, &file, &err) == 1, "%zu", i);
    }
}
END_TEST

/* -- hostile bytes ------------------------------------------------------------------------------------------------ */

/* Whatever is read has a text that can be parsed. */
static void read_any(struct str bytes, size_t *counts)
{
    struct arena *whole = arena;
    arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err, fault = ERROR_INIT(arena);
    struct pb_file *file, *again;
    int outcome = read_file(bytes, NULL, &file, &err);
    counts[outcome + 1]++;
    if (outcome == 0) {
        struct str text = printed(file);
        ck_assert_msg(pb_parse_text(arena, STR("default"), text, &again, &fault) == 0, "%s\nis\n%s\n%s",
                      hexadecimal(bytes), shown(text), shown(fault.text));
        if (!again->fault.p)
            assert_text(printed(again), text, hexadecimal(bytes));
    }
    arena_free(arena);
    arena = whole;
}

#define HOSTILE                                                                                                        \
    DEFINED "4{1'M' 7{50001{1=5 2'x' 4{5=1 7(1=1)} 6{} 9{1'k'}} 50003'\002' 999{2{1'a' 2=0} 8'b: 1'}} "                \
            "2{1'a' 3=1 4=1 5=12 7'x' 8{3=1} 10'A'} 2{1'b' 3=2 4=1 5=5 9=0} 5{1=5 2=9} 9{1=5 2=9} 10'n' 8{1'o' 2{}}} " \
            "3'i.proto' 10=0 2'p' 6{1'S' 2{1'R' 2'.M' 3'.M' 4{33=1}}}"

START_TEST(descriptors_may_end_anywhere)
{
    size_t counts[3] = {0};
    struct str bytes = encoded(HOSTILE);
    for (size_t n = 0; n <= bytes.n; n++)
        read_any(str_slice(bytes, 0, n), counts);
    ck_assert_uint_eq(counts[0], 0);
    ck_assert_uint_gt(counts[1], 10);
    ck_assert_uint_gt(counts[2], bytes.n / 2);
}
END_TEST

START_TEST(any_byte_may_be_wrong)
{
    static const unsigned char changes[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x7f, 0xff};
    size_t counts[3] = {0};
    struct str bytes = encoded(HOSTILE);
    char *room = arena_alloc(arena, bytes.n);
    ck_assert_ptr_nonnull(room);
    memcpy(room, bytes.p, bytes.n);
    for (size_t at = 0; at < bytes.n; at++) {
        for (size_t c = 0; c < sizeof changes; c++) {
            room[at] = (char)((unsigned char)bytes.p[at] ^ changes[c]);
            read_any((struct str){room, bytes.n}, counts);
        }
        room[at] = bytes.p[at];
    }
    printf("%zu refused, %zu read, %zu no descriptors\n", counts[0], counts[1], counts[2]);
}
END_TEST

/* Messages in messages, up to a depth. */
START_TEST(messages_may_nest_up_to_a_depth)
{
    for (size_t depth = PB_DEPTH_MAX - 1; depth <= PB_DEPTH_MAX + 1; depth++) {
        struct buf out = new_bytes();
        size_t open[PB_DEPTH_MAX + 1];
        for (size_t i = 0; i < depth; i++) {
            open[i] = wire_begin(&out, i ? 3 : 4);
            wire_put_bytes(&out, 1, STR("M"));
        }
        for (size_t i = depth; i-- > 0;)
            wire_end(&out, open[i]);
        struct error err;
        struct pb_file *file;
        int outcome = read_file(buf_str(&out), NULL, &file, &err);
        ck_assert_int_eq(outcome, depth <= PB_DEPTH_MAX ? 0 : -1);
        if (outcome != 0)
            assert_text(err.text, STR("The descriptor has messages that are nested too deeply"), "depth");
    }
}
END_TEST

/* Many of everything that is looked for by name or place. */
START_TEST(descriptors_may_be_wide)
{
    struct buf out = new_bytes();
    size_t message = wire_begin(&out, 4);
    wire_put_bytes(&out, 1, STR("M"));
    for (uint32_t i = 0; i < 20000; i++) {
        struct str group = arena_printf(arena, "G%u", i), field = arena_printf(arena, "g%u", i);
        size_t begin = wire_begin(&out, 2);
        wire_put_bytes(&out, 1, field);
        wire_put_uint(&out, 3, i + 1);
        wire_put_uint(&out, 5, PB_GROUP);
        wire_put_bytes(&out, 6, group);
        wire_put_uint(&out, 9, 19999 - i);
        wire_end(&out, begin);
        begin = wire_begin(&out, 3);
        wire_put_bytes(&out, 1, group);
        wire_end(&out, begin);
        begin = wire_begin(&out, 8);
        wire_put_bytes(&out, 1, arena_printf(arena, "o%u", i));
        wire_end(&out, begin);
    }
    wire_end(&out, message);
    struct error err;
    struct pb_file *file;
    ck_assert_int_eq(read_file(buf_str(&out), NULL, &file, &err), 0);
    ck_assert_uint_eq(file->messages.first->oneofs.count, 20000);
    ck_assert_uint_eq(file->messages.first->messages.count, 20000);
    ck_assert_uint_gt(described(linked(file, NULL, 0), PB_DESCRIPTOR_AS_WRITTEN).n, out.n);
}
END_TEST

/* Whatever the memory ends at, nothing is used that could not be made. */
START_TEST(memory_may_end_anywhere)
{
    struct str bytes = encoded(HOSTILE);
    size_t failed = 0;
    int outcome = -1;
    for (size_t room = 0; outcome != 0; room += 64) {
        struct arena *memory = arena_new(room);
        struct error err = ERROR_INIT(arena);
        struct pb_file *file = NULL;
        outcome = pb_from_descriptor(memory, STR("default"), bytes, NULL, &file, &err);
        ck_assert_int_eq(outcome, arena_failed(memory) ? -1 : 0);
        ck_assert_int_eq(err.id, outcome ? ERROR_INVALID_SCHEMA : ERROR_NONE);
        failed += outcome != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 20);
}
END_TEST

/* -- recorded ----------------------------------------------------------------------------------------------------- */

/* The texts that Confluent Schema Registry makes of descriptors. It reads one of an edition as one of proto2. */
START_TEST(recorded_texts_are_met)
{
    struct recorded recorded = {0};
    size_t checked = 0;
    const struct jtree_node *c = recorded_cases("protobuf-canonical")->first;
    while (c && !str_equal(recorded_member(c, "case"), STR("pc-descriptor-in")))
        c = c->next;
    ck_assert_ptr_nonnull(c);
    for (const struct jtree_node *step = jtree_member(c, STR("steps"))->first; step; step = step->next) {
        struct str what = recorded_member(step, "do");
        if (!recorded_note(&recorded, step) || str_find(what, '?') != SIZE_MAX ||
            str_equal(recorded_subject(what), STR("pc-descriptor-in-editions")))
            continue;
        struct str got = recorded_print(&recorded.texts[recorded.count - 1], SCHEMA_FORM_CANONICAL);
        assert_text(got, recorded_member(jtree_member(step, STR("reply")), "schema"), terminated(what));
        checked++;
    }
    printf("%zu recorded texts\n", checked);
    ck_assert_uint_ge(checked, 5);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, descriptors_have_texts, 0, ROWS(files));
    tcase_add_loop_test(tests, what_has_no_text_is_refused, 0, ROWS(refusals));
    tcase_add_test(tests, other_bytes_are_no_descriptor);
    tcase_add_test(tests, descriptors_may_end_anywhere);
    tcase_add_test(tests, any_byte_may_be_wrong);
    tcase_add_test(tests, messages_may_nest_up_to_a_depth);
    tcase_add_test(tests, descriptors_may_be_wide);
    tcase_add_test(tests, memory_may_end_anywhere);
    if (has_recorded())
        tcase_add_test(tests, recorded_texts_are_met);
}

int main(void)
{
    int outcome = run_tests("from_descriptor", add_tests);
    if (outcome != 0 || has_recorded())
        return outcome;
    printf("SKIP http/protobuf-canonical.json is not here; the other tests passed\n");
    return 77;
}
