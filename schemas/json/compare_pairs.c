#include "json/compare.h"

#include "hash.h"

#define NO_PAIR UINT32_MAX
#define FIRST_SLOTS 64

bool jss_step(struct jss_comparison *c, uint64_t steps)
{
    c->work += steps;
    c->failed |= c->reader.failed || c->writer.failed;
    return !c->failed && c->work < c->budget;
}

static struct jss_pair *pair_at(const struct jss_comparison *c, uint32_t number)
{
    return c->pairs.items[number];
}

/* The place of a pair in the table: where it is, or where it would be. */
static size_t slot_of(const struct jss_comparison *c, const struct jss_pair *wanted)
{
    uint64_t parts = hash_mix((uintptr_t)wanted->reader, (uintptr_t)wanted->writer);
    uint64_t nodes = hash_mix((uintptr_t)wanted->reader_node, (uintptr_t)wanted->writer_node);
    size_t slot = (size_t)hash_mix(parts, nodes) & (c->slot_count - 1);
    for (; c->slots[slot]; slot = (slot + 1) & (c->slot_count - 1)) {
        const struct jss_pair *pair = pair_at(c, c->slots[slot] - 1);
        if (pair->reader == wanted->reader && pair->writer == wanted->writer &&
            pair->reader_node == wanted->reader_node && pair->writer_node == wanted->writer_node)
            break;
    }
    return slot;
}

static bool grow_slots(struct jss_comparison *c)
{
    size_t count = c->slot_count ? c->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = ARENA_ARRAY(c->arena, count, uint32_t);
    if (!slots)
        return false;
    c->slots = slots;
    c->slot_count = count;
    for (size_t i = 0; i < c->pairs.count; i++)
        c->slots[slot_of(c, c->pairs.items[i])] = (uint32_t)i + 1;
    return true;
}

/* The number of the pair, added when it is new; NO_PAIR without memory. */
static uint32_t pair_add(struct jss_comparison *c, const struct jss_pair *wanted)
{
    if (c->pairs.count * 2 >= c->slot_count && !grow_slots(c)) {
        c->failed = true;
        return NO_PAIR;
    }
    size_t slot = slot_of(c, wanted);
    if (c->slots[slot])
        return c->slots[slot] - 1;
    struct jss_pair *pair = ARENA_NEW(c->arena, struct jss_pair);
    if (!pair || !VEC_PUSH(c->arena, &c->pairs, pair) || !VEC_PUSH(c->arena, &c->fresh, (uint32_t)c->pairs.count - 1)) {
        c->failed = true;
        return NO_PAIR;
    }
    *pair = *wanted;
    c->slots[slot] = (uint32_t)c->pairs.count;
    return (uint32_t)c->pairs.count - 1;
}

static void refute(struct jss_comparison *c, uint32_t number)
{
    struct jss_pair *pair = pair_at(c, number);
    if (pair->is_refuted)
        return;
    pair->is_refuted = true;
    if (!VEC_PUSH(c->arena, &c->refuted, number))
        c->failed = true;
}

/* Notes that the current pair asked for another one, unless it was the last one to do so. */
static void add_user(struct jss_comparison *c, struct jss_pair *pair, bool is_required)
{
    struct jss_user *last = pair->first_user ? &c->users.items[pair->first_user - 1] : NULL;
    if (last && last->pair == c->current) {
        last->is_required |= is_required;
        return;
    }
    struct jss_user user = {c->current, pair->first_user, is_required};
    if (!VEC_PUSH(c->arena, &c->users, user)) {
        c->failed = true;
        return;
    }
    pair->first_user = (uint32_t)c->users.count;
}

/* -- Deciding ------------------------------------------------------------------------------------------------ */

static void look(struct jss_comparison *c, struct jss_pair *pair)
{
    c->is_refuted = false;
    if (!jss_step(c, 1))
        return;
    if (pair->reader_node)
        jss_compare_same(c, pair);
    else
        jss_compare_parts(c, pair->reader, pair->writer);
}

static void decide_pair(struct jss_comparison *c, uint32_t number)
{
    struct jss_pair *pair = pair_at(c, number);
    if (pair->is_refuted)
        return;
    c->current = number;
    look(c, pair);
    if (c->is_refuted)
        refute(c, number);
}

static void tell_users(struct jss_comparison *c, const struct jss_pair *pair)
{
    for (uint32_t next = pair->first_user; next && jss_step(c, 1);) {
        struct jss_user user = c->users.items[next - 1];
        struct jss_pair *of = pair_at(c, user.pair);
        next = user.next;
        if (user.is_required) {
            refute(c, user.pair);
        } else if (!of->is_refuted && !of->is_waiting) {
            of->is_waiting = true;
            c->failed |= !VEC_PUSH(c->arena, &c->waiting, user.pair);
        }
    }
}

/* New pairs first: a pair that is looked at again then finds as many verdicts as there can be. False when it cannot go on. */
static bool settle(struct jss_comparison *c)
{
    while (jss_step(c, 1)) {
        if (c->fresh.count) {
            decide_pair(c, VEC_POP(&c->fresh));
        } else if (c->refuted.count) {
            tell_users(c, pair_at(c, VEC_POP(&c->refuted)));
        } else if (c->next_waiting < c->waiting.count) {
            uint32_t number = c->waiting.items[c->next_waiting++];
            pair_at(c, number)->is_waiting = false;
            decide_pair(c, number);
        } else {
            c->waiting.count = c->next_waiting = 0;
            return true;
        }
    }
    return false;
}

