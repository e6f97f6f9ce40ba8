/* What the Protobuf code says about files, for tests that ask another implementation too. One JSON request a line on
 * standard input, one answer a line on standard output:
 *   {"text": …, "dependencies": {path: text, …}}    (dependencies before dependents; the text's own path is "default")
 *     → {"parse": null or reason, "names", "reference", "fields", "strict": the same,
 *        "linked", "written": descriptor in base64 or null, "linked_reason", "written_reason",
 *        "canonical", "normal", "equal", "normal_equal", "without_extensions": text or null}
 *   {"reader": {"text", "dependencies"}, "writer": {…}, "policy": "sound" or nothing}
 *     → {"differences": [[type, path, detail], …], "undecided": boolean}, or {"parse": reason} */
#include "base64.h"
#include "jtree.h"
#include "protobuf/link.h"
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY_MAX ((size_t)1 << 30)

static void write_name(struct buf *out, const char *name)
{
    if (out->p[out->n - 1] != '{')
        buf_add_char(out, ',');
    jtree_write_string(out, str_of(name));
    buf_add_char(out, ':');
}

static void write_text(struct buf *out, const char *name, const struct str *text)
{
    write_name(out, name);
    if (text)
        jtree_write_string(out, *text);
    else
        buf_add(out, STR("null"));
}

static void write_reason(struct buf *out, const char *name, const struct error *err)
{
    write_text(out, name, error_is_set(err) ? &err->text : NULL);
}

static struct str member_text(const struct jtree_node *node, struct str name)
{
    const struct jtree_node *member = jtree_member(node, name);
    return jtree_is(member, JTREE_KIND_STRING) ? member->text : STR_EMPTY;
}

static struct schema *parse(struct arena *arena, const struct jtree_node *request, struct error *err)
{
    const struct jtree_node *files = jtree_member(request, STR("dependencies"));
    size_t count = files ? files->count : 0, n = 0;
    struct schema_dependency *dependencies = ARENA_ARRAY(arena, count + 1, struct schema_dependency);
    if (!dependencies)
        abort();
    for (const struct jtree_node *file = files ? files->first : NULL; file; file = file->next)
        dependencies[n++] = (struct schema_dependency){file->name, file->text};
    struct schema_source source = {member_text(request, STR("text")), dependencies, count};
    struct schema *schema = NULL;
    return schema_parse(schema_format_find(STR("PROTOBUF")), &source, &schema, err) == 0 ? schema : NULL;
}

static void write_descriptor(struct buf *out, const struct pb_schema *model, enum pb_descriptor_form form,
                             const char *const names[2])
{
    struct error err = ERROR_INIT(out->arena);
    struct buf bytes, base64;
    buf_init(&bytes, out->arena, MEMORY_MAX);
    buf_init(&base64, out->arena, MEMORY_MAX);
    bool is_made = pb_to_descriptor(model, model->root, form, &bytes, &err) == 0;
    base64_encode(&base64, buf_str(&bytes));
    struct str text = buf_str(&base64);
    write_text(out, names[0], is_made ? &text : NULL);
    write_reason(out, names[1], &err);
}

static void write_checks(struct buf *out, const struct schema *schema)
{
    const struct {
        const char *name;
        enum schema_check how;
        bool validate_fields;
    } checks[] = {{"names", SCHEMA_CHECK_NAMES, false},
                  {"reference", SCHEMA_CHECK_REFERENCE, false},
                  {"fields", SCHEMA_CHECK_REFERENCE, true},
                  {"strict", SCHEMA_CHECK_STRICT, false}};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct error err = ERROR_INIT(out->arena);
        schema_check(schema, checks[i].how, checks[i].validate_fields, &err);
        write_reason(out, checks[i].name, &err);
    }
}

static void write_forms(struct buf *out, const struct schema *schema)
{
    const struct {
        const char *name;
        enum schema_form form;
    } forms[] = {{"canonical", SCHEMA_FORM_CANONICAL},
                 {"normal", SCHEMA_FORM_NORMAL},
                 {"equal", SCHEMA_FORM_EQUAL},
                 {"normal_equal", SCHEMA_FORM_NORMAL_EQUAL},
                 {"without_extensions", SCHEMA_FORM_WITHOUT_EXTENSIONS}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct error err = ERROR_INIT(out->arena);
        struct buf text;
        buf_init(&text, out->arena, MEMORY_MAX);
        bool is_made = schema_print(schema, forms[i].form, &text, &err) == 0;
        write_text(out, forms[i].name, is_made ? &(struct str){text.p ? text.p : "", text.n} : NULL);
    }
}

static void describe(struct buf *out, const struct jtree_node *request)
{
    struct error err = ERROR_INIT(out->arena);
    struct schema *schema = parse(out->arena, request, &err);
    write_reason(out, "parse", &err);
    if (!schema)
        return;
    write_checks(out, schema);
    write_descriptor(out, schema_model(schema), PB_DESCRIPTOR_LINKED, (const char *[]){"linked", "linked_reason"});
    write_descriptor(out, schema_model(schema), PB_DESCRIPTOR_AS_WRITTEN,
                     (const char *[]){"written", "written_reason"});
    write_forms(out, schema);
    schema_unref(schema);
}

static void compare(struct buf *out, const struct jtree_node *request)
{
    struct error err = ERROR_INIT(out->arena);
    struct schema *reader = parse(out->arena, jtree_member(request, STR("reader")), &err);
    struct schema *writer = parse(out->arena, jtree_member(request, STR("writer")), &err);
    struct schema_differences found = {0};
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    bool is_sound = str_equal(member_text(request, STR("policy")), STR("sound"));
    enum schema_policy policy = is_sound ? SCHEMA_POLICY_SOUND : SCHEMA_POLICY_REFERENCE;
    int outcome = reader && writer ? schema_compare(reader, writer, policy, out->arena, &budget, &found, &err) : -1;
    write_reason(out, "parse", &err);
    write_name(out, "undecided");
    buf_add(out, outcome == 1 ? STR("true") : STR("false"));
    write_name(out, "differences");
    for (size_t i = 0; i < found.count; i++) {
        buf_add(out, i ? STR(",[") : STR("[["));
        jtree_write_string(out, str_of(found.items[i].type));
        buf_add_char(out, ',');
        jtree_write_string(out, found.items[i].path);
        buf_add_char(out, ',');
        jtree_write_string(out, found.items[i].detail);
        buf_add_char(out, ']');
    }
    buf_add(out, found.count ? STR("]") : STR("[]"));
    schema_unref(reader);
    schema_unref(writer);
}

static void answer(struct str line)
{
    struct arena *arena = arena_new(MEMORY_MAX);
    struct jtree_node *request = NULL;
    struct jtree_fault fault;
    if (!arena)
        abort();
    if (jtree_read(arena, line, 0, NULL, &request, &fault) != JTREE_OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(2);
    }
    struct buf out;
    buf_init(&out, arena, MEMORY_MAX);
    buf_add_char(&out, '{');
    if (jtree_member(request, STR("reader")))
        compare(&out, request);
    else
        describe(&out, request);
    buf_add(&out, STR("}\n"));
    if (buf_failed(&out))
        abort();
    fwrite(out.p, 1, out.n, stdout);
    fflush(stdout);
    arena_free(arena);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while ((n = getline(&line, &room, stdin)) > 0)
        answer((struct str){line, (size_t)n});
    free(line);
    return 0;
}
