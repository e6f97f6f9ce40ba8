#include "json/formats_private.h"
#include "json/program_private.h"

/* Characters that are counted in one step. */
#define CHARACTERS_PER_STEP 64
/* Digits that are read in one step, and pairs of digits that meet in a division. */
#define DIGITS_PER_STEP 8
#define DIVISIONS_PER_STEP 200
/* Steps that a character of an expression takes to be compiled. */
#define REGEX_STEPS 100

enum jss_verdict jss_check_type(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    (void)leaf;
    return jss_refuse(s, JSS_KEYWORD_TYPE, node);
}

enum jss_verdict jss_check_nothing(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    (void)leaf;
    return jss_refuse(s, JSS_KEYWORD_NONE, node);
}

/* -- Numbers --------------------------------------------------------------------------------------------------- */

static bool is_integer(const struct jss_number_rule *rule, const struct jss_number *number)
{
    return rule->is_draft_04 ? number->is_written_integer : jss_number_is_integer(number);
}

static enum jss_verdict refuse_number(struct jss_scratch *s, enum jss_keyword keyword, const struct jtree_node *node,
                                      enum jss_verdict so_far)
{
    enum jss_verdict verdict = jss_refuse(s, keyword, node);
    return so_far == JSS_STOP ? so_far : verdict;
}

/* Numbers that pass, mostly: by their lengths, where that tells. */
static bool is_in_limits(const struct jss_number_rule *rule, struct str text)
{
    int64_t mantissa;
    unsigned scale;
    if (rule->low > rule->high)
        return false;
    if (text.n >= 4 && text.n <= 16 && text.p[0] > '0') {
        unsigned digits = jss_count_integer_digits(text);
        bool is_integer = digits == text.n || !rule->wants_integer;
        if (digits && is_integer && digits >= rule->low_digits && digits < rule->high_digits)
            return true;
    }
    if (!jss_number_read_short(text, &mantissa, &scale))
        return false;
    if (scale == 0)
        return mantissa >= rule->low && mantissa <= rule->high;
    __int128 power = jss_powers_of_ten[scale];
    return !rule->wants_integer && mantissa >= rule->low * power && mantissa <= rule->high * power;
}

/* Whether the work that a long number is can be done: reading it, and dividing it digit by digit (base/decimal.h) with up to
 * four zeros more for each digit of the step. */
static bool take_number_steps(struct jss_scratch *s, const struct jss_number_rule *rule, size_t digits)
{
    size_t of_step = 1;
    if (rule->has_step && !rule->step.is_short)
        of_step = rule->step.exact.integer.n + rule->step.exact.fraction.n;
    uint64_t divided = rule->has_step ? (digits + 4 * (uint64_t)of_step) * of_step / DIVISIONS_PER_STEP : 0;
    return jss_take_steps(s, digits / DIGITS_PER_STEP + divided);
}

static enum jss_verdict check_number(struct jss_scratch *s, const struct jss_number_rule *rule,
                                     const struct jtree_node *node)
{
    struct jss_number number;
    enum jss_verdict verdict = JSS_PASS;
    if (!jss_number_read(node->text, &number))
        return jss_stop(s, JSS_UNDECIDED);
    bool is_short = number.is_short && (!rule->has_step || rule->step.is_short);
    if (!is_short && !take_number_steps(s, rule, node->text.n))
        return JSS_STOP;
    if (rule->wants_integer && !is_integer(rule, &number))
        verdict = refuse_number(s, JSS_KEYWORD_TYPE, node, verdict);
    if (rule->has_minimum && jss_number_compare(&number, &rule->minimum) < rule->excludes_minimum)
        verdict = refuse_number(s, rule->minimum_keyword, node, verdict);
    if (rule->has_maximum && jss_number_compare(&number, &rule->maximum) > -(int)rule->excludes_maximum)
        verdict = refuse_number(s, rule->maximum_keyword, node, verdict);
    if (rule->has_step && !jss_number_is_multiple(&number, &rule->step))
        verdict = refuse_number(s, JSS_KEYWORD_MULTIPLE_OF, node, verdict);
    return verdict;
}

enum jss_verdict jss_check_number(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    return is_in_limits(leaf->number, node->text) ? JSS_PASS : check_number(s, leaf->number, node);
}

/* -- Values ---------------------------------------------------------------------------------------------------- */

/* The answer of values.c as a verdict; JSS_NO is refused by the keyword. */
static enum jss_verdict verdict_of(struct jss_scratch *s, enum jss_answer answer, enum jss_keyword keyword,
                                   const struct jtree_node *node)
{
    switch (answer) {
    case JSS_YES:
        return JSS_PASS;
    case JSS_NO:
        return jss_refuse(s, keyword, node);
    case JSS_NO_STEPS:
        return jss_stop(s, JSS_UNDECIDED);
    case JSS_NO_ROOM:
        break;
    }
    return jss_stop(s, JSS_NO_MEMORY);
}

