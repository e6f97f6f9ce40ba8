#include "regex_private.h"

#include "utf8.h"

/* The highest number of turns that PCRE2 counts, and how often that many are put together. */
#define TURNS_MAX 65535u
#define CHUNKS_MAX 64u
/* From so many turns on a repetition counts as endless when work is estimated. */
#define MANY_TURNS 64u

#define NEVER STR("(?:(?!))")

void regex_put_point(struct buf *out, uint32_t point)
{
    char bytes[4];
    bool is_plain = (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
    if (is_plain || point >= 0x80)
        buf_add(out, (struct str){bytes, utf8_put(point, bytes)});
    else
        buf_printf(out, "\\x{%x}", (unsigned)point);
}

static bool is_surrogate(uint32_t point)
{
    return point >= 0xD800 && point <= 0xDFFF;
}

/* -- Names of groups ------------------------------------------------------------------------------------------ */

/* A name and the bracket behind it; .p NULL: none. */
static struct str read_name(struct regex_reader *r)
{
    size_t from = r->at;
    while (r->at < r->text.n && r->text.p[r->at] != '>') {
        uint32_t point = utf8_next(r->text, &r->at);
        bool is_digit = point >= '0' && point <= '9';
        if (!utf8_is_letter(point) && point != '_' && point != '$' && !(is_digit && r->at - 1 > from))
            return (struct str){NULL, 0};
    }
    struct str name = str_slice(r->text, from, r->at);
    return name.n && regex_take(r, STR(">")) ? name : (struct str){NULL, 0};
}

static int note_group(struct regex_reader *r)
{
    bool is_named = str_starts(str_slice(r->text, r->at, r->text.n), STR("?<")) && regex_peek(r, 2) != '=' &&
                    regex_peek(r, 2) != '!';
    if (regex_peek(r, 0) == '?' && !is_named)
        return 0;
    r->group_count++;
    if (!is_named)
        return 0;
    r->at += 2;
    struct str name = read_name(r);
    if (!name.p)
        return regex_fail(r, "the name of a group is wrong");
    switch (map_add(&r->names, name, (void *)(uintptr_t)r->group_count)) {
    case 0:
        return 0;
    case 1:
        return regex_fail(r, "two groups have the same name");
    default:
        return -1;
    }
}

/* References may stand before the groups that they mean. */
static int note_groups(struct regex_reader *r)
{
    bool in_class = false;
    for (r->at = 0; r->at < r->text.n;) {
        char c = r->text.p[r->at++];
        if (c == '\\')
            r->at += r->at < r->text.n;
        else if (c == '[' || c == ']')
            in_class = c == '[';
        else if (c == '(' && !in_class && note_group(r) != 0)
            return -1;
    }
    r->at = 0;
    return 0;
}

/* -- Atoms ---------------------------------------------------------------------------------------------------- */

static void begin_atom(struct regex_reader *r)
{
    r->has_atom = true;
    r->is_group = false;
    r->atom_start = r->out->n;
}

static int put_assertion(struct regex_reader *r, struct str text)
{
    r->has_atom = false;
    buf_add(r->out, text);
    return 0;
}

static int put_reference(struct regex_reader *r, uint32_t number)
{
    begin_atom(r);
    r->is_group = true;
    buf_printf(r->out, "\\g{%u}", (unsigned)number);
    return 0;
}

static int read_numbered_reference(struct regex_reader *r)
{
    uint32_t number = 0;
    for (; regex_peek(r, 0) >= '0' && regex_peek(r, 0) <= '9' && number <= r->group_count; r->at++)
        number = number * 10 + (uint32_t)(r->text.p[r->at] - '0');
    return number <= r->group_count ? put_reference(r, number)
                                    : regex_fail(r, "a reference to a group that is not there");
}

static int read_named_reference(struct regex_reader *r)
{
    struct str name = regex_take(r, STR("<")) ? read_name(r) : (struct str){NULL, 0};
    void *number = name.p ? map_get(&r->names, name) : NULL;
    return number ? put_reference(r, (uint32_t)(uintptr_t)number)
                  : regex_fail(r, "a reference to a group that is not there");
}

static int read_escape(struct regex_reader *r)
{
    enum regex_escape kind;
    uint32_t point;
    char c = regex_peek(r, 0);
    if (c == 'b' || c == 'B') {
        r->at++;
        return put_assertion(r, c == 'b' ? STR("\\b") : STR("\\B"));
    }
    if (c >= '1' && c <= '9')
        return read_numbered_reference(r);
    if (regex_take(r, STR("k")))
        return read_named_reference(r);
    begin_atom(r);
    buf_add_char(r->out, '[');
    if (regex_read_escape(r, r->out, &kind, &point) != 0)
        return -1;
    if (kind == REGEX_ESCAPE_SET) {
        buf_add_char(r->out, ']');
        return 0;
    }
    r->out->n = r->atom_start;
    if (is_surrogate(point))
        buf_add(r->out, NEVER);
    else
        regex_put_point(r->out, point);
    return 0;
}

/* -- Groups --------------------------------------------------------------------------------------------------- */

static const struct {
    struct str spelled;
    bool can_repeat;
} groups[] = {
    {STR("?:"), true}, {STR("?="), false}, {STR("?!"), false}, {STR("?<="), false}, {STR("?<!"), false},
};

static int open_group(struct regex_reader *r)
{
    struct str written = STR_EMPTY;
    bool can_repeat = true, is_known = regex_peek(r, 0) != '?';
    for (size_t i = 0; i < sizeof groups / sizeof *groups && !is_known; i++) {
        is_known = regex_take(r, groups[i].spelled);
        written = is_known ? groups[i].spelled : written;
        can_repeat = is_known ? groups[i].can_repeat : can_repeat;
    }
    if (!is_known && (!regex_take(r, STR("?<")) || !read_name(r).p))
        return regex_fail(r, "a group of an unknown kind");
    if (r->depth == REGEX_DEPTH_MAX)
        return regex_fail(r, "groups are nested too deeply");
    r->open[r->depth].can_repeat = can_repeat;
    r->open[r->depth++].start = r->out->n;
    r->has_atom = false;
    buf_add_char(r->out, '(');
    buf_add(r->out, written);
    return 0;
}

static int close_group(struct regex_reader *r)
{
    if (r->depth == 0)
        return regex_fail(r, "a parenthesis is closed that was not opened");
    r->depth--;
    r->has_atom = r->open[r->depth].can_repeat;
    r->is_group = true;
    r->atom_start = r->open[r->depth].start;
    buf_add_char(r->out, ')');
    return 0;
}

/* -- Repetitions ---------------------------------------------------------------------------------------------- */

struct turns {
    uint32_t min, max; /* REGEX_ENDLESS: no end */
};

/* A number; REGEX_ENDLESS for all that are as high. */
static bool take_number(struct regex_reader *r, uint32_t *ret)
{
    size_t from = r->at;
    uint32_t number = 0;
    for (; regex_peek(r, 0) >= '0' && regex_peek(r, 0) <= '9'; r->at++) {
        if (number < REGEX_ENDLESS)
            number = number * 10 + (uint32_t)(r->text.p[r->at] - '0');
    }
    *ret = number < REGEX_ENDLESS ? number : REGEX_ENDLESS;
    return r->at > from;
}

/* {2}, {2,} or {2,3}; when it is none of them nothing is taken. */
static bool take_braces(struct regex_reader *r, struct turns *ret)
{
    size_t from = r->at;
    bool is_read = regex_take(r, STR("{")) && take_number(r, &ret->min);
    ret->max = ret->min;
    if (is_read && regex_take(r, STR(",")) && !take_number(r, &ret->max))
        ret->max = REGEX_ENDLESS;
    if (is_read && regex_take(r, STR("}")))
        return true;
    r->at = from;
    return false;
}

static bool take_turns(struct regex_reader *r, struct turns *ret)
{
    static const struct {
        struct str sign;
        struct turns turns;
    } signs[] = {{STR("*"), {0, REGEX_ENDLESS}}, {STR("+"), {1, REGEX_ENDLESS}}, {STR("?"), {0, 1}}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (regex_take(r, signs[i].sign)) {
            *ret = signs[i].turns;
            return true;
        }
    }
    return take_braces(r, ret);
}

static void put_counted(struct buf *out, struct str atom, const char *from, uint32_t count)
{
    buf_add(out, atom);
    buf_printf(out, "{%s%u}", from, (unsigned)count);
}

/* As many turns as wanted, in chunks that PCRE2 can count. */
static void put_chunks(struct buf *out, struct str atom, uint32_t count)
{
    for (; count > TURNS_MAX; count -= TURNS_MAX)
        put_counted(out, atom, "", TURNS_MAX);
    put_counted(out, atom, "", count);
}

/* The same for up to so many: a full chunk and more, or what there is; else chunks could share their turns in many ways. */
static void put_optional_chunks(struct buf *out, struct str atom, uint32_t count)
{
    uint32_t chunks = (count - 1) / TURNS_MAX;
    for (uint32_t i = 0; i < chunks; i++) {
        buf_add(out, STR("(?:"));
        put_counted(out, atom, "", TURNS_MAX);
    }
    put_counted(out, atom, "0,", count - chunks * TURNS_MAX);
    for (uint32_t i = 0; i < chunks; i++) {
        buf_add_char(out, '|');
        put_counted(out, atom, "0,", TURNS_MAX);
        buf_add_char(out, ')');
    }
}

static int put_turns(struct regex_reader *r, struct turns turns)
{
    struct str lazy = regex_take(r, STR("?")) ? STR("?") : STR_EMPTY;
    bool is_endless = turns.max == REGEX_ENDLESS;
    if (turns.min > turns.max)
        return regex_fail(r, "a repetition has its numbers in the wrong order");
    r->endless_count += turns.max >= MANY_TURNS;
    r->has_atom = false;
    uint32_t last = is_endless ? turns.min : turns.max;
    if (last <= TURNS_MAX) {
        buf_printf(r->out, "{%u,", (unsigned)turns.min);
        if (!is_endless)
            buf_add_int(r->out, turns.max);
        buf_add_char(r->out, '}');
        buf_add(r->out, lazy);
        return 0;
    }
    if (r->is_group || last > TURNS_MAX * CHUNKS_MAX)
        return regex_fail(r, "too many repetitions");
    struct str atom = arena_str(r->out->arena, str_slice(buf_str(r->out), r->atom_start, r->out->n));
    r->out->n = r->atom_start;
    put_chunks(r->out, atom, turns.min);
    if (is_endless) {
        buf_add(r->out, atom);
        buf_add_char(r->out, '*');
    } else if (turns.max > turns.min) {
        put_optional_chunks(r->out, atom, turns.max - turns.min);
    }
    return 0;
}

/* -- All of it ------------------------------------------------------------------------------------------------- */

static int read_term(struct regex_reader *r)
{
    struct turns turns = {0};
    if (take_turns(r, &turns))
        return r->has_atom ? put_turns(r, turns) : regex_fail(r, "there is nothing to repeat");
    uint32_t point = utf8_next(r->text, &r->at);
    switch (point) {
    case '^':
        return put_assertion(r, STR("^"));
    case '$':
        return put_assertion(r, STR("$"));
    case '|':
        return put_assertion(r, STR("|"));
    case '(':
        return open_group(r);
    case ')':
        return close_group(r);
    case '[':
        begin_atom(r);
        return regex_read_class(r);
    case '\\':
        return read_escape(r);
    case '.':
        begin_atom(r);
        buf_add(r->out, STR("[^\\n\\r\\x{2028}\\x{2029}]"));
        return 0;
    default:
        begin_atom(r);
        regex_put_point(r->out, point);
        return 0;
    }
}

int regex_translate(struct arena *arena, struct str pattern, struct buf *out, uint32_t *ret_endless_count,
                    const char **ret_fault)
{
    struct regex_reader r = {.text = pattern, .out = out};
    map_init(&r.names, arena);
    int outcome = note_groups(&r);
    while (outcome == 0 && r.at < pattern.n)
        outcome = read_term(&r);
    if (outcome == 0 && r.depth > 0)
        regex_fail(&r, "a parenthesis is not closed");
    if (arena_failed(arena))
        return -1;
    if (buf_failed(out))
        regex_fail(&r, "too long");
    *ret_fault = r.fault;
    *ret_endless_count = r.endless_count;
    return r.fault ? 1 : 0;
}
