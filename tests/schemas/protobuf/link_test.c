/* What names refer to: scopes, packages, imports, built-in files, doubles.
 * covers: schemas/protobuf/link.c schemas/protobuf/symbols.c */
#include "protobuf/symbols.h"

#include "fixture.h"

#define P3 "syntax = 'proto3'; "

/* -- types -------------------------------------------------------------------------------------------------------- */

/* What the type of a field has become: "message p.M", "enum p.E", "group p.M.G", or its name as it stands. */
static struct str meaning_of(const struct pb_type_use *type)
{
    if (type->type == PB_MESSAGE || type->type == PB_GROUP)
        return ARENA_JOIN(arena, type->type == PB_GROUP ? STR("group ") : STR("message "), type->message->full_name);
    if (type->type == PB_ENUM)
        return ARENA_JOIN(arena, STR("enum "), type->enumeration->full_name);
    return type->name;
}

/* Text, field, what its type means. */
static const struct {
    const char *text, *field, *type;
} types[] = {
    /* Scalars and what nobody has defined. */
    {P3 "message M { int32 a = 1; }", "M.a", "int32"},
    {P3 "message M { Missing a = 1; }", "M.a", "Missing"},
    {P3 "message M { .Missing.x a = 1; }", "M.a", ".Missing.x"},
    /* Innermost scopes first, then outwards. */
    {P3 "message M { M a = 1; }", "M.a", "message M"},
    {P3 "message M { N a = 1; message N {} } message N {}", "M.a", "message M.N"},
    {P3 "message M { N a = 1; } message N { message N {} }", "M.a", "message N"},
    {P3 "message M { message N { N a = 1; message N {} } }", "M.N.a", "message M.N.N"},
    {P3 "message M { message N { M a = 1; } message M {} }", "M.N.a", "message M.M"},
    {P3 "message M { .N a = 1; message N {} } message N {}", "M.a", "message N"},
    {P3 "message M { E a = 1; enum E { Z = 0; } } enum E { Y = 0; }", "M.a", "enum M.E"},
    {P3 "message M { N.O a = 1; message N { message O {} } }", "M.a", "message M.N.O"},
    {P3 "message M { N.E a = 1; message N { enum E { Z = 0; } } }", "M.a", "enum M.N.E"},
    /* Only types count: fields, oneofs, constants, services and packages of the name do not hide them. */
    {P3 "message M { N N = 1; } message N {}", "M.N", "message N"},
    {P3 "message M { N a = 1; oneof N { int32 b = 2; } } message N {}", "M.a", "message N"},
    {P3 "message M { N a = 1; enum E { N = 0; } } message N {}", "M.a", "message N"},
    {P3 "package N; message M { N a = 1; message O {} } message N {}", "N.M.a", "message N.N"},
    {P3 "package p; message M { p a = 1; } message N {}", "p.M.a", "p"},
    {P3 "message M { S a = 1; S.R b = 2; } service S { rpc R (M) returns (M); }", "M.b", "S.R"},
    /* The first part is found but not the rest: the search goes on. */
    {P3 "package p; message M { N.O a = 1; message N {} } message N { message O {} }", "p.M.a", "message p.N.O"},
    {P3 "package a.b.a; message M { a.b.M a = 1; }", "a.b.a.M.a", "a.b.M"},
    {P3 "package a.b.a; message M { a.M a = 1; b.a.M b = 2; a.b.a.M c = 3; .a.b.a.M d = 4; }", "a.b.a.M.a",
     "message a.b.a.M"},
    {P3 "package a.b.a; message M { b.a.M b = 2; }", "a.b.a.M.b", "message a.b.a.M"},
    {P3 "package a.b.a; message M { a.b.a.M c = 3; }", "a.b.a.M.c", "message a.b.a.M"},
    {P3 "package a.b.a; message M { .a.b.a.M d = 4; }", "a.b.a.M.d", "message a.b.a.M"},
    {P3 "package a.b.a; message M { .b.a.M d = 4; }", "a.b.a.M.d", ".b.a.M"},
    /* Names with dots in their parts, as stored texts may have them, are one part. */
    {P3 "message A.B {} message M { A.B a = 1; }", "M.a", "A.B"},
    /* Maps, groups, extensions. */
    {P3 "message M { map<string, N> a = 1; message N {} }", "M.a", "message M.N"},
    {P3 "message M { map<string, E> a = 1; enum E { Z = 0; } }", "M.a", "enum M.E"},
    {"message M { optional group G = 1 { optional G a = 1; optional M b = 2; } }", "M.g", "group M.G"},
    {"message M { optional group G = 1 { optional G a = 1; } }", "M.G.a", "message M.G"},
    {"message M { optional G a = 1; optional group G = 2 {} }", "M.a", "message M.G"},
    {"message M { extend X { optional N a = 1; } message N {} } message N {}", "M.a", "message M.N"},
    {"package p; extend X { optional N a = 1; } message N {}", "p.a", "message p.N"},
    {"extend X { optional group G = 1 { optional G a = 1; } }", "g", "group G"},
    /* Delimited messages of editions are groups. */
    {"edition = '2023'; message M { M a = 1 [features.message_encoding = DELIMITED]; M b = 2; }", "M.a", "group M"},
    {"edition = '2023'; message M { M a = 1 [features.message_encoding = DELIMITED]; M b = 2; }", "M.b", "message M"},
    {"edition = '2023'; option features.message_encoding = DELIMITED; message M { map<int32, M> a = 1; E e = 2; enum E "
     "{ Z = 0; "
     "} }",
     "M.a", "message M"},
    {"edition = '2023'; option features.message_encoding = DELIMITED; message M { E e = 2; enum E { Z = 0; } }", "M.e",
     "enum M.E"},
    /* Built-in files are known, imported or not. */
    {P3 "import 'google/protobuf/any.proto'; message M { google.protobuf.Any a = 1; }", "M.a",
     "message google.protobuf.Any"},
    {P3 "message M { google.protobuf.Timestamp a = 1; }", "M.a", "message google.protobuf.Timestamp"},
    {P3 "package google.x; message M { protobuf.Any a = 1; }", "google.x.M.a", "message google.protobuf.Any"},
    {P3 "package google; message M { Any a = 1; }", "google.M.a", "Any"},
    {P3 "message M { google.protobuf.Any a = 1; message google {} }", "M.a", "message google.protobuf.Any"},
    {P3 "message M { google.protobuf.Field.Kind a = 1; }", "M.a", "enum google.protobuf.Field.Kind"},
    {P3 "package google.protobuf; message M { Any a = 1; } message Any {}", "google.protobuf.M.a",
     "message google.protobuf.Any"},
};

