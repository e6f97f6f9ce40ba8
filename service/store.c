#include "store.h"

#include "postgres/postgres.h"
#include "sqlite/sqlite.h"

#include <unistd.h>

static bool is_postgres(const struct config *config)
{
    return config_text(config, OPTION_DATABASE_URL).n > 0;
}

/* One connection for each worker, and one to spare. */
static unsigned readers(const struct config *config)
{
    int64_t workers = config_number(config, OPTION_WORKER_THREADS);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return (unsigned)(workers ? workers : (cores < 1 ? 1 : cores) * 2) + 1;
}

static const char *text_of(struct arena *arena, const struct config *config, enum option_id id)
{
    struct str text = arena_str(arena, config_text(config, id));
    return text.p ? text.p : "";
}

static struct sqlite_options sqlite_options_of(struct arena *arena, const struct config *config)
{
    return (struct sqlite_options){text_of(arena, config, OPTION_DATA_DIR), readers(config)};
}

static struct postgres_options postgres_options_of(struct arena *arena, const struct config *config)
{
    return (struct postgres_options){
        .url = text_of(arena, config, OPTION_DATABASE_URL),
        .schema = text_of(arena, config, OPTION_DATABASE_SCHEMA),
        .readers = readers(config),
        .timeout_ms = (int)config_number(config, OPTION_DATABASE_TIMEOUT_MS),
        .lease_ms = (int)config_number(config, OPTION_DATABASE_LEASE_MS),
        .poll_ms = (int)config_number(config, OPTION_DATABASE_POLL_MS),
    };
}

int store_open(const struct config *config, struct arena *arena, bool migrate, struct storage **ret, struct error *err)
{
    if (is_postgres(config)) {
        struct postgres_options options = postgres_options_of(arena, config);
        return postgres_storage_open(&options, migrate, ret, err);
    }
    struct sqlite_options options = sqlite_options_of(arena, config);
    return sqlite_storage_open(&options, migrate, ret, err);
}

int store_migrations_read(const struct config *config, struct arena *arena, struct store_migrations *ret,
                          struct error *err)
{
    if (is_postgres(config)) {
        struct postgres_options options = postgres_options_of(arena, config);
        struct postgres_migration_state state;
        if (postgres_storage_migration_state(&options, &state, err) != 0)
            return -1;
        *ret = (struct store_migrations){state.applied, state.known};
        return 0;
    }
    struct sqlite_options options = sqlite_options_of(arena, config);
    struct sqlite_migration_state state;
    if (sqlite_storage_migration_state(&options, &state, err) != 0)
        return -1;
    *ret = (struct store_migrations){state.applied, state.known};
    return 0;
}

struct str store_place(const struct config *config, struct arena *arena)
{
    if (!is_postgres(config))
        return config_text(config, OPTION_DATA_DIR);
    return ARENA_JOIN(arena, STR("PostgreSQL, schema "), config_text(config, OPTION_DATABASE_SCHEMA));
}
