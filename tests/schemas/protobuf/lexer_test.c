/* Tokens, where they stand, and what is wrong with them. */
#include "protobuf/lexer.h"

#include "fixture.h"
#include "utf8.h"

struct tokens {
    struct buf list; /* w(word) i(integer) f(float) t(string) s(symbol), a blank between those that are not glued */
    struct buf places; /* "1:1 1:5", the end included */
    struct pb_file file;
    struct error err;
};

static void add_token(struct tokens *t, const struct pb_token *token)
{
    static const char letters[] = {[PB_TOKEN_WORD] = 'w',
                                   [PB_TOKEN_INTEGER] = 'i',
                                   [PB_TOKEN_FLOAT] = 'f',
                                   [PB_TOKEN_STRING] = 't',
                                   [PB_TOKEN_SYMBOL] = 's'};
    buf_printf(&t->places, "%s%u:%u", t->places.n ? " " : "", token->at.line, token->at.column);
    if (token->kind == PB_TOKEN_END)
        return;
    buf_add(&t->list, t->list.n && !token->is_glued ? STR(" ") : STR_EMPTY);
    buf_add_char(&t->list, letters[token->kind]);
    buf_add_char(&t->list, '(');
    buf_add(&t->list, token->kind == PB_TOKEN_STRING ? token->bytes : token->text);
    buf_add_char(&t->list, ')');
}

static struct tokens read_tokens(struct str text)
{
    struct tokens t = {.list = new_text(), .places = new_text(), .err = ERROR_INIT(arena)};
    struct pb_lexer lexer = {.arena = arena, .err = &t.err, .source = text, .file = &t.file};
    int outcome = pb_lexer_start(&lexer);
    for (; outcome == 0; outcome = pb_lexer_next(&lexer)) {
        add_token(&t, &lexer.token);
        if (lexer.token.kind == PB_TOKEN_END)
            break;
    }
    ck_assert_int_eq(outcome, error_is_set(&t.err) ? -1 : 0);
    return t;
}

static const struct {
    const char *text, *tokens;
} tokens[] = {
    {"", ""},
    {" \t\r\v\f\n", ""},
    {"a b", "w(a) w(b)"},
    {"_a1 A_ _ __9", "w(_a1) w(A_) w(_) w(__9)"},
    {"a.b", "w(a)s(.)w(b)"},
    {"a . b", "w(a) s(.) w(b)"},
    {"(a.b)={;}", "s(()w(a)s(.)w(b)s())s(=)s({)s(;)s(})"},
    {"<>[],:/-+*!@#$%^&|~?", "s(<)s(>)s([)s(])s(,)s(:)s(/)s(-)s(+)s(*)s(!)s(@)s(#)s($)s(%)s(^)s(&)s(|)s(~)s(?)"},
    /* Numbers as they are spelled. */
    {"0 1 123 007 0x0 0XaF", "i(0) i(1) i(123) i(007) i(0x0) i(0XaF)"},
    {"0.5 .5 5. 1.5 1e3 1E3 1e+3 1e-3 1.5e10 .5e1 0e0 0.", "f(0.5) f(.5) f(5.) f(1.5) f(1e3) f(1E3) f(1e+3) f(1e-3) "
                                                           "f(1.5e10) f(.5e1) f(0e0) f(0.)"},
    {"-1 - 1 -.5", "s(-)i(1) s(-) i(1) s(-)f(.5)"},
    {"99999999999999999999999999", "i(99999999999999999999999999)"},
    {". .a ..", "s(.) s(.)w(a) s(.)s(.)"},
    {"a .5", "w(a) f(.5)"},
    {"1 to 2", "i(1) w(to) i(2)"},
    /* Strings as they are meant; two of them are two. */
    {"'' ``", "t() t()"},
    {"'a'`b`", "t(a)t(b)"},
    {"'it`s' `say 'x'`", "t(it's) t(say \"x\")"},
    {"'//' '/**/' ';'", "t(//) t(/**/) t(;)"},
    {"'\xC3\xA9 \xF0\x9F\x98\x80 \x7F \x01'", "t(\xC3\xA9 \xF0\x9F\x98\x80 \x7F \x01)"},
    {"'\\a\\b\\f\\n\\r\\t\\v'", "t(\a\b\f\n\r\t\v)"},
    {"'\\\\\\`\\'\\?'", "t(\\'\"?)"},
    {"'\\1\\12\\101\\1012\\18\\377'", "t(\001\012AA2\0018\377)"},
    {"'\\x41\\X42\\x4G\\x433'", "t(AB\x04GC3)"},
    {"'\\u0041\\u00e9\\u20AC'", "t(A\xC3\xA9\xE2\x82\xAC)"},
    {"'\\U00000041\\U0001F600\\U0010ffff'", "t(A\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF)"},
    {"'\\ud83d\\ude00'", "t(\xF0\x9F\x98\x80)"},
    {"'\\ud83dx'", "t(\xED\xA0\xBDx)"},
    {"'\\ud83d\\u0041'", "t(\xED\xA0\xBD"
                         "A)"},
    {"'\\ude00'", "t(\xED\xB8\x80)"},
    /* Comments are nothing but blanks. */
    {"a//b\nc", "w(a) w(c)"},
    {"a// b", "w(a)"},
    {"//", ""},
    {"a/*b*/c", "w(a) w(c)"},
    {"a/**/b/***/c/*/*/d", "w(a) w(b) w(c) w(d)"},
    {"/* a\n * b\n */c", "w(c)"},
    {"// /*\na", "w(a)"},
    {"/* ' */a/* ` */", "w(a)"},
    {"a / b", "w(a) s(/) w(b)"},
    {"// \xC3\xA9\n/* \xF0\x9F\x98\x80 \x01 */a", "w(a)"},
    {"\xEF\xBB\xBF"
     "a",
     "w(a)"},
};

