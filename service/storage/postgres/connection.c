#include "postgres/connection.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* -- failing -------------------------------------------------------------------------------------------------------- */

/* Messages of the server and the library end in line feeds and may have several lines. */
static struct str one_line(struct arena *arena, const char *text)
{
    struct str copy = str_trim(arena_str(arena, str_of(text)));
    for (size_t i = 0; i < copy.n; i++) {
        if ((unsigned char)copy.p[i] < ' ')
            ((char *)(uintptr_t)copy.p)[i] = ' ';
    }
    return copy;
}

static int lose(struct pg_connection *c, const char *what, struct error *err)
{
    c->is_late = c->deadline_ns <= clock_mono_ns();
    const char *reason = c->conn ? pq.PQerrorMessage(c->conn) : "";
    struct str said = one_line(err->arena, reason);
    error_raise(err, STORE,
                ARENA_JOIN(err->arena, STR("the database does not answer: "), said.n ? said : str_of(what)));
    pg_close(c);
    c->fault = PG_LOST;
    return -1;
}

/* States in which another connection may fare better: the server ends, starts, or may not be written. */
static bool means_lost(const char *state)
{
    static const char *const states[] = {"57P01", "57P02", "57P03", "25006", "53300"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(state, states[i]) == 0)
            return true;
    }
    return strncmp(state, "08", 2) == 0;
}

static int refuse(struct pg_connection *c, PGresult *result, struct error *err)
{
    const char *state = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    state = state ? state : "";
    error_raise(err, STORE, one_line(err->arena, message ? message : pq.PQresultErrorMessage(result)));
    if (means_lost(state)) {
        pg_close(c);
        c->fault = PG_LOST;
    } else {
        bool is_conflict = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0;
        c->fault = is_conflict ? PG_CONFLICT : PG_REFUSED;
    }
    return -1;
}

/* -- waiting -------------------------------------------------------------------------------------------------------- */

void pg_set_deadline(struct pg_connection *c, int64_t deadline_ns)
{
    c->deadline_ns = deadline_ns;
}

static int wait_for(struct pg_connection *c, short events, struct error *err)
{
    struct pollfd fd = {.fd = pq.PQsocket(c->conn), .events = events};
    for (;;) {
        int64_t left_ns = c->deadline_ns - clock_mono_ns();
        if (left_ns <= 0)
            return lose(c, "no answer in time", err);
        int ready = poll(&fd, 1, (int)(left_ns / 1000000) + 1);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return lose(c, "waiting for it failed", err);
    }
}

static int flush(struct pg_connection *c, struct error *err)
{
    for (;;) {
        int left = pq.PQflush(c->conn);
        if (left == 0)
            return 0;
        if (left < 0 || wait_for(c, POLLIN | POLLOUT, err) != 0)
            return pg_is_open(c) ? lose(c, "sending failed", err) : -1;
        if (pq.PQconsumeInput(c->conn) == 0)
            return lose(c, "the connection was closed", err);
    }
}

/* The next result as the library gives it, NULL at the end of a statement. */
static int next_result(struct pg_connection *c, PGresult **ret, struct error *err)
{
    while (pq.PQisBusy(c->conn)) {
        if (wait_for(c, POLLIN, err) != 0)
            return -1;
        if (pq.PQconsumeInput(c->conn) == 0)
            return lose(c, "the connection was closed", err);
    }
    *ret = pq.PQgetResult(c->conn);
    return 0;
}

/* -- the pipeline --------------------------------------------------------------------------------------------------- */

PGresult *pg_receive(struct pg_connection *c, struct error *err)
{
    PGresult *result = NULL, *end = NULL;
    if (next_result(c, &result, err) != 0)
        return NULL;
    if (!result) {
        lose(c, "an answer is missing", err);
        return NULL;
    }
    ExecStatusType status = pq.PQresultStatus(result);
    if (next_result(c, &end, err) != 0) { /* a statement's results end with NULL */
        pq.PQclear(result);
        return NULL;
    }
    pq.PQclear(end);
    c->unanswered--;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return result;
    if (status == PGRES_PIPELINE_ABORTED)
        error_raise(err, STORE, STR("a statement before this one failed"));
    else
        refuse(c, result, err);
    pq.PQclear(result);
    return NULL;
}

