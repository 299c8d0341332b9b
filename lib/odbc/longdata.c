/* Values longer than their bound buffer, and columns that cannot be bound: SQLGetData. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "odbc/cell.h"
#include "odbc/execute.h"

static uow_status longdata_get(const uowi_decoder *decoder, SQLSMALLINT c_type, void *value, SQLLEN room, SQLLEN *ind)
{
    struct uowi_stmt *stmt = decoder->rowset->binder.stmt;
    uowi_outcome outcome =
        UOWI_STMT_CALL(stmt, GetData, (stmt->hstmt, decoder->cell->number, c_type, value, room, ind));

    return uowi_outcome_status(stmt->conn, outcome);
}

/* Inside a block the row must be named first; only drivers where that works get blocks here (rowset.c). */
static uow_status longdata_position(const uowi_decoder *decoder)
{
    struct uowi_stmt *stmt = decoder->rowset->binder.stmt;
    uow_status st = uowi_stmt_async_off(stmt);
    uowi_outcome outcome;

    if (st != UOW_OK || decoder->rowset->binder.rows == 1)
        return st;
    outcome = UOWI_STMT_CALL(stmt, SetPos, (stmt->hstmt, decoder->row + 1, SQL_POSITION, SQL_LOCK_NO_CHANGE));
    return outcome == UOWI_FAILED ? uowi_outcome_status(stmt->conn, outcome) : UOW_OK;
}

uow_status uowi_cell_reread(const uowi_decoder *decoder, SQLSMALLINT c_type, void *value, SQLLEN room, SQLLEN *ind)
{
    uow_status st = longdata_position(decoder);

    if (st == UOW_OK)
        st = longdata_get(decoder, c_type, value, room, ind);
    return st == UOW_END ? uowi_cell_fail(decoder, UOW_DRIVER, "the driver does not give the value a second time") : st;
}

typedef struct longdata {
    char *data;
    size_t have;
    size_t room;
    size_t nul; /* bytes a terminator takes */
} longdata;

static uow_status longdata_grow(const uowi_decoder *decoder, longdata *value, size_t room)
{
    char *larger = uowi_arena_alloc(&decoder->rowset->arena, room);

    if (larger == NULL)
        return uowi_error_no_memory(decoder->rowset->binder.stmt->conn->error);
    if (value->have > 0)
        memcpy(larger, value->data, value->have);
    value->data = larger;
    value->room = room;
    return UOW_OK;
}

/* One SQLGetData behind what is there. The indicator is what was left before the call, or SQL_NO_TOTAL. */
static uow_status longdata_more(const uowi_decoder *decoder, longdata *value, bool *done)
{
    SQLLEN ind = 0;
    size_t free_room = value->room - value->have;
    uow_status st = longdata_get(decoder, decoder->cell->c_type, value->data + value->have, (SQLLEN)free_room, &ind);

    *done = st == UOW_END;
    if (st != UOW_OK || ind == SQL_NULL_DATA) {
        *done = *done || st == UOW_OK;
        return st == UOW_END ? UOW_OK : st;
    }
    if (ind >= 0 && (size_t)ind + value->nul <= free_room) {
        value->have += (size_t)ind;
        *done = true;
        return UOW_OK;
    }
    value->have += free_room - value->nul;
    if (decoder->cell->c_type == SQL_C_CHAR) /* a driver may stop before a character that does not fit */
        value->have -= free_room - value->nul - strnlen(value->data + value->have - (free_room - value->nul),
                                                        free_room - value->nul);
    return longdata_grow(decoder, value, ind >= 0 ? value->have + (size_t)ind + 16 : value->room * 2);
}

uow_status uowi_cell_rest(const uowi_decoder *decoder, const char **out, size_t *length)
{
    const uowi_cell *cell = decoder->cell;
    const char *first = uowi_cell_image(decoder->rowset, decoder->row) + cell->value_at;
    SQLLEN ind = *uowi_cell_ind(decoder->rowset, cell, decoder->row);
    longdata value = {NULL, 0, 0, cell->c_type == SQL_C_BINARY ? 0u : cell->c_type == SQL_C_WCHAR ? 2u : 1u};
    bool done = false;
    uow_status st;

    if (cell->rest != NULL) {
        *out = cell->rest;
        *length = cell->rest_length;
        return UOW_OK;
    }
    st = longdata_grow(decoder, &value, ind >= 0 ? (size_t)ind + 16 : cell->room * 4);

    if (st == UOW_OK && !cell->unbound)
        st = longdata_position(decoder); /* a bound column is given from its beginning */
    if (st == UOW_OK && cell->unbound) {
        value.have = cell->room - value.nul;
        if (cell->c_type == SQL_C_CHAR)
            value.have = strnlen(first, value.have);
        memcpy(value.data, first, value.have);
    }
    while (st == UOW_OK && !done)
        st = longdata_more(decoder, &value, &done);
    if (st != UOW_OK)
        return st;
    if (value.room <= value.have && (st = longdata_grow(decoder, &value, value.have + 1)) != UOW_OK)
        return st;
    value.data[value.have] = '\0';
    *out = value.data;
    *length = value.have;
    return UOW_OK;
}

/* Each column whole before the next is begun: going on with it later would begin it again, or fail. */
static uow_status longdata_unbound(uowi_rowset *rowset, uowi_cell *cell)
{
    uowi_decoder decoder = {rowset, cell, 0};
    SQLLEN *ind = uowi_cell_ind(rowset, cell, 0);
    uow_status st = uowi_stmt_async_off(rowset->binder.stmt);

    cell->rest = NULL;
    if (st == UOW_OK)
        st = longdata_get(&decoder, cell->c_type, uowi_cell_image(rowset, 0) + cell->value_at, (SQLLEN)cell->room, ind);
    if (st == UOW_OK && cell->overflows && *ind != SQL_NULL_DATA && !uowi_cell_whole(cell, *ind))
        st = uowi_cell_rest(&decoder, &cell->rest, &cell->rest_length);
    return st;
}

uow_status uowi_cell_unbound(uowi_rowset *rowset)
{
    uow_status st = UOW_OK;

    for (size_t i = 0; i < rowset->count && st == UOW_OK; i++)
        if (rowset->cells[i].unbound)
            st = longdata_unbound(rowset, &rowset->cells[i]);
    return st;
}
