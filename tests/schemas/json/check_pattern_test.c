/* Which patterns java.util.regex takes.
 * covers: schemas/json/check_pattern.c schemas/json/check_pattern_escape.c */
#include "texts.h"

#include "json/check_private.h"

static const char *const good[] = {
    "",
    "abc",
    "^a|b$|",
    "a*b+c?d{1}e{2,}f{3,4}",
    "a*?b+?c??d{1}?e{2,}?",
    "a*+b++c?+d{1,2}+",
    "{2}",
    "a|{2}",
    "^*",
    "}]",
    "()",
    "(a)(?:b)(?=c)(?!d)(?<=e)(?<!f)(?>g)(?<n>h)",
    "(?i)a(?i:b)(?-i)(?idmsucxU-idmsucxU:c)",
    "(?<n>a)\\k<n>\\1\\9",
    "(?<=a{1,3}(?=b*)c|d)e",
    "(?<=a*)",
    "(?<!(?<=a)b)c",
    "[a-z]",
    "[^a-z]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[a^]",
    "[a[b-c[d]]e]",
    "[a&&b]",
    "[a&&[^b]]",
    "[a&&]",
    "[&&a]",
    "[a&b&]",
    "[\\d\\D\\s\\S\\w\\W\\h\\H\\v\\V-]",
    "[\\t-\\r\\v-\\f\\x00-\\x{10FFFF}]",
    "[\\p{L}\\P{L}\\pN]",
    "[a-[b]]",
    "\\d\\D\\s\\S\\w\\W\\h\\H\\v\\V\\R\\X",
    "\\b\\B\\A\\z\\Z\\G\\b{g}\\b{1}",
    "\\a\\e\\f\\n\\r\\t\\\\\\.\\-\\/\\ \\\xC3\xA9",
    "\\07\\012\\0377\\0400",
    "\\x41\\x{1F600}\\u0041\\uD83D\\uDE00\\uD83D",
    "[\\uD83D\\uDE00-\\uD83D\\uDE01]",
    "\\cA\\c?",
    "\\pL\\PN\\p{Lu}\\p{IsAlphabetic}\\p{IsGreek}\\p{InGreek}\\p{Alpha}\\p{javaLowerCase}\\p{all}\\p{L1}",
    "\\p{sc=Latin}\\p{Script=Latin}\\p{blk=Greek}\\p{block=Greek}\\p{gc=Lu}\\p{general_category=L}",
    "\\Q(*[\\E*",
    "\\Qa",
    "\\Q\\\\E",
    "[\\Q]\\E]",
    "a\\\\Qb",
    "\\N{LATIN SMALL LETTER A}",
    "(?x) a # comment ( [\n b",
    "(?x:a #(\n)#",
    "(?x)[a #]\n]",
    "\xC3\xA9*\xF0\x9F\x98\x80+",
    "[\xC3\xA9-\xF0\x9F\x98\x80]",
};

START_TEST(good_patterns_are_taken)
{
    const char *fault = jss_pattern_fault(str_of(good[_i]), arena);
    ck_assert_msg(!fault, "%s: %s", good[_i], fault);
}
END_TEST

