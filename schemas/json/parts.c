#include "json/parts.h"

/* A step for so many bytes of a text that is made. */
#define BYTES_PER_STEP 16

/* -- Circles: schemas that lead back to themselves without a step into the value, so that they say nothing ------ */

struct circles {
    uint32_t *ways; /* by number of a schema: those on from it that may end in a circle */
    uint32_t *first_referrer, *next_referrer; /* by number: number + 1 */
    uint32_t *ended; /* schemas that have none */
    size_t ended_count;
};

/* Whether it is for the value that the schema around it is for. */
static bool is_in_place(const struct jss_subschema *subschema)
{
    static const struct str keywords[] = {STR("allOf"),       STR("anyOf"), STR("oneOf"), STR("not"),
                                          STR("if"),          STR("then"),  STR("else"),  STR("dependentSchemas"),
                                          STR("dependencies")};
    const struct jss_subschema *around = subschema->parent;
    if (!around || (around->reference.p && around->dialect <= JSS_DRAFT_07))
        return false;
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
        if (str_equal(keywords[i], subschema->keyword))
            return true;
    }
    return false;
}

static void count_ways(struct circles *c, const struct jss_schema *schema)
{
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        if (is_in_place(subschema))
            c->ways[subschema->parent->number]++;
        if (subschema->target) {
            c->ways[i]++;
            c->next_referrer[i] = c->first_referrer[subschema->target->number];
            c->first_referrer[subschema->target->number] = (uint32_t)i + 1;
        }
    }
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        if (!c->ways[i])
            c->ended[c->ended_count++] = (uint32_t)i;
    }
}

static void end_way(struct circles *c, uint32_t number)
{
    if (--c->ways[number] == 0)
        c->ended[c->ended_count++] = number;
}

static void end_ways(struct circles *c, const struct jss_schema *schema)
{
    for (size_t i = 0; i < c->ended_count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[c->ended[i]];
        if (is_in_place(subschema))
            end_way(c, subschema->parent->number);
        for (uint32_t next = c->first_referrer[subschema->number]; next; next = c->next_referrer[next - 1])
            end_way(c, next - 1);
    }
}

/* By number of a schema: not 0 when it leads into a circle. NULL without memory. */
static uint32_t *find_circles(const struct jss_schema *schema, uint64_t *work, struct arena *arena)
{
    size_t room = schema->subschemas.count + 1;
    struct circles c = {
        .ways = ARENA_ARRAY(arena, room, uint32_t),
        .first_referrer = ARENA_ARRAY(arena, room, uint32_t),
        .next_referrer = ARENA_ARRAY(arena, room, uint32_t),
        .ended = ARENA_ARRAY(arena, room, uint32_t),
    };
    if (!c.ways || !c.first_referrer || !c.next_referrer || !c.ended)
        return NULL;
    *work += room;
    count_ways(&c, schema);
    end_ways(&c, schema);
    return c.ways;
}

/* -- Access -------------------------------------------------------------------------------------------------- */

int jss_parts_init(struct jss_parts *parts, const struct jss_schema *schema, bool is_sound, uint64_t *work,
                   struct arena *arena)
{
    *parts = (struct jss_parts){.schema = schema, .arena = arena, .is_sound = is_sound, .work = work};
    parts->empty = (struct jss_part){.kind = JSS_PART_EMPTY, .of = parts};
    parts->by_subschema = ARENA_ARRAY(arena, schema->subschemas.count + 1, struct jss_part *);
    if (is_sound)
        parts->circles = find_circles(schema, work, arena);
    return parts->by_subschema && (parts->circles || !is_sound) ? 0 : -1;
}

struct jss_part *jss_part_new(struct jss_parts *parts, enum jss_part_kind kind, const struct jss_subschema *subschema)
{
    struct jss_part *part = ARENA_NEW(parts->arena, struct jss_part);
    if (!part) {
        parts->failed = true;
        return &parts->empty;
    }
    part->kind = kind;
    part->subschema = subschema;
    part->of = parts;
    return part;
}

/* The part at the end of a way of references, which is remembered for all of them. */
static struct jss_part *follow(struct jss_parts *parts, const struct jss_subschema *subschema)
{
    VEC(const struct jss_subschema *) passed = {0};
    struct jss_part *part = NULL;
    for (const struct jss_subschema *at = subschema; !part; at = at->target) {
        part = parts->by_subschema[at->number];
        if (!part)
            part = jss_part_cut(parts, at);
        if (!part && !VEC_PUSH(parts->arena, &passed, at)) {
            parts->failed = true;
            return &parts->empty;
        }
        if (!part && passed.count > parts->schema->subschemas.count)
            part = jss_part_new(parts, JSS_PART_REFERENCE, NULL); /* a circle */
        parts->by_subschema[at->number] = part;
    }
    for (size_t i = 0; i < passed.count; i++)
        parts->by_subschema[passed.items[i]->number] = part;
    return part;
}

struct jss_part *jss_part_of(struct jss_parts *parts, const struct jss_subschema *subschema)
{
    struct jss_part *part = parts->by_subschema[subschema->number];
    return part ? part : follow(parts, subschema);
}

