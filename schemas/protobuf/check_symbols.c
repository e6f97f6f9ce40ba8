#include "check_private.h"

/* Definitions of one name that are looked at: more than one is a fault already. */
#define DEFINITIONS_MAX 64

struct str check_scope_around(struct str full_name)
{
    size_t dot = str_find_last(full_name, '.');
    return str_slice(full_name, 0, dot == SIZE_MAX ? 0 : dot);
}

/* -- Finding full names ------------------------------------------------------------------------------------------------- */

/* Of files other than the root. Definitions there come first, as protoc reads them first. */
static struct check_symbol find_elsewhere(const struct check *c, struct str full_name)
{
    if (c->is_alone)
        return (struct check_symbol){0};
    const struct pb_symbol *lists[] = {pb_symbol_find(c->schema, full_name), pb_symbol_find(pb_builtins(), full_name)};
    for (size_t k = 0; k < 2; k++) {
        const struct pb_symbol *symbol = lists[k];
        for (int looked_at = 0; symbol && looked_at < DEFINITIONS_MAX; looked_at++, symbol = symbol->next) {
            if (symbol->kind != PB_SYMBOL_PACKAGE && symbol->file != c->file && check_is_loaded(c, symbol->file))
                return (struct check_symbol){symbol->kind, symbol->node, symbol->file};
        }
    }
    const struct check_package *package = map_get(&c->packages, full_name);
    return package ? (struct check_symbol){PB_SYMBOL_PACKAGE, package, package->first} : (struct check_symbol){0};
}

struct check_symbol check_own_symbol(const struct check *c, struct str full_name)
{
    const struct check_symbol *symbol = map_get(&c->symbols, full_name);
    return symbol ? *symbol : (struct check_symbol){0};
}

static bool is_in_package(struct str package, struct str name)
{
    return str_starts(package, name) && (package.n == name.n || package.p[name.n] == '.');
}

/* What a full name means to the root; what it does not see counts for nothing, but is remembered. */
static struct check_symbol find(struct check *c, struct str full_name)
{
    struct check_symbol own = check_own_symbol(c, full_name), symbol = find_elsewhere(c, full_name);
    if (symbol.kind == PB_SYMBOL_NONE)
        return own;
    if (symbol.kind == PB_SYMBOL_PACKAGE) {
        bool is_visible = ((const struct check_package *)symbol.node)->is_visible;
        if (own.kind != PB_SYMBOL_NONE || is_visible || is_in_package(c->file->package, full_name))
            return own.kind != PB_SYMBOL_NONE && !is_visible ? own : symbol;
    } else {
        unsigned visibility = check_visibility_of(c, symbol.file);
        bool is_extension = symbol.kind == PB_SYMBOL_FIELD;
        if ((visibility & CHECK_VISIBLE) || ((visibility & CHECK_VISIBLE_EXTENSIONS) && is_extension))
            return symbol;
    }
    c->hidden_in = symbol.file;
    c->hidden_name = arena_str(c->scratch, full_name);
    return (struct check_symbol){0};
}

static bool charge(struct check *c, size_t bytes)
{
    uint64_t cost = 64 + bytes;
    if (c->name_budget < cost) {
        c->name_budget = 0;
        return false;
    }
    c->name_budget -= cost;
    return true;
}

/* -- Names in scopes ------------------------------------------------------------------------------------------------------ */

static bool is_type(enum pb_symbol_kind kind)
{
    return kind == PB_SYMBOL_MESSAGE || kind == PB_SYMBOL_ENUM;
}

static bool has_names(enum pb_symbol_kind kind)
{
    return is_type(kind) || kind == PB_SYMBOL_PACKAGE || kind == PB_SYMBOL_SERVICE;
}

static struct check_symbol find_joined(struct check *c, struct str scope, struct str name)
{
    buf_reset(&c->name);
    buf_add(&c->name, scope);
    buf_add(&c->name, scope.n ? STR(".") : STR_EMPTY);
    buf_add(&c->name, name);
    if (buf_failed(&c->name) || !charge(c, c->name.n))
        return (struct check_symbol){0};
    return find(c, buf_str(&c->name));
}

