#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/planview.h"

#include <string.h>

#include "track/cascade.h"
#include "track/key.h"
#include "work/sqlgen.h"
#include "work/strategy.h"
#include "work/write.h"
#include "work/write_params.h"

typedef struct planview {
    uowi_session *s;
    uowi_plan plan;
    uow_write_fn write;
    void *user;
    uowi_writer writer; /* cuts batches and makes texts; it is never run */
    uowi_buf line;
    uowi_buf sql;
    size_t *ends;       /* of statements: the change behind the last one */
    size_t statements;
    uint32_t *first_in; /* count + 1: edges into change i are in[first_in[i] .. first_in[i + 1]) */
    uint32_t *in;
} planview;

static uow_status view_line(planview *v)
{
    uow_status st = UOW_OK;

    uowi_buf_char(&v->line, '\n');
    if (v->line.failed)
        st = uowi_error_no_memory(&v->s->error);
    else if (!v->write(v->line.data, v->line.length, v->user))
        st = uowi_error_set(&v->s->error, UOW_CANCELLED, "the receiver of the plan asked to stop");
    uowi_buf_reset(&v->line);
    return st;
}

static const char *view_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* --- what is in the plan */

/* Where each statement ends. */
static uow_status view_cut(planview *v)
{
    size_t at = 0;
    uow_status st = uowi_writer_open(&v->writer, v->s, &v->plan);

    v->ends = uowi_arena_alloc(&v->s->scratch, (v->plan.count + 1) * sizeof *v->ends);
    if (!v->ends)
        return uowi_error_no_memory(&v->s->error);
    while (st == UOW_OK && at < v->plan.count) {
        st = uowi_writer_next(&v->writer, at);
        at += v->writer.batch.count;
        v->ends[v->statements++] = at;
    }
    return st;
}

/* The text of the statement that begins with a change. */
static uow_status view_text(planview *v, size_t first)
{
    uowi_session *s = v->s;
    const uowi_change *change = &v->plan.changes[first];
    uow_status st = uowi_writer_next(&v->writer, first);

    uowi_buf_reset(&v->sql);
    if (st != UOW_OK)
        return st;
    if (v->writer.batch.strategy == &uowi_strategy_call) {
        uowi_write_call_text(&v->writer, &v->sql);
        return v->sql.failed ? uowi_error_no_memory(&s->error) : UOW_OK;
    }
    if (v->writer.batch.strategy != &uowi_strategy_row) {
        st = uowi_write_many_text(&v->writer);
        uowi_buf_add(&v->sql, uowi_buf_cstr(&v->writer.text), v->writer.text.length);
        return st;
    }
    switch (change->write) {
    case UOWI_INSERT: uowi_sql_insert(s, change->entity, change->columns, uowi_write_returned(&v->writer), &v->sql); break;
    case UOWI_UPDATE: uowi_sql_update(s, change, &v->sql); break;
    case UOWI_DELETE:
    default: uowi_sql_delete(s, change, &v->sql); break;
    }
    return v->sql.failed ? uowi_error_no_memory(&s->error) : UOW_OK;
}

/* Counting sort of the edges by where they end: their numbers move up until first_in[i] is where those of i begin. */
static uow_status view_index(planview *v)
{
    const uowi_plan *plan = &v->plan;

    v->first_in = uowi_arena_zalloc(&v->s->scratch, (plan->count + 2) * sizeof *v->first_in);
    v->in = uowi_arena_alloc(&v->s->scratch, (plan->edge_count + 1) * sizeof *v->in);
    if (!v->first_in || !v->in)
        return uowi_error_no_memory(&v->s->error);
    for (size_t e = 0; e < plan->edge_count; e++)
        v->first_in[plan->edges[e].after + 2]++;
    for (size_t i = 0; i < plan->count; i++)
        v->first_in[i + 2] += v->first_in[i + 1];
    for (size_t e = 0; e < plan->edge_count; e++)
        v->in[v->first_in[plan->edges[e].after + 1]++] = (uint32_t)e;
    return UOW_OK;
}

/* --- printing */

static uow_status view_row(planview *v, size_t i)
{
    const uowi_change *change = &v->plan.changes[i];
    size_t shown = 0;
    uow_status st;

    uowi_buf_fmt(&v->line, "  #%zu ", i + 1);
    uowi_key_text(change->entity, uowi_tracker_original(&v->s->tracker, change->entry), &v->line);
    st = view_line(v);
    for (uint32_t e = v->first_in[i]; st == UOW_OK && e < v->first_in[i + 1]; e++) {
        uowi_buf_text(&v->line, "    ");
        if (shown++ == UOWI_PLANVIEW_REASONS) {
            uowi_buf_fmt(&v->line, "... and %zu more", (size_t)(v->first_in[i + 1] - e));
            return view_line(v);
        }
        uowi_planview_reason(&v->plan, &v->plan.edges[v->in[e]], &v->line);
        st = view_line(v);
    }
    return st;
}

