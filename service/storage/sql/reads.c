#include "sql/read.h"

#include "vec.h"

#include <stdlib.h>

static struct sql *sql_of(struct storage_snapshot *s)
{
    return ((struct sql_snapshot *)s)->sql;
}

static struct str copy_column(struct arena *arena, struct sql_query *q, int at)
{
    struct str text = sql_column_bytes(q, at);
    return text.p ? arena_str(arena, text) : text;
}

static void read_key(struct sql_query *q, int at, unsigned char *ret)
{
    struct str bytes = sql_column_bytes(q, at);
    if (bytes.n == STORAGE_KEY_BYTES)
        memcpy(ret, bytes.p, STORAGE_KEY_BYTES);
}

/* A row of VERSION_COLUMNS; the texts stay in the statement. */
static void read_version_row(struct sql_query *q, struct stored_version *ret)
{
    *ret = (struct stored_version){.version = sql_column_int(q, 0),
                                   .schema_id = sql_column_int(q, 1),
                                   .is_deleted = sql_column_int(q, 2) != 0,
                                   .created_ms = sql_column(q, 3)};
    read_key(q, 4, ret->schema.guid);
    read_key(q, 5, ret->schema.equal_key);
    read_key(q, 6, ret->schema.normal_key);
    struct str *const texts[] = {&ret->schema.format,   &ret->schema.text,     &ret->schema.references,
                                 &ret->schema.metadata, &ret->schema.rule_set, &ret->context,
                                 &ret->subject};
    for (int i = 0; i < 7; i++)
        *texts[i] = sql_column_bytes(q, 7 + i);
}

static int read_one(struct sql_query *q, struct arena *arena, struct stored_version *ret, struct error *err)
{
    int outcome = sql_step(q, err);
    if (outcome != 1)
        return outcome < 0 ? -1 : 1;
    struct stored_version version;
    read_version_row(q, &version);
    outcome = stored_version_copy(arena, &version, ret);
    sql_reset(q);
    return outcome != 0 ? error_raise(err, INTERNAL) : 0;
}

int sql_read_subject(struct storage_snapshot *s, struct str context, struct str subject, struct stored_subject *ret,
                     struct error *err)
{
    *ret = (struct stored_subject){0};
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_SUBJECT, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    int outcome = sql_step(q, err);
    if (outcome != 1)
        return outcome;
    *ret = (struct stored_subject){sql_column(q, 0), sql_column_int(q, 1), sql_column_int(q, 2)};
    sql_reset(q);
    return 0;
}