int pg_receive_sync(struct pg_connection *c, struct error *err)
{
    int outcome = 0;
    while (c->unanswered && pg_is_open(c)) {
        PGresult *result = pg_receive(c, err);
        if (result && pq.PQcmdTuples(result)[0])
            c->changed = strtoll(pq.PQcmdTuples(result), NULL, 10);
        outcome = result ? outcome : -1;
        pq.PQclear(result);
    }
    if (!pg_is_open(c))
        return -1;
    PGresult *mark = NULL;
    if (next_result(c, &mark, err) != 0)
        return -1;
    bool is_mark = pq.PQresultStatus(mark) == PGRES_PIPELINE_SYNC;
    pq.PQclear(mark);
    return is_mark ? outcome : lose(c, "the answers are out of order", err);
}

int pg_sync(struct pg_connection *c, struct error *err)
{
    if (pq.PQpipelineSync(c->conn) != 1)
        return lose(c, "sending failed", err);
    return flush(c, err);
}

int pg_finish(struct pg_connection *c, struct error *err)
{
    return pg_sync(c, err) != 0 ? -1 : pg_receive_sync(c, err);
}

static void statement_name(enum sql_statement id, char *ret, size_t bytes)
{
    snprintf(ret, bytes, "s%d", (int)id);
}

static struct pg_query *of(struct sql_query *q)
{
    return (struct pg_query *)q;
}

static struct pg_connection *connection_of(struct sql *sql)
{
    return (struct pg_connection *)sql;
}

static enum sql_statement id_of(const struct pg_connection *c, const struct pg_query *q)
{
    return (enum sql_statement)(q - c->queries);
}

/* The highest $n of a statement. */
static int count_parameters(const char *text)
{
    int count = 0;
    for (const char *at = strchr(text, '$'); at; at = strchr(at + 1, '$'))
        count = at[1] - '0' > count ? at[1] - '0' : count;
    return count;
}

int pg_prepare(struct pg_connection *c, enum sql_statement id, struct error *err)
{
    struct pg_query *q = &c->queries[id];
    const char *text = sql_text(id, SQL_DIALECT_POSTGRES);
    char name[16];
    if (q->is_prepared)
        return 0;
    statement_name(id, name, sizeof name);
    q->parameter_count = count_parameters(text);
    if (pq.PQsendPrepare(c->conn, name, text, 0, NULL) != 1)
        return lose(c, "sending failed", err);
    c->unanswered++;
    if (pg_finish(c, err) != 0)
        return -1;
    q->is_prepared = true;
    return 0;
}

int pg_send(struct sql_query *query, struct error *err)
{
    struct pg_query *q = of(query);
    struct pg_connection *c = connection_of(query->sql);
    char name[16];
    statement_name(id_of(c, q), name, sizeof name);
    if (pq.PQsendQueryPrepared(c->conn, name, q->parameter_count, q->values, q->lengths, q->formats, 1) != 1)
        return lose(c, "sending failed", err);
    c->unanswered++;
    return 0;
}

void pg_adopt(struct sql_query *query, PGresult *result)
{
    struct pg_query *q = of(query);
    if (q->result)
        pq.PQclear(q->result);
    q->result = result;
    q->row = 0;
}

/* -- queries -------------------------------------------------------------------------------------------------------- */

static struct sql_query *query(struct sql *sql, enum sql_statement id, struct error *err)
{
    struct pg_connection *c = connection_of(sql);
    struct pg_query *q = &c->queries[id];
    if (!pg_is_open(c)) {
        error_raise(err, STORE, STR("the connection to the database was lost"));
        return NULL;
    }
    if (!c->begins && pg_prepare(c, id, err) != 0)
        return NULL;
    pg_adopt(&q->head, NULL);
    memset(q->values, 0, sizeof q->values);
    q->row = -1; /* not run yet */
    return &q->head;
}

