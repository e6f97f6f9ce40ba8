/* Options of files that come as descriptors.
 * covers: schemas/protobuf/from_descriptor_known.c schemas/protobuf/from_descriptor_values.c */
#include "descriptor_fixture.h"

static const struct {
    const char *options; /* of message M */
    const char *text; /* of them, in M */
} options[] = {
    {"3=1 1=0", "message_set_wire_format = false|deprecated = true"},
    {"50001{1=-5 2'x'}", "(o) = {    n: -5,    s: \"x\"  }"},
    {"50001{1=5} 50001{2'x' 1=6} 3=0", "deprecated = false|(o) = {    n: 6,    s: \"x\"  }"},
    {"50001{}", "(o) = {  }"},
    /* Extensions in the order in which they stand there; parts of one as they were written. */
    {"50001{1=5} 3=1 50001{4{1=1}} 50003=0 50001{4{2'a'}} 50001{3=1} 50001{3=2} 50001{6{1=1 2'b'}}",
     "deprecated = true|(o).n = 5|(o).sub.n = 1|(i) = 0|(o).sub.s = \"a\"|(o).r = 1|(o).r = 2|(o).rs = {    n: 1,    "
     "s: \"b\"  }"},
    {"50001{1=5} 50001{100'e'} 50001{7(1=1)} 50001{9{1'k' 2=1}}",
     "(o).n = 5|(o).(x) = \"e\"|(o).g.x = true|(o).m = {    key: \"k\",    value: 1  }"},
    {"50001{4{1=1 2'a'}} 50001{1=5}", "(o).sub = {    n: 1,    s: \"a\"  }|(o).n = 5"},
    /* What protoc would not take again is put together. */
    {"50001{1=5} 50001{1=6}", "(o) = {    n: 6  }"},
    {"50001{4{1=1 2'a'}} 50001{4{2'b'}}", "(o) = {    sub: {      n: 1,      s: \"b\"    }  }"},
    {"50001{4{1=1}} 50001{4{1=2 2'a'}}", "(o) = {    sub: {      n: 2,      s: \"a\"    }  }"},
    {"50001{1=5} 50001{}", "(o) = {    n: 5  }"},
    {"50002{1=1} 50002{} 50002{1=2}", "(l) = {    n: 1  }|(l) = {  }|(l) = {    n: 2  }"},
    {"50003=1 50003'\002\003' 50003=0", "(i) = -1|(i) = 1|(i) = -2|(i) = 0"},
    {"50001{3=1 3'\002\003'}", "(o) = {    r: [      1,      2,      3    ]  }"},
    {"50001{4{1=1} 4{2'a' 4{}}}", "(o) = {    sub: {      n: 1,      s: \"a\",      sub: {      }    }  }"},
    {"50001{5=1}", "(o) = {    e: Y  }"},
    {"50001{5=7}", "(o) = {    e: 7  }"},
    {"50001{6{1=1} 6{}}", "(o) = {    rs: [      {        n: 1      },      {      }    ]  }"},
    {"50001{7(1=1)}", "(o) = {    G: {      x: true    }  }"},
    {"50001{9{1'k' 2=1}}", "(o) = {    m: {      key: \"k\",      value: 1    }  }"},
    {"50001{100'e'}", "(o) = {    [x]: \"e\"  }"},
    {"50001{8#000000000000f0bf}", "(o) = {    d: -1  }"},
    {"50001{8#000000000000f07f}", "(o) = {    d: inf  }"},
    {"50004#0000c03f", "(f) = 1.5"},
    {"50004#000080ff", "(f) = -1e999"},
    {"50004#0000c07f", "(f) = nan"},
    {"50005=-1", "(u) = 18446744073709551615"},
    {"50006'\001\377'", "(b) = \"\001\\377\""},
    {"50007'\001\001' 50007=0", "(en) = Y|(en) = Y|(en) = X"},
    {"12{1=2 2=1} 12{3=1}",
     "features.field_presence = IMPLICIT|features.enum_type = OPEN|features.repeated_field_encoding = PACKED"},
    {"12{}", "features = {  }"},
    /* What is not known, or not of its type, is left out. */
    {"60000=1 50001{99=1 1=1} 3'x'", "(o) = {    n: 1  }"},
    {"50001=1 50003#00000000", ""},
    /* Options that were not interpreted. */
    {"999{2{1'deprecated' 2=0} 3'true'}", "deprecated = true"},
    {"999{2{1'p.ext' 2=1} 2{1'a' 2=0} 4=5}", "(p.ext).a = 5"},
    {"999{2{1'.p.ext' 2=1} 5=-5}", "(.p.ext) = -5"},
    {"999{2{1'a' 2=0} 6#000000000000f83f}", "a = 1.5"},
    {"999{2{1'a' 2=0} 7'x\377'} 999{2{1'b' 2=0} 8'c: 1 d { e: [ X ] }'}",
     "a = \"x\\377\"|b = {    c: 1,    d: {      e: [        X      ]    }  }"},
};

