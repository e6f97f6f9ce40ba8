/* Protobuf as a format among others: texts and descriptors, forms, checks, names of fields. */
#include "protobuf/format.h"

#include "fixture.h"

#include "base64.h"

#define P3 "syntax = 'proto3'; "

static struct schema *schema_from(struct str text, const struct schema_dependency *files, size_t count,
                                  struct error *err)
{
    struct schema_source source = {text, files, count};
    struct schema *schema = NULL;
    *err = ERROR_INIT(arena);
    int outcome = schema_parse(&protobuf_format, &source, &schema, err);
    ck_assert_int_eq(outcome, schema ? 0 : -1);
    ck_assert_int_eq(error_is_set(err), outcome != 0);
    return schema;
}

static struct str form_of(struct str text, enum schema_form form)
{
    struct error err;
    struct buf out = new_text();
    struct schema *schema = schema_from(text, NULL, 0, &err);
    if (!schema)
        return err.text;
    ck_assert_int_eq(schema_print(schema, form, &out, &err), 0);
    schema_unref(schema);
    return buf_str(&out);
}

START_TEST(the_format_has_a_name_and_outputs)
{
    enum schema_form form = SCHEMA_FORM_COUNT_;
    ck_assert_ptr_eq(schema_format_find(STR("PROTOBUF")), &protobuf_format);
    ck_assert(schema_output_find(&protobuf_format, STR("serialized"), false, &form));
    ck_assert_int_eq(form, SCHEMA_FORM_SERIALIZED);
    ck_assert(schema_output_find(&protobuf_format, STR("Ignore_Extensions"), true, &form));
    ck_assert_int_eq(form, SCHEMA_FORM_WITHOUT_EXTENSIONS);
    ck_assert(!schema_output_find(&protobuf_format, STR("resolved"), true, &form));
    ck_assert(!schema_output_find(&protobuf_format, STR(""), true, &form));
}
END_TEST

/* -- forms -------------------------------------------------------------------------------------------------------- */

static const char everything[] =
    P3 "import 'google/protobuf/any.proto'; option (x) = 1; message M { M b = 2; int32 a = 1 [(y) = "
       "2]; }";

static const struct {
    enum schema_form form;
    const char *text;
} forms[] = {
    {SCHEMA_FORM_CANONICAL,
     "syntax = 'proto3';\n\nimport 'google/protobuf/any.proto';\n\noption (x) = 1;\n\nmessage M {\n  M b "
     "= 2;\n  int32 a = 1 [(y) = 2];\n}\n"},
    {SCHEMA_FORM_NORMAL,
     "syntax = 'proto3';\n\nimport 'google/protobuf/any.proto';\n\noption (x) = 1;\n\nmessage M {\n  int32 a "
     "= 1 [(y) = 2];\n  .M b = 2;\n}\n"},
    {SCHEMA_FORM_WITHOUT_EXTENSIONS,
     "syntax = 'proto3';\n\nimport 'google/protobuf/any.proto';\n\nmessage M {\n  M b = 2;\n  int32 a = 1;\n}\n"},
};

START_TEST(forms_are_printed)
{
    struct str canonical = spelled(forms[0].text);
    for (int i = 0; i < ROWS(forms); i++)
        assert_text(form_of(spelled(everything), forms[i].form), spelled(forms[i].text));
    assert_text(form_of(spelled(everything), SCHEMA_FORM_RESOLVED), canonical);
    assert_text(form_of(spelled(everything), SCHEMA_FORM_EQUAL), canonical);
    assert_text(form_of(spelled(everything), SCHEMA_FORM_NORMAL_EQUAL), canonical);
}
END_TEST

