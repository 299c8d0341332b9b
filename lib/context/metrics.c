/* Counting what the trace tells. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "context/context.h"
#include "context/env_open.h"
#include "work/normal.h"

const char *const uowi_metric_units[UOWI_METRIC_UNITS] = {"begin",   "commit", "rollback", "savepoint",
                                                          "release", "rollback to savepoint"};

const char *const uowi_metric_steps[UOWI_METRIC_STEPS] = {"begin",  "prepare",  "decide", "settle",
                                                          "commit", "rollback", "forget"};

static bool metric_same(const void *value, const void *key, const void *user)
{
    const uowi_metric *metric = value;

    (void)user;
    return strcmp(metric->is.text, key) == 0;
}

uow_status uow_metrics_open(uow_env *env, const uow_metrics_options *given, uow_metrics **out_metrics)
{
    static const uow_metrics_options defaults = UOW_METRICS_OPTIONS_INIT;
    uow_metrics *m;

    if (!uowi_env_usable(env) || !out_metrics)
        return UOW_MISUSE;
    m = uowi_zalloc(&env->mem, sizeof *m);
    if (!m)
        return UOW_NO_MEMORY;
    m->mem = &env->mem;
    m->options = defaults;
    if ((given && !uowi_options_copy(&m->options, sizeof m->options, given, given->struct_size)) ||
        !uowi_mutex_init(&m->mutex)) {
        uowi_free(m->mem, m, sizeof *m);
        return UOW_MISUSE;
    }
    if (m->options.max_statements == 0)
        m->options.max_statements = 1000;
    uowi_map_init(&m->by_text, m->mem, metric_same, NULL);
    uowi_buf_init(&m->text, m->mem, 0);
    m->others.is.text = "(others)";
    m->magic = UOWI_METRICS_MAGIC;
    *out_metrics = m;
    return UOW_OK;
}

static uowi_metric *metric_make(uow_metrics *m, const char *text, uint64_t hash)
{
    uowi_metric *metric = uowi_zalloc(m->mem, sizeof *metric);

    if (!metric)
        return NULL;
    metric->hash = hash;
    metric->is.text = uowi_strdup(m->mem, text);
    if (!metric->is.text || !uowi_map_put(&m->by_text, hash, metric)) {
        uowi_strfree(m->mem, (char *)(uintptr_t)metric->is.text);
        uowi_free(m->mem, metric, sizeof *metric);
        return NULL;
    }
    metric->next = m->first;
    m->first = metric;
    m->count++;
    return metric;
}

/* Under the mutex. What cannot be kept apart is counted among the others. */
static uowi_metric *metric_of(uow_metrics *m, const char *sql)
{
    uowi_metric *metric;
    const char *text;
    uint64_t hash;

    uowi_buf_reset(&m->text);
    uowi_normal_text(sql, strlen(sql), &m->text);
    if (m->text.failed)
        return &m->others;
    text = uowi_buf_cstr(&m->text);
    hash = uowi_hash(text, m->text.length, 0);
    metric = uowi_map_get(&m->by_text, hash, text);
    if (!metric && m->count < m->options.max_statements)
        metric = metric_make(m, text, hash);
    return metric ? metric : &m->others;
}

static void metric_statement(uow_metrics *m, const uow_trace_event *event)
{
    uow_statement_statistics *is = &metric_of(m, event->text)->is;

    is->count++;
    is->errors += event->status != UOW_OK;
    is->rows += event->rows > 0 ? (uint64_t)event->rows : 0;
    is->total_ns += event->duration_ns;
    if (event->duration_ns > is->max_ns)
        is->max_ns = event->duration_ns;
}

static void metric_unit(uow_metrics *m, const uow_trace_event *event)
{
    for (int i = 0; i < UOWI_METRIC_UNITS; i++)
        m->units[i] += strcmp(event->text, uowi_metric_units[i]) == 0;
    m->unit_errors += event->status != UOW_OK;
}

/* Each step is told before it, too. */
static void metric_step(uow_metrics *m, const uow_trace_event *event)
{
    if (event->status == UOW_PENDING)
        return;
    for (int i = 0; i < UOWI_METRIC_STEPS; i++)
        if (strcmp(event->text, uowi_metric_steps[i]) == 0) {
            m->steps[i]++;
            m->step_errors[i] += event->status != UOW_OK;
        }
}

static void metric_connection(uow_metrics *m, const uow_trace_event *event)
{
    bool open = strcmp(event->text, "open") == 0;

    m->opened += open && event->status == UOW_OK;
    m->open_errors += open && event->status != UOW_OK;
    m->closed += strcmp(event->text, "close") == 0;
    m->lost += strcmp(event->text, "lost") == 0;
}

