#include "compat.h"

#include "utf8.h"
#include "vec.h"

/* The text of an old schema is quoted up to this many UTF-16 units, which the reference server counts. */
#define OLD_TEXT_MAX 10240
/* Reading an old schema costs a step for this many bytes of its text. */
#define BYTES_PER_STEP 16

/* One check under way. */
struct check {
    const struct compat_question *question;
    struct arena *arena;
    struct compat_messages *messages;
    struct error *err;
    uint64_t budget; /* steps left */
};

static const struct {
    const char *name;
    bool backward, forward, transitive;
} levels[COMPAT_COUNT_] = {
    [COMPAT_NONE] = {"NONE", false, false, false},
    [COMPAT_BACKWARD] = {"BACKWARD", true, false, false},
    [COMPAT_BACKWARD_TRANSITIVE] = {"BACKWARD_TRANSITIVE", true, false, true},
    [COMPAT_FORWARD] = {"FORWARD", false, true, false},
    [COMPAT_FORWARD_TRANSITIVE] = {"FORWARD_TRANSITIVE", false, true, true},
    [COMPAT_FULL] = {"FULL", true, true, false},
    [COMPAT_FULL_TRANSITIVE] = {"FULL_TRANSITIVE", true, true, true},
};

const char *compat_level_name(enum compat_level level)
{
    return levels[level].name;
}

bool compat_level_parse(struct str text, enum compat_level *ret)
{
    for (enum compat_level level = COMPAT_NONE; level < COMPAT_COUNT_; level++) {
        if (str_equal_nocase(text, str_of(levels[level].name))) {
            *ret = level;
            return true;
        }
    }
    return false;
}

bool compat_level_is_transitive(enum compat_level level)
{
    return levels[level].transitive;
}

static int add_message(struct arena *arena, struct compat_messages *m, struct str text, struct error *err)
{
    return text.p && VEC_PUSH(arena, m, text) ? 0 : error_raise(err, INTERNAL);
}

int compat_add_settings(struct arena *arena, struct compat_messages *messages, bool validate_fields,
                        enum compat_level level)
{
    struct error ignored = ERROR_INIT(arena);
    return add_message(arena, messages,
                       ARENA_JOIN(arena, STR("{validateFields: '"), validate_fields ? STR("true") : STR("false"),
                                  STR("', compatibility: '"), str_of(levels[level].name), STR("'}")),
                       &ignored);
}

static int add_old_schema(struct arena *arena, struct compat_messages *messages, const struct compat_version *old,
                          struct error *err)
{
    struct str text = utf8_utf16_prefix(old->text, OLD_TEXT_MAX);
    bool is_cut = text.n < old->text.n;
    if (add_message(arena, messages, ARENA_JOIN(arena, STR("{oldSchemaVersion: "), STR_INT(old->version), STR("}")),
                    err) != 0)
        return -1;
    return add_message(arena, messages,
                       ARENA_JOIN(arena, is_cut ? STR("{oldSchema: <truncated> '") : STR("{oldSchema: '"), text,
                                  is_cut ? STR("...'}") : STR("'}")),
                       err);
}

/* 0 = readable, 1 = not, -1 = failed. */
static int compare_one_way(struct check *c, const struct schema *reader, const struct schema *writer,
                           bool reader_is_new)
{
    struct schema_differences found = {0};
    if (schema_compare(reader, writer, c->question->policy, c->arena, &c->budget, &found, c->err) < 0)
        return -1;
    struct str new_role = STR("new"), old_role = STR("old");
    for (size_t i = 0; i < found.count; i++) {
        const struct schema_difference *d = &found.items[i];
        struct str text = schema_format_of(reader)->describe(c->arena, d, reader_is_new ? new_role : old_role,
                                                             reader_is_new ? old_role : new_role);
        if (add_message(c->arena, c->messages, text, c->err) != 0)
            return -1;
    }
    return found.count > 0;
}

/* In the directions that the level asks for. In a check of both the old schema follows the second one only, as clients
 * know it. */
static int compare_both_ways(struct check *c, const struct schema *schema, const struct compat_version *old)
{
    const struct compat_question *q = c->question;
    int forward = 0, backward = 0;
    if (levels[q->level].forward)
        forward = compare_one_way(c, schema, q->candidate, false);
    if (levels[q->level].backward && forward >= 0)
        backward = compare_one_way(c, q->candidate, schema, true);
    if (forward < 0 || backward < 0)
        return -1;
    bool names_old = backward || (forward && !levels[q->level].backward);
    if (names_old && add_old_schema(c->arena, c->messages, old, c->err) != 0)
        return -1;
    return forward || backward;
}

static int compare_version(struct check *c, size_t index)
{
    const struct compat_question *q = c->question;
    struct compat_version old = {0};
    struct schema *schema = NULL;
    if (q->load(q->load_context, index, &old, &schema, c->err) != 0) {
        if (error_rows[c->err->id].http_status >= 500)
            return -1;
        struct error why = *c->err;
        *c->err = ERROR_INIT(why.arena);
        struct str text =
            ARENA_JOIN(c->arena, STR("{errorType:'UNREADABLE_SCHEMA', description:'Version "), STR_INT(old.version),
                       STR(" cannot be compared with', additionalInfo:'"), why.text, STR("'}"));
        return add_message(c->arena, c->messages, text, c->err) != 0 ? -1 : 1;
    }
    if (schema_format_of(schema) != schema_format_of(q->candidate)) {
        schema_unref(schema);
        struct str text = STR("Incompatible because of different schema type");
        return add_message(c->arena, c->messages, text, c->err) != 0 ? -1 : 1;
    }
    uint64_t cost = old.text.n / BYTES_PER_STEP;
    c->budget -= cost < c->budget ? cost : c->budget;
    int outcome = compare_both_ways(c, schema, &old);
    schema_unref(schema);
    return outcome;
}

int compat_check(const struct compat_question *q, struct arena *arena, struct compat_messages *messages,
                 struct error *err)
{
    struct check c = {q, arena, messages, err, COMPAT_CHECK_BUDGET};
    size_t count = q->level == COMPAT_NONE                                ? 0
                   : levels[q->level].transitive || q->version_count == 0 ? q->version_count
                                                                          : 1;
    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(arena);
        int outcome = compare_version(&c, i);
        if (outcome < 0)
            return -1;
        if (outcome == 0)
            arena_rewind(arena, mark); /* one version's memory at a time */
        if (outcome > 0)
            return compat_add_settings(arena, messages, q->validate_fields, q->level) != 0 ? error_raise(err, INTERNAL)
                                                                                           : 1;
    }
    return 0;
}
