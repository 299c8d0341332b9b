/* A long value of a dynamic row piece by piece, in constant memory. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "base/utf.h"
#include "odbc/dyn.h"
#include "odbc/execute.h"

#define DYNREAD_UNTOUCHED 8u /* bytes; a character has 4 */

/* From memory: values that were fetched whole. */
static uow_status dynread_copy(uowi_dyncolumn *column, const char *data, size_t length, bool text, void *buffer,
                               size_t size, size_t *out_read)
{
    size_t left = length - (column->read_at - column->whole_from);
    size_t give = left < size ? left : size;

    data += column->read_at - column->whole_from;
    if (text && give < left) {
        size_t whole = uowi_utf8_whole(data, give);
        give = whole > 0 ? whole : give;
    }
    memcpy(buffer, data, give);
    column->read_at += give;
    *out_read = give;
    return UOW_OK;
}

static uow_status dynread_begin(uowi_dynrow *dyn, size_t index)
{
    struct uowi_stmt *stmt = dyn->rowset.binder.stmt;
    uow_status st = uowi_stmt_async_off(stmt);
    uowi_outcome outcome;

    dyn->columns[index].streaming = true;
    dyn->columns[index].total = uowi_dyn_ind(dyn, index);
    dyn->stream = (ptrdiff_t)index;
    if (st != UOW_OK || dyn->rowset.binder.rows == 1)
        return st;
    outcome = UOWI_STMT_CALL(stmt, SetPos, (stmt->hstmt, dyn->row + 1, SQL_POSITION, SQL_LOCK_NO_CHANGE));
    return outcome == UOWI_FAILED ? uowi_outcome_status(stmt->conn, outcome) : UOW_OK;
}

/*
 * How much of a full buffer is text: a driver may stop before a character that does not fit. Its NUL alone does not
 * say where, since text in MariaDB may have one inside; but what the driver left alone is 0xff, which UTF-8 never is.
 */
static size_t dynread_filled(const char *to, size_t room)
{
    size_t end = room;

    while (end > 0 && room - end < DYNREAD_UNTOUCHED && (unsigned char)to[end - 1] == 0xff)
        end--;
    return end > 0 && to[end - 1] == '\0' ? end - 1 : strnlen(to, room - 1);
}

/* One SQLGetData into room bytes; got is what arrived, without the NUL that text costs. */
static uow_status dynread_get(uowi_dynrow *dyn, size_t index, char *to, size_t room, size_t *got)
{
    struct uowi_stmt *stmt = dyn->rowset.binder.stmt;
    const uowi_cell *cell = &dyn->rowset.cells[index];
    size_t most = cell->c_type == SQL_C_CHAR ? room - 1 : room;
    size_t untouched = room < DYNREAD_UNTOUCHED ? room : DYNREAD_UNTOUCHED;
    SQLLEN ind = 0;
    uowi_outcome outcome;

    memset(to + room - untouched, 0xff, untouched);
    outcome =
        UOWI_STMT_CALL(stmt, GetData, (stmt->hstmt, cell->number, cell->c_type, to, (SQLLEN)room, &ind));

    *got = 0;
    if (outcome == UOWI_FAILED)
        return uowi_outcome_status(stmt->conn, outcome);
    dyn->columns[index].ended = outcome != UOWI_DONE_INFO; /* 01004: more to come */
    if (outcome == UOWI_NO_DATA || ind == SQL_NULL_DATA)
        return UOW_OK;
    if (outcome == UOWI_DONE && ind >= 0 && (size_t)ind <= most)
        *got = (size_t)ind;
    else
        *got = cell->c_type == SQL_C_CHAR ? dynread_filled(to, room) : most;
    dyn->columns[index].fetched += *got;
    return UOW_OK;
}

/* Too small for a piece and its NUL: fetched aside. */
static uow_status dynread_text(uowi_dynrow *dyn, size_t index, char *buffer, size_t size, size_t *out_read)
{
    uowi_dyncolumn *column = &dyn->columns[index];
    size_t have = column->carried;
    size_t whole;
    size_t got = 0;
    uow_status st;

    memcpy(buffer, column->carry, have);
    column->carried = 0;
    st = dynread_get(dyn, index, buffer + have, size - have, &got);
    if (st != UOW_OK)
        return st;
    have += got;
    whole = column->ended ? have : uowi_utf8_whole(buffer, have);
    if (have - whole < sizeof column->carry) {
        column->carried = have - whole;
        memcpy(column->carry, buffer + whole, column->carried);
        have = whole;
    }
    *out_read = have;
    return UOW_OK;
}

static uow_status dynread_piece(uowi_dynrow *dyn, size_t index, char *buffer, size_t size, size_t *out_read)
{
    uow_status st = UOW_OK;

    *out_read = 0;
    while (st == UOW_OK && *out_read == 0 && !dyn->columns[index].ended) {
        if (dyn->rowset.cells[index].c_type == SQL_C_BINARY)
            st = dynread_get(dyn, index, buffer, size, out_read);
        else
            st = dynread_text(dyn, index, buffer, size, out_read);
    }
    dyn->columns[index].read_at += *out_read;
    return st;
}

/* Whether the value must be had whole first: it is, or pieces of it cannot be fetched. */
static bool dynread_in_memory(const uowi_dynrow *dyn, size_t index, size_t size)
{
    const uowi_cell *cell = &dyn->rowset.cells[index];
    const uowi_dyncolumn *column = &dyn->columns[index];

    if (column->whole != NULL || cell->rest != NULL)
        return true;
    /* Once pieces are read the bound indicator says nothing: SQLite's driver counts it down with each of them. */
    if (!column->streaming && uowi_cell_whole(cell, uowi_dyn_ind(dyn, index)))
        return true;
    if (cell->c_type != SQL_C_CHAR && cell->c_type != SQL_C_BINARY)
        return true;
    if (cell->c_type == SQL_C_CHAR && size < 16)
        return !column->streaming; /* no room for a character, what is carried and a NUL */
    return column->streaming && dyn->stream != (ptrdiff_t)index; /* another column was read in between */
}

static uow_status dynread_whole(uowi_dynrow *dyn, size_t index, const void **data, size_t *length)
{
    uowi_dyncolumn *column = &dyn->columns[index];
    uow_status st;

    if (!column->streaming)
        return uowi_dynrow_binary(dyn, index, data, length);
    st = uowi_dyn_again(dyn, index);
    *data = column->whole;
    *length = column->whole_length;
    return st;
}

uow_status uowi_dynrow_read(uowi_dynrow *dyn, size_t index, void *buffer, size_t size, size_t *out_read)
{
    const void *data;
    size_t length;
    uow_status st = uowi_dyn_check(dyn, index);
    bool text;

    if (st != UOW_OK)
        return st;
    text = dyn->rowset.cells[index].c_type != SQL_C_BINARY;
    if (size == 0 || (text && size < 8 && dyn->columns[index].streaming && !dyn->columns[index].ended))
        return uowi_error_set(dyn->rowset.binder.stmt->conn->error, UOW_MISUSE, "a buffer of %zu bytes is too small", size);
    if (dyn->columns[index].ended) {
        *out_read = 0;
        return UOW_OK;
    }
    if (dynread_in_memory(dyn, index, size)) {
        st = dynread_whole(dyn, index, &data, &length);
        return st == UOW_OK ? dynread_copy(&dyn->columns[index], data, length, text, buffer, size, out_read) : st;
    }
    if (!dyn->columns[index].streaming)
        st = dynread_begin(dyn, index);
    return st == UOW_OK ? dynread_piece(dyn, index, buffer, size, out_read) : st;
}
