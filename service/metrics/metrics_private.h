/* What metrics.c and exposition.c share. Private. */
#pragma once

#include "metrics.h"

#include <pthread.h>
#include <stdatomic.h>

#define METRICS_BUCKETS 11
#define METRICS_STATUSES 17
#define METRICS_CELL_SETS 64

enum metric_kind { METRIC_KIND_COUNTER, METRIC_KIND_GAUGE, METRIC_KIND_HISTOGRAM };

struct metric_row {
    const char *name;
    enum metric_kind kind;
    const char *text;
};

struct metric_histogram {
    atomic_uint_least64_t buckets[METRICS_BUCKETS + 1], sum;
};

/* The cells that one thread adds to. */
struct metric_cells {
    atomic_uint_least64_t counters[METRIC_COUNT_];
    atomic_uint_least64_t requests[METRICS_ROUTES_MAX][METRICS_STATUSES];
    struct metric_histogram durations[METRICS_ROUTES_MAX];
    struct metric_histogram histograms[METRIC_COUNT_];
};

struct metrics {
    struct arena *arena; /* guarded by lock once threads run */
    pthread_mutex_t lock;
    const struct metrics_route *routes;
    size_t route_count;
    _Atomic(struct metric_cells *) cells[METRICS_CELL_SETS];
    atomic_int_least64_t gauges[METRIC_COUNT_];
    atomic_bool is_set[METRIC_COUNT_];
};

extern const struct metric_row metric_rows[METRIC_COUNT_];
extern const int64_t metrics_bounds[METRICS_BUCKETS];
/* The last place, without a number, is for all other statuses. */
extern const unsigned metrics_statuses[METRICS_STATUSES - 1];