/* "insert orders: 2100 rows by 3 statements, #1-#1000 #1001-#2000 #2001-#2100" */
static uow_status view_title(planview *v, size_t first, size_t statement, size_t behind)
{
    size_t rows = v->ends[behind - 1] - first;
    size_t count = behind - statement;

    uowi_planview_verb(&v->plan.changes[first], &v->line);
    uowi_buf_fmt(&v->line, ": %zu row%s by %zu statement%s", rows, view_plural(rows), count, view_plural(count));
    for (size_t i = statement; count > 1 && count < rows && i < behind; i++) {
        if (i - statement == UOWI_PLANVIEW_BOUNDS) {
            uowi_buf_fmt(&v->line, " ... and %zu more", behind - i);
            break;
        }
        uowi_buf_fmt(&v->line, "%s#%zu-#%zu", i == statement ? ", " : " ", (i == statement ? first : v->ends[i - 1]) + 1,
                     v->ends[i]);
    }
    return view_line(v);
}

/* Statements [statement, behind) are of one kind and begin with change first. */
static uow_status view_group(planview *v, size_t first, size_t statement, size_t behind)
{
    uow_status st = view_title(v, first, statement, behind);

    if (st == UOW_OK)
        st = view_text(v, first);
    if (st != UOW_OK)
        return st;
    uowi_buf_text(&v->line, "  ");
    uowi_planview_sql(uowi_buf_cstr(&v->sql), &v->line);
    st = view_line(v);
    for (size_t i = first; st == UOW_OK && i < v->ends[behind - 1]; i++) {
        if (i - first == UOWI_PLANVIEW_ROWS) {
            uowi_buf_fmt(&v->line, "  ... and %zu more", v->ends[behind - 1] - i);
            return view_line(v);
        }
        st = view_row(v, i);
    }
    return st;
}

static uow_status view_groups(planview *v)
{
    size_t statement = 0;
    size_t first = 0;
    uow_status st = UOW_OK;

    for (size_t groups = 0; st == UOW_OK && statement < v->statements; groups++) {
        size_t behind = statement + 1;

        if (groups == UOWI_PLANVIEW_GROUPS) {
            uowi_buf_fmt(&v->line, "... and %zu more statements with %zu rows", v->statements - statement,
                         v->plan.count - first);
            return view_line(v);
        }
        while (behind < v->statements && uowi_change_alike(&v->plan.changes[first], &v->plan.changes[v->ends[behind - 1]]))
            behind++;
        st = view_group(v, first, statement, behind);
        first = v->ends[behind - 1];
        statement = behind;
    }
    return st;
}

static uow_status view_head(planview *v)
{
    bool alone = v->plan.count == 1 && uowi_write_alone(v->s, &v->plan.changes[0]);
    const char *unit = v->s->depth > 0 ? "under a savepoint" : alone ? "in autocommit" : "in a transaction";

    if (v->plan.count == 0)
        uowi_buf_text(&v->line, "nothing to save");
    else
        uowi_buf_fmt(&v->line, "%zu change%s by %zu statement%s, %s", v->plan.count, view_plural(v->plan.count),
                     v->statements, view_plural(v->statements), unit);
    return view_line(v);
}

static uow_status view_print(planview *v)
{
    uow_status st = view_cut(v);

    if (st == UOW_OK)
        st = view_index(v);
    if (st == UOW_OK)
        st = view_head(v);
    if (st == UOW_OK)
        st = view_groups(v);
    return st;
}

uow_status uowi_planview(uowi_session *s, uow_write_fn write, void *user)
{
    uowi_cascade cascade;
    planview v;
    uow_status st;

    memset(&v, 0, sizeof v);
    v.s = s;
    v.write = write;
    v.user = user;
    uowi_buf_init(&v.line, s->mem, 0);
    uowi_buf_init(&v.sql, s->mem, 0);
    st = uowi_cascade_begin(&cascade, &s->tracker, &s->scratch, &s->error);
    if (st == UOW_OK)
        st = uowi_plan_build(&s->tracker, &s->scratch, &s->error, &v.plan);
    if (st == UOW_OK) {
        st = view_print(&v);
        uowi_plan_forget(&v.plan);
        uowi_writer_close(&v.writer);
    }
    uowi_cascade_end(&cascade, false);
    uowi_buf_done(&v.line);
    uowi_buf_done(&v.sql);
    return st;
}
