/* Which texts Java's URI class takes. */
#include "texts.h"

#include "json/check_private.h"

static const struct {
    const char *text;
    bool is_readable;
} uris[] = {
    {"", true},
    {"#", true},
    {"a.json", true},
    {"a.json#/definitions/x", true},
    {"../a/./b?x=1&y=[]#[]", true},
    {"/a;b,c=d:e@f", true},
    {"http://user@example.com:80/a%20b?q#f", true},
    {"http://[::1]/a", true},
    {"file:///a", true},
    {"urn:x:y", true},
    {"mailto:a[b]?c", true},
    {"a+b-c.1:d", true},
    {"//example.com", true},
    {"\xC3\xA9/\xE6\x97\xA5\xE6\x9C\xAC", true},
    {"(a)'*!~_-", true},
    {" ", false},
    {"a b", false},
    {"a\x01", false},
    {"a\x7F", false},
    {"%", false},
    {"a%2", false},
    {"a%2g", false},
    {"a%zz", false},
    {"[", false},
    {"a/[b]", false},
    {"a<b", false},
    {"a>b", false},
    {"a\"b", false},
    {"a\\b", false},
    {"a^b", false},
    {"a`b", false},
    {"a{b}", false},
    {"a|b", false},
    {"#a b", false},
    {"#a#b", false},
    {"?a|b", false},
    {":a", false},
    {"1a:b", false},
    {"a_b:c", false},
    {"a:", false},
    {"a:#b", false},
    {"//", false},
    {"http://a b/", false},
    {"\xC2\x85", false},
    {"\xC2\xA0", false},
    {"a\xE2\x80\x83", false},
    {"a\xE3\x80\x80", false},
};

START_TEST(texts_are_told_apart)
{
    ck_assert_int_eq(jss_uri_is_readable(str_of(uris[_i].text)), uris[_i].is_readable);
}
END_TEST

START_TEST(a_nul_is_no_part_of_one)
{
    ck_assert(!jss_uri_is_readable(STR("\0")));
    ck_assert(!jss_uri_is_readable(STR("a\0b")));
    ck_assert(!jss_uri_is_readable(STR("a:\0")));
    ck_assert(!jss_uri_is_readable(STR("//a\0")));
    ck_assert(!jss_uri_is_readable(STR("#\0")));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, texts_are_told_apart, 0, ROWS(uris));
    tcase_add_test(tests, a_nul_is_no_part_of_one);
}

int main(void)
{
    return run_tests("check_uri", add_tests);
}
