/*
 * Statements, as the layers above see them. Calls marked [resumable] may answer
 * UOW_PENDING: call again with the same arguments until they do not.
 */
#ifndef UOWI_ODBC_STMT_H
#define UOWI_ODBC_STMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odbc/conn.h"
#include "uow/arg.h"
#include "uow/model.h"

typedef struct uowi_stmt uowi_stmt;

/* One parameter's value: from an argument of the program or a member of an entity. */
typedef struct uowi_param {
    uow_type type;
    const void *data;    /* NULL: SQL NULL */
    size_t size;         /* bytes at data (text: without NUL; arrays: used bytes) */
    uow_read_fn read;    /* streamed instead of data */
    void *user;
    const char *column;  /* for messages, or NULL */
    bool compared;       /* an argument of the program's statement that is not to be stored */
} uowi_param;

#define UOWI_NO_PARAM ((size_t)-1)
#define UOWI_PARAM_BAD_SIZE ((size_t)-1) /* text without its NUL, an impossible length: refused when bound */

#define UOWI_PARAM_NO_DATA ((size_t)-2)  /* a length and no bytes: likewise */

/* From an argument; scalars point into the argument, which must outlive the param. */
uowi_param uowi_param_from_arg(const uow_arg *arg);
/*
 * From a member of a row, converter applied; scratch of at least uowi_param_scratch(column) bytes holds a
 * converted value and must outlive the param. UOW_TYPE through error when the converter refuses, a time is
 * invalid, or text is not terminated.
 */
uow_status uowi_param_from_member(const uow_column *column, const void *row, void *scratch, uow_error *error,
                                  uowi_param *out);
size_t uowi_param_scratch(const uow_column *column);
/* The value of an integer parameter, which may lie at any address; not of UOW_UINT64. */
int64_t uowi_param_int64(const uowi_param *param);

uow_status uowi_stmt_open(uowi_conn *conn, uowi_stmt **out);
/* Closes and frees; NULL is fine. */
void uowi_stmt_free(uowi_stmt *stmt);

/* Let the driver be polled from now on, if it can (caps.async_mode), or not any more. */
void uowi_stmt_async(uowi_stmt *stmt, bool wanted);

/* [resumable] sql is copied. */
uow_status uowi_stmt_prepare(uowi_stmt *stmt, const char *sql, size_t length);
/* Sets the text for execute without preparing (SQLExecDirect). */
uow_status uowi_stmt_direct(uowi_stmt *stmt, const char *sql, size_t length);
/*
 * Encodes and binds the parameters: checks UTF-8, embedded NULs, ranges; values are copied into the statement's own
 * buffers (streamed ones are read while executing). Binding is redone only where type or size class changed.
 */
uow_status uowi_stmt_bind(uowi_stmt *stmt, const uowi_param *params, size_t count);
/*
 * The same, parameter by parameter: begin for count of them, each once from number 0 on, end with how that went. A large
 * statement's values need not be together in memory before they are in its buffers.
 */
uow_status uowi_stmt_bind_begin(uowi_stmt *stmt, size_t count);
uow_status uowi_stmt_bind_one(uowi_stmt *stmt, size_t index, const uowi_param *param);
uow_status uowi_stmt_bind_end(uowi_stmt *stmt, size_t count, uow_status st);
/* In place of bind_one, for a number that is not NULL. False: nothing is done, it takes more than putting it there. */
bool uowi_stmt_bind_number(uowi_stmt *stmt, size_t index, uow_type type, const void *data);
/* The number of the parameter the last bind refused, or UOWI_NO_PARAM. */
size_t uowi_stmt_bad_param(const uowi_stmt *stmt);
/*
 * [resumable] Executes; sends streamed parameters. Afterwards column_count and affected are known. UPDATE/DELETE
 * of no row is UOW_OK with affected 0 on every database.
 */
uow_status uowi_stmt_execute(uowi_stmt *stmt);
size_t uowi_stmt_column_count(const uowi_stmt *stmt);
int64_t uowi_stmt_affected(const uowi_stmt *stmt); /* -1 unknown */
bool uowi_stmt_is_prepared(const uowi_stmt *stmt);
const char *uowi_stmt_sql(const uowi_stmt *stmt);
uowi_conn *uowi_stmt_conn(const uowi_stmt *stmt);

typedef struct uowi_column_desc {
    char *name; /* NUL-terminated, UTF-8; belongs to the description array's arena or caller's buffer */
    int sql_type;
    uint64_t size;
    int digits;
    int nullable;      /* 1, 0, -1 unknown */
    bool is_unsigned;
} uowi_column_desc;

/* index from 0; name is written to name_buffer (NUL-terminated, cut at its end). */
uow_status uowi_stmt_describe(uowi_stmt *stmt, size_t index, char *name_buffer, size_t name_size,
                              uowi_column_desc *out);
/*
 * Appends how a column is to be named in a select list so that nothing of its value is lost on the way: the quoted
 * name itself, or an expression around it (SQLite's driver cuts doubles to 15 digits, PostgreSQL's drops offsets).
 */
void uowi_select_column(const uowi_dialect *dialect, uow_type type, const char *quoted, uowi_buf *out);

/* Whether asking for the next result may have to ask the driver. */
bool uowi_stmt_waits(const uowi_stmt *stmt);
/* Next result: UOW_OK (column_count, affected updated), UOW_END. */
uow_status uowi_stmt_more(uowi_stmt *stmt);
/* Closes cursor and pending results; the statement stays prepared and its bindings stay. Never fails visibly unless the link is lost. */
uow_status uowi_stmt_close(uowi_stmt *stmt);
/* A call on the statement is unfinished (UOW_PENDING was the last answer). */
bool uowi_stmt_executing(const uowi_stmt *stmt);

#endif
