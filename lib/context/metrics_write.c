/* OpenMetrics 1.0: families of samples, names in snake case, seconds as seconds. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/metrics.h"

#include <string.h>

typedef struct metric_seen {
    char *name;
    uow_factory_counters counters;
} metric_seen;

typedef struct metric_out {
    uow_metrics *m;
    uow_write_fn write;
    void *user;
    uowi_buf line;
    uow_status st;
    uow_statement_statistics *statements;
    size_t statement_count;
    metric_seen *factories;
    size_t factory_count, factory_room;
} metric_out;

static void out_line(metric_out *out)
{
    uowi_buf_char(&out->line, '\n');
    if (out->st == UOW_OK && out->line.failed)
        out->st = UOW_NO_MEMORY;
    if (out->st == UOW_OK && !out->write(out->line.data, out->line.length, out->user))
        out->st = UOW_CANCELLED;
    uowi_buf_reset(&out->line);
}

static void out_family(metric_out *out, const char *name, const char *type, const char *unit, const char *help)
{
    uowi_buf_fmt(&out->line, "# TYPE %s %s", name, type);
    out_line(out);
    if (unit) {
        uowi_buf_fmt(&out->line, "# UNIT %s %s", name, unit);
        out_line(out);
    }
    uowi_buf_fmt(&out->line, "# HELP %s %s", name, help);
    out_line(out);
}

/* name{label="value" */
static void out_label(metric_out *out, const char *name, const char *label, const char *value)
{
    uowi_buf_fmt(&out->line, "%s{%s=\"", name, label);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            uowi_buf_char(&out->line, '\\');
        uowi_buf_text(&out->line, *value == '\n' ? "\\n" : (char[]){*value, '\0'});
    }
    uowi_buf_char(&out->line, '"');
}

static void out_seconds(metric_out *out, uint64_t ns)
{
    char digits[10];
    uint64_t rest = ns % 1000000000u;

    for (int i = 8; i >= 0; i--) {
        digits[i] = (char)('0' + rest % 10);
        rest /= 10;
    }
    digits[9] = '\0';
    uowi_buf_fmt(&out->line, "%llu.%s", (unsigned long long)(ns / 1000000000u), digits);
}

static void out_count(metric_out *out, uint64_t value)
{
    uowi_buf_text(&out->line, "} ");
    uowi_buf_uint(&out->line, value);
    out_line(out);
}

/* --- statements */

typedef enum statement_column { STATEMENT_COUNT, STATEMENT_ERRORS, STATEMENT_ROWS, STATEMENT_TIME, STATEMENT_MAX } statement_column;

static void out_statements(metric_out *out, const char *sample, statement_column column)
{
    for (size_t i = 0; i < out->statement_count; i++) {
        const uow_statement_statistics *is = &out->statements[i];

        if (is->count == 0)
            continue;
        out_label(out, sample, "sql", is->text);
        if (column == STATEMENT_TIME || column == STATEMENT_MAX) {
            uowi_buf_text(&out->line, "} ");
            out_seconds(out, column == STATEMENT_TIME ? is->total_ns : is->max_ns);
            out_line(out);
        } else {
            out_count(out, column == STATEMENT_COUNT ? is->count : column == STATEMENT_ERRORS ? is->errors : is->rows);
        }
    }
}

static void out_all_statements(metric_out *out)
{
    out_family(out, "uow_statements", "counter", NULL, "Statements run, by text.");
    out_statements(out, "uow_statements_total", STATEMENT_COUNT);
    out_family(out, "uow_statement_errors", "counter", NULL, "Statements that failed.");
    out_statements(out, "uow_statement_errors_total", STATEMENT_ERRORS);
    out_family(out, "uow_statement_rows", "counter", NULL, "Rows read or affected.");
    out_statements(out, "uow_statement_rows_total", STATEMENT_ROWS);
    out_family(out, "uow_statement_seconds", "counter", "seconds", "Time statements took.");
    out_statements(out, "uow_statement_seconds_total", STATEMENT_TIME);
    out_family(out, "uow_statement_max_seconds", "gauge", "seconds", "The slowest statement.");
    out_statements(out, "uow_statement_max_seconds", STATEMENT_MAX);
}

