/* The ceiling for writes: one thread that does nothing but insert the rows of a registration into the store's own tables, with
 * the store's durability, BATCH registrations to a transaction. plain_writer FILE SECONDS BATCH NEW_SUBJECTS(0|1)
 * FILE must have been made by `avouch migrate up`. Prints registrations per second. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SUBJECTS 100

static sqlite3 *db;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
    return s;
}

static void run(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_reset(s);
}

int main(int argc, char **argv)
{
    if (argc != 5 || sqlite3_open(argv[1], &db) != SQLITE_OK)
        return 2;
    double seconds = strtod(argv[2], NULL);
    long batch = strtol(argv[3], NULL, 10), new_subjects = strtol(argv[4], NULL, 10);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -1024; PRAGMA "
                 "wal_autocheckpoint = 4000",
                 NULL, NULL, NULL);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *subject = prepare("INSERT INTO subjects (subject_id, context_id, name, revision, highest_version, "
                                    "latest_version) VALUES (?1, 1, ?2, ?1, 1, 1)");
    sqlite3_stmt *touch =
        prepare("UPDATE subjects SET revision = ?2, highest_version = ?2, latest_version = ?2 WHERE subject_id = ?1");
    sqlite3_stmt *schema = prepare("INSERT INTO schemas (schema_key, guid, equal_key, normal_key, format, text) VALUES "
                                   "(?1, ?2, ?2, ?2, 'AVRO', ?3)");
    sqlite3_stmt *version = prepare("INSERT INTO versions (subject_id, version, schema_key, is_deleted, "
                                    "normal_hash, created_ms) VALUES (?1, ?2, ?3, 0, ?3, ?3)");
    sqlite3_stmt *next_id = prepare("UPDATE contexts SET next_schema_id = ?1 WHERE context_id = 1");
    sqlite3_stmt *totals = prepare("UPDATE totals SET revision = ?1, version_count = ?1 WHERE one = 1");
    char text[1024];
    memset(text, 'x', sizeof text);
    long done = 0, subjects = 0;
    double start = now();
    unsigned seed = 1;
    while (now() - start < seconds) {
        run(begin);
        for (long i = 0; i < batch; i++, done++) {
            unsigned char guid[16];
            for (int b = 0; b < 16; b++)
                guid[b] = (unsigned char)rand_r(&seed);
            long id = done % SUBJECTS + 1;
            if (new_subjects || subjects < SUBJECTS) {
                char name[32];
                id = ++subjects;
                snprintf(name, sizeof name, "subject-%ld", id);
                sqlite3_bind_int64(subject, 1, id);
                sqlite3_bind_text(subject, 2, name, -1, SQLITE_TRANSIENT);
                run(subject);
            } else {
                sqlite3_bind_int64(touch, 1, id);
                sqlite3_bind_int64(touch, 2, done);
                run(touch);
            }
            sqlite3_int64 key = 4294967296LL + done + 1;
            sqlite3_bind_int64(schema, 1, key);
            sqlite3_bind_blob(schema, 2, guid, 16, SQLITE_TRANSIENT);
            sqlite3_bind_text(schema, 3, text, 200, SQLITE_STATIC);
            run(schema);
            sqlite3_bind_int64(version, 1, id);
            sqlite3_bind_int64(version, 2, done + 1);
            sqlite3_bind_int64(version, 3, key);
            run(version);
            sqlite3_bind_int64(next_id, 1, done + 2);
            run(next_id);
        }
        sqlite3_bind_int64(totals, 1, done);
        run(totals);
        run(commit);
    }
    printf("%.0f\n", (double)done / (now() - start));
    return 0;
}
