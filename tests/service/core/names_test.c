/* Names of subjects and numbers of versions as clients write them.
 * covers: service/core/names.c */
#include "requests.h"

static const struct {
    const char *text, *context, *name;
    bool is_qualified;
    const char *written;
} subjects[] = {
    {"name", ".", "name", false, "name"},
    {"", ".", "", false, ""},
    {"a:b", ".", "a:b", false, "a:b"},
    {":a", ".", ":a", false, ":a"},
    {":", ".", ":", false, ":"},
    {":*:x", ".", ":*:x", false, ":*:x"},
    {":.ctx:name", ".ctx", "name", true, ":.ctx:name"},
    {":.ctx:", ".ctx", "", true, ":.ctx:"},
    {":.ctx", ".ctx", "", true, ":.ctx:"},
    {":.ctx:a:b", ".ctx", "a:b", true, ":.ctx:a:b"},
    {":.ctx::", ".ctx", ":", true, ":.ctx::"},
    {":.:name", ".", "name", false, "name"},
    {":.:", ".", "", false, ""},
    {":.", ".", "", false, ""},
    {":.:.:x", ".", ".:x", false, ".:x"},
    {":.__GLOBAL:", ".__GLOBAL", "", true, ":.__GLOBAL:"},
};

START_TEST(reads_subjects)
{
    struct core_subject s = core_subject_parse(str_of(subjects[_i].text));
    assert_text(s.context, subjects[_i].context);
    assert_text(s.name, subjects[_i].name);
    ck_assert_int_eq(s.is_qualified, subjects[_i].is_qualified);
    assert_text(core_subject_text(fixture.arena, s.context, s.name), subjects[_i].written);
}
END_TEST

START_TEST(writes_contexts)
{
    struct arena tiny;
    arena_init(&tiny, 0, NULL, 0);
    assert_text(core_context_text(fixture.arena, STR(".")), "");
    assert_text(core_context_text(fixture.arena, STR(".ctx")), ":.ctx:");
    ck_assert_ptr_null(core_context_text(&tiny, STR(".ctx")).p);
    ck_assert_ptr_null(core_subject_text(&tiny, STR(".ctx"), STR("s")).p);
    assert_text(core_subject_text(&tiny, STR("."), STR("s")), "s"); /* needs none */
    arena_deinit(&tiny);
}
END_TEST

enum { TO_REGISTER = 1, FOR_SETTINGS = 2, EMPTY_TOO = 4 }; /* what a name is good for */