/* The rest of a name whose first part is found in a scope counts there or nowhere. */
static struct check_symbol find_rest(struct check *c, struct str scope, struct str name)
{
    struct check_symbol symbol = find_joined(c, scope, name);
    if (symbol.kind == PB_SYMBOL_NONE)
        c->half_name = arena_str(c->scratch, buf_str(&c->name));
    return symbol;
}

struct check_symbol check_look_up(struct check *c, struct str scope, struct str name, bool wants_type)
{
    c->hidden_in = NULL;
    c->hidden_name = c->half_name = STR_EMPTY;
    if (name.n && name.p[0] == '.')
        return find_joined(c, STR_EMPTY, str_slice(name, 1, name.n));
    size_t dot = str_find(name, '.');
    struct str first = str_slice(name, 0, dot == SIZE_MAX ? name.n : dot);
    for (; scope.n; scope = check_scope_around(scope)) {
        struct check_symbol symbol = find_joined(c, scope, first);
        if (symbol.kind == PB_SYMBOL_NONE)
            continue;
        if (dot == SIZE_MAX && (!wants_type || is_type(symbol.kind)))
            return symbol;
        if (dot != SIZE_MAX && has_names(symbol.kind))
            return find_rest(c, scope, name);
    }
    return find_joined(c, STR_EMPTY, name);
}

void check_not_defined(struct check *c, struct pb_position at, struct str name)
{
    if (!check_is_first(c, at))
        return;
    if (c->name_budget == 0)
        CHECK_FAULT(c, at, STR("The names of the schema are too many and too long to be looked up"));
    else if (c->hidden_in)
        CHECK_FAULT(c, at, STR("\""), c->hidden_name, STR("\" seems to be defined in \""), c->hidden_in->path,
                    STR("\", which is not imported by \""), c->file->path,
                    STR("\".  To use it here, please add the necessary import."));
    else if (c->half_name.n)
        CHECK_FAULT(c, at, STR("\""), name, STR("\" is resolved to \""), c->half_name,
                    STR("\", which is not defined. The innermost scope is searched first in name resolution. Consider "
                        "using a leading '.'(i.e., \"."),
                    name, STR("\") to start from the outermost scope."));
    else
        CHECK_FAULT(c, at, STR("\""), name, STR("\" is not defined."));
}

const struct pb_symbol *check_look_up_option(void *data, struct str scope, struct str name, struct str *ret_partly)
{
    struct check *c = data;
    struct check_symbol found = check_look_up(c, scope, name, false);
    struct pb_symbol *symbol = ARENA_NEW(c->interpreter.scratch, struct pb_symbol);
    *ret_partly = c->half_name;
    if (found.kind == PB_SYMBOL_NONE || found.kind == PB_SYMBOL_PACKAGE || !symbol)
        return NULL;
    *symbol = (struct pb_symbol){.kind = found.kind, .file = found.file};
    memcpy(&symbol->node, &found.node, sizeof symbol->node);
    return symbol;
}

/* -- Defining ---------------------------------------------------------------------------------------------------------------- */

/* A name of the root on its way into the table. */
struct definition {
    struct str full_name;
    enum pb_symbol_kind kind;
    const void *node;
    struct pb_position at;
};

