/* The compiled form of a JSON Schema, and what a run works with. Private to compile*.c and validate*.c.
 *
 * A schema becomes a code. It has for each kind of value what is to be done with such a value: leaves, which answer at once, and
 * then operations, which have other codes judge the value or what is in it. A value for which there is nothing to do, or nothing
 * but a look at its kind, costs a look into jss_code.quick.
 *
 * Dynamic references are gone: a schema is compiled once for each set of dynamic anchors that it can be reached with, mostly
 * one. A schema inside of one with an unevaluated* keyword is compiled once more, to mark what it evaluates. */
#pragma once

#include "regex.h"
#include "json/names.h"
#include "json/numbers.h"
#include "json/validate.h"
#include "json/values.h"

struct jss_frame;
struct jss_leaf;

enum jss_keyword {
#define KEYWORD_ROW(id, name, first, last) JSS_KEYWORD_##id,
#include "json/keywords.def"
#undef KEYWORD_ROW
    JSS_KEYWORD_COUNT_,
    JSS_KEYWORD_NONE, /* of the schema false */
};

enum jss_verdict {
    JSS_PASS,
    JSS_FAIL,
    JSS_PUSHED, /* not known yet: a frame was pushed */
    JSS_DEEPER, /* of a walk only: a level was pushed */
    JSS_STOP, /* jss_scratch.why says why */
};

/* -- Programs ------------------------------------------------------------------------------------------------- */

/* From a schema to one that judges for it. */
struct jss_edge {
    const struct jss_code *code;
    const struct jss_subschema *via; /* where the edge leads before it follows references */
    enum jss_keyword reference; /* that leads there; JSS_KEYWORD_NONE: it is where it is */
};

typedef enum jss_verdict jss_leaf_fn(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node);
/* Called again after each frame that it pushed is done: f->is_resumed, and s->result. */
typedef enum jss_verdict jss_operation_fn(struct jss_scratch *s, struct jss_frame *f);

struct jss_number_rule {
    bool wants_integer, is_draft_04;
    bool has_minimum, has_maximum, has_step;
    bool excludes_minimum, excludes_maximum;
    enum jss_keyword minimum_keyword, maximum_keyword;
    struct jss_number minimum, maximum, step;
    /* Integers that pass, if not all, and so does what is between two of them when it may have a fraction. None: low > high. */
    int64_t low, high;
    /* Of what begins with another digit than 0: with so many before the point it is not below low, with fewer not above
     * high. */
    unsigned low_digits, high_digits;
};

/* The values of an enum. */
struct jss_value_set {
    unsigned simple; /* kinds of one value that are in it, as bits */
    struct jss_names strings;
    const struct jss_number *numbers; /* when they are few */
    size_t number_count;
    struct jss_hashed *hashed; /* arrays, objects, and many numbers; sorted by hash */
    size_t hashed_count;
};

typedef bool jss_format_fn(struct str text);

struct jss_leaf {
    jss_leaf_fn *check; /* NULL: no more leaves */
    union {
        struct {
            int64_t min, max;
        } range;
        const struct jss_number_rule *number;
        const struct jss_value_set *set;
        const struct jtree_node *value; /* const */
        const struct regex *regex;
        jss_format_fn *has_format;
    };
};

/* One name for what an object may have. */
struct jss_property {
    struct jss_edge edge; /* .code NULL: none; that of other names when it is only required */
    bool is_required, is_declared;
};

struct jss_pattern_property {
    const struct regex *regex;
    struct jss_edge edge;
};

struct jss_object_rule {
    struct jss_names names; /* -> struct jss_property */
    struct jss_pattern_property *patterns;
    size_t pattern_count;
    struct jss_edge additional, property_names; /* .code NULL: none */
    uint32_t required_count;
    int64_t min, max;
};

/* What else must hold when an object has a name. */
struct jss_dependency {
    uint32_t trigger; /* index in jss_dependents.names */
    struct jss_edge edge; /* .code NULL: none */
    const uint32_t *required;
    size_t required_count;
    enum jss_keyword keyword;
};

struct jss_dependents {
    struct jss_names names;
    struct jss_dependency *items;
    size_t count;
};

