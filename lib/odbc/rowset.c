/* Rowsets: the layout of row images, their binding, and blocks of rows. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/usual.h"
#include "odbc/cell.h"
#include "odbc/execute.h"

#define ROWSET_ALIGN 16
#define ROWSET_BLOCK_BYTES ((size_t)1 << 20)
#define ROWSET_NAME 256

static size_t rowset_round(size_t size, size_t to)
{
    return (size + to - 1) / to * to;
}

/* Cells in the order of the result: drivers that read unbound columns in order only are satisfied. */
static void rowset_sort(uowi_rowset *rowset)
{
    for (size_t i = 1; i < rowset->count; i++) {
        uowi_cell cell = rowset->cells[i];
        size_t at = i;

        for (; at > 0 && rowset->cells[at - 1].number > cell.number; at--)
            rowset->cells[at] = rowset->cells[at - 1];
        rowset->cells[at] = cell;
    }
}

static uow_status rowset_choose(uowi_rowset *rowset, const uowi_target *targets)
{
    char name[ROWSET_NAME];
    uow_status st = UOW_OK;

    for (size_t i = 0; i < rowset->count; i++) {
        rowset->cells[i].column = targets[i].column;
        rowset->cells[i].number = (SQLUSMALLINT)(targets[i].index + 1);
    }
    rowset_sort(rowset);
    for (size_t i = 0; i < rowset->count && st == UOW_OK; i++) {
        uowi_cell *cell = &rowset->cells[i];
        uowi_column_desc desc;

        st = uowi_stmt_describe(rowset->binder.stmt, cell->number - 1u, name, sizeof name, &desc);
        if (st == UOW_OK)
            st = uowi_cell_choose(rowset, cell, &desc);
        if (cell->column->converter != NULL && cell->column->converter->db_size > rowset->scratch_size)
            rowset->scratch_size = cell->column->converter->db_size;
    }
    return st;
}

/* [struct][indicators][staging], each value of the staging part aligned for any type. */
static void rowset_layout(uowi_rowset *rowset)
{
    size_t at = rowset_round(rowset->row_size, ROWSET_ALIGN);

    for (size_t i = 0; i < rowset->count; i++) {
        uowi_cell *cell = &rowset->cells[i];

        if (cell->present)
            continue;
        if (cell->straight && cell->indicated) {
            cell->ind_at = cell->column->ind_offset; /* uow_ind is as wide as SQLLEN */
        } else {
            cell->ind_at = at;
            at += sizeof(SQLLEN);
        }
    }
    for (size_t i = 0; i < rowset->count; i++) {
        uowi_cell *cell = &rowset->cells[i];

        if (cell->straight) {
            cell->value_at = cell->column->offset;
        } else {
            at = rowset_round(at, sizeof(double));
            cell->value_at = at;
            at += cell->room;
        }
    }
    rowset->binder.stride = rowset_round(at, ROWSET_ALIGN);
}

/*
 * Values that overflow are read again one by one. Where that cannot be done inside a block (SQLite refuses SQLSetPos,
 * MariaDB's driver 3.1.15 accepts it and gives another row's value) a block has one row.
 */
static size_t rowset_rows(const uowi_rowset *rowset, uint32_t wanted)
{
    const struct uowi_conn *conn = rowset->binder.stmt->conn;
    size_t rows = wanted > 0 ? wanted : conn->dialect->block_rows > 0 ? conn->dialect->block_rows : 100;
    size_t stride = rowset->binder.stride > 0 ? rowset->binder.stride : 1; /* nobody wants a column, only whether there is a row */
    size_t most = ROWSET_BLOCK_BYTES / stride;
    bool overflows = false;

    for (size_t i = 0; i < rowset->count; i++)
        overflows = overflows || rowset->cells[i].overflows;
    if (!conn->caps.row_arrays)
        return 1;
    if (overflows && !(conn->dialect->rereads_in_block && conn->caps.getdata_block && conn->caps.getdata_bound))
        return 1;
    rows = rows < most ? rows : most;
    return rows > 0 ? rows : 1;
}

