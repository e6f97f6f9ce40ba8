/* A call of the core: its snapshot, what a committed change makes invalid, and what is counted.
 * covers: service/core/call.c */
#include "requests.h"

#define BASE(fields) "{'type':'record','name':'n.B','fields':[" fields "]}"
#define USER "{'type':'record','name':'n.U','fields':[{'name':'b','type':'n.B'}]}"
#define TO_BASE "'references':[{'name':'n.B','subject':'base','version':1}]"
#define GUID_OF_INT "ef524ea1-b91e-7317-3d93-8ade36c1db32"

START_TEST(keeps_one_snapshot)
{
    struct request r;
    request_begin(&r, "s", NULL);
    struct storage_snapshot *first = core_call_snapshot(&r.call);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_eq(core_call_snapshot(&r.call), first);
    core_call_end(&r.call);
    core_call_end(&r.call);
    failing_arm(&failing, 1);
    ck_assert_ptr_null(core_call_snapshot(&r.call));
    ck_assert_int_eq(r.err.id, ERROR_STORE);
    r.err = ERROR_INIT(r.arena);
    ck_assert_ptr_nonnull(core_call_snapshot(&r.call)); /* the call may be used again */
    MUST(request_end(&r));
}
END_TEST

static void assert_torn(struct request *r, bool is_torn_after_change)
{
    struct core_settings settings;
    ck_assert_int_eq(core_settings_read(&r->call, &r->subject, &settings), 0);
    ck_assert(!core_call_is_torn(&r->call));
    stamps_bump(&stamps, stamp_of_settings(STR("."), STR("s")));
    ck_assert(core_call_is_torn(&r->call) == is_torn_after_change);
    core_call_end(&r->call);
    ck_assert(!core_call_is_torn(&r->call));
}

/* Settings from memory, and versions that were registered after the settings had changed. */
START_TEST(tells_when_what_came_from_memory_has_moved)
{
    struct request r;
    MUST(put_config("s", "{'compatibility':'FULL'}"));
    request_begin(&r, "s", NULL);
    assert_torn(&r, false); /* from the store, and kept */
    struct core_settings settings;
    ck_assert_int_eq(core_settings_read(&r.call, &r.subject, &settings), 0);
    core_call_end(&r.call);
    assert_torn(&r, true);
    r.call.attempts = 2;
    assert_torn(&r, false);
    MUST(request_end(&r));
}
END_TEST

START_TEST(counts_what_was_done)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    MUST(put_config("s", "{}"));
    MUST(try_delete("s", 0, false));
    MUST(try_delete("s", 1, true));
    ck_assert_uint_eq(atomic_load(&core->registered), 2);
    ck_assert_uint_eq(atomic_load(&core->deleted), 3);
    failing_arm(&failing, 1);
    ck_assert_int_eq(try_register("t", body("'int'", NULL)), ERROR_STORE);
    ck_assert_uint_eq(atomic_load(&core->registered), 2);
    core_free(NULL);
}
END_TEST

/* A change that did not happen touches nothing. */
START_TEST(leaves_everything_after_a_failure)
{
    static const enum storage_outcome outcomes[] = {
        STORAGE_STALE,      STORAGE_ID_TAKEN,       STORAGE_REFERENCE_MISSING,
        STORAGE_REFERENCED, STORAGE_SUBJECTS_EXIST, STORAGE_FAILED};
    struct request r;
    request_begin(&r, "s", NULL);
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        uint64_t before = atomic_load(&stamps.epoch);
        r.call.change.outcome = outcomes[i];
        core_call_committed(&r.call);
        ck_assert_uint_eq(atomic_load(&stamps.epoch), before);
    }
    MUST(request_end(&r));
}
END_TEST

/* -- answers and changes --------------------------------------------------------------------------------------------- */

