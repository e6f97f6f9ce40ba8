/* A file as one line that says everything that was read, for comparing with what a test expects:
 *
 *   proto3; package p; import public 'a'; option (a.b).c = w:true; message M { … }; enum E { … }; extend T { … }; service S { … }
 *
 * Statements of one kind stand together in their order. Values are spelled w:word, n:number, 's:string', {name: value},
 * [value]; with a minus before them when they have one. */
#pragma once

#include "fixture.h"

struct outline {
    struct buf out;
    bool needs_separator;
};

static inline void outline_statement(struct outline *o)
{
    buf_add(&o->out, o->needs_separator ? STR("; ") : o->out.n ? STR(" ") : STR_EMPTY);
    o->needs_separator = true;
}

static inline void outline_open(struct outline *o)
{
    buf_add(&o->out, STR(" {"));
    o->needs_separator = false;
}

static inline void outline_close(struct outline *o)
{
    buf_add(&o->out, o->needs_separator ? STR(" }") : STR("}"));
    o->needs_separator = true;
}

static inline void outline_value(struct buf *out, const struct pb_value *value)
{
    buf_add(out, value->is_negative ? STR("-") : STR_EMPTY);
    if (value->kind == PB_VALUE_MESSAGE) {
        buf_add_char(out, '{');
        for (const struct pb_member *m = value->members.first; m; m = m->next) {
            buf_printf(out, m->is_bracketed ? "[" STR_FMT "]: " : STR_FMT ": ", STR_ARG(m->name));
            outline_value(out, m->value);
            buf_add(out, m->next ? STR(", ") : STR_EMPTY);
        }
        buf_add_char(out, '}');
    } else if (value->kind == PB_VALUE_LIST) {
        buf_add_char(out, '[');
        for (const struct pb_value *item = value->items.first; item; item = item->next) {
            outline_value(out, item);
            buf_add(out, item->next ? STR(", ") : STR_EMPTY);
        }
        buf_add_char(out, ']');
    } else if (value->kind == PB_VALUE_STRING) {
        buf_add(out, STR("'s:"));
        buf_add(out, value->text);
        buf_add_char(out, '\'');
    } else {
        buf_add(out, value->kind == PB_VALUE_WORD ? STR("w:") : STR("n:"));
        buf_add(out, value->text);
    }
}

static inline void outline_option(struct buf *out, const struct pb_option *option)
{
    for (const struct pb_name_part *part = option->name.first; part; part = part->next)
        buf_printf(out, part->is_extension ? "(" STR_FMT ")%s" : STR_FMT "%s", STR_ARG(part->name),
                   part->next ? "." : " = ");
    outline_value(out, &option->value);
}

static inline void outline_option_list(struct buf *out, const pb_options *options)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        buf_add(out, option == options->first ? STR(" [") : STR(", "));
        outline_option(out, option);
    }
    buf_add(out, options->first ? STR("]") : STR_EMPTY);
}

static inline void outline_options(struct outline *o, const pb_options *options)
{
    for (const struct pb_option *option = options->first; option; option = option->next) {
        outline_statement(o);
        buf_add(&o->out, STR("option "));
        outline_option(&o->out, option);
    }
}

static inline void outline_type(struct buf *out, const struct pb_type_use *type)
{
    if (type->type == PB_NAMED)
        buf_add(out, type->name);
    else if (type->type == PB_GROUP)
        buf_printf(out, "group:" STR_FMT, STR_ARG(type->name));
    else
        buf_printf(out, "%d:" STR_FMT, (int)type->type, STR_ARG(type->name));
}

static inline void outline_field(struct outline *o, const struct pb_field *field)
{
    static const char *const labels[] = {"", "optional ", "required ", "repeated "};
    struct buf *out = &o->out;
    outline_statement(o);
    buf_add(out, str_of(labels[field->label]));
    if (field->is_map) {
        buf_add(out, STR("map<"));
        outline_type(out, &field->key);
        buf_add(out, STR(", "));
    }
    outline_type(out, &field->type);
    buf_printf(out, "%s " STR_FMT " = %d", field->is_map ? ">" : "", STR_ARG(field->name), field->number);
    outline_option_list(out, &field->options);
}

static inline void outline_ranges(struct outline *o, const char *keyword, const struct pb_ranges *first)
{
    struct buf *out = &o->out;
    for (const struct pb_ranges *ranges = first; ranges; ranges = ranges->next) {
        outline_statement(o);
        buf_add(out, str_of(keyword));
        for (const struct pb_range *range = ranges->ranges.first; range; range = range->next) {
            if (range->name.p)
                buf_printf(out, range->is_word ? " " STR_FMT : " '" STR_FMT "'", STR_ARG(range->name));
            else if (range->is_span)
                buf_printf(out, " %d..%d%s", range->start, range->end, range->is_max ? " max" : "");
            else
                buf_printf(out, " %d", range->start);
            buf_add(out, range->next ? STR(",") : STR_EMPTY);
        }
        outline_option_list(out, &ranges->options);
    }
}

static inline const char *outline_visibility(enum pb_visibility visibility)
{
    return visibility == PB_LOCAL ? "local " : visibility == PB_EXPORT ? "export " : "";
}

