#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/array.h"

#include <string.h>

#include "base/usual.h"
#include "odbc/slot.h"

/* One bound column: values of one size, one after another, and their indicators. */
typedef struct array_column {
    uowi_binding bound; /* at: values */
    size_t step;        /* bytes from value to value */
    size_t size;        /* bytes at values */
    SQLLEN *indicators;
    size_t rows;        /* room for indicators */
} array_column;

struct uowi_param_array {
    array_column *columns;
    size_t count;
    uowi_param_slot slot; /* where one value is encoded */
    SQLULEN set;          /* rows the driver was told */
    SQLULEN processed;    /* the driver writes it */
    SQLUSMALLINT *statuses; /* of each row, likewise; NULL where the dialect does not want them */
    size_t status_room;
};

static uow_status array_attr(struct uowi_stmt *stmt, SQLINTEGER attribute, SQLPOINTER value)
{
    uowi_outcome outcome = UOWI_STMT_CALL(stmt, SetStmtAttr, (stmt->hstmt, attribute, value, SQL_IS_UINTEGER));

    return outcome == UOWI_FAILED ? uowi_outcome_status(stmt->conn, outcome) : UOW_OK;
}

static void array_column_free(uowi_mem *mem, array_column *column)
{
    if (column->bound.at)
        uowi_free(mem, column->bound.at, column->size);
    if (column->indicators)
        uowi_free(mem, column->indicators, column->rows * sizeof *column->indicators);
    memset(column, 0, sizeof *column);
}

void uowi_array_free(struct uowi_stmt *stmt)
{
    uowi_mem *mem = stmt->conn->mem;
    uowi_param_array *array = stmt->array;

    if (!array)
        return;
    for (size_t i = 0; i < array->count; i++)
        array_column_free(mem, &array->columns[i]);
    if (array->statuses)
        uowi_free(mem, array->statuses, array->status_room * sizeof *array->statuses);
    if (array->columns)
        uowi_free(mem, array->columns, array->count * sizeof *array->columns);
    if (array->slot.buffer)
        uowi_free(mem, array->slot.buffer, array->slot.capacity);
    uowi_free(mem, array, sizeof *array);
    stmt->array = NULL;
}

uow_status uowi_array_end(struct uowi_stmt *stmt)
{
    uow_status st;

    if (UOWI_USUAL(!stmt->array) || stmt->array->set == 0)
        return UOW_OK;
    st = array_attr(stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(uintptr_t)1);
    if (st == UOW_OK)
        st = array_attr(stmt, SQL_ATTR_PARAMS_PROCESSED_PTR, NULL);
    if (st == UOW_OK && stmt->array->statuses)
        st = array_attr(stmt, SQL_ATTR_PARAM_STATUS_PTR, NULL);
    stmt->array->set = 0;
    stmt->sets_apart = false;
    for (size_t i = 0; i < stmt->slot_capacity; i++)
        uowi_slot_unbound(&stmt->slots[i]);
    for (size_t i = 0; i < stmt->array->count; i++)
        stmt->array->columns[i].step = 0; /* to be bound again */
    return st;
}

static uow_status array_open(struct uowi_stmt *stmt, size_t columns)
{
    uowi_mem *mem = stmt->conn->mem;

    if (stmt->array && stmt->array->count == columns)
        return UOW_OK;
    uowi_array_free(stmt);
    stmt->array = uowi_zalloc(mem, sizeof *stmt->array);
    if (!stmt->array)
        return uowi_error_no_memory(stmt->conn->error);
    stmt->array->columns = uowi_alloc_array(mem, columns, sizeof *stmt->array->columns);
    if (!stmt->array->columns)
        return uowi_error_no_memory(stmt->conn->error);
    stmt->array->count = columns;
    return UOW_OK;
}

/* Bytes one value takes in the array. Texts get a NUL, which a driver may look for. */
static size_t array_value_size(const uowi_param_slot *slot)
{
    switch (slot->want.c_type) {
    case SQL_C_CHAR: return (size_t)slot->indicator + 1;
    case SQL_C_WCHAR: return (size_t)slot->indicator + 2;
    case SQL_C_BINARY: return (size_t)slot->indicator;
    case SQL_C_BIT: return 1;
    case SQL_C_TYPE_TIMESTAMP: return sizeof(SQL_TIMESTAMP_STRUCT);
    default: return 8; /* SQL_C_SBIGINT, SQL_C_DOUBLE */
    }
}

