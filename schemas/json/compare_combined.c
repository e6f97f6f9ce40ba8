#include "json/compare.h"

/* Two combinations whose members are being matched: each member of the shorter one, on the left, with one of the other. */
struct pairing {
    struct jss_comparison *c;
    struct jss_part *reader, *writer;
    bool is_writer_left;
    bool needs_same; /* members that are the same, not readable only */
    struct jss_matching matching;
};

static bool is_edge(void *context, uint32_t left, uint32_t right)
{
    struct pairing *p = context;
    struct jss_part *reader = jss_part_member(p->reader, p->is_writer_left ? right : left);
    struct jss_part *writer = jss_part_member(p->writer, p->is_writer_left ? left : right);
    bool is_readable = jss_can_read(p->c, reader, writer);
    if (!p->needs_same || !is_readable)
        return is_readable;
    return reader->is_whole && writer->is_whole &&
           jss_is_same(p->c, reader->of, reader->subschema->node, writer->of, writer->subschema->node);
}

static bool step(void *context, uint64_t steps)
{
    struct pairing *p = context;
    return jss_step(p->c, steps);
}

/* Most changes leave most members as they were: those written alike are matched before any others are asked for. */
static void match_alike(struct pairing *p)
{
    struct jss_part *left = p->is_writer_left ? p->writer : p->reader;
    struct jss_part *right = p->is_writer_left ? p->reader : p->writer;
    struct map rights;
    map_init(&rights, p->c->arena);
    for (size_t i = 0; i < right->distinct_count && jss_step(p->c, 1); i++) {
        if (right->members[i].key.n)
            p->c->failed |= map_put(&rights, right->members[i].key, &p->matching.left_of[i]) < 0;
    }
    for (uint32_t i = 0; i < left->distinct_count && jss_step(p->c, 1); i++) {
        uint32_t *left_of = left->members[i].key.n ? map_get(&rights, left->members[i].key) : NULL;
        uint32_t alike = left_of ? (uint32_t)(left_of - p->matching.left_of) : 0;
        if (left_of && is_edge(p, i, alike)) {
            *left_of = i;
            p->matching.right_of[i] = alike;
        }
    }
}

/* Whether each member of the shorter combination finds one of the other. */
static bool match_members(struct pairing *p)
{
    struct jss_comparison *c = p->c;
    struct jss_matching *m = &p->matching;
    p->is_writer_left = p->writer->distinct_count < p->reader->distinct_count;
    *m = (struct jss_matching){.arena = c->arena, .is_edge = is_edge, .step = step, .context = p};
    m->left_count = (uint32_t)(p->is_writer_left ? p->writer : p->reader)->distinct_count;
    m->right_count = (uint32_t)(p->is_writer_left ? p->reader : p->writer)->distinct_count;
    m->right_of = ARENA_ARRAY(c->arena, m->left_count + (size_t)1, uint32_t);
    m->left_of = ARENA_ARRAY(c->arena, m->right_count + (size_t)1, uint32_t);
    if (!m->right_of || !m->left_of) {
        c->failed = true;
        return true;
    }
    memset(m->right_of, 0xff, m->left_count * sizeof *m->right_of);
    memset(m->left_of, 0xff, m->right_count * sizeof *m->left_of);
    match_alike(p);
    int outcome = jss_match(m);
    c->failed |= outcome < 0 && c->work < c->budget;
    return outcome != 0;
}

static struct str criterion_name(const struct jss_part *part)
{
    return part->criterion == JSS_ALL_OF ? STR("allOf") : part->criterion == JSS_ANY_OF ? STR("anyOf") : STR("oneOf");
}

/* In the order of the writer's members. */
static void list_members(struct pairing *p)
{
    const struct jss_matching *m = &p->matching;
    for (uint32_t i = 0; i < p->writer->distinct_count; i++) {
        uint32_t reader = p->is_writer_left ? m->right_of[i] : m->left_of[i];
        if (reader != JSS_UNMATCHED)
            jss_list_pair(p->c, jss_part_member(p->reader, reader), jss_part_member(p->writer, i),
                          (struct jss_place){criterion_name(p->writer), STR_INT((int64_t)i)});
    }
}

static void pair_and_list(struct pairing *p)
{
    if (!match_members(p))
        jss_differ(p->c, JSS_COMBINED_TYPE_SUBSCHEMAS_CHANGED, JSS_HERE);
    if (p->c->is_listing && p->c->wants_compatible && !p->c->failed)
        list_members(p);
}

/* Another criterion: false when it ends the comparison. */
static bool compare_criteria(struct jss_comparison *c, const struct jss_part *reader, const struct jss_part *writer)
{
    if (reader->criterion == writer->criterion)
        return true;
    bool is_one = reader->member_count == 1, was_one = writer->member_count == 1;
    bool is_extended = reader->criterion == JSS_ANY_OF || (is_one && was_one) ||
                       (was_one && reader->criterion == JSS_ONE_OF) || (is_one && writer->criterion == JSS_ALL_OF);
    jss_differ(c, is_extended ? JSS_COMBINED_TYPE_EXTENDED : JSS_COMBINED_TYPE_CHANGED, JSS_HERE);
    return is_extended;
}

static void compare_sizes(struct jss_comparison *c, const struct jss_part *reader, const struct jss_part *writer)
{
    bool is_product = reader->criterion == JSS_ALL_OF, was_product = writer->criterion == JSS_ALL_OF;
    if (reader->distinct_count > writer->distinct_count)
        jss_differ(c, is_product ? JSS_PRODUCT_TYPE_EXTENDED : JSS_SUM_TYPE_EXTENDED, JSS_HERE);
    else if (reader->distinct_count < writer->distinct_count)
        jss_differ(c, was_product ? JSS_PRODUCT_TYPE_NARROWED : JSS_SUM_TYPE_NARROWED, JSS_HERE);
}

/* What the reference server does not look at: combinations of nothing, and values that match several of a reader's
 * alternatives. The latter do no harm when the alternatives are those of the writer. */
static bool is_sound_as_it_is(struct pairing *p)
{
    struct jss_part *reader = p->reader, *writer = p->writer;
    if (!reader->member_count || !writer->member_count) {
        bool is_same = !reader->member_count && !writer->member_count && reader->criterion == writer->criterion;
        if (!is_same)
            jss_differ(p->c, JSS_COMBINED_TYPE_SUBSCHEMAS_CHANGED, JSS_HERE);
        return is_same;
    }
    if (reader->criterion != JSS_ONE_OF || reader->member_count == 1 || jss_is_disjoint(p->c, reader))
        return true;
    p->needs_same = writer->criterion == JSS_ONE_OF && writer->member_count == reader->member_count &&
                    writer->distinct_count == reader->distinct_count && reader->distinct_count == reader->member_count;
    if (!p->needs_same)
        jss_differ(p->c, JSS_ONE_OF_MAY_OVERLAP, JSS_HERE);
    return p->needs_same;
}

void jss_compare_combined(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct pairing p = {.c = c, .reader = reader, .writer = writer};
    jss_part_sort_out(reader);
    jss_part_sort_out(writer);
    if (!compare_criteria(c, reader, writer))
        return;
    compare_sizes(c, reader, writer);
    if (jss_is_done(c) || (c->is_sound && !is_sound_as_it_is(&p)))
        return;
    pair_and_list(&p);
}