void uow_metrics_trace(const uow_trace_event *event, void *user)
{
    uow_metrics *m = user;

    if (!event || !m || m->magic != UOWI_METRICS_MAGIC)
        return;
    uowi_mutex_lock(&m->mutex);
    if (event->kind == UOW_TRACE_STATEMENT)
        metric_statement(m, event);
    else if (event->kind == UOW_TRACE_UNIT)
        metric_unit(m, event);
    else if (event->kind == UOW_TRACE_BRANCH)
        metric_step(m, event);
    else if (event->kind == UOW_TRACE_CONNECTION)
        metric_connection(m, event);
    else if (event->kind == UOW_TRACE_GUARD)
        m->refusals += event->status == UOW_BUSY;
    uowi_mutex_unlock(&m->mutex);
    if (m->options.next)
        m->options.next(event, m->options.next_user);
}

static uowi_metric_factory *metric_factory_new(uowi_mem *mem, const uow_factory *factory, const char *name)
{
    uowi_metric_factory *entry = uowi_zalloc(mem, sizeof *entry);

    if (!entry)
        return NULL;
    entry->factory = factory;
    entry->name = uowi_strdup(mem, name);
    if (entry->name)
        return entry;
    uowi_free(mem, entry, sizeof *entry);
    return NULL;
}

static void metric_factory_free(uowi_mem *mem, uowi_metric_factory *entry)
{
    if (!entry)
        return;
    uowi_strfree(mem, entry->name);
    uowi_free(mem, entry, sizeof *entry);
}

uow_status uow_metrics_factory(uow_metrics *metrics, const uow_factory *factory, const char *name)
{
    uowi_metric_factory **at, *entry, *taken = NULL;
    bool there;

    if (!metrics || metrics->magic != UOWI_METRICS_MAGIC || !factory)
        return UOW_MISUSE;
    entry = name ? metric_factory_new(metrics->mem, factory, name) : NULL;
    if (name && !entry)
        return UOW_NO_MEMORY;
    uowi_mutex_lock(&metrics->mutex);
    at = &metrics->factories;
    while (*at && (*at)->factory != factory && (!name || strcmp((*at)->name, name) != 0))
        at = &(*at)->next;
    there = *at != NULL;
    if (!name && there) {
        taken = *at;
        *at = taken->next;
    } else if (name && !there) {
        *at = entry;
        entry = NULL;
    }
    uowi_mutex_unlock(&metrics->mutex);
    metric_factory_free(metrics->mem, taken);
    metric_factory_free(metrics->mem, entry);
    return there == (name == NULL) ? UOW_OK : UOW_MISUSE;
}

static int metric_by_time(const void *a, const void *b)
{
    const uow_statement_statistics *x = a, *y = b;

    return (x->total_ns < y->total_ns) - (x->total_ns > y->total_ns);
}

uow_status uowi_metrics_copy(uow_metrics *m, uow_statement_statistics **out, size_t *out_count)
{
    size_t count;
    uow_statement_statistics *all;

    *out = NULL;
    uowi_mutex_lock(&m->mutex);
    count = m->count + 1;
    all = uowi_alloc_array(m->mem, count, sizeof *all);
    *out_count = count;
    for (uowi_metric *metric = m->first; all && metric; metric = metric->next)
        all[--count] = metric->is;
    if (all)
        all[0] = m->others.is;
    uowi_mutex_unlock(&m->mutex);
    if (!all)
        return UOW_NO_MEMORY;
    qsort(all, *out_count, sizeof *all, metric_by_time);
    *out = all;
    return UOW_OK;
}

uow_status uow_metrics_statements(const uow_metrics *metrics, uow_statement_fn fn, void *user)
{
    uow_metrics *m = (uow_metrics *)(uintptr_t)metrics;
    uow_statement_statistics *all;
    size_t count = 0;
    uow_status st;

    if (!m || m->magic != UOWI_METRICS_MAGIC || !fn)
        return UOW_MISUSE;
    st = uowi_metrics_copy(m, &all, &count);
    for (size_t i = 0; st == UOW_OK && i < count; i++) {
        all[i].struct_size = sizeof all[i];
        if (all[i].count > 0 && !fn(&all[i], user))
            st = UOW_CANCELLED;
    }
    uowi_free(m->mem, all, count * sizeof *all);
    return st;
}

void uow_metrics_close(uow_metrics *metrics)
{
    uow_metrics *m = metrics;

    if (!m || m->magic != UOWI_METRICS_MAGIC)
        return;
    m->magic = 0;
    while (m->first) {
        uowi_metric *metric = m->first;

        m->first = metric->next;
        uowi_strfree(m->mem, (char *)(uintptr_t)metric->is.text);
        uowi_free(m->mem, metric, sizeof *metric);
    }
    while (m->factories) {
        uowi_metric_factory *entry = m->factories;

        m->factories = entry->next;
        metric_factory_free(m->mem, entry);
    }
    uowi_map_done(&m->by_text);
    uowi_buf_done(&m->text);
    uowi_mutex_done(&m->mutex);
    uowi_free(m->mem, m, sizeof *m);
}
