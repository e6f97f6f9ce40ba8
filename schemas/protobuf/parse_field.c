#include "parse_private.h"

#define FIELD_NUMBER_MAX 536870911

static const struct {
    const char *word;
    enum pb_type type;
} scalars[] = {
    {"double", PB_DOUBLE},     {"float", PB_FLOAT},     {"int64", PB_INT64},     {"uint64", PB_UINT64},
    {"int32", PB_INT32},       {"fixed64", PB_FIXED64}, {"fixed32", PB_FIXED32}, {"bool", PB_BOOL},
    {"string", PB_STRING},     {"bytes", PB_BYTES},     {"uint32", PB_UINT32},   {"sfixed32", PB_SFIXED32},
    {"sfixed64", PB_SFIXED64}, {"sint32", PB_SINT32},   {"sint64", PB_SINT64},
};

int pb_parse_type(struct pb_parser *p, struct pb_type_use *ret)
{
    ret->at = p->lexer.token.at;
    ret->type = PB_NAMED;
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        if (!pb_looking_at(p, scalars[i].word))
            continue;
        ret->type = scalars[i].type;
        ret->name = p->lexer.token.text;
        return pb_lexer_next(&p->lexer);
    }
    return pb_read_qualified(p, "type name", &ret->name);
}

static int parse_label(struct pb_parser *p, const struct pb_block *block, enum pb_label *ret)
{
    static const char *const words[] = {
        [PB_OPTIONAL] = "optional", [PB_REQUIRED] = "required", [PB_REPEATED] = "repeated"};
    for (int label = PB_OPTIONAL; label <= PB_REPEATED; label++) {
        struct pb_position at = p->lexer.token.at;
        int outcome = pb_try(p, words[label]);
        if (outcome == 0)
            continue;
        if (outcome < 0)
            return -1;
        *ret = (enum pb_label)label;
        if (block->kind == PB_IN_ONEOF)
            return pb_refuse(p, at, "Fields in oneofs must not have labels (required / optional / repeated).");
        if (label == PB_REQUIRED && p->file->syntax == PB_PROTO3)
            return pb_refuse(p, at, "Required fields are not allowed in proto3.");
        if (label != PB_REPEATED && p->file->syntax == PB_EDITIONS)
            return pb_refuse(p, at,
                             "The labels optional and required do not exist in editions: use features.field_presence");
        return 0;
    }
    return 0;
}

/* < … > behind the word map as the value of a map: only the reference server's parser reads that. It stays as text. */
static int parse_inner_map(struct pb_parser *p, struct pb_type_use *ret)
{
    const struct pb_token *token = &p->lexer.token;
    struct buf out;
    size_t depth = 0;
    buf_init(&out, p->arena, SCHEMA_MEMORY_MAX);
    buf_add(&out, ret->name);
    pb_deviate(p->file, ret->at, STR("Expected type name, found map"));
    do {
        bool is_word = token->kind == PB_TOKEN_WORD, is_symbol = token->kind == PB_TOKEN_SYMBOL;
        if (!is_word && !(is_symbol && strchr("<>,.", token->text.p[0])))
            return pb_expected(p, "\">\"");
        depth += pb_looking_at(p, "<") ? 1 : 0;
        depth -= pb_looking_at(p, ">") ? 1 : 0;
        buf_add(&out, token->text);
        buf_add(&out, pb_looking_at(p, ",") ? STR(" ") : STR_EMPTY);
        if (pb_lexer_next(&p->lexer) != 0)
            return -1;
    } while (depth > 0);
    ret->name = buf_str(&out);
    return buf_failed(&out) ? error_raise(p->err, INTERNAL) : 0;
}

/* The word map begins a map type only when < follows. */
static bool begins_map(const struct pb_parser *p, const struct pb_type_use *type)
{
    return type->type == PB_NAMED && str_equal(type->name, STR("map")) && pb_looking_at(p, "<");
}

