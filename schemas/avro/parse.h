/* What the parts of the parser share: a stack of tasks instead of recursion. Private to parse*.c. */
#pragma once

#include "model.h"

enum avsc_task_kind {
    AVSC_TASK_TYPE, /* read node into *slot */
    AVSC_TASK_FINISH, /* all parts of type are read */
};

struct avsc_task {
    enum avsc_task_kind kind;
    const struct jtree_node *node;
    struct str space; /* namespace in force */
    struct avsc_type **slot; /* TYPE */
    struct avsc_type *type; /* FINISH */
    struct avsc_type *earlier; /* FINISH: the definition of that name before this one, or NULL */
};

/* A use of a name before its definition: *slot is filled in at the end. */
struct avsc_later {
    struct avsc_type **slot;
    struct avsc_name qualified;
    struct str bare;
};

struct avsc_parser {
    struct arena *arena;
    struct error *err;
    struct avsc_schema *schema;
    struct map names; /* full name -> struct avsc_type */
    struct avsc_type *primitives[AVSC_STRING + 1];
    bool is_dependency;
    VEC(struct avsc_task) tasks;
    VEC(struct avsc_later) later;
    VEC(struct avsc_type *) unions;
};

/* A new type with its number; NULL without memory. */
struct avsc_type *avsc_type_new(struct avsc_parser *p, enum avsc_kind kind);
int avsc_push(struct avsc_parser *p, struct avsc_task task);
/* Raises INVALID_SCHEMA with what followed by detail. */
int avsc_fault(struct avsc_parser *p, const char *what, struct str detail);
int avsc_fault_at(struct avsc_parser *p, const char *what, const struct jtree_node *node);

/* -- parse_named.c: record, enum, fixed ------------------------------------------------------------------- */

int avsc_parse_named(struct avsc_parser *p, const struct avsc_task *task, enum avsc_kind kind, bool is_error);
/* Closes a named type: a second definition of a name must say the same, and gives way to the first. */
int avsc_finish_named(struct avsc_parser *p, const struct avsc_task *task);
/* Unknown members of node that are kept as properties. */
int avsc_parse_properties(struct avsc_parser *p, const struct jtree_node *node, const char *const *reserved,
                          avsc_nodes *ret);
/* The member as text; .p NULL when it is absent or no string. */
struct str avsc_text_member(const struct jtree_node *node, struct str name);

extern const char *const avsc_reserved[]; /* members of a type that are no properties */
extern const char *const avsc_enum_reserved[]; /* the same for an enum */