/* What was answered, as text: two equal texts are the same answer. */
static struct str answer(enum error_id id)
{
    struct buf out;
    buf_init(&out, fixture.arena, 1 << 20);
    buf_printf(&out, "%s " STR_FMT "|" STR_FMT "/" STR_FMT ":%d=%d %d " STR_FMT " %s|" STR_FMT "|" STR_FMT "|%d|",
               error_rows[id].name, STR_ARG(last.fault), STR_ARG(last.found.context), STR_ARG(last.found.subject),
               last.found.version, last.found.schema_id, last.found.is_deleted, STR_ARG(last.found.schema.text),
               last.verdict.is_compatible ? "compatible" : "", STR_ARG(last.json), STR_ARG(last.rows), last.number);
    buf_add(&out, listed_names());
    buf_add(&out, listed_uses());
    for (size_t i = 0; i < last.entries.count; i++)
        buf_printf(&out, "%d%s ", last.entries.items[i].version, last.entries.items[i].is_deleted ? "-" : "");
    buf_printf(&out, "%d=%d", last.registered.version, last.registered.schema_id);
    return buf_str(&out);
}

static int note_row(void *context, const struct stored_version *v, const struct stored_names *aliases)
{
    buf_printf(context, STR_FMT ":%d+%zu ", STR_ARG(v->subject), v->version, aliases ? aliases->count : 0);
    return 0;
}

static int decide_list_schemas(struct request *r)
{
    struct buf rows;
    struct core_schema_listing what = {r->subject_text, false, true, true};
    buf_init(&rows, fixture.arena, 1 << 20);
    int outcome = core_list_schemas(&r->call, &what, note_row, &rows);
    last.rows = buf_str(&rows);
    return outcome;
}

static int decide_text(struct request *r)
{
    if (core_read_version(&r->call, r->subject, 1, false, &last.found) != 0)
        return -1;
    return core_stored_text(&r->call, &last.found, STR("resolved"), &last.json);
}

/* A request: an operation with its subject and body. */
struct question {
    step_fn decide, finish;
    const char *subject, *schema, *members;
    struct arguments a;
};

static const struct str key = {"k", 1}, value = {"v", 1};

/* Everything that can be asked. The first ones have their subject in the path, so that aliases are followed. */
static const struct question questions[] = {
    {decide_read_version, NULL, "s", NULL, NULL, {.version = 1}},
    {decide_read_version, NULL, "s", NULL, NULL, {.version = STORAGE_LATEST}},
    {decide_read_version, NULL, "d", NULL, NULL, {.version = 1, .deleted = true}},
    {decide_read_version, NULL, "only", NULL, NULL, {.version = 1}},
    {decide_read_version, NULL, ":.p:d", NULL, NULL, {.version = 1, .deleted = true}},
    {decide_list_versions, NULL, "s", NULL, NULL, {.filter = STORAGE_ALL, .negative = true}},
    {decide_list_versions, NULL, ":.p:d", NULL, NULL, {.filter = STORAGE_ALL}},
    {decide_read_referrers, NULL, "base", NULL, NULL, {.version = 1, .deleted = true}},
    {decide_by_metadata, NULL, "m", NULL, NULL, {.keys = &key, .values = &value, .pair_count = 1}},
    {decide_lookup, NULL, "s", "'int'", NULL, {0}},
    {decide_lookup, NULL, "only", "'bytes'", NULL, {0}},
    {decide_check, NULL, "s", "'float'", NULL, {0}},
    {decide_check, NULL, "user", USER, TO_BASE, {0}},
    {decide_text, NULL, "user", NULL, NULL, {0}},
    {decide_register, finish_register, "s", "'long'", NULL, {0}},
    {decide_alias, NULL, "x", NULL, NULL, {0}},
    {decide_read_id, NULL, "", NULL, NULL, {.id = 1}},
    {decide_read_id, NULL, "", NULL, NULL, {.id = 3}},
    {decide_read_id, NULL, "nowhere", NULL, NULL, {.id = 1}},
    {decide_read_id, NULL, ":.p:", NULL, NULL, {.id = 1}},
    {decide_read_uses, NULL, "", NULL, NULL, {.id = 1}},
    {decide_read_uses, NULL, ":.p:", NULL, NULL, {.id = 1, .deleted = true}},
    {decide_read_max_id, NULL, ".", NULL, NULL, {0}},
    {decide_read_guid, NULL, GUID_OF_INT, NULL, NULL, {0}},
    {decide_read_guid_ids, NULL, GUID_OF_INT, NULL, NULL, {0}},
    {decide_list_contexts, NULL, "", NULL, NULL, {0}},
    {decide_list_subjects, NULL, ":*:", NULL, NULL, {.filter = STORAGE_ALL}},
    {decide_list_schemas, NULL, ":*:", NULL, NULL, {0}},
    {decide_config_get, NULL, "c", NULL, NULL, {.effective = true}},
    {decide_config_get, NULL, "s", NULL, NULL, {.effective = true}},
    {decide_mode_get, NULL, ":.p:d", NULL, NULL, {.effective = true}},
    {decide_config_get, NULL, ":.p:", NULL, NULL, {.effective = true}},
};
#define QUESTIONS (sizeof questions / sizeof questions[0])
#define QUESTIONS_OF_PATHS 16

