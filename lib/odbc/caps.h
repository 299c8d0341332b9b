/* Facts of a connection, probed once when it is opened. No ODBC types: every layer may read them. */
#ifndef UOWI_ODBC_CAPS_H
#define UOWI_ODBC_CAPS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct uowi_caps {
    char dbms_name[64], dbms_version[64], driver_name[64], driver_version[32], driver_odbc[16];
    char quote[4];             /* identifier quote; "" or " " means none: names are used as they are */
    bool transactions;         /* SQL_TXN_CAPABLE != NONE */
    bool ddl_transactional;
    uint32_t isolations;       /* SQL_TXN_ISOLATION_OPTION bits as 1<<(uow_isolation) */
    int default_isolation;     /* uow_isolation */
    bool procedures;
    bool multiple_results;
    bool getdata_any_column;   /* SQL_GETDATA_EXTENSIONS bits */
    bool getdata_any_order;
    bool getdata_block;
    bool getdata_bound;
    bool row_arrays;           /* SQL_ATTR_ROW_ARRAY_SIZE > 1 kept */
    bool param_arrays;
    int paging;                /* uowi_paging, where the dialect knows none: what the database was found to take */
    int fraction_digits;       /* of a timestamp's second */
    const char *identity_sql;  /* gives the key the last insert made; NULL: none known */
    int async_mode;            /* 0 none, 1 connection, 2 statement; only if set and read back (both agree) */
    bool text_wide;            /* text goes as UTF-16 */
    uint32_t max_parameters;
    uint32_t max_identifier;
    uint32_t mariadb_version;  /* 101100 style; 0 elsewhere */
} uowi_caps;

#endif
