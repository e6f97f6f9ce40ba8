#include "json/compare.h"

#include "describe.h"
#include "json/format.h"

/* Sentences that several differences share. */
#define DIFFERENT_TYPE "A type at path '{p}' is different between the {r} schema and the {w} schema"
#define DIFFERENT_VALUE "The value at path '{p}' is different between the {r} and {w} schema"
#define NOT_PRESENT "The keyword at path '{p}' in the {r} schema is not present in the {w} schema"
#define LESS "The value at path '{p}' in the {r} schema is less than its value in the {w} schema"
#define MORE "The value at path '{p}' in the {r} schema is more than its value in the {w} schema"
#define FEWER "An array or combined type at path '{p}' has fewer elements in the {r} schema than the {w} schema"
#define MORE_ELEMENTS "An array or combined type at path '{p}' has more elements in the {r} schema than the {w} schema"
#define ADDED_TO_OPEN                                                                                                \
    "The {r} schema has an open content model and has a property or item at path '{p}' which is missing in the {w} " \
    "schema"
#define ADDED_NOT_COVERED                                                                           \
    "The {r} schema has a property or item at path '{p}' which is missing in the {w} schema and is" \
    " not covered by its partially open content model"
#define REMOVED_FROM_CLOSED \
    "The {r} has a closed content model and is missing a property or item present at path '{p}' in the {w} schema"
#define REMOVED_NOT_COVERED                                                                       \
    "A property or item is missing in the {r} schema but present at path '{p}' in the {w} schema" \
    " and is not covered by its partially open content model"

const struct jss_difference_row jss_difference_rows[JSS_DIFFERENCE_COUNT_] = {
#define DIFFERENCE_ROW(type, class, sentence) [JSS_##type] = {#type, JSS_##class, sentence},
#include "json/differences.def"
#undef DIFFERENCE_ROW
};

/* What a comparison works in; more than its budget needs for schemas that are not made to take memory. */
#define WORK_MEMORY_MAX (128u << 20)

/* A pair whose items are being listed. */
struct frame {
    struct jss_pair *pair;
    jss_items items;
    size_t next;
};

struct lister {
    struct jss_comparison *c;
    struct arena *arena; /* of what is found */
    struct schema_differences *found;
    VEC(struct frame) frames;
};

static int add(struct lister *l, enum jss_difference difference, struct str path)
{
    if (l->found->count >= SCHEMA_DIFFERENCES_MAX) {
        l->found->truncated = true;
        return 0;
    }
    struct str copy = path.n > 1 ? arena_str(l->arena, path) : STR("#/");
    struct schema_difference added = {jss_difference_rows[difference].name, copy, STR_EMPTY};
    return copy.p && VEC_PUSH(l->arena, l->found, added) ? 0 : -1;
}

static void open_pair(struct lister *l, struct jss_pair *pair, struct str path)
{
    struct frame frame = {.pair = pair};
    pair->is_open = true;
    jss_look_at(l->c, pair, path, &frame.items);
    l->c->failed |= !VEC_PUSH(l->c->arena, &l->frames, frame);
}

/* A pair is listed wherever it is met, except inside of itself. */
static int list_step(struct lister *l)
{
    struct frame *frame = &VEC_LAST(&l->frames);
    if (frame->next == frame->items.count) {
        frame->pair->is_open = false;
        (void)VEC_POP(&l->frames);
        return 0;
    }
    struct jss_item item = frame->items.items[frame->next++];
    if (!item.pair)
        return add(l, item.difference, item.path);
    if (!item.pair->is_open)
        open_pair(l, item.pair, item.path);
    return 0;
}

/* The verdict stands when the budget ends; not all reasons are told then. */
static int list(struct lister *l)
{
    int outcome = 0;
    open_pair(l, jss_root_pair(l->c), STR("#"));
    while (outcome == 0 && l->frames.count && !l->found->truncated) {
        if (jss_step(l->c, 1))
            outcome = list_step(l);
        else
            l->found->truncated = true;
    }
    if (outcome == 0 && l->found->count == 0 && jss_root_pair(l->c)->is_refuted)
        outcome = add(l, JSS_UNDECIDED, STR_EMPTY);
    return outcome;
}

/* Whether all texts are the same: then all references lead to the same, dynamic ones too. */
static bool is_unchanged(struct jss_comparison *c, const struct jss_schema *reader, const struct jss_schema *writer)
{
    bool is_same = reader->documents.count == writer->documents.count;
    for (size_t i = 0; i < reader->documents.count && is_same && jss_step(c, 1); i++) {
        const struct jss_document *now = reader->documents.items[i], *before = writer->documents.items[i];
        is_same = now->is_bundled == before->is_bundled && str_equal(now->uri, before->uri) &&
                  str_equal(now->name, before->name);
        if (is_same && !now->is_bundled)
            is_same = str_equal(jss_parts_text(&c->reader, now->root), jss_parts_text(&c->writer, before->root));
    }
    return is_same && jss_step(c, 1);
}

/* 0, 1 and -1 as jss_compare(). */
static int compare_in(struct lister *l, const struct jss_schema *reader, const struct jss_schema *writer)
{
    struct jss_comparison *c = l->c;
    bool is_ready = jss_parts_init(&c->reader, reader, c->is_sound, &c->work, c->arena) == 0 &&
                    jss_parts_init(&c->writer, writer, c->is_sound, &c->work, c->arena) == 0;
    if (is_ready && c->is_sound && is_unchanged(c, reader, writer))
        return 0;
    if (!is_ready || !jss_decide(c))
        return add(l, JSS_UNDECIDED, STR_EMPTY) == 0 ? 1 : -1;
    return c->wants_compatible || jss_root_pair(c)->is_refuted ? list(l) : 0;
}

static int compare_schemas(struct lister *l, const struct jss_schema *reader, const struct jss_schema *writer,
                           uint64_t *budget, struct error *err)
{
    struct jss_comparison *c = l->c;
    uint64_t allowed = *budget < SCHEMA_COMPARE_BUDGET ? *budget : SCHEMA_COMPARE_BUDGET;
    c->budget = allowed;
    c->is_sound = c->policy == SCHEMA_POLICY_SOUND;
    c->arena = arena_new(WORK_MEMORY_MAX);
    jss_patterns_init(&c->patterns, &c->work, c->arena);
    int outcome = c->arena ? compare_in(l, reader, writer) : -1;
    jss_patterns_deinit(&c->patterns);
    arena_free(c->arena);
    *budget -= c->work < allowed ? c->work : allowed;
    return outcome < 0 ? error_raise(err, INTERNAL) : outcome;
}

int jss_compare_all(const struct jss_schema *reader, const struct jss_schema *writer, enum schema_policy policy,
                    struct arena *arena, uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    struct jss_comparison c = {.policy = policy, .wants_compatible = true};
    struct lister l = {.c = &c, .arena = arena, .found = ret};
    return compare_schemas(&l, reader, writer, budget, err);
}

int jss_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena,
                uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    struct jss_comparison c = {.policy = policy};
    struct lister l = {.c = &c, .arena = arena, .found = ret};
    return compare_schemas(&l, reader, writer, budget, err);
}

struct str jss_describe(struct arena *arena, const struct schema_difference *d, struct str reader_role,
                        struct str writer_role)
{
    const char *sentence = jss_difference_rows[JSS_UNDECIDED].sentence;
    for (size_t i = 0; i < JSS_DIFFERENCE_COUNT_; i++) {
        if (jss_difference_rows[i].name == d->type)
            sentence = jss_difference_rows[i].sentence;
    }
    return describe_difference(arena, d, sentence, "'}", reader_role, writer_role);
}
