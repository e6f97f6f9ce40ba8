#include "compare.h"

#include "hash.h"

bool avsc_names_match(const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (str_equal(reader->name.simple, writer->name.simple))
        return true;
    for (size_t i = 0; i < reader->aliases.count; i++) {
        if (str_equal(reader->aliases.items[i].full, writer->name.full))
            return true;
    }
    return false;
}

const struct avsc_field *avsc_writer_field(const struct avsc_type *writer, const struct avsc_field *reader_field)
{
    const struct avsc_field *field = avsc_field_find(writer, reader_field->name);
    for (size_t i = 0; !field && i < reader_field->aliases.count; i++)
        field = avsc_field_find(writer, reader_field->aliases.items[i]);
    return field;
}

bool avsc_has_symbol_default(const struct avsc_field *field)
{
    return field->type->kind == AVSC_ENUM && field->type->symbol_default.p;
}

bool avsc_symbols_match(const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (reader->symbol_default.p)
        return true;
    for (size_t i = 0; i < writer->symbols.count; i++) {
        if (!avsc_symbol_find(reader, writer->symbols.items[i]))
            return false;
    }
    return true;
}

/* Section "Schema Resolution": promotions of primitives. */
static bool is_promotion(enum avsc_kind reader, enum avsc_kind writer)
{
    switch (writer) {
    case AVSC_INT:
        return reader == AVSC_LONG || reader == AVSC_FLOAT || reader == AVSC_DOUBLE;
    case AVSC_LONG:
        return reader == AVSC_FLOAT || reader == AVSC_DOUBLE;
    case AVSC_FLOAT:
        return reader == AVSC_DOUBLE;
    case AVSC_STRING:
        return reader == AVSC_BYTES;
    case AVSC_BYTES:
        return reader == AVSC_STRING;
    case AVSC_NULL:
    case AVSC_BOOLEAN:
    case AVSC_DOUBLE:
    case AVSC_RECORD:
    case AVSC_ENUM:
    case AVSC_ARRAY:
    case AVSC_MAP:
    case AVSC_FIXED:
    case AVSC_UNION:
    case AVSC_LATER:
    case AVSC_KIND_COUNT_:
        break;
    }
    return false;
}

/* Pairs that are kept, for the memory that they take: 100 bytes each. */
#define PAIRS_MAX 1000000

enum verdict { READABLE, REFUTED, HAS_PARTS };

/* What can be said without looking at parts. */
static enum verdict judge(const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (reader->kind == AVSC_UNION || writer->kind == AVSC_UNION)
        return HAS_PARTS;
    if (reader->kind != writer->kind)
        return is_promotion(reader->kind, writer->kind) ? READABLE : REFUTED;
    if (reader->kind == AVSC_ARRAY || reader->kind == AVSC_MAP)
        return HAS_PARTS;
    if (!avsc_is_named(reader->kind))
        return READABLE;
    if (reader->kind == AVSC_RECORD)
        return HAS_PARTS; /* whatever the names: all that differs is listed */
    if (!avsc_names_match(reader, writer))
        return REFUTED;
    if (reader->kind == AVSC_FIXED)
        return reader->size == writer->size ? READABLE : REFUTED;
    return avsc_symbols_match(reader, writer) ? READABLE : REFUTED;
}

static uint64_t pair_hash(const struct avsc_type *reader, const struct avsc_type *writer)
{
    return hash_mix((uint64_t)reader->number + 1, ((uint64_t)writer->number + 1) << 32);
}

static size_t slot_of(const struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer)
{
    size_t slot = (size_t)pair_hash(reader, writer) & (p->slot_count - 1);
    for (; p->slots[slot]; slot = (slot + 1) & (p->slot_count - 1)) {
        const struct avsc_pair *pair = &p->pairs.items[p->slots[slot] - 1];
        if (pair->reader == reader && pair->writer == writer)
            break;
    }
    return slot;
}

uint32_t avsc_pairs_find(const struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer)
{
    uint32_t found = p->slot_count ? p->slots[slot_of(p, reader, writer)] : 0;
    return found ? found - 1 : AVSC_NO_PAIR;
}

static bool grow_slots(struct avsc_pairs *p)
{
    size_t count = p->slot_count ? p->slot_count * 2 : 64;
    uint32_t *slots = ARENA_ARRAY(p->arena, count, uint32_t);
    if (!slots)
        return false;
    p->slots = slots;
    p->slot_count = count;
    for (size_t i = 0; i < p->pairs.count; i++)
        p->slots[slot_of(p, p->pairs.items[i].reader, p->pairs.items[i].writer)] = (uint32_t)i + 1;
    return true;
}

uint32_t avsc_pairs_add(struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (p->pairs.count * 2 >= p->slot_count && !grow_slots(p))
        return AVSC_NO_PAIR;
    size_t slot = slot_of(p, reader, writer);
    if (p->slots[slot])
        return p->slots[slot] - 1;
    struct avsc_pair pair = {.reader = reader, .writer = writer, .first_user = AVSC_NO_PAIR};
    if (!VEC_PUSH(p->arena, &p->pairs, pair))
        return AVSC_NO_PAIR;
    p->slots[slot] = (uint32_t)p->pairs.count;
    return (uint32_t)p->pairs.count - 1;
}