static void bind_bytes(struct sql_query *query, int at, const void *bytes, size_t count)
{
    struct pg_query *q = of(query);
    if (at > PG_PARAMETERS_MAX)
        return;
    q->values[at - 1] = bytes;
    q->lengths[at - 1] = (int)count;
    q->formats[at - 1] = 1;
}

static void bind_text(struct sql_query *query, int at, struct str text)
{
    /* A text with a NUL is nowhere in the database, which cannot hold one; neither is this one. */
    bool has_nul = text.n && memchr(text.p, 0, text.n);
    bind_bytes(query, at, has_nul ? "\1" : text.p, has_nul ? 1 : text.n);
}

static void bind_number(struct sql_query *query, int at, int64_t value)
{
    struct pg_query *q = of(query);
    if (at > PG_PARAMETERS_MAX)
        return;
    snprintf(q->numbers[at - 1], sizeof q->numbers[at - 1], "%lld", (long long)value);
    q->values[at - 1] = q->numbers[at - 1];
    q->formats[at - 1] = 0;
}

static bool changes_something(enum sql_statement id)
{
    const char *text = sql_text(id, SQL_DIALECT_POSTGRES);
    return strncmp(text, "INSERT", 6) == 0 || strncmp(text, "UPDATE", 6) == 0 || strncmp(text, "DELETE", 6) == 0;
}

static int send_beginning(struct pg_connection *c, struct error *err)
{
    const char *begin = sql_text(SQL_BEGIN_READ, SQL_DIALECT_POSTGRES);
    struct pg_query *seen = &c->queries[SQL_READ_SEEN];
    if (pg_prepare(c, SQL_READ_SEEN, err) != 0)
        return -1;
    pg_adopt(&seen->head, NULL);
    if (pq.PQsendQueryParams(c->conn, begin, 0, NULL, NULL, NULL, NULL, 1) != 1)
        return lose(c, "sending failed", err);
    c->unanswered++;
    return pg_send(&seen->head, err);
}

/* Reads the results before that of the question: of changes that were sent, or of the beginning. */
static int receive_before(struct pg_connection *c, bool begins, struct error *err)
{
    int outcome = 0;
    while (c->unanswered > 1) {
        PGresult *before = pg_receive(c, err);
        if (!before && !pg_is_open(c))
            return -1;
        outcome = before ? outcome : -1;
        if (begins && c->unanswered == 1 && before)
            pg_adopt(&c->queries[SQL_READ_SEEN].head, before);
        else
            pq.PQclear(before);
    }
    return outcome;
}

/* Sends a question, with the beginning of its snapshot when it is the first, and reads its rows. */
static int ask(struct pg_connection *c, struct sql_query *q, struct error *err)
{
    bool begins = c->begins;
    c->begins = false;
    if (c->renews_deadline)
        pg_set_deadline(c, clock_mono_ns() + (int64_t)c->options->timeout_ms * 1000000);
    if (begins && (pg_prepare(c, id_of(c, of(q)), err) != 0 || send_beginning(c, err) != 0))
        return -1;
    if (pg_send(q, err) != 0 || pg_sync(c, err) != 0)
        return -1;
    int outcome = receive_before(c, begins, err);
    PGresult *rows = pg_is_open(c) ? pg_receive(c, err) : NULL;
    if (!rows) {
        if (pg_is_open(c))
            pg_receive_sync(c, err);
        return -1;
    }
    pg_adopt(q, rows);
    return pg_receive_sync(c, err) != 0 ? -1 : outcome;
}

/* The same once more when the connection turns out to have ended while nobody used it. */
static int ask_anew(struct pg_connection *c, struct sql_query *q, struct error *err)
{
    bool begins = c->begins;
    struct error first = ERROR_INIT(err->arena);
    if (ask(c, q, &first) == 0)
        return 0;
    if (!begins || c->fault != PG_LOST || c->is_late)
        return error_pass(err, &first);
    if (pg_open(c, err) != 0)
        return -1;
    c->begins = true;
    return ask(c, q, err);
}

