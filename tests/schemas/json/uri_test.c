/* References against base URIs: the examples of RFC 3986, 5.4, and bases that are no absolute URIs. */
#include "json/parse_private.h"

#include "avro/fixture.h"

static const struct {
    const char *base, *reference, *resolved;
} cases[] = {
#define RFC(reference, resolved)                  \
    {                                             \
        "http://a/b/c/d;p?q", reference, resolved \
    }
    RFC("g:h", "g:h"),
    RFC("g", "http://a/b/c/g"),
    RFC("./g", "http://a/b/c/g"),
    RFC("g/", "http://a/b/c/g/"),
    RFC("/g", "http://a/g"),
    RFC("//g", "http://g"),
    RFC("?y", "http://a/b/c/d;p?y"),
    RFC("g?y", "http://a/b/c/g?y"),
    RFC("#s", "http://a/b/c/d;p?q#s"),
    RFC("g#s", "http://a/b/c/g#s"),
    RFC("g?y#s", "http://a/b/c/g?y#s"),
    RFC(";x", "http://a/b/c/;x"),
    RFC("g;x", "http://a/b/c/g;x"),
    RFC("g;x?y#s", "http://a/b/c/g;x?y#s"),
    RFC("", "http://a/b/c/d;p?q"),
    RFC(".", "http://a/b/c/"),
    RFC("./", "http://a/b/c/"),
    RFC("..", "http://a/b/"),
    RFC("../", "http://a/b/"),
    RFC("../g", "http://a/b/g"),
    RFC("../..", "http://a/"),
    RFC("../../", "http://a/"),
    RFC("../../g", "http://a/g"),
    RFC("../../../g", "http://a/g"),
    RFC("../../../../g", "http://a/g"),
    RFC("/./g", "http://a/g"),
    RFC("/../g", "http://a/g"),
    RFC("g.", "http://a/b/c/g."),
    RFC(".g", "http://a/b/c/.g"),
    RFC("g..", "http://a/b/c/g.."),
    RFC("..g", "http://a/b/c/..g"),
    RFC("./../g", "http://a/b/g"),
    RFC("./g/.", "http://a/b/c/g/"),
    RFC("g/./h", "http://a/b/c/g/h"),
    RFC("g/../h", "http://a/b/c/h"),
    RFC("g;x=1/./y", "http://a/b/c/g;x=1/y"),
    RFC("g;x=1/../y", "http://a/b/c/y"),
    RFC("g?y/./x", "http://a/b/c/g?y/./x"),
    RFC("g?y/../x", "http://a/b/c/g?y/../x"),
    RFC("g#s/./x", "http://a/b/c/g#s/./x"),
    RFC("g#s/../x", "http://a/b/c/g#s/../x"),
    RFC("http:g", "http:g"),
#undef RFC
    {"http://a", "b", "http://a/b"},
    {"http://a?q", "b", "http://a/b"},
    {"http://a/b#f", "", "http://a/b"},
    {"http://a/b/", "c", "http://a/b/c"},
    {"http://a/b", "c:d", "c:d"},
    {"http://a/b", "1:d", "http://a/1:d"},
    {"urn:x:y", "#f", "urn:x:y#f"},
    {"urn:x:y", "z", "urn:z"},
    {"file:///a/b", "c", "file:///a/c"},
    {"a.json", "b.json", "b.json"},
    {"a/b.json", "c.json", "a/c.json"},
    {"/a/b.json", "c.json", "/a/c.json"},
    {"a.json", "#f", "a.json#f"},
    {"", "b.json", "b.json"},
    {"", "./b.json", "b.json"},
    {"", "../b.json", "b.json"},
    {"", "..", ""},
    {"", "a/../../b", "/b"},
    {"", "#", "#"},
    {"", "", ""},
    {"\xC3\xA9/\xC3\xA9", "\xC3\xBC#\xC3\xBC", "\xC3\xA9/\xC3\xBC#\xC3\xBC"},
};

START_TEST(references_are_resolved)
{
    struct str resolved = jss_uri_resolve(arena, str_of(cases[_i].base), str_of(cases[_i].reference));
    assert_text(terminated(resolved), cases[_i].resolved);
}
END_TEST

START_TEST(memory_may_run_out)
{
    struct arena small;
    arena_init(&small, 1, NULL, 0);
    ck_assert_ptr_null(jss_uri_resolve(&small, STR("http://a/b"), STR("c")).p);
    ck_assert_ptr_null(jss_uri_resolve(&small, STR("http://a/b"), STR("c:/d")).p);
    ck_assert_ptr_null(jss_uri_resolve(&small, STR(""), STR("#")).p);
    ck_assert_ptr_null(jss_percent_decode(&small, STR("%41")).p);
    arena_deinit(&small);
}
END_TEST

static const struct {
    const char *text, *decoded;
} encoded[] = {
    {"", ""},     {"a", "a"},       {"%41", "A"},   {"a%2Fb%7e", "a/b~"}, {"%C3%a9", "\xC3\xA9"},
    {"%", "%"},   {"%4", "%4"},     {"%4g", "%4g"}, {"%g1", "%g1"},       {"%%41", "%A"},
    {"%25", "%"}, {"%2541", "%41"}, {"a%", "a%"},
};

START_TEST(percent_encoding_is_decoded)
{
    assert_text(terminated(jss_percent_decode(arena, str_of(encoded[_i].text))), encoded[_i].decoded);
}
END_TEST

/* Many segments take no longer than their number. */
START_TEST(long_paths_are_resolved)
{
    struct buf path = new_text();
    add_times(&path, STR("a/"), 500000);
    add_times(&path, STR("../"), 500000);
    buf_add(&path, STR("b"));
    assert_text(terminated(jss_uri_resolve(arena, STR("http://h/c/d"), buf_str(&path))), "http://h/c/b");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, references_are_resolved, 0, ROWS(cases));
    tcase_add_test(tests, memory_may_run_out);
    tcase_add_loop_test(tests, percent_encoding_is_decoded, 0, ROWS(encoded));
    tcase_add_test(tests, long_paths_are_resolved);
}

int main(void)
{
    return run_tests("uri", add_tests);
}
