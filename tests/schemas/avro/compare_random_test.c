/* Verdicts and differences of random pairs of schemas, against the rules written down once more in the simplest way:
 * a table of all pairs of types that shrinks until nothing changes, and a walk that goes wherever data goes.
 * covers: schemas/avro/compare.c schemas/avro/compare_pairs.c */
#include "fixture.h"

#include "avro/model.h"
#include "random_schema.h"
#include "vec.h"

#define TYPES_MAX 200
#define PAIRS 3000U

/* Whether reader number r can read writer number w. */
struct table {
    bool can_read[TYPES_MAX][TYPES_MAX];
};

static bool read_by(const struct table *t, const struct avsc_type *reader, const struct avsc_type *writer)
{
    return t->can_read[reader->number][writer->number];
}

/* "n.R" ends in "R". */
static struct str last_part(struct str name)
{
    size_t dot = str_find_last(name, '.');
    return dot == SIZE_MAX ? name : str_slice(name, dot + 1, name.n);
}

static bool same_name(const struct avsc_type *reader, const struct avsc_type *writer)
{
    bool is_same = str_equal(last_part(reader->name.full), last_part(writer->name.full));
    for (size_t i = 0; i < reader->aliases.count; i++)
        is_same |= str_equal(reader->aliases.items[i].full, writer->name.full);
    return is_same;
}

static bool same_symbols(const struct avsc_type *reader, const struct avsc_type *writer)
{
    size_t found = 0;
    for (size_t i = 0; i < writer->symbols.count; i++) {
        for (size_t j = 0; j < reader->symbols.count; j++)
            found += str_equal(writer->symbols.items[i], reader->symbols.items[j]);
    }
    return found == writer->symbols.count || reader->symbol_default.p;
}

static const struct avsc_field *named_field(const struct avsc_type *record, struct str name)
{
    for (size_t i = 0; i < record->field_count; i++) {
        if (str_equal(record->fields[i].name, name))
            return &record->fields[i];
    }
    return NULL;
}

/* By its own name, else by the first alias that the writer has. */
static const struct avsc_field *source_of(const struct avsc_field *field, const struct avsc_type *writer)
{
    const struct avsc_field *found = named_field(writer, field->name);
    for (size_t i = 0; i < field->aliases.count && !found; i++)
        found = named_field(writer, field->aliases.items[i]);
    return found;
}

static bool is_promoted(enum avsc_kind reader, enum avsc_kind writer)
{
    bool is_number = writer >= AVSC_INT && writer <= AVSC_FLOAT && reader > writer && reader <= AVSC_DOUBLE;
    return is_number || (reader == AVSC_BYTES && writer == AVSC_STRING) ||
           (reader == AVSC_STRING && writer == AVSC_BYTES);
}

static bool fields_hold(const struct table *t, const struct avsc_type *reader, const struct avsc_type *writer)
{
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct avsc_field *field = &reader->fields[i], *from = source_of(field, writer);
        if (from ? !read_by(t, field->type, from->type) : !field->default_value)
            return false;
    }
    return true;
}

/* The rules for one pair, given the table for its parts. */
static bool holds(const struct table *t, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (writer->kind == AVSC_UNION) {
        for (size_t i = 0; i < writer->branch_count; i++) {
            if (!read_by(t, reader, writer->branches[i]))
                return false;
        }
        return true;
    }
    if (reader->kind == AVSC_UNION) {
        for (size_t i = 0; i < reader->branch_count; i++) {
            if (read_by(t, reader->branches[i], writer))
                return true;
        }
        return false;
    }
    if (reader->kind != writer->kind)
        return is_promoted(reader->kind, writer->kind);
    if (reader->kind == AVSC_ARRAY || reader->kind == AVSC_MAP)
        return read_by(t, reader->items, writer->items);
    if (reader->kind == AVSC_RECORD)
        return same_name(reader, writer) && fields_hold(t, reader, writer);
    if (reader->kind == AVSC_FIXED)
        return same_name(reader, writer) && reader->size == writer->size;
    return reader->kind != AVSC_ENUM || (same_name(reader, writer) && same_symbols(reader, writer));
}

