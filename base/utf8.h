/* UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF. Pure, any thread. */
#pragma once

#include "str.h"

bool utf8_valid(struct str s);
/* Offset of the first invalid byte, or s.n. */
size_t utf8_check(struct str s);
/* Decodes one code point at *at and moves it; an invalid byte is returned as 0xDC00 + byte and moves by one. */
uint32_t utf8_next(struct str s, size_t *at);
/* Writes 1 to 4 bytes and returns how many; a surrogate is written in the three-byte form. */
size_t utf8_put(uint32_t code_point, char ret_bytes[4]);
/* Number of code points; UTF-16 units. */
size_t utf8_count(struct str s);
size_t utf8_utf16_count(struct str s);
/* The longest prefix of at most max bytes that ends behind a whole character (of valid UTF-8). */
struct str utf8_prefix(struct str s, size_t max_bytes);
/* The longest prefix of at most so many UTF-16 units that ends behind a whole character. */
struct str utf8_utf16_prefix(struct str s, size_t max_units);
/* Whether a code point counts as a letter in names: those of ASCII, and all from U+00AA on that are no signs, spaces or
 * private. Coarser than Unicode's tables. */
bool utf8_is_letter(uint32_t code_point);
/* ISO control characters as Java's Character.isISOControl: U+0000-001F, U+007F-009F. */
bool utf8_has_control(struct str s);
