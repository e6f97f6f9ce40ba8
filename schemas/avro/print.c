#include "model.h"

#include <stdlib.h>

/* A type whose parts are being printed. */
struct frame {
    const struct avsc_type *type;
    struct str space; /* namespace in force around it */
    size_t index; /* next part */
};

struct printer {
    struct arena *scratch;
    struct buf *out;
    const struct avsc_print_options *options;
    bool *is_printed; /* by number of type */
    const struct avsc_type *only; /* the one type that is written out; NULL: all */
    uint64_t defaults_budget; /* of the normal form */
    VEC(struct frame) frames;
};

static unsigned write_flags(const struct printer *p)
{
    return JTREE_JAVA_NUMBERS |
           (p->options->sorted || p->options->normal ? (unsigned)JTREE_SORT_UTF16 : (unsigned)JTREE_DROP_SHADOWED);
}

static void put(struct printer *p, const char *text)
{
    buf_add(p->out, str_of(text));
}

static void put_member(struct printer *p, const char *start, struct str text)
{
    put(p, start);
    jtree_write_string(p->out, text);
}

static int compare_names(const void *a, const void *b)
{
    const struct jtree_node *const *x = a, *const *y = b;
    return str_compare_utf16((*x)->name, (*y)->name);
}

static int compare_strings(const void *a, const void *b)
{
    return str_compare_utf16(*(const struct str *)a, *(const struct str *)b);
}

/* Moves the node of that name to the place first and those between one further on. */
static size_t move_to(const struct jtree_node **nodes, size_t count, struct str name, size_t first)
{
    for (size_t i = first; i < count; i++) {
        if (!str_equal(nodes[i]->name, name))
            continue;
        const struct jtree_node *node = nodes[i];
        memmove(nodes + first + 1, nodes + first, (i - first) * sizeof *nodes);
        nodes[first] = node;
        return first + 1;
    }
    return first;
}

/* Properties in the order written, or sorted; normally those of a known logical type come first.
 * type: whose they are; NULL: a field's. */
static int put_properties(struct printer *p, const avsc_nodes *properties, const struct avsc_type *type)
{
    size_t count = properties->count;
    if (count == 0 || p->options->parsing_form)
        return 0;
    const struct jtree_node **nodes = ARENA_ARRAY(p->scratch, count, const struct jtree_node *);
    if (!nodes)
        return -1;
    for (size_t i = 0; i < count; i++)
        nodes[i] = properties->items[i];
    if (p->options->sorted || p->options->normal)
        qsort(nodes, count, sizeof *nodes, compare_names);
    struct avsc_logical logical;
    if (p->options->normal && type && avsc_logical_find(type, &logical)) {
        size_t first = move_to(nodes, count, STR("logicalType"), 0);
        first = logical.is_decimal ? move_to(nodes, count, STR("precision"), first) : first;
        if (logical.is_decimal && logical.scale != 0)
            move_to(nodes, count, STR("scale"), first);
    }
    for (size_t i = 0; i < properties->count; i++) {
        put_member(p, ",", nodes[i]->name);
        buf_add_char(p->out, ':');
        if (!jtree_write(p->out, nodes[i], write_flags(p), p->scratch))
            return -1;
    }
    return 0;
}

static int put_strings(struct printer *p, const char *start, const struct str *texts, size_t count, bool sort)
{
    struct str *sorted = ARENA_ARRAY(p->scratch, count + 1, struct str);
    if (!sorted)
        return -1;
    for (size_t i = 0; i < count; i++)
        sorted[i] = texts[i];
    if (sort)
        qsort(sorted, count, sizeof *sorted, compare_strings);
    put(p, start);
    for (size_t i = 0; i < count; i++)
        put_member(p, i ? "," : "", sorted[i]);
    buf_add_char(p->out, ']');
    return 0;
}

static int put_type_aliases(struct printer *p, const struct avsc_type *type)
{
    if (type->aliases.count == 0 || p->options->parsing_form)
        return 0;
    struct str *texts = ARENA_ARRAY(p->scratch, type->aliases.count, struct str);
    if (!texts)
        return -1;
    for (size_t i = 0; i < type->aliases.count; i++)
        texts[i] = avsc_name_in(&type->aliases.items[i], type->name.space);
    return put_strings(p, ",\"aliases\":[", texts, type->aliases.count, p->options->normal || p->options->sorted);
}

