#include "normalise.h"

#include <stdlib.h>

/* A message that is to be copied into its place. */
struct pending {
    const struct pb_message *message;
    struct pb_message *parent; /* the copy; NULL: top level */
};

struct copier {
    const struct pb_schema *schema;
    struct arena *arena;
    struct pb_file *file; /* the copy */
    struct map groups; /* group's message, as bytes of its pointer -> copy of its field */
    VEC(struct pending) pending;
    size_t next; /* of pending */
    uint64_t steps; /* of resolving names, left */
    bool failed; /* no memory, or no steps left */
};

/* -- Lists to be sorted ---------------------------------------------------------------------------------------- */

typedef VEC(void *) nodes;

static void collect(struct copier *c, nodes *list, void *node)
{
    c->failed |= !node || !VEC_PUSH(c->arena, list, node);
}

static void sort(nodes *list, int (*compare)(const void *, const void *))
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

#define NODE(type, p) (*(const struct type *const *)(p))
#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_imports(const void *a, const void *b)
{
    int order = ORDER(NODE(pb_import, a)->kind, NODE(pb_import, b)->kind);
    return order ? order : str_compare(NODE(pb_import, a)->path, NODE(pb_import, b)->path);
}

/* Numbers before names. */
static int compare_ranges(const void *a, const void *b)
{
    const struct pb_range *x = NODE(pb_ranges, a)->ranges.first, *y = NODE(pb_ranges, b)->ranges.first;
    if (x->name.p && y->name.p)
        return str_compare(x->name, y->name);
    if (x->name.p || y->name.p)
        return x->name.p ? 1 : -1;
    int order = ORDER(x->start, y->start);
    return order ? order : ORDER(x->end, y->end);
}

/* The first of several names of a number is the one that it is shown by: they stay in their order. */
static int compare_values(const void *a, const void *b)
{
    const struct pb_enum_value *x = NODE(pb_enum_value, a), *y = NODE(pb_enum_value, b);
    return x->number != y->number ? ORDER(x->number, y->number) : ORDER(x->index, y->index);
}

static int compare_fields(const void *a, const void *b)
{
    const struct pb_field *x = NODE(pb_field, a), *y = NODE(pb_field, b);
    return x->number != y->number ? ORDER(x->number, y->number) : ORDER(x->index, y->index);
}

/* -- Parts ----------------------------------------------------------------------------------------------------- */

#define COPY(c, node) copy_node((c), (node), sizeof *(node))

static void *copy_node(struct copier *c, const void *node, size_t bytes)
{
    void *copy = arena_alloc(c->arena, bytes);
    if (copy)
        memcpy(copy, node, bytes);
    else
        c->failed = true;
    return copy;
}

static void copy_options(struct copier *c, struct str scope, const pb_options *options, pb_options *ret)
{
    c->failed |= pb_normalise_options(c->schema, c->arena, scope, &c->steps, options, ret) != 0;
}

/* The body of a group, and not a field that names the message of one. */
static bool is_group(const struct pb_type_use *use)
{
    return use->type == PB_GROUP && use->message->is_group;
}

/* Parts that begin with a digit or a dash, as names of stored texts may, cannot stand behind a dot. */
static bool can_be_written(struct str full_name)
{
    bool begins = true;
    for (size_t i = 0; i < full_name.n; i++) {
        char c = full_name.p[i];
        if (begins && ((c >= '0' && c <= '9') || c == '-' || c == '.'))
            return false;
        begins = c == '.';
    }
    return true;
}

static void qualify(struct copier *c, struct pb_type_use *use)
{
    const struct str *full_name = use->message && !is_group(use) ? &use->message->full_name
                                  : use->enumeration             ? &use->enumeration->full_name
                                                                 : NULL;
    if (full_name && can_be_written(*full_name))
        use->name = ARENA_JOIN(c->arena, STR("."), *full_name);
}

