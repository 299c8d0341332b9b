#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/outs.h"

#include <string.h>

#include "base/utf.h"
#include "odbc/cell.h"
#include "odbc/literal.h"

#define OUTS_LONG 65536

static bool outs_binary(const uow_column *column)
{
    return column->type == UOW_BINARY || column->type == UOW_BLOB;
}

static bool outs_whole(const uow_column *column)
{
    return column->type >= UOW_INT8 && column->type <= UOW_UINT64;
}

static SQLSMALLINT outs_sql_type(const uowi_cell *cell)
{
    if (outs_whole(cell->column))
        return SQL_BIGINT;
    if (cell->c_type == SQL_C_BINARY)
        return cell->room > 8000 ? SQL_LONGVARBINARY : SQL_VARBINARY;
    if (cell->c_type == SQL_C_WCHAR)
        return cell->room > 8000 ? SQL_WLONGVARCHAR : SQL_WVARCHAR;
    return cell->room > 8000 ? SQL_LONGVARCHAR : SQL_VARCHAR;
}

static uow_status outs_choose(uowi_rowset *outs, uowi_cell *cell, const uowi_target *target)
{
    uowi_column_desc desc;
    uow_status st;

    memset(&desc, 0, sizeof desc);
    desc.sql_type = outs_binary(target->column) ? SQL_VARBINARY : SQL_VARCHAR;
    cell->column = target->column;
    cell->number = (SQLUSMALLINT)(target->index + 1);
    st = uowi_cell_choose(outs, cell, &desc);
    if (st == UOW_OK && (target->column->type == UOW_LONGTEXT || target->column->type == UOW_BLOB))
        cell->room = OUTS_LONG;
    cell->overflows = false; /* nothing can be read again */
    return st;
}

uow_status uowi_outs_open(uowi_stmt *stmt, const char *name, const uowi_target *targets, size_t count, size_t row_size,
                          uowi_rowset **out)
{
    uowi_rowset *outs = uowi_zalloc(stmt->conn->mem, sizeof *outs);
    uow_status st;

    if (outs == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    outs->row_size = row_size;
    st = uowi_rowset_init(outs, stmt, name, count);
    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = outs_choose(outs, &outs->cells[i], &targets[i]);
    if (st == UOW_OK)
        st = uowi_rowset_lay(outs);
    if (st != UOW_OK) {
        uowi_rowset_free(outs);
        return st;
    }
    *out = outs;
    return UOW_OK;
}

static uow_status outs_too_long(uowi_rowset *outs, const uowi_cell *cell, size_t length)
{
    uowi_decoder decoder = {outs, cell, 0};

    return uowi_cell_fail(&decoder, UOW_LIMIT, "the value that goes in has %zu bytes; both ways it may have %zu", length,
                          cell->room);
}

/* The value that goes in, where the one that comes back will be. */
static uow_status outs_input(uowi_rowset *outs, const uowi_cell *cell, const uowi_param *param)
{
    struct uowi_conn *conn = outs->binder.stmt->conn;
    char *at = outs->block + cell->value_at;
    uowi_buf text;
    size_t length;
    uow_status st;

    uowi_buf_init(&text, conn->mem, 0);
    st = uowi_literal_plain(conn, param, &text);
    length = text.length;
    if (st == UOW_OK && text.failed)
        st = uowi_error_no_memory(conn->error);
    if (st == UOW_OK && cell->c_type == SQL_C_WCHAR)
        length = 2 * uowi_utf8_to_utf16(uowi_buf_cstr(&text), text.length, (uint16_t *)(void *)at, cell->room / 2);
    else if (st == UOW_OK && length < cell->room + (cell->c_type == SQL_C_BINARY))
        memcpy(at, uowi_buf_cstr(&text), length);
    if (st == UOW_OK && length >= cell->room + (cell->c_type == SQL_C_BINARY))
        st = outs_too_long(outs, cell, length);
    *uowi_cell_ind(outs, cell, 0) = (SQLLEN)length;
    uowi_buf_done(&text);
    return st;
}

uow_status uowi_outs_bind(uowi_rowset *outs, const uowi_param *const *inputs)
{
    struct uowi_stmt *stmt = outs->binder.stmt;
    uow_status st = UOW_OK;

    for (size_t i = 0; i < outs->count && st == UOW_OK; i++) {
        const uowi_cell *cell = &outs->cells[i];
        const uowi_param *in = inputs[cell->number - 1];
        SQLSMALLINT direction = in != NULL ? SQL_PARAM_INPUT_OUTPUT : SQL_PARAM_OUTPUT;
        SQLULEN size = outs_whole(cell->column) ? 19 : (SQLULEN)cell->room;
        uowi_outcome outcome;

        *uowi_cell_ind(outs, cell, 0) = SQL_NULL_DATA; /* what a driver that says nothing leaves */
        if (in != NULL && in->data != NULL)
            st = outs_input(outs, cell, in);
        if (st != UOW_OK)
            return st;
        outcome = UOWI_STMT_CALL(stmt, BindParameter,
                                 (stmt->hstmt, cell->number, direction, cell->c_type, outs_sql_type(cell), size, 0,
                                  outs->block + cell->value_at, (SQLLEN)cell->room, uowi_cell_ind(outs, cell, 0)));
        st = uowi_outcome_status(stmt->conn, outcome);
    }
    return st;
}

uow_status uowi_outs_read(uowi_rowset *outs)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < outs->count && st == UOW_OK; i++)
        st = outs->cells[i].finish(outs, &outs->cells[i], 1);
    return st;
}
