/* Protobuf files beside libprotobuf: protobuf [FILE.proto...], of files without imports.
 *
 * Rounds of both alternate, since the speed of a machine drifts; a time is the median of its rounds, a ratio that of the
 * rounds' ratios (Avouch / libprotobuf). Comparing has no peer: protoc does not compare. */
#include "measure.h"
#include "protobuf/link.h"
#include "protobuf_peer.h"

#define ROUNDS 31
#define ROUND_NS 4000000 /* at least so long is a round, so that short work is measured too */

static void parse_here(struct str text)
{
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err = ERROR_INIT(arena);
    struct pb_file *file;
    if (pb_parse_text(arena, STR("default"), text, &file, &err) != 0)
        fail(err.text.p);
    arena_free(arena);
}

static void build_here(struct str text)
{
    struct schema *schema = read_schema("PROTOBUF", text);
    struct arena *arena = arena_new(1u << 20);
    struct error err = ERROR_INIT(arena);
    if (schema_check(schema, SCHEMA_CHECK_STRICT, true, &err) != 0)
        fail(err.text.p);
    arena_free(arena);
    schema_unref(schema);
}

static void parse_there(struct str text)
{
    if (peer_parse(text.p, text.n, 0) != 0)
        fail("libprotoc does not read a file");
}

static void build_there(struct str text)
{
    if (peer_parse(text.p, text.n, 1) != 0)
        fail("libprotobuf refuses a file");
}

/* Parses both and compares them, as a registration does. */
static void compare_here(struct str text)
{
    struct schema *reader = read_schema("PROTOBUF", text), *writer = read_schema("PROTOBUF", text);
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err = ERROR_INIT(arena);
    struct schema_differences found = {0};
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    if (schema_compare(reader, writer, SCHEMA_POLICY_REFERENCE, arena, &budget, &found, &err) != 0 || found.count)
        fail("a schema cannot read itself");
    arena_free(arena);
    schema_unref(reader);
    schema_unref(writer);
}

static void print_here(struct str text)
{
    struct schema *schema = read_schema("PROTOBUF", text);
    struct arena *arena = arena_new(SCHEMA_MEMORY_MAX);
    struct error err = ERROR_INIT(arena);
    struct buf out;
    buf_init(&out, arena, SCHEMA_MEMORY_MAX);
    if (schema_print(schema, SCHEMA_FORM_NORMAL, &out, &err) != 0)
        fail(err.text.p);
    arena_free(arena);
    schema_unref(schema);
}

static double measure(void (*work)(struct str), struct str text)
{
    double start = now_ns(), end;
    unsigned count = 0;
    do {
        work(text);
        count++;
        end = now_ns();
    } while (end - start < ROUND_NS);
    return (end - start) / count;
}

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

static void report(const char *name, const char *what, void (*here)(struct str), void (*there)(struct str),
                   struct str text)
{
    double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = measure(here, text);
        theirs[i] = there ? measure(there, text) : 0;
        ratios[i] = there ? ours[i] / theirs[i] : 0;
    }
    printf("%-24s %-22s %9.3f ms", name, what, median(ours) / 1e6);
    if (there)
        printf(" %9.3f ms  ratio %.2f", median(theirs) / 1e6, median(ratios));
    printf("\n");
    fflush(stdout);
}

static void report_file(const char *name, struct str text)
{
    report(name, "parse", parse_here, parse_there, text);
    report(name, "parse, link, check", build_here, build_there, text);
    report(name, "parse two, compare", compare_here, NULL, text);
    report(name, "parse, print normal", print_here, NULL, text);
}

/* Messages of so many fields each: scalars, and messages that were defined before. */
static struct str make_file(struct arena *arena, int messages, int fields)
{
    static const char *const types[] = {"string", "int64", "bool", "double", "bytes", "sint32"};
    struct buf out;
    buf_init(&out, arena, 16u << 20);
    buf_add(&out, STR("syntax = \"proto3\";\npackage bench.v1;\n"));
    for (int m = 0; m < messages; m++) {
        buf_printf(&out, "\n// A message of the benchmark.\nmessage Message%d {\n", m);
        for (int f = 0; f < fields; f++) {
            if (f % 10 == 9 && m > 0)
                buf_printf(&out, "  repeated Message%d field_%d = %d;\n", (m * 7 + f) % m, f, f + 1);
            else
                buf_printf(&out, "  %s field_%d = %d; // what it is for\n", types[f % 6], f, f + 1);
        }
        buf_add(&out, STR("}\n"));
    }
    return buf_str(&out);
}

static struct str read_file(struct arena *arena, const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        fail(path);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    return arena_str(arena, (struct str){text, size});
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new(64u << 20);
    if (!arena || !pb_builtins())
        return 1;
    report_file("6 fields", make_file(arena, 1, 6));
    report_file("10 messages, 20 fields", make_file(arena, 10, 20));
    report_file("50 messages, 100 fields", make_file(arena, 50, 100));
    report_file("1 message, 5,000 fields", make_file(arena, 1, 5000));
    for (int i = 1; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        report_file(slash ? slash + 1 : argv[i], read_file(arena, argv[i]));
    }
    arena_free(arena);
    return 0;
}
