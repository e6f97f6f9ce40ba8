/* The formats of JSON Schema, which dialect has which, and texts that have them or not.
 * covers: schemas/json/formats.c schemas/json/formats_host.c schemas/json/formats_idna.c schemas/json/formats_text.c
 * covers: schemas/json/formats_time.c schemas/json/formats_uri.c */
#include "json/compile_private.h"

#include "avro/fixture.h"

/* -- dialects -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *format;
    enum jss_dialect first;
} known[] = {
    {"date-time", JSS_DRAFT_04},     {"email", JSS_DRAFT_04},        {"hostname", JSS_DRAFT_04},
    {"ipv4", JSS_DRAFT_04},          {"ipv6", JSS_DRAFT_04},         {"uri", JSS_DRAFT_04},
    {"uri-reference", JSS_DRAFT_06}, {"uri-template", JSS_DRAFT_06}, {"json-pointer", JSS_DRAFT_06},
    {"date", JSS_DRAFT_07},          {"time", JSS_DRAFT_07},         {"idn-email", JSS_DRAFT_07},
    {"idn-hostname", JSS_DRAFT_07},  {"iri", JSS_DRAFT_07},          {"iri-reference", JSS_DRAFT_07},
    {"regex", JSS_DRAFT_07},         {"uuid", JSS_DRAFT_2019_09},    {"relative-json-pointer", JSS_DRAFT_07},
    {"duration", JSS_DRAFT_2019_09}, {"color", JSS_DIALECT_COUNT_},  {"", JSS_DIALECT_COUNT_},
    {"Date", JSS_DIALECT_COUNT_},
};

START_TEST(dialects_know_formats)
{
    for (unsigned dialect = 0; dialect < JSS_DIALECT_COUNT_; dialect++) {
        bool is_known = jss_format_of((enum jss_dialect)dialect, str_of(known[_i].format)) != NULL;
        ck_assert_msg(is_known == (dialect >= known[_i].first), "%s in dialect %u", known[_i].format, dialect);
    }
}
END_TEST

/* -- texts ----------------------------------------------------------------------------------------------------- */

#define MAX_TEXTS 24

