/* Values of dynamic rows as text, numbers or bytes, whatever they are in the database. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf.h"
#include "odbc/dyn.h"

static uow_error *dyn_error(const uowi_dynrow *dyn)
{
    return dyn->rowset.binder.stmt->conn->error;
}

uow_status uowi_dyn_check(uowi_dynrow *dyn, size_t index)
{
    if (dyn->rowset.binder.stmt == NULL)
        return UOW_MISUSE;
    if (!dyn->have_row)
        return uowi_error_set(dyn_error(dyn), UOW_MISUSE, "there is no current row");
    if (index >= dyn->rowset.count)
        return uowi_error_set(dyn_error(dyn), UOW_MISUSE, "column %zu of a result with %zu columns (from 0)", index,
                              dyn->rowset.count);
    return uowi_dyn_ind(dyn, index) == SQL_NULL_DATA ? UOW_NOT_FOUND : UOW_OK;
}

static bool dyn_is_number(const uowi_dynrow *dyn, size_t index)
{
    SQLSMALLINT c_type = dyn->rowset.cells[index].c_type;

    return c_type == SQL_C_SBIGINT || c_type == SQL_C_UBIGINT || c_type == SQL_C_DOUBLE;
}

/* Behind the pieces: what was held back of them, then what the driver gave now. */
static uow_status dyn_tail(uowi_dynrow *dyn, size_t index, const char *data, size_t length)
{
    uowi_dyncolumn *column = &dyn->columns[index];
    char *tail = uowi_arena_alloc(&dyn->rowset.arena, column->carried + length + 1);

    if (tail == NULL)
        return uowi_error_no_memory(dyn_error(dyn));
    memcpy(tail, column->carry, column->carried);
    memcpy(tail + column->carried, data, length);
    tail[column->carried + length] = '\0';
    column->whole = tail;
    column->whole_length = column->carried + length;
    column->whole_from = column->read_at;
    return UOW_OK;
}

/*
 * Asked for a column again, after another one or after its end, some drivers begin anew and some (SQLite's; MariaDB's
 * at the end) go on where they were: the length tells which.
 */
uow_status uowi_dyn_again(uowi_dynrow *dyn, size_t index)
{
    uowi_dyncolumn *column = &dyn->columns[index];
    uowi_decoder decoder = {&dyn->rowset, &dyn->rowset.cells[index], dyn->row};
    const char *data = NULL;
    size_t length = 0;
    uow_status st;

    if (column->whole != NULL)
        return UOW_OK;
    dyn->stream = -1;
    st = uowi_cell_rest(&decoder, &data, &length);
    if (st != UOW_OK)
        return st;
    if (!column->streaming || (column->total >= 0 && length == (size_t)column->total)) {
        column->whole = data;
        column->whole_length = length;
        return UOW_OK;
    }
    if (column->total >= 0 && length + column->fetched == (size_t)column->total)
        return dyn_tail(dyn, index, data, length);
    return uowi_cell_fail(&decoder, UOW_DRIVER, "the driver does not give the value a second time");
}

uow_status uowi_dyn_whole(uowi_dynrow *dyn, size_t index, const char **data, size_t *length)
{
    uowi_dyncolumn *column = &dyn->columns[index];
    const uowi_cell *cell = &dyn->rowset.cells[index];
    SQLLEN ind = uowi_dyn_ind(dyn, index);
    uowi_decoder decoder = {&dyn->rowset, cell, dyn->row};
    uow_status st;

    if (column->whole == NULL && !column->streaming && uowi_cell_whole(cell, ind)) {
        *data = uowi_dyn_at(dyn, index);
        *length = (size_t)ind;
        return UOW_OK;
    }
    if (column->streaming && dyn->stream == (ptrdiff_t)index && !column->ended)
        return uowi_cell_fail(&decoder, UOW_MISUSE, "the value is being read piece by piece: read on to its end");
    st = uowi_dyn_again(dyn, index);
    if (st == UOW_OK && column->whole_from > 0)
        st = uowi_cell_fail(&decoder, UOW_MISUSE, "the value was read piece by piece, and this driver gives it only once");
    if (st != UOW_OK)
        return st;
    *data = column->whole;
    *length = column->whole_length;
    return UOW_OK;
}

