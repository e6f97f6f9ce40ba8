#include "json/check_private.h"

#include "json/validate.h"

#include <pthread.h>
#include <stdatomic.h>

/* Several times what a metaschema and its program take. */
#define METASCHEMA_MEMORY_MAX (16u << 20)
/* Of what a metaschema refuses, the most telling of so many is reported. */
#define UNITS_MAX 16

static const char *const metaschema_uris[JSS_DIALECT_COUNT_] = {
    [JSS_DRAFT_04] = "http://json-schema.org/draft-04/schema#",
    [JSS_DRAFT_06] = "http://json-schema.org/draft-06/schema#",
    [JSS_DRAFT_07] = "http://json-schema.org/draft-07/schema#",
    [JSS_DRAFT_2019_09] = "https://json-schema.org/draft/2019-09/schema",
    [JSS_DRAFT_2020_12] = "https://json-schema.org/draft/2020-12/schema",
};

struct metaschema {
    struct arena *arena; /* in which all of it lives */
    struct jss_program *program;
};

static _Atomic(struct metaschema *) metaschemas[JSS_DIALECT_COUNT_]; /* reachable until the process ends */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static struct metaschema *make_metaschema(struct arena *arena, enum jss_dialect dialect)
{
    void *model;
    struct error ignored = ERROR_INIT(arena);
    struct jss_compile_options options = {0};
    struct str uri = str_of(metaschema_uris[dialect]);
    struct metaschema *metaschema = ARENA_NEW(arena, struct metaschema);
    struct schema_source source = {
        .text = ARENA_JOIN(arena, STR("{\"$schema\":\""), uri, STR("\",\"$ref\":\""), uri, STR("\"}"))};
    if (!metaschema || !source.text.p || jss_parse(arena, &source, &model, &ignored) != 0)
        return NULL;
    metaschema->arena = arena;
    const struct jss_schema *schema = model;
    return jss_compile(schema, schema->document->schema, &options, arena, &metaschema->program, &ignored) == 0
               ? metaschema
               : NULL;
}

/* NULL without memory: the bundled metaschemas are right, as their test shows. */
static const struct jss_program *program_of(enum jss_dialect dialect)
{
    struct metaschema *metaschema = atomic_load_explicit(&metaschemas[dialect], memory_order_acquire);
    if (metaschema)
        return metaschema->program;
    pthread_mutex_lock(&making);
    metaschema = atomic_load_explicit(&metaschemas[dialect], memory_order_relaxed);
    if (!metaschema) {
        struct arena *arena = arena_new(METASCHEMA_MEMORY_MAX);
        metaschema = arena ? make_metaschema(arena, dialect) : NULL;
        if (!metaschema)
            arena_free(arena);
        atomic_store_explicit(&metaschemas[dialect], metaschema, memory_order_release);
    }
    pthread_mutex_unlock(&making);
    return metaschema ? metaschema->program : NULL;
}

/* A resource that is written in another dialect than what is around it. */
static bool is_foreign(const struct jss_subschema *subschema)
{
    return subschema->parent && subschema->resource->root == subschema &&
           subschema->dialect != subschema->parent->dialect;
}

struct copied {
    const struct jtree_node *from;
    struct jtree_node *to;
};

/* A copy of the tree with empty objects for the resources of other dialects in it; NULL without memory. */
static struct jtree_node *copy_own(const struct jss_schema *schema, const struct jtree_node *root, struct arena *arena)
{
    VEC(struct copied) open = {0};
    struct jtree_node *copy = ARENA_NEW(arena, struct jtree_node);
    if (!copy || !VEC_PUSH(arena, &open, (struct copied){root, copy}))
        return NULL;
    *copy = *root;
    copy->next = NULL;
    while (open.count) {
        struct copied parent = VEC_POP(&open);
        struct jtree_node **end = &parent.to->first;
        for (const struct jtree_node *from = parent.from->first; from; from = from->next) {
            const struct jss_subschema *subschema = jss_subschema_at(schema, from);
            struct jtree_node *to = ARENA_NEW(arena, struct jtree_node);
            if (!to)
                return NULL;
            *to = *from;
            to->next = NULL;
            if (subschema && is_foreign(subschema)) {
                to->kind = JTREE_KIND_OBJECT;
                to->first = NULL;
                to->count = 0;
                to->has_duplicates = false;
            } else if (from->first && !VEC_PUSH(arena, &open, (struct copied){from, to})) {
                return NULL;
            }
            *end = to;
            end = &to->next;
        }
    }
    return copy;
}

