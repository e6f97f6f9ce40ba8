#include "symbols.h"

#include <stdlib.h>

/* With PB_DEPTH_MAX what pb_resolve looks at in its outermost loop. */
#define PACKAGE_PARTS_MAX 500

struct linker {
    struct pb_schema *schema;
    struct pb_symbols *symbols;
    struct arena *arena;
    const struct pb_file *file; /* whose names are being defined */
    struct pb_name *defined; /* the latest one */
    bool failed; /* no memory */
    bool is_too_long; /* a name */
    uint64_t steps; /* of resolving names */
};

struct pb_message *pb_next_message(const struct pb_message *message)
{
    if (message->messages.first)
        return message->messages.first;
    while (message && !message->next)
        message = message->parent;
    return message ? message->next : NULL;
}

struct str pb_scope_of(const struct pb_message *message, const struct pb_file *file)
{
    return message ? message->full_name : file->package;
}

/* -- Symbols ------------------------------------------------------------------------------------------------- */

/* Defines a name in a scope; the full name. */
static struct str define(struct linker *l, struct pb_name *scope, struct str name, struct pb_symbol symbol)
{
    struct pb_name *entry = pb_name_add(l->arena, scope, name);
    struct pb_symbol *added = ARENA_NEW(l->arena, struct pb_symbol);
    if (!entry || !added) {
        l->failed = true;
        return STR_EMPTY;
    }
    l->is_too_long |= entry->full_name.n > PB_NAME_MAX;
    *added = symbol;
    added->full_name = entry->full_name;
    added->file = l->file;
    PB_APPEND(&entry->symbols, added);
    l->defined = entry;
    return entry->full_name;
}

/* A package is defined once, by the first file that has it. */
static struct pb_name *define_package(struct linker *l)
{
    struct str rest = l->file->package, part;
    struct pb_name *scope = &l->symbols->root;
    for (size_t i = 0; l->file->package.n && str_next(&rest, '.', &part) && !l->failed; i++) {
        l->is_too_long |= i >= PACKAGE_PARTS_MAX;
        struct pb_name *inner = pb_name_find(scope, part);
        if (!inner || inner->symbols.first->kind != PB_SYMBOL_PACKAGE) {
            define(l, scope, part, (struct pb_symbol){.kind = PB_SYMBOL_PACKAGE, .at = l->file->package_at});
            inner = l->defined;
        }
        scope = inner;
    }
    return scope;
}

static void define_enum(struct linker *l, struct pb_name *scope, struct pb_enum *enumeration)
{
    enumeration->full_name =
        define(l, scope, enumeration->name,
               (struct pb_symbol){.kind = PB_SYMBOL_ENUM, .at = enumeration->at, .node = enumeration});
    uint32_t index = 0;
    for (struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
        value->index = index++;
        value->full_name = define(l, scope, value->name,
                                  (struct pb_symbol){.kind = PB_SYMBOL_ENUM_VALUE, .at = value->at, .node = value});
    }
}

static void define_fields(struct linker *l, struct pb_name *scope, struct pb_field *first)
{
    uint32_t index = 0;
    for (struct pb_field *field = first; field; field = field->next) {
        field->index = index++;
        field->full_name = define(l, scope, field->name,
                                  (struct pb_symbol){.kind = PB_SYMBOL_FIELD, .at = field->name_at, .node = field});
    }
}

