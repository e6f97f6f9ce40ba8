/* What comparing JSON Schemas takes: parsing both and comparing them, as a registration does, and a check of a thousand versions.
 * A time is the median of its rounds. There is no peer: each case has a time that it must stay below. */
#include "compat.h"
#include "measure.h"

#define ROUNDS 15
#define VERSIONS 1000

/* -- Texts ----------------------------------------------------------------------------------------------------- */

static struct str text_of(struct buf *out)
{
    if (buf_failed(out))
        fail("no memory");
    return buf_str(out);
}

/* Types of which each is one of the others or the leaf. */
static struct str make_recursive(struct arena *arena, int count, const char *leaf)
{
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_add(&out, STR("{\"$ref\":\"#/definitions/t0\",\"definitions\":{"));
    for (int i = 0; i < count; i++) {
        buf_printf(&out, "%s\"t%d\":{\"oneOf\":[{\"type\":\"%s\"}", i ? "," : "", i, leaf);
        for (int j = 0; j < count; j++)
            buf_printf(&out, ",{\"type\":\"object\",\"properties\":{\"p%d\":{\"$ref\":\"#/definitions/t%d\"}}}", j, j);
        buf_add(&out, STR("]}"));
    }
    buf_add(&out, STR("}}"));
    return text_of(&out);
}

static struct str make_object(struct arena *arena, int fields, int version)
{
    static const char *const types[] = {"string", "integer", "number", "boolean"};
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_printf(&out, "{\"title\":\"version %d\",\"type\":\"object\",\"properties\":{", version);
    for (int i = 0; i < fields; i++)
        buf_printf(&out, "%s\"field_%d\":{\"type\":\"%s\",\"description\":\"what it is for\"}", i ? "," : "", i,
                   types[i % 4]);
    buf_add(&out, STR("},\"required\":[\"field_0\",\"field_1\"],\"additionalProperties\":false}"));
    return text_of(&out);
}