/* Without SQL_GD_BOUND an overflowing column stays unbound, and without SQL_GD_ANY_COLUMN all that follow it too. */
static void rowset_mark_unbound(uowi_rowset *rowset)
{
    const uowi_caps *caps = &rowset->binder.stmt->conn->caps;
    bool after = false;

    if (caps->getdata_bound)
        return;
    for (size_t i = 0; i < rowset->count; i++) {
        uowi_cell *cell = &rowset->cells[i];

        cell->unbound = cell->overflows || after;
        rowset->has_unbound = rowset->has_unbound || cell->unbound;
        after = after || (cell->overflows && !caps->getdata_any_column);
    }
}

static uow_status rowset_memory(uowi_rowset *rowset)
{
    rowset->block_size = rowset->binder.stride * rowset->binder.rows;
    rowset->block = uowi_zalloc(rowset->mem, rowset->block_size);
    rowset->binder.status = uowi_alloc_array(rowset->mem, rowset->binder.rows, sizeof *rowset->binder.status);
    if (rowset->scratch_size > 0)
        rowset->scratch = uowi_zalloc(rowset->mem, rowset->scratch_size);
    if (rowset->block == NULL || rowset->binder.status == NULL || (rowset->scratch_size > 0 && rowset->scratch == NULL))
        return uowi_error_no_memory(rowset->binder.stmt->conn->error);
    return UOW_OK;
}

static uow_status rowset_bind(uowi_rowset *rowset)
{
    struct uowi_stmt *stmt = rowset->binder.stmt;
    uow_status st = uowi_binder_take(&rowset->binder);

    for (size_t i = 0; i < rowset->count && st == UOW_OK; i++) {
        const uowi_cell *cell = &rowset->cells[i];
        uowi_outcome outcome;

        if (cell->unbound)
            continue;
        outcome = UOWI_STMT_CALL(stmt, BindCol,
                                 (stmt->hstmt, cell->number, cell->c_type, rowset->block + cell->value_at,
                                  (SQLLEN)cell->room, cell->present ? NULL : uowi_cell_ind(rowset, cell, 0)));
        st = uowi_outcome_status(stmt->conn, outcome);
    }
    if (st != UOW_OK)
        uowi_binder_drop(stmt);
    return st;
}

