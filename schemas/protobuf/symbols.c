#include "symbols.h"

/* Definitions of one name that are looked at: more than one is a fault already. */
#define DEFINITIONS_MAX 64
/* Scopes inside of each other, as messages nest and packages have parts. */
#define SCOPES_MAX 1024

struct pb_name *pb_name_find(const struct pb_name *scope, struct str name)
{
    return scope && scope->inner ? map_get(scope->inner, name) : NULL;
}

struct pb_name *pb_name_add(struct arena *arena, struct pb_name *scope, struct str name)
{
    struct pb_name *found = pb_name_find(scope, name);
    if (found)
        return found;
    if (!scope->inner) {
        scope->inner = ARENA_NEW(arena, struct map);
        if (!scope->inner)
            return NULL;
        map_init(scope->inner, arena);
    }
    found = ARENA_NEW(arena, struct pb_name);
    if (!found)
        return NULL;
    found->full_name = scope->full_name.n ? ARENA_JOIN(arena, scope->full_name, STR("."), name) : name;
    return found->full_name.p && map_put(scope->inner, name, found) >= 0 ? found : NULL;
}

/* A name as the schema's own files and as the built-in files know it; either may be NULL. */
struct place {
    const struct pb_name *own, *builtin;
};

static struct place outermost(const struct pb_schema *schema)
{
    const struct pb_schema *builtins = schema->symbols->builtins;
    return (struct place){&schema->symbols->root, builtins ? &builtins->symbols->root : NULL};
}

static struct place inner(struct place scope, struct str name)
{
    return (struct place){pb_name_find(scope.own, name), pb_name_find(scope.builtin, name)};
}

/* Behind the parts of a dotted name. */
static struct place walk(struct place scope, struct str name)
{
    struct str rest = name, part;
    while (name.n && (scope.own || scope.builtin) && str_next(&rest, '.', &part))
        scope = inner(scope, part);
    return scope;
}

struct search {
    const struct pb_schema *schema;
    const struct pb_file *file; /* whose imports decide what counts; NULL: everything does */
    bool wants_type;
};

static bool is_replaced(const struct pb_schema *schema, const struct pb_file *builtin)
{
    for (size_t i = 1; i < schema->files.count; i++) {
        if (str_equal(schema->files.items[i]->path, builtin->path))
            return true;
    }
    return false;
}

static bool counts(const struct search *s, const struct pb_symbol *symbol)
{
    bool is_type = symbol->kind == PB_SYMBOL_MESSAGE || symbol->kind == PB_SYMBOL_ENUM;
    if (s->wants_type && !is_type)
        return false;
    if (symbol->kind == PB_SYMBOL_PACKAGE)
        return true;
    if (symbol->file->is_builtin && s->schema->symbols->builtins && is_replaced(s->schema, symbol->file))
        return false;
    return !s->file || pb_sees(s->schema, s->file, symbol->file);
}

static const struct pb_symbol *first_that_counts(const struct search *s, const struct pb_name *name)
{
    const struct pb_symbol *symbol = name ? name->symbols.first : NULL;
    for (int i = 0; symbol && i < DEFINITIONS_MAX; i++, symbol = symbol->next) {
        if (counts(s, symbol))
            return symbol;
    }
    return NULL;
}

static const struct pb_symbol *symbol_at(const struct search *s, struct place place)
{
    const struct pb_symbol *symbol = first_that_counts(s, place.own);
    return symbol ? symbol : first_that_counts(s, place.builtin);
}

const struct pb_symbol *pb_symbol_find(const struct pb_schema *schema, struct str full_name)
{
    struct search search = {.schema = schema};
    return symbol_at(&search, walk(outermost(schema), full_name));
}

/* The scope and those around it, outermost first; how many there are. */
static size_t list_scopes(const struct pb_schema *schema, struct str scope, struct place *ret)
{
    struct str rest = scope, part;
    size_t count = 1;
    ret[0] = outermost(schema);
    while (scope.n && count < SCOPES_MAX && str_next(&rest, '.', &part)) {
        ret[count] = inner(ret[count - 1], part);
        count++;
    }
    return count;
}

static uint64_t count_parts(struct str name)
{
    uint64_t count = 1;
    for (size_t i = 0; i < name.n && count < SCOPES_MAX; i++)
        count += name.p[i] == '.';
    return count;
}

uint64_t pb_resolve_steps(struct str scope, struct str name)
{
    return (count_parts(scope) + 1) * count_parts(name);
}

const struct pb_symbol *pb_resolve(const struct pb_schema *schema, const struct pb_file *file, struct str scope,
                                   struct str name, bool wants_type)
{
    struct place scopes[SCOPES_MAX];
    struct search visible = {schema, file, wants_type}, anywhere = {schema, NULL, wants_type};
    bool is_absolute = name.n && name.p[0] == '.';
    struct str relative = is_absolute ? str_slice(name, 1, name.n) : name;
    size_t count = list_scopes(schema, is_absolute ? STR_EMPTY : scope, scopes);
    const struct pb_symbol *symbol = NULL, *hidden = NULL;
    while (relative.n && count > 0 && !symbol) {
        struct place place = walk(scopes[--count], relative);
        symbol = symbol_at(&visible, place);
        hidden = hidden ? hidden : symbol_at(&anywhere, place);
    }
    return symbol ? symbol : hidden;
}

const struct pb_field *pb_field_named(const struct pb_message *message, struct str name)
{
    const struct pb_name *found = pb_name_find(message->scope, name);
    const struct pb_symbol *symbol = found ? found->symbols.first : NULL;
    for (int i = 0; symbol && i < DEFINITIONS_MAX; i++, symbol = symbol->next) {
        const struct pb_field *field = symbol->kind == PB_SYMBOL_FIELD ? symbol->node : NULL;
        if (field && field->parent == message && !field->extend)
            return field;
    }
    return NULL;
}
