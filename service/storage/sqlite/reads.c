#include "sqlite/sqlite_private.h"

#include "vec.h"

static struct connection *connection_of(struct storage_snapshot *s)
{
    return &((struct sqlite_snapshot *)s)->connection;
}

static struct str copy_column(struct arena *arena, sqlite3_stmt *q, int at)
{
    struct str text = column_text(q, at);
    return text.p ? arena_str(arena, text) : text;
}

static void read_key(sqlite3_stmt *q, int at, unsigned char *ret)
{
    const void *bytes = sqlite3_column_blob(q, at);
    if (bytes && sqlite3_column_bytes(q, at) == STORAGE_KEY_BYTES)
        memcpy(ret, bytes, STORAGE_KEY_BYTES);
}

/* A row of VERSION_COLUMNS; the texts stay in the statement. */
static void read_version_row(sqlite3_stmt *q, struct stored_version *ret)
{
    *ret = (struct stored_version){.version = sqlite3_column_int(q, 0),
                                   .schema_id = sqlite3_column_int(q, 1),
                                   .is_deleted = sqlite3_column_int(q, 2) != 0,
                                   .created_ms = sqlite3_column_int64(q, 3)};
    read_key(q, 4, ret->schema.guid);
    read_key(q, 5, ret->schema.equal_key);
    read_key(q, 6, ret->schema.normal_key);
    struct str *const texts[] = {&ret->schema.format,   &ret->schema.text,     &ret->schema.references,
                                 &ret->schema.metadata, &ret->schema.rule_set, &ret->context,
                                 &ret->subject};
    for (int i = 0; i < 7; i++)
        *texts[i] = column_text(q, 7 + i);
}

static int read_one(struct storage_snapshot *s, sqlite3_stmt *q, struct arena *arena, struct stored_version *ret,
                    struct error *err)
{
    int outcome = connection_step(connection_of(s), q, err);
    if (outcome != 1)
        return outcome < 0 ? -1 : 1;
    struct stored_version version;
    read_version_row(q, &version);
    outcome = stored_version_copy(arena, &version, ret);
    sqlite3_reset(q);
    return outcome != 0 ? error_raise(err, INTERNAL) : 0;
}

static int read_subject(struct storage_snapshot *s, struct str context, struct str subject, struct stored_subject *ret,
                        struct error *err)
{
    *ret = (struct stored_subject){0};
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_SUBJECT, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    int outcome = connection_step(connection_of(s), q, err);
    if (outcome != 1)
        return outcome;
    *ret = (struct stored_subject){sqlite3_column_int64(q, 0), sqlite3_column_int(q, 1), sqlite3_column_int(q, 2)};
    sqlite3_reset(q);
    return 0;
}