static const struct {
    const char *text;
    int good_for;
} checked[] = {
    {"name", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {"a b/c%", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {"\xC3\xA9\xF0\x9F\x98\x80", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {":x", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {"", FOR_SETTINGS}, /* of the default context */
    {"*", TO_REGISTER | FOR_SETTINGS},
    {":.ctx:", TO_REGISTER | FOR_SETTINGS},
    {":.ctx:*", TO_REGISTER | FOR_SETTINGS},
    {"**", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {":.__GLOBAL:", FOR_SETTINGS},
    {":.__GLOBAL:s", FOR_SETTINGS},
    {"__GLOBAL", 0},
    {"__EMPTY", 0},
    {":.ctx:__GLOBAL", 0},
    {":.ctx:__EMPTY", 0},
    {"__GLOBAL_", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {":*:x", 0},
    {":*:", 0},
    {"a\tb", 0},
    {"a\n", 0},
    {"a\x7F", 0},
    {"a\xC2\x85", 0}, /* U+0085 */
    {"a\xC2\x9F", 0},
    {"a\xC2\xA0", TO_REGISTER | FOR_SETTINGS | EMPTY_TOO},
    {"a\xFF", 0},
    {":.c\x01:a", 0},
};

static void check_subject(const char *text, bool for_settings, bool is_good)
{
    struct request r;
    char wanted[128];
    snprintf(wanted, sizeof wanted, "The specified subject '%s' is not a valid.", text);
    request_begin(&r, text, NULL);
    int outcome = core_subject_check(&r.call, &r.subject, r.subject_text, for_settings);
    ck_assert_int_eq(outcome, is_good ? 0 : -1);
    if (is_good)
        MUST(request_end(&r));
    else
        REFUSED(request_end(&r), INVALID_SUBJECT, wanted);
}

START_TEST(checks_subjects)
{
    const char *text = checked[_i].text;
    check_subject(text, false, checked[_i].good_for & TO_REGISTER);
    check_subject(text, true, checked[_i].good_for & FOR_SETTINGS);
    options.reject_empty_subject = true;
    start_core();
    check_subject(text, false, checked[_i].good_for & EMPTY_TOO);
    check_subject(text, true, checked[_i].good_for & FOR_SETTINGS);
}
END_TEST

/* -- versions -------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    int32_t version; /* 0: refused */
} versions[] = {
    {"1", 1},
    {"latest", -1},
    {"LATEST", -1},
    {" Latest\t", -1},
    {"-1", -1},
    {"+1", 1},
    {" 7 ", 7},
    {"007", 7},
    {"-01", -1},
    {"2147483647", 2147483647},
    {"+00000000000000000000000000000001", 1},
    {"\xD9\xA3", 3}, /* Arabic */
    {"\xEF\xBC\x91\xEF\xBC\x90", 10}, /* full width */
    {"1\xE0\xA5\xA8", 12}, /* Devanagari after ASCII */
    {"0", 0},
    {"-0", 0},
    {"-2", 0},
    {"+", 0},
    {"-", 0},
    {"", 0},
    {" ", 0},
    {"1.0", 0},
    {"1e0", 0},
    {"1 2", 0},
    {"+-1", 0},
    {"--1", 0},
    {"0x1", 0},
    {"late st", 0},
    {"2147483648", 0},
    {"99999999999999999999", 0},
    {"-2147483648", 0},
    {"latest1", 0},
    {"\xC2\xB2", 0}, /* superscript two */
    {"\xF0\x9D\x9F\x8F", 0}, /* a digit beyond 16 bits, which Java does not take */
    {"1\xFF", 0},
};

static int parse_version(struct request *r, const char *text, int32_t *ret)
{
    request_begin(r, "", NULL);
    return core_version_parse(&r->call, str_of(text), ret);
}

START_TEST(reads_versions)
{
    struct request r;
    int32_t version = -77;
    char wanted[200];
    int outcome = parse_version(&r, versions[_i].text, &version);
    snprintf(wanted, sizeof wanted,
             "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the "
             "string \"latest\"",
             versions[_i].text);
    ck_assert_int_eq(outcome, versions[_i].version ? 0 : -1);
    if (outcome == 0)
        MUST(request_end(&r));
    else
        REFUSED(request_end(&r), INVALID_VERSION, wanted);
    ck_assert_int_eq(version, versions[_i].version ? versions[_i].version : -77);
}
END_TEST

/* The zeros of all decimal digits of Unicode 15 in 16 bits. */
static const uint16_t zeros[] = {0x30,   0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,  0xB66,  0xBE6,
                                 0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,  0xF20,  0x1040, 0x1090, 0x17E0,
                                 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
                                 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

static size_t put_utf8(uint32_t c, char *out)
{
    size_t n = 0;
    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 63));
    } else {
        out[n++] = (char)(0xE0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 63));
        out[n++] = (char)(0x80 | (c & 63));
    }
    return n;
}

START_TEST(reads_digits_of_every_script)
{
    for (uint32_t c = 0x20; c < 0xFFFE; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char text[8] = "1";
        text[1 + put_utf8(c, text + 1)] = '\0';
        int32_t wanted = -1, version = -1;
        for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
            if (c >= zeros[i] && c < zeros[i] + 10u)
                wanted = 10 + (int32_t)(c - zeros[i]);
        }
        if (c == ' ')
            wanted = 1; /* is trimmed */
        struct request r;
        int outcome = parse_version(&r, text, &version);
        request_end(&r);
        ck_assert_msg(outcome == (wanted < 0 ? -1 : 0) && version == wanted, "U+%04X: %d, %d", c, outcome, version);
    }
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static void add(TCase *tests)
{
    tcase_add_loop_test(tests, reads_subjects, 0, COUNT(subjects));
    tcase_add_test(tests, writes_contexts);
    tcase_add_loop_test(tests, checks_subjects, 0, COUNT(checked));
    tcase_add_loop_test(tests, reads_versions, 0, COUNT(versions));
    tcase_add_test(tests, reads_digits_of_every_script);
}

int main(void)
{
    return run_tests("core_names", add);
}