static inline void outline_enum(struct outline *o, const struct pb_enum *enumeration)
{
    outline_statement(o);
    buf_printf(&o->out, "%senum " STR_FMT, outline_visibility(enumeration->visibility), STR_ARG(enumeration->name));
    outline_open(o);
    outline_options(o, &enumeration->options);
    outline_ranges(o, "reserved", enumeration->reserved.first);
    for (const struct pb_enum_value *value = enumeration->values.first; value; value = value->next) {
        ck_assert_ptr_eq(value->parent, enumeration);
        outline_statement(o);
        buf_printf(&o->out, STR_FMT " = %d", STR_ARG(value->name), value->number);
        outline_option_list(&o->out, &value->options);
    }
    outline_close(o);
}

static inline void outline_extend(struct outline *o, const struct pb_extend *extend)
{
    outline_statement(o);
    buf_add(&o->out, STR("extend "));
    outline_type(&o->out, &extend->target);
    outline_open(o);
    for (const struct pb_field *field = extend->fields.first; field; field = field->next) {
        ck_assert_ptr_eq(field->extend, extend);
        ck_assert_ptr_eq(field->parent, extend->parent);
        outline_field(o, field);
    }
    outline_close(o);
}

static inline void outline_oneofs(struct outline *o, const struct pb_message *message)
{
    for (const struct pb_oneof *oneof = message->oneofs.first; oneof; oneof = oneof->next) {
        size_t count = 0;
        ck_assert_ptr_eq(oneof->parent, message);
        outline_statement(o);
        buf_printf(&o->out, "oneof " STR_FMT, STR_ARG(oneof->name));
        outline_open(o);
        outline_options(o, &oneof->options);
        for (const struct pb_field *field = oneof->first_member; field; field = field->next_member, count++) {
            ck_assert_ptr_eq(field->oneof, oneof);
            outline_statement(o);
            buf_add(&o->out, field->name);
        }
        ck_assert_uint_eq(count, oneof->field_count);
        outline_close(o);
    }
}

static inline void outline_message(struct outline *o, const struct pb_message *message)
{
    outline_statement(o);
    buf_printf(&o->out, "%s%s " STR_FMT, outline_visibility(message->visibility),
               message->is_group ? "group" : "message", STR_ARG(message->name));
    outline_open(o);
    outline_options(o, &message->options);
    outline_ranges(o, "reserved", message->reserved.first);
    outline_ranges(o, "extensions", message->extensions.first);
    for (const struct pb_field *field = message->fields.first; field; field = field->next) {
        ck_assert_ptr_eq(field->parent, message);
        outline_field(o, field);
    }
    outline_oneofs(o, message);
    for (const struct pb_message *inner = message->messages.first; inner; inner = inner->next) {
        ck_assert_ptr_eq(inner->parent, message);
        ck_assert_uint_eq(inner->depth, message->depth + 1);
        outline_message(o, inner);
    }
    for (const struct pb_enum *enumeration = message->enums.first; enumeration; enumeration = enumeration->next) {
        ck_assert_ptr_eq(enumeration->parent, message);
        outline_enum(o, enumeration);
    }
    for (const struct pb_extend *extend = message->extends.first; extend; extend = extend->next) {
        ck_assert_ptr_eq(extend->parent, message);
        outline_extend(o, extend);
    }
    outline_close(o);
}

static inline void outline_service(struct outline *o, const struct pb_service *service)
{
    outline_statement(o);
    buf_printf(&o->out, "service " STR_FMT, STR_ARG(service->name));
    outline_open(o);
    outline_options(o, &service->options);
    for (const struct pb_method *method = service->methods.first; method; method = method->next) {
        ck_assert_ptr_eq(method->parent, service);
        outline_statement(o);
        buf_printf(&o->out, "rpc " STR_FMT " (%s" STR_FMT ") returns (%s" STR_FMT ")", STR_ARG(method->name),
                   method->streams_input ? "stream " : "", STR_ARG(method->input.name),
                   method->streams_output ? "stream " : "", STR_ARG(method->output.name));
        outline_option_list(&o->out, &method->options);
    }
    outline_close(o);
}

static inline void outline_head(struct outline *o, const struct pb_file *file)
{
    static const char *const kinds[] = {"", "public ", "weak ", "option "};
    static const char *const syntaxes[] = {"proto2", "proto3", "edition "};
    if (file->has_syntax) {
        outline_statement(o);
        buf_printf(&o->out, "%s" STR_FMT, syntaxes[file->syntax], STR_ARG(file->edition_text));
    }
    if (file->package.n) {
        outline_statement(o);
        buf_printf(&o->out, "package " STR_FMT, STR_ARG(file->package));
    }
    for (const struct pb_import *import = file->imports.first; import; import = import->next) {
        outline_statement(o);
        buf_printf(&o->out, "import %s'" STR_FMT "'", kinds[import->kind], STR_ARG(import->path));
    }
}

static inline struct str outlined(const struct pb_file *file)
{
    struct outline o = {.out = new_text()};
    outline_head(&o, file);
    outline_options(&o, &file->options);
    for (const struct pb_message *message = file->messages.first; message; message = message->next) {
        ck_assert_ptr_null(message->parent);
        outline_message(&o, message);
    }
    for (const struct pb_enum *enumeration = file->enums.first; enumeration; enumeration = enumeration->next)
        outline_enum(&o, enumeration);
    for (const struct pb_extend *extend = file->extends.first; extend; extend = extend->next)
        outline_extend(&o, extend);
    for (const struct pb_service *service = file->services.first; service; service = service->next)
        outline_service(&o, service);
    return buf_str(&o.out);
}
