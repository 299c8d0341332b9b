/* What the driver says it can do. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "call.h"

#include <string.h>

static bool info_answer(td_call *call, const td_info *info)
{
    SQLPOINTER value = (SQLPOINTER)call->args[2];
    SQLSMALLINT *length = (SQLSMALLINT *)call->args[4];
    SQLUSMALLINT narrow = (SQLUSMALLINT)info->number;
    size_t size = info->type == 'S' ? sizeof narrow : sizeof info->number;

    if (info->type == 'T') {
        size = call->args[3] < 0 ? 0 : (size_t)call->args[3];
        SQLRETURN rc = td_give_text(info->text, value, size, length);
        if (rc == SQL_SUCCESS_WITH_INFO)
            td_diag_set(call->h, "01004", 0, "the answer is longer than the buffer");
        return td_answer(call, rc);
    }
    if (value != NULL)
        memcpy(value, info->type == 'S' ? (const void *)&narrow : &info->number, size);
    if (length != NULL)
        *length = (SQLSMALLINT)size;
    return td_answer(call, SQL_SUCCESS);
}

bool td_before_get_info(td_call *call)
{
    static const SQLUINTEGER modes[] = {SQL_AM_NONE, SQL_AM_STATEMENT, SQL_AM_CONNECTION,
                                        SQL_AM_STATEMENT, SQL_AM_STATEMENT};
    const td_keys *keys = &call->dbc->keys;

    for (const td_info *info = keys->infos; info->type != 0; info++)
        if (info->id == call->args[1])
            return info_answer(call, info);
    if (call->args[1] == SQL_ASYNC_MODE && keys->async != TD_ASYNC_NONE)
        return info_answer(call, &(td_info){.type = 'I', .number = modes[keys->async]});
    return true;
}

/* Whether a function is there: exported here, there in the wrapped driver, not taken away. */
static bool info_has(const td_dbc *dbc, unsigned api)
{
    td_fn fn = td_function_by_api(api);
    return fn != TD_COUNT && !dbc->keys.missing[fn];
}

/* Ours whatever the wrapped driver says; SQLite's has diagnostics by SQLError only. */
static bool info_always(unsigned api)
{
    return api == SQL_API_SQLGETDIAGREC || api == SQL_API_SQLGETDIAGFIELD;
}

bool td_before_get_functions(td_call *call)
{
    unsigned api = (unsigned)call->args[1];
    if (!info_always(api) && (api == SQL_API_ODBC3_ALL_FUNCTIONS || api == SQL_API_ALL_FUNCTIONS ||
                              info_has(call->dbc, api)))
        return true;
    *(SQLUSMALLINT *)call->args[2] = info_always(api) ? SQL_TRUE : SQL_FALSE;
    return td_answer(call, SQL_SUCCESS);
}

void td_after_get_functions(td_call *call)
{
    SQLUSMALLINT *supported = (SQLUSMALLINT *)call->args[2];
    if (!SQL_SUCCEEDED(call->rc))
        return;
    if (call->args[1] == SQL_API_ALL_FUNCTIONS) {
        for (unsigned api = 0; api < 100; api++)
            if (!info_has(call->dbc, api))
                supported[api] = SQL_FALSE;
    } else if (call->args[1] == SQL_API_ODBC3_ALL_FUNCTIONS) {
        for (unsigned api = 0; api < SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * 16u; api++) {
            unsigned bit = 1u << (api & 15u);
            if (info_always(api))
                supported[api >> 4] = (SQLUSMALLINT)(supported[api >> 4] | bit);
            else if (!info_has(call->dbc, api))
                supported[api >> 4] = (SQLUSMALLINT)(supported[api >> 4] & ~bit);
        }
    }
}
