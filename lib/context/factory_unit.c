/* A unit on a lease of its own. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "context/factory.h"

uow_status uow_factory_unit_run_at(const char *where, uow_factory *factory, uint32_t timeout_ms,
                                   const uow_unit_run_options *options, uow_unit_fn work, void *user)
{
    uow_context *context = NULL;
    uow_status st = uow_factory_acquire_at(where, factory, timeout_ms, &context);

    if (st != UOW_OK)
        return st;
    st = uow_unit_run_at(where, context, options, work, user);
    if (st != UOW_OK)
        (void)uowi_complain_as(factory, "factory_unit_run", uow_context_error(context));
    (void)uow_factory_release_at(where, context);
    return st;
}