static void refuse_again(struct check *c, const struct definition *definition, struct check_symbol there)
{
    struct str full_name = definition->full_name;
    size_t dot = str_find_last(full_name, '.');
    const struct pb_enum_value *value = definition->kind == PB_SYMBOL_ENUM_VALUE ? definition->node : NULL;
    const struct pb_enum_value *other = there.kind == PB_SYMBOL_ENUM_VALUE ? there.node : NULL;
    struct str note = STR_EMPTY;
    if (!check_is_first(c, definition->at))
        return;
    if (value && !(other && other->parent == value->parent)) {
        struct str scope = check_scope_around(full_name);
        struct str around = scope.n ? ARENA_JOIN(c->scratch, STR("\""), scope, STR("\"")) : STR("the global scope");
        note = ARENA_JOIN(c->scratch,
                          STR(" Note that enum values use C++ scoping rules, meaning that enum values are siblings of "
                              "their type, not children of it.  Therefore, \""),
                          value->name, STR("\" must be unique within "), around, STR(", not just within \""),
                          value->parent->name, STR("\"."));
    }
    if (there.file != c->file)
        CHECK_FAULT(c, definition->at, STR("\""), full_name, STR("\" is already defined in file \""), there.file->path,
                    STR("\"."), note);
    else if (dot == SIZE_MAX)
        CHECK_FAULT(c, definition->at, STR("\""), full_name, STR("\" is already defined."), note);
    else
        CHECK_FAULT(c, definition->at, STR("\""), str_slice(full_name, dot + 1, full_name.n),
                    STR("\" is already defined in \""), str_slice(full_name, 0, dot), STR("\"."), note);
}

/* False when the name is there already. */
static bool define(struct check *c, struct definition definition)
{
    struct check_symbol there = find_elsewhere(c, definition.full_name);
    if (there.kind == PB_SYMBOL_NONE)
        there = check_own_symbol(c, definition.full_name);
    if (there.kind != PB_SYMBOL_NONE) {
        refuse_again(c, &definition, there);
        return false;
    }
    struct check_symbol *symbol = ARENA_NEW(c->scratch, struct check_symbol);
    c->failed |= !symbol || map_put(&c->symbols, definition.full_name, symbol) < 0;
    if (symbol)
        *symbol = (struct check_symbol){definition.kind, definition.node, c->file};
    return true;
}

static void define_own_packages(struct check *c)
{
    for (struct str name = c->file->package; name.n && !c->failed; name = check_scope_around(name)) {
        struct check_symbol *symbol = ARENA_NEW(c->scratch, struct check_symbol);
        c->failed |= !symbol || map_add(&c->symbols, name, symbol) < 0;
        if (symbol)
            *symbol = (struct check_symbol){.kind = PB_SYMBOL_PACKAGE, .file = c->file};
    }
}

static void define_fields(struct check *c, const struct pb_field *field)
{
    for (; field && !c->failed; field = field->next)
        define(c, (struct definition){field->full_name, PB_SYMBOL_FIELD, field, field->name_at});
}

static void define_enum(struct check *c, const struct pb_enum *enumeration)
{
    if (!enumeration->values.count)
        CHECK_FAULT(c, enumeration->at, STR("Enums must contain at least one value."));
    for (const struct pb_enum_value *value = enumeration->values.first; value && !c->failed; value = value->next)
        define(c, (struct definition){value->full_name, PB_SYMBOL_ENUM_VALUE, value, value->at});
    define(c, (struct definition){enumeration->full_name, PB_SYMBOL_ENUM, enumeration, enumeration->at});
}

static struct str joined(struct check *c, struct str scope, struct str name)
{
    struct str full_name = scope.n ? ARENA_JOIN(c->scratch, scope, STR("."), name) : arena_str(c->scratch, name);
    c->failed |= !full_name.p;
    return full_name.p ? full_name : STR_EMPTY;
}

/* The oneof that stands for a proto3 optional field: _name, with an X before it as often as fields and oneofs have it. */
static void define_synthetic_oneof(struct check *c, const struct pb_field *field)
{
    struct str name =
        field->name.n && field->name.p[0] == '_' ? field->name : ARENA_JOIN(c->scratch, STR("_"), field->name);
    struct str full_name = joined(c, field->parent->full_name, name);
    struct check_symbol there = check_own_symbol(c, full_name);
    while (!c->failed && (there.kind == PB_SYMBOL_FIELD || there.kind == PB_SYMBOL_ONEOF) && charge(c, full_name.n)) {
        name = ARENA_JOIN(c->scratch, STR("X"), name);
        full_name = joined(c, field->parent->full_name, name);
        there = check_own_symbol(c, full_name);
    }
    define(c, (struct definition){full_name, PB_SYMBOL_ONEOF, field, field->name_at});
}

