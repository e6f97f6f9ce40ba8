#include "model.h"

#include "decimal.h"
#include "utf8.h"

/* A value whose parts are being looked at. All parts must fit; of a union's branches, one. */
struct frame {
    const struct avsc_type *type;
    const struct jtree_node *value;
    size_t index; /* next part */
    const struct jtree_node *next; /* next item or member */
    const struct jtree_node **of_fields; /* record: its members by number of field */
};

struct fitter {
    struct arena *scratch;
    bool strict;
    uint64_t *budget;
    VEC(struct frame) frames;
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

static bool text_fits(const struct fitter *f, const struct avsc_type *type, const struct jtree_node *value)
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
static bool leaf_fits(const struct fitter *f, const struct avsc_type *type, const struct jtree_node *value)
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

enum verdict { FITS, FITS_NOT, OPEN, FAILED };

/* The verdict on a value, or OPEN with a frame on the stack when it has parts. */
static enum verdict begin(struct fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    if (*f->budget == 0)
        return FAILED;
    --*f->budget;
    if (!value)
        return FITS_NOT;
    bool has_parts =
        type->kind == AVSC_RECORD || type->kind == AVSC_ARRAY || type->kind == AVSC_MAP || type->kind == AVSC_UNION;
    if (!has_parts)
        return leaf_fits(f, type, value) ? FITS : FITS_NOT;
    enum jtree_kind wanted = type->kind == AVSC_ARRAY ? JTREE_KIND_ARRAY : JTREE_KIND_OBJECT;
    if (type->kind != AVSC_UNION && value->kind != wanted)
        return FITS_NOT;
    struct frame frame = {type, value, 0, value->first, NULL};
    if (type->kind == AVSC_RECORD) {
        frame.of_fields = avsc_members_of_fields(type, value, f->scratch);
        if (!frame.of_fields)
            return FAILED;
    }
    return VEC_PUSH(f->scratch, &f->frames, frame) ? OPEN : FAILED;
}

/* Begins the next part of the frame on top; its own verdict when none is left. */
static enum verdict next_part(struct fitter *f)
{
    struct frame *frame = &VEC_LAST(&f->frames);
    const struct avsc_type *type = frame->type;
    size_t index = frame->index++;
    if (type->kind == AVSC_UNION) {
        if (index < type->branch_count)
            return begin(f, type->branches[index], frame->value);
        f->frames.count--;
        return FITS_NOT;
    }
    if (type->kind == AVSC_RECORD) {
        if (index < type->field_count) {
            const struct avsc_field *field = &type->fields[index];
            const struct jtree_node *member = frame->of_fields[index];
            if (!member && field->is_number_default)
                return FITS;
            return begin(f, field->type, member ? member : field->default_value);
        }
        f->frames.count--;
        return FITS;
    }
    while (frame->next && frame->next->shadowed)
        frame->next = frame->next->next;
    const struct jtree_node *part = frame->next;
    if (part) {
        frame->next = part->next;
        return begin(f, type->items, part);
    }
    f->frames.count--;
    return FITS;
}

static enum verdict fits(struct fitter *f, const struct avsc_type *type, const struct jtree_node *value)
{
    enum verdict verdict = begin(f, type, value);
    while (verdict != FAILED && f->frames.count) {
        if (verdict != OPEN) {
            /* A part is decided; it may decide the whole: one branch that fits, one member that does not. */
            bool in_union = VEC_LAST(&f->frames).type->kind == AVSC_UNION;
            if ((verdict == FITS) == in_union) {
                f->frames.count--;
                continue;
            }
        }
        verdict = next_part(f);
    }
    return verdict;
}

bool avsc_default_fits(const struct avsc_type *type, const struct jtree_node *value, bool strict, struct arena *scratch,
                       uint64_t *budget)
{
    struct fitter f = {.scratch = scratch, .strict = strict, .budget = budget};
    return fits(&f, type, value) == FITS;
}
