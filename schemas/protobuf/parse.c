#include "parse_private.h"

#include "utf8.h"

/* Bytes of the text that a fault quotes at most. */
#define QUOTED_MAX 40

int pb_refuse(struct pb_parser *p, struct pb_position at, const char *text)
{
    return pb_fault(p->arena, p->err, at, str_of(text));
}

/* What a fault tells of a text of any bytes: UTF-8, and not all of it when it is long. */
static struct str quoted(struct str text)
{
    return utf8_prefix(str_slice(text, 0, utf8_check(text)), QUOTED_MAX);
}

int pb_expected(struct pb_parser *p, const char *what)
{
    struct str found = p->lexer.token.text;
    struct str end = p->lexer.token.kind == PB_TOKEN_END ? STR(", found the end of the text")
                                                         : ARENA_JOIN(p->arena, STR(", found "), quoted(found));
    return pb_fault(p->arena, p->err, p->lexer.token.at, ARENA_JOIN(p->arena, STR("Expected "), str_of(what), end));
}

bool pb_looking_at(const struct pb_parser *p, const char *text)
{
    const struct pb_token *token = &p->lexer.token;
    return (token->kind == PB_TOKEN_WORD || token->kind == PB_TOKEN_SYMBOL) && str_equal(token->text, str_of(text));
}

int pb_try(struct pb_parser *p, const char *text)
{
    if (!pb_looking_at(p, text))
        return 0;
    return pb_lexer_next(&p->lexer) == 0 ? 1 : -1;
}

int pb_require(struct pb_parser *p, const char *text)
{
    int outcome = pb_try(p, text);
    if (outcome == 0)
        return pb_expected(p, ARENA_JOIN(p->arena, STR("\""), str_of(text), STR("\"")).p);
    return outcome == 1 ? 0 : -1;
}

static bool is_part_of_odd_name(const struct pb_token *token)
{
    bool is_symbol = token->kind == PB_TOKEN_SYMBOL && (token->text.p[0] == '-' || token->text.p[0] == '.');
    return is_symbol || token->kind == PB_TOKEN_WORD || token->kind == PB_TOKEN_INTEGER ||
           token->kind == PB_TOKEN_FLOAT;
}

int pb_read_name(struct pb_parser *p, const char *what, struct str *ret)
{
    const struct pb_token *token = &p->lexer.token;
    struct pb_position at = token->at;
    if (!is_part_of_odd_name(token))
        return pb_expected(p, what);
    const char *start = token->text.p, *end = start;
    bool is_odd = false;
    do {
        is_odd |= end > start || token->kind != PB_TOKEN_WORD;
        end = token->text.p + token->text.n;
        if (pb_lexer_next(&p->lexer) != 0)
            return -1;
    } while (token->is_glued && is_part_of_odd_name(token));
    *ret = (struct str){start, (size_t)(end - start)};
    if (is_odd)
        pb_deviate(p->file, at, ARENA_JOIN(p->arena, STR("Expected "), str_of(what), STR(", found "), quoted(*ret)));
    return 0;
}

/* A word, and what stands behind it without a blank as the reference server's parser takes names: digits and dashes. */
static int read_part(struct pb_parser *p, bool *is_odd, struct buf *out)
{
    const struct pb_token *token = &p->lexer.token;
    bool goes_on;
    do {
        buf_add(out, token->text);
        if (pb_lexer_next(&p->lexer) != 0)
            return -1;
        bool is_dash = token->kind == PB_TOKEN_SYMBOL && token->text.p[0] == '-';
        goes_on = token->is_glued && (is_dash || token->kind == PB_TOKEN_WORD || token->kind == PB_TOKEN_INTEGER);
        *is_odd |= goes_on;
    } while (goes_on);
    return 0;
}