/* < key, value > */
static int parse_map_type(struct pb_parser *p, struct pb_field *field)
{
    field->is_map = true;
    if (pb_require(p, "<") != 0 || pb_parse_type(p, &field->key) != 0 || pb_require(p, ",") != 0 ||
        pb_parse_type(p, &field->type) != 0)
        return -1;
    if (begins_map(p, &field->type) && parse_inner_map(p, &field->type) != 0)
        return -1;
    return pb_require(p, ">");
}

static int parse_field_type(struct pb_parser *p, struct pb_field *field)
{
    if (pb_parse_type(p, &field->type) != 0)
        return -1;
    return begins_map(p, &field->type) ? parse_map_type(p, field) : 0;
}

/* What a field of a map cannot be, and where a field without a label cannot stand. */
static int check_label(struct pb_parser *p, const struct pb_block *block, const struct pb_field *field)
{
    if (field->is_map && field->label != PB_NO_LABEL)
        return pb_refuse(p, field->at, "Field labels (required/optional/repeated) are not allowed on map fields.");
    if (field->is_map && block->kind == PB_IN_ONEOF)
        pb_deviate(p->file, field->at, STR("Map fields are not allowed in oneofs."));
    if (field->is_map && block->kind == PB_IN_EXTEND)
        pb_deviate(p->file, field->at, STR("Map fields are not allowed to be extensions."));
    if (p->file->syntax == PB_PROTO2 && field->label == PB_NO_LABEL && !field->is_map && block->kind != PB_IN_ONEOF)
        return pb_refuse(p, field->at, "Expected \"required\", \"optional\", or \"repeated\".");
    return 0;
}

static struct str lower_case(struct pb_parser *p, struct str text)
{
    struct str copy = arena_str(p->arena, text);
    char *room = ARENA_ARRAY(p->arena, text.n + 1, char);
    if (!room)
        return copy;
    for (size_t i = 0; i < text.n; i++)
        room[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 0x20) : text.p[i];
    return (struct str){room, text.n};
}

static int parse_number(struct pb_parser *p, struct pb_field *field)
{
    field->number_at = p->lexer.token.at;
    if (!pb_looking_at(p, "="))
        return pb_refuse(p, field->number_at, "Missing field number.");
    if (pb_require(p, "=") != 0)
        return -1;
    field->number_at = p->lexer.token.at;
    if (pb_looking_at(p, "-"))
        pb_deviate(p->file, field->number_at, STR("Expected field number."));
    return pb_read_int32(p, "field number", &field->number);
}

/* The body of a group: a message among those of the message that the field stands in. */
static int open_group(struct pb_parser *p, const struct pb_block *block, struct pb_field *field, struct str name)
{
    struct pb_message *group = ARENA_NEW(p->arena, struct pb_message);
    if (!group)
        return error_raise(p->err, INTERNAL);
    if (p->file->syntax == PB_EDITIONS)
        return pb_refuse(p, field->at, "Groups do not exist in editions: use features.message_encoding = DELIMITED");
    if (name.p[0] < 'A' || name.p[0] > 'Z')
        pb_deviate(p->file, field->name_at, STR("Group names must start with a capital letter."));
    *group = (struct pb_message){.at = field->name_at,
                                 .name = name,
                                 .is_group = true,
                                 .parent = block->message,
                                 .depth = block->message ? block->message->depth + 1 : 0,
                                 .file = p->file};
    field->type.name = name;
    field->type.message = group;
    if (block->message)
        PB_APPEND(&block->message->messages, group);
    else
        PB_APPEND(&p->file->messages, group);
    return pb_open(p, (struct pb_block){.kind = PB_IN_MESSAGE, .message = group});
}

static void append(const struct pb_block *block, struct pb_field *field)
{
    field->parent = block->message;
    field->extend = block->extend;
    if (block->oneof)
        pb_oneof_add(block->oneof, field);
    if (block->extend)
        PB_APPEND(&block->extend->fields, field);
    else
        PB_APPEND(&block->message->fields, field);
}

