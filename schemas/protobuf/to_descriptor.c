/* Linked files as serialised FileDescriptorProtos, fields in the order of their numbers.
 *
 * LINKED is what protoc -o writes. Entries of maps stand among the nested messages where their field stands,
 * oneofs of optional fields of proto3 behind the others.
 *
 * AS_WRITTEN is what Confluent Schema Registry 8.1 answers for format=serialized:
 * - names of types as written; no json_name unless written; defaults spelled as written;
 * - a syntax line as written, also that of proto2; public imports behind the others, those that are not there not at all;
 * - labels as written, of members of oneofs "optional", of maps "repeated";
 * - members of oneofs before the other fields, in the order of the oneofs;
 * - a map's field has the name of its entries and no type; entries stand behind the nested messages, called fooEntry for foo
 *   and FooBarEntry for foo_bar, their fields without a label;
 * - oneofs and extension ranges have options, empty ones too; methods have both flags of streaming, false too.
 * That server leaves out weak imports, groups, most options that are not its own and all of extension ranges, some of
 * descriptor.proto, and ends ranges of enums up to max at the last number of fields. Here they are written in full; options
 * that mean nothing are left out. A type that is not known has a name only. */
#include "to_descriptor_private.h"

/* -- Enums -------------------------------------------------------------------------------------------------------- */

static void write_range(struct descriptor_writer *w, uint32_t number, int64_t start, int64_t end)
{
    size_t begin = wire_begin(w->out, number);
    wire_put_int(w->out, RANGE_START, start);
    wire_put_int(w->out, RANGE_END, end);
    wire_end(w->out, begin);
}

/* Of messages the end is the number behind the last one; it wraps around, as that of protoc does. */
static int32_t behind(int32_t last)
{
    return (int32_t)((uint32_t)last + 1);
}

void pb_write_reserved(struct descriptor_writer *w, uint32_t number, const struct pb_ranges *first, int64_t max,
                       bool is_of_enum)
{
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            int64_t end = range->is_max ? max : is_of_enum ? range->end : behind(range->end);
            if (!range->name.p)
                write_range(w, number, range->start, end);
        }
    }
}

void pb_write_reserved_names(struct descriptor_writer *w, uint32_t number, const struct pb_ranges *first)
{
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            if (range->name.p)
                wire_put_bytes(w->out, number, range->name);
        }
    }
}

int pb_write_enum(struct descriptor_writer *w, uint32_t number, const struct pb_enum *enumeration)
{
    size_t begin = wire_begin(w->out, number);
    wire_put_bytes(w->out, ENUM_NAME, enumeration->name);
    for (const struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
        size_t value_begin = wire_begin(w->out, ENUM_VALUE);
        wire_put_bytes(w->out, ENUM_VALUE_NAME, value->name);
        wire_put_int(w->out, ENUM_VALUE_NUMBER, value->number);
        if (pb_write_options(w, ENUM_VALUE_OPTIONS, PB_ENUM_VALUE_OPTIONS, value->full_name, &value->options, false) !=
            0)
            return -1;
        wire_end(w->out, value_begin);
    }
    if (pb_write_options(w, ENUM_OPTIONS, PB_ENUM_OPTIONS, enumeration->full_name, &enumeration->options, false) != 0)
        return -1;
    pb_write_reserved(w, ENUM_RESERVED_RANGE, enumeration->reserved.first, INT32_MAX, true);
    pb_write_reserved_names(w, ENUM_RESERVED_NAME, enumeration->reserved.first);
    if (enumeration->visibility != PB_VISIBILITY_UNSET)
        wire_put_uint(w->out, ENUM_VISIBILITY, enumeration->visibility);
    wire_end(w->out, begin);
    return 0;
}

/* -- Services ----------------------------------------------------------------------------------------------------- */

static void write_flag(struct descriptor_writer *w, uint32_t number, bool flag)
{
    if (flag || !w->is_linked)
        wire_put_uint(w->out, number, flag);
}

