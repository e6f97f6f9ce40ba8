#include "log.h"

#include "clock.h"
#include "hash.h"
#include "utf8.h"

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_BYTES_MAX 4096

static int log_end = -1, saved_stderr = -1;
static char line[2 * LINE_BYTES_MAX];

/* Standard error becomes a pipe in packet mode: each read gives what one write wrote. */
static void setup(void)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_DIRECT | O_NONBLOCK), 0);
    log_end = ends[0];
    saved_stderr = dup(STDERR_FILENO);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    clock_freeze(1795521600000);
}

static void teardown(void)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(log_end);
}

/* What the next write wrote, "" when there was none. */
static const char *next_line(void)
{
    ssize_t n = read(log_end, line, sizeof line - 1);

    line[n > 0 ? n : 0] = 0;
    return line;
}

START_TEST(plain_lines)
{
    log_setup(LOG_LEVEL_INFO, LOG_FORM_PLAIN);
    LOG_INFO("http.start", "Listening", LOG_TEXT("address", STR("[::]:8081")), LOG_NUMBER("threads", 8));
    ck_assert_str_eq(next_line(), "2026-11-24T12:00:00.000Z info http.start Listening address=[::]:8081 threads=8\n");
    LOG_ERROR("store.open", "Cannot open \"x\"\n", LOG_TEXT("path", STR("a b")), LOG_TEXT("empty", STR_EMPTY),
              LOG_TEXT("quote", STR("a\"b")), LOG_TEXT("control", STR("a\x1B[0m\x7F\xC2\x85")));
    ck_assert_str_eq(next_line(),
                     "2026-11-24T12:00:00.000Z error store.open Cannot open \\\"x\\\"\\n path=\"a b\" empty=\"\" "
                     "quote=\"a\\\"b\" control=a\\u001b[0m\\u007f\\u0085\n");
    LOG_WARNING("a.b", "Nothing more");
    ck_assert_str_eq(next_line(), "2026-11-24T12:00:00.000Z warning a.b Nothing more\n");
    ck_assert_str_eq(next_line(), "");
}
END_TEST

START_TEST(json_lines)
{
    log_setup(LOG_LEVEL_DEBUG, LOG_FORM_JSON);
    LOG_DEBUG("http.start", "Listening", LOG_TEXT("address", STR("[::]:8081")), LOG_NUMBER("least", INT64_MIN),
              LOG_NUMBER("zero", 0));
    ck_assert_str_eq(next_line(), "{\"time\":\"2026-11-24T12:00:00.000Z\",\"level\":\"debug\",\"event\":\"http.start\","
                                  "\"message\":\"Listening\",\"address\":\"[::]:8081\",\"least\":-9223372036854775808,"
                                  "\"zero\":0}\n");
    LOG_INFO("e", "ü€😀", LOG_TEXT("bad", STR("a\xFF\xC3(\xED\xA0\x80")), LOG_TEXT("c", STR("\b\f\n\r\t\0\x1F\\\"/")));
    ck_assert_str_eq(next_line(), "{\"time\":\"2026-11-24T12:00:00.000Z\",\"level\":\"info\",\"event\":\"e\","
                                  "\"message\":\"ü€😀\",\"bad\":\"a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\","
                                  "\"c\":\"\\b\\f\\n\\r\\t\\u0000\\u001f\\\\\\\"/\"}\n");
}
END_TEST

START_TEST(levels)
{
    enum log_level level = LOG_LEVEL_INFO;

    log_setup(LOG_LEVEL_WARNING, LOG_FORM_PLAIN);
    ck_assert(log_enabled(LOG_LEVEL_ERROR));
    ck_assert(log_enabled(LOG_LEVEL_WARNING));
    ck_assert(!log_enabled(LOG_LEVEL_INFO));
    ck_assert(!log_enabled(LOG_LEVEL_DEBUG));
    LOG_INFO("a", "b");
    LOG_DEBUG("a", "b");
    ck_assert_str_eq(next_line(), "");
    LOG_WARNING("a", "b");
    ck_assert_str_ne(next_line(), "");

    ck_assert(log_level_parse(STR("error"), &level) && level == LOG_LEVEL_ERROR);
    ck_assert(log_level_parse(STR("warning"), &level) && level == LOG_LEVEL_WARNING);
    ck_assert(log_level_parse(STR("info"), &level) && level == LOG_LEVEL_INFO);
    ck_assert(log_level_parse(STR("debug"), &level) && level == LOG_LEVEL_DEBUG);
    ck_assert(!log_level_parse(STR("trace"), &level));
    ck_assert(!log_level_parse(STR_EMPTY, &level));
    ck_assert(!log_level_parse(STR("info "), &level));
    ck_assert(level == LOG_LEVEL_DEBUG);
}
END_TEST

