#include "parse.h"

#include "utf8.h"

/* An error quotes at most this much of the text. */
#define QUOTE_MAX 2048

int avsc_fault(struct avsc_parser *p, const char *what, struct str detail)
{
    return error_raise(p->err, INVALID_SCHEMA, ARENA_JOIN(p->err->arena, str_of(what), detail));
}

int avsc_fault_node(struct arena *arena, struct error *err, const char *what, const struct jtree_node *node)
{
    struct buf text;
    buf_init(&text, arena, SCHEMA_MEMORY_MAX);
    if (!jtree_write(&text, node, JTREE_DROP_SHADOWED | JTREE_JAVA_NUMBERS, arena))
        return error_raise(err, INVALID_SCHEMA, str_of(what));
    struct str quoted = utf8_prefix(buf_str(&text), QUOTE_MAX);
    return error_raise(
        err, INVALID_SCHEMA,
        ARENA_JOIN(err->arena, str_of(what), STR(": "), quoted, quoted.n < text.n ? STR("...") : STR_EMPTY));
}

int avsc_fault_at(struct avsc_parser *p, const char *what, const struct jtree_node *node)
{
    return avsc_fault_node(p->arena, p->err, what, node);
}

struct avsc_type *avsc_type_new(struct avsc_parser *p, enum avsc_kind kind)
{
    struct avsc_type *type = ARENA_NEW(p->arena, struct avsc_type);
    if (!type || !VEC_PUSH(p->arena, &p->schema->types, type))
        return NULL;
    type->kind = kind;
    type->number = (uint32_t)p->schema->types.count - 1;
    type->is_defined_elsewhere = p->is_dependency;
    return type;
}

int avsc_push(struct avsc_parser *p, struct avsc_task task)
{
    return VEC_PUSH(p->arena, &p->tasks, task) ? 0 : -1;
}

static struct avsc_type *primitive(struct avsc_parser *p, enum avsc_kind kind)
{
    if (!p->primitives[kind]) {
        p->primitives[kind] = avsc_type_new(p, kind);
        if (p->primitives[kind])
            p->primitives[kind]->is_shared_primitive = true;
    }
    return p->primitives[kind];
}

/* A name in the place of a type: a primitive, a type of the namespace, a type by its bare name, or one that is defined
 * further on. */
static int parse_name(struct avsc_parser *p, const struct avsc_task *task, struct str text)
{
    enum avsc_kind kind = avsc_primitive(text);
    if (kind != AVSC_KIND_COUNT_) {
        *task->slot = primitive(p, kind);
        return *task->slot ? 0 : -1;
    }
    struct avsc_later later = {.slot = task->slot, .bare = text};
    if (avsc_name_make(p->arena, text, task->space, &later.qualified) != 0)
        return -1;
    struct avsc_type *type = map_get(&p->names, later.qualified.full);
    if (!type)
        type = map_get(&p->names, text);
    *task->slot = type;
    if (type)
        return 0;
    /* The slot must not be empty while its surroundings are looked at. */
    struct avsc_type *placeholder = ARENA_NEW(p->arena, struct avsc_type);
    if (!placeholder)
        return -1;
    placeholder->kind = AVSC_LATER;
    placeholder->name = later.qualified;
    *task->slot = placeholder;
    return VEC_PUSH(p->arena, &p->later, later) ? 0 : -1;
}

static int parse_union(struct avsc_parser *p, const struct avsc_task *task)
{
    struct avsc_type *type = avsc_type_new(p, AVSC_UNION);
    if (!type || !VEC_PUSH(p->arena, &p->unions, type))
        return -1;
    type->branch_count = task->node->count;
    type->branches = ARENA_ARRAY(p->arena, type->branch_count + 1, struct avsc_type *);
    if (!type->branches)
        return -1;
    *task->slot = type;
    for (size_t i = 0; i < type->branch_count; i++) {
        if (avsc_push(p, (struct avsc_task){0}) != 0)
            return -1;
    }
    /* The task on top, the first branch, is done first. */
    struct avsc_task *next = p->tasks.items + p->tasks.count;
    struct avsc_type **slot = type->branches;
    for (const struct jtree_node *branch = task->node->first; branch; branch = branch->next, slot++) {
        if (branch->kind == JTREE_KIND_ARRAY)
            return avsc_fault_at(p, "Nested union", task->node);
        *--next = (struct avsc_task){AVSC_TASK_TYPE, branch, task->space, slot, NULL, NULL};
    }
    return 0;
}

static int parse_container(struct avsc_parser *p, const struct avsc_task *task, enum avsc_kind kind)
{
    bool is_array = kind == AVSC_ARRAY;
    const struct jtree_node *items = jtree_member(task->node, is_array ? STR("items") : STR("values"));
    if (!items)
        return avsc_fault_at(p, is_array ? "Array has no items type" : "Map has no values type", task->node);
    struct avsc_type *type = avsc_type_new(p, kind);
    if (!type || avsc_parse_properties(p, task->node, avsc_reserved, &type->properties) != 0)
        return -1;
    *task->slot = type;
    return avsc_push(p, (struct avsc_task){AVSC_TASK_TYPE, items, task->space, &type->items, NULL, NULL});
}

static int parse_primitive_object(struct avsc_parser *p, const struct avsc_task *task, enum avsc_kind kind)
{
    avsc_nodes properties = {0};
    if (avsc_parse_properties(p, task->node, avsc_reserved, &properties) != 0)
        return -1;
    *task->slot = properties.count ? avsc_type_new(p, kind) : primitive(p, kind);
    if (!*task->slot)
        return -1;
    if (properties.count)
        (*task->slot)->properties = properties;
    return 0;
}

