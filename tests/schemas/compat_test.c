/* The seven levels: which versions a schema is compared with, in which directions, and what is said.
 * covers: schemas/compat.c */
#include "compat.h"

#include "avro/fixture.h"

/* Versions are numbered so that they are told from indexes: the one with index i is 10 - i. */
#define VERSION(index) (10 - (int32_t)(index))
#define VERSIONS_MAX 20

struct version {
    const char *text; /* a schema; NULL: loading fails */
    enum error_id error; /* when it fails */
    struct str stored; /* what the message quotes; .p NULL: text */
    const struct schema_format *format; /* NULL: Avro */
};

/* What a subject holds, newest first, and what was asked of it. */
struct subject {
    struct version versions[VERSIONS_MAX];
    size_t count;
    bool validate_fields;
    char loaded[256]; /* "10 9 8 " */
};

static int load(void *context, size_t index, struct compat_version *ret_version, struct schema **ret, struct error *err)
{
    struct subject *subject = context;
    ck_assert_uint_lt(index, subject->count);
    const struct version *v = &subject->versions[index];
    struct str text = str_of(v->text ? spelled(v->text) : "");
    *ret_version = (struct compat_version){VERSION(index), v->stored.p ? v->stored : text};
    size_t length = strlen(subject->loaded);
    snprintf(subject->loaded + length, sizeof subject->loaded - length, "%d ", VERSION(index));
    if (!v->text)
        return error_raise_parts(err, v->error, (struct str[]){STR("the reason"), STR("more")}, 2);
    struct schema_source source = {.text = text};
    return schema_parse(v->format ? v->format : avro(), &source, ret, err);
}

/* The outcome and all messages, each on a line of its own. */
static const char *checked(struct subject *subject, const char *candidate_text, enum compat_level level)
{
    struct schema *candidate = parsed(str_of(spelled(candidate_text)));
    struct compat_question question = {candidate, level,   SCHEMA_POLICY_REFERENCE, subject->count,
                                       load,      subject, subject->validate_fields};
    struct compat_messages messages = {0};
    struct error err = ERROR_INIT(arena);
    struct buf text = new_text();
    subject->loaded[0] = '\0';
    int outcome = compat_check(&question, arena, &messages, &err);
    ck_assert_int_eq(outcome < 0, err.id != ERROR_NONE);
    buf_printf(&text, "%d\n", outcome);
    for (size_t i = 0; i < messages.count; i++)
        buf_printf(&text, STR_FMT "\n", STR_ARG(messages.items[i]));
    if (outcome < 0)
        buf_printf(&text, "%s: " STR_FMT "\n", error_rows[err.id].name, STR_ARG(err.text));
    schema_unref(candidate);
    return terminated(buf_str(&text));
}

/* -- levels ------------------------------------------------------------------------------------------------------- */

static const struct {
    enum compat_level level;
    const char *name;
    bool is_transitive;
} level_names[] = {
    {COMPAT_NONE, "NONE", false},
    {COMPAT_BACKWARD, "BACKWARD", false},
    {COMPAT_BACKWARD_TRANSITIVE, "BACKWARD_TRANSITIVE", true},
    {COMPAT_FORWARD, "FORWARD", false},
    {COMPAT_FORWARD_TRANSITIVE, "FORWARD_TRANSITIVE", true},
    {COMPAT_FULL, "FULL", false},
    {COMPAT_FULL_TRANSITIVE, "FULL_TRANSITIVE", true},
};

START_TEST(levels_have_names_in_any_letter_case)
{
    ck_assert_int_eq(ROWS(level_names), COMPAT_COUNT_);
    for (size_t i = 0; i < COMPAT_COUNT_; i++) {
        char name[32];
        enum compat_level level;
        snprintf(name, sizeof name, "%s", level_names[i].name);
        assert_text(compat_level_name(level_names[i].level), name);
        ck_assert_int_eq(compat_level_is_transitive(level_names[i].level), level_names[i].is_transitive);
        for (int turn = 0; turn < 3; turn++) {
            level = COMPAT_COUNT_;
            ck_assert(compat_level_parse(str_of(name), &level));
            ck_assert_int_eq(level, level_names[i].level);
            for (size_t c = 0; name[c]; c += turn ? 1 : 2) /* mixed, then all other letters */
                name[c] = (char)(name[c] == '_' ? '_' : name[c] ^ 0x20);
        }
    }
    static const char *const others[] = {"", "BACKWARDS", "BACK", " FULL", "FULL ", "FULL-TRANSITIVE", "NONE\xC3\xA9"};
    enum compat_level level = COMPAT_COUNT_;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert(!compat_level_parse(str_of(others[i]), &level));
    ck_assert_int_eq(level, COMPAT_COUNT_);
}
END_TEST