/* Up to MAX_TEXTS each; NULL ends a list. */
static const struct {
    const char *format;
    const char *right[MAX_TEXTS], *wrong[MAX_TEXTS];
} rows[] = {
    {"date",
     {"2020-02-29", "2000-02-29", "0000-01-01", "9999-12-31"},
     {"", "2021-02-29", "1900-02-29", "2020-00-10", "2020-13-01", "2020-04-31", "2020-01-00", "2020-1-1", "20200101",
      "2020-01-01 ", "2020/01/01", "-020-01-01", "2020-01-0\xe0\xa7\xa8"}},
    {"time",
     {"00:00:00Z", "23:59:59.999999999z", "12:00:00+23:59", "12:00:00-00:00", "23:59:60Z", "01:29:60+01:30",
      "15:59:60.5-08:00"},
     {"", "12:00:00", "24:00:00Z", "12:60:00Z", "12:00:61Z", "22:59:60Z", "12:00:00.Z", "12:00:00,5Z", "12:00Z",
      "12:00:00+24:00", "12:00:00+00:60", "12:00:00+0100", "12:00:00+1", "12:00:00Z ", "12-00-00Z", "1:00:00Z",
      "12:00:00ZZ", "12:00:00+01:00Z"}},
    {"date-time",
     {"1963-06-19T08:30:06.283185Z", "1963-06-19t08:30:06z", "1998-12-31T23:59:60Z", "1990-12-31T15:59:50.1-08:00"},
     {"", "1963-06-19", "1963-06-19 08:30:06Z", "1963-06-31T08:30:06Z", "1963-06-19T08:30:06", "1963-06-19TT08:30:06Z",
      "08:30:06Z", "1998-12-31T23:58:60Z"}},
    {"duration",
     {"P1Y", "P1Y2M3DT4H5M6S", "P3D", "PT1H", "PT1M2S", "P2W", "P0D", "P1DT1S", "P1M", "PT36H", "P123456789012Y"},
     {"", "P", "PT", "P1", "1D", "P1Y2D", "PT1H2S", "P1D1Y", "P1YT", "P1W1D", "P1.5D", "P-1D", "P1H", "PT1D", "p1d",
      "P1D ", "P1D1D", "PD"}},
    {"ipv4",
     {"0.0.0.0", "255.255.255.255", "87.10.0.1"},
     {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..2.3", "1.2.3.", "a.b.c.d", "1.2.3.4/24",
      "1000.1.1.1", "+1.2.3.4"}},
    {"ipv6",
     {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4",
      "fe80::AbCd", "1::2:3"},
     {"",
      ":",
      ":::",
      "1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      "12345::",
      "::g",
      "1:2:3:4:5:6:7:8::",
      ":1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:",
      "::1.2.3",
      "1.2.3.4",
      "1.2.3.4::",
      "1:2:3:4:5:6:7:1.2.3.4",
      "fe80::1%eth0",
      "::1 ",
      "[::1]",
      "::1.2.3.4:5"}},
    {"hostname",
     {"a", "a.b", "1", "www.example.com", "A-1.B-2", "xn--4gbwdl.xn--wgbh1c", "XN--4GBWDL",
      "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk.com"},
     {"", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "a b", "\xc3\xa9", "xn--X", "xn--", "ab--c", "xn---",
      "xn--4gbwdl-", "xn--a-", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl.com",
      "xn--99999999999"}},
    {"idn-hostname",
     {"example.com", "\xe5\xae\x9f\xe4\xbe\x8b.jp",
      "a\xe3\x80\x82"
      "b",
      "a\xef\xbc\x8e"
      "b",
      "a\xef\xbd\xa1"
      "b",
      "l\xc2\xb7l", "\xce\xb1\xcd\xb5\xce\xb2", "\xd7\x90\xd7\xb3", "\xe3\x83\xbb\xe3\x81\x81",
      "xn--ihqwcrb4cv8a8dqg056pqjye", "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7",
      "\xd8\xa8\xd9\x8a\xe2\x80\x8c\xd8\xa8", "\xd9\xa0\xd8\xa8"},
     {"",
      ".",
      "\xe3\x80\x82",
      "a..b",
      "-\xc3\xa9",
      "\xc3\xa9-",
      "\xcc\x80"
      "a",
      "l\xc2\xb7"
      "a",
      "\xc2\xb7",
      "\xce\xb1\xcd\xb5",
      "\xd7\xb3\xd7\x90",
      "a\xe3\x83\xbb",
      "\xe0\xa4\x95\xe2\x80\x8d",
      "a\xe2\x80\x8c"
      "b",
      "\xd9\xa0\xdb\xb0",
      "\xd9\x80\xc3\xa9",
      "A\xc3\xa9",
      "ab--\xc3\xa9",
      "\xe2\x98\xba",
      "\xc3\x89",
      "xn--X",
      "\xc3\xa9 "}},
    {"email",
     {"a@b", "joe.bloggs@example.com", "a+b~c@x.y", "\"joe bloggs\"@x.y", "\"a\\\"b@\"@x.y", "\"\"@x", "a@[127.0.0.1]",
      "a@[IPv6:::1]", "a@[ipv6:1::]"},
     {"",
      "@",
      "a",
      "a@",
      "@b",
      ".a@b",
      "a.@b",
      "a..b@c",
      "a b@c",
      "a@b@c",
      "a@-b",
      "a@b_c",
      "a@[1.2.3]",
      "a@[::1]",
      "a@[1.2.3.4",
      "\"a@b",
      "\"a\"b@c",
      "\"a\\\"@b",
      "\xc3\xa9@b",
      "\"\xc3\xa9\"@b",
      "a@\xc3\xa9",
      "\"\t\"@b",
      "a@[IPv6:1.2.3.4]"}},
    {"idn-email",
     {"a@b", "\xc3\xa9@\xc3\xa9.fr", "\"\xc3\xa9 \"@x", "a@[127.0.0.1]"},
     {"", "\xc3\xa9", "\xc3\xa9@", "@\xc3\xa9", "a@\xc3\xa9..fr"}},
    {"uri",
     {"a:", "a:b", "http://a", "http://a/b?c#d", "urn:x:y", "http://u:p@h:80/", "http://[::1]:8/", "http://[v1.a:b]/",
      "http://h:", "a:/b", "file:///x", "a:?", "a:#", "a:b:c", "x+y-z.1:q", "http://%41", "http://h/a%2Fb;c=d,e@f:g",
      "mailto:a@b.c", "http://1.2.3.4.5"},
     {"",
      "a",
      "/a",
      "//a",
      "#a",
      "?a",
      ":a",
      "1a:b",
      "a b:c",
      "http://a b",
      "http://a/%4",
      "http://a/%zz",
      "http://a/\"",
      "http://h:8x",
      "http://[::1",
      "http://[::1]x",
      "http://[v.a]",
      "http://[1.2.3.4]",
      "a:#b#c",
      "http://\xc3\xa9",
      "http://u@v@w",
      "a:\\b",
      "a:<b>"}},
    {"uri-reference",
     {"", "a", "/a", "//a", "#a", "?a", "a:b", "./a:b", "a/b:c", "../x", "%20"},
     {"\\a", "a:b c", ":a", "1:2", "#a\\b", "%", "a[b]", "//[", "\xc3\xa9", "a^b"}},
    {"iri",
     {"http://\xc3\xa9/\xe2\x88\x82?\xee\x80\x80#\xc3\xa9", "a:\xf0\x9f\x98\x80", "urn:\xc3\xa9"},
     {"", "\xc3\xa9", "\xc3\xa9:a", "http://a/\xee\x80\x80", "a:\xc2\x85", "a:\xef\xbf\xbe", "http://2001:db8::1"}},
    {"iri-reference", {"", "\xc3\xa9", "/\xc3\xa9", "a:b"}, {" ", "\\\xc3\xa9", "a#b#c", "\xc2\x80"}},
    {"uri-template",
     {"", "a", "{a}", "{+a}", "{#a,b}", "{/a:3}", "{a*}", "{;a.b}", "{?a,b*}", "x{a}y{b}", "{%41}", "%41", "{&a:9999}",
      "\xc3\xa9{a}", "{=a}", "{a_1}"},
     {"{",   "}",      "{}",   "{a",    "{a}}", "{{a}}", "{a:0}", "{a:10000}", "{a:}", "{a:1*}", "{,}",       "{a,}",
      "{.}", "{a..b}", "{a.}", "{a b}", "%4",   "a b",   "{a-b}", "{*a}",      "\"",   "<",      "{\xc3\xa9}"}},
    {"uuid",
     {"2eb8aa08-aa98-11ea-B4AA-73b441d16380", "00000000-0000-0000-0000-000000000000"},
     {"", "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08-aa98-11ea-b4aa-73b441d163800",
      "2eb8aa08aa98-11ea-b4aa-73b441d16380-", "2eb8aa08-aa98-11ea-b4ga-73b441d16380",
      "{2eb8aa08-aa98-11ea-b4aa-73b441d1638}"}},
    {"json-pointer",
     {"", "/", "/a", "/a/0", "/~0~1", "//", "/\xc3\xa9", "/ "},
     {"a", "#", "#/a", "/~", "/~2", "/a~", "0"}},
    {"relative-json-pointer",
     {"0", "1", "12/a", "0#", "0/", "0/~1"},
     {"", "/a", "#", "01", "-1", "+1", "0##", "0#/a", "0a", "0/~", "00"}},
    {"regex",
     {"", "a", "^(a|b)*$", "\\d", "[\\s\\S]", "(?<n>a)\\k<n>", "\\u{1F600}", "\\p{L}", "(?=a)"},
     {"(", ")", "[", "a{2,1}", "*", "\\a", "\\Z", "(?<n>a)(?<n>b)", "\\p{Foo}", "(?i)a"}},
};

