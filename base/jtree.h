/* A reader of JSON (RFC 8259) that loses nothing: spelling of numbers, order of members, duplicate members, offsets.
 * No recursion; depth, nodes and bytes are bounded. The tree lives in the arena and points into the text where
 * it can, so the text must live as long. Immutable after reading: any number of threads may read it. */
#pragma once

#include "buf.h"

enum jtree_kind {
    JTREE_KIND_NULL,
    JTREE_KIND_FALSE,
    JTREE_KIND_TRUE,
    JTREE_KIND_NUMBER, /* text: as spelled (also NaN and the like when allowed) */
    JTREE_KIND_STRING, /* text: decoded, valid UTF-8; a lone surrogate escape becomes a question mark */
    JTREE_KIND_ARRAY,
    JTREE_KIND_OBJECT,
    JTREE_KIND_COUNT_
};

/* 64 bytes, which is what a processor fetches at once. */
struct jtree_node {
    enum jtree_kind kind : 8;
    bool has_duplicates : 1; /* OBJECT: some name occurs more than once */
    bool shadowed : 1; /* member that a later one of the same name replaces (Jackson: the last wins) */
    uint32_t count; /* ARRAY: items; OBJECT: members, duplicates included */
    struct jtree_node *first; /* ARRAY, OBJECT: children in order */
    struct jtree_node *next; /* sibling */
    struct str text; /* NUMBER, STRING */
    struct str name; /* decoded name when it is a member of an object */
    uint32_t offset; /* of the first byte of the value in the text */
    uint32_t end; /* one behind its last byte */
};
_Static_assert(sizeof(struct jtree_node) == 64, "nodes are what trees are made of");

enum jtree_flag {
    JTREE_ALLOW_NAN =
        1, /* NaN, Infinity, -Infinity, INF, -INF, +INF as numbers (Jackson's ALLOW_NON_NUMERIC_NUMBERS) */
    JTREE_ALLOW_BOM = 2, /* a UTF-8 byte order mark before the value */
    JTREE_ALLOW_COMMENTS = 4, /* slash-star and slash-slash comments where white space may stand */
    JTREE_ALLOW_TRAILING = 8, /* anything may follow the value; *ret_end says where it ends */
    JTREE_ALLOW_RAW_CONTROL = 16, /* control bytes inside strings, unescaped */
};

struct jtree_limits {
    uint32_t max_depth; /* 0: 512 */
    uint32_t max_nodes; /* 0: 1,000,000 */
};

enum jtree_outcome {
    JTREE_OK = 0,
    JTREE_SYNTAX, /* not JSON, or not UTF-8 */
    JTREE_TRAILING, /* something behind the value */
    JTREE_EMPTY, /* nothing but white space */
    JTREE_TOO_DEEP,
    JTREE_TOO_LARGE, /* more nodes than allowed, a text of 4 GiB, or the arena is full */
};

struct jtree_fault {
    size_t offset;
    uint32_t line, column; /* from 1 */
    char text
        [160]; /* "Unexpected character ('}' (code 125)): was expecting double-quote to start field name" style, NUL-terminated, UTF-8 */
};

/* Reads one value. On JTREE_OK *ret_root is set; else *fault says what and where (fault may be NULL).
 * A lone surrogate escape is accepted. Names of members are compared after decoding. */
enum jtree_outcome jtree_read(struct arena *arena, struct str text, unsigned flags, const struct jtree_limits *limits,
                              struct jtree_node **ret_root, struct jtree_fault *fault);

/* The member of that name that counts (the last); NULL when absent or when node is no object. */
const struct jtree_node *jtree_member(const struct jtree_node *node, struct str name);
static inline bool jtree_is(const struct jtree_node *node, enum jtree_kind kind)
{
    return node && node->kind == kind;
}
/* "null", "boolean", "number", "string", "array", "object". */
const char *jtree_kind_name(enum jtree_kind kind);
/* Equal values: numbers by spelling-independent exact value, objects regardless of order (the last duplicate counts). Iterative. */
bool jtree_equal(const struct jtree_node *a, const struct jtree_node *b, struct arena *scratch);

/* -- writers ---------------------------------------------------------------------------------------------- */

/* text in double quotes: escapes \" \\ \b \f \n \r \t, other controls as \u00XX with upper-case hex (Jackson's way); everything else as it is.
 * A surrogate in three-byte form is written as a \uXXXX escape. */
void jtree_write_string(struct buf *out, struct str text);

enum jtree_write_flag {
    JTREE_SORT_UTF16 = 1, /* members sorted by UTF-16 units, at every level; shadowed members dropped */
    JTREE_DROP_SHADOWED =
        2, /* shadowed members left out; the surviving one stands at the place of the first (Jackson's LinkedHashMap) */
    JTREE_JAVA_NUMBERS =
        4, /* numbers with fraction or exponent as Java prints the nearest double, see jtree_write_java_double */
    JTREE_EXACT_NUMBERS = 8, /* numbers as Java prints exact decimals, see jtree_write_java_decimal */
};
/* Compact text of the tree; numbers as spelled unless a flag says otherwise. Iterative. false without memory in scratch. */
bool jtree_write(struct buf *out, const struct jtree_node *node, unsigned flags, struct arena *scratch);

/* A double as Java's Double.toString prints it: shortest digits that read back, 1.0, 1.0E10, 1.0E-5, "NaN" and "Infinity" without quotes. */
void jtree_write_java_double(struct buf *out, double value);
/* The same for float (Float.toString). */
void jtree_write_java_float(struct buf *out, float value);
/* A number as Java's BigDecimal.toString prints it: 1.00, 1E+2, 1.5E-7, "-0" as 0; NaN and infinities in quotes. What is out
 * of the range of struct decimal stays as spelled. */
void jtree_write_java_decimal(struct buf *out, struct str spelled);
