#include "json/values.h"

#include "hash.h"
#include "json/numbers.h"

/* Up to so many items without arrays and objects are compared with each other, more by hash. */
#define FEW_ITEMS 8
/* Objects of more members than this are searched by a table when the order of members differs. */
#define FEW_MEMBERS 16
/* Bytes that are hashed in one step. */
#define BYTES_PER_STEP 32

static bool take_steps(struct jss_values *values, uint64_t steps)
{
    bool suffices = *values->budget >= steps;
    *values->budget = suffices ? *values->budget - steps : 0;
    return suffices;
}

static bool is_container(const struct jtree_node *node)
{
    return node->kind == JTREE_KIND_ARRAY || node->kind == JTREE_KIND_OBJECT;
}

static bool scalars_are_equal(const struct jtree_node *a, const struct jtree_node *b)
{
    struct jss_number x, y;
    if (a->kind != b->kind)
        return false;
    if (a->kind != JTREE_KIND_NUMBER)
        return str_equal(a->text, b->text);
    if (str_equal(a->text, b->text))
        return true;
    return jss_number_read(a->text, &x) && jss_number_read(b->text, &y) && jss_number_compare(&x, &y) == 0;
}

/* -- Hashes --------------------------------------------------------------------------------------------------- */

static uint64_t hash_scalar(const struct jtree_node *node)
{
    struct jss_number number;
    uint64_t kind = (uint64_t)node->kind;
    if (node->kind == JTREE_KIND_STRING)
        return hash_mix(kind, hash_bytes(node->text));
    if (node->kind != JTREE_KIND_NUMBER)
        return hash_mix(kind, kind);
    return hash_mix(kind, jss_number_read(node->text, &number) ? jss_number_hash(&number) : hash_bytes(node->text));
}

static const struct jtree_node *counting(const struct jtree_node *child)
{
    while (child && child->shadowed)
        child = child->next;
    return child;
}

/* A child's hash goes into that of its container: members in any order. */
static void add_hash(struct jss_open_value *open, uint64_t hash)
{
    bool is_object = open->container->kind == JTREE_KIND_OBJECT;
    open->hash = is_object ? open->hash + hash_mix(hash_bytes(open->next->name), hash) : hash_mix(open->hash, hash);
    open->next = counting(open->next->next);
}

/* Gives the hash of a value to the container that is open, or to the caller when none is: true. */
static bool give_hash(struct jss_values *values, uint64_t hash, uint64_t *ret)
{
    if (values->open.count == 0) {
        *ret = hash;
        return true;
    }
    add_hash(&VEC_LAST(&values->open), hash);
    return false;
}

enum jss_answer jss_value_hash(struct jss_values *values, const struct jtree_node *node, uint64_t *ret)
{
    values->open.count = 0;
    for (;; node = VEC_LAST(&values->open).next) {
        struct jss_open_value value = {node, counting(node->first), (uint64_t)node->kind};
        if (!take_steps(values, 1 + (node->text.n + node->name.n) / BYTES_PER_STEP))
            return JSS_NO_STEPS;
        if (!is_container(node)) {
            if (give_hash(values, hash_scalar(node), ret))
                return JSS_YES;
        } else if (!VEC_PUSH(values->arena, &values->open, value)) {
            return JSS_NO_ROOM;
        }
        while (!VEC_LAST(&values->open).next) {
            struct jss_open_value done = VEC_POP(&values->open);
            if (give_hash(values, hash_mix(done.hash, 0), ret))
                return JSS_YES;
        }
    }
}

/* -- Equality ------------------------------------------------------------------------------------------------- */

static enum jss_answer push_pair(struct jss_values *values, const struct jtree_node *a, const struct jtree_node *b)
{
    return VEC_PUSH(values->arena, &values->pairs, (struct jss_pair_of_values){a, b}) ? JSS_YES : JSS_NO_ROOM;
}

static enum jss_answer push_items(struct jss_values *values, const struct jtree_node *a, const struct jtree_node *b)
{
    enum jss_answer answer = a->count == b->count ? JSS_YES : JSS_NO;
    const struct jtree_node *y = b->first;
    for (const struct jtree_node *x = a->first; x && answer == JSS_YES; x = x->next, y = y->next)
        answer = push_pair(values, x, y);
    return answer;
}

static size_t count_members(const struct jtree_node *object)
{
    size_t count = object->count;
    for (const struct jtree_node *member = object->first; object->has_duplicates && member; member = member->next)
        count -= member->shadowed;
    return count;
}

/* Makes an empty table for so many nodes. */
static bool make_table(struct jss_values *values, struct jss_hash_table *table, size_t count)
{
    size_t slots = 16;
    while (slots < count * 2)
        slots *= 2;
    table->count = 0;
    if (!VEC_RESERVE(values->arena, table, slots))
        return false;
    memset(table->items, 0, slots * sizeof *table->items);
    table->count = slots;
    return true;
}

static struct jss_hashed *slot_of(const struct jss_hash_table *table, uint64_t hash)
{
    return &table->items[hash & (table->count - 1)];
}

static struct jss_hashed *next_slot(const struct jss_hash_table *table, struct jss_hashed *slot)
{
    return slot + 1 < table->items + table->count ? slot + 1 : table->items;
}

static void put_name(struct jss_values *values, const struct jtree_node *member)
{
    uint64_t hash = hash_bytes(member->name);
    struct jss_hashed *slot = slot_of(&values->members, hash);
    while (slot->node)
        slot = next_slot(&values->members, slot);
    *slot = (struct jss_hashed){hash, member};
}

