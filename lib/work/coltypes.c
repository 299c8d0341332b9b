#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "work/coltypes.h"

#include <string.h>

#include "flow/step.h"
#include "odbc/dynrow.h"
#include "work/run.h"
#include "work/sqlgen.h"

struct uowi_coltype {
    const uowi_entity *entity;
    uowi_coltype *next;
    bool found;
    const char **names; /* one per column */
    const char **whole; /* the same with lengths and precisions */
};

void uowi_coltypes_init(uowi_coltypes *types, uowi_mem *mem)
{
    uowi_arena_init(&types->arena, mem, 1024);
    types->first = NULL;
}

void uowi_coltypes_done(uowi_coltypes *types)
{
    uowi_arena_done(&types->arena);
    types->first = NULL;
}

static uow_status coltypes_row(uowi_session *s, uowi_dynrow *row, bool whole, uowi_coltype *type)
{
    const char *name;
    const char *text;
    size_t length;
    size_t column;
    uow_status st = uowi_dynrow_text(row, 0, &name, &length);

    if (st != UOW_OK)
        return st;
    column = uowi_entity_column(type->entity, name);
    if (column == UOWI_NO_COLUMN)
        return UOW_OK;
    st = uowi_dynrow_text(row, 1, &text, &length);
    if (st != UOW_OK)
        return st;
    type->found = true;
    type->names[column] = uowi_arena_text(&s->cache.types.arena, text, length);
    type->whole[column] = type->names[column];
    if (whole && type->names[column]) {
        st = uowi_dynrow_text(row, 2, &text, &length);
        if (st != UOW_OK)
            return st;
        type->whole[column] = uowi_arena_text(&s->cache.types.arena, text, length);
    }
    return type->whole[column] ? UOW_OK : uowi_error_no_memory(&s->error);
}

static uow_status coltypes_read(uowi_session *s, uowi_run *run, uowi_coltype *type)
{
    uowi_dynrow *row = NULL;
    uow_status st = uowi_dynrow_open(run->cached->stmt, &row);
    bool whole = uowi_stmt_column_count(run->cached->stmt) > 2;

    while (st == UOW_OK) {
        st = uowi_dynrow_next(row);
        if (st == UOW_OK)
            st = coltypes_row(s, row, whole, type);
    }
    uowi_dynrow_free(row);
    return st == UOW_END ? UOW_OK : st;
}

static uow_status coltypes_step(void *self)
{
    return uowi_run_step(self);
}

static void coltypes_params(uowi_session *s, const uowi_entity *entity, uowi_buf *table, uowi_param params[2])
{
    params[0] = params[1] = (uowi_param){.type = UOW_LONGTEXT};
    if (uowi_session_dialect(s)->column_types_bare) {
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

/* A catalog query of a few microseconds, once per table and connection: it blocks even in polled operations. */
static uow_status coltypes_ask(uowi_session *s, uowi_coltype *type)
{
    const char *sql = uowi_session_dialect(s)->column_types_sql;
    size_t param_count = uowi_session_dialect(s)->column_types_bare ? 2 : 1;
    uowi_param params[2];
    uowi_buf table;
    uowi_run run;
    uow_status st;

    uowi_buf_init(&table, s->mem, 0);
    coltypes_params(s, type->entity, &table, params);
    st = table.failed ? uowi_error_no_memory(&s->error)
                      : uowi_run_start(&run, s, sql, strlen(sql), params, param_count, false);
    if (st == UOW_OK) {
        run.blocks = true;
        st = uowi_step_run(coltypes_step, &run);
        if (st == UOW_OK)
            st = coltypes_read(s, &run, type);
        st = uowi_run_end(&run, st, -1);
    }
    uowi_buf_done(&table);
    return st;
}

static uowi_coltype *coltypes_find(const uowi_coltypes *types, const uowi_entity *entity)
{
    uowi_coltype *type = types->first;

    while (type && type->entity != entity)
        type = type->next;
    return type;
}

static uow_status coltypes_get(uowi_session *s, const uowi_entity *entity, uowi_coltype **out)
{
    uowi_coltypes *types = &s->cache.types;
    uowi_coltype *type = coltypes_find(types, entity);
    uow_status st;

    if (!uowi_session_dialect(s)->column_types_sql)
        return UOW_END;
    if (!type) {
        type = uowi_arena_zalloc(&types->arena, sizeof *type);
        if (type)
            type->names = uowi_arena_zalloc(&types->arena, 2 * entity->column_count * sizeof *type->names);
        if (!type || !type->names)
            return uowi_error_no_memory(&s->error);
        type->entity = entity;
        type->whole = type->names + entity->column_count;
        st = coltypes_ask(s, type);
        if (st != UOW_OK)
            return st;
        type->next = types->first;
        types->first = type;
    }
    *out = type;
    return type->found ? UOW_OK : UOW_END;
}

uow_status uowi_coltypes_of(uowi_session *s, const uowi_entity *entity, const char *const **out)
{
    uowi_coltype *type = NULL;
    uow_status st = coltypes_get(s, entity, &type);

    if (type)
        *out = type->names;
    return st;
}

uow_status uowi_coltypes_whole(uowi_session *s, const uowi_entity *entity, const char *const **out)
{
    uowi_coltype *type = NULL;
    uow_status st = coltypes_get(s, entity, &type);

    if (type)
        *out = type->whole;
    return st;
}
