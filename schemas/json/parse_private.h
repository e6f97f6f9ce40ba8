/* What reading a JSON Schema shares. Private to parse.c, documents.c, references.c, dialect.c, metaschemas.c and uri.c. */
#pragma once

#include "json/model.h"

/* Schemas in one schema text and all that it refers to. */
#define JSS_SUBSCHEMAS_MAX 65536

struct jss_parser {
    struct jss_schema *schema;
    struct arena *arena; /* the schema's */
    struct error *err;
};

/* -- dialect.c ------------------------------------------------------------------------------------------------- */

enum jss_holds {
    JSS_HOLDS_NOTHING,
    JSS_HOLDS_SCHEMA,
    JSS_HOLDS_LIST,
    JSS_HOLDS_MAP, /* from names to schemas, or to something else that is no schema ("dependencies") */
    JSS_HOLDS_SCHEMA_OR_LIST,
};
enum jss_holds jss_keyword_holds(enum jss_dialect dialect, struct str keyword);
/* What stands behind http:// or https://; .p NULL when neither does. */
struct str jss_without_scheme(struct str uri);

/* -- uri.c ----------------------------------------------------------------------------------------------------- */

/* %XX decoded; what looks otherwise stays. The text itself when there is nothing to decode. */
struct str jss_percent_decode(struct arena *arena, struct str text);

/* -- metaschemas.c --------------------------------------------------------------------------------------------- */

/* The bundled text of that URI, http or https, without a fragment; .p NULL: there is none. */
struct str jss_bundled_text(struct str uri);

/* -- uri.c --------------------------------------------------------------------------------------------------- */

/* The components of RFC 3986, 3; .p NULL: undefined, which is not the same as empty. */
struct jss_uri {
    struct str scheme, authority, path, query, fragment;
};
struct jss_uri jss_uri_split(struct str text);

/* -- documents.c ----------------------------------------------------------------------------------------------- */

/* The key of a node in a map: bytes of *node, which must stay where it is. */
static inline struct str jss_node_key(const struct jtree_node *const *node)
{
    return (struct str){(const char *)node, sizeof *node};
}

/* Reads a text as a document that has this URI and the name (.p NULL: none), and indexes the schemas in it. */
int jss_add_document(struct jss_parser *p, struct str text, struct str uri, struct str name, bool is_bundled,
                     struct jss_document **ret);
/* Makes a schema of a node that is none by its place, below the schema around it, and indexes what is in it. pointer: where it
 * is in there, a JSON pointer without the slash in front. NULL: an error. */
struct jss_subschema *jss_add_target(struct jss_parser *p, const struct jtree_node *node,
                                     const struct jss_subschema *around, struct str pointer);

/* -- references.c ---------------------------------------------------------------------------------------------- */

/* Finds out what all references lead to; loads what is bundled for them. 0, or -1 with an error. */
int jss_resolve_references(struct jss_parser *p);
