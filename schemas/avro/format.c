#include "avro/format.h"

#include "avro/model.h"

static int print(const void *model, enum schema_form form, struct buf *out, struct error *err)
{
    const struct avsc_schema *schema = model;
    struct avsc_print_options options = {
        .resolved = form == SCHEMA_FORM_RESOLVED || form == SCHEMA_FORM_EQUAL || form == SCHEMA_FORM_NORMAL_EQUAL,
        .sorted = form == SCHEMA_FORM_EQUAL || form == SCHEMA_FORM_NORMAL_EQUAL,
        .normal = form == SCHEMA_FORM_NORMAL || form == SCHEMA_FORM_NORMAL_EQUAL,
    };
    return avsc_print(schema, schema->root, &options, out) != 0 ? error_raise(err, SCHEMA_TOO_LARGE) : 0;
}

static size_t field_names(const void *model, struct str *ret, size_t max)
{
    const struct avsc_schema *schema = model;
    size_t count = schema->root->kind == AVSC_RECORD ? schema->root->field_count : 0;
    for (size_t i = 0; i < count && i < max; i++)
        ret[i] = schema->root->fields[i].name;
    return count;
}

static const struct schema_output outputs[] = {{"resolved", SCHEMA_FORM_RESOLVED, true}, {0}};

const struct schema_format avro_format = {
    .name = "AVRO",
    .parse_wording = SCHEMA_WORDING_REQUEST_AND_REFERENCES,
    .check_wording = SCHEMA_WORDING_REQUEST_AND_REFERENCES,
    .outputs = outputs,
    .parse = avsc_parse,
    .check = avsc_check,
    .print = print,
    .compare = avsc_compare,
    .describe = avsc_describe,
    .field_names = field_names,
};
