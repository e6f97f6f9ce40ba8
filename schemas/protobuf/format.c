#include "format.h"

#include "base64.h"
#include "link.h"
#include "utf8.h"

/* Literals may stand for any bytes: those of a text that is no UTF-8 are told as "?". */
static struct str tellable(struct arena *arena, struct str text)
{
    char *copy = utf8_valid(text) ? NULL : ARENA_ARRAY(arena, text.n + 1, char);
    for (size_t i = 0; copy && i < text.n; i++)
        copy[i] = (char)((unsigned char)text.p[i] < 0x80 ? text.p[i] : '?');
    return copy ? (struct str){copy, text.n} : text;
}

int pb_fault(struct arena *arena, struct error *err, struct pb_position at, struct str text)
{
    struct str where =
        at.line ? ARENA_JOIN(arena, STR("line "), STR_INT(at.line), STR(", column "), STR_INT(at.column), STR(": "))
                : STR_EMPTY;
    return error_raise(err, INVALID_SCHEMA, ARENA_JOIN(arena, where, tellable(arena, text)));
}

/* Base64 with or without padding and nothing around it. */
static bool decode_base64(struct arena *arena, struct str text, struct str *ret)
{
    struct buf out;
    struct str padding[] = {STR_EMPTY, STR_EMPTY, STR("=="), STR("=")};
    struct str padded = ARENA_JOIN(arena, text, padding[text.n % 4]);
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    if (!padded.p || !base64_decode(&out, padded))
        return false;
    *ret = buf_str(&out);
    return !buf_failed(&out);
}

/* A .proto text, else a descriptor in base64, whose options the files that are there already explain. */
static int parse_file(struct pb_schema *schema, struct str path, struct str text, struct pb_file **ret,
                      struct error *err)
{
    struct arena *arena = schema->arena;
    struct error fault = ERROR_INIT(arena);
    struct str bytes, copy = arena_str(arena, text);
    if (!copy.p)
        return error_raise(err, INTERNAL);
    int outcome = pb_parse_text(arena, path, copy, ret, &fault);
    if (outcome == 0 || fault.id != ERROR_INVALID_SCHEMA)
        return outcome == 0 ? 0 : error_pass(err, &fault);
    outcome = 1;
    if (decode_base64(arena, text, &bytes))
        outcome = pb_link_added(schema, pb_builtins(), err) != 0
                      ? -1
                      : pb_from_descriptor(arena, path, bytes, schema, ret, err);
    if (outcome <= 0)
        return outcome;
    return error_raise(err, INVALID_SCHEMA, ARENA_JOIN(arena, STR("Could not parse Protobuf: "), fault.text));
}

static int parse(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err)
{
    struct pb_schema *schema = ARENA_NEW(arena, struct pb_schema);
    struct pb_file *file =
        ARENA_NEW(arena, struct pb_file); /* keeps the first place for the root, which is read last */
    if (!schema || !file || !pb_builtins() || !VEC_PUSH(arena, &schema->files, file))
        return error_raise(err, INTERNAL);
    *file = (struct pb_file){.path = STR_EMPTY, .package = STR_EMPTY};
    schema->arena = arena;
    schema->root = file;
    for (size_t i = 0; i < source->dependency_count; i++) {
        const struct schema_dependency *dependency = &source->dependencies[i];
        if (parse_file(schema, arena_str(arena, dependency->name), dependency->text, &file, err) != 0)
            return -1;
        if (!VEC_PUSH(arena, &schema->files, file))
            return error_raise(err, INTERNAL);
    }
    if (parse_file(schema, STR("default"), source->text, &schema->root, err) != 0)
        return -1;
    schema->files.items[0] = schema->root;
    if (pb_link(schema, pb_builtins(), err) != 0)
        return -1;
    *ret_model = schema;
    return 0;
}

static int check(const void *model, enum schema_check how, bool validate_fields, struct error *err)
{
    const struct pb_schema *schema = model;
    if (how == SCHEMA_CHECK_STRICT)
        return pb_check_strict(schema, err);
    return validate_fields ? pb_check_fields(schema, err) : pb_check_reference(schema, err);
}

static int print_normal(const struct pb_schema *schema, struct buf *out, struct error *err)
{
    struct arena *scratch = arena_new(SCHEMA_MEMORY_MAX);
    struct pb_file *normal = scratch ? pb_normalise(schema, scratch) : NULL;
    int outcome = normal ? pb_print(normal, false, out) : -1;
    arena_free(scratch);
    return outcome == 0 ? 0 : error_raise(err, SCHEMA_TOO_LARGE);
}

static int print_descriptor(const struct pb_schema *schema, struct buf *out, struct error *err)
{
    struct buf bytes;
    buf_init(&bytes, NULL, SCHEMA_MEMORY_MAX);
    int outcome = pb_to_descriptor(schema, schema->root, PB_DESCRIPTOR_AS_WRITTEN, &bytes, err);
    if (outcome == 0)
        base64_encode(out, buf_str(&bytes));
    buf_deinit(&bytes);
    return outcome;
}

static int print(const void *model, enum schema_form form, struct buf *out, struct error *err)
{
    const struct pb_schema *schema = model;
    if (form == SCHEMA_FORM_NORMAL)
        return print_normal(schema, out, err);
    if (form == SCHEMA_FORM_SERIALIZED)
        return print_descriptor(schema, out, err);
    /* Equal are schemas of equal canonical text, as the reference server has it, in a look-up that normalises too. */
    bool without_extensions = form == SCHEMA_FORM_WITHOUT_EXTENSIONS;
    return pb_print(schema->root, without_extensions, out) != 0 ? error_raise(err, SCHEMA_TOO_LARGE) : 0;
}

/* Those of the first message. */
static size_t field_names(const void *model, struct str *ret, size_t max)
{
    const struct pb_schema *schema = model;
    const struct pb_message *message = schema->root->messages.first;
    size_t count = 0;
    for (const struct pb_field *field = message ? message->fields.first : NULL; field; field = field->next, count++) {
        if (count < max)
            ret[count] = field->name;
    }
    return count;
}

static const struct schema_output outputs[] = {
    {"serialized", SCHEMA_FORM_SERIALIZED, false},
    {"ignore_extensions", SCHEMA_FORM_WITHOUT_EXTENSIONS, false},
    {0},
};

const struct schema_format protobuf_format = {
    .name = "PROTOBUF",
    .parse_wording = SCHEMA_WORDING_BRIEF,
    .check_wording = SCHEMA_WORDING_REQUEST,
    .outputs = outputs,
    .parse = parse,
    .check = check,
    .print = print,
    .compare = pb_compare,
    .describe = pb_describe,
    .field_names = field_names,
};
