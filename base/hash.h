/* Hashes: a quick one for tables (seeded once per process), MD5 and SHA-256 (nettle) for identity. Any thread. */
#pragma once

#include "str.h"

#define MD5_BYTES 16
#define SHA256_BYTES 32

/* For tables only: differs from process to process (getrandom at first use). */
uint64_t hash_bytes(struct str s);
/* Mixes two hashes or a hash and a number. */
uint64_t hash_mix(uint64_t a, uint64_t b);
/* CRC-64-AVRO, the Rabin fingerprint of the Avro specification ("Schema Fingerprints"). */
uint64_t hash_crc64_avro(struct str s);
void hash_md5(struct str s, unsigned char ret_digest[MD5_BYTES]);
void hash_sha256(struct str s, unsigned char ret_digest[SHA256_BYTES]);
/* 16 random bytes as a version 4 UUID, 36 characters and NUL. */
void hash_random_uuid(char ret_text[37]);
/* 8-4-4-4-12 lower-case hex and NUL. */
void hash_guid_text(const unsigned char guid[MD5_BYTES], char ret_text[37]);
/* Accepts 8-4-4-4-12 or 32 hex digits of either case. false when it is neither. */
bool hash_guid_parse(struct str text, unsigned char ret_guid[MD5_BYTES]);