/* Each range a statement of its own. */
static void split_ranges(struct copier *c, struct str scope, const struct pb_ranges *first, nodes *ret)
{
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range && !c->failed; range = range->next) {
            struct pb_ranges *single = COPY(c, ranges);
            struct pb_range *copy = COPY(c, range);
            if (c->failed)
                return;
            memset(&single->ranges, 0, sizeof single->ranges);
            single->next = NULL;
            copy->next = NULL;
            copy->is_span = copy->start != copy->end;
            PB_APPEND(&single->ranges, copy);
            copy_options(c, scope, &ranges->options, &single->options);
            collect(c, ret, single);
        }
    }
    sort(ret, compare_ranges);
}

#define APPEND_ALL(list, type, nodes)               \
    for (size_t i_ = 0; i_ < (nodes).count; i_++) { \
        struct type *node_ = (nodes).items[i_];     \
        node_->next = NULL;                         \
        PB_APPEND((list), node_);                   \
    }

/* By number, behind the one that is the default: the first one, or zero where only that can be it. */
static void sort_values(const struct pb_enum *enumeration, nodes *values)
{
    bool is_open = enumeration->features.enum_type == PB_OPEN;
    int32_t wanted = is_open || !values->count ? 0 : enumeration->values.first->number;
    sort(values, compare_values);
    for (size_t i = 1; i < values->count; i++) {
        struct pb_enum_value *value = values->items[i], *first = values->items[0];
        if (first->number == wanted || value->number != wanted)
            continue;
        memmove(&values->items[1], &values->items[0], i * sizeof *values->items);
        values->items[0] = value;
    }
}

static void copy_enum(struct copier *c, const struct pb_enum *enumeration, struct pb_message *parent)
{
    struct pb_enum *copy = COPY(c, enumeration);
    nodes values = {0}, reserved = {0};
    if (!copy)
        return;
    *copy = (struct pb_enum){.name = copy->name, .visibility = copy->visibility, .parent = parent, .file = c->file};
    copy_options(c, enumeration->full_name, &enumeration->options, &copy->options);
    split_ranges(c, enumeration->full_name, enumeration->reserved.first, &reserved);
    APPEND_ALL(&copy->reserved, pb_ranges, reserved);
    for (const struct pb_enum_value *value = enumeration->values.first; value && !c->failed; value = value->next) {
        struct pb_enum_value *value_copy = COPY(c, value);
        collect(c, &values, value_copy);
        if (value_copy)
            copy_options(c, value->full_name, &value->options, &value_copy->options);
    }
    sort_values(enumeration, &values);
    APPEND_ALL(&copy->values, pb_enum_value, values);
    if (parent)
        PB_APPEND(&parent->enums, copy);
    else
        PB_APPEND(&c->file->enums, copy);
}

/* An entry of a map that was written as a message, as descriptors have it. */
static bool is_entry(const struct pb_message *message)
{
    return message && message->is_map_entry && message->fields.count == 2 && message->by_number[0]->number == 1 &&
           message->by_number[1]->number == 2 && !message->by_number[0]->is_map && !message->by_number[1]->is_map &&
           !message->messages.first && !message->enums.first && !message->extends.first;
}

static void make_map(struct copier *c, struct pb_field *field)
{
    const struct pb_message *entry = field->type.message;
    if (field->type.type != PB_MESSAGE || field->label != PB_REPEATED || !is_entry(entry) ||
        entry->file != c->schema->root)
        return;
    field->is_map = true;
    field->label = PB_NO_LABEL;
    field->key = entry->by_number[0]->type;
    field->type = entry->by_number[1]->type;
}

static struct pb_field *copy_field(struct copier *c, const struct pb_field *field)
{
    struct pb_field *copy = COPY(c, field);
    if (!copy)
        return NULL;
    copy_options(c, field->full_name, &field->options, &copy->options);
    make_map(c, copy);
    qualify(c, &copy->type);
    qualify(c, &copy->key);
    if (is_group(&field->type)) {
        struct str key = {(const char *)&field->type.message, sizeof field->type.message};
        c->failed |= map_put(&c->groups, key, copy) < 0;
    }
    return copy;
}