static int step(struct sql_query *query, struct error *err)
{
    struct pg_query *q = of(query);
    struct pg_connection *c = connection_of(query->sql);
    if (!pg_is_open(c))
        return error_raise(err, STORE, STR("the connection to the database was lost"));
    bool is_new = q->row < 0;
    if (is_new && !c->begins && changes_something(id_of(c, q))) {
        q->row = 0;
        return pg_send(query, err);
    }
    if (is_new && ask_anew(c, query, err) != 0)
        return -1;
    q->row = is_new ? 0 : q->row + 1;
    if (q->result && q->row < pq.PQntuples(q->result))
        return 1;
    pg_adopt(query, NULL);
    return 0;
}

static void reset(struct sql_query *q)
{
    pg_adopt(q, NULL);
}

/* Numbers come in the widths of their types, in network order. */
static int64_t number(struct sql_query *query, int column)
{
    const struct pg_query *q = of(query);
    const unsigned char *bytes = (const unsigned char *)pq.PQgetvalue(q->result, q->row, column);
    int count = pq.PQgetisnull(q->result, q->row, column) ? 0 : pq.PQgetlength(q->result, q->row, column);
    uint64_t value = count && count < 8 && (bytes[0] & 0x80) && count > 1 ? UINT64_MAX : 0;
    for (int i = 0; i < count && i < 8; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

static struct str bytes(struct sql_query *query, int column)
{
    const struct pg_query *q = of(query);
    if (pq.PQgetisnull(q->result, q->row, column))
        return (struct str){NULL, 0};
    return (struct str){pq.PQgetvalue(q->result, q->row, column), (size_t)pq.PQgetlength(q->result, q->row, column)};
}

/* Of the last statement, whose result must be read for it. */
static int64_t changed(struct sql *sql)
{
    struct pg_connection *c = connection_of(sql);
    char room[512];
    struct arena scratch;
    arena_init(&scratch, 1 << 16, room, sizeof room);
    struct error ignored = ERROR_INIT(&scratch); /* a failed transaction fails again with its next statement */
    c->changed = 0;
    if (pg_is_open(c))
        pg_finish(c, &ignored);
    arena_deinit(&scratch);
    return c->changed;
}

static const struct sql_ops ops = {query, bind_number, bind_text, bind_bytes, step, reset, number, bytes, changed};

/* A comparison of many versions takes its time between two questions. */
#define IDLE_MS 60000

/* -- opening -------------------------------------------------------------------------------------------------------- */

void pg_init(struct pg_connection *c, const struct pg_options *options)
{
    *c = (struct pg_connection){.sql = {&ops}, .options = options, .idle_ms = IDLE_MS};
    for (size_t i = 0; i < SQL_STATEMENT_COUNT; i++)
        c->queries[i].head.sql = &c->sql;
}

void pg_close(struct pg_connection *c)
{
    for (size_t i = 0; i < SQL_STATEMENT_COUNT; i++) {
        pg_adopt(&c->queries[i].head, NULL);
        c->queries[i].is_prepared = false;
    }
    if (c->conn)
        pq.PQfinish(c->conn);
    c->conn = NULL;
    c->unanswered = 0;
    c->has_unread_sync = c->begins = false;
}

int pg_script(struct pg_connection *c, const char *sql, int64_t *ret_number, struct error *err)
{
    int outcome = 0;
    PGresult *result = NULL;
    if (!pg_is_open(c))
        return error_raise(err, STORE, STR("the connection to the database was lost"));
    if (pq.PQsendQuery(c->conn, sql) != 1 || flush(c, err) != 0)
        return pg_is_open(c) ? lose(c, "sending failed", err) : -1;
    if (ret_number)
        *ret_number = -1;
    while ((outcome == 0 || pg_is_open(c)) && next_result(c, &result, err) == 0 && result) {
        ExecStatusType status = pq.PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            outcome = refuse(c, result, err);
        else if (ret_number && status == PGRES_TUPLES_OK && pq.PQntuples(result) && !pq.PQgetisnull(result, 0, 0))
            *ret_number = strtoll(pq.PQgetvalue(result, 0, 0), NULL, 10);
        pq.PQclear(result);
        if (!pg_is_open(c))
            return -1;
    }
    return pg_is_open(c) ? outcome : -1;
}

int pg_pipeline(struct pg_connection *c, bool on, struct error *err)
{
    int done = on ? pq.PQenterPipelineMode(c->conn) : pq.PQexitPipelineMode(c->conn);
    return done == 1 ? 0 : lose(c, "the pipeline is not empty", err);
}

/* Settings of the session that are welcome where the server knows them: plans that do not depend on how empty the tables
 * were, and no lock that a node keeps when it is cut off or stopped in the middle. */
static void ask_favours(struct pg_connection *c)
{
    char wait[96], idle[96];
    snprintf(wait, sizeof wait, "SET lock_timeout = %d", c->options->timeout_ms);
    snprintf(idle, sizeof idle, "SET idle_in_transaction_session_timeout = %d", c->idle_ms);
    const char *const favours[] = {"SET enable_seqscan = off", wait, idle, "SET synchronous_commit = off"};
    size_t count = sizeof favours / sizeof favours[0] - !c->is_hasty;
    for (size_t i = 0; i < count && pg_is_open(c); i++) {
        struct arena scratch;
        arena_init(&scratch, 1 << 16, NULL, 0);
        struct error ignored = ERROR_INIT(&scratch);
        pg_script(c, favours[i], NULL, &ignored);
        arena_deinit(&scratch);
    }
}

static int set_schema(struct pg_connection *c, struct error *err)
{
    char sql[256];
    char *name = pq.PQescapeIdentifier(c->conn, c->options->schema, strlen(c->options->schema));
    int bytes = name ? snprintf(sql, sizeof sql, "SET search_path TO %s", name) : -1;
    pq.PQfreemem(name);
    if (bytes < 0 || (size_t)bytes >= sizeof sql)
        return error_raise(err, STORE, STR("the name of the database schema cannot be used"));
    return pg_script(c, sql, NULL, err);
}

/* What the server says unasked is no answer to anything. */
static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

int pg_open(struct pg_connection *c, struct error *err)
{
    char timeout[16];
    int seconds = c->options->timeout_ms / 1000;
    snprintf(timeout, sizeof timeout, "%d", seconds < 2 ? 2 : seconds > 3 ? 3 : seconds);
    char user_timeout[16];
    snprintf(user_timeout, sizeof user_timeout, "%d", c->options->timeout_ms);
    /* What stands before the URL is what it does not say. */
    const char *const names[] = {"application_name",
                                 "connect_timeout",
                                 "tcp_user_timeout",
                                 "target_session_attrs",
                                 "dbname",
                                 "client_encoding",
                                 NULL};
    const char *const values[] = {"avouch", timeout, user_timeout, "read-write", c->options->url, "UTF8", NULL};
    pg_close(c);
    if (pg_library_load(err) != 0)
        return -1;
    c->fault = PG_SOUND;
    c->is_late = false;
    pg_set_deadline(c, clock_mono_ns() + (int64_t)c->options->timeout_ms * 1000000);
    c->conn = pq.PQconnectdbParams(names, values, 1);
    if (!c->conn || pq.PQstatus(c->conn) != CONNECTION_OK)
        return lose(c, "no connection", err);
    pq.PQsetNoticeProcessor(c->conn, ignore_notice, NULL);
    pg_set_deadline(c, clock_mono_ns() + (int64_t)c->options->timeout_ms * 1000000);
    if (pq.PQsetnonblocking(c->conn, 1) != 0)
        return lose(c, "no connection", err);
    if (set_schema(c, err) != 0)
        return pg_is_open(c) ? lose(c, "no schema", err) : -1;
    ask_favours(c);
    if (!pg_is_open(c))
        return error_raise(err, STORE, STR("the database does not answer"));
    return pg_pipeline(c, true, err);
}
