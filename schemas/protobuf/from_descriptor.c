#include "from_descriptor_private.h"

#include "utf8.h"

int pb_refuse_descriptor(struct descriptor_reader *r, const char *before, struct str quoted, const char *after)
{
    bool has_quotation = quoted.n && utf8_valid(quoted);
    struct str quotation = has_quotation ? ARENA_JOIN(r->arena, STR(" \""), quoted, STR("\" ")) : STR(" ");
    return pb_fault(r->arena, r->err, (struct pb_position){0},
                    ARENA_JOIN(r->arena, STR("The descriptor has "), str_of(before), quotation, str_of(after)));
}

int pb_too_large(struct descriptor_reader *r)
{
    return error_raise(r->err, INVALID_SCHEMA, STR("The schema is too large to be processed"));
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool pb_is_identifier(struct str text)
{
    bool is_right = text.n && is_letter(text.p[0]);
    for (size_t i = 0; i < text.n; i++)
        is_right = is_right && (is_letter(text.p[i]) || (text.p[i] >= '0' && text.p[i] <= '9'));
    return is_right;
}

bool pb_is_qualified(struct str text)
{
    struct str rest = text.n && text.p[0] == '.' ? str_slice(text, 1, text.n) : text, part;
    bool is_right = rest.n > 0;
    while (is_right && str_next(&rest, '.', &part))
        is_right = pb_is_identifier(part);
    return is_right;
}

bool pb_is_quotable(struct str text)
{
    bool is_right = true;
    for (size_t i = 0; i < text.n; i++)
        is_right = is_right && (unsigned char)text.p[i] >= 0x20 && text.p[i] != '"' && text.p[i] != '\\';
    return is_right;
}

/* -- Parts -------------------------------------------------------------------------------------------------------- */

int pb_read_parts(struct descriptor_reader *r, const struct pb_shape *shape, struct str bytes, struct pb_parts *ret)
{
    struct buf options;
    struct wire_field field;
    int outcome;
    buf_init(&options, r->arena, SCHEMA_MEMORY_MAX);
    *ret = (struct pb_parts){0};
    while ((outcome = wire_next(&bytes, &field)) == 1) {
        if (field.type == WIRE_BYTES && shape->options && field.number == shape->options) {
            buf_add(&options, field.bytes);
        } else if (field.number < PB_PARTS_MAX && field.type == WIRE_BYTES && shape->texts & PB_BIT(field.number)) {
            ret->texts[field.number] = field.bytes;
        } else if (field.number < PB_PARTS_MAX && field.type == WIRE_VARINT && shape->numbers & PB_BIT(field.number)) {
            ret->numbers[field.number] = field.value;
            ret->has_number[field.number] = true;
        }
    }
    if (outcome < 0)
        return 1;
    ret->options = buf_str(&options);
    for (size_t i = 0; i < PB_PARTS_MAX; i++) {
        if (ret->texts[i].p && !utf8_valid(ret->texts[i]))
            return pb_refuse_descriptor(r, shape->what, STR_EMPTY, "with a text that is not UTF-8");
    }
    return buf_failed(&options) ? pb_too_large(r) : 0;
}

int pb_read_named(struct descriptor_reader *r, const struct pb_shape *shape, struct str bytes, struct pb_parts *ret,
                  struct str *ret_name)
{
    int outcome = pb_read_parts(r, shape, bytes, ret);
    if (outcome != 0)
        return outcome;
    *ret_name = ret->texts[1]; /* the number of every name */
    if (!ret_name->p || ret_name->n == 0)
        return pb_refuse_descriptor(r, shape->what, STR_EMPTY, "without a name");
    if (!pb_is_identifier(*ret_name))
        return pb_refuse_descriptor(r, shape->what, *ret_name, "whose name is no identifier");
    return 0;
}

int pb_keep_options(struct descriptor_reader *r, enum pb_options_of of, struct str bytes, pb_options *ret)
{
    if (bytes.n == 0)
        return 0;
    return VEC_PUSH(r->arena, &r->options, (struct unread_options){of, bytes, ret}) ? 0 : pb_too_large(r);
}

/* -- Files -------------------------------------------------------------------------------------------------------- */

/* The parts of a file that refer to each other by their places. */
struct file_parts {
    VEC(struct pb_import *) imports;
    VEC(struct pb_field *) groups; /* of extensions: their bodies are among the messages */
};

static bool is_known(const struct wire_field *field)
{
    switch (field->number) {
    case FILE_PUBLIC_DEPENDENCY:
    case FILE_WEAK_DEPENDENCY:
    case FILE_EDITION:
        return field->type == WIRE_VARINT;
    case 13:
        return false;
    default:
        return field->number <= FILE_OPTION_DEPENDENCY && field->type == WIRE_BYTES;
    }
}

/* Whether these are the bytes of a message that has something of a file. */
static bool is_file(struct str bytes)
{
    struct wire_field field;
    bool has_any = false;
    int outcome;
    while ((outcome = wire_next(&bytes, &field)) == 1)
        has_any = has_any || is_known(&field);
    return outcome == 0 && has_any;
}

static int set_edition(struct descriptor_reader *r, const struct pb_parts *parts)
{
    struct pb_file *file = r->file;
    int64_t edition = (int32_t)(uint32_t)parts->numbers[FILE_EDITION];
    if (edition != PB_EDITION_2023 && edition != PB_EDITION_2024)
        return pb_refuse_descriptor(r, "an edition", STR_INT(edition), "that is not known");
    file->syntax = PB_EDITIONS;
    file->edition = (int32_t)edition;
    file->edition_text = edition == PB_EDITION_2023 ? STR("2023") : STR("2024");
    return 0;
}

static int set_syntax(struct descriptor_reader *r, const struct pb_parts *parts)
{
    struct pb_file *file = r->file;
    struct str syntax = parts->texts[FILE_SYNTAX];
    bool is_proto3 = str_equal(syntax, STR("proto3")), is_edition = str_equal(syntax, STR("editions"));
    file->has_syntax = is_proto3 || is_edition || str_equal(syntax, STR("proto2"));
    file->syntax = is_proto3 ? PB_PROTO3 : PB_PROTO2;
    file->edition = is_proto3 ? PB_EDITION_PROTO3 : PB_EDITION_PROTO2;
    return is_edition ? set_edition(r, parts) : 0;
}

static int read_import(struct descriptor_reader *r, struct str path, enum pb_import_kind kind, struct file_parts *parts)
{
    struct pb_import *import = ARENA_NEW(r->arena, struct pb_import);
    if (!import || (kind == PB_IMPORT_PLAIN && !VEC_PUSH(r->arena, &parts->imports, import)))
        return pb_too_large(r);
    if (!utf8_valid(path) || !pb_is_quotable(path))
        return pb_refuse_descriptor(r, "an import", path, "that is no path");
    import->kind = kind;
    import->path = path;
    PB_APPEND(&r->file->imports, import);
    return 0;
}

static int read_file_extension(struct descriptor_reader *r, struct str bytes, struct file_parts *parts)
{
    struct pb_field *field;
    int outcome = pb_read_extension(r, bytes, NULL, &field);
    bool is_group = outcome == 0 && field->type.type == PB_GROUP;
    return is_group && !VEC_PUSH(r->arena, &parts->groups, field) ? pb_too_large(r) : outcome;
}

static int read_file_part(struct descriptor_reader *r, const struct wire_field *field, struct file_parts *parts)
{
    if (field->type != WIRE_BYTES)
        return 0;
    switch (field->number) {
    case FILE_DEPENDENCY:
        return read_import(r, field->bytes, PB_IMPORT_PLAIN, parts);
    case FILE_OPTION_DEPENDENCY:
        return read_import(r, field->bytes, PB_IMPORT_OPTION, parts);
    case FILE_MESSAGE_TYPE:
        return pb_read_message(r, field->bytes);
    case FILE_ENUM_TYPE:
        return pb_read_enum(r, field->bytes, NULL);
    case FILE_SERVICE:
        return pb_read_service(r, field->bytes);
    case FILE_EXTENSION:
        return read_file_extension(r, field->bytes, parts);
    default:
        return 0;
    }
}

static int mark_import(struct descriptor_reader *r, uint64_t number, enum pb_import_kind kind, struct file_parts *parts)
{
    if (number >= parts->imports.count)
        return pb_refuse_descriptor(r, "a public or weak import", STR_EMPTY, "that is not there");
    parts->imports.items[number]->kind = kind;
    return 0;
}

/* Public and weak imports by their number, one by one or packed. */
static int mark_imports(struct descriptor_reader *r, struct str bytes, struct file_parts *parts)
{
    struct wire_field field;
    int outcome = 0;
    while (wire_next(&bytes, &field) == 1 && outcome == 0) {
        if (field.number != FILE_PUBLIC_DEPENDENCY && field.number != FILE_WEAK_DEPENDENCY)
            continue;
        enum pb_import_kind kind = field.number == FILE_PUBLIC_DEPENDENCY ? PB_IMPORT_PUBLIC : PB_IMPORT_WEAK;
        if (field.type == WIRE_VARINT)
            outcome = mark_import(r, field.value, kind, parts);
        while (field.type == WIRE_BYTES && field.bytes.n && outcome == 0)
            outcome = wire_take_varint(&field.bytes, &field.value) ? mark_import(r, field.value, kind, parts) : 1;
    }
    return outcome;
}

/* All but what options mean. */
static int read_file(struct descriptor_reader *r, struct str path, struct str bytes)
{
    static const struct pb_shape shape = {"a file", PB_BIT(FILE_NAME) | PB_BIT(FILE_PACKAGE) | PB_BIT(FILE_SYNTAX),
                                          PB_BIT(FILE_EDITION), FILE_OPTIONS};
    struct pb_parts parts;
    struct file_parts file_parts = {0};
    struct pb_file *file = r->file = ARENA_NEW(r->arena, struct pb_file);
    if (!file)
        return pb_too_large(r);
    int outcome = pb_read_parts(r, &shape, bytes, &parts);
    if (outcome != 0)
        return outcome;
    file->path = path;
    file->package = parts.texts[FILE_PACKAGE].n ? parts.texts[FILE_PACKAGE] : STR_EMPTY;
    if (file->package.n && (file->package.p[0] == '.' || !pb_is_qualified(file->package)))
        return pb_refuse_descriptor(r, "a package", file->package, "that is no name");
    outcome = set_syntax(r, &parts);
    struct wire_field field;
    struct str rest = bytes;
    while (wire_next(&rest, &field) == 1 && outcome == 0)
        outcome = read_file_part(r, &field, &file_parts);
    if (outcome == 0)
        outcome = mark_imports(r, bytes, &file_parts);
    if (outcome == 0)
        outcome = pb_find_groups(r, file->messages.first, file_parts.groups.items, file_parts.groups.count);
    return outcome != 0 ? outcome : pb_keep_options(r, PB_FILE_OPTIONS, parts.options, &file->options);
}

static bool defines_extensions(const struct pb_file *file)
{
    bool does = file->extends.first != NULL;
    for (const struct pb_message *message = file->messages.first; message && !does; message = pb_next_message(message))
        does = message->extends.first != NULL;
    return does;
}

/* The file once more, linked without its options: its own extensions may explain them. */
static int link_own(struct descriptor_reader *r, struct arena *arena, struct str bytes, struct pb_schema *own)
{
    struct descriptor_reader again = {.arena = arena, .err = r->err};
    own->arena = arena;
    if (read_file(&again, r->file->path, bytes) != 0 || !VEC_PUSH(arena, &own->files, again.file))
        return pb_too_large(r);
    own->root = again.file;
    struct error fault = ERROR_INIT(r->arena);
    if (pb_link(own, pb_builtins(), &fault) == 0)
        return 0;
    return fault.id == ERROR_INVALID_SCHEMA ? error_pass(r->err, &fault) : pb_too_large(r);
}

int pb_from_descriptor(struct arena *arena, struct str path, struct str bytes, const struct pb_schema *known,
                       struct pb_file **ret, struct error *err)
{
    struct descriptor_reader r = {.arena = arena, .err = err};
    struct str copy = arena_str(arena, bytes);
    if (!copy.p)
        return pb_too_large(&r);
    if (!is_file(copy))
        return 1;
    int outcome = read_file(&r, path, copy);
    if (outcome != 0)
        return outcome;
    struct arena scratch;
    struct pb_schema own = {0};
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    bool needs_own = r.options.count && defines_extensions(r.file);
    if (needs_own)
        outcome = link_own(&r, &scratch, copy, &own);
    if (outcome == 0 && r.options.count)
        outcome = pb_read_options(&r, known, needs_own ? &own : NULL);
    arena_deinit(&scratch);
    if (outcome == 0)
        *ret = r.file;
    return outcome;
}
