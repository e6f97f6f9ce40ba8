#include "compare.h"

#include "describe.h"
#include "format.h"

const struct pb_difference_row pb_difference_rows[PB_DIFFERENCE_COUNT_] = {
#define COMPATIBLE true
#define INCOMPATIBLE false
#define DIFFERENCE_ROW(type, class, sentence) [PB_##type] = {#type, class, sentence},
#include "differences.def"
#undef DIFFERENCE_ROW
#undef COMPATIBLE
#undef INCOMPATIBLE
};

/* Two messages, and who rests on them. */
struct pair {
    const struct pb_message *key[2]; /* reader, writer; NULL, NULL: the files */
    bool is_refuted;
    bool is_open; /* being listed */
    VEC(uint32_t) users;
};

struct compare {
    struct pb_comparison c;
    struct map numbers; /* key of a pair -> its number + 1 */
    VEC(struct pair *) pairs;
    VEC(uint32_t) refuted; /* whose users are still to be told */
};

/* -- Deciding: everything is taken for compatible, and what is refuted spreads to its users -------------------------- */

static struct pair *pair_at(const struct compare *compare, uint32_t number)
{
    return compare->pairs.items[number];
}

static struct pair *pair_find(const struct compare *compare, const struct pb_item *item)
{
    const struct pb_message *key[2] = {item->reader, item->writer};
    uintptr_t number = (uintptr_t)map_get(&compare->numbers, (struct str){(const char *)key, sizeof key});
    return number ? pair_at(compare, (uint32_t)number - 1) : NULL;
}

/* The number of the pair, added when it is new; UINT32_MAX without memory. */
static uint32_t pair_add(struct compare *compare, const struct pb_message *reader, const struct pb_message *writer)
{
    const struct pb_message *key[2] = {reader, writer};
    uintptr_t number = (uintptr_t)map_get(&compare->numbers, (struct str){(const char *)key, sizeof key});
    if (number)
        return (uint32_t)number - 1;
    struct pair *pair = ARENA_NEW(compare->c.arena, struct pair);
    if (!pair || !VEC_PUSH(compare->c.arena, &compare->pairs, pair))
        return UINT32_MAX;
    memcpy(pair->key, key, sizeof key);
    if (map_put(&compare->numbers, (struct str){(const char *)pair->key, sizeof pair->key},
                (void *)(uintptr_t)compare->pairs.count) < 0)
        return UINT32_MAX;
    return (uint32_t)compare->pairs.count - 1;
}

static void collect(struct compare *compare, const struct pb_message *reader, const struct pb_message *writer,
                    struct str path, pb_items *ret)
{
    *ret = (pb_items){0};
    compare->c.items = (void *)ret;
    if (reader)
        pb_compare_messages(&compare->c, reader, writer, path);
    else
        pb_compare_files(&compare->c);
}

static bool refute(struct compare *compare, uint32_t number)
{
    struct pair *pair = pair_at(compare, number);
    if (pair->is_refuted)
        return true;
    pair->is_refuted = true;
    return VEC_PUSH(compare->c.arena, &compare->refuted, number);
}

static int decide_pair(struct compare *compare, uint32_t number)
{
    const struct pb_message *const *key = pair_at(compare, number)->key;
    pb_items items;
    collect(compare, key[0], key[1], STR_EMPTY, &items);
    for (size_t i = 0; i < items.count && !compare->c.failed; i++) {
        const struct pb_item *item = &items.items[i];
        if (item->kind == PB_ITEM_DIFFERENCE) {
            if (!pb_difference_rows[item->difference].is_compatible && !refute(compare, number))
                return -1;
            continue;
        }
        uint32_t other = pair_add(compare, item->reader, item->writer);
        if (other == UINT32_MAX || !VEC_PUSH(compare->c.arena, &pair_at(compare, other)->users, number))
            return -1;
    }
    return compare->c.failed ? -1 : 0;
}

/* 0; 1 = out of budget; -1 = no memory. */
static int decide(struct compare *compare)
{
    if (pair_add(compare, NULL, NULL) != 0)
        return -1;
    for (uint32_t number = 0; number < compare->pairs.count; number++) {
        if (decide_pair(compare, number) != 0)
            return -1;
        if (compare->c.work >= compare->c.budget)
            return 1;
    }
    while (compare->refuted.count) {
        const struct pair *pair = pair_at(compare, VEC_POP(&compare->refuted));
        for (size_t i = 0; i < pair->users.count; i++) {
            if (!pb_step(&compare->c))
                return 1;
            if (!refute(compare, pair->users.items[i]))
                return -1;
        }
    }
    return 0;
}

/* -- Listing ------------------------------------------------------------------------------------------------- */

/* A pair whose items are being listed. */
struct frame {
    struct pair *pair;
    pb_items items;
    size_t next;
};

struct lister {
    struct compare *compare;
    struct schema_differences *found;
    VEC(struct frame) frames;
};

