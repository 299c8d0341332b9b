/* Metrics, inside: the sink counts, the writer reads copies. */
#ifndef UOWI_CONTEXT_METRICS_H
#define UOWI_CONTEXT_METRICS_H

#include "base/buf.h"
#include "base/map.h"
#include "base/platform.h"
#include "uow/metrics.h"

#define UOWI_METRICS_MAGIC 0x756f7778u

typedef struct uowi_metric uowi_metric;
typedef struct uowi_metric_factory uowi_metric_factory;

struct uowi_metric {
    uint64_t hash;
    uow_statement_statistics is;
    uowi_metric *next;
};

struct uowi_metric_factory {
    const uow_factory *factory;
    char *name;
    uowi_metric_factory *next;
};

/* Units by what ended them, in the words of the trace. */
#define UOWI_METRIC_UNITS 6

/* Steps of distributed units, likewise. */
#define UOWI_METRIC_STEPS 7

struct uow_metrics {
    uint32_t magic;
    uowi_mem *mem;
    uow_metrics_options options;
    uowi_mutex mutex; /* guards what follows */
    uowi_map by_text;
    uowi_metric *first;
    size_t count;
    uowi_metric others; /* texts beyond the limit */
    uint64_t units[UOWI_METRIC_UNITS], unit_errors;
    uint64_t steps[UOWI_METRIC_STEPS], step_errors[UOWI_METRIC_STEPS];
    uint64_t refusals, opened, open_errors, closed, lost;
    uowi_buf text; /* of the event being counted */
    uowi_metric_factory *factories;
};

extern const char *const uowi_metric_units[UOWI_METRIC_UNITS];
extern const char *const uowi_metric_steps[UOWI_METRIC_STEPS];

/* Copies of all statements, most time first, in one block; texts are the collection's and live as long as it does. */
uow_status uowi_metrics_copy(uow_metrics *m, uow_statement_statistics **out, size_t *out_count);

#endif