static int compare_numbers(const void *a, const void *b)
{
    const struct pb_field *x = *(struct pb_field *const *)a, *y = *(struct pb_field *const *)b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void sort_fields(struct linker *l, struct pb_message *message)
{
    size_t count = 0;
    message->by_number = ARENA_ARRAY(l->arena, message->fields.count + 1, struct pb_field *);
    l->failed |= !message->by_number;
    for (struct pb_field *field = message->fields.first; message->by_number && field; field = field->next)
        message->by_number[count++] = field;
    if (count)
        qsort(message->by_number, count, sizeof(struct pb_field *), compare_numbers);
}

static void define_message(struct linker *l, struct pb_name *outer, struct pb_message *message)
{
    message->is_map_entry = pb_option_bool(&message->options, "map_entry", false);
    message->full_name = define(l, outer, message->name,
                                (struct pb_symbol){.kind = PB_SYMBOL_MESSAGE, .at = message->at, .node = message});
    struct pb_name *scope = message->scope = l->defined;
    if (l->failed)
        return;
    define_fields(l, scope, message->fields.first);
    sort_fields(l, message);
    uint32_t index = 0;
    for (struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        oneof->index = index++;
        define(l, scope, oneof->name, (struct pb_symbol){.kind = PB_SYMBOL_ONEOF, .at = oneof->at, .node = oneof});
    }
    for (struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next)
        define_enum(l, scope, enumeration);
    for (struct pb_extend *extend = message->extends.first; extend; extend = extend->next)
        define_fields(l, scope, extend->fields.first);
}

static void define_service(struct linker *l, struct pb_name *outer, struct pb_service *service)
{
    service->full_name = define(l, outer, service->name,
                                (struct pb_symbol){.kind = PB_SYMBOL_SERVICE, .at = service->at, .node = service});
    struct pb_name *scope = l->defined;
    for (struct pb_method *method = service->methods.first; method && !l->failed; method = method->next)
        method->full_name = define(l, scope, method->name,
                                   (struct pb_symbol){.kind = PB_SYMBOL_METHOD, .at = method->at, .node = method});
}

static void define_file(struct linker *l, struct pb_file *file)
{
    l->file = file;
    struct pb_name *scope = define_package(l);
    for (struct pb_message *message = file->messages.first; message && !l->failed; message = pb_next_message(message))
        define_message(l, message->parent ? message->parent->scope : scope, message);
    for (struct pb_enum *enumeration = file->enums.first; enumeration && !l->failed; enumeration = enumeration->next)
        define_enum(l, scope, enumeration);
    for (struct pb_extend *extend = file->extends.first; extend && !l->failed; extend = extend->next)
        define_fields(l, scope, extend->fields.first);
    for (struct pb_service *service = file->services.first; service && !l->failed; service = service->next)
        define_service(l, scope, service);
}

/* -- Imports ------------------------------------------------------------------------------------------------- */

/* Built-in files are numbered behind the given ones. */
static size_t number_of(const struct pb_schema *schema, const struct pb_file *file)
{
    return file->is_builtin && schema->symbols->builtins ? schema->files.count + file->index : file->index;
}

static const struct pb_file *find_file(const struct pb_schema *schema, const struct map *by_path, struct str path)
{
    const struct pb_file *file = map_get(by_path, path);
    if (file || !schema->symbols->builtins)
        return file;
    return pb_builtin_file(path);
}

static unsigned char *sees_flag(const struct pb_symbols *symbols, size_t from, size_t of)
{
    return &symbols->sees[from * symbols->file_count + of];
}

bool pb_sees(const struct pb_schema *schema, const struct pb_file *from, const struct pb_file *of)
{
    const struct pb_schema *builtins = schema->symbols->builtins;
    if (from == of)
        return true;
    if (from->is_builtin && builtins)
        return of->is_builtin && pb_sees(builtins, from, of);
    return *sees_flag(schema->symbols, number_of(schema, from), number_of(schema, of));
}

/* Marks what a file sees: its imports, and from there on what is imported publicly. */
static void mark_visible(struct linker *l, struct pb_file *file, const struct pb_file **queue)
{
    size_t count = 0, next = 0, from = number_of(l->schema, file);
    for (const struct pb_import *import = file->imports.first; import; import = import->next) {
        if (import->file && !*sees_flag(l->symbols, from, number_of(l->schema, import->file))) {
            *sees_flag(l->symbols, from, number_of(l->schema, import->file)) = 1;
            queue[count++] = import->file;
        }
    }
    while (next < count) {
        for (const struct pb_import *import = queue[next++]->imports.first; import; import = import->next) {
            if (import->kind != PB_IMPORT_PUBLIC || !import->file)
                continue;
            unsigned char *sees = sees_flag(l->symbols, from, number_of(l->schema, import->file));
            if (!*sees)
                queue[count++] = import->file;
            *sees = 1;
        }
    }
}

static int link_imports(struct linker *l)
{
    struct pb_schema *schema = l->schema;
    struct map by_path;
    map_init(&by_path, l->arena);
    for (size_t i = 0; i < schema->files.count; i++) {
        schema->files.items[i]->index = (uint32_t)i;
        /* Nothing imports the root: its path is no name that a reference has. */
        if ((i > 0 || !l->symbols->builtins) &&
            map_add(&by_path, schema->files.items[i]->path, schema->files.items[i]) < 0)
            return -1;
    }
    l->symbols->file_count = schema->files.count + (l->symbols->builtins ? l->symbols->builtins->files.count : 0);
    l->symbols->sees = ARENA_ARRAY(l->arena, schema->files.count * l->symbols->file_count + 1, unsigned char);
    const struct pb_file **queue = ARENA_ARRAY(l->arena, l->symbols->file_count + 1, const struct pb_file *);
    if (!l->symbols->sees || !queue)
        return -1;
    for (size_t i = 0; i < schema->files.count; i++) {
        for (struct pb_import *import = schema->files.items[i]->imports.first; import; import = import->next)
            import->file = find_file(schema, &by_path, import->path);
    }
    for (size_t i = 0; i < schema->files.count; i++)
        mark_visible(l, schema->files.items[i], queue);
    return 0;
}

/* -- Types --------------------------------------------------------------------------------------------------- */

static void link_type(struct linker *l, const struct pb_file *file, struct str scope, struct pb_type_use *use)
{
    if (use->type != PB_NAMED)
        return;
    l->steps += pb_resolve_steps(scope, use->name);
    if (l->steps > PB_RESOLVE_BUDGET)
        return;
    const struct pb_symbol *symbol = pb_resolve(l->schema, file, scope, use->name, true);
    if (symbol && symbol->kind == PB_SYMBOL_MESSAGE) {
        use->type = PB_MESSAGE;
        use->message = symbol->node;
    } else if (symbol && symbol->kind == PB_SYMBOL_ENUM) {
        use->type = PB_ENUM;
        use->enumeration = symbol->node;
    }
}

static bool is_entry(const struct pb_message *message)
{
    return message && message->is_map_entry;
}

/* Entries of maps are not, and neither are the messages in them. */
static bool is_delimited(const struct pb_field *field)
{
    return field->type.type == PB_MESSAGE && field->features.message_encoding == PB_DELIMITED && !field->is_map &&
           !is_entry(field->type.message) && !is_entry(field->parent);
}

static void link_fields(struct linker *l, const struct pb_file *file, struct str scope, struct pb_field *first)
{
    for (struct pb_field *field = first; field; field = field->next) {
        link_type(l, file, scope, &field->type);
        link_type(l, file, scope, &field->key);
        if (is_delimited(field))
            field->type.type = PB_GROUP;
    }
}

static void link_extends(struct linker *l, const struct pb_file *file, struct str scope, struct pb_extend *first)
{
    for (struct pb_extend *extend = first; extend; extend = extend->next) {
        link_type(l, file, scope, &extend->target);
        link_fields(l, file, scope, extend->fields.first);
    }
}

static void link_types(struct linker *l, struct pb_file *file)
{
    for (struct pb_message *message = file->messages.first; message; message = pb_next_message(message)) {
        link_fields(l, file, message->full_name, message->fields.first);
        link_extends(l, file, message->full_name, message->extends.first);
    }
    link_extends(l, file, file->package, file->extends.first);
    for (struct pb_service *service = file->services.first; service; service = service->next) {
        for (struct pb_method *method = service->methods.first; method; method = method->next) {
            link_type(l, file, service->full_name, &method->input);
            link_type(l, file, service->full_name, &method->output);
        }
    }
}

int pb_link(struct pb_schema *schema, const struct pb_schema *builtins, struct error *err)
{
    struct pb_symbols *symbols = ARENA_NEW(schema->arena, struct pb_symbols);
    struct linker l = {.schema = schema, .symbols = symbols, .arena = schema->arena};
    if (!symbols)
        return error_raise(err, INTERNAL);
    schema->symbols = symbols;
    symbols->builtins = builtins;
    symbols->root.full_name = STR_EMPTY;
    if (link_imports(&l) != 0)
        return error_raise(err, INTERNAL);
    for (size_t i = 0; i < schema->files.count && !l.failed; i++) {
        pb_link_features(schema->files.items[i]);
        define_file(&l, schema->files.items[i]);
    }
    if (l.is_too_long)
        return error_raise(err, INVALID_SCHEMA, STR("A name of the schema is too long"));
    for (size_t i = 0; i < schema->files.count && !l.failed; i++)
        link_types(&l, schema->files.items[i]);
    if (l.steps > PB_RESOLVE_BUDGET)
        return error_raise(err, INVALID_SCHEMA, STR("The names of the schema have too many parts"));
    return l.failed || arena_failed(schema->arena) ? error_raise(err, INTERNAL) : 0;
}
