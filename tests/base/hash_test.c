#include "hash.h"

#include <check.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stands before the one of the C library, so that a test can fix the seed. */
static enum { RANDOM_SYSTEM, RANDOM_INTERRUPTED, RANDOM_FIXED } random_source;

ssize_t getrandom(void *buffer, size_t bytes, unsigned flags)
{
    if (random_source == RANDOM_INTERRUPTED) {
        random_source = RANDOM_FIXED;
        errno = EINTR;
        return -1;
    }
    if (random_source == RANDOM_FIXED) {
        for (size_t i = 0; i < bytes; i++)
            ((unsigned char *)buffer)[i] = (unsigned char)i;
        return (ssize_t)bytes;
    }
    return syscall(SYS_getrandom, buffer, bytes, flags);
}

START_TEST(table_hash_spreads_every_bit)
{
    char data[70];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 37);
    random_source = RANDOM_INTERRUPTED;
    hash_bytes(STR_EMPTY);
    ck_assert(random_source == RANDOM_FIXED); /* asked again after an interruption */
    random_source = RANDOM_SYSTEM;
    for (size_t n = 1; n <= sizeof data; n++) {
        uint64_t before = hash_bytes((struct str){data, n});
        int turned = 0;
        for (size_t bit = 0; bit < n * 8; bit++) {
            data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
            int one = __builtin_popcountll(before ^ hash_bytes((struct str){data, n}));
            data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
            ck_assert_int_gt(one, 8);
            turned += one;
        }
        ck_assert_int_gt(turned, (int)n * 8 * 28);
        ck_assert_int_lt(turned, (int)n * 8 * 36);
    }
    ck_assert_uint_eq(hash_bytes((struct str){0}), hash_bytes(STR_EMPTY));
}
END_TEST

/* Keys that differ little must not meet in a table, whichever bits of the hash choose the slot. */
START_TEST(table_hash_fills_slots_evenly)
{
    enum { KEYS = 1 << 16, SLOTS = 1 << 10 };
    static unsigned low[SLOTS], high[SLOTS];
    char key[48];

    for (int i = 0; i < KEYS; i++) {
        int n = snprintf(key, sizeof key, "/schemas/ids/%d?subject=a", i);
        uint64_t hash = hash_bytes((struct str){key, (size_t)n});
        low[hash % SLOTS]++;
        high[hash >> 54]++;
    }
    for (size_t i = 0; i < SLOTS; i++) { /* 64 on average, standard deviation 8 */
        ck_assert_uint_gt(low[i], 16);
        ck_assert_uint_lt(low[i], 128);
        ck_assert_uint_gt(high[i], 16);
        ck_assert_uint_lt(high[i], 128);
    }
    ck_assert_uint_ne(hash_bytes(STR("a")), hash_bytes((struct str){"a\0", 2})); /* the length counts */
    ck_assert_uint_ne(hash_bytes((struct str){"\0", 1}), hash_bytes((struct str){"\0\0", 2}));
}
END_TEST

START_TEST(table_hash_differs_between_processes)
{
    int ends[2];
    uint64_t theirs = 0;

    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        uint64_t hash = hash_bytes(STR("key"));
        _exit(write(ends[1], &hash, sizeof hash) == (ssize_t)sizeof hash ? 0 : 1);
    }
    ck_assert_int_eq(read(ends[0], &theirs, sizeof theirs), (ssize_t)sizeof theirs);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_uint_ne(theirs, hash_bytes(STR("key")));
    ck_assert_uint_eq(hash_bytes(STR("key")), hash_bytes(STR("key")));
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(mixing_spreads_and_tells_order)
{
    ck_assert_uint_ne(hash_mix(1, 2), hash_mix(2, 1));
    ck_assert_uint_ne(hash_mix(0, 0), hash_mix(0, 1));
    ck_assert_uint_ne(hash_mix(0, 0), hash_mix(1, 0));
    ck_assert_uint_eq(hash_mix(3, 4), hash_mix(3, 4));

    /* Each bit of the input turns about half of the bits. */
    for (unsigned bit = 0; bit < 128; bit++) {
        int turned = 0;
        for (uint64_t i = 0; i < 64; i++) {
            uint64_t a = i * 0x123456789ABCDEFU, b = i;
            uint64_t c = bit < 64 ? a ^ 1ULL << bit : a, d = bit < 64 ? b : b ^ 1ULL << (bit - 64);
            turned += __builtin_popcountll(hash_mix(a, b) ^ hash_mix(c, d));
        }
        ck_assert_int_gt(turned, 64 * 24);
        ck_assert_int_lt(turned, 64 * 40);
    }
}
END_TEST

