#include "print_private.h"

/* A block with fields that is being printed; bodies of groups and nested messages make blocks in blocks. */
struct block {
    const struct pb_message *message; /* a message or the body of a group */
    const struct pb_field *group; /* the group's field */
    const struct pb_oneof *oneof;
    const struct pb_extend *extend;
    unsigned depth;
    bool has_content;
    int part; /* of the block, see print_part() */
    const void *next; /* node of that part to go on with */
};

struct file_printer {
    struct pb_printer p;
    VEC(struct block) blocks;
};

/* Parts of a block stand apart by a blank line, which is indented as the block is. */
static void begin_part(struct file_printer *f, struct block *block)
{
    if (block->has_content)
        pb_indent(&f->p, block->depth);
    buf_add_char(f->p.out, '\n');
    block->has_content = true;
}

static void print_label(struct pb_printer *p, const struct pb_field *field)
{
    static const char *const labels[] = {
        [PB_NO_LABEL] = "", [PB_OPTIONAL] = "optional ", [PB_REQUIRED] = "required ", [PB_REPEATED] = "repeated "};
    buf_add(p->out, str_of(labels[field->label]));
}

static int print_field(struct pb_printer *p, const struct pb_field *field, unsigned depth)
{
    pb_indent(p, depth);
    print_label(p, field);
    if (field->is_map) {
        buf_add(p->out, STR("map<"));
        buf_add(p->out, field->key.name);
        buf_add(p->out, STR(", "));
        buf_add(p->out, field->type.name);
        buf_add_char(p->out, '>');
    } else {
        buf_add(p->out, field->type.name);
    }
    buf_printf(p->out, " " STR_FMT " = %d", STR_ARG(field->name), field->number);
    if (pb_print_option_list(p, &field->options, depth) != 0)
        return -1;
    buf_add(p->out, STR(";\n"));
    return 0;
}

static void print_ranges(struct pb_printer *p, const char *keyword, const struct pb_ranges *ranges)
{
    buf_add(p->out, str_of(keyword));
    for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
        buf_add_char(p->out, ' ');
        if (range->name.p && range->is_word) {
            buf_add(p->out, range->name);
        } else if (range->name.p) {
            pb_print_string(p, range->name);
        } else {
            buf_add_int(p->out, range->start);
            if (range->is_span) {
                buf_add(p->out, STR(" to "));
                buf_add(p->out, range->is_max ? STR("max") : STR_INT(range->end));
            }
        }
        buf_add(p->out, range->next ? STR(",") : STR_EMPTY);
    }
}

static int print_statements(struct pb_printer *p, const char *keyword, const struct pb_ranges *first, unsigned depth)
{
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        pb_indent(p, depth);
        print_ranges(p, keyword, ranges);
        if (pb_print_option_list(p, &ranges->options, depth) != 0)
            return -1;
        buf_add(p->out, STR(";\n"));
    }
    return 0;
}

static void print_visibility(struct pb_printer *p, enum pb_visibility visibility)
{
    static const char *const words[] = {[PB_VISIBILITY_UNSET] = "", [PB_LOCAL] = "local ", [PB_EXPORT] = "export "};
    buf_add(p->out, str_of(words[visibility]));
}

static int print_enum(struct pb_printer *p, const struct pb_enum *enumeration, unsigned depth)
{
    pb_indent(p, depth);
    print_visibility(p, enumeration->visibility);
    buf_printf(p->out, "enum " STR_FMT " {", STR_ARG(enumeration->name));
    if (enumeration->reserved.count + pb_count_options(p, &enumeration->options) + enumeration->values.count) {
        buf_add_char(p->out, '\n');
        if (print_statements(p, "reserved", enumeration->reserved.first, depth + 1) != 0 ||
            pb_print_option_statements(p, &enumeration->options, depth + 1) != 0)
            return -1;
        for (const struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
            pb_indent(p, depth + 1);
            buf_printf(p->out, STR_FMT " = %d", STR_ARG(value->name), value->number);
            if (pb_print_option_list(p, &value->options, depth + 1) != 0)
                return -1;
            buf_add(p->out, STR(";\n"));
        }
        pb_indent(p, depth);
    }
    buf_add(p->out, STR("}\n"));
    return 0;
}

