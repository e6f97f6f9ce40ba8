#include "options_private.h"

#include "wire.h"

#include <stdlib.h>

/* Parts of an option's name. */
#define PARTS_MAX 256
#define NAME_SHOWN_MAX (1u << 20)
/* A few options need no memory of their own. */
#define FIRST_BYTES 4096

const struct pb_option *pb_option_find(const pb_options *options, const char *name)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const struct pb_name_part *part = option->name.first;
        if (option->name.count == 1 && !part->is_extension && str_equal(part->name, str_of(name)))
            return option;
    }
    return NULL;
}

bool pb_option_bool(const pb_options *options, const char *name, bool fallback)
{
    bool found = fallback;
    for (const struct pb_option *option = options->first; option; option = option->next) {
        const struct pb_name_part *part = option->name.first;
        if (option->name.count != 1 || part->is_extension || !str_equal(part->name, str_of(name)) ||
            option->value.kind != PB_VALUE_WORD)
            continue;
        bool is_true = str_equal(option->value.text, STR("true"));
        if (is_true || str_equal(option->value.text, STR("false")))
            found = is_true;
    }
    return found;
}

const struct pb_message *pb_options_message(const struct pb_schema *schema, enum pb_options_of of)
{
    static const char *const names[PB_OPTIONS_OF_COUNT_] = {
        [PB_FILE_OPTIONS] = "google.protobuf.FileOptions",
        [PB_MESSAGE_OPTIONS] = "google.protobuf.MessageOptions",
        [PB_FIELD_OPTIONS] = "google.protobuf.FieldOptions",
        [PB_ONEOF_OPTIONS] = "google.protobuf.OneofOptions",
        [PB_EXTENSION_RANGE_OPTIONS] = "google.protobuf.ExtensionRangeOptions",
        [PB_ENUM_OPTIONS] = "google.protobuf.EnumOptions",
        [PB_ENUM_VALUE_OPTIONS] = "google.protobuf.EnumValueOptions",
        [PB_SERVICE_OPTIONS] = "google.protobuf.ServiceOptions",
        [PB_METHOD_OPTIONS] = "google.protobuf.MethodOptions",
    };
    const struct pb_symbol *symbol = pb_symbol_find(schema, str_of(names[of]));
    /* A schema's own descriptor.proto may be without it. */
    if (!symbol || symbol->kind != PB_SYMBOL_MESSAGE)
        symbol = pb_symbol_find(pb_builtins(), str_of(names[of]));
    return symbol && symbol->kind == PB_SYMBOL_MESSAGE ? symbol->node : NULL;
}

const struct pb_field *pb_option_field(const struct pb_schema *schema, const struct pb_message *containing,
                                       struct str scope, const struct pb_name_part *part)
{
    if (!part->is_extension)
        return pb_field_named(containing, part->name);
    const struct pb_symbol *symbol = pb_resolve(schema, schema->root, scope, part->name, false);
    const struct pb_field *field = symbol && symbol->kind == PB_SYMBOL_FIELD ? symbol->node : NULL;
    return field && field->extend && option_is_of(field, containing) ? field : NULL;
}

bool option_is_of_field(const struct pb_option *option, enum pb_options_of of)
{
    const struct pb_name_part *first = option->name.first;
    return of == PB_FIELD_OPTIONS && !first->is_extension &&
           (str_equal(first->name, STR("default")) || str_equal(first->name, STR("json_name")));
}

int option_refuse(struct option_interpreter *i, struct pb_position at, struct str text)
{
    if (!text.p)
        return -1;
    i->fault = (struct option_fault){at, text};
    return 1;
}

int option_charge(struct option_interpreter *i, uint64_t steps)
{
    if (i->budget < steps) {
        i->budget = 0;
        return option_refuse(i, i->option->at, STR("The options are too large to be interpreted"));
    }
    i->budget -= steps;
    return 0;
}

/* -- What is set already ------------------------------------------------------------------------------------------- */

struct taken_key {
    uintptr_t node;
    uint64_t number;
};

static struct str key_bytes(const struct taken_key *key)
{
    return (struct str){(const char *)key, sizeof *key};
}

uintptr_t option_taken(const struct option_interpreter *i, uintptr_t node, uint32_t number)
{
    struct taken_key key = {node, number};
    return (uintptr_t)map_get(&i->taken, key_bytes(&key));
}