/* The text of options, each on its own line and behind a word, as one line with | between them. */
static struct str joined_options(struct str text)
{
    struct buf out = new_bytes();
    const char *at = strstr(terminated(text), "message M {");
    ck_assert_ptr_nonnull(at);
    const char *end = strstr(at, "\n}");
    for (const char *next = strstr(at, "  option "); next && end && next < end;) {
        const char *stop = strstr(next, ";\n");
        buf_add(&out, out.n ? STR("|") : STR_EMPTY);
        for (const char *p = next + 9; p < stop; p++)
            buf_add(&out, *p == '\n' ? STR_EMPTY : (struct str){p, 1});
        next = strstr(stop, "  option ");
    }
    return buf_str(&out);
}

START_TEST(options_have_texts)
{
    struct str descriptor = ARENA_JOIN(arena, STR(DEFINED "4{1'M' 7{"), str_of(options[_i].options), STR("}}"));
    struct str text = text_of(terminated(descriptor), NULL);
    assert_text(joined_options(text), str_of(options[_i].text), options[_i].options);
}
END_TEST

/* The same options, defined by another file. */
START_TEST(known_files_explain_options)
{
    struct error err;
    struct pb_file *file;
    ck_assert_int_eq(read_file(encoded(DEFINED), NULL, &file, &err), 0);
    const struct pb_schema *known = linked(file, NULL, 0);
    struct str descriptor = ARENA_JOIN(arena, STR("4{1'M' 7{"), str_of(options[_i].options), STR("}}"));
    assert_text(joined_options(text_of(terminated(descriptor), known)), str_of(options[_i].text), options[_i].options);
}
END_TEST

/* An extension of this file whose type is another's. */
START_TEST(types_of_known_files_are_found)
{
    const struct pb_schema *known =
        linked(parsed("k.proto",
                      spelled("package k; message K { optional int32 a = 1; optional E e = 2; } enum E { X = 1; }")),
               NULL, 0);
    struct str text =
        text_of("3'k.proto' 7{1'o' 2'" TYPES("MessageOptions") "' 3=50001 4=1 5=11 6'.k.K'} 7{1'e' 2'" TYPES(
                    "MessageOptions") "' 3=50002 4=1 5=14 6'.k.E'} 4{1'M' 7{50001{1=5 2=1} 50002=1}}",
                known);
    assert_text(joined_options(text), STR("(o) = {    a: 5,    e: X  }|(e) = X"), "options");
}
END_TEST

/* A package with the first part of an extension's name in its own would have it meant. */
START_TEST(hidden_names_have_a_dot)
{
    assert_text(text_of("2'acme.confluent.v1' 8{1088{1'd'}}", NULL),
                STR("package acme.confluent.v1;\n\noption (.confluent.file_meta) = {\n  doc: \"d\"\n};\n"), "hidden");
    assert_text(text_of("2'confluent.v1' 8{1088{1'd'}}", NULL),
                STR("package confluent.v1;\n\noption (confluent.file_meta) = {\n  doc: \"d\"\n};\n"), "not hidden");
}
END_TEST

/* Options of every kind of element. */
START_TEST(all_elements_have_options)
{
    struct str text =
        text_of("12'editions' 14=1000 8{1'j' 9=2 50{1=2 1000{2=1}} 1088{1'doc' 2{1'k' 2'v'}}} "
                "4{1'M' 2{1'a' 3=1 5=9 8{1=1 21{5=2} 1088{3'PII'}}} 2{1'b' 3=2 5=9 9=0} 8{1'o' 2{1{1=1}}} "
                "5{1=5 2=7 3{3=1 2{1=5 2'.p.x' 3'string'}}} 5{1=9 2=10}} 5{1'E' 2{1'X' 2=0 3{1=1}} 3{7{2=2}}} "
                "6{1'S' 2{1'R' 2'.M' 3'.M' 4{33=1 34=2}} 3{33=1}}",
                NULL);
    assert_text(
        text,
        STR("edition = \"2023\";\n\noption java_package = \"j\";\noption optimize_for = CODE_SIZE;\n"
            "option features.field_presence = IMPLICIT;\noption features.(pb.cpp).string_type = VIEW;\n"
            "option (confluent.file_meta) = {\n  doc: \"doc\",\n  params: {\n    key: \"k\",\n    value: \"v\"\n  "
            "}\n};\n\nmessage M {\n  string a = 1 [\n    ctype = CORD,\n"
            "    features.message_encoding = DELIMITED,\n    (confluent.field_meta) = {\n      tags: \"PII\"\n    }\n  "
            "];\n"
            "\n  oneof o {\n    option features.field_presence = EXPLICIT;\n  \n    string b = 2;\n  }\n\n"
            "  extensions 5 to 6 [\n    declaration = {\n      number: 5,\n      full_name: \".p.x\",\n"
            "      type: \"string\"\n    },\n    verification = UNVERIFIED\n  ];\n  extensions 9;\n}\nenum E {\n"
            "  option features.enum_type = CLOSED;\n  X = 0 [deprecated = true];\n}\n\nservice S {\n"
            "  option deprecated = true;\n\n  rpc R (.M) returns (.M) {\n    option deprecated = true;\n"
            "    option idempotency_level = IDEMPOTENT;\n  };\n}\n"),
        "options");
}
END_TEST