int pb_read_qualified(struct pb_parser *p, const char *what, struct str *ret)
{
    struct pb_position at = p->lexer.token.at;
    bool is_odd = false;
    int outcome = pb_try(p, ".");
    if (outcome < 0)
        return -1;
    struct buf out;
    buf_init(&out, p->arena, SCHEMA_MEMORY_MAX);
    do {
        buf_add(&out, outcome ? STR(".") : STR_EMPTY);
        if (p->lexer.token.kind != PB_TOKEN_WORD)
            return pb_expected(p, what);
        outcome = read_part(p, &is_odd, &out) != 0 ? -1 : pb_try(p, ".");
    } while (outcome == 1);
    *ret = buf_str(&out);
    if (is_odd)
        pb_deviate(p->file, at, ARENA_JOIN(p->arena, STR("Expected "), str_of(what), STR(", found "), quoted(*ret)));
    return outcome < 0 ? -1 : buf_failed(&out) ? error_raise(p->err, INTERNAL) : 0;
}

int pb_read_string(struct pb_parser *p, const char *what, struct str *ret)
{
    const struct pb_token *token = &p->lexer.token;
    if (token->kind != PB_TOKEN_STRING)
        return pb_expected(p, what);
    *ret = token->bytes;
    if (pb_lexer_next(&p->lexer) != 0)
        return -1;
    if (token->kind != PB_TOKEN_STRING)
        return 0;
    struct buf out;
    buf_init(&out, p->arena, SCHEMA_MEMORY_MAX);
    buf_add(&out, *ret);
    while (token->kind == PB_TOKEN_STRING) {
        buf_add(&out, token->bytes);
        if (pb_lexer_next(&p->lexer) != 0)
            return -1;
    }
    *ret = buf_str(&out);
    return buf_failed(&out) ? error_raise(p->err, INTERNAL) : 0;
}

int pb_read_int32(struct pb_parser *p, const char *what, int32_t *ret)
{
    const struct pb_token *token = &p->lexer.token;
    uint64_t value;
    int minus = pb_try(p, "-");
    if (minus < 0)
        return -1;
    if (token->kind != PB_TOKEN_INTEGER)
        return pb_expected(p, what);
    if (!pb_integer_value(token->text, (uint64_t)INT32_MAX + (minus ? 1 : 0), &value))
        return pb_refuse(p, token->at, "Integer out of range.");
    *ret = (int32_t)(minus ? -(int64_t)value : (int64_t)value);
    return pb_lexer_next(&p->lexer);
}

int pb_open(struct pb_parser *p, struct pb_block block)
{
    if (p->blocks.count > PB_DEPTH_MAX)
        return pb_refuse(p, p->lexer.token.at, "Blocks are nested too deeply");
    if (pb_require(p, "{") != 0)
        return -1;
    return VEC_PUSH(p->arena, &p->blocks, block) ? 0 : error_raise(p->err, INTERNAL);
}

/* -- Statements that open a block ------------------------------------------------------------------------- */

static int parse_message(struct pb_parser *p, const struct pb_block *block, enum pb_visibility visibility)
{
    struct pb_message *message = ARENA_NEW(p->arena, struct pb_message);
    if (!message)
        return error_raise(p->err, INTERNAL);
    message->at = p->lexer.token.at;
    message->visibility = visibility;
    message->parent = block->message;
    message->depth = block->message ? block->message->depth + 1 : 0;
    message->file = p->file;
    if (pb_read_name(p, "message name", &message->name) != 0)
        return -1;
    if (block->message)
        PB_APPEND(&block->message->messages, message);
    else
        PB_APPEND(&p->file->messages, message);
    return pb_open(p, (struct pb_block){.kind = PB_IN_MESSAGE, .message = message});
}

static int parse_enum(struct pb_parser *p, const struct pb_block *block, enum pb_visibility visibility)
{
    struct pb_enum *enumeration = ARENA_NEW(p->arena, struct pb_enum);
    if (!enumeration)
        return error_raise(p->err, INTERNAL);
    enumeration->at = p->lexer.token.at;
    enumeration->visibility = visibility;
    enumeration->parent = block->message;
    enumeration->file = p->file;
    if (pb_read_name(p, "enum name", &enumeration->name) != 0)
        return -1;
    if (block->message)
        PB_APPEND(&block->message->enums, enumeration);
    else
        PB_APPEND(&p->file->enums, enumeration);
    return pb_open(p, (struct pb_block){.kind = PB_IN_ENUM, .enumeration = enumeration});
}