static int parse_object(struct avsc_parser *p, const struct avsc_task *task)
{
    struct str text = avsc_text_member(task->node, STR("type"));
    if (!text.p)
        return avsc_fault_at(p, "No type", task->node);
    enum avsc_kind kind = avsc_primitive(text);
    if (kind != AVSC_KIND_COUNT_)
        return parse_primitive_object(p, task, kind);
    if (str_equal(text, STR("record")) || str_equal(text, STR("error")))
        return avsc_parse_named(p, task, AVSC_RECORD, text.p[0] == 'e');
    if (str_equal(text, STR("enum")))
        return avsc_parse_named(p, task, AVSC_ENUM, false);
    if (str_equal(text, STR("fixed")))
        return avsc_parse_named(p, task, AVSC_FIXED, false);
    if (str_equal(text, STR("array")))
        return parse_container(p, task, AVSC_ARRAY);
    if (str_equal(text, STR("map")))
        return parse_container(p, task, AVSC_MAP);
    return parse_name(p, task, text);
}

static int run_task(struct avsc_parser *p, const struct avsc_task *task)
{
    if (task->kind == AVSC_TASK_FINISH)
        return avsc_finish_named(p, task);
    switch (task->node->kind) {
    case JTREE_KIND_STRING:
        return parse_name(p, task, task->node->text);
    case JTREE_KIND_ARRAY:
        return parse_union(p, task);
    case JTREE_KIND_OBJECT:
        return parse_object(p, task);
    case JTREE_KIND_NULL:
    case JTREE_KIND_FALSE:
    case JTREE_KIND_TRUE:
    case JTREE_KIND_NUMBER:
    case JTREE_KIND_COUNT_:
        break;
    }
    return avsc_fault_at(p, "Schema not yet supported", task->node);
}

static int read_text(struct avsc_parser *p, struct str text, struct jtree_node **ret)
{
    struct jtree_fault fault = {0};
    switch (jtree_read(p->arena, text, JTREE_ALLOW_COMMENTS | JTREE_ALLOW_TRAILING, NULL, ret, &fault)) {
    case JTREE_OK:
        break;
    case JTREE_EMPTY:
        return avsc_fault(p, "Empty schema", STR_EMPTY);
    case JTREE_TOO_LARGE:
        return avsc_fault(p, "The schema has too many elements", STR_EMPTY);
    case JTREE_SYNTAX:
    case JTREE_TRAILING:
    case JTREE_TOO_DEEP:
        return error_raise(
            p->err, INVALID_SCHEMA,
            arena_printf(p->err->arena, "%s (line: %u, column: %u)", fault.text, fault.line, fault.column));
    }
    struct str rest = str_trim(str_slice(text, (*ret)->end, text.n));
    return rest.n ? avsc_fault(p, "dangling content after end of schema: ", utf8_prefix(rest, QUOTE_MAX)) : 0;
}

static int resolve_later(struct avsc_parser *p)
{
    for (size_t i = 0; i < p->later.count; i++) {
        const struct avsc_later *later = &p->later.items[i];
        struct avsc_type *type = map_get(&p->names, later->qualified.full);
        if (!type)
            type = map_get(&p->names, later->bare);
        if (!type)
            return avsc_fault(p, "Undefined schema: ", later->qualified.full);
        *later->slot = type;
    }
    p->later.count = 0;
    return 0;
}

/* Unions hold each type once: by name where it has one, else by kind (section "Unions"). */
static int check_unions(struct avsc_parser *p)
{
    for (size_t i = 0; i < p->unions.count; i++) {
        const struct avsc_type *type = p->unions.items[i];
        struct map seen;
        map_init(&seen, p->arena);
        for (size_t b = 0; b < type->branch_count; b++) {
            struct avsc_type *branch = type->branches[b];
            struct str key = avsc_is_named(branch->kind) ? branch->name.full : avsc_kind_name(branch->kind);
            int outcome = map_add(&seen, key, branch);
            if (outcome < 0)
                return -1;
            if (outcome > 0)
                return avsc_fault(p, "Duplicate in union:", key);
        }
    }
    p->unions.count = 0;
    return 0;
}

static int parse_text(struct avsc_parser *p, struct str text, struct avsc_type **ret_root)
{
    struct str copy = arena_str(p->arena, text);
    struct jtree_node *root;
    if (!copy.p || read_text(p, copy, &root) != 0)
        return -1;
    *ret_root = NULL;
    if (avsc_push(p, (struct avsc_task){AVSC_TASK_TYPE, root, STR_EMPTY, ret_root, NULL, NULL}) != 0)
        return -1;
    while (p->tasks.count) {
        struct avsc_task task = VEC_POP(&p->tasks);
        if (run_task(p, &task) != 0)
            return -1;
    }
    return resolve_later(p) != 0 || check_unions(p) != 0 ? -1 : 0;
}

int avsc_parse(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err)
{
    struct avsc_parser p = {.arena = arena, .err = err, .schema = ARENA_NEW(arena, struct avsc_schema)};
    if (!p.schema)
        return -1;
    p.schema->arena = arena;
    map_init(&p.names, arena);
    p.is_dependency = true;
    for (size_t i = 0; i < source->dependency_count; i++) {
        struct avsc_type *defined;
        if (parse_text(&p, source->dependencies[i].text, &defined) != 0)
            return -1;
        defined->is_referred_to = true;
    }
    p.is_dependency = false;
    if (parse_text(&p, source->text, &p.schema->root) != 0)
        return -1;
    *ret_model = p.schema;
    return 0;
}