/* The message of a map field's entries is one that nobody has written. */
static void define_entry(struct check *c, const struct pb_field *field)
{
    struct str name = check_entry_name(c, field);
    const struct pb_message *message = field->parent;
    struct str full_name = joined(c, message->full_name, name);
    struct check_symbol there = check_own_symbol(c, full_name);
    const char *what = there.kind == PB_SYMBOL_MESSAGE ? "nested message type"
                       : there.kind == PB_SYMBOL_FIELD ? "field"
                       : there.kind == PB_SYMBOL_ENUM  ? "enum type"
                       : there.kind == PB_SYMBOL_ONEOF ? "oneof type"
                                                       : NULL;
    if (what)
        CHECK_FAULT(c, message->at, STR("Expanded map entry type "), name, STR(" conflicts with an existing "),
                    str_of(what), STR("."));
    else
        define(c, (struct definition){full_name, PB_SYMBOL_MESSAGE, NULL, field->at});
}

static void define_message(struct check *c, const struct pb_message *message)
{
    define(c, (struct definition){message->full_name, PB_SYMBOL_MESSAGE, message, message->at});
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof && !c->failed; oneof = oneof->next)
        define(c, (struct definition){joined(c, message->full_name, oneof->name), PB_SYMBOL_ONEOF, oneof, oneof->at});
    define_fields(c, message->fields.first);
    for (const struct pb_field *field = message->fields.first; field && c->is_proto3; field = field->next) {
        if (field->label == PB_OPTIONAL)
            define_synthetic_oneof(c, field);
    }
    for (const struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next)
        define_enum(c, enumeration);
    for (const struct pb_extend *extend = message->extends.first; extend; extend = extend->next)
        define_fields(c, extend->fields.first);
}

/* When all messages have been defined, so that the entry is what comes too late. */
static void define_entries(struct check *c, const struct pb_message *message)
{
    for (const struct pb_field *field = message->fields.first; field && !c->failed; field = field->next) {
        if (field->is_map)
            define_entry(c, field);
    }
}

static void define_service(struct check *c, const struct pb_service *service)
{
    for (const struct pb_method *method = service->methods.first; method && !c->failed; method = method->next)
        define(c, (struct definition){method->full_name, PB_SYMBOL_METHOD, method, method->at});
    define(c, (struct definition){service->full_name, PB_SYMBOL_SERVICE, service, service->at});
}

void check_define_all(struct check *c)
{
    const struct pb_message *message;
    define_own_packages(c);
    for (message = c->file->messages.first; message && !c->failed; message = pb_next_message(message))
        define_message(c, message);
    for (message = c->file->messages.first; message && !c->failed; message = pb_next_message(message))
        define_entries(c, message);
    for (const struct pb_enum *enumeration = c->file->enums.first; enumeration; enumeration = enumeration->next)
        define_enum(c, enumeration);
    for (const struct pb_service *service = c->file->services.first; service; service = service->next)
        define_service(c, service);
    for (const struct pb_extend *extend = c->file->extends.first; extend; extend = extend->next)
        define_fields(c, extend->fields.first);
}

struct str check_entry_name(struct check *c, const struct pb_field *field)
{
    struct str name = field->name, suffix = STR("Entry");
    char *room = ARENA_ARRAY(c->scratch, name.n + suffix.n + 1, char);
    size_t count = 0;
    bool is_upper = true;
    c->failed |= !room;
    if (!room)
        return STR_EMPTY;
    for (size_t k = 0; k < name.n; k++) {
        char letter = name.p[k];
        if (letter != '_')
            room[count++] = is_upper && letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
        is_upper = letter == '_';
    }
    memcpy(room + count, suffix.p, suffix.n);
    return (struct str){room, count + suffix.n};
}