START_TEST(types_are_resolved)
{
    struct pb_schema *schema = linked(spelled(types[_i].text));
    assert_text(meaning_of(&field_named(schema, types[_i].field)->type), str_of(types[_i].type));
}
END_TEST

START_TEST(own_types_come_before_built_in_ones)
{
    struct pb_schema *schema = linked(
        spelled(P3 "package google.protobuf; message M { Any a = 1; Api b = 2; } message Any { int32 own = 1; }"));
    ck_assert_ptr_eq(field_named(schema, "google.protobuf.M.a")->type.message->file, schema->root);
    ck_assert(field_named(schema, "google.protobuf.M.b")->type.message->file->is_builtin);
    ck_assert_ptr_eq(pb_symbol_find(schema, STR("google.protobuf.Any"))->file, schema->root);
}
END_TEST

START_TEST(services_and_extend_blocks_are_resolved)
{
    struct pb_schema *schema = linked(spelled("package p; message M { extensions 1; message N { extend M { optional "
                                              "int32 a = 1; } } } extend N { optional int32 b = "
                                              "1; } message N { message M {} } service S { rpc R (M) returns (stream "
                                              "p.N.M); rpc T (Missing) returns (E); } enum E "
                                              "{ Z = 0; }"));
    const struct pb_method *first = schema->root->services.first->methods.first;
    assert_text(meaning_of(&first->input), STR("message p.M"));
    assert_text(meaning_of(&first->output), STR("message p.N.M"));
    assert_text(first->full_name, STR("p.S.R"));
    assert_text(meaning_of(&first->next->input), STR("Missing"));
    assert_text(meaning_of(&first->next->output), STR("enum p.E"));
    assert_text(meaning_of(&schema->root->extends.first->target), STR("message p.N"));
    assert_text(meaning_of(&message_named(schema, "p.M.N")->extends.first->target), STR("message p.M"));
}
END_TEST

