#include "commands.h"

#include "clock.h"
#include "copy_store.h"
#include "store.h"

#include <signal.h>
#include <stdio.h>

#define MEMORY (64u << 20)
/* A copy has time: an answer of the database is waited for this long. */
#define TIMEOUT "60000"

struct copy_arguments {
    const char *from, *to, *from_schema, *to_schema;
};

static int usage(void)
{
    fprintf(stderr,
            "usage: avouch copy --from STORE --to STORE [--from-schema NAME] [--to-schema NAME]\n"
            "STORE is the data folder of an embedded store, or a PostgreSQL connection string (postgresql://…).\n"
            "The target must be empty, or hold a part of the same copy; nobody may serve it meanwhile.\n");
    return 2;
}

static int read_arguments(int argc, char **argv, struct copy_arguments *ret)
{
    static const char *const names[] = {"--from", "--to", "--from-schema", "--to-schema"};
    const char **const values[] = {&ret->from, &ret->to, &ret->from_schema, &ret->to_schema};
    *ret = (struct copy_arguments){0};
    for (int i = 0; i + 1 < argc; i += 2) {
        size_t at = 0;
        while (at < 4 && strcmp(argv[i], names[at]) != 0)
            at++;
        if (at == 4)
            return -1;
        *values[at] = argv[i + 1];
    }
    return argc % 2 == 0 && ret->from && ret->to ? 0 : -1;
}

static bool is_url(const char *place)
{
    return strstr(place, "://") != NULL || strchr(place, '=') != NULL;
}

/* The settings of a store. 0, -1. */
static int config_of(const char *place, const char *schema, struct config **ret, struct error *err)
{
    const char *flags[6] = {is_url(place) ? "--database" : "--data", place, "--database.timeout.ms", TIMEOUT};
    int count = 4;
    if (schema) {
        flags[count++] = "--database.schema";
        flags[count++] = schema;
    }
    char *const environment[] = {NULL};
    char *arguments[6];
    for (int i = 0; i < count; i++)
        arguments[i] = (char *)(uintptr_t)flags[i];
    return config_read(count, arguments, environment, ret, err);
}

static void report(const struct copy_progress *p, bool is_checking)
{
    static int64_t last_ms;
    int64_t now_ms = clock_coarse_ms();
    if (now_ms - last_ms < 1000)
        return;
    last_ms = now_ms;
    fprintf(stderr, "%s: %zu of %zu subjects", is_checking ? "checked" : "copied", p->subjects, p->subject_count);
    if (!is_checking)
        fprintf(stderr, ", %zu versions written", p->versions);
    fputc('\n', stderr);
}

static int run(struct copy_job *job, struct error *err)
{
    struct str difference;
    if (copy_store(job, err) != 0)
        return 1;
    size_t written = job->progress.versions;
    int outcome = copy_check(job, &difference, err);
    if (outcome < 0)
        return 1;
    if (outcome == 1) {
        fprintf(stderr, "avouch: the copy is not equal: " STR_FMT " differs\n", STR_ARG(difference));
        return 1;
    }
    printf("copied and checked: %zu subjects, %zu versions written\n", job->progress.subject_count, written);
    return 0;
}

/* The source is never changed, not even migrated. */
static int open_both(const struct copy_arguments *a, struct config **configs, struct arena *arena, struct copy_job *job,
                     struct error *err)
{
    struct store_migrations state;
    if (config_of(a->from, a->from_schema, &configs[0], err) != 0 ||
        config_of(a->to, a->to_schema, &configs[1], err) != 0 ||
        store_migrations_read(configs[0], arena, &state, err) != 0)
        return -1;
    if (state.applied == 0)
        return error_raise(err, STORE, ARENA_JOIN(arena, STR("there is no store in "), store_place(configs[0], arena)));
    if (store_open(configs[0], arena, false, &job->from, err) != 0 ||
        store_open(configs[1], arena, true, &job->to, err) != 0)
        return -1;
    return storage_start(job->to, err);
}

int command_copy(int argc, char **argv)
{
    struct copy_arguments a;
    struct config *configs[2] = {NULL, NULL};
    struct copy_job job = {.report = report};
    if (read_arguments(argc, argv, &a) != 0)
        return usage();
    signal(SIGPIPE, SIG_IGN);
    struct arena *arena = arena_new(MEMORY);
    struct error err = ERROR_INIT(arena);
    int status = arena && open_both(&a, configs, arena, &job, &err) == 0 ? run(&job, &err) : 1;
    if (error_is_set(&err))
        fprintf(stderr, "avouch: " STR_FMT "\n", STR_ARG(err.text));
    storage_close(job.from);
    storage_close(job.to);
    config_free(configs[0]);
    config_free(configs[1]);
    arena_free(arena);
    return status;
}
