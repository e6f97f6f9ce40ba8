/* Conversations recorded from Confluent Schema Registry 8.1, which are read when they are there (AVOUCH_TEST_VECTORS). */
#pragma once

#include "descriptor_fixture.h"

#include "jtree.h"
#include "schema.h"

#define RECORDED_SUBJECTS_MAX 512
#define RECORDED_REFERENCES_MAX 16

/* A text that was registered, with all that it refers to. */
struct recorded_text {
    struct str subject, text;
    struct schema_dependency dependencies[RECORDED_REFERENCES_MAX];
    size_t count;
};

struct recorded {
    struct recorded_text *texts;
    size_t count;
};

static inline FILE *open_recorded(const char *name)
{
    char path[1024];
    const char *folder = getenv("AVOUCH_TEST_VECTORS");
    snprintf(path, sizeof path, "%s/http/%s.json", folder ? folder : "", name);
    return fopen(path, "r");
}

static inline bool has_recorded(void)
{
    FILE *file = open_recorded("protobuf-canonical");
    if (file)
        fclose(file);
    return file != NULL;
}

/* The list of cases in a file. */
static inline const struct jtree_node *recorded_cases(const char *name)
{
    char *text = NULL;
    size_t room = 0;
    struct jtree_node *root = NULL;
    FILE *file = open_recorded(name);
    ck_assert_ptr_nonnull(file);
    ssize_t length = getdelim(&text, &room, '\0', file);
    ck_assert_int_gt(length, 0);
    fclose(file);
    struct str copy = arena_str(arena, (struct str){text, (size_t)length});
    free(text);
    ck_assert_int_eq(jtree_read(arena, copy, 0, NULL, &root, NULL), JTREE_OK);
    return root;
}

static inline struct str recorded_member(const struct jtree_node *node, const char *name)
{
    const struct jtree_node *member = jtree_member(node, str_of(name));
    return jtree_is(member, JTREE_KIND_STRING) ? member->text : STR_EMPTY;
}

/* The subject in "POST /subjects/some/versions?…". */
static inline struct str recorded_subject(struct str step)
{
    struct str rest = step, part = STR_EMPTY;
    for (int i = 0; i < 3; i++)
        ck_assert(str_next(&rest, '/', &part));
    size_t end = str_find(part, '?');
    return str_slice(part, 0, end);
}

static inline const struct recorded_text *recorded_find(const struct recorded *recorded, struct str subject)
{
    for (size_t i = recorded->count; i-- > 0;) {
        if (str_equal(recorded->texts[i].subject, subject))
            return &recorded->texts[i];
    }
    return NULL;
}

static inline void recorded_depend(struct recorded_text *text, struct schema_dependency dependency)
{
    for (size_t i = 0; i < text->count; i++) {
        if (str_equal(text->dependencies[i].name, dependency.name))
            return;
    }
    ck_assert_uint_lt(text->count, RECORDED_REFERENCES_MAX);
    text->dependencies[text->count++] = dependency;
}

/* Notes what a step registers; false when it registers no Protobuf text. */
static inline bool recorded_note(struct recorded *recorded, const struct jtree_node *step)
{
    struct str what = recorded_member(step, "do");
    const struct jtree_node *body = jtree_member(step, STR("body")), *status = jtree_member(step, STR("status"));
    bool is_registration = str_starts(what, STR("POST /subjects/")) && str_find(what, '/') != SIZE_MAX &&
                           str_equal(recorded_member(body, "schemaType"), STR("PROTOBUF")) &&
                           strstr(terminated(what), "/versions") && str_equal(status->text, STR("200"));
    if (!is_registration)
        return false;
    if (!recorded->texts)
        recorded->texts = ARENA_ARRAY(arena, RECORDED_SUBJECTS_MAX, struct recorded_text);
    ck_assert_ptr_nonnull(recorded->texts);
    ck_assert_uint_lt(recorded->count, RECORDED_SUBJECTS_MAX);
    struct recorded_text *text = &recorded->texts[recorded->count++];
    *text = (struct recorded_text){.subject = recorded_subject(what), .text = recorded_member(body, "schema")};
    const struct jtree_node *references = jtree_member(body, STR("references"));
    for (const struct jtree_node *r = references ? references->first : NULL; r; r = r->next) {
        const struct recorded_text *used = recorded_find(recorded, recorded_member(r, "subject"));
        for (size_t i = 0; used && i < used->count; i++)
            recorded_depend(text, used->dependencies[i]);
        if (used)
            recorded_depend(text, (struct schema_dependency){recorded_member(r, "name"), used->text});
    }
    return true;
}

/* The text of a form; the reason when there is none. */
static inline struct str recorded_print(const struct recorded_text *text, enum schema_form form)
{
    struct schema_source source = {text->text, text->dependencies, text->count};
    struct error err = ERROR_INIT(arena);
    struct schema *schema = NULL;
    struct buf out = new_bytes();
    int outcome = schema_parse(schema_format_find(STR("PROTOBUF")), &source, &schema, &err);
    if (outcome == 0)
        outcome = schema_print(schema, form, &out, &err);
    schema_unref(schema);
    return outcome == 0 ? buf_str(&out) : err.text;
}
