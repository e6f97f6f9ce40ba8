#include "postgres/postgres_private.h"

#include "map.h"

#include <stdio.h>

/* A change of the batch. */
struct member {
    struct storage_change *change;
    struct sql_place place;
    bool is_alone; /* it needs questions of its own */
};

struct batch {
    struct pg_storage *s;
    struct sql_writer *w;
    struct arena *arena;
    struct error *err;
    struct member *members;
    size_t count;
    struct map subjects; /* that were written in this batch */
    struct map guids; /* schemas that are new with this batch: the change that brings them */
};

/* The next version of what has no references: all that it must know comes with one question. */
static bool is_plain(const struct storage_change *change)
{
    return change->kind == STORAGE_REGISTER && change->reg.schema_id < 0 && change->reg.version == 0 &&
           change->reg.reference_count == 0 && !change->is_copy;
}

static int prepare_all(struct batch *b)
{
    static const enum sql_statement ids[] = {SQL_BEGIN_WRITE,    SQL_LOCK_TOTALS,   SQL_READ_PLACE,
                                             SQL_INSERT_SUBJECT, SQL_TOUCH_SUBJECT, SQL_INSERT_SCHEMA,
                                             SQL_INSERT_VERSION, SQL_INSERT_CHANGE, SQL_WRITE_CONTEXT,
                                             SQL_WRITE_TOTALS,   SQL_COMMIT,        SQL_READ_NODES};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (pg_prepare(&b->s->writer_connection, ids[i], b->err) != 0)
            return -1;
    }
    return 0;
}

static int send(struct batch *b, enum sql_statement id)
{
    struct sql_query *q = sql_query(b->w->sql, id, b->err);
    return q ? pg_send(q, b->err) : -1;
}

static int send_question(struct batch *b, const struct storage_change *change)
{
    struct sql_query *q = sql_query(b->w->sql, SQL_READ_PLACE, b->err);
    if (!q)
        return -1;
    sql_bind_text(q, 1, change->context);
    sql_bind_text(q, 2, change->subject);
    sql_bind_bytes(q, 3, change->reg.schema.guid, STORAGE_KEY_BYTES);
    return pg_send(q, b->err);
}

static int receive_totals(struct batch *b)
{
    PGresult *result = pg_receive(&b->s->writer_connection, b->err); /* of BEGIN */
    pq.PQclear(result);
    result = result ? pg_receive(&b->s->writer_connection, b->err) : NULL;
    if (!result)
        return -1;
    struct sql_query *q = &b->s->writer_connection.queries[SQL_LOCK_TOTALS].head;
    bool is_there = pq.PQntuples(result) == 1;
    pg_adopt(q, result);
    if (is_there)
        b->w->totals = sql_totals_row(q);
    /* Whoever had the lock before has ended: nothing of this node is under way any more. */
    int64_t expected = INT64_MAX;
    if (is_there)
        atomic_compare_exchange_strong(&b->s->uncertain_revision, &expected, b->w->totals.revision);
    sql_reset(q);
    return is_there ? 0 : error_raise(b->err, STORE, STR("the table of totals is empty"));
}

/* What was found for a plain registration. */
static int receive_place(struct batch *b, struct member *m)
{
    PGresult *result = pg_receive(&b->s->writer_connection, b->err);
    if (!result)
        return -1;
    struct sql_query *q = &b->s->writer_connection.queries[SQL_READ_PLACE].head;
    bool is_known = pq.PQntuples(result) == 1;
    pg_adopt(q, result);
    m->is_alone = !is_known;
    if (is_known) {
        m->place.context = (struct sql_context){
            .id = sql_column(q, 0), .next_schema_id = sql_column(q, 1), .is_listed = sql_column(q, 2) != 0};
        m->place.subject =
            (struct sql_subject){sql_column(q, 3), sql_column(q, 4), sql_column_int(q, 5), sql_column_int(q, 6)};
        m->place.schema_key = sql_column(q, 7);
        m->place.is_new_schema = m->place.schema_key == 0;
        /* Where the subject may have had the schema before, older versions may have to give way. */
        m->is_alone = !m->place.is_new_schema && m->place.subject.id != 0;
    }
    sql_reset(q);
    return 0;
}

