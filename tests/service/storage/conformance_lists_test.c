/* What every back end of storage.h must list: subjects and configurations by prefix; and what reads do without memory. */
#include "conformance.h"

#include "clock.h"

#include <inttypes.h>

#define OPS(s) ((s)->storage->ops)

static int compare(const void *a, const void *b)
{
    const struct stored_use *x = a, *y = b;
    int order = str_compare(x->context, y->context);
    return order ? order : str_compare(x->subject, y->subject);
}

/* What is listed, sorted: "context/subject ". */
static struct str list(struct storage_listing listing)
{
    struct buf out;
    struct stored_uses uses = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->list_subjects(s, fixture.arena, &listing, &uses, &err), 0);
    close_snapshot(s);
    if (uses.count)
        qsort(uses.items, uses.count, sizeof *uses.items, compare);
    buf_init(&out, fixture.arena, 1 << 20);
    for (size_t i = 0; i < uses.count; i++)
        buf_printf(&out, STR_FMT "/" STR_FMT " ", STR_ARG(uses.items[i].context), STR_ARG(uses.items[i].subject));
    return buf_str(&out);
}

static struct storage_listing in_default(const char *prefix, enum storage_filter filter)
{
    return (struct storage_listing){.context = STR("."), .subject_prefix = str_of(prefix), .filter = filter};
}

START_TEST(lists_by_state)
{
    register_one("active", 1);
    register_one("both", 1);
    register_one("both", 2);
    register_one("deleted", 1);
    register_one("gone", 1);
    remove_one("both", 2, false);
    remove_one("deleted", 1, false);
    remove_one("gone", 1, false);
    remove_one("gone", 1, true);
    assert_text(list(in_default("", STORAGE_ACTIVE)), "./active ./both ");
    assert_text(list(in_default("", STORAGE_ALL)), "./active ./both ./deleted ");
    assert_text(list(in_default("", STORAGE_ONLY_DELETED)), "./deleted ");
    assert_text(list((struct storage_listing){.context = STR(".")}), "./active ./both "); /* no prefix at all */
    assert_text(list(in_default("d", STORAGE_ALL)), "./deleted ");
    assert_text(list(in_default("d", STORAGE_ACTIVE)), "");
}
END_TEST

START_TEST(lists_by_context)
{
    static const char *const contexts[] = {".", ".a", ".ab", ".b", ".%", ".A"};
    for (size_t i = 0; i < 6; i++) {
        register_in(contexts[i], "x", 1);
        register_in(contexts[i], "y", 1);
    }
    assert_text(list((struct storage_listing){.context = STR(".a")}), ".a/x .a/y ");
    assert_text(list((struct storage_listing){.context = STR(".none")}), "");
    assert_text(list((struct storage_listing){.context_prefix = STR(".a"), .subject_prefix = STR_EMPTY}),
                ".a/x .a/y .ab/x .ab/y ");
    assert_text(list((struct storage_listing){.context_prefix = STR(".%"), .subject_prefix = STR("x")}), ".%/x ");
    assert_text(list((struct storage_listing){.context_prefix = STR_EMPTY, .subject_prefix = STR("y")}),
                "./y .%/y .A/y .a/y .ab/y .b/y ");
    assert_text(list((struct storage_listing){.context_prefix = STR(".z")}), "");
}
END_TEST

/* Pieces of names, among them the last code points of each length in UTF-8, wildcards, and what sorts around them. */
static const char *const pieces[] = {
    "a",
    "A",
    "%",
    "_",
    "\\",
    "*",
    "'",
    "\x01",
    "\x7F",
    "\xC2\x80",
    "\xDF\xBF",
    "\xE0\xA0\x80",
    "\xEF\xBF\xBD",
    "\xEF\xBF\xBF",
    "\xF0\x90\x80\x80",
    "\xF4\x8F\xBF\xBF",
    "\xC3\xBF",
    "\xC4\x80",
    " ",
};
#define PIECES (sizeof pieces / sizeof pieces[0])

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static struct str random_name(uint64_t *state, unsigned longest)
{
    struct buf out;
    buf_init(&out, fixture.arena, 100);
    for (uint64_t n = next_random(state) % (longest + 1); n; n--)
        buf_add(&out, str_of(pieces[next_random(state) % PIECES]));
    return arena_str(fixture.arena, buf_str(&out));
}

#define NAMES 60

static void add_configs(const struct str *names)
{
    for (size_t i = 0; i < NAMES; i++)
        set_value(STORAGE_SET_CONFIG, ".", names[i].p, names[i].p); /* its value says whose it is */
}