/* -- symbols ------------------------------------------------------------------------------------------------------ */

/* Every name of this file, and what has it. */
static const char named[] = "package p.q; message M { optional int32 f = 1; oneof o { int32 g = 2; } optional group H "
                            "= 3 { optional int32 i = 1; } message N { "
                            "enum E { Z = 0; } } extend M { optional int32 x = 4; } } enum F { Y = 0; } extend M { "
                            "optional int32 w = 5; } service S { "
                            "rpc R (M) returns (M); }";

static const struct {
    const char *name;
    enum pb_symbol_kind kind;
} symbols[] = {
    {"p", PB_SYMBOL_PACKAGE},
    {"p.q", PB_SYMBOL_PACKAGE},
    {"p.q.M", PB_SYMBOL_MESSAGE},
    {"p.q.M.f", PB_SYMBOL_FIELD},
    {"p.q.M.o", PB_SYMBOL_ONEOF},
    {"p.q.M.g", PB_SYMBOL_FIELD},
    {"p.q.M.H", PB_SYMBOL_MESSAGE},
    {"p.q.M.h", PB_SYMBOL_FIELD},
    {"p.q.M.H.i", PB_SYMBOL_FIELD},
    {"p.q.M.N", PB_SYMBOL_MESSAGE},
    {"p.q.M.N.E", PB_SYMBOL_ENUM},
    {"p.q.M.N.Z", PB_SYMBOL_ENUM_VALUE}, /* beside its enum */
    {"p.q.M.x", PB_SYMBOL_FIELD},
    {"p.q.F", PB_SYMBOL_ENUM},
    {"p.q.Y", PB_SYMBOL_ENUM_VALUE},
    {"p.q.w", PB_SYMBOL_FIELD},
    {"p.q.S", PB_SYMBOL_SERVICE},
    {"p.q.S.R", PB_SYMBOL_METHOD},
    {"google", PB_SYMBOL_PACKAGE},
    {"google.protobuf.FieldOptions.ctype", PB_SYMBOL_FIELD},
    {"confluent.field_meta", PB_SYMBOL_FIELD},
    {"", PB_SYMBOL_NONE},
    {".p", PB_SYMBOL_NONE},
    {"q", PB_SYMBOL_NONE},
    {"p.q.M.N.E.Z", PB_SYMBOL_NONE},
    {"p.q.M.", PB_SYMBOL_NONE},
    {"p..q", PB_SYMBOL_NONE},
    {"p.q.M.H.h", PB_SYMBOL_NONE},
};

START_TEST(symbols_are_found)
{
    struct pb_schema *schema = linked(spelled(named));
    const struct pb_symbol *symbol = pb_symbol_find(schema, str_of(symbols[_i].name));
    ck_assert_int_eq(symbol ? symbol->kind : PB_SYMBOL_NONE, symbols[_i].kind);
    if (!symbol)
        return;
    assert_text(symbol->full_name, str_of(symbols[_i].name));
    ck_assert_int_eq(symbol->node == NULL, symbol->kind == PB_SYMBOL_PACKAGE);
    ck_assert_ptr_null(symbol->next);
    if (symbols[_i].name[0] == 'p')
        ck_assert_ptr_eq(symbol->file, schema->root);
}
END_TEST

