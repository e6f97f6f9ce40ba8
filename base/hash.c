#include "hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

/* -- SipHash-1-3 -------------------------------------------------------------------------------------------- */

static pthread_once_t seed_once = PTHREAD_ONCE_INIT;
static uint64_t seed[2];

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

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(struct str s)
{
    pthread_once(&seed_once, seed_init);

    uint64_t v[4] = {seed[0] ^ 0x736f6d6570736575U, seed[1] ^ 0x646f72616e646f6dU, seed[0] ^ 0x6c7967656e657261U,
                     seed[1] ^ 0x7465646279746573U};
    size_t at = 0;
    uint64_t word;
    for (; s.n - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.p + at, sizeof word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    if (at < s.n)
        memcpy(&word, s.p + at, s.n - at);
    word |= (uint64_t)s.n << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xFF;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
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

/* Fetched once and kept for the life of the process: looking an algorithm up costs more than a short digest. */
static pthread_once_t digests_once = PTHREAD_ONCE_INIT;
static EVP_MD *md5, *sha256;

static void digests_init(void)
{
    md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

int hash_md5(struct str s, unsigned char ret_digest[MD5_BYTES])
{
    pthread_once(&digests_once, digests_init);
    return md5 && EVP_Digest(s.p, s.n, ret_digest, NULL, md5, NULL) == 1 ? 0 : -1;
}

int hash_sha256(struct str s, unsigned char ret_digest[SHA256_BYTES])
{
    pthread_once(&digests_once, digests_init);
    return sha256 && EVP_Digest(s.p, s.n, ret_digest, NULL, sha256, NULL) == 1 ? 0 : -1;
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
