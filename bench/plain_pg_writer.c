/* The peer for writes in PostgreSQL: clients that each have a connection and register as a straightforward program would,
 * one transaction for each registration, prepared statements, one round trip each. The rows are those of the registry.
 *
 * plain_pg_writer [-c CLIENTS] [-s SECONDS] [-m lock|late|free] [-n] [-p PREFIX] [-t TEXT] DATABASE SCHEMA MIGRATION...
 *   -n  every registration is a subject of its own; else a new version of one of 100 subjects
 *   -m  lock: the row of totals is locked first, so that ids and revisions have no gaps and follow the commits
 *       late: ids and revisions come from sequences, the row of totals is touched just before COMMIT
 *       free: as late, and totals are not kept at all: less than what a registry needs, but nothing is shared
 *   -t  text of the schemas; # becomes something that no other registration has
 * SCHEMA is made with the migrations where it is missing. Prints registrations per second. */
#include <getopt.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SUBJECTS 100
#define CLIENTS_MAX 256
#define PARAMETERS_MAX 6
#define TEXT_MAX 8192
#define MIGRATION_MAX 65536

enum mode { MODE_LOCK, MODE_LATE, MODE_FREE };

enum statement {
    LOCK_TOTALS,
    READ_CONTEXT,
    NEXT_REVISION,
    NEXT_SCHEMA_ID,
    NEXT_SUBJECT_ID,
    READ_SUBJECT,
    LOCK_SUBJECT,
    READ_GUID,
    INSERT_SUBJECT,
    TOUCH_SUBJECT,
    INSERT_SCHEMA,
    INSERT_VERSION,
    INSERT_CHANGE,
    WRITE_CONTEXT,
    WRITE_TOTALS,
    TOUCH_TOTALS,
    STATEMENT_COUNT,
};

static const struct {
    const char *name, *sql;
} statements[STATEMENT_COUNT] = {
    [LOCK_TOTALS] = {"lock_totals", "SELECT revision, next_subject_id FROM totals WHERE one = 1 FOR UPDATE"},
    [READ_CONTEXT] = {"read_context", "SELECT next_schema_id FROM contexts WHERE context_id = 1"},
    [NEXT_REVISION] = {"next_revision", "SELECT nextval('plain_revisions')"},
    [NEXT_SCHEMA_ID] = {"next_schema_id", "SELECT nextval('plain_schema_ids')"},
    [NEXT_SUBJECT_ID] = {"next_subject_id", "SELECT nextval('plain_subject_ids')"},
    [READ_SUBJECT] = {"read_subject", "SELECT subject_id, highest_version FROM subjects "
                                      "WHERE context_id = 1 AND name = $1"},
    [LOCK_SUBJECT] = {"lock_subject", "SELECT subject_id, highest_version FROM subjects "
                                      "WHERE context_id = 1 AND name = $1 FOR UPDATE"},
    [READ_GUID] = {"read_guid", "SELECT schema_key FROM schemas WHERE guid = $1"},
    [INSERT_SUBJECT] = {"insert_subject", "INSERT INTO subjects (subject_id, context_id, name, revision, "
                                          "highest_version, latest_version) VALUES ($1, 1, $2, $3, 1, 1)"},
    [TOUCH_SUBJECT] = {"touch_subject", "UPDATE subjects SET revision = $2, highest_version = $3, "
                                        "latest_version = $3 WHERE subject_id = $1"},
    [INSERT_SCHEMA] = {"insert_schema", "INSERT INTO schemas (schema_key, guid, equal_key, normal_key, format, text) "
                                        "VALUES ($1, $2, $3, $3, 'AVRO', $4)"},
    [INSERT_VERSION] = {"insert_version", "INSERT INTO versions (subject_id, version, schema_key, is_deleted, "
                                          "normal_hash, created_ms) VALUES ($1, $2, $3, 0, $4, $5)"},
    [INSERT_CHANGE] = {"insert_change", "INSERT INTO changes (revision, kind, context, subject, schema_id, token) "
                                        "VALUES ($1, 0, '.', $2, $3, $4)"},
    [WRITE_CONTEXT] = {"write_context", "UPDATE contexts SET next_schema_id = $1 WHERE context_id = 1"},
    [WRITE_TOTALS] = {"write_totals", "UPDATE totals SET revision = $1, next_subject_id = $2, subject_count = "
                                      "subject_count + $3, schema_count = schema_count + 1, version_count = "
                                      "version_count + 1 WHERE one = 1"},
    [TOUCH_TOTALS] = {"touch_totals", "UPDATE totals SET revision = revision + 1, subject_count = subject_count + $1, "
                                      "schema_count = schema_count + 1, version_count = version_count + 1 "
                                      "WHERE one = 1"},
};