struct jss_array_rule {
    struct jss_edge *prefix;
    size_t prefix_count;
    struct jss_edge rest; /* .code NULL: none */
};

struct jss_contains_rule {
    struct jss_edge edge;
    int64_t min, max;
    bool marks; /* 2020-12: what matches is evaluated */
};

struct jss_choice {
    struct jss_edge *edges;
    size_t count;
};

struct jss_condition {
    struct jss_edge condition, consequence, alternative; /* the last two: .code NULL: none */
};

struct jss_operation {
    jss_operation_fn *run; /* NULL: no more operations */
    union {
        struct jss_edge edge;
        const struct jss_object_rule *object;
        const struct jss_dependents *dependents;
        const struct jss_array_rule *array;
        const struct jss_contains_rule *contains;
        const struct jss_choice *choice;
        const struct jss_condition *condition;
    };
};

enum jss_quick {
    JSS_QUICK_FRAME, /* there are operations */
    JSS_QUICK_WALK, /* there is one operation, and it can be a level of a walk */
    JSS_QUICK_SHALLOW, /* the same, and what is in the value is judged by leaves alone */
    JSS_QUICK_PASS,
    JSS_QUICK_FAIL,
    JSS_QUICK_INTEGER, /* any integer passes, of the rest the leaf knows */
    JSS_QUICK_LEAF, /* one leaf */
    JSS_QUICK_LEAVES, /* nothing but leaves */
};

struct jss_code {
    uint8_t quick[JTREE_KIND_COUNT_]; /* enum jss_quick */
    bool is_shared; /* several edges lead here */
    bool marks; /* it marks what it evaluates */
    bool has_unevaluated;
    const struct jss_leaf *leaves[JTREE_KIND_COUNT_];
    const struct jss_operation *operations[JTREE_KIND_COUNT_];
    const struct jss_subschema *subschema;
    uint32_t context; /* the dynamic anchors in force: see compile_edges.c */
    bool is_inside; /* of a schema with unevaluated*, on the same value */
};

struct jss_program {
    struct jss_edge start;
};

/* -- Runs ----------------------------------------------------------------------------------------------------- */

/* Schemas in schemas that judge at the same time. */
#define JSS_FRAMES_MAX 65536

/* A schema that judges a value. */
struct jss_frame {
    const struct jss_code *code;
    const struct jss_operation *operation;
    const struct jtree_node *node;
    const struct jss_edge *edge;
    /* Of the operation. */
    const struct jtree_node *child;
    uint32_t index; /* of the child */
    uint32_t count; /* what it counts */
    uint32_t part; /* what comes next for the child */
    bool is_resumed;
    bool is_matched; /* the child, by "properties" or a pattern */
    /* Of the frame. */
    bool has_failed; /* while listing */
    bool is_merged; /* what it marked goes into the frame below */
    uint32_t words; /* in use before it; its marks begin there, one bit for each child */
    uint32_t levels; /* in use before it */
    uint32_t record; /* its own; while listing */
    uint32_t group; /* record of the operation; those of schemas below stand under it */
};

/* An object or array whose schema has nothing but properties, or items, for it: what a frame is for others, in less. While
 * nothing is listed such values are walked through by the frame of the outermost one. */
struct jss_level {
    const struct jss_operation *operation;
    const struct jtree_node *node, *next; /* child to come */
    uint32_t index; /* of the next item; of the name that comes next when members are in the order of the schema */
    uint32_t required; /* names that are required and were there */
};

struct jss_memo_entry {
    const struct jss_code *code;
    const struct jtree_node *node;
    uint64_t turn; /* of jss_scratch */
    enum jss_verdict verdict;
};

#define JSS_NO_RECORD UINT32_MAX

/* What refused, while listing: a keyword, or the schema of a frame, which stands before the records of what is in it. */
struct jss_record {
    uint32_t parent; /* the record that it stands under; JSS_NO_RECORD: the first one */
    uint32_t owner; /* the record of the frame that a keyword belongs to; of a frame: of the one that pushed it */
    const struct jss_edge *edge; /* of a frame; NULL: a keyword */
    enum jss_keyword keyword;
    bool is_error; /* and not only the place of errors */
    /* Of a frame: how its value is reached from that of the owner. */
    bool has_step;
    struct str name; /* .p NULL: an index */
    uint32_t index;
    /* For the sentence. */
    const struct jtree_node *node;
    struct str detail;
    int64_t number, other;
};

