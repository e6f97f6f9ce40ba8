#include "json/check_private.h"

/* Names that Confluent's tools keep for themselves. */
static int check_fields(const struct jss_schema *schema, struct error *err)
{
    const struct jtree_node *properties = jtree_member(schema->document->root, STR("properties"));
    if (!jtree_is(properties, JTREE_KIND_OBJECT))
        return 0;
    for (const struct jtree_node *property = properties->first; property; property = property->next) {
        if (str_starts(property->name, STR("$$")))
            return error_raise(err, INVALID_SCHEMA, STR("#: Field names cannot start with $$ prefix"));
    }
    return 0;
}

/* Look-ups ask as much as a new schema: there as there, the reference server builds its objects first. */
int jss_check(const void *model, enum schema_check how, bool validate_fields, struct error *err)
{
    const struct jss_schema *schema = model;
    if (jss_check_reference(schema, err) != 0 || (validate_fields && check_fields(schema, err) != 0))
        return -1;
    return how == SCHEMA_CHECK_STRICT ? jss_check_strict(schema, err) : 0;
}