static int parse_extend(struct pb_parser *p, const struct pb_block *block)
{
    struct pb_extend *extend = ARENA_NEW(p->arena, struct pb_extend);
    if (!extend)
        return error_raise(p->err, INTERNAL);
    extend->at = extend->target.at = p->lexer.token.at;
    extend->parent = block->message;
    extend->file = p->file;
    if (pb_read_qualified(p, "type name", &extend->target.name) != 0)
        return -1;
    if (block->message)
        PB_APPEND(&block->message->extends, extend);
    else
        PB_APPEND(&p->file->extends, extend);
    return pb_open(p, (struct pb_block){.kind = PB_IN_EXTEND, .extend = extend, .message = block->message});
}

static int parse_oneof(struct pb_parser *p, const struct pb_block *block)
{
    struct pb_oneof *oneof = ARENA_NEW(p->arena, struct pb_oneof);
    if (!oneof)
        return error_raise(p->err, INTERNAL);
    oneof->at = p->lexer.token.at;
    oneof->parent = block->message;
    if (pb_read_name(p, "oneof name", &oneof->name) != 0)
        return -1;
    PB_APPEND(&block->message->oneofs, oneof);
    return pb_open(p, (struct pb_block){.kind = PB_IN_ONEOF, .message = block->message, .oneof = oneof});
}

static int parse_service(struct pb_parser *p)
{
    struct pb_service *service = ARENA_NEW(p->arena, struct pb_service);
    if (!service)
        return error_raise(p->err, INTERNAL);
    service->at = p->lexer.token.at;
    service->file = p->file;
    if (pb_read_name(p, "service name", &service->name) != 0)
        return -1;
    PB_APPEND(&p->file->services, service);
    return pb_open(p, (struct pb_block){.kind = PB_IN_SERVICE, .service = service});
}

/* (stream Type) */
static int parse_rpc_type(struct pb_parser *p, struct pb_type_use *ret, bool *ret_streams)
{
    int streams;
    if (pb_require(p, "(") != 0 || (streams = pb_try(p, "stream")) < 0)
        return -1;
    *ret_streams = streams == 1;
    ret->at = p->lexer.token.at;
    return pb_read_qualified(p, "message type", &ret->name) != 0 ? -1 : pb_require(p, ")");
}

static int parse_method(struct pb_parser *p, const struct pb_block *block)
{
    struct pb_method *method = ARENA_NEW(p->arena, struct pb_method);
    if (!method)
        return error_raise(p->err, INTERNAL);
    method->at = p->lexer.token.at;
    method->parent = block->service;
    if (pb_read_name(p, "method name", &method->name) != 0 ||
        parse_rpc_type(p, &method->input, &method->streams_input) != 0 || pb_require(p, "returns") != 0 ||
        parse_rpc_type(p, &method->output, &method->streams_output) != 0)
        return -1;
    PB_APPEND(&block->service->methods, method);
    if (!pb_looking_at(p, "{"))
        return pb_require(p, ";");
    return pb_open(p, (struct pb_block){.kind = PB_IN_METHOD, .method = method});
}

/* -- Statements of a file --------------------------------------------------------------------------------- */

static int parse_edition(struct pb_parser *p)
{
    static const struct {
        const char *text;
        int32_t edition;
    } editions[] = {{"2023", PB_EDITION_2023}, {"2024", PB_EDITION_2024}};
    p->file->syntax = PB_EDITIONS;
    if (pb_require(p, "=") != 0)
        return -1;
    struct pb_position at = p->lexer.token.at;
    if (pb_read_string(p, "edition", &p->file->edition_text) != 0 || pb_require(p, ";") != 0)
        return -1;
    for (size_t i = 0; i < sizeof editions / sizeof editions[0]; i++) {
        if (str_equal(p->file->edition_text, str_of(editions[i].text)))
            p->file->edition = editions[i].edition;
    }
    if (p->file->edition)
        return 0;
    return pb_fault(p->arena, p->err, at,
                    ARENA_JOIN(p->arena, STR("Unknown edition \""), quoted(p->file->edition_text), STR("\".")));
}

