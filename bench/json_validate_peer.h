/* Validation by C++ libraries, for json_validate.c. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct peer;

/* "rapidjson" or "valijson", on documents of RapidJSON; NULL: no such one, or it does not take the schema. */
struct peer *peer_new(const char *name, const char *schema);
void peer_add(struct peer *peer, const char *instance);
/* How many of the instances are valid. With parse each text is read first. */
size_t peer_validate(struct peer *peer, int parse);

#ifdef __cplusplus
}
#endif