static enum jss_answer is_hashed(struct jss_scratch *s, const struct jss_value_set *set, const struct jtree_node *node)
{
    uint64_t hash = 0;
    size_t low = 0, high = set->hashed_count;
    enum jss_answer answer = high ? jss_value_hash(&s->values, node, &hash) : JSS_NO;
    if (answer != JSS_YES)
        return answer;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (set->hashed[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (answer = JSS_NO; low < set->hashed_count && set->hashed[low].hash == hash && answer == JSS_NO; low++)
        answer = jss_values_are_equal(&s->values, set->hashed[low].node, node);
    return answer;
}

static bool is_one_of_few(const struct jss_value_set *set, const struct jtree_node *node)
{
    struct jss_number number;
    bool is_known = jss_number_read(node->text, &number);
    for (size_t i = 0; is_known && i < set->number_count; i++) {
        if (jss_number_compare(&number, &set->numbers[i]) == 0)
            return true;
    }
    return false;
}

enum jss_verdict jss_check_set(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    const struct jss_value_set *set = leaf->set;
    switch (node->kind) {
    case JTREE_KIND_STRING:
        return jss_names_find(&set->strings, node->text) ? JSS_PASS : jss_refuse(s, JSS_KEYWORD_ENUM, node);
    case JTREE_KIND_NUMBER:
        if (!jss_take_steps(s, node->text.n / DIGITS_PER_STEP))
            return JSS_STOP;
        if (set->number_count)
            return is_one_of_few(set, node) ? JSS_PASS : jss_refuse(s, JSS_KEYWORD_ENUM, node);
        return verdict_of(s, is_hashed(s, set, node), JSS_KEYWORD_ENUM, node);
    case JTREE_KIND_ARRAY:
    case JTREE_KIND_OBJECT:
        return verdict_of(s, is_hashed(s, set, node), JSS_KEYWORD_ENUM, node);
    case JTREE_KIND_NULL:
    case JTREE_KIND_FALSE:
    case JTREE_KIND_TRUE:
    case JTREE_KIND_COUNT_:
        break;
    }
    return set->simple >> node->kind & 1 ? JSS_PASS : jss_refuse(s, JSS_KEYWORD_ENUM, node);
}

enum jss_verdict jss_check_const(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    return verdict_of(s, jss_values_are_equal(&s->values, leaf->value, node), JSS_KEYWORD_CONST, node);
}

/* -- Strings --------------------------------------------------------------------------------------------------- */

/* Bytes that do not continue a character. */
static size_t count_characters(struct str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++)
        count += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return count;
}

enum jss_verdict jss_check_length(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    int64_t min = leaf->range.min, max = leaf->range.max, bytes = (int64_t)node->text.n;
    enum jss_verdict verdict = JSS_PASS;
    /* A character has one to four bytes: mostly that tells enough. */
    if (bytes <= max && (bytes + 3) / 4 >= min)
        return JSS_PASS;
    if (!jss_take_steps(s, node->text.n / CHARACTERS_PER_STEP))
        return JSS_STOP;
    int64_t count = (int64_t)count_characters(node->text);
    if (count < min)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MIN_LENGTH, node, count);
    if (count > max && verdict != JSS_STOP)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MAX_LENGTH, node, count);
    return verdict;
}

enum jss_verdict jss_check_pattern(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    switch (regex_search(leaf->regex, node->text, &s->regex, &s->budget)) {
    case REGEX_MATCH:
        return JSS_PASS;
    case REGEX_NO_MATCH:
        return jss_refuse(s, JSS_KEYWORD_PATTERN, node);
    case REGEX_LIMIT:
        return jss_stop(s, JSS_UNDECIDED);
    case REGEX_NO_MEMORY:
        break;
    }
    return jss_stop(s, JSS_NO_MEMORY);
}

enum jss_verdict jss_check_format(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    uint64_t steps = leaf->has_format == jss_is_regex ? REGEX_STEPS * (1 + (uint64_t)node->text.n) : node->text.n;
    if (!jss_take_steps(s, steps))
        return JSS_STOP;
    return leaf->has_format(node->text) ? JSS_PASS : jss_refuse(s, JSS_KEYWORD_FORMAT, node);
}

/* -- Arrays ---------------------------------------------------------------------------------------------------- */

enum jss_verdict jss_check_item_count(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    int64_t count = node->count;
    enum jss_verdict verdict = JSS_PASS;
    if (count < leaf->range.min)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MIN_ITEMS, node, count);
    if (count > leaf->range.max && verdict != JSS_STOP)
        verdict = jss_refuse_count(s, JSS_KEYWORD_MAX_ITEMS, node, count);
    return verdict;
}

enum jss_verdict jss_check_unique(struct jss_scratch *s, const struct jss_leaf *leaf, const struct jtree_node *node)
{
    size_t a = 0, b = 0;
    (void)leaf;
    enum jss_answer answer = jss_items_are_unique(&s->values, node, &a, &b);
    if (answer != JSS_NO || !s->listing)
        return verdict_of(s, answer, JSS_KEYWORD_UNIQUE_ITEMS, node);
    return jss_list(s,
                    (struct jss_refusal){
                        .keyword = JSS_KEYWORD_UNIQUE_ITEMS, .node = node, .number = (int64_t)a, .other = (int64_t)b});
}