/* The text that a form in base64 means is that of the descriptor. */
START_TEST(descriptors_are_read_and_written)
{
    struct str text =
        spelled("syntax = 'proto3';\npackage p;\n\nmessage M {\n  reserved 7;\n\n  repeated int32 a = 1;\n  optional "
                ".p.E b = 2;\n\n  oneof o {\n    string c = 3;\n  }\n}\nenum E {\n  Z = 0;\n}\n");
    struct str descriptor = form_of(text, SCHEMA_FORM_SERIALIZED);
    ck_assert(str_ends(descriptor, STR("=")));
    assert_text(form_of(descriptor, SCHEMA_FORM_CANONICAL), text);
    assert_text(form_of(descriptor, SCHEMA_FORM_SERIALIZED), descriptor);
    size_t end = descriptor.n;
    while (descriptor.p[end - 1] == '=')
        end--;
    assert_text(form_of(str_slice(descriptor, 0, end), SCHEMA_FORM_CANONICAL), text);
}
END_TEST

/* Every length that base64 may have, with padding and without. */
START_TEST(padding_may_be_left_out)
{
    for (int length = 1; length < 10; length++) {
        struct buf bytes = new_text(), padded = new_text();
        buf_printf(&bytes, "\n%c%.*s", length, length, "filenames"); /* 1: name */
        base64_encode(&padded, buf_str(&bytes));
        struct str text = buf_str(&padded);
        assert_text(form_of(text, SCHEMA_FORM_CANONICAL), STR_EMPTY);
        while (text.p[text.n - 1] == '=')
            text.n--;
        assert_text(form_of(text, SCHEMA_FORM_CANONICAL), STR_EMPTY);
    }
}
END_TEST

static const struct {
    const char *text, *fault;
} refused[] = {
    {"hello",
     "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found hello"},
    {"message M {\n", "Could not parse Protobuf: line 2, column 1: Expected \"}\", found the end of the text"},
    {"+P8=", "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found +"},
    {"AAAA", "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found AAAA"},
    {" IgMKAUE=",
     "Could not parse Protobuf: line 1, column 2: Expected top-level statement (e.g. \"message\"), found IgMKAUE"},
    {"IgMKAUE=\n",
     "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found IgMKAUE"},
    {"IgMK\nAUE=",
     "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found IgMK"},
    {"IgMKAUE==",
     "Could not parse Protobuf: line 1, column 1: Expected top-level statement (e.g. \"message\"), found IgMKAUE"},
    {"edition = '2022';", "Could not parse Protobuf: line 1, column 11: Unknown edition \"2022\"."},
};

START_TEST(other_texts_are_refused)
{
    struct error err;
    ck_assert_ptr_null(schema_from(spelled(refused[_i].text), NULL, 0, &err));
    ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
    assert_text(err.text, str_of(refused[_i].fault));
}
END_TEST

START_TEST(faults_say_where)
{
    static const struct {
        struct pb_position at;
        const char *text;
    } rows[] = {
        {{3, 7}, "line 3, column 7: It is wrong"}, {{0, 0}, "It is wrong"}, {{1, 0}, "line 1, column 0: It is wrong"}};
    for (int i = 0; i < ROWS(rows); i++) {
        struct error err = ERROR_INIT(arena);
        ck_assert_int_eq(pb_fault(arena, &err, rows[i].at, STR("It is wrong")), -1);
        ck_assert_int_eq(err.id, ERROR_INVALID_SCHEMA);
        assert_text(err.text, str_of(rows[i].text));
    }
}
END_TEST

/* -- dependencies ------------------------------------------------------------------------------------------------- */

START_TEST(dependencies_may_be_descriptors)
{
    struct str library = form_of(spelled(P3 "package lib; message C { int32 a = 1; }"), SCHEMA_FORM_SERIALIZED);
    struct schema_dependency files[] = {{STR("c.proto"), library},
                                        {STR("d.proto"), spelled(P3 "import 'c.proto'; message D { lib.C c = 1; }")}};
    struct error err;
    struct schema *schema =
        schema_from(spelled(P3 "import 'd.proto'; message M { D d = 1; lib.C c = 2; }"), files, 2, &err);
    const struct pb_schema *model = schema_model(schema);
    ck_assert_uint_eq(model->files.count, 3);
    assert_text(model->files.items[0]->path, STR("default"));
    assert_text(model->files.items[1]->path, STR("c.proto"));
    assert_text(field_named(model, "D.c")->type.message->full_name, STR("lib.C"));
    assert_text(field_named(model, "M.c")->type.message->full_name, STR("lib.C"));
    ck_assert_int_eq(schema_check(schema, SCHEMA_CHECK_REFERENCE, false, &err), 0);
    schema_unref(schema);
}
END_TEST