static size_t listed_configs(struct str prefix)
{
    struct stored_configs configs = {0};
    struct error err = ERROR_INIT(fixture.arena);
    struct storage_listing listing = {.context = STR("."), .subject_prefix = prefix};
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->list_settings(s, fixture.arena, &listing, STORAGE_SET_CONFIG, &configs, &err), 0);
    close_snapshot(s);
    for (size_t i = 0; i < configs.count; i++)
        ck_assert(str_starts(configs.items[i].subject, prefix) &&
                  str_equal(configs.items[i].subject, configs.items[i].value));
    return configs.count;
}

/* Against the plain way: every name is looked at. */
START_TEST(lists_by_prefix)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)clock_mono_ns(), state = seed;
    printf("conformance_lists: TEST_SEED=%" PRIu64 "\n", seed);
    struct str names[NAMES];
    for (size_t i = 0; i < NAMES; i++) {
        bool is_new;
        do {
            names[i] = random_name(&state, 4);
            is_new = names[i].n > 0;
            for (size_t j = 0; j < i; j++)
                is_new &= !str_equal(names[i], names[j]);
        } while (!is_new);
        register_one(names[i].p, 1);
    }
    add_configs(names);
    for (int round = 0; round < 200; round++) {
        struct str prefix = random_name(&state, 3);
        struct stored_uses uses = {0};
        struct error err = ERROR_INIT(fixture.arena);
        struct storage_listing listing = {.context = STR("."), .subject_prefix = prefix};
        struct storage_snapshot *s = open_snapshot();
        ck_assert_int_eq(OPS(s)->list_subjects(s, fixture.arena, &listing, &uses, &err), 0);
        close_snapshot(s);
        size_t wanted = 0;
        for (size_t i = 0; i < NAMES; i++)
            wanted += str_starts(names[i], prefix);
        ck_assert_msg(uses.count == wanted, "'" STR_FMT "': %zu instead of %zu", STR_ARG(prefix), uses.count, wanted);
        for (size_t i = 0; i < uses.count; i++)
            ck_assert(str_starts(uses.items[i].subject, prefix));
        ck_assert_uint_eq(listed_configs(prefix), wanted);
    }
}
END_TEST

START_TEST(lists_configurations)
{
    struct stored_configs found = {0};
    struct error err = ERROR_INIT(fixture.arena);
    set_value(STORAGE_SET_CONFIG, ".", "", "{\"context\":1}"); /* of the whole context: not listed */
    set_value(STORAGE_SET_CONFIG, ".", "a1", "{\"one\":1}");
    set_value(STORAGE_SET_CONFIG, ".", "b", "{\"two\":2}");
    set_value(STORAGE_SET_MODE, ".", "a3", "READONLY"); /* no configuration */
    set_value(STORAGE_SET_CONFIG, ".ctx", "a2", "{\"three\":3}");
    register_one("a4", 1);
    struct storage_listing listing = {.context = STR("."), .subject_prefix = STR("a"), .filter = STORAGE_ONLY_DELETED};
    struct storage_snapshot *s = open_snapshot();
    ck_assert_int_eq(OPS(s)->list_settings(s, fixture.arena, &listing, STORAGE_SET_CONFIG, &found, &err), 0);
    ck_assert_uint_eq(found.count, 1);
    assert_text(found.items[0].context, ".");
    assert_text(found.items[0].subject, "a1");
    assert_text(found.items[0].value, "{\"one\":1}");
    found.count = 0;
    listing = (struct storage_listing){.context_prefix = STR(".")};
    ck_assert_int_eq(OPS(s)->list_settings(s, fixture.arena, &listing, STORAGE_SET_CONFIG, &found, &err), 0);
    ck_assert_uint_eq(found.count, 3);
    found.count = 0;
    listing = (struct storage_listing){.context_prefix = STR(".c"), .subject_prefix = STR("a")};
    ck_assert_int_eq(OPS(s)->list_settings(s, fixture.arena, &listing, STORAGE_SET_CONFIG, &found, &err), 0);
    ck_assert_uint_eq(found.count, 1);
    close_snapshot(s);
}
END_TEST

/* -- without memory -------------------------------------------------------------------------------------------------- */

/* The number of things that a question answers, or -1. */
typedef long (*question_fn)(struct storage_snapshot *s, struct arena *arena, struct error *err);

