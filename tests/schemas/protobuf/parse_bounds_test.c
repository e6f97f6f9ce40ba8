/* What bounds the reading of .proto texts, and that no text, however long, deep or broken, takes long or does harm.
 * covers: schemas/protobuf/lexer.c schemas/protobuf/parse.c schemas/protobuf/parse_field.c schemas/protobuf/parse_option.c */
#include "broken_texts.h"
#include "fixture.h"

#define P3 "syntax = \"proto3\"; "

/* -- depth -------------------------------------------------------------------------------------------------------- */

/* What may nest: start and end stand around the middle, as often as count says and no more. */
static const struct {
    const char *before, *start, *middle, *end, *after;
    int count;
    const char *fault; /* of one more */
} depths[] = {
    {"", "message A { ", "", "}", "", 256, "line 1, column 3083: Blocks are nested too deeply"},
    {"message A { ", "message A { ", "enum E { Z = 0; }", "}", "}", 254,
     "line 1, column 3080: Blocks are nested too deeply"},
    {"message A { ", "optional group G = 1 { ", "", "}", "}", 255, "line 1, column 5899: Blocks are nested too deeply"},
    {"option a = ", "{ b ", "{}", "}", ";", 255, "line 1, column 1036: Option values are nested too deeply"},
    {"option a = ", "{ b: ", "1", "}", ";", 256, "line 1, column 1292: Option values are nested too deeply"},
    {"option a = { b: ", "[", "", "]", "};", 255, "line 1, column 272: Option values are nested too deeply"},
    {"option a = { b: [ ", "< c: ", "[]", "> ", "]};", 253, "line 1, column 1289: Option values are nested too deeply"},
    /* The parts of an option's name are messages too. */
    {"option a", ".b", " = 1;", "", "", 255, "line 1, column 8: Option values are nested too deeply"},
    {"option a.b.c.d = ", "{ b: ", "1", "}", ";", 253, "line 1, column 1283: Option values are nested too deeply"},
};

static struct str nested(int row, int count)
{
    struct buf text = new_text();
    buf_add(&text, str_of(depths[row].before));
    add_times(&text, str_of(depths[row].start), count);
    buf_add(&text, str_of(depths[row].middle));
    add_times(&text, str_of(depths[row].end), count);
    buf_add(&text, str_of(depths[row].after));
    return buf_str(&text);
}

START_TEST(depth_is_bounded)
{
    assert_text(refusal_of(nested(_i, depths[_i].count)), STR_EMPTY);
    assert_text(refusal_of(nested(_i, depths[_i].count + 1)), str_of(depths[_i].fault));
    ck_assert_uint_gt(refusal_of(nested(_i, 100000)).n, 0);
}
END_TEST

START_TEST(maps_in_maps_are_text_of_any_depth)
{
    struct buf text = new_text();
    buf_add(&text, STR(P3 "message M { map<string, "));
    add_times(&text, STR("map<a, "), 100000);
    buf_add(&text, STR("b"));
    add_times(&text, STR(">"), 100000);
    buf_add(&text, STR("> c = 1; }"));
    assert_text(refusal_of(buf_str(&text)), STR_EMPTY);
}
END_TEST

/* -- size --------------------------------------------------------------------------------------------------------- */

