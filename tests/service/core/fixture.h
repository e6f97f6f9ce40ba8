/* A core over the embedded store, which can be made to fail at any call, and requests to it, given and answered as
 * texts. In schemas and bodies that tests write, ' stands for ". What came of a request stands in `last`. */
#pragma once

#include "core.h"

#include "jtree.h"
#include "storage/dump.h"
#include "storage/failing.h"
#include "storage/fixture.h"

static struct fixture fixture;
static struct failing failing;
static struct stamps stamps;
static struct core *core;
static struct core_options options;
/* Called once between the decision of a change and its commit. */
static void (*interfere)(void);
/* Memory of a request. */
static size_t request_bytes;
/* Whether requests follow the alias of their subject first, as those do whose path names one. */
static bool follows_aliases;

/* What came of the last request. */
static struct {
    struct str fault; /* text of the error */
    struct core_registered registered;
    struct core_removed removed;
    struct stored_version found;
    bool is_exact;
    struct core_verdict verdict;
    struct str json;
    struct stored_names names;
    struct stored_uses uses;
    struct stored_entries entries;
    struct str rows; /* of a listing of schemas: "subject:version " */
    int32_t number;
    unsigned attempts;
    struct stamp_set stamps;
} last;

static inline void start_core(void)
{
    core_free(core);
    ck_assert_int_eq(core_new(fixture.arena, &failing.head, &stamps, &options, &core), 0);
}

static inline void set_up(void)
{
    options = (struct core_options){.level = COMPAT_BACKWARD,
                                    .validate_new = true,
                                    .strict_validation = true,
                                    .mode_is_mutable = true,
                                    .schema_max_bytes = 1 << 20,
                                    .references_max = 100,
                                    .schema_cache_bytes = 1 << 20};
    request_bytes = 1 << 26;
    interfere = NULL;
    follows_aliases = false;
    fixture_init(&fixture);
    failing_wrap(&failing, fixture.storage);
    core = NULL;
    start_core();
}

static inline void tear_down(void)
{
    core_free(core);
    fixture_deinit(&fixture);
}

/* The text with " for '. */
static inline const char *json(const char *text)
{
    struct str copy = arena_str(fixture.arena, str_of(text));
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; i < copy.n; i++)
        p[i] = p[i] == '\'' ? '"' : p[i];
    return p;
}

/* The body of a request with that schema and more members ("'version':1", or NULL). */
static inline const char *body(const char *schema, const char *members)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1u << 26);
    buf_add(&out, STR("{\"schema\":"));
    jtree_write_string(&out, str_of(json(schema)));
    if (members) {
        buf_add_char(&out, ',');
        buf_add(&out, str_of(json(members)));
    }
    buf_add_char(&out, '}');
    return arena_str(fixture.arena, buf_str(&out)).p;
}

static inline struct str keep(struct str text)
{
    return text.p ? arena_str(fixture.arena, text) : text;
}

struct request {
    struct arena *arena;
    struct error err;
    struct core_call call;
    struct core_subject subject;
    struct str subject_text;
    struct jtree_node *body;
    struct core_schema_input in;
    /* Of whoever runs it. */
    const void *what;
    void *ret;
};

static inline void request_begin(struct request *r, const char *subject, const char *body_text)
{
    *r = (struct request){.arena = arena_new(request_bytes), .subject_text = str_of(subject)};
    r->err = ERROR_INIT(r->arena);
    r->subject = core_subject_parse(r->subject_text);
    core_call_init(&r->call, core, r->arena, &r->err);
    if (body_text) /* what clients send was read before the core sees it */
        ck_assert_int_eq(jtree_read(fixture.arena, str_of(body_text), 0, NULL, &r->body, NULL), JTREE_OK);
}

/* Returns what the request failed with. */
static inline enum error_id request_end(struct request *r)
{
    enum error_id id = r->err.id;
    last.fault = keep(r->err.text);
    last.attempts = r->call.attempts;
    last.stamps = r->call.stamps;
    core_call_end(&r->call);
    arena_free(r->arena);
    return id;
}

typedef int (*step_fn)(struct request *r);

/* Decides, commits, and decides again when something else changed first, as handlers do. */
static inline int request_run(struct request *r, step_fn decide, step_fn finish)
{
    int outcome = CORE_AGAIN;
    while (outcome == CORE_AGAIN) {
        core_call_end(&r->call);
        r->call.attempts++;
        bool is_lost = follows_aliases && core_alias_follow(&r->call, &r->subject, &r->subject_text) != 0;
        outcome = is_lost ? -1 : decide(r);
        if (outcome != CORE_WAITS && core_call_is_torn(&r->call)) {
            r->err = ERROR_INIT(r->arena);
            outcome = CORE_AGAIN;
        }
        if (outcome != CORE_WAITS)
            continue;
        core_call_end(&r->call);
        void (*once)(void) = interfere;
        interfere = NULL;
        if (once)
            once();
        r->call.change.now_ms = 1000;
        core_call_submits(&r->call);
        fixture_apply(core->storage, &r->call.change);
        core_call_committed(&r->call);
        outcome = finish(r);
    }
    ck_assert((outcome < 0) == error_is_set(&r->err));
    ck_assert_int_le(outcome, 0);
    return outcome;
}

/* -- what tests say ------------------------------------------------------------------------------------------------ */

#define MUST(attempt)                                                                            \
    do {                                                                                         \
        enum error_id id_ = (attempt);                                                           \
        ck_assert_msg(id_ == ERROR_NONE, "%s: %s", #attempt, last.fault.p ? last.fault.p : "-"); \
    } while (0)

#define REFUSED(attempt, error, wanted)                                                                  \
    do {                                                                                                 \
        enum error_id id_ = (attempt);                                                                   \
        ck_assert_msg(id_ == ERROR_##error, "%s: %s: %s", #attempt, error_rows[id_].name, last.fault.p); \
        ck_assert_str_eq(last.fault.p, (wanted));                                                        \
    } while (0)

static inline void assert_text(struct str got, const char *wanted)
{
    ck_assert_msg(str_equal(got, str_of(wanted)), "'" STR_FMT "' instead of '%s'", STR_ARG(got), wanted);
}

typedef enum error_id (*attempt_fn)(void);

/* Makes every call of the store fail, one after the other: each time the attempt fails with just that, and nothing has
 * changed. Ends with the attempt that no failure hits, which takes at least that many calls and comes to what is wanted. */
static inline void survive_failures_until(attempt_fn attempt, enum error_id wanted, long calls_at_least)
{
    for (long nth = 1; nth < 1000; nth++) {
        struct str before = store_dump(fixture.storage, fixture.arena);
        start_core(); /* nothing is answered from memory */
        failing_arm(&failing, nth);
        enum error_id id = attempt();
        bool has_failed = failing.calls_left < 0;
        failing_arm(&failing, -1);
        if (!has_failed) {
            ck_assert_msg(id == wanted, "%s: %s", error_rows[id].name, last.fault.p ? last.fault.p : "-");
            ck_assert_int_gt(nth, calls_at_least);
            return;
        }
        ck_assert_msg(id == ERROR_STORE, "call %ld: %s", nth, error_rows[id].name);
        ck_assert_str_eq(last.fault.p, "Error in the backend data store: made to fail");
        ck_assert(str_equal(before, store_dump(fixture.storage, fixture.arena)));
    }
    ck_abort_msg("it never succeeded");
}

static inline void survive_failures(attempt_fn attempt, long calls_at_least)
{
    survive_failures_until(attempt, ERROR_NONE, calls_at_least);
}

/* The runner: one test case with the fixture. */
static inline int run_tests(const char *name, void (*add)(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