/* Long reads int and not the reverse, double reads both: what each level makes of a subject of one to three versions. */
static const struct {
    enum compat_level level;
    const char *candidate, *versions[4]; /* newest first */
    int outcome;
    const char *loaded;
} histories[] = {
    {COMPAT_NONE, "'string'", {"'int'"}, 0, ""},
    {COMPAT_BACKWARD, "'int'", {NULL}, 0, ""},
    {COMPAT_FULL_TRANSITIVE, "'int'", {NULL}, 0, ""},
    {COMPAT_BACKWARD, "'long'", {"'int'"}, 0, "10 "},
    {COMPAT_BACKWARD, "'int'", {"'long'"}, 1, "10 "},
    {COMPAT_BACKWARD, "'long'", {"'int'", "'string'"}, 0, "10 "},
    {COMPAT_BACKWARD_TRANSITIVE, "'double'", {"'long'", "'int'", "'float'"}, 0, "10 9 8 "},
    {COMPAT_BACKWARD_TRANSITIVE, "'long'", {"'int'", "'string'", "'int'"}, 1, "10 9 "},
    {COMPAT_BACKWARD_TRANSITIVE, "'long'", {"'string'", "'int'"}, 1, "10 "},
    {COMPAT_FORWARD, "'int'", {"'long'"}, 0, "10 "},
    {COMPAT_FORWARD, "'long'", {"'int'"}, 1, "10 "},
    {COMPAT_FORWARD, "'int'", {"'long'", "'string'"}, 0, "10 "},
    {COMPAT_FORWARD_TRANSITIVE, "'int'", {"'long'", "'double'", "'float'"}, 0, "10 9 8 "},
    {COMPAT_FORWARD_TRANSITIVE, "'long'", {"'double'", "'int'", "'string'"}, 1, "10 9 "},
    {COMPAT_FULL, "'int'", {"'int'", "'string'"}, 0, "10 "},
    {COMPAT_FULL, "'string'", {"'bytes'"}, 0, "10 "},
    {COMPAT_FULL, "'int'", {"'long'"}, 1, "10 "},
    {COMPAT_FULL, "'long'", {"'int'"}, 1, "10 "},
    {COMPAT_FULL_TRANSITIVE, "'int'", {"'int'", "['int']"}, 0, "10 9 "},
    {COMPAT_FULL_TRANSITIVE, "'bytes'", {"'string'", "'string'", "'int'"}, 1, "10 9 8 "},
    {COMPAT_FULL_TRANSITIVE, "'int'", {"'int'", "'long'", "'int'"}, 1, "10 9 "},
};

START_TEST(a_level_decides_versions_and_directions)
{
    struct subject subject = {0};
    for (; histories[_i].versions[subject.count]; subject.count++)
        subject.versions[subject.count].text = histories[_i].versions[subject.count];
    const char *text = checked(&subject, histories[_i].candidate, histories[_i].level);
    ck_assert_int_eq(text[0], '0' + histories[_i].outcome);
    assert_text(subject.loaded, histories[_i].loaded);
    struct str settings = ARENA_JOIN(arena, str_of(spelled("{validateFields: `false`, compatibility: `")),
                                     str_of(compat_level_name(histories[_i].level)), STR("'}\n"));
    if (histories[_i].outcome == 0)
        assert_text(text, "0\n");
    else
        ck_assert_msg(str_ends(str_of(text), settings), "%s", text);
}
END_TEST

/* -- messages ----------------------------------------------------------------------------------------------------- */

#define OLD "{'type':'record','name':'R','fields':[{'name':'a','type':'int'},{'name':'b','type':'int'}]}"
#define MISMATCH(reader, writer, reader_type, writer_type)                                                \
    "{errorType:`TYPE_MISMATCH`, description:`The type (path `/fields/0/type`) of a field in the " reader \
    " schema does not match with the " writer " schema`, additionalInfo:`reader type: " reader_type       \
    " not compatible with writer type: " writer_type "`}\n"
#define MISSING(reader, writer, path, field)                                                                           \
    "{errorType:`READER_FIELD_MISSING_DEFAULT_VALUE`, description:`The field `" field "` at path `" path               \
    "` in the " reader " schema has no default value and is missing in the " writer " schema`, additionalInfo:`" field \
    "`}\n"
#define OLD_SCHEMA "{oldSchemaVersion: 10}\n{oldSchema: `" OLD "`}\n"
#define SETTINGS(level) "{validateFields: `false`, compatibility: `" level "`}\n"

