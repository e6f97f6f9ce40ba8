/* One connection to PostgreSQL, with its prepared statements, in pipeline mode. Owned by one thread at a time. Private to
 * postgres/.
 *
 * Statements that change something are only sent; what came of them is known when the next question is answered or at
 * pg_finish. Everything has a deadline, and nothing waits longer for the server. */
#pragma once

#include "postgres/library.h"
#include "sql/sql.h"

#define PG_PARAMETERS_MAX 9

struct pg_options {
    const char *url; /* a connection string as libpq knows it */
    const char *schema; /* where the tables are */
    int timeout_ms; /* for an answer of the server */
};

/* Why something failed. */
enum pg_fault {
    PG_SOUND,
    PG_CONFLICT, /* another transaction was in the way: the whole one may be tried again */
    PG_LOST, /* no answer, or none in time; the connection is closed */
    PG_REFUSED, /* the server said no */
};

struct pg_query {
    struct sql_query head;
    PGresult *result; /* rows that are being stepped through */
    int row;
    int parameter_count;
    const char *values[PG_PARAMETERS_MAX];
    int lengths[PG_PARAMETERS_MAX], formats[PG_PARAMETERS_MAX];
    char numbers[PG_PARAMETERS_MAX][24];
    bool is_prepared;
};

struct pg_connection {
    struct sql sql; /* first: its statements are run through this */
    const struct pg_options *options;
    PGconn *conn; /* NULL: closed */
    enum pg_fault fault; /* of the last failure */
    int64_t deadline_ns; /* for what is being waited for */
    bool is_late; /* it was lost because it took too long */
    bool renews_deadline; /* each question has the whole time for itself */
    bool is_hasty; /* its commits need not survive the database */
    int idle_ms; /* how long the server lets a transaction wait for its next statement */
    unsigned unanswered; /* statements sent whose results were not read */
    bool has_unread_sync; /* the end of a snapshot was sent and not waited for */
    bool begins; /* a snapshot is to begin with the next question, and with READ_SEEN, whose rows stay in its query */
    int64_t changed; /* rows of the last statement that changed something */
    struct pg_query queries[SQL_STATEMENT_COUNT];
};

void pg_init(struct pg_connection *c, const struct pg_options *options);
/* Connects, to the first host of the URL that can be written. 0, -1 with STORE. */
int pg_open(struct pg_connection *c, struct error *err);
void pg_close(struct pg_connection *c);
static inline bool pg_is_open(const struct pg_connection *c)
{
    return c->conn != NULL;
}

/* From here on, the server has so long for all that follows. */
void pg_set_deadline(struct pg_connection *c, int64_t deadline_ns);
/* Makes sure that a statement can be sent without waiting. 0, -1. */
int pg_prepare(struct pg_connection *c, enum sql_statement id, struct error *err);
/* Sends a query that was bound; its result comes in order with pg_receive. */
int pg_send(struct sql_query *q, struct error *err);
/* All that was sent goes out, and an end is marked: after an error the server skips what comes before it. */
int pg_sync(struct pg_connection *c, struct error *err);
/* The result of the next statement that was sent: the caller clears it. NULL with STORE. */
PGresult *pg_receive(struct pg_connection *c, struct error *err);
/* Reads up to the mark; fails when something that was not read failed. 0, -1. */
int pg_receive_sync(struct pg_connection *c, struct error *err);
/* pg_sync and pg_receive_sync. */
int pg_finish(struct pg_connection *c, struct error *err);
/* Gives a result to its query, to be stepped through or read. */
void pg_adopt(struct sql_query *q, PGresult *result);
/* SQL text outside of the pipeline (migrations, settings of the session); *ret_number (may be NULL): first column of the
 * first row, or -1. */
int pg_script(struct pg_connection *c, const char *sql, int64_t *ret_number, struct error *err);
/* Enters or leaves the pipeline, for scripts. */
int pg_pipeline(struct pg_connection *c, bool on, struct error *err);