/* -- Blocks with fields ------------------------------------------------------------------------------------- */

static int open_block(struct file_printer *f, struct block block)
{
    struct pb_printer *p = &f->p;
    pb_indent(p, block.depth);
    if (block.group) {
        print_label(p, block.group);
        buf_printf(p->out, "group " STR_FMT " = %d", STR_ARG(block.message->name), block.group->number);
        if (pb_print_option_list(p, &block.group->options, block.depth) != 0)
            return -1;
    } else if (block.message) {
        print_visibility(p, block.message->visibility);
        buf_printf(p->out, "message " STR_FMT, STR_ARG(block.message->name));
    } else if (block.oneof) {
        buf_printf(p->out, "oneof " STR_FMT, STR_ARG(block.oneof->name));
    } else {
        buf_printf(p->out, "extend " STR_FMT, STR_ARG(block.extend->target.name));
    }
    buf_add(p->out, STR(" {"));
    return VEC_PUSH(p->scratch, &f->blocks, block) ? 0 : -1;
}

/* The fields of a block: those of the extend block, of the oneof, or of the message. */
static const struct pb_field *first_field(const struct block *block)
{
    return block->extend  ? block->extend->fields.first
           : block->oneof ? block->oneof->first_member
                          : block->message->fields.first;
}

static const struct pb_field *next_field(const struct block *block, const struct pb_field *field)
{
    return block->oneof ? field->next_member : field->next;
}

/* Members of oneofs stand in these, groups stand apart. */
static bool belongs(const struct block *block, const struct pb_field *field, bool is_group)
{
    return (field->type.type == PB_GROUP && field->type.message->is_group) == is_group &&
           (!block->message || !field->oneof);
}

static int print_fields(struct file_printer *f, struct block *block)
{
    bool is_first = true;
    for (const struct pb_field *field = first_field(block); field; field = next_field(block, field)) {
        if (!belongs(block, field, false))
            continue;
        if (is_first)
            begin_part(f, block);
        is_first = false;
        if (print_field(&f->p, field, block->depth + 1) != 0)
            return -1;
    }
    return 0;
}

static int print_block_options(struct file_printer *f, struct block *block)
{
    const pb_options *options = block->oneof     ? &block->oneof->options
                                : block->message ? &block->message->options
                                                 : NULL;
    if (!options || !pb_count_options(&f->p, options))
        return 0;
    begin_part(f, block);
    return pb_print_option_statements(&f->p, options, block->depth + 1);
}

static int print_block_ranges(struct file_printer *f, struct block *block, bool is_reserved)
{
    const struct pb_message *message = block->message;
    const struct pb_ranges *first = !message ? NULL : is_reserved ? message->reserved.first : message->extensions.first;
    if (!first || (!is_reserved && f->p.without_extensions))
        return 0;
    begin_part(f, block);
    return print_statements(&f->p, is_reserved ? "reserved" : "extensions", first, block->depth + 1);
}

static int print_enums(struct file_printer *f, struct block *block)
{
    /* Nested messages and enums are one part. */
    bool has_messages = false;
    for (const struct pb_message *message = block->message->messages.first; message; message = message->next)
        has_messages |= !message->is_group;
    if (!has_messages && block->message->enums.count)
        begin_part(f, block);
    for (const struct pb_enum *enumeration = block->message->enums.first; enumeration;
         enumeration = enumeration->next) {
        if (print_enum(&f->p, enumeration, block->depth + 1) != 0)
            return -1;
    }
    return 0;
}

/* The parts of a block in their order. Those with blocks of their own are left one by one (1), the others at once (0). */
enum part { RESERVED, OPTIONS, FIELDS, ONEOFS, GROUPS, EXTENSIONS, EXTENDS, MESSAGES, ENUMS, END };

/* Opens the inner block at `next` and moves on; the first one of a part begins it. */
static int open_inner(struct file_printer *f, const void *next, struct block inner)
{
    struct block *block = &VEC_LAST(&f->blocks);
    if (!block->next)
        begin_part(f, block);
    block->next = next;
    inner.depth = block->depth + 1;
    return open_block(f, inner) == 0 ? 1 : -1;
}