/* Blocks of one target become one, where the first of them stands. */
static struct pb_extend *extend_for(struct copier *c, struct map *targets, const struct pb_extend *extend)
{
    struct pb_extend copy = {.target = extend->target, .file = c->file};
    qualify(c, &copy.target);
    struct pb_extend *made = map_get(targets, copy.target.name);
    if (made)
        return made;
    made = COPY(c, &copy);
    c->failed |= !made || map_put(targets, copy.target.name, made) < 0;
    return made;
}

static void copy_extends(struct copier *c, const struct pb_extend *first, struct pb_message *parent)
{
    struct map targets;
    map_init(&targets, c->arena);
    for (const struct pb_extend *extend = first; extend && !c->failed; extend = extend->next) {
        struct pb_extend *made = extend_for(c, &targets, extend);
        for (const struct pb_field *field = extend->fields.first; made && field && !c->failed; field = field->next) {
            struct pb_field *copy = copy_field(c, field);
            if (!copy)
                return;
            copy->next = NULL;
            copy->index = (uint32_t)made->fields.count;
            copy->extend = made;
            copy->parent = parent;
            PB_APPEND(&made->fields, copy);
        }
    }
    for (size_t i = 0; i < targets.count && !c->failed; i++) {
        struct pb_extend *made = targets.entries[i].value;
        nodes fields = {0};
        for (struct pb_field *field = made->fields.first; field; field = field->next)
            collect(c, &fields, field);
        sort(&fields, compare_fields);
        memset(&made->fields, 0, sizeof made->fields);
        APPEND_ALL(&made->fields, pb_field, fields);
        if (parent)
            PB_APPEND(&parent->extends, made);
        else
            PB_APPEND(&c->file->extends, made);
    }
}

/* -- Messages -------------------------------------------------------------------------------------------------- */

/* Fields by number, oneofs by their lowest number and without those that are empty. */
static void copy_fields(struct copier *c, const struct pb_message *message, struct pb_message *copy)
{
    struct pb_oneof **oneofs = ARENA_ARRAY(c->arena, message->oneofs.count + 1, struct pb_oneof *);
    c->failed |= !oneofs;
    for (size_t i = 0; i < message->fields.count && !c->failed; i++) {
        const struct pb_field *field = message->by_number[i];
        struct pb_field *field_copy = copy_field(c, field);
        if (!field_copy)
            return;
        field_copy->next = NULL;
        field_copy->parent = copy;
        PB_APPEND(&copy->fields, field_copy);
        if (!field->oneof)
            continue;
        struct pb_oneof **oneof = &oneofs[field->oneof->index];
        if (!*oneof) {
            *oneof = COPY(c, field->oneof);
            if (!*oneof)
                return;
            **oneof = (struct pb_oneof){.name = field->oneof->name, .parent = copy};
            copy_options(c, message->full_name, &field->oneof->options, &(*oneof)->options);
            PB_APPEND(&copy->oneofs, *oneof);
        }
        pb_oneof_add(*oneof, field_copy);
    }
}

static void plan_messages(struct copier *c, const struct pb_message *first, struct pb_message *parent)
{
    for (const struct pb_message *message = first; message && !c->failed; message = message->next) {
        if (!is_entry(message))
            c->failed |= !VEC_PUSH(c->arena, &c->pending, (struct pending){message, parent});
    }
}