/* The longest value of a column; lengths are known before anything is encoded. */
static size_t array_widest(const struct uowi_stmt *stmt, const uowi_param *params, size_t rows, size_t columns)
{
    size_t unit = stmt->conn->caps.text_wide ? 2 : 1;
    size_t widest = 64; /* scalars as text */

    for (size_t i = 0; i < rows; i++) {
        const uowi_param *param = &params[i * columns];

        if (param->data && param->size < UOWI_PARAM_NO_DATA && (param->size + 1) * unit > widest)
            widest = (param->size + 1) * unit;
    }
    return (widest + 15) / 16 * 16;
}

static uow_status array_room(struct uowi_stmt *stmt, array_column *column, size_t rows, size_t step)
{
    uowi_mem *mem = stmt->conn->mem;

    if (column->indicators && rows <= column->rows && column->bound.at && rows * step <= column->size)
        return UOW_OK;
    array_column_free(mem, column);
    column->size = rows * step;
    column->bound.at = uowi_zalloc(mem, column->size);
    if (column->bound.at)
        column->indicators = uowi_alloc_array(mem, rows, sizeof *column->indicators);
    column->rows = column->indicators ? rows : 0;
    return column->indicators ? UOW_OK : uowi_error_no_memory(stmt->conn->error);
}

typedef struct array_fill {
    struct uowi_stmt *stmt;
    const uowi_param *params; /* of the column's first row */
    size_t index;             /* of the column */
    size_t columns;
    size_t rows;
    uowi_binding want; /* of the first value that is not NULL */
    bool known;
} array_fill;

static uow_status array_mixed(array_fill *fill, const uowi_param *param)
{
    return uowi_error_set(fill->stmt->conn->error, UOW_UNSUPPORTED,
                          "%s: values of one parameter array travel as different types",
                          param->column ? param->column : "parameter");
}

static uow_status array_put(array_fill *fill, array_column *column, size_t row)
{
    uowi_param_slot *slot = &fill->stmt->array->slot;
    const uowi_param *param = &fill->params[row * fill->columns];
    uowi_encoder encoder = {fill->stmt, row * fill->columns + fill->index};
    const void *value;
    size_t size;
    uow_status st;

    uowi_slot_unbound(slot);
    st = uowi_encode(&encoder, slot, param);
    if (st != UOW_OK)
        return st;
    column->indicators[row] = slot->indicator;
    if (slot->indicator == SQL_NULL_DATA)
        return UOW_OK;
    if (slot->read || (fill->known && (fill->want.c_type != slot->want.c_type)))
        return array_mixed(fill, param);
    if (!fill->known || slot->want.column_size > fill->want.column_size)
        fill->want = slot->want;
    fill->known = true;
    size = array_value_size(slot);
    value = slot->want.at == slot->buffer ? slot->buffer : &slot->fixed;
    if (size > column->step)
        return array_mixed(fill, param);
    memcpy((char *)column->bound.at + row * column->step, value, size);
    return UOW_OK;
}

static bool array_fixed(SQLSMALLINT c_type)
{
    return c_type != SQL_C_CHAR && c_type != SQL_C_WCHAR && c_type != SQL_C_BINARY;
}

/* Scalars lie side by side at their own size, which the driver knows; what was put at the wide step moves up. */
static void array_pack(array_fill *fill, array_column *column)
{
    uowi_param_slot probe;
    size_t size;

    if (!fill->known || !array_fixed(fill->want.c_type))
        return;
    probe.want = fill->want;
    probe.indicator = 0;
    size = array_value_size(&probe);
    for (size_t row = 1; row < fill->rows; row++)
        memmove((char *)column->bound.at + row * size, (char *)column->bound.at + row * column->step, size);
}

static uow_status array_bind_column(array_fill *fill, array_column *column)
{
    uowi_outcome outcome;

    if (!fill->known) { /* all NULL */
        fill->want.c_type = SQL_C_CHAR;
        fill->want.sql_type = SQL_VARCHAR;
        fill->want.column_size = 1;
        fill->want.digits = 0;
    }
    outcome = UOWI_STMT_CALL(fill->stmt, BindParameter,
                             (fill->stmt->hstmt, (SQLUSMALLINT)(fill->index + 1), SQL_PARAM_INPUT, fill->want.c_type,
                              fill->want.sql_type, fill->want.column_size, fill->want.digits, column->bound.at,
                              (SQLLEN)column->step, column->indicators));
    return outcome == UOWI_FAILED ? uowi_outcome_status(fill->stmt->conn, outcome) : UOW_OK;
}

