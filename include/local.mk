# The public headers, installed as <uow.h> and <uow/...h>.
include_HEADERS = include/uow.h
uowincludedir = $(includedir)/uow
uowinclude_HEADERS = \
	include/uow/adopt.h \
	include/uow/arg.h \
	include/uow/context.h \
	include/uow/cursor.h \
	include/uow/distributed.h \
	include/uow/entry.h \
	include/uow/env.h \
	include/uow/error.h \
	include/uow/factory.h \
	include/uow/here.h \
	include/uow/hook.h \
	include/uow/metrics.h \
	include/uow/model.h \
	include/uow/odbc.h \
	include/uow/op.h \
	include/uow/outbox.h \
	include/uow/parallel.h \
	include/uow/plan.h \
	include/uow/procedure.h \
	include/uow/query.h \
	include/uow/relation.h \
	include/uow/rows.h \
	include/uow/set.h \
	include/uow/statement.h \
	include/uow/status.h \
	include/uow/trace.h \
	include/uow/track.h \
	include/uow/types.h \
	include/uow/unit.h \
	include/uow/unit_run.h \
	include/uow/version.h