/* --- distributed units */

static void out_steps(metric_out *out)
{
    uow_metrics *m = out->m;
    uint64_t steps[UOWI_METRIC_STEPS], errors[UOWI_METRIC_STEPS];

    uowi_mutex_lock(&m->mutex);
    memcpy(steps, m->steps, sizeof steps);
    memcpy(errors, m->step_errors, sizeof errors);
    uowi_mutex_unlock(&m->mutex);
    out_family(out, "uow_branch_steps", "counter", NULL, "Steps of distributed units in their branches.");
    for (int i = 0; i < UOWI_METRIC_STEPS; i++) {
        out_label(out, "uow_branch_steps_total", "step", uowi_metric_steps[i]);
        out_count(out, steps[i]);
    }
    out_family(out, "uow_branch_step_errors", "counter", NULL, "Those that failed, or had no answer.");
    for (int i = 0; i < UOWI_METRIC_STEPS; i++) {
        out_label(out, "uow_branch_step_errors_total", "step", uowi_metric_steps[i]);
        out_count(out, errors[i]);
    }
}

/* --- contexts */

static void out_contexts(metric_out *out)
{
    uow_metrics *m = out->m;
    uint64_t units[UOWI_METRIC_UNITS];
    uint64_t counts[6];

    uowi_mutex_lock(&m->mutex);
    memcpy(units, m->units, sizeof units);
    memcpy(counts, (uint64_t[6]){m->unit_errors, m->refusals, m->opened, m->open_errors, m->closed, m->lost}, sizeof counts);
    uowi_mutex_unlock(&m->mutex);
    out_family(out, "uow_units", "counter", NULL, "Begun and ended units, by how.");
    for (int i = 0; i < UOWI_METRIC_UNITS; i++) {
        out_label(out, "uow_units_total", "what", uowi_metric_units[i]);
        out_count(out, units[i]);
    }
    out_family(out, "uow_contexts", "counter", NULL, "What happened to contexts.");
    for (int i = 0; i < 6; i++) {
        static const char *const whats[6] = {"unit failed", "refused by the guard", "opened", "not opened", "closed", "lost"};

        out_label(out, "uow_contexts_total", "what", whats[i]);
        out_count(out, counts[i]);
    }
}

/* --- factories */

typedef void (*factory_writer)(metric_out *out, const char *name, const uow_factory_counters *c);

static void out_factory_state(metric_out *out, const char *name, const uow_factory_counters *c)
{
    const struct { const char *state; uint64_t value; } rows[] = {
        {"idle", c->idle}, {"leased", c->leased}, {"changing", c->total - c->idle - c->leased}, {"waiting", c->waiting}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        out_label(out, "uow_factory_contexts", "factory", name);
        uowi_buf_fmt(&out->line, ",state=\"%s\"", rows[i].state);
        out_count(out, rows[i].value);
    }
}

static void out_factory_events(metric_out *out, const char *name, const uow_factory_counters *c)
{
    const struct { const char *what; uint64_t value; } rows[] = {
        {"lease", c->leases},           {"lease failed", c->leases_failed}, {"timeout", c->timeouts},
        {"opened", c->opened},          {"open failed", c->open_failures},  {"closed: idle", c->closed_idle},
        {"closed: age", c->closed_age}, {"closed: uses", c->closed_uses},   {"closed: lost", c->closed_lost},
        {"closed: state", c->closed_state}, {"closed: shutdown", c->closed_shutdown}, {"reset", c->resets},
        {"reset failed", c->resets_failed}, {"check", c->checks},           {"check failed", c->checks_failed}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        out_label(out, "uow_factory_events_total", "factory", name);
        uowi_buf_fmt(&out->line, ",what=\"%s\"", rows[i].what);
        out_count(out, rows[i].value);
    }
}

