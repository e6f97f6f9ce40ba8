#include "handlers.h"
#include "work.h"

#define METRICS_MAX_BYTES (4u << 20)

static enum handler_result answer(struct exchange *x, struct str text)
{
    x->reply.status = 200;
    buf_init(&x->reply.body, x->arena, METRICS_MAX_BYTES);
    buf_add(&x->reply.body, text);
    return HANDLER_DONE;
}

enum handler_result handle_root(struct exchange *x)
{
    return answer(x, STR("{}"));
}

enum handler_result handle_no_associations(struct exchange *x)
{
    return answer(x, STR("[]"));
}

enum handler_result handle_metadata_id(struct exchange *x)
{
    const struct application *app = x->application;
    struct str kafka = config_text(app->config, OPTION_KAFKA_CLUSTER_ID);
    answer(x, STR("{\"scope\":{\"path\":[],\"clusters\":{"));
    if (kafka.n)
        work_text(&x->reply.body, "kafka-cluster", kafka);
    work_text(&x->reply.body, "schema-registry-cluster", config_text(app->config, OPTION_CLUSTER_ID));
    buf_add(&x->reply.body, STR("}}}"));
    return HANDLER_DONE;
}

enum handler_result handle_metadata_version(struct exchange *x)
{
    const struct application *app = x->application;
    answer(x, STR("{"));
    work_text(&x->reply.body, "version", str_of(app->version));
    work_text(&x->reply.body, "commitId", str_of(app->commit));
    buf_add_char(&x->reply.body, '}');
    return HANDLER_DONE;
}

enum handler_result handle_metadata_deployment(struct exchange *x)
{
    return answer(x, STR("{\"attributes\":[]}"));
}

enum handler_result handle_live(struct exchange *x)
{
    x->reply.content_type = STR("application/json");
    return answer(x, STR("{\"status\":\"UP\"}"));
}

enum handler_result handle_ready(struct exchange *x)
{
    const struct application *app = x->application;
    struct storage *storage = app->core->storage;
    struct storage_snapshot *snapshot = NULL;
    x->reply.content_type = STR("application/json");
    bool is_up = storage->ops->snapshot_open(storage, &snapshot, &x->err) == 0;
    if (is_up) {
        is_up = storage->ops->ping(snapshot, &x->err) == 0;
        storage->ops->snapshot_close(snapshot);
    }
    struct str reason = x->err.text;
    x->err.id = ERROR_NONE;
    answer(x, is_up ? STR("{\"status\":\"UP\"") : STR("{\"status\":\"DOWN\""));
    work_text(&x->reply.body, "storage", !is_up ? reason : storage->is_read_only ? STR("READ_ONLY") : STR("UP"));
    buf_add_char(&x->reply.body, '}');
    if (!is_up)
        x->reply.status = 503;
    return HANDLER_DONE;
}

/* Numbers that others count are copied when someone asks. */
static void update_metrics(const struct application *app, struct arena *arena)
{
    struct core *core = app->core;
    struct metrics *m = app->metrics;
    struct storage_counts counts = {0};
    struct stamped_cache_totals schemas;
    struct storage_snapshot *snapshot;
    struct error ignored = ERROR_INIT(arena);
    server_update_metrics(app->server);
    stamped_cache_totals(core->schemas, &schemas);
    metrics_set(m, METRIC_SCHEMA_CACHE_BYTES, (int64_t)schemas.bytes);
    metrics_set(m, METRIC_SCHEMA_CACHE_HITS, (int64_t)schemas.hits);
    metrics_set(m, METRIC_SCHEMA_CACHE_MISSES, (int64_t)schemas.misses);
    metrics_set(m, METRIC_SCHEMAS_REGISTERED, (int64_t)atomic_load(&core->registered));
    metrics_set(m, METRIC_SCHEMAS_DELETED, (int64_t)atomic_load(&core->deleted));
    metrics_set(m, METRIC_INCOMPATIBLE, (int64_t)atomic_load(&core->incompatible));
    metrics_set(m, METRIC_STORAGE_COMMITS, (int64_t)atomic_load(&core->storage->commits));
    metrics_set(m, METRIC_STORAGE_COMMITTED, (int64_t)atomic_load(&core->storage->changes));
    metrics_set(m, METRIC_STORAGE_FAILURES, (int64_t)atomic_load(&core->storage->failures));
    metrics_set(m, METRIC_STORAGE_UP, !atomic_load(&core->storage->is_away));
    if (core->storage->ops->snapshot_open(core->storage, &snapshot, &ignored) != 0)
        return;
    if (core->storage->ops->read_counts(snapshot, &counts, &ignored) == 0) {
        metrics_set(m, METRIC_STORED_SCHEMAS, counts.schemas);
        metrics_set(m, METRIC_STORED_VERSIONS, counts.versions);
        metrics_set(m, METRIC_STORED_SUBJECTS, counts.subjects);
    }
    core->storage->ops->snapshot_close(snapshot);
}

enum handler_result handle_metrics(struct exchange *x)
{
    const struct application *app = x->application;
    update_metrics(app, x->arena);
    x->reply.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    answer(x, STR_EMPTY);
    metrics_print(app->metrics, &x->reply.body);
    return HANDLER_DONE;
}