static int add(struct lister *l, enum pb_difference difference, struct str path)
{
    const struct pb_difference_row *row = &pb_difference_rows[difference];
    if (row->is_compatible && !l->compare->c.wants_compatible)
        return 0;
    if (l->found->count >= SCHEMA_DIFFERENCES_MAX) {
        l->found->truncated = true;
        return 0;
    }
    struct schema_difference added = {row->name, path, STR_EMPTY};
    return path.p && VEC_PUSH(l->compare->c.arena, l->found, added) ? 0 : -1;
}

static int open_pair(struct lister *l, struct pair *pair, struct str path)
{
    struct frame frame = {.pair = pair};
    pair->is_open = true;
    collect(l->compare, pair->key[0], pair->key[1], path, &frame.items);
    return !l->compare->c.failed && VEC_PUSH(l->compare->c.arena, &l->frames, frame) ? 0 : -1;
}

/* A refuted type is listed wherever a field has it, except inside of itself. */
static int list_item(struct lister *l, const struct pb_item *item)
{
    struct pair *pair = pair_find(l->compare, item);
    bool is_wanted = pair && (pair->is_refuted || (l->compare->c.wants_compatible && item->kind == PB_ITEM_NESTED));
    if (!is_wanted || pair->is_open)
        return 0;
    struct str path = item->kind == PB_ITEM_NESTED ? item->path : pb_type_path(&l->compare->c, item->reader);
    return open_pair(l, pair, path);
}

static int list_step(struct lister *l)
{
    struct frame *frame = &VEC_LAST(&l->frames);
    if (frame->next == frame->items.count) {
        frame->pair->is_open = false;
        (void)VEC_POP(&l->frames);
        if (!l->frames.count)
            return 0;
        /* Behind what is inside of the type stands that the type has changed. */
        const struct frame *user = &VEC_LAST(&l->frames);
        const struct pb_item *item = &user->items.items[user->next - 1];
        return item->kind == PB_ITEM_TYPE ? add(l, PB_FIELD_NAMED_TYPE_CHANGED, item->path) : 0;
    }
    struct pb_item item = frame->items.items[frame->next++];
    return item.kind == PB_ITEM_DIFFERENCE ? add(l, item.difference, item.path) : list_item(l, &item);
}

static int list(struct lister *l)
{
    l->compare->c.wants_paths = true;
    int outcome = open_pair(l, pair_at(l->compare, 0), STR("#"));
    while (outcome == 0 && l->frames.count && !l->found->truncated) {
        outcome = list_step(l);
        if (l->compare->c.work >= l->compare->c.budget)
            l->found->truncated = true; /* it is decided that they are incompatible; not all reasons are told */
    }
    return outcome;
}

/* -- Both ---------------------------------------------------------------------------------------------------- */

static int compare_schemas(struct pb_comparison *c, uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    struct compare compare = {.c = *c};
    struct lister l = {.compare = &compare, .found = ret};
    uint64_t allowed = *budget < SCHEMA_COMPARE_BUDGET ? *budget : SCHEMA_COMPARE_BUDGET;
    compare.c.budget = allowed;
    map_init(&compare.numbers, c->arena);
    int outcome = decide(&compare);
    bool is_undecided = outcome == 1, is_refuted = outcome == 0 && pair_at(&compare, 0)->is_refuted;
    if (outcome == 0 && (compare.c.wants_compatible || is_refuted))
        outcome = list(&l);
    /* Whoever finds no difference takes it for compatible: without steps left to tell one it is as if nothing were decided. */
    is_undecided |= is_refuted && !ret->count;
    if (is_undecided && outcome >= 0) {
        ret->truncated = false;
        outcome = add(&l, PB_UNDECIDED, STR("#/"));
    }
    *budget -= compare.c.work < allowed ? compare.c.work : allowed;
    if (outcome != 0 || compare.c.failed || arena_failed(c->arena))
        return error_raise(err, INTERNAL);
    return is_undecided ? 1 : 0;
}

int pb_compare_all(const struct pb_schema *reader, const struct pb_schema *writer, bool is_sound, struct arena *arena,
                   uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    struct pb_comparison c = {.arena = arena,
                              .reader_root = reader->root,
                              .writer_root = writer->root,
                              .is_sound = is_sound,
                              .wants_compatible = true};
    return compare_schemas(&c, budget, ret, err);
}

int pb_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena, uint64_t *budget,
               struct schema_differences *ret, struct error *err)
{
    const struct pb_schema *r = reader, *w = writer;
    struct pb_comparison c = {
        .arena = arena, .reader_root = r->root, .writer_root = w->root, .is_sound = policy == SCHEMA_POLICY_SOUND};
    return compare_schemas(&c, budget, ret, err);
}

struct str pb_describe(struct arena *arena, const struct schema_difference *d, struct str reader_role,
                       struct str writer_role)
{
    const char *sentence = pb_difference_rows[PB_UNDECIDED].sentence;
    for (size_t i = 0; i < PB_DIFFERENCE_COUNT_; i++) {
        if (pb_difference_rows[i].name == d->type)
            sentence = pb_difference_rows[i].sentence;
    }
    return describe_difference(arena, d, sentence, "\"}", reader_role, writer_role);
}