uintptr_t option_take(struct option_interpreter *i, uintptr_t node, uint32_t number)
{
    uintptr_t found = option_taken(i, node, number);
    if (found)
        return found;
    struct taken_key *key = ARENA_NEW(i->scratch, struct taken_key);
    if (!key)
        return 0;
    *key = (struct taken_key){node, number};
    i->taken_count++;
    return map_put(&i->taken, key_bytes(key), (void *)i->taken_count) < 0 ? 0 : i->taken_count;
}

/* -- Names --------------------------------------------------------------------------------------------------------- */

/* The fields that the parts of a name mean, and the name as messages show it. */
struct path {
    const struct pb_field **fields;
    size_t *begins; /* of messages that are being written */
    size_t count;
    struct buf shown;
};

static struct str quoted(const struct path *path)
{
    return buf_str(&path->shown);
}

static int refuse_name(struct option_interpreter *i, const struct path *path, const char *text)
{
    return option_refuse(i, i->option->at,
                         ARENA_JOIN(i->texts, STR("Option \""), quoted(path), STR("\" "), str_of(text)));
}

static int refuse_unknown(struct option_interpreter *i, const struct path *path, struct str partly)
{
    if (!partly.n)
        return refuse_name(i, path,
                           i->file->syntax == PB_EDITIONS
                               ? "unknown. Ensure that your proto definition file imports the proto which defines the "
                                 "option (i.e. via import option after edition 2024)."
                               : "unknown. Ensure that your proto definition file imports the proto which defines the "
                                 "option.");
    struct str shown = quoted(path);
    return option_refuse(i, i->option->at,
                         ARENA_JOIN(i->texts, STR("Option \""), shown, STR("\" is resolved to \"("), partly,
                                    STR(")\", which is not defined. The innermost scope is searched first in name "
                                        "resolution. Consider using a leading '.'(i.e., \"(."),
                                    str_slice(shown, 1, shown.n), STR("\") to start from the outermost scope.")));
}

static int refuse_containing(struct option_interpreter *i, const struct path *path, const struct pb_message *containing)
{
    return option_refuse(i, i->option->at,
                         ARENA_JOIN(i->texts, STR("Option field \""), quoted(path),
                                    STR("\" is not a field or extension of message \""), containing->name, STR("\".")));
}

/* The file that defines the field. */
static const struct pb_file *home_of(const struct pb_field *field)
{
    return field->extend ? field->extend->file : field->parent->file;
}

static bool is_own_feature(const struct option_interpreter *i, const struct pb_field *field)
{
    const struct pb_name_part *first = i->option->name.first;
    return i->file->syntax == PB_EDITIONS && !first->is_extension && str_equal(first->name, STR("features")) &&
           home_of(field) == i->file;
}

static int resolve_part(struct option_interpreter *i, const struct pb_message *containing,
                        const struct pb_name_part *part, struct path *path)
{
    struct str partly = STR_EMPTY;
    const struct pb_field *field;
    buf_add(&path->shown, path->shown.n ? STR(".") : STR_EMPTY);
    buf_add(&path->shown, part->is_extension ? STR("(") : STR_EMPTY);
    buf_add(&path->shown, part->name);
    buf_add(&path->shown, part->is_extension ? STR(")") : STR_EMPTY);
    if (buf_failed(&path->shown))
        return -1;
    if (part->is_extension) {
        const struct pb_symbol *symbol = i->lookup(i->lookup_data, i->scope, part->name, &partly);
        field = symbol && symbol->kind == PB_SYMBOL_FIELD ? symbol->node : NULL;
    } else {
        field = pb_field_named(containing, part->name);
    }
    if (!field)
        return refuse_unknown(i, path, partly);
    if (!option_is_of(field, containing))
        return refuse_containing(i, path, containing);
    if (is_own_feature(i, field))
        return option_refuse(i, i->option->at,
                             ARENA_JOIN(i->texts, STR("Feature \""), quoted(path),
                                        STR("\" can't be used in the same file it's defined in.")));
    path->fields[path->count++] = field;
    return 0;
}

static int check_inner(struct option_interpreter *i, const struct path *path)
{
    const struct pb_field *field = path->fields[path->count - 1];
    if (!option_is_message(field))
        return refuse_name(i, path, "is an atomic type, not a message.");
    if (!option_is_repeated(field))
        return 0;
    return option_refuse(
        i, i->option->at,
        ARENA_JOIN(i->texts, STR("Option field \""), quoted(path),
                   STR("\" is a repeated message. Repeated message options must be initialized using an aggregate "
                       "value.")));
}