static int read_entries(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                        struct stored_entries *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_ENTRIES, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    int outcome;
    while ((outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct stored_entry entry = {sqlite3_column_int(q, 0), sqlite3_column_int(q, 1), sqlite3_column_int(q, 2) != 0,
                                     (uint64_t)sqlite3_column_int64(q, 3)};
        if (!VEC_PUSH(arena, ret, entry)) {
            sqlite3_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

static int read_settings(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                         struct stored_settings *ret, struct error *err)
{
    *ret = (struct stored_settings){0};
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_SETTINGS, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    int outcome;
    while ((outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct str name = column_text(q, 1);
        if (!name.p) {
            ret->revision = sqlite3_column_int64(q, 0);
            continue;
        }
        struct str value = copy_column(arena, q, 4);
        if (!value.p) {
            sqlite3_reset(q);
            return error_raise(err, INTERNAL);
        }
        bool is_mode = sqlite3_column_int(q, 3) == 1;
        if (column_text(q, 2).n)
            *(is_mode ? &ret->subject_mode : &ret->subject_config) = value;
        else if (str_equal(name, context))
            *(is_mode ? &ret->context_mode : &ret->context_config) = value;
        if (column_text(q, 2).n == 0 && str_equal(name, STR(STORAGE_GLOBAL_CONTEXT)))
            *(is_mode ? &ret->global_mode : &ret->global_config) = value;
    }
    return outcome;
}

static int read_version(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                        int32_t version, bool with_deleted, struct stored_version *ret, struct error *err)
{
    bool latest = version == STORAGE_LATEST;
    sqlite3_stmt *q =
        connection_statement(connection_of(s), latest ? STATEMENT_READ_LATEST : STATEMENT_READ_VERSION, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    if (!latest)
        bind_number(q, 3, version);
    int outcome = read_one(s, q, arena, ret, err);
    return outcome == 0 && ret->is_deleted && !with_deleted ? 1 : outcome;
}

static int read_id(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                   struct str subject, struct stored_version *ret, struct error *err)
{
    sqlite3_stmt *q =
        connection_statement(connection_of(s), subject.p ? STATEMENT_READ_ID_IN_SUBJECT : STATEMENT_READ_ID, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_number(q, 2, schema_id);
    if (subject.p)
        bind_text(q, 3, subject);
    return read_one(s, q, arena, ret, err);
}

/* Rows of context, subject, version, id, deleted. */
static int read_use_rows(struct storage_snapshot *s, sqlite3_stmt *q, struct arena *arena, struct stored_uses *ret,
                         struct error *err)
{
    int outcome;
    while ((outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct stored_use use = {.context = copy_column(arena, q, 0),
                                 .subject = copy_column(arena, q, 1),
                                 .version = sqlite3_column_int(q, 2),
                                 .schema_id = sqlite3_column_int(q, 3),
                                 .is_deleted = sqlite3_column_int(q, 4) != 0};
        if (!use.context.p || !use.subject.p || !VEC_PUSH(arena, ret, use)) {
            sqlite3_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

static int read_uses(struct storage_snapshot *s, struct arena *arena, struct str context, int32_t schema_id,
                     struct stored_uses *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_USES, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_number(q, 2, schema_id);
    return read_use_rows(s, q, arena, ret, err);
}

static int read_guid(struct storage_snapshot *s, struct arena *arena, const unsigned char *guid,
                     struct stored_uses *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_GUID, err);
    if (!q)
        return -1;
    bind_bytes(q, 1, guid, STORAGE_KEY_BYTES);
    return read_use_rows(s, q, arena, ret, err);
}

static int read_referrers(struct storage_snapshot *s, struct arena *arena, struct str context, struct str subject,
                          int32_t version, struct stored_uses *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_REFERRERS, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    bind_number(q, 3, version);
    return read_use_rows(s, q, arena, ret, err);
}

static int read_names(struct storage_snapshot *s, enum statement_id id, struct arena *arena, struct stored_names *ret,
                      struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), id, err);
    int outcome = q ? 1 : -1;
    while (outcome == 1 && (outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct str name = copy_column(arena, q, 0);
        if (!name.p || !VEC_PUSH(arena, ret, name)) {
            sqlite3_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

static int read_contexts(struct storage_snapshot *s, struct arena *arena, struct stored_names *ret, struct error *err)
{
    return read_names(s, STATEMENT_READ_CONTEXTS, arena, ret, err);
}

static int read_max_id(struct storage_snapshot *s, struct str context, int32_t *ret, struct error *err)
{
    int64_t value = 0;
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_MAX_ID, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    int outcome = connection_number(connection_of(s), q, &value, err);
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
static sqlite3_stmt *listing_statement(struct storage_snapshot *s, enum statement_id id, struct arena *arena,
                                       const struct storage_listing *listing, struct str context, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), id, err);
    if (!q)
        return NULL;
    bind_text(q, 1, context);
    bind_text(q, 2, listing->subject_prefix.p ? listing->subject_prefix : STR_EMPTY);
    bool had_failed = arena_failed(arena);
    bind_text(q, 3, end_of_prefix(arena, listing->subject_prefix));
    if (arena_failed(arena) && !had_failed) {
        error_raise(err, INTERNAL);
        return NULL;
    }
    return q;
}

typedef int (*list_fn)(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                       struct str context, void *ret, struct error *err);

/* Calls list for every context of the listing. */
static int list_contexts(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                         list_fn list, void *ret, struct error *err)
{
    if (listing->context.p)
        return list(s, arena, listing, listing->context, ret, err);
    struct stored_names contexts = {0};
    int outcome = read_names(s, STATEMENT_LIST_ALL_CONTEXTS, arena, &contexts, err);
    for (size_t i = 0; i < contexts.count && outcome == 0; i++) {
        if (str_starts(contexts.items[i], listing->context_prefix))
            outcome = list(s, arena, listing, contexts.items[i], ret, err);
    }
    return outcome;
}

static int list_subjects_in(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                            struct str context, void *ret, struct error *err)
{
    sqlite3_stmt *q = listing_statement(s, STATEMENT_LIST_SUBJECTS, arena, listing, context, err);
    if (!q)
        return -1;
    bind_number(q, 4, listing->filter == STORAGE_ACTIVE ? 2 : listing->filter == STORAGE_ALL ? 1 : 0);
    return read_use_rows(s, q, arena, ret, err);
}

static int list_subjects(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                         struct stored_uses *ret, struct error *err)
{
    return list_contexts(s, arena, listing, list_subjects_in, ret, err);
}

static int list_configs_in(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                           struct str context, void *ret, struct error *err)
{
    struct stored_configs *configs = ret;
    sqlite3_stmt *q = listing_statement(s, STATEMENT_LIST_CONFIGS, arena, listing, context, err);
    int outcome = q ? 1 : -1;
    while (outcome == 1 && (outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct stored_config one = {copy_column(arena, q, 0), copy_column(arena, q, 1), copy_column(arena, q, 2)};
        if (!one.context.p || !one.subject.p || !one.value.p || !VEC_PUSH(arena, configs, one)) {
            sqlite3_reset(q);
            return error_raise(err, INTERNAL);
        }
    }
    return outcome;
}

static int list_configs(struct storage_snapshot *s, struct arena *arena, const struct storage_listing *listing,
                        struct stored_configs *ret, struct error *err)
{
    return list_contexts(s, arena, listing, list_configs_in, ret, err);
}

/* Calls each for the rows of a statement that answers VERSION_COLUMNS. */
static int each_version(struct storage_snapshot *s, sqlite3_stmt *q, storage_version_fn each, void *each_context,
                        struct error *err)
{
    int outcome;
    while ((outcome = connection_step(connection_of(s), q, err)) == 1) {
        struct stored_version version;
        read_version_row(q, &version);
        int answer = each(each_context, &version);
        if (answer != 0) {
            sqlite3_reset(q);
            return answer < 0 ? error_raise(err, INTERNAL) : 0;
        }
    }
    return outcome;
}

static int list_versions(struct storage_snapshot *s, struct str context, struct str subject, storage_version_fn each,
                         void *each_context, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_VERSIONS, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    return each_version(s, q, each, each_context, err);
}

static int find_versions(struct storage_snapshot *s, struct str context, struct str subject,
                         const unsigned char *normal_key, storage_version_fn each, void *each_context,
                         struct error *err)
{
    int64_t normal_hash;
    memcpy(&normal_hash, normal_key, sizeof normal_hash);
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_FIND_VERSIONS, err);
    if (!q)
        return -1;
    bind_text(q, 1, context);
    bind_text(q, 2, subject);
    bind_number(q, 3, normal_hash);
    return each_version(s, q, each, each_context, err);
}

static int read_counts(struct storage_snapshot *s, struct storage_counts *ret, struct error *err)
{
    sqlite3_stmt *q = connection_statement(connection_of(s), STATEMENT_READ_TOTALS, err);
    int outcome = q ? connection_step(connection_of(s), q, err) : -1;
    if (outcome != 1)
        return outcome == 0 ? error_raise(err, STORE, STR("the table of totals is empty")) : -1;
    *ret = (struct storage_counts){.subjects = sqlite3_column_int64(q, 2),
                                   .schemas = sqlite3_column_int64(q, 3),
                                   .versions = sqlite3_column_int64(q, 4)};
    sqlite3_reset(q);
    return 0;
}

static int ping(struct storage_snapshot *s, struct error *err)
{
    struct storage_counts ignored;
    return read_counts(s, &ignored, err);
}

const struct storage_ops sqlite_ops = {
    .name = "sqlite",
    .close = sqlite_close,
    .snapshot_open = sqlite_snapshot_open,
    .snapshot_close = sqlite_snapshot_close,
    .read_subject = read_subject,
    .read_entries = read_entries,
    .find_versions = find_versions,
    .read_settings = read_settings,
    .read_version = read_version,
    .read_id = read_id,
    .read_uses = read_uses,
    .read_guid = read_guid,
    .read_referrers = read_referrers,
    .read_contexts = read_contexts,
    .read_max_id = read_max_id,
    .list_subjects = list_subjects,
    .list_configs = list_configs,
    .list_versions = list_versions,
    .read_counts = read_counts,
    .ping = ping,
    .submit = sqlite_submit,
};