static void copy_message(struct copier *c, const struct pb_message *message, struct pb_message *parent)
{
    struct pb_message *copy = ARENA_NEW(c->arena, struct pb_message);
    nodes reserved = {0}, extensions = {0};
    if (!copy) {
        c->failed = true;
        return;
    }
    *copy = (struct pb_message){.name = message->name,
                                .visibility = message->visibility,
                                .is_group = message->is_group,
                                .parent = parent,
                                .file = c->file,
                                .depth = message->depth};
    copy_options(c, message->full_name, &message->options, &copy->options);
    split_ranges(c, message->full_name, message->reserved.first, &reserved);
    APPEND_ALL(&copy->reserved, pb_ranges, reserved);
    split_ranges(c, message->full_name, message->extensions.first, &extensions);
    APPEND_ALL(&copy->extensions, pb_ranges, extensions);
    copy_fields(c, message, copy);
    for (const struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next)
        copy_enum(c, enumeration, copy);
    copy_extends(c, message->extends.first, copy);
    plan_messages(c, message->messages.first, copy);
    if (parent)
        PB_APPEND(&parent->messages, copy);
    else
        PB_APPEND(&c->file->messages, copy);
    if (message->is_group) {
        struct pb_field *field = map_get(&c->groups, (struct str){(const char *)&message, sizeof message});
        if (field)
            field->type.message = copy;
    }
}

/* -- The rest of a file ------------------------------------------------------------------------------------------ */

static void copy_imports(struct copier *c, const struct pb_file *file)
{
    nodes imports = {0};
    for (const struct pb_import *import = file->imports.first; import && !c->failed; import = import->next)
        collect(c, &imports, COPY(c, import));
    sort(&imports, compare_imports);
    for (size_t i = 0; i < imports.count && !c->failed; i++) {
        struct pb_import *import = imports.items[i];
        if (i > 0 && compare_imports(&imports.items[i - 1], &imports.items[i]) == 0)
            continue;
        import->next = NULL;
        PB_APPEND(&c->file->imports, import);
    }
}

static void copy_service(struct copier *c, const struct pb_service *service)
{
    struct pb_service *copy = COPY(c, service);
    if (!copy)
        return;
    *copy = (struct pb_service){.name = service->name, .file = c->file};
    copy_options(c, service->full_name, &service->options, &copy->options);
    for (const struct pb_method *method = service->methods.first; method && !c->failed; method = method->next) {
        struct pb_method *method_copy = COPY(c, method);
        if (!method_copy)
            return;
        method_copy->next = NULL;
        method_copy->parent = copy;
        copy_options(c, method->full_name, &method->options, &method_copy->options);
        qualify(c, &method_copy->input);
        qualify(c, &method_copy->output);
        PB_APPEND(&copy->methods, method_copy);
    }
    PB_APPEND(&c->file->services, copy);
}

static void copy_file(struct copier *c, const struct pb_file *file)
{
    *c->file = (struct pb_file){.path = file->path,
                                .has_syntax = file->syntax != PB_PROTO2,
                                .syntax = file->syntax,
                                .edition = file->edition,
                                .edition_text = file->edition_text,
                                .package = file->package,
                                .is_normal = true};
    copy_imports(c, file);
    copy_options(c, file->package, &file->options, &c->file->options);
    copy_extends(c, file->extends.first, NULL);
    plan_messages(c, file->messages.first, NULL);
    while (c->next < c->pending.count && !c->failed) {
        struct pending pending = c->pending.items[c->next++];
        copy_message(c, pending.message, pending.parent);
    }
    for (const struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next)
        copy_enum(c, enumeration, NULL);
    for (const struct pb_service *service = file->services.first; service; service = service->next)
        copy_service(c, service);
}

struct pb_file *pb_normalise(const struct pb_schema *schema, struct arena *arena)
{
    struct copier c = {
        .schema = schema, .arena = arena, .steps = PB_RESOLVE_BUDGET, .file = ARENA_NEW(arena, struct pb_file)};
    map_init(&c.groups, arena);
    if (!c.file)
        return NULL;
    copy_file(&c, schema->root);
    return c.failed || arena_failed(arena) ? NULL : c.file;
}
