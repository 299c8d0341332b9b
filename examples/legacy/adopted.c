/* Start and end of the program from step 1 on: the connection is the old one, and a context's too. */
#include <stdio.h>

#include "legacy.h"
#include "model.h"

static uow_env *env;
static uow_model *model;
uow_context *legacy;

static uow_status adopt(void)
{
    uow_adopt_options options = UOW_ADOPT_OPTIONS_INIT;
    uow_status st = uow_env_open(NULL, &env);

#ifdef LEGACY_UNITS
    options.flags = UOW_ADOPT_IDLE; /* nothing is pending here, and units are the context's own from now on */
#endif
    if (st == UOW_OK)
        st = make_legacy_model(env, &model);
    if (st == UOW_OK)
        st = uow_adopt(env, hdbc, model, &options, &legacy);
#ifdef LEGACY_UNITS
    if (st == UOW_OK)
        st = make_procedures();
#endif
    return st;
}

int program_open(const char *dsn)
{
    if (!db_open(dsn) || !setup_tables())
        return 0;
    return adopt() == UOW_OK ? 1 : complain("adopt");
}

void program_close(void)
{
    uow_handle_report report = UOW_HANDLE_REPORT_INIT;

    if (uow_give_back(legacy, &report) != UOW_OK || report.not_restored > 0)
        printf("*** the connection is not as it was\n");
    uow_model_free(model);
    uow_env_close(env);
    db_close();
}

int complain(const char *where)
{
    printf("*** %s: %s\n", where, legacy ? uow_context_message(legacy) : "no context");
    return 0;
}

int give_up(void)
{
    if (uow_unit_depth(legacy) > 0)
        uow_rollback(legacy);
    uow_clear(legacy);
    return 0;
}

int save_all(const char *where)
{
    uow_status st = uow_save(legacy, NULL);

    if (st == UOW_OK && uow_unit_depth(legacy) > 0)
        st = uow_commit(legacy);
    if (st != UOW_OK)
        complain(where);
    else
        uow_clear(legacy);
    return st == UOW_OK ? 1 : give_up();
}