struct jss_listing {
    VEC(struct jss_record) records;
    size_t error_count, max;
};

struct jss_scratch {
    struct arena *arena;
    uint64_t budget;
    enum jss_outcome why; /* it stopped */
    enum jss_verdict result; /* of the frame that was popped last */
    struct jss_listing *listing; /* NULL: only the verdict is wanted */
    VEC(struct jss_frame) frames;
    VEC(struct jss_level) levels;
    VEC(uint64_t) words;
    struct jss_values values;
    struct regex_scratch regex;
    struct jtree_node name; /* the name of a member as a value */
    struct jss_memo_entry *memo; /* verdicts of shared codes; NULL: not needed so far */
    uint64_t memo_from; /* budgets below this use it */
    uint64_t turn; /* counts runs */
    struct jss_listing list; /* to be used again */
};

static inline enum jss_verdict jss_stop(struct jss_scratch *s, enum jss_outcome why)
{
    s->why = why;
    return JSS_STOP;
}

/* Counts work; false when it is too much: return JSS_STOP then. */
static inline bool jss_take_steps(struct jss_scratch *s, uint64_t steps)
{
    if (__builtin_expect(s->budget >= steps, true)) {
        s->budget -= steps;
        return true;
    }
    s->budget = 0;
    s->why = JSS_UNDECIDED;
    return false;
}

/* -- validate.c ------------------------------------------------------------------------------------------------ */

enum jss_verdict jss_check_leaves(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node);
/* The same, and a frame for the operations. */
enum jss_verdict jss_push(struct jss_scratch *s, const struct jss_edge *edge, const struct jtree_node *node);
/* For an edge whose schema judges the value of the frame f itself: as jss_enter, and what is marked there counts here. */
enum jss_verdict jss_enter_here(struct jss_scratch *s, const struct jss_frame *f, const struct jss_edge *edge);

static inline bool jss_has_digits_only(struct str number)
{
    size_t start = number.n > 1 && number.p[0] == '-', n = number.n - start;
    const char *p = number.p + start;
    uint64_t word, last;
    uint32_t half, last_half;
    while (n > 16) {
        memcpy(&word, p, 8);
        if (jss_no_digits(word))
            return false;
        p += 8;
        n -= 8;
    }
    if (n >= 8) {
        memcpy(&word, p, 8);
        memcpy(&last, p + n - 8, 8);
        return !(jss_no_digits(word) | jss_no_digits(last));
    }
    if (n >= 4) {
        memcpy(&half, p, 4);
        memcpy(&last_half, p + n - 4, 4);
        return !jss_no_digits((uint64_t)half << 32 | last_half);
    }
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
    }
    return true;
}

/* By a code without operations for the kind of value, while nothing is listed. */
static inline enum jss_verdict jss_judge_by_leaves(struct jss_scratch *s, const struct jss_code *code,
                                                   enum jss_quick quick, const struct jtree_node *node)
{
    const struct jss_leaf *leaf = code->leaves[node->kind];
    if (quick == JSS_QUICK_LEAF)
        return leaf->check(s, leaf, node);
    if (quick == JSS_QUICK_PASS || (quick == JSS_QUICK_INTEGER && jss_has_digits_only(node->text)))
        return JSS_PASS;
    return quick == JSS_QUICK_FAIL ? JSS_FAIL : jss_check_leaves(s, code, node);
}

/* Has a value judged: JSS_PASS, JSS_FAIL, JSS_STOP, or JSS_PUSHED when that takes a frame. */
static inline enum jss_verdict jss_enter(struct jss_scratch *s, const struct jss_edge *edge,
                                         const struct jtree_node *node)
{
    enum jss_quick quick = (enum jss_quick)edge->code->quick[node->kind];
    if (quick == JSS_QUICK_PASS)
        return JSS_PASS;
    return s->listing || quick <= JSS_QUICK_SHALLOW ? jss_push(s, edge, node)
                                                    : jss_judge_by_leaves(s, edge->code, quick, node);
}

