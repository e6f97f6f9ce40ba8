/* What is compatible under "sound" is so: no instance that the writer of a random pair accepts is refused by the reader.
 * covers: schemas/json/compare_object_soundly.c schemas/json/compare_same.c schemas/json/compare_disjoint.c */
#include "json/validate.h"

#include "models.h"
#include "random_json_schema.h"

#define PAIRS 20000U
#define INSTANCES 600

static const struct jtree_node *instances[INSTANCES];

static void draw_instances(uint64_t seed)
{
    for (uint64_t i = 0; i < INSTANCES; i++) {
        struct random_schema s = {.seed = hash_mix(seed, i)};
        struct jtree_node *root = NULL;
        buf_init(&s.out, arena, SCHEMA_MEMORY_MAX);
        put_random_instance(&s, 1, 0);
        ck_assert_int_eq(jtree_read(arena, buf_str(&s.out), 0, NULL, &root, NULL), JTREE_OK);
        instances[i] = root;
    }
}

struct pair {
    struct str reader_text, writer_text;
    const struct jss_schema *reader, *writer;
};

static struct pair draw_pair(uint64_t seed)
{
    enum jss_dialect dialect = (enum jss_dialect)(hash_mix(seed, 1) % JSS_DIALECT_COUNT_);
    enum jss_dialect other = (enum jss_dialect)(hash_mix(seed, 2) % JSS_DIALECT_COUNT_);
    struct pair pair = {
        .reader_text = random_json_schema(arena, seed, hash_mix(seed, 3), hash_mix(seed, 4) % 10 ? dialect : other),
        .writer_text = random_json_schema(arena, seed, 0, dialect),
    };
    pair.reader = json_model(terminated(pair.reader_text));
    pair.writer = json_model(terminated(pair.writer_text));
    return pair;
}

static bool is_compatible(const struct jss_schema *reader, const struct jss_schema *writer, enum schema_policy policy)
{
    struct schema_differences found = {0};
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    ck_assert_int_eq(jss_compare(reader, writer, policy, arena, &budget, &found, &err), 0);
    return found.count == 0;
}

/* Whether "sound" cuts the schema into other parts: what is unevaluated is one more, what leads back to itself is one alone. */
static bool has_other_parts(struct str text)
{
    return strstr(terminated(text), "\"unevaluated") || strstr(terminated(text), "\"$ref") ||
           strstr(terminated(text), "Ref\"");
}

/* What one policy accepts, the next one accepts too. */
static void assert_nested(const struct pair *pair, bool is_sound)
{
    bool is_reference = is_compatible(pair->reader, pair->writer, SCHEMA_POLICY_REFERENCE);
    bool is_lenient = is_compatible(pair->reader, pair->writer, SCHEMA_POLICY_LENIENT);
    bool is_nested =
        has_other_parts(pair->reader_text) || has_other_parts(pair->writer_text) || is_reference || !is_sound;
    ck_assert_msg(is_nested && (is_lenient || !is_reference), "writer " STR_FMT "\nreader " STR_FMT,
                  STR_ARG(pair->writer_text), STR_ARG(pair->reader_text));
}

static const struct jss_program *compiled(const struct jss_schema *schema, struct str text)
{
    struct error err = ERROR_INIT(arena);
    struct jss_compile_options options = {0};
    struct jss_program *program = NULL;
    int outcome = jss_compile(schema, schema->document->schema, &options, arena, &program, &err);
    ck_assert_msg(outcome == 0, STR_FMT "\nsays: %s", STR_ARG(text), err.text.p);
    return program;
}

static const char *text_of(const struct jtree_node *node)
{
    struct buf text = new_text();
    ck_assert(jtree_write(&text, node, 0, arena));
    return terminated(buf_str(&text));
}

/* How many instances the writer accepts. */
static size_t assert_readable(const struct pair *pair, struct jss_scratch *scratch)
{
    const struct jss_program *reader = compiled(pair->reader, pair->reader_text);
    const struct jss_program *writer = compiled(pair->writer, pair->writer_text);
    size_t count = 0;
    for (size_t i = 0; i < INSTANCES; i++) {
        if (jss_validate(writer, instances[i], scratch, NULL) != JSS_VALID)
            continue;
        count++;
        ck_assert_msg(jss_validate(reader, instances[i], scratch, NULL) != JSS_INVALID,
                      "writer " STR_FMT "\nreader " STR_FMT "\ninstance %s", STR_ARG(pair->writer_text),
                      STR_ARG(pair->reader_text), text_of(instances[i]));
    }
    return count;
}

START_TEST(sound_verdicts_hold)
{
    uint64_t seed = random_seed("compare_random");
    struct jss_scratch *scratch = jss_scratch_new();
    size_t accepted = 0, read = 0;
    draw_instances(seed);
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct arena_mark mark = arena_mark(arena);
        struct pair pair = draw_pair(hash_mix(seed, i));
        bool is_sound = is_compatible(pair.reader, pair.writer, SCHEMA_POLICY_SOUND);
        assert_nested(&pair, is_sound);
        for (int policy = SCHEMA_POLICY_REFERENCE; policy <= SCHEMA_POLICY_SOUND; policy++)
            ck_assert(is_compatible(pair.writer, pair.writer, (enum schema_policy)policy));
        if (is_sound && !str_equal(pair.reader_text, pair.writer_text)) {
            accepted++;
            read += assert_readable(&pair, scratch) > 0;
        }
        arena_rewind(arena, mark);
    }
    printf("%zu of %u pairs are compatible, %zu of them with instances\n", accepted, PAIRS, read);
    ck_assert_uint_gt(read, PAIRS / 50);
    jss_scratch_free(scratch);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, sound_verdicts_hold);
}

int main(void)
{
    return run_tests("compare_random", add_tests);
}
