#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/ask.h"

#include <string.h>

#include "flow/step.h"
#include "work/run.h"
#include "work/sqlgen.h"

static uow_status ask_step(void *self)
{
    return uowi_run_step(self);
}

static uow_status ask_rows(uowi_stmt *stmt, uowi_ask_fn fn, void *user, int64_t *rows)
{
    uowi_dynrow *row = NULL;
    uow_status st = uowi_dynrow_open(stmt, &row);

    while (st == UOW_OK) {
        st = uowi_dynrow_next(row);
        if (st == UOW_OK)
            st = fn(row, user);
        *rows += st == UOW_OK;
    }
    uowi_dynrow_free(row);
    return st == UOW_END ? UOW_OK : st;
}

/* What is asked once is not worth preparing, and some of it cannot be. */
static uow_status ask_run(uowi_run *run, uowi_session *s, const char *sql)
{
    uow_status st = uowi_run_start(run, s, sql, strlen(sql), NULL, 0, false);

    run->quiet = true;
    run->plain = true;
    run->once = true;
    return st == UOW_OK ? uowi_step_run(ask_step, run) : st;
}

uow_status uowi_ask(uowi_session *s, const char *sql, uowi_ask_fn fn, void *user)
{
    int64_t rows = 0;
    uowi_run run;
    uow_status st = ask_run(&run, s, sql);

    if (st == UOW_OK && uowi_stmt_column_count(run.cached->stmt) > 0)
        st = ask_rows(run.cached->stmt, fn, user, &rows);
    if (st == UOW_END)
        st = UOW_OK;
    return uowi_run_end(&run, st, rows);
}

static void ask_table_params(uowi_session *s, bool bare, const uowi_entity *entity, uowi_buf *table, uowi_param params[2])
{
    params[0] = params[1] = (uowi_param){.type = UOW_LONGTEXT};
    if (bare) {
        params[0].data = entity->table;
        params[0].size = strlen(entity->table);
        params[1].data = entity->schema;
        params[1].size = entity->schema ? strlen(entity->schema) : 0;
        return;
    }
    uowi_sql_table(s, entity, table);
    params[0].data = uowi_buf_cstr(table);
    params[0].size = table->length;
}

uow_status uowi_ask_table(uowi_session *s, const char *sql, bool bare, const uowi_entity *entity, uowi_ask_fn fn,
                          void *user)
{
    int64_t rows = 0;
    uowi_param params[2];
    uowi_buf table;
    uowi_run run;
    uow_status st;

    uowi_buf_init(&table, s->mem, 0);
    ask_table_params(s, bare, entity, &table, params);
    st = table.failed ? uowi_error_no_memory(&s->error)
                      : uowi_run_start(&run, s, sql, strlen(sql), params, bare ? 2 : 1, false);
    if (st == UOW_OK) {
        run.blocks = true;
        st = uowi_step_run(ask_step, &run);
        if (st == UOW_OK)
            st = ask_rows(run.cached->stmt, fn, user, &rows);
        st = uowi_run_end(&run, st, rows);
    }
    uowi_buf_done(&table);
    return st;
}

uow_status uowi_say(uowi_session *s, const char *sql, int64_t *out_affected)
{
    int64_t affected = 0;
    uowi_run run;
    uow_status st = ask_run(&run, s, sql);

    if (st == UOW_OK)
        affected = uowi_stmt_affected(run.cached->stmt);
    if (st == UOW_END)
        st = UOW_OK;
    st = uowi_run_end(&run, st, affected);
    if (st == UOW_OK && out_affected)
        *out_affected = affected;
    return st;
}

/* Where the text of the first row goes: a copy, or a place of some size. */
typedef struct ask_first {
    uowi_mem *mem; /* NULL: out has the place */
    char *out;
    size_t size;
    bool found;
} ask_first;

static uow_status ask_keep(uowi_dynrow *row, void *user)
{
    ask_first *first = user;
    const char *text = NULL;
    size_t length = 0;
    uow_status st = uowi_dynrow_text(row, 0, &text, &length);

    if (st != UOW_OK)
        return first->mem ? UOW_END : st;
    if (first->mem)
        first->out = uowi_strdup(first->mem, text);
    first->found = first->mem || length < first->size;
    if (first->found && !first->mem)
        memcpy(first->out, text, length + 1);
    return UOW_END; /* one is enough */
}

char *uowi_ask_text(uowi_session *s, const char *sql)
{
    ask_first first = {s->mem, NULL, 0, false};

    (void)uowi_ask(s, sql, ask_keep, &first);
    return first.out;
}

uow_status uowi_ask_short(uowi_session *s, const char *sql, char *out, size_t size)
{
    ask_first first = {NULL, out, size, false};
    uow_status st = uowi_ask(s, sql, ask_keep, &first);

    return st == UOW_OK && !first.found ? UOW_NOT_FOUND : st;
}