START_TEST(tokens_are_told_apart)
{
    struct tokens t = read_tokens(spelled(tokens[_i].text));
    ck_assert_msg(!error_is_set(&t.err), "%s says " STR_FMT, tokens[_i].text, STR_ARG(t.err.text));
    assert_text(buf_str(&t.list), str_of(tokens[_i].tokens));
    bool is_nested = strstr(tokens[_i].text, "/*/*/") != NULL;
    ck_assert_msg((t.file.fault.p != NULL) == is_nested, "%s says " STR_FMT, tokens[_i].text, STR_ARG(t.file.fault));
}
END_TEST

START_TEST(nul_in_a_string_is_a_byte)
{
    struct tokens t = read_tokens(STR("\"a\\0b\\000c\""));
    assert_text(buf_str(&t.list), STR("t(a\0b\0c)"));
    ck_assert_ptr_null(t.file.fault.p);
}
END_TEST

static const struct {
    const char *text, *places;
} places[] = {
    {"", "1:1"},
    {"a", "1:1 1:2"},
    {" a  b ", "1:2 1:5 1:7"},
    {"a\nb\n", "1:1 2:1 3:1"},
    {"a\r\n\tb", "1:1 2:2 2:3"},
    {"\n\n  a.b", "3:3 3:4 3:5 3:6"},
    {"/*\n*/a // x\nb", "2:3 3:1 3:2"},
    {"'a b'c", "1:1 1:6 1:7"},
    {"'\xC3\xA9'c", "1:1 1:5 1:6"}, /* columns count bytes */
    {"/*\xE2\x82\xAC*/c", "1:8 1:9"},
    {"\xEF\xBB\xBF"
     "a b",
     "1:1 1:3 1:4"},
};

START_TEST(tokens_have_places)
{
    struct tokens t = read_tokens(spelled(places[_i].text));
    assert_text(buf_str(&t.places), str_of(places[_i].places));
}
END_TEST

/* -- faults ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *fault;
} refused[] = {
    {"'", "line 1, column 2: Unexpected end of string."},
    {"a 'b", "line 1, column 5: Unexpected end of string."},
    {"'a\\", "line 1, column 4: Unexpected end of string."},
    {"'a\\'", "line 1, column 5: Unexpected end of string."},
    {"'a`", "line 1, column 4: Unexpected end of string."},
    {"a\n'b\nc", "line 3, column 2: Unexpected end of string."},
    {"/*", "line 1, column 3: End-of-file inside block comment."},
    {"a /* b\n c *", "line 2, column 5: End-of-file inside block comment."},
    {"/*/", "line 1, column 4: End-of-file inside block comment."},
    {"0x", "line 1, column 3: \"0x\" must be followed by hex digits."},
    {"0xg", "line 1, column 3: \"0x\" must be followed by hex digits."},
    {" 0X ", "line 1, column 4: \"0x\" must be followed by hex digits."},
    {"1e", "line 1, column 3: \"e\" must be followed by exponent."},
    {"1.5e+", "line 1, column 6: \"e\" must be followed by exponent."},
    {".5E-x", "line 1, column 5: \"e\" must be followed by exponent."},
    {"a \x01", "line 1, column 3: Invalid control characters encountered in text."},
    {"\x7F", "line 1, column 1: Invalid control characters encountered in text."},
    {"a \xC3\xA9", "line 1, column 3: Characters beyond ASCII may stand in strings and comments only."},
    {"a\xC3\xA9", "line 1, column 2: Characters beyond ASCII may stand in strings and comments only."},
    {" \xEF\xBB\xBF", "line 1, column 2: Characters beyond ASCII may stand in strings and comments only."},
};