/* Immutable once the threads run. */
static struct {
    long clients, seconds;
    enum mode mode;
    bool new_subjects;
    const char *prefix, *before, *after, *database, *schema;
} options = {.clients = 32,
             .seconds = 2,
             .prefix = "plain",
             .before = "{\"type\":\"record\",\"name\":\"R\",\"doc\":\"",
             .after = "\",\"fields\":[]}"};

static pthread_barrier_t all_ready;

/* Owned by its thread. */
struct client {
    long number;
    PGconn *connection;
    uint64_t seed;
    long done;
};

/* What a registration writes. */
struct registration {
    char name[64], unique[64], guid[35], normal_key[35], text[TEXT_MAX];
    int64_t revision, schema_id, subject_id, version, normal_hash, next_subject_id;
    bool is_new_subject;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const struct client *c)
{
    fprintf(stderr, "plain_pg_writer: %s", PQerrorMessage(c->connection));
    exit(1);
}

static void command(const struct client *c, const char *sql)
{
    PGresult *result = PQexec(c->connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail(c);
    PQclear(result);
}

/* A parameter: a text, or a number when the text is NULL. */
struct parameter {
    const char *text;
    int64_t number;
};

/* Up to two numbers of the first row go to ret; true when there is a row. */
static bool run(const struct client *c, enum statement s, const struct parameter *parameters, int count, int64_t *ret)
{
    const char *values[PARAMETERS_MAX] = {NULL};
    char numbers[PARAMETERS_MAX][24];
    for (int i = 0; i < count; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)parameters[i].number);
        values[i] = parameters[i].text ? parameters[i].text : numbers[i];
    }
    PGresult *result = PQexecPrepared(c->connection, statements[s].name, count, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail(c);
    bool has_row = PQntuples(result) > 0;
    for (int i = 0; has_row && i < PQnfields(result) && i < 2; i++)
        ret[i] = strtoll(PQgetvalue(result, 0, i), NULL, 10);
    PQclear(result);
    return has_row;
}

#define RUN(c, s, ret, ...)                            \
    run(c, s, (const struct parameter[]){__VA_ARGS__}, \
        sizeof((const struct parameter[]){__VA_ARGS__}) / sizeof(struct parameter), ret)
#define TEXT(t)     \
    {               \
        .text = (t) \
    }
#define NUMBER(n)     \
    {                 \
        .number = (n) \
    }

/* SplitMix64: as evenly spread as a hash. */
static uint64_t random_number(struct client *c)
{
    uint64_t n = c->seed += 0x9e3779b97f4a7c15;
    n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
    n = (n ^ n >> 27) * 0x94d049bb133111eb;
    return n ^ n >> 31;
}

/* Returns the first eight bytes. */
static int64_t random_key(struct client *c, char ret_text[35])
{
    uint64_t first = random_number(c), second = random_number(c);
    snprintf(ret_text, 35, "\\x%016llx%016llx", (unsigned long long)first, (unsigned long long)second);
    return (int64_t)first;
}

