/* Validating JSON, for json_validate.py: json_validate FOLDER. A set NAME is FOLDER/NAME.schema.json and FOLDER/NAME.jsonl, an instance
 * a line. Lines on standard input, each answered by one:
 *   SET WHO WHAT MS    WHO: avouch, rapidjson, valijson; WHAT: validate, or parse for parse and validate
 *     → how many instances are valid, and the nanoseconds that one took, repeated for that many milliseconds;
 *       "none" when WHO does not take the schema */
#include "json_validate_peer.h"
#include "measure.h"
#include "json/validate.h"

#define MEMORY_MAX (1u << 30)
#define INSTANCES_MAX 10000
#define CONTENDERS_MAX 64
#define NAME_BYTES 32

/* One set as one implementation has it. */
struct contender {
    char set[NAME_BYTES], who[NAME_BYTES];
    size_t count;
    struct str texts[INSTANCES_MAX];
    const struct jtree_node *instances[INSTANCES_MAX];
    const struct jss_program *program;
    struct jss_scratch *scratch;
    struct arena arena; /* to read texts into */
    struct peer *peer;
    bool is_refused;
};

static struct arena *memory;
static struct contender *contenders[CONTENDERS_MAX];
static size_t contender_count;

static struct str read_file(const char *folder, const char *name, const char *ending)
{
    char path[4096];
    struct buf text;
    char room[65536];
    size_t n;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    FILE *file = fopen(path, "rb");
    buf_init(&text, memory, MEMORY_MAX);
    if (!file)
        fail(path);
    while ((n = fread(room, 1, sizeof room, file)) > 0)
        buf_add(&text, (struct str){room, n});
    fclose(file);
    return arena_str(memory, buf_str(&text));
}

static const struct jtree_node *read_value(struct arena *arena, struct str text)
{
    struct jtree_node *node;
    if (jtree_read(arena, text, 0, NULL, &node, NULL) != JTREE_OK)
        fail("no JSON");
    return node;
}

static const struct jss_program *compile(struct str text)
{
    struct error err = ERROR_INIT(memory);
    struct schema_source source = {.text = text};
    struct jss_compile_options options = {0};
    struct jss_program *program;
    void *model;
    if (jss_parse(memory, &source, &model, &err) != 0)
        fail(err.text.p);
    const struct jss_schema *schema = model;
    if (jss_compile(schema, schema->document->schema, &options, memory, &program, &err) != 0)
        fail(err.text.p);
    return program;
}

static struct contender *load(const char *folder, const char *set, const char *who)
{
    struct contender *c = calloc(1, sizeof *c);
    struct str schema = read_file(folder, set, ".schema.json"), lines = read_file(folder, set, ".jsonl"), line;
    if (!c || contender_count == CONTENDERS_MAX)
        fail("too many");
    snprintf(c->set, sizeof c->set, "%s", set);
    snprintf(c->who, sizeof c->who, "%s", who);
    while (str_next(&lines, '\n', &line)) {
        if (line.n && c->count < INSTANCES_MAX)
            c->texts[c->count++] = arena_str(memory, line);
    }
    bool is_own = strcmp(who, "avouch") == 0;
    c->peer = is_own ? NULL : peer_new(who, schema.p);
    c->is_refused = !is_own && !c->peer;
    c->program = is_own ? compile(schema) : NULL;
    c->scratch = jss_scratch_new();
    arena_init(&c->arena, MEMORY_MAX, malloc(1u << 20), 1u << 20);
    for (size_t i = 0; i < c->count; i++) {
        c->instances[i] = read_value(memory, c->texts[i]);
        if (c->peer)
            peer_add(c->peer, c->texts[i].p);
    }
    contenders[contender_count++] = c;
    return c;
}

static struct contender *find(const char *folder, const char *set, const char *who)
{
    for (size_t i = 0; i < contender_count; i++) {
        if (strcmp(contenders[i]->set, set) == 0 && strcmp(contenders[i]->who, who) == 0)
            return contenders[i];
    }
    return load(folder, set, who);
}

static size_t validate(struct contender *c, bool parses)
{
    size_t valid = 0;
    if (c->peer)
        return peer_validate(c->peer, parses);
    for (size_t i = 0; i < c->count; i++) {
        const struct jtree_node *instance = parses ? read_value(&c->arena, c->texts[i]) : c->instances[i];
        valid += jss_validate(c->program, instance, c->scratch, NULL) == JSS_VALID;
        if (parses)
            arena_reset(&c->arena);
    }
    return valid;
}

static void measure(struct contender *c, bool parses, int ms)
{
    size_t valid = validate(c, parses);
    double start = now_ns(), end, rounds = 0;
    do {
        validate(c, parses);
        rounds++;
        end = now_ns();
    } while (end - start < ms * 1e6);
    printf("%zu %.1f\n", valid, (end - start) / rounds / (double)c->count);
}

int main(int argc, char **argv)
{
    char set[NAME_BYTES], who[NAME_BYTES], what[NAME_BYTES];
    int ms;
    memory = arena_new(MEMORY_MAX);
    if (argc != 2 || !memory)
        fail("usage: json_validate FOLDER");
    while (scanf("%31s %31s %31s %d", set, who, what, &ms) == 4) {
        struct contender *c = find(argv[1], set, who);
        if (c->is_refused)
            puts("none");
        else
            measure(c, strcmp(what, "parse") == 0, ms);
        fflush(stdout);
    }
    return 0;
}