START_TEST(elements_have_full_names_and_places)
{
    struct pb_schema *schema = linked(spelled("package p; message M { optional int32 c = 3; optional int32 a = 1; "
                                              "oneof o { int32 b = 2; } oneof n { int32 d = 1; } "
                                              "enum E { Z = 0; } }"));
    const struct pb_message *m = message_named(schema, "p.M");
    static const char *const by_number[] = {"a", "d", "b", "c"};
    for (int i = 0; i < ROWS(by_number); i++)
        assert_text(m->by_number[i]->name, str_of(by_number[i]));
    uint32_t index = 0;
    for (const struct pb_field *field = m->fields.first; field; field = field->next)
        ck_assert_uint_eq(field->index, index++);
    ck_assert_uint_eq(m->oneofs.first->index, 0);
    ck_assert_uint_eq(m->oneofs.last->index, 1);
    assert_text(m->full_name, STR("p.M"));
    assert_text(m->fields.first->full_name, STR("p.M.c"));
    assert_text(m->enums.first->full_name, STR("p.M.E"));
    assert_text(m->enums.first->values.first->full_name, STR("p.M.Z"));
    assert_text(pb_scope_of(m, schema->root), STR("p.M"));
    assert_text(pb_scope_of(NULL, schema->root), STR("p"));
    ck_assert_ptr_eq(pb_field_named(m, STR("b")), m->by_number[2]);
    ck_assert_ptr_null(pb_field_named(m, STR("E")));
    ck_assert_ptr_null(pb_field_named(m, STR("o")));
    ck_assert_ptr_null(pb_field_named(m, STR("x")));
}
END_TEST

START_TEST(extensions_are_no_fields_of_the_message_around_them)
{
    struct pb_schema *schema =
        linked(spelled("message M { extend M { optional int32 a = 1; } optional int32 a = 2; optional int32 b = 3; }"));
    const struct pb_message *m = message_named(schema, "M");
    ck_assert_int_eq(pb_field_named(m, STR("a"))->number, 2);
    ck_assert_uint_eq(m->fields.count, 2);
    assert_text(m->extends.first->fields.first->full_name, STR("M.a"));
}
END_TEST

/* All of one name are kept, in their order, and the first that suits is found. */
START_TEST(doubles_are_kept)
{
    static const char *const files[] = {"a.proto", P3 "package p; message M { int32 other = 1; } enum N { Z = 0; }",
                                        NULL};
    struct pb_schema *schema = linked_with(
        P3 "package p; message M { int32 a = 1; M b = 2; N c = 3; N d = 4; } message M { int32 a = 5; } service N {} "
           "message p {}",
        files);
    const struct pb_symbol *symbol = pb_symbol_find(schema, STR("p.M"));
    ck_assert_ptr_eq(symbol->node, schema->root->messages.first);
    ck_assert_ptr_eq(symbol->next->node, schema->root->messages.first->next);
    ck_assert_ptr_eq(symbol->next->next->file, schema->files.items[1]);
    ck_assert_ptr_null(symbol->next->next->next);
    const struct pb_message *m = schema->root->messages.first;
    ck_assert_ptr_eq(pb_field_named(m, STR("a")), m->fields.first);
    ck_assert_ptr_eq(pb_field_named(m->next, STR("a")), m->next->fields.first);
    assert_text(meaning_of(&m->by_number[1]->type), STR("message p.M"));
    assert_text(meaning_of(&m->by_number[2]->type), STR("enum p.N"));
    ck_assert_int_eq(pb_symbol_find(schema, STR("p.N"))->kind, PB_SYMBOL_SERVICE);
}
END_TEST

START_TEST(a_package_is_defined_once)
{
    static const char *const files[] = {"a.proto", "package p.q; message A {}", "b.proto", "package p; message q {}",
                                        NULL};
    struct pb_schema *schema = linked_with("package p.q; message M { optional A a = 1; optional q b = 2; }", files);
    const struct pb_symbol *symbol = pb_symbol_find(schema, STR("p"));
    ck_assert_int_eq(symbol->kind, PB_SYMBOL_PACKAGE);
    ck_assert_ptr_eq(symbol->file, schema->root);
    ck_assert_ptr_null(symbol->next);
    symbol = pb_symbol_find(schema, STR("p.q"));
    ck_assert_int_eq(symbol->kind, PB_SYMBOL_PACKAGE);
    ck_assert_int_eq(symbol->next->kind, PB_SYMBOL_MESSAGE);
    assert_text(meaning_of(&field_named(schema, "p.q.M.b")->type), STR("message p.q"));
    assert_text(meaning_of(&field_named(schema, "p.q.M.a")->type), STR("message p.q.A"));
}
END_TEST