/* The lock, the totals, and all questions in one round trip. */
static int begin(struct batch *b)
{
    struct pg_connection *c = &b->s->writer_connection;
    int outcome = send(b, SQL_BEGIN_WRITE) == 0 ? send(b, SQL_LOCK_TOTALS) : -1;
    for (size_t i = 0; i < b->count && outcome == 0; i++) {
        if (is_plain(b->members[i].change))
            outcome = send_question(b, b->members[i].change);
    }
    if (outcome != 0 || pg_sync(c, b->err) != 0)
        return -1;
    outcome = receive_totals(b);
    for (size_t i = 0; i < b->count && outcome == 0; i++) {
        b->members[i].is_alone = true;
        if (is_plain(b->members[i].change))
            outcome = receive_place(b, &b->members[i]);
    }
    return pg_is_open(c) && pg_receive_sync(c, b->err) == 0 ? outcome : -1;
}

/* A key of a context's thing; .p NULL without memory. */
static struct str key_of(struct batch *b, int64_t context_id, struct str thing)
{
    struct str id = {(const char *)&context_id, sizeof context_id};
    return ARENA_JOIN(b->arena, id, thing);
}

/* The id of its schema: the context's next one, or that of an equal schema. 0, -1. */
static int choose_id(struct batch *b, struct member *m)
{
    struct storage_change *change = m->change;
    struct str guid = {(const char *)change->reg.schema.guid, STORAGE_KEY_BYTES};
    struct str key = key_of(b, m->place.context.id, guid);
    if (!key.p)
        return error_raise(b->err, INTERNAL);
    const struct storage_change *same = map_get(&b->guids, key);
    if (!m->place.is_new_schema) {
        change->schema_id = (int32_t)(m->place.schema_key & UINT32_MAX);
        return 0;
    }
    if (same) {
        m->place.is_new_schema = false;
        change->schema_id = same->schema_id;
    } else if (sql_choose_id(change, &m->place.context) != 0) {
        return error_pass(b->err, &change->err);
    } else if (map_put(&b->guids, key, change) < 0) {
        return error_raise(b->err, INTERNAL);
    }
    m->place.schema_key = SCHEMA_KEY(m->place.context.id, change->schema_id);
    return 0;
}

/* Whether it can still be what it was decided to be. 1 = yes, 0 = its outcome is set, -1. */
static int is_fresh(struct batch *b, struct member *m)
{
    struct str key = key_of(b, m->place.context.id, m->change->subject);
    int added = key.p ? map_add(&b->subjects, key, m) : -1;
    if (added < 0)
        return error_raise(b->err, INTERNAL);
    bool is_stale = added == 1 || m->place.subject.revision != m->change->expected_subject_revision ||
                    b->w->totals.settings_revision != m->change->expected_settings_revision;
    if (is_stale)
        m->change->outcome = STORAGE_STALE;
    return !is_stale;
}

static int write(struct batch *b, enum sql_statement id, const struct member *m)
{
    struct sql_query *q = sql_query(b->w->sql, id, b->err);
    if (!q)
        return -1;
    if (id == SQL_INSERT_SUBJECT)
        sql_bind_insert_subject(q, m->change, &m->place, b->w->totals.revision);
    else if (id == SQL_TOUCH_SUBJECT)
        sql_bind_touch_subject(q, m->change, &m->place, b->w->totals.revision);
    else if (id == SQL_INSERT_SCHEMA)
        sql_bind_schema(q, m->change, m->place.schema_key);
    else
        sql_bind_version(q, m->change, &m->place);
    return pg_send(q, b->err);
}