struct jss_part *jss_part_at(struct jss_parts *parts, const struct jtree_node *node)
{
    const struct jss_subschema *subschema = jss_subschema_at(parts->schema, node);
    return subschema ? jss_part_of(parts, subschema) : &parts->empty;
}

struct jss_part *jss_part_of_keyword(struct jss_part *part, struct str keyword)
{
    const struct jtree_node *node = jss_part_keyword(part, keyword);
    return node ? jss_part_at(part->of, node) : NULL;
}

struct jss_part *jss_part_member(struct jss_part *part, size_t index)
{
    struct jss_member *member = &part->members[index];
    if (!member->part)
        member->part = jss_part_of(part->of, member->schema);
    return member->part;
}

const struct jtree_node *jss_part_keyword(const struct jss_part *part, struct str keyword)
{
    return part->subschema ? jss_dated_keyword(part->subschema, keyword) : NULL;
}

const struct jtree_node *jss_part_keyword_of_kind(const struct jss_part *part, struct str keyword, enum jtree_kind kind)
{
    const struct jtree_node *node = jss_part_keyword(part, keyword);
    return jtree_is(node, kind) ? node : NULL;
}

/* -- What is made when it is asked for ----------------------------------------------------------------------- */

struct str jss_parts_text(struct jss_parts *parts, const struct jtree_node *node)
{
    struct buf out;
    buf_init(&out, parts->arena, SCHEMA_MEMORY_MAX);
    if (!jtree_write(&out, node, JTREE_SORT_UTF16 | JTREE_EXACT_NUMBERS, parts->arena) || buf_failed(&out)) {
        parts->failed = true;
        return STR_EMPTY;
    }
    *parts->work += 1 + out.n / BYTES_PER_STEP;
    return buf_str(&out);
}

/* Parts of one schema are told apart by what they are. */
static struct str key_of(struct jss_part *whole, const struct jss_member *member)
{
    if (member->schema)
        return jss_parts_text(whole->of, member->schema->node);
    const struct jss_part *part = member->part;
    char key[] = {(char)('A' + (char)part->kind), (char)('A' + (char)part->criterion),
                  part->is_typed || part->is_type_list ? 'T' : 'U', part->is_integer ? 'I' : 'N'};
    struct str copy = arena_str(whole->of->arena, (struct str){key, sizeof key});
    whole->of->failed |= !copy.p;
    return copy;
}

void jss_part_sort_out(struct jss_part *part)
{
    if (part->is_sorted_out)
        return;
    struct map keys;
    struct jss_member *doubles = ARENA_ARRAY(part->of->arena, part->member_count + 1, struct jss_member);
    size_t double_count = 0;
    map_init(&keys, part->of->arena);
    part->is_sorted_out = true;
    part->distinct_count = part->member_count;
    if (!doubles || part->member_count < 2) {
        part->of->failed |= !doubles;
        return;
    }
    part->distinct_count = 0;
    for (size_t i = 0; i < part->member_count; i++) {
        struct jss_member member = part->members[i];
        member.key = key_of(part, &member);
        int outcome = map_add(&keys, member.key, part);
        part->of->failed |= outcome < 0;
        if (outcome == 1)
            doubles[double_count++] = member;
        else
            part->members[part->distinct_count++] = member;
    }
    memcpy(part->members + part->distinct_count, doubles, double_count * sizeof *doubles);
}

static struct map *new_map(struct jss_part *part)
{
    static struct map none;
    struct map *map = ARENA_NEW(part->of->arena, struct map);
    if (!map) {
        part->of->failed = true;
        return &none;
    }
    map_init(map, part->of->arena);
    return map;
}

struct map *jss_part_values(struct jss_part *part)
{
    if (part->values)
        return part->values;
    part->values = new_map(part);
    const struct jtree_node *list = jss_part_keyword_of_kind(part, STR("enum"), JTREE_KIND_ARRAY);
    for (const struct jtree_node *value = list ? list->first : NULL; value && !part->of->failed; value = value->next)
        part->of->failed |= map_put(part->values, jss_parts_text(part->of, value), part) < 0;
    return part->values;
}

struct map *jss_part_properties(struct jss_part *part)
{
    if (part->properties)
        return part->properties;
    part->properties = new_map(part);
    const struct jtree_node *object = jss_part_keyword_of_kind(part, STR("properties"), JTREE_KIND_OBJECT);
    for (struct jtree_node *node = object ? object->first : NULL; node && !part->of->failed; node = node->next) {
        *part->of->work += 1;
        if (!node->shadowed)
            part->of->failed |= map_put(part->properties, node->name, node) < 0;
    }
    return part->properties;
}

struct map *jss_part_required(struct jss_part *part)
{
    if (part->required)
        return part->required;
    part->required = new_map(part);
    const struct jtree_node *list = jss_part_keyword_of_kind(part, STR("required"), JTREE_KIND_ARRAY);
    for (struct jtree_node *name = list ? list->first : NULL; name && !part->of->failed; name = name->next) {
        *part->of->work += 1;
        if (name->kind == JTREE_KIND_STRING)
            part->of->failed |= map_put(part->required, name->text, name) < 0;
    }
    return part->required;
}