/* A copy in the row's arena, NUL-terminated. */
static uow_status dyn_keep(uowi_dynrow *dyn, size_t index, const char *text, size_t length)
{
    uowi_dyncolumn *column = &dyn->columns[index];

    column->text = uowi_arena_text(&dyn->rowset.arena, text, length);
    column->text_length = length;
    return column->text != NULL ? UOW_OK : uowi_error_no_memory(dyn_error(dyn));
}

static uow_status dyn_number_text(uowi_dynrow *dyn, size_t index)
{
    char text[UOWI_DOUBLE_TEXT_SIZE];
    const char *at = uowi_dyn_at(dyn, index);
    union {
        int64_t i;
        uint64_t u;
        double d;
    } value;
    size_t length;

    memcpy(&value, at, sizeof value);
    if (dyn->rowset.cells[index].c_type == SQL_C_SBIGINT)
        length = uowi_format_int64(value.i, text, sizeof text);
    else if (dyn->rowset.cells[index].c_type == SQL_C_UBIGINT)
        length = uowi_format_uint64(value.u, text, sizeof text);
    else
        length = uowi_format_double(value.d, text, sizeof text);
    return dyn_keep(dyn, index, text, length);
}

static uow_status dyn_hex_text(uowi_dynrow *dyn, size_t index, const char *data, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    char *text = length < SIZE_MAX / 2 ? uowi_arena_alloc(&dyn->rowset.arena, length * 2 + 1) : NULL;

    if (text == NULL)
        return uowi_error_no_memory(dyn_error(dyn));
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[(unsigned char)data[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)data[i] & 15];
    }
    text[2 * length] = '\0';
    dyn->columns[index].text = text;
    dyn->columns[index].text_length = length * 2;
    return UOW_OK;
}

static uow_status dyn_wide_text(uowi_dynrow *dyn, size_t index, const char *data, size_t bytes)
{
    const uint16_t *units = (const uint16_t *)(const void *)data;
    size_t length = uowi_utf16_to_utf8(units, bytes / 2, NULL, 0);
    uowi_decoder decoder = {&dyn->rowset, &dyn->rowset.cells[index], dyn->row};
    char *text;

    if (length == UOWI_UTF_ERROR)
        return uowi_cell_fail(&decoder, UOW_TYPE, "the text is not UTF-16: it has half a surrogate pair");
    text = uowi_arena_alloc(&dyn->rowset.arena, length + 1);
    if (text == NULL)
        return uowi_error_no_memory(dyn_error(dyn));
    (void)uowi_utf16_to_utf8(units, bytes / 2, text, length + 1);
    text[length] = '\0';
    dyn->columns[index].text = text;
    dyn->columns[index].text_length = length;
    return UOW_OK;
}

static uow_status dyn_char_text(uowi_dynrow *dyn, size_t index, const char *data, size_t length)
{
    uowi_decoder decoder = {&dyn->rowset, &dyn->rowset.cells[index], dyn->row};
    size_t bad = 0;

    if (!uowi_utf8_valid(data, length, &bad))
        return uowi_cell_fail(&decoder, UOW_TYPE, "the text is not UTF-8: byte %zu of %zu is wrong; read it as binary",
                              bad, length);
    /* Block and arena are our own memory; a driver may leave the NUL out when the value just fits. */
    ((char *)(uintptr_t)data)[length] = '\0';
    dyn->columns[index].text = data;
    dyn->columns[index].text_length = length;
    return UOW_OK;
}

static uow_status dyn_text(uowi_dynrow *dyn, size_t index)
{
    const char *data = NULL;
    size_t length = 0;
    uow_status st;

    if (dyn->columns[index].text != NULL)
        return UOW_OK;
    if (dyn_is_number(dyn, index))
        return dyn_number_text(dyn, index);
    st = uowi_dyn_whole(dyn, index, &data, &length);
    if (st != UOW_OK)
        return st;
    switch (dyn->rowset.cells[index].c_type) {
    case SQL_C_BINARY:
        return dyn_hex_text(dyn, index, data, length);
    case SQL_C_WCHAR:
        return dyn_wide_text(dyn, index, data, length);
    default:
        return dyn_char_text(dyn, index, data, length);
    }
}

