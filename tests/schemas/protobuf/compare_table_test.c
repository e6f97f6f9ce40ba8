/* Changes that schemas go through, and what each policy says of them; and the pairs that Confluent Schema Registry publishes,
 * which are read when they are there (AVOUCH_TEST_VECTORS): exit status 77 says that they are not.
 * covers: schemas/protobuf/compare.c schemas/protobuf/compare_message.c schemas/protobuf/compare_field.c */
#include "compare_fixture.h"
#include "jtree.h"

#define REST \
    " } enum E { Z = 0; Y = 1; } enum F { X = 0; W = 1; } message N { int32 x = 1; } message Q { int32 x = 1; }"
#define M3(body) "syntax = 'proto3'; package t; message M { " body REST
#define M2(body) "syntax = 'proto2'; package t; message M { " body " }"

/* Writer, reader; whether the reader can read as the reference server has it, and whether it shows every value that it knows
 * as it was written. */
static const struct {
    const char *what, *writer, *reader;
    bool reference, sound;
} changes[] = {
    /* Fields. */
    {"field added", M3("int32 a = 1;"), M3("int32 a = 1; string b = 2;"), true, true},
    {"field removed", M3("int32 a = 1; string b = 2;"), M3("int32 a = 1;"), true, true},
    {"field renamed", M3("int32 a = 1;"), M3("int32 b = 1;"), true, true},
    {"field renumbered: its values are lost", M3("int32 a = 1;"), M3("int32 a = 2;"), true, false},
    {"numbers of two fields swapped", M3("int32 a = 1; int32 b = 2;"), M3("int32 a = 2; int32 b = 1;"), true, false},
    {"reserved number used again", M3("reserved 1;"), M3("int32 a = 1;"), true, true},
    /* Scalars. */
    {"int32 to int64", M3("int32 a = 1;"), M3("int64 a = 1;"), true, true},
    {"int64 to int32", M3("int64 a = 1;"), M3("int32 a = 1;"), true, false},
    {"int32 to uint32", M3("int32 a = 1;"), M3("uint32 a = 1;"), true, false},
    {"int32 to bool", M3("int32 a = 1;"), M3("bool a = 1;"), true, false},
    {"int32 to sint32", M3("int32 a = 1;"), M3("sint32 a = 1;"), false, false},
    {"int32 to fixed32", M3("int32 a = 1;"), M3("fixed32 a = 1;"), false, false},
    {"fixed32 to float", M3("fixed32 a = 1;"), M3("float a = 1;"), false, false},
    {"fixed32 to sfixed32", M3("fixed32 a = 1;"), M3("sfixed32 a = 1;"), true, false},
    {"string to bytes", M3("string a = 1;"), M3("bytes a = 1;"), true, true},
    {"bytes to string: not all bytes are UTF-8", M3("bytes a = 1;"), M3("string a = 1;"), true, false},
    {"bytes to message", M3("bytes a = 1;"), M3("N a = 1;"), false, false},
    {"type of a group's field changed", M2("optional group G = 1 { optional int32 x = 1; }"),
     M2("optional group G = 1 { optional string x = 1; }"), false, false},
    {"leaf of a recursive message changed", M3("M m = 1; int32 v = 2;"), M3("M m = 1; string v = 2;"), false, false},
    /* Enums. */
    {"int32 to open enum", M3("int32 a = 1;"), M3("E a = 1;"), true, true},
    {"open enum to int32", M3("E a = 1;"), M3("int32 a = 1;"), true, true},
    {"enum to another enum", M3("E a = 1;"), M3("F a = 1;"), true, true},
    {"constant of an open enum removed", M3("G a = 1; enum G { A = 0; B = 1; }"), M3("G a = 1; enum G { A = 0; }"),
     true, true},
    {"constant of a closed enum removed", M2("optional G a = 1; enum G { A = 0; B = 1; }"),
     M2("optional G a = 1; enum G { A = 0; }"), true, false},
    {"unused enum removed", M3("enum G { A = 0; }"), M3(""), true, true},
    /* Labels. */
    {"no label to repeated int32", M3("int32 a = 1;"), M3("repeated int32 a = 1;"), true, true},
    {"repeated to no label int32: packed", M3("repeated int32 a = 1;"), M3("int32 a = 1;"), true, false},
    {"optional to repeated int32", M3("optional int32 a = 1;"), M3("repeated int32 a = 1;"), false, true},
    {"string to repeated string", M3("string a = 1;"), M3("repeated string a = 1;"), true, true},
    {"repeated string to string: the last one wins", M3("repeated string a = 1;"), M3("string a = 1;"), true, false},
    {"repeated message to message: they are merged", M3("repeated N a = 1;"), M3("N a = 1;"), true, false},
    {"optional to required int32", M2("optional int32 a = 1;"), M2("required int32 a = 1;"), false, false},
    {"optional to required string", M2("optional string a = 1;"), M2("required string a = 1;"), true, false},
    {"required to optional int32", M2("required int32 a = 1;"), M2("optional int32 a = 1;"), false, true},
    {"required to optional string", M2("required string a = 1;"), M2("optional string a = 1;"), true, true},
    {"required field added", M2(""), M2("required int32 a = 1;"), false, false},
    {"required field removed", M2("required int32 a = 1;"), M2(""), false, true},
    {"default changed", M2("optional int32 a = 1 [default = 1];"), M2("optional int32 a = 1 [default = 2];"), true,
     false},
    /* Messages. A package and messages may be what a client looks for by name: they are kept under either policy. */
    {"package changed", "syntax = 'proto3'; package t; message M {}", "syntax = 'proto3'; package u; message M {}",
     false, false},
    {"message removed", "syntax = 'proto3'; message M {} message R {}", "syntax = 'proto3'; message M {}", false,
     false},
    {"unused nested message removed", "syntax = 'proto3'; message M { message R {} }",
     "syntax = 'proto3'; message M {}", false, false},
    {"messages in another order", "syntax = 'proto3'; message A {} message B {}",
     "syntax = 'proto3'; message B {} message A {}", true, true},
    {"type of a field renamed, same shape", M3("N a = 1;"), M3("Q a = 1;"), false, true},
    {"type of a field of another shape", M3("N a = 1; message P { string y = 1; }"),
     M3("P a = 1; message P { string y = 1; }"), false, false},
    /* Maps. */
    {"map removed", M3("map<string, int32> a = 1;"), M3(""), true, true},
    {"value of a map int32 to string", M3("map<string, int32> a = 1;"), M3("map<string, string> a = 1;"), false, false},
    {"map to the entries that it is made of", M3("map<string, int32> a = 1;"),
     M3("repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }"), false, true},
    /* Oneofs. */
    {"field into a new oneof", M3("int32 a = 1;"), M3("oneof o { int32 a = 1; }"), true, true},
    {"two fields into a new oneof", M3("int32 a = 1; int32 b = 2;"), M3("oneof o { int32 a = 1; int32 b = 2; }"), false,
     false},
    {"field into an existing oneof", M3("int32 a = 1; oneof o { int32 b = 2; }"),
     M3("oneof o { int32 a = 1; int32 b = 2; }"), false, false},
    {"member out of a oneof that stays", M3("oneof o { int32 a = 1; int32 b = 2; }"),
     M3("int32 a = 1; oneof o { int32 b = 2; }"), true, true},
    {"member of a oneof removed", M3("oneof o { int32 a = 1; int32 b = 2; }"), M3("oneof o { int32 b = 2; }"), false,
     true},
    {"oneof removed", M3("oneof o { int32 a = 1; int32 b = 2; }"), M3(""), true, true},
    {"oneof split", M3("oneof o { int32 a = 1; int32 b = 2; }"),
     M3("oneof p { int32 a = 1; } oneof q { int32 b = 2; }"), true, true},
    {"oneof split, one half keeps the name", M3("oneof o { int32 a = 1; int32 b = 2; }"),
     M3("oneof o { int32 a = 1; } oneof q { int32 b = 2; }"), true, true},
    {"two oneofs made one", M3("oneof p { int32 a = 1; } oneof q { int32 b = 2; }"),
     M3("oneof o { int32 a = 1; int32 b = 2; }"), false, false},
    {"one oneof taken into another", M3("oneof p { int32 a = 1; } oneof q { int32 b = 2; }"),
     M3("oneof p { int32 a = 1; int32 b = 2; }"), false, false},
    {"type changed while entering a oneof", M3("int32 a = 1;"), M3("oneof o { string a = 1; }"), false, false},
    {"type changed while leaving a oneof", M3("oneof o { int32 a = 1; }"), M3("string a = 1;"), false, false},
    {"type changed while the oneof is renamed", M3("oneof o { int32 a = 1; }"), M3("oneof p { string a = 1; }"), false,
     false},
    /* What is not data. */
    {"proto2 to proto3", M2("optional int32 a = 1;"), M3("int32 a = 1;"), true, true},
    {"packed or not", M3("repeated int32 a = 1;"), M3("repeated int32 a = 1 [packed = false];"), true, true},
    {"name in JSON", M3("int32 a = 1;"), M3("int32 a = 1 [json_name = 'z'];"), true, true},
    {"rpc removed", "syntax = 'proto3'; message M {} service S { rpc R (M) returns (M); }",
     "syntax = 'proto3'; message M {} service S {}", true, true},
};