/* Marks of a frame with code->marks. */
static inline void jss_mark(struct jss_scratch *s, const struct jss_frame *f, uint32_t index)
{
    s->words.items[f->words + index / 64] |= UINT64_C(1) << index % 64;
}
static inline bool jss_is_marked(const struct jss_scratch *s, const struct jss_frame *f, uint32_t index)
{
    return s->words.items[f->words + index / 64] >> index % 64 & 1;
}
/* So many zero bits behind those in use, given back with the frame; *ret is where. */
enum jss_verdict jss_take_bits(struct jss_scratch *s, size_t bits, uint32_t *ret);

/* -- validate_leaves.c, validate_object.c, validate_array.c, validate_combined.c ------------------------------------ */

jss_leaf_fn jss_check_type, jss_check_nothing, jss_check_number, jss_check_set, jss_check_const, jss_check_length,
    jss_check_pattern, jss_check_format, jss_check_item_count, jss_check_unique;
jss_operation_fn jss_run_properties, jss_run_dependents, jss_run_unevaluated_properties, jss_run_items,
    jss_run_contains, jss_run_unevaluated_items, jss_run_call, jss_run_any_of, jss_run_one_of, jss_run_not,
    jss_run_condition;
/* validate_walk.c: the first for rules without patterns and names, both for codes without marks. */
jss_operation_fn jss_walk_properties, jss_walk_items;
/* What is in a value whose schema is shallow for its kind, while nothing is listed. */
enum jss_verdict jss_walk_shallow(struct jss_scratch *s, const struct jss_code *code, const struct jtree_node *node);
/* required: how many of the names that are required were there. */
enum jss_verdict jss_check_counts(struct jss_scratch *s, const struct jss_object_rule *rule,
                                  const struct jtree_node *node, uint32_t required);

/* -- validate_output.c ----------------------------------------------------------------------------------------- */

/* What is said of a refusal besides the keyword. */
struct jss_refusal {
    enum jss_keyword keyword;
    const struct jtree_node *node;
    struct str detail;
    int64_t number, other;
};
/* A refusal in the frame on top. JSS_FAIL, always, but for JSS_STOP without memory. */
enum jss_verdict jss_list(struct jss_scratch *s, struct jss_refusal refusal);
static inline enum jss_verdict jss_refuse(struct jss_scratch *s, enum jss_keyword keyword,
                                          const struct jtree_node *node)
{
    return s->listing ? jss_list(s, (struct jss_refusal){.keyword = keyword, .node = node}) : JSS_FAIL;
}
static inline enum jss_verdict jss_refuse_count(struct jss_scratch *s, enum jss_keyword keyword,
                                                const struct jtree_node *node, int64_t count)
{
    return s->listing ? jss_list(s, (struct jss_refusal){.keyword = keyword, .node = node, .number = count}) : JSS_FAIL;
}
/* The frame on top is new; it is done. */
enum jss_verdict jss_list_frame(struct jss_scratch *s);
void jss_list_end_of_frame(struct jss_scratch *s, const struct jss_frame *f, bool has_passed);
/* What is refused from here on to the end of the group stands under the keyword. At the end all of it is forgotten, or
 * kept with the keyword as one more refusal. */
enum jss_verdict jss_list_group(struct jss_scratch *s, struct jss_frame *f, enum jss_keyword keyword);
void jss_list_end_of_group(struct jss_scratch *s, struct jss_frame *f, bool is_kept);
/* Makes units of what is listed. 0, or -1 without memory. */
int jss_write_output(const struct jss_scratch *s, struct jss_output *output);

/* validate_sentences.c: what is said of a refusal by a keyword of the schema; .p NULL without memory. */
struct str jss_sentence(struct arena *arena, const struct jss_record *record, const struct jss_subschema *subschema);

/* -- compile*.c -------------------------------------------------------------------------------------------------- */

extern const char *const jss_keyword_names[JSS_KEYWORD_COUNT_];
