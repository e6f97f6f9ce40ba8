/* The GUID of a schema: MD5 over its text, references, metadata and rule set. Pure, any thread. */
#pragma once

#include "contract.h"
#include "hash.h"

struct schema_reference {
    struct str name;
    struct str subject; /* as written by the client */
    int32_t version;
};

/* Writes the 16 bytes. The texts of the contract must be canonical. 0, or -1 without memory. */
int identity_guid(struct arena *scratch, struct str text, const struct schema_reference *references,
                  size_t reference_count, const struct contract *contract, unsigned char ret_guid[MD5_BYTES]);
