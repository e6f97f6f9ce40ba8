#include "base64.h"

#include <check.h>
#include <openssl/evp.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 1 << 20, NULL, 0);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

START_TEST(vectors_of_the_rfc)
{
    static const char *const vectors[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xFF\xBF", "+/+/"},
    };

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct buf text, bytes;
        buf_init(&text, &arena, 100);
        buf_init(&bytes, &arena, 100);
        buf_add(&text, STR("-"));
        buf_add(&bytes, STR("-"));
        base64_encode(&text, str_of(vectors[i][0]));
        ck_assert(str_equal(buf_str(&text), ARENA_JOIN(&arena, STR("-"), str_of(vectors[i][1]))));
        ck_assert(base64_decode(&bytes, str_of(vectors[i][1])));
        ck_assert(str_equal(buf_str(&bytes), ARENA_JOIN(&arena, STR("-"), str_of(vectors[i][0]))));
    }
}
END_TEST

START_TEST(it_agrees_with_openssl)
{
    unsigned char bytes[200], expected[300];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * i * 31 + i * 7);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct buf text, back;
        struct str all = {(const char *)bytes, n};
        int length = EVP_EncodeBlock(expected, bytes, (int)n);
        /* Exactly as much room as it takes. */
        buf_init(&text, &arena, (size_t)length);
        buf_init(&back, &arena, n);
        base64_encode(&text, all);
        ck_assert(str_equal(buf_str(&text), (struct str){(const char *)expected, (size_t)length}));
        ck_assert(base64_decode(&back, buf_str(&text)));
        ck_assert(str_equal(buf_str(&back), all));
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(what_is_not_base64_is_refused)
{
    static const char *const bad[] = {"Z",        "Zg",    "Zg=",     "Z===",   "====",       "=",
                                      "Zg==Zg==", "Zm9v=", "Zm9vYg=", "Zm9vYg", "Zm=v",       "Z=9v",
                                      "Zm9-",     "Zm9_",  "Zm9 ",    "Zm9\n",  "Zm\xC3\xBC", "Zm9vYmFy\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf out;
        buf_init(&out, &arena, 100);
        ck_assert_msg(!base64_decode(&out, str_of(bad[i])), "%s", bad[i]);
    }
    for (int c = 0; c < 256; c++) {
        char text[4] = {'A', 'A', 'A', (char)(unsigned char)c};
        bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                     c == '/' || c == '=';
        struct buf out;
        buf_init(&out, &arena, 100);
        ck_assert_uint_eq(base64_decode(&out, (struct str){text, 4}), digit);
    }
}
END_TEST

START_TEST(without_room_it_fails)
{
    struct buf out;

    buf_init(&out, &arena, 7);
    base64_encode(&out, STR("foob"));
    ck_assert(buf_failed(&out));
    buf_init(&out, &arena, 2);
    ck_assert(!base64_decode(&out, STR("Zm9v")));
    ck_assert(buf_failed(&out));
    buf_init(&out, &arena, SIZE_MAX);
    base64_encode(&out, (struct str){"", SIZE_MAX - 1});
    ck_assert(buf_failed(&out));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base64");
    TCase *cases = tcase_create("base64");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, vectors_of_the_rfc);
    tcase_add_test(cases, it_agrees_with_openssl);
    tcase_add_test(cases, what_is_not_base64_is_refused);
    tcase_add_test(cases, without_room_it_fails);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
