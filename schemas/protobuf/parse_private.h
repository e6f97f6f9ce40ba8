/* What the parts of the parser share: a stack of open blocks instead of recursion. Private to parse*.c. */
#pragma once

#include "lexer.h"

enum pb_block_kind { PB_IN_FILE, PB_IN_MESSAGE, PB_IN_EXTEND, PB_IN_ONEOF, PB_IN_ENUM, PB_IN_SERVICE, PB_IN_METHOD };

/* A block whose closing brace has not been read. */
struct pb_block {
    enum pb_block_kind kind;
    struct pb_message *message; /* IN_MESSAGE, IN_ONEOF; of IN_EXTEND the message around it or NULL */
    struct pb_extend *extend;
    struct pb_oneof *oneof;
    struct pb_enum *enumeration;
    struct pb_service *service;
    struct pb_method *method;
};

struct pb_parser {
    struct arena *arena;
    struct error *err;
    struct pb_lexer lexer;
    struct pb_file *file;
    bool has_package;
    VEC(struct pb_block) blocks;
};

/* -- parse.c: what all statements are made of. Those that read return 0, or -1 with the error set -------------- */

int pb_expected(struct pb_parser *p, const char *what); /* "Expected <what>." at the current token; -1 */
int pb_refuse(struct pb_parser *p, struct pb_position at, const char *text); /* -1 */
bool pb_looking_at(const struct pb_parser *p, const char *text); /* a word or symbol */
/* Steps over the text when it is there: 1 = it was, 0 = not, -1. */
int pb_try(struct pb_parser *p, const char *text);
int pb_require(struct pb_parser *p, const char *text);
/* A name without dots; what says which for messages ("message name"). A run of letters, digits, dots and dashes is read too. */
int pb_read_name(struct pb_parser *p, const char *what, struct str *ret);
/* a.b.c with an optional leading dot; blanks between are left out of the result. Dashes in parts are read too. */
int pb_read_qualified(struct pb_parser *p, const char *what, struct str *ret);
/* Adjacent string literals as one. */
int pb_read_string(struct pb_parser *p, const char *what, struct str *ret);
/* An integer of 32 bits, with a sign; what: for the error. */
int pb_read_int32(struct pb_parser *p, const char *what, int32_t *ret);
int pb_open(struct pb_parser *p, struct pb_block block);

/* -- parse_field.c ------------------------------------------------------------------------------------------- */

int pb_parse_field(struct pb_parser *p, const struct pb_block *block);
int pb_parse_type(struct pb_parser *p, struct pb_type_use *ret);
/* Behind "reserved" or "extensions". */
int pb_parse_ranges(struct pb_parser *p, const struct pb_block *block, bool is_reserved);

/* -- parse_option.c ------------------------------------------------------------------------------------------ */

/* Behind "option": name = value; */
int pb_parse_option_statement(struct pb_parser *p, pb_options *ret);
/* [name = value, …] when there is one. */
int pb_parse_option_list(struct pb_parser *p, pb_options *ret);
