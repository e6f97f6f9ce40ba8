#include "model.h"

#include <stdlib.h>

/* What is left to write: a value, with the type that says how; or a text between values. */
struct task {
    const struct avsc_type *type; /* NULL: as the JSON stands */
    const struct jtree_node *value;
    struct str text; /* when value is NULL */
    bool is_name; /* text in quotes, with a colon behind it */
};

struct normaliser {
    struct arena *scratch;
    struct buf *out;
    uint64_t budget; /* values that may be looked at */
    VEC(struct task) tasks;
};

static bool push(struct normaliser *n, struct task task)
{
    return VEC_PUSH(n->scratch, &n->tasks, task);
}

static bool push_text(struct normaliser *n, struct str text, bool is_name)
{
    return push(n, (struct task){NULL, NULL, text, is_name});
}

/* The branch of a union that a default belongs to: the first that it fits. */
static const struct avsc_type *branch_for(struct normaliser *n, const struct avsc_type *type,
                                          const struct jtree_node *value)
{
    for (size_t i = 0; i < type->branch_count; i++) {
        if (avsc_default_fits(type->branches[i], value, false, n->scratch, &n->budget))
            return type->branches[i];
    }
    return NULL;
}

static bool is_plain_number(const struct jtree_node *value)
{
    return value->kind == JTREE_KIND_NUMBER;
}

/* A number of a float or double, with a fraction: 1 is written 1.0. */
static void write_number(struct normaliser *n, struct str spelled)
{
    char copy[512];
    if (spelled.n >= sizeof copy) { /* nothing is gained by rounding what is that long */
        buf_add(n->out, spelled);
        return;
    }
    memcpy(copy, spelled.p, spelled.n);
    copy[spelled.n] = '\0';
    double value = strtod(copy, NULL);
    bool is_finite = __builtin_isfinite(value);
    buf_add(n->out, is_finite ? STR_EMPTY : STR("\""));
    jtree_write_java_double(n->out, value);
    buf_add(n->out, is_finite ? STR_EMPTY : STR("\""));
}

static bool push_array(struct normaliser *n, const struct avsc_type *type, const struct jtree_node *value)
{
    buf_add_char(n->out, '[');
    size_t count = value->count ? 2 * (size_t)value->count : 1;
    for (size_t i = 0; i < count; i++) {
        if (!push(n, (struct task){0}))
            return false;
    }
    struct task *next = n->tasks.items + n->tasks.count;
    for (const struct jtree_node *item = value->first; item; item = item->next) {
        *--next = (struct task){type->items, item, STR_EMPTY, false};
        *--next = (struct task){NULL, NULL, item->next ? STR(",") : STR("]"), false};
    }
    if (!value->first)
        *--next = (struct task){NULL, NULL, STR("]"), false};
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const struct jtree_node *const *x = a, *const *y = b;
    return str_compare_utf16((*x)->name, (*y)->name);
}

/* The members that count, in the order in which they are to be written. */
static const struct jtree_node **members_in_order(struct normaliser *n, const struct avsc_type *type,
                                                  const struct jtree_node *value, size_t *ret_count)
{
    const struct jtree_node **members = ARENA_ARRAY(n->scratch, (size_t)value->count + 1, const struct jtree_node *);
    const struct jtree_node **of_fields = avsc_members_of_fields(type, value, n->scratch);
    size_t count = 0;
    if (!members || !of_fields)
        return NULL;
    for (size_t i = 0; i < type->field_count; i++) {
        if (of_fields[i])
            members[count++] = of_fields[i];
    }
    size_t ordered = count;
    for (const struct jtree_node *member = value->first; member; member = member->next) {
        if (!member->shadowed && (type->kind != AVSC_RECORD || !avsc_field_find(type, member->name)))
            members[count++] = member;
    }
    qsort(members + ordered, count - ordered, sizeof *members, compare_names);
    *ret_count = count;
    return members;
}

static bool push_object(struct normaliser *n, const struct avsc_type *type, const struct jtree_node *value)
{
    size_t count = 0;
    const struct jtree_node **members = members_in_order(n, type, value, &count);
    if (!members || !push_text(n, STR("}"), false))
        return false;
    buf_add_char(n->out, '{');
    for (size_t i = count; i-- > 0;) {
        const struct avsc_field *field = type->kind == AVSC_RECORD ? avsc_field_find(type, members[i]->name) : NULL;
        const struct avsc_type *part = type->kind == AVSC_MAP ? type->items : field ? field->type : NULL;
        if (!push(n, (struct task){part, members[i], STR_EMPTY, false}) || !push_text(n, members[i]->name, true) ||
            (i && !push_text(n, STR(","), false)))
            return false;
    }
    return true;
}

static bool run(struct normaliser *n, struct task task)
{
    if (!task.value) {
        if (!task.is_name) {
            buf_add(n->out, task.text);
            return true;
        }
        jtree_write_string(n->out, task.text);
        buf_add_char(n->out, ':');
        return true;
    }
    const struct avsc_type *type = task.type;
    if (type && type->kind == AVSC_UNION)
        type = branch_for(n, type, task.value);
    bool is_float = type && (type->kind == AVSC_FLOAT || type->kind == AVSC_DOUBLE);
    if (is_float && is_plain_number(task.value)) {
        write_number(n, task.value->text);
        return true;
    }
    if (type && type->kind == AVSC_ARRAY && task.value->kind == JTREE_KIND_ARRAY)
        return push_array(n, type, task.value);
    if (type && (type->kind == AVSC_MAP || type->kind == AVSC_RECORD) && task.value->kind == JTREE_KIND_OBJECT)
        return push_object(n, type, task.value);
    return jtree_write(n->out, task.value, JTREE_JAVA_NUMBERS | JTREE_SORT_UTF16, n->scratch);
}

int avsc_normal_default(const struct avsc_field *field, struct buf *out, struct arena *scratch)
{
    if (field->is_number_default) {
        struct avsc_print_options as_written = {0};
        return avsc_print_default(field, &as_written, out, scratch);
    }
    struct normaliser n = {.scratch = scratch, .out = out, .budget = AVSC_DEFAULTS_BUDGET};
    if (!push(&n, (struct task){field->type, field->default_value, STR_EMPTY, false}))
        return -1;
    while (n.tasks.count) {
        struct task task = VEC_POP(&n.tasks);
        if (!run(&n, task) || buf_failed(out))
            return -1;
    }
    return 0;
}
