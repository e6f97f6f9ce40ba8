#include "regex_private.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Bytes of a translation. */
#define TRANSLATION_MAX (1u << 20)
/* KiB of memory for backtracking. */
#define HEAP_MAX_KIB (64u << 10)
/* Steps of backtracking in one search. */
#define BACKTRACKS_MAX 10000000u
/* The longest text in which the work of an expression that may take quadratic time is not counted but estimated. */
#define ESTIMATED_MAX 256u
/* Steps that a search takes at least, and characters that are passed over in one. */
#define SEARCH_STEPS 8u
#define CHARACTERS_PER_STEP 16u
/* The same where a search may pass over each character as often as the text is long. */
#define SQUARES_PER_STEP 128u
/* Work memory is kept from one search to the next unless a text was longer. */
#define KEPT_MAX 4096u

/* An expression that is nothing but characters. */
struct literal {
    bool is_one, at_start, at_end;
    struct str text;
};

struct regex {
    struct literal literal;
    pcre2_code *code; /* NULL: literal.is_one */
    pcre2_code *counting_code; /* the same with callouts; NULL: its work is linear but for what backtracking counts */
    bool has_jit;
};

/* -- Literals ------------------------------------------------------------------------------------------------- */

static bool is_plain(char c)
{
    return !strchr("\\^$.*+?()[]{}|", c) && c != '\0';
}

/* ^text$ without or with either sign; ".*" at the end is as good as nothing. */
static struct literal literal_of(struct arena *arena, struct str pattern)
{
    struct literal none = {0}, literal = {.is_one = true, .at_start = str_starts(pattern, STR("^"))};
    struct str rest = str_slice(pattern, literal.at_start, pattern.n);
    literal.at_end = str_ends(rest, STR("$"));
    rest.n -= literal.at_end;
    if (str_ends(rest, STR(".*")) && !literal.at_end)
        rest.n -= 2;
    char *text = arena_alloc(arena, rest.n + 1);
    size_t n = 0;
    for (size_t i = 0; text && i < rest.n; i++) {
        char c = rest.p[i];
        bool is_escape = c == '\\' && i + 1 < rest.n && (strchr("\\^$.*+?()[]{}|/-", rest.p[i + 1]) && rest.p[i + 1]);
        if (!is_escape && !is_plain(c))
            return none;
        i += is_escape;
        text[n++] = rest.p[i];
    }
    literal.text = (struct str){text, n};
    return text ? literal : none;
}

static bool has_literal(const struct literal *literal, struct str text)
{
    if (literal->at_start && literal->at_end)
        return str_equal(text, literal->text);
    if (literal->at_start)
        return str_starts(text, literal->text);
    if (literal->at_end)
        return str_ends(text, literal->text);
    return literal->text.n == 0 || (text.n && memmem(text.p, text.n, literal->text.p, literal->text.n));
}

/* -- Compiling ------------------------------------------------------------------------------------------------ */

static void release_code(void *code)
{
    pcre2_code_free(code);
}

/* 0, 1 or -1 as regex_compile. */
static int compile(struct arena *arena, struct str translation, uint32_t options, pcre2_code **ret,
                   const char **ret_fault)
{
    /* Without start optimizations: by those the JIT of PCRE2 10.42 passes over some matches. */
    int fault;
    PCRE2_SIZE offset;
    options |=
        PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NO_START_OPTIMIZE;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)translation.p, translation.n, options, &fault, &offset, NULL);
    if (!code && fault != PCRE2_ERROR_HEAP_FAILED) {
        PCRE2_UCHAR text[160];
        struct str why =
            pcre2_get_error_message(fault, text, sizeof text) >= 0 ? str_of((const char *)text) : STR_EMPTY;
        *ret_fault = arena_str(arena, why).p;
        return *ret_fault ? 1 : -1;
    }
    if (!code || arena_on_reset(arena, release_code, code) != 0)
        return -1;
    *ret = code;
    return 0;
}

/* An expression with one repetition at most whose start is fixed passes over no character twice, but for backtracking. */
static bool may_be_quadratic(const pcre2_code *code, uint32_t endless_count)
{
    uint32_t options = 0;
    pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
    return endless_count > 1 || (endless_count == 1 && !(options & PCRE2_ANCHORED));
}

static int compile_translation(struct arena *arena, struct regex *regex, struct str translation, uint32_t endless_count,
                               const char **ret_fault)
{
    size_t bytes = 0;
    int outcome = compile(arena, translation, 0, &regex->code, ret_fault);
    if (outcome == 0 && may_be_quadratic(regex->code, endless_count))
        outcome = compile(arena, translation, PCRE2_AUTO_CALLOUT, &regex->counting_code, ret_fault);
    if (outcome != 0)
        return outcome;
    regex->has_jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0 &&
                     pcre2_pattern_info(regex->code, PCRE2_INFO_JITSIZE, &bytes) == 0 && bytes > 0;
    return 0;
}