static bool has(const char *format, const char *text)
{
    return jss_format_of(JSS_DRAFT_2020_12, str_of(format))(str_of(text));
}

START_TEST(texts_have_formats)
{
    for (int i = 0; rows[_i].right[i]; i++)
        ck_assert_msg(has(rows[_i].format, rows[_i].right[i]), "%s: %s", rows[_i].format, rows[_i].right[i]);
    for (int i = 0; rows[_i].wrong[i]; i++)
        ck_assert_msg(!has(rows[_i].format, rows[_i].wrong[i]), "not %s: %s", rows[_i].format, rows[_i].wrong[i]);
}
END_TEST

/* A text of a right one with a NUL in or behind it is none, for all but patterns and pointers. */
START_TEST(a_nul_is_no_end)
{
    bool may_have = strcmp(rows[_i].format, "json-pointer") == 0 || strcmp(rows[_i].format, "regex") == 0 ||
                    strcmp(rows[_i].format, "relative-json-pointer") == 0;
    jss_format_fn *is_one = jss_format_of(JSS_DRAFT_2020_12, str_of(rows[_i].format));
    for (int i = 0; rows[_i].right[i] && !may_have; i++) {
        struct str text = str_of(rows[_i].right[i]);
        ck_assert(!is_one(ARENA_JOIN(arena, text, STR("\0"))));
        ck_assert(!is_one(ARENA_JOIN(arena, STR("\0"), text)));
    }
}
END_TEST

