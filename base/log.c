#include "log.h"

#include "clock.h"
#include "utf8.h"

#include <errno.h>
#include <unistd.h>

#define LINE_BYTES 4096
/* Kept for the end of a line that is full: ellipsis, quote, brace, line feed. */
#define LINE_END_BYTES 6
/* So that one long value does not push out the fields behind it. */
#define MESSAGE_BYTES_MAX 2048
#define VALUE_BYTES_MAX 1024

struct line {
    size_t n;
    char bytes[LINE_BYTES];
};

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};
#define LEVEL_COUNT (sizeof level_names / sizeof level_names[0])

static enum log_level least_level = LOG_LEVEL_INFO;
static enum log_form line_form = LOG_FORM_PLAIN;

void log_setup(enum log_level level, enum log_form form)
{
    least_level = level;
    line_form = form;
}

bool log_level_parse(struct str text, enum log_level *ret)
{
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        if (str_equal(text, str_of(level_names[i]))) {
            *ret = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_enabled(enum log_level level)
{
    return level <= least_level;
}

/* All of it or nothing. */
static bool line_add(struct line *line, struct str s)
{
    if (line->n > LINE_BYTES - LINE_END_BYTES || s.n > LINE_BYTES - LINE_END_BYTES - line->n)
        return false;
    if (s.n)
        memcpy(line->bytes + line->n, s.p, s.n);
    line->n += s.n;
    return true;
}

/* What closes a line or a value: the room for it was kept. */
static void line_end(struct line *line, struct str s)
{
    if (s.n <= LINE_BYTES - line->n) {
        memcpy(line->bytes + line->n, s.p, s.n);
        line->n += s.n;
    }
}

/* The code point as it stands in a line, in 1 to 6 bytes. */
static struct str escape(uint32_t code_point, char room[8])
{
    static const char digits[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (size_t i = 0; i + 1 < sizeof named; i += 2) {
        if (code_point == (unsigned char)named[i]) {
            room[0] = '\\';
            room[1] = named[i + 1];
            return (struct str){room, 2};
        }
    }
    if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F)) {
        memcpy(room, "\\u00", 4);
        room[4] = digits[code_point >> 4];
        room[5] = digits[code_point & 0x0F];
        return (struct str){room, 6};
    }
    /* utf8_next tells invalid bytes as surrogates. */
    bool invalid = code_point >= 0xD800 && code_point <= 0xDFFF;
    return (struct str){room, utf8_put(invalid ? 0xFFFD : code_point, room)};
}

static void line_add_escaped(struct line *line, struct str s, size_t max_bytes)
{
    size_t start = line->n;
    char room[8];

    for (size_t at = 0; at < s.n;) {
        struct str escaped = escape(utf8_next(s, &at), room);
        if (line->n - start + escaped.n > max_bytes || !line_add(line, escaped)) {
            line_end(line, STR("…"));
            return;
        }
    }
}

static bool needs_quotes(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' || s.p[i] == '=' || s.p[i] == '"' || s.p[i] == '\t' || s.p[i] == '\n')
            return true;
    }
    return s.n == 0;
}

static void line_add_value(struct line *line, struct str s, size_t max_bytes, bool quoted)
{
    if (quoted && !line_add(line, STR("\"")))
        return;
    line_add_escaped(line, s, max_bytes);
    if (quoted)
        line_end(line, STR("\""));
}

/* A field that does not even fit with its name and a little of its value is left out. */
static void line_add_field(struct line *line, const struct log_field *field)
{
    bool json = line_form == LOG_FORM_JSON;
    size_t start = line->n;
    bool fits = line_add(line, json ? STR(",\"") : STR(" ")) && line_add(line, str_of(field->name)) &&
                line_add(line, json ? STR("\":") : STR("="));

    if (fits && field->text.p) {
        fits = line->n < LINE_BYTES - LINE_END_BYTES - 8;
        if (fits)
            line_add_value(line, field->text, VALUE_BYTES_MAX, json || needs_quotes(field->text));
    } else if (fits) {
        fits = line_add(line, STR_INT(field->number));
    }
    if (!fits)
        line->n = start;
}

static void line_add_start(struct line *line, enum log_level level, const char *event, const char *message)
{
    bool json = line_form == LOG_FORM_JSON;
    char time[25];

    clock_rfc3339(clock_wall_ms(), time);
    line_add(line, json ? STR("{\"time\":\"") : STR_EMPTY);
    line_add(line, str_of(time));
    line_add(line, json ? STR("\",\"level\":\"") : STR(" "));
    line_add(line, str_of(level_names[level]));
    line_add(line, json ? STR("\",\"event\":") : STR(" "));
    line_add_value(line, str_of(event), VALUE_BYTES_MAX, json);
    line_add(line, json ? STR(",\"message\":") : STR(" "));
    line_add_value(line, str_of(message), MESSAGE_BYTES_MAX, json);
}

static void line_write(const struct line *line)
{
    int saved_errno = errno;

    for (size_t done = 0; done < line->n;) {
        ssize_t n = write(STDERR_FILENO, line->bytes + done, line->n - done);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    errno = saved_errno;
}

void log_write(enum log_level level, const char *event, const char *message, const struct log_field *fields,
               size_t count)
{
    struct line line;

    line.n = 0;
    line_add_start(&line, level, event, message);
    for (size_t i = 0; i < count; i++)
        line_add_field(&line, &fields[i]);
    line_end(&line, line_form == LOG_FORM_JSON ? STR("}\n") : STR("\n"));
    line_write(&line);
}