int regex_compile(struct arena *arena, struct str pattern, struct regex **ret, const char **ret_fault)
{
    struct buf translation;
    uint32_t endless_count;
    struct regex *regex = ARENA_NEW(arena, struct regex);
    if (!regex)
        return -1;
    regex->literal = literal_of(arena, pattern);
    if (!regex->literal.is_one) {
        buf_init(&translation, arena, TRANSLATION_MAX);
        int outcome = regex_translate(arena, pattern, &translation, &endless_count, ret_fault);
        if (outcome == 0)
            outcome = compile_translation(arena, regex, buf_str(&translation), endless_count, ret_fault);
        if (outcome != 0)
            return outcome;
    }
    *ret = regex;
    return arena_failed(arena) ? -1 : 0;
}

/* -- Searching ------------------------------------------------------------------------------------------------ */

void regex_scratch_deinit(struct regex_scratch *scratch)
{
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    *scratch = (struct regex_scratch){0};
}

static bool make_scratch(struct regex_scratch *scratch)
{
    if (!scratch->data)
        scratch->data = pcre2_match_data_create(1, NULL);
    if (!scratch->context) {
        scratch->context = pcre2_match_context_create(NULL);
        if (scratch->context)
            pcre2_set_heap_limit(scratch->context, HEAP_MAX_KIB);
    }
    return scratch->data && scratch->context;
}

/* False when the budget does not suffice; it is used up then. */
static bool take_steps(uint64_t *budget, uint64_t steps)
{
    bool suffices = *budget >= steps;
    *budget = suffices ? *budget - steps : 0;
    return suffices;
}

static enum regex_outcome outcome_of(int code)
{
    if (code >= 0)
        return REGEX_MATCH;
    if (code == PCRE2_ERROR_NOMATCH)
        return REGEX_NO_MATCH;
    return code == PCRE2_ERROR_NOMEMORY ? REGEX_NO_MEMORY : REGEX_LIMIT;
}

static int match(const pcre2_code *code, struct str text, struct regex_scratch *scratch)
{
    int result = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, scratch->data,
                             scratch->context);
    if (text.n > KEPT_MAX) {
        pcre2_match_data_free(scratch->data);
        scratch->data = NULL;
    }
    return result;
}

struct counter {
    uint64_t *budget;
    size_t place;
};

/* Before each item of the expression: what was passed over since the last one is paid for. */
static int count(pcre2_callout_block *block, void *data)
{
    struct counter *counter = data;
    size_t place = block->current_position;
    size_t distance = place > counter->place ? place - counter->place : counter->place - place;
    counter->place = place;
    return take_steps(counter->budget, 1 + distance / CHARACTERS_PER_STEP) ? 0 : PCRE2_ERROR_CALLOUT;
}

static enum regex_outcome search_counting(const struct regex *regex, struct str text, struct regex_scratch *scratch,
                                          uint64_t *budget)
{
    struct counter counter = {.budget = budget};
    pcre2_set_callout(scratch->context, count, &counter);
    pcre2_set_match_limit(scratch->context, BACKTRACKS_MAX);
    int result = match(regex->counting_code, text, scratch);
    pcre2_set_callout(scratch->context, NULL, NULL);
    return outcome_of(result);
}

/* PCRE2 does not tell how much it backtracked: it gets a limit that most searches keep to, and more of it when not. */
static enum regex_outcome search_limited(const struct regex *regex, struct str text, struct regex_scratch *scratch,
                                         uint64_t *budget)
{
    uint32_t limit = 500 + 4 * (uint32_t)text.n;
    bool uses_jit = regex->has_jit;
    for (;;) {
        pcre2_set_match_limit(scratch->context, limit < BACKTRACKS_MAX ? limit : BACKTRACKS_MAX);
        int result =
            uses_jit ? pcre2_jit_match(regex->code, (PCRE2_SPTR)text.p, text.n, 0, 0, scratch->data, scratch->context)
                     : match(regex->code, text, scratch);
        if (result == PCRE2_ERROR_JIT_STACKLIMIT) {
            uses_jit = false;
        } else if (result != PCRE2_ERROR_MATCHLIMIT || limit >= BACKTRACKS_MAX) {
            return outcome_of(result);
        } else if (!take_steps(budget, limit / 4)) {
            return REGEX_LIMIT;
        } else {
            limit *= 8;
        }
        if (!make_scratch(scratch))
            return REGEX_NO_MEMORY;
    }
}

enum regex_outcome regex_search(const struct regex *regex, struct str text, struct regex_scratch *scratch,
                                uint64_t *budget)
{
    if (text.n >= REGEX_ENDLESS)
        return REGEX_LIMIT;
    if (regex->literal.is_one) {
        if (!take_steps(budget, 1 + text.n / CHARACTERS_PER_STEP))
            return REGEX_LIMIT;
        return has_literal(&regex->literal, text) ? REGEX_MATCH : REGEX_NO_MATCH;
    }
    if (!text.p)
        text = STR_EMPTY;
    bool is_counted = regex->counting_code && text.n > ESTIMATED_MAX;
    uint64_t steps = SEARCH_STEPS + text.n / CHARACTERS_PER_STEP;
    if (regex->counting_code && !is_counted)
        steps += (uint64_t)text.n * text.n / SQUARES_PER_STEP;
    if (!make_scratch(scratch))
        return REGEX_NO_MEMORY;
    if (!take_steps(budget, steps))
        return REGEX_LIMIT;
    return is_counted ? search_counting(regex, text, scratch, budget) : search_limited(regex, text, scratch, budget);
}
