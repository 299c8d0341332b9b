/* Inside of the fake driver, shared by its files only. */
#ifndef FAKE_ODBC_STATE_H
#define FAKE_ODBC_STATE_H

#include "fake_odbc.h"

#define FAKE_MAX_RULES   64
#define FAKE_MAX_DIAGS   24
#define FAKE_MAX_RESULTS 128
#define FAKE_MAX_SQL     4096
#define FAKE_MAX_PARAMS  4096
#define FAKE_MAX_COLUMNS 128
#define FAKE_MAX_ATTRS   32

typedef struct fake_record {
    char sqlstate[6];
    SQLINTEGER native;
    const char *text;
} fake_record;

typedef struct fake_rule {
    uowi_odbc_fn fn;
    unsigned nth; /* counts down to 1; 0: always */
    bool used;
    SQLRETURN rc;
    fake_record records[FAKE_MAX_DIAGS];
    size_t record_count;
} fake_rule;

typedef struct fake_result {
    const char *contains;
    const fake_column *columns;
    size_t column_count;
    const char *const *cells;
    size_t row_count;
    bool repeat;
    SQLLEN affected;
} fake_result;

typedef struct fake_attr {
    SQLINTEGER attribute;
    SQLULEN value;
} fake_attr;

typedef struct fake_attrs {
    fake_attr items[FAKE_MAX_ATTRS];
    size_t count;
} fake_attrs;

typedef struct fake_handle {
    SQLSMALLINT type;
    struct fake_handle *parent;
    fake_record diags[FAKE_MAX_DIAGS];
    size_t diag_count;
    fake_attrs attrs;
} fake_handle;

typedef struct fake_bound {
    bool used;
    SQLSMALLINT c_type, sql_type;
    SQLPOINTER value;
    SQLLEN size;
    SQLLEN *indicator;
} fake_bound;

typedef struct fake_sent {
    char text[256];
    uint64_t size;
    SQLSMALLINT c_type, sql_type;
} fake_sent;

typedef struct fake_stmt {
    fake_handle handle; /* first: a statement is a handle */
    char *sql;
    bool prepared;
    const fake_result *result; /* current; NULL: none matched, or closed */
    fake_result echo;          /* of "SELECT ?" */
    const char *echo_cell;
    bool open;
    size_t row;        /* rows fetched so far */
    size_t block_rows; /* in the last block */
    size_t position;   /* SQLSetPos, from 1 */
    unsigned data_column;
    uint64_t data_offset;
    unsigned still_left;
    uowi_odbc_fn still_fn;
    bool waiting;
    fake_bound params[FAKE_MAX_PARAMS];
    unsigned param_count;
    fake_bound columns[FAKE_MAX_COLUMNS];
    unsigned need; /* data at execution: parameter being sent, 0 none */
} fake_stmt;

typedef struct fake_state {
    char dbms[64];
    fake_rule rules[FAKE_MAX_RULES];
    size_t rule_count;
    fake_result results[FAKE_MAX_RESULTS];
    size_t result_count;
    unsigned still[UOWI_FN_COUNT];
    unsigned calls[UOWI_FN_COUNT];
    bool dead;
    uowi_odbc_fn dead_fn;
    unsigned dead_nth;
    int claimed;
    bool endless;
    int async;
    bool latin;
    SQLULEN bad_set; /* see fake_array_error */
    fake_attrs info_numbers;
    struct {
        SQLUSMALLINT info;
        const char *value;
    } info_texts[16];
    size_t info_text_count;
    char *sql[FAKE_MAX_SQL];
    size_t sql_count;
    fake_sent sent[FAKE_MAX_PARAMS + 1];
    unsigned sent_count;
    char connection[4096];
    fake_attrs connect_attrs;
    unsigned handles;
} fake_state;

extern fake_state fake;

/*
 * Starts every function: counts, clears the handle's diagnostics, applies the script. True: return
 * *rc at once. False with *rc SQL_SUCCESS_WITH_INFO: go on, and return that instead of SUCCESS.
 */
bool fake_enter(uowi_odbc_fn fn, fake_handle *handle, SQLRETURN *rc);
SQLRETURN fake_error(fake_handle *handle, const char *sqlstate, SQLINTEGER native,
                     const char *text);
void fake_attr_set(fake_attrs *attrs, SQLINTEGER attribute, SQLULEN value);
SQLULEN fake_attr_get(const fake_attrs *attrs, SQLINTEGER attribute, SQLULEN otherwise);

/* Bytes of a cell, huge ones included. */
uint64_t fake_size(const char *cell);
/* One cell into a buffer. offset is where a piecewise read stands, and is moved. */
SQLRETURN fake_convert(const char *cell, SQLSMALLINT c_type, SQLPOINTER value, SQLLEN size,
                       SQLLEN *indicator, uint64_t *offset);
/* Closes the cursor and forgets where reading stood. */
void fake_stmt_close(fake_stmt *stmt);

/* The functions of the two statement files. */
SQLRETURN fake_prepare(SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length);
SQLRETURN fake_get_type_info(SQLHSTMT stmt, SQLSMALLINT type);
SQLRETURN fake_exec_direct(SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length);
SQLRETURN fake_execute(SQLHSTMT stmt);
SQLRETURN fake_bind_parameter(SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT direction,
                              SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN column_size,
                              SQLSMALLINT digits, SQLPOINTER value, SQLLEN buffer_length,
                              SQLLEN *indicator);
SQLRETURN fake_param_data(SQLHSTMT stmt, SQLPOINTER *value);
SQLRETURN fake_put_data(SQLHSTMT stmt, SQLPOINTER data, SQLLEN length);
SQLRETURN fake_row_count(SQLHSTMT stmt, SQLLEN *count);
SQLRETURN fake_more_results(SQLHSTMT stmt);
SQLRETURN fake_free_stmt(SQLHSTMT stmt, SQLUSMALLINT option);
SQLRETURN fake_cancel(SQLHSTMT stmt);
SQLRETURN fake_num_result_cols(SQLHSTMT stmt, SQLSMALLINT *count);
SQLRETURN fake_describe_col(SQLHSTMT stmt, SQLUSMALLINT number, SQLCHAR *name,
                            SQLSMALLINT name_size, SQLSMALLINT *name_length, SQLSMALLINT *type,
                            SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable);
SQLRETURN fake_col_attribute(SQLHSTMT stmt, SQLUSMALLINT number, SQLUSMALLINT field,
                             SQLPOINTER text, SQLSMALLINT size, SQLSMALLINT *length, SQLLEN *value);
SQLRETURN fake_bind_col(SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value,
                        SQLLEN size, SQLLEN *indicator);
SQLRETURN fake_fetch_scroll(SQLHSTMT stmt, SQLSMALLINT orientation, SQLLEN offset);
SQLRETURN fake_set_pos(SQLHSTMT stmt, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock);
SQLRETURN fake_get_data(SQLHSTMT stmt, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER value,
                        SQLLEN size, SQLLEN *indicator);

#endif
