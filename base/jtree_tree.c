#include "jtree.h"

#include "decimal.h"
#include "map.h"
#include "vec.h"

/* From this many members on, comparing objects takes a map. */
#define MAP_FROM 10

const struct jtree_node *jtree_member(const struct jtree_node *node, struct str name)
{
    if (!node || node->kind != JTREE_KIND_OBJECT)
        return NULL;
    for (const struct jtree_node *member = node->first; member; member = member->next) {
        if (!member->shadowed && str_equal(member->name, name))
            return member;
    }
    return NULL;
}

const char *jtree_kind_name(enum jtree_kind kind)
{
    static const char *const names[JTREE_KIND_COUNT_] = {"null",   "boolean", "boolean", "number",
                                                         "string", "array",   "object"};
    return kind < JTREE_KIND_COUNT_ ? names[kind] : "unknown";
}

struct pair {
    const struct jtree_node *a, *b;
};

typedef VEC(struct pair) pairs;

static bool numbers_equal(struct str a, struct str b)
{
    struct decimal x, y;
    if (decimal_parse(a, &x) != DECIMAL_OK || decimal_parse(b, &y) != DECIMAL_OK)
        return str_equal(a, b);
    return decimal_compare(&x, &y) == 0;
}

static bool push_arrays(struct arena *scratch, pairs *todo, const struct jtree_node *a, const struct jtree_node *b)
{
    const struct jtree_node *y = b->first;
    for (const struct jtree_node *x = a->first; x; x = x->next, y = y->next) {
        if (!VEC_PUSH(scratch, todo, (struct pair){x, y}))
            return false;
    }
    return true;
}

static size_t count_members(const struct jtree_node *object)
{
    size_t count = 0;
    for (const struct jtree_node *member = object->first; member; member = member->next)
        count += !member->shadowed;
    return count;
}

static bool push_objects(struct arena *scratch, pairs *todo, const struct jtree_node *a, struct jtree_node *b)
{
    struct map members;
    bool uses_map = b->count >= MAP_FROM;
    if (count_members(a) != count_members(b))
        return false;
    map_init(&members, scratch);
    for (struct jtree_node *y = b->first; y && uses_map; y = y->next) {
        if (!y->shadowed && map_put(&members, y->name, y) < 0)
            return false;
    }
    for (const struct jtree_node *x = a->first; x; x = x->next) {
        if (x->shadowed)
            continue;
        const struct jtree_node *y = uses_map ? map_get(&members, x->name) : jtree_member(b, x->name);
        if (!y || !VEC_PUSH(scratch, todo, (struct pair){x, y}))
            return false;
    }
    return true;
}

bool jtree_equal(const struct jtree_node *a, const struct jtree_node *b, struct arena *scratch)
{
    pairs todo = {0};
    if (!VEC_PUSH(scratch, &todo, (struct pair){a, b}))
        return false;
    while (todo.count) {
        struct pair pair = VEC_POP(&todo);
        enum jtree_kind kind = pair.a->kind;
        if (kind != pair.b->kind)
            return false;
        if (kind == JTREE_KIND_STRING && !str_equal(pair.a->text, pair.b->text))
            return false;
        if (kind == JTREE_KIND_NUMBER && !numbers_equal(pair.a->text, pair.b->text))
            return false;
        if (kind == JTREE_KIND_ARRAY &&
            (pair.a->count != pair.b->count || !push_arrays(scratch, &todo, pair.a, pair.b)))
            return false;
        if (kind == JTREE_KIND_OBJECT && !push_objects(scratch, &todo, pair.a, (struct jtree_node *)(uintptr_t)pair.b))
            return false;
    }
    return true;
}
