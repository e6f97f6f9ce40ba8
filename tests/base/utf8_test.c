#include "utf8.h"

#include <check.h>

START_TEST(every_code_point_reads_back)
{
    char bytes[4];

    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        size_t n = utf8_put(code_point, bytes), at = 0;
        struct str s = {bytes, n};
        size_t expected = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
        bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        if (n != expected || utf8_valid(s) == surrogate)
            ck_abort_msg("U+%04X", code_point);
        if (!surrogate && (utf8_next(s, &at) != code_point || at != n))
            ck_abort_msg("U+%04X", code_point);
    }
    ck_assert_uint_eq(utf8_put(0x110000, bytes), 3);
    ck_assert_mem_eq(bytes, "\xEF\xBF\xBD", 3);
}
END_TEST

static bool in(unsigned char byte, unsigned char from, unsigned char to)
{
    return byte >= from && byte <= to;
}

/* The length of the character at the start of the four bytes by the table of RFC 3629, section 4; 0 when invalid. */
static size_t grammar(const unsigned char b[4])
{
    bool tail2 = in(b[2], 0x80, 0xBF), tail3 = in(b[3], 0x80, 0xBF);

    if (b[0] <= 0x7F)
        return 1;
    if (in(b[0], 0xC2, 0xDF) && in(b[1], 0x80, 0xBF))
        return 2;
    if (b[0] == 0xE0)
        return in(b[1], 0xA0, 0xBF) && tail2 ? 3 : 0;
    if (b[0] == 0xED)
        return in(b[1], 0x80, 0x9F) && tail2 ? 3 : 0;
    if (in(b[0], 0xE1, 0xEF))
        return in(b[1], 0x80, 0xBF) && tail2 ? 3 : 0;
    if (b[0] == 0xF0)
        return in(b[1], 0x90, 0xBF) && tail2 && tail3 ? 4 : 0;
    if (in(b[0], 0xF1, 0xF3))
        return in(b[1], 0x80, 0xBF) && tail2 && tail3 ? 4 : 0;
    if (b[0] == 0xF4)
        return in(b[1], 0x80, 0x8F) && tail2 && tail3 ? 4 : 0;
    return 0;
}

START_TEST(validity_is_that_of_the_rfc)
{
    static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                          0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    const size_t count = sizeof edges;

    for (size_t i = 0; i < count * count * count * count; i++) {
        unsigned char b[4] = {edges[i % count], edges[i / count % count], edges[i / count / count % count],
                              edges[i / count / count / count]};
        struct str s = {(const char *)b, 4};
        size_t length = grammar(b), at = 0;
        uint32_t code_point = utf8_next(s, &at);
        if (at != (length ? length : 1) || (length == 0 && code_point != 0xDC00U + b[0]))
            ck_abort_msg("%02X %02X %02X %02X", b[0], b[1], b[2], b[3]);
        if (length == 0 && utf8_check(s) != 0)
            ck_abort_msg("%02X %02X %02X %02X", b[0], b[1], b[2], b[3]);
        /* Cut short, what was valid is not. */
        s.n = length ? length : 1;
        if (utf8_valid(s) != (length > 0) || (length > 1 && utf8_valid(str_slice(s, 0, length - 1))))
            ck_abort_msg("%02X %02X %02X %02X", b[0], b[1], b[2], b[3]);
    }
}
END_TEST

START_TEST(the_first_invalid_byte_is_found_anywhere)
{
    char text[64];

    for (size_t i = 0; i < sizeof text; i++) {
        memset(text, 'a', sizeof text);
        text[i] = '\xFF';
        ck_assert_uint_eq(utf8_check((struct str){text, sizeof text}), i);
        ck_assert(!utf8_valid((struct str){text, sizeof text}));
        ck_assert(utf8_valid((struct str){text, i}));
    }
    ck_assert_uint_eq(utf8_check((struct str){0}), 0);
    ck_assert(utf8_valid((struct str){0}));
    ck_assert_uint_eq(utf8_check(STR("grün \xED\xA0\x80")), 6);
}
END_TEST

START_TEST(counts)
{
    ck_assert_uint_eq(utf8_count(STR_EMPTY), 0);
    ck_assert_uint_eq(utf8_count(STR("aü€😀")), 4);
    ck_assert_uint_eq(utf8_utf16_count(STR("aü€😀")), 5);
    ck_assert_uint_eq(utf8_count(STR("a\xFF\xFE")), 3);
    ck_assert_uint_eq(utf8_utf16_count(STR("a\xFF\xFE")), 3);
}
END_TEST

START_TEST(a_prefix_ends_behind_a_character)
{
    struct str text = STR("aü€😀b");
    const size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};
    for (size_t max = 0; max < sizeof lengths / sizeof lengths[0]; max++) {
        struct str prefix = utf8_prefix(text, max);
        ck_assert_uint_eq(prefix.n, lengths[max]);
        ck_assert_ptr_eq(prefix.p, text.p);
    }
    ck_assert_uint_eq(utf8_prefix((struct str){0}, 3).n, 0);
}
END_TEST

START_TEST(a_prefix_of_utf_16_ends_behind_a_character)
{
    struct str text = STR("aü€😀b");
    const size_t lengths[] = {0, 1, 3, 6, 6, 10, 11, 11};
    for (size_t max = 0; max < sizeof lengths / sizeof lengths[0]; max++)
        ck_assert_uint_eq(utf8_utf16_prefix(text, max).n, lengths[max]);
    ck_assert_uint_eq(utf8_utf16_prefix((struct str){0}, 3).n, 0);
}
END_TEST

START_TEST(letters_of_names)
{
    const uint32_t letters[] = {'a', 'z', 'A', 'Z', 0xAA, 0xB5, 0xC0, 0xFF, 0x3B1, 0x416, 0x4E2D, 0x10400};
    const uint32_t others[] = {'0',  '_',  '-',  ' ',    '@',    '[',    '`',    '{',    0x80,
                               0xA9, 0xD7, 0xF7, 0x2028, 0x20AC, 0x2192, 0x3000, 0xE000, 0xF0000};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        ck_assert_msg(utf8_is_letter(letters[i]), "%x", letters[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(!utf8_is_letter(others[i]), "%x", others[i]);
}
END_TEST

START_TEST(control_characters)
{
    char bytes[4];

    for (uint32_t code_point = 0; code_point < 0x300; code_point++) {
        struct str s = {bytes, utf8_put(code_point, bytes)};
        ck_assert_uint_eq(utf8_has_control(s), code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F));
    }
    ck_assert(utf8_has_control(STR("orders\n")));
    ck_assert(!utf8_has_control(STR("orders ü\x80")));
    ck_assert(!utf8_has_control((struct str){0}));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *cases = tcase_create("utf8");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, every_code_point_reads_back);
    tcase_add_test(cases, validity_is_that_of_the_rfc);
    tcase_add_test(cases, the_first_invalid_byte_is_found_anywhere);
    tcase_add_test(cases, counts);
    tcase_add_test(cases, a_prefix_ends_behind_a_character);
    tcase_add_test(cases, a_prefix_of_utf_16_ends_behind_a_character);
    tcase_add_test(cases, letters_of_names);
    tcase_add_test(cases, control_characters);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
