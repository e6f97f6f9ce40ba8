#include "compare.h"

#include <stdlib.h>

/* A pair whose parts are being listed. */
struct frame {
    uint32_t pair;
    size_t index; /* next part */
    size_t path_bytes; /* path of the pair itself */
};

struct lister {
    struct avsc_pairs pairs;
    struct arena *arena;
    struct schema_differences *found;
    struct buf path; /* where the pair on top is: "/fields/0/type", "" at the root */
    VEC(struct frame) frames;
};

static int add(struct lister *l, const char *type, const char *suffix, struct str detail)
{
    struct schema_differences *d = l->found;
    if (d->count >= SCHEMA_DIFFERENCES_MAX) {
        d->truncated = true;
        return 0;
    }
    struct str path = ARENA_JOIN(l->arena, buf_str(&l->path), str_of(suffix));
    struct schema_difference added = {type, path.n ? path : STR("/"), detail};
    return path.p && detail.p && VEC_PUSH(l->arena, d, added) ? 0 : -1;
}

static int add_mismatch(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    return add(l, "TYPE_MISMATCH", "",
               ARENA_JOIN(l->arena, STR("reader type: "), avsc_kind_upper(reader->kind),
                          STR(" not compatible with writer type: "), avsc_kind_upper(writer->kind)));
}

static int add_missing_branch(struct lister *l, const struct avsc_type *writer)
{
    return add(l, "MISSING_UNION_BRANCH", "",
               ARENA_JOIN(l->arena, STR("reader union lacking writer type: "), avsc_kind_upper(writer->kind)));
}

static int add_name(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (avsc_names_match(reader, writer))
        return 0;
    return add(l, "NAME_MISMATCH", "/name", ARENA_JOIN(l->arena, STR("expected: "), writer->name.full));
}

static int add_size(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (reader->size == writer->size)
        return 0;
    return add(l, "FIXED_SIZE_MISMATCH", "/size",
               ARENA_JOIN(l->arena, STR("expected: "), STR_INT(writer->size), STR(", found: "), STR_INT(reader->size)));
}

static int compare_symbols(const void *a, const void *b)
{
    return str_compare_utf16(*(const struct str *)a, *(const struct str *)b);
}

static int add_symbols(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (avsc_symbols_match(reader, writer))
        return 0;
    VEC(struct str) missing = {0};
    for (size_t i = 0; i < writer->symbols.count; i++) {
        if (!avsc_symbol_find(reader, writer->symbols.items[i]) &&
            !VEC_PUSH(l->arena, &missing, writer->symbols.items[i]))
            return -1;
    }
    qsort(missing.items, missing.count, sizeof *missing.items, compare_symbols);
    struct buf text;
    buf_init(&text, l->arena, SCHEMA_MEMORY_MAX);
    for (size_t i = 0; i < missing.count; i++) {
        buf_add(&text, i ? STR(", ") : STR("["));
        buf_add(&text, missing.items[i]);
    }
    buf_add_char(&text, ']');
    return buf_failed(&text) ? -1 : add(l, "MISSING_ENUM_SYMBOLS", "/symbols", buf_str(&text));
}

static int list_leaf(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (reader->kind != writer->kind)
        return add_mismatch(l, reader, writer);
    if (add_name(l, reader, writer) != 0)
        return -1;
    return reader->kind == AVSC_FIXED ? add_size(l, reader, writer) : add_symbols(l, reader, writer);
}

/* A pair that was listed elsewhere is listed again as it was there (as Avro Java's memo does). */
static int list_again(struct lister *l, const struct avsc_pair *pair)
{
    for (size_t i = pair->first_difference; i < pair->end_difference; i++) {
        struct schema_differences *d = l->found;
        if (d->count >= SCHEMA_DIFFERENCES_MAX) {
            d->truncated = true;
            return 0;
        }
        struct schema_difference copy = d->items[i];
        if (!VEC_PUSH(l->arena, d, copy))
            return -1;
    }
    return 0;
}

/* Types without a name and parts are one object here wherever they meet; each stands for itself in a listing. */
static bool is_plain(const struct avsc_type *type)
{
    return !avsc_is_named(type->kind) && type->kind != AVSC_ARRAY && type->kind != AVSC_MAP && type->kind != AVSC_UNION;
}