int sql_read_entries(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                     struct stored_entries *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_ENTRIES, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    int outcome;
    while ((outcome = sql_step(q, err)) == 1) {
        struct stored_entry entry = {sql_column_int(q, 0), sql_column_int(q, 1), sql_column_int(q, 2) != 0,
                                     (uint64_t)sql_column(q, 3)};
        if (!VEC_PUSH(arena, ret, entry)) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

int sql_read_settings(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                      struct stored_settings *ret, struct error *err)
{
    *ret = (struct stored_settings){0};
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_SETTINGS, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    int outcome;
    while ((outcome = sql_step(q, err)) == 1) {
        struct str name = sql_column_bytes(q, 1);
        if (!name.p) {
            ret->revision = sql_column(q, 0);
            continue;
        }
        struct str value = copy_column(arena, q, 4);
        if (!value.p) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
        bool is_mode = sql_column_int(q, 3) == 1;
        if (sql_column_bytes(q, 2).n)
            *(is_mode ? &ret->subject_mode : &ret->subject_config) = value;
        else if (str_equal(name, context))
            *(is_mode ? &ret->context_mode : &ret->context_config) = value;
        if (sql_column_bytes(q, 2).n == 0 && str_equal(name, STR(STORAGE_GLOBAL_CONTEXT)))
            *(is_mode ? &ret->global_mode : &ret->global_config) = value;
    }
    return outcome;
}

int sql_read_version(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                     int32_t version, bool with_deleted, struct stored_version *ret, struct error *err)
{
    bool latest = version == STORAGE_LATEST;
    struct sql_query *q = sql_query(sql_of(s), latest ? SQL_READ_LATEST : SQL_READ_VERSION, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    if (!latest)
        sql_bind_number(q, 3, version);
    int outcome = read_one(q, arena, ret, err);
    return outcome == 0 && ret->is_deleted && !with_deleted ? 1 : outcome;
}

int sql_read_id(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                struct str subject, struct stored_version *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), subject.p ? SQL_READ_ID_IN_SUBJECT : SQL_READ_ID, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_number(q, 2, schema_id);
    if (subject.p)
        sql_bind_text(q, 3, subject);
    return read_one(q, arena, ret, err);
}

/* Rows of context, subject, version, id, deleted. */
static int read_use_rows(struct sql_query *q, struct arena *arena, struct stored_uses *ret, struct error *err)
{
    int outcome;
    while ((outcome = sql_step(q, err)) == 1) {
        struct stored_use use = {.context = copy_column(arena, q, 0),
                                 .subject = copy_column(arena, q, 1),
                                 .version = sql_column_int(q, 2),
                                 .schema_id = sql_column_int(q, 3),
                                 .is_deleted = sql_column_int(q, 4) != 0};
        if (!use.context.p || !use.subject.p || !VEC_PUSH(arena, ret, use)) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

/* -- order: that of bytes, which no database is asked for ---------------------------------------------------------- */

static int by_subject(const void *a, const void *b)
{
    const struct stored_use *x = a, *y = b;
    int order = str_compare(x->subject, y->subject);
    return order ? order : (x->version > y->version) - (x->version < y->version);
}

static int by_context_and_id(const void *a, const void *b)
{
    const struct stored_use *x = a, *y = b;
    int order = str_compare(x->context, y->context);
    if (order == 0)
        order = (x->schema_id > y->schema_id) - (x->schema_id < y->schema_id);
    return order ? order : by_subject(a, b);
}

static int by_name(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static int by_context(const void *a, const void *b)
{
    return str_compare(((const struct stored_context *)a)->name, ((const struct stored_context *)b)->name);
}

static int read_sorted_uses(struct sql_query *q, struct arena *arena, int (*order)(const void *, const void *),
                            struct stored_uses *ret, struct error *err)
{
    size_t first = ret->count;
    if (read_use_rows(q, arena, ret, err) != 0)
        return -1;
    if (ret->count > first)
        qsort(ret->items + first, ret->count - first, sizeof *ret->items, order);
    return 0;
}

int sql_read_uses(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                  struct stored_uses *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_USES, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_number(q, 2, schema_id);
    return read_sorted_uses(q, arena, by_subject, ret, err);
}

int sql_read_references(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                        struct stored_uses *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_REFERENCES, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_number(q, 2, schema_id);
    return read_use_rows(q, arena, ret, err);
}

int sql_read_guid(struct storage_snapshot *s, struct arena *arena, const unsigned char *guid, struct stored_uses *ret,
                  struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_GUID, err);
    if (!q)
        return -1;
    sql_bind_bytes(q, 1, guid, STORAGE_KEY_BYTES);
    return read_sorted_uses(q, arena, by_context_and_id, ret, err);
}

int sql_read_referrers(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                       int32_t version, struct stored_uses *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_REFERRERS, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    sql_bind_number(q, 3, version);
    return read_sorted_uses(q, arena, by_context_and_id, ret, err);
}

static int read_names(struct storage_snapshot *s, enum sql_statement id, struct arena *arena, struct stored_names *ret,
                      struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), id, err);
    int outcome = q ? 1 : -1;
    while (outcome == 1 && (outcome = sql_step(q, err)) == 1) {
        struct str name = copy_column(arena, q, 0);
        if (!name.p || !VEC_PUSH(arena, ret, name)) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

int sql_read_contexts(struct storage_snapshot *s, struct arena *arena, struct stored_names *ret, struct error *err)
{
    if (read_names(s, SQL_READ_CONTEXTS, arena, ret, err) != 0)
        return -1;
    if (ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, by_name);
    return 0;
}

int sql_list_contexts(struct storage_snapshot *s, struct arena *arena, struct stored_contexts *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_LIST_CONTEXTS, err);
    int outcome = q ? 1 : -1;
    while (outcome == 1 && (outcome = sql_step(q, err)) == 1) {
        struct stored_context one = {copy_column(arena, q, 0), sql_column_int(q, 1), sql_column(q, 2) != 0};
        if (!one.name.p || !VEC_PUSH(arena, ret, one)) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    if (outcome == 0 && ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, by_context);
    return outcome;
}

int sql_read_max_id(struct storage_snapshot *s, struct str context, int32_t *ret, struct error *err)
{
    int64_t value = 0;
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_MAX_ID, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    int outcome = sql_number(q, &value, err);
    *ret = (int32_t)value;
    return outcome < 0 ? -1 : 0;
}

/* The least text that does not start with prefix and sorts behind all that do; .p NULL when there is none. */
static struct str end_of_prefix(struct arena *arena, struct str prefix)
{
    struct str end = arena_str(arena, prefix);
    size_t n = prefix.n;
    while (end.p && n && (unsigned char)prefix.p[n - 1] == 0xFF)
        n--;
    if (!end.p || n == 0)
        return (struct str){NULL, 0};
    char *last = arena_alloc(arena, n);
    if (!last)
        return (struct str){NULL, 0};
    memcpy(last, prefix.p, n);
    last[n - 1] = (char)((unsigned char)last[n - 1] + 1);
    return (struct str){last, n};
}

/* Binds what the statements of listings have in common. */
static struct sql_query *listing_query(struct storage_snapshot *s, enum sql_statement id, struct arena *arena,
                                       const struct storage_listing *listing, struct str context, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), id, err);
    if (!q)
        return NULL;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, listing->subject_prefix.p ? listing->subject_prefix : STR_EMPTY);
    bool had_failed = arena_failed(arena);
    sql_bind_text(q, 4, end_of_prefix(arena, listing->subject_prefix));
    if (arena_failed(arena) && !had_failed) {
        error_raise(err, INTERNAL);
        return NULL;
    }
    return q;
}

typedef int (*list_fn)(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                       struct str context, void *ret, struct error *err);

/* Calls list for every context of the listing. */
static int each_context(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                        list_fn list, void *ret, struct error *err)
{
    if (listing->context.p)
        return list(s, arena, listing, listing->context, ret, err);
    struct stored_names contexts = {0};
    int outcome = read_names(s, SQL_LIST_ALL_CONTEXTS, arena, &contexts, err);
    for (size_t i = 0; i < contexts.count && outcome == 0; i++) {
        if (str_starts(contexts.items[i], listing->context_prefix))
            outcome = list(s, arena, listing, contexts.items[i], ret, err);
    }
    return outcome;
}

static int list_subjects_in(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                            struct str context, void *ret, struct error *err)
{
    struct sql_query *q = listing_query(s, SQL_LIST_SUBJECTS, arena, listing, context, err);
    if (!q)
        return -1;
    sql_bind_number(q, 3, listing->filter == STORAGE_ACTIVE ? 2 : listing->filter == STORAGE_ALL ? 1 : 0);
    return read_use_rows(q, arena, ret, err);
}

int sql_list_subjects(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                      struct stored_uses *ret, struct error *err)
{
    return each_context(s, arena, listing, list_subjects_in, ret, err);
}

/* A listing of settings of one kind. */
struct settings_list {
    int kind;
    struct stored_configs *configs;
};

static int list_settings_in(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                            struct str context, void *ret, struct error *err)
{
    struct settings_list *list = ret;
    struct sql_query *q = listing_query(s, SQL_LIST_SETTINGS, arena, listing, context, err);
    int outcome = q ? 1 : -1;
    if (q)
        sql_bind_number(q, 3, list->kind);
    while (outcome == 1 && (outcome = sql_step(q, err)) == 1) {
        struct stored_config one = {copy_column(arena, q, 0), copy_column(arena, q, 1), copy_column(arena, q, 2)};
        if (!one.context.p || !one.subject.p || !one.value.p || !VEC_PUSH(arena, list->configs, one)) {
            sql_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

int sql_list_settings(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                      enum storage_change_kind kind, struct stored_configs *ret, struct error *err)
{
    struct settings_list list = {kind == STORAGE_SET_MODE, ret};
    return each_context(s, arena, listing, list_settings_in, &list, err);
}

/* Calls each for the rows of a statement that answers VERSION_COLUMNS. */
static int each_version(struct sql_query *q, storage_version_fn each, void *each_context, struct error *err)
{
    int outcome;
    while ((outcome = sql_step(q, err)) == 1) {
        struct stored_version version;
        read_version_row(q, &version);
        int answer = each(each_context, &version);
        if (answer != 0) {
            sql_reset(q);
            return answer < 0 ? error_raise(err, INTERNAL) : 0;
        }
    }
    return outcome;
}

int sql_list_versions(struct storage_snapshot *s, struct str context, struct str subject, storage_version_fn each,
                      void *each_context, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_VERSIONS, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    return each_version(q, each, each_context, err);
}

int sql_find_versions(struct storage_snapshot *s, struct str context, struct str subject,
                      const unsigned char *normal_key, storage_version_fn each, void *each_context, struct error *err)
{
    int64_t normal_hash;
    memcpy(&normal_hash, normal_key, sizeof normal_hash);
    struct sql_query *q = sql_query(sql_of(s), SQL_FIND_VERSIONS, err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, context);
    sql_bind_text(q, 2, subject);
    sql_bind_number(q, 3, normal_hash);
    return each_version(q, each, each_context, err);
}

int sql_read_counts(struct storage_snapshot *s, struct storage_counts *ret, struct error *err)
{
    struct sql_query *q = sql_query(sql_of(s), SQL_READ_TOTALS, err);
    int outcome = q ? sql_step(q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    *ret = (struct storage_counts){
        .subjects = sql_column(q, 2), .schemas = sql_column(q, 3), .versions = sql_column(q, 4)};
    sql_reset(q);
    return 0;
}

int sql_ping(struct storage_snapshot *s, struct error *err)
{
    struct storage_counts ignored;
    return sql_read_counts(s, &ignored, err);
}