static const struct jtree_node *find_name(const struct jss_values *values, struct str name)
{
    uint64_t hash = hash_bytes(name);
    struct jss_hashed *slot = slot_of(&values->members, hash);
    while (slot->node && !(slot->hash == hash && str_equal(slot->node->name, name)))
        slot = next_slot(&values->members, slot);
    return slot->node;
}

/* The members of b for those of a, from a place on where their order differs. */
static enum jss_answer push_by_name(struct jss_values *values, const struct jtree_node *rest_of_a,
                                    const struct jtree_node *b)
{
    bool uses_table = b->count > FEW_MEMBERS;
    if (uses_table) {
        if (!make_table(values, &values->members, b->count))
            return JSS_NO_ROOM;
        for (const struct jtree_node *y = b->first; y; y = y->next) {
            if (!y->shadowed)
                put_name(values, y);
        }
    }
    for (const struct jtree_node *x = rest_of_a; x; x = counting(x->next)) {
        const struct jtree_node *y = uses_table ? find_name(values, x->name) : jtree_member(b, x->name);
        enum jss_answer answer = y ? push_pair(values, x, y) : JSS_NO;
        if (answer != JSS_YES)
            return answer;
    }
    return JSS_YES;
}

static enum jss_answer push_members(struct jss_values *values, const struct jtree_node *a, const struct jtree_node *b)
{
    if (count_members(a) != count_members(b))
        return JSS_NO;
    const struct jtree_node *x = counting(a->first), *y = counting(b->first);
    for (; x && str_equal(x->name, y->name); x = counting(x->next), y = counting(y->next)) {
        enum jss_answer answer = push_pair(values, x, y);
        if (answer != JSS_YES)
            return answer;
    }
    return x ? push_by_name(values, x, b) : JSS_YES;
}

enum jss_answer jss_values_are_equal(struct jss_values *values, const struct jtree_node *a, const struct jtree_node *b)
{
    if (!is_container(a))
        return scalars_are_equal(a, b) ? JSS_YES : JSS_NO;
    values->pairs.count = 0;
    enum jss_answer answer = push_pair(values, a, b);
    while (answer == JSS_YES && values->pairs.count) {
        struct jss_pair_of_values pair = VEC_POP(&values->pairs);
        if (pair.a->kind != pair.b->kind)
            answer = JSS_NO;
        else if (!take_steps(values, 1 + pair.a->count))
            answer = JSS_NO_STEPS;
        else if (pair.a->kind == JTREE_KIND_ARRAY)
            answer = push_items(values, pair.a, pair.b);
        else if (pair.a->kind == JTREE_KIND_OBJECT)
            answer = push_members(values, pair.a, pair.b);
        else
            answer = scalars_are_equal(pair.a, pair.b) ? JSS_YES : JSS_NO;
    }
    return answer;
}

/* -- Unique items --------------------------------------------------------------------------------------------- */

static bool are_few_scalars(const struct jtree_node *array)
{
    if (array->count > FEW_ITEMS)
        return false;
    for (const struct jtree_node *item = array->first; item; item = item->next) {
        if (is_container(item))
            return false;
    }
    return true;
}

static size_t index_of(const struct jtree_node *array, const struct jtree_node *node)
{
    size_t index = 0;
    for (const struct jtree_node *item = array->first; item != node; item = item->next)
        index++;
    return index;
}

static enum jss_answer repeated(const struct jtree_node *array, const struct jtree_node *a, const struct jtree_node *b,
                                size_t *ret_a, size_t *ret_b)
{
    *ret_a = index_of(array, a);
    *ret_b = index_of(array, b);
    return JSS_NO;
}

/* Puts an item into the table; JSS_NO when an equal one is there, *ret_other. */
static enum jss_answer put_item(struct jss_values *values, const struct jtree_node *item,
                                const struct jtree_node **ret_other)
{
    uint64_t hash;
    enum jss_answer answer = jss_value_hash(values, item, &hash);
    if (answer != JSS_YES)
        return answer;
    struct jss_hashed *slot = slot_of(&values->items, hash);
    for (; slot->node; slot = next_slot(&values->items, slot)) {
        answer = slot->hash == hash ? jss_values_are_equal(values, slot->node, item) : JSS_NO;
        if (answer != JSS_NO) {
            *ret_other = slot->node;
            return answer == JSS_YES ? JSS_NO : answer;
        }
    }
    *slot = (struct jss_hashed){hash, item};
    return JSS_YES;
}

static enum jss_answer hashes_are_unique(struct jss_values *values, const struct jtree_node *array, size_t *ret_a,
                                         size_t *ret_b)
{
    if (!make_table(values, &values->items, array->count))
        return JSS_NO_ROOM;
    for (const struct jtree_node *item = array->first; item; item = item->next) {
        const struct jtree_node *other;
        enum jss_answer answer = put_item(values, item, &other);
        if (answer == JSS_NO)
            return repeated(array, other, item, ret_a, ret_b);
        if (answer != JSS_YES)
            return answer;
    }
    return JSS_YES;
}

enum jss_answer jss_items_are_unique(struct jss_values *values, const struct jtree_node *array, size_t *ret_a,
                                     size_t *ret_b)
{
    if (!take_steps(values, array->count))
        return JSS_NO_STEPS;
    if (are_few_scalars(array)) {
        for (const struct jtree_node *b = array->first; b; b = b->next) {
            for (const struct jtree_node *a = array->first; a != b; a = a->next) {
                if (scalars_are_equal(a, b))
                    return repeated(array, a, b, ret_a, ret_b);
            }
        }
        return JSS_YES;
    }
    return hashes_are_unique(values, array, ret_a, ret_b);
}