/* Each with an option of its own, so that what was read before it is looked at. */
START_TEST(many_dependencies_may_be_descriptors)
{
    enum { FILES = 1000 };
    struct schema_dependency *files = ARENA_ARRAY(arena, FILES, struct schema_dependency);
    for (int i = 0; i < FILES; i++) {
        struct str text = arena_printf(
            arena,
            P3 "package p%d; import 'google/protobuf/descriptor.proto'; extend google.protobuf.MessageOptions { "
               "optional string o = %d; } message C { option (o) = 'x'; google.protobuf.MessageOptions a = 1; }",
            i, 50000 + i);
        files[i] =
            (struct schema_dependency){arena_printf(arena, "f%d", i), form_of(spelled(text.p), SCHEMA_FORM_SERIALIZED)};
    }
    struct error err;
    struct schema *schema =
        schema_from(spelled(P3 "import 'f999'; message M { option (p999.o) = 'y'; }"), files, FILES, &err);
    ck_assert_ptr_nonnull(schema);
    ck_assert_uint_lt(schema_bytes(schema), 16u << 20);
    schema_unref(schema);
}
END_TEST

START_TEST(dependencies_must_be_right)
{
    struct schema_dependency files[] = {{STR("a.proto"), STR("message A {}")}, {STR("b.proto"), STR("message")}};
    struct error err;
    ck_assert_ptr_null(schema_from(STR("message M {}"), files, 2, &err));
    assert_text(err.text,
                STR("Could not parse Protobuf: line 1, column 8: Expected message name, found the end of the text"));
}
END_TEST

/* The texts may go once the schema is there. */
START_TEST(texts_are_copied)
{
    char text[] = "syntax = \"proto3\"; message M { option (o) = \"text\"; C c = 1; }", path[] = "c.proto",
         library[] = "message C {}";
    struct schema_dependency files[] = {{str_of(path), str_of(library)}};
    struct error err;
    struct buf out = new_text();
    struct schema *schema = schema_from(str_of(text), files, 1, &err);
    memset(text, '!', sizeof text - 1);
    memset(path, '!', sizeof path - 1);
    memset(library, '!', sizeof library - 1);
    ck_assert_int_eq(schema_print(schema, SCHEMA_FORM_NORMAL, &out, &err), 0);
    assert_text(buf_str(&out),
                spelled("syntax = 'proto3';\n\nmessage M {\n  option (o) = 'text';\n\n  .C c = 1;\n}\n"));
    schema_unref(schema);
}
END_TEST

/* -- checks, comparisons, names ------------------------------------------------------------------------------------ */

START_TEST(checks_are_of_three_kinds)
{
    static const struct {
        const char *text;
        bool reference, fields, strict;
    } rows[] = {
        {P3 "message M { int32 a = 1; }", true, true, true},
        {P3 "message M { Missing a = 1; }", false, false, false},
        {P3 "message M { int32 a = 1; int32 b = 1; }", true, false, false},
        {P3 "message 1A { int32 a = 1; }", true, true, false},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        struct error err;
        struct schema *schema = schema_from(spelled(rows[i].text), NULL, 0, &err);
        ck_assert_int_eq(schema_check(schema, SCHEMA_CHECK_REFERENCE, false, &err) == 0, rows[i].reference);
        err = ERROR_INIT(arena);
        ck_assert_int_eq(schema_check(schema, SCHEMA_CHECK_REFERENCE, true, &err) == 0, rows[i].fields);
        err = ERROR_INIT(arena);
        ck_assert_int_eq(schema_check(schema, SCHEMA_CHECK_STRICT, false, &err) == 0, rows[i].strict);
        ck_assert_int_eq(err.id, rows[i].strict ? ERROR_NONE : ERROR_INVALID_SCHEMA);
        schema_unref(schema);
    }
}
END_TEST