static int parse_syntax(struct pb_parser *p)
{
    struct str syntax;
    if (pb_require(p, "=") != 0)
        return -1;
    struct pb_position at = p->lexer.token.at;
    if (pb_read_string(p, "syntax identifier", &syntax) != 0 || pb_require(p, ";") != 0)
        return -1;
    bool is_proto3 = str_equal(syntax, STR("proto3"));
    if (!is_proto3 && !str_equal(syntax, STR("proto2")))
        return pb_fault(p->arena, p->err, at,
                        ARENA_JOIN(p->arena, STR("Unrecognized syntax identifier \""), quoted(syntax),
                                   STR("\".  Known are \"proto2\" and \"proto3\".")));
    p->file->syntax = is_proto3 ? PB_PROTO3 : PB_PROTO2;
    p->file->edition = is_proto3 ? PB_EDITION_PROTO3 : PB_EDITION_PROTO2;
    return 0;
}

/* The syntax or edition line, which can only be the first statement. */
static int parse_first_line(struct pb_parser *p)
{
    bool is_syntax = pb_looking_at(p, "syntax");
    p->file->edition = PB_EDITION_PROTO2;
    if (!is_syntax && !pb_looking_at(p, "edition"))
        return 0;
    p->file->has_syntax = true;
    p->file->edition = 0;
    if (pb_lexer_next(&p->lexer) != 0)
        return -1;
    return is_syntax ? parse_syntax(p) : parse_edition(p);
}

static int parse_package(struct pb_parser *p, struct pb_position at)
{
    if (p->has_package)
        pb_deviate(p->file, at, STR("Multiple package definitions."));
    if (pb_looking_at(p, "."))
        return pb_expected(p, "identifier");
    p->has_package = true;
    p->file->package_at = p->lexer.token.at;
    return pb_read_qualified(p, "identifier", &p->file->package) != 0 ? -1 : pb_require(p, ";");
}

static int parse_import(struct pb_parser *p)
{
    static const char *const words[] = {
        [PB_IMPORT_PUBLIC] = "public", [PB_IMPORT_WEAK] = "weak", [PB_IMPORT_OPTION] = "option"};
    struct pb_import *import = ARENA_NEW(p->arena, struct pb_import);
    if (!import)
        return error_raise(p->err, INTERNAL);
    for (int kind = PB_IMPORT_PUBLIC; kind <= PB_IMPORT_OPTION && import->kind == PB_IMPORT_PLAIN; kind++) {
        int outcome = pb_try(p, words[kind]);
        if (outcome < 0)
            return -1;
        if (outcome)
            import->kind = (enum pb_import_kind)kind;
    }
    import->at = p->lexer.token.at;
    const char *what = "a string naming the file to import";
    bool is_string = p->lexer.token.kind == PB_TOKEN_STRING;
    if (!is_string)
        pb_deviate(p->file, import->at, STR("Expected a string naming the file to import."));
    if ((is_string ? pb_read_string(p, what, &import->path) : pb_read_name(p, what, &import->path)) != 0)
        return -1;
    PB_APPEND(&p->file->imports, import);
    return pb_require(p, ";");
}

/* The keyword of a statement decides what follows; in a message anything else is a field. */
enum statement {
    STATEMENT_OTHER,
    STATEMENT_EMPTY,
    STATEMENT_MESSAGE,
    STATEMENT_ENUM,
    STATEMENT_EXTEND,
    STATEMENT_OPTION,
    STATEMENT_ONEOF,
    STATEMENT_EXTENSIONS,
    STATEMENT_RESERVED,
    STATEMENT_IMPORT,
    STATEMENT_PACKAGE,
    STATEMENT_SERVICE,
    STATEMENT_RPC,
};

