/* Makes a large store for measuring: make_store FOLDER SUBJECTS VERSIONS_EACH
 * Goes through the store's own transactions, many at once; every version is a schema of its own. */
#include "hash.h"
#include "identity.h"
#include "sqlite/sqlite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define AT_ONCE 512

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_done = PTHREAD_COND_INITIALIZER;
static size_t running;

static void done(struct storage_change *change)
{
    if (change->outcome != STORAGE_DONE) {
        fprintf(stderr, "outcome %d: " STR_FMT "\n", (int)change->outcome, STR_ARG(change->err.text));
        exit(1);
    }
    pthread_mutex_lock(&lock);
    if (--running == 0)
        pthread_cond_signal(&all_done);
    pthread_mutex_unlock(&lock);
}

static void must(int outcome, const struct error *err)
{
    if (outcome == 0)
        return;
    fprintf(stderr, STR_FMT "\n", STR_ARG(err->text));
    exit(1);
}

/* The keys are those that the registry would compute: the text is canonical, and refers to nothing. */
static void fill(struct arena *arena, struct storage_change *change, long subject, long version)
{
    struct contract none = {{NULL, 0}, {NULL, 0}};
    struct stored_schema *schema = &change->reg.schema;
    schema->format = STR("AVRO");
    schema->text = arena_printf(arena,
                                "{\"type\":\"record\",\"name\":\"Event%ld\",\"namespace\":\"org.example.events\","
                                "\"doc\":\"what happened, as version %ld tells it\",\"fields\":[{\"name\":\"id\","
                                "\"type\":\"long\"},{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"at\",\"type\":"
                                "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"amount\","
                                "\"type\":[\"null\",\"double\"],\"default\":null}]}",
                                subject, version);
    struct str keyed = ARENA_JOIN(arena, schema->format, schema->text);
    identity_guid(arena, schema->text, NULL, 0, &none, schema->guid);
    hash_md5(keyed, schema->equal_key);
    hash_md5(keyed, schema->normal_key);
    change->reg.schema_id = -1;
}

/* One version for up to AT_ONCE subjects from first on. */
static void write_wave(struct storage *storage, long first, long end, long version)
{
    struct arena *arena = arena_new(64u << 20);
    struct error err = ERROR_INIT(arena);
    struct storage_change *changes = ARENA_ARRAY(arena, AT_ONCE, struct storage_change);
    struct storage_snapshot *snapshot;
    struct stored_settings settings;
    must(storage->ops->snapshot_open(storage, &snapshot, &err), &err);
    must(storage->ops->read_settings(snapshot, arena, STR("."), STR_EMPTY, &settings, &err), &err);
    running = (size_t)(end - first);
    for (long i = first; i < end; i++) {
        struct storage_change *change = &changes[i - first];
        struct stored_subject state;
        struct str name = arena_printf(arena, "orders.region-%ld.events-value", i);
        must(storage->ops->read_subject(snapshot, STR("."), name, &state, &err), &err);
        *change = (struct storage_change){.kind = STORAGE_REGISTER,
                                          .context = STR("."),
                                          .subject = name,
                                          .expected_subject_revision = state.revision,
                                          .expected_settings_revision = settings.revision,
                                          .now_ms = 1700000000000 + version,
                                          .done = done,
                                          .err = ERROR_INIT(arena)};
        fill(arena, change, i, version);
    }
    storage->ops->snapshot_close(snapshot);
    for (long i = first; i < end; i++)
        storage->ops->submit(storage, &changes[i - first]);
    pthread_mutex_lock(&lock);
    while (running)
        pthread_cond_wait(&all_done, &lock);
    pthread_mutex_unlock(&lock);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: make_store FOLDER SUBJECTS VERSIONS_EACH\n");
        return 2;
    }
    struct sqlite_options options = {argv[1], 1};
    struct arena *arena = arena_new(1u << 20);
    struct error err = ERROR_INIT(arena);
    struct storage *storage;
    long subjects = strtol(argv[2], NULL, 10), versions = strtol(argv[3], NULL, 10);
    must(sqlite_storage_open(&options, true, &storage, &err), &err);
    for (long first = 0; first < subjects; first += AT_ONCE) {
        long end = first + AT_ONCE < subjects ? first + AT_ONCE : subjects;
        for (long version = 1; version <= versions; version++)
            write_wave(storage, first, end, version);
    }
    storage_close(storage);
    arena_free(arena);
    return 0;
}
