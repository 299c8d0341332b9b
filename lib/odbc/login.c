#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "odbc/login.h"

static bool login_copy(uowi_mem *mem, const char *text, char **out)
{
    *out = uowi_strdup(mem, text);
    return text == NULL || *out != NULL;
}

uowi_login *uowi_login_keep(uowi_mem *mem, const uowi_conn_options *options)
{
    uowi_login *login = uowi_zalloc(mem, sizeof *login);
    if (login == NULL)
        return NULL;
    if (!login_copy(mem, options->connection, &login->connection) ||
        !login_copy(mem, options->user, &login->user) ||
        !login_copy(mem, options->password, &login->password)) {
        uowi_login_forget(mem, login);
        return NULL;
    }
    login->options = *options;
    login->options.connection = login->connection;
    login->options.user = login->user;
    login->options.password = login->password;
    return login;
}

void uowi_login_forget(uowi_mem *mem, uowi_login *login)
{
    if (login == NULL)
        return;
    uowi_strwipe(mem, login->connection);
    uowi_strwipe(mem, login->user);
    uowi_strwipe(mem, login->password);
    uowi_free(mem, login, sizeof *login);
}
