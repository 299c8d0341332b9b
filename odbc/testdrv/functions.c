/* The table of functions, for messages, keys and counters. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "functions.h"

#include <string.h>
#include <strings.h>

#define TD_IS_ASYNC_TYPE  false
#define TD_IS_ASYNC_ENV   false
#define TD_IS_ASYNC_CONN  false
#define TD_IS_ASYNC_DBC   false
#define TD_IS_ASYNC_STMT  false
#define TD_IS_ASYNC_ASYNC true
#define TD_IS_ASYNC_DESC  false

/* The handle comes first, as in the arguments a call keeps. */
#define TD_ROW(category, name, api, n, parameters)                                                 \
    static const char *const names_##name[] = {"handle" TD_NAMES_##n parameters};
TD_FUNCTIONS(TD_ROW)
#undef TD_ROW

const td_function td_functions[TD_COUNT] = {
#define TD_ROW(category, name, api, n, parameters)                                                 \
    {"SQL" #name, SQL_API_SQL##api, n, TD_IS_ASYNC_##category, names_##name},
    TD_FUNCTIONS(TD_ROW)
#undef TD_ROW
};

td_fn td_function_by_name(const char *name)
{
    for (unsigned fn = 0; fn < TD_COUNT; fn++)
        if (strcasecmp(td_functions[fn].name, name) == 0 ||
            strcasecmp(td_functions[fn].name + strlen("SQL"), name) == 0)
            return (td_fn)fn;
    return TD_COUNT;
}

td_fn td_function_by_api(unsigned api)
{
    for (unsigned fn = 0; fn < TD_COUNT; fn++)
        if (td_functions[fn].api == api)
            return (td_fn)fn;
    return TD_COUNT;
}