/* -- imports ------------------------------------------------------------------------------------------------------ */

static const char *const libraries[] = {
    "base.proto",   P3 "package base; message B {}",
    "public.proto", P3 "package pub; import public 'base.proto'; message P {}",
    "plain.proto",  P3 "package plain; import 'base.proto'; message Q {}",
    "chain.proto",  P3 "package chain; import public 'public.proto'; import weak 'plain.proto';",
    "unused.proto", P3 "package unused; message X {}",
    NULL,
};

static const struct pb_file *file_at(const struct pb_schema *schema, const char *path)
{
    for (size_t i = 1; i < schema->files.count; i++) {
        if (str_equal(schema->files.items[i]->path, str_of(path)))
            return schema->files.items[i];
    }
    const struct pb_file *builtin = pb_builtin_file(str_of(path));
    ck_assert_msg(builtin, "%s", path);
    return builtin;
}

/* An import of the root, the file, whether the root sees it. */
static const struct {
    const char *import, *file;
    bool is_seen;
} sights[] = {
    {"base", "base.proto", true},
    {"base", "plain.proto", false},
    {"plain", "plain.proto", true},
    {"plain", "base.proto", false},
    {"public", "public.proto", true},
    {"public", "base.proto", true},
    {"chain", "chain.proto", true},
    {"chain", "public.proto", true},
    {"chain", "base.proto", true},
    {"chain", "plain.proto", false},
    {"chain", "unused.proto", false},
    {"google/protobuf/type", "google/protobuf/type.proto", true},
    {"google/protobuf/type", "google/protobuf/any.proto", false},
    {"base", "google/protobuf/any.proto", false},
    {"missing", "base.proto", false},
};

START_TEST(files_see_what_they_import)
{
    static const char *const kinds[] = {"", "public ", "weak "};
    for (int kind = 0; kind < ROWS(kinds); kind++) {
        struct str text = arena_printf(arena, "import %s'%s.proto';", kinds[kind], sights[_i].import);
        struct pb_schema *schema = linked_with(text.p, libraries);
        ck_assert_int_eq(pb_sees(schema, schema->root, file_at(schema, sights[_i].file)), sights[_i].is_seen);
        ck_assert(pb_sees(schema, schema->root, schema->root));
        ck_assert(!pb_sees(schema, file_at(schema, "base.proto"), schema->root));
        ck_assert(pb_sees(schema, file_at(schema, "chain.proto"), file_at(schema, "base.proto")));
        ck_assert(!pb_sees(schema, file_at(schema, "google/protobuf/any.proto"), schema->root));
        const struct pb_import *import = schema->root->imports.first;
        ck_assert(strcmp(sights[_i].import, "missing") == 0 ? import->file == NULL
                                                            : str_equal(import->file->path, import->path));
    }
}
END_TEST

/* What the imports show comes first, in whatever scope; then anything. */
START_TEST(what_is_imported_comes_first)
{
    static const char *const files[] = {"near.proto", P3 "package p.q; message T {}", "far.proto",
                                        P3 "package p; message T {}", NULL};
    static const struct {
        const char *text, *type;
    } rows[] = {
        {P3 "package p.q; import 'near.proto'; message M { T a = 1; }", "message p.q.T"},
        {P3 "package p.q; import 'far.proto'; message M { T a = 1; }", "message p.T"},
        {P3 "package p.q; import 'near.proto'; import 'far.proto'; message M { T a = 1; }", "message p.q.T"},
        {P3 "package p.q; message M { T a = 1; }", "message p.q.T"},
        {P3 "package p.q; import 'far.proto'; message M { .p.q.T a = 1; }", "message p.q.T"},
        {P3 "package p.q; import 'near.proto'; message M { T a = 1; message T {} }", "message p.q.M.T"},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        struct pb_schema *schema = linked_with(rows[i].text, files);
        assert_text(meaning_of(&field_named(schema, "p.q.M.a")->type), str_of(rows[i].type));
    }
}
END_TEST