static void describe(struct client *c, long n, struct registration *r)
{
    long subject = options.new_subjects ? n : (n + c->number * 3) % SUBJECTS;
    snprintf(r->unique, sizeof r->unique, "%s-%ld-%ld", options.prefix, c->number, n);
    if (options.new_subjects)
        snprintf(r->name, sizeof r->name, "%s-%ld-%ld", options.prefix, c->number, subject);
    else
        snprintf(r->name, sizeof r->name, "%s-%ld", options.prefix, subject);
    int bytes = snprintf(r->text, sizeof r->text, "%s%s%s", options.before, r->unique, options.after);
    if (bytes < 0 || (size_t)bytes >= sizeof r->text) {
        fprintf(stderr, "plain_pg_writer: the text is too long\n");
        exit(2);
    }
    random_key(c, r->guid);
    r->normal_hash = random_key(c, r->normal_key);
}

/* Takes the numbers of a new registration. */
static void take_numbers(const struct client *c, struct registration *r)
{
    int64_t found[2] = {0, 0};
    if (options.mode == MODE_LOCK) {
        run(c, LOCK_TOTALS, NULL, 0, found);
        r->revision = found[0] + 1;
        r->next_subject_id = found[1];
        run(c, READ_CONTEXT, NULL, 0, &r->schema_id);
    } else {
        run(c, NEXT_REVISION, NULL, 0, &r->revision);
        run(c, NEXT_SCHEMA_ID, NULL, 0, &r->schema_id);
    }
    r->is_new_subject = !RUN(c, options.mode == MODE_LOCK ? READ_SUBJECT : LOCK_SUBJECT, found, TEXT(r->name));
    r->subject_id = found[0];
    r->version = found[1] + 1;
    if (!r->is_new_subject)
        return;
    r->version = 1;
    r->subject_id = r->next_subject_id++;
    if (options.mode != MODE_LOCK)
        run(c, NEXT_SUBJECT_ID, NULL, 0, &r->subject_id);
}

