/* The files that need no reference. What is in them is compared with protoc's by tests/oracle/protobuf_corpus.py. */
#include "protobuf/link.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define FILES 33

START_TEST(are_all_there)
{
    const struct pb_schema *schema = pb_builtins();
    ck_assert_ptr_nonnull(schema);
    ck_assert_uint_eq(schema->files.count, FILES);
    for (size_t i = 0; i < schema->files.count; i++) {
        const struct pb_file *file = schema->files.items[i];
        ck_assert(file->is_builtin);
        ck_assert_msg(!file->fault.p, STR_FMT, STR_ARG(file->path));
        ck_assert_ptr_eq(pb_builtin_file(file->path), file);
        for (const struct pb_import *import = file->imports.first; import; import = import->next)
            ck_assert_ptr_eq(import->file, pb_builtin_file(import->path));
    }
    ck_assert_ptr_null(pb_builtin_file(STR("google/protobuf/compiler/plugin.proto")));
    ck_assert_ptr_null(pb_builtin_file(STR("")));
}
END_TEST

START_TEST(have_names)
{
    static const char *const names[] = {
        "google.protobuf.Any",
        "google.protobuf.FieldOptions.targets",
        "google.protobuf.FeatureSet",
        "google.protobuf.BoolValue",
        "google.protobuf.NULL_VALUE",
        "google.type.PostalAddress",
        "google.type.DayOfWeek",
        "confluent.Meta.params",
        "confluent.field_meta",
        "confluent.type.Decimal.scale",
        "confluent.type.Variant",
        "pb.cpp",
        "pb.JavaFeatures",
        "pb.go",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(pb_symbol_find(pb_builtins(), str_of(names[i])) != NULL, "%s", names[i]);
}
END_TEST

/* Every name that stands for a type was found. */
START_TEST(are_linked)
{
    const struct pb_schema *schema = pb_builtins();
    size_t fields = 0;
    for (size_t i = 0; i < schema->files.count; i++) {
        const struct pb_file *file = schema->files.items[i];
        for (const struct pb_message *m = file->messages.first; m; m = pb_next_message(m)) {
            for (const struct pb_field *field = m->fields.first; field; field = field->next, fields++)
                ck_assert_msg(field->type.type != PB_NAMED, STR_FMT, STR_ARG(field->full_name));
        }
        for (const struct pb_extend *extend = file->extends.first; extend; extend = extend->next) {
            ck_assert_ptr_nonnull(extend->target.message);
            ck_assert_ptr_nonnull(extend->fields.first->type.message);
        }
    }
    ck_assert_uint_gt(fields, 300);
}
END_TEST

START_TEST(reference_option_numbers)
{
    static const char *const names[] = {"confluent.file_meta", "confluent.message_meta", "confluent.field_meta",
                                        "confluent.enum_meta", "confluent.enum_value_meta"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct pb_symbol *symbol = pb_symbol_find(pb_builtins(), str_of(names[i]));
        ck_assert_int_eq(symbol->kind, PB_SYMBOL_FIELD);
        ck_assert_int_eq(((const struct pb_field *)symbol->node)->number, 1088);
    }
}
END_TEST

static void *ask(void *unused)
{
    (void)unused;
    return (void *)(uintptr_t)pb_builtins();
}

START_TEST(are_made_once)
{
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (size_t i = 0; i < 8; i++) {
        void *found;
        ck_assert_int_eq(pthread_join(threads[i], &found), 0);
        ck_assert_ptr_eq(found, pb_builtins());
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("wellknown");
    tcase_add_test(cases, are_made_once);
    tcase_add_test(cases, are_all_there);
    tcase_add_test(cases, have_names);
    tcase_add_test(cases, are_linked);
    tcase_add_test(cases, reference_option_numbers);
    Suite *suite = suite_create("wellknown");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