/* before, the part count times with its number where %d stands, after. */
static const struct {
    const char *what, *before, *part, *after;
    int count;
} sizes[] = {
    {"fields", P3 "message M {", "int32 f%d = 1;", "}", 100000},
    {"members of a oneof", P3 "message M { oneof o {", "int32 f%d = 1;", "} }", 100000},
    {"groups", "message M {", "optional group G%d = 1 {}", "}", 50000},
    {"oneofs", P3 "message M {", "oneof o%d { int32 a = 1; }", "}", 50000},
    {"constants", "enum E {", "V%d = 1;", "}", 100000},
    {"messages", "", "message M%d {}", "", 100000},
    {"nested messages", "message M {", "message M%d {}", "}", 100000},
    {"enums", "", "enum E%d {}", "", 100000},
    {"services", "", "service S%d {}", "", 100000},
    {"methods", "service S {", "rpc R%d (A) returns (B);", "}", 100000},
    {"extend blocks", "", "extend A { optional int32 e%d = 1; }", "", 50000},
    {"extensions", "extend A {", "optional int32 e%d = 1;", "}", 100000},
    {"ranges", "message M { reserved 1", ", %d", "; }", 100000},
    {"spans", "message M { extensions 1", ", %d to max", "; }", 100000},
    {"statements of ranges", "message M {", "reserved %d; extensions %d;", "}", 50000},
    {"reserved names", "message M { reserved \"a\"", ", \"n%d\"", "; }", 100000},
    {"imports", "", "import \"i%d\";", "", 100000},
    {"options", "", "option o%d = 1;", "", 100000},
    {"options of a field", P3 "message M { int32 a = 1 [x = 1", ", o%d = 1", "]; }", 100000},
    {"parts of a name", "package a", ".p%d", ";", 100000},
    {"parts of a type", P3 "message M { a", ".p%d", " f = 1; }", 100000},
    {"members of a value", "option o = {", "m%d: 1 ", "};", 100000},
    {"members of one name", "option o = {", "m: %d,", "};", 100000},
    {"items of a value", "option o = { a: [0", ", %d", "] };", 100000},
    {"pieces of a string", "option o = ", "\"a%d\" ", ";", 100000},
    {"parts of an URL", "option o = { [a", "/p%d", "]: 1 };", 10000},
    {"packages", "", "package p%d;", "", 100000},
    {"comments", "", "// %d\n/* %d */", "", 100000},
};

static struct str repeated(int row, int count)
{
    struct buf text = new_text();
    buf_add(&text, str_of(sizes[row].before));
    for (int i = 0; i < count; i++) {
        struct str rest = str_of(sizes[row].part), piece;
        for (bool is_first = true; str_next(&rest, '%', &piece); is_first = false) {
            if (!is_first)
                buf_add_int(&text, i);
            buf_add(&text, str_slice(piece, is_first ? 0 : 1, piece.n));
        }
    }
    buf_add(&text, str_of(sizes[row].after));
    return buf_str(&text);
}

START_TEST(long_texts_are_read_quickly)
{
    struct str text = repeated(_i, sizes[_i].count);
    struct str fault = refusal_of(text);
    assert_text(fault, STR_EMPTY);
}
END_TEST

/* The same, but the text ends before it is done. */
START_TEST(unclosed_texts_are_refused_quickly)
{
    struct str text = repeated(_i, sizes[_i].count);
    if (sizes[_i].after[0])
        ck_assert_uint_gt(refusal_of(str_slice(text, 0, text.n - strlen(sizes[_i].after))).n, 0);
    ck_assert_uint_le(refusal_of(str_slice(text, 0, text.n - text.n / 3)).n, 200);
}
END_TEST

START_TEST(long_tokens_are_read)
{
    static const struct {
        const char *before, *fill, *after;
    } rows[] = {
        {"message ", "a", " {}"},
        {"message ", "a-", " {}"},
        {"package ", "a", ";"},
        {P3 "message M { ", "a", " b = 1; }"},
        {"option o = \"", "a", "\";"},
        {"option o = \"", "\\n", "\";"},
        {"option o = \"", "\xF0\x9F\x98\x80", "\";"},
        {"option o = ", "1", ";"},
        {"option o = ", "a", ";"},
        {"option o = 0.", "0", ";"},
        {"option o = 0x", "f", ";"},
        {"/*", "*", "*/"},
        {"/*", "/", "*/"},
        {"/*", "/* ", "*/"},
        {"//", "/", ""},
        {"", " ", ""},
        {"", "\n", ""},
        {"", ";", ""},
    };
    for (int i = 0; i < ROWS(rows); i++) {
        struct buf text = new_text();
        buf_add(&text, str_of(rows[i].before));
        add_times(&text, str_of(rows[i].fill), 1 << 20);
        buf_add(&text, str_of(rows[i].after));
        assert_text(refusal_of(buf_str(&text)), STR_EMPTY);
        refusal_of(str_slice(buf_str(&text), 0, text.n / 2));
        arena_reset(arena);
    }
}
END_TEST