/* {"type":"record","name":…,"namespace":…,"doc":… as far as they differ from what is in force. */
static void put_head(struct printer *p, const struct avsc_type *type, struct str space)
{
    if (p->options->parsing_form) {
        put_member(p, "{\"name\":", type->name.full);
        put_member(p, ",\"type\":", avsc_kind_name(type->kind)); /* an error is a record here */
        return;
    }
    bool as_error = type->is_error && !p->options->normal;
    put_member(p, "{\"type\":", as_error ? STR("error") : avsc_kind_name(type->kind));
    put_member(p, ",\"name\":", type->name.simple);
    if (!str_equal(type->name.space, space))
        put_member(p, ",\"namespace\":", type->name.space);
    if (type->doc.p && (type->doc.n || !p->options->normal))
        put_member(p, ",\"doc\":", type->doc);
}

static int put_name(struct printer *p, const struct avsc_type *type, struct str space)
{
    jtree_write_string(p->out, p->options->parsing_form ? type->name.full : avsc_name_in(&type->name, space));
    return 0;
}

static int put_enum(struct printer *p, const struct avsc_type *type, struct str space)
{
    put_head(p, type, space);
    if (put_strings(p, ",\"symbols\":[", type->symbols.items, type->symbols.count, false) != 0)
        return -1;
    if (type->symbol_default.p && !p->options->parsing_form)
        put_member(p, ",\"default\":", type->symbol_default);
    if (put_properties(p, &type->properties, type) != 0 || put_type_aliases(p, type) != 0)
        return -1;
    buf_add_char(p->out, '}');
    return 0;
}

static int put_fixed(struct printer *p, const struct avsc_type *type, struct str space)
{
    put_head(p, type, space);
    put(p, ",\"size\":");
    buf_add_int(p->out, type->size);
    if (put_properties(p, &type->properties, type) != 0 || put_type_aliases(p, type) != 0)
        return -1;
    buf_add_char(p->out, '}');
    return 0;
}

static int put_primitive(struct printer *p, const struct avsc_type *type)
{
    if (type->properties.count == 0 || p->options->parsing_form) {
        jtree_write_string(p->out, avsc_kind_name(type->kind));
        return 0;
    }
    put_member(p, "{\"type\":", avsc_kind_name(type->kind));
    if (put_properties(p, &type->properties, type) != 0)
        return -1;
    buf_add_char(p->out, '}');
    return 0;
}

int avsc_print_default(const struct avsc_field *field, const struct avsc_print_options *options, struct buf *out,
                       struct arena *scratch, uint64_t *budget)
{
    if (options->normal)
        return avsc_normal_default(field, out, scratch, budget);
    if (field->is_number_default) {
        bool is_finite = __builtin_isfinite(field->number_default);
        buf_add(out, is_finite ? STR_EMPTY : STR("\""));
        jtree_write_java_double(out, field->number_default);
        buf_add(out, is_finite ? STR_EMPTY : STR("\""));
        return 0;
    }
    unsigned flags =
        JTREE_JAVA_NUMBERS | (options->sorted ? (unsigned)JTREE_SORT_UTF16 : (unsigned)JTREE_DROP_SHADOWED);
    return jtree_write(out, field->default_value, flags, scratch) ? 0 : -1;
}

static int put_default(struct printer *p, const struct avsc_field *field)
{
    put(p, ",\"default\":");
    struct arena_mark mark = arena_mark(p->scratch);
    int outcome = avsc_print_default(field, p->options, p->out, p->scratch, &p->defaults_budget);
    arena_rewind(p->scratch, mark);
    return outcome;
}