static int refute(struct avsc_pairs *p, uint32_t pair)
{
    if (p->pairs.items[pair].is_refuted)
        return 0;
    p->pairs.items[pair].is_refuted = true;
    return VEC_PUSH(p->arena, &p->refuted, pair) ? 0 : -1;
}

/* Makes (reader, writer) a part of user. */
static int add_part(struct avsc_pairs *p, uint32_t user, const struct avsc_type *reader, const struct avsc_type *writer)
{
    /* Aliases and symbols are gone through, too. */
    bool is_enum = reader->kind == AVSC_ENUM && writer->kind == AVSC_ENUM;
    p->work += 1 + reader->aliases.count + (is_enum ? writer->symbols.count : 0);
    enum verdict verdict = judge(reader, writer);
    bool is_any = p->pairs.items[user].is_any;
    /* Nothing inside of a branch of another name is ever listed. */
    if (is_any && reader->kind == AVSC_RECORD && writer->kind == AVSC_RECORD && !avsc_names_match(reader, writer))
        return 0;
    if (verdict == REFUTED)
        return is_any ? 0 : refute(p, user);
    if (is_any)
        p->pairs.items[user].open_parts++;
    if (verdict == READABLE)
        return 0;
    uint32_t part = avsc_pairs_add(p, reader, writer);
    if (part == AVSC_NO_PAIR)
        return -1;
    struct avsc_user use = {user, p->pairs.items[part].first_user};
    if (!VEC_PUSH(p->arena, &p->users, use))
        return -1;
    p->pairs.items[part].first_user = (uint32_t)p->users.count - 1;
    return 0;
}

static int add_fields(struct avsc_pairs *p, uint32_t user, const struct avsc_type *reader,
                      const struct avsc_type *writer)
{
    if (!avsc_names_match(reader, writer) && refute(p, user) != 0)
        return -1;
    for (size_t i = 0; i < reader->field_count && p->work < p->budget; i++) {
        const struct avsc_field *field = &reader->fields[i];
        const struct avsc_field *from = avsc_writer_field(writer, field);
        p->work += 1 + field->aliases.count;
        if (from ? add_part(p, user, field->type, from->type) != 0 : !field->default_value && refute(p, user) != 0)
            return -1;
    }
    return 0;
}

/* Adds the parts of one pair; new pairs are appended and come up later. */
static int expand(struct avsc_pairs *p, uint32_t index)
{
    const struct avsc_type *reader = p->pairs.items[index].reader, *writer = p->pairs.items[index].writer;
    if (writer->kind == AVSC_UNION) {
        for (size_t i = 0; i < writer->branch_count && p->work < p->budget; i++) {
            if (add_part(p, index, reader, writer->branches[i]) != 0)
                return -1;
        }
        return 0;
    }
    if (reader->kind == AVSC_RECORD)
        return add_fields(p, index, reader, writer);
    if (reader->kind != AVSC_UNION)
        return add_part(p, index, reader->items, writer->items);
    p->pairs.items[index].is_any = true;
    for (size_t i = 0; i < reader->branch_count && p->work < p->budget; i++) {
        if (add_part(p, index, reader->branches[i], writer) != 0)
            return -1;
    }
    return p->pairs.items[index].open_parts ? 0 : refute(p, index);
}

static int spread(struct avsc_pairs *p)
{
    while (p->refuted.count) {
        uint32_t pair = VEC_POP(&p->refuted);
        for (uint32_t u = p->pairs.items[pair].first_user; u != AVSC_NO_PAIR; u = p->users.items[u].next) {
            struct avsc_pair *user = &p->pairs.items[p->users.items[u].pair];
            bool still_stands = user->is_any && --user->open_parts > 0;
            if (!still_stands && refute(p, p->users.items[u].pair) != 0)
                return -1;
        }
    }
    return 0;
}

int avsc_pairs_decide(struct avsc_pairs *p, struct arena *arena, uint64_t budget, const struct avsc_type *reader,
                      const struct avsc_type *writer)
{
    *p = (struct avsc_pairs){.arena = arena, .budget = budget};
    if (judge(reader, writer) == HAS_PARTS && avsc_pairs_add(p, reader, writer) == AVSC_NO_PAIR)
        return -1;
    for (uint32_t i = 0; i < p->pairs.count; i++) {
        if (expand(p, i) != 0)
            return -1;
        if (p->work >= p->budget || p->pairs.count > PAIRS_MAX)
            return 1;
    }
    return spread(p);
}

bool avsc_pairs_can_read(const struct avsc_pairs *p, const struct avsc_type *reader, const struct avsc_type *writer)
{
    enum verdict verdict = judge(reader, writer);
    if (verdict != HAS_PARTS)
        return verdict == READABLE;
    uint32_t pair = avsc_pairs_find(p, reader, writer);
    return pair != AVSC_NO_PAIR && !p->pairs.items[pair].is_refuted;
}
