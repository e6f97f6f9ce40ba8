#include "model.h"

#include "decimal.h"
#include "utf8.h"

/* A default and its type are quoted up to this many bytes. */
#define QUOTE_MAX 1024

struct checker {
    const struct avsc_schema *schema;
    struct arena *scratch;
    enum schema_check how;
    uint64_t budget; /* for all defaults together */
    struct error *err;
};

static int name_fault(struct checker *c, const char *what, struct str name)
{
    return error_raise(c->err, INVALID_SCHEMA, ARENA_JOIN(c->err->arena, str_of(what), name.n ? name : STR_EMPTY));
}

static enum avsc_name_rule rule_of(const struct checker *c)
{
    return c->how == SCHEMA_CHECK_NAMES ? AVSC_NAME_UNICODE : AVSC_NAME_STRICT;
}

static int check_simple(struct checker *c, struct str name)
{
    const char *fault = avsc_name_fault(name, rule_of(c));
    return fault ? name_fault(c, fault, name) : 0;
}

static int check_space(struct checker *c, struct str space)
{
    struct str rest = space, part;
    while (space.n && str_next(&rest, '.', &part)) {
        const char *fault = avsc_name_fault(part, rule_of(c));
        if (fault)
            return error_raise(
                c->err, INVALID_SCHEMA,
                ARENA_JOIN(c->err->arena, STR("Namespace part \""), part, STR("\" is invalid: "), str_of(fault), part));
    }
    return 0;
}

/* Integers beyond 64 bits cannot be kept by the Java library, so nobody could use them. */
static int check_properties(struct checker *c, const avsc_nodes *properties)
{
    for (size_t i = 0; i < properties->count; i++) {
        const struct jtree_node *node = properties->items[i];
        struct decimal decimal = {0};
        int64_t value;
        bool is_integer = node->kind == JTREE_KIND_NUMBER && str_find(node->text, '.') == SIZE_MAX &&
                          str_find(node->text, 'e') == SIZE_MAX && str_find(node->text, 'E') == SIZE_MAX;
        if (is_integer && (decimal_parse(node->text, &decimal) != DECIMAL_OK || !decimal_to_i64(&decimal, &value)))
            return name_fault(c, "Can't set a property to an integer beyond 64 bits: ", node->name);
    }
    return 0;
}

static int default_fault(struct checker *c, const struct avsc_field *field)
{
    struct avsc_print_options options = {.resolved = true};
    struct buf value, type;
    buf_init(&value, c->scratch, SCHEMA_MEMORY_MAX);
    buf_init(&type, c->scratch, SCHEMA_MEMORY_MAX);
    if (avsc_print_default(field, &options, &value, c->scratch, &c->budget) != 0 ||
        avsc_print(c->schema, field->type, &options, &type) != 0)
        return error_raise(c->err, INVALID_SCHEMA, STR("Invalid default"));
    return error_raise(c->err, INVALID_SCHEMA,
                       ARENA_JOIN(c->err->arena, STR("Invalid default for field "), field->name, STR(": "),
                                  utf8_prefix(buf_str(&value), QUOTE_MAX), STR(" not a "),
                                  utf8_prefix(buf_str(&type), QUOTE_MAX)));
}

static int check_field(struct checker *c, const struct avsc_field *field)
{
    if (check_simple(c, field->name) != 0)
        return -1;
    if (c->how == SCHEMA_CHECK_NAMES)
        return 0;
    if (check_properties(c, &field->properties) != 0)
        return -1;
    if (!field->default_value || field->is_number_default)
        return 0;
    struct arena_mark mark = arena_mark(c->scratch);
    struct avsc_fitter *fitter = avsc_fitter_new(c->scratch, c->how == SCHEMA_CHECK_STRICT, &c->budget);
    bool fits = fitter && avsc_fits(fitter, field->type, field->default_value);
    arena_rewind(c->scratch, mark);
    if (fits)
        return 0;
    return c->budget && !arena_failed(c->scratch)
               ? default_fault(c, field)
               : error_raise(c->err, INVALID_SCHEMA, STR("The defaults take too long to be checked"));
}

static int check_names(struct checker *c, const struct avsc_type *type)
{
    if (check_simple(c, type->name.simple) != 0)
        return -1;
    if (c->how == SCHEMA_CHECK_NAMES)
        return 0;
    if (check_space(c, type->name.space) != 0)
        return -1;
    for (size_t i = 0; i < type->aliases.count; i++) {
        if (check_simple(c, type->aliases.items[i].simple) != 0 || check_space(c, type->aliases.items[i].space) != 0)
            return -1;
    }
    return 0;
}

static int check_type(struct checker *c, const struct avsc_type *type)
{
    if (avsc_is_named(type->kind) && check_names(c, type) != 0)
        return -1;
    if (c->how != SCHEMA_CHECK_NAMES && check_properties(c, &type->properties) != 0)
        return -1;
    for (size_t i = 0; i < type->symbols.count; i++) {
        if (check_simple(c, type->symbols.items[i]) != 0)
            return -1;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        if (check_field(c, &type->fields[i]) != 0)
            return -1;
    }
    return 0;
}

int avsc_check(const void *model, enum schema_check how, bool validate_fields, struct error *err)
{
    const struct avsc_schema *schema = model;
    struct arena scratch;
    (void)validate_fields; /* asks nothing of Avro */
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct checker c = {schema, &scratch, how, AVSC_DEFAULTS_BUDGET, err};
    int outcome = 0;
    for (size_t i = 0; i < schema->types.count && outcome == 0; i++) {
        /* What comes from a dependency was checked when that was registered. */
        if (!schema->types.items[i]->is_defined_elsewhere)
            outcome = check_type(&c, schema->types.items[i]);
    }
    arena_deinit(&scratch);
    return outcome;
}
