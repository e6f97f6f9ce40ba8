#include "check_private.h"

/* Bytes of names that are looked up for one file. */
#define NAME_BUDGET_BYTES 500000000
#define NAME_BYTES_MAX (4 * PB_NAME_MAX)

bool check_is_first(const struct check *c, struct pb_position at)
{
    const struct check_fault *fault = &c->fault;
    return !fault->is_set || at.line < fault->at.line || (at.line == fault->at.line && at.column < fault->at.column);
}

void check_fault_parts(struct check *c, struct pb_position at, const struct str *parts, size_t count)
{
    if (!check_is_first(c, at))
        return;
    c->fault = (struct check_fault){true, at, arena_join(c->texts, parts, count)};
    c->failed |= !c->fault.text.p;
}

struct pb_position check_before(struct pb_position at, const char *words)
{
    size_t bytes = strlen(words);
    at.column -= at.column > bytes ? (uint32_t)bytes : 0;
    return at;
}

struct pb_position check_package_at(const struct pb_file *file)
{
    return check_before(file->package_at, "package ");
}

struct pb_position check_behind_minus(const struct pb_value *value)
{
    struct pb_position at = value->at;
    at.column += value->is_negative && at.line ? 1 : 0;
    return at;
}

static void check_definitions(struct check *c)
{
    check_imports(c);
    check_package(c);
    check_define_all(c);
    check_elements(c);
    check_types(c);
}

static const struct {
    void (*run)(struct check *);
    bool is_of_editions;
} phases[] = {
    {check_syntax, false},      {check_definitions, false},      {check_interpret, false}, {check_validity, false},
    {check_naming_style, true}, {check_strict_visibility, true}, {check_lifetimes, true},  {check_targets, true},
};

static int run(struct check *c, struct error *err)
{
    check_load_files(c);
    for (size_t k = 0; k < sizeof phases / sizeof *phases && !c->failed; k++) {
        if (phases[k].is_of_editions && !c->is_edition)
            continue;
        phases[k].run(c);
        c->failed |= arena_failed(c->scratch);
        if (c->fault.is_set && !c->failed)
            return pb_fault(err->arena, err, c->fault.at, c->fault.text);
    }
    return c->failed ? error_raise(err, INTERNAL) : 0;
}

static void prepare(struct check *c)
{
    map_init(&c->packages, c->scratch);
    map_init(&c->symbols, c->scratch);
    map_init(&c->extensions, c->scratch);
    map_init(&c->intervals, c->scratch);
    map_init(&c->sets, c->scratch);
    buf_init(&c->name, c->scratch, NAME_BYTES_MAX);
    c->interpreter = (struct option_interpreter){.schema = c->schema,
                                                 .file = c->file,
                                                 .texts = c->texts,
                                                 .lookup = check_look_up_option,
                                                 .lookup_data = c,
                                                 .budget = OPTION_STEPS_MAX};
}

int pb_check_strict(const struct pb_schema *schema, struct error *err)
{
    struct check c = {.schema = schema,
                      .file = schema->root,
                      .scratch = arena_new(SCHEMA_MEMORY_MAX),
                      .texts = err->arena,
                      .is_edition = schema->root->syntax == PB_EDITIONS,
                      .is_proto3 = schema->root->syntax == PB_PROTO3,
                      .name_budget = NAME_BUDGET_BYTES};
    struct arena *scratch = arena_new(SCHEMA_MEMORY_MAX);
    int outcome = -1;
    if (c.scratch && scratch) {
        prepare(&c);
        c.interpreter.scratch = scratch;
        outcome = run(&c, err);
    } else {
        error_raise(err, INTERNAL);
    }
    arena_free(scratch);
    arena_free(c.scratch);
    return outcome;
}
