/* The tokens of .proto texts, as protoc's tokenizer has them. Private to lexer.c and parse*.c. */
#pragma once

#include "model.h"

enum pb_token_kind {
    PB_TOKEN_END,
    PB_TOKEN_WORD, /* identifier */
    PB_TOKEN_INTEGER, /* decimal, octal or hexadecimal */
    PB_TOKEN_FLOAT,
    PB_TOKEN_STRING,
    PB_TOKEN_SYMBOL, /* one character */
};

struct pb_token {
    enum pb_token_kind kind;
    struct str text; /* as it stands in the source */
    struct str bytes; /* STRING: what it means */
    struct pb_position at;
    bool is_glued; /* nothing stands between it and the token before */
};

struct pb_lexer {
    struct arena *arena;
    struct error *err;
    struct str source;
    size_t offset; /* behind the current token */
    size_t line_offset; /* where the current line begins */
    uint32_t line;
    struct pb_token token; /* the current one */
    struct pb_file *file; /* takes what protoc would refuse but is read on */
};

/* Starts at the first token. 0, or -1 with INVALID_SCHEMA. */
int pb_lexer_start(struct pb_lexer *lexer);
/* Moves to the next token. 0, or -1 with INVALID_SCHEMA. */
int pb_lexer_next(struct pb_lexer *lexer);

/* Notes what protoc refuses and this parser does not; the first one in the order of the text stays. */
void pb_deviate(struct pb_file *file, struct pb_position at, struct str text);

/* The value of an INTEGER token up to max; false when it is greater. Digits of an octal number that are no octal ones count
 * as decimal. */
bool pb_integer_value(struct str text, uint64_t max, uint64_t *ret);
