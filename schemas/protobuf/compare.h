/* Comparing two schemas, private to compare*.c. A comparison looks at pairs of messages. What differs in a pair is collected as
 * items: differences, and pairs that it rests on. First all pairs are decided, then the differences of those that were refuted
 * are listed. */
#pragma once

#include "link.h"

enum pb_difference {
#define DIFFERENCE_ROW(type, class, sentence) PB_##type,
#include "differences.def"
#undef DIFFERENCE_ROW
    PB_DIFFERENCE_COUNT_
};

struct pb_difference_row {
    const char *name;
    bool is_compatible;
    const char *sentence;
};
extern const struct pb_difference_row pb_difference_rows[PB_DIFFERENCE_COUNT_];

enum pb_item_kind {
    PB_ITEM_DIFFERENCE,
    PB_ITEM_NESTED, /* two messages of one name in the same place */
    PB_ITEM_TYPE, /* the types of two fields: when they are refuted, so is the type of the field */
};

struct pb_item {
    enum pb_item_kind kind;
    enum pb_difference difference;
    struct str path; /* of the difference or field; NESTED: of the messages */
    const struct pb_message *reader, *writer; /* NESTED, TYPE */
};

struct pb_comparison {
    struct arena *arena;
    const struct pb_file *reader_root, *writer_root;
    bool is_sound; /* the policy */
    bool wants_paths; /* off while pairs are decided */
    bool wants_compatible; /* compatible differences too */
    uint64_t work, budget;
    bool failed; /* no memory */
    VEC(struct pb_item) * items; /* where what is found goes */
};
typedef VEC(struct pb_item) pb_items;

/* Path "#/Outer/Inner" of a message as the type of a field: its name without the package. */
struct str pb_type_path(const struct pb_comparison *c, const struct pb_message *message);
/* A path with one more part; "" when no paths are wanted. */
struct str pb_path_add(struct pb_comparison *c, struct str path, struct str part);
void pb_item_add(struct pb_comparison *c, struct pb_item item);
void pb_difference_add(struct pb_comparison *c, enum pb_difference difference, struct str path);
/* Counts work; false when the budget is used up. */
bool pb_step(struct pb_comparison *c);

/* compare_message.c: the items of two files, and of two messages at a path. */
void pb_compare_files(struct pb_comparison *c);
void pb_compare_messages(struct pb_comparison *c, const struct pb_message *reader, const struct pb_message *writer,
                         struct str path);
/* compare_field.c: two fields of one number. */
void pb_compare_fields(struct pb_comparison *c, const struct pb_field *reader, const struct pb_field *writer,
                       struct str path);

/* compare_extension.c: under the policy "sound", fields that extend blocks of both files add to a message of one name under one
 * number. */
void pb_compare_extensions(struct pb_comparison *c);

/* compare.c: the differences of all classes, for showing what a change is. As pb_compare(). */
int pb_compare_all(const struct pb_schema *reader, const struct pb_schema *writer, bool is_sound, struct arena *arena,
                   uint64_t *budget, struct schema_differences *ret, struct error *err);
