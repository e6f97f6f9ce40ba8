#include "jtree.h"

#include "map.h"
#include "utf8.h"
#include "vec.h"

#include <math.h>
#include <stdlib.h>

static const char hex[] = "0123456789ABCDEF";

static void write_unit(struct buf *out, unsigned unit)
{
    char text[6] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};
    buf_add(out, (struct str){text, sizeof text});
}

static bool is_surrogate(const char *p, size_t left)
{
    return left >= 3 && (unsigned char)p[0] == 0xED && (unsigned char)p[1] >= 0xA0;
}

static void write_special(struct buf *out, unsigned char c)
{
    static const char controls[] = "\b\f\n\r\t", letters[] = "bfnrt";
    const char *at = c ? strchr(controls, c) : NULL;
    if (c == '"' || c == '\\' || at) {
        buf_add_char(out, '\\');
        buf_add_char(out, at ? letters[at - controls] : (char)c);
    } else {
        write_unit(out, c);
    }
}

void jtree_write_string(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    size_t run = 0;
    for (size_t i = 0; i < text.n;) {
        unsigned char c = (unsigned char)text.p[i];
        bool surrogate = c == 0xED && is_surrogate(text.p + i, text.n - i);
        if (c >= 0x20 && c != '"' && c != '\\' && !surrogate) {
            i++;
            continue;
        }
        buf_add(out, str_slice(text, run, i));
        if (surrogate) {
            size_t at = i;
            write_unit(out, 0xD000u | ((unsigned)(unsigned char)text.p[i + 1] & 0x3Fu) << 6 |
                                ((unsigned)(unsigned char)text.p[i + 2] & 0x3Fu));
            i = at + 3;
        } else {
            write_special(out, c);
            i++;
        }
        run = i;
    }
    buf_add(out, str_slice(text, run, text.n));
    buf_add_char(out, '"');
}

static bool is_integer(struct str number)
{
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] != '-' && (number.p[i] < '0' || number.p[i] > '9'))
            return false;
    }
    return true;
}

static bool write_number(struct buf *out, struct str number, unsigned flags, struct arena *scratch)
{
    if (flags & JTREE_EXACT_NUMBERS) {
        jtree_write_java_decimal(out, number);
        return true;
    }
    if (!(flags & JTREE_JAVA_NUMBERS) || is_integer(number)) {
        bool is_minus_zero = (flags & JTREE_JAVA_NUMBERS) && str_equal(number, STR("-0"));
        buf_add(out, is_minus_zero ? STR("0") : number);
        return true;
    }
    struct str copy = arena_str(scratch, number);
    if (!copy.p)
        return false;
    double value = strtod(copy.p, NULL);
    bool is_finite = isfinite(value);
    buf_add(out, is_finite ? STR_EMPTY : STR("\""));
    jtree_write_java_double(out, value);
    buf_add(out, is_finite ? STR_EMPTY : STR("\""));
    return true;
}

/* A container whose children are being written. */
struct frame {
    const struct jtree_node *container;
    const struct jtree_node *next; /* unless in_order */
    const struct jtree_node **in_order; /* members in another order than written */
    size_t count, index;
    bool has_written;
};

static int compare_names(const void *a, const void *b)
{
    const struct jtree_node *const *x = a, *const *y = b;
    return str_compare_utf16((*x)->name, (*y)->name);
}

/* The members that count; of duplicates the value of the last at the place of the first. */
static bool order_members(struct frame *f, unsigned flags, struct arena *scratch)
{
    const struct jtree_node *object = f->container;
    bool needs_order = (flags & JTREE_SORT_UTF16) || ((flags & JTREE_DROP_SHADOWED) && object->has_duplicates);
    if (object->kind != JTREE_KIND_OBJECT || !needs_order || object->count == 0)
        return true;
    f->in_order = ARENA_ARRAY(scratch, object->count, const struct jtree_node *);
    if (!f->in_order)
        return false;
    struct map places;
    map_init(&places, scratch);
    for (const struct jtree_node *m = object->first; m; m = m->next) {
        void *place = object->has_duplicates ? map_get(&places, m->name) : NULL;
        if (place) {
            f->in_order[(size_t)(uintptr_t)place - 1] = m;
            continue;
        }
        f->in_order[f->count++] = m;
        if (object->has_duplicates && map_put(&places, m->name, (void *)(uintptr_t)f->count) < 0)
            return false;
    }
    if (flags & JTREE_SORT_UTF16)
        qsort(f->in_order, f->count, sizeof *f->in_order, compare_names);
    return true;
}

static const struct jtree_node *next_child(struct frame *f)
{
    if (f->in_order)
        return f->index < f->count ? f->in_order[f->index++] : NULL;
    const struct jtree_node *child = f->next;
    if (child)
        f->next = child->next;
    return child;
}

typedef VEC(struct frame) frames;

/* Writes a value; of a container its opening, with a frame for the rest. */
static bool begin_value(struct buf *out, const struct jtree_node *node, unsigned flags, struct arena *scratch,
                        frames *open)
{
    struct frame frame = {.container = node, .next = node->first};
    switch (node->kind) {
    case JTREE_KIND_NULL:
        buf_add(out, STR("null"));
        return true;
    case JTREE_KIND_FALSE:
        buf_add(out, STR("false"));
        return true;
    case JTREE_KIND_TRUE:
        buf_add(out, STR("true"));
        return true;
    case JTREE_KIND_NUMBER:
        return write_number(out, node->text, flags, scratch);
    case JTREE_KIND_STRING:
        jtree_write_string(out, node->text);
        return true;
    case JTREE_KIND_ARRAY:
    case JTREE_KIND_OBJECT:
    case JTREE_KIND_COUNT_:
        break;
    }
    buf_add_char(out, node->kind == JTREE_KIND_ARRAY ? '[' : '{');
    return order_members(&frame, flags, scratch) && VEC_PUSH(scratch, open, frame);
}

bool jtree_write(struct buf *out, const struct jtree_node *node, unsigned flags, struct arena *scratch)
{
    frames open = {0};
    if (!begin_value(out, node, flags, scratch, &open))
        return false;
    while (open.count && !buf_failed(out)) {
        struct frame *frame = &VEC_LAST(&open);
        bool is_object = frame->container->kind == JTREE_KIND_OBJECT;
        const struct jtree_node *child = next_child(frame);
        if (!child) {
            buf_add_char(out, is_object ? '}' : ']');
            open.count--;
            continue;
        }
        if (frame->has_written)
            buf_add_char(out, ',');
        frame->has_written = true;
        if (is_object) {
            jtree_write_string(out, child->name);
            buf_add_char(out, ':');
        }
        if (!begin_value(out, child, flags, scratch, &open))
            return false;
    }
    return true;
}