static const struct {
    enum compat_level level;
    const char *candidate, *messages;
} answers[] = {
    {COMPAT_BACKWARD, "{'type':'record','name':'R','fields':[{'name':'a','type':'string'},{'name':'c','type':'int'}]}",
     "1\n" MISMATCH("new", "old", "STRING", "INT") MISSING("new", "old", "/fields/1", "c")
         OLD_SCHEMA SETTINGS("BACKWARD")},
    {COMPAT_FORWARD, "{'type':'record','name':'R','fields':[{'name':'a','type':'string'}]}",
     "1\n" MISMATCH("old", "new", "INT", "STRING") MISSING("old", "new", "/fields/1", "b")
         OLD_SCHEMA SETTINGS("FORWARD")},
    {COMPAT_FULL, "{'type':'record','name':'R','fields':[{'name':'a','type':'string'},{'name':'c','type':'int'}]}",
     "1\n" MISMATCH("old", "new", "INT", "STRING") MISSING("old", "new", "/fields/1", "b")
         MISMATCH("new", "old", "STRING", "INT") MISSING("new", "old", "/fields/1", "c") OLD_SCHEMA SETTINGS("FULL")},
    {COMPAT_FULL, "{'type':'record','name':'R','fields':[{'name':'a','type':'long'},{'name':'b','type':'int'}]}",
     "1\n" MISMATCH("old", "new", "INT", "LONG") SETTINGS("FULL")},
    {COMPAT_FULL_TRANSITIVE,
     "{'type':'record','name':'R','fields':[{'name':'a','type':'int'},{'name':'b','type':'int'},{'name':'c','type':'"
     "int'}]}",
     "1\n" MISSING("new", "old", "/fields/2", "c") OLD_SCHEMA SETTINGS("FULL_TRANSITIVE")},
};

START_TEST(differences_the_old_schema_and_the_settings_are_told)
{
    struct subject subject = {.versions = {{.text = OLD}}, .count = 1};
    assert_text(checked(&subject, answers[_i].candidate, answers[_i].level), spelled(answers[_i].messages));
}
END_TEST

START_TEST(messages_are_appended)
{
    struct compat_messages messages = {0};
    ck_assert_int_eq(compat_add_settings(arena, &messages, false, COMPAT_NONE), 0);
    ck_assert_int_eq(compat_add_settings(arena, &messages, true, COMPAT_FULL_TRANSITIVE), 0);
    ck_assert_uint_eq(messages.count, 2);
    assert_text(terminated(messages.items[0]), "{validateFields: 'false', compatibility: 'NONE'}");
    assert_text(terminated(messages.items[1]), "{validateFields: 'true', compatibility: 'FULL_TRANSITIVE'}");
    struct arena *none = arena_new(0);
    ck_assert_int_eq(compat_add_settings(none, &(struct compat_messages){0}, true, COMPAT_FULL), -1);
    arena_free(none);
    struct subject subject = {.versions = {{.text = "'int'"}}, .count = 1, .validate_fields = true};
    const char *text = checked(&subject, "'string'", COMPAT_BACKWARD);
    ck_assert_msg(str_ends(str_of(text), STR("{validateFields: 'true', compatibility: 'BACKWARD'}\n")), "%s", text);
}
END_TEST

#define INT_NOT_STRING                                                                                             \
    "1\n{errorType:`TYPE_MISMATCH`, description:`The type (path `/`) of a field in the new schema does not match " \
    "with the old schema`, additionalInfo:`reader type: STRING not compatible with writer type: INT`}\n"           \
    "{oldSchemaVersion: 10}\n"

static const char *with_stored(struct str stored)
{
    struct subject subject = {.versions = {{.text = "'int'", .stored = stored}}, .count = 1};
    return checked(&subject, "'string'", COMPAT_BACKWARD);
}

START_TEST(a_short_old_schema_is_quoted_whole)
{
    static const int lengths[] = {0, 1, 10239, 10240};
    for (size_t i = 0; i < 4; i++) {
        struct buf stored = new_text();
        add_times(&stored, STR("y"), lengths[i]);
        assert_text(with_stored(buf_str(&stored)),
                    ARENA_JOIN(arena, str_of(spelled(INT_NOT_STRING)), STR("{oldSchema: '"), buf_str(&stored),
                               STR("'}\n"), str_of(spelled(SETTINGS("BACKWARD"))))
                        .p);
    }
}
END_TEST

START_TEST(a_long_old_schema_is_cut_behind_a_whole_character)
{
    struct str stored = long_text(_i, 12000);
    assert_text(with_stored(stored),
                ARENA_JOIN(arena, str_of(spelled(INT_NOT_STRING)), STR("{oldSchema: <truncated> '"),
                           utf8_utf16_prefix(stored, 10240), STR("...'}\n"), str_of(spelled(SETTINGS("BACKWARD"))))
                    .p);
}
END_TEST

