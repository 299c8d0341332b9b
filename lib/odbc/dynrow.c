/* Dynamic rows: any result, described, bound and walked. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/dyn.h"

#include <string.h>

#include "base/utf.h"

#define DYN_NAME 1024
#define DYN_FIRST 512
#define DYN_BOUND 1024
#define DYN_NUMBER 128
#define DYN_TIME 64

/* How a described type is fetched, and what of ours holds it. */
typedef struct dyn_kind {
    SQLSMALLINT sql_type;
    SQLSMALLINT c_type;
    size_t room; /* 0: by the described size */
    uow_type type, unsigned_type;
} dyn_kind;

static const dyn_kind dyn_kinds[] = {
    {SQL_TINYINT, SQL_C_SBIGINT, 8, UOW_INT8, UOW_UINT8},
    {SQL_SMALLINT, SQL_C_SBIGINT, 8, UOW_INT16, UOW_UINT16},
    {SQL_INTEGER, SQL_C_SBIGINT, 8, UOW_INT32, UOW_UINT32},
    {SQL_BIGINT, SQL_C_SBIGINT, 8, UOW_INT64, UOW_UINT64},
    {SQL_BIT, SQL_C_SBIGINT, 8, UOW_BOOL, UOW_BOOL},
    {SQL_REAL, SQL_C_DOUBLE, 8, UOW_DOUBLE, UOW_DOUBLE},
    {SQL_FLOAT, SQL_C_DOUBLE, 8, UOW_DOUBLE, UOW_DOUBLE},
    {SQL_DOUBLE, SQL_C_DOUBLE, 8, UOW_DOUBLE, UOW_DOUBLE},
    {SQL_DECIMAL, SQL_C_CHAR, DYN_NUMBER, UOW_DECIMAL, UOW_DECIMAL},
    {SQL_NUMERIC, SQL_C_CHAR, DYN_NUMBER, UOW_DECIMAL, UOW_DECIMAL},
    {SQL_TYPE_DATE, SQL_C_CHAR, DYN_TIME, UOW_DATE, UOW_DATE},
    {SQL_TYPE_TIME, SQL_C_CHAR, DYN_TIME, UOW_TIME, UOW_TIME},
    {SQL_TYPE_TIMESTAMP, SQL_C_CHAR, DYN_TIME, UOW_TIMESTAMP, UOW_TIMESTAMP},
    {SQL_GUID, SQL_C_CHAR, DYN_TIME, UOW_GUID, UOW_GUID},
    {SQL_BINARY, SQL_C_BINARY, 0, UOW_BLOB, UOW_BLOB},
    {SQL_VARBINARY, SQL_C_BINARY, 0, UOW_BLOB, UOW_BLOB},
    {SQL_LONGVARBINARY, SQL_C_BINARY, 0, UOW_BLOB, UOW_BLOB},
};

static const dyn_kind dyn_text = {SQL_VARCHAR, SQL_C_CHAR, 0, UOW_LONGTEXT, UOW_LONGTEXT};

static const dyn_kind *dyn_kind_of(SQLSMALLINT sql_type)
{
    for (size_t i = 0; i < sizeof dyn_kinds / sizeof dyn_kinds[0]; i++)
        if (dyn_kinds[i].sql_type == sql_type)
            return &dyn_kinds[i];
    return &dyn_text; /* every driver can give any type as characters */
}

uow_type uowi_dynrow_type(int sql_type, bool is_unsigned)
{
    const dyn_kind *kind = dyn_kind_of((SQLSMALLINT)sql_type);

    return is_unsigned ? kind->unsigned_type : kind->type;
}

static bool dyn_is_long(SQLSMALLINT sql_type)
{
    return sql_type == SQL_LONGVARCHAR || sql_type == SQL_WLONGVARCHAR || sql_type == SQL_LONGVARBINARY;
}

/* Room for the described maximum where it is small and kept to; else a first piece. */
static void dyn_room(uowi_cell *cell, const uowi_dyncolumn *column, size_t unit)
{
    uint64_t size = column->desc.size;

    cell->room = DYN_FIRST;
    cell->overflows = true;
    if (size == 0 || size > DYN_BOUND || dyn_is_long(cell->sql_type))
        return;
    cell->room = (size_t)size * unit + 4;
    cell->overflows = cell->room > DYN_BOUND;
    if (cell->overflows)
        cell->room = DYN_FIRST;
}

static void dyn_choose(const struct uowi_conn *conn, uowi_cell *cell, uowi_dyncolumn *column)
{
    const dyn_kind *kind = dyn_kind_of(cell->sql_type);
    bool untyped = conn->dialect->ints_are_64bit; /* SQLite: a column holds anything, described by its declaration */

    column->type = column->desc.is_unsigned ? kind->unsigned_type : kind->type;
    if (untyped && kind->c_type == SQL_C_SBIGINT && kind->type != UOW_BOOL)
        column->type = UOW_INT64;
    if (column->type == UOW_DECIMAL && column->desc.size > 38)
        column->type = UOW_DECIMAL_TEXT;
    cell->c_type = kind->c_type;
    cell->room = kind->room;
    if (cell->c_type == SQL_C_SBIGINT && column->type == UOW_UINT64)
        cell->c_type = SQL_C_UBIGINT;
    if (untyped && kind->room != 0) {
        cell->c_type = SQL_C_CHAR;
        cell->room = DYN_NUMBER;
        cell->overflows = true;
    }
    if (kind == &dyn_text && uowi_reads_wide(conn))
        cell->c_type = SQL_C_WCHAR;
    if (cell->room == 0)
        dyn_room(cell, column, cell->c_type == SQL_C_BINARY ? 1 : 4);
    if (cell->room == 0 || untyped)
        cell->overflows = true;
}

