/* What the JSON Schema code says about schemas and instances, for tests that ask another implementation too. One JSON request a line
 * on standard input, one answer a line on standard output:
 *   {"schema": any JSON, "instances": [any JSON, …], "dependencies": {name: any JSON, …}, "formats": boolean,
 *    "output": "basic" or "detailed" or nothing}
 *     → {"fault": null or reason, "verdicts": ["valid" or "invalid" or "undecided", …],
 *        "units": [[{"keyword", "absolute", "instance", "error", "depth"}, …], …]} */
#include "json/validate.h"

#include <stdio.h>
#include <stdlib.h>

#define MEMORY_MAX ((size_t)1 << 30)

struct tool {
    struct str line;
    struct arena *arena;
    struct buf out;
    struct jss_scratch *scratch;
};

/* A value as it stands in the line. */
static struct str text_at(const struct tool *tool, const struct jtree_node *node)
{
    return node ? str_slice(tool->line, node->offset, node->end) : STR_EMPTY;
}

static struct jss_schema *parse(struct tool *tool, const struct jtree_node *request, struct error *err)
{
    const struct jtree_node *files = jtree_member(request, STR("dependencies"));
    size_t count = files ? files->count : 0, n = 0;
    struct schema_dependency *dependencies = ARENA_ARRAY(tool->arena, count + 1, struct schema_dependency);
    if (!dependencies)
        abort();
    for (const struct jtree_node *file = files ? files->first : NULL; file; file = file->next)
        dependencies[n++] = (struct schema_dependency){file->name, text_at(tool, file)};
    struct schema_source source = {text_at(tool, jtree_member(request, STR("schema"))), dependencies, count};
    void *model = NULL;
    return jss_parse(tool->arena, &source, &model, err) == 0 ? model : NULL;
}

static struct jss_program *compile(struct tool *tool, const struct jtree_node *request, struct error *err)
{
    bool asserts = jtree_is(jtree_member(request, STR("formats")), JTREE_KIND_TRUE);
    struct jss_compile_options options = {.asserts_formats = asserts};
    struct jss_program *program = NULL;
    struct jss_schema *schema = parse(tool, request, err);
    bool is_done = schema && jss_compile(schema, schema->document->schema, &options, tool->arena, &program, err) == 0;
    return is_done ? program : NULL;
}

static void write_text(struct buf *out, const char *before, struct str text)
{
    buf_add(out, str_of(before));
    jtree_write_string(out, text);
}

static void write_units(struct buf *out, const struct jss_output *found)
{
    for (size_t i = 0; i < found->units.count; i++) {
        const struct jss_unit *unit = &found->units.items[i];
        write_text(out, i ? ",{\"keyword\":" : "{\"keyword\":", unit->keyword_location);
        write_text(out, ",\"absolute\":", unit->absolute_keyword_location);
        write_text(out, ",\"instance\":", unit->instance_location);
        write_text(out, ",\"error\":", unit->error);
        buf_add(out, STR(",\"depth\":"));
        buf_add_int(out, unit->depth);
        buf_add_char(out, '}');
    }
}

/* The verdict goes to the answer, the units to another text. */
static void validate(struct tool *tool, const struct jss_program *program, const struct jtree_node *instance,
                     const struct jtree_node *form, struct buf *units)
{
    struct jss_output found = {.arena = tool->arena, .is_detailed = form && str_equal(form->text, STR("detailed"))};
    const char *verdict = "undecided";
    switch (jss_validate(program, instance, tool->scratch, form ? &found : NULL)) {
    case JSS_VALID:
        verdict = "valid";
        break;
    case JSS_INVALID:
        verdict = "invalid";
        break;
    case JSS_UNDECIDED:
        break;
    case JSS_NO_MEMORY:
        abort();
    }
    const struct jtree_node *next = instance->next;
    write_text(&tool->out, "", str_of(verdict));
    buf_add(&tool->out, next ? STR(",") : STR_EMPTY);
    buf_add_char(units, '[');
    write_units(units, &found);
    buf_add(units, next ? STR("],") : STR("]"));
}

static void answer(struct tool *tool, const struct jtree_node *request)
{
    struct error err = ERROR_INIT(tool->arena);
    const struct jss_program *program = compile(tool, request, &err);
    const struct jtree_node *instances = jtree_member(request, STR("instances"));
    struct buf units;
    buf_init(&units, tool->arena, MEMORY_MAX);
    buf_add(&tool->out, STR("{\"fault\":"));
    if (program)
        buf_add(&tool->out, STR("null"));
    else
        jtree_write_string(&tool->out, err.text);
    buf_add(&tool->out, STR(",\"verdicts\":["));
    for (const struct jtree_node *i = program && instances ? instances->first : NULL; i; i = i->next)
        validate(tool, program, i, jtree_member(request, STR("output")), &units);
    buf_add(&tool->out, STR("],\"units\":["));
    buf_add(&tool->out, buf_str(&units));
    buf_add(&tool->out, STR("]}\n"));
}

static void handle(struct tool *tool)
{
    struct jtree_node *request = NULL;
    struct jtree_fault fault;
    tool->arena = arena_new(MEMORY_MAX);
    if (!tool->arena)
        abort();
    if (jtree_read(tool->arena, tool->line, 0, NULL, &request, &fault) != JTREE_OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(2);
    }
    buf_init(&tool->out, tool->arena, MEMORY_MAX);
    answer(tool, request);
    if (buf_failed(&tool->out))
        abort();
    fwrite(tool->out.p, 1, tool->out.n, stdout);
    fflush(stdout);
    arena_free(tool->arena);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    struct tool tool = {.scratch = jss_scratch_new()};
    if (!tool.scratch)
        abort();
    while ((n = getline(&line, &room, stdin)) > 0) {
        tool.line = (struct str){line, (size_t)n};
        handle(&tool);
    }
    jss_scratch_free(tool.scratch);
    free(line);
    return 0;
}
