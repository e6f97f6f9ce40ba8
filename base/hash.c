#include "hash.h"

#include <errno.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

/* -- tables ------------------------------------------------------------------------------------------------- */

static pthread_once_t seed_once = PTHREAD_ONCE_INIT;
static uint64_t seed[4];

/* Without randomness neither tables nor identifiers are safe, and there is nothing to fall back to. */
static void hash_random(void *room, size_t bytes)
{
    ssize_t got;

    do {
        got = getrandom(room, bytes, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)bytes)
        abort();
}

static void seed_init(void)
{
    hash_random(seed, sizeof seed);
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* Both halves of the 128-bit product: every bit of either factor moves about half of the result. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load(const char *p, size_t bytes)
{
    uint64_t word = 0;
    memcpy(&word, p, bytes);
    return word;
}

/* Sixteen bytes a step, each half masked with a secret of its own before they are multiplied. Whoever does not know the
 * secrets, and sees no hashes, cannot look for texts that collide. */
uint64_t hash_bytes(struct str s)
{
    pthread_once(&seed_once, seed_init);

    uint64_t state = seed[0] ^ s.n;
    const char *p = s.p;
    size_t left = s.n;
    for (; left > 16; p += 16, left -= 16)
        state = fold(load(p, 8) ^ seed[1] ^ state, load(p + 8, 8) ^ seed[2]);
    uint64_t low = left >= 8 ? load(p, 8) : left ? load(p, left) : 0;
    uint64_t high = left > 8 ? load(p + 8, left - 8) : 0;
    state = fold(low ^ seed[1] ^ state, high ^ seed[2]);
    return fold(state ^ seed[3], seed[1]);
}

uint64_t hash_mix(uint64_t a, uint64_t b)
{
    uint64_t x = rotate(a, 29) * 0x9e3779b97f4a7c15U + b;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

/* -- CRC-64-AVRO -------------------------------------------------------------------------------------------- */

#define CRC64_EMPTY 0xc15d213aa4d7a795U

static pthread_once_t crc64_once = PTHREAD_ONCE_INIT;
static uint64_t crc64_table[256];

static void crc64_init(void)
{
    for (uint64_t i = 0; i < 256; i++) {
        uint64_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? CRC64_EMPTY : 0);
        crc64_table[i] = crc;
    }
}

uint64_t hash_crc64_avro(struct str s)
{
    uint64_t crc = CRC64_EMPTY;

    pthread_once(&crc64_once, crc64_init);
    for (size_t i = 0; i < s.n; i++)
        crc = crc >> 8 ^ crc64_table[(crc ^ (unsigned char)s.p[i]) & 0xFF];
    return crc;
}

/* -- digests ------------------------------------------------------------------------------------------------ */

void hash_md5(struct str s, unsigned char ret_digest[MD5_BYTES])
{
    struct md5_ctx context;

    md5_init(&context);
    md5_update(&context, s.n, (const uint8_t *)(s.n ? s.p : ""));
    md5_digest(&context, MD5_BYTES, ret_digest);
}

void hash_sha256(struct str s, unsigned char ret_digest[SHA256_BYTES])
{
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, s.n, (const uint8_t *)(s.n ? s.p : ""));
    sha256_digest(&context, SHA256_BYTES, ret_digest);
}

/* -- GUIDs -------------------------------------------------------------------------------------------------- */

void hash_random_uuid(char ret_text[37])
{
    unsigned char uuid[16];

    hash_random(uuid, sizeof uuid);
    uuid[6] = (unsigned char)((uuid[6] & 0x0F) | 0x40);
    uuid[8] = (unsigned char)((uuid[8] & 0x3F) | 0x80);
    hash_guid_text(uuid, ret_text);
}

static bool guid_dash_at(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

void hash_guid_text(const unsigned char guid[MD5_BYTES], char ret_text[37])
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (size_t i = 0; i < MD5_BYTES; i++) {
        if (guid_dash_at(n))
            ret_text[n++] = '-';
        ret_text[n++] = digits[guid[i] >> 4];
        ret_text[n++] = digits[guid[i] & 0x0F];
    }
    ret_text[n] = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hash_guid_parse(struct str text, unsigned char ret_guid[MD5_BYTES])
{
    unsigned char guid[MD5_BYTES] = {0};
    size_t digits = 0;

    if (text.n != 36 && text.n != 32)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.n == 36 && guid_dash_at(i)) {
            if (text.p[i] != '-')
                return false;
            continue;
        }
        int digit = hex_digit(text.p[i]);
        if (digit < 0)
            return false;
        guid[digits / 2] = (unsigned char)(guid[digits / 2] << 4 | digit);
        digits++;
    }
    memcpy(ret_guid, guid, sizeof guid);
    return true;
}