struct checker {
    const struct jss_schema *schema;
    struct arena *arena;
    struct jss_scratch *scratch;
    bool has_foreign; /* resources of several dialects */
    struct error *err;
};

/* The refusal that is deepest in the schema, and of those at one place the one that is deepest in the metaschema. */
static const struct jss_unit *most_telling(const struct jss_output *output)
{
    const struct jss_unit *best = NULL;
    for (size_t i = 0; i < output->units.count; i++) {
        const struct jss_unit *unit = &output->units.items[i];
        bool is_deeper = best && unit->instance_location.n > best->instance_location.n;
        bool is_more_exact = best && unit->instance_location.n == best->instance_location.n &&
                             unit->keyword_location.n > best->keyword_location.n;
        if (!best || is_deeper || is_more_exact)
            best = unit;
    }
    return best;
}

static int invalid(struct checker *c, const struct jss_subschema *root, const struct jss_output *output)
{
    const struct jss_unit *unit = most_telling(output);
    struct arena *arena = c->err->arena;
    struct str place = unit ? unit->instance_location : STR_EMPTY, why = unit ? unit->error : STR("invalid");
    return error_raise(c->err, INVALID_SCHEMA,
                       ARENA_JOIN(arena, STR("Invalid schema by "), str_of(metaschema_uris[root->dialect]), STR(": "),
                                  jss_location(arena, root), place, STR(": "), why));
}

/* A resource with all of its dialect in it. */
static int check_resource(struct checker *c, const struct jss_subschema *root)
{
    const struct jss_program *program = program_of(root->dialect);
    const struct jtree_node *node = c->has_foreign ? copy_own(c->schema, root->node, c->arena) : root->node;
    struct jss_output output = {.arena = c->arena, .max_units = UNITS_MAX};
    if (!program || !node)
        return error_raise(c->err, INTERNAL);
    switch (jss_validate(program, node, c->scratch, &output)) {
    case JSS_VALID:
        return 0;
    case JSS_INVALID:
        return invalid(c, root, &output);
    case JSS_UNDECIDED:
        return error_raise(c->err, INVALID_SCHEMA,
                           STR("The schema cannot be checked by its metaschema within the budget"));
    case JSS_NO_MEMORY:
        break;
    }
    return error_raise(c->err, INTERNAL);
}

static int check_resources(struct checker *c)
{
    const struct jss_schema *schema = c->schema;
    for (size_t i = 0; i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        c->has_foreign |= subschema->document == schema->document && is_foreign(subschema);
    }
    if (check_resource(c, schema->document->schema) != 0)
        return -1;
    for (size_t i = 0; c->has_foreign && i < schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = schema->subschemas.items[i];
        if (subschema->document == schema->document && is_foreign(subschema) && check_resource(c, subschema) != 0)
            return -1;
    }
    return 0;
}

static int check_references(struct checker *c)
{
    for (size_t i = 0; i < c->schema->subschemas.count; i++) {
        const struct jss_subschema *subschema = c->schema->subschemas.items[i];
        if (subschema->document != c->schema->document || !subschema->reference.p || subschema->target)
            continue;
        struct arena *arena = c->err->arena;
        return error_raise(c->err, INVALID_SCHEMA,
                           ARENA_JOIN(arena, STR("Invalid schema: "), jss_location(arena, subschema),
                                      STR(": the reference leads nowhere: "), subschema->reference));
    }
    return 0;
}

int jss_check_strict(const struct jss_schema *schema, struct error *err)
{
    struct arena scratch;
    arena_init(&scratch, SCHEMA_MEMORY_MAX, NULL, 0);
    struct checker c = {.schema = schema, .arena = &scratch, .scratch = jss_scratch_new(), .err = err};
    int outcome = c.scratch ? check_resources(&c) : error_raise(err, INTERNAL);
    if (outcome == 0)
        outcome = check_references(&c);
    jss_scratch_free(c.scratch);
    arena_deinit(&scratch);
    return outcome;
}