/* What follows the type of a field: doc, default, order, aliases, properties. */
static int put_field_end(struct printer *p, const struct avsc_field *field)
{
    if (!p->options->parsing_form) {
        if (field->doc.p)
            put_member(p, ",\"doc\":", field->doc);
        if (field->default_value && put_default(p, field) != 0)
            return -1;
        if (field->order != AVSC_ASCENDING)
            put(p, field->order == AVSC_DESCENDING ? ",\"order\":\"descending\"" : ",\"order\":\"ignore\"");
        if (field->aliases.count && put_strings(p, ",\"aliases\":[", field->aliases.items, field->aliases.count,
                                                p->options->normal || p->options->sorted) != 0)
            return -1;
        if (put_properties(p, &field->properties, NULL) != 0)
            return -1;
    }
    buf_add_char(p->out, '}');
    return 0;
}

static int push(struct printer *p, const struct avsc_type *type, struct str space)
{
    return VEC_PUSH(p->scratch, &p->frames, (struct frame){type, space, 0}) ? 0 : -1;
}

/* Prints a type that has no parts, or its opening; types with parts get a frame. */
static int start_type(struct printer *p, const struct avsc_type *type, struct str space)
{
    if (type->kind <= AVSC_STRING)
        return put_primitive(p, type);
    bool is_named = avsc_is_named(type->kind) || type->kind == AVSC_LATER;
    if (p->only && is_named && type != p->only) {
        jtree_write_string(p->out, type->name.full);
        return 0;
    }
    if (type->kind == AVSC_LATER)
        return put_name(p, type, space);
    if (avsc_is_named(type->kind)) {
        bool is_elsewhere = type->is_referred_to && !p->options->resolved && type != p->only;
        if (p->is_printed[type->number] || is_elsewhere)
            return put_name(p, type, space);
        p->is_printed[type->number] = true;
    }
    if (type->kind == AVSC_ENUM)
        return put_enum(p, type, space);
    if (type->kind == AVSC_FIXED)
        return put_fixed(p, type, space);
    if (type->kind == AVSC_RECORD) {
        put_head(p, type, space);
        put(p, ",\"fields\":[");
    } else if (type->kind == AVSC_UNION) {
        buf_add_char(p->out, '[');
    } else {
        put(p, type->kind == AVSC_ARRAY ? "{\"type\":\"array\",\"items\":" : "{\"type\":\"map\",\"values\":");
    }
    return push(p, type, space);
}

static int end_type(struct printer *p, const struct avsc_type *type)
{
    p->frames.count--;
    if (type->kind == AVSC_RECORD || type->kind == AVSC_UNION)
        buf_add_char(p->out, ']');
    if (type->kind == AVSC_UNION)
        return 0;
    if (put_properties(p, &type->properties, type) != 0 || put_type_aliases(p, type) != 0)
        return -1;
    buf_add_char(p->out, '}');
    return 0;
}

/* The next part of the type on top of the stack, or its end. */
static int step(struct printer *p)
{
    struct frame *frame = &VEC_LAST(&p->frames);
    const struct avsc_type *type = frame->type;
    struct str space = frame->space;
    size_t index = frame->index++;
    if (type->kind == AVSC_RECORD) {
        if (index && put_field_end(p, &type->fields[index - 1]) != 0)
            return -1;
        if (index == type->field_count)
            return end_type(p, type);
        put_member(p, index ? ",{\"name\":" : "{\"name\":", type->fields[index].name);
        put(p, ",\"type\":");
        return start_type(p, type->fields[index].type, type->name.space);
    }
    if (type->kind == AVSC_UNION) {
        if (index == type->branch_count)
            return end_type(p, type);
        put(p, index ? "," : "");
        return start_type(p, type->branches[index], space);
    }
    return index ? end_type(p, type) : start_type(p, type->items, space);
}

int avsc_print(const struct avsc_schema *schema, const struct avsc_type *start,
               const struct avsc_print_options *options, struct buf *out)
{
    struct arena scratch;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct printer p = {.scratch = &scratch, .out = out, .options = options, .defaults_budget = AVSC_DEFAULTS_BUDGET};
    p.is_printed = ARENA_ARRAY(&scratch, schema->types.count + 1, bool);
    p.only = options->alone ? start : NULL;
    int outcome = p.is_printed ? start_type(&p, start, STR_EMPTY) : -1;
    while (outcome == 0 && p.frames.count && !buf_failed(out))
        outcome = step(&p);
    arena_deinit(&scratch);
    return outcome != 0 || buf_failed(out) ? -1 : 0;
}