static int print_oneofs(struct file_printer *f, struct block *block)
{
    const struct pb_oneof *last = block->next;
    const struct pb_oneof *oneof = last ? last->next : block->message->oneofs.first;
    return oneof ? open_inner(f, oneof, (struct block){.oneof = oneof}) : 0;
}

static int print_groups(struct file_printer *f, struct block *block)
{
    const struct pb_field *last = block->next, *field = last ? next_field(block, last) : first_field(block);
    while (field && !belongs(block, field, true))
        field = next_field(block, field);
    return field ? open_inner(f, field, (struct block){.message = field->type.message, .group = field}) : 0;
}

static int print_extends(struct file_printer *f, struct block *block)
{
    const struct pb_extend *last = block->next, *extend = last ? last->next : block->message->extends.first;
    return extend && !f->p.without_extensions ? open_inner(f, extend, (struct block){.extend = extend}) : 0;
}

static int print_messages(struct file_printer *f, struct block *block)
{
    const struct pb_message *last = block->next, *message = last ? last->next : block->message->messages.first;
    while (message && message->is_group)
        message = message->next;
    return message ? open_inner(f, message, (struct block){.message = message}) : 0;
}

/* Prints the part, or one block of it: 1 = the part goes on, 0 = it is done, -1. */
static int print_part(struct file_printer *f, struct block *block)
{
    bool is_message = block->message != NULL;
    switch ((enum part)block->part) {
    case RESERVED:
        return print_block_ranges(f, block, true);
    case OPTIONS:
        return print_block_options(f, block);
    case FIELDS:
        return print_fields(f, block);
    case ONEOFS:
        return is_message ? print_oneofs(f, block) : 0;
    case GROUPS:
        return print_groups(f, block);
    case EXTENSIONS:
        return print_block_ranges(f, block, false);
    case EXTENDS:
        return is_message ? print_extends(f, block) : 0;
    case MESSAGES:
        return is_message ? print_messages(f, block) : 0;
    case ENUMS:
        return is_message ? print_enums(f, block) : 0;
    case END:
        break;
    }
    if (block->has_content)
        pb_indent(&f->p, block->depth);
    buf_add(f->p.out, STR("}\n"));
    (void)VEC_POP(&f->blocks);
    return 1;
}

static int print_block(struct file_printer *f, struct block outermost)
{
    int outcome = open_block(f, outermost);
    while (outcome >= 0 && f->blocks.count) {
        outcome = print_part(f, &VEC_LAST(&f->blocks));
        if (outcome == 0) {
            struct block *block = &VEC_LAST(&f->blocks);
            block->part++;
            block->next = NULL;
        }
    }
    return outcome < 0 ? -1 : 0;
}

/* -- Services ------------------------------------------------------------------------------------------------ */

static void print_rpc_type(struct pb_printer *p, const struct pb_type_use *type, bool streams)
{
    buf_printf(p->out, "(%s" STR_FMT ")", streams ? "stream " : "", STR_ARG(type->name));
}

static int print_method(struct pb_printer *p, const struct pb_method *method)
{
    pb_indent(p, 1);
    buf_printf(p->out, "rpc " STR_FMT " ", STR_ARG(method->name));
    print_rpc_type(p, &method->input, method->streams_input);
    buf_add(p->out, STR(" returns "));
    print_rpc_type(p, &method->output, method->streams_output);
    if (pb_count_options(p, &method->options)) {
        buf_add(p->out, STR(" {\n"));
        if (pb_print_option_statements(p, &method->options, 2) != 0)
            return -1;
        buf_add(p->out, STR("  }"));
    }
    buf_add(p->out, STR(";\n"));
    return 0;
}