START_TEST(numbers_that_are_too_long_are_refused)
{
    struct buf text = new_text();
    buf_add(&text, STR("enum E { A = "));
    add_times(&text, STR("9"), 1 << 20);
    buf_add(&text, STR("; }"));
    assert_text(refusal_of(buf_str(&text)), STR("line 1, column 14: Integer out of range."));
}
END_TEST

/* -- broken texts ------------------------------------------------------------------------------------------------- */

START_TEST(prefixes_are_read_or_refused)
{
    struct str text = spelled(good_texts[_i]);
    assert_text(refusal_of(text), STR_EMPTY);
    for (size_t length = 0; length < text.n; length++) {
        struct arena *memory = arena_new(1u << 20);
        struct str prefix = {malloc(length ? length : 1), length}; /* where reading beyond it is noticed */
        memcpy(writable(prefix), text.p, length);
        struct error err = ERROR_INIT(memory);
        struct pb_file *file = NULL;
        int outcome = pb_parse_text(memory, STR("default"), prefix, &file, &err);
        ck_assert_int_eq(outcome, file ? 0 : -1);
        ck_assert_int_eq(err.id, file ? ERROR_NONE : ERROR_INVALID_SCHEMA);
        if (file) {
            struct buf out;
            buf_init(&out, memory, 1u << 20);
            ck_assert_int_eq(pb_print(file, false, &out), 0);
        }
        free(writable(prefix));
        arena_free(memory);
    }
}
END_TEST

#define MUTATIONS 20000

START_TEST(mutations_are_read_or_refused)
{
    uint64_t seed = random_seed("parse_bounds, mutations");
    unsigned right = 0;
    struct str text = spelled(good_texts[_i]);
    for (uint64_t i = 0; i < MUTATIONS; i++) {
        struct arena *memory = arena_new(1u << 22);
        struct str other = mutated(text, hash_mix(seed, i));
        struct error err = ERROR_INIT(memory);
        struct pb_file *file = NULL;
        int outcome = pb_parse_text(memory, STR("default"), other, &file, &err);
        ck_assert_int_eq(outcome, file ? 0 : -1);
        ck_assert_int_eq(err.id, file ? ERROR_NONE : ERROR_INVALID_SCHEMA);
        right += file != NULL;
        free(writable(other));
        arena_free(memory);
    }
    printf("%u of %d were read\n", right, MUTATIONS);
    ck_assert_uint_gt(right, MUTATIONS / 100);
}
END_TEST

/* -- memory ------------------------------------------------------------------------------------------------------- */

START_TEST(memory_may_end_anywhere)
{
    struct str text = spelled(good_texts[_i]);
    size_t failed = 0;
    for (size_t bytes = 0; bytes < 1u << 15; bytes += 32) {
        struct arena *memory = arena_new(bytes);
        struct error err = ERROR_INIT(arena);
        struct pb_file *file = NULL;
        int outcome = pb_parse_text(memory, STR("default"), text, &file, &err);
        ck_assert_int_eq(outcome, file ? 0 : -1);
        ck_assert_int_eq(err.id, outcome == 0 ? ERROR_NONE : ERROR_INTERNAL);
        failed += outcome != 0;
        arena_free(memory);
    }
    ck_assert_uint_gt(failed, 50);
    ck_assert_uint_lt(failed, 1000);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, depth_is_bounded, 0, ROWS(depths));
    tcase_add_test(tests, maps_in_maps_are_text_of_any_depth);
    tcase_add_loop_test(tests, long_texts_are_read_quickly, 0, ROWS(sizes));
    tcase_add_loop_test(tests, unclosed_texts_are_refused_quickly, 0, ROWS(sizes));
    tcase_add_test(tests, long_tokens_are_read);
    tcase_add_test(tests, numbers_that_are_too_long_are_refused);
    tcase_add_loop_test(tests, prefixes_are_read_or_refused, 0, ROWS(good_texts));
    tcase_add_loop_test(tests, mutations_are_read_or_refused, 0, ROWS(good_texts));
    tcase_add_loop_test(tests, memory_may_end_anywhere, 0, ROWS(good_texts));
}

int main(void)
{
    return run_tests("parse_bounds", add_tests);
}