static int write_service(struct descriptor_writer *w, const struct pb_service *service)
{
    size_t begin = wire_begin(w->out, FILE_SERVICE);
    wire_put_bytes(w->out, SERVICE_NAME, service->name);
    for (const struct pb_method *method = service->methods.first; method; method = method->next) {
        size_t method_begin = wire_begin(w->out, SERVICE_METHOD);
        wire_put_bytes(w->out, METHOD_NAME, method->name);
        if (pb_write_type_name(w, METHOD_INPUT_TYPE, &method->input) != 0 ||
            pb_write_type_name(w, METHOD_OUTPUT_TYPE, &method->output) != 0 ||
            pb_write_options(w, METHOD_OPTIONS, PB_METHOD_OPTIONS, method->full_name, &method->options, false) != 0)
            return -1;
        write_flag(w, METHOD_CLIENT_STREAMING, method->streams_input);
        write_flag(w, METHOD_SERVER_STREAMING, method->streams_output);
        wire_end(w->out, method_begin);
    }
    if (pb_write_options(w, SERVICE_OPTIONS, PB_SERVICE_OPTIONS, service->full_name, &service->options, false) != 0)
        return -1;
    wire_end(w->out, begin);
    return 0;
}

/* -- Files -------------------------------------------------------------------------------------------------------- */

/* As written, imports that are not there are left out. */
static bool is_written(const struct descriptor_writer *w, const struct pb_import *import, bool is_public)
{
    return import->kind != PB_IMPORT_OPTION && (w->is_linked || import->file) &&
           (w->is_linked || is_public == (import->kind == PB_IMPORT_PUBLIC));
}

/* Paths of imports, or places of those of that kind. */
static void write_dependencies(struct descriptor_writer *w, uint32_t number, enum pb_import_kind kind)
{
    uint64_t place = 0;
    for (int pass = 0; pass < (w->is_linked ? 1 : 2); pass++) {
        for (const struct pb_import *import = w->file->imports.first; import; import = import->next) {
            if (!is_written(w, import, pass == 1))
                continue;
            if (number == FILE_DEPENDENCY)
                wire_put_bytes(w->out, number, import->path);
            else if (import->kind == kind)
                wire_put_uint(w->out, number, place);
            place++;
        }
    }
}

static void write_option_dependencies(struct descriptor_writer *w)
{
    for (const struct pb_import *import = w->file->imports.first; import; import = import->next) {
        if (import->kind == PB_IMPORT_OPTION)
            wire_put_bytes(w->out, FILE_OPTION_DEPENDENCY, import->path);
    }
}

static void write_syntax(struct descriptor_writer *w)
{
    const struct pb_file *file = w->file;
    static const char *const names[] = {[PB_PROTO2] = "proto2", [PB_PROTO3] = "proto3", [PB_EDITIONS] = "editions"};
    if (w->is_linked ? file->syntax != PB_PROTO2 : file->has_syntax)
        wire_put_bytes(w->out, FILE_SYNTAX, str_of(names[file->syntax]));
    if (file->syntax == PB_EDITIONS)
        wire_put_int(w->out, FILE_EDITION, file->edition);
}

static int write_file(struct descriptor_writer *w)
{
    const struct pb_file *file = w->file;
    wire_put_bytes(w->out, FILE_NAME, file->path);
    if (file->package.n)
        wire_put_bytes(w->out, FILE_PACKAGE, file->package);
    write_dependencies(w, FILE_DEPENDENCY, PB_IMPORT_PLAIN);
    if (pb_write_messages(w) != 0)
        return -1;
    for (const struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next) {
        if (pb_write_enum(w, FILE_ENUM_TYPE, enumeration) != 0)
            return -1;
    }
    for (const struct pb_service *service = file->services.first; service; service = service->next) {
        if (write_service(w, service) != 0)
            return -1;
    }
    if (pb_write_extensions(w, FILE_EXTENSION, file->extends.first) != 0 ||
        pb_write_options(w, FILE_OPTIONS, PB_FILE_OPTIONS, file->package, &file->options, false) != 0)
        return -1;
    write_dependencies(w, FILE_PUBLIC_DEPENDENCY, PB_IMPORT_PUBLIC);
    write_dependencies(w, FILE_WEAK_DEPENDENCY, PB_IMPORT_WEAK);
    write_syntax(w);
    write_option_dependencies(w);
    return 0;
}

int pb_to_descriptor(const struct pb_schema *schema, const struct pb_file *file, enum pb_descriptor_form form,
                     struct buf *out, struct error *err)
{
    struct arena scratch;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct descriptor_writer writer = {.schema = schema,
                                       .file = file,
                                       .is_linked = form == PB_DESCRIPTOR_LINKED,
                                       .scratch = &scratch,
                                       .out = out,
                                       .err = err};
    int outcome = write_file(&writer);
    if (outcome == 0 && buf_failed(out))
        outcome = pb_no_room(&writer);
    arena_deinit(&scratch);
    return outcome;
}