START_TEST(dependencies_are_linked_too)
{
    static const char *const files[] = {
        "a.proto", P3 "package a; message A { B b = 1; google.protobuf.Any c = 2; message B {} }", NULL};
    struct pb_schema *schema = linked_with(P3 "import 'a.proto'; message M { a.A.B a = 1; }", files);
    assert_text(meaning_of(&field_named(schema, "a.A.b")->type), STR("message a.A.B"));
    assert_text(meaning_of(&field_named(schema, "a.A.c")->type), STR("message google.protobuf.Any"));
    assert_text(meaning_of(&field_named(schema, "M.a")->type), STR("message a.A.B"));
    ck_assert_ptr_eq(schema->files.items[0], schema->root);
    ck_assert_uint_eq(schema->files.items[1]->index, 1);
}
END_TEST

/* A file that is given replaces a built-in one of its path, and all that is in it. */
START_TEST(built_in_files_can_be_replaced)
{
    static const char *const files[] = {
        "google/protobuf/timestamp.proto",
        P3 "package google.protobuf; message Timestamp { string mine = 1; } message More {}",
        "google/protobuf/type.proto", P3 "package google.protobuf;", NULL};
    struct pb_schema *schema =
        linked_with(P3 "import 'google/protobuf/timestamp.proto'; import 'google/protobuf/any.proto'; message M { "
                       "google.protobuf.Timestamp "
                       "a = 1; google.protobuf.More b = 2; google.protobuf.Type c = 3; google.protobuf.Any d = 4; }",
                    files);
    ck_assert_ptr_eq(field_named(schema, "M.a")->type.message->file, schema->files.items[1]);
    ck_assert_ptr_eq(field_named(schema, "M.b")->type.message->file, schema->files.items[1]);
    assert_text(meaning_of(&field_named(schema, "M.c")->type), STR("google.protobuf.Type"));
    ck_assert(field_named(schema, "M.d")->type.message->file->is_builtin);
    ck_assert_ptr_eq(schema->root->imports.first->file, schema->files.items[1]);
    ck_assert_ptr_null(pb_symbol_find(schema, STR("google.protobuf.Type")));
    ck_assert(pb_sees(schema, schema->root, schema->files.items[1]));
}
END_TEST

START_TEST(the_root_replaces_nothing)
{
    static const char *const files[] = {"a.proto", P3 "import 'default'; message A { M m = 1; }", NULL};
    struct pb_schema *schema = linked_with(P3 "message M {}", files);
    ck_assert_ptr_null(schema->files.items[1]->imports.first->file);
    assert_text(meaning_of(&field_named(schema, "A.m")->type), STR("message M"));
}
END_TEST

/* Files that import each other in circles are linked all the same. */
START_TEST(circles_of_imports_end)
{
    static const char *const files[] = {"a.proto", P3 "import public 'b.proto'; message A {}", "b.proto",
                                        P3 "import public 'a.proto'; import public 'b.proto'; message B {}", NULL};
    struct pb_schema *schema = linked_with(P3 "import 'a.proto'; message M { A a = 1; B b = 2; }", files);
    ck_assert(pb_sees(schema, schema->root, schema->files.items[2]));
    ck_assert(pb_sees(schema, schema->files.items[2], schema->files.items[1]));
}
END_TEST

/* -- resolving anything ------------------------------------------------------------------------------------------- */

START_TEST(anything_can_be_resolved)
{
    static const char *const files[] = {"a.proto", P3 "package p; extend M { int32 seen = 1; } message Q {}", "b.proto",
                                        P3 "package p; extend M { int32 hidden = 1; }", NULL};
    struct pb_schema *schema = linked_with(
        P3 "package p; import 'a.proto'; message M { int32 x = 1; message Q { int32 x = 2; } } enum E { x = 0; }",
        files);
    static const struct {
        const char *scope, *name, *found;
        bool wants_type;
    } rows[] = {
        {"p.M", "x", "p.M.x", false},
        {"p.M.Q", "x", "p.M.Q.x", false},
        {"p", "x", "p.x", false},
        {"", "x", NULL, false},
        {"", "p.x", "p.x", false},
        {"p.M", ".p.x", "p.x", false},
        {"p.M", "seen", "p.seen", false},
        {"p.M", "hidden", "p.hidden", false},
        {"p.M", "hidden", NULL, true},
        {"p.M", "Q", "p.M.Q", true},
        {"p.nowhere.at.all", "M", "p.M", false},
        {"p", "p", "p", false},
        {"p", "p", NULL, true},
        {"p.M", "", NULL, false},
        {"p.M", ".", NULL, false},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        const struct pb_symbol *symbol =
            pb_resolve(schema, schema->root, str_of(rows[i].scope), str_of(rows[i].name), rows[i].wants_type);
        ck_assert_msg((symbol != NULL) == (rows[i].found != NULL), "%s in %s", rows[i].name, rows[i].scope);
        if (symbol)
            assert_text(symbol->full_name, str_of(rows[i].found));
    }
}
END_TEST

