/* What reading and writing descriptors share: the field numbers of google/protobuf/descriptor.proto, and how values are spelled
 * as text in it. Private to from_descriptor*.c, to_descriptor*.c and compare_field.c. */
#pragma once

#include "link.h"
#include "wire.h"

enum file_number {
    FILE_NAME = 1,
    FILE_PACKAGE = 2,
    FILE_DEPENDENCY = 3,
    FILE_MESSAGE_TYPE = 4,
    FILE_ENUM_TYPE = 5,
    FILE_SERVICE = 6,
    FILE_EXTENSION = 7,
    FILE_OPTIONS = 8,
    FILE_SOURCE_CODE_INFO = 9,
    FILE_PUBLIC_DEPENDENCY = 10,
    FILE_WEAK_DEPENDENCY = 11,
    FILE_SYNTAX = 12,
    FILE_EDITION = 14,
    FILE_OPTION_DEPENDENCY = 15,
};

enum message_number {
    MESSAGE_NAME = 1,
    MESSAGE_FIELD = 2,
    MESSAGE_NESTED_TYPE = 3,
    MESSAGE_ENUM_TYPE = 4,
    MESSAGE_EXTENSION_RANGE = 5,
    MESSAGE_EXTENSION = 6,
    MESSAGE_OPTIONS = 7,
    MESSAGE_ONEOF_DECL = 8,
    MESSAGE_RESERVED_RANGE = 9,
    MESSAGE_RESERVED_NAME = 10,
    MESSAGE_VISIBILITY = 11,
};

/* Of extension ranges, reserved ranges of messages and reserved ranges of enums. */
enum range_number { RANGE_START = 1, RANGE_END = 2, RANGE_OPTIONS = 3 };

enum field_number {
    FIELD_NAME = 1,
    FIELD_EXTENDEE = 2,
    FIELD_NUMBER = 3,
    FIELD_LABEL = 4,
    FIELD_TYPE = 5,
    FIELD_TYPE_NAME = 6,
    FIELD_DEFAULT_VALUE = 7,
    FIELD_OPTIONS = 8,
    FIELD_ONEOF_INDEX = 9,
    FIELD_JSON_NAME = 10,
    FIELD_PROTO3_OPTIONAL = 17,
};

enum oneof_number { ONEOF_NAME = 1, ONEOF_OPTIONS = 2 };

enum enum_number {
    ENUM_NAME = 1,
    ENUM_VALUE = 2,
    ENUM_OPTIONS = 3,
    ENUM_RESERVED_RANGE = 4,
    ENUM_RESERVED_NAME = 5,
    ENUM_VISIBILITY = 6,
};

enum enum_value_number { ENUM_VALUE_NAME = 1, ENUM_VALUE_NUMBER = 2, ENUM_VALUE_OPTIONS = 3 };

enum service_number { SERVICE_NAME = 1, SERVICE_METHOD = 2, SERVICE_OPTIONS = 3 };

enum method_number {
    METHOD_NAME = 1,
    METHOD_INPUT_TYPE = 2,
    METHOD_OUTPUT_TYPE = 3,
    METHOD_OPTIONS = 4,
    METHOD_CLIENT_STREAMING = 5,
    METHOD_SERVER_STREAMING = 6,
};

/* MessageOptions.map_entry */
#define MAP_ENTRY_NUMBER 7

/* Where "max" ends: the last number of fields, and one behind it as ranges of messages are written. */
#define FIELD_NUMBER_MAX WIRE_NUMBER_MAX
#define FIELD_NUMBER_END (FIELD_NUMBER_MAX + 1)

/* -- to_descriptor_text.c --------------------------------------------------------------------------------------- */

/* The shortest decimal spelling that protoc finds for a number: 15 digits (of a float 6) when they read back as the same
 * number, else 17 (9); inf, -inf, nan. */
void pb_put_double(struct buf *out, double value);
void pb_put_float(struct buf *out, float value);
/* The number that a NUMBER token means, or the words inf and nan; false when it is none of them. Scratch memory from arena. */
bool pb_number_value(struct arena *arena, struct str text, double *ret);
/* Bytes as C spells them in a string: the spelling of defaults of bytes. */
void pb_put_escaped(struct buf *out, struct str bytes);
/* The reverse; false when an escape is none. */
bool pb_put_unescaped(struct buf *out, struct str text);