uow_status uowi_rowset_init(uowi_rowset *rowset, uowi_stmt *stmt, const char *entity, size_t count)
{
    uowi_mem *mem = stmt->conn->mem;

    rowset->mem = mem;
    rowset->count = count;
    uowi_arena_init(&rowset->arena, mem, 4096);
    uowi_binder_open(&rowset->binder, stmt);
    rowset->entity = uowi_strdup(mem, entity != NULL ? entity : "result");
    rowset->cells = uowi_alloc_array(mem, count > 0 ? count : 1, sizeof *rowset->cells);
    if (rowset->entity == NULL || rowset->cells == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    return UOW_OK;
}

uow_status uowi_rowset_lay(uowi_rowset *rowset)
{
    rowset_sort(rowset);
    rowset_layout(rowset);
    rowset->binder.rows = 1;
    rowset->binder.fetched = 1;
    return rowset_memory(rowset);
}

uow_status uowi_rowset_build(uowi_rowset *rowset, uint32_t block_rows)
{
    uow_status st;

    rowset_layout(rowset);
    rowset_mark_unbound(rowset);
    for (size_t i = 0; i < rowset->count; i++)
        rowset->has_marked = rowset->has_marked || rowset->cells[i].marked;
    rowset->binder.rows = rowset_rows(rowset, block_rows);
    st = rowset_memory(rowset);
    return st == UOW_OK ? rowset_bind(rowset) : st;
}

void uowi_rowset_done(uowi_rowset *rowset)
{
    uowi_mem *mem = rowset->mem;

    uowi_binder_close(&rowset->binder);
    uowi_arena_done(&rowset->arena);
    if (rowset->scratch != NULL)
        uowi_free(mem, rowset->scratch, rowset->scratch_size);
    if (rowset->block != NULL)
        uowi_free(mem, rowset->block, rowset->block_size);
    if (rowset->binder.status != NULL)
        uowi_free(mem, rowset->binder.status, rowset->binder.rows * sizeof *rowset->binder.status);
    if (rowset->cells != NULL)
        uowi_free(mem, rowset->cells, (rowset->count > 0 ? rowset->count : 1) * sizeof *rowset->cells);
    uowi_strfree(mem, rowset->entity);
}

uow_status uowi_rowset_open(uowi_stmt *stmt, const char *entity, const uowi_target *targets, size_t count,
                            size_t row_size, uint32_t block_rows, uowi_rowset **out)
{
    uowi_rowset *rowset = uowi_zalloc(stmt->conn->mem, sizeof *rowset);
    uow_status st;

    if (rowset == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    rowset->row_size = row_size;
    st = uowi_rowset_init(rowset, stmt, entity, count);
    if (st == UOW_OK)
        st = rowset_choose(rowset, targets);
    if (st == UOW_OK)
        st = uowi_rowset_build(rowset, block_rows);
    if (st != UOW_OK) {
        uowi_rowset_free(rowset);
        return st;
    }
    *out = rowset;
    return UOW_OK;
}

void uowi_rowset_free(uowi_rowset *rowset)
{
    uowi_mem *mem;

    if (rowset == NULL)
        return;
    mem = rowset->mem;
    uowi_rowset_done(rowset);
    uowi_free(mem, rowset, sizeof *rowset);
}

UOWI_HOT uow_status uowi_rowset_block(uowi_rowset *rowset)
{
    struct uowi_stmt *stmt = rowset->binder.stmt;
    uow_status st = UOW_OK;

    if (UOWI_RARE(stmt == NULL))
        return UOW_MISUSE;
    if (UOWI_RARE(stmt->bound != &rowset->binder))
        st = rowset_bind(rowset);
    for (size_t i = 0; UOWI_RARE(rowset->has_marked) && i < rowset->count && !stmt->executing; i++)
        if (rowset->cells[i].marked)
            uowi_cell_mark(rowset, &rowset->cells[i]);
    if (st == UOW_OK)
        st = uowi_binder_fetch(&rowset->binder);
    if (st != UOW_OK)
        return st;
    uowi_arena_reset(&rowset->arena);
    st = UOWI_RARE(rowset->has_unbound) ? uowi_cell_unbound(rowset) : UOW_OK;
    if (st == UOW_OK && stmt->conn->trace != NULL)
        uowi_count(&stmt->conn->trace->counters.rows_read, rowset->binder.fetched);
    return st;
}

UOWI_HOT uow_status uowi_rowset_fetch(uowi_rowset *rowset, size_t *out_count)
{
    uow_status st = uowi_rowset_block(rowset);
    size_t rows = (size_t)rowset->binder.fetched;

    for (size_t i = 0; i < rowset->count && st == UOW_OK; i++)
        st = rowset->cells[i].finish(rowset, &rowset->cells[i], rows);
    if (st == UOW_OK)
        *out_count = rows;
    return st;
}

void *uowi_rowset_row(const uowi_rowset *rowset, size_t index)
{
    return uowi_cell_image(rowset, index);
}

size_t uowi_rowset_stride(const uowi_rowset *rowset)
{
    return rowset->binder.stride;
}

size_t uowi_rowset_block_rows(const uowi_rowset *rowset)
{
    return (size_t)rowset->binder.rows;
}

void uowi_rowset_rewind(uowi_rowset *rowset)
{
    rowset->binder.fetched = 0;
}