START_TEST(messages_follow_each_other)
{
    struct pb_schema *schema = linked(
        spelled(P3 "message A { message B { message C {} } message D {} } message E {} message F { message G {} }"));
    struct buf names = new_text();
    for (const struct pb_message *m = schema->root->messages.first; m; m = pb_next_message(m))
        buf_add(&names, m->name);
    assert_text(buf_str(&names), STR("ABCDEFG"));
}
END_TEST

/* -- bounds ------------------------------------------------------------------------------------------------------- */

static struct str link_fault(struct str text)
{
    struct schema_source source = {.text = text};
    struct error err = ERROR_INIT(arena);
    void *model = NULL;
    int outcome = protobuf_format.parse(arena, &source, &model, &err);
    ck_assert_int_eq(outcome, model ? 0 : -1);
    return outcome == 0 ? STR_EMPTY : err.text;
}

START_TEST(names_are_bounded)
{
    static const struct {
        const char *before, *fill, *after;
        int count; /* that is allowed */
    } rows[] = {
        {"message ", "a", " {}", 10000},
        {"package p; message ", "a", " {}", 9998},
        {"message M { enum ", "e", " {} }", 9998},
        {"enum E { ", "e", " = 0; }", 10000},
        {"package a", "a", ";", 9999},
        {"package a", ".a", ";", 499},
        {"message M { oneof ", "o", " {} }", 9998},
        {"service S { rpc ", "r", " (A) returns (B); }", 9998},
        {"extend A { optional int32 ", "x", " = 1; }", 10000},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        for (int more = 0; more < 2; more++) {
            struct buf text = new_text();
            buf_add(&text, str_of(rows[i].before));
            add_times(&text, str_of(rows[i].fill), rows[i].count + more);
            buf_add(&text, str_of(rows[i].after));
            assert_text(link_fault(buf_str(&text)), more ? STR("A name of the schema is too long") : STR_EMPTY);
        }
    }
}
END_TEST

/* Scopes in scopes, and many names in each. */
START_TEST(large_schemas_are_linked_quickly)
{
    struct buf deep = new_text(), wide = new_text(), doubles = new_text();
    for (int i = 0; i < 255; i++)
        buf_printf(&deep, "message M%d { optional M0 a = 1; optional Missing b = 2; optional M0.M1.Missing.x c = 3; ",
                   i);
    add_times(&deep, STR("}"), 255);
    buf_add(&wide, STR("message M { "));
    for (int i = 0; i < 50000; i++)
        buf_printf(&wide, "optional N%d f%d = %d; message N%d {} ", i, i, 50000 - i, i);
    buf_add(&wide, STR("}"));
    buf_add(&doubles, STR("message M { "));
    for (int i = 0; i < 50000; i++)
        buf_printf(&doubles, "optional M f = %d; message M { optional Missing f = 1; } ", i);
    buf_add(&doubles, STR("}"));
    struct buf *texts[] = {&deep, &wide, &doubles};
    for (int i = 0; i < ROWS(texts); i++) {
        linked(buf_str(texts[i]));
    }
}
END_TEST