static void out_factory_waits(metric_out *out, const char *name, const uow_factory_counters *c)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < UOW_WAIT_BUCKETS; i++) {
        sum += c->waits[i];
        out_label(out, "uow_factory_wait_seconds_bucket", "factory", name);
        uowi_buf_text(&out->line, ",le=\"");
        if (uow_wait_bucket(i) == UINT64_MAX)
            uowi_buf_text(&out->line, "+Inf");
        else
            out_seconds(out, uow_wait_bucket(i));
        uowi_buf_char(&out->line, '"');
        out_count(out, sum);
    }
    out_label(out, "uow_factory_wait_seconds_count", "factory", name);
    out_count(out, sum);
    out_label(out, "uow_factory_wait_seconds_sum", "factory", name);
    uowi_buf_text(&out->line, "} ");
    out_seconds(out, c->wait_ns);
    out_line(out);
}

static void out_each_factory(metric_out *out, factory_writer writer)
{
    for (size_t i = 0; i < out->factory_count; i++)
        writer(out, out->factories[i].name, &out->factories[i].counters);
}

/* The program's callback is not called while the list is held: factories are copied as they are now. */
static uow_status out_copy_factories(metric_out *out)
{
    uow_metrics *m = out->m;
    size_t count = 0;

    uowi_mutex_lock(&m->mutex);
    for (uowi_metric_factory *entry = m->factories; entry; entry = entry->next)
        count++;
    out->factories = count ? uowi_alloc_array(m->mem, count, sizeof *out->factories) : NULL;
    out->factory_room = out->factories ? count : 0;
    for (uowi_metric_factory *entry = m->factories; entry && out->factories; entry = entry->next) {
        metric_seen *seen = &out->factories[out->factory_count];

        seen->counters.struct_size = sizeof seen->counters;
        seen->name = uowi_strdup(m->mem, entry->name);
        if (seen->name && uow_factory_read(entry->factory, &seen->counters) == UOW_OK)
            out->factory_count++;
        else
            uowi_strfree(m->mem, seen->name);
    }
    uowi_mutex_unlock(&m->mutex);
    return out->factory_room == count ? UOW_OK : UOW_NO_MEMORY;
}

static void out_factories(metric_out *out)
{
    if (out->factory_count == 0)
        return;
    out_family(out, "uow_factory_contexts", "gauge", NULL, "Connections by what they are doing, and threads that wait for one.");
    out_each_factory(out, out_factory_state);
    out_family(out, "uow_factory_events", "counter", NULL, "What factories did.");
    out_each_factory(out, out_factory_events);
    out_family(out, "uow_factory_wait_seconds", "histogram", "seconds", "How long leases were waited for.");
    out_each_factory(out, out_factory_waits);
}

uow_status uow_metrics_write(const uow_metrics *metrics, uow_write_fn write, void *user)
{
    metric_out out = {.m = (uow_metrics *)(uintptr_t)metrics, .write = write, .user = user};

    if (!metrics || metrics->magic != UOWI_METRICS_MAGIC || !write)
        return UOW_MISUSE;
    out.st = uowi_metrics_copy(out.m, &out.statements, &out.statement_count);
    if (out.st == UOW_OK)
        out.st = out_copy_factories(&out);
    uowi_buf_init(&out.line, out.m->mem, 0);
    if (out.st == UOW_OK) {
        out_all_statements(&out);
        out_contexts(&out);
        out_steps(&out);
        out_factories(&out);
        uowi_buf_text(&out.line, "# EOF");
        out_line(&out);
    }
    uowi_buf_done(&out.line);
    for (size_t i = 0; i < out.factory_count; i++)
        uowi_strfree(out.m->mem, out.factories[i].name);
    uowi_free(out.m->mem, out.factories, out.factory_room * sizeof *out.factories);
    uowi_free(out.m->mem, out.statements, out.statement_count * sizeof *out.statements);
    return out.st;
}