static uow_status array_fill_column(array_fill *fill)
{
    array_column *column = &fill->stmt->array->columns[fill->index];
    size_t step = array_widest(fill->stmt, fill->params, fill->rows, fill->columns);
    uow_status st = array_room(fill->stmt, column, fill->rows, step);

    column->step = step;
    for (size_t row = 0; st == UOW_OK && row < fill->rows; row++) {
        st = array_put(fill, column, row);
        if (st != UOW_OK && st != UOW_UNSUPPORTED) /* the value's own fault, not that of its neighbours */
            fill->stmt->bad_param = row * fill->columns + fill->index;
    }
    if (st != UOW_OK)
        return st;
    array_pack(fill, column);
    return array_bind_column(fill, column);
}

/* Room for a status of each row, where an error may hide in one. */
static uow_status array_statuses(struct uowi_stmt *stmt, size_t rows)
{
    uowi_param_array *array = stmt->array;
    uowi_mem *mem = stmt->conn->mem;

    if (!stmt->conn->dialect->array_errors_hide || rows <= array->status_room)
        return UOW_OK;
    if (array->statuses)
        uowi_free(mem, array->statuses, array->status_room * sizeof *array->statuses);
    array->statuses = uowi_alloc_array(mem, rows, sizeof *array->statuses);
    array->status_room = array->statuses ? rows : 0;
    return array->statuses ? UOW_OK : uowi_error_no_memory(stmt->conn->error);
}

void uowi_array_start(struct uowi_stmt *stmt)
{
    for (size_t i = 0; UOWI_RARE(stmt->array) && i < stmt->array->status_room; i++)
        stmt->array->statuses[i] = SQL_PARAM_SUCCESS;
}

/* A driver that writes no statuses leaves them as they were. */
bool uowi_array_failed(const struct uowi_stmt *stmt)
{
    const uowi_param_array *array = stmt->array;

    for (size_t i = 0; UOWI_RARE(array) && i < array->set && i < array->status_room; i++)
        if (array->statuses[i] == SQL_PARAM_ERROR || array->statuses[i] == SQL_PARAM_UNUSED)
            return true;
    return false;
}

static uow_status array_tell(struct uowi_stmt *stmt, size_t rows)
{
    uow_status st = array_statuses(stmt, rows);

    stmt->sets_apart = rows > 1 && stmt->conn->dialect->array_counts != UOWI_COUNTS_TOTAL;
    if (st == UOW_OK && stmt->array->set == rows)
        return UOW_OK;
    if (st == UOW_OK && stmt->array->set == 0) {
        st = array_attr(stmt, SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)(uintptr_t)SQL_PARAM_BIND_BY_COLUMN);
        if (st == UOW_OK)
            st = array_attr(stmt, SQL_ATTR_PARAMS_PROCESSED_PTR, &stmt->array->processed);
    }
    if (st == UOW_OK && stmt->array->statuses)
        st = array_attr(stmt, SQL_ATTR_PARAM_STATUS_PTR, stmt->array->statuses);
    if (st == UOW_OK)
        st = array_attr(stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(uintptr_t)rows);
    stmt->array->set = st == UOW_OK ? rows : 1;
    return st;
}

uow_status uowi_stmt_bind_array(uowi_stmt *stmt, const uowi_param *params, size_t rows, size_t columns)
{
    uow_status st = array_open(stmt, columns);

    stmt->streams = false;
    stmt->bad_param = UOWI_NO_PARAM;
    for (size_t i = 0; i < stmt->slot_capacity; i++)
        uowi_slot_unbound(&stmt->slots[i]); /* the parameters are bound elsewhere now */
    for (size_t i = 0; st == UOW_OK && i < columns; i++) {
        array_fill fill = {.stmt = stmt, .params = params + i, .index = i, .columns = columns, .rows = rows};

        st = array_fill_column(&fill);
    }
    return st == UOW_OK ? array_tell(stmt, rows) : st;
}