static struct str make_enum(struct arena *arena, int count)
{
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_add(&out, STR("{\"enum\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&out, "%s\"value_%d\"", i ? "," : "", i);
    buf_add(&out, STR("]}"));
    return text_of(&out);
}

/* Members that are written differently in each version, so that each is tried with each. */
static struct str make_alternatives(struct arena *arena, int count, const char *type)
{
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_add(&out, STR("{\"oneOf\":["));
    for (int i = 0; i < count; i++)
        buf_printf(&out,
                   "%s{\"type\":\"object\",\"properties\":{\"p%d\":{\"type\":\"%s\"}},\"required\":[\"p%d\"],"
                   "\"additionalProperties\":false}",
                   i ? "," : "", i, type, i);
    buf_add(&out, STR("]}"));
    return text_of(&out);
}

/* Names that are long, or patterns that take long to find that they do not match them. */
static struct str make_names(struct arena *arena, bool has_patterns, int count)
{
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_printf(&out, "{\"%s\":{", has_patterns ? "patternProperties" : "properties");
    for (int i = 0; i < count; i++)
        buf_printf(&out, has_patterns ? "%s\"(.*a){20}%d\":{}" : "%s\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_%d\":{}",
                   i ? "," : "", i);
    buf_add(&out, STR("},\"additionalProperties\":false}"));
    return text_of(&out);
}

/* -- Measuring --------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

static void report(const char *name, double parse, double compare, double limit)
{
    printf("%-46s parse %9.3f ms  compare %9.3f ms  sum %9.3f ms  limit %6.0f ms%s\n", name, parse, compare,
           parse + compare, limit, parse + compare > limit ? "  ABOVE" : "");
    fflush(stdout);
}

/* What is expected of a comparison. */
enum verdict { COMPATIBLE, REFUTED, ANY };

static double compare(const struct schema *reader, const struct schema *writer, enum schema_policy policy,
                      enum verdict verdict)
{
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err = ERROR_INIT(arena);
    struct schema_differences found = {0};
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    double start = now_ns() / 1e6;
    int outcome = schema_compare(reader, writer, policy, arena, &budget, &found, &err);
    double end = now_ns() / 1e6;
    if (outcome < 0 || (outcome > 0 && verdict != ANY))
        fail("a pair is not decided");
    if (verdict != ANY && (found.count == 0) != (verdict == COMPATIBLE))
        fail("a pair has another verdict");
    arena_free(arena);
    return end - start;
}

static void measure_pair(const char *name, struct str reader, struct str writer, enum verdict verdict, double limit)
{
    double parsing[ROUNDS], comparing[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        double start = now_ns() / 1e6;
        struct schema *now = read_schema("JSON", reader), *before = read_schema("JSON", writer);
        parsing[i] = now_ns() / 1e6 - start;
        comparing[i] = compare(now, before, SCHEMA_POLICY_REFERENCE, verdict);
        schema_unref(now);
        schema_unref(before);
    }
    report(name, median(parsing), median(comparing), limit);
}

/* -- A thousand versions ------------------------------------------------------------------------------------------- */

struct history {
    struct str *texts;
    struct schema **parsed; /* NULL: each is read when it is asked for */
};

static int load(void *context, size_t index, struct compat_version *ret_version, struct schema **ret, struct error *err)
{
    struct history *history = context;
    (void)err;
    ret_version->version = (int32_t)(VERSIONS - index);
    ret_version->text = history->texts[index];
    *ret = history->parsed ? schema_ref(history->parsed[index]) : read_schema("JSON", history->texts[index]);
    return 0;
}

static double check_all(struct history *history, const struct schema *candidate)
{
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err = ERROR_INIT(arena);
    struct compat_messages messages = {0};
    struct compat_question question = {
        .candidate = candidate,
        .level = COMPAT_BACKWARD_TRANSITIVE,
        .version_count = VERSIONS,
        .load = load,
        .load_context = history,
    };
    double start = now_ns() / 1e6;
    if (compat_check(&question, arena, &messages, &err) != 0)
        fail("a history is not compatible");
    double end = now_ns() / 1e6;
    arena_free(arena);
    return end - start;
}

static void measure_history(struct arena *arena, const char *name, int fields, double limit)
{
    struct history cold = {.texts = ARENA_ARRAY(arena, VERSIONS, struct str)};
    struct history warm = {.texts = cold.texts, .parsed = ARENA_ARRAY(arena, VERSIONS, struct schema *)};
    struct schema *candidate = read_schema("JSON", make_object(arena, fields + 1, VERSIONS + 1));
    double reading[ROUNDS], comparing[ROUNDS];
    for (int i = 0; i < VERSIONS; i++) {
        cold.texts[i] = make_object(arena, fields, VERSIONS - i);
        warm.parsed[i] = read_schema("JSON", cold.texts[i]);
    }
    for (int i = 0; i < ROUNDS; i++) {
        comparing[i] = check_all(&warm, candidate);
        reading[i] = check_all(&cold, candidate) - comparing[i];
    }
    report(name, median(reading), median(comparing), limit);
    for (int i = 0; i < VERSIONS; i++)
        schema_unref(warm.parsed[i]);
    schema_unref(candidate);
}

int main(void)
{
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    if (!arena)
        return 1;
    struct str integers = make_recursive(arena, 12, "integer"), numbers = make_recursive(arena, 12, "number");
    measure_pair("12 mutually recursive oneOf types", numbers, integers, COMPATIBLE, 50);
    measure_pair("the same, refuted", integers, numbers, REFUTED, 50);
    measure_pair("1,000 properties", make_object(arena, 1001, 2), make_object(arena, 1000, 1), COMPATIBLE, 5);
    measure_pair("an enum of 10,000 values", make_enum(arena, 10001), make_enum(arena, 10000), COMPATIBLE, 50);
    measure_pair("oneOf of 100 beside 100, none alike", make_alternatives(arena, 100, "number"),
                 make_alternatives(arena, 100, "integer"), COMPATIBLE, 50);
    measure_history(arena, "1,000 versions of 20 properties", 20, 1000);
    measure_history(arena, "1,000 versions of 100 properties", 100, 1000);
    measure_pair("hostile: oneOf of 3,000 beside 3,000", make_alternatives(arena, 3000, "number"),
                 make_alternatives(arena, 3000, "integer"), ANY, 2000);
    measure_pair("hostile: 1,000 patterns, 1,000 names", make_names(arena, true, 1000), make_names(arena, false, 1000),
                 ANY, 2000);
    measure_pair("hostile: 50,000 properties", make_object(arena, 50000, 2), make_object(arena, 50001, 1), ANY, 2000);
    measure_pair("hostile: 100 mutually recursive oneOf types", make_recursive(arena, 100, "integer"),
                 make_recursive(arena, 100, "number"), ANY, 2000);
    arena_free(arena);
    return 0;
}
