#include "check_private.h"

#include <stdlib.h>

struct reference_check {
    const struct pb_schema *schema;
    struct error *err;
};

static int refuse(struct reference_check *r, struct str text)
{
    return error_raise(r->err, INVALID_SCHEMA, text);
}

/* -- Names that can be resolved ------------------------------------------------------------------------------------------- */

static int check_use(struct reference_check *r, const struct pb_type_use *use)
{
    if (use->type != PB_NAMED)
        return 0;
    return refuse(r, ARENA_JOIN(r->err->arena, STR("Could not resolve type: "), use->name));
}

static bool can_be_key(enum pb_type type)
{
    static const enum pb_type others[] = {PB_NAMED, PB_DOUBLE, PB_FLOAT, PB_GROUP, PB_MESSAGE, PB_BYTES, PB_ENUM};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        if (type == others[k])
            return false;
    }
    return true;
}

static int check_fields(struct reference_check *r, const struct pb_field *field)
{
    for (; field; field = field->next) {
        if (field->is_map && !can_be_key(field->key.type))
            return refuse(r, ARENA_JOIN(r->err->arena, STR("map key must be non-byte, non-floating point scalar: "),
                                        field->key.name));
        if (!field->is_map && check_use(r, &field->type) != 0)
            return -1;
    }
    return 0;
}

static int check_extends(struct reference_check *r, const struct pb_extend *extend)
{
    for (; extend; extend = extend->next) {
        if (check_use(r, &extend->target) != 0 || check_fields(r, extend->fields.first) != 0)
            return -1;
    }
    return 0;
}

static int check_services(struct reference_check *r, const struct pb_service *service)
{
    for (; service; service = service->next) {
        for (const struct pb_method *method = service->methods.first; method; method = method->next) {
            if (check_use(r, &method->input) != 0 || check_use(r, &method->output) != 0)
                return -1;
        }
    }
    return 0;
}

/* -- Names of types, once in their scope -------------------------------------------------------------------------------- */

/* A message or enum where it is defined. */
struct type_name {
    struct str name;
    struct pb_position at;
};

typedef VEC(struct type_name) type_names;

static bool collect_types(struct arena *scratch, const struct pb_message *message, const struct pb_enum *enumeration,
                          type_names *ret)
{
    for (; message; message = message->next) {
        struct type_name type = {message->name, check_before(message->at, "message ")};
        if (!message->is_group && !VEC_PUSH(scratch, ret, type))
            return false;
    }
    for (; enumeration; enumeration = enumeration->next) {
        struct type_name type = {enumeration->name, check_before(enumeration->at, "enum ")};
        if (!VEC_PUSH(scratch, ret, type))
            return false;
    }
    return true;
}

static int compare_positions(const void *a, const void *b)
{
    const struct type_name *x = a, *y = b;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    return x->at.column < y->at.column ? -1 : x->at.column > y->at.column;
}

static struct str place(struct arena *arena, struct pb_position at)
{
    return ARENA_JOIN(arena, STR(":"), STR_INT(at.line), STR(":"), STR_INT(at.column));
}

static int check_types_of(struct reference_check *r, struct arena *scratch, const struct pb_message *messages,
                          const struct pb_enum *enums)
{
    type_names types = {0};
    struct map names;
    struct arena *arena = r->err->arena;
    map_init(&names, scratch);
    if (!collect_types(scratch, messages, enums, &types))
        return error_raise(r->err, INTERNAL);
    if (types.count)
        qsort(types.items, types.count, sizeof *types.items, compare_positions);
    for (size_t k = 0; k < types.count; k++) {
        struct type_name *type = &types.items[k], *other = map_get(&names, type->name);
        if (other)
            return refuse(r, ARENA_JOIN(arena, type->name, STR(" ("), place(arena, type->at),
                                        STR(") is already defined at "), place(arena, other->at)));
        if (map_put(&names, type->name, type) < 0)
            return error_raise(r->err, INTERNAL);
    }
    return 0;
}

static int check_type_names(struct reference_check *r)
{
    struct arena *scratch = arena_new(SCHEMA_MEMORY_MAX);
    const struct pb_file *file = r->schema->root;
    if (!scratch)
        return error_raise(r->err, INTERNAL);
    int outcome = check_types_of(r, scratch, file->messages.first, file->enums.first);
    const struct pb_message *message = file->messages.first;
    for (; message && outcome == 0; message = pb_next_message(message)) {
        if (message->messages.count + message->enums.count > 1)
            outcome = check_types_of(r, scratch, message->messages.first, message->enums.first);
    }
    arena_free(scratch);
    return outcome;
}

int pb_check_reference(const struct pb_schema *schema, struct error *err)
{
    struct reference_check r = {schema, err};
    const struct pb_message *message = schema->root->messages.first;
    if (check_type_names(&r) != 0)
        return -1;
    for (; message; message = pb_next_message(message)) {
        if (check_fields(&r, message->fields.first) != 0 || check_extends(&r, message->extends.first) != 0)
            return -1;
    }
    return check_extends(&r, schema->root->extends.first) != 0 ? -1 : check_services(&r, schema->root->services.first);
}

/* -- validateFields ---------------------------------------------------------------------------------------------------------- */

static int refuse_field(struct reference_check *r, const struct pb_field *field, struct str text)
{
    return refuse(
        r, ARENA_JOIN(r->err->arena, STR("Invalid protobuf schema definition: "), field->full_name, STR(": "), text));
}

/* A field of that name, unless it is this one. */
static bool is_named_before(const struct pb_message *message, const struct pb_field *field)
{
    const struct pb_field *first = pb_field_named(message, field->name);
    return first && first != field;
}

static int check_names(struct reference_check *r, const struct pb_message *message)
{
    for (const struct pb_field *field = message->fields.first; field; field = field->next) {
        if (field->number <= 0)
            return refuse_field(r, field, STR("Field numbers must be positive integers."));
        if (is_named_before(message, field))
            return refuse_field(r, field,
                                ARENA_JOIN(r->err->arena, STR("\""), field->name, STR("\" is already defined in \""),
                                           message->full_name, STR("\".")));
    }
    return 0;
}

static int check_numbers(struct reference_check *r, const struct pb_message *message)
{
    const struct pb_field *first = NULL, *found = NULL, *other = NULL;
    for (size_t k = 0; k < message->fields.count; k++) {
        const struct pb_field *field = message->by_number[k];
        bool is_again = first && first->number == field->number;
        if (is_again && (!found || field->index < found->index)) {
            found = field;
            other = first;
        }
        first = is_again ? first : field;
    }
    if (!found)
        return 0;
    return refuse_field(r, found,
                        ARENA_JOIN(r->err->arena, STR("Field number "), STR_INT(found->number),
                                   STR(" has already been used in \""), message->full_name, STR("\" by field \""),
                                   other->name, STR("\".")));
}

int pb_check_fields(const struct pb_schema *schema, struct error *err)
{
    struct reference_check r = {schema, err};
    const struct pb_message *message;
    if (pb_check_reference(schema, err) != 0)
        return -1;
    for (message = check_first_innermost(schema->root); message; message = check_next_innermost(message)) {
        if (check_names(&r, message) != 0)
            return -1;
    }
    for (message = check_first_innermost(schema->root); message; message = check_next_innermost(message)) {
        if (check_numbers(&r, message) != 0)
            return -1;
    }
    return 0;
}
