#include "avro/format.h"
#include "protobuf/format.h"
#include "json/format.h"

const struct schema_format *const schema_formats[] = {&avro_format, &json_format, &protobuf_format, NULL};
