/* Base64 of RFC 4648 with padding. Pure, any thread. */
#pragma once

#include "buf.h"

void base64_encode(struct buf *out, struct str bytes);
/* Appends the bytes; false on a foreign character, wrong padding or length (out is then undefined). */
bool base64_decode(struct buf *out, struct str text);