int uowi_dynrow_is_null(uowi_dynrow *dyn, size_t index)
{
    if (dyn->rowset.binder.stmt == NULL || !dyn->have_row || index >= dyn->rowset.count)
        return -1;
    return uowi_dyn_ind(dyn, index) == SQL_NULL_DATA;
}

uow_status uowi_dynrow_text(uowi_dynrow *dyn, size_t index, const char **out_text, size_t *out_length)
{
    uow_status st = uowi_dyn_check(dyn, index);

    if (st == UOW_OK)
        st = dyn_text(dyn, index);
    if (st == UOW_OK || st == UOW_NOT_FOUND) {
        *out_text = st == UOW_OK ? dyn->columns[index].text : NULL;
        if (out_length != NULL)
            *out_length = st == UOW_OK ? dyn->columns[index].text_length : 0;
    }
    return st;
}

static uow_status dyn_no(uowi_dynrow *dyn, size_t index, const char *what)
{
    uowi_decoder decoder = {&dyn->rowset, &dyn->rowset.cells[index], dyn->row};

    return uowi_cell_fail_value(&decoder, what, dyn->columns[index].text, dyn->columns[index].text_length);
}

uow_status uowi_dynrow_int64(uowi_dynrow *dyn, size_t index, int64_t *out)
{
    uow_status st = uowi_dyn_check(dyn, index);
    double real;

    if (st != UOW_OK)
        return st;
    if (dyn->rowset.cells[index].c_type == SQL_C_SBIGINT) {
        memcpy(out, uowi_dyn_at(dyn, index), sizeof *out);
        return UOW_OK;
    }
    st = dyn_text(dyn, index);
    if (st != UOW_OK)
        return st;
    if (dyn->rowset.cells[index].c_type == SQL_C_DOUBLE) {
        memcpy(&real, uowi_dyn_at(dyn, index), sizeof real);
        if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) || floor(real) != real)
            return dyn_no(dyn, index, "an int64");
        *out = (int64_t)real;
        return UOW_OK;
    }
    if (!uowi_parse_int64(dyn->columns[index].text, dyn->columns[index].text_length, out))
        return dyn_no(dyn, index, "an int64");
    return UOW_OK;
}

uow_status uowi_dynrow_double(uowi_dynrow *dyn, size_t index, double *out)
{
    uow_status st = uowi_dyn_check(dyn, index);

    if (st != UOW_OK)
        return st;
    if (dyn->rowset.cells[index].c_type == SQL_C_DOUBLE) {
        memcpy(out, uowi_dyn_at(dyn, index), sizeof *out);
        return UOW_OK;
    }
    st = dyn_text(dyn, index);
    if (st == UOW_OK && !uowi_parse_double(dyn->columns[index].text, dyn->columns[index].text_length, out))
        return dyn_no(dyn, index, "a number");
    return st;
}

uow_status uowi_dynrow_decimal(uowi_dynrow *dyn, size_t index, uow_decimal *out)
{
    uow_status st = uowi_dyn_check(dyn, index);
    char plain[128];
    size_t length;

    if (st == UOW_OK)
        st = dyn_text(dyn, index);
    if (st != UOW_OK)
        return st;
    length = uowi_decimal_plain(dyn->columns[index].text, dyn->columns[index].text_length, plain, sizeof plain);
    if (length == 0 || !uowi_decimal_parse_n(plain, length, out))
        return dyn_no(dyn, index, "a decimal of at most 38 digits");
    return st;
}

uow_status uowi_dynrow_binary(uowi_dynrow *dyn, size_t index, const void **out_data, size_t *out_size)
{
    const char *data = NULL;
    size_t length = 0;
    uow_status st = uowi_dyn_check(dyn, index);

    if (st != UOW_OK)
        return st;
    if (dyn_is_number(dyn, index) || dyn->rowset.cells[index].c_type == SQL_C_WCHAR) {
        st = dyn_text(dyn, index);
        data = dyn->columns[index].text;
        length = dyn->columns[index].text_length;
    } else {
        st = uowi_dyn_whole(dyn, index, &data, &length);
    }
    if (st == UOW_OK) {
        *out_data = data;
        *out_size = length;
    }
    return st;
}
