#include "avro/format.h"

const struct schema_format *const schema_formats[] = {&avro_format, NULL};
