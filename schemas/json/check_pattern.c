#include "json/check_pattern_private.h"

static void skip_comments(struct pattern_reader *r)
{
    while (r->has_comments && !pattern_is_at_end(r)) {
        char c = r->text.p[r->at];
        if (c == '#') {
            while (!pattern_is_at_end(r) && r->text.p[r->at] != '\n' && r->text.p[r->at] != '\r')
                r->at++;
        } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
            r->at++;
        } else {
            return;
        }
    }
}

/* A character of a class, or the first and last of a range. */
static int read_range(struct pattern_reader *r)
{
    int32_t first, last;
    if (pattern_take(r, '\\')) {
        bool is_tab_of_range = pattern_byte_at(r, 0) == 'v' && pattern_byte_at(r, 1) == '-';
        if (pattern_read_escape(r, true, &first) != 0)
            return -1;
        if (is_tab_of_range)
            first = '\v';
        if (first == NO_POINT)
            return 0;
    } else {
        first = pattern_take_point(r);
    }
    skip_comments(r);
    if (pattern_byte_at(r, 0) != '-' || pattern_byte_at(r, 1) == '[' || pattern_byte_at(r, 1) == ']')
        return 0;
    r->at++;
    skip_comments(r);
    if (!pattern_take(r, '\\'))
        last = pattern_take_point(r);
    else if (pattern_byte_at(r, 0) == 'v' && pattern_take(r, 'v'))
        last = '\v';
    else if (pattern_read_escape(r, true, &last) != 0)
        return -1;
    return last < first ? pattern_fail(r, "a range of characters that is out of order") : 0;
}

/* Behind the opening bracket: the class to its end, with those in it. */
static int read_class(struct pattern_reader *r)
{
    size_t outer = r->classes.count;
    for (bool begins = true; begins || r->classes.count > outer;) {
        if (begins) {
            pattern_take(r, '^');
            if (r->classes.count == PATTERN_DEPTH_MAX)
                return pattern_fail(r, "classes nest too deep");
            if (!VEC_PUSH(r->scratch, &r->classes, false))
                return pattern_fail(r, "it takes too much memory");
        }
        begins = false;
        skip_comments(r);
        bool *has_content = &VEC_LAST(&r->classes);
        if (pattern_is_at_end(r))
            return pattern_fail(r, "a class without a closing bracket");
        if (pattern_byte_at(r, 0) == ']' && *has_content) {
            r->at++;
            r->classes.count--;
            if (r->classes.count > outer)
                VEC_LAST(&r->classes) = true;
        } else if (pattern_take(r, '[')) {
            begins = true;
        } else if (pattern_byte_at(r, 0) == '&' && pattern_byte_at(r, 1) == '&') {
            r->at += 2;
            skip_comments(r);
            if (!*has_content && (pattern_byte_at(r, 0) == ']' || pattern_byte_at(r, 0) == '&'))
                return pattern_fail(r, "an intersection of nothing");
        } else {
            *has_content = true;
            if (read_range(r) != 0)
                return -1;
        }
    }
    return 0;
}

/* A number of repetitions; false when it is beyond 31 bits. */
static bool read_count(struct pattern_reader *r, int32_t *ret)
{
    bool fits = true;
    for (*ret = 0; pattern_is_digit(pattern_byte_at(r, 0)); r->at++) {
        fits = fits && !__builtin_mul_overflow(*ret, 10, ret) &&
               !__builtin_add_overflow(*ret, pattern_byte_at(r, 0) - '0', ret);
    }
    return fits;
}

/* Behind an opening brace. */
static int read_counts(struct pattern_reader *r, bool *ret_is_unbounded)
{
    int32_t least, most;
    if (!pattern_is_digit(pattern_byte_at(r, 0)))
        return pattern_fail(r, "a repetition without a number");
    bool fits = read_count(r, &least);
    most = least;
    if (pattern_take(r, ',')) {
        *ret_is_unbounded = pattern_byte_at(r, 0) == '}';
        if (!*ret_is_unbounded && !pattern_is_digit(pattern_byte_at(r, 0)))
            return pattern_fail(r, "a repetition without a number");
        if (!*ret_is_unbounded)
            fits = read_count(r, &most) && fits;
    }
    if (!pattern_take(r, '}'))
        return pattern_fail(r, "a repetition without a closing brace");
    return fits && most >= least ? 0 : pattern_fail(r, "a repetition that is out of order");
}

/* What may stand behind an atom. Repeating one character greedily has a maximum length there, other repetitions have not. */
static int read_quantifier(struct pattern_reader *r, bool is_character)
{
    bool is_unbounded = false, is_counted = false;
    skip_comments(r);
    if (pattern_take(r, '*') || pattern_take(r, '+'))
        is_unbounded = true;
    else if (pattern_take(r, '{')) {
        is_counted = true;
        if (read_counts(r, &is_unbounded) != 0)
            return -1;
    } else if (!pattern_take(r, '?')) {
        return 0;
    }
    bool is_greedy = !pattern_take(r, '?') && !pattern_take(r, '+');
    VEC_LAST(&r->groups).is_unbounded |= is_unbounded && (is_counted || !is_greedy || !is_character);
    return 0;
}