START_TEST(what_is_no_token_is_refused)
{
    struct tokens t = read_tokens(spelled(refused[_i].text));
    ck_assert_int_eq(t.err.id, ERROR_INVALID_SCHEMA);
    assert_text(t.err.text, str_of(refused[_i].fault));
}
END_TEST

START_TEST(nul_in_a_text_is_refused)
{
    struct tokens t = read_tokens(STR("a \0 b"));
    assert_text(t.err.text, STR("line 1, column 3: Invalid control characters encountered in text."));
}
END_TEST

#define NESTED "\"/*\" inside block comment.  Block comments cannot be nested."
#define OCTAL "Numbers starting with leading zero must be in octal."
#define INTEGERS "Hex and octal numbers must be integers."
#define ESCAPE "Invalid escape sequence in string literal."
#define POINT "Already saw decimal point or exponent; can't have another one."
#define NEED_SPACE "Need space between number and identifier."

/* What protoc's tokenizer refuses and this one reads on. */
static const struct {
    const char *text, *tokens, *fault;
    struct pb_position at;
} lenient[] = {
    {"a /* b /* c */ d", "w(a) w(d)", NESTED, {1, 8}},
    {"/*/**/a", "w(a)", NESTED, {1, 3}},
    {"/*//*/a", "w(a)", NESTED, {1, 4}},
    {"08", "i(08)", OCTAL, {1, 3}},
    {"1 0779 2", "i(1) i(0779) i(2)", OCTAL, {1, 7}},
    {"07.5", "f(07.5)", INTEGERS, {1, 5}},
    {"0x1.5", "i(0x1)f(.5)", INTEGERS, {1, 4}},
    {"07e1", "i(07)w(e1)", NEED_SPACE, {1, 3}},
    {"1.5.5", "f(1.5)f(.5)", POINT, {1, 4}},
    {"1e5.", "f(1e5)s(.)", POINT, {1, 4}},
    {"1a", "i(1)w(a)", NEED_SPACE, {1, 2}},
    {"1.5f", "f(1.5)w(f)", NEED_SPACE, {1, 4}},
    {"0xfg", "i(0xf)w(g)", NEED_SPACE, {1, 4}},
    {"1to 2", "i(1)w(to) i(2)", NEED_SPACE, {1, 2}},
    {"a.5", "w(a)f(.5)", "Need space between identifier and decimal point.", {1, 2}},
    {"'a\nb'", "t(a\nb)", "String literals cannot cross line boundaries.", {1, 3}},
    {"'\\q'", "t(q)", ESCAPE, {1, 4}},
    {"'\\8'", "t(8)", ESCAPE, {1, 4}},
    {"'\\\n'", "t(\n)", ESCAPE, {2, 1}},
    {"'\\\xC3\xA9'", "t(\xC3\xA9)", ESCAPE, {1, 4}},
    {"'\\x'", "t(x)", "Expected hex digits for escape sequence.", {1, 4}},
    {"'\\Xg'", "t(Xg)", "Expected hex digits for escape sequence.", {1, 4}},
    {"'\\u12'", "t(u12)", "Expected four hex digits for \\u escape sequence.", {1, 4}},
    {"'\\ug000'", "t(ug000)", "Expected four hex digits for \\u escape sequence.", {1, 4}},
    {"'\\U0001F60'", "t(U0001F60)", "Expected eight hex digits up to 10ffff for \\U escape sequence", {1, 4}},
    {"'\\U00110000'", "t(U00110000)", "Expected eight hex digits up to 10ffff for \\U escape sequence", {1, 4}},
    /* The first one stays. */
    {"1a 2b /* /* */", "i(1)w(a) i(2)w(b)", NEED_SPACE, {1, 2}},
};