int pb_parse_field(struct pb_parser *p, const struct pb_block *block)
{
    struct pb_field *field = ARENA_NEW(p->arena, struct pb_field);
    if (!field)
        return error_raise(p->err, INTERNAL);
    field->at = p->lexer.token.at;
    if (parse_label(p, block, &field->label) != 0 || parse_field_type(p, field) != 0)
        return -1;
    bool is_group = field->type.type == PB_NAMED && !field->is_map && str_equal(field->type.name, STR("group")) &&
                    !pb_looking_at(p, "=");
    field->name_at = p->lexer.token.at;
    if (check_label(p, block, field) != 0 || pb_read_name(p, "field name", &field->name) != 0 ||
        parse_number(p, field) != 0 || pb_parse_option_list(p, &field->options) != 0)
        return -1;
    append(block, field);
    if (!is_group)
        return pb_require(p, ";");
    struct str name = field->name;
    field->name = lower_case(p, name);
    field->type.type = PB_GROUP;
    return open_group(p, block, field, name);
}

/* -- reserved and extensions ------------------------------------------------------------------------------ */

static int parse_span(struct pb_parser *p, const struct pb_block *block, struct pb_range *range)
{
    bool is_enum = block->kind == PB_IN_ENUM;
    if (!is_enum && pb_looking_at(p, "-"))
        pb_deviate(p->file, range->at, STR("Expected field name or number range."));
    if (pb_read_int32(p, "field name or number range", &range->start) != 0)
        return -1;
    range->end = range->start;
    int outcome = pb_try(p, "to");
    if (outcome <= 0)
        return outcome;
    range->is_span = true;
    outcome = pb_try(p, "max");
    if (outcome == 0 && !is_enum && pb_looking_at(p, "-"))
        pb_deviate(p->file, p->lexer.token.at, STR("Expected integer."));
    if (outcome == 0)
        return pb_read_int32(p, "integer", &range->end);
    range->is_max = true;
    range->end = is_enum ? INT32_MAX : FIELD_NUMBER_MAX;
    return outcome == 1 ? 0 : -1;
}

static int parse_range(struct pb_parser *p, const struct pb_block *block, bool is_reserved, struct pb_ranges *ranges)
{
    struct pb_range *range = ARENA_NEW(p->arena, struct pb_range);
    if (!range)
        return error_raise(p->err, INTERNAL);
    range->at = p->lexer.token.at;
    PB_APPEND(&ranges->ranges, range);
    bool is_string = p->lexer.token.kind == PB_TOKEN_STRING, is_word = p->lexer.token.kind == PB_TOKEN_WORD;
    if (!is_reserved || (!is_string && !is_word))
        return parse_span(p, block, range);
    bool takes_words = p->file->syntax == PB_EDITIONS;
    if (takes_words != is_word)
        pb_deviate(p->file, range->at,
                   takes_words ? STR("Reserved names must be identifiers in editions, not string literals.")
                               : STR("Reserved names must be string literals. (Only editions supports identifiers.)"));
    range->is_word = is_word;
    return is_word ? pb_read_name(p, "field name", &range->name) : pb_read_string(p, "field name", &range->name);
}

int pb_parse_ranges(struct pb_parser *p, const struct pb_block *block, bool is_reserved)
{
    struct pb_ranges *ranges = ARENA_NEW(p->arena, struct pb_ranges);
    if (!ranges)
        return error_raise(p->err, INTERNAL);
    ranges->at = p->lexer.token.at;
    int outcome;
    do {
        if (parse_range(p, block, is_reserved, ranges) != 0)
            return -1;
        bool is_name = ranges->ranges.last->name.p != NULL;
        if (is_name != (ranges->ranges.first->name.p != NULL))
            pb_deviate(p->file, ranges->ranges.last->at,
                       is_name ? STR("Expected field number range.") : STR("Expected field name string literal."));
        outcome = pb_try(p, ",");
    } while (outcome == 1);
    if (outcome < 0 || (!is_reserved && pb_parse_option_list(p, &ranges->options) != 0))
        return -1;
    if (block->kind == PB_IN_ENUM)
        PB_APPEND(&block->enumeration->reserved, ranges);
    else if (is_reserved)
        PB_APPEND(&block->message->reserved, ranges);
    else
        PB_APPEND(&block->message->extensions, ranges);
    return pb_require(p, ";");
}
