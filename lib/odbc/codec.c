/* How each type of the program is read: which chooser decides, and what the finishers have in common. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdarg.h>
#include <string.h>

#include "base/usual.h"
#include "base/utf.h"
#include "odbc/cell.h"

#define CODEC_SHOWN 48

bool uowi_reads_wide(const struct uowi_conn *conn)
{
    return conn->caps.text_wide && !conn->dialect->wide_overreads;
}

bool uowi_sql_is_text(SQLSMALLINT sql_type)
{
    switch (sql_type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
        return true;
    default:
        return false;
    }
}

bool uowi_sql_is_binary(SQLSMALLINT sql_type)
{
    return sql_type == SQL_BINARY || sql_type == SQL_VARBINARY || sql_type == SQL_LONGVARBINARY;
}

uow_status uowi_cell_fail(const uowi_decoder *decoder, uow_status status, const char *format, ...)
{
    uowi_rowset *rowset = decoder->rowset;
    uow_error *error = rowset->binder.stmt->conn->error;
    uowi_buf text;
    va_list args;

    uowi_buf_init(&text, rowset->mem, 1024);
    va_start(args, format);
    uowi_buf_vfmt(&text, format, args);
    va_end(args);
    status = uowi_error_set(error, status, "%s.%s: %s", rowset->entity, decoder->cell->column->name,
                            uowi_buf_cstr(&text));
    uowi_buf_done(&text);
    uowi_error_entity(error, rowset->entity);
    uowi_error_column(error, decoder->cell->column->name);
    if (rowset->binder.stmt->sql != NULL)
        uowi_error_statement(error, rowset->binder.stmt->sql);
    return status;
}

/* Numbers and dates are shown; any other text is the program's data, which belongs in no error. */
static bool codec_may_show(const char *value, size_t length)
{
    static const char shown[] = "0123456789+-.: ";

    for (size_t i = 0; i < length; i++)
        if (memchr(shown, value[i], sizeof shown - 1) == NULL)
            return length == 8 && memcmp(value, "infinity", 8) == 0;
    return length <= CODEC_SHOWN;
}

uow_status uowi_cell_fail_value(const uowi_decoder *decoder, const char *what, const char *value, size_t length)
{
    if (!codec_may_show(value, length))
        return uowi_cell_fail(decoder, UOW_TYPE, "the value of %zu bytes is not %s", length, what);
    return uowi_cell_fail(decoder, UOW_TYPE, "the value \"%.*s\" is not %s", (int)length, value, what);
}

uow_status uowi_cell_null(const uowi_decoder *decoder)
{
    const uow_column *column = decoder->cell->column;
    char *image = uowi_cell_image(decoder->rowset, decoder->row);
    uow_ind null = UOW_NULL;

    if (!decoder->cell->indicated)
        return uowi_cell_fail(decoder, UOW_TYPE, "the value is NULL and member %s has no indicator", column->member);
    memset(image + column->offset, 0, column->size); /* the row before left its value here */
    memcpy(image + column->ind_offset, &null, sizeof null);
    return UOW_OK;
}

uow_status uowi_finish_scalar(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    const char *at = rowset->block + cell->ind_at;
    const size_t stride = rowset->binder.stride;
    uow_status st = UOW_OK;

    for (size_t row = 0; !cell->present && row < rows && st == UOW_OK; row++, at += stride)
        if (*(const SQLLEN *)(const void *)at == SQL_NULL_DATA) {
            uowi_decoder decoder = {rowset, cell, row};
            st = uowi_cell_null(&decoder);
        }
    return st;
}

/* Through the converter when there is one: the database's value in scratch, then the program's. */
static uow_status codec_member(const uowi_decoder *decoder, const char *value, size_t length)
{
    const uow_column *column = decoder->cell->column;
    const uow_converter *converter = column->converter;
    char *member = uowi_cell_image(decoder->rowset, decoder->row) + column->offset;
    uow_status st;

    if (UOWI_USUAL(converter == NULL))
        return decoder->cell->decode(decoder, value, length, member, column->size);
    memset(decoder->rowset->scratch, 0, converter->db_size);
    st = decoder->cell->decode(decoder, value, length, decoder->rowset->scratch, converter->db_size);
    if (st != UOW_OK)
        return st;
    if (converter->from_db(decoder->rowset->scratch, member, converter->user))
        return UOW_OK;
    return uowi_cell_fail(decoder, UOW_TYPE, "the converter of member %s refused the database's value", column->member);
}

/* The indicator a program sees: the length of text and binary values, the size of the others. */
static void codec_indicate(const uowi_decoder *decoder, size_t length)
{
    const uow_column *column = decoder->cell->column;
    char *image = uowi_cell_image(decoder->rowset, decoder->row);
    uow_ind ind = (uow_ind)column->size;

    switch (column->converter != NULL ? UOW_INT8 : column->type) {
    case UOW_TEXT:
    case UOW_LONGTEXT:
    case UOW_DECIMAL_TEXT:
        ind = decoder->cell->c_type == SQL_C_WCHAR ? (uow_ind)strnlen(image + column->offset, column->size)
                                                   : (uow_ind)length;
        break;
    case UOW_BINARY:
    case UOW_BLOB:
        ind = (uow_ind)length;
        break;
    default:
        break;
    }
    if (column->converter == NULL && column->type == UOW_LONGTEXT)
        ind = (uow_ind)((const uow_text *)(const void *)(image + column->offset))->length;
    memcpy(image + column->ind_offset, &ind, sizeof ind);
}