/* Behind "(?": flags, of the rest of the group around when a bracket follows. */
static int read_flags(struct pattern_reader *r, bool *ret_is_group)
{
    bool removes = false, has_comments = r->has_comments;
    for (;; r->at++) {
        char c = pattern_byte_at(r, 0);
        if (c == 'x')
            has_comments = !removes;
        else if (c == '-' && !removes)
            removes = true;
        else if (!c || !strchr("imsducU", c))
            break;
    }
    *ret_is_group = pattern_take(r, ':');
    if (!*ret_is_group && !pattern_take(r, ')'))
        return pattern_fail(r, "an unknown kind of group");
    if (*ret_is_group)
        VEC_LAST(&r->groups).had_comments = r->has_comments;
    r->has_comments = has_comments;
    return 0;
}

static int name_group(struct pattern_reader *r)
{
    struct str name;
    if (pattern_read_group_name(r, &name) != 0)
        return -1;
    int outcome = map_add(&r->names, name, r);
    if (outcome < 0)
        return pattern_fail(r, "it takes too much memory");
    return outcome == 0 ? 0 : pattern_fail(r, "two groups of one name");
}

/* Behind an opening parenthesis. */
static int open_group(struct pattern_reader *r)
{
    bool is_group = true;
    int outcome = 0;
    if (!VEC_PUSH(r->scratch, &r->groups, (struct pattern_group){.had_comments = r->has_comments}))
        return pattern_fail(r, "it takes too much memory");
    if (r->groups.count > PATTERN_DEPTH_MAX + 1)
        return pattern_fail(r, "groups nest too deep");
    struct pattern_group *group = &VEC_LAST(&r->groups);
    if (!pattern_take(r, '?') || pattern_take(r, ':') || pattern_take(r, '>'))
        return 0;
    if (pattern_take(r, '=') || pattern_take(r, '!'))
        group->kind = PATTERN_GROUP_LOOK_AHEAD;
    else if (!pattern_take(r, '<'))
        outcome = read_flags(r, &is_group);
    else if (pattern_take(r, '=') || pattern_take(r, '!'))
        group->kind = PATTERN_GROUP_LOOK_BEHIND;
    else
        outcome = name_group(r);
    if (!is_group)
        r->groups.count--;
    return outcome;
}

/* At a closing parenthesis. */
static int close_group(struct pattern_reader *r)
{
    if (r->groups.count == 1)
        return pattern_fail(r, "a closing parenthesis without an opening one");
    struct pattern_group group = VEC_POP(&r->groups);
    r->at++;
    r->has_comments = group.had_comments;
    if (group.kind == PATTERN_GROUP_LOOK_BEHIND && group.is_unbounded)
        return pattern_fail(r, "a look-behind without an obvious maximum length");
    if (group.kind == PATTERN_GROUP_PLAIN)
        VEC_LAST(&r->groups).is_unbounded |= group.is_unbounded;
    return read_quantifier(r, false);
}

static int read_atom(struct pattern_reader *r)
{
    int32_t point;
    char c = pattern_byte_at(r, 0);
    if (c == '(') {
        r->at++;
        return open_group(r);
    }
    if (c == ')')
        return close_group(r);
    if (c == '*' || c == '+' || c == '?')
        return pattern_fail(r, "a repetition of nothing");
    if (c == '|') {
        r->at++;
        return 0;
    }
    int outcome = 0;
    bool is_character = c != '^' && c != '$' && c != '{' && !(c == '\\' && strchr("ABGRXZbz", pattern_byte_at(r, 1)));
    if (pattern_take(r, '['))
        outcome = read_class(r);
    else if (pattern_take(r, '\\'))
        outcome = pattern_read_escape(r, false, &point);
    else if (c != '{') /* repeats the empty text */
        pattern_take_point(r);
    return outcome == 0 ? read_quantifier(r, is_character) : -1;
}

/* What stands between \Q and \E, as escapes. */
static struct str without_quotes(struct str pattern, struct arena *scratch)
{
    struct buf out;
    bool is_quoted = false;
    buf_init(&out, scratch, SCHEMA_MEMORY_MAX);
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        bool is_escape = c == '\\' && i + 1 < pattern.n;
        if (is_escape && pattern.p[i + 1] == (is_quoted ? 'E' : 'Q')) {
            is_quoted = !is_quoted;
            i++;
        } else if (is_escape && !is_quoted) {
            buf_add(&out, str_slice(pattern, i, i + 2));
            i++;
        } else {
            if (is_quoted && (unsigned char)c < 0x80 && !pattern_is_letter(c) && !pattern_is_digit(c))
                buf_add_char(&out, '\\');
            buf_add_char(&out, c);
        }
    }
    return buf_failed(&out) ? (struct str){NULL, 0} : buf_str(&out);
}

const char *jss_pattern_fault(struct str pattern, struct arena *scratch)
{
    struct pattern_reader r = {.text = without_quotes(pattern, scratch), .scratch = scratch};
    map_init(&r.names, scratch);
    if (!r.text.p || !VEC_PUSH(scratch, &r.groups, (struct pattern_group){0}))
        return "it takes too much memory";
    for (skip_comments(&r); !pattern_is_at_end(&r); skip_comments(&r)) {
        if (read_atom(&r) != 0)
            return r.fault;
    }
    return r.groups.count == 1 ? NULL : "a parenthesis that is not closed";
}
