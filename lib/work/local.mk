uow_sources += \
	lib/work/arg.c \
	lib/work/ask.c lib/work/ask.h \
	lib/work/batch.c lib/work/batch.h \
	lib/work/branch.c lib/work/branch.h \
	lib/work/branch_id.c lib/work/branch_id.h \
	lib/work/call.c lib/work/call.h \
	lib/work/callmark.c lib/work/callmark.h \
	lib/work/callmatch.c \
	lib/work/calltext.c \
	lib/work/callwalk.c lib/work/callwalk.h \
	lib/work/callway_body.c \
	lib/work/callway_bound.c \
	lib/work/callway_row.c \
	lib/work/callway_variables.c \
	lib/work/coltypes.c lib/work/coltypes.h \
	lib/work/blame.c lib/work/blame.h \
	lib/work/comment.c lib/work/comment.h \
	lib/work/conflict.c lib/work/conflict.h \
	lib/work/decisions.c lib/work/decisions.h \
	lib/work/exact.c lib/work/exact.h \
	lib/work/execute.c lib/work/execute.h \
	lib/work/find.c lib/work/find.h \
	lib/work/frame.c lib/work/frame.h \
	lib/work/head.c lib/work/head.h \
	lib/work/landing.c lib/work/landing.h \
	lib/work/link.c lib/work/link.h \
	lib/work/hooks.c lib/work/hooks.h \
	lib/work/keep.c lib/work/keep.h \
	lib/work/list.c lib/work/list.h \
	lib/work/load.c lib/work/load.h \
	lib/work/normal.c lib/work/normal.h \
	lib/work/placeholder.c lib/work/placeholder.h \
	lib/work/planview.c lib/work/planview.h lib/work/planview_text.c \
	lib/work/query.c lib/work/query.h \
	lib/work/reader.c \
	lib/work/recheck.c lib/work/recheck.h \
	lib/work/readback.c lib/work/readback.h \
	lib/work/refresh.c lib/work/refresh.h \
	lib/work/reset.c lib/work/reset.h \
	lib/work/results.c lib/work/results.h \
	lib/work/routine.c lib/work/routine.h \
	lib/work/run.c lib/work/run.h \
	lib/work/save.c lib/work/save.h \
	lib/work/setbased.c lib/work/setbased.h lib/work/settext.c \
	lib/work/session.c lib/work/session.h \
	lib/work/sqlgen.c lib/work/sqlgen.h \
	lib/work/stmtcache.c lib/work/stmtcache.h \
	lib/work/strategy.c lib/work/strategy.h \
	lib/work/strategy_array.c \
	lib/work/strategy_call.c \
	lib/work/strategy_in.c \
	lib/work/strategy_join.c \
	lib/work/strategy_many.c \
	lib/work/strategy_row.c \
	lib/work/strategy_unnest.c \
	lib/work/strategy_values.c \
	lib/work/strategy_with.c \
	lib/work/stream.c lib/work/stream.h \
	lib/work/stream_page.c lib/work/stream_page.h \
	lib/work/txn.c lib/work/txn.h \
	lib/work/verify.c lib/work/verify.h \
	lib/work/write.c lib/work/write.h \
	lib/work/write_params.c lib/work/write_params.h \
	lib/work/upsert.c lib/work/upsert.h lib/work/upsert_batch.c lib/work/upsert_text.c
