#include "model.h"

#include "decimal.h"
#include "hash.h"
#include "utf8.h"

enum verdict { OPEN, FITS, FITS_NOT, FAILED };

/* What was found out about a value and a record or union. While it is OPEN, a value that would need itself (through the
 * default of a field that it lacks) does not fit. */
struct finding {
    const struct avsc_type *type;
    const struct jtree_node *value;
    enum verdict verdict;
    size_t branch; /* union: the first that fits */
};

/* A value whose parts are being looked at. All parts must fit; of a union's branches, one. */
struct frame {
    const struct avsc_type *type;
    const struct jtree_node *value;
    size_t index; /* next part */
    const struct jtree_node *next; /* next item or member */
    size_t first_member, next_member; /* record: where its members begin; the next one */
    size_t finding; /* record, union */
};

struct avsc_fitter {
    struct arena *scratch;
    bool strict;
    uint64_t *budget;
    VEC(struct frame) frames;
    VEC(struct avsc_member) members; /* of the records in frames, those of fields */
    VEC(struct finding) findings;
    uint32_t *slots; /* hash table: finding + 1 */
    size_t slot_count;
};

static bool is_integer_in(const struct jtree_node *value, int64_t min, int64_t max)
{
    struct decimal decimal;
    int64_t number;
    return value->kind == JTREE_KIND_NUMBER && decimal_parse(value->text, &decimal) == DECIMAL_OK &&
           decimal_is_written_integer(&decimal) && decimal_to_i64(&decimal, &number) && number >= min && number <= max;
}

/* Code points of bytes and fixed stand for one byte each (section "Complex Types", default values). */
static bool is_byte_text(struct str text, size_t *ret_bytes)
{
    *ret_bytes = 0;
    for (size_t at = 0; at < text.n; ++*ret_bytes) {
        if (utf8_next(text, &at) > 0xFF)
            return false;
    }
    return true;
}

static bool text_fits(const struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    if (value->kind != JTREE_KIND_STRING)
        return false;
    size_t bytes;
    if (!f->strict || type->kind == AVSC_STRING)
        return true;
    if (type->kind == AVSC_ENUM)
        return avsc_symbol_find(type, value->text);
    return is_byte_text(value->text, &bytes) && (type->kind != AVSC_FIXED || bytes == (size_t)type->size);
}

/* For types without parts. */
static bool leaf_fits(const struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    switch (type->kind) {
    case AVSC_NULL:
        return value->kind == JTREE_KIND_NULL;
    case AVSC_BOOLEAN:
        return value->kind == JTREE_KIND_TRUE || value->kind == JTREE_KIND_FALSE;
    case AVSC_INT:
        return is_integer_in(value, INT32_MIN, INT32_MAX);
    case AVSC_LONG:
        return is_integer_in(value, INT64_MIN, INT64_MAX);
    case AVSC_FLOAT:
    case AVSC_DOUBLE:
        return value->kind == JTREE_KIND_NUMBER;
    case AVSC_BYTES:
    case AVSC_STRING:
    case AVSC_ENUM:
    case AVSC_FIXED:
        return text_fits(f, type, value);
    case AVSC_RECORD:
    case AVSC_ARRAY:
    case AVSC_MAP:
    case AVSC_UNION:
    case AVSC_LATER:
    case AVSC_KIND_COUNT_:
        break;
    }
    return false;
}

/* -- what was found out ------------------------------------------------------------------------------------------ */

static size_t slot_of(const struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    size_t slot = (size_t)hash_mix((uint64_t)type->number + 1, (uint64_t)(uintptr_t)value) & (f->slot_count - 1);
    for (; f->slots[slot]; slot = (slot + 1) & (f->slot_count - 1)) {
        const struct finding *finding = &f->findings.items[f->slots[slot] - 1];
        if (finding->type == type && finding->value == value)
            break;
    }
    return slot;
}

static bool grow_slots(struct avsc_fitter *f)
{
    size_t count = f->slot_count ? f->slot_count * 2 : 64;
    uint32_t *slots = ARENA_ARRAY(f->scratch, count, uint32_t);
    if (!slots)
        return false;
    f->slots = slots;
    f->slot_count = count;
    for (size_t i = 0; i < f->findings.count; i++)
        f->slots[slot_of(f, f->findings.items[i].type, f->findings.items[i].value)] = (uint32_t)i + 1;
    return true;
}

/* The finding, a new one when there is none; NULL without memory. */
static struct finding *find(struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value,
                            bool *ret_is_new)
{
    if (f->findings.count * 2 >= f->slot_count && !grow_slots(f))
        return NULL;
    size_t slot = slot_of(f, type, value);
    *ret_is_new = f->slots[slot] == 0;
    if (*ret_is_new) {
        if (!VEC_PUSH(f->scratch, &f->findings, (struct finding){type, value, OPEN, 0}))
            return NULL;
        f->slots[slot] = (uint32_t)f->findings.count;
    }
    return &f->findings.items[f->slots[slot] - 1];
}