/* Fields in a package of 500 parts whose types have names of as many parts: each part is looked for in each scope. */
static struct str names_in_names(int fields)
{
    struct buf text = new_text();
    buf_add(&text, STR("package a"));
    add_times(&text, STR(".a"), 499);
    buf_add(&text, STR("; message M { "));
    for (int i = 0; i < fields; i++) {
        buf_add(&text, STR("optional a"));
        add_times(&text, STR(".a"), 199);
        buf_printf(&text, ".x f%d = 1; ", i);
    }
    buf_add(&text, STR("}"));
    return buf_str(&text);
}

START_TEST(names_that_cost_much_are_refused)
{
    assert_text(link_fault(names_in_names(195)), STR_EMPTY);
    assert_text(link_fault(names_in_names(200)), STR("The names of the schema have too many parts"));
    assert_text(link_fault(names_in_names(20000)), STR("The names of the schema have too many parts"));
}
END_TEST

START_TEST(many_files_are_linked_quickly)
{
    enum { FILES = 1000 };
    struct schema_dependency *files = ARENA_ARRAY(arena, FILES, struct schema_dependency);
    for (int i = 0; i < FILES; i++) {
        struct buf text = new_text();
        for (int j = i > 20 ? i - 20 : 0; j < i; j++)
            buf_printf(&text, "import public \"f%d\";", j);
        buf_printf(&text, "message M%d { optional M%d a = 1; optional google.protobuf.Any b = 2; }", i, i / 2);
        files[i] = (struct schema_dependency){arena_printf(arena, "f%d", i), buf_str(&text)};
    }
    struct pb_schema *schema =
        linked_from(&(struct schema_source){STR("import \"f999\"; message M { optional M0 a = 1; }"), files, FILES});
    ck_assert(pb_sees(schema, schema->root, schema->files.items[1]));
    assert_text(meaning_of(&field_named(schema, "M.a")->type), STR("message M0"));
}
END_TEST

START_TEST(memory_may_end_anywhere)
{
    struct schema_dependency files[] = {{STR("a.proto"), spelled(P3 "package p; message A { B b = 1; message B {} }")}};
    struct schema_source source = {
        spelled(P3 "package p.q; import public 'a.proto'; message M { A a = 1; map<string, A.B> b = 2; "
                   "oneof o { E c = 3; } enum E { Z = 0; } } service S { rpc R (M) returns (M); }"),
        files, 1};
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 1u << 15; bytes += 32) {
        struct arena *memory = arena_new(bytes);
        struct error err = ERROR_INIT(arena);
        void *model = NULL;
        int outcome = protobuf_format.parse(memory, &source, &model, &err);
        ck_assert_int_eq(outcome, model ? 0 : -1);
        ck_assert_int_eq(err.id, model ? ERROR_NONE : ERROR_INTERNAL);
        failed += outcome != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 50);
    ck_assert_uint_lt(failed, 1000);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, types_are_resolved, 0, ROWS(types));
    tcase_add_test(tests, own_types_come_before_built_in_ones);
    tcase_add_test(tests, services_and_extend_blocks_are_resolved);
    tcase_add_loop_test(tests, symbols_are_found, 0, ROWS(symbols));
    tcase_add_test(tests, elements_have_full_names_and_places);
    tcase_add_test(tests, extensions_are_no_fields_of_the_message_around_them);
    tcase_add_test(tests, doubles_are_kept);
    tcase_add_test(tests, a_package_is_defined_once);
    tcase_add_loop_test(tests, files_see_what_they_import, 0, ROWS(sights));
    tcase_add_test(tests, what_is_imported_comes_first);
    tcase_add_test(tests, dependencies_are_linked_too);
    tcase_add_test(tests, built_in_files_can_be_replaced);
    tcase_add_test(tests, the_root_replaces_nothing);
    tcase_add_test(tests, circles_of_imports_end);
    tcase_add_test(tests, anything_can_be_resolved);
    tcase_add_test(tests, messages_follow_each_other);
    tcase_add_test(tests, names_are_bounded);
    tcase_add_test(tests, large_schemas_are_linked_quickly);
    tcase_add_test(tests, names_that_cost_much_are_refused);
    tcase_add_test(tests, many_files_are_linked_quickly);
    tcase_add_test(tests, memory_may_end_anywhere);
}

int main(void)
{
    return run_tests("link", add_tests);
}