START_TEST(schemas_are_compared)
{
    struct error err;
    struct schema *writer = schema_from(spelled(P3 "message M { int32 a = 1; }"), NULL, 0, &err);
    struct schema *reader = schema_from(spelled(P3 "message M { string a = 1; }"), NULL, 0, &err);
    struct schema_differences found = {0};
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    ck_assert_int_eq(schema_compare(reader, writer, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err), 0);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_uint_lt(budget, SCHEMA_COMPARE_BUDGET);
    assert_text(
        protobuf_format.describe(arena, found.items, STR("new"), STR("old")),
        STR("{errorType:\"FIELD_SCALAR_KIND_CHANGED\", description:\"The kind of a SCALAR field at path '#/M/1' in the "
            "new schema does not match its kind in the old schema\"}"));
    schema_unref(writer);
    schema_unref(reader);
}
END_TEST

/* Those of the first message, in the order of the text, members of oneofs among them. */
START_TEST(fields_have_names)
{
    static const struct {
        const char *text, *names;
    } rows[] = {
        {P3 "message M { int32 b = 2; oneof o { int32 c = 3; } map<int32, M> d = 4; message N { int32 x = 1; } int32 a "
            "= 1; } message "
            "L { int32 y = 1; }",
         "b c d a "},
        {"message M { optional group G = 1 {} }", "g "},
        {"message M {}", ""},
        {"enum E { Z = 0; }", ""},
        {"", ""},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        struct error err;
        struct str names[8];
        struct buf out = new_text();
        struct schema *schema = schema_from(spelled(rows[i].text), NULL, 0, &err);
        size_t count = schema_field_names(schema, names, 8);
        for (size_t k = 0; k < count; k++)
            buf_printf(&out, STR_FMT " ", STR_ARG(names[k]));
        assert_text(buf_str(&out), str_of(rows[i].names));
        names[1] = STR("untouched");
        ck_assert_uint_eq(schema_field_names(schema, names, 1), count);
        assert_text(names[1], STR("untouched"));
        schema_unref(schema);
    }
}
END_TEST

START_TEST(outputs_that_are_too_large_are_refused)
{
    static const enum schema_form all[] = {SCHEMA_FORM_CANONICAL, SCHEMA_FORM_NORMAL, SCHEMA_FORM_WITHOUT_EXTENSIONS,
                                           SCHEMA_FORM_SERIALIZED};
    struct error err;
    struct schema *schema = schema_from(spelled(everything), NULL, 0, &err);
    for (int i = 0; i < ROWS(all); i++) {
        struct buf out;
        buf_init(&out, arena, 10);
        err = ERROR_INIT(arena);
        ck_assert_int_eq(schema_print(schema, all[i], &out, &err), -1);
        ck_assert_int_eq(err.id, ERROR_SCHEMA_TOO_LARGE);
    }
    schema_unref(schema);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, the_format_has_a_name_and_outputs);
    tcase_add_test(tests, forms_are_printed);
    tcase_add_test(tests, descriptors_are_read_and_written);
    tcase_add_test(tests, padding_may_be_left_out);
    tcase_add_loop_test(tests, other_texts_are_refused, 0, ROWS(refused));
    tcase_add_test(tests, faults_say_where);
    tcase_add_test(tests, dependencies_may_be_descriptors);
    tcase_add_test(tests, many_dependencies_may_be_descriptors);
    tcase_add_test(tests, dependencies_must_be_right);
    tcase_add_test(tests, texts_are_copied);
    tcase_add_test(tests, checks_are_of_three_kinds);
    tcase_add_test(tests, schemas_are_compared);
    tcase_add_test(tests, fields_have_names);
    tcase_add_test(tests, outputs_that_are_too_large_are_refused);
}

int main(void)
{
    return run_tests("format", add_tests);
}