START_TEST(differences_beyond_the_limit_are_left_out)
{
    struct buf ints = new_text(), strings = new_text();
    for (int i = 0; i < 2000; i++) {
        buf_printf(&ints, "%s{'name':'f%d','type':'int'}", i ? "," : "{'type':'record','name':'R','fields':[", i);
        buf_printf(&strings, "%s{'name':'f%d','type':'string'}", i ? "," : "{'type':'record','name':'R','fields':[", i);
    }
    buf_add(&ints, STR("]}"));
    buf_add(&strings, STR("]}"));
    struct subject subject = {.versions = {{.text = terminated(buf_str(&ints)), .stored = STR("short")}}, .count = 1};
    struct str rest = str_of(checked(&subject, terminated(buf_str(&strings)), COMPAT_BACKWARD)), line;
    size_t lines = 0;
    while (str_next(&rest, '\n', &line))
        lines++;
    ck_assert_uint_eq(lines, 1 + SCHEMA_DIFFERENCES_MAX + 3 + 1);
}
END_TEST

/* -- versions that cannot be compared ----------------------------------------------------------------------------- */

static int parse_other(struct arena *memory, const struct schema_source *source, void **ret_model, struct error *err)
{
    (void)source;
    (void)err;
    *ret_model = memory;
    return 0;
}

static const struct schema_format other_format = {.name = "OTHER", .parse = parse_other};

START_TEST(an_unreadable_version_is_incompatible)
{
    struct subject subject = {.versions = {{.text = "'int'"}, {.error = ERROR_INVALID_SCHEMA}, {.text = "'int'"}},
                              .count = 3};
    assert_text(checked(&subject, "'int'", COMPAT_BACKWARD_TRANSITIVE),
                spelled("1\n{errorType:`UNREADABLE_SCHEMA`, description:`Version 9 cannot be compared with`, "
                        "additionalInfo:`the reason`}\n" SETTINGS("BACKWARD_TRANSITIVE")));
    assert_text(subject.loaded, "10 9 ");
    subject.versions[0].text = "'nothing'";
    assert_text(checked(&subject, "'int'", COMPAT_FULL),
                spelled("1\n{errorType:`UNREADABLE_SCHEMA`, description:`Version 10 cannot be compared with`, "
                        "additionalInfo:`Undefined schema: nothing`}\n" SETTINGS("FULL")));
}
END_TEST

START_TEST(another_format_is_incompatible)
{
    struct subject subject = {.versions = {{.text = "", .format = &other_format}, {.text = "'int'"}}, .count = 2};
    for (enum compat_level level = COMPAT_NONE + 1; level < COMPAT_COUNT_; level++) {
        assert_text(checked(&subject, "'int'", level),
                    ARENA_JOIN(arena,
                               str_of(spelled("1\nIncompatible because of different schema type\n{validateFields: "
                                              "`false`, compatibility: `")),
                               str_of(compat_level_name(level)), STR("'}\n"))
                        .p);
        assert_text(subject.loaded, "10 ");
    }
    assert_text(checked(&subject, "'int'", COMPAT_NONE), "0\n");
}
END_TEST

START_TEST(a_failing_store_fails_the_check)
{
    static const struct {
        enum error_id id;
        const char *answer;
    } failures[] = {{ERROR_STORE, "-1\nSTORE: Error in the backend data store: the reason\n"},
                    {ERROR_STORE_TIMEOUT, "-1\nSTORE_TIMEOUT: The operation timed out: the reason\n"},
                    {ERROR_INTERNAL, "-1\nINTERNAL: Internal Server Error\n"},
                    {ERROR_BUSY, "-1\nBUSY: Too many requests are waiting; try again\n"}};
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct subject subject = {.versions = {{.text = "'int'"}, {.error = failures[i].id}, {.text = "'int'"}},
                                  .count = 3};
        assert_text(checked(&subject, "'int'", COMPAT_FORWARD_TRANSITIVE), failures[i].answer);
        assert_text(subject.loaded, "10 9 ");
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, levels_have_names_in_any_letter_case);
    tcase_add_loop_test(tests, a_level_decides_versions_and_directions, 0, ROWS(histories));
    tcase_add_loop_test(tests, differences_the_old_schema_and_the_settings_are_told, 0, ROWS(answers));
    tcase_add_test(tests, messages_are_appended);
    tcase_add_test(tests, a_short_old_schema_is_quoted_whole);
    tcase_add_loop_test(tests, a_long_old_schema_is_cut_behind_a_whole_character, 0, LONG_TEXTS);
    tcase_add_test(tests, differences_beyond_the_limit_are_left_out);
    tcase_add_test(tests, an_unreadable_version_is_incompatible);
    tcase_add_test(tests, another_format_is_incompatible);
    tcase_add_test(tests, a_failing_store_fails_the_check);
}

int main(void)
{
    return run_tests("compat", add_tests);
}