/* Whatever a text is, no byte behind it is read (for sanitizers). */
START_TEST(beginnings_are_read_in_bounds)
{
    jss_format_fn *is_one = jss_format_of(JSS_DRAFT_2020_12, str_of(rows[_i].format));
    for (int i = 0; rows[_i].right[i]; i++) {
        struct str text = str_of(rows[_i].right[i]);
        for (size_t n = 0; n <= text.n; n++) {
            char *copy = n ? malloc(n) : NULL;
            if (n && copy)
                memcpy(copy, text.p, n);
            is_one((struct str){copy, copy ? n : 0});
            free(copy);
        }
    }
}
END_TEST

START_TEST(lengths_are_bounded)
{
    struct buf labels = new_text(), idn = new_text(), regex = new_text();
    add_times(&labels, STR("a."), 126);
    buf_add(&labels, STR("a"));
    ck_assert(has("hostname", terminated(buf_str(&labels))));
    buf_add(&labels, STR("a"));
    ck_assert(!has("hostname", terminated(buf_str(&labels))));
    /* 63 in the ASCII form. */
    add_times(&idn, STR("\xc3\xa9"), 54);
    ck_assert(has("idn-hostname", terminated(buf_str(&idn))));
    add_times(&idn, STR("\xc3\xa9"), 10);
    ck_assert(!has("idn-hostname", terminated(buf_str(&idn))));
    add_times(&regex, STR("a"), 64 << 10);
    ck_assert(has("regex", terminated(buf_str(&regex))));
    buf_add(&regex, STR("a"));
    ck_assert(!has("regex", terminated(buf_str(&regex))));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, dialects_know_formats, 0, ROWS(known));
    tcase_add_loop_test(tests, texts_have_formats, 0, ROWS(rows));
    tcase_add_loop_test(tests, a_nul_is_no_end, 0, ROWS(rows));
    tcase_add_loop_test(tests, beginnings_are_read_in_bounds, 0, ROWS(rows));
    tcase_add_test(tests, lengths_are_bounded);
}

int main(void)
{
    return run_tests("formats", add_tests);
}
