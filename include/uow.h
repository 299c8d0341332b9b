/*
 * libuow: a unit-of-work data-access layer over ODBC.
 *
 * A context is one ODBC connection and a change tracker. The program finds or
 * queries rows into its own structs, changes them and saves; the context works
 * out the statements and runs them as one unit.
 *
 * This header pulls in every public header and no ODBC header.
 */
#ifndef UOW_H
#define UOW_H

#include "uow/version.h"
#include "uow/status.h"
#include "uow/types.h"
#include "uow/model.h"
#include "uow/arg.h"
#include "uow/error.h"
#include "uow/trace.h"
#include "uow/env.h"
#include "uow/op.h"
#include "uow/hook.h"
#include "uow/context.h"
#include "uow/adopt.h"
#include "uow/track.h"
#include "uow/entry.h"
#include "uow/plan.h"
#include "uow/query.h"
#include "uow/relation.h"
#include "uow/cursor.h"
#include "uow/statement.h"
#include "uow/rows.h"
#include "uow/set.h"
#include "uow/procedure.h"
#include "uow/unit.h"
#include "uow/factory.h"
#include "uow/parallel.h"
#include "uow/metrics.h"
#include "uow/unit_run.h"
#include "uow/distributed.h"
#include "uow/outbox.h"
#include "uow/here.h"

#endif
