/* What a connection is made with, kept so that it can be made again. */
#ifndef UOWI_ODBC_LOGIN_H
#define UOWI_ODBC_LOGIN_H

#include "odbc/conn.h"

/* The texts are copies, overwritten before they are freed: connection string and password are in them. */
typedef struct uowi_login {
    uowi_conn_options options;
    char *connection, *user, *password;
} uowi_login;

/* NULL: no memory. */
uowi_login *uowi_login_keep(uowi_mem *mem, const uowi_conn_options *options);
/* NULL is fine. */
void uowi_login_forget(uowi_mem *mem, uowi_login *login);

#endif
