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
    struct avsc_fitter *fitter;
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

/* A number of a float or double, with a fraction: 1 is written 1.0. */
static bool write_number(struct normaliser *n, struct str spelled)
{
    /* Among integers there is no negative zero; the copy is ended by a NUL. */
    struct str copy = arena_str(n->scratch, str_equal(spelled, STR("-0")) ? STR("0") : spelled);
    if (!copy.p)
        return false;
    double value = strtod(copy.p, NULL);
    bool is_finite = __builtin_isfinite(value);
    buf_add(n->out, is_finite ? STR_EMPTY : STR("\""));
    jtree_write_java_double(n->out, value);
    buf_add(n->out, is_finite ? STR_EMPTY : STR("\""));
    return true;
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

static bool push_object(struct normaliser *n, const struct avsc_type *type, const struct jtree_node *value)
{
    bool is_record = type->kind == AVSC_RECORD;
    struct avsc_member *members = ARENA_ARRAY(n->scratch, (size_t)value->count + 1, struct avsc_member);
    if (!members || !push_text(n, STR("}"), false))
        return false;
    buf_add_char(n->out, '{');
    for (size_t i = avsc_members_in_order(is_record ? type : NULL, value, members); i-- > 0;) {
        const struct jtree_node *node = members[i].node;
        const struct avsc_type *part = !is_record                     ? type->items
                                       : members[i].field == SIZE_MAX ? NULL
                                                                      : type->fields[members[i].field].type;
        if (!push(n, (struct task){part, node, STR_EMPTY, false}) || !push_text(n, node->name, true) ||
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
        type = avsc_branch_for(n->fitter, type, task.value);
    if (arena_failed(n->scratch))
        return false;
    bool is_float = type && (type->kind == AVSC_FLOAT || type->kind == AVSC_DOUBLE);
    if (is_float && task.value->kind == JTREE_KIND_NUMBER)
        return write_number(n, task.value->text);
    if (type && type->kind == AVSC_ARRAY && task.value->kind == JTREE_KIND_ARRAY)
        return push_array(n, type, task.value);
    if (type && (type->kind == AVSC_MAP || type->kind == AVSC_RECORD) && task.value->kind == JTREE_KIND_OBJECT)
        return push_object(n, type, task.value);
    return jtree_write(n->out, task.value, JTREE_JAVA_NUMBERS | JTREE_SORT_UTF16, n->scratch);
}

int avsc_normal_default(const struct avsc_field *field, struct buf *out, struct arena *scratch, uint64_t *budget)
{
    if (field->is_number_default) {
        struct avsc_print_options as_written = {0};
        return avsc_print_default(field, &as_written, out, scratch, budget);
    }
    struct normaliser n = {.scratch = scratch, .out = out, .fitter = avsc_fitter_new(scratch, false, budget)};
    if (!n.fitter || !push(&n, (struct task){field->type, field->default_value, STR_EMPTY, false}))
        return -1;
    while (n.tasks.count) {
        struct task task = VEC_POP(&n.tasks);
        if (!run(&n, task) || buf_failed(out))
            return -1;
    }
    return 0;
}
