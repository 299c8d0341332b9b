#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "uow/unit.h"

#include "base/options.h"
#include "context/unit.h"
#include "work/txn.h"

static uow_status unit_begin(uowi_session *s, const uow_unit_options *given)
{
    static const uow_unit_options defaults = UOW_UNIT_OPTIONS_INIT;
    uow_unit_options options = defaults;

    if (given && !uowi_options_copy(&options, sizeof options, given, given->struct_size))
        return uowi_error_set(&s->error, UOW_MISUSE,
                              "the unit options have no struct_size, or use fields this library does not know");
    if ((unsigned)options.isolation > UOW_SERIALIZABLE)
        return uowi_error_set(&s->error, UOW_MISUSE, "%u is no uow_isolation", (unsigned)options.isolation);
    return uowi_txn_begin(s, &options);
}

uow_status uow_begin_at(const char *where, uow_context *context, const uow_unit_options *options)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_BEGIN, where, &in);

    if (st != UOW_OK)
        return st;
    return uowi_leave(&in, unit_begin(&context->session, options));
}

/* A unit that uow_unit_run carries out is ended by it alone. */
static uow_status unit_check_end(const uow_context *context, uowi_session *s, const char *what)
{
    if (!context->unit || s->depth > context->unit->depth)
        return UOW_OK;
    return uowi_error_set(&s->error, UOW_MISUSE,
                          "the work of a unit that uow_unit_run carries out cannot %s it: return UOW_OK to commit, "
                          "anything else to roll back",
                          what);
}

/* The unit of this depth has ended with st, or is open still. */
static uow_status unit_leave(const uowi_entered *in, uint32_t depth, bool commit, uow_status st)
{
    if (in->context->session.depth >= depth)
        return uowi_leave(in, st);
    if (depth > 1) {
        uowi_unit_hooks_end(in->context, depth, commit && st == UOW_OK);
        return uowi_leave(in, st);
    }
    return uowi_unit_hooks_leave(in, st, commit && st == UOW_OK);
}

uow_status uow_commit_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_COMMIT, where, &in);
    uint32_t depth;

    if (st != UOW_OK)
        return st;
    depth = context->session.depth;
    st = unit_check_end(context, &context->session, "commit");
    if (st == UOW_OK)
        st = uowi_txn_commit(&context->session);
    return unit_leave(&in, depth, true, st);
}

uow_status uow_rollback_at(const char *where, uow_context *context)
{
    uowi_entered in;
    uow_status st = uowi_enter(context, UOWI_CALL_ID_ROLLBACK, where, &in);

    uint32_t depth;

    if (st != UOW_OK)
        return st;
    depth = context->session.depth;
    st = unit_check_end(context, &context->session, "roll back");
    if (st == UOW_OK)
        st = uowi_txn_rollback(&context->session);
    return unit_leave(&in, depth, false, st);
}

uint32_t uow_unit_depth(const uow_context *context)
{
    if (!context || context->magic != UOWI_CONTEXT_MAGIC || atomic_load(&context->life) != UOWI_LIFE_OPEN)
        return 0;
    return context->session.depth;
}