/* All pairs taken for readable; those that do not hold are struck until all others hold. */
static void fill(struct table *t, const struct avsc_schema *reader, const struct avsc_schema *writer)
{
    bool has_changed = true;
    memset(t, true, sizeof *t);
    while (has_changed) {
        has_changed = false;
        for (size_t r = 0; r < reader->types.count; r++) {
            for (size_t w = 0; w < writer->types.count; w++) {
                bool holds_now = holds(t, reader->types.items[r], writer->types.items[w]);
                has_changed |= t->can_read[r][w] && !holds_now;
                t->can_read[r][w] &= holds_now;
            }
        }
    }
}

/* -- differences, of types that do not hold themselves ------------------------------------------------------------ */

/* A pair of types, and where in the text its differences stand. */
struct visit {
    const struct avsc_type *reader, *writer;
    size_t from, to;
};

struct walk {
    const struct table *table;
    struct buf *out;
    VEC(struct visit) visits;
};

static void walk(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer, struct str path);

static void say(struct walk *w, const char *type, struct str path)
{
    buf_printf(w->out, "%s " STR_FMT "\n", type, STR_ARG(path.n ? path : STR("/")));
}

static void walk_record(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer, struct str path)
{
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct avsc_field *field = &reader->fields[i], *from = source_of(field, writer);
        struct str place = arena_printf(arena, STR_FMT "/fields/%zu", STR_ARG(path), i);
        bool is_enum_quirk = field->type->kind == AVSC_ENUM && field->type->symbol_default.p;
        if (from || (!field->default_value && is_enum_quirk))
            walk(w, field->type, from ? from->type : writer, ARENA_JOIN(arena, place, STR("/type")));
        else if (!field->default_value)
            say(w, "READER_FIELD_MISSING_DEFAULT_VALUE", place);
    }
}

static void walk_union(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer, struct str path)
{
    for (size_t i = 0; i < writer->branch_count; i++) {
        struct str place = arena_printf(arena, STR_FMT "/%zu", STR_ARG(path), i);
        if (reader->kind != AVSC_UNION)
            walk(w, reader, writer->branches[i], place);
        else if (!read_by(w->table, reader, writer->branches[i]))
            say(w, "MISSING_UNION_BRANCH", place);
    }
}

/* A pair met again is told as it was told the first time. */
static bool tell_again(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer)
{
    for (size_t i = 0; i < w->visits.count; i++) {
        const struct visit *v = &w->visits.items[i];
        if (v->reader != reader || v->writer != writer)
            continue;
        buf_add(w->out, arena_str(arena, str_slice(buf_str(w->out), v->from, v->to)));
        return true;
    }
    return false;
}

static void walk_pair(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer, struct str path)
{
    if (writer->kind == AVSC_UNION) {
        walk_union(w, reader, writer, path);
    } else if (reader->kind == AVSC_UNION) {
        say(w, "MISSING_UNION_BRANCH", path);
    } else if (reader->kind != writer->kind) {
        say(w, "TYPE_MISMATCH", path);
    } else if (reader->kind == AVSC_ARRAY || reader->kind == AVSC_MAP) {
        walk(w, reader->items, writer->items,
             ARENA_JOIN(arena, path, reader->kind == AVSC_ARRAY ? STR("/items") : STR("/values")));
    } else {
        if (!same_name(reader, writer))
            say(w, "NAME_MISMATCH", ARENA_JOIN(arena, path, STR("/name")));
        if (reader->kind == AVSC_FIXED && reader->size != writer->size)
            say(w, "FIXED_SIZE_MISMATCH", ARENA_JOIN(arena, path, STR("/size")));
        if (reader->kind == AVSC_ENUM && !same_symbols(reader, writer))
            say(w, "MISSING_ENUM_SYMBOLS", ARENA_JOIN(arena, path, STR("/symbols")));
        if (reader->kind == AVSC_RECORD)
            walk_record(w, reader, writer, path);
    }
}

static void walk(struct walk *w, const struct avsc_type *reader, const struct avsc_type *writer, struct str path)
{
    if (read_by(w->table, reader, writer) || tell_again(w, reader, writer))
        return;
    struct visit visit = {reader, writer, w->out->n, 0};
    walk_pair(w, reader, writer, path);
    visit.to = w->out->n;
    /* A primitive is another one at each place. */
    if (reader->kind > AVSC_STRING && writer->kind > AVSC_STRING)
        ck_assert(VEC_PUSH(arena, &w->visits, visit));
}

/* -- pairs -------------------------------------------------------------------------------------------------------- */

struct pair {
    struct schema *reader, *writer;
    const char *texts; /* for people */
};

