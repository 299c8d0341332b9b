/* Metrics: what statements cost, what factories did, in the words of monitoring systems. */
#ifndef UOW_METRICS_H
#define UOW_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "uow/entry.h"
#include "uow/factory.h"

UOW_BEGIN_DECLS

typedef struct uow_metrics_options {
    size_t struct_size;
    uint32_t max_statements; /* different texts kept apart; 0: 1000. The rest is counted together */
    uow_trace_fn next;       /* is given each event afterwards; or NULL */
    void *next_user;
} uow_metrics_options;
#define UOW_METRICS_OPTIONS_INIT { sizeof(uow_metrics_options), 0, NULL, NULL }

/* What statements of one text did. Texts are one when only values, lengths of lists and white space differ. */
typedef struct uow_statement_statistics {
    size_t struct_size;
    const char *text; /* literals are "?", lists "?, .." */
    uint64_t count;   /* failed ones included */
    uint64_t errors;
    uint64_t rows;
    uint64_t total_ns;
    uint64_t max_ns;
} uow_statement_statistics;

/*
 * Make a collection of metrics. It listens as a trace sink: give uow_metrics_trace as trace and the collection as
 * trace_user in the options of an environment or of contexts.
 * Parameters: env lends its allocator and must outlive the collection. options may be NULL; copied.
 * Blocks: never. Threads: any. Returns: UOW_OK, UOW_MISUSE, UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_metrics_open(uow_env *env, const uow_metrics_options *options, uow_metrics **out_metrics);

/*
 * The sink. Parameters: user is the collection. Blocks: for a moment, while another event is counted. Threads: any.
 * Since: 0.1.
 */
UOW_API void uow_metrics_trace(const uow_trace_event *event, void *user);

/*
 * Add a factory's counters to what is written.
 * Parameters: name is copied. The factory must stay open for as long as metrics are written, or be taken out by the
 *   same call with name NULL.
 * Blocks: never. Threads: any. Returns: UOW_OK, UOW_MISUSE (a name or factory that is there already), UOW_NO_MEMORY.
 * Since: 0.1.
 */
UOW_API uow_status uow_metrics_factory(uow_metrics *metrics, const uow_factory *factory, const char *name);

/* Called with the statistics of one text; returns nonzero to go on. Valid during the callback only. */
typedef int (*uow_statement_fn)(const uow_statement_statistics *statistics, void *user);

/*
 * Go through the statements, those that took most time in all first.
 * Blocks: while others are counted; not while fn runs. Threads: any.
 * Returns: UOW_OK, UOW_CANCELLED (fn said stop), UOW_MISUSE, UOW_NO_MEMORY. Since: 0.1.
 */
UOW_API uow_status uow_metrics_statements(const uow_metrics *metrics, uow_statement_fn fn, void *user);

/*
 * Write everything as OpenMetrics text, as a scraper of Prometheus reads it.
 * Parameters: write receives one line at a time, with its line break, and returns nonzero to go on.
 * Blocks: as uow_metrics_statements. Threads: any. Returns: as uow_metrics_statements. Since: 0.1.
 * Source: OpenMetrics 1.0.
 */
UOW_API uow_status uow_metrics_write(const uow_metrics *metrics, uow_write_fn write, void *user);

/* Free a collection that nothing traces into any more. NULL is fine. Since: 0.1. */
UOW_API void uow_metrics_close(uow_metrics *metrics);

UOW_END_DECLS

#endif