UOWI_HOT static uow_status codec_value(const uowi_decoder *decoder, SQLLEN ind)
{
    const uowi_cell *cell = decoder->cell;
    const char *value = uowi_cell_image(decoder->rowset, decoder->row) + cell->value_at;
    size_t length = ind > 0 ? (size_t)ind : 0;
    uow_status st = UOW_OK;

    if (!uowi_cell_whole(cell, ind)) {
        if (cell->overflows)
            st = uowi_cell_rest(decoder, &value, &length);
        else if (cell->digits)
            return uowi_cell_fail(decoder, UOW_TYPE, "the value of %zu bytes is no number for %s", length,
                                  cell->column->member);
        else if (cell->c_type == SQL_C_CHAR || cell->c_type == SQL_C_WCHAR || cell->c_type == SQL_C_BINARY)
            return uowi_cell_fail(decoder, UOW_TRUNCATED, "the value has %zu bytes, member %s takes at most %zu", length,
                                  cell->column->member, cell->room - (cell->c_type == SQL_C_BINARY ? 0u : 1u));
    }
    if (st == UOW_OK)
        st = codec_member(decoder, value, length);
    if (st == UOW_OK && cell->indicated)
        codec_indicate(decoder, length);
    return st;
}

uow_status uowi_finish_value(uowi_rowset *rowset, const uowi_cell *cell, size_t row)
{
    SQLLEN ind = *uowi_cell_ind(rowset, cell, row);
    uowi_decoder decoder = {rowset, cell, row};

    return UOWI_RARE(ind == SQL_NULL_DATA) ? uowi_cell_null(&decoder) : codec_value(&decoder, ind);
}

UOWI_HOT uow_status uowi_finish_staged(uowi_rowset *rowset, const uowi_cell *cell, size_t rows)
{
    uow_status st = UOW_OK;

    for (size_t row = 0; row < rows && st == UOW_OK; row++)
        st = uowi_finish_value(rowset, cell, row);
    return st;
}

static uow_status codec_by_type(const struct uowi_conn *conn, uowi_cell *cell, const uowi_column_desc *desc)
{
    typedef void (*chooser)(const uowi_dialect *, uowi_cell *, const uowi_column_desc *);
    static const chooser choosers[] = {
        [UOW_INT8] = uowi_choose_integer,     [UOW_INT16] = uowi_choose_integer,
        [UOW_INT32] = uowi_choose_integer,    [UOW_INT64] = uowi_choose_integer,
        [UOW_UINT8] = uowi_choose_integer,    [UOW_UINT16] = uowi_choose_integer,
        [UOW_UINT32] = uowi_choose_integer,   [UOW_UINT64] = uowi_choose_integer,
        [UOW_FLOAT] = uowi_choose_real,       [UOW_DOUBLE] = uowi_choose_real,
        [UOW_BOOL] = uowi_choose_bool,        [UOW_DECIMAL] = uowi_choose_decimal,
        [UOW_DECIMAL_TEXT] = uowi_choose_decimal, [UOW_DATE] = uowi_choose_time,
        [UOW_TIME] = uowi_choose_time,        [UOW_TIMESTAMP] = uowi_choose_time,
        [UOW_TIMESTAMPTZ] = uowi_choose_time, [UOW_GUID] = uowi_choose_guid,
    };
    size_t type = (size_t)cell->type;

    switch (cell->type) {
    case UOW_TEXT:
        uowi_choose_text(uowi_reads_wide(conn), cell);
        return UOW_OK;
    case UOW_BINARY:
        uowi_choose_binary(cell);
        return UOW_OK;
    case UOW_LONGTEXT:
    case UOW_BLOB:
        uowi_choose_long(conn->dialect, uowi_reads_wide(conn), cell, desc);
        return UOW_OK;
    default:
        break;
    }
    if (type >= sizeof choosers / sizeof choosers[0] || choosers[type] == NULL)
        return UOW_MISUSE;
    choosers[type](conn->dialect, cell, desc);
    return UOW_OK;
}

uow_status uowi_cell_choose(uowi_rowset *rowset, uowi_cell *cell, const uowi_column_desc *desc)
{
    const struct uowi_conn *conn = rowset->binder.stmt->conn;
    const uow_converter *converter = cell->column->converter;
    uowi_decoder decoder = {rowset, cell, 0};

    cell->type = converter != NULL ? converter->db_type : cell->column->type;
    cell->sql_type = (SQLSMALLINT)desc->sql_type;
    cell->indicated = cell->column->ind_offset != UOW_NO_IND;
    cell->finish = uowi_finish_staged;
    if (codec_by_type(conn, cell, desc) != UOW_OK)
        return uowi_cell_fail(&decoder, UOW_MISUSE, "%d is no uow_type", (int)cell->type);
    cell->present = cell->finish == uowi_finish_scalar && !cell->indicated && desc->nullable == 0 &&
                    conn->dialect->not_null_true && conn->caps.getdata_bound;
    if (converter != NULL && cell->straight) { /* into scratch instead */
        cell->straight = false;
        cell->finish = uowi_finish_staged;
        cell->present = false;
    }
    return UOW_OK;
}
