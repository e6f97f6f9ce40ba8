/* One line per event on standard error, as JSON or plain text. Any thread; each line is one write. Control bytes in
 * values are escaped. No secrets, no schema bodies. The level and form are set once at start. */
#pragma once

#include "str.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_form { LOG_FORM_PLAIN, LOG_FORM_JSON };

struct log_field {
    const char *name;
    struct str text; /* used when .p is set */
    int64_t number; /* else this */
};

#define LOG_TEXT(field_name, value) ((struct log_field){.name = (field_name), .text = (value)})
#define LOG_NUMBER(field_name, value) ((struct log_field){.name = (field_name), .number = (int64_t)(value)})

void log_setup(enum log_level level, enum log_form form);
/* false when the text is no level (error, warning, info, debug). */
bool log_level_parse(struct str text, enum log_level *ret);
bool log_enabled(enum log_level level);
/* event: a stable dotted name such as "http.start"; message: a sentence for people. */
void log_write(enum log_level level, const char *event, const char *message, const struct log_field *fields,
               size_t count);
#define LOG_EVENT(level, event, message, ...)                                                    \
    do {                                                                                         \
        if (log_enabled(level)) {                                                                \
            const struct log_field fields_[] = {__VA_ARGS__};                                    \
            log_write((level), (event), (message), fields_, sizeof fields_ / sizeof fields_[0]); \
        }                                                                                        \
    } while (0)
#define LOG_ERROR(event, message, ...) LOG_EVENT(LOG_LEVEL_ERROR, event, message, __VA_ARGS__)
#define LOG_WARNING(event, message, ...) LOG_EVENT(LOG_LEVEL_WARNING, event, message, __VA_ARGS__)
#define LOG_INFO(event, message, ...) LOG_EVENT(LOG_LEVEL_INFO, event, message, __VA_ARGS__)
#define LOG_DEBUG(event, message, ...) LOG_EVENT(LOG_LEVEL_DEBUG, event, message, __VA_ARGS__)