static enum error_id ask(size_t number)
{
    const struct question *q = &questions[number];
    follows_aliases = number < QUESTIONS_OF_PATHS;
    enum error_id id = run(q->subject, q->schema ? body(q->schema, q->members) : NULL, q->a, q->decide, q->finish);
    follows_aliases = false;
    return id;
}

static void fill(void)
{
    must_register("s", body("'int'", NULL));
    must_register("s", body("'long'", NULL));
    must_register("d", body("'float'", NULL));
    MUST(try_delete("d", 1, false));
    must_register(":.a:only", body("'bytes'", NULL));
    must_register("base", body(BASE(""), NULL));
    MUST(force_mode("base", "IMPORT"));
    must_register("user", body(USER, TO_BASE));
    must_register("m", body("'int'", "'metadata':{'properties':{'k':'v'}}"));
    must_register(":.p:d", body("'int'", NULL));
    MUST(try_delete(":.p:d", 1, false));
    MUST(put_config("c", "{'compatibility':'FULL'}"));
    MUST(put_config("x", "{'alias':'s'}"));
}

/* Everything that can be changed. */
static const struct question changes[] = {
    {decide_register, finish_register, "s", "'float'", NULL, {0}},
    {decide_register, finish_register, "t", "'int'", NULL, {0}},
    {decide_register, finish_register, "d", "'float'", NULL, {0}},
    {decide_register, finish_register, ":.new:s", "'int'", NULL, {0}},
    {decide_register, finish_register, "only", "'int'", NULL, {0}},
    {decide_register, finish_register, "m", "'long'", "'metadata':{'properties':{'k':'v'}}", {0}},
    {decide_register, finish_register, "user2", USER, TO_BASE, {0}},
    {decide_register, finish_register, "s", "'long'", "'version':-2", {0}},
    {decide_register, finish_register, "base", BASE("{'name':'x','type':'int'}"), "'id':90,'version':1", {0}},
    {decide_delete, finish_delete, "s", NULL, NULL, {.version = 2}},
    {decide_delete, finish_delete, "s", NULL, NULL, {0}},
    {decide_delete, finish_delete, "d", NULL, NULL, {.version = 1, .permanent = true}},
    {decide_delete, finish_delete, "user", NULL, NULL, {0}},
    {decide_delete, finish_delete, ":.a:only", NULL, NULL, {.version = 1}},
    {decide_delete, finish_delete, ":.p:d", NULL, NULL, {.permanent = true}},
    {decide_config_put, finish_settings, "s", "", "'compatibility':'NONE','defaultMetadata':{'tags':{'a':['b']}}", {0}},
    {decide_config_put, finish_settings, "", "", "'compatibility':'FULL'", {0}},
    {decide_config_put, finish_settings, ":.__GLOBAL:", "", "'compatibility':'FORWARD'", {0}},
    {decide_config_put, finish_settings, "x", "", "'alias':'m'", {0}},
    {decide_config_delete, finish_settings, "c", NULL, NULL, {0}},
    {decide_config_delete, finish_settings, "x", NULL, NULL, {0}},
    {decide_mode_put, finish_settings, "s", NULL, NULL, {.text = "READONLY"}},
    {decide_mode_put, finish_settings, ":.p:", NULL, NULL, {.text = "READONLY"}},
    {decide_mode_put, finish_settings, "d", NULL, NULL, {.text = "IMPORT"}}, /* purges the subject */
    {decide_mode_put, finish_settings, ":.p:", NULL, NULL, {.text = "IMPORT"}}, /* purges the context */
    {decide_mode_delete, finish_settings, ":.__GLOBAL:", NULL, NULL, {.recursive = true}},
};
#define CHANGES (sizeof changes / sizeof changes[0])