#define BIT(kind) (1u << (kind))
static const struct {
    const char *word;
    enum statement statement;
    unsigned blocks; /* where it is one */
} keywords[] = {
    {";", STATEMENT_EMPTY, ~0u},
    {"message", STATEMENT_MESSAGE, BIT(PB_IN_FILE) | BIT(PB_IN_MESSAGE)},
    {"enum", STATEMENT_ENUM, BIT(PB_IN_FILE) | BIT(PB_IN_MESSAGE)},
    {"extend", STATEMENT_EXTEND, BIT(PB_IN_FILE) | BIT(PB_IN_MESSAGE)},
    {"option", STATEMENT_OPTION, ~BIT(PB_IN_EXTEND)},
    {"oneof", STATEMENT_ONEOF, BIT(PB_IN_MESSAGE)},
    {"extensions", STATEMENT_EXTENSIONS, BIT(PB_IN_MESSAGE)},
    {"reserved", STATEMENT_RESERVED, BIT(PB_IN_MESSAGE) | BIT(PB_IN_ENUM)},
    {"import", STATEMENT_IMPORT, BIT(PB_IN_FILE)},
    {"package", STATEMENT_PACKAGE, BIT(PB_IN_FILE)},
    {"service", STATEMENT_SERVICE, BIT(PB_IN_FILE)},
    {"rpc", STATEMENT_RPC, BIT(PB_IN_SERVICE)},
};

static enum statement statement_at(const struct pb_parser *p, enum pb_block_kind kind)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if ((keywords[i].blocks & BIT(kind)) && pb_looking_at(p, keywords[i].word))
            return keywords[i].statement;
    }
    return STATEMENT_OTHER;
}

static int parse_enum_value(struct pb_parser *p, const struct pb_block *block)
{
    struct pb_enum_value *value = ARENA_NEW(p->arena, struct pb_enum_value);
    if (!value)
        return error_raise(p->err, INTERNAL);
    value->at = p->lexer.token.at;
    value->parent = block->enumeration;
    if (pb_read_name(p, "enum constant name", &value->name) != 0)
        return -1;
    if (!pb_looking_at(p, "="))
        return pb_refuse(p, p->lexer.token.at, "Missing numeric value for enum constant.");
    if (pb_require(p, "=") != 0)
        return -1;
    value->number_at = p->lexer.token.at;
    if (pb_read_int32(p, "integer", &value->number) != 0 || pb_parse_option_list(p, &value->options) != 0)
        return -1;
    PB_APPEND(&block->enumeration->values, value);
    return pb_require(p, ";");
}

static pb_options *options_of(struct pb_parser *p, const struct pb_block *block)
{
    return block->kind == PB_IN_MESSAGE   ? &block->message->options
           : block->kind == PB_IN_ONEOF   ? &block->oneof->options
           : block->kind == PB_IN_ENUM    ? &block->enumeration->options
           : block->kind == PB_IN_SERVICE ? &block->service->options
           : block->kind == PB_IN_METHOD  ? &block->method->options
                                          : &p->file->options;
}

static int parse_other(struct pb_parser *p, const struct pb_block *block)
{
    if (block->kind == PB_IN_ENUM)
        return parse_enum_value(p, block);
    if (block->kind == PB_IN_SERVICE || block->kind == PB_IN_METHOD)
        return pb_expected(p, block->kind == PB_IN_SERVICE ? "\"rpc\"" : "\"option\"");
    if (block->kind != PB_IN_FILE)
        return pb_parse_field(p, block);
    if (pb_looking_at(p, "syntax") || pb_looking_at(p, "edition"))
        return pb_refuse(p, p->lexer.token.at, "The syntax line must be the first one, and there is one at most");
    return pb_expected(p, "top-level statement (e.g. \"message\")");
}

