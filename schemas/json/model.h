/* The parsed JSON Schema, private to schemas/json: the texts as JSON trees, and an index of what in them is a schema, where it is
 * and what its references lead to. Everything lives in the schema's arena; immutable after parsing. Words are those of the
 * JSON Schema core specifications (draft-04 to 2020-12). */
#pragma once

#include "jtree.h"
#include "map.h"
#include "schema.h"
#include "vec.h"

enum jss_dialect { JSS_DRAFT_04, JSS_DRAFT_06, JSS_DRAFT_07, JSS_DRAFT_2019_09, JSS_DRAFT_2020_12, JSS_DIALECT_COUNT_ };

/* A JSON text: the schema itself, one that a reference leads to, or a bundled metaschema. */
struct jss_document {
    struct str uri; /* absolute or not: what it was retrieved by; "" for the schema itself without $id */
    struct str name; /* of the reference; .p NULL: of none */
    const struct jtree_node *root;
    struct jss_subschema *schema; /* the root as a schema */
    bool is_bundled;
};

/* A schema with a base URI of its own ($id, or a whole document), and the anchors in it. */
struct jss_resource {
    struct str uri; /* resolved, without a fragment; "" is possible */
    struct jss_subschema *root;
    struct map
        anchors; /* plain name -> struct jss_subschema ($anchor, $dynamicAnchor; "$id": "#name" up to draft-07) */
    struct map dynamic_anchors; /* the same, $dynamicAnchor only; "" is $recursiveAnchor: true */
    enum jss_dialect dialect;
};

/* A schema inside of a document. */
struct jss_subschema {
    const struct jtree_node *node; /* an object or a boolean; other JSON only where a faulty text has it */
    const struct jss_document *document;
    struct jss_resource *resource;
    enum jss_dialect dialect;
    const struct jss_subschema *parent; /* the schema around it; NULL: the root of a document */
    /* Where it is in its parent: /keyword, /keyword/name or /keyword/index; of what a pointer reached through unknown members,
     * keyword is that whole pointer, escapes included, without the slash in front. */
    struct str keyword;
    struct str name; /* .p NULL: none */
    int64_t index; /* -1: none */
    /* $ref as text and what it leads to ($recursiveRef and $dynamicRef: what it leads to when nothing is dynamic); NULL target:
     * it leads nowhere that is known here. Nothing is ever fetched. */
    struct str reference; /* .p NULL: none */
    const struct jss_subschema *target;
    bool is_dynamic_reference;
    uint32_t number; /* in jss_schema.subschemas */
};

struct jss_schema {
    struct arena *arena;
    struct jss_document *document; /* the schema itself */
    VEC(struct jss_document *) documents; /* it, then the dependencies, then the metaschemas that something refers to */
    VEC(struct jss_subschema *) subschemas;
    struct map resources; /* uri -> struct jss_resource */
    struct map by_node; /* bytes of the pointer to a jtree_node -> struct jss_subschema */
    /* For references.c. */
    struct map aliases; /* other URIs, and texts of $ref -> struct jss_resource */
    struct map
        indexes; /* bytes of the pointer to a jtree_node with many children -> struct map of them by name or index */
};

/* -- parse.c, documents.c, references.c --------------------------------------------------------------------- */

/* Reads the text and its dependencies and indexes them: which members are schemas is decided by the dialect ($schema of the
 * resource, else that of what is around it, else draft-07; an unknown $schema is draft-07). Faulty schemas are read as far as
 * they make sense; only what is no JSON object or boolean is refused. A reference that leads nowhere is no failure here
 * (jss_subschema.target NULL).
 *
 * A registered reference {name, text} is found under its name resolved against the base URI of the schema's root, under the name
 * as it stands, and under "./name"; also by the $id that its text has. Metaschemas are bundled and found by their URI, with or
 * without "#", http or https. 0, or -1 with INVALID_SCHEMA. */
int jss_parse(struct arena *arena, const struct schema_source *source, void **ret_model, struct error *err);

/* The schema at a node; NULL when it is none. */
const struct jss_subschema *jss_subschema_at(const struct jss_schema *schema, const struct jtree_node *node);
/* The schema that a reference means when it stands in `from`; NULL: none that is known. The target of a JSON pointer may be
 * something that was no schema by its place; it is made one (during parsing only). */
const struct jss_subschema *jss_resolve(const struct jss_schema *schema, const struct jss_subschema *from,
                                        struct str reference);
/* A member of a schema object that counts (the last of its name); NULL: none. */
static inline const struct jtree_node *jss_keyword(const struct jss_subschema *subschema, struct str name)
{
    return jtree_member(subschema->node, name);
}
/* "#/properties/a", with the escapes of RFC 6901, from the root of the document. */
struct str jss_location(struct arena *arena, const struct jss_subschema *subschema);
/* A step of a JSON pointer: a slash, and the name with the escapes of RFC 6901. */
void jss_add_part(struct buf *out, struct str part);
/* The dialect that a $schema value names: with or without "#" behind it, http or https; false when it is unknown. */
bool jss_dialect_of(struct str uri, enum jss_dialect *ret);
/* A reference resolved against a base URI (RFC 3986, 5.2), fragment included. .p NULL without memory. */
struct str jss_uri_resolve(struct arena *arena, struct str base, struct str reference);

/* -- check.c: see the comment there ------------------------------------------------------------------------- */

int jss_check(const void *model, enum schema_check how, bool validate_fields, struct error *err);

/* -- print.c ------------------------------------------------------------------------------------------------- */

/* The canonical text: compact, members in their order, numbers as the reference server writes them; normal: members sorted. */
int jss_print(const struct jss_schema *schema, bool is_normal, struct buf *out);

/* -- compare.c ------------------------------------------------------------------------------------------------ */

int jss_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena,
                uint64_t *budget, struct schema_differences *ret, struct error *err);
struct str jss_describe(struct arena *arena, const struct schema_difference *difference, struct str reader_role,
                        struct str writer_role);