START_TEST(what_is_read_nevertheless_is_noted)
{
    struct tokens t = read_tokens(spelled(lenient[_i].text));
    ck_assert_msg(!error_is_set(&t.err), "%s says " STR_FMT, lenient[_i].text, STR_ARG(t.err.text));
    assert_text(buf_str(&t.list), str_of(lenient[_i].tokens));
    assert_text(t.file.fault, str_of(lenient[_i].fault));
    ck_assert_uint_eq(t.file.fault_at.line, lenient[_i].at.line);
    ck_assert_uint_eq(t.file.fault_at.column, lenient[_i].at.column);
}
END_TEST

START_TEST(the_character_zero_is_noted)
{
    struct tokens t = read_tokens((struct str){"'a\0b'", 5});
    ck_assert(!error_is_set(&t.err));
    assert_text(t.file.fault, STR("Unexpected end of string."));
    ck_assert_uint_eq(t.file.fault_at.column, 3);
}
END_TEST

/* -- integers ----------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    uint64_t max, value;
    bool is_right;
} integers[] = {
    {"0", 0, 0, true},
    {"1", 0, 0, false},
    {"123", 123, 123, true},
    {"124", 123, 0, false},
    {"010", 100, 8, true},
    {"0010", 100, 8, true},
    {"00", 0, 0, true},
    {"08", 100, 8, true}, /* no octal digit: decimal */
    {"0119", 200, 119, true},
    {"0x1F", 100, 31, true},
    {"0XfF", 255, 255, true},
    {"0x100", 255, 0, false},
    {"2147483647", INT32_MAX, INT32_MAX, true},
    {"2147483648", INT32_MAX, 0, false},
    {"18446744073709551615", UINT64_MAX, UINT64_MAX, true},
    {"18446744073709551616", UINT64_MAX, 0, false},
    {"99999999999999999999999", UINT64_MAX, 0, false},
    {"0xFFFFFFFFFFFFFFFF", UINT64_MAX, UINT64_MAX, true},
    {"0x10000000000000000", UINT64_MAX, 0, false},
    {"01777777777777777777777", UINT64_MAX, UINT64_MAX, true},
    {"02000000000000000000000", UINT64_MAX, 0, false},
};

START_TEST(integers_have_values)
{
    uint64_t value = 77;
    bool is_right = pb_integer_value(str_of(integers[_i].text), integers[_i].max, &value);
    ck_assert_msg(is_right == integers[_i].is_right, "%s", integers[_i].text);
    ck_assert_uint_eq(value, is_right ? integers[_i].value : 77);
}
END_TEST

/* The first fault in the order of the text is kept, whoever finds it first. */
START_TEST(the_first_deviation_stays)
{
    struct pb_file file = {0};
    pb_deviate(&file, (struct pb_position){2, 5}, STR("second"));
    pb_deviate(&file, (struct pb_position){2, 5}, STR("again"));
    pb_deviate(&file, (struct pb_position){3, 1}, STR("third"));
    assert_text(file.fault, STR("second"));
    pb_deviate(&file, (struct pb_position){2, 4}, STR("first"));
    assert_text(file.fault, STR("first"));
    ck_assert_uint_eq(file.fault_at.line, 2);
    ck_assert_uint_eq(file.fault_at.column, 4);
    pb_deviate(&file, (struct pb_position){1, 9}, STR("very first"));
    assert_text(file.fault, STR("very first"));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, tokens_are_told_apart, 0, ROWS(tokens));
    tcase_add_test(tests, nul_in_a_string_is_a_byte);
    tcase_add_loop_test(tests, tokens_have_places, 0, ROWS(places));
    tcase_add_loop_test(tests, what_is_no_token_is_refused, 0, ROWS(refused));
    tcase_add_test(tests, nul_in_a_text_is_refused);
    tcase_add_loop_test(tests, what_is_read_nevertheless_is_noted, 0, ROWS(lenient));
    tcase_add_test(tests, the_character_zero_is_noted);
    tcase_add_loop_test(tests, integers_have_values, 0, ROWS(integers));
    tcase_add_test(tests, the_first_deviation_stays);
}

int main(void)
{
    return run_tests("lexer", add_tests);
}