static int resolve_path(struct option_interpreter *i, struct path *path)
{
    const struct pb_message *containing = pb_options_message(i->schema, i->of);
    const struct pb_name_part *part = i->option->name.first;
    if (!containing)
        return -1;
    if (str_equal(part->name, STR("uninterpreted_option")))
        return option_refuse(i, i->option->at, STR("Option must not use reserved name \"uninterpreted_option\"."));
    if (i->option->name.count > PARTS_MAX)
        return option_refuse(i, i->option->at, STR("The name of the option has too many parts"));
    for (; part; part = part->next) {
        int outcome = resolve_part(i, containing, part, path);
        if (outcome == 0 && part->next)
            outcome = check_inner(i, path);
        if (outcome != 0)
            return outcome;
        containing = path->fields[path->count - 1]->type.message;
        option_note_field(i, path->fields[path->count - 1]);
    }
    return 0;
}

/* -- Values -------------------------------------------------------------------------------------------------------- */

/* Marks the field as set, and what is around it. */
static int take_path(struct option_interpreter *i, const struct path *path, uintptr_t *ret_node)
{
    uintptr_t node = 0;
    for (size_t k = 0; k < path->count; k++) {
        const struct pb_field *field = path->fields[k];
        bool is_last = k + 1 == path->count;
        if (is_last && !option_is_repeated(field) && option_taken(i, node, (uint32_t)field->number))
            return refuse_name(i, path, "was already set.");
        node = option_take(i, node, (uint32_t)field->number);
        if (!node)
            return -1;
    }
    *ret_node = node;
    return 0;
}

static int put_value(struct option_interpreter *i, const struct pb_field *field, uintptr_t node, struct buf *out)
{
    struct option_scalar scalar = {0};
    if (option_is_message(field))
        return option_aggregate(i, field, node, out);
    int outcome = option_scalar(i, field, &scalar);
    if (outcome == 0)
        option_put_scalar(out, field->type.type, (uint32_t)field->number, &scalar);
    return outcome;
}

/* The value inside of the messages that the name leads through. */
static int put_option(struct option_interpreter *i, const struct path *path, uintptr_t node, struct buf *out)
{
    for (size_t k = 0; k + 1 < path->count; k++) {
        const struct pb_field *field = path->fields[k];
        if (field->type.type == PB_GROUP)
            wire_put_tag(out, (uint32_t)field->number, WIRE_GROUP);
        else
            path->begins[k] = wire_begin(out, (uint32_t)field->number);
    }
    size_t before = out->n;
    int outcome = put_value(i, path->fields[path->count - 1], node, out);
    for (size_t k = 1; k < path->count; k++) {
        if (!option_is_kept(i, path->fields[k]))
            out->n = before;
    }
    for (size_t k = path->count - 1; outcome == 0 && k-- > 0;) {
        const struct pb_field *field = path->fields[k];
        if (field->type.type == PB_GROUP)
            wire_put_tag(out, (uint32_t)field->number, WIRE_GROUP_END);
        else
            wire_end(out, path->begins[k]);
    }
    return outcome;
}

static int interpret_option(struct option_interpreter *i)
{
    size_t parts = i->option->name.count;
    struct path path = {.fields = ARENA_ARRAY(i->scratch, parts, const struct pb_field *),
                        .begins = ARENA_ARRAY(i->scratch, parts, size_t)};
    const char *wrong = option_value_fault(i->file, &i->option->value);
    struct buf out;
    uintptr_t node = 0;
    if (!path.fields || !path.begins)
        return -1;
    if (wrong)
        return option_refuse(i, i->option->value_at, str_of(wrong));
    buf_init(&path.shown, i->scratch, NAME_SHOWN_MAX);
    buf_init(&out, i->scratch, SCHEMA_MEMORY_MAX);
    int outcome = option_charge(i, parts);
    outcome = outcome == 0 ? resolve_path(i, &path) : outcome;
    outcome = outcome == 0 ? take_path(i, &path, &node) : outcome;
    outcome = outcome == 0 ? put_option(i, &path, node, &out) : outcome;
    if (outcome != 0)
        return outcome;
    if (!option_is_kept(i, path.fields[0]))
        return 0;
    struct option_record record = {.number = (uint32_t)path.fields[0]->number,
                                   .is_extension = path.fields[0]->extend != NULL,
                                   .field = path.fields[0],
                                   .bytes = buf_str(&out)};
    return !buf_failed(&out) && VEC_PUSH(i->scratch, &i->records, record) ? 0 : -1;
}