static const struct {
    const char *pattern, *fault;
} bad[] = {
    {"*", "a repetition of nothing"},
    {"a|+", "a repetition of nothing"},
    {"a**", "a repetition of nothing"},
    {"(?i)*", "a repetition of nothing"},
    {"(?", "an unknown kind of group"},
    {"(?$a)", "an unknown kind of group"},
    {"(?P<n>a)", "an unknown kind of group"},
    {"(?i", "an unknown kind of group"},
    {"(?i--x)", "an unknown kind of group"},
    {"(", "a parenthesis that is not closed"},
    {"(a|(b)", "a parenthesis that is not closed"},
    {")", "a closing parenthesis without an opening one"},
    {"(a))", "a closing parenthesis without an opening one"},
    {"(?<1>a)", "the name of a group does not begin with a letter"},
    {"(?<n_>a)", "the name of a group does not end"},
    {"(?<n", "the name of a group does not end"},
    {"(?<n>a)(?<n>b)", "two groups of one name"},
    {"\\k<n>(?<n>a)", "a reference to a group that is not there"},
    {"\\k", "\\k without the name of a group"},
    {"\\kn", "\\k without the name of a group"},
    {"(?<=(?:a)*)", "a look-behind without an obvious maximum length"},
    {"(?<=a*?)", "a look-behind without an obvious maximum length"},
    {"(?<!a{2,})", "a look-behind without an obvious maximum length"},
    {"(a)(?<=\\1)", "a look-behind without an obvious maximum length"},
    {"{", "a repetition without a number"},
    {"a{", "a repetition without a number"},
    {"a{,2}", "a repetition without a number"},
    {"a{1,b}", "a repetition without a number"},
    {"a{1", "a repetition without a closing brace"},
    {"a{1,2", "a repetition without a closing brace"},
    {"a{3,2}", "a repetition that is out of order"},
    {"a{99999999999}", "a repetition that is out of order"},
    {"[", "a class without a closing bracket"},
    {"[a", "a class without a closing bracket"},
    {"[]", "a class without a closing bracket"},
    {"[^]", "a class without a closing bracket"},
    {"[a[b]", "a class without a closing bracket"},
    {"[&&]", "an intersection of nothing"},
    {"[&&&a]", "an intersection of nothing"},
    {"[z-a]", "a range of characters that is out of order"},
    {"[a-\\d]", "a range of characters that is out of order"},
    {"[\\x{1F600}-\\uD83D\\uDDFF]", "a range of characters that is out of order"},
    {"[\\b]", "an unknown escape in a class"},
    {"[\\A]", "an unknown escape in a class"},
    {"[\\1]", "an unknown escape in a class"},
    {"\\", "a backslash at the end"},
    {"\\y", "an unknown escape"},
    {"\\E", "an unknown escape"},
    {"\\Qa\\E\\E", "an unknown escape"},
    {"\\0", "an octal escape without digits"},
    {"\\08", "an octal escape without digits"},
    {"\\x", "a hexadecimal escape without digits"},
    {"\\x1", "a hexadecimal escape without digits"},
    {"\\x{}", "a hexadecimal escape without digits"},
    {"\\x{41", "a hexadecimal escape without a closing brace"},
    {"\\x{110000}", "a hexadecimal escape beyond Unicode"},
    {"\\x{FFFFFFFFFFFFFFFFFF}", "a hexadecimal escape beyond Unicode"},
    {"\\u004", "a Unicode escape without four digits"},
    {"\\u{41}", "a Unicode escape without four digits"},
    {"\\c", "\\c without a character"},
    {"\\p", "a property without a name"},
    {"\\pX", "an unknown property"},
    {"\\p{}", "an unknown property"},
    {"\\p{Letter}", "an unknown property"},
    {"\\p{Is}", "an unknown property"},
    {"\\p{javaNothing}", "an unknown property"},
    {"\\p{scx=Latin}", "an unknown property"},
    {"\\p{sc=}", "an unknown property"},
    {"\\p{gc=Letter}", "an unknown property"},
    {"\\p{L", "a property without a closing brace"},
    {"\\b{x}", "an unknown boundary"},
    {"\\b{", "an unknown boundary"},
    {"\\N", "\\N without the name of a character"},
    {"\\N{A", "the name of a character does not end"},
};

START_TEST(bad_patterns_are_refused)
{
    const char *fault = jss_pattern_fault(str_of(bad[_i].pattern), arena);
    ck_assert_msg(fault && strcmp(fault, bad[_i].fault) == 0, "%s: %s", bad[_i].pattern, fault ? fault : "is taken");
}
END_TEST

START_TEST(a_nul_is_a_character)
{
    ck_assert_ptr_null(jss_pattern_fault(STR("\0*[\0-a]\\\0"), arena));
    ck_assert_str_eq(jss_pattern_fault(STR("(?\0:)"), arena), "an unknown kind of group");
    ck_assert_str_eq(jss_pattern_fault(STR("\\p{\0}"), arena), "an unknown property");
}
END_TEST

/* Deep and long ones take time and memory in proportion. */
START_TEST(large_patterns_are_read)
{
    static const struct {
        const char *begins, *ends, *fault;
        int count;
    } parts[] = {
        {"(", ")", NULL, 1000},
        {"(", ")", "groups nest too deep", 1001},
        {"(", ")", "groups nest too deep", 200000},
        {"[a", "]", NULL, 1000},
        {"[a", "]", "classes nest too deep", 1001},
        {"(?<!a", ")", NULL, 1000},
        {"[a&&", "b]", NULL, 1000},
        {"(?x: #(\n", "#\n)", NULL, 1000},
        {"(", "", "a parenthesis that is not closed", 1000},
        {"[", "", "a class without a closing bracket", 1000},
        {"(a)[b]", "", NULL, 200000},
        {"a{2}", "", NULL, 200000},
        {"\\Q(\\E", "", NULL, 200000},
    };
    for (int i = 0; i < ROWS(parts); i++) {
        struct buf text = new_text();
        add_times(&text, str_of(parts[i].begins), parts[i].count);
        add_times(&text, str_of(parts[i].ends), parts[i].count);
        const char *fault = jss_pattern_fault(buf_str(&text), arena);
        ck_assert_msg(parts[i].fault ? fault && strcmp(fault, parts[i].fault) == 0 : !fault, "%d: %s", i, fault);
    }
    struct arena *small = arena_new(4096);
    struct buf text = new_text();
    add_times(&text, STR("("), 900);
    ck_assert_str_eq(jss_pattern_fault(buf_str(&text), small), "it takes too much memory");
    arena_free(small);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, good_patterns_are_taken, 0, ROWS(good));
    tcase_add_loop_test(tests, bad_patterns_are_refused, 0, ROWS(bad));
    tcase_add_test(tests, a_nul_is_a_character);
    tcase_add_test(tests, large_patterns_are_read);
}

int main(void)
{
    return run_tests("check_pattern", add_tests);
}