/* The differences of a pair without parts of its own. */
static int list_without_parts(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (avsc_pairs_can_read(&l->pairs, reader, writer))
        return 0;
    if (is_plain(reader) || is_plain(writer))
        return list_leaf(l, reader, writer);
    uint32_t index = avsc_pairs_add(&l->pairs, reader, writer);
    if (index == AVSC_NO_PAIR)
        return -1;
    struct avsc_pair *pair = &l->pairs.pairs.items[index];
    if (pair->is_listed)
        return list_again(l, pair);
    pair->is_listed = true;
    pair->first_difference = l->found->count;
    int outcome = list_leaf(l, reader, writer);
    pair->end_difference = l->found->count;
    return outcome;
}

static bool has_parts(const struct avsc_type *reader, const struct avsc_type *writer)
{
    if (reader->kind == AVSC_UNION || writer->kind == AVSC_UNION)
        return true;
    return reader->kind == writer->kind &&
           (reader->kind == AVSC_RECORD || reader->kind == AVSC_ARRAY || reader->kind == AVSC_MAP);
}

/* Lists a pair at the current path: at once, or by a frame when it has parts. */
static int list(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer, size_t path_bytes)
{
    if (!has_parts(reader, writer)) {
        int outcome = list_without_parts(l, reader, writer);
        l->path.n = path_bytes;
        return outcome;
    }
    uint32_t index = avsc_pairs_find(&l->pairs, reader, writer);
    if (index == AVSC_NO_PAIR)
        return -1;
    struct avsc_pair *pair = &l->pairs.pairs.items[index];
    bool is_known = pair->is_listed && !is_plain(reader) && !is_plain(writer);
    if (!pair->is_refuted || pair->is_open || is_known) {
        int outcome = is_known ? list_again(l, pair) : 0;
        l->path.n = path_bytes;
        return outcome;
    }
    pair->is_open = true;
    pair->first_difference = l->found->count;
    return VEC_PUSH(l->arena, &l->frames, (struct frame){index, 0, path_bytes}) ? 0 : -1;
}

static void end_pair(struct lister *l)
{
    struct frame frame = VEC_POP(&l->frames);
    struct avsc_pair *pair = &l->pairs.pairs.items[frame.pair];
    pair->is_open = false;
    pair->is_listed = true;
    pair->end_difference = l->found->count;
    l->path.n = frame.path_bytes;
}

static int list_field(struct lister *l, const struct avsc_type *reader, const struct avsc_type *writer, size_t index)
{
    const struct avsc_field *field = &reader->fields[index];
    const struct avsc_field *from = avsc_writer_field(writer, field);
    size_t path_bytes = l->path.n;
    buf_printf(&l->path, "/fields/%zu", index);
    if (from || (!field->default_value && avsc_has_symbol_default(field))) {
        buf_add(&l->path, STR("/type"));
        return list(l, field->type, from ? from->type : writer, path_bytes);
    }
    int outcome =
        field->default_value ? 0 : add(l, "READER_FIELD_MISSING_DEFAULT_VALUE", "", arena_str(l->arena, field->name));
    l->path.n = path_bytes;
    return outcome;
}

/* A branch that fails only through a pair whose differences are being listed already. */
static bool is_being_listed(const struct lister *l, const struct avsc_type *reader_union,
                            const struct avsc_type *branch)
{
    for (size_t i = 0; i < reader_union->branch_count; i++) {
        uint32_t index = avsc_pairs_find(&l->pairs, reader_union->branches[i], branch);
        if (index != AVSC_NO_PAIR && l->pairs.pairs.items[index].is_open)
            return true;
    }
    return false;
}

static int list_branch(struct lister *l, const struct avsc_type *reader, const struct avsc_type *branch, size_t index)
{
    size_t path_bytes = l->path.n;
    buf_printf(&l->path, "/%zu", index);
    if (reader->kind != AVSC_UNION)
        return list(l, reader, branch, path_bytes);
    bool is_readable = avsc_pairs_can_read(&l->pairs, reader, branch) || is_being_listed(l, reader, branch);
    int outcome = is_readable ? 0 : add_missing_branch(l, branch);
    l->path.n = path_bytes;
    return outcome;
}