static long ask_entries(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_entries entries = {0};
    return OPS(s)->read_entries(s, arena, STR("."), STR("many"), &entries, err) != 0 ? -1 : (long)entries.count;
}

static long ask_version(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_version v;
    int outcome = OPS(s)->read_version(s, arena, STR("."), STR("many"), 1, false, &v, err);
    return outcome < 0 ? -1 : outcome == 0 && v.schema.text.n == strlen("text 1");
}

static long ask_id(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_version v;
    int outcome = OPS(s)->read_id(s, arena, STR("."), 1, STR("many"), &v, err);
    return outcome < 0 ? -1 : outcome == 0 && v.schema.text.n == strlen("text 1");
}

static long ask_uses(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_uses uses = {0};
    return OPS(s)->read_uses(s, arena, STR("."), 1, &uses, err) != 0 ? -1 : (long)uses.count;
}

static long ask_contexts(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_names names = {0};
    return OPS(s)->read_contexts(s, arena, &names, err) != 0 ? -1 : (long)names.count;
}

static long ask_settings(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_settings x;
    int outcome = OPS(s)->read_settings(s, arena, STR("."), STR("many"), &x, err);
    return outcome != 0 ? -1 : (long)(x.subject_config.n + x.context_config.n + x.global_config.n + x.context_mode.n);
}

static long ask_subjects(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_uses uses = {0};
    struct storage_listing listing = {.context = STR("."), .subject_prefix = STR("ma")};
    return OPS(s)->list_subjects(s, arena, &listing, &uses, err) != 0 ? -1 : (long)uses.count;
}

/* A prefix that takes more memory than what is listed. */
static long ask_long_prefix(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    static char prefix[5000];
    struct stored_uses uses = {0};
    memset(prefix, 'a', sizeof prefix);
    struct storage_listing listing = {.context = STR("."), .subject_prefix = {prefix, sizeof prefix}};
    return OPS(s)->list_subjects(s, arena, &listing, &uses, err) != 0 ? -1 : (long)uses.count;
}

static long ask_configs(struct storage_snapshot *s, struct arena *arena, struct error *err)
{
    struct stored_configs configs = {0};
    struct storage_listing listing = {.context_prefix = STR_EMPTY};
    return OPS(s)->list_settings(s, arena, &listing, STORAGE_SET_CONFIG, &configs, err) != 0 ? -1 : (long)configs.count;
}

static const struct {
    question_fn ask;
    long wanted;
} questions[] = {
    {ask_entries, 20},  {ask_version, 1},  {ask_id, 1},          {ask_uses, 2},    {ask_contexts, 2},
    {ask_settings, 14}, {ask_subjects, 1}, {ask_long_prefix, 0}, {ask_configs, 2},
};

/* The whole answer, or a failure: never a part, and never more. */
START_TEST(answers_all_or_nothing)
{
    for (int content = 1; content <= 20; content++)
        register_one("many", content);
    register_one("one", 1);
    register_in(".ctx", "one", 1);
    set_value(STORAGE_SET_CONFIG, ".", "many", "{}");
    set_value(STORAGE_SET_CONFIG, ".ctx", "one", "{}");
    set_value(STORAGE_SET_CONFIG, ".", "", "{ }");
    set_value(STORAGE_SET_CONFIG, ".__GLOBAL", "", "[]");
    set_value(STORAGE_SET_MODE, ".", "", "ABCDEFG");
    size_t failures = 0;
    for (size_t bytes = 0; bytes < 16000; bytes += 16) {
        struct arena tiny;
        arena_init(&tiny, bytes, NULL, 0);
        struct error err = ERROR_INIT(&tiny);
        struct storage_snapshot *s = open_snapshot();
        long got = questions[_i].ask(s, &tiny, &err);
        if (got < 0)
            ck_assert_int_eq(err.id, ERROR_INTERNAL);
        else
            ck_assert_msg(got == questions[_i].wanted, "with %zu bytes: %ld", bytes, got);
        failures += got < 0;
        close_snapshot(s);
        arena_deinit(&tiny);
    }
    ck_assert_uint_gt(failures, 0);
    ck_assert_uint_lt(failures, 1000);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, lists_by_state);
    tcase_add_test(tests, lists_by_context);
    tcase_add_test(tests, lists_by_prefix);
    tcase_add_test(tests, lists_configurations);
    tcase_add_loop_test(tests, answers_all_or_nothing, 0, sizeof questions / sizeof questions[0]);
}

int main(void)
{
    return run_tests("conformance_lists", add);
}
