/* The same work done by libprotoc and libprotobuf, for protobuf.c. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the text into a FileDescriptorProto; with build, also makes descriptors of it, with all checks. 0, or -1. */
int peer_parse(const char *text, size_t size, int build);

#ifdef __cplusplus
}
#endif