START_TEST(crc64_avro_has_the_published_values)
{
    ck_assert_uint_eq(hash_crc64_avro(STR_EMPTY), 0xc15d213aa4d7a795U);
    ck_assert_uint_eq(hash_crc64_avro(STR("\"null\"")), 0x63dd24e7cc258f8aU);
    ck_assert_uint_eq(hash_crc64_avro(STR("\"int\"")), 0x7275d51a3f395c8fU);
    ck_assert_uint_eq(hash_crc64_avro(STR("\"string\"")), 0x8f014872634503c7U);
}
END_TEST

static const char *hex(const unsigned char *bytes, size_t n, char *room)
{
    for (size_t i = 0; i < n; i++)
        snprintf(room + 2 * i, 3, "%02x", bytes[i]);
    return room;
}

START_TEST(md5_has_the_published_values)
{
    static const char *const vectors[][2] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"},
    };
    unsigned char digest[MD5_BYTES];
    char text[2 * MD5_BYTES + 1];

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        hash_md5(str_of(vectors[i][0]), digest);
        ck_assert_str_eq(hex(digest, sizeof digest, text), vectors[i][1]);
    }
    hash_md5((struct str){0}, digest);
    ck_assert_str_eq(hex(digest, sizeof digest, text), vectors[0][1]);
}
END_TEST

START_TEST(sha256_has_the_published_values)
{
    static const char *const vectors[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    unsigned char digest[SHA256_BYTES];
    char text[2 * SHA256_BYTES + 1];

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        hash_sha256(str_of(vectors[i][0]), digest);
        ck_assert_str_eq(hex(digest, sizeof digest, text), vectors[i][1]);
    }
}
END_TEST

START_TEST(guids_are_read_and_written)
{
    static const char text[] = "00112233-4455-6677-8899-aabbccddeeff";
    static const char *const bad[] = {"",
                                      "00112233-4455-6677-8899-aabbccddeef",
                                      "00112233-4455-6677-8899-aabbccddeefff",
                                      "00112233-4455-6677-8899-aabbccddeefg",
                                      "001122334-455-6677-8899-aabbccddeeff",
                                      "00112233_4455-6677-8899-aabbccddeeff",
                                      "00112233445566778899aabbccddeef-",
                                      "00112233445566778899aabbccddeeff0011",
                                      "{0112233-4455-6677-8899-aabbccddeef}"};
    unsigned char guid[MD5_BYTES], again[MD5_BYTES];
    char room[37];

    ck_assert(hash_guid_parse(STR("00112233-4455-6677-8899-AABBccddeeff"), guid));
    hash_guid_text(guid, room);
    ck_assert_str_eq(room, text);
    ck_assert(hash_guid_parse(STR("00112233445566778899aabbCCDDEEFF"), again));
    ck_assert_mem_eq(guid, again, sizeof guid);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!hash_guid_parse(str_of(bad[i]), again), "%s", bad[i]);
    ck_assert_mem_eq(guid, again, sizeof guid);
}
END_TEST

START_TEST(random_uuids_are_of_version_4)
{
    char last[37] = "", text[37];
    unsigned char guid[MD5_BYTES];

    for (int i = 0; i < 1000; i++) {
        hash_random_uuid(text);
        ck_assert(hash_guid_parse(str_of(text), guid));
        ck_assert_uint_eq(strlen(text), 36);
        ck_assert_int_eq(text[14], '4');
        ck_assert_ptr_nonnull(strchr("89ab", text[19]));
        ck_assert_str_ne(text, last);
        memcpy(last, text, sizeof last);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *cases = tcase_create("hash");
    tcase_add_test(cases, table_hash_spreads_every_bit);
    tcase_add_test(cases, table_hash_fills_slots_evenly);
    tcase_add_test(cases, table_hash_differs_between_processes);
    tcase_add_test(cases, mixing_spreads_and_tells_order);
    tcase_add_test(cases, crc64_avro_has_the_published_values);
    tcase_add_test(cases, md5_has_the_published_values);
    tcase_add_test(cases, sha256_has_the_published_values);
    tcase_add_test(cases, guids_are_read_and_written);
    tcase_add_test(cases, random_uuids_are_of_version_4);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