/* An answer whose stamps hold is still the right one, whatever was changed. */
START_TEST(never_keeps_a_wrong_answer)
{
    struct stamp_set rests_on[QUESTIONS];
    struct str before[QUESTIONS];
    fill();
    for (size_t i = 0; i < QUESTIONS; i++) {
        MUST(ask(i));
        rests_on[i] = last.stamps;
        before[i] = answer(ERROR_NONE);
        ck_assert_msg(stamp_set_holds(&stamps, &rests_on[i]), "question %zu", i);
    }
    const struct question *c = &changes[_i];
    MUST(run(c->subject, c->schema ? body(c->schema, c->members) : NULL, c->a, c->decide, c->finish));
    for (size_t i = 0; i < QUESTIONS; i++) {
        bool holds = stamp_set_holds(&stamps, &rests_on[i]);
        struct str after = answer(ask(i));
        ck_assert_msg(!holds || str_equal(before[i], after),
                      "question %zu is still answered '" STR_FMT "' after change %d, which makes it '" STR_FMT "'", i,
                      STR_ARG(before[i]), _i, STR_ARG(after));
    }
}
END_TEST

/* The questions whose answers a change of the subject that is neither asked for nor listed leaves valid. */
static const size_t untouched[] = {0, 1, 2, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 17, 19, 28, 29, 30, 31};

static bool notes(const struct stamp_set *set, uint32_t slot)
{
    bool found = false;
    for (uint32_t i = 0; i < set->count; i++)
        found |= set->slots[i] == slot;
    return found;
}

START_TEST(keeps_what_is_untouched)
{
    fill();
    MUST(ask(untouched[_i]));
    struct stamp_set rests_on = last.stamps;
    /* Slots are shared by chance: another subject and id, until these have their own. */
    char subject[16], text[64];
    int number = 0;
    do {
        snprintf(subject, sizeof subject, "z%d", number++);
    } while (notes(&rests_on, stamp_of_subject(STR("."), str_of(subject))) ||
             notes(&rests_on, stamp_of_settings(STR("."), str_of(subject))));
    MUST(read_max_id("."));
    int32_t next = last.number + 1;
    while (notes(&rests_on, stamp_of_id(STR("."), next)))
        next++;
    MUST(force_mode(subject, "IMPORT"));
    ck_assert(stamp_set_holds(&stamps, &rests_on));
    snprintf(text, sizeof text, "'id':%d", next);
    MUST(try_register(subject, body("'string'", text)));
    ck_assert(stamp_set_holds(&stamps, &rests_on));
    MUST(try_delete(subject, 1, false));
    ck_assert(stamp_set_holds(&stamps, &rests_on));
    MUST(try_delete(subject, 1, true)); /* with its settings, perhaps */
    ck_assert(stamp_set_holds(&stamps, &rests_on));
    MUST(put_config(subject, "{}"));
    ck_assert(stamp_set_holds(&stamps, &rests_on));
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, keeps_one_snapshot);
    tcase_add_test(tests, tells_when_what_came_from_memory_has_moved);
    tcase_add_test(tests, counts_what_was_done);
    tcase_add_test(tests, leaves_everything_after_a_failure);
    tcase_add_loop_test(tests, never_keeps_a_wrong_answer, 0, (int)CHANGES);
    tcase_add_loop_test(tests, keeps_what_is_untouched, 0, sizeof untouched / sizeof untouched[0]);
}

int main(void)
{
    return run_tests("call", add);
}
