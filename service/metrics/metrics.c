#include "metrics_private.h"

#include <pthread.h>

const struct metric_row metric_rows[METRIC_COUNT_] = {
#define METRIC_ROW(id, name, kind, text) {(name), METRIC_KIND_##kind, (text)},
#include "metrics.def"
#undef METRIC_ROW
};

/* Upper bounds of the buckets, in nanoseconds; one more bucket has none. */
const int64_t metrics_bounds[METRICS_BUCKETS] = {50000,    100000,   250000,    500000,     1000000,   2500000,
                                                 10000000, 50000000, 250000000, 1000000000, 5000000000};

const unsigned metrics_statuses[METRICS_STATUSES - 1] = {200, 204, 400, 401, 404, 405, 406, 409,
                                                         413, 414, 415, 422, 431, 500, 503, 504};

/* Threads are spread over the cell sets; two that share one are still counted right. */
static _Thread_local unsigned own_index = 0;
static atomic_uint next_index = 1;

int metrics_new(const struct metrics_route *routes, size_t route_count, struct metrics **ret)
{
    struct arena *arena = arena_new(64u << 20);
    struct metrics *m = arena ? ARENA_NEW(arena, struct metrics) : NULL;
    if (!m || route_count >= METRICS_ROUTES_MAX) {
        arena_free(arena);
        return -1;
    }
    m->arena = arena;
    m->routes = routes;
    m->route_count = route_count;
    pthread_mutex_init(&m->lock, NULL);
    *ret = m;
    return 0;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    pthread_mutex_destroy(&metrics->lock);
    arena_free(metrics->arena);
}

static struct metric_cells *make_cells(struct metrics *m, unsigned index)
{
    pthread_mutex_lock(&m->lock);
    struct metric_cells *cells = atomic_load(&m->cells[index]);
    if (!cells) {
        cells = ARENA_NEW(m->arena, struct metric_cells);
        atomic_store(&m->cells[index], cells);
    }
    pthread_mutex_unlock(&m->lock);
    return cells;
}

static struct metric_cells *own_cells(struct metrics *m)
{
    if (own_index == 0)
        own_index = atomic_fetch_add(&next_index, 1) % (METRICS_CELL_SETS - 1) + 1;
    unsigned index = own_index - 1;
    struct metric_cells *cells = atomic_load_explicit(&m->cells[index], memory_order_acquire);
    return cells ? cells : make_cells(m, index);
}

static void add(atomic_uint_least64_t *cell, uint64_t amount)
{
    atomic_fetch_add_explicit(cell, amount, memory_order_relaxed);
}

static void observe(struct metric_histogram *h, int64_t nanoseconds)
{
    size_t bucket = 0;
    while (bucket < METRICS_BUCKETS && nanoseconds > metrics_bounds[bucket])
        bucket++;
    add(&h->buckets[bucket], 1);
    add(&h->sum, nanoseconds > 0 ? (uint64_t)nanoseconds : 0);
}

void metrics_request(struct metrics *metrics, size_t route, unsigned status, int64_t nanoseconds)
{
    struct metric_cells *cells = own_cells(metrics);
    if (!cells || route >= METRICS_ROUTES_MAX)
        return;
    size_t at = 0;
    while (at < METRICS_STATUSES - 1 && metrics_statuses[at] != status)
        at++;
    add(&cells->requests[route][at], 1);
    observe(&cells->durations[route], nanoseconds);
}

void metrics_add(struct metrics *metrics, enum metric_id id, uint64_t amount)
{
    struct metric_cells *cells = own_cells(metrics);
    if (cells)
        add(&cells->counters[id], amount);
}

void metrics_set(struct metrics *metrics, enum metric_id id, int64_t value)
{
    atomic_store_explicit(&metrics->gauges[id], value, memory_order_relaxed);
    atomic_store_explicit(&metrics->is_set[id], true, memory_order_relaxed);
}

void metrics_observe(struct metrics *metrics, enum metric_id id, int64_t nanoseconds)
{
    struct metric_cells *cells = own_cells(metrics);
    if (cells)
        observe(&cells->histograms[id], nanoseconds);
}