START_TEST(changes_are_judged)
{
    struct pb_schema *writer = linked(spelled(changes[_i].writer)), *reader = linked(spelled(changes[_i].reader));
    struct str by_reference = differences_of(reader, writer, SCHEMA_POLICY_REFERENCE);
    struct str by_sound = differences_of(reader, writer, SCHEMA_POLICY_SOUND);
    ck_assert_msg((by_reference.n == 0) == changes[_i].reference, "%s: " STR_FMT, changes[_i].what,
                  STR_ARG(by_reference));
    ck_assert_msg((by_sound.n == 0) == changes[_i].sound, "%s: " STR_FMT, changes[_i].what, STR_ARG(by_sound));
}
END_TEST

/* -- the published ones ------------------------------------------------------------------------------------------- */

static FILE *open_published(void)
{
    char path[1024];
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    snprintf(path, sizeof path, "%s/confluent/protobuf-diff-half.json", folder ? folder : "");
    return fopen(path, "r");
}

static bool has_published(void)
{
    FILE *file = open_published();
    if (file)
        fclose(file);
    return file != NULL;
}

static const struct jtree_node *read_published(void)
{
    char *text = NULL;
    size_t room = 0;
    struct jtree_node *root = NULL;
    FILE *file = open_published();
    ck_assert_ptr_nonnull(file);
    ssize_t length = getdelim(&text, &room, '\0', file);
    ck_assert_int_gt(length, 0);
    fclose(file);
    struct str copy = arena_str(arena, (struct str){text, (size_t)length});
    free(text);
    ck_assert_int_eq(jtree_read(arena, copy, 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static struct str text_member(const struct jtree_node *node, const char *name)
{
    const struct jtree_node *member = jtree_member(node, str_of(name));
    return jtree_is(member, JTREE_KIND_STRING) ? member->text : STR_EMPTY;
}

/* The schema of a pair that is called "original" or "update". */
static struct pb_schema *published_schema(const struct jtree_node *pair, const char *role)
{
    struct schema_dependency list[DEPENDENCIES_MAX];
    struct schema_source source = {text_member(pair, arena_printf(arena, "%s_schema", role).p), list, 0};
    const struct jtree_node *all = jtree_member(pair, arena_printf(arena, "%s_dependencies", role));
    for (const struct jtree_node *d = all ? all->first : NULL; d; d = d->next) {
        ck_assert_uint_lt(source.dependency_count, DEPENDENCIES_MAX);
        list[source.dependency_count++] =
            (struct schema_dependency){text_member(d, "name"), text_member(d, "dependency")};
    }
    return linked_from(&source);
}

/* Both have the same differences, in any order. */
static void assert_same(struct str got, const struct jtree_node *wanted, struct str description)
{
    struct str rest = ARENA_JOIN(arena, got, STR(";")), part;
    size_t count = 0;
    while (got.n && str_next(&rest, ';', &part) && part.n) {
        const struct jtree_node *change = wanted->first;
        while (change && !str_equal(change->text, str_trim(part)))
            change = change->next;
        ck_assert_msg(change, STR_FMT ": " STR_FMT, STR_ARG(description), STR_ARG(got));
        count++;
    }
    ck_assert_msg(count == wanted->count, STR_FMT ": " STR_FMT, STR_ARG(description), STR_ARG(got));
}

START_TEST(published_pairs_are_met)
{
    size_t checked = 0;
    for (const struct jtree_node *pair = read_published()->first; pair; pair = pair->next, checked++) {
        struct pb_schema *writer = published_schema(pair, "original"), *reader = published_schema(pair, "update");
        struct str description = text_member(pair, "description");
        assert_same(all_differences_of(reader, writer, false), jtree_member(pair, STR("changes")), description);
        bool is_compatible = differences_of(reader, writer, SCHEMA_POLICY_REFERENCE).n == 0;
        ck_assert_msg(is_compatible == jtree_is(jtree_member(pair, STR("compatible")), JTREE_KIND_TRUE), STR_FMT,
                      STR_ARG(description));
    }
    printf("%zu published pairs\n", checked);
    ck_assert_uint_ge(checked, 20);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, changes_are_judged, 0, ROWS(changes));
    if (has_published())
        tcase_add_test(tests, published_pairs_are_met);
}

int main(void)
{
    int outcome = run_tests("compare_table", add_tests);
    if (outcome != 0 || has_published())
        return outcome;
    printf("SKIP confluent/protobuf-diff-half.json is not here; the other tests passed\n");
    return 77;
}
