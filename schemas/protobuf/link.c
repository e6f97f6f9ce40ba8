#include "symbols.h"

#include <stdlib.h>

/* With PB_DEPTH_MAX what pb_resolve looks at in its outermost loop. */
#define PACKAGE_PARTS_MAX 500

struct linker {
    struct pb_schema *schema;
    struct pb_symbols *symbols;
    struct arena *arena;
    struct pb_file *file; /* whose names are being defined */
    struct pb_name *defined; /* the latest one */
    bool failed; /* no memory */
    bool is_too_long; /* a name */
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

static void define_extensions(struct linker *l, struct pb_name *scope, const struct pb_extend *first)
{
    l->file->has_extensions |= first != NULL;
    for (const struct pb_extend *extend = first; extend && !l->failed; extend = extend->next)
        define_fields(l, scope, extend->fields.first);
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
    define_extensions(l, scope, message->extends.first);
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
    define_extensions(l, scope, file->extends.first);
    for (struct pb_service *service = file->services.first; service && !l->failed; service = service->next)
        define_service(l, scope, service);
}

/* -- Imports ------------------------------------------------------------------------------------------------- */

/* Built-in files are numbered first: their number does not change while files are added. */
static size_t number_of(const struct pb_schema *schema, const struct pb_file *file)
{
    const struct pb_schema *builtins = schema->symbols->builtins;
    return file->is_builtin || !builtins ? file->index : builtins->files.count + file->index;
}

static const struct pb_file *find_file(const struct pb_symbols *symbols, struct str path)
{
    const struct pb_file *file = map_get(&symbols->by_path, path);
    return file || !symbols->builtins ? file : pb_builtin_file(path);
}

bool pb_sees(const struct pb_schema *schema, const struct pb_file *from, const struct pb_file *of)
{
    size_t number = number_of(schema, of);
    return from == of || (number < from->sees_count && from->sees[number]);
}

/* Marks what a file sees: its imports, and from there on what is imported publicly. */
static void mark_visible(struct linker *l, const struct pb_file *file, unsigned char *sees,
                         const struct pb_file **queue)
{
    size_t count = 0, next = 0;
    for (const struct pb_import *import = file->imports.first; import; import = import->next) {
        if (import->file && !sees[number_of(l->schema, import->file)]) {
            sees[number_of(l->schema, import->file)] = 1;
            queue[count++] = import->file;
        }
    }
    while (next < count) {
        for (const struct pb_import *import = queue[next++]->imports.first; import; import = import->next) {
            if (import->kind != PB_IMPORT_PUBLIC || !import->file)
                continue;
            unsigned char *flag = &sees[number_of(l->schema, import->file)];
            if (!*flag)
                queue[count++] = import->file;
            *flag = 1;
        }
    }
}

/* Nothing imports the root: its path is no name that a reference has. */
static int number_files(struct linker *l, size_t first)
{
    const struct pb_schema *schema = l->schema;
    for (size_t i = first; i < schema->files.count; i++) {
        struct pb_file *file = schema->files.items[i];
        file->index = (uint32_t)i;
        if ((i > 0 || !l->symbols->builtins) && map_add(&l->symbols->by_path, file->path, file) < 0)
            return -1;
    }
    return 0;
}

static int link_imports(struct linker *l, size_t first)
{
    struct pb_schema *schema = l->schema;
    const struct pb_schema *builtins = l->symbols->builtins;
    size_t count = schema->files.count + (builtins ? builtins->files.count : 0);
    const struct pb_file **queue = ARENA_ARRAY(l->arena, count + 1, const struct pb_file *);
    if (!queue || number_files(l, first) != 0)
        return -1;
    for (size_t i = first; i < schema->files.count; i++) {
        for (struct pb_import *import = schema->files.items[i]->imports.first; import; import = import->next)
            import->file = find_file(l->symbols, import->path);
    }
    for (size_t i = first; i < schema->files.count; i++) {
        struct pb_file *file = schema->files.items[i];
        unsigned char *sees = ARENA_ARRAY(l->arena, count + 1, unsigned char);
        if (!sees)
            return -1;
        mark_visible(l, file, sees, queue);
        file->sees = sees;
        file->sees_count = count;
    }
    return 0;
}

/* -- Types --------------------------------------------------------------------------------------------------- */

static void link_type(struct linker *l, const struct pb_file *file, struct str scope, struct pb_type_use *use)
{
    if (use->type != PB_NAMED)
        return;
    l->symbols->steps += pb_resolve_steps(scope, use->name);
    if (l->symbols->steps > PB_RESOLVE_BUDGET)
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

static int link_from(struct pb_schema *schema, size_t first, struct error *err)
{
    struct linker l = {.schema = schema, .symbols = schema->symbols, .arena = schema->arena};
    if (link_imports(&l, first) != 0)
        return error_raise(err, INTERNAL);
    for (size_t i = first; i < schema->files.count && !l.failed; i++) {
        pb_link_features(schema->files.items[i]);
        define_file(&l, schema->files.items[i]);
    }
    if (l.is_too_long)
        return error_raise(err, INVALID_SCHEMA, STR("A name of the schema is too long"));
    for (size_t i = first; i < schema->files.count && !l.failed; i++)
        link_types(&l, schema->files.items[i]);
    schema->symbols->linked = schema->files.count;
    if (schema->symbols->steps > PB_RESOLVE_BUDGET)
        return error_raise(err, INVALID_SCHEMA, STR("The names of the schema have too many parts"));
    return l.failed || arena_failed(schema->arena) ? error_raise(err, INTERNAL) : 0;
}

int pb_link(struct pb_schema *schema, const struct pb_schema *builtins, struct error *err)
{
    struct pb_symbols *symbols = schema->symbols = ARENA_NEW(schema->arena, struct pb_symbols);
    if (!symbols)
        return error_raise(err, INTERNAL);
    symbols->builtins = builtins;
    symbols->root.full_name = STR_EMPTY;
    map_init(&symbols->by_path, schema->arena);
    return link_from(schema, 0, err);
}

int pb_link_added(struct pb_schema *schema, const struct pb_schema *builtins, struct error *err)
{
    return schema->symbols ? link_from(schema, schema->symbols->linked, err) : pb_link(schema, builtins, err);
}
