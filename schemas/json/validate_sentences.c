#include "json/program_private.h"

#include "utf8.h"

/* A sentence quotes at most this much of the schema. */
#define QUOTE_MAX 200

/* What a keyword has in the schema, as text. */
static struct str value_of(struct arena *arena, const struct jss_subschema *subschema, enum jss_keyword keyword)
{
    struct buf text;
    const struct jtree_node *node = jss_keyword(subschema, str_of(jss_keyword_names[keyword]));
    buf_init(&text, arena, SCHEMA_MEMORY_MAX);
    if (!node)
        return STR("?");
    if (node->kind == JTREE_KIND_NUMBER || node->kind == JTREE_KIND_STRING)
        return utf8_prefix(node->text, QUOTE_MAX);
    for (const struct jtree_node *item = node->first; item && text.n < QUOTE_MAX; item = item->next) {
        if (item->kind != JTREE_KIND_STRING)
            continue;
        buf_add(&text, text.n ? STR(" or ") : STR_EMPTY);
        buf_add(&text, item->text);
    }
    return buf_str(&text);
}

/* The kind of a value; of a number where an integer was wanted, the number. */
static struct str kind_of(const struct jtree_node *node)
{
    return node->kind == JTREE_KIND_NUMBER ? utf8_prefix(node->text, QUOTE_MAX) : str_of(jtree_kind_name(node->kind));
}

/* For each keyword: {v} stands for what it has in the schema, {n} and {o} for the numbers of the refusal, {d} for its text, {x} for the
 * value that is refused. */
static const char *const sentences[JSS_KEYWORD_COUNT_] = {
    [JSS_KEYWORD_TYPE] = "expected {v}, found {x}",
    [JSS_KEYWORD_ENUM] = "none of the values that are allowed",
    [JSS_KEYWORD_CONST] = "not the value that is expected",
    [JSS_KEYWORD_MULTIPLE_OF] = "{x} is no multiple of {v}",
    [JSS_KEYWORD_MINIMUM] = "{x} is less than {v}",
    [JSS_KEYWORD_MAXIMUM] = "{x} is more than {v}",
    [JSS_KEYWORD_EXCLUSIVE_MINIMUM] = "{x} is not more than {v}",
    [JSS_KEYWORD_EXCLUSIVE_MAXIMUM] = "{x} is not less than {v}",
    [JSS_KEYWORD_MIN_LENGTH] = "has {n} characters, less than {v}",
    [JSS_KEYWORD_MAX_LENGTH] = "has {n} characters, more than {v}",
    [JSS_KEYWORD_PATTERN] = "does not match the pattern {v}",
    [JSS_KEYWORD_FORMAT] = "does not have the format {v}",
    [JSS_KEYWORD_MIN_ITEMS] = "has {n} items, less than {v}",
    [JSS_KEYWORD_MAX_ITEMS] = "has {n} items, more than {v}",
    [JSS_KEYWORD_UNIQUE_ITEMS] = "the items {n} and {o} are equal",
    [JSS_KEYWORD_CONTAINS] = "no item is as one has to be",
    [JSS_KEYWORD_MIN_CONTAINS] = "{n} items are as they have to be, less than {v}",
    [JSS_KEYWORD_MAX_CONTAINS] = "{n} items are as they have to be, more than {v}",
    [JSS_KEYWORD_MIN_PROPERTIES] = "has {n} properties, less than {v}",
    [JSS_KEYWORD_MAX_PROPERTIES] = "has {n} properties, more than {v}",
    [JSS_KEYWORD_REQUIRED] = "the property {d} is required",
    [JSS_KEYWORD_DEPENDENCIES] = "the property {d} is required because of another one",
    [JSS_KEYWORD_DEPENDENT_REQUIRED] = "the property {d} is required because of another one",
    [JSS_KEYWORD_ANY_OF] = "matches none of the schemas",
    [JSS_KEYWORD_ONE_OF] = "matches {n} of the schemas, not one",
    [JSS_KEYWORD_NOT] = "matches what it must not match",
};

/* In draft-04 the bound is that of the keyword beside the flag. */
static enum jss_keyword keyword_with_value(enum jss_keyword keyword, const struct jss_subschema *subschema)
{
    if (subschema->dialect != JSS_DRAFT_04)
        return keyword;
    if (keyword == JSS_KEYWORD_EXCLUSIVE_MINIMUM)
        return JSS_KEYWORD_MINIMUM;
    return keyword == JSS_KEYWORD_EXCLUSIVE_MAXIMUM ? JSS_KEYWORD_MAXIMUM : keyword;
}

struct str jss_sentence(struct arena *arena, const struct jss_record *record, const struct jss_subschema *subschema)
{
    struct buf out;
    if (record->edge)
        return record->is_error ? STR("nothing is allowed here") : STR("the schema refuses it in several ways");
    const char *sentence = sentences[record->keyword];
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    for (const char *c = sentence ? sentence : "refused"; *c; c++) {
        if (*c != '{') {
            buf_add_char(&out, *c);
            continue;
        }
        if (c[1] == 'v')
            buf_add(&out, value_of(arena, subschema, keyword_with_value(record->keyword, subschema)));
        else if (c[1] == 'x')
            buf_add(&out, kind_of(record->node));
        else if (c[1] == 'n')
            buf_add_int(&out, record->number);
        else if (c[1] == 'o')
            buf_add_int(&out, record->other);
        else
            buf_add(&out, utf8_prefix(record->detail, QUOTE_MAX));
        c += 2;
    }
    return buf_failed(&out) ? (struct str){NULL, 0} : buf_str(&out);
}
