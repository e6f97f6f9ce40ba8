#include "lexer.h"

#include "utf8.h"

void pb_deviate(struct pb_file *file, struct pb_position at, struct str text)
{
    const struct pb_position *first = &file->fault_at;
    if (file->fault.p && (at.line != first->line ? at.line > first->line : at.column >= first->column))
        return;
    file->fault = text;
    file->fault_at = at;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte at a distance from the reading position; NUL behind the end (where no NUL has a meaning). */
static char peek(const struct pb_lexer *l, size_t distance)
{
    return l->offset + distance < l->source.n ? l->source.p[l->offset + distance] : '\0';
}

static bool at_end(const struct pb_lexer *l)
{
    return l->offset >= l->source.n;
}

static struct pb_position position(const struct pb_lexer *l)
{
    return (struct pb_position){l->line, (uint32_t)(l->offset - l->line_offset) + 1};
}

static int fault(struct pb_lexer *l, const char *text)
{
    return pb_fault(l->arena, l->err, position(l), str_of(text));
}

static void deviate(struct pb_lexer *l, const char *text)
{
    pb_deviate(l->file, position(l), str_of(text));
}

static void step(struct pb_lexer *l)
{
    if (l->source.p[l->offset++] == '\n') {
        l->line++;
        l->line_offset = l->offset;
    }
}

static int skip_block_comment(struct pb_lexer *l)
{
    l->offset += 2;
    while (!at_end(l)) {
        if (peek(l, 0) == '*' && peek(l, 1) == '/') {
            l->offset += 2;
            return 0;
        }
        if (peek(l, 0) == '/' && peek(l, 1) == '*')
            deviate(l, "\"/*\" inside block comment.  Block comments cannot be nested.");
        step(l);
    }
    return fault(l, "End-of-file inside block comment.");
}

static int skip_blanks(struct pb_lexer *l)
{
    while (!at_end(l)) {
        char c = peek(l, 0);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\n') {
            step(l);
        } else if (c == '/' && peek(l, 1) == '/') {
            while (!at_end(l) && peek(l, 0) != '\n')
                l->offset++;
        } else if (c == '/' && peek(l, 1) == '*') {
            if (skip_block_comment(l) != 0)
                return -1;
        } else {
            break;
        }
    }
    return 0;
}

static void read_word(struct pb_lexer *l)
{
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
        l->offset++;
    l->token.kind = PB_TOKEN_WORD;
}

static void skip_digits(struct pb_lexer *l)
{
    while (is_digit(peek(l, 0)))
        l->offset++;
}

static int read_hexadecimal(struct pb_lexer *l)
{
    l->offset += 2;
    if (hex_digit(peek(l, 0)) < 0)
        return fault(l, "\"0x\" must be followed by hex digits.");
    while (hex_digit(peek(l, 0)) >= 0)
        l->offset++;
    return 0;
}

static int read_fraction(struct pb_lexer *l)
{
    if (peek(l, 0) == '.') {
        l->token.kind = PB_TOKEN_FLOAT;
        l->offset++;
        skip_digits(l);
    }
    if (peek(l, 0) == 'e' || peek(l, 0) == 'E') {
        l->token.kind = PB_TOKEN_FLOAT;
        l->offset++;
        if (peek(l, 0) == '-' || peek(l, 0) == '+')
            l->offset++;
        if (!is_digit(peek(l, 0)))
            return fault(l, "\"e\" must be followed by exponent.");
        skip_digits(l);
    }
    return 0;
}

static int read_number(struct pb_lexer *l)
{
    size_t start = l->offset;
    l->token.kind = PB_TOKEN_INTEGER;
    if (peek(l, 0) == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X')) {
        if (read_hexadecimal(l) != 0)
            return -1;
    } else {
        bool is_octal = peek(l, 0) == '0' && is_digit(peek(l, 1)), is_right = true;
        for (; is_digit(peek(l, 0)); l->offset++)
            is_right &= !is_octal || peek(l, 0) < '8';
        if (!is_right)
            deviate(l, "Numbers starting with leading zero must be in octal.");
        if ((!is_octal || peek(l, 0) == '.') && read_fraction(l) != 0)
            return -1;
        if (is_octal && l->token.kind == PB_TOKEN_FLOAT)
            deviate(l, "Hex and octal numbers must be integers.");
    }
    if (is_letter(peek(l, 0)))
        deviate(l, "Need space between number and identifier.");
    else if (peek(l, 0) == '.')
        deviate(l, l->token.kind == PB_TOKEN_FLOAT ? "Already saw decimal point or exponent; can't have another one."
                                                   : "Hex and octal numbers must be integers.");
    return l->offset > start ? 0 : -1;
}

/* So many hexadecimal digits; -1 when there are fewer. */
static int64_t read_hex_digits(struct pb_lexer *l, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        int digit = hex_digit(peek(l, (size_t)i));
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    l->offset += (size_t)count;
    return value;
}

static void add_code_point(struct buf *out, uint32_t code_point)
{
    char bytes[4];
    buf_add(out, (struct str){bytes, utf8_put(code_point, bytes)});
}

