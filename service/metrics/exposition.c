#include "metrics_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void head(struct buf *out, const char *name, const char *type, const char *text)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, text, name, type);
}

/* The sum of one cell over all threads; offset is that of the cell in its set. */
static uint64_t total(const struct metrics *m, size_t offset)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < METRICS_CELL_SETS; i++) {
        const struct metric_cells *cells = atomic_load(&m->cells[i]);
        if (cells)
            sum += atomic_load_explicit((const atomic_uint_least64_t *)(const void *)((const char *)cells + offset),
                                        memory_order_relaxed);
    }
    return sum;
}

/* labels: "" or "{…,". Buckets are cumulative. */
static void print_histogram(const struct metrics *m, struct buf *out, const char *name, struct str labels,
                            size_t offset)
{
    uint64_t count = 0;
    bool has_labels = labels.n > 0;
    for (size_t i = 0; i <= METRICS_BUCKETS; i++) {
        count += total(m, offset + offsetof(struct metric_histogram, buckets) + i * sizeof(atomic_uint_least64_t));
        buf_printf(out, "%s_bucket{" STR_FMT "%s", name, STR_ARG(labels), has_labels ? "," : "");
        if (i < METRICS_BUCKETS)
            buf_printf(out, "le=\"%g\"} ", (double)metrics_bounds[i] / 1e9);
        else
            buf_add(out, STR("le=\"+Inf\"} "));
        buf_printf(out, "%llu\n", (unsigned long long)count);
    }
    uint64_t sum = total(m, offset + offsetof(struct metric_histogram, sum));
    const char *open = has_labels ? "{" : "", *close = has_labels ? "}" : "";
    buf_printf(out, "%s_sum%s" STR_FMT "%s %.9f\n", name, open, STR_ARG(labels), close, (double)sum / 1e9);
    buf_printf(out, "%s_count%s" STR_FMT "%s %llu\n", name, open, STR_ARG(labels), close, (unsigned long long)count);
}

static struct metrics_route route_at(const struct metrics *m, size_t route)
{
    return route < m->route_count ? m->routes[route] : (struct metrics_route){"other", "none"};
}

static size_t requests_offset(size_t route, size_t status)
{
    return offsetof(struct metric_cells, requests) +
           (route * METRICS_STATUSES + status) * sizeof(atomic_uint_least64_t);
}

static void print_requests(const struct metrics *m, struct buf *out)
{
    head(out, "avouch_http_requests_total", "counter", "Requests answered");
    for (size_t route = 0; route <= m->route_count; route++) {
        for (size_t status = 0; status < METRICS_STATUSES; status++) {
            uint64_t count = total(m, requests_offset(route, status));
            if (count == 0)
                continue;
            struct metrics_route row = route_at(m, route);
            buf_printf(out, "avouch_http_requests_total{method=\"%s\",route=\"%s\",status=\"", row.method, row.pattern);
            if (status < METRICS_STATUSES - 1)
                buf_add_int(out, metrics_statuses[status]);
            else
                buf_add(out, STR("other"));
            buf_printf(out, "\"} %llu\n", (unsigned long long)count);
        }
    }
    head(out, "avouch_http_request_duration_seconds", "histogram", "Time from the head of a request to its answer");
    for (size_t route = 0; route <= m->route_count; route++) {
        uint64_t count = 0;
        for (size_t status = 0; status < METRICS_STATUSES; status++)
            count += total(m, requests_offset(route, status));
        if (count == 0)
            continue;
        char labels[256];
        struct metrics_route row = route_at(m, route);
        snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\"", row.method, row.pattern);
        print_histogram(m, out, "avouch_http_request_duration_seconds", str_of(labels),
                        offsetof(struct metric_cells, durations) + route * sizeof(struct metric_histogram));
    }
}

static void print_rows(const struct metrics *m, struct buf *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    for (size_t i = 0; i < METRIC_COUNT_; i++) {
        const struct metric_row *row = &metric_rows[i];
        head(out, row->name, types[row->kind], row->text);
        if (row->kind == METRIC_KIND_HISTOGRAM) {
            print_histogram(m, out, row->name, STR_EMPTY,
                            offsetof(struct metric_cells, histograms) + i * sizeof(struct metric_histogram));
            continue;
        }
        bool is_set = atomic_load_explicit(&m->is_set[i], memory_order_relaxed);
        int64_t value =
            is_set ? atomic_load_explicit(&m->gauges[i], memory_order_relaxed)
                   : (int64_t)total(m, offsetof(struct metric_cells, counters) + i * sizeof(atomic_uint_least64_t));
        buf_printf(out, "%s %lld\n", row->name, (long long)value);
    }
}

/* Resident pages, from /proc/self/statm; 0 when it cannot be read. */
static long resident_pages(void)
{
    char text[128];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return 0;
    text[got] = '\0';
    const char *second = strchr(text, ' ');
    return second ? strtol(second, NULL, 10) : 0;
}

static int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 3 ? count - 3 : 0; /* . and .. and the folder itself */
}

static void print_process(struct buf *out)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    head(out, "process_resident_memory_bytes", "gauge", "Resident memory");
    buf_printf(out, "process_resident_memory_bytes %lld\n",
               (long long)resident_pages() * (long long)sysconf(_SC_PAGESIZE));
    head(out, "process_cpu_seconds_total", "counter", "Processor time used");
    buf_printf(out, "process_cpu_seconds_total %.2f\n", cpu);
    head(out, "process_open_fds", "gauge", "Open file descriptors");
    buf_printf(out, "process_open_fds %d\n", open_files());
}

void metrics_print(struct metrics *metrics, struct buf *out)
{
    print_requests(metrics, out);
    print_rows(metrics, out);
    print_process(out);
}