/* Its statements are sent; what comes of them is known at the end. */
static int apply_plain(struct batch *b, struct member *m)
{
    struct storage_change *change = m->change;
    struct sql_writer *w = b->w;
    struct sql_place *p = &m->place;
    if (sql_context_learn(w, change->context, &p->context, b->err) != 0 ||
        sql_context_read(w, change->context, false, &p->context, b->err) != 0)
        return -1;
    int fresh = is_fresh(b, m);
    if (fresh != 1)
        return fresh;
    if (choose_id(b, m) != 0)
        return -1;
    if (sql_choose_version(change, &p->subject) != 0)
        return error_pass(b->err, &change->err);
    bool is_new_subject = p->subject.id == 0;
    change->outcome = STORAGE_DONE;
    change->subject_revision = change->revision = ++w->totals.revision;
    w->totals.versions++;
    w->totals.schemas += p->is_new_schema;
    change->is_schema_new = p->is_new_schema;
    if (is_new_subject) {
        p->subject.id = w->totals.next_subject_id++;
        w->totals.subjects++;
    }
    if (write(b, is_new_subject ? SQL_INSERT_SUBJECT : SQL_TOUCH_SUBJECT, m) != 0 ||
        (p->is_new_schema && write(b, SQL_INSERT_SCHEMA, m) != 0) || write(b, SQL_INSERT_VERSION, m) != 0)
        return -1;
    return sql_update_context(w, change, p);
}

/* A row of the feed: kinds as in storage.h, with what others must know of the change. */
static int write_change(struct batch *b, const struct storage_change *change)
{
    char token[PG_TOKEN_BYTES];
    snprintf(token, sizeof token, "%s-%llu", b->s->node, (unsigned long long)b->s->token_count);
    struct sql_query *q = sql_query(b->w->sql, SQL_INSERT_CHANGE, b->err);
    if (!q)
        return -1;
    int64_t kind = change->kind;
    if (change->kind == STORAGE_DELETE_VERSIONS && change->del.permanent)
        kind |= PG_FEED_PERMANENT;
    if (change->kind == STORAGE_SET_MODE && (change->set.purge_deleted || change->set.recursive))
        kind |= PG_FEED_SWEEPING;
    sql_bind_number(q, 1, change->revision);
    sql_bind_number(q, 2, kind);
    sql_bind_text(q, 3, change->context);
    sql_bind_text(q, 4, change->subject);
    sql_bind_number(q, 5, change->is_schema_new ? 0 : change->schema_id);
    sql_bind_text(q, 6, str_of(token));
    return sql_change(q, b->err);
}

static int apply_all(struct batch *b)
{
    bool has_changed = false, is_outdated = false;
    for (size_t i = 0; i < b->count; i++) {
        struct member *m = &b->members[i];
        /* What was asked for the others in advance may no longer be so after a change of another kind. */
        is_outdated |= m->is_alone;
        if (!is_outdated && apply_plain(b, m) != 0)
            return -1;
        if (is_outdated && sql_apply(b->w, m->change) != 0)
            return error_pass(b->err, &m->change->err);
    }
    for (size_t i = 0; i < b->count; i++) {
        struct storage_change *change = b->members[i].change;
        if (change->outcome != STORAGE_DONE)
            continue;
        has_changed = true;
        if (write_change(b, change) != 0)
            return -1;
    }
    return !has_changed ? 1 : sql_writer_flush(b->w, b->err);
}

int pg_apply_batch(struct pg_storage *s, struct storage_change *first, struct error *err)
{
    struct batch b = {.s = s, .w = &s->writer, .arena = s->batch_arena, .err = err};
    arena_reset(s->batch_arena);
    sql_contexts_forget(&s->writer);
    map_init(&b.subjects, b.arena);
    map_init(&b.guids, b.arena);
    for (const struct storage_change *change = first; change; change = change->next)
        b.count++;
    b.members = ARENA_ARRAY(b.arena, b.count, struct member);
    if (!b.members)
        return error_raise(err, INTERNAL);
    struct member *m = b.members;
    for (struct storage_change *change = first; change; change = change->next, m++)
        m->change = change;
    if (prepare_all(&b) != 0 || begin(&b) != 0)
        return -1;
    return apply_all(&b);
}
