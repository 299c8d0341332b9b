/* Opening an environment over another table of ODBC functions: the tests' way in. */
#ifndef UOWI_CONTEXT_ENV_OPEN_H
#define UOWI_CONTEXT_ENV_OPEN_H

#include <stdbool.h>

#include "uow/env.h"

struct uowi_odbc_api;

/* api NULL: the driver manager. */
uow_status uowi_env_open_with(const struct uowi_odbc_api *api, const uow_env_options *options, uow_env **out_env);
bool uowi_env_usable(const uow_env *env);

#endif