/* Versions of one schema, or two that have nothing to do with each other. */
static struct pair random_pair(uint64_t seed, bool is_flat)
{
    struct random_schema old = {.seed = seed, .is_flat = is_flat};
    struct random_schema new = {.seed = hash_mix(seed, 1) % 8 ? seed : seed + 1, .is_flat = is_flat};
    new.changes = hash_mix(seed, 2) % 8 ? seed | 1 : 0;
    struct str writer = random_schema(&old), reader = random_schema(&new);
    return (struct pair){
        parsed(reader), parsed(writer),
        arena_printf(arena, "writer\n" STR_FMT "\nreader\n" STR_FMT, STR_ARG(writer), STR_ARG(reader)).p};
}

static void compare(const struct pair *pair, struct schema_differences *ret)
{
    struct error err = ERROR_INIT(arena);
    uint64_t budget = SCHEMA_COMPARE_BUDGET;
    *ret = (struct schema_differences){0};
    ck_assert_int_eq(schema_compare(pair->reader, pair->writer, SCHEMA_POLICY_REFERENCE, arena, &budget, ret, &err), 0);
}

static const struct avsc_schema *model_of(const struct schema *schema)
{
    const struct avsc_schema *model = schema_model(schema);
    ck_assert_uint_le(model->types.count, TYPES_MAX);
    return model;
}

START_TEST(verdicts_are_the_greatest_fixpoint)
{
    uint64_t seed = random_seed("compare_random, verdicts");
    unsigned readable = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct pair pair = random_pair(hash_mix(seed, i), false);
        const struct avsc_schema *reader = model_of(pair.reader), *writer = model_of(pair.writer);
        struct table *table = ARENA_NEW(arena, struct table);
        struct schema_differences found;
        fill(table, reader, writer);
        compare(&pair, &found);
        ck_assert_msg((found.count == 0) == read_by(table, reader->root, writer->root), "pair %d: %zu differences\n%s",
                      (int)i, found.count, pair.texts);
        readable += found.count == 0;
        schema_unref(pair.reader);
        schema_unref(pair.writer);
        arena_reset(arena);
    }
    printf("%u of %u pairs are readable\n", readable, PAIRS);
}
END_TEST

START_TEST(differences_are_those_of_a_plain_walk)
{
    uint64_t seed = random_seed("compare_random, differences");
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct pair pair = random_pair(hash_mix(seed, i), true);
        const struct avsc_schema *reader = model_of(pair.reader), *writer = model_of(pair.writer);
        struct table *table = ARENA_NEW(arena, struct table);
        struct schema_differences found;
        struct buf wanted = new_text(), got = new_text();
        fill(table, reader, writer);
        compare(&pair, &found);
        for (size_t d = 0; d < found.count; d++)
            say(&(struct walk){.out = &got}, found.items[d].type, found.items[d].path);
        walk(&(struct walk){.table = table, .out = &wanted}, reader->root, writer->root, STR_EMPTY);
        if (!str_equal(buf_str(&got), buf_str(&wanted)))
            printf("pair %d\n%s\n", (int)i, pair.texts);
        assert_text(terminated(buf_str(&got)), terminated(buf_str(&wanted)));
        schema_unref(pair.reader);
        schema_unref(pair.writer);
        arena_reset(arena);
    }
}
END_TEST

START_TEST(a_schema_reads_its_own_forms)
{
    uint64_t seed = random_seed("compare_random, own forms");
    for (uint64_t i = 0; i < PAIRS / 3; i++) {
        struct random_schema plan = {.seed = hash_mix(seed, i), .has_details = true};
        struct schema *schema = parsed(random_schema(&plan));
        struct pair pairs[] = {{schema, schema, ""},
                               {schema, parsed(str_of(printed(schema, SCHEMA_FORM_NORMAL))), ""},
                               {parsed(str_of(printed(schema, SCHEMA_FORM_EQUAL))), schema, ""}};
        struct schema_differences found;
        for (size_t p = 0; p < 3; p++) {
            compare(&pairs[p], &found);
            ck_assert_uint_eq(found.count, 0);
        }
        schema_unref(pairs[1].writer);
        schema_unref(pairs[2].reader);
        schema_unref(schema);
        arena_reset(arena);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, verdicts_are_the_greatest_fixpoint);
    tcase_add_test(tests, differences_are_those_of_a_plain_walk);
    tcase_add_test(tests, a_schema_reads_its_own_forms);
}

int main(void)
{
    return run_tests("compare_random", add_tests);
}