START_TEST(long_values_are_cut)
{
    static char text[100000];
    size_t n;

    memset(text, 'v', sizeof text - 1);
    log_setup(LOG_LEVEL_INFO, LOG_FORM_JSON);
    LOG_INFO("e", text, LOG_TEXT("a", str_of(text)), LOG_NUMBER("b", 7));
    n = strlen(next_line());
    ck_assert_uint_le(n, LINE_BYTES_MAX);
    ck_assert(str_ends((struct str){line, n}, STR("v…\",\"b\":7}\n")));
    ck_assert_ptr_nonnull(strstr(line, "v…\",\"a\":\"v"));

    LOG_INFO("e", text, LOG_TEXT("a", str_of(text)), LOG_TEXT("c", str_of(text)), LOG_NUMBER("b", 7));
    n = strlen(next_line());
    ck_assert_uint_le(n, LINE_BYTES_MAX);
    ck_assert(str_ends((struct str){line, n}, STR("v…\"}\n")));
    ck_assert_ptr_nonnull(strstr(line, "v…\",\"c\":\"v"));
    ck_assert_str_eq(next_line(), "");

    log_setup(LOG_LEVEL_INFO, LOG_FORM_PLAIN);
    LOG_INFO("e", text, LOG_TEXT("a", str_of(text)), LOG_TEXT("c", str_of(text)), LOG_NUMBER("b", 7));
    n = strlen(next_line());
    ck_assert_uint_le(n, LINE_BYTES_MAX);
    ck_assert(str_ends((struct str){line, n}, STR("v…\n")));
}
END_TEST

/* Moves past a JSON string; false when it is none. */
static bool skip_string(const char **p)
{
    if (*(*p)++ != '"')
        return false;
    while (**p != '"') {
        unsigned char c = (unsigned char)*(*p)++;
        if (c < 0x20)
            return false;
        if (c != '\\')
            continue;
        char escape = *(*p)++;
        if (escape == 'u') {
            if (strspn(*p, "0123456789abcdef") < 4)
                return false;
            *p += 4;
        } else if (!escape || !strchr("\"\\bfnrt", escape)) {
            return false;
        }
    }
    ++*p;
    return true;
}

/* One object of strings and whole numbers and a line feed. */
static bool is_json_line(const char *p)
{
    if (*p != '{' || !utf8_valid(str_of(p)))
        return false;
    do {
        p++;
        if (!skip_string(&p) || *p++ != ':')
            return false;
        if (*p == '"') {
            if (!skip_string(&p))
                return false;
        } else {
            size_t digits = strspn(p, "-0123456789");
            if (digits == 0)
                return false;
            p += digits;
        }
    } while (*p == ',');
    return strcmp(p, "}\n") == 0;
}

static struct str random_value(char *room, size_t max, uint64_t *state)
{
    uint64_t r = hash_mix(++*state, 1);
    size_t n = (r >> 8) % (r % 4 ? 40 : max);
    bool wild = r & 4;

    for (size_t i = 0; i < n; i++) {
        r = hash_mix(++*state, 2);
        room[i] = wild ? (char)(unsigned char)r : (char)('a' + r % 26);
    }
    room[n] = 0;
    return (struct str){room, n};
}

START_TEST(every_line_is_json)
{
    static char values[8][3000], message[3000];
    const char *given = getenv("TEST_SEED");
    uint64_t state = given ? strtoull(given, NULL, 0) : (uint64_t)clock_mono_ns();

    printf("log: TEST_SEED=%" PRIu64 "\n", state);
    fflush(stdout);
    log_setup(LOG_LEVEL_INFO, LOG_FORM_JSON);
    for (int i = 0; i < 5000; i++) {
        struct log_field fields[8];
        size_t count = hash_mix(++state, 5) % 9;
        random_value(message, sizeof message, &state);
        for (size_t j = 0; j < count; j++)
            fields[j] = j % 3 == 2 ? LOG_NUMBER("number", hash_mix(++state, 6))
                                   : LOG_TEXT("text", random_value(values[j], sizeof values[j], &state));
        log_write(LOG_LEVEL_INFO, "some.event", message, fields, count);
        ck_assert_msg(is_json_line(next_line()), "%s", line);
        ck_assert_uint_le(strlen(line), LINE_BYTES_MAX);
        ck_assert_str_eq(next_line(), "");
    }
}
END_TEST

/* The end of the line is met at every place of a field. */
START_TEST(lines_of_every_length_are_json)
{
    static char text[1000];

    memset(text, '\n', sizeof text - 1);
    log_setup(LOG_LEVEL_INFO, LOG_FORM_JSON);
    for (size_t n = 0; n < sizeof text; n++) {
        struct str part = {text, n};
        const struct log_field fields[] = {LOG_TEXT("a", str_of(text)), LOG_TEXT("b", str_of(text)),
                                           LOG_TEXT("c", str_of(text)), LOG_TEXT("d", part),
                                           LOG_NUMBER("e", 12345),      LOG_TEXT("f", STR("\x01\x01\x01")),
                                           LOG_TEXT("g", STR_EMPTY),    LOG_NUMBER("h", 1)};
        log_write(LOG_LEVEL_INFO, "e", "m", fields, sizeof fields / sizeof fields[0]);
        ck_assert_msg(is_json_line(next_line()), "%s", line);
        ck_assert_uint_le(strlen(line), LINE_BYTES_MAX);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *cases = tcase_create("log");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, plain_lines);
    tcase_add_test(cases, json_lines);
    tcase_add_test(cases, levels);
    tcase_add_test(cases, long_values_are_cut);
    tcase_add_test(cases, every_line_is_json);
    tcase_add_test(cases, lines_of_every_length_are_json);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