bool jss_decide(struct jss_comparison *c)
{
    struct jss_pair root = {.reader = jss_part_of(&c->reader, c->reader.schema->document->schema),
                            .writer = jss_part_of(&c->writer, c->writer.schema->document->schema)};
    return pair_add(c, &root) == 0 && settle(c);
}

struct jss_pair *jss_root_pair(const struct jss_comparison *c)
{
    return pair_at(c, 0);
}

/* Whether the verdict rests on no other pair. */
static bool is_plain(const struct jss_pair *pair)
{
    enum jss_part_kind reader = pair->reader->kind, writer = pair->writer->kind;
    if (pair->reader_node || reader == JSS_PART_COMBINED || writer == JSS_PART_COMBINED)
        return false;
    return reader != writer || (reader != JSS_PART_OBJECT && reader != JSS_PART_ARRAY && reader != JSS_PART_NOT &&
                                reader != JSS_PART_CONDITION && reader != JSS_PART_UNEVALUATED);
}

/* Decides a new pair while another one is being looked at. */
static void decide_at_once(struct jss_comparison *c)
{
    uint32_t current = c->current;
    bool is_refuted = c->is_refuted;
    decide_pair(c, VEC_POP(&c->fresh));
    c->current = current;
    c->is_refuted = is_refuted;
}

/* The pair, decided when it is new while others are being listed (a pair that was refuted early did not ask for all). */
static struct jss_pair *ask(struct jss_comparison *c, const struct jss_pair *wanted, bool is_required)
{
    size_t before = c->fresh.count;
    uint32_t number = jss_step(c, 1) ? pair_add(c, wanted) : NO_PAIR;
    if (number == NO_PAIR)
        return NULL;
    struct jss_pair *pair = pair_at(c, number);
    if (!c->is_listing) {
        if (c->fresh.count > before && is_plain(pair))
            decide_at_once(c);
        add_user(c, pair, is_required);
        return pair;
    }
    if (c->fresh.count) {
        c->is_listing = false;
        settle(c);
        c->is_listing = true;
    }
    return pair;
}

/* -- Looking ------------------------------------------------------------------------------------------------- */

static bool is_compatible(const struct jss_comparison *c, enum jss_difference difference)
{
    enum jss_difference_class class = jss_difference_rows[difference].class;
    return class == JSS_COMPATIBLE || (class == JSS_LENIENT && c->policy == SCHEMA_POLICY_LENIENT);
}

static void add_item(struct jss_comparison *c, struct jss_pair *pair, enum jss_difference difference,
                     struct jss_place place)
{
    struct jss_item item = {pair, difference, c->path};
    if (place.keyword.p && place.name.p)
        item.path = ARENA_JOIN(c->arena, c->path, STR("/"), place.keyword, STR("/"), place.name);
    else if (place.keyword.p)
        item.path = ARENA_JOIN(c->arena, c->path, STR("/"), place.keyword);
    c->failed |= !item.path.p || !VEC_PUSH(c->arena, &c->items, item);
}

void jss_differ(struct jss_comparison *c, enum jss_difference difference, struct jss_place place)
{
    bool is_fine = is_compatible(c, difference);
    if (!c->is_listing)
        c->is_refuted |= !is_fine;
    else if (!is_fine || c->wants_compatible)
        add_item(c, NULL, difference, place);
}

bool jss_require(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct jss_place place)
{
    struct jss_pair *pair = ask(c, &(struct jss_pair){.reader = reader, .writer = writer}, true);
    if (!pair)
        return true;
    if (!c->is_listing)
        c->is_refuted |= pair->is_refuted;
    else if (pair->is_refuted || c->wants_compatible)
        add_item(c, pair, JSS_UNDECIDED, place);
    return !pair->is_refuted;
}

bool jss_can_read(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer)
{
    struct jss_pair *pair = ask(c, &(struct jss_pair){.reader = reader, .writer = writer}, false);
    return !pair || !pair->is_refuted;
}

bool jss_is_same(struct jss_comparison *c, struct jss_parts *reader_of, const struct jtree_node *reader,
                 struct jss_parts *writer_of, const struct jtree_node *writer)
{
    struct jss_pair wanted = {
        .reader = &reader_of->empty, .writer = &writer_of->empty, .reader_node = reader, .writer_node = writer};
    struct jss_pair *pair = ask(c, &wanted, false);
    return !pair || !pair->is_refuted;
}

void jss_list_pair(struct jss_comparison *c, struct jss_part *reader, struct jss_part *writer, struct jss_place place)
{
    if (!c->is_listing || !c->wants_compatible)
        return;
    struct jss_pair *pair = ask(c, &(struct jss_pair){.reader = reader, .writer = writer}, false);
    if (pair)
        add_item(c, pair, JSS_UNDECIDED, place);
}

void jss_look_at(struct jss_comparison *c, struct jss_pair *pair, struct str path, jss_items *ret)
{
    c->is_listing = true;
    c->path = path;
    c->items = (jss_items){0};
    look(c, pair);
    *ret = c->items;
}
