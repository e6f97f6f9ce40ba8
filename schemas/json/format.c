#include "json/format.h"

#include "json/model.h"

/* What of the text's own references leads nowhere, behind the text, so that a text whose references are missing is not the
 * same as one that has them. */
static void add_unresolved(const struct jss_schema *schema, struct buf *out)
{
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        if (subschema->document != schema->document || !subschema->reference.p || subschema->target)
            continue;
        buf_add_char(out, '\n');
        buf_add(out, subschema->reference);
    }
}

static int print(const void *model, enum schema_form form, struct buf *out, struct error *err)
{
    const struct jss_schema *schema = model;
    if (jss_print(schema, form == SCHEMA_FORM_NORMAL, out) != 0)
        return error_raise(err, SCHEMA_TOO_LARGE);
    /* Equal are schemas of equal canonical text, as the reference server has it, in a look-up that normalises too. */
    if (form == SCHEMA_FORM_EQUAL || form == SCHEMA_FORM_NORMAL_EQUAL)
        add_unresolved(schema, out);
    return 0;
}

/* The properties that the root declares. */
static size_t field_names(const void *model, struct str *ret, size_t max)
{
    const struct jss_schema *schema = model;
    const struct jtree_node *properties = jtree_member(schema->document->root, STR("properties"));
    size_t count = 0;
    if (!jtree_is(properties, JTREE_KIND_OBJECT))
        return 0;
    for (const struct jtree_node *property = properties->first; property; property = property->next) {
        if (property->shadowed)
            continue;
        if (count < max)
            ret[count] = property->name;
        count++;
    }
    return count;
}

static const struct schema_output outputs[] = {{0}};

const struct schema_format json_format = {
    .name = "JSON",
    .parse_wording = SCHEMA_WORDING_BRIEF,
    .check_wording = SCHEMA_WORDING_REQUEST,
    .outputs = outputs,
    .parse = jss_parse,
    .check = jss_check,
    .print = print,
    .compare = jss_compare,
    .describe = jss_describe,
    .field_names = field_names,
};
