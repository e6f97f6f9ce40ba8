/* JSON files of the folder that AVOUCH_TEST_VECTORS names. Without it a test exits with 77. */
#pragma once

#include "jtree.h"

#include "avro/fixture.h"

static inline const char *vectors_path(const char *name)
{
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    return arena_printf(arena, "%s/%s", folder ? folder : "", name).p;
}

static inline bool has_vectors(const char *name)
{
    char path[1024];
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", name);
    FILE *file = fopen(path, "r");
    if (file)
        fclose(file);
    else
        printf("%s is not there: set AVOUCH_TEST_VECTORS\n", name);
    return file != NULL;
}

/* The value in a file, which must be there. */
static inline const struct jtree_node *read_vectors(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    struct jtree_node *root = NULL;
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    ssize_t length = getdelim(&text, &room, '\0', file);
    ck_assert_int_gt(length, 0);
    fclose(file);
    struct str copy = arena_str(arena, (struct str){text, (size_t)length});
    free(text);
    ck_assert_int_eq(jtree_read(arena, copy, 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static inline const char *member_text(const struct jtree_node *object, struct str member)
{
    struct buf text = new_text();
    ck_assert(jtree_write(&text, jtree_member(object, member), 0, arena));
    return terminated(buf_str(&text));
}