/* The next part of the pair on top. */
static int step(struct lister *l)
{
    struct frame *frame = &VEC_LAST(&l->frames);
    const struct avsc_pair *pair = &l->pairs.pairs.items[frame->pair];
    const struct avsc_type *reader = pair->reader, *writer = pair->writer;
    size_t index = frame->index++;
    if (writer->kind == AVSC_UNION) {
        if (index < writer->branch_count)
            return list_branch(l, reader, writer->branches[index], index);
    } else if (reader->kind == AVSC_UNION) {
        if (index == 0)
            return add_missing_branch(l, writer);
    } else if (reader->kind == AVSC_RECORD) {
        if (index == 0 && add_name(l, reader, writer) != 0)
            return -1;
        if (index < reader->field_count)
            return list_field(l, reader, writer, index);
    } else if (index == 0) {
        size_t path_bytes = l->path.n;
        buf_add(&l->path, reader->kind == AVSC_ARRAY ? STR("/items") : STR("/values"));
        return list(l, reader->items, writer->items, path_bytes);
    }
    end_pair(l);
    return 0;
}

int avsc_compare(const void *reader, const void *writer, enum schema_policy policy, struct arena *arena,
                 uint64_t *budget, struct schema_differences *ret, struct error *err)
{
    const struct avsc_schema *r = reader, *w = writer;
    struct lister l = {.arena = arena, .found = ret};
    (void)policy; /* both are "Schema Resolution" */
    buf_init(&l.path, arena, SCHEMA_MEMORY_MAX);
    uint64_t allowed = *budget < SCHEMA_COMPARE_BUDGET ? *budget : SCHEMA_COMPARE_BUDGET;
    int outcome = avsc_pairs_decide(&l.pairs, arena, allowed, r->root, w->root);
    *budget -= l.pairs.work < allowed ? l.pairs.work : allowed;
    if (outcome == 1) {
        outcome = add(&l, "UNDECIDED", "", STR("the schemas are too large to be compared within the budget"));
        return outcome == 0 ? 1 : error_raise(err, INTERNAL);
    }
    if (outcome == 0 && !avsc_pairs_can_read(&l.pairs, r->root, w->root)) {
        outcome = list(&l, r->root, w->root, 0);
        while (outcome == 0 && l.frames.count && !ret->truncated)
            outcome = step(&l);
    }
    return outcome != 0 || buf_failed(&l.path) ? error_raise(err, INTERNAL) : 0;
}

static struct str sentence_of(struct arena *arena, const struct schema_difference *d, struct str reader_role,
                              struct str writer_role)
{
    struct str type = str_of(d->type);
    if (str_equal(type, STR("FIXED_SIZE_MISMATCH")))
        return ARENA_JOIN(arena, STR("The size of FIXED type field at path '"), d->path, STR("' in the "), reader_role,
                          STR(" schema does not match with the "), writer_role, STR(" schema"));
    if (str_equal(type, STR("TYPE_MISMATCH")))
        return ARENA_JOIN(arena, STR("The type (path '"), d->path, STR("') of a field in the "), reader_role,
                          STR(" schema does not match with the "), writer_role, STR(" schema"));
    if (str_equal(type, STR("NAME_MISMATCH")))
        return ARENA_JOIN(arena, STR("The name of the schema has changed (path '"), d->path, STR("')"));
    if (str_equal(type, STR("MISSING_ENUM_SYMBOLS")))
        return ARENA_JOIN(arena, STR("The "), reader_role, STR(" schema is missing enum symbols '"), d->detail,
                          STR("' at path '"), d->path, STR("' in the "), writer_role, STR(" schema"));
    if (str_equal(type, STR("MISSING_UNION_BRANCH")))
        return ARENA_JOIN(arena, STR("The "), reader_role,
                          STR(" schema is missing a type inside a union field at path '"), d->path, STR("' in the "),
                          writer_role, STR(" schema"));
    if (str_equal(type, STR("READER_FIELD_MISSING_DEFAULT_VALUE")))
        return ARENA_JOIN(arena, STR("The field '"), d->detail, STR("' at path '"), d->path, STR("' in the "),
                          reader_role, STR(" schema has no default value and is missing in the "), writer_role,
                          STR(" schema"));
    return ARENA_JOIN(arena, STR("The schemas could not be compared at path '"), d->path, STR("'"));
}

struct str avsc_describe(struct arena *arena, const struct schema_difference *d, struct str reader_role,
                         struct str writer_role)
{
    struct str sentence = sentence_of(arena, d, reader_role, writer_role);
    if (!sentence.p)
        return sentence;
    return ARENA_JOIN(arena, STR("{errorType:'"), str_of(d->type), STR("', description:'"), sentence,
                      STR("', additionalInfo:'"), d->detail, STR("'}"));
}
