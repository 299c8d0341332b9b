/* Dynamic rows inside. Private to lib/odbc. */
#ifndef UOWI_ODBC_DYN_H
#define UOWI_ODBC_DYN_H

#include "odbc/cell.h"
#include "odbc/dynrow.h"

typedef struct uowi_dyncolumn {
    uow_column column; /* name only: what the cell's messages need */
    uowi_column_desc desc;
    uow_type type;
    /* of the current row */
    const char *whole; /* a value read beyond its buffer, or made into text */
    size_t whole_length;
    size_t whole_from; /* not 0: the bytes before were given in pieces, and the driver gives them no more */
    const char *text;  /* as text */
    size_t text_length;
    size_t read_at;    /* bytes given by uowi_dynrow_read */
    bool streaming;    /* SQLGetData has begun this column */
    SQLLEN total;      /* its indicator then */
    size_t fetched;    /* bytes SQLGetData has given of it */
    bool ended;
    char carry[4];     /* the beginning of a character whose rest is not there yet */
    size_t carried;
} uowi_dyncolumn;

struct uowi_dynrow {
    uowi_rowset rowset;
    uowi_dyncolumn *columns; /* as cells */
    uowi_arena names;
    size_t row;      /* in the block */
    bool have_row;
    ptrdiff_t stream; /* the column SQLGetData is in the middle of, or -1 */
};

/* Checks index and row: UOW_OK, UOW_NOT_FOUND for NULL, UOW_MISUSE. */
uow_status uowi_dyn_check(uowi_dynrow *dyn, size_t index);
/* The bytes of a value as they were fetched, whole. */
uow_status uowi_dyn_whole(uowi_dynrow *dyn, size_t index, const char **data, size_t *length);
/* A value begun in pieces, again: column->whole is all of it, or what follows column->whole_from. */
uow_status uowi_dyn_again(uowi_dynrow *dyn, size_t index);
static inline SQLLEN uowi_dyn_ind(const uowi_dynrow *dyn, size_t index)
{
    return *uowi_cell_ind(&dyn->rowset, &dyn->rowset.cells[index], dyn->row);
}
static inline const char *uowi_dyn_at(const uowi_dynrow *dyn, size_t index)
{
    return uowi_cell_image(&dyn->rowset, dyn->row) + dyn->rowset.cells[index].value_at;
}

#endif
