/* Regular expressions of ECMA-262: what matches, what is refused, what is too much work.
 * covers: base/regex.c base/regex_escape.c base/regex_property.c base/regex_translate.c */
#include "regex_fixture.h"

#include "utf8.h"

#include <stdlib.h>

/* -- matches -------------------------------------------------------------------------------------------------- */

#define LINE "\xE2\x80\xA8" /* U+2028 */
#define NBSP "\xC2\xA0"
#define BOM "\xEF\xBB\xBF"
#define NEL "\xC2\x85"
#define SMILE "\xF0\x9F\x98\x80" /* U+1F600 */
#define ARABIC_FOUR "\xD9\xA4"
#define E_ACUTE "\xC3\xA9"

/* Texts that match and that do not, ended by NULL. */
static const struct {
    const char *pattern, *matches[9], *others[9];
} cases[] = {
    /* Nothing but characters. */
    {"", {"", "a"}, {NULL}},
    {"a", {"a", "bab"}, {"", "b"}},
    {"^a", {"a", "ab"}, {"", "ba"}},
    {"a$", {"a", "ba"}, {"", "ab", "a\n"}},
    {"^a$", {"a"}, {"", "aa", "a\n", "\na"}},
    {"^$", {""}, {"a", "\n"}},
    {"^", {"", "a"}, {NULL}},
    {"$", {"", "a"}, {NULL}},
    {"^x-", {"x-", "x-a"}, {"x", "ax-"}},
    {"^a\\.b\\/c\\-d$", {"a.b/c-d"}, {"axb/c-d"}},
    {".*", {"", "a", "\n"}, {NULL}},
    {"^.*", {"", "\n"}, {NULL}},
    {"^.*$", {"", "a"}, {"\n", "a\nb", LINE}},
    {"^a.*", {"a", "a\n"}, {"ba"}},
    {"a\\.*$", {"a", "a.."}, {"ab"}},
    {"a\\\\.*", {"a\\", "a\\b"}, {"a.", "a"}},
    {E_ACUTE, {"caf" E_ACUTE}, {"cafe"}},
    {"\\$", {"$"}, {"", "a"}},
    {"a\\$", {"a$b"}, {"a"}},
    {"$a", {NULL}, {"a", "$a"}},
    {"a^", {NULL}, {"a", "a^"}},
    {"#a b", {"#a b"}, {"ab", ""}},
    {"-", {"a-b"}, {"ab"}},
    /* Characters. */
    {"^.$", {"a", E_ACUTE, SMILE, "\v", "\f", NEL}, {"\n", "\r", LINE, "", "ab"}},
    {"^\\t\\n\\v\\f\\r$", {"\t\n\v\f\r"}, {"tnvfr"}},
    {"^\\cA\\cz\\cJ$", {"\x01\x1A\n"}, {"cAczcJ"}},
    {"^\\x41\\u0042\\u{43}\\u{000044}$", {"ABCD"}, {"x41"}},
    {"^\\u{1F600}$", {SMILE}, {"u{1F600}"}},
    {"^\\uD83D\\uDE00$", {SMILE}, {"a"}},
    {"^\\uD83D$", {NULL}, {SMILE, "", "?"}},
    {"^\\uD83D?a$", {"a"}, {SMILE "a"}},
    {"^\\uDE00*$", {""}, {SMILE}},
    {"^[\\uD83D\\uDE00]$", {SMILE}, {"a"}},
    {"^[\\uD800-\\uDFFF]$", {NULL}, {SMILE, "a", ""}},
    {"^[^\\uD800-\\uDFFF]$", {SMILE, "a"}, {"", "ab"}},
    {"^[\\uD7FF-\\uE000]$", {"\xED\x9F\xBF", "\xEE\x80\x80"}, {"a"}},
    {"^[\\uDC00-\\uFFFF]$", {"\xEE\x80\x80", "\xEF\xBF\xBF"}, {"\xED\x9F\xBF"}},
    {"^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/$", {"^$\\.*+?()[]{}|/"}, {NULL}},
    {"^\\-\\_\\@\\ \\\"\\!\\#\\%\\&\\'\\,\\:\\;\\<\\=\\>\\`\\~$", {"-_@ \"!#%&',:;<=>`~"}, {NULL}},
    {"^\\" E_ACUTE "$", {E_ACUTE}, {"e"}},
    {"^a{b}$", {"a{b}"}, {"a"}},
    {"^{$", {"{"}, {"a"}},
    {"^}]$", {"}]"}, {"a"}},
    {"^a{,3}$", {"a{,3}"}, {"a", "aa"}},
    {"^a{1,b}$", {"a{1,b}"}, {"a"}},
    {"^a{1$", {"a{1"}, {"a"}},
    {"^(?:\\0)$", {NULL}, {"", "0"}},
    /* Sets. */
    {"^\\d$", {"0", "9"}, {"a", ARABIC_FOUR}},
    {"^\\D$", {"a", ARABIC_FOUR, SMILE, E_ACUTE}, {"0"}},
    {"^\\w$", {"a", "Z", "_", "0"}, {"-", E_ACUTE, ARABIC_FOUR, "\xC5\xBF" /* long s */, "\xE2\x84\xAA" /* Kelvin */}},
    {"^\\W$", {"-", E_ACUTE, " ", SMILE}, {"a", "_"}},
    {"^\\s$", {" ", "\t", "\n", "\v", "\f", "\r", NBSP, LINE}, {"a", NEL, "\xE2\x80\x8B"}},
    {"^\\s$", {BOM, "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}, {"\xE1\xA0\x8E"}},
    {"^\\S$", {"a", NEL, "\xE2\x80\x8B", "\xE1\xA0\x8E", SMILE}, {" ", NBSP, BOM, LINE, "\n"}},
    {"^[\\s\\S]$", {" ", "a", "\n", LINE, SMILE}, {"", "ab"}},
    {"^[^\\s]$", {"a", SMILE}, {" ", BOM}},
    {"^[^\\S]$", {" ", BOM}, {"a", SMILE}},
    {"^[\\d\\D]$", {"0", E_ACUTE, SMILE}, {""}},
    {"^[\\W_]$", {"_", "-", E_ACUTE}, {"a"}},
    {"^[^\\W_]$", {"a", "0"}, {"_", "-", E_ACUTE}},
    {"^[\\w-.]+$", {"a-b.c"}, {"a,b"}},
    {"^[\\w-a]+$", {"a-b"}, {","}},
    {"^[+-\\d]+$", {"+-1"}, {","}},
    {"^[\\s-\\d]+$", {"1 - 1"}, {"a"}},
    {"^[^\\p{L}\\W]$", {"_", "1"}, {"a", " ", "^", E_ACUTE}},
    {"^[^\\p{L}\\D\\S]$", {NULL}, {"a", "1", " ", "_", "^", E_ACUTE}},
    {"^(?:\\W|\\b){2} *[\xC3\xA9-" SMILE "]$", {ARABIC_FOUR "\"\xCE\xB1"}, {"ab"}},
    {"(?:\\W|\\b){2} *[\xC3\xA9-" SMILE "$(]", {"^aA" ARABIC_FOUR}, {"a"}},
    /* Classes. */
    {"^[abc]$", {"a", "c"}, {"d", ""}},
    {"^[a-c]$", {"a", "b", "c"}, {"d", "-"}},
    {"^[^a-c]$", {"d", "\n", SMILE}, {"a", ""}},
    {"^[-a]$", {"-", "a"}, {"b"}},
    {"^[a-]$", {"-", "a"}, {"b"}},
    {"^[--0]$", {"-", ".", "0"}, {"1", ","}},
    {"^[a^]$", {"^", "a"}, {"b"}},
    {"^[$.|(){}*+?[]$", {"$", ".", "|", "(", ")", "{", "*", "["}, {"a", "]"}},
    {"^[\\]\\\\]$", {"]", "\\"}, {"["}},
    {"^[\\b]$", {"\b"}, {"b", ""}},
    {"^[\\-\\^\\/]$", {"-", "^", "/"}, {"\\"}},
    {"^[\\x41-\\u{43}]$", {"A", "C"}, {"D"}},
    {"^[" E_ACUTE "-" SMILE "]$", {E_ACUTE, SMILE}, {"a"}},
    {"^[\\0]$", {NULL}, {"0", "a"}},
    {"^[]$", {NULL}, {"", "a", "]"}},
    {"[]|a", {"a"}, {"b"}},
    {"^[]*$", {""}, {"a"}},
    {"^[^]$", {"a", "\n", LINE, SMILE}, {"", "ab"}},
    {"^[^]]$", {"a]"}, {"]", "a"}},
    {"^[:a]$", {":", "a"}, {"b"}},
    {"^[[a:]$", {"[", "a", ":"}, {"b"}},
    {"^[a&&b]$", {"&", "a", "b"}, {"c"}},
    {"^[\\d--\\w]+$", {"1-a"}, {"."}},
    {"^[ #]$", {" ", "#"}, {"a"}},
    /* Groups and what is repeated. */
    {"^(a|b)c$", {"ac", "bc"}, {"c", "abc"}},
    {"^(?:a|b|)c$", {"ac", "c"}, {"dc"}},
    {"a|^b$|c", {"xax", "b", "c"}, {"bb"}},
    {"^()$", {""}, {"a"}},
    {"^(|a)*$", {"", "aa"}, {"b"}},
    {"^a*$", {"", "aaa"}, {"b"}},
    {"^a+b?$", {"a", "aab"}, {"", "b", "abb"}},
    {"^a{2}$", {"aa"}, {"a", "aaa"}},
    {"^a{2,}$", {"aa", "aaa"}, {"a"}},
    {"^a{2,3}$", {"aa", "aaa"}, {"a", "aaaa"}},
    {"^a{0}$", {""}, {"a"}},
    {"^a{0,0}b$", {"b"}, {"ab"}},
    {"^a{02,003}$", {"aa", "aaa"}, {"a"}},
    {"^a{1,2147483647}$", {"a", "aa"}, {""}},
    {"^a{1,99999999999999999999}$", {"a", "aa"}, {""}},
    {"^[ab]{0,100000}$", {"", "ab"}, {"c"}},
    {"^\\d{70000,}$", {NULL}, {"", "1"}},
    {"^(ab){2}$", {"abab"}, {"ab", "aab"}},
    {"^a*?b+?c??d{1,2}?$", {"abcd", "bdd"}, {"acd"}},
    {"^(?=.*a)(?!.*b).{2}$", {"ac", "ca"}, {"cc", "ab", "a"}},
    {"(?<=a)b", {"ab"}, {"b", "cb"}},
    {"(?<!a)b", {"b", "cb"}, {"ab"}},
    {"^(?<year>\\d{4})-\\k<year>$", {"2020-2020"}, {"2020-2021"}},
    {"^(?<a$_1>x)\\k<a$_1>$", {"xx"}, {"x"}},
    {"^(?<\xC3\xA4>x)\\k<\xC3\xA4>\\1$", {"xxx"}, {"x"}},
    {"^(a)(b)\\2\\1$", {"abba"}, {"abab"}},
    {"^\\1(a)$", {"a"}, {"aa"}},
    {"^\\k<n>(?<n>a)$", {"a"}, {"aa"}},
    {"^(?:(a)|b)\\1$", {"aa", "b"}, {"ab"}},
    {"^(a)\\1\\1{2}$", {"aaaa"}, {"aaa"}},
    {"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$", {"abcdefghijj"}, {"abcdefghija0"}},
    {"^[(](a)[)]\\1$", {"(a)a"}, {"(a)"}},
    {"^\\((a)\\)\\1$", {"(a)a"}, {"(a)"}},
    {"\\bab\\b", {"ab", "x ab.", E_ACUTE "ab"}, {"abc", "ab_"}},
    {"a\\Bb", {"ab"}, {"a b"}},
    {"^\\ba\\b$", {"a"}, {"aa"}},
    {"^(?:a(?:b(?:c)?)?)?$", {"", "a", "ab", "abc"}, {"ac"}},
    {"^(([a-z0-9]+)(\\.|$))+$", {"a.b.c"}, {"a..b"}},
    {"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", {"", "QUJD", "QUI="}, {"QUI", "Q==="}},
    {"^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", {"a@b.cd"}, {"a@b", "a b@c.de"}},
    /* Properties of characters. */
    {"^\\p{L}$", {"a", E_ACUTE}, {"1", "_"}},
    {"^\\P{L}$", {"1", "_"}, {"a", E_ACUTE}},
    {"^\\p{Letter}cole$",
     {"\xC3\xA9"
      "cole",
      "ecole"},
     {"1cole"}},
    {"^\\p{Lu}\\p{Lowercase_Letter}$", {"Aa"}, {"aA"}},
    {"^\\p{gc=Nd}\\p{General_Category=digit}$", {"1" ARABIC_FOUR}, {"a1"}},
    {"^\\p{Script=Greek}\\p{sc=Latin}\\p{scx=Grek}\\p{Script_Extensions=Latn}$",
     {"\xCE\xB1"
      "a\xCE\xB1"
      "b"},
     {"aaaa"}},
    {"^[\\p{L}\\d_-]+$", {E_ACUTE "1_-"}, {"."}},
    {"^[^\\p{L}]$", {"1"}, {"a"}},
    {"^[\\P{L}a]$", {"1", "a"}, {"b"}},
    {"^\\p{LC}\\p{Cased_Letter}$", {"aB"}, {"1a"}},
    {"^\\p{Any}$", {"a", SMILE}, {""}},
    {"^\\p{Assigned}$", {"a"}, {"\xCD\xB8"}},
    {"^\\P{Assigned}$", {"\xCD\xB8"}, {"a"}},
    {"^\\p{ASCII}+$", {"ab"}, {E_ACUTE}},
    {"^\\p{Alphabetic}\\p{Emoji}\\p{White_Space}$", {"a" SMILE " "}, {"1a "}},
    {"^\\p{ASCII_Hex_Digit}+$", {"09afAF"}, {"g"}},
    {"^\\p{Uppercase}\\p{ID_Start}\\p{ID_Continue}$", {"Aa1"}, {"A1a"}},
};

START_TEST(texts_match)
{
    struct str pattern = str_of(cases[_i].pattern);
    for (const char *const *text = cases[_i].matches; *text; text++)
        ck_assert_msg(search(pattern, str_of(*text), BUDGET) == REGEX_MATCH, "%s: %s", pattern.p, *text);
    for (const char *const *text = cases[_i].others; *text; text++)
        ck_assert_msg(search(pattern, str_of(*text), BUDGET) == REGEX_NO_MATCH, "%s: %s", pattern.p, *text);
}
END_TEST

START_TEST(zero_is_a_character)
{
    ck_assert_int_eq(search(STR("^a\0b$"), STR("a\0b"), BUDGET), REGEX_MATCH);
    ck_assert_int_eq(search(STR("^a\0b$"), STR("a"), BUDGET), REGEX_NO_MATCH);
    ck_assert_int_eq(search(STR("^(a)\\0[\\0]\\x00\\u0000$"), STR("a\0\0\0\0"), BUDGET), REGEX_MATCH);
    ck_assert_int_eq(search(STR("^[^\\0]$"), STR("\0"), BUDGET), REGEX_NO_MATCH);
    ck_assert_int_eq(search(STR("^a\\0"), STR("a\0b"), BUDGET), REGEX_MATCH);
    ck_assert_int_eq(search(STR("a"), (struct str){NULL, 0}, BUDGET), REGEX_NO_MATCH);
    ck_assert_int_eq(search(STR("a|b"), (struct str){NULL, 0}, BUDGET), REGEX_NO_MATCH);
    ck_assert_int_eq(search(STR("a*?"), (struct str){NULL, 0}, BUDGET), REGEX_MATCH);
    ck_assert_int_eq(search((struct str){NULL, 0}, STR("a"), BUDGET), REGEX_MATCH);
}
END_TEST

/* Separated by blanks. */
static const char properties[] =
    "AHex Alpha Bidi_C Bidi_M CI Cased CWCF CWCM CWL CWT CWU Dash DI Dep Dia EComp EMod EBase EPres "
    "ExtPict Ext Gr_Base Gr_Ext Hex IDSB IDST IDC IDS Ideo Join_C LOE Lower Math NChar Pat_Syn Pat_WS "
    "QMark Radical RI STerm SD Term UIdeo Upper VS space XIDC XIDS Bidi_Control Bidi_Mirrored "
    "Case_Ignorable Changes_When_Casefolded Changes_When_Casemapped Changes_When_Lowercased "
    "Changes_When_Titlecased Changes_When_Uppercased Default_Ignorable_Code_Point Deprecated Diacritic "
    "Emoji_Component Emoji_Modifier Emoji_Modifier_Base Emoji_Presentation Extended_Pictographic Extender "
    "Grapheme_Base Grapheme_Extend Hex_Digit IDS_Binary_Operator IDS_Trinary_Operator Ideographic "
    "Join_Control Logical_Order_Exception Lowercase Noncharacter_Code_Point Pattern_Syntax "
    "Pattern_White_Space Quotation_Mark Regional_Indicator Sentence_Terminal Soft_Dotted "
    "Terminal_Punctuation Unified_Ideograph Variation_Selector XID_Continue XID_Start Close_Punctuation "
    "Connector_Punctuation Control cntrl Currency_Symbol Dash_Punctuation Decimal_Number Enclosing_Mark "
    "Final_Punctuation Format Initial_Punctuation Letter_Number Line_Separator Mark Combining_Mark "
    "Math_Symbol Modifier_Letter Modifier_Symbol Nonspacing_Mark Number Open_Punctuation Other "
    "Other_Letter Other_Number Other_Punctuation Other_Symbol Paragraph_Separator Private_Use Punctuation "
    "punct Separator Space_Separator Spacing_Mark Surrogate Symbol Titlecase_Letter Unassigned "
    "Uppercase_Letter C Cc Cf Cn Co Cs L Ll Lm Lo Lt M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk "
    "Sm So Z Zl Zp Zs";

/* Every property that is known here is known to PCRE2. */
START_TEST(properties_are_known)
{
    struct str rest = str_of(properties), name;
    while (str_next(&rest, ' ', &name)) {
        struct regex *regex = NULL, *other = NULL;
        const char *fault = NULL;
        ck_assert_int_eq(regex_compile(&arena, ARENA_JOIN(&arena, STR("^\\p{"), name, STR("}$")), &regex, &fault), 0);
        ck_assert_int_eq(regex_compile(&arena, ARENA_JOIN(&arena, STR("^[^\\P{"), name, STR("}]$")), &other, &fault),
                         0);
        for (uint32_t point = 1; point < 0x500; point++) {
            char bytes[4];
            struct str text = {bytes, utf8_put(point, bytes)};
            uint64_t budget = BUDGET;
            ck_assert_int_eq(regex_search(regex, text, &scratch, &budget),
                             regex_search(other, text, &scratch, &budget));
        }
    }
}
END_TEST

/* -- refusals ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *pattern, *fault;
} refused[] = {
    {"*", "there is nothing to repeat"},
    {"a**", "there is nothing to repeat"},
    {"a*+", "there is nothing to repeat"},
    {"a++", "there is nothing to repeat"},
    {"a?+", "there is nothing to repeat"},
    {"a{1}+", "there is nothing to repeat"},
    {"a{1}{2}", "there is nothing to repeat"},
    {"a???", "there is nothing to repeat"},
    {"^*", "there is nothing to repeat"},
    {"$+", "there is nothing to repeat"},
    {"\\b+", "there is nothing to repeat"},
    {"(*)", "there is nothing to repeat"},
    {"(*ACCEPT)", "there is nothing to repeat"},
    {"(*UCP)a", "there is nothing to repeat"},
    {"(|*)", "there is nothing to repeat"},
    {"(?=a)*", "there is nothing to repeat"},
    {"(?<!a){2}", "there is nothing to repeat"},
    {"{2}", "there is nothing to repeat"},
    {"a{3,2}", "a repetition has its numbers in the wrong order"},
    {"(a){0,100000}", "too many repetitions"},
    {"a{0,16000000}", "too many repetitions"},
    {"(", "a parenthesis is not closed"},
    {"(a", "a parenthesis is not closed"},
    {"a)", "a parenthesis is closed that was not opened"},
    {"[", "a bracket is not closed"},
    {"[a", "a bracket is not closed"},
    {"[a-", "a bracket is not closed"},
    {"[\\]", "a bracket is not closed"},
    {"[b-a]", "a range has its ends in the wrong order"},
    {"[[:alpha:]]", "a class of an unknown kind"},
    {"[a[:^digit:]]", "a class of an unknown kind"},
    {"\\", "a backslash is at the end"},
    {"a[\\", "a backslash is at the end"},
    {"\\a", "an escape is unknown"},
    {"\\e", "an escape is unknown"},
    {"\\A", "an escape is unknown"},
    {"\\z", "an escape is unknown"},
    {"\\Z", "an escape is unknown"},
    {"\\G", "an escape is unknown"},
    {"\\K", "an escape is unknown"},
    {"\\Q*\\E", "an escape is unknown"},
    {"\\R", "an escape is unknown"},
    {"\\X", "an escape is unknown"},
    {"\\h", "an escape is unknown"},
    {"\\N", "an escape is unknown"},
    {"\\C", "an escape is unknown"},
    {"\\g1", "an escape is unknown"},
    {"\\o{101}", "an escape is unknown"},
    {"[\\B]", "an escape is unknown"},
    {"[\\k]", "an escape is unknown"},
    {"[\\1]", "an escape is unknown"},
    {"\\c", "an escape is wrong"},
    {"\\c1", "an escape is wrong"},
    {"\\x", "an escape is wrong"},
    {"\\x4", "an escape is wrong"},
    {"\\x{41}", "an escape is wrong"},
    {"\\u", "an escape is wrong"},
    {"\\u004", "an escape is wrong"},
    {"\\u{}", "an escape is wrong"},
    {"\\u{110000}", "an escape is wrong"},
    {"\\u{ffffffffffffffffff41}", "an escape is wrong"},
    {"\\u{41", "an escape is wrong"},
    {"\\u{4g}", "an escape is wrong"},
    {"\\00", "an escape is wrong"},
    {"\\012", "an escape is wrong"},
    {"\\p", "an escape is wrong"},
    {"\\pL", "an escape is wrong"},
    {"\\p{L", "an escape is wrong"},
    {"\\p{}", "a property of characters is unknown"},
    {"\\p{Nope}", "a property of characters is unknown"},
    {"\\p{letter}", "a property of characters is unknown"},
    {"\\p{^L}", "a property of characters is unknown"},
    {"\\p{ L}", "a property of characters is unknown"},
    {"\\p{L&}", "a property of characters is unknown"},
    {"\\p{Xan}", "a property of characters is unknown"},
    {"\\p{Greek}", "a property of characters is unknown"},
    {"\\p{gc=Greek}", "a property of characters is unknown"},
    {"\\p{gc=Alphabetic}", "a property of characters is unknown"},
    {"\\p{Alphabetic=Yes}", "a property of characters is unknown"},
    {"\\p{IsAlphabetic}", "a property of characters is unknown"},
    {"\\p{InGreek}", "a property of characters is unknown"},
    {"\\p{javaLowerCase}", "a property of characters is unknown"},
    {"\\p{sc=^Greek}", "a property of characters is unknown"},
    {"\\p{sc=Nope}", NULL},
    {"\\1", "a reference to a group that is not there"},
    {"(a)\\2", "a reference to a group that is not there"},
    {"(a)\\99999999999999999999", "a reference to a group that is not there"},
    {"(?:a)\\1", "a reference to a group that is not there"},
    {"\\(\\1", "a reference to a group that is not there"},
    {"[(]\\1", "a reference to a group that is not there"},
    {"\\k", "a reference to a group that is not there"},
    {"\\k<n>", "a reference to a group that is not there"},
    {"\\k'n'", "a reference to a group that is not there"},
    {"\\k{n}", "a reference to a group that is not there"},
    {"(?<n>a)\\k<m>", "a reference to a group that is not there"},
    {"(?<n>a)\\k<n", "a reference to a group that is not there"},
    {"(?<n>a)(?<n>b)", "two groups have the same name"},
    {"(?<>a)", "the name of a group is wrong"},
    {"(?<1>a)", "the name of a group is wrong"},
    {"(?<a-b>a)", "the name of a group is wrong"},
    {"(?<a", "the name of a group is wrong"},
    {"(?i)a", "a group of an unknown kind"},
    {"(?i:a)", "a group of an unknown kind"},
    {"(?-i:a)", "a group of an unknown kind"},
    {"(?>a)", "a group of an unknown kind"},
    {"(?#a)", "a group of an unknown kind"},
    {"(?|a)", "a group of an unknown kind"},
    {"(?R)", "a group of an unknown kind"},
    {"(?1)", "a group of an unknown kind"},
    {"(?&n)", "a group of an unknown kind"},
    {"(?C)", "a group of an unknown kind"},
    {"(?P<n>a)", "a group of an unknown kind"},
    {"(?'n'a)", "a group of an unknown kind"},
    {"(?(1)a)", "a group of an unknown kind"},
    {"(?", "a group of an unknown kind"},
    {"(?<=a*)b", NULL},
};

START_TEST(patterns_are_refused)
{
    struct regex *regex = NULL;
    const char *fault = NULL;
    struct str pattern = str_of(refused[_i].pattern);
    ck_assert_msg(regex_compile(&arena, pattern, &regex, &fault) == 1, "%s", pattern.p);
    ck_assert_ptr_nonnull(fault);
    if (refused[_i].fault)
        ck_assert_msg(strcmp(fault, refused[_i].fault) == 0, "%s: %s", pattern.p, fault);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("regex");
    TCase *tests = tcase_create("regex");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, texts_match, 0, ROWS(cases));
    tcase_add_test(tests, zero_is_a_character);
    tcase_add_test(tests, properties_are_known);
    tcase_add_loop_test(tests, patterns_are_refused, 0, ROWS(refused));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