static int print_service(struct pb_printer *p, const struct pb_service *service)
{
    bool has_options = pb_count_options(p, &service->options) > 0;
    buf_printf(p->out, "service " STR_FMT " {", STR_ARG(service->name));
    buf_add(p->out, has_options || service->methods.count ? STR("\n") : STR_EMPTY);
    if (pb_print_option_statements(p, &service->options, 1) != 0)
        return -1;
    buf_add(p->out, has_options && service->methods.count ? STR("\n") : STR_EMPTY);
    for (const struct pb_method *method = service->methods.first; method; method = method->next) {
        if (print_method(p, method) != 0)
            return -1;
    }
    buf_add(p->out, STR("}\n"));
    return 0;
}

/* -- Files --------------------------------------------------------------------------------------------------- */

static void print_imports(struct pb_printer *p, const struct pb_file *file)
{
    /* Public ones behind the plain ones, as the reference server has it; edition 2024 wants those of options last. */
    static const struct {
        const char *word;
        unsigned kinds;
    } groups[] = {
        {"", 1u << PB_IMPORT_PLAIN | 1u << PB_IMPORT_WEAK},
        {"public ", 1u << PB_IMPORT_PUBLIC},
        {"option ", 1u << PB_IMPORT_OPTION},
    };
    buf_add(p->out, file->imports.count ? STR("\n") : STR_EMPTY);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        for (const struct pb_import *import = file->imports.first; import; import = import->next) {
            if (!(groups[i].kinds & 1u << import->kind))
                continue;
            buf_printf(p->out, "import %s", import->kind == PB_IMPORT_WEAK ? "weak " : groups[i].word);
            pb_print_string(p, import->path);
            buf_add(p->out, STR(";\n"));
        }
    }
}

static void print_head(struct pb_printer *p, const struct pb_file *file)
{
    static const char *const names[] = {[PB_PROTO2] = "proto2", [PB_PROTO3] = "proto3"};
    if (file->has_syntax && file->syntax == PB_EDITIONS)
        buf_printf(p->out, "edition = \"" STR_FMT "\";\n", STR_ARG(file->edition_text));
    else if (file->has_syntax)
        buf_printf(p->out, "syntax = \"%s\";\n", names[file->syntax]);
    if (file->package.n)
        buf_printf(p->out, "package " STR_FMT ";\n", STR_ARG(file->package));
    print_imports(p, file);
}

static int print_types(struct file_printer *f, const struct pb_file *file)
{
    bool is_first = true;
    for (const struct pb_message *message = file->messages.first; message; message = message->next) {
        if (message->is_group) /* of an extend block */
            continue;
        buf_add(f->p.out, is_first ? STR("\n") : STR_EMPTY);
        is_first = false;
        if (print_block(f, (struct block){.message = message}) != 0)
            return -1;
    }
    buf_add(f->p.out, is_first && file->enums.count ? STR("\n") : STR_EMPTY);
    for (const struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next) {
        if (print_enum(&f->p, enumeration, 0) != 0)
            return -1;
    }
    return 0;
}

static int print_file(struct file_printer *f, const struct pb_file *file)
{
    struct pb_printer *p = &f->p;
    print_head(p, file);
    buf_add(p->out, pb_count_options(p, &file->options) ? STR("\n") : STR_EMPTY);
    if (pb_print_option_statements(p, &file->options, 0) != 0 || print_types(f, file) != 0)
        return -1;
    bool has_extends = file->extends.count && !p->without_extensions;
    buf_add(p->out, has_extends ? STR("\n") : STR_EMPTY);
    for (const struct pb_extend *extend = file->extends.first; has_extends && extend; extend = extend->next) {
        if (print_block(f, (struct block){.extend = extend}) != 0)
            return -1;
    }
    buf_add(p->out, file->services.count ? STR("\n") : STR_EMPTY);
    for (const struct pb_service *service = file->services.first; service; service = service->next) {
        if (print_service(p, service) != 0)
            return -1;
    }
    return 0;
}

int pb_print(const struct pb_file *file, bool without_extensions, struct buf *out)
{
    struct arena scratch;
    char room[4096];
    arena_init(&scratch, SCHEMA_MEMORY_MAX, room, sizeof room);
    struct file_printer f = {
        .p = {.out = out, .scratch = &scratch, .without_extensions = without_extensions, .is_normal = file->is_normal}};
    int outcome = print_file(&f, file);
    arena_deinit(&scratch);
    return outcome;
}