/* -- The message --------------------------------------------------------------------------------------------------- */

static int compare_records(const void *a, const void *b)
{
    const struct option_record *x = *(const struct option_record *const *)a,
                               *y = *(const struct option_record *const *)b;
    bool by_number = !x->is_extension && !y->is_extension;
    if (x->is_extension != y->is_extension)
        return x->is_extension ? 1 : -1;
    if (by_number && x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* A record's bytes without tag and length, when it is a message of that kind. */
static bool take_content(const struct option_record *record, struct str *ret)
{
    struct str rest = record->bytes;
    struct wire_field field;
    if (option_is_repeated(record->field) || record->field->type.type != PB_MESSAGE || wire_next(&rest, &field) != 1)
        return false;
    *ret = field.bytes;
    return true;
}

/* Fields of descriptor.proto by number, those given part by part as one; behind them the extensions in their order. */
static int write_records(struct option_interpreter *i, struct buf *out)
{
    size_t count = i->records.count;
    const struct option_record **sorted = ARENA_ARRAY(i->scratch, count + 1, const struct option_record *);
    if (!sorted)
        return -1;
    for (size_t k = 0; k < count; k++)
        sorted[k] = &i->records.items[k];
    if (count)
        qsort(sorted, count, sizeof *sorted, compare_records);
    for (size_t k = 0, next; k < count; k = next) {
        struct str content;
        next = k + 1;
        if (sorted[k]->is_extension || !take_content(sorted[k], &content)) {
            buf_add(out, sorted[k]->bytes);
            continue;
        }
        size_t begin = wire_begin(out, sorted[k]->number);
        buf_add(out, content);
        for (; next < count && sorted[next]->field == sorted[k]->field && take_content(sorted[next], &content); next++)
            buf_add(out, content);
        wire_end(out, begin);
    }
    return buf_failed(out) ? -1 : 0;
}

/* Names of extensions begin in the scope around the element; the options of a file, in its package. */
static struct str scope_around(enum pb_options_of of, struct str scope)
{
    size_t dot = str_find_last(scope, '.');
    return of == PB_FILE_OPTIONS ? scope : str_slice(scope, 0, dot == SIZE_MAX ? 0 : dot);
}

int option_interpret(struct option_interpreter *i, enum pb_options_of of, struct str scope, const pb_options *options,
                     struct buf *out)
{
    struct arena_mark mark = arena_mark(i->scratch);
    int outcome = 0;
    i->of = of;
    i->scope = scope_around(of, scope);
    i->taken_count = 0;
    i->fault = i->lifetime = i->target = (struct option_fault){0};
    map_init(&i->taken, i->scratch);
    map_init(&i->required, i->scratch);
    map_init(&i->entries, i->scratch);
    memset(&i->records, 0, sizeof i->records);
    for (i->option = options->first; i->option && outcome == 0; i->option = i->option->next) {
        if (!option_is_of_field(i->option, of))
            outcome = interpret_option(i);
        if (outcome != 0)
            break;
    }
    if (outcome == 0 && out)
        outcome = write_records(i, out);
    arena_rewind(i->scratch, mark);
    return outcome;
}

/* -- Outside of the checks ------------------------------------------------------------------------------------------- */

static const struct pb_symbol *look_up(void *data, struct str scope, struct str name, struct str *ret_partly)
{
    const struct option_interpreter *i = data;
    (void)ret_partly;
    return pb_resolve(i->schema, i->file, scope, name, false);
}

int pb_options_interpret(const struct pb_schema *schema, const struct pb_file *file, enum pb_options_of of,
                         struct str scope, const pb_options *options, struct buf *out, struct error *err)
{
    char first[FIRST_BYTES];
    struct arena scratch;
    if (!options->count)
        return 0;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, first, sizeof first);
    struct option_interpreter i = {.schema = schema,
                                   .file = file,
                                   .scratch = &scratch,
                                   .texts = err->arena,
                                   .lookup = look_up,
                                   .budget = OPTION_STEPS_MAX};
    i.lookup_data = &i;
    int outcome = option_interpret(&i, of, scope, options, out);
    arena_deinit(&scratch);
    if (outcome == 1)
        return pb_fault(err->arena, err, i.fault.at, i.fault.text);
    return outcome == 0 ? 0 : error_raise(err, INTERNAL);
}