START_TEST(bad_options_are_refused)
{
    static const char *const uninterpreted[] = {
        "",
        "2{1'a' 2=0}",
        "3'x'",
        "2{1'a' 2=0} 3'x' 4=1",
        "2{1'a b' 2=0} 3'x'",
        "2{1'a.b' 2=0} 3'x'",
        "2{1'..' 2=1} 3'x'",
        "2{1'a' 2=0} 3'x y'",
        "2{1'a' 2=0} 8'}; message X {'",
        "2{1'a' 2=0} 8'}; option b = {'",
        "2{1'a' 2=0} 8'}; package b; option c = {'",
    };
    for (size_t i = 0; i < sizeof uninterpreted / sizeof *uninterpreted; i++) {
        struct str descriptor = ARENA_JOIN(arena, STR("8{999{"), str_of(uninterpreted[i]), STR("}}"));
        assert_text(text_of(terminated(descriptor), NULL),
                    STR("The descriptor has an uninterpreted option that is none"), uninterpreted[i]);
    }
    assert_text(text_of("8{1'\377'}", NULL), STR("The descriptor has an option with a text that is not UTF-8"),
                "string");
    struct str reason = text_of("8{999{2{1'a' 2=0} 8'b: '}}", NULL);
    ck_assert_msg(str_starts(reason, STR("line ")), STR_FMT, STR_ARG(reason));
}
END_TEST

START_TEST(option_values_may_nest_up_to_a_depth)
{
    for (size_t depth = PB_DEPTH_MAX - 1; depth <= PB_DEPTH_MAX + 1; depth++) {
        struct str defined = encoded(DEFINED);
        struct buf out = new_bytes();
        size_t open[PB_DEPTH_MAX + 3], count = 0;
        buf_add(&out, defined);
        open[count++] = wire_begin(&out, 4);
        wire_put_bytes(&out, 1, STR("M"));
        open[count++] = wire_begin(&out, 7);
        for (size_t i = 0; i < depth; i++)
            open[count++] = wire_begin(&out, i ? 4 : 50001);
        while (count > 0)
            wire_end(&out, open[--count]);
        struct error err;
        struct pb_file *file;
        int outcome = read_file(buf_str(&out), NULL, &file, &err);
        ck_assert_int_eq(outcome, depth <= PB_DEPTH_MAX ? 0 : -1);
        if (outcome != 0)
            assert_text(err.text, STR("Option values of the descriptor are nested too deeply"), "depth");
    }
}
END_TEST

/* Values of an enum are looked for one by one: the work has an end. */
START_TEST(work_is_bounded)
{
    struct buf text = new_bytes(), out = new_bytes();
    buf_add(&text, STR("syntax = \"proto3\"; import \"google/protobuf/descriptor.proto\"; enum E { Z = 0; "));
    for (int i = 1; i < 10000; i++)
        buf_printf(&text, "A%d = %d; ", i, i);
    buf_add(&text, STR("} extend google.protobuf.FileOptions { repeated E e = 50001; }"));
    const struct pb_schema *known = linked(parsed("k.proto", buf_str(&text)), NULL, 0);
    size_t file_options = wire_begin(&out, 8), values = wire_begin(&out, 50001);
    for (int i = 0; i < 100000; i++)
        wire_put_varint(&out, 9999);
    wire_end(&out, values);
    wire_end(&out, file_options);
    struct error err;
    struct pb_file *file;
    ck_assert_int_eq(read_file(buf_str(&out), known, &file, &err), -1);
    assert_text(err.text, STR("The options of the descriptor are too many"), "work");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, options_have_texts, 0, ROWS(options));
    tcase_add_loop_test(tests, known_files_explain_options, 0, ROWS(options));
    tcase_add_test(tests, types_of_known_files_are_found);
    tcase_add_test(tests, hidden_names_have_a_dot);
    tcase_add_test(tests, all_elements_have_options);
    tcase_add_test(tests, bad_options_are_refused);
    tcase_add_test(tests, option_values_may_nest_up_to_a_depth);
    tcase_add_test(tests, work_is_bounded);
}

int main(void)
{
    return run_tests("from_descriptor_options", add_tests);
}
