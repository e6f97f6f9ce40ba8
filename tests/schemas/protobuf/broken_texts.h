/* Texts that hold everything that the language has, and what becomes of them when something breaks. */
#pragma once

#include "fixture.h"

/* One of each statement and token. */
static const char everything[] =
    "// of the file\nsyntax = 'proto2'; /* \xC3\xA9 */ package a.b; import 'google/protobuf/descriptor.proto';\n"
    "import public 'x.proto'; import weak 'y.proto'; option java_package = `com` 'ple' "
    "'\\n\\x41\\101\\u00e9\\U0001F600';\n"
    "option (a.b.c).d.(e) = { f: -1.5e-3, g < h: [1, 'x', inf, { }] > [i.j]: nan; [k.com/l.M] { } };\n"
    "message M { option deprecated = true; required int32 a = 0x1F [default = -7, (x) = 1]; optional M b = 010;\n"
    "repeated .a.b.M c = 3; map<string, a.b.M> d = 4; oneof o { option (p) = 1; string e = 5; group F = 6 { } }\n"
    "optional group G = 7 { repeated bool x = 1 [packed = true]; } message N { message O { } } enum P { Q = 0; }\n"
    "reserved 20, 30 to 40, 1000 to max; reserved 'r', 's'; extensions 50 to 60 [verification = UNVERIFIED];\n"
    "extend M { optional int32 t = 51; } ; }\n"
    "enum E { option allow_alias = true; reserved -5 to -3; A = 0; B = -1 [deprecated = true]; }\n"
    "extend M { optional string u = 52; repeated group V = 53 { } }\n"
    "service S { option deprecated = true; rpc W (M) returns (stream .a.b.M); rpc X (stream M) returns (M) { option y "
    "= 1; } }";

static const char everything_of_editions[] =
    "edition = '2024'; package p; import option 'google/protobuf/cpp_features.proto'; option features.field_presence = "
    "IMPLICIT; option features.(pb.cpp).string_type = VIEW; export message M { reserved a, b; int32 c = 1 "
    "[features = { field_presence: EXPLICIT }]; local enum E { reserved F; Z = 0; } M d = 2 [features.message_encoding "
    "= "
    "DELIMITED]; local message L { } } local enum G { Y = 0; }";

static const char *const good_texts[] = {everything, everything_of_editions};

/* The text with some bytes that are others, missing, twice or moved; to be freed. */
static inline struct str mutated(struct str text, uint64_t seed)
{
    static const char pool[] = "{}[]()<>;:=,.-+'\"/*\\\n 0189axX\xC3\xA9\x01\xFF\x00";
    char *bytes = malloc(2 * text.n);
    size_t n = text.n;
    memcpy(bytes, text.p, n);
    for (uint64_t i = 0; i <= hash_mix(seed, 1) % 4; i++) {
        uint64_t drawn = hash_mix(seed, 2 + i);
        size_t at = drawn % n, length = (drawn >> 20) % 16 % (n - at);
        char *place = bytes + at;
        switch ((drawn >> 40) % 4) {
        case 0:
            *place = pool[(drawn >> 44) % sizeof pool];
            break;
        case 1:
            memmove(place, place + length, n - at - length);
            n -= length;
            break;
        case 2:
            if (n + length <= 2 * text.n) {
                memmove(place + length, place, n - at);
                n += length;
            }
            break;
        default:
            memmove(place, bytes + (drawn >> 44) % (n - length), length);
        }
    }
    return (struct str){bytes, n};
}
