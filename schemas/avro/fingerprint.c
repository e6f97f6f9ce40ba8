#include "avro/fingerprint.h"

#include "avro/model.h"

int avro_parsing_form(const struct schema *schema, struct buf *out, struct error *err)
{
    const struct avsc_schema *model = schema_model(schema);
    struct avsc_print_options options = {.resolved = true, .parsing_form = true};
    return avsc_print(model, model->root, &options, out) != 0 ? error_raise(err, SCHEMA_TOO_LARGE) : 0;
}
