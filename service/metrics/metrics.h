/* Counters and histograms, in Prometheus text form. Writers touch their own cells only (relaxed atomics, one set of cells
 * per thread, merged on scrape): no lock on any hot path. */
#pragma once

#include "buf.h"

/* Request metrics are kept per route; routes are named once at start. */
#define METRICS_ROUTES_MAX 64

enum metric_id {
#define METRIC_ROW(id, name, kind, text) METRIC_##id,
#include "metrics.def"
#undef METRIC_ROW
    METRIC_COUNT_
};

struct metrics;

struct metrics_route {
    const char *method, *pattern;
};

/* routes: constant table; *ret is owned by the caller. 0, -1 without memory. */
int metrics_new(const struct metrics_route *routes, size_t route_count, struct metrics **ret);
void metrics_free(struct metrics *metrics);

/* A request that was answered: route index (route_count for none), HTTP status, nanoseconds it took. Any thread; takes some 20 ns. */
void metrics_request(struct metrics *metrics, size_t route, unsigned status, int64_t nanoseconds);
/* Adds to a counter. Any thread. */
void metrics_add(struct metrics *metrics, enum metric_id id, uint64_t amount);
/* Sets a gauge (last write wins). Any thread. */
void metrics_set(struct metrics *metrics, enum metric_id id, int64_t value);
/* Observes a duration in a histogram of metrics.def. Any thread. */
void metrics_observe(struct metrics *metrics, enum metric_id id, int64_t nanoseconds);
/* Prometheus text format 0.0.4, with # HELP and # TYPE for each family; passes promtool check metrics. Any thread. */
void metrics_print(struct metrics *metrics, struct buf *out);
