/* How a connection is made: the text sent to the driver, and why it failed. */
#ifndef UOWI_ODBC_CONNECT_H
#define UOWI_ODBC_CONNECT_H

#include "odbc/call.h"
#include "odbc/conn.h"
#include "odbc/connstr.h"

/* What is known of the target before connecting. */
typedef struct uowi_target_info {
    const char *given;           /* the program's text */
    const char *dsn;             /* or NULL */
    const char *driver;          /* Driver= of the text, or NULL */
    char driver_name[256];       /* as odbc.ini or the text has it; "" unknown */
    char driver_file[256];       /* as odbcinst.ini has it; "" not registered */
    char profile[512];           /* UowProfile, "" none: ours, not the driver's */
    const uowi_dialect *dialect; /* likely one, or NULL */
} uowi_target_info;

/*
 * Parses options->connection, puts user and password in, completes it with the likely dialect's
 * defaults. target points into cs and options.
 */
uow_status uowi_connect_text(const uowi_conn_options *options, uow_error *error, uowi_connstr *cs,
                             uowi_target_info *target);
/* The password in use, wherever it came from: newly allocated, NULL when there is none. False: no
 * memory. */
bool uowi_connect_secret(uowi_mem *mem, const uowi_connstr *cs, const uowi_target_info *target,
                         char **out);
/* Sets the error for a failed SQLDriverConnect; returns its status. */
uow_status uowi_connect_refused(struct uowi_conn *conn, const uowi_target_info *target,
                                const uowi_harvest *harvest);

/* Probes what caps.h lists. Never fails: what a driver does not tell has the careful answer. */
void uowi_caps_probe(struct uowi_conn *conn);
/* Fills caps' identity_sql and paging, once the dialect is chosen. */
void uowi_identity_probe(struct uowi_conn *conn);
/* How many digits of a second a timestamp has, by SQLGetTypeInfo; 6 when the driver does not tell. */
int uowi_caps_fraction(struct uowi_conn *conn);
/* Does UTF-8 through SQL_C_CHAR arrive whole? One or two round trips; false when in doubt. */
bool uowi_textpath_narrow(struct uowi_conn *conn);

#endif