static void enter(struct client *c, long n)
{
    struct registration r = {0};
    int64_t found[2];
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    describe(c, n, &r);
    command(c, "BEGIN");
    take_numbers(c, &r);
    if (RUN(c, READ_GUID, found, TEXT(r.guid))) {
        fprintf(stderr, "plain_pg_writer: a key occurs twice\n");
        exit(1);
    }
    int64_t schema_key = ((int64_t)1 << 32) + r.schema_id;
    if (r.is_new_subject)
        RUN(c, INSERT_SUBJECT, found, NUMBER(r.subject_id), TEXT(r.name), NUMBER(r.revision));
    else
        RUN(c, TOUCH_SUBJECT, found, NUMBER(r.subject_id), NUMBER(r.revision), NUMBER(r.version));
    RUN(c, INSERT_SCHEMA, found, NUMBER(schema_key), TEXT(r.guid), TEXT(r.normal_key), TEXT(r.text));
    RUN(c, INSERT_VERSION, found, NUMBER(r.subject_id), NUMBER(r.version), NUMBER(schema_key), NUMBER(r.normal_hash),
        NUMBER((int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000));
    RUN(c, INSERT_CHANGE, found, NUMBER(r.revision), TEXT(r.name), NUMBER(r.schema_id), TEXT(r.unique));
    if (options.mode == MODE_LOCK) {
        RUN(c, WRITE_CONTEXT, found, NUMBER(r.schema_id + 1));
        RUN(c, WRITE_TOTALS, found, NUMBER(r.revision), NUMBER(r.next_subject_id), NUMBER(r.is_new_subject));
    } else if (options.mode == MODE_LATE) {
        RUN(c, TOUCH_TOTALS, found, NUMBER(r.is_new_subject));
    }
    command(c, "COMMIT");
}

static void open_client(struct client *c, long number)
{
    char sql[256];
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    *c = (struct client){.number = number, .seed = (uint64_t)wall.tv_sec * 1000000000 + (uint64_t)wall.tv_nsec};
    c->connection = PQconnectdb(options.database);
    if (PQstatus(c->connection) != CONNECTION_OK)
        fail(c);
    snprintf(sql, sizeof sql, "SET search_path = %s; SET synchronous_commit = on; SET client_min_messages = warning",
             options.schema);
    command(c, sql);
}

static void prepare(const struct client *c)
{
    for (int s = 0; s < STATEMENT_COUNT; s++) {
        PGresult *result = PQprepare(c->connection, statements[s].name, statements[s].sql, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail(c);
        PQclear(result);
    }
}

static void make_schema(const struct client *c, char **migrations, int count)
{
    static char sql[MIGRATION_MAX];
    snprintf(sql, sizeof sql, "SELECT 1 FROM pg_namespace WHERE nspname = '%s'", options.schema);
    PGresult *result = PQexec(c->connection, sql);
    bool is_there = PQntuples(result) > 0;
    PQclear(result);
    if (is_there)
        return;
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", options.schema);
    command(c, sql);
    for (int i = 0; i < count; i++) {
        FILE *file = fopen(migrations[i], "r");
        size_t bytes = file ? fread(sql, 1, sizeof sql - 1, file) : 0;
        if (bytes == 0 || bytes == sizeof sql - 1) {
            fprintf(stderr, "plain_pg_writer: %s cannot be read\n", migrations[i]);
            exit(1);
        }
        sql[bytes] = '\0';
        fclose(file);
        command(c, sql);
    }
    command(c, "CREATE SEQUENCE plain_revisions; CREATE SEQUENCE plain_schema_ids; CREATE SEQUENCE plain_subject_ids");
}

static void *work(void *argument)
{
    struct client *c = argument;
    prepare(c);
    pthread_barrier_wait(&all_ready);
    for (double end = now() + (double)options.seconds; now() < end; c->done++)
        enter(c, c->done + SUBJECTS);
    return NULL;
}

/* At the place of what makes a text unlike others. */
static void split_text(char *text)
{
    char *mark = strchr(text, '#');
    options.before = text;
    options.after = mark ? mark + 1 : "";
    if (mark)
        *mark = '\0';
}

static void read_options(int argc, char **argv)
{
    static const char *const modes[] = {"lock", "late", "free"};
    int option;
    while ((option = getopt(argc, argv, "c:s:m:np:t:")) != -1) {
        if (option == 'c')
            options.clients = strtol(optarg, NULL, 10);
        else if (option == 's')
            options.seconds = strtol(optarg, NULL, 10);
        else if (option == 'n')
            options.new_subjects = true;
        else if (option == 'p')
            options.prefix = optarg;
        else if (option == 't')
            split_text(optarg);
        else if (option == 'm')
            for (int m = 0; m < 3; m++)
                options.mode = strcmp(optarg, modes[m]) == 0 ? (enum mode)m : options.mode;
        else
            exit(2);
    }
    if (argc - optind < 3 || options.clients < 1 || options.clients > CLIENTS_MAX) {
        fprintf(stderr, "usage: plain_pg_writer [-c CLIENTS] [-s SECONDS] [-m lock|late|free] [-n] [-p PREFIX] "
                        "[-t TEXT] DATABASE SCHEMA MIGRATION...\n");
        exit(2);
    }
    options.database = argv[optind];
    options.schema = argv[optind + 1];
}

int main(int argc, char **argv)
{
    static struct client clients[CLIENTS_MAX];
    static pthread_t threads[CLIENTS_MAX];
    struct client first;
    long done = 0;
    read_options(argc, argv);
    open_client(&first, options.clients);
    make_schema(&first, argv + optind + 2, argc - optind - 2);
    prepare(&first);
    for (long n = 0; n < SUBJECTS && !options.new_subjects; n++)
        enter(&first, n);
    PQfinish(first.connection);

    pthread_barrier_init(&all_ready, NULL, (unsigned)options.clients + 1);
    for (long i = 0; i < options.clients; i++) {
        open_client(&clients[i], i);
        if (pthread_create(&threads[i], NULL, work, &clients[i]) != 0)
            return 1;
    }
    pthread_barrier_wait(&all_ready);
    double start = now();
    for (long i = 0; i < options.clients; i++) {
        pthread_join(threads[i], NULL);
        done += clients[i].done;
        PQfinish(clients[i].connection);
    }
    printf("%.0f\n", (double)done / (now() - start));
    return 0;
}
