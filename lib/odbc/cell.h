/* One column of a rowset: how it is bound, checked and decoded. Private to lib/odbc. */
#ifndef UOWI_ODBC_CELL_H
#define UOWI_ODBC_CELL_H

#include "base/arena.h"
#include "odbc/binder.h"
#include "odbc/call.h"
#include "odbc/rowset.h"

typedef struct uowi_cell uowi_cell;

/* What a decoder may look at. */
typedef struct uowi_decoder {
    uowi_rowset *rowset;
    const uowi_cell *cell;
    size_t row; /* in the block */
} uowi_decoder;

/* One staged value of length bytes into a member (or a converter's scratch value) of out_size bytes. */
typedef uow_status (*uowi_decode_fn)(const uowi_decoder *decoder, const char *value, size_t length, void *out,
                                     size_t out_size);
/* A whole block of one column after its fetch. */
typedef uow_status (*uowi_finish_fn)(uowi_rowset *rowset, const uowi_cell *cell, size_t rows);

struct uowi_cell {
    const uow_column *column;
    uow_type type;       /* of the database's value: the member's, or the converter's */
    SQLUSMALLINT number; /* in the result, from 1 */
    SQLSMALLINT c_type;
    SQLSMALLINT sql_type;
    size_t value_at; /* where in a row image the driver writes the value */
    size_t room;     /* bytes there */
    size_t ind_at;   /* where in a row image the driver writes the indicator */
    bool indicated;  /* the member may be NULL */
    bool present;    /* the database says that no value is NULL: the driver need not tell */
    bool straight;   /* the driver writes into the member itself */
    bool overflows;  /* a value may be longer than room: the rest is read by SQLGetData */
    bool marked;         /* the buffer is marked before each fetch: see uowi_cell_mark */
    bool unbound;    /* read by SQLGetData only */
    bool digits;     /* a number that travels as text: what does not fit is none */
    const char *rest;    /* of an unbound column of the one row there is: the whole of a long value */
    size_t rest_length;
    uowi_finish_fn finish;
    uowi_decode_fn decode;
};

struct uowi_rowset {
    uowi_binder binder;
    uowi_mem *mem;
    char *entity;
    uowi_cell *cells; /* in the order of the result's columns */
    size_t count;
    size_t row_size;
    bool has_unbound; /* cells */
    bool has_marked;
    char *block;
    size_t block_size;
    void *scratch; /* one converted value */
    size_t scratch_size;
    uowi_arena arena; /* long values of the current block */
};

/* Chooses the binding and the functions of a cell from the member's type and the described column. */
uow_status uowi_cell_choose(uowi_rowset *rowset, uowi_cell *cell, const uowi_column_desc *desc);

/* The choosers, by file; each fills c_type, room, straight, finish, decode. */
void uowi_choose_integer(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_bool(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_real(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_decimal(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_time(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_guid(const uowi_dialect *dialect, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_text(bool wide, uowi_cell *cell);
void uowi_choose_long(const uowi_dialect *dialect, bool wide, uowi_cell *cell, const uowi_column_desc *desc);
void uowi_choose_binary(uowi_cell *cell);

/* The finishers shared by types. */
uow_status uowi_finish_scalar(uowi_rowset *rowset, const uowi_cell *cell, size_t rows);
uow_status uowi_finish_staged(uowi_rowset *rowset, const uowi_cell *cell, size_t rows);
/* One value of a staged column. */
uow_status uowi_finish_value(uowi_rowset *rowset, const uowi_cell *cell, size_t row);

/* The member becomes NULL, or the error says that it cannot. */
uow_status uowi_cell_null(const uowi_decoder *decoder);
/* "entity.column: ..." with entity and column set in the record. */
UOWI_COLD uow_status uowi_cell_fail(const uowi_decoder *decoder, uow_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The value is no such thing; shows at most a few characters of it. */
UOWI_COLD uow_status uowi_cell_fail_value(const uowi_decoder *decoder, const char *what, const char *value, size_t length);
/* Whether text is fetched as UTF-16. */
bool uowi_reads_wide(const struct uowi_conn *conn);
bool uowi_sql_is_text(SQLSMALLINT sql_type);
bool uowi_sql_is_binary(SQLSMALLINT sql_type);

static inline char *uowi_cell_image(const uowi_rowset *rowset, size_t row)
{
    return rowset->block + row * rowset->binder.stride;
}

static inline SQLLEN *uowi_cell_ind(const uowi_rowset *rowset, const uowi_cell *cell, size_t row)
{
    return (SQLLEN *)(void *)(uowi_cell_image(rowset, row) + cell->ind_at);
}

/* Whether a value of this indicator is whole in the bound buffer. A text's NUL takes a place. */
static inline bool uowi_cell_whole(const uowi_cell *cell, SQLLEN ind)
{
    size_t nul = cell->c_type == SQL_C_BINARY ? 0 : cell->c_type == SQL_C_WCHAR ? 2 : 1;

    return ind >= 0 && (size_t)ind + nul <= cell->room;
}

/*
 * codec_time.c: MariaDB's driver turns a zero date into NULL but has written zeros to the struct by then, while a real
 * NULL leaves it alone. A mark in the struct before each fetch tells the two apart.
 */
void uowi_cell_mark(const uowi_rowset *rowset, const uowi_cell *cell);

/* rowset.c: the pieces dynamic rows are made of too. */

/* After this uowi_rowset_done may be called; cells have room for count. */
uow_status uowi_rowset_init(uowi_rowset *rowset, uowi_stmt *stmt, const char *entity, size_t count);
/* With every cell chosen: lays out, allocates and binds a block. */
uow_status uowi_rowset_build(uowi_rowset *rowset, uint32_t block_rows);
/* The same for one row that nothing is bound to. */
uow_status uowi_rowset_lay(uowi_rowset *rowset);
/* [resumable] The next block, not decoded. */
uow_status uowi_rowset_block(uowi_rowset *rowset);
void uowi_rowset_done(uowi_rowset *rowset);

/* longdata.c */

/* Reads a column of one row of the current block again, as another C type; *ind as SQLGetData gives it. */
uow_status uowi_cell_reread(const uowi_decoder *decoder, SQLSMALLINT c_type, void *value, SQLLEN room, SQLLEN *ind);
/* The whole of a value that did not fit, in the rowset's arena, with a NUL behind it. */
uow_status uowi_cell_rest(const uowi_decoder *decoder, const char **value, size_t *length);
/* Reads the columns that are not bound, for the one row there is. */
uow_status uowi_cell_unbound(uowi_rowset *rowset);

#endif