static uow_status dyn_describe(uowi_dynrow *dyn, size_t index)
{
    struct uowi_stmt *stmt = dyn->rowset.binder.stmt;
    uowi_dyncolumn *column = &dyn->columns[index];
    uowi_cell *cell = &dyn->rowset.cells[index];
    char name[DYN_NAME];
    uow_status st = uowi_stmt_describe(stmt, index, name, sizeof name, &column->desc);

    if (st != UOW_OK)
        return st;
    column->desc.name = uowi_arena_text(&dyn->names, name, strlen(name));
    if (column->desc.name == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    column->column.name = column->desc.name;
    column->column.member = column->desc.name;
    cell->column = &column->column;
    cell->number = (SQLUSMALLINT)(index + 1);
    cell->sql_type = (SQLSMALLINT)column->desc.sql_type;
    dyn_choose(stmt->conn, cell, column);
    return UOW_OK;
}

uow_status uowi_dynrow_open(uowi_stmt *stmt, uowi_dynrow **out)
{
    uowi_mem *mem = stmt->conn->mem;
    size_t count = uowi_stmt_column_count(stmt);
    uowi_dynrow *dyn = uowi_zalloc(mem, sizeof *dyn);
    uow_status st;

    if (dyn == NULL)
        return uowi_error_no_memory(stmt->conn->error);
    uowi_arena_init(&dyn->names, mem, 1024);
    dyn->stream = -1;
    st = uowi_rowset_init(&dyn->rowset, stmt, "result", count);
    dyn->columns = uowi_alloc_array(mem, count > 0 ? count : 1, sizeof *dyn->columns);
    if (st == UOW_OK && dyn->columns == NULL)
        st = uowi_error_no_memory(stmt->conn->error);
    for (size_t i = 0; i < count && st == UOW_OK; i++)
        st = dyn_describe(dyn, i);
    if (st == UOW_OK && count > 0)
        st = uowi_rowset_build(&dyn->rowset, 0);
    if (st != UOW_OK) {
        uowi_dynrow_free(dyn);
        return st;
    }
    *out = dyn;
    return UOW_OK;
}

void uowi_dynrow_free(uowi_dynrow *dyn)
{
    uowi_mem *mem;

    if (dyn == NULL)
        return;
    mem = dyn->rowset.mem;
    if (dyn->columns != NULL)
        uowi_free(mem, dyn->columns, (dyn->rowset.count > 0 ? dyn->rowset.count : 1) * sizeof *dyn->columns);
    uowi_rowset_done(&dyn->rowset);
    uowi_arena_done(&dyn->names);
    uowi_free(mem, dyn, sizeof *dyn);
}

size_t uowi_dynrow_column_count(const uowi_dynrow *dyn)
{
    return dyn->rowset.count;
}

uow_status uowi_dynrow_column(const uowi_dynrow *dyn, size_t index, uow_column_info *out)
{
    uow_column_info info = UOW_COLUMN_INFO_INIT;
    const uowi_dyncolumn *column;
    size_t size = out->struct_size < sizeof info ? out->struct_size : sizeof info;

    if (index >= dyn->rowset.count)
        return UOW_MISUSE;
    column = &dyn->columns[index];
    info.struct_size = out->struct_size;
    info.name = column->desc.name;
    info.type = column->type;
    info.sql_type = column->desc.sql_type;
    info.column_size = column->desc.size;
    info.digits = column->desc.digits;
    info.nullable = column->desc.nullable;
    memcpy(out, &info, size);
    return UOW_OK;
}

ptrdiff_t uowi_dynrow_index(const uowi_dynrow *dyn, const char *name)
{
    for (size_t i = 0; i < dyn->rowset.count; i++)
        if (uowi_ascii_casecmp(dyn->columns[i].desc.name, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static void dyn_forget_row(uowi_dynrow *dyn)
{
    for (size_t i = 0; i < dyn->rowset.count; i++) {
        uowi_dyncolumn *column = &dyn->columns[i];

        column->whole = NULL;
        column->whole_from = 0;
        column->fetched = 0;
        column->text = NULL;
        column->read_at = 0;
        column->streaming = false;
        column->ended = false;
        column->carried = 0;
    }
    dyn->stream = -1;
}

uow_status uowi_dynrow_next(uowi_dynrow *dyn)
{
    uow_status st;

    if (dyn->rowset.count == 0)
        return UOW_END;
    if (dyn->have_row && dyn->row + 1 < dyn->rowset.binder.fetched) {
        dyn_forget_row(dyn);
        uowi_arena_reset(&dyn->rowset.arena);
        dyn->row++;
        return UOW_OK;
    }
    dyn->have_row = false;
    dyn_forget_row(dyn);
    st = uowi_rowset_block(&dyn->rowset);
    dyn->row = 0;
    dyn->have_row = st == UOW_OK;
    return st;
}