/* -- looking at values ------------------------------------------------------------------------------------------- */

static bool has_findings(const struct avsc_type *type)
{
    return type->kind == AVSC_RECORD || type->kind == AVSC_UNION;
}

/* The members of a record's value that are of fields, by field. */
static bool push_members(struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    if (value->count == 0)
        return true;
    if (!VEC_RESERVE(f->scratch, &f->members, value->count))
        return false;
    struct avsc_member *members = f->members.items + f->members.count;
    size_t count = avsc_members_in_order(type, value, members);
    while (count && members[count - 1].field == SIZE_MAX)
        count--;
    f->members.count += count;
    return true;
}

/* The verdict on a value, or OPEN with a frame on the stack when it has parts. */
static enum verdict begin(struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    if (*f->budget == 0)
        return FAILED;
    --*f->budget;
    if (!value)
        return FITS_NOT;
    bool has_parts = has_findings(type) || type->kind == AVSC_ARRAY || type->kind == AVSC_MAP;
    if (!has_parts)
        return leaf_fits(f, type, value) ? FITS : FITS_NOT;
    enum jtree_kind wanted = type->kind == AVSC_ARRAY ? JTREE_KIND_ARRAY : JTREE_KIND_OBJECT;
    if (type->kind != AVSC_UNION && value->kind != wanted)
        return FITS_NOT;
    struct frame frame = {.type = type, .value = value, .next = value->first};
    if (has_findings(type)) {
        bool is_new;
        const struct finding *finding = find(f, type, value, &is_new);
        if (!finding)
            return FAILED;
        if (!is_new)
            return finding->verdict == OPEN ? FITS_NOT : finding->verdict;
        frame.finding = (size_t)(finding - f->findings.items);
    }
    frame.first_member = frame.next_member = f->members.count;
    if (type->kind == AVSC_RECORD && !push_members(f, type, value))
        return FAILED;
    return VEC_PUSH(f->scratch, &f->frames, frame) ? OPEN : FAILED;
}

/* Closes the frame on top with its verdict. */
static enum verdict end(struct avsc_fitter *f, enum verdict verdict)
{
    struct frame frame = VEC_POP(&f->frames);
    f->members.count = frame.first_member;
    if (has_findings(frame.type)) {
        struct finding *finding = &f->findings.items[frame.finding];
        finding->verdict = verdict;
        finding->branch = frame.index - 1; /* the part that was looked at last */
    }
    return verdict;
}

static enum verdict next_field(struct avsc_fitter *f, struct frame *frame, size_t index)
{
    const struct avsc_field *field = &frame->type->fields[index];
    const struct jtree_node *member = NULL;
    if (frame->next_member < f->members.count && f->members.items[frame->next_member].field == index)
        member = f->members.items[frame->next_member++].node;
    if (!member && field->is_number_default)
        return FITS;
    return begin(f, field->type, member ? member : field->default_value);
}

/* Begins the next part of the frame on top; its own verdict when none is left. */
static enum verdict next_part(struct avsc_fitter *f)
{
    struct frame *frame = &VEC_LAST(&f->frames);
    const struct avsc_type *type = frame->type;
    size_t index = frame->index++;
    if (type->kind == AVSC_UNION)
        return index < type->branch_count ? begin(f, type->branches[index], frame->value) : end(f, FITS_NOT);
    if (type->kind == AVSC_RECORD)
        return index < type->field_count ? next_field(f, frame, index) : end(f, FITS);
    while (frame->next && frame->next->shadowed)
        frame->next = frame->next->next;
    const struct jtree_node *part = frame->next;
    if (!part)
        return end(f, FITS);
    frame->next = part->next;
    return begin(f, type->items, part);
}

struct avsc_fitter *avsc_fitter_new(struct arena *scratch, bool strict, uint64_t *budget)
{
    struct avsc_fitter *f = ARENA_NEW(scratch, struct avsc_fitter);
    if (f)
        *f = (struct avsc_fitter){.scratch = scratch, .strict = strict, .budget = budget};
    return f;
}

bool avsc_fits(struct avsc_fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    enum verdict verdict = begin(f, type, value);
    while (verdict != FAILED && f->frames.count) {
        /* A part that is decided may decide the whole: one branch that fits, one member that does not. */
        bool in_union = VEC_LAST(&f->frames).type->kind == AVSC_UNION;
        if (verdict != OPEN && (verdict == FITS) == in_union)
            verdict = end(f, verdict);
        else
            verdict = next_part(f);
    }
    if (verdict == FAILED) /* what is open stays so, and fits nothing */
        f->frames.count = f->members.count = 0;
    return verdict == FITS;
}

const struct avsc_type *avsc_branch_for(struct avsc_fitter *f, const struct avsc_type *type,
                                        const struct jtree_node *value)
{
    bool is_new;
    if (!avsc_fits(f, type, value))
        return NULL;
    const struct finding *finding = find(f, type, value, &is_new);
    return finding && !is_new ? type->branches[finding->branch] : NULL;
}
