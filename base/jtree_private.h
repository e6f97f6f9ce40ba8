/* What the parts of the JSON reader share. Private to jtree_*.c. */
#pragma once

#include "jtree.h"

#define JTREE_FAULT_BYTES sizeof(((struct jtree_fault *)0)->text)

struct jtree_open {
    struct jtree_node *node, *last; /* a container and its latest child */
};

struct jtree_reader {
    struct arena *arena;
    const char *begin, *at, *end;
    unsigned flags;
    uint32_t max_depth, max_nodes, node_count;
    struct jtree_open *stack;
    uint32_t depth, stack_room;
    struct jtree_node *root;
    enum jtree_outcome outcome;
    const char *fault_at;
    char fault[160];
};

/* Sets the outcome; returns -1. */
int jtree_fault(struct jtree_reader *r, enum jtree_outcome outcome, const char *at, const char *text);
/* "Unexpected character ('x' (code 120)): <expected>", or expected alone at the end of the text. */
int jtree_fault_char(struct jtree_reader *r, const char *expected);
/* Reads the string that begins at r->at, quotes included. */
int jtree_read_string(struct jtree_reader *r, struct str *ret);