/* Behind "\u" or "\U". A pair of surrogates is one character. */
static void read_unicode_escape(struct pb_lexer *l, char kind, struct buf *out)
{
    size_t start = l->offset;
    int64_t high = read_hex_digits(l, kind == 'u' ? 4 : 8), low;
    if (high < 0 || high > 0x10ffff) {
        l->offset = start;
        deviate(l, kind == 'u' ? "Expected four hex digits for \\u escape sequence."
                               : "Expected eight hex digits up to 10ffff for \\U escape sequence");
        buf_add_char(out, kind);
        return;
    }
    if (high >= 0xd800 && high < 0xdc00 && peek(l, 0) == '\\' && peek(l, 1) == 'u') {
        size_t before = l->offset;
        l->offset += 2;
        low = read_hex_digits(l, 4);
        if (low >= 0xdc00 && low < 0xe000)
            high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        else
            l->offset = before;
    }
    add_code_point(out, (uint32_t)high);
}

/* Behind a backslash and the character c. */
static void read_escape(struct pb_lexer *l, char c, struct buf *out)
{
    static const char letters[] = "abfnrtv\\'\"?", meanings[] = "\a\b\f\n\r\t\v\\'\"?";
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        buf_add_char(out, meanings[letter - letters]);
    } else if (c >= '0' && c <= '7') {
        int value = c - '0';
        for (int i = 0; i < 2 && peek(l, 0) >= '0' && peek(l, 0) <= '7'; i++)
            value = value * 8 + (l->source.p[l->offset++] - '0');
        buf_add_char(out, (char)value);
    } else if ((c == 'x' || c == 'X') && hex_digit(peek(l, 0)) >= 0) {
        int value = hex_digit(l->source.p[l->offset++]);
        if (hex_digit(peek(l, 0)) >= 0)
            value = value * 16 + hex_digit(l->source.p[l->offset++]);
        buf_add_char(out, (char)value);
    } else if (c == 'u' || c == 'U') {
        read_unicode_escape(l, c, out);
    } else {
        deviate(l, c == 'x' || c == 'X' ? "Expected hex digits for escape sequence."
                                        : "Invalid escape sequence in string literal.");
        buf_add_char(out, c);
    }
}

static int read_string(struct pb_lexer *l)
{
    struct buf out;
    char quote = peek(l, 0);
    buf_init(&out, l->arena, SCHEMA_MEMORY_MAX);
    l->token.kind = PB_TOKEN_STRING;
    for (l->offset++; !at_end(l);) {
        char c = peek(l, 0);
        if (c == '\n')
            deviate(l, "String literals cannot cross line boundaries.");
        else if (c == '\0')
            deviate(l, "Unexpected end of string.");
        step(l);
        if (c == quote) {
            l->token.bytes = buf_str(&out);
            return buf_failed(&out) ? error_raise(l->err, INTERNAL) : 0;
        }
        if (c != '\\') {
            buf_add_char(&out, c);
        } else if (!at_end(l)) {
            c = peek(l, 0);
            step(l);
            read_escape(l, c, &out);
        }
    }
    return fault(l, "Unexpected end of string.");
}

int pb_lexer_next(struct pb_lexer *l)
{
    size_t end_before = l->offset;
    if (skip_blanks(l) != 0)
        return -1;
    size_t start = l->offset;
    l->token = (struct pb_token){.at = position(l), .is_glued = start == end_before};
    if (at_end(l))
        return 0;
    char c = peek(l, 0);
    int outcome = 0;
    if (is_letter(c)) {
        read_word(l);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) {
        bool follows_word = l->token.is_glued && start > 0 && is_letter(l->source.p[start - 1]);
        if (c == '.' && follows_word)
            deviate(l, "Need space between identifier and decimal point.");
        outcome = read_number(l);
    } else if (c == '"' || c == '\'') {
        outcome = read_string(l);
    } else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f) {
        return fault(l, (unsigned char)c < 0x80 ? "Invalid control characters encountered in text."
                                                : "Characters beyond ASCII may stand in strings and comments only.");
    } else {
        l->offset++;
        l->token.kind = PB_TOKEN_SYMBOL;
    }
    l->token.text = str_slice(l->source, start, l->offset);
    return outcome;
}

int pb_lexer_start(struct pb_lexer *l)
{
    l->line = 1;
    if (str_starts(l->source, STR("\xef\xbb\xbf")))
        l->offset = l->line_offset = 3;
    return pb_lexer_next(l);
}

bool pb_integer_value(struct str text, uint64_t max, uint64_t *ret)
{
    uint64_t base = 10, value = 0;
    size_t from = 0;
    if (text.n > 1 && text.p[0] == '0') {
        bool is_hexadecimal = text.p[1] == 'x' || text.p[1] == 'X';
        base = is_hexadecimal ? 16 : 8;
        from = is_hexadecimal ? 2 : 1;
        for (size_t i = from; base == 8 && i < text.n; i++) {
            if (text.p[i] > '7')
                base = 10;
        }
    }
    for (size_t i = from; i < text.n; i++) {
        uint64_t digit = (uint64_t)hex_digit(text.p[i]);
        if (digit >= base || digit > max || value > (max - digit) / base)
            return false;
        value = value * base + digit;
    }
    *ret = value;
    return true;
}