/* export or local, which edition 2024 knows before message and enum; elsewhere these words are names of types. */
static int parse_visibility(struct pb_parser *p, const struct pb_block *block, enum pb_visibility *ret)
{
    bool may = p->file->edition >= PB_EDITION_2024 && (block->kind == PB_IN_FILE || block->kind == PB_IN_MESSAGE);
    int is_export = may ? pb_try(p, "export") : 0, is_local = may && is_export == 0 ? pb_try(p, "local") : 0;
    if (is_export < 0 || is_local < 0)
        return -1;
    *ret = is_export ? PB_EXPORT : is_local ? PB_LOCAL : PB_VISIBILITY_UNSET;
    if (*ret != PB_VISIBILITY_UNSET && !pb_looking_at(p, "message") && !pb_looking_at(p, "enum"))
        return pb_expected(p, "\"message\" or \"enum\"");
    return 0;
}

static int parse_statement(struct pb_parser *p)
{
    struct pb_block block = VEC_LAST(&p->blocks);
    struct pb_position at = p->lexer.token.at;
    enum pb_visibility visibility;
    if (parse_visibility(p, &block, &visibility) != 0)
        return -1;
    enum statement statement = statement_at(p, block.kind);
    if (statement == STATEMENT_EMPTY && (block.kind == PB_IN_ONEOF || block.kind == PB_IN_EXTEND))
        pb_deviate(p->file, p->lexer.token.at, STR("Expected type name, found ;"));
    if (statement != STATEMENT_OTHER && pb_lexer_next(&p->lexer) != 0)
        return -1;
    switch (statement) {
    case STATEMENT_EMPTY:
        return 0;
    case STATEMENT_MESSAGE:
        return parse_message(p, &block, visibility);
    case STATEMENT_ENUM:
        return parse_enum(p, &block, visibility);
    case STATEMENT_EXTEND:
        return parse_extend(p, &block);
    case STATEMENT_OPTION:
        return pb_parse_option_statement(p, options_of(p, &block));
    case STATEMENT_ONEOF:
        return parse_oneof(p, &block);
    case STATEMENT_EXTENSIONS:
    case STATEMENT_RESERVED:
        return pb_parse_ranges(p, &block, statement == STATEMENT_RESERVED);
    case STATEMENT_IMPORT:
        return parse_import(p);
    case STATEMENT_PACKAGE:
        return parse_package(p, at);
    case STATEMENT_SERVICE:
        return parse_service(p);
    case STATEMENT_RPC:
        return parse_method(p, &block);
    case STATEMENT_OTHER:
        break;
    }
    return parse_other(p, &block);
}

static int parse_file(struct pb_parser *p)
{
    if (pb_lexer_start(&p->lexer) != 0 || parse_first_line(p) != 0)
        return -1;
    if (!VEC_PUSH(p->arena, &p->blocks, (struct pb_block){.kind = PB_IN_FILE}))
        return error_raise(p->err, INTERNAL);
    while (p->lexer.token.kind != PB_TOKEN_END || p->blocks.count > 1) {
        if (p->lexer.token.kind == PB_TOKEN_END)
            return pb_expected(p, "\"}\"");
        int closes = p->blocks.count > 1 ? pb_try(p, "}") : 0;
        if (closes < 0)
            return -1;
        if (closes)
            (void)VEC_POP(&p->blocks);
        else if (parse_statement(p) != 0)
            return -1;
    }
    return 0;
}

int pb_parse_text(struct arena *arena, struct str path, struct str text, struct pb_file **ret, struct error *err)
{
    struct pb_file *file = ARENA_NEW(arena, struct pb_file);
    if (!file)
        return error_raise(err, INTERNAL);
    file->path = path;
    file->package = STR_EMPTY;
    struct pb_parser parser = {.arena = arena, .err = err, .file = file};
    parser.lexer = (struct pb_lexer){.arena = arena, .err = err, .source = text, .file = file};
    if (parse_file(&parser) != 0)
        return -1;
    *ret = file;
    return 0;
}
